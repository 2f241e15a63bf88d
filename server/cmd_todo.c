#include "server/cmd.h"
#include "server/lists.h"
#include "server/todo/todo.h"
#include "shared/lang.h"
#include "shared/out.h"

static const char *level_word(int64_t level)
{
	static const char *const words[][2] = {{"", ""}, {"bientôt", "soon"},
	    {"à faire", "to do"}, {"en retard", "late"}, {"urgent", "urgent"}};

	return L(words[level][0], words[level][1]);
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, L("Échéance", "Deadline"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("À faire", "To do"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, level_word(json_int(row, "level", 0)));
		table_text(table, json_text(row, "deadline"));
		table_text(table, json_text(row, "text"));
		table_text(table, json_text(row, "todo"));
	}
}

int cmd_todo(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	json_t *rows = NULL, *setup = NULL;
	int rc = todo_json(office, opt_value(call, "structure"), &rows, err);

	if (rc < 0 || !cmd_json(call))
		return rc < 0 ? rc
		              : cmd_rows(call, rows,
				    L("Rien à faire.", "Nothing to do."), fill,
				    err);
	if ((rc = lists_count(office, &setup, err)) < 0) {
		json_decref(rows);
		return rc;
	}
	return json_print(call->out,
	    json_pack(
		"{s:i, s:o, s:o}", "schema", 1, "rows", rows, "setup", setup),
	    err);
}
