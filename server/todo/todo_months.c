/*
 * What a month still needs: today's and the one before are read whole; those
 * of the last year are asked whether they are closed and declared, and what
 * came late; those before, only when they have hours, for the first two: a
 * slip of the year would else be seen by nobody.
 */
#include <inttypes.h>
#include <string.h>

#include "server/closing_part.h"
#include "server/todo/todo_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/signoff.h"

/* ---- half-days that nobody answered for ---- */

/* The first day of them with hours, "" without one. */
static int first_hours(const struct todo_at *at, const char *first,
    const char *last, char out[DATE_TEXT], struct err *err)
{
	return ledger_first_day(at->todo->office->db, at->structure, "hours",
	    first, last, out, err);
}

static int has_hours(const struct todo_at *at, const char *first,
    const char *last, bool *has, struct err *err)
{
	char day[DATE_TEXT];
	int rc = first_hours(at, first, last, day, err);

	*has = day[0] != '\0';
	return rc;
}

/* From which day on a blank is one: before a structure's first hours nobody
 * recorded yet (as laptops count them). "" when there are none at all. */
static int blank_from(
    const struct todo_at *at, char out[DATE_TEXT], struct err *err)
{
	bool before;
	int rc = has_hours(at, "1900-01-01", at->before, &before, err);

	out[0] = '\0';
	if (rc < 0)
		return rc;
	if (before) {
		text_copy(out, DATE_TEXT, at->first);
		return 0;
	}
	return first_hours(at, at->first, at->last, out, err);
}

static int add_blanks(const struct todo_at *at,
    const struct closing_month *month, struct err *err)
{
	char from[DATE_TEXT];
	const char *first = "";
	struct todo_row row;
	int64_t count = 0;
	int rc = blank_from(at, from, err);

	if (rc < 0 || from[0] == '\0')
		return rc;
	for (size_t i = 0; i < json_array_size(month->blockers); i++) {
		const json_t *item = json_array_get(month->blockers, i);
		const char *day = json_text(item, "day");

		if (strcmp(json_text(item, "why"), "missing") != 0 ||
		    strcmp(day, from) < 0 || strcmp(day, at->todo->today) >= 0)
			continue;
		count++;
		if (first[0] == '\0' || strcmp(day, first) < 0)
			first = day;
	}
	if (count == 0)
		return 0;
	todo_at_begin(&row, at, "blanks", at->back > 0 ? TODO_LATE : TODO_NOW,
	    "hours_read", count);
	row.since = first;
	buf_printf(&row.text,
	    count == 1
		? L(" : %" PRId64 " demi-journée prévue sans saisie",
		      ": %" PRId64 " planned half-day without an answer")
		: L(" : %" PRId64 " demi-journées prévues sans saisie",
		      ": %" PRId64 " planned half-days without an answer"),
	    count);
	todo_at_link(&row, at, "grid");
	buf_add_text(&row.link, "&show=todo");
	return todo_add(at->todo, &row, err);
}

/* ---- workers' words on last month ---- */

static int is_signed(const struct todo_at *at, const char *worker,
    bool *is_signed, struct err *err)
{
	struct signoff_sheet sheet = {0};
	struct signoff signoff;
	int rc;

	if ((rc = signoff_sheet_load(&sheet, at->todo->office->db,
		 at->structure, worker, at->month, err)) == 0 &&
	    (rc = signoff_read(&signoff, at->todo->office->db, &sheet, err)) ==
		0)
		*is_signed = signoff.state == SIGNOFF_IS_AGREED ||
		             signoff.state == SIGNOFF_IS_DISAGREED ||
		             sheet.count == 0;
	signoff_sheet_clear(&sheet);
	return rc;
}

static int add_unsigned(const struct todo_at *at,
    const struct closing_month *month, struct err *err)
{
	struct todo_row row;
	int64_t count = 0;
	const char *worker;
	json_t *unused;
	int rc = 0;

	json_object_foreach(month->workers, worker, unused)
	{
		bool done = true;

		if (rc == 0 &&
		    json_array_size(json_object_get(unused, "records")) > 0)
			rc = is_signed(at, worker, &done, err);
		count += done ? 0 : 1;
	}
	if (rc < 0 || count == 0)
		return rc;
	todo_at_begin(&row, at, "unsigned", TODO_NOW, "hours_read", count);
	buf_printf(&row.text,
	    count == 1
		? L(" : %" PRId64 " personne n'a pas signé ses heures",
		      ": %" PRId64 " person has not signed the hours")
		: L(" : %" PRId64 " personnes n'ont pas signé leurs heures",
		      ": %" PRId64 " people have not signed their hours"),
	    count);
	todo_at_link(&row, at, "month");
	return todo_add(at->todo, &row, err);
}

/* ---- a structure's months ---- */

/* Today's month, and the one before while it is open. */
static int look_inside(const struct todo_at *at, struct err *err)
{
	struct closing_month month;
	int rc = closing_month_read(
	    &month, at->todo->office, at->structure, at->month, err);

	if (rc == 0)
		rc = add_blanks(at, &month, err);
	if (rc == 0 && at->back > 0)
		rc = add_unsigned(at, &month, err);
	closing_month_clear(&month);
	return rc;
}

static int find_days(struct todo_at *at, struct err *err)
{
	struct date date;
	int rc;

	if ((rc = date_parse_month(at->month, at->first, at->last, err)) < 0 ||
	    (rc = date_parse(&date, at->first, err)) < 0)
		return rc;
	date = date_from_days(date_days(&date) - 1);
	date_format(&date, at->before);
	return 0;
}

static int look_at(struct todo_at *at, struct err *err)
{
	bool made = false, has = false;
	int rc;

	todo_month(at->todo, -at->back, at->month);
	if ((rc = find_days(at, err)) < 0 ||
	    (rc = closing_is_made(at->todo->office->db, at->structure,
		 at->month, &made, err)) < 0 ||
	    (rc = has_hours(at, at->first, at->last, &has, err)) < 0)
		return rc;
	if (made) {
		if ((rc = todo_late(at, err)) < 0 ||
		    (rc = todo_reopening(at, err)) < 0)
			return rc;
		return todo_declare(at, err);
	}
	if (at->back <= 1 && (rc = look_inside(at, err)) < 0)
		return rc;
	if (at->back == 1 && has)
		return todo_close(at, err);
	if (at->back > 1 && has)
		todo_note_open(at);
	return 0;
}

/* Of a month before TODO_MONTHS. */
static int look_far(struct todo_at *at, struct err *err)
{
	bool made = false, has = false;
	int rc;

	if ((rc = find_days(at, err)) < 0 ||
	    (rc = has_hours(at, at->first, at->last, &has, err)) < 0 || !has ||
	    (rc = closing_is_made(at->todo->office->db, at->structure,
		 at->month, &made, err)) < 0)
		return rc;
	if (made) {
		rc = todo_reopening(at, err);
		return rc < 0 ? rc : todo_declare(at, err);
	}
	todo_note_open(at);
	return 0;
}

/* Months from that of ${day} to that of ${other}, both ISO. */
static int months_between(const char *day, const char *other)
{
	struct date from, to;

	if (date_parse(&from, day, NULL) < 0 ||
	    date_parse(&to, other, NULL) < 0)
		return 0;
	return (to.year - from.year) * 12 + to.month - from.month;
}

/* Those that have hours before the last one looked at, however old. */
static int look_back(struct todo_at *at, struct err *err)
{
	char day[DATE_TEXT];
	int rc;

	for (;;) {
		if ((rc = ledger_last_day(at->todo->office->db, at->structure,
			 "hours", at->first, day, err)) < 0 ||
		    day[0] == '\0')
			return rc;
		(void)snprintf(at->month, sizeof(at->month), "%.7s", day);
		at->back = months_between(day, at->todo->today);
		if ((rc = look_far(at, err)) < 0)
			return rc;
	}
}

int todo_months(struct todo *todo, struct err *err)
{
	const char *key;
	json_t *unused;
	int rc = 0;

	json_object_foreach(todo->structures, key, unused)
	{
		struct todo_at at = {
		    .todo = todo, .structure = strchr(key, '/') + 1};

		for (at.back = 0; rc == 0 && at.back <= TODO_MONTHS &&
				  todo_wants(todo, at.structure);
		     at.back++)
			rc = look_at(&at, err);
		if (rc == 0 && todo_wants(todo, at.structure))
			rc = look_back(&at, err);
		if (rc == 0)
			rc = todo_closes(&at, err);
		if (rc == 0)
			rc = todo_declares(&at, err);
	}
	return rc;
}
