#!/usr/bin/env bash
# Every reader of files is given what is no table, a table of something else,
# or one with a single bad row among good ones. It says in French which line
# and why, ends with the right status, and not one row is kept.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
stop bureau
bureau device list
berges status
untouched berges
untouched bureau
FILE=$STAGE/feuille.csv
LONG=$(printf 'x%.0s' {1..10240})

# file TEXT: what the next import reads; printf's escapes.
file() {
	printf "$1" >"$FILE"
}

# ---- files that are no table ----

READERS=("berges hours import")
for what in structures sites crews supervisors workers skills; do
	READERS+=("bureau import $what")
done
for reader in "${READERS[@]}"; do
	refuses 1 "n'existe pas" $reader "$STAGE/nowhere.csv"
	refuses 1 "trop long" $reader "$LONG"
	refuses 1 "n'existe pas" $reader $'\e[31m.csv'
	refuses 2 "nom du fichier" $reader ""
	refuses 1 dossier $reader "$CAST/crews.csv/x"
	refuses 1 vide $reader /dev/null
	file '\n\n \n'
	refuses 1 "" $reader "$FILE"
	file '\xef\xbb\xbf'
	refuses 1 vide $reader "$FILE"
	refuses 1 "pas un fichier de texte" $reader "$BIN/pointeau"
	refuses 1 "pas un fichier de texte" $reader "$STAGE/bureau/pointeau.db"
	file '\xff\xfew\0o\0r\0k\0e\0r\0;\0d\0a\0y\0\n\0'
	refuses 1 "pas un fichier de texte" $reader "$FILE"
	file '\xef\xbb\xbfworker;day\nV01\xc3\x28;x\n'
	refuses 1 UTF-8 $reader "$FILE"
	file 'zz;yy\n1;2\n'
	refuses 1 "colonnes manquantes" $reader "$FILE"
	file "$LONG$LONG\n"
	refuses 1 "" $reader "$FILE"
	python3 -c 'print(";".join(f"c{i}" for i in range(5000)))' >"$FILE"
	refuses 1 "64 au plus" $reader "$FILE"
done
mkdir "$STAGE/dossier"
refuses 1 dossier berges hours import "$STAGE/dossier"
refuses 1 "aucun fichier .csv" bureau import workers "$STAGE/dossier"
cp "$CAST"/workers*.csv "$STAGE/dossier"
refuses 2 "" bureau import workers "$STAGE/dossier"
refuses 2 "structures, sites" bureau import zz "$CAST/workers.csv"
refuses 2 "structures, sites" bureau import "$LONG" "$CAST/workers.csv"
# At the limit a file is read, and is no text; one byte more and it is not.
truncate -s $((16 * 1024 * 1024)) "$FILE"
refuses 1 "pas un fichier de texte" berges hours import "$FILE"
truncate -s $((64 * 1024 * 1024)) "$FILE"
refuses 1 "pas un fichier de texte" bureau import workers "$FILE"
head -c $((16 * 1024 * 1024 + 1)) /dev/zero | tr '\0' x >"$FILE"
refuses 1 "plus de 16777216 octets" berges hours import "$FILE"
IN=$FILE
refuses 1 "plus de 16777216 octets" berges hours import -
IN=/dev/null
refuses 1 vide berges hours import -
truncate -s $((64 * 1024 * 1024 + 1)) "$FILE"
refuses 1 "plus de 67108864 octets" bureau import workers "$FILE"
: >"$FILE"
passed "what is no table ($REFUSED)"

# ---- rows: the same faults wherever they stand ----

# rows HEADER GOOD BAD TEXT READER…: the bad row between two good ones is
# named by its line, and neither is kept.
rows() {
	local header=$1 good=$2 bad=$3 text=$4
	shift 4
	file "$header\n$good\n$bad\n"
	refuses 1 "ligne 3" "$@" "$FILE"
	said "$text"
	said "rien n'a été importé"
}
hours() {
	rows "worker;day;slot;time;kind;site;activity;note" \
		"V01;2026-11-16;am;3h30;travail;;;" "$1" "$2" \
		berges hours import
}
REFUSED=0
hours "ZZ99;2026-11-16;pm;3h30;;;;" "inconnu"
hours "B01;2026-11-16;pm;3h30;;;;" "inconnu"
hours "Fatou;2026-11-16;pm;3h30;;;;" "inconnu"
hours ";2026-11-16;pm;3h30;;;;" "manque la personne"
hours "V01;31/02/2026;pm;3h30;;;;" "du 1 au 28"
hours "V01;2026-13-01;pm;3h30;;;;" "01 à 12"
hours "V01;;pm;3h30;;;;" "colonne day"
hours "V01;45977;pm;3h30;;;;" "pas une date"
hours "V01;2026-11-16;zz;3h30;;;;" "créneau inconnu"
hours "V01;2026-11-16;;3h30;;;;" "créneau inconnu"
hours "V01;2026-11-16;pm;25h;;;;" "un jour n'a que 24 h"
hours "V01;2026-11-16;pm;-1h;;;;" "négative"
hours "V01;2026-11-16;pm;abc;;;;" "pas une durée"
hours "V01;2026-11-16;pm;;;;;" "manque la durée"
hours "V01;2026-11-16;pm;0;;;;" "nulle"
hours "V01;2026-11-16;pm;3h30;zz;;;" "type inconnu"
hours "V01;2026-11-16;pm;3h30;;zz;;" "chantier inconnu"
hours "V01;2026-11-16;pm;3h30;;NOYERS;;" "chantier inconnu"
hours 'V01;2026-11-16;pm;3h30;;;\x1b[31m;' "caractère invisible"
hours 'V01;2026-11-16;pm;3h30;;;;\x1b]0;x\x07' ""
hours "V01;2026-11-16;pm;3h30;;;${LONG:0:201};" "trop long"
hours "V01;2026-11-16;pm;3h30;;;;${LONG:0:2001}" "trop long"
hours "V01;2026-11-16;pm;3h30;;;;;;;" "séparateur"
hours "V01;2026-11-16;am;3h30;travail;;;" "déjà à la ligne 2"
hours "V01;2026-11-16;am;2h00;travail;;;" "déjà à la ligne 2"
hours "V01;16/11/2026;AM;3h30;;;;" "déjà à la ligne 2"
refuses 1 "encadrant inconnu" berges hours import "$CAST/week-berges.csv" \
	--as ZZ
refuses 1 "inconnu" berges hours import "$CAST/week-remparts.csv"
passed "the laptop's hours ($REFUSED)"

# ---- what breaks a table wherever it stands ----

REFUSED=0
HEADER="worker;day;slot;time"
ROW="V01;2026-11-16;am;3h30"
file "$HEADER\n$ROW\nV02;2026-11-16;am;3h\0;\n"
refuses 1 "ligne 3" berges hours import "$FILE"
file "$HEADER\n$ROW\n\"V02;2026-11-16;am;3h30\n"
refuses 1 "ne se ferme jamais" berges hours import "$FILE"
file "$HEADER\n$ROW\n$LONG;2026-11-16;am;3h30\n"
refuses 1 "8192" berges hours import "$FILE"
file "worker;day;slot;time;Time\n$ROW;2h\n"
refuses 1 "deux fois" berges hours import "$FILE"
file "worker;day;slot\nV01;2026-11-16;am\n"
refuses 1 "time" berges hours import "$FILE"
file "$HEADER\nV01;2026-11-16\n"
refuses 1 "ligne 2" berges hours import "$FILE"
python3 -c '
print("worker;day;slot;time")
for i in range(3000):
    print(f"Z{i};31/02/2026;zz;25h")' >"$FILE"
refuses 1 "autres" berges hours import "$FILE"
said "3000 lignes sont fautives"
passed "quotes, NUL, columns, thousands of faults ($REFUSED)"

# ---- the office's lists ----

structures() {
	rows "structure;name;kind;siret" \
		"NEUVE;Une neuve;EI;04120768900013" "$1" "$2" \
		bureau import structures
}
sites() {
	rows "site;structure;name;sector" "QUAI;RIVES;Le quai;espaces_verts" \
		"$1" "$2" bureau import sites
}
crews() {
	rows "crew;structure;name;site;am;pm;days" \
		"BOIS;RIVES;Bois;TILLEULS;8h00-11h30;;" "$1" "$2" \
		bureau import crews
}
supervisors() {
	rows "supervisor;structure;crew;first_name;last_name" \
		"ENC-09;RIVES;VERTS;Anouk;Leroux" "$1" "$2" \
		bureau import supervisors
}
workers() {
	rows "worker;structure;crew;first_name;last_name;weekly;contract_start;contract_end" \
		"V90;RIVES;VERTS;Anouk;Leroux;26h;02/03/2026;01/03/2027" \
		"$1" "$2" bureau import workers
}
REFUSED=0
structures "RIVES;Rives;ZZ;04120768900013" "kind"
structures "S3;Trois;EI;04120768900014" "siret"
structures "S3;Trois;EI;1234" "siret"
structures "S3;;EI;04120768900021" "name"
structures ";Trois;EI;04120768900021" "structure"
structures "a/b;Trois;EI;04120768900021" "interdits"
structures "_;Trois;EI;04120768900021" "réservé au bureau"
structures "S3;$(printf 'x%.0s' {1..201});EI;04120768900021" "trop long"
structures "${LONG:0:65};Trois;EI;04120768900021" "trop long"
structures 'S3;a\x1b[31m;EI;04120768900021' "caractère invisible"
structures "NEUVE;Une autre;EI;04120768900021" "ligne 2"
sites "S2;ZZ;Là;espaces_verts" "ZZ"
sites "S2;RIVES;;espaces_verts" "name"
sites "QUAI;RIVES;Ailleurs;espaces_verts" "ligne 2"
crews "C2;RIVES;Deux;ZZ;;;" "ZZ"
crews "C2;ZZ;Deux;TILLEULS;;;" "ZZ"
crews "C2;RIVES;Deux;NOYERS;;;" "NOYERS"
crews "C2;RIVES;Deux;TILLEULS;25h00-26h00;;" "am"
crews "C2;RIVES;Deux;TILLEULS;11h30-8h00;;" "am"
crews "C2;RIVES;Deux;TILLEULS;;zz;" "pm"
crews "C2;RIVES;Deux;TILLEULS;;;lundredi" "days"
crews "BOIS;RIVES;Autre;TILLEULS;;;" "ligne 2"
supervisors "ENC-10;RIVES;ZZ;Anouk;Leroux" "ZZ"
supervisors "ENC-10;RIVES;BAT;Anouk;Leroux" "BAT"
supervisors "ENC-10;RIVES;VERTS;;Leroux" "first_name"
supervisors "ENC-09;RIVES;VERTS;Autre;Leroux" "ligne 2"
workers "V91;RIVES;VERTS;;Leroux;;;" "first_name"
workers "V91;RIVES;ZZ;Anouk;Leroux;;;" "ZZ"
workers "V91;ZZ;VERTS;Anouk;Leroux;;;" "ZZ"
workers "V91;RIVES;VERTS;Anouk;Leroux;200h;;" "weekly"
workers "V91;RIVES;VERTS;Anouk;Leroux;-5h;;" "weekly"
workers "V91;RIVES;VERTS;Anouk;Leroux;;31/02/2026;" "contract_start"
workers "V91;RIVES;VERTS;Anouk;Leroux;;;2026-13-01" "contract_end"
workers "V91;RIVES;VERTS;Anouk;Leroux;;02/03/2027;01/03/2026" "contract_end"
workers "n-0123456789;RIVES;VERTS;Anouk;Leroux;;;" "arrivant"
workers "V90;RIVES;VERTS;Autre;Leroux;;;" "ligne 2"
file "worker;structure;crew;first_name;last_name\nV91;RIVES;VERTS;A\xc3\xa9\0;B\n"
refuses 1 "ligne 2" bureau import workers "$FILE"
rows "code;label;trade" "X-01;Une;A1203" ";Deux;A1203" "colonne code" \
	bureau import skills
rows "code;label;trade" "X-01;Une;A1203" "X-02;;A1203" "colonne label" \
	bureau import skills
passed "the office's lists ($REFUSED)"

# ---- and then it goes well ----

unset "UNTOUCHED[berges]" "UNTOUCHED[bureau]"
berges hours import "$CAST/week-berges.csv" --as ENC-01
bureau import workers "$CAST/workers-late.csv"
passed "the same directories still take what is right"
