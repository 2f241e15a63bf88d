/*
 * The one scope filter of reading: on a reading connection, every table that
 * has a column "structure" is hidden behind a view of the same name that
 * shows the allowed structures alone, and what is common to the office.
 * Tables that a later release adds are hidden likewise: they are found by
 * that column, none is listed here.
 */
#ifndef POINTEAU_SERVER_STORE_VIEW_H
#define POINTEAU_SERVER_STORE_VIEW_H

#include "shared/db.h"
#include "shared/err.h"

/*
 * From now on ${db} (DB_READER, in no transaction) shows ${structures} alone:
 * names, one a line, or "*" for all. What a failure leaves shows nothing
 * more than before. E_IO, E_NOMEM.
 */
int view_set(struct db *db, const char *structures, struct err *err);

#endif
