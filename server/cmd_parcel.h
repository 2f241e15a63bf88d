/*
 * Files on their way from where a command ran to where the person is: one
 * line of JSON that names them, then their bytes, end to end.
 */
#ifndef POINTEAU_SERVER_CMD_PARCEL_H
#define POINTEAU_SERVER_CMD_PARCEL_H

#include "server/export/export.h"
#include "shared/opt.h"

/* Where --out says; NULL for standard output. */
const char *cmd_export_directory(const struct call *call);

/* Append the parcel of ${ex}'s files, and ${words} to say once they are
 * written. */
int parcel_make(struct buf *out, const struct export *ex, const char *id,
    const char *words, struct err *err);

#endif
