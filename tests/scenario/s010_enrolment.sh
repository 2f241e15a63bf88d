#!/usr/bin/env bash
# How a laptop becomes one of ours, and how it does not.
. "$(dirname "$0")/play.sh"

server bureau
bureau device code --crew VERTS
said "15 minutes"
code=$(code_for VERTS)
python3 - "$code" "https://127.0.0.1:${PORTS[bureau]}" <<'EOF' ||
import base64, sys
text = sys.argv[1].removeprefix("pto1.")
raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
sys.exit(sys.argv[2].encode() not in raw)
EOF
	wrong "the code does not tell where the server is"
passed "the code alone says where the server is"

new_laptop berges
fails 10 berges hours add --worker V01 --slot am --time 3h30
fails 10 berges sync
berges enrol "$code" --name "Berges 1"
said "Comparez ces six mots"
berges status --json
words=$(json 'it["words"]')
is 'len(it["words"].split())' 6
bureau device list --json
is 'it["devices"][0]["words"]' "$words"
is 'it["devices"][0]["name"]' "Berges 1"
passed "the six words are the same on both sides"

berges enrol "$code" --name "Berges 1"
bureau device list --json
is 'len(it["devices"])' 1
passed "the same laptop may use its code again"

new_laptop intrus
fails 1 intrus enrol "$code"
said "déjà utilisé par un autre poste"
fails 10 intrus sync
bureau device list --json
is 'len(it["devices"])' 1
passed "another laptop may not"

code_for VERTS >"$STAGE/code"
new_laptop noyers
IN="$STAGE/code" does noyers enrol - --json
is 'it["sync"]' ok
passed "a code may come by standard input"

code=$(code_for VERTS)
stop bureau
alter bureau "update code set expires_s = 1 where device = ''"
start bureau
fails 4 intrus enrol "$code"
said "périmé"
passed "an old code is refused"

for garbage in '' bonjour pto1. pto1.AAAA "${code%?????}" "${code}A" \
	"pto1.$(tr 'A-Za-z' 'B-ZAb-za' <<<"${code#pto1.}")"; do
	new_laptop brouillon
	try brouillon enrol "$garbage"
	[[ $STATUS -eq 1 || $STATUS -eq 2 ]] || wrong "« $garbage » → $STATUS"
	said "code"
	[[ ! -e $STAGE/brouillon ]] || wrong "a directory for « $garbage »"
done
passed "what is no code is refused before anything is made"

# The code of another office, made to speak of this one's address.
server autre
altered=$(python3 - "$(code_for VERTS)" "$(code_for VERTS autre)" <<'EOF'
import base64, hashlib, sys
def raw(code):
    text = code.removeprefix("pto1.")
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))[:-4]
here, there = (raw(code) for code in sys.argv[1:])
mixed = there[:65] + here[65:]
mixed += hashlib.sha256(mixed).digest()[:4]
print("pto1." + base64.urlsafe_b64encode(mixed).decode().rstrip("="))
EOF
)
fails 4 intrus enrol "$altered"
said "ce serveur n'est pas celui du bureau de ce poste"
fails 10 intrus status
passed "a server with another certificate is not spoken to"

before=$(query berges "select * from setting order by name")
fails 1 berges enrol "$(code_for VERTS autre)"
said "déjà enrôlé auprès d'un autre serveur"
same "$(query berges "select * from setting order by name")" "$before"
passed "a laptop belongs to one office alone"

stop bureau
mv "$STAGE/bureau" "$STAGE/ancien"
server bureau
berges hours add --worker V01 --day 2026-11-16 --slot am --time 3h30
fails 4 berges sync
said "ce serveur n'est pas celui du bureau de ce poste"
berges status --json
is 'it["kept"]' 1
passed "a stranger at the office's address gets nothing"
