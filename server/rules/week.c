#include <stdio.h>
#include <string.h>

#include "server/rules/week.h"
#include "shared/lang.h"

#define DAYS_WEEK 7

/* 1970-01-01 was a Thursday. */
static int64_t weekday(int64_t day)
{
	int64_t index = (day + 3) % DAYS_WEEK;

	return index < 0 ? index + DAYS_WEEK : index;
}

int64_t week_monday(int64_t day)
{
	return day - weekday(day);
}

/* Week 1 has 4 January. */
static int64_t first_monday(int year)
{
	const struct date date = {year, 1, 4};

	return week_monday(date_days(&date));
}

void week_format(int64_t day, char out[WEEK_TEXT])
{
	int64_t monday = week_monday(day);
	int year = date_from_days(monday + 3).year;
	int week = (int)((monday - first_monday(year)) / DAYS_WEEK) + 1;

	(void)snprintf(out, WEEK_TEXT, "%04u-W%02u", (unsigned)year % 10000U,
	    (unsigned)week % 100U);
}

int week_parse(int64_t *monday, const char *text, struct err *err)
{
	char again[WEEK_TEXT];
	int year, week;

	if (strlen(text) == WEEK_TEXT - 1 &&
	    strspn(text, "0123456789-W") == WEEK_TEXT - 1 &&
	    sscanf(text, "%4d-W%2d", &year, &week) == 2 && year >= 1900 &&
	    year <= 2199) {
		*monday = first_monday(year) + (int64_t)(week - 1) * DAYS_WEEK;
		week_format(*monday, again);
		if (strcmp(again, text) == 0)
			return 0;
	}
	return err_set(err, E_INVALID,
	    L("semaine attendue comme 2026-W47", "week expected as 2026-W47"));
}

int64_t day_number(const char *iso, int64_t fallback)
{
	struct date date;

	if (!date_is_iso(iso) || date_parse(&date, iso, NULL) < 0)
		return fallback;
	return date_days(&date);
}

void day_format(int64_t day, char out[DATE_TEXT])
{
	const struct date date = date_from_days(day);

	date_format(&date, out);
}

int64_t day_add_months(int64_t day, int months)
{
	const struct date from = date_from_days(day);
	const struct date date = date_add_months(&from, months);

	return date_days(&date);
}

struct day_span day_between(int64_t from, int64_t until)
{
	const struct date a = date_from_days(from), b = date_from_days(until);
	struct day_span span = {(b.year - a.year) * 12 + b.month - a.month, 0};

	while (span.months > 0 && day_add_months(from, span.months) > until)
		span.months--;
	if (until > from)
		span.days = (int)(until - day_add_months(from, span.months));
	return span;
}
