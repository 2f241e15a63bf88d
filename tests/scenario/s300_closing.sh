#!/usr/bin/env bash
# A month is closed, and hours come all the same: nothing is refused, the
# closing keeps every byte, what is declared follows by adjustments.
. "$(dirname "$0")/play.sh"

# A small house: two workers, three half-days each to fill. The 11th is a
# holiday.
house() {
	empty_server bureau
	printf '%s\n' "structure;name;kind;siret" \
		"RIVES;Rives et Jardins;ACI;04120768900013" >"$STAGE/structures.csv"
	printf '%s\n' "site;structure;name;sector" \
		"SAULNETTE;RIVES;Berges;espaces_verts" >"$STAGE/sites.csv"
	printf '%s\n' "crew;structure;name;site;am;pm;days" \
		"VERTS;RIVES;Espaces verts;SAULNETTE;8h-11h30;13h-16h30;lun-ven" \
		>"$STAGE/crews.csv"
	printf '%s\n' "supervisor;structure;crew;first_name;last_name" \
		"ENC-01;RIVES;VERTS;Maëlle;Le Goazouët" >"$STAGE/supervisors.csv"
	printf '%s\n' \
		"worker;structure;crew;first_name;last_name;contract_start;contract_end" \
		"V01;RIVES;VERTS;Fatou;Diallo;2026-11-10;2026-11-11" \
		"V02;RIVES;VERTS;Fatou;Diop;2026-11-11;2026-11-12" \
		>"$STAGE/workers.csv"
	for what in structures sites crews supervisors workers; do
		does bureau import "$what" "$STAGE/$what.csv"
	done
	start bureau
	laptop berges VERTS
}
house
MONTH=(2026-11 --structure RIVES)

# note WORKER DAY SLOT TIME KIND
note() {
	berges hours add --worker "$1" --day "2026-11-$2" --slot "$3" \
		--time "$4" --kind "$5" --as ENC-01
}
# The total of the closing: closed, adjusted, reported minutes.
figures() {
	does bureau month show "${MONTH[@]}" --json
	json '[it["closing"]["total"]["minutes"][k] for k in ("closed", "adjusted", "reported")]'
}
# What the laptop's own list sums to, by kind, without the office's code.
by_kind() {
	does berges hours list --month 2026-11 --json
	json '(lambda rows: {k: sum(r["minutes"] for r in rows if r["kind"] == k) for k in sorted({r["kind"] for r in rows})})([r for r in it["rows"] if r["state"] == "merged"])'
}
# The same of the closing.
closed_by_kind() {
	does bureau month show "${MONTH[@]}" --json
	json "dict(sorted(it['closing']['total']['$1'].items()))"
}
# Every byte of every closing written so far.
closings() {
	query bureau "select id, hex(hash), hex(bytes) from entry where kind = 'close' order by id"
}

fails 12 bureau month close "${MONTH[@]}"
said "V01 2026-11-10 am (rien de noté)"
said "V02 2026-11-12 pm (rien de noté)"
said_not "2026-11-11"
bureau month blockers "${MONTH[@]}" --json
is 'len(it["rows"])' 4
same "$(closings)" ""
passed "a month is not closed while a planned half-day has no value"

note V01 10 am 3h30 travail
note V01 10 pm 3h formation
note V02 12 am 3h30 travail
note V02 12 pm 0 maladie
berges sync
bureau month blockers "${MONTH[@]}"
said "Rien n'empêche"
bureau month close "${MONTH[@]}"
said "version 1"
said "10h"
same "$(figures)" '[600, 0, 600]'
same "$(closed_by_kind closed)" "$(by_kind)"
before=$(closings)
same "$(wc -l <<<"$before")" 3
fails 1 bureau month close "${MONTH[@]}"
said "déjà clos"
passed "closed, its minutes by kind are those that the laptop's list adds up to"

berges sync
same "$(query berges "select count(*) from entry where kind in ('close', 'adjust')")" 0
same "$(query berges "select count(*) from record where family in ('close', 'adjust')")" 0
passed "a laptop never receives a closing"

bureau month late "${MONTH[@]}"
said "Rien n'est venu"
note V01 13 am 2h travail
berges hours set --worker V02 --day 2026-11-12 --slot am --time 3h \
	--reason "parti plus tôt" --as ENC-01
berges sync
same "$(figures)" '[600, 0, 600]'
bureau month late "${MONTH[@]}"
said "travail 3h30 → 5h30"
said "travail 3h30 → 3h"
bureau month late "${MONTH[@]}" --json
is 'sorted((e["worker"], e["minutes"]) for e in it["late"]["entries"])' \
	"[('V01', 120), ('V02', 180)]"
LANG=en_GB.UTF-8 does bureau month late "${MONTH[@]}"
said "work 3h30 → 5h30"
passed "what comes late is taken in, changes no closing and is proposed"

fails 2 bureau month adjust "${MONTH[@]}"
said "--reason"
bureau month adjust "${MONTH[@]}" --reason "reçu après la clôture"
said "2"
same "$(figures)" '[600, 90, 690]'
same "$(closed_by_kind reported)" "$(by_kind)"
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 690
bureau month late "${MONTH[@]}"
said "Rien n'est venu"
same "$(closings)" "$before"
passed "I13: reported = closing + approved adjustments, and no byte of it changed"

note V01 13 pm 1h travail
berges sync
fails 2 bureau month reopen "${MONTH[@]}" --second "Saïd Benrahmoun"
said "--reason"
fails 1 bureau month reopen "${MONTH[@]}" --reason "ASP" --second "Saïd Benrahmoun"
said "trop court"
bureau month reopen "${MONTH[@]}" --reason "demande de l'ASP" --second "Saïd Benrahmoun"
said "version 2"
same "$(figures)" '[750, 0, 750]'
same "$(closed_by_kind closed)" "$(by_kind)"
bureau month show "${MONTH[@]}"
said "Saïd Benrahmoun"
said "demande de l'ASP"
same "$(closings | sed -n 1,3p)" "$before"
same "$(closings | wc -l)" 6
passed "reopened, a second version names the first, which keeps every byte"

does bureau month show "${MONTH[@]}" --json
shown=$(cat "$OUT")
bureau rebuild --json
is 'it["repaired"]' 0
does bureau month show "${MONTH[@]}" --json
same "$(cat "$OUT")" "$shown"
bureau export audit 2026-11 --out "$STAGE/dossier"
does "$BIN/pointeau-server" audit verify "$STAGE/dossier"
passed "replayed, it tells the same; and a stranger can verify it"

fails 1 bureau month close 2026-10 --structure RIVES --exception " "
bureau month close 2026-10 --structure RIVES
said "version 1"
fails 1 bureau month show 2026-12 --structure RIVES
said "n'est pas clos"
fails 1 bureau month show 2026-11 --structure AILLEURS
fails 2 bureau month close 2026-31 --structure RIVES
fails 2 bureau month close --structure RIVES
passed "what cannot be is refused"
