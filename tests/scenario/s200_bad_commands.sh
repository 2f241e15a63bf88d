#!/usr/bin/env bash
# Every command of both programs is called wrongly. Each says in French what
# is wrong, ends with the right status, and changes nothing.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts BAT
AGENT=$BIN/pointeau
OFFICE=$BIN/pointeau-server
LONG=$(printf 'x%.0s' {1..10240})
SLOT="--worker V01 --day 2026-11-16 --slot am"
FREE="--worker V01 --day 2026-11-17 --slot am"
berges hours add $SLOT --time 3h30
berges sync
berges status
stop bureau
bureau device list
# Without any account each start of the server makes a link for the first.
bureau user add chef --name "Le chef" --role direction
untouched berges
untouched bureau

# commands_of NAME: what its help lists, without arguments.
commands_of() {
	does "$1" help
	sed -n '/^Commandes/,/^$/p' "$OUT" | awk -F '  +' 'NF > 2 {print $2}' |
		sed 's/ [^ ]*[][A-Z|].*//'
}

# ---- every command: its words ----

for name in berges bureau; do
	mapfile -t commands < <(commands_of $name)
	[[ ${#commands[@]} -ge 17 ]] || wrong "commands: ${commands[*]}"
	for words in "${commands[@]}"; do
		refuses 2 inconnue $name $words --zzzz
		refuses 2 inconnue $name $words --zzzz=1
		refuses 2 inconnue $name $words -x
		refuses 2 "deux fois" $name $words --data ailleurs
		refuses 2 "sa valeur" $name $words --data
		refuses 2 "ne prend pas de valeur" $name $words --json=1
		refuses 2 UTF-8 $name $words $'\xff\xfe'
		refuses 2 UTF-8 $name $words --data $'a\xc3('
		refuses 2 "" $name $words a b c d e f g h i j
		refuses 2 "" $name $words "$LONG" $'\e[31m' $'a\nb' d
	done
	refuses 2 "nothing" $name nothing
	refuses 2 "" $name $'\e]0;x\a'
	refuses 2 "" $name "$LONG"
	refuses 2 "" $name ""
	refuses 2 "inconnue" $name --zzzz
done
refuses 2 "vouliez-vous dire hours add" berges hours ad
refuses 2 "vouliez-vous dire --time" berges hours add $FREE --tiem 3h30
refuses 2 "hours add, hours set" berges hours
refuses 2 "device code, device list" bureau device
refuses 2 bash berges completion tcsh
refuses 2 bash bureau completion tcsh
refuses 2 inconnue berges help hours zz
passed "no command takes words it does not know ($REFUSED)"

# ---- every command: its directory ----

while read -r words; do
	refuses 10 "enrol CODE" "$AGENT" $words --data "$STAGE/nowhere"
	refuses 10 "enrol CODE" "$AGENT" $words --data "$CAST/crews.csv"
	refuses 10 "enrol CODE" "$AGENT" $words --data "$LONG"
	refuses 2 "nom du dossier" "$AGENT" $words --data ""
done <<END
status
crew
hours add $FREE --time 3h30
hours set $SLOT --time 3h --reason x
hours void $SLOT --reason x
hours move $SLOT --to-slot pm --reason x
hours list
hours import $CAST/week-berges.csv
skills add --worker V01 --skill A1203-04 --level 3
skills list
skills catalogue
newcomer add --first-name Zoé
newcomer list
conflicts
sync
END
while read -r words; do
	refuses 10 "pointeau-server init" "$OFFICE" $words \
		--data "$STAGE/nowhere"
	refuses 10 "pointeau-server init" "$OFFICE" $words \
		--data "$CAST/crews.csv"
	refuses 10 "pointeau-server init" "$OFFICE" $words --data "$LONG"
	refuses 2 "nom du dossier" "$OFFICE" $words --data ""
done <<END
serve
config check
import workers $CAST/workers.csv
newcomer list
newcomer match n-0123456789 V01
device code --crew VERTS
device list
device scope 0123456789abcdef --crew VERTS
device revoke 0123456789abcdef
report month 2026-11
conflicts list
conflicts resolve x --both --reason x
export audit 2026-11 --out $STAGE/export
rebuild
END
[[ ! -e $STAGE/nowhere && ! -e $STAGE/export ]] || wrong "a directory was made"
passed "nothing is set up there: status 10"

# ---- the laptop: hours ----

REFUSED=0
for worker in ZZ99 "Fatou" "$LONG" $'\e[31m' ../V01; do
	refuses 1 "inconnu" berges hours add --worker "$worker" \
		--day 2026-11-17 --slot am --time 3h30
	refuses 1 "inconnu" berges hours set --worker "$worker" \
		--day 2026-11-16 --slot am --time 3h --reason x
	refuses 1 "inconnu" berges hours void --worker "$worker" \
		--day 2026-11-16 --slot am --reason x
	refuses 1 "inconnu" berges hours move --worker "$worker" \
		--day 2026-11-16 --slot am --to-slot pm --reason x
	refuses 1 "inconnu" berges hours move $SLOT --to-worker "$worker" \
		--reason x
	refuses 1 "inconnu" berges hours list --worker "$worker"
	refuses 1 "inconnu" berges skills list --worker "$worker"
	refuses 1 "inconnu" berges skills add --worker "V02,$worker" \
		--skill A1203-04 --level 3
done
refuses 1 "inconnu" berges hours add --worker B01 --day 2026-11-17 \
	--slot am --time 3h30
for time in 25h 24h01 1441min 99999999999999999999h; do
	refuses 2 "un jour n'a que 24 h" berges hours add $FREE --time $time
	refuses 2 "un jour n'a que 24 h" berges hours set $SLOT --time $time \
		--reason x
	refuses 2 "un jour n'a que 24 h" berges hours add $FREE --time 3h \
		--break $time
done
refuses 2 négative berges hours add $FREE --time -1h
refuses 2 "00 à 59" berges hours add $FREE --time 3h60
refuses 2 vide berges hours add $FREE --time ""
refuses 1 nulle berges hours add $FREE --time 0
for time in abc 1e3 3.5.5 3h30m 0x10 $'3\e[0m' "$LONG"; do
	refuses 2 "pas une durée" berges hours add $FREE --time "$time"
	refuses 2 "pas une durée" berges hours set $SLOT --time "$time" \
		--reason x
done
for day in 31/02/2026 2026-02-31 29/02/2026; do
	refuses 2 "du 1 au 28" berges hours add --worker V01 --slot am \
		--time 3h --day $day
	refuses 2 "du 1 au 28" berges hours set --worker V01 --slot am \
		--time 3h --reason x --day $day
	refuses 2 "du 1 au 28" berges hours void --worker V01 --slot am \
		--reason x --day $day
	refuses 2 "du 1 au 28" berges hours move $SLOT --to-day $day --reason x
	refuses 2 "du 1 au 28" berges crew --day $day
	refuses 2 "du 1 au 28" berges skills add --worker V01 \
		--skill A1203-04 --level 3 --day $day
done
for day in "" hier 2026 2026-13 16/11/26 2026-11-16T08:00 $'2026-11-16\n' \
	"$LONG"; do
	refuses 2 "pas une date" berges hours add --worker V01 --slot am \
		--time 3h --day "$day"
	refuses 2 "pas une date" berges crew --day "$day"
done
refuses 2 "01 à 12" berges crew --day 2026-13-01
refuses 2 "1900 à 2199" berges crew --day 9999-12-31
for slot in zz x0 x10 am,pm "$LONG"; do
	refuses 2 "créneau inconnu" berges hours add --worker V01 \
		--day 2026-11-17 --time 3h --slot "$slot"
	refuses 2 "créneau inconnu" berges hours move $SLOT --to-slot "$slot" \
		--reason x
done
for kind in zz "" "$LONG" $'\e[31m'; do
	refuses 2 "type inconnu" berges hours add $FREE --time 3h \
		--kind "$kind"
	refuses 2 "type inconnu" berges hours set $SLOT --reason x \
		--kind "$kind"
done
for site in zz NOYERS ../x "$LONG"; do
	refuses 1 "chantier inconnu" berges hours add $FREE --time 3h \
		--site "$site"
	refuses 1 "chantier inconnu" berges skills add --worker V01 \
		--skill A1203-04 --level 3 --site "$site"
done
for person in zz "" ENC-02 "$LONG"; do
	refuses 1 "encadrant inconnu" berges hours add $FREE --time 3h \
		--as "$person"
	refuses 1 "encadrant inconnu" berges hours void $SLOT --reason x \
		--as "$person"
	refuses 1 "encadrant inconnu" berges newcomer add --first-name Zoé \
		--as "$person"
	refuses 1 "encadrant inconnu" berges skills add --worker V01 \
		--skill A1203-04 --level 3 --as "$person"
done
for structure in zz REMPARTS "$LONG"; do
	refuses 1 "structure inconnue" berges hours add $FREE --time 3h \
		--structure "$structure"
	refuses 1 "structure inconnue" berges hours list \
		--structure "$structure"
	refuses 1 "structure inconnue" berges skills list \
		--structure "$structure"
	refuses 1 "structure inconnue" berges skills add --worker V01 \
		--skill A1203-04 --level 3 --structure "$structure"
done
for text in "$LONG" $'\e[31m' $'a\x7fb' "   " $'\u202e'; do
	refuses 1 activité berges hours add $FREE --time 3h --activity "$text"
	refuses 1 note berges hours add $FREE --time 3h --note "$text"
	refuses 1 motif berges hours set $SLOT --time 3h --reason "$text"
	refuses 1 motif berges hours void $SLOT --reason "$text"
	refuses 1 motif berges hours move $SLOT --to-slot pm --reason "$text"
done
refuses 1 activité berges hours add $FREE --time 3h --activity $'a\tb'
refuses 1 activité berges hours add $FREE --time 3h --activity $'a\nb'
refuses 2 "0h00 à 24h00" berges hours add $FREE --start 25:00 --end 26:00
refuses 2 "manque la durée" berges hours add $FREE --start 08:00
refuses 1 "fin vient avant" berges hours add $FREE --start 12:00 --end 8:00
refuses 1 "pause ne tient pas" berges hours add $FREE --start 8:00 \
	--end 12:00 --break 5h
refuses 1 "ne tient pas" berges hours add $FREE --start 8:00 --end 12:00 \
	--time 5h
refuses 2 "deux fois" berges hours add $FREE --time 3h --time 3h
refuses 2 --time berges hours add $FREE --time --note x
refuses 2 --worker berges hours add --slot am --time 3h
refuses 2 --worker berges hours add --worker "" --slot am --time 3h
refuses 2 --slot berges hours add --worker V01 --time 3h
refuses 2 --reason berges hours set $SLOT --time 3h
refuses 2 --reason berges hours set $SLOT --time 3h --reason ""
refuses 2 --reason berges hours void $SLOT
refuses 2 --reason berges hours move $SLOT --to-slot pm
refuses 2 "rien à corriger" berges hours set $SLOT --reason x
refuses 2 "même créneau" berges hours move $SLOT --reason x
refuses 2 "même créneau" berges hours move $SLOT --to-slot am --reason x
refuses 1 "rien n'est saisi" berges hours set $FREE --time 3h --reason x
refuses 1 "rien n'est saisi" berges hours void $FREE --reason x
refuses 1 "rien n'est saisi" berges hours move $FREE --to-slot pm --reason x
refuses 1 "déjà 3h30" berges hours add $SLOT --time 2h
for month in "" 2026 11/2026 2026-11-16 "$LONG"; do
	refuses 2 "pas un mois" berges hours list --month "$month"
done
refuses 2 "01 à 12" berges hours list --month 2026-13
passed "the laptop's hours take no nonsense ($REFUSED)"

# ---- the laptop: skills, newcomers, enrolment ----

REFUSED=0
for level in 0 5 -1 3.5 abc "$LONG" 99999999999999999999; do
	refuses 2 "niveau inconnu" berges skills add --worker V01 \
		--skill A1203-04 --level "$level"
	refuses 2 "phase inconnue" berges skills add --worker V01 \
		--skill A1203-04 --level 3 --phase "$level"
done
for skill in ZZ "$LONG" $'\e[31m'; do
	refuses 1 "inconnue" berges skills add --worker V01 --level 3 \
		--skill "$skill"
done
refuses 2 --level berges skills add --worker V01 --skill A1203-04
refuses 2 --skill berges skills add --worker V01 --skill "" --level 3
refuses 2 "manque la personne" berges skills add --worker , \
	--skill A1203-04 --level 3
refuses 1 note berges skills add --worker V01 --skill A1203-04 --level 3 \
	--note "$LONG"
refuses 2 "secteur inconnu" berges skills catalogue --sector bois
refuses 2 "--limit" berges skills catalogue --limit 0
refuses 2 "--search" berges skills list --search x
for first in "$LONG" $'\e[31m' "   "; do
	refuses 2 "prénom" berges newcomer add --first-name "$first"
	refuses 2 "initiale" berges newcomer add --first-name Zoé \
		--initial "$first"
done
refuses 2 --first-name berges newcomer add --first-name ""
for crew in ZZ "" BAT "$LONG"; do
	refuses 1 "équipe inconnue" berges newcomer add --first-name Zoé \
		--crew "$crew"
done
for code in nothing "" "$LONG" pto2.AAAA; do
	refuses 1 "pto1." "$AGENT" enrol "$code" --data "$STAGE/nowhere"
done
for code in pto1. pto1.AAAA "pto1.$LONG" 'pto1.!!!!' $'pto1.\e[31m'; do
	refuses 1 "code" "$AGENT" enrol "$code" --data "$STAGE/nowhere"
done
[[ ! -e $STAGE/nowhere ]] || wrong "a bad code made a directory"
fails 20 berges sync # notes when it was tried
said "hors connexion"
untouched berges
passed "nor do its other commands ($REFUSED)"

# ---- the office: twice, by itself and through the server that runs ----

device=$(device_of berges)
office_refuses() {
	REFUSED=0
	for crew in ZZ VERTS,ZZ Vert; do
		refuses 1 "équipe inconnue" bureau device code --crew $crew
		refuses 1 "équipe inconnue" bureau device scope "$device" \
			--crew $crew
	done
	refuses 1 "trop long" bureau device code --crew "$LONG"
	refuses 1 "identifiant" bureau device code --crew $'V\eERTS'
	refuses 2 "--crew" bureau device code
	refuses 2 "--crew" bureau device code --crew ""
	refuses 2 "--crew" bureau device code --crew ,
	refuses 2 "deux fois" bureau device code --crew VERTS --crew BAT
	refuses 1 "nouveau code" bureau device scope "$device" --crew BAT
	for other in 0123456789abcdef zz "" "$LONG" $'\e[31m'; do
		refuses 1 "poste inconnu" bureau device scope "$other" \
			--crew VERTS
		refuses 1 "poste inconnu" bureau device revoke "$other"
		refuses 1 "nouveau venu inconnu" bureau newcomer match \
			"$other" V01
		refuses 1 "créneau contesté" bureau conflicts resolve \
			"$other" --both --reason x
	done
	for reason in "" "   " "$LONG" $'a\eb'; do
		refuses 1 motif bureau device revoke "$device" \
			--reason "$reason"
	done
	refuses 2 "quel salarié" bureau newcomer match n-0123456789
	refuses 2 "deux salariés" bureau newcomer match n-0123456789 V01 \
		--worker V02
	refuses 1 motif bureau newcomer match n-0123456789 V01 \
		--reason "$LONG"
	refuses 2 "un seul des trois" bureau conflicts resolve x --reason x
	refuses 2 "un seul des trois" bureau conflicts resolve x --reason x \
		--keep abc --both
	refuses 2 "un seul des trois" bureau conflicts resolve x --reason x \
		--time 3h --keep abc
	refuses 2 "un jour n'a que 24 h" bureau conflicts resolve x \
		--time 25h --reason x
	refuses 2 "pas une durée" bureau conflicts resolve x --time "$LONG" \
		--reason x
	refuses 2 --reason bureau conflicts resolve x --both
	for month in "" 2026 11/2026 2026-11-16 "$LONG" $'\e[31m'; do
		refuses 2 "pas un mois" bureau report month "$month"
		refuses 2 "pas un mois" bureau export audit "$month" \
			--out "$STAGE/export"
	done
	refuses 2 "01 à 12" bureau report month 2026-13
	refuses 2 "01 à 12" bureau export audit 2026-13 --out "$STAGE/export"
	for by in zz "" "$LONG"; do
		refuses 2 "worker, site, crew" bureau report month 2026-11 \
			--by "$by"
		refuses 2 "table, csv ou json" bureau report month 2026-11 \
			--format "$by"
		refuses 1 "inconnue" bureau report month 2026-11 \
			--structure "$by"
	done
	refuses 2 "ne vont pas ensemble" bureau report month 2026-11 --json \
		--format csv
	refuses 2 --out bureau export audit 2026-11
	refuses 2 --out bureau export audit 2026-11 --out ""
	refuses 1 "vide" bureau export audit 2026-11 --out "$STAGE/berges"
	refuses 1 "vide" bureau export audit 2026-11 --out "$OUT"
	refuses 1 "n'existe pas" bureau export audit 2026-11 \
		--out "$STAGE/no/where"
	refuses 1 "rien à exporter" bureau export audit 2025-01 \
		--out "$STAGE/export"
	[[ ! -e $STAGE/export ]] || wrong "an export was begun"
	refuses 1 "" bureau init --url https://127.0.0.1:1234
}
office_refuses
passed "the office's commands take no nonsense ($REFUSED)"
start bureau
office_refuses
refuses 11 "" bureau serve
stop bureau
[[ $(bytes_of bureau) == "${UNTOUCHED[bureau]}" ]] || wrong "bureau changed"
passed "nor do they through the running server ($REFUSED)"

# ---- the office: a new one, an export to verify ----

REFUSED=0
new="$OFFICE init --data $STAGE/new"
for url in abc http://x:1 https://x https://x:0 https://x:99999 \
	https://x:1/path "https://x y:1" https://é:1 https://a@b:1 \
	https://x:1:2 https://:1 $'https://x:1\n' "https://$LONG:1" "$LONG"; do
	refuses 2 "https://hôte:port" $new --url "$url"
done
refuses 2 --url $new
refuses 2 --url $new --url ""
for listen in zz :1 1.2.3.4 1.2.3.4:99999 "[::1]:80" 0 ""; do
	refuses 1 "adresse d'écoute" $new --url https://x:1 --listen "$listen"
done
for value in "$LONG" $'a\nurl = https://evil:1'; do
	refuses 2 "valeur refusée" $new --url https://x:1 --listen "$value"
	refuses 2 "valeur refusée" $new --url https://x:1 --hosts "$value"
done
for option in certificate key; do
	refuses 1 "vont ensemble" $new --url https://x:1 \
		--tls-$option "$STAGE/none"
done
refuses 2 "nom du dossier" "$OFFICE" init --url https://x:1 --data ""
refuses 1 "pas vide" "$OFFICE" init --url https://x:1 --data "$OUT"
refuses 1 "n'existe pas" "$OFFICE" init --url https://x:1 \
	--data /proc/self/nothing
[[ ! -e $STAGE/new ]] || wrong "a refused init made a directory"
refuses 2 "manque le nom" "$OFFICE" audit verify ""
refuses 1 "n'existe pas" "$OFFICE" audit verify "$STAGE/nowhere"
refuses 1 "dossier" "$OFFICE" audit verify "$CAST/crews.csv"
refuses 1 "SHA256SUMS" "$OFFICE" audit verify "$STAGE/berges"
refuses 1 "SHA256SUMS" "$OFFICE" audit verify "$STAGE/berges" \
	--fingerprint "$LONG"
passed "nor do those that need no office ($REFUSED)"

# ---- who is at work, who may speak ----

exec 8<>"$STAGE/berges/sync.lock" 9<>"$STAGE/bureau/lock"
flock -n 8 || wrong "sync.lock is taken"
flock -n 9 || wrong "lock is taken"
refuses 11 "travaille" berges sync
refuses 11 "travaille" bureau device code --crew VERTS
refuses 11 "travaille" bureau serve
exec 8>&- 9>&-
passed "another at work: status 11"

for program in "$AGENT status" "$AGENT help" "$AGENT completion bash"; do
	refuses 1 "sortie standard" bash -c \
		"$program --data '$STAGE/berges' >/dev/full"
done
for program in "$OFFICE device list" "$OFFICE help" "$OFFICE completion zsh"; do
	refuses 1 "sortie standard" bash -c \
		"$program --data '$STAGE/bureau' >/dev/full"
done
passed "an answer that cannot be written is a failure"

start bureau
unset "UNTOUCHED[bureau]"
code=$(code_for VERTS) || exit 1
new_laptop neuf
neuf enrol "$code" --name neuf
refuses 1 "déjà utilisé" "$AGENT" enrol "$code" --name autre \
	--data "$STAGE/autre"
bureau device revoke "$(device_of neuf)"
refuses 4 révoqué neuf sync
refuses 4 révoqué neuf sync
passed "a used code, a revoked laptop"
