#!/usr/bin/env python3
"""The office's door, asked over TLS as a browser asks: who comes in, by what,
and what does not help a stranger.

The link of the first account, once and for an hour; passwords and codes; a
code that is sent again; another site's page; foreign and planted cookies;
logout; an account that is closed while its person is logged in; a password
that was forgotten; brute force; what the database holds of all this; that
acts are signed by the account and proved by the log.
"""

import base64
import json
import re
import sqlite3
import sys
import time

from door import COOKIE, PASSWORD, Door, Visitor, account, totp
from stage import (CAST, STRUCTURE, Laptop, Office, Stage, ok, play, same,
                   show)

OTHER = "un autre mot de passe"


def raw(visitor, method, path, body=b"{}", **headers):
    """The status of a call with exactly these headers."""
    return visitor.door.request(
        method, f"/api/{path}", body if method == "POST" else None,
        visitor.headers(method, **headers))[0]


def first_link(office, door):
    """What serve printed, and only that, makes the first account."""
    link = office.ready["setup"]
    visitor = Visitor(door)
    session = visitor.get("session")
    same((session["login"], session["setup"], session["rights"]),
         (None, True, []))
    visitor.refused(401, "auth", "GET", "user/list")
    visitor.refused(404, "not_found", "GET", "session/invitation",
                    {"link": "x" * 43})
    visitor.refused(404, "not_found", "POST", "session/setup",
                    {"link": "x" * 43, "password": PASSWORD, "totp": "123456",
                     "login": "eve", "name": "Eve"})
    invitation = visitor.get("session/invitation", link=door.link(link))
    same((invitation["first"], invitation["login"], invitation["role"]),
         (True, "", "direction"))
    show(invitation["otpauth"].startswith("otpauth://totp/Pointeau") and
         invitation["secret"].replace(" ", "") in invitation["otpauth"],
         invitation)
    visitor.secret = invitation["secret"]
    good = {"link": door.link(link), "login": "anne", "name": "Anne Roux",
            "password": PASSWORD}
    for change, slug in (({"password": "court"}, "invalid"),
                         ({"password": "a" * 20}, "invalid"),
                         ({"password": "x" * 257}, "invalid"),
                         ({"login": ""}, "invalid"),
                         ({"login": "a/b"}, "invalid"),
                         ({"name": " "}, "invalid")):
        visitor.refused(400, slug, "POST", "session/setup",
                        {**good, "totp": "000000", **change})
    wrong = f"{(int(totp(visitor.secret, int(time.time()) // 30)) + 7) % 10**6:06}"
    visitor.refused(403, "wrong_totp", "POST", "session/setup",
                    {**good, "totp": wrong})
    same(office.rows("SELECT count(*) FROM account"), [(0,)])
    session = visitor.set_up(link, login="anne", name="Anne Roux")
    same((session["login"], session["role"], session["structures"],
          session["setup"]), ("anne", "direction", ["*"], False))
    show("accounts" in session["rights"], session)
    for path, method in (("session/invitation", "GET"),
                         ("session/setup", "POST")):
        Visitor(door).refused(404, "not_found", method, path,
                              {**good, "totp": "123456"} if method == "POST"
                              else {"link": door.link(link)})
    office.attempt("user", "setup")
    show(office.status == 1 and "déjà" in office.err, office.err)
    ok("the first account is made by the link that serve printed, once")
    return visitor


def expired_link(stage):
    """An hour later it is worth nothing."""
    office = Office(stage, "vieux")
    office.start()
    door = Door(office)
    link = door.link(office.ready["setup"])
    Visitor(door).get("session/invitation", link=link)
    with sqlite3.connect(office.data / "pointeau.db", timeout=60) as base:
        same(base.execute("SELECT expires_s - ? FROM invitation",
                          (int(time.time()),)).fetchone()[0] // 60 in (59, 60),
             True)
        base.execute("UPDATE invitation SET expires_s = ?",
                     (int(time.time()) - 1,))
    base.close()
    Visitor(door).refused(404, "not_found", "GET", "session/invitation",
                          {"link": link})
    Visitor(door).refused(404, "not_found", "POST", "session/setup",
                          {"link": link, "password": PASSWORD,
                           "totp": "123456", "login": "eve", "name": "Eve"})
    again = office.run("user", "setup", "--json")["link"]
    Visitor(door).set_up(again, login="anne", name="Anne")
    office.stop()
    ok("it is good for an hour; user setup gives another")


def logins(door, anne):
    """Three secrets, one answer."""
    visitor = Visitor(door)
    visitor.secret, visitor.login = anne.secret, "anne"
    visitor.step = anne.step
    code = totp(anne.secret, int(time.time()) // 30)
    told = set()
    for login, password, given in (
            ("nobody", PASSWORD, code), ("anne", OTHER, code),
            ("anne", PASSWORD, "000000"), ("anne", PASSWORD, "abc"),
            # used by the setup
            ("anne", PASSWORD, totp(anne.secret, anne.step))):
        told.add(visitor.refused(
            403, "wrong_login", "POST", "session/login",
            {"login": login, "password": password, "totp": given}))
    same(len(told), 1, told)
    visitor.post("session/login", login="anne", password=PASSWORD,
                 totp=" ".join(anne.code()))
    spent = {"login": "anne", "password": PASSWORD,
             "totp": totp(anne.secret, visitor.step)}
    Visitor(door).refused(403, "wrong_login", "POST", "session/login", spent)
    session = visitor.get("session")
    same(session["login"], "anne")
    visitor.post("session/logout")
    same(visitor.cookie, None)
    same(visitor.get("session")["login"], None)
    ok("wrong login, password, code and a code sent again read the same")


def sites(door, anne):
    """Another site's page may not act, nor read."""
    body = {"login": "x", "name": "X", "role": "rh"}
    for headers in ({"Origin": None}, {"Origin": "null"},
                    {"Origin": "https://evil.example"},
                    {"Origin": anne.door.origin.replace("https", "http")},
                    {"Origin": anne.door.origin + ".evil.example"},
                    {"Origin": anne.door.origin + "/"},
                    {"Sec_Fetch_Site": "cross-site"},
                    {"Sec_Fetch_Site": "same-site"},
                    {"Sec_Fetch_Site": "none"}):
        anne.refused(403, "forbidden", "POST", "user/add", body, **headers)
    for headers in ({"Sec_Fetch_Site": "cross-site"},
                    {"Origin": "https://evil.example"}):
        anne.refused(403, "forbidden", "GET", "user/list", **headers)
    anne.refused(400, "invalid", "POST", "user/add", body,
                 Content_Type="text/plain")
    anne.refused(400, "invalid", "POST", "user/add", body,
                 Content_Type="application/x-www-form-urlencoded")
    same(raw(anne, "POST", "user/add",
             Origin=[anne.door.origin, "https://evil.example"]), 400)
    same(raw(anne, "GET", "user/list", Host="evil.example"), 421)
    same([row["login"] for row in anne.get("user/list")["rows"]], ["anne"])
    # A form that was logged in from elsewhere: the same rules.
    Visitor(door).refused(403, "forbidden", "POST", "session/login",
                          {"login": "anne"}, Origin=None)
    ok("no other site's page acts or reads: 13 ways tried")


def cookies(door, anne):
    """A session is known by its cookie alone, and it is ours to name."""
    for value in ("", "x", "0" * 64, anne.cookie[:-1], anne.cookie + "0",
                  anne.cookie.upper() if anne.cookie.upper() != anne.cookie
                  else "f" * 64):
        same(raw(anne, "GET", "user/list", Cookie=f"{COOKIE}={value}"), 401,
             value)
    same(raw(anne, "GET", "user/list", Cookie=f"pointeau={anne.cookie}"), 401)
    same(raw(anne, "GET", "user/list",
             Cookie=f"a=b; {COOKIE}={anne.cookie}; c=d"), 200)
    # Who could plant a second one decides nothing.
    same(raw(anne, "GET", "user/list",
             Cookie=f"{COOKIE}={anne.cookie}; {COOKIE}={'0' * 64}"), 401)
    same(raw(anne, "GET", "user/list",
             Cookie=[f"{COOKIE}={anne.cookie}", "a=b"]), 400)
    same(raw(anne, "GET", "user/list", Cookie="a=" + "b" * 9000), 400)
    ok("foreign, cut, doubled and endless cookies open nothing")


def fixation(door, anne):
    """A name that was planted before the login is worth nothing after."""
    visitor = Visitor(door)
    visitor.secret, visitor.login, visitor.step = anne.secret, "anne", anne.step
    visitor.cookie = planted = "ab" * 32
    visitor.log_in()
    anne.step = visitor.step
    show(visitor.cookie != planted, "the planted name was taken")
    same(raw(visitor, "GET", "user/list", Cookie=f"{COOKIE}={planted}"), 401)
    before = visitor.cookie
    visitor.log_in()
    anne.step = visitor.step
    show(visitor.cookie != before, "the same name after another login")
    same(raw(visitor, "GET", "user/list", Cookie=f"{COOKIE}={before}"), 401)
    visitor.post("session/logout")
    same(raw(visitor, "GET", "user/list", Cookie=f"{COOKIE}={before}"), 401)
    ok("each login has a session of its own; a planted one never opens")


def passwords(door, anne):
    """One's own, changed; others' sessions of the account end."""
    other = account(door, "bruno", "rh")
    second = Visitor(door)
    second.secret, second.login, second.step = other.secret, "bruno", other.step
    second.log_in()
    other.step = second.step
    other.refused(400, "invalid", "POST", "session/password",
                  {"old": PASSWORD, "password": "court", "totp": "000000"})
    other.refused(403, "wrong_login", "POST", "session/password",
                  {"old": OTHER, "password": OTHER, "totp": "000000"})
    other.post("session/password", old=PASSWORD, password=OTHER,
               totp=other.code())
    same(other.get("session")["login"], "bruno")
    second.refused(401, "auth", "GET", "conflicts")
    second.step = other.step
    second.refused(403, "wrong_login", "POST", "session/login",
                   {"login": "bruno", "password": PASSWORD,
                    "totp": second.code()})
    second.log_in(OTHER)
    other.step = second.step
    ok("a changed password ends the other sessions; the old one is dead")
    return other


def closed(office, door, anne, bruno):
    """Roles and closed accounts are felt at once."""
    bruno.refused(403, "forbidden", "GET", "user/list")
    anne.post("user/role", login="bruno", role="devices")
    bruno.refused(403, "forbidden", "GET", "conflicts")
    bruno.get("device/list")
    anne.refused(409, "conflict", "POST", "user/disable", {"login": "anne"})
    anne.refused(409, "conflict", "POST", "user/role",
                 {"login": "anne", "role": "rh"})
    anne.post("user/disable", login="bruno")
    bruno.refused(401, "auth", "GET", "device/list")
    bruno.refused(403, "wrong_login", "POST", "session/login",
                  {"login": "bruno", "password": OTHER, "totp": bruno.code()})
    same([(row["login"], row["state"]) for row in
          anne.get("user/list")["rows"]],
         [("anne", "ready"), ("bruno", "disabled")])
    given = anne.post("user/link", login="bruno")
    again = given["link"]
    same((given["login"], given["life_s"]), ("bruno", 86400))
    show(re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ", given["until"]),
         f"until {given['until']}")
    # 60 letters and more want version 4 at least: 33 modules, and the white.
    show(given["qr"]["size"] >= 41 and given["qr"]["path"].startswith("M"),
         f"no code to scan: {given['qr']}")
    bruno.cookie = None
    bruno.set_up(again)
    same(bruno.get("session")["role"], "devices")
    ok("another role, a closed account and a new link count at once")


def rename(clerk, name):
    """An act: the first site gets another name."""
    lines = (CAST / "sites.csv").read_text("cp1252").splitlines()
    cells = lines[1].split(";")
    cells[lines[0].split(";").index("name")] = name
    lines[1] = ";".join(cells)
    return clerk.post("import", what="sites", name="sites.csv",
                      data=base64.b64encode(
                          "\n".join(lines).encode()).decode())


def forgotten(office, door, anne):
    """A new link: a new key, the old one revoked in the logs."""
    clerk = account(door, "chloé", "rh")
    same(rename(clerk, "Premier")["changed"], 1)
    old = office.rows("SELECT device FROM account WHERE login = 'chloé'")
    link = office.run("user", "link", "chloé", "--json")["link"]
    clerk.get("conflicts")  # until the link is used
    again = Visitor(door)
    again.set_up(link, OTHER)
    clerk.refused(401, "auth", "GET", "conflicts")
    same(office.rows("SELECT count(*) FROM record WHERE record = ? AND "
                     "state = 'merged'", f"revocation/{old[0][0]}")[0][0] >= 1,
         True, "the old key is not revoked")
    new = office.rows("SELECT device FROM account WHERE login = 'chloé'")
    show(new != old, "the same key again")
    ok("a forgotten password: another key, the old one revoked")
    return again


def signed(office, clerk):
    """What an account does is its own, and the log proves it."""
    rename(clerk, "Quais")
    device, = office.rows("SELECT device FROM account WHERE login = 'chloé'")[0]
    found = office.rows(
        "SELECT DISTINCT device, person FROM entry WHERE kind = 'site' AND "
        "id IN (SELECT max(id) FROM entry WHERE kind = 'site')")
    same(found, [(device, "chloé")])
    value = json.loads(office.rows(
        "SELECT value FROM record WHERE record = ?",
        f"enrolment/{device}")[0][0])
    same((value["name"], value["role"]), ("chloé", "office"))
    ok("an act is signed by its account, which its log knows")


def synced(stage, office):
    """A laptop takes what an account signed."""
    laptop = Laptop(stage, "berges", office)
    laptop.record(1)
    laptop.run("sync")
    laptop.must_be_sound()
    names = laptop.rows("SELECT value FROM record WHERE family = 'site'")
    show(any("Quais" in value for value, in names), names)
    office.run("export", "audit", "2026-01", "--out", f"{office.data}.audit")
    office.run("audit", "verify", f"{office.data}.audit")
    ok("a laptop takes in what an account signed, and the audit verifies it")


def imported_badly(clerk):
    for members, slug in (({"what": "sites"}, "usage"),
                          ({"what": "sites", "name": "a.csv"}, "usage"),
                          ({"what": "sites", "name": "a.csv", "data": "é"},
                           "invalid"),
                          ({"what": "nonsense", "name": "a.csv",
                            "data": "YQ=="}, "usage"),
                          ({"what": "sites", "name": "a.csv", "data": "YQ==",
                            "out": "/tmp/x"}, "usage"),
                          ({"what": "sites", "name": "a.csv", "data": "YQ==",
                            "data-dir": "/tmp/x"}, "usage")):
        clerk.refused(400, slug, "POST", "import", members)
    told = clerk.refused(400, "usage", "POST", "import",
                         {"what": "sites", "name": "a.csv", "data": ""})
    show("vide" in str(told), told)
    ok("an import without its file, or to another place, is refused")


def at_rest(office, anne):
    """What somebody who has the database can do with it: nothing."""
    dump = "\n".join(sqlite3.connect(
        f"file:{office.data}/pointeau.db?mode=ro", uri=True).iterdump())
    raw_secret = base64.b32decode(anne.secret.replace(" ", ""))
    for what in (PASSWORD, OTHER, anne.secret.replace(" ", ""), anne.secret,
                 anne.cookie, raw_secret.hex(), raw_secret.hex().upper(),
                 base64.b64encode(raw_secret).decode()):
        show(what not in dump, f"{what!r} stands in the database")
    whole = b"".join(path.read_bytes() for path in office.data.iterdir()
                     if path.name.startswith("pointeau.db"))
    for what in (PASSWORD.encode(), raw_secret, anne.cookie.encode(),
                 bytes.fromhex(anne.cookie)):
        show(what not in whole, f"{what!r} stands in the database's files")
    sealed = office.rows("SELECT login, length(salt), length(sealed) FROM "
                         "account WHERE device <> '' ORDER BY login")
    same({row[1:] for row in sealed}, {(16, 40 + 32 + 20)}, sealed)
    ok("the database holds no password, code, key or session in the clear")


def brute(office, door, anne):
    """Five free tries, then waits that double; nobody else waits."""
    office.run("user", "add", "cible", "--name", "Cible", "--role", "rh")
    visitor = Visitor(door)
    members = {"login": "cible", "password": OTHER, "totp": "000000"}
    for _ in range(5):
        visitor.refused(403, "wrong_login", "POST", "session/login", members)
    status, headers, _ = visitor.ask_raw("POST", "session/login", members)
    same(status, 429)
    same(int(headers["Retry-After"]) in (1, 2), True, headers["Retry-After"])
    # Whatever a header says of where it comes from.
    same(visitor.ask("POST", "session/login", members,
                     X_Forwarded_For="203.0.113.9")[0], 429)
    same(anne.get("session")["login"], "anne")  # who is in stays in
    waits = []
    for _ in range(3):
        while (got := visitor.ask_raw("POST", "session/login",
                                      members))[0] == 429:
            time.sleep(0.2)
        same(got[0], 403)
        waits.append(int(visitor.ask_raw(
            "POST", "session/login", members)[1]["Retry-After"]))
    show(waits[0] < waits[1] < waits[2], waits)
    ok(f"five wrong ones, then each waits longer: {waits} s")


def page(office, door):
    """What is served to a browser, and with which headers."""
    status, headers, _ = door.request("GET", "/")
    same(status, 200)
    policy = headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "script-src 'self'",
                 "style-src 'self'", "connect-src 'self'", "base-uri 'none'",
                 "frame-ancestors 'none'"):
        show(part in policy, policy)
    for name, value in (("X-Content-Type-Options", "nosniff"),
                        ("Referrer-Policy", "no-referrer"),
                        ("Cross-Origin-Opener-Policy", "same-origin"),
                        ("Cross-Origin-Resource-Policy", "same-origin"),
                        ("Strict-Transport-Security", "max-age=31536000")):
        same(headers[name], value, name)
    for path in ("/index.htm", "/pointeau.db", "/server.key", "/api",
                 "/api/", "/api/nonsense", "/tls.pem"):
        same(door.request("GET", path)[0], 404, path)
    same(door.request("POST", "/", b"{}")[0], 405)
    same(door.request("GET", "/api/session/login",
                      headers={"Sec-Fetch-Site": "same-origin"})[0], 405)
    same(door.request("GET", "/healthz")[0], 200)
    ok("pages come with their strict headers, and nothing else is served")


def restart(office, door, anne):
    """A restart asks everybody to log in again."""
    office.stop()
    office.start()
    show("setup" not in office.ready, office.ready)
    anne.refused(401, "auth", "GET", "user/list")
    anne.log_in()
    same(anne.get("user/list")["rows"][0]["login"], "anne")
    ok("a restart ends every session, and prints no link any more")


def told(stage):
    office = Office(stage)
    office.import_cast()
    office.start()
    door = Door(office)
    page(office, door)
    anne = first_link(office, door)
    logins(door, anne)
    sites(door, anne)
    cookies(door, anne)
    fixation(door, anne)
    bruno = passwords(door, anne)
    closed(office, door, anne, bruno)
    clerk = forgotten(office, door, anne)
    signed(office, clerk)
    imported_badly(clerk)
    synced(stage, office)
    at_rest(office, anne)
    restart(office, door, anne)
    brute(office, door, anne)
    office.must_be_sound()
    office.stop()
    expired_link(stage)


if __name__ == "__main__":
    sys.exit(play(told))
