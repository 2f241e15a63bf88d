#!/usr/bin/env python3
"""clang-tidy, cppcheck and gcc -fanalyzer, with nothing left to say.

Usage: analyse.py BUILD [TOOL...]

BUILD holds a compile_commands.json made for clang. Prints, for each tool,
what it found and a line "ok TOOL" or "not ok TOOL". What a tool gets wrong is
listed in analyser_exceptions, next to this file, one a line:

    TOOL CHECK FILE COUNT: why it is wrong

for at most COUNT findings of that check in that file. A line that matches
less than its COUNT is a fault too, so that none outlives its reason.
"""

import concurrent.futures
import json
import pathlib
import re
import shlex
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
JOBS = 2
# How far clang's analyser goes into one function: to its own limit (225,000) it
# finds the same and takes twice as long; with half of this, it errs more.
NODES_MAX = 100000
FINDING = re.compile(
    r"^(?P<file>[^\s:]+):(?P<line>\d+):(\d+:)? (?:\w+: )?(?P<text>.*)"
    r" \[(?P<check>[\w.,=-]+)\]$")


def run(command):
    done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, check=False)
    return done.stdout + done.stderr, done.returncode


def product(build):
    """(file, flags) of the product's own C files."""
    rows = json.loads((build / "compile_commands.json").read_text())
    for row in rows:
        path = pathlib.Path(row["file"])
        if not path.is_relative_to(ROOT):
            continue
        name = str(path.relative_to(ROOT))
        if name.split("/")[0] in ("shared", "agent", "server"):
            yield name, [word for word in shlex.split(row["command"])
                         if re.match(r"-[DI]|-std=", word)]


def each(commands):
    """Run them all; what they printed, each line once (headers)."""
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        answers = list(pool.map(run, commands))
    text = "\n".join(text for text, _ in answers)
    broken = any(status != 0 for _, status in answers)
    return text, broken


def clang_tidy(build):
    # One file a run: clang-tidy 14 errs about va_list in those that follow.
    flags = [f"--extra-arg={word}" for word in (
        "-Xclang", "-analyzer-config",
        "-Xclang", f"max-nodes={NODES_MAX}")]
    return each([["clang-tidy-14", "-p", str(build), "--quiet", *flags, name]
                 for name in sorted(dict(product(build)))])


def gcc(build):
    flags = ["-std=gnu11", "-O1", "-fanalyzer", "-c", "-o", "/dev/null"]
    return each([["gcc", *flags, *more, name]
                 for name, more in dict(product(build)).items()])


def cppcheck(build):
    return each([[
        "cppcheck", "-j", str(JOBS), "--quiet", "--std=c11",
        "-D_GNU_SOURCE", "-I.", "--enable=warning,performance,portability",
        "--suppress=missingIncludeSystem", "--suppress=unknownMacro",
        "--template={file}:{line}: {severity}: {message} [{id}]",
        "--template-location=", "shared", "agent", "server"]])


TOOLS = {"clang-tidy": clang_tidy, "cppcheck": cppcheck, "gcc": gcc}


def exceptions():
    """{(tool, check, file): [how many are left, how many were allowed]}"""
    allowed = {}
    for line in (HERE / "analyser_exceptions").read_text().split("\n"):
        if line and not line.startswith(("#", " ")):
            head, why = line.split(":", 1)
            tool, check, name, count = head.split()
            if not why.strip():
                sys.exit(f"not ok analyser_exceptions: no reason: {line}")
            allowed[tool, check, name] = [int(count), int(count)]
    return allowed


def relative(name):
    path = pathlib.Path(name)
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else name


def judge(tool, text, allowed):
    faults, seen = 0, set()
    for line in text.split("\n"):
        found = FINDING.match(line)
        if (not found or line in seen
                or not (ROOT / relative(found["file"])).is_relative_to(ROOT)):
            continue
        seen.add(line)
        check = found["check"].split(",")[0]
        left = allowed.get((tool, check, relative(found["file"])))
        if left and left[0] > 0:
            left[0] -= 1
            continue
        faults += 1
        print(f"  {relative(line)}")
    for (of, check, name), (left, count) in allowed.items():
        if of == tool and left > 0:
            faults += 1
            print(f"  analyser_exceptions: {tool} {check} {name} {count}:"
                  f" {left} too many")
    return faults


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    allowed = exceptions()
    status = 0
    for tool in sys.argv[2:] or TOOLS:
        text, broken = TOOLS[tool](build)
        faults = judge(tool, text, allowed)
        if broken:
            print("\n".join(re.findall(r"^.*error: .*$", text, re.M)))
        good = faults == 0 and not broken
        print("ok" if good else "not ok", tool, flush=True)
        status |= not good
    return status


if __name__ == "__main__":
    sys.exit(main())
