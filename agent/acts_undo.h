/*
 * Undo: what this laptop's own entries set is set back, by new entries whose
 * reason is PAST_UNDO_REASON, as long as nobody has gone on from them.
 */
#ifndef POINTEAU_AGENT_ACTS_UNDO_H
#define POINTEAU_AGENT_ACTS_UNDO_H

#include <stddef.h>

#include "agent/acts_rows.h"
#include "shared/crypto.h"
#include "shared/err.h"

#define ACTS_UNDO_MAX 256 /* entries in one call: a crew's day and more */

/*
 * Set back each of ${hashes} to what its parents held, or cancel it; a move
 * is undone at both ends. One row for each slot that changed. E_NOT_FOUND when
 * an entry is unknown here; E_INVALID when it is another device's, or no
 * hours; E_CONFLICT when somebody has gone on from it, recorded the same, or
 * when it decided between several values.
 */
int acts_undo(const struct acts_call *call, const struct hash *hashes,
    size_t count, struct acts_rows *rows, struct err *err);

#endif
