#include <string.h>

#include "agent/acts_crew.h"
#include "agent/held.h"
#include "agent/members.h"
#include "shared/holiday.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* One crew's half-day under way. */
struct crew_act {
	const struct acts_call *call;
	const struct acts_crew *at;
	struct acts_rows *rows;
	struct slots past; /* of "like yesterday" */
	int stop;          /* of the weather; -1: at the beginning */
};

typedef int on_member(struct crew_act *act, const struct roster_item *member,
    const struct held *held, struct err *err);

static void warn_holiday(struct crew_act *act)
{
	const char *name = NULL;
	struct date date;

	if (date_parse(&date, act->at->day, NULL) == 0)
		name = holiday_name(&date);
	if (name != NULL)
		buf_printf(&act->rows->warnings,
		    L("le %s est férié (%s)\n",
			"%s is a public holiday (%s)\n"),
		    act->at->day, name);
}

static void warn_member(
    struct crew_act *act, const struct roster_item *member, const char *what)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(member, name);
	buf_printf(
	    &act->rows->warnings, L("%s : %s\n", "%s: %s\n"), name, what);
}

static bool is_blank(const struct held *held)
{
	return held->state == HELD_FREE || held->state == HELD_VOID;
}

static int for_member(struct crew_act *act, const struct roster_item *member,
    on_member *call, struct err *err)
{
	struct agent *agent = act->call->save->agent;
	struct held held;
	bool later;
	int rc = held_load(&held, agent, member->structure, member->id,
	    act->at->day, act->at->slot, err);

	if (rc == 0)
		rc = members_came_later(
		    &later, agent, member, act->at->day, err);
	if (rc == 0 && later && is_blank(&held))
		act->rows->skipped++;
	else if (rc == 0)
		rc = call(act, member, &held, err);
	held_clear(&held);
	return rc;
}

static int for_members(struct crew_act *act, on_member *call, struct err *err)
{
	struct members members;
	int rc = members_load(
	    &members, act->call->roster, act->at->crew, act->at->day, err);

	if (rc == 0 && members.count == 0)
		rc = err_set(err, E_NOT_FOUND,
		    L("personne dans l'équipe %s le %s : vérifiez le jour",
			"nobody in the crew %s on %s: check the day"),
		    act->at->crew->id, act->at->day);
	for (size_t i = 0; rc == 0 && i < members.count; i++)
		rc = for_member(act, members.items[i], call, err);
	members_clear(&members);
	return rc;
}

/* A member's slot that day. */
static struct acts_place place_of(const struct crew_act *act,
    const struct roster_item *member, const char *slot)
{
	struct acts_place place = {
	    .structure = member->structure, .worker = member->id};

	text_copy(place.day, sizeof(place.day), act->at->day);
	text_copy(place.slot, sizeof(place.slot), slot);
	return place;
}

/* ---- writing ---- */

static int add(struct crew_act *act, const struct roster_item *member,
    const char *slot, const struct acts_wish *wish, struct err *err)
{
	const struct acts_place place = place_of(act, member, slot);
	struct acts_call addition = *act->call;
	struct acts_done *done = acts_rows_add(act->rows);

	if (done == NULL)
		return err_nomem(err);
	addition.reason = NULL;
	return acts_hours_add(&addition, &place, wish, done, err) < 0
	           ? err_context(err, "%s", member->id)
	           : 0;
}

/* Fill the act's slot, or correct what it holds. */
static int put(struct crew_act *act, const struct roster_item *member,
    const struct held *held, const struct acts_wish *wish, struct err *err)
{
	const struct acts_place place = place_of(act, member, act->at->slot);
	struct acts_call correction = *act->call;
	struct acts_done *done;

	if (is_blank(held))
		return add(act, member, act->at->slot, wish, err);
	if ((done = acts_rows_add(act->rows)) == NULL)
		return err_nomem(err);
	if (correction.reason == NULL || correction.reason[0] == '\0')
		correction.reason = ACTS_WEATHER_REASON;
	return acts_hours_set(&correction, &place, wish, done, err) < 0
	           ? err_context(err, "%s", member->id)
	           : 0;
}

/* ---- present ---- */

static int fill_member(struct crew_act *act, const struct roster_item *member,
    const struct held *held, struct err *err)
{
	const struct acts_wish wish = ACTS_WISH_INIT;

	if (is_blank(held))
		return add(act, member, act->at->slot, &wish, err);
	act->rows->skipped++;
	return 0;
}

int acts_crew_fill(const struct acts_call *call, const struct acts_crew *at,
    struct acts_rows *rows, struct err *err)
{
	struct crew_act act = {.call = call, .at = at, .rows = rows};
	int start, end;

	if (!roster_stretch(at->crew, at->slot, &start, &end))
		return err_set(err, E_USAGE,
		    L("l'équipe %s n'a pas d'horaire habituel pour ce créneau "
		      "(%s) : saisissez chacun avec sa durée (pointeau hours "
		      "add … --time), ou demandez l'horaire au bureau",
			"the crew %s has no usual hours in this slot (%s): "
			"record each with a duration (pointeau hours add … "
			"--time), or ask the office for the hours"),
		    at->crew->id, at->slot);
	warn_holiday(&act);
	return for_members(&act, fill_member, err);
}

/* ---- like yesterday ---- */

static bool is_of(const struct slot *slot, const struct roster_item *member,
    const char *subject)
{
	return strcmp(slot->subject, subject) == 0 &&
	       strcmp(slot->structure, member->structure) == 0 &&
	       strcmp(slot->state, RECORD_VOID) != 0 &&
	       !slots_is_contested(slot) && slot->kind[0] != '\0';
}

/* Is that day no model: a holiday, or cut short by the weather? */
static bool is_odd(const struct crew_act *act, const struct roster_item *member,
    const char *subject, const char *day)
{
	for (size_t i = 0; i < act->past.count; i++) {
		const struct slot *slot = &act->past.items[i];

		if (strcmp(slot->day, day) == 0 &&
		    is_of(slot, member, subject) &&
		    (strcmp(slot->kind, "bad_weather") == 0 ||
			strcmp(slot->kind, "public_holiday") == 0))
			return true;
	}
	return false;
}

/* The same slot of the last day that is a model; NULL when none is. */
static const struct slot *find_model(
    const struct crew_act *act, const struct roster_item *member)
{
	const char *subject = members_subject(member);
	const struct slot *found = NULL;

	for (size_t i = 0; i < act->past.count; i++) {
		const struct slot *slot = &act->past.items[i];

		if (strcmp(slot->slot, act->at->slot) == 0 &&
		    is_of(slot, member, subject) &&
		    (found == NULL || strcmp(found->day, slot->day) < 0) &&
		    !is_odd(act, member, subject, slot->day))
			found = slot;
	}
	return found;
}

static int copy_model(struct crew_act *act, const struct roster_item *member,
    const struct slot *model, struct err *err)
{
	struct acts_wish wish = ACTS_WISH_INIT;
	struct hours hours;
	json_t *value = NULL;
	int rc = ledger_value(act->call->save->agent->db, model->structure,
	    model->record, &value, err);

	if (rc < 0)
		return rc;
	hours_read(&hours, value);
	wish.kind = kind_by_slug(hours.kind);
	wish.minutes = hours.minutes;
	wish.start = hours.start;
	wish.end = hours.end;
	wish.pause = hours.pause;
	wish.site = hours.site;
	wish.activity = hours.activity;
	/* A kind that this version does not know is not for it to repeat. */
	if (wish.kind == NULL)
		act->rows->skipped++;
	else
		rc = add(act, member, act->at->slot, &wish, err);
	json_decref(value);
	return rc;
}

static int repeat_member(struct crew_act *act, const struct roster_item *member,
    const struct held *held, struct err *err)
{
	const struct slot *model;

	if (!is_blank(held)) {
		act->rows->skipped++;
		return 0;
	}
	if ((model = find_model(act, member)) != NULL)
		return copy_model(act, member, model, err);
	act->rows->skipped++;
	warn_member(act, member,
	    L("rien à reprendre dans la semaine passée, à saisir",
		"nothing to repeat in the past week, to be recorded"));
	return 0;
}

int acts_crew_like(const struct acts_call *call, const struct acts_crew *at,
    struct acts_rows *rows, struct err *err)
{
	struct crew_act act = {.call = call, .at = at, .rows = rows};
	char first[DATE_TEXT], last[DATE_TEXT];
	struct date day, edge;
	int rc;

	if ((rc = date_parse(&day, at->day, err)) < 0)
		return rc;
	edge = date_from_days(date_days(&day) - ACTS_LIKE_DAYS);
	date_format(&edge, first);
	edge = date_from_days(date_days(&day) - 1);
	date_format(&edge, last);
	warn_holiday(&act);
	if ((rc = slots_load(
		 &act.past, call->save->agent->db, first, last, err)) == 0)
		rc = for_members(&act, repeat_member, err);
	slots_clear(&act.past);
	return rc;
}

/* ---- the weather ---- */

/* A half-day as it was meant, cut in two by the stop. */
struct cut {
	int start; /* its times, as they are to be written; -1: unknown */
	int end;
	int worked; /* minutes */
	int lost;
};

static int no_times(const struct crew_act *act,
    const struct roster_item *member, struct err *err)
{
	char name[ROSTER_NAME_TEXT];

	roster_name(member, name);
	return err_set(err, E_INVALID,
	    L("%s : ni heure de début, ni horaire habituel de l'équipe %s : "
	      "saisissez sa durée à la main (pointeau hours add ou set)",
		"%s: no time of beginning, nor usual hours of the crew %s: "
		"record the duration by hand (pointeau hours add or set)"),
	    name, act->at->crew->id);
}

/* What the slot holds, else what the crew usually does then. */
static int cut_slot(struct cut *out, const struct crew_act *act,
    const struct roster_item *member, const struct held *held, struct err *err)
{
	int start = -1, end = -1, from, total;
	bool usual = roster_stretch(act->at->crew, act->at->slot, &start, &end);
	struct hours hours = {
	    .minutes = end - start, .start = start, .end = end};

	if (held->state == HELD_VALUE)
		hours_read(&hours, held->value);
	else if (!usual)
		return no_times(act, member, err);
	from = hours.start >= 0 ? hours.start : start;
	if (act->stop >= 0 && from < 0)
		return no_times(act, member, err);
	total = hours.minutes;
	out->start = hours.start;
	out->end = hours.end;
	out->worked = act->stop > from ? act->stop - from : 0;
	if (out->worked > total)
		out->worked = total;
	out->lost = total - out->worked;
	return 0;
}

/* The lost part's own times, where they are known; a break is in it. */
static void time_lost(struct acts_wish *wish, const struct cut *cut, int from)
{
	if (cut->start < 0 || cut->end - from < cut->lost)
		return;
	wish->start = from;
	wish->end = cut->end;
	wish->pause = cut->end - from - cut->lost;
}

static int lose_all(struct crew_act *act, const struct roster_item *member,
    const struct held *held, const struct cut *cut, struct err *err)
{
	struct acts_wish wish = ACTS_WISH_INIT;

	wish.kind = kind_by_slug("bad_weather");
	wish.minutes = cut->lost;
	time_lost(&wish, cut, cut->start);
	return put(act, member, held, &wish, err);
}

static int keep_worked(struct crew_act *act, const struct roster_item *member,
    const struct held *held, const struct cut *cut, struct err *err)
{
	struct acts_wish wish = ACTS_WISH_INIT;

	wish.minutes = cut->worked;
	if (cut->start >= 0) {
		wish.start = cut->start;
		wish.end = act->stop;
		wish.pause = 0;
	}
	return put(act, member, held, &wish, err);
}

/* The rest, at the same site, linked to what was worked. */
static int lose_rest(struct crew_act *act, const struct roster_item *member,
    const struct cut *cut, struct err *err)
{
	struct agent *agent = act->call->save->agent;
	struct acts_wish wish = ACTS_WISH_INIT;
	char slot[ACTS_SLOT_TEXT];
	struct held held;
	int rc = held_load(&held, agent, member->structure, member->id,
	    act->at->day, act->at->slot, err);

	if (rc < 0 ||
	    (rc = acts_rows_free(slot, agent, member, act->at->day, err)) < 0)
		goto out;
	wish.kind = kind_by_slug("bad_weather");
	wish.minutes = cut->lost;
	wish.site = json_text(held.value, "site");
	wish.from = held.heads;
	wish.from_count = held.head_count;
	time_lost(&wish, cut, act->stop);
	rc = add(act, member, slot, &wish, err);
out:
	held_clear(&held);
	return rc;
}

static bool is_absent(const struct held *held)
{
	const struct kind *kind;

	if (held->state != HELD_VALUE)
		return false;
	kind = kind_by_slug(json_text(held->value, "kind"));
	return kind == NULL || kind->absence;
}

static int stop_member(struct crew_act *act, const struct roster_item *member,
    const struct held *held, struct err *err)
{
	struct cut cut = {0};
	int rc;

	if (held->state == HELD_CONTESTED)
		warn_member(act, member,
		    L("créneau contesté, laissé au bureau",
			"contested slot, left to the office"));
	else if (!is_absent(held) &&
		 (rc = cut_slot(&cut, act, member, held, err)) < 0)
		return rc;
	if (cut.lost <= 0) {
		act->rows->skipped++;
		return 0;
	}
	if (cut.worked == 0)
		return lose_all(act, member, held, &cut, err);
	if ((rc = keep_worked(act, member, held, &cut, err)) < 0)
		return rc;
	return lose_rest(act, member, &cut, err);
}

int acts_crew_weather(const struct acts_call *call, const struct acts_crew *at,
    int minutes, struct acts_rows *rows, struct err *err)
{
	struct crew_act act = {
	    .call = call, .at = at, .rows = rows, .stop = minutes};
	char clock[CLOCK_TEXT];
	int start, end;

	if (minutes < 0 || !roster_stretch(at->crew, at->slot, &start, &end) ||
	    minutes < end)
		return for_members(&act, stop_member, err);
	clock_format(end, clock);
	return err_set(err, E_INVALID,
	    L("l'arrêt vient après la fin du créneau (%s) : donnez une heure "
	      "plus tôt",
		"the stop comes after the end of the slot (%s): give an "
		"earlier time"),
	    clock);
}
