/*
 * The hours of some days, copied out of the ledger: for lists, crews' days
 * and contests.
 */
#ifndef POINTEAU_AGENT_SLOTS_H
#define POINTEAU_AGENT_SLOTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/live.h"
#include "agent/roster.h"
#include "shared/buf.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

/* One hours record. The texts are the list's. */
struct slot {
	char *structure;
	char *record;
	char *subject;
	char *day;
	char *slot;
	char *state;
	char *kind; /* "" unless it holds a value */
	char *site;
	char *activity;
	int64_t minutes;
};

struct slots {
	struct slot *items; /* by structure, subject, day, slot */
	size_t count;
	size_t room;
};

/* Every slot of the days ${first} to ${last} that holds or held something;
 * those of newcomers matched since are under their worker. Clear it with
 * slots_clear, also after a failure. */
int slots_load(struct slots *out, struct db *db, const char *first,
    const char *last, struct err *err);
/* The contested ones of all days. */
int slots_load_contested(struct slots *out, struct db *db, struct err *err);
void slots_clear(struct slots *slots);

/* NULL when that slot holds nothing. */
const struct slot *slots_find(const struct slots *slots, const char *structure,
    const char *subject, const char *day, const char *slot);

bool slots_is_contested(const struct slot *slot);

/* What people call its worker; the identifier of one unknown here. */
void slots_name(const struct slot *slot, const struct roster *roster,
    char out[ROSTER_NAME_TEXT]);

/* Its kind's label; "annulé" of a cancelled one. */
const char *slots_kind(const struct slot *slot);

/* Append "contesté, " or "inconnu, " where there is something to say. */
void slots_add_state(struct buf *out, const struct slot *slot);

/* The live values as JSON, own it: [{"hash","minutes","kind","site",
 * "activity","person","device","device_name"}]; one that cancels has the
 * kind "void". */
int slots_values(json_t **out, const struct live *live, struct agent *agent,
    const char *structure, struct err *err);

#endif
