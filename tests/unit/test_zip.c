#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/zip.h"
#include "tests/lib/kit.h"

#define MIB ((size_t)1024 * 1024)

/* zlib's own lack of memory, on demand: its calls are redirected (see
 * tests/CMakeLists.txt). The codes are Z_MEM_ERROR's. */
static bool library_fails;

int __real_compress2(unsigned char *out, unsigned long *out_len,
    const unsigned char *data, unsigned long len, int level);
int __wrap_compress2(unsigned char *out, unsigned long *out_len,
    const unsigned char *data, unsigned long len, int level);
int __real_inflateInit_(void *stream, const char *version, int size);
int __wrap_inflateInit_(void *stream, const char *version, int size);

int __wrap_compress2(unsigned char *out, unsigned long *out_len,
    const unsigned char *data, unsigned long len, int level)
{
	return library_fails ? -4
	                     : __real_compress2(out, out_len, data, len, level);
}

int __wrap_inflateInit_(void *stream, const char *version, int size)
{
	return library_fails ? -4 : __real_inflateInit_(stream, version, size);
}

static void a_lack_of_memory_is_told(void **state)
{
	struct buf small = BUF_INIT, plain = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(zip_deflate(&small, "abc", 3, NULL), 0);
	library_fails = true;
	assert_int_equal(zip_deflate(&plain, "abc", 3, &err), E_NOMEM);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, 3, &err), E_NOMEM);
	library_fails = false;
	assert_int_equal(plain.len, 0);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, 3, &err), 0);
	assert_string_equal(buf_text(&plain), "abc");
	buf_free(&small);
	buf_free(&plain);
}

static void assert_survives(const void *data, size_t len)
{
	struct buf small = BUF_INIT, plain = BUF_INIT;

	assert_int_equal(zip_deflate(&small, data, len, NULL), 0);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, len, NULL), 0);
	assert_int_equal(plain.len, len);
	assert_memory_equal(buf_text(&plain), data, len);
	buf_free(&small);
	buf_free(&plain);
}

static void what_was_deflated_inflates_to_the_same(void **state)
{
	static const size_t lengths[] = {
	    0, 1, 2, 16383, 16384, 16385, 32768, 100000};
	uint64_t chance = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		char *data = malloc(lengths[i] + 1);

		assert_non_null(data);
		memset(data, 'a', lengths[i] + 1);
		assert_survives(data, lengths[i]);
		for (size_t j = 0; j < lengths[i]; j++)
			data[j] = (char)kit_random(&chance);
		assert_survives(data, lengths[i]);
		free(data);
	}
}

static void inflating_appends(void **state)
{
	struct buf small = BUF_INIT, plain = BUF_INIT;

	(void)state;
	assert_int_equal(zip_deflate(&small, "bc", 2, NULL), 0);
	buf_add_char(&plain, 'a');
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, 2, NULL), 0);
	assert_string_equal(buf_text(&plain), "abc");
	buf_free(&small);
	buf_free(&plain);
}

static void the_bound_is_exact(void **state)
{
	struct buf small = BUF_INIT, plain = BUF_INIT;
	char data[20000];

	(void)state;
	memset(data, 'x', sizeof(data));
	assert_int_equal(zip_deflate(&small, data, sizeof(data), NULL), 0);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, sizeof(data), NULL), 0);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, sizeof(data) - 1, NULL),
	    E_LIMIT);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, 0, NULL), E_LIMIT);
	buf_free(&small);
	buf_free(&plain);
}

/* 64 MiB of zeros come in 64 KiB; what is kept of them never passes what
 * was allowed. */
static void a_bomb_is_bounded(void **state)
{
	struct buf bomb = BUF_INIT, plain = BUF_INIT;
	struct err err = ERR_INIT;
	char *zeros = calloc(64, MIB);

	(void)state;
	assert_non_null(zeros);
	assert_int_equal(zip_deflate(&bomb, zeros, 64 * MIB, NULL), 0);
	free(zeros);
	assert_in_range(bomb.len, 1, 70000);
	assert_int_equal(
	    zip_inflate(&plain, bomb.data, bomb.len, 4 * MIB, &err), E_LIMIT);
	assert_int_equal(err.code, E_LIMIT);
	assert_in_range(plain.len, 0, 4 * MIB);
	assert_in_range(plain.cap, 0, 8 * MIB + 64);
	buf_free(&bomb);
	buf_free(&plain);
}

static void every_truncation_is_refused(void **state)
{
	struct buf small = BUF_INIT;
	char data[3000];
	uint64_t chance = 2;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)('a' + kit_pick(&chance, 16));
	assert_int_equal(zip_deflate(&small, data, sizeof(data), NULL), 0);
	for (size_t len = 0; len < small.len; len++) {
		struct buf plain = BUF_INIT;

		assert_int_equal(
		    zip_inflate(&plain, small.data, len, MIB, NULL), E_INVALID);
		buf_free(&plain);
	}
	buf_free(&small);
}

static void trailing_bytes_are_refused(void **state)
{
	struct buf small = BUF_INIT, plain = BUF_INIT;

	(void)state;
	assert_int_equal(zip_deflate(&small, "text", 4, NULL), 0);
	buf_add_char(&small, '\0');
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, MIB, NULL), E_INVALID);
	buf_reset(&small);
	/* Two streams in a row are not one. */
	assert_int_equal(zip_deflate(&small, "text", 4, NULL), 0);
	assert_int_equal(zip_deflate(&small, "more", 4, NULL), 0);
	assert_int_equal(
	    zip_inflate(&plain, small.data, small.len, MIB, NULL), E_INVALID);
	buf_free(&small);
	buf_free(&plain);
}

/* Adler-32 is no signature (rare damage passes it, and the signatures above
 * it then tell), but it sees its own bits and nearly every other. */
static void damage_is_told_and_bounded(void **state)
{
	struct buf small = BUF_INIT;
	char data[2000];
	uint64_t chance = 3;
	size_t refused = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(data); i++)
		data[i] = (char)('a' + kit_pick(&chance, 4));
	assert_int_equal(zip_deflate(&small, data, sizeof(data), NULL), 0);
	for (size_t bit = 0; bit < 8 * small.len; bit++) {
		struct buf plain = BUF_INIT;
		int rc;

		small.data[bit / 8] ^= (char)(1 << (bit % 8));
		rc = zip_inflate(&plain, small.data, small.len, 3000, NULL);
		small.data[bit / 8] ^= (char)(1 << (bit % 8));
		if (bit / 8 >= small.len - 4)
			assert_int_equal(rc, E_INVALID);
		refused += rc < 0;
		assert_in_range(plain.len, 0, 3000);
		buf_free(&plain);
	}
	assert_in_range(refused, 8 * small.len * 99 / 100, 8 * small.len);
	buf_free(&small);
}

static void what_is_not_zlib_is_refused(void **state)
{
	static const char gzip[] = "\x1f\x8b\x08\0\0\0\0\0\0\x03\x4b\x04\0\x43"
				   "\xbe\xb7\xe8\1\0\0\0";
	/* A preset dictionary that nobody has. */
	static const char dictionary[] = "\x78\x20\x00\x00\x00\x01";
	struct buf plain = BUF_INIT;

	(void)state;
	assert_int_equal(
	    zip_inflate(&plain, gzip, sizeof(gzip) - 1, MIB, NULL), E_INVALID);
	assert_int_equal(
	    zip_inflate(&plain, dictionary, sizeof(dictionary) - 1, MIB, NULL),
	    E_INVALID);
	assert_int_equal(
	    zip_inflate(&plain, "plain text", 10, MIB, NULL), E_INVALID);
	assert_int_equal(zip_inflate(&plain, "", 0, MIB, NULL), E_INVALID);
	buf_free(&plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_was_deflated_inflates_to_the_same),
	    cmocka_unit_test(a_lack_of_memory_is_told),
	    cmocka_unit_test(inflating_appends),
	    cmocka_unit_test(the_bound_is_exact),
	    cmocka_unit_test(a_bomb_is_bounded),
	    cmocka_unit_test(every_truncation_is_refused),
	    cmocka_unit_test(trailing_bytes_are_refused),
	    cmocka_unit_test(damage_is_told_and_bounded),
	    cmocka_unit_test(what_is_not_zlib_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
