#include "agent/auto_sync.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "agent/cadence.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"

#define WAKE_MS 1000 /* slept at least so long: it is no hiccup of clocks */

struct auto_sync {
	const char *directory;
	const struct os *os;
	enum lang lang;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t changed; /* by CLOCK_MONOTONIC */
	struct cadence cadence; /* under lock */
	bool stopping;          /* under lock */
	bool failing;           /* the thread's own */
	_Atomic int64_t give_up_ms;
	uint64_t network; /* as last seen; the thread's own */
	int64_t slept_ms; /* likewise */
};

/* ---- one attempt ---- */

/* What the attempt just noted says to wait; where it could not even be noted
 * (a full disk), some time all the same. */
static int64_t wait_noted_ms(struct agent *agent)
{
	struct buf text = BUF_INIT;
	int64_t next_s = 0;

	if (journal_get(agent->db, SETTING_NEXT_ATTEMPT, &text, NULL) == 0)
		next_s = strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	next_s -= os_now_s(agent->os);
	return next_s > 0 ? next_s * 1000 : CADENCE_SPARE_MS;
}

static bool is_unsent(struct agent *agent)
{
	struct ledger_counts counts = {0};

	return ledger_count(agent->db, agent->device, &counts, NULL) == 0 &&
	       counts.kept + counts.sent > 0;
}

/*
 * What one attempt came to. Not enrolled yet, or another sync under way: as
 * good as nothing, look again soon. A sync that failed has noted so itself.
 */
struct outcome {
	bool failed;
	int64_t wait_ms;
};

static void attempt(
    struct auto_sync *sync, bool only_unsent, struct outcome *out)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;
	uint8_t server[KEY_LEN];
	struct agent agent;
	int rc;

	*out = (struct outcome){true, CADENCE_SPARE_MS};
	memset(&agent, 0, sizeof(agent));
	/* The directory may be there, and a code still awaited. */
	rc = agent_open(&agent, sync->directory, sync->os, false, &err);
	if (rc == 0)
		rc = journal_server_key(agent.db, server, &err);
	if (rc == E_NOT_INIT) {
		out->wait_ms = AUTO_SYNC_LOOK_MS;
	} else if (rc == 0 && (!only_unsent || is_unsent(&agent))) {
		agent.give_up_ms = &sync->give_up_ms;
		rc = sync_run(&agent, &summary, &err);
		out->failed = rc < 0;
		/* Whoever holds the lock syncs, and notes how it went. */
		if (rc < 0 && rc != E_LOCKED)
			out->wait_ms = wait_noted_ms(&agent);
	}
	agent_close(&agent);
}

/* ---- what happens around ---- */

static void look_around(struct auto_sync *sync)
{
	int64_t slept_ms = os_boot_ms() - os_monotonic_ms();
	uint64_t network = os_network();

	if (slept_ms - sync->slept_ms > WAKE_MS ||
	    (network != 0 && network != sync->network))
		cadence_road(&sync->cadence, os_monotonic_ms());
	sync->slept_ms = slept_ms;
	sync->network = network;
}

/* Until ${when_ms}, or until something changed. The lock is held. */
static void rest(struct auto_sync *sync, int64_t when_ms)
{
	const struct timespec when = {
	    (time_t)(when_ms / 1000), (long)(when_ms % 1000) * 1000000};

	(void)pthread_cond_timedwait(&sync->changed, &sync->lock, &when);
}

/* True when an attempt is due, false when it is time to stop. */
static bool wait_for_due(struct auto_sync *sync)
{
	int64_t now_ms, due_ms;

	while (!sync->stopping) {
		look_around(sync);
		now_ms = os_monotonic_ms();
		due_ms = cadence_next(&sync->cadence);
		if (due_ms <= now_ms)
			return true;
		if (due_ms > now_ms + AUTO_SYNC_LOOK_MS)
			due_ms = now_ms + AUTO_SYNC_LOOK_MS;
		rest(sync, due_ms);
	}
	return false;
}

/* ---- the thread ---- */

static void work(struct auto_sync *sync)
{
	struct outcome outcome;
	uint32_t random;

	(void)pthread_mutex_lock(&sync->lock);
	while (wait_for_due(sync)) {
		/* What is saved from here on may miss this attempt. */
		cadence_began(&sync->cadence);
		(void)pthread_mutex_unlock(&sync->lock);
		attempt(sync, false, &outcome);
		os_random(sync->os, &random, sizeof(random));
		(void)pthread_mutex_lock(&sync->lock);
		sync->failing = outcome.failed;
		cadence_attempted(&sync->cadence, os_monotonic_ms(),
		    outcome.failed, outcome.wait_ms, random);
	}
	(void)pthread_mutex_unlock(&sync->lock);
}

static void *run(void *context)
{
	struct auto_sync *sync = context;
	struct outcome outcome;

	lang_current = sync->lang;
	work(sync);
	/* The office was there a moment ago, or may be. */
	if ((!sync->failing || os_network() != 0) &&
	    os_monotonic_ms() < atomic_load(&sync->give_up_ms))
		attempt(sync, true, &outcome);
	return NULL;
}

/* ---- from outside ---- */

static int make_condition(struct auto_sync *sync)
{
	pthread_condattr_t attributes;
	int why;

	if ((why = pthread_condattr_init(&attributes)) != 0)
		return why;
	why = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	if (why == 0)
		why = pthread_cond_init(&sync->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	return why;
}

static void release(struct auto_sync *sync)
{
	(void)pthread_cond_destroy(&sync->changed);
	(void)pthread_mutex_destroy(&sync->lock);
	free(sync);
}

int auto_sync_start(struct auto_sync **out, const char *directory,
    const struct os *os, struct err *err)
{
	struct auto_sync *sync = calloc(1, sizeof(*sync));
	int why;

	*out = NULL;
	if (sync == NULL)
		return err_nomem(err);
	sync->directory = directory;
	sync->os = os;
	sync->lang = lang_current;
	sync->network = os_network();
	sync->slept_ms = os_boot_ms() - os_monotonic_ms();
	atomic_init(&sync->give_up_ms, INT64_MAX);
	cadence_start(&sync->cadence, os_monotonic_ms());
	if ((why = make_condition(sync)) != 0) {
		free(sync);
		errno = why;
		return err_errno(err, E_IO, "pthread_cond_init");
	}
	(void)pthread_mutex_init(&sync->lock, NULL);
	if ((why = pthread_create(&sync->thread, NULL, run, sync)) != 0) {
		release(sync);
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
		cadence_kick(&sync->cadence, os_monotonic_ms());
	else
		cadence_saved(&sync->cadence, os_monotonic_ms());
	(void)pthread_cond_signal(&sync->changed);
	(void)pthread_mutex_unlock(&sync->lock);
}

void auto_sync_stop(struct auto_sync *sync)
{
	if (sync == NULL)
		return;
	atomic_store(&sync->give_up_ms, os_monotonic_ms() + AUTO_SYNC_LAST_MS);
	(void)pthread_mutex_lock(&sync->lock);
	sync->stopping = true;
	(void)pthread_cond_signal(&sync->changed);
	(void)pthread_mutex_unlock(&sync->lock);
	(void)pthread_join(sync->thread, NULL);
	release(sync);
}
