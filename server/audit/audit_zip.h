/*
 * An audit directory as one file, for who gets it by the page: a ZIP, made in
 * a place of its own below the office's directory. zip.h is included in
 * audit_zip.c and server/import/archive.c alone.
 */
#ifndef POINTEAU_SERVER_AUDIT_AUDIT_ZIP_H
#define POINTEAU_SERVER_AUDIT_AUDIT_ZIP_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

/* Make a new directory, which nobody else can open, below ${directory};
 * ${out} receives its path. Remove it with audit_tree_remove. E_IO. */
int audit_zip_place(struct buf *out, const char *directory, struct err *err);

/* Remove those of a day ago and more: whoever made them was struck down. */
void audit_zip_sweep(const char *directory, int64_t now_s);

/*
 * Append a ZIP of ${place}/${name} and all below it, under the name ${name}.
 * Files stand in the order of their paths and are all dated ${day} (ISO), so
 * that the same files give the same bytes, as far as the same libzip and zlib
 * do. E_LIMIT over ${max} bytes, E_IO.
 */
int audit_zip(struct buf *out, const char *place, const char *name,
    const char *day, size_t max, struct err *err);

/* E_LIMIT, and what to do instead. */
int audit_zip_too_large(struct err *err);

#endif
