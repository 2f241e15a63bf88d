/* Each rule at its limit, and one minute, day or month beyond. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/rules/check.h"
#include "server/rules/week.h"
#include "shared/text.h"

#define ROOM 1200

/* Somebody being told about, in November 2026: its Sundays are 1, 8, 15, 22
 * and 29. */
struct told {
	struct rules_slot slots[ROOM];
	struct rules_contract contracts[8];
	struct rules_pmsmp pmsmps[8];
	struct rules_person person;
	struct rules_month month;
	struct rules_finding found[64];
	size_t count;
};

static struct told told;

static int64_t day_of(const char *iso)
{
	int64_t day = day_number(iso, RULES_UNKNOWN);

	assert_true(day != RULES_UNKNOWN);
	return day;
}

static void begin(void)
{
	memset(&told, 0, sizeof(told));
	told.person = (struct rules_person){
	    .structure = STRUCTURE_ACI,
	    .slots = told.slots,
	    .contracts = told.contracts,
	    .pmsmps = told.pmsmps,
	    .birth = RULES_UNKNOWN,
	    .pass_end = RULES_UNKNOWN,
	};
	told.month = (struct rules_month){
	    day_of("2026-11-01"), day_of("2026-11-30"), day_of("2026-12-31")};
}

static struct rules_slot *add(int64_t day, const char *slot, const char *kind,
    int minutes, int start, int end)
{
	size_t at = told.person.slot_count++;

	assert_true(at < ROOM);
	/* By day, as the loader gives them. */
	for (; at > 0 && told.slots[at - 1].day > day; at--)
		told.slots[at] = told.slots[at - 1];
	told.slots[at] = (struct rules_slot){
	    .day = day,
	    .kind = kind_by_slug(kind),
	    .minutes = minutes,
	    .start = start,
	    .end = end,
	};
	assert_non_null(told.slots[at].kind);
	text_copy(told.slots[at].slot, sizeof(told.slots[at].slot), slot);
	return &told.slots[at];
}

static void work(int64_t day, int minutes)
{
	(void)add(day, "am", "work", minutes, -1, -1);
}

static void timed(int64_t day, const char *slot, int start, int end)
{
	(void)add(day, slot, "work", end - start, start, end);
}

static void contract(const char *start, const char *end, int weekly, bool cddi)
{
	struct rules_contract *out =
	    &told.contracts[told.person.contract_count++];

	out->start = day_number(start, RULES_UNKNOWN);
	out->end = day_number(end, RULES_UNKNOWN);
	out->planned = out->end;
	out->weekly = weekly;
	out->cddi = cddi;
}

static int note(
    void *context, const struct rules_finding *finding, struct err *err)
{
	(void)context;
	(void)err;
	assert_true(told.count < 64);
	told.found[told.count++] = *finding;
	return 0;
}

static void check(void)
{
	struct err err = ERR_INIT;

	told.count = 0;
	assert_int_equal(
	    rules_check(&told.person, &told.month, note, NULL, &err), 0);
}

static const struct rules_finding *find(enum rule_id rule)
{
	const struct rules_finding *found = NULL;

	for (size_t i = 0; i < told.count; i++) {
		if (told.found[i].rule != rule)
			continue;
		assert_null(found);
		found = &told.found[i];
	}
	return found;
}

/* The rule is broken once, on these days, by this much. */
static void broken(
    enum rule_id rule, const char *from, const char *to, int64_t value)
{
	const struct rules_finding *found;
	char text[DATE_TEXT];

	check();
	found = find(rule);
	if (found == NULL)
		fail_msg("%s is not told", rule_of(rule)->slug);
	day_format(found->from, text);
	assert_string_equal(text, from);
	day_format(found->to, text);
	assert_string_equal(text, to);
	assert_int_equal(found->value, value);
}

static void kept(enum rule_id rule)
{
	check();
	if (find(rule) != NULL)
		fail_msg("%s is told", rule_of(rule)->slug);
}

/* ---- a day ---- */

static void ten_hours_a_day(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	work(day, 600);
	kept(RULE_DAY);
	add(day, "pm", "paid_leave", 210, -1, -1); /* no effective work */
	kept(RULE_DAY);
	add(day, "x1", "travel", 1, -1, -1);
	broken(RULE_DAY, "2026-11-17", "2026-11-17", 601);
	/* Another month's. */
	told.month.last = day - 1;
	kept(RULE_DAY);
}

static void a_day_has_24_hours(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	work(day, 720);
	add(day, "pm", "sick", 720, -1, -1);
	kept(RULE_FULL_DAY);
	add(day, "x1", "sick", 1, -1, -1);
	broken(RULE_FULL_DAY, "2026-11-17", "2026-11-17", 1441);
}

static void slots_that_overlap(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	timed(day, "am", 480, 690);
	timed(day, "pm", 690, 900);
	kept(RULE_OVERLAP);
	timed(day, "x1", 899, 960);
	broken(RULE_OVERLAP, "2026-11-17", "2026-11-17", 1);
	begin();
	timed(day, "am", 480, 690);
	add(day, "pm", "work", 210, 500, -1); /* its end is not known */
	kept(RULE_OVERLAP);
	/* One inside another counts for its own length. */
	timed(day, "x1", 500, 530);
	broken(RULE_OVERLAP, "2026-11-17", "2026-11-17", 30);
}

static void hours_where_somebody_was_absent(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	add(day, "am", "sick", 0, -1, -1);
	timed(day, "x1", 720, 780); /* noon: the other half */
	kept(RULE_ABSENCE);
	add(day, "x2", "work", 60, -1, -1); /* when, nobody knows */
	kept(RULE_ABSENCE);
	timed(day, "x3", 719, 720);
	broken(RULE_ABSENCE, "2026-11-17", "2026-11-17", 1);
	begin();
	add(day, "am", "sick", 0, -1, -1);
	add(day, "pm", "sick", 0, -1, -1);
	add(day, "x1", "work", 60, -1, -1);
	broken(RULE_ABSENCE, "2026-11-17", "2026-11-17", 60);
	/* A half-day shared: some of it was worked. */
	begin();
	add(day, "am", "bad_weather", 120, -1, -1);
	timed(day, "x1", 480, 660);
	kept(RULE_ABSENCE);
	add(day, "x2", "work", 181, 480, 661);
	broken(RULE_ABSENCE, "2026-11-17", "2026-11-17", 181);
}

static void no_hours_before_their_day(void **state)
{
	(void)state;
	begin();
	told.month.today = day_of("2026-11-17");
	work(day_of("2026-11-17"), 210);
	add(day_of("2026-11-18"), "am", "paid_leave", 210, -1, -1);
	kept(RULE_FUTURE);
	work(day_of("2026-11-18"), 1);
	broken(RULE_FUTURE, "2026-11-18", "2026-11-18", 1);
}

/* ---- hours of one person in two structures ---- */

/* Work in the structure beside. */
static struct rules_slot *other(
    int64_t day, const char *slot, int minutes, int start, int end)
{
	struct rules_slot *out = add(day, slot, "work", minutes, start, end);

	out->elsewhere = "REMPARTS";
	return out;
}

static void a_day_in_two_structures(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	work(day, 240);
	other(day, "pm", 360, -1, -1);
	kept(RULE_DAY);
	told.slots[0].minutes = 241;
	broken(RULE_DAY, "2026-11-17", "2026-11-17", 601);
	/* Who was on leave here breaks nothing here. */
	begin();
	add(day, "am", "paid_leave", 210, -1, -1);
	other(day, "pm", 700, -1, -1);
	kept(RULE_DAY);
	/* Absences are of both at once; work is not. */
	begin();
	add(day, "am", "sick", 720, -1, -1);
	other(day, "am", 720, -1, -1)->kind = kind_by_slug("sick");
	other(day, "pm", 720, -1, -1);
	kept(RULE_FULL_DAY);
	told.slots[2].minutes = 721;
	broken(RULE_FULL_DAY, "2026-11-17", "2026-11-17", 1441);
	told.slots[0].elsewhere = "REMPARTS";
	kept(RULE_FULL_DAY);
}

static void weeks_in_two_structures(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 6; i++) {
		work(monday + i, 240);
		other(monday + i, "pm", 240, -1, -1);
	}
	kept(RULE_WEEK);
	kept(RULE_DAYS_WEEK);
	other(monday + 6, "am", 1, -1, -1);
	broken(RULE_WEEK, "2026-11-16", "2026-11-22", 2881);
	broken(RULE_DAYS_WEEK, "2026-11-16", "2026-11-22", 7);
	/* It is the other's alone in a week that was not worked here. */
	for (size_t i = 0; i < told.person.slot_count; i++)
		told.slots[i].elsewhere = "REMPARTS";
	kept(RULE_WEEK);
	kept(RULE_DAYS_WEEK);
	/* Twelve weeks of 44 h and a minute, six days of each here. */
	begin();
	for (int week = 0; week < 12; week++) {
		for (int i = 0; i < 5; i++)
			work(monday - 7 * (int64_t)week + i, 240);
		other(monday - 7 * (int64_t)week, "pm", 1440, -1, -1);
	}
	kept(RULE_MEAN);
	told.slots[0].minutes++;
	broken(RULE_MEAN, "2026-08-31", "2026-11-22", 2641);
}

static void rest_between_two_structures(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	timed(day, "pm", 1140, 1260);
	other(day + 1, "am", 210, 480, 690);
	kept(RULE_REST_DAY);
	told.slots[0].end = 1261;
	broken(RULE_REST_DAY, "2026-11-17", "2026-11-18", 659);
	told.slots[0].elsewhere = "REMPARTS";
	kept(RULE_REST_DAY);
	begin();
	for (int i = 0; i < 6; i++)
		timed(day - 1 + i, "am", 480, 690);
	other(day + 4, "pm", 200, 1061, 1261); /* Saturday, 21:01 */
	timed(day + 6, "am", 480, 690);
	broken(RULE_REST_WEEK, "2026-11-16", "2026-11-22", 2099);
}

/* Times, absences, contracts and weather are of one employer. */
static void what_stays_of_one_structure(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	contract("2026-11-01", "2026-11-16", 120, false);
	timed(day - 1, "am", 480, 600);
	other(day - 1, "pm", 400, 500, 900);
	add(day, "am", "sick", 0, -1, -1);
	add(day, "pm", "sick", 0, -1, -1);
	other(day, "x1", 420, 480, 900);
	other(day_of("2027-01-03"), "am", 60, -1, -1);
	check();
	assert_int_equal(told.count, 0);
	/* A week that has hours elsewhere is active; one without any here is
	 * the other's. */
	begin();
	work(day - 1, 480);
	broken(RULE_RSA_WEEK, "2026-11-16", "2026-11-22", 480);
	other(day + 1, "am", 420, -1, -1);
	kept(RULE_RSA_WEEK);
	told.slots[1].minutes = 419;
	broken(RULE_RSA_WEEK, "2026-11-16", "2026-11-22", 899);
	told.slots[0].elsewhere = "REMPARTS";
	kept(RULE_RSA_WEEK);
}

/* ---- breaks ---- */

static void twenty_minutes_in_six_hours(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	timed(day, "am", 480, 690);
	timed(day, "pm", 690, 839); /* 5 h 59 in all */
	kept(RULE_BREAK);
	told.slots[1].end = 840;
	told.slots[1].minutes = 150;
	broken(RULE_BREAK, "2026-11-17", "2026-11-17", 0);
	told.slots[1].start += 19;
	told.slots[1].end += 19;
	broken(RULE_BREAK, "2026-11-17", "2026-11-17", 19);
	told.slots[1].start += 1;
	told.slots[1].end += 1;
	kept(RULE_BREAK);
}

static void a_break_within_a_slot(void **state)
{
	int64_t day = day_of("2026-11-17");
	struct rules_slot *slot;

	(void)state;
	begin();
	slot = add(day, "am", "work", 401, 480, 900); /* 19 min not worked */
	broken(RULE_BREAK, "2026-11-17", "2026-11-17", 19);
	slot->minutes = 400;
	kept(RULE_BREAK);
	slot->minutes = 420;
	slot->pause = 20;
	kept(RULE_BREAK);
	/* What has no times accuses nobody. */
	begin();
	work(day, 600);
	kept(RULE_BREAK);
}

/* ---- rest ---- */

static void eleven_hours_between_days(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	timed(day, "pm", 1140, 1260);
	timed(day + 1, "am", 480, 690);
	kept(RULE_REST_DAY);
	told.slots[1].start = 479;
	broken(RULE_REST_DAY, "2026-11-17", "2026-11-18", 659);
	told.slots[1].start = -1;
	kept(RULE_REST_DAY);
	/* From the month before: the second day's month tells it. */
	begin();
	timed(day_of("2026-10-31"), "pm", 1140, 1440);
	timed(day_of("2026-11-01"), "am", 0, 120);
	broken(RULE_REST_DAY, "2026-10-31", "2026-11-01", 0);
}

static void clocks_that_change_change_nothing(void **state)
{
	(void)state;
	setenv("TZ", "Europe/Paris", 1);
	tzset();
	begin();
	told.month.first = day_of("2026-10-01");
	told.month.last = day_of("2026-10-31");
	/* The night of 24 to 25 October has an hour more. */
	timed(day_of("2026-10-24"), "pm", 1140, 1260);
	timed(day_of("2026-10-25"), "am", 480, 690);
	kept(RULE_REST_DAY);
	told.slots[1].start = 479;
	broken(RULE_REST_DAY, "2026-10-24", "2026-10-25", 659);
	setenv("TZ", "UTC", 1);
	tzset();
}

static void six_days_a_week(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 6; i++)
		work(monday + i, 60);
	kept(RULE_DAYS_WEEK);
	add(monday + 6, "am", "paid_leave", 60, -1, -1);
	kept(RULE_DAYS_WEEK);
	add(monday + 6, "pm", "counselling", 60, -1, -1);
	broken(RULE_DAYS_WEEK, "2026-11-16", "2026-11-22", 7);
}

static void thirty_five_hours_of_rest(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 6; i++)
		timed(monday + i, "am", 480, 690);
	told.slots[5].end = 1260; /* Saturday, 21:00 */
	timed(monday + 7, "am", 480, 690);
	kept(RULE_REST_WEEK); /* 3 + 24 + 8 hours */
	told.slots[5].end = 1261;
	broken(RULE_REST_WEEK, "2026-11-16", "2026-11-22", 2099);
	/* Somebody who does not come back on Monday has rested. */
	told.person.slot_count--;
	kept(RULE_REST_WEEK);
	work(monday + 7, 210);
	kept(RULE_REST_WEEK); /* it may have been the afternoon */
}

/* ---- weeks ---- */

static void forty_eight_hours_a_week(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 6; i++)
		work(monday + i, 480);
	kept(RULE_WEEK);
	work(monday + 6, 1);
	broken(RULE_WEEK, "2026-11-16", "2026-11-22", 2881);
	/* Monday 30 November is December's week. */
	begin();
	for (int i = 0; i < 6; i++)
		work(day_of("2026-11-30") + i, 481);
	kept(RULE_WEEK);
	told.month.first = day_of("2026-12-01");
	told.month.last = day_of("2026-12-31");
	broken(RULE_WEEK, "2026-11-30", "2026-12-06", 2886);
}

static void week_53_and_new_year(void **state)
{
	int64_t monday = day_of("2026-12-28");
	char week[WEEK_TEXT];
	int64_t day;

	(void)state;
	week_format(monday, week);
	assert_string_equal(week, "2026-W53");
	week_format(monday + 6, week);
	assert_string_equal(week, "2026-W53");
	week_format(monday + 7, week);
	assert_string_equal(week, "2027-W01");
	week_format(day_of("2024-12-30"), week);
	assert_string_equal(week, "2025-W01");
	week_format(day_of("1969-12-31"), week);
	assert_string_equal(week, "1970-W01");
	assert_int_equal(week_parse(&day, "2026-W53", NULL), 0);
	assert_int_equal(day, monday);
	assert_int_equal(week_parse(&day, "2027-W53", NULL), E_INVALID);
	assert_int_equal(week_parse(&day, "2026-W00", NULL), E_INVALID);
	assert_int_equal(week_parse(&day, "2026-W1", NULL), E_INVALID);
	assert_int_equal(week_parse(&day, "2026-W 1", NULL), E_INVALID);
	assert_int_equal(week_parse(&day, "", NULL), E_INVALID);
	/* It ends in January 2027, and is told there. */
	begin();
	for (int i = 0; i < 6; i++)
		work(monday + i, 481);
	told.month.first = day_of("2026-12-01");
	told.month.last = day_of("2026-12-31");
	kept(RULE_WEEK);
	told.month.first = day_of("2027-01-01");
	told.month.last = day_of("2027-01-31");
	broken(RULE_WEEK, "2026-12-28", "2027-01-03", 2886);
}

static void forty_four_hours_over_twelve_weeks(void **state)
{
	/* The twelve weeks that end on 22 November. */
	int64_t first = day_of("2026-08-31");

	(void)state;
	begin();
	for (int week = 0; week < 12; week++) {
		for (int day = 0; day < 5; day++)
			work(first + 7 * week + day, 528);
	}
	kept(RULE_MEAN);
	work(day_of("2026-11-22"), 1);
	broken(RULE_MEAN, "2026-08-31", "2026-11-22", 2641);
	/* Eleven weeks of 48 h and one of nothing are less: 44 h. */
	begin();
	for (int week = 0; week < 11; week++) {
		for (int day = 0; day < 5; day++)
			work(first + 7 * week + day, 576);
	}
	kept(RULE_MEAN);
}

static void fifteen_hours_of_activity(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	contract("2026-11-16", "2026-11-22", 1560, true);
	kept(RULE_RSA_WEEK); /* blank is not zero */
	add(monday, "am", "work", 450, -1, -1);
	add(monday + 1, "am", "immersion", 449, -1, -1);
	add(monday + 2, "am", "sick", 210, -1, -1);
	broken(RULE_RSA_WEEK, "2026-11-16", "2026-11-22", 899);
	told.slots[0].minutes++;
	kept(RULE_RSA_WEEK);
	told.slots[0].minutes--;
	/* A week that is not over, or not wholly under contract. */
	told.month.today = day_of("2026-11-22");
	kept(RULE_RSA_WEEK);
	told.month.today++;
	broken(RULE_RSA_WEEK, "2026-11-16", "2026-11-22", 899);
	told.contracts[0].end--;
	kept(RULE_RSA_WEEK);
	/* Hours begin within the week: what came before was not noted here,
	 * but a whole week before it was. */
	begin();
	contract("2026-11-02", "2026-11-22", 1560, true);
	add(monday + 1, "am", "work", 450, -1, -1);
	kept(RULE_RSA_WEEK);
	begin();
	contract("2026-11-02", "2026-11-22", 1560, true);
	add(monday - 1, "am", "sick", 210, -1, -1);
	add(monday + 1, "am", "work", 450, -1, -1);
	broken(RULE_RSA_WEEK, "2026-11-16", "2026-11-22", 450);
}

/* ---- contracts ---- */

static void no_more_than_the_contract(void **state)
{
	int64_t monday = day_of("2026-11-09");

	(void)state;
	begin();
	contract("2026-01-01", "2026-12-31", 1560, true);
	for (int i = 0; i < 4; i++)
		work(monday + i, 390);
	add(monday + 7, "am", "paid_leave", 1560, -1, -1);
	add(monday + 8, "am", "sick", 420, -1, -1);
	kept(RULE_CONTRACT_TOTAL);
	work(monday + 9, 1);
	broken(RULE_CONTRACT_TOTAL, "2026-11-09", "2026-11-22", 3121);
	assert_int_equal(find(RULE_CONTRACT_TOTAL)->limit, 3120);
	/* One week makes up for another; the two of them are the limit. */
	told.slots[0].minutes -= 1;
	kept(RULE_CONTRACT_TOTAL);
	/* A contract whose hours nobody knows limits nothing. */
	told.slots[0].minutes = 1000;
	told.contracts[0].weekly = 0;
	kept(RULE_CONTRACT_TOTAL);
}

static void hours_beside_the_contract(void **state)
{
	(void)state;
	begin();
	work(day_of("2026-11-20"), 210);
	kept(RULE_CONTRACT_OUT); /* no contract on record */
	contract("2026-03-02", "2026-11-20", 1560, true);
	kept(RULE_CONTRACT_OUT);
	add(day_of("2026-11-21"), "am", "sick", 210, -1, -1);
	kept(RULE_CONTRACT_OUT);
	work(day_of("2026-11-21"), 100);
	work(day_of("2026-11-24"), 20);
	broken(RULE_CONTRACT_OUT, "2026-11-21", "2026-11-24", 120);
	/* Left before its end. */
	told.contracts[0].end = day_of("2026-11-19");
	broken(RULE_CONTRACT_OUT, "2026-11-20", "2026-11-24", 330);
	/* The next one begins the day after. */
	contract("2026-11-20", "", 1560, true);
	kept(RULE_CONTRACT_OUT);
}

static void after_the_pass(void **state)
{
	(void)state;
	begin();
	work(day_of("2026-11-20"), 210);
	kept(RULE_PASS_OUT);
	told.person.pass_end = day_of("2026-11-20");
	kept(RULE_PASS_OUT);
	told.person.pass_end--;
	broken(RULE_PASS_OUT, "2026-11-20", "2026-11-20", 210);
	told.person.structure = STRUCTURE_GEIQ; /* has no PASS */
	kept(RULE_PASS_OUT);
}

static void four_months_at_least(void **state)
{
	(void)state;
	begin();
	contract("2026-10-31", "2027-02-27", 1560, true);
	kept(RULE_CDDI_SHORT);
	told.contracts[0].planned--;
	broken(RULE_CDDI_SHORT, "2026-10-31", "2027-02-26", 3);
	told.contracts[0].cddi = false;
	kept(RULE_CDDI_SHORT);
	told.contracts[0].cddi = true;
	told.person.structure = STRUCTURE_ETTI; /* has missions */
	kept(RULE_CDDI_SHORT);
	/* A renewal may be shorter. */
	begin();
	contract("2026-03-01", "2026-10-31", 1560, true);
	contract("2026-11-01", "2026-12-31", 1560, true);
	kept(RULE_CDDI_SHORT);
	told.contracts[0].planned--;
	broken(RULE_CDDI_SHORT, "2026-11-01", "2026-12-31", 2);
}

static void twenty_four_months_in_all(void **state)
{
	(void)state;
	begin();
	contract("2024-12-01", "2026-11-30", 1560, true);
	kept(RULE_CDDI_LONG);
	told.contracts[0].planned++;
	broken(RULE_CDDI_LONG, "2024-12-01", "2026-12-01", 25);
	/* In several, one of them over another. */
	begin();
	contract("2024-01-01", "2024-12-31", 1560, true);
	contract("2025-12-01", "2026-05-31", 1560, true);
	contract("2026-05-01", "2026-11-30", 1560, true);
	kept(RULE_CDDI_LONG);
	told.contracts[2].planned++;
	broken(RULE_CDDI_LONG, "2024-01-01", "2026-12-01", 25);
	/* All of them over before the month. */
	told.month.first = day_of("2027-01-01");
	told.month.last = day_of("2027-01-31");
	kept(RULE_CDDI_LONG);
}

static void twenty_hours_a_week_at_least(void **state)
{
	(void)state;
	begin();
	contract("2026-03-01", "2026-12-31", 1200, true);
	kept(RULE_CDDI_WEEKLY);
	told.contracts[0].weekly--;
	broken(RULE_CDDI_WEEKLY, "2026-03-01", "2026-12-31", 1199);
	told.contracts[0].weekly = 0;
	kept(RULE_CDDI_WEEKLY);
}

/* ---- under 18 ---- */

static void minors(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 5; i++)
		work(monday + i, 420);
	told.person.birth = day_of("2008-11-17"); /* of age on Tuesday */
	kept(RULE_MINOR_WEEK);
	kept(RULE_MINOR_DAYS);
	work(monday + 5, 1);
	broken(RULE_MINOR_WEEK, "2026-11-16", "2026-11-22", 2101);
	broken(RULE_MINOR_DAYS, "2026-11-16", "2026-11-22", 6);
	told.person.birth = day_of("2008-11-16");
	kept(RULE_MINOR_WEEK);
	kept(RULE_MINOR_DAYS);
	/* Unknown: the rules are left out. */
	told.person.birth = RULES_UNKNOWN;
	kept(RULE_MINOR_WEEK);
}

static void minors_of_a_day(void **state)
{
	int64_t day = day_of("2026-11-17");

	(void)state;
	begin();
	told.person.birth = day_of("2008-11-18");
	work(day, 480);
	kept(RULE_MINOR_DAY);
	told.slots[0].minutes = 481;
	broken(RULE_MINOR_DAY, "2026-11-17", "2026-11-17", 481);
	told.person.birth = day_of("2008-11-17"); /* eighteen today */
	kept(RULE_MINOR_DAY);
	begin();
	told.person.birth = day_of("2009-01-01");
	timed(day, "pm", 900, 1170); /* 4 h 30 */
	timed(day + 1, "am", 450, 510);
	kept(RULE_MINOR_BREAK);
	kept(RULE_MINOR_REST);
	told.slots[1].start--;
	broken(RULE_MINOR_REST, "2026-11-17", "2026-11-18", 719);
	kept(RULE_REST_DAY); /* told once */
	told.slots[0].start--;
	told.slots[0].minutes++;
	broken(RULE_MINOR_BREAK, "2026-11-17", "2026-11-17", 0);
	kept(RULE_BREAK);
}

/* ---- immersions ---- */

static void thirty_days_of_immersion(void **state)
{
	int64_t first = day_of("2026-10-15");

	(void)state;
	begin();
	told.pmsmps[0] = (struct rules_pmsmp){first, first + 29, "A"};
	told.person.pmsmp_count = 1;
	kept(RULE_PMSMP_LENGTH);
	told.pmsmps[0].end++;
	broken(RULE_PMSMP_LENGTH, "2026-10-15", "2026-11-14", 31);
	/* Without a convention, as the hours tell it: weekends bridge. */
	begin();
	for (int i = 0; i < 30; i += 7)
		add(first + i, "am", "immersion", 210, -1, -1);
	add(first + 29, "am", "immersion", 210, -1, -1);
	kept(RULE_PMSMP_LENGTH);
	add(first + 30, "am", "immersion", 210, -1, -1);
	broken(RULE_PMSMP_LENGTH, "2026-10-15", "2026-11-14", 31);
	/* Eight days between them: two immersions. */
	begin();
	for (int i = 0; i < 31; i += 8)
		add(first + i, "am", "immersion", 210, -1, -1);
	kept(RULE_PMSMP_LENGTH);
}

static void sixty_days_with_one_host(void **state)
{
	int64_t last = day_of("2026-11-20");

	(void)state;
	begin();
	told.pmsmps[0] =
	    (struct rules_pmsmp){day_of("2026-03-01"), 0, "11111111111111"};
	told.pmsmps[0].end = told.pmsmps[0].start + 29;
	told.pmsmps[1] =
	    (struct rules_pmsmp){last - 29, last, "11111111111111"};
	told.pmsmps[2] = (struct rules_pmsmp){
	    day_of("2026-05-01"), day_of("2026-05-20"), "22222222222222"};
	told.person.pmsmp_count = 3;
	kept(RULE_PMSMP_YEAR);
	told.pmsmps[0].end++;
	broken(RULE_PMSMP_YEAR, "2025-11-21", "2026-11-20", 61);
	/* A year before does not count. */
	told.pmsmps[0].start = day_of("2025-10-21");
	told.pmsmps[0].end = day_of("2025-11-20");
	kept(RULE_PMSMP_YEAR);
	/* Nobody knows the host: days of hours. */
	begin();
	for (int i = 0; i < 60; i++)
		add(last - 4 * i, "am", "immersion", 60, -1, -1);
	kept(RULE_PMSMP_YEAR);
	add(last - 4 * 60, "am", "immersion", 60, -1, -1);
	broken(RULE_PMSMP_YEAR, "2025-11-21", "2026-11-20", 61);
}

/* ---- bad weather ---- */

static void weather(int64_t day, int minutes, bool building)
{
	add(day, "am", "bad_weather", minutes, -1, -1)->building = building;
}

static void weather_of_a_day_and_a_week(void **state)
{
	int64_t monday = day_of("2026-11-16");

	(void)state;
	begin();
	for (int i = 0; i < 5; i++)
		weather(monday + i, 540, true);
	kept(RULE_WEATHER_DAY);
	kept(RULE_WEATHER_WEEK);
	weather(monday + 5, 1, false); /* no building site */
	kept(RULE_WEATHER_WEEK);
	weather(monday + 5, 1, true);
	broken(RULE_WEATHER_WEEK, "2026-11-16", "2026-11-22", 2701);
	weather(monday, 1, true);
	broken(RULE_WEATHER_DAY, "2026-11-16", "2026-11-16", 541);
}

static void fifty_five_days_of_weather(void **state)
{
	int64_t last = day_of("2026-11-20");

	(void)state;
	begin();
	for (int i = 0; i < 55; i++)
		weather(last - i, 0, true);
	weather(day_of("2025-12-31"), 210, true);
	kept(RULE_WEATHER_YEAR);
	weather(last - 60, 0, true);
	broken(RULE_WEATHER_YEAR, "2026-01-01", "2026-11-20", 56);
	/* Two half-days are one day. */
	weather(last, 0, true);
	broken(RULE_WEATHER_YEAR, "2026-01-01", "2026-11-20", 56);
}

/* ---- the table ---- */

static void every_rule_is_told_by_name(void **state)
{
	(void)state;
	for (enum rule_id id = 0; id < RULE_COUNT; id++) {
		const struct rule *rule = rule_of(id);

		assert_non_null(rule->slug);
		assert_ptr_equal(rule_find(rule->slug), rule);
		assert_true(strlen(rule->fr) > 10 && strlen(rule->en) > 10);
		assert_non_null(strstr(rule->source, "art. "));
		assert_true(rule->structures != 0);
	}
	assert_null(rule_find("no such rule"));
}

static int refuse(
    void *context, const struct rules_finding *finding, struct err *err)
{
	(void)finding;
	(*(int *)context)++;
	return err_set(err, E_INVALID, "enough");
}

static void whoever_refuses_ends_it(void **state)
{
	struct err err = ERR_INIT;
	int calls = 0;

	(void)state;
	begin();
	for (int i = 0; i < 7; i++)
		work(day_of("2026-11-16") + i, 1000);
	assert_int_equal(
	    rules_check(&told.person, &told.month, refuse, &calls, &err),
	    E_INVALID);
	assert_int_equal(calls, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ten_hours_a_day),
	    cmocka_unit_test(a_day_has_24_hours),
	    cmocka_unit_test(slots_that_overlap),
	    cmocka_unit_test(hours_where_somebody_was_absent),
	    cmocka_unit_test(no_hours_before_their_day),
	    cmocka_unit_test(a_day_in_two_structures),
	    cmocka_unit_test(weeks_in_two_structures),
	    cmocka_unit_test(rest_between_two_structures),
	    cmocka_unit_test(what_stays_of_one_structure),
	    cmocka_unit_test(twenty_minutes_in_six_hours),
	    cmocka_unit_test(a_break_within_a_slot),
	    cmocka_unit_test(eleven_hours_between_days),
	    cmocka_unit_test(clocks_that_change_change_nothing),
	    cmocka_unit_test(six_days_a_week),
	    cmocka_unit_test(thirty_five_hours_of_rest),
	    cmocka_unit_test(forty_eight_hours_a_week),
	    cmocka_unit_test(week_53_and_new_year),
	    cmocka_unit_test(forty_four_hours_over_twelve_weeks),
	    cmocka_unit_test(fifteen_hours_of_activity),
	    cmocka_unit_test(no_more_than_the_contract),
	    cmocka_unit_test(hours_beside_the_contract),
	    cmocka_unit_test(after_the_pass),
	    cmocka_unit_test(four_months_at_least),
	    cmocka_unit_test(twenty_four_months_in_all),
	    cmocka_unit_test(twenty_hours_a_week_at_least),
	    cmocka_unit_test(minors),
	    cmocka_unit_test(minors_of_a_day),
	    cmocka_unit_test(thirty_days_of_immersion),
	    cmocka_unit_test(sixty_days_with_one_host),
	    cmocka_unit_test(weather_of_a_day_and_a_week),
	    cmocka_unit_test(fifty_five_days_of_weather),
	    cmocka_unit_test(every_rule_is_told_by_name),
	    cmocka_unit_test(whoever_refuses_ends_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
