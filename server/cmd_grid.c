#include "server/cmd.h"
#include "server/cmd_hours.h"
#include "server/grid/grid.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_grid_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {"site", 0, "X", "un seul chantier", "one site alone"},
    {"crew", 0, "C", "une seule équipe", "one crew alone"},
    {"annex", 0, "A", "une seule annexe", "one annex alone"},
    {"worker", 0, "W", "un seul salarié", "one worker alone"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

int cmd_grid(struct call *call, struct err *err)
{
	const struct grid_filter filter = {
	    .structure = opt_value(call, "structure"),
	    .site = opt_value(call, "site"),
	    .crew = opt_value(call, "crew"),
	    .annex = opt_value(call, "annex"),
	    .worker = opt_value(call, "worker"),
	};
	struct table *table = NULL;
	json_t *grid = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = grid_read(
		 cmd_office(call), call->args[0], &filter, &grid, err)) < 0)
		return rc;
	if (cmd_json(call)) {
		if (json_object_set_new(grid, "schema", json_integer(1)) == 0)
			return json_print(call->out, grid, err);
		rc = err_nomem(err);
	} else if (json_array_size(json_object_get(grid, "rows")) == 0) {
		buf_add_text(call->out,
		    L("Personne ce mois-là.\n", "Nobody in that month.\n"));
	} else if ((rc = table_new(&table, err)) == 0) {
		grid_table(table, grid);
		if ((rc = table_check(table, err)) == 0)
			out_terminal(call->out, table);
	}
	table_free(table);
	json_decref(grid);
	return rc < 0 ? rc : buf_check(call->out, err);
}
