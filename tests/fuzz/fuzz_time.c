/*
 * Dates, months, durations, times of day and instants as people write them:
 * what is accepted is in range, and its one spelling reads the same again.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static void check_date(const char *text)
{
	struct err err = ERR_INIT;
	struct date date, again;
	char iso[DATE_TEXT];
	int rc = date_parse(&date, text, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == 0 || !date_is_iso(text));
	if (rc < 0)
		return;
	FUZZ_CHECK(date.year >= 1900 && date.year <= 2199);
	date_format(&date, iso);
	FUZZ_CHECK(date_is_iso(iso));
	FUZZ_CHECK(!date_is_iso(text) || strcmp(text, iso) == 0);
	FUZZ_CHECK(date_parse(&again, iso, NULL) == 0);
	FUZZ_CHECK(date_days(&again) == date_days(&date));
	again = date_from_days(date_days(&date) + 1);
	FUZZ_CHECK(date_days(&again) == date_days(&date) + 1);
	FUZZ_CHECK(date_weekday(&again) == date_weekday(&date) % 7 + 1);
}

static void check_month(const char *text)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct err err = ERR_INIT;
	struct date a, b, next;
	int rc = date_parse_month(text, first, last, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	FUZZ_CHECK(strncmp(first, text, 7) == 0 && strlen(text) == 7);
	FUZZ_CHECK(date_parse(&a, first, NULL) == 0 && a.day == 1);
	FUZZ_CHECK(date_parse(&b, last, NULL) == 0 && b.month == a.month);
	next = date_from_days(date_days(&b) + 1);
	FUZZ_CHECK(next.day == 1 && next.month == a.month % 12 + 1);
}

static void check_duration(const char *text, bool bare_is_hours)
{
	struct err err = ERR_INIT;
	char written[DURATION_TEXT];
	int minutes, week, again;
	int rc = duration_parse(
	    &minutes, text, bare_is_hours, DURATION_DAY_MAX, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	FUZZ_CHECK(minutes >= 0 && minutes <= DURATION_DAY_MAX);
	duration_format(minutes, written);
	FUZZ_CHECK(duration_parse(
		       &again, written, false, DURATION_DAY_MAX, NULL) == 0);
	FUZZ_CHECK(again == minutes);
	FUZZ_CHECK(
	    duration_parse(&week, text, true, DURATION_WEEK_MAX, NULL) == 0);
	FUZZ_CHECK(week == minutes);
}

static void check_clock(const char *text)
{
	struct err err = ERR_INIT;
	int minutes, again, start, end;
	char written[CLOCK_TEXT];
	int rc = clock_parse(&minutes, text, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0) {
		clock_format(minutes, written);
		FUZZ_CHECK(clock_parse(&again, written, NULL) == 0);
		FUZZ_CHECK(again == minutes);
	}
	rc = clock_parse_stretch(&start, &end, text, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0)
		FUZZ_CHECK(0 <= start && start < end && end <= 1440);
}

static void check_stamp(const char *text)
{
	struct err err = ERR_INIT;
	char again[STAMP_TEXT];
	int64_t seconds;
	int rc = stamp_parse(&seconds, text, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0)
		return;
	stamp_format(seconds, again);
	FUZZ_CHECK(strcmp(text, again) == 0);
}

/* Any number of seconds or minutes can be written. */
static void check_numbers(struct fuzz *in)
{
	int64_t number = fuzz_pick(in, 2) == 0 ? fuzz_int(in) : -fuzz_int(in);
	char stamp[STAMP_TEXT], duration[DURATION_TEXT];
	struct date date;
	int64_t again;

	stamp_format(number, stamp);
	FUZZ_CHECK(strlen(stamp) == STAMP_TEXT - 1);
	if (stamp_parse(&again, stamp, NULL) == 0 && number < 7258118400 &&
	    number > -2208988800)
		FUZZ_CHECK(again == number);
	duration_format(number, duration);
	FUZZ_CHECK(strlen(duration) < DURATION_TEXT);
	date_local(number, &date);
	FUZZ_CHECK(date.month >= 1 && date.month <= 12 && date.day >= 1);
	date = date_from_days(number);
	FUZZ_CHECK(date.year >= 0 && date.year <= 9999);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	char *text = fuzz_whole_text(data, size);

	check_date(text);
	check_month(text);
	check_duration(text, false);
	check_duration(text, true);
	check_clock(text);
	check_stamp(text);
	check_numbers(&in);
	free(text);
	return 0;
}
