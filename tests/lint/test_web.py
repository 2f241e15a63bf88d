#!/usr/bin/env python3
"""Each rule of web.py must bite, and the tree as it is must pass."""
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
CREW = "agent/web/screens/crew.js"
FRENCH = "agent/web/i18n/fr/crew.js"
STYLE = "agent/web/css/crew.css"
LOGIN = "server/web/screens/login.js"
LOGIN_ENGLISH = "server/web/i18n/en/login.js"

# (file, what is added at its end, a word of the fault)
BAD = [
    (CREW, "t('crew.nowhere');", "no text for crew.nowhere"),
    (CREW, "t(`crew.nowhere_${1}`);", "no text begins with crew.nowhere_"),
    (CREW, "localStorage.x = 1;", "kept in the browser"),
    (CREW, "fetch('/api/x');", "beside api.js"),
    (CREW, "element.innerHTML = name;", "raw HTML"),
    (CREW, "html`<p style=\"x\">`;", "inline style"),
    (CREW, "eval('1');", "evaluated"),
    (CREW, "import { h } from 'preact';", "home is"),
    (CREW, "html`<${Icon} name=\"dragon\" />`;", "dragon"),
    (CREW, "// http://example.org/", "an address"),
    (STYLE, ".a {\n\tmargin-left: 1rem;\n}", "not logical"),
    (STYLE, ".a {\n\tpadding: 1px 2px 3px var(--x);\n}", "not logical"),
    (STYLE, ".a {\n\tcolor: #123456;\n}", "tokens.css"),
    ("shared/web/icons.txt", "dragon", "nothing shows dragon"),
    ("agent/web/index.html", "<script>1</script>", "inline"),
    (LOGIN, "t('login.nowhere');", "no text for login.nowhere"),
    (LOGIN, "t('skills.title');", "no text for skills.title"),
    (LOGIN, "sessionStorage.x = 1;", "kept in the browser"),
    (LOGIN, "fetch('/api/x');", "beside api.js"),
    (LOGIN, "html`<${Icon} name=\"dragon\" />`;", "dragon"),
    ("server/web/css/login.css", ".a {\n\tcolor: #123456;\n}", "tokens.css"),
    ("server/web/icons.txt", "dragon", "nothing shows dragon"),
    ("server/web/icons.txt", "house", "house is in shared"),
    ("server/web/index.html", "<script>1</script>", "inline"),
]
# (file, from, to, a word of the fault)
CHANGED = [
    (FRENCH, "\tundo: ", "\tundoo: ", "crew.undo: not in every language"),
    (FRENCH, "{done}/{all}", "{done}", "in another"),
    (FRENCH, "\ttodo: '", "\tunasked: 'x',\n\ttodo: '",
     "crew.unasked: not in every language"),
    (LOGIN_ENGLISH, "\tagain: ", "\tagainst: ",
     "login.again: not in every language"),
]


def verdict(root):
    done = subprocess.run([sys.executable, HERE / "web.py", root],
                          capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def copy(place):
    for name in ("agent/web", "server/web", "shared/web"):
        shutil.copytree(ROOT / name, Path(place) / name,
                        ignore=shutil.ignore_patterns("node_modules"))


def bites(path, change, word):
    with tempfile.TemporaryDirectory() as place:
        copy(place)
        file = Path(place) / path
        file.write_text(change(file.read_text(encoding="utf-8")),
                        encoding="utf-8")
        status, said = verdict(place)
        if status == 0 or word not in said:
            print(f"not ok {path}: {word}\n{said}")
            return False
    print(f"ok {path}: {word}")
    return True


status, said = verdict(ROOT)
good = [status == 0]
print(f"not ok the tree as it is\n{said}" if status else
      "ok the tree as it is")
for path, added, word in BAD:
    good.append(bites(path, lambda text, a=added: text + a + "\n", word))
for path, old, new, word in CHANGED:
    good.append(bites(path, lambda text, o=old, n=new: text.replace(o, n, 1),
                      word))
sys.exit(0 if all(good) else 1)
