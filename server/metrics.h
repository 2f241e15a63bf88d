/*
 * What the server counts of itself, as Prometheus reads it (text format
 * 0.0.4). Names begin with pointeau_, units are base units, and no label has a
 * person, a device or an address in it. Safe from many threads.
 */
#ifndef POINTEAU_SERVER_METRICS_H
#define POINTEAU_SERVER_METRICS_H

#include <stdint.h>

#include "server/health.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/http/http.h"
#include "shared/json.h"

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"
/* Of routes, methods and statuses together; beyond, all are "other". */
#define METRICS_ROWS_MAX 1024

struct metrics; /* opaque */

int metrics_new(struct metrics **out, struct err *err);
void metrics_free(struct metrics *metrics);

/* Count a request. Its route must be static text. */
void metrics_count(struct metrics *metrics, const struct http_done *done);

/* A log of what is now, beside what was counted. */
struct metrics_now {
	unsigned faults; /* HEALTH_* */
	struct health_facts facts;
	int64_t connections;
	int64_t commits; /* that stored pushes, and how many pushes */
	int64_t pushes;
	const json_t *alerts;  /* alerts_json's; NULL: not known */
	const json_t *devices; /* devices_json's; NULL: not known */
};

/* Append all of it. */
int metrics_write(struct metrics *metrics, const struct metrics_now *now,
    struct buf *out, struct err *err);

#endif
