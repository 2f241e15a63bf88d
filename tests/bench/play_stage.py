"""Offices of laptops by the thousand, and what plays them (bench_office,
bench_driver, bench_raw): what m_ingest.py and m_herd.py share."""

from lib import DRIVER, SERVER, Failed, Server

FIRST_DAY = "2026-01-05"
SYNC_MS = 5  # of the slow disk


class Crowd:
    """An office of so many enrolled laptops, their sets signed, and a server
    on it. Within a with statement the server runs."""

    def __init__(self, stage, laptops, pushes, rows=False, slow=False,
                 preload=None, **sizes):
        self.stage = stage
        self.laptops = laptops
        self.room = stage.directory("crowd")
        if slow:
            preload = self.slowly()
        self.server = Server(stage, preload=preload or ())
        self.slow = slow
        self.entries = sizes.get("entries", 50) * sizes.get("sets", 1)
        words = ["--laptops", laptops, "--pushes", pushes, "--first-day",
                 FIRST_DAY]
        if rows:
            words += ["--rows", self.room / "rows"]
        for name, value in sizes.items():
            words += [f"--{name.replace('_', '-')}", value]
        stage.bench("bench_office", "--data", self.server.data, "--plan",
                    self.room / "plan", *words)

    def slowly(self):
        """Whoever runs under this waits longer for each sync."""
        library = self.stage.bin / "tests" / "bench" / "bench_slow_sync.so"
        return ["env", f"LD_PRELOAD={library}", f"BENCH_SYNC_MS={SYNC_MS}"]

    def __enter__(self):
        self.server.__enter__()
        return self

    def __exit__(self, *wrong):
        self.server.__exit__(*wrong)

    def play(self, turn, *words, turns=1, expected=None):
        """What the driver found. ${expected} entries: else it is no figure."""
        found = self.stage.bench(
            "bench_driver", "--plan", self.room / "plan", "--host",
            f"127.0.0.1:{self.server.port}", "--from", turn, "--turns", turns,
            "--server-pid", self.server.pid(), *words, core=DRIVER)
        if expected is None:
            expected = self.laptops * turns * self.entries
        if found["entries"] != expected or found["errors"]:
            raise Failed(f"{words}: {expected} entries expected, {found}")
        return found

    def raw(self, turn, turns=1, batch=50):
        """The same rows, bare, on the server's core."""
        words = ["bench_raw", "--rows", self.room / "rows", "--database",
                 self.room / "raw.db", "--from", turn, "--turns", turns,
                 "--batch", batch]
        if self.slow:
            words = [*self.slowly(), self.stage.program(words[0]),
                     *words[1:]]
        return self.stage.bench(*words, core=SERVER)

    def lost(self, acks):
        """Which of these acknowledgements the base does not have; once the
        server has ended."""
        return self.stage.bench("bench_office", "--data", self.server.data,
                                "--check", acks)
