#!/usr/bin/env python3
"""Count tests, one by one.

Reads what `ctest --verbose` prints (or, with --lines NAME, what one script
prints) and shows a line for each suite, with the output of those that fail.
A suite is a test program or a scenario script. What counts as a test in it:

- each cmocka test function;
- each line "ok ...", "not ok ..." or "FAIL ...", elsewhere;
- the suite itself when it has neither, or when it failed without saying
  which of its tests did (a crash, a sanitizer, a leak).
"""

import argparse
import re
import sys

OUTPUT = re.compile(r"^(\d+): ?(.*)$")
VERDICT = re.compile(
    r"^\s*\d+/\d+ Test\s+#(\d+): (\S+) \.*\s*(.*?)\s+[\d.]+ sec")
GROUP_START = re.compile(r"\[=+\] Running \d+ test")
GROUP_END = re.compile(r"\[=+\] \d+ test\(s\) run")
RUN = re.compile(r"\[ RUN +\] ")
RESULT = re.compile(r"\[ +(OK|FAILED|ERROR|SKIPPED) +\] (?!---)\S")
NOISE = re.compile(r"ok\b|\[ (RUN     |      OK) \] ")
LINE_OK = re.compile(r"^ok\b")
LINE_NOT_OK = re.compile(r"^(not ok|FAIL)\b")


class Suite:
    """What one program or script printed, and what it amounts to."""

    def __init__(self):
        self.lines = []
        self.passed = self.failed = self.skipped = 0
        self.in_group = False
        self.running = False

    def read(self, line):
        self.lines.append(line)
        if not self.in_group:
            self.read_line(line)
        self.read_cmocka(line)

    def read_line(self, line):
        if LINE_OK.match(line):
            self.passed += 1
        elif LINE_NOT_OK.match(line):
            self.failed += 1

    def read_cmocka(self, line):
        # After the end of a group cmocka lists its failures again.
        if GROUP_START.search(line):
            self.in_group = True
        elif GROUP_END.search(line):
            self.in_group = self.running = False
        elif self.in_group and RUN.search(line):
            self.close_running()
            self.running = True
        elif self.in_group and (found := RESULT.search(line)):
            self.running = False
            self.add(found.group(1))

    def add(self, word):
        if word == "OK":
            self.passed += 1
        elif word == "SKIPPED":
            self.skipped += 1
        else:
            self.failed += 1

    def close_running(self):
        """A test that began and never ended took its program with it."""
        if self.running:
            self.failed += 1
        self.running = False

    def finish(self, succeeded):
        self.close_running()
        if not succeeded and self.failed == 0:
            self.failed = 1
        if succeeded and self.passed + self.failed + self.skipped == 0:
            self.passed = 1

    def show(self, name, why):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        print(f"  {name:<28} {self.passed:5} passed, "
              f"{self.failed} failed{skipped}", flush=True)
        if self.failed:
            print(f"    {why}")
            for line in self.lines:
                if not NOISE.match(line):
                    print(f"    {line}")


class Totals:
    def __init__(self):
        self.passed = self.failed = 0

    def add(self, suite):
        self.passed += suite.passed
        self.failed += suite.failed

    def save(self, path):
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{self.passed} {self.failed}\n")


def count_ctest(stream, totals):
    suites = {}
    strange = []
    for line in stream:
        line = line.rstrip("\n")
        if found := VERDICT.match(line):
            number, name, verdict = found.groups()
            suite = suites.pop(number, Suite())
            suite.finish(verdict == "Passed")
            suite.show(name, verdict)
            totals.add(suite)
        elif found := OUTPUT.match(line):
            suites.setdefault(found.group(1), Suite()).read(found.group(2))
        else:
            strange.append(line)
    if totals.passed + totals.failed == 0:
        print("\n".join(strange))


def count_lines(stream, name, totals):
    suite = Suite()
    for line in stream:
        suite.read(line.rstrip("\n"))
    suite.finish(suite.passed > 0)
    suite.show(name, "")
    totals.add(suite)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--totals", metavar="FILE",
                        help='write "PASSED FAILED" there')
    parser.add_argument("--lines", metavar="NAME",
                        help="the input is one script's output")
    options = parser.parse_args()
    sys.stdin.reconfigure(errors="replace")
    sys.stdout.reconfigure(errors="replace")
    totals = Totals()
    if options.lines:
        count_lines(sys.stdin, options.lines, totals)
    else:
        count_ctest(sys.stdin, totals)
    if options.totals:
        totals.save(options.totals)
    return 1 if totals.failed else 0


if __name__ == "__main__":
    sys.exit(main())
