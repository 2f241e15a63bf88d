#!/usr/bin/env bash
# What leaves the office as files: logged before it is written, equal to the
# figures, harmless to open, and compared with what left before.
. "$(dirname "$0")/play.sh"
for tool in pdftotext pdfinfo; do
	command -v $tool >/dev/null || exit 77
done

empty_server bureau
import_cast bureau
printf 'worker;structure;crew;first_name;last_name\n%s\n%s\n%s\n%s\n%s\n' \
	'V21;RIVES;VERTS;=2+3;Zola' \
	'V22;RIVES;VERTS;Łucja;Şahin' \
	'V23;RIVES;VERTS;-Anne;"+Luc ""Grand"" ; Paul"' \
	'V24;RIVES;VERTS;@SOMME(1);"<b>O'\''Neil & Fils</b>"' \
	'V25;RIVES;VERTS;محمد;Ωmega' >"$STAGE/drôles.csv"
bureau import workers "$STAGE/drôles.csv"
start bureau
laptop berges VERTS
laptop remparts BAT
berges hours import "$CAST/week-berges.csv"
for worker in V21 V22 V23 V24 V25; do
	berges hours add --worker $worker --day 2026-11-16 --slot am --time 3h20 \
		--activity "=1+1"
done
berges hours add --worker V22 --day 2026-11-16 --slot pm --time 0 --kind maladie
remparts hours add --worker B01 --day 2026-11-16 --slot am --time 2h
berges sync
remparts sync

# ---- payroll ----

out="$STAGE/sorties"
mkdir "$out"
bureau export payroll 2026-11 --structure RIVES --out "$out" --json
is '(it["what"], it["provisional"])' "('payroll', True)"
id=$(json 'it["id"]')
sum=$(json 'it["files"][0]["sum"]')
rows=$(json 'it["rows"]')
file="$out/paie-2026-11-RIVES.csv"
same "$(sha256sum <"$file")" "$sum  -"
bureau export list --json
is 'len(it["rows"])' 1
is '[(r["id"], r["what"], r["rows"], r["by"], r["structures"]) for r in it["rows"]]' \
	"[('$id', 'payroll', $rows, 'console', ['RIVES'])]"
is 'it["rows"][0]["files"][0]["sum"]' "$sum"
same "$(query bureau "select count(*) from entry where kind = 'export'")" 1
passed "an export is in the log with its rows and the file's sum"

bureau report month 2026-11 --structure RIVES --json
cp "$OUT" "$STAGE/mois.json"
does python3 - "$file" "$STAGE/mois.json" <<'PY'
import csv, json, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline=""),
                           delimiter=";"))
month = json.load(open(sys.argv[2], encoding="utf-8"))
want = {(r["worker"], k): m for r in month["rows"] for k, m in r["kinds"].items()}
got = {(r["Matricule"], r["Genre"]): int(r["Minutes"]) for r in rows}
assert got == want, set(got.items()) ^ set(want.items())
for r in rows:
    assert abs(float(r["Heures"].replace(",", ".")) * 60 - int(r["Minutes"])) < 0.5, r
names = {r["Matricule"]: (r["Prénom"], r["Nom"]) for r in rows}
assert names["V21"] == ("'=2+3", "Zola"), names["V21"]
assert names["V22"] == ("Łucja", "Şahin"), names["V22"]
sick = [r for r in rows if r["Matricule"] == "V22" and r["Genre"] == "sick"]
assert [(r["Minutes"], r["Demi-journées"], r["Absence"]) for r in sick] == [("0", "1", "1")], sick
PY
passed "payroll has every minute of the month, by person and kind"

printf '%s\r\n' '# pour la paie' 'Matricule = worker' 'Société = "0042"' \
	'Rubrique=code' 'Heures = hours' 'code.work = 1000' >"$STAGE/colonnes"
bureau export payroll 2026-11 --structure RIVES --map "$STAGE/colonnes" \
	--format rfc4180 --out -
does python3 - "$OUT" <<'PY'
import csv, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
assert rows[0] == ["Matricule", "Société", "Rubrique", "Heures"], rows[0]
assert {row[1] for row in rows[1:]} == {"0042"}
assert ["V21", "0042", "1000", "3.33"] in rows, rows
PY
printf '%s\n' 'Nom = last' 'Nom = first' 'A = couleur' 'sans rien' \
	'code.vacances = 1' >"$STAGE/faux"
fails 1 bureau export payroll 2026-11 --map "$STAGE/faux" --out "$out"
said "ligne 2"
said "ligne 3"
said "ligne 4"
said "ligne 5"
fails 1 bureau export payroll 2026-11 --map "$STAGE/rien" --out "$out"
passed "a house gives its own columns; each fault has its line"

# ---- spreadsheets ----

bureau export report 2026-11 --structure RIVES --format xlsx --out "$out"
cp "$out/rapport-2026-11-RIVES.xlsx" "$STAGE/une.xlsx"
bureau report month 2026-11 --structure RIVES --format xlsx
cmp -s "$OUT" "$STAGE/une.xlsx" || wrong "not the same bytes twice"
passed "the same workbook to the byte, in a directory or on standard output"

does python3 - "$STAGE/une.xlsx" <<'PY'
import re, sys, zipfile
book = zipfile.ZipFile(sys.argv[1])
sheet = book.read("xl/worksheets/sheet1.xml").decode()
assert "<f>" not in sheet and "<f " not in sheet, "a formula"
assert 'ySplit="1"' in sheet and 'state="frozen"' in sheet, "header not frozen"
assert "[h]:mm" in book.read("xl/styles.xml").decode()
assert "=2+3 Zola" in book.read("xl/sharedStrings.xml").decode()
PY
passed "texts are texts, the header stays in sight"

# Narrow: on one page. Wide: in letters that can be read, pages beside.
bureau export payroll 2026-11 --structure RIVES --format xlsx
cp "$OUT" "$STAGE/large.xlsx"
does python3 - "$STAGE/large.xlsx" <<'PY'
import sys, zipfile
sheet = zipfile.ZipFile(sys.argv[1]).read("xl/worksheets/sheet1.xml").decode()
assert "fitToPage" not in sheet and 'scale="75"' in sheet, "letters too small"
assert 'orientation="landscape"' in sheet
PY
passed "a wide workbook prints in letters that can be read"

if command -v soffice >/dev/null; then
	bureau export report 2026-11 --structure RIVES --format csv --out "$out"
	for kind in xlsx csv; do
		filter=44,34,76,1
		[[ $kind == xlsx ]] && infilter=() ||
			infilter=(--infilter="CSV:59,34,76,1,,1036,false,true,false")
		HOME="$STAGE" does soffice --headless -env:UserInstallation="file://$STAGE/lo" \
			"${infilter[@]}" --convert-to "csv:Text - txt - csv (StarCalc):$filter" \
			--outdir "$STAGE/lo-$kind" "$out/rapport-2026-11-RIVES.$kind"
		does python3 - "$STAGE/lo-$kind/rapport-2026-11-RIVES.csv" \
			"$STAGE/mois.json" $kind <<'PY'
import csv, json, sys
rows = list(csv.reader(open(sys.argv[1], encoding="utf-8", newline="")))
month = json.load(open(sys.argv[2], encoding="utf-8"))
xlsx = sys.argv[3] == "xlsx"
head, body, total = rows[0], rows[1:-1], rows[-1]
step = 2 if xlsx else 1
assert len(body) == len(month["rows"]), (len(body), len(month["rows"]))
def clock(text):
    hours, minutes = text.split(":")[:2]
    return int(hours) * 60 + int(minutes)
def cell(row, index):
    """Minutes of the index-th column of minutes."""
    at = 2 if index == 0 else 3 + step + (index - 1) * step
    if xlsx:
        decimal = round(float(row[at + 1].replace(",", ".")) * 60) if row[at + 1] else None
        minutes = clock(row[at]) if row[at] else None
        assert minutes is None or abs(minutes - decimal) <= 1, row
        return minutes
    return round(float(row[at].replace(",", ".")) * 60) if row[at] else None
for told, row in zip(month["rows"], body):
    assert row[1] == told["worker"], (row, told)
    got = cell(row, 0)
    assert abs(got - told["minutes"]) <= (0 if xlsx else 1), (row, told)
    assert row[2 + step] == str(told["contested"]), row
    kinds = sum(cell(row, i) or 0 for i in range(1, (len(head) - 3 - step) // step + 1))
    assert abs(kinds - sum(told["kinds"].values())) <= 3, (row, told)
names = {row[1]: row[0] for row in body}
assert names["V21"].lstrip("'") == "=2+3 Zola", names["V21"]
assert names["V24"].lstrip("'").startswith("@SOMME(1)"), names["V24"]
assert names["V22"] == "Łucja Şahin", names["V22"]
PY
	done
	passed "LibreOffice reads every cell of XLSX and CSV as the JSON has it, no formula"
else
	echo "# no LibreOffice here: XLSX and CSV not opened by it"
fi

# ---- sheets ----

bureau export sheets 2026-11 --structure RIVES --out "$out"
said "U+0645"
said "محمد"
pdfinfo "$out/feuilles-2026-11-RIVES.pdf" >"$STAGE/titre.txt" 2>/dev/null
grep -q "^Title: *Feuilles d'heures, 2026-11$" "$STAGE/titre.txt" ||
	wrong "the title: $(grep ^Title "$STAGE/titre.txt")"
pdftotext -layout "$out/feuilles-2026-11-RIVES.pdf" "$STAGE/feuilles.txt" \
	2>/dev/null
for text in "Łucja Şahin" "novembre 2026" "PROVISOIRE" "Pas encore signé" \
	"Empreinte des lignes" "Journal de RIVES" "SHA256:" "À payer : 3h20"; do
	grep -qF -- "$text" "$STAGE/feuilles.txt" || wrong "no « $text » on paper"
done
bureau export sheets 2026-11 --structure RIVES --by crew --out "$out/équipes"
pdftotext -layout "$out/équipes/feuilles-2026-11-RIVES.pdf" - 2>/dev/null \
	>"$STAGE/équipe.txt"
grep -qF "Łucja Şahin" "$STAGE/équipe.txt" || wrong "nobody on the crew's sheet"
bureau export sheets 2026-11 --structure RIVES --each --out "$out/chacun"
[[ -s $out/chacun/feuille-2026-11-RIVES-V22.pdf ]] || wrong "no file of V22"
bureau export sheets 2026-11 --structure RIVES --worker V22 --out -
cp "$OUT" "$STAGE/a.pdf"
bureau export sheets 2026-11 --structure RIVES --worker V22 --out -
pdftotext "$STAGE/a.pdf" - >"$STAGE/a.txt" 2>/dev/null
pdftotext "$OUT" - >"$STAGE/b.txt" 2>/dev/null
# The log's head moved in between: this line alone may differ.
same "$(diff "$STAGE/a.txt" "$STAGE/b.txt" | grep -c '^[<>]')" \
	"$(diff "$STAGE/a.txt" "$STAGE/b.txt" | grep '^[<>]' | grep -cE 'Journal de RIVES|^[<>] [0-9a-f ]+$')"
passed "sheets name everyone, say what they cannot write, and prove themselves"

# ---- the declaration ----

bureau export asp 2026-11 --structure RIVES --out "$out"
does python3 - "$out/asp-2026-11-RIVES.txt" <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
assert data.count(b"\n") == data.count(b"\r\n")
lines = data.decode("utf-8").split("\r\n")
assert lines[0] == "DEB|pointeau-asp|1|2026-11|PROVISOIRE", lines[0]
assert lines[-1] == "", lines[-1]
head = lines[1].split("|")
assert head[:9] == ["emi_pph_id", "emi_ctr_id", "emi_afi_id", "emi_sme_mois",
    "emi_sme_annee", "emi_sme_version", "emi_esm_etat_code",
    "emi_date_validation", "emi_nb_heures_travail"], head
rows = [line.split("|") for line in lines[2:-2]]
assert rows and all(len(row) == len(head) for row in rows)
assert {(row[3], row[4], row[6]) for row in rows} == {("11", "2026", "BROUILLON")}
end = lines[-2].split("|")
assert end[:2] == ["FIN", "pointeau-asp"] and int(end[3]) == len(rows)
assert int(end[4]) == sum(int(row[8]) for row in rows)
PY
passed "the ASP preparation has its columns, its first and its last line, and says provisoire"

# ---- FSE+ ----

printf '%s\n' 'project;structure;name;fund;start;end;person;role;quota' \
	'P1;RIVES;Chemins verts;FSE+;01/01/2026;31/12/2026;V01;beneficiary;' \
	'P1;RIVES;Chemins verts;FSE+;01/01/2026;31/12/2026;ENC-01;staff;62,5' \
	>"$STAGE/projets.csv"
bureau import projects "$STAGE/projets.csv"
bureau import projects "$STAGE/projets.csv"
said "2 inchangés"
bureau export fse 2026-11 --project P1 --out "$out"
pdftotext -layout "$out/fse-2026-11.pdf" "$STAGE/fse.txt" 2>/dev/null
for text in "Cofinancé par l'Union européenne" "Chemins verts" \
	"non renseigné" "quotité 62,50" "masqué (moins de 5 personnes)" \
	"deux signataires"; do
	grep -qF -- "$text" "$STAGE/fse.txt" || wrong "no « $text » for FSE+"
done
! grep -qF Diallo "$STAGE/fse.txt" || wrong "a name in an FSE+ sheet"
fails 1 bureau export fse 2026-11 --project P9 --out "$out"
said "P9"
printf '%s\n' 'project;structure;name;start;person;role' \
	'P2;RIVES;Deux;01/01/2026;INCONNU;chef' >"$STAGE/projets-faux.csv"
fails 1 bureau import projects "$STAGE/projets-faux.csv"
said "ni salarié ni encadrant"
said "staff"
passed "FSE+ sheets have no name, no zero for a blank, two signers to be had"

# ---- what changed since ----

bureau export changed --since last --what payroll --json
is '(it["added"], it["changed"], it["removed"])' "(0, 0, 0)"
berges hours set --worker V21 --day 2026-11-16 --slot am --time 4h --reason "oubli"
berges hours add --worker V24 --day 2026-11-17 --slot am --time 2h --kind formation
berges hours void --worker V23 --day 2026-11-16 --slot am --reason "erreur"
berges sync
bureau export changed --since "$id" --json
is '(it["added"], it["changed"], it["removed"])' "(1, 1, 1)"
is 'sorted((r["change"], r["key"], r.get("before"), r.get("after")) for r in it["rows"])' \
	"[('added', 'V24/training', None, 120), ('changed', 'V21/work', 200, 240), ('removed', 'V23/work', 200, None)]"
bureau export payroll 2026-11 --structure RIVES --out "$out"
bureau export changed --since "$id" --until last --json
is 'it["changed"]' 1
bureau export changed --since "$id"
said "V21/work"
fails 1 bureau export changed --since 20200101-00000000
said "aucun export"
passed "what changed since an export is told row by row"

# ---- refusals ----

before=$(query bureau "select count(*) from entry where kind = 'export'")
fails 1 bureau export payroll 2020-01 --out "$out"
said "rien à exporter"
fails 1 bureau report month 2020-01 --format csv
said "rien à exporter"
fails 2 bureau export payroll novembre --out "$out"
fails 2 bureau export sheets 2026-11 --by couleur --out "$out"
fails 2 bureau export payroll 2026-11 --format doc --out "$out"
fails 1 bureau export payroll 2026-11 --structure NULLE --out "$out"
fails 2 bureau export payroll 2026-11 --out ""
fails 2 bureau export sheets 2026-11 --each
: >"$STAGE/fichier"
fails 1 bureau export payroll 2026-11 --out "$STAGE/fichier"
said "n'est pas un dossier"
same "$(query bureau "select count(*) from entry where kind = 'export'")" \
	"$before"
[[ ! -e $out/paie-2020-01.csv ]] || wrong "an empty file"
passed "zero rows and bad words are refused, and nothing is logged"

if command -v script >/dev/null; then
	STATUS=0
	script -qec "'$BIN/pointeau-server' report month 2026-11 --format xlsx --data '$STAGE/bureau'" \
		/dev/null >"$OUT" 2>"$ERR" </dev/null || STATUS=$?
	same "$STATUS" 2
	said "--out DIR"
	passed "bytes are not shown on a terminal"
fi

# Logged, and then no place to write: said so.
fails 1 bureau export payroll 2026-11 --out "$STAGE/fichier/dessous"
said "est au journal, mais"
same "$(query bureau "select count(*) from entry where kind = 'export'")" \
	"$((before + 2))"
passed "a file that cannot be written after all is told, and the log has it"

# The log cannot be written: no file. Nobody serves, and the disk is full.
stop bureau
rm -rf "$STAGE/vide"
STATUS=0
(
	ulimit -f 0
	"$BIN/pointeau-server" export payroll 2026-11 --structure RIVES \
		--out "$STAGE/vide" --data "$STAGE/bureau"
) 2>&1 | cat >"$STAGE/plein" || true
[[ ! -e $STAGE/vide/paie-2026-11-RIVES.csv ]] || wrong "a file without its log"
same "$(query bureau "select count(*) from entry where kind = 'export'")" \
	"$((before + 2))"
bureau export payroll 2026-11 --structure RIVES --out "$STAGE/vide"
[[ -s $STAGE/vide/paie-2026-11-RIVES.csv ]] || wrong "no file"
passed "no log, no file; then both"

# ---- a closed month ----

start bureau
printf '%s\n' 'annex;structure;measure;start;end;etp_posts;hours_per_etp' \
	'ACI051170013A0M1;RIVES;ACI_DC;01/01/2026;31/12/2026;12,5;1820' \
	>"$STAGE/annexes.csv"
printf '%s\n' 'contract;worker;annex;kind;start;end;weekly' \
	'C1;V01;ACI051170013A0M1;CDDI;02/03/2026;01/03/2027;26h' \
	>"$STAGE/contrats.csv"
bureau import annexes "$STAGE/annexes.csv"
bureau import contracts "$STAGE/contrats.csv"
bureau month close 2026-11 --structure RIVES --exception "fin du mois, essai"
bureau month declare 2026-11 --structure RIVES
bureau export asp 2026-11 --structure RIVES --format txt
does python3 - "$OUT" <<'PY'
import re, sys
lines = open(sys.argv[1], encoding="utf-8", newline="").read().split("\r\n")
assert lines[0].endswith("|CLOS"), lines[0]
head = lines[1].split("|")
rows = [dict(zip(head, line.split("|"))) for line in lines[2:-2]]
one = [r for r in rows if r["emi_pph_id"] == "V01"]
assert len(one) == 1, one
one = one[0]
assert (one["emi_ctr_id"], one["emi_afi_id"]) == ("C1", "ACI051170013A0M1"), one
assert (one["emi_esm_etat_code"], one["emi_sme_version"]) == ("VALIDE", "1"), one
assert re.fullmatch(r"\d\d/\d\d/\d{4}", one["emi_date_validation"]), one
hours = int(one["emi_nb_heures_travail"])
assert one["emi_part_etp"] == f"{hours * 12 * 100 / 1820 / 100:.2f}", one
PY
bureau export payroll 2026-11 --structure RIVES --format rfc4180
does python3 - "$OUT" <<'PY'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1], encoding="utf-8", newline="")))
assert {(r["État"], r["Version de la clôture"]) for r in rows} == {("clos", "1")}
one = [r for r in rows if r["Matricule"] == "V01"][0]
assert (one["Contrat"], one["Type de contrat"], one["Début du contrat"]) == \
    ("C1", "CDDI", "2026-03-02"), one
PY
bureau export sheets 2026-11 --structure RIVES --worker V01 --out "$out"
pdftotext -layout "$out/feuilles-2026-11-RIVES.pdf" "$STAGE/feuille.txt" 2>/dev/null
grep -q "Clôture, version 1" "$STAGE/feuille.txt" || wrong "no closing on the sheet"
! grep -q PROVISOIRE "$STAGE/feuille.txt" || wrong "a closed month is provisional"
passed "of a closed month: its contract, annex, version and state, no « provisoire »"

# ---- the audit directory goes through the log too ----

mkdir "$STAGE/audit"
bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
bureau export list --what audit --json
is '[(r["by"], sorted(r["structures"])) for r in it["rows"]]' \
	"[('console', ['REMPARTS', 'RIVES'])]"
sum=$(json 'it["rows"][0]["files"][0]["sum"]')
same "$(sha256sum <"$STAGE/audit/SHA256SUMS")" "$sum  -"
stop bureau
bureau export audit 2026-11 --out "$STAGE/audit2"
bureau export list --what audit --json
is 'len(it["rows"])' 2
fails 1 bureau export changed --since last --what audit
said "rien ne peut être comparé"
passed "an audit directory is logged first, whether or not the server runs"
