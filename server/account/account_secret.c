/* The secret half of an account: links, passwords, what they seal. */
#include <stdio.h>
#include <string.h>

#include "server/account/account.h"
#include "shared/enc.h"
#include "shared/lang.h"

#define LABEL_MAX 128

/* ---- links ---- */

/* Until the person has a password to seal it under, the codes' secret is kept
 * nowhere: it comes out of the link and of the server's own key, so that
 * neither the database nor an old link says what it is. */
static void derive_totp(
    uint8_t out[ACCOUNT_TOTP_LEN], const struct key *server, const char *link)
{
	static const char what[] = "pointeau totp 1";
	uint8_t seed[SEED_LEN], mac[32];

	key_seed(server, seed);
	crypto_mac(mac, seed, what, strlen(what));
	crypto_mac(mac, mac, link, strlen(link));
	memcpy(out, mac, ACCOUNT_TOTP_LEN);
	crypto_wipe(seed, sizeof(seed));
	crypto_wipe(mac, sizeof(mac));
}

int account_invitation(struct office *office, const char *link,
    struct account_invitation *out, struct err *err)
{
	int64_t now_s = os_now_s(office->os);
	struct db *db = office->db;
	char login[TEXT_ID_MAX + 1];
	struct hash hash;
	int64_t count = 0;
	int rc;

	memset(out, 0, sizeof(*out));
	hash_of(&hash, link, strlen(link));
	if ((rc = account_link_get(db, &hash, login, &out->expires_s, err)) < 0)
		return rc;
	if (out->expires_s > now_s &&
	    ((rc = account_row_get(db, login, &out->row, err)) < 0 ||
		(rc = account_row_count(db, &count, err)) < 0))
		return rc;
	/* An account made meanwhile closes the door of the first one. */
	if (out->expires_s <= now_s ||
	    (login[0] == '\0' ? count > 0
			      : !out->row.found || !out->row.enabled))
		return err_set(err, E_NOT_FOUND,
		    L("ce lien n'est plus bon : il a servi, ou il a expiré ; "
		      "demandez-en un autre",
			"this link is no longer good: it was used, or it has "
			"expired; ask for another"));
	derive_totp(out->totp, &office->server, link);
	return 0;
}

/* ---- passwords ---- */

int account_check_password(
    const struct account_row *row, const char *password, struct err *err)
{
	size_t len = strlen(password);

	if (len > ACCOUNT_PASSWORD_MAX)
		return err_set(err, E_INVALID,
		    L("mot de passe de plus de %d octets",
			"password over %d bytes"),
		    ACCOUNT_PASSWORD_MAX);
	if (!text_is_utf8(password, len) ||
	    text_length(password) < ACCOUNT_PASSWORD_MIN)
		return err_set(err, E_INVALID,
		    L("mot de passe trop court : %d caractères au moins ; "
		      "quatre mots sans rapport font l'affaire",
			"password too short: %d characters at least; four "
			"words that have nothing to do with each other will "
			"do"),
		    ACCOUNT_PASSWORD_MIN);
	if (text_same(password, row->login) || text_same(password, row->name))
		return err_set(err, E_INVALID,
		    L("ce mot de passe est votre nom : choisissez-en un autre",
			"this password is your name: choose another"));
	if (text_prefix(password, 1) > 0 &&
	    strspn(password, (char[]){password[0], '\0'}) == len)
		return err_set(err, E_INVALID,
		    L("ce mot de passe est une seule lettre répétée",
			"this password is one letter repeated"));
	return 0;
}

/* Whose secret it is: a row's bytes copied into another open nothing. */
static void make_label(
    char out[LABEL_MAX], const char *login, const char *device)
{
	(void)snprintf(
	    out, LABEL_MAX, "pointeau account 1\n%s\n%s", login, device);
}

int account_seal(struct account_row *row, const struct account_secret *secret,
    const char *password, struct err *err)
{
	uint8_t plain[SEED_LEN + ACCOUNT_TOTP_LEN], wrapping[32];
	char label[LABEL_MAX];
	struct key key;
	int rc;

	crypto_random(row->salt, sizeof(row->salt));
	if ((rc = crypto_password_key(wrapping, password, row->salt, err)) < 0)
		return rc;
	key_from_seed(&key, secret->seed);
	key_device(key.pub, row->device);
	make_label(label, row->login, row->device);
	memcpy(plain, secret->seed, SEED_LEN);
	memcpy(plain + SEED_LEN, secret->totp, ACCOUNT_TOTP_LEN);
	crypto_seal(row->sealed, wrapping, label, plain, sizeof(plain));
	key_clear(&key);
	crypto_wipe(plain, sizeof(plain));
	crypto_wipe(wrapping, sizeof(wrapping));
	return 0;
}

int account_open(const struct account_row *row, const char *password,
    struct account_secret *out, bool *right, struct err *err)
{
	uint8_t plain[SEED_LEN + ACCOUNT_TOTP_LEN], wrapping[32];
	char label[LABEL_MAX];
	int rc;

	*right = false;
	memset(out, 0, sizeof(*out));
	if ((rc = crypto_password_key(wrapping, password, row->salt, err)) < 0)
		return rc;
	make_label(label, row->login, row->device);
	if (row->found && row->enabled && row->device[0] != '\0')
		*right = crypto_unseal(
		    plain, wrapping, label, row->sealed, sizeof(row->sealed));
	if (*right) {
		memcpy(out->seed, plain, SEED_LEN);
		memcpy(out->totp, plain + SEED_LEN, ACCOUNT_TOTP_LEN);
	}
	crypto_wipe(plain, sizeof(plain));
	crypto_wipe(wrapping, sizeof(wrapping));
	return 0;
}
