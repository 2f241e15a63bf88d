/*
 * Every entry of one record, kept to look back: who set what, over what.
 */
#ifndef POINTEAU_AGENT_PAST_H
#define POINTEAU_AGENT_PAST_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/entry.h"
#include "shared/err.h"
#include "shared/json.h"

/* The reason that "hours undo" gives: a word of the record, the same for
 * every reader, whatever their language. */
#define PAST_UNDO_REASON "annulé aussitôt"

struct past_entry {
	struct hash hash;
	struct entry entry; /* owned */
	char *value;        /* canonical text, owned; NULL: sets none */
	json_t *json;       /* the same, owned; NULL: cancels, or sets none */
	char fault[16];     /* "" when it counts */
	bool live;
};

struct past {
	struct past_entry *items; /* owned, in order of arrival */
	size_t count;
	size_t room;
};

/* Clear it with past_clear, also after a failure. */
int past_load(struct past *out, struct db *db, const char *structure,
    const char *record, struct err *err);
void past_clear(struct past *past);

/* NULL when it is not among them. */
const struct past_entry *past_find(
    const struct past *past, const struct hash *hash);

/* What an entry was put over: the different values of its parents. */
struct past_before {
	const struct past_entry *first; /* NULL: nothing */
	size_t distinct;
	size_t unknown; /* parents that are withheld from here */
};

void past_before(const struct past *past, const struct past_entry *at,
    struct past_before *out);

/* Was something corrected here, and not undone at once? */
bool past_is_corrected(const struct past *past);

/* Append the value that ${at} sets as people read it: "3h30 travail",
 * "annulé". */
void past_add_value(struct buf *out, const struct past_entry *at);

#endif
