#!/usr/bin/env python3
"""Months of two structures through the real commands, and every total beside
what recompute.py comes to by itself.

Three laptops import each month as files; slots are contested, settled, voided,
corrected, split, recorded by two hands alike, paid by two structures; contracts
follow one another in mid-month, annexes come late; months are closed, some with
an exception; what comes late is adjusted, a month is reopened.

Two months; twelve with POINTEAU_FULL=1. POINTEAU_SEED repeats a run.
"""

import csv
import datetime
import json
import pathlib
import random
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scenario")]

from recompute import Books, month_days  # noqa: E402
from stage import FULL, Office, Person, ok, play, same, seed, show  # noqa: E402

MONTHS = ([f"2025-{n:02}" for n in (11, 12)] +
          [f"2026-{n:02}" for n in range(1, 11)]) if FULL else [
              "2025-12", "2026-01"]
CREWS = {"VERTS": "RIVES", "EAUX": "RIVES", "BAT": "REMPARTS"}
LAPTOPS = {"berges": "VERTS,EAUX", "canal": "VERTS,EAUX", "tour": "BAT"}
OF = {"RIVES": "berges", "REMPARTS": "tour"}
BOTH = "M01"  # works in both structures
ANNEXES = [
    ("ACI051250013A0M1", "RIVES", "ACI_DC", "2025-01-01", "2025-12-31", 1250,
     1820),
    ("ACI051260013A0M1", "RIVES", "ACI_DC", "2026-01-01", "2026-12-31", 1400,
     1820),
    ("EI051250020A0M0", "REMPARTS", "EI_DC", "2025-01-01", "2025-12-31", 600,
     1505),
    ("EI051260020A0M0", "REMPARTS", "EI_DC", "2026-01-01", "2026-12-31", 625,
     1505),
]
KINDS = ["work"] * 14 + ["training", "paid_leave", "sick", "bad_weather",
                         "immersion", "counselling", "absence_unjustified"]
MINUTES = {"sick": [0], "absence_unjustified": [0], "bad_weather": [0, 90]}


class Laptop(Person):
    program = "pointeau"

    def __init__(self, stage, name, office):
        super().__init__(stage, name)
        code = office.run("device", "code", "--crew", LAPTOPS[name], "--json")
        self.run("enrol", code["code"], "--name", name)
        self.run("sync")


class History:
    def __init__(self, stage, number):
        self.chance = random.Random(number)
        self.folder = stage.path / "files"
        self.folder.mkdir()
        self.office = Office(stage)
        self.people()
        self.contracts()
        for what in ("structures", "sites", "crews", "supervisors", "workers",
                     "annexes", "contracts"):
            self.office.run("import", what, self.folder / f"{what}.csv")
        self.office.start()
        self.laptops = {name: Laptop(stage, name, self.office)
                        for name in LAPTOPS}
        self.books = Books(self.folder)

    # ---- files ----

    def write(self, what, head, rows):
        path = self.folder / f"{what}.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            out = csv.writer(file, delimiter=";")
            out.writerow(head)
            out.writerows(rows)
        return path

    def people(self):
        self.write("structures", ["structure", "name", "kind", "siret"],
                   [("RIVES", "Rives et Jardins", "ACI", "04120768900013"),
                    ("REMPARTS", "Remparts", "EI", "04120768900021")])
        self.write("sites", ["site", "structure", "name", "sector"],
                   [("SAULNETTE", "RIVES", "Berges", "espaces_verts"),
                    ("NOYERS", "REMPARTS", "Résidence", "batiment")])
        self.write("crews", ["crew", "structure", "name", "site", "am", "pm",
                             "days"],
                   [(crew, structure, crew.title(),
                     "SAULNETTE" if structure == "RIVES" else "NOYERS",
                     "8h-11h30", "13h-16h30", "lun-ven")
                    for crew, structure in CREWS.items()])
        self.write("supervisors", ["supervisor", "structure", "crew",
                                   "first_name", "last_name"],
                   [(f"ENC-{i}", structure, crew, "Ana", f"Noël{i}")
                    for i, (crew, structure) in enumerate(CREWS.items())])
        self.workers = [(f"{crew[0]}{n:02}", structure, crew)
                        for crew, structure in CREWS.items()
                        for n in range(1, 11)]
        self.workers += [(BOTH, "RIVES", "VERTS"), (BOTH, "REMPARTS", "BAT")]
        self.write("workers", ["worker", "structure", "crew", "first_name",
                               "last_name"],
                   [(*one, f"Prénom{i}", f"Nom{i}")
                    for i, one in enumerate(self.workers)])

    def contracts(self):
        """One to three that follow one another; some with a gap, some under
        no annex yet, some over two years."""
        day = datetime.date.fromisoformat
        rows = []
        for worker, structure, _ in self.workers:
            if (worker, structure) == (BOTH, "REMPARTS"):
                # Nothing is expected of her there any more.
                rows.append(("C1", worker, "", "CDDI", "2025-01-06",
                             "2025-06-30", "26h", structure))
                continue
            at = day("2025-06-02") + datetime.timedelta(
                days=self.chance.randrange(120))
            for number in range(1, 9):
                end = at + datetime.timedelta(
                    days=self.chance.randrange(60, 200))
                annex = next(a for a, s, _, first, last, *_ in ANNEXES
                             if s == structure and first <= at.isoformat()
                             <= last) if at.year < 2027 else ""
                if self.chance.random() < 0.25:
                    annex = ""
                rows.append((f"C{number}", worker, annex, "CDDI",
                             at.isoformat(), end.isoformat(), "26h",
                             structure))
                at = end + datetime.timedelta(
                    days=self.chance.choice([1, 1, 1, 6]))
                if at > day("2026-12-31"):
                    break
        self.write("contracts", ["contract", "worker", "annex", "kind",
                                 "start", "end", "weekly", "structure"], rows)
        self.write("annexes", ["annex", "structure", "measure", "start", "end",
                               "etp_posts", "hours_per_etp"],
                   [(a, s, m, first, last, f"{posts / 100:.2f}".replace(
                       ".", ","), per)
                    for a, s, m, first, last, posts, per in ANNEXES])

    # ---- a month ----

    def weekdays(self, month):
        first, last = month_days(month)
        at = datetime.date.fromisoformat(first)
        while at.isoformat() <= last:
            if at.weekday() < 5:
                yield at.isoformat()
            at += datetime.timedelta(1)

    def value(self):
        kind = self.chance.choice(KINDS)
        minutes = self.chance.choice(
            MINUTES.get(kind, [210, 210, 195, 180, 217, 163]))
        return minutes, kind

    def note(self, laptop, rows):
        """A file of a laptop's, and what it means."""
        path = self.write("hours", ["worker", "day", "slot", "time", "kind"],
                          [(worker, day, slot, f"{minutes}min", kind)
                           for _, worker, day, slot, minutes, kind in rows])
        self.laptops[laptop].run("hours", "import", path)
        for structure, worker, day, slot, minutes, kind in rows:
            self.books.play({
                "op": "note", "hand": laptop, "structure": structure,
                "worker": worker, "day": day, "slot": slot,
                "minutes": minutes, "kind": kind})

    def sync(self):
        for laptop in list(self.laptops.values()) * 2:
            laptop.run("sync")

    def fill(self, month):
        """Every planned half-day, and some split ones."""
        days = list(self.weekdays(month))
        rows = []
        for worker, structure, _ in self.workers:
            if (worker, structure) == (BOTH, "REMPARTS"):
                continue
            for day in days:
                for slot in ("am", "pm"):
                    rows.append((structure, worker, day, slot, *self.value()))
                if self.chance.random() < 0.05:
                    rows.append((structure, worker, day, "x1",
                                 self.chance.randrange(5, 120), "work"))
        self.main = rows
        for structure, laptop in OF.items():
            self.note(laptop, [row for row in rows if row[0] == structure])

    def second_hand(self, month):
        """The other laptop, which has heard of nothing: some alike, some
        otherwise."""
        mine = [row for row in self.main if row[0] == "RIVES" and row[4] > 0]
        found = self.chance.sample(mine, 10)
        alike = found[:4]
        other = [(*row[:4], row[4] - 3, row[5]) for row in found[4:]]
        self.note("canal", alike + other)
        # Paid by two structures: by neither.
        day = next(iter(self.weekdays(month)))
        self.note("berges", [("RIVES", BOTH, day, "x3", 60, "work")])
        self.note("tour", [("REMPARTS", BOTH, day, "x3", 45, "work"),
                           ("REMPARTS", BOTH, day, "x4", 50, "work")])
        return [row[:4] for row in other]

    def replace(self, key, minutes, kind):
        self.books.play(dict(zip(("structure", "worker", "day", "slot"), key),
                             op="replace", minutes=minutes, kind=kind))

    def settle(self, contested):
        listed = {tuple(row[name] for name in
                        ("structure", "worker", "day", "slot")): row
                  for row in self.office.run(
                      "conflicts", "list", "--json")["rows"]}
        for i, key in enumerate(contested):
            row = listed[key]
            if i % 3 == 0:
                continue  # nobody decides
            if i % 3 == 1:
                kept = self.chance.choice(row["values"])
                self.office.run("conflicts", "resolve", row["id"], "--keep",
                                kept["hash"], "--reason", "vu ensemble")
                self.replace(key, kept["minutes"], kept["kind"])
            else:
                kind = row["values"][0]["kind"]
                self.office.run("conflicts", "resolve", row["id"], "--time",
                                "1h07", "--reason", "vu ensemble")
                self.replace(key, 67, kind)

    def hand(self, laptop, act, key, *words):
        _, worker, day, slot = key
        self.laptops[laptop].run("hours", act, "--worker", worker, "--day",
                                 day, "--slot", slot, *words)

    def correct(self, month, contested):
        plain = [row for row in self.main if row[:4] not in contested]
        for row in self.chance.sample(plain, 3):
            self.hand(OF[row[0]], "set", row[:4], "--time", "2h13", "--kind",
                      "work", "--reason", "erreur de saisie")
            self.replace(row[:4], 133, "work")
        extra = [row for row in plain if row[3] == "x1"
                 and self.books.slots[row[:4]] == {OF[row[0]]: row[4:]}]
        for row in extra[:3]:
            self.hand(OF[row[0]], "void", row[:4], "--reason", "pas venu")
            self.books.play(dict(zip(
                ("structure", "worker", "day", "slot"), row[:4]), op="void"))

    def attach(self, month):
        """Annexes of contracts that have none, months late."""
        found = [(key, row) for key, rows in self.books.contracts.items()
                 for row in rows if not row["annexes"]
                 and row["start"] < month and key != ("REMPARTS", BOTH)]
        for (structure, worker), row in found[:2]:
            annex = next(a for a, s, _, first, last, *_ in ANNEXES
                         if s == structure and first <= row["start"] <= last)
            self.office.run("annex", "attach", annex, "--worker", worker,
                            "--contract", row["contract"])
            self.books.play({
                "op": "attach", "structure": structure, "worker": worker,
                "contract": row["contract"], "annex": annex})

    def close(self, month):
        self.office.attempt("month", "close", month, "--json")
        told = json.loads(self.office.out)
        closed = [row["structure"] for row in told["closed"]]
        refused = [row["structure"] for row in told["refused"]]
        same(self.office.status,
             0 if not refused else 3 if closed else 12, told)
        for structure in refused:
            self.office.run("month", "close", month, "--structure", structure,
                            "--exception", "il faut déclarer")
        for structure in closed + refused:
            self.books.play({"op": "close", "structure": structure,
                             "month": month})

    def late(self, month):
        days = list(self.weekdays(month))
        rows = [(structure, worker, self.chance.choice(days), "x2",
                 self.chance.randrange(10, 100), "work")
                for worker, structure, _ in self.chance.sample(
                    self.workers[:-2], 4)]
        for structure, laptop in OF.items():
            mine = [row for row in rows if row[0] == structure]
            if mine:
                self.note(laptop, mine)
        # Two hands, otherwise: that worker waits for somebody to decide.
        place = ("RIVES", self.chance.choice(self.workers[:20])[0],
                 self.chance.choice(days), "x5")
        self.note("berges", [(*place, 40, "work")])
        self.note("canal", [(*place, 55, "work")])
        self.sync()

    def adjust(self, month):
        for structure in OF:
            self.office.run("month", "adjust", month, "--structure", structure,
                            "--reason", "reçu après la clôture")
            self.books.play({"op": "adjust", "structure": structure,
                             "month": month})

    def reopen(self, month):
        self.office.run("month", "reopen", month, "--structure", "RIVES",
                        "--reason", "demande de l'ASP", "--second", "Ahmed",
                        "--exception", "il faut déclarer")
        self.books.play({"op": "close", "structure": "RIVES", "month": month})

    # ---- beside ----

    def check(self, month):
        for structure in OF:
            self.check_report(structure, month)
            self.check_rows(structure, month)
            if (structure, month) in self.books.closings:
                self.check_closing(structure, month)

    def check_report(self, structure, month):
        told = self.office.run("report", "month", month, "--structure",
                               structure, "--by", "worker", "--json")
        found = {row["worker"]: (row["minutes"], row["kinds"])
                 for row in told["rows"]}
        wanted = {worker: (one.payable(), one.kinds) for worker, one in
                  self.books.month(structure, month).items()}
        # Who has contested slots alone is told too.
        same({worker: value for worker, value in found.items() if value[1]},
             {worker: value for worker, value in wanted.items() if value[1]},
             f"report {structure} {month}")

    def check_rows(self, structure, month):
        told = self.office.run("declare", month, "--structure", structure,
                               "--json")["structures"][0]
        found = sorted((row["worker"], row["contract"], row["annex"],
                        row["minutes"], row["hours"], row["remainder"])
                       for row in told["rows"])
        wanted = self.books.rows(structure, month)
        same(found, wanted, f"declare {structure} {month}")
        same(told["total"]["hours"], sum(row[4] for row in wanted))
        closing = self.books.closings.get((structure, month))
        same(told["version"], closing.version if closing else 0)
        self.rows += len(found)

    def check_closing(self, structure, month):
        told = self.office.run("month", "show", month, "--structure",
                               structure, "--json")["closing"]
        closing = self.books.closings[structure, month]
        same(told["total"]["minutes"], closing.totals(),
             f"closing {structure} {month}")
        same({row["worker"]: row["minutes"]["reported"]
              for row in told["rows"]},
             {worker: one.payable()
              for worker, one in closing.reported.items()})

    rows = 0

    def month(self, month, number):
        self.fill(month)
        contested = self.second_hand(month)
        self.sync()
        self.check(month)
        self.settle(contested)
        self.sync()
        self.correct(month, contested)
        self.sync()
        self.check(month)
        self.close(month)
        self.check(month)
        self.late(month)
        self.check(month)
        self.adjust(month)
        self.check(month)
        self.attach(month)
        self.check(month)
        if number % 5 == 1:
            self.reopen(month)
            self.check(month)


def act(stage):
    number = seed()
    full = "POINTEAU_FULL=1 " if FULL else ""
    print(f"# repeat: {full}POINTEAU_SEED={number} POINTEAU_BIN=<build> "
          "python3 tests/office/history.py", flush=True)
    history = History(stage, number)
    for i, month in enumerate(MONTHS):
        history.month(month, i)
        ok(f"{month}: every total is the oracle's")
    for month in MONTHS:
        history.check(month)
    ok(f"{len(MONTHS)} months, {len(history.books.slots)} slots, "
       f"{history.rows} rows compared")
    show(any(len(set(hands.values())) > 1
             for hands in history.books.slots.values()), "nothing contested")
    for laptop in history.laptops.values():
        laptop.must_be_sound()


if __name__ == "__main__":
    sys.exit(play(act))
