/*
 * Purges: the office destroys what it may no longer keep of a person.
 */
#ifndef POINTEAU_SERVER_PURGE_H
#define POINTEAU_SERVER_PURGE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"

/*
 * Destroy every entry about ${worker} (hours, observations, identity,
 * contracts, the worker's own record) in every structure: bodies go, here and
 * on each laptop at its next sync, hashes stay. *count receives how many.
 * *settled is false when somebody who was reading, or the disk, left copies
 * of what was destroyed in the database's files: until it is next settled
 * (db.h). E_NOT_FOUND when
 * nothing is known of that worker.
 */
int purge_worker(struct office *office, const char *worker, const char *reason,
    int64_t *count, bool *settled, struct err *err);

#endif
