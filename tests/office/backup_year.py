#!/usr/bin/env python3
"""What a daily backup writes: an office with forty workers' half-days of
months, then days one by one, each backed up; the last is put back.

Two months; twelve with POINTEAU_FULL=1, whose figures stand in
docs/operations.md.
"""

import csv
import datetime
import pathlib
import shutil
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scenario")]

from stage import FULL, Office, Person, ok, play, same, show  # noqa: E402

WORKERS = 40
FIRST = datetime.date(2025, 9, 1)
MONTH_DAYS = 21
MONTHS = 12 if FULL else 2
DAYS = 5


class Laptop(Person):
    program = "pointeau"


class Year:
    def __init__(self, stage):
        self.stage = stage
        self.office = Office(stage)
        self.folder = stage.path / "files"
        self.folder.mkdir()
        self.day = FIRST
        self.write("structures", ["structure", "name", "kind", "siret"],
                   [("RIVES", "Rives et Jardins", "ACI", "04120768900013")])
        self.write("sites", ["site", "structure", "name", "sector"],
                   [("SAULNETTE", "RIVES", "Berges", "espaces_verts")])
        self.write("crews", ["crew", "structure", "name", "site", "am", "pm",
                             "days"],
                   [("VERTS", "RIVES", "Verts", "SAULNETTE", "8h-11h30",
                     "13h-16h30", "lun-ven")])
        self.write("supervisors", ["supervisor", "structure", "crew",
                                   "first_name", "last_name"],
                   [("ENC-1", "RIVES", "VERTS", "Ana", "Noël")])
        self.write("workers", ["worker", "structure", "crew", "first_name",
                               "last_name"],
                   [(f"W{n:02}", "RIVES", "VERTS", f"Prénom{n}", f"Nom{n}")
                    for n in range(WORKERS)])
        for what in ("structures", "sites", "crews", "supervisors",
                     "workers"):
            self.office.run("import", what, self.folder / f"{what}.csv")
        self.office.start()
        code = self.office.run("device", "code", "--crew", "VERTS", "--json")
        self.laptop = Laptop(stage, "berges")
        self.laptop.run("enrol", code["code"], "--name", "berges")

    def write(self, what, head, rows):
        with open(self.folder / f"{what}.csv", "w", encoding="utf-8",
                  newline="") as file:
            out = csv.writer(file, delimiter=";")
            out.writerow(head)
            out.writerows(rows)

    def work(self, days):
        """So many working days of everybody, half-day by half-day."""
        rows = []
        for _ in range(days):
            while self.day.weekday() > 4:
                self.day += datetime.timedelta(1)
            rows += [(f"W{n:02}", self.day.isoformat(), slot, "210min",
                      "work") for n in range(WORKERS)
                     for slot in ("am", "pm")]
            self.day += datetime.timedelta(1)
        self.write("hours", ["worker", "day", "slot", "time", "kind"], rows)
        self.laptop.run("hours", "import", self.folder / "hours.csv")
        self.laptop.run("sync")
        return len(rows)

    def backup(self):
        return self.office.run(
            "backup", "make", self.stage.path / "sauvegardes", "--json")


def act(stage):
    year = Year(stage)
    key = stage.path / "cle"
    year.office.run("backup", "key", "--out", key)
    slots = sum(year.work(MONTH_DAYS) for _ in range(MONTHS))
    first = year.backup()
    print(f"# {slots} half-days, {first['bytes']} bytes: the first backup"
          f" writes {first['written']}")
    ok("months of an office are backed up")
    for _ in range(DAYS):
        slots += year.work(1)
        made = year.backup()
        print(f"# a day later, {made['bytes']} bytes: {made['written']}"
              " written")
        show(made["written"] < first["written"] / 2, made)
    again = year.backup()
    print(f"# without any change: {again['written']} written")
    show(again["written"] < first["written"] / 10, again)
    ok("a day's backup writes what the day changed")

    total = year.office.run("report", "month", year.day.isoformat()[:7],
                            "--by", "structure", "--json")
    year.office.stop()
    shutil.rmtree(year.office.data)
    year.office.run("restore", stage.path / "sauvegardes", "--key", key)
    same(year.office.run("report", "month", year.day.isoformat()[:7], "--by",
                         "structure", "--json"), total)
    ok("the last one holds all of it")


if __name__ == "__main__":
    sys.exit(play(act))
