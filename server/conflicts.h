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
#include "shared/record.h"

#define CONFLICT_ID_TEXT 11 /* 10 hexadecimal digits and NUL */

/* The short name of a record, for people: the first digits of
 * sha256("<structure>/<record>"). */
void conflict_id(
    char out[CONFLICT_ID_TEXT], const char *structure, const char *record);

/*
 * Every contested slot as JSON, own it: [{"id","structure","record",
 * "worker","day","slot","values":[{"hash","void","minutes","kind","site",
 * "activity","person","device","device_name","at"}]}].
 */
int conflicts_json(struct office *office, json_t **out, struct err *err);

/* How to settle one; exactly one of keep, both and minutes is given. */
struct resolution {
	const char *keep; /* start of a hash, at least 4 digits, or NULL */
	bool both;
	int minutes; /* -1: not given */
	const char *reason;
};

#define RESOLUTION_KEEP_MIN 4

/*
 * Settle the slot ${id} (its short name, or "<structure>/<record>") by a
 * signed act. E_NOT_FOUND when nothing of that name is contested, E_INVALID
 * when ${keep} fits no value or several.
 */
int conflict_resolve(struct office *office, const char *id,
    const struct resolution *resolution, struct err *err);

#endif
