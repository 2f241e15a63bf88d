/*
 * What screens offer to choose from, and how far a new office has got.
 */
#ifndef POINTEAU_SERVER_LISTS_H
#define POINTEAU_SERVER_LISTS_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * {"structures":[{"id","name","kind"}],"sites":[{"structure","id","name"}],
 * "crews":[{"structure","id","name","site"}],"annexes":[{"structure","id",
 * "start","end"}]}, each by structure, then identifier. Own it.
 */
int lists_json(struct office *office, json_t **out, struct err *err);

/*
 * How many there are of each, own it: {"structures","annexes","sites","crews",
 * "workers","supervisors","contracts","laptops"}. A contract is one with dates;
 * a laptop counts once, whatever the structures that it sees.
 */
int lists_count(struct office *office, json_t **out, struct err *err);

#endif
