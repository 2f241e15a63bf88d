"""The stage of the scenarios that are told in Python: real programs, real
TLS on loopback, and a notebook of all that laptops said they keep.

    with Stage() as stage:
        office = Office(stage)
        berges = Laptop(stage, "berges", office)
        berges.record(1)
        berges.run("sync")
        check_all(stage, office, [berges])

Whatever is started here ends here, by its process number. play.sh is the
same for scenarios in bash.
"""

import base64
import contextlib
import hashlib
import json
import os
import pathlib
import random
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
CAST = ROOT / "tests" / "demo"
BIN = pathlib.Path(os.environ.get("POINTEAU_BIN", ROOT / "build")).resolve()
FULL = os.environ.get("POINTEAU_FULL", "") == "1"
MEMORY = "/dev/shm"  # where it is not the disk that is tried
WAIT_S = 120  # nothing here takes so long but a program that hangs
MONTHS = [f"2026-{month:02}" for month in range(1, 13)]
WORKERS = [f"V{number:02}" for number in range(1, 13)]
SLOTS = ["am", "pm", *(f"x{number}" for number in range(1, 10))]
STRUCTURE = "RIVES"
# Of a place that the log's next signed head vouches for.
NO_SIGNATURE = bytes(64)
ENGLISH = {"the", "The", "such", "cannot", "unknown", "missing", "Permission"}


class Wrong(Exception):
    """The play goes wrong."""


passed = 0


def ok(text):
    global passed
    passed += 1
    print(f"ok {passed} - {text}", flush=True)


def show(right, *what):
    if not right:
        raise Wrong(*what)


def same(found, wanted, what=""):
    show(found == wanted, what, f"found {found!r:.2000}",
         f"wanted {wanted!r:.2000}")


def seed():
    """$POINTEAU_SEED, or one of the day."""
    text = os.environ.get("POINTEAU_SEED", "")
    return int(text) if text else random.SystemRandom().randrange(10 ** 6)


def say_how_to_repeat(number):
    full = "POINTEAU_FULL=1 " if FULL else ""
    print(f"# repeat: {full}POINTEAU_SEED={number} POINTEAU_BIN=<build> "
          f"python3 tests/scenario/{pathlib.Path(sys.argv[0]).name}",
          flush=True)


def play(act, memory=False):
    """Run ${act} on a stage; the exit status of the script."""
    try:
        with Stage(memory) as stage:
            act(stage)
        return 0
    except Wrong as wrong:
        text = "\n".join(str(item) for item in wrong.args)
        print("not ok -", text.replace("\n", "\n# "), flush=True)
        return 1


class Stage:
    """A directory, in memory when asked and possible, and the processes."""

    def __init__(self, memory=False):
        home = MEMORY if memory and os.access(MEMORY, os.W_OK) else None
        self.path = pathlib.Path(
            tempfile.mkdtemp(prefix="pointeau-play-", dir=home))
        self.processes = []
        self.closing = []
        self.lock = threading.Lock()
        self.environment = {
            name: value for name, value in os.environ.items()
            if name not in ("LC_ALL", "LC_MESSAGES", "LANGUAGE")}
        self.environment["LANG"] = "fr_FR.UTF-8"

    def __enter__(self):
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(130))
        return self

    def __exit__(self, *_):
        for close in self.closing:
            close()
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()
        shutil.rmtree(self.path, ignore_errors=True)

    def spawn(self, program, words, data, out, err, lang=None):
        environment = dict(self.environment)
        if lang is not None:
            environment["LANG"] = lang
        process = subprocess.Popen(
            [BIN / program, *words, "--data", data], stdout=out, stderr=err,
            stdin=subprocess.DEVNULL, env=environment, cwd=self.path)
        with self.lock:
            self.processes = [
                one for one in self.processes if one.poll() is None]
            self.processes.append(process)
        return process


def free_port():
    """Below those that the system hands out to clients."""
    while True:
        port = random.SystemRandom().randrange(11000, 32000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass


def ends(process):
    """Wait for its end, as long as a program that hangs is not yet sure.
    Popen.wait(timeout) would sleep too long, thousands of times."""
    try:
        handle = os.pidfd_open(process.pid)
    except ProcessLookupError:  # somebody has polled it since
        return True
    try:
        return bool(select.select([handle], [], [], WAIT_S)[0])
    finally:
        os.close(handle)


class Person:
    """A program on a directory of its own."""

    program = ""

    def __init__(self, stage, name):
        self.stage = stage
        self.name = name
        self.data = stage.path / name
        self.status = 0
        self.out = self.err = ""

    def launch(self, *words, lang=None):
        """Begin; finish() waits and keeps what was said."""
        out = open(f"{self.data}.out", "w+b")
        err = open(f"{self.data}.err", "w+b")
        process = self.stage.spawn(
            self.program, words, self.data, out, err, lang)
        return words, process, out, err

    def finish(self, launched):
        words, process, out, err = launched
        hangs = not ends(process)
        if hangs:
            process.kill()
        self.status = process.wait()
        show(not hangs, f"{self.name} {words} hangs")
        texts = []
        for file in (out, err):
            with file:
                file.seek(0)
                texts.append(file.read())
        try:
            self.out, self.err = (text.decode("utf-8") for text in texts)
        except UnicodeDecodeError:
            raise Wrong(f"{self.name} {words}: no UTF-8", texts) from None
        return self.status

    def attempt(self, *words, lang=None):
        """Any status but that of a crash; what it says is fit to read."""
        self.finish(self.launch(*words, lang=lang))
        self.must_be_fit(words, lang)
        return self.status

    def run(self, *words):
        """It must succeed; with --json, its answer."""
        self.attempt(*words)
        show(self.status == 0, f"{self.name} {words} → {self.status}",
             self.out, self.err)
        return json.loads(self.out) if "--json" in words else self.out

    def must_be_fit(self, words, lang=None):
        """A failure says why: no crash, no control character, French."""
        text = self.err
        show(self.status >= 0 and "Sanitizer" not in text and
             "runtime error" not in text and "Assertion" not in text,
             f"{self.name} {words} → {self.status}", text)
        show(all(char >= " " or char == "\n" for char in text),
             f"{self.name} {words}: control characters", repr(text))
        show(len(text) <= 8192, f"{self.name} {words}: endless", text)
        show(self.status == 0 or text.strip(),
             f"{self.name} {words} → {self.status} without a word")
        if lang is None and self.status != 0:
            # What stands in parentheses is another program's own words.
            plain = text
            while "(" in plain and ")" in plain.split("(", 1)[1]:
                head, rest = plain.split("(", 1)
                plain = head + rest.split(")", 1)[1]
            show(not ENGLISH & set(plain.split()),
                 f"{self.name} {words}: not in French", text)

    def rows(self, query, *values):
        base = sqlite3.connect(
            f"file:{self.data}/pointeau.db?mode=ro", uri=True, timeout=60)
        with contextlib.closing(base):
            return base.execute(query, values).fetchall()

    def receipts(self):
        """Every place of the log this directory knows, by its number."""
        found = self.rows(
            "SELECT structure, place, epoch, hash, head, time_s, receipt "
            "FROM changeset WHERE place > 0")
        return {row[:2]: row[2:] for row in found}

    def must_be_sound(self):
        same(self.rows("PRAGMA integrity_check"), [("ok",)], self.name)
        same(self.rows("SELECT structure, hash FROM changeset_entry "
                       "WHERE entry > 0"), [],
             f"{self.name}: the same entry in two sets")
        same(self.rows("SELECT record, fault FROM entry WHERE fault <> ''"),
             [], f"{self.name}: quarantined")


class Office(Person):
    """A server. ${roads}: ports of roads by which it is reached as well."""

    program = "pointeau-server"

    def __init__(self, stage, name="bureau", roads=()):
        super().__init__(stage, name)
        self.port = free_port()
        self.process = None
        self.ready = {}  # what serve says once it serves
        hosts = [f"127.0.0.1:{port}" for port in roads]
        self.run("init", "--url", f"https://127.0.0.1:{self.port}",
                 *(("--hosts", ",".join(hosts)) if hosts else ()))

    def import_cast(self):
        for what in ("structures", "sites", "crews", "supervisors",
                     "workers"):
            self.run("import", what, CAST / f"{what}.csv")

    def start(self):
        log = open(f"{self.data}.log", "ab")
        with log:
            self.process = self.stage.spawn(
                self.program, ("serve", "--json"), self.data,
                subprocess.PIPE, log)
        line = self.process.stdout.readline()
        show(b'"ready":true' in line, f"{self.name} does not start",
             pathlib.Path(f"{self.data}.log").read_text("utf-8"))
        self.ready = json.loads(line)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.terminate()
        show(self.process.wait(WAIT_S) == 0, f"{self.name} stopped badly")
        self.process.stdout.close()


class Laptop(Person):
    """An enrolled laptop, and the notebook of what it said it keeps."""

    program = "pointeau"

    def __init__(self, stage, name, office, number=0):
        super().__init__(stage, name)
        self.kept = {}  # (worker, day, slot): minutes
        self.held = {}  # the receipts it once had
        self.next = number * 12 * 28 * len(SLOTS)
        code = office.run("device", "code", "--crew", "VERTS", "--json")
        self.run("enrol", code["code"], "--name", name)

    def record(self, count):
        """Record so many half days that nobody has recorded yet."""
        for _ in range(count):
            place, self.next = self.next, self.next + 1
            place, worker = divmod(place, len(WORKERS))
            place, day = divmod(place, 28)
            place, slot = divmod(place, len(SLOTS))
            month = MONTHS[place]
            key = (WORKERS[worker], f"{month}-{day + 1:02}", SLOTS[slot])
            minutes = 15 + (worker + day * 7 + slot * 3) % 100
            self.run("hours", "add", "--worker", key[0], "--day", key[1],
                     "--slot", key[2], "--time", f"0h{minutes:02}"
                     if minutes < 60 else f"1h{minutes - 60:02}")
            self.kept[key] = minutes

    def set(self, name, value):
        base = sqlite3.connect(self.data / "pointeau.db", timeout=60)
        with contextlib.closing(base), base:
            base.execute("UPDATE setting SET value = ? WHERE name = ?",
                         (value, name))

    def forget_login(self):
        """The next sync must log in again: more of it to disturb."""
        self.set("bearer", "x")

    def go_by(self, port):
        """From here on it reaches the office by this road."""
        self.set("url", f"https://127.0.0.1:{port}")

    def waiting(self):
        """How much has no receipt yet: entries and sets."""
        return self.rows("SELECT (SELECT count(*) FROM outbox) + (SELECT "
                         "count(*) FROM changeset WHERE place = 0)")[0][0]

    def must_wait_for_nothing(self, what=""):
        same(self.waiting(), 0,
             f"{self.name} {what}: still waits for the office")

    def must_keep(self):
        """All that it said it keeps is in its database, with its value."""
        found = {}
        for subject, day, slot, state, minutes in self.rows(
                "SELECT subject, day, slot, state, minutes FROM record "
                "WHERE family = 'hours'"):
            same(state, "merged", f"{self.name}: {subject} {day} {slot}")
            found[subject, day, slot] = minutes
        for key, minutes in self.kept.items():
            same(found.get(key), minutes, f"{self.name} lost {key}")

    def must_hold(self, office):
        """Every receipt it ever had is here still, is the office's and is
        one that follows from what the office's log holds."""
        here, there = self.receipts(), office.receipts()
        for key, (*place, sig) in self.held.items():
            *now, now_sig = here.get(key, (None,))
            same(now, place, f"{self.name} lost receipt {key}")
            show(sig == NO_SIGNATURE or now_sig == sig,
                 f"{self.name}'s receipt {key} changed")
        for key, (*place, sig) in here.items():
            *wanted, wanted_sig = there.get(key, (None,))
            same(place, wanted,
                 f"{self.name}'s receipt {key} is not the office's")
            show(sig in (NO_SIGNATURE, wanted_sig),
                 f"{self.name}'s receipt {key} is signed otherwise")
        self.held = here

    def listed(self):
        """What people are shown."""
        found = {}
        for month in sorted({key[1][:7] for key in self.kept}):
            told = self.run("hours", "list", "--month", month, "--json")
            for row in told["rows"]:
                key = row["worker"], row["day"], row["slot"]
                show(key not in found, f"{key} is listed twice")
                found[key] = row["minutes"]
        return found


def check_log(office):
    """The office's log follows from its own places, without a hole."""
    heads = {}
    places = office.rows(
        "SELECT structure, place, time_s, hash, head FROM changeset "
        "WHERE place > 0 ORDER BY structure, place")
    for structure, place, time_s, manifest, head in places:
        n, before = heads.get(structure, (0, hashlib.sha256(
            f"# pointeau log 1\n# structure {structure}\n".encode())
            .digest()))
        same(place, n + 1, f"the log of {structure} has a hole")
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time_s))
        line = f"{before.hex()} {at} {manifest.hex()}\n"
        same(base64.b16encode(head), base64.b16encode(
            hashlib.sha256(line.encode()).digest()),
            f"the log of {structure} breaks at {place}")
        heads[structure] = place, head


def check_all(office, laptops):
    """After a last sync by a good road: what was recorded, once, here and
    there."""
    recorded = {}
    for laptop in laptops:
        recorded.update(laptop.kept)
    for laptop in [*laptops, *laptops]:
        laptop.run("sync")
    for laptop in laptops:
        told = laptop.run("status", "--json")
        same((told["kept"], told["sent"]), (0, 0), laptop.name)
        laptop.must_wait_for_nothing()
        laptop.must_keep()
        laptop.must_hold(office)
        laptop.must_be_sound()
        months = {key[1][:7] for key in laptop.kept}
        same(laptop.listed(), {
            key: minutes for key, minutes in recorded.items()
            if key[1][:7] in months}, f"{laptop.name} lists")
    office.must_be_sound()
    check_log(office)
    same(office.rows("SELECT count(*) FROM entry WHERE kind = 'hours'"),
         [(len(recorded),)], "entries at the office")
    same(office.run("conflicts", "list", "--json")["rows"], [])
    same(office.run("rebuild", "--json")["repaired"], 0)
    for month in sorted({key[1][:7] for key in recorded}):
        here = {key: minutes for key, minutes in recorded.items()
                if key[1].startswith(month)}
        told = office.run("report", "month", month, "--json")
        same(told["total"]["minutes"], sum(here.values()), f"total {month}")
        by_worker = {}
        for (worker, _, _), minutes in here.items():
            by_worker[worker] = by_worker.get(worker, 0) + minutes
        same({row["worker"]: row["minutes"] for row in told["rows"]
              if row["minutes"]}, by_worker, f"report of {month}")
    return len(recorded)
