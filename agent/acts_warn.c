#include <string.h>

#include "agent/acts.h"
#include "agent/acts_warn.h"
#include "agent/closed.h"
#include "agent/journal_day.h"
#include "shared/hours.h"
#include "shared/lang.h"

/* The rest of the worker's day. */
struct day {
	struct buf *out;
	const char *slot;   /* the one being recorded */
	struct hours hours; /* what it will hold */
	int64_t worked;     /* minutes, with it */
};

static bool is_worked(const char *slug)
{
	const struct kind *kind = kind_by_slug(slug);

	return kind != NULL && !kind->absence;
}

static bool overlap(const struct hours *a, const struct hours *b)
{
	return a->start >= 0 && a->end >= 0 && b->start >= 0 && b->end >= 0 &&
	       a->start < b->end && b->start < a->end;
}

static void warn_overlap(
    struct day *day, const char *slot, const struct hours *other)
{
	char start[CLOCK_TEXT], end[CLOCK_TEXT];

	clock_format(other->start, start);
	clock_format(other->end, end);
	buf_printf(day->out,
	    L("ces heures en recouvrent d'autres : %s, de %s à %s\n",
		"these hours overlap others: %s, from %s to %s\n"),
	    slot, start, end);
}

static int take_slot(
    void *context, const char *slot, const char *text, struct err *err)
{
	struct day *day = context;
	struct hours other;
	json_t *value;
	int rc;

	if (strcmp(slot, day->slot) == 0 || text[0] != '{')
		return 0;
	if ((rc = json_read(&value, text, strlen(text), err)) < 0)
		return rc;
	hours_read(&other, value);
	if (is_worked(other.kind))
		day->worked += other.minutes;
	if (overlap(&day->hours, &other))
		warn_overlap(day, slot, &other);
	json_decref(value);
	return 0;
}

/* Is ${date} more than ACTS_DAY_OLD months before ${today}? The last days of
 * a month count as its 28th. */
static bool is_old(const char *date, const char *today)
{
	char bound[DATE_TEXT];
	struct date old;

	if (date_parse(&old, today, NULL) < 0)
		return false;
	old.month -= ACTS_DAY_OLD;
	if (old.month < 1) {
		old.month += 12;
		old.year--;
	}
	if (old.day > 28)
		old.day = 28;
	date_format(&old, bound);
	return strcmp(date, bound) < 0;
}

/* A day yet to come, or one of a year that a slip of the hand may have made:
 * nobody would look for the hours there. */
static void warn_far(struct day *day, struct agent *agent, const char *date)
{
	char today[DATE_TEXT];

	acts_today(agent, today);
	if (strcmp(date, today) > 0)
		buf_printf(day->out,
		    L("le %s est à venir (aujourd'hui : %s)\n",
			"%s is yet to come (today: %s)\n"),
		    date, today);
	else if (is_old(date, today))
		buf_printf(day->out,
		    L("le %s remonte à plus de deux mois (aujourd'hui : %s) : "
		      "vérifiez l'année et le mois\n",
			"%s is more than two months ago (today: %s): check "
			"the year and the month\n"),
		    date, today);
}

static void warn_alone(struct day *day, struct agent *agent, const char *date)
{
	const struct kind *kind = kind_by_slug(day->hours.kind);

	warn_far(day, agent, date);
	if (kind != NULL && kind->paid && kind->absence &&
	    day->hours.minutes == 0)
		buf_printf(day->out,
		    L("« %s » sans durée : rien ne sera payé ; corrigez avec "
		      "--time si des heures sont dues\n",
			"\"%s\" without a duration: nothing will be paid; "
			"correct it with --time if hours are due\n"),
		    kind_label(kind));
}

int acts_warn(struct buf *out, struct agent *agent, const struct held *held,
    const char *date, const char *slot, const json_t *value, struct err *err)
{
	struct day day = {.out = out, .slot = slot};
	char worked[DURATION_TEXT];
	int rc;

	hours_read(&day.hours, value);
	if (is_worked(day.hours.kind))
		day.worked = day.hours.minutes;
	warn_alone(&day, agent, date);
	if ((rc = journal_day(agent->db, held->structure, held->subject, date,
		 take_slot, &day, err)) < 0)
		return rc;
	if (is_worked(day.hours.kind) && day.worked > ACTS_DAY_LONG) {
		duration_format(day.worked, worked);
		buf_printf(out,
		    L("%s ce jour-là : plus de dix heures de travail\n",
			"%s that day: more than ten hours of work\n"),
		    worked);
	}
	return buf_check(out, err);
}

int acts_warn_late(struct buf *out, bool *late, struct agent *agent,
    const char *structure, const char *day, struct err *err)
{
	const struct closed_month *month;
	struct closed closed;
	int rc = closed_load(&closed, agent->db, err);

	month = rc == 0 ? closed_month(&closed, structure, day) : NULL;
	if (month != NULL && !*late) {
		*late = true;
		buf_printf(out,
		    L("le bureau a clos %s : arrivée après clôture, il la "
		      "reprendra par un ajustement\n",
			"the office has closed %s: this comes after the "
			"closing, it will be carried by an adjustment\n"),
		    month->month);
		rc = buf_check(out, err);
	}
	closed_clear(&closed);
	return rc;
}
