/*
 * Purges: the office destroys the bodies of entries (a right to erasure, the
 * end of a keeping period). Hashes stay in the sets that carried them, so
 * that no signature breaks; a purged hash is never taken in again, whoever
 * still has its body.
 */
#ifndef POINTEAU_SHARED_LEDGER_PURGE_H
#define POINTEAU_SHARED_LEDGER_PURGE_H

#include <stdbool.h>

#include "shared/db.h"
#include "shared/entry.h"
#include "shared/err.h"

#define PURGE_KIND "purge"

int ledger_is_purged(struct db *db, const char *structure,
    const struct hash *hash, bool *out, struct err *err);

/* How many hashes are purged. */
int ledger_purged(struct db *db, int64_t *out, struct err *err);

/* Do what ${entry} says when it is a purge that counts; nothing otherwise. */
int ledger_purge_act(struct db *db, const char *structure,
    const struct entry *entry, struct err *err);

#endif
