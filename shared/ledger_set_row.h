/*
 * How rows of change sets are read: the inside of ledger_set.h. For
 * ledger_set.c, ledger_standing.c, ledger_load.c and ledger_head.c.
 */
#ifndef POINTEAU_SHARED_LEDGER_SET_ROW_H
#define POINTEAU_SHARED_LEDGER_SET_ROW_H

#include "shared/db.h"
#include "shared/ledger_set.h"

#define SET_COLUMNS                                                            \
	"SELECT id, hash, device, session, seq, prev, sent, place, epoch,"     \
	" time_s, head, receipt FROM changeset WHERE structure = $structure "

/* To whom the rows go; ${found} is set by the first. */
struct set_each {
	ledger_each_set *call;
	void *context;
	bool found;
};

/* Give one row to a struct set_each. A db_each. */
int set_row_give(void *context, const struct db_row *row, struct err *err);

/* A hash column; zero when it is not there. */
void set_row_hash(struct hash *out, struct bytes bytes);

/* Fill a receipt, but for its structure, from a row. A ledger_each_set. */
int set_row_receipt(void *context, const struct set_row *row, struct err *err);

#endif
