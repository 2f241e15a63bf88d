#!/usr/bin/env python3
"""What the demonstration's month must come to, worked out from its input.

An oracle: it shares nothing with the product but the input files. Rules it
applies, stated in the documentation:

- a slot (worker, day, slot) that several hands recorded alike counts once;
  recorded differently it is contested: in no total, counted apart, on the row
  of the first laptop's value, until a person decides;
- a correction replaces, a void takes out;
- payable minutes are those of the paid kinds;
- a row without a site is at the crew's site.
"""

import argparse
import csv
import io
import json
import pathlib
import re
import sys
import unicodedata

MONTH = "2026-11"
DIMENSIONS = ("worker", "site", "crew", "activity", "structure")
STAGES = ("before", "after")

PAID = {
    "work": "travail",
    "training": "formation",
    "afest": "afest",
    "counselling": "rdv accompagnement",
    "immersion": "pmsmp",
    "travel": "trajet",
    "medical": "visite medicale",
    "paid_leave": "conge paye",
    "public_holiday": "ferie chome",
}
UNPAID = {
    "sick": "maladie",
    "accident": "accident du travail",
    "absence_authorised": "absence autorisee",
    "absence_unjustified": "absence non justifiee",
    "bad_weather": "intemperies",
    "suspension": "suspension",
}


def fold(text):
    """Lower case, no accents, single spaces."""
    text = unicodedata.normalize("NFD", text.lower())
    text = "".join(c for c in text if not unicodedata.combining(c))
    return re.sub(r"[\s_-]+", " ", text).strip()


KINDS = {}
for slug, label in {**PAID, **UNPAID}.items():
    KINDS[fold(slug)] = KINDS[label] = slug


def read(path):
    """The rows of a CSV file, whatever its encoding and separator."""
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252")
    header = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=header.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [
        {name: (value or "").strip() for name, value in row.items()}
        for row in rows
    ]


def minutes(text):
    """Minutes of 3h30, 3 h, 3:30, 3,5h, 210min."""
    text = text.replace(" ", "").lower().replace(",", ".")
    if text == "0":
        return 0
    for pattern, unit in (
        (r"(\d+)h(\d\d)?", 60),
        (r"(\d+):(\d\d)", 60),
        (r"(\d+\.\d+)h", 60),
        (r"(\d+)m(?:in)?", 1),
    ):
        found = re.fullmatch(pattern, text)
        if found:
            count, *rest = (float(part or 0) for part in found.groups())
            return round(count * unit + sum(rest))
    raise ValueError(f"no duration: {text}")


def day(text):
    """yyyy-mm-dd of that or of dd/mm/yyyy."""
    if "/" in text:
        text = "-".join(reversed(text.split("/")))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        raise ValueError(f"no date: {text}")
    return text


def value_of(row):
    return (
        minutes(row["time"]),
        KINDS[fold(row["kind"])],
        row["site"],
        row["activity"],
    )


def key_of(row, who):
    return (who, day(row["day"]), row["slot"])


def week_name(path):
    return path.stem.removeprefix("week-")


class Month:
    """What the laptops recorded, then what the office made of it."""

    def __init__(self, directory, newcomer):
        self.workers = {}
        self.slots = {}  # (worker, day, slot) -> {laptop: value}
        self.newcomers = {}  # "@N1" -> the worker it stands for
        self.directory = directory
        self.unmatched = newcomer  # id of an unmatched newcomer's row, or None
        self.crews = {row["crew"]: row for row in read(directory / "crews.csv")}
        self.load_workers("workers.csv")

    def load_workers(self, name):
        for row in read(self.directory / name):
            self.workers[row["worker"]] = row

    def put(self, laptop, row):
        key = key_of(row, row["worker"])
        self.slots.setdefault(key, {})[laptop] = value_of(row)

    def record(self, act):
        """Play one act of a laptop."""
        laptop, key = act["laptop"], None
        if act["act"] == "newcomer":
            self.newcomers[act["worker"]] = act["crew"]
            return
        key = key_of(act, act["worker"])
        if act["act"] == "add":
            if laptop in self.slots.get(key, {}):
                raise ValueError(f"step {act['step']}: already recorded")
            self.put(laptop, act)
        elif act["act"] == "set":
            self.slots[key][laptop] = value_of(act)
        elif act["act"] == "void":
            del self.slots[key][laptop]
        else:
            raise ValueError(f"step {act['step']}: act {act['act']}?")

    def decide(self, act):
        """Play one act of the office."""
        if act["act"] == "resolve":
            key = key_of(act, act["worker"])
            kept = self.slots[key][act["keep"]]
            self.slots[key] = {act["keep"]: kept}
        elif act["act"] == "import":
            self.load_workers(act["file"])
        elif act["act"] == "match":
            alias = act["first_name"]
            crew = self.newcomers.pop(alias)
            if self.workers[act["worker"]]["crew"] != crew:
                raise ValueError(f"step {act['step']}: not of crew {crew}")
            for who, when, slot in [k for k in self.slots if k[0] == alias]:
                values = self.slots.pop((who, when, slot))
                known = self.slots.setdefault((act["worker"], when, slot), {})
                if known.keys() & values.keys():
                    raise ValueError(f"step {act['step']}: {when} twice")
                known.update(values)
        else:
            raise ValueError(f"step {act['step']}: act {act['act']}?")

    def play(self, stage):
        for path in sorted(self.directory.glob("week-*.csv")):
            for row in read(path):
                key = key_of(row, row["worker"])
                if key in self.slots:
                    raise ValueError(f"{path.name}: {key} twice")
                self.put(week_name(path), row)
        acts = sorted(
            read(self.directory / "acts.csv"), key=lambda act: int(act["step"])
        )
        for act in acts:
            if act["phase"] == "offline":
                self.record(act)
            elif stage == "after":
                self.decide(act)

    def place(self, who):
        """(id to show, crew), or None for a newcomer who is left out."""
        if who in self.newcomers:
            if self.unmatched is None:
                return None
            return self.unmatched, self.crews[self.newcomers[who]]
        return who, self.crews[self.workers[who]["crew"]]

    def report(self, dimension):
        rows = {}
        for (who, when, _), values in self.slots.items():
            placed = self.place(who)
            if not values or not when.startswith(MONTH) or not placed:
                continue
            count, kind, site, activity = next(iter(values.values()))
            name, crew = placed
            key = {
                "worker": name,
                "site": site or crew["site"],
                "crew": crew["crew"],
                "activity": activity,
                "structure": crew["structure"],
            }[dimension]
            row = rows.setdefault(
                key, {dimension: key, "minutes": 0, "contested": 0, "kinds": {}}
            )
            if len(set(values.values())) > 1:
                row["contested"] += 1
                continue
            row["kinds"][kind] = row["kinds"].get(kind, 0) + count
            if kind in PAID:
                row["minutes"] += count
        ordered = [rows[key] for key in sorted(rows)]
        return {
            "schema": 1,
            "month": MONTH,
            "by": dimension,
            "rows": ordered,
            "total": {
                "minutes": sum(row["minutes"] for row in ordered),
                "contested": sum(row["contested"] for row in ordered),
            },
        }


def differences(expected, found):
    """Lines that tell where a report departs from what is expected."""
    lines = []
    for name in ("schema", "month", "by", "total"):
        if expected[name] != found.get(name):
            lines.append(
                f"{name}: expected {expected[name]}, found {found.get(name)}"
            )
    by = expected["by"]
    keys = [row.get(by) for row in found.get("rows", [])]
    for key in sorted({key for key in keys if keys.count(key) > 1}, key=str):
        lines.append(f"{by} {key!r}: {keys.count(key)} rows")
    wanted = {row[by]: row for row in expected["rows"]}
    there = {row.get(by): row for row in found.get("rows", [])}
    for key in sorted(set(wanted) | set(there), key=str):
        if key not in there:
            lines.append(f"{by} {key!r}: missing, expected {wanted[key]}")
        elif key not in wanted:
            lines.append(f"{by} {key!r}: not expected, found {there[key]}")
        else:
            for name in ("minutes", "contested", "kinds"):
                one, other = wanted[key][name], there[key].get(name)
                if one != other:
                    lines.append(
                        f"{by} {key!r}, {name}: expected {one}, found {other}"
                    )
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", type=pathlib.Path)
    parser.add_argument("--by", required=True, choices=DIMENSIONS)
    parser.add_argument("--stage", required=True, choices=STAGES)
    parser.add_argument(
        "--newcomer",
        metavar="ID",
        help="count a newcomer nobody matched yet, under this worker id",
    )
    parser.add_argument("--compare", metavar="REPORT.json", type=pathlib.Path)
    args = parser.parse_args()

    month = Month(args.directory, args.newcomer)
    month.play(args.stage)
    expected = month.report(args.by)
    if args.compare is None:
        print(json.dumps(expected, ensure_ascii=False, indent=2))
        return 0
    found = json.loads(args.compare.read_text(encoding="utf-8"))
    lines = differences(expected, found)
    for line in lines:
        print(line)
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main())
