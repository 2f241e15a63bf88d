#!/usr/bin/env python3
"""A stranger's client speaks with a real server, well and badly.

The client (client.py) is written from docs/protocol.md alone, so what passes
here is what the document promises. First everything goes well; then every
endpoint is given what it must refuse: the answer has the right status and
says why in French, and not one byte of the database has changed. What the
design stores in quarantine instead is found there, with its code, and never
blocks what follows. Programs are taken from $POINTEAU_BIN.
"""

import base64
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import client  # noqa: E402
import ed25519  # noqa: E402

ROOT = HERE.parents[1]
CAST = ROOT / "tests" / "demo"
BIN = pathlib.Path(os.environ.get("POINTEAU_BIN", ROOT / "build"))
KIB, MIB = 1024, 1024 * 1024
WAIT_S = 60

passed = failed = 0


def check(name, ok, detail=""):
    global passed, failed
    if ok:
        passed += 1
        print(f"ok {passed + failed} - {name}")
    else:
        failed += 1
        print(f"not ok {passed + failed} - {name}\n# {detail!r}"[:2000])
    sys.stdout.flush()


def same(name, found, wanted):
    check(name, found == wanted, (found, wanted))


# ---- the office ----


def free_port():
    """Below those that the system hands out to clients."""
    for _ in range(200):
        port = random.randrange(20000, 32000)
        with socket.socket() as one:
            try:
                one.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise RuntimeError("no free port")


class Office:
    """A server on loopback with the cast, and one more crew in RIVES."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.data = self.folder / "bureau"
        self.url = f"https://127.0.0.1:{free_port()}"
        self.errors = open(self.folder / "errors", "w+b")
        self.process = None
        self.run("init", "--url", self.url)
        for what in ("structures", "sites", "crews", "supervisors",
                     "workers"):
            self.run("import", what, str(CAST / f"{what}.csv"))
        self.more("crews", "crew;structure;name;site\n"
                  "BOIS;RIVES;Bois;TILLEULS\n")
        self.more("workers", "worker;structure;crew;first_name;last_name\n"
                  "M01;RIVES;BOIS;Anouk;Leroux\n")
        self.run("import", "skills",
                 str(ROOT / "server" / "catalogue" / "starter.csv"))
        self.database = next(self.data.glob("*.db"))

    def run(self, *words):
        done = subprocess.run(
            [BIN / "pointeau-server", *words, "--data", self.data],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WAIT_S,
            check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{words}: {done.returncode} {done.stderr!r}")
        return done.stdout

    def more(self, what, text):
        path = self.folder / "more.csv"
        path.write_text(text, encoding="utf-8")
        self.run("import", what, str(path))

    def start(self):
        self.process = subprocess.Popen(
            [BIN / "pointeau-server", "serve", "--json", "--data",
             self.data], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=self.errors)
        line = self.process.stdout.readline()
        if b'"ready":true' not in line:
            raise RuntimeError(f"no server: {line!r} {self.said()!r}")

    def said(self):
        """Its complaints: requests, and that it starts, are no such."""
        self.errors.seek(0)
        return b"".join(
            line for line in self.errors.read().splitlines(True)
            if b" event=request " not in line and b" level=info " not in line)

    def stop(self):
        if self.process is None:
            return None
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(WAIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            status = "killed"
        self.process.stdout.close()
        self.process = None
        return status

    def code(self, crews):
        said = self.run("device", "code", "--crew", crews, "--json")
        return json.loads(said)["code"]

    def laptop(self, name, crews):
        one = client.Laptop(self.code(crews), name)
        one.enrol()
        one.login()
        return one

    def rows(self, query, *values):
        base = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            return base.execute(query, values).fetchall()
        finally:
            base.close()

    def dump(self):
        """Every row of every table, exactly."""
        base = sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)
        try:
            base.execute("BEGIN")
            tables = base.execute("SELECT name, sql FROM sqlite_master "
                                  "WHERE type = 'table'").fetchall()
            return {name: (sql, sorted(map(repr, base.execute(
                f'SELECT * FROM "{name}"')))) for name, sql in tables}
        finally:
            base.close()


def changed(before, after):
    """Names of the tables that differ."""
    return sorted(name for name in before.keys() | after.keys()
                  if before.get(name) != after.get(name))


class Case:
    """An office, its laptops, and how refusals are checked."""

    def __init__(self, office):
        self.office = office
        self.a = self.b = self.bois = self.bat = None

    def refused(self, name, ask, status, word, touched=(), beside=()):
        """The request is refused so, and no table but ${touched} changes;
        the answer has the members ${beside} too."""
        before = self.office.dump()
        try:
            found = ask()
        except OSError as error:
            check(name, False, error)
            if self.office.process.poll() is None:
                return None
            raise  # nobody is left to ask
        tables = changed(before, self.office.dump())
        try:
            said = found.json()
            good = (set(said) == {"error", "message", "id", *beside} and
                    re.fullmatch("[0-9a-f]{16}", said["id"]) and
                    said["error"] == word and len(said["message"]) > 10)
        except ValueError:
            good = False
        check(f"{name}: {status} {word}",
              found.status == status and good and tables == list(touched),
              (found, tables))
        return found

    def pushed(self, name, sets, state, status, touched=()):
        """One set pushed, answered with ${state}; its answer."""
        before = self.office.dump()
        found = self.a.send(sets)
        tables = changed(before, self.office.dump())
        said = found.json().get("sets", [{}])
        check(f"{name}: {status} {state}",
              found.status == status and
              said[-1].get("state") == state and
              tables == list(touched), (found, tables))
        return said[-1]


def hours(worker, day, slot):
    return f"hours/{worker}/{day}/{slot}"


def work(minutes=210, **more):
    return {"minutes": minutes, "kind": "work", **more}


# ---- the client itself ----


def check_client(folder):
    """RFC 8032's vectors, and OpenSSH reads what we sign."""
    for seed, pub, message, start in (
            ("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
             "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
             "", "e5564300c360ac729086e2cc806e828a"),
            ("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
             "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
             "72", "92a009a9f0d4cab8720e820b5f642540")):
        seed, pub = bytes.fromhex(seed), bytes.fromhex(pub)
        message = bytes.fromhex(message)
        sig = ed25519.sign(seed, message)
        check("the client's Ed25519 follows RFC 8032",
              ed25519.public(seed) == pub and
              sig[:16].hex() == start and
              ed25519.verify(pub, message, sig) and
              not ed25519.verify(pub, message + b"x", sig))
    if shutil.which("ssh-keygen") is None:
        return
    key, message = client.Key(), b"# a text\n"
    signers = folder / "signers"
    signers.write_text(f"x {client.ssh_public(key.pub)}\n", encoding="ascii")
    sig = folder / "sig"
    sig.write_text(client.armour(key.pub, "changeset@pointeau", key.sign(
        "changeset@pointeau", message)), encoding="ascii")
    done = subprocess.run(
        ["ssh-keygen", "-Y", "verify", "-f", signers, "-I", "x", "-n",
         "changeset@pointeau", "-s", sig], input=message,
        capture_output=True, timeout=WAIT_S, check=False)
    same("ssh-keygen verifies what the client signs", done.returncode, 0)


# ---- when all goes well ----


def check_enrol(case):
    office = case.office
    case.a = one = client.Laptop(office.code("VERTS"), "berges")
    before = one.hello()
    check("hello tells version, limits and key", before["schema"] == 1 and
          before["protocol"] == 1 and before["limits"]["entries"] == 256 and
          before["limits"]["push_sets"] == 16, before)
    found = one.enrol()
    same("enrolled in the crew's structure", found["structures"], ["RIVES"])
    text = found["certificate"].split("\n")
    same("the certificate says what the document says", text[:-2],
         ["# pointeau certificate 1", f"# server {one.server.hex()}",
          f"# device {one.device}", f"# key {one.key.pub.hex()}",
          "# structure RIVES"])
    dump = office.dump()
    again = one.enrol()
    check("the same code and key repeat the answer and change nothing",
          again["structures"] == ["RIVES"] and
          changed(dump, office.dump()) == [], changed(dump, office.dump()))
    one.login()
    same("heads name the structure and the whole office",
         sorted(head["structure"] for head in one.heads()),
         ["RIVES", "_"])
    case.b = office.laptop("rives", "VERTS")
    case.bois = office.laptop("bois", "BOIS")
    case.bat = office.laptop("remparts", "BAT")


def check_log(case):
    one = case.a
    items = one.pull("RIVES")
    head = next(h for h in one.heads() if h["structure"] == "RIVES")
    same("the chain recomputed from the pull ends at the head",
         one.logs["RIVES"],
         (head["epoch"], head["n"], bytes.fromhex(head["head"])))
    rows = one.log("RIVES")
    chain, good = client.log_start("RIVES"), True
    for i, (n, epoch, at, manifest, said) in enumerate(rows):
        chain = client.log_next(chain, at, manifest)
        good = good and n == i + 1 and epoch == 1 and said == chain
    check("the log's lines chain", good and len(rows) == head["n"] and
          [row[3] for row in rows] == [item.manifest for item in items])
    times = [row[2] for row in rows]
    same("server time never decreases", times, sorted(times))
    first = items[0].set
    check("the first set is signed by the server's key and enrols a console",
          first is not None and first.is_signed_by(one.server) and
          b'"role":"office"' in first.bodies[0] and
          first.prev == client.ZEROS, first and first.bodies)
    authors = {client.sha256(one.server)[:8].hex(): one.server}
    for item in items:
        for body in item.set.bodies if item.set else ():
            if body and b'"kind":"enrolment"' in body:
                value = json.loads(body.split(b"\n")[1])
                authors[value["record"].split("/")[1]] = bytes.fromhex(
                    value["set"]["key"])
    check("every set pulled is signed by an enrolled key",
          all(item.set.is_signed_by(authors[item.set.device])
              for item in items if item.set))
    check("the whole office's log verifies like the others",
          len(one.pull("_")) > 0 and b"\"kind\":\"catalogue\"" in b"".join(
              body for item in one.pull("_") if item.set
              for body in item.set.bodies if body))
    same("an empty pull after the last place",
         len(one.pull_once("RIVES", head["n"]).items), 0)
    same("an empty pull far beyond it",
         len(one.pull_once("RIVES", 10**17).items), 0)


def check_good(case):
    a, b = case.a, case.b
    value = work(site="SAULNETTE", activity="débroussaillage",
                 start="08:00", end="11:30")
    body = a.entry("RIVES", "hours", hours("V01", "2026-11-16", "am"),
                   value, note="sous la pluie")
    one = a.seal("RIVES", [body])
    said = case.pushed("a first set", [one], "stored", 200,
                       STORED)
    a.check_receipt(one, said)
    check("its receipt is the server's", said["quarantined"] == [], said)
    a.last["RIVES"] = (one.seq, one.hash())
    again = case.pushed("a replay (I2)", [one], "known", 200)
    same("a replay returns the identical receipt (I2)",
         {**again, "state": ""}, {**said, "state": ""})
    b.pull("RIVES")
    item = next(i for i in b.pull("RIVES") if i.manifest == one.hash())
    check("another laptop pulls the very set (I4)",
          item.type == 2 and item.set.bodies == [body] and
          item.set.sig == one.sig and item.set.is_signed_by(a.key.pub))
    item = next(i for i in a.pull("RIVES") if i.manifest == one.hash())
    same("its author pulls only the name of it", (item.type, item.set),
         (1, None))
    item = a.pull_once("RIVES", a.logs["RIVES"][1] - 1, own=True).items[-1]
    check("unless it asks for what it lacks", item.set is not None and
          item.set.bodies == [body] and item.set.sig == one.sig, item.type)
    many = [a.entry("RIVES", "hours", hours("V02", f"2026-10-{d:02}", s),
                    work()) for d in range(1, 11) for s in ("am", "pm")]
    sets, (seq, prev) = [], a.last["RIVES"]
    for i, part in enumerate(many[:16], 1):
        sets.append(a.seal("RIVES", [part], seq=seq + i, prev=prev))
        prev = sets[-1].hash()
    found = a.send(sets)
    states = [s["state"] for s in found.json()["sets"]]
    same("sixteen sets in one push", (found.status, states),
         (200, ["stored"] * 16))
    for one, said in zip(sets, found.json()["sets"]):
        a.check_receipt(one, said)
    a.last["RIVES"] = (sets[-1].seq, sets[-1].hash())
    full = [a.entry("RIVES", "skill", f"skill/V01/o-{i:04}", {
        "skill": "A1203-04", "label": "Tailler", "catalogue": "pointeau",
        "scale": "1-4", "level": 3, "day": "2026-11-16"})
        for i in range(256)]
    same("256 entries in one set", a.push("RIVES", full)["quarantined"], [])


STORED = ["changeset", "entry", "head", "month_total", "record"]


# ---- what every endpoint refuses ----

GETS = ("/healthz", "/v1/hello", "/v1/heads",
        "/v1/pull?structure=RIVES&after=0",
        "/v1/log?structure=RIVES&after=0")
POSTS = ("/v1/enrol", "/v1/challenge", "/v1/login", "/v1/push")
BEARERS = GETS[2:] + POSTS[3:]


def check_method_and_host(case):
    a = case.a
    for target in GETS + POSTS:
        other, body = ("POST", b"{}") if target in GETS else ("GET", None)
        case.refused(f"{other} {target}",
                     lambda: a.ask(other, target, body), 405, "method")
        case.refused(f"PUT {target}", lambda: a.ask("PUT", target, b"{}"),
                     405, "method")
        case.refused(f"DELETE {target}", lambda: a.ask("DELETE", target),
                     405, "method")
        method = "GET" if target in GETS else "POST"
        for host in ("evil.example", "127.0.0.1", a.https.host + "0",
                     f"x@{a.https.host}"):
            case.refused(
                f"{method} {target} for Host {host}",
                lambda: a.https.ask(method, target,
                                    b"{}" if method == "POST" else None,
                                    a.bearer, host), 421, "invalid")
    for target in ("/v1", "/v1/", "/v1/hello/", "/v2/hello",
                   "/v1/heads.json", "/V1/hello"):
        case.refused(f"unknown {target}", lambda: a.ask("GET", target),
                     404, "not_found")
    case.refused("a GET with a body",
                 lambda: a.ask("GET", "/v1/hello", b"{}"), 400, "invalid")


def check_bearer(case):
    a = case.a
    for target in BEARERS:
        method, body = ("GET", None) if target in GETS else (
            "POST", zlib.compress(client.wire_push([a.seal("RIVES", [
                a.entry("RIVES", "hours", hours("V01", "2026-11-01", "am"),
                        work())])])))
        for name, bearer in (("no bearer", None), ("an empty one", ""),
                             ("a guessed one", "A" * 43),
                             ("another's half", a.bearer[:-1]),
                             ("one of 10 kB", "x" * 10000)):
            case.refused(f"{target} with {name}", lambda: a.https.ask(
                method, target, body, bearer), 401, "auth")


def json_faults(good):
    """Bodies that are no JSON of ours, made from a good one."""
    text = json.dumps(good).encode()
    member = b'"extra":%s,' + text[1:]

    def extra(value):
        return text[:1] + member % value

    return {
        "an empty body": b"",
        "a cut JSON": text[:-1],
        "bytes after the JSON": text + b"}",
        "no JSON": b"device=abc",
        "a text": b'"abc"',
        "a number": b"12",
        "nine levels": extra(b"[" * 8 + b"]" * 8),
        "60,000 levels": b"[" * 60000,
        "a float": extra(b"1.5"),
        "an exponent": extra(b"1e3"),
        "a number of 40 digits": extra(b"9" * 40),
        "NaN": extra(b"NaN"),
        "a key twice": text[:-1] + b"," + text[1:],
        "a NUL": extra(b'"a\0b"'),
        "an escaped NUL": extra(rb'"a\u0000b"'),
        "broken UTF-8": extra(b'"\xc3("'),
        "an overlong form": extra(b'"\xc0\xaf"'),
        "a surrogate": extra(b'"\xed\xa0\x80"'),
        "a lone surrogate": extra(rb'"\ud800"'),
        "a byte order mark": b"\xef\xbb\xbf" + text,
        "UTF-16": json.dumps(good).encode("utf-16"),
        "compressed": zlib.compress(text),
    }


def check_json(case):
    a, fresh = case.a, client.Laptop(case.office.code("VERTS"), "neuf")
    fresh.hello()
    goods = {"/v1/enrol": fresh.enrol_request(),
             "/v1/challenge": {"device": a.device},
             "/v1/login": a.login_request()}
    for target, good in goods.items():
        for name, body in json_faults(good).items():
            case.refused(f"{target} with {name}",
                         lambda: a.ask("POST", target, body), 400, "invalid")
        case.refused(f"{target} announcing 5 MiB", lambda: announced(
            a, target, 5 * MIB), 413, "limit")
        for member in good:
            for name, value in (("absent", None), ("a number", 5),
                                ("a list", ["a"]), ("empty", ""),
                                ("of 10 kB", "a" * 10000),
                                ("with a line feed", good[member] + "\n")):
                if member == "version" and name in ("absent", "a number",
                                                    "a list", "empty"):
                    continue  # it is for people to read
                wrong = {**good, member: value}
                if value is None:
                    del wrong[member]
                status, word = ((401, "auth") if (target, member) in (
                    ("/v1/enrol", "proof"), ("/v1/login", "challenge"),
                    ("/v1/login", "sig"), ("/v1/login", "device"))
                    else (400, "invalid"))
                case.refused(
                    f"{target}: {member} {name}",
                    lambda: a.ask("POST", target,
                                  json.dumps(wrong).encode()), status, word)
    same("the untouched request still enrols",
         fresh.enrol()["structures"], ["RIVES"])


def announced(laptop, target, length):
    """A body announced and not sent: refused unread."""
    conn = laptop.https.connect()
    try:
        conn.putrequest("POST", target)
        conn.putheader("Authorization", f"Bearer {laptop.bearer}")
        conn.putheader("Content-Length", str(length))
        conn.endheaders()
        found = conn.getresponse()
        return client.Answer(found.status, {}, found.read())
    finally:
        conn.close()


def check_enrol_refusals(case):
    office = case.office
    fresh = client.Laptop(office.code("VERTS"), "essai")
    other = client.Key()
    fresh.hello()
    good = fresh.enrol_request()

    def enrol(**more):
        return lambda: fresh.ask("POST", "/v1/enrol", json.dumps(
            {**good, **more}).encode())

    def proof(key, namespace, server=None, secret=None):
        text = client.lines(
            "# pointeau enrol 1",
            f"# code {client.sha256(secret or fresh.code.secret).hex()}",
            f"# server {(server or fresh.server).hex()}",
            f"# key {fresh.key.pub.hex()}")
        return base64.b64encode(key.sign(namespace, text)).decode()

    case.refused("an unknown code", enrol(code="00" * 16), 401, "auth")
    case.refused("a code of 17 bytes", enrol(code="00" * 17), 400, "invalid")
    case.refused("a proof by another key",
                 enrol(proof=proof(other, "enrol@pointeau")), 401, "auth")
    case.refused("a proof of another namespace",
                 enrol(proof=proof(fresh.key, "login@pointeau")), 401, "auth")
    case.refused("a proof for another server", enrol(proof=proof(
        fresh.key, "enrol@pointeau", server=other.pub)), 401, "auth")
    case.refused("a proof for another code", enrol(proof=proof(
        fresh.key, "enrol@pointeau", secret=bytes(16))), 401, "auth")
    case.refused("a key that is no point", enrol(key="00" * 31 + "80"), 401,
                 "auth")
    case.refused("another's key", enrol(key=other.pub.hex()), 401, "auth")
    for name, wrong in (("blank", "  "), ("of 201 bytes", "é" * 100 + "x"),
                        ("with a tab", "a\tb"), ("with ESC", "\x1b[31m")):
        case.refused(f"a name {name}", enrol(name=wrong), 400, "invalid")
    fresh.enrol()
    second = client.Laptop(office.code("VERTS"), "second")
    second.code = fresh.code
    second.hello()
    case.refused("a code used by another key", lambda: second.ask(
        "POST", "/v1/enrol", json.dumps(second.enrol_request()).encode()),
        409, "conflict")


def check_login_refusals(case):
    a, b = case.a, case.b
    good = a.login_request()

    def login(**more):
        return lambda: a.ask("POST", "/v1/login", json.dumps(
            {**good, **more}).encode())

    def signed(key, namespace, device, challenge):
        text = client.lines(
            "# pointeau login 1", f"# server {a.server.hex()}",
            f"# device {device}", f"# challenge {challenge}")
        return base64.b64encode(key.sign(namespace, text)).decode()

    case.refused("a login signed by another", login(sig=signed(
        b.key, "login@pointeau", a.device, good["challenge"])), 401, "auth")
    case.refused("a login of another namespace", login(sig=signed(
        a.key, "changeset@pointeau", a.device, good["challenge"])), 401,
        "auth")
    invented = "00" * (len(good["challenge"]) // 2)
    case.refused("an invented challenge", login(
        challenge=invented, sig=signed(
            a.key, "login@pointeau", a.device, invented)), 401, "auth")
    case.refused("a challenge made for another", lambda: b.ask(
        "POST", "/v1/login", json.dumps({
            "device": b.device, "challenge": good["challenge"],
            "version": "1", "sig": signed(
                b.key, "login@pointeau", b.device,
                good["challenge"])}).encode()), 401, "auth")
    ghost = client.Laptop(case.office.code("VERTS"), "fantôme")
    ghost.hello()
    case.refused("an unknown device", lambda: a.ask(
        "POST", "/v1/login", json.dumps(ghost.login_request()).encode()),
        401, "auth")


def check_places(case):
    a = case.a
    for page in ("pull", "log"):
        for name, query in (
                ("no query", ""), ("no place", "?structure=RIVES"),
                ("no structure", "?after=0"),
                ("an empty structure", "?structure=&after=0"),
                ("an empty place", "?structure=RIVES&after="),
                ("place -1", "?structure=RIVES&after=-1"),
                ("place abc", "?structure=RIVES&after=abc"),
                ("place 1.5", "?structure=RIVES&after=1.5"),
                ("place 0x10", "?structure=RIVES&after=0x10"),
                ("a place of 19 digits",
                 "?structure=RIVES&after=" + "9" * 19),
                ("an encoded NUL", "?structure=RIVES%00&after=0"),
                ("broken UTF-8", "?structure=%C3%28&after=0"),
                ("half an escape", "?structure=RIVES%2&after=0"),
                ("a wrong escape", "?structure=%zz&after=0")):
            case.refused(f"{page} with {name}", lambda: a.ask(
                "GET", f"/v1/{page}{query}"), 400, "invalid")
        for name, structure in (
                ("unknown", "INCONNUE"), ("another device's", "REMPARTS"),
                ("a path", "..%2FRIVES"), ("RIV", "RIV"),
                ("two lines", "RIVES%0AREMPARTS"),
                ("of 1 kB", "R" * 900)):
            case.refused(f"{page} of a structure that is {name}",
                         lambda: a.ask("GET", f"/v1/{page}?structure="
                                       f"{structure}&after=0"),
                         404, "not_found")
        case.refused(f"{page} with a query of 10 kB", lambda: a.ask(
            "GET", f"/v1/{page}?structure=RIVES&after=0&x=" + "x" * 10000),
            414, "limit")


# ---- what a push refuses whole ----


def check_unreadable(case):
    a = case.a
    one = a.seal("RIVES", [a.entry("RIVES", "hours", hours(
        "V03", "2026-11-17", "am"), work())])
    plain = client.wire_push([one])
    packed = zlib.compress(plain)

    def post(data):
        return lambda: a.ask("POST", "/v1/push", data)

    def unreadable(name, data, status=400, word="invalid"):
        case.refused(f"a push: {name}", post(data), status, word)

    unreadable("empty", b"")
    unreadable("of noise", bytes(range(256)) * 8)
    unreadable("JSON", b'{"sets":[]}')
    unreadable("not compressed", plain)
    for cut in sorted({1, 2, 10, len(packed) // 2, len(packed) - 4,
                       len(packed) - 1}):
        unreadable(f"cut at byte {cut}", packed[:cut])
    for cut in sorted({1, 2, 8, 17, 100, len(plain) // 2, len(plain) - 1}):
        unreadable(f"its content cut at byte {cut}",
                   zlib.compress(plain[:cut]))
    unreadable("bytes after the stream", packed + b"x")
    unreadable("bytes after the content", zlib.compress(plain + b"\0"))
    unreadable("two streams", packed + packed)
    unreadable("raw deflate", packed[2:-4])
    unreadable("a wrong checksum", packed[:-1] + bytes([packed[-1] ^ 1]))
    bomb = zlib.compress(bytes(4 * MIB + 1), 9)
    unreadable("a bomb of 4 MiB and a byte", bomb, 413, "limit")
    unreadable("4 MiB of nothing", zlib.compress(bytes(4 * MIB), 9))
    unreadable("a bomb of 256 MiB", huge_bomb(), 413, "limit")
    unreadable("a bomb behind a good set",
               zlib.compress(plain + bytes(5 * MIB), 9), 413, "limit")
    case.refused("a push announcing 5 MiB",
                 lambda: announced(a, "/v1/push", 5 * MIB), 413, "limit")
    case.refused("a push announcing 2^64 bytes",
                 lambda: announced(a, "/v1/push", 2**64), 413, "limit")
    unreadable("another version", zlib.compress(b"\2" + plain[1:]))
    unreadable("no version", zlib.compress(b"\0" + plain[1:]))
    unreadable("of no set", zlib.compress(b"\1\0"))
    unreadable("a long spelling of 1", zlib.compress(
        b"\1\x81\0" + plain[2:]))
    unreadable("an endless number", zlib.compress(b"\1" + b"\xff" * 40))


def huge_bomb():
    made = zlib.compressobj(9)
    parts = [made.compress(bytes(MIB)) for _ in range(256)]
    return b"".join(parts) + made.flush()


def check_limits(case):
    a = case.a

    def post(sets):
        return lambda: a.send(sets)

    body = a.entry("RIVES", "hours", hours("V03", "2026-11-17", "pm"),
                   work())
    seq, prev = a.last["RIVES"]
    sets = []
    for i in range(1, 18):
        sets.append(a.seal("RIVES", [body], seq=seq + i, prev=prev))
        prev = sets[-1].hash()
    case.refused("17 sets", post(sets), 413, "limit")
    many = [a.entry("RIVES", "hours", hours("V03", "2026-11-17", "pm"),
                    work()) for _ in range(257)]
    case.refused("257 entries", post([a.seal("RIVES", many)]), 413, "limit")
    case.refused("no entry", post([a.seal("RIVES", [])]), 400, "invalid")
    big = [a.entry("RIVES", "hours", hours("V03", "2026-11-17", "pm"),
                   work(), note="x" * (210 * KIB)) for _ in range(5)]
    case.refused("a set of more than 1 MiB", post([a.seal("RIVES", big)]),
                 413, "limit")
    case.refused("one body of 1 MiB and a byte",
                 post([a.seal("RIVES", [b"x" * (MIB + 1)])]), 413, "limit")
    case.refused("seq 0", post([a.seal("RIVES", [body], seq=0)]), 400,
                 "invalid")
    case.refused("a seq beyond 2^63",
                 post([a.seal("RIVES", [body], seq=2**63)]), 400, "invalid")
    for name, structure in (
            ("an empty structure", ""), ("a path", "../RIVES"),
            ("a line feed", "RIVES\n# device 00"), ("a NUL", "RIVES\0"),
            ("65 bytes", "R" * 65)):
        case.refused(name, post([a.seal(structure, [body])]), 400, "invalid")
    broken = a.seal("RIVES", [body])
    packed = client.wire_push([broken]).replace(b"\5RIVES", b"\5RIV\xc3\x28")
    case.refused("broken UTF-8 in the structure", lambda: a.ask(
        "POST", "/v1/push", zlib.compress(packed)), 400, "invalid")


def check_signatures(case):
    a, b = case.a, case.b
    body = a.entry("RIVES", "hours", hours("V05", "2026-11-17", "am"),
                   work())
    other = a.entry("RIVES", "hours", hours("V05", "2026-11-17", "pm"),
                    work())

    def wrong(name, change, **more):
        one = a.seal("RIVES", [body, other], **more)
        change(one)
        case.refused(name, lambda: a.send([one]), 400, "signature")

    def put(name, value):
        return lambda one: setattr(one, name, value)

    wrong("no signature", put("sig", bytes(64)))
    wrong("a flipped bit", lambda one: setattr(
        one, "sig", bytes([one.sig[0] ^ 1]) + one.sig[1:]))
    wrong("a malleated signature", lambda one: setattr(
        one, "sig", one.sig[:32] + (int.from_bytes(
            one.sig[32:], "little") + ed25519.ORDER).to_bytes(32, "little")))
    wrong("a signature of another namespace", put("seq", a.last["RIVES"][0]
          + 1), namespace="login@pointeau")
    wrong("a signature by another device", lambda one: None, key=b.key)
    wrong("a changed body", put("bodies", [body.replace(b"210", b"211"),
                                           other]))
    wrong("swapped bodies", put("bodies", [other, body]))
    wrong("a body left out", put("bodies", [body]))
    wrong("a body added", lambda one: (
        one.bodies.append(body), one.hashes.append(client.sha256(body))))
    wrong("another seq", put("seq", a.last["RIVES"][0] + 2))
    wrong("another time", put("at", 1))
    wrong("another prev", put("prev", bytes(32)))
    wrong("another session", put("session", "00" * 8))
    wrong("another place seen", put("seen", (1, 5, bytes(32))))
    wrong("another's name", put("device", b.device))
    good = a.seal("RIVES", [body])
    bad = a.seal("RIVES", [other], seq=good.seq + 1, prev=good.hash())
    bad.sig = good.sig
    case.refused("a good set before one wrongly signed: nothing is taken",
                 lambda: a.send([good, bad]), 400, "signature")

    ghost = client.Key()
    case.pushed("a set of an unknown device", [a.seal(
        "RIVES", [body], key=ghost, device=ghost.device)], "aside",
        200)
    case.refused("a set for an unknown structure", lambda: a.send([a.seal(
        "INCONNUE", [body], seq=1, prev=client.ZEROS)]), 401, "auth")
    case.refused("a set for a structure of others", lambda: a.send([a.seal(
        "REMPARTS", [body])]), 401, "auth")
    case.refused("a set for the whole office's log", lambda: a.send([a.seal(
        "_", [body])]), 401, "auth")


def check_sequence(case):
    a = case.a
    body = a.entry("RIVES", "hours", hours("V06", "2026-11-17", "am"),
                   work())
    seq, prev = a.last["RIVES"]
    gap = case.pushed("a gap", [a.seal("RIVES", [body], seq=seq + 2)],
                      "gap", 409)
    same("a gap tells where to resend from", gap,
         {"state": "gap", "session": a.session, "seq": seq,
          "manifest": prev.hex()})
    gap = case.pushed("a gap in an unknown session", [a.seal(
        "RIVES", [body], seq=2, session="ab" * 8)], "gap", 409)
    same("nothing of that session is known", gap,
         {"state": "gap", "session": "ab" * 8, "seq": 0,
          "manifest": "00" * 32})
    case.pushed("the last seq there is", [a.seal(
        "RIVES", [body], seq=2**63 - 1)], "gap", 409)
    forked = a.seal("RIVES", [body], seq=seq)
    fork = case.pushed("a fork", [forked], "fork", 409, ["evidence"])
    same("a fork tells what the log knows", fork,
         {"state": "fork", "session": a.session, "seq": seq,
          "manifest": prev.hex()})
    kept = case.office.rows("SELECT bytes FROM evidence WHERE device = ?",
                            a.device)
    same("its bytes are kept as evidence",
         [zlib.decompress(row[0]) for row in kept],
         [client.wire_push([forked])])
    case.pushed("the same fork again", [forked], "fork", 409)
    case.pushed("another prev", [a.seal("RIVES", [body], prev=bytes(32))],
                "fork", 409, ["evidence"])
    good = a.seal("RIVES", [body])
    after = a.seal("RIVES", [body], seq=seq + 3, prev=good.hash())
    found = a.send([good, after])
    said = found.json()["sets"]
    same("a set before a gap is taken", (found.status,
         [one["state"] for one in said]), (409, ["stored", "gap"]))
    a.check_receipt(good, said[0])
    a.last["RIVES"] = (good.seq, good.hash())
    a.session, a.last["RIVES"] = os.urandom(8).hex(), (0, good.hash())
    said = a.push("RIVES", [body])
    same("a new session goes on after a fork, its entries hashed as before",
         (said["state"], said["quarantined"]), ("stored", []))
    same("and the entry sealed twice counts once", case.office.rows(
        "SELECT state, minutes, live FROM record WHERE record = ?",
        hours("V06", "2026-11-17", "am")), [("merged", 210, 1)])


# ---- what is stored in quarantine ----


def faults(a, b):
    """(name, body, code) of entries that break a rule of the domain."""
    day = "2026-11-18"
    key = hours("V07", day, "x9")

    def one(kind, record, value=None, **more):
        return a.entry("RIVES", kind, record, value, **more)

    def raw(text, salted=b"0" * 20):
        return salted + b"\n" + text + b"\n"

    good = one("hours", key, work())
    text = good.split(b"\n")[1]
    skill = {"skill": "A1203-04", "label": "Tailler", "scale": "1-4",
             "catalogue": "pointeau", "day": day}
    return [
        ("25 hours", one("hours", key, work(1500)), "value"),
        ("a negative time", one("hours", key, work(-60)), "value"),
        ("no time of a paid kind", one("hours", key, work(0)), "value"),
        ("a time in words", one("hours", key, work("3h30")), "value"),
        ("no value", one("hours", key), "value"),
        ("a list as value", one("hours", key, [1]), "value"),
        ("a break of 25 hours", one("hours", key, work(**{"break": 1500})),
         "value"),
        ("a start at 25:00", one("hours", key, work(start="25:00")),
         "value"),
        ("an activity of 10 kB", one("hours", key, work(
            activity="x" * 10000)), "value"),
        ("a site of 10 kB", one("hours", key, work(site="x" * 10000)),
         "value"),
        ("a site with a path", one("hours", key, work(site="../x")),
         "value"),
        ("31 February", one("hours", hours("V07", "2026-02-31", "am"),
                            work()), "record"),
        ("month 13", one("hours", hours("V07", "2026-13-01", "am"),
                         work()), "record"),
        ("a French date", one("hours", hours("V07", "18-11-2026", "am"),
                              work()), "record"),
        ("slot zz", one("hours", hours("V07", day, "zz"), work()), "record"),
        ("slot x0", one("hours", hours("V07", day, "x0"), work()), "record"),
        ("no slot", one("hours", f"hours/V07/{day}", work()), "record"),
        ("five parts", one("hours", key + "/x", work()), "record"),
        ("a key of 10 kB", one("hours", hours("V" * 10000, day, "am"),
                               work()), "record"),
        ("a worker with a bracket", one("hours", hours("<V07>", day, "am"),
                                        work()), "record"),
        ("hours under the key of a skill", one("hours", "skill/V07/o-1",
                                               work()), "record"),
        ("a skill of level 5", one("skill", "skill/V07/o-5", {
            **skill, "level": 5}), "value"),
        ("a skill on 31 February", one("skill", "skill/V07/o-6", {
            **skill, "day": "2026-02-31"}), "value"),
        ("a laptop's worker", one("worker", "worker/V99", {
            "first": "Zoé", "crews": []}), "authority"),
        ("a laptop's identity", one("identity", "identity/V07",
                                    {"last": "X"}), "authority"),
        ("a laptop's resolve", one("resolve", key, work(),
                                   reason="moi"), "authority"),
        ("a laptop's revocation", one("revocation", f"revocation/{b.device}",
                                      reason="moi"), "authority"),
        ("a laptop's enrolment", one("enrolment", f"enrolment/{a.device}", {
            "key": a.key.pub.hex(), "name": "x", "role": "office"}),
         "authority"),
        ("a laptop's scope", one("scope", f"scope/{a.device}",
                                 {"crews": ["BOIS"]}), "authority"),
        ("a laptop's site", one("site", "site/X", {
            "name": "X", "sector": "x"}), "authority"),
        ("a laptop's purge", one("purge", key, reason="moi"), "authority"),
        ("a laptop's void of a worker", one("void", "worker/V07",
                                            reason="moi"), "authority"),
        ("a laptop's void of a scope", one("void", f"scope/{b.device}",
                                           reason="moi"), "authority"),
        ("a newcomer whom a laptop matches", one(
            "newcomer", "newcomer/n-0123456789", {
                "first": "Soraya", "crew": "VERTS", "worker": "V07"}),
         "value"),
        ("a newcomer called like a worker", one("newcomer", "newcomer/V07", {
            "first": "Soraya", "crew": "VERTS"}), "record"),
        ("another author", one("hours", key, work(), by={
            "device": b.device, "person": "ENC-01"}), "author"),
        ("another structure", a.entry("REMPARTS", "hours", key, work()),
         "structure"),
        ("a void without a reason", one("void", key), "reason"),
        ("no author", one("hours", key, work(), by={}), "malformed"),
        ("no kind", raw(text.replace(b'"kind":"hours"', b'"kind":""')),
         "malformed"),
        ("65 parents", one("hours", key, work(), parents=["00" * 32] * 65),
         "malformed"),
        ("a parent that is no hash", one("hours", key, work(),
                                         parents=["zz"]), "malformed"),
        ("no JSON", raw(b"heures"), "malformed"),
        ("a cut JSON", raw(text[:-1]), "malformed"),
        ("a float", raw(text.replace(b"210", b"210.5")), "malformed"),
        ("a key twice", raw(text[:-1] + b',"v":1}'), "malformed"),
        ("nine levels", raw(text[:-1] + b',"x":' + b"[" * 8 + b"]" * 8 +
                            b"}"), "malformed"),
        ("100,000 levels", raw(b"[" * 100000), "malformed"),
        ("a NUL", raw(text[:-1] + b',"note":"a\0b"}'), "malformed"),
        ("an escaped NUL", raw(text[:-1] + rb',"note":"a\u0000b"}'),
         "malformed"),
        ("broken UTF-8", raw(text[:-1] + b',"note":"\xc3("}'), "malformed"),
        ("no salt", text + b"\n", "malformed"),
        ("a salt of 19 digits", raw(text, b"0" * 19), "malformed"),
        ("a salt of 129 digits", raw(text, b"0" * 129), "malformed"),
        ("a salt in capitals", raw(text, b"A" * 20), "malformed"),
        ("three lines", raw(text + b"\n"), "malformed"),
        ("no last line feed", good[:-1], "malformed"),
        ("an empty body", b"", "malformed"),
        ("one NUL", b"\0", "malformed"),
        ("noise", bytes(range(256)), "malformed"),
        ("300 KiB", one("hours", key, work(), note="x" * (300 * KIB)),
         "malformed"),
    ]


def check_quarantine(case):
    a, office = case.a, case.office
    for i, (name, body, code) in enumerate(faults(a, case.b)):
        day = f"2026-09-{1 + i % 28:02}"
        key = hours(f"V{1 + i // 28:02}", day, "am")
        good = a.entry("RIVES", "hours", key, work())
        try:
            said = a.push("RIVES", [body, good])
        except client.Refused as error:
            check(f"{name} is stored and quarantined", False, error)
            continue
        same(f"{name} is quarantined: {code}", said["quarantined"],
             [[0, code]])
        kept = office.rows("SELECT bytes, fault FROM entry WHERE hash = ?",
                           client.sha256(body))
        row = office.rows("SELECT state, minutes FROM record "
                          "WHERE structure = 'RIVES' AND record = ?", key)
        check(f"{name} is kept as it came and blocks nothing (I9)",
              kept == [(body, code)] and row == [("merged", 210)],
              (kept and kept[0][1], row))
    same("a quarantined entry sets no value", office.rows(
        "SELECT record FROM record WHERE minutes > 1440 OR minutes < 0 OR "
        "record LIKE '%/x9' AND state <> 'empty'"), [])
    same("and makes nobody an office", office.rows(
        "SELECT state FROM record WHERE record IN (?, ?) AND value LIKE ?",
        f"enrolment/{a.device}", f"scope/{a.device}", "%office%"), [])


def check_unknown(case):
    """What this version does not know is kept and forwarded (I10)."""
    a, b, bois, office = case.a, case.b, case.bois, case.office
    b.pull("RIVES")
    bodies = {
        "an unknown kind": a.entry("RIVES", "humeur", "humeur/V01/x", {
            "anything": {"deep": ["é", 1, None, True]}}),
        "unknown members": a.entry(
            "RIVES", "hours", hours("V08", "2026-11-19", "am"),
            work(weather="pluie", list=[1, {"a": []}]), colour="vert",
            v=2, by={"device": a.device, "person": "ENC-01", "hat": "red"}),
        "an unknown kind of hours": a.entry(
            "RIVES", "hours", hours("V08", "2026-11-19", "pm"),
            {"minutes": 60, "kind": "sieste"}),
        "an odd spelling": a.entry(
            "RIVES", "hours", hours("V08", "2026-11-20", "am"),
            work()).replace(b'{"v":1,', b'{ "v" : 1 ,\t'),
        "a salt of 128 digits": b"f" * 128 + b"\n" + a.entry(
            "RIVES", "hours", hours("V08", "2026-11-21", "am"),
            work()).split(b"\n")[1] + b"\n",
        "a note of 10 kB": a.entry(
            "RIVES", "hours", hours("V08", "2026-11-20", "pm"), work(),
            note="é" * 5000),
    }
    said = a.push("RIVES", list(bodies.values()))
    same("nothing unknown is quarantined", said["quarantined"], [])
    manifest = a.last["RIVES"][1]
    item = next(i for i in b.pull("RIVES") if i.manifest == manifest)
    for name, body in bodies.items():
        check(f"{name}: forwarded byte for byte (I10)",
              item.set is not None and body in item.set.bodies)
    same("an unknown kind sets nothing", office.rows(
        "SELECT * FROM record WHERE family = 'humeur' AND state <> 'empty'"),
        [])
    item = next(i for i in bois.pull("RIVES") if i.manifest == manifest)
    same("not to a laptop out of scope", (item.type, item.set), (0, None))
    ghost = hours("ZZ99", "2026-11-19", "am")
    said = a.push("RIVES", [a.entry("RIVES", "hours", ghost, work())])
    same("an unknown worker's hours are no fault", said["quarantined"], [])
    same("they count nowhere", office.rows(
        "SELECT state FROM record WHERE record = ?", ghost), [("unknown",)])


# ---- what leaves the server ----


def subject_of(body):
    try:
        members = json.loads(body.split(b"\n")[1])
    except (ValueError, IndexError):
        return None, None
    return members["kind"], members["record"].split("/")


def check_scope(case):
    """Bodies out of a device's scope never leave (I17)."""
    a, b, bois, bat = case.a, case.b, case.bois, case.bat
    case.office.run("month", "close", "2026-08", "--structure", "RIVES",
                    "--exception", "MOTS DU BUREAU")
    mixed = [a.entry("RIVES", "hours", hours("V09", "2026-11-19", "am"),
                     work()),
             a.entry("RIVES", "hours", hours("M01", "2026-11-19", "am"),
                     work())]
    a.push("RIVES", mixed)
    manifest = a.last["RIVES"][1]
    found = {}
    for name, one in (("b", b), ("bois", bois)):
        one.logs.pop("RIVES", None)
        found[name] = one.pull("RIVES")
    same("a mixed set shows each laptop its half", [
        next(i.set.bodies for i in items if i.manifest == manifest)
        for items in found.values()],
        [[mixed[0], None], [None, mixed[1]]])
    check("with the bodies withheld it is still signed", all(
        next(i.set for i in items if i.manifest == manifest).is_signed_by(
            a.key.pub) for items in found.values()))
    seen = {name: [body for item in items if item.set
                   for body in item.set.bodies if body]
            for name, items in found.items()}
    check("nobody's identity or contract leaves", not any(
        subject_of(body)[0] in ("identity", "contract")
        for bodies in seen.values() for body in bodies))
    for name in ("b", "bois"):
        same(f"{name} sees that a month is closed, and no closing", sorted(
            ["/".join(record) for kind, record in map(subject_of, seen[name])
             if kind in ("close", "closed", "adjust")]), ["closed/2026-08"])
    for name, mine in (("b", "V"), ("bois", "M")):
        people = [record[1] for _, record in map(subject_of, seen[name])
                  if record[0] in ("worker", "hours", "skill", "humeur")]
        check(f"{name} sees its crew's people alone",
              people and all(one[0] == mine for one in people),
              [one for one in people if one[0] != mine])
    same("both recompute one chain", b.logs["RIVES"], bois.logs["RIVES"])
    hidden = [body.split(b"\n")[0] for body in seen["b"]
              if body not in seen["bois"]]
    pages, after = b"", 0
    while True:
        data = bois.get(f"/v1/pull?structure=RIVES&after={after}").body
        page = client.Pull(data)
        pages += zlib.decompress(data)
        after += len(page.items)
        if not page.more:
            break
    check("not even a salt of another crew's is in the bytes",
          len(hidden) > 20 and not any(one in pages for one in hidden))
    check("nor a word of a closing's", case.office.rows(
        "SELECT COUNT(*) FROM entry WHERE record LIKE 'close/2026-08%'"
        " AND instr(bytes, CAST('MOTS DU BUREAU' AS BLOB)) > 0")[0][0] > 1
        and b"MOTS DU BUREAU" not in pages and b"blockers" not in pages)
    bat.logs.pop("REMPARTS", None)
    check("the other structure's laptop sees its own", any(
        subject_of(body)[0] == "worker" for item in bat.pull("REMPARTS")
        if item.set for body in item.set.bodies if body))
    case.refused("and not this one", lambda: bat.ask(
        "GET", "/v1/pull?structure=RIVES&after=0"), 404, "not_found")


def check_revoked(case):
    b, office = case.b, case.office
    before = b.push("RIVES", [b.entry("RIVES", "hours", hours(
        "V10", "2026-11-19", "am"), work())])
    office.run("device", "revoke", b.device, "--reason", "perdu")
    late = b.entry("RIVES", "hours", hours("V10", "2026-11-19", "pm"),
                   work())
    one = b.seal("RIVES", [late])
    found = b.send([one])
    said = found.json()
    check("a revoked laptop's push is a 403", found.status == 403 and
          said["error"] == "revoked" and len(said["message"]) > 10, found)
    b.check_receipt(one, said["sets"][0])
    same("with its receipt", (said["sets"][0]["state"],
         said["sets"][0]["quarantined"]), ("stored", [[0, "revoked"]]))
    same("and kept, quarantined (I15)", office.rows(
        "SELECT bytes, fault FROM entry WHERE hash = ?",
        client.sha256(late)), [(late, "revoked")])
    check("what came before still counts", before["state"] == "stored" and
          office.rows("SELECT state FROM record WHERE record = ?",
                      hours("V10", "2026-11-19", "am")) == [("merged",)])
    case.refused("a revoked laptop's /v1/heads, which names them all the "
                 "same", lambda: b.ask("GET", "/v1/heads"), 403, "revoked",
                 beside=["schema", "structures"])
    for target in ("/v1/pull?structure=RIVES&after=0",
                   "/v1/log?structure=RIVES&after=0"):
        case.refused(f"a revoked laptop's {target}",
                     lambda: b.ask("GET", target), 403, "revoked")
    same("another laptop works on", case.a.push("RIVES", [case.a.entry(
        "RIVES", "hours", hours("V10", "2026-11-20", "am"),
        work())])["state"], "stored")


def check_real_laptop(case):
    """The real programs live with all that was pushed so far."""
    office, data = case.office, case.office.folder / "portable"

    def laptop(*words):
        done = subprocess.run(
            [BIN / "pointeau", *words, "--json", "--data", data],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=WAIT_S,
            check=False)
        check(f"a real laptop's {words[0]}", done.returncode == 0, done)
        return json.loads(done.stdout or b"{}")

    laptop("enrol", office.code("VERTS"), "--name", "portable")
    laptop("sync")
    rows = laptop("hours", "list", "--month", "2026-11")["rows"]
    mine = {(row["worker"], row["day"], row["slot"]): row["minutes"]
            for row in rows}
    there = {tuple(record.split("/")[1:]): minutes
             for record, minutes in office.rows(
                 "SELECT record, minutes FROM record WHERE family = 'hours' "
                 "AND structure = 'RIVES' AND subject LIKE 'V%' "
                 "AND state = 'merged' AND day LIKE '2026-11-%'")}
    check("sees the same hours as the office (I5)",
          len(mine) > 5 and mine == there, (mine, there))
    out = office.folder / "export"
    office.run("export", "audit", "2026-09", "--out", str(out))
    done = subprocess.run(
        [BIN / "pointeau-server", "audit", "verify", out],
        capture_output=True, timeout=WAIT_S, check=False)
    check("what is exported with them still verifies (I14)",
          done.returncode == 0, done)


def check_rude(case):
    """Clients that leave in the middle harm nobody."""
    a, before = case.a, case.office.dump()
    conn = a.https.connect()
    conn.putrequest("POST", "/v1/push")
    conn.putheader("Authorization", f"Bearer {a.bearer}")
    conn.putheader("Content-Length", "1000")
    conn.endheaders()
    conn.send(b"x" * 10)
    conn.close()
    same("after a client that left, the server answers",
         a.get("/healthz").body, b'{"ok":true}')
    same("and nothing has changed", changed(before, case.office.dump()), [])


def play(folder):
    office = Office(folder)
    case = Case(office)
    try:
        check_client(office.folder)
        office.start()
        for scene in (check_enrol, check_log, check_good,
                      check_method_and_host, check_bearer, check_json,
                      check_enrol_refusals, check_login_refusals,
                      check_places, check_unreadable, check_limits,
                      check_signatures, check_sequence, check_quarantine,
                      check_unknown, check_scope, check_real_laptop,
                      check_rude, check_log, check_revoked):
            scene(case)
        office.run("rebuild")
        same("the server ends well", office.stop(), 0)
        same("and never complained", office.said(), b"")
    finally:
        office.stop()
        office.errors.close()


def main():
    with tempfile.TemporaryDirectory(prefix="pointeau-protocol-") as folder:
        play(folder)
    print(f"1..{passed + failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
