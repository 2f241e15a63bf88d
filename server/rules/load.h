/*
 * The people of one structure with what the rules read of them: a month's
 * slots and enough of the days around it, contracts, immersions; and the
 * slots that the same people have in other structures that ${office} shows
 * (a page limited to some shows no others).
 */
#ifndef POINTEAU_SERVER_RULES_LOAD_H
#define POINTEAU_SERVER_RULES_LOAD_H

#include "server/import/people.h"
#include "server/office.h"
#include "server/rules/check.h"
#include "shared/json.h"

/* What all structures share, read once. */
struct rules_places {
	json_t *structures; /* owned, as reference_load gives them */
	json_t *sites;
	json_t *crews;
};

int rules_places_load(
    struct rules_places *out, struct office *office, struct err *err);
void rules_places_clear(struct rules_places *places);

/* Texts are borrowed from the lists. */
struct rules_item {
	const struct person *who;
	struct rules_person person;
};

struct rules_staff; /* opaque */

/* ${month}'s days; one ${worker} alone when not NULL. */
int rules_staff_load(struct rules_staff **out, struct office *office,
    const struct rules_places *places, const char *structure,
    const char *worker, const struct rules_month *month, struct err *err);
void rules_staff_free(struct rules_staff *staff);

/* By worker. */
size_t rules_staff_count(const struct rules_staff *staff);
const struct rules_item *rules_staff_at(
    const struct rules_staff *staff, size_t index);

#endif
