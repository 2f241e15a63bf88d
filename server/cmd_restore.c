/* A backup put back, in an empty directory. */
#include "server/backup/backup.h"
#include "server/cmd.h"
#include "server/cmd_backup.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/os_look.h"

static int tell_restored(
    struct call *call, const struct backup_restored *restored, struct err *err)
{
	const struct program *program = call->program;
	char stamp[STAMP_TEXT];

	stamp_format(restored->made_s, stamp);
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:I, s:O}",
			"schema", 1, "backup", restored->name, "made", stamp,
			"program", restored->program, "server",
			restored->signer, "directory", program->directory,
			"bytes", (json_int_t)restored->bytes, "logs",
			restored->logs),
		    err);
	buf_printf(call->out,
	    L("Serveur remis dans %s d'après la sauvegarde du %s (Pointeau "
	      "%s).\nClé du serveur : %s ; comparez-la à celle des feuilles "
	      "imprimées.\n"
	      "Lancez-le (« pointeau-server serve ») : chaque poste lui rend "
	      "à son prochain envoi ce qui manque depuis. Ce que le bureau "
	      "seul avait fait depuis est à refaire : importations, clôtures, "
	      "comptes. Les codes d'enrôlement d'avant ne valent plus.\n",
		"Server put back in %s from the backup of %s (Pointeau %s).\n"
		"The server's key: %s; compare it with the printed sheets'.\n"
		"Start it (\"pointeau-server serve\"): each laptop gives back "
		"at its next sync what lacks since. What the office alone had "
		"done since is to be done again: imports, closings, accounts. "
		"Enrolment codes from before are void.\n"),
	    program->directory, stamp, restored->program, restored->signer);
	return buf_check(call->out, err);
}

/* Root becomes the directory's owner, unless that is root: then so are the
 * files, and the service could read none of them. */
static void warn_of_root(struct call *call)
{
	const struct program *program = call->program;

	if (os_account() != 0)
		return;
	buf_printf(call->note,
	    L("Attention : %s est à root, et ce qui vient d'y être remis "
	      "aussi. Si le serveur doit tourner sous un autre compte "
	      "(pointeau-server, celui du paquet), il ne pourra rien y lire : "
	      "donnez-le-lui avant de le lancer, « sudo chown -R "
	      "pointeau-server: %s ».\n",
		"Beware: %s is root's, and so is what was put back there. If "
		"the server is to run as another account (pointeau-server, "
		"the package's), it can read nothing there: give it to that "
		"account before you start it, \"sudo chown -R "
		"pointeau-server: %s\".\n"),
	    program->directory, program->directory);
}

int cmd_restore(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct backup_restored restored = {.logs = NULL};
	struct recovery recovery;
	int rc = cmd_backup_read_key(call, &recovery, err);

	if (rc == 0)
		rc = backup_restore(call->args[0], opt_value(call, "at"),
		    &recovery, program->directory, program->os, &restored, err);
	if (rc == 0)
		rc = tell_restored(call, &restored, err);
	if (rc == 0)
		warn_of_root(call);
	json_decref(restored.logs);
	recovery_clear(&recovery);
	return rc;
}
