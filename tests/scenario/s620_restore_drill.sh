#!/usr/bin/env bash
# A restore drill: encrypted backups beside the running server, its disk dies,
# the last backup is put back with the recovery key, and the laptops refill
# what it lacked until every total is the same again (I11).
. "$(dirname "$0")/play.sh"

server bureau
bureau backup key --out "$STAGE/cle"
laptop berges VERTS
laptop garde VERTS
berges hours import "$CAST/week-berges.csv"
berges sync
bureau backup make "$STAGE/sauvegardes" --json
first=$(json 'it["written"]')
bureau device code --crew VERTS --json
code=$(json 'it["code"]')
garde hours add --worker V01 --day 2026-11-09 --slot am --time 3h30
garde sync
bureau backup make "$STAGE/sauvegardes" --json
is 'it["written"] < '"$first" True
bureau backup verify "$STAGE/sauvegardes" --json
is '(it["backups"], it["opened"], it["faults"])' '(2, 2, [])'
fingerprint=$(json 'it["server"]')
passed "backups are made beside the running server, the second one small"

! grep -rqaE 'Berges|RIVES|V01|SQLite' "$STAGE/sauvegardes" ||
	wrong "something can be read in the backups"
passed "nothing can be read in them"

laptop volee VERTS
volee hours add --worker V05 --day 2026-11-10 --slot am --time 2h
volee sync
garde hours add --worker V02 --day 2026-11-10 --slot pm --time 1h
garde sync
berges hours add --worker V03 --day 2026-11-12 --slot am --time 3h
berges sync
before=$(report_of bureau)
records=$(query bureau "select count(*) from record where family = 'hours'")
passed "work goes on after the last backup"

kill_server bureau
# The port stays the office's; the directory is no more.
refuses 1 "n'est pas vide" bureau restore "$STAGE/sauvegardes" --key "$STAGE/cle"
rm -rf "${STAGE:?}/bureau"
does bureau restore "$STAGE/sauvegardes" --key "$STAGE/cle" --json
is 'it["server"]' "$fingerprint"
is 'sorted(log["structure"] for log in it["logs"])[0] != ""' True
start bureau
[[ $(report_of bureau) != "$before" ]] || wrong "the backup was no older"
passed "the last backup is put back with the recovery key"

new_laptop neuf
fails 4 neuf enrol "$code" --name neuf
passed "a code from before the disaster opens nothing any more"

berges sync
said "remis d'après une sauvegarde"
garde sync
volee sync --progress json
said '{"progress":"sync","done":'
said '"unit":"sets"}'
berges sync
same "$(report_of bureau)" "$before"
same "$(query bureau "select count(*) from record where family = 'hours'")" "$records"
bureau rebuild --json
is 'it["repaired"]' 0
berges status --json
is '[e["epoch"] for e in it["epochs"] if e["structure"] == "RIVES"]' '[2]'
passed "the laptops refill what the backup lacked: every total is the same"

before=$(find "$STAGE/sauvegardes/p" -type f | wc -l)
bureau backup make "$STAGE/sauvegardes" --json
after=$(find "$STAGE/sauvegardes/p" -type f | wc -l)
is "it[\"pieces\"] > $((after - before))" True
bureau backup verify "$STAGE/sauvegardes" --key "$STAGE/cle" --fingerprint "$fingerprint" --json
is '(it["backups"], it["opened"], it["faults"])' '(3, 3, [])'
stop bureau
passed "and backups go on into the same directory"
