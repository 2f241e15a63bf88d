/*
 * What is to be done for whom and by when: reminders, asked of the records
 * each time, so that none can be lost or go stale.
 */
#ifndef POINTEAU_SERVER_CARE_DUE_H
#define POINTEAU_SERVER_CARE_DUE_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define DUE_WITHIN_DAYS 30 /* looked ahead, unless told otherwise */

struct due_filter {
	const char *structure; /* NULL: all */
	const char *worker;    /* NULL: everybody */
	int within;            /* days ahead; what is late always shows */
};

/*
 * Own it, by day: [{"what","day","late":b,"structure","worker","id",
 * "detail"}]. What is one of
 *
 *	"meeting"       the next meeting that was agreed (detail: theme)
 *	"pmsmp_end"     an immersion ends (detail: its host)
 *	"contract_end"  the last contract ends (detail: its kind)
 *	"exit_missing"  it has ended, and no leaving is noted: day is the last
 *	                on which it is in time (CARE_EXIT_MONTHS)
 *	"followup"      six months after leaving (detail: category); not of
 *	                who was withdrawn from the count
 */
int due_json(struct office *office, const struct due_filter *filter,
    json_t **out, struct err *err);

#endif
