#!/usr/bin/env bash
# The office's own hand on the hours: the grid of a month, a slot recorded,
# corrected, cancelled and moved, each with its reason and its history; what
# somebody else changed meanwhile is never overwritten; a period in one act; a
# paper sheet; a closed month; a contested slot settled twice.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT

# Members of V04's slot in the grid, from its value on.
in_grid() {
	bureau grid 2026-11 --structure RIVES --worker V04 --json
	json "[[it['values'][s[2]]['minutes'] if s[2] is not None else None] + s[4:]
		for r in it['rows'] for s in r['slots'] if (s[0], s[1]) == ($1, '$2')]"
}
# How many there are: an act that is refused adds none.
entries() {
	query bureau "select count(*) from entry"
}
version() {
	bureau hours history --worker V04 --day "2026-11-$1" --slot "$2" --json
	json 'it["version"]'
}

berges hours add --worker V04 --day 2026-11-17 --slot am --time 3h30 --as ENC-01
berges sync
same "$(in_grid 17 am)" '[[210]]'
bureau grid 2026-11 --structure RIVES
said "Jean-Pierre Marchandeau"
said "3h30"
bureau grid 2026-11 --structure RIVES --json
is 'it["rows"][3]["payable"]' 210
is 'sum(r["payable"] for r in it["rows"])' 210
bureau report month 2026-11 --structure RIVES --json
is 'it["total"]["minutes"]' 210
passed "the grid has what the laptops sent, and the report's totals"

seen=$(version 17 am)
fails 2 bureau hours set --worker V04 --day 2026-11-17 --slot am --time 3h
said "--reason"
bureau hours set --worker V04 --day 2026-11-17 --slot am --time 3h \
	--reason "feuille relue" --seen "$seen" --json
is '(it["outcome"], it["late"], it["corrected"])' "('written', False, True)"
same "$(in_grid 17 am)" "[[180, 'merged', 'corrected']]"
bureau hours history --worker V04 --day 2026-11-17 --slot am
said "Maëlle Le Goazouët"
said "feuille relue"
said "3h30 travail"
said "remplacée"
berges sync
berges hours list --month 2026-11 --json
is '[r["minutes"] for r in it["rows"] if r["slot"] == "am"]' '[180]'
passed "a correction names what it replaces and why; the laptop learns it"

before=$(entries)
fails 1 bureau hours set --worker V04 --day 2026-11-17 --slot am --time 2h \
	--reason "autre main" --seen "$seen"
said "a changé depuis que vous l'avez lu"
said "vous aviez vu : 3h30 travail"
said "il y a maintenant : 3h travail"
said "Maëlle"
fails 1 bureau hours void --worker V04 --day 2026-11-17 --slot am \
	--reason "autre main" --seen "$seen" --json
is '[e["minutes"] for e in it["conflict"]["saw"]]' '[210]'
is '[(e["minutes"], e["reason"]) for e in it["conflict"]["now"]]' \
	"[(180, 'feuille relue')]"
fails 1 bureau hours add --worker V04 --day 2026-11-17 --slot am --time 1h --seen none
fails 2 bureau hours set --worker V04 --day 2026-11-17 --slot am --time 1h \
	--reason x --seen zorro
same "$(entries)" "$before"
same "$(in_grid 17 am)" "[[180, 'merged', 'corrected']]"
passed "what somebody changed meanwhile is shown, never overwritten"

bureau hours add --worker V04 --day 2026-11-17 --slot pm --paper --note "pluie"
berges sync
berges hours history --worker V04 --day 2026-11-17 --slot pm
said "source papier : pluie"
same "$(in_grid 17 pm)" "[[210, 'merged', 'paper']]"
bureau hours move --worker V04 --day 2026-11-17 --slot pm --to-day 2026-11-18 \
	--reason "mauvais jour"
same "$(in_grid 17 pm)$(in_grid 18 pm)" \
	"[[None, 'void', 'corrected']][[210, 'merged', 'paper']]"
fails 1 bureau hours move --worker V04 --day 2026-11-18 --slot pm --to-day 2026-11-17 \
	--to-slot am --reason "mauvais jour"
bureau hours void --worker V04 --day 2026-11-18 --slot pm --reason "pas venu"
fails 1 bureau hours void --worker V04 --day 2026-11-18 --slot pm --reason "pas venu"
same "$(in_grid 18 pm)" "[[None, 'void', 'corrected']]"
passed "from a paper sheet, moved, cancelled: all of it in the history"

before=$(entries)
fails 1 bureau hours period --worker V04 --from 2026-11-16 --to 2026-11-20 \
	--kind maladie
said "2026-11-17 am : 3h travail"
fails 1 bureau hours period --worker V04 --from 2026-11-21 --to 2026-11-22 \
	--kind maladie
said "rien n'est prévu"
fails 1 bureau hours period --worker V04 --from 2026-11-20 --to 2026-11-16 \
	--kind maladie
fails 2 bureau hours period --worker V04 --from 2026-11-16 --to 2026-11-20 \
	--kind zorro
fails 1 bureau hours period --worker NUL --from 2026-11-16 --to 2026-11-20 \
	--kind maladie
same "$(entries)" "$before"
sets=$(query bureau "select count(*) from changeset where structure = 'RIVES'")
bureau hours period --worker V04 --from 2026-11-16 --to 2026-11-20 --to-slot am \
	--kind maladie --replace --reason "arrêt reçu" --json
is '(it["written"], it["replaced"], it["already"])' '(8, 1, 0)'
same "$(query bureau "select count(*) from changeset where structure = 'RIVES'")" \
	$((sets + 1))
same "$(in_grid 20 pm)" '[]'
bureau hours period --worker V04 --from 2026-11-16 --to 2026-11-19 --kind maladie
said "déjà ainsi 8"
passed "a period is one act, all or nothing, and says what it did"

for name in berges remparts; do
	$name sync
done
berges hours add --worker V05 --day 2026-11-17 --slot am --time 3h --as ENC-01
remparts hours add --worker V05 --day 2026-11-17 --slot am --time 2h --as ENC-02
berges sync
remparts sync
bureau conflicts list --json
id=$(json '"%(structure)s/%(record)s" % it["rows"][0]')
seen=$(json 'it["rows"][0]["version"]')
is '(it["rows"][0]["name"], len(seen.split(",")) if (seen := it["rows"][0]["version"]) else 0)' \
	"('Łucja Nowicka', 2)"
is 'all(v["received"] and v["person_name"] for v in it["rows"][0]["values"])' True
fails 1 bureau hours set --worker V05 --day 2026-11-17 --slot am --time 1h --reason x
said "conflicts resolve"
bureau conflicts resolve "$id" --time 2h30 --kind formation --site TILLEULS \
	--seen "$seen" --reason "vu avec les deux"
before=$(entries)
fails 1 bureau conflicts resolve "$id" --time 1h --seen "$seen" --reason "moi aussi"
said "déjà tranché"
said "2h30 formation"
said "vu avec les deux"
same "$(entries)" "$before"
passed "two clerks settle one slot: the second is told by whom and how"

bureau month close 2026-11 --structure RIVES --exception "pour essayer"
bureau hours add --worker V04 --day 2026-11-20 --slot pm --time 3h --json
is '(it["outcome"], it["late"])' "('written', True)"
same "$(in_grid 20 pm)" "[[180, 'merged', 'late']]"
bureau hours set --worker V04 --day 2026-11-20 --slot pm --time 2h --reason "relu"
said "arrivée après clôture"
bureau month late 2026-11 --structure RIVES
said "travail 0h → 2h"
passed "in a closed month it is a late entry, and says so"

bureau rebuild --json
is 'it["repaired"]' 0
same "$(in_grid 20 pm)" "[[120, 'merged', 'corrected', 'late']]"
passed "replaying the log comes to the same"
