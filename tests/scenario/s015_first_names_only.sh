#!/usr/bin/env bash
# I17: a laptop holds first names and an initial; what else is known about
# people never leaves the office.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT
bureau import workers "$CAST/workers-late.csv"
berges sync
remparts sync

# What must be nowhere: last names, and when contracts end, in both writings.
# (When they begin is also since when somebody is in a crew, which it knows.)
python3 - "$CAST" >"$STAGE/secrets" <<'EOF'
import csv, datetime, pathlib, sys
today = datetime.date.today()
for name in ("workers.csv", "workers-late.csv"):
    text = (pathlib.Path(sys.argv[1]) / name).read_text("utf-8-sig")
    rows = csv.DictReader(text.splitlines(), delimiter=max(",;", key=text.count))
    for row in rows:
        print(row["last_name"])
        day = row["contract_end"]
        if "/" in day:
            day = "-".join(reversed(day.split("/")))
        # Laptops do write today's date, and tomorrow's after midnight.
        if abs((datetime.date.fromisoformat(day) - today).days) > 1:
            print(day)
            print("/".join(reversed(day.split("-"))))
EOF
[[ $(wc -l <"$STAGE/secrets") -gt 60 ]] || wrong "no secrets to look for"

for name in berges remparts; do
	grep -qrF 'Łucja' "$STAGE/$name" || wrong "$name does not know Łucja"
	if grep -rahoF -e '"weekly"' -e identity/ -e contract/ \
		-f "$STAGE/secrets" "$STAGE/$name" >"$OUT"; then
		wrong "$name knows too much"
	fi
done
passed "no last name, no contract on a laptop"

berges crew --day 2026-11-16 --json
is '[w["name"] for w in it["crews"][0]["workers"]][:2]' \
	"['Fatou Dia.', 'Fatou Dio.']"
passed "two first names that are alike get longer initials"

berges crew --json
is '[c["crew"] for c in it["crews"]]' "['VERTS']"
if grep -qraF -e Moussa -e Tigran "$STAGE/berges"; then
	wrong "berges knows the other crew"
fi
fails 1 berges hours add --worker B01 --day 2026-11-16 --slot am --time 3h30
remparts crew --json
is 'sorted(c["crew"] for c in it["crews"])' "['BAT', 'VERTS']"
passed "a laptop knows its own crews alone"

grep -qraF -e Nowicka "$STAGE/bureau" || wrong "nor does the office"
grep -qraF -e identity/ "$STAGE/bureau" || wrong "nor does the office"
passed "the office knows the rest"
