#!/usr/bin/env python3
"""Shake the HTTPS server: probe.py ECHO_SERVER

Starts ECHO_SERVER (tests/http/echo_server.c), sends it what clients should
and should not send, and prints one line a check. Standard library alone.
Exit status 1 when a check failed or the server did not survive.
"""

import random
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor

BODY_TIME_MS = 1500  # of the server that slow clients are tried on
IDLE_TIME_S = 5
BODY_MAX = 4 * 1024 * 1024
HEADERS_MAX = 32
TIMEOUT_S = 30
CROWD_MAX, LARGE_MAX = 240, 8  # shared/http/crowd.h
SMALL = 32 * 1024
RETRY_S = range(5, 11)  # HTTP_RETRY_S to twice that
SEED = 20250615

warnings.simplefilter("ignore", DeprecationWarning)

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print(f"ok    {name}")
    else:
        failed += 1
        print(f"FAIL  {name}: {detail!r}"[:400])
    sys.stdout.flush()


class Answer:
    """One HTTP response; status 0 when the server closed without one."""

    def __init__(self, status=0, headers=(), body=b""):
        self.status, self.headers, self.body = status, list(headers), body

    def all(self, name):
        return [v for n, v in self.headers if n == name.lower()]

    def one(self, name):
        values = self.all(name)
        return values[0] if len(values) == 1 else None

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:120]!r}"


class Client:
    """A TLS connection on which anything may be written."""

    def __init__(self, port, context=None):
        self.raw = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        try:
            self.tls = (context or trusting()).wrap_socket(
                self.raw, server_hostname="localhost")
        except BaseException:
            self.raw.close()
            raise
        self.pending = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.tls.close()

    def send(self, data):
        self.tls.sendall(data)

    def receive(self):
        """Some bytes; b"" when the server has closed."""
        try:
            return self.tls.recv(65536)
        except (ssl.SSLEOFError, ConnectionResetError, BrokenPipeError):
            return b""

    def answer(self):
        while b"\r\n\r\n" not in self.pending:
            more = self.receive()
            if not more:
                return Answer()
            self.pending += more
        head, rest = self.pending.split(b"\r\n\r\n", 1)
        lines = head.decode("latin-1").split("\r\n")
        headers = []
        for line in lines[1:]:
            name, value = line.split(": ", 1)
            headers.append((name.lower(), value))
        found = Answer(int(lines[0].split()[1]), headers)
        length = int(found.one("content-length") or 0)
        while len(rest) < length:
            more = self.receive()
            if not more:
                break
            rest += more
        found.body, self.pending = rest[:length], rest[length:]
        return found

    def closed(self):
        """Nothing more comes, and the server has closed."""
        return self.pending == b"" and self.receive() == b""


def trusting():
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def head(line, *headers, host="pointeau.example"):
    fields = ([f"Host: {host}"] if host is not None else []) + list(headers)
    return (line + "\r\n" + "".join(f + "\r\n" for f in fields) +
            "\r\n").encode("latin-1")


def ask(port, data):
    """Send; return the answer and whether the server then closed."""
    with Client(port) as client:
        try:
            client.send(data)
        except (ConnectionResetError, BrokenPipeError, ssl.SSLError):
            pass
        found = client.answer()
        return found, found.status == 0 or client.closed()


def refused(port, name, data, status, slug=None):
    """One answer of that status, in JSON, then the end of the connection."""
    found, closed = ask(port, data)
    statuses = status if isinstance(status, tuple) else (status,)
    ok = found.status in statuses and closed
    if ok and found.status != 0 and slug is not None:
        body = found.body.decode("utf-8")
        ok = (body.startswith('{"error":"' + slug + '","message":"') and
              body.endswith('"}') and len(body) > 40 and
              found.one("content-type") == "application/json" and
              found.one("connection") == "close")
    check(name, ok, (found, closed))


def served(port, name, data, text):
    found, _ = ask(port, data)
    check(name, found.status == 200 and found.body == text.encode(), found)


# ---- TLS ----------------------------------------------------------------


def handshake(port, low, high, ciphers=None):
    context = trusting()
    context.minimum_version, context.maximum_version = low, high
    if ciphers is not None:
        context.set_ciphers(ciphers)
    try:
        with Client(port, context) as client:
            client.send(head("GET / HTTP/1.1", "Connection: close"))
            return client.answer().status, client.tls.version(), \
                client.tls.cipher()[0]
    except (ssl.SSLError, ConnectionResetError):
        return None


def tls_checks(port, folder):
    v = ssl.TLSVersion
    for name, version, words in (("1.2", v.TLSv1_2, ("ECDHE", "GCM")),
                                 ("1.3", v.TLSv1_3, ("TLS",))):
        found = handshake(port, version, version)
        check(f"TLS {name} accepted", found is not None and
              found[0] == 200 and found[1] == f"TLSv{name}" and
              all(w in found[2] for w in words), found)
    for name, version in (("1.0", v.TLSv1), ("1.1", v.TLSv1_1)):
        found = handshake(port, version, version, "ALL:@SECLEVEL=0")
        check(f"TLS {name} refused", found is None, found)
    for ciphers in ("ECDHE+AESGCM", "ECDHE+CHACHA20"):
        found = handshake(port, v.TLSv1_2, v.TLSv1_2, ciphers)
        check(f"TLS 1.2 {ciphers} accepted", found is not None, found)
    for ciphers in ("ECDHE+AES:!AESGCM:!AESCCM", "ECDHE+AESCCM", "RSA+AESGCM",
                    "DHE+AESGCM", "aNULL:@SECLEVEL=0"):
        found = handshake(port, v.TLSv1_2, v.TLSv1_2, ciphers)
        check(f"TLS 1.2 {ciphers} refused", found is None, found)
    context = ssl.create_default_context(cafile=f"{folder}/server.pem")
    with Client(port, context) as client:
        check("certificate verifies for localhost", client.tls.version())
    plain = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
    plain.sendall(head("GET / HTTP/1.1"))
    try:
        found = plain.recv(4096)
    except ConnectionResetError:
        found = b""
    check("plain HTTP gets no answer", not found.startswith(b"HTTP"), found)
    plain.close()


# ---- what is served -------------------------------------------------------


def reply_checks(port):
    served(port, "GET passes with its parts", head(
        "GET /a/b?c=%20d HTTP/1.1", "Authorization: Bearer t0k.en",
        "Connection: close"), "GET|/a/b|c=%20d|t0k.en||0")
    served(port, "POST passes with its parts", head(
        "POST /a HTTP/1.1", "Content-Type: text/x", "Content-Length: 5",
        "Connection: close") + b"12345", "POST|/a|||text/x|5")
    served(port, "an empty POST passes", head(
        "POST / HTTP/1.1", "Content-Length: 0", "Connection: close"),
        "POST|/||||0")
    served(port, "Host in another case passes", head(
        "GET / HTTP/1.1", "Connection: close", host="POINTEAU.Example"),
        "GET|/||||0")
    served(port, "Host with the port passes", head(
        "GET / HTTP/1.1", "Connection: close", host=f"127.0.0.1:{port}"),
        "GET|/||||0")
    served(port, f"{HEADERS_MAX} headers pass", head(
        "GET / HTTP/1.1", "Connection: close",
        *["X-More: 1"] * (HEADERS_MAX - 2)), "GET|/||||0")
    found, _ = ask(port, head("GET / HTTP/1.1", "Connection: close"))
    for name, value in (
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
            ("Strict-Transport-Security", "max-age=31536000"),
            ("Referrer-Policy", "no-referrer"),
            ("Content-Security-Policy", "default-src 'none'"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", "10"), ("Connection", "close")):
        check(f"answers carry {name}", found.one(name) == value, found)
    for name in ("Access-Control-Allow-Origin", "Server", "Set-Cookie",
                 "Retry-After"):
        check(f"answers carry no {name}", not found.all(name), found)
    found, _ = ask(port, head("GET /busy HTTP/1.1", "Connection: close"))
    check("Retry-After is sent when set", found.status == 503 and
          found.one("Retry-After") == "7", found)
    refused(port, "an answer out of memory is a 503",
            head("GET /nomem HTTP/1.1"), 503, "nomem")


def body_checks(port):
    rng = random.Random(SEED)
    for size in (1, 63, 64, 65, 16383, 16384, 16385, 300000, BODY_MAX):
        body = rng.randbytes(size)
        found, _ = ask(port, head(
            "POST /body HTTP/1.1", f"Content-Length: {size}",
            "Connection: close") + body)
        check(f"a body of {size} bytes comes back whole",
              found.status == 200 and found.body == body, found)
    with Client(port) as client:
        for part in (head("POST /body HTTP/1.1", "Content-Length: 6"), b"ab",
                     b"c", b"def"):
            client.send(part)
            time.sleep(0.05)
        check("a body in pieces is put together",
              client.answer().body == b"abcdef")


def connection_checks(port):
    with Client(port) as client:
        answers = []
        for i in range(20):
            client.send(head(f"POST /{i} HTTP/1.1", "Content-Length: 3") +
                        b"abc")
            answers.append(client.answer())
        check("a connection serves twenty requests", all(
            a.body == f"POST|/{i}||||3".encode() and
            a.one("connection") == "keep-alive"
            for i, a in enumerate(answers)), answers)
    with Client(port) as client:
        client.send(b"".join(head(f"POST /{i} HTTP/1.1", "Content-Length: 2")
                             + b"xy" for i in range(50)))
        answers = [client.answer() for _ in range(50)]
        check("fifty pipelined requests are answered in order", all(
            a.body == f"POST|/{i}||||2".encode()
            for i, a in enumerate(answers)), answers[-1])
    with Client(port) as client:
        client.send(head("GET /.. HTTP/1.1") + head("GET /after HTTP/1.1"))
        first, second = client.answer(), client.answer()
        check("nothing after a refused request is answered",
              (first.status, second.status) == (400, 0), (first, second))
    for name, line, field in (
            ("Connection: close", "GET / HTTP/1.1", "Connection: close"),
            ("HTTP/1.0", "GET / HTTP/1.0", "X-Any: 1"),
            ("HTTP/1.0 keep-alive", "GET / HTTP/1.0",
             "Connection: keep-alive"),
            ("Connection: upgrade", "GET / HTTP/1.1",
             "Connection: upgrade")):
        found, closed = ask(port, head(line, field))
        check(f"{name} ends the connection", closed and
              found.status == 200 and found.one("connection") == "close",
              (found, closed))
    with Client(port) as client:
        client.send(head("GET / HTTP/1.1"))
        first = client.answer()
        start = time.monotonic()
        closed = client.closed()
        check("an idle connection is closed", first.status == 200 and closed
              and time.monotonic() - start < TIMEOUT_S / 2, first)


# ---- what is refused ------------------------------------------------------


def header_checks(port):
    post = "POST / HTTP/1.1"
    get = "GET / HTTP/1.1"
    refused(port, "no Host", head(get, host=None), 400, "invalid")
    refused(port, "empty Host", head(get, host=""), 421, "invalid")
    for host in ("evil.example", f"127.0.0.1:{port + 1}", "127.0.0.1",
                 "pointeau.example:443", "pointeau.example.evil",
                 "pointeau.example,evil.example"):
        refused(port, f"Host {host}", head(get, host=host), 421, "invalid")
    refused(port, "duplicate Host",
            head(get, "Host: pointeau.example"), 400, "invalid")
    refused(port, "duplicate Host in another case",
            head(get, "hOST: pointeau.example"), 400, "invalid")
    for field in ("X : a", "X :a", "X  : a", "X : ", "Content-Length : 4",
                  "Transfer-Encoding : chunked", "X\t: a"):
        refused(port, f"a space before the colon: {field!r}",
                head(get, field), 400, "invalid")
    for field in ("X:", "X: ", "X:a", "X:  a", "X: a "):
        served(port, f"no space before the colon: {field!r}",
               head(get, field, "Connection: close"), "GET|/||||0")
    refused(port, "Content-Length and Transfer-Encoding", head(
        post, "Content-Length: 4", "Transfer-Encoding: chunked") + b"abcd",
        400, "invalid")
    for coding in ("chunked", "identity", "gzip", "chunked, identity"):
        refused(port, f"Transfer-Encoding: {coding}", head(
            post, f"Transfer-Encoding: {coding}") + b"0\r\n\r\n",
            400, "invalid")
        refused(port, f"GET with Transfer-Encoding: {coding}", head(
            get, f"Transfer-Encoding: {coding}") + b"0\r\n\r\n",
            400, "invalid")
    refused(port, "duplicate Content-Length", head(
        post, "Content-Length: 4", "Content-Length: 4") + b"abcd",
        400, "invalid")
    refused(port, "two different Content-Lengths", head(
        post, "Content-Length: 4", "Content-Length: 40") + b"abcd",
        400, "invalid")
    for length in ("4zz", "+4", "-4", "-0", "0x4", "4,4", "4.0", "", "zz",
                   "4 4", "4 "):
        refused(port, f"Content-Length {length!r}", head(
            post, f"Content-Length: {length}") + b"abcd", 400, "invalid")
    refused(port, "POST without Content-Length", head(post), 411, "invalid")
    for count in (HEADERS_MAX + 1, 63, 64, 65, 100, 1000):
        refused(port, f"{count} headers", head(
            get, *["X-More: 1"] * (count - 1)), 431, "limit")
    refused(port, "header bytes beyond CivetWeb's buffer", head(
        get, "X-More: " + "a" * 20000), 400, "invalid")
    refused(port, "a header without a colon", head(get, "X-More"), 400,
            "invalid")
    refused(port, "NUL in a header", head(get, "X-More: a\0b"), 400,
            "invalid")
    refused(port, "a lone CR in a header", head(get, "X-More: a\rb"), 400,
            "invalid")
    refused(port, "two Authorizations", head(
        get, "Authorization: Bearer a", "Authorization: Bearer b"), 400,
        "invalid")
    refused(port, "a bearer with a space",
            head(get, "Authorization: Bearer a b"), 400, "invalid")


def target_checks(port):
    for target in ("/%00", "/api%00x", "/%2e%2e/", "/a%2Fb", "/..", "/a/../b",
                   "/../../etc/passwd", "/a..b", "/\x7f", "/a\xe9",
                   f"https://127.0.0.1:{port}/a",
                   f"https://pointeau.example:{port}/a"):
        refused(port, f"target {target!r}", head(f"GET {target} HTTP/1.1"),
                400, "invalid")
    for target in ("*", "", "a", "pointeau.example:443",
                   "http://evil.example/", "https://evil.example:1/x",
                   "//..//", "/\0", "/a\0b", "/a b", "\\..\\x"):
        refused(port, f"target {target!r}", head(f"GET {target} HTTP/1.1"),
                (0, 400))
    refused(port, "path too long", head("GET /" + "a" * 512 + " HTTP/1.1"),
            414, "limit")
    served(port, "the longest path passes", head(
        "GET /" + "a" * 511 + " HTTP/1.1", "Connection: close"),
        "GET|/" + "a" * 511 + "||||0")
    refused(port, "query too long", head(
        "GET /?" + "q" * 1025 + " HTTP/1.1"), 414, "limit")
    rng = random.Random(SEED)
    pieces = ["..", "/", "%2e", "%2f", "\\", "%5c", "%c0%ae", "etc", "passwd",
              ".", "%00", ";", "%252e", "%u002e"]
    wrong = None
    with_dots = [t for t in ("/" + "".join(rng.choices(pieces, k=8))
                             for _ in range(300)) if "%" in t or ".." in t]
    for target in with_dots:
        found, closed = ask(port, head(f"GET {target} HTTP/1.1"))
        if found.status != 400 or not closed:
            wrong = (target, found)
    check(f"{len(with_dots)} traversals are refused",
          wrong is None and len(with_dots) > 200, wrong)


def method_checks(port):
    for method in ("HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "CONNECT",
                   "PROPFIND", "MKCOL", "LOCK"):
        with Client(port) as client:
            client.send(head(f"{method} / HTTP/1.1", "Origin: https://e",
                             "Access-Control-Request-Method: PUT"))
            data = b""
            while more := client.receive():
                data += more
        check(f"{method} is a 405 with Allow and no CORS",
              data.startswith(b"HTTP/1.1 405 ") and
              b"\r\nAllow: GET, POST\r\n" in data and
              b"Access-Control" not in data and
              data.endswith(b"\r\n\r\n") == (method == "HEAD"), data)
    for method in ("TRACE", "get", "GETX", "PRI", "BREW"):
        refused(port, f"method {method}", head(f"{method} / HTTP/1.1"),
                400, "invalid")
    for version in ("HTTP/2.0", "HTTP/0.9", "HTTP/1.2"):
        refused(port, f"version {version}", head(f"GET / {version}"), 505,
                "invalid")
    for version in ("HTTX/1.1", "", "http/1.1"):
        refused(port, f"version {version!r}", head(f"GET / {version}"), 400,
                "invalid")
    refused(port, "GET with a body", head(
        "GET / HTTP/1.1", "Content-Length: 4") + b"abcd", 400, "invalid")
    refused(port, "HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400)
    refused(port, "WebSocket upgrade is plain HTTP", head(
        "GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "Sec-WebSocket-Version: 13"), 200)


def size_checks(port):
    for length in (str(BODY_MAX + 1), str(2**31), str(2**32 + 4),
                   str(2**63), str(2**64 + 4), "9" * 60):
        refused(port, f"Content-Length {length} is refused unread", head(
            "POST / HTTP/1.1", f"Content-Length: {length}"), 413, "limit")
    refused(port, "a client that sends on still reads the 413", head(
        "POST / HTTP/1.1", f"Content-Length: {BODY_MAX + 1}") +
        b"x" * 200000, 413, "limit")
    refused(port, "a client that sends on still reads the 421", head(
        "POST / HTTP/1.1", "Content-Length: 200000", host="evil.example") +
        b"x" * 200000, 421, "invalid")


# ---- slow and hostile clients ---------------------------------------------


def trickle(client, interval_s):
    """One byte now and then, until the server answers; how long it took."""
    start = time.monotonic()
    client.tls.settimeout(interval_s)
    while time.monotonic() - start < TIMEOUT_S:
        try:
            client.send(b"x")
            client.pending += client.receive()
            if client.pending:
                break
        except (TimeoutError, socket.timeout, ssl.SSLWantReadError):
            pass
        except (ssl.SSLError, OSError):
            break
    client.tls.settimeout(TIMEOUT_S)
    return time.monotonic() - start


def slow_checks(port):
    for name, interval_s in (("slow", 0.3), ("very slow", 1.2),
                             ("silent", TIMEOUT_S)):
        with Client(port) as client:
            client.send(head("POST / HTTP/1.1", "Content-Length: 1000"))
            took = trickle(client, interval_s)
            found = client.answer()
            check(f"a {name} body ends with 408", found.status == 408 and
                  b'"error":"timeout"' in found.body and client.closed() and
                  took < TIMEOUT_S, (found, took))
    with Client(port) as client:
        client.send(b"GET / HTTP/1.1\r\nX-Slow: ")
        took = trickle(client, 0.2)
        found = client.answer()
        check("slow headers do not last", found.status in (0, 400) and
              took < TIMEOUT_S, (found, took))
    with Client(port) as client:
        client.send(head("POST / HTTP/1.1", "Content-Length: 1000") + b"ab")
    raw = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
    raw.sendall(b"\x16\x03\x01")
    raw.close()
    served(port, "a client that leaves harms nobody", head(
        "GET / HTTP/1.1", "Connection: close"), "GET|/||||0")


def crowd_checks(port):
    wrong = []

    def one(number):
        try:
            with Client(port) as client:
                for i in range(10):
                    body = random.Random(number * 100 + i).randbytes(5000)
                    client.send(head("POST /body HTTP/1.1",
                                     "Content-Length: 5000") + body)
                    if client.answer().body != body:
                        wrong.append((number, i))
        except OSError as error:
            wrong.append((number, error))

    with ThreadPoolExecutor(40) as pool:
        list(pool.map(one, range(40)))
    check("forty clients at once get their own bytes", not wrong, wrong)
    silent = [socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
              for _ in range(48)]
    start = time.monotonic()
    served(port, "48 silent sockets leave room", head(
        "GET / HTTP/1.1", "Connection: close"), "GET|/||||0")
    check("before they are closed for idleness",
          time.monotonic() - start < IDLE_TIME_S * 0.8)
    for one_of_them in silent:
        one_of_them.close()


def over(clients):
    """Of these, those that got an answer or an end: {client: Answer}."""
    found = {}
    for client in clients:
        client.tls.settimeout(0)
        try:
            more = client.receive()
        except (ssl.SSLWantReadError, BlockingIOError):
            continue
        finally:
            client.tls.settimeout(TIMEOUT_S)
        client.pending += more
        found[client] = client.answer() if more else Answer()
    return found


def wait_over(clients, count):
    """Wait until ${count} of them have an answer or an end."""
    found, start = {}, time.monotonic()
    while len(found) < count and time.monotonic() - start < TIMEOUT_S:
        found.update(over([c for c in clients if c not in found]))
        time.sleep(0.05)
    return found


def hold(port, count, data):
    """Clients that sent ${data}, which leaves the server waiting."""
    clients = []
    for _ in range(count):
        client = Client(port)
        client.send(data)
        clients.append(client)
    return clients


def starving_checks(port):
    """Silent, idle and slow clients, up to the limit and beyond."""
    slow_body = head("POST / HTTP/1.1", "Content-Length: 1000") + b"x"
    plain = head("GET / HTTP/1.1", "Connection: close")
    idle = hold(port, 50, head("GET / HTTP/1.1"))
    slow_head = hold(port, 50, b"GET / HTTP/1.1\r\nX-Slow: ")
    slow = hold(port, CROWD_MAX - 110, slow_body)
    for i in range(5):
        served(port, f"{CROWD_MAX - 10} idle and slow clients leave room "
               f"({i})", plain, "GET|/||||0")
    check("and no slow body was cut for that", not over(slow))
    more = hold(port, CROWD_MAX, slow_body)
    for i in range(5):
        served(port, f"twice as many as the limit leave room ({i})", plain,
               "GET|/||||0")
    found = wait_over(slow, len(slow))
    check("the first ones gave way", len(found) == len(slow) and
          all(a.status == 0 for a in found.values()), found.values())
    found = over(more[-CROWD_MAX // 2:])
    check("the last ones did not", all(
        a.status == 408 for a in found.values()), found.values())
    for client in idle + slow_head + slow + more:
        client.close()
    served(port, "after them all is as before", plain, "GET|/||||0")


def large_checks(port):
    """Bodies in memory: at the limit and one past it."""
    announced = head("POST /body HTTP/1.1", f"Content-Length: {BODY_MAX}",
                     "Connection: close")
    clients = hold(port, 3 * LARGE_MAX, announced)
    found = wait_over(clients, 2 * LARGE_MAX)
    waits = [int(a.one("retry-after") or 0) for a in found.values()]
    check(f"{LARGE_MAX} large bodies are let in, the others told to wait",
          len(found) == 2 * LARGE_MAX and all(
              a.status == 503 and b'"busy"' in a.body
              for a in found.values()) and
          all(w in RETRY_S for w in waits), (waits, found))
    check("not all the same time", len(set(waits)) > 1, waits)
    body = random.Random(SEED).randbytes(SMALL)
    found, _ = ask(port, head("POST /body HTTP/1.1", "Connection: close",
                              f"Content-Length: {SMALL}") + body)
    check("a small body needs no place", found.status == 200 and
          found.body == body, found)
    found, _ = ask(port, head("POST /body HTTP/1.1", "Connection: close",
                              f"Content-Length: {SMALL + 1}"))
    check("one byte more does", found.status == 503, found)
    one = next(c for c in clients if not over([c]) and not c.pending)
    body = random.Random(SEED).randbytes(BODY_MAX)
    one.send(body)
    check("those let in are served",
          one.answer().body == body and one.closed())
    found, _ = ask(port, head("POST /body HTTP/1.1", "Connection: close",
                              f"Content-Length: {BODY_MAX}") + body)
    check("a place given back is given again", found.body == body, found)
    for client in clients:
        client.close()


def garbage(rng):
    """Something between a request and noise."""
    kind = rng.randrange(4)
    if kind == 0:
        return rng.randbytes(rng.randrange(1, 3000))
    valid = bytearray(head(
        rng.choice(["GET", "POST", "HEAD"]) + " /v1/x?y=z HTTP/1.1",
        "Content-Length: " + str(rng.randrange(20)),
        "Authorization: Bearer abc") + rng.randbytes(rng.randrange(40)))
    if kind == 1:
        for _ in range(rng.randrange(1, 12)):
            valid[rng.randrange(len(valid))] = rng.randrange(256)
        return bytes(valid)
    if kind == 2:
        return bytes(valid[:rng.randrange(1, len(valid))])
    at = rng.randrange(len(valid))
    return bytes(valid[:at]) + rng.choice(
        [b"\r\n", b"\r", b"\n", b"\0", b":", b" ", b"\r\n\r\n", b"%00",
         b"\r\nTransfer-Encoding: chunked\r\n", b"\t"]) * \
        rng.randrange(1, 4) + bytes(valid[at:])


def garbage_checks(port):
    rng = random.Random(SEED)
    wrong = []

    def one(data):
        found = Answer()
        try:
            with Client(port) as client:
                client.send(data)
                found = client.answer()
        except (ssl.SSLError, OSError):
            pass
        if found.status not in (0, 200, 400, 405, 408, 411, 413, 414, 421,
                                431, 505):
            wrong.append((data, found))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(one, [garbage(rng) for _ in range(200)]))
    check("200 random requests get an answer or an end", not wrong, wrong)
    for i in range(50):
        raw = socket.create_connection(("127.0.0.1", port), TIMEOUT_S)
        try:
            raw.sendall(b"\x16\x03\x01\x02\x00" * (i % 2) +
                        rng.randbytes(rng.randrange(1, 600)))
        except OSError:
            pass
        raw.close()
    served(port, "random bytes instead of TLS harm nobody", head(
        "GET / HTTP/1.1", "Connection: close"), "GET|/||||0")


def language_checks(port):
    for language, word in (("fr", "refusée"), ("en-GB", "refused"),
                           ("de", "refusée")):
        found, _ = ask(port, head("GET /.. HTTP/1.1",
                                  f"Accept-Language: {language}"))
        check(f"messages for {language}", word in found.body.decode(), found)
    found, _ = ask(port, head("GET /.. HTTP/1.1"))
    check("messages are French by default", "refusée" in
          found.body.decode(), found)


def stop_checks(server):
    port = server.port
    with Client(port) as idle, Client(port) as busy, Client(port) as sender:
        idle.send(head("GET / HTTP/1.1"))
        idle.answer()
        sender.send(head("POST / HTTP/1.1", "Content-Length: 100") + b"ab")
        busy.send(head("GET /late HTTP/1.1"))
        time.sleep(0.2)
        server.end()
        check("a request under way is finished when stopping",
              busy.answer().body == b"GET|/late||||0")
        found = sender.answer()
        check("a body still on its way is refused when stopping",
              found.status == 503 and b'"interrupted"' in found.body and
              found.one("Retry-After") is not None, found)
        check("an idle connection is closed when stopping", idle.closed())


class Server:
    """An echo server and its folder."""

    def __init__(self, program, body_time_ms):
        self.folder = tempfile.TemporaryDirectory()
        self.errors = open(f"{self.folder.name}/errors", "w+b")
        self.process = subprocess.Popen(
            [program, self.folder.name, str(body_time_ms)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors)
        ready = re.fullmatch(rb"ready (\d+)\n",
                             self.process.stdout.readline())
        if ready is None:
            sys.exit(f"no server: {self.said()!r}")
        self.port = int(ready[1])

    def said(self):
        self.errors.seek(0)
        return self.errors.read()

    def end(self):
        self.process.stdin.close()

    def final_checks(self, name):
        self.end()
        try:
            status = self.process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            status = f"still running, killed: {self.process.wait()}"
        check(f"the {name} server stops cleanly", status == 0, status)
        check(f"the {name} server prints nothing",
              self.process.stdout.read() + self.said() == b"", self.said())
        self.process.stdout.close()
        self.errors.close()
        self.folder.cleanup()


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    usual, hasty = Server(sys.argv[1], 0), Server(sys.argv[1], BODY_TIME_MS)
    try:
        tls_checks(usual.port, usual.folder.name)
        body_checks(usual.port)
        crowd_checks(usual.port)
        starving_checks(usual.port)
        large_checks(usual.port)
        for checks in (reply_checks, connection_checks, header_checks,
                       target_checks, method_checks, size_checks, slow_checks,
                       garbage_checks, language_checks):
            checks(hasty.port)
        stop_checks(hasty)
    except OSError as error:
        check("the server is there to the end", False, error)
    finally:
        usual.final_checks("usual")
        hasty.final_checks("hasty")
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
