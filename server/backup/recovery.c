#include <string.h>

#include "server/backup/recovery.h"
#include "server/office.h"
#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/lang.h"

#define FILE_MAX 4096
#define GROUP    4
#define NAME_LEN 8
#define DIGITS   52 /* base32 of 32 bytes */
#define HEX_LEN  ((size_t)2 * RECOVERY_LEN)

void recovery_make(struct recovery *out)
{
	crypto_box_pair(out->pub, out->secret);
}

void recovery_clear(struct recovery *recovery)
{
	crypto_wipe(recovery, sizeof(*recovery));
}

void recovery_show(struct buf *out, const struct recovery *recovery)
{
	struct buf plain = BUF_INIT;

	enc_base32(&plain, recovery->secret, sizeof(recovery->secret));
	for (size_t i = 0; i < plain.len && plain.data[i] != '='; i++) {
		if (i > 0 && i % GROUP == 0)
			buf_add_char(out, '-');
		buf_add_char(out, plain.data[i]);
	}
	out->failed = out->failed || plain.failed;
	if (plain.data != NULL)
		crypto_wipe(plain.data, plain.len);
	buf_free(&plain);
}

/* base32 has no 0, 1 and 8: whoever writes one means what looks like it. */
static char letter_of(char c)
{
	switch (c) {
	case '0':
		return 'O';
	case '1':
		return 'I';
	case '8':
		return 'B';
	default:
		return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
	}
}

int recovery_parse(struct recovery *out, const char *text, struct err *err)
{
	struct buf digits = BUF_INIT, secret = BUF_INIT;
	int rc;

	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		for (size_t i = 0; text[0] != '#' && i < len; i++) {
			if (strchr("- \t\r", text[i]) == NULL)
				buf_add_char(&digits, letter_of(text[i]));
		}
		text += len + (text[len] == '\n');
	}
	rc = buf_check(&digits, err);
	if (rc == 0 &&
	    (digits.len != DIGITS ||
		enc_unbase32(&secret, digits.data, digits.len, NULL) < 0 ||
		secret.len != RECOVERY_LEN))
		rc = err_set(err, E_INVALID,
		    L("ce n'est pas une clé de secours : elle a %d lettres et "
		      "chiffres (2 à 7), en groupes de quatre ; il y en a %zu "
		      "ici, ou une lettre est mal recopiée",
			"this is no recovery key: one has %d letters and "
			"digits (2 to 7), in groups of four; there are %zu "
			"here, or a letter is mistyped"),
		    DIGITS, digits.len);
	if (rc == 0) {
		memcpy(out->secret, secret.data, RECOVERY_LEN);
		crypto_box_public(out->pub, out->secret);
	}
	if (digits.data != NULL)
		crypto_wipe(digits.data, digits.len);
	if (secret.data != NULL)
		crypto_wipe(secret.data, secret.len);
	buf_free(&digits);
	buf_free(&secret);
	return rc;
}

int recovery_public(
    uint8_t pub[RECOVERY_LEN], const char *directory, struct err *err)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	int rc;

	buf_printf(&path, "%s/" OFFICE_RECOVERY, directory);
	if ((rc = buf_check(&path, err)) < 0)
		goto out;
	rc = os_file_read(&text, path.data, FILE_MAX, err);
	if (rc == E_NOT_FOUND)
		rc = err_set(err, E_NOT_FOUND,
		    L("%s : pas de clé de secours ; faites-en une avec "
		      "« pointeau-server backup key »",
			"%s: no recovery key; make one with \"pointeau-server "
			"backup key\""),
		    path.data);
	else if (rc == 0 &&
		 (text.len != HEX_LEN + 1 || text.data[HEX_LEN] != '\n' ||
		     enc_unhex(pub, RECOVERY_LEN, text.data, HEX_LEN, NULL) <
			 0))
		rc = err_set(err, E_CORRUPT,
		    L("%s : ce n'est pas une clé de secours ; faites-en une "
		      "autre avec « pointeau-server backup key »",
			"%s: this is no recovery key; make another with "
			"\"pointeau-server backup key\""),
		    path.data);
out:
	buf_free(&path);
	buf_free(&text);
	return rc;
}

int recovery_public_put(
    const char *directory, const uint8_t pub[RECOVERY_LEN], struct err *err)
{
	struct buf path = BUF_INIT;
	char hex[HEX_LEN + 2];
	int rc;

	enc_hex(pub, RECOVERY_LEN, hex);
	hex[HEX_LEN] = '\n';
	buf_printf(&path, "%s/" OFFICE_RECOVERY, directory);
	if ((rc = buf_check(&path, err)) == 0)
		rc = os_file_write(path.data, hex, HEX_LEN + 1, 0600, err);
	buf_free(&path);
	return rc;
}

void recovery_name(char out[RECOVERY_NAME], const uint8_t pub[RECOVERY_LEN])
{
	enc_hex(pub, NAME_LEN, out);
}
