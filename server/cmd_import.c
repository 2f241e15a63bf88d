#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "server/import/import_help.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"

/* "a, b" as a list; NULL without memory. */
static json_t *unknown_json(const struct import_summary *summary)
{
	const char *at = buf_text(&summary->unknown);
	json_t *out = json_array();

	while (*at != '\0') {
		size_t len = strcspn(at, ",");

		if (json_array_append_new(out, json_stringn(at, len)) < 0) {
			json_decref(out);
			return NULL;
		}
		at += len + (at[len] == ',' ? 1 : 0);
		at += *at == ' ' ? 1 : 0;
	}
	return out;
}

/* Lines as a list; NULL without memory. */
static json_t *lines_json(const char *at)
{
	json_t *out = json_array();

	while (*at != '\0') {
		size_t len = strcspn(at, "\n");

		if (json_array_append_new(out, json_stringn(at, len)) < 0) {
			json_decref(out);
			return NULL;
		}
		at += len + (at[len] == '\n' ? 1 : 0);
	}
	return out;
}

static int show_json(
    struct call *call, const struct import_summary *summary, struct err *err)
{
	json_t *out = json_pack("{s:i, s:s, s:I, s:I, s:I}", "schema", 1,
	    "what", call->args[0], "added", (json_int_t)summary->added,
	    "changed", (json_int_t)summary->changed, "unchanged",
	    (json_int_t)summary->unchanged);

	if (!json_put(
		out, "warnings", lines_json(buf_text(&summary->warnings)))) {
		json_decref(out);
		return err_nomem(err);
	}
	if (summary->preview != NULL &&
	    (!json_put(out, "unknown", unknown_json(summary)) ||
		json_object_update(out, summary->preview) < 0)) {
		json_decref(out);
		return err_nomem(err);
	}
	return json_print(call->out, out, err);
}

/* At the shell a dry run of a faulty file fails as the real one would. */
static int show_preview(
    struct call *call, const struct import_summary *summary, struct err *err)
{
	int64_t faults = json_int(summary->preview, "fault_count", 0);

	if (faults > 0) {
		buf_printf(call->note, "%s\n", buf_text(&summary->faults));
		return err_set(err, E_INVALID,
		    faults == 1
			? L("%" PRId64 " faute : rien ne serait importé",
			      "%" PRId64 " fault: nothing would be imported")
			: L("%" PRId64 " fautes : rien ne serait importé",
			      "%" PRId64 " faults: nothing would be imported"),
		    faults);
	}
	buf_printf(call->out,
	    L("%s : %zu à ajouter, %zu à changer, %zu inchangés ; rien n'est "
	      "écrit (--dry-run).\n",
		"%s: %zu to add, %zu to change, %zu unchanged; nothing is "
		"written (--dry-run).\n"),
	    call->args[0], summary->added, summary->changed,
	    summary->unchanged);
	return 0;
}

int cmd_import(struct call *call, struct err *err)
{
	const struct program *program = call->program;
	const struct import_options options = {
	    .dry = opt_given(call, "dry-run")};
	struct import_summary summary = IMPORT_SUMMARY_INIT;
	int rc;

	rc = import_run(cmd_office(call), call->args[0], program->inputs,
	    program->input_count, &options, &summary, err);
	if (rc == 0 && summary.unknown.len > 0)
		buf_printf(call->note,
		    L("Colonnes inconnues, ignorées : %s\n",
			"Unknown columns, ignored: %s\n"),
		    buf_text(&summary.unknown));
	if (rc == 0)
		buf_add_text(call->note, buf_text(&summary.warnings));
	if (rc == 0 && cmd_json(call))
		rc = show_json(call, &summary, err);
	else if (rc == 0 && summary.preview != NULL)
		rc = show_preview(call, &summary, err);
	else if (rc == 0)
		buf_printf(call->out,
		    L("%s : %zu ajoutés, %zu changés, %zu inchangés.\n",
			"%s: %zu added, %zu changed, %zu unchanged.\n"),
		    call->args[0], summary.added, summary.changed,
		    summary.unchanged);
	import_summary_free(&summary);
	return rc;
}

static void fill(struct table *table, const json_t *kinds)
{
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("Colonne", "Column"), OUT_TEXT);
	table_column(table, L("Obligatoire", "Required"), OUT_TEXT);
	table_column(
	    table, L("Ce qu'elle contient", "What it holds"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(kinds); i++) {
		const json_t *kind = json_array_get(kinds, i);
		const json_t *columns = json_object_get(kind, "columns");

		for (size_t j = 0; j < json_array_size(columns); j++) {
			const json_t *column = json_array_get(columns, j);

			table_row(table);
			table_text(table, json_text(kind, "what"));
			table_text(table, json_text(column, "name"));
			table_text(table,
			    json_is_true(json_object_get(column, "required"))
				? L("oui", "yes")
				: "");
			table_text(table, json_text(column, "help"));
		}
	}
}

int cmd_import_kinds(struct call *call, struct err *err)
{
	json_t *kinds = NULL;
	int rc = import_kinds_json(&kinds, err);

	return rc < 0 ? rc : cmd_rows(call, kinds, "", fill, err);
}

int cmd_import_template(struct call *call, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc = import_template(call->out, call->args[0], err);

	buf_printf(&name, "%s.csv", call->args[0]);
	cmd_name_file(call, buf_text(&name));
	buf_free(&name);
	return rc;
}
