#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/backoff.h"

#define LAPTOPS 1000
#define HORIZON (4 * BACKOFF_MAX_S)

/* The same sequence at each run (splitmix64). */
static uint32_t draw(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32);
}

static void no_failure_is_no_wait(void **state)
{
	(void)state;
	assert_int_equal(backoff_seconds(0, 0, UINT32_MAX), 0);
	assert_int_equal(backoff_seconds(0, 600, 0), 0);
}

static void it_doubles_up_to_the_bound_give_or_take_a_half(void **state)
{
	static const int64_t usual[] = {
	    30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600};

	(void)state;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		uint32_t width = (uint32_t)usual[i];

		assert_int_equal(
		    backoff_seconds((int64_t)i + 1, 0, 0), usual[i] / 2);
		assert_int_equal(backoff_seconds((int64_t)i + 1, 0, width),
		    usual[i] / 2 + usual[i]);
	}
	assert_int_equal(backoff_seconds(INT64_MAX, 0, 0), BACKOFF_MAX_S / 2);
}

static void what_the_server_asks_is_a_minimum(void **state)
{
	static const int64_t asked[] = {1, 15, 16, 30, 120, 3600, 86400};
	uint64_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		for (int64_t failures = 1; failures <= 12; failures++) {
			int64_t found =
			    backoff_seconds(failures, asked[i], draw(&seed));

			assert_true(found >= asked[i]);
			assert_true(found >= BACKOFF_BASE_S / 2);
			assert_true(
			    found <= asked[i] + BACKOFF_MAX_S + HORIZON);
		}
	}
	assert_int_equal(backoff_seconds(1, 86400, 0), 86400);
	assert_int_equal(
	    backoff_seconds(1, 86400, BACKOFF_MAX_S), 86400 + BACKOFF_MAX_S);
}

/* How many of LAPTOPS, told the same at the same moment, come back in the
 * fullest second; *first and *last receive when the first and last do. */
static int fullest_second(
    int64_t failures, int64_t retry_after_s, int64_t *first, int64_t *last)
{
	static int arrivals[HORIZON];
	uint64_t seed = (uint64_t)failures;
	int most = 0;

	memset(arrivals, 0, sizeof(arrivals));
	*first = HORIZON;
	*last = 0;
	for (int i = 0; i < LAPTOPS; i++) {
		int64_t at =
		    backoff_seconds(failures, retry_after_s, draw(&seed));

		assert_true(at >= 0 && at < HORIZON);
		if (++arrivals[at] > most)
			most = arrivals[at];
		*first = at < *first ? at : *first;
		*last = at > *last ? at : *last;
	}
	return most;
}

static void a_thousand_laptops_told_the_same_come_back_spread(void **state)
{
	static const struct {
		int64_t failures, retry_after_s;
		int most; /* in one second, of LAPTOPS */
	} rows[] = {
	    {1, 0, 60},
	    {1, 30, 60},
	    {1, 60, 40},
	    {1, 600, 10},
	    {4, 30, 20},
	    {5, 0, 12},
	    {8, 30, 5},
	    {12, 0, 5},
	    {12, 600, 5},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t first, last;
		int most = fullest_second(
		    rows[i].failures, rows[i].retry_after_s, &first, &last);

		print_message("failures %d, Retry-After %d: from %d to %d s, "
			      "at most %d of %d in a second\n",
		    (int)rows[i].failures, (int)rows[i].retry_after_s,
		    (int)first, (int)last, most, LAPTOPS);
		assert_true(most <= rows[i].most);
		assert_true(first >= rows[i].retry_after_s);
	}
}

static void out_of_reach_is_tried_eagerly_at_first(void **state)
{
	uint64_t seed = 7;

	(void)state;
	for (int64_t tries = 1; tries <= BACKOFF_EAGER; tries++)
		assert_in_range(
		    backoff_offline_seconds(tries, true, draw(&seed)),
		    BACKOFF_BASE_S / 2, BACKOFF_OFFLINE_S);
	/* … then as one that burdens nobody, and spends no battery. */
	assert_int_equal(backoff_offline_seconds(31, true, 0), 120);
	assert_int_equal(backoff_offline_seconds(35, true, 0), 1800);
	assert_int_equal(backoff_offline_seconds(INT64_MAX, true, 0), 1800);
	/* Without any network: it is told when there is one. */
	assert_int_equal(backoff_offline_seconds(8, false, 0), 1800);
	assert_int_equal(backoff_offline_seconds(8, false, 3600), 5400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(no_failure_is_no_wait),
	    cmocka_unit_test(it_doubles_up_to_the_bound_give_or_take_a_half),
	    cmocka_unit_test(what_the_server_asks_is_a_minimum),
	    cmocka_unit_test(a_thousand_laptops_told_the_same_come_back_spread),
	    cmocka_unit_test(out_of_reach_is_tried_eagerly_at_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
