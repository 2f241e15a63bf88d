/*
 * Acts that put something beside a half-day, in a free x slot: its second
 * part at another site, an accident.
 */
#ifndef POINTEAU_AGENT_ACTS_SPLIT_H
#define POINTEAU_AGENT_ACTS_SPLIT_H

#include "agent/acts_rows.h"
#include "shared/deadline.h"
#include "shared/err.h"

/* Reasons that these acts give when none is: words of the record, the same
 * for every reader. */
#define ACTS_SPLIT_REASON "partagé entre deux chantiers"

/*
 * One half-day at two places: ${first} in its slot, which may be empty or
 * hold a value that this corrects, and ${second} in a free x slot, linked to
 * it. The same once more does nothing. Two rows. E_CONFLICT when the slot is
 * contested, E_USAGE when both parts are alike.
 */
int acts_hours_split(const struct acts_call *call,
    const struct acts_place *place, const struct acts_wish *first,
    const struct acts_wish *second, struct acts_rows *rows, struct err *err);

struct acts_accident {
	int at;            /* minutes since midnight */
	const char *place; /* a site's name, or any other words */
	const char *what;
};

/*
 * Note an accident at work in a free x slot of ${place}'s day (its slot is
 * not looked at); the same once more does nothing. ${deadline} receives until
 * when it must be declared.
 */
int acts_hours_accident(const struct acts_call *call,
    const struct acts_place *place, const struct acts_accident *accident,
    struct acts_done *done, char deadline[DEADLINE_TEXT], struct err *err);

#endif
