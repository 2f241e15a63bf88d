#include <string.h>

#include "agent/cell.h"
#include "agent/cmd.h"
#include "agent/crew_view.h"
#include "shared/lang.h"

const struct opt cmd_crew_options[] = {
    {"day", 0, "D", "le jour, aujourd'hui si absent",
	"the day, today if absent"},
    {NULL, 0, NULL, NULL, NULL}};

static void add_cell(struct table *table, const struct slot *slot)
{
	struct buf text = BUF_INIT;

	cell_add_text(&text, slot);
	table_buf(table, &text);
	buf_free(&text);
}

/* What is beside the two halves of the day: "x1 1h30 intempéries". */
static void add_others(struct table *table, const struct crew_view *view,
    const struct roster_item *member)
{
	char name[3] = "x1";
	struct buf text = BUF_INIT;

	for (; name[1] <= '9'; name[1]++) {
		const struct slot *slot = crew_view_slot(view, member, name);

		if (slot == NULL)
			continue;
		buf_printf(&text, "%s%s ", text.len > 0 ? ", " : "", name);
		cell_add_text(&text, slot);
	}
	table_buf(table, &text);
	buf_free(&text);
}

static void add_member_row(struct table *table, const struct crew_view *view,
    const struct roster_item *member)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(member, name);
	table_row(table);
	table_text(table, member->id);
	table_text(table, name);
	add_cell(table, crew_view_slot(view, member, "am"));
	add_cell(table, crew_view_slot(view, member, "pm"));
	add_others(table, view, member);
}

static void add_title(struct buf *out, const struct crew_view *view,
    const struct roster_item *crew)
{
	const struct roster_item *first =
	    roster_first_supervisor(view->roster, crew);
	char name[ROSTER_NAME_TEXT];

	buf_printf(out, "%s%s — %s (%s), %s", out->len > 0 ? "\n" : "",
	    crew->id, json_text(crew->value, "name"), crew->structure,
	    crew_view_site(view, crew));
	if (first != NULL) {
		roster_name(first, name);
		buf_printf(
		    out, L(", encadrant : %s", ", supervisor: %s"), name);
	}
	buf_printf(out, "\n%s\n", view->day);
}

static int add_crew_text(struct call *call, const struct crew_view *view,
    const struct roster_item *crew, struct err *err)
{
	struct table *table = NULL;
	struct members members;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Id", "Id"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Matin", "Morning"), OUT_TEXT);
	table_column(table, L("Après-midi", "Afternoon"), OUT_TEXT);
	table_column(table, L("Autres", "Others"), OUT_TEXT);
	add_title(call->out, view, crew);
	rc = members_load(&members, view->roster, crew, view->day, err);
	for (size_t i = 0; i < members.count; i++)
		add_member_row(table, view, members.items[i]);
	if (rc == 0)
		rc = cmd_table(call, table,
		    L("Personne ce jour-là.", "No one that day."), err);
	members_clear(&members);
	table_free(table);
	return rc;
}

static int answer_text(
    struct call *call, const struct crew_view *view, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < view->roster->crews.count; i++)
		rc = add_crew_text(
		    call, view, &view->roster->crews.items[i], err);
	if (view->roster->crews.count == 0)
		buf_add_text(call->out,
		    L("Aucune équipe. Lancez « pointeau sync » ; s'il n'en "
		      "vient pas, appelez le bureau.\n",
			"No crew. Run \"pointeau sync\"; if none comes, call "
			"the office.\n"));
	return rc;
}

int cmd_crew(struct call *call, struct err *err)
{
	struct agent agent = {0};
	struct roster roster = {0};
	struct crew_view view = {0};
	char day[DATE_TEXT];
	json_t *answer;
	int rc;

	if ((rc = cmd_open(call, &agent, false, err)) < 0 ||
	    (rc = cmd_day(call, &agent, day, err)) < 0 ||
	    (rc = cmd_roster(call, &agent, &roster, err)) < 0 ||
	    (rc = crew_view_load(&view, &agent, &roster, day, err)) < 0)
		goto out;
	if (!cmd_json(call))
		rc = answer_text(call, &view, err);
	else if ((rc = crew_view_json(&answer, &view, err)) == 0)
		rc = cmd_answer(call, answer, err);
out:
	crew_view_clear(&view);
	roster_clear(&roster);
	agent_close(&agent);
	return rc;
}
