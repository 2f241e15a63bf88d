"""Servers with a history, made once in a run by bench_history and asked by
bench_ask.

    history = of(stage)
    small, large = history.make(100_000), history.make(1_000_000)
    pair = history.pair("month", small, large)
"""

import dataclasses
import json
import pathlib
import re
import resource
import shutil
import statistics
import subprocess

from lib import SERVER, Failed, L, ratios, say

NS = 1e9
# What a run may spend on making one history, of the time that is left.
SHARE = 0.3
MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}
BASE, LARGE = 100_000, 1_000_000
QUICK_BASE, QUICK_LARGE = 10_000, 50_000


def size_of(text):
    """"100k" → 100000."""
    match = re.fullmatch(r"(\d+)([km]?)", text.strip().lower())
    if match is None:
        raise Failed(L(f"{text} : une taille comme 100k ou 1M était attendue",
                       f"{text}: a size such as 100k or 1M was expected"))
    return int(match[1]) * MULTIPLES[match[2]]


def name_of(entries):
    for letter, many in (("M", 1_000_000), ("k", 1_000)):
        if entries >= many:
            return f"{entries / many:.3g}{letter}"
    return str(entries)


@dataclasses.dataclass
class History:
    """A server's directory and what bench_history said of it."""

    data: pathlib.Path
    wanted: int
    entries: int
    sets: int
    structures: int
    bytes: int
    seconds: float
    first: str
    last: str
    cpu: dict

    def size(self):
        return name_of(self.wanted)


@dataclasses.dataclass
class Took:
    """Of one history, round by round: seconds, and how much was answered."""

    cpu: list
    wall: list
    amount: list
    sent: list  # bytes that laptops sent: of a push

    def median(self, what="cpu"):
        return statistics.median(getattr(self, what))


class Histories:
    """All those of a run."""

    def __init__(self, stage):
        self.stage = stage
        self.made = {}

    def sizes(self):
        """The smaller and the larger one that are compared."""
        if self.stage.quick:
            return QUICK_BASE, QUICK_LARGE
        large = getattr(self.stage.options, "large", 0)
        return BASE, max(large or LARGE, 2 * BASE)

    def bounded(self, entries):
        """As many as there is time for, as fast as they came so far; who says
        how many gets them."""
        if not self.made or getattr(self.stage.options, "large", 0):
            return entries
        rate = min(one.entries / one.seconds for one in self.made.values())
        room = int(rate * self.stage.left() * SHARE)
        while entries > room and entries > 2 * BASE:
            entries //= 2
        return entries

    def pair_of_sizes(self):
        small, large = self.sizes()
        small = self.make(small)
        return small, self.make(self.bounded(large))

    def make(self, entries, structures=0):
        """The one of this size: made now, or earlier in this run."""
        key = entries, structures
        if key not in self.made:
            say(L(f"historique de {name_of(entries)} écritures…",
                  f"a history of {name_of(entries)} entries…"))
            data = self.stage.path / f"history-{entries}-{structures}"
            told = json.loads(self.stage_run([
                "bench_history", "--data", data, "--entries", entries,
                *(("--structures", structures) if structures else ())]))
            self.made[key] = History(data=data, wanted=entries, **told)
        return self.made[key]

    def stage_run(self, argv, usage=None, status=(0,)):
        """As stage.run, but as long as the whole run lasts. ${usage}: a list
        that receives its CPU seconds."""
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        child = self.stage.spawn(argv, SERVER, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        out, err = child.communicate(timeout=max(1, self.stage.left()))
        if child.returncode not in status:
            raise Failed(f"{argv} → {child.returncode}\n"
                         f"{out[-2000:]}{err[-2000:]}")
        if usage is not None:
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            usage.append(after.ru_utime + after.ru_stime
                         - before.ru_utime - before.ru_stime)
        return out

    def copy(self, history, name):
        """Another directory with the same in it."""
        data = self.stage.directory(name)
        shutil.rmtree(data)
        shutil.copytree(history.data, data)
        return dataclasses.replace(history, data=data)

    def ask(self, asked, sides, rounds=7, **options):
        """A Took for each of ${sides}, asked in turn."""
        words = [word for side in sides for word in ("--data", side.data)]
        words += [word for name, value in options.items()
                  for word in (f"--{name}", value)]
        told = json.loads(self.stage_run(
            ["bench_ask", *words, "--ask", asked, "--rounds", rounds]))
        return [Took([one / NS for one in side["cpu_ns"]],
                     [one / NS for one in side["wall_ns"]], side["amount"],
                     side["sent"])
                for side in told[asked]]

    def has_months(self, history):
        """Does this version keep month totals?"""
        return json.loads(self.stage_run(
            ["bench_ask", "--data", history.data]))["months"]

    def costs(self, asked, small, large, rounds=7):
        """What it costs at the larger one ÷ at the smaller one, in CPU."""
        one, other = self.ask(asked, [small, large], rounds)
        return ratios(other.cpu, one.cpu)


def of(stage):
    """The histories of this run."""
    if not hasattr(stage, "histories"):
        stage.histories = Histories(stage)
    return stage.histories
