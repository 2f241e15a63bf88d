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

/* How it is asked for. */
struct pull_how {
	bool own;    /* the device's own sets too, which it has lost; else they
	              * are only named */
	bool packed; /* in wire 2 */
};

/*
 * Append the wire form of what ${device} may see of ${structure} after the
 * place ${after}: up to about WIRE_PULL_TARGET bytes of bodies (in wire 2
 * WIRE_PACKED_TARGET), at least one place.
 */
int pull_log(struct office *office, const char *structure, const char *device,
    int64_t after, struct pull_how how, struct buf *out, struct err *err);

/* Append lines "<n> <epoch> <time> <manifest> <H_n>", at most
 * PULL_LINES_MAX. */
#define PULL_LINES_MAX 1000
int pull_lines(struct office *office, const char *structure, int64_t after,
    struct buf *out, struct err *err);

#endif
