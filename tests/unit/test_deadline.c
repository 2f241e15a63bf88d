#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "shared/deadline.h"
#include "shared/planned.h"

static void due(int year, int month, int day, int minutes, const char *until)
{
	const struct date date = {year, month, day};
	char out[DEADLINE_TEXT];

	deadline_accident(&date, minutes, out);
	assert_string_equal(out, until);
}

static void two_days_are_two_days(void **state)
{
	(void)state;
	due(2026, 11, 16, 620, "2026-11-18T10:20"); /* a Monday */
	due(2026, 11, 17, 0, "2026-11-18T23:59");
	due(2026, 11, 18, 1439, "2026-11-20T23:59");
}

static void sundays_are_left_out(void **state)
{
	(void)state;
	due(2026, 11, 19, 620, "2026-11-21T10:20"); /* Thursday to Saturday */
	due(2026, 11, 20, 620, "2026-11-23T10:20");
	due(2026, 11, 21, 620, "2026-11-24T10:20");
	/* What happens on a Sunday has all of Monday and Tuesday. */
	due(2026, 11, 22, 620, "2026-11-24T23:59");
	due(2026, 11, 21, 1440, "2026-11-24T23:59");
}

static void holidays_are_left_out(void **state)
{
	(void)state;
	/* The eleventh of November 2026 is a Wednesday. */
	due(2026, 11, 10, 900, "2026-11-13T15:00");
	/* Christmas on a Friday, then a Saturday, then a Sunday. */
	due(2026, 12, 24, 600, "2026-12-28T10:00");
	/* Easter: Saturday, then a Sunday and a Monday off. */
	due(2026, 4, 4, 480, "2026-04-08T08:00");
	/* The first of May (a Friday), a Sunday, the eighth. */
	due(2026, 4, 30, 600, "2026-05-04T10:00");
}

static void plans(const char *crew, const char *days, int day, unsigned halves)
{
	const struct date date = {2026, 11, day};
	json_t *value = json_loads(crew, 0, NULL);

	assert_non_null(value);
	assert_int_equal(planned_halves(value, days, &date), halves);
	json_decref(value);
}

static void a_crew_works_its_days(void **state)
{
	const unsigned both = PLAN_AM | PLAN_PM;

	(void)state;
	plans("{}", "", 16, both);
	plans("{}", "", 21, 0); /* Saturday */
	plans("{}", "6", 21, both);
	plans("{\"days\":\"26\"}", "", 21, both);
	plans("{\"days\":\"26\"}", "", 16, 0);
	plans("{\"am\":\"08:00-11:30\"}", "", 16, PLAN_AM);
	plans("{\"pm\":\"13:00-16:30\"}", "", 16, PLAN_PM);
	plans("{\"am\":\"08:00-11:30\",\"pm\":\"13:00-16:30\"}", "", 16, both);
	plans("{}", "", 11, 0);
	assert_int_equal(
	    planned_halves(NULL, "", &(struct date){2026, 11, 16}), both);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(two_days_are_two_days),
	    cmocka_unit_test(sundays_are_left_out),
	    cmocka_unit_test(holidays_are_left_out),
	    cmocka_unit_test(a_crew_works_its_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
