#!/usr/bin/env python3
"""Which lines and branches did the tests reach? From gcov's own figures.

Usage: coverage.py BUILD [--files] [--list FILE...]

BUILD was made by the preset "coverage" and its tests have run. Prints a line
"ok" or "not ok" for each of shared/, agent/ and server/ with how many lines
and branches were reached; --files shows each file of shared/, --list the
lines of those files that have a branch never taken.

shared/ is not ok when a branch that nothing took is not justified in
justified.txt, next to this file, one a line:

    FILE BRANCHES /PATTERN/: why no test takes it

for lines of FILE (or *) that the regular expression finds, with at most so
many branches (or *) missing each. What matches nothing is a fault too, so
that none outlives its reason.
"""

import argparse
import collections
import json
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]


class File:
    """Lines and branches of one file, summed over its objects."""

    def __init__(self):
        self.lines = collections.Counter()
        self.branches = collections.Counter()  # (line, position)

    def add(self, rows):
        for row in rows:
            number = row["line_number"]
            self.lines[number] += row["count"]
            for i, branch in enumerate(row["branches"]):
                if not branch.get("throw"):
                    self.branches[number, i] += branch["count"]

    def missed(self):
        """{line: how many of its branches nothing took}"""
        return collections.Counter(
            line for (line, _), count in self.branches.items() if count == 0)


class Reason:
    """A line of justified.txt."""

    FORM = re.compile(r"(\S+) (\*|[1-9][0-9]*) /(.+)/: \S.*")

    def __init__(self, line):
        form = self.FORM.fullmatch(line)
        if not form:
            sys.exit(f"not ok justified.txt: unreadable: {line}")
        self.line = line
        self.file, limit, pattern = form.groups()
        self.limit = float("inf") if limit == "*" else int(limit)
        self.pattern = re.compile(pattern)
        self.used = False

    def holds(self, file, text, count):
        return (self.file in ("*", file) and count <= self.limit
                and self.pattern.search(text) is not None)


def reached(counter):
    return sum(count > 0 for count in counter.values()), len(counter)


def figures(lines, branches):
    return (f"lines {lines[0]:5}/{lines[1]:5} {share(lines)}"
            f"  branches {branches[0]:5}/{branches[1]:5} {share(branches)}")


def share(pair):
    return f"{pair[0] / pair[1]:6.1%}" if pair[1] else "     -"


def read(build):
    files = collections.defaultdict(File)
    for notes in sorted(build.rglob("*.gcda")):
        if "/tests/" in str(notes):
            continue
        done = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities",
             str(notes)], cwd=notes.parent, capture_output=True, check=True)
        for line in done.stdout.splitlines():
            for row in json.loads(line)["files"]:
                path = (ROOT / row["file"]).resolve()
                if path.is_relative_to(ROOT) and path.exists():
                    files[str(path.relative_to(ROOT))].add(row["lines"])
    return files


def reasons():
    lines = (HERE / "justified.txt").read_text("utf-8").split("\n")
    return [Reason(line) for line in lines if line and line[0] != "#"]


def source(name):
    return [""] + (ROOT / name).read_text("utf-8").split("\n")


def judge(files):
    """Say what of shared/ has no reason; how many faults."""
    allowed, faults = reasons(), 0
    for name, file in sorted(files.items()):
        if not name.startswith("shared/"):
            continue
        lines = source(name)
        for number, count in sorted(file.missed().items()):
            text = lines[number].strip()
            for reason in allowed:
                if reason.holds(name, text, count):
                    reason.used = True
                    break
            else:
                faults += 1
                print(f"  {name}:{number}: {count} not taken: {text}")
    for reason in allowed:
        if not reason.used:
            faults += 1
            print(f"  justified.txt: nothing like it: {reason.line}")
    return faults


def total_of(files, layer):
    total = File()
    for name, file in files.items():
        if name.split("/")[0] == layer:
            for key, count in file.lines.items():
                total.lines[name, key] += count
            for key, count in file.branches.items():
                total.branches[name, key] += count
    return total


def main():
    parser = argparse.ArgumentParser(description="What did tests reach?")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--files", action="store_true")
    parser.add_argument("--list", nargs="*", default=[], metavar="FILE")
    options = parser.parse_args()
    files = read(options.build.resolve())
    if options.files:
        for name, file in sorted(files.items()):
            if name.startswith("shared/"):
                print(f"{name:26}", figures(
                    reached(file.lines), reached(file.branches)))
    for name in options.list:
        lines = source(name)
        for number in sorted(files[name].missed()):
            print(f"{name}:{number}: {lines[number].strip()}")
    status = 0
    for layer in ("shared", "agent", "server"):
        total = total_of(files, layer)
        lines, branches = reached(total.lines), reached(total.branches)
        # A build that counted nothing must not pass.
        bad = not lines[0] or (layer == "shared" and judge(files) > 0)
        print("not ok" if bad else "ok",
              f"coverage {layer + ':':8}", figures(lines, branches))
        status |= bad
    return status


if __name__ == "__main__":
    sys.exit(main())
