# shellcheck shell=bash
# What the tools share. To be sourced by bash:
#
#	. "$(dirname "$(readlink -f "$0")")/lib.sh"
#
# Sets POINTEAU_ROOT, the top of the tree, and goes nowhere: the caller's
# directory stays. Everything else is a function.

POINTEAU_ROOT=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

# What building needs. "a|b": either will do, the first is installed.
# shellcheck disable=SC2034 # for the scripts that source this file
BUILD_PACKAGES=(
	cmake
	make
	gcc
	libc6-dev
	'pkg-config|pkgconf'
	'libcurl4-openssl-dev|libcurl4-gnutls-dev'
	libsodium-dev
	libzip-dev
	libexpat1-dev
	libsqlite3-dev
	libjansson-dev
	libqrencode-dev
	liboath-dev
	libxlsxwriter-dev
	libhpdf-dev
	fonts-dejavu-core
	libssl-dev
	zlib1g-dev
	libcivetweb-dev
	ca-certificates
	libcmocka-dev
)

# The page is built with them. A node from elsewhere brings its own npm, which
# Debian's package of npm would not go with.
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	BUILD_PACKAGES+=(nodejs npm)
fi

# Is the user's language English? French otherwise, as in the programs.
in_english() {
	case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in
	en | en[_.@-]*) return 0 ;;
	*) return 1 ;;
	esac
}

# say FRENCH ENGLISH: one line in the user's language.
say() {
	if in_english; then
		printf '%s\n' "$2"
	else
		printf '%s\n' "$1"
	fi
}

# complain FRENCH ENGLISH: both languages, on standard error: whoever repairs
# the machine may not be the one who sits at it.
complain() {
	if in_english; then
		printf '%s\n%s\n' "$2" "$1" >&2
	else
		printf '%s\n%s\n' "$1" "$2" >&2
	fi
}

# die FRENCH ENGLISH: complain and leave with status 1.
die() {
	complain "$1" "$2"
	exit 1
}

# is_installed PACKAGE|OTHER...: is one of these Debian packages there?
is_installed() {
	local name names

	IFS='|' read -ra names <<<"$1"
	for name in "${names[@]}"; do
		case $(dpkg-query -W -f '${Status}' "$name" 2>/dev/null) in
		*' ok installed') return 0 ;;
		esac
	done
	return 1
}

# as_root COMMAND...: run it as root, asking for a password only where there
# is someone to give it. Status 126 when there is no way to be root.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@" </dev/null
	elif ! command -v sudo >/dev/null; then
		return 126
	elif [ -t 0 ]; then
		sudo "$@" </dev/null
	else
		sudo -n true 2>/dev/null </dev/null || return 126
		sudo -n "$@" </dev/null
	fi
}

# apt_get ARGUMENT...: without questions, and patient with another apt.
apt_get() {
	as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get -q -y -o DPkg::Lock::Timeout=120 "$@"
}

# need_packages PACKAGE...: install the missing ones. Nothing is done, and no
# network used, when all are there.
need_packages() {
	local package missing=() status=0 log

	if ! command -v dpkg-query >/dev/null ||
		! command -v apt-get >/dev/null; then
		complain \
			"Ce système n'est pas un Debian : je suppose que tout est installé. Il faut l'équivalent de : $*" \
			"This system is not Debian: I suppose that everything is installed. It takes the equivalent of: $*"
		return 0
	fi
	for package in "$@"; do
		is_installed "$package" || missing+=("${package%%|*}")
	done
	[ ${#missing[@]} -gt 0 ] || return 0

	say "Installation de : ${missing[*]}" "Installing: ${missing[*]}"
	log=$(mktemp) || return 1
	# An update may fail on one mirror while the package lists are good.
	apt_get update >"$log" 2>&1 || status=$?
	if [ "$status" -ne 126 ]; then
		status=0
		apt_get install --no-install-recommends "${missing[@]}" \
			>>"$log" 2>&1 || status=$?
	fi
	if [ "$status" -ne 0 ]; then
		tail -n 15 "$log" >&2
		rm -f "$log"
		packages_failed "$status" "${missing[*]}"
		return 1
	fi
	rm -f "$log"
}

# packages_failed STATUS "PACKAGES": why, and what to do.
packages_failed() {
	local command="apt-get install $2"

	if [ "$1" -eq 126 ]; then
		complain \
			"Il manque des paquets, et je ne peux pas les installer : ni root, ni sudo sans mot de passe. Lancez en root : $command" \
			"Packages are missing and I cannot install them: neither root nor sudo without a password. Run as root: $command"
	else
		complain \
			"L'installation des paquets a échoué (voir ci-dessus). Vérifiez le réseau, puis lancez en root : apt-get update && $command" \
			"Installing the packages failed (see above). Check the network, then run as root: apt-get update && $command"
	fi
}

# processors: how many jobs at once.
processors() {
	nproc 2>/dev/null || echo 2
}

# build_dir PRESET: print the directory that CMakePresets.json gives it.
build_dir() {
	case $1 in
	release) printf '%s\n' "$POINTEAU_ROOT/build" ;;
	*) printf '%s\n' "$POINTEAU_ROOT/build-$1" ;;
	esac
}

# is_configured DIRECTORY: by a CMake that finished, for this very tree and
# its presets as they are?
is_configured() {
	local cache="$1/CMakeCache.txt"

	[ -f "$1/Makefile" ] || [ -f "$1/build.ninja" ] || return 1
	[ "$cache" -nt "$POINTEAU_ROOT/CMakePresets.json" ] || return 1
	grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$POINTEAU_ROOT" "$cache" \
		2>/dev/null || return 1
	grep -qxF "CMAKE_CACHEFILE_DIR:INTERNAL=$1" "$cache"
}

# build_preset PRESET [TARGET...]: configure when needed, then build what
# changed. Quiet, except for what went wrong; the log stays in the build
# directory.
build_preset() {
	local preset=$1 dir log
	local targets=()

	shift
	[ $# -eq 0 ] || targets=(--target "$@")
	dir=$(build_dir "$preset")
	mkdir -p "$dir" || return 1
	log="$dir/build.log"
	: >"$log" || return 1
	if ! is_configured "$dir"; then
		(cd "$POINTEAU_ROOT" && cmake --fresh --preset "$preset") \
			>>"$log" 2>&1 </dev/null || build_failed "$preset" || return 1
	fi
	cmake --build "$dir" --parallel "$(processors)" "${targets[@]}" \
		>>"$log" 2>&1 </dev/null || build_failed "$preset"
}

# build_failed PRESET: show the end of the log. Always fails.
build_failed() {
	local log

	log=$(build_dir "$1")/build.log
	{ grep -E -A 6 'error|Error|\*\*\*' "$log" || tail -n 30 "$log"; } |
		head -n 60 >&2
	complain \
		"La construction « $1 » a échoué. Le détail est dans $log" \
		"The build \"$1\" failed. The details are in $log"
	return 1
}

# temporary_dir VARIABLE: make a directory, removed when the script ends, and
# put its name in VARIABLE. (Not printed: in $(...) it would end at once.)
temporary_dirs=()
temporary_dir() {
	local made

	made=$(mktemp -d "${TMPDIR:-/tmp}/pointeau.XXXXXX") || return 1
	temporary_dirs+=("$made")
	printf -v "$1" '%s' "$made"
}

# at_exit COMMAND: run it when the script ends, the last given first.
exit_commands=()
at_exit() {
	exit_commands=("$1" "${exit_commands[@]}")
}

# at_once JOBS RUN VERDICT ITEM...: RUN ITEM for each, so many at the same
# time, and VERDICT ITEM STATUS as they end. RUN must end by exec, so that what
# it became ends with the script.
declare -A at_once_running=()
at_once() {
	local jobs=$1 run=$2 verdict=$3 item

	shift 3
	at_exit at_once_stop
	for item; do
		[ ${#at_once_running[@]} -lt "$jobs" ] || at_once_take "$verdict"
		"$run" "$item" &
		at_once_running[$!]=$item
	done
	while [ ${#at_once_running[@]} -gt 0 ]; do
		at_once_take "$verdict"
	done
}

at_once_take() {
	local pid status=0 item

	wait -n -p pid "${!at_once_running[@]}" || status=$?
	item=${at_once_running[$pid]}
	unset "at_once_running[$pid]"
	"$1" "$item" "$status"
}

at_once_stop() {
	local pid

	for pid in "${!at_once_running[@]}"; do
		kill "$pid" 2>/dev/null
	done
}

clean_up() {
	local status=$? command

	trap - EXIT
	for command in "${exit_commands[@]}"; do
		eval "$command"
	done
	[ ${#temporary_dirs[@]} -eq 0 ] || rm -rf -- "${temporary_dirs[@]}"
	exit "$status"
}
trap clean_up EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM
