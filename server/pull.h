/*
 * Giving out the log: every place, its bodies filtered by the device's scope.
 */
#ifndef POINTEAU_SERVER_PULL_H
#define POINTEAU_SERVER_PULL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"

/*
 * Append the wire form of what ${device} may see of ${structure} after the
 * place ${after}: up to about WIRE_PULL_TARGET bytes, at least one place.
 * ${own}: the device's own sets too, which it has lost; else they are only
 * named.
 */
int pull_log(struct office *office, const char *structure, const char *device,
    int64_t after, bool own, struct buf *out, struct err *err);

/* Append lines "<n> <epoch> <time> <manifest> <H_n>", at most
 * PULL_LINES_MAX. */
#define PULL_LINES_MAX 1000
int pull_lines(struct office *office, const char *structure, int64_t after,
    struct buf *out, struct err *err);

#endif
