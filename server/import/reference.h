/*
 * Reference data at hand: every record of a family, to look things up by
 * structure and identifier.
 */
#ifndef POINTEAU_SERVER_REFERENCE_H
#define POINTEAU_SERVER_REFERENCE_H

#include "shared/db.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/ledger.h"
#include "shared/text.h"

#define REFERENCE_KEY_MAX (2 * TEXT_ID_MAX + 2)

/* Write "<structure>/<id>": identifiers have no '/', so no two are alike. */
void reference_key(
    char out[REFERENCE_KEY_MAX], const char *structure, const char *id);

/* A record's value, provisional while it is contested; NULL when it has none.
 * Own ${*out}. */
int reference_value(
    json_t **out, const struct record_row *row, struct err *err);

/* An object of all records of a family that have a value, by reference_key,
 * in order of structure and record. Own ${*out}. */
int reference_load(
    json_t **out, struct db *db, const char *family, struct err *err);

/* Borrowed; NULL when there is none. */
const json_t *reference_get(
    const json_t *loaded, const char *structure, const char *id);

#endif
