#include <liboath/oath.h>
#include <string.h>

#include "server/account/totp.h"
#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/lang.h"

int totp_code(const uint8_t *secret, size_t len, int64_t step, unsigned digits,
    char out[TOTP_CODE_MAX], struct err *err)
{
	int rc = oath_hotp_generate((const char *)secret, len, (uint64_t)step,
	    digits, false, OATH_HOTP_DYNAMIC_TRUNCATION, out);

	if (rc == OATH_OK)
		return 0;
	return err_set(err, rc == OATH_MALLOC_ERROR ? E_NOMEM : E_IO,
	    L("liboath ne calcule pas le code (%s)",
		"liboath does not make the code (%s)"),
	    oath_strerror_name(rc));
}

/* The digits of ${code} without spaces; false when it is no code. */
static bool read_code(const char *code, char out[TOTP_CODE_MAX])
{
	size_t count = 0;

	memset(out, 0, TOTP_CODE_MAX);
	for (; *code != '\0'; code++) {
		if (*code == ' ')
			continue;
		if (*code < '0' || *code > '9' || count == TOTP_DIGITS)
			return false;
		out[count++] = *code;
	}
	return count == TOTP_DIGITS;
}

int totp_find(const uint8_t *secret, size_t len, const char *code,
    int64_t now_s, int64_t last, int64_t *step, struct err *err)
{
	int64_t now = now_s / TOTP_STEP_S;
	char given[TOTP_CODE_MAX];
	bool is_code = read_code(code, given);

	*step = 0;
	/* All of them, whichever it is: the time tells nothing. */
	for (int64_t at = now - TOTP_DRIFT; at <= now + TOTP_DRIFT; at++) {
		char made[TOTP_CODE_MAX] = "";
		int rc = totp_code(secret, len, at, TOTP_DIGITS, made, err);
		bool same = crypto_same(made, given, TOTP_DIGITS);

		crypto_wipe(made, sizeof(made));
		if (rc < 0)
			return rc;
		if (is_code && same && at > last && *step == 0)
			*step = at;
	}
	return 0;
}

/* Percent-encoded, but for what RFC 3986 leaves as it is. */
static void add_escaped(struct buf *out, const char *text)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~";

	for (; *text != '\0'; text++) {
		if (strchr(plain, *text) != NULL)
			buf_add_char(out, *text);
		else
			buf_printf(out, "%%%02X", (unsigned)(uint8_t)*text);
	}
}

int totp_uri(struct buf *out, const char *issuer, const char *login,
    const uint8_t *secret, size_t len, struct err *err)
{
	struct buf base32 = BUF_INIT;

	enc_base32(&base32, secret, len);
	buf_add_text(out, "otpauth://totp/Pointeau%20");
	add_escaped(out, issuer);
	if (login[0] != '\0')
		buf_add_char(out, ':');
	add_escaped(out, login);
	buf_printf(out, "?secret=%s&issuer=Pointeau%%20", buf_text(&base32));
	add_escaped(out, issuer);
	buf_printf(out, "&algorithm=SHA1&digits=%d&period=%d", TOTP_DIGITS,
	    TOTP_STEP_S);
	if (base32.data != NULL)
		crypto_wipe(base32.data, base32.len);
	buf_free(&base32);
	return buf_check(out, err);
}

void totp_secret_text(struct buf *out, const uint8_t *secret, size_t len)
{
	struct buf base32 = BUF_INIT;

	enc_base32(&base32, secret, len);
	for (size_t i = 0; i < base32.len; i++) {
		if (i > 0 && i % 4 == 0)
			buf_add_char(out, ' ');
		buf_add_char(out, base32.data[i]);
	}
	if (base32.data != NULL)
		crypto_wipe(base32.data, base32.len);
	buf_free(&base32);
}
