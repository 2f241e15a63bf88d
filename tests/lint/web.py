#!/usr/bin/env python3
"""What the pages' own files promise (docs/page.md), as far as text tells it.

    web.py [ROOT]

- every key given to t() has a text in French and in English, and both
  languages have the same keys and the same {values} in each, in the
  supervisor's page and in the office's;
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
SHARED = ROOT / "shared/web"
# Each page with what both share.
PAGES = [ROOT / "agent/web", ROOT / "server/web"]
WEB = [*PAGES, SHARED]
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


def sources(suffix, bases=None):
    for base in bases or WEB:
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


def dictionaries(bases):
    """{"space.key": values} of the languages, which must agree."""
    found = {code: {} for code in LANGUAGES}
    for base in bases:
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


def check_keys(known, bases):
    """Every 'space.key' in a source is known. Those that are asked for: whole,
    or by a template that begins so."""
    spaces = {key.split(".")[0] for key in known}
    asked = set()
    for path, text in sources(".js", bases):
        if "i18n" in path.parts:
            continue
        for key in re.findall(r"['`\"]((?:%s)\.\w+)['`\"]"
                              % "|".join(sorted(spaces)), text):
            asked.add(key)
            if key not in known:
                fault(path, f"no text for {key}")
        for key in re.findall(r"\bt\(\s*'(\w+\.\w+)'", text):
            if key not in known and key.split(".")[0] not in spaces:
                fault(path, f"no text for {key}")
        for start in re.findall(r"`((?:%s)\.\w*)\$\{" % "|".join(
                sorted(spaces)), text):
            hit = {key for key in known if key.startswith(start)}
            asked |= hit
            if not hit:
                fault(path, f"no text begins with {start}")
    return asked


def check_texts():
    """Both pages, each with what they share: a shared text is for either."""
    common = dictionaries([SHARED])
    left = set(common)
    for page in PAGES:
        own = dictionaries([page])
        known = {**common, **own}
        asked = check_keys(known, [page, SHARED])
        left -= asked
        for key in sorted(own.keys() - asked):
            fault(page, f"{key}: a text that nothing asks for")
    for key in sorted(left):
        fault(SHARED, f"{key}: a text that nothing asks for")


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
    for page in (base / "index.html" for base in PAGES):
        text = page.read_text(encoding="utf-8")
        if re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)",
                     text):
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


def names_in(path):
    return set(path.read_text().split()) if path.exists() else set()


def check_icons():
    shared = names_in(SHARED / "icons.txt")
    everything = "".join(text for _, text in sources(".js"))
    for page in PAGES:
        own = names_in(page / "icons.txt")
        for name in sorted(own & shared):
            fault(page, f"icons.txt: {name} is in shared/web/icons.txt")
        shown = ""
        for path, text in sources(".js", [page, SHARED]):
            shown += text
            for name in re.findall(r"<\$\{Icon\}\s+name=\"([\w-]+)\"", text) \
                    + re.findall(r"\bicon: '([\w-]+)'", text):
                if name not in own | shared:
                    fault(path, f"{name} is not in icons.txt")
        for name in sorted(own):
            if not shows(shown, name):
                fault(page, f"icons.txt: nothing shows {name}")
    for name in sorted(shared):
        if not shows(everything, name):
            faults.append(f"icons.txt: nothing shows {name}")


def shows(text, name):
    return re.search(r"['\"`]%s['\"`]" % re.escape(name), text)


check_texts()
check_code()
check_styles()
check_icons()
for line in faults:
    print(line)
print(f"not ok web: {len(faults)} faults" if faults else "ok web")
sys.exit(1 if faults else 0)
