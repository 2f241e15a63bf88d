#!/usr/bin/env bash
# Backups that go wrong: struck down, on a disk that fills up anywhere,
# interrupted by hand; the former ones stay whole and the next one goes on.
# Beside a server that works, one that is stopped, one that was struck down.
# A restore that goes wrong leaves its place empty.
[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm
. "$(dirname "$0")/play.sh"

SICK=$BIN/tests/libsick_disk.so
[[ -e $SICK ]] || wrong "build the target sick_disk"
SAFE=$(readlink -f "$STAGE")/sauvegardes
TRIES=10 # kills
STEP=9   # between the writes at which a disk fills up
# Each try opens every backup there is: what is tried grows with its square.
[[ ${POINTEAU_FULL:-} != 1 ]] || { TRIES=40 STEP=4; }

server bureau
bureau backup key --out "$STAGE/cle"
laptop berges VERTS
berges hours import "$CAST/week-berges.csv"
berges sync
bureau backup make "$SAFE"

# Every backup that is listed is whole, down to its content.
whole() {
	does bureau backup verify "$SAFE" --key "$STAGE/cle" --json
	is 'it["faults"]' '[]'
	is 'it["backups"] == it["opened"]' True
}
# Something new to back up.
change() {
	berges hours set --worker V01 --day 2026-11-16 --slot am \
		--time "$((1 + $1 % 3))h$((10 + $1 % 50))" --reason "essai $1"
	berges sync
}
# run PROGRAM'S WORDS in the background; its number is $!.
begin() {
	"$BIN/pointeau-server" "$@" --data "$STAGE/bureau" \
		>"$OUT" 2>"$ERR" </dev/null &
}

for ((n = 0; n < TRIES; n++)); do
	change $n
	begin backup make "$SAFE"
	sleep "0.0$((RANDOM % 8))$((RANDOM % 10))"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
	whole
done
change $n
bureau backup make "$SAFE"
whole
[[ -z $(find "$STAGE/bureau" -name 'backup.copy*') ]] ||
	wrong "a copy stays in the clear"
passed "a backup that is struck down spoils none"

# full PLACE COMMAND…: at whichever write that disk is full, the command says
# so, and what is there stays whole.
full() {
	local place=$1 step=$2 refusals=0 after
	shift 2
	echo full >"$STAGE/full"
	for ((after = 0; after < 4000; after += step)); do
		change "$((after + 1))"
		try env LD_PRELOAD="$SICK" SICK_PLACE="$place" \
			SICK_AFTER=$after SICK_SWITCH="$STAGE/full" \
			"$BIN/pointeau-server" "$@" --data "$STAGE/bureau"
		[[ $STATUS -ne 0 ]] || break
		[[ $STATUS -eq 1 ]] || wrong "$after writes: status $STATUS"
		[[ -s $ERR ]] || wrong "$after writes: without a word"
		is_fit_to_read "$after writes"
		whole
		refusals=$((refusals + 1))
	done
	rm "$STAGE/full"
	[[ $refusals -ge 1 ]] || wrong "never refused"
	echo "# $refusals refusals"
}
full "$SAFE/" $(((STEP + 3) / 4)) backup make "$SAFE"
full "$(readlink -f "$STAGE/bureau")/backup" "$STEP" backup make "$SAFE"
whole
passed "so does a full disk, the backups' or the server's"

# A file that may not grow, as a quota says it.
change 77
try bash -c "ulimit -f 300; exec '$BIN/pointeau-server' backup make '$SAFE' \
	--data '$STAGE/bureau'"
[[ $STATUS -eq 1 ]] || wrong "a small limit: status $STATUS"
is_fit_to_read "a small limit"
whole
passed "and a quota"

refuses 2 "dossier d'un serveur" bureau backup make "$STAGE/bureau"

# ---- beside which server ----

stop bureau
bureau backup make "$SAFE"
whole
start bureau
change 78
kill_server bureau
bureau backup make "$SAFE" --json
is 'it["pieces"] > 10' True
before=$(report_of bureau)
whole
passed "of a server that is stopped, or was struck down, as well"

# ---- interrupted ----

# --progress json: lines that a machine reads; SIGINT: a safe point, 130.
bureau backup make "$SAFE" --progress json
python3 - "$ERR" <<'PY' || wrong "no JSON Lines"
import json, sys
lines = [json.loads(line) for line in open(sys.argv[1])]
assert {line["progress"] for line in lines} == {"copy", "pieces"}, lines
assert all(0 <= line["done"] <= line["total"] for line in lines), lines
assert [line["done"] == line["total"] for line in lines][-1]
PY
refuses 2 "--progress" bureau backup make "$SAFE" --progress fast
# A pipe that nobody reads yet holds it at its first line.
mkfifo "$STAGE/pipe"
"$BIN/pointeau-server" backup verify "$SAFE" --progress json \
	--data "$STAGE/bureau" >"$OUT" 2>"$STAGE/pipe" </dev/null &
one=$!
exec 4<"$STAGE/pipe"
read -r line <&4
kill -INT $one
cat <&4 >"$ERR"
exec 4<&-
STATUS=0
wait $one || STATUS=$?
# It may have been at its end already: a small one is quick.
[[ $STATUS -eq 130 || $STATUS -eq 0 ]] || wrong "interrupted: $STATUS"
whole
passed "progress is told, and Ctrl-C ends at a safe point"

# ---- restore ----

rm -rf "${STAGE:?}/bureau"
refuses 1 "clé de secours" bureau restore "$SAFE" --key "$CAST/workers.csv"
[[ ! -e $STAGE/bureau ]] || wrong "something was made"
fails 1 bureau restore "$STAGE/nulle-part" --key "$STAGE/cle"
said "aucune sauvegarde"
refuses 1 "pas de sauvegarde" bureau restore "$SAFE" --key "$STAGE/cle" --at 2020
mkdir "$STAGE/bureau"
echo full >"$STAGE/full"
refusals=0
for ((after = 0; after < 4000; after += STEP)); do
	try env LD_PRELOAD="$SICK" SICK_PLACE="$(readlink -f "$STAGE")/bureau/" \
		SICK_AFTER=$after SICK_SWITCH="$STAGE/full" \
		"$BIN/pointeau-server" restore "$SAFE" --key "$STAGE/cle" \
		--data "$STAGE/bureau"
	[[ $STATUS -ne 0 ]] || break
	is_fit_to_read "restore, $after writes"
	[[ ! -e $STAGE/bureau/pointeau-server.conf ]] ||
		wrong "$after writes: half a server"
	refusals=$((refusals + 1))
done
rm "$STAGE/full"
[[ $refusals -ge 1 ]] || wrong "never refused"
echo "# $refusals refusals"
same "$(report_of bureau)" "$before"
[[ ! -e $STAGE/bureau/restoring ]] || wrong "the stage was left"
passed "a restore that cannot end leaves no server, and begins anew"
