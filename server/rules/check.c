#include <stdlib.h>
#include <string.h>

#include "server/rules/check_part.h"
#include "server/rules/week.h"

#define ADULT_MONTHS (18 * 12)

/* ---- reporting ---- */

void check_tell_limit(struct check *check, enum rule_id rule, int64_t from,
    int64_t to, int64_t value, int64_t limit)
{
	const struct rules_finding finding = {rule, from, to, value, limit};
	unsigned structure = check->person->structure;

	/* A structure of a kind that nobody knows obeys every rule. */
	if (structure != 0 && (rule_of(rule)->structures & structure) == 0)
		return;
	if (check->rc == 0)
		check->rc = check->each(check->context, &finding, check->err);
}

void check_tell(struct check *check, enum rule_id rule, int64_t from,
    int64_t to, int64_t value)
{
	check_tell_limit(check, rule, from, to, value, rule_of(rule)->limit);
}

/* ---- days ---- */

static void add_times(struct rules_day *day, const struct rules_slot *slot)
{
	if (slot->start >= 0 && (day->first < 0 || slot->start < day->first))
		day->first = slot->start;
	if (slot->end > day->last)
		day->last = slot->end;
}

static void add_here(struct rules_day *day, const struct rules_slot *slot)
{
	const struct kind *kind = slot->kind;

	day->is_here = true;
	if (kind->effective)
		day->worked += slot->minutes;
	if (!kind->absence)
		day->present += slot->minutes;
	if (kind->paid)
		day->paid += slot->minutes;
	if (strcmp(kind->slug, "immersion") == 0 && slot->minutes > 0)
		day->has_immersion = true;
	if (strcmp(kind->slug, "bad_weather") == 0 && slot->building) {
		day->weather += slot->minutes;
		day->has_weather = true;
	}
}

static void add_slot(struct rules_day *day, const struct rules_slot *slot)
{
	const struct kind *kind = slot->kind;
	bool here = slot->elsewhere == NULL;

	day->count++;
	/* A day of leave may be noted at both. */
	if (here || !kind->absence)
		day->all += slot->minutes;
	if (kind->effective && slot->minutes > 0) {
		day->effective += slot->minutes;
		add_times(day, slot);
	}
	if (!kind->absence)
		day->active += slot->minutes;
	if (here)
		add_here(day, slot);
}

static int add_up(struct check *check)
{
	const struct rules_person *person = check->person;

	check->days = calloc(person->slot_count + 1, sizeof(*check->days));
	if (check->days == NULL)
		return err_nomem(check->err);
	for (size_t i = 0; i < person->slot_count; i++) {
		const struct rules_slot *slot = &person->slots[i];
		struct rules_day *day =
		    check->count > 0 ? &check->days[check->count - 1] : NULL;

		if (day == NULL || day->day != slot->day) {
			day = &check->days[check->count++];
			day->day = slot->day;
			day->slots = slot;
			day->first = day->last = -1;
		}
		add_slot(day, slot);
	}
	return 0;
}

size_t check_from(const struct check *check, int64_t day)
{
	size_t low = 0, high = check->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (check->days[middle].day < day)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct rules_day *check_day(const struct check *check, int64_t day)
{
	size_t at = check_from(check, day);

	return at < check->count && check->days[at].day == day
	           ? &check->days[at]
	           : NULL;
}

static int64_t sum_of(const struct rules_day *day, enum day_sum what)
{
	switch (what) {
	case SUM_EFFECTIVE:
		return day->effective;
	case SUM_ACTIVE:
		return day->active;
	case SUM_WORKED:
		return day->worked;
	case SUM_PAID:
		return day->paid;
	case SUM_WEATHER:
		return day->weather;
	}
	return 0;
}

int64_t check_sum(
    const struct check *check, int64_t from, int64_t to, enum day_sum what)
{
	int64_t sum = 0;

	for (size_t i = check_from(check, from);
	     i < check->count && check->days[i].day <= to; i++)
		sum += sum_of(&check->days[i], what);
	return sum;
}

bool check_is_recorded(const struct check *check, int64_t from, int64_t to)
{
	for (size_t i = check_from(check, from);
	     i < check->count && check->days[i].day <= to; i++) {
		if (check->days[i].is_here)
			return true;
	}
	return false;
}

int check_worked_days(const struct check *check, int64_t from, int64_t to)
{
	int count = 0;

	for (size_t i = check_from(check, from);
	     i < check->count && check->days[i].day <= to; i++)
		count += check->days[i].effective > 0 ? 1 : 0;
	return count;
}

bool check_is_minor(const struct check *check, int64_t day)
{
	int64_t birth = check->person->birth;

	return birth != RULES_UNKNOWN &&
	       day < day_add_months(birth, ADULT_MONTHS);
}

/* Where contracts overlap, the one that began last has the day, as in
 * server/contracts.h. */
const struct rules_contract *check_contract(
    const struct check *check, int64_t day)
{
	for (size_t i = check->person->contract_count; i > 0; i--) {
		const struct rules_contract *contract =
		    &check->person->contracts[i - 1];

		if ((contract->start == RULES_UNKNOWN ||
			contract->start <= day) &&
		    (contract->end == RULES_UNKNOWN || day <= contract->end))
			return contract;
	}
	return NULL;
}

int rules_check(const struct rules_person *person,
    const struct rules_month *month, rules_each *each, void *context,
    struct err *err)
{
	struct check check = {
	    .person = person,
	    .month = month,
	    .each = each,
	    .context = context,
	    .err = err,
	};

	if ((check.rc = add_up(&check)) == 0) {
		check_days(&check);
		check_rests(&check);
		check_weeks(&check);
		check_contracts(&check);
		check_longs(&check);
	}
	free(check.days);
	return check.rc;
}
