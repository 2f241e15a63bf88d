"""How what the server does grows with its history, with --growth FILE.svg: at
each of --sizes in CPU seconds, and the exponent of a power law through the
figures: 0 is flat, 1 grows as the history does."""

import json
import math
import pathlib
import time

import growth_svg
import histories
from lib import Failed, L, Measure, say

NEEDS = "growth"
SIZES = "10k,100k,1M"
QUICK_SIZES = "10k,50k"
ROUNDS = 5
# Whole rebuilds take as long as the history was long: one, where there is
# time for it.
WHOLE_MAX_S = 150

LABELS = {
    "push": L("entrée, par écriture", "ingest, an entry"),
    "pull.last": L("50 derniers lots", "last 50 sets"),
    "pull.first": L("première page", "first page"),
    "heads": L("rien à dire", "nothing to say"),
    "month": L("mois d'une structure", "a structure's month"),
    "rebuild": L("une structure rejouée", "a structure rebuilt"),
    "rebuild.all": L("tout rejoué", "all rebuilt"),
    "verify": L("doctor", "doctor"),
    "backup.first": L("première sauvegarde", "first backup"),
    "backup.next": L("sauvegarde suivante", "next backup"),
}


def exponent(points):
    """The slope through (entries, seconds), both as logarithms."""
    if len(points) < 2:
        raise Failed("one size is no growth")
    xs = [math.log(x) for x, _ in points]
    ys = [math.log(y) for _, y in points]
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    return (sum((a - x) * (b - y) for a, b in zip(xs, ys))
            / sum((a - x) ** 2 for a in xs))


class Growth:
    def __init__(self, stage):
        self.stage = stage
        self.past = histories.of(stage)
        self.points = {name: [] for name in LABELS}
        self.written = []

    def program(self, past, *words, status=(0,)):
        """CPU seconds that a command takes, and what it answers."""
        usage = []
        out = self.past.stage_run(
            ["pointeau-server", *words, "--data", past.data], usage, status)
        return usage[0], out

    def note(self, name, past, seconds):
        say(f"growth {name} {past.size()}: {seconds:.4g} s")
        self.points[name].append((past.entries, seconds))

    def reads(self, past):
        for name in ("heads", "pull.last", "pull.first", "month"):
            took, = self.past.ask(name, [past], ROUNDS)
            self.note(name, past, took.median())

    def rebuilds(self, past):
        """In this process, and taken back. The one foretells the whole."""
        took, = self.past.ask("rebuild", [past], 1, warm=0)
        self.note("rebuild", past, took.cpu[0])
        if took.wall[0] * past.structures > min(WHOLE_MAX_S,
                                                self.stage.left() / 4):
            say(L("tout rejouer serait trop long ici",
                  "to rebuild all would take too long here"))
            return
        took, = self.past.ask("rebuild.all", [past], 1, warm=0)
        self.note("rebuild.all", past, took.cpu[0])

    def verify(self, past):
        """It finds what a new server lacks, which is not what it is for."""
        seconds, _ = self.program(past, "doctor", status=(0, 1))
        self.note("verify", past, seconds)

    def backups(self, past):
        place = self.stage.directory("backup")
        seconds, out = self.program(past, "backup", "make", place, "--json")
        self.note("backup.first", past, seconds)
        first = json.loads(out)["written"]
        took, = self.past.ask("push", [past], ROUNDS)
        self.note("push", past, took.median() / took.amount[0])
        time.sleep(1)  # a backup is named by its second
        seconds, out = self.program(past, "backup", "make", place, "--json")
        self.note("backup.next", past, seconds)
        self.written.append({
            "entries": past.entries, "database": past.bytes, "first": first,
            "next": json.loads(out)["written"],
            "pushed": sum(took.amount) + took.amount[0]})

    def at(self, size):
        past = self.past.make(size)
        self.reads(past)
        self.rebuilds(past)
        self.verify(past)
        self.backups(past)

    def measures(self):
        found = []
        for name, points in self.points.items():
            if len(points) < 2:
                continue
            found.append(Measure(
                f"growth.{name}",
                L(f"croissance : {LABELS[name]} (exposant)",
                  f"growth: {LABELS[name]} (exponent)"),
                exponent(points),
                detail={"points": points}))
        found[0].detail["backups"] = self.written
        return found


def grow(stage):
    growth = Growth(stage)
    told = getattr(stage.options, "sizes", "") or (
        QUICK_SIZES if stage.quick else SIZES)
    for size in sorted(histories.size_of(one) for one in told.split(",")):
        if growth.past.bounded(size) < size:
            say(L(f"pas le temps pour {histories.name_of(size)}",
                  f"no time for {histories.name_of(size)}"))
            continue
        growth.at(size)
    pathlib.Path(stage.options.growth).write_text(growth_svg.picture(
        {LABELS[name]: points for name, points in growth.points.items()
         if len(points) > 1}, exponent), "utf-8")
    return growth.measures()


MEASURES = {"growth.push": grow}
