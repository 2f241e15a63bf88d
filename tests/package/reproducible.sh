#!/usr/bin/env bash
# The same sources give the same bytes: built again from another directory, by
# somebody with another umask, time zone and language.
. "$(dirname "$0")/lib.sh"

copy_tree "$WORK/a second, longer place/of the sources"
mkdir -p "$WORK/temporary files"
(
	umask 077
	export TZ=Pacific/Kiritimati LANG=C LC_ALL=C
	export TMPDIR="$WORK/temporary files"
	build_packages "$WORK/a second, longer place/of the sources" \
		"$WORK/second"
) || exit 1
rm -rf "$WORK/a second, longer place" "$WORK/temporary files"

sums() {
	(cd "$1" && sha256sum ./*.deb)
}
if [[ $(sums "$WORK/first") != "$(sums "$WORK/second")" ]]; then
	sums "$WORK/first"
	sums "$WORK/second"
	failed "other bytes"
fi
sums "$WORK/second" | sed 's/^/# /'
passed "built twice: the same bytes"
