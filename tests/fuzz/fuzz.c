#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	lang_set("fr");
	return crypto_init(NULL);
}

void fuzz_broken(const char *file, int line, const char *fact)
{
	(void)fprintf(stderr, "%s:%d: broken: %s\n", file, line, fact);
	abort();
}

void fuzz_check_err(int rc, const struct err *err)
{
	if (rc == 0)
		return;
	FUZZ_CHECK(rc < 0 && err->code == rc);
	FUZZ_CHECK(err->text[0] != '\0');
	FUZZ_CHECK(text_is_utf8(err->text, strlen(err->text)));
	FUZZ_CHECK(rc != E_NOMEM && rc != E_IO && rc != E_CORRUPT);
}

bool fuzz_same(const struct buf *a, const void *data, size_t len)
{
	FUZZ_CHECK(!a->failed);
	return a->len == len && (len == 0 || memcmp(a->data, data, len) == 0);
}

uint8_t fuzz_byte(struct fuzz *in)
{
	if (in->left == 0)
		return 0;
	in->left--;
	return *in->at++;
}

size_t fuzz_pick(struct fuzz *in, size_t count)
{
	return fuzz_byte(in) % count;
}

int64_t fuzz_int(struct fuzz *in)
{
	size_t len = fuzz_pick(in, 9);
	uint64_t value = 0;

	while (len-- > 0)
		value = value << 8 | fuzz_byte(in);
	return (int64_t)(value & INT64_MAX);
}

void fuzz_fill(struct fuzz *in, void *out, size_t len)
{
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++)
		bytes[i] = fuzz_byte(in);
}

char *fuzz_text(struct fuzz *in, size_t max)
{
	size_t len = 0, room = in->left < max ? in->left : max;
	char *text;

	while (len < room && in->at[len] != 0 && in->at[len] != 0xFF)
		len++;
	text = fuzz_whole_text(in->at, len);
	len += len < in->left;
	in->at += len;
	in->left -= len;
	return text;
}

void fuzz_id(struct fuzz *in, char *out, size_t size)
{
	char *text = fuzz_text(in, size - 1);

	text_copy(
	    out, size, text_check_id(text, NULL) == 0 ? text : "remparts");
	free(text);
}

void fuzz_key(struct fuzz *in, struct key *out)
{
	uint8_t seed[SEED_LEN];

	memset(seed, fuzz_byte(in), sizeof(seed));
	key_from_seed(out, seed);
}

char *fuzz_whole_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (text == NULL)
		abort();
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}
