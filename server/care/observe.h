/*
 * Observations of skills that the office notes or corrects, signed by it. The
 * supervisors' own come from their laptops.
 */
#ifndef POINTEAU_SERVER_CARE_OBSERVE_H
#define POINTEAU_SERVER_CARE_OBSERVE_H

#include "server/care/care.h"

/* What was seen. NULL and -1: not said. */
struct observe {
	const char *skill; /* code or label */
	int level;         /* 1..4; 0: not assessed */
	const char *day;   /* ISO */
	const char *site;  /* identifier */
	const char *note;
};

/* Note one; ${id} receives its identity. E_NOT_FOUND for a skill or a site
 * that is unknown. */
int observe_add(struct office *office, const struct care_worker *worker,
    const struct observe *seen, char id[TEXT_ID_MAX + 1], struct err *err);

/* Correct one, also a laptop's: a new revision above all that stand. Its
 * skill stays: void it and note another. */
int observe_set(struct office *office, const char *id,
    const struct observe *seen, const struct care_by *by, struct err *err);

/* E_NOT_FOUND unless an observation is called so in what ${office} shows. */
int observe_in_sight(struct office *office, const char *id, struct err *err);

int observe_void(struct office *office, const char *id,
    const struct care_by *by, struct err *err);

#endif
