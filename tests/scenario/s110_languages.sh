#!/usr/bin/env bash
# French by default, English for who asks; the same to programs.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30

# both FRENCH ENGLISH COMMAND…: what it says in each language; any status.
both() {
	local french=$1 english=$2 status
	shift 2
	LANG=fr_FR.UTF-8 try "$@"
	said "$french"
	said_not "$english"
	status=$STATUS
	LANG=en_GB.UTF-8 try "$@"
	said "$english"
	said_not "$french"
	same "$STATUS" "$status"
}
both "gardées ici" "kept here" berges status
both "Matin" "Morning" berges crew
both "Rien n'est saisi" "Nothing is recorded" berges hours list --month 2020-01
both "contient déjà 3h30 travail" "already holds 3h30 work" \
	berges hours add --worker V01 --day 2026-11-16 --slot am --time 2h
both "(pourquoi)" "(why)" \
	berges hours set --worker V01 --day 2026-11-16 --slot am --time 2h
both "vouliez-vous dire" "did you mean" berges hours ad
both "Aucune demi-journée contestée" "No contested half-day" berges conflicts
both "Salarié" "Worker" bureau report month 2026-11
both "Poste" "Last heard" bureau device list
both "Aucun créneau contesté" "No contested slot" bureau conflicts list
both "Valable une fois" "Good for one use" bureau device code --crew VERTS
both "équipe inconnue" "unknown crew" bureau device code --crew NULLE
passed "every command speaks both"

both "saisies envoyées" "entries sent" berges sync
stop bureau
both "hors connexion" "offline" berges sync
both "Aucun créneau contesté" "No contested slot" bureau conflicts list
start bureau
passed "beside a server or without one, with a network or without"

for variable in LC_ALL LC_MESSAGES LANG; do
	does env -u LANG $variable=en_US.UTF-8 "$BIN/pointeau" status \
		--data "$STAGE/berges"
	said "kept here"
done
for value in '' C POSIX de_DE.UTF-8 fr; do
	does env -u LANG LANG="$value" "$BIN/pointeau" status --data "$STAGE/berges"
	said "gardées ici"
done
does env -u LANG "$BIN/pointeau" status --data "$STAGE/berges"
said "gardées ici"
passed "whoever asks for nothing gets French"

LANG=en_GB.UTF-8 try berges hours list --month 2026-11 --json
english=$(cat "$OUT")
LANG=fr_FR.UTF-8 try berges hours list --month 2026-11 --json
same "$(cat "$OUT")" "$english"
LANG=en_GB.UTF-8 try bureau report month 2026-11 --json
english=$(cat "$OUT")
bureau report month 2026-11 --json
same "$(cat "$OUT")" "$english"
LANG=en_GB.UTF-8 try berges hours add --worker V02 --day 2026-11-16 --slot am \
	--time 1h --kind sick --json
is 'it["kind"]' sick
passed "programs are answered alike"
