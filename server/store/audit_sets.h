/*
 * Which sets of a structure's log an export for an auditor holds.
 */
#ifndef POINTEAU_SERVER_STORE_AUDIT_SETS_H
#define POINTEAU_SERVER_STORE_AUDIT_SETS_H

#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

struct audit_sets_month {
	const char *month; /* "2026-11" */
	const char *first; /* its first and last day */
	const char *last;
	int64_t from_s; /* its first and last second, UTC */
	int64_t until_s;
};

/* Receives the place of one set in the log. */
typedef int audit_sets_each(void *context, int64_t place, struct err *err);

/*
 * In order of place: the sets with an entry about hours, a skill or a
 * sign-off of the month (whatever became of it since), about a newcomer who
 * has such hours, or received in the month with a body no longer here.
 */
int audit_sets_of_month(struct db *db, const char *structure,
    const struct audit_sets_month *month, audit_sets_each *each, void *context,
    struct err *err);

/* In order of place: the sets about enrolments and revocations. */
int audit_sets_of_signers(struct db *db, const char *structure,
    audit_sets_each *each, void *context, struct err *err);

#endif
