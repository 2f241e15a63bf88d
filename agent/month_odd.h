/*
 * What is odd about a worker's month: the member "anomalies" of agent/month.h.
 */
#ifndef POINTEAU_AGENT_MONTH_ODD_H
#define POINTEAU_AGENT_MONTH_ODD_H

#include "agent/month.h"
#include "agent/roster.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/signoff.h"

/*
 * [{"what","day","slot","text"}], own it; in this order: "disagree" or
 * "stale"; row by row "contested", "aside", "doubled" (another structure has
 * that slot too), "late"; "long_day", "long_week" (day: its Monday);
 * "missing".
 */
int month_odd(json_t **out, const struct month *month,
    const struct roster_item *worker, const struct signoff_sheet *sheet,
    const struct signoff *signoff, struct err *err);

#endif
