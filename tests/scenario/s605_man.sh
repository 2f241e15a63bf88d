#!/usr/bin/env bash
# The man pages that the programs write: read by man without a warning, in
# both languages, with every command and every setting.
. "$(dirname "$0")/play.sh"

command -v man >/dev/null && command -v groff >/dev/null || {
	echo "# skipped: no man-db and groff"
	exit 77
}
python3 - >"$STAGE/names" <<END
import json, os, subprocess
for program in ("pointeau", "pointeau-server"):
    made = subprocess.run(["$BIN/" + program, "config", "default", "--json"],
        check=True, capture_output=True)
    for row in json.loads(made.stdout)["settings"]:
        print(program, row["name"])
END

for program in pointeau pointeau-server; do
	for language in fr en; do
		page=$STAGE/$program.$language
		does env LC_ALL=$language "$BIN/$program" man
		cp "$OUT" "$page"
		does env LC_ALL=C.UTF-8 MANWIDTH=78 man --warnings -l "$page"
		[[ ! -s $ERR ]] || wrong "man warns"
		cp "$OUT" "$page.txt"
		if command -v mandoc >/dev/null; then
			does mandoc -T lint -W error "$page"
		fi
		# lexgrog is what finds the page again (apropos).
		does env LC_ALL=C.UTF-8 lexgrog "$page"
		while read -r who name; do
			[[ $who == "$program" ]] || continue
			grep -q "^ *$name\( \|\$\)" "$page.txt" ||
				wrong "$page lacks the setting $name"
		done <"$STAGE/names"
	done
	does env LC_ALL=en "$BIN/$program" --help
	sed -n 's/^  \([a-z][a-z -]*[a-z]\)\( .*\|$\)/\1/p' "$OUT" |
		sed 's/  .*//; s/ [A-Z].*//' | sort -u >"$STAGE/commands"
	while read -r words; do
		grep -q "^       $words" "$STAGE/$program.en.txt" ||
			wrong "$program: no command $words"
	done <"$STAGE/commands"
	[[ $(wc -l <"$STAGE/commands") -ge 20 ]] || wrong "no commands"
	grep -q "config man" "$STAGE/$program.en.txt" && wrong "our own tool"
	does env LC_ALL=fr "$BIN/$program" man
	cmp "$OUT" "$STAGE/$program.fr" || wrong "made anew, it differs"
	does env SOURCE_DATE_EPOCH=1700000000 "$BIN/$program" man
	said '"2023-11-14"'
	passed "$program: a page in each language, complete, without a warning"
done
