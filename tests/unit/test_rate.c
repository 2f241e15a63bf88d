#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>

#include "server/rate.h"

#define HOUR_MS 3600000

static int rate_open(void **state)
{
	struct err err = ERR_INIT;

	return rate_new((struct rate **)state, &err);
}

static int rate_close(void **state)
{
	rate_free(*state);
	return 0;
}

static void a_burst_passes_and_one_more_waits(void **state)
{
	(void)state;
	for (enum rate_kind kind = 0; kind < RATE_KINDS; kind++) {
		const struct rate_limit *limit = &rate_limits[kind];
		int64_t wait_s;

		for (int64_t i = 0; i < limit->burst; i++)
			assert_int_equal(
			    rate_take(*state, kind, "a", 1, 1000), 0);
		wait_s = rate_take(*state, kind, "a", 1, 1000);
		assert_in_range(wait_s, 1, 3600 / limit->per_hour + 1);
		/* Others are not concerned. */
		assert_int_equal(rate_take(*state, kind, "b", 1, 1000), 0);
		/* After that wait, one passes; no more than were gained. */
		assert_int_equal(
		    rate_take(*state, kind, "a", 1, 1000 + wait_s * 1000), 0);
	}
}

static void it_fills_however_often_one_asks(void **state)
{
	const struct rate_limit *limit = &rate_limits[RATE_LOGINS];
	int64_t passed = 0;

	for (int64_t i = 0; i < limit->burst; i++)
		assert_int_equal(rate_take(*state, RATE_LOGINS, "a", 1, 0), 0);
	for (int64_t ms = 1; ms <= HOUR_MS; ms += 7)
		passed += rate_take(*state, RATE_LOGINS, "a", 1, ms) == 0;
	assert_in_range(passed, limit->per_hour - 1, limit->per_hour);
}

static void it_holds_no_more_than_a_burst(void **state)
{
	const struct rate_limit *limit = &rate_limits[RATE_BYTES];

	assert_int_equal(
	    rate_take(*state, RATE_BYTES, "a", limit->burst, 0), 0);
	assert_int_equal(
	    rate_take(*state, RATE_BYTES, "a", limit->burst, INT64_MAX / 2), 0);
	assert_true(rate_take(*state, RATE_BYTES, "a", 1, INT64_MAX / 2) > 0);
	/* More than a bucket holds needs a full one. */
	assert_int_equal(
	    rate_take(*state, RATE_BYTES, "b", limit->burst * 3, 0), 0);
	assert_true(rate_take(*state, RATE_BYTES, "b", 1, 0) > 0);
}

static void names_are_bounded_the_unheard_is_forgotten(void **state)
{
	char name[16];

	for (int i = 0; i < RATE_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		assert_int_equal(rate_take(*state, RATE_LOGINS, name,
				     rate_limits[RATE_LOGINS].burst, i),
		    0);
	}
	/* At the limit all are remembered. */
	assert_true(rate_take(*state, RATE_LOGINS, "n0", 1, 1) > 0);
	/* One more, and the one unheard for longest has a full bucket again;
	 * the second oldest still has not. */
	assert_int_equal(rate_take(*state, RATE_LOGINS, "more", 1, 5000), 0);
	assert_true(rate_take(*state, RATE_LOGINS, "n9", 1, 5000) > 0);
	assert_int_equal(rate_take(*state, RATE_LOGINS, "n0", 1, 5000), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, rate_open, rate_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_burst_passes_and_one_more_waits),
	    TEST(it_fills_however_often_one_asks),
	    TEST(it_holds_no_more_than_a_burst),
	    TEST(names_are_bounded_the_unheard_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
