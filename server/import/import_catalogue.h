/*
 * A catalogue of skills as the ledger keeps it: records catalogue/<scheme>/
 * <chunk> of the office's own log, each with some rows [code, label,
 * [trades]]. A code is in one chunk; rows are added and updated, never
 * removed, because observations name them.
 */
#ifndef POINTEAU_SERVER_IMPORT_CATALOGUE_H
#define POINTEAU_SERVER_IMPORT_CATALOGUE_H

#include "server/import/import_part.h"

#define CATALOGUE_LABEL_MAX 400

struct import_catalogue; /* opaque */

/* Read what the ledger has of ${scheme}. ${name} is what people are shown.
 * Both are borrowed. Free it with import_catalogue_free. */
int import_catalogue_load(struct import_catalogue **out, struct import *import,
    const char *scheme, const char *name, struct err *err);
void import_catalogue_free(struct import_catalogue *catalogue);

/* How many rows a chunk has; 0 when there is none. */
size_t import_catalogue_size(
    const struct import_catalogue *catalogue, const char *chunk);

/* The chunk that has ${code}, or NULL. Borrowed. */
const char *import_catalogue_where(
    const struct import_catalogue *catalogue, const char *code);

/* Add a row to ${chunk}, or update it where it is. ${trades} is taken (NULL:
 * out of memory). */
int import_catalogue_put(struct import_catalogue *catalogue, const char *chunk,
    const char *code, const char *label, json_t *trades,
    struct import_change *change, struct err *err);

/* Set the records of the chunks that changed. */
int import_catalogue_save(
    struct import_catalogue *catalogue, struct import *import, struct err *err);

#endif
