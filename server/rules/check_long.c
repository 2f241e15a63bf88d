/* Limits over months and years: immersions, bad weather. */
#include <stdlib.h>
#include <string.h>

#include "server/care/pmsmp.h"
#include "server/rules/check_part.h"
#include "server/rules/week.h"

#define SPELL_GAP 7 /* days without immersion that end a spell */

static bool is_in_month(const struct check *check, int64_t from, int64_t to)
{
	return from <= check->month->last && to >= check->month->first;
}

/* The convention that a day of immersion is under; NULL for none. */
static const struct rules_pmsmp *convention(
    const struct check *check, int64_t day)
{
	for (size_t i = 0; i < check->person->pmsmp_count; i++) {
		const struct rules_pmsmp *pmsmp = &check->person->pmsmps[i];

		if (pmsmp->start <= day && day <= pmsmp->end)
			return pmsmp;
	}
	return NULL;
}

static void check_spell(struct check *check, int64_t from, int64_t to)
{
	int64_t days = to - from + 1;

	if (is_in_month(check, from, to) &&
	    days > rule_of(RULE_PMSMP_LENGTH)->limit)
		check_tell(check, RULE_PMSMP_LENGTH, from, to, days);
}

/* Calendar days of each convention, and of immersions without one as their
 * hours tell them. */
static void check_spells(struct check *check)
{
	int64_t from = RULES_UNKNOWN, to = 0;

	for (size_t i = 0; i < check->person->pmsmp_count; i++)
		check_spell(check, check->person->pmsmps[i].start,
		    check->person->pmsmps[i].end);
	for (size_t i = 0; i < check->count; i++) {
		const struct rules_day *day = &check->days[i];

		if (!day->has_immersion || convention(check, day->day) != NULL)
			continue;
		if (from != RULES_UNKNOWN && day->day - to > SPELL_GAP) {
			check_spell(check, from, to);
			from = RULES_UNKNOWN;
		}
		from = from == RULES_UNKNOWN ? day->day : from;
		to = day->day;
	}
	if (from != RULES_UNKNOWN)
		check_spell(check, from, to);
}

static void tell_year(struct check *check, int64_t to, int64_t days)
{
	int64_t from = day_add_months(to, -PMSMP_MONTHS) + 1;

	if (days > rule_of(RULE_PMSMP_YEAR)->limit)
		check_tell(check, RULE_PMSMP_YEAR, from, to, days);
}

/* Days of immersion under no convention: their hosts are not known. */
static void check_unnamed(struct check *check)
{
	int64_t to = RULES_UNKNOWN, from, count = 0;

	for (size_t i = check_from(check, check->month->first);
	     i < check->count && check->days[i].day <= check->month->last;
	     i++) {
		const struct rules_day *day = &check->days[i];

		if (day->has_immersion && convention(check, day->day) == NULL)
			to = day->day;
	}
	if (to == RULES_UNKNOWN)
		return;
	from = day_add_months(to, -PMSMP_MONTHS) + 1;
	for (size_t i = check_from(check, from);
	     i < check->count && check->days[i].day <= to; i++) {
		const struct rules_day *day = &check->days[i];

		count +=
		    day->has_immersion && convention(check, day->day) == NULL
			? 1
			: 0;
	}
	tell_year(check, to, count);
}

/* All conventions with the host of the one at ${index}, the first of them. */
static void check_host(struct check *check, size_t index)
{
	const struct rules_pmsmp *list = check->person->pmsmps;
	size_t room = check->person->pmsmp_count, count = 0;
	struct pmsmp_stay *stays = calloc(room, sizeof(*stays));
	int64_t to = RULES_UNKNOWN;
	struct pmsmp_load load;

	if (stays == NULL) {
		check->rc = err_nomem(check->err);
		return;
	}
	for (size_t i = index; i < room; i++) {
		if (strcmp(list[i].host, list[index].host) != 0)
			continue;
		stays[count++] =
		    (struct pmsmp_stay){list[i].start, list[i].end};
		if (is_in_month(check, list[i].start, list[i].end) &&
		    list[i].end > to)
			to = list[i].end;
	}
	if (to != RULES_UNKNOWN) {
		pmsmp_until(&load, stays, count, to);
		tell_year(check, to, load.days);
	}
	free(stays);
}

static void check_hosts(struct check *check)
{
	const struct rules_pmsmp *list = check->person->pmsmps;

	check_unnamed(check);
	for (size_t i = 0; check->rc == 0 && i < check->person->pmsmp_count;
	     i++) {
		bool seen = false;

		for (size_t j = 0; j < i; j++)
			seen = seen || strcmp(list[j].host, list[i].host) == 0;
		if (!seen)
			check_host(check, i);
	}
}

/* From New Year to the month's last such day. */
static void check_weather(struct check *check)
{
	const struct date last = date_from_days(check->month->last);
	const struct date new_year = {last.year, 1, 1};
	int64_t count = 0, to = RULES_UNKNOWN, from = date_days(&new_year);

	for (size_t i = check_from(check, from);
	     i < check->count && check->days[i].day <= check->month->last;
	     i++) {
		if (!check->days[i].has_weather)
			continue;
		count++;
		to = check->days[i].day;
	}
	if (to != RULES_UNKNOWN && to >= check->month->first &&
	    count > rule_of(RULE_WEATHER_YEAR)->limit)
		check_tell(check, RULE_WEATHER_YEAR, from, to, count);
}

void check_longs(struct check *check)
{
	check_spells(check);
	check_hosts(check);
	check_weather(check);
}
