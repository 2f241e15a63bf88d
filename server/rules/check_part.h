/*
 * The inside of server/rules/check.h: a person's days, added up once, and the
 * groups of rules that read them.
 */
#ifndef POINTEAU_SERVER_RULES_CHECK_PART_H
#define POINTEAU_SERVER_RULES_CHECK_PART_H

#include "server/rules/check.h"

/* A day that has slots. */
struct rules_day {
	int64_t day;
	const struct rules_slot *slots; /* borrowed */
	size_t count;
	bool is_here;      /* it has slots of this structure */
	int64_t all;       /* minutes of all kinds; absences here alone */
	int64_t effective; /* of effective work, wherever */
	int64_t active;    /* of kinds that are no absence, wherever */
	int64_t worked;    /* of effective work, here */
	int64_t present;   /* of kinds that are no absence, here */
	int64_t paid;      /* here, as all that follows but the times */
	int64_t weather;   /* of bad weather at a building site */
	bool has_weather;
	bool has_immersion;
	int first, last; /* of effective work wherever, where known; -1 */
};

struct check {
	const struct rules_person *person;
	const struct rules_month *month;
	struct rules_day *days; /* owned, by day */
	size_t count;
	rules_each *each;
	void *context;
	struct err *err;
	int rc; /* what ${each} said first; then nothing more is reported */
};

/* What a day may count. */
enum day_sum {
	SUM_EFFECTIVE,
	SUM_ACTIVE,
	SUM_WORKED,
	SUM_PAID,
	SUM_WEATHER,
};

/* Tell of a fault, with the rule's own limit or another one. */
void check_tell(struct check *check, enum rule_id rule, int64_t from,
    int64_t to, int64_t value);
void check_tell_limit(struct check *check, enum rule_id rule, int64_t from,
    int64_t to, int64_t value, int64_t limit);

/* NULL when nothing is recorded on it. */
const struct rules_day *check_day(const struct check *check, int64_t day);
/* The first recorded day that is not before ${day}: an index, at most
 * check->count. */
size_t check_from(const struct check *check, int64_t day);
int64_t check_sum(
    const struct check *check, int64_t from, int64_t to, enum day_sum what);
/* Does one of these days have a slot of this structure? */
bool check_is_recorded(const struct check *check, int64_t from, int64_t to);
int check_worked_days(const struct check *check, int64_t from, int64_t to);

bool check_is_minor(const struct check *check, int64_t day);

/* The contract that covers this day; NULL for none. */
const struct rules_contract *check_contract(
    const struct check *check, int64_t day);

void check_days(struct check *check);      /* check_day.c */
void check_rests(struct check *check);     /* check_rest.c */
void check_weeks(struct check *check);     /* check_week.c */
void check_contracts(struct check *check); /* check_contract.c */
void check_longs(struct check *check);     /* check_long.c */

#endif
