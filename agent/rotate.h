/*
 * A new key for this laptop. A key is an identity: the office knows the new
 * one as what replaces the old, which has sent all that it signed.
 *
 *	device.key.new is made	somebody wants a new key (rotate_want)
 *	a whole sync		all that the old key signed has its receipt
 *	POST /v1/rotate		the office enrols the new key: both are good
 *	device.key.new → device.key, in a write transaction
 *	the new key logs in	the office revokes the old one
 *
 * Cut short anywhere, it goes on from device.key.new at the next sync. The
 * engine is a step function, as sync.h's: the four middle lines.
 */
#ifndef POINTEAU_AGENT_ROTATE_H
#define POINTEAU_AGENT_ROTATE_H

#include <stdbool.h>

#include "agent/agent.h"
#include "agent/https.h"
#include "shared/err.h"

struct rotate; /* opaque */

/* From now on a rotation is under way. Fine when it is already. */
int rotate_want(struct agent *agent, struct err *err);
/* Is one? */
int rotate_wanted(struct agent *agent, bool *out, struct err *err);

/*
 * Begin, after a sync of ${agent}: E_BUSY when something of the old key awaits
 * its receipt. E_NOT_FOUND when nobody wanted a rotation.
 */
int rotate_new(struct rotate **out, struct agent *agent, struct err *err);
void rotate_free(struct rotate *rotate);

/*
 * As sync_next and sync_take (SYNC_REQUEST, SYNC_DONE). Taking the reply puts
 * the new key in place: E_BUSY when something was recorded since the sync, in
 * which case sync and begin again. E_CONFLICT: the office refuses this key for
 * good, and the rotation is given up.
 */
int rotate_next(
    struct rotate *rotate, struct exchange *request, struct err *err);
int rotate_take(
    struct rotate *rotate, const struct exchange_reply *reply, struct err *err);

/* End a switch of keys that was cut in its midst. Before signing in. */
int rotate_settle(struct agent *agent, struct err *err);

#endif
