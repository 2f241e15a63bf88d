#!/usr/bin/env python3
"""`pointeau run` syncs by itself: what was recorded while the office was away
becomes received without any command, also after a kill in the middle."""

import contextlib
import http.client
import json
import random
import signal
import socket
import subprocess
import sys
import time
import urllib.parse

import stage
from stage import Laptop, Office, Person, check_all, ok, same, show

DAY = "2026-11-16"


class NewLaptop(Person):
    """Not enrolled yet."""

    program = "pointeau"


class Page:
    """`pointeau run` on a laptop, and its page's API."""

    def __init__(self, laptop, *words):
        self.laptop = laptop
        self.log = open(f"{laptop.data}.run", "ab")
        self.process = laptop.stage.spawn(
            "pointeau", ("run", "--json", "--no-browser", *words),
            laptop.data, subprocess.PIPE, self.log)
        line = self.process.stdout.readline()
        show(line, "run says nothing", self.read_log())
        url = urllib.parse.urlsplit(json.loads(line)["url"])
        self.host = url.netloc
        self.token = url.fragment.removeprefix("t=")

    def read_log(self):
        with open(f"{self.laptop.data}.run", encoding="utf-8") as log:
            return log.read()

    def post(self, path, **members):
        return self.ask("POST", path, json.dumps(members))

    def get(self, path):
        return self.ask("GET", path)

    def ask(self, method, path, body=None):
        with contextlib.closing(
                http.client.HTTPConnection(self.host, timeout=60)) as road:
            road.request(method, f"/api/{path}", body, {
                "Authorization": f"Bearer {self.token}",
                "Origin": f"http://{self.host}",
                "Content-Type": "application/json"})
            answer = road.getresponse()
            body = json.loads(answer.read())
            show(answer.status == 200, path, answer.status, body)
            return body

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        show(stage.ends(self.process), "run does not end")
        status = self.process.wait()
        self.process.stdout.close()
        self.log.close()
        if how == signal.SIGTERM:
            same(status, 0, self.read_log())


def until(laptop, what, right):
    """Wait for what only the laptop's own sync can bring."""
    end = time.monotonic() + stage.WAIT_S
    while not right(status := laptop.run("status", "--json")):
        show(time.monotonic() < end, f"{laptop.name}: never {what}", status)
        time.sleep(0.1)
    return status


def is_received(status):
    return status["kept"] + status["sent"] == 0


def it_waits_for_a_code(scene, office):
    """Opened before the laptop is anybody's: it begins with the enrolment."""
    new = NewLaptop(scene, "neuf")
    page = Page(new)
    code = office.run("device", "code", "--crew", "VERTS", "--json")["code"]
    page.post("session/enrol", code=code, name="neuf")
    told = until(new, "synced",
                 lambda status: status["last_success"] is not None)
    same((told["trouble"], told["failures"]), (None, 0))
    page.end()
    ok("it waits for the enrolment, then syncs")


def it_starts_later(office, berges):
    office.stop()
    berges.record(3)
    page = Page(berges)
    told = until(berges, "told of the failure",
                 lambda status: status["trouble"] is not None)
    same((told["trouble"], told["kept"]), ("offline", 3))
    show(told["failures"] >= 1 and told["next_attempt"] and
         told["last_attempt"], told)
    ok("a failed attempt is told, and when the next will be")
    office.start()
    told = until(berges, "received, and the sync over",
                 lambda status: is_received(status) and
                 status["trouble"] is None)
    same((told["trouble"], told["last_error"], told["failures"]),
         (None, None, 0))
    same((told["clock"], told["received"]), ("ok", 3))
    show(told["age_s"] >= 0 and told["disk_free"] > 0, told)
    ok("the server started later: received, without a command")
    return page


def the_page_wakes_it(berges, page):
    """The next attempt by the clock alone is 12 minutes away, and what the
    command line records wakes nobody: only the page's act does."""
    page.post("session/pin", supervisor="ENC-01", pin="4711")
    berges.record(1)
    page.post("hours/add", worker="V01", day=DAY, slot="pm", time="1h")
    berges.kept["V01", DAY, "pm"] = 60
    until(berges, "received after a save", is_received)
    ok("an act of the page wakes the sync")
    told = berges.run("hours", "fill", "--crew", "VERTS", "--day", DAY,
                      "--slot", "am", "--json")
    show(told["rows"], told)
    for row in told["rows"]:
        berges.kept[row["worker"], DAY, "am"] = row["minutes"]
    show(not is_received(berges.run("status", "--json")), "sent already")
    page.post("day/finish", crew="VERTS", day=DAY, slot="am")
    until(berges, "received after Terminer", is_received)
    ok("Terminer sends at once")


def the_page_shows_it(berges, page):
    """What waits, by the page's calls; and the stick."""
    stick = berges.stage.path / "cle"
    stick.mkdir()
    berges.record(2)
    told = page.get("entries?state=kept")
    same((len(told["rows"]), told["counts"]["kept"]), (2, 2))
    same({row["sync"] for row in told["rows"]}, {"kept"})
    same(len(page.get("entries?limit=1")["rows"]), 1)
    show(isinstance(page.get("usb/places")["rows"], list), "no places")
    told = page.post("usb/export", dir=str(stick))
    same((told["entries"], told["sets"] > 0), (2, True))
    show(told["path"].startswith(str(stick)), told)
    same(page.get("status")["clock"], "ok")
    berges.run("sync")
    same(page.get("entries?state=kept")["rows"], [])
    ok("the page lists what waits and copies it to a stick")


def it_ends(office, berges, page):
    berges.record(1)
    page.end()
    show(is_received(berges.run("status", "--json")), "no last try")
    ok("stopping sends what is left")
    office.stop()
    berges.record(1)
    page = Page(berges)
    until(berges, "told", lambda status: status["trouble"] == "offline")
    page.end()
    same(berges.run("status", "--json")["kept"], 1)
    # Somebody answers the telephone and says nothing.
    with socket.socket() as mute:
        mute.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        mute.bind(("127.0.0.1", office.port))
        mute.listen()
        page = Page(berges)
        caller, _ = mute.accept()
        since = time.monotonic()
        page.end()
        print(f"# ended after {time.monotonic() - since:.1f} s", flush=True)
        caller.close()
    told = berges.run("status", "--json")
    same((told["kept"], told["trouble"]), (1, "offline"))
    show("arrêt demandé" in told["last_error"], told)
    ok("it ends without the office, and with one that says nothing")
    office.start()


def it_is_killed(berges, chance):
    for _ in range(4):
        berges.record(2)
        page = Page(berges)
        time.sleep(chance.random() * 0.5)
        page.end(signal.SIGKILL)
    berges.record(1)
    page = Page(berges)
    until(berges, "received after the kills", is_received)
    berges.must_be_sound()
    ok("killed in the middle of a sync, it goes on where it was")
    # By hand beside it: each waits for the other's turn.
    for _ in range(3):
        berges.record(1)
        page.post("sync")
        berges.run("sync")
    show(is_received(berges.run("status", "--json")), "not all received")
    page.end()
    ok("a sync by hand waits for the one under way")


def act(scene):
    number = stage.seed()
    stage.say_how_to_repeat(number)
    office = Office(scene)
    office.import_cast()
    office.start()
    it_waits_for_a_code(scene, office)
    berges = Laptop(scene, "berges", office)
    berges.run("sync")
    page = it_starts_later(office, berges)
    the_page_wakes_it(berges, page)
    the_page_shows_it(berges, page)
    it_ends(office, berges, page)
    it_is_killed(berges, random.Random(number))
    check_all(office, [berges])
    ok("what was recorded is at the office, once")
    office.stop()


if __name__ == "__main__":
    sys.exit(stage.play(act))
