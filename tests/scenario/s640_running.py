#!/usr/bin/env python3
"""`serve` as a service: what it tells systemd (on a socket of our own), how it
stops, how it is restarted under laptops that keep pushing, and what SIGHUP
takes."""

import http.client
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time

import stage
from stage import Laptop, Office, check_all, ok, same, show

RESTARTS = 40 if stage.FULL else 12
LAPTOPS = 2
# Wider than what a busy machine makes of it.
WATCHDOG_USEC = 400_000


class Manager:
    """Whoever started the service, as systemd would."""

    def __init__(self, on_stage, name):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(name if name.startswith("/") else f"\0{name[1:]}")
        self.socket.settimeout(stage.WAIT_S)
        on_stage.closing.append(self.socket.close)
        on_stage.environment["NOTIFY_SOCKET"] = name
        on_stage.environment["WATCHDOG_USEC"] = str(WATCHDOG_USEC)
        self.heard = []

    def until(self, wanted):
        """Wait for a state; what came before it is kept in heard."""
        while True:
            try:
                state = self.socket.recv(4096).decode("utf-8")
            except TimeoutError:
                raise stage.Wrong(f"never {wanted}", self.heard) from None
            self.heard.append(state)
            if wanted in state.split("\n") or state.startswith(wanted):
                return state


def log_of(office):
    with open(f"{office.data}.log", encoding="utf-8") as log:
        return log.read()


def wait_for_log(office, text, times=1):
    end = time.monotonic() + stage.WAIT_S
    while log_of(office).count(text) < times:
        show(time.monotonic() < end, f"never logged: {text}", log_of(office))
        time.sleep(0.02)


def tells_its_manager(on_stage):
    office = Office(on_stage, "bureau-notify")
    for name in (str(on_stage.path / "notify"), f"@pointeau-{os.getpid()}"):
        manager = Manager(on_stage, name)
        office.start()
        state = manager.until("READY=1")
        show(f"STATUS=Sert https://127.0.0.1:{office.port}" in state, state)
        for _ in range(3):
            manager.until("WATCHDOG=1")
        office.process.send_signal(signal.SIGHUP)
        state = manager.until("RELOADING=1")
        show(re.search(r"\nMONOTONIC_USEC=\d+$", state), state)
        manager.until("READY=1")
        office.process.send_signal(signal.SIGTERM)
        manager.until("STOPPING=1")
        same(office.process.wait(stage.WAIT_S), 0)
        office.process.stdout.close()
    ok("it says that it is ready, alive, reloading and stopping")
    on_stage.environment["NOTIFY_SOCKET"] = "/nowhere/notify"
    office.start()
    wait_for_log(office, "event=notify_failed")
    office.stop()
    ok("a manager that is gone is told to the log, and changes nothing")
    for name in ("NOTIFY_SOCKET", "WATCHDOG_USEC"):
        del on_stage.environment[name]


def connect(office):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context.wrap_socket(
        socket.create_connection(("127.0.0.1", office.port), 60))


def stops_with_grace(on_stage):
    office = Office(on_stage, "bureau-stop")
    office.import_cast()
    office.start()
    laptop = Laptop(on_stage, "halte", office)
    laptop.record(3)
    laptop.run("sync")
    with connect(office) as late, connect(office) as idle:
        idle.sendall(f"GET /v1/hello HTTP/1.1\r\nHost: 127.0.0.1:"
                     f"{office.port}\r\n\r\n".encode())
        show(b"200 OK" in idle.recv(65536), "an idle connection")
        late.sendall(f"POST /v1/challenge HTTP/1.1\r\nHost: 127.0.0.1:"
                     f"{office.port}\r\nContent-Length: 20\r\n\r\n{{".encode())
        # Until its thread has it: what SIGTERM finds is under way.
        wait_until_reading(office)
        office.process.send_signal(signal.SIGTERM)
        wait_for_log(office, "event=stopping")
        end = time.monotonic() + stage.WAIT_S
        while True:  # it listens no more, though it is still there
            try:
                socket.create_connection(
                    ("127.0.0.1", office.port), 5).close()
                show(time.monotonic() < end, "it listens for ever")
            except ConnectionResetError:
                pass  # it came in the very moment
            except ConnectionRefusedError:
                break
        late.sendall(b" ")
        answer = http.client.HTTPResponse(late)
        answer.begin()
        body = json.loads(answer.read())
        same((answer.status, body["error"], body["id"]),
             (503, "interrupted", answer.getheader("X-Request-Id")))
        show(int(answer.getheader("Retry-After")) > 0, "when to return")
    same(office.process.wait(stage.WAIT_S), 0, "its status")
    office.process.stdout.close()
    left = sorted(path.name for path in office.data.iterdir())
    show(not {"pointeau.db-wal", "pointeau.db-shm", "admin.sock"} & set(left),
         "left behind", left)
    show("event=stopped" in log_of(office), log_of(office))
    ok("asked to stop it listens no more, answers, checkpoints and says so")
    check_restarted(office, laptop)


def wait_until_reading(office):
    """Three threads at least have left the pool: nothing tells which, so ask
    the system whether the bytes have been taken off the socket."""
    end = time.monotonic() + stage.WAIT_S
    port = f":{office.port:04X} "
    while True:
        with open("/proc/net/tcp", encoding="ascii") as table:
            waiting = [line.split()[4] for line in table
                       if port in line and line.split()[3] == "01" and
                       line.split()[1].endswith(port.strip())]
        if waiting and all(item.endswith(":00000000") for item in waiting):
            return
        show(time.monotonic() < end, "it never reads", waiting)
        time.sleep(0.01)


def check_restarted(office, laptop):
    office.start()
    laptop.record(2)
    check_all(office, [laptop])
    office.stop()


class Pusher(threading.Thread):
    """A laptop that records and syncs, whatever the server is doing."""

    def __init__(self, laptop):
        super().__init__(daemon=True)
        self.laptop = laptop
        self.end = threading.Event()
        self.synced = self.failed = 0
        self.wrong = None

    def run(self):
        try:
            while not self.end.is_set():
                self.laptop.record(2)
                status = self.laptop.attempt("sync")
                # 1: asked while it was stopping, it was told to come back.
                show(status in (0, 4, 20) or
                     (status == 1 and "est occupé" in self.laptop.err),
                     self.laptop.name, status, self.laptop.err)
                self.synced += status == 0
                self.failed += status != 0
        except stage.Wrong as wrong:
            self.wrong = wrong


class Asker(threading.Thread):
    """A stranger who asks on a new connection each time: it is answered as a
    whole, or it was not heard at all."""

    def __init__(self, office):
        super().__init__(daemon=True)
        self.office = office
        self.end = threading.Event()
        self.answered = self.refused = 0
        self.wrong = None

    def run(self):
        while not self.end.is_set() and self.wrong is None:
            self.ask()

    def ask(self):
        heard = b""
        try:
            with connect(self.office) as road:
                road.sendall(
                    f"GET /v1/hello HTTP/1.1\r\nHost: 127.0.0.1:"
                    f"{self.office.port}\r\nConnection: close\r\n\r\n"
                    .encode())
                while part := road.recv(65536):
                    heard += part
        except OSError:
            # Refused, or reset before a thread had it.
            if not heard:
                self.refused += 1
                return
        if not heard:
            self.refused += 1
            return
        head, _, body = heard.partition(b"\r\n\r\n")
        found = re.search(rb"Content-Length: (\d+)", head)
        if found is None or int(found[1]) != len(body):
            self.wrong = stage.Wrong("half an answer", heard)
        elif head.split()[1] not in (b"200", b"503"):
            self.wrong = stage.Wrong("neither 200 nor 503", heard)
        else:
            self.answered += head.split()[1] == b"200"


def restarts_under_work(on_stage):
    office = Office(on_stage, "bureau")
    office.import_cast()
    office.start()
    laptops = [Laptop(on_stage, f"chantier{number}", office, number)
               for number in range(LAPTOPS)]
    others = [Pusher(laptop) for laptop in laptops] + [Asker(office)]
    for other in others:
        other.start()
    for _ in range(RESTARTS):
        before = others[0].synced + others[0].failed
        end = time.monotonic() + stage.WAIT_S
        while others[0].synced + others[0].failed == before and \
                others[0].wrong is None:
            show(time.monotonic() < end, "a laptop hangs")
            time.sleep(0.01)
        office.stop()
        office.start()
    for other in others:
        other.end.set()
    for other in others:
        other.join(stage.WAIT_S)
        show(not other.is_alive(), "it hangs", other)
        if other.wrong is not None:
            raise other.wrong
    show(all(other.synced > 0 for other in others[:-1]) and
         others[-1].answered > 0, "nothing was served in between")
    same(log_of(office).count("event=stopped"), RESTARTS)
    show("level=error" not in log_of(office), log_of(office))
    count = check_all(office, laptops)
    office.stop()
    print(f"# {count} half days, {sum(one.synced for one in others[:-1])} "
          f"syncs done, {sum(one.failed for one in others[:-1])} put off; "
          f"{others[-1].answered} strangers answered, {others[-1].refused} "
          f"refused")
    ok(f"{RESTARTS} restarts under work: each hour once, no half an answer")


def certificate(path, name):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
         "-days", "90", "-keyout", f"{path}/key.pem", "-out",
         f"{path}/cert.pem"], check=True, stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)


def shown(office):
    with connect(office) as road:
        return road.getpeercert(binary_form=True)


def reload(office, text, times=1):
    office.process.send_signal(signal.SIGHUP)
    wait_for_log(office, text, times)


def takes_sighup(on_stage):
    folder = on_stage.path / "tls"
    folder.mkdir()
    certificate(folder, "premier")
    office = Office(on_stage, "bureau-hup")
    file = office.data / "pointeau-server.conf"
    usual = file.read_text("utf-8") + (
        f"\ntls_certificate = {folder}/cert.pem\n"
        f"tls_key = {folder}/key.pem\n")
    file.write_text(usual, "utf-8")
    office.start()
    first = shown(office)
    with connect(office) as old:
        certificate(folder, "second")
        same(shown(office), first, "before SIGHUP")
        reload(office, "event=reloaded")
        second = shown(office)
        show(first != second, "the new certificate is not shown")
        old.sendall(f"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1:"
                    f"{office.port}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(old)
        answer.begin()
        same(answer.read(), b'{"ok":true}', "an old connection")
    ok("SIGHUP shows a renewed certificate; connections under way go on")

    cert = (folder / "cert.pem").read_bytes()
    certificate(folder, "other")
    (folder / "cert.pem").write_bytes(cert)  # whose key is no more there
    reload(office, "event=reload_failed")
    same(shown(office), second, "a certificate without its key")
    file.write_text(usual + "log_levle = debug\n", "utf-8")
    reload(office, "event=reload_failed", 2)
    show("log_level" in log_of(office), "the nearest name", log_of(office))
    same(shown(office), second)
    ok("what cannot be taken is said, and changes nothing")

    certificate(folder, "third")
    file.write_text(usual + "log_format = json\nlog_level = debug\n"
                    "stop_timeout = 33s\n", "utf-8")
    reload(office, '"event":"reloaded"')
    show("event=restart_needed setting=stop_timeout" in log_of(office),
         log_of(office))
    show(shown(office) not in (first, second), "the third certificate")
    office.stop()
    json.loads(log_of(office).splitlines()[-1])
    ok("SIGHUP takes the log's settings, and names what waits for a restart")


def main():
    def act(on_stage):
        tells_its_manager(on_stage)
        stops_with_grace(on_stage)
        takes_sighup(on_stage)
        restarts_under_work(on_stage)

    return stage.play(act)


if __name__ == "__main__":
    sys.exit(main())
