#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "shared/json.h"
#include "shared/lang.h"

static int show_json(
    struct call *call, const struct import_summary *summary, struct err *err)
{
	return json_print(call->out,
	    json_pack("{s:i, s:s, s:I, s:I, s:I}", "schema", 1, "what",
		call->args[0], "added", (json_int_t)summary->added, "changed",
		(json_int_t)summary->changed, "unchanged",
		(json_int_t)summary->unchanged),
	    err);
}

int cmd_import(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	struct import_summary summary = IMPORT_SUMMARY_INIT;
	int rc;

	rc = import_run(cmd_office(call), call->args[0], program->inputs,
	    program->input_count, NULL, &summary, err);
	if (rc == 0 && summary.unknown.len > 0)
		buf_printf(call->note,
		    L("Colonnes inconnues, ignorées : %s\n",
			"Unknown columns, ignored: %s\n"),
		    buf_text(&summary.unknown));
	if (rc == 0 && cmd_json(call))
		rc = show_json(call, &summary, err);
	else if (rc == 0)
		buf_printf(call->out,
		    L("%s : %zu ajoutés, %zu changés, %zu inchangés.\n",
			"%s: %zu added, %zu changed, %zu unchanged.\n"),
		    call->args[0], summary.added, summary.changed,
		    summary.unchanged);
	import_summary_free(&summary);
	return rc;
}
