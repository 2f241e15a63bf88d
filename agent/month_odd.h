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
 * [{"what","day","slot","text"}], own it; what is one of "missing",
 * "contested", "doubled" (another structure has that slot too), "aside",
 * "long_day", "long_week" (day: its Monday), "late", "disagree", "stale".
 */
int month_odd(json_t **out, const struct month *month,
    const struct roster_item *worker, const struct signoff_sheet *sheet,
    const struct signoff *signoff, struct err *err);

#endif
