#!/usr/bin/env python3
"""What a sync costs: requests, bytes of HTTP, bytes on the wire with TLS. One
with nothing to say is one round trip under 600 bytes, one that sends a crew's
half-day another under 1 KiB; a day's figures are in docs/operations.md."""

import select
import socket
import ssl
import sys
import threading

import stage
from page import Page
from stage import Laptop, Office, check_all, free_port, ok, same, show

DAY = "2026-11-16"
KIB = 1024
# Of an idle day at work, and of a busy one: see docs/operations.md.
SYNCS_A_DAY = 9 * 4


class Meter:
    """A road to the office that counts. ${pem}: it ends TLS itself, with the
    office's own certificate, and counts what is said within; NULL: it counts
    what passes on the wire."""

    def __init__(self, office, port, pem=None):
        self.office = office
        self.pem = pem
        self.port = port
        self.listener = socket.create_server(("127.0.0.1", port), backlog=16)
        self.lock = threading.Lock()
        self.reset()
        threading.Thread(target=self.listen, daemon=True).start()

    def reset(self):
        self.up = self.down = self.connections = 0
        self.requests = []

    def taken(self):
        with self.lock:
            return self.connections, len(self.requests), self.up, self.down

    def listen(self):
        while True:
            plain, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(plain,),
                             daemon=True).start()

    def serve(self, plain):
        with self.lock:
            self.connections += 1
        far = None
        try:
            far = socket.create_connection(("127.0.0.1", self.office.port))
            if self.pem:
                here = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
                here.load_cert_chain(self.pem)
                there = ssl.create_default_context()
                there.check_hostname = False
                there.verify_mode = ssl.CERT_NONE
                plain = here.wrap_socket(plain, server_side=True)
                far = there.wrap_socket(far)
            self.carry(plain, far)
        except OSError:
            pass
        for end in (plain, far):
            if end is not None:
                end.close()

    def carry(self, plain, far):
        """Both ways in one thread: a TLS socket is not for two at once."""
        roads = {plain: (far, "up"), far: (plain, "down")}
        while True:
            ready = [one for one in roads if self.pem and one.pending()]
            for one in ready or select.select([*roads], [], [])[0]:
                one.setblocking(False)
                try:
                    data = one.recv(65536)
                except (ssl.SSLWantReadError, BlockingIOError):
                    continue  # what came was for TLS alone
                finally:
                    one.setblocking(True)
                if not data:
                    return
                other, way = roads[one]
                self.count(way, data)
                other.sendall(data)

    def count(self, way, data):
        with self.lock:
            setattr(self, way, getattr(self, way) + len(data))
            if way == "up" and self.pem:
                self.requests += [
                    line.split()[1] for line in data.split(b"\r\n")
                    if line.endswith(b" HTTP/1.1")]


class Scales:
    """The same thing done twice, once by each road."""

    def __init__(self, laptop, inside, wire):
        self.laptop = laptop
        self.inside = inside
        self.wire = wire

    def weigh(self, what, prepare):
        """(requests, bytes of HTTP, bytes on the wire) of a sync."""
        found = []
        for meter in (self.inside, self.wire):
            prepare()
            meter.reset()
            self.laptop.go_by(meter.port)
            self.laptop.run("sync")
            same(meter.connections, 1, what)
            found.append(meter.taken())
        (_, requests, up, down), (_, _, wire_up, wire_down) = found
        print(f"# {what}: {requests} request(s), HTTP {up} up + {down} down,"
              f" with TLS {wire_up} up + {wire_down} down", flush=True)
        return requests, up + down, wire_up + wire_down


def nothing_to_say(scales):
    requests, said, wire = scales.weigh("nothing to say", lambda: None)
    same((requests, scales.inside.requests[0].split(b"?")[0]),
         (1, b"/v1/heads"))
    show(said < 600, f"nothing to say takes {said} bytes")
    # TLS 1.3 with a certificate for P-256, whole: nobody resumes.
    show(wire < 4 * KIB, f"nothing to say takes {wire} bytes on the wire")
    ok("a sync with nothing to say is one round trip under 600 bytes")
    return wire


def a_login(scales):
    found = scales.weigh("with the day's login", scales.laptop.forget_login)
    same(found[0], 4, scales.inside.requests)  # one is refused first
    return found[2]


def one_half_day(scales, berges):
    """A crew of twelve, all present: a tap, then Terminer."""
    slots = iter(("am", "pm", "x1"))
    page = Page(berges, "--no-browser")
    page.post("session/pin", supervisor="ENC-01", pin="4711")

    def record():
        slot = next(slots)
        if slot == "x1":
            berges.record(12)
            return
        for row in page.post("hours/fill", crew="VERTS", day=DAY,
                             slot=slot)["rows"]:
            berges.kept[row["worker"], DAY, slot] = row["minutes"]

    requests, said, wire = scales.weigh("a crew's half-day, 12 people",
                                        record)
    page.stop(stage.signal.SIGTERM, 0)
    # The salts and the signature alone are 184 of them.
    show(requests == 1 and said < KIB,
         f"half a day takes {requests} requests, {said} bytes")
    return wire


def another_laptop(scales, other):
    def record():
        other.record(12)
        other.run("sync")

    return scales.weigh("12 half-days of another laptop", record)[2]


def act(scene):
    ports = free_port(), free_port()
    office = Office(scene, roads=ports)
    office.import_cast()
    office.start()
    berges = Laptop(scene, "berges", office)
    other = Laptop(scene, "garde", office, number=1)
    berges.run("sync")
    other.run("sync")
    scales = Scales(berges,
                    Meter(office, ports[0], office.data / "tls.pem"),
                    Meter(office, ports[1]))
    idle = nothing_to_say(scales)
    login = a_login(scales)
    half = one_half_day(scales, berges)
    heard = another_laptop(scales, other)
    print(f"# a day of 9 h, on the wire: idle {SYNCS_A_DAY * idle + login},"
          f" busy {SYNCS_A_DAY * idle + login + 2 * (half + heard)} bytes",
          flush=True)
    check_all(office, [berges, other])
    ok("what was recorded is at the office, once")
    office.stop()


if __name__ == "__main__":
    sys.exit(stage.play(act))
