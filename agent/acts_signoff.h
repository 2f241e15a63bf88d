/*
 * A worker signs a month, or says no to it: between save_begin and
 * save_commit, so that what is signed is what is there.
 */
#ifndef POINTEAU_AGENT_ACTS_SIGNOFF_H
#define POINTEAU_AGENT_ACTS_SIGNOFF_H

#include <stdbool.h>

#include "agent/roster.h"
#include "agent/save.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/signoff.h"

#define ACTS_PIN_MIN 4
#define ACTS_PIN_MAX 8

struct acts_signing {
	const char *month;  /* "2026-11" */
	const char *sum;    /* of what was shown, hexadecimal */
	const char *answer; /* SIGNOFF_AGREE, SIGNOFF_DISAGREE */
	const char *how;    /* "finger", "pin", "paper" */
	const char *stroke; /* of a finger; NULL otherwise */
	const char *pin;    /* digits that the worker typed; NULL otherwise */
	const char *reason; /* of a disagreement; NULL otherwise */
	const char *lang;   /* in which it was shown; NULL: not told */
	const char *as;     /* --as, or NULL */
};

struct acts_signed {
	bool already; /* signed just so before: nothing written */
	char person[TEXT_NAME_MAX + 1];
	struct hash hash;
	size_t contested; /* slots signed although nobody has decided yet */
};

/*
 * E_CONFLICT when the rows are no longer those of ${signing->sum};
 * E_NOT_FOUND when the month has no row; E_USAGE when something is missing or
 * one thing too much is given.
 *
 * A PIN proves no identity and is kept nowhere: it shows that the worker took
 * the machine, as a stroke or the ink on a sheet does.
 */
int acts_signoff(struct save *save, const struct roster *roster,
    const struct roster_item *worker, const struct acts_signing *signing,
    struct acts_signed *done, struct err *err);

#endif
