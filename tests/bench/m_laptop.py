"""P7 and P8: a save on the laptop against one bare durable commit there; how
soon its page is there, and in how much memory; a cold sync with nothing to say
against Fossil's; the server's memory with a thousand laptops that poll."""

import collections
import http.client
import json
import re
import shutil
import signal
import statistics
import subprocess
import time

import day
import lib
from lib import L, Failed, Laptop, Measure, Server, free_port, ratios

MIB = 1024 * 1024
TAPS, QUICK_TAPS = 200, 60
CREWS, QUICK_CREWS = 100, 40
STARTS, QUICK_STARTS = 21, 9
SYNCS, QUICK_SYNCS = 15, 7
LAPTOPS, QUICK_LAPTOPS = 1000, 1000
# Calls that write or wait for the disk.
DISK = "write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"


# ---- P7 ----


def calls(stage, laptop, what, first, only):
    """So many calls of DISK an act takes: what ten more acts add."""
    found = []
    told = stage.path / "strace"
    for rounds in (2, 12):
        stage.run(["strace", "-f", "-c", "-o", told, "-e", f"trace={DISK}",
                   stage.program("bench_tap"), laptop.data, what, rounds,
                   first, only], lib.DRIVER)
        first += 40
        rows = [line.split() for line in told.read_text().splitlines()]
        found.append(collections.Counter({
            row[-1]: int(row[3]) for row in rows
            if row and row[-1] in DISK.split(",")}))
    few, many = found
    return {name: (many[name] - few[name]) / 10 for name in sorted(many)}


def tap(stage, server, what, rounds):
    """(how a save compares with a commit, details)."""
    laptop = Laptop(stage, server, day.CREW, what)
    laptop.sync()
    found = stage.bench("bench_tap", laptop.data, what, rounds,
                        core=lib.DRIVER)
    pair = ratios(found["tap"], found["commit"])
    cpu = ratios(found["tap_cpu"], found["commit_cpu"])
    # Of hundreds of single acts, the ends are the machine's.
    lower, *_, upper = statistics.quantiles(pair.ratios, n=10)
    detail = {"tap_ms": pair.a / 1e6, "commit_ms": pair.b / 1e6,
              "tap_cpu_ms": cpu.a / 1e6, "commit_cpu_ms": cpu.b / 1e6,
              "cpu_ratio": cpu.ratio, "spread": "10 % – 90 %"}
    if shutil.which("strace"):
        if what == "crew":  # its days are few
            laptop = Laptop(stage, server, day.CREW, "strace")
            laptop.sync()
        start = 0 if what == "crew" else rounds + 20
        detail["calls_a_tap"] = calls(stage, laptop, what, start, "tap")
        detail["calls_a_commit"] = calls(stage, laptop, what, 0, "commit")
    return pair.ratio, (lower, upper), detail


def saves(stage):
    server = Server(stage)
    day.people(server)
    with server:
        one = tap(stage, server, "hours",
                  QUICK_TAPS if stage.quick else TAPS)
        crew = tap(stage, server, "crew",
                   QUICK_CREWS if stage.quick else CREWS)
    return [
        Measure("P7", L("un enregistrement sur le poste ÷ un commit SQLite "
                        "durable nu",
                        "a save on the laptop ÷ one bare durable SQLite "
                        "commit"),
                one[0], 1.5, spread=one[1], detail=one[2]),
        Measure("P7.crew", L("… d'une équipe de douze en un geste",
                             "… of a crew of twelve by one act"),
                crew[0], spread=crew[1], detail=crew[2]),
    ]


# ---- P8: start and memory ----


class Page:
    """`pointeau run`, asked as its page asks."""

    def __init__(self, laptop):
        self.begun = time.perf_counter()
        self.child = laptop.stage.spawn(
            laptop.words("run", "--json", "--no-browser"), laptop.core,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        url = json.loads(self.child.stdout.readline())["url"]
        self.origin, self.token = url.split("/#t=")
        self.link = http.client.HTTPConnection(
            "127.0.0.1", int(self.origin.rsplit(":", 1)[1]), timeout=30)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.link.close()
        self.child.send_signal(signal.SIGTERM)
        self.child.wait(30)
        self.child.stdout.close()

    def ask(self, path, members=None):
        headers = {"Authorization": f"Bearer {self.token}",
                   "Sec-Fetch-Site": "same-origin"}
        body = None
        if members is not None:
            headers.update({"Origin": self.origin,
                            "Content-Type": "application/json"})
            body = json.dumps(members)
        self.link.request("GET" if body is None else "POST", path, body,
                          headers)
        answer = self.link.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise Failed(f"{path} → {answer.status} {text[:300]}")
        return text

    def first(self):
        """Milliseconds from the start of the program to its first page."""
        self.ask("/")
        return (time.perf_counter() - self.begun) * 1000

    def whole(self):
        """The page with all that it asks for before anyone can act."""
        text = self.ask("/").decode()
        for name in re.findall(r'(?:src|href)="(/[\w./-]+)"', text):
            self.ask(name)
        self.ask("/api/session")
        return (time.perf_counter() - self.begun) * 1000


def starts(stage, laptop, what):
    found = []
    for _ in range(QUICK_STARTS if stage.quick else STARTS):
        with Page(laptop) as page:
            found.append(getattr(page, what)())
    return found


def memory(laptop):
    """Of a page in use: unlocked, a crew's day read and recorded, synced."""
    with Page(laptop) as page:
        page.whole()
        page.ask("/api/session/pin", {"supervisor": "ENC-01", "pin": "4711"})
        page.ask("/api/crew?day=2026-11-16")
        page.ask("/api/hours/fill", {"crew": day.CREW, "slot": "am",
                                     "day": "2026-11-16"})
        page.ask("/api/sync", {})
        return lib.memory_of(page.child.pid)


def start_and_memory(stage):
    server = Server(stage)
    day.people(server)
    with server:
        laptop = Laptop(stage, server, day.CREW)
        laptop.sync()
        first, whole = starts(stage, laptop, "first"), starts(
            stage, laptop, "whole")
        with Page(laptop) as page:
            page.first()
            shown = lib.memory_of(page.child.pid)
        used = memory(laptop)
    return [
        Measure("P8.start", L("poste : du lancement à la première page",
                              "laptop: from the start to the first page"),
                statistics.median(first), 30, unit="ms",
                spread=(min(first), max(first)),
                detail={"all_files_and_session_ms":
                        statistics.median(whole)}),
        Measure("P8.memory", L("poste : mémoire (PSS), page ouverte, une "
                               "journée saisie et synchronisée",
                               "laptop: memory (PSS), the page open, a day "
                               "recorded and synced"),
                used["pss"] / MIB, 12, unit="MiB",
                detail={"in_use": used, "first_page": shown}),
    ]


# ---- P8: a cold sync, against Fossil's ----


class Fossil:
    """A repository behind `fossil server`, and a clone of it. ${pem}: over
    TLS, with this key; else plain HTTP."""

    def __init__(self, stage, pem=None):
        self.stage = stage
        self.path = stage.directory("fossil")
        self.environment = dict(
            stage.environment, HOME=str(self.path), USER="a",
            FOSSIL_HOME=str(self.path))
        self.run("init", "office.fossil", "--admin-user", "a")
        self.run("user", "password", "a", "secret", "-R", "office.fossil")
        port = free_port()
        self.url = f"{'https' if pem else 'http'}://a:secret@127.0.0.1:{port}/"
        self.child = stage.spawn(
            ["fossil", "server", "--localhost", "--port", port,
             *(("--cert", pem) if pem else ()), "office.fossil"],
            lib.SERVER, cwd=self.path, env=self.environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.clone()

    def run(self, *words, **more):
        return self.stage.run(["fossil", *words], cwd=self.path,
                              env=self.environment, **more)

    def clone(self):
        """The certificate is asked for twice, then it is known."""
        answers = self.path / "answers"
        answers.write_text("y\ny\n")
        for _ in range(50):
            with open(answers) as said:
                try:
                    self.run("clone", self.url, "laptop.fossil", stdin=said)
                    return
                except Failed as failed:
                    why = failed
            time.sleep(0.1)
        raise why

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.child.terminate()
        self.child.wait()

    def timed_sync(self):
        return self.stage.timed(
            ["fossil", "sync", "-R", "laptop.fossil", "--once", self.url],
            lib.DRIVER, cwd=self.path, env=self.environment)


def against(fossil, laptop, rounds):
    """(wall, CPU) of a cold sync with nothing to say, in turn."""
    ours, theirs = [], []
    for _ in range(rounds + 1):  # the first is not looked at
        ours.append(laptop.timed_sync())
        theirs.append(fossil.timed_sync())
    return [ratios([one[side] for one in ours[1:]],
                   [one[side] for one in theirs[1:]]) for side in (0, 1)]


def cold_sync(stage):
    if not shutil.which("fossil"):
        raise Failed(L("fossil manque : apt-get install fossil",
                       "fossil is missing: apt-get install fossil"))
    rounds = QUICK_SYNCS if stage.quick else SYNCS
    server = Server(stage)
    day.people(server)
    with server:
        laptop = Laptop(stage, server, day.CREW)
        laptop.sync()
        with Fossil(stage, server.data / "tls.pem") as fossil:
            wall, cpu = against(fossil, laptop, rounds)
        with Fossil(stage) as fossil:
            plain, plain_cpu = against(fossil, laptop, rounds)
    return [
        Measure("P8.sync", L("« pointeau sync » à froid, rien à dire ÷ "
                             "« fossil sync », tous deux en TLS",
                             "a cold \"pointeau sync\", nothing to say ÷ "
                             "\"fossil sync\", both over TLS"),
                wall.ratio, 1.0, spread=wall.spread,
                detail=wall.detail("pointeau_s", "fossil_s") |
                {"cpu": cpu.detail("pointeau_s", "fossil_s") |
                 {"ratio": cpu.ratio}}),
        Measure("P8.sync.plain", L("… ÷ « fossil sync » sans TLS",
                                   "… ÷ \"fossil sync\" without TLS"),
                plain.ratio, spread=plain.spread,
                detail=plain.detail("pointeau_s", "fossil_s") |
                {"cpu": plain_cpu.detail("pointeau_s", "fossil_s") |
                 {"ratio": plain_cpu.ratio}}),
    ]


# ---- P8: the server's memory ----


def polled(stage):
    """A thousand laptops, enrolled by bench_office, ask for the heads again
    and again, each by a connection of its own; the most it took."""
    count = QUICK_LAPTOPS if stage.quick else LAPTOPS
    plan = stage.path / "polled.plan"
    server = Server(stage)
    stage.bench("bench_office", "--data", server.data, "--plan", plan,
                "--laptops", count, "--pushes", 1, "--entries", 27)
    with server:
        quiet = server.memory()
        found = stage.bench(
            "bench_driver", "--plan", plan, "--host",
            f"127.0.0.1:{server.port}", "--ask", "heads", "--tls", "new",
            "--connections", 128, "--turns", 1, core=lib.DRIVER)
        if found.get("errors"):
            raise Failed(f"bench_driver: {found['errors']}")
        used = server.memory()
    return [Measure(
        "P8.server", L(f"serveur : mémoire (PSS) après {count} postes qui "
                       "demandent, 128 à la fois",
                       f"server: memory (PSS) after {count} laptops that "
                       "poll, 128 at once"),
        used["pss"] / MIB, 64, unit="MiB",
        detail={"before": quiet, "after": used, "requests":
                found.get("requests")})]


MEASURES = {
    "P7": saves, "P7.crew": saves,
    "P8.start": start_and_memory, "P8.memory": start_and_memory,
    "P8.sync": cold_sync, "P8.sync.plain": cold_sync,
    "P8.server": polled,
}
