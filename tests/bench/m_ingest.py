"""Taking sets in (W1, W4): the server beside bare SQLite storing the same
rows, round by round on the same core, the laptops on the other."""

import shutil
import statistics

from lib import L, Failed, Measure, ratios, say
from play_stage import SYNC_MS, Crowd
from profile_read import counted, read_profile

# (laptops, rounds): of a quick run and of a whole one.
QUICK, WHOLE = (200, 3), (800, 5)
SMALL_QUICK, SMALL_WHOLE = (100, 3), (400, 5)
CONNECTIONS = 100


def rate(found):
    return found["entries"] / found["seconds"]


def details(played, raw):
    return {
        "entries_s": statistics.median(map(rate, played)),
        "raw_entries_s": statistics.median(map(rate, raw)),
        "p50_ms": statistics.median(one["p50_ms"] for one in played),
        "p99_ms": statistics.median(one["p99_ms"] for one in played),
        "bytes_an_entry": statistics.median(
            one["bytes_out"] / one["entries"] for one in played),
        "driver_busy": statistics.median(
            one["driver_cpu"] / one["seconds"] for one in played),
        "entries_a_round": played[0]["entries"],
        "connections": CONNECTIONS,
    }


def beside_raw(name, what, goal, played, raw):
    pair = ratios([rate(one) for one in played], [rate(one) for one in raw])
    return Measure(name, what, pair.ratio, goal, "higher", pair.spread,
                   detail={**details(played, raw), "ratios": pair.ratios})


def server_cpu(found):
    return found["server_cpu"] / found["entries"] * 1e6


def raw_cpu(found):
    return found["cpu"] / found["entries"] * 1e6


def play_rounds(crowd, first, rounds, *words):
    """(the server, the raw side): one round of each that does not count."""
    played, raw = [], []
    for turn in range(first, first + rounds + 1):
        raw.append(crowd.raw(turn))
        played.append(crowd.play(
            turn, "--connections", CONNECTIONS, *words))
        say(f"  {rate(played[-1]):.0f} / {rate(raw[-1]):.0f}")
    return played[1:], raw[1:]


def kept_and_again(crowd, rounds):
    """As play_rounds, and each turn a second time."""
    played, raw, again = [], [], []
    for turn in range(rounds + 1):
        raw.append(crowd.raw(turn))
        played.append(crowd.play(turn, "--connections", CONNECTIONS))
        again.append(crowd.play(turn, "--connections", CONNECTIONS,
                                "--expect", "known"))
        say(f"  {rate(played[-1]):.0f} / {rate(raw[-1]):.0f}")
    return played[1:], raw[1:], again[1:]


def ingest(stage):
    laptops, rounds = QUICK if stage.quick else WHOLE
    crowd = Crowd(stage, laptops, 2 * rounds + 2, rows=True)
    with crowd:
        played, raw, again = kept_and_again(crowd, rounds)
        resumed, raw_too = play_rounds(
            crowd, rounds + 1, rounds, "--tls", "resumed")
    for one in resumed:
        if one["resumed"] != one["opened"]:
            raise Failed(f"not every session was resumed: {one}")
    cpu = ratios([server_cpu(one) for one in played],
                 [raw_cpu(one) for one in raw])
    second = ratios([server_cpu(one) for one in again],
                    [server_cpu(one) for one in played])
    return [
        beside_raw("P1.kept", L(
            "saisies reçues par s, connexions gardées ÷ SQLite nu",
            "entries taken in a second, connections kept ÷ bare SQLite"),
            0.8, played, raw),
        beside_raw("P1.resumed", L(
            "de même, TLS repris à chaque lot ÷ SQLite nu",
            "the same, TLS resumed for each set ÷ bare SQLite"),
            0.5, resumed, raw_too),
        Measure("P1.cpu", L(
            "CPU du serveur par saisie reçue ÷ SQLite nu",
            "server CPU an entry taken in ÷ bare SQLite"),
            cpu.ratio, spread=cpu.spread, detail={
                "us_an_entry": cpu.a, "raw_us_an_entry": cpu.b}),
        Measure("P1.cpu.resumed", L(
            "CPU du serveur par saisie, TLS repris à chaque lot",
            "server CPU an entry, TLS resumed for each set"),
            statistics.median(map(server_cpu, resumed)), unit="µs"),
        Measure("P12", L(
            "un lot envoyé de nouveau ÷ la première fois, CPU du serveur",
            "a set sent again ÷ the first time, server CPU"),
            second.ratio, 0.2, spread=second.spread, detail={
                "us_an_entry_again": second.a, "us_an_entry": second.b}),
    ]


def slow_disk(stage):
    laptops, rounds = SMALL_QUICK if stage.quick else SMALL_WHOLE
    crowd = Crowd(stage, laptops, rounds + 1, rows=True, slow=True)
    with crowd:
        played, raw = play_rounds(crowd, 0, rounds)
    return [beside_raw("P1.slow", L(
        f"de même, chaque synchronisation du disque prend {SYNC_MS} ms",
        f"the same, each sync of the disk takes {SYNC_MS} ms"),
        8, played, raw)]


def small_sets(stage):
    laptops, rounds = SMALL_QUICK if stage.quick else SMALL_WHOLE
    crowd = Crowd(stage, laptops, rounds + 1, rows=True, entries=25)
    with crowd:
        played, raw = play_rounds(crowd, 0, rounds)
    return [beside_raw("P1.sets25", L(
        "comme P1.kept, lots de 25 saisies", "as P1.kept, sets of 25 entries"),
        None, played, raw)]


def instructions(stage):
    """The same on a busy machine. Its parts: tests/bench/profile.py."""
    path, entries = counted(stage)
    total = read_profile(path).total
    return [Measure("P1.instructions", L(
        "instructions du serveur par saisie reçue, connexions gardées",
        "server instructions an entry taken in, connections kept"),
        total / entries, detail={"entries": entries, "instructions": total})]


MEASURES = {
    "P1.kept": ingest,
    "P1.resumed": ingest,
    "P1.cpu": ingest,
    "P1.cpu.resumed": ingest,
    "P12": ingest,
    "P1.slow": slow_disk,
    "P1.sets25": small_sets,
}
if shutil.which("valgrind"):
    MEASURES["P1.instructions"] = instructions
