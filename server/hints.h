/*
 * What is likely, in memory alone: whose a bearer is, with which key it signs,
 * which sets came lately. By it a push is prepared before its turn with the
 * office, where each is asked anew: a hint that is wrong, old or lost costs
 * time and decides nothing. Safe from many threads.
 */
#ifndef POINTEAU_SERVER_HINTS_H
#define POINTEAU_SERVER_HINTS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/err.h"

#define HINTS_BEARERS 4096 /* one more may take another's place */
#define HINTS_SETS    4096

struct hint {
	struct hash bearer; /* its SHA-256 */
	char device[DEVICE_TEXT];
	uint8_t pub[KEY_LEN];
};

struct hints; /* opaque; free with hints_free */

int hints_new(struct hints **out, struct err *err);
void hints_free(struct hints *hints); /* NULL is fine */

void hints_put(struct hints *hints, const struct hint *hint);
/* False when nothing is known of a bearer. */
bool hints_find(
    struct hints *hints, const struct hash *bearer, struct hint *out);

/* A set was stored lately. */
void hints_put_set(struct hints *hints, const struct hash *set);
bool hints_has_set(struct hints *hints, const struct hash *set);

#endif
