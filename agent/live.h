/*
 * The live entries of one record: who says what about it now.
 */
#ifndef POINTEAU_AGENT_LIVE_H
#define POINTEAU_AGENT_LIVE_H

#include <stddef.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

struct live_entry {
	struct hash hash;
	json_t *root; /* owned: the entry's JSON, which the texts are in */
	const char *device;
	const char *person;
	const char *note;
	const json_t *value; /* NULL: it cancels */
};

struct live {
	struct live_entry *entries; /* owned, in order of arrival */
	size_t count;
	size_t room;
};

/* Clear it with live_clear, also after a failure. */
int live_load(struct live *out, struct db *db, const char *structure,
    const char *record, struct err *err);
void live_clear(struct live *live);

/* The first entry of ${device}, else the first of all; NULL when none is. */
const struct live_entry *live_first(
    const struct live *live, const char *device);

#endif
