#include "server/cmd.h"
#include "server/lists.h"
#include "shared/lang.h"
#include "shared/out.h"

/* For people: one table of all that has a name. */
static void fill(struct table *table, const json_t *lists)
{
	const char *list;
	json_t *rows;

	table_column(table, L("Liste", "List"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Identifiant", "Identifier"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	/* The macro's cast drops const; nothing is changed. */
	json_object_foreach((json_t *)(uintptr_t)lists, list, rows)
	{
		for (size_t i = 0; i < json_array_size(rows); i++) {
			const json_t *row = json_array_get(rows, i);

			table_row(table);
			table_text(table, list);
			table_text(table, json_text(row, "structure"));
			table_text(table, json_text(row, "id"));
			table_text(table, json_text(row, "name"));
		}
	}
}

int cmd_lists(struct call *call, struct err *err)
{
	struct table *table = NULL;
	json_t *lists = NULL;
	int rc = lists_json(cmd_office(call), &lists, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call)) {
		if (json_object_set_new(lists, "schema", json_integer(1)) < 0) {
			json_decref(lists);
			return err_nomem(err);
		}
		return json_print(call->out, lists, err);
	}
	if ((rc = table_new(&table, err)) < 0)
		goto out;
	fill(table, lists);
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	if (rc == 0)
		rc = buf_check(call->out, err);
out:
	table_free(table);
	json_decref(lists);
	return rc;
}
