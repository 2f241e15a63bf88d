#!/usr/bin/env bash
# The packages: built by the tool, without a word of lintian's, with what is
# promised in them.
. "$(dirname "$0")/lib.sh"

rm -rf "$WORK/first"
began=$(date +%s)
build_packages "$ROOT" "$WORK/first"
cd "$WORK/first" || failed "nothing was built"
[[ $(ls ./*.deb | wc -l) == 3 ]] || failed "not three packages: $(ls)"
passed "tools/package builds three packages ($(($(date +%s) - began)) s)"
for deb in *.deb; do
	told "$deb: $(stat -c %s "$deb") bytes, $(dpkg-deb -f "$deb" Installed-Size) KiB installed"
done

LC_ALL=C.UTF-8 lintian --allow-root --display-info --fail-on error,warning,info \
	./*.deb >lintian 2>&1 || { cat lintian; failed "lintian"; }
! grep -v '^N:' lintian || failed "lintian says something"
for overrides in "$ROOT"/packaging/debian/*.lintian-overrides; do
	# A line without a reason above it is none.
	awk '/^$/ {why = 0; next} /^#/ {why = 1; next} !why {exit 1}' \
		"$overrides" || failed "$overrides: why?"
done
passed "lintian: no error, no warning, no remark; overrides have a reason"

rm -rf files
for deb in *.deb; do
	dpkg-deb -x "$deb" files
done
python3 "$HERE/contents.py" files "$ROOT" || failed "what is in them"
