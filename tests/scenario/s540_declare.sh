#!/usr/bin/env bash
# What is declared: one row per person, contract and annex, minutes kept, hours
# rounded once; annexes that come late; ETP beside what was agreed.
. "$(dirname "$0")/play.sh"

MONTH=2026-11
A25=ACI051250013A0M1
A26=ACI051260013A0M1
E26=EI051260020A1M0

house() {
	empty_server bureau
	printf '%s\n' "structure;name;kind;siret" \
		"RIVES;Rives et Jardins;ACI;04120768900013" \
		"REMPARTS;Remparts Rénovation;EI;04120768900021" \
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
	printf '%s\n' "worker;structure;crew;first_name;last_name;contract_start;contract_end" \
		"V01;RIVES;VERTS;Fatou;Diallo;2026-01-01;2026-06-30" \
		"V02;RIVES;VERTS;Fatou;Diop;;" \
		"B01;REMPARTS;BAT;Jean;Martin;;" >"$STAGE/workers.csv"
	for what in structures sites crews supervisors workers; do
		does bureau import "$what" "$STAGE/$what.csv"
	done
	start bureau
	laptop berges VERTS,BAT
}
house

annexes() {
	printf '%s\n' "annex;structure;measure;start;end;etp_posts;hours_per_etp" \
		"$@" >"$STAGE/annexes.csv"
}
contracts() {
	printf '%s\n' "contract;worker;annex;kind;start;end;weekly" "$@" \
		>"$STAGE/contracts.csv"
}
note() {
	berges hours add --worker "$1" --day "$MONTH-$2" --slot "$3" \
		--time "$4" --kind "${5:-travail}"
}
# rows STRUCTURE: worker contract annex minutes hours remainder state.
rows() {
	does bureau declare $MONTH --structure "$1" --json
	json '" ".join("/".join(str(r[k]) for k in ("worker", "contract", "annex", "minutes", "hours", "remainder", "state")) for r in it["structures"][0]["rows"])'
}

# ---- the two files ----

annexes "$A26;RIVES;ACI_DC;01/01/2026;31/12/2026;12,5;1820" \
	"ACI05117;RIVES;ACI_DC;01/01/2026;31/12/2026;1;1820" \
	"EI051260020A1M0;RIVES;EI_DC;01/01/2026;31/12/2026;1;1505" \
	"ACI051260014A0M1;RIVES;ACI_XX;01/01/2026;31/12/2026;1;1820" \
	"ACI051260015A0M1;NULLE;ACI_DC;31/12/2026;01/01/2026;1,234;lots" \
	"$A26;RIVES;ACI_DC;01/01/2026;31/12/2026;1;1820" \
	"ACI051260016A0M1;RIVES;ACI_DC;01/01/2026;31/12/2099;;0"
fails 1 bureau import annexes "$STAGE/annexes.csv"
said "ligne 3, colonne annex"
said "ligne 4, colonne measure"
said "ligne 5, colonne measure"
said "ligne 6, colonne structure"
said "ligne 6, colonne end"
said "ligne 6, colonne etp_posts"
said "ligne 6, colonne hours_per_etp"
said "souvent 1820"
said "ligne 7, colonne annex"
said "ligne 8, colonne end"
said "ligne 8, colonne etp_posts"
bureau annex list
said "Aucune annexe"
annexes "ACI 051 26 0013 A0M1;RIVES;aci_dc;01/01/2026;31/12/2026;12,5;1820" \
	"$E26;REMPARTS;EI_DC;2026-01-01;2026-12-31;3.25;1505"
bureau import annexes "$STAGE/annexes.csv"
said "2 ajoutés"
entries=$(query bureau "select count(*) from entry")
bureau import annexes "$STAGE/annexes.csv"
said "2 inchangés"
same "$(query bureau "select count(*) from entry")" "$entries"
bureau annex list --json
is '[(r["annex"], r["etp_posts"], r["hours_per_etp"]) for r in it["rows"]]' \
	"[('$E26', 325, 1505), ('$A26', 1250, 1820)]"
passed "annexes: every fault by its row; the same file again signs nothing"

contracts "C1;V01;$A26;CDDI;2026-05-01;2026-11-12;26h" \
	"C2;V01;$A26;CDDI;2026-11-12;2027-05-11;30h" \
	"C1;V02;$E26;CDDI;2026-05-01;2026-04-01;26h" \
	"C1;V99;;CDDI;2026-05-01;;26h" \
	"C1;B01;;;;;beaucoup"
fails 1 bureau import contracts "$STAGE/contracts.csv"
said "ligne 2, colonne start"
said "se chevauchent"
said "ligne 4, colonne annex"
said "ligne 4, colonne end"
said "ligne 5, colonne worker"
said "ligne 6, colonne kind"
said "ligne 6, colonne start"
said "ligne 6, colonne weekly"
contracts "C1;V01;$A26;CDDI;2026-11-10;2026-11-12;26h" \
	"C2;V01;;CDDI;2026-11-13;2026-11-13;30h" \
	"C1;V02;$A26;CDDI;2026-11-10;2026-11-10;26h" \
	"C1;B01;$E26;CDDI;2026-11-12;2026-11-12;35h"
bureau import contracts "$STAGE/contracts.csv"
said "4 ajoutés"
entries=$(query bureau "select count(*) from entry")
bureau import contracts "$STAGE/contracts.csv"
said "4 inchangés"
same "$(query bureau "select count(*) from entry")" "$entries"
contracts "C3;V01;;CDDI;2026-11-13;2027-05-11;30h"
fails 1 bureau import contracts "$STAGE/contracts.csv"
said "« C2 »"
passed "contracts follow one another; what overlaps is refused by row"

# ---- rows ----

bureau month blockers $MONTH --structure RIVES --json
is 'sorted({(r["worker"], r["day"]) for r in it["rows"]})' \
	"[('V01', '2026-11-10'), ('V01', '2026-11-12'), ('V01', '2026-11-13'), ('V02', '2026-11-10')]"
note V01 10 am 3h30
note V01 10 pm 2h45 formation
note V01 12 am 3h15
note V01 12 pm 0 maladie
note V01 13 am 3h
note V01 13 pm 3h15 "congé payé"
note V02 10 am 3h
note V02 10 pm 3h29
note V02 16 am 1h30
note B01 12 am 3h30
note B01 12 pm 3h30 "congé payé"
berges sync
same "$(rows RIVES)" \
	"V01/C1/$A26/570/10/-30/BROUILLON V01/C2//375/6/15/BROUILLON V02///90/2/-30/BROUILLON V02/C1/$A26/389/6/29/BROUILLON"
is '[r["why"] for r in it["structures"][0]["rows"]]' "['', 'annex', 'contract', '']"
is 'it["structures"][0]["total"]' \
	"{'rows': 4, 'minutes': 1424, 'hours': 24, 'remainder': -16, 'no_contract': 1, 'no_annex': 1}"
same "$(rows REMPARTS)" "B01/C1/$E26/210/4/-30/BROUILLON"
bureau declare $MONTH
said "(sans contrat)"
said "(sans annexe)"
passed "one row per person, contract and annex; an ACI's paid hours, an EI's worked ones; half up"

bureau month close $MONTH
same "$(rows RIVES)" \
	"V01/C1/$A26/570/10/-30/SAISI V01/C2//375/6/15/SAISI V02///90/2/-30/SAISI V02/C1/$A26/389/6/29/SAISI"

# ---- an annex that comes late ----

does bureau todo --structure RIVES --json
is '[(r["count"], r["link"]) for r in it["rows"] if r["what"] == "no_annex"]' "[(1, '/declare/$MONTH?s=RIVES')]"
bureau month declare $MONTH --structure RIVES
said "lignes sans annexe : 1"

fails 1 bureau annex attach $A25 --worker V01
fails 1 bureau annex attach $E26 --worker V01 --contract C2
fails 2 bureau annex attach $A26 --contract C2
bureau annex attach "$A26" --worker V01 --contract C2
said "1"
bureau annex attach "$A26" --worker V01 --contract C2
said ": 0"
same "$(rows RIVES)" \
	"V01/C1/$A26/570/10/-30/DEBLOQUE V01/C2/$A26/375/6/15/DEBLOQUE V02///90/2/-30/DEBLOQUE V02/C1/$A26/389/6/29/DEBLOQUE"
does bureau todo --structure RIVES --json
is 'sorted(r["what"] for r in it["rows"] if r["what"] in ("no_annex", "declare_again"))' "['declare_again']"
bureau month late $MONTH --structure RIVES
said "Rien n'est venu"
contracts "C2;V01;;CDDI;2026-11-13;2026-11-13;30h"
bureau import contracts "$STAGE/contracts.csv"
said "1 inchangés"
passed "an annex attached after the closing takes its rows, and no empty cell takes it off"

# ---- ETP ----

bureau declare $MONTH --structure RIVES --json
is 'it["structures"][0]["annexes"][0]["month"]' "{'hours': 22, 'etp': 15}"
is 'it["structures"][0]["annexes"][0]["period"]' \
	"{'first': '2026-01', 'last': '2026-11', 'months': 11, 'hours': 22, 'etp': 1, 'agreed': 20854}"
passed "ETP by the annex's own hours: 22 × 12 ÷ 1820 = 0.15, of 12.50 agreed"

# ---- states ----

bureau month declare $MONTH --structure RIVES
bureau declare $MONTH --structure RIVES --json
is 'it["structures"][0]["state"]' VALIDE
berges hours set --worker V02 --day $MONTH-10 --slot pm --time 3h31 \
	--reason "deux minutes de plus" >/dev/null
berges sync
same "$(rows RIVES | tr ' ' '\n' | tail -1)" "V02/C1/$A26/389/6/29/VALIDE"
bureau month adjust $MONTH --structure RIVES --reason "reçu après la clôture"
same "$(rows RIVES | tr ' ' '\n' | tail -1)" "V02/C1/$A26/391/7/-29/DEBLOQUE"
is 'it["structures"][0]["rows"][0]["version"]' 1
bureau month declare $MONTH --structure RIVES
bureau month reopen $MONTH --structure RIVES --reason "demande de l'ASP" --second Ahmed
same "$(rows RIVES | tr ' ' '\n' | tail -1)" "V02/C1/$A26/391/7/-29/DEBLOQUE"
is 'it["structures"][0]["rows"][0]["version"]' 2
bureau month declare $MONTH --structure RIVES
bureau declare $MONTH --structure RIVES --json
is '[(r["version"], r["state"]) for r in it["structures"][0]["rows"]][0]' "(2, 'VALIDE')"
passed "BROUILLON, SAISI, VALIDE, DEBLOQUE: reported = closing + adjustments, version by version"

# What was closed stays, whatever becomes of contracts.
contracts "C1;V02;;CDDI;2026-11-10;2026-11-16;26h"
bureau import contracts "$STAGE/contracts.csv"
same "$(rows RIVES | tr ' ' '\n' | tail -2 | head -1)" "V02///90/2/-30/VALIDE"
bureau month late $MONTH --structure RIVES --json
is '[(s["contract"], s["before"], s["after"]) for s in it["late"]["proposals"][0]["shares"]]' \
	"[('', 90, 0), ('C1', 391, 481)]"
bureau month adjust $MONTH --structure RIVES --reason "contrat prolongé au 16"
same "$(rows RIVES | tr ' ' '\n' | tail -1)" "V02/C1/$A26/481/8/1/DEBLOQUE"
bureau month late $MONTH --structure RIVES
said "Rien n'est venu"
passed "a contract that changes after the closing is an adjustment like another"
