#include <string.h>
#include <time.h>

#include "server/watch.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/notify.h"

#define WATCHDOG_PART 2 /* of its time: tell twice as often as is awaited */

void watch_tell(const struct office *office)
{
	struct health_facts facts;
	struct log_line line;

	health_look(&facts, office);
	if (facts.disk_low || (facts.faults & HEALTH_DISK) != 0) {
		log_begin(&line,
		    (facts.faults & HEALTH_DISK) != 0 ? LOG_ERROR : LOG_WARN,
		    "disk_low");
		log_number(&line, "free", facts.disk_free);
		log_number(&line, "size", facts.disk_size);
		log_end(&line);
	}
	if ((facts.faults & HEALTH_CERTIFICATE) != 0 ||
	    (facts.end_s != 0 && facts.end_s - facts.now_s < HEALTH_SOON_S)) {
		log_begin(&line,
		    (facts.faults & HEALTH_CERTIFICATE) != 0 ||
			    facts.end_s - facts.now_s < HEALTH_NOW_S
			? LOG_ERROR
			: LOG_WARN,
		    "certificate_ends");
		log_number(&line, "days",
		    facts.end_s == 0 ? 0 : (facts.end_s - facts.now_s) / 86400);
		log_end(&line);
	}
}

static void look(struct watch *watch)
{
	int64_t now_ms = os_monotonic_ms();
	struct err err = ERR_INIT;

	if (!health_alive(watch->health))
		log_event(LOG_ERROR, "stuck", "", "");
	else if (watch->watchdog && notify_send("WATCHDOG=1", &err) < 0)
		log_event(LOG_WARN, "notify_failed", "text", err.text);
	if (watch->told_ms != 0 && now_ms - watch->told_ms < WATCH_AGAIN_MS)
		return;
	watch->told_ms = now_ms;
	watch_tell(watch->health->writer);
}

/* Until ${ms} from now, or the end. */
static void wait_for(struct watch *watch, int64_t ms)
{
	int64_t until_ms = os_monotonic_ms() + ms;
	struct timespec until = {.tv_sec = (time_t)(until_ms / 1000),
	    .tv_nsec = (long)(until_ms % 1000) * 1000000};

	while (!watch->ending &&
	       pthread_cond_timedwait(&watch->end, &watch->lock, &until) == 0)
		continue;
}

static void *run(void *context)
{
	struct watch *watch = context;

	(void)pthread_mutex_lock(&watch->lock);
	while (!watch->ending) {
		(void)pthread_mutex_unlock(&watch->lock);
		look(watch);
		(void)pthread_mutex_lock(&watch->lock);
		wait_for(watch, watch->every_ms);
	}
	(void)pthread_mutex_unlock(&watch->lock);
	return NULL;
}

int watch_start(struct watch *out, struct health *health, struct err *err)
{
	int64_t watchdog_ms = notify_watchdog_ms();
	pthread_condattr_t monotonic;

	memset(out, 0, sizeof(*out));
	out->health = health;
	out->watchdog = watchdog_ms > 0;
	out->every_ms =
	    out->watchdog ? watchdog_ms / WATCHDOG_PART : WATCH_LOOK_MS;
	if (out->every_ms < 1)
		out->every_ms = 1;
	(void)pthread_mutex_init(&out->lock, NULL);
	(void)pthread_condattr_init(&monotonic);
	(void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&out->end, &monotonic);
	(void)pthread_condattr_destroy(&monotonic);
	out->started = pthread_create(&out->thread, NULL, run, out) == 0;
	if (out->started)
		return 0;
	return err_set(
	    err, E_IO, L("fil d'exécution impossible", "cannot make a thread"));
}

void watch_stop(struct watch *watch)
{
	if (watch->health == NULL)
		return;
	(void)pthread_mutex_lock(&watch->lock);
	watch->ending = true;
	(void)pthread_cond_signal(&watch->end);
	(void)pthread_mutex_unlock(&watch->lock);
	if (watch->started)
		(void)pthread_join(watch->thread, NULL);
	(void)pthread_cond_destroy(&watch->end);
	(void)pthread_mutex_destroy(&watch->lock);
	watch->health = NULL;
}
