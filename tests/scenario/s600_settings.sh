#!/usr/bin/env bash
# Settings: one over the other, every fault told, nothing started on one; by
# hand, from the environment, from a file elsewhere; on both sides.
. "$(dirname "$0")/play.sh"

server bureau
laptop berges VERTS
stop bureau
SETTINGS=$STAGE/bureau/pointeau-server.conf
PORT=${PORTS[bureau]}

# ---- what there is ----

bureau config default
cp "$OUT" "$STAGE/default"
said "#listen ="
bureau config default --json
is '[row["name"] for row in it["settings"]][:2]' "['url', 'listen']"
# Every setting is in the file of defaults, and none there is unknown.
is '[r["name"] for r in it["settings"] if "#" + r["name"] + " =" not in open("'"$STAGE"'/default").read()]' "[]"
is 'it["settings"][0]["variable"]' POINTEAU_SERVER_URL
is 'it["settings"][0]["required"]' True
berges config default
said "#page_port = 0"
passed "both programs write their commented file"

# ---- one over the other ----

echo "language = en" >>"$SETTINGS"
bureau config show --json
is '{r["name"]: r["source"] for r in it["settings"]}["language"]' file
bureau device list
said "State"
export POINTEAU_SERVER_LANGUAGE=fr
bureau device list
said "État"
bureau config show --json
is '{r["name"]: r["source"] for r in it["settings"]}["language"]' environment
bureau device list --set language=en
said "State"
bureau config show --set language=auto --set language=en --json
is '{r["name"]: (r["value"], r["source"]) for r in it["settings"]}["language"]' \
	"('en', 'flag')"
unset POINTEAU_SERVER_LANGUAGE
sed -i '/^language/d' "$SETTINGS"
passed "the file, the environment, the command line, in this order"

# ---- faults ----

cp "$SETTINGS" "$STAGE/good"
cat >>"$SETTINGS" <<'END'
lisen = 8443
tls_key = key.pem
language = de
rien
listen = 1
END
untouched bureau
POINTEAU_SERVER_HOST=x fails 1 bureau config check --set languag=fr
for text in "vouliez-vous dire listen ?" "donnez le chemin complet" \
	"« de » refusé : donnez auto, fr ou en" "« nom = valeur »" \
	"listen est déjà donné ligne" "variable POINTEAU_SERVER_HOST" \
	"--set languag" "vouliez-vous dire hosts ?" "7 fautes"; do
	said "$text"
done
fails 1 bureau config check --json
is 'it["ok"], len(it["faults"]), it["faults"][0]["setting"]' \
	"(False, 5, 'lisen')"
is 'sorted({f["source"] for f in it["faults"]})' "['file']"
is 'open("'"$SETTINGS"'").read().split("\n")[it["faults"][0]["line"] - 1]' \
	"lisen = 8443"
for words in "serve" "device list" "device code --crew VERTS"; do
	refuses 1 "4 autres" bureau $words
done
bureau config show
said "vouliez-vous dire listen ?"
cp "$STAGE/good" "$SETTINGS"
untouched bureau
refuses 2 "--set language" bureau device list --set language=de
refuses 2 "le nom et la valeur" bureau device list --set language
UNTOUCHED=()
passed "every fault is told, and nothing starts on one ($REFUSED)"

# ---- what is around ----

fails 1 bureau config check --set listen=192.0.2.1:8443
said "n'est pas à cette machine"
fails 1 bureau config check --set tls_certificate=/nonexistent/c.pem
said "vont ensemble"
said "/nonexistent/c.pem"
bureau config check --set listen=1234
said "remarque"
bureau config check
said_not "remarque"
said "https://127.0.0.1:$PORT"
passed "files and addresses are looked at"

# ---- a server that runs has its own ----

start bureau
bureau device code --crew VERTS --set language=en
said "its own settings"
# What is wrong in the file now does not disturb it.
echo "lisen = 1" >>"$SETTINGS"
berges sync
cp "$STAGE/good" "$SETTINGS"
stop bureau
passed "a running server keeps its settings"

# ---- elsewhere ----

mkdir "$STAGE/etc"
person ailleurs pointeau-server
fails 2 ailleurs init
said "--url"
ailleurs init --url "https://127.0.0.1:$PORT" --config "$STAGE/etc/server.conf"
[[ ! -e $STAGE/ailleurs/pointeau-server.conf ]] || wrong "two files"
fails 10 ailleurs device list
export POINTEAU_SERVER_CONFIG=$STAGE/etc/server.conf
ailleurs device list
ailleurs config show
said "$STAGE/etc/server.conf"
start ailleurs
stop ailleurs
# A file that is there is what `init` goes by, and stays as it is.
sed -i 's/^#hosts =.*/hosts = a.exemple/' "$STAGE/etc/server.conf"
cp "$STAGE/etc/server.conf" "$STAGE/before"
person second pointeau-server
fails 2 second init --url "https://127.0.0.1:$PORT"
said "existe déjà"
second init
cmp "$STAGE/before" "$STAGE/etc/server.conf" || wrong "it was changed"
export POINTEAU_SERVER_CONFIG=$STAGE/etc/absent.conf
fails 1 second device list
said absent.conf
unset POINTEAU_SERVER_CONFIG
fails 2 second device list --config ""
passed "the settings may be in a file elsewhere"

# ---- on a laptop ----

start bureau
berges config check
said "par défaut"
printf 'language = en\npage_port = 99\n' >"$STAGE/berges/pointeau.conf"
fails 1 berges config check
said "the ports below 1024"
fails 1 berges status
said "pointeau.conf, line 2"
page=$(free_port)
printf 'page_port = %s\nsync = no\n' "$page" >"$STAGE/berges/pointeau.conf"
launch berges run --no-browser --json
for ((i = 0; i < 1200 * SLOW; i++)); do
	[[ ! -s $OUT ]] || break
	sleep 0.025
done
said "127.0.0.1:$page/"
kill -TERM "${PIDS[berges]}"
wait_for berges
same "$STATUS" 0
fails 2 berges run --no-page
said "sync = no"
passed "the page's port and the automatic sync are settings"

rm "$STAGE/berges/pointeau.conf"
nobody=$(free_port)
fails 20 berges sync --set "proxy=http://127.0.0.1:$nobody"
berges sync --set "proxy=http://127.0.0.1:$nobody" --set no_proxy=127.0.0.1
export https_proxy=http://127.0.0.1:$nobody
fails 20 berges sync
berges sync --set proxy=none
POINTEAU_NO_PROXY=127.0.0.1 berges sync
unset https_proxy
berges config show --set proxy=http://moi:sesame@p:1
said_not sesame
fails 1 berges config check --set proxy=sesame
said_not sesame
passed "a proxy is a setting, and no password is shown"

berges status --set metered=wait --set 'metered_interfaces=*' --json
is 'it["metered"]' wait
POINTEAU_METERED=wait berges status --json
is 'it["metered"]' wait
POINTEAU_METRED=wait fails 1 berges status
said "vouliez-vous dire metered ?"
stop bureau
passed "so is what to do on a metered network"

# ---- a port that is taken ----

mkfifo "$STAGE/hold"
python3 -c '
import socket, sys
taken = socket.create_server(("127.0.0.1", 0))
print(taken.getsockname()[1], flush=True)
sys.stdin.read()
' <"$STAGE/hold" >"$STAGE/taken" &
exec 7>"$STAGE/hold"
until [ -s "$STAGE/taken" ]; do :; done
TAKEN=127.0.0.1:$(cat "$STAGE/taken")
fails 1 bureau serve --set listen="$TAKEN"
said "impossible d'écouter sur $TAKEN : un autre programme y écoute déjà"
said_not "${TAKEN}s"
exec 7>&-
passed "a port that is taken is told in our words"
