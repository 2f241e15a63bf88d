#!/usr/bin/env python3
"""The supervisor's page, in both languages, is one sheet of A4 when printed,
and the other guides print as well. Exit status 77 where cmark-gfm, a chromium
or pdfinfo is missing. Usage: check_paper.py"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

import guide as guides
from guide import ROOT

A4 = (595, 842)  # points


def facts(pdf):
    said = subprocess.run(["pdfinfo", pdf], capture_output=True, check=True,
                          encoding="utf-8").stdout
    pages = int(re.search(r"(?m)^Pages: +(\d+)$", said)[1])
    size = re.search(r"(?m)^Page size: +([\d.]+) x ([\d.]+)", said)
    return pages, (round(float(size[1])), round(float(size[2])))


def main():
    chromium = os.environ.get("POINTEAU_CHROMIUM", "/usr/bin/chromium")
    for program in ("cmark-gfm", chromium, "pdfinfo"):
        if shutil.which(program) is None:
            print(f"skipped: no {program}")
            return 77
    faults = 0
    with tempfile.TemporaryDirectory() as out:
        subprocess.run(
            [ROOT / "tools" / "guides", "--pdf", out], check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "POINTEAU_CHROMIUM": chromium})
        for pair in guides.PAIRS:
            for lang, name in zip(("fr", "en"), pair):
                pages, size = facts(f"{out}/{lang}/{name}.pdf")
                most = 1 if pair == guides.PAIRS[0] else 20
                right = 1 <= pages <= most and size == A4
                faults += not right
                print(f"{'ok' if right else 'not ok'} {lang}/{name}: "
                      f"{pages} pages of {size[0]} x {size[1]} points")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
