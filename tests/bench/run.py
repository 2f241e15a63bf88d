#!/usr/bin/env python3
"""Take the measures of tests/bench/m_*.py and show them: one table, one JSON
file. Called by tools/bench, which explains the options. Status 0, also when a
goal is missed; 1 when something could not be measured."""

import argparse
import importlib
import json
import pathlib
import re
import signal
import sys
import traceback

import lib
from histories import size_of
from lib import L, Measure, Stage, say

ROWS = ("<!-- table -->", "<!-- end -->")
BOOK = lib.ROOT / "docs" / "performance.md"


class TimeIsUp(Exception):
    """The whole run took too long."""


def words():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", required=True)
    parser.add_argument("--json")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--record", action="store_true")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--growth")
    parser.add_argument("--large", type=size_of, default=0)
    parser.add_argument("--sizes", default="")
    parser.add_argument("--scratch")
    parser.add_argument("--minutes", type=float)
    parser.add_argument("--with", dest="earlier", action="append", default=[])
    parser.add_argument("--list", action="store_true")
    return parser.parse_args()


def order(name):
    """P2 before P10, P4 before P4.cpu, other letters after."""
    match = re.fullmatch(r"P(\d+)(.*)", name)
    return (0, int(match[1]), match[2]) if match else (1, 0, name)


def gather(options):
    """id → how it is measured, in order. A module says NEEDS = "peers" when
    only --peers asks for it."""
    found = {}
    for path in sorted(lib.HERE.glob("m_*.py")):
        module = importlib.import_module(path.stem)
        needs = getattr(module, "NEEDS", "")
        if needs and not getattr(options, needs):
            continue
        found.update(module.MEASURES)
    return {name: found[name] for name in sorted(found, key=order)}


def chosen(measures, only):
    """--only P4 takes P4.cpu too. A name that nobody has is refused."""
    if not only:
        return measures
    found = {}
    for one in only.split(","):
        under = [name for name in measures
                 if name == one or name.startswith(one + ".")]
        if not under:
            raise SystemExit(L(f"Aucune mesure ne s'appelle {one}",
                               f"No measure is called {one}"))
        found.update((name, measures[name]) for name in under)
    return {name: found[name] for name in sorted(found, key=order)}


def take(stage, measures):
    """(measures, ids without one). A function may give several, and stand
    under several ids: it is called once."""
    done, missing, called = {}, [], set()
    for name, function in measures.items():
        if name in done or function in called:
            continue
        called.add(function)
        say(f"{name} …")
        try:
            for one in function(stage):
                done[one.id] = one
                say(f"{one.id} = {number(one.value, one.unit)}")
        except TimeIsUp:
            say(L(f"{name} : le temps est écoulé", f"{name}: time is up"))
            break
        except Exception as wrong:  # the others can still be taken
            say(f"{name}: {wrong}")
            traceback.print_exc()
    missing = [name for name in measures if name not in done]
    return sorted(done.values(), key=lambda one: order(one.id)), missing


# ---- how it is shown ----


def number(value, unit):
    """Three figures that count, with the unit; a comma in French."""
    if unit == "" or abs(value) < 100:
        text = f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
    else:
        text = f"{value:,.0f}"
    text = text.replace(",", " ")
    if not lib.in_english():
        text = text.replace(".", ",")
    return f"{text} {unit}".strip()


def cells(one):
    sign = {"lower": "≤", "higher": "≥"}[one.better]
    goal = "" if one.goal is None else f"{sign} {number(one.goal, one.unit)}"
    met = {None: "", True: "✓", False: "✗"}[one.met]
    spread = "" if one.spread is None else " – ".join(
        number(end, "") for end in one.spread)
    return [one.id, one.what, number(one.value, one.unit), goal, met, spread]


def table(measures, missing):
    """Markdown, in columns that stand straight."""
    head = [L("mesure", "measure"), L("quoi", "what"),
            L("valeur", "value"), L("but", "goal"), "",
            L("étendue", "spread")]
    rows = [head, ["---"] * len(head)]
    rows += [cells(one) for one in measures]
    rows += [[name, L("pas mesuré", "not measured"), "", "", "?", ""]
             for name in missing]
    widths = [max(len(row[place]) for row in rows)
              for place in range(len(head))]
    rows[1] = ["-" * width for width in widths]
    return "\n".join("| " + " | ".join(
        cell.ljust(width) for cell, width in zip(row, widths)) + " |"
        for row in rows)


def of_machine(found):
    libraries = ", ".join(f"{name} {found[name]}" for name in lib.VERSIONS
                          if name in found)
    return (f"{found['cpu']}, {found['cores']} "
            + L("cœurs", "cores") + f", Linux {found['kernel']}, "
            + L("synchronisation du disque", "disk sync") + " (p50) "
            + number(found["disk_sync_p50_ms"], "ms") + f"; {libraries}")


def record(text):
    """Put it between the marks of docs/performance.md."""
    book = BOOK.read_text("utf-8") if BOOK.exists() else ""
    if any(book.count(mark) != 1 for mark in ROWS):
        raise SystemExit(L(f"{BOOK} n'a pas les marques {ROWS}",
                           f"{BOOK} lacks the marks {ROWS}"))
    before, rest = book.split(ROWS[0])
    after = rest.split(ROWS[1])[1]
    BOOK.write_text(f"{before}{ROWS[0]}\n{text}\n{ROWS[1]}{after}", "utf-8")


def with_earlier(taken, missing, files):
    """And those that an earlier run took and this one did not."""
    found = {}
    for file in files:
        told = json.loads(pathlib.Path(file).read_text("utf-8"))
        for row in told["measures"]:
            row.pop("met")
            found[row["id"]] = Measure(**row)
    found.update((one.id, one) for one in taken)
    return (sorted(found.values(), key=lambda one: order(one.id)),
            [name for name in missing if name not in found])


def out_of_time(*_):
    raise TimeIsUp


def main():
    options = words()
    measures = chosen(gather(options), options.only)
    if options.list:
        print("\n".join(measures))
        return 0
    seconds = 60 * (options.minutes or (3 if options.quick else 20))
    signal.signal(signal.SIGTERM, lib.ended)
    signal.signal(signal.SIGALRM, out_of_time)
    with Stage(options.build, options.quick, seconds, options.scratch,
               options) as stage:
        found = lib.machine(stage)
        say(of_machine(found))
        signal.alarm(max(1, int(seconds)))
        taken, missing = take(stage, measures)
        signal.alarm(0)
    taken, missing = with_earlier(taken, missing, options.earlier)
    text = f"{of_machine(found)}\n\n{table(taken, missing)}"
    print(text)
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(
            {"machine": found, "quick": options.quick,
             "measures": [one.as_json() for one in taken],
             "missing": missing},
            ensure_ascii=False, indent=1) + "\n", "utf-8")
    if options.record:
        record(text)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
