"""The real server under many hands at once, for ThreadSanitizer.

Laptops record and sync, others send what is no request, hang up half way or
ask in vain, the office gives orders and looks at its pages, all together. Then every laptop's
hours must be there. The server must have nothing to say on its error output
that a sanitizer wrote. $POINTEAU_BIN holds programs built by the preset
"tsan"; others do as well, and then only the hours are shown.
"""

import os
import pathlib
import socket
import ssl
import subprocess
import sys
import threading

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scenario"))

from door import Door, Visitor, account  # noqa: E402
from stage import Laptop, Office, check_all, ok, play, show  # noqa: E402

LAPTOPS = 4
ROUNDS = 5
STRANGERS = 3
CLERKS = 2
RACE_STATUS = 66

REQUESTS = [
    b"GET /v1/hello HTTP/1.1\r\nHost: %b\r\n\r\n",
    b"GET /v1/heads HTTP/1.1\r\nHost: %b\r\n\r\n",
    b"GET /v1/heads HTTP/1.1\r\nHost: %b\r\nAuthorization: Bearer x\r\n\r\n",
    b"POST /v1/login HTTP/1.1\r\nHost: %b\r\nContent-Length: 2\r\n\r\n{}",
    b"POST /v1/push HTTP/1.1\r\nHost: %b\r\nContent-Length: 9\r\n\r\nbad",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: %b\r\n\r\n",
    b"GET /v1/hello HTTP/1.1\r\nHost: elsewhere\r\n\r\n",
    b"nothing like HTTP\r\n\r\n",
    b"GET / HTTP/9.9\r\n\r\n",
    b"",
]
ORDERS = [
    ["device", "list"],
    ["conflicts"],
    ["report", "hours", "2026-01"],
    ["device", "code", "--crew", "VERTS"],
]


def be_strange(port, number):
    """Ask badly; what comes back does not matter."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    host = f"127.0.0.1:{port}".encode()
    for turn in range(ROUNDS * len(REQUESTS)):
        request = REQUESTS[(turn + number) % len(REQUESTS)]
        if b"%b" in request:
            request = request % host
        try:
            with socket.create_connection(("127.0.0.1", port), 20) as plain:
                if turn % 7 == 3:
                    plain.sendall(request)  # no TLS at all
                    continue
                with context.wrap_socket(plain) as secure:
                    secure.sendall(request)
                    if turn % 2 == 0 and request.count(b"\r\n\r\n"):
                        secure.settimeout(2)
                        secure.recv(4096)
        except OSError:
            pass


def give_orders(stage, office, number):
    for turn in range(ROUNDS * len(ORDERS)):
        stage.spawn(office.program, ORDERS[(turn + number) % len(ORDERS)],
                    office.data, subprocess.DEVNULL,
                    subprocess.DEVNULL).wait()


def browse(visitor, number):
    """Somebody of the office at the page: reads, acts, comes and goes."""
    for turn in range(ROUNDS):
        visitor.get("session")
        for path in ("conflicts", "device/list", "todo"):
            visitor.ask("GET", path)
        visitor.get("report/month", month="2026-01")
        visitor.ask("POST", "device/code", {"crew": "VERTS"})
        Visitor(visitor.door).ask("POST", "session/login", {
            "login": f"n{number}", "password": "x", "totp": "000000"})
        Visitor(visitor.door).ask("GET", "session/invitation", {"link": "x"})
        if turn % 2 == 1:
            visitor.post("session/logout")
            visitor.log_in()


def work(laptop):
    for _ in range(ROUNDS):
        laptop.record(2)
        # Too many at once may be told to come back later.
        laptop.attempt("sync")
        laptop.forget_login()


def all_at_once(jobs):
    faults = []

    def guarded(job):
        try:
            job()
        except Exception as fault:  # told by the main thread
            faults.append(fault)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if faults:
        raise faults[0]


def act(stage):
    stage.environment["TSAN_OPTIONS"] = ":".join([
        f"exitcode={RACE_STATUS}", "halt_on_error=0"])
    office = Office(stage)
    office.import_cast()
    office.start()
    laptops = [Laptop(stage, f"poste{number}", office, number)
               for number in range(LAPTOPS)]
    door = Door(office)
    visitors = [account(door, f"a{number}", "direction", structures)
                for number, structures in enumerate((None, "RIVES"))]
    all_at_once(
        [lambda laptop=laptop: work(laptop) for laptop in laptops]
        + [lambda number=number: be_strange(office.port, number)
           for number in range(STRANGERS)]
        + [lambda number=number, visitor=visitor: browse(visitor, number)
           for number, visitor in enumerate(visitors)]
        + [lambda number=number: give_orders(stage, office, number)
           for number in range(CLERKS)])
    ok("laptops, strangers, clerks and browsers all at once")
    for _ in range(2):
        for laptop in laptops:
            laptop.run("sync")
    check_all(office, laptops)
    ok("every hour is there")
    office.process.terminate()
    status = office.process.wait(60)
    office.process.stdout.close()
    log = pathlib.Path(f"{office.data}.log").read_text("utf-8", "replace")
    show(status == 0 and "ThreadSanitizer" not in log,
         f"the server ends with {status}", log[:8000])
    ok("no race on the server")


if __name__ == "__main__":
    os.environ.setdefault("POINTEAU_SEED", "1")
    sys.exit(play(act, memory=True))
