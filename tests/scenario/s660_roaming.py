#!/usr/bin/env python3
"""A laptop that roams: the cable is pulled and plugged in again, another
network takes over, one is paid for by the volume. `pointeau run --no-page`
hears of it from the kernel and syncs by itself; one per directory."""

import sys
import time

import net
import stage
from net import (AddressedOffice, Far, Service, is_received, seconds_until,
                 until)
from page import Page
from stage import Laptop, check_all, ok, same, show

DAY = "2026-11-16"


def it_is_alone(berges):
    first = Service(berges)
    same(berges.attempt("run", "--no-page"), 11)
    show("synchronise déjà" in berges.err and "systemctl" in berges.err,
         berges.err)
    same(berges.attempt("run", "--no-page", "--no-sync"), 2)
    same(berges.attempt("run", "--no-page", "--port", "20001"), 2)
    same(berges.attempt("run", "--no-page", "--again"), 2)
    # Beside it: the page, and commands.
    page = Page(berges, "--no-browser", sync=True)
    same(berges.attempt("run", "--no-browser"), 11)
    show("run --again" in berges.err, berges.err)
    again = berges.run("run", "--again", "--json")
    same(again["url"], f"{page.origin}/#t={page.token}")
    same((berges.data / "run.url").stat().st_mode & 0o777, 0o600)
    berges.record(1)
    berges.run("sync")
    page.stop(stage.signal.SIGTERM, 0)
    show(not (berges.data / "run.url").exists(), "an address is left")
    first.stop()
    ok("one service and one page a directory, commands beside them")


def the_cable_comes_back(berges, far):
    far.pull("lan0")
    same(berges.run("status", "--json")["network"], "none")
    service = Service(berges)
    told = until(berges, "told", lambda status: status["failures"] > 0)
    same((told["trouble"], told["cause"]), ("offline", "network"))
    # So many failures that the clock alone would wait for half an hour.
    for _ in range(8):
        same(berges.attempt("sync"), 20)
    failures = berges.run("status", "--json")["failures"]
    # Tried once more for what is recorded, and only after that: before, it
    # could be counted among those above where they take long.
    berges.record(3)
    until(berges, "tried again by itself, then by the clock alone",
          lambda status: status["failures"] > failures
          and seconds_until(status) > 900)
    far.plug("lan0", 1)
    since = time.monotonic()
    until(berges, "received", is_received)
    print(f"# received {time.monotonic() - since:.1f} s after the cable",
          flush=True)
    # The sync that delivered them still has to end before its trouble does.
    told = until(berges, "over", lambda status: status["trouble"] is None)
    same((told["network"], told["cause"]), ("free", None))
    show(is_received(told), told)
    ok("the cable is back: received within seconds, not half an hour")
    return service


def another_network(berges, far, service):
    """Nothing failed; the way out is another one."""
    before = berges.run("status", "--json")["last_success"]
    while time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()) <= before:
        time.sleep(0.1)
    far.plug("lan1", 2)
    far.pull("lan0")
    until(berges, "asked on the new network",
          lambda status: status["last_success"] > before)
    service.stop()
    ok("another network: the office is asked at once")


def a_metered_one(berges, far):
    far.pull("lan1")
    far.plug("wwan0", 3)
    same(berges.run("status", "--json")["network"], "metered")
    show("compté" in berges.run("status"), berges.out)
    # To wait: nothing leaves by itself, not even when it is stopped …
    berges.stage.environment["POINTEAU_METERED"] = "wait"
    berges.record(2)
    Service(berges).stop()
    told = berges.run("status", "--json")
    same((told["kept"], told["metered"]), (2, "wait"))
    page = Page(berges, "--no-browser", sync=True)
    page.post("session/pin", supervisor="ENC-01", pin="4711")
    for row in page.post("hours/fill", crew="VERTS", day=DAY,
                         slot="pm")["rows"]:
        berges.kept[row["worker"], DAY, "pm"] = row["minutes"]
    show(not is_received(page.get("status")), "sent on a metered network")
    # … but what somebody waits for does, and all with it.
    page.post("day/finish", crew="VERTS", day=DAY, slot="pm")
    until(berges, "received after Terminer", is_received)
    page.stop(stage.signal.SIGTERM, 0)
    del berges.stage.environment["POINTEAU_METERED"]
    berges.record(1)
    Service(berges).stop()
    same(berges.run("status", "--json")["kept"], 0)
    berges.stage.environment["POINTEAU_METERED"] = "peut-être"
    show(berges.attempt("run", "--no-page") != 0, "a wrong word is taken")
    show("metered" in berges.err.lower() and "wait" in berges.err,
         berges.err)
    del berges.stage.environment["POINTEAU_METERED"]
    ok("metered: what nobody waits for can wait; nothing is lost")
    far.plug("lan0", 1)


def act(scene):
    far = Far(scene)
    far.cable("lan0", "far0", 1)
    far.cable("lan1", "far1", 2)
    far.cable("wwan0", "far2", 3)
    far.plug("lan0", 1)
    # The address of the first cable, whichever one is in use.
    office = AddressedOffice(scene, "10.1.0.1", far=far)
    office.import_cast()
    office.start()
    berges = Laptop(scene, "berges", office)
    berges.run("sync")
    it_is_alone(berges)
    service = the_cable_comes_back(berges, far)
    another_network(berges, far, service)
    a_metered_one(berges, far)
    check_all(office, [berges])
    ok("what was recorded is at the office, once")
    office.stop()


if __name__ == "__main__":
    net.alone()
    sys.exit(stage.play(act))
