#!/usr/bin/env bash
# A month handed to a stranger, who trusts nobody and has no Pointeau.
. "$(dirname "$0")/play.sh"
command -v ssh-keygen >/dev/null || exit 77

server bureau
laptop berges VERTS
laptop remparts VERTS,BAT
berges hours import "$CAST/week-berges.csv"
remparts hours import "$CAST/week-remparts.csv"
berges sync
remparts sync
remparts hours set --worker B01 --day 2026-11-16 --slot am --time 2h --reason "départ"
remparts sync
bureau device revoke "$(device_of remparts)"
bureau device list --json

audit="$STAGE/audit"
bureau export audit 2026-11 --out "$audit"
fingerprint=$(grep -o 'SHA256:[A-Za-z0-9+/]*' "$OUT")
bureau audit verify "$audit"
said "Conforme"
said "$fingerprint"
bureau audit verify "$audit" --fingerprint "$fingerprint" --json
is 'it["valid"]' True
fails 1 bureau audit verify "$audit" --fingerprint SHA256:AAAA
passed "our own program finds it right, revoked laptop and all"

# The commands of LISEZMOI.txt, in a copy of the directory, as it says.
stranger() {
	(cd "$1" && sed -n '/^>8/,/^8</s/^    //p' LISEZMOI.txt \
		>../verifier.sh && sh ../verifier.sh)
}
cp -r "$audit" "$STAGE/copie"
does stranger "$STAGE/copie"
said "CONFORME"
said "$fingerprint"
same "$(cd "$STAGE/copie" && find . -type f | sort)" \
	"$(cd "$audit" && find . -type f | sort)"
passed "so does anyone with ssh-keygen and sha256sum"

# One bit of one file of each kind.
first() {
	(cd "$audit" && find . -path "$1" | sort | sed -n 1p)
}
kinds=('./LISEZMOI.txt' './SHA256SUMS' './SHA256SUMS.sig' './allowed_signers'
	'./log/*.log' './receipts/*/*.receipt' './receipts/*/*.receipt.sig'
	'./sets/*/manifest' './sets/*/manifest.sig' './sets/*/e/*')
for kind in "${kinds[@]}"; do
	file=$(first "$kind")
	[[ -n $file ]] || wrong "no file $kind"
	rm -rf "$STAGE/copie"
	cp -r "$audit" "$STAGE/copie"
	python3 - "$STAGE/copie/$file" <<'EOF' || wrong "cannot change $file"
import sys
with open(sys.argv[1], "r+b") as file:
    data = bytearray(file.read())
    data[len(data) // 2] ^= 1
    file.seek(0)
    file.write(data)
EOF
	fails 1 bureau audit verify "$STAGE/copie"
	said "${file#./}"
	fails 1 stranger "$STAGE/copie"
done
passed "one bit changed anywhere is found, and the file named"

for act in 'rm sets/RIVES/*/e/0001' 'rm -r receipts' 'touch sets/de-trop' \
	'ln -s /etc/passwd sets/lien' 'rm SHA256SUMS.sig'; do
	rm -rf "$STAGE/copie"
	cp -r "$audit" "$STAGE/copie"
	(cd "$STAGE/copie" && eval "$act")
	fails 1 bureau audit verify "$STAGE/copie"
	fails 1 stranger "$STAGE/copie"
done
passed "so is what was taken away or added"

fails 1 bureau export audit 2020-01 --out "$STAGE/vide"
said "rien à exporter"
[[ ! -e $STAGE/vide ]] || wrong "something was made for an empty month"
before=$(bytes_of audit)
fails 1 bureau export audit 2026-11 --out "$audit"
said "existe déjà"
same "$(bytes_of audit)" "$before"
fails 1 bureau audit verify "$STAGE/nulle-part"
fails 1 bureau audit verify "$STAGE"
fails 2 bureau export audit 2026-11
mkdir "$STAGE/neuf"
bureau export audit 2026-11 --out "$STAGE/neuf"
(cd "$STAGE" && compgen -G '*.partial-*') && wrong "half an export is left"
passed "nothing is written over, nothing empty is made"
