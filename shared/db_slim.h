/*
 * A database without its indexes: half the bytes, and a day's rows change few
 * of those that are left, since what stands in the order of hashes is gone.
 * What indexes say is in the tables; they are made again from it.
 */
#ifndef POINTEAU_SHARED_DB_SLIM_H
#define POINTEAU_SHARED_DB_SLIM_H

#include "shared/buf.h"
#include "shared/db.h"
#include "shared/err.h"

/* Take every index out of ${db}, a copy that nobody else uses (those of
 * primary keys stay), and append the DDL that makes them again. */
int db_slim(struct db *db, struct buf *indexes, struct err *err);

/* Make them again. E_CONFLICT when rows break one that is unique. */
int db_fatten(struct db *db, const char *indexes, struct err *err);

#endif
