#!/usr/bin/env python3
"""The server's systemd unit is as tight as promised: `systemd-analyze
security` gives it 1.5 at most, and `systemd-analyze verify` finds no fault.

Exit status 77 where there is no systemd-analyze. Usage: unit.py [UNIT]"""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
UNIT = ROOT / "packaging" / "systemd" / "pointeau-server.service"
MOST = 1.5
# One that takes no care at all, to show that the measure measures.
CARELESS = "[Service]\nExecStart=/bin/true\n"
# What serve does with whoever started it (shared/notify.h).
LINES = ("Type=notify", "WatchdogSec=", "ExecReload=", "LimitCORE=0",
         "MemoryMax=", "TasksMax=", "UMask=0077", "StateDirectoryMode=0700")


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


def main():
    if shutil.which("systemd-analyze") is None:
        print("skipped: no systemd-analyze")
        return 77
    unit = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else UNIT
    text = unit.read_text("utf-8")
    faults = [f"{line} is missing" for line in LINES
              if not re.search(f"^{re.escape(line)}", text, re.M)]
    with tempfile.TemporaryDirectory() as folder:
        careless = pathlib.Path(folder) / "careless.service"
        careless.write_text(CARELESS, "utf-8")
        if exposure(careless) <= MOST:
            faults.append("a careless unit is called safe")
        # The program is not installed here.
        copy = pathlib.Path(folder) / unit.name
        copy.write_text(re.sub(
            r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", text), "utf-8")
        status, said = run("verify", "--man=no", str(copy))
        # Another unit of this machine is no fault of ours.
        said = "\n".join(line for line in said.split("\n")
                         if unit.name in line)
        if status != 0 or said:
            faults.append(f"verify: {said}")
        score = exposure(unit)
    if score > MOST:
        faults.append(f"exposure {score}, {MOST} at most")
    for fault in faults:
        print(f"  {unit.name}: {fault}")
    print(f"{'not ok' if faults else 'ok'} unit (exposure {score})")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
