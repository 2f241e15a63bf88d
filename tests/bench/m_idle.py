"""P4: a sync with nothing to say. Round trips and bytes are those of the real
laptop, counted within TLS; CPU is the server's, asked again and again exactly
what the laptop asks, against one byte from the same CivetWeb behind the same
gate, threads and TLS (bench_https). Both alike: a TLS connection of its own
for each request, as a laptop's sync has (P4.cpu), and one connection kept
(P4.kept: what the question alone costs)."""

import contextlib
import socket
import ssl

import day
import lib
import relay
from bare import Bare
from lib import L, Failed, Laptop, Measure, Server, free_port, paired

KIB = 1024
# A laptop may ask 1,200 times at once, then 20 times a second: docs/limits.md.
# All rounds of both ways stay below it.
ROUNDS, A_ROUND, QUICK_A_ROUND = 9, 75, 40
WARM = 1


class Client:
    """Says the same bytes again and again. TLS 1.3 whole each time: nothing
    is resumed on either side."""

    def __init__(self, port, text):
        self.port = port
        self.text = text
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.context.check_hostname = False
        self.context.verify_mode = ssl.CERT_NONE

    def connect(self):
        plain = socket.create_connection(("127.0.0.1", self.port), 30)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return self.context.wrap_socket(plain)

    def ask(self, link):
        link.sendall(self.text)
        answer = link.recv(65536)
        while b"\r\n\r\n" not in answer:
            answer += link.recv(65536)
        head, body = answer.split(b"\r\n\r\n", 1)
        if not head.startswith(b"HTTP/1.1 200"):
            raise Failed(repr(answer[:300]))
        size = [int(line.split(b":")[1]) for line in head.split(b"\r\n")
                if line.lower().startswith(b"content-length:")][0]
        while len(body) < size:
            body += link.recv(65536)

    def anew(self, times):
        for _ in range(times):
            with contextlib.closing(self.connect()) as link:
                self.ask(link)

    def kept(self, times):
        with contextlib.closing(self.connect()) as link:
            for _ in range(times):
                self.ask(link)


def cpu_each(pid, ask, times):
    """CPU seconds of the process ${pid} for each of so many requests."""
    before = lib.cpu_of(pid)
    ask(times)
    return (lib.cpu_of(pid) - before) / times


def nothing_to_say(server, laptop, meter):
    """What passed, and the request itself."""
    laptop.go_by(meter.port)
    meter.read()
    laptop.sync()
    taken = meter.read()
    text = taken.first.replace(
        b"127.0.0.1:%d" % meter.port, b"127.0.0.1:%d" % server.port)
    return taken, text


def cpu(stage, server, text):
    """(new connections, one kept): how they compare with the bare byte."""
    times = QUICK_A_ROUND if stage.quick else A_ROUND
    with Bare(stage, server.data / "tls.pem") as bare:
        ours = Client(server.port, text)
        plain = f"127.0.0.1:{server.port}".encode()
        theirs = Client(bare.port, text.replace(
            plain, b"127.0.0.1:%d" % bare.port))
        found = []
        for way in ("anew", "kept"):
            found.append(paired(
                lambda: cpu_each(server.pid(), getattr(ours, way), times),
                lambda: cpu_each(bare.pid(), getattr(theirs, way), times),
                ROUNDS if way == "anew" else 3, WARM))
    return found


def idle(stage):
    road = free_port()
    server = Server(stage, roads=(road,))
    day.people(server)
    with server, relay.Meter(road, server.data / "tls.pem").to(
            server.port) as meter:
        laptop = Laptop(stage, server, day.CREW)
        laptop.sync()
        # Days at work: what is asked of, and answered about, a real one.
        day.Day(laptop, 0).all()
        laptop.sync()
        taken, text = nothing_to_say(server, laptop, meter)
        anew, kept = cpu(stage, server, text)
    return [
        Measure("P4", L("une synchronisation sans rien à dire : "
                        "allers-retours HTTP",
                        "a sync with nothing to say: HTTP round trips"),
                len(taken.requests), 1, unit=L("requête", "request"),
                detail={"requests": taken.requests}),
        Measure("P4.bytes", L("… octets HTTP, montants et descendants",
                              "… bytes of HTTP, up and down"),
                taken.total, KIB, unit=L("octets", "bytes"),
                detail={"up": taken.up, "down": taken.down}),
        Measure("P4.cpu", L("… processeur du serveur ÷ un octet servi en "
                            "HTTPS, une connexion TLS chaque fois",
                            "… server CPU ÷ one byte served by HTTPS, a TLS "
                            "connection each time"),
                anew.ratio, 1.5, spread=anew.spread,
                detail=anew.detail("sync_s", "byte_s")),
        Measure("P4.kept", L("… le même, connexion gardée : le prix de la "
                             "question seule",
                             "… the same, the connection kept: what the "
                             "question alone costs"),
                kept.ratio, spread=kept.spread,
                detail=kept.detail("sync_s", "byte_s")),
    ]


MEASURES = dict.fromkeys(("P4", "P4.bytes", "P4.cpu", "P4.kept"), idle)
