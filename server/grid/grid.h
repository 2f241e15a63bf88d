/*
 * A month's hours, worker by day: every slot with its value and its version
 * (server/hours/slot.h), the half-days that are planned, and each worker's
 * totals as the month's report counts them. Read in a few passes over the
 * month, whatever the number of workers.
 */
#ifndef POINTEAU_SERVER_GRID_H
#define POINTEAU_SERVER_GRID_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/out.h"

#define GRID_ROWS_MAX 5000

/* Which rows; NULL: all. */
struct grid_filter {
	const char *structure;
	const char *site;  /* with hours there, or in a crew of that site */
	const char *crew;  /* in it on some day of the month */
	const char *annex; /* under it on some day of the month */
	const char *worker;
};

/*
 * Own ${*out}:
 *
 *	{"month","first","days":n,"today",
 *	 "closed":[{"structure","version"}],
 *	 "holidays":{"11":name},
 *	 "kinds":[{"slug","label","absence":b,"paid":b}],
 *	 "annexes":[{"id","structure"}],
 *	 "values":[{"minutes","kind","site","activity","start"…}],
 *	 "rows":[{"worker","name","structure","crew","site","annexes":[id],
 *	   "newcomer":b,"unknown":b (on no list),"closed":b,
 *	   "planned":"3301…" (a digit a day: 1 morning, 2 afternoon, 3 both),
 *	   "usual":[minutes of the crew's morning, of its afternoon] (0: none),
 *	   "payable":n,"contested":n,"missing":n (planned, until yesterday,
 *	   without a value),"kinds":{kind:minutes},
 *	   "slots":[[day,slot,value,version,state,flag…]]}]}
 *
 * A slot's value is a place in "values" (of a contested one the provisional
 * value), null for none. What is merged and has no flag has no state; else
 * the state is "merged", "contested" or "void". Flags: "corrected", "paper",
 * "late" (came after the closing), "doubled" (payable under another structure
 * too, so under none). A planned half-day with no slot is missing.
 *
 * E_INVALID when ${month} is none, E_NOT_FOUND for an unknown structure,
 * E_LIMIT over GRID_ROWS_MAX rows.
 */
int grid_read(struct office *office, const char *month,
    const struct grid_filter *filter, json_t **out, struct err *err);

/* The kinds of hours as a page needs them, "kinds" above. Own it; NULL: out of
 * memory. */
json_t *grid_kinds(void);

/* The same for a terminal: a column a day. */
void grid_table(struct table *table, const json_t *grid);

#endif
