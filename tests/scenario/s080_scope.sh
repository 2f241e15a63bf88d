#!/usr/bin/env bash
# What a laptop may see changes: it gains the new crew's history and loses
# the old crew's, at its next sync.
. "$(dirname "$0")/play.sh"

empty_server bureau
import_cast bureau
printf 'crew;structure;name;site\nFLEURS;RIVES;Massifs;TILLEULS\n' \
	>"$STAGE/crews.csv"
printf 'worker;structure;crew;first_name;last_name\n%s\n%s\n' \
	'F01;RIVES;FLEURS;Apolline;Vigneron' 'F02;RIVES;FLEURS;Zacharie;Cordier' \
	>"$STAGE/workers.csv"
bureau import crews "$STAGE/crews.csv"
bureau import workers "$STAGE/workers.csv"
start bureau
laptop berges VERTS
laptop massifs FLEURS
laptop volant VERTS
berges hours import "$CAST/week-berges.csv"
rows=$(($(wc -l <"$CAST/week-berges.csv") - 1))
for day in 16 17 18 19 20; do
	massifs hours add --worker F01 --day 2026-11-$day --slot am --time 3h30
done
volant hours add --worker V01 --day 2026-11-12 --slot am --time 3h30
for name in berges massifs volant; do
	$name sync
done
volant sync

# holds ROWS TEXT…: so many slots, and each text somewhere in its bytes.
holds() {
	local text want=$1
	shift
	volant hours list --month 2026-11 --json
	is 'len(it["rows"])' "$want"
	for text; do
		grep -qraF -e "$text" "$STAGE/volant" || wrong "no $text there"
	done
}
holds_not() {
	local text
	for text; do
		grep -qraF -e "$text" "$STAGE/volant" && wrong "$text is there"
	done
	return 0
}
holds $((rows + 1)) Łucja hours/V05 Maëlle
holds_not Apolline hours/F01
passed "a laptop holds its own crew's hours"

device=$(device_of volant)
fails 1 bureau device scope "$device" --crew NULLE
fails 1 bureau device scope 0123456789abcdef --crew FLEURS
fails 2 bureau device scope "$device"
holds $((rows + 1))
bureau device scope "$device" --crew FLEURS,VERTS
volant sync
holds $((rows + 6)) Łucja hours/V05 Maëlle Apolline hours/F01
volant hours add --worker F02 --day 2026-11-16 --slot am --time 2h
volant sync
passed "another crew is given: its whole history comes"

bureau device scope "$device" --crew FLEURS
volant sync
holds 6 Apolline hours/F01
holds_not Łucja Oleksandr Ngọc hours/V05 Maëlle
fails 1 volant hours add --worker V05 --day 2026-11-13 --slot am --time 2h
passed "its first crew is taken away: names and hours are gone from it"

bureau device list --json
is '[d["crews"] for d in it["devices"] if d["name"] == "volant"]' "[['FLEURS']]"
bureau report month 2026-11 --json
is '[r["minutes"] for r in it["rows"] if r["worker"] == "V01"]' '[1760]'
passed "what it recorded before stays at the office"

# Recorded before it learns, sent after: taken, then out of its sight.
bureau device scope "$device" --crew VERTS
volant hours add --worker F02 --day 2026-11-17 --slot am --time 2h
volant sync
bureau report month 2026-11 --json
is '[(r["minutes"], r["contested"]) for r in it["rows"] if r["worker"] == "F02"]' \
	'[(240, 0)]'
volant sync
grep -qraF hours/V05 "$STAGE/volant" || wrong "its crew's hours are not back"
holds_not Apolline hours/F02
passed "what it still had for the old crew is not lost"

fails 1 bureau device scope "$device" --crew BAT
said "faites un nouveau code"
code=$(code_for BAT)
volant enrol "$code" --name volant
volant crew --json
is 'sorted(c["crew"] for c in it["crews"])' "['BAT', 'VERTS']"
bureau device list --json
is 'sorted(d["crews"] for d in it["devices"] if d["name"] == "volant")' \
	"[['BAT'], ['VERTS']]"
passed "a crew of another structure takes a new code, and adds to the first"
