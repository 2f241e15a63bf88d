/* The page's PINs, and how long a wrong one has to wait. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/journal_pin.h"
#include "agent/page_session.h"
#include "agent/pin.h"
#include "tests/lib/crew_fixture.h"

static struct err err;

static bool try(struct crew_fixture *crew, const char *who, const char *pin)
{
	bool right = false;

	if (pin_try(crew->agent.db, "RIVES", who, pin, &right, &err) < 0)
		fail_msg("%s", err.text);
	return right;
}

static int64_t wrong_of(struct crew_fixture *crew, const char *who)
{
	int64_t wrong = -1;
	bool set;

	assert_int_equal(
	    pin_look(crew->agent.db, "RIVES", who, &set, &wrong, &err), 0);
	return wrong;
}

static void set(struct crew_fixture *crew, const char *who, const char *pin)
{
	if (pin_set(crew->agent.db, "RIVES", who, pin, &err) < 0)
		fail_msg("%s", err.text);
}

static void a_pin_is_four_to_eight_digits(void **state)
{
	static const char *const good[] = {"0000", "12345678", "83920"};
	static const char *const bad[] = {
	    "", "123", "123456789", "12a4", " 1234", "1234 ", "١٢٣٤", "-1234"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(pin_check(good[i], &err), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(pin_check(bad[i], &err), E_INVALID);
}

static void the_right_pin_alone_passes(void **state)
{
	struct crew_fixture *crew = *state;

	set(crew, "ENC-01", "4711");
	assert_true(try(crew, "ENC-01", "4711"));
	assert_false(try(crew, "ENC-01", "4712"));
	assert_false(try(crew, "ENC-01", "04711"));
	assert_false(try(crew, "ENC-01", ""));
	assert_true(try(crew, "ENC-01", "4711"));
}

static void a_pin_is_one_persons(void **state)
{
	struct crew_fixture *crew = *state;
	bool is_set, right;

	set(crew, "ENC-01", "4711");
	assert_int_equal(
	    pin_look(crew->agent.db, "RIVES", "ENC-02", &is_set, NULL, &err),
	    0);
	assert_false(is_set);
	assert_int_equal(
	    pin_try(crew->agent.db, "RIVES", "ENC-02", "4711", &right, &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    pin_try(crew->agent.db, "REMPARTS", "ENC-01", "4711", &right, &err),
	    E_NOT_FOUND);
}

static void what_is_kept_is_not_the_pin(void **state)
{
	struct crew_fixture *crew = *state;
	struct pin first, second;
	bool found;

	set(crew, "ENC-01", "4711");
	set(crew, "ENC-02", "4711");
	assert_int_equal(journal_pin_get(crew->agent.db, "RIVES", "ENC-01",
			     &first, &found, &err),
	    0);
	assert_int_equal(journal_pin_get(crew->agent.db, "RIVES", "ENC-02",
			     &second, &found, &err),
	    0);
	assert_int_equal(strncmp(first.hash, "$argon2id$", 10), 0);
	assert_null(strstr(first.hash, "4711"));
	assert_string_not_equal(first.hash, second.hash);
}

static void wrong_ones_are_counted_until_a_right_one(void **state)
{
	struct crew_fixture *crew = *state;

	set(crew, "ENC-01", "4711");
	assert_int_equal(wrong_of(crew, "ENC-01"), 0);
	(void)try(crew, "ENC-01", "1");
	(void)try(crew, "ENC-01", "2");
	assert_int_equal(wrong_of(crew, "ENC-01"), 2);
	(void)try(crew, "ENC-01", "4711");
	assert_int_equal(wrong_of(crew, "ENC-01"), 0);
}

static void a_new_pin_replaces_the_old_and_its_count(void **state)
{
	struct crew_fixture *crew = *state;

	set(crew, "ENC-01", "4711");
	(void)try(crew, "ENC-01", "1");
	set(crew, "ENC-01", "5822");
	assert_int_equal(wrong_of(crew, "ENC-01"), 0);
	assert_false(try(crew, "ENC-01", "4711"));
	assert_true(try(crew, "ENC-01", "5822"));
}

static void a_forgotten_pin_is_gone(void **state)
{
	struct crew_fixture *crew = *state;
	bool gone, is_set;

	set(crew, "ENC-01", "4711");
	assert_int_equal(
	    pin_forget(crew->agent.db, "RIVES", "ENC-01", &gone, &err), 0);
	assert_true(gone);
	assert_int_equal(
	    pin_forget(crew->agent.db, "RIVES", "ENC-01", &gone, &err), 0);
	assert_false(gone);
	assert_int_equal(
	    pin_look(crew->agent.db, "RIVES", "ENC-01", &is_set, NULL, &err),
	    0);
	assert_false(is_set);
}

static void waits_double_from_the_fifth_to_an_hour(void **state)
{
	static const int64_t waits[] = {
	    0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600};

	(void)state;
	for (size_t i = 0; i < sizeof(waits) / sizeof(waits[0]); i++)
		assert_int_equal(pin_wait_s((int64_t)i), waits[i]);
	assert_int_equal(pin_wait_s(INT64_MAX), 3600);
}

static struct page_session session;

static int64_t wait_of(const char *who, int64_t wrong, int64_t now_ms)
{
	return page_session_wait_ms(&session, "RIVES", who, wrong, now_ms);
}

static void a_wait_begins_with_the_wrong_one(void **state)
{
	(void)state;
	page_session_init(&session, 1000);
	page_session_wrong(&session, "RIVES", "ENC-01", 4, 500000);
	assert_int_equal(wait_of("ENC-01", 4, 500000), 0);
	page_session_wrong(&session, "RIVES", "ENC-01", 5, 600000);
	assert_int_equal(wait_of("ENC-01", 5, 600000), 30000);
	assert_int_equal(wait_of("ENC-01", 5, 629999), 1);
	assert_int_equal(wait_of("ENC-01", 5, 630000), 0);
	assert_int_equal(wait_of("ENC-02", 0, 600000), 0);
}

/* What another launch counted waits from the start of this one. */
static void another_launch_spares_nobody(void **state)
{
	(void)state;
	page_session_init(&session, 1000);
	assert_int_equal(wait_of("ENC-01", 6, 1000), 60000);
	assert_int_equal(wait_of("ENC-01", 6, 61000), 0);
}

/* More people than places: nobody else's wait is cut short by it. */
static void more_waits_than_places(void **state)
{
	char who[32];

	(void)state;
	page_session_init(&session, 0);
	for (int i = 0; i < 3 * PAGE_WAITS; i++) {
		(void)snprintf(who, sizeof(who), "ENC-%03d", i);
		page_session_wrong(
		    &session, "RIVES", who, 5, 1000000 + 1000 * i);
	}
	assert_int_equal(session.wait_count, PAGE_WAITS);
	assert_int_equal(
	    wait_of(who, 5, 1000000 + 1000 * (3 * PAGE_WAITS - 1)), 30000);
}

static void the_page_locks_after_ten_idle_minutes(void **state)
{
	(void)state;
	page_session_init(&session, 0);
	assert_true(page_session_is_locked(&session, 0));
	page_session_unlock(&session, "RIVES", "ENC-01", 1000);
	assert_false(page_session_is_locked(&session, 600999));
	page_session_touch(&session, 600999);
	assert_false(page_session_is_locked(&session, 1200998));
	assert_true(page_session_is_locked(&session, 1200999));
	/* It does not come back, and the last one stays known. */
	page_session_touch(&session, 1200999);
	assert_true(page_session_is_locked(&session, 1200999));
	assert_string_equal(session.who, "ENC-01");
	page_session_unlock(&session, "RIVES", "ENC-02", 1300000);
	page_session_lock(&session);
	assert_true(page_session_is_locked(&session, 1300000));
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, crew_setup, crew_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_pin_is_four_to_eight_digits),
	    TEST(the_right_pin_alone_passes),
	    TEST(a_pin_is_one_persons),
	    TEST(what_is_kept_is_not_the_pin),
	    TEST(wrong_ones_are_counted_until_a_right_one),
	    TEST(a_new_pin_replaces_the_old_and_its_count),
	    TEST(a_forgotten_pin_is_gone),
	    cmocka_unit_test(waits_double_from_the_fifth_to_an_hour),
	    cmocka_unit_test(a_wait_begins_with_the_wrong_one),
	    cmocka_unit_test(another_launch_spares_nobody),
	    cmocka_unit_test(more_waits_than_places),
	    cmocka_unit_test(the_page_locks_after_ten_idle_minutes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
