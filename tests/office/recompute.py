"""What a history of months must come to, worked out from its input alone.

An oracle: it shares nothing with the product but the files and the acts that
went in. The rules it applies are those of the documentation:

- a slot has one value, or it is contested and counts nowhere; a correction, a
  settlement or a void replaces all there was;
- a slot that two structures would pay is paid by neither;
- a closing freezes what the month was, worker by worker, contract by contract;
  what comes later changes it by an approved adjustment alone, and not while a
  slot of that worker is newly contested;
- a contract has the hours of its days, under the annex whose dates hold the
  day; an annex attached after the closing takes what had none;
- an ACI declares the hours it pays, an EI those worked; whole hours, half an
  hour up, once a row.
"""

import csv
import datetime

PAID = {"work", "training", "afest", "counselling", "immersion", "travel",
        "medical", "paid_leave", "public_holiday"}
DECLARED = {"ACI": PAID,
            "EI": PAID - {"immersion", "paid_leave", "public_holiday"}}


def read(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=";"))


def month_days(month):
    first = datetime.date.fromisoformat(month + "-01")
    after = (first + datetime.timedelta(days=31)).replace(day=1)
    return first.isoformat(), (after - datetime.timedelta(1)).isoformat()


def hours(minutes):
    """Whole hours and what is left out."""
    whole = (minutes + 30) // 60
    return whole, minutes - 60 * whole


class Figures:
    """A worker's month: minutes by kind, and by contract and annex."""

    def __init__(self):
        self.kinds = {}
        self.shares = {}

    def add(self, kind, minutes, share):
        self.kinds[kind] = self.kinds.get(kind, 0) + minutes
        part = self.shares.setdefault(share, {})
        part[kind] = part.get(kind, 0) + minutes

    def payable(self):
        return sum(n for kind, n in self.kinds.items() if kind in PAID)


class Books:
    def __init__(self, folder):
        self.kinds = {row["structure"]: row["kind"]
                      for row in read(folder / "structures.csv")}
        self.annexes = {(row["structure"], row["annex"]): row
                        for row in read(folder / "annexes.csv")}
        self.contracts = {}
        for row in read(folder / "contracts.csv"):
            key = row["structure"], row["worker"]
            self.contracts.setdefault(key, []).append(
                dict(row, annexes=[row["annex"]] if row["annex"] else []))
        self.slots = {}  # (structure, worker, day, slot): {hand: value}
        self.closings = {}  # (structure, month): Closing

    # ---- what is true ----

    def contract(self, structure, worker, day):
        for row in self.contracts.get((structure, worker), []):
            if row["start"] <= day and (not row["end"] or day <= row["end"]):
                return row
        return None

    def annex(self, structure, contract, day):
        for number in contract["annexes"]:
            row = self.annexes[structure, number]
            if row["start"] <= day <= row["end"]:
                return number
        return ""

    def share(self, structure, worker, day):
        contract = self.contract(structure, worker, day)
        if contract is None:
            return "", ""
        return (contract["contract"], self.annex(structure, contract, day))

    def value(self, key):
        """(minutes, kind) when there is one."""
        values = set(self.slots.get(key, {}).values())
        return values.pop() if len(values) == 1 else None

    def is_doubled(self, key):
        structure, *place = key
        paid = [other for other in self.kinds
                if (found := self.value((other, *place)))
                and found[1] in PAID and found[0] > 0]
        return structure in paid and len(paid) > 1

    def month(self, structure, month):
        """Worker to Figures, of all that have any slot; as it stands."""
        found = {}
        for key in self.slots:
            if key[0] != structure or not key[2].startswith(month):
                continue
            figures = found.setdefault(key[1], Figures())
            value = self.value(key)
            if value and not self.is_doubled(key):
                figures.add(value[1], value[0],
                            self.share(structure, key[1], key[2]))
        return found

    def snapshot(self, structure, month, worker):
        return {key: dict(hands) for key, hands in self.slots.items()
                if key[:2] == (structure, worker)
                and key[2].startswith(month)}

    # ---- acts ----

    def play(self, act):
        getattr(self, "do_" + act["op"])(act)

    @staticmethod
    def key(act):
        return act["structure"], act["worker"], act["day"], act["slot"]

    def do_note(self, act):
        hands = self.slots.setdefault(self.key(act), {})
        hands[act["hand"]] = (act["minutes"], act["kind"])

    def do_replace(self, act):
        self.slots[self.key(act)] = {"": (act["minutes"], act["kind"])}

    def do_void(self, act):
        self.slots[self.key(act)] = {}

    def do_attach(self, act):
        for row in self.contracts[act["structure"], act["worker"]]:
            if row["contract"] == act["contract"]:
                row["annexes"].append(act["annex"])

    def do_close(self, act):
        key = act["structure"], act["month"]
        version = self.closings[key].version + 1 if key in self.closings else 1
        self.closings[key] = Closing(self, *key, version)

    def do_adjust(self, act):
        self.closings[act["structure"], act["month"]].adjust(self)

    # ---- answers ----

    def rows(self, structure, month):
        """What is declared: (worker, contract, annex, minutes, hours, rest),
        sorted."""
        closing = self.closings.get((structure, month))
        figures = closing.reported if closing else self.month(structure, month)
        out = []
        for worker, one in figures.items():
            shares = {}
            for (contract, annex), kinds in one.shares.items():
                if closing and contract and not annex:
                    annex = self.late_annex(closing, structure, month, worker,
                                            contract)
                minutes = sum(n for kind, n in kinds.items()
                              if kind in DECLARED[self.kinds[structure]])
                key = contract, annex
                shares[key] = shares.get(key, 0) + minutes
            for (contract, annex), minutes in shares.items():
                out.append((worker, contract, annex, minutes, *hours(minutes)))
        return sorted(out)

    def late_annex(self, closing, structure, month, worker, contract):
        known = {annex for name, annex in
                 closing.closed.get(worker, Figures()).shares
                 if name == contract}
        for row in self.contracts.get((structure, worker), []):
            if row["contract"] != contract:
                continue
            for day in reversed(month_days(month)):
                annex = self.annex(structure, row, day)
                if annex not in known:
                    return annex
        return ""


class Closing:
    """A month as it was closed, and as it is reported since."""

    def __init__(self, books, structure, month, version):
        self.structure, self.month, self.version = structure, month, version
        self.closed = books.month(structure, month)
        self.reported = dict(self.closed)
        self.seen = {worker: books.snapshot(structure, month, worker)
                     for worker in self.closed}

    def is_undecided(self, books, worker):
        was = self.seen.get(worker, {})
        now = books.snapshot(self.structure, self.month, worker)
        return any(len(set(hands.values())) > 1 and was.get(key) != hands
                   for key, hands in now.items())

    def adjust(self, books):
        now = books.month(self.structure, self.month)
        for worker in set(now) | set(self.reported):
            if self.is_undecided(books, worker):
                continue
            self.reported[worker] = now.get(worker, Figures())
            self.seen[worker] = books.snapshot(
                self.structure, self.month, worker)

    def totals(self):
        """Payable minutes: closed, adjusted, reported."""
        closed = sum(one.payable() for one in self.closed.values())
        reported = sum(one.payable() for one in self.reported.values())
        return {"closed": closed, "adjusted": reported - closed,
                "reported": reported}
