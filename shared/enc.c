#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "shared/enc.h"
#include "shared/lang.h"

/* One row an alphabet of 2^bits digits; one code writes and reads them all. */
struct alphabet {
	const char *digits;
	unsigned bits;  /* a digit holds */
	unsigned group; /* digits that fill whole bytes */
	bool padded;
};

static const struct alphabet base64 = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				       "abcdefghijklmnopqrstuvwxyz"
				       "0123456789+/",
    6, 4, true};
static const struct alphabet base64url = {"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					  "abcdefghijklmnopqrstuvwxyz"
					  "0123456789-_",
    6, 4, false};
static const struct alphabet base32 = {
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, 8, false};

#define NO_DIGIT 0xFF

static void encode(struct buf *out, const struct alphabet *alphabet,
    const void *data, size_t len)
{
	const uint8_t *bytes = data;
	const uint32_t mask = (1U << alphabet->bits) - 1;
	uint32_t held = 0;
	unsigned bits = 0;
	size_t count = 0;

	assert(data != NULL || len == 0);
	for (size_t i = 0; i < len; i++) {
		held = (held & 0xFF) << 8 | bytes[i];
		for (bits += 8; bits >= alphabet->bits; count++) {
			bits -= alphabet->bits;
			buf_add_char(
			    out, alphabet->digits[held >> bits & mask]);
		}
	}
	if (bits > 0) {
		held <<= alphabet->bits - bits;
		buf_add_char(out, alphabet->digits[held & mask]);
		count++;
	}
	for (; alphabet->padded && count % alphabet->group != 0; count++)
		buf_add_char(out, '=');
}

static void fill_values(const struct alphabet *alphabet, uint8_t values[256])
{
	memset(values, NO_DIGIT, 256);
	for (uint8_t i = 0; alphabet->digits[i] != '\0'; i++)
		values[(uint8_t)alphabet->digits[i]] = i;
}

/* How many of ${len} characters are digits, when the padding is exact. */
static bool strip_padding(
    const struct alphabet *alphabet, const char *text, size_t *len)
{
	size_t most = alphabet->group - 1;

	if (!alphabet->padded)
		return true;
	if (*len % alphabet->group != 0)
		return false;
	for (; most > 0 && *len > 0 && text[*len - 1] == '='; most--)
		(*len)--;
	return true;
}

static bool decode(struct buf *out, const struct alphabet *alphabet,
    const char *text, size_t len)
{
	uint8_t values[256], value;
	uint32_t held = 0;
	unsigned bits = 0;

	fill_values(alphabet, values);
	if (!strip_padding(alphabet, text, &len))
		return false;
	for (size_t i = 0; i < len; i++) {
		if ((value = values[(uint8_t)text[i]]) == NO_DIGIT)
			return false;
		held = (held & 0xFF) << alphabet->bits | value;
		bits += alphabet->bits;
		if (bits >= 8) {
			bits -= 8;
			buf_add_char(out, (char)(held >> bits & 0xFF));
		}
	}
	/* A whole digit left over, or bits set in it, no encoder writes. */
	return bits < alphabet->bits && (held & ((1U << bits) - 1)) == 0;
}

static int decode_or_refuse(struct buf *out, const struct alphabet *alphabet,
    const char *text, size_t len, const char *name, struct err *err)
{
	struct buf bytes = BUF_INIT;
	int rc;

	assert(text != NULL || len == 0);
	if (!decode(&bytes, alphabet, text, len)) {
		rc = err_set(err, E_INVALID,
		    L("ce texte n'est pas du %s : vérifiez qu'il est entier "
		      "et sans espace",
			"this text is not %s: check that it is whole and "
			"without spaces"),
		    name);
		goto out;
	}
	if ((rc = buf_check(&bytes, err)) < 0)
		goto out;
	buf_add(out, bytes.data, bytes.len);
	rc = buf_check(out, err);
out:
	buf_free(&bytes);
	return rc;
}

void enc_hex(const void *data, size_t len, char *out)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;

	assert(data != NULL || len == 0);
	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 0x0F];
	}
	out[2 * len] = '\0';
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

int enc_unhex(
    void *out, size_t len, const char *text, size_t text_len, struct err *err)
{
	uint8_t *bytes = out;
	int high, low;

	assert(text != NULL || text_len == 0);
	if (text_len / 2 != len || text_len % 2 != 0)
		return err_set(err, E_INVALID,
		    L("%zu caractères au lieu de %zu chiffres hexadécimaux",
			"%zu characters instead of %zu hexadecimal digits"),
		    text_len, 2 * len);
	for (size_t i = 0; i < len; i++) {
		high = hex_value(text[2 * i]);
		low = hex_value(text[2 * i + 1]);
		if (high < 0 || low < 0)
			return err_set(err, E_INVALID,
			    L("caractère %zu : seuls les chiffres et les "
			      "lettres de a à f sont permis",
				"character %zu: only digits and the letters a "
				"to f are allowed"),
			    2 * i + (high < 0 ? 1 : 2));
		bytes[i] = (uint8_t)(high << 4 | low);
	}
	return 0;
}

void enc_base64(struct buf *out, const void *data, size_t len)
{
	encode(out, &base64, data, len);
}

int enc_unbase64(struct buf *out, const char *text, size_t len, struct err *err)
{
	return decode_or_refuse(out, &base64, text, len, "base64", err);
}

void enc_base64url(struct buf *out, const void *data, size_t len)
{
	encode(out, &base64url, data, len);
}

int enc_unbase64url(
    struct buf *out, const char *text, size_t len, struct err *err)
{
	return decode_or_refuse(out, &base64url, text, len, "base64url", err);
}

void enc_base32(struct buf *out, const void *data, size_t len)
{
	encode(out, &base32, data, len);
}

int enc_unbase32(struct buf *out, const char *text, size_t len, struct err *err)
{
	return decode_or_refuse(out, &base32, text, len, "base32", err);
}
