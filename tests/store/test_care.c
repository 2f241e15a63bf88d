/*
 * Accompaniment: the limits of immersions at their boundaries, leaving and
 * its month, reminders, corrections, and what is refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/care/badge.h"
#include "server/care/care.h"
#include "server/care/care_word.h"
#include "server/care/due.h"
#include "server/care/leave.h"
#include "server/care/observe.h"
#include "server/care/path.h"
#include "server/care/pmsmp.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "tests/lib/office_fixture.h"

#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start;"           \
	"contract_end\n"                                                       \
	"V01;RIVES;VERTS;Fatou;Diallo;2026-03-02;2026-12-10\n"                 \
	"V02;RIVES;VERTS;Éloïse;N'Guessan;2026-03-02;\n"                     \
	"B01;REMPARTS;BAT;Jean;Martin;2026-03-02;\n"

#define HOST  "04120768900039"
#define OTHER "04120768900047"

static const struct care_worker fatou = {"RIVES", "V01"};
static const struct care_worker eloise = {"RIVES", "V02"};
static const struct care_by nobody = {NULL, NULL, NULL};
static const struct care_by corrected = {NULL, "mistyped", NULL};

static int open_all(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	office_fixture_open(fixture);
	office_fixture_places(fixture);
	office_fixture_import(fixture, "workers", WORKERS);
	*state = fixture;
	return 0;
}

static int close_all(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

/* ---- noting ---- */

/* Note ${value} (JSON text); its code, with what was said in ${notes}. */
static int try_add(struct office_fixture *fixture, enum care_family family,
    const struct care_worker *worker, const char *value, char *id,
    struct buf *notes, struct err *err)
{
	json_t *json = NULL;
	int rc;

	assert_int_equal(json_read(&json, value, strlen(value), err), 0);
	rc = care_add(
	    &fixture->office, family, worker, json, &nobody, id, notes, err);
	json_decref(json);
	return rc;
}

/* It must be kept; the remarks, ended by "|" each. */
static void add(struct office_fixture *fixture, enum care_family family,
    const struct care_worker *worker, const char *value, char *id,
    const char *remark)
{
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;

	if (try_add(fixture, family, worker, value, id, &notes, &err) < 0)
		fail_msg("%s: %s", value, err.text);
	if (remark == NULL)
		assert_string_equal(buf_text(&notes), "");
	else if (strstr(buf_text(&notes), remark) == NULL)
		fail_msg(
		    "%s: no \"%s\" in \"%s\"", value, remark, buf_text(&notes));
	buf_free(&notes);
}

static void refused(struct office_fixture *fixture, enum care_family family,
    const struct care_worker *worker, const char *value, int code,
    const char *why)
{
	struct hash before = office_fixture_digest(fixture), after;
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(
	    try_add(fixture, family, worker, value, NULL, &notes, &err), code);
	if (strstr(err.text, why) == NULL)
		fail_msg("no \"%s\" in \"%s\"", why, err.text);
	after = office_fixture_digest(fixture);
	assert_true(hash_equal(&before, &after));
	buf_free(&notes);
}

static json_t *list_of(struct office_fixture *fixture, enum care_family family,
    const struct care_worker *worker)
{
	const struct care_filter filter = {
	    worker->structure, worker->worker, NULL, NULL, false};
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	if (care_list(&fixture->office, family, &filter, &rows, &err) < 0)
		fail_msg("%s", err.text);
	return rows;
}

#define PMSMP(siret, first, last)                                              \
	"{\"siret\":\"" siret "\",\"host\":\"Jardins Duval\","                 \
	"\"objective\":1,\"start\":\"" first "\",\"end\":\"" last "\"}"

/* ---- immersions ---- */

static void test_thirty_days_are_no_more_than_thirty(void **state)
{
	struct office_fixture *fixture = *state;

	/* 30 calendar days, the first and the last included. */
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-04-01", "2026-04-30"), NULL, NULL);
	add(fixture, CARE_PMSMP, &eloise,
	    PMSMP(HOST, "2026-04-01", "2026-05-01"), NULL,
	    "31 days, a convention has 30 at most (Code du travail, art. "
	    "D5135-3)");
}

static void test_sixty_days_in_twelve_months(void **state)
{
	struct office_fixture *fixture = *state;

	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2025-05-01", "2025-05-30"), NULL, NULL);
	/* 30 + 30 within twelve months: 60, which is allowed. */
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-01-01", "2026-01-30"), NULL, NULL);
	/* The window that ends on 1 May 2026 begins on 2 May 2025, so it has
	 * 29 + 30 + 1 days, and three conventions. */
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-05-01", "2026-05-01"), NULL,
	    "3 conventions with Jardins Duval in twelve months, 2 at most");
}

static void test_the_sixty_first_day_is_told(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;

	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-01-01", "2026-01-30"), NULL, NULL);
	assert_int_equal(
	    try_add(fixture, CARE_PMSMP, &fatou,
		PMSMP(HOST, "2026-03-01", "2026-03-31"), NULL, &notes, &err),
	    0);
	assert_non_null(strstr(buf_text(&notes), "31 days, a convention"));
	assert_non_null(strstr(
	    buf_text(&notes), "61 days at Jardins Duval in twelve months"));
	buf_free(&notes);
	/* Another host has days of its own. */
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(OTHER, "2026-06-01", "2026-06-30"), NULL, NULL);
}

static void test_twelve_months_roll(void **state)
{
	struct office_fixture *fixture = *state;

	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2025-01-01", "2025-01-30"), NULL, NULL);
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2025-06-01", "2025-06-30"), NULL, NULL);
	/* 30 January 2025 is out of the twelve months that end on 30 January
	 * 2026. */
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-01-30", "2026-02-27"), NULL, NULL);
}

static void test_nobody_is_in_two_places(void **state)
{
	struct office_fixture *fixture = *state;

	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-04-10", "2026-04-20"), NULL, NULL);
	refused(fixture, CARE_PMSMP, &fatou,
	    PMSMP(OTHER, "2026-04-20", "2026-04-25"), E_CONFLICT,
	    "from 2026-04-10 to 2026-04-20");
	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(OTHER, "2026-04-21", "2026-04-25"), NULL, NULL);
	/* Somebody else may. */
	add(fixture, CARE_PMSMP, &eloise,
	    PMSMP(HOST, "2026-04-10", "2026-04-20"), NULL, NULL);
}

static void test_an_etti_prescribes_none(void **state)
{
	struct office_fixture *fixture = *state;
	const struct care_worker temp = {"INTERIM", "I01"};

	office_fixture_import(fixture, "structures",
	    "structure;name;kind;siret\n"
	    "INTERIM;Pas à pas;ETTI;04120768900054\n");
	office_fixture_set(fixture, "INTERIM", "worker", "worker/I01",
	    "{\"first\":\"Ana\",\"crews\":[]}");
	refused(fixture, CARE_PMSMP, &temp,
	    PMSMP(HOST, "2026-04-10", "2026-04-20"), E_INVALID, "is an ETTI");
}

static void test_an_immersion_may_be_moved_over_itself(void **state)
{
	struct office_fixture *fixture = *state;
	char id[TEXT_ID_MAX + 1];
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *members = json_pack("{s:s}", "end", "2026-04-22"), *rows;

	add(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-04-10", "2026-04-20"), id, NULL);
	assert_int_equal(
	    care_set(&fixture->office, id, members, &corrected, &notes, &err),
	    0);
	rows = list_of(fixture, CARE_PMSMP, &fatou);
	assert_int_equal(json_array_size(rows), 1);
	assert_int_equal(json_int(json_array_get(rows, 0), "days", 0), 13);
	assert_int_equal(json_int(json_array_get(rows, 0), "revisions", 0), 2);
	json_decref(rows);
	json_decref(members);
	buf_free(&notes);
}

/* ---- what is refused ---- */

static void test_what_cannot_be(void **state)
{
	struct office_fixture *fixture = *state;

	refused(fixture, CARE_PMSMP, &fatou,
	    PMSMP("04120768900038", "2026-04-10", "2026-04-20"), E_INVALID,
	    "host's SIRET");
	refused(fixture, CARE_PMSMP, &fatou,
	    PMSMP(HOST, "2026-04-21", "2026-04-20"), E_INVALID,
	    "ends before it starts");
	refused(fixture, CARE_MEETING, &fatou,
	    "{\"day\":\"2026-04-10\",\"theme\":\"cancer\"}", E_INVALID,
	    "choose one of");
	refused(fixture, CARE_MEETING, &fatou,
	    "{\"day\":\"2026-04-10\",\"theme\":\"housing\",\"next\":"
	    "\"2026-04-09\"}",
	    E_INVALID, "before this one");
	refused(fixture, CARE_MEETING, &fatou,
	    "{\"day\":\"10/04/2026\",\"theme\":\"housing\"}", E_INVALID, "day");
	refused(fixture, CARE_TRAINING, &fatou,
	    "{\"title\":\"SST\",\"start\":\"2026-04-10\",\"end\":"
	    "\"2026-04-01\"}",
	    E_INVALID, "ends before it starts");
	refused(fixture, CARE_TRAINING, &fatou,
	    "{\"title\":\"\\u0007\",\"start\":\"2026-04-10\"}", E_INVALID,
	    "title");
	refused(fixture, CARE_EXIT, &fatou,
	    "{\"day\":\"2026-11-10\",\"category\":\"gone\"}", E_INVALID,
	    "choose one of");
	refused(fixture, CARE_EXIT, &fatou,
	    "{\"day\":\"2026-11-10\",\"category\":\"other\",\"code\":\"12\"}",
	    E_INVALID, "no list is imported");
	refused(fixture, CARE_FOLLOWUP, &fatou,
	    "{\"day\":\"2026-11-10\",\"exit\":\"e-0\",\"outcome\":"
	    "\"training\"}",
	    E_NOT_FOUND, "nothing is noted");
}

static void test_hostile_words_stay_words(void **state)
{
	struct office_fixture *fixture = *state;
	static const char title[] =
	    "<script>alert(1)</script> '; DROP TABLE entry; -- =1+1";
	json_t *value =
	    json_pack("{s:s, s:s}", "title", title, "start", "2026-04-10");
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *rows;

	assert_int_equal(care_add(&fixture->office, CARE_TRAINING, &fatou,
			     value, &nobody, NULL, &notes, &err),
	    0);
	rows = list_of(fixture, CARE_TRAINING, &fatou);
	assert_string_equal(json_text(json_array_get(rows, 0), "title"), title);
	json_decref(rows);
	json_decref(value);
	buf_free(&notes);
}

/* ---- corrections ---- */

#define MEETING(day, more) "{\"day\":\"" day "\",\"theme\":\"housing\"" more "}"

static void test_a_correction_says_why(void **state)
{
	struct office_fixture *fixture = *state;
	struct care_worker of;
	struct care_by stale = {NULL, "mistyped", NULL};
	json_t *members = json_pack("{s:i}", "minutes", 45), *rows, *history;
	char id[TEXT_ID_MAX + 1], first[HASH_TEXT];
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;

	add(fixture, CARE_MEETING, &fatou, MEETING("2026-11-10", ""), id, NULL);
	rows = list_of(fixture, CARE_MEETING, &fatou);
	text_copy(
	    first, sizeof(first), json_text(json_array_get(rows, 0), "hash"));
	json_decref(rows);
	assert_int_equal(
	    care_set(&fixture->office, id, members, &nobody, &notes, &err),
	    E_USAGE);
	stale.seen = first;
	assert_int_equal(
	    care_set(&fixture->office, id, members, &stale, &notes, &err), 0);
	/* What was on that screen is no longer what stands. */
	assert_int_equal(
	    care_void(&fixture->office, id, &stale, &err), E_CONFLICT);
	assert_int_equal(care_void(&fixture->office, id, &corrected, &err), 0);
	rows = list_of(fixture, CARE_MEETING, &fatou);
	assert_int_equal(json_array_size(rows), 0);
	assert_int_equal(
	    care_history(&fixture->office, id, &of, &history, &err), 0);
	assert_string_equal(of.worker, fatou.worker);
	assert_int_equal(json_array_size(history), 3);
	assert_string_equal(
	    json_text(json_array_get(history, 1), "reason"), "mistyped");
	assert_true(
	    json_is_true(json_object_get(json_array_get(history, 2), "void")));
	json_decref(rows);
	json_decref(history);
	json_decref(members);
	buf_free(&notes);
}

/* ---- reminders ---- */

/* What is due within 30 days, one a line: "what day worker". */
static char *due_of(struct office_fixture *fixture)
{
	const struct due_filter filter = {NULL, NULL, DUE_WITHIN_DAYS};
	struct buf out = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	if (due_json(&fixture->office, &filter, &rows, &err) < 0)
		fail_msg("%s", err.text);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_printf(&out, "%s %s %s%s\n", json_text(row, "what"),
		    json_text(row, "day"), json_text(row, "worker"),
		    json_is_true(json_object_get(row, "late")) ? " late" : "");
	}
	json_decref(rows);
	buf_add_text(&out, "");
	return out.data != NULL ? buf_take(&out) : strdup("");
}

static void expect_due(struct office_fixture *fixture, const char *expected)
{
	char *found = due_of(fixture);

	assert_string_equal(found, expected);
	free(found);
}

static void test_a_contract_ends_within_thirty_days(void **state)
{
	struct office_fixture *fixture = *state;

	/* V01's contract ends on 10 December. */
	office_fixture_day(fixture, "2026-11-09");
	expect_due(fixture, "");
	office_fixture_day(fixture, "2026-11-10");
	expect_due(fixture, "contract_end 2026-12-10 V01\n");
	office_fixture_day(fixture, "2026-12-10");
	expect_due(fixture, "contract_end 2026-12-10 V01\n");
	/* The leaving is due within a month. */
	office_fixture_day(fixture, "2026-12-11");
	expect_due(fixture, "exit_missing 2027-01-10 V01\n");
	office_fixture_day(fixture, "2027-01-11");
	expect_due(fixture, "exit_missing 2027-01-10 V01 late\n");
}

static void test_leaving_is_followed_six_months_later(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *value =
	    json_pack("{s:s, s:s}", "day", "2026-12-10", "category", "lasting");
	json_t *answer =
	    json_pack("{s:s, s:s}", "day", "2027-06-10", "outcome", "lasting");
	char id[TEXT_ID_MAX + 1];
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;

	office_fixture_day(fixture, "2027-01-10");
	assert_int_equal(leave_set(&fixture->office, &fatou, value, false,
			     &nobody, id, &notes, &err),
	    0);
	assert_string_equal(buf_text(&notes), "");
	expect_due(fixture, "");
	office_fixture_day(fixture, "2027-05-11");
	expect_due(fixture, "followup 2027-06-10 V01\n");
	office_fixture_day(fixture, "2027-06-11");
	expect_due(fixture, "followup 2027-06-10 V01 late\n");
	assert_int_equal(leave_follow_up(&fixture->office, &fatou, answer,
			     &nobody, id, &notes, &err),
	    0);
	expect_due(fixture, "");
	json_decref(value);
	json_decref(answer);
	buf_free(&notes);
}

static void test_who_was_withdrawn_is_not_followed(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_day(fixture, "2026-12-12");
	add(fixture, CARE_EXIT, &fatou,
	    "{\"day\":\"2026-12-10\",\"category\":\"withdrawn\"}", NULL, NULL);
	office_fixture_day(fixture, "2027-07-10");
	expect_due(fixture, "");
}

static void test_leaving_is_entered_within_a_month(void **state)
{
	struct office_fixture *fixture = *state;
	char id[TEXT_ID_MAX + 1];
	json_t *rows;

	/* 31 January and a month is 28 February. */
	office_fixture_day(fixture, "2027-02-28");
	add(fixture, CARE_EXIT, &fatou,
	    "{\"day\":\"2027-01-31\",\"category\":\"other\"}", id, NULL);
	office_fixture_day(fixture, "2027-03-01");
	add(fixture, CARE_EXIT, &eloise,
	    "{\"day\":\"2027-01-31\",\"category\":\"other\"}", id,
	    "over a month after leaving (2027-02-28 at the latest)");
	rows = list_of(fixture, CARE_EXIT, &fatou);
	assert_true(
	    json_is_false(json_object_get(json_array_get(rows, 0), "late")));
	json_decref(rows);
	rows = list_of(fixture, CARE_EXIT, &eloise);
	assert_true(
	    json_is_true(json_object_get(json_array_get(rows, 0), "late")));
	assert_string_equal(
	    json_text(json_array_get(rows, 0), "followup_due"), "2027-07-31");
	json_decref(rows);
}

static void test_one_leaving_until_somebody_comes_back(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *value =
	    json_pack("{s:s, s:s}", "day", "2026-11-18", "category", "lasting");
	json_t *other = json_pack("{s:s}", "category", "transition");
	char id[TEXT_ID_MAX + 1], same[TEXT_ID_MAX + 1];
	struct buf notes = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *rows;

	assert_int_equal(leave_set(&fixture->office, &eloise, value, false,
			     &nobody, id, &notes, &err),
	    0);
	assert_int_equal(leave_set(&fixture->office, &eloise, other, false,
			     &nobody, same, &notes, &err),
	    E_CONFLICT);
	assert_int_equal(leave_set(&fixture->office, &eloise, other, false,
			     &corrected, same, &notes, &err),
	    0);
	assert_string_equal(id, same);
	/* A contract that begins later: what is noted next is another. */
	office_fixture_set(fixture, "RIVES", "contract", "contract/V02/C2",
	    "{\"kind\":\"cddi\",\"start\":\"2026-11-19\",\"end\":"
	    "\"2027-11-18\"}");
	assert_int_equal(
	    json_object_set_new(value, "day", json_string("2026-11-20")), 0);
	assert_int_equal(leave_set(&fixture->office, &eloise, value, false,
			     &nobody, same, &notes, &err),
	    0);
	assert_string_not_equal(id, same);
	assert_non_null(
	    strstr(buf_text(&notes), "a contract runs until 2027-11-18"));
	rows = list_of(fixture, CARE_EXIT, &eloise);
	assert_int_equal(json_array_size(rows), 2);
	assert_string_equal(
	    json_text(json_array_get(rows, 0), "category"), "transition");
	json_decref(rows);
	json_decref(value);
	json_decref(other);
	buf_free(&notes);
}

static void test_the_next_meeting(void **state)
{
	struct office_fixture *fixture = *state;

	add(fixture, CARE_MEETING, &eloise,
	    MEETING("2026-11-02", ",\"next\":\"2026-11-12\""), NULL, NULL);
	expect_due(fixture, "meeting 2026-11-12 V02 late\n"
			    "contract_end 2026-12-10 V01\n");
	/* It took place, and agreed upon another, out of sight yet. */
	add(fixture, CARE_MEETING, &eloise,
	    MEETING("2026-11-12", ",\"next\":\"2026-12-21\""), NULL, NULL);
	expect_due(fixture, "contract_end 2026-12-10 V01\n");
	/* One noted ahead of its day is itself to come. */
	add(fixture, CARE_MEETING, &eloise, MEETING("2026-11-24", ""), NULL,
	    NULL);
	expect_due(fixture, "meeting 2026-11-24 V02\n"
			    "contract_end 2026-12-10 V01\n");
}

static void test_an_immersion_ends(void **state)
{
	struct office_fixture *fixture = *state;

	add(fixture, CARE_PMSMP, &eloise,
	    PMSMP(HOST, "2026-11-10", "2026-11-20"), NULL, NULL);
	expect_due(fixture, "pmsmp_end 2026-11-20 V02\n"
			    "contract_end 2026-12-10 V01\n");
	office_fixture_day(fixture, "2026-11-21");
	expect_due(fixture, "contract_end 2026-12-10 V01\n");
}

static void test_reasons_of_the_list_alone(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_import(fixture, "exit-codes",
	    "code;label;category\n"
	    "101;CDI hors structure;emploi durable\n"
	    "905;Décès;retrait des sorties constatées\n");
	add(fixture, CARE_EXIT, &fatou,
	    "{\"day\":\"2026-11-10\",\"category\":\"lasting\",\"code\":"
	    "\"101\"}",
	    NULL, "a contract runs until 2026-12-10");
	refused(fixture, CARE_EXIT, &eloise,
	    "{\"day\":\"2026-11-10\",\"category\":\"lasting\",\"code\":"
	    "\"102\"}",
	    E_INVALID, "not on the imported list");
}

/* ---- the page of one worker ---- */

static json_t *page_of(struct office_fixture *fixture,
    const struct care_worker *worker, const char *job)
{
	struct err err = ERR_INIT;
	json_t *page = NULL;

	if (path_show(&fixture->office, worker, job, true, &page, &err) < 0)
		fail_msg("%s", err.text);
	return page;
}

static void hours(struct office_fixture *fixture, const char *day,
    const char *slot, const char *kind, int minutes)
{
	office_fixture_hours(
	    fixture, "RIVES", "V02", day, slot, kind, minutes, "", "");
}

static const json_t *week_of(const json_t *page, const char *monday)
{
	const json_t *weeks = json_object_get(page, "weeks");

	for (size_t i = 0; i < json_array_size(weeks); i++) {
		const json_t *week = json_array_get(weeks, i);

		if (strcmp(json_text(week, "monday"), monday) == 0)
			return week;
	}
	fail_msg("no week of %s", monday);
	return NULL;
}

static void expect_week(const json_t *page, const char *monday,
    const char *name, int minutes, int contested, bool under)
{
	const json_t *week = week_of(page, monday);

	assert_string_equal(json_text(week, "week"), name);
	assert_int_equal(json_int(week, "minutes", -1), minutes);
	assert_int_equal(json_int(week, "contested", -1), contested);
	assert_int_equal(json_is_true(json_object_get(week, "under")), under);
}

static void test_weeks_under_fifteen_hours(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *page;

	/* Exactly fifteen hours are not under them; a minute less is. */
	hours(fixture, "2026-11-02", "am", "work", 450);
	hours(fixture, "2026-11-08", "am", "work", 450);
	hours(fixture, "2026-11-09", "am", "work", 450);
	hours(fixture, "2026-11-10", "am", "work", 449);
	/* Contested minutes are told apart, absences are not worked. */
	hours(fixture, "2026-11-11", "am", "work", 200);
	hours(fixture, "2026-11-11", "am", "work", 210);
	hours(fixture, "2026-11-12", "am", "sick", 0);
	hours(fixture, "2026-11-12", "pm", "sick", 0);
	page = page_of(fixture, &eloise, NULL);
	expect_week(page, "2026-11-02", "2026-W45", 900, 0, false);
	assert_int_equal(
	    json_int(week_of(page, "2026-11-09"), "minutes", -1), 899);
	assert_true(json_is_true(
	    json_object_get(week_of(page, "2026-11-09"), "under")));
	assert_true(
	    json_int(week_of(page, "2026-11-09"), "contested", 0) >= 200);
	/* This week is not over; under contract since March, but nothing was
	 * noted before November. */
	expect_week(page, "2026-11-16", "2026-W47", 0, 0, false);
	expect_week(page, "2026-03-02", "2026-W10", 0, 0, false);
	expect_week(page, "2026-10-26", "2026-W44", 0, 0, false);
	assert_int_equal(
	    json_int(json_object_get(json_object_get(page, "absences"), "sick"),
		"slots", 0),
	    2);
	json_decref(page);
}

static void test_weeks_count_from_the_first_whole_one(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *page;

	/* A Tuesday: that week's Monday may have been noted elsewhere. */
	hours(fixture, "2026-10-06", "am", "work", 210);
	page = page_of(fixture, &eloise, NULL);
	expect_week(page, "2026-10-05", "2026-W41", 210, 0, false);
	expect_week(page, "2026-10-12", "2026-W42", 0, 0, true);
	json_decref(page);
	/* Hours of years ago; but not before the contract. */
	hours(fixture, "2024-03-05", "am", "work", 210);
	page = page_of(fixture, &eloise, NULL);
	expect_week(page, "2026-02-23", "2026-W09", 0, 0, false);
	expect_week(page, "2026-03-02", "2026-W10", 0, 0, true);
	expect_week(page, "2026-10-05", "2026-W41", 210, 0, true);
	json_decref(page);
}

static void test_nobody_is_expected_after_leaving(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *page;

	hours(fixture, "2026-10-05", "am", "work", 210);
	add(fixture, CARE_EXIT, &eloise,
	    "{\"day\":\"2026-10-25\",\"category\":\"other\"}", NULL, NULL);
	page = page_of(fixture, &eloise, NULL);
	expect_week(page, "2026-10-19", "2026-W43", 0, 0, true);
	expect_week(page, "2026-10-26", "2026-W44", 0, 0, false);
	json_decref(page);
}

static void test_a_slot_of_two_structures_is_paid_by_none(void **state)
{
	struct office_fixture *fixture = *state;
	json_t *page;

	office_fixture_set(fixture, "REMPARTS", "worker", "worker/V02",
	    "{\"first\":\"Eloise\",\"crews\":[]}");
	hours(fixture, "2026-11-02", "am", "work", 210);
	hours(fixture, "2026-11-02", "pm", "work", 210);
	office_fixture_hours(fixture, "REMPARTS", "V02", "2026-11-02", "am",
	    "work", 240, "", "");
	hours(fixture, "2026-10-30", "am", "work", 210);
	page = page_of(fixture, &eloise, NULL);
	expect_week(page, "2026-11-02", "2026-W45", 210, 210, true);
	json_decref(page);
}

static void test_remaining_days_of_a_host(void **state)
{
	struct office_fixture *fixture = *state;
	const json_t *host;
	json_t *page;

	add(fixture, CARE_PMSMP, &eloise,
	    PMSMP(HOST, "2026-04-01", "2026-04-20"), NULL, NULL);
	page = page_of(fixture, &eloise, NULL);
	host = json_array_get(json_object_get(page, "hosts"), 0);
	assert_int_equal(json_int(host, "days", 0), 20);
	assert_int_equal(json_int(host, "remaining", 0), 40);
	assert_int_equal(json_int(host, "conventions", 0), 1);
	json_decref(page);
}

/* ---- skills ---- */

#define CATALOGUE                                                              \
	"code;label;trade\n"                                                   \
	"A1203-01;Tailler une haie;A1203\n"                                    \
	"A1203-02;Tondre;A1203\n"                                              \
	"A1203-03;Planter;A1203\n"

static void observe(struct office_fixture *fixture, const char *skill,
    int level, const char *day, char *id)
{
	const struct observe seen = {
	    .skill = skill, .level = level, .day = day};
	char made[TEXT_ID_MAX + 1];
	struct err err = ERR_INIT;

	if (observe_add(&fixture->office, &fatou, &seen, made, &err) < 0)
		fail_msg("%s", err.text);
	if (id != NULL)
		text_copy(id, TEXT_ID_MAX + 1, made);
}

static void test_gaps_to_a_trade(void **state)
{
	struct office_fixture *fixture = *state;
	const json_t *gaps, *skills;
	struct err err = ERR_INIT;
	json_t *page;

	office_fixture_import(fixture, "skills", CATALOGUE);
	observe(fixture, "A1203-01", 2, "2026-05-04", NULL);
	observe(fixture, "A1203-01", 3, "2026-10-05", NULL);
	observe(fixture, "A1203-02", 0, "2026-10-05", NULL);
	page = page_of(fixture, &fatou, "A1203");
	gaps = json_object_get(page, "gaps");
	assert_int_equal(json_int(gaps, "observed", 0), 1);
	assert_int_equal(json_int(gaps, "total", 0), 3);
	skills = json_object_get(gaps, "skills");
	assert_string_equal(
	    json_text(json_array_get(skills, 0), "state"), "observed");
	assert_int_equal(json_int(json_array_get(skills, 0), "level", 0), 3);
	assert_string_equal(
	    json_text(json_array_get(skills, 1), "state"), "unassessed");
	assert_true(
	    json_is_null(json_object_get(json_array_get(skills, 1), "level")));
	assert_string_equal(
	    json_text(json_array_get(skills, 2), "state"), "never");
	/* Both observations stand, in the order of their days. */
	skills = json_object_get(
	    json_array_get(json_object_get(page, "skills"), 0), "observations");
	assert_int_equal(json_array_size(skills), 2);
	assert_int_equal(json_int(json_array_get(skills, 0), "level", 0), 2);
	json_decref(page);
	assert_int_equal(
	    path_show(&fixture->office, &fatou, "Z9999", true, &page, &err),
	    E_NOT_FOUND);
}

static void test_an_observation_is_corrected_and_withdrawn(void **state)
{
	struct office_fixture *fixture = *state;
	const struct observe better = {.level = 4};
	char id[TEXT_ID_MAX + 1];
	struct err err = ERR_INIT;
	const json_t *one;
	json_t *page;

	office_fixture_import(fixture, "skills", CATALOGUE);
	observe(fixture, "A1203-01", 2, "2026-05-04", id);
	assert_int_equal(
	    observe_set(&fixture->office, id, &better, &nobody, &err), E_USAGE);
	assert_int_equal(
	    observe_set(&fixture->office, id, &better, &corrected, &err), 0);
	page = page_of(fixture, &fatou, NULL);
	one = json_array_get(
	    json_object_get(json_array_get(json_object_get(page, "skills"), 0),
		"observations"),
	    0);
	assert_int_equal(json_int(one, "level", 0), 4);
	assert_string_equal(json_text(one, "day"), "2026-05-04");
	json_decref(page);
	assert_int_equal(
	    observe_void(&fixture->office, id, &corrected, &err), 0);
	page = page_of(fixture, &fatou, NULL);
	assert_int_equal(json_array_size(json_object_get(page, "skills")), 0);
	json_decref(page);
}

static void test_a_badge_tells_one_level(void **state)
{
	struct office_fixture *fixture = *state;
	const struct office *office = &fixture->office;
	struct buf token = BUF_INIT;
	uint8_t signature[SIG_LEN];
	struct buf raw = BUF_INIT;
	struct err err = ERR_INIT;
	char *dot;

	office_fixture_import(fixture, "skills", CATALOGUE);
	assert_int_equal(badge_make(&fixture->office, &office->server, &fatou,
			     "A1203-01", &token, &err),
	    E_NOT_FOUND);
	observe(fixture, "A1203-01", 2, "2026-05-04", NULL);
	observe(fixture, "A1203-01", 3, "2026-10-05", NULL);
	assert_int_equal(badge_make(&fixture->office, &office->server, &fatou,
			     "A1203-01", &token, &err),
	    0);
	dot = strrchr(token.data, '.');
	assert_non_null(dot);
	assert_int_equal(
	    enc_unbase64url(&raw, dot + 1, strlen(dot + 1), &err), 0);
	assert_int_equal(raw.len, SIG_LEN);
	memcpy(signature, raw.data, SIG_LEN);
	assert_true(key_verify(office->server.pub, signature, token.data,
	    (size_t)(dot - token.data)));
	token.data[3] ^= 1;
	assert_false(key_verify(office->server.pub, signature, token.data,
	    (size_t)(dot - token.data)));
	buf_reset(&token);
	/* Two observations of one day that contradict each other: none. */
	observe(fixture, "A1203-01", 2, "2026-10-05", NULL);
	assert_int_equal(badge_make(&fixture->office, &office->server, &fatou,
			     "A1203-01", &token, &err),
	    E_CONFLICT);
	/* A later one decides. */
	observe(fixture, "A1203-01", 3, "2026-10-06", NULL);
	assert_int_equal(badge_make(&fixture->office, &office->server, &fatou,
			     "A1203-01", &token, &err),
	    0);
	buf_free(&raw);
	buf_free(&token);
}

/* ---- looking people up ---- */

static void test_searching_without_accents(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	assert_int_equal(
	    path_list(&fixture->office, NULL, "eloise GUESSAN", &rows, &err),
	    0);
	assert_int_equal(json_array_size(rows), 1);
	assert_string_equal(
	    json_text(json_array_get(rows, 0), "worker"), "V02");
	json_decref(rows);
	assert_int_equal(
	    path_list(&fixture->office, NULL, "espaces", &rows, &err), 0);
	assert_int_equal(json_array_size(rows), 2);
	json_decref(rows);
	assert_int_equal(
	    path_list(&fixture->office, "REMPARTS", NULL, &rows, &err), 0);
	assert_int_equal(json_array_size(rows), 1);
	json_decref(rows);
}

static void test_who_is_meant(void **state)
{
	struct office_fixture *fixture = *state;
	struct care_worker found;
	struct err err = ERR_INIT;

	assert_int_equal(
	    care_worker_find(&found, fixture->office.db, NULL, "V1", &err),
	    E_NOT_FOUND);
	assert_non_null(strstr(err.text, "did you mean V0"));
	office_fixture_set(fixture, "REMPARTS", "worker", "worker/V02",
	    "{\"first\":\"Eloise\",\"crews\":[]}");
	assert_int_equal(
	    care_worker_find(&found, fixture->office.db, NULL, "V02", &err),
	    E_CONFLICT);
	assert_int_equal(care_worker_find(&found, fixture->office.db,
			     "REMPARTS", "V02", &err),
	    0);
	assert_string_equal(found.structure, "REMPARTS");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(test_thirty_days_are_no_more_than_thirty),
	    TEST(test_sixty_days_in_twelve_months),
	    TEST(test_the_sixty_first_day_is_told),
	    TEST(test_twelve_months_roll),
	    TEST(test_nobody_is_in_two_places),
	    TEST(test_an_etti_prescribes_none),
	    TEST(test_an_immersion_may_be_moved_over_itself),
	    TEST(test_what_cannot_be),
	    TEST(test_hostile_words_stay_words),
	    TEST(test_a_correction_says_why),
	    TEST(test_a_contract_ends_within_thirty_days),
	    TEST(test_leaving_is_followed_six_months_later),
	    TEST(test_who_was_withdrawn_is_not_followed),
	    TEST(test_leaving_is_entered_within_a_month),
	    TEST(test_one_leaving_until_somebody_comes_back),
	    TEST(test_the_next_meeting),
	    TEST(test_an_immersion_ends),
	    TEST(test_reasons_of_the_list_alone),
	    TEST(test_weeks_under_fifteen_hours),
	    TEST(test_weeks_count_from_the_first_whole_one),
	    TEST(test_nobody_is_expected_after_leaving),
	    TEST(test_a_slot_of_two_structures_is_paid_by_none),
	    TEST(test_remaining_days_of_a_host),
	    TEST(test_gaps_to_a_trade),
	    TEST(test_an_observation_is_corrected_and_withdrawn),
	    TEST(test_a_badge_tells_one_level),
	    TEST(test_searching_without_accents),
	    TEST(test_who_is_meant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
