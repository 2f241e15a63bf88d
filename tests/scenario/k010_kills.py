#!/usr/bin/env python3
"""The laptop's program and the office's are struck down (SIGKILL) at random
moments of a sync, again and again.

After each of them: what the laptop said it keeps is there, every receipt it
holds is in the office's log as it was given, and none that it ever had has
gone. At the end every entry is at the office and on another laptop exactly
once, and the totals are what was recorded. A blow that comes after the sync's
end does not count. The moments come from a seed.
"""

import random
import statistics
import sys
import time

from stage import (FULL, STRUCTURE, Laptop, Office, Wrong, check_all, ok,
                   play, same, say_how_to_repeat, seed, show)

KILLS = 200 if FULL else 40
BLOWS_MAX = 8 * KILLS  # those that came too late included
SYNCS_MEASURED = 6


class Play:
    def __init__(self, stage, rng):
        self.rng = rng
        self.office = Office(stage)
        self.office.import_cast()
        self.office.start()
        self.berges = Laptop(stage, "berges", self.office, 0)
        self.garde = Laptop(stage, "garde", self.office, 1)
        self.too_late = {"agent": 0, "server": 0}
        self.duration = 0

    def prepare(self):
        """Something to send, often to fetch, sometimes a login to do."""
        self.berges.record(self.rng.randrange(1, 4))
        if self.rng.random() < 0.3:
            self.garde.record(1)
            self.garde.run("sync")
        if self.rng.random() < 0.5:
            self.berges.forget_login()

    def measure(self):
        """How long a sync takes here, so that blows fall all over it."""
        durations = []
        for _ in range(SYNCS_MEASURED):
            self.berges.record(2)
            self.berges.forget_login()
            begin = time.perf_counter()
            self.berges.run("sync")
            durations.append(time.perf_counter() - begin)
        self.duration = statistics.median(durations)

    def strike(self, who):
        """One sync, struck down; was it in time?"""
        moment = self.rng.random() * 1.05 * self.duration
        launched = self.berges.launch("sync", "--json")
        process = launched[1]
        time.sleep(moment)
        in_time = process.poll() is None
        if who == "agent":
            process.kill()
        else:
            self.office.kill()
        self.berges.finish(launched)
        in_time = in_time and (who != "agent" or self.berges.status == -9)
        if self.berges.status != -9:
            self.berges.must_be_fit("sync")
            show(self.berges.status in (0, 20),
                 f"sync → {self.berges.status}", self.berges.err)
        self.too_late[who] += not in_time
        return in_time

    def must_be_whole(self, who):
        if who == "server":
            self.office.start()
        said = self.berges.out
        self.berges.run("status")  # it repairs what the blow left open
        self.berges.must_keep()
        self.berges.must_hold(self.office)
        self.must_have_said_true(said)

    def must_have_said_true(self, said):
        """A receipt that was printed is in the log."""
        if '"receipt":{' not in said:
            return
        n = int(said.split('"n":')[1].split("}")[0])
        same(self.office.rows(
            "SELECT count(*) FROM changeset WHERE structure = ? AND "
            "place = ?", STRUCTURE, n), [(1,)], f"receipt {n} was printed")

    def kill_all(self):
        """As many of each, in an order that nobody chose. (The office that
        comes back has forgotten how often a laptop has logged in.)"""
        victims = ["agent", "server"] * (KILLS // 2)
        self.rng.shuffle(victims)
        for _ in range(BLOWS_MAX):
            if not victims:
                return
            self.prepare()
            if self.strike(victims[-1]):
                self.must_be_whole(victims.pop())
            else:
                self.must_be_whole(victims[-1])
        raise Wrong(f"{BLOWS_MAX} blows, {len(victims)} still to be in time")


def act(stage):
    number = seed()
    say_how_to_repeat(number)
    scene = Play(stage, random.Random(number))
    scene.measure()
    print(f"# a sync takes {scene.duration * 1000:.0f} ms", flush=True)
    scene.kill_all()
    for who, too_late in scene.too_late.items():
        ok(f"{who} struck down {KILLS // 2} times: nothing is lost "
           f"({too_late} more came too late)")
    late = Laptop(stage, "tard", scene.office, 2)
    count = check_all(scene.office, [scene.berges, scene.garde, late])
    late.kept = {**scene.berges.kept, **scene.garde.kept}
    late.must_keep()
    scene.office.kill()
    ok(f"{count} entries, each exactly once on both sides; totals exact")


if __name__ == "__main__":
    sys.exit(play(act))
