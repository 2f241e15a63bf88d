#!/usr/bin/env bash
# The demonstration's week, from the laptops to the month's totals, compared
# with what an independent reading of the same files comes to.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT
declare -A newcomers=()

# acts PHASE: a command a line, its words separated by a control character.
acts() {
	python3 - "$CAST/acts.csv" "$1" <<'EOF'
import csv, sys
SLOT = ("worker", "day", "slot")
WORDS = {
    "add": ("hours add", SLOT + ("time", "kind", "site", "activity", "note")),
    "set": ("hours set", SLOT + ("time", "kind", "site", "activity", "reason")),
    "void": ("hours void", SLOT + ("reason",)),
}
rows = csv.DictReader(open(sys.argv[1], encoding="utf-8-sig", newline=""))
for row in sorted(rows, key=lambda row: int(row["step"])):
    if row["phase"] != sys.argv[2]:
        continue
    if row["act"] not in WORDS:
        names = ("act", "laptop", "worker", "day", "slot", "first_name",
                 "crew", "keep", "file", "reason")
        print("\x1f".join(["!"] + [row[name] for name in names]))
        continue
    words, names = WORDS[row["act"]]
    out = [row["laptop"], *words.split(), "--as", row["supervisor"]]
    for name in names:
        if row[name]:
            out += ["--" + name, row[name]]
    print("\x1f".join(out))
EOF
}
# What the three kinds of lines that are no plain command mean.
special() {
	local act=$1 laptop=$2 worker=$3 day=$4 slot=$5 first=$6 crew=$7 \
		keep=$8 file=$9 reason=${10} id hash
	case $act in
	newcomer)
		"$laptop" newcomer add --first-name "$first" --crew "$crew" --json
		newcomers[$worker]=$(json 'it["newcomer"]') ;;
	resolve)
		bureau conflicts list --json
		id=$(json "[r for r in it['rows'] if (r['worker'], r['day'], r['slot']) == ('$worker', '$day', '$slot')][0]['id']")
		hash=$(json "[v['hash'] for r in it['rows'] if r['id'] == '$id' for v in r['values'] if v['device_name'] == '$keep'][0]")
		bureau conflicts resolve "$id" --keep "$hash" --reason "$reason" ;;
	import)
		bureau import workers "$CAST/$file" ;;
	match)
		bureau newcomer match "${newcomers[$first]}" "$worker" ;;
	*)
		wrong "act $act?" ;;
	esac
}
play() {
	local line words i
	while IFS= read -r line; do
		IFS=$'\x1f' read -r -a words <<<"$line"$'\x1f'
		if [[ ${words[0]} == '!' ]]; then
			special "${words[@]:1}"
			continue
		fi
		for i in "${!words[@]}"; do
			[[ ${words[i]} != @* ]] || words[i]=${newcomers[${words[i]}]}
		done
		"${words[@]}"
	done < <(acts "$1")
}
all_sync() {
	berges sync
	remparts sync
	berges sync
}
# as_expected STAGE [OPTIONS]: the five reports are those of the oracle.
as_expected() {
	local by
	for by in worker site crew activity structure; do
		bureau report month 2026-11 --by $by --json
		cp "$OUT" "$STAGE/report.json"
		does python3 "$CAST/expected.py" "$CAST" --by $by \
			--compare "$STAGE/report.json" --stage "$@"
	done
}

stop bureau
berges hours import "$CAST/week-berges.csv"
remparts hours import "$CAST/week-remparts.csv"
play offline
while IFS=';' read -r laptop worker skill level day note; do
	"$laptop" skills add --worker "$worker" --skill "$skill" \
		--level "$level" --day "$day" ${note:+--note "$note"}
done < <(tail -n +2 "$CAST/skills.csv" | tr -d '\r')
start bureau
all_sync
as_expected before --newcomer "${newcomers[@N1]}"
passed "the week as it was recorded, by five dimensions"

bureau conflicts list --json
is 'len(it["rows"])' 1
play office
all_sync
as_expected after
for name in berges remparts bureau; do
	case $name in
	bureau) bureau conflicts list --json ;;
	*) $name conflicts --json ;;
	esac
	is 'it["rows"]' '[]'
done
passed "and once the office has decided"

# A laptop's own list comes to the same as the office's totals.
python3 "$CAST/expected.py" "$CAST" --by worker --stage after >"$STAGE/oracle"
remparts hours list --month 2026-11 --json
same "$(json 'sorted((w, k, sum(r["minutes"] for r in it["rows"]
	if (r["worker"], r["kind"]) == (w, k))) for w, k in
	{(r["worker"], r["kind"]) for r in it["rows"] if r["state"] == "merged"})')" \
	"$(cp "$STAGE/oracle" "$OUT"; json 'sorted((r["worker"], k, minutes)
		for r in it["rows"] for k, minutes in r["kinds"].items())')"
passed "a laptop that sees everybody comes to the same"

skills=$(($(wc -l <"$CAST/skills.csv") - 1))
same "$(query bureau "select count(*) from entry where kind = 'skill'")" "$skills"
berges skills list --json
is 'len(it["rows"])' "$(grep -c ';V' "$CAST/skills.csv")"
passed "every observation of a skill is there"

before=$(report_of bureau)
stop bureau
bureau rebuild --json
is 'it["repaired"]' 0
digests=$(json 'it["digests"]')
same "$(report_of bureau)" "$before"
alter bureau "update record set minutes = 270,
	value = replace(value, '\"minutes\":210', '\"minutes\":270')
	where family = 'hours' and minutes = 210"
[[ $(report_of bureau) != "$before" ]] || wrong "the report does not read it"
bureau rebuild --json
is 'it["repaired"]' 2
is 'it["digests"]' "$digests"
same "$(report_of bureau)" "$before"
start bureau
same "$(report_of bureau)" "$before"
passed "I18: the log alone gives every total again, byte for byte"
