#!/usr/bin/env bash
# A directory of backups belongs to one server: another may not make, drop or
# take for its own what is there. What may not be read is not called damaged;
# what is mistyped is said so.
. "$(dirname "$0")/play.sh"

SAFE=$(readlink -f "$STAGE")/sauvegardes
server bureau
bureau backup key --out "$STAGE/cle"
bureau backup make "$SAFE"
server voisin
voisin backup key --out "$STAGE/cle2"
before=$(find "$SAFE" -type f | sort)
refuses 1 "donnez-en un autre" voisin backup make "$SAFE"
same "$(find "$SAFE" -type f | sort)" "$before"
voisin backup make "$SAFE/voisin"
passed "another server's backups go into a directory of their own"

refuses 1 "aucune sauvegarde de ce serveur" voisin backup keep "$SAFE"
same "$(find "$SAFE/m" "$SAFE/p" -type f | wc -l)" \
	"$(($(wc -l <<<"$before") - 1))"
fails 1 voisin backup verify "$SAFE"
said "aucune de ces sauvegardes n'est de ce serveur"
does voisin backup verify "$SAFE/voisin" --json
is '(it["others"], it["opened"])' '(0, 1)'
fingerprint=$(json 'it["server"]')
# As backups were before that was refused: both in one place.
newest=$(cd "$SAFE/voisin/m" && printf "%s" ?*)
while [[ -e $SAFE/m/$newest ]]; do # of the same second
	voisin backup make "$SAFE/voisin"
	newest=$(cd "$SAFE/voisin/m" && printf "%s\n" ?* | tail -n 1)
done
cp "$SAFE/voisin/m/$newest" "$SAFE/m"
cp -rn "$SAFE/voisin/p" "$SAFE"
bureau backup make "$STAGE/ailleurs"
does bureau backup keep "$SAFE" --json
is '(it["kept"], it["others"], it["dropped"], it["pieces"])' '(1, 1, [], 0)'
does voisin backup verify "$SAFE" --json
is '(it["backups"], it["others"], it["faults"])' '(2, 1, [])'
passed "nor does it drop them, or take them for its own"

refuses 2 "SHA256" bureau backup verify "$STAGE/ailleurs" --fingerprint SHA256:abc
fails 1 bureau backup verify "$STAGE/ailleurs" --fingerprint "$fingerprint"
said "signées par un autre serveur"
! grep -q "ce disque" "$ERR" || wrong "the disk is blamed"
passed "a fingerprint is one, and another's is said so"

key=$(grep -v '^#' "$STAGE/cle")
fails 2 bureau backup verify "$STAGE/ailleurs" --key "$key"
said "la clé même"
! grep -qF "${key%%-*}" "$ERR" "$OUT" || wrong "the key is shown"
first=A
[[ $key != A* ]] || first=B
echo "$first${key:1}" >"$STAGE/cle-fausse"
fails 4 bureau backup verify "$STAGE/ailleurs" --key "$STAGE/cle-fausse"
said "mal recopiée"
echo "9${key:1}" >"$STAGE/cle-fausse"
refuses 1 "mal recopiée" bureau backup verify "$STAGE/ailleurs" \
	--key "$STAGE/cle-fausse"
passed "a key is not shown, and one letter of it may be wrong"

refuses 2 "dossier d'un serveur" bureau backup make "$STAGE/bureau/a/b"
[[ ! -e $STAGE/bureau/a ]] || wrong "something was made there"
passed "no backup goes into the directory that it is of"

if [[ $(id -u) -ne 0 ]]; then
	echo "# not root: nobody to become"
	exit 0
fi
# The directory of data is another account's, the backups are root's.
chmod 755 "$STAGE"
install -d -m 700 -o 65534 -g 65533 "$STAGE/neuf"
for words in "restore $SAFE --key $STAGE/cle" "backup list $SAFE" \
	"backup verify $SAFE" "backup keep $SAFE"; do
	# shellcheck disable=SC2086
	fails 1 "$BIN/pointeau-server" $words --data "$STAGE/neuf"
	said "sudo chown -R"
	! grep -qE "aucune sauvegarde|abîm" "$ERR" || wrong "$words: no such thing"
done
chmod 755 "$SAFE" "$SAFE/m" # but not its files
fails 1 "$BIN/pointeau-server" backup list "$SAFE" --data "$STAGE/neuf"
said "sudo chown -R"
chown -R 65534 "$SAFE"
does "$BIN/pointeau-server" backup list "$SAFE" --data "$STAGE/neuf" --json
is 'len(it)' 2
passed "what another account may not read is said so, and mended as told"
