/*
 * A month's hours by worker, site, crew, activity or structure.
 *
 * Payable: one value, agreed (merged), of a paid kind. A contested slot is in
 * no sum and is counted apart, on the row of its provisional value. A slot
 * that is payable under two structures is contested in both. Void, empty and
 * matched records count nowhere; hours of people on no list are only told.
 */
#ifndef POINTEAU_SERVER_REPORT_H
#define POINTEAU_SERVER_REPORT_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/out.h"

struct report; /* opaque */

/*
 * The month ("2026-11") by "worker", "site", "crew", "activity" or
 * "structure"; of the structure ${structure}, or of all when NULL. E_USAGE
 * when ${by} is none of them, E_INVALID when ${month} is no month,
 * E_NOT_FOUND when there is no such structure. Free with report_free.
 *
 * A slot without a site is at its crew's site; one of somebody in no crew on
 * that day has crew "".
 */
int report_month(struct office *office, const char *month, const char *by,
    const char *structure, struct report **out, struct err *err);
void report_free(struct report *report);

/*
 * {"schema":1,"month":…,"by":…,"rows":[{"<by>":…,"minutes":n,"contested":n,
 * "kinds":{"<slug>":n}}],"total":{"minutes":n,"contested":n}}; rows by key.
 * total.unknown counts the slots of people on no list, when there are any.
 * Own ${*out}.
 */
int report_json(const struct report *report, json_t **out, struct err *err);

/* How the table tells kinds: a column each, for spreadsheets, or one column
 * of words, which a terminal has room for. */
enum report_layout { REPORT_COLUMNS, REPORT_WORDS };

/* The same for people: names beside identities, the kinds that occur, the
 * total last. Free ${*out} with table_free. */
int report_table(const struct report *report, enum report_layout layout,
    struct table **out, struct err *err);

#endif
