/*
 * Purges: the office destroys what it may no longer keep of a person.
 */
#ifndef POINTEAU_SERVER_PURGE_H
#define POINTEAU_SERVER_PURGE_H

#include <stdint.h>

#include "server/act.h"
#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"

/*
 * Destroy every entry about ${worker} (hours, observations, identity,
 * contracts, the worker's own record) in every structure: bodies go, here and
 * on each laptop at its next sync, hashes stay. *count receives how many.
 * E_NOT_FOUND when nothing is known of that worker, E_CONFLICT while a hold
 * (rgpd/hold.h) covers any of it. The run is written in the logs. Any other
 * failure whose message says that it is done left copies in the database's
 * files: a reader (E_BUSY) or the disk stood in the way of settling them
 * (db.h).
 */
int purge_worker(struct office *office, const char *worker, const char *reason,
    int64_t *count, struct err *err);

/*
 * Within an act: destroy the entries of the records in ${lines}
 * ("<structure>\t<record>\n", changed on the way; one structure after the
 * other). *count receives how many more.
 */
int purge_records(struct act *act, struct buf *lines, const char *reason,
    int64_t *count, struct err *err);

/* After the act's commit: leave no copy in the database's files. */
int purge_settle(struct office *office, struct err *err);

#endif
