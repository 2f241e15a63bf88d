/*
 * The sync that `pointeau run` does by itself: a thread of its own, which
 * sleeps until cadence.h says that an attempt (attempt.h) is due, or the system
 * (os_net.h) that a network came or that the machine woke up. It waits quietly
 * until the laptop is enrolled.
 */
#ifndef POINTEAU_AGENT_AUTO_SYNC_H
#define POINTEAU_AGENT_AUTO_SYNC_H

#include <stdbool.h>

#include "shared/err.h"
#include "shared/os.h"

#define AUTO_SYNC_LAST_MS 4000 /* of the last try when it is stopped */
/* An attempt that the clock alone wants is left out when somebody else (the
 * page beside the service, a command) had the office's answer within … */
#define AUTO_SYNC_FRESH_S (INT64_C(9) * 60)
/* … and on a network that is to be spared, when nobody waits. */
#define AUTO_SYNC_SPARED_S (INT64_C(20) * 3600)

struct auto_sync; /* opaque */

enum auto_sync_kick {
	AUTO_SYNC_SOON, /* something was saved: once it is quiet */
	AUTO_SYNC_NOW,  /* somebody is done and waits for it */
};

/* What to do on a network that is paid for by the volume (os_net.h). */
struct auto_sync_metered {
	bool wait;         /* send only what somebody waits for, else daily */
	const char *names; /* of os_network_metered; outlives the sync */
};

/*
 * Begin, in the calling thread's language and with its blocked signals; the
 * first attempt comes in ${first_ms}, unless something wants it before.
 * ${directory} and ${os} outlive it. End it with auto_sync_stop.
 */
int auto_sync_start(struct auto_sync **out, const char *directory,
    const struct os *os, const struct auto_sync_metered *metered,
    int64_t first_ms, struct err *err);

/* From any thread, at no cost. NULL does nothing. */
void auto_sync_kick(struct auto_sync *sync, enum auto_sync_kick kick);

/*
 * Stop, and free. What no receipt answers yet gets one more try when the
 * office may be reached; that, and whatever is under way, ends within
 * AUTO_SYNC_LAST_MS and a second. NULL does nothing.
 */
void auto_sync_stop(struct auto_sync *sync);

/* ---- without a thread, for who simulates the time (${os}->ticks_ms) ---- */

/* As auto_sync_start, the first attempt at once; nothing runs by itself. End it
 * with auto_sync_free. */
int auto_sync_make(struct auto_sync **out, const char *directory,
    const struct os *os, const struct auto_sync_metered *metered,
    struct err *err);
void auto_sync_free(struct auto_sync *sync);
/* When the next attempt is due, by os_ticks_ms. */
int64_t auto_sync_due(struct auto_sync *sync);
/* Make it now. */
void auto_sync_turn(struct auto_sync *sync);
/* Tell it what happened around: bits of os_net.h. */
void auto_sync_happened(struct auto_sync *sync, unsigned events);

#endif
