"""The log of a structure as a suspicious reader keeps it: nothing goes in
that does not follow, and totals are folded from what went in."""

import base64
import calendar
import collections
import functools
import json
import re

import ed25519
import paper
from paper import Wrong, need

# The same signature is looked at once, however often the log is read anew.
ed25519.verify = functools.lru_cache(None)(ed25519.verify)

Place = collections.namedtuple("Place", "n epoch time manifest head type set")
Entry = collections.namedtuple("Entry", "name it code place role")

PAID = ("work", "training", "afest", "counselling", "immersion", "travel",
        "medical", "paid_leave", "public_holiday")
PRESENT = PAID[:7]
FIELD = ("hours", "skill", "newcomer", "signoff")
OFFICE = ("resolve", "structure", "site", "crew", "supervisor", "worker",
          "identity", "annex", "contract", "catalogue", "enrolment", "scope",
          "revocation", "close", "closed", "adjust", "checked", "declared",
          "reopening", "purge", "quarantine", "release")
SERVER = ("enrolment", "epoch")
REASONED = ("void", "resolve", "revocation", "adjust", "reopening", "purge")
KNOWN = FIELD + OFFICE + SERVER


# ---- what an entry may say ----

def is_id(text):
    return (isinstance(text, str) and 1 <= len(text.encode()) <= 64
            and not re.search(r'[\x00-\x1f\x7f-\x9f/\\"<>|*?#]', text)
            and text == text.strip() and text[0] != "-")


def is_day(text):
    found = isinstance(text, str) and re.fullmatch(
        r"(\d{4})-(\d\d)-(\d\d)", text)
    if not found:
        return False
    year, month, day = map(int, found.groups())
    return (1900 <= year <= 2199 and 1 <= month <= 12
            and 1 <= day <= calendar.monthrange(year, month)[1])


def text_within(value, size):
    return (isinstance(value, str) and 1 <= len(value.encode()) <= size
            and not re.search(r"[\x00-\x1f\x7f-\x9f]", value))


def number_within(value, low, high):
    return type(value) is int and low <= value <= high


def minute_of(value):
    found = isinstance(value, str) and re.fullmatch(r"(\d\d):(\d\d)", value)
    if not found or int(found[2]) > 59:
        return None
    minute = int(found[1]) * 60 + int(found[2])
    return minute if minute <= 1440 else None


def hours_fit(it):
    if not (text_within(it.get("kind"), 40)
            and number_within(it.get("minutes"), 0, 1440)
            and (it["minutes"] or it["kind"] not in PRESENT)
            and is_id(it.get("site", "ok"))
            and text_within(it.get("activity", "ok"), 200)
            and number_within(it.get("break", 0), 0, 1440)):
        return False
    if any(minute_of(it.get(name, "00:00")) is None
           for name in ("start", "end")):
        return False
    if "start" not in it or "end" not in it:
        return True
    span = minute_of(it["end"]) - minute_of(it["start"])
    return span > 0 and it["minutes"] <= span


def skill_fits(it):
    return (is_id(it.get("skill")) and text_within(it.get("label"), 400)
            and text_within(it.get("catalogue"), 200)
            and text_within(it.get("scale"), 200) and is_day(it.get("day"))
            and number_within(it.get("level", 1), 1, 4)
            and number_within(it.get("phase", 1), 1, 4)
            and is_id(it.get("site", "ok")))


def newcomer_fits(it, role):
    return (text_within(it.get("first"), 200)
            and text_within(it.get("initial", "x"), 200)
            and is_id(it.get("crew"))
            and (role == "office" or "worker" not in it))


def signoff_fits(it, record):
    month, covers = record.split("/")[2], it.get("covers")
    return (it.get("month") == month
            and bool(re.fullmatch(r"(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])", month))
            and it.get("answer") in ("agree", "disagree")
            and it.get("how") in ("finger", "pin", "paper")
            and number_within(it.get("text"), 1, 2**31 - 1)
            and number_within(it.get("payable"), 0, 2**31 - 1)
            and number_within(it.get("days"), 0, 31)
            and is_hash(it.get("sum")) and isinstance(covers, list)
            and len(covers) <= 2048 and all(map(is_hash, covers))
            and covers == sorted(set(covers))
            and text_within(it.get("lang", "fr"), 35)
            and text_within(it.get("stroke", "M0 0"), 16384)
            and bool(re.fullmatch(
                r"M\d{1,4} \d{1,4}( ?[ML]\d{1,4} \d{1,4})*",
                it.get("stroke", "M0 0"), re.ASCII)))


def is_hash(text):
    return isinstance(text, str) and bool(
        re.fullmatch(r"[0-9a-f]{64}", text))


def is_key(record):
    parts = record.split("/")
    return 2 <= len(parts) <= 4 and all(map(is_id, parts))


def key_fits(kind, record):
    parts = record.split("/")
    if kind in ("hours", "resolve"):
        return (parts[0] == "hours" and len(parts) == 4 and is_day(parts[2])
                and bool(re.fullmatch(r"am|pm|x[1-9]", parts[3])))
    if kind in ("skill", "signoff"):
        return parts[0] == kind and len(parts) == 3
    if kind == "newcomer":
        return bool(re.fullmatch(r"newcomer/n-[0-9a-f]{10}", record))
    return kind not in OFFICE + SERVER or parts[0] == kind


def may_write(role, it):
    kind = it["kind"]
    if kind == "void":
        return role != "server" and it["record"].split("/")[0] in FIELD
    if kind in FIELD:
        return role != "server"
    if kind in SERVER:
        return role == "server" or (role == "office" and kind in OFFICE)
    return kind not in OFFICE or role == "office"


def full(value):
    """A value without its empty members."""
    return {name: item for name, item in value.items()
            if item not in ("", None)}


def fault(it, structure, device, role):
    """Why this entry is quarantined, or None."""
    if it.get("structure") != structure:
        return "structure"
    if it["by"].get("device") != device:
        return "author"
    if not is_key(it["record"]):
        return "record"
    if not may_write(role, it):
        return "authority"
    if not key_fits(it["kind"], it["record"]):
        return "record"
    if it["kind"] in REASONED and not (
            isinstance(it.get("reason"), str) and it["reason"]):
        return "reason"
    value = full(it["set"]) if isinstance(it.get("set"), dict) else {}
    fits = {"hours": lambda: hours_fit(value),
            "resolve": lambda: hours_fit(value),
            "skill": lambda: skill_fits(value),
            "signoff": lambda: signoff_fits(value, it["record"]),
            "newcomer": lambda: newcomer_fits(value, role)}
    return None if fits.get(it["kind"], lambda: True)() else "value"


# ---- the log ----

class Ledger:
    """`held`: sets and bodies that the reader has of its own, by their names:
    a server withholds what is outside the scope even from who wrote it."""

    def __init__(self, structure, server, held=None):
        self.structure, self.server = structure, server
        self.held = {} if held is None else held
        self.office = paper.device_of(server)
        self.places = []
        self.keys = {self.office: (server, "server")}
        self.revoked = set()
        self.entries = {}
        self.unseen = set()  # names of the sets that were not shown
        self.sessions = {}   # (device, session): seq and name of its last set
        self.said = {}       # device: the names of its sets

    def head(self):
        """What a new set has seen."""
        if not self.places:
            return 1, 0, paper.first_head(self.structure)
        last = self.places[-1]
        return last.epoch, last.n, last.head

    def take(self, pull):
        """Take a pull in, all of it or (Wrong) none that counts."""
        need(pull.structure == self.structure, "another structure")
        need(pull.first == len(self.places) + 1, "not what was asked for")
        for kind, time, item in pull.items:
            self.take_item(kind, paper.time_text(time), item)
        if not pull.items:
            need(pull.signature == bytes(64), "a signature of nothing")
            return
        last = self.places[-1]
        need(pull.epoch == last.epoch, "the epoch")
        text = paper.receipt_text(self.structure, last.epoch, last.n,
                                  last.manifest, last.head, last.time)
        need(paper.verify(self.server, "receipt@pointeau", text,
                          pull.signature), "the receipt of the last place")

    def take_item(self, kind, time, item):
        epoch, n, head = self.head()
        need(not self.places or time >= self.places[-1].time, "time goes back")
        manifest = item.name() if kind == 2 else item
        need(kind != 1 or item in self.held, "said to be ours")
        if kind < 2:
            item = self.held.get(manifest, item)
        if isinstance(item, paper.Set):
            epoch = self.take_set(item, n + 1)
        else:
            self.unseen.add(manifest)
        self.places.append(Place(
            n + 1, epoch, time, manifest,
            paper.next_head(head, time, manifest), kind, item))

    def take_set(self, it, n):
        """Check a set's signature, its place in its author's chain and what
        it had seen; read its entries. The epoch it stands in."""
        need(it.structure == self.structure, "a set of another structure")
        need(it.device in self.keys, "an author who is not enrolled")
        public, role = self.keys[it.device]
        need(it.is_signed_by(public), "a set's signature")
        need(n > 1 or role == "server", "the first set is not the server's")
        need(1 <= len(it.bodies) <= 256, "entries of a set")
        self.check_order(it, n)
        self.check_seen(it, n)
        epoch = self.head()[0]
        for name, body in zip(it.hashes(), it.bodies):
            body = self.held.get(name, body)
            if isinstance(body, bytes):
                entry = self.read(name, body, it, role, n)
                self.entries.setdefault(name, entry)
                epoch = self.act(entry, it, n, epoch)
        return epoch

    def check_order(self, it, n):
        """A set names its session's set before it; a session's first set, one
        of its author's before it (not always the last: an author that came
        back from a copy does not know what it said since). What was not shown
        may be anybody's."""
        seq, name = self.sessions.get((it.device, it.session), (0, None))
        if name is None:
            known = self.said.setdefault(it.device, {paper.ZEROS})
            fits = it.seq == 1 and it.prev in known
        else:
            fits = it.seq == seq + 1 and it.prev == name
        need(fits or (it.seq >= seq and it.prev in self.unseen),
             f"place {n}: a set out of its author's order")
        self.sessions[it.device, it.session] = it.seq, it.name()
        self.said[it.device].add(it.name())

    def check_seen(self, it, n):
        """What the author saw is this log, if in an epoch that still is."""
        epoch, seen, head = it.seen
        heads = [paper.first_head(self.structure)]
        heads += [place.head for place in self.places]
        if seen < n and (not seen or self.places[seen - 1].epoch == epoch):
            need(heads[seen] == head, "a set that saw another log")
        else:
            need(epoch < self.head()[0], "a set that saw what is to come")

    def read(self, name, body, it, role, n):
        try:
            members = paper.read_entry(body)
            code = fault(members, it.structure, it.device, role)
            if it.device in self.revoked:
                code = code or "revoked"
        except Wrong:
            members, code = None, "malformed"
        return Entry(name, members, code, n, role)

    def act(self, entry, it, n, epoch):
        """What an entry does to the reading of the log itself."""
        if entry.code:
            return epoch
        kind, record = entry.it["kind"], entry.it["record"]
        if kind == "enrolment":
            value, device = entry.it["set"], record.split("/")[1]
            key = bytes.fromhex(value["key"])
            need(paper.device_of(key) == device, "an enrolment's key")
            self.keys[device] = key, value["role"]
        elif kind == "revocation":
            self.revoked.add(record.split("/")[1])
        elif kind == "epoch":
            return self.open_epoch(entry.it, it, n, epoch)
        return epoch

    def open_epoch(self, it, its_set, n, epoch):
        value, proof = it["set"], it["set"]["receipt"]
        text = paper.receipt_text(
            self.structure, proof["epoch"], proof["n"], proof["manifest"],
            proof["head"], proof["time"])
        need(paper.verify(self.server, "receipt@pointeau", text,
                          base64.b64decode(proof["sig"])), "epoch's proof")
        need(len(its_set.bodies) == 1 and value["base"] == n - 1
             and value["epoch"] == max(epoch, proof["epoch"]) + 1
             and it["record"] == f"epoch/{value['epoch']}", "epoch's entry")
        place = self.places[proof["n"] - 1:proof["n"]]
        need(not place or place[0].head != proof["head"],
             "an epoch without a loss")
        return value["epoch"]

    def holds(self, receipt):
        place = self.places[receipt["n"] - 1]
        names = ("epoch", "n", "time", "manifest", "head")
        return all(getattr(place, name) == receipt[name] for name in names)

    def text(self):
        return "".join(f"{p.n} {p.epoch} {p.time} {p.manifest} {p.head}\n"
                       for p in self.places)

    # ---- folding ----

    def ancestors(self, entry):
        seen, todo = set(), [entry]
        while todo:
            it = todo.pop()
            for parent in (it.it or {}).get("parents") or ():
                if parent not in seen:
                    seen.add(parent)
                    if parent in self.entries:
                        todo.append(self.entries[parent])
        return seen

    def live(self, entries):
        """The distinct live values of these entries: texts, None for void."""
        values = [e for e in entries if not e.code and (
            e.it["kind"] == "void" or
            e.it["kind"] in KNOWN and "set" in e.it)]
        gone = set().union(*map(self.ancestors, values))
        return {None if e.it["kind"] == "void" else json.dumps(
            full(e.it["set"]), sort_keys=True, separators=(",", ":"))
            for e in values if e.name not in gone}

    def records(self, family):
        found = collections.defaultdict(list)
        for entry in self.entries.values():
            if not entry.code and entry.it["record"].startswith(family + "/"):
                found[entry.it["record"]].append(entry)
        return found

    def listed(self, family):
        """The records of a family that have one value: identifier to it."""
        found = {}
        for record, entries in self.records(family).items():
            values = self.live(entries) - {None}
            if len(values) == 1:
                found[record.split("/")[1]] = json.loads(values.pop())
        return found

    def totals(self, month, by):
        """Minutes of the month by `worker`, `site`, `crew`, `activity` or
        `structure`: {name: {"minutes": …, "contested": …, "kinds": {…}}}."""
        workers, newcomers = self.listed("worker"), self.listed("newcomer")
        sites = {crew: it["site"] for crew, it in self.listed("crew").items()}
        slots, unknown = collections.defaultdict(list), 0
        for record, entries in self.records("hours").items():
            if not key_fits("hours", record):
                continue
            _, who, day, slot = record.split("/")
            if not day.startswith(month):
                continue
            who = newcomers.get(who, {}).get("worker") or who
            if who in workers or who in newcomers:
                slots[who, day, slot] += entries
            else:
                unknown += bool(self.live(entries) - {None})
        rows = collections.defaultdict(
            lambda: {"minutes": 0, "contested": 0, "kinds": {}})
        for (who, day, _), entries in slots.items():
            values = self.live(entries)
            value = json.loads(next(iter(values - {None}), "{}"))
            crew = crew_on(workers, newcomers, who, day)
            name = {"worker": who, "structure": self.structure, "crew": crew,
                    "site": value.get("site") or sites.get(crew, "")}.get(
                        by, value.get("activity", ""))
            if len(values) > 1:
                rows[name]["contested"] += 1
            elif value:
                row, kind = rows[name], value["kind"]
                row["kinds"][kind] = (row["kinds"].get(kind, 0)
                                      + value["minutes"])
                row["minutes"] += value["minutes"] * (kind in PAID)
        return dict(rows), unknown


def crew_on(workers, newcomers, who, day):
    if who in workers:
        for it in workers[who]["crews"]:
            if it["from"] <= day <= it.get("to", "9999"):
                return it["crew"]
        return ""
    return newcomers[who]["crew"]
