#include <inttypes.h>
#include <string.h>

#include "agent/cmd.h"
#include "agent/month.h"
#include "shared/lang.h"

const struct opt cmd_month_show_options[] = {
    {"month", 0, "M", "le mois, 2026-11 ; celui-ci si absent",
	"the month, 2026-11; this one if absent"},
    {"crew", 0, "C", "une seule équipe", "one crew alone"},
    {NULL, 0, NULL, NULL, NULL}};

struct showing {
	struct agent agent;
	struct roster roster;
	const struct roster_item *crew; /* NULL: everybody */
	struct month month;
	json_t *rows; /* those with anomalies */
	json_t *calm; /* the others, who come after */
};

/* ---- everybody ---- */

static int add_worker(
    struct showing *showing, const struct roster_item *worker, struct err *err)
{
	json_t *row;
	bool odd;
	int rc;

	if (!month_has(&showing->month, worker, showing->crew))
		return 0;
	if ((rc = month_worker(&row, &showing->month, worker, err)) < 0)
		return rc;
	odd = json_array_size(json_object_get(row, "anomalies")) > 0;
	return json_array_append_new(
		   odd ? showing->rows : showing->calm, row) == 0
	           ? 0
	           : err_nomem(err);
}

static int add_list(
    struct showing *showing, const struct roster_list *list, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < list->count; i++)
		rc = add_worker(showing, &list->items[i], err);
	return rc;
}

static int fill(
    const struct call *call, struct showing *showing, struct err *err)
{
	const struct roster *roster = &showing->roster;
	int rc;

	if ((rc = cmd_open(call, &showing->agent, false, err)) < 0 ||
	    (rc = cmd_roster(call, &showing->agent, &showing->roster, err)) < 0)
		return rc;
	if (opt_given(call, "crew") &&
	    (rc = roster_crew(
		 roster, opt_value(call, "crew"), &showing->crew, err)) < 0)
		return rc;
	if ((rc = month_load(&showing->month, &showing->agent, roster,
		 opt_value(call, "month"), err)) < 0)
		return rc == E_INVALID ? cmd_blame(call, "month", err) : rc;
	showing->rows = json_array();
	showing->calm = json_array();
	if (showing->rows == NULL || showing->calm == NULL)
		return err_nomem(err);
	if ((rc = add_list(showing, &roster->workers, err)) < 0 ||
	    (rc = add_list(showing, &roster->newcomers, err)) < 0)
		return rc;
	return json_array_extend(showing->rows, showing->calm) == 0
	           ? 0
	           : err_nomem(err);
}

/* ---- for people ---- */

static const char *state_text(const char *state)
{
	if (strcmp(state, "agree") == 0)
		return L("d'accord", "agreed");
	if (strcmp(state, "disagree") == 0)
		return L("pas d'accord", "disagrees");
	if (strcmp(state, "stale") == 0)
		return L("à re-signer", "to be signed again");
	return L("pas signé", "not signed");
}

static void add_row(struct table *table, const json_t *row)
{
	table_row(table);
	table_text(table, json_text(row, "worker"));
	table_text(table, json_text(row, "name"));
	table_text(table, json_text(row, "crew"));
	table_int(table, json_int(row, "payable", 0));
	table_int(table, json_int(row, "days", 0));
	table_text(table,
	    state_text(json_text(json_object_get(row, "signoff"), "state")));
	table_int(
	    table, (int64_t)json_array_size(json_object_get(row, "anomalies")));
}

/* One line for all the gaps: they would hide the rest. */
static void add_missing(struct buf *out, const json_t *list)
{
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *odd = json_array_get(list, i);

		if (strcmp(json_text(odd, "what"), "missing") != 0)
			continue;
		buf_printf(out, "%s%s %s",
		    count++ > 0
			? ", "
			: L("  rien de noté : ", "  nothing recorded: "),
		    json_text(odd, "day"), json_text(odd, "slot"));
	}
	if (count > 0)
		buf_add_char(out, '\n');
}

static void add_anomalies(struct buf *out, const json_t *row)
{
	const json_t *list = json_object_get(row, "anomalies");

	if (json_array_size(list) > 0)
		buf_printf(out, "\n%s, %s\n", json_text(row, "worker"),
		    json_text(row, "name"));
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *odd = json_array_get(list, i);
		const char *day = json_text(odd, "day");
		const char *slot = json_text(odd, "slot");

		if (strcmp(json_text(odd, "what"), "missing") != 0)
			buf_printf(out, "  %s%s%s%s%s\n", day,
			    slot[0] != '\0' ? " " : "", slot,
			    day[0] != '\0' ? L(" : ", ": ") : "",
			    json_text(odd, "text"));
	}
	add_missing(out, list);
}

static int answer_text(
    struct call *call, const struct showing *showing, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Id", "Id"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Équipe", "Crew"), OUT_TEXT);
	table_column(table, L("À payer", "Payable"), OUT_MINUTES);
	table_column(table, L("Jours", "Days"), OUT_INT);
	table_column(table, L("Émargement", "Sign-off"), OUT_TEXT);
	table_column(table, L("À voir", "To see"), OUT_INT);
	for (size_t i = 0; i < json_array_size(showing->rows); i++)
		add_row(table, json_array_get(showing->rows, i));
	buf_printf(call->out, "%s\n\n", showing->month.text);
	rc = cmd_table(
	    call, table, L("Personne ce mois-là.", "No one that month."), err);
	for (size_t i = 0; rc == 0 && i < json_array_size(showing->rows); i++)
		add_anomalies(call->out, json_array_get(showing->rows, i));
	table_free(table);
	return rc < 0 ? rc : buf_check(call->out, err);
}

int cmd_month_show(struct call *call, struct err *err)
{
	struct showing showing = {0};
	int rc = fill(call, &showing, err);

	if (rc == 0)
		rc = cmd_json(call)
		         ? cmd_answer(call,
			       json_pack("{s:i,s:s,s:O}", "schema", 1, "month",
				   showing.month.text, "rows", showing.rows),
			       err)
		         : answer_text(call, &showing, err);
	json_decref(showing.rows);
	json_decref(showing.calm);
	month_clear(&showing.month);
	roster_clear(&showing.roster);
	agent_close(&showing.agent);
	return rc;
}
