#include <stdlib.h>
#include <string.h>

#include "agent/cell.h"
#include "agent/crew_view.h"
#include "agent/journal_day.h"
#include "shared/holiday.h"
#include "shared/kind.h"
#include "shared/ledger.h"
#include "shared/planned.h"

int crew_view_load(struct crew_view *out, struct agent *agent,
    const struct roster *roster, const char *day, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->agent = agent;
	out->roster = roster;
	text_copy(out->day, sizeof(out->day), day);
	if ((rc = closed_load(&out->closed, agent->db, err)) < 0)
		return rc;
	return slots_load(&out->slots, agent->db, day, day, err);
}

void crew_view_clear(struct crew_view *view)
{
	slots_clear(&view->slots);
	closed_clear(&view->closed);
}

const struct slot *crew_view_slot(const struct crew_view *view,
    const struct roster_item *member, const char *slot)
{
	return slots_find(&view->slots, member->structure,
	    members_subject(member), view->day, slot);
}

const char *crew_view_site(
    const struct crew_view *view, const struct roster_item *crew)
{
	const char *id = json_text(crew->value, "site");
	const struct roster_item *site =
	    roster_find(&view->roster->sites, crew->structure, id);

	return site != NULL ? json_text(site->value, "name") : id;
}

/* ---- members ---- */

static int add_cell(json_t *list, const struct crew_view *view,
    const struct slot *slot, const char *name, struct err *err)
{
	json_t *cell;
	int rc = cell_json(&cell, view->agent, &view->closed, slot, name, err);

	if (rc < 0)
		return rc;
	return json_array_append_new(list, cell) == 0 ? 0 : err_nomem(err);
}

/* Both halves of the day, and the other slots that hold something. */
static int cells_json(json_t **out, const struct crew_view *view,
    const struct roster_item *member, struct err *err)
{
	char name[3] = "am";
	int rc;

	if ((*out = json_array()) == NULL)
		return err_nomem(err);
	rc =
	    add_cell(*out, view, crew_view_slot(view, member, "am"), "am", err);
	if (rc == 0)
		rc = add_cell(
		    *out, view, crew_view_slot(view, member, "pm"), "pm", err);
	for (char c = '1'; rc == 0 && c <= '9'; c++) {
		const struct slot *slot;

		name[0] = 'x';
		name[1] = c;
		if ((slot = crew_view_slot(view, member, name)) != NULL)
			rc = add_cell(*out, view, slot, name, err);
	}
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}

static const char *word_of(const struct slot *slot)
{
	return slot != NULL ? slot->state : RECORD_EMPTY;
}

/* Of which halves of the day an answer is due. */
static int expected_json(json_t **out, const struct crew_view *view,
    const struct roster_item *crew, const struct roster_item *member,
    struct err *err)
{
	bool am, pm;
	int rc;

	if ((rc = members_expects(
		 &am, view->agent, crew, member, view->day, "am", err)) < 0 ||
	    (rc = members_expects(
		 &pm, view->agent, crew, member, view->day, "pm", err)) < 0)
		return rc;
	*out = json_pack("{s:b,s:b}", "am", am, "pm", pm);
	return *out != NULL ? 0 : err_nomem(err);
}

static int add_member(json_t *list, const struct crew_view *view,
    const struct roster_item *crew, const struct roster_item *member,
    struct err *err)
{
	char name[ROSTER_NAME_TEXT];
	json_t *cells, *expected;
	int rc = expected_json(&expected, view, crew, member, err);

	if (rc < 0)
		return rc;
	if ((rc = cells_json(&cells, view, member, err)) < 0) {
		json_decref(expected);
		return rc;
	}
	roster_name(member, name);
	return json_array_append_new(
		   list, json_pack("{s:s,s:s,s:b,s:s,s:s,s:o,s:o}", "worker",
			     member->id, "name", name, "newcomer",
			     record_is_newcomer(member->id), "am",
			     word_of(crew_view_slot(view, member, "am")), "pm",
			     word_of(crew_view_slot(view, member, "pm")),
			     "expected", expected, "slots", cells)) == 0
	           ? 0
	           : err_nomem(err);
}

static int members_json(json_t **out, const struct crew_view *view,
    const struct roster_item *crew, struct err *err)
{
	struct members members;
	int rc = members_load(&members, view->roster, crew, view->day, err);

	if (rc < 0)
		return rc;
	if ((*out = json_array()) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < members.count; i++)
		rc = add_member(*out, view, crew, members.items[i], err);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	members_clear(&members);
	return rc;
}

static json_t *supervisors_json(
    const struct crew_view *view, const struct roster_item *crew)
{
	const struct roster_list *list = &view->roster->supervisors;
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

/* ---- what is missing ---- */

static int add_missing(json_t *list, const struct crew_view *view,
    const struct roster_item *crew, const struct roster_item *member,
    const char *slot, struct err *err)
{
	char name[ROSTER_NAME_TEXT];
	bool expected;
	int rc;

	if (members_answered(&view->slots, member, view->day, slot))
		return 0;
	if ((rc = members_expects(&expected, view->agent, crew, member,
		 view->day, slot, err)) < 0 ||
	    !expected)
		return rc;
	roster_name(member, name);
	return json_array_append_new(list, json_pack("{s:s,s:s}", "worker",
					       member->id, "name", name)) == 0
	           ? 0
	           : err_nomem(err);
}

int crew_view_missing(json_t **out, const struct crew_view *view,
    const struct roster_item *crew, const char *slot, struct err *err)
{
	struct members members;
	int rc = members_load(&members, view->roster, crew, view->day, err);

	*out = NULL;
	if (rc < 0)
		return rc;
	if ((*out = json_array()) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < members.count; i++)
		rc = add_missing(*out, view, crew, members.items[i], slot, err);
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	members_clear(&members);
	return rc;
}

/* It was called finished, and still nobody lacks an answer. */
static int is_finished(bool *out, const struct crew_view *view,
    const struct roster_item *crew, const char *slot, struct err *err)
{
	json_t *missing = NULL;
	int rc = journal_is_finished(view->agent->db, crew->structure, crew->id,
	    view->day, slot, out, err);

	if (rc < 0 || !*out)
		return rc;
	rc = crew_view_missing(&missing, view, crew, slot, err);
	*out = json_array_size(missing) == 0;
	json_decref(missing);
	return rc;
}

/* ---- a crew ---- */

static json_t *head_json(
    const struct crew_view *view, const struct roster_item *crew)
{
	const struct roster_item *site = roster_find(&view->roster->sites,
	    crew->structure, json_text(crew->value, "site"));
	int am[2] = {0}, pm[2] = {0};

	if (!roster_stretch(crew, "am", &am[0], &am[1]))
		am[0] = am[1] = 0;
	if (!roster_stretch(crew, "pm", &pm[0], &pm[1]))
		pm[0] = pm[1] = 0;
	return json_pack("{s:s,s:s,s:s,s:s,s:s,s:s,s:s,s:i,s:i,s:s}",
	    "structure", crew->structure, "crew", crew->id, "name",
	    json_text(crew->value, "name"), "site",
	    json_text(crew->value, "site"), "site_name",
	    crew_view_site(view, crew), "am", json_text(crew->value, "am"),
	    "pm", json_text(crew->value, "pm"), "am_minutes", am[1] - am[0],
	    "pm_minutes", pm[1] - pm[0], "trade",
	    site != NULL ? json_text(site->value, "sector") : "");
}

static int put_day(json_t *out, const struct crew_view *view,
    const struct roster_item *crew, struct err *err)
{
	struct date date;
	unsigned halves;
	bool am, pm;
	int rc;

	if ((rc = date_parse(&date, view->day, err)) < 0 ||
	    (rc = is_finished(&am, view, crew, "am", err)) < 0 ||
	    (rc = is_finished(&pm, view, crew, "pm", err)) < 0)
		return rc;
	halves = planned_halves(crew->value, "", &date);
	return json_put(out, "planned", json_boolean(halves != 0)) &&
	               json_put(out, "planned_halves",
			   json_pack("{s:b,s:b}", "am", (halves & PLAN_AM) != 0,
			       "pm", (halves & PLAN_PM) != 0)) &&
	               json_put(out, "closed",
			   json_boolean(
			       closed_month(&view->closed, crew->structure,
				   view->day) != NULL)) &&
	               json_put(out, "finished",
			   json_pack("{s:b,s:b}", "am", am, "pm", pm)) &&
	               json_put(
			   out, "supervisors", supervisors_json(view, crew))
	           ? 0
	           : err_nomem(err);
}

static int add_crew(json_t *list, const struct crew_view *view,
    const struct roster_item *crew, struct err *err)
{
	json_t *out = head_json(view, crew), *workers;
	int rc = out != NULL ? put_day(out, view, crew, err) : err_nomem(err);

	if (rc == 0 && (rc = members_json(&workers, view, crew, err)) == 0 &&
	    !json_put(out, "workers", workers))
		rc = err_nomem(err);
	if (rc < 0) {
		json_decref(out);
		return rc;
	}
	return json_array_append_new(list, out) == 0 ? 0 : err_nomem(err);
}

/* ---- what to choose from ---- */

static json_t *sites_json(const struct crew_view *view)
{
	const struct roster_list *list = &view->roster->sites;
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < list->count; i++) {
		const struct roster_item *item = &list->items[i];

		if (json_array_append_new(
			out, json_pack("{s:s,s:s,s:s}", "id", item->id, "name",
				 json_text(item->value, "name"), "structure",
				 item->structure)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static json_t *kinds_json(void)
{
	size_t count;
	const struct kind *kinds = kind_all(&count);
	json_t *out = json_array();

	for (size_t i = 0; out != NULL && i < count; i++) {
		if (json_array_append_new(out,
			json_pack("{s:s,s:s,s:b,s:b}", "slug", kinds[i].slug,
			    "label", kind_label(&kinds[i]), "absence",
			    kinds[i].absence, "paid", kinds[i].paid)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

struct counted {
	const char *text;
	int64_t count;
};

static int by_count(const void *left, const void *right)
{
	const struct counted *a = left, *b = right;

	if (a->count != b->count)
		return a->count < b->count ? 1 : -1;
	return strcmp(a->text, b->text);
}

/* The most frequent first, of those counted in ${counts}. */
static int sort_counts(json_t **out, json_t *counts, struct err *err)
{
	size_t count = json_object_size(counts), at = 0;
	struct counted *list = calloc(count > 0 ? count : 1, sizeof(*list));
	const char *text;
	json_t *number;
	int rc = 0;

	*out = json_array();
	if (list == NULL || *out == NULL) {
		free(list);
		json_decref(*out);
		*out = NULL;
		return err_nomem(err);
	}
	json_object_foreach(counts, text, number)
	{
		list[at].text = text;
		list[at++].count = json_integer_value(number);
	}
	qsort(list, count, sizeof(*list), by_count);
	for (size_t i = 0; rc == 0 && i < count && i < CREW_VIEW_ACTIVITIES_MAX;
	     i++) {
		if (json_array_append_new(*out, json_string(list[i].text)) < 0)
			rc = err_nomem(err);
	}
	free(list);
	return rc;
}

/* What was done lately, for whoever is to say it again. */
static int activities_json(
    json_t **out, const struct crew_view *view, struct err *err)
{
	json_t *counts = json_object();
	char first[DATE_TEXT];
	struct slots slots = {0};
	struct date date;
	int rc =
	    counts != NULL ? date_parse(&date, view->day, err) : err_nomem(err);

	*out = NULL;
	if (rc < 0)
		goto out;
	date = date_from_days(date_days(&date) - CREW_VIEW_LATELY);
	date_format(&date, first);
	rc = slots_load(&slots, view->agent->db, first, view->day, err);
	for (size_t i = 0; rc == 0 && i < slots.count; i++) {
		const char *text = slots.items[i].activity;

		if (text[0] != '\0' &&
		    !json_put_int(counts, text, json_int(counts, text, 0) + 1))
			rc = err_nomem(err);
	}
	if (rc == 0)
		rc = sort_counts(out, counts, err);
out:
	slots_clear(&slots);
	json_decref(counts);
	return rc;
}

/* ---- the whole ---- */

static bool is_closed(const struct crew_view *view)
{
	for (size_t i = 0; i < view->roster->crews.count; i++) {
		if (closed_month(&view->closed,
			view->roster->crews.items[i].structure,
			view->day) != NULL)
			return true;
	}
	return false;
}

static json_t *holiday_json(const struct crew_view *view)
{
	const char *name = NULL;
	struct date date;

	if (date_parse(&date, view->day, NULL) == 0)
		name = holiday_name(&date);
	return name != NULL ? json_string(name) : json_null();
}

int crew_view_json(json_t **out, const struct crew_view *view, struct err *err)
{
	json_t *crews = json_array(), *activities = NULL;
	int rc = crews != NULL ? 0 : err_nomem(err);

	*out = NULL;
	for (size_t i = 0; rc == 0 && i < view->roster->crews.count; i++)
		rc = add_crew(crews, view, &view->roster->crews.items[i], err);
	if (rc == 0)
		rc = activities_json(&activities, view, err);
	if (rc < 0) {
		json_decref(crews);
		json_decref(activities);
		return rc;
	}
	*out = json_pack("{s:i,s:s,s:o,s:o,s:o,s:o,s:b,s:o}", "schema", 1,
	    "day", view->day, "crews", crews, "sites", sites_json(view),
	    "activities", activities, "kinds", kinds_json(), "closed",
	    is_closed(view), "holiday", holiday_json(view));
	return *out != NULL ? 0 : err_nomem(err);
}
