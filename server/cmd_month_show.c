/* What a month is, told: its blockers, its closing, what came late. */
#include <inttypes.h>
#include <string.h>

#include "server/closing.h"
#include "server/cmd.h"
#include "server/cmd_month.h"
#include "server/import/people.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

#define HASH_SHOWN 10

static const char *kind_text(const char *slug)
{
	const struct kind *kind = kind_by_slug(slug);

	return kind != NULL ? kind_label(kind) : slug;
}

void cmd_month_add_duration(struct buf *out, int64_t minutes)
{
	char text[DURATION_TEXT];

	duration_format(minutes < 0 ? -minutes : minutes, text);
	buf_printf(out, "%s%s", minutes < 0 ? "-" : "", text);
}

static void cell_duration(struct table *table, int64_t minutes)
{
	struct buf text = BUF_INIT;

	cmd_month_add_duration(&text, minutes);
	table_buf(table, &text);
	buf_free(&text);
}

int cmd_month_add_names(
    struct office *office, const char *structure, json_t *rows, struct err *err)
{
	struct people *people = NULL;
	int rc = people_load(&people, office->db, structure, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		const char *worker = json_text(row, "worker");
		const struct person *person =
		    people_find(people, structure, worker);
		struct buf name = BUF_INIT;

		if (person != NULL)
			people_name(&name, person);
		else
			buf_add_text(&name, worker);
		if (!json_put_text(row, "name", buf_text(&name)))
			rc = err_nomem(err);
		buf_free(&name);
	}
	people_free(people);
	return rc;
}

/* ---- month blockers ---- */

static const char *why_text(const char *why)
{
	if (strcmp(why, "contested") == 0)
		return L("contesté : « conflicts list »",
		    "contested: \"conflicts list\"");
	if (strcmp(why, "doubled") == 0)
		return L("payé aussi par une autre structure",
		    "paid by another structure too");
	if (strcmp(why, "unknown") == 0)
		return L("salarié sur aucune liste", "worker on no list");
	return L("rien de noté", "nothing recorded");
}

static void fill_blockers(struct table *table, const json_t *rows)
{
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(table, L("À régler", "To settle"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "day"));
		table_text(table, json_text(row, "slot"));
		table_text(table, why_text(json_text(row, "why")));
	}
}

int cmd_month_blockers(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = closing_blockers(cmd_office(call), cmd_month_structure(call),
		 call->args[0], &rows, err)) < 0)
		return rc;
	if ((rc = cmd_month_add_names(
		 cmd_office(call), cmd_month_structure(call), rows, err)) < 0) {
		json_decref(rows);
		return rc;
	}
	return cmd_rows(call, rows,
	    L("Rien n'empêche de clore ce mois.",
		"Nothing stands in the way of closing this month."),
	    fill_blockers, err);
}

/* ---- month show ---- */

static void add_figures(
    struct table *table, const char *name, const json_t *row)
{
	const json_t *minutes = json_object_get(row, "minutes");
	char hash[HASH_SHOWN + 1];

	text_copy(hash, sizeof(hash), json_text(row, "hash"));
	table_row(table);
	table_text(table, name);
	cell_duration(table, json_int(minutes, "closed", 0));
	cell_duration(table, json_int(minutes, "adjusted", 0));
	cell_duration(table, json_int(minutes, "reported", 0));
	table_text(table, hash);
}

/* The reported minutes of each kind, below the table. */
static void add_kinds(struct buf *out, const json_t *kinds)
{
	const char *slug;
	json_t *minutes;

	json_object_foreach((json_t *)(uintptr_t)kinds, slug, minutes)
	{
		buf_printf(out, "  %s : ", kind_text(slug));
		cmd_month_add_duration(out, json_integer_value(minutes));
		buf_add_char(out, '\n');
	}
}

static void add_heading(struct buf *out, const json_t *show)
{
	const json_t *blockers = json_object_get(show, "blockers");

	buf_printf(out,
	    L("Mois %s de %s, clôture version %" PRId64 " (%.10s) du %s\n",
		"Month %s of %s, closing version %" PRId64 " (%.10s) of %s\n"),
	    json_text(show, "month"), json_text(show, "structure"),
	    json_int(show, "version", 0), json_text(show, "closing"),
	    json_text(show, "at"));
	if (json_is_true(json_object_get(show, "contested")))
		buf_add_text(
		    out, L("Deux clôtures se font face : rouvrez le mois.\n",
			     "Two closings stand side by side: reopen the "
			     "month.\n"));
	if (json_text(show, "second")[0] != '\0')
		buf_printf(out,
		    L("Rouvert : %s ; demandé par %s ; seconde personne : %s ; "
		      "remplace %.10s\n",
			"Reopened: %s; asked by %s; second person: %s; "
			"replaces %.10s\n"),
		    json_text(show, "reason"), json_text(show, "first"),
		    json_text(show, "second"), json_text(show, "previous"));
	if (json_text(show, "exception")[0] == '\0')
		return;
	buf_printf(out,
	    L("Clos quand même : %s (contestés %" PRId64 ", doubles %" PRId64
	      ", sans valeur %" PRId64 ", sur aucune liste %" PRId64 ")\n",
		"Closed all the same: %s (contested %" PRId64
		", doubled %" PRId64 ", missing %" PRId64
		", on no list %" PRId64 ")\n"),
	    json_text(show, "exception"), json_int(blockers, "contested", 0),
	    json_int(blockers, "doubled", 0), json_int(blockers, "missing", 0),
	    json_int(blockers, "unknown", 0));
}

static int show_table(struct call *call, const json_t *show, struct err *err)
{
	const json_t *rows = json_object_get(show, "rows");
	const json_t *total = json_object_get(show, "total");
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Clos", "Closed"), OUT_TEXT);
	table_column(table, L("Ajusté", "Adjusted"), OUT_TEXT);
	table_column(table, L("À déclarer", "Reported"), OUT_TEXT);
	table_column(table, L("Empreinte", "Hash"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool purged = json_is_true(json_object_get(row, "purged"));

		add_figures(table,
		    purged ? L("(effacé)", "(purged)")
			   : json_text(row, "worker"),
		    row);
	}
	add_figures(table, L("Total", "Total"), total);
	add_heading(call->out, show);
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
	add_kinds(call->out, json_object_get(total, "reported"));
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_month_show(struct call *call, struct err *err)
{
	json_t *show = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = closing_show(cmd_office(call), cmd_month_structure(call),
		 call->args[0], &show, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:o}", "schema", 1, "closing", show), err);
	rc = show_table(call, show, err);
	json_decref(show);
	return rc;
}

/* ---- month late ---- */

static void add_changes(struct buf *out, const json_t *proposal)
{
	const json_t *kinds = json_object_get(proposal, "kinds");

	for (size_t i = 0; i < json_array_size(kinds); i++) {
		const json_t *kind = json_array_get(kinds, i);

		buf_printf(out, "%s%s ", i > 0 ? ", " : "",
		    kind_text(json_text(kind, "kind")));
		cmd_month_add_duration(out, json_int(kind, "before", 0));
		buf_add_text(out, " → ");
		cmd_month_add_duration(out, json_int(kind, "after", 0));
	}
	if (json_array_size(kinds) == 0)
		buf_add_text(
		    out, L("aucune minute ne change", "no minute changes"));
}

static void fill_proposals(struct table *table, const json_t *rows)
{
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Tardives", "Late"), OUT_INT);
	table_column(
	    table, L("Ajustement proposé", "Proposed adjustment"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		struct buf text = BUF_INIT;

		add_changes(&text, row);
		table_row(table);
		table_text(table, json_text(row, "worker"));
		table_int(table,
		    (int64_t)json_array_size(json_object_get(row, "heads")));
		table_buf(table, &text);
		table_text(
		    table, json_is_true(json_object_get(row, "undecided"))
			       ? L("contesté : à trancher d'abord",
				     "contested: to be settled first")
			       : L("à approuver", "to approve"));
		buf_free(&text);
	}
}

int cmd_month_late(struct call *call, struct err *err)
{
	json_t *late = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = closing_late(cmd_office(call), cmd_month_structure(call),
		 call->args[0], &late, err)) < 0)
		return rc;
	if ((rc = cmd_month_add_names(cmd_office(call),
		 cmd_month_structure(call), json_object_get(late, "proposals"),
		 err)) < 0 ||
	    (rc = cmd_month_add_names(cmd_office(call),
		 cmd_month_structure(call), json_object_get(late, "entries"),
		 err)) < 0) {
		json_decref(late);
		return rc;
	}
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:o}", "schema", 1, "late", late), err);
	rc = cmd_rows(call, json_incref(json_object_get(late, "proposals")),
	    L("Rien n'est venu depuis la clôture.",
		"Nothing came since the closing."),
	    fill_proposals, err);
	json_decref(late);
	return rc;
}
