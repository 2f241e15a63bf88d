#include <string.h>

#include "server/cmd.h"
#include "server/newcomer.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Nouveau venu", "Newcomer"), OUT_TEXT);
	table_column(table, L("Prénom", "First name"), OUT_TEXT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(table, L("Rattaché à", "Matched to"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "newcomer"));
		table_text(table, json_text(row, "first"));
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "crew"));
		table_text(table, json_text(row, "worker"));
	}
}

int cmd_newcomer_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = newcomer_json(cmd_office(call), &rows, err);

	return rc < 0
	           ? rc
	           : cmd_rows(call, rows,
			 L("Aucun nouveau venu.", "No newcomer."), fill, err);
}

int cmd_newcomer_match(struct call *call, struct err *err)
{
	const char *worker = opt_value(call, "worker");
	const char *reason = opt_value(call, "reason");
	int rc;

	if (worker != NULL && call->arg_count == 2)
		return err_set(err, E_USAGE,
		    L("deux salariés : donnez l'argument ou --worker, pas les "
		      "deux",
			"two workers: give the argument or --worker, not "
			"both"));
	if (worker == NULL && call->arg_count == 2)
		worker = call->args[1];
	if (worker == NULL) {
		return err_set(err, E_USAGE,
		    L("quel salarié ? « newcomer match %.60s SALARIÉ »",
			"which worker? \"newcomer match %.60s WORKER\""),
		    call->args[0]);
	}
	if ((reason != NULL && (rc = text_check_name(L("motif", "reason"),
				    reason, TEXT_NOTE_MAX, err)) < 0) ||
	    (rc = newcomer_match(
		 cmd_office(call), call->args[0], worker, reason, err)) < 0)
		return rc;
	if (cmd_json(call))
		buf_add_text(call->out, "{\"schema\":1,\"matched\":true}\n");
	else
		buf_printf(call->out,
		    L("%s est désormais %s ; ses heures comptent sous ce "
		      "nom.\n",
			"%s is %s from now on; the hours count there.\n"),
		    call->args[0], worker);
	return 0;
}
