/*
 * Oddities of an hours record: they are said, and never refuse anything.
 */
#ifndef POINTEAU_AGENT_ACTS_WARN_H
#define POINTEAU_AGENT_ACTS_WARN_H

#include <stdbool.h>

#include "agent/agent.h"
#include "agent/held.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

#define ACTS_DAY_LONG 600 /* minutes of work over which a day is odd */
#define ACTS_DAY_OLD  2   /* months before today beyond which it is odd */

/*
 * Append to ${out}, one a line, what is odd about ${value} in that slot: a
 * day yet to come or more than two months ago, a day of more than ten hours,
 * times that overlap those of another slot, a paid absence without a duration.
 */
int acts_warn(struct buf *out, struct agent *agent, const struct held *held,
    const char *day, const char *slot, const json_t *value, struct err *err);

/*
 * The same when the office has closed the month of ${day}: what is written
 * there is taken in all the same, and is late. ${*late} is set, never unset,
 * and it is said once.
 */
int acts_warn_late(struct buf *out, bool *late, struct agent *agent,
    const char *structure, const char *day, struct err *err);

#endif
