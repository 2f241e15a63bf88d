"""The same work by others, side by side (P2), with --peers: at the end of a day
each of many laptops sends its 50 rows. PouchDB replicates to PouchDB server
(npm, which never syncs to disk) over connections that its one process keeps,
Fossil (Debian) pushes a commit of one CSV file over HTTP, a process and a
connection each; ours pushes a signed set over TLS, kept beside the one and
resumed for each laptop beside the other, on the server's core and the driver's
as they do."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from lib import (DRIVER, HERE, SERVER, Failed, L, Measure, cpu_of, free_port,
                 ratios, say)

NEEDS = "peers"
LAPTOPS, ROWS = 100, 50
ROUNDS, WARM = 5, 1
HANDS = 4  # laptops of a peer at a time
CONNECTIONS = 100  # of ours
WAIT_S = 30
SETUP_S = 600


def wait_for(url):
    """Until somebody answers there."""
    end = time.monotonic() + WAIT_S
    while True:
        try:
            return urllib.request.urlopen(url, timeout=5).read()
        except OSError as wrong:
            if time.monotonic() > end:
                raise Failed(f"{url}: {wrong}") from None
            time.sleep(0.1)


class Ours:
    """bench_driver's laptops, each turn with a new set each."""

    def __init__(self, stage, tls):
        from play_stage import Crowd
        self.tls = tls
        self.crowd = Crowd(stage, LAPTOPS, ROUNDS + WARM, entries=ROWS)
        self.turn = 0

    def __enter__(self):
        self.crowd.__enter__()
        return self

    def __exit__(self, *wrong):
        self.crowd.__exit__(*wrong)

    def pid(self):
        return self.crowd.server.pid()

    def round(self):
        found = self.crowd.play(self.turn, "--connections", CONNECTIONS,
                                "--tls", self.tls)
        self.turn += 1
        return found["seconds"]


class Peer:
    """A server of somebody else's, on the server's core."""

    def __init__(self, stage):
        self.stage = stage
        self.room = stage.directory("peer")
        self.port = free_port()
        self.process = None

    def serve(self, *words, **more):
        self.process = self.stage.spawn(
            words, SERVER, cwd=self.room, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, **more)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def pid(self):
        return self.process.pid


class Pouch(Peer):
    def __init__(self, stage):
        super().__init__(stage)
        if not shutil.which("npm"):
            raise Failed(L("npm manque", "npm is missing"))
        for name in ("package.json", "package-lock.json", "pouch.mjs"):
            shutil.copy(HERE / "peers" / name, self.room)
        subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit",
                        "--no-fund", "--silent"], cwd=self.room, check=True,
                       timeout=SETUP_S, stdout=subprocess.DEVNULL)
        (self.room / "data").mkdir()
        self.url = f"http://127.0.0.1:{self.port}"
        self.turn = 0

    def __enter__(self):
        self.serve("node", "node_modules/pouchdb-server/bin/pouchdb-server",
                   "--host", "127.0.0.1", "--port", self.port, "--dir",
                   "./data", "--config", "./data/config.json",
                   "--no-stdout-logs")
        wait_for(self.url)
        put = urllib.request.Request(f"{self.url}/hours", method="PUT")
        urllib.request.urlopen(put).close()
        return self

    def round(self):
        out = self.stage.run(
            ["node", self.room / "pouch.mjs", f"{self.url}/hours", LAPTOPS,
             ROWS, HANDS], DRIVER, cwd=self.room,
            env=self.stage.environment | {"FIRST": str(self.turn * LAPTOPS)})
        self.turn += 1
        rows = json.loads(wait_for(f"{self.url}/hours"))["doc_count"]
        if rows != self.turn * LAPTOPS * ROWS:
            raise Failed(f"PouchDB server has {rows} rows")
        return json.loads(out)["seconds"]


class Fossil(Peer):
    """The laptops' clones are in memory: their disks are not measured."""

    USER, PASSWORD = "bench", "secret"
    MEMORY = "/dev/shm"

    def __init__(self, stage):
        super().__init__(stage)
        if not shutil.which("fossil"):
            raise Failed(L("fossil manque : apt-get install fossil",
                           "fossil is missing: apt-get install fossil"))
        self.environment = stage.environment | {"HOME": str(self.room)}
        self.fossil("init", "--admin-user", self.USER, "server.fossil")
        self.fossil("user", "password", self.USER, self.PASSWORD, "-R",
                    "server.fossil")
        self.url = (f"http://{self.USER}:{self.PASSWORD}"
                    f"@127.0.0.1:{self.port}/")
        self.count = 0

    def fossil(self, *words, core=None, cwd=None):
        return self.stage.run(["fossil", *words], core, cwd=cwd or self.room,
                              env=self.environment)

    def __enter__(self):
        self.serve("fossil", "server", "--localhost", "--port", self.port,
                   "server.fossil", env=self.environment)
        wait_for(f"http://127.0.0.1:{self.port}/")
        self.fossil("clone", self.url, "base.fossil", "--admin-user",
                    self.USER)
        self.memory = tempfile.TemporaryDirectory(
            dir=self.MEMORY if os.access(self.MEMORY, os.W_OK) else self.room)
        return self

    def __exit__(self, *wrong):
        self.memory.cleanup()
        super().__exit__(*wrong)

    def commit(self):
        """A laptop's day, kept on the laptop."""
        self.count += 1
        clone = pathlib.Path(self.memory.name) / f"{self.count}.fossil"
        tree = pathlib.Path(self.memory.name) / str(self.count)
        shutil.copy(self.room / "base.fossil", clone)
        tree.mkdir()
        self.fossil("open", "--nosync", clone, cwd=tree)
        self.fossil("settings", "autosync", "0", cwd=tree)
        file = tree / f"day-{self.count}.csv"
        file.write_text("".join(
            f"S{self.count % 40},S{self.count % 40}-{row % 12},2026-10-"
            f"{1 + row // 2 % 28:02},{'ap'[row % 2]}m,210,work,"
            f"S{self.count % 40}-C1,laptop-{self.count},2026-10-14T16:31:02Z\n"
            for row in range(ROWS)), "utf-8")
        self.fossil("add", file.name, cwd=tree)
        self.fossil("commit", "-m", "day", "--no-warnings", "--allow-fork",
                    cwd=tree)
        return clone

    def sync(self, clone):
        self.fossil("push", self.url, "-R", clone, "--once", core=DRIVER)

    def round(self):
        clones = [self.commit() for _ in range(LAPTOPS)]
        start = time.perf_counter()
        with ThreadPoolExecutor(HANDS) as hands:
            list(hands.map(self.sync, clones))
        seconds = time.perf_counter() - start
        found = self.fossil("sql", "-R", "server.fossil", "SELECT count(*)"
                            " FROM event WHERE type = 'ci'")
        if int(found) != self.count + 1:
            raise Failed(f"Fossil has {found} commits, {self.count} made")
        return seconds


def beside(stage, peer, tls):
    """Rounds in turn: [(seconds, CPU seconds of the server)] of each."""
    theirs, ours = [], []
    with peer, Ours(stage, tls) as own:
        for round_ in range(-WARM, ROUNDS):
            for side, found in ((peer, theirs), (own, ours)):
                before = cpu_of(side.pid())
                seconds = side.round()
                found.append((seconds, cpu_of(side.pid()) - before))
            say(f"  {theirs[-1][0]:.2f} s, {ours[-1][0]:.2f} s")
    return theirs[WARM:], ours[WARM:]


def rates(name, what, goal, theirs, ours):
    """Their seconds ÷ ours are our rate ÷ theirs."""
    pair = ratios([one for one, _ in theirs], [one for one, _ in ours])
    rows = LAPTOPS * ROWS
    return Measure(
        name, L(f"débit d'entrée ÷ {what}", f"ingest rate ÷ {what}"),
        pair.ratio, goal, "higher", pair.spread,
        detail={"theirs_entries_s": rows / pair.a,
                "ours_entries_s": rows / pair.b, "laptops": LAPTOPS,
                "rows": ROWS, "ratios": pair.ratios})


def pouch(stage):
    theirs, ours = beside(stage, Pouch(stage), "kept")
    cpu = ratios([one for _, one in theirs], [one for _, one in ours])
    return [rates("P2.pouchdb", "PouchDB → PouchDB server", 25, theirs, ours),
            Measure("P2.pouchdb.cpu",
                    L("CPU de PouchDB server par saisie ÷ le nôtre",
                      "PouchDB server's CPU an entry ÷ ours"),
                    cpu.ratio, spread=cpu.spread)]


def fossil(stage):
    """Its server's CPU is that of a process for each request: not told."""
    theirs, ours = beside(stage, Fossil(stage), "resumed")
    return [rates("P2.fossil", "Fossil", 10, theirs, ours)]


MEASURES = {"P2.pouchdb": pouch, "P2.pouchdb.cpu": pouch, "P2.fossil": fossil}
