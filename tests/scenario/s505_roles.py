#!/usr/bin/env python3
"""Every role against every call of the office's pages, by a table written
here and not read from the program; then the two filters, of structures and of
health, by what stands in the answers.

A new call must be entered below: the play fails on one that it does not know.
"""

import csv
import io
import json
import re
import sys
import zipfile

from door import Door, Visitor, account
from stage import CAST, Office, Person, ok, play, same, show

# Whose is it? d direction, r rh, p paie, c cip, v devices, a auditor.
ROLES = {"d": "direction", "r": "rh", "p": "paie", "c": "cip",
         "v": "devices", "a": "auditor"}
EXPECTED = {
    "GET todo": "drpcva",
    "GET lists": "drpcva",
    "GET alerts": "dv",
    "GET device/list": "dv",
    "POST device/code": "dv",
    "POST device/scope": "dv",
    "POST device/revoke": "dv",
    "POST device/suspend": "dv",
    "POST device/resume": "dv",
    "POST device/replace": "dv",
    "GET quarantine/list": "dv",
    "POST quarantine/release": "dv",
    "GET import/kinds": "dr",
    "GET import/template": "dr",
    "POST import": "dr",
    "GET newcomer/list": "drpca",
    "POST newcomer/match": "dr",
    "GET grid": "drpca",
    "GET hours/history": "drpca",
    "POST hours/add": "dr",
    "POST hours/set": "dr",
    "POST hours/void": "dr",
    "POST hours/move": "dr",
    "POST hours/period": "dr",
    "GET conflicts": "drpca",
    "POST conflicts/resolve": "dr",
    "GET person/list": "drpc",
    "GET person/card": "drpc",
    "GET person/show": "dc",
    "GET report/skills": "dc",
    "GET skills/catalogue": "dc",
    "GET skills/trades": "dc",
    "POST skills/add": "dc",
    "POST skills/set": "dc",
    "POST skills/void": "dc",
    "POST care/badge": "dc",
    "GET care/words": "dc",
    "GET care/due": "dc",
    "GET care/history": "dc",
    "POST care/void": "dc",
    "GET care/meeting/list": "dc",
    "POST care/meeting/add": "dc",
    "POST care/meeting/set": "dc",
    "GET care/training/list": "dc",
    "POST care/training/add": "dc",
    "POST care/training/set": "dc",
    "GET care/pmsmp/list": "dc",
    "POST care/pmsmp/add": "dc",
    "POST care/pmsmp/set": "dc",
    "GET care/exit/list": "dc",
    "GET care/exit/codes": "dc",
    "POST care/exit/set": "dc",
    "POST care/follow-up": "dc",
    "GET report/month": "drpca",
    "GET month/status": "drpca",
    "GET month/blockers": "drpca",
    "GET month/show": "drpca",
    "GET month/late": "drpca",
    "POST month/check": "dr",
    "POST month/close": "dr",
    "POST month/adjust": "dr",
    "POST month/reopen": "dr",
    "POST month/declare": "dr",
    "GET declare": "drpa",
    "GET annex/list": "drpa",
    "POST annex/attach": "dr",
    "GET journal": "dra",
    "GET journal/actions": "dra",
    "GET journal/file": "dra",
    "GET journal/verify": "dra",
    "GET access/list": "dra",
    "GET rgpd/extract": "dr",
    "GET rgpd/periods": "dr",
    "GET rgpd/due": "dr",
    "POST rgpd/purge": "dr",
    "GET rgpd/runs": "dr",
    "GET hold/list": "dr",
    "POST hold/add": "dr",
    "POST hold/end": "dr",
    "POST export/report": "drpa",
    "POST export/sheets": "drpa",
    "POST export/payroll": "drp",
    "POST export/asp": "dra",
    "POST export/fse": "dra",
    # It has what people wrote, sick days too.
    "POST export/audit": "dr",
    "GET export/preview/report": "drpa",
    "GET export/preview/sheets": "drpa",
    "GET export/preview/payroll": "drp",
    "GET export/preview/asp": "dra",
    "GET export/preview/fse": "dra",
    "GET export/list": "drpa",
    "GET export/changed": "drp",
    "GET project/list": "dra",
    "GET rules": "drpca",
    "POST rules/ack": "dr",
    "GET rules/week": "drpca",
    "GET chart/hours": "drca",
    "GET chart/etp": "drca",
    "GET chart/levels": "drca",
    "GET chart/skills": "dc",
    "GET user/list": "d",
    "POST user/add": "d",
    "POST user/role": "d",
    "POST user/link": "d",
    "POST user/disable": "d",
}

# Values for what a call requires; of the structure that is out of sight.
HIS = {"worker": "B01", "month": "2026-11", "day": "2026-11-16", "slot": "am",
       "structure": "REMPARTS", "crew": "BAT", "site": "NOYERS",
       "time": "1h00", "kind": "work", "from": "2026-11-16",
       "to": "2026-11-17", "start": "2026-11-16", "end": "2026-11-17",
       "reason": "essai", "what": "workers", "name": "x.csv",
       "data": "eA==", "id": "B01/2026-11-17/am", "level": "2",
       "skill": "F1704-07", "category": "emploi_durable", "title": "CACES",
       "theme": "emploi", "outcome": "reached", "host": "Hôte",
       "siret": "04120768900013", "objective": "découverte", "login": "x",
       "role": "rh", "old": "x", "link": "x", "annex": "A1", "hash": "0" * 64,
       "hold": "x", "since": "2026-11-01", "newcomer": "n-0123456789",
       "device": "0" * 16, "second": "x", "project": "P1",
       "until": "2026-12-01", "last": "x", "first": "x",
       "week": "2026-W47"}
NOTE = "CANARINOTE"
SKILL = "F1704-07"
HEALTH = re.compile(
    rf'"sick"|"accident"|"medical"|[Mm]aladie|[Ss]ick leave|{NOTE}'
    r"|accident du travail|accident at work|visite médicale|medical visit")


class Call:
    """A call, as schema/openapi.json tells of it."""

    def __init__(self, method, path, told):
        self.method = method
        self.path = path
        self.file = "application/octet-stream" in (
            told["responses"]["200"]["content"])
        if method == "GET":
            self.takes = {one["name"]: one["required"]
                          for one in told["parameters"]}
        else:
            schema = (told["requestBody"]["content"]["application/json"]
                      ["schema"])
            self.takes = {name: name in schema["required"]
                          for name in schema["properties"]}

    def __str__(self):
        return f"{self.method} {self.path}"

    def members(self, values, also=()):
        """What it requires, and ${also} where it takes that."""
        return {name: values.get(name, "x") for name, needed
                in self.takes.items() if needed or name in also}


def calls_of(office):
    told = json.loads(office.run("api", "describe"))
    return [Call(method.upper(), path.removeprefix("/api/"), call)
            for path, methods in told["paths"].items()
            for method, call in methods.items()
            if not path.startswith("/api/session")]


def hours(office, structure, worker, day, slot, *words):
    office.run("hours", "add", "--structure", structure, "--worker", worker,
               "--day", day, "--slot", slot, *words)


def fill(office):
    """Something to see, and something to hide, in both structures."""
    for structure, worker, other in (("RIVES", "V01", "V02"),
                                     ("REMPARTS", "B01", "B02")):
        hours(office, structure, worker, "2026-11-16", "am", "--time", "3h30",
              "--kind", "travail", "--note", NOTE)
        hours(office, structure, worker, "2026-11-16", "pm", "--time", "3h30",
              "--kind", "maladie", "--note", NOTE)
        hours(office, structure, other, "2026-11-17", "am", "--time", "3h30",
              "--kind", "accident du travail", "--note", NOTE)
        hours(office, structure, other, "2026-11-17", "pm", "--time", "1h00",
              "--kind", "visite médicale")


def both(office, stage):
    """Somebody who works in both structures: ten hours and more in all."""
    paper = stage.path / "both.csv"
    paper.write_text("worker;structure;crew;first_name;last_name\n"
                     "V03;REMPARTS;BAT;Oleksandr;Tkatchenko\n")
    office.run("import", "workers", str(paper))
    for structure, slot in (("RIVES", "am"), ("REMPARTS", "pm")):
        hours(office, structure, "V03", "2026-11-19", slot, "--time", "5h30",
              "--kind", "travail")


def alerts_of(visitor, worker):
    return [(row["structure"], row["rule"],
             [one["structure"] for one in row["elsewhere"]])
            for row in visitor.get("rules", month="2026-11",
                                   worker=worker)["rows"]
            if row["rule"] == "day"]


def canaries():
    """Words that stand in REMPARTS alone."""
    names = {"RIVES": set(), "REMPARTS": set()}
    for what, cells in (("structures", ("name", "siret")),
                        ("sites", ("site", "name")), ("crews", ("name",)),
                        ("supervisors", ("first_name", "last_name")),
                        ("workers", ("worker", "first_name", "last_name"))):
        raw = (CAST / f"{what}.csv").read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
        mark = ";" if ";" in text.splitlines()[0] else ","
        for row in csv.DictReader(io.StringIO(text), delimiter=mark):
            names[row["structure"]].update(row[cell] for cell in cells)
    found = {word for word in names["REMPARTS"] - names["RIVES"]
             if len(word) > 2}
    show(len(found) > 30, found)
    return found


def text_of(answer):
    """Also what is packed in a workbook; a PDF's text is not looked at."""
    if answer[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(answer)) as file:
            return "\n".join(file.read(name).decode("utf-8", "replace")
                             for name in file.namelist())
    return answer.decode("utf-8", "replace")


# ---- roles ----

def roles(office, door, calls, people):
    same({str(call) for call in calls}, set(EXPECTED),
         "calls that are not in the table of this test, or no longer there")
    tried = 0
    wrong = []
    nobody = Visitor(door)
    for call in calls:
        status, answer = nobody.ask(call.method, call.path)
        tried += 1
        if (status, answer.get("error")) != (401, "auth"):
            wrong.append((str(call), "nobody", status, answer))
        for mark, visitor in people.items():
            status, _, raw = visitor.ask_raw(call.method, call.path)
            tried += 1
            allowed = mark in EXPECTED[str(call)]
            if (status == 403) == allowed or status in (401, 405, 500):
                wrong.append((str(call), ROLES[mark], status, raw[:200]))
    show(not wrong, *wrong)
    ok(f"{tried} pairs of role and call: each as the table says")


# ---- structures ----

def state_of(office, structure):
    """All that is known of it, and what would let somebody in."""
    found = []
    for table, in office.rows(
            "SELECT m.name FROM sqlite_schema m, pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND c.name = 'structure' ORDER BY 1"):
        found.append((table, sorted(map(repr, office.rows(
            f"SELECT * FROM {table} WHERE structure = ?", structure)))))
    return found


def standing(words, text, members):
    """Those in the answer; what was asked for may be named in a refusal. A
    signature's letters may hold any word: one stands by itself."""
    return {word for word in words if word in text
            and not any(word in value for value in members.values())
            and re.search(rf"(?<![0-9A-Za-z]){re.escape(word)}(?![0-9A-Za-z])",
                          text)}


def reads(calls, visitor, words, hidden):
    """How many answers were looked at, and those with a word in them."""
    tried, told = 0, []
    for call in calls:
        if call.method != "GET":
            continue
        for also in ((), ("structure",), ("month",), ("worker",),
                     ("month", "format"), ("structure", "month")):
            members = call.members({**HIS, "format": "csv"}, also)
            status, _, raw = visitor.ask_raw(call.method, call.path, members)
            text = text_of(raw)
            tried += 1
            show(status < 500, str(call), members, text[:300])
            if hidden and "structure" in members:
                show(status in (403, 404), str(call), members, status, text)
            found = standing(words, text, members)
            if found:
                told.append((str(call), members, found, text[:500]))
    return tried, told


def scope(office, door, calls, direction):
    office.run("user", "add", "limité", "--name", "Limité", "--role",
               "direction", "--structures", "RIVES")
    limited = Visitor(door)
    limited.set_up(office.run("user", "link", "limité", "--json")["link"])
    same(limited.get("session")["structures"], ["RIVES"])
    words = canaries()
    _, told = reads(calls, direction, words, hidden=False)
    show(len({call for call, *_ in told}) >= 8,
         "who sees all sees too little: the test would prove nothing", told)
    tried, told = reads(calls, limited, words, hidden=True)
    show(not told, *told)
    ok(f"limited to one structure: {tried} answers, nothing of the other")
    same(sorted(alerts_of(direction, "V03")),
         [("REMPARTS", "day", ["RIVES"]), ("RIVES", "day", ["REMPARTS"])])
    same(alerts_of(limited, "V03"), [])
    before = state_of(office, "REMPARTS")
    lists = office.rows("SELECT count(*) FROM code")
    tried = 0
    for call in calls:
        if call.method != "POST" or call.path.startswith("user/"):
            continue
        for also in ((), ("structure",), ("structure", "month", "time")):
            members = call.members(HIS, also)
            status, _, raw = limited.ask_raw(call.method, call.path, members)
            text = text_of(raw)
            tried += 1
            show(status < 500, str(call), members, text[:300])
            if "structure" in members:
                same(status, 404, (str(call), members, text[:300]))
            found = standing(words, text, members)
            show(not found, str(call), members, found, text[:500])
            same(state_of(office, "REMPARTS"), before, (str(call), members))
    same(office.rows("SELECT count(*) FROM code"), lists,
         "a code for a crew out of sight")
    for structures, status, slug in (
            ("*", 403, "forbidden"), ("REMPARTS", 404, "not_found"),
            ("RIVES,REMPARTS", 404, "not_found")):
        limited.refused(status, slug, "POST", "user/add",
                        {"login": "eve", "name": "Eve", "role": "rh",
                         "structures": structures})
    for path in ("user/role", "user/link", "user/disable"):
        limited.refused(404, "not_found", "POST", path,
                        {"login": "d", "role": "rh"} if path == "user/role"
                        else {"login": "d"})
    same([row["login"] for row in limited.get("user/list")["rows"]],
         ["limité"])
    ok(f"… and {tried} acts upon it: refused, nothing changed")
    return limited


# ---- elsewhere, or nowhere ----

class Other(Person):
    """A laptop of the other structure."""

    program = "pointeau"


def fill_other(office, stage):
    """One of everything that an act may name, in REMPARTS; by member."""
    office.run("import", "skills", str(
        CAST / "../../server/catalogue/starter.csv"))
    laptop = Other(stage, "remparts")
    code = office.run("device", "code", "--crew", "BAT", "--json")["code"]
    laptop.run("enrol", code, "--name", "remparts")
    device = laptop.run("status", "--json")["device"]
    laptop.run("newcomer", "add", "--first-name", "Zoé", "--crew", "BAT")
    newcomer = laptop.run("newcomer", "list", "--json")["rows"][0]["newcomer"]
    laptop.run("hours", "add", "--worker", "B03", "--day", "2026-11-16",
               "--slot", "am", "--time", "2h")
    hours(office, "REMPARTS", "B03", "2026-11-16", "am", "--time", "3h",
          "--kind", "travail")
    for slot in ("am", "pm"):
        hours(office, "REMPARTS", "B04", "2026-11-18", slot, "--time", "6h",
              "--kind", "travail")
    laptop.run("sync")
    paper = stage.path / "paper.csv"
    paper.write_text(
        "annex;structure;measure;start;end;etp_posts;hours_per_etp\n"
        "EI041260001A0M0;REMPARTS;EI_DC;2026-01-01;2026-12-31;5;1505\n")
    office.run("import", "annexes", str(paper))
    notes = [office.run("care", "meeting", "add", "B01", "--theme",
                        "logement", "--json")["id"],
             office.run("care", "training", "add", "B01", "--title", "SST",
                        "--start", "2026-11-16", "--json")["id"],
             office.run("care", "pmsmp", "add", "B01", "--siret",
                        "04120768900013", "--host", "Hôte", "--objective",
                        "discover", "--start", "2026-11-16", "--end",
                        "2026-11-17", "--json")["id"],
             office.run("skills", "add", "--worker", "B01", "--skill",
                        SKILL, "--level", "2", "--json")["id"]]
    rows = office.run("conflicts", "list", "--json")["rows"]
    alerts = office.run("rules", "list", "2026-11", "--structure", "REMPARTS",
                        "--json")["rows"]
    hold = office.run("hold", "add", "--structure", "REMPARTS", "--reason",
                      "FSE+", "--json")["id"]
    entry, = office.rows("SELECT lower(hex(hash)) FROM entry WHERE structure "
                         "= 'REMPARTS' LIMIT 1")[0]
    show(rows and alerts, rows, alerts)
    return {"device": [device], "newcomer": [newcomer], "worker": ["B01"],
            "to-worker": ["B01"], "annex": ["EI041260001A0M0"],
            "hold": [hold], "hash": [entry], "crew": ["BAT"],
            "id": notes + [rows[0]["id"], alerts[0]["id"]]}


def nowhere(value):
    """Shaped alike, and nothing's name."""
    if re.fullmatch("[0-9]{6}-[0-9a-f]{16}", value):
        return f"{value[:7]}{'0' * 16}"
    return "".join("0" if one in "123456789abcdef" else one
                   for one in value) if len(value) >= 10 else "Q" + value[1:]


def twins(office, calls, limited, real):
    """An act that names what is elsewhere is told what one is told that names
    nothing at all: same status, same words but for the name itself."""
    tried, told = 0, []
    before = state_of(office, "REMPARTS")
    for call in calls:
        if call.method != "POST" or call.path.startswith("user/"):
            continue
        for member, values in real.items():
            if member not in call.takes:
                continue
            for value in values:
                mine = {**HIS, "worker": "V01", "crew": "VERTS",
                        "reason": "pour essayer"}
                answers = []
                for one in (value, nowhere(value)):
                    members = call.members({**mine, member: one}, (member,))
                    members.pop("structure", None)
                    status, _, raw = limited.ask_raw(
                        call.method, call.path, members)
                    # A run of nothing has a name of its own.
                    answers.append((status, re.sub(
                        '"id":"[0-9a-f]{16}"', "",
                        text_of(raw).replace(one, "…"))))
                tried += 1
                if answers[0] != answers[1]:
                    told.append((str(call), member, value, *answers))
                same(state_of(office, "REMPARTS"), before,
                     (str(call), member, value))
    show(not told, *told)
    ok(f"{tried} acts: what is elsewhere is told of as what is nowhere")


# ---- health ----

def health(calls, people):
    tried = 0
    _, told = looks(calls, people["r"])
    show(len(told) >= 4, "rh sees too little: this would prove nothing", told)
    for mark in "cva":
        number, told = looks(calls, people[mark])
        show(not told, ROLES[mark], *told)
        tried += number
    people["a"].refused(403, "forbidden", "GET", "grid",
                        {"month": "2026-11", "kind": "maladie"})
    ok(f"without the right to health: {tried} answers, none tells of it")


def week(people):
    """The weekly summary, which tells a day's kinds by name and by label."""
    asked = {"worker": "V01", "week": "2026-W47", "structure": "RIVES"}
    seen = {mark: people[mark].get("rules/week", **asked) for mark in "drpca"}
    for mark in "drp":
        same((seen[mark]["kinds"], seen[mark]["labels"]["sick"]),
             ({"work": 210, "sick": 210}, "maladie"), ROLES[mark])
        same([slot["kind"] for slot in seen[mark]["days"][0]["slots"]],
             ["work", "sick"], ROLES[mark])
    for mark in "ca":
        same((seen[mark]["kinds"], seen[mark]["labels"]),
             ({"work": 210, "absence": 210},
              {"work": "travail", "absence": "absence"}), ROLES[mark])
        day = seen[mark]["days"][0]
        same(([(slot["kind"], slot["label"]) for slot in day["slots"]],
              day["kinds"]),
             ([("work", "travail"), ("absence", "absence")],
              {"work": 210, "absence": 210}), ROLES[mark])
        same((seen[mark]["total"], seen[mark]["effective"]),
             (seen["r"]["total"], seen["r"]["effective"]), ROLES[mark])
        for worker in ("V01", "V02"):
            text = json.dumps(people[mark].get(
                "rules/week", **{**asked, "worker": worker}),
                ensure_ascii=False)
            show(not HEALTH.search(text), ROLES[mark], text)
    people["v"].refused(403, "forbidden", "GET", "rules/week", asked)
    ok("a week's summary says sick to whom may read it, else absence")


def accesses(calls, people):
    """Whatever tells of one person is noted, once it was told."""
    counsellor = people["c"]
    note = counsellor.post("care/meeting/add", worker="V01", theme="search",
                           day="2026-11-16")["id"]
    mine = {**HIS, "worker": "V01", "structure": "RIVES", "id": note}
    told = set()
    for call in calls:
        if call.method == "GET" and (
                "worker" in call.takes or call.path == "care/history"):
            status, _, raw = counsellor.ask_raw(
                "GET", call.path,
                call.members(mine, ("month", "worker")))
            if status == 200:
                told.add(call.path)
            else:
                show(status == 403, str(call), status, raw[:300])
    show({"person/show", "care/history", "care/meeting/list", "rules/week",
          "hours/history"} <= told, told)
    counsellor.refused(404, "not_found", "GET", "care/history",
                       {"id": "m-0123456789"})
    rows = people["d"].get("access/list", who="c", worker="V01")["rows"]
    same({row["what"] for row in rows} ^ told, set(),
         "read and not noted, or the other way")
    ok(f"{len(told)} readings of one person are noted, a note's history too")


def looks(calls, visitor):
    """Answers that tell of health, of every call that this role may read."""
    mine = {**HIS, "worker": "V01", "structure": "RIVES", "format": "csv"}
    tried, told = 0, []
    for call in calls:
        if call.method != "GET" and not call.path.startswith("export/"):
            continue
        # The names of all kinds, which tell of nobody.
        if call.path in ("lists", "import/template", "import/kinds"):
            continue
        for worker in ("V01", "V02"):
            for also in ((), ("month",), ("structure", "month"),
                         ("format", "month"), ("worker", "structure")):
                members = call.members({**mine, "worker": worker}, also)
                status, _, raw = visitor.ask_raw(
                    call.method, call.path, members)
                if status != 200:
                    continue
                tried += 1
                if found := HEALTH.search(text_of(raw)):
                    told.append((str(call), members, found[0],
                                 text_of(raw)[:300]))
    return tried, told


def home(people):
    """What is to be done: by whom may do it, and told to nobody else."""
    seen = set()
    for mark, visitor in people.items():
        rights = set(visitor.get("session")["rights"])
        rows = visitor.get("todo")["rows"]
        show(all(row["right"] in rights for row in rows), ROLES[mark], rows)
        if mark == "d":
            seen = {row["right"] for row in rows}
    show(len(seen) >= 2, "too little to do: this would prove nothing", seen)
    same([row["right"] for row in people["v"].get("todo")["rows"]
          if row["right"] != "devices"], [])
    ok("nobody's home tells of what another role has to do")


def told(stage):
    office = Office(stage)
    office.import_cast()
    office.start()
    door = Door(office)
    direction = Visitor(door)
    direction.set_up(office.ready["setup"], login="d", name="Direction")
    people = {"d": direction}
    for mark in "rpcva":
        people[mark] = account(door, mark, ROLES[mark])
    calls = calls_of(office)
    roles(office, door, calls, people)
    fill(office)
    both(office, stage)
    limited = scope(office, door, calls, direction)
    twins(office, calls, limited, fill_other(office, stage))
    health(calls, people)
    week(people)
    home(people)
    accesses(calls, people)
    office.must_be_sound()
    office.stop()


if __name__ == "__main__":
    sys.exit(play(told))
