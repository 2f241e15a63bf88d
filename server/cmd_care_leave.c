/*
 * Leaving, what follows, and what every note of accompaniment has in common.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/care_word.h"
#include "server/care/due.h"
#include "server/care/leave.h"
#include "server/cmd.h"
#include "server/cmd_care.h"
#include "shared/lang.h"

#define WITHIN_MAX 3660 /* ten years */

/* ---- leaving ---- */

static int read_exit(struct call *call, json_t **out, struct err *err)
{
	const struct care_word *word;
	char day[DATE_TEXT];
	const char *code = opt_value(call, "code");
	int rc;

	if (care_word_find(&word, CARE_CATEGORIES, L("catégorie", "category"),
		opt_value(call, "category"), err) < 0)
		return cmd_care_blame(call, "category", err);
	if ((rc = cmd_care_day(call, "day", day, err)) < 0)
		return rc;
	*out = json_pack("{s:s, s:s}", "day", day, "category", word->slug);
	if (*out == NULL ||
	    (code != NULL &&
		!json_put(*out, "code",
		    code[0] != '\0' ? json_string(code) : json_null())))
		return err_nomem(err);
	return 0;
}

static int tell(
    struct call *call, const char *id, const char *sentence, struct err *err)
{
	if (cmd_json(call))
		return json_print(call->out,
		    json_pack("{s:i, s:s}", "schema", 1, "id", id), err);
	buf_printf(call->out, "%s%s %s\n", sentence, L(" :", ":"), id);
	return buf_check(call->out, err);
}

int cmd_care_exit_set(struct call *call, struct err *err)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};
	char id[TEXT_ID_MAX + 1];
	struct care_worker worker;
	json_t *value = NULL;
	int rc;

	if ((rc = cmd_care_worker(call, call->args[0], &worker, err)) < 0 ||
	    (rc = read_exit(call, &value, err)) < 0)
		goto out;
	if ((rc = leave_set(cmd_office(call), &worker, value,
		 opt_given(call, "again"), &by, id, call->note, err)) == 0)
		rc = tell(call, id, L("Sortie notée", "Leaving noted"), err);
out:
	json_decref(value);
	return rc;
}

static void fill_exits(struct table *table, const json_t *rows)
{
	table_column(table, "ID", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, L("Catégorie", "Category"), OUT_TEXT);
	table_column(table, L("Motif", "Code"), OUT_TEXT);
	table_column(table, L("Saisie", "Entered"), OUT_TEXT);
	table_column(table, L("Suivi dû", "Follow-up due"), OUT_TEXT);
	table_column(table, L("Suivi fait", "Follow-up done"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool late = json_is_true(json_object_get(row, "late"));
		bool done = !json_is_null(json_object_get(row, "followup"));

		table_row(table);
		table_text(table, json_text(row, "id"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "day"));
		table_text(table, care_word_label(CARE_CATEGORIES,
				      json_text(row, "category")));
		table_text(table, json_text(row, "code"));
		table_text(
		    table, late ? L("tard", "late") : L("à temps", "in time"));
		table_text(table, json_text(row, "followup_due"));
		table_text(table, done ? L("oui", "yes") : L("non", "no"));
	}
}

int cmd_care_exit_show(struct call *call, struct err *err)
{
	struct care_filter filter = {.structure = NULL};
	struct care_worker worker;
	json_t *rows = NULL;
	int rc = cmd_care_worker(call, call->args[0], &worker, err);

	if (rc < 0)
		return rc;
	filter.structure = worker.structure;
	filter.worker = worker.worker;
	if ((rc = care_list(
		 cmd_reading(call), CARE_EXIT, &filter, &rows, err)) < 0)
		return rc;
	return cmd_rows(call, rows,
	    L("Aucune sortie notée.", "No leaving noted."), fill_exits, err);
}

int cmd_care_exit_list(struct call *call, struct err *err)
{
	return cmd_care_notes(call, CARE_EXIT,
	    L("Aucune sortie notée.", "No leaving noted."), fill_exits, err);
}

static void fill_codes(struct table *table, const json_t *rows)
{
	table_column(table, L("Motif", "Code"), OUT_TEXT);
	table_column(table, L("Libellé", "Label"), OUT_TEXT);
	table_column(table, L("Catégorie", "Category"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "code"));
		table_text(table, json_text(row, "label"));
		table_text(table, care_word_label(CARE_CATEGORIES,
				      json_text(row, "category")));
	}
}

int cmd_care_exit_codes(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = leave_codes(cmd_reading(call), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Aucune liste de motifs importée (import "
			      "exit-codes FICHIER).",
				"No list of reasons imported (import "
				"exit-codes FILE)."),
			    fill_codes, err);
}

/* ---- six months later ---- */

int cmd_care_follow_up(struct call *call, struct err *err)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};
	char id[TEXT_ID_MAX + 1], day[DATE_TEXT];
	const struct care_word *word;
	struct care_worker worker;
	json_t *value = NULL;
	int rc;

	if ((rc = cmd_care_worker(call, call->args[0], &worker, err)) < 0 ||
	    (rc = cmd_care_day(call, "day", day, err)) < 0)
		return rc;
	if (care_word_find(&word, CARE_OUTCOMES, L("situation", "outcome"),
		opt_value(call, "outcome"), err) < 0)
		return cmd_care_blame(call, "outcome", err);
	value = json_pack("{s:s, s:s}", "day", day, "outcome", word->slug);
	if (value == NULL)
		return err_nomem(err);
	if ((rc = leave_follow_up(cmd_office(call), &worker, value, &by, id,
		 call->note, err)) == 0)
		rc = tell(call, id, L("Suivi noté", "Follow-up noted"), err);
	json_decref(value);
	return rc;
}

/* ---- any note ---- */

int cmd_care_void(struct call *call, struct err *err)
{
	const struct care_by by = {
	    NULL, opt_value(call, "reason"), opt_value(call, "seen")};
	int rc = cmd_care_in_sight(call, call->args[0], err);

	if (rc == 0)
		rc = care_void(cmd_office(call), call->args[0], &by, err);
	return rc < 0
	           ? rc
	           : tell(call, call->args[0], L("Retiré", "Withdrawn"), err);
}

static void fill_history(struct table *table, const json_t *rows)
{
	table_column(table, L("Quand", "When"), OUT_TEXT);
	table_column(table, L("Qui", "Who"), OUT_TEXT);
	table_column(table, L("Motif", "Reason"), OUT_TEXT);
	table_column(table, L("Valeur", "Value"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *person = json_text(row, "person");
		struct buf value = BUF_INIT;

		if (json_is_true(json_object_get(row, "void")))
			buf_add_text(&value, L("retiré", "withdrawn"));
		else
			json_write(&value, json_object_get(row, "value"));
		table_row(table);
		table_text(table, json_text(row, "at"));
		table_text(table,
		    person[0] != '\0' ? person : json_text(row, "device"));
		table_text(table, json_text(row, "reason"));
		table_buf(table, &value);
		buf_free(&value);
	}
}

int cmd_care_history(struct call *call, struct err *err)
{
	struct care_worker of;
	json_t *rows = NULL;
	int rc =
	    care_history(cmd_reading(call), call->args[0], &of, &rows, err);

	if (rc < 0)
		return rc;
	cmd_name_person(call, of.worker);
	return cmd_rows(call, rows, "", fill_history, err);
}

/* ---- reminders ---- */

static const char *what_label(const char *what)
{
	static const struct {
		const char *what, *fr, *en;
	} labels[] = {
	    {"meeting", "rendez-vous", "meeting"},
	    {"pmsmp_end", "fin d'immersion", "immersion ends"},
	    {"contract_end", "fin de contrat", "contract ends"},
	    {"exit_missing", "sortie à noter", "leaving to be noted"},
	    {"followup", "suivi à six mois", "six-month follow-up"},
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (strcmp(labels[i].what, what) == 0)
			return L(labels[i].fr, labels[i].en);
	}
	return what;
}

static void fill_due(struct table *table, const json_t *rows)
{
	table_column(table, L("Jour", "Day"), OUT_TEXT);
	table_column(table, "", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Quoi", "What"), OUT_TEXT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool late = json_is_true(json_object_get(row, "late"));

		table_row(table);
		table_text(table, json_text(row, "day"));
		table_text(table, late ? L("en retard", "late") : "");
		table_text(table, json_text(row, "worker"));
		table_text(table, what_label(json_text(row, "what")));
		table_text(table, json_text(row, "structure"));
	}
}

int cmd_care_due(struct call *call, struct err *err)
{
	struct due_filter filter = {opt_value(call, "structure"),
	    opt_value(call, "worker"), DUE_WITHIN_DAYS};
	const char *within = opt_value(call, "within");
	json_t *rows = NULL;
	char *end = NULL;
	long days;
	int rc;

	if (within != NULL) {
		days = strtol(within, &end, 10);
		if (end == within || *end != '\0' || days < 0 ||
		    days > WITHIN_MAX) {
			(void)err_set(err, E_USAGE,
			    L("un nombre de jours, de 0 à %d, est attendu",
				"a number of days from 0 to %d is expected"),
			    WITHIN_MAX);
			return cmd_care_blame(call, "within", err);
		}
		filter.within = (int)days;
	}
	rc = due_json(cmd_reading(call), &filter, &rows, err);
	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Rien à faire d'ici là.", "Nothing is due."),
			    fill_due, err);
}

/* ---- the closed lists ---- */

static json_t *objectives(void)
{
	json_t *out = care_words_json(CARE_OBJECTIVES);

	for (size_t i = 0; i < json_array_size(out); i++) {
		if (!json_put_int(
			json_array_get(out, i), "number", (int64_t)i + 1)) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static void tell_words(struct buf *out, const char *title, const json_t *words)
{
	buf_printf(out, "%s\n", title);
	for (size_t i = 0; i < json_array_size(words); i++) {
		const json_t *word = json_array_get(words, i);

		buf_printf(out, "  %-13s %s\n", json_text(word, "slug"),
		    json_text(word, "label"));
	}
}

int cmd_care_words(struct call *call, struct err *err)
{
	json_t *codes = NULL, *all;
	int rc = leave_codes(cmd_reading(call), &codes, err);

	if (rc < 0)
		return rc;
	all = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o}", "schema", 1, "themes",
	    care_words_json(CARE_THEMES), "objectives", objectives(),
	    "categories", care_words_json(CARE_CATEGORIES), "outcomes",
	    care_words_json(CARE_OUTCOMES), "codes", codes);
	if (all == NULL || cmd_json(call))
		return json_print(call->out, all, err);
	tell_words(
	    call->out, L("Thèmes", "Themes"), json_object_get(all, "themes"));
	tell_words(call->out, L("Objectifs", "Objectives"),
	    json_object_get(all, "objectives"));
	tell_words(call->out, L("Catégories de sortie", "Ways of leaving"),
	    json_object_get(all, "categories"));
	tell_words(call->out, L("Situations à six mois", "Six months later"),
	    json_object_get(all, "outcomes"));
	json_decref(all);
	return buf_check(call->out, err);
}
