/*
 * Accounts: who may log in, as what, for which structures, and how the secret
 * parts are sealed. At rest a row opens nothing: the Ed25519 seed and the
 * secret of the one-time codes are sealed together under a key that Argon2id
 * makes of the password, so that a right password is one that opens them.
 *
 * Rows are the database's; each change is an entry "account" of the office's
 * own log besides, so that the journal tells who made whom.
 */
#ifndef POINTEAU_SERVER_ACCOUNT_ACCOUNT_H
#define POINTEAU_SERVER_ACCOUNT_ACCOUNT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/office.h"
#include "server/store/account.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"

#define ACCOUNT_LINK_LIFE_S  86400
#define ACCOUNT_SETUP_LIFE_S 3600
#define ACCOUNT_LINK_TEXT    44 /* 32 bytes in base64url, and NUL */
/* CNIL, délibération 2022-100: 50 bits with throttling and a second factor;
 * twelve characters of one's own choice are above that. */
#define ACCOUNT_PASSWORD_MIN 12
#define ACCOUNT_PASSWORD_MAX 256 /* bytes */
#define ACCOUNTS_MAX         1000

/* ---- by whoever may make accounts ---- */

/*
 * Make an account and a link (ACCOUNT_LINK_LIFE_S) by which its person sets it
 * up. ${structures}: names separated by commas, NULL or "*" for all. E_USAGE
 * for an unknown role, E_NOT_FOUND for an unknown structure, E_CONFLICT when
 * the login is taken, E_FORBIDDEN when who acts may not give as much.
 */
int account_add(struct office *office, const char *login, const char *name,
    const char *role, const char *structures, char link[ACCOUNT_LINK_TEXT],
    struct err *err);
/* Change role, structures or name; NULL leaves it. */
int account_change(struct office *office, const char *login, const char *name,
    const char *role, const char *structures, struct err *err);
/* No login from now on; its key is revoked and gone. */
int account_disable(struct office *office, const char *login, struct err *err);
/* A new link, for a password that was forgotten or an account that was
 * disabled; the old password is good until the link is used. */
int account_link(struct office *office, const char *login,
    char link[ACCOUNT_LINK_TEXT], struct err *err);
/* The link of the very first account (ACCOUNT_SETUP_LIFE_S): E_CONFLICT when
 * there is one already. */
int account_setup_link(
    struct office *office, char link[ACCOUNT_LINK_TEXT], struct err *err);

/* "https://host:port/#/setup/LINK", appended. */
void account_link_url(
    struct buf *out, const struct office *office, const char *link);

/* [{"login","name","role","structures":[…],"state":"ready"|"invited"|
 * "disabled","made","seen"}] of the accounts that who acts may see. */
int account_list(struct office *office, json_t **rows, struct err *err);

/* The names of ${structures} (of a row) as JSON, "*" as ["*"]; NULL: no
 * memory. */
json_t *account_structures_json(const char *structures);

/* ---- by the account's person ---- */

/* What only the person's password opens. */
struct account_secret {
	uint8_t seed[SEED_LEN];
	uint8_t totp[ACCOUNT_TOTP_LEN];
};

/* A link that is good now: whose (found is false for the first account),
 * until when, and the codes' secret that it stands for. E_NOT_FOUND. */
struct account_invitation {
	struct account_row row;
	int64_t expires_s;
	uint8_t totp[ACCOUNT_TOTP_LEN];
};
int account_invitation(struct office *office, const char *link,
    struct account_invitation *out, struct err *err);

/* E_INVALID says what is wrong with a password for this account. */
int account_check_password(
    const struct account_row *row, const char *password, struct err *err);

/* Seal under ${password} into ${row}: salt, sealed, device. Argon2id. */
int account_seal(struct account_row *row, const struct account_secret *secret,
    const char *password, struct err *err);
/* Open ${row}; *right is false when the password is wrong. A row without
 * anything to open takes as long. Argon2id. */
int account_open(const struct account_row *row, const char *password,
    struct account_secret *out, bool *right, struct err *err);

/*
 * The link is used: write ${row}, sealed, and revoke the key before it.
 * E_NOT_FOUND when somebody else was faster.
 */
int account_claim(struct office *office, const char *link,
    const struct account_row *row, struct err *err);
/* Write what account_seal changed, after a change of password; E_CONFLICT
 * when the row is no longer what it was. */
int account_reseal(
    struct office *office, const struct account_row *row, struct err *err);

#endif
