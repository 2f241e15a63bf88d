/*
 * Contested slots and how the office settles them.
 */
#ifndef POINTEAU_SERVER_CONFLICTS_H
#define POINTEAU_SERVER_CONFLICTS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/kind.h"
#include "shared/record.h"

#define CONFLICT_ID_TEXT 11 /* 10 hexadecimal digits and NUL */

/* The short name of a record, for people: the first digits of
 * sha256("<structure>/<record>"). */
void conflict_id(
    char out[CONFLICT_ID_TEXT], const char *structure, const char *record);

/*
 * Every contested slot as JSON, own it: [{"id","structure","record",
 * "worker","name","day","slot","version","values":[slot_entry_json]}], one
 * value for each live entry (server/hours/slot.h): equal ones stand there as
 * often as they were said.
 */
int conflicts_json(struct office *office, json_t **out, struct err *err);

/* How to settle one; exactly one of keep, both and another value is given. */
struct resolution {
	const char *keep; /* start of a hash, at least 4 digits, or NULL */
	bool both;
	int minutes; /* of another value; -1: not given */
	const char *reason;
	/* The rest of another value; NULL: as in the first one. */
	const struct kind *kind;
	const char *site;
	const char *activity;
	const char *seen; /* the version that its author saw; NULL: any */
};

#define RESOLUTION_KEEP_MIN 4

/*
 * Settle the slot ${id} (its short name, or "<structure>/<record>") by a
 * signed act. E_NOT_FOUND when there is no such slot; E_CONFLICT when it is
 * not contested any more (the message says by whom it was settled, and how)
 * or not as seen, then ${*conflict} is slot_difference, own it; E_INVALID
 * when ${keep} fits no value or several.
 */
int conflict_resolve(struct office *office, const char *id,
    const struct resolution *resolution, json_t **conflict, struct err *err);

#endif
