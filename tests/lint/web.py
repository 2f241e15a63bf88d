#!/usr/bin/env python3
"""What the pages' own files promise (docs/page.md), as far as text tells it.

    web.py [ROOT]

- every key given to t() has a text in French and in English, and both
  languages have the same keys and the same {values} in each;
- no text is left that nothing asks for;
- nothing inline, nothing evaluated, nothing stored in the browser, no request
  but those of api.js;
- margins, paddings and places are logical, colours come from tokens.css;
- every icon is in icons.txt, and nothing is there in vain.
"""
import re
import sys
from pathlib import Path

ROOT = Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()
WEB = [ROOT / "agent/web", ROOT / "shared/web"]
LANGUAGES = ("fr", "en")

TEXT = r"'((?:[^'\\\n]|\\.)*)'|\"((?:[^\"\\\n]|\\.)*)\""
MEMBER = re.compile(r"^\t(\w+):\s*(\{.*?\n?\t?\}|" + TEXT + r"),$", re.M | re.S)

FORBIDDEN = [
    (r"\bdangerouslySetInnerHTML\b|\binnerHTML\b|\bouterHTML\b", "raw HTML"),
    (r"\beval\(|\bnew Function\b", "evaluated text"),
    (r"\blocalStorage\b|\bsessionStorage\b|\bindexedDB\b|document\.cookie"
     r"|\bcaches\.\w|serviceWorker", "kept in the browser"),
    (r"\sstyle=[\"$]", "an inline style"),
    (r"\bXMLHttpRequest\b|\bWebSocket\b|\bEventSource\b|sendBeacon",
     "a request beside api.js"),
    (r"https?://(?!www\.w3\.org/)", "an address"),
]
PHYSICAL = re.compile(
    r"^\s*(?:(?:margin|padding|border)-(?:left|right|top|bottom)\b"
    r"|(?:left|right|top|bottom)\s*:|text-align\s*:\s*(?:left|right)\b"
    r"|float\s*:)", re.M)
# Four values are physical: top, right, bottom, left.
FOUR = re.compile(
    r"^\s*(?:margin|padding)\s*:\s*((?:[\w.%-]+|[\w-]+\([^()]*\))"
    r"(?:\s+(?:[\w.%-]+|[\w-]+\([^()]*\))){3})\s*;", re.M)
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b")
WHITE = {"#fff"}

faults = []


def fault(path, text):
    faults.append(f"{path.relative_to(ROOT)}: {text}")


def sources(suffix):
    for base in WEB:
        for path in sorted(base.rglob("*" + suffix)):
            if "node_modules" not in path.parts:
                yield path, path.read_text(encoding="utf-8")


def values_of(text):
    return sorted(set(re.findall(r"\{(\w+)\}", text)))


def texts_of(path):
    """{key: the texts' {values}, sorted} of one dictionary."""
    found = {}
    body = path.read_text(encoding="utf-8")
    for match in MEMBER.finditer(body):
        value = match.group(2)
        if value.startswith("{"):
            used = [one or two for one, two in re.findall(TEXT, value)]
            found[match.group(1)] = sorted(
                {name for one in used for name in values_of(one)})
        else:
            found[match.group(1)] = values_of(value)
    members = len(re.findall(r"^\t\w+:", body, re.M))
    if members != len(found):
        fault(path, f"{members} members, {len(found)} of them read")
    return found


def dictionaries():
    """{language: {"space.key": values}}, which must agree."""
    found = {code: {} for code in LANGUAGES}
    for base in WEB:
        for code in LANGUAGES:
            for path in sorted((base / "i18n" / code).glob("*.js")):
                for key, values in texts_of(path).items():
                    found[code][f"{path.stem}.{key}"] = values
    first = found[LANGUAGES[0]]
    for code in LANGUAGES[1:]:
        for key in sorted(first.keys() ^ found[code].keys()):
            faults.append(f"{key}: not in every language")
        for key in sorted(first.keys() & found[code].keys()):
            if first[key] != found[code][key]:
                faults.append(f"{key}: {first[key]} in one language, "
                              f"{found[code][key]} in another")
    return first


def check_keys(known):
    """Every 'space.key' in a source is known, and every known one is asked
    for: whole, or by a template that begins or ends so."""
    spaces = {key.split(".")[0] for key in known}
    asked = set()
    for path, text in sources(".js"):
        if "i18n" in path.parts:
            continue
        for key in re.findall(r"['`\"]((?:%s)\.\w+)['`\"]"
                              % "|".join(sorted(spaces)), text):
            asked.add(key)
            if key not in known:
                fault(path, f"no text for {key}")
        for start in re.findall(r"`((?:%s)\.\w*)\$\{" % "|".join(
                sorted(spaces)), text):
            hit = {key for key in known if key.startswith(start)}
            asked |= hit
            if not hit:
                fault(path, f"no text begins with {start}")
    for key in sorted(known.keys() - asked):
        faults.append(f"{key}: a text that nothing asks for")


def check_code():
    for path, text in sources(".js"):
        for pattern, what in FORBIDDEN:
            if re.search(pattern, text):
                fault(path, what)
        if re.search(r"\bfetch\(", text) and path.name != "api.js":
            fault(path, "a request beside api.js")
        if re.search(r"from '(?:preact|htm|@preact)", text) and \
                path.name != "preact.js":
            fault(path, "the libraries' home is shared/web/preact.js")
    page = ROOT / "agent/web/index.html"
    text = page.read_text(encoding="utf-8")
    if re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", text):
        fault(page, "something inline")


def check_styles():
    for path, text in sources(".css"):
        bare = re.sub(r"/\*.*?\*/", "", text, flags=re.S)
        for match in PHYSICAL.finditer(bare):
            fault(path, f"not logical: {match.group(0).strip()}")
        for match in FOUR.finditer(bare):
            fault(path, f"not logical: {match.group(0).strip()}")
        if path.name == "tokens.css":
            continue
        for colour in set(COLOUR.findall(bare)) - WHITE:
            fault(path, f"{colour}: colours are in tokens.css")


def check_icons():
    listed = set((ROOT / "shared/web/icons.txt").read_text().split())
    everything = "".join(text for _, text in sources(".js"))
    for path, text in sources(".js"):
        for name in re.findall(r"<\$\{Icon\}\s+name=\"([\w-]+)\"", text):
            if name not in listed:
                fault(path, f"{name} is not in icons.txt")
        for name in re.findall(r"\bicon: '([\w-]+)'", text):
            if name not in listed:
                fault(path, f"{name} is not in icons.txt")
    for name in sorted(listed):
        if not re.search(r"['\"`]%s['\"`]" % re.escape(name), everything):
            faults.append(f"icons.txt: nothing shows {name}")


check_keys(dictionaries())
check_code()
check_styles()
check_icons()
for line in faults:
    print(line)
print(f"not ok web: {len(faults)} faults" if faults else "ok web")
sys.exit(1 if faults else 0)
