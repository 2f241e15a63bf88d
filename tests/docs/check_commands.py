#!/usr/bin/env python3
"""Every command that README.md and docs/ name exists, with its options: each is
looked up in what the built programs say of themselves ("help", and --help of
each command). Usage: check_commands.py, POINTEAU_BIN: the build."""

import os
import pathlib
import re
import subprocess
import sys

from guide import ROOT

BIN = pathlib.Path(os.environ.get("POINTEAU_BIN", ROOT / "build")).resolve()
PROGRAMS = ("pointeau-server", "pointeau")
# For our tools alone, and in no help.
HIDDEN = {"pointeau-server": ["man"], "pointeau": ["man"]}
OPTION = r"--[a-z][a-z-]*"


class Program:
    """What one of the two can do."""

    def __init__(self, name):
        self.name = name
        self.commands = {}
        listed, options = self.say("help").split("\nOptions", 1)
        self.common = set(re.findall(OPTION, options))
        for line in listed.splitlines():
            found = re.match(r"  ((?:[a-z][\w-]* ?)+)", line)
            if found:
                self.learn(found[1].split())
        for word in HIDDEN[name]:
            self.commands[(word,)] = set()
        self.groups = {words[0] for words in self.commands if len(words) > 1}

    def say(self, *words):
        return subprocess.run(
            [BIN / self.name, *words], capture_output=True, check=True,
            encoding="utf-8", env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout

    def learn(self, words):
        """A command, which may be followed by the word of an argument."""
        said = self.say(*words, "--help")
        self.commands[tuple(words)] = set(re.findall(OPTION, said))

    def fault(self, text):
        """Why this is no command of the program, or None."""
        words = text.split()
        for length in range(min(4, len(words)), 0, -1):
            options = self.commands.get(tuple(words[:length]))
            if options is None:
                continue
            for option in re.findall(rf"(?<![\w-]){OPTION}", text):
                if option not in options | self.common:
                    return f"{' '.join(words[:length])} has no {option}"
            return None
        return f"{self.name} has no command {' '.join(words[:2])!r}"


def readings(text):
    """A line as it may be typed: "month close|check [--structure S]" is two.
    What the shell adds is left out."""
    text = re.split(r" (?:\||>|<|&&|;|#|→)|[;>]|…| 2>", f"{text} ")[0]
    text = re.sub(r"[\[\]]", " ", text).strip()
    found = re.search(r"(?<!\S)[\w-]+(?:\|[\w-]+)+(?!\S)", text)
    if found is None:
        return [text]
    return [one for word in found[0].split("|")
            for one in readings(text[:found.start()] + word
                                + text[found.end():])]


def named(text):
    """(line, program, the rest) of every command that a document names."""
    text = re.sub(r"\\\n *", "", text)
    spans = []
    fenced = False
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.match(r" *```", line)
        if fence:
            fenced = not fenced
        elif fenced or line.startswith(("    ", "\t")):
            spans.append((number, line))
    prose = re.sub(r"(?ms)^ *```.*?^ *```$",
                   lambda found: "\n" * found[0].count("\n"), text)
    for found in re.finditer(r"`([^`]+)`", prose):
        spans.append((prose.count("\n", 0, found.start()) + 1,
                      found[1].replace("\n", " ")))
    for number, span in spans:
        # Also those that a sentence within an answer quotes; not the first
        # lines of files, nor whom sudo is told.
        for found in re.finditer(
                r"(?:^|(?<!-u)(?<!#)[\s(«\"])(?:sudo -u pointeau-server )?"
                r"(pointeau(?:-server)?) +((?!pointeau)[a-z][^`»]*)", span):
            yield number, found[1], found[2].split('"):')[0]


def short(text):
    """(line, words) of what a guide names without its program, "user link"."""
    for found in re.finditer(r"`([a-z]+ [a-z][a-z -]*)`", text):
        yield text.count("\n", 0, found.start()) + 1, found[1]


def main():
    programs = {name: Program(name) for name in PROGRAMS}
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    count = 0
    faults = []
    for document in documents:
        text = document.read_text("utf-8")
        for number, program, rest in named(text):
            for one in readings(rest):
                count += 1
                fault = programs[program].fault(one)
                if fault:
                    faults.append(f"{document.relative_to(ROOT)}:{number}: "
                                  f"{fault}")
        if "guide" not in document.parts:
            continue
        for number, words in short(text):
            knowing = [one for one in programs.values()
                       if words.split()[0] in one.groups]
            count += len(knowing) > 0
            if knowing and all(one.fault(words) for one in knowing):
                faults.append(f"{document.relative_to(ROOT)}:{number}: "
                              f"no command {words!r}")
    for fault in faults:
        print(fault)
    # A check that sees nothing would find no fault either.
    if count < 200:
        faults.append(f"only {count} commands were seen")
    print(("not ok" if faults else "ok") + f" commands: {count} named")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
