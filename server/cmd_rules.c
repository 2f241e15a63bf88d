#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "server/cmd.h"
#include "server/cmd_rules.h"
#include "server/rules/rules.h"
#include "shared/date.h"
#include "shared/lang.h"

#define VALUE_TEXT 32

/* clang-format off */
const struct opt cmd_rules_list_options[] = {
    {"structure", 0, "S", "une seule structure", "one structure alone"},
    {"worker", 0, "W", "un seul salarié", "one worker alone"},
    {"all", OPT_FLAG, NULL, "aussi les alertes acquittées",
	"acknowledged alerts, too"},
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_rules_ack_options[] = {
    {"reason", OPT_REQUIRED, "R", "motif", "reason"},
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_rules_week_options[] = {
    {"worker", OPT_REQUIRED, "W", "le salarié", "the worker"},
    {"week", OPT_REQUIRED, "YYYY-Www", "la semaine, comme 2026-W47",
	"the week, such as 2026-W47"},
    {"structure", 0, "S", "sa structure, s'il en a plusieurs",
	"the worker's structure, where there are several"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

/* "3h30", "7 j", "25 mois" */
static void show_value(char out[VALUE_TEXT], const char *unit, int64_t value)
{
	char duration[DURATION_TEXT];

	if (strcmp(unit, "minutes") == 0) {
		duration_format(value, duration);
		(void)snprintf(out, VALUE_TEXT, "%s", duration);
	} else {
		(void)snprintf(out, VALUE_TEXT, "%" PRId64 " %s", value,
		    strcmp(unit, "days") == 0 ? L("j", "d")
					      : L("mois", "months"));
	}
}

/* "BAT (4h00), VERTS (1h30)" */
static void add_elsewhere(struct table *table, const json_t *list)
{
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		char duration[DURATION_TEXT];

		duration_format(json_int(row, "minutes", 0), duration);
		buf_printf(&text, "%s%s (%s)", i > 0 ? ", " : "",
		    json_text(row, "structure"), duration);
	}
	table_text(table, buf_text(&text));
	buf_free(&text);
}

static void fill_alerts(struct table *table, const json_t *rows)
{
	table_column(table, "Structure", OUT_TEXT);
	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Période", "Period"), OUT_TEXT);
	table_column(table, L("Règle", "Rule"), OUT_TEXT);
	table_column(table, L("Valeur", "Value"), OUT_TEXT);
	table_column(table, L("Limite", "Limit"), OUT_TEXT);
	table_column(table, "Source", OUT_TEXT);
	table_column(
	    table, L("Avec les heures de", "With the hours of"), OUT_TEXT);
	table_column(table, L("Alerte", "Alert"), OUT_TEXT);
	table_column(table, L("Acquittée", "Acknowledged"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *unit = json_text(row, "unit");
		char value[VALUE_TEXT], limit[VALUE_TEXT];

		show_value(value, unit, json_int(row, "value", 0));
		show_value(limit, unit, json_int(row, "limit", 0));
		table_row(table);
		table_text(table, json_text(row, "structure"));
		table_text(table, json_text(row, "worker"));
		table_text(table, json_text(row, "name"));
		table_text(table, json_text(row, "period"));
		table_text(table, json_text(row, "text"));
		table_text(table, value);
		table_text(table, limit);
		table_text(table, json_text(row, "source"));
		add_elsewhere(table, json_object_get(row, "elsewhere"));
		table_text(table, json_text(row, "id"));
		table_text(
		    table, json_text(json_object_get(row, "ack"), "reason"));
	}
}

/* What could not be asked is said beside the list. */
static void tell_skipped(struct buf *note, const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);
		bool birth = strcmp(json_text(row, "needs"), "birth") == 0;

		buf_printf(note,
		    birth ? L("règles des moins de 18 ans : date de naissance "
			      "inconnue de %" PRId64 " personnes\n",
				"rules for those under 18: birth date of "
				"%" PRId64 " people unknown\n")
			  : L("règle du PASS IAE : fin du PASS inconnue de "
			      "%" PRId64 " personnes\n",
				"rule of the PASS IAE: its end is unknown for "
				"%" PRId64 " people\n"),
		    json_int(row, "people", 0));
	}
}

int cmd_rules_list(struct call *call, struct err *err)
{
	const struct rules_query query = {
	    .month = call->args[0],
	    .structure = opt_value(call, "structure"),
	    .worker = opt_value(call, "worker"),
	    .all = opt_given(call, "all"),
	};
	json_t *json = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = rules_list(cmd_office(call), &query, &json, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, json, err);
	tell_skipped(call->note, json_object_get(json, "skipped"));
	rc = cmd_rows(call, json_incref(json_object_get(json, "rows")),
	    L("Aucune alerte.", "No alert."), fill_alerts, err);
	json_decref(json);
	return rc;
}

int cmd_rules_ack(struct call *call, struct err *err)
{
	json_t *json = NULL;
	int rc = rules_ack(cmd_office(call), cmd_reading(call), call->args[0],
	    opt_value(call, "reason"), &json, err);

	if (rc < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, json, err);
	buf_printf(call->out,
	    L("%" PRId64 " alertes acquittées, %" PRId64 " l'étaient déjà\n",
		"%" PRId64 " alerts acknowledged, %" PRId64 " were before\n"),
	    json_int(json, "acked", 0), json_int(json, "already", 0));
	json_decref(json);
	return buf_check(call->out, err);
}

/* A row a day, a column for each kind that occurs. */
static void fill_week(struct table *table, const json_t *week)
{
	const json_t *days = json_object_get(week, "days");
	json_t *labels = json_object_get(week, "labels"), *label;
	const char *kind;

	table_column(table, L("Jour", "Day"), OUT_TEXT);
	json_object_foreach(labels, kind, label)
	    table_column(table, json_string_value(label), OUT_MINUTES);
	table_column(table, "Total", OUT_MINUTES);
	table_column(
	    table, L("Travail effectif", "Effective work"), OUT_MINUTES);
	for (size_t i = 0; i <= json_array_size(days); i++) {
		bool last = i == json_array_size(days);
		const json_t *row = last ? week : json_array_get(days, i);

		table_row(table);
		table_text(table, last ? "Total" : json_text(row, "day"));
		json_object_foreach(labels, kind, label) table_int(
		    table, json_int(json_object_get(row, "kinds"), kind, 0));
		table_int(table, json_int(row, "total", 0));
		table_int(table, json_int(row, "effective", 0));
	}
}

int cmd_rules_week(struct call *call, struct err *err)
{
	struct table *table = NULL;
	json_t *json = NULL;
	int64_t contested;
	int rc;

	if ((rc = rules_recap(cmd_office(call), opt_value(call, "structure"),
		 opt_value(call, "worker"), opt_value(call, "week"), &json,
		 err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, json, err);
	if ((rc = table_new(&table, err)) < 0)
		goto out;
	fill_week(table, json);
	if ((rc = table_check(table, err)) < 0)
		goto out;
	buf_printf(call->out, "%s (%s), %s, %s\n", json_text(json, "name"),
	    json_text(json, "worker"), json_text(json, "structure_name"),
	    json_text(json, "week"));
	out_terminal(call->out, table);
	if ((contested = json_int(json, "contested", 0)) > 0)
		buf_printf(call->note,
		    L("créneaux contestés, dans aucun total : %" PRId64 "\n",
			"contested slots, in no total: %" PRId64 "\n"),
		    contested);
	rc = buf_check(call->out, err);
out:
	table_free(table);
	json_decref(json);
	return rc;
}
