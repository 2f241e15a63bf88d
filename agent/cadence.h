/*
 * When `pointeau run` syncs next. Pure: whoever asks brings the clock (one
 * that never jumps, in milliseconds), the chance, and what happened: an
 * attempt that ended, a save, a crew's half-day finished, a network that is
 * there again, a laptop that woke up.
 */
#ifndef POINTEAU_AGENT_CADENCE_H
#define POINTEAU_AGENT_CADENCE_H

#include <stdbool.h>
#include <stdint.h>

#define CADENCE_EVERY_MS (INT64_C(15) * 60 * 1000) /* give or take a fifth */
#define CADENCE_QUIET_MS (INT64_C(20) * 1000)  /* after a save, of no other */
#define CADENCE_HOLD_MS  (INT64_C(120) * 1000) /* saves put it off no longer */
#define CADENCE_SPARE_MS (INT64_C(30) * 1000)  /* between tries that fail */
#define CADENCE_ROAD_MS  (INT64_C(2) * 1000)   /* a new network settles */

#define CADENCE_NEVER INT64_MAX

struct cadence {
	int64_t due_ms;   /* by the clock alone */
	int64_t kick_ms;  /* by what happened; CADENCE_NEVER: nothing did */
	int64_t first_ms; /* the first save that nobody sent yet; or NEVER */
	int64_t last_ms;  /* end of the last attempt; NEVER: none yet */
	bool failing;     /* that one failed */
};

/* The first attempt is due at once. */
void cadence_start(struct cadence *out, int64_t now_ms);

/* An attempt begins: it is about all that happened so far. */
void cadence_began(struct cadence *cadence);
/* It ended. ${wait_ms}: after a failure, what backoff.h says; it is
 * not looked at after a success. ${random}: 32 uniform bits. */
void cadence_attempted(struct cadence *cadence, int64_t now_ms, bool failed,
    int64_t wait_ms, uint32_t random);

/* Something was saved: soon, once it is quiet. */
void cadence_saved(struct cadence *cadence, int64_t now_ms);
/* Somebody is done, or waits for it: at once. */
void cadence_kick(struct cadence *cadence, int64_t now_ms);
/* There is a network again, or another one; or the laptop woke up. */
void cadence_road(struct cadence *cadence, int64_t now_ms);

/* When the next attempt is due. While attempts fail, what happened makes one
 * come earlier, but not within CADENCE_SPARE_MS of the last. */
int64_t cadence_next(const struct cadence *cadence);

#endif
