/*
 * Arguments of a query: any query is read without harm, and every text sent
 * percent-encoded arrives.
 */
#include <stdlib.h>
#include <string.h>

#include "server/service.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static const char *const names[] = {"structure", "after", "scope", "n"};

static bool ask(const char *query, const char *name, struct buf *out)
{
	struct request request = {.query = query};
	struct asked asked = {.request = &request};

	buf_reset(out);
	return asked_query(&asked, name, out);
}

static void check_any(const char *query)
{
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (ask(query, names[i], &out)) {
			FUZZ_CHECK(text_is_utf8(buf_text(&out), out.len));
			FUZZ_CHECK(out.len <= strlen(query));
			FUZZ_CHECK(strstr(query, names[i]) != NULL);
		}
	}
	buf_free(&out);
}

/* Every other byte escaped though it need not be. */
static void encode(struct buf *out, const char *text)
{
	bool odd = false;

	for (; *text != '\0'; text++, odd = !odd) {
		if (*text == ' ')
			buf_add_char(out, '+');
		else if (odd || *text <= ' ' || *text > '~' ||
			 strchr("%&+=#", *text) != NULL)
			buf_printf(out, "%%%02x", (unsigned char)*text);
		else
			buf_add_char(out, *text);
	}
}

static void check_encoded(struct fuzz *in)
{
	char *text = fuzz_text(in, 200), *before = fuzz_text(in, 40);
	struct buf query = BUF_INIT, out = BUF_INIT;

	buf_add_text(&query, "x=");
	encode(&query, before);
	buf_add_text(&query, "&structure=");
	encode(&query, text);
	buf_add_text(&query, "&n=7");
	if (text_is_utf8(text, strlen(text))) {
		FUZZ_CHECK(ask(buf_text(&query), "structure", &out));
		FUZZ_CHECK(fuzz_same(&out, text, strlen(text)));
		FUZZ_CHECK(ask(buf_text(&query), "n", &out));
		FUZZ_CHECK(fuzz_same(&out, "7", 1));
	} else {
		FUZZ_CHECK(!ask(buf_text(&query), "structure", &out));
	}
	free(text);
	free(before);
	buf_free(&query);
	buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	char *text = fuzz_whole_text(data, size);

	check_any(text);
	check_encoded(&in);
	free(text);
	return 0;
}
