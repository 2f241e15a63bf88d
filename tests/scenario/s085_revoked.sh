#!/usr/bin/env bash
# A laptop is lost: it can neither read nor write any more; what it had sent
# stands (I15).
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
for worker in V01 V02; do
	berges hours add --worker $worker --day 2026-11-16 --slot am --time 3h30
done
berges sync
garde sync
berges hours add --worker V03 --day 2026-11-16 --slot am --time 3h30
device=$(device_of berges)

fails 1 bureau device revoke 0123456789abcdef
bureau device revoke "$device" --reason "volé dans la camionnette"
bureau device list --json
is '[d["state"] for d in it["devices"] if d["name"] == "berges"]' "['revoked']"
bureau device list
said "révoqué"
fails 4 berges sync
said "révoqué"
fails 4 berges sync --json
is 'it["state"]' revoked
berges status
said "Ce poste est révoqué : appelez le bureau."
berges status --json
is '(it["revoked"], it["received"], it["kept"] + it["sent"])' '(True, 3, 0)'
is 'it["quarantined"]' 1
passed "it is told so, and gets nothing more"

bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 420
garde hours add --worker V04 --day 2026-11-16 --slot am --time 3h30
garde sync
garde hours list --month 2026-11 --json
is 'sorted(r["worker"] for r in it["rows"])' "['V01', 'V02', 'V04']"
passed "what it had sent before stands, what it had not counts nowhere"

berges hours list --month 2026-11 --json
is 'sorted((r["worker"], r["sync"]) for r in it["rows"])[1][0]' V02
fails 4 berges hours add --worker V05 --day 2026-11-16 --slot am --time 3h30
said "ce poste est révoqué"
passed "what it holds is still readable there, nothing is added"

code=$(code_for VERTS)
fails 4 berges enrol "$code" --name revenant
said "révoqué"
bureau device list --json
is '{d["state"] for d in it["devices"] if d["device"] == "'"$device"'"}' "{'revoked'}"
passed "it cannot come back by itself"

bureau device revoke "$device" --reason "encore"
bureau rebuild --json
is 'it["repaired"]' 0
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 630
bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
passed "I15: the month still verifies"
