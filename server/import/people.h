/*
 * Who is who: workers and newcomers of the structures, their names and their
 * crews by date.
 */
#ifndef POINTEAU_SERVER_PEOPLE_H
#define POINTEAU_SERVER_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

struct people; /* opaque */

/* Texts are borrowed from the list, "" when there is none. */
struct person {
	const char *structure;
	const char *id;
	const char *first;
	const char *initial;
	const char *last;     /* of those whose identity the office keeps */
	const char *pass_end; /* last day of the PASS IAE (ISO) */
	const json_t *value;  /* the whole record, provisional if contested */
	bool newcomer;        /* not matched to a worker, or once was not */
};

/* Everybody of one structure, or of all when ${structure} is NULL. */
int people_load(
    struct people **out, struct db *db, const char *structure, struct err *err);
void people_free(struct people *people);

/* By structure, then identifier. */
size_t people_count(const struct people *people);
const struct person *people_at(const struct people *people, size_t index);

/* NULL when there is no such person. */
const struct person *people_find(
    const struct people *people, const char *structure, const char *id);

/* The crew somebody is in on ${day} (ISO), "" for none; the one joined last
 * when memberships overlap. Borrowed. */
const char *people_crew(const struct person *person, const char *day);

/* Append "Fatou Diallo", or "Fatou D." where the office has no last name. */
void people_name(struct buf *out, const struct person *person);

#endif
