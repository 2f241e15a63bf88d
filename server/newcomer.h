/*
 * Newcomers: people whom a supervisor recorded in the field before they were
 * on any list, and the worker the office says they are.
 */
#ifndef POINTEAU_SERVER_NEWCOMER_H
#define POINTEAU_SERVER_NEWCOMER_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* [{"newcomer","structure","first","initial","crew","worker","suggest":
 * [{"worker","name"}]}], own it; "worker" is "" until matched, and until then
 * "suggest" names workers whose first name is like it, the likeliest first. */
int newcomer_json(struct office *office, json_t **out, struct err *err);

/* Put "suggest" into each of such a list. */
int newcomer_suggest(struct db *db, json_t *list, struct err *err);

/* Match by a signed act. E_NOT_FOUND for an unknown newcomer or worker;
 * E_CONFLICT when matched to another already and ${reason} is NULL. */
int newcomer_match(struct office *office, const char *newcomer,
    const char *worker, const char *reason, struct err *err);

#endif
