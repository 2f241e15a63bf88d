/*
 * The checks of `pointeau-server doctor`, by subject. Each looks, changes
 * nothing, and adds what it found (shared/doctor.h); docs/operations.md lists
 * the words.
 */
#ifndef POINTEAU_SERVER_DOCTOR_CHECKS_H
#define POINTEAU_SERVER_DOCTOR_CHECKS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/doctor.h"

/* What is examined. The office is no open one: it has its directory, machine
 * and settings, and what could be had of its database and key. */
struct patient {
	struct doctor *doctor;
	struct office *office;
	bool configured; /* the settings say where it is */
	bool has_key;    /* the server's */
	int64_t pid;     /* who holds its lock: 0 nobody, -1 unknown */
	bool serving;    /* it is a `serve` */
};

/* Who works on the directory; into ${patient}. */
void check_who(struct patient *patient);
/* The keys; the server's into ${patient}. */
void check_keys(struct patient *patient);

/* ---- the road (check_road.c) ---- */

/* Does it serve, and can it? */
void check_serve(const struct patient *patient);
/* The certificate's file. */
void check_certificate(const struct patient *patient);
/* By the url, as laptops come. */
void check_url(const struct patient *patient);

/* ---- the data (check_data.c); the database is open ---- */

/* The newest places of each log. */
void check_logs(const struct patient *patient);
/* The clock, by the log and by the system. */
void check_clock(const struct patient *patient);
/* Laptops, and other alerts. */
void check_alerts(const struct patient *patient);

/* ---- the machine (check_machine.c) ---- */

void check_backups(const struct patient *patient);
void check_machine(const struct patient *patient);

#endif
