#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/date.h"
#include "shared/lang.h"

static void assert_reason(const struct err *err, const char *reason)
{
	assert_int_equal(err->code, E_INVALID);
	if (strstr(err->text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err->text, reason);
}

static void read_date(const char *text, const char *expected)
{
	struct date date;
	char iso[DATE_TEXT];

	if (date_parse(&date, text, NULL) != 0)
		fail_msg("\"%s\" refused", text);
	date_format(&date, iso);
	assert_string_equal(iso, expected);
}

static void refuse_date(const char *text, const char *reason)
{
	struct err err = ERR_INIT;
	struct date date = {1, 2, 3};

	assert_int_equal(date_parse(&date, text, &err), E_INVALID);
	assert_reason(&err, reason);
	assert_int_equal(date.year, 1);
	assert_int_equal(date.day, 3);
}

static void dates_are_iso_or_french(void **state)
{
	(void)state;
	read_date("2026-11-20", "2026-11-20");
	read_date("20/11/2026", "2026-11-20");
	read_date("1/2/2026", "2026-02-01");
	read_date("01/2/2026", "2026-02-01");
	read_date("1900-01-01", "1900-01-01");
	read_date("31/12/2199", "2199-12-31");
}

static void what_is_not_a_date_is_refused(void **state)
{
	static const char *const texts[] = {"", " ", "hier", "2026-1-5",
	    "2026-11", "2026-11-20 ", " 2026-11-20", "2026-11-200", "20/11/26",
	    "20-11-2026", "2026/11/20", "001/01/2026", "1/001/2026", "1//2026",
	    "1/123/2026", "20/11-2026", "20/11", "/1/2026", "-026-11-20",
	    "+026-11-20", "20/11/20266", "2026-11-20T00:00:00Z",
	    "２０２６-11-20", "99999999999999999999/1/2026", "2026‑11‑20"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse_date(texts[i], "ce n'est pas une date");
}

static void days_that_do_not_exist_are_refused(void **state)
{
	(void)state;
	refuse_date("2026-02-31", "ce mois-là va du 1 au 28");
	refuse_date("29/02/2026", "du 1 au 28");
	refuse_date("2028-02-30", "du 1 au 29");
	refuse_date("2100-02-29", "du 1 au 28");
	refuse_date("1900-02-29", "du 1 au 28");
	refuse_date("2026-04-31", "du 1 au 30");
	refuse_date("0/4/2026", "du 1 au 30");
	refuse_date("32/1/2026", "du 1 au 31");
	refuse_date("2026-00-10", "le mois va");
	refuse_date("10/13/2026", "le mois va");
	refuse_date("1899-12-31", "l'année va de 1900 à 2199");
	refuse_date("2200-01-01", "l'année va");
	read_date("2000-02-29", "2000-02-29");
	read_date("29/2/2028", "2028-02-29");
}

static void iso_dates_are_exact(void **state)
{
	(void)state;
	assert_true(date_is_iso("2026-11-20"));
	assert_true(date_is_iso("2028-02-29"));
	assert_false(date_is_iso("2027-02-29"));
	assert_false(date_is_iso("20/11/2026"));
	assert_false(date_is_iso("2026-11-20 "));
	assert_false(date_is_iso("2026-11-2"));
	assert_false(date_is_iso(""));
}

static void days_count_from_1970(void **state)
{
	(void)state;
	assert_int_equal(date_days(&(struct date){1970, 1, 1}), 0);
	assert_int_equal(date_days(&(struct date){1969, 12, 31}), -1);
	assert_int_equal(date_days(&(struct date){2000, 3, 1}), 11017);
	assert_int_equal(date_days(&(struct date){2026, 11, 20}), 20777);
	assert_int_equal(date_days(&(struct date){0, 1, 1}), -719528);
	assert_int_equal(date_days(&(struct date){9999, 12, 31}), 2932896);
}

static void every_day_follows_the_one_before(void **state)
{
	struct date before = date_from_days(-25568), day;
	int weekday = date_weekday(&before);

	(void)state;
	assert_int_equal(before.year, 1899);
	for (int64_t days = -25567; days < 84006; days++) {
		day = date_from_days(days);
		assert_int_equal(date_days(&day), days);
		if (day.day != 1)
			assert_int_equal(day.day, before.day + 1);
		else if (day.month != 1)
			assert_int_equal(day.month, before.month + 1);
		else
			assert_int_equal(day.year, before.year + 1);
		weekday = weekday % 7 + 1;
		assert_int_equal(date_weekday(&day), weekday);
		before = day;
	}
	assert_int_equal(day.year, 2199);
	assert_int_equal(day.month, 12);
	assert_int_equal(day.day, 31);
}

static void far_days_stop_at_four_digit_years(void **state)
{
	struct date day;

	(void)state;
	day = date_from_days(INT64_MAX);
	assert_int_equal(day.year, 9999);
	day = date_from_days(2932897);
	assert_int_equal(date_days(&day), 2932896);
	day = date_from_days(INT64_MIN);
	assert_int_equal(day.year, 0);
	assert_int_equal(date_days(&day), -719528);
}

static void weeks_start_on_monday(void **state)
{
	(void)state;
	assert_int_equal(date_weekday(&(struct date){2026, 11, 16}), 1);
	assert_int_equal(date_weekday(&(struct date){2026, 11, 20}), 5);
	assert_int_equal(date_weekday(&(struct date){2026, 11, 22}), 7);
	assert_int_equal(date_weekday(&(struct date){1970, 1, 1}), 4);
	assert_int_equal(date_weekday(&(struct date){1900, 1, 1}), 1);
}

static void expect_months(const char *from, int months, const char *expected)
{
	char found[DATE_TEXT];
	struct date date;

	assert_int_equal(date_parse(&date, from, NULL), 0);
	date = date_add_months(&date, months);
	date_format(&date, found);
	assert_string_equal(found, expected);
}

static void months_are_added_within_the_month(void **state)
{
	(void)state;
	expect_months("2026-11-20", 0, "2026-11-20");
	expect_months("2026-11-20", 6, "2027-05-20");
	expect_months("2026-12-31", 2, "2027-02-28");
	expect_months("2027-12-31", 2, "2028-02-29");
	expect_months("2026-01-15", -1, "2025-12-15");
	expect_months("2028-02-29", -12, "2027-02-28");
	expect_months("2026-03-31", -1, "2026-02-28");
}

static void a_month_has_its_first_and_last_day(void **state)
{
	char first[DATE_TEXT], last[DATE_TEXT];

	(void)state;
	assert_int_equal(date_parse_month("2026-11", first, last, NULL), 0);
	assert_string_equal(first, "2026-11-01");
	assert_string_equal(last, "2026-11-30");
	assert_int_equal(date_parse_month("2028-02", first, last, NULL), 0);
	assert_string_equal(last, "2028-02-29");
}

static void what_is_not_a_month_is_refused(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
	    {"", "ce n'est pas un mois"},
	    {"2026", "ce n'est pas un mois"},
	    {"2026-1", "ce n'est pas un mois"},
	    {"2026-11-20", "ce n'est pas un mois"},
	    {"11/2026", "ce n'est pas un mois"},
	    {"2026-11 ", "ce n'est pas un mois"},
	    {"2026-13", "le mois va"},
	    {"2026-00", "le mois va"},
	    {"1899-12", "l'année va"},
	};
	char first[DATE_TEXT], last[DATE_TEXT];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(
		    date_parse_month(cases[i].text, first, last, &err),
		    E_INVALID);
		assert_reason(&err, cases[i].reason);
	}
}

static void read_duration(const char *text, int expected)
{
	struct err err = ERR_INIT;
	int minutes = -1;

	if (duration_parse(&minutes, text, false, DURATION_DAY_MAX, &err) != 0)
		fail_msg("\"%s\": %s", text, err.text);
	assert_int_equal(minutes, expected);
	/* A text with its unit says the same where bare numbers are hours. */
	assert_int_equal(
	    duration_parse(&minutes, text, true, DURATION_DAY_MAX, &err), 0);
	assert_int_equal(minutes, expected);
}

static void read_hours(const char *text, int expected)
{
	struct err err = ERR_INIT;
	int minutes = -1;

	assert_int_equal(
	    duration_parse(&minutes, text, false, DURATION_DAY_MAX, &err),
	    E_INVALID);
	assert_reason(&err, "ce n'est pas une durée");
	assert_int_equal(minutes, -1);
	if (duration_parse(&minutes, text, true, DURATION_DAY_MAX, &err) != 0)
		fail_msg("\"%s\": %s", text, err.text);
	assert_int_equal(minutes, expected);
}

static void refuse_duration(const char *text, const char *reason)
{
	struct err err = ERR_INIT;
	int minutes = -1;

	for (int bare = 0; bare < 2; bare++) {
		if (duration_parse(
			&minutes, text, bare, DURATION_DAY_MAX, &err) == 0)
			fail_msg("\"%s\" accepted", text);
		assert_reason(&err, reason);
		assert_int_equal(minutes, -1);
	}
}

static void durations_are_written_in_many_ways(void **state)
{
	(void)state;
	read_duration("3h30", 210);
	read_duration("3h", 180);
	read_duration("3H30", 210);
	read_duration("3 h 30", 210);
	read_duration("3\u00A0h\u202F30", 210);
	read_duration(" 3h05 ", 185);
	read_duration("3:30", 210);
	read_duration("03:05", 185);
	read_duration("3.5h", 210);
	read_duration("3,5 h", 210);
	read_duration("210m", 210);
	read_duration("210min", 210);
	read_duration("210 MIN", 210);
	read_duration("0", 0);
	read_duration("0h", 0);
	read_duration("0min", 0);
	read_duration("0:00", 0);
	read_duration("0003h30", 210);
}

static void bare_numbers_are_hours_only_where_allowed(void **state)
{
	(void)state;
	read_hours("3,5", 210);
	read_hours("3.5", 210);
	read_hours("7", 420);
	read_hours("0,25", 15);
	read_hours("24", 1440);
	read_hours("24,0", 1440);
}

static void decimals_round_half_up_to_the_minute(void **state)
{
	(void)state;
	read_duration("3,33h", 200);
	read_duration("3,34h", 200);
	read_duration("0,008h", 0);
	read_duration("0,0083h", 0);
	read_duration("0,0084h", 1);
	read_duration("0,025h", 2);
	read_duration("0,02499999999999999999999999h", 1);
	read_duration("3.333333333333333h", 200);
	read_duration("7,99999999999999999999999999999999999999h", 480);
	read_duration("23,999h", 1440);
}

static void a_day_has_only_24_hours(void **state)
{
	static const char *const texts[] = {"24h01", "25h", "24:01", "24,01h",
	    "1441m", "99999999999999999999999999h",
	    "99999999999999999999999999min", "9223372036854775808:00",
	    "18446744073709551617h00", "99999999999999999999,5h"};

	(void)state;
	read_duration("24h", 1440);
	read_duration("24h00", 1440);
	read_duration("1440min", 1440);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse_duration(
		    texts[i], "plus de 24 h : un jour n'a que 24 h");
}

static void minutes_stop_at_59(void **state)
{
	(void)state;
	refuse_duration("3h60", "les minutes vont de 00 à 59");
	refuse_duration("3:99", "les minutes vont de 00 à 59");
	refuse_duration("25h60", "les minutes vont de 00 à 59");
}

static void minutes_take_two_digits(void **state)
{
	(void)state;
	refuse_duration("3h5", "deux chiffres");
	refuse_duration("3h005", "deux chiffres");
	refuse_duration("3:5", "deux chiffres");
	refuse_duration("3:", "deux chiffres");
	refuse_duration("3: 30", "deux chiffres");
	refuse_duration("3h99999999999999999999", "deux chiffres");
}

static void nothing_negative(void **state)
{
	(void)state;
	refuse_duration("-1h", "négative");
	refuse_duration("-0", "négative");
	refuse_duration("−3h30", "négative");
	refuse_duration(" -3,5", "négative");
}

static void an_empty_duration_says_so(void **state)
{
	(void)state;
	refuse_duration("", "durée vide");
	refuse_duration("  ", "durée vide");
	refuse_duration("\u00A0", "durée vide");
}

static void junk_is_no_duration(void **state)
{
	static const char *const texts[] = {"h", "h30", ":30", "x", "3x",
	    "3h30x", "3h30 30", "3h30h", "3hh", "3,h", ",5h", ".5", "3,,5h",
	    "3,5,1h", "3.5m", "3,5h30", "3.5:30", "+3h", "3 0h", "1e3h", "0x10",
	    "210mi", "210mn", "210minutes", "3h-30", "3h 30 x", "٣h", "\xFF",
	    "3\xC2", "3h\x01", "nan", "inf", "3h30\n", "0-", "0 0"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse_duration(texts[i], "ce n'est pas une durée");
}

static void other_limits_name_themselves(void **state)
{
	struct err err = ERR_INIT;
	int minutes = -1;

	(void)state;
	assert_int_equal(
	    duration_parse(&minutes, "35h", false, DURATION_WEEK_MAX, &err), 0);
	assert_int_equal(minutes, 2100);
	assert_int_equal(
	    duration_parse(&minutes, "168h01", false, DURATION_WEEK_MAX, &err),
	    E_INVALID);
	assert_reason(&err, "une semaine n'a que 168 h");
	assert_int_equal(
	    duration_parse(&minutes, "4h", false, 210, &err), E_INVALID);
	assert_reason(&err, "au plus 3h30");
	assert_int_equal(duration_parse(&minutes, "0", false, 0, &err), 0);
	assert_int_equal(minutes, 0);
}

static void assert_duration(int64_t minutes, const char *expected)
{
	char text[DURATION_TEXT];

	memset(text, 'x', sizeof(text));
	duration_format(minutes, text);
	assert_string_equal(text, expected);
}

static void durations_are_formatted_shortly(void **state)
{
	(void)state;
	assert_duration(0, "0h");
	assert_duration(5, "0h05");
	assert_duration(180, "3h");
	assert_duration(210, "3h30");
	assert_duration(1440, "24h");
	assert_duration(109200, "1820h");
	assert_duration(-90, "-1h30");
	assert_duration(INT64_MAX, "2147483647h59");
	assert_duration(INT64_MIN, "-2147483647h59");
}

static void every_minute_of_a_day_survives_the_round_trip(void **state)
{
	char text[DURATION_TEXT], clock[CLOCK_TEXT];
	int minutes;

	(void)state;
	for (int i = 0; i <= DURATION_DAY_MAX; i++) {
		duration_format(i, text);
		assert_int_equal(duration_parse(&minutes, text, false,
				     DURATION_DAY_MAX, NULL),
		    0);
		assert_int_equal(minutes, i);
		clock_format(i, clock);
		assert_int_equal(strlen(clock), CLOCK_TEXT - 1);
		assert_int_equal(clock_parse(&minutes, clock, NULL), 0);
		assert_int_equal(minutes, i);
	}
}

static void read_clock(const char *text, int expected)
{
	int minutes = -1;

	if (clock_parse(&minutes, text, NULL) != 0)
		fail_msg("\"%s\" refused", text);
	assert_int_equal(minutes, expected);
}

static void refuse_clock(const char *text, const char *reason)
{
	struct err err = ERR_INIT;
	int minutes = -1;

	if (clock_parse(&minutes, text, &err) == 0)
		fail_msg("\"%s\" accepted", text);
	assert_reason(&err, reason);
	assert_int_equal(minutes, -1);
}

static void times_of_day_are_read(void **state)
{
	(void)state;
	read_clock("8h00", 480);
	read_clock("8h", 480);
	read_clock("08:00", 480);
	read_clock("8:00", 480);
	read_clock("8 H 05", 485);
	read_clock(" 13h30 ", 810);
	read_clock("0h00", 0);
	read_clock("24h00", 1440);
	read_clock("24:00", 1440);
}

static void what_is_no_time_of_day_is_refused(void **state)
{
	static const char *const texts[] = {"", "8", "h", "8.5h", "008:00",
	    "8h00x", "-8h", "8h00-", "midi", "8\xC3", "123456789012345h"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		refuse_clock(texts[i], "ce n'est pas une heure");
	refuse_clock("24h01", "de 0h00 à 24h00");
	refuse_clock("25:00", "de 0h00 à 24h00");
	refuse_clock("99h59", "de 0h00 à 24h00");
	refuse_clock("8h60", "les minutes vont");
	refuse_clock("8h5", "deux chiffres");
	refuse_clock("8:", "deux chiffres");
	refuse_clock("8:000", "deux chiffres");
}

static void stretches_of_a_day_are_read(void **state)
{
	static const char *const texts[] = {"8h00-11h30", "8h-11h30",
	    "08:00-11:30", "8:00 – 11:30", "8h00—11h30", "8h à 11h30",
	    "8 h 00 à 11 h 30", " 8h00 - 11:30 ", "8h00\u00A0-\u00A011h30"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		int start = -1, end = -1;

		if (clock_parse_stretch(&start, &end, texts[i], NULL) != 0)
			fail_msg("\"%s\" refused", texts[i]);
		assert_int_equal(start, 480);
		assert_int_equal(end, 690);
	}
}

static void what_is_no_stretch_is_refused(void **state)
{
	static const struct {
		const char *text, *reason;
	} cases[] = {
	    {"", "ce n'est pas une heure"},
	    {"8h00", "ce n'est pas une plage"},
	    {"8h00 11h30", "ce n'est pas une plage"},
	    {"8h00-11h30-12h00", "ce n'est pas une plage"},
	    {"8h00\xC3", "ce n'est pas une plage"},
	    {"8h00-", "ce n'est pas une heure"},
	    {"-8h00", "ce n'est pas une heure"},
	    {"8-11", "ce n'est pas une heure"},
	    {"8h00--11h30", "ce n'est pas une heure"},
	    {"11h30-8h00", "la fin doit venir après"},
	    {"8h00-8h00", "la fin doit venir après"},
	    {"22h00-6h00", "la fin doit venir après"},
	    {"8h00-24h01", "de 0h00 à 24h00"},
	    {"8h75-11h30", "les minutes vont de 00 à 59"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;
		int start = -1, end = -1;

		assert_int_equal(
		    clock_parse_stretch(&start, &end, cases[i].text, &err),
		    E_INVALID);
		assert_reason(&err, cases[i].reason);
		assert_int_equal(start, -1);
		assert_int_equal(end, -1);
	}
}

static void assert_stamp(int64_t seconds, const char *text)
{
	char out[STAMP_TEXT];
	int64_t back = 1;

	stamp_format(seconds, out);
	assert_string_equal(out, text);
	assert_int_equal(stamp_parse(&back, text, NULL), 0);
	assert_int_equal(back, seconds);
}

static void instants_survive_the_round_trip(void **state)
{
	(void)state;
	assert_stamp(0, "1970-01-01T00:00:00Z");
	assert_stamp(-1, "1969-12-31T23:59:59Z");
	assert_stamp(1795192262, "2026-11-20T16:31:02Z");
	assert_stamp(951827696, "2000-02-29T12:34:56Z");
	assert_stamp(-2208988800, "1900-01-01T00:00:00Z");
	assert_stamp(7258118399, "2199-12-31T23:59:59Z");
}

static void far_instants_keep_their_21_bytes(void **state)
{
	char out[STAMP_TEXT];

	(void)state;
	stamp_format(INT64_MAX, out);
	assert_int_equal(strlen(out), STAMP_TEXT - 1);
	stamp_format(INT64_MIN, out);
	assert_int_equal(strlen(out), STAMP_TEXT - 1);
}

static void what_is_no_instant_is_refused(void **state)
{
	static const char *const texts[] = {"", "2026-11-20",
	    "2026-11-20T16:31:02", "2026-11-20T16:31:02z",
	    "2026-11-20 16:31:02Z", "2026-11-20T16:31:02Z ",
	    "2026-11-20T24:00:00Z", "2026-11-20T16:60:02Z",
	    "2026-11-20T16:31:60Z", "2026-11-20T16:31:02.5Z",
	    "2026-11-20T16:31:02+01:00", "2026-11-20T6:31:02Z",
	    "2026-02-29T16:31:02Z", "1899-12-31T00:00:00Z",
	    "2026-11-20T-1:00:00Z"};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct err err = ERR_INIT;
		int64_t seconds = 7;

		assert_int_equal(
		    stamp_parse(&seconds, texts[i], &err), E_INVALID);
		assert_int_equal(err.code, E_INVALID);
		assert_int_equal(seconds, 7);
	}
}

static void assert_local(int64_t seconds, int year, int month, int day)
{
	struct date date;

	date_local(seconds, &date);
	assert_int_equal(date.year, year);
	assert_int_equal(date.month, month);
	assert_int_equal(date.day, day);
}

static void local_dates_follow_the_time_zone(void **state)
{
	(void)state;
	/* 2026-11-20T23:30:00Z, in winter, then 2026-07-01T22:30:00Z. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_local(1795217400, 2026, 11, 21);
	assert_local(1782945000, 2026, 7, 2);
	setenv("TZ", "UTC0", 1);
	tzset();
	assert_local(1795217400, 2026, 11, 20);
	assert_local(-1, 1969, 12, 31);
}

static void far_local_dates_have_four_digit_years(void **state)
{
	(void)state;
	assert_local(INT64_MAX, 9999, 12, 31);
	assert_local(INT64_MIN, 0, 1, 1);
	assert_local(253402300800 + 86400, 9999, 12, 31);
	/* 0000-01-01T00:00:00Z, and the year before. */
	assert_local(-62167219200, 0, 1, 1);
	assert_local(-62167219200 - 366 * 86400, 0, 1, 1);
}

static void local_times_follow_the_time_zone(void **state)
{
	(void)state;
	/* 2026-11-20T23:30:00Z, in winter, then 2026-07-01T22:30:00Z. */
	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	tzset();
	assert_int_equal(clock_local(1795217400), 30);
	assert_int_equal(clock_local(1782945059), 30);
	setenv("TZ", "UTC0", 1);
	tzset();
	assert_int_equal(clock_local(1795217400), 23 * 60 + 30);
	assert_int_equal(clock_local(0), 0);
	assert_int_equal(clock_local(-1), 23 * 60 + 59);
}

/* Beyond the calendar it is what UTC would have shown. */
static void far_local_times_are_of_a_day(void **state)
{
	(void)state;
	assert_int_equal(clock_local(INT64_MAX), 15 * 60 + 30);
	assert_int_equal(clock_local(INT64_MIN), 8 * 60 + 29);
}

static void refusals_speak_english_too(void **state)
{
	struct err err = ERR_INIT;
	int minutes;

	(void)state;
	lang_set("en");
	assert_int_equal(
	    duration_parse(&minutes, "25h", false, DURATION_DAY_MAX, &err),
	    E_INVALID);
	lang_set("fr");
	assert_string_equal(err.text, "more than 24 h: a day has only 24 h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(dates_are_iso_or_french),
	    cmocka_unit_test(what_is_not_a_date_is_refused),
	    cmocka_unit_test(days_that_do_not_exist_are_refused),
	    cmocka_unit_test(iso_dates_are_exact),
	    cmocka_unit_test(days_count_from_1970),
	    cmocka_unit_test(every_day_follows_the_one_before),
	    cmocka_unit_test(far_days_stop_at_four_digit_years),
	    cmocka_unit_test(weeks_start_on_monday),
	    cmocka_unit_test(months_are_added_within_the_month),
	    cmocka_unit_test(a_month_has_its_first_and_last_day),
	    cmocka_unit_test(what_is_not_a_month_is_refused),
	    cmocka_unit_test(durations_are_written_in_many_ways),
	    cmocka_unit_test(bare_numbers_are_hours_only_where_allowed),
	    cmocka_unit_test(decimals_round_half_up_to_the_minute),
	    cmocka_unit_test(a_day_has_only_24_hours),
	    cmocka_unit_test(minutes_stop_at_59),
	    cmocka_unit_test(minutes_take_two_digits),
	    cmocka_unit_test(nothing_negative),
	    cmocka_unit_test(an_empty_duration_says_so),
	    cmocka_unit_test(junk_is_no_duration),
	    cmocka_unit_test(other_limits_name_themselves),
	    cmocka_unit_test(durations_are_formatted_shortly),
	    cmocka_unit_test(every_minute_of_a_day_survives_the_round_trip),
	    cmocka_unit_test(times_of_day_are_read),
	    cmocka_unit_test(what_is_no_time_of_day_is_refused),
	    cmocka_unit_test(stretches_of_a_day_are_read),
	    cmocka_unit_test(what_is_no_stretch_is_refused),
	    cmocka_unit_test(instants_survive_the_round_trip),
	    cmocka_unit_test(far_instants_keep_their_21_bytes),
	    cmocka_unit_test(what_is_no_instant_is_refused),
	    cmocka_unit_test(local_dates_follow_the_time_zone),
	    cmocka_unit_test(far_local_dates_have_four_digit_years),
	    cmocka_unit_test(local_times_follow_the_time_zone),
	    cmocka_unit_test(far_local_times_are_of_a_day),
	    cmocka_unit_test(refusals_speak_english_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
