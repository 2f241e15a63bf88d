#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/journal/access_note.h"
#include "server/journal/journal.h"
#include "server/purge.h"
#include "server/rgpd/due.h"
#include "server/rgpd/extract.h"
#include "server/rgpd/hold.h"
#include "server/rgpd/retention.h"
#include "tests/lib/office_fixture.h"

/* V01 left on 30 June 2024; V02 is here. */
#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start;"           \
	"contract_end\n"                                                       \
	"V01;RIVES;VERTS;Fatou;Diallo;2019-01-01;2024-06-30\n"                 \
	"V02;RIVES;VERTS;Awa;Diop;2026-01-01;2027-12-31\n"

static const struct due_ask everything = {"", "", ""};

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

static void hours(
    struct office_fixture *fixture, const char *worker, const char *day)
{
	office_fixture_hours(
	    fixture, "RIVES", worker, day, "am", "work", 210, "", "");
}

static json_t *due(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (rgpd_due_json(&fixture->office, &everything, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

/* "class worker records [held]" of each, a line each. */
static void expect_due(struct office_fixture *fixture, const char *expected)
{
	struct buf text = BUF_INIT;
	json_t *rows = due(fixture);

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_printf(&text, "%s %s %d%s\n", json_text(row, "class"),
		    json_text(row, "worker"), (int)json_int(row, "records", 0),
		    json_text(row, "hold")[0] != '\0' ? " held" : "");
	}
	assert_string_equal(buf_text(&text), expected);
	buf_free(&text);
	json_decref(rows);
}

static struct due_run purge(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	struct due_run run;
	json_t *rows = due(fixture);

	if (due_purge(&fixture->office, &everything, rows, "end of period",
		&run, &err) < 0)
		fail_msg("%s", err.text);
	json_decref(rows);
	return run;
}

static void hold(struct office_fixture *fixture, const struct hold_ask *ask,
    char id[HOLD_ID])
{
	struct err err = ERR_INIT;

	if (hold_add(&fixture->office, ask, id, &err) < 0)
		fail_msg("%s", err.text);
}

/* ---- periods ---- */

static void a_period_ends_with_the_day_of_the_same_number(void **state)
{
	const struct retention_class *five = retention_find("hours");
	const struct retention_class *two = retention_find("insertion");
	char until[DATE_TEXT];

	(void)state;
	retention_until(five, "2021-11-23", until);
	assert_string_equal(until, "2026-11-23");
	assert_false(retention_is_over(five, "2021-11-23", "2026-11-23"));
	assert_true(retention_is_over(five, "2021-11-23", "2026-11-24"));
	/* The month's last day, where there is none such. */
	retention_until(five, "2024-02-29", until);
	assert_string_equal(until, "2029-02-28");
	assert_false(retention_is_over(five, "2024-02-29", "2029-02-28"));
	assert_true(retention_is_over(five, "2024-02-29", "2029-03-01"));
	retention_until(two, "2022-12-31", until);
	assert_string_equal(until, "2024-12-31");
	/* What has no day is never over. */
	assert_false(retention_is_over(five, "", "2099-01-01"));
	assert_null(retention_find("nothing"));
}

static void every_class_says_why(void **state)
{
	(void)state;
	for (const struct retention_class *at = retention_classes;
	     at->slug != NULL; at++) {
		assert_true(at->months > 0);
		assert_true(retention_source(at)[0] != '\0');
		assert_ptr_equal(retention_find(at->slug), at);
	}
	assert_true(retention_has(retention_find("register"), "identity"));
	assert_false(retention_has(retention_find("register"), "ident"));
	assert_false(retention_has(retention_find("hours"), ""));
}

/* ---- what is due ---- */

static void hours_are_due_the_day_after_five_years(void **state)
{
	struct office_fixture *fixture = *state;

	hours(fixture, "V02", "2021-11-20");
	hours(fixture, "V02", "2021-11-21");
	/* The clock stands on 2026-11-20. */
	expect_due(fixture, "");
	office_fixture_day(fixture, "2026-11-21");
	expect_due(fixture, "hours V02 1\n");
	office_fixture_day(fixture, "2026-11-22");
	expect_due(fixture, "hours V02 2\n");
}

static void what_follows_leaving_waits_for_it(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_set(fixture, "RIVES", "skill", "skill/V01/s1",
	    "{\"skill\":\"S\",\"label\":\"L\",\"catalogue\":\"c\","
	    "\"scale\":\"s\",\"day\":\"2019-02-02\"}");
	office_fixture_set(fixture, "RIVES", "skill", "skill/V02/s2",
	    "{\"skill\":\"S\",\"label\":\"L\",\"catalogue\":\"c\","
	    "\"scale\":\"s\",\"day\":\"2019-02-02\"}");
	office_fixture_day(fixture, "2026-06-30");
	expect_due(fixture, "");
	/* 24 months after 30 June 2024; V02 has not left. */
	office_fixture_day(fixture, "2026-07-01");
	expect_due(fixture, "insertion V01 1\n");
	office_fixture_day(fixture, "2029-07-01");
	expect_due(fixture, "insertion V01 1\nregister V01 3\n");
}

/* Somebody noted in the field whom nobody ever matched. */
static void a_newcomer_is_due_after_the_last_day_known(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_day(fixture, "2021-01-10");
	office_fixture_set(fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789", "{\"first\":\"Ana\",\"crew\":\"VERTS\"}");
	hours(fixture, "n-0123456789", "2021-01-08");
	hours(fixture, "n-0123456789", "2021-03-01");
	office_fixture_day(fixture, "2026-01-09");
	expect_due(fixture, "hours n-0123456789 1\n");
	office_fixture_day(fixture, "2026-03-01");
	expect_due(fixture, "hours n-0123456789 1\n");
	office_fixture_day(fixture, "2026-03-02");
	expect_due(fixture, "hours n-0123456789 2\nregister n-0123456789 1\n");
	assert_int_equal(purge(fixture).entries, 3);
	expect_due(fixture, "");
}

/* Without hours, or with hours that went before, its own day is known. */
static void a_newcomer_without_hours_is_due_too(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_day(fixture, "2021-01-10");
	office_fixture_set(fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789", "{\"first\":\"Ana\",\"crew\":\"VERTS\"}");
	office_fixture_day(fixture, "2026-01-10");
	expect_due(fixture, "");
	office_fixture_day(fixture, "2026-01-11");
	expect_due(fixture, "register n-0123456789 1\n");
}

/* One who was matched goes with the worker. */
static void a_matched_newcomer_waits_for_the_worker(void **state)
{
	struct office_fixture *fixture = *state;

	office_fixture_day(fixture, "2019-01-10");
	office_fixture_set(fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789",
	    "{\"first\":\"Awa\",\"crew\":\"VERTS\",\"worker\":\"V02\"}");
	office_fixture_day(fixture, "2027-01-11");
	expect_due(fixture, "");
}

static void acknowledge(struct office_fixture *fixture, const char *record)
{
	json_t *value = json_pack("{s:s,s:i,s:i,s:s}", "rule", "day", "value",
	    660, "limit", 600, "worker", "V02");
	const struct entry_draft draft = {
	    .kind = "ack",
	    .structure = "RIVES",
	    .record = record,
	    .value = value,
	    .reason = "seen",
	};
	struct err err = ERR_INIT;
	struct act act;

	assert_non_null(value);
	assert_int_equal(act_begin(&act, &fixture->office, &err), 0);
	assert_int_equal(act_add(&act, &draft, &err), 0);
	assert_int_equal(act_commit(&act, &err), 0);
	json_decref(value);
}

static void what_was_acknowledged_goes_as_hours_do(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	json_t *extract = NULL;
	int64_t count;

	acknowledge(fixture, "ack/202102-0123456789abcdef");
	acknowledge(fixture, "ack/202611-0123456789abcdef");
	office_fixture_day(fixture, "2026-02-28");
	expect_due(fixture, "");
	office_fixture_day(fixture, "2026-03-01");
	expect_due(fixture, "ack V02 1\n");
	assert_int_equal(purge(fixture).entries, 1);
	expect_due(fixture, "");
	/* The other is in the worker's extract, and goes on demand. */
	assert_int_equal(
	    extract_json(&fixture->office, "V02", &extract, &err), 0);
	json_write(&text, extract);
	assert_non_null(strstr(buf_text(&text), "ack/202611-0123456789abcdef"));
	json_decref(extract);
	buf_free(&text);
	assert_int_equal(
	    extract_json(&fixture->office, "V01", &extract, &err), 0);
	json_write(&text, extract);
	assert_null(strstr(buf_text(&text), "ack/202611"));
	json_decref(extract);
	buf_free(&text);
	assert_int_equal(
	    purge_worker(&fixture->office, "V02", "asked", &count, &err), 0);
	assert_null(office_fixture_value(
	    fixture, "RIVES", "ack/202611-0123456789abcdef"));
}

/* ---- purge ---- */

static void a_run_is_logged_though_nothing_was_purged(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct due_run run = purge(fixture);
	json_t *runs = NULL, *value;
	char record[64];

	assert_int_equal(run.entries, 0);
	assert_int_equal(due_runs(&fixture->office, &runs, &err), 0);
	/* One in the log of each structure. */
	assert_int_equal(json_array_size(runs), 2);
	json_decref(runs);
	(void)snprintf(record, sizeof(record), "purge_run/%s", run.id);
	value = office_fixture_value(fixture, "RIVES", record);
	assert_int_equal(json_int(value, "entries", -1), 0);
	json_decref(value);
}

static void what_is_due_goes_and_no_more(void **state)
{
	struct office_fixture *fixture = *state;
	struct due_run run;
	json_t *kept;

	hours(fixture, "V02", "2019-11-20");
	hours(fixture, "V02", "2026-11-19");
	run = purge(fixture);
	assert_int_equal(run.entries, 1);
	assert_int_equal(run.people, 1);
	expect_due(fixture, "");
	assert_null(
	    office_fixture_value(fixture, "RIVES", "hours/V02/2019-11-20/am"));
	kept =
	    office_fixture_value(fixture, "RIVES", "hours/V02/2026-11-19/am");
	assert_int_equal(json_int(kept, "minutes", 0), 210);
	json_decref(kept);
}

static void a_hold_refuses_what_it_covers(void **state)
{
	struct office_fixture *fixture = *state;
	struct hold_ask ask = {
	    "RIVES", "hours", "V02", "", "2026-12-31", "FSE+"};
	struct err err = ERR_INIT;
	char id[HOLD_ID];
	int64_t count;

	hours(fixture, "V01", "2019-11-20");
	hours(fixture, "V02", "2019-11-20");
	hold(fixture, &ask, id);
	expect_due(fixture, "hours V01 1\nhours V02 1 held\n");
	assert_int_equal(
	    purge_worker(&fixture->office, "V02", "asked", &count, &err),
	    E_CONFLICT);
	assert_non_null(strstr(err.text, id));
	assert_int_equal(purge(fixture).held, 1);
	expect_due(fixture, "hours V02 1 held\n");
	/* Its last day is one of it. */
	office_fixture_day(fixture, "2026-12-31");
	expect_due(fixture, "hours V02 1 held\n");
	office_fixture_day(fixture, "2027-01-01");
	expect_due(fixture, "hours V02 1\n");
}

static void a_hold_that_is_ended_refuses_no_more(void **state)
{
	struct office_fixture *fixture = *state;
	struct hold_ask ask = {"RIVES", "", "", "", "", "lawsuit"};
	struct err err = ERR_INIT;
	char id[HOLD_ID];
	int64_t count;

	hours(fixture, "V02", "2019-11-20");
	hold(fixture, &ask, id);
	expect_due(fixture, "hours V02 1 held\n");
	assert_int_equal(hold_end(&fixture->office, id, "settled", &err), 0);
	assert_int_equal(
	    hold_end(&fixture->office, id, "again", &err), E_CONFLICT);
	expect_due(fixture, "hours V02 1\n");
	assert_int_equal(
	    purge_worker(&fixture->office, "V02", "asked", &count, &err), 0);
	assert_true(count >= 4);
}

static void a_hold_of_a_project_covers_its_people(void **state)
{
	struct office_fixture *fixture = *state;
	struct hold_ask ask = {"RIVES", "", "", "P1", "", "FSE+"};
	char id[HOLD_ID];

	office_fixture_set(fixture, "RIVES", "project", "project/P1",
	    "{\"name\":\"P\",\"start\":\"2019-01-01\"}");
	office_fixture_set(fixture, "RIVES", "project_link",
	    "project_link/V02/P1",
	    "{\"role\":\"beneficiary\",\"start\":\"2019-01-01\"}");
	hours(fixture, "V01", "2019-11-20");
	hours(fixture, "V02", "2019-11-20");
	hold(fixture, &ask, id);
	expect_due(fixture, "hours V01 1\nhours V02 1 held\n");
}

static void a_hold_is_asked_rightly(void **state)
{
	static const struct {
		struct hold_ask ask;
		int code;
	} wrong[] = {
	    {{"NONE", "", "", "", "", "r"}, E_NOT_FOUND},
	    {{"RIVES", "", "V99", "", "", "r"}, E_NOT_FOUND},
	    {{"RIVES", "", "", "P9", "", "r"}, E_NOT_FOUND},
	    {{"RIVES", "cakes", "", "", "", "r"}, E_USAGE},
	    {{"RIVES", "", "", "", "tomorrow", "r"}, E_USAGE},
	    {{"RIVES", "", "", "", "2026-11-19", "r"}, E_INVALID},
	};
	struct office_fixture *fixture = *state;
	struct hash before = office_fixture_digest(fixture), after;
	struct err err = ERR_INIT;
	char id[HOLD_ID];

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_int_equal(
		    hold_add(&fixture->office, &wrong[i].ask, id, &err),
		    wrong[i].code);
	after = office_fixture_digest(fixture);
	assert_memory_equal(&before, &after, sizeof(after));
}

/* ---- extract ---- */

static void an_extract_is_of_one_person(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct buf html = BUF_INIT, text = BUF_INIT;
	json_t *extract = NULL;

	hours(fixture, "V01", "2024-05-02");
	hours(fixture, "V02", "2026-05-04");
	assert_int_equal(
	    access_note(&fixture->office, "anne", "person/card", "V01", &err),
	    0);
	assert_int_equal(
	    extract_json(&fixture->office, "V01", &extract, &err), 0);
	json_write(&text, extract);
	assert_non_null(strstr(buf_text(&text), "2024-05-02"));
	assert_non_null(strstr(buf_text(&text), "Diallo"));
	assert_non_null(strstr(buf_text(&text), "anne"));
	assert_null(strstr(buf_text(&text), "2026-05-04"));
	assert_null(strstr(buf_text(&text), "V02"));
	assert_null(strstr(buf_text(&text), "Diop"));
	assert_int_equal(extract_html(&html, extract, &err), 0);
	assert_non_null(strstr(buf_text(&html), "2024-05-02"));
	json_decref(extract);
	extract = NULL;
	assert_int_equal(
	    extract_json(&fixture->office, "V99", &extract, &err), E_NOT_FOUND);
	assert_int_equal(
	    extract_json(&fixture->office, "a/b", &extract, &err), E_INVALID);
	buf_free(&html);
	buf_free(&text);
}

/* ---- accesses ---- */

static size_t accesses(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	json_t *rows = NULL;
	size_t count;

	assert_int_equal(
	    access_json(&fixture->office, "", "", 100, &rows, &err), 0);
	count = json_array_size(rows);
	json_decref(rows);
	return count;
}

static void note(struct office_fixture *fixture, const char *worker)
{
	struct err err = ERR_INIT;

	assert_int_equal(
	    access_note(&fixture->office, "anne", "person/card", worker, &err),
	    0);
}

static void accesses_are_kept_for_a_year(void **state)
{
	struct office_fixture *fixture = *state;

	note(fixture, "V01");
	/* The same at once is one; what is no identity is none. */
	note(fixture, "V01");
	note(fixture, "../etc");
	assert_int_equal(accesses(fixture), 1);
	note(fixture, "V02");
	assert_int_equal(accesses(fixture), 2);
	office_fixture_day(fixture, "2027-11-20");
	assert_int_equal(accesses(fixture), 2);
	office_fixture_day(fixture, "2027-11-21");
	assert_int_equal(accesses(fixture), 0);
	note(fixture, "V01");
	assert_int_equal(accesses(fixture), 1);
}

/* ---- the journal ---- */

static json_t *journal(
    struct office_fixture *fixture, const struct journal_ask *ask)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (journal_json(&fixture->office, ask, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

static void the_journal_tells_before_and_after(void **state)
{
	struct office_fixture *fixture = *state;
	struct journal_ask ask = {
	    "", "", "", "hours_set", "V01", "RIVES", "", 10};
	const json_t *row;
	json_t *out;

	hours(fixture, "V01", "2024-05-02");
	office_fixture_set(fixture, "RIVES", "hours", "hours/V01/2024-05-02/am",
	    "{\"minutes\":0,\"kind\":\"sick\"}");
	out = journal(fixture, &ask);
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 1);
	row = json_array_get(json_object_get(out, "rows"), 0);
	assert_string_equal(json_text(row, "before_text"), "3h30 work");
	assert_string_equal(json_text(row, "after_text"), "sick leave");
	assert_string_equal(json_text(row, "worker_name"), "Fatou D");
	assert_string_equal(json_text(row, "slot"), "am");
	json_decref(out);
	ask.action = "close";
	out = journal(fixture, &ask);
	assert_int_equal(json_array_size(json_object_get(out, "rows")), 0);
	json_decref(out);
}

/* Not a word of it to who may not know, in no form. */
static void the_journal_hides_health(void **state)
{
	struct office_fixture *fixture = *state;
	struct journal_ask ask = {"", "", "", "", "V01", "RIVES", "", 100};
	struct signer signer = {.structures = SIGNER_ALL, .hides_health = true};
	struct buf text = BUF_INIT;
	json_t *out;

	office_fixture_hours(
	    fixture, "RIVES", "V01", "2024-05-02", "am", "sick", 0, "", "");
	fixture->office.signer = &signer;
	out = journal(fixture, &ask);
	fixture->office.signer = NULL;
	json_write(&text, out);
	assert_non_null(strstr(buf_text(&text), "absence"));
	assert_null(strstr(buf_text(&text), "sick"));
	buf_free(&text);
	json_decref(out);
}

static void the_log_is_verified_to_its_end(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	hours(fixture, "V01", "2024-05-02");
	assert_int_equal(
	    journal_verify(&fixture->office, "RIVES", &rows, &err), 0);
	assert_true(
	    json_is_true(json_object_get(json_array_get(rows, 0), "ok")));
	assert_true(json_int(json_array_get(rows, 0), "n", 0) > 1);
	json_decref(rows);
	rows = NULL;
	/* A receipt that another key signed. */
	assert_int_equal(db_script(fixture->office.db,
			     "UPDATE changeset SET time_s = time_s - 1 WHERE"
			     " structure = 'RIVES' AND place = 2",
			     &err),
	    0);
	assert_int_equal(
	    journal_verify(&fixture->office, "RIVES", &rows, &err), 0);
	assert_int_equal(json_int(json_array_get(rows, 0), "broken", 0), 2);
	assert_int_equal(json_int(json_array_get(rows, 0), "n", 0), 1);
	json_decref(rows);
	rows = NULL;
	assert_int_equal(
	    journal_verify(&fixture->office, "NONE", &rows, &err), E_NOT_FOUND);
}

#define PLAY(test) cmocka_unit_test_setup_teardown(test, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_period_ends_with_the_day_of_the_same_number),
	    cmocka_unit_test(every_class_says_why),
	    PLAY(hours_are_due_the_day_after_five_years),
	    PLAY(what_follows_leaving_waits_for_it),
	    PLAY(a_newcomer_is_due_after_the_last_day_known),
	    PLAY(a_newcomer_without_hours_is_due_too),
	    PLAY(a_matched_newcomer_waits_for_the_worker),
	    PLAY(what_was_acknowledged_goes_as_hours_do),
	    PLAY(a_run_is_logged_though_nothing_was_purged),
	    PLAY(what_is_due_goes_and_no_more),
	    PLAY(a_hold_refuses_what_it_covers),
	    PLAY(a_hold_that_is_ended_refuses_no_more),
	    PLAY(a_hold_of_a_project_covers_its_people),
	    PLAY(a_hold_is_asked_rightly),
	    PLAY(an_extract_is_of_one_person),
	    PLAY(accesses_are_kept_for_a_year),
	    PLAY(the_journal_tells_before_and_after),
	    PLAY(the_journal_hides_health),
	    PLAY(the_log_is_verified_to_its_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
