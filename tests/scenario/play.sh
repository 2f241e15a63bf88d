# The stage on which scenarios are played: real programs, real TLS on
# loopback, many laptops on one machine. Source it first:
#
#	. "$(dirname "$0")/play.sh"
#	server bureau                     # init, cast, serve
#	laptop berges VERTS               # code, enrol
#	berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
#	said "gardé ici"
#	stop bureau
#	fails 20 berges sync
#	passed "offline loses nothing"
#
# `server NAME` and `laptop NAME CREWS` make NAME a command. Every command's
# output is kept for `said` and `is`. A line that fails ends the play and says
# where. Everything started here ends here, by its process number.

set -u
unset LC_ALL LC_MESSAGES LANGUAGE
export LANG=fr_FR.UTF-8 PYTHONDONTWRITEBYTECODE=1
HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
BIN=${POINTEAU_BIN:-$HERE/../../build}
STAGE=$(mktemp -d "${TMPDIR:-/tmp}/pointeau-play-XXXXXX")
# The cast by a name without spaces, wherever the checkout is.
CAST="$STAGE/cast"
ln -s "$HERE/../demo" "$CAST"
declare -A PROGRAMS=() PIDS=() PORTS=()
OUT="$STAGE/out"
ERR="$STAGE/err"
IN=/dev/null
STATUS=0
PASSED=0
# Programs slowed down on purpose (memcheck) are waited for so much longer.
SLOW=${POINTEAU_SLOW:-1}
: >"$OUT"
: >"$ERR"
exec 3>&1

# ---- beginning and end ----

# Nobody outlives the play: asked first, then made to.
curtain() {
	local name i
	for name in "${!PIDS[@]}"; do
		kill "${PIDS[$name]}" 2>/dev/null
		for ((i = 0; i < 200 * SLOW; i++)); do
			kill -0 "${PIDS[$name]}" 2>/dev/null || break
			sleep 0.05
		done
		kill -KILL "${PIDS[$name]}" 2>/dev/null
		wait "${PIDS[$name]}" 2>/dev/null
	done
	rm -rf "$STAGE"
}
trap curtain EXIT
trap 'exit 130' INT TERM

# The play goes wrong: say where, show what was said, end.
wrong() {
	local line='?' i
	for ((i = 1; i < ${#BASH_SOURCE[@]}; i++)); do
		if [[ ${BASH_SOURCE[$i]} != "${BASH_SOURCE[0]}" ]]; then
			line=${BASH_LINENO[$((i - 1))]}
			break
		fi
	done
	{
		echo "not ok - $(basename "$0"):$line: $(cut -c 1-500 <<<"$*")"
		echo "# status $STATUS"
		sed 's/^/# out: /' "$OUT" | cut -c 1-500 | head -40
		sed 's/^/# err: /' "$ERR" | cut -c 1-500 | head -40
	} >&3
	exit 1
}

# One fact of the play is shown: counted as a test.
passed() {
	PASSED=$((PASSED + 1))
	echo "ok $PASSED - $*"
}

# ---- speaking ----

# NAME becomes a command: a program on a directory of its own, which must
# succeed; `fails STATUS NAME …` when it must not.
person() {
	PROGRAMS[$1]=$2
	eval "$1() { does $1 \"\$@\"; }"
}

# Run a command, keeping what it says; any status. A person's name stands for
# their program on their directory. It reads the file $IN.
try() {
	STATUS=0
	local name=$1
	if [[ -n ${PROGRAMS[$name]:-} ]]; then
		shift
		set -- "$BIN/${PROGRAMS[$name]}" "$@" --data "$STAGE/$name"
	fi
	"$@" >"$OUT" 2>"$ERR" <"$IN" || STATUS=$?
}

# It must succeed; it must fail with this status, and say why.
does() {
	try "$@"
	[[ $STATUS -eq 0 ]] || wrong "$* → status $STATUS"
}
fails() {
	local want=$1
	shift
	try "$@"
	[[ $STATUS -eq $want ]] || wrong "$* → status $STATUS, not $want"
	[[ -s $ERR ]] || wrong "$* failed without a word"
}

# The same in the background, until `wait_for NAME`; its status is then in
# STATUS.
launch() {
	local name=$1
	shift
	"$BIN/${PROGRAMS[$name]}" "$@" --data "$STAGE/$name" \
		>"$OUT" 2>"$ERR" <"$IN" &
	PIDS[$name]=$!
}
wait_for() {
	STATUS=0
	wait "${PIDS[$1]}" 2>/dev/null || STATUS=$?
	unset "PIDS[$1]"
}

# What was said contains (or does not contain) a text.
said() {
	cat "$OUT" "$ERR" | grep -qF -- "$1" || wrong "did not say: $1"
}
said_not() {
	if cat "$OUT" "$ERR" | grep -qF -- "$1"; then
		wrong "said: $1"
	fi
}

# Value of a Python expression over the last output's JSON, as `it`.
json() {
	python3 -c '
import json, sys
it = json.load(open(sys.argv[1], encoding="utf-8"))
print(eval(sys.argv[2]))' "$OUT" "$1" 2>"$STAGE/json-err" || {
		cat "$STAGE/json-err" >>"$ERR"
		wrong "no such thing in the JSON: $1"
	}
}
# It must equal this.
is() {
	local got
	got=$(json "$1") || exit 1
	[[ $got == "$2" ]] || wrong "$1 is $got, not $2"
}
# Two texts must be the same.
same() {
	[[ $1 == "$2" ]] || wrong "« $1 » is not « $2 »"
}

# ---- the office ----

# A port that nobody listens on, out of those given to outgoing connections.
free_port() {
	python3 -c '
import random, socket
while True:
    port = random.randrange(11000, 32000)
    with socket.socket() as s:
        try:
            s.bind(("127.0.0.1", port))
        except OSError:
            continue
    print(port)
    break'
}

# server NAME [INIT OPTIONS]: a new server with the cast imported, serving.
server() {
	local name=$1
	empty_server "$@"
	import_cast "$name"
	start "$name"
}
empty_server() {
	local name=$1
	shift
	person "$name" pointeau-server
	: "${PORTS[$name]:=$(free_port)}"
	does "$name" init --url "https://127.0.0.1:${PORTS[$name]}" "$@"
}
import_cast() {
	local what
	for what in structures sites crews supervisors workers; do
		does "$1" import "$what" "$CAST/$what.csv"
	done
	does "$1" import skills "$HERE/../../server/catalogue/starter.csv"
}

# start NAME, stop NAME: the server comes and goes. kill_server NAME: it is
# struck down.
start() {
	local name=$1 i
	: >"$STAGE/$name.serve"
	"$BIN/pointeau-server" serve --json --data "$STAGE/$name" \
		>"$STAGE/$name.serve" 2>"$STAGE/$name.log" </dev/null &
	PIDS[$name]=$!
	for ((i = 0; i < 1200 * SLOW; i++)); do
		grep -q '"ready":true' "$STAGE/$name.serve" && return 0
		kill -0 "${PIDS[$name]}" 2>/dev/null || break
		sleep 0.025
	done
	cat "$STAGE/$name.log" >>"$ERR"
	wrong "server $name does not start"
}
stop() {
	kill -TERM "${PIDS[$1]}"
	wait_for "$1"
	[[ $STATUS -eq 0 ]] || wrong "server $1 stopped with status $STATUS"
}
kill_server() {
	kill -KILL "${PIDS[$1]}"
	wait_for "$1"
}

# server_by_road NAME: the same, but the laptops reach it by a road that can
# be cut: `cut_road K HOW` (see road.py). Requests that set out: `requests`.
server_by_road() {
	local name=$1 door i
	door=$(free_port)
	PORTS[$name]=$(free_port)
	server "$name" --listen "127.0.0.1:$door"
	: >"$STAGE/requests"
	python3 "$HERE/road.py" "${PORTS[$name]}" "$door" \
		"$STAGE/$name/tls.pem" "$STAGE/order" "$STAGE/requests" \
		>"$STAGE/road" 2>"$STAGE/road.log" </dev/null &
	PIDS[road]=$!
	for ((i = 0; i < 1200 * SLOW; i++)); do
		grep -q ready "$STAGE/road" && return 0
		kill -0 "${PIDS[road]}" 2>/dev/null || break
		sleep 0.025
	done
	cat "$STAGE/road.log" >>"$ERR"
	wrong "no road to $name"
}
cut_road() {
	echo "$1 $2" >"$STAGE/order.new"
	mv "$STAGE/order.new" "$STAGE/order"
}
is_cut() {
	[[ ! -e $STAGE/order ]]
}
requests() {
	wc -l <"$STAGE/requests"
}

# ---- the laptops ----

# laptop NAME CREWS [SERVER]: enrolled, ready to work.
laptop() {
	local code
	new_laptop "$1"
	code=$(code_for "$2" "${3:-bureau}") || exit 1
	does "$1" enrol "$code" --name "$1"
}
new_laptop() {
	person "$1" pointeau
}
# code_for CREWS [SERVER]: an enrolment code.
code_for() {
	does "${2:-bureau}" device code --crew "$1" --json
	json 'it["code"]'
}
# device_of NAME: how the office calls a laptop.
device_of() {
	does "$1" status --json
	json 'it["device"]'
}

# ---- looking behind the scenes ----

# query NAME SQL: what a directory's database holds, one line a row.
# alter NAME SQL: change it, as nobody should.
query() {
	python3 - "$STAGE/$1/pointeau.db" "$2" <<'EOF' || wrong "query $*"
import sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
for row in db.execute(sys.argv[2]):
    print("|".join(str(item) for item in row))
EOF
}
alter() {
	python3 - "$STAGE/$1/pointeau.db" "$2" <<'EOF' || wrong "alter $*"
import sqlite3, sys
db = sqlite3.connect(sys.argv[1])
if db.execute(sys.argv[2]).rowcount < 1:
    sys.exit("nothing to change")
db.commit()
EOF
}

# A directory's bytes, to show that nothing changed.
bytes_of() {
	(cd "$STAGE/$1" && find . -type f ! -name '*-shm' ! -name '*-wal' \
		! -name lock ! -name sync.lock -exec sha256sum {} + | sort)
}

# report_of SERVER: every total of the month, as one text.
report_of() {
	local by
	for by in worker site crew activity structure; do
		does "$1" report month 2026-11 --by "$by" --json
		cat "$OUT"
	done
}

# ---- refusals ----

# untouched NAME: from here on its directory keeps every byte.
declare -A UNTOUCHED=()
REFUSED=0
untouched() {
	UNTOUCHED[$1]=$(bytes_of "$1")
}

# refuses STATUS TEXT COMMAND…: it fails with this status, saying this among
# what it says; in French, fit for a terminal, with nothing on standard
# output, and no byte of an untouched directory changes.
refuses() {
	local want=$1 text=$2 name
	shift 2
	fails "$want" "$@"
	said "$text"
	[[ ! -s $OUT ]] || wrong "$* answered"
	is_fit_to_read "$*"
	for name in "${!UNTOUCHED[@]}"; do
		[[ $(bytes_of "$name") == "${UNTOUCHED[$name]}" ]] ||
			wrong "$* changed $name"
	done
	REFUSED=$((REFUSED + 1))
}

# UTF-8, no control character, not English (what stands in parentheses is
# another program's own words, and a command has its name), no fault of ours,
# not endless.
is_fit_to_read() {
	iconv -f UTF-8 -t UTF-8 "$ERR" >/dev/null 2>&1 ||
		wrong "$1: no UTF-8"
	if LC_ALL=C grep -q $'[\x01-\x09\x0b-\x1f\x7f]' "$ERR"; then
		wrong "$1: control characters"
	fi
	if sed "s/(.*)//; s/hours missing//g" "$ERR" | LC_ALL=C.UTF-8 grep -qwE \
		'the|The|such|cannot|unknown|missing|Permission|Is a|Not a'; then
		wrong "$1: not in French"
	fi
	if grep -qE 'Sanitizer|runtime error|Assertion' "$ERR"; then
		wrong "$1: a fault of ours"
	fi
	[[ $(wc -c <"$ERR") -le 8192 ]] || wrong "$1: too long to read"
}
