#!/usr/bin/env python3
"""Which lines and branches did the tests reach? From gcov's own figures.

Usage: coverage.py BUILD [--list FILE...]

BUILD was made by the preset "coverage" and its tests have run. Prints for
each file of shared/, and for agent/ and server/ as wholes, how many lines
and branches were reached; with --list, the lines of those files that have a
branch never taken.
"""

import argparse
import collections
import json
import pathlib
import subprocess

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
        return sorted({line for (line, _), count in self.branches.items()
                       if count == 0})


def reached(counter):
    return sum(count > 0 for count in counter.values()), len(counter)


def show(name, lines, branches):
    print(f"{name:32}"
          f" lines {lines[0]:5}/{lines[1]:5} {share(lines)}"
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


def main():
    parser = argparse.ArgumentParser(description="What did tests reach?")
    parser.add_argument("build", type=pathlib.Path)
    parser.add_argument("--list", nargs="*", default=[], metavar="FILE")
    options = parser.parse_args()
    files = read(options.build.resolve())
    for layer in ("shared", "agent", "server"):
        total = File()
        for name, file in sorted(files.items()):
            if name.split("/")[0] != layer:
                continue
            for key, count in file.lines.items():
                total.lines[name, key] += count
            for key, count in file.branches.items():
                total.branches[name, key] += count
            if layer == "shared":
                show(name, reached(file.lines), reached(file.branches))
        show(layer + "/", reached(total.lines), reached(total.branches))
    for name in options.list:
        for line in files[name].missed():
            text = (ROOT / name).read_text().split("\n")[line - 1].strip()
            print(f"{name}:{line}: {text}")


if __name__ == "__main__":
    main()
