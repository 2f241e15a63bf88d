#include "server/audit/audit_format.h"
#include "server/cmd.h"
#include "server/server_key.h"
#include "shared/json.h"
#include "shared/lang.h"

int cmd_key_rotate(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	struct buf before = BUF_INIT, now = BUF_INIT;
	int rc;

	audit_format_fingerprint(&before, office->server.pub);
	if ((rc = server_key_rotate(office, err)) < 0)
		goto out;
	audit_format_fingerprint(&now, office->server.pub);
	if (cmd_json(call)) {
		rc = json_print(call->out,
		    json_pack("{s:i, s:s, s:s}", "schema", 1, "fingerprint",
			buf_text(&now), "before", buf_text(&before)),
		    err);
		goto out;
	}
	buf_printf(call->out,
	    L("Nouvelle clé du serveur : %s\n(avant : %s)\n"
	      "Les postes l'apprennent à leur prochain envoi ; ce que "
	      "l'ancienne a signé reste valable.\nGardez une copie de "
	      "server.key et de server.succession : une sauvegarde d'avant se "
	      "remet avec ces deux fichiers. Les codes d'enrôlement faits "
	      "avant "
	      "ne valent plus.\n",
		"New key of the server: %s\n(before: %s)\n"
		"The laptops learn it at their next sync; what the old one "
		"signed stands.\nKeep a copy of server.key and of "
		"server.succession: a backup from before is put back with "
		"these two files. Enrolment codes made before are void.\n"),
	    buf_text(&now), buf_text(&before));
	rc = buf_check(call->out, err);
out:
	buf_free(&before);
	buf_free(&now);
	return rc;
}
