#include "server/audit/audit_format.h"
#include "server/audit/audit_readme.h"

/* Texts are cut because compilers need only accept 4,095 characters each. */
static const char *const french[] = {
    "1. CE QU'IL Y A ICI\n"
    "\n"
    "Les heures et compétences de ce mois, telles que saisies : chaque\n"
    "écriture est un petit fichier, jamais modifié ; un poste les a réunies\n"
    "en lots et signées ; le serveur a accusé réception de chaque lot et l'a\n"
    "inscrit à sa place dans un journal où chaque ligne dépend de toutes les\n"
    "précédentes. Une correction est une écriture de plus, qui nomme celles\n"
    "qu'elle remplace.\n"
    "\n"
    "    sets/STRUCTURE/N/manifest      les empreintes des écritures du lot N\n"
    "    sets/STRUCTURE/N/manifest.sig  la signature du poste\n"
    "    sets/STRUCTURE/N/e/0001 …      les écritures (une ligne de hasard,\n"
    "                                   une ligne JSON)\n"
    "    revoked/STRUCTURE/N/           de même, pour les lots arrivés après\n"
    "                                   la révocation de leur poste : gardés,\n"
    "                                   jamais comptés\n"
    "    receipts/STRUCTURE/N.receipt   l'accusé de réception, et "
    ".receipt.sig\n"
    "    log/STRUCTURE.log              tout le journal, une ligne par lot :\n"
    "                                   numéro, époque, heure du serveur,\n"
    "                                   empreinte du manifeste, empreinte de\n"
    "                                   la chaîne\n"
    "    allowed_signers                qui pouvait signer, et quand\n"
    "    absent                         les écritures qui ne sont pas là :\n"
    "                                   structure, N, rang, empreinte, motif\n"
    "                                   (not-held : le serveur ne la détient\n"
    "                                   pas, jamais reçue ou effacée depuis)\n"
    "    SHA256SUMS, SHA256SUMS.sig     les sommes de tout le reste, signées\n"
    "                                   par le serveur\n"
    "\n"
    "Dans les noms de dossiers, %XX remplace un caractère rare. Les lots sont\n"
    "entiers : ils peuvent contenir des écritures d'autres mois. Les lots\n"
    "d'autres mois n'y sont pas, mais le journal en garde la place.\n"
    "\n",
    "2. VÉRIFIER\n"
    "\n"
    "Il faut OpenSSH 9.1 ou plus récent (ssh -V) et sha256sum ; rien de\n"
    "Pointeau. Dans ce dossier :\n"
    "\n"
    "  sed -n '/^>8/,/^8</s/^    //p' LISEZMOI.txt >../verifier.sh\n"
    "  sh ../verifier.sh\n"
    "\n"
    "La première ligne copie les commandes ci-dessous hors du dossier :\n"
    "lisez-les d'abord. Elles s'arrêtent à la première faute et la nomment ;\n"
    "sinon leurs deux dernières lignes sont CONFORME et l'empreinte de la\n"
    "clé du serveur.\n"
    "\n"
    "3. COMPARER L'EMPREINTE\n"
    "\n"
    "Ces fichiers disent eux-mêmes de quelle clé ils sont signés. Comparez\n"
    "donc, caractère par caractère, l'empreinte affichée avec celle qui est\n"
    "imprimée sur les feuilles d'heures. Si elles diffèrent, cet export\n"
    "vient d'ailleurs, et rien ici ne prouve quoi que ce soit.\n"
    "\n",
};

/*
 * Only what POSIX sh has within, find, sort, ssh-keygen and sha256sum. What
 * ssh-keygen tolerates in a signature's file (white space, text after the
 * end, an older version number) is refused by writing it again.
 */
static const char *const commands[] = {
    AUDIT_README_BEGIN
    " ---- début des commandes / the commands begin ----\n"
    "    LC_ALL=C\n"
    "    export LC_ALL\n"
    "    fail() { echo \"FAUTE / FAULT: $*\" >&2; exit 1; }\n"
    "    sum() { set -- $(sha256sum); echo \"$1\"; }\n"
    "    signed() { # principal, namespace, file, signature, options\n"
    "        who=$1 what=$2 file=$3 sig=$4\n"
    "        shift 4\n"
    "        said=$(ssh-keygen -Y verify -f allowed_signers -I \"$who\" \\\n"
    "            -n \"$what\" -s \"$sig\" \"$@\" <\"$file\" 2>&1) ||\n"
    "            fail \"$sig: $said\"\n"
    "    }\n"
    "\n"
    "    # SHA256SUMS est signé / is signed\n"
    "    signed server export@pointeau SHA256SUMS SHA256SUMS.sig\n"
    "    { read -r a; read -r b; read -r c; read -r d; read -r e; read -r f\n"
    "    } <SHA256SUMS.sig\n"
    "    [ \"$(printf '%s\\n' \"$a\" \"$b\" \"$c\" \"$d\" \"$e\" \"$f\" | "
    "sum)\" = \\\n"
    "        \"$(sum <SHA256SUMS.sig)\" ] || fail SHA256SUMS.sig\n"
    "    [ \"$a\" = '-----BEGIN SSH SIGNATURE-----' ] || fail SHA256SUMS.sig\n"
    "    [ \"$f\" = '-----END SSH SIGNATURE-----' ] || fail SHA256SUMS.sig\n"
    "    [ \"${#b} ${#c} ${#d} ${#e}\" = '70 70 70 38' ] || "
    "fail SHA256SUMS.sig\n"
    "    case $b in\n"
    "    U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg*) ;;\n"
    "    *) fail SHA256SUMS.sig ;;\n"
    "    esac\n"
    "    case $b$c$d${e%=} in\n"
    "    *[!A-Za-z0-9+/]*) fail SHA256SUMS.sig ;;\n"
    "    esac\n"
    "\n",
    "    # tout est dans SHA256SUMS, rien d'autre / all is listed, no more\n"
    "    sha256sum -c SHA256SUMS >/dev/null || fail SHA256SUMS\n"
    "    listed=$(while read -r hash file; do echo \"./$file\"; done "
    "<SHA256SUMS)\n"
    "    [ \"$listed\" = \"$(find . ! -type d ! -path ./SHA256SUMS \\\n"
    "        ! -path ./SHA256SUMS.sig | sort)\" ] || "
    "fail 'fichier en trop / extra file'\n"
    "    [ -z \"$(find . ! -type d ! -type f)\" ] || "
    "fail 'lien / link'\n"
    "\n"
    "    # les journaux, depuis leur début / the logs, from their start\n"
    "    for log in log/*.log; do\n"
    "        s=${log#log/}\n"
    "        s=${s%.log}\n"
    "        for receipt in receipts/\"$s\"/*.receipt; do break; done\n"
    "        { read -r line; read -r mark word structure; } <\"$receipt\"\n"
    "        head=$(printf '# pointeau log 1\\n# structure %s\\n' "
    "\"$structure\" | sum)\n"
    "        i=0\n"
    "        while read -r n epoch time manifest next; do\n"
    "            i=$((i + 1))\n"
    "            head=$(printf '%s %s %s\\n' \"$head\" \"$time\" "
    "\"$manifest\" | sum)\n"
    "            [ \"$n $next\" = \"$i $head\" ] || fail \"$log: $i\"\n"
    "            receipt=receipts/$s/$(printf %06d \"$n\").receipt\n"
    "            [ -f \"$receipt\" ] || continue\n"
    "            [ \"$(printf '# pointeau receipt 1\\n# structure %s\\n"
    "# epoch %s\\n# n %s\\n# manifest %s\\n# head %s\\n# time %s\\n' \\\n"
    "                \"$structure\" \"$epoch\" \"$n\" \"$manifest\" \"$head\" "
    "\"$time\" | sum)\" = \\\n"
    "                \"$(sum <\"$receipt\")\" ] || fail \"$receipt\"\n"
    "        done <\"$log\"\n"
    "    done\n"
    "\n",
    "    # chaque lot, à l'heure de son accusé / each set, at its receipt's "
    "time\n"
    "    absent=$(while read -r line; do echo \" $line\"; done <absent)\n"
    "    find . -type f -name manifest | sort |\n"
    "    while read -r manifest; do\n"
    "        manifest=${manifest#./}\n"
    "        set_=${manifest%/manifest}\n"
    "        n=${set_##*/}\n"
    "        s=${set_%/*}\n"
    "        s=${s##*/}\n"
    "        receipt=receipts/$s/$n.receipt\n"
    "        signed server receipt@pointeau \"$receipt\" \"$receipt.sig\"\n"
    "        while read -r mark word value; do\n"
    "            case $word in\n"
    "            manifest) hash=$value ;;\n"
    "            time) time=$value ;;\n"
    "            esac\n"
    "        done <\"$receipt\"\n"
    "        set -- \"$hash  $manifest\"\n"
    "        while read -r hash file value; do\n"
    "            case $hash in\n"
    "            '#') [ \"$file\" = device ] && device=$value; continue ;;\n"
    "            esac\n"
    "            if [ -f \"$set_/$file\" ]; then\n"
    "                set -- \"$@\" \"$hash  $set_/$file\"\n"
    "                continue\n"
    "            fi\n"
    "            case $absent in\n"
    "            *\" $s $n ${file#e/} $hash \"*) ;;\n"
    "            *) fail \"$set_/$file\" ;;\n"
    "            esac\n"
    "        done <\"$manifest\"\n"
    "        printf '%s\\n' \"$@\" | sha256sum -c >/dev/null || "
    "fail \"$manifest\"\n"
    "        case $set_ in\n"
    "        sets/*)\n"
    "            at=$(IFS=-:TZ; set -- $time; echo \"$1$2$3$4$5$6\")Z\n"
    "            signed \"$device\" changeset@pointeau \"$manifest\" "
    "\"$manifest.sig\" \\\n"
    "                -O verify-time=\"$at\" ;;\n"
    "        *)\n"
    "            ssh-keygen -Y check-novalidate -n changeset@pointeau \\\n"
    "                -s \"$manifest.sig\" <\"$manifest\" >/dev/null ||\n"
    "                fail \"$manifest.sig\" ;;\n"
    "        esac\n"
    "    done || exit 1\n"
    "\n"
    "    echo 'CONFORME / VERIFIED'\n"
    "    while read -r who options type key; do\n"
    "        [ \"$who\" = server ] && echo \"$type $key\"\n"
    "    done <allowed_signers | ssh-keygen -lf -\n" AUDIT_README_END
    " ---- fin des commandes / the commands end ----\n"
    "\n",
};

static const char *const english[] = {
    "1. WHAT THIS IS\n"
    "\n"
    "The hours and skills of this month, as they were recorded: every entry\n"
    "is a small file that is never changed; a device gathered them into sets\n"
    "and signed these; the server gave a receipt for every set and wrote it\n"
    "at its place of a log in which every line depends on all those before.\n"
    "A correction is one more entry, which names those it replaces.\n"
    "\n"
    "sets: the change sets, with their manifest, its signature and the\n"
    "entries. revoked: the same for sets that came after their device was\n"
    "revoked; they are kept and never counted. receipts: the server's\n"
    "receipts. log: all lines of the logs (number, epoch, server time, hash\n"
    "of the manifest, hash of the chain). allowed_signers: who could sign,\n"
    "and when. absent: the entries that are not here (structure, set, rank,\n"
    "hash, reason; not-held: the server does not hold it, because it never\n"
    "came or was erased since). SHA256SUMS: the sums of all the rest, signed\n"
    "by the server. In names of directories, %XX stands for a rare character.\n"
    "Sets are whole: they may hold entries of other months.\n"
    "\n"
    "2. CHECK IT\n"
    "\n"
    "With OpenSSH 9.1 or newer (ssh -V) and sha256sum, and nothing of\n"
    "Pointeau, run the two commands of the French part 2 in this directory.\n"
    "The first copies the commands above out of it: read them before. They\n"
    "stop at the first fault and name it; else their last two lines are\n"
    "VERIFIED and the fingerprint of the server's key.\n"
    "\n"
    "3. COMPARE THE FINGERPRINT\n"
    "\n"
    "These files tell themselves whose key signed them. So compare the\n"
    "fingerprint shown, character by character, with the one printed on the\n"
    "sheets of hours. If they differ, this export comes from elsewhere, and\n"
    "nothing in it proves anything.\n",
};

static void add_all(struct buf *out, const char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		buf_add_text(out, texts[i]);
}

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

void audit_readme(
    struct buf *out, const char *month, const uint8_t server[KEY_LEN])
{
	struct buf key = BUF_INIT;

	audit_format_fingerprint(&key, server);
	buf_printf(out,
	    "POINTEAU - export pour un contrôle, mois %s\n"
	    "Empreinte de la clé du serveur : %s\n\n",
	    month, buf_text(&key));
	add_all(out, french, COUNT(french));
	add_all(out, commands, COUNT(commands));
	buf_printf(out,
	    "POINTEAU - export for an audit, month %s\n"
	    "Fingerprint of the server's key: %s\n\n",
	    month, buf_text(&key));
	add_all(out, english, COUNT(english));
	out->failed = out->failed || key.failed;
	buf_free(&key);
}
