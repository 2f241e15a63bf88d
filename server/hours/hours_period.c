#include <string.h>

#include "server/hours/hours_part.h"
#include "server/plan.h"
#include "shared/lang.h"

#define TAKEN_SHOWN 8 /* half-days that a refusal names; all are in JSON */

struct period {
	struct act act;
	struct office *office;
	const struct hours_period *wish;
	const struct hours_words *words;
	struct hours_who who;
	struct plan *plan;
	const struct person *person;
	struct date first, last;
	json_t *rows;  /* owned: what is done */
	json_t *taken; /* owned: what is in the way */
	json_int_t written, replaced, already;
	int64_t planned;
	bool late;
};

static void clear(struct period *period)
{
	db_rollback(period->office->db);
	json_decref(period->rows);
	json_decref(period->taken);
	plan_free(period->plan);
	hours_who_clear(&period->who);
}

/* ---- one half-day ---- */

static int note_taken(
    struct period *period, const struct slot *slot, struct err *err)
{
	const json_t *value = slot->top != NULL ? slot->top->value : NULL;

	return json_array_append_new(
		   period->taken, json_pack("{s:s, s:s, s:s, s:I, s:s}", "day",
				      slot->day, "slot", slot->slot, "state",
				      slot_state_word(slot->state), "minutes",
				      (json_int_t)json_int(value, "minutes", 0),
				      "kind", json_text(value, "kind"))) < 0
	           ? err_nomem(err)
	           : 0;
}

static int note_done(struct period *period, const struct slot *slot,
    const char *outcome, json_int_t *count, struct err *err)
{
	(*count)++;
	return json_array_append_new(period->rows,
		   json_pack("{s:s, s:s, s:s}", "day", slot->day, "slot",
		       slot->slot, "outcome", outcome)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int make_value(json_t **out, struct period *period,
    const struct slot *slot, struct err *err)
{
	struct hours_wish wish = HOURS_WISH_INIT;
	struct hours_place place = {
	    .structure = slot->structure, .worker = slot->worker};
	int rc;

	text_copy(place.day, sizeof(place.day), slot->day);
	text_copy(place.slot, sizeof(place.slot), slot->slot);
	wish.kind = period->wish->kind;
	wish.minutes = period->wish->minutes;
	/* Where nobody is, there is no site. */
	if (wish.kind->absence)
		wish.site = "";
	rc = hours_make(
	    out, period->office, &period->who, &place, NULL, &wish, err);
	if (rc == E_USAGE)
		rc = err_set(err, E_USAGE,
		    L("l'équipe n'a pas d'horaire habituel : donnez la durée "
		      "d'une demi-journée, par exemple --time 3h30",
			"the crew has no usual hours: give the duration of a "
			"half-day, such as --time 3h30"));
	return rc;
}

static int put(struct period *period, const struct slot *slot,
    const json_t *value, struct err *err)
{
	bool taken = slot->state == SLOT_VALUE;
	int rc;

	if (taken && json_equal(slot->top->value, (json_t *)(uintptr_t)value))
		return note_done(
		    period, slot, "already", &period->already, err);
	if (slot->state == SLOT_CONTESTED || (taken && !period->wish->replace))
		return note_taken(period, slot, err);
	if ((rc = hours_write(
		 &period->act, slot, value, period->words, NULL, err)) < 0)
		return rc;
	return taken
	           ? note_done(period, slot, "replaced", &period->replaced, err)
	           : note_done(period, slot, "written", &period->written, err);
}

static int half(
    struct period *period, const char *day, const char *name, struct err *err)
{
	struct slot slot;
	json_t *value = NULL;
	bool late = false;
	int rc;

	period->planned++;
	if ((rc = slot_load(&slot, period->office->db, period->who.structure,
		 period->who.worker, day, name, err)) == 0 &&
	    (rc = make_value(&value, period, &slot, err)) == 0 &&
	    (rc = put(period, &slot, value, err)) == 0)
		rc = hours_is_late(
		    period->office, slot.structure, day, &late, err);
	period->late = period->late || late;
	json_decref(value);
	slot_clear(&slot);
	return rc;
}

/* ---- the period ---- */

static int day(struct period *period, int64_t n, struct err *err)
{
	struct date date = date_from_days(n);
	unsigned halves = plan_day(period->plan, period->person, &date);
	char text[DATE_TEXT];
	int rc = 0;

	if (n == date_days(&period->first) && period->wish->from_pm)
		halves &= ~(unsigned)PLAN_AM;
	if (n == date_days(&period->last) && period->wish->to_am)
		halves &= ~(unsigned)PLAN_PM;
	date_format(&date, text);
	if ((halves & PLAN_AM) != 0)
		rc = half(period, text, "am", err);
	if (rc == 0 && (halves & PLAN_PM) != 0)
		rc = half(period, text, "pm", err);
	return rc;
}

static int check_days(struct period *period, struct err *err)
{
	const struct hours_period *wish = period->wish;
	int64_t days;
	int rc;

	if ((rc = date_parse(&period->first, wish->first, err)) < 0 ||
	    (rc = date_parse(&period->last, wish->last, err)) < 0)
		return rc;
	days = date_days(&period->last) - date_days(&period->first);
	if (days < 0)
		return err_set(err, E_INVALID,
		    L("la période finit (%s) avant de commencer (%s)",
			"the period ends (%s) before it begins (%s)"),
		    wish->last, wish->first);
	if (days >= HOURS_PERIOD_DAYS_MAX)
		return err_set(err, E_LIMIT,
		    L("une période a %d jours au plus : donnez-la en deux fois",
			"a period has %d days at most: give it in two"),
		    HOURS_PERIOD_DAYS_MAX);
	return hours_check_words(period->words, wish->replace, err);
}

static void add_taken(struct buf *out, const json_t *taken)
{
	size_t count = json_array_size(taken);

	for (size_t i = 0; i < count && i < TAKEN_SHOWN; i++) {
		const json_t *slot = json_array_get(taken, i);

		buf_printf(out, "%s%s %s : ", i > 0 ? " ; " : "",
		    json_text(slot, "day"), json_text(slot, "slot"));
		if (json_text(slot, "kind")[0] != '\0')
			hours_describe(out, slot);
		else
			buf_add_text(out, L("contesté", "contested"));
	}
	if (count > TAKEN_SHOWN)
		buf_printf(out, L(" ; et %zu autres", "; and %zu others"),
		    count - TAKEN_SHOWN);
}

static int refuse(struct period *period, json_t **out, struct err *err)
{
	struct buf list = BUF_INIT;

	add_taken(&list, period->taken);
	*out = json_pack("{s:s, s:s, s:O}", "structure", period->who.structure,
	    "worker", period->who.worker, "taken", period->taken);
	(void)err_set(err, E_CONFLICT,
	    period->wish->replace
		? L("rien n'est enregistré : des créneaux contestés sont à "
		    "trancher d'abord (%s)",
		      "nothing is recorded: contested slots have to be settled "
		      "first (%s)")
		: L("rien n'est enregistré : d'autres valeurs sont déjà là "
		    "(%s) ; pour les remplacer : --replace avec --reason",
		      "nothing is recorded: other values are there already "
		      "(%s); to replace them: --replace with --reason"),
	    buf_text(&list));
	buf_free(&list);
	return E_CONFLICT;
}

static int nothing_planned(struct period *period, struct err *err)
{
	return err_set(err, E_INVALID,
	    L("rien n'est prévu pour %s du %s au %s (équipe, contrat, jours "
	      "fériés) : vérifiez les dates",
		"nothing is planned for %s from %s to %s (crew, contract, "
		"public holidays): check the dates"),
	    period->who.worker, period->wish->first, period->wish->last);
}

static int load(struct period *period, struct err *err)
{
	const struct hours_period *wish = period->wish;
	int rc;

	if ((rc = check_days(period, err)) < 0 ||
	    (rc = hours_who_find(&period->who, period->office, wish->structure,
		 wish->worker, err)) < 0 ||
	    (rc = act_check_scope(period->office, period->who.structure, err)) <
		0 ||
	    (rc = plan_load(&period->plan, period->office->db,
		 period->who.structure, err)) < 0)
		return rc;
	period->rows = json_array();
	period->taken = json_array();
	if (period->rows == NULL || period->taken == NULL)
		return err_nomem(err);
	period->person = people_find(plan_people(period->plan),
	    period->who.structure, period->who.worker);
	return period->person != NULL ? 0 : nothing_planned(period, err);
}

static int answer(struct period *period, json_t **out, struct err *err)
{
	const struct hours_period *wish = period->wish;

	*out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:I, s:b, s:O}",
	    "structure", period->who.structure, "worker", period->who.worker,
	    "first", wish->first, "last", wish->last, "kind", wish->kind->slug,
	    "written", period->written, "replaced", period->replaced, "already",
	    period->already, "late", period->late, "rows", period->rows);
	return *out != NULL ? 0 : err_nomem(err);
}

int hours_period(struct office *office, const struct hours_period *wish,
    const struct hours_words *words, json_t **out, struct err *err)
{
	struct period period = {.office = office, .wish = wish, .words = words};
	int rc;

	*out = NULL;
	if ((rc = load(&period, err)) < 0 ||
	    (rc = act_begin(&period.act, office, err)) < 0)
		goto out;
	for (int64_t n = date_days(&period.first);
	     rc == 0 && n <= date_days(&period.last); n++)
		rc = day(&period, n, err);
	if (rc == 0 && period.planned == 0)
		rc = nothing_planned(&period, err);
	if (rc == 0 && json_array_size(period.taken) > 0)
		rc = refuse(&period, out, err);
	if (rc == 0 && period.act.entries > 0)
		rc = act_commit(&period.act, err);
	if (rc == 0)
		rc = answer(&period, out, err);
out:
	clear(&period);
	return rc;
}
