#!/bin/bash
# run.sh PLAY.mjs: play one of the plays here in a real browser. What the lock
# file names is installed once, by its SHA-256, beside what the page is built
# with; the plays run from there, where node finds it. Status 77: no browser.
set -u -o pipefail

HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
CACHE=${POINTEAU_WEB_CACHE:-$ROOT/build-web}
CHROMIUM=${POINTEAU_CHROMIUM:-/usr/bin/chromium}

if [ ! -x "$CHROMIUM" ]; then
	echo "# no $CHROMIUM: apt-get install chromium"
	exit 77
fi
hash=$(sha256sum <"$HERE/package-lock.json" | cut -c 1-16)
place=$CACHE/browser-$hash
mkdir -p "$CACHE" || exit 1

# Two plays at once: the second waits, then finds it done.
install() {
	exec 9>"$CACHE/browser.lock"
	flock 9
	[ -e "$place/done" ] && return 0
	rm -rf "$place"
	mkdir -p "$place"
	cp "$HERE/package.json" "$HERE/package-lock.json" "$place" || return 1
	(cd "$place" && npm ci --ignore-scripts --no-audit --no-fund \
		--prefer-offline >"$place/log" 2>&1) || {
		cat "$place/log"
		return 1
	}
	touch "$place/done"
}
(install) || exit 1

plays=$(mktemp -d "$place/plays.XXXXXX") || exit 1
cp "$HERE"/*.mjs "$plays"
POINTEAU_ROOT=$ROOT POINTEAU_CHROMIUM=$CHROMIUM \
	node "$plays/$(basename "$1")" &
player=$!
trap 'kill -TERM "$player"' TERM INT
wait "$player"
status=$?
# After a signal wait returns early: the play still ends what it began.
wait "$player" 2>/dev/null
rm -rf "$plays"
exit "$status"
