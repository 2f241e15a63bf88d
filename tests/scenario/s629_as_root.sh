#!/usr/bin/env bash
# What root does with the office's data directory is done as whoever owns it:
# nothing there ever becomes root's, which the server could then not write.
# Lists and keys may be root's alone. Skipped for whoever is not root.
. "$(dirname "$0")/play.sh"

if [[ $(id -u) -ne 0 ]]; then
	echo "# not root: nobody to become"
	passed "nothing to see here"
	exit 0
fi
# Two accounts, named or not, and ways that they may walk.
OWNER=65534 GROUP=65533
chmod 755 "$STAGE"

# Whose is what is in DIRECTORY.
owners() {
	find "$1" -printf '%U\n' | sort -u
}
# root DIRECTORY'S NAME COMMAND…
root() {
	"$BIN/pointeau-server" "${@:2}" --data "$STAGE/$1"
}

install -d -m 700 -o $OWNER -g $GROUP "$STAGE/data" "$STAGE/safe"
install -d -m 700 -o $OWNER -g $GROUP "$STAGE/laptop"
install -d -m 700 "$STAGE/mine"
PORT=$(free_port)
root data init --url "https://127.0.0.1:$PORT" >"$OUT" || wrong "init"
root data backup key >"$OUT" || wrong "backup key"
grep -E '^ +[A-Z0-9-]+$' "$OUT" >"$STAGE/mine/key"
cp "$CAST"/structures.csv "$STAGE/mine/list.csv"
chmod 600 "$STAGE"/mine/*
root data import structures "$STAGE/mine/list.csv" >"$OUT" ||
	wrong "a list that is root's alone"
root data todo >"$OUT" || wrong "todo"
root data backup make "$STAGE/safe" >"$OUT" || wrong "backup make"
root data backup keep "$STAGE/safe" >"$OUT" || wrong "backup keep"
root data rebuild >"$OUT" || wrong "rebuild"
same "$(owners "$STAGE/data")" $OWNER
same "$(owners "$STAGE/safe")" $OWNER
passed "init, import, lists and backups leave everything to the owner"

root data backup make "$STAGE/mine/safe" >"$OUT" 2>"$ERR" &&
	wrong "the owner wrote where it may not"
said "comme le propriétaire de $STAGE/data, et non comme root"
[[ ! -e $STAGE/mine/safe ]] || wrong "something was made there"
# Nor is anything changed where the owner is root itself.
install -d -m 700 "$STAGE/own"
root own init --url "https://127.0.0.1:9" >"$OUT" || wrong "root's own"
same "$(owners "$STAGE/own")" 0
passed "where the owner may not write, it is said"

install -d -m 700 -o $OWNER -g $GROUP "$STAGE/again"
root again restore "$STAGE/safe" --key "$STAGE/mine/key" >"$OUT" 2>"$ERR" ||
	wrong "a key that is root's alone"
said_not "est à root"
same "$(owners "$STAGE/again")" $OWNER
root again backup verify "$STAGE/safe" --key "$STAGE/mine/key" >"$OUT" ||
	wrong "backup verify"
passed "restore too, with a key that is root's alone"

install -d -m 700 "$STAGE/fresh"
root fresh restore "$STAGE/safe" --key "$STAGE/mine/key" --json \
	>"$OUT" 2>"$ERR" || wrong "a directory of root's own"
is 'it["directory"]' "$(readlink -f "$STAGE/fresh")"
said "$(readlink -f "$STAGE/fresh") est à root"
said "sudo chown -R pointeau-server: $(readlink -f "$STAGE/fresh")"
same "$(owners "$STAGE/fresh")" 0
chown -R $OWNER:$GROUP "$STAGE/fresh"
root fresh todo >"$OUT" || wrong "todo, once it is given away"
same "$(owners "$STAGE/fresh")" $OWNER
passed "restored into root's own, it says what the service then cannot read"

# A server started by root; what a backup that was struck down left.
echo "of a backup that was struck down" >"$STAGE/data/backup.copy"
chown $OWNER:$GROUP "$STAGE/data/backup.copy"
mkfifo "$STAGE/ready"
"$BIN/pointeau-server" serve --json --data "$STAGE/data" \
	>"$STAGE/ready" 2>"$ERR" </dev/null &
one=$!
PIDS[root]=$one
read -r line <"$STAGE/ready"
[[ $line == *'"ready":true'* ]] || wrong "serve: $line"
same "$(awk '/^Uid:/ { print $2, $3, $4 }' /proc/$one/status)" \
	"$OWNER $OWNER $OWNER"
[[ $(awk '/^Gid:/ { print $2 }' /proc/$one/status) -ne 0 ]] ||
	wrong "root's group"
grep -qE '^Groups:.*\b0\b' /proc/$one/status && wrong "root's groups"
# Where the kernel can, and the build may, it is confined.
grep -q 'event=starting.* confined=\(yes\|no\)' "$ERR" || wrong "confined?"
! grep -q 'confined=yes' "$ERR" ||
	grep -q '^NoNewPrivs:.*1' /proc/$one/status || wrong "privileges"
[[ ! -e $STAGE/data/backup.copy ]] || wrong "a copy stays in the clear"
root data import structures "$STAGE/mine/list.csv" >"$OUT" ||
	wrong "beside a running server"
for what in sites crews; do
	root data import $what "$CAST/$what.csv" >"$OUT" || wrong "import $what"
done
root data device code --crew VERTS --json >"$STAGE/code" || wrong "code"
code=$(sed 's/.*"code":"\([^"]*\)".*/\1/' "$STAGE/code")
"$BIN/pointeau" enrol "$code" --data "$STAGE/laptop" >"$OUT" 2>"$ERR" ||
	wrong "enrol"
same "$(owners "$STAGE/laptop")" $OWNER
kill "$one"
wait "$one" || wrong "serve ended badly"
same "$(owners "$STAGE/data")" $OWNER
passed "serve and a laptop run as the owner; serve sweeps a left copy"
