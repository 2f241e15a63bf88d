#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/conflicts.h"
#include "server/grid/grid.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

#define HASH_SHOWN 10 /* digits that --keep will take */

static void add_value(
    struct table *table, const json_t *row, const json_t *value)
{
	const struct kind *kind = kind_by_slug(json_text(value, "kind"));
	char time[DURATION_TEXT], hash[HASH_SHOWN + 1];
	bool is_void = json_is_true(json_object_get(value, "void"));

	duration_format(json_int(value, "minutes", 0), time);
	text_copy(hash, sizeof(hash), json_text(value, "hash"));
	table_row(table);
	table_text(table, json_text(row, "id"));
	table_text(table, json_text(row, "worker"));
	table_text(table, json_text(row, "day"));
	table_text(table, json_text(row, "slot"));
	table_text(table, is_void ? L("annulé", "void") : time);
	table_text(
	    table, kind != NULL ? kind_label(kind) : json_text(value, "kind"));
	table_text(table, json_text(value, "person_name"));
	table_text(table, json_text(value, "device_name"));
	table_text(table, hash);
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, "ID", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(table, L("Durée", "Time"), OUT_TEXT);
	table_column(table, L("Genre", "Kind"), OUT_TEXT);
	table_column(table, L("Noté par", "Recorded by"), OUT_TEXT);
	table_column(table, L("Poste", "Device"), OUT_TEXT);
	table_column(table, L("Empreinte", "Hash"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const json_t *values = json_object_get(row, "values");

		for (size_t k = 0; k < json_array_size(values); k++)
			add_value(table, row, json_array_get(values, k));
	}
}

int cmd_conflicts_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = conflicts_json(cmd_office(call), &rows, err);

	if (rc == 0 && cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:o, s:o}", "schema", 1, "rows", rows,
			"kinds", grid_kinds()),
		    err);
	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucun créneau contesté.", "No contested slot."),
			    fill, err);
}

int cmd_conflicts_resolve(struct call *call, struct err *err)
{
	struct resolution resolution = {
	    .keep = opt_value(call, "keep"),
	    .both = opt_given(call, "both"),
	    .minutes = -1,
	    .reason = opt_value(call, "reason"),
	    .site = opt_value(call, "site"),
	    .activity = opt_value(call, "activity"),
	    .seen = opt_value(call, "seen"),
	};
	const char *time = opt_value(call, "time");
	const char *kind = opt_value(call, "kind");
	bool other = time != NULL || kind != NULL || resolution.site != NULL ||
	             resolution.activity != NULL;
	json_t *conflict = NULL;
	int rc;

	if ((resolution.keep != NULL) + resolution.both + other != 1) {
		return err_set(err, E_USAGE,
		    L("donnez --keep EMPREINTE, --both ou --time DURÉE, un "
		      "seul des trois (--kind, --site et --activity vont "
		      "avec --time)",
			"give one of --keep HASH, --both and --time T (--kind, "
			"--site and --activity go with --time)"));
	}
	if (kind != NULL && (resolution.kind = kind_find(kind)) == NULL)
		return err_set(err, E_USAGE,
		    L("--kind « %.60s » : genre inconnu ; il y a %s",
			"--kind \"%.60s\": unknown kind; there are %s"),
		    kind, kind_choices());
	if ((rc = text_check_name(L("motif", "reason"), resolution.reason,
		 TEXT_NOTE_MAX, err)) < 0)
		return rc;
	if (time != NULL && duration_parse(&resolution.minutes, time, false,
				DURATION_DAY_MAX, err) < 0) {
		(void)err_context(
		    err, L("--time « %.60s »", "--time \"%.60s\""), time);
		return err->code = E_USAGE;
	}
	rc = conflict_resolve(
	    cmd_office(call), call->args[0], &resolution, &conflict, err);
	if (rc < 0 && conflict != NULL && cmd_json(call))
		(void)json_print(call->out,
		    json_pack("{s:i, s:O}", "schema", 1, "conflict", conflict),
		    NULL);
	json_decref(conflict);
	if (rc < 0)
		return rc;
	if (cmd_json(call))
		buf_add_text(call->out, "{\"schema\":1,\"resolved\":true}\n");
	else
		buf_printf(call->out,
		    L("Créneau %s tranché ; les postes l'apprendront à leur "
		      "prochain envoi.\n",
			"Slot %s settled; the laptops will learn it at their "
			"next sync.\n"),
		    call->args[0]);
	return 0;
}
