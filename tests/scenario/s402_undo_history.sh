#!/usr/bin/env bash
# What was just recorded is undone, before a sync and after it, unless
# somebody has gone on from it; and a slot's history tells everything.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop second VERTS
second sync

DAY=2026-11-16
# record WORKER SLOT …: prints the hash of what is written.
record() {
	berges hours add --worker "$1" --day $DAY --slot "$2" "${@:3}" --json
	json 'it["hash"]'
}
# held WORKER SLOT: "minutes kind state" as the crew's day says.
held() {
	berges crew --day $DAY --json
	json "[(s['minutes'], s['kind'], s['state'], s['corrected']) for w in it['crews'][0]['workers'] if w['worker'] == '$1' for s in w['slots'] if s['slot'] == '$2'][0]"
}
paid() {
	bureau report month 2026-11 --json
	json 'it["total"]["minutes"]'
}

one=$(record V01 am --time 3h30)
berges hours undo --hash "$one" --json
is '[(r["worker"], r["slot"], r["state"]) for r in it["rows"]]' "[('V01', 'am', 'void')]"
same "$(held V01 am)" "(0, '', 'void', False)"
berges hours fill --crew VERTS --day $DAY --slot am --json
hashes=$(json '",".join(r["hash"] for r in it["rows"])')
crew=$(json 'len(it["rows"])')
berges hours undo --hash "$hashes" --json
is 'len(it["rows"])' "$crew"
same "$(held V02 am)" "(0, '', 'void', False)"
berges sync
same "$(paid)" 0
passed "what was never sent is undone, a whole crew in one act"

one=$(record V01 am --time 3h30 --note "arrivée à 8 h")
berges hours set --worker V01 --day $DAY --slot am --time 2h --reason "partie à 10 h" --json
two=$(json 'it["hash"]')
berges sync
same "$(paid)" 120
same "$(held V01 am)" "(120, 'work', 'merged', True)"
berges hours undo --hash "$two" --json
undo=$(json 'it["rows"][0]["hash"]')
same "$(held V01 am)" "(210, 'work', 'merged', False)"
berges sync
same "$(paid)" 210
berges hours undo --hash "$undo"
same "$(held V01 am)" "(120, 'work', 'merged', False)"
berges sync
same "$(paid)" 120
fails 1 berges hours undo --hash "$two"
said "on a continué"
fails 1 berges hours undo --hash "$one"
passed "what the office has is set back as well, and so is an undo"

berges hours history --worker V01 --day $DAY --slot am --json
is '[(r["kind"], r["before_text"], r["after_text"].split(",")[0]) for r in it["rows"]][:2]' \
	"[('hours', '', '3h30 travail'), ('void', '3h30 travail, SAULNETTE', 'annulé')]"
is '[r["reason"] for r in it["rows"]]' \
	"['', 'annulé aussitôt', '', 'annulé aussitôt', '', 'partie à 10 h', 'annulé aussitôt', 'annulé aussitôt']"
is '[r["live"] for r in it["rows"]].index(True)' 7
is '(it["rows"][5]["before"]["minutes"], it["rows"][5]["after"]["minutes"])' '(210, 120)'
is '(it["rows"][1]["after"], it["rows"][0]["before"])' "({'kind': 'void'}, None)"
is 'it["rows"][6]["note"]' "arrivée à 8 h"
is '{(r["person"], r["device_name"], r["sync"], r["fault"], r["late"]) for r in it["rows"]}' \
	"{('ENC-01', 'berges', 'received', '', False)}"
is 'all(r["receipt"] > 0 and r["at"] for r in it["rows"])' True
berges hours history --worker "Fatou Dia." --day $DAY --slot matin
said "partie à 10 h"
said "3h30 travail"
said "Maëlle"
berges hours history --worker V09 --day $DAY --slot x9
said "Rien n'a été saisi"
passed "a history tells who, when, before and after, why, and how far it is"

# A move is undone at both ends; a split leaves nothing behind.
berges hours add --worker V03 --day $DAY --slot am --time 3h
berges hours move --worker V03 --day $DAY --slot am --to-worker V04 \
	--reason "mauvaise ligne" --json
move=$(json 'it["hash"]')
berges hours undo --hash "$move" --json
is 'sorted((r["worker"], r["state"], r["minutes"]) for r in it["rows"])' \
	"[('V03', 'value', 180), ('V04', 'void', 0)]"
same "$(held V03 am)" "(180, 'work', 'merged', False)"
same "$(held V04 am)" "(0, '', 'void', False)"
berges hours move --worker V03 --day $DAY --slot am --to-slot pm --reason "après-midi" --json
move=$(json 'it["hash"]')
berges hours add --worker V03 --day $DAY --slot am --time 1h
fails 1 berges hours undo --hash "$move"
said "V03 le $DAY, am : on a continué"
same "$(held V03 pm)" "(180, 'work', 'merged', True)"
berges hours split --worker V05 --day $DAY --slot am --time 1h --second-time 2h \
	--second-site GARE --json
berges hours undo --hash "$(json '",".join(r["hash"] for r in it["rows"])')"
same "$(held V05 am)" "(0, '', 'void', False)"
same "$(held V05 x1)" "(0, '', 'void', False)"
passed "a move is undone at both ends, or not at all"

# Others' words are theirs.
berges sync
second sync
second hours add --worker V06 --day $DAY --slot am --time 2h --json
theirs=$(json 'it["hash"]')
second sync
berges sync
fails 1 berges hours undo --hash "$theirs"
said "autre poste"
ours=$(record V06 am --time 2h --as ENC-01 --note "vu aussi")
fails 1 berges hours undo --hash "$ours"
said "deux fois"
ours=$(record V07 am --time 2h)
berges sync
second sync
second hours set --worker V07 --day $DAY --slot am --time 1h --reason "à 9 h"
second sync
berges sync
fails 1 berges hours undo --hash "$ours"
said "hours history --worker V07"
# Recorded apart, contested: each takes back its own word alone.
ours=$(record V08 am --time 3h)
second hours add --worker V08 --day $DAY --slot am --time 1h
second sync
berges sync
berges hours undo --hash "$ours"
berges sync
berges hours history --worker V08 --day $DAY --slot am --json
is 'sorted(r["after_text"].split(",")[0] for r in it["rows"] if r["live"])' \
	"['1h travail', 'annulé']"
passed "nobody undoes what others recorded, or went on from"

for hash in zz "$ours," "" "${ours:0:63}"; do
	fails 2 berges hours undo --hash "$hash"
done
fails 1 berges hours undo --hash "${ours//[0-9]/0}"
said "inconnue"
fails 2 berges hours undo
fails 2 berges hours history --worker V01 --day $DAY
said "--slot"
fails 1 berges hours history --worker V77 --day $DAY --slot am
passed "what names no entry is refused"
