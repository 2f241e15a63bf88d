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
#define CADENCE_FLAP_MS  (INT64_C(10) * 1000)  /* one that comes and goes */
/* On a network that is paid for by the volume. */
#define CADENCE_SPARING_MS (INT64_C(60) * 60 * 1000)
#define CADENCE_ASKED_MS   (INT64_C(24) * 60 * 60 * 1000)

#define CADENCE_NEVER INT64_MAX

/* How freely the network is used. */
enum cadence_pace {
	CADENCE_FREE,    /* every CADENCE_EVERY_MS */
	CADENCE_SPARING, /* every CADENCE_SPARING_MS, else the same */
	CADENCE_ASKED,   /* when somebody waits for it, else once a day */
};

struct cadence {
	enum cadence_pace pace;
	int64_t hold_ms;  /* the office wants no attempt before; or 0 */
	int64_t due_ms;   /* by the clock alone */
	int64_t kick_ms;  /* by what happened; CADENCE_NEVER: nothing did */
	int64_t road_ms;  /* by a new network; likewise */
	int64_t first_ms; /* the first save that nobody sent yet; or NEVER */
	int64_t last_ms;  /* end of the last attempt; NEVER: none yet */
	bool failing;     /* that one failed */
};

/* The first attempt is due at ${first_ms}. */
void cadence_start(struct cadence *out, int64_t first_ms);

/* An attempt begins: it is about all that happened so far. */
void cadence_began(struct cadence *cadence);
/* It ended. ${wait_ms}: after a failure, what backoff.h says; it is
 * not looked at after a success. ${random}: 32 uniform bits. */
void cadence_attempted(struct cadence *cadence, int64_t now_ms, bool failed,
    int64_t wait_ms, uint32_t random);

/* Nothing could be tried, and nobody was troubled (not enrolled yet): again in
 * ${wait_ms}, or when something happens. */
void cadence_waits(struct cadence *cadence, int64_t now_ms, int64_t wait_ms);
/* After cadence_attempted: the office asked (Retry-After) for no attempt within
 * ${wait_ms}. Nothing that happens makes one come earlier. */
void cadence_hold(struct cadence *cadence, int64_t now_ms, int64_t wait_ms);

/* Another network: what waited for a freer one leaves. */
void cadence_set_pace(
    struct cadence *cadence, int64_t now_ms, enum cadence_pace pace);

/* Something was saved: soon, once it is quiet. */
void cadence_saved(struct cadence *cadence, int64_t now_ms);
/* Somebody is done, or waits for it: at once. */
void cadence_kick(struct cadence *cadence, int64_t now_ms);
/* There is a network again, or another one; or the laptop woke up: what
 * failed before says nothing any more. Not within CADENCE_FLAP_MS of the last
 * attempt. */
void cadence_road(struct cadence *cadence, int64_t now_ms);

/* Is it due by the clock alone, at ${now_ms}? Then somebody else's success
 * of a short while ago does as well. */
bool cadence_by_clock(const struct cadence *cadence, int64_t now_ms);

/* When the next attempt is due. While attempts fail, what happened makes one
 * come earlier, but not within CADENCE_SPARE_MS of the last, a new network
 * aside. */
int64_t cadence_next(const struct cadence *cadence);

#endif
