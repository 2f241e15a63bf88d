/*
 * Does an entry count, where does it belong, and what does it do to others?
 * The inside of ledger.h.
 */
#ifndef POINTEAU_SHARED_LEDGER_JUDGE_H
#define POINTEAU_SHARED_LEDGER_JUDGE_H

#include <stdbool.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/ledger.h"

/* Why an entry is quarantined (NULL: it is not), and where it belongs. A
 * malformed one, or one of another structure, belongs nowhere. */
int ledger_judge(struct db *db, const struct ledger_author *author,
    const struct entry *entry, bool parsed, struct record_key *key,
    const char **fault, struct err *err);

/* Does an entry act, once it counts, on what is kept of others? Then it is
 * to be done. */
bool ledger_acts(const struct entry *entry);
int ledger_act_upon(struct db *db, const char *structure,
    const struct entry *entry, struct err *err);

#endif
