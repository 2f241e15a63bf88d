#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "agent/cadence.h"

#define SECOND INT64_C(1000)
#define MINUTE (60 * SECOND)
#define NOW    (INT64_C(77) * MINUTE)

static void the_first_attempt_is_at_once(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	assert_int_equal(cadence_next(&cadence), NOW);
	cadence_saved(&cadence, NOW);
	assert_int_equal(cadence_next(&cadence), NOW);
}

static void after_a_success_a_quarter_of_an_hour_give_or_take(void **state)
{
	static const struct {
		uint32_t random;
		int64_t minutes;
	} rows[] = {
	    {0, 12},
	    {360001, 12}, /* it begins again */
	    {180000, 15},
	    {360000, 18},
	};
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* The wait of a back-off is not looked at. */
		cadence_attempted(&cadence, NOW, false, 1, rows[i].random);
		assert_int_equal(
		    cadence_next(&cadence), NOW + rows[i].minutes * MINUTE);
	}
	for (uint32_t i = 0; i < 1000; i++) {
		cadence_attempted(&cadence, NOW, false, 0, i * 4294967);
		assert_in_range(
		    cadence_next(&cadence) - NOW, 12 * MINUTE, 18 * MINUTE);
	}
}

static void after_a_failure_when_the_back_off_says(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, true, 41 * SECOND, 5);
	assert_int_equal(cadence_next(&cadence), NOW + 41 * SECOND);
	cadence_attempted(&cadence, NOW, true, 60 * MINUTE, 5);
	assert_int_equal(cadence_next(&cadence), NOW + 60 * MINUTE);
	/* A clock that was set back in between is no wait of years. */
	cadence_attempted(&cadence, NOW, true, -1, 5);
	assert_int_equal(cadence_next(&cadence), NOW);
}

static void a_save_waits_for_quiet(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, false, 0, 0);
	cadence_saved(&cadence, NOW + SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 21 * SECOND);
	cadence_saved(&cadence, NOW + 15 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 35 * SECOND);
	/* Whoever taps without end is sent after two minutes all the same. */
	for (int64_t at = 20; at < 120; at += 10)
		cadence_saved(&cadence, NOW + at * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 121 * SECOND);
}

static void an_attempt_answers_all_that_happened(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_saved(&cadence, NOW);
	cadence_kick(&cadence, NOW);
	cadence_road(&cadence, NOW);
	cadence_began(&cadence);
	cadence_attempted(&cadence, NOW + SECOND, false, 0, 180000);
	assert_int_equal(cadence_next(&cadence), NOW + SECOND + 15 * MINUTE);
	/* … and the quiet begins anew. */
	cadence_saved(&cadence, NOW + 2 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 22 * SECOND);
}

static void what_is_saved_during_an_attempt_is_not_forgotten(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_began(&cadence);
	cadence_saved(&cadence, NOW + SECOND);
	cadence_attempted(&cadence, NOW + 2 * SECOND, false, 0, 0);
	assert_int_equal(cadence_next(&cadence), NOW + 21 * SECOND);
	cadence_began(&cadence);
	cadence_kick(&cadence, NOW + 22 * SECOND);
	cadence_attempted(&cadence, NOW + 23 * SECOND, true, 60 * MINUTE, 0);
	assert_int_equal(cadence_next(&cadence), NOW + 53 * SECOND);
}

static void a_kick_is_at_once_and_stays_so(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, false, 0, 0);
	cadence_saved(&cadence, NOW + SECOND);
	cadence_kick(&cadence, NOW + 3 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 3 * SECOND);
	cadence_saved(&cadence, NOW + 4 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 3 * SECOND);
	cadence_road(&cadence, NOW + 4 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 3 * SECOND);
}

static void while_it_fails_a_kick_spares_the_office(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, true, 60 * MINUTE, 0);
	cadence_kick(&cadence, NOW + SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 30 * SECOND);
	cadence_began(&cadence);
	cadence_attempted(&cadence, NOW + 30 * SECOND, true, 60 * MINUTE, 0);
	cadence_kick(&cadence, NOW + 75 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 75 * SECOND);
	/* What the back-off says comes earlier when it is earlier. */
	cadence_began(&cadence);
	cadence_attempted(&cadence, NOW, true, 16 * SECOND, 0);
	cadence_kick(&cadence, NOW + SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 16 * SECOND);
}

static void a_network_ends_the_wait(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, true, 60 * MINUTE, 0);
	cadence_road(&cadence, NOW + 20 * MINUTE);
	assert_int_equal(
	    cadence_next(&cadence), NOW + 20 * MINUTE + 2 * SECOND);
}

static void a_network_that_flaps_is_not_followed_each_time(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, true, 60 * MINUTE, 0);
	/* The spare time of a save is not a new network's. */
	cadence_road(&cadence, NOW + SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 10 * SECOND);
	cadence_road(&cadence, NOW + 5 * SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + 10 * SECOND);
	assert_false(cadence_by_clock(&cadence, NOW + 10 * SECOND));
	cadence_began(&cadence);
	assert_int_equal(cadence_next(&cadence), NOW + 60 * MINUTE);
	assert_true(cadence_by_clock(&cadence, NOW + 60 * MINUTE));
}

/* Retry-After: whatever happens meanwhile. */
static void what_the_office_asks_for_is_held(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_attempted(&cadence, NOW, true, 11 * MINUTE, 0);
	cadence_hold(&cadence, NOW, 10 * MINUTE);
	cadence_kick(&cadence, NOW + 2 * MINUTE);
	cadence_road(&cadence, NOW + 3 * MINUTE);
	assert_int_equal(cadence_next(&cadence), NOW + 10 * MINUTE);
	/* It is over with the next attempt. */
	cadence_began(&cadence);
	cadence_attempted(&cadence, NOW + 10 * MINUTE, false, 0, 0);
	cadence_kick(&cadence, NOW + 11 * MINUTE);
	assert_int_equal(cadence_next(&cadence), NOW + 11 * MINUTE);
}

static void a_network_paid_by_the_volume_is_spared(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_set_pace(&cadence, NOW, CADENCE_SPARING);
	cadence_began(&cadence);
	for (uint32_t i = 0; i < 1000; i++) {
		cadence_attempted(&cadence, NOW, false, 0, i * 4294967);
		assert_in_range(
		    cadence_next(&cadence) - NOW, 48 * MINUTE, 72 * MINUTE);
	}
	cadence_saved(&cadence, NOW + MINUTE);
	assert_int_equal(cadence_next(&cadence), NOW + 80 * SECOND);
	/* Only what somebody waits for. */
	cadence_began(&cadence);
	cadence_set_pace(&cadence, NOW, CADENCE_ASKED);
	cadence_attempted(&cadence, NOW, false, 0, 0);
	cadence_saved(&cadence, NOW + MINUTE);
	cadence_road(&cadence, NOW + MINUTE);
	assert_in_range(
	    cadence_next(&cadence) - NOW, 19 * 60 * MINUTE, 29 * 60 * MINUTE);
	cadence_kick(&cadence, NOW + 2 * MINUTE);
	assert_int_equal(cadence_next(&cadence), NOW + 2 * MINUTE);
	cadence_began(&cadence);
	/* On a free one again, what waited leaves. */
	cadence_set_pace(&cadence, NOW + 3 * MINUTE, CADENCE_FREE);
	assert_int_equal(cadence_next(&cadence), NOW + 3 * MINUTE + 2 * SECOND);
	cadence_began(&cadence);
	cadence_set_pace(&cadence, NOW + 4 * MINUTE, CADENCE_SPARING);
	assert_true(cadence_next(&cadence) > NOW + 60 * MINUTE);
}

static void without_an_enrolment_anything_is_at_once(void **state)
{
	struct cadence cadence;

	(void)state;
	cadence_start(&cadence, NOW);
	cadence_began(&cadence);
	cadence_waits(&cadence, NOW, MINUTE);
	assert_int_equal(cadence_next(&cadence), NOW + MINUTE);
	cadence_kick(&cadence, NOW + SECOND);
	assert_int_equal(cadence_next(&cadence), NOW + SECOND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_attempt_is_at_once),
	    cmocka_unit_test(after_a_success_a_quarter_of_an_hour_give_or_take),
	    cmocka_unit_test(after_a_failure_when_the_back_off_says),
	    cmocka_unit_test(a_save_waits_for_quiet),
	    cmocka_unit_test(an_attempt_answers_all_that_happened),
	    cmocka_unit_test(what_is_saved_during_an_attempt_is_not_forgotten),
	    cmocka_unit_test(a_kick_is_at_once_and_stays_so),
	    cmocka_unit_test(while_it_fails_a_kick_spares_the_office),
	    cmocka_unit_test(a_network_ends_the_wait),
	    cmocka_unit_test(a_network_that_flaps_is_not_followed_each_time),
	    cmocka_unit_test(what_the_office_asks_for_is_held),
	    cmocka_unit_test(a_network_paid_by_the_volume_is_spared),
	    cmocka_unit_test(without_an_enrolment_anything_is_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
