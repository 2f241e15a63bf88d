#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/buf.h"

static void a_new_buffer_reads_as_empty_text(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	assert_string_equal(buf_text(&buf), "");
	assert_int_equal(buf_bytes(&buf).len, 0);
	assert_non_null(buf_bytes(&buf).data);
	assert_int_equal(buf_check(&buf, NULL), 0);
	buf_free(&buf);
}

static void appending_keeps_what_was_there(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_add_char(&buf, ' ');
	buf_add(&buf, "deux trois", 4);
	buf_printf(&buf, " %d%s", 3, "");
	buf_add_text(&buf, "");
	buf_add(&buf, NULL, 0);
	assert_string_equal(buf_text(&buf), "un deux 3");
	assert_int_equal(buf.len, 9);
	buf_free(&buf);
}

static void nul_bytes_are_kept_and_one_follows(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add(&buf, "a\0b", 3);
	buf_add_char(&buf, '\0');
	assert_int_equal(buf_bytes(&buf).len, 4);
	assert_memory_equal(buf_bytes(&buf).data, "a\0b\0", 5);
	buf_free(&buf);
}

static void every_length_ends_with_nul(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	for (size_t i = 0; i < 5000; i++) {
		assert_int_equal(strlen(buf_text(&buf)), i);
		buf_add_char(&buf, 'x');
		assert_true(buf.len < buf.cap);
	}
	buf_free(&buf);
}

static void long_formats_fit(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "<");
	for (int width = 1; width < 3000; width += 61) {
		size_t before = buf.len;

		buf_printf(&buf, "%*d", width, 7);
		assert_int_equal(buf.len, before + (size_t)width);
		assert_int_equal(buf.data[buf.len - 1], '7');
		assert_int_equal(buf.data[buf.len], '\0');
	}
	assert_int_equal(buf.data[0], '<');
	buf_free(&buf);
}

static void a_failed_append_is_remembered(void **state)
{
	struct buf buf = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_add(&buf, "x", SIZE_MAX / 2);
	assert_true(buf.failed);
	buf_add_text(&buf, "deux");
	buf_printf(&buf, "%d", 3);
	buf_add_char(&buf, '4');
	assert_string_equal(buf_text(&buf), "un");
	assert_int_equal(buf_check(&buf, &err), E_NOMEM);
	assert_int_equal(err.code, E_NOMEM);
	buf_free(&buf);
}

static void lengths_near_the_end_of_memory_do_not_wrap(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_add(&buf, "x", SIZE_MAX);
	assert_true(buf.failed);
	assert_int_equal(buf.len, 2);
	buf_free(&buf);
}

static void resetting_keeps_memory_and_forgets_failure(void **state)
{
	struct buf buf = BUF_INIT;
	size_t cap;

	(void)state;
	buf_add_text(&buf, "un");
	buf_add(&buf, "x", SIZE_MAX / 2);
	cap = buf.cap;
	buf_reset(&buf);
	assert_int_equal(buf.cap, cap);
	assert_int_equal(buf_check(&buf, NULL), 0);
	assert_string_equal(buf_text(&buf), "");
	buf_add_text(&buf, "deux");
	assert_string_equal(buf_text(&buf), "deux");
	buf_free(&buf);
	buf_reset(&buf);
	assert_string_equal(buf_text(&buf), "");
}

static void a_freed_buffer_may_be_used_again(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_free(&buf);
	buf_free(&buf);
	assert_string_equal(buf_text(&buf), "");
	buf_add_text(&buf, "deux");
	assert_string_equal(buf_text(&buf), "deux");
	buf_free(&buf);
	buf_free(NULL);
}

static void taking_hands_the_text_over(void **state)
{
	struct buf buf = BUF_INIT;
	char *text;

	(void)state;
	buf_add_text(&buf, "un");
	text = buf_take(&buf);
	assert_string_equal(text, "un");
	free(text);
	assert_null(buf.data);
	assert_int_equal(buf.len, 0);
	text = buf_take(&buf);
	assert_string_equal(text, "");
	free(text);
}

static void taking_from_a_failed_buffer_gives_nothing(void **state)
{
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_add(&buf, "x", SIZE_MAX / 2);
	assert_null(buf_take(&buf));
	assert_null(buf.data);
	assert_int_equal(buf_check(&buf, NULL), 0);
}

/* A letter that the locale "C" cannot spell. */
static void a_format_that_fails_is_remembered(void **state)
{
	static const wchar_t euro[] = {0x20AC, 0};
	struct buf buf = BUF_INIT;

	(void)state;
	buf_add_text(&buf, "un");
	buf_printf(&buf, "%ls", euro);
	assert_true(buf.failed);
	assert_string_equal(buf_text(&buf), "un");
	buf_free(&buf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_new_buffer_reads_as_empty_text),
	    cmocka_unit_test(appending_keeps_what_was_there),
	    cmocka_unit_test(nul_bytes_are_kept_and_one_follows),
	    cmocka_unit_test(every_length_ends_with_nul),
	    cmocka_unit_test(long_formats_fit),
	    cmocka_unit_test(a_failed_append_is_remembered),
	    cmocka_unit_test(a_format_that_fails_is_remembered),
	    cmocka_unit_test(lengths_near_the_end_of_memory_do_not_wrap),
	    cmocka_unit_test(resetting_keeps_memory_and_forgets_failure),
	    cmocka_unit_test(a_freed_buffer_may_be_used_again),
	    cmocka_unit_test(taking_hands_the_text_over),
	    cmocka_unit_test(taking_from_a_failed_buffer_gives_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
