#!/usr/bin/env python3
"""The real page, asked by HTTP: who may, who may not, and that it answers
what the command line answers.

Enrolment by the page; token, Host, Origin, Sec-Fetch-Site, another user of the
machine; PINs, their waits and the lock; a half-day by the page and by the
shell; two pages on one directory; how it stops.
"""

import os
import signal
import socket
import sys

from page import Page
from stage import Laptop, Office, Person, free_port, ok, play, same, show

NOBODY = 65534
PIN = "4711"


class Visitor(Person):
    """A laptop that nobody has enrolled yet."""

    program = "pointeau"


def enrolment(stage, office):
    laptop = Visitor(stage, "neuf")
    page = Page(laptop)
    session = page.get("session")
    same((session["enrolled"], session["locked"], session["who"],
          session["supervisors"]), (False, True, None, []))
    page.refuses(423, "page_locked", "GET", "crew")
    for code in ("zz", "-", "", "--help", "pto1.AAAA"):
        status, answer = page.ask("POST", "session/enrol", {"code": code})
        same(status, 400, f"code {code!r}: {answer}")
    same(page.get("session")["enrolled"], False)
    code = office.run("device", "code", "--crew", "VERTS", "--json")["code"]
    session = page.post("session/enrol", code=code, name="Berges 1")
    same((session["enrolled"], session["name"]), (True, "Berges 1"))
    same(len(session["words"].split()), 6)
    same(session["words"], laptop.run("status", "--json")["words"])
    show(session["supervisors"], "the lists did not come", session)
    page.refuses(423, "page_locked", "POST", "session/enrol", {"code": code})
    page.stop(signal.SIGTERM, 0)
    ok("a laptop is enrolled by the page, from the first start on")


def raw(page, head):
    """The status of the answer to these very bytes."""
    with socket.create_connection(("127.0.0.1", page.port)) as link:
        link.sendall(head.encode())
        return int(link.recv(64).split()[1])


def door(page):
    good = {"Host": f"127.0.0.1:{page.port}"}
    status, headers, body = page.request("GET", "/", headers=good)
    same(status, 200)
    show(b"<!doctype html>" in body.lower(), "no page", body)
    policy = headers["Content-Security-Policy"]
    show(policy.startswith("default-src 'none';") and "unsafe" not in policy,
         policy)
    show(headers["Access-Control-Allow-Origin"] is None, "CORS is open")
    show(page.token.encode() not in body, "the token is in the page")
    for host in (f"localhost:{page.port}", "127.0.0.1", "evil.example",
                 f"evil.example:{page.port}", f"127.0.0.1:{page.port + 1}",
                 f"[::1]:{page.port}"):
        for path in ("/", "/main.js", "/api/session"):
            same(page.request("GET", path, headers={
                **page.headers("GET"), "Host": host})[0], 421, host + path)
    same(raw(page, "GET / HTTP/1.1\r\n\r\n"), 400)
    ok("only the page's own name is answered")

    page.get("session")
    for token in (None, "Bearer ", f"Bearer {page.token[:-1]}",
                  f"Bearer {page.token}0", f"Basic {page.token}",
                  f"Bearer {'0' * 64}"):
        page.refuses(403, "forbidden", "GET", "session", Authorization=token)
        page.refuses(403, "forbidden", "POST", "session/lock",
                     Authorization=token)
    for origin in (None, "null", "http://evil.example",
                   f"http://localhost:{page.port}",
                   f"https://127.0.0.1:{page.port}"):
        page.refuses(403, "forbidden", "POST", "session/lock", Origin=origin)
    for site in ("cross-site", "same-site", "none"):
        page.refuses(403, "forbidden", "GET", "session", Sec_Fetch_Site=site)
    status, headers, _ = page.request("OPTIONS", "/api/session", headers={
        **good, "Origin": "http://evil.example",
        "Access-Control-Request-Method": "POST"})
    same(status, 405)
    show(headers["Access-Control-Allow-Origin"] is None, "CORS is open")
    ok("only the page's own script is answered")


def another_user(page):
    """The same request, with the token, from another user's process."""
    if os.geteuid() != 0:
        print("# not root: nobody else to ask as", flush=True)
        return
    for method, path in (("GET", "/"), ("GET", "/api/session"),
                         ("POST", "/api/session/touch")):
        child = os.fork()
        if child == 0:
            status = 1
            try:
                os.setgroups([])
                os.setgid(NOBODY)
                os.setuid(NOBODY)
                body = b"{}" if method == "POST" else None
                found = page.request(
                    method, path, body, page.headers(method))[0]
                status = 0 if found == 403 else 2
            finally:
                os._exit(status)
        same(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0,
             f"another user's {method} {path}")
    page.get("session")
    ok("another user of the laptop gets nothing, token or not")


def pins(page):
    page.refuses(423, "page_locked", "GET", "crew")
    page.get("status")
    page.refuses(404, "not_found", "POST", "session/who",
                 {"supervisor": "ENC-01", "pin": PIN})
    page.refuses(400, "invalid", "POST", "session/pin",
                 {"supervisor": "ENC-01", "pin": "12"})
    session = page.post("session/pin", supervisor="ENC-01", pin=PIN)
    same((session["locked"], session["who"]["id"]), (False, "ENC-01"))
    page.get("crew")
    same(page.post("session/lock")["locked"], True)
    page.refuses(423, "page_locked", "GET", "crew")
    for _ in range(5):
        page.refuses(403, "wrong_pin", "POST", "session/who",
                     {"supervisor": "ENC-01", "pin": "0000"})
    page.refuses(429, "too_many", "POST", "session/who",
                 {"supervisor": "ENC-01", "pin": PIN})
    page.refuses(429, "too_many", "POST", "session/pin",
                 {"supervisor": "ENC-01", "pin": "5822", "old": PIN})
    ok("a wrong PIN opens nothing, and many have to wait")

    page.laptop.run("pin", "forget", "ENC-01")
    session = page.post("session/pin", supervisor="ENC-01", pin=PIN)
    same(session["locked"], False)
    same([one["pin"] for one in session["supervisors"]
          if one["id"] == "ENC-01"], [True])
    page.laptop.attempt("pin", "forget", "ENC-99")
    same(page.laptop.status, 1, "an unknown supervisor's PIN")
    ok("a forgotten PIN is chosen again, from the laptop's shell alone")


def acts(page, other):
    """What the page is told is what the command tells."""
    members = {"worker": "V01", "day": "2026-11-16", "slot": "am",
               "time": "3h30", "activity": "taille « à l'œil » & <b>haie</b>"}
    words = [word for name, value in members.items()
             for word in (f"--{name}", value)]
    by_page = page.post("hours/add", **members)
    by_shell = other.run("hours", "add", *words, "--as", "ENC-01", "--json")
    for answer in (by_page, by_shell):
        same(len(answer.pop("hash")), 64)
        answer.pop("notes", None)
    same(by_page, by_shell)
    same(by_page["person"], "ENC-01")
    same(page.get("crew", day="2026-11-16"),
         page.laptop.run("crew", "--day", "2026-11-16", "--json"))
    same(page.laptop.rows("SELECT count(*) FROM entry "
                          "WHERE kind = 'hours'"), [(1,)])
    ok("a half-day by the page is the half-day of the command line")

    place = {"worker": "V02", "day": "2026-11-16", "slot": "am"}
    for wrong in ({"as": "ENC-02"}, {"data": "/tmp"}, {"json": True},
                  {"dry-run": True}, {"help": True}, {"workr": "V03"},
                  {"--as": "ENC-02"}, {"time": True}, {"time": {}},
                  {"time": "--as=ENC-02"}, {"time": "3h30 --as ENC-02"},
                  {"time": "-1"}, {"slot": "zz"}, {"worker": "a\u0000b"}):
        status, answer = page.ask("POST", "hours/add", {**place, **wrong})
        same(status, 400, f"{wrong}: {answer}")
    page.refuses(404, "not_found", "POST", "hours/add",
                 {**place, "worker": "V99", "time": "1h"})
    for method, path, status in (("GET", "hours/add", 405),
                                 ("POST", "crew", 405),
                                 ("GET", "hours", 404),
                                 ("POST", "key/rotate", 404),
                                 ("POST", "pin/forget", 404),
                                 ("POST", "hours/import", 404),
                                 ("GET", "completion", 404),
                                 ("GET", "../status", 400)):
        same(page.ask(method, path)[0], status, f"{method} {path}")
    same(page.request("POST", "/api/hours/add", b"{}", page.headers(
        "POST", Content_Type="text/plain"))[0], 400)
    message = page.refuses(404, "not_found", "POST", "hours/add",
                           {**place, "worker": "V99", "time": "1h"},
                           Accept_Language="en")
    show("unknown" in message, "not in English", message)
    same(page.laptop.rows("SELECT count(*) FROM entry "
                          "WHERE kind = 'hours'"), [(1,)])
    ok("what the page may not say changes nothing")


def ends_well(page, laptop):
    # The same words, so that only the first page is in the way.
    laptop.attempt("run", "--json", "--no-browser")
    same((laptop.status, laptop.out), (11, ""), "a second page")
    show("Ctrl-C" in laptop.err, "no way out", laptop.err)
    for wrong in (("--port", "0"), ("--port", "80"), ("--port", "x"),
                  ("--port", "65536"), ("--web-dir", "/nowhere"), ("x",)):
        laptop.attempt("run", *wrong)
        same(laptop.status, 2, f"run {wrong}")
    page.get("status")
    page.stop(signal.SIGTERM, 0)
    port = free_port()
    again = Page(laptop, "--port", str(port))
    same(again.port, port)
    show(again.token != page.token, "the same token twice")
    again.refuses(423, "page_locked", "GET", "crew")
    again.refuses(403, "forbidden", "GET", "session",
                  Authorization=f"Bearer {page.token}")
    again.stop(signal.SIGINT, 130)
    with socket.create_server(("127.0.0.1", port)):
        laptop.attempt("run", "--json", "--port", str(port))
        same(laptop.status, 1, "a port that is taken")
    ok("one page a directory, a token a launch, and it stops when told")


def act(stage):
    office = Office(stage)
    office.import_cast()
    office.start()
    enrolment(stage, office)
    laptop = Laptop(stage, "berges", office)
    other = Laptop(stage, "remparts", office)
    office.stop()
    page = Page(laptop)
    door(page)
    another_user(page)
    pins(page)
    acts(page, other)
    ends_well(page, laptop)


if __name__ == "__main__":
    sys.exit(play(act))
