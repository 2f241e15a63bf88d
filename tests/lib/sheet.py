#!/usr/bin/env python3
"""The first sheet of a workbook, read from its parts alone: rows of cells in
JSON. A number is a number, a text a text, a cell that is not there null.

    sheet.py BOOK.xlsx
"""
import json
import re
import sys
import xml.etree.ElementTree as tree
import zipfile

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def column(place):
    """Counted from 0: AA1 is 26."""
    number = 0
    for letter in re.match("[A-Z]+", place)[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def text_of(element):
    return "".join(part.text or "" for part in element.iter(f"{MAIN}t"))


def value(cell, shared):
    kind = cell.get("t", "n")
    told = cell.findtext(f"{MAIN}v")
    if kind == "inlineStr":
        return text_of(cell)
    if told is None:
        return None
    if kind == "s":
        return shared[int(told)]
    return float(told) if kind == "n" else told


def main(path):
    with zipfile.ZipFile(path) as book:
        shared = []
        if "xl/sharedStrings.xml" in book.namelist():
            texts = tree.fromstring(book.read("xl/sharedStrings.xml"))
            shared = [text_of(one) for one in texts.iter(f"{MAIN}si")]
        sheet = tree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        cells = []
        for cell in row.iter(f"{MAIN}c"):
            at = column(cell.get("r"))
            cells += [None] * (at + 1 - len(cells))
            cells[at] = value(cell, shared)
        rows.append(cells)
    json.dump(rows, sys.stdout)


main(sys.argv[1])
