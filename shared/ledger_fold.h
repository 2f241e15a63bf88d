/*
 * What the ledger's entries fold into, record by record: the inside of
 * ledger.h, where entries and records meet.
 */
#ifndef POINTEAU_SHARED_LEDGER_FOLD_H
#define POINTEAU_SHARED_LEDGER_FOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"

/*
 * What orders the rows of entries and records in time, from the record's key
 * alone: the day that it names, "" for none.
 */
const char *ledger_moment(const struct record_key *key);

/*
 * Fold one record anew from its entries and write its row, and whatever else
 * follows from it: the hours of a newcomer who is matched, of a worker who is
 * known from now on.
 */
int ledger_refold(
    struct db *db, const char *structure, const char *record, struct err *err);

/* Do the hours of this worker count: on a list of the structure? */
int ledger_is_known(struct db *db, const char *structure, const char *subject,
    bool *known, struct err *err);

/*
 * Write the row of a record of which ${entry}, just kept, is the only one:
 * what ledger_refold would write, with nothing to read. ${counts}: it is not
 * quarantined; ${known}: ledger_is_known. *done is false, and nothing is
 * written, when the record has other entries, or its fold means something
 * for others: then ledger_refold has to do it.
 */
int ledger_fold_first(struct db *db, const char *structure,
    const struct entry *entry, const struct record_key *key, bool counts,
    bool known, bool *done, struct err *err);

/* Could ledger_fold_first do it, as far as the entry tells? And does it
 * matter then whether the worker is known? */
bool ledger_fold_is_plain(const struct entry *, const struct record_key *);
bool ledger_fold_asks_known(const struct record_key *key);

/* Where an entry stands. */
struct ledger_found {
	bool found;
	int64_t id;
	int64_t changeset; /* that brought it; 0: none, or not it alone */
	int64_t pos;
	char fault[16];
	char record[RECORD_KEY_MAX];
};

/*
 * Find an entry. ${record} is the key of its record ("" for an entry that
 * belongs to none); NULL when the caller does not know: then a laptop has an
 * index, and the office looks through the structure's entries.
 */
int ledger_find(struct db *db, const char *structure, const char *record,
    const struct hash *hash, struct ledger_found *out, struct err *err);

/* What changeset_entry says in place of an absent body. */
#define ENTRY_ABSENT 0
#define ENTRY_GONE   (-1) /* purged */

/* Remove a found entry's body; the sets that carried it keep its hash, as
 * ${absent}. Fold again. */
int ledger_drop_found(struct db *db, const char *structure,
    const struct hash *hash, const struct ledger_found *found, int64_t absent,
    struct err *err);

#endif
