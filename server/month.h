/*
 * How far a structure has come with a month: open → checked → signed →
 * closed → declared. Each step is read from signed entries (checked/<month>,
 * the workers' sign-offs, close/<month>, declared/<month>); nothing is stored
 * beside them, so nothing can say otherwise.
 *
 * No step forces the one before: only what is contested or missing keeps a
 * month from being closed (server/closing.h).
 */
#ifndef POINTEAU_SERVER_MONTH_H
#define POINTEAU_SERVER_MONTH_H

#include <stddef.h>

#include "server/office.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"

#define MONTH_REASON_MIN 10 /* letters of a reopening's reason */

/*
 * Every structure's month, or that of ${structure} alone (NULL: all that who
 * acts may see). Own ${*out}: [{"structure","name","kind","state":"open"|
 * "checked"|"signed"|"closed"|"declared","workers":n,"empty":bool,
 * "ready":bool (open, and nothing in the way),
 * "minutes":payable as they stand now,"seen":version (server/closing.h),
 * "blockers":{why:n},"checked":{"at","person","device","stale":bool}|null,
 * "signoffs":{"total","done","disagree","stale","none"},
 * "waiting":[{"worker","state":"none"|"stale"|"disagree"}],
 * "version":n (0: open),"closing":hash,"contested":bool,
 * "versions":[{"version","hash","at","person","device","reason","exception",
 * "first","second","minutes"}],
 * "late":{"entries":n,"proposals":n,"undecided":n},
 * "declared":{"at","person","device","file","version","current":bool}|null,
 * "reopening":{"at","person","device","reason","hash"}|null}], in order.
 *
 * A month is checked while nothing has changed since somebody checked it, and
 * signed when it is checked and everybody with hours has signed what stands.
 * E_NOT_FOUND without such a structure, E_INVALID when ${month} is none.
 */
int month_status(struct office *office, const char *month,
    const char *structure, json_t **out, struct err *err);

/*
 * Write that who acts has checked the month as it stands: of one structure,
 * or (NULL) of all those that are ready. ${*written} tells how
 * many it was not so of already. E_CONFLICT when ${structure} is closed, or not
 * as ${seen} (server/closing.h), which goes with ${structure}.
 */
int month_check(struct office *office, const char *month, const char *structure,
    const char *seen, size_t *written, struct err *err);

/* ---- reopening takes two people ---- */

/*
 * Ask that a closed month be closed anew. E_NOT_FOUND when it is not closed;
 * E_INVALID for a reason of less than MONTH_REASON_MIN letters.
 */
int month_reopening_ask(struct office *office, const char *structure,
    const char *month, const char *reason, struct err *err);

/*
 * The second person does it: version n+1, for the reason of the first and
 * naming both. E_NOT_FOUND when nobody asked; E_FORBIDDEN for the person who
 * did; E_INVALID when something stands in the way and no ${exception} says
 * why it is closed all the same.
 */
int month_reopening_confirm(struct office *office, const char *structure,
    const char *month, const char *exception, const char *seen,
    struct err *err);

/*
 * The request that waits for an answer, as month_entry, own it; NULL when there
 * is none, or the account that looks made it itself. E_NOT_FOUND when the month
 * is not closed.
 */
int month_reopening_asked(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err);

/* Take the request back, whoever made it. E_NOT_FOUND when there is none. */
int month_reopening_withdraw(struct office *office, const char *structure,
    const char *month, const char *reason, struct err *err);

/* E_INVALID when ${reason} is too short to tell anybody anything. */
int month_reason_check(const char *reason, struct err *err);

/*
 * The entry that a record's value stands on: {"value","hash","at","person",
 * "device","reason"}; NULL when the record has no value. Own ${*out}.
 */
int month_entry(json_t **out, struct db *db, const char *structure,
    const char *record, struct err *err);

#endif
