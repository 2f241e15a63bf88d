/*
 * The log in order of time: every entry once, where it came first.
 */
#ifndef POINTEAU_SERVER_STORE_CHRONICLE_H
#define POINTEAU_SERVER_STORE_CHRONICLE_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/text.h"

/* A place in it: what comes before is older. */
struct chronicle_at {
	int64_t time_s;
	char structure[TEXT_ID_MAX + 1];
	int64_t place;
	int64_t pos;
};

/* One entry. Texts and bytes are borrowed during the call. */
struct chronicle_row {
	int64_t time_s; /* the server's */
	const char *structure;
	int64_t place;
	int64_t pos;
	struct hash hash;
	const char *signer; /* of the set */
	const char *kind;   /* "" and so on when its body is not here */
	const char *record;
	const char *family;
	const char *subject;
	const char *person;
	const char *fault;
	struct bytes body; /* no data: purged */
};

/* ${each} returns 1 to stop. */
typedef int chronicle_each(
    void *context, const struct chronicle_row *row, struct err *err);

/*
 * From the newest: entries received before ${before} (NULL: up to now), not
 * earlier than ${from_s}, of ${structure} ("": of all).
 */
int chronicle(struct db *db, const struct chronicle_at *before, int64_t from_s,
    const char *structure, chronicle_each *each, void *context,
    struct err *err);

#endif
