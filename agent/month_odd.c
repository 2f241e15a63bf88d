#include <stdio.h>
#include <string.h>

#include "agent/members.h"
#include "agent/month_odd.h"
#include "shared/kind.h"
#include "shared/lang.h"

/*
 * Code du travail. They are told and block nothing: an agreement or the
 * labour inspectorate may allow more, and what was worked was worked.
 */
#define DAY_MAX  600  /* minutes; L3121-18: ten hours of work a day */
#define WEEK_MAX 2880 /* minutes; L3121-20: forty-eight hours a week */

#define DAYS_MAX 42 /* six weeks hold any month */

/* One worker's month while what is odd about it is gathered. */
struct odd {
	const struct month *month;
	const struct roster_item *worker;
	const struct signoff_sheet *sheet;
	json_t *list;
	int64_t worked[DAYS_MAX]; /* minutes, from month->monday on */
};

static int add(struct odd *odd, const char *what, const char *day,
    const char *slot, const char *text, struct err *err)
{
	return json_array_append_new(
		   odd->list, json_pack("{s:s,s:s,s:s,s:s}", "what", what,
				  "day", day, "slot", slot, "text", text)) == 0
	           ? 0
	           : err_nomem(err);
}

/* ---- nothing there ---- */

/* The office alone knows contracts: it may expect fewer half-days. */
static int check_half(
    struct odd *odd, const char *day, const char *slot, struct err *err)
{
	const struct signoff_sheet *sheet = odd->sheet;
	const struct roster_item *crew;
	bool on_day = false, expected = false;
	int rc;

	crew = roster_crew_of(odd->month->roster, odd->worker, day, &on_day);
	if (crew == NULL || !on_day)
		return 0;
	if ((rc = members_expects(&expected, odd->month->agent, crew,
		 odd->worker, day, slot, err)) < 0 ||
	    !expected)
		return rc;
	for (size_t i = 0; i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];

		if (strcmp(row->day, day) == 0 &&
		    strcmp(row->slot, slot) == 0 &&
		    (strcmp(row->state, "merged") == 0 ||
			strcmp(row->state, "contested") == 0))
			return 0;
	}
	return add(odd, "missing", day, slot,
	    L("rien de noté", "nothing recorded"), err);
}

/* Until yesterday: today is not over. */
static int check_missing(struct odd *odd, struct err *err)
{
	const struct month *month = odd->month;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < month->days; i++) {
		struct date date = date_from_days(month->monday + (int64_t)i);
		char day[DATE_TEXT];

		date_format(&date, day);
		if (strcmp(day, month->first) < 0 ||
		    strcmp(day, month->last) > 0 ||
		    strcmp(day, month->today) >= 0)
			continue;
		if ((rc = check_half(odd, day, "am", err)) == 0)
			rc = check_half(odd, day, "pm", err);
	}
	return rc;
}

/* ---- what is there ---- */

static bool is_paid(const struct slot *slot)
{
	const struct kind *kind = kind_by_slug(slot->kind);

	return strcmp(slot->state, "merged") == 0 && kind != NULL &&
	       kind->paid && slot->minutes > 0;
}

/* The office pays neither until it is settled. */
static int check_doubled(
    struct odd *odd, const struct signoff_row *row, struct err *err)
{
	const struct slots *slots = &odd->month->slots;

	if (!signoff_row_is_payable(row) || row->minutes == 0)
		return 0;
	for (size_t i = 0; i < slots->count; i++) {
		const struct slot *slot = &slots->items[i];

		if (is_paid(slot) &&
		    strcmp(slot->subject, odd->sheet->worker) == 0 &&
		    strcmp(slot->structure, odd->sheet->structure) != 0 &&
		    strcmp(slot->day, row->day) == 0 &&
		    strcmp(slot->slot, row->slot) == 0)
			return add(odd, "doubled", row->day, row->slot,
			    L("noté aussi dans une autre structure : bloqué",
				"recorded in another structure too: held"),
			    err);
	}
	return 0;
}

static int check_late(
    struct odd *odd, const struct signoff_row *row, struct err *err)
{
	const struct month *month = odd->month;
	const struct closed_month *closed =
	    closed_month(&month->closed, odd->sheet->structure, month->text);
	bool late = false;
	int rc = 0;

	for (size_t i = 0; rc == 0 && !late && i < row->head_count; i++)
		rc = closed_is_late(closed, month->agent->db,
		    &odd->sheet->heads[row->head + i], &late, err);
	if (rc < 0 || !late)
		return rc;
	return add(odd, "late", row->day, row->slot,
	    L("arrivée après clôture", "came after the closing"), err);
}

static int check_row(
    struct odd *odd, const struct signoff_row *row, struct err *err)
{
	int rc = 0;

	if (strcmp(row->state, "contested") == 0)
		rc = add(odd, "contested", row->day, row->slot,
		    L("contesté : le bureau décide",
			"contested: the office decides"),
		    err);
	if (rc == 0 && row->aside > 0)
		rc = add(odd, "aside", row->day, row->slot,
		    L("une saisie est mise à part", "an entry is set aside"),
		    err);
	if (rc == 0)
		rc = check_doubled(odd, row, err);
	return rc < 0 ? rc : check_late(odd, row, err);
}

/* ---- too long ---- */

static void add_worked(struct odd *odd, const struct slot *slot)
{
	const struct month *month = odd->month;
	const struct kind *kind = kind_by_slug(slot->kind);
	struct date date;
	int64_t at;

	if (strcmp(slot->state, "merged") != 0 || kind == NULL ||
	    kind->absence || strcmp(slot->subject, odd->worker->id) != 0 ||
	    date_parse(&date, slot->day, NULL) < 0)
		return;
	at = date_days(&date) - month->monday;
	if (at >= 0 && at < DAYS_MAX)
		odd->worked[at] += slot->minutes;
}

static int tell_long(struct odd *odd, const char *what, size_t at,
    int64_t minutes, const char *format, struct err *err)
{
	struct date date = date_from_days(odd->month->monday + (int64_t)at);
	char day[DATE_TEXT], duration[DURATION_TEXT];
	struct buf text = BUF_INIT;
	int rc;

	date_format(&date, day);
	duration_format(minutes, duration);
	buf_printf(&text, "%s%s", duration, format);
	rc = buf_check(&text, err);
	if (rc == 0)
		rc = add(odd, what, day, "", buf_text(&text), err);
	buf_free(&text);
	return rc;
}

/* All that the worker did, under whatever structure: the limits are those of
 * a person. */
static int check_long(struct odd *odd, struct err *err)
{
	const struct month *month = odd->month;
	size_t first = 0, last;
	int64_t week = 0;
	struct date date;
	int rc;

	for (size_t i = 0; i < month->slots.count; i++)
		add_worked(odd, &month->slots.items[i]);
	if ((rc = date_parse(&date, month->first, err)) < 0)
		return rc;
	first = (size_t)(date_days(&date) - month->monday);
	if ((rc = date_parse(&date, month->last, err)) < 0)
		return rc;
	last = (size_t)(date_days(&date) - month->monday);
	for (size_t i = 0; rc == 0 && i < month->days; i++) {
		week += odd->worked[i];
		if (i >= first && i <= last && odd->worked[i] > DAY_MAX)
			rc = tell_long(odd, "long_day", i, odd->worked[i],
			    L(" : plus de dix heures de travail ce jour-là",
				": more than ten hours of work that day"),
			    err);
		if (i % 7 != 6)
			continue;
		if (rc == 0 && week > WEEK_MAX)
			rc = tell_long(odd, "long_week", i - 6, week,
			    L(" : plus de quarante-huit heures cette "
			      "semaine-là",
				": more than forty-eight hours that week"),
			    err);
		week = 0;
	}
	return rc;
}

/* ---- the worker's own word ---- */

static int check_signoff(
    struct odd *odd, const struct signoff *signoff, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = 0;

	switch (signoff->state) {
	case SIGNOFF_IS_NONE:
	case SIGNOFF_IS_AGREED:
		return 0;
	case SIGNOFF_IS_STALE:
		return add(odd, "stale", "", "",
		    L("à re-signer : des heures ont changé depuis",
			"to be signed again: hours have changed since"),
		    err);
	case SIGNOFF_IS_DISAGREED:
		break;
	}
	buf_printf(
	    &text, L("pas d'accord : %s", "disagrees: %s"), signoff->reason);
	if ((rc = buf_check(&text, err)) == 0)
		rc = add(odd, "disagree", "", "", buf_text(&text), err);
	buf_free(&text);
	return rc;
}

int month_odd(json_t **out, const struct month *month,
    const struct roster_item *worker, const struct signoff_sheet *sheet,
    const struct signoff *signoff, struct err *err)
{
	struct odd odd = {
	    .month = month,
	    .worker = worker,
	    .sheet = sheet,
	    .list = json_array(),
	};
	int rc = odd.list != NULL ? 0 : err_nomem(err);

	*out = NULL;
	if (rc == 0)
		rc = check_signoff(&odd, signoff, err);
	for (size_t i = 0; rc == 0 && i < sheet->count; i++)
		rc = check_row(&odd, &sheet->rows[i], err);
	if (rc == 0)
		rc = check_long(&odd, err);
	if (rc == 0)
		rc = check_missing(&odd, err);
	if (rc < 0)
		json_decref(odd.list);
	else
		*out = odd.list;
	return rc;
}
