/*
 * What was set aside: shown to people, and let count where that may be.
 */
#ifndef POINTEAU_SERVER_QUARANTINE_H
#define POINTEAU_SERVER_QUARANTINE_H

#include <stdint.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define QUARANTINE_LIMIT    200  /* rows, unless asked otherwise */
#define QUARANTINE_BODY_MAX 4096 /* bytes of a body that are shown */

/*
 * Own ${out}: [{"hash","structure","device","name","person","person_name",
 * "kind","record","worker","worker_name","at" (the author's clock), "received"
 * (the server's), "code","why","todo" (both in the user's language),
 * "releasable","value","note","reason","body" (as it came, control characters
 * as '?', cut)}], the newest first; ${total} receives how many there are.
 */
int quarantine_list(struct office *office, const char *structure, int64_t limit,
    json_t **out, int64_t *total, struct err *err);

/*
 * Let the entry of ${hex} (its hash, or enough of its beginning to be the
 * only one set aside: 8 digits at least) count. E_NOT_FOUND; E_CONFLICT when
 * it counts already; E_INVALID when it never can, saying why. Own ${out}:
 * {"schema","hash","structure","record","state" (of the record, now)}.
 */
int quarantine_release(struct office *office, const char *hex,
    const char *reason, json_t **out, struct err *err);

#endif
