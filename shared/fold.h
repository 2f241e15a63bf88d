/*
 * The merge rule, once: what the entries about one thing fold into. Pure:
 * the same entries give the same result in any order, duplicated or split.
 *
 * Live values are those that no other value supersedes through parents. One
 * distinct live value: merged. Several: contested. An entry without a value
 * (quarantined, or of a kind that sets none) still carries its parent links:
 * what comes after it supersedes what came before it, but it supersedes
 * nothing by itself. No clock, no last-writer-wins.
 */
#ifndef POINTEAU_SHARED_FOLD_H
#define POINTEAU_SHARED_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/crypto.h"
#include "shared/err.h"

enum fold_state {
	FOLD_EMPTY,     /* no live value */
	FOLD_MERGED,    /* one distinct live value */
	FOLD_CONTESTED, /* several: a person decides */
};

struct fold_entry {
	struct hash hash;
	const struct hash *parents; /* borrowed */
	size_t parent_count;
	const char *value; /* canonical text, borrowed; NULL: no value */
};

struct fold_result {
	enum fold_state state;
	bool *live;      /* owned: for each entry given, is its value live?
	                    NULL when none was given */
	size_t chosen;   /* the entry whose value stands (merged) or is shown
	                    meanwhile (contested); the live entry of the
	                    smallest hash. Meaningless when empty. */
	size_t distinct; /* number of different live values */
};

/* Fold ${count} entries. Free ${out->live} with fold_clear. E_NOMEM. */
int fold_entries(struct fold_result *out, const struct fold_entry *entries,
    size_t count, struct err *err);
void fold_clear(struct fold_result *result);

#endif
