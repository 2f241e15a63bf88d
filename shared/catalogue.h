/*
 * The skills that can be observed, from the catalogue records of the office,
 * on the laptop and there.
 */
#ifndef POINTEAU_SHARED_CATALOGUE_H
#define POINTEAU_SHARED_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

/* Four steps, the same everywhere; kept with each observation. */
#define CATALOGUE_SCALE "1 découvre, 2 avec aide, 3 seul, 4 montre aux autres"

/* One skill. Everything is the catalogue's. */
struct catalogue_row {
	const char *name; /* of the catalogue it is in */
	const char *code;
	const char *label;
	const json_t *trades; /* codes; an array, or NULL */
};

struct catalogue {
	json_t *chunks; /* owned: what the rows are in */
	struct catalogue_row *rows;
	size_t count;
	size_t room;
};

/* Clear it with catalogue_clear, also after a failure. */
int catalogue_load(struct catalogue *out, struct db *db, struct err *err);
void catalogue_clear(struct catalogue *catalogue);

/* The skill of this code, or with just this label. E_NOT_FOUND suggests the
 * nearest. */
int catalogue_find(const struct catalogue *catalogue, const char *text,
    const struct catalogue_row **out, struct err *err);

/* Does a skill speak of ${search} (every word, case and accents aside) and
 * belong to ${trade}? NULL: whatever. */
bool catalogue_matches(
    const struct catalogue_row *row, const char *search, const char *trade);

/* Read a level: "1" to "4", a step's own word, or "non évalué" (*out is then
 * 0). E_INVALID. */
int catalogue_level(int *out, const char *text, struct err *err);
/* "3 seul", "non évalué". */
const char *catalogue_level_text(int level);

#endif
