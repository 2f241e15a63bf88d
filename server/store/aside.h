/*
 * What is set aside (quarantined), of everything that is kept.
 */
#ifndef POINTEAU_SERVER_STORE_ASIDE_H
#define POINTEAU_SERVER_STORE_ASIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/changeset.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"

/* One entry. Texts and bytes are borrowed during the call. */
struct aside_row {
	const char *structure;
	struct hash hash;
	const char *device; /* who signed the set that brought it first */
	const char *person; /* who wrote it, as it says itself */
	const char *kind;   /* "" of what is unreadable, and so on */
	const char *record;
	const char *subject;
	const char *fault;
	int64_t time_s; /* when that set came; 0 unknown */
	struct bytes body;
};

typedef int aside_each(
    void *context, const struct aside_row *row, struct err *err);

/* All of them, the newest first; ${structure} NULL: of every structure. */
int aside_list(struct db *db, const char *structure, int64_t limit,
    aside_each *each, void *context, struct err *err);

/* How many there are. */
int aside_count(
    struct db *db, const char *structure, int64_t *out, struct err *err);

/* The entry of this hash, set aside or not (then its fault is ""), in every
 * structure that has it. */
int aside_find(struct db *db, const struct hash *hash, aside_each *each,
    void *context, struct err *err);

#endif
