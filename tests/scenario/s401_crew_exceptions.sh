#!/usr/bin/env bash
# What happens to a crew's half-day: two sites, the weather, an accident, a
# line taken for another. The office's totals are the laptop's.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS

# slot_of WORKER SLOT EXPRESSION, of the 18th.
slot_of() {
	berges crew --day 2026-11-18 --json
	json "[[s for s in w['slots'] if s['slot'] == '$2'][0] for w in it['crews'][0]['workers'] if w['worker'] == '$1'][0]$3"
}
# minutes BY NAME: of the office's month.
minutes() {
	bureau report month 2026-11 --by "$1" --json
	json "[r['minutes'] for r in it['rows'] if '$2' in r.values()][0]"
}

berges hours fill --crew VERTS --day 2026-11-18 --slot am --json
crew=$(json 'len(it["rows"])')
berges hours split --worker V01 --day 2026-11-18 --slot am --time 1h30 \
	--second-time 2h --second-site TILLEULS --second-activity plantation --json
is '[(r["slot"], r["minutes"], r["site"]) for r in it["rows"]]' \
	"[('am', 90, 'SAULNETTE'), ('x1', 120, 'TILLEULS')]"
berges hours split --worker V01 --day 2026-11-18 --slot am --time 1h30 \
	--second-time 2h --second-site TILLEULS --second-activity plantation --json
is '[(r["slot"], r["outcome"]) for r in it["rows"]]' \
	"[('am', 'already'), ('x1', 'already')]"
berges hours split --worker V02 --day 2026-11-18 --slot pm --time 2h \
	--site GARE --second-time 1h --second-site SAULNETTE
said "V02"
berges hours split --worker V03 --day 2026-11-18 --slot am --time 2h \
	--second-time 1h --second-site GARE
said "ce créneau contenait 3h30"
berges sync
same "$(minutes worker V01)" 210
same "$(minutes worker V02)" 390
same "$(minutes worker V03)" 180
same "$(minutes site TILLEULS)" 120
same "$(minutes site GARE)" 180
passed "a half-day over two sites: the office's totals are its parts"

before=$(bytes_of berges)
fails 2 berges hours split --worker V04 --day 2026-11-18 --slot am --time 2h \
	--second-time 1h --second-site SAULNETTE
said "au même chantier"
fails 1 berges hours split --worker V04 --day 2026-11-18 --slot am --time 2h \
	--second-time 1h --second-site LUNE
fails 2 berges hours split --worker V04 --day 2026-11-18 --slot am --time 2h
said "--second-time"
fails 1 berges hours split --worker V04 --day 2026-11-18 --slot am --time 2h \
	--second-time 0 --second-site GARE
same "$(bytes_of berges)" "$before"
passed "a part that makes no sense is refused, and nothing is changed"

# The morning of the 19th stops at ten. V02 was absent, V03 left at nine.
berges hours add --worker V01 --day 2026-11-19 --slot am
berges hours add --worker V02 --day 2026-11-19 --slot am --kind "congé payé" --time 3h30
berges hours add --worker V03 --day 2026-11-19 --slot am --time 1h --start 8h --end 9h
berges hours weather --crew VERTS --day 2026-11-19 --slot am --at 10h00 \
	--note "orage" --json
is 'it["skipped"]' 2
is 'len(it["rows"])' $((2 * (crew - 2)))
is 'sorted({(r["slot"], r["kind"], r["minutes"]) for r in it["rows"]})' \
	"[('am', 'work', 120), ('x1', 'bad_weather', 90)]"
berges hours weather --crew VERTS --day 2026-11-19 --slot am --at 10h00 --json
is '(it["rows"], it["skipped"])' "([], $crew)"
berges hours list --month 2026-11 --worker V01 --json
is 'sorted((r["slot"], r["kind"], r["minutes"], r["site"]) for r in it["rows"] if r["day"] == "2026-11-19")' \
	"[('am', 'work', 120, 'SAULNETTE'), ('x1', 'bad_weather', 90, 'SAULNETTE')]"
berges hours history --worker V01 --day 2026-11-19 --slot am --json
is '[r["reason"] for r in it["rows"]]' "['', 'intempéries']"
# Nothing at all was done in the afternoon.
berges hours weather --crew VERTS --day 2026-11-19 --slot pm --json
is '{(r["slot"], r["kind"], r["minutes"]) for r in it["rows"]}' \
	"{('pm', 'bad_weather', 210)}"
is 'len(it["rows"])' "$crew"
berges day finish --crew VERTS --day 2026-11-19 --slot am
berges sync
same "$(minutes worker V04)" 330
same "$(minutes worker V03)" 240
passed "the weather stops everyone who is not absent, what was worked stays"

fails 1 berges hours weather --crew VERTS --day 2026-11-20 --slot am --at 12h
said "après la fin du créneau (11:30)"
fails 2 berges hours weather --crew VERTS --day 2026-11-20 --slot am --at tard
# A day that the weather cut short is no model for the next.
berges hours fill --crew VERTS --day 2026-11-20 --slot am --like yesterday --json
is '[(r["minutes"], r["day"]) for r in it["rows"] if r["worker"] == "V04"]' \
	"[(210, '2026-11-20')]"
passed "a stop after the end is refused, a short day is not repeated"

berges hours accident --worker V05 --day 2026-11-20 --at 10h20 \
	--place "GARE" --what "a glissé sur le talus mouillé" --json
is '(it["slot"], it["kind"], it["minutes"], it["site"])' "('x1', 'accident', 0, 'GARE')"
is 'it["deadline"]' 2026-11-23T10:20
said "ni blessure"
berges hours accident --worker V05 --day 2026-11-20 --at 10h20 \
	--place "GARE" --what "a glissé sur le talus mouillé" --json
is 'it["outcome"]' already
berges hours accident --worker V06 --day 2026-11-20 --at 8h05 \
	--place "route de la gare" --what "heurté par un vélo"
said "avant le 2026-11-23 à 08:05"
said "R441-3"
for what in "--at 10h --place GARE" "--at 25h --place GARE --what x" "--place GARE --what x"; do
	# shellcheck disable=SC2086
	fails 2 berges hours accident --worker V05 --day 2026-11-20 $what
done
fails 1 berges hours accident --worker V05 --day 2026-11-20 --at 10h --place ' ' --what x
bureau alerts --json
is '[a for a in it["rows"] if a["alert"] == "accident"]' '[]'
berges hours add --worker V05 --day 2026-11-23 --slot am --kind accident
berges sync
bureau alerts --json
is '[(a["alert"], a["worker"], a["day"], a["time"], a["deadline"]) for a in it["rows"]]' \
	"[('accident', 'V05', '2026-11-20', '10:20', '2026-11-23T10:20'), ('accident', 'V06', '2026-11-20', '08:05', '2026-11-23T08:05')]"
is 'it["rows"][0]["worker_name"]' 'Łucja Nowicka'
is 'it["rows"][0]["name"]' berges
bureau alerts
said "accident du travail"
said "a glissé sur le talus mouillé"
said "avant le 2026-11-23 à 10:20"
bureau rebuild --json
bureau alerts --json
is 'len(it["rows"])' 2
berges hours void --worker V06 --day 2026-11-20 --slot x1 --reason "mauvaise personne"
berges hours move --worker V05 --day 2026-11-20 --slot x1 --to-worker V07 \
	--reason "c'était Tesfaye"
berges sync
bureau alerts --json
is 'sorted((a["worker"], a["day"], a["time"]) for a in it["rows"])' \
	"[('V05', '2026-11-23', ''), ('V07', '2026-11-20', '10:20')]"
passed "an accident reaches the office with its deadline, a mistaken one leaves"

# Two laptops record the same: one contested cell says both.
laptop second VERTS
second sync
berges hours add --worker V08 --day 2026-11-20 --slot pm --time 3h30
second hours add --worker V08 --day 2026-11-20 --slot pm --time 2h
berges hours accident --worker V08 --day 2026-11-20 --at 14h --place GARE --what "chute"
second hours add --worker V08 --day 2026-11-20 --slot x1 --time 1h --kind formation
berges sync
second sync
berges sync
berges crew --day 2026-11-20 --json
is '[(s["slot"], s["state"], len(s["values"])) for w in it["crews"][0]["workers"] if w["worker"] == "V08" for s in w["slots"] if "values" in s]' \
	"[('pm', 'contested', 2), ('x1', 'contested', 2)]"
bureau alerts --json
is '[a["time"] for a in it["rows"] if a.get("worker") == "V08"]' "['14:00']"
berges hours fill --crew VERTS --day 2026-11-20 --slot pm --json
is '"V08" in [r["worker"] for r in it["rows"]]' False
berges hours weather --crew VERTS --day 2026-11-20 --slot pm --at 15h
said "Marie-Thérèse P. : créneau contesté"
berges day finish --crew VERTS --day 2026-11-20 --slot pm
fails 1 berges hours split --worker V08 --day 2026-11-20 --slot pm --time 1h \
	--second-time 1h --second-site GARE
said "le bureau décide"
passed "what is contested is shown with both values, and left to the office"
