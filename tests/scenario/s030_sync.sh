#!/usr/bin/env bash
# From the laptop to the office and back, over a road that gets cut.
. "$(dirname "$0")/play.sh"

server_by_road bureau
laptop berges VERTS
laptop garde VERTS

stop bureau
berges hours import "$CAST/week-berges.csv"
rows=$(($(wc -l <"$CAST/week-berges.csv") - 1))
fails 20 berges sync
said "rien n'est perdu"
said "$rows"
fails 20 berges sync --json
is '(it["state"], it["kept"], it["receipt"])' "('offline', $rows, None)"
berges status --json
is 'it["last_error"] is not None' True
passed "without the office, everything stays here"

start bureau
berges sync
said "reçues par le bureau : preuve n°"
berges status --json
is '(it["kept"], it["sent"], it["received"])' "(0, 0, $rows)"
is 'it["last_error"]' None
berges hours list --month 2026-11 --json
is 'all(r["sync"] == "received" and r["receipt"] > 0 for r in it["rows"])' True
passed "what the office has received is shown with its receipt"

before=$(requests)
berges sync --json
is '(it["sent"], it["received"], it["receipt"])' '(0, 0, None)'
same "$(($(requests) - before))" 1
passed "with nothing to say, one request is enough"

garde sync
berges hours list --month 2026-11 --json
here=$(json '[(r["worker"], r["day"], r["slot"], r["minutes"]) for r in it["rows"]]')
garde hours list --month 2026-11 --json
is '[(r["worker"], r["day"], r["slot"], r["minutes"]) for r in it["rows"]]' "$here"
passed "another laptop of the crew has the same"

# The road is cut at each request of a sync in turn, in each of three ways.
day=1
cuts=0
for how in before after half; do
	for request in 1 3 4 5 6; do
		berges hours add --worker V01 --day 2026-10-$(printf %02d $day) \
			--slot am --time 3h30
		garde hours add --worker V02 --day 2026-10-$(printf %02d $day) \
			--slot am --time 2h
		garde sync
		day=$((day + 1))
		# A laptop that must log in again has more requests to lose.
		alter berges "update setting set value = 'x' where name = 'bearer'"
		cut_road $request $how
		try berges sync
		if is_cut; then
			cuts=$((cuts + 1))
			# A connection lost between two requests is made anew.
			[[ $STATUS -eq 20 || $STATUS -eq 0 ]] ||
				wrong "cut $request $how → status $STATUS"
		else
			rm -f "$STAGE/order"
			[[ $STATUS -eq 0 ]] || wrong "no cut: status $STATUS"
		fi
		berges sync
	done
done
berges status --json
is 'it["kept"] + it["sent"]' 0
[[ $cuts -ge 12 ]] || wrong "only $cuts cuts"
passed "the road may be cut anywhere ($cuts cuts): the next sync completes"

garde sync
for name in berges garde; do
	$name hours list --month 2026-10 --json
	is 'sum(r["minutes"] for r in it["rows"])' $((15 * 330))
	is 'len(it["rows"])' 30
done
bureau report month 2026-10 --json
is 'it["total"]["minutes"]' $((15 * 330))
same "$(query bureau "select count(*) from entry where kind = 'hours'")" \
	$((30 + rows))
same "$(query bureau "select count(*) from (select hash from changeset_entry
	group by structure, hash having count(*) > 1)")" 0
passed "every entry is there once"
