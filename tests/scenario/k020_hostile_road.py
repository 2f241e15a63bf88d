#!/usr/bin/env python3
"""The road between a laptop and the office does all that roads do.

It cuts at every byte of a sync, both ways (one byte in STRIDE unless
POINTEAU_FULL=1), stalls, trickles, says everything twice, answers with a login
portal's page, with another certificate, with garbage and with lies about its
length. After each of them the laptop has ended with a clear word,
has kept all that it said it keeps, holds no receipt that the office has not
given, and the next sync by a good road completes it. Totals are exact.
"""

import collections
import itertools
import random
import select
import socket
import ssl
import struct
import sys
import threading
import time

from road import Cut, read_message
from stage import (FULL, Laptop, Office, check_all, free_port, ok, play,
                   same, say_how_to_repeat, seed, show)

STRIDE = 1 if FULL else 83
LIES_TRIED = 0.3  # of all that are known, unless POINTEAU_FULL=1
LANES = 4 if FULL else 2  # cuts tried at the same time
A_SCENE = 500  # cuts, then a new office: what is compared grows with each
MARGIN = 24  # bytes by which two syncs may differ (signatures in ASN.1)
BLOCK = 65536
UP, DOWN = "up", "down"  # to the office, to the laptop
OFFLINE, AUTH = 20, 4


class Order:
    """What the road does once ${way} has carried ${offset} bytes."""

    def __init__(self, how=None, way=UP, offset=0):
        self.how, self.way, self.offset = how, way, offset
        self.carried = {UP: 0, DOWN: 0}
        self.done = False


class Road:
    """Carries bytes as they are to the office; obeys self.order once."""

    addresses = itertools.cycle(range(250 * 250))

    def __init__(self, stage, port, office=None):
        self.port = port
        self.office = office
        self.order = Order()
        self.open = True
        self.listener = socket.create_server(
            ("127.0.0.1", port), backlog=64)
        threading.Thread(target=self.listen, daemon=True).start()
        stage.closing.append(self.close)

    def close(self):
        self.open = False
        self.listener.close()

    def listen(self):
        while self.open:
            try:
                plain, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self.travel, args=(plain,), daemon=True).start()

    def travel(self, plain):
        try:
            with plain:
                self.serve(plain, self.order)
        except (Cut, OSError):
            pass

    def to_office(self):
        """From ever another address: nobody logs in so often from one."""
        number = next(self.addresses)
        end = socket.create_connection(
            ("127.0.0.1", self.office.port),
            source_address=(f"127.1.{number // 250}.{1 + number % 250}", 0))
        at_once(end)
        return end

    def serve(self, laptop, order):
        at_once(laptop)
        with self.to_office() as office:
            ends = {laptop: (office, UP), office: (laptop, DOWN)}
            while True:
                for source in select.select([*ends], [], [])[0]:
                    target, way = ends[source]
                    data = source.recv(BLOCK)
                    if not data:
                        raise Cut
                    self.carry(target, way, data, order)

    def carry(self, target, way, data, order):
        left = order.offset - order.carried[way]
        if order.how is None or order.done or way != order.way or (
                len(data) <= left):
            order.carried[way] += len(data)
            target.sendall(data)
            return
        target.sendall(data[:left])
        order.carried[way] += left
        order.done = order.how in ("end", "reset")
        getattr(self, order.how)(target, data[left:])

    def end(self, _target, _rest):
        raise Cut

    def reset(self, target, _rest):
        """Not even a farewell, to either side."""
        target.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))
        raise Cut

    def stall(self, target, _rest):
        """Until the one who waits gives up."""
        while self.open and target.fileno() >= 0:
            time.sleep(0.1)
            if gone(target):
                raise Cut

    def trickle(self, target, rest):
        for byte in rest:
            target.sendall(bytes([byte]))
            time.sleep(1)
            if not self.open or gone(target):
                raise Cut
        # What follows trickles as well: offset is where we are.


def at_once(end):
    """What is said leaves without waiting for more."""
    end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def gone(end):
    """Has that side closed? Nothing is read away."""
    try:
        ready = select.select([end], [], [], 0)[0]
        return bool(ready) and not end.recv(1, socket.MSG_PEEK)
    except OSError:
        return True


class Impostor(Road):
    """Holds the office's own certificate, so that the laptop believes it;
    what it answers is self.lie(request, ask), in bytes or pieces."""

    def __init__(self, stage, port, office, certificate=None):
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(
            certificate or office.data / "tls.pem")
        self.lie = None
        self.heard = []
        super().__init__(stage, port, office)

    def serve(self, laptop, order):
        at_once(laptop)
        with self.context.wrap_socket(laptop, server_side=True) as tls:
            stream = tls.makefile("rb")
            while True:
                request = read_message(stream)
                self.heard.append(request.split(b"\r\n")[0].decode())
                lie = self.lie or (lambda asked, ask: ask(asked))
                answer = lie(request, self.ask)
                for piece in [answer] if isinstance(answer, bytes) else (
                        answer):
                    tls.sendall(piece)

    def ask(self, request):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with self.to_office() as plain:
            with context.wrap_socket(plain) as tls:
                tls.sendall(request)
                with tls.makefile("rb") as stream:
                    return read_message(stream)


# ---- lies: each takes the true answer, and makes another ----


def http(status, body=b"", kind="text/html", *more):
    head = [f"HTTP/1.1 {status}", f"Content-Type: {kind}",
            f"Content-Length: {len(body)}", *more, "", ""]
    return "\r\n".join(head).encode() + body


def with_length(answer, length):
    head, body = answer.split(b"\r\n\r\n", 1)
    lines = [line for line in head.split(b"\r\n")
             if not line.lower().startswith(b"content-length")]
    lines += [b"Content-Length: %s" % item for item in length]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def body_of(answer):
    return answer.split(b"\r\n\r\n", 1)[1]


def padded(answer):
    length = len(body_of(answer)) + 9999
    return with_length(answer, [b"%d" % length]) + b" " * 9999


def then_cut(*pieces):
    yield from pieces
    raise Cut


def one_bit_wrong(answer, rng):
    data = bytearray(answer)
    at = rng.randrange(len(answer) - len(body_of(answer)), len(answer))
    data[at] ^= 1 << rng.randrange(8)
    return bytes(data)


def endless_body():
    yield b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"
    while True:
        yield b" " * BLOCK


def endless_head():
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"x" * 4096 + b"\r\n"


PORTAL = b"<html><title>Bienvenue</title>Connectez-vous au Wi-Fi</html>"
JSON = "application/json"
HELL = b"[" * 100000

# name: (lie about an answer, must the sync fail?)
LIES = {
    "portal": (lambda a, r: http("200 OK", PORTAL), True),
    "portal elsewhere": (lambda a, r: http(
        "302 Found", b"", "text/html", "Location: http://portail/"), True),
    "portal refuses": (lambda a, r: http(
        "511 Network Authentication Required", PORTAL), True),
    "page not found": (lambda a, r: http("404 Not Found", PORTAL), True),
    "bad gateway": (lambda a, r: http("502 Bad Gateway", PORTAL), True),
    # On a connection that served before, it is asked once more.
    "nothing": (lambda a, r: then_cut(), False),
    "empty body": (lambda a, r: http("200 OK", b"", JSON), True),
    "no content": (lambda a, r: b"HTTP/1.1 204 No Content\r\n\r\n", True),
    "not HTTP": (lambda a, r: then_cut(r.randbytes(300)), True),
    "noise": (lambda a, r: http("200 OK", r.randbytes(400), JSON), True),
    "null": (lambda a, r: http("200 OK", b"null", JSON), True),
    "a list": (lambda a, r: http("200 OK", b"[]", JSON), True),
    "an empty object": (lambda a, r: http("200 OK", b"{}", JSON), True),
    "too deep": (lambda a, r: http("200 OK", HELL, JSON), True),
    "busy": (lambda a, r: http(
        "503 Service Unavailable", b'{"error":"busy","message":"x"}', JSON,
        "Retry-After: 7"), True),
    "too many": (lambda a, r: http(
        "429 Too Many Requests", b'{"error":"busy","message":"x"}', JSON,
        "Retry-After: 99999999999999999999"), True),
    "failure": (lambda a, r: http(
        "500 Internal Server Error", b'{"error":"io","message":"x\\u001b"}',
        JSON), True),
    "half of it": (lambda a, r: then_cut(
        a[:len(a) - len(body_of(a)) // 2 - 1]), True),
    "one byte less": (lambda a, r: then_cut(a[:-1]), True),
    "length too long": (lambda a, r: then_cut(with_length(
        a, [b"%d" % (len(body_of(a)) + 10)])), True),
    "length too short": (lambda a, r: with_length(
        a, [b"%d" % (len(body_of(a)) - 10)]), True),
    "length below zero": (lambda a, r: then_cut(
        with_length(a, [b"-1"])), True),
    "length no number": (lambda a, r: then_cut(
        with_length(a, [b"zz"])), True),
    "length endless": (lambda a, r: then_cut(
        with_length(a, [b"99999999999"])), True),
    "length twice": (lambda a, r: then_cut(with_length(
        a, [b"%d" % len(body_of(a)), b"3"])), False),
    "no length": (lambda a, r: then_cut(with_length(a, [])), False),
    "chunks of noise": (lambda a, r: then_cut(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n" +
        r.randbytes(50)), True),
    "body without end": (lambda a, r: endless_body(), True),
    "head without end": (lambda a, r: endless_head(), True),
    "one bit wrong": (lambda a, r: one_bit_wrong(a, r), False),
    "said twice": (lambda a, r: a + a, False),
}


class Scene:
    """One office; laptops, each with a road of its own."""

    def __init__(self, stage, number, name="bureau"):
        self.stage = stage
        self.seed = number
        self.ports = [free_port() for _ in range(12)]
        self.office = Office(stage, name, self.ports)
        self.office.import_cast()
        self.office.start()
        self.laptops = []

    def pair(self, name, make=Road):
        """A laptop, and its road."""
        number = len(self.laptops)
        laptop = Laptop(self.stage, name, self.office, number)
        self.laptops.append(laptop)
        laptop.go_by(self.ports[number])
        laptop.record(2)
        road = make(self.stage, self.ports[number], self.office)
        laptop.run("sync")
        return laptop, road

    def after(self, laptop, road, what, statuses):
        """A disturbed sync has ended: how, and is all still there?"""
        show(laptop.status in statuses,
             f"{what}: sync → {laptop.status}", laptop.err)
        if laptop.status != 0:
            show("rien n'est perdu" in laptop.err, f"{what}: says",
                 laptop.err)
        road.order = Order()
        laptop.must_keep()
        laptop.must_hold(self.office)

    def mend(self, laptop, what):
        """By the good road, everything gets there."""
        laptop.run("sync")
        laptop.must_wait_for_nothing(what)
        laptop.must_hold(self.office)

    def end(self):
        """How many entries there are, each exactly once."""
        for laptop in self.laptops:
            laptop.go_by(self.office.port)
        count = check_all(self.office, self.laptops)
        self.office.stop()
        return count


# ---- cuts ----


def length_of_a_sync(laptop, road):
    most = {UP: 0, DOWN: 0}
    for _ in range(3):
        laptop.record(1)
        laptop.forget_login()
        road.order = Order()
        laptop.run("sync")
        for way, carried in road.order.carried.items():
            most[way] = max(most[way], carried)
    return most


def cut_some(scene, laptop, road, cuts):
    """Cuts from a common heap, as many as one scene is for."""
    what = "no cut"
    for count in range(A_SCENE):
        try:
            way, offset, how = cuts.popleft()
        except IndexError:
            break
        # What an earlier cut kept back makes the same sync once more.
        if laptop.waiting() == 0:
            laptop.record(1)
        laptop.forget_login()
        road.order = Order(how, way, offset)
        laptop.attempt("sync")
        what = f"{how} after {offset} bytes {way}"
        scene.after(laptop, road, what, (0, OFFLINE))
        if count % 10 == 9:
            scene.mend(laptop, what)
    scene.mend(laptop, what)


def cut_lane(stage, number, name, cuts):
    """One laptop and one office after the other, until the heap is empty."""
    for turn in itertools.count():
        if not cuts:
            return
        scene = Scene(stage, number, f"{name}-{turn}")
        cut_some(scene, *scene.pair(f"{name}-{turn}-coupe"), cuts)
        scene.end()


def cuts(stage, number):
    rng = random.Random(number)
    scene = Scene(stage, number, "mesure")
    most = length_of_a_sync(*scene.pair("mesuré"))
    scene.end()
    first = rng.randrange(STRIDE)
    heap = collections.deque(
        (way, offset, rng.choice(("end", "reset")))
        for way in (UP, DOWN)
        for offset in range(first, most[way] + MARGIN, STRIDE))
    count = len(heap)
    together([(cut_lane, stage, number, f"voie{lane}", heap)
              for lane in range(LANES)])
    ok(f"cut at {count} of {sum(most.values()) + 2 * MARGIN} bytes of a "
       f"sync (sent: {most[UP]}, received: {most[DOWN]})")


# ---- slowness ----


def slow_lane(scene, laptop, road, way, offset, how):
    laptop.record(3)
    laptop.forget_login()
    road.order = Order(how, way, offset)
    laptop.attempt("sync")
    what = f"{how} after {offset} bytes {way}"
    scene.after(laptop, road, what, (OFFLINE,))
    scene.mend(laptop, what)


def slow_answer(answer):
    for at in range(0, len(answer), 2):
        yield answer[at:at + 2]
        time.sleep(0.1)


def slow_liar(scene, laptop, road):
    """The office itself, so slow that a month's answer would take days."""
    laptop.record(3)
    laptop.forget_login()
    road.lie = lambda request, ask: slow_answer(padded(ask(request)))
    laptop.attempt("sync")
    scene.after(laptop, road, "a slow office", (OFFLINE,))
    road.lie = None
    scene.mend(laptop, "a slow office")


def slowness(scene):
    """Each waits for the laptop's own patience to end; all at once."""
    jobs = [
        (slow_lane, scene, *scene.pair(f"lent{number}"), *order)
        for number, order in enumerate((
            (DOWN, 0, "stall"), (UP, 2000, "stall"), (DOWN, 3000, "stall"),
            (DOWN, 200, "trickle"), (UP, 2000, "trickle")))]
    jobs.append((slow_liar, scene, *scene.pair("lent", Impostor)))
    return jobs


# ---- lies ----


def news(scene, number):
    """The office writes something that every laptop has to hear of."""
    codes = scene.office.data.parent / "motifs.csv"
    codes.write_text(f"code;label\nK{number};motif {number}\n", "utf-8")
    scene.office.run("import", "exit-codes", codes)


def lies(scene, laptop, road):
    rng = random.Random(scene.seed + 1)
    steps = ("push", "challenge", "login", "push", "heads", "pull")
    count = failed = 0
    for name, (lie, must_fail) in LIES.items():
        for step, path in enumerate(steps):
            laptop.record(1)
            laptop.forget_login()
            asked = []
            if not FULL and rng.random() > LIES_TRIED:
                continue
            news(scene, count)

            def answer(request, ask, lie=lie, step=step, asked=asked):
                asked.append(request)
                truth = ask(request)
                return lie(truth, rng) if len(asked) == step + 1 else truth

            road.lie = answer
            laptop.attempt("sync")
            road.lie = None
            what = f"{name} instead of the answer to {path} ({step})"
            show(len(asked) > step, f"{what}: never asked", asked)
            # A first push is a try: what is no answer to it changes nothing,
            # and the heads tell.
            tried = path == "push"
            wanted = {1, AUTH, OFFLINE} | (
                set() if must_fail and not tried else {0})
            scene.after(laptop, road, what, wanted)
            failed += laptop.status != 0
            scene.mend(laptop, what)
            count += 1
    ok(f"{count} of {len(LIES) * len(steps)} lies: {failed} refused with a "
       "clear word, none believed")


def doubled(scene, laptop, road):
    """Every request reaches the office twice; the laptop hears the first
    answer, or the second, or that of the request before."""
    said = []

    def first(request, ask):
        answer = ask(request)
        ask(request)
        return answer

    def second(request, ask):
        ask(request)
        said.append(ask(request))
        return said[-1]

    def before(request, ask):
        said.append(ask(request))
        return said[-2]

    for lie, statuses in ((first, {0}), (second, {0, AUTH}),
                          (before, {1, AUTH, OFFLINE})):
        for login in (False, True):
            laptop.record(2)
            if login:
                laptop.forget_login()
            road.lie = lie
            laptop.attempt("sync")
            road.lie = None
            what = f"requests doubled: {lie.__name__}, login: {login}"
            scene.after(laptop, road, what, statuses)
            scene.mend(laptop, what)
    # An eavesdropper with the key plays a whole sync again, much later.
    laptop.record(1)
    heard = []
    road.lie = lambda request, ask: (heard.append(request), ask(request))[1]
    laptop.run("sync")
    road.lie = None
    # Others sync meanwhile: its own sets alone must stay as they are.
    sets = ("SELECT hash, place FROM changeset WHERE device = ? "
            "ORDER BY place", laptop.rows("SELECT device FROM author")[0][0])
    before_it = scene.office.rows(*sets)
    for request in heard + heard[::-1]:
        road.ask(request)
    same(scene.office.rows(*sets), before_it)
    ok("everything said twice, or later again, is known already")


def stranger(scene, laptop, road):
    """Another certificate: the laptop tells it nothing at all."""
    other = Office(scene.stage, "autre")
    wrong = Impostor(scene.stage, free_port(), scene.office,
                     other.data / "tls.pem")
    laptop.go_by(wrong.port)
    laptop.record(1)
    laptop.attempt("sync")
    scene.after(laptop, wrong, "another certificate", (AUTH,))
    show("rien ne lui a été dit" in laptop.err, laptop.err)
    laptop.attempt("sync", lang="en_GB.UTF-8")
    show("nothing was told to it" in laptop.err, laptop.err)
    same(wrong.heard, [], "the stranger heard")
    laptop.go_by(road.port)
    scene.mend(laptop, "another certificate")
    ok("a server with another certificate hears nothing")


# ---- all of it ----


def together(jobs):
    """Run all at once; the first failure is the play's."""
    failures = []

    def run(job, *arguments):
        try:
            job(*arguments)
        except Exception as failure:  # told by the play's own thread
            failures.append(failure)

    threads = [threading.Thread(target=run, args=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def act(stage):
    number = seed()
    say_how_to_repeat(number)
    scene = Scene(stage, number)
    slow = slowness(scene)
    together([*slow, (at_speed, scene)])
    ok(f"{len(slow)} roads that stall or trickle: the laptop gives up by "
       "itself and loses nothing")
    count = scene.end()
    ok(f"{count} entries, each exactly once on both sides; totals exact")


def at_speed(scene):
    pair = scene.pair("trompé", Impostor)
    stranger(scene, *pair)
    doubled(scene, *pair)
    lies(scene, *pair)
    cuts(scene.stage, scene.seed)


if __name__ == "__main__":
    sys.exit(play(act, memory=True))
