#!/usr/bin/env bash
# The laptop's program or the office's is struck down in the middle of a
# sync, again and again: the next one completes it, nothing is there twice.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop garde VERTS
rows=$(($(wc -l <"$CAST/week-berges.csv") - 1))

# Every entry of the laptop is at the office, once, and counts.
complete() {
	berges sync
	berges sync --json
	is '(it["sent"], it["received"], it["kept"])' '(0, 0, 0)'
	same "$(query bureau "select count(*) from entry where kind = 'hours'")" "$1"
	same "$(query bureau "select count(*) from entry where fault <> ''")" 0
	same "$(query bureau "select count(*) from (select 1 from changeset_entry
		where entry > 0)")" 0
	bureau conflicts list --json
	is 'it["rows"]' '[]'
}

berges hours import "$CAST/week-berges.csv"
for pause in 0.01 0.02 0.03 0.04 0.05 0.07 0.09 0.12 0.15 0.2; do
	launch berges sync
	sleep $pause
	kill -KILL "${PIDS[berges]}" 2>/dev/null
	wait_for berges
done
complete "$rows"
passed "the laptop's program was struck down ten times"

day=1
for pause in 0.01 0.03 0.05 0.08 0.12; do
	for worker in V01 V02 V03 V04; do
		berges hours add --worker $worker --slot am --time 3h30 \
			--day 2026-10-0$day
	done
	launch berges sync
	sleep $pause
	kill_server bureau
	wait_for berges
	[[ $STATUS -eq 0 || $STATUS -eq 20 ]] || wrong "sync → status $STATUS"
	start bureau
	day=$((day + 1))
done
complete $((rows + 20))
passed "the office's program was struck down five times"

for worker in V05 V06 V07 V08; do
	berges hours add --worker $worker --slot am --time 3h30 --day 2026-10-06
done
launch berges sync
sleep 0.05
kill -TERM "${PIDS[bureau]}"
wait_for berges
[[ $STATUS -eq 0 || $STATUS -eq 20 ]] || wrong "sync → status $STATUS"
wait_for bureau
same "$STATUS" 0
start bureau
complete $((rows + 24))
passed "the office was stopped in the middle, as it should be stopped"

garde sync
garde hours list --month 2026-10 --json
is 'sum(r["minutes"] for r in it["rows"])' $((24 * 210))
bureau report month 2026-10 --json
is 'it["total"]["minutes"]' $((24 * 210))
bureau rebuild --json
is 'it["repaired"]' 0
passed "the office and the laptops agree"

# Two syncs of one laptop at once: they wait for each other or say so.
berges hours add --worker V09 --day 2026-10-06 --slot am --time 3h30
launch berges sync
try berges sync
[[ $STATUS -eq 0 || $STATUS -eq 11 ]] || wrong "second sync → status $STATUS"
wait_for berges
[[ $STATUS -eq 0 || $STATUS -eq 11 ]] || wrong "first sync → status $STATUS"
complete $((rows + 25))
passed "two syncs at once do no harm"
