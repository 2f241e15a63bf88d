#!/usr/bin/env bash
# Data directories that a disk or a hand has damaged: the programs say what is
# broken and what to do, end with the right status, and write nothing there.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30
berges sync
berges hours import "$CAST/week-berges.csv" --as ENC-01
berges status
stop bureau
bureau device list

# What each program is asked on a damaged directory.
AGENT_ASKS=(status crew "hours list --month 2026-11" conflicts "skills list"
	"newcomer list" "newcomer add --first-name Zoé" sync
	"hours add --worker V02 --day 2026-11-27 --slot am --time 3h"
	"hours import $CAST/week-berges.csv")
OFFICE_ASKS=("device list" "report month 2026-11" "conflicts list"
	"newcomer list" "device code --crew VERTS" rebuild
	"import workers $CAST/workers-late.csv"
	"export audit 2026-11 --out $STAGE/export" serve)

# damaged NAME COMMAND…: the directory "malade" is a copy of NAME's, on which
# the command was let loose.
damaged() {
	local program=${PROGRAMS[$1]}
	UNTOUCHED=()
	rm -rf "$STAGE/malade"
	cp -a "$STAGE/$1" "$STAGE/malade"
	shift
	(cd "$STAGE/malade" && "$@") || wrong "cannot damage: $*"
	person malade "$program"
	untouched malade
}
# breaks STATUS TEXT NAME COMMAND…: all that is asked there fails so.
breaks() {
	local want=$1 text=$2 name=$3 words
	damaged "${@:3}"
	local -n asks=AGENT_ASKS
	[[ $name == berges ]] || local -n asks=OFFICE_ASKS
	for words in "${asks[@]}"; do
		refuses "$want" "$text" malade $words
	done
	[[ ! -e $STAGE/export ]] || wrong "an export was begun"
}
noise() {
	python3 -c '
import random, sys
sys.stdout.buffer.write(random.Random(1).randbytes(int(sys.argv[1])))' "$1"
}
# overwrite FILE FROM LENGTH: with noise.
overwrite() {
	noise "$3" | dd of="$1" bs=4096 seek="$2" conv=notrunc status=none
}

# ---- the database ----

for name in berges bureau; do
	breaks 10 "il n'y a rien" $name truncate -s 0 pointeau.db
	breaks 1 "pas une base de données" $name cp "$CAST/crews.csv" \
		pointeau.db
	breaks 1 "pas une base de données" $name overwrite pointeau.db 0 20000
	# A laptop has no backups.
	advice="restaurez une sauvegarde"
	[ $name = bureau ] || advice="dans un autre dossier : pointeau enrol"
	breaks 1 "$advice" $name truncate -s 30000 pointeau.db
	breaks 1 "$advice" $name overwrite pointeau.db 1 \
		40000
	breaks 1 "ouverture impossible" $name sh -c \
		"rm pointeau.db && mkdir pointeau.db"
	breaks 10 "" $name rm pointeau.db
done
passed "a damaged database is never written to ($REFUSED)"

# Any bytes of it, at random: an answer or a refusal, never a crash.
flip() {
	python3 - "$1" <<'END'
import random, sys
rng = random.Random(int(sys.argv[1]))
with open("pointeau.db", "r+b") as file:
    data = bytearray(file.read())
    for _ in range(rng.choice((1, 5, 50, 500))):
        data[rng.randrange(4096, len(data))] = rng.randrange(256)
    file.seek(0)
    file.write(data)
END
}
UNTOUCHED=()
for ((seed = 0; seed < 24; seed++)); do
	for name in berges bureau; do
		damaged $name flip $seed
		asks=(status "hours list --month 2026-11" crew "skills list")
		[[ $name == berges ]] || asks=("device list" "newcomer list"
			"report month 2026-11" "conflicts list")
		for words in "${asks[@]}"; do
			try malade $words
			[[ $STATUS -le 1 ]] || wrong "seed $seed: status $STATUS"
			is_fit_to_read "seed $seed: $words"
		done
	done
done
passed "bytes changed at random crash nothing"

# ---- the keys ----

breaks 1 "clé abîmée" berges truncate -s 0 device.key
breaks 1 "clé abîmée" berges sh -c "echo zz >device.key"
breaks 1 "clé abîmée" berges truncate -s 64 device.key
breaks 1 "clé abîmée" berges overwrite device.key 0 65
breaks 1 "clé abîmée" berges overwrite device.key 0 100000
breaks 1 "clé de ce poste manque" berges rm device.key
breaks 1 "dossier" berges sh -c "rm device.key && mkdir device.key"
breaks 1 "chmod 600" berges chmod 644 device.key
for key in server.key console.key; do
	breaks 1 sauvegarde bureau truncate -s 0 $key
	breaks 1 sauvegarde bureau sh -c "echo zz >$key"
	breaks 1 sauvegarde bureau overwrite $key 0 65
	breaks 1 sauvegarde bureau overwrite $key 0 100000
	breaks 1 sauvegarde bureau rm $key
	breaks 1 sauvegarde bureau sh -c "rm $key && mkdir $key"
done
passed "a damaged key is said to be one ($REFUSED)"

# ---- the settings ----

SETTINGS=pointeau-server.conf
OFFICE_ASKS+=("config check")
breaks 1 "https://hôte:port" bureau truncate -s 0 $SETTINGS
breaks 1 "ligne 1" bureau sh -c "echo zz >$SETTINGS"
breaks 1 "réglage inconnu" bureau sh -c "echo zz = 1 >>$SETTINGS"
breaks 1 "https://hôte:port" bureau sed -i "s|^url = .*|url = http://x|" \
	$SETTINGS
breaks 1 "adresse d'écoute" bureau sed -i "s|^listen = .*|listen = zz|" \
	$SETTINGS
breaks 1 "déjà donné" bureau sh -c "echo url = https://x:1 >>$SETTINGS"
breaks 1 "UTF-8" bureau overwrite $SETTINGS 0 1000
breaks 1 "65536" bureau overwrite $SETTINGS 0 100000
breaks 1 "vont ensemble" bureau sh -c "echo tls_key = /x >>$SETTINGS"
breaks 1 "dossier" bureau sh -c "rm $SETTINGS && mkdir $SETTINGS"
breaks 10 "pointeau-server init" bureau rm $SETTINGS
for how in "truncate -s 0 tls.pem" "overwrite tls.pem 0 800" "rm tls.pem"; do
	damaged bureau $how
	refuses 1 tls.pem malade serve
	refuses 1 tls.pem malade device code --crew VERTS
done
passed "damaged settings are said to be ($REFUSED)"

# ---- a disk that is full ----

# In a mount namespace of its own, which needs root; what is there is shown
# to be what was there.
full() {
	unshare -m bash -c '
		mount -t tmpfs -o size=2m none "$1" && cp -a "$2/." "$1" &&
		{ dd if=/dev/zero of="$1/filler" bs=4096 status=none 2>/dev/null
		rm "$1/pointeau.db-journal" 2>/dev/null
		before=$(cd "$1" && find . -name "*.db" -o -name "*.key" |
			sort | xargs sha256sum)
		"${@:3}" --data "$1"; status=$?
		after=$(cd "$1" && find . -name "*.db" -o -name "*.key" |
			sort | xargs sha256sum)
		[[ $before == "$after" ]] || exit 99
		exit $status; }' full "$STAGE/plein" "$@"
}
mkdir "$STAGE/plein"
if [[ $(id -u) -eq 0 ]] && unshare -m mount -t tmpfs none "$STAGE/plein" \
	2>/dev/null; then
	UNTOUCHED=()
	refuses 1 "plein" full "$STAGE/berges" "$BIN/pointeau" hours add \
		--worker V02 --day 2026-11-27 --slot am --time 3h
	refuses 1 "plein" full "$STAGE/bureau" "$BIN/pointeau-server" import \
		workers "$CAST/workers-late.csv"
	does full "$STAGE/berges" "$BIN/pointeau" status
	passed "a full disk keeps what it has"
else
	echo "# skipped: a full disk needs root and mount namespaces"
fi
