/*
 * One person's days held against the rules. Pure: no database, no clock; what
 * it is given decides, so that each rule is tested alone.
 *
 * A month has the days between its first and its last, and the weeks whose
 * Sunday it has: each week is in one month. What is unknown accuses nobody: a
 * rule about rest or breaks speaks where the times that are known prove it.
 */
#ifndef POINTEAU_SERVER_RULES_CHECK_H
#define POINTEAU_SERVER_RULES_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/rules/rule.h"
#include "shared/err.h"
#include "shared/kind.h"

#define RULES_UNKNOWN INT64_MIN /* of a day */

/* A merged slot of a known kind. One of another structure counts where the law
 * counts the person (rule_counts_person), and nowhere else. */
struct rules_slot {
	int64_t day;           /* date_days() */
	const char *elsewhere; /* the other structure, borrowed; NULL: here */
	char slot[3];
	const struct kind *kind; /* not NULL */
	int minutes;
	int start, end; /* minutes since midnight; -1 unknown */
	int pause;      /* of break, within */
	bool building;  /* at a site of the building trade */
};

struct rules_contract {
	int64_t start, end; /* RULES_UNKNOWN: open */
	int64_t planned;    /* its end as agreed, RULES_UNKNOWN when none */
	int weekly;         /* minutes; 0 unknown */
	bool cddi;
};

/* An immersion as its convention says it. */
struct rules_pmsmp {
	int64_t start, end;
	const char *host; /* borrowed */
};

/* Everything is borrowed. Slots by day, from the year before the month to
 * eight days after it; contracts by start. */
struct rules_person {
	unsigned structure; /* enum structure_kind bit; 0 unknown */
	const struct rules_slot *slots;
	size_t slot_count;
	const struct rules_contract *contracts;
	size_t contract_count;
	const struct rules_pmsmp *pmsmps;
	size_t pmsmp_count;
	int64_t birth;    /* RULES_UNKNOWN: rules for minors are left out */
	int64_t pass_end; /* RULES_UNKNOWN: likewise */
};

/* How far before a month its slots are wanted, and after it. */
#define RULES_DAYS_BEFORE 372
#define RULES_DAYS_AFTER  8
/* How far before it their times of day are. */
#define RULES_TIMES_BEFORE 15

struct rules_month {
	int64_t first, last;
	int64_t today;
};

struct rules_finding {
	enum rule_id rule;
	int64_t from, to; /* the days it is about */
	int64_t value, limit;
};

typedef int rules_each(
    void *context, const struct rules_finding *finding, struct err *err);

/* Call ${each} for each rule that is broken, which may fail and so end it. */
int rules_check(const struct rules_person *person,
    const struct rules_month *month, rules_each *each, void *context,
    struct err *err);

#endif
