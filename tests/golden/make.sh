#!/usr/bin/env bash
# Make the golden data of the programs in $POINTEAU_BIN (README.md).
GOLDEN=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$GOLDEN/../scenario/play.sh"

into=$GOLDEN/$("$BIN/pointeau-server" --version | cut -d ' ' -f 2)
[[ ! -e $into ]] || wrong "$into is there: golden data is never changed"

empty_server bureau
for what in structures sites crews supervisors workers; do
	bureau import $what "$CAST/$what.csv"
done
start bureau
laptop berges VERTS
laptop garde VERTS
laptop volee VERTS
berges hours import "$CAST/week-berges.csv"
berges sync
garde hours add --worker V01 --day 2026-11-12 --slot am --time 3h
volee hours add --worker V02 --day 2026-11-12 --slot am --time 2h
berges hours add --worker V01 --day 2026-11-12 --slot am --time 2h
garde sync
volee sync
berges sync
bureau device revoke "$(device_of volee)" --reason "volé"
berges hours set --worker V03 --day 2026-11-16 --slot am --time 2h45 \
	--reason "pause oubliée"
bureau hours void --worker V04 --day 2026-11-16 --slot am --structure RIVES \
	--reason "absent"
berges sync
berges hours add --worker V05 --day 2026-11-12 --slot am --time 1h15
berges hours add --worker V05 --day 2026-11-12 --slot pm --time 1h15
stop bureau

# dump NAME AS: a directory, its database as text.
dump() {
	mkdir -p "$into/$2"
	python3 - "$STAGE/$1" "$into/$2" <<'PY'
import pathlib, shutil, sqlite3, sys
source, target = map(pathlib.Path, sys.argv[1:])
for path in sorted(source.iterdir()):
    if path.suffix == ".db":
        text = "\n".join(sqlite3.connect(path).iterdump()) + "\n"
        # Which machine and boot it was is nobody's business.
        for name in ("/etc/machine-id", "/proc/sys/kernel/random/boot_id"):
            if pathlib.Path(name).exists():
                own = pathlib.Path(name).read_text().strip()
                text = text.replace(own, "0" * len(own))
        (target / f"{path.stem}.sql").write_text(text, encoding="utf-8")
    elif path.is_file() and path.stat().st_size > 0 and \
            ".db-" not in path.name:
        shutil.copyfile(path, target / path.name)
PY
}
dump bureau office
dump berges berges
before=$(report_of bureau)
start bureau
berges sync
after=$(report_of bureau)
stop bureau
python3 - "$into/totals.json" "$before" "$after" <<'PY'
import json, sys
totals = [[json.loads(line)["rows"] for line in text.splitlines()]
          for text in sys.argv[2:]]
with open(sys.argv[1], "w", encoding="utf-8") as file:
    json.dump({"before": totals[0], "after": totals[1]}, file, indent=1,
              ensure_ascii=False)
    file.write("\n")
PY
du -sk "$into"
