#!/usr/bin/env bash
# No network for weeks: what a laptop keeps reaches the office on a stick,
# by the same signatures as over the road, once and not twice.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
stick="$STAGE/cle"
mkdir "$stick"
device=$(device_of berges)
place="$stick/pointeau-$device"

berges export usb "$stick" --json
is '(it["sets"], it["entries"], it["path"])' "(0, 0, '')"
same "$(ls -A "$stick")" ""
fails 2 berges export usb ""
said "usb places"
fails 1 berges export usb "$STAGE/absente"
said "branchez la clé"
for worker in V01 V02 V03; do
	berges hours add --worker $worker --day 2026-11-16 --slot am --time 3h30
done
berges export usb "$stick" --json
is '(it["sets"], it["entries"], it["added"])' '(1, 3, 1)'
is 'it["path"]' "$place"
berges hours add --worker V04 --day 2026-11-16 --slot am --time 3h30
berges export usb "$stick"
said "copié sur la clé : saisies 4, lots 2, dont nouveaux 1"
same "$(ls "$place" | grep -c '\.set$')" 2
if grep -rqF "$(cat "$STAGE/berges/device.key")" "$stick"; then
	wrong "the key is on the stick"
fi
berges status --json
is '(it["kept"], it["sent"], it["received"])' '(4, 0, 0)'
passed "an export adds what is missing, and says so; nothing counts as sent"

# Half a file, as a stick pulled too early leaves it, is written again.
first=$(ls "$place"/*.set | head -1)
cp "$first" "$STAGE/whole"
head -c 40 "$STAGE/whole" >"$first"
berges export usb "$stick" --json
is 'it["added"]' 1
cmp "$first" "$STAGE/whole" || wrong "not repaired"
passed "what is damaged on the stick is written again"

bureau import usb "$stick" --json
is '(it["new"], it["known"], it["refused"])' '(2, 0, 0)'
is '[(d["name"], d["new"], d["entries"]) for d in it["devices"]]' \
	"[('berges', 2, 4)]"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 840
before=$(report_of bureau)
bureau import usb "$stick"
said "lots nouveaux 0"
said "déjà reçus 2"
same "$(report_of bureau)" "$before"
bureau import usb "$place" --json
is '(it["new"], it["known"], it["refused"])' '(0, 2, 0)'
passed "the office reads it twice, through its running server, and counts once"

berges sync
berges status --json
is '(it["kept"], it["sent"], it["received"])' '(0, 0, 4)'
berges entries list --state received --json
is '[r["worker"] for r in it["rows"]]' "['V04', 'V03', 'V02', 'V01']"
is '{r["sync"] for r in it["rows"]}' "{'received'}"
berges export usb "$stick"
said "Rien à copier"
same "$(report_of bureau)" "$before"
passed "the next sync brings the receipts: received"

# ---- what is wrong on a stick is named, and holds up nothing ----

berges hours add --worker V05 --day 2026-11-16 --slot am --time 1h
rm -r "$stick"/*
berges export usb "$stick"
berges hours add --worker V06 --day 2026-11-16 --slot am --time 1h
berges export usb "$stick"
python3 - "$place" "$STAGE/bad" <<'PY'
import pathlib, sys, zlib
place, names = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
bad = sorted(place.glob("*.set"))[0]
plain = bytearray(zlib.decompress(bad.read_bytes()))
at = plain.index(b'"minutes":60') + len('"minutes":')
plain[at] = ord("9")
bad.write_bytes(zlib.compress(bytes(plain)))
torn = place / ("0" * 64 + ".set")
data = bytearray(sorted(place.glob("*.set"))[-1].read_bytes())
data[len(data) // 2] ^= 1
torn.write_bytes(data)
(place / ("1" * 64 + ".set")).write_bytes(b"")
(place / ("2" * 64 + ".set")).write_bytes(b"x" * (3 << 20))
(place / ("3" * 64 + ".set")).symlink_to("/etc/passwd")
(place / "notes.txt").write_text("rien")
(place / "manifest.json").write_text("{" * 100000)
names.write_text(bad.name)
PY
mkfifo "$place/$(printf '4%.0s' {1..64}).set"
fails 3 bureau import usb "$stick"
said "pointeau-$device/$(cat "$STAGE/bad")"
said "signature"
said "lots refusés : 6"
said "lots nouveaux 1"
fails 3 bureau import usb "$stick" --json
is '(it["new"], it["known"], it["refused"])' '(0, 1, 6)'
is 'sorted({f["why"] for f in it["faults"]})' "['invalid', 'signature']"
is '{f["device"] for f in it["faults"]}' "{'$device'}"
is '[d["name"] for d in it["devices"]]' "['berges']"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 900
passed "a flipped byte, an empty, a huge, a linked file: named, and refused"

rm -r "$stick"/*
berges sync
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 960
passed "what was refused came all the same, over the road"

fails 1 bureau import usb "$stick"
said "aucun lot de Pointeau"
fails 1 bureau import usb "$STAGE/absente"
said "branchez la clé"

# ---- revoked, unknown, forked ----

garde hours add --worker V07 --day 2026-11-16 --slot am --time 2h
bureau device revoke "$(device_of garde)" --reason "perdu"
garde export usb "$stick" --json
is 'it["entries"]' 1
bureau import usb "$stick" --json
is '[(d["name"], d["revoked"], d["new"], d["quarantined"]) for d in it["devices"]]' \
	"[('garde', True, 1, 1)]"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 960
fails 4 garde sync
garde entries list --state quarantined --json
is '[(r["worker"], r["fault"]) for r in it["rows"]]' "[('V07', 'revoked')]"
is '"Appelez le bureau" in it["rows"][0]["fault_text"]' True
passed "a revoked laptop may hand over; the office sets it aside"

# A suspended one waits by this way as by the other: nothing is taken, the
# stick stays as it is; the others on it are held up by nothing.
rm -r "$stick"/*
laptop prete VERTS
prete=$(device_of prete)
prete hours add --worker V07 --day 2026-11-17 --slot am --time 2h
berges hours add --worker V07 --day 2026-11-18 --slot am --time 1h
prete export usb "$stick"
berges export usb "$stick"
bureau device suspend "$prete" --reason "égaré"
before=$(find "$stick" -type f -exec sha256sum {} + | sort)
fails 3 bureau import usb "$stick"
said "device resume"
said "la clé reste comme elle est"
same "$(find "$stick" -type f -exec sha256sum {} + | sort)" "$before"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 1020
fails 3 bureau import usb "$stick" --json
is '(it["new"], it["known"], it["refused"])' '(0, 1, 1)'
is '[(f["why"], f["device"]) for f in it["faults"]]' \
	"[('suspended', '$prete')]"
bureau quarantine list --json
is "[r['name'] for r in it['rows'] if r['name'] == 'prete']" "[]"
bureau device resume "$prete"
bureau import usb "$stick" --json
is '(it["new"], it["known"], it["refused"])' '(1, 1, 0)'
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 1140
berges hours void --worker V07 --day 2026-11-18 --slot am --reason 'essai fini'
prete hours void --worker V07 --day 2026-11-17 --slot am --reason 'essai fini'
berges sync
prete sync
passed "a suspended laptop's stick waits, as what it would send does"

# Two copies of one laptop tell two stories under the same number.
rm -r "$stick"/*
cp -r "$STAGE/berges" "$STAGE/jumeau"
person jumeau pointeau
berges hours add --worker V09 --day 2026-11-17 --slot am --time 1h
berges export usb "$stick"
bureau import usb "$stick" --json
is '(it["new"], it["refused"])' '(1, 0)'
rm -r "$stick"/*
jumeau hours add --worker V10 --day 2026-11-17 --slot am --time 1h
jumeau export usb "$stick"
fails 3 bureau import usb "$stick" --json
is '[f["why"] for f in it["faults"]]' "['fork']"
bureau alerts --json
is '"fork" in str(it)' True
jumeau sync
berges sync
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 1080
passed "a fork is refused and told; the next sync brings what it held"

PORTS[autre]=$(free_port)
server autre
rm -r "$stick"/*
berges hours add --worker V08 --day 2026-11-16 --slot am --time 2h
berges export usb "$stick"
fails 3 autre import usb "$stick" --json
is '[f["why"] for f in it["faults"]]' "['unknown']"
stop autre
passed "another office takes nothing from a laptop that it does not know"

# Also without a running server.
stop bureau
bureau import usb "$stick" --json
is '(it["new"], it["refused"])' '(1, 0)'
passed "the office reads a stick while it does not serve"

# ---- a stick that is full ----

tiny="$STAGE/pleine"
mkdir "$tiny"
if mount -t tmpfs -o size=8k pointeau-test "$tiny" 2>/dev/null; then
	head -c 8192 /dev/zero >"$tiny/photos" 2>/dev/null
	berges hours add --worker V09 --day 2026-11-16 --slot am --time 2h
	try berges export usb "$tiny"
	umount "$tiny"
	same "$STATUS" 1
	said "pleine"
	said_not "copié"
	berges status --json
	is 'it["kept"]' 2
	passed "a full stick is said so, and nothing is lost"
fi
if [[ $(id -u) -ne 0 ]]; then
	chmod 500 "$tiny"
	fails 1 berges export usb "$tiny"
	said "accès refusé"
	chmod 700 "$tiny"
fi
berges usb places --json
is 'isinstance(it["rows"], list)' True
