/*
 * Holds: what must be kept beyond its period (FSE+ evidence, a lawsuit). A
 * hold is the signed record hold/ID; while it stands no purge destroys what
 * it covers, whoever asks.
 */
#ifndef POINTEAU_SERVER_RGPD_HOLD_H
#define POINTEAU_SERVER_RGPD_HOLD_H

#include <stddef.h>

#include "server/office.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"

#define HOLD_FAMILY "hold"
#define HOLD_ID     17

/* What is asked; "" where nothing is: then all of it. */
struct hold_ask {
	const char *structure; /* required */
	const char *class;     /* retention.h */
	const char *worker;
	const char *project; /* whoever is linked to it (FSE+) */
	const char *until;   /* the last day, ISO; "": until it is ended */
	const char *reason;
};

/* E_NOT_FOUND (structure, worker, project), E_USAGE. ${id} receives its name.
 */
int hold_add(struct office *office, const struct hold_ask *ask,
    char id[HOLD_ID], struct err *err);

/* End it: E_NOT_FOUND, E_CONFLICT when it is over already. */
int hold_end(
    struct office *office, const char *id, const char *reason, struct err *err);

/* Own ${out}: [{"id","structure","class","class_label","worker",
 * "worker_name","project","until","reason","by","since","state"
 * ("active"∣"over"∣"ended"),"end_reason"}], those that stand first. */
int hold_list(struct office *office, json_t **out, struct err *err);

/* Those that stand today, for asking often. Free with holds_free. */
struct holds; /* opaque */
int holds_load(struct holds **out, struct office *office, struct err *err);
void holds_free(struct holds *holds);

/* The name of a hold that covers what ${class} ("": any) holds of ${worker} in
 * ${structure}; NULL for none. Borrowed. */
const char *holds_cover(const struct holds *holds, const char *structure,
    const char *class, const char *worker);

/* Today, ISO, where this machine is. */
void rgpd_today(const struct office *office, char out[DATE_TEXT]);

#endif
