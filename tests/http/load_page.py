"""The real page of `pointeau run` under many hands at once, for
ThreadSanitizer.

Browsers record, look, lock and unlock, ask for syncs and for files, strangers
ask badly; meanwhile the laptop syncs by itself, with an office that is gone,
then with one that has come back. What was answered "written" must be in the
ledger once, what was refused not at all. As load.py, with the programs of the
preset "tsan" in $POINTEAU_BIN.
"""

import os
import pathlib
import signal
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scenario"))

from load import RACE_STATUS, all_at_once  # noqa: E402
from page import Page  # noqa: E402
from stage import (  # noqa: E402
    WORKERS, Laptop, Office, check_all, ends, ok, play, same, show)

HANDS = 4  # that record
ADDS = 18  # each
ROUNDS = 12  # of everybody else
RACES = "races"  # what the sanitizer's files are called
PIN = "4711"
WHO = {"supervisor": "ENC-01", "pin": PIN}
# Beside success: the page was locked, or the office is not there.
LOCKED, OFFLINE = 423, 502


def places(hand):
    """Half-days that are nobody else's."""
    for number in range(ADDS):
        number, worker = divmod(number, len(WORKERS))
        yield (WORKERS[worker], f"2026-03-{2 + hand * 5 + number // 2:02}",
               ("am", "pm")[number % 2])


def record(page, hand, kept):
    """Until each is in; a page that is locked has recorded nothing."""
    for number, place in enumerate(places(hand)):
        worker, day, slot = place
        members = {"worker": worker, "day": day, "slot": slot,
                   "time": f"1h{number:02}"}
        while True:
            status, answer = page.ask("POST", "hours/add", members)
            if status != LOCKED:
                break
            time.sleep(0.02)
        show(status == 200 and answer["outcome"] == "written", place, status,
             answer)
        kept[place] = 60 + number
        if number % 6 == 5:
            # Terminer, which asks for a sync at once.
            status, answer = page.ask("POST", "day/finish", {
                "crew": "VERTS", "day": day, "slot": slot})
            show(status in (200, 409, LOCKED), status, answer)


def look(page, number):
    for turn in range(ROUNDS * 3):
        what = (turn + number) % 4
        if what == 0:
            same(page.get("session")["enrolled"], True)
        elif what == 1:
            show(page.get("status")["kept"] >= 0)
        else:
            path = "crew?day=2026-03-02" if what == 2 else "entries"
            status, answer = page.ask("GET", path)
            show(status in (200, LOCKED), path, status, answer)


def lock(page):
    for _ in range(ROUNDS // 2):
        same(page.post("session/lock")["locked"], True)
        page.ask("POST", "session/touch")
        same(page.post("session/who", **WHO)["who"]["id"], "ENC-01")
        time.sleep(0.2)


def sync(page):
    for _ in range(ROUNDS):
        status, answer = page.ask("POST", "sync")
        show(status in (200, OFFLINE), status, answer)


def be_strange(page):
    for _ in range(ROUNDS):
        page.refuses(403, "forbidden", "GET", "session",
                     Authorization="Bearer 0")
        page.refuses(403, "forbidden", "POST", "session/lock",
                     Origin="http://evil.example")
        # Each in the language it was asked in, whatever the threads did.
        for language, words in (("fr", "la page n'a rien de tel"),
                                ("en", "the page has no such call")):
            said = page.refuses(404, "not_found", "GET", "nothing",
                                Accept_Language=language)
            show(words in said, language, said)
        page.refuses(405, "method", "GET", "hours/add")
        same(page.request("GET", "/", headers={"Host": "evil.example"})[0],
             421)
        page.request("GET", "/main.js",
                     headers={"Host": f"127.0.0.1:{page.port}"})


def spend(page, hands, laptop):
    kept = [{} for _ in hands]
    all_at_once(
        [lambda hand=hand, into=into: record(page, hand, into)
         for hand, into in zip(hands, kept)]
        + [lambda number=number: look(page, number) for number in range(2)]
        + [lambda: lock(page), lambda: sync(page), lambda: be_strange(page)])
    for one in kept:
        same(len(one), ADDS)
        laptop.kept.update(one)


def must_be_once(laptop):
    same(laptop.rows("SELECT count(*) FROM entry WHERE kind = 'hours'"),
         [(len(laptop.kept),)], "entries of the laptop")
    same(laptop.listed(), laptop.kept)
    laptop.must_be_sound()


def end(page, laptop):
    """What the sanitizer wrote is shown, whoever wrote it."""
    page.process.send_signal(signal.SIGTERM)
    show(ends(page.process), "the page does not stop")
    status = laptop.finish(page.launched)
    races = [one.read_text("utf-8", "replace")[:8000]
             for one in laptop.stage.path.glob(f"{RACES}.*")]
    show(status == 0 and not races, f"the page ends with {status}", *races)


def act(stage):
    stage.environment["TSAN_OPTIONS"] = ":".join([
        f"exitcode={RACE_STATUS}", "halt_on_error=0",
        f"log_path={stage.path / RACES}"])
    office = Office(stage)
    office.import_cast()
    office.start()
    laptop = Laptop(stage, "berges", office)
    office.stop()
    page = Page(laptop, sync=True)
    page.post("session/pin", **WHO)
    spend(page, range(HANDS // 2), laptop)
    show(laptop.run("status", "--json")["failures"] > 0, "no attempt at all")
    must_be_once(laptop)
    ok("everybody at once, without the office: each half-day once")
    end(page, laptop)
    ok("the page ends when told, no race")

    office.start()
    page = Page(laptop, sync=True)
    page.post("session/who", **WHO)
    spend(page, range(HANDS // 2, HANDS), laptop)
    must_be_once(laptop)
    end(page, laptop)
    same(laptop.run("status", "--json")["kept"], 0)
    check_all(office, [laptop])
    ok("with the office again: each half-day once, here and there")
    office.stop()


if __name__ == "__main__":
    os.environ.setdefault("POINTEAU_SEED", "1")
    sys.exit(play(act, memory=True))
