#!/usr/bin/env bash
# A crew's half-day in one gesture, then its exceptions: blanks alone are
# filled, a day like the last one, the end of a half-day, what was forgotten.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
stop bureau

# of WORKER SLOT EXPRESSION: what the crew's day says, `s` being the slot.
of() {
	json "[[s for s in w['slots'] if s['slot'] == '$2'][0] for w in it['crews'][0]['workers'] if w['worker'] == '$1'][0]$3"
}
day_of() {
	berges crew --day "$1" --json
}

day_of 2026-11-16
is 'it["crews"][0]["planned"]' True
is '(it["closed"], it["holiday"])' '(False, None)'
is '(it["crews"][0]["am_minutes"], it["crews"][0]["pm_minutes"])' '(210, 210)'
is 'it["crews"][0]["finished"]' "{'am': False, 'pm': False}"
is 'sorted(s["id"] for s in it["sites"])' "['GARE', 'SAULNETTE', 'TILLEULS']"
is '[k["absence"] for k in it["kinds"] if k["slug"] in ("work", "sick")]' \
	'[False, True]'
crew=$(json 'len(it["crews"][0]["workers"])')
same "$(of V01 am '["state"]')" empty
passed "the crew's day is there before anything is recorded"

berges hours add --worker V02 --day 2026-11-16 --slot am --kind maladie
berges hours add --worker V03 --day 2026-11-16 --slot am --time 2h --site TILLEULS \
	--activity "taille de haies" --note "parti à 10 h"
berges hours fill --crew VERTS --day 2026-11-16 --slot am --json
is 'len(it["rows"])' $((crew - 2))
is 'it["skipped"]' 2
is '{(r["minutes"], r["kind"], r["site"], r["outcome"]) for r in it["rows"]}' \
	"{(210, 'work', 'SAULNETTE', 'written')}"
day_of 2026-11-16
same "$(of V02 am '["kind"]')" sick
same "$(of V03 am '["minutes"]')" 120
same "$(of V03 am '["note"]')" "parti à 10 h"
same "$(of V01 am '["start"]')" 08:00
same "$(of V01 am '["sync"]')" kept
same "$(of V01 am '["person"]')" ENC-01
is 'it["activities"]' "['taille de haies']"
berges hours fill --crew VERTS --day 2026-11-16 --slot am --json
is '(it["rows"], it["skipped"])' "([], $crew)"
berges hours fill --crew VERTS --day 2026-11-16 --slot am
said "chacun a déjà sa réponse"
passed "everyone is present in one gesture, and nobody's answer is touched"

# A cancelled slot is a blank again.
berges hours void --worker V02 --day 2026-11-16 --slot am --reason "mauvaise ligne"
berges hours fill --crew VERTS --day 2026-11-16 --slot am --dry-run --json
is '[r["worker"] for r in it["rows"]]' "['V02']"
day_of 2026-11-16
same "$(of V02 am '["state"]')" void
berges hours add --worker V02 --day 2026-11-16 --slot am --kind maladie
passed "what was cancelled is a blank, and a trial leaves nothing"

berges hours fill --crew VERTS --day 2026-11-17 --slot am --like yesterday --json
is 'len(it["rows"])' "$crew"
is '[(r["kind"], r["minutes"]) for r in it["rows"] if r["worker"] == "V02"]' "[('sick', 0)]"
is '[(r["minutes"], r["site"], r["activity"]) for r in it["rows"] if r["worker"] == "V03"]' \
	"[(120, 'TILLEULS', 'taille de haies')]"
berges hours fill --crew VERTS --day 2026-11-17 --slot pm --like hier --json
is '(it["rows"], it["skipped"])' "([], $crew)"
berges hours fill --crew VERTS --day 2026-11-17 --slot pm --like hier
said "rien à reprendre"
# Within seven days, over the weekend, and no further.
berges hours fill --crew VERTS --day 2026-11-24 --slot am --like yesterday --dry-run --json
is 'len(it["rows"])' "$crew"
berges hours fill --crew VERTS --day 2026-11-25 --slot am --like yesterday --dry-run --json
is 'it["rows"]' '[]'
passed "like yesterday: each their own, absences included, within a week"

fails 1 berges day finish --crew VERTS --day 2026-11-17 --slot pm
said "V01 (Fatou Dia"
said "sans réponse ($crew)"
day_of 2026-11-17
is 'it["crews"][0]["finished"]["pm"]' False
berges hours fill --crew VERTS --day 2026-11-17 --slot pm
berges hours move --worker V03 --day 2026-11-17 --slot pm --to-slot x1 \
	--reason "c'était en fin de journée"
fails 1 berges day finish --crew VERTS --day 2026-11-17 --slot pm
said "V03"
said "sans réponse (1)"
berges hours add --worker V03 --day 2026-11-17 --slot pm --kind "absence autorisée"
berges day finish --crew VERTS --day 2026-11-17 --slot pm --dry-run
day_of 2026-11-17
is 'it["crews"][0]["finished"]["pm"]' False
berges day finish --crew VERTS --day 2026-11-17 --slot pm --json
is '(it["finished"], it["answered"])' "(True, $crew)"
berges day finish --crew VERTS --day 2026-11-17 --slot pm
day_of 2026-11-17
is 'it["crews"][0]["finished"]' "{'am': False, 'pm': True}"
same "$(of V03 x1 '["state"]')" merged
berges hours void --worker V03 --day 2026-11-17 --slot pm --reason "erreur"
day_of 2026-11-17
is 'it["crews"][0]["finished"]["pm"]' False
passed "a half-day is finished once everybody has an answer, and as long"

berges hours missing --until 2026-11-18 --json
is '[(r["day"][-2:] + r["slot"], r["missing"]) for r in it["rows"]]' \
	"[('16pm', $crew), ('17pm', 1), ('18am', $crew), ('18pm', $crew)]"
is 'it["rows"][1]["workers"][0]["worker"]' V03
berges hours missing --until 2026-11-18 --crew VERTS
said "V03 (Oleksandr"
# The eleventh of November is a holiday, a Sunday is none of ours.
berges hours missing --until 2026-11-15 --json
is 'it["rows"]' '[]'
day_of 2026-11-11
is '(it["holiday"], it["crews"][0]["planned"])' "('armistice de 1918', False)"
berges hours fill --crew VERTS --day 2026-11-11 --slot am --dry-run
said "est férié"
day_of 2026-11-15
is 'it["crews"][0]["planned"]' False
fails 1 berges day finish --crew VERTS --day 2026-11-15 --slot am
said "rien n'est prévu"
passed "what was forgotten is listed, holidays and Sundays are not"

# Somebody new is expected from the day on which they were added.
berges newcomer add --first-name Soraya --crew VERTS --json
new=$(json 'it["newcomer"]')
# Whatever the day on which this is played.
if [[ $(date +%F) > 2026-11-16 ]]; then
	berges day finish --crew VERTS --day 2026-11-16 --slot am
else
	fails 1 berges day finish --crew VERTS --day 2026-11-16 --slot am
	said "$new (Soraya)"
	berges hours add --worker "$new" --day 2026-11-16 --slot am --time 1h
	berges day finish --crew VERTS --day 2026-11-16 --slot am
fi
day_of 2026-11-16
is '[w["newcomer"] for w in it["crews"][0]["workers"]][-1]' True
berges hours fill --crew VERTS --day 2026-11-18 --slot am --json
# Who was added later was perhaps not there: nothing is filled in.
filled=$([[ $(date +%F) > 2026-11-18 ]] && echo False || echo True)
is "'$new' in [r['worker'] for r in it['rows']]" "$filled"
berges hours add --worker "$new" --day 2026-11-17 --slot am --time 1h
passed "a newcomer is in the crew, and blocks no day before"

fails 2 berges hours fill --crew VERTS --day 2026-11-16 --slot x1
said "demi-journée"
fails 2 berges hours fill --crew VERTS --day 2026-11-16 --slot am --like demain
said "hier"
fails 1 berges hours fill --crew ROUGES --day 2026-11-16 --slot am
said "VERTS"
fails 2 berges hours fill --day 2026-11-16 --slot am
said "--crew"
fails 1 berges hours fill --crew VERTS --day 2026-11-19 --slot am --as Personne
fails 2 berges hours missing --until jamais
passed "what is not understood is refused"
