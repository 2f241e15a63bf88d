#!/bin/bash
# The files by which a desktop and systemd start the laptop's program: of their
# form, and saying what the program understands.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
bin=$(cd "${POINTEAU_BIN:-$root/build}" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/pointeau-desktop.XXXXXX")
trap 'rm -rf "$work"' EXIT
count=0

ok()
{
	count=$((count + 1))
	printf 'ok %d - %s\n' "$count" "$1"
}

not_ok()
{
	printf 'not ok - %s\n' "$1"
	exit 1
}

launchers="$root/packaging/autostart/pointeau.desktop
$root/packaging/applications/pointeau.desktop"
unit="$root/packaging/systemd/user/pointeau.service"

# What they start is what the program knows: every flag is in its help.
"$bin/pointeau" run --help >"$work/help"
# shellcheck disable=SC2086
sed -n 's/^Exec\(Start\)\?=\(\/usr\/bin\/\)\?pointeau run //p' \
	$launchers "$unit" | tr ' ' '\n' >"$work/flags"
[ "$(grep -c . "$work/flags")" = 3 ] || not_ok "three programs are started"
while read -r flag; do
	grep -q -e "$flag" "$work/help" || not_ok "$flag is no option of run"
done <"$work/flags"
ok "they start the program by options that it has"

if command -v desktop-file-validate >/dev/null; then
	# shellcheck disable=SC2086
	desktop-file-validate $launchers >"$work/said" 2>&1 ||
		not_ok "$(cat "$work/said")"
	[ ! -s "$work/said" ] || not_ok "$(cat "$work/said")"
	ok "desktop-file-validate"
else
	echo "# desktop-file-validate: not installed"
fi

if command -v systemd-analyze >/dev/null; then
	mkdir -m 700 "$work/run"
	export XDG_RUNTIME_DIR="$work/run"
	# The program as built here; its manual may not be installed yet.
	sed -e "s|/usr/bin/pointeau|$bin/pointeau|" -e '/^Documentation=/d' \
		"$unit" >"$work/pointeau.service"
	systemd-analyze --user verify "$work/pointeau.service" \
		>"$work/said" 2>&1 || not_ok "verify: $(cat "$work/said")"
	[ ! -s "$work/said" ] || not_ok "verify: $(cat "$work/said")"
	ok "systemd-analyze --user verify"
	# A unit of a user cannot have what takes privileges: this bound holds
	# what it can have (docs/operations.md).
	systemd-analyze --user security --offline=true --threshold=65 \
		"$work/pointeau.service" >"$work/said" 2>&1 ||
		not_ok "security: $(tail -1 "$work/said")"
	ok "$(tail -n 1 "$work/said" | tr -cd '[:alnum:] .:')"
else
	echo "# systemd-analyze: not installed"
fi
