#!/usr/bin/env bash
# The office's commands while its server runs, after it was stopped, and
# after it was struck down.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS

printf 'worker;structure;crew;first_name;last_name\nV30;RIVES;VERTS;Zoé;Martin\n' \
	>"$STAGE/une.csv"
bureau import workers "$STAGE/une.csv"
said "1 ajoutés"
bureau import workers "$STAGE/une.csv" --json
is '(it["added"], it["changed"], it["unchanged"])' '(0, 0, 1)'
berges sync
berges crew
said "Zoé M."
passed "an import reaches the running server and its laptops"

berges hours add --worker V30 --day 2026-11-16 --slot am --time 3h30
berges sync
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 210
bureau config check
said "https://127.0.0.1:${PORTS[bureau]}"
bureau device list
said "berges"
printf 'worker;structure;crew;first_name;last_name\nV31;RIVES;NULLE;A;B\n' \
	>"$STAGE/fausse.csv"
fails 1 bureau import workers "$STAGE/fausse.csv"
said "ligne 2"
fails 1 bureau import workers "$STAGE/absent.csv"
fails 2 bureau import chaussettes "$STAGE/une.csv"
fails 2 bureau import workers
passed "reports and refusals are the same beside a server"

fails 11 bureau serve
fails 1 bureau init --url https://127.0.0.1:1
passed "a directory has one server, made once"

# Many at once: each is done, one after the other.
pids=()
for i in 1 2 3 4 5 6; do
	printf 'worker;structure;crew;first_name;last_name\nV4%d;RIVES;VERTS;N%d;P%d\n' \
		$i $i $i >"$STAGE/w$i.csv"
	"$BIN/pointeau-server" import workers "$STAGE/w$i.csv" \
		--data "$STAGE/bureau" >"$STAGE/w$i.out" 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || wrong "one of six imports failed: $(cat "$STAGE"/w?.out)"
done
berges sync
berges crew --json
is 'sum(w["worker"].startswith("V4") for w in it["crews"][0]["workers"])' 6
passed "six imports at once beside the server"

stop bureau
pids=()
for i in 1 2 3 4; do
	printf 'worker;structure;crew;first_name;last_name\nV5%d;RIVES;VERTS;Q%d;R%d\n' \
		$i $i $i >"$STAGE/w$i.csv"
	"$BIN/pointeau-server" import workers "$STAGE/w$i.csv" \
		--data "$STAGE/bureau" >"$STAGE/w$i.out" 2>&1 &
	pids+=($!)
done
for pid in "${pids[@]}"; do
	wait "$pid" || wrong "one of four imports failed: $(cat "$STAGE"/w?.out)"
done
bureau report month 2026-11 --json
is 'it["total"]["minutes"]' 210
start bureau
berges sync
berges crew --json
is 'sum(w["worker"].startswith("V5") for w in it["crews"][0]["workers"])' 4
passed "and four without it"

kill_server bureau
[[ -S $STAGE/bureau/admin.sock ]] || wrong "the dead server's socket is not there"
bureau device code --crew VERTS
bureau import workers "$CAST/workers-late.csv"
said "1 ajoutés"
start bureau
berges sync
bureau import workers "$CAST/workers-late.csv"
said "1 inchangés"
passed "a server struck down leaves nothing in the way"

# A place whose name is longer than a socket's may be.
deep=$(printf 'tres-long-%.0s' {1..12})/loin
mkdir -p "$STAGE/$deep"
person "loin" pointeau-server
ln -s "$STAGE/$deep" "$STAGE/loin"
server loin
laptop bout BAT loin
loin device list
said "bout"
(
	cd "$STAGE/$deep" || exit 1
	"$BIN/pointeau-server" device code --crew BAT --data .
) >"$OUT" 2>"$ERR" || wrong "no command from within the directory"
[[ ${#deep} -gt 108 ]] || wrong "not long enough"
stop loin
passed "a long way to the directory is no hindrance"
