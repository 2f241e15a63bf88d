#!/usr/bin/env bash
# Personal data: a worker's own extract, what is past its period, what a hold
# keeps, destructions and their runs; the log still verifies afterwards.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
for worker in V01 V02; do
	for day in 2019-03-04 2019-03-05; do
		bureau hours add --worker $worker --day $day --slot am --time 3h30 --reason "feuille papier"
	done
done
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30 --note "vent <fort>"
berges hours set --worker V01 --day 2026-11-16 --slot am --time 3h --reason "parti plus tôt"
berges skills add --worker V01 --skill "$(does berges skills catalogue --limit 1 --json; json "it['rows'][0]['code']")" --level 3
berges sync

bureau rgpd extract V01 --json
is "it['worker'], [s['structure'] for s in it['structures']]" "('V01', ['RIVES'])"
section() {
	echo "[s for s in it['structures'][0]['sections'] if s['section'] == '$1'][0]['records']"
}
is "len($(section hours)), len($(section skills)), len($(section identity)) >= 2" "(3, 1, True)"
is "[h['text'] for h in $(section hours)[2]['history']]" "['3h30 travail, SAULNETTE', '3h travail, SAULNETTE']"
is "[h['reason'] for h in $(section hours)[2]['history']]" "['', 'parti plus tôt']"
is "it['structures'][0]['months']['2026-11']['minutes']" 180
is "len(it['periods']) > 4, it['accesses']" "(True, [])"
is "'V02' in repr(it)" False
bureau rgpd extract V01 --out "$STAGE/v01.html"
grep -qF 'vent &lt;fort&gt;' "$STAGE/v01.html" || wrong "not escaped"
grep -qF '<script' "$STAGE/v01.html" && wrong "a script"
same "$(stat -c %a "$STAGE/v01.html")" 600
bureau rgpd extract V01 --out - --format html
said "<!doctype html>"
fails 1 bureau rgpd extract PERSONNE
said "rien n'est connu"
fails 2 bureau rgpd extract V01 --format pdf
fails 1 bureau rgpd extract V01 --out "$STAGE/nulle/part.json"
passed "everything known of one worker, for people and for programs"

bureau rgpd periods --json
is "[(r['class'], r['months']) for r in it['rows']][:2]" "[('hours', 60), ('signoff', 60)]"
bureau rgpd due
said "2024-03-04"
bureau rgpd due --json
is "[(r['worker'], r['class'], r['records'], r['over']) for r in it['rows']]" \
	"[('V01', 'hours', 2, '2024-03-04'), ('V02', 'hours', 2, '2024-03-04')]"
bureau rgpd due --worker V02 --json
is "len(it['rows'])" 1
fails 2 bureau rgpd due --class nimporte
passed "what is past its period is listed"

fails 2 bureau hold add --structure RIVES --worker V01
fails 1 bureau hold add --structure RIVES --worker PERSONNE --reason "audit"
fails 2 bureau hold add --structure RIVES --class nimporte --reason "audit"
fails 1 bureau hold add --structure RIVES --until 2020-01-01 --reason "audit"
bureau hold add --structure RIVES --worker V01 --class hours --until 2099-12-31 \
	--reason "FSE+ : pièces jusqu'au contrôle" --json
hold=$(json "it['id']")
bureau hold list
said "en cours"
bureau rgpd due --json
is "[(r['worker'], r['hold']) for r in it['rows']]" "[('V01', '$hold'), ('V02', '')]"
fails 1 bureau purge V01 --reason "demande"
said "$hold"

fails 2 bureau rgpd purge --yes
fails 2 bureau rgpd purge --reason "fin de conservation"
said "--dry-run"
bureau rgpd purge --reason "fin de conservation" --dry-run --json
is "it['dry'], it['records'], it['people'], it['held']" "(True, 2, 1, 1)"
bureau rgpd runs
said "Aucune destruction"
bureau rgpd purge --reason "fin de conservation" --yes --json
is "it['entries'], it['people'], it['held']" "(2, 1, 1)"
bureau rgpd due --json
is "[r['worker'] for r in it['rows']]" "['V01']"
bureau rgpd purge --reason "rien de plus" --yes --json
is "it['entries'], it['held']" "(0, 1)"
bureau rgpd runs --json
is "sorted((r['reason'], r['entries'], r['held']) for r in it['rows'] if r['structure'] == 'RIVES')" \
	"[('fin de conservation', 2, 1), ('rien de plus', 0, 1)]"
bureau rgpd extract V02 --json
is "len($(section hours))" 0
passed "a hold refuses, the rest is destroyed, every run is in the log, empty ones too"

bureau hold end "$hold" --reason "contrôle passé"
fails 1 bureau hold end "$hold" --reason "encore"
fails 1 bureau hold end 0123456789abcdef --reason "inconnue"
bureau hold list --json
is "[(r['state'], r['end_reason']) for r in it['rows']]" "[('ended', 'contrôle passé')]"
bureau rgpd purge --reason "fin de conservation" --class hours --worker V01 --yes --json
is "it['entries']" 2
bureau rgpd due
said "Rien n'est au-delà"
berges sync
berges hours list --month 2026-11 --json
is "len(it['rows'])" 1
bureau purge V01 --reason "droit à l'effacement"
bureau rgpd runs --json
is "[r['classes'][0]['class'] for r in it['rows'] if r['reason'] == \"droit à l'effacement\"]" "['all']"
fails 1 bureau rgpd extract V01
berges sync
bureau journal verify
said "détruites"
bureau journal --action purge --json
is "len([r for r in it['rows'] if r['kind'] == 'purge_run']) >= 4" True
bureau rebuild --json
is "it['repaired']" 0
bureau export audit 2026-11 --out "$STAGE/audit"
bureau audit verify "$STAGE/audit"
passed "once ended all may go; the log, the rebuild and the audit still hold"
