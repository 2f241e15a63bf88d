/* Contracts, and hours beside them. */
#include "server/rules/check_part.h"
#include "server/rules/week.h"

#define MONTH_DAYS 30 /* of the days left over from whole months */

/* Days of the month with hours that ${is_out} says should not be there. */
static void check_out(struct check *check, enum rule_id rule,
    bool (*is_out)(const struct check *check, int64_t day))
{
	int64_t from = 0, to = 0, minutes = 0;

	for (size_t i = check_from(check, check->month->first);
	     i < check->count && check->days[i].day <= check->month->last;
	     i++) {
		const struct rules_day *day = &check->days[i];

		if (day->present == 0 || !is_out(check, day->day))
			continue;
		if (minutes == 0)
			from = day->day;
		to = day->day;
		minutes += day->present;
	}
	if (minutes > 0)
		check_tell(check, rule, from, to, minutes);
}

static bool is_out_of_contract(const struct check *check, int64_t day)
{
	return check->person->contract_count > 0 &&
	       check_contract(check, day) == NULL;
}

static bool is_after_pass(const struct check *check, int64_t day)
{
	return check->person->pass_end != RULES_UNKNOWN &&
	       day > check->person->pass_end;
}

static bool is_whole(const struct rules_contract *contract)
{
	return contract->cddi && contract->start != RULES_UNKNOWN &&
	       contract->planned != RULES_UNKNOWN &&
	       contract->planned >= contract->start;
}

static bool is_in_month(
    const struct check *check, const struct rules_contract *contract)
{
	return contract->start <= check->month->last &&
	       contract->planned >= check->month->first;
}

/* One that goes on from another may be shorter: it renews it. */
static bool is_renewal(const struct check *check, size_t index)
{
	const struct rules_contract *list = check->person->contracts;

	for (size_t i = 0; i < check->person->contract_count; i++) {
		if (i != index && is_whole(&list[i]) &&
		    list[i].start < list[index].start &&
		    list[i].planned >= list[index].start - 1)
			return true;
	}
	return false;
}

static void check_one(struct check *check, size_t index)
{
	const struct rules_contract *contract =
	    &check->person->contracts[index];
	int months;

	if (!is_whole(contract) || !is_in_month(check, contract))
		return;
	months = day_between(contract->start, contract->planned + 1).months;
	if (months < rule_of(RULE_CDDI_SHORT)->limit &&
	    !is_renewal(check, index))
		check_tell(check, RULE_CDDI_SHORT, contract->start,
		    contract->planned, months);
	if (contract->weekly > 0 &&
	    contract->weekly < rule_of(RULE_CDDI_WEEKLY)->limit)
		check_tell(check, RULE_CDDI_WEEKLY, contract->start,
		    contract->planned, contract->weekly);
}

/* All of somebody's CDDI, a day that two of them share counted once; begun
 * months count, so that a day too many shows. */
static void check_total(struct check *check)
{
	const struct rules_person *person = check->person;
	int64_t first = RULES_UNKNOWN, until = RULES_UNKNOWN;
	bool current = false;
	int months = 0, days = 0;

	for (size_t i = 0; i < person->contract_count; i++) {
		const struct rules_contract *contract = &person->contracts[i];
		int64_t start = contract->start;
		struct day_span span;

		if (!is_whole(contract) || start > check->month->last)
			continue;
		current = current || is_in_month(check, contract);
		first = first == RULES_UNKNOWN ? start : first;
		start = until != RULES_UNKNOWN && start < until ? until : start;
		if (start > contract->planned)
			continue;
		until = contract->planned + 1;
		span = day_between(start, until);
		months += span.months;
		days += span.days;
	}
	months += (days + MONTH_DAYS - 1) / MONTH_DAYS;
	if (current && months > rule_of(RULE_CDDI_LONG)->limit)
		check_tell(check, RULE_CDDI_LONG, first, until - 1, months);
}

void check_contracts(struct check *check)
{
	check_out(check, RULE_CONTRACT_OUT, is_out_of_contract);
	check_out(check, RULE_PASS_OUT, is_after_pass);
	for (size_t i = 0; i < check->person->contract_count; i++)
		check_one(check, i);
	check_total(check);
}
