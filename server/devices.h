/*
 * The laptops, as the office sees them: who they are, what they told at
 * their last contact, what is the matter with them.
 */
#ifndef POINTEAU_SERVER_DEVICES_H
#define POINTEAU_SERVER_DEVICES_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

#define DEVICES_SILENT_S ((int64_t)3 * 86400) /* the office is told */
#define DEVICES_LOST_S   ((int64_t)7 * 86400) /* … that it is urgent */
#define DEVICES_SKEW_S   300 /* a clock is wrong from here on */

/*
 * Own ${out}: [{"device","structure","name","words","crews":[…],
 * "crew_names":[…],"state" ("active"∣"suspended"∣"revoked"),"reason" and
 * "since" (of suspended and revoked),"enrolled","last_seen","version",
 * "unsent" (entries without receipt, as last told; null: never told),"told",
 * "skew_s" (its clock less ours, null likewise)}], one a device and
 * structure. Times are the server's, "" for never.
 */
int devices_json(struct office *office, json_t **out, struct err *err);

/* Add what alerts.h says of silent laptops and wrong clocks to ${rows}. */
int devices_alerts(struct office *office, json_t *rows, struct err *err);

#endif
