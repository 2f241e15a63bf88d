/*
 * One save is one transaction: the entries and their place in the outbox.
 * Only after save_commit may anyone be told that something is recorded.
 *
 *	if ((rc = save_begin(&save, agent, err)) < 0)
 *		return rc;
 *	… read, then save_add …
 *	rc = rc < 0 ? rc : save_commit(&save, err);
 *	save_end(&save);
 */
#ifndef POINTEAU_AGENT_SAVE_H
#define POINTEAU_AGENT_SAVE_H

#include <stddef.h>

#include "agent/agent.h"
#include "shared/crypto.h"
#include "shared/entry.h"
#include "shared/err.h"

struct save {
	struct agent *agent;
	size_t count; /* entries added */
};

/* Take the write lock. E_REVOKED on a laptop that may no longer record. */
int save_begin(struct save *out, struct agent *agent, struct err *err);

/*
 * Add one entry, whose device and time are filled here. E_INVALID when the
 * rules that everyone applies would quarantine it: nothing of the kind ever
 * leaves. ${hash} (may be NULL) receives its name.
 */
int save_add(struct save *save, const struct entry_draft *draft,
    struct hash *hash, struct err *err);

int save_commit(struct save *save, struct err *err);

/* Undo what was not committed. */
void save_end(struct save *save);

#endif
