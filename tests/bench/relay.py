"""Roads between a laptop and the office: Meter counts what passes, Link is as
slow as a site's network. Both end when their with statement does."""

import collections
import dataclasses
import re
import select
import socket
import ssl
import threading
import time

PIECE = 1400  # bytes of a packet


class Road:
    """Listens at a port given beforehand (the office must know it by its
    settings), and carries each connection in a thread."""

    def __init__(self, port):
        self.port = port
        self.target = None  # port of the office
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port), backlog=64)
        self.threads = []
        self.over = False

    def to(self, port):
        self.target = port
        return self

    def __enter__(self):
        self.threads.append(threading.Thread(target=self.listen, daemon=True))
        self.threads[0].start()
        return self

    def __exit__(self, *_):
        self.over = True
        # Whoever waits in accept() sees the end by this.
        with socket.socket() as one:
            one.settimeout(1)
            one.connect_ex(("127.0.0.1", self.port))
        for thread in self.threads:
            thread.join(2)
        self.listener.close()

    def listen(self):
        while True:
            plain, _ = self.listener.accept()
            if self.over:
                plain.close()
                return
            thread = threading.Thread(
                target=self.serve, args=(plain,), daemon=True)
            self.threads = [one for one in self.threads if one.is_alive()]
            self.threads.append(thread)
            thread.start()

    def serve(self, plain):
        far = None
        try:
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            far = socket.create_connection(("127.0.0.1", self.target))
            far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.carry(plain, far)
        except OSError:
            pass
        for end in (plain, far):
            if end is not None:
                end.close()

    def carry(self, plain, far):
        raise NotImplementedError


@dataclasses.dataclass
class Taken:
    """What passed since the meter was read."""

    up: int = 0  # bytes, from the laptop
    down: int = 0
    connections: int = 0
    # [method, path, bytes up, bytes down] in order; within TLS alone.
    requests: list = dataclasses.field(default_factory=list)
    first: bytes = b""  # what the laptop said before any answer

    @property
    def total(self):
        return self.up + self.down

    def of(self, path):
        """Bytes of the requests of this path, up and down."""
        return sum(up + down for _, asked, up, down in self.requests
                   if asked.split("?")[0] == path)


class Meter(Road):
    """${pem}: it ends TLS itself, with the office's own key, and counts the
    HTTP within; without, the bytes of the wire, TLS and all."""

    REQUEST = re.compile(rb"(GET|POST|PUT|HEAD|DELETE) (\S+) HTTP/1\.[01]\r\n")

    def __init__(self, port, pem=None):
        super().__init__(port)
        self.pem = pem
        self.taken = Taken()

    def lets(self, path):
        """May this be asked?"""
        return True

    def read(self):
        """What passed since it was last read."""
        with self.lock:
            found, self.taken = self.taken, Taken()
        return found

    def carry(self, plain, far):
        with self.lock:
            self.taken.connections += 1
        if self.pem:
            here = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            here.load_cert_chain(self.pem)
            there = ssl.create_default_context()
            there.check_hostname = False
            there.verify_mode = ssl.CERT_NONE
            plain = here.wrap_socket(plain, server_side=True)
            far = there.wrap_socket(far)
        # Both ways in one thread: a TLS socket is not for two at once.
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
            taken = self.taken
            setattr(taken, way, getattr(taken, way) + len(data))
            if not self.pem:
                return
            if way == "up" and taken.down == 0:
                taken.first += data
            begins = self.REQUEST.match(data) if way == "up" else None
            if begins and not self.lets(begins[2].decode()):
                raise OSError("closed")
            if begins:
                taken.requests.append(
                    [begins[1].decode(), begins[2].decode(), 0, 0])
            if taken.requests:
                taken.requests[-1][2 if way == "up" else 3] += len(data)


class Door(Meter):
    """Whoever enrols comes in; what follows has to find another way."""

    def lets(self, path):
        return path in ("/v1/hello", "/v1/enrol")


class Link(Road):
    """A network of ${rate} bits a second each way, and half of ${delay}
    seconds on each way. What stands in line is as much as a modem keeps: who
    sends more waits, as TCP would."""

    QUEUE = 64 * 1024

    def __init__(self, port, rate=1_000_000, delay=0.150):
        super().__init__(port)
        self.rate = rate / 8
        self.delay = delay / 2
        # All connections share the link: when each way is free again.
        self.free = {"up": 0.0, "down": 0.0}
        self.bytes = {"up": 0, "down": 0}

    def leaves(self, way, size):
        """When the last bit of ${size} bytes has gone into the road."""
        with self.lock:
            begin = max(self.free[way], time.monotonic())
            self.free[way] = begin + size / self.rate
            self.bytes[way] += size
            return self.free[way]

    def serve(self, plain):
        # Opening a connection is a round trip before anything can be said.
        time.sleep(2 * self.delay)
        super().serve(plain)

    def carry(self, plain, far):
        back = threading.Thread(
            target=self.one_way, args=(far, plain, "down"), daemon=True)
        back.start()
        self.one_way(plain, far, "up")
        back.join()

    def one_way(self, source, target, way):
        """Read no faster than the link carries; hand over what has arrived."""
        line = collections.deque()  # (when it arrives, bytes)
        waiting, ended = 0, False
        try:
            while line or not ended:
                now = time.monotonic()
                while line and line[0][0] <= now:
                    data = line.popleft()[1]
                    waiting -= len(data)
                    target.sendall(data)
                pause = line[0][0] - time.monotonic() if line else None
                if ended or waiting >= self.QUEUE:
                    if pause is not None and pause > 0:
                        time.sleep(pause)
                    continue
                pause = None if pause is None else max(0, pause)
                if not select.select([source], [], [], pause)[0]:
                    continue
                data = source.recv(PIECE)
                if not data:
                    ended = True
                    continue
                waiting += len(data)
                line.append((self.leaves(way, len(data)) + self.delay, data))
            target.shutdown(socket.SHUT_WR)
        except OSError:
            for end in (source, target):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
