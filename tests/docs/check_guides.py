#!/usr/bin/env python3
"""The guides of docs/guide: both languages say the same in the same places,
nothing stands in them that no test plays, every picture is there and small,
every word in bold is one of the screens'. Usage: check_guides.py

For each rule a line "ok NAME" or "not ok NAME" after its faults. Whether the
commands do what they show is tests/scenario/s690_guides.py; whether those of
all documents exist, check_commands.py; that the supervisor's page is one sheet
of paper, check_paper.py."""

import re
import sys

import guide as guides
from guide import ROOT, blocks_of, outside_blocks, path_of

PICTURE_MAX = 100_000
PICTURES = ROOT / "docs" / "pictures"
# Where the words of the screens are, by language.
WORDS = ("agent/web/i18n/{}/*.js", "agent/web/i18n/worker/{}.js",
         "server/web/i18n/{}/*.js", "packaging/applications/*.desktop")


def texts():
    for pair in guides.PAIRS:
        for lang, name in zip(("fr", "en"), pair):
            path = path_of(lang, name)
            yield lang, path.relative_to(ROOT), path.read_text("utf-8")


def pairs():
    for french, english in guides.PAIRS:
        yield (path_of("fr", french).read_text("utf-8"),
               path_of("en", english).read_text("utf-8"), french)


def shape(text):
    """Headings' levels, pictures, list items, tables' rows, in order."""
    marks = (r"(?m)^(#+) |!\[[^\]]*\]\(([^)]+)\)|^(-|\d+\.) |"
             r"^(\|)|^(@@)")
    prose = re.sub(r"(?ms)^ *```.*?^ *```$", "@@", text)
    return [next(group for group in found.groups() if group)
            for found in re.finditer(marks, prose)]


def rule_same_shape():
    for french, english, name in pairs():
        one, other = shape(french), shape(english)
        for place, (left, right) in enumerate(zip(one, other)):
            if left != right and not (left[0].isdigit()
                                      and right[0].isdigit()):
                yield f"{name}: mark {place}: {left!r} and {right!r}"
                break
        if len(one) != len(other):
            yield f"{name}: {len(one)} and {len(other)} marks"


def rule_same_commands():
    for french, english, name in pairs():
        one, other = blocks_of(french), blocks_of(english)
        if len(one) != len(other):
            yield f"{name}: {len(one)} and {len(other)} blocks"
        for left, right in zip(one, other):
            mine = [guides.in_english(left.info),
                    *(guides.in_english(text) for text in
                      ([c.text for c in left.commands] or left.lines))]
            theirs = [right.info,
                      *(re.sub(r'"[^"]*"', '""', text) for text in
                        ([c.text for c in right.commands] or right.lines))]
            if mine != theirs:
                yield f"{name}:{left.line}: {mine} and {theirs}"


def rule_every_block_is_played():
    for _, path, text in texts():
        for block in blocks_of(text):
            if not block.runs and not block.file:
                yield f"{path}:{block.line}: nothing plays ```{block.info}"
            if block.runs and not block.commands:
                yield f"{path}:{block.line}: no command"
        if re.search(r"(?m)^(?: {4}|\t)\S", outside_blocks(text)):
            yield f"{path}: indented text, which no test plays"


def rule_pictures():
    shown = set()
    readers = [(path.parent, text) for _, path, text in texts()]
    for name in ("README.md", "docs/performance.md"):
        readers.append(((ROOT / name).parent.relative_to(ROOT),
                        (ROOT / name).read_text("utf-8")))
    for place, text in readers:
        for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
            path = (ROOT / place / name).resolve()
            shown.add(path)
            if not path.is_file():
                yield f"{place}: no picture {name}"
        for alt in re.findall(r"!\[(\s*)\]\(", text):
            if str(place) != ".":
                yield f"{place}: a picture without words"
    for path in sorted(PICTURES.iterdir()):
        if path.resolve() not in shown:
            yield f"{path.relative_to(ROOT)}: nobody shows it"
        if path.stat().st_size > PICTURE_MAX:
            yield (f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes, "
                   f"{PICTURE_MAX} at most")


def plain(text):
    text = text.replace("\u00ad", "").replace("’", "'")
    return re.sub(r"[\s\u00a0\u202f]+", " ", text).strip().lower()


def screen_words(lang):
    found = {"pointeau"}
    for pattern in WORDS:
        for path in ROOT.glob(pattern.format(lang)):
            text = path.read_text("utf-8")
            for value in re.findall(r"'((?:[^'\\\n]|\\.)*)'", text):
                value = re.sub(r"\\u([0-9a-f]{4})",
                               lambda found: chr(int(found[1], 16)), value)
                found.add(plain(value))
    return found


def rule_bold_words_are_on_a_screen():
    for lang in ("fr", "en"):
        words = screen_words(lang)
        for its, path, text in texts():
            if its != lang:
                continue
            for bold in re.findall(r"\*\*([^*]+)\*\*", outside_blocks(text)):
                said = plain(bold)
                # "Terminer le matin ({done}/{all})": said without its figures.
                begins = re.compile(
                    re.escape(said.rstrip("…")) + r"(?:$|[\s:(…{—])")
                if said.startswith(("en gras", "in bold")):
                    continue
                if not any(begins.match(word) for word in words):
                    yield f"{path}: **{bold}** is on no screen"


def rule_links():
    for _, path, text in texts():
        for link in re.findall(r"(?<!!)\[[^\]]+\]\(([^)]+)\)", text):
            file, _, anchor = link.partition("#")
            target = (ROOT / path).parent / file if file else ROOT / path
            if not target.is_file():
                yield f"{path}: {link} leads nowhere"
                continue
            heads = [re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-")
                     for head in re.findall(r"(?m)^#+ (.+)$",
                                            target.read_text("utf-8"))]
            if anchor and anchor not in heads:
                yield f"{path}: no part #{anchor}"


def main():
    status = 0
    for name, rule in list(globals().items()):
        if not name.startswith("rule_"):
            continue
        faults = list(rule())
        for fault in faults:
            print(fault)
        print(("not ok " if faults else "ok ") + name.removeprefix("rule_"))
        status = status or (1 if faults else 0)
    return status


if __name__ == "__main__":
    sys.exit(main())
