/*
 * Enrolment codes, pasted ("pto1." first) or made from choices.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/enrolcode.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

/* The characters of ${text} that are no white space. */
static void squeeze(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (strchr(" \t\r\n", *text) == NULL)
			buf_add_char(out, *text);
	}
}

static void check_pasted(const char *text)
{
	struct buf again = BUF_INIT, pasted = BUF_INIT;
	struct err err = ERR_INIT;
	struct enrolcode code;
	int rc = enrolcode_read(&code, text, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		FUZZ_CHECK(strncmp(code.url, "https://", 8) == 0);
		FUZZ_CHECK(text_is_utf8(code.url, strlen(code.url)));
		FUZZ_CHECK(enrolcode_write(&again, &code, NULL) == 0);
		squeeze(&pasted, text);
		FUZZ_CHECK(fuzz_same(&again, buf_text(&pasted), pasted.len));
	}
	buf_free(&again);
	buf_free(&pasted);
}

static void made_code(struct fuzz *in, struct enrolcode *out)
{
	char *host;

	memset(out, 0, sizeof(*out));
	fuzz_fill(in, out->secret, sizeof(out->secret));
	fuzz_fill(in, out->server, sizeof(out->server));
	out->has_pin = fuzz_pick(in, 2) == 1;
	if (out->has_pin)
		fuzz_fill(in, out->pin, sizeof(out->pin));
	host = fuzz_text(in, ENROLCODE_URL_MAX - strlen("https://"));
	(void)snprintf(out->url, sizeof(out->url), "https://%s",
	    host[0] != '\0' && text_is_utf8(host, strlen(host)) ? host : "x");
	free(host);
}

/* One wrong character is seen, wherever it is. */
static void check_mistyped(struct buf *text, size_t at)
{
	struct enrolcode code;

	at %= text->len;
	text->data[at] = text->data[at] == 'A' ? 'B' : 'A';
	FUZZ_CHECK(enrolcode_read(&code, buf_text(text), NULL) == E_INVALID);
}

static void check_made(struct fuzz *in)
{
	struct enrolcode code, again;
	struct buf text = BUF_INIT;
	size_t at = fuzz_byte(in);

	made_code(in, &code);
	FUZZ_CHECK(enrolcode_write(&text, &code, NULL) == 0);
	FUZZ_CHECK(enrolcode_read(&again, buf_text(&text), NULL) == 0);
	FUZZ_CHECK(
	    memcmp(&code.secret, &again.secret, sizeof(code.secret)) == 0);
	FUZZ_CHECK(
	    memcmp(&code.server, &again.server, sizeof(code.server)) == 0);
	FUZZ_CHECK(code.has_pin == again.has_pin);
	FUZZ_CHECK(memcmp(&code.pin, &again.pin, sizeof(code.pin)) == 0);
	FUZZ_CHECK(strcmp(code.url, again.url) == 0);
	check_mistyped(&text, at);
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	char *text = fuzz_whole_text(data, size);

	check_pasted(text);
	if (size > 0 && data[0] != 'p')
		check_made(&in);
	free(text);
	return 0;
}
