/*
 * How often somebody may ask: a bucket of tokens for each name, that fills
 * again with time. Bounded: beyond RATE_NAMES_MAX names the one unheard for
 * longest is forgotten, which gives it a full bucket when it returns. Pure;
 * safe from many threads. ${now_ms} never goes back.
 */
#ifndef POINTEAU_SERVER_RATE_H
#define POINTEAU_SERVER_RATE_H

#include <pthread.h>
#include <stdint.h>

#include "shared/err.h"
#include "shared/os.h"

#define RATE_NAMES_MAX 4096

/* What may be counted. */
enum rate_kind {
	RATE_REQUESTS, /* of a device: any request */
	RATE_BYTES,    /* of a device: KiB pushed */
	RATE_LOGINS,   /* of a device from one address: successful ones */
	RATE_STRANGER, /* of an address: enrol, challenge, login */
	RATE_KINDS,
};

/* A full bucket, and how fast it fills. */
struct rate_limit {
	int64_t burst;
	int64_t per_hour;
};

extern const struct rate_limit rate_limits[RATE_KINDS];

struct rate; /* opaque */

int rate_new(struct rate **out, struct err *err);
void rate_free(struct rate *);

/*
 * Take ${amount} tokens from the bucket of ${name}. 0, or the seconds until
 * there will be as many (nothing is taken then). More than a bucket holds
 * needs a full one.
 */
int64_t rate_take(struct rate *rate, enum rate_kind kind, const char *name,
    int64_t amount, int64_t now_ms);

#endif
