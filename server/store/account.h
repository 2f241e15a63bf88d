/*
 * The rows of accounts and of their one-use links. Secrets are sealed
 * (account.h) or kept as their SHA-256 alone.
 */
#ifndef POINTEAU_SERVER_STORE_ACCOUNT_H
#define POINTEAU_SERVER_STORE_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/crypto.h"
#include "shared/db.h"
#include "shared/err.h"
#include "shared/text.h"

#define ACCOUNT_ROLE_MAX       16
#define ACCOUNT_STRUCTURES_MAX 4096 /* bytes of the names, one a line */
#define ACCOUNT_SEALED_MAX     128
#define ACCOUNT_TOTP_LEN       20 /* RFC 4226, 4: as long as a SHA-1 */
#define ACCOUNT_SEALED_LEN     (CRYPTO_SEAL_LEN + SEED_LEN + ACCOUNT_TOTP_LEN)

struct account_row {
	bool found;
	char login[TEXT_ID_MAX + 1];
	char name[TEXT_NAME_MAX + 1];
	char role[ACCOUNT_ROLE_MAX];
	char structures[ACCOUNT_STRUCTURES_MAX]; /* "*" or names, one a line */
	bool enabled;
	char device[DEVICE_TEXT]; /* "" until it is set up */
	uint8_t salt[PASSWORD_SALT_LEN];
	uint8_t sealed[ACCOUNT_SEALED_LEN];
	int64_t step; /* of the last code used */
	int64_t made_s;
	int64_t seen_s; /* last login; 0 never */
};

/* Not found is no error. */
int account_row_get(
    struct db *db, const char *login, struct account_row *out, struct err *err);
/* Write the row whole, new or not. */
int account_row_put(
    struct db *db, const struct account_row *row, struct err *err);
/* Note a login, unless the code of ${step} was used already: *used. */
int account_row_seen(struct db *db, const char *login, int64_t step,
    int64_t now_s, bool *used, struct err *err);
/* By login. */
int account_row_all(struct db *db,
    int (*each)(void *context, const struct account_row *row, struct err *err),
    void *context, struct err *err);
int account_row_count(struct db *db, int64_t *count, struct err *err);

/* A link for ${login} ("": the first account); those it had before are void. */
int account_link_put(struct db *db, const struct hash *link, const char *login,
    int64_t expires_s, struct err *err);
/* *expires_s is 0 when there is none; ${login} holds TEXT_ID_MAX + 1. */
int account_link_get(struct db *db, const struct hash *link, char *login,
    int64_t *expires_s, struct err *err);
/* No link of ${login} is good any more. */
int account_link_void(struct db *db, const char *login, struct err *err);

#endif
