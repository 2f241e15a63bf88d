#!/usr/bin/env bash
# I1: what a laptop said it keeps, it keeps, whenever its program is struck
# down; and it is never left unable to work.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
stop bureau

# Which of the month's slots are recorded.
recorded() {
	berges hours list --month 2026-11 --json
	json 'sorted(r["worker"] + r["slot"] for r in it["rows"])'
}

said_kept=0
round=0
for worker in V01 V02 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12; do
	launch berges hours add --worker $worker --day 2026-11-16 --slot am \
		--time 3h30
	# Longer and longer, then as soon as it has spoken.
	if [[ $round -lt 8 ]]; then
		sleep "0.0$(printf %02d $((round * 3)))"
	else
		while kill -0 "${PIDS[berges]}" 2>/dev/null &&
			! grep -q "gardé ici" "$OUT"; do :; done
	fi
	kill -KILL "${PIDS[berges]}" 2>/dev/null
	wait_for berges
	round=$((round + 1))
	if grep -q "gardé ici" "$OUT"; then
		said_kept=$((said_kept + 1))
		[[ $(recorded) == *"${worker}am"* ]] || wrong "$worker is lost"
	fi
done
[[ $said_kept -ge 4 ]] || wrong "it spoke only $said_kept times"
passed "what was said to be kept is there"

for worker in V01 V02 V03 V04 V05 V06 V07 V08 V09 V10 V11 V12; do
	berges hours add --worker $worker --day 2026-11-16 --slot am --time 3h30
done
berges status --json
is 'it["kept"]' 12
same "$(query berges 'pragma integrity_check')" ok
passed "and nothing twice: the same act again completes it"

# A whole file: all of its rows or none.
sed '/;16\/11\/2026;am;/d' "$CAST/week-berges.csv" >"$STAGE/semaine.csv"
rows=$(($(wc -l <"$STAGE/semaine.csv") - 1))
for pause in 0.005 0.01 0.02 0.03 0.04 0.06 0.09; do
	launch berges hours import "$STAGE/semaine.csv"
	sleep $pause
	kill -KILL "${PIDS[berges]}" 2>/dev/null
	wait_for berges
	berges status --json
	kept=$(json 'it["kept"]')
	[[ $kept -eq 12 || $kept -eq $((12 + rows)) ]] ||
		wrong "$kept kept: a part of the file"
done
berges hours import "$STAGE/semaine.csv"
berges status --json
is 'it["kept"]' "$((12 + rows))"
passed "a file is there whole or not at all"

start bureau
berges sync --json
is 'it["sent"]' "$((12 + rows))"
passed "and all of it reaches the office"
