#!/usr/bin/env bash
# The journal: who did what, before and after, out of the log itself, which is
# verified anew from its first place on.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
berges hours add --worker V02 --day 2026-11-16 --slot am --time 3h30 --note "vent fort"
berges hours set --worker V01 --day 2026-11-16 --slot am --time 3h --reason "parti plus tôt"
berges hours void --worker V02 --day 2026-11-16 --slot am --reason "jour faux"
berges sync

bureau journal --worker V01 --action hours_set --json
is "len(it['rows']), it['next']" "(1, None)"
row="it['rows'][0]"
is "$row['before']['minutes'], $row['after']['minutes']" "(210, 180)"
is "$row['before_text'], $row['after_text']" "('3h30 travail, SAULNETTE', '3h travail, SAULNETTE')"
is "$row['reason'], $row['device_name'], $row['worker']" "('parti plus tôt', 'berges', 'V01')"
is "$row['structure'], $row['n'] > 0, $row['purged']" "('RIVES', True, False)"
bureau journal --worker V02 --json
is "[r['action'] for r in it['rows'] if r['kind'] in ('hours', 'void')]" "['void', 'hours_add']"
is "[r['note'] for r in it['rows'] if r['action'] == 'hours_add']" "['vent fort']"
is "[r['after_text'] for r in it['rows'] if r['action'] == 'void']" "['annulé']"
passed "an entry is told before and after, by whom, why"

bureau journal --action people --worker V01 --json
is "it['rows'][0]['kind'] in ('worker', 'identity', 'contract')" True
is "'changes' in it['rows'][0]" True
bureau journal --action enrol --person berges --json
is "it['rows']" "[]"
bureau journal --person berges --json
is "{r['device_name'] for r in it['rows']}" "{'berges'}"
is "len(it['rows'])" 4
bureau journal --action enrol --json
is "any(c['member'] == 'name' and c['to'] == 'berges' for r in it['rows'] for c in r['changes'])" True
day=$(date +%Y-%m-%d)
bureau journal --from "$day" --to "$day" --limit 1000 --json
all=$(json "len(it['rows'])")
bureau journal --to 2020-01-01 --json
is "it['rows']" "[]"
bureau journal --month "${day:0:7}" --limit 1000 --json
is "len(it['rows'])" "$all"
bureau journal --limit 3 --json
cursor=$(json "it['next']")
first=$(json "[r['hash'] for r in it['rows']]")
bureau journal --limit 1000 --before "$cursor" --json
is "len(it['rows'])" "$((all - 3))"
is "[r['hash'] for r in it['rows'] if r['hash'] in $first]" "[]"
passed "filters and pages lose nothing and repeat nothing"

bureau journal
said "heures corrigées"
bureau journal --format csv --worker V01
said "3h30 travail, SAULNETTE"
same "$(head -c 3 "$OUT" | od -An -tx1 | tr -d ' ')" efbbbf
fails 2 bureau journal --action nimporte
said "hours_set"
fails 2 bureau journal --from hier
fails 2 bureau journal --month 2026-11 --from 2026-11-01
fails 2 bureau journal --before 12
fails 2 bureau journal --format pdf
fails 2 bureau journal --limit 0
bureau journal actions --json
is "len(it['rows']) > 20" True
passed "as CSV, and what is asked wrongly is told"

bureau journal verify
said "RIVES : vérifié jusqu'au n°"
bureau journal verify --structure RIVES --json
is "[(r['ok'], r['broken'], r['absent']) for r in it['rows']]" "[(True, None, 0)]"
n=$(json "it['rows'][0]['n']")
fails 1 bureau journal verify --structure NULLE
bureau access list
said "Aucune lecture"
stop bureau
alter bureau "UPDATE entry SET bytes = CAST(replace(CAST(bytes AS TEXT), '\"minutes\":180', '\"minutes\":480') AS BLOB) WHERE kind = 'hours'"
start bureau
fails 1 bureau journal verify
said "ROMPU"
bureau journal verify --structure RIVES --json
is "it['rows'][0]['ok'], 0 < it['rows'][0]['broken'] <= $n" "(False, True)"
is "it['rows'][0]['n']" "$((n - 1))"
passed "what was altered on the disk is found, with its place"
