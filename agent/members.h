/*
 * Who is in a crew on a day, and whom it expects.
 */
#ifndef POINTEAU_AGENT_MEMBERS_H
#define POINTEAU_AGENT_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/agent.h"
#include "agent/roster.h"
#include "agent/slots.h"
#include "shared/err.h"

struct members {
	const struct roster_item **items; /* the roster's: workers, then
	                                     newcomers; the array is owned */
	size_t count;
};

/*
 * The workers and newcomers of a crew on ${day}. Newcomers whose worker is on
 * the list are among them as that worker. Clear it with members_clear, also
 * after a failure.
 */
int members_load(struct members *out, const struct roster *roster,
    const struct roster_item *crew, const char *day, struct err *err);
void members_clear(struct members *members);

/* The subject of a member's records: a matched newcomer's worker. */
const char *members_subject(const struct roster_item *member);

/*
 * Is an answer due from a member for ${slot} of ${day}: has the crew work
 * planned then? A newcomer is expected from the day on which he or she was
 * added.
 */
int members_expects(bool *out, struct agent *agent,
    const struct roster_item *crew, const struct roster_item *member,
    const char *day, const char *slot, struct err *err);

/* Is it a newcomer who was added after ${day}? Hours of that day are recorded
 * for him or her one by one: nothing fills them in. */
int members_came_later(bool *out, struct agent *agent,
    const struct roster_item *member, const char *day, struct err *err);

/* Has the member an answer there: a value, or several? A cancelled slot has
 * none. */
bool members_answered(const struct slots *slots,
    const struct roster_item *member, const char *day, const char *slot);

#endif
