/*
 * Compression of what travels: zlib (RFC 1950). zlib.h is included in zip.c
 * alone.
 */
#ifndef POINTEAU_SHARED_ZIP_H
#define POINTEAU_SHARED_ZIP_H

#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

/* Append the compressed form of ${data}. */
int zip_deflate(struct buf *out, const void *data, size_t len, struct err *err);

/*
 * Append the inflated form of ${data}. Stops with E_LIMIT as soon as it
 * would pass ${max} bytes; E_INVALID for broken, truncated or trailing
 * bytes. Memory never passes ${max} and a constant.
 */
int zip_inflate(
    struct buf *out, const void *data, size_t len, size_t max, struct err *err);

/*
 * The same without zlib's header and sum (RFC 1951), after a dictionary that
 * both sides know; *used receives how many of the ${len} bytes the stream
 * took: others may follow it.
 */
int zip_pack(struct buf *out, struct bytes dictionary, const void *data,
    size_t len, struct err *err);
int zip_unpack(struct buf *out, struct bytes dictionary, const void *data,
    size_t len, size_t max, size_t *used, struct err *err);

#endif
