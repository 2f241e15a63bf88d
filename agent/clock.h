/*
 * Can this laptop's clock be believed? Two signs need no network: it is
 * earlier than a time that the office signed, or it no longer goes with the
 * clock that counts since the boot. Entries carry its time, and days are
 * chosen by it.
 */
#ifndef POINTEAU_AGENT_CLOCK_H
#define POINTEAU_AGENT_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "shared/err.h"

#define CLOCK_SLACK_S 120  /* two clocks never agree to the second */
#define CLOCK_JUMP_S  3600 /* more than this is no correction by network */

/* Both clocks at one moment of one boot. */
struct clock_look {
	char boot[64];  /* which boot; "": none known */
	int64_t wall_s; /* since 1970 */
	int64_t boot_s; /* since the boot, sleep included */
};

/* "ok", "behind" (a receipt of ${receipt_s} is later than ${now}; 0: there is
 * none) or "jumped" (against ${last}, when it is of the same boot). */
const char *clock_judge(const struct clock_look *last,
    const struct clock_look *now, int64_t receipt_s);

/*
 * Keep a look to compare with, part of the caller's transaction: after a
 * sync that ${succeeded}, and when there is none of this boot yet. One that
 * would hide a jump is not kept before the office was reached again.
 */
int clock_note(struct agent *agent, bool succeeded, struct err *err);

/* The word of clock_judge, now. ${*receipt_s} is the time of the last
 * receipt, 0 when there is none. */
int clock_read(struct agent *agent, const char **word, int64_t *receipt_s,
    struct err *err);

#endif
