/*
 * Rest between days and in the week. Where a time is unknown the rest was as
 * long as it can have been: what is told is certain.
 */
#include "server/rules/check_part.h"
#include "server/rules/week.h"

#define DAY_MINUTES 1440
#define DAYS_WEEK   7

/* How late work certainly went on, and how early it certainly began: work
 * without times is thought away, at the day's other end. */
static int64_t latest_end(const struct rules_day *day)
{
	return day->last >= 0 ? day->last : day->effective;
}

static int64_t first_start(const struct rules_day *day)
{
	return day->first >= 0 ? day->first : DAY_MINUTES - day->effective;
}

static void check_between(struct check *check, const struct rules_day *before,
    const struct rules_day *after)
{
	enum rule_id rule =
	    check_is_minor(check, after->day) ? RULE_MINOR_REST : RULE_REST_DAY;
	int64_t rest = DAY_MINUTES - before->last + after->first;

	if (before->worked + after->worked > 0 && before->last >= 0 &&
	    after->first >= 0 && rest < rule_of(rule)->limit)
		check_tell(check, rule, before->day, after->day, rest);
}

static const struct rules_day *next_worked(
    const struct check *check, size_t *at)
{
	while (*at < check->count) {
		const struct rules_day *day = &check->days[(*at)++];

		if (day->effective > 0)
			return day;
	}
	return NULL;
}

/* Does the rest between two worked days belong to the week of ${monday}: does
 * it begin in it, or hold a whole day of it? */
static bool is_in_week(int64_t a, int64_t b, int64_t monday)
{
	int64_t sunday = monday + DAYS_WEEK - 1;
	int64_t free_from = a + 1 > monday ? a + 1 : monday;
	int64_t free_to = b - 1 < sunday ? b - 1 : sunday;

	return (a >= monday && a <= sunday) || free_from <= free_to;
}

static void check_week_rest(struct check *check, int64_t monday)
{
	int64_t sunday = monday + DAYS_WEEK - 1, longest = 0;
	size_t at = check_from(check, monday - DAYS_WEEK);
	const struct rules_day *a = next_worked(check, &at), *b;

	/* Nobody rests before the first day that is known, or after the last:
	 * that is rest enough. */
	if (a == NULL || a->day > monday)
		return;
	for (; (b = next_worked(check, &at)) != NULL; a = b) {
		int64_t rest = (b->day - a->day - 1) * DAY_MINUTES +
		               DAY_MINUTES - latest_end(a) + first_start(b);

		if (a->day > sunday)
			break;
		if (is_in_week(a->day, b->day, monday) && rest > longest)
			longest = rest;
	}
	if (a->day <= sunday && b == NULL)
		return;
	if (longest < rule_of(RULE_REST_WEEK)->limit)
		check_tell(check, RULE_REST_WEEK, monday, sunday, longest);
}

void check_rests(struct check *check)
{
	const struct rules_month *month = check->month;

	for (size_t i = check_from(check, month->first);
	     i < check->count && check->days[i].day <= month->last; i++) {
		const struct rules_day *day = &check->days[i];

		if (i > 0 && check->days[i - 1].day == day->day - 1)
			check_between(check, &check->days[i - 1], day);
	}
	for (int64_t monday = week_monday(month->first);
	     monday + DAYS_WEEK - 1 <= month->last; monday += DAYS_WEEK) {
		int64_t sunday = monday + DAYS_WEEK - 1;

		/* Seven days worked are another rule's. */
		if (check_worked_days(check, monday, sunday) <=
			rule_of(RULE_DAYS_WEEK)->limit &&
		    check_sum(check, monday, sunday, SUM_WORKED) > 0)
			check_week_rest(check, monday);
	}
}
