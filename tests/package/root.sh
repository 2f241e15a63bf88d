#!/usr/bin/env bash
# A minimal Debian as clean_root.sh begins with, in $WORK/root-HASH.tar: what
# this machine's own archive has, with the packages that ours depend on fetched
# but not installed. Kept for the next time.
. "$(dirname "$0")/lib.sh"

[[ $(id -u) == 0 ]] || skip "a root of one's own takes root"
command -v mmdebstrap >/dev/null || skip "no mmdebstrap"
. /etc/os-release
[[ ${ID:-}-${VERSION_ID:-} == debian-12 ]] || skip "no Debian 12"

# The archive is the one of this machine's /etc/apt, without anybody else's.
suite=$VERSION_CODENAME
apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' \
	'Created-By: Packages' | grep -E " $suite(-updates|-security)? main$" |
	sed 's/^/deb /' | sort -u >"$WORK/sources"
grep -q " $suite main" "$WORK/sources" || skip "no archive of Debian in /etc/apt"
apt-config dump | grep -E '^Acquire::(https?|Check-Date|Check-Valid-Until)\b' \
	>"$WORK/apt.conf"

hash=$({
	cat "$0" "$WORK/sources"
	for deb in "$WORK"/first/*.deb; do
		dpkg-deb -f "$deb" Depends Pre-Depends
	done
} | sha256sum | cut -c 1-16)
tar=$WORK/root-$hash.tar
if [[ -f $tar ]]; then
	passed "a clean root is there already"
	exit 0
fi
rm -f "$WORK"/root-*.tar
began=$(date +%s)
# /usr/share/doc is left out but for ours: it is much of the time.
eatmydata=$(command -v eatmydata)
LANG=C.UTF-8 $eatmydata mmdebstrap --variant=minbase --mode=root --quiet \
	--aptopt="$WORK/apt.conf" --skip=cleanup/apt \
	--aptopt='Apt::Install-Recommends "false"' \
	--dpkgopt='path-exclude=/usr/share/man/*' \
	--dpkgopt='path-exclude=/usr/share/locale/*' \
	--dpkgopt='path-exclude=/usr/share/doc/*' \
	--dpkgopt='path-include=/usr/share/man/*pointeau*' \
	--dpkgopt='path-include=/usr/share/man/fr/*pointeau*' \
	--dpkgopt='path-include=/usr/share/doc/pointeau*' \
	--customize-hook="APT_CONFIG=\$MMDEBSTRAP_APT_CONFIG apt-get -qq -y \
		--download-only install $WORK/first/*.deb" \
	"$suite" "$WORK/new.tar" "$WORK/sources" >"$WORK/root.log" 2>&1 || {
	tail -n 30 "$WORK/root.log"
	failed "no clean root"
}
mv "$WORK/new.tar" "$tar"
passed "a clean root ($(($(date +%s) - began)) s, $(($(stat -c %s "$tar") >> 20)) MiB)"
