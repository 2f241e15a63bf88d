#!/usr/bin/env bash
# Machines that fail the programs: full disks, disks that fail, too few open
# files, directories that may only be read, two programs on one directory.
# Each ends in a clear word, what was kept stays, and when the machine is well
# again the work goes on, without a restart of the server.

# Mounts of one's own, which vanish with the play, need root.
if [[ $(id -u) -eq 0 && -z ${SICK_MOUNTS:-} ]] && unshare -m mount -t tmpfs \
	none /mnt 2>/dev/null; then
	SICK_MOUNTS=yes exec unshare -m bash "$0"
fi
# It is not the patience of the real disk that is tried.
[[ ! -w /dev/shm ]] || export TMPDIR=/dev/shm
. "$(dirname "$0")/play.sh"

SICK=$BIN/tests/libsick_disk.so
[[ -e $SICK ]] || wrong "build the target sick_disk"
REAL_STAGE=$(readlink -f "$STAGE")
CALLS_MAX=2000 # no command of these writes so often
STEP=7         # between the writes at which a disk falls ill
[[ ${POINTEAU_FULL:-} != 1 ]] || STEP=2

# ill HOW NAME: that directory's disk is full or fails, until `well NAME`.
ill() {
	echo "$1" >"$STAGE/$2.ill"
}
well() {
	rm -f "$STAGE/$1.ill"
}
# with_disk NAME AFTER COMMAND…: run it so that the illness of that directory
# befalls it, after so many writes that go well.
with_disk() {
	LD_PRELOAD=$SICK SICK_PLACE=$REAL_STAGE/$1/ SICK_AFTER=$2 \
		SICK_SWITCH=$STAGE/$1.ill "${@:3}"
}
on_disk() {
	with_disk "$1" "$2" "$BIN/${PROGRAMS[$1]}" "${@:3}" --data "$STAGE/$1"
}
count_of() {
	query "$1" "select count(*) from entry where kind = 'hours'"
}
# hours_of NAME: what people are shown of November.
hours_of() {
	does "$1" hours list --month 2026-11 --json
	json 'sorted(r["worker"] + r["day"] + r["slot"] for r in it["rows"])'
}
# A refusal that people can use: a status, not a signal, in French.
is_clear() {
	[[ $STATUS -eq 1 ]] || wrong "$1: status $STATUS"
	[[ -s $ERR ]] || wrong "$1: without a word"
	is_fit_to_read "$1"
}

server bureau
laptop berges VERTS

# ---- the laptop's disk, at every write of a save and of a sync ----

# Whichever write fails: on a full disk nothing has happened; after a failure
# perhaps all of it, for it may be the last step of a commit that failed. The
# same act again completes it, once.
day=10
for how in full ill; do
	refusals=0
	before=$(count_of berges)
	for ((after = 0; after < CALLS_MAX; after += STEP)); do
		ill $how berges
		try on_disk berges $after hours add --worker V01 \
			--day 2026-11-$day --slot am --time 3h30
		well berges
		[[ $STATUS -ne 0 ]] || break
		is_clear "save, $how after $after"
		[[ $how == ill ]] || said "rien n'a été enregistré"
		[[ $how == full ]] || said "avant de recommencer"
		berges status
		now=$(count_of berges)
		[[ $now -eq $before || ($how == ill && $now -eq $((before + 1))) ]] ||
			wrong "$how after $after: $now entries"
		refusals=$((refusals + 1))
	done
	[[ $refusals -ge 3 ]] || wrong "$how: only $refusals refusals"
	same "$(count_of berges)" $((before + 1))
	day=$((day + 1))
	passed "a save on a disk that is $how after n writes ($refusals)"
done

# A slot of October for each attempt, of which the sum is known.
recorded=0
note_one() {
	local slots=(am pm x1 x2 x3 x4 x5 x6 x7 x8 x9)
	does berges hours add --worker V02 --time 0h30 \
		--day "2026-10-$(printf %02d $((recorded % 28 + 1)))" \
		--slot "${slots[$((recorded / 28))]}"
	recorded=$((recorded + 1))
}
for how in full ill; do
	refusals=0
	for ((after = 0; after < CALLS_MAX; after += STEP)); do
		note_one
		ill $how berges
		try on_disk berges $after sync
		well berges
		[[ $STATUS -ne 0 ]] || break
		is_clear "sync, $how after $after"
		said "rien n'est perdu"
		refusals=$((refusals + 1))
	done
	[[ $refusals -ge 3 ]] || wrong "$how: only $refusals refusals"
	passed "a sync on a disk that is $how after n writes ($refusals)"
done

# complete: all that the laptop has is at the office, once.
complete() {
	berges sync
	berges status --json
	is '(it["kept"], it["sent"])' '(0, 0)'
	same "$(query berges 'pragma integrity_check')" ok
	same "$(count_of bureau)" "$(count_of berges)"
	same "$(query bureau "select count(*) from (select 1 from
		changeset_entry where entry > 0)")" 0
	bureau report month 2026-10 --json
	is 'it["total"]["minutes"]' $((recorded * 30))
}
complete
passed "all of it is at the office, once"

# ---- the office's disk, while laptops push ----

# What a laptop hears on the wire, asked once a line comes: the status, and
# whether it is told when to come again.
stranger() {
	python3 -c '
import sys
sys.path.insert(0, sys.argv[1])
import client
laptop = client.Laptop(sys.argv[2], "étranger")
laptop.enrol()
laptop.login()
print("ready", flush=True)
sys.stdin.readline()
found = laptop.send([laptop.seal("RIVES", [laptop.entry(
    "RIVES", "hours", "hours/V03/2026-11-16/am", {"minutes": 60})])])
print(found.status, int(found.headers["Retry-After"]) > 0)' \
		"$HERE/../protocol" "$1"
}
# until_says FILE TEXT PID
until_says() {
	local i
	for ((i = 0; i < 1200; i++)); do
		grep -q "$2" "$1" && return 0
		kill -0 "$3" 2>/dev/null || break
		sleep 0.025
	done
	wrong "nobody said $2"
}

stop bureau
with_disk bureau 0 start bureau
for how in full ill; do
	code=$(code_for VERTS)
	mkfifo "$STAGE/go-$how"
	: >"$STAGE/heard"
	stranger "$code" <"$STAGE/go-$how" >"$STAGE/heard" 2>"$ERR" &
	PIDS[stranger]=$!
	exec 4>"$STAGE/go-$how"
	until_says "$STAGE/heard" ready "${PIDS[stranger]}"
	places=$(query bureau "select count(*) from changeset")
	ill $how bureau
	note_one
	fails 1 berges sync
	is_clear "sync with an office whose disk is $how"
	said "prévenez le bureau"
	said "rien n'est perdu"
	echo go >&4
	exec 4>&-
	wait_for stranger
	same "$(tail -1 "$STAGE/heard")" "503 True"
	well bureau
	same "$(query bureau "select count(*) from changeset")" "$places"
	complete
	passed "an office whose disk is $how says 503, and when to come again"
done
stop bureau
start bureau
complete
passed "and recovers by itself"

# ---- real full disks ----

fill() {
	dd if=/dev/zero of="$STAGE/$1/filler" bs=4096 status=none 2>/dev/null
}
make_room() {
	rm -f "$STAGE/$1/filler"
}
unmount() {
	umount -l "$STAGE/serre" "$STAGE/mince" 2>/dev/null
}
if [[ -n ${SICK_MOUNTS:-} ]]; then
	mkdir "$STAGE/serre" "$STAGE/mince"
	trap 'unmount; curtain' EXIT
	mount -t tmpfs -o size=6m none "$STAGE/serre"
	mount -t tmpfs -o size=2m none "$STAGE/mince"
	server serre
	laptop mince VERTS serre
	mince sync
	mince hours import "$CAST/week-berges.csv"
	rows=$(count_of mince)
	fill serre
	fails 1 mince sync
	is_clear "sync with an office on a full disk"
	said "rien n'est perdu"
	make_room serre
	mince hours add --worker V01 --day 2026-11-30 --slot x1 --time 1h
	fill mince
	fails 1 mince hours add --worker V01 --day 2026-11-30 --slot x2 \
		--time 1h
	is_clear "save on a full disk"
	said "plein"
	fails 1 mince sync
	is_clear "sync on a full disk"
	said "rien n'est perdu"
	make_room mince
	mince hours add --worker V01 --day 2026-11-30 --slot x2 --time 1h
	mince sync
	same "$(count_of serre)" $((rows + 2))
	same "$(count_of mince)" $((rows + 2))
	stop serre
	passed "full disks of a laptop and of the office, and room again"
else
	echo "# skipped: a real full disk needs root and mount namespaces"
fi

# A limit to the size of files is a full disk that any user can have.
# limited COMMAND…: the agent under it.
limited() {
	try bash -c 'ulimit -S -f 64; exec "$@"' limited "$BIN/pointeau" "$@" \
		--data "$STAGE/berges"
}
before=$(count_of berges)
limited hours add --worker V04 --day 2026-11-20 --slot am --time 1h
is_clear "save past the limit of a file's size"
berges status
same "$(count_of berges)" "$before"
note_one
limited sync
is_clear "sync past the limit of a file's size"
said "rien n'est perdu"
stop bureau
before=$(ulimit -S -f)
ulimit -S -f 40
start bureau
ulimit -S -f "$before"
fails 1 berges sync
is_clear "sync with an office past the limit of a file's size"
stop bureau
start bureau
complete
passed "a limit to the size of files ends in a clear word"

# ---- too few open files ----

# Below this, not even the libraries open.
for ((files = 4; files <= 16; files++)); do
	before=$(count_of berges)
	try bash -c 'exec 3>&-; ulimit -n "$1"; exec "${@:2}"' few $files \
		"$BIN/pointeau" hours add --worker V05 \
		--day 2026-11-$((files + 10)) --slot am --time 1h \
		--data "$STAGE/berges"
	if [[ $STATUS -ne 0 ]]; then
		is_clear "save with $files files"
		same "$(count_of berges)" "$before"
	else
		same "$(count_of berges)" $((before + 1))
	fi
	note_one
	try bash -c 'exec 3>&-; ulimit -n "$1"; exec "${@:2}"' few $files \
		"$BIN/pointeau" sync --data "$STAGE/berges"
	[[ $STATUS -le 1 || $STATUS -eq 20 ]] ||
		wrong "sync with $files files: status $STATUS"
	is_fit_to_read "sync with $files files"
done
complete
passed "a laptop with too few open files"

stop bureau
for files in 4 6 9 12 16; do
	try bash -c 'exec 3>&-; ulimit -n "$1"; exec timeout -k 5 1 "${@:2}"' few \
		$files "$BIN/pointeau-server" serve --data "$STAGE/bureau"
	[[ $STATUS -eq 124 || $STATUS -eq 0 ]] ||
		is_clear "server with $files files"
done
passed "an office that cannot open its files says so"

# The office, whose files are all taken by callers who say nothing.
start bureau
prlimit --pid "${PIDS[bureau]}" --nofile=36
mkfifo "$STAGE/leave"
: >"$STAGE/callers"
python3 -c '
import socket, sys
callers = []
for _ in range(90):
    one = socket.socket()
    one.settimeout(2)
    try:
        one.connect(("127.0.0.1", int(sys.argv[1])))
    except OSError:
        break
    callers.append(one)
print("ready", flush=True)
sys.stdin.read()' "${PORTS[bureau]}" <"$STAGE/leave" >"$STAGE/callers" &
PIDS[callers]=$!
exec 4>"$STAGE/leave"
until_says "$STAGE/callers" ready "${PIDS[callers]}"
note_one
try berges sync
[[ $STATUS -le 1 || $STATUS -eq 20 ]] || wrong "sync: status $STATUS"
is_fit_to_read "sync with an office without files"
[[ $STATUS -eq 0 ]] || said "rien n'est perdu"
exec 4>&-
wait_for callers
complete
[[ $(wc -c <"$STAGE/bureau.log") -le 100000 ]] || wrong "its log is endless"
passed "an office out of open files serves again when the callers have left"

# ---- directories that may only be read ----

# read_only NAME COMMAND…: the program on a directory that it cannot change.
read_only() {
	local name=$1
	shift
	set -- "$BIN/${PROGRAMS[$name]}" "$@" --data "$STAGE/$name"
	if [[ -n ${SICK_MOUNTS:-} ]]; then
		try unshare -m bash -c 'mount --bind "$1" "$1" &&
			mount -o remount,bind,ro "$1" && exec "${@:2}"' ro \
			"$STAGE/$name" "$@"
	else
		chmod 500 "$STAGE/$name"
		chmod 400 "$STAGE/$name/pointeau.db"
		try "$@"
		chmod 700 "$STAGE/$name"
		chmod 600 "$STAGE/$name/pointeau.db"
	fi
}
if [[ -n ${SICK_MOUNTS:-} || $(id -u) -ne 0 ]]; then
	stop bureau
	note_one
	for words in "hours add --worker V06 --slot am --time 1h" sync status \
		"hours list --month 2026-10"; do
		untouched berges
		read_only berges $words
		[[ $STATUS -eq 0 ]] || is_clear "$words, read-only"
		[[ $(bytes_of berges) == "${UNTOUCHED[berges]}" ]] ||
			wrong "$words, read-only, changed something"
		[[ $STATUS -eq 1 || $words == *" list"* || $words == status ]] ||
			wrong "$words, read-only → $STATUS"
	done
	for words in serve "device code --crew VERTS" "report month 2026-10"; do
		read_only bureau $words
		[[ $STATUS -eq 0 && $words == report* ]] ||
			is_clear "$words, read-only"
	done
	start bureau
	complete
	passed "a directory that may only be read is left alone"
else
	echo "# skipped: a read-only directory needs a user or mount namespaces"
fi

# ---- two programs on one directory ----

# Eight saves and four syncs at a time: each save that said yes is there once.
crowd=0
for round in 1 2 3 4; do
	jobs=()
	for ((i = 1; i <= 12; i++)); do
		words=(hours add --worker "V$(printf %02d "$i")" --time 1h
			--day "2026-09-0$round" --slot am)
		[[ $((i % 3)) -ne 0 ]] || words=(sync)
		"$BIN/pointeau" "${words[@]}" --data "$STAGE/berges" \
			>"$STAGE/crowd-$i" 2>&1 &
		PIDS[crowd-$i]=$!
	done
	for ((i = 1; i <= 12; i++)); do
		wait_for crowd-$i
		cp "$STAGE/crowd-$i" "$ERR"
		is_fit_to_read "one of a crowd"
		if [[ $((i % 3)) -eq 0 ]]; then
			[[ $STATUS -eq 0 || $STATUS -eq 11 ]] ||
				wrong "one sync of a crowd → $STATUS"
			[[ $STATUS -eq 0 ]] || said "recommencez"
		else
			[[ $STATUS -eq 0 ]] ||
				is_clear "one save of a crowd → $STATUS"
			crowd=$((crowd + (STATUS == 0)))
		fi
	done
done
complete
bureau report month 2026-09 --json
is 'it["total"]["minutes"]' $((crowd * 60))
[[ $crowd -ge 16 ]] || wrong "only $crowd of 32 saves went through"
passed "a crowd on one directory: $crowd of 32 saves, each there once"

exec 4>"$STAGE/berges/sync.lock"
flock 4
fails 11 berges sync
said "recommencez"
said "rien n'est perdu"
exec 4>&-
berges sync
passed "a sync that another one keeps from working says so"
