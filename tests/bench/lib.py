"""What the measures share: a stage with two cores, programs that end with it,
a server, laptops, and medians of ratios. A measure is worth something when
both its sides ran in turn, here, now: paired() does that.

    def idle(stage):
        with Server(stage) as server:
            laptop = Laptop(stage, server)
            pair = paired(lambda: laptop.sync_cpu(), reference, 7)
            return [Measure("P4.cpu", L("…", "…"), pair.ratio, 1.5,
                            spread=pair.spread)]

    MEASURES = {"P4.cpu": idle}
"""

import contextlib
import ctypes
import dataclasses
import json
import os
import pathlib
import platform
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
# By these cores, when there are two: the server, and what presses it.
SERVER, DRIVER = 0, 1
MIB = 1024 * 1024
WAIT_S = 300  # of one program; the whole run has its own limit


class Failed(Exception):
    """A measure that could not be taken."""


def in_english():
    """As tools/lib.sh and the programs decide it."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        text = os.environ.get(name, "")
        if text:
            return re.fullmatch(r"en([_.@-].*)?", text) is not None
    return False


def L(french, english):
    return english if in_english() else french


def say(text):
    """How far it is, on standard error."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


# ---- what is found ----


@dataclasses.dataclass
class Measure:
    """One row of the table. No ${goal}: context, never met nor missed."""

    id: str
    what: str
    value: float
    goal: float | None = None
    better: str = "lower"  # or "higher"
    spread: tuple | None = None  # the least and the greatest
    unit: str = ""  # "": a ratio
    detail: dict = dataclasses.field(default_factory=dict)

    @property
    def met(self):
        if self.goal is None:
            return None
        if self.better == "higher":
            return self.value >= self.goal
        return self.value <= self.goal

    def as_json(self):
        found = {"id": self.id, "what": self.what, "value": self.value,
                 "unit": self.unit, "goal": self.goal, "better": self.better,
                 "met": self.met}
        if self.spread is not None:
            found["spread"] = list(self.spread)
        found["detail"] = self.detail
        return found


@dataclasses.dataclass
class Pair:
    """Two things done in turn."""

    ratio: float  # the median of a / b, round by round
    spread: tuple  # the least and the greatest of these ratios
    a: float  # medians of each alone: context
    b: float
    ratios: list

    def detail(self, a="a", b="b"):
        return {a: self.a, b: self.b, "ratios": self.ratios}


def ratios(a, b):
    """What two lists of the same length say: round by round."""
    if not a or len(a) != len(b):
        raise Failed("a pair needs as many of one side as of the other")
    if min(b) <= 0:
        raise Failed(f"the reference took nothing: {b}")
    found = [one / other for one, other in zip(a, b)]
    return Pair(statistics.median(found), (min(found), max(found)),
                statistics.median(a), statistics.median(b), found)


def paired(a, b, rounds=5, warm=0):
    """A, B, A, B…: each a call that gives what it took. So many ${warm}
    rounds first are not looked at."""
    left, right = [], []
    for round_ in range(-warm, rounds):
        one, other = a(), b()
        if round_ >= 0:
            left.append(one)
            right.append(other)
    return ratios(left, right)


def wall(call):
    """Seconds that it took."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


# ---- where it is found ----


class Stage:
    """A directory, two cores, and programs that end when it does."""

    def __init__(self, build, quick=False, seconds=1200, scratch=None,
                 options=None):
        self.bin = pathlib.Path(build).resolve()
        self.quick = quick
        self.options = options  # of the command line: sizes, large, growth…
        self.end = time.monotonic() + seconds
        self.path = pathlib.Path(tempfile.mkdtemp(
            prefix="bench-", dir=scratch or self.bin))
        self.children = []
        self.cores = sorted(os.sched_getaffinity(0))
        self.environment = {
            name: value for name, value in os.environ.items()
            if not name.startswith(("LC_", "LANGUAGE"))}
        self.environment["LANG"] = "fr_FR.UTF-8"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for child in self.children:
            if child.poll() is None:
                child.kill()
            child.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def left(self):
        """Seconds until the whole run must be over."""
        return self.end - time.monotonic()

    def directory(self, name):
        """A new one; the same name again makes another."""
        return pathlib.Path(tempfile.mkdtemp(
            prefix=f"{name}-", dir=self.path))

    def program(self, name):
        """One of the product's, or a bench_*."""
        for where in (self.bin, self.bin / "tests" / "bench"):
            if (where / name).exists():
                return str(where / name)
        if "/" not in name and not name.startswith(("pointeau", "bench_")):
            return name  # the system's
        raise Failed(L(f"{name} n'est pas construit dans {self.bin}",
                       f"{name} is not built in {self.bin}"))

    def pin(self, core=None):
        """What goes before a command to keep it on SERVER or DRIVER."""
        if core is None or not shutil.which("taskset"):
            return []
        return ["taskset", "-c", str(self.cores[core % len(self.cores)])]

    def spawn(self, argv, core=None, **more):
        """Begin a program; it ends with the stage at the latest."""
        more.setdefault("stdin", subprocess.DEVNULL)
        more.setdefault("env", self.environment)
        more.setdefault("cwd", self.path)
        words = [self.program(str(argv[0])), *map(str, argv[1:])]
        child = subprocess.Popen([*self.pin(core), *words], **more)
        self.children = [one for one in self.children if one.poll() is None]
        self.children.append(child)
        return child

    def run(self, argv, core=None, status=(0,), **more):
        """What it says on standard output; its status must be expected."""
        child = self.spawn(argv, core, stdout=subprocess.PIPE,
                           stderr=subprocess.PIPE, text=True, **more)
        try:
            out, err = child.communicate(
                timeout=max(1, min(WAIT_S, self.left())))
        except subprocess.TimeoutExpired:
            child.kill()
            child.communicate()
            raise Failed(f"{argv[0]} {argv[1:]} hangs") from None
        if child.returncode not in status:
            raise Failed(f"{argv[0]} {argv[1:]} → {child.returncode}\n"
                         f"{out[-2000:]}{err[-2000:]}")
        return out

    def bench(self, name, *words, core=None, **more):
        """The object that a bench_* prints."""
        return json.loads(self.run([name, *words], core, **more))

    def timed(self, argv, core=None, **more):
        """(wall, CPU) seconds of a program from its start to its end."""
        start = time.perf_counter()
        child = self.spawn(argv, core, stdout=subprocess.DEVNULL,
                           stderr=subprocess.DEVNULL, **more)
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode != 0:
            raise Failed(f"{argv[0]} {argv[1:]} → {child.returncode}")
        return took, usage.ru_utime + usage.ru_stime


def free_port():
    """One that the kernel says is free."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def cpu_of(pid):
    """CPU seconds of a running process, its ended threads too, to the
    nanosecond: its own clock, as clock_getcpuclockid() names it."""
    return time.clock_gettime((~pid) << 3 | 2)


def memory_of(pid):
    """Bytes: rss, pss (its share of what is shared), peak (of rss)."""
    found = {}
    for file, names in (("smaps_rollup", {"Rss": "rss", "Pss": "pss"}),
                        ("status", {"VmHWM": "peak"})):
        for line in open(f"/proc/{pid}/{file}"):
            name, _, rest = line.partition(":")
            if name in names:
                found[names[name]] = int(rest.split()[0]) * 1024
    return found


class Person:
    """A program of the product on a directory of its own."""

    name = ""

    def __init__(self, stage, data, core=None):
        self.stage = stage
        self.data = data
        self.core = core

    def words(self, *words):
        return [self.name, *words, "--data", self.data]

    def run(self, *words, status=(0,)):
        """With --json, its answer."""
        out = self.stage.run(self.words(*words), self.core, status)
        return json.loads(out) if "--json" in words else out

    def base(self):
        base = sqlite3.connect(f"{self.data}/pointeau.db", timeout=60)
        return contextlib.closing(base)

    def rows(self, query, *values):
        with self.base() as base:
            return base.execute(query, values).fetchall()

    def settle(self):
        """Write out what the kernel still holds: it is nobody's fault."""
        os.sync()


class Server(Person):
    """The office. ${roads}: ports of relays by which it is reached as well;
    ${data}: a directory filled by a loader, instead of a new one. A with
    statement starts and stops it; prepare it before."""

    name = "pointeau-server"

    def __init__(self, stage, core=SERVER, roads=(), data=None, settings=(),
                 preload=()):
        super().__init__(stage, data or stage.directory("office"), core)
        self.port = free_port()
        self.preload = list(preload)  # a command to run it under
        self.process = None
        self.url = f"https://127.0.0.1:{self.port}"
        self.init(roads, settings)

    def init(self, roads, settings):
        conf = self.data / "pointeau-server.conf"
        if not (self.data / "pointeau.db").exists():
            self.run("init", "--url", self.url)
        lines = [line for line in conf.read_text("utf-8").splitlines()
                 if not line.startswith(("url =", "listen =", "hosts ="))]
        hosts = ",".join(f"127.0.0.1:{port}" for port in roads)
        lines += [f"url = {self.url}", f"listen = 127.0.0.1:{self.port}",
                  "log_level = warn", *settings]
        if hosts:
            lines.append(f"hosts = {hosts}")
        conf.write_text("\n".join(lines) + "\n", "utf-8")

    def __enter__(self):
        with open(f"{self.data}.log", "ab") as log:
            self.process = self.stage.spawn(
                [*self.preload, self.stage.program(self.name), "serve",
                 "--json", "--data", self.data],
                self.core, stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline()
        if b'"ready":true' not in line:
            raise Failed(pathlib.Path(f"{self.data}.log").read_text("utf-8"))
        return self

    def __exit__(self, *_):
        process, self.process = self.process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()

    def pid(self):
        """taskset becomes what it starts; strace and the like do not."""
        return self.process.pid

    def cpu(self):
        """CPU seconds since it started, its threads' together."""
        return cpu_of(self.pid())

    def memory(self):
        return memory_of(self.pid())

    def code(self, crew):
        return self.run("device", "code", "--crew", crew, "--json")["code"]


class Laptop(Person):
    """An enrolled laptop of a running server, like a person's."""

    name = "pointeau"

    def __init__(self, stage, server, crew, name="portable", core=DRIVER):
        super().__init__(stage, stage.directory(name), core)
        self.run("enrol", server.code(crew), "--name", name)

    def set(self, name, value):
        with self.base() as base, base:
            base.execute("UPDATE setting SET value = ? WHERE name = ?",
                         (value, name))

    def go_by(self, port):
        """From here on it reaches the office by this road."""
        self.set("url", f"https://127.0.0.1:{port}")

    def sync(self):
        return self.run("sync")

    def timed_sync(self):
        return self.stage.timed(self.words("sync"), self.core)


# ---- the machine ----


def first_line(path, name):
    with contextlib.suppress(OSError):
        for line in open(path, encoding="utf-8"):
            if line.startswith(name):
                return line.partition(":")[2].strip()
    return ""


def disk_sync_ms(directory, rounds=200):
    """p50 of an fdatasync after 4 KiB were written over, milliseconds."""
    path = pathlib.Path(directory) / "disk-sync"
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    found = []
    try:
        os.write(handle, bytes(MIB))
        os.fsync(handle)
        for number in range(rounds):
            os.pwrite(handle, os.urandom(4096), 4096 * (number % 256))
            found.append(wall(lambda: os.fdatasync(handle)))
    finally:
        os.close(handle)
        path.unlink()
    return statistics.median(found) * 1000


# How each library says its version.
VERSIONS = {
    "SQLite": ("sqlite3", "sqlite3_libversion", ()),
    "OpenSSL": ("crypto", "OpenSSL_version", (0,)),
    "libsodium": ("sodium", "sodium_version_string", ()),
    "libcurl": ("curl", "curl_version", ()),
    "jansson": ("jansson", "jansson_version_str", ()),
    "CivetWeb": ("civetweb", "mg_version", ()),
}


def versions(programs):
    """Of the libraries that these programs really load."""
    found = {}
    loaded = "".join(subprocess.run(
        ["ldd", one], capture_output=True, text=True, check=False).stdout
        for one in programs)
    for name, (library, function, words) in VERSIONS.items():
        match = re.search(rf"lib{library}[\w.-]*\.so\S* => (\S+)", loaded)
        with contextlib.suppress(AttributeError, OSError):
            call = getattr(ctypes.CDLL(match[1]), function)
            call.restype = ctypes.c_char_p
            found[name] = " ".join(call(*words).decode().split()[:2])
    return found


def machine(stage):
    """What the figures were found on."""
    programs = [stage.program("pointeau"), stage.program("pointeau-server")]
    model = first_line("/proc/cpuinfo", "model name")
    return {
        "cpu": model or platform.processor(),
        "cores": len(stage.cores),
        "kernel": platform.release(),
        "memory_mib": int(first_line("/proc/meminfo", "MemTotal").split()[0])
        // 1024,
        "disk_sync_p50_ms": round(disk_sync_ms(stage.path), 4),
        "load": os.getloadavg()[0],
        "date": time.strftime("%Y-%m-%d"),
        **versions(programs),
    }


def ended(*_):
    """SIGTERM: leave by the with statements, so that children end."""
    sys.exit(128 + signal.SIGTERM)
