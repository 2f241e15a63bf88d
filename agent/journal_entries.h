/*
 * This laptop's own entries, newest first, with how far each one has got.
 */
#ifndef POINTEAU_AGENT_JOURNAL_ENTRIES_H
#define POINTEAU_AGENT_JOURNAL_ENTRIES_H

#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger_set.h"

/* One of them. Texts are borrowed during the call that receives it. */
struct own_entry {
	const char *structure;
	int64_t id;
	struct hash hash;
	const char *kind;
	const char *family;
	const char *record;
	const char *fault; /* "" when it counts */
	enum entry_way way;
	int64_t receipt; /* 0: none */
	struct bytes bytes;
};

/*
 * Those of ${device} in ${structure}, the last recorded first, at most
 * ${limit}. ${state}: "kept", "sent", "received" (set aside or not),
 * "quarantined", or "" for all.
 */
int journal_entries(struct db *db, const char *structure, const char *device,
    const char *state, int64_t limit,
    int (*each)(void *context, const struct own_entry *entry, struct err *err),
    void *context, struct err *err);

/* The structures that have an entry of ${device}. */
int journal_entry_structures(struct db *db, const char *device,
    int (*each)(void *context, const char *structure, struct err *err),
    void *context, struct err *err);

#endif
