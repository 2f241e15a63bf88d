#!/usr/bin/env bash
# A week far from any network: everything is recorded on the laptop alone.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
stop bureau

# at DAY SLOT: the one row of the list.
row_at() {
	berges hours list --month 2026-11 --worker "${3:-V01}" --json
	json "[r for r in it['rows'] if r['day'] == '$1' and r['slot'] == '$2'][0]['minutes']"
}

day=16
for time in 3h30 3:30 3.5h 3,5h '3 h 30' 210m 210min; do
	berges hours add --worker V01 --day 2026-11-$day --slot am --time "$time"
	same "$(row_at 2026-11-$day am)" 210
	day=$((day + 1))
done
for time in '' 3h75 abc -2h 25h 1441m '3h30 ou presque'; do
	fails 2 berges hours add --worker V01 --day 2026-11-27 --slot pm --time "$time"
done
fails 1 berges hours add --worker V01 --day 2026-11-27 --slot pm --time 0
said "« travail » demande une durée"
passed "a duration is read in every usual form, and in no other"

berges hours add --worker V01 --day 26/11/2026 --slot pm --time 2h --json
is 'it["day"]' 2026-11-26
for day in 2026-02-29 31/11/2026 26-11-2026 hier 2026-11; do
	fails 2 berges hours add --worker V01 --day "$day" --slot pm --time 2h
	said "--day"
done
passed "a day is read as 2026-11-26 or 26/11/2026"

for kind in maladie 'RDV accompagnement' 'visite médicale' PMSMP paid_leave; do
	berges hours add --worker V02 --day 2026-11-16 --slot x1 --time 1h \
		--kind "$kind" --dry-run
	said "vérifié, pas enregistré"
done
berges hours list --month 2026-11 --worker V02 --json
is 'it["rows"]' '[]'
fails 2 berges hours add --worker V02 --day 2026-11-16 --slot am --kind sieste
said "maladie"
passed "kinds go by their usual names, a trial leaves nothing"

berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30
fails 1 berges hours add --worker V02 --day 2026-11-16 --slot am --time 2h
said "3h30"
said "pointeau hours set --worker V02 --day 2026-11-16 --slot am"
same "$(row_at 2026-11-16 am V02)" 210
berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30 --json
is 'it["outcome"]' already
passed "a second value is never written over the first"

fails 2 berges hours set --worker V02 --day 2026-11-16 --slot am --time 2h
said "--reason"
berges hours set --worker V02 --day 2026-11-16 --slot am --time 2h --reason "parti à 10 h"
same "$(row_at 2026-11-16 am V02)" 120
berges hours move --worker V02 --day 2026-11-16 --slot am --to-worker V03 \
	--reason "mauvaise ligne"
same "$(row_at 2026-11-16 am V03)" 120
fails 1 berges hours set --worker V02 --day 2026-11-16 --slot am --time 2h --reason x
said "rien n'est saisi"
berges hours void --worker V03 --day 2026-11-16 --slot am --reason "pas venue"
fails 1 berges hours void --worker V03 --day 2026-11-16 --slot am --reason "pas venue"
berges hours add --worker V03 --day 2026-11-16 --slot am --time 1h
same "$(row_at 2026-11-16 am V03)" 60
passed "what is recorded can be corrected, moved, voided, with a reason"

fails 1 berges hours add --worker V99 --day 2026-11-16 --slot am --time 1h
fails 1 berges hours add --worker Fatou --day 2026-11-16 --slot pm --time 1h
said "Fatou Dio."
fails 2 berges hours add --worker V01 --day 2026-11-16 --slot soir --time 1h
fails 1 berges hours add --worker V01 --day 2026-11-16 --slot pm --time 1h --site ECOLE
fails 2 berges hours add --workr V01 --day 2026-11-16 --slot pm --time 1h
said "--worker"
fails 2 berges horaires
fails 2 berges
passed "what is not understood is refused, and says what would be"

berges status --json
kept=$(json 'it["kept"]')
fails 1 berges hours import "$CAST/week-berges.csv" # V01 is there already
said "ligne 2"
berges status --json
is 'it["kept"]' "$kept"
sed '/^V0[123];/d' "$CAST/week-berges.csv" >"$STAGE/reste.csv"
rows=$(($(wc -l <"$STAGE/reste.csv") - 1))
berges hours import "$STAGE/reste.csv" --dry-run --json
is 'it["added"]' "$rows"
berges hours import "$STAGE/reste.csv" --json
is '(it["added"], it["skipped"])' "($rows, 0)"
berges hours import "$STAGE/reste.csv" --json
is '(it["added"], it["skipped"])' "(0, $rows)"
fails 1 berges hours import "$STAGE/absent.csv"
passed "a file is recorded whole or not at all, and only once"

berges skills catalogue --search haie --json
is 'it["rows"][0]["code"]' A1203-05
berges skills add --worker V01,V04 --skill A1203-05 --level 3 --day 2026-11-18
berges skills add --worker V01 --skill A1203-11 --level "non évalué" --day 2026-11-18
fails 2 berges skills add --worker V01 --skill A1203-05 --level 5
fails 1 berges skills add --worker V01 --skill Z9999-01 --level 3
berges skills list --json
is 'sorted((r["worker"], r["level"] or 0) for r in it["rows"])' \
	"[('V01', 0), ('V01', 3), ('V04', 3)]"
passed "skills are observed, several people at once"

berges newcomer add --first-name Soraya --crew VERTS --json
newcomer=$(json 'it["newcomer"]')
berges hours add --worker "$newcomer" --day 2026-11-17 --slot am --time 3h30
berges crew --day 2026-11-17
said "Soraya"
berges status --json
is 'it["sent"], it["received"], it["kept"] > 90' '(0, 0, True)'
passed "somebody new is recorded before being on any list"

berges conflicts
said "Aucune demi-journée contestée"
for words in "help" "hours add --help" "completion bash" "--version"; do
	# shellcheck disable=SC2086
	berges $words
done
fails 20 berges sync
passed "the rest works without a network as well"
