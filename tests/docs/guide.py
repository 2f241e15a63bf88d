"""The guides of docs/guide, as their tests read them.

A fenced block is one of two things, named behind its language:

    ```console run          commands after "$ ", and what they answer
    ```console run fails    the last one is refused
    ```console run golden   on what the release before left (tests/golden)
    ```conf FILE            lines that the reader puts into that file
    ```conf FILE maybe      lines that some readers put there

Below a command stands its answer, or nothing when it is left out. In it "…" is
whatever stands there, a line of its own several lines or none. The line "?"
is an answer yet to be written: tests/scenario/s690_guides.py --update.
"""

import dataclasses
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDES = ROOT / "docs" / "guide"
# The same guide in both languages.
PAIRS = [("encadrant", "supervisor"), ("bureau", "office"),
         ("administrateur", "administrator")]
# What a reader replaces, in the two languages.
PLACES = {"CODE": "CODE", "POSTE": "LAPTOP", "CRENEAU": "SLOT",
          "COPIE": "COPY", "CLE": "KEY"}
# Names that are the guide's own, in the two languages.
NAMES = [("pointeau.exemple.fr", "pointeau.example.org"),
         ("/media/cle", "/media/stick"),
         ("/mnt/sauvegardes", "/mnt/backups"),
         ("cle-de-secours.txt", "recovery-key.txt"),
         ("certificat.pem", "certificate.pem"), ("cle.pem", "key.pem"),
         ("/var/lib/pointeau.avant", "/var/lib/pointeau.before"),
         ("choisissez-le-long-et-au-hasard", "choose-it-long-and-at-random"),
         ("--out paie", "--out payroll"), ("--out feuilles", "--out sheets")]


def in_english(text):
    """A command or a setting of a French guide, as the English one has it;
    what stands between quotation marks is not looked at."""
    for french, english in [*NAMES, *PLACES.items()]:
        text = re.sub(rf"(?<!\w){re.escape(french)}(?!\w)", english, text)
    return re.sub(r'"[^"]*"', '""', text)


def path_of(lang, name):
    return GUIDES / lang / f"{name}.md"


@dataclasses.dataclass
class Command:
    line: int  # where it stands, from 1
    text: str
    answer: list  # the lines shown below it


@dataclasses.dataclass
class Block:
    line: int
    info: str
    lines: list
    commands: list

    @property
    def runs(self):
        return self.info.split()[:2] == ["console", "run"]

    @property
    def fails(self):
        return "fails" in self.info.split()

    @property
    def golden(self):
        return "golden" in self.info.split()

    @property
    def file(self):
        words = self.info.split()
        return words[1] if words[:1] == ["conf"] and len(words) > 1 else None

    @property
    def maybe(self):
        return self.info.endswith(" maybe")


def commands_of(lines, first):
    found = []
    for number, line in enumerate(lines, first):
        if found and found[-1].text.endswith("\\"):
            found[-1].text = found[-1].text[:-1] + line.strip()
        elif line.startswith("$ "):
            found.append(Command(number, line[2:], []))
        elif found:
            found[-1].answer.append(line)
        else:
            raise SystemExit(f"line {number}: an answer to no command")
    return found


def blocks_of(text):
    """Every fenced block, in order."""
    found = []
    info = None
    for number, line in enumerate(text.splitlines(), 1):
        fence = re.fullmatch(r" *```(.*)", line)
        if fence and info is None:
            info, start, lines = fence[1].strip(), number, []
        elif fence:
            block = Block(start, info, lines, [])
            if block.runs:
                block.commands = commands_of(lines, start + 1)
            found.append(block)
            info = None
        elif info is not None:
            lines.append(line)
    if info is not None:
        raise SystemExit(f"line {start}: a block without its end")
    return found


def outside_blocks(text):
    """The prose, blocks left blank."""
    return re.sub(r"(?ms)^ *```.*?^ *```$", "", text)
