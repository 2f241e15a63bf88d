#include <string.h>

#include "agent/cmd_hours.h"
#include "agent/crew_view.h"
#include "agent/journal_day.h"
#include "shared/lang.h"

#define MISSING_DAYS 31

/* clang-format off */
const struct opt cmd_hours_missing_options[] = {
    {"crew", 0, "C", "une seule équipe", "one crew alone"},
    {"until", 0, "D", "le dernier jour, hier si absent",
	"the last day, yesterday if absent"},
    OPT_STRUCTURE,
    {NULL, 0, NULL, NULL, NULL}
};
/* clang-format on */

struct gaps {
	struct agent agent;
	struct roster roster;
	const struct roster_item *crew; /* NULL: all of them */
	int64_t last;                   /* days since 1970 */
	json_t *rows;
	struct table *table;
};

static void add_row(struct table *table, const char *day, const char *slot,
    const struct roster_item *crew, const json_t *missing)
{
	struct buf names = BUF_INIT;

	for (size_t i = 0; i < json_array_size(missing); i++) {
		const json_t *item = json_array_get(missing, i);

		buf_printf(&names, "%s%s (%s)", i > 0 ? ", " : "",
		    json_text(item, "worker"), json_text(item, "name"));
	}
	table_row(table);
	table_text(table, day);
	table_text(table, slot);
	table_text(table, crew->id);
	table_int(table, (int64_t)json_array_size(missing));
	table_buf(table, &names);
	buf_free(&names);
}

static int add_slot(struct gaps *gaps, const struct crew_view *view,
    const struct roster_item *crew, const char *slot, struct err *err)
{
	json_t *missing;
	int rc = crew_view_missing(&missing, view, crew, slot, err);

	if (rc < 0)
		return rc;
	if (json_array_size(missing) > 0) {
		add_row(gaps->table, view->day, slot, crew, missing);
		if (json_array_append_new(gaps->rows,
			json_pack("{s:s,s:s,s:s,s:s,s:I,s:O}", "day", view->day,
			    "slot", slot, "structure", crew->structure, "crew",
			    crew->id, "missing",
			    (json_int_t)json_array_size(missing), "workers",
			    missing)) < 0)
			rc = err_nomem(err);
	}
	json_decref(missing);
	return rc;
}

/* Before anything was recorded for a structure, nothing is missing: it did
 * not work with us yet. */
static int add_crew(struct gaps *gaps, const struct crew_view *view,
    const struct roster_item *crew, struct err *err)
{
	char first[DATE_TEXT];
	int rc;

	if (gaps->crew != NULL && gaps->crew != crew)
		return 0;
	if ((rc = journal_first_day(
		 gaps->agent.db, crew->structure, first, err)) < 0)
		return rc;
	if (first[0] == '\0' || strcmp(view->day, first) < 0)
		return 0;
	if ((rc = add_slot(gaps, view, crew, "am", err)) < 0)
		return rc;
	return add_slot(gaps, view, crew, "pm", err);
}

static int add_day(struct gaps *gaps, int64_t days, struct err *err)
{
	struct date date = date_from_days(days);
	struct crew_view view;
	char day[DATE_TEXT];
	int rc;

	date_format(&date, day);
	rc = crew_view_load(&view, &gaps->agent, &gaps->roster, day, err);
	for (size_t i = 0; rc == 0 && i < gaps->roster.crews.count; i++)
		rc = add_crew(gaps, &view, &gaps->roster.crews.items[i], err);
	crew_view_clear(&view);
	return rc;
}

static int read_options(
    const struct call *call, struct gaps *gaps, struct err *err)
{
	const char *text = opt_value(call, "until");
	struct date date;

	date_local(os_now_s(gaps->agent.os), &date);
	gaps->last = date_days(&date) - 1;
	if (text != NULL) {
		if (date_parse(&date, text, err) < 0)
			return cmd_blame(call, "until", err);
		gaps->last = date_days(&date);
	}
	return opt_given(call, "crew")
	           ? cmd_hours_crew(call, &gaps->roster, &gaps->crew, err)
	           : 0;
}

static int fill(const struct call *call, struct gaps *gaps, struct err *err)
{
	int rc;

	if ((rc = cmd_open(call, &gaps->agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &gaps->agent, &gaps->roster, err)) < 0 ||
	    (rc = read_options(call, gaps, err)) < 0 ||
	    (rc = table_new(&gaps->table, err)) < 0)
		return rc;
	if ((gaps->rows = json_array()) == NULL)
		return err_nomem(err);
	table_column(gaps->table, L("Jour", "Day"), OUT_TEXT);
	table_column(gaps->table, L("Créneau", "Slot"), OUT_TEXT);
	table_column(gaps->table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(gaps->table, L("Manquent", "Missing"), OUT_INT);
	table_column(gaps->table, L("Qui", "Who"), OUT_TEXT);
	for (int64_t day = gaps->last - MISSING_DAYS + 1;
	     rc == 0 && day <= gaps->last; day++)
		rc = add_day(gaps, day, err);
	return rc;
}

int cmd_hours_missing(struct call *call, struct err *err)
{
	struct gaps gaps = {0};
	int rc = fill(call, &gaps, err);

	if (rc == 0 && cmd_json(call))
		rc = cmd_answer(call,
		    json_pack("{s:i,s:O}", "schema", 1, "rows", gaps.rows),
		    err);
	else if (rc == 0)
		rc = cmd_table(call, gaps.table,
		    L("Rien ne manque.", "Nothing is missing."), err);
	json_decref(gaps.rows);
	table_free(gaps.table);
	roster_clear(&gaps.roster);
	agent_close(&gaps.agent);
	return rc;
}
