/*
 * The rules (rule.h) over a month's hours: what breaks them, who was told, and
 * the weekly recap. Alerts are computed anew each time; stored is alone that
 * somebody acknowledged one, in a signed entry (ack/<alert>).
 */
#ifndef POINTEAU_SERVER_RULES_H
#define POINTEAU_SERVER_RULES_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define RULES_ACK_FAMILY "ack"

/* "202611-" and sixteen hexadecimal digits: the month in which the period of
 * an alert ends, and a hash of its structure, rule, worker, period, value and
 * limit. A value that changes is another alert. */
#define RULES_ID_TEXT 24

struct rules_query {
	const char *month;     /* "2026-11" */
	const char *structure; /* NULL: all */
	const char *worker;    /* NULL: all */
	bool all;              /* those acknowledged, too */
};

/*
 * {"schema":1,"month","rows":[{"id","rule","severity","structure",
 * "structure_name","worker","name","crew","period","from","to","value",
 * "limit","unit","least":bool,"text","source","week" (where to look
 * first),"elsewhere":[{"structure","name","minutes"}] (other structures whose
 * hours count in the value),"ack":{"by","at","reason"}|null}],
 * "open":n,"acked":n,"skipped":[{"rules":[text],"needs","people":n}],
 * "rules":[{"rule","text","source","limit","unit","severity","least"}]}; by
 * structure, worker and day. A period is a day, a week ("2026-W47") or two
 * days with a slash. Own ${*out}. E_INVALID when the month is none,
 * E_NOT_FOUND without such a structure or worker.
 */
int rules_list(struct office *office, const struct rules_query *query,
    json_t **out, struct err *err);

/*
 * Acknowledge the alerts ${ids}, separated by commas, in one act. They are
 * those that ${reading} shows (cmd_reading): who sees one structure alone has
 * no hours of another in them. {"schema":1,"acked":n,"already":n}: those
 * acknowledged before stay as they are.
 * E_NOT_FOUND, and nothing changed, when one is there no more; E_INVALID
 * without a reason.
 */
int rules_ack(struct office *office, struct office *reading, const char *ids,
    const char *reason, json_t **out, struct err *err);

/*
 * A worker's week (Code du travail, D3171-8: a recap each week of the hours
 * worked each day): {"schema":1,"structure","structure_name","worker","name",
 * "week","before","after" (the weeks beside
 * it),"from","to","days":[{"day","slots":[{"slot","kind","label",
 * "minutes","start","end","break","site","site_name","activity"}],
 * "kinds":{slug:minutes},"total","effective","contested":n}],
 * "kinds":{…},"labels":{slug:label},"total","effective","paid",
 * "contested":n,"agreed":minutes|null}. Total is of all kinds. ${structure}
 * may be NULL where one structure alone has such a worker, else E_USAGE.
 * E_NOT_FOUND, E_INVALID.
 */
int rules_recap(struct office *office, const char *structure,
    const char *worker, const char *week, json_t **out, struct err *err);

#endif
