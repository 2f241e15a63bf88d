/*
 * What a slot holds at this moment, and what an act upon it must name.
 */
#ifndef POINTEAU_AGENT_HELD_H
#define POINTEAU_AGENT_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/agent.h"
#include "agent/live.h"
#include "shared/crypto.h"
#include "shared/entry.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/record.h"

enum held_state {
	HELD_FREE, /* nothing that counts */
	HELD_VALUE,
	HELD_VOID, /* cancelled */
	HELD_CONTESTED,
};

struct held {
	enum held_state state;
	char structure[TEXT_ID_MAX + 1];
	char subject[TEXT_ID_MAX + 1]; /* a matched newcomer's worker */
	char record[RECORD_KEY_MAX];
	char *canonical; /* HELD_VALUE: as values compare; owned */
	json_t *value;   /* HELD_VALUE: the same, parsed; owned */
	struct live live;
	const char *person; /* who recorded the first live one, or "" */
	struct hash heads[ENTRY_PARENTS_MAX]; /* every live entry */
	size_t head_count;
	struct hash own[ENTRY_PARENTS_MAX]; /* those of this device */
	size_t own_count;
	const json_t *own_value; /* the first of them that is no void */
};

/* Clear it with held_clear, also after a failure. */
int held_load(struct held *out, struct agent *agent, const char *structure,
    const char *worker, const char *day, const char *slot, struct err *err);
void held_clear(struct held *held);

/* Has this person one of the live entries? */
bool held_by(const struct held *held, const char *person);

/* … with this very note? Any will do when ${note} is NULL. */
bool held_notes(const struct held *held, const char *person, const char *note);

#endif
