#!/usr/bin/env python3
"""Check the golden files with nothing of ours: check.py MAKE_VECTORS

ssh-keygen verifies the signatures and sha256sum the bodies; the wire form
and the log are read by the words of docs/protocol.md alone. MAKE_VECTORS
must still write the same files. Prints a line "ok" or "not ok" for each.
"""

import base64
import datetime
import hashlib
import pathlib
import subprocess
import sys
import tempfile
import zlib

ROOT = pathlib.Path(__file__).resolve().parent / "v1"
NO_HASH = "0" * 64
FAILURES = []


def check(name, ok):
    print(f"{'ok' if ok else 'not ok'} {name}")
    if not ok:
        FAILURES.append(name)


def run(command, folder, data=b""):
    return subprocess.run(
        command, cwd=folder, input=data, capture_output=True, check=False
    ).returncode == 0


def verify(text, namespace, identity, data=None):
    """Does ssh-keygen accept the signature beside the file ${text}?"""
    return run(
        ["ssh-keygen", "-Y", "verify", "-f", str(ROOT / "allowed_signers"),
         "-I", identity, "-n", namespace, "-s", str(text) + ".sig"],
        ROOT, text.read_bytes() if data is None else data)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def stamp(seconds):
    when = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return when.strftime("%Y-%m-%dT%H:%M:%SZ")


def headers(text):
    lines = [line[2:].split(" ", 1) for line in text.splitlines()
             if line.startswith("# ")]
    return dict(line for line in lines if len(line) == 2)


def folders():
    return sorted(path for path in ROOT.iterdir() if path.is_dir())


# ---- sets ----

def check_set(folder):
    manifest = (folder / "manifest").read_text()
    device = headers(manifest)["device"]
    text = folder / "manifest"
    check(f"{folder.name} manifest: ssh-keygen accepts it",
          verify(text, "changeset@pointeau", device))
    check(f"{folder.name} manifest: ssh-keygen refuses it as a receipt",
          not verify(text, "receipt@pointeau", device))
    changed = bytearray(text.read_bytes())
    changed[-20] ^= 1
    check(f"{folder.name} manifest: ssh-keygen refuses it changed",
          not verify(text, "changeset@pointeau", device, bytes(changed)))
    check(f"{folder.name} bodies: sha256sum accepts those there",
          run(["sha256sum", "--check", "--ignore-missing", "--status",
               "manifest"], folder))


def check_withheld():
    folder = ROOT / "06"
    there = sorted(path.name for path in (folder / "e").iterdir())
    check("06 bodies: two of four are withheld", there == ["0001", "0003"])
    check("06 bodies: sha256sum tells that some are missing",
          not run(["sha256sum", "--check", "--status", "manifest"], folder))


def check_sessions():
    """Within a session, numbers follow and each set names the one before."""
    last, ok = {}, True
    for folder in folders():
        text = (folder / "manifest").read_text()
        fields = headers(text)
        number, name = last.get(fields["device"], (0, NO_HASH))
        ok = ok and fields["prev"] == name
        ok = ok and int(fields["seq"]) == number + 1
        last[fields["device"]] = (number + 1, sha256(text.encode()))
    check("sessions are contiguous chains (I3)", ok)


# ---- the log ----

def check_log():
    head = sha256(b"# pointeau log 1\n# structure remparts\n")
    heads, before = [head], ""
    lines = (ROOT / "log").read_text().splitlines()
    check("log: a line for each set", len(lines) == len(folders()))
    for folder, line in zip(folders(), lines):
        number, epoch, time, name, after = line.split(" ")
        head = sha256(f"{head} {time} {name}\n".encode())
        heads.append(head)
        manifest = (folder / "manifest").read_bytes()
        seen = headers(manifest.decode())["seen"].split(" ")
        check(f"{folder.name} log: the head follows from the one before",
              after == head and name == sha256(manifest) and time >= before)
        check(f"{folder.name} log: the author saw a true head",
              seen[2] == heads[int(seen[1])])
        check(f"{folder.name} receipt: says the same as the log",
              (folder / "receipt").read_text() ==
              "# pointeau receipt 1\n# structure remparts\n"
              f"# epoch {epoch}\n# n {number}\n# manifest {name}\n"
              f"# head {head}\n# time {time}\n")
        check(f"{folder.name} receipt: ssh-keygen accepts it",
              verify(folder / "receipt", "receipt@pointeau",
                     headers((ROOT / "01" / "manifest").read_text())
                     ["device"]))
        before = time


# ---- the wire ----

class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def raw(self, count):
        assert self.at + count <= len(self.data)
        self.at += count
        return self.data[self.at - count:self.at]

    def number(self):
        value = shift = 0
        while True:
            byte = self.raw(1)[0]
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    def text(self):
        return self.raw(self.number()).decode()

    def ended(self):
        return self.at == len(self.data)


def read_set(wire):
    """A set of the wire: (manifest, raw signature, bodies)."""
    lines = ["# pointeau change set 1", f"# structure {wire.text()}",
             f"# device {wire.raw(8).hex()}",
             f"# session {wire.raw(8).hex()}", f"# seq {wire.number()}",
             f"# prev {wire.raw(32).hex()}",
             f"# seen {wire.number()} {wire.number()} {wire.raw(32).hex()}",
             f"# at {stamp(wire.number())}"]
    signature = wire.raw(64)
    bodies = {}
    for number in range(1, wire.number() + 1):
        length = wire.number()
        if length == 0:
            name = wire.raw(32).hex()
        else:
            bodies[f"{number:04}"] = wire.raw(length - 1)
            name = sha256(bodies[f"{number:04}"])
        lines.append(f"{name}  e/{number:04}")
    return "\n".join(lines) + "\n", signature, bodies


def is_set(folder, decoded):
    manifest, signature, bodies = decoded
    armour = "".join(
        (folder / "manifest.sig").read_text().splitlines()[1:-1])
    return (manifest == (folder / "manifest").read_text() and
            bodies == {path.name: path.read_bytes()
                       for path in (folder / "e").iterdir()} and
            decode(armour).endswith(signature))


def decode(text):
    return base64.b64decode(text, validate=True)


def check_push():
    wire = Reader(zlib.decompress((ROOT / "push.bin").read_bytes()))
    check("push: version 1", wire.number() == 1)
    check("push: as many sets", wire.number() == len(folders()))
    for folder in folders():
        check(f"push: set {folder.name}", is_set(folder, read_set(wire)))
    check("push: nothing more", wire.ended())


def check_pull():
    wire = Reader(zlib.decompress((ROOT / "pull.bin").read_bytes()))
    log = [line.split(" ")
           for line in (ROOT / "log").read_text().splitlines()]
    start = (wire.number(), wire.text(), wire.number(), wire.number(),
             wire.number())
    check("pull: header", start == (1, "remparts", 1, 2, 1))
    signature = wire.raw(64)
    armour = (folders()[-1] / "receipt.sig").read_text().splitlines()[1:-1]
    check("pull: the last item's receipt",
          decode("".join(armour)).endswith(signature))
    check("pull: as many items", wire.number() == len(log) - 1)
    for folder, line in list(zip(folders(), log))[1:]:
        kind, time = wire.number(), stamp(wire.number())
        ok = (is_set(folder, read_set(wire)) if kind == 2
              else wire.raw(32).hex() == line[3])
        check(f"pull: place {line[0]}, type {kind}", ok and time == line[2])
    check("pull: nothing more", wire.ended())


# ---- our generator ----

def content(path):
    data = path.read_bytes()
    return zlib.decompress(data) if path.suffix == ".bin" else data


def check_generator(program):
    with tempfile.TemporaryDirectory() as temporary:
        check("make_vectors runs", run([program, temporary], temporary))
        made = pathlib.Path(temporary)
        names = sorted(path.relative_to(ROOT)
                       for path in ROOT.rglob("*") if path.is_file())
        check("make_vectors writes the same names",
              names == sorted(path.relative_to(made)
                              for path in made.rglob("*")
                              if path.is_file()))
        for name in names:
            if (made / name).is_file():
                if content(made / name) != content(ROOT / name):
                    check(f"make_vectors writes the same {name}", False)
        check("make_vectors writes the same bytes", not any(
            "writes the same " in name for name in FAILURES))


def main():
    for folder in folders():
        check_set(folder)
    check_withheld()
    check_sessions()
    check_log()
    check_push()
    check_pull()
    check_generator(str(pathlib.Path(sys.argv[1]).resolve()))
    return 1 if FAILURES else 0


if __name__ == "__main__":
    sys.exit(main())
