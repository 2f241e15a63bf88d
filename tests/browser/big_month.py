#!/usr/bin/env python3
"""A structure with a month of many workers, to measure the grid on.

Usage: big_month.py BIN DIR [WORKERS [STRUCTURE]]: DIR is a server's data
directory (made when absent). Every planned half-day of November 2026 is
filled; one worker in five has corrections, one in ten an absence.
"""

import pathlib
import random
import subprocess
import sys

MONTH = "2026-11"
CREW_SIZE = 25
FIRST = ("Awa", "Karim", "Łucja", "Ngọc Lan", "Jean-Pierre", "Rose-Merline",
         "Ayşe", "Tesfaye", "Kévin", "Marie-Thérèse")
LAST = ("Diallo", "Haddad", "Nowicka", "Trần", "Marchandeau", "Baptiste",
        "Demirtaş", "Gebremariam", "D'Halluin", "Payet")


def main():
    binaries, directory = map(pathlib.Path, sys.argv[1:3])
    count = int(sys.argv[3]) if len(sys.argv) > 3 else 500
    structure = sys.argv[4] if len(sys.argv) > 4 else "GRANDE"
    draw = random.Random(5)

    def run(*words):
        subprocess.run([binaries / "pointeau-server", *words, "--data",
                        directory], check=True, stdout=subprocess.DEVNULL)

    def load(what, lines):
        file = directory / f"{what}.csv"
        file.write_text("\n".join(lines) + "\n", encoding="utf-8")
        run("import", what, file)
        file.unlink()

    if not directory.exists():
        run("init", "--url", "https://127.0.0.1:28443")
    load("structures", ["structure;name;kind;siret",
                        f"{structure};Grande Structure;ACI;04120768900013"])
    load("sites", ["site;structure;name;sector",
                   f"PARC-{structure};{structure};Parc;espaces_verts"])
    crews = range((count + CREW_SIZE - 1) // CREW_SIZE)
    load("crews", ["crew;structure;name;site;am;pm;days"] + [
        f"{structure}-{n:02};{structure};Équipe {n + 1};PARC-{structure};"
        "8h-11h30;13h-16h30;lun-ven" for n in crews])
    workers = [f"G{n:04}" for n in range(count)]
    load("workers", ["worker;structure;crew;first_name;last_name;"
                     "contract_start;contract_end"] + [
        f"{worker};{structure};{structure}-{n // CREW_SIZE:02};"
        f"{draw.choice(FIRST)};{draw.choice(LAST)};2026-01-05;"
        for n, worker in enumerate(workers)])
    for n, worker in enumerate(workers):
        at = ("--worker", worker, "--structure", structure)
        if n % 10 == 0:
            run("hours", "period", *at, "--from", f"{MONTH}-09", "--to",
                f"{MONTH}-13", "--kind", "sick")
        for first, last in ((2, 6), (9, 13), (16, 20), (23, 30)):
            if n % 10 == 0 and first == 9:
                continue
            run("hours", "period", *at, "--from", f"{MONTH}-{first:02}",
                "--to", f"{MONTH}-{last:02}", "--kind", "work", "--time",
                f"{draw.choice((180, 195, 210, 225))}m")
        if n % 5 == 0:
            run("hours", "set", *at, "--day", f"{MONTH}-17", "--slot", "am",
                "--time", "2h45", "--reason", "feuille relue")


if __name__ == "__main__":
    main()
