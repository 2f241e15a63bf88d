"""P9: the first sync of a new laptop (W3): its crew's share of a structure of
two years, over a line of 1 Mbit/s and 150 ms there and back, against one GET of
the gzipped CSV of the same rows over the same line. The line is a relay
(relay.Link), checked in each run by a plain transfer; it knows no loss and no
slow start, on either side. Signatures, hashes and folding are in the time of
the one; the other is only fetched."""

import json
import random
import socket
import threading

import day
import lib
import relay
from bare import Bare
from lib import L, Failed, Laptop, Measure, Server, free_port, ratios, wall

RATE, DELAY = 1_000_000, 0.150
STRUCTURE, CREW = "S0001", "S0001-E1"  # of bench_history
# Two years of five crews of twelve; two months.
ENTRIES, QUICK_ENTRIES = 71_000, 5_900
ROUNDS, QUICK_ROUNDS = 3, 3
PLAIN = 250_000  # bytes: two seconds of the line
SLOPPY = 0.10  # how far a line may be from what it says


def plain_transfer(stage):
    """Seconds that PLAIN bytes take, and should take."""
    target = socket.create_server(("127.0.0.1", 0))

    def give():
        link, _ = target.accept()
        with link:
            link.recv(1)
            link.sendall(bytes(PLAIN))

    thread = threading.Thread(target=give, daemon=True)
    thread.start()

    def take():
        with socket.create_connection(("127.0.0.1", road.port), 30) as link:
            link.sendall(b"?")
            left = PLAIN
            while left > 0:
                left -= len(link.recv(65536))

    with relay.Link(free_port(), RATE, DELAY).to(
            target.getsockname()[1]) as road:
        found = wall(take)
    thread.join()
    target.close()
    # A round trip to connect, one to ask, and the bytes.
    due = 2 * DELAY + PLAIN * 8 / RATE
    if abs(found / due - 1) > SLOPPY:
        raise Failed(f"the line took {found:.2f} s for {due:.2f} s")
    return found, due


def author(entry):
    """The office's own acts are its device's."""
    return entry["by"].get("person") or entry["by"]["device"]


def rows_of(laptop):
    """What the laptop has received, as rows of day.COLUMNS."""
    found = []
    for (text,) in laptop.rows(
            "SELECT CAST(bytes AS TEXT) FROM entry WHERE structure = ? "
            "AND family IN ('hours', 'skill') ORDER BY id", STRUCTURE):
        entry = json.loads(text.split("\n")[1])
        family, worker, *place = entry["record"].split("/")
        value = entry.get("set") or {}
        row = {name: str(value.get(name) or "") for name in day.COLUMNS}
        row.update(author=author(entry), recorded_at=entry.get("at", ""),
                   structure=entry["structure"], worker=worker,
                   note=entry.get("note", ""))
        if family == "hours":
            row.update(day=place[0], slot=place[1])
        found.append(row)
    return found


class Line:
    """Both ways over the same kind of line, an own one each time."""

    def __init__(self, stage, server, port):
        self.stage = stage
        self.server = server
        self.port = port  # the office knows it
        self.count = 0
        self.bytes = {}

    def fresh(self):
        """A laptop that was enrolled and knows nothing yet: its network was
        gone right after."""
        self.count += 1
        laptop = Laptop(self.stage, self.server, CREW, f"neuf{self.count}")
        if rows_of(laptop):
            raise Failed("it has received something before its first sync")
        laptop.go_by(self.port)
        return laptop

    def first_sync(self, laptop):
        with relay.Link(self.port, RATE, DELAY).to(self.server.port) as road:
            took = wall(laptop.sync)
        self.bytes["first_sync"] = dict(road.bytes)
        return took

    def fetch(self, file):
        port = free_port()
        with Bare(self.stage, self.server.data / "tls.pem", file) as bare:
            with relay.Link(port, RATE, DELAY).to(bare.port) as road:
                took = wall(lambda: self.stage.run(
                    ["curl", "--silent", "--show-error", "--fail",
                     "--insecure", "--output", self.stage.path / "csv.gz",
                     "--header", f"Host: 127.0.0.1:{bare.port}",
                     f"https://127.0.0.1:{port}/"], lib.DRIVER))
        self.bytes["csv"] = dict(road.bytes)
        return took


def first(stage):
    entries = QUICK_ENTRIES if stage.quick else ENTRIES
    data = stage.directory("past")
    made = stage.bench("bench_history", "--data", data, "--entries", entries,
                       "--url", "https://127.0.0.1:1")
    port, door = free_port(), free_port()
    server = Server(stage, data=data, roads=(port,), public=door)
    with server, relay.Door(door, data / "tls.pem").to(server.port):
        line = Line(stage, server, port)
        laptop = line.fresh()
        ours = [line.first_sync(laptop)]
        rows = rows_of(laptop)
        file = stage.path / "rows.csv.gz"
        file.write_bytes(day.packed(rows, random.Random(9).random()))
        theirs = [line.fetch(file)]
        for _ in range((QUICK_ROUNDS if stage.quick else ROUNDS) - 1):
            ours.append(line.first_sync(line.fresh()))
            theirs.append(line.fetch(file))
        without = direct(line.fresh(), server)
    pair = ratios(ours, theirs)
    plain, due = plain_transfer(stage)
    return [Measure(
        "P9", L(f"première synchronisation ({len(rows)} saisies d'une "
                "équipe) à 1 Mbit/s et 150 ms ÷ le CSV gzippé des mêmes "
                "lignes",
                f"first sync ({len(rows)} entries of a crew) at 1 Mbit/s and "
                "150 ms ÷ the gzipped CSV of the same rows"),
        pair.ratio, 1.5, spread=pair.spread,
        detail=pair.detail("first_sync_s", "csv_s") |
        {"history": made, "bytes": line.bytes, "rows": len(rows),
         "without_the_line": without,
         "line_s": {"plain": plain, "due": due}}),
        Measure("P9.bytes", L("… octets de la ligne, TLS compris ÷ ceux du "
                              "CSV",
                              "… bytes of the line, TLS and all ÷ those of "
                              "the CSV"),
                sum(line.bytes["first_sync"].values())
                / sum(line.bytes["csv"].values()), detail=line.bytes)]


def direct(laptop, server):
    """What the two programs take for it, with no line between them."""
    laptop.go_by(server.port)
    before = server.cpu()
    took, cpu = laptop.timed_sync()
    return {"wall_s": took, "laptop_cpu_s": cpu,
            "server_cpu_s": server.cpu() - before}


MEASURES = {"P9": first, "P9.bytes": first}
