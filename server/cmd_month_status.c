/* How far a month has come, structure by structure. */
#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "server/cmd_month.h"
#include "server/month.h"
#include "shared/lang.h"

static const char *state_text(const char *state)
{
	if (strcmp(state, "checked") == 0)
		return L("contrôlé", "checked");
	if (strcmp(state, "signed") == 0)
		return L("émargé", "signed");
	if (strcmp(state, "closed") == 0)
		return L("clos", "closed");
	if (strcmp(state, "declared") == 0)
		return L("déclaré", "declared");
	return L("ouvert", "open");
}

static const struct {
	const char *why;
	const char *fr, *en;
} blockers[] = {
    {"contested", "contestés", "contested"},
    {"doubled", "payés deux fois", "paid twice"},
    {"missing", "sans valeur", "missing"},
    {"unknown", "sur aucune liste", "on no list"},
};

void cmd_month_add_blockers(struct buf *out, const json_t *counts)
{
	for (size_t i = 0; i < sizeof(blockers) / sizeof(blockers[0]); i++) {
		int64_t count = json_int(counts, blockers[i].why, 0);

		if (count > 0)
			buf_printf(out, "%s%s %" PRId64,
			    out->len > 0 ? ", " : "",
			    L(blockers[i].fr, blockers[i].en), count);
	}
}

static void cell_blockers(struct table *table, const json_t *counts)
{
	struct buf text = BUF_INIT;

	cmd_month_add_blockers(&text, counts);
	table_buf(table, &text);
	buf_free(&text);
}

static void cell_signoffs(struct table *table, const json_t *counts)
{
	struct buf text = BUF_INIT;
	int64_t stale = json_int(counts, "stale", 0);
	int64_t disagree = json_int(counts, "disagree", 0);

	buf_printf(&text, "%" PRId64 "/%" PRId64, json_int(counts, "done", 0),
	    json_int(counts, "total", 0));
	if (stale > 0)
		buf_printf(&text,
		    L(", à re-signer %" PRId64, ", to sign again %" PRId64),
		    stale);
	if (disagree > 0)
		buf_printf(&text,
		    L(", pas d'accord %" PRId64, ", disagree %" PRId64),
		    disagree);
	table_buf(table, &text);
	buf_free(&text);
}

/* What is said beside the state. */
static void cell_remark(struct table *table, const json_t *row)
{
	const json_t *late = json_object_get(row, "late");
	const json_t *declared = json_object_get(row, "declared");
	struct buf text = BUF_INIT;

	if (json_is_true(
		json_object_get(json_object_get(row, "checked"), "stale")) &&
	    json_int(row, "version", 0) == 0)
		buf_add_text(&text,
		    L("à contrôler de nouveau ", "to be checked again "));
	if (json_int(late, "proposals", 0) > 0)
		buf_printf(&text,
		    L("arrivées après clôture : %" PRId64 " ",
			"came after the closing: %" PRId64 " "),
		    json_int(late, "proposals", 0));
	if (json_is_object(declared) &&
	    !json_is_true(json_object_get(declared, "current")))
		buf_add_text(&text,
		    L("à déclarer de nouveau ", "to be declared again "));
	if (json_is_object(json_object_get(row, "reopening")))
		buf_add_text(
		    &text, L("réouverture demandée", "reopening asked for"));
	table_buf(table, &text);
	buf_free(&text);
}

static void fill_status(struct table *table, const json_t *rows)
{
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	table_column(table, L("Version", "Version"), OUT_INT);
	table_column(table, L("À régler", "To settle"), OUT_TEXT);
	table_column(table, L("Émargés", "Signed off"), OUT_TEXT);
	table_column(table, L("Remarques", "Remarks"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(
		    table, json_is_true(json_object_get(row, "empty"))
			       ? L("rien ce mois-là", "nothing that month")
			       : state_text(json_text(row, "state")));
		table_int(table, json_int(row, "version", 0));
		cell_blockers(table, json_object_get(row, "blockers"));
		cell_signoffs(table, json_object_get(row, "signoffs"));
		cell_remark(table, row);
	}
}

int cmd_month_status(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = month_status(cmd_office(call), call->args[0],
		 cmd_month_structure(call), &rows, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		rc = cmd_month_add_names(cmd_office(call),
		    json_text(row, "structure"),
		    json_object_get(row, "waiting"), err);
	}
	if (rc < 0) {
		json_decref(rows);
		return rc;
	}
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s, s:o}", "schema", 1, "month",
			call->args[0], "rows", rows),
		    err);
	return cmd_rows(call, rows,
	    L("Aucune structure : « import structures ».",
		"No structure: \"import structures\"."),
	    fill_status, err);
}
