#!/usr/bin/env bash
# The office's disk dies and an old copy of its directory is put back: after
# one sync of each laptop everything is there again, both sides say why, and
# what was revoked or destroyed stays so (I11).
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
berges hours add --worker V01 --day 2026-10-15 --slot am --time 3h30
berges sync
stop bureau
cp -a "$STAGE/bureau" "$STAGE/copie"
start bureau

laptop volee VERTS
volee hours add --worker V05 --day 2026-10-16 --slot am --time 2h
volee sync
bureau device revoke "$(device_of volee)" --reason "volé"
berges hours import "$CAST/week-berges.csv"
berges sync
bureau purge V04 --reason "fin de conservation"
said "Détruites : "
fails 1 bureau purge V99 --reason "fin de conservation"
said "rien n'a été détruit"
fails 2 bureau purge V05
garde hours add --worker V02 --day 2026-10-16 --slot pm --time 1h
garde sync
berges sync
before=$(report_of bureau)
records=$(query bureau "select count(*) from record where family = 'hours'")
old=$(device_of volee)
passed "a month's work reaches the office"

stop bureau
rm -rf "${STAGE:?}/bureau"
mv "$STAGE/copie" "$STAGE/bureau"
start bureau
[[ $(report_of bureau) != "$before" ]] || wrong "the copy was no older"
bureau alerts --json
is '[a["alert"] for a in it["rows"] if a["alert"] == "epoch"]' '[]'
passed "an old copy knows nothing of it"

berges sync
said "remis d'après une sauvegarde"
garde sync --json
is 'it["epoch"]' 2
berges sync
same "$(report_of bureau)" "$before"
same "$(query bureau "select count(*) from record where family = 'hours'")" "$records"
same "$(query bureau "select count(*) from entry where subject = 'V04'
	and family in ('hours', 'worker')")" 0
same "$(query berges "select count(*) from entry where subject = 'V04'
	and family in ('hours', 'worker')")" 0
bureau device list --json
is '[d["state"] for d in it["devices"] if d["device"] == "'"$old"'"]' "['revoked']"
fails 4 volee sync
passed "two syncs later everything is there, and what was forbidden still is"

bureau alerts
said "serveur restauré"
bureau alerts --json
is 'any(a["alert"] == "epoch" and a["structure"] == "RIVES" for a in it["rows"])' True
berges status
said "serveur remis d'après une sauvegarde"
berges status --json
is '[e["epoch"] for e in it["epochs"] if e["structure"] == "RIVES"]' '[2]'
berges sync --json
is '(it["epoch"], it["kept"], it["supplied"])' '(0, 0, 0)'
bureau rebuild
same "$(report_of bureau)" "$before"
bureau export audit 2026-11 --out "$STAGE/dossier"
does bureau audit verify "$STAGE/dossier"
passed "both sides say why, and strangers can still verify"
