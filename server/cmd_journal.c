#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/cmd.h"
#include "server/journal/access_note.h"
#include "server/journal/journal.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

static const char *value_or(const struct call *call, const char *name)
{
	const char *value = opt_value(call, name);

	return value != NULL ? value : "";
}

static int read_limit(
    const struct call *call, int64_t usual, int64_t *out, struct err *err)
{
	const char *text = opt_value(call, "limit");

	*out = usual;
	if (text == NULL)
		return 0;
	*out = strlen(text) <= 4 && strspn(text, "0123456789") == strlen(text)
	           ? strtoll(text, NULL, 10)
	           : 0;
	if (*out >= 1 && *out <= JOURNAL_LIMIT_MAX)
		return 0;
	return err_set(err, E_USAGE,
	    L("--limit : un nombre de 1 à %d",
		"--limit: a number from 1 to %d"),
	    JOURNAL_LIMIT_MAX);
}

/* ---- the journal ---- */

/* "member : from → to ; …" of what is no hours. */
static void add_changes(struct buf *out, const json_t *changes)
{
	for (size_t i = 0; i < json_array_size(changes); i++) {
		const json_t *change = json_array_get(changes, i);
		const char *from = json_text(change, "from");

		buf_printf(out, "%s%s%s%s%s%s", i > 0 ? " ; " : "",
		    json_text(change, "label"), L(" : ", ": "), from,
		    from[0] != '\0' ? " → " : "", json_text(change, "to"));
	}
}

static void fill_row(struct table *table, const json_t *row)
{
	struct buf after = BUF_INIT;

	buf_add_text(&after, json_text(row, "after_text"));
	add_changes(&after, json_object_get(row, "changes"));
	if (json_is_true(json_object_get(row, "purged")))
		buf_add_text(&after, L("(détruite)", "(destroyed)"));
	table_row(table);
	table_text(table, json_text(row, "received"));
	table_text(table, json_text(row, "structure"));
	table_int(table, json_int(row, "n", 0));
	table_text(table, json_text(row, "label"));
	table_text(table, json_text(row, "person_name"));
	table_text(table, json_text(row, "device_name"));
	table_text(table, json_text(row, "worker_name"));
	table_text(table, json_text(row, "record"));
	table_text(table, json_text(row, "before_text"));
	table_buf(table, &after);
	table_text(table, json_text(row, "reason"));
	table_text(table, json_text(row, "note"));
	table_text(table, json_text(row, "at"));
	table_text(table, json_text(row, "why"));
	table_text(table, json_text(row, "hash"));
	buf_free(&after);
}

static void fill(struct table *table, const json_t *rows)
{
	table_column(table, L("Reçu le", "Received"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("N°", "No."), OUT_INT);
	table_column(table, L("Action", "Action"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Clé", "Key"), OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Enregistrement", "Record"), OUT_TEXT);
	table_column(table, L("Avant", "Before"), OUT_TEXT);
	table_column(table, L("Après", "After"), OUT_TEXT);
	table_column(table, L("Motif", "Reason"), OUT_TEXT);
	table_column(table, "Note", OUT_TEXT);
	table_column(table, L("Heure de l'auteur", "Author's time"), OUT_TEXT);
	table_column(table, L("Mise à part", "Set aside"), OUT_TEXT);
	table_column(table, L("Empreinte", "Hash"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++)
		fill_row(table, json_array_get(rows, i));
}

/* For a terminal: what fits. */
static void fill_short(struct table *table, const json_t *rows)
{
	table_column(table, L("Reçu le", "Received"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Action", "Action"), OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Enregistrement", "Record"), OUT_TEXT);
	table_column(table, L("Avant → après", "Before → after"), OUT_TEXT);
	table_column(table, L("Motif", "Reason"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *before = json_text(row, "before_text");
		struct buf after = BUF_INIT, shown = BUF_INIT;

		buf_printf(&after, "%s%s%s", before,
		    before[0] != '\0' ? " → " : "",
		    json_text(row, "after_text"));
		add_changes(&after, json_object_get(row, "changes"));
		text_quote(&shown, buf_text(&after));
		table_row(table);
		table_text(table, json_text(row, "received"));
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "label"));
		table_text(table, json_text(row, "person_name")[0] != '\0'
				      ? json_text(row, "person_name")
				      : json_text(row, "device_name"));
		table_text(table, json_text(row, "record"));
		table_buf(table, &shown);
		table_text(table, json_text(row, "reason"));
		buf_free(&after);
		buf_free(&shown);
	}
}

static int print_csv(struct call *call, const json_t *rows, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	fill(table, rows);
	if ((rc = table_check(table, err)) == 0)
		out_csv_fr(call->out, table);
	table_free(table);
	cmd_name_file(call, "journal.csv");
	return rc < 0 ? rc : buf_check(call->out, err);
}

/* --month is a shorter way to say --from and --to. */
static int read_days(const struct call *call, char from[DATE_TEXT],
    char to[DATE_TEXT], struct journal_ask *ask, struct err *err)
{
	const char *month = opt_value(call, "month");
	int rc;

	if (month == NULL)
		return 0;
	if (ask->from[0] != '\0' || ask->to[0] != '\0')
		return err_set(err, E_USAGE,
		    L("--month ne va pas avec --from ni --to",
			"--month does not go with --from or --to"));
	if ((rc = cmd_check_month(month, err)) < 0 ||
	    (rc = date_parse_month(month, from, to, err)) < 0)
		return rc;
	ask->from = from;
	ask->to = to;
	return 0;
}

int cmd_journal(struct call *call, struct err *err)
{
	const char *format = value_or(call, "format");
	char from[DATE_TEXT], to[DATE_TEXT];
	bool csv = strcmp(format, "csv") == 0;
	bool json = cmd_json(call) || strcmp(format, "json") == 0;
	struct journal_ask ask = {
	    .from = value_or(call, "from"),
	    .to = value_or(call, "to"),
	    .person = value_or(call, "person"),
	    .action = value_or(call, "action"),
	    .worker = value_or(call, "worker"),
	    .structure = value_or(call, "structure"),
	    .before = value_or(call, "before"),
	};
	json_t *out = NULL, *rows;
	int rc;

	if (format[0] != '\0' && !csv && strcmp(format, "json") != 0 &&
	    strcmp(format, "table") != 0)
		return err_set(err, E_USAGE,
		    L("--format : table, csv ou json attendu",
			"--format: table, csv or json expected"));
	if (csv && cmd_json(call))
		return err_set(err, E_USAGE,
		    L("--json et --format ne vont pas ensemble",
			"--json and --format do not go together"));
	if ((rc = read_limit(
		 call, csv ? INT64_MAX : JOURNAL_LIMIT, &ask.limit, err)) < 0 ||
	    (rc = read_days(call, from, to, &ask, err)) < 0 ||
	    (rc = journal_json(cmd_office(call), &ask, &out, err)) < 0)
		return rc;
	if (json)
		return json_print(call->out, out, err);
	rows = json_object_get(out, "rows");
	if (csv) {
		rc = print_csv(call, rows, err);
	} else {
		if (json_is_string(json_object_get(out, "next")))
			buf_printf(call->note,
			    L("La suite : --before %s\n",
				"More: --before %s\n"),
			    json_text(out, "next"));
		rc = cmd_rows(call, json_incref(rows),
		    L("Rien de tel dans le journal.",
			"Nothing of the kind in the journal."),
		    fill_short, err);
	}
	json_decref(out);
	return rc;
}

int cmd_journal_actions(struct call *call, struct err *err)
{
	json_t *rows = json_array();

	for (const struct journal_action *at = journal_actions;
	     at->slug != NULL; at++) {
		if (json_array_append_new(
			rows, json_pack("{s:s,s:s}", "action", at->slug,
				  "label", L(at->fr, at->en))) < 0) {
			json_decref(rows);
			return err_nomem(err);
		}
		if (!cmd_json(call))
			buf_printf(call->out, "%-12s %s\n", at->slug,
			    L(at->fr, at->en));
	}
	if (cmd_json(call))
		return cmd_rows(call, rows, "", NULL, err);
	json_decref(rows);
	return buf_check(call->out, err);
}

/* ---- verify ---- */

static void show_verified(struct buf *out, const json_t *row)
{
	int64_t absent = json_int(row, "absent", 0);

	buf_printf(out,
	    L("%s : vérifié jusqu'au n° %" PRId64 " (%" PRId64 " écritures",
		"%s: verified up to no. %" PRId64 " (%" PRId64 " entries"),
	    json_text(row, "structure"), json_int(row, "n", 0),
	    json_int(row, "entries", 0));
	if (absent > 0)
		buf_printf(out,
		    L(", dont %" PRId64 " détruites",
			", %" PRId64 " of them destroyed"),
		    absent);
	buf_add_text(out, ")");
	if (!json_is_true(json_object_get(row, "ok")))
		buf_printf(out,
		    L(" ; ROMPU au n° %" PRId64 " : %s",
			"; BROKEN at no. %" PRId64 ": %s"),
		    json_int(row, "broken", 0), json_text(row, "why"));
	buf_add_char(out, '\n');
}

int cmd_journal_verify(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	size_t broken = 0;
	int rc = journal_verify(
	    cmd_office(call), value_or(call, "structure"), &rows, err);

	if (rc < 0)
		return rc;
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool ok = json_is_true(json_object_get(row, "ok"));

		broken += !ok;
		if (!cmd_json(call))
			show_verified(ok ? call->out : call->note, row);
	}
	/* Whoever reads the JSON reads "ok"; a script, the status. */
	if (cmd_json(call))
		return cmd_rows(call, rows, "", NULL, err);
	json_decref(rows);
	return broken == 0 ? buf_check(call->out, err)
	                   : err_set(err, E_SIGNATURE,
				 L("le journal est rompu : gardez une copie "
				   "de ce serveur, puis prévenez qui s'en "
				   "occupe",
				     "the log is broken: keep a copy of this "
				     "server, then tell whoever runs it"));
}

/* ---- accesses ---- */

static void fill_accesses(struct table *table, const json_t *rows)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, L("Qui", "Who"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "at"));
		table_text(table, json_text(row, "who"));
		table_text(table, json_text(row, "what"));
		table_text(table, json_text(row, "worker"));
	}
}

int cmd_access_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int64_t limit;
	int rc;

	if ((rc = read_limit(call, JOURNAL_LIMIT, &limit, err)) < 0 ||
	    (rc = access_json(cmd_office(call), value_or(call, "who"),
		 value_or(call, "worker"), limit, &rows, err)) < 0)
		return rc;
	return cmd_rows(call, rows,
	    L("Aucune lecture de données personnelles dans l'année.",
		"No reading of personal data within a year."),
	    fill_accesses, err);
}
