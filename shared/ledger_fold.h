/*
 * What the ledger's entries fold into, record by record: the inside of
 * ledger.h, where entries and records meet.
 */
#ifndef POINTEAU_SHARED_LEDGER_FOLD_H
#define POINTEAU_SHARED_LEDGER_FOLD_H

#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"

/*
 * Fold one record anew from its entries and write its row, and whatever else
 * follows from it: the hours of a newcomer who is matched, of a worker who is
 * known from now on.
 */
int ledger_refold(
    struct db *db, const char *structure, const char *record, struct err *err);

/*
 * As ledger_add (ledger.h), but the record is not folded yet: ${record}
 * receives which one is to be, "" for none. Of many entries of one record,
 * one fold is enough, and one each would be too much.
 */
int ledger_add_unfolded(struct db *db, const struct ledger_author *author,
    struct bytes body, int64_t *id, const char **fault,
    char record[RECORD_KEY_MAX], struct err *err);

#endif
