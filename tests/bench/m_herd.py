"""Everybody at once: the busiest hour of the country (W5), and a herd that
comes within a minute."""

import statistics

from lib import L, Failed, Measure, say
from play_stage import Crowd

# The country (docs/performance.md, W5).
LAPTOPS, SLOTS = 25000, 260000
SLOTS_A_LAPTOP = 10  # five workers, two slots each
ENTRIES = 12         # and two skills observed
HERD_S = 60
SLOW_PERMILLE = 10   # of the herd: a byte a second
ROUNDS = 3


def hour(crowd, first):
    """P10: each laptop connects anew and syncs: it pushes its day and, where
    others of its structure came before it, asks for what they changed."""
    scale = LAPTOPS / crowd.laptops * SLOTS / (LAPTOPS * SLOTS_A_LAPTOP)
    rounds = []
    for turn in range(first, first + ROUNDS):
        found = crowd.play(turn, "--tls", "new", "--ask", "visit")
        rounds.append(found["server_cpu"] * scale)
        say(f"  {rounds[-1]:.1f} s")
    return Measure("P10", L(
        "l'heure de pointe du pays, CPU du serveur",
        "the country's busiest hour, server CPU"),
        statistics.median(rounds), 60, spread=(min(rounds), max(rounds)),
        unit="s", detail={
            "laptops_played": crowd.laptops, "scaled_by": scale,
            "requests_a_laptop": found["requests"] / crowd.laptops,
            "of_two_cores_for_an_hour": statistics.median(rounds) / 7200})


def herd(crowd, herd_s, acks):
    """What the driver found, whatever went wrong."""
    return crowd.stage.bench(
        "bench_driver", "--plan", crowd.room / "plan", "--host",
        f"127.0.0.1:{crowd.server.port}", "--tls", "new", "--ask",
        "visit", "--herd-ms", int(herd_s * 1000), "--slow-permille", SLOW_PERMILLE, "--acks", acks,
        "--limit-s", int(2 * herd_s + 30), "--server-pid", crowd.server.pid(),
        core=1)


def country(stage):
    laptops = LAPTOPS // 10 if stage.quick else LAPTOPS
    herd_s = HERD_S * laptops / LAPTOPS
    crowd = Crowd(stage, laptops, 1, workers=5, entries=ENTRIES)
    acks = crowd.room / "acks"
    with crowd:
        found = herd(crowd, herd_s, acks)
    say(f"  {found}")
    kept = crowd.lost(acks)
    if kept["checked"] == 0:
        raise Failed(f"nobody was answered: {found}")
    detail = {"laptops": laptops, "within_s": herd_s, **found}
    return [
        Measure("P11", L(
            f"troupeau de {laptops} en {herd_s:.0f} s : p99 des honnêtes",
            f"a herd of {laptops} in {herd_s:.0f} s: p99 of the honest"),
            found["p99_ms"] / 1e3, 1, unit="s", detail=detail),
        Measure("P11.lost", L(
            "du même troupeau : accusés de réception que la base n'a pas",
            "of the same herd: acknowledgements that the base lacks"),
            kept["lost"], 0, detail=kept),
    ]


def busiest_hour(stage):
    laptops = 500 if stage.quick else 2500
    crowd = Crowd(stage, laptops, ROUNDS + 1, workers=5, entries=ENTRIES)
    with crowd:
        crowd.play(0, "--tls", "new", "--ask", "visit")
        return [hour(crowd, 1)]


MEASURES = {
    "P10": busiest_hour,
    "P11": country,
    "P11.lost": country,
}
