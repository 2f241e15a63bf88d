/*
 * Who may speak: one-time enrolment codes, bearers, last contacts. Secrets
 * are stored as their SHA-256 alone.
 */
#ifndef POINTEAU_SERVER_STORE_ACCESS_H
#define POINTEAU_SERVER_STORE_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"

#define ACCESS_CREWS_MAX 1024 /* bytes of a code's list of crews */
#define ACCESS_CODES_MAX 512  /* codes that may still be used */
/* Of a device: its oldest bearer goes when it logs in once more. */
#define ACCESS_BEARERS_MAX 4
/* Sets kept of a device in a structure; what comes then is counted alone. */
#define ACCESS_EVIDENCE_MAX 16

/* E_LIMIT when ACCESS_CODES_MAX of them may still be used at ${now_s}. */
int access_code_room(struct db *db, int64_t now_s, struct err *err);
int access_code_put(struct db *db, const struct hash *secret, const char *crews,
    int64_t expires_s, struct err *err);

struct access_code {
	bool found;
	char crews[ACCESS_CREWS_MAX]; /* one a line */
	int64_t expires_s;
	char device[DEVICE_TEXT]; /* who used it; "" nobody yet */
};

int access_code_get(struct db *db, const struct hash *secret,
    struct access_code *out, struct err *err);
int access_code_use(struct db *db, const struct hash *secret,
    const char *device, struct err *err);

/* No code made so far is good any more. */
int access_codes_void(struct db *db, struct err *err);

int access_bearer_put(struct db *db, const struct hash *bearer,
    const char *device, int64_t expires_s, struct err *err);
/* ${device} receives "" when the bearer is unknown or expired. */
int access_bearer_get(struct db *db, const struct hash *bearer, int64_t now_s,
    char device[DEVICE_TEXT], struct err *err);

/* Forget what expired before ${now_s}, so that the tables stay small. */
int access_expire(struct db *db, int64_t now_s, struct err *err);

/* How many devices were ever enrolled. */
int access_device_count(struct db *db, int64_t *count, struct err *err);

/* Note that a device is heard; nothing is written within ACCESS_CONTACT_S of
 * the last time, so that laptops polling cost no disk. */
#define ACCESS_CONTACT_S 60
int access_contact_touch(
    struct db *db, const char *device, int64_t now_s, struct err *err);
int access_contact_put(struct db *db, const char *device, int64_t now_s,
    const char *version, struct err *err);
/* ${*time_s} is 0 when it was never heard. */
int access_contact_get(
    struct db *db, const char *device, int64_t *time_s, struct err *err);

/* Keep the bytes of a set that contradicts the log, as long as there is room
 * for its device's. */
int access_evidence_put(struct db *db, const char *structure,
    const struct hash *hash, const char *device, const char *why, int64_t now_s,
    struct bytes bytes, struct err *err);

#endif
