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
is '(it["failures"], it["next_attempt"] > it["last_attempt"])' '(2, True)'
berges status
said "prochain essai"
passed "without the office, everything stays here"

start bureau
berges sync
said "reçues par le bureau : preuve n°"
berges status --json
is '(it["kept"], it["sent"], it["received"])' "(0, 0, $rows)"
is 'it["last_error"]' None
is '(it["failures"], it["next_attempt"])' '(0, None)'
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

# The road is cut at the requests of a sync in turn (heads, challenge, login,
# heads, push, pull), in each of three ways.
day=1
cuts=0
for cut in '1 before' '3 before' '4 before' '5 before' '6 before' '2 after' \
	'3 after' '4 after' '5 after' '6 after' '5 half' '6 half'; do
	garde hours add --worker V02 --day "2026-10-$(printf %02d $day)" \
		--slot am --time 2h
	garde sync
	berges hours add --worker V01 --day "2026-10-$(printf %02d $day)" \
		--slot am --time 3h30
	day=$((day + 1))
	# A laptop that must log in again has more requests to lose.
	alter berges "update setting set value = 'x' where name = 'bearer'"
	# shellcheck disable=SC2086
	cut_road $cut
	try berges sync
	# A connection lost between two requests is made anew.
	[[ $STATUS -eq 0 || $STATUS -eq 20 ]] || wrong "cut $cut → $STATUS"
	is_cut && cuts=$((cuts + 1))
	rm -f "$STAGE/order"
	berges sync
done
berges status --json
is 'it["kept"] + it["sent"]' 0
[[ $cuts -ge 10 ]] || wrong "only $cuts cuts"
passed "the road may be cut anywhere ($cuts cuts): the next sync completes"

garde sync
for name in berges garde; do
	$name hours list --month 2026-10 --json
	is 'sum(r["minutes"] for r in it["rows"])' $((12 * 330))
	is 'len(it["rows"])' 24
done
bureau report month 2026-10 --json
is 'it["total"]["minutes"]' $((12 * 330))
same "$(query bureau "select count(*) from entry where kind = 'hours'")" \
	$((24 + rows))
same "$(query bureau "select count(*) from (select hash from changeset_entry
	where entry > 0)")" 0
passed "every entry is there once"
