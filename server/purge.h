/*
 * Purges: the office destroys what it may no longer keep of a person.
 */
#ifndef POINTEAU_SERVER_PURGE_H
#define POINTEAU_SERVER_PURGE_H

#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"

/*
 * Destroy every entry about ${worker} (hours, observations, identity,
 * contracts, the worker's own record) in every structure: bodies go, here and
 * on each laptop at its next sync, hashes stay. *count receives how many.
 * E_NOT_FOUND when nothing is known of that worker. Any other failure whose
 * message says that it is done left copies in the database's files: a reader
 * (E_BUSY) or the disk stood in the way of settling them (db.h).
 */
int purge_worker(struct office *office, const char *worker, const char *reason,
    int64_t *count, struct err *err);

#endif
