/*
 * A structure's annexes, and contracts put under them after the fact: annexes
 * reach software months late (les-emplois, PR #5671), so hours never wait.
 */
#ifndef POINTEAU_SERVER_ANNEX_H
#define POINTEAU_SERVER_ANNEX_H

#include <stddef.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * The annexes of ${structure} (NULL: of all). Own ${*out}: [{"structure",
 * "annex","measure","start","end","etp_posts","hours_per_etp","contracts":n,
 * "without":n}]; "without" counts the structure's contracts that meet the
 * annex's dates and are under none.
 */
int annex_list(struct office *office, const char *structure, json_t **out,
    struct err *err);

struct annex_target {
	const char *worker;   /* NULL: every contract that has none */
	const char *contract; /* NULL: the worker's, which meet its dates */
};

/*
 * Put contracts under ${annex} (its number): those of ${target} that meet its
 * dates. What stands under an annex of other dates keeps it for those.
 * ${*written} receives how many changed. E_NOT_FOUND without such an annex,
 * worker or contract; E_INVALID when a named contract does not meet its
 * dates; E_CONFLICT when two structures have an annex of that number and
 * ${structure} (NULL: not said) does not tell.
 */
int annex_attach(struct office *office, const char *structure,
    const char *annex, const struct annex_target *target, size_t *written,
    struct err *err);

#endif
