/*
 * Who is who: workers and newcomers of the structures, their names and their
 * crews by date.
 */
#ifndef POINTEAU_SERVER_ROSTER_H
#define POINTEAU_SERVER_ROSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

struct roster; /* opaque */

/* Texts are borrowed from the roster, "" when there is none. */
struct roster_person {
	const char *structure;
	const char *id;
	const char *first;
	const char *initial;
	const char *last;    /* of those whose identity the office keeps */
	const json_t *value; /* the whole record, provisional if contested */
	bool newcomer;       /* not matched to a worker, or once was not */
};

/* Everybody of one structure, or of all when ${structure} is NULL. */
int roster_load(
    struct roster **out, struct db *db, const char *structure, struct err *err);
void roster_free(struct roster *roster);

/* By structure, then identifier. */
size_t roster_count(const struct roster *roster);
const struct roster_person *roster_at(
    const struct roster *roster, size_t index);

/* NULL when there is no such person. */
const struct roster_person *roster_find(
    const struct roster *roster, const char *structure, const char *id);

/* The crew somebody is in on ${day} (ISO), "" for none; the one joined last
 * when memberships overlap. Borrowed. */
const char *roster_crew(const struct roster_person *person, const char *day);

/* Append "Fatou Diallo", or "Fatou D." where the office has no last name. */
void roster_name(struct buf *out, const struct roster_person *person);

#endif
