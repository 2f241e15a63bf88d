/*
 * A thread beside `serve` that tells systemd that the server still gets on,
 * and the log, once a day, what will need somebody soon.
 */
#ifndef POINTEAU_SERVER_WATCH_H
#define POINTEAU_SERVER_WATCH_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/health.h"
#include "shared/err.h"

#define WATCH_LOOK_MS  ((int64_t)60 * 1000) /* without a watchdog */
#define WATCH_AGAIN_MS ((int64_t)24 * 3600 * 1000)

struct watch {
	struct health *health;
	int64_t every_ms;
	bool watchdog;
	bool started;
	bool ending; /* under lock */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t end;
	int64_t told_ms; /* when the log was last told; 0: never */
};

/* Begin; must not move. End with watch_stop, also after a failure. */
int watch_start(struct watch *out, struct health *health, struct err *err);
void watch_stop(struct watch *watch);

/* What serve logs of the address, the disk and the certificate of its start,
 * and watch once a day. */
void watch_tell(const struct office *office);

#endif
