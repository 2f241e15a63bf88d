#!/usr/bin/env python3
"""The server's systemd units are as tight as promised: `systemd-analyze
security` gives each service 1.5 at most, and `systemd-analyze verify` finds no
fault in any.

Exit status 77 where there is no systemd-analyze. Usage: unit.py [UNIT...]"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = ROOT / "packaging" / "systemd"
MOST = 1.5
# One that takes no care at all, to show that the measure measures.
CARELESS = "[Service]\nExecStart=/bin/true\n"
# What each must say: of the server, what it does with whoever started it
# (shared/notify.h); of the nightly backup, that it is the server's user, and
# that it asks whether there is a place for backups.
LINES = {
    "pointeau-server.service": (
        "Type=notify", "WatchdogSec=", "ExecReload=", "LimitCORE=0",
        "StartLimitBurst=", "RestartPreventExitStatus=2 10",
        "MemoryMax=", "TasksMax=", "UMask=0077", "StateDirectoryMode=0700",
        "SystemCallFilter=@system-service .*landlock_restrict_self"),
    "pointeau-backup.service": (
        "Type=oneshot", "User=pointeau-server", "ExecCondition=.*backup_dir",
        "ExecStart=/usr/bin/pointeau-server backup make",
        "ExecStart=/usr/bin/pointeau-server backup keep", "LimitCORE=0",
        "UMask=0077"),
    "pointeau-backup.timer": ("OnCalendar=", "Persistent=yes"),
}


def run(*words):
    done = subprocess.run(
        ["systemd-analyze", *words], stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False)
    return done.returncode, done.stdout


def exposure(path):
    _, said = run("security", "--offline=true", "--no-pager", str(path))
    found = re.search(r"exposure level for \S+: ([0-9.]+)", said)
    if not found:
        raise SystemExit(f"not ok security: {said}")
    return float(found[1])


def verify(unit, folder):
    """What systemd finds wrong with it; its program is not installed here."""
    for name in LINES:  # a timer names its service
        text = (PLACE / name).read_text("utf-8")
        (folder / name).write_text(re.sub(
            r"(?m)^(Exec\w+)=/usr/bin/\S+", r"\1=/bin/true", text), "utf-8")
    if unit.parent != PLACE:
        shutil.copy(unit, folder / unit.name)
    status, said = run("verify", "--man=no", str(folder / unit.name))
    # Another unit of this machine is no fault of ours.
    said = "\n".join(line for line in said.split("\n") if unit.name in line)
    return [f"verify: {said}"] if status != 0 or said else []


def check(unit, folder):
    text = unit.read_text("utf-8")
    faults = [f"{line} is missing" for line in LINES.get(unit.name, ())
              if not re.search(f"^{line}", text, re.M)]
    faults += verify(unit, folder)
    if unit.suffix != ".service":
        return faults, ""
    score = exposure(unit)
    if score > MOST:
        faults.append(f"exposure {score}, {MOST} at most")
    return faults, f" (exposure {score})"


def main():
    if shutil.which("systemd-analyze") is None:
        print("skipped: no systemd-analyze")
        return 77
    units = [pathlib.Path(one) for one in sys.argv[1:]] or [
        PLACE / name for name in LINES]
    bad = False
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        careless = folder / "careless.service"
        careless.write_text(CARELESS, "utf-8")
        if exposure(careless) <= MOST:
            raise SystemExit("not ok unit: a careless one is called safe")
        for unit in units:
            faults, score = check(unit, folder)
            for fault in faults:
                print(f"  {unit.name}: {fault}")
            print(f"{'not ok' if faults else 'ok'} {unit.name}{score}")
            bad = bad or bool(faults)
    return int(bad)


if __name__ == "__main__":
    sys.exit(main())
