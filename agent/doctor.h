/*
 * The checks of `pointeau doctor`, by subject. Each looks, changes nothing,
 * and adds what it found (shared/doctor.h); docs/operations.md lists the words.
 */
#ifndef POINTEAU_AGENT_DOCTOR_H
#define POINTEAU_AGENT_DOCTOR_H

#include "agent/agent.h"
#include "agent/config.h"
#include "shared/doctor.h"

#define DOCTOR_DISK_WARN ((int64_t)100 * 1000 * 1000)
#define DOCTOR_DISK_MIN  ((int64_t)8 * 1000 * 1000) /* a save may fail */

/* What the laptop is: ${agent} has its directory and machine, and takes its
 * key. Its database may be NULL: what it tells is then left out. */
void doctor_key(struct doctor *doctor, struct agent *agent);
/* Is it enrolled? False: there is no office to ask for. */
bool doctor_enrolment(struct doctor *doctor, struct agent *agent);
/* Its clock by its own notebook. */
void doctor_clock(struct doctor *doctor, struct agent *agent);
/* What waits, was refused, is in doubt; what the last syncs met. */
void doctor_work(struct doctor *doctor, struct agent *agent);

/* Which programs work on the directory, and does one start by itself? True
 * when one is at work. */
bool doctor_running(struct doctor *doctor);

/* From this laptop to the office and back. ${agent} is enrolled. */
void doctor_road(struct doctor *doctor, struct agent *agent);

#endif
