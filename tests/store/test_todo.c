/*
 * What the office has to do: each line is there because of something stored,
 * and gone with it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/closing.h"
#include "server/lists.h"
#include "server/todo/todo.h"
#include "shared/lang.h"
#include "tests/lib/office_fixture.h"

static struct office_fixture fixture;

static int open_office(void **state)
{
	(void)state;
	office_fixture_open(&fixture);
	return 0;
}

static int close_office(void **state)
{
	(void)state;
	office_fixture_close(&fixture);
	return 0;
}

static void people(const char *text)
{
	struct import_summary summary =
	    office_fixture_import(&fixture, "workers", text);

	import_summary_free(&summary);
}

#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start;"           \
	"contract_end\n"
#define FATOU WORKERS "V01;RIVES;VERTS;Fatou;Diallo;02/03/2026;01/03/2027\n"

static void work(const char *day, const char *slot)
{
	office_fixture_hours(
	    &fixture, "RIVES", "V01", day, slot, "work", 210, "SAULNETTE", "");
}

static json_t *todo(const char *structure)
{
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	if (todo_json(&fixture.office, structure, &rows, &err) < 0)
		fail_msg("%s", err.text);
	return rows;
}

/* The only line of that kind, to own; NULL when there is none. */
static json_t *line(const char *structure, const char *what)
{
	json_t *rows = todo(structure), *found = NULL;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);

		if (strcmp(json_text(row, "what"), what) != 0)
			continue;
		if (found != NULL)
			fail_msg("%s: twice", what);
		found = json_incref(row);
	}
	json_decref(rows);
	return found;
}

static void expect_none(const char *what)
{
	json_t *row = line(NULL, what);

	if (row != NULL)
		fail_msg("%s: %s", what, json_text(row, "text"));
}

static void expect(const char *what, int64_t level, int64_t count,
    const char *link, const char *word)
{
	json_t *row = line(NULL, what);

	if (row == NULL)
		fail_msg("%s: none", what);
	assert_int_equal(json_int(row, "level", 0), level);
	assert_int_equal(json_int(row, "count", 0), count);
	assert_string_equal(json_text(row, "link"), link);
	if (strstr(json_text(row, "text"), word) == NULL)
		fail_msg("no \"%s\" in: %s", word, json_text(row, "text"));
	json_decref(row);
}

/* ---- plays; the office's clock says Friday 20 November 2026 ---- */

static void a_structure_that_is_not_there_is_refused(void **state)
{
	struct err err = ERR_INIT;
	json_t *rows = NULL;

	(void)state;
	office_fixture_places(&fixture);
	assert_int_equal(
	    todo_json(&fixture.office, "AILLEURS", &rows, &err), E_NOT_FOUND);
	assert_null(rows);
}

static void an_empty_office_has_nothing_to_do(void **state)
{
	struct err err = ERR_INIT;
	json_t *rows = todo(NULL), *setup = NULL;

	(void)state;
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
	assert_int_equal(lists_count(&fixture.office, &setup, &err), 0);
	assert_int_equal(json_int(setup, "structures", -1), 0);
	json_decref(setup);
	office_fixture_places(&fixture);
	people(FATOU);
	assert_int_equal(lists_count(&fixture.office, &setup, &err), 0);
	assert_int_equal(json_int(setup, "structures", -1), 2);
	assert_int_equal(json_int(setup, "workers", -1), 1);
	assert_int_equal(json_int(setup, "contracts", -1), 1);
	assert_int_equal(json_int(setup, "laptops", -1), 0);
	assert_int_equal(json_int(setup, "skills", -1), 0);
	json_decref(setup);
	/* The one that `import workers` told gives way to these two. */
	office_fixture_set(&fixture, "RIVES", "contract", "contract/V01/C1",
	    "{\"kind\":\"CDDI\",\"start\":\"2026-03-02\",\"end\":"
	    "\"2026-08-31\"}");
	office_fixture_set(&fixture, "RIVES", "contract", "contract/V01/C2",
	    "{\"kind\":\"CDDI\",\"start\":\"2026-09-01\"}");
	assert_int_equal(lists_count(&fixture.office, &setup, &err), 0);
	assert_int_equal(json_int(setup, "contracts", -1), 2);
	json_decref(setup);
	/* Nobody has recorded anything yet: no blank either. */
	expect_none("blanks");
}

static void blanks_count_from_the_first_hours_to_yesterday(void **state)
{
	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2026-11-18", "am");
	/* Wednesday afternoon, Thursday twice; today may still come. */
	expect("blanks", TODO_NOW, 3, "/grid/2026-11?s=RIVES&show=todo",
	    "November 2026");
	work("2026-11-18", "pm");
	work("2026-11-19", "am");
	work("2026-11-19", "pm");
	expect_none("blanks");
}

static void a_month_that_is_over_is_signed_closed_and_declared(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2026-10-30", "am");
	work("2026-10-30", "pm");
	expect("unsigned", TODO_NOW, 1, "/month/2026-10?s=RIVES", "signed");
	expect("close", TODO_NOW, 1, "/month/2026-10?s=RIVES", "not closed");
	expect_none("declare");
	assert_int_equal(closing_make(&fixture.office, "RIVES", "2026-10",
			     "début des saisies", NULL, &err),
	    0);
	expect_none("close");
	expect_none("late");
	expect(
	    "declare", TODO_NOW, 1, "/declare/2026-10?s=RIVES", "not declared");
	work("2026-10-29", "am");
	expect("late", TODO_NOW, 1, "/month/2026-10?s=RIVES", "after the");
}

static void the_statement_is_late_after_two_months(void **state)
{
	struct err err = ERR_INIT;
	json_t *row;

	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2026-08-31", "am");
	assert_int_equal(closing_make(&fixture.office, "RIVES", "2026-08",
			     "début des saisies", NULL, &err),
	    0);
	row = line(NULL, "declare");
	assert_non_null(row);
	assert_string_equal(json_text(row, "deadline"), "2026-10-31");
	assert_int_equal(json_int(row, "level", 0), TODO_LATE);
	json_decref(row);
	assert_null(line("REMPARTS", "declare"));
}

static void months_that_were_left_open_are_one_line(void **state)
{
	json_t *rows, *late = NULL;

	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2026-07-31", "am");
	work("2026-08-31", "am");
	work("2026-10-30", "am");
	rows = todo(NULL);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);

		if (json_int(row, "level", 0) == TODO_LATE &&
		    strcmp(json_text(row, "what"), "close") == 0) {
			assert_null(late);
			late = row;
		}
	}
	assert_non_null(late);
	assert_int_equal(json_int(late, "count", 0), 2);
	assert_string_equal(json_text(late, "link"), "/month/2026-07?s=RIVES");
	assert_non_null(strstr(json_text(late, "text"), "since July 2026"));
	json_decref(rows);
}

/* Hours put in a wrong year are in a month that nobody would look at. */
static void months_years_ago_are_not_lost(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2020-12-01", "am");
	expect("close", TODO_LATE, 1, "/month/2020-12?s=RIVES",
	    "December 2020: the month is not closed");
	assert_null(line("REMPARTS", "close"));
	work("2018-02-01", "am");
	work("2025-10-01", "am");
	expect("close", TODO_LATE, 3, "/month/2018-02?s=RIVES",
	    "3 months are not closed, since February 2018");
	assert_int_equal(closing_make(&fixture.office, "RIVES", "2018-02",
			     "début des saisies", NULL, &err),
	    0);
	expect("close", TODO_LATE, 2, "/month/2020-12?s=RIVES",
	    "since December 2020");
	expect("declare", TODO_LATE, 1, "/declare/2018-02?s=RIVES",
	    "February 2018: the hours are not declared");
}

static void contested_slots_and_newcomers_are_counted(void **state)
{
	(void)state;
	office_fixture_places(&fixture);
	people(FATOU);
	work("2026-11-19", "am");
	office_fixture_hours(&fixture, "RIVES", "V01", "2026-11-19", "am",
	    "work", 180, "SAULNETTE", "");
	expect("contested", TODO_NOW, 1, "/conflicts?s=RIVES", "contested");
	office_fixture_set(&fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789", "{\"first\":\"Sam\",\"crew\":\"VERTS\"}");
	expect("newcomers", TODO_NOW, 1, "/grid/2026-11?s=RIVES&show=todo",
	    "newcomer");
	office_fixture_hours(&fixture, "RIVES", "n-0123456789", "2026-10-30",
	    "am", "work", 180, "SAULNETTE", "");
	expect("newcomers", TODO_NOW, 1, "/grid/2026-10?s=RIVES&show=todo",
	    "newcomer");
	office_fixture_set(&fixture, "RIVES", "newcomer",
	    "newcomer/n-0123456789",
	    "{\"first\":\"Sam\",\"crew\":\"VERTS\",\"worker\":\"V01\"}");
	expect_none("newcomers");
	assert_null(line("REMPARTS", "contested"));
}

#define ANNEX                                                                  \
	"{\"measure\":\"ACI_DC\",\"start\":\"%s\",\"end\":\"%s\","             \
	"\"etp_posts\":1250,\"hours_per_etp\":1820}"

static void annex(const char *number, const char *start, const char *end)
{
	struct buf value = BUF_INIT, record = BUF_INIT;

	buf_printf(&value, ANNEX, start, end);
	buf_printf(&record, "annex/%s", number);
	office_fixture_set(
	    &fixture, "RIVES", "annex", buf_text(&record), buf_text(&value));
	buf_free(&value);
	buf_free(&record);
}

static void ends_are_told_sixty_days_ahead(void **state)
{
	(void)state;
	office_fixture_places(&fixture);
	people(WORKERS "V01;RIVES;VERTS;Fatou;Diallo;02/03/2026;15/01/2027\n");
	people(WORKERS "V02;RIVES;VERTS;Jean;Petit;02/03/2026;01/03/2027\n");
	expect("care_contract_end", TODO_SOON, 1, "/people/V01?s=RIVES",
	    "Fatou Diallo");
	expect_none("care_pass_end");
	people("worker;structure;crew;first_name;last_name;pass_end\n"
	       "V02;RIVES;VERTS;Jean;Petit;15/01/2027\n");
	expect("care_pass_end", TODO_SOON, 1, "/people/V02?s=RIVES",
	    "Jean Petit: the PASS IAE ends on");
	annex("ACI051260013A0M0", "2026-01-01", "2026-12-31");
	expect("annex_end", TODO_SOON, 1, "/declare/2026-11?s=RIVES",
	    "ACI051260013A0M0");
	annex("ACI051270013A0M0", "2027-01-01", "2027-12-31");
	expect_none("annex_end");
}

static void what_presses_most_comes_first(void **state)
{
	json_t *rows;
	int64_t before = TODO_URGENT;

	(void)state;
	office_fixture_places(&fixture);
	people(WORKERS "V01;RIVES;VERTS;Fatou;Diallo;02/03/2026;30/11/2026\n");
	work("2026-10-30", "am");
	office_fixture_hours(&fixture, "RIVES", "V01", "2026-11-18", "x1",
	    "accident", 0, "", "");
	rows = todo(NULL);
	assert_string_equal(
	    json_text(json_array_get(rows, 0), "what"), "alert_accident");
	for (size_t i = 0; i < json_array_size(rows); i++) {
		int64_t level = json_int(json_array_get(rows, i), "level", 0);

		assert_true(level <= before && level >= TODO_SOON);
		before = level;
	}
	json_decref(rows);
}

#define PLAY(name)                                                             \
	cmocka_unit_test_setup_teardown(name, open_office, close_office)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(an_empty_office_has_nothing_to_do),
	    PLAY(a_structure_that_is_not_there_is_refused),
	    PLAY(blanks_count_from_the_first_hours_to_yesterday),
	    PLAY(a_month_that_is_over_is_signed_closed_and_declared),
	    PLAY(the_statement_is_late_after_two_months),
	    PLAY(months_that_were_left_open_are_one_line),
	    PLAY(months_years_ago_are_not_lost),
	    PLAY(contested_slots_and_newcomers_are_counted),
	    PLAY(ends_are_told_sixty_days_ahead),
	    PLAY(what_presses_most_comes_first),
	};

	lang_set("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
