#!/usr/bin/env python3
"""What whoever runs the server can see: whether it lives, whether it is ready,
what it counts, what will run out, and logs that name nobody."""

import csv
import http.client
import json
import re
import shutil
import ssl
import subprocess
import sys
import time

import door
import stage
from stage import Laptop, Office, ok, same, show

TOKEN = "0123456789abcdef-seeing"
NOTE = "Remarque confidentielle du chantier"


def get(office, path, bearer=None, **headers):
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    road = http.client.HTTPSConnection(
        "127.0.0.1", office.port, timeout=60, context=context)
    if bearer is not None:
        headers["Authorization"] = f"Bearer {bearer}"
    road.request("GET", path, headers=headers)
    answer = road.getresponse()
    body = answer.read()
    road.close()
    return answer.status, answer.headers, body


def settings(office, **wanted):
    """Write them in the place of what the file says."""
    file = office.data / "pointeau-server.conf"
    text = file.read_text("utf-8")
    for name, value in wanted.items():
        text = re.sub(rf"(?m)^{name} *=.*\n", "", text)
        text += f"\n{name} = {value}\n"
    file.write_text(text, "utf-8")


def log_of(office):
    with open(f"{office.data}.log", encoding="utf-8") as log:
        return log.read()


def wait_for_log(office, text):
    end = time.monotonic() + stage.WAIT_S
    while text not in log_of(office):
        show(time.monotonic() < end, f"never logged: {text}", log_of(office))
        time.sleep(0.02)


def lives_and_is_ready(office):
    for path in ("/healthz", "/readyz"):
        status, _, body = get(office, path)
        same((status, json.loads(body)), (200, {"ok": True}), path)
    same(get(office, "/metrics")[0], 404, "metrics without a token set")
    same(get(office, "/metrics", TOKEN)[0], 404)
    ok("it says that it lives and is ready; no metrics unless asked for")


def metrics(office):
    status, headers, body = get(office, "/metrics", TOKEN)
    same(status, 200, body)
    same(headers["Content-Type"],
         "text/plain; version=0.0.4; charset=utf-8")
    return body.decode("utf-8")


def value_of(text, name):
    found = re.search(rf"(?m)^{re.escape(name)} (\S+)$", text)
    show(found, f"no {name}", text)
    return float(found[1])


def counts(office):
    settings(office, metrics_token=TOKEN)
    office.start()
    for wrong in (None, "", TOKEN[:-1], TOKEN + "x", "0" * 40):
        same(get(office, "/metrics", wrong)[0], 401, f"token {wrong}")
    for _ in range(3):
        get(office, "/v1/hello")
    get(office, "/nowhere?name=Durand")
    text = metrics(office)
    same(value_of(text, 'pointeau_http_requests_total{method="GET",'
                  'route="/v1/hello",code="200"}'), 3)
    same(value_of(text, "pointeau_ready"), 1)
    show(value_of(text, "pointeau_process_resident_memory_bytes") > 1e6 and
         value_of(text, "pointeau_database_size_bytes") > 1e5 and
         value_of(text, "pointeau_certificate_expiry_timestamp_seconds") >
         time.time(), "figures", text)
    show("Durand" not in text and "nowhere" not in text, "a path", text)
    promtool = shutil.which("promtool")
    if promtool is None:
        print("# no promtool: its opinion is not asked")
    else:
        done = subprocess.run(
            [promtool, "check", "metrics"], input=text, text=True,
            capture_output=True, check=False)
        same((done.returncode, done.stdout + done.stderr), (0, ""),
             "promtool check metrics")
    office.stop()
    ok("with its token alone it tells what it counts, as Prometheus reads it")


def disk_runs_out(office):
    settings(office, disk_warn="8000000GiB")
    office.start()
    same(get(office, "/readyz")[0], 200, "a warning is no fault")
    told = office.run("alerts", "--json")["rows"]
    same([row["alert"] for row in told], ["disk"])
    show("Mio" in told[0]["text"] and told[0]["todo"], told)
    todo = office.run("todo", "--json")["rows"]
    show("alert_disk" in [row["what"] for row in todo], todo)
    same(value_of(metrics(office), 'pointeau_alerts{kind="disk"}'), 1)
    wait_for_log(office, "level=warn event=disk_low")
    office.stop()

    settings(office, disk_warn="8000000GiB", disk_min="8000000GiB")
    office.start()
    status, headers, body = get(office, "/readyz")
    same((status, json.loads(body)), (503, {"ok": False, "why": ["disk"]}))
    show(int(headers["Retry-After"]) > 0, "when to ask again")
    same(get(office, "/healthz")[0], 200, "it lives all the same")
    same(value_of(metrics(office), "pointeau_ready"), 0)
    wait_for_log(office, "level=error event=disk_low")
    office.stop()
    settings(office, disk_warn="1GiB", disk_min="64MiB")
    ok("a disk about to run out: alert, todo, log, metrics, then not ready")


def certificate_ends(on_stage, office):
    folder = on_stage.path / "tls"
    folder.mkdir()
    for days, level, presses in ((20, "warn", 1), (5, "error", 4)):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=bureau",
             "-days", str(days), "-keyout", folder / "key.pem", "-out",
             folder / "cert.pem"], check=True, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        settings(office, tls_certificate=folder / "cert.pem",
                 tls_key=folder / "key.pem")
        office.start()
        same(get(office, "/readyz")[0], 200)
        told = office.run("alerts", "--json")["rows"]
        same([(row["alert"], row["count"] in (days, days - 1))
              for row in told], [("certificate", True)])
        todo = office.run("todo", "--json")["rows"]
        same([row["level"] for row in todo
              if row["what"] == "alert_certificate"],
             [presses], todo)
        wait_for_log(office, f"level={level} event=certificate_ends")
        office.stop()
    settings(office, tls_certificate="", tls_key="")
    (office.data / "tls.pem").unlink()
    office_key_back(office)
    ok("a certificate about to end: alert, todo and log, 30 and 7 days ahead")


def office_key_back(office):
    (office.data / "tls.pem").write_bytes(office.pem)


def has_ids(office):
    office.start()
    seen = set()
    for path in ("/v1/hello", "/v1/pull?structure=RIVES&after=0",
                 "/v1/nothing", "/api/todo", "/nothing.js"):
        status, headers, body = get(office, path)
        name = headers["X-Request-Id"]
        show(re.fullmatch(r"[0-9a-f]{16}", name), path, name)
        seen.add(name)
        if status != 200:
            same(json.loads(body)["id"], name, path)
        wait_for_log(office, f"event=request id={name} method=GET ")
    status, headers, body = get(office, "/..")
    same((status, json.loads(body)["id"]), (400, headers["X-Request-Id"]))
    same(len(seen), 5, "ids")
    office.stop()
    show(" route=/v1/pull status=401 " in log_of(office), log_of(office))
    show("structure=RIVES" not in log_of(office), "a query is logged")
    ok("every answer has its id, in errors and in the log")


def cast_words():
    """All that names somebody, as people and as machines write it."""
    words = set()
    for name in ("workers", "supervisors"):
        raw = (stage.CAST / f"{name}.csv").read_bytes()
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:  # as a French Excel saves it
            text = raw.decode("cp1252")
        for row in csv.DictReader(text.splitlines(), delimiter=";"):
            words.update((row["first_name"], row["last_name"]))
    return {word for word in words if len(word) > 2}


def play_a_month(on_stage, office):
    """As much of one as has names in it: hours, notes, sign-offs asked for,
    a conflict, refusals, the page, exports, a closing that is refused."""
    laptops = [Laptop(on_stage, f"chantier{number}", office, number)
               for number in range(2)]
    workers = stage.WORKERS[:6]
    for day in range(2, 7):
        for worker in workers:
            laptops[0].run("hours", "add", "--worker", worker, "--day",
                           f"2026-11-{day:02}", "--slot", "am", "--time",
                           "3h30", "--note", NOTE)
    laptops[1].run("hours", "add", "--worker", workers[0], "--day",
                   "2026-11-02", "--slot", "am", "--time", "3h")
    for laptop in [*laptops, *laptops]:
        laptop.run("sync")
    laptops[0].set("bearer", "x")
    laptops[0].run("sync")
    for words in (("report", "month", "2026-11"), ("alerts",), ("todo",),
                  ("conflicts", "list"), ("device", "list"),
                  ("person", "list"), ("month", "check", "2026-11"),
                  ("month", "close", "2026-11"),
                  ("export", "hours", "--month", "2026-11"),
                  ("person", "show", workers[0]),
                  ("person", "show", "Nobody-Known")):
        office.attempt(*words)
    return [laptop.rows("SELECT value FROM setting WHERE name = 'bearer'")[0][0]
            for laptop in laptops]


def play_the_page(office):
    """Comes in, reads people and hours, is refused, and leaves."""
    place = door.Door(office)
    visitor = door.Visitor(place)
    link = office.ready["setup"]
    visitor.set_up(link, login="chefdebureau", name="Annick Le Goff-Temoin")
    visitor.log_in()
    cookies = [visitor.cookie]
    for path, members in (
            ("todo", {}), ("alerts", {}), ("person/list", {}),
            ("grid", {"month": "2026-11"}), ("person/card", {"worker": "V01"}),
            ("person/card", {"worker": "Personne"}), ("journal", {}),
            ("nothing/at/all", {"worker": "Personne"})):
        visitor.ask("GET", path, members)
    visitor.ask("POST", "session/login", {
        "login": "chefdebureau", "password": "faux mot de passe",
        "totp": "000000"})
    visitor.ask("POST", "session/logout")
    return ["chefdebureau", "Le Goff", "Annick", "faux mot de passe",
            door.PASSWORD, visitor.secret, place.link(link), *cookies]


def names_nobody(on_stage, office):
    settings(office, log_format="json", log_level="debug")
    begin = len(log_of(office))
    office.start()
    office.import_cast()
    words = [*play_a_month(on_stage, office), *play_the_page(office)]
    office.stop()
    logged = log_of(office)[begin:]
    lines = [json.loads(line) for line in logged.splitlines()]
    requests = [line for line in lines if line["event"] == "request"]
    show(len(requests) > 20, "hardly anything is logged", logged)
    show({"/v1/push", "/v1/pull", "/api/person/card"} <=
         {line["route"] for line in requests}, requests)
    allowed = {"time", "level", "event", "id", "method", "route", "status",
               "ms", "in", "out", "device"}
    for line in requests:
        show(set(line) <= allowed, "a member too many", line)
    devices = {line["device"] for line in requests if "device" in line}
    show(devices and all(re.fullmatch("[0-9a-f]{12}", one)
                         for one in devices), devices)
    cast = cast_words()
    show(len(cast) > 20, "the cast", cast)
    for word in [*cast, *words, NOTE, *stage.WORKERS, "127.0.0.1",
                 "Nobody-Known", "Personne"]:
        # Where it listens is the server's own.
        found = [line for line in logged.splitlines()
                 if re.search(rf"\b{re.escape(word)}\b", line) and
                 '"event":"starting"' not in line]
        show(not found, f"« {word} » is in the log", found)
    ok(f"a month is played and none of {len(cast)} names is in the log")


def levels_and_addresses(office):
    settings(office, log_format="logfmt", log_level="warn",
             log_addresses="yes")
    begin = len(log_of(office))
    office.start()
    get(office, "/v1/hello")
    office.stop()
    same(log_of(office)[begin:], "", "at the level warn")
    settings(office, log_level="info")
    office.start()
    get(office, "/v1/hello")
    get(office, "/healthz")
    wait_for_log(office, " address=127.0.0.1\n")
    office.stop()
    show("route=/healthz" not in log_of(office)[begin:], "a probe is no news")
    ok("levels hide, and an address is logged for who asks for it")


def main():
    def act(on_stage):
        office = Office(on_stage)
        office.pem = (office.data / "tls.pem").read_bytes()
        office.start()
        lives_and_is_ready(office)
        office.stop()
        counts(office)
        disk_runs_out(office)
        certificate_ends(on_stage, office)
        has_ids(office)
        names_nobody(on_stage, office)
        levels_and_addresses(office)

    return stage.play(act)


if __name__ == "__main__":
    sys.exit(main())
