/*
 * What a slot holds at this moment, and what an act upon it must name.
 */
#ifndef POINTEAU_AGENT_HELD_H
#define POINTEAU_AGENT_HELD_H

#include <stdbool.h>
#include <stddef.h>

#include "agent/agent.h"
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
	char *canonical; /* HELD_VALUE: as values compare */
	json_t *value;	 /* HELD_VALUE: the same, parsed */
	char person[TEXT_NAME_MAX + 1]; /* who recorded the first live one */
	bool by_person;	 /* the person asked about has it recorded too */
	struct hash heads[ENTRY_PARENTS_MAX]; /* every live entry */
	size_t head_count;
	struct hash own[ENTRY_PARENTS_MAX]; /* those of this device */
	size_t own_count;
	json_t *own_value; /* of the first of them; NULL for a void */
};

/* Clear it with held_clear, also after a failure. */
int held_load(struct held *out, struct agent *agent, const char *structure,
    const char *worker, const char *day, const char *slot,
    const char *person, struct err *err);
void held_clear(struct held *held);

#endif
