/* What a week may hold, and twelve of them. */
#include "server/rules/check_part.h"
#include "server/rules/week.h"

#define DAYS_WEEK  7
#define MEAN_WEEKS 12

static void check_hours(struct check *check, int64_t monday, int64_t sunday)
{
	/* Somebody comes of age within a week: the whole week is a minor's
	 * while Monday is. */
	bool minor = check_is_minor(check, monday);
	enum rule_id week = minor ? RULE_MINOR_WEEK : RULE_WEEK;
	enum rule_id days = minor ? RULE_MINOR_DAYS : RULE_DAYS_WEEK;
	int64_t effective = check_sum(check, monday, sunday, SUM_EFFECTIVE);
	int64_t weather = check_sum(check, monday, sunday, SUM_WEATHER);
	int worked = check_worked_days(check, monday, sunday);
	bool here = check_sum(check, monday, sunday, SUM_WORKED) > 0;

	if (here && effective > rule_of(week)->limit)
		check_tell(check, week, monday, sunday, effective);
	if (here && worked > rule_of(days)->limit)
		check_tell(check, days, monday, sunday, worked);
	if (weather > rule_of(RULE_WEATHER_WEEK)->limit)
		check_tell(check, RULE_WEATHER_WEEK, monday, sunday, weather);
}

/* The twelve weeks that end on this Sunday, worked here in the last of them;
 * the mean rounded up, so that it shows what it is: over the limit. */
static void check_mean(struct check *check, int64_t sunday)
{
	int64_t from = sunday + 1 - (int64_t)MEAN_WEEKS * DAYS_WEEK;
	int64_t sum = check_sum(check, from, sunday, SUM_EFFECTIVE);

	if (sum > MEAN_WEEKS * rule_of(RULE_MEAN)->limit &&
	    check_sum(check, sunday + 1 - DAYS_WEEK, sunday, SUM_WORKED) > 0)
		check_tell(check, RULE_MEAN, from, sunday,
		    (sum + MEAN_WEEKS - 1) / MEAN_WEEKS);
}

static bool is_under_contract(
    const struct check *check, int64_t monday, int64_t sunday)
{
	for (int64_t day = monday; day <= sunday; day++) {
		if (check_contract(check, day) == NULL)
			return check->person->contract_count == 0;
	}
	return true;
}

/* The week within which somebody's hours begin: what the days before held was
 * not noted here. */
static bool is_begun(const struct check *check, int64_t monday)
{
	for (size_t i = 0; i < check->count; i++) {
		if (check->days[i].is_here)
			return check->days[i].day <= monday;
	}
	return false;
}

/* A week that is over, wholly under contract, and not blank: empty is not
 * zero; nor the first one, when it is not whole. */
static void check_activity(struct check *check, int64_t monday, int64_t sunday)
{
	int64_t active = check_sum(check, monday, sunday, SUM_ACTIVE);

	if (sunday < check->month->today &&
	    active < rule_of(RULE_RSA_WEEK)->limit &&
	    check_is_recorded(check, monday, sunday) &&
	    is_begun(check, monday) && is_under_contract(check, monday, sunday))
		check_tell(check, RULE_RSA_WEEK, monday, sunday, active);
}

/* What contracts agree on for a week: a seventh of the weekly minutes for
 * each day, or 0 when one of its days has none. */
static int64_t agreed(const struct check *check, int64_t monday)
{
	int64_t minutes = 0;

	for (int64_t day = monday; day < monday + DAYS_WEEK; day++) {
		const struct rules_contract *contract =
		    check_contract(check, day);

		if (contract == NULL || contract->weekly == 0)
			return 0;
		minutes += contract->weekly;
	}
	return minutes / DAYS_WEEK;
}

struct total {
	int64_t from, to;
	int64_t paid, agreed;
};

static void add_week(
    const struct check *check, int64_t monday, struct total *total)
{
	int64_t sunday = monday + DAYS_WEEK - 1;
	int64_t minutes = agreed(check, monday);

	if (minutes == 0 || !check_is_recorded(check, monday, sunday))
		return;
	if (total->agreed == 0)
		total->from = monday;
	total->to = sunday;
	total->agreed += minutes;
	total->paid += check_sum(check, monday, sunday, SUM_PAID);
}

void check_weeks(struct check *check)
{
	const struct rules_month *month = check->month;
	struct total total = {0, 0, 0, 0};

	for (int64_t monday = week_monday(month->first);
	     monday + DAYS_WEEK - 1 <= month->last; monday += DAYS_WEEK) {
		int64_t sunday = monday + DAYS_WEEK - 1;

		check_hours(check, monday, sunday);
		check_mean(check, sunday);
		check_activity(check, monday, sunday);
		add_week(check, monday, &total);
	}
	if (total.paid > total.agreed)
		check_tell_limit(check, RULE_CONTRACT_TOTAL, total.from,
		    total.to, total.paid, total.agreed);
}
