"""An independent witness: it knows docs/protocol.md and the programs' help,
nothing of their code. It enrols, sends, receives, verifies and counts again,
beside a real `pointeau`, against a real `pointeau-server`, also after that
server was restored from an older copy of its directory.

    POINTEAU_BIN=build python3 tests/witness/test_witness.py
"""

import base64
import datetime
import os
import random
import shutil
import signal
import sys
import tempfile
import zlib

import ed25519
import paper
from bureau import Laptop, Program, Refused, free_port
from ledger import Ledger, fault
from paper import Wrong, need

TODAY = datetime.datetime.now(datetime.timezone.utc).date()
MONTH = TODAY.isoformat()[:7]
RIVES = "RIVES"
CAST = {
    "structures": "structure,name,kind,siret\nRIVES,Rives,ACI,73282932000074",
    "sites": "site,structure,name,sector\nQUAI,RIVES,Le quai,batiment\n"
             "PARC,RIVES,Le parc,espaces_verts",
    "crews": "crew,structure,name,site,am,pm\n"
             "VERTS,RIVES,Les verts,PARC,8h00-11h30,13h00-16h30\n"
             "GRIS,RIVES,Les gris,QUAI,8h00-11h30,13h00-16h30",
    "supervisors": "supervisor,structure,crew,first_name,last_name\n"
                   "S01,RIVES,VERTS,Ana,Le Gall",
    "workers": "worker,structure,crew,first_name,last_name,weekly,"
               "contract_start,contract_end\n" + "".join(
                   f"{row},26h,{TODAY.year - 1}-01-01,{TODAY.year + 1}-12-31\n"
                   for row in ("V01,RIVES,VERTS,Awa,Diallo",
                               "V02,RIVES,VERTS,Bilal,Martin",
                               "G01,RIVES,GRIS,Chloe,Petit")),
}
ALL = "VERTS,GRIS"
KINDS = ("work training afest counselling immersion travel medical paid_leave "
         "public_holiday sick accident absence_authorised absence_unjustified "
         "bad_weather suspension fantaisie").split()
shown = 0


def show(what):
    global shown
    shown += 1
    print(f"ok {shown} - {what}", flush=True)


def refuses(what, action, *errors):
    """It must be noticed."""
    try:
        action()
    except (errors or (Wrong, Refused)):
        return
    raise Wrong("not noticed: " + what)


def day(number):
    return f"{MONTH}-{number:02}"


def work(minutes, **more):
    return {"minutes": minutes, "kind": "work", "site": "QUAI", **more}


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:]


def undated(certificate):
    """What it says beside the second in which it was signed."""
    return [line for line in certificate.splitlines()
            if not line.startswith("# at ")]


class Play:
    def __init__(self, stage):
        self.stage = stage
        self.office = Program("pointeau-server", os.path.join(stage, "srv"))
        self.agent = Program("pointeau", os.path.join(stage, "laptop"))
        self.receipts = {}   # name of a set of ours: its receipt
        self.sets = []       # our own, in order
        self.held = {}       # the same, and their bodies, by name

    # ---- helpers ----

    def newcomer_id(self):
        return "newcomer/n-" + os.urandom(5).hex()

    def code(self):
        return self.office("device", "code", "--crew", ALL)["code"]

    def enrolled(self, name):
        laptop = Laptop(self.code(), name)
        need(laptop.enrol() == [RIVES], "the structures")
        laptop.login()
        return laptop

    def entry(self, kind, record, value=None, **members):
        return self.me.new_entry(RIVES, kind, record, value, **members)

    def send(self, *bodies, quarantined=()):
        """Push a set of ours; its receipt is kept."""
        it = self.me.seal(RIVES, self.ledger.head(), list(bodies))
        answer, = self.me.push(it)
        need(answer["state"] == "stored", f"not stored: {answer}")
        need(answer["quarantined"] == [list(q) for q in quarantined],
             f"quarantined: {answer['quarantined']}, not {quarantined}")
        self.receipts[it.name()] = answer
        self.sets.append(it)
        self.held.update({it.name(): it}, **dict(zip(it.hashes(), bodies)))
        return answer

    def catch_up(self):
        """Pull what is new, and see our receipts in it."""
        more = 1
        while more:
            pull = self.me.pull(RIVES, len(self.ledger.places))
            self.ledger.take(pull)
            more = pull.more
        head = self.me.heads()[RIVES]
        need((head["epoch"], head["n"], head["head"]) == self.ledger.head(),
             "the heads are not the log's")
        for receipt in self.receipts.values():
            need(self.ledger.holds(receipt), "a receipt that the log denies")
        need(self.me.log(RIVES) == self.ledger.text(), "the log as a text")

    def same_totals(self, ledger=None):
        """What the office reports is what the log says."""
        for by in ("worker", "crew", "structure", "site", "activity"):
            mine, unknown = (ledger or self.ledger).totals(MONTH, by)
            report = self.office("report", "month", MONTH, "--by", by,
                                 "--format", "json")
            theirs = {row.pop(by): row for row in report["rows"]}
            total = report["total"]
            for field in ("minutes", "contested"):
                need(sum(row[field] for row in mine.values())
                     == total[field], f"total by {by}: {field}")
            need(unknown == total.get("unknown", 0), "hours of nobody")
            if by in ("site", "activity"):
                # Where a contested slot stands here is the office's choice.
                mine, theirs = ({name: {**row, "contested": 0}
                                 for name, row in rows.items() if row["kinds"]}
                                for rows in (mine, theirs))
            need(mine == theirs, f"by {by}: {mine}, not {theirs}")

    # ---- the acts ----

    def open_office(self):
        address = f"https://127.0.0.1:{free_port()}"
        self.office("init", "--url", address)
        for what, rows in CAST.items():
            path = os.path.join(self.stage, what + ".csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(rows)
            self.office("import", what, path)
        self.office.serve()

    def enrol(self):
        code = self.code()
        for what in ("pin", "server"):
            laptop = Laptop(code, "Autre")
            setattr(laptop.code, what, bytes(32))
            refuses(what, laptop.check_hello)
        for at in range(6, len(code), 7):
            other = "A" if code[at] != "A" else "B"
            refuses("a code", lambda: paper.Code(code[:at] + other
                                                 + code[at + 1:]))
        self.me = Laptop(code, "Témoin")
        need(self.me.enrol() == [RIVES], "the structures")
        first = self.me.certificate
        self.me.enrol()
        need(undated(self.me.certificate[0]) == undated(first[0]),
             "another certificate")
        text, sig = first[0], base64.b64decode(first[1])
        refuses("a certificate of another key",
                lambda: paper.certificate_structures(
                    text, self.me.server, bytes(32)))
        need(not paper.verify(self.me.server, "certificate@pointeau",
                              text.replace(RIVES, "AUTRE"), sig)
             and not paper.verify(self.me.server, "receipt@pointeau", text,
                                  sig), "not noticed: another certificate")
        thief = Laptop(code, "Voleur")
        refuses("a code used twice", thief.enrol, Refused)
        refuses("no bearer", lambda: self.me.log(RIVES))
        self.me.login()
        self.ledger = Ledger(RIVES, self.me.server, self.held)
        self.catch_up()
        self.same_totals()
        show("enrolled: pin, server's key and certificate are checked")

    def record(self):
        """A set of ours of every kind, then what changes it."""
        self.newcomer = self.newcomer_id()
        subject = self.newcomer.split("/")[1]
        bodies = [self.entry("hours", f"hours/{who}/{day(n)}/{slot}",
                             work(60 * n + 7, activity=what))
                  for who, what in (("V01", "haie"), ("V02", ""),
                                    ("G01", "mur"))
                  for n in (1, 2, 3) for slot in ("am", "pm")]
        bodies += [self.entry("hours",
                              f"hours/G01/{day(7 + i // 9)}/x{i % 9 + 1}",
                              {"minutes": 30 + i, "kind": kind})
                   for i, kind in enumerate(KINDS)]
        bodies += [
            self.entry("newcomer", self.newcomer,
                       {"first": "Zoé", "initial": "K", "crew": "GRIS"}),
            self.entry("hours", f"hours/{subject}/{day(1)}/am", work(90)),
            self.entry("hours", f"hours/{subject}/{day(5)}/am",
                       {"minutes": 75, "kind": "training"}),
            self.entry("hours", f"hours/G01/{day(4)}/am",
                       {"minutes": 0, "kind": "sick"}),
            self.entry("hours", f"hours/G01/{day(5)}/am",
                       {"minutes": 45, "kind": "accident"}),
            self.entry("hours", f"hours/PERSONNE/{day(4)}/am", work(10)),
            self.entry("skill", "skill/V01/o1", {
                "skill": "TAILLE", "label": "Tailler", "catalogue": "maison",
                "scale": "autonomie", "level": 3, "day": day(2)}),
            self.entry("chanson", "chanson/V01", {"air": "connu"})]
        self.first, self.bodies = self.send(*bodies), bodies
        self.catch_up()
        self.same_totals()
        self.send(
            self.entry("hours", f"hours/V01/{day(1)}/am", work(111),
                       parents=[paper.sha(bodies[0])], reason="relu"),
            self.entry("void", f"hours/V02/{day(2)}/pm",
                       parents=[paper.sha(bodies[9])], reason="absent"),
            self.entry("void", f"hours/V01/{day(2)}/pm", reason="doute"),
            self.entry("hours", f"hours/V01/{day(3)}/pm",
                       work(187, note="", activity="haie")),
            self.entry("hours", f"hours/V02/{day(3)}/am",
                       work(187, activity="neige")))
        self.catch_up()
        self.same_totals()
        contested = self.ledger.totals(MONTH, "structure")[0][RIVES]
        need(contested["contested"] == 2, "two contested slots")
        show("hours, a skill, a newcomer, a correction and a void: receipts, "
             "log and totals agree")

    def record_badly(self):
        """Entries that break a rule: both sides quarantine the same."""
        good = self.entry("hours", f"hours/V01/{day(9)}/am", work(1))
        salt, line, _ = good.decode().split("\n")
        key = "hours/V01/" + day(9) + "/x1"
        values = [{}, work(0), work(1441), work(-1), work("1"), work(True),
                  work(1, kind="k" * 41), work(1, site="a/b"),
                  work(1, activity="é" * 101), work(1, **{"break": 1441}),
                  work(1, start="8:00"), work(1, end="24:01"),
                  work(61, start="08:00", end="09:00"),
                  work(1, start="09:00", end="09:00")]
        bodies = [self.entry("hours", key, value) for value in values]
        bodies += [self.entry("hours", record, work(1)) for record in (
            "hours/V01", "hours/V01/2026-02-30/am", "hours/-V/2026-02-20/am",
            "hours/V01/2026-02-20/x0", "skill/V01/o1", "hours")]
        bodies += [
            self.entry("void", key), self.entry("void", key, reason=""),
            self.entry("void", "worker/V01", reason="x"),
            self.entry("resolve", key, work(1), reason="x"),
            self.entry("hours", key, work(1), by={"device": "0" * 16}),
            self.me.new_entry("AUTRE", "hours", key, work(1)),
            self.entry("worker", "worker/V01", {"first": "Autre"}),
            self.entry("skill", "skill/V01/o2", {"skill": "TAILLE"}),
            self.entry("newcomer", self.newcomer_id(), {"first": "Sans"}),
            self.entry("newcomer", self.newcomer_id(), {
                "first": "Zoé", "crew": "GRIS", "worker": "V01"}),
            self.entry("newcomer", "newcomer/V01",
                       {"first": "Zoé", "crew": "GRIS"}),
            self.entry("hours", key, work(1), v=0),
            self.entry("hours", key, work(1), parents=["AB" * 32]),
            self.entry("hours", key, work(1), more=1.5),
            self.entry("hours", key, work(1), more=[[[[[[[[]]]]]]]]),
            self.entry("hours", key, work(1), more=2**63),
            f"{salt}\n{line}".encode(), f"{salt.upper()}A\n{line}\n".encode(),
            f"{salt}\n{line[:-1]},\"v\":1}}\n".encode(), b"\xff\n{}\n", b""]
        codes = []
        for i, body in enumerate(bodies):
            try:
                code = fault(paper.read_entry(body), RIVES,
                             self.me.key.device, "laptop")
            except Wrong:
                code = "malformed"
            codes += [(i, code)] if code else []
        need({code for _, code in codes} == {
            "malformed", "structure", "author", "authority", "record",
            "reason", "value"}, "every code")
        self.send(*bodies, quarantined=codes)
        self.catch_up()
        self.same_totals()
        show(f"{len(codes)} of {len(bodies)} entries are quarantined, for "
             "the same reasons on both sides")

    def replay(self):
        for it in self.sets:
            again, = self.me.push(it)
            need(again.pop("state") == "known", "not known")
            first = dict(self.receipts[it.name()])
            first.pop("state")
            need(again == first, "another receipt for the same set")
        n = self.me.heads()[RIVES]["n"]
        last = self.sets[-1]
        body = self.entry("hours", f"hours/V02/{day(6)}/am", work(33))
        ahead = self.me.seal(RIVES, self.ledger.head(), [body])
        ahead.seq += 1
        gap, = self.me.push(ahead.sign(self.me.key))
        need(gap == {"state": "gap", "session": last.session,
                     "seq": last.seq, "manifest": last.name()}, "a gap")
        fork = self.me.seal(RIVES, self.ledger.head(), [body])
        fork.seq, fork.prev = last.seq, last.prev
        need(self.me.push(fork.sign(self.me.key))[0]["state"] == "fork",
             "a fork")
        good = self.me.seal(RIVES, self.ledger.head(), [body])
        packed = zlib.decompress(paper.pack_push([good]))
        for at in random.Random(1).sample(range(2, len(packed)), 40):
            bad = zlib.compress(flipped(packed, at))
            refuses(f"a push altered at {at}", lambda: self.taken(bad),
                    Refused)
        need(self.me.heads()[RIVES]["n"] == n, "what was refused counts")
        self.me.last[RIVES] = os.urandom(8).hex(), 0, last.name()
        self.send(body)
        self.catch_up()
        self.same_totals()
        show("the same set has the same receipt; a gap, a fork and an altered "
             "push change nothing; a new session goes on")

    def taken(self, push):
        """Refused, unless a set was stored; another device's set may be put
        aside instead."""
        answer = self.me.json("/v1/push", push, (200, 409))["sets"]
        if answer[-1]["state"] == "aside":
            raise Refused(200, "aside")

    def second_laptop(self):
        """A real agent that says otherwise about a slot of ours."""
        self.agent("enrol", self.code(), "--name", "Berges")
        slot = f"hours/V02/{TODAY}/x3"
        self.send(self.entry("hours", slot, work(210)))
        for who, where, time in (("V02", "x3", "3h"), ("G01", "x4", "1h15")):
            self.agent("hours", "add", "--worker", who, "--slot", where,
                       "--day", str(TODAY), "--time", time)
        self.agent("sync")
        self.catch_up()
        self.same_totals()
        need(len(self.ledger.live(self.ledger.records("hours")[slot])) == 2,
             "not contested")
        device = self.agent("status")["device"]
        need(any(p.type == 2 and p.set.device == device
                 for p in self.ledger.places), "no set of the agent's")
        found, = [row for row in self.office("conflicts", "list")["rows"]
                  if row["record"] == slot]
        mine, = [value["hash"] for value in found["values"]
                 if value["minutes"] == 210]
        self.office("conflicts", "resolve", found["id"], "--keep", mine,
                    "--reason", "vu sur place")
        subject = self.newcomer.split("/")[1]
        self.office("newcomer", "match", subject, "V01")
        self.catch_up()
        self.same_totals()
        need(len(self.ledger.live(self.ledger.records("hours")[slot])) == 1,
             "still contested")
        need(subject not in self.ledger.totals(MONTH, "worker")[0],
             "the newcomer was matched")
        show("a real laptop's sets verify; its contest is seen, then settled; "
             "a matched newcomer's hours are folded with the worker's")

    def copy(self):
        """The directory as it is now will come back later."""
        self.office.stop()
        shutil.copytree(self.office.directory, self.stage + "/older",
                        ignore=shutil.ignore_patterns("*.sock"))
        self.office.serve()
        self.base = len(self.ledger.places)

    def go_on(self):
        """What the older copy does not know."""
        self.late = self.enrolled("Tardif")
        body = self.late.new_entry(RIVES, "hours",
                                   f"hours/V02/{day(7)}/am", work(41))
        self.late.push(self.late.seal(RIVES, self.ledger.head(), [body]))
        self.send(self.entry("hours", f"hours/V01/{day(7)}/am", work(55)))
        self.agent("hours", "add", "--worker", "G01", "--slot", "x5",
                   "--day", str(TODAY), "--time", "2h")
        self.agent("sync")
        self.send(self.entry("void", f"hours/V01/{day(3)}/am", reason="pluie",
                             parents=[paper.sha(self.bodies[4])]))
        self.catch_up()
        self.same_totals()

    def restore(self):
        self.office.stop()
        shutil.rmtree(self.office.directory)
        shutil.move(self.stage + "/older", self.office.directory)
        self.office.serve()
        self.me.login()
        old = self.ledger
        head = self.me.heads()[RIVES]
        need((head["epoch"], head["n"]) == (1, self.base), "not the copy")
        furthest = max(self.receipts.values(), key=lambda it: it["n"])
        need(furthest["n"] > self.base, "nothing was lost")
        for name, value in (("head", "0" * 64), ("epoch", 9), ("n", 1)):
            refuses("an invented receipt", lambda: self.me.present(
                {**furthest, name: value}), Refused)
        points = [[p.n, p.head] for p in old.places[-64:]]
        answer = self.me.present(furthest, points)
        need(answer["epoch"] == 2 and answer["common"] == self.base
             and answer["n"] == self.base + 1, f"no new epoch: {answer}")
        need(self.me.present(furthest, points) == answer, "again an epoch")
        self.ledger = Ledger(RIVES, self.me.server, self.held)
        lost = {name for name, it in self.receipts.items()
                if it["n"] > self.base}
        before = {name: self.receipts.pop(name) for name in lost}
        self.catch_up()
        need(self.ledger.places[:self.base] == [
            p._replace(set=q.set) for p, q in zip(
                old.places, self.ledger.places[:self.base])],
             "the past before the copy changed")
        opening = self.ledger.places[self.base]
        entry = paper.read_entry(opening.set.bodies[0])
        need(opening.set.device == self.ledger.office
             and entry["kind"] == "epoch"
             and entry["set"]["receipt"]["head"] == furthest["head"],
             "the epoch's record")
        refuses("an epoch of another base", lambda: self.ledger.open_epoch(
            {**entry, "set": {**entry["set"], "base": self.base - 1}},
            opening.set, opening.n, 1))
        show("a receipt that an older server does not know opens an epoch, "
             "whose record verifies")
        self.bring_back(old, before)

    def bring_back(self, old, before):
        for it in self.sets:
            answer, = self.me.push(it)
            need(answer["state"] == ("stored" if it.name() in before
                                     else "known"), "our own, again")
            need(answer["epoch"] == (2 if it.name() in before else 1),
                 "the epoch of a receipt")
            self.receipts[it.name()] = answer
        self.late.login()   # by its certificate: enrolled anew
        others = [p.set for p in old.places[self.base:]
                  if p.set.device != self.me.key.device]
        taken = [self.me.push(it)[0]["state"] for it in others]
        need(set(taken) == {"stored"}, f"others' sets: {taken}")
        self.catch_up()
        self.same_totals()
        for by in ("worker", "site"):
            need(self.ledger.totals(MONTH, by) == old.totals(MONTH, by),
                 "not what it was")
        missing = set(old.entries) - set(self.ledger.entries)
        need(not missing, "entries that did not come back")
        self.agent("sync")
        self.catch_up()
        self.same_totals()
        show(f"{len(before)} sets of ours and {len(others)} of others come "
             "back; every total is what it was")

    def revoke(self):
        device = self.late.key.device
        self.office("device", "revoke", device)
        it = self.late.seal(RIVES, self.ledger.head(), [
            self.late.new_entry(RIVES, "hours", f"hours/V01/{day(8)}/am",
                                work(9)), b"rien",
            self.late.new_entry("AUTRE", "hours", "hours", work(9)),
            self.entry("hours", "hours", work(9)),
            self.late.new_entry(RIVES, "worker", "hours/V01", work(9)),
            self.late.new_entry(RIVES, "hours", "hours", work(9)),
            self.late.new_entry(RIVES, "void", "hours/V01/x/am"),
            self.late.new_entry(RIVES, "hours", "hours/V01/" + day(8) + "/x1",
                                work(0))])
        answer = self.late.json("/v1/push", paper.pack_push([it]), (403,))
        codes = [code for _, code in answer["sets"][0]["quarantined"]]
        need(answer["error"] == "revoked" and codes == [
            "revoked", "malformed", "structure", "author", "authority",
            "record", "reason", "value"], f"revoked: {codes}")
        refuses("a revoked reader", self.late.heads, Refused)
        self.catch_up()
        self.same_totals()
        show("a revoked laptop's set is kept, in quarantine, and counts "
             "nowhere; what it said before stays")

    def doubt(self):
        """The witness itself can fail: alter what it was shown."""
        self.ledger.take(self.me.pull(RIVES, len(self.ledger.places)))
        pages, n = [], 0
        while n < len(self.ledger.places):
            _, answer = self.me.ask(f"/v1/pull?structure={RIVES}&after={n}"
                                    "&own=1")
            pages.append(zlib.decompress(answer))
            n += len(paper.Pull(answer).items)

        def read(pages):
            ledger = Ledger(RIVES, self.me.server, self.held)
            for page in pages:
                ledger.take(paper.Pull(zlib.compress(page)))
            return ledger

        def altered(where, at):
            return [flipped(page, at) if i == where else page
                    for i, page in enumerate(pages)]

        need(read(pages).text() == self.ledger.text(), "read again")
        # All but the byte that says whether there is more.
        draw, count = random.Random(1), 0
        for where, page in enumerate(pages):
            places = {*range(60), *draw.sample(range(len(page)), 90)}
            for at in places - {1 + 1 + len(RIVES) + 1 + 1}:
                refuses(f"page {where} altered at {at}",
                        lambda: read(altered(where, at)),
                        Wrong, UnicodeDecodeError)
                count += 1
        receipt = self.first
        for name, value in (("n", receipt["n"] + 1), ("epoch", 2),
                            ("head", paper.ZEROS), ("manifest", paper.ZEROS),
                            ("time", "2026-01-01T00:00:00Z"),
                            ("structure", "AUTRE")):
            refuses(name, lambda: self.me.check_receipt(
                {**receipt, name: value}))
        stranger = paper.Key()
        forged = paper.Set(RIVES, stranger.device, "0" * 16, 1, paper.ZEROS,
                           self.ledger.head(), 0, [b""]).sign(stranger)
        refuses("a stranger's set", lambda: self.ledger.take_set(
            forged, len(self.ledger.places) + 1))
        for body in self.bodies[1:3]:
            poorer = read(pages)
            del poorer.entries[paper.sha(body)]
            refuses("an entry less", lambda: self.same_totals(poorer))
        show(f"{count} altered bytes of a pull, a receipt's every "
             "field, a stranger's set, a missing entry: all noticed")


def check_ed25519():
    """Test 2 of RFC 8032, and what must not verify."""
    secret = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f"
                           "5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc"
                           "9c982ccf2ec4968cc0cd55f12af4660c")
    need(ed25519.public_key(secret) == public, "public key")
    signature = ed25519.sign(secret, b"\x72")
    need(signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540")
         and signature.hex().endswith("e458f3613d0f11d8c387b2eaeb4302ae"
                                      "eb00d291612bb0c00"), "signature")
    need(ed25519.verify(public, b"\x72", signature), "verify")
    for at in range(0, 64, 7):
        need(not ed25519.verify(public, b"\x72", flipped(signature, at)),
             "an altered signature")
    need(not ed25519.verify(public, b"\x73", signature), "another message")
    show("Ed25519 is that of RFC 8032")


def too_long(*_):
    raise TimeoutError("ended from outside, or too slow")


def main():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM):
        signal.signal(number, too_long)
    signal.alarm(240)
    os.environ.update(TZ="UTC", LANG="en_GB.UTF-8")
    os.environ.pop("LC_ALL", None)
    check_ed25519()
    with tempfile.TemporaryDirectory(prefix="pointeau-witness-") as stage:
        play = Play(stage)
        try:
            play.open_office()
            for act in (play.enrol, play.record, play.record_badly,
                        play.replay, play.second_laptop, play.copy,
                        play.go_on, play.restore, play.revoke, play.doubt):
                act()
        finally:
            play.office.stop()


if __name__ == "__main__":
    try:
        main()
    except Exception as error:
        print(f"not ok - {type(error).__name__}: {error}", flush=True)
        if os.environ.get("WITNESS_TRACE"):
            raise
        sys.exit(1)
