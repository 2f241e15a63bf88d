#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/enc.h"

/* RFC 4648 section 10. */
static const struct {
	const char *plain, *base64, *base64url, *base32;
} vectors[] = {
    {"", "", "", ""},
    {"f", "Zg==", "Zg", "MY"},
    {"fo", "Zm8=", "Zm8", "MZXQ"},
    {"foo", "Zm9v", "Zm9v", "MZXW6"},
    {"foob", "Zm9vYg==", "Zm9vYg", "MZXW6YQ"},
    {"fooba", "Zm9vYmE=", "Zm9vYmE", "MZXW6YTB"},
    {"foobar", "Zm9vYmFy", "Zm9vYmFy", "MZXW6YTBOI"},
};

static void assert_codec(void (*encode)(struct buf *, const void *, size_t),
    int (*decode)(struct buf *, const char *, size_t, struct err *),
    const void *plain, size_t len, const char *coded)
{
	struct buf out = BUF_INIT;

	encode(&out, plain, len);
	assert_string_equal(buf_text(&out), coded);
	buf_reset(&out);
	assert_int_equal(decode(&out, coded, strlen(coded), NULL), 0);
	assert_int_equal(out.len, len);
	assert_memory_equal(buf_text(&out), plain, len);
	buf_free(&out);
}

static void the_standard_vectors_hold(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++) {
		const char *plain = vectors[i].plain;
		size_t len = strlen(plain);

		assert_codec(
		    enc_base64, enc_unbase64, plain, len, vectors[i].base64);
		assert_codec(enc_base64url, enc_unbase64url, plain, len,
		    vectors[i].base64url);
		assert_codec(
		    enc_base32, enc_unbase32, plain, len, vectors[i].base32);
	}
}

static void the_last_digits_differ_between_alphabets(void **state)
{
	(void)state;
	assert_codec(enc_base64, enc_unbase64, "\xFB\xFF\xBF", 3, "+/+/");
	assert_codec(enc_base64url, enc_unbase64url, "\xFB\xFF\xBF", 3, "-_-_");
	assert_codec(
	    enc_base32, enc_unbase32, "\xFF\xFF\xFF\xFF\xFF", 5, "77777777");
	assert_codec(enc_base32, enc_unbase32, "\0\0\0\0\0", 5, "AAAAAAAA");
}

static void every_length_and_byte_survives(void **state)
{
	struct buf coded = BUF_INIT, plain = BUF_INIT;
	unsigned char data[256];

	(void)state;
	for (int i = 0; i < 256; i++)
		data[i] = (unsigned char)(i * 167 + 13);
	for (size_t len = 0; len <= sizeof(data); len++) {
		buf_reset(&coded);
		buf_reset(&plain);
		enc_base64(&coded, data, len);
		assert_int_equal(coded.len, (len + 2) / 3 * 4);
		assert_int_equal(
		    enc_unbase64(&plain, coded.data, coded.len, NULL), 0);
		buf_reset(&coded);
		enc_base32(&coded, data, len);
		assert_int_equal(coded.len, (len * 8 + 4) / 5);
		assert_int_equal(
		    enc_unbase32(&plain, coded.data, coded.len, NULL), 0);
		buf_reset(&coded);
		enc_base64url(&coded, data, len);
		assert_int_equal(coded.len, (len * 4 + 2) / 3);
		assert_int_equal(
		    enc_unbase64url(&plain, coded.data, coded.len, NULL), 0);
		assert_int_equal(plain.len, 3 * len);
		for (int i = 0; i < 3; i++)
			assert_memory_equal(
			    buf_text(&plain) + (size_t)i * len, data, len);
	}
	buf_free(&coded);
	buf_free(&plain);
}

static void refuse(
    int (*decode)(struct buf *, const char *, size_t, struct err *),
    const char *text, size_t len)
{
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;

	buf_add_text(&out, "kept");
	if (decode(&out, text, len, &err) == 0)
		fail_msg("\"%s\" accepted", text);
	assert_int_equal(err.code, E_INVALID);
	assert_string_equal(buf_text(&out), "kept");
	buf_free(&out);
}

static void padding_is_neither_missing_nor_superfluous(void **state)
{
	static const char *const texts[] = {"Zg", "Zg=", "Zg===", "Zm8",
	    "Zm8==", "Zm9v=", "Zm9v==", "Zm9v====", "=",
	    "==", "===", "====", "Z===", "Zg==Zg==", "Zm=v", "=Zm9",
	    "Zg==Zm9v"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse(enc_unbase64, texts[i], strlen(texts[i]));
	refuse(enc_unbase64url, "Zg==", 4);
	refuse(enc_unbase64url, "Zm8=", 4);
	refuse(enc_unbase32, "MY======", 8);
}

static void lengths_no_encoder_writes_are_refused(void **state)
{
	(void)state;
	refuse(enc_unbase64url, "A", 1);
	refuse(enc_unbase64url, "AAAAA", 5);
	refuse(enc_unbase32, "A", 1);
	refuse(enc_unbase32, "AAA", 3);
	refuse(enc_unbase32, "AAAAAA", 6);
	refuse(enc_unbase32, "AAAAAAAAA", 9);
}

static void loose_final_bits_are_refused(void **state)
{
	(void)state;
	refuse(enc_unbase64, "Zh==", 4);
	refuse(enc_unbase64, "Zm9=", 4);
	refuse(enc_unbase64url, "Zh", 2);
	refuse(enc_unbase64url, "Zm9", 3);
	refuse(enc_unbase32, "MZ", 2);
	refuse(enc_unbase32, "MZXR", 4);
	refuse(enc_unbase32, "MZXW7", 5);
	refuse(enc_unbase32, "MZXW6YR", 7);
}

static void foreign_characters_are_refused(void **state)
{
	(void)state;
	refuse(enc_unbase64, "Zm9v\n", 5);
	refuse(enc_unbase64, "Zm9\n", 4);
	refuse(enc_unbase64, " m9v", 4);
	refuse(enc_unbase64, "Zm-_", 4);
	refuse(enc_unbase64, "Zm\0v", 4);
	refuse(enc_unbase64, "Zm\xFFv", 4);
	refuse(enc_unbase64url, "Zm+/", 4);
	refuse(enc_unbase32, "mzxw6ytb", 8);
	refuse(enc_unbase32, "MZXW0YTB", 8);
	refuse(enc_unbase32, "MZXW1YTB", 8);
	refuse(enc_unbase32, "MZXW8YTB", 8);
	refuse(enc_unbase32, "MZXW-YTB", 8);
}

static void hexadecimal_is_written_in_small_letters(void **state)
{
	char text[9];

	(void)state;
	enc_hex("\x00\x7F\xAB\xFF", 4, text);
	assert_string_equal(text, "007fabff");
	enc_hex(NULL, 0, text);
	assert_string_equal(text, "");
}

static void hexadecimal_is_read_in_either_case(void **state)
{
	unsigned char bytes[4];

	(void)state;
	assert_int_equal(enc_unhex(bytes, 4, "007FabFf", 8, NULL), 0);
	assert_memory_equal(bytes, "\x00\x7F\xAB\xFF", 4);
	assert_int_equal(enc_unhex(bytes, 0, "", 0, NULL), 0);
	/* Only the characters that are there are read. */
	assert_int_equal(enc_unhex(bytes, 2, "1234zz", 4, NULL), 0);
	assert_memory_equal(bytes, "\x12\x34", 2);
}

static void hexadecimal_has_its_exact_length_and_digits(void **state)
{
	static const char *const wrong[] = {"", "12", "123", "12345", "123456",
	    "12g4", "123 ", " 123", "0x12", "12/4", "12:4", "12@4", "12`4",
	    "12G4"};
	unsigned char bytes[2];

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(
		    enc_unhex(bytes, 2, wrong[i], strlen(wrong[i]), &err),
		    E_INVALID);
		assert_true(err.text[0] != '\0');
	}
	assert_int_equal(enc_unhex(bytes, SIZE_MAX, "12", 2, NULL), E_INVALID);
	assert_int_equal(enc_unhex(bytes, 2, "12\0004", 4, NULL), E_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_standard_vectors_hold),
	    cmocka_unit_test(the_last_digits_differ_between_alphabets),
	    cmocka_unit_test(every_length_and_byte_survives),
	    cmocka_unit_test(padding_is_neither_missing_nor_superfluous),
	    cmocka_unit_test(lengths_no_encoder_writes_are_refused),
	    cmocka_unit_test(loose_final_bits_are_refused),
	    cmocka_unit_test(foreign_characters_are_refused),
	    cmocka_unit_test(hexadecimal_is_written_in_small_letters),
	    cmocka_unit_test(hexadecimal_is_read_in_either_case),
	    cmocka_unit_test(hexadecimal_has_its_exact_length_and_digits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
