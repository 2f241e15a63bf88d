/*
 * Runs: what a destruction did, written in the log of every structure that was
 * looked at, also when nothing was destroyed (the record purge_run/ID).
 */
#ifndef POINTEAU_SERVER_RGPD_RUN_H
#define POINTEAU_SERVER_RGPD_RUN_H

#include <stdint.h>

#include "server/act.h"
#include "shared/err.h"
#include "shared/json.h"

#define RUN_FAMILY "purge_run"
#define RUN_ID     17

/* Of one structure. */
struct run_sum {
	json_t *classes; /* [{"class","people","entries"}], borrowed */
	int64_t entries;
	int64_t held;
};

void run_name(const struct office *office, char id[RUN_ID]);
int run_write(struct act *act, const char *structure, const char *id,
    const struct run_sum *sum, const char *reason, struct err *err);

#endif
