/*
 * The version of a structure's lists: moves whenever a record changes that is
 * no worker's hours, skills or sign-offs. Kept where month totals are
 * (ledger_month.h).
 */
#ifndef POINTEAU_SHARED_LEDGER_LISTS_H
#define POINTEAU_SHARED_LEDGER_LISTS_H

#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

/* A record of the lists changed. Nothing where nobody keeps the version. */
int ledger_lists_changed(struct db *db, const char *structure, struct err *err);

/* What lists and bodies of a structure were last changed by. Stamps of what
 * is committed are the same only where the lists are; one within a
 * transaction may come again after its rollback, for other lists. */
struct lists_stamp {
	int64_t version;
	int64_t completed; /* ledger_completed */
};

int ledger_lists_stamp(struct db *db, const char *structure,
    struct lists_stamp *out, struct err *err);

#endif
