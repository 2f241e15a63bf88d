#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/holiday.h"
#include "shared/lang.h"

/* Dates as they were, or as the tables of the calendar's reform give them:
 * the earliest and latest possible among them. */
static void easter_falls_where_the_tables_say(void **state)
{
	static const struct date known[] = {
	    {1818, 3, 22},
	    {1900, 4, 15},
	    {1943, 4, 25},
	    {1954, 4, 18},
	    {1981, 4, 19},
	    {2000, 4, 23},
	    {2008, 3, 23},
	    {2016, 3, 27},
	    {2019, 4, 21},
	    {2024, 3, 31},
	    {2025, 4, 20},
	    {2026, 4, 5},
	    {2027, 3, 28},
	    {2038, 4, 25},
	    {2049, 4, 18},
	    {2076, 4, 19},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		struct date easter = holiday_easter(known[i].year);

		assert_int_equal(easter.year, known[i].year);
		assert_int_equal(easter.month, known[i].month);
		assert_int_equal(easter.day, known[i].day);
		assert_int_equal(date_weekday(&easter), 7);
	}
}

static void expect_year(int year, const char *const *days)
{
	const struct date first = {year, 1, 1}, last = {year, 12, 31};
	size_t found = 0;

	for (int64_t n = date_days(&first); n <= date_days(&last); n++) {
		struct date day = date_from_days(n);
		char text[DATE_TEXT];

		if (holiday_name(&day) == NULL)
			continue;
		date_format(&day, text);
		assert_non_null(days[found]);
		assert_string_equal(text, days[found]);
		found++;
	}
	assert_null(days[found]);
}

static void a_year_has_its_eleven(void **state)
{
	static const char *const of_2026[] = {"2026-01-01", "2026-04-06",
	    "2026-05-01", "2026-05-08", "2026-05-14", "2026-05-25",
	    "2026-07-14", "2026-08-15", "2026-11-01", "2026-11-11",
	    "2026-12-25", NULL};
	static const char *const of_2024[] = {"2024-01-01", "2024-04-01",
	    "2024-05-01", "2024-05-08", "2024-05-09", "2024-05-20",
	    "2024-07-14", "2024-08-15", "2024-11-01", "2024-11-11",
	    "2024-12-25", NULL};

	(void)state;
	expect_year(2026, of_2026);
	expect_year(2024, of_2024);
}

static void two_may_fall_on_one_day(void **state)
{
	static const char *const of_2008[] = {"2008-01-01", "2008-03-24",
	    "2008-05-01", "2008-05-08", "2008-05-12", "2008-07-14",
	    "2008-08-15", "2008-11-01", "2008-11-11", "2008-12-25", NULL};

	(void)state;
	expect_year(2008, of_2008);
}

static void they_are_called_in_both_languages(void **state)
{
	const struct date monday = {2026, 4, 6}, friday = {2026, 4, 3};

	(void)state;
	lang_set("fr");
	assert_string_equal(holiday_name(&monday), "lundi de Pâques");
	lang_set("en");
	assert_string_equal(holiday_name(&monday), "Easter Monday");
	assert_null(holiday_name(&friday));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(easter_falls_where_the_tables_say),
	    cmocka_unit_test(a_year_has_its_eleven),
	    cmocka_unit_test(two_may_fall_on_one_day),
	    cmocka_unit_test(they_are_called_in_both_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
