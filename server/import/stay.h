/*
 * A worker's crews by date: the member "crews" of a worker's record, a list
 * of {"crew","from","to"}; "to", the last day, is absent while it lasts.
 */
#ifndef POINTEAU_SERVER_STAY_H
#define POINTEAU_SERVER_STAY_H

#include "shared/date.h"
#include "shared/json.h"

/* Since when somebody is in a first crew: hours recorded before a contract's
 * date belong to somebody too, and laptops learn no contract's date. */
#define STAY_ALWAYS "1900-01-01"

/* The crew of ${worker} (a record's value) on ${today} or, failing that, the
 * next one; "" for none. Borrowed. */
const char *stay_crew(const json_t *worker, const struct date *today);

/*
 * The list once ${worker} (NULL: somebody new) is in ${crew}. A first crew
 * begins on STAY_ALWAYS. Otherwise another crew ends yesterday and this one
 * begins today; one that had not begun before today is replaced. Nothing
 * changes for who is in it already. Own it; NULL when out of memory.
 */
json_t *stay_enter(
    const json_t *worker, const char *crew, const struct date *today);

#endif
