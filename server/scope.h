/*
 * What a device may see of a structure: the workers of its crews by dated
 * membership, their supervisors, all sites and the catalogue. Bodies out of
 * scope never leave the server.
 */
#ifndef POINTEAU_SERVER_SCOPE_H
#define POINTEAU_SERVER_SCOPE_H

#include <stdbool.h>

#include "shared/db.h"
#include "shared/err.h"

#define SCOPE_DIGEST_TEXT 17

struct scope; /* opaque */

/* Load it as the records stand now. Free with scope_free. */
int scope_load(struct scope **out, struct db *db, const char *structure,
    const char *device, struct err *err);
/* One more that calls scope_free; within whoever holds the office. */
struct scope *scope_hold(struct scope *scope);
void scope_free(struct scope *scope);
/* Bytes of memory; to be kept, it takes no more than it needs. */
size_t scope_size(const struct scope *scope);
void scope_trim(struct scope *scope);

/* May the device see a record of this family and subject on this day ("" for
 * any day)? */
bool scope_sees(const struct scope *scope, const char *family,
    const char *subject, const char *day);

/* Changes whenever what can be seen does. */
int scope_digest(
    const struct scope *scope, char out[SCOPE_DIGEST_TEXT], struct err *err);

#endif
