#!/usr/bin/env python3
"""Which lines and branches did the tests reach? From gcov's own figures.

Usage: coverage.py BUILD [--files] [--why] [--list FILE...]

BUILD was made by the preset "coverage" and its tests have run. Prints a line
"ok" or "not ok" for each of agent/, server/, shared/http/ and shared/ with how many lines
and branches were reached; --files shows each file of shared/, --list the
lines of those files that have a branch never taken.

shared/ is not ok when a branch that nothing took is not justified in
justified.txt, next to this file, one a line:

    FILE MISSED/BRANCHES /PATTERN/: why no test takes it

for one line of FILE that the regular expression finds, when just so many of
its branches are missed: another line, even alike, takes another reason. A
class of lines, "*" in the place of FILE, is of any number of lines, and "*"
in the place of both numbers, of any branches. What matches nothing is a fault
too, so that none outlives its reason. --why shows what each justifies.
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


Miss = collections.namedtuple("Miss", "file number count branches text")


class Reason:
    """A line of justified.txt."""

    FORM = re.compile(
        r"(\S+) (\*|[1-9][0-9]*/[1-9][0-9]*) /(.+)/: \S.*")

    def __init__(self, line):
        form = self.FORM.fullmatch(line)
        if not form:
            sys.exit(f"not ok justified.txt: unreadable: {line}")
        self.line = line
        self.file, self.share, pattern = form.groups()
        self.pattern = re.compile(pattern)
        self.held = []  # (place, branches)

    def holds(self, miss):
        return ((self.file == "*"
                 or self.file == miss.file and not self.held)
                and self.share in ("*", f"{miss.count}/{miss.branches}")
                and self.pattern.search(miss.text) is not None)


def misses(name, file):
    """The lines of a file with a branch that nothing took, in order."""
    lines = source(name)
    branches = collections.Counter(line for line, _ in file.branches)
    for number, count in sorted(file.missed().items()):
        yield Miss(name, number, count, branches[number],
                   lines[number].strip())


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


def judge(files, why):
    """Say what of shared/ has no reason; how many faults, and how many
    branches have one."""
    allowed, faults, justified = reasons(), 0, 0
    for name, file in sorted(files.items()):
        if layer_of(name) != "shared":
            continue
        for miss in misses(name, file):
            place = f"{name}:{miss.number}: {miss.text}"
            for reason in allowed:
                if reason.holds(miss):
                    reason.held.append(place)
                    justified += miss.count
                    break
            else:
                faults += 1
                print(f"  {name}:{miss.number}: {miss.count}/{miss.branches}"
                      f" not taken: {miss.text}")
    for reason in allowed:
        if not reason.held:
            faults += 1
            print(f"  justified.txt: nothing like it: {reason.line}")
        if why:
            print(reason.line, *reason.held, sep="\n    ")
    return faults, justified, len(allowed)


def layer_of(name):
    """The adapter of CivetWeb is tested through the programs' doors."""
    return "http" if name.startswith("shared/http/") else name.split("/")[0]


def total_of(files, layer):
    total = File()
    for name, file in files.items():
        if layer_of(name) == layer:
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
    parser.add_argument("--why", action="store_true")
    options = parser.parse_args()
    files = read(options.build.resolve())
    if options.files:
        for name, file in sorted(files.items()):
            if layer_of(name) == "shared":
                print(f"{name:26}", figures(
                    reached(file.lines), reached(file.branches)))
    for name in options.list:
        for miss in misses(name, files[name]):
            print(f"{name}:{miss.number}: {miss.count}/{miss.branches}"
                  f" {miss.text}")
    status = 0
    for layer in ("agent", "server", "http", "shared"):
        total = total_of(files, layer)
        lines, branches = reached(total.lines), reached(total.branches)
        # A build that counted nothing must not pass.
        bad, more = not lines[0], ""
        if layer == "shared":
            faults, justified, count = judge(files, options.why)
            bad = bad or faults > 0
            more = f"  justified {justified} by {count} reasons"
            if faults:
                more += f", faults {faults}"
        print("not ok" if bad else "ok", f"coverage {layer + ':':8}",
              figures(lines, branches) + more)
        status |= bad
    return status


if __name__ == "__main__":
    sys.exit(main())
