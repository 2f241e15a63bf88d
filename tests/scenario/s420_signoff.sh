#!/usr/bin/env bash
# A month is looked through, shown to those who worked it, signed, refused,
# changed, signed again; and closed by the office, as the laptop then knows.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
laptop remparts BAT
MONTH=(--worker V01 --month 2026-11)

# note WORKER DAY SLOT TIME [KIND]
note() {
	berges hours add --worker "$1" --day "2026-11-$2" --slot "$3" \
		--time "$4" --kind "${5:-travail}" --as ENC-01
}
# The sum of what the laptop shows now.
shown() {
	does berges signoff show "${MONTH[@]}" --json
	json 'it["sum"]'
}
# sign ANSWER HOW [OPTIONS]: what is shown now.
sign() {
	local answer=$1 how=$2 sum
	shift 2
	sum=$(shown) || exit 1
	berges signoff add "${MONTH[@]}" --sum "$sum" --answer "$answer" \
		--how "$how" "$@"
}
state() {
	does berges month show --month 2026-11 --json
	json '[r["signoff"]["state"] for r in it["rows"] if r["worker"] == "V01"][0]'
}
odd() {
	does berges month show --month 2026-11 --json
	json 'sorted({a["what"] for r in it["rows"] if r["worker"] == "V01" for a in r["anomalies"]} - {"missing"})'
}

note V01 16 am 3h30
note V01 16 pm 3h formation
note V01 17 am 0 maladie
note V02 16 am 3h30
berges signoff show "${MONTH[@]}"
said "3h30"
said "à payer 6h30, jours travaillés : 1"
said "pas encore signé"
berges signoff show "${MONTH[@]}" --json
is '[(r["day"], r["slot"], r["minutes"], r["kind"]) for r in it["rows"]]' \
	"[('2026-11-16', 'am', 210, 'work'), ('2026-11-16', 'pm', 180, 'training'), ('2026-11-17', 'am', 0, 'sick')]"
is 'sorted(it["totals"].items())' \
	"[('sick', 0), ('training', 180), ('work', 210)]"
is '(it["payable"], it["days"], it["signed"]["state"])' "(390, 1, 'none')"
# Anybody computes the sum again, from what is shown and the entries' hashes.
does berges hours list --month 2026-11 --worker V01 --json
rows=$(json '"\n".join("{day} {slot} merged {hash} {minutes} {kind}".format(**r) for r in it["rows"])')
same "$(shown)" "$(printf '%s\n' "# pointeau sign-off 1" \
	"# structure RIVES" "# worker V01" "# month 2026-11" "# payable 390" \
	"# days 1" "$rows" | sha256sum | cut -d ' ' -f 1)"
berges month show --month 2026-11
said "rien de noté : 2026-11-02 am, 2026-11-02 pm"
passed "a worker's month is shown, and its sum is the protocol's"

sum=$(shown)
note V01 18 am 2h
fails 1 berges signoff add "${MONTH[@]}" --sum "$sum" --answer agree --how paper
said "ont changé"
same "$(state)" none
sum=$(shown)
fails 2 berges signoff add "${MONTH[@]}" --sum "$sum" --answer disagree --how paper
said "--reason"
fails 2 berges signoff add "${MONTH[@]}" --sum "$sum" --answer agree --how finger \
	--stroke 'M1 2"/><script>'
said "--stroke"
fails 2 berges signoff add "${MONTH[@]}" --sum "$sum" --answer agree --how pin --pin 12
fails 2 berges signoff add "${MONTH[@]}" --sum abc --answer agree --how paper
fails 2 berges signoff add --worker V01 --month 2026-13 --sum "$sum" \
	--answer agree --how paper
fails 1 berges signoff add --worker Z99 --month 2026-11 --sum "$sum" \
	--answer agree --how paper
fails 1 berges signoff add --worker V01 --month 2026-10 --sum "$sum" \
	--answer agree --how paper
said "rien à signer"
same "$(state)" none
passed "what was not shown, or not said rightly, is not signed"

sign agree finger --stroke "M10 20L30 40M5 6L7 8" --lang ar --as ENC-01
said "d'accord — gardé ici"
same "$(state)" agree
# The printed sheet draws it.
berges signoff show "${MONTH[@]}" --json
is 'it["signed"]["stroke"]' "M10 20L30 40M5 6L7 8"
sign agree finger --stroke "M10 20L30 40M5 6L7 8" --lang ar --as ENC-01
said "déjà signé"
berges hours set --worker V01 --day 2026-11-16 --slot am --time 3h \
	--reason "parti plus tôt" --as ENC-01
same "$(state)" stale
same "$(odd)" "['stale']"
berges signoff show "${MONTH[@]}"
said "à re-signer"
sign disagree pin --pin 80617243 --reason "j'étais là jusqu'à midi"
said "pas d'accord"
same "$(state)" disagree
berges month show --month 2026-11 --crew VERTS
said "pas d'accord : j'étais là jusqu'à midi"
berges sync
bureau alerts
said "Fatou Diallo n'est pas d'accord avec ses heures de 11/2026 : j'étais là"
berges hours set --worker V01 --day 2026-11-16 --slot am --time 3h30 \
	--reason "vérifié" --as ENC-01
same "$(state)" stale
sign agree paper
same "$(state)" agree
same "$(odd)" "[]"
same "$(query berges "select count(*) from entry where kind = 'signoff'")" 3
passed "a change asks for a new signature; a disagreement has its reason"

berges sync
bureau alerts
said "Aucune alerte"
same "$(query bureau "select count(*) from entry where kind = 'signoff' and fault = ''")" 3
bureau export audit 2026-11 --out "$STAGE/dossier"
does "$BIN/pointeau-server" audit verify "$STAGE/dossier"
grep -rqaF 'M10 20L30 40M5 6L7 8' "$STAGE/dossier" || wrong "no stroke there"
grep -rqaF 'jusqu'"'"'à midi' "$STAGE/dossier" || wrong "no reason there"
grep -rqaF 80617243 "$STAGE" --exclude-dir=cast && wrong "the PIN was kept"
remparts sync
same "$(query remparts "select count(*) from entry where kind = 'signoff'")" 0
passed "the office holds what was signed, and a stranger can verify it"

bureau month close 2026-11 --structure RIVES --exception "CONFIDENTIEL"
berges month show --month 2026-11 --json
is '{r["closed"] for r in it["rows"]}' "{False}"
berges sync
berges month show --month 2026-11 --json
is '{r["closed"] for r in it["rows"]}' "{True}"
berges status
said "mois clos : 2026-11 de RIVES"
berges status --json
is '[(m["structure"], m["month"], m["version"]) for m in it["closed"]]' \
	"[('RIVES', '2026-11', 1)]"
same "$(odd)" "[]"
grep -rqaF CONFIDENTIEL "$STAGE/berges" && wrong "the closing's words are here"
same "$(query berges "select kind, record from entry where family in ('close', 'closed', 'adjust')")" \
	"closed|closed/2026-11"
remparts sync
same "$(query remparts "select count(*) from entry where family = 'closed'")" 0
passed "I17: a laptop learns that its month is closed, and nothing else of it"

berges hours set --worker V01 --day 2026-11-18 --slot am --time 2h30 \
	--reason "oubli" --as ENC-01
said "arrivée après clôture"
same "$(odd)" "['late', 'stale']"
berges hours add --worker V01 --day 2026-11-19 --slot am --time 1h --json
is 'it["late"]' True
berges hours void --worker V01 --day 2026-11-19 --slot am --reason "erreur" --json
is 'it["late"]' True
berges hours move --worker V01 --day 2026-11-18 --slot am --to-day 2026-10-30 \
	--reason "mauvais mois" --json
is 'it["late"]' True
berges hours add --worker V01 --day 2026-10-29 --slot am --time 1h --json
is 'it["late"]' False
berges sync
same "$(odd)" "['late', 'stale']"
bureau month late 2026-11 --structure RIVES --json
is 'len(it["late"]["entries"]) > 0' True
bureau month reopen 2026-11 --structure RIVES --reason "oubli du 18" \
	--second "Saïd Benrahmoun" --exception "rien d'autre"
berges sync
same "$(odd)" "['stale']"
same "$(query berges "select count(*) from entry where family = 'closed'")" 2
passed "a correction after the closing is taken in, and is said to be late"

berges qr "https://pointeau.example/$(shown)" --json
is 'it["size"] > 29 and it["path"].startswith("M4 4h7v1h-7z")' True
fails 1 berges qr ""
fails 1 berges month show --month 2026-11 --crew NULLE
fails 2 berges month show --month novembre
berges month show --month 2026-08
passed "the rest of a printed sheet is there"
