/*
 * The structures' logs: the one place where a set gets its number.
 */
#ifndef POINTEAU_SERVER_LOG_H
#define POINTEAU_SERVER_LOG_H

#include "server/office.h"
#include "shared/changeset.h"
#include "shared/err.h"
#include "shared/receipt.h"

/*
 * Compute and sign the receipt of the manifest ${hash} as the next place of
 * the log, and move the log's head. The caller keeps the set with this
 * receipt in the same transaction. Server time never decreases, nor does the
 * epoch: ${epoch} is 0 but for the set that opens one (epoch.h).
 */
int log_next_receipt(struct office *office, const char *structure,
    int64_t epoch, const struct hash *hash, struct receipt *out,
    struct err *err);

#endif
