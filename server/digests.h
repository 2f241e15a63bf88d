/*
 * The scopes of the laptops that ask and their digests, kept as long as what
 * they are made of stands: a poll with nothing to say reads no list, nor does a
 * push or a pull of one that came lately. Exactly what scope_load and
 * scope_digest would give afresh (scope.h), for whoever holds the office.
 */
#ifndef POINTEAU_SERVER_DIGESTS_H
#define POINTEAU_SERVER_DIGESTS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "server/scope.h"
#include "shared/err.h"

/* Kept at once: of one device in one structure each. What finds no room is
 * worked out again. */
#define DIGESTS_MAX 65536
/* Whole scopes kept at once, those taken first making room; a larger one is
 * not kept: 8 MiB at most. */
#define DIGESTS_SCOPES_MAX 2048
#define DIGESTS_SCOPE_SIZE ((size_t)4096)
/* What one group of pushes may leave behind. */
#define DIGESTS_UNSURE_MAX 256

struct digests; /* opaque */

int digests_new(struct digests **out, struct err *err);
void digests_free(struct digests *digests);

int digests_scope(struct office *office, const char *structure,
    const char *device, char out[SCOPE_DIGEST_TEXT], struct err *err);

/* The scope itself, to scope_free. */
int digests_take(struct office *office, const char *structure,
    const char *device, struct scope **out, struct err *err);

/*
 * Around a transaction whose parts may be undone alone. Without it nothing is
 * kept of what is made within one: it may never have been. ${digests} may be
 * NULL.
 */
void digests_begin(struct digests *digests);
void digests_undone(struct digests *digests); /* a part of it */
void digests_end(struct digests *digests, bool committed);

/* How many were worked out since it was made; for tests. */
int64_t digests_made(const struct digests *digests);

#endif
