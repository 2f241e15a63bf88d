/*
 * The query of a request, argument by argument: a second, slower reading
 * gives the same names and values, or the same refusal at the same place; and
 * what was sent percent-encoded arrives.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/http/http_query.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

#define PAIRS_MAX 8
#define TEXT_LEN  60

/* ---- the second reading: byte by byte, out of a copy ---- */

static int digit(char c)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	const char *found = c != '\0' ? strchr(digits, c) : NULL;

	return found != NULL ? (int)((found - digits) % 16) : -1;
}

/* In place. False: a broken escape, a NUL, or no UTF-8. */
static bool decode(char *text)
{
	char *to = text;

	for (const char *at = text; *at != '\0'; at++) {
		char c = *at == '+' ? ' ' : *at;

		if (c == '%') {
			int high = digit(at[1]);
			int low = high < 0 ? -1 : digit(at[2]);

			if (low < 0 || high + low == 0)
				return false;
			c = (char)(high * 16 + low);
			at += 2;
		}
		*to++ = c;
	}
	*to = '\0';
	return text_is_utf8(text, strlen(text));
}

/* The argument at ${*at} of a copy that may be cut; NULL: the end. */
static char *next_argument(char **at)
{
	char *start;

	while (**at == '&')
		(*at)++;
	start = *at;
	while (**at != '\0' && **at != '&')
		(*at)++;
	if (**at == '&')
		*(*at)++ = '\0';
	return start[0] != '\0' ? start : NULL;
}

static void check_same(const char *query)
{
	char *copy = fuzz_whole_text((const uint8_t *)query, strlen(query));
	struct buf name = BUF_INIT, value = BUF_INIT;
	const char *at = query, *end = query + strlen(query);
	char *rest = copy, *argument;
	struct err err = ERR_INIT;
	int rc = 1;

	while (rc > 0) {
		const char *before = at;
		char none[] = "", *second = none;

		if ((argument = next_argument(&rest)) != NULL &&
		    strchr(argument, '=') != NULL) {
			second = strchr(argument, '=');
			*second++ = '\0';
		}
		rc = http_query_next(&at, &name, &value, &err);
		FUZZ_CHECK(at >= before && at <= end);
		FUZZ_CHECK((rc == 0) == (argument == NULL));
		if (argument == NULL)
			break;
		FUZZ_CHECK(at > before);
		FUZZ_CHECK((rc > 0) == (decode(argument) && decode(second)));
		if (rc > 0) {
			FUZZ_CHECK(
			    fuzz_same(&name, argument, strlen(argument)));
			FUZZ_CHECK(fuzz_same(&value, second, strlen(second)));
		} else {
			FUZZ_CHECK(rc == E_INVALID);
			fuzz_check_err(rc, &err);
		}
	}
	buf_free(&name);
	buf_free(&value);
	free(copy);
}

/* ---- what is sent arrives ---- */

/* Some bytes escaped though they need not be. */
static void encode(struct buf *out, const char *text, bool all)
{
	for (; *text != '\0'; text++) {
		if (*text == ' ' && !all)
			buf_add_char(out, '+');
		else if (all || *text <= ' ' || *text > '~' ||
			 strchr("%&+=#", *text) != NULL)
			buf_printf(out, "%%%02x", (unsigned char)*text);
		else
			buf_add_char(out, *text);
	}
}

static char *utf8(struct fuzz *in)
{
	char *text = fuzz_text(in, TEXT_LEN);

	if (!text_is_utf8(text, strlen(text)))
		text[0] = '\0';
	return text;
}

static void check_sent(struct fuzz *in)
{
	char *texts[2 * PAIRS_MAX];
	size_t count = fuzz_pick(in, PAIRS_MAX + 1);
	struct buf query = BUF_INIT, name = BUF_INIT, value = BUF_INIT;
	const char *at;

	for (size_t i = 0; i < count; i++) {
		texts[2 * i] = utf8(in);
		texts[2 * i + 1] = utf8(in);
		buf_add_text(&query, i > 0 ? "&" : "");
		encode(&query, texts[2 * i], i % 2 == 0);
		buf_add_char(&query, '=');
		encode(&query, texts[2 * i + 1], i % 3 == 0);
	}
	at = buf_text(&query);
	for (size_t i = 0; i < count; i++) {
		const char *key = texts[2 * i], *text = texts[2 * i + 1];

		FUZZ_CHECK(http_query_next(&at, &name, &value, NULL) == 1);
		FUZZ_CHECK(fuzz_same(&name, key, strlen(key)));
		FUZZ_CHECK(fuzz_same(&value, text, strlen(text)));
	}
	FUZZ_CHECK(http_query_next(&at, &name, &value, NULL) == 0);
	for (size_t i = 0; i < 2 * count; i++)
		free(texts[i]);
	buf_free(&query);
	buf_free(&name);
	buf_free(&value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	char *text = fuzz_whole_text(data, size);

	check_same(text);
	check_sent(&in);
	free(text);
	return 0;
}
