#!/usr/bin/env python3
"""A server that was restored from a backup, and what others bring it.

The client is client.py, written from docs/protocol.md alone. First witnesses
and others' sets are given to a server that has lost nothing: what lies is
refused and changes nothing. Then the server's directory is put back as it was
some days ago, with a laptop, a revocation and sets that it does not know any
more; they come back, and what was made to look like them does not.
"""

import base64
import copy
import json
import shutil
import sys
import tempfile

import client
import test_protocol as kit
from test_protocol import KIB, MIB, STORED, changed, check, hours, same, work

POINTS_MAX = 64
BODIES = ["changeset_entry", "entry", "head", "month_total", "record"]
ACT = ["author", "changeset", "entry", "head", "lists_version",
       "record"]  # of the server's own key
ZEROS_HEX = "00" * 32


class Place:
    """The office, its laptops, and how answers are checked."""

    def __init__(self, office):
        self.office = office
        self.case = kit.Case(office)
        self.a, self.b, self.r = (self.enrol(name) for name in (
            "berges", "rives", "perdu"))
        self.bat = self.enrol("remparts", "BAT")

    def enrol(self, name, crews="VERTS"):
        one = client.Laptop(self.office.code(crews), name)
        found = one.enrol()
        one.certificate = {"certificate": found["certificate"],
                           "certificate_sig": found["sig"], "name": name}
        one.login()
        return one

    def answered(self, name, ask, touched, status=200):
        """What is said; only the tables ${touched} change, beside when a
        laptop was heard last."""
        before = self.office.dump()
        found = ask()
        tables = changed(before, self.office.dump())
        tables = [name for name in tables if name != "contact"]
        check(name, found.status == status and tables == sorted(touched),
              (found, tables))
        return found.json()

    def sent(self, name, laptop, sets, states, touched=(), status=200):
        """Sets pushed are answered with ${states}; the answers."""
        said = self.answered(name, lambda: laptop.send(sets), touched,
                             status).get("sets", [])
        same(f"{name}: {', '.join(states)}",
             [one["state"] for one in said], list(states))
        return said

    def hours_set(self, one, day, **more):
        return one.seal("RIVES", [one.entry(
            "RIVES", "hours", hours("V01", day, "am"), work())], **more)

    def chain(self, one, days):
        """Sets of ${one} that follow each other, not yet sent."""
        seq, prev = one.last.get("RIVES", (0, client.ZEROS))
        sets = []
        for i, day in enumerate(days, 1):
            sets.append(self.hours_set(one, day, seq=seq + i, prev=prev))
            prev = sets[-1].hash()
        one.last["RIVES"] = (seq + len(sets), prev)
        return sets


def post(one, target, members):
    return lambda: one.ask("POST", target, json.dumps(members).encode())


def witness_of(structure, manifest, said, points=()):
    """A receipt, as a push told it, for /v1/witness."""
    return {"structure": structure, "manifest": manifest.hex(),
            "points": [[n, head.hex()] for n, head in points],
            **{name: said[name]
               for name in ("epoch", "n", "head", "time", "sig")}}


def points_of(one):
    return [(row[0], row[4]) for row in one.log("RIVES")]


# ---- a server that has lost nothing ----


def wrong_members(good):
    """(name, request) that are no witness."""
    for member in good:
        yield f"no {member}", {
            key: value for key, value in good.items() if key != member}
        for name, value in (("null", None), ("a list", ["a"]), ("empty", ""),
                            ("words", "douze"), ("of 10 kB", "a" * 10000),
                            ("negative", -1), ("zero", 0), ("true", True),
                            ("an object", {})):
            if (member, name) != ("structure", "words"):  # an identifier
                yield f"{member} {name}", {**good, member: value}
    for member in ("manifest", "head"):
        yield f"{member} of 31 bytes", {**good, member: "00" * 31}
        yield f"{member} in capitals", {**good, member: "AB" * 32}
    yield "an epoch beyond 2^31", {**good, "epoch": 2**31}
    yield "an epoch in a text", {**good, "epoch": "1"}
    yield "a time with no zone", {**good, "time": good["time"][:-1]}
    yield "a time on 31 February", {**good, "time": "2026-02-31T00:00:00Z"}
    yield "a signature of 63 bytes", {**good, "sig": base64.b64encode(
        bytes(63)).decode()}
    for name, points in (
            ("65 points", [[1, ZEROS_HEX]] * (POINTS_MAX + 1)),
            ("a point that is none", [1]), ("a point of one", [[1]]),
            ("a point at 0", [[0, ZEROS_HEX]]),
            ("a point at -1", [[-1, ZEROS_HEX]]),
            ("a point in words", [["un", ZEROS_HEX]]),
            ("a point without a hash", [[1, 5]]),
            ("a point of half a hash", [[1, "00" * 16]]),
            ("a good point and a bad one", [[1, ZEROS_HEX], [2, ""]])):
        yield name, {**good, "points": points}


def foreign(place, good):
    """(name, request) that the server's key did not sign."""
    a = place.a

    def signed(key, namespace):
        text = client.receipt(
            "RIVES", good["epoch"], good["n"], bytes.fromhex(
                good["manifest"]), bytes.fromhex(good["head"]), good["time"])
        return {**good, "sig": base64.b64encode(
            key.sign(namespace, text)).decode()}

    sig = base64.b64decode(good["sig"])
    yield "signed by a laptop", signed(a.key, "receipt@pointeau")
    yield "with a flipped bit", {**good, "sig": base64.b64encode(
        bytes([sig[0] ^ 1]) + sig[1:]).decode()}
    yield "with no signature", {**good, "sig": base64.b64encode(
        bytes(64)).decode()}
    yield "of a later epoch", {**good, "epoch": good["epoch"] + 1}
    yield "of a later place", {**good, "n": good["n"] + 1}
    yield "beyond 2^62", {**good, "n": 2**62}
    yield "of another set", {**good, "manifest": ZEROS_HEX}
    yield "of another head", {**good, "head": ZEROS_HEX}
    yield "of another time", {**good, "time": "2026-01-01T00:00:00Z"}
    yield "of the whole office", {**good, "structure": "_"}
    said = base64.b64decode(a.certificate["certificate_sig"])
    yield "with the server's signature of something else", {
        **good, "sig": base64.b64encode(said).decode()}


def check_witness_refusals(place):
    a, case = place.a, place.case
    said = a.push("RIVES", [a.entry("RIVES", "hours", hours(
        "V01", "2026-11-02", "am"), work())])
    good = witness_of("RIVES", a.last["RIVES"][1], said, points_of(a)[-5:])
    target = "/v1/witness"
    for method in ("GET", "PUT", "DELETE"):
        case.refused(f"{method} {target}", lambda: a.ask(
            method, target, None if method == "GET" else b"{}"), 405,
            "method")
    body = json.dumps(good).encode()
    for name, bearer in (("no bearer", None), ("a guessed one", "A" * 43)):
        case.refused(f"{target} with {name}", lambda: a.https.ask(
            "POST", target, body, bearer), 401, "auth")
    for name, wrong in kit.json_faults(good).items():
        case.refused(f"{target} with {name}",
                     lambda: a.ask("POST", target, wrong), 400, "invalid")
    case.refused(f"{target} of 64 KiB and a byte", lambda: a.ask(
        "POST", target, body + b" " * (64 * KIB + 1 - len(body))), 413,
        "limit")
    case.refused(f"{target} announcing 5 MiB",
                 lambda: kit.announced(a, target, 5 * MIB), 413, "limit")
    for name, wrong in wrong_members(good):
        case.refused(f"a witness with {name}", post(a, target, wrong), 400,
                     "invalid")
    for name, structure in (("unknown", "INCONNUE"),
                            ("of others", "REMPARTS")):
        case.refused(f"a witness of a structure {name}", post(
            a, target, {**good, "structure": structure}), 404, "not_found")
    case.refused("its own structure's receipt, brought by another's laptop",
                 post(place.bat, target, good), 404, "not_found")
    for name, wrong in foreign(place, good):
        case.refused(f"a receipt {name}", post(a, target, wrong), 400,
                     "signature")
    return good


def check_witness_agrees(place, good):
    """Nothing was lost: nothing changes, whatever the points say."""
    a = place.a
    now = {"schema": 1, "epoch": 1, "n": good["n"], "head": good["head"]}
    points = points_of(a)

    def witness(name, common, pairs):
        same(f"{name}: common", place.answered(name, post(
            a, "/v1/witness", {**good, "points": [
                [n, head.hex()] for n, head in pairs]}), []),
            {**now, "common": common})

    witness("a receipt that agrees", 0, [])
    witness("with all its points", points[-1][0], points[-POINTS_MAX:])
    witness("64 times the same point", 2, [points[1]] * POINTS_MAX)
    witness("points that lie", 0, [(n, bytes(32)) for n, _ in points[:9]])
    witness("points one place off", 0, [
        (n + 1, head) for n, head in points[:-1]][-9:])
    witness("points beyond the log", 0, [
        (n + 10**9, head) for n, head in points[:9]])
    witness("a point at 2^62", 0, [(2**62, bytes(32))])
    witness("one truth among lies", 3, [
        (5, bytes(32)), points[2], (10**6, points[2][1]), (4, bytes(32))])


def check_others(place):
    a, b = place.a, place.b
    ghost = client.Key()
    stranger = a.seal("RIVES", [a.entry("RIVES", "hours", hours(
        "V02", "2026-11-02", "am"), work())], key=ghost, device=ghost.device)
    mine = place.chain(b, ["2026-11-03"])
    said = place.sent("a stranger's set holds up nothing", b,
                      [stranger, *mine], ["aside", "stored"], STORED)
    same("it is told apart without a receipt", said[0],
         {"state": "aside", "why": "unknown"})
    b.check_receipt(mine[0], said[1])
    seq, _ = a.last["RIVES"]
    fork = place.hours_set(a, "2026-11-04", seq=seq)
    said = place.sent("another's fork", b, [fork], ["aside"], ["evidence"])
    same("is told apart too", said, [{"state": "aside", "why": "fork"}])
    place.sent("the same fork again", b, [fork], ["aside"])
    check_holes(place)
    check_wrong_among(place)
    check_withheld(place)


def check_holes(place):
    """Sets come in any order from others; a gap is the author's own."""
    a, b = place.a, place.b
    before = a.last["RIVES"]
    one, two, three, four = place.chain(a, [
        f"2026-11-{day:02}" for day in range(5, 9)])
    said = place.sent("another's sets in the wrong order", b, [three, two],
                      ["stored", "stored"], STORED)
    check("each has its receipt", all(
        a.check_receipt(which, told)
        for which, told in zip((three, two), said)))
    said = place.sent("again they are known", b, [two, three],
                      ["known", "known"])
    twin = place.hours_set(a, "2026-11-05", seq=one.seq, prev=before[1])
    place.sent("a set that does not fit the hole", a, [twin], ["fork"],
               ["evidence"], 409)
    place.sent("nor by another's hand", b, [twin], ["aside"])
    far = place.hours_set(a, "2026-11-09", seq=four.seq + 1,
                          prev=four.hash())
    gap = place.sent("after two sets that others brought, a gap", a, [far],
                     ["gap"], status=409)
    same("is told from the last that is there", gap[0],
         {"state": "gap", "session": a.session, "seq": three.seq,
          "manifest": three.hash().hex()})
    said = place.sent("the hole is filled by its author", a, [one, four],
                      ["stored", "stored"], STORED)
    for which, told in zip((one, four), said):
        a.check_receipt(which, told)
    five, six, seven = place.chain(a, [
        f"2026-11-{day:02}" for day in range(9, 12)])
    place.sent("a set after a hole", b, [seven], ["stored"], STORED)
    gap = place.sent("its author before it, after the hole's beginning", a,
                     [six], ["gap"], status=409)
    same("is told where the hole begins", gap[0],
         {"state": "gap", "session": a.session, "seq": four.seq,
          "manifest": four.hash().hex()})
    place.sent("the whole hole", a, [five, six, seven],
               ["stored", "stored", "known"], STORED)
    same("each of them counts once", place.office.rows(
        "SELECT COUNT(*), SUM(minutes) FROM record WHERE subject = 'V01' AND "
        "family = 'hours' AND state = 'merged' AND day >= '2026-11-05' AND "
        "day <= '2026-11-11'"), [(7, 7 * 210)])


def check_wrong_among(place):
    """One wrong signature among others' sets refuses the whole push."""
    a, b, case = place.a, place.b, place.case
    one, two = place.chain(a, ["2026-11-12", "2026-11-13"])
    bad = copy.copy(two)
    bad.sig = one.sig
    mine = b.last["RIVES"]
    own = place.chain(b, ["2026-11-12"])
    case.refused("another's wrongly signed set after good ones",
                 lambda: b.send([*own, one, bad]), 400, "signature")
    case.refused("before them", lambda: b.send([bad, *own]), 400,
                 "signature")
    hidden = copy.copy(two)
    hidden.bodies, hidden.hashes = [client.WITHHELD], [bytes(32)]
    case.refused("a withheld body under another hash",
                 lambda: b.send([one, hidden]), 400, "signature")
    a.last["RIVES"], b.last["RIVES"] = (one.seq, one.hash()), mine
    place.sent("a good set, whoever holds it: another structure's laptop",
               place.bat, [one], ["stored"], STORED)


def scope_of(one):
    return {head["structure"]: head["scope"] for head in one.heads()}


def check_withheld(place):
    a, b = place.a, place.b
    bodies = [a.entry("RIVES", "hours", hours("V03", "2026-11-02", slot),
                      work()) for slot in ("am", "pm")]
    one = a.seal("RIVES", bodies)
    a.last["RIVES"] = (one.seq, one.hash())
    half, none = copy.copy(one), copy.copy(one)
    half.bodies = [bodies[0], client.WITHHELD]
    none.bodies = [client.WITHHELD] * 2
    scopes = scope_of(a), scope_of(b)
    said = place.sent("a set whose bodies are all withheld", b, [none],
                      ["stored"], ["changeset", "changeset_entry", "head"])
    a.check_receipt(one, said[0])

    def counted():
        return place.office.rows(
            "SELECT COUNT(*) FROM record WHERE subject = 'V03' AND "
            "state = 'merged' AND day = '2026-11-02'")[0][0]

    same("counts for nothing yet", counted(), 0)
    same("and shows nothing to anybody", (scope_of(a), scope_of(b)), scopes)
    place.sent("withheld once more", b, [none], ["known"])
    again = place.answered("one of its bodies comes", lambda: b.send([half]),
                           BODIES)["sets"]
    same("with the receipt of before", {**again[0], "state": "stored"},
         said[0])
    same("it counts", counted(), 1)
    middle = scope_of(a), scope_of(b)
    check("everyone is told to look again", all(
        now["RIVES"] != then["RIVES"] and now["_"] == then["_"]
        for now, then in zip(middle, scopes)), (middle, scopes))
    place.sent("the rest, by its author", a, [one], ["known"],
               BODIES)
    same("all of it counts", counted(), 2)
    check("and everyone looks again", all(
        now["RIVES"] != then["RIVES"]
        for now, then in zip((scope_of(a), scope_of(b)), middle)))
    last = scope_of(b)
    place.sent("what is complete gains nothing", b, [none, one],
               ["known", "known"])
    same("and nobody looks again", scope_of(b), last)


# ---- a server put back as it was ----


class Past:
    """What laptops hold of the time that the server will have lost."""

    def __init__(self, place):
        office, a, b = place.office, place.a, place.b
        self.code = office.code("VERTS")
        office.stop()
        self.copy = office.folder / "backup"
        shutil.copytree(office.data, self.copy)
        office.start()
        self.base = points_of(a)[-1]
        self.d = place.enrol("nouveau")
        self.sets = place.chain(a, ["2026-11-16", "2026-11-17"])
        self.others = place.chain(b, ["2026-11-18"])
        self.told = a.send(self.sets).json()["sets"]
        b.send(self.others)
        self.new = place.chain(self.d, ["2026-11-19"])
        self.d.send(self.new)
        office.run("device", "revoke", place.r.device, "--reason", "perdu")
        a.logs.pop("RIVES", None)
        self.items = a.pull("RIVES")
        self.points = points_of(a)

    def restore(self, place):
        office = place.office
        same("the server stops", office.stop(), 0)
        shutil.rmtree(office.data)
        shutil.copytree(self.copy, office.data)
        office.start()
        for one in (place.a, place.b, place.r):
            one.login()

    def witness(self, index=-1):
        """Of a's receipt number ${index}, with points ever further apart."""
        points = [self.points[-i] for i in (1, 2, 3, 5, 9, 17)
                  if i <= len(self.points)]
        return witness_of("RIVES", self.sets[index].hash(),
                          self.told[index], points)


def wrong_certificates(place, d):
    """(name, members) of a login that must not be believed."""
    good, b = d.certificate, place.b
    text = good["certificate"]

    def with_text(words, key=None):
        sig = good["certificate_sig"] if key is None else base64.b64encode(
            key.sign("certificate@pointeau", words.encode())).decode()
        return {**good, "certificate": words, "certificate_sig": sig}

    flipped = base64.b64decode(good["certificate_sig"])
    flipped = bytes([flipped[0] ^ 1]) + flipped[1:]
    yield "no certificate", {}
    yield "a name alone", {"name": good["name"]}
    yield "another laptop's certificate", b.certificate
    yield "another laptop's certificate under its own signature", {
        **b.certificate, "certificate_sig": good["certificate_sig"]}
    yield "one that it signed itself", with_text(text, d.key)
    yield "one more structure", with_text(text.replace(
        "# structure RIVES\n", "# structure RIVES\n# structure REMPARTS\n"))
    yield "another structure", with_text(text.replace("RIVES", "REMPARTS"))
    yield "a cut certificate", with_text(text[:-20])
    yield "no last line feed", with_text(text[:-1])
    yield "a line more", with_text(text + "# structure REMPARTS\n")
    yield "garbage", with_text("certificat\n")
    yield "a certificate of 40 kB", with_text(text + "x" * 40000)
    yield "a signature with a flipped bit", {
        **good, "certificate_sig": base64.b64encode(flipped).decode()}
    for member in ("certificate_sig", "name"):
        for name, value in (("absent", None), ("empty", ""), ("a number", 5),
                            ("a list", ["a"]), ("of 10 kB", "a" * 10000),
                            ("with ESC", "\x1b[31m")):
            wrong = {**good, member: value}
            if value is None:
                del wrong[member]
            yield f"{member} {name}", wrong


def check_recall(place, past):
    d, case, office = past.d, place.case, place.office
    case.refused("a bearer of the lost time", lambda: d.ask(
        "GET", "/v1/heads"), 401, "auth")
    request = d.login_request()
    for name, members in wrong_certificates(place, d):
        case.refused(f"a forgotten laptop with {name}", post(
            d, "/v1/login", {**request, **members}), 401, "auth")
    sig = base64.b64encode(place.b.key.sign(
        "login@pointeau", b"# pointeau login 1\n")).decode()
    case.refused("a good certificate in another's hand", post(
        d, "/v1/login", {**request, **d.certificate, "sig": sig}), 401,
        "auth")
    same("before it is known its sets are a stranger's", [
        one["state"] for one in place.a.send(past.new).json()["sets"]],
        ["aside"])
    said = place.answered("its own certificate", post(
        d, "/v1/login", {**request, **d.certificate}), ["bearer", *ACT])
    d.bearer = said["bearer"]
    d.logs.pop("RIVES", None)
    last = d.pull("RIVES")[-1].set
    check("enrols it again by the server's own key",
          last.is_signed_by(d.server) and last.bodies[0] is not None and
          json.loads(last.bodies[0].split(b"\n")[1])["record"] ==
          f"enrolment/{d.device}", last and last.bodies)
    same("in the structures of its certificate",
         sorted(head["structure"] for head in d.heads()), ["RIVES", "_"])
    for name, one, members in (
            ("the same certificate again", d, d.certificate),
            ("a certificate of one that is known", place.b,
             place.b.certificate),
            ("another's certificate with one that is known", place.b,
             d.certificate),
            ("garbage with one that is known", place.b,
             {"certificate": "x", "certificate_sig": "y", "name": "z"})):
        said = place.answered(f"{name} has no effect", post(
            one, "/v1/login", {**one.login_request(), **members}), ["bearer"])
        one.bearer = said["bearer"]
    same("it is on the office's list", [
        row[0] for row in office.rows(
            "SELECT state FROM record WHERE record = ?",
            f"enrolment/{d.device}")], ["merged"])


def check_epoch(place, past):
    a, b, case = place.a, place.b, place.case
    before = next(h for h in a.heads() if h["structure"] == "RIVES")
    for name, wrong in foreign(place, past.witness()):
        case.refused(f"gone back, a receipt {name}", post(
            a, "/v1/witness", wrong), 400, "signature")
    case.refused("gone back, brought by another structure's laptop", post(
        place.bat, "/v1/witness", past.witness()), 404, "not_found")
    said = place.answered("a receipt that the log does not have", post(
        a, "/v1/witness", past.witness()), ["code", *ACT])
    same("opens an epoch", (said["epoch"], said["n"], said["common"]),
         (2, before["n"] + 1, max(
             n for n, _ in past.witness()["points"] if n <= past.base[0])))
    for name, wrong in (("the same receipt", past.witness()),
                        ("an older one of the lost time", past.witness(0))):
        same(f"{name} opens no second epoch", place.answered(
            name, post(a, "/v1/witness", wrong), []), said)
    b.logs.pop("RIVES", None)
    found = b.pull("RIVES")[-1].set
    value = json.loads(found.bodies[0].split(b"\n")[1])
    wanted = past.witness()
    check("the epoch is signed by the server's key",
          found.is_signed_by(b.server) and len(found.bodies) == 1)
    same("and names the receipt", (value["kind"], value["record"],
                                   value["set"]),
         ("epoch", "epoch/2", {
             "epoch": 2, "base": before["n"], "receipt": {
                 name: wanted[name] for name in (
                     "epoch", "n", "manifest", "head", "time", "sig")}}))
    rows = b.log("RIVES")
    same("the log says which epoch each place is of",
         [row[1] for row in rows],
         [1] * before["n"] + [2])
    same("and the chain goes on without a break", rows[-1][4],
         b.logs["RIVES"][2])
    return said


def check_codes(place, past):
    office = place.office
    late = client.Laptop(past.code, "tard")
    late.hello()
    place.case.refused("a code made before the epoch", post(
        late, "/v1/enrol", late.enrol_request()), 401, "auth")
    same("one made after it is good",
         client.Laptop(office.code("VERTS"), "tard").enrol()["structures"],
         ["RIVES"])


def check_healing(place, past):
    """All that laptops hold comes back, a revocation too."""
    a, b, r, d, office = place.a, place.b, place.r, past.d, place.office
    same("a revocation is forgotten", r.ask("GET", "/v1/heads").status, 200)
    said = place.sent("its own lost sets", a, past.sets,
                      ["stored"] * len(past.sets), STORED)
    for one, told in zip(past.sets, said):
        a.check_receipt(one, told)
    same("have receipts of the new epoch", {one["epoch"] for one in said},
         {2})
    lost = [item.set for item in past.items[past.base[0]:] if item.set]
    found = a.send(lost).json()["sets"]
    check("what it had pulled of others comes back", len(lost) >= 4 and all(
        one["state"] == "stored" for one in found), found)
    again = place.sent("its author learns what is known", b, past.others,
                       ["known"])
    b.check_receipt(past.others[0], again[0])
    said = place.sent("the new laptop's own", d, past.new, ["known"])
    same("were not set aside", said[0]["quarantined"], [])
    same("all counts", office.rows(
        "SELECT COUNT(*) FROM record WHERE subject = 'V01' AND "
        "state = 'merged' AND day >= '2026-11-16' AND day <= '2026-11-19'"),
        [(4,)])
    place.case.refused("the revocation holds again", lambda: r.ask(
        "GET", "/v1/heads"), 403, "revoked", beside=["schema", "structures"])
    same("the revoked one may witness, and opens nothing anew",
         place.answered("a witness by the revoked one", post(
             r, "/v1/witness", past.witness()), [])["epoch"], 2)
    said = place.answered("nor does its certificate help", post(
        r, "/v1/login", {**r.login_request(), **r.certificate}), ["bearer"])
    r.bearer = said["bearer"]
    for target in ("/v1/pull?structure=RIVES&after=0",
                   "/v1/log?structure=RIVES&after=0"):
        place.case.refused(f"it may not read {target}",
                           lambda: r.ask("GET", target), 403, "revoked")
    manifest, n = past.sets[-1].hash(), a.log("RIVES")
    place_now = next(row for row in n if row[3] == manifest)
    check("the same set has another place now: no contradiction",
          place_now[1] == 2 and place_now[4] != bytes.fromhex(
              past.told[-1]["head"]))
    b.logs.pop("RIVES", None)
    d.logs.pop("RIVES", None)
    b.pull("RIVES")
    d.pull("RIVES")
    same("everyone sees one chain", b.logs["RIVES"], d.logs["RIVES"])


def play(folder):
    office = kit.Office(folder)
    try:
        office.start()
        place = Place(office)
        good = check_witness_refusals(place)
        check_witness_agrees(place, good)
        check_others(place)
        past = Past(place)
        past.restore(place)
        check_recall(place, past)
        said = check_epoch(place, past)
        check_codes(place, past)
        check_healing(place, past)
        same("no second epoch was opened", {
            row[1] for row in place.a.log("RIVES")[said["n"]:]}, {2})
        office.run("rebuild")
        out = office.folder / "export"
        office.run("export", "audit", "2026-11", "--out", str(out))
        office.run("audit", "verify", str(out))
        same("the server ends well", office.stop(), 0)
        same("and never complained", office.said(), b"")
    finally:
        office.stop()
        office.errors.close()


def main():
    with tempfile.TemporaryDirectory(prefix="pointeau-restored-") as folder:
        play(folder)
    print(f"1..{kit.passed + kit.failed}")
    sys.exit(1 if kit.failed else 0)


if __name__ == "__main__":
    main()
