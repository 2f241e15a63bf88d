#include "agent/auto_sync.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "agent/attempt.h"
#include "agent/cadence.h"
#include "shared/lang.h"
#include "shared/os_net.h"

struct auto_sync {
	const char *directory;
	const struct os *os;
	struct auto_sync_metered metered;
	enum lang lang;
	pthread_t thread;
	pthread_mutex_t lock;
	struct os_watch watch;  /* waited for by the thread; rung by any */
	struct cadence cadence; /* under lock */
	_Atomic bool stopping;
	_Atomic int64_t give_up_ms;
	bool failing;  /* the thread's own */
	bool new_road; /* likewise: no attempt since the network changed */
};

static int64_t now_ms(const struct auto_sync *sync)
{
	return os_ticks_ms(sync->os);
}

static enum cadence_pace pace_of(const struct auto_sync *sync)
{
	if (!os_network_metered(sync->metered.names))
		return CADENCE_FREE;
	return sync->metered.wait ? CADENCE_ASKED : CADENCE_SPARING;
}

/* ---- what happens around ---- */

void auto_sync_happened(struct auto_sync *sync, unsigned events)
{
	if ((events & (OS_WATCH_NETWORK | OS_WATCH_WAKE)) == 0)
		return;
	sync->new_road = true;
	(void)pthread_mutex_lock(&sync->lock);
	cadence_set_pace(&sync->cadence, now_ms(sync), pace_of(sync));
	cadence_road(&sync->cadence, now_ms(sync));
	(void)pthread_mutex_unlock(&sync->lock);
}

int64_t auto_sync_due(struct auto_sync *sync)
{
	int64_t due_ms;

	(void)pthread_mutex_lock(&sync->lock);
	due_ms = cadence_next(&sync->cadence);
	(void)pthread_mutex_unlock(&sync->lock);
	return due_ms;
}

/* ---- one attempt ---- */

static void ended(struct auto_sync *sync, const struct attempt_outcome *outcome)
{
	struct cadence *cadence = &sync->cadence;
	int64_t ended_ms = now_ms(sync);
	uint32_t random;

	os_random(sync->os, &random, sizeof(random));
	sync->failing = outcome->end == ATTEMPT_FAILED;
	(void)pthread_mutex_lock(&sync->lock);
	if (outcome->end == ATTEMPT_NOBODY) {
		cadence_waits(cadence, ended_ms, outcome->wait_ms);
	} else {
		cadence_attempted(
		    cadence, ended_ms, sync->failing, outcome->wait_ms, random);
		if (outcome->hold_ms > 0)
			cadence_hold(cadence, ended_ms, outcome->hold_ms);
	}
	(void)pthread_mutex_unlock(&sync->lock);
}

/* Which attempts may be left out. The lock is held. */
static void decide(struct auto_sync *sync, struct attempt *attempt)
{
	const struct cadence *cadence = &sync->cadence;
	bool asked_for = cadence->kick_ms <= now_ms(sync) || sync->failing;

	if (cadence->pace == CADENCE_ASKED && !asked_for) {
		attempt->sparing = true;
		attempt->fresh_s = AUTO_SYNC_SPARED_S;
	} else if (cadence_by_clock(cadence, now_ms(sync))) {
		attempt->fresh_s = AUTO_SYNC_FRESH_S;
	}
}

void auto_sync_turn(struct auto_sync *sync)
{
	struct attempt attempt = {
	    .directory = sync->directory,
	    .os = sync->os,
	    .give_up_ms = &sync->give_up_ms,
	    .new_road = sync->new_road,
	};
	struct attempt_outcome outcome;

	(void)pthread_mutex_lock(&sync->lock);
	cadence_set_pace(&sync->cadence, now_ms(sync), pace_of(sync));
	decide(sync, &attempt);
	/* What is saved from here on may miss this attempt. */
	cadence_began(&sync->cadence);
	(void)pthread_mutex_unlock(&sync->lock);
	attempt_make(&attempt, &outcome);
	if (outcome.end != ATTEMPT_NOBODY)
		sync->new_road = false;
	ended(sync, &outcome);
}

/* The office was there a moment ago, or may be; it did not ask to be left
 * alone; nobody pays for it. */
static bool may_try_last(struct auto_sync *sync)
{
	bool held;

	(void)pthread_mutex_lock(&sync->lock);
	held = sync->cadence.hold_ms > now_ms(sync);
	(void)pthread_mutex_unlock(&sync->lock);
	return !held && (!sync->failing || os_network_seen(sync->os) != 0) &&
	       pace_of(sync) != CADENCE_ASKED &&
	       os_monotonic_ms() < atomic_load(&sync->give_up_ms);
}

static void last_turn(struct auto_sync *sync)
{
	const struct attempt attempt = {
	    .directory = sync->directory,
	    .os = sync->os,
	    .give_up_ms = &sync->give_up_ms,
	    .only_unsent = true,
	};
	struct attempt_outcome outcome;

	if (may_try_last(sync))
		attempt_make(&attempt, &outcome);
}

/* ---- the thread ---- */

static void *run(void *context)
{
	struct auto_sync *sync = context;

	lang_current = sync->lang;
	while (!atomic_load(&sync->stopping)) {
		if (auto_sync_due(sync) <= now_ms(sync))
			auto_sync_turn(sync);
		else
			auto_sync_happened(sync,
			    os_watch_wait(&sync->watch, auto_sync_due(sync)));
	}
	last_turn(sync);
	return NULL;
}

/* ---- from outside ---- */

int auto_sync_make(struct auto_sync **out, const char *directory,
    const struct os *os, const struct auto_sync_metered *metered,
    struct err *err)
{
	struct auto_sync *sync = calloc(1, sizeof(*sync));
	int rc;

	*out = NULL;
	if (sync == NULL)
		return err_nomem(err);
	sync->directory = directory;
	sync->os = os;
	sync->metered = *metered;
	sync->lang = lang_current;
	sync->new_road = true;
	atomic_init(&sync->stopping, false);
	atomic_init(&sync->give_up_ms, INT64_MAX);
	cadence_start(&sync->cadence, now_ms(sync));
	(void)pthread_mutex_init(&sync->lock, NULL);
	if ((rc = os_watch_open(&sync->watch, err)) < 0) {
		auto_sync_free(sync);
		return rc;
	}
	*out = sync;
	return 0;
}

void auto_sync_free(struct auto_sync *sync)
{
	os_watch_close(&sync->watch);
	(void)pthread_mutex_destroy(&sync->lock);
	free(sync);
}

int auto_sync_start(struct auto_sync **out, const char *directory,
    const struct os *os, const struct auto_sync_metered *metered,
    int64_t first_ms, struct err *err)
{
	struct auto_sync *sync;
	int rc, why;

	*out = NULL;
	if ((rc = auto_sync_make(&sync, directory, os, metered, err)) < 0)
		return rc;
	cadence_start(&sync->cadence, now_ms(sync) + first_ms);
	if ((why = pthread_create(&sync->thread, NULL, run, sync)) != 0) {
		auto_sync_free(sync);
		errno = why;
		return err_errno(err, E_IO, "pthread_create");
	}
	*out = sync;
	return 0;
}

void auto_sync_kick(struct auto_sync *sync, enum auto_sync_kick kick)
{
	if (sync == NULL)
		return;
	(void)pthread_mutex_lock(&sync->lock);
	if (kick == AUTO_SYNC_NOW)
		cadence_kick(&sync->cadence, now_ms(sync));
	else
		cadence_saved(&sync->cadence, now_ms(sync));
	(void)pthread_mutex_unlock(&sync->lock);
	os_watch_ring(&sync->watch);
}

void auto_sync_stop(struct auto_sync *sync)
{
	if (sync == NULL)
		return;
	atomic_store(&sync->give_up_ms, os_monotonic_ms() + AUTO_SYNC_LAST_MS);
	atomic_store(&sync->stopping, true);
	os_watch_ring(&sync->watch);
	(void)pthread_join(sync->thread, NULL);
	auto_sync_free(sync);
}
