#include <inttypes.h>
#include <string.h>

#include "server/cmd.h"
#include "server/rgpd/due.h"
#include "server/rgpd/extract.h"
#include "server/rgpd/hold.h"
#include "server/rgpd/retention.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/out.h"
#include "shared/text.h"

static const char *value_or(const struct call *call, const char *name)
{
	const char *value = opt_value(call, name);

	return value != NULL ? value : "";
}

static int check_reason(const struct call *call, struct err *err)
{
	return text_check_name(
	    L("motif", "reason"), value_or(call, "reason"), TEXT_NOTE_MAX, err);
}

/* ---- extract ---- */

/* Of --format, else of the file's name; "-" is standard output. */
static bool wants_html(const struct call *call)
{
	const char *format = opt_value(call, "format");
	const char *out = value_or(call, "out");
	size_t len = strlen(out);

	if (format != NULL)
		return strcmp(format, "html") == 0;
	return len > 5 && strcmp(out + len - 5, ".html") == 0;
}

static int put_out(struct call *call, struct buf *text, struct err *err)
{
	const char *out = opt_value(call, "out");
	int rc = buf_check(text, err);

	if (rc < 0)
		return rc;
	if (out == NULL || strcmp(out, "-") == 0) {
		buf_add(call->out, text->data, text->len);
		return buf_check(call->out, err);
	}
	/* Of one person's data: the owner's alone. */
	if ((rc = os_file_write(out, text->data, text->len, 0600, err)) < 0)
		return rc;
	buf_printf(call->note, L("Écrit : %s\n", "Written: %s\n"), out);
	return 0;
}

int cmd_rgpd_extract(struct call *call, struct err *err)
{
	const char *format = value_or(call, "format");
	struct buf text = BUF_INIT, name = BUF_INIT;
	bool html = wants_html(call);
	json_t *extract = NULL;
	int rc;

	if (format[0] != '\0' && !html && strcmp(format, "json") != 0)
		return err_set(err, E_USAGE,
		    L("--format : html ou json attendu",
			"--format: html or json expected"));
	if ((rc = extract_json(
		 cmd_office(call), call->args[0], &extract, err)) < 0)
		return rc;
	if (html) {
		rc = extract_html(&text, extract, err);
	} else {
		json_write(&text, extract);
		buf_add_char(&text, '\n');
	}
	buf_printf(&name, "%s-%s.%s", L("donnees", "data"), call->args[0],
	    html ? "html" : "json");
	cmd_name_file(call, buf_text(&name));
	if (rc == 0)
		rc = put_out(call, &text, err);
	json_decref(extract);
	buf_free(&text);
	buf_free(&name);
	return rc;
}

/* ---- periods and what is due ---- */

static void fill_periods(struct table *table, const json_t *rows)
{
	table_column(table, L("Classe", "Class"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("Mois", "Months"), OUT_INT);
	table_column(table, L("Source", "Source"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "class"));
		table_text(table, json_text(row, "label"));
		table_int(table, json_int(row, "months", 0));
		table_text(table, json_text(row, "source"));
	}
}

int cmd_rgpd_periods(struct call *call, struct err *err)
{
	json_t *rows = json_array();

	for (const struct retention_class *at = retention_classes;
	     at->slug != NULL; at++) {
		if (json_array_append_new(rows,
			json_pack("{s:s,s:s,s:i,s:s}", "class", at->slug,
			    "label", retention_label(at), "months", at->months,
			    "source", retention_source(at))) < 0) {
			json_decref(rows);
			return err_nomem(err);
		}
	}
	return cmd_rows(call, rows, "", fill_periods, err);
}

static void fill_due(struct table *table, const json_t *rows)
{
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Données", "Data"), OUT_TEXT);
	table_column(table, L("Enregistrements", "Records"), OUT_INT);
	table_column(table, L("Depuis", "From"), OUT_TEXT);
	table_column(table, L("Gardé jusqu'au", "Kept until"), OUT_TEXT);
	table_column(table, L("Conservation", "Hold"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "worker_name"));
		table_text(table, json_text(row, "label"));
		table_int(table, json_int(row, "records", 0));
		table_text(table, json_text(row, "first"));
		table_text(table, json_text(row, "over"));
		table_text(table, json_text(row, "hold"));
	}
}

static struct due_ask ask_of(const struct call *call)
{
	return (struct due_ask){.structure = value_or(call, "structure"),
	    .class = value_or(call, "class"),
	    .worker = value_or(call, "worker")};
}

/* Names of records are for programs that destroy, not for readers. */
static void drop_keys(json_t *rows)
{
	for (size_t i = 0; i < json_array_size(rows); i++)
		(void)json_object_del(json_array_get(rows, i), "keys");
}

int cmd_rgpd_due(struct call *call, struct err *err)
{
	const struct due_ask ask = ask_of(call);
	json_t *rows = NULL;
	int rc = rgpd_due_json(cmd_office(call), &ask, &rows, err);

	if (rc < 0)
		return rc;
	drop_keys(rows);
	return cmd_rows(call, rows,
	    L("Rien n'est au-delà de sa durée de conservation.",
		"Nothing is past its keeping period."),
	    fill_due, err);
}

/* ---- purge ---- */

static int print_run(
    struct call *call, const struct due_run *run, bool dry, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i,s:s,s:b,s:I,s:I,s:I}", "schema", 1, "id",
			run->id, "dry", dry, dry ? "records" : "entries",
			(json_int_t)run->entries, "people",
			(json_int_t)run->people, "held", (json_int_t)run->held),
		    err);
	if (dry)
		buf_printf(call->out,
		    L("Seraient détruits : %" PRId64
		      " enregistrements (%" PRId64 " dossiers) ; retenus : "
		      "%" PRId64 ". Rien n'a été changé.\n",
			"To be destroyed: %" PRId64 " records (%" PRId64
			" files); held: %" PRId64 ". Nothing was changed.\n"),
		    run->entries, run->people, run->held);
	else
		buf_printf(call->out,
		    L("Détruites : %" PRId64 " écritures (%" PRId64
		      " dossiers) ; retenus : %" PRId64
		      ". C'est au journal : %s. Les postes les effaceront à "
		      "leur prochain envoi ; les sauvegardes d'avant les ont "
		      "encore.\n",
			"Destroyed: %" PRId64 " entries (%" PRId64
			" files); held: %" PRId64
			". It is in the log: %s. The laptops will erase them "
			"at their next sync; older backups still have "
			"them.\n"),
		    run->entries, run->people, run->held, run->id);
	return buf_check(call->out, err);
}

static void count_dry(const json_t *due, struct due_run *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < json_array_size(due); i++) {
		const json_t *row = json_array_get(due, i);

		if (json_text(row, "hold")[0] != '\0') {
			out->held++;
		} else {
			out->people++;
			out->entries += json_int(row, "records", 0);
		}
	}
}

int cmd_rgpd_purge(struct call *call, struct err *err)
{
	const struct due_ask ask = ask_of(call);
	bool dry = opt_given(call, "dry-run");
	json_t *due = NULL;
	struct due_run run;
	int rc;

	if ((rc = check_reason(call, err)) < 0)
		return rc;
	/* Whoever asks by the page was asked there. */
	if (!dry && !opt_given(call, "yes") && cmd_office(call)->signer == NULL)
		return err_set(err, E_USAGE,
		    L("ce qui est détruit l'est pour toujours : voyez "
		      "d'abord avec --dry-run, puis dites --yes",
			"what is destroyed is so for ever: look first with "
			"--dry-run, then say --yes"));
	if ((rc = rgpd_due_json(cmd_reading(call), &ask, &due, err)) < 0)
		return rc;
	if (dry)
		count_dry(due, &run);
	else
		rc = due_purge(cmd_office(call), &ask, due,
		    opt_value(call, "reason"), &run, err);
	if (rc == 0)
		rc = print_run(call, &run, dry, err);
	json_decref(due);
	return rc;
}

static void fill_runs(struct table *table, const json_t *rows)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Par", "By"), OUT_TEXT);
	table_column(table, L("Détruites", "Destroyed"), OUT_INT);
	table_column(table, L("Retenus", "Held"), OUT_INT);
	table_column(table, L("Motif", "Reason"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "at"));
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "by"));
		table_int(table, json_int(row, "entries", 0));
		table_int(table, json_int(row, "held", 0));
		table_text(table, json_text(row, "reason"));
	}
}

int cmd_rgpd_runs(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = due_runs(cmd_office(call), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucune destruction n'a été lancée.",
				"No destruction was run."),
			    fill_runs, err);
}

/* ---- holds ---- */

static void fill_holds(struct table *table, const json_t *rows)
{
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Données", "Data"), OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Projet", "Project"), OUT_TEXT);
	table_column(table, L("Jusqu'au", "Until"), OUT_TEXT);
	table_column(table, L("État", "State"), OUT_TEXT);
	table_column(table, L("Motif", "Reason"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *state = json_text(row, "state");

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "class_label"));
		table_text(table, json_text(row, "worker_name"));
		table_text(table, json_text(row, "project"));
		table_text(table, json_text(row, "until"));
		table_text(table,
		    strcmp(state, "active") == 0 ? L("en cours", "active")
		    : strcmp(state, "over") == 0 ? L("échue", "over")
						 : L("levée", "ended"));
		table_text(table, json_text(row, "reason"));
	}
}

int cmd_hold_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = hold_list(cmd_office(call), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucune conservation prolongée.", "No hold."),
			    fill_holds, err);
}

int cmd_hold_add(struct call *call, struct err *err)
{
	const struct hold_ask ask = {
	    .structure = value_or(call, "structure"),
	    .class = value_or(call, "class"),
	    .worker = value_or(call, "worker"),
	    .project = value_or(call, "project"),
	    .until = value_or(call, "until"),
	    .reason = value_or(call, "reason"),
	};
	char id[HOLD_ID];
	int rc;

	if ((rc = check_reason(call, err)) < 0 ||
	    (rc = hold_add(cmd_office(call), &ask, id, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i,s:s}", "schema", 1, "id", id), err);
	buf_printf(call->out,
	    L("Conservation %s : aucune destruction ne touchera ce qu'elle "
	      "couvre.\n",
		"Hold %s: no destruction will touch what it covers.\n"),
	    id);
	return buf_check(call->out, err);
}

int cmd_hold_end(struct call *call, struct err *err)
{
	int rc;

	if ((rc = check_reason(call, err)) < 0 ||
	    (rc = hold_end(cmd_office(call), call->args[0],
		 opt_value(call, "reason"), err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i,s:b}", "schema", 1, "done", 1), err);
	buf_add_text(call->out, L("Conservation levée.\n", "Hold ended.\n"));
	return buf_check(call->out, err);
}
