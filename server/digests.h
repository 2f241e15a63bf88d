/*
 * The scope digests of the laptops that ask, kept as long as what they are
 * made of stands: a poll with nothing to say reads no list. Exactly what
 * scope_digest would say afresh (scope.h), for whoever holds the office.
 */
#ifndef POINTEAU_SERVER_DIGESTS_H
#define POINTEAU_SERVER_DIGESTS_H

#include "server/office.h"
#include "server/scope.h"
#include "shared/err.h"

/* Kept at once: of one device in one structure each. What finds no room is
 * worked out again. */
#define DIGESTS_MAX 65536

struct digests; /* opaque */

int digests_new(struct digests **out, struct err *err);
void digests_free(struct digests *digests);

int digests_scope(struct office *office, const char *structure,
    const char *device, char out[SCOPE_DIGEST_TEXT], struct err *err);

/* How many were worked out since it was made; for tests. */
int64_t digests_made(const struct digests *digests);

#endif
