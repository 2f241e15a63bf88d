#include <string.h>

#include "agent/cmd.h"
#include "agent/slots.h"
#include "shared/lang.h"
#include "shared/ledger.h"

const struct opt cmd_crew_options[] = {
    {"day", 0, "D", "le jour, aujourd'hui si absent",
	"the day, today if absent"},
    {NULL, 0, NULL, NULL, NULL}};

/* The crews on one day. */
struct view {
	struct agent agent;
	struct roster roster;
	struct slots slots;
	char day[DATE_TEXT];
};

/* Is this worker or newcomer of the crew that day? Newcomers whose worker is
 * on the list are shown as that worker. */
static bool is_member(const struct view *view, const struct roster_item *crew,
    const struct roster_item *person)
{
	bool on_day;

	return roster_crew_of(&view->roster, person, view->day, &on_day) ==
	           crew &&
	       on_day &&
	       (roster_match(person)[0] == '\0' ||
		   roster_find(&view->roster.workers, person->structure,
		       roster_match(person)) == NULL);
}

typedef int each_member(void *context, const struct view *view,
    const struct roster_item *person, struct err *err);

static int for_members(const struct view *view, const struct roster_item *crew,
    each_member *each, void *context, struct err *err)
{
	const struct roster_list *const lists[] = {
	    &view->roster.workers, &view->roster.newcomers};
	int rc = 0;

	for (size_t l = 0; l < sizeof(lists) / sizeof(lists[0]); l++) {
		for (size_t i = 0; rc == 0 && i < lists[l]->count; i++) {
			const struct roster_item *item = &lists[l]->items[i];

			if (is_member(view, crew, item))
				rc = each(context, view, item, err);
		}
	}
	return rc;
}

static const struct slot *held_slot(
    const struct view *view, const struct roster_item *person, const char *slot)
{
	return slots_find(
	    &view->slots, person->structure, person->id, view->day, slot);
}

static const char *site_name(
    const struct view *view, const struct roster_item *crew)
{
	const char *id = json_text(crew->value, "site");
	const struct roster_item *site =
	    roster_find(&view->roster.sites, crew->structure, id);

	return site != NULL ? json_text(site->value, "name") : id;
}

/* ---- for programs ---- */

static const char *state_word(const struct slot *slot)
{
	return slot != NULL ? slot->state : RECORD_EMPTY;
}

static int add_member_json(void *context, const struct view *view,
    const struct roster_item *person, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(person, name);
	return json_array_append_new(context,
		   json_pack("{s:s,s:s,s:s,s:s}", "worker", person->id, "name",
		       name, "am", state_word(held_slot(view, person, "am")),
		       "pm", state_word(held_slot(view, person, "pm")))) == 0
	           ? 0
	           : err_nomem(err);
}

static json_t *supervisors_json(
    const struct view *view, const struct roster_item *crew)
{
	const struct roster_list *list = &view->roster.supervisors;
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < list->count; i++) {
		const struct roster_item *item = &list->items[i];
		char name[ROSTER_NAME_TEXT];

		if (strcmp(item->structure, crew->structure) != 0 ||
		    strcmp(json_text(item->value, "crew"), crew->id) != 0)
			continue;
		roster_name(item, name);
		if (json_array_append_new(out,
			json_pack("{s:s,s:s}", "id", item->id, "name", name)) <
		    0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static int add_crew_json(json_t *crews, const struct view *view,
    const struct roster_item *crew, struct err *err)
{
	json_t *workers = json_array();
	int rc = workers != NULL
	             ? for_members(view, crew, add_member_json, workers, err)
	             : err_nomem(err);

	if (rc < 0) {
		json_decref(workers);
		return rc;
	}
	return json_array_append_new(crews,
		   json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:o,s:o}", "structure",
		       crew->structure, "crew", crew->id, "name",
		       json_text(crew->value, "name"), "site",
		       json_text(crew->value, "site"), "am",
		       json_text(crew->value, "am"), "pm",
		       json_text(crew->value, "pm"), "supervisors",
		       supervisors_json(view, crew), "workers", workers)) == 0
	           ? 0
	           : err_nomem(err);
}

static int answer_json(
    struct call *call, const struct view *view, struct err *err)
{
	json_t *crews = json_array();
	int rc = crews != NULL ? 0 : err_nomem(err);

	for (size_t i = 0; rc == 0 && i < view->roster.crews.count; i++)
		rc = add_crew_json(
		    crews, view, &view->roster.crews.items[i], err);
	if (rc < 0) {
		json_decref(crews);
		return rc;
	}
	return cmd_answer(call,
	    json_pack(
		"{s:i,s:s,s:o}", "schema", 1, "day", view->day, "crews", crews),
	    err);
}

/* ---- for people ---- */

static void add_slot_text(struct table *table, const struct view *view,
    const struct roster_item *person, const char *name)
{
	const struct slot *slot = held_slot(view, person, name);
	char duration[DURATION_TEXT];
	struct buf text = BUF_INIT;

	if (slot == NULL) {
		buf_add_text(&text, "—");
	} else if (slots_is_contested(slot)) {
		buf_add_text(&text, L("contesté", "contested"));
	} else if (strcmp(slot->state, RECORD_VOID) == 0) {
		buf_add_text(&text, slots_kind(slot));
	} else {
		duration_format(slot->minutes, duration);
		if (slot->minutes > 0)
			buf_printf(&text, "%s ", duration);
		buf_add_text(&text, slots_kind(slot));
	}
	table_buf(table, &text);
	buf_free(&text);
}

static int add_member_row(void *context, const struct view *view,
    const struct roster_item *person, struct err *err)
{
	struct table *table = context;
	char name[ROSTER_NAME_TEXT];

	(void)err;
	roster_name(person, name);
	table_row(table);
	table_text(table, person->id);
	table_text(table, name);
	add_slot_text(table, view, person, "am");
	add_slot_text(table, view, person, "pm");
	return 0;
}

static void add_title(
    struct buf *out, const struct view *view, const struct roster_item *crew)
{
	const struct roster_item *first =
	    roster_first_supervisor(&view->roster, crew);
	char name[ROSTER_NAME_TEXT];

	buf_printf(out, "%s%s — %s (%s), %s", out->len > 0 ? "\n" : "",
	    crew->id, json_text(crew->value, "name"), crew->structure,
	    site_name(view, crew));
	if (first != NULL) {
		roster_name(first, name);
		buf_printf(
		    out, L(", encadrant : %s", ", supervisor: %s"), name);
	}
	buf_printf(out, "\n%s\n", view->day);
}

static int add_crew_text(struct call *call, const struct view *view,
    const struct roster_item *crew, struct err *err)
{
	struct table *table = NULL;
	int rc = table_new(&table, err);

	if (rc < 0)
		return rc;
	table_column(table, L("Id", "Id"), OUT_TEXT);
	table_column(table, L("Nom", "Name"), OUT_TEXT);
	table_column(table, L("Matin", "Morning"), OUT_TEXT);
	table_column(table, L("Après-midi", "Afternoon"), OUT_TEXT);
	add_title(call->out, view, crew);
	if ((rc = for_members(view, crew, add_member_row, table, err)) == 0)
		rc = cmd_table(call, table,
		    L("Personne ce jour-là.", "No one that day."), err);
	table_free(table);
	return rc;
}

static int answer_text(
    struct call *call, const struct view *view, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < view->roster.crews.count; i++)
		rc = add_crew_text(
		    call, view, &view->roster.crews.items[i], err);
	if (view->roster.crews.count == 0)
		buf_add_text(call->out,
		    L("Aucune équipe. Lancez « pointeau sync » ; s'il n'en "
		      "vient pas, appelez le bureau.\n",
			"No crew. Run \"pointeau sync\"; if none comes, call "
			"the office.\n"));
	return rc;
}

int cmd_crew(struct call *call, struct err *err)
{
	struct view view = {0};
	int rc;

	if ((rc = cmd_open(call, &view.agent, false, err)) < 0 ||
	    (rc = cmd_day(call, &view.agent, view.day, err)) < 0 ||
	    (rc = roster_load(&view.roster, view.agent.db, err)) < 0 ||
	    (rc = slots_load(
		 &view.slots, view.agent.db, view.day, view.day, err)) < 0)
		goto out;
	rc = cmd_json(call) ? answer_json(call, &view, err)
	                    : answer_text(call, &view, err);
out:
	slots_clear(&view.slots);
	roster_clear(&view.roster);
	agent_close(&view.agent);
	return rc;
}
