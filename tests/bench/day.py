"""The town of tests/demo, a supervisor's day in it (W1), and the same rows as
a CSV file: what others would send."""

import csv
import datetime
import gzip
import io
import random
import uuid

import lib

CAST = lib.ROOT / "tests" / "demo"
STARTER = lib.ROOT / "server" / "catalogue" / "starter.csv"
CREW = "VERTS"
PEOPLE = 12
HOURS, SKILLS = 2 * PEOPLE, 3  # entries of W1
WEEK = datetime.date(2026, 11, 16)  # the Monday of week-berges.csv
# The columns of the CSV: who, when and what an entry holds.
COLUMNS = ("id", "author", "recorded_at", "structure", "worker", "day", "slot",
           "minutes", "kind", "site", "activity", "start", "end", "skill",
           "level", "label", "catalogue", "scale", "note")


def people(server):
    """Two structures, twelve people in the crew VERTS; before it starts."""
    for what in ("structures", "sites", "crews", "supervisors", "workers"):
        server.run("import", what, CAST / f"{what}.csv")
    server.run("import", "skills", STARTER)


def demo(name):
    with open(CAST / name, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def skills_of(number):
    """The three that are seen on day ${number} of a week."""
    seen = [row for row in demo("skills.csv") if row["laptop"] == "berges"]
    return seen[number * SKILLS:(number + 1) * SKILLS]


class Day:
    """One day of the crew, recorded on a laptop by the real program: what the
    week of tests/demo says, everyone else present, three observations."""

    def __init__(self, laptop, number, weeks_ago=0):
        self.laptop = laptop
        self.number = number
        self.then = WEEK + datetime.timedelta(days=number)
        self.day = self.then - datetime.timedelta(weeks=weeks_ago)

    def hours(self, slot):
        """Twelve half-days."""
        rows = [row for row in demo("week-berges.csv")
                if row["slot"] == slot and
                row["day"] == self.then.strftime("%d/%m/%Y")]
        for row in rows:
            row["day"] = self.day.strftime("%d/%m/%Y")
        path = self.laptop.stage.path / "half-day.csv"
        with open(path, "w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], delimiter=";")
            writer.writeheader()
            writer.writerows(rows)
        self.laptop.run("hours", "import", path)
        self.laptop.run("hours", "fill", "--crew", CREW, "--day", self.day,
                        "--slot", slot)

    def skills(self):
        for row in skills_of(self.number):
            note = ("--note", row["note"]) if row["note"] else ()
            self.laptop.run(
                "skills", "add", "--worker", row["worker"], "--skill",
                row["skill"], "--level", row["level"], "--day", self.day,
                *note)

    def all(self):
        self.hours("am")
        self.hours("pm")
        self.skills()


def hours_row(laptop, entry):
    """What the entry of a slot holds, as the command tells it."""
    told = laptop.run("hours", "history", "--worker", entry["worker"],
                      "--day", entry["day"], "--slot", entry["slot"],
                      "--json")
    row = [row for row in told["rows"] if row["hash"] == entry["hash"]][0]
    return dict(row["after"], note=row["note"], person=row["person"])


def kept(laptop):
    """What no sync has taken yet, as rows of COLUMNS, in order."""
    seen = {row["hash"]: row
            for row in laptop.run("skills", "list", "--json")["rows"]}
    told = laptop.run("entries", "list", "--state", "kept", "--limit",
                      "1000", "--json")
    found = []
    for entry in reversed(told["rows"]):
        value = seen.get(entry["hash"]) or hours_row(laptop, entry)
        row = {name: str(value.get(name) or "") for name in COLUMNS}
        row.update(author=value["person"], recorded_at=entry["at"])
        row.update((name, entry[name])
                   for name in ("structure", "worker", "day", "slot"))
        found.append(row)
    return found


def packed(rows, seed, columns=COLUMNS):
    """gzip -9 of one CSV, an identifier by chance in each row."""
    chance = random.Random(seed)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, delimiter=";", lineterminator="\n",
                            extrasaction="ignore")
    writer.writeheader()
    for row in rows:
        row = dict(row, id=uuid.UUID(int=chance.getrandbits(128), version=4))
        writer.writerow(row)
    return gzip.compress(text.getvalue().encode(), 9, mtime=0)
