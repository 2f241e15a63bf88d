#!/usr/bin/env bash
# A month's totals as a file that French Excel opens by a double click, and
# that cannot make it compute anything.
. "$(dirname "$0")/play.sh"

server bureau
printf 'worker;structure;crew;first_name;last_name\n%s\n%s\n%s\n' \
	'V21;RIVES;VERTS;=2+3;Zola' 'V22;RIVES;VERTS;@SOMME;"Le ""Grand"" ; Paul"' \
	'V23;RIVES;VERTS;-Anne;+Luc' >"$STAGE/drôles.csv"
bureau import workers "$STAGE/drôles.csv"
laptop berges VERTS
for worker in V01 V21 V22 V23; do
	berges hours add --worker $worker --day 2026-11-16 --slot am --time 3h20 \
		--activity "=1+1"
done
berges sync

bureau report month 2026-11 --format csv
cp "$OUT" "$STAGE/mois.csv"
does python3 - "$STAGE/mois.csv" <<'EOF'
import sys
data = open(sys.argv[1], "rb").read()
assert data.startswith(b"\xef\xbb\xbf"), "no BOM"
assert data.endswith(b"\r\n"), "the last line does not end"
assert data.count(b"\n") == data.count(b"\r\n"), "lines do not end in CRLF"
lines = data[3:].decode("utf-8").split("\r\n")
assert len({line.count(";") for line in lines[:2]}) == 1, "columns"
assert '"V01";3,33;0;3,33' in lines[1], lines[1]
EOF
passed "UTF-8 with its mark, semicolons, decimal commas, CRLF"

does python3 - "$STAGE/mois.csv" <<'EOF'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline=""),
                       delimiter=";"))
assert len({len(row) for row in rows}) == 1, "not all rows are as long"
names = {row[1]: row[0] for row in rows}
assert names["V21"] == "'=2+3 Zola", names["V21"]
assert names["V22"] == "'@SOMME Le \"Grand\" ; Paul", names["V22"]
assert names["V23"] == "'-Anne +Luc", names["V23"]
assert not any(cell[:1] in "=+-@\t" for row in rows for cell in row if cell)
total = sum(float(row[2].replace(",", ".")) for row in rows[1:-1])
assert abs(total - float(rows[-1][2].replace(",", "."))) < 0.03, total
EOF
for by in site crew activity structure; do
	bureau report month 2026-11 --by $by --format csv
	does python3 -c '
import csv, sys
rows = csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline=""), delimiter=";")
sys.exit(any(cell[:1] in "=+-@" for row in rows for cell in row if cell))' "$OUT"
done
passed "no cell is a formula"

fails 2 bureau report month 2026-11 --format xls
said "table, csv ou json"
fails 2 bureau report month 2026-11 --by couleur
fails 2 bureau report month novembre
said "2026-11"
bureau report month 2020-01 --json
is '(it["rows"], it["total"]["minutes"])' '([], 0)'
passed "what cannot be reported is refused, an empty month is empty"
