#!/usr/bin/env python3
"""A workbook with the rows of a CSV file, as a spreadsheet would save it.

    workbook.py IN.csv OUT.xlsx

Days are day numbers with a format, whole numbers are numbers, texts are shared
ones.
"""
import csv
import datetime
import re
import sys
import zipfile
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PARTS = "http://schemas.openxmlformats.org/package/2006/relationships"


def cell(place, text, shared):
    day = re.fullmatch(r"(\d\d)/(\d\d)/(\d{4})", text)
    if day:
        d, m, y = (int(part) for part in day.groups())
        serial = (datetime.date(y, m, d) - datetime.date(1899, 12, 30)).days
        return f'<c r="{place}" s="1"><v>{serial}</v></c>'
    if re.fullmatch(r"[1-9]\d{0,13}|0", text):
        return f'<c r="{place}"><v>{text}</v></c>'
    index = shared.setdefault(text, len(shared))
    return f'<c r="{place}" t="s"><v>{index}</v></c>'


def main(source, target):
    with open(source, encoding="utf-8-sig", newline="") as file:
        sample = file.read()
    rows = list(csv.reader(sample.splitlines(),
                           delimiter=";" if ";" in sample else ","))
    shared = {}
    body = ""
    for r, row in enumerate(rows, 1):
        cells = "".join(cell(f"{chr(65 + c)}{r}", text, shared)
                        for c, text in enumerate(row) if text)
        body += f'<row r="{r}">{cells}</row>'
    texts = "".join(f"<si><t>{escape(text)}</t></si>" for text in shared)
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml",
                     f'{HEAD}<workbook xmlns="{MAIN}" xmlns:r="{LINKS}">'
                     '<sheets><sheet name="Feuille1" sheetId="1" r:id="rId1"/>'
                     "</sheets></workbook>")
        out.writestr("xl/_rels/workbook.xml.rels",
                     f'{HEAD}<Relationships xmlns="{PARTS}"><Relationship '
                     f'Id="rId1" Type="{LINKS}/worksheet" '
                     'Target="worksheets/sheet1.xml"/></Relationships>')
        out.writestr("xl/styles.xml",
                     f'{HEAD}<styleSheet xmlns="{MAIN}"><cellXfs count="2">'
                     '<xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
                     "</styleSheet>")
        out.writestr("xl/sharedStrings.xml",
                     f'{HEAD}<sst xmlns="{MAIN}">{texts}</sst>')
        out.writestr("xl/worksheets/sheet1.xml",
                     f'{HEAD}<worksheet xmlns="{MAIN}"><sheetData>{body}'
                     "</sheetData></worksheet>")


main(sys.argv[1], sys.argv[2])
