/*
 * The files inside a ZIP that somebody gives us, one after the other and in
 * pieces: whatever it claims, no more memory than a piece, no more bytes than
 * asked for. zip.h is included in archive.c and server/audit/audit_zip.c
 * alone.
 */
#ifndef POINTEAU_SERVER_ARCHIVE_H
#define POINTEAU_SERVER_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

#define ARCHIVE_ENTRIES_MAX 10000

struct archive; /* opaque */

/* Does it begin like a ZIP? */
bool archive_is(const void *data, size_t len);

/* Open ${data}, which stays the caller's and must outlive it. E_INVALID for
 * what is no ZIP, or has too many files. Free with archive_close. */
int archive_open(
    struct archive **out, const void *data, size_t len, struct err *err);
void archive_close(struct archive *archive); /* accepts NULL */

bool archive_has(const struct archive *archive, const char *name);

/*
 * Give the bytes of the file ${name} to ${each}, piece by piece. E_NOT_FOUND;
 * E_LIMIT as soon as there are more than ${max}; E_INVALID for broken or
 * encrypted ones; else what ${each} gave.
 */
int archive_read(struct archive *archive, const char *name, size_t max,
    int (*each)(void *context, const char *data, size_t len, struct err *err),
    void *context, struct err *err);

#endif
