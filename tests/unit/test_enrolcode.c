#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/crypto.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"

static void make_code(struct enrolcode *code, bool has_pin, const char *url)
{
	memset(code, 0, sizeof(*code));
	for (size_t i = 0; i < 16; i++) {
		code->secret[i] = (uint8_t)(0x10 + i);
		code->server[i] = (uint8_t)(0xe0 + i);
	}
	code->has_pin = has_pin;
	memset(code->pin, has_pin ? 0x77 : 0, sizeof(code->pin));
	strcpy(code->url, url);
}

static void make_text(struct buf *out, bool has_pin)
{
	struct enrolcode code;

	make_code(&code, has_pin, "https://bureau.example:8443");
	assert_int_equal(enrolcode_write(out, &code, NULL), 0);
}

static int read_code(const char *text)
{
	struct enrolcode code;
	struct err err = ERR_INIT;
	int rc = enrolcode_read(&code, text, &err);

	assert_int_equal(rc, err.code);
	return rc;
}

static void the_code_is_these_bytes(void **state)
{
	struct buf text = BUF_INIT, bytes = BUF_INIT;
	struct hash check;

	(void)state;
	make_text(&text, true);
	assert_int_equal(strncmp(buf_text(&text), "pto1.", 5), 0);
	assert_int_equal(
	    enc_unbase64url(&bytes, text.data + 5, text.len - 5, NULL), 0);
	assert_int_equal(bytes.len, 1 + 16 + 16 + 32 + 27 + 4);
	assert_int_equal(bytes.data[0], 1);
	assert_int_equal(bytes.data[1], 0x10);
	assert_int_equal((uint8_t)bytes.data[17], 0xe0);
	assert_int_equal(bytes.data[33], 0x77);
	assert_memory_equal(bytes.data + 65, "https://bureau.example:8443", 27);
	hash_of(&check, bytes.data, bytes.len - 4);
	assert_memory_equal(bytes.data + bytes.len - 4, check.bytes, 4);
	buf_free(&text);
	buf_free(&bytes);
}

static void a_code_reads_back_to_the_same(void **state)
{
	static const char *const urls[] = {"https://a",
	    "https://bureau.example:8443", "https://[2001:db8::1]:8443"};

	(void)state;
	for (size_t i = 0; i < 2 * sizeof(urls) / sizeof(urls[0]); i++) {
		struct enrolcode code, again;
		struct buf text = BUF_INIT;

		make_code(&code, i % 2 == 0, urls[i / 2]);
		assert_int_equal(enrolcode_write(&text, &code, NULL), 0);
		assert_int_equal(
		    enrolcode_read(&again, buf_text(&text), NULL), 0);
		assert_memory_equal(again.secret, code.secret, 16);
		assert_memory_equal(again.server, code.server, 16);
		assert_int_equal(again.has_pin, code.has_pin);
		assert_memory_equal(again.pin, code.pin, 32);
		assert_string_equal(again.url, code.url);
		buf_free(&text);
	}
}

static void the_longest_address_fits(void **state)
{
	struct enrolcode code, again;
	struct buf text = BUF_INIT;

	(void)state;
	make_code(&code, true, "https://");
	memset(code.url + 8, 'a', ENROLCODE_URL_MAX - 8);
	code.url[ENROLCODE_URL_MAX] = '\0';
	assert_int_equal(enrolcode_write(&text, &code, NULL), 0);
	assert_int_equal(enrolcode_read(&again, buf_text(&text), NULL), 0);
	assert_string_equal(again.url, code.url);
	buf_free(&text);
}

static void every_change_of_one_character_is_refused(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	for (int pin = 0; pin < 2; pin++) {
		buf_reset(&text);
		make_text(&text, pin == 1);
		for (size_t at = 0; at < text.len; at++) {
			char kept = text.data[at];

			for (int c = 0; c < 256; c++) {
				text.data[at] = (char)c;
				if (text.data[at] != kept)
					assert_int_equal(
					    read_code(text.data), E_INVALID);
			}
			text.data[at] = kept;
		}
		assert_int_equal(read_code(text.data), 0);
	}
	buf_free(&text);
}

static void a_code_cut_or_swapped_is_refused(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	make_text(&text, true);
	for (size_t len = 0; len < text.len; len++) {
		char *copy = strndup(text.data, len);

		assert_int_equal(read_code(copy), E_INVALID);
		free(copy);
	}
	for (size_t at = 0; at + 1 < text.len; at++) {
		char first = text.data[at], second = text.data[at + 1];

		if (first == second)
			continue;
		text.data[at] = second;
		text.data[at + 1] = first;
		assert_int_equal(read_code(text.data), E_INVALID);
		text.data[at] = first;
		text.data[at + 1] = second;
	}
	buf_add_char(&text, 'A');
	assert_int_equal(read_code(text.data), E_INVALID);
	buf_free(&text);
}

static void wrapped_and_spaced_lines_are_read(void **state)
{
	struct buf text = BUF_INIT, wrapped = BUF_INIT;

	(void)state;
	make_text(&text, true);
	buf_add_text(&wrapped, "\r\n  ");
	for (size_t at = 0; at < text.len; at++) {
		buf_add_char(&wrapped, text.data[at]);
		if (at % 10 == 9)
			buf_add_text(&wrapped, at % 20 == 9 ? "\r\n" : " \t");
	}
	buf_add_text(&wrapped, "\n\n");
	assert_int_equal(read_code(buf_text(&wrapped)), 0);
	buf_free(&text);
	buf_free(&wrapped);
}

static void a_mistyped_code_is_told_from_something_else(void **state)
{
	struct enrolcode code;
	struct err typo = ERR_INIT, other = ERR_INIT;

	(void)state;
	assert_int_equal(enrolcode_read(&code, "pto1.AAAA", &typo), E_INVALID);
	assert_int_equal(
	    enrolcode_read(&code, "https://bureau", &other), E_INVALID);
	assert_string_not_equal(typo.text, other.text);
	assert_non_null(strstr(other.text, "pto1."));
	assert_int_equal(read_code(""), E_INVALID);
	assert_int_equal(read_code("pto2.AAAA"), E_INVALID);
}

/* Bytes with a right check sum that no enrolcode_write made. */
static int read_bytes(const char *bytes, size_t len)
{
	struct buf whole = BUF_INIT, text = BUF_INIT;
	struct hash check;
	int rc;

	buf_add(&whole, bytes, len);
	hash_of(&check, bytes, len);
	buf_add(&whole, check.bytes, 4);
	buf_add_text(&text, "pto1.");
	enc_base64url(&text, whole.data, whole.len);
	rc = read_code(buf_text(&text));
	buf_free(&whole);
	buf_free(&text);
	return rc;
}

static void forged_codes_are_refused(void **state)
{
	char bytes[400] = {0};

	(void)state;
	memcpy(bytes + 33, "https://x", 9);
	assert_int_equal(read_bytes(bytes, 33 + 9), 0);
	for (size_t len = 0; len < 33 + 9; len++)
		assert_int_equal(read_bytes(bytes, len), E_INVALID);
	/* Unknown flags, a pin cut short, another scheme, a NUL, no UTF-8. */
	bytes[0] = 2;
	assert_int_equal(read_bytes(bytes, 33 + 9), E_INVALID);
	bytes[0] = 1;
	assert_int_equal(read_bytes(bytes, 33 + 9), E_INVALID);
	bytes[0] = 0;
	assert_int_equal(read_bytes(bytes, 33 + 10), E_INVALID);
	memcpy(bytes + 33, "http://xyz", 10);
	assert_int_equal(read_bytes(bytes, 33 + 10), E_INVALID);
	memcpy(bytes + 33, "https://\xff\xff", 10);
	assert_int_equal(read_bytes(bytes, 33 + 10), E_INVALID);
	memcpy(bytes + 33, "https://", 8);
	memset(bytes + 41, 'a', sizeof(bytes) - 41);
	assert_int_equal(read_bytes(bytes, 33 + ENROLCODE_URL_MAX), 0);
	assert_int_equal(
	    read_bytes(bytes, 33 + ENROLCODE_URL_MAX + 1), E_INVALID);
}

static void a_very_long_text_is_refused(void **state)
{
	struct buf text = BUF_INIT;

	(void)state;
	buf_add_text(&text, "pto1.");
	for (int i = 0; i < 1000000; i++)
		buf_add_char(&text, 'A');
	assert_int_equal(read_code(buf_text(&text)), E_INVALID);
	buf_free(&text);
}

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_code_is_these_bytes),
	    cmocka_unit_test(a_code_reads_back_to_the_same),
	    cmocka_unit_test(the_longest_address_fits),
	    cmocka_unit_test(every_change_of_one_character_is_refused),
	    cmocka_unit_test(a_code_cut_or_swapped_is_refused),
	    cmocka_unit_test(wrapped_and_spaced_lines_are_read),
	    cmocka_unit_test(a_mistyped_code_is_told_from_something_else),
	    cmocka_unit_test(forged_codes_are_refused),
	    cmocka_unit_test(a_very_long_text_is_refused),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
