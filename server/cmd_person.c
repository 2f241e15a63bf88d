/*
 * Looking somebody up, and the page of one worker.
 */
#include <string.h>

#include "server/care/path.h"
#include "server/cmd.h"
#include "server/cmd_care.h"
#include "shared/lang.h"

/* clang-format off */
#define OPT_STRUCTURE                                                          \
	{"structure", 0, "S", "sa structure, s'il est dans plusieurs",         \
	    "their structure, when in several"}
#define OPTS_END {NULL, 0, NULL, NULL, NULL}

const struct opt cmd_person_list_options[] = {
    {"search", 0, "TEXT", "ces mots, sans souci d'accents",
	"these words, whatever the accents"},
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    OPTS_END};
const struct opt cmd_person_show_options[] = {
    {"job", 0, "CODE", "ce que ce métier (ROME) demande encore",
	"what this trade (ROME) still asks"},
    OPT_STRUCTURE, OPTS_END};
/* clang-format on */

/* ---- the list ---- */

static void fill_people(struct table *table, const json_t *rows)
{
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(table, L("Fin de contrat", "Contract ends"), OUT_TEXT);
	table_column(table, L("Sortie", "Left"), OUT_TEXT);
	table_column(table, L("À faire", "Due"), OUT_INT);
	table_column(table, L("Structure", "Structure"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "crew_name"));
		table_text(table, json_text(row, "contract_end"));
		table_text(table, json_text(row, "left"));
		table_int(table, json_int(row, "due", 0));
		table_text(table, json_text(row, "structure"));
	}
}

int cmd_person_list(struct call *call, struct err *err)
{
	json_t *rows = NULL;
	int rc = path_list(cmd_reading(call), opt_value(call, "structure"),
	    opt_value(call, "search"), &rows, err);

	return rc < 0 ? rc
	              : cmd_rows(call, rows,
			    L("Personne trouvé.", "Nobody found."), fill_people,
			    err);
}

/* ---- the page ---- */

static void tell_weeks(struct buf *out, const json_t *page)
{
	const json_t *weeks = json_object_get(page, "weeks");
	size_t under = 0, expected = 0;

	for (size_t i = 0; i < json_array_size(weeks); i++) {
		const json_t *week = json_array_get(weeks, i);

		expected += json_is_true(json_object_get(week, "expected"));
		under += json_is_true(json_object_get(week, "under"));
	}
	buf_printf(out,
	    L("Semaines sous 15 h : %zu sur %zu\n",
		"Weeks under 15 h: %zu of %zu\n"),
	    under, expected);
}

static void tell_list(struct buf *out, const char *title, const json_t *rows,
    const char *first, const char *second)
{
	if (json_array_size(rows) == 0)
		return;
	buf_printf(out, "%s\n", title);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_printf(out, "  %s  %s\n", json_text(row, first),
		    json_text(row, second));
	}
}

static void tell_page(struct buf *out, const json_t *page)
{
	buf_printf(out, "%s, %s (%s)\n", json_text(page, "worker"),
	    json_text(page, "name"), json_text(page, "structure_name"));
	tell_list(out, L("Contrats", "Contracts"),
	    json_object_get(page, "contracts"), "start", "end");
	tell_list(out, L("Équipes", "Crews"), json_object_get(page, "crews"),
	    "crew", "name");
	tell_weeks(out, page);
	tell_list(out, L("Compétences observées", "Skills observed"),
	    json_object_get(page, "skills"), "skill", "label");
	tell_list(out, L("Rendez-vous", "Meetings"),
	    json_object_get(page, "meetings"), "day", "theme");
	tell_list(out, L("Formations", "Training"),
	    json_object_get(page, "trainings"), "start", "title");
	tell_list(out, L("Immersions", "Immersions"),
	    json_object_get(page, "pmsmp"), "start", "host");
	tell_list(out, L("Sorties", "Leaving"), json_object_get(page, "exits"),
	    "day", "category");
	tell_list(out, L("À faire", "Due"), json_object_get(page, "due"), "day",
	    "what");
}

static int show(struct call *call, const char *job, bool whole, struct err *err)
{
	struct care_worker worker;
	json_t *page = NULL;
	int rc;

	if ((rc = cmd_care_worker(call, call->args[0], &worker, err)) < 0 ||
	    (rc = path_show(
		 cmd_reading(call), &worker, job, whole, &page, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, page, err);
	tell_page(call->out, page);
	json_decref(page);
	return buf_check(call->out, err);
}

int cmd_person_show(struct call *call, struct err *err)
{
	return show(call, opt_value(call, "job"), true, err);
}

int cmd_person_card(struct call *call, struct err *err)
{
	return show(call, NULL, false, err);
}
