#!/usr/bin/env bash
# Two supervisors record the same half-day, apart. Alike, it counts once;
# different, nothing is lost, nothing is paid, and somebody decides.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT

# both DAY SLOT ONE OTHER: recorded apart, then both sync.
both() {
	berges hours add --worker V04 --day "$1" --slot "$2" --time "$3" --as ENC-01
	remparts hours add --worker V04 --day "$1" --slot "$2" --time "$4" --as ENC-02
	all_sync
}
all_sync() {
	berges sync
	remparts sync
	berges sync
}
# The total of V04 at the office: minutes and contested slots.
total() {
	bureau report month 2026-11 --json
	json '(it["total"]["minutes"], it["total"]["contested"])'
}
# everywhere EXPRESSION VALUE: true of both laptops' lists, `rows` by slot.
everywhere() {
	local name
	for name in berges remparts; do
		$name hours list --month 2026-11 --json
		is "(lambda rows: $1)({r['day'][-2:] + r['slot']: r for r in it['rows']})" "$2"
	done
}
# The one contested slot.
conflict() {
	bureau conflicts list --json
	is 'len(it["rows"])' 1
	json 'it["rows"][0]["id"]'
}

both 2026-11-16 am 3h30 3:30
same "$(total)" '(210, 0)'
everywhere 'rows["16am"]["state"]' merged
berges conflicts --json
is 'it["rows"]' '[]'
same "$(query bureau "select count(*) from entry where kind = 'hours'")" 2
passed "I7: recorded alike by two, it counts once"

both 2026-11-17 am 3h30 3h00
same "$(total)" '(210, 1)'
everywhere 'rows["17am"]["state"]' contested
for name in berges remparts; do
	$name conflicts
	said "3h30"
	said "Maëlle"
	said "3h travail"
	said "remparts" # who its supervisor is, its own laptop knows
	$name status --json
	is 'it["contested"]' 1
done
bureau conflicts list
said "3h30"
said "remparts"
bureau conflicts list --json
is 'sorted((v["minutes"], v["person"], v["device_name"]) for v in it["rows"][0]["values"])' \
	"[(180, 'ENC-02', 'remparts'), (210, 'ENC-01', 'berges')]"
bureau report month 2026-11 --format csv
said '"Jean-Pierre Marchandeau";"V04";3,50;1;'
passed "recorded differently, both are kept and shown, none is paid"

fails 1 berges hours add --worker V04 --day 2026-11-17 --slot am --time 2h
said "le bureau décide"
id=$(conflict)
keep=$(json '[v["hash"] for v in it["rows"][0]["values"] if v["minutes"] == 210][0]')
fails 2 bureau conflicts resolve "$id" --keep "$keep"
said "--reason"
fails 2 bureau conflicts resolve "$id" --keep "$keep" --both --reason x
fails 1 bureau conflicts resolve "$id" --keep 0123456789 --reason x
fails 1 bureau conflicts resolve nulle-part --keep "$keep" --reason x
same "$(total)" '(210, 1)'
bureau conflicts resolve "$id" --keep "${keep:0:10}" --reason "présent dès 8 h"
same "$(total)" '(420, 0)'
fails 1 bureau conflicts resolve "$id" --keep "$keep" --reason "encore"
said "déjà tranché"
all_sync
everywhere '(rows["17am"]["state"], rows["17am"]["minutes"])' "('merged', 210)"
passed "the office keeps one, once, and the laptops learn it"

both 2026-11-18 am 2h 1h30
bureau conflicts resolve "$(conflict)" --both --reason "deux chantiers"
same "$(total)" '(630, 0)'
all_sync
everywhere 'sorted(rows[s]["minutes"] for s in ("18am", "18x1"))' '[90, 120]'
passed "or both, the half-day having been shared"

both 2026-11-19 pm 3h30 2h00
bureau conflicts resolve "$(conflict)" --time 2h45 --reason "vu avec les deux"
same "$(total)" '(795, 0)'
all_sync
everywhere '(rows["19pm"]["state"], rows["19pm"]["minutes"])' "('merged', 165)"
passed "or a third duration"

# Before it knows of the other's value, one hand withdraws its own.
berges hours add --worker V04 --day 2026-11-20 --slot am --time 3h30
berges sync
remparts sync
remparts hours set --worker V04 --day 2026-11-20 --slot am --time 3h15 \
	--reason "pause plus longue" --as ENC-02
berges hours void --worker V04 --day 2026-11-20 --slot am --reason "mauvais jour"
all_sync
same "$(total)" '(795, 1)'
everywhere 'rows["20am"]["state"]' contested
bureau conflicts list --json
is 'sorted(v["void"] for v in it["rows"][0]["values"])' '[False, True]'
berges conflicts
said "annulé"
said "3h15"
keep=$(bureau conflicts list --json
	json '[v["hash"] for v in it["rows"][0]["values"] if v["void"]][0]')
bureau conflicts resolve "$(conflict)" --keep "$keep" --reason "absent ce jour-là"
same "$(total)" '(795, 0)'
all_sync
everywhere 'rows.get("20am", {"state": "void"})["state"]' void
passed "a void never beats a value it has not seen, until the office says so"

bureau rebuild --json
is 'it["repaired"]' 0
same "$(total)" '(795, 0)'
passed "replaying the log comes to the same"
