/*
 * A suspended laptop is told to wait: nothing of it is taken in, by the road or
 * on a stick (server/import/stick.c), nothing is given out, everything stays
 * where it is. No revocation: once resumed it goes on where it was, and what
 * it had recorded meanwhile counts.
 */
#ifndef POINTEAU_SERVER_SUSPENSION_H
#define POINTEAU_SERVER_SUSPENSION_H

#include <stdbool.h>

#include "server/office.h"
#include "shared/err.h"
#include "shared/text.h"

/* Suspend or resume it in every structure. E_NOT_FOUND; E_CONFLICT when it is
 * so already; E_REVOKED. */
int suspension_set(struct office *office, const char *device, bool suspended,
    const char *reason, struct err *err);

/* Is it suspended in ${structure}? */
int suspension_in(struct office *office, const char *structure,
    const char *device, bool *out, struct err *err);

/* … in any of ${structures}, one a line? */
int suspension_any(struct office *office, const char *structures,
    const char *device, bool *out, struct err *err);

/* E_SUSPENDED, in words for the laptop, when it is. */
int suspension_refuse(struct office *office, const char *structures,
    const char *device, struct err *err);

#endif
