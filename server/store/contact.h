/*
 * What laptops tell about themselves at each contact, and which codes end
 * another laptop. None of it is a fact of the log.
 */
#ifndef POINTEAU_SERVER_STORE_CONTACT_H
#define POINTEAU_SERVER_STORE_CONTACT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/text.h"

#define CONTACT_VERSION_MAX 40 /* bytes of a program's version */
#define CONTACT_UNTOLD      (-1)

struct contact {
	int64_t seen_s; /* last heard; 0 never */
	char version[CONTACT_VERSION_MAX + 1];
	int64_t unsent; /* entries without a receipt; CONTACT_UNTOLD */
	int64_t skew_s; /* its clock less ours; 0 when never told */
	int64_t told_s; /* when it told these two; 0 never */
};

int contact_get(
    struct db *db, const char *device, struct contact *out, struct err *err);

/*
 * Note what a laptop tells. What hardly differs from what is noted (within
 * CONTACT_SAME_S of time or clock) is not written, so that laptops asking
 * cost no disk.
 */
#define CONTACT_SAME_S 60
int contact_tell(struct db *db, const char *device, int64_t now_s,
    int64_t unsent, int64_t skew_s, struct err *err);

/* ${count} of its own entries have come since. */
int contact_received(
    struct db *db, const char *device, int64_t count, struct err *err);

/* The code of this hash takes ${device}'s place, for ${reason}. */
int contact_replaces_put(struct db *db, const struct hash *code,
    const char *device, const char *reason, struct err *err);
/* Whose place it takes; ${device} is "" for nobody's. */
struct contact_replaces {
	char device[DEVICE_TEXT];
	char reason[TEXT_NOTE_MAX + 1];
};
int contact_replaces_get(struct db *db, const struct hash *code,
    struct contact_replaces *out, struct err *err);

#endif
