#!/usr/bin/env bash
# The server gets a new key: the laptops follow it by themselves, what the
# old one signed stands, and the export tells of both.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
berges sync
code=$(code_for VERTS) || exit 1
# A second later: the old key's time ends with its last receipt.
sleep 1
bureau key rotate --json
before=$(json 'it["before"]') || exit 1
now=$(json 'it["fingerprint"]') || exit 1
[[ $before != "$now" ]] || wrong "the same key"
[[ $(stat -c %a "$STAGE/bureau/server.key") == 600 ]] || wrong "readable key"
[[ ! -e $STAGE/bureau/server.key.new ]] || wrong "a key is left over"
passed "the running server changes its key"

berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30
berges sync
garde sync
garde hours list --month 2026-11 --json
is 'sorted((r["worker"], r["sync"]) for r in it["rows"])' \
	"[('V01', 'received'), ('V02', 'received')]"
passed "laptops follow, with nothing to do"

new_laptop revenant
fails 4 revenant enrol "$code" --name revenant
laptop nouveau VERTS
nouveau hours list --month 2026-11 --json
is 'len(it["rows"])' 2
nouveau hours add --worker V03 --day 2026-11-16 --slot am --time 3h30
nouveau sync
passed "a code of before is void; a new laptop reads what the old key signed"

# Whoever stops and starts it finds the same key.
stop bureau
bureau key rotate
start bureau
berges sync
garde sync
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 630
bureau rebuild --json
is 'it["repaired"]' 0
passed "once more, without a running server"

bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
(cd "$STAGE/audit" &&
	sed -n '/^>8/,/^8</s/^    //p' LISEZMOI.txt >../verifier.sh &&
	sh ../verifier.sh) >"$OUT" 2>"$ERR" || wrong "the stranger's commands"
said "CONFORME / VERIFIED"
[[ $(grep -c 'SHA256:' "$OUT") == 1 ]] || wrong "more than one fingerprint"
[[ $(grep -c '^server .*valid-before' "$STAGE/audit/allowed_signers") == 2 ]] ||
	wrong "the keys of before"
passed "the export verifies, with ssh-keygen and sha256sum alone too"

# A server with its key of before is not believed: a backup is put back with
# today's key and with what proves it.
stop bureau
cp -a "$STAGE/bureau" "$STAGE/sauvegarde"
bureau key rotate
start bureau
berges hours add --worker V04 --day 2026-11-16 --slot am --time 3h30
berges sync
stop bureau
mv "$STAGE/bureau" "$STAGE/perdu"
cp -a "$STAGE/sauvegarde" "$STAGE/bureau"
start bureau
fails 1 berges sync
said "ALERTE"
stop bureau
# Today's key alone does not say that it follows the one of the log.
cp "$STAGE/perdu/server.key" "$STAGE/bureau"
mv "$STAGE/bureau/server.succession" "$STAGE/succession"
fails 1 bureau rebuild
said "server.succession"
cp "$STAGE/perdu/server.succession" "$STAGE/bureau"
start bureau
berges sync
garde sync
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 840
bureau alerts --json
passed "a backup of before heals with today's key, and with no other"
