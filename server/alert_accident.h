/*
 * Accidents at work that laptops noted, as alerts: the employer has 48 hours
 * to declare one (shared/deadline.h).
 */
#ifndef POINTEAU_SERVER_ALERT_ACCIDENT_H
#define POINTEAU_SERVER_ALERT_ACCIDENT_H

#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* How long after the office received it an accident is shown: whether it was
 * declared, nothing here can tell. */
#define ALERT_ACCIDENT_DAYS 31

/*
 * Append one row for each accident (alert.h), with the members "worker",
 * "worker_name", "day", "slot", "time" ("" when nobody said), "deadline" and
 * "overdue" beside. One that was voided is none; of a contested slot each
 * side counts. Days of absence that follow an accident are no new one.
 */
int alert_accidents(struct office *office, json_t *rows, struct err *err);

#endif
