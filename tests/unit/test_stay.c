#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/import/stay.h"

static const struct date today = {2026, 11, 20};

/* What ${before} (a list as text, NULL for somebody new) becomes. */
static void expect(const char *before, const char *crew, const char *after)
{
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	json_t *worker = NULL, *stays;

	if (before != NULL) {
		json_t *list = NULL;

		assert_int_equal(
		    json_read(&list, before, strlen(before), &err), 0);
		worker = json_object();
		assert_true(json_put(worker, "crews", list));
	}
	stays = stay_enter(worker, crew, &today);
	assert_non_null(stays);
	json_write_sorted(&text, stays);
	assert_string_equal(buf_text(&text), after);
	buf_free(&text);
	json_decref(stays);
	json_decref(worker);
}

static void a_first_crew_is_from_always_whatever_the_contract(void **state)
{
	(void)state;
	expect(NULL, "A", "[{\"crew\":\"A\",\"from\":\"1900-01-01\"}]");
}

static void the_same_crew_changes_nothing(void **state)
{
	const char *one = "[{\"crew\":\"A\",\"from\":\"2026-03-02\"}]";
	const char *ends = "[{\"crew\":\"A\",\"from\":\"2026-03-02\","
			   "\"to\":\"2026-11-20\"}]";

	(void)state;
	expect(one, "A", one);
	expect(ends, "A", ends);
}

static void another_crew_begins_today(void **state)
{
	(void)state;
	expect("[{\"crew\":\"A\",\"from\":\"2026-03-02\"}]", "B",
	    "[{\"crew\":\"A\",\"from\":\"2026-03-02\",\"to\":\"2026-11-19\"},"
	    "{\"crew\":\"B\",\"from\":\"2026-11-20\"}]");
	expect("[{\"crew\":\"A\",\"from\":\"2026-11-19\"}]", "B",
	    "[{\"crew\":\"A\",\"from\":\"2026-11-19\",\"to\":\"2026-11-19\"},"
	    "{\"crew\":\"B\",\"from\":\"2026-11-20\"}]");
}

static void a_crew_that_has_not_begun_is_replaced(void **state)
{
	(void)state;
	expect("[{\"crew\":\"A\",\"from\":\"2027-01-04\"}]", "B",
	    "[{\"crew\":\"B\",\"from\":\"2027-01-04\"}]");
	expect("[{\"crew\":\"A\",\"from\":\"2026-11-20\"}]", "B",
	    "[{\"crew\":\"B\",\"from\":\"2026-11-20\"}]");
}

static void going_back_the_same_day_leaves_no_trace(void **state)
{
	(void)state;
	expect("[{\"crew\":\"A\",\"from\":\"2026-03-02\",\"to\":\"2026-11-19\"}"
	       ",{\"crew\":\"B\",\"from\":\"2026-11-20\"}]",
	    "A", "[{\"crew\":\"A\",\"from\":\"2026-03-02\"}]");
}

static void who_had_left_comes_back_today(void **state)
{
	(void)state;
	expect("[{\"crew\":\"A\",\"from\":\"2026-03-02\",\"to\":\"2026-06-30\"}"
	       "]",
	    "A",
	    "[{\"crew\":\"A\",\"from\":\"2026-03-02\",\"to\":\"2026-06-30\"},"
	    "{\"crew\":\"A\",\"from\":\"2026-11-20\"}]");
}

static void the_present_crew_is_found_by_date(void **state)
{
	static const char text[] =
	    "{\"crews\":[{\"crew\":\"A\",\"from\":\"2026-03-02\","
	    "\"to\":\"2026-11-19\"},{\"crew\":\"B\","
	    "\"from\":\"2026-11-20\"}]}";
	const struct date later = {2027, 1, 1};
	struct err err = ERR_INIT;
	json_t *worker = NULL, *none = json_object();

	(void)state;
	assert_int_equal(json_read(&worker, text, strlen(text), &err), 0);
	assert_string_equal(stay_crew(worker, &today), "B");
	assert_string_equal(stay_crew(worker, &later), "B");
	assert_string_equal(stay_crew(none, &today), "");
	json_decref(worker);
	json_decref(none);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_first_crew_is_from_always_whatever_the_contract),
	    cmocka_unit_test(the_same_crew_changes_nothing),
	    cmocka_unit_test(another_crew_begins_today),
	    cmocka_unit_test(a_crew_that_has_not_begun_is_replaced),
	    cmocka_unit_test(going_back_the_same_day_leaves_no_trace),
	    cmocka_unit_test(who_had_left_comes_back_today),
	    cmocka_unit_test(the_present_crew_is_found_by_date),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
