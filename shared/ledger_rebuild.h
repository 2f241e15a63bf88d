/*
 * Projections made again from the log alone: every entry judged and every
 * record folded as when it arrived, in the order of the log.
 */
#ifndef POINTEAU_SHARED_LEDGER_REBUILD_H
#define POINTEAU_SHARED_LEDGER_REBUILD_H

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"

/*
 * Rebuild one structure within the caller's transaction. ${server} is the
 * server's public key. ${before} and ${after} receive the digests
 * (ledger_digest): equal unless the projections had been damaged.
 */
int ledger_rebuild(struct db *db, const char *structure,
    const uint8_t server[KEY_LEN], struct hash *before, struct hash *after,
    struct err *err);

#endif
