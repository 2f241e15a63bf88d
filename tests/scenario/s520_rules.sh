#!/usr/bin/env bash
# The rules over the demonstration's week: what goes beyond a limit is told
# with its source, blocks nothing, is acknowledged with a reason, and comes
# back when its value changes. Then the same month in series for pictures.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts BAT
berges hours import "$CAST/week-berges.csv"
remparts hours import "$CAST/week-remparts.csv"
berges sync
remparts sync

# alerts FILTER: the month's alerts, open ones alone unless --all is given.
alerts() {
	does bureau rules list 2026-11 --json "$@"
}
# of RULE WORKER: the alert's id in the last list.
of() {
	json "[r['id'] for r in it['rows'] if (r['rule'], r['worker']) == ('$1', '$2')][0]"
}

alerts
is '{r["rule"] for r in it["rows"]} <= {"rsa_week", "contract_total"}' True
is '[r["worker"] for r in it["rows"] if r["rule"] == "contract_total"]' "['B06']"
is '[(s["needs"], s["people"]) for s in it["skipped"]]' \
	"[('birth', 24), ('pass', 24)]"
is '[r["rule"] for r in it["rules"] if not r["source"].startswith("Code du travail, art. ")]' \
	"['rsa_week']"
bureau rules list 2026-11
said "plus d'heures payées que le contrat n'en prévoit"
said 'date de naissance inconnue de 24 personnes'
passed "the week keeps the law; what cannot be checked is said"

# An evening too many: ten hours and more, saved all the same.
berges hours add --worker V03 --day 2026-11-17 --slot x1 --time 4h
berges sync
alerts --worker V03
is '[(r["rule"], r["period"], r["value"], r["limit"]) for r in it["rows"] if r["rule"] == "day"]' \
	"[('day', '2026-11-17', 660, 600)]"
is '[r["text"] for r in it["rows"] if r["rule"] == "day"][0]' \
	'plus de 10 h de travail effectif dans la journée'
id=$(of day V03)
export LANG=en_GB.UTF-8
alerts --worker V03 --structure RIVES
is '[r["text"] for r in it["rows"] if r["rule"] == "day"][0]' \
	'more than 10 h of effective work in the day'
export LANG=fr_FR.UTF-8
passed "a long day is saved and told, in both languages"

# Refusals change nothing.
stop bureau
untouched bureau
refuses 2 'motif' bureau rules ack "$id"
refuses 1 'motif' bureau rules ack "$id" --reason ' '
refuses 1 "il n'y en a plus de ce nom" bureau rules ack 202611-0123456789abcdef \
	--reason 'vu avec lui'
refuses 1 "il n'y en a plus de ce nom" bureau rules ack "$id,pareil" \
	--reason 'vu avec lui'
refuses 2 "il manque l'alerte" bureau rules ack , --reason 'vu avec lui'
refuses 2 "mois" bureau rules list 2026-13
refuses 1 'inconnue' bureau rules list 2026-11 --structure RIEN
refuses 1 'inconnu' bureau rules list 2026-11 --worker PERSONNE
refuses 1 'semaine attendue' bureau rules week --worker V03 --week 2027-W53
refuses 1 'inconnu' bureau rules week --worker PERSONNE --week 2026-W47
unset "UNTOUCHED[bureau]"
start bureau
passed "$REFUSED refusals say what to do and change nothing"

# Two at once, in one act; once is enough.
alerts --worker V03
both=$(json '",".join(r["id"] for r in it["rows"])')
count=$(json 'len(it["rows"])')
bureau rules ack "$both" --reason 'Dérogation de l’inspection' --json
is 'it["acked"], it["already"]' "($count, 0)"
bureau rules ack "$id" --reason 'encore' --json
is 'it["acked"], it["already"]' '(0, 1)'
alerts --worker V03
is 'it["open"], it["acked"], it["rows"]' "(0, $count, [])"
alerts --worker V03 --all
is '{r["ack"]["reason"] for r in it["rows"]}' "{'Dérogation de l’inspection'}"
is '{r["ack"]["by"] for r in it["rows"]}' "{'console'}"
passed "several are acknowledged in one act, once, with who and why"

# Another value is another alert; the old word stays in the log.
berges hours set --worker V03 --day 2026-11-17 --slot x1 --time 5h \
	--reason 'parti plus tard'
berges sync
alerts --worker V03
is '[(r["rule"], r["value"]) for r in it["rows"] if r["rule"] == "day"]' \
	"[('day', 720)]"
same "$([[ $(of day V03) != "$id" ]] && echo other)" other
passed "a value that changes is told anew"

# The week, day by day.
bureau rules week --worker V03 --week 2026-W47 --json
is '[d["day"] for d in it["days"]][::6]' "['2026-11-16', '2026-11-22']"
is 'it["days"][1]["total"], it["days"][1]["effective"]' '(720, 720)'
is 'sum(d["total"] for d in it["days"]) == it["total"]' True
is 'it["before"], it["after"], it["agreed"]' "('2026-W46', '2026-W48', 1800)"
bureau rules week --worker V03 --week 2026-W47
said 'Oleksandr Tkatchenko (V03)'
passed "the weekly recap adds up"

# A rebuild keeps what was acknowledged.
alerts --worker V03
bureau rules ack "$(of day V03)" --reason 'vu de nouveau'
bureau rebuild
alerts --worker V03 --all
is '[r["ack"]["reason"] for r in it["rows"] if r["rule"] == "day"]' \
	"['vu de nouveau']"
passed "it is all in the log"

# One person, two structures: what the law counts is counted together, told in
# each, and each takes note for itself.
printf '%s\n' "worker;structure;crew;first_name;last_name" \
	"V05;REMPARTS;BAT;Łucja;Nowicka" >"$STAGE/both.csv"
bureau import workers "$STAGE/both.csv"
remparts sync
remparts hours add --worker V05 --day 2026-11-19 --slot x1 --time 5h30
remparts sync
alerts --worker V05
is 'sorted((r["structure"], r["elsewhere"][0]["structure"]) for r in it["rows"] if r["rule"] == "day")' \
	"[('REMPARTS', 'RIVES'), ('RIVES', 'REMPARTS')]"
is '[r["elsewhere"] for r in it["rows"] if (r["rule"], r["structure"]) == ("day", "RIVES")][0]' \
	"[{'structure': 'REMPARTS', 'name': \"Entreprise d'insertion Remparts Rénovation\", 'minutes': 330}]"
is '{r["value"] for r in it["rows"] if r["rule"] == "day"}' '{750}'
is '{r["source"] for r in it["rows"] if r["rule"] == "day"}' \
	"{'Code du travail, art. L3121-18, L8261-1'}"
is '[r["elsewhere"] for r in it["rows"] if r["rule"] == "contract_total"]' "[]"
bureau rules list 2026-11 --worker V05
said "REMPARTS (5h30)"
alerts --worker V05 --structure RIVES
bureau rules ack "$(of day V05)" --reason 'vu avec l’autre maison'
alerts --worker V05
is '[r["structure"] for r in it["rows"] if r["rule"] == "day"]' "['REMPARTS']"
remparts hours void --worker V05 --day 2026-11-19 --slot x1 --reason 'essai fini'
remparts sync
alerts --worker V05
is '[r for r in it["rows"] if r["rule"] == "day"]' '[]'
passed "hours of two structures count together where the law counts the person"

# Series for the pictures.
bureau report month 2026-11 --by site --json
minutes=$(json 'it["total"]["minutes"]')
bureau chart hours-by-site --from 2026-01 --to 2026-11 --json
is 'it["total"], it["minutes"][-1], len(it["months"])' \
	"($minutes, $minutes, 11)"
is 'sum(s["total"] for s in it["series"])' "$minutes"
is 'it["series"][0]["name"] != ""' True
refuses 2 'dans l' bureau chart hours-by-site --from 2026-11 --to 2026-01
refuses 2 'mois au plus' bureau chart hours-by-site --from 2020-01 --to 2026-11
printf '%s\n' "annex;structure;measure;start;end;etp_posts;hours_per_etp" \
	"ACI041260001A0M0;RIVES;ACI_DC;2026-07-01;2026-12-31;12,5;1820" \
	>"$STAGE/annexes.csv"
printf '%s\n' "contract;worker;annex;kind;start;end;weekly" \
	"C1;V03;ACI041260001A0M0;CDDI;2026-05-04;2027-05-03;30h" \
	>"$STAGE/contracts.csv"
bureau import annexes "$STAGE/annexes.csv"
bureau import contracts "$STAGE/contracts.csv"
bureau declare 2026-11 --structure RIVES --json
hours=$(json '[sum(r["hours"] for r in s["rows"] if r["annex"]) for s in it["structures"]][0]')
bureau chart etp 2026-11 --json
is 'len(it["rows"][0]["months"]), it["rows"][0]["months"][4]["hours"]' \
	"(6, $hours)"
is 'it["rows"][0]["etp_so_far"]' "$(((2 * hours * 100 + 1820) / 3640))"
is 'it["rows"][0]["agreed"], it["rows"][0]["agreed_so_far"]' '(625, 521)'
is 'it["rows"][0]["months"][5]["hours"]' None
is 'it["unattached"][0]["structure"]' REMPARTS
passed "series for pictures agree with the month's totals"

# Four people's skills are nobody's business; a fifth makes a group.
for worker in V01 V02 V03 V04; do
	berges skills add --worker "$worker" --skill A1203-04 --level 2 \
		--day 2026-11-16
done
berges sync
bureau chart levels --month 2026-11 --json
is 'it["hidden"], it["people"][-1], it["levels"][2]["counts"][-1]' \
	'(True, None, None)'
berges skills add --worker V05 --skill A1203-04 --level 3 --day 2026-11-17
berges skills add --worker V01 --skill A1203-04 --level 4 --day 2026-11-18
berges sync
bureau chart levels --month 2026-11 --json
is 'it["hidden"], it["people"][-1], [l["counts"][-1] for l in it["levels"]]' \
	'(False, 5, [0, 0, 3, 1, 1])'
bureau chart skills --month 2026-11 --worker V01 --json
is '[[p["level"] for p in s["points"]] for s in it["skills"]]' '[[2, 4]]'
passed "fewer than five people are hidden, one worker's own line is not"
