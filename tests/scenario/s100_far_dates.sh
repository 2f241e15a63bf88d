#!/usr/bin/env bash
# Odd dates and long days are said to be odd, and recorded all the same: a
# clock that is wrong must not stop anybody (I8).
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS

berges hours add --worker V01 --day 2031-03-12 --slot am --time 3h30
said "est à venir"
said "gardé ici"
berges hours add --worker V01 --day 12/11/2019 --slot am --time 3h30
said "le 2019-11-12 remonte à plus de deux mois"
said "gardé ici"
berges hours add --worker V01 --day "$(date -d '-58 days' +%F)" --slot x9 \
	--time 1h
said_not "deux mois"
berges hours list --month 2031-03 --json
is 'it["rows"][0]["minutes"]' 210
fails 2 berges hours add --worker V01 --day 0000-00-00 --slot am --time 3h30
fails 2 berges hours add --worker V01 --day 20261-01-01 --slot am --time 3h30
passed "a day far away is warned of and kept"

for slot in am pm x1; do
	berges hours add --worker V02 --day 2026-11-16 --slot $slot --time 5h
done
said "plus de dix heures de travail"
berges hours add --worker V03 --day 2026-11-16 --slot am --start 8h00 --end 11h30
berges hours add --worker V03 --day 2026-11-16 --slot pm --start 11h00 --end 14h00
said "recouvrent"
berges hours add --worker V04 --day 2026-11-16 --slot am --kind "congé payé"
said "rien ne sera payé"
berges hours add --worker V05 --day 2026-11-16 --slot am --time 2h --quiet --json
[[ ! -s $ERR ]] || wrong "--quiet is not quiet"
passed "so are long days, overlaps, leave without hours"

berges sync
berges status --json
is '(it["quarantined"], it["kept"])' '(0, 0)'
for month in 2031-03 2019-11; do
	bureau report month $month --json
	is 'it["total"]["minutes"]' 210
done
bureau report month 2026-11 --json
is '[r["minutes"] for r in it["rows"] if r["worker"] == "V02"]' '[900]'
passed "the office takes them all"
