/* What the operator is told, and how often. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "shared/notice.h"

#define EVERY_MS ((int64_t)NOTICE_EVERY_S * 1000)

static void a_trouble_is_told_once_in_a_while(void **state)
{
	struct notice notice = {0}, other = {0};
	const int64_t start_ms = 5;

	(void)state;
	assert_true(notice_due(&notice, start_ms));
	assert_false(notice_due(&notice, start_ms));
	assert_false(notice_due(&notice, start_ms + EVERY_MS - 1));
	assert_true(notice_due(&other, start_ms + 1));
	/* A long silence in between is no credit. */
	assert_true(notice_due(&notice, start_ms + 5 * EVERY_MS));
	assert_false(notice_due(&notice, start_ms + 6 * EVERY_MS - 1));
	assert_true(notice_due(&notice, start_ms + 6 * EVERY_MS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_trouble_is_told_once_in_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
