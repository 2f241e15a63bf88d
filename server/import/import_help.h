/*
 * What a file of each kind looks like, for people: what its columns hold, and
 * a file to begin with.
 */
#ifndef POINTEAU_SERVER_IMPORT_HELP_H
#define POINTEAU_SERVER_IMPORT_HELP_H

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

/*
 * Every kind in the order in which a new office needs them, own it: [{"what",
 * "label","help","columns":[{"name","required":b,"help","example"}]}], in the
 * user's language.
 */
int import_kinds_json(json_t **out, struct err *err);

/* Append a file of ${what} with its header and one row of examples, as French
 * spreadsheets open it. E_USAGE. */
int import_template(struct buf *out, const char *what, struct err *err);

#endif
