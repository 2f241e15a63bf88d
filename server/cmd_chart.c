#include <string.h>

#include "server/chart/chart.h"
#include "server/cmd.h"
#include "server/cmd_rules.h"
#include "shared/date.h"
#include "shared/lang.h"

#define STRUCTURE                                                              \
	{                                                                      \
		"structure", 0, "S", "une seule structure",                    \
		    "one structure alone"                                      \
	}

/* clang-format off */
const struct opt cmd_chart_hours_options[] = {
    {"from", OPT_REQUIRED, "YYYY-MM", "premier mois", "first month"},
    {"to", OPT_REQUIRED, "YYYY-MM", "dernier mois", "last month"},
    STRUCTURE,
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_chart_etp_options[] = {
    STRUCTURE,
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_chart_levels_options[] = {
    {"month", 0, "YYYY-MM", "dernier mois (défaut : celui-ci)",
	"last month (default: this one)"},
    STRUCTURE,
    {NULL, 0, NULL, NULL, NULL}};

const struct opt cmd_chart_skills_options[] = {
    {"month", 0, "YYYY-MM", "dernier mois (défaut : celui-ci)",
	"last month (default: this one)"},
    STRUCTURE,
    {"worker", 0, "W", "un seul salarié", "one worker alone"},
    {NULL, 0, NULL, NULL, NULL}};
/* clang-format on */

static void put_cell(struct table *table, const json_t *value)
{
	if (json_is_integer(value))
		table_int(table, json_integer_value(value));
	else
		table_text(table, "–");
}

/* Months go down, series across: a spreadsheet makes its own picture. */
static int show(struct call *call, json_t *json, const char *list,
    const char *name, const char *values, enum out_type type, struct err *err)
{
	const json_t *months = json_object_get(json, "months");
	const json_t *series = json_object_get(json, list);
	struct table *table = NULL;
	int rc;

	if (cmd_json(call))
		return json_print(call->out, json, err);
	if ((rc = table_new(&table, err)) < 0)
		goto out;
	table_column(table, L("Mois", "Month"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(series); i++)
		table_column(
		    table, json_text(json_array_get(series, i), name), type);
	for (size_t m = 0; m < json_array_size(months); m++) {
		table_row(table);
		table_text(table, json_string_value(json_array_get(months, m)));
		for (size_t i = 0; i < json_array_size(series); i++)
			put_cell(
			    table, json_array_get(
				       json_object_get(
					   json_array_get(series, i), values),
				       m));
	}
	if ((rc = table_check(table, err)) == 0)
		out_terminal(call->out, table);
out:
	table_free(table);
	json_decref(json);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_chart_hours(struct call *call, struct err *err)
{
	const char *from = opt_value(call, "from"), *to = opt_value(call, "to");
	json_t *json = NULL;
	int rc;

	if ((rc = cmd_check_month(from, err)) < 0 ||
	    (rc = cmd_check_month(to, err)) < 0 ||
	    (rc = chart_hours(cmd_office(call), from, to,
		 opt_value(call, "structure"), &json, err)) < 0)
		return rc;
	return show(call, json, "series", "name", "minutes", OUT_MINUTES, err);
}

static void fill_etp(struct table *table, const json_t *rows)
{
	static const char *const members[] = {
	    "etp_so_far", "agreed_so_far", "projected", "agreed"};

	table_column(table, L("Annexe", "Annex"), OUT_TEXT);
	table_column(table, "Structure", OUT_TEXT);
	table_column(
	    table, L("ETP réalisés (1/100)", "ETP realised (1/100)"), OUT_INT);
	table_column(
	    table, L("Conventionnés à ce jour", "Agreed so far"), OUT_INT);
	table_column(table, L("Projetés à la fin", "Projected"), OUT_INT);
	table_column(table, L("Conventionnés", "Agreed"), OUT_INT);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		table_row(table);
		table_text(table, json_text(row, "annex"));
		table_text(table, json_text(row, "structure"));
		for (size_t j = 0; j < 4; j++)
			put_cell(table, json_object_get(row, members[j]));
	}
}

int cmd_chart_etp(struct call *call, struct err *err)
{
	json_t *json = NULL;
	int rc;

	if ((rc = cmd_check_month(call->args[0], err)) < 0 ||
	    (rc = chart_etp(cmd_office(call), call->args[0],
		 opt_value(call, "structure"), &json, err)) < 0)
		return rc;
	if (cmd_json(call))
		return json_print(call->out, json, err);
	rc = cmd_rows(call, json_incref(json_object_get(json, "rows")),
	    L("Aucune annexe cette année-là.", "No annex in that year."),
	    fill_etp, err);
	json_decref(json);
	return rc;
}

int cmd_chart_skills(struct call *call, struct err *err)
{
	struct office *office = cmd_office(call);
	const char *month = opt_value(call, "month");
	char today[DATE_TEXT];
	struct date date;
	json_t *json = NULL;
	int rc;

	date_local(os_now_s(office->os), &date);
	date_format(&date, today);
	today[MONTH_TEXT - 1] = '\0';
	if (month == NULL)
		month = today;
	if ((rc = cmd_check_month(month, err)) < 0 ||
	    (rc = chart_skills(office, month, opt_value(call, "structure"),
		 opt_value(call, "worker"), &json, err)) < 0)
		return rc;
	return show(call, json, "levels", "label", "counts", OUT_INT, err);
}
