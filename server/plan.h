/*
 * Which half-days a worker is expected on: the days of the crew, or of the
 * worker's own contract when it names some, under contract, public holidays
 * left out.
 */
#ifndef POINTEAU_SERVER_PLAN_H
#define POINTEAU_SERVER_PLAN_H

#include "server/contracts.h"
#include "server/import/people.h"
#include "shared/date.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/planned.h"

struct plan; /* opaque: everybody of one structure */

int plan_load(
    struct plan **out, struct db *db, const char *structure, struct err *err);
void plan_free(struct plan *plan);

/* Who may be planned. Borrowed. */
const struct people *plan_people(const struct plan *plan);

/* Their contracts. Borrowed. */
const struct contracts *plan_contracts(const struct plan *plan);

/*
 * The enum plan_slot bits of a day; 0 when nothing is planned: no crew on
 * that day, out of contract, a holiday, a day the crew does not work. Newcomers
 * have no contract yet. A worker whose contract has no dates, or who has none
 * on record, is always under contract; contracts follow one another
 * (server/contracts.h). A crew with usual hours in one half of
 * the day alone is planned on that half.
 */
unsigned plan_day(const struct plan *plan, const struct person *person,
    const struct date *day);

#endif
