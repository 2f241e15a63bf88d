/*
 * One attempt of the sync that runs by itself: with a struct agent of its own,
 * so that it never holds up who records. How it went is in the settings, as
 * after any other sync; when the next is due is cadence.h's to say.
 */
#ifndef POINTEAU_AGENT_ATTEMPT_H
#define POINTEAU_AGENT_ATTEMPT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/os.h"

#define ATTEMPT_ENROL_MS 60000 /* between looks for an enrolment */

struct attempt {
	const char *directory;
	const struct os *os;
	const _Atomic int64_t *give_up_ms; /* as in agent.h */
	/* None when all has its receipt … */
	bool only_unsent;
	/* … and the office answered somebody within so many seconds; 0: it is
	 * asked all the same. */
	int64_t fresh_s;
	/* What is unsent is no reason within that time (a metered network). */
	bool sparing;
	bool new_road; /* the first one since the network changed */
};

enum attempt_end {
	ATTEMPT_DONE,   /* it succeeded, or was not needed */
	ATTEMPT_FAILED, /* again in wait_ms */
	ATTEMPT_NOBODY, /* not enrolled yet: nothing was tried */
};

struct attempt_outcome {
	enum attempt_end end;
	int64_t wait_ms;
	int64_t hold_ms; /* the office asked to be left alone so long; 0 */
};

/* Nothing is refused: whatever went wrong is told by the outcome. */
void attempt_make(const struct attempt *attempt, struct attempt_outcome *out);

#endif
