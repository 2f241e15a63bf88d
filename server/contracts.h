/*
 * Who is under which contract on which day, and under which annex: one place
 * for the plan, for the closing and for what is declared.
 *
 * A worker's contracts follow one another (`import contracts`: those with a
 * kind). The single one that `import workers` tells counts as long as there
 * are no such; then it only keeps saying which days the worker works.
 * Where contracts overlap (missions of an AI), the one that began last has
 * the day.
 */
#ifndef POINTEAU_SERVER_CONTRACTS_H
#define POINTEAU_SERVER_CONTRACTS_H

#include <stdbool.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

struct contracts; /* opaque */

/* Those of one structure, or of all when ${structure} is NULL. Free with
 * contracts_free. */
int contracts_load(struct contracts **out, struct db *db, const char *structure,
    struct err *err);
void contracts_free(struct contracts *contracts);

/* The contract covering ${day} (ISO), as {"id","value"}; NULL for none.
 * Borrowed. */
const json_t *contracts_on(const struct contracts *contracts,
    const char *structure, const char *worker, const char *day);

/* Does contract ${id} of the worker count? Not one that others have replaced:
 * it is neither shown nor put under an annex. */
bool contracts_counts(const struct contracts *contracts, const char *structure,
    const char *worker, const char *id);

/* How many count, of all workers loaded, and have a first day. */
int64_t contracts_count(const struct contracts *contracts);

/* Has the worker any contract on record at all? Who has none is taken to be
 * always under contract: hours come before papers. */
bool contracts_any(const struct contracts *contracts, const char *structure,
    const char *worker);

/* Every contract of the worker that counts, by start, each {"id","value"};
 * NULL for none. Borrowed. */
const json_t *contracts_list(const struct contracts *contracts,
    const char *structure, const char *worker);

/*
 * The annex under which ${contract} (a contract record's value) stands on
 * ${day}: of those attached to it (member "annex", and "before": the ones it
 * had in earlier years), the one whose own dates cover the day. "" for none
 * yet, or none any more. Borrowed.
 */
const char *contracts_annex(const struct contracts *contracts,
    const char *structure, const json_t *contract, const char *day);

/* Every annex of the structures loaded, by reference_key. Borrowed. */
const json_t *contracts_annexes(const struct contracts *contracts);

/* The last day of a contract's value: real_end, else end; "" without one. */
const char *contract_last(const json_t *value);

/* Do two stretches of days meet? "" is no bound. */
bool contract_meets(const char *start, const char *end, const char *other_start,
    const char *other_end);

/*
 * Put ${annex} in a contract's ${value}: one that it has already stays as it
 * is; another whose dates meet the new one's is replaced; one of another year
 * stays beside. ${annexes} are all, by reference_key. False: out of memory.
 */
bool contract_attach(json_t *value, const json_t *annexes,
    const char *structure, const char *annex);

#endif
