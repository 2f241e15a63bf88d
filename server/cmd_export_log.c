#include <string.h>

#include "server/cmd.h"
#include "server/cmd_export.h"
#include "server/export/export_log.h"
#include "shared/lang.h"

/* clang-format off */
const struct opt cmd_export_list_options[] = {
    {"what", 0, "K", "report, payroll, sheets, asp, fse ou audit",
	"report, payroll, sheets, asp, fse or audit"},
    {"month", 0, "YYYY-MM", "un seul mois", "one month alone"},
    {NULL, 0, NULL, NULL, NULL}};
const struct opt cmd_export_changed_options[] = {
    {"since", OPT_REQUIRED, "ID", "un export, ou last : le dernier",
	"an export, or last"},
    {"until", 0, "ID", "un autre (défaut : ce qui sortirait maintenant)",
	"another one (default: what would come out now)"},
    {"what", 0, "K", "avec last : le dernier de ce genre",
	"with last: the last one of this kind"},
    {"month", 0, "YYYY-MM", "avec last : le dernier de ce mois",
	"with last: the last one of this month"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

static const char *text_of(const struct call *call, const char *name)
{
	const char *value = opt_value(call, name);

	return value != NULL ? value : "";
}

/* What people call a kind; the audit directory is none of export_kinds. */
static const char *label_of(const char *what)
{
	const struct export_kind *kind;

	if (strcmp(what, "audit") == 0)
		return L("Dossier d'audit", "Audit directory");
	return export_kind_find(&kind, what, NULL) == 0 ? L(kind->fr, kind->en)
	                                                : what;
}

static void fill_list(struct table *table, const json_t *rows)
{
	table_column(table, L("Export", "Export"), OUT_TEXT);
	table_column(table, L("Quand (UTC)", "When (UTC)"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("Mois", "Month"), OUT_TEXT);
	table_column(table, L("Structures", "Structures"), OUT_INT);
	table_column(table, L("Lignes", "Rows"), OUT_INT);
	table_column(table, L("Fichiers", "Files"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "at"));
		table_text(table, json_text(row, "by"));
		table_text(table, label_of(json_text(row, "what")));
		table_text(
		    table, json_text(json_object_get(row, "filter"), "month"));
		table_int(table, (int64_t)json_array_size(
				     json_object_get(row, "structures")));
		table_int(table, json_int(row, "rows", 0));
		table_int(table,
		    (int64_t)json_array_size(json_object_get(row, "files")));
	}
}

int cmd_export_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = export_log_list(cmd_reading(call), text_of(call, "what"),
	    text_of(call, "month"), &rows, err);

	return rc < 0
	           ? rc
	           : cmd_rows(call, rows,
			 L("Aucun export n'a été fait.", "No export was made."),
			 fill_list, err);
}

static const char *change_word(const char *change)
{
	if (strcmp(change, "added") == 0)
		return L("ajoutée", "added");
	return strcmp(change, "removed") == 0 ? L("partie", "removed")
	                                      : L("changée", "changed");
}

static void put_minutes(
    struct table *table, const json_t *row, const char *name)
{
	if (json_object_get(row, name) != NULL)
		table_int(table, json_int(row, name, 0));
	else
		table_text(table, "");
}

static int show_changes(struct call *call, const json_t *told, struct err *err)
{
	const json_t *rows = json_object_get(told, "rows");
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("Ligne", "Row"), OUT_TEXT);
	table_column(table, L("Changement", "Change"), OUT_TEXT);
	table_column(table, L("Avant", "Before"), OUT_MINUTES);
	table_column(table, L("Après", "After"), OUT_MINUTES);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "key"));
		table_text(table, change_word(json_text(row, "change")));
		put_minutes(table, row, "before");
		put_minutes(table, row, "after");
	}
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_export_changed(struct call *call, struct err *err)
{
	json_t *told = NULL;
	int rc = export_log_changed(cmd_reading(call), opt_value(call, "since"),
	    opt_value(call, "until"), text_of(call, "what"),
	    text_of(call, "month"), &told, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, told, err);
	buf_printf(call->out,
	    L("Depuis l'export %s : %lld ajoutée(s), %lld changée(s), %lld "
	      "partie(s), %lld inchangée(s).\n",
		"Since export %s: %lld added, %lld changed, %lld removed, "
		"%lld the same.\n"),
	    json_text(told, "since"), (long long)json_int(told, "added", 0),
	    (long long)json_int(told, "changed", 0),
	    (long long)json_int(told, "removed", 0),
	    (long long)json_int(told, "same", 0));
	if (json_array_size(json_object_get(told, "rows")) > 0)
		rc = show_changes(call, told, err);
	json_decref(told);
	return rc < 0 ? rc : buf_check(call->out, err);
}
