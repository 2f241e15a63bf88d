#!/usr/bin/env python3
"""Says what a built program is made of: a CycloneDX bill of materials, from
the program itself (the libraries that it is linked with, and by which package
of this system) and from the lock file of its page.

    packaging/sbom.py --root DIR --package NAME --program NAME --licences FILE

DIR is where the package's files are; the bill is written to
usr/share/doc/NAME/sbom.cdx.json in it. FILE is the page's licences.txt.
Packages of Debian whose licence no machine can read are in LICENCES here: an
unknown one stops the build. Dated by SOURCE_DATE_EPOCH."""

import argparse
import base64
import datetime
import json
import os
import pathlib
import re
import subprocess
import sys
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]
LOCK = ROOT / "shared" / "web" / "package-lock.json"
DOCUMENTS = pathlib.Path("/usr/share/doc")

# By source package, as their copyright files say it in prose.
LICENCES = {
    "civetweb": "MIT",
    "curl": "curl",
    "expat": "MIT",
    "glibc": "LGPL-2.1-or-later",
    "jansson": "MIT",
    "libharu": "Zlib",
    "libsodium": "ISC",
    "libxlsxwriter": "BSD-2-Clause",
    "libzip": "BSD-3-Clause",
    "oath-toolkit": "LGPL-2.1-or-later",
    "openssl": "Apache-2.0",
    "qrencode": "LGPL-2.1-or-later",
    "sqlite3": "blessing",
    "zlib": "Zlib",
}


def said_by(*words):
    return subprocess.run(words, check=True, capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8"}).stdout


def needed(program):
    """The libraries that a program names itself, without those of theirs."""
    return sorted(re.findall(r"\(NEEDED\).*\[(.+)\]",
                             said_by("readelf", "-d", program)))


def places(program):
    """Where each library of a program is."""
    found = re.findall(r"(?:^|\s)(/\S+) \(0x", said_by("ldd", program))
    return {os.path.basename(path): path for path in found}


def owner(path):
    """The package that has a file, merged /usr or not."""
    real = os.path.realpath(path)
    for name in (path, real, real.removeprefix("/usr"), "/usr" + path):
        done = subprocess.run(["dpkg-query", "-S", name], text=True,
                              capture_output=True, check=False)
        if done.returncode == 0:
            return done.stdout.split(": ")[0].split(",")[0]
    sys.exit(f"sbom: no package has {path}")


def library(soname, path):
    package = owner(path)
    version, source = said_by(
        "dpkg-query", "-W", "-f", "${Version}\t${source:Package}",
        package).split("\t")
    name = package.split(":")[0]
    if source not in LICENCES:
        sys.exit(f"sbom: {soname} of {source}: which licence? "
                 f"See {DOCUMENTS / name / 'copyright'}, then add it to "
                 f"LICENCES in packaging/sbom.py")
    return {
        "type": "library",
        "bom-ref": f"deb/{name}",
        "name": name,
        "version": version,
        "licenses": [{"license": {"id": LICENCES[source]}}],
        "purl": f"pkg:deb/debian/{name}@{version.replace('+', '%2B')}",
        "properties": [{"name": "soname", "value": soname}],
    }


def page_part(name):
    packages = json.loads(LOCK.read_text("utf-8"))["packages"]
    part = packages[f"node_modules/{name}"]
    kind, digest = part["integrity"].split("-", 1)
    if kind != "sha512":
        sys.exit(f"sbom: {name}: {kind} in the lock file")
    return {
        "type": "library",
        "bom-ref": f"npm/{name}",
        "name": name,
        "version": part["version"],
        "hashes": [{"alg": "SHA-512",
                    "content": base64.b64decode(digest).hex()}],
        "licenses": [{"license": {"id": part["license"]}}],
        "purl": f"pkg:npm/{name.replace('@', '%40')}@{part['version']}",
    }


def bill(program, version, page):
    where = places(program)
    parts = {}
    for soname in needed(program):
        part = library(soname, where[soname])
        # libc6 is one package of several libraries.
        if part["bom-ref"] in parts:
            parts[part["bom-ref"]]["properties"] += part["properties"]
        else:
            parts[part["bom-ref"]] = part
    for name in page:
        part = page_part(name)
        parts[part["bom-ref"]] = part
    made = datetime.datetime.fromtimestamp(
        int(os.environ["SOURCE_DATE_EPOCH"]), datetime.timezone.utc)
    components = [parts[ref] for ref in sorted(parts)]
    itself = {"type": "application", "bom-ref": program.name,
              "name": program.name, "version": version,
              "licenses": [{"license": {"id": "Apache-2.0"}}]}
    content = json.dumps([itself, components], sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": uuid.uuid5(uuid.NAMESPACE_OID, content).urn,
        "version": 1,
        "metadata": {"timestamp": made.strftime("%Y-%m-%dT%H:%M:%SZ"),
                     "component": itself},
        "components": components,
        "dependencies": [{"ref": program.name, "dependsOn": sorted(parts)}],
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path, required=True)
    for name in ("package", "program"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--licences", type=pathlib.Path, required=True)
    words = parser.parse_args()
    program = words.root / "usr" / "bin" / words.program
    version = said_by(program, "--version").split()[1]
    page = re.findall(r"^---- (\S+) ----$",
                      words.licences.read_text("utf-8"), re.M)
    if not page:
        sys.exit(f"sbom: {words.licences} names nobody")
    out = words.root / "usr/share/doc" / words.package / "sbom.cdx.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(bill(program, version, page), indent=1,
                              ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
