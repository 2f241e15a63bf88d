#!/usr/bin/env python3
"""The server behind haproxy, nginx and caddy, each for real, as the files of
packaging/proxies/ set them: laptops enrol, pin and sync through them, over
IPv6 too, and a client is who the proxy says, whatever it says itself."""

import contextlib
import http.client
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time

import stage
from stage import Laptop, Office, check_all, ok, same, show

PROXIES = stage.ROOT / "packaging" / "proxies"
BURST = 600  # server/rate.c, RATE_STRANGER
FORGED = "203.0.113.7, 127.0.0.1"


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


class Behind(Office):
    """A server that leaves TLS to a proxy. Laptops know the proxy's address
    alone, and pin the certificate that it shows."""

    def __init__(self, on_stage, name):
        self.back = stage.free_port()
        super().__init__(on_stage, name)
        file = self.data / "pointeau-server.conf"
        text = file.read_text("utf-8")
        text = re.sub(r"(?m)^#? ?(listen|tls|tls_pin|proxies|hosts|log_\w+) "
                      r"*=.*\n", "", text)
        file.write_text(text + f"""
listen = 127.0.0.1:{self.back}
hosts = [::1]:{self.port}
tls = proxy
tls_pin = yes
proxies = 127.0.0.1
log_format = json
log_addresses = yes
""", "utf-8")

    def lines(self):
        with open(f"{self.data}.log", encoding="utf-8") as log:
            return [json.loads(line) for line in log if line.endswith("\n")]

    def address_of(self, answer):
        """Who it was, as the server saw it; said once it was answered."""
        end = time.monotonic() + stage.WAIT_S
        while True:
            found = [line for line in self.lines()
                     if line.get("id") == answer.getheader("X-Request-Id")]
            if found:
                same(len(found), 1, "lines of a request")
                return found[0]["address"]
            show(time.monotonic() < end, "no line of a request")
            time.sleep(0.02)


def setting(name, office, folder):
    """The file of packaging/ with this play's addresses in it."""
    text = (PROXIES / name).read_text("utf-8")
    for old, new in (
            ("0.0.0.0:443", f"127.0.0.1:{office.port}"),
            ("[::]:443", f"[::1]:{office.port}"),
            ("bind 0.0.0.0 [::]", "bind 127.0.0.1 [::1]"),
            ("https://:443", f"https://:{office.port}"),
            ("127.0.0.1:8443", f"127.0.0.1:{office.back}"),
            ("/etc/ssl/private/pointeau.pem", f"{office.data}/tls.pem")):
        text = text.replace(old, new)
    show(":443" not in text and ":8443" not in
         re.sub(r"(?m)^#.*", "", text), name, text)
    file = folder / name
    if name == "nginx.conf":
        text = (f"daemon off;\npid {folder}/pid;\nerror_log {folder}/error;\n"
                "events {}\nhttp {\naccess_log off;\n" + "".join(
                    f"{what}_temp_path {folder}/{what};\n" for what in (
                        "client_body", "proxy", "fastcgi", "uwsgi", "scgi")) +
                text + "}\n")
    if name == "Caddyfile":
        text = ("{\n\tadmin off\n\tauto_https disable_redirects\n"
                "\tdefault_sni 127.0.0.1\n}\n" + text)
    file.write_text(text, "utf-8")
    return file


def command(program, path, file):
    return {
        "haproxy": [path, "-q", "-db", "-f", file],
        "nginx": [path, "-c", file, "-e", file.parent / "error"],
        "caddy": [path, "run", "--adapter", "caddyfile", "--config", file],
    }[program]


FILES = {"haproxy": "haproxy.cfg", "nginx": "nginx.conf",
         "caddy": "Caddyfile"}


@contextlib.contextmanager
def proxy(program, path, office):
    """It runs until the end of the block; it ends by its own number."""
    folder = office.data.parent / f"{program}.d"
    folder.mkdir()
    file = setting(FILES[program], office, folder)
    log = open(folder / "log", "w+b")
    process = subprocess.Popen(
        command(program, path, file), stdin=subprocess.DEVNULL, stdout=log,
        stderr=log, cwd=folder, env={
            **os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder)})
    try:
        end = time.monotonic() + stage.WAIT_S
        while True:
            said = (folder / "log").read_text("utf-8", "replace")
            show(process.poll() is None and time.monotonic() < end,
                 f"{program} does not start", said)
            with contextlib.suppress(OSError):
                socket.create_connection(
                    ("127.0.0.1", office.port), 5).close()
                break
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(stage.WAIT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


class Client(contextlib.AbstractContextManager):
    """One connection through the proxy, from an address of its own."""

    def __init__(self, office, source, tls=True):
        host = "::1" if ":" in source else "127.0.0.1"
        port = office.port if tls else office.back
        raw = socket.create_connection((host, port), 60, (source, 0))
        # Else each of hundreds waits for the delayed ACK of the one before.
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.road = http.client.HTTPConnection(host, port)
        self.road.sock = raw
        if tls:
            context = ssl.create_default_context()
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
            self.road.sock = context.wrap_socket(raw)
        self.host = f"[::1]:{office.port}" if ":" in source \
            else f"127.0.0.1:{office.port}"

    def __exit__(self, *_):
        self.road.close()

    def ask(self, method, path, body=None, **headers):
        headers = {"Host": self.host, **{
            name.replace("_", "-"): value for name, value in headers.items()}}
        self.road.request(method, path, body, headers)
        answer = self.road.getresponse()
        answer.body = answer.read()
        return answer


def the_client_is(office, program):
    with Client(office, "127.0.0.3") as one:
        answer = one.ask("GET", "/v1/hello")
        same((answer.status, office.address_of(answer)), (200, "127.0.0.3"))
        show("max-age" in answer.getheader("Strict-Transport-Security", ""),
             f"{program}: no HSTS")
        answer = one.ask("GET", "/v1/hello", X_Forwarded_For=FORGED)
        same(office.address_of(answer), "127.0.0.3", f"{program}: forged")
        answer = one.ask("GET", "/v1/hello", Host="elsewhere.example")
        same(answer.status, 421, f"{program}: another Host")
    with Client(office, "127.0.0.4", tls=False) as one:
        answer = one.ask("GET", "/v1/hello", X_Forwarded_For=FORGED)
        same(office.address_of(answer), "127.0.0.4",
             "a stranger's word, past the proxy")
    ok(f"{program}: a client is who the proxy says, whatever it says itself")


def strangers_are_slowed(office, program):
    statuses = set()
    with contextlib.ExitStack() as ended:
        for number in range(3 * BURST):
            if number % 500 == 0:  # nginx closes a connection after 1,000
                one = ended.enter_context(Client(office, "127.0.0.5"))
            answer = one.ask("POST", "/v1/challenge", b"{}",
                             X_Forwarded_For=f"203.0.113.{number % 250}")
            statuses.add(answer.status)
            if answer.status == 429:
                break
    show(429 in statuses, f"{program}: a stranger is never slowed", statuses)
    with Client(office, "127.0.0.6") as other:
        show(other.ask("POST", "/v1/challenge", b"{}").status != 429,
             f"{program}: one stranger slows another")
    ok(f"{program}: rates are each client's own, not the proxy's")


def ipv6(office, laptop, program):
    with Client(office, "::1") as one:
        answer = one.ask("GET", "/v1/hello")
        same((answer.status, office.address_of(answer)), (200, "::/64"),
             f"{program}: IPv6")
    laptop.set("url", f"https://[::1]:{office.port}")
    laptop.record(2)
    laptop.run("sync")
    laptop.must_wait_for_nothing("over IPv6")
    laptop.go_by(office.port)
    ok(f"{program}: a laptop syncs over IPv6")


def away_and_back(office, laptop, program):
    office.stop()
    laptop.record(2)
    same(laptop.attempt("sync"), 20, f"{program}: sync without the server")
    show(laptop.waiting() > 0, f"{program}: nothing waits")
    office.start()
    laptop.run("sync")
    laptop.must_wait_for_nothing("after the server's return")
    ok(f"{program}: nothing is lost while the server behind it is away")


def behind(on_stage, program, path):
    office = Behind(on_stage, f"bureau-{program}")
    office.import_cast()
    office.start()
    with proxy(program, path, office):
        laptop = Laptop(on_stage, f"berges-{program}", office)
        laptop.record(5)
        laptop.run("sync")
        laptop.must_wait_for_nothing()
        ok(f"{program}: a laptop enrols, pins its certificate and syncs")
        the_client_is(office, program)
        strangers_are_slowed(office, program)
        if has_ipv6():
            ipv6(office, laptop, program)
        else:
            print(f"# {program}: no IPv6 on this machine")
        away_and_back(office, laptop, program)
        check_all(office, [laptop])
    office.stop()


def main():
    missing = []

    def act(on_stage):
        for program in FILES:
            path = shutil.which(program) or shutil.which(
                program, path="/usr/sbin:/sbin")
            if path is None:
                missing.append(program)
                continue
            behind(on_stage, program, path)

    status = stage.play(act)
    if status == 0 and missing:
        print(f"# skipped, not installed: {', '.join(missing)}")
        return 77
    return status


if __name__ == "__main__":
    sys.exit(main())
