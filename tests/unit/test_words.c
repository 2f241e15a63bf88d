#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/words.h"

#define WORDS 256

static char words[WORDS][16];

static int fill(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		const uint8_t byte = (uint8_t)i;
		struct buf out = BUF_INIT;

		words_add(&out, &byte, 1);
		if (out.failed || out.len >= sizeof(words[i]))
			return -1;
		memcpy(words[i], buf_text(&out), out.len + 1);
		buf_free(&out);
	}
	return 0;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* How many letters to add, drop or replace to go from one to the other. */
static size_t distance(const char *a, const char *b)
{
	size_t row[16], len = strlen(b);

	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t corner = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = least(least(above, row[j - 1]) + 1,
			    corner + (a[i - 1] != b[j - 1]));
			corner = above;
		}
	}
	return row[len];
}

static void words_have_3_to_8_plain_letters(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		size_t len = strlen(words[i]);

		assert_in_range(len, 3, 8);
		assert_int_equal(
		    strspn(words[i], "abcdefghijklmnopqrstuvwxyz"), len);
	}
}

static void no_two_words_are_too_alike(void **state)
{
	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		for (size_t j = 0; j < i; j++) {
			if (distance(words[i], words[j]) < 3 ||
			    strncmp(words[i], words[j], 4) == 0)
				fail_msg("%s and %s", words[i], words[j]);
		}
	}
}

static void words_are_separated_by_one_space(void **state)
{
	const uint8_t data[] = {0, 255, 0};
	struct buf out = BUF_INIT;

	(void)state;
	words_add(&out, data, sizeof(data));
	assert_string_equal(buf_text(&out), "acrobate zigzag acrobate");
	buf_free(&out);
}

static void no_byte_makes_no_word(void **state)
{
	struct buf out = BUF_INIT;

	(void)state;
	words_add(&out, NULL, 0);
	assert_string_equal(buf_text(&out), "");
	buf_add_text(&out, "empreinte : ");
	words_add(&out, (const uint8_t *)"\x01", 1);
	assert_string_equal(buf_text(&out), "empreinte : adresse");
	buf_free(&out);
}

/* People compare fingerprints across versions: the list is frozen. */
static void the_order_never_changes(void **state)
{
	uint32_t sum = 5381;

	(void)state;
	for (size_t i = 0; i < WORDS; i++) {
		for (const char *c = words[i]; *c != '\0'; c++)
			sum = sum * 33 + (unsigned char)*c;
		sum = sum * 33 + ' ';
	}
	assert_int_equal(sum, 0x496B83A2U);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(words_have_3_to_8_plain_letters),
	    cmocka_unit_test(no_two_words_are_too_alike),
	    cmocka_unit_test(words_are_separated_by_one_space),
	    cmocka_unit_test(no_byte_makes_no_word),
	    cmocka_unit_test(the_order_never_changes),
	};

	return cmocka_run_group_tests(tests, fill, NULL);
}
