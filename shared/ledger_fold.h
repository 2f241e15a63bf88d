/*
 * What the ledger's entries fold into, record by record: the inside of
 * ledger.h, where entries and records meet.
 */
#ifndef POINTEAU_SHARED_LEDGER_FOLD_H
#define POINTEAU_SHARED_LEDGER_FOLD_H

#include "shared/db.h"
#include "shared/err.h"

/*
 * Fold one record anew from its entries and write its row, and whatever else
 * follows from it: the hours of a newcomer who is matched, of a worker who is
 * known from now on.
 */
int ledger_refold(
    struct db *db, const char *structure, const char *record, struct err *err);

#endif
