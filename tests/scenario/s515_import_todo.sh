#!/usr/bin/env bash
# An empty office filled from workbooks, looked at before anything is written;
# and what it then has to do, at the shell as on the page.
. "$(dirname "$0")/play.sh"

empty_server bureau
workbook() {
	python3 "$HERE/../lib/workbook.py" "$CAST/$1.csv" "$STAGE/$2" ||
		wrong "no workbook of $1"
}

bureau todo --json
is 'it["rows"]' '[]'
is 'sum(it["setup"].values())' 0
bureau import kinds --json
is '[k["what"] for k in it["rows"]][:3]' "['structures', 'annexes', 'sites']"
bureau import template structures
cp "$OUT" "$STAGE/modele.csv"
bureau import structures "$STAGE/modele.csv" --dry-run --json
is '[it["added"], it["fault_count"], it["rows"][0]["line"]]' '[1, 0, 2]'
passed "a template goes through as it is"

empty_server modele
for what in structures annexes sites crews workers supervisors skills \
	contracts exit-codes projects; do
	modele import template "$what"
	cp "$OUT" "$STAGE/modele.csv"
	modele import "$what" "$STAGE/modele.csv" --json
	is '[it["added"], it["changed"], it["unchanged"]]' '[1, 0, 0]'
done
passed "and all of them, one after the other, as the guide has it"

# Known by its content, not by its name.
workbook structures structures.csv
bureau import structures "$STAGE/structures.csv" --dry-run
said "2 à ajouter"
bureau lists --json
is 'it["structures"]' '[]'
bureau import structures "$STAGE/structures.csv"
bureau import structures "$CAST/structures.csv" --json
is '[it["added"], it["changed"], it["unchanged"]]' '[0, 0, 2]'
for what in sites crews supervisors; do
	bureau import "$what" "$CAST/$what.csv"
done
workbook workers salaries.xlsx
bureau import workers "$STAGE/salaries.xlsx"
bureau import workers "$CAST/workers.csv" --json
is '[it["added"], it["changed"], it["unchanged"]]' '[0, 0, 24]'
passed "a workbook and a CSV file of the same list import alike"

# Headers in French; a formula that broke; an identifier of two people.
printf 'Identifiant;Structure;Équipe;Prénom;Nom\n%s\n' \
	'V90;RIVES;VERTS;#REF!;Blanc' >"$STAGE/formule.csv"
refuses 1 "colonne Prénom : #REF! : le tableur" \
	bureau import workers "$STAGE/formule.csv"
printf 'Identifiant;Structure;Équipe;Prénom;Nom\n%s\n' \
	'V01;REMPARTS;BAT;Lou;Blanc' >"$STAGE/double.csv"
bureau import workers "$STAGE/double.csv" --dry-run
said "1 à ajouter"
said "ligne 2 : « V01 » est aussi"
bureau import workers "$STAGE/double.csv" --dry-run --json
is 'len(it["warnings"])' 1
printf 'contract;worker;kind;start\nC1;V01;CDX;2026-01-01\n' >"$STAGE/genre.csv"
refuses 1 "type de contrat inconnu ; il y a CDDI" \
	bureau import contracts "$STAGE/genre.csv"
passed "French headers are read, broken formulas and twins are told"

printf 'worker;structure;crew;first_name;last_name\n%s\n%s\n' \
	'V90;RIVES;NULLE;Lou;Blanc' 'V91;RIVES;VERTS;;Noir' >"$STAGE/fautes.csv"
bureau import workers "$STAGE/fautes.csv" --dry-run --json
is '[[f["line"], f["column"]] for f in it["faults"]]' "[[2, 'crew'], [3, 'first_name']]"
untouched bureau
refuses 1 "2 fautes" bureau import workers "$STAGE/fautes.csv" --dry-run
refuses 1 "ligne 2" bureau import workers "$STAGE/fautes.csv"
head -c 300 "$STAGE/salaries.xlsx" >"$STAGE/coupe.xlsx"
refuses 1 "abîmé" bureau import workers "$STAGE/coupe.xlsx"
printf '\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1reste' >"$STAGE/ancien.xls"
refuses 1 ".xlsx" bureau import workers "$STAGE/ancien.xls"
python3 - "$STAGE/bombe.xlsx" <<'EOF'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w", zipfile.ZIP_DEFLATED) as out:
    out.writestr("xl/workbook.xml", " " * (65 << 20))
EOF
refuses 1 "64 Mo" bureau import workers "$STAGE/bombe.xlsx"
refuses 2 "ne s'importe pas" bureau import dragons "$STAGE/fautes.csv"
refuses 1 "AILLEURS" bureau todo --structure AILLEURS
UNTOUCHED=()
passed "$REFUSED refusals, each in plain words, and nothing changed"

start bureau
laptop berges VERTS
berges sync
berges hours fill --crew VERTS --day 2026-11-16 --slot am --as ENC-01
berges hours accident --worker V03 --day 2026-11-17 --at 10:20 \
	--place 'berge nord' --what chute --as ENC-01
berges sync
bureau todo --json
is 'it["rows"][0]["what"]' alert_accident
is 'sorted({r["structure"] for r in it["rows"] if r["what"] == "blanks"})' "['RIVES']"
is 'it["setup"]["laptops"]' 1
is '[r["level"] for r in it["rows"]] == sorted((r["level"] for r in it["rows"]), reverse=True)' True
bureau todo --structure REMPARTS --json
is '[r["what"] for r in it["rows"] if r["what"] in ("blanks", "alert_accident")]' '[]'
bureau todo
said "demi-journées prévues sans saisie"
passed "what is to be done, the accident first, of all or of one structure"
