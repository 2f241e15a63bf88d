/*
 * Entries kept one after the other, of one set or alone: what is the same for
 * all of them is asked once, and a record is folded when it has them all. The
 * inside of ledger.h and ledger_set.h.
 */
#ifndef POINTEAU_SHARED_LEDGER_BATCH_H
#define POINTEAU_SHARED_LEDGER_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"
#include "shared/text.h"

#define LEDGER_KNOWN_MAX 32

struct ledger_batch {
	struct db *db;
	const struct ledger_author *author;
	int64_t changeset; /* the set that brings them; 0: none */
	int64_t next;      /* the next entry's id */
	int64_t added;
	bool purges; /* something may be purged */
	bool awaits; /* a set may await a body */
	/* Of workers already asked about: are they known? */
	struct {
		char subject[TEXT_ID_MAX + 1];
		bool known;
	} known[LEDGER_KNOWN_MAX];
	size_t known_count;
	/* Records to fold at the end, each once. */
	char (*records)[RECORD_KEY_MAX]; /* owned */
	size_t count;
	size_t room;
};

/* Begin. Clear it in every case. */
int ledger_batch_begin(struct ledger_batch *out, struct db *db,
    const struct ledger_author *author, struct err *err);
void ledger_batch_clear(struct ledger_batch *batch);

/*
 * Keep one entry, as ledger_add, but that its record may be folded only by
 * ledger_batch_end. ${hash}: the body's SHA-256, where it was computed from
 * these very bytes; NULL where not. ${pos}: its place in the set. *${in_set}
 * (may be NULL) tells that the entry itself names the set and the place.
 */
int ledger_batch_add(struct ledger_batch *batch, struct bytes body,
    const struct hash *hash, int64_t pos, int64_t *id, bool *in_set,
    const char **fault, struct err *err);

/* Bodies that the set withholds may be here, by another set: its list is told
 * of them. */
int ledger_batch_link(struct ledger_batch *batch, struct err *err);

/* Fold what is left to fold. */
int ledger_batch_end(struct ledger_batch *batch, struct err *err);

#endif
