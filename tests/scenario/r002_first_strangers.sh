#!/usr/bin/env bash
# What the first strangers stumbled over, once each.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS

for words in device newcomer conflicts audit report; do
	does "$BIN/pointeau-server" $words --help
	said "Usage"
done
passed "help on half a command is help"

cat >"$STAGE/late.csv" <<END
worker;structure;crew;first_name;last_name;weekly;contract_start;contract_end
V99;RIVES;VERTS;Nour;Tardif;26h;20/11/2026;
END
bureau import workers "$STAGE/late.csv"
berges sync
berges hours add --worker V99 --day 2026-11-02 --slot am --time 3h
berges sync
berges hours list --month 2026-11 --worker V99 --json
is 'len(it["rows"])' 1
fails 1 berges hours add --worker V99 --day 2026-11-02 --slot am --time 2h
said "hours set"
bureau report month 2026-11 --by crew --json
is '[(r["crew"], r["minutes"]) for r in it["rows"]]' "[('VERTS', 180)]"
passed "hours before a contract's date stay where they were recorded"

stop bureau
alter bureau "update contact set time_s = 1000"
start bureau
berges sync
bureau device list --json
is 'it["devices"][0]["last_seen"] > "2026"' True
passed "a laptop that syncs has been heard"

berges newcomer add --first-name Soraya --crew VERTS --json
newcomer=$(json 'it["newcomer"]')
berges sync
bureau newcomer match "$newcomer" V01
fails 1 bureau newcomer match "$newcomer" V02
said "déjà rattaché à V01"
bureau newcomer match "$newcomer" V02 --reason "erreur de personne"
passed "a match is not changed by mistake"

device=$(device_of berges)
bureau device revoke "$device"
fails 4 bureau device scope "$device" --crew VERTS
said "révoqué"
passed "a revoked laptop is given nothing to see"

bureau config check --json
is 'it["schema"]' 1
passed "settings can be checked by programs"
