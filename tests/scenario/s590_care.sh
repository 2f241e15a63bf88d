#!/usr/bin/env bash
# Accompaniment at the office's own shell: meetings, training, immersions,
# leaving, reminders, skills, the page of one worker, a badge that a stranger
# verifies; and nothing of it on a laptop.
. "$(dirname "$0")/play.sh"

# A day so many days from today, whatever day the play is given on.
day() {
	date -d "$1 days" +%F
}
HOST=04120768900039

server bureau
laptop berges VERTS

bureau care meeting add V01 --theme logement --time 45m --by "Nadia Roux" \
	--next "$(day +7)" --json
meeting=$(json 'it["id"]')
bureau care meeting list --worker V01 --json
is 'len(it["rows"]), it["rows"][0]["theme"], it["rows"][0]["minutes"]' \
	"(1, 'housing', 45)"
seen=$(json 'it["rows"][0]["hash"]')
bureau care meeting set "$meeting" --theme sante --reason "mauvaise case" \
	--seen "$seen"
fails 1 bureau care meeting set "$meeting" --time 1h --reason "encore" \
	--seen "$seen"
said "quelqu'un l'a changé entre-temps"
bureau care history "$meeting" --json
is '[row["reason"] for row in it["rows"]]' "['', 'mauvaise case']"
is 'it["rows"][0]["value"]["theme"], it["rows"][1]["value"]["theme"]' \
	"('housing', 'health')"
bureau care due --json
is '[(r["what"], r["worker"], r["late"]) for r in it["rows"] if r["worker"] == "V01"]' \
	"[('meeting', 'V01', False)]"
passed "a meeting, its correction with a reason, its history, the next one"

bureau care training add V01 --title "SST" --start "$(day -20)" \
	--end "$(day -18)" --planned 14h --done 14h --provider "Croix-Rouge"
bureau care training list
said "14h"
bureau care pmsmp add V01 --siret $HOST --host "Jardins Duval" --objective 1 \
	--start "$(day -60)" --end "$(day -31)"
said_not "attention"
bureau care pmsmp add V01 --siret "041 207 689 00039" --host "Jardins Duval" \
	--objective 2 --start "$(day -10)" --end "$(day +20)"
said "31 jours, une convention en compte 30 au plus (Code du travail, art. D5135-3)"
said "61 jours chez Jardins Duval en douze mois, 60 au plus"
bureau person show V01 --json
is 'it["hosts"][0]["days"], it["hosts"][0]["remaining"], len(it["pmsmp"])' \
	"(61, 0, 2)"
bureau care due --json
is '[r["day"] for r in it["rows"] if r["what"] == "pmsmp_end"]' "['$(day +20)']"
passed "training and immersions, their limits told with their source"

stop bureau
untouched bureau
refuses 1 "une immersion du" bureau care pmsmp add V01 --siret $HOST \
	--host X --objective 3 --start "$(day +20)" --end "$(day +21)"
refuses 1 "choisissez" bureau care meeting add V01 --theme cancer
refuses 1 "SIRET" bureau care pmsmp add V01 --siret 04120768900038 --host X \
	--objective 3 --start "$(day +30)" --end "$(day +31)"
refuses 1 "vouliez-vous dire V01" bureau care meeting add V1 --theme logement
refuses 2 "--theme" bureau care meeting add V01
refuses 2 "rien à corriger" bureau care meeting set "$meeting" --reason "vu"
refuses 1 "rien n'est noté sous" bureau care void m-0 --reason "doublon"
refuses 1 "care meeting set" bureau care training set "$meeting" --title X \
	--reason "erreur"
refuses 1 "aucune liste n'est importée" bureau care exit set V01 \
	--day "$(day -1)" --category autre --code 12
refuses 1 "aucune sortie n'est notée" bureau care follow-up V01 \
	--outcome formation
refuses 2 "de 0 à" bureau care due --within demain
refuses 1 "jamais été évaluée" bureau care badge V01 --skill A1203-01
refuses 1 "aucun catalogue importé n'en parle" bureau person show V01 --job Z1
start bureau
passed "$REFUSED refusals say what and why, and change nothing"

printf 'code;label;category\n101;CDI ailleurs;emploi durable\n' \
	>"$STAGE/codes.csv"
bureau import exit-codes "$STAGE/codes.csv"
bureau care exit codes
said "CDI ailleurs"
bureau care exit set V04 --day "$(day -45)" --category "emploi durable" --code 101
said "saisi plus d'un mois après la sortie"
said "FSE+"
fails 1 bureau care exit set V04 --day "$(day -44)" --category transition
said "une sortie est déjà notée"
bureau care exit set V04 --day "$(day -200)" --category transition \
	--reason "date du solde"
bureau care exit show V04 --json
is 'len(it["rows"]), it["rows"][0]["category"], it["rows"][0]["revisions"]' \
	"(1, 'transition', 2)"
is 'it["rows"][0]["late"], it["rows"][0]["followup"]' "(True, None)"
bureau care due --json
is '[(r["what"], r["late"]) for r in it["rows"] if r["worker"] == "V04"]' \
	"[('followup', True)]"
bureau care follow-up V04 --outcome "en emploi durable"
bureau care due --json
is '[r for r in it["rows"] if r["worker"] == "V04"]' "[]"
bureau person list --search "MARCHANDEAU" --json
is '[(r["worker"], r["left"]) for r in it["rows"]]' "[('V04', '$(day -200)')]"
passed "leaving, late or in time, and the six-month follow-up"

berges skills add --worker V01 --skill A1203-01 --level 2 --day "$(day -3)" \
	--note "seule, sans aide"
berges sync
bureau skills add --worker V01 --skill A1203-02 --level "non évalué"
bureau report skills --worker V01 --json
is 'sorted((s["skill"], [o["level"] for o in s["observations"]]) for s in it["skills"])' \
	"[('A1203-01', [2]), ('A1203-02', [None])]"
json '[s for s in it["skills"] if s["skill"] == "A1203-01"][0]["observations"][0]["id"]' \
	>"$STAGE/observation"
bureau skills set "$(cat "$STAGE/observation")" --level 3 --reason "revu avec elle"
berges sync
berges skills list --worker V01 --json
is '[r["level"] for r in it["rows"] if r["skill"] == "A1203-01"]' "[3]"
bureau report skills --worker V01 --format csv
said "3 seul"
bureau person show V01 --job A1203 --json
is 'it["gaps"]["observed"], it["gaps"]["total"] > 10' "(1, True)"
passed "a laptop's observation, corrected by the office, comes back to it"

bureau care badge V01 --skill A1203-01 --out "$STAGE/badge.jwt"
same "$(cat "$OUT")" ""
does python3 "$HERE/../witness/badge.py" "$STAGE/badge.jwt"
is 'it["credentialSubject"]["achievement"]["humanCode"]' "A1203-01"
is 'it["credentialSubject"]["result"][0]["value"]' "3 seul"
said_not "Fatou"
said_not "V01"
bureau care badge V01 --skill A1203-01 --out -
cp "$OUT" "$STAGE/again.jwt"
does python3 "$HERE/../witness/badge.py" "$STAGE/again.jwt"
does python3 - "$STAGE/badge.jwt" "$STAGE/forged.jwt" <<'EOF'
import sys
head, payload, signature = open(sys.argv[1]).read().strip().split(".")
at = len(payload) // 2
payload = payload[:at] + ("A" if payload[at] != "A" else "B") + payload[at + 1:]
open(sys.argv[2], "w").write(".".join((head, payload, signature)))
EOF
fails 1 python3 "$HERE/../witness/badge.py" "$STAGE/forged.jwt"
passed "a badge verifies without Pointeau, names nobody, and takes no forgery"

# What accompanies somebody is the office's alone.
berges sync
for family in meeting training pmsmp exit followup exit_code identity contract; do
	same "$(query berges "SELECT COUNT(*) FROM record WHERE family = '$family'")" 0
	same "$(query berges "SELECT COUNT(*) FROM entry WHERE family = '$family' AND length(bytes) > 0")" 0
done
bureau purge V01 --reason "fin de conservation"
fails 1 bureau person show V01
same "$(query bureau "SELECT COUNT(*) FROM record WHERE subject = 'V01'")" 0
passed "nothing of it is on a laptop, and a purge takes all of it"
