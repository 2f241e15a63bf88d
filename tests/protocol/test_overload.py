#!/usr/bin/env python3
"""The real server short of disk, descriptors and memory, and asked too much.

A full disk is a file-size limit set on the running server and lifted again.
Memory is what the kernel says the process has held at most (VmHWM).
"""

import pathlib
import random
import resource
import socket
import subprocess
import sys
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor

import test_protocol as kit
from test_protocol import BIN, KIB, MIB, changed, check, hours, same, work

MEMORY_MAX = 160 * MIB  # docs/limits.md
RETRY_S = range(30, 61)  # SERVICE_RETRY_S to twice that
FRAME_MAX = 64 * MIB
FILES = 36  # more than the server has open by itself
LOGINS_MAX = 60  # RATE_LOGINS
SEED = 20250616
NO_LIMIT = resource.RLIM_INFINITY


class Office(kit.Office):
    def start(self):
        """Left as Python has it, SIGXFSZ is ignored: a file that would grow
        too large is an error, as on a full disk."""
        self.process = subprocess.Popen(
            [BIN / "pointeau-server", "serve", "--json", "--data",
             self.data], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.errors, restore_signals=False)
        line = self.process.stdout.readline()
        if b'"ready":true' not in line:
            raise RuntimeError(f"no server: {line!r} {self.said()!r}")

    def limit_files(self, size):
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE,
                         (size, NO_LIMIT))

    def memory(self, name):
        status = pathlib.Path(f"/proc/{self.process.pid}/status")
        for line in status.read_text(encoding="ascii").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) * KIB
        raise RuntimeError(f"no {name}")


def hours_set(one, day):
    return one.seal("RIVES", [one.entry(
        "RIVES", "hours", hours("V01", day, "am"), work())])


def waits(found):
    return int(found.headers.get("Retry-After", 0))


def check_full_disk(office, one):
    first = hours_set(one, "2026-11-16")
    same("a push before the disk is full", one.send([first]).status, 200)
    one.last["RIVES"] = (first.seq, first.hash())
    second = hours_set(one, "2026-11-17")
    before = office.dump()
    office.limit_files(4 * KIB)
    found = [one.send([second]) for _ in range(5)]
    check("a full disk is a 503 that says when to return", all(
        a.status == 503 and a.json()["error"] == "io" and
        waits(a) in RETRY_S for a in found), found)
    same("whoever runs the server is told once",
         office.said().count(b"\n"), 1)
    check("not the same time to all", len(set(map(waits, found))) > 1, found)
    same("and nothing has changed", changed(before, office.dump()), [])
    same("healthz still answers", one.get("/healthz").body,
         b'{"ok":true}')
    same("and so does pull", one.ask(
        "GET", "/v1/pull?structure=RIVES&after=0").status, 200)
    office.limit_files(NO_LIMIT)
    found = one.send([second])
    check("with room again, the same push is taken", found.status == 200 and
          found.json()["sets"][0]["state"] == "stored", found)
    one.last["RIVES"] = (second.seq, second.hash())


def check_few_files(office, one):
    """Its last descriptors are taken by callers who say nothing."""
    pid, before = office.process.pid, office.said()
    limits = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    same("the server may open all that it is allowed", *limits)
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (FILES, limits[1]))
    port = int(office.url.rsplit(":", 1)[1])
    callers = []
    try:
        for _ in range(2 * FILES):
            callers.append(socket.create_connection(("127.0.0.1", port)))
        same("out of open files a laptop is served, its elders are shut",
             one.ask("GET", "/v1/heads").status, 200)
        said = office.said()[len(before):]
        check("and whoever runs the server is told once",
              said.count(b"\n") == 1 and b"LimitNOFILE" in said, said)
    finally:
        for caller in callers:
            caller.close()
        resource.prlimit(pid, resource.RLIMIT_NOFILE, limits)
    same("the server is as well as before",
         one.ask("GET", "/v1/heads").status, 200)


def check_logins(one):
    request = dict(one.login_request(), challenge="00" * 56)
    found = []
    for _ in range(LOGINS_MAX + 10):
        found.append(one.https.ask("POST", "/v1/login",
                                   kit.json.dumps(request).encode()))
        if found[-1].status != 401:
            break
    check("too many logins are a 429 that says when to return",
          found[-1].status == 429 and waits(found[-1]) > 0 and
          found[-1].json()["error"] == "busy" and
          len(found) > LOGINS_MAX - 5, (len(found), found[-1]))
    same("those logged in work on", one.ask("GET", "/v1/heads").status, 200)


def check_frames(office, one):
    """What a command of the same user sends to the running server."""
    def send(length, body):
        with socket.socket(socket.AF_UNIX) as conn:
            conn.settimeout(kit.WAIT_S)
            conn.connect(str(office.data / "admin.sock"))
            try:
                conn.sendall(length.to_bytes(4, "big"))
                conn.sendall(body)
                return "taken", conn.recv(1)
            except (BrokenPipeError, ConnectionResetError):
                return "refused", b""

    body = b" " * FRAME_MAX
    same("a frame at the limit is read, and is no command",
         send(FRAME_MAX, body), ("taken", b""))
    same("one of a byte more is not", send(FRAME_MAX + 1, body + b" "),
         ("refused", b""))
    same("the server is as well as before",
         one.ask("GET", "/v1/heads").status, 200)


def is_sanitized():
    program = (BIN / "pointeau-server").read_bytes()
    return b"__asan_init" in program or b"__tsan_init" in program


def odd_bodies(one):
    """Large and odd requests, each with what may answer it."""
    rng = random.Random(SEED)
    noise = rng.randbytes(4 * MIB)
    inflated = zlib.compress(bytes(4 * MIB - 1), 9)
    filler = "x" * (240 * KIB)
    entries = [one.entry("RIVES", "hours", hours("V01", "2026-11-18", "am"),
                         work(), note=filler) for _ in range(4)]
    last = one.last["RIVES"]
    sets = []
    for i in range(4):
        sets.append(one.seal("RIVES", entries, seq=last[0] + 2 + i))
    packed = zlib.compress(kit.client.wire_push(sets), 0)
    return [
        ("POST", "/v1/push", noise),
        ("POST", "/v1/push", kit.huge_bomb()),
        ("POST", "/v1/push", inflated),
        ("POST", "/v1/push", packed),
        ("POST", "/v1/enrol", b"[" * (4 * MIB)),
        ("POST", "/v1/enrol", b'{"code":"' + b"a" * (4 * MIB - 11) + b'"}'),
        ("POST", "/v1/challenge", b"{" + b'"a":1,' * 600000 + b'"b":1}'),
        ("POST", "/v1/login", b'{"a":[' + b"1," * 2000000 + b"1]}"),
        ("GET", "/v1/pull?structure=RIVES&after=0", None),
        ("GET", "/v1/log?structure=RIVES&after=0", None),
        ("GET", "/" + "a" * 600, None),
    ]


def check_memory(office, one):
    base = office.memory("VmHWM")
    bodies = odd_bodies(one) * 12
    random.Random(SEED).shuffle(bodies)
    wrong = []

    def ask(asked):
        try:
            found = one.ask(*asked)
        except OSError as error:  # refused unread, the connection cut
            return repr(type(error).__name__)
        if found.status not in (200, 400, 404, 409, 413, 414, 429, 503):
            wrong.append((asked[:2], found))
        return found.status

    with ThreadPoolExecutor(24) as pool:
        statuses = list(pool.map(ask, bodies))
    check(f"{len(bodies)} large and odd requests are answered", not wrong,
          wrong)
    same("the server is as well as before",
         one.ask("GET", "/v1/heads").status, 200)
    counts = {str(s): statuses.count(s) for s in set(statuses)}
    most = office.memory("VmHWM")
    if is_sanitized():  # its shadow and quarantine are not ours
        print(f"# sanitized: {most // MIB} MiB, not judged")
        return
    check(f"memory stays below {MEMORY_MAX // MIB} MiB (before: "
          f"{base // MIB} MiB, at most: {most // MIB} MiB; {counts})",
          most <= MEMORY_MAX, most)


def play(folder):
    office = Office(folder)
    try:
        office.start()
        one = office.laptop("berges", "VERTS")
        check_full_disk(office, one)
        check_few_files(office, one)
        check_memory(office, one)
        check_frames(office, one)
        check_logins(one)
        same("the server ends well", office.stop(), 0)
    finally:
        office.stop()
        office.errors.close()


def main():
    with tempfile.TemporaryDirectory(prefix="pointeau-overload-") as folder:
        play(folder)
    print(f"1..{kit.passed + kit.failed}")
    sys.exit(1 if kit.failed else 0)


if __name__ == "__main__":
    main()
