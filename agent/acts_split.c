#include <string.h>

#include "agent/acts_split.h"
#include "agent/held.h"
#include "shared/lang.h"

/* ---- a slot among x1 … x9 that holds this already ---- */

typedef bool is_that(const struct held *held, const void *context);

/* ${out} is "" when there is none. */
static int find_slot(char out[ACTS_SLOT_TEXT], struct agent *agent,
    const struct roster_item *worker, const char *day, is_that *that,
    const void *context, struct err *err)
{
	char slot[ACTS_SLOT_TEXT] = "x1";
	int rc = 0;

	out[0] = '\0';
	for (; rc == 0 && out[0] == '\0' && slot[1] <= '9'; slot[1]++) {
		struct held held;

		rc = held_load(&held, agent, worker->structure, worker->id, day,
		    slot, err);
		if (rc == 0 && held.state == HELD_VALUE && that(&held, context))
			memcpy(out, slot, ACTS_SLOT_TEXT);
		held_clear(&held);
	}
	return rc;
}

/* ---- a split ---- */

static bool is_text(const char *given, const char *held)
{
	return strcmp(given != NULL ? given : "", held) == 0;
}

/* ${context}: the wish, its site by identifier. */
static bool is_second(const struct held *held, const void *context)
{
	const struct acts_wish *wish = context;
	struct hours hours;

	hours_read(&hours, held->value);
	return hours.minutes == wish->minutes &&
	       strcmp(hours.kind, wish->kind->slug) == 0 &&
	       is_text(wish->site, hours.site) &&
	       is_text(wish->activity, hours.activity);
}

static int check_parts(
    const json_t *first, const struct acts_wish *second, struct err *err)
{
	if (!is_text(second->site, json_text(first, "site")) ||
	    !is_text(second->activity, json_text(first, "activity")))
		return 0;
	return err_set(err, E_USAGE,
	    L("les deux parts sont au même chantier : donnez un autre "
	      "--second-site, ou --second-activity",
		"both parts are at the same site: give another --second-site, "
		"or --second-activity"));
}

/* The slot's own part: over what it holds, or anew. */
static int split_first(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *first,
    const struct held *held, struct acts_done *done, struct err *err)
{
	struct acts_call correction = *call;
	struct acts_wish wish = *first;
	const struct kind *kind;

	if (held->state != HELD_VALUE)
		return acts_hours_add(call, place, &wish, done, err);
	kind = kind_by_slug(json_text(held->value, "kind"));
	if (kind == NULL || kind->absence)
		wish.kind = kind_by_slug(HOURS_KIND_DEFAULT);
	if (call->reason == NULL || call->reason[0] == '\0')
		correction.reason = ACTS_SPLIT_REASON;
	return acts_hours_set(&correction, place, &wish, done, err);
}

static void warn_total(
    struct acts_rows *rows, const struct held *held, int64_t total)
{
	char before[DURATION_TEXT], after[DURATION_TEXT];
	int64_t held_minutes = json_int(held->value, "minutes", 0);

	if (held->state != HELD_VALUE || held_minutes == 0 ||
	    held_minutes == total)
		return;
	duration_format(held_minutes, before);
	duration_format(total, after);
	buf_printf(&rows->warnings,
	    L("les deux parts font %s ; ce créneau contenait %s\n",
		"both parts make %s; this slot held %s\n"),
	    after, before);
}

/* The other part. ${place} has the worker's own identifiers. */
static int split_second(const struct acts_call *call,
    const struct acts_place *place, const struct roster_item *worker,
    struct acts_wish *wish, struct acts_rows *rows, struct err *err)
{
	struct acts_call addition = *call;
	struct acts_place beside = *place;
	const struct acts_done *first = &rows->items[0];
	struct acts_done *done;
	char slot[ACTS_SLOT_TEXT] = "";
	int rc = 0;

	/* Told once more, nothing is put beside it twice. */
	if (first->outcome == ACTS_ALREADY &&
	    (rc = find_slot(slot, call->save->agent, worker, place->day,
		 is_second, wish, err)) < 0)
		return rc;
	if (slot[0] == '\0' && (rc = acts_rows_free(slot, call->save->agent,
				    worker, place->day, err)) < 0)
		return rc;
	memcpy(beside.slot, slot, sizeof(beside.slot));
	addition.reason = NULL;
	if ((done = acts_rows_add(rows)) == NULL)
		return err_nomem(err);
	return acts_hours_add(&addition, &beside, wish, done, err);
}

/* What the first part is now, as parents are named. */
static int heads_of(struct held *held, struct agent *agent,
    const struct roster_item *worker, const struct acts_place *place,
    struct err *err)
{
	held_clear(held);
	return held_load(held, agent, worker->structure, worker->id, place->day,
	    place->slot, err);
}

static int split_within(const struct acts_call *call,
    const struct acts_place *place, const struct roster_item *worker,
    const struct acts_wish *first, struct acts_wish *second, struct held *held,
    struct acts_rows *rows, struct err *err)
{
	struct acts_done *done = acts_rows_add(rows);
	int rc;

	if (done == NULL)
		return err_nomem(err);
	warn_total(rows, held, (int64_t)first->minutes + second->minutes);
	if ((rc = split_first(call, place, first, held, done, err)) < 0 ||
	    (rc = check_parts(done->value, second, err)) < 0 ||
	    (rc = heads_of(held, call->save->agent, worker, place, err)) < 0)
		return rc;
	second->kind = kind_by_slug(json_text(done->value, "kind"));
	if (second->kind == NULL)
		second->kind = kind_by_slug(HOURS_KIND_DEFAULT);
	second->from = held->heads;
	second->from_count = held->head_count;
	return split_second(call, place, worker, second, rows, err);
}

int acts_hours_split(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *first,
    const struct acts_wish *second, struct acts_rows *rows, struct err *err)
{
	struct acts_wish other = *second;
	struct acts_place settled = *place;
	const struct roster_item *worker, *site;
	struct held held = {0};
	int rc;

	if (first->minutes <= 0 || second->minutes <= 0)
		return err_set(err, E_INVALID,
		    L("chaque part demande une durée, par exemple 2h",
			"each part wants a duration, such as 2h"));
	if ((rc = acts_hours_worker(call, place, &worker, err)) < 0 ||
	    (rc = roster_site(call->roster, worker->structure, second->site,
		 &site, err)) < 0)
		return rc;
	other.site = site->id;
	settled.structure = worker->structure;
	settled.worker = worker->id;
	if ((rc = held_load(&held, call->save->agent, worker->structure,
		 worker->id, place->day, place->slot, err)) == 0)
		rc = split_within(
		    call, &settled, worker, first, &other, &held, rows, err);
	held_clear(&held);
	return rc;
}

/* ---- an accident ---- */

struct known {
	const struct acts_accident *accident;
	const char *person;
	const char *note;
};

static bool is_noted(const struct held *held, const void *context)
{
	const struct known *known = context;
	struct hours hours;

	hours_read(&hours, held->value);
	return strcmp(hours.kind, "accident") == 0 &&
	       hours.start == known->accident->at &&
	       held_notes(held, known->person, known->note);
}

/* "10:20, parc des Tilleuls : a glissé sur le talus". */
static int make_note(
    struct buf *out, const struct acts_accident *accident, struct err *err)
{
	char at[CLOCK_TEXT];
	int rc;

	if ((rc = text_check_name(L("lieu", "place"), accident->place,
		 TEXT_NAME_MAX, err)) < 0 ||
	    (rc = acts_check_note(L("récit", "account"), accident->what, err)) <
		0)
		return rc;
	clock_format(accident->at, at);
	buf_printf(out, "%s, %s : %s", at, accident->place, accident->what);
	return buf_check(out, err);
}

static int note_accident(const struct acts_call *call, struct acts_place *place,
    const struct roster_item *worker, const struct acts_accident *accident,
    struct acts_done *done, struct err *err)
{
	struct acts_wish wish = ACTS_WISH_INIT;
	struct known known = {accident, NULL, call->note};
	const struct roster_item *site;
	char person[TEXT_NAME_MAX + 1];
	int rc = acts_person(call->save->agent, call->roster, call->person,
	    roster_crew_of(call->roster, worker, place->day, NULL), person,
	    err);

	known.person = person;
	if (rc < 0 || (rc = find_slot(place->slot, call->save->agent, worker,
			   place->day, is_noted, &known, err)) < 0)
		return rc;
	if (place->slot[0] == '\0' &&
	    (rc = acts_rows_free(
		 place->slot, call->save->agent, worker, place->day, err)) < 0)
		return rc;
	wish.kind = kind_by_slug("accident");
	wish.minutes = 0;
	wish.start = accident->at;
	/* Elsewhere than at a known site: then at none. */
	wish.site = roster_site(call->roster, worker->structure,
			accident->place, &site, NULL) == 0
	                ? site->id
	                : "";
	return acts_hours_add(call, place, &wish, done, err);
}

/* It has happened. A clock may be wrong: what is to come is said, and kept. */
static void warn_ahead(struct buf *out, const struct acts_call *call,
    const char *day, const struct acts_accident *accident)
{
	const int64_t now_s = os_now_s(call->save->agent->os);
	char today[DATE_TEXT];

	acts_today(call->save->agent, today);
	if (strcmp(day, today) > 0 ||
	    (strcmp(day, today) == 0 && accident->at > clock_local(now_s)))
		buf_add_text(out,
		    L("cet accident est à venir : vérifiez le jour et "
		      "l'heure\n",
			"this accident is yet to come: check the day and the "
			"time\n"));
}

int acts_hours_accident(const struct acts_call *call,
    const struct acts_place *place, const struct acts_accident *accident,
    struct acts_done *done, char deadline[DEADLINE_TEXT], struct err *err)
{
	struct acts_call noted = *call;
	struct acts_place settled = *place;
	const struct roster_item *worker;
	struct buf note = BUF_INIT;
	struct date day;
	int rc;

	memset(done, 0, sizeof(*done));
	if ((rc = date_parse(&day, place->day, err)) < 0 ||
	    (rc = acts_hours_worker(call, place, &worker, err)) < 0 ||
	    (rc = make_note(&note, accident, err)) < 0)
		goto out;
	deadline_accident(&day, accident->at, deadline);
	settled.structure = worker->structure;
	settled.worker = worker->id;
	noted.note = buf_text(&note);
	rc = note_accident(&noted, &settled, worker, accident, done, err);
	if (rc == 0)
		warn_ahead(&done->warnings, call, place->day, accident);
out:
	buf_free(&note);
	return rc;
}
