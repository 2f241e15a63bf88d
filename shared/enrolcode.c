#include <string.h>

#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"
#include "shared/lang.h"
#include "shared/text.h"

#define PREFIX    "pto1."
#define CHECK_LEN 4
#define HAS_PIN   1
#define TEXT_MAX  1024

int enrolcode_write(
    struct buf *out, const struct enrolcode *code, struct err *err)
{
	struct buf bytes = BUF_INIT;
	struct hash check;
	int rc;

	buf_add_char(&bytes, code->has_pin ? HAS_PIN : 0);
	buf_add(&bytes, code->secret, sizeof(code->secret));
	buf_add(&bytes, code->server, sizeof(code->server));
	if (code->has_pin)
		buf_add(&bytes, code->pin, sizeof(code->pin));
	buf_add_text(&bytes, code->url);
	if ((rc = buf_check(&bytes, err)) < 0)
		goto out;
	hash_of(&check, bytes.data, bytes.len);
	buf_add(&bytes, check.bytes, CHECK_LEN);
	buf_add_text(out, PREFIX);
	enc_base64url(out, buf_text(&bytes), bytes.len);
	rc = bytes.failed ? err_nomem(err) : buf_check(out, err);
out:
	buf_free(&bytes);
	return rc;
}

static bool take(const char **at, size_t *left, void *out, size_t len)
{
	if (*left < len)
		return false;
	memcpy(out, *at, len);
	*at += len;
	*left -= len;
	return true;
}

static bool decode(struct enrolcode *out, const char *at, size_t left)
{
	struct hash check;
	uint8_t flags;

	if (left < CHECK_LEN)
		return false;
	left -= CHECK_LEN;
	hash_of(&check, at, left);
	if (memcmp(check.bytes, at + left, CHECK_LEN) != 0 ||
	    !take(&at, &left, &flags, 1) || flags > HAS_PIN ||
	    !take(&at, &left, out->secret, sizeof(out->secret)) ||
	    !take(&at, &left, out->server, sizeof(out->server)))
		return false;
	out->has_pin = flags == HAS_PIN;
	if (out->has_pin && !take(&at, &left, out->pin, sizeof(out->pin)))
		return false;
	if (left < strlen("https://x") || left > ENROLCODE_URL_MAX ||
	    strncmp(at, "https://", 8) != 0 || !text_is_utf8(at, left))
		return false;
	return take(&at, &left, out->url, left);
}

int enrolcode_read(struct enrolcode *out, const char *text, struct err *err)
{
	struct buf chars = BUF_INIT, bytes = BUF_INIT;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	/* White space may be endless; no code is as long as TEXT_MAX. */
	for (size_t i = 0; text[i] != '\0' && chars.len < TEXT_MAX; i++) {
		if (strchr(" \t\r\n", text[i]) == NULL)
			buf_add_char(&chars, text[i]);
	}
	if ((rc = buf_check(&chars, err)) < 0)
		goto out;
	if (strncmp(buf_text(&chars), PREFIX, strlen(PREFIX)) != 0) {
		rc = err_set(err, E_INVALID,
		    L("ce n'est pas un code d'enrôlement : il commence par "
		      "« pto1. » ; demandez-en un au bureau",
			"this is no enrolment code: one starts with "
			"\"pto1.\"; ask the office for one"));
		goto out;
	}
	rc = enc_unbase64url(&bytes, chars.data + strlen(PREFIX),
	    chars.len - strlen(PREFIX), err);
	if (rc == E_NOMEM)
		goto out;
	if (rc < 0 || !decode(out, buf_text(&bytes), bytes.len)) {
		rc = err_set(err, E_INVALID,
		    L("code d'enrôlement incomplet ou mal recopié : copiez-le "
		      "en entier, ou demandez-en un autre au bureau",
			"enrolment code cut short or mistyped: copy all of "
			"it, or ask the office for another"));
	}
out:
	buf_free(&chars);
	buf_free(&bytes);
	return rc;
}
