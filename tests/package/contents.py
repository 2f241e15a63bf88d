#!/usr/bin/env python3
"""What is in the packages is what the tree and the programs say:
contents.py FILES TREE. FILES: the three, unpacked on each other."""

import gzip
import json
import pathlib
import re
import subprocess
import sys

FILES, TREE = (pathlib.Path(word) for word in sys.argv[1:])
PROGRAMS = {"pointeau": ("pointeau-agent", 1),
            "pointeau-server": ("pointeau-server", 8)}
COUNT = 0


def show(fact, *why):
    if not fact:
        print("not ok -", *why)
        sys.exit(1)


def passed(what):
    global COUNT
    COUNT += 1
    print(f"ok {COUNT} - {what}")


def said_by(program, *words, language="fr"):
    done = subprocess.run([FILES / "usr/bin" / program, *words],
                          capture_output=True, text=True, check=True,
                          env={"LC_ALL": language, "HOME": "/nonexistent",
                               "PATH": "/usr/bin:/bin"})
    return done.stdout


def manuals():
    for program, (_, section) in PROGRAMS.items():
        for language, place in (("en", ""), ("fr", "fr/")):
            page = FILES / (f"usr/share/man/{place}man{section}/"
                            f"{program}.{section}.gz")
            text = gzip.decompress(page.read_bytes()).decode()
            made = said_by(program, "man", language=language)
            # They differ by the date alone, which is the build's.
            show(text.splitlines()[3:] == made.splitlines()[3:], page)
    passed("manuals of both programs in both languages, as they say them")


def completions():
    for program in PROGRAMS:
        words = FILES / "usr/share/bash-completion/completions" / program
        show(words.read_text("utf-8") ==
             said_by(program, "completion", "bash"), words)
        done = subprocess.run(
            ["bash", "-c", 'source "$1"; complete -p "$2"; '
             'COMP_WORDS=("$2" conf); COMP_CWORD=1; '
             '$(complete -p "$2" | sed "s/.*-F \\([^ ]*\\).*/\\1/") "$2" conf "$2"; '
             'printf "%s\\n" "${COMPREPLY[@]}"', "-", str(words), program],
            capture_output=True, text=True, check=False)
        show("config" in done.stdout, program, done.stdout, done.stderr)
        for path in (f"zsh/vendor-completions/_{program}",
                     f"fish/vendor_completions.d/{program}.fish"):
            show((FILES / "usr/share" / path).stat().st_size > 0, path)
    passed("the shells complete the commands there are")


def libraries(program):
    """The libraries a program needs, by readelf; the package of each by the
    packages' own lists of files."""
    said = subprocess.run(["readelf", "-d", FILES / "usr/bin" / program],
                          capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"\(NEEDED\).*\[(.+)\]", said))


def bills():
    lock = json.loads((TREE / "shared/web/package-lock.json")
                      .read_text("utf-8"))["packages"]
    for program, (package, _) in PROGRAMS.items():
        documents = FILES / "usr/share/doc" / package
        bill = json.loads((documents / "sbom.cdx.json").read_text("utf-8"))
        show(bill["bomFormat"] == "CycloneDX", package)
        itself = bill["metadata"]["component"]
        show(f"{itself['name']} {itself['version']}" ==
             said_by(program, "--version").strip(), itself)
        parts = bill["components"]
        show(all(part["licenses"][0]["license"]["id"] and part["version"]
                 for part in parts), package, "a version or a licence lacks")
        named = {prop["value"] for part in parts
                 for prop in part.get("properties", ())
                 if prop["name"] == "soname"}
        show(named == libraries(program), package, named ^ libraries(program))
        for part in parts:
            if part["purl"].startswith("pkg:deb"):
                version = subprocess.run(
                    ["dpkg-query", "-W", "-f", "${Version}", part["name"]],
                    capture_output=True, text=True, check=True).stdout
                show(version == part["version"], part, version)
        page = {part["name"]: part["version"] for part in parts
                if part["purl"].startswith("pkg:npm")}
        licences = gzip.decompress(
            (documents / "licences.txt.gz").read_bytes()).decode()
        show(set(page) == set(re.findall(r"(?m)^---- (\S+) ----$", licences)),
             package, "the page's parts and their licences")
        show({"preact", "htm", "@preact/signals"} <= set(page), page)
        for name, version in page.items():
            show(lock[f"node_modules/{name}"]["version"] == version, name)
    passed("the bills of materials name every library linked with, and every "
           "part of the pages")


def places():
    for path in ("lib/systemd/system/pointeau-server.service",
                 "usr/lib/systemd/user/pointeau.service",
                 "usr/lib/sysusers.d/pointeau-server.conf",
                 "usr/lib/tmpfiles.d/pointeau-server.conf",
                 "etc/xdg/autostart/pointeau.desktop",
                 "usr/share/applications/pointeau.desktop",
                 "usr/share/icons/hicolor/scalable/apps/pointeau.svg",
                 "usr/share/pointeau-server/server.conf",
                 "usr/share/doc/pointeau-server/README.Debian",
                 "usr/share/doc/pointeau-server/examples/haproxy.cfg",
                 "usr/share/doc/pointeau-server/examples/nginx.conf",
                 "usr/share/doc/pointeau-server/examples/Caddyfile"):
        show((FILES / path).is_file(), path, "is missing")
    for page in (TREE / "docs").rglob("*.md"):
        show((FILES / "usr/share/doc/pointeau-doc" /
              page.relative_to(TREE / "docs")).is_file(), page)
    show(sorted(path.name for path in (FILES / "usr/bin").iterdir()) ==
         sorted(PROGRAMS), "other programs than ours")
    for program in PROGRAMS:
        data = (FILES / "usr/bin" / program).read_bytes()
        show(str(TREE).encode() not in data and b"/tmp/" not in data,
             program, "a path of the build")
    passed("units, settings, desktop, documents are there, and no tool of ours")


def build_dependencies():
    """What tools/lib.sh installs to build with is what control asks for."""
    tools = (TREE / "tools/lib.sh").read_text("utf-8")
    listed = re.search(r"BUILD_PACKAGES=\(\n(.*?)\n\)", tools, re.S)[1]
    wanted = {word.strip("'").split("|")[0] for word in listed.split()}
    control = (TREE / "packaging/debian/control").read_text("utf-8")
    asked = set(re.findall(r"(?m)^ ([a-z0-9.+-]+)", re.search(
        r"(?ms)^Build-Depends:\n(.*?)^\S", control)[1]))
    # Of every Debian that builds; of the tests; of tools that ask the network.
    other = {"make", "gcc", "libc6-dev", "libcmocka-dev", "ca-certificates"}
    show(wanted - other <= asked, "control lacks", wanted - other - asked)
    passed("control asks for what tools/ install to build with")


places()
build_dependencies()
manuals()
completions()
bills()
