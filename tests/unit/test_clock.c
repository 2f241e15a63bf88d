#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/clock.h"

#define NOON   INT64_C(1795608000)
#define BOOTED INT64_C(5000)
#define HOUR   3600

static struct clock_look look(const char *boot, int64_t wall_s, int64_t boot_s)
{
	struct clock_look out = {.wall_s = wall_s, .boot_s = boot_s};

	(void)strcpy(out.boot, boot);
	return out;
}

static void assert_judged(const char *word, const char *boot, int64_t passed_s,
    int64_t wall_s, int64_t receipt_s)
{
	struct clock_look last = look("a", NOON, BOOTED);
	struct clock_look now = look(boot, NOON + wall_s, BOOTED + passed_s);

	assert_string_equal(clock_judge(&last, &now, receipt_s), word);
}

static void two_clocks_that_go_together_are_right(void **state)
{
	(void)state;
	assert_judged("ok", "a", 0, 0, 0);
	assert_judged("ok", "a", 30 * HOUR, 30 * HOUR, 0);
	assert_judged("ok", "a", 10, 10 + HOUR, 0);
	assert_judged("ok", "a", 10, 10 - HOUR, 0);
}

static void a_jump_is_seen_either_way(void **state)
{
	(void)state;
	assert_judged("jumped", "a", 10, 11 + HOUR, 0);
	assert_judged("jumped", "a", 10, 9 - HOUR, 0);
	assert_judged("jumped", "a", 10, 400 * 24 * HOUR, NOON);
}

static void another_boot_tells_nothing(void **state)
{
	struct clock_look none = {.boot = ""}, now = look("", 0, 0);

	(void)state;
	assert_judged("ok", "b", 10, 400 * 24 * HOUR, 0);
	assert_string_equal(clock_judge(&none, &now, 0), "ok");
}

static void what_the_office_signed_is_past(void **state)
{
	(void)state;
	assert_judged("ok", "b", 0, 0, NOON);
	assert_judged("ok", "b", 0, 0, NOON + CLOCK_SLACK_S);
	assert_judged("behind", "b", 0, 0, NOON + CLOCK_SLACK_S + 1);
	assert_judged("behind", "a", 0, -2 * HOUR, NOON);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_clocks_that_go_together_are_right),
	    cmocka_unit_test(a_jump_is_seen_either_way),
	    cmocka_unit_test(another_boot_tells_nothing),
	    cmocka_unit_test(what_the_office_signed_is_past),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
