#!/usr/bin/env bash
# A month's way, in two structures: checked, signed, closed, declared,
# reopened; what is not ready stays open, and everybody is told why.
. "$(dirname "$0")/play.sh"

MONTH=2026-11

# Two small houses: RIVES with two workers, REMPARTS with one, a half-day or
# two each to fill.
house() {
	empty_server bureau
	printf '%s\n' "structure;name;kind;siret" \
		"RIVES;Rives et Jardins;ACI;04120768900013" \
		"REMPARTS;Remparts Rénovation;EI;04120768900021" \
		"VIDE;Structure sans personne;ACI;04120768900039" \
		>"$STAGE/structures.csv"
	printf '%s\n' "site;structure;name;sector" \
		"SAULNETTE;RIVES;Berges;espaces_verts" \
		"NOYERS;REMPARTS;Résidence;batiment" >"$STAGE/sites.csv"
	printf '%s\n' "crew;structure;name;site;am;pm;days" \
		"VERTS;RIVES;Espaces verts;SAULNETTE;8h-11h30;13h-16h30;lun-ven" \
		"BAT;REMPARTS;Bâtiment;NOYERS;8h-11h30;13h-16h30;lun-ven" \
		>"$STAGE/crews.csv"
	printf '%s\n' "supervisor;structure;crew;first_name;last_name" \
		"ENC-01;RIVES;VERTS;Maëlle;Le Goazouët" \
		"ENC-02;REMPARTS;BAT;Saïd;Benrahmoun" >"$STAGE/supervisors.csv"
	printf '%s\n' "worker;structure;crew;first_name;last_name" \
		"V01;RIVES;VERTS;Fatou;Diallo" \
		"V02;RIVES;VERTS;Fatou;Diop" \
		"B01;REMPARTS;BAT;Jean;Martin" >"$STAGE/workers.csv"
	printf '%s\n' "contract;worker;kind;start;end;weekly" \
		"C1;V01;CDDI;2026-11-10;2026-11-10;26h" \
		"C1;V02;CDDI;2026-11-12;2026-11-12;26h" \
		"C1;B01;CDDI;2026-11-12;2026-11-12;35h" >"$STAGE/contracts.csv"
	for what in structures sites crews supervisors workers contracts; do
		does bureau import "$what" "$STAGE/$what.csv"
	done
	start bureau
	laptop berges VERTS
	laptop remparts BAT
}
house

# note LAPTOP WORKER DAY SLOT TIME [KIND]
note() {
	"$1" hours add --worker "$2" --day "$MONTH-$3" --slot "$4" \
		--time "$5" --kind "${6:-travail}"
}
state() {
	does bureau month status $MONTH --structure "$1" --json
	json 'it["rows"][0]["state"]'
}
sign() {
	local sum
	does "$1" signoff show --worker "$2" --month $MONTH --json
	sum=$(json 'it["sum"]')
	"$1" signoff add --worker "$2" --month $MONTH --sum "$sum" \
		--answer "${3:-agree}" --how paper ${4:+--reason "$4"}
}

bureau month status $MONTH --json
is '[(r["structure"], r["state"], r["empty"]) for r in it["rows"]]' \
	"[('REMPARTS', 'open', False), ('RIVES', 'open', False), ('VIDE', 'open', True)]"
is '[r["blockers"]["missing"] for r in it["rows"]]' '[2, 4, 0]'
is 'any(r["ready"] for r in it["rows"])' False
fails 12 bureau month close $MONTH
said "RIVES : non clos (sans valeur 4"
said "VIDE"
fails 12 bureau month close $MONTH --structure RIVES
said "V01 2026-11-10 am (rien de noté)"
fails 2 bureau month close $MONTH --exception "tout de même"
passed "what is missing keeps every structure open, with exit status 12"

note berges V01 10 am 3h30
note berges V01 10 pm 3h30
note berges V02 12 am 3h30
note berges V02 12 pm 3h
berges sync
# seen STRUCTURE: the version of what a clerk sees of it.
seen() {
	does bureau month status $MONTH --structure "$1" --json
	json 'it["rows"][0]["seen"]'
}
saw=$(seen RIVES)
note berges V01 10 x1 1h
berges sync
fails 1 bureau month check $MONTH --structure RIVES --seen "$saw"
said "Vu : 13h30, salariés : 2, à régler : 0 ; à présent : 14h30"
fails 1 bureau month close $MONTH --structure RIVES --seen "$saw"
said "Rien n'est fait"
fails 1 bureau month close $MONTH --seen "RIVES=$saw"
said "rien n'est clos, ceci a changé depuis que vous l'avez lu : RIVES"
fails 1 bureau month close $MONTH --structure RIVES --seen abc
said "n'est pas une version"
same "$(state RIVES)" open
berges hours void --worker V01 --day $MONTH-10 --slot x1 --reason "erreur de ligne"
berges sync
passed "what nobody has seen is neither checked nor closed"

bureau month check $MONTH --structure RIVES --as Soraya --seen "$(seen RIVES)"
same "$(state RIVES)" checked
does bureau month status $MONTH --structure RIVES --json
is 'it["rows"][0]["checked"]["person"]' Soraya
bureau month check $MONTH --structure RIVES --json
is 'it["written"]' 0
note berges V02 12 x1 15min
berges sync
same "$(state RIVES)" open
does bureau month status $MONTH --structure RIVES --json
is 'it["rows"][0]["checked"]["stale"]' True
bureau month check $MONTH
said "1 structure"
passed "a month is checked until anything changes"

sign berges V01
sign berges V02 disagree "il manque une heure le 12"
berges sync
same "$(state RIVES)" signed
does bureau month status $MONTH --structure RIVES --json
is 'it["rows"][0]["signoffs"]' \
	"{'total': 2, 'done': 2, 'disagree': 1, 'stale': 0, 'none': 0}"
berges hours set --worker V02 --day $MONTH-12 --slot x1 --time 1h \
	--reason "il avait raison"
berges sync
does bureau month status $MONTH --structure RIVES --json
is '(it["rows"][0]["signoffs"]["stale"], it["rows"][0]["signoffs"]["done"])' '(1, 1)'
bureau todo --structure RIVES
said "Rives et Jardins : Fatou Diop n'est pas d'accord avec ses heures de 11/2026 : il manque une heure le 12 (des heures ont changé depuis)"
sign berges V02
berges sync
does bureau todo --structure RIVES --json
is '[r["what"] for r in it["rows"] if r["what"] == "alert_disagree"]' "[]"
bureau month check $MONTH --structure RIVES
same "$(state RIVES)" signed
passed "signed when everybody has signed what stands; a change asks again"

fails 3 bureau month close $MONTH --seen "RIVES=$(seen RIVES)" --json
is '[(r["structure"], r["unchecked"], r["unsigned"], r["disagree"]) for r in it["closed"]]' \
	"[('RIVES', False, 0, 0)]"
is '[(r["structure"], r["blockers"]["missing"]) for r in it["refused"]]' "[('REMPARTS', 2)]"
is 'it["empty"]' "['VIDE']"
same "$(state RIVES)" closed
same "$(state REMPARTS)" open
fails 12 bureau month close $MONTH
said "déjà clos : RIVES"
note remparts B01 12 am 3h30
note remparts B01 12 pm 3h30
remparts sync
bureau month close $MONTH
said "REMPARTS : clos, version 1, 7h"
said "attention, REMPARTS est clos ainsi : personne ne l'a contrôlé, émargements manquants : 1"
bureau month close $MONTH --json
is '(it["closed"], it["refused"], it["already"])' "([], [], ['REMPARTS', 'RIVES'])"
fails 1 bureau month close $MONTH --structure RIVES
fails 1 bureau month check $MONTH --structure RIVES
passed "all that is ready is closed in one act; 3 says that not all was"

fails 1 bureau month declare $MONTH --structure VIDE
said "n'est pas clos"
fails 1 bureau month declare $MONTH --structure RIVES --file-hash abc
fails 1 bureau month declare 2199-01 --structure RIVES
fails 1 bureau month check 2199-01 --structure RIVES
said "n'a pas commencé"
fails 1 bureau month close 2199-01 --structure RIVES --exception "par avance"
said "n'a pas commencé"
does bureau declare $MONTH --structure RIVES --json
saw=$(json 'it["structures"][0]["seen"]')
bureau month declare $MONTH --structure RIVES --seen "$saw" --file-hash "$(printf x | sha256sum | cut -c 1-64)"
same "$(state RIVES)" declared
bureau month declare $MONTH --structure RIVES --file-hash "$(printf x | sha256sum | cut -c 1-64)" --json
is 'it["changed"]' False
passed "a closed month is declared, with the hash of the file that was sent"

note berges V01 13 am 2h
berges sync
does bureau month status $MONTH --structure RIVES --json
is '(it["rows"][0]["state"], it["rows"][0]["late"])' \
	"('declared', {'entries': 1, 'proposals': 1, 'undecided': 0})"
bureau month late $MONTH --structure RIVES
said "travail 7h → 9h"
does bureau month late $MONTH --structure RIVES --json
late=$(json 'it["late"]["seen"]')
note berges V02 13 am 1h
berges sync
fails 1 bureau month adjust $MONTH --structure RIVES --seen "$late" --reason "reçu après la clôture"
said "Vu : ajustements : 1 (+2h) ; à présent : ajustements : 2 (+3h)"
does bureau month status $MONTH --structure RIVES --json
is '(it["rows"][0]["state"], it["rows"][0]["late"]["proposals"])' "('declared', 2)"
berges hours void --worker V02 --day $MONTH-13 --slot am --reason "pas lui"
berges sync
bureau month adjust $MONTH --structure RIVES --reason "reçu après la clôture"
same "$(state RIVES)" closed
does bureau month status $MONTH --structure RIVES --json
is '(it["rows"][0]["declared"]["current"], it["rows"][0]["late"]["entries"])' '(False, 0)'
does bureau todo --structure RIVES --json
is '[(r["level"], r["link"], r["deadline"] != "") for r in it["rows"] if r["what"] == "declare_again"]' \
	"[(2, '/declare/$MONTH?s=RIVES', True)]"
fails 1 bureau month declare $MONTH --structure RIVES --seen "$saw"
said "à présent"
bureau month declare $MONTH --structure RIVES
same "$(state RIVES)" declared
passed "what comes late is adjusted, and asks to be declared again"

fails 1 bureau month reopen $MONTH --structure RIVES --confirm --as Soraya
said "personne n'a demandé"
fails 1 bureau month reopen $MONTH --structure RIVES --reason "oubli" --as Soraya
said "trop court"
fails 2 bureau month reopen $MONTH --structure RIVES --as Soraya
bureau month reopen $MONTH --structure RIVES --reason "heures oubliées du 16" --as Soraya
said "Une autre personne"
bureau todo --structure RIVES
said "réouverture demandée par Soraya (« heures oubliées du 16 »)"
asked=$(seen RIVES)
same "$(state RIVES)" declared
fails 4 bureau month reopen $MONTH --structure RIVES --confirm --as Soraya
said "une autre personne"
fails 4 bureau month reopen $MONTH --structure RIVES --confirm
note berges V01 16 am 45min
berges sync
fails 1 bureau month reopen $MONTH --structure RIVES --confirm --as Ahmed --seen "$asked"
said "à présent"
bureau month reopen $MONTH --structure RIVES --confirm --as Ahmed --seen "$(seen RIVES)"
said "version 2"
does bureau todo --structure RIVES --json
is '[r["what"] for r in it["rows"] if r["what"] == "reopening"]' "[]"
bureau month show $MONTH --structure RIVES --json
is '[it["closing"][k] for k in ("version", "first", "second", "reason")]' \
	"[2, 'Soraya', 'Ahmed', 'heures oubliées du 16']"
fails 1 bureau month reopen $MONTH --structure RIVES --confirm --as Karim
same "$(state RIVES)" closed
does bureau month status $MONTH --structure RIVES --json
is '[(v["version"], v["second"]) for v in it["rows"][0]["versions"]]' "[(1, ''), (2, 'Ahmed')]"
passed "reopening takes two people, and names both"

bureau month reopen $MONTH --structure RIVES --reason "encore un oubli" --as Soraya
bureau month reopen $MONTH --structure RIVES --withdraw --reason "finalement non" --as Soraya
fails 1 bureau month reopen $MONTH --structure RIVES --confirm --as Ahmed
fails 1 bureau month reopen $MONTH --structure RIVES --reason "encore un oubli" \
	--as Soraya --second soraya
bureau month reopen $MONTH --structure RIVES --reason "encore un oubli" \
	--as Soraya --second Ahmed
said "version 3"
fails 2 bureau month reopen $MONTH --structure RIVES --confirm --second Ahmed
passed "a request can be taken back; two people at one shell reopen at once"

bureau rebuild --json
is 'it["repaired"]' 0
same "$(query berges "select count(*) from entry where kind in ('close', 'checked', 'declared', 'reopening', 'contract')")" 0
passed "no laptop learns of it; replayed, it tells the same"
