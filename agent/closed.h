/*
 * Which months the office has closed, as its own short entries tell laptops
 * (closed/<month>: version and hash of the closing, which itself never
 * leaves the office). What is recorded for a closed month since is taken in
 * all the same, and is late.
 */
#ifndef POINTEAU_AGENT_CLOSED_H
#define POINTEAU_AGENT_CLOSED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/date.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/text.h"

struct closed_month {
	char structure[TEXT_ID_MAX + 1];
	char month[MONTH_TEXT];
	int64_t version;     /* 1, and one more each time it is reopened */
	char at[STAMP_TEXT]; /* when the office says it closed it */
	int64_t place;       /* in the structure's log */
};

struct closed {
	struct closed_month *items; /* by structure, then month */
	size_t count;
	size_t room;
};

/* Clear it with closed_clear, also after a failure. */
int closed_load(struct closed *out, struct db *db, struct err *err);
void closed_clear(struct closed *closed);

/* The closing of the month of ${day} (or "yyyy-mm"); NULL while it is open. */
const struct closed_month *closed_month(
    const struct closed *closed, const char *structure, const char *day);

/* Came an entry of the month ${month} (NULL: an open one) after its closing?
 * What the office had in its log before is covered by it. */
int closed_is_late(const struct closed_month *month, struct db *db,
    const struct hash *entry, bool *late, struct err *err);

/* For people who read JSON, own it: [{"structure","month","version","at"}];
 * NULL when out of memory. */
json_t *closed_json(const struct closed *closed);

#endif
