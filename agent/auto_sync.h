/*
 * The sync that `pointeau run` does by itself: a thread of its own, with its
 * own struct agent for each attempt, so that it never holds up who records.
 * When is cadence.h's to say; how it went is in the settings, as after any
 * other sync. It waits quietly until the laptop is enrolled.
 */
#ifndef POINTEAU_AGENT_AUTO_SYNC_H
#define POINTEAU_AGENT_AUTO_SYNC_H

#include "shared/err.h"
#include "shared/os.h"

#define AUTO_SYNC_LOOK_MS 3000 /* between looks at the network */
#define AUTO_SYNC_LAST_MS 4000 /* of the last try when it is stopped */

struct auto_sync; /* opaque */

enum auto_sync_kick {
	AUTO_SYNC_SOON, /* something was saved: once it is quiet */
	AUTO_SYNC_NOW,  /* somebody is done and waits for it */
};

/*
 * Begin, in the calling thread's language and with its blocked signals.
 * ${directory} and ${os} outlive it. End it with auto_sync_stop.
 */
int auto_sync_start(struct auto_sync **out, const char *directory,
    const struct os *os, struct err *err);

/* From any thread, at no cost. NULL does nothing. */
void auto_sync_kick(struct auto_sync *sync, enum auto_sync_kick kick);

/*
 * Stop, and free. What no receipt answers yet gets one more try when the
 * office may be reached; that, and whatever is under way, ends within
 * AUTO_SYNC_LAST_MS and a second. NULL does nothing.
 */
void auto_sync_stop(struct auto_sync *sync);

#endif
