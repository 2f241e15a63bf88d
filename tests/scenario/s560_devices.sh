#!/usr/bin/env bash
# The laptops as the office sees them: what they tell, one that waits, one that
# is replaced, what a revoked one sent and the office lets count.
. "$(dirname "$0")/play.sh"

row() {
	echo "[d for d in it['devices'] if d['name'] == '$1'][0]"
}
entries() {
	local worker
	for worker in "${@:3}"; do
		does "$1" hours add --worker "$worker" --day "$2" --slot am --time 3h30
	done
}

server bureau
laptop berges VERTS
laptop garde VERTS
entries berges 2026-11-16 V01 V02
berges sync
bureau device list --json
is "$(row berges)['unsent']" 0
is "$(row berges)['state'], $(row berges)['skew_s'] in range(-5, 6)" "('active', True)"
is "len($(row berges)['words'].split()), $(row berges)['crews']" "(6, ['VERTS'])"
is "$(row berges)['version'] != '' and $(row berges)['last_seen'] != ''" True
passed "a laptop tells its clock, its version and what it has not sent"

berges=$(device_of berges)
fails 2 bureau device suspend "$berges"
fails 1 bureau device suspend 0123456789abcdef --reason "perdu ?"
said "poste inconnu"
bureau device suspend "$berges" --reason "égaré depuis lundi"
fails 1 bureau device suspend "$berges" --reason "encore"
said "déjà suspendu"
bureau device list
said "suspendu"
bureau device list --json
is "$(row berges)['state'], $(row berges)['reason']" "('suspended', 'égaré depuis lundi')"
entries berges 2026-11-17 V01 V02
fails 4 berges sync
said "le bureau a suspendu ce poste : vos saisies restent ici"
berges status --json
is "it['revoked'], it['trouble'], it['kept'] + it['sent']" "(False, 'suspended', 2)"
entries berges 2026-11-18 V01
bureau report month 2026-11 --json
is "it['total']['minutes']" 420
passed "a suspended laptop is told to wait, keeps everything and still records"

bureau device resume "$berges"
fails 1 bureau device resume "$berges"
said "n'est pas suspendu"
berges sync
berges status --json
is "it['trouble'], it['kept'] + it['sent'], it['quarantined']" "(None, 0, 0)"
bureau report month 2026-11 --json
is "it['total']['minutes']" 1050
passed "resumed, what waited counts: it was no revocation"

# Replaced: the new laptop takes the crews, the old one is revoked when it does.
entries berges 2026-11-19 V01
bureau device replace "$berges" --reason "écran cassé" --json
is "it['crews'], it['replaces'], it['seconds'], it['qr']['size'] > 20" \
	"(['VERTS'], '$berges', 900, True)"
code=$(json "it['code']")
bureau device list --json
is "$(row berges)['state']" active
new_laptop neuf
neuf enrol "$code" --name neuf
bureau device list --json
is "$(row berges)['state'], $(row berges)['reason']" "('revoked', 'écran cassé')"
is "$(row neuf)['state'], $(row neuf)['crews']" "('active', ['VERTS'])"
neuf sync
neuf hours list --month 2026-11 --json
is "len(it['rows'])" 5
fails 1 bureau device replace 0123456789abcdef
passed "a dead laptop is replaced by one code"

# It sends what it had after its revocation: set aside, read, let count.
fails 4 berges sync
bureau quarantine list
said "poste révoqué"
bureau quarantine list --json
is "it['total'], it['rows'][0]['code'], it['rows'][0]['name']" "(1, 'revoked', 'berges')"
is "it['rows'][0]['worker'], it['rows'][0]['releasable']" "('V01', True)"
is "it['rows'][0]['value']['minutes']" 210
is "'2026-11-19' in it['rows'][0]['body']" True
hash=$(json "it['rows'][0]['hash']")
fails 2 bureau quarantine release "$hash"
fails 1 bureau quarantine release 00000000 --reason "vu"
said "quarantine list"
fails 1 bureau quarantine release "zz" --reason "vu"
bureau report month 2026-11 --json
is "it['total']['minutes']" 1050
bureau quarantine release "${hash:0:12}" --reason "vu avec Maëlle" --json
is "it['state'], it['record']" "('merged', 'hours/V01/2026-11-19/am')"
fails 1 bureau quarantine release "$hash" --reason "encore"
said "compte déjà"
bureau report month 2026-11 --json
is "it['total']['minutes']" 1260
bureau quarantine list
said "Rien n'est mis à part."
garde sync
garde hours list --month 2026-11 --json
is "[r['minutes'] for r in it['rows'] if r['day'] == '2026-11-19']" "[210]"
bureau rebuild --json
is "it['repaired']" 0
bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
passed "what a revoked laptop sent is read and released; all agree (I5, I15, I18)"

# Wrong clock and silence are told.
alter bureau "UPDATE contact_state SET skew_s = -7200 WHERE device = '$(device_of garde)'"
alter bureau "UPDATE contact SET time_s = time_s - 4 * 86400 WHERE device = '$(device_of garde)'"
bureau alerts --json
is "[(a['alert'], a['name']) for a in it['rows'] if a['alert'] in ('silent', 'clock')]" \
	"[('silent', 'garde'), ('clock', 'garde')]"
bureau device list --json
is "[a['alert'] for a in $(row garde)['alerts']]" "['silent', 'clock']"
bureau alerts
said "poste silencieux"
said "retarde de 120 min"
garde sync
bureau alerts --json
is "[a for a in it['rows'] if a['alert'] in ('silent', 'clock')]" "[]"
passed "a silent laptop and a wrong clock raise an alert until they are over"

# A new key is no way around a suspension.
garde=$(device_of garde)
bureau device suspend "$garde" --reason "égaré"
fails 4 garde key rotate
same "$(device_of garde)" "$garde"
bureau device list --json
is "[d['state'] for d in it['devices'] if d['name'] == 'garde']" "['suspended']"
passed "a suspended laptop gets no new key"
