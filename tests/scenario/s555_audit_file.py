#!/usr/bin/env python3
"""The audit folder as one file: from the page and at the shell. Unpacked, it
is checked by our own program and by the commands of its own LISEZMOI.txt; it
is in the log before anybody has it, and nothing of it stays at the server."""

import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile

from door import Door, Visitor, account
from stage import Laptop, Office, ok, play, same, show

SKIPPED = 77
MONTH = "2026-11"
NAME = f"audit-{MONTH}"


def hours(person, worker, day, slot, *words):
    person.run("hours", "add", "--worker", worker, "--day", day, "--slot",
               slot, *words)


def fill(office, berges):
    """Two structures, laptop and office, a correction, a sick day."""
    hours(berges, "V01", "2026-11-16", "am", "--time", "3h30")
    hours(berges, "V02", "2026-11-16", "am", "--time", "3h30")
    berges.run("hours", "set", "--worker", "V01", "--day", "2026-11-16",
               "--slot", "am", "--time", "3h", "--reason", "parti plus tôt")
    berges.run("sync")
    hours(office, "B01", "2026-11-17", "am", "--structure", "REMPARTS",
          "--time", "2h")
    hours(office, "V03", "2026-11-17", "am", "--structure", "RIVES",
          "--time", "0", "--kind", "maladie")


def ask(visitor, **members):
    """The file by the page: its bytes."""
    status, headers, raw = visitor.ask_raw(
        "POST", "export/audit", {"month": MONTH, **members})
    same(status, 200, raw[:500])
    same(headers["Content-Type"], "application/zip")
    name = NAME + ("-" + members["structure"] if members.get("structure")
                   else "")
    same(headers["Content-Disposition"], f'attachment; filename="{name}.zip"')
    same(headers["Cache-Control"], "no-store")
    return raw


def files_of(raw, name=NAME):
    """Path below its folder to bytes."""
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        same(file.testzip(), None)
        for one in file.infolist():
            show(one.filename.startswith(f"{name}/") and
                 ".." not in one.filename, one)
            same((one.date_time, one.external_attr >> 16),
                 ((2026, 11, 30, 0, 0, 0), 0o100600), one)
        names = file.namelist()
        same(names, sorted(names), "in order")
        return {path[len(name) + 1:]: file.read(path) for path in names}


def unpack(stage, raw, into, name=NAME):
    folder = stage.path / into
    shutil.rmtree(folder, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(raw)) as file:
        file.extractall(folder)
    same(sorted(os.listdir(folder)), [name])
    return folder / name


def stranger(folder):
    """As LISEZMOI.txt says; its commands stand indented between two marks."""
    lines = (folder / "LISEZMOI.txt").read_text("utf-8").split("\n")
    first = next(i for i, line in enumerate(lines) if line.startswith(">8"))
    last = next(i for i, line in enumerate(lines) if line.startswith("8<"))
    script = "\n".join(line[4:] for line in lines[first + 1:last]) + "\n"
    return subprocess.run(["sh", "-s"], input=script, cwd=folder,
                          capture_output=True, text=True, timeout=120)


def sound(office, folder):
    office.run("audit", "verify", folder)
    done = stranger(folder)
    show(done.returncode == 0 and "CONFORME" in done.stdout, done.stdout,
         done.stderr)


def clean(office):
    """Nothing of it stays where it was made."""
    left = [name for name in os.listdir(office.data)
            if name.startswith("audit")]
    same(left, [], "left at the office")


def log_of(office):
    return office.run("export", "list", "--what", "audit", "--json")["rows"]


def logged(office, raw):
    """The log's row of this very file."""
    found = [row for row in log_of(office) if row["format"] == "zip" and
             row["files"][1]["sum"] == hashlib.sha256(raw).hexdigest()]
    same(len(found), 1)
    return found[0]


def by_page(stage, office, direction):
    raw = ask(direction, structure="")
    clean(office)
    folder = unpack(stage, raw, "unpacked")
    sound(office, folder)
    files = files_of(raw)
    show({"log/RIVES.log", "log/REMPARTS.log", "LISEZMOI.txt", "SHA256SUMS",
          "SHA256SUMS.sig"} <= set(files), sorted(files)[:20])
    ok(f"{len(files)} files come as one, which our program and the "
       "LISEZMOI's own commands find right")
    spoilt = sorted(path for path, data in files.items()
                    if "/e/" in path and b"V0" in data)[0]
    (folder / spoilt).write_bytes(files[spoilt].replace(b"V0", b"V1", 1))
    show(files[spoilt] != (folder / spoilt).read_bytes(), spoilt)
    same(office.attempt("audit", "verify", folder), 1)
    show(stranger(folder).returncode != 0, "a changed entry passes")
    ok("one letter changed after unpacking is found by both")
    rows = log_of(office)
    same([(row["by"], row["format"], sorted(row["structures"]))
          for row in rows], [("d", "zip", ["REMPARTS", "RIVES"])])
    same([(file["name"], file["sum"], file["bytes"])
          for file in rows[0]["files"]],
         [("SHA256SUMS", hashlib.sha256(files["SHA256SUMS"]).hexdigest(), 0),
          (f"{NAME}.zip", hashlib.sha256(raw).hexdigest(), len(raw))])
    same(rows[0]["rows"], sum("/e/" in path for path in files))
    ok("the log has who, how many entries, and the sum of the very file")


def refusals(office, direction):
    before = log_of(office)
    message = direction.refused(404, "not_found", "POST", "export/audit",
                                {"month": "2020-01"})
    show("rien à exporter" in message, message)
    direction.refused(404, "not_found", "POST", "export/audit",
                      {"month": MONTH, "structure": "NULLE"})
    for month in ("2026-13", "novembre", ""):
        direction.refused(400, "usage", "POST", "export/audit",
                          {"month": month})
    for member in ("out", "data", "nonsense"):
        direction.refused(400, "usage", "POST", "export/audit",
                          {"month": MONTH, member: "x"})
    direction.refused(405, "method", "GET", "export/audit", {"month": MONTH})
    same(log_of(office), before)
    clean(office)
    ok("a month without anything, a wrong word: refused, nothing logged, "
       "nothing left")


def limits(stage, office, door):
    """It has sick days and the like: not for who may not read health."""
    for login in ("auditor", "paie", "cip", "devices"):
        visitor = account(door, login, login)
        visitor.refused(403, "forbidden", "POST", "export/audit",
                        {"month": MONTH})
    rh = account(door, "rh", "rh", structures="RIVES")
    # As the page asks for all: an empty structure.
    raw = ask(rh, structure="")
    files = files_of(raw)
    sound(office, unpack(stage, raw, "limited"))
    found = [path for path, data in files.items()
             if "REMPARTS" in path or b"REMPARTS" in data or b"B01" in data]
    same(found, [], "of the other structure")
    same(logged(office, raw)["structures"], ["RIVES"])
    rh.refused(404, "not_found", "POST", "export/audit",
               {"month": MONTH, "structure": "REMPARTS"})
    ok("only who may read health has it, and of their structures alone")


def one_structure(stage, office, direction):
    raw = ask(direction, structure="REMPARTS")
    sound(office, unpack(stage, raw, "one", f"{NAME}-REMPARTS"))
    paths = files_of(raw, f"{NAME}-REMPARTS")
    show("log/REMPARTS.log" in paths and "log/RIVES.log" not in paths, paths)
    row = logged(office, raw)
    same((row["structures"], row["filter"]["structure"],
          row["files"][1]["name"]),
         (["REMPARTS"], "REMPARTS", f"{NAME}-REMPARTS.zip"))
    ok("one structure alone, when it is asked for")


def standard_output(office):
    _, process, out, err = launched = office.launch(
        "export", "audit", MONTH, "--zip")
    process.wait(120)
    out.seek(0)
    err.seek(0)
    raw, told = out.read(), err.read().decode("utf-8")
    for file in launched[2:]:
        file.close()
    same(process.returncode, 0, told)
    show("SHA256:" in told, told)
    return raw


def at_once(stage, office, direction):
    """One is made at a time: who comes meanwhile is asked to come again."""
    answers = []
    askers = [threading.Thread(target=lambda: answers.append(
        direction.ask_raw("POST", "export/audit", {"month": MONTH})))
        for _ in range(6)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    same(len(answers), 6)
    for status, headers, raw in answers:
        if status == 200:
            same(logged(office, raw)["by"], "d")
            sound(office, unpack(stage, raw, "at-once"))
        else:
            same((status, json.loads(raw)["error"]), (503, "busy"))
            show(int(headers["Retry-After"]) > 0)
    show(any(status == 200 for status, _, _ in answers))
    clean(office)
    ok("several at once: each has a whole one, or is told to come again")


def by_shell(stage, office):
    """With the server running, then without."""
    for running in (True, False):
        count = len(log_of(office))
        raw = standard_output(office)
        sound(office, unpack(stage, raw, "shell"))
        path = stage.path / f"it-{running}.zip"
        told = office.run("export", "audit", MONTH, "--zip", "--out", path,
                          "--json")
        same((told["out"], told["bytes"]), (str(path), path.stat().st_size))
        same(path.stat().st_mode & 0o777, 0o600)
        folder = stage.path / f"folder-{running}"
        folder.mkdir()
        office.run("export", "audit", MONTH, "--zip", "--out", folder)
        inside = folder / f"{NAME}.zip"
        sound(office, unpack(stage, inside.read_bytes(), "shell"))
        same(office.attempt("export", "audit", MONTH, "--zip", "--out",
                            folder), 1)
        show("existe déjà" in office.err, office.err)
        same(office.attempt("export", "audit", MONTH, "--zip", "--out",
                            stage.path / "no" / "where.zip"), 1)
        show("au journal" in office.err, office.err)
        rows = log_of(office)
        same(len(rows), count + 4)
        for one in (raw, path.read_bytes(), inside.read_bytes()):
            same(logged(office, one)["by"], "console")
        clean(office)
        # The directory itself has the same files.
        plain = stage.path / f"plain-{running}"
        office.run("export", "audit", MONTH, "--out", plain)
        zipped = files_of(inside.read_bytes())
        same({str(one.relative_to(plain)) for one in plain.rglob("*")
              if one.is_file() and "receipts" not in one.parts
              and "sets" not in one.parts},
             {one for one in zipped
              if not one.startswith(("receipts/", "sets/"))})
        if running:
            office.stop()
    ok("the same at the shell, to a file, a directory or another program, "
       "whether or not the server runs")


def told(stage):
    if shutil.which("ssh-keygen") is None:
        print("skipped: no ssh-keygen here")
        sys.exit(SKIPPED)
    office = Office(stage)
    office.import_cast()
    office.start()
    berges = Laptop(stage, "berges", office)
    fill(office, berges)
    door = Door(office)
    direction = Visitor(door)
    direction.set_up(office.ready["setup"], login="d", name="Direction")
    by_page(stage, office, direction)
    refusals(office, direction)
    limits(stage, office, door)
    one_structure(stage, office, direction)
    at_once(stage, office, direction)
    by_shell(stage, office)
    office.must_be_sound()


if __name__ == "__main__":
    sys.exit(play(told))
