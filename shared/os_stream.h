/*
 * Files that are too large for memory: read slice by slice, and written so.
 */
#ifndef POINTEAU_SHARED_OS_STREAM_H
#define POINTEAU_SHARED_OS_STREAM_H

#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

/* ${each} sees every ${slice} bytes of the file in turn, fewer at its end; a
 * negative code ends it. E_NOT_FOUND, E_IO. */
int os_file_slices(const char *path, size_t slice,
    int (*each)(void *context, const void *data, size_t len, struct err *err),
    void *context, struct err *err);

/* Write a new file of what ${next} appends each time, until it appends
 * nothing: its bytes are durable when this returns, its name once it is moved
 * (os_file_move); gone when it fails. E_CONFLICT when
 * ${path} exists, E_IO. */
int os_file_pour(const char *path, unsigned mode,
    int (*next)(void *context, struct buf *out, struct err *err), void *context,
    struct err *err);

#endif
