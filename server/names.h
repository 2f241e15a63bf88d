/*
 * What people call the identities that records hold. An identity that is on
 * no list any more (or not yet) is shown as it is.
 */
#ifndef POINTEAU_SERVER_NAMES_H
#define POINTEAU_SERVER_NAMES_H

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"

/* Append "Fatou D." of a worker or a newcomer. */
int names_worker(struct office *office, const char *structure,
    const char *worker, struct buf *out, struct err *err);

/* Append "Maëlle Le Goff" of a supervisor; ${person} itself when it is none
 * (accounts sign with their own names). */
int names_person(struct office *office, const char *structure,
    const char *person, struct buf *out, struct err *err);

/* Append what a device was called when it was enrolled; the server's own key
 * is "serveur". */
int names_device(struct office *office, const char *structure,
    const char *device, struct buf *out, struct err *err);

#endif
