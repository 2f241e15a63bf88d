/*
 * Days and weeks as numbers: a day is date_days() of it, a week is ISO 8601's,
 * Monday to Sunday, of the year that has its Thursday. Civil time alone: a
 * clock that changes changes no figure.
 */
#ifndef POINTEAU_SERVER_RULES_WEEK_H
#define POINTEAU_SERVER_RULES_WEEK_H

#include <stdint.h>

#include "shared/date.h"
#include "shared/err.h"

#define WEEK_TEXT 9 /* "2026-W47" and NUL */

/* The Monday of the week that has this day. */
int64_t week_monday(int64_t day);

/* Write "2026-W47", the week that has this day. */
void week_format(int64_t day, char out[WEEK_TEXT]);

/* Its Monday; E_INVALID when it is no week, or the year has no week 53. */
int week_parse(int64_t *monday, const char *text, struct err *err);

/* The day of an ISO date that was checked; ${fallback} when it is none. */
int64_t day_number(const char *iso, int64_t fallback);
void day_format(int64_t day, char out[DATE_TEXT]);

/*
 * The day ${months} after this one in the calendar, its month's last when it
 * has no such day (31 January and a month: 28 February).
 */
int64_t day_add_months(int64_t day, int months);

/* A stretch from ${from} up to but not with ${until}: whole months, and the
 * days left. */
struct day_span {
	int months;
	int days;
};
struct day_span day_between(int64_t from, int64_t until);

#endif
