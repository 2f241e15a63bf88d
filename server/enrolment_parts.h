/*
 * What the rooms of enrolment.h share: enrolment_code.c (codes),
 * enrolment.c (becoming one of ours), enrolment_device.c and
 * suspension.c (afterwards). For these alone.
 */
#ifndef POINTEAU_SERVER_ENROLMENT_PARTS_H
#define POINTEAU_SERVER_ENROLMENT_PARTS_H

#include <stdbool.h>

#include "server/office.h"
#include "shared/err.h"

/* E_REVOKED when it is revoked in every structure it is enrolled in. */
int enrolment_refuse_revoked(
    struct office *office, const char *device, struct err *err);

/* E_NOT_FOUND, saying where devices are listed. */
int enrolment_unknown(const char *device, struct err *err);

/* Is ${name} one of the lines of ${lines}? */
bool enrolment_has_line(const char *lines, const char *name);

#endif
