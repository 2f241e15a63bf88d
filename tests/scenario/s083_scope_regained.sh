#!/usr/bin/env bash
# A laptop lends its crew to another and gets it back: it holds again what
# everybody recorded, itself as well.
. "$(dirname "$0")/play.sh"

empty_server bureau
import_cast bureau
printf 'crew;structure;name;site\nFLEURS;RIVES;Massifs;TILLEULS\n' \
	>"$STAGE/crews.csv"
bureau import crews "$STAGE/crews.csv"
start bureau
laptop berges VERTS
laptop garde VERTS
garde hours add --worker V02 --day 2026-11-16 --slot am --time 3h30
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
garde sync
berges sync

bureau device scope "$(device_of berges)" --crew FLEURS
berges sync
berges hours list --month 2026-11 --json
is 'it["rows"]' '[]'
bureau device scope "$(device_of berges)" --crew VERTS
berges sync
berges hours list --month 2026-11 --json
is 'sorted(r["worker"] for r in it["rows"])' "['V01', 'V02']"
passed "what it had recorded itself comes back too"
