/*
 * Releases: the office lets count what a laptop sent after its revocation,
 * entry by entry. The record "release/<hash>" names it; that it was released
 * is never taken back (a person who thinks otherwise voids what it says), so
 * that it does not matter which of the two comes first.
 */
#ifndef POINTEAU_SHARED_LEDGER_RELEASE_H
#define POINTEAU_SHARED_LEDGER_RELEASE_H

#include <stdbool.h>

#include "shared/db.h"
#include "shared/entry.h"
#include "shared/err.h"

#define RELEASE_FAMILY "release"

/* May an entry of this kind be released? What laptops write alone: what acts
 * upon others' entries never does so by the back door. */
bool ledger_may_release(const char *kind);

/* Is there a release of this hash that counts? */
int ledger_is_released(struct db *db, const char *structure,
    const struct hash *hash, bool *out, struct err *err);

/* Do what ${entry} says when it is a release that counts; nothing otherwise. */
int ledger_release_act(struct db *db, const char *structure,
    const struct entry *entry, struct err *err);

/* No release counts until it is judged again. For ledger_rebuild. */
int ledger_release_forget(
    struct db *db, const char *structure, struct err *err);

#endif
