/*
 * What a supervisor sees a worker able to do: one observation more each
 * time, never an average. Between save_begin and save_commit.
 */
#ifndef POINTEAU_AGENT_ACTS_SKILL_H
#define POINTEAU_AGENT_ACTS_SKILL_H

#include "agent/roster.h"
#include "agent/save.h"
#include "shared/catalogue.h"
#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/err.h"

struct acts_skill {
	const struct catalogue_row *skill;
	int level;        /* 1..4; 0: not assessed */
	int phase;        /* of an AFEST, 1..4; 0: none */
	const char *day;  /* ISO */
	const char *site; /* as typed; NULL for none */
	const char *slot; /* the half-day in which it was seen; NULL: none */
	const char *note; /* NULL for none */
	const char *as;   /* --as, or NULL */
};

/* Record it for one worker. ${id} receives the observation's identity. */
int acts_skill_add(struct save *save, const struct roster *roster,
    const struct roster_item *worker, const struct acts_skill *seen,
    char id[TEXT_ID_MAX + 1], struct hash *hash, struct err *err);

#endif
