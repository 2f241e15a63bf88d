#include <inttypes.h>

#include "server/cmd.h"
#include "server/purge.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/text.h"

int cmd_purge(struct call *call, struct err *err)
{
	const char *reason = opt_value(call, "reason");
	int64_t count;
	int rc;

	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = text_check_id(call->args[0], err)) < 0 ||
	    (rc = purge_worker(
		 cmd_office(call), call->args[0], reason, &count, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:I}", "schema", 1, "destroyed",
			(json_int_t)count),
		    err);
	buf_printf(call->out,
	    L("Détruites : %" PRId64 " saisies de « %s ». Les postes les "
	      "effaceront à leur prochain envoi ; les sauvegardes d'avant les "
	      "ont encore.\n",
		"Destroyed: %" PRId64 " entries of \"%s\". The laptops will "
		"erase them at their next sync; older backups still have "
		"them.\n"),
	    count, call->args[0]);
	return buf_check(call->out, err);
}
