/* What the operator is told, and how often. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static void a_trouble_is_told_once_in_one_line(void **state)
{
	static struct notice notice;
	int before = dup(STDERR_FILENO);
	FILE *told = tmpfile();
	char text[256] = "";

	(void)state;
	assert_non_null(told);
	assert_true(dup2(fileno(told), STDERR_FILENO) >= 0);
	notice_tell(&notice, "trouble");
	notice_tell(&notice, "again");
	(void)fflush(stderr);
	assert_true(dup2(before, STDERR_FILENO) >= 0);
	assert_int_equal(close(before), 0);
	rewind(told);
	assert_true(fread(text, 1, sizeof(text) - 1, told) > 0);
	assert_non_null(
	    strstr(text, " level=error event=trouble text=trouble\n"));
	assert_null(strstr(text, "again"));
	assert_int_equal(fclose(told), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_trouble_is_told_once_in_a_while),
	    cmocka_unit_test(a_trouble_is_told_once_in_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
