# shellcheck shell=bash
# What the tests of the packages share; sourced first. They run with
# POINTEAU_FULL=1 alone (tools/check --full): two builds and a whole Debian take
# minutes. Everything is made in $WORK, below the build directory.

set -u -o pipefail
unset LC_ALL LC_MESSAGES LANGUAGE
export LANG=fr_FR.UTF-8 PYTHONDONTWRITEBYTECODE=1
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
ROOT=$(cd "$HERE/../.." && pwd)
WORK=${POINTEAU_BIN:-$ROOT/build}/package
PASSED=0

skip() {
	# tools/check counts a skipped test as one that failed.
	echo "# skipped: $*"
	exit 77
}

passed() {
	PASSED=$((PASSED + 1))
	echo "ok $PASSED - $*"
}

# What is only told: figures.
told() {
	echo "# $*"
}

failed() {
	echo "not ok - $*"
	exit 1
}

[[ ${POINTEAU_FULL:-} == 1 ]] || skip "only with POINTEAU_FULL=1"
command -v apt-get >/dev/null || skip "no Debian"
mkdir -p "$WORK"

# build_packages TREE INTO: by that tree's own tool. One date for all: trees
# without a repository would have another.
build_packages() {
	export SOURCE_DATE_EPOCH
	: "${SOURCE_DATE_EPOCH:=$(git -C "$ROOT" log -1 --format=%ct 2>/dev/null ||
		stat -c %Y "$ROOT/CHANGELOG.md")}"
	mkdir -p "$2"
	POINTEAU_WEB_CACHE=$ROOT/build-web "$1/tools/package" --out "$2" \
		>"$2/said" 2>&1 || {
		cat "$2/said"
		failed "tools/package"
	}
}

# copy_tree INTO: the sources, at another place.
copy_tree() {
	rm -rf "$1"
	mkdir -p "$1"
	tar -C "$ROOT" --exclude='./build*' --exclude=./demo --exclude=./.git \
		--exclude=__pycache__ -cf - . | tar -C "$1" -xf - ||
		failed "copying the tree"
}
