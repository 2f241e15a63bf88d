#!/usr/bin/env bash
# A laptop gets a new key: what the old one signed still counts, and the old
# one opens nothing any more.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
old=$(device_of berges)
cp -a "$STAGE/berges" "$STAGE/copie"
person copie pointeau
berges key rotate
said "Nouvelle clé"
new=$(device_of berges)
[[ $new != "$old" ]] || wrong "the same key"
[[ $(stat -c %a "$STAGE/berges/device.key") == 600 ]] || wrong "readable key"
[[ ! -e $STAGE/berges/device.key.new ]] || wrong "a key is left over"
bureau device list --json
is '{d["device"]: d["state"] for d in it["devices"] if d["name"] == "berges"} == {"'"$old"'": "revoked", "'"$new"'": "active"}' True
passed "one command: what waited is sent, the key is changed, the old revoked"

berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30
berges sync
garde sync
garde hours list --month 2026-11 --json
is 'sorted(r["worker"] for r in it["rows"])' "['V01', 'V02']"
passed "what both keys signed counts, here and there"

copie hours add --worker V03 --day 2026-11-16 --slot am --time 3h30
fails 4 copie sync
fails 4 copie key rotate
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 420
passed "a copy with the old key is set aside, and gets no new one"

# People go on recording while it is changed.
for day in 17 18 19 20; do
	"$BIN/pointeau" hours add --worker V01 --day 2026-11-$day --slot am \
		--time 3h30 --data "$STAGE/berges" >/dev/null 2>"$STAGE/race" || {
		cat "$STAGE/race" >"$ERR"
		wrong "an hour was refused meanwhile"
	}
done &
race=$!
"$BIN/pointeau" key rotate --data "$STAGE/berges" >"$STAGE/rotated" \
	2>"$STAGE/rotated.err"
wait $race || wrong "the race"
berges sync
[[ ! -e $STAGE/berges/device.key.new ]] || wrong "it is not over"
third=$(device_of berges)
[[ $third != "$new" ]] || wrong "the key is not changed"
berges sync
berges status --json
is '(it["kept"], it["sent"], it["quarantined"])' "(0, 0, 0)"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' $((420 + 4 * 210))
bureau device list --json
is 'sorted(d["state"] for d in it["devices"] if d["name"] == "berges")' \
	"['active', 'revoked', 'revoked']"
passed "recorded meanwhile: kept, sent, counted once"

# Cut short: the new key waits on the disk; the next sync ends it.
stop bureau
berges hours add --worker V05 --day 2026-11-17 --slot am --time 3h30
fails 20 berges key rotate
said "la prochaine synchronisation essaiera encore"
[[ -e $STAGE/berges/device.key.new ]] || wrong "it was given up"
same "$(device_of berges)" "$third"
start bureau
berges sync
said "nouvelle clé"
[[ ! -e $STAGE/berges/device.key.new ]] || wrong "it is not over"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' $((420 + 5 * 210))
passed "without a network it waits, and the next sync ends it"

# A thief changes the key; the office revokes the laptop by any of its names.
bureau device revoke "$third" --reason "volé"
fails 4 berges sync
bureau device list --json
is '{d["state"] for d in it["devices"] if d["name"] == "berges"}' "{'revoked'}"
passed "revoking one key revokes what replaced it"

bureau rebuild --json
is 'it["repaired"]' 0
bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
new_laptop nu
fails 10 nu key rotate
passed "the month verifies, whichever key signed"
