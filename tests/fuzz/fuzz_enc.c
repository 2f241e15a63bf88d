/*
 * Bytes as text: decoding is strict, so that each accepted text is the one
 * that encoding gives; and every byte string comes back.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/enc.h"
#include "shared/words.h"
#include "tests/fuzz/fuzz.h"

typedef void enc_encode(struct buf *out, const void *data, size_t len);
typedef int enc_decode(
    struct buf *out, const char *text, size_t len, struct err *err);

static const struct {
	enc_encode *encode;
	enc_decode *decode;
} codes[] = {
    {enc_base64, enc_unbase64},
    {enc_base64url, enc_unbase64url},
    {enc_base32, enc_unbase32},
};

static void check_code(
    enc_encode *encode, enc_decode *decode, const uint8_t *data, size_t size)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	encode(&text, data, size);
	FUZZ_CHECK(decode(&bytes, buf_text(&text), text.len, NULL) == 0);
	FUZZ_CHECK(fuzz_same(&bytes, data, size));
	buf_reset(&text);
	buf_reset(&bytes);
	rc = decode(&bytes, (const char *)data, size, &err);
	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == 0 || bytes.len == 0);
	if (rc == 0) {
		encode(&text, buf_text(&bytes), bytes.len);
		FUZZ_CHECK(fuzz_same(&text, data, size));
	}
	buf_free(&text);
	buf_free(&bytes);
}

static void check_hex(const uint8_t *data, size_t size)
{
	struct hash hash, again;
	char hex[HASH_TEXT], *text = fuzz_whole_text(data, size);
	uint8_t bytes[HASH_LEN];
	struct err err = ERR_INIT;
	int rc;

	hash_of(&hash, data, size);
	hash_hex(&hash, hex);
	FUZZ_CHECK(hash_parse(&again, hex, NULL) == 0);
	FUZZ_CHECK(hash_equal(&hash, &again));
	rc = hash_parse(&again, text, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		hash_hex(&again, hex);
		FUZZ_CHECK(strcmp(hex, text) == 0);
	}
	rc = enc_unhex(bytes, size / 2 < HASH_LEN ? size / 2 : HASH_LEN,
	    (const char *)data, size, &err);
	fuzz_check_err(rc, &err);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf words = BUF_INIT;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		check_code(codes[i].encode, codes[i].decode, data, size);
	check_hex(data, size);
	words_add(&words, data, size);
	FUZZ_CHECK(!words.failed && words.len >= size);
	buf_free(&words);
	return 0;
}
