#!/usr/bin/env bash
# Somebody works before being on any list; the office says later who it is.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT
laptop ailleurs BAT
all_sync() {
	berges sync
	remparts sync
	ailleurs sync
	berges sync
}
# The office's total of one worker: minutes and contested slots.
total_of() {
	bureau report month 2026-11 --by worker --json
	json "[(r['minutes'], r['contested']) for r in it['rows'] if r['worker'] == '$1']"
}

stop bureau
berges newcomer add --first-name Soraya --initial H --crew VERTS --json
soraya=$(json 'it["newcomer"]')
berges hours add --worker "$soraya" --day 2026-11-17 --slot am --time 3h30
berges hours add --worker "Soraya H." --day 2026-11-17 --slot pm --time 3h30
berges skills add --worker "$soraya" --skill A1203-05 --level 1 --day 2026-11-17
berges newcomer add --first-name Soraya --initial H --crew VERTS --dry-run
said "a déjà Soraya H."
start bureau
all_sync
passed "recorded offline, with hours and a skill"

bureau newcomer list
said "Soraya"
bureau newcomer list --json
is '[(r["newcomer"], r["crew"], r["worker"]) for r in it["rows"]]' \
	"[('$soraya', 'VERTS', '')]"
remparts crew --day 2026-11-17
said "Soraya H."
ailleurs newcomer list --json
is 'it["rows"]' '[]'
same "$(total_of "$soraya")" '[(420, 0)]'
passed "the office and the crew's laptops know, the others do not"

remparts hours add --worker "$soraya" --day 2026-11-18 --slot am --time 2h
remparts hours add --worker "$soraya" --day 2026-11-19 --slot am --time 2h --as ENC-02
berges hours add --worker "$soraya" --day 2026-11-19 --slot am --time 3h --as ENC-01
all_sync
same "$(total_of "$soraya")" '[(540, 1)]'
passed "every laptop of the crew records hours, alike or not"

fails 1 bureau newcomer match "$soraya" V13
said "les salariés"
fails 1 bureau newcomer match n-0000000000 V01
fails 2 bureau newcomer match "$soraya"
bureau import workers "$CAST/workers-late.csv"
# The list has reached a laptop before the match has: two of one slot.
berges sync
berges hours add --worker V13 --day 2026-11-18 --slot am --time 2h
berges hours add --worker V13 --day 2026-11-17 --slot pm --time 1h
berges sync
bureau newcomer match "$soraya" V13
bureau newcomer match "$soraya" V13
bureau newcomer list --json
is 'it["rows"][0]["worker"]' V13
# 17 am 3h30; 18 am 2h twice alike; 17 pm and 19 am contested.
same "$(total_of V13)" '[(330, 2)]'
same "$(total_of "$soraya")" '[]'
passed "matched, the hours count under the worker, folded with theirs"

all_sync
for name in berges remparts; do
	$name hours list --month 2026-11 --worker V13 --json
	is 'sorted((r["day"][-2:] + r["slot"], r["state"]) for r in it["rows"])' \
		"[('17am', 'merged'), ('17pm', 'contested'), ('18am', 'merged'), ('19am', 'contested')]"
	$name crew --day 2026-11-17
	said "V13"
	said_not "$soraya"
done
passed "the laptops learn it"

remparts hours add --worker "$soraya" --day 2026-11-20 --slot am --time 3h
remparts sync
same "$(total_of V13)" '[(510, 2)]'
bureau conflicts list --json
is 'sorted((r["worker"], r["day"]) for r in it["rows"])' \
	"[('V13', '2026-11-17'), ('V13', '2026-11-19')]"
for keep in 210 180; do
	bureau conflicts list --json
	id=$(json 'it["rows"][0]["id"]')
	hash=$(json "[v['hash'] for v in it['rows'][0]['values'] if v['minutes'] == $keep][0]")
	bureau conflicts resolve "$id" --keep "$hash" --reason "vu avec elle"
done
same "$(total_of V13)" '[(900, 0)]'
bureau rebuild --json
is 'it["repaired"]' 0
same "$(total_of V13)" '[(900, 0)]'
all_sync
berges hours list --month 2026-11 --worker V13 --json
is 'sum(r["minutes"] for r in it["rows"])' 900
passed "late hours under the old name count too, conflicts are settled"
