#!/usr/bin/env python3
"""schema/openapi.json is what the program says of itself, and what it says is
so: each call is there on a running server, by its method alone, and a call
that lacks what it requires says which."""

import json
import sys
import zlib

from door import Door, Visitor
from stage import ROOT, Office, ok, play, same, show


def told(stage):
    office = Office(stage)
    written = (ROOT / "schema" / "openapi.json").read_text("utf-8")
    same(office.run("api", "describe") == written, True,
         "write it anew: pointeau-server api describe >schema/openapi.json")
    whole = json.loads(written)
    same(whole["openapi"], "3.1.0")
    ok("schema/openapi.json is what the program describes")
    office.import_cast()
    office.start()
    door = Door(office)
    anne = Visitor(door)
    anne.set_up(office.ready["setup"], login="anne", name="Anne")
    calls = 0
    for path, methods in whole["paths"].items():
        path = path.removeprefix("/api/")
        for method in ("GET", "POST"):
            call = methods.get(method.lower())
            if path.startswith("session/log") or path == "session/setup":
                continue
            status, _, raw = anne.ask_raw(method, path)
            if call is None:
                same(status, 405, (method, path, raw[:300]))
                continue
            calls += 1
            show(status not in (401, 403, 405, 500, 503) and
                 b"docs/office.md" not in raw, method, path, status, raw)
            needed = [one["name"] for one in call.get("parameters", [])
                      if one["required"]]
            body = call.get("requestBody")
            if body:
                needed = (body["content"]["application/json"]["schema"]
                          ["required"])
            if needed and call.get("x-command"):
                same(status, 400, (method, path, raw[:300]))
    # What is no member of a call is refused, not ignored.
    for path, call in whole["paths"].items():
        path = path.removeprefix("/api/")
        if "get" in call and call["get"].get("x-command"):
            status, answer = anne.ask("GET", path, {"nonsense": "x"})
            same(status, 400, (path, answer))
    same(anne.ask("GET", "nonsense")[0], 404)
    # A large answer travels compressed to whoever can take that.
    plain = anne.ask_raw("GET", "grid", {"month": "2026-11"})
    small = anne.ask_raw("GET", "grid", {"month": "2026-11"},
                         Accept_Encoding="gzip, deflate, br")
    same((plain[1]["Content-Encoding"], small[1]["Content-Encoding"]),
         (None, "deflate"))
    same(json.loads(zlib.decompress(small[2])), json.loads(plain[2]))
    show(len(small[2]) * 2 < len(plain[2]), len(small[2]), len(plain[2]))
    same(anne.ask_raw("GET", "session", Accept_Encoding="deflate")[1]
         ["Content-Encoding"], None)
    office.stop()
    ok(f"{calls} calls answer on a running server, as described")


if __name__ == "__main__":
    sys.exit(play(told))
