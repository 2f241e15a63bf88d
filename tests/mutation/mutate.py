#!/usr/bin/env python3
"""Do the tests notice when the code is wrong?

Usage: mutate.py BUILD [--seed S] [--count N | --all] [--jobs N] [FILE...]

Takes mutants of the files below (see mutants.py), N of them, drawn with
seed S. Each is compiled, linked in front of the library that holds the
sound file and run through the tests of that file, one after the other,
until one fails: killed. BUILD is a directory where those tests are built,
with sanitizers: a leak or an overrun kills too.

Some mutants are the same program: those that compile to the code of the
sound file, or to that of another mutant, are set aside and not counted.
A mutant that runs into the limit of processor time is killed by it. The
tests work in memory where the system offers a place there (/dev/shm), as
they wait for a disk otherwise.

What survives must be explained in survivors.txt, next to this file:

    shared/fold.c fold_entries
    - the line before
    + the line after
    why no test can notice

Ends with status 1 if a survivor is not explained, if an explanation is of
a mutant that was killed (or, in a whole run, of none), or if less than
95 % were killed.
"""

import argparse
import concurrent.futures
import contextlib
import hashlib
import json
import os
import pathlib
import random
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

from mutants import Source

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]

# The files, each with the tests that know it best first.
TARGETS = {
    "shared/fold.c": ["test_fold", "test_nomem", "test_ledger"],
    "shared/changeset.c": ["test_changeset", "test_nomem", "test_ledger_set"],
    "shared/sshsig.c": ["test_sshsig", "test_nomem", "test_receipt"],
    "shared/receipt.c": ["test_receipt", "test_nomem", "test_vectors"],
    "server/ingest.c": ["test_ingest", "test_rotate", "test_server_key",
                        "test_heal"],
    "server/log.c": ["test_ingest", "test_heal"],
}

KILLED_MIN = 0.95
DEFAULT_COUNT = 400
CPU_FACTOR = 4  # times what the sound program takes
CPU_MORE_S = 2
WALL_S = 1800  # a busy machine must not kill
JOBS = 2
MEMORY = pathlib.Path("/dev/shm")


def shell(command, folder, **options):
    return subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False,
        **options)


def timed(command, folder, environment):
    """How the command ends, and the seconds of processor it took.

    Out of patience it is ended with all it started; that says nothing about
    the mutant (the machine may be busy), so it counts as a success.
    """
    late = threading.Event()

    def end():
        late.set()
        os.killpg(process.pid, signal.SIGKILL)

    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True)
    patience = threading.Timer(WALL_S, end)
    patience.start()
    _, status, usage = os.wait4(process.pid, 0)
    patience.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    return (0 if late.is_set() else process.returncode,
            usage.ru_utime + usage.ru_stime)


@contextlib.contextmanager
def room_for_one():
    """A directory to work in, gone afterwards."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(
            prefix="pointeau-mutant.", dir=place) as name:
        yield pathlib.Path(name)


class Bench:
    """One file to mutate and what is needed to try its mutants."""

    def __init__(self, build, name):
        self.build, self.name = build, name
        self.source = Source(name, (ROOT / name).read_text(encoding="utf-8"))
        for row in json.loads((build / "compile_commands.json").read_text()):
            if row["file"] == str(ROOT / name):
                self.folder = row["directory"]
                self.compiler = shlex.split(row["command"])
                break
        else:
            sys.exit(f"{name}: not in {build}/compile_commands.json")
        # The command without its output and input, and without warnings.
        self.compiler = [
            word for word in self.compiler[:self.compiler.index("-o")]
            if not word.startswith("-W")] + ["-w"]
        self.tests = TARGETS[name]
        self.limits, self.code = {}, None

    def compile(self, source, output, *more):
        return shell([*self.compiler, *more, "-o", str(output), "-c",
                      str(source)], self.folder).returncode == 0

    def machine_code(self, source, room):
        """A digest of the code, without what tells lines and columns."""
        output = room / "plain.o"
        if not self.compile(source, output, "-fno-sanitize=all", "-g0",
                            "-DNDEBUG"):
            return None
        return hashlib.sha256(output.read_bytes()).hexdigest()

    def link(self, test, source, room):
        """The program ${test} with ${source} for the sound file."""
        command = shlex.split(
            (self.build / f"tests/CMakeFiles/{test}.dir/link.txt")
            .read_text())
        at = command.index("-o")
        command[at + 1] = str(room / test)
        command.insert(at, str(source))
        if shell(command, self.build / "tests").returncode != 0:
            sys.exit(f"{self.name}: {test} does not link")
        return room / test

    def run(self, test, program, room):
        """How the test ends, and the seconds of processor it took."""
        private = room / "tmp"
        private.mkdir()
        limit = self.limits.get(test, WALL_S)
        environment = dict(
            os.environ, TMPDIR=str(private), POINTEAU_BIN=str(self.build),
            CMOCKA_TEST_ABORT="1",  # the first failure is enough
            ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1"
                         ":hard_rss_limit_mb=2048")

        ended = timed(
            ["sh", "-c", f'ulimit -c 0 && ulimit -t {limit} && exec "$0"',
             program],
            room, environment)
        shutil.rmtree(private)
        return ended

    def sound(self):
        """The file as it is passes its tests; how long they may take."""
        with room_for_one() as room:
            path = room / "mutant.c"
            path.write_text(self.source.text, encoding="utf-8")
            if not self.compile(path, room / "sound.o"):
                sys.exit(f"{self.name}: does not compile")
            for test in self.tests:
                program = self.link(test, room / "sound.o", room)
                status, took = self.run(test, program, room)
                if status != 0:
                    sys.exit(f"{self.name}: {test} fails without a mutation")
                self.limits[test] = int(CPU_FACTOR * took + CPU_MORE_S)
            self.code = self.machine_code(path, room)

    def digest(self, mutant):
        with room_for_one() as room:
            path = room / "mutant.c"
            path.write_text(mutant.apply(), encoding="utf-8")
            return self.machine_code(path, room)

    def distinct(self, pool):
        """The mutants that compile, to code that none before them has."""
        mutants = self.source.mutants()
        found, seen = [], {None, self.code}
        for mutant, code in zip(mutants, pool.map(self.digest, mutants)):
            if code not in seen:
                seen.add(code)
                found.append(mutant)
        return found

    def killer(self, mutant):
        """The test that kills this mutant, how; "" when it survives."""
        with room_for_one() as room:
            path = room / pathlib.Path(self.name).name
            path.write_text(mutant.apply(), encoding="utf-8")
            if not self.compile(path, room / "mutant.o"):
                sys.exit(f"{self.name}: a mutant does not compile")
            for test in self.tests:
                program = self.link(test, room / "mutant.o", room)
                status, took = self.run(test, program, room)
                if status != 0:
                    return f"{test}, status {status}, {took:.1f} s"
        return ""


class Explanations:
    """What survivors.txt says: (file, function, before, after) -> why."""

    def __init__(self, path):
        self.reasons = {}
        if not path.exists():
            return
        for block in path.read_text(encoding="utf-8").split("\n\n"):
            lines = [line for line in block.split("\n")
                     if line and not line.startswith("#")]
            if not lines:
                continue
            if (len(lines) < 4 or not lines[1].startswith("-")
                    or not lines[2].startswith("+")):
                sys.exit(f"{path}: unreadable: {lines[0]}")
            self.reasons[(*lines[0].split(), lines[1][1:].strip(),
                          lines[2][1:].strip())] = " ".join(lines[3:])

    @staticmethod
    def key(mutant):
        return (mutant.source.name, mutant.function, *mutant.lines())

    def idle(self, mutants):
        """What explains none of ${mutants}."""
        return self.reasons.keys() - {self.key(mutant) for mutant in mutants}

    def why(self, mutant):
        return self.reasons.get(self.key(mutant))


def choose(benches, options, pool):
    mutants = []
    list(pool.map(Bench.sound, benches))
    for bench in benches:
        mutants += [(bench, mutant) for mutant in bench.distinct(pool)]
    total = len(mutants)
    random.Random(options.seed).shuffle(mutants)
    if not options.all:
        del mutants[options.count:]
    print(f"{total} mutants differ, {len(mutants)} taken,"
          f" seed {options.seed}", flush=True)
    return mutants


def show(mutant, verdict):
    before, after = mutant.lines()
    print(f"{verdict}: {mutant.source.name} {mutant.function}"
          f" (line {mutant.line})\n- {before}\n+ {after}", flush=True)


class Tally:
    def __init__(self, explanations, verbose):
        self.explanations, self.verbose = explanations, verbose
        self.killed = self.explained = 0
        self.faults = 0
        self.by_file = {}

    def expect_none(self, idle):
        for name, function, before, after in sorted(idle):
            self.faults += 1
            print(f"explains no mutant: {name} {function}"
                  f"\n- {before}\n+ {after}", flush=True)

    def count(self, mutant, verdict):
        row = self.by_file.setdefault(mutant.source.name, [0, 0])
        why = self.explanations.why(mutant)
        row[0] += 1
        if verdict:
            row[1] += 1
            self.killed += 1
            if self.verbose:
                show(mutant, f"killed by {verdict}")
            if why is not None:
                self.faults += 1
                show(mutant, f"explained, yet killed by {verdict}")
        elif why is not None:
            self.explained += 1
        else:
            self.faults += 1
            show(mutant, "SURVIVED")

    def report(self):
        total = sum(row[0] for row in self.by_file.values())
        for name, (tried, killed) in sorted(self.by_file.items()):
            print(f"{name}: {killed} of {tried} killed")
        share = self.killed / total if total else 0
        print(f"{total} mutants, {self.killed} killed ({share:.1%}),"
              f" {self.explained} survivors explained,"
              f" {total - self.killed - self.explained} not")
        good = self.faults == 0 and share >= KILLED_MIN
        print("ok mutation" if good else "not ok mutation")
        return 0 if good else 1


def parse(arguments):
    parser = argparse.ArgumentParser(
        prog="mutate", description="Do the tests notice faults?")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=DEFAULT_COUNT)
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("files", nargs="*", metavar="FILE")
    return parser.parse_intermixed_args(arguments)


def main():
    options = parse(sys.argv[1:])
    names = options.files or list(TARGETS)
    for name in names:
        if name not in TARGETS:
            sys.exit(f"{name}: not one of {', '.join(TARGETS)}")
    benches = [Bench(options.build.resolve(), name) for name in names]
    explanations = Explanations(HERE / "survivors.txt")
    tally = Tally(explanations, options.verbose)
    started = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        mutants = choose(benches, options, pool)
        if options.all and not options.files:
            tally.expect_none(
                explanations.idle(mutant for _, mutant in mutants))
        verdicts = pool.map(lambda pair: pair[0].killer(pair[1]), mutants)
        for (_, mutant), verdict in zip(mutants, verdicts):
            tally.count(mutant, verdict)
    print(f"{time.monotonic() - started:.0f} s")
    return tally.report()


if __name__ == "__main__":
    sys.exit(main())
