#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/report.h"
#include "shared/lang.h"
#include "tests/lib/office_fixture.h"

#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name;contract_start\n"          \
	"V01;RIVES;VERTS;Fatou;Diallo;2026-03-02\n"                            \
	"V02;RIVES;VERTS;Fatou;Diop;2026-03-02\n"                              \
	"B01;REMPARTS;BAT;Jean;Martin;2026-03-02\n"

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

static struct report *report_of(
    struct office_fixture *fixture, const char *by, const char *structure)
{
	struct report *report = NULL;
	struct err err = ERR_INIT;

	if (report_month(
		&fixture->office, "2026-11", by, structure, &report, &err) < 0)
		fail_msg("%s", err.text);
	return report;
}

/* The whole report as JSON, in the order of its keys. */
static void expect_in(struct office_fixture *fixture, const char *by,
    const char *structure, const char *rows, const char *total)
{
	struct report *report = report_of(fixture, by, structure);
	struct buf found = BUF_INIT, expected = BUF_INIT;
	struct err err = ERR_INIT;
	json_t *json = NULL;

	assert_int_equal(report_json(report, &json, &err), 0);
	json_write(&found, json);
	buf_printf(&expected,
	    "{\"schema\":1,\"month\":\"2026-11\",\"by\":\"%s\","
	    "\"rows\":[%s],\"total\":{%s}}",
	    by, rows, total);
	assert_string_equal(buf_text(&found), buf_text(&expected));
	json_decref(json);
	buf_free(&found);
	buf_free(&expected);
	report_free(report);
}

static void expect(struct office_fixture *fixture, const char *by,
    const char *rows, const char *total)
{
	expect_in(fixture, by, NULL, rows, total);
}

/* A row's members after its key. */
#define SUMS(minutes, contested, kinds)                                        \
	"\"minutes\":" #minutes ",\"contested\":" #contested                   \
	",\"kinds\":{" kinds "}"
#define TOTAL(minutes, contested)                                              \
	"\"minutes\":" #minutes ",\"contested\":" #contested

static void work(struct office_fixture *fixture, const char *worker,
    const char *day, const char *slot, int minutes)
{
	office_fixture_hours(fixture, worker[0] == 'B' ? "REMPARTS" : "RIVES",
	    worker, day, slot, "work", minutes, "", "");
}

static void an_empty_month_has_no_rows(void **state)
{
	expect(*state, "worker", "", TOTAL(0, 0));
}

static void a_month_goes_from_its_first_to_its_last_day(void **state)
{
	work(*state, "V01", "2026-10-31", "am", 1);
	work(*state, "V01", "2026-11-01", "am", 10);
	work(*state, "V01", "2026-11-30", "am", 100);
	work(*state, "V01", "2026-12-01", "am", 1000);
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(110, 0, "\"work\":110") "}",
	    TOTAL(110, 0));
}

static void rows_come_in_the_order_of_their_keys(void **state)
{
	work(*state, "V02", "2026-11-02", "am", 30);
	work(*state, "V01", "2026-11-03", "am", 20);
	work(*state, "B01", "2026-11-04", "am", 10);
	expect(*state, "worker",
	    "{\"worker\":\"B01\"," SUMS(10, 0,
		"\"work\":10") "},"
			       "{\"worker\":\"V01\"," SUMS(20, 0,
				   "\"work\":20") "},"
						  "{\"worker\":\"V02\"," SUMS(
						      30, 0, "\"work\":30") "}",
	    TOTAL(60, 0));
	expect(*state, "structure",
	    "{\"structure\":\"REMPARTS\"," SUMS(
		10, 0, "\"work\":10") "},"
				      "{\"structure\":\"RIVES\"," SUMS(
					  50, 0, "\"work\":50") "}",
	    TOTAL(60, 0));
}

static void unpaid_kinds_are_told_and_not_paid(void **state)
{
	work(*state, "V01", "2026-11-02", "am", 210);
	office_fixture_hours(
	    *state, "RIVES", "V01", "2026-11-02", "pm", "sick", 0, "", "");
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-03", "am",
	    "bad_weather", 120, "", "");
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-03", "pm",
	    "paid_leave", 210, "", "");
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(420, 0,
		"\"work\":210,\"paid_leave\":210,\"sick\":0,"
		"\"bad_weather\":120") "}",
	    TOTAL(420, 0));
}

static void a_kind_nobody_knows_is_told_and_not_paid(void **state)
{
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-02", "am",
	    "telework", 210, "", "");
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(0, 0, "\"telework\":210") "}",
	    TOTAL(0, 0));
}

static void a_contested_slot_is_counted_apart(void **state)
{
	work(*state, "V01", "2026-11-02", "am", 210);
	work(*state, "V01", "2026-11-02", "am", 180);
	work(*state, "V01", "2026-11-02", "pm", 210);
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(210, 1, "\"work\":210") "}",
	    TOTAL(210, 1));
}

static void a_row_may_be_contested_alone(void **state)
{
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-02", "am", "work",
	    210, "TILLEULS", "tonte");
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-02", "am", "work",
	    180, "TILLEULS", "tonte");
	expect(*state, "site", "{\"site\":\"TILLEULS\"," SUMS(0, 1, "") "}",
	    TOTAL(0, 1));
	expect(*state, "activity",
	    "{\"activity\":\"tonte\"," SUMS(0, 1, "") "}", TOTAL(0, 1));
}

static void the_same_value_from_two_hands_counts_once(void **state)
{
	work(*state, "V01", "2026-11-02", "am", 210);
	work(*state, "V01", "2026-11-02", "am", 210);
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(210, 0, "\"work\":210") "}",
	    TOTAL(210, 0));
}

static void a_slot_without_a_site_is_at_its_crews(void **state)
{
	work(*state, "V01", "2026-11-02", "am", 100);
	office_fixture_hours(*state, "RIVES", "V01", "2026-11-02", "pm", "work",
	    50, "TILLEULS", "");
	expect(*state, "site",
	    "{\"site\":\"SAULNETTE\"," SUMS(
		100, 0, "\"work\":100") "},"
					"{\"site\":\"TILLEULS\"," SUMS(
					    50, 0, "\"work\":50") "}",
	    TOTAL(150, 0));
}

static void a_crew_is_the_one_of_that_day(void **state)
{
	office_fixture_import(*state, "crews",
	    "crew;structure;name;site\nNEUVE;RIVES;Neuve;TILLEULS\n");
	office_fixture_day(*state, "2026-11-16");
	office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;NEUVE;Fatou;Diallo\n");
	work(*state, "V01", "2026-11-13", "am", 1);
	work(*state, "V01", "2026-11-15", "am", 10);
	work(*state, "V01", "2026-11-16", "am", 100);
	expect(*state, "crew",
	    "{\"crew\":\"NEUVE\"," SUMS(
		100, 0, "\"work\":100") "},"
					"{\"crew\":\"VERTS\"," SUMS(
					    11, 0, "\"work\":11") "}",
	    TOTAL(111, 0));
	expect(*state, "site",
	    "{\"site\":\"SAULNETTE\"," SUMS(
		11, 0, "\"work\":11") "},"
				      "{\"site\":\"TILLEULS\"," SUMS(
					  100, 0, "\"work\":100") "}",
	    TOTAL(111, 0));
}

static void who_worked_before_a_contract_is_in_the_first_crew(void **state)
{
	office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name;contract_start\n"
	    "V09;RIVES;VERTS;Aya;Ba;2026-11-20\n");
	work(*state, "V09", "2026-11-02", "am", 60);
	expect(*state, "crew",
	    "{\"crew\":\"VERTS\"," SUMS(60, 0, "\"work\":60") "}",
	    TOTAL(60, 0));
}

static void a_voided_slot_counts_nowhere(void **state)
{
	work(*state, "V01", "2026-11-02", "am", 210);
	office_fixture_void(
	    *state, "RIVES", "hours/V01/2026-11-02/am", "wrong day");
	expect(*state, "worker", "", TOTAL(0, 0));
}

static void people_on_no_list_are_only_told(void **state)
{
	work(*state, "V77", "2026-11-02", "am", 210);
	work(*state, "V78", "2026-11-02", "am", 210);
	work(*state, "V78", "2026-11-02", "am", 180);
	work(*state, "V01", "2026-11-02", "am", 60);
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(60, 0, "\"work\":60") "}",
	    TOTAL(60, 0) ",\"unknown\":2");
	expect_in(*state, "worker", "REMPARTS", "", TOTAL(0, 0));
	office_fixture_import(*state, "workers",
	    "worker;structure;crew;first_name;last_name\n"
	    "V77;RIVES;VERTS;Aya;Ba\nV78;RIVES;VERTS;Léa;Ba\n");
	expect(*state, "crew",
	    "{\"crew\":\"VERTS\"," SUMS(270, 1, "\"work\":270") "}",
	    TOTAL(270, 1));
}

#define NEWCOMER "n-0123456789"

static void a_newcomer_has_a_row_until_matched(void **state)
{
	office_fixture_set(*state, "RIVES", "newcomer", "newcomer/" NEWCOMER,
	    "{\"first\":\"Noor\",\"crew\":\"VERTS\"}");
	work(*state, NEWCOMER, "2026-11-02", "am", 210);
	work(*state, "V01", "2026-11-02", "pm", 60);
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(
		60, 0, "\"work\":60") "},"
				      "{\"worker\":\"" NEWCOMER
				      "\"," SUMS(210, 0, "\"work\":210") "}",
	    TOTAL(270, 0));
	expect(*state, "crew",
	    "{\"crew\":\"VERTS\"," SUMS(270, 0, "\"work\":270") "}",
	    TOTAL(270, 0));
	office_fixture_set(*state, "RIVES", "newcomer", "newcomer/" NEWCOMER,
	    "{\"first\":\"Noor\",\"crew\":\"VERTS\",\"worker\":\"V01\"}");
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(270, 0, "\"work\":270") "}",
	    TOTAL(270, 0));
}

/* V01 works for both structures. */
static void join_remparts(struct office_fixture *fixture)
{
	office_fixture_import(fixture, "workers",
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;REMPARTS;BAT;Fatou;Diallo\n");
}

static void one_slot_under_two_structures_pays_neither(void **state)
{
	join_remparts(*state);
	work(*state, "V01", "2026-11-02", "am", 210);
	work(*state, "V01", "2026-11-02", "pm", 100);
	office_fixture_hours(*state, "REMPARTS", "V01", "2026-11-02", "am",
	    "training", 180, "", "");
	office_fixture_hours(
	    *state, "REMPARTS", "V01", "2026-11-03", "am", "work", 10, "", "");
	expect(*state, "structure",
	    "{\"structure\":\"REMPARTS\"," SUMS(
		10, 1, "\"work\":10") "},"
				      "{\"structure\":\"RIVES\"," SUMS(
					  100, 1, "\"work\":100") "}",
	    TOTAL(110, 2));
	expect(*state, "worker",
	    "{\"worker\":\"V01\"," SUMS(110, 2, "\"work\":110") "}",
	    TOTAL(110, 2));
	/* One structure's own report says the same. */
	expect_in(*state, "worker", "RIVES",
	    "{\"worker\":\"V01\"," SUMS(100, 1, "\"work\":100") "}",
	    TOTAL(100, 1));
	expect_in(*state, "worker", "REMPARTS",
	    "{\"worker\":\"V01\"," SUMS(10, 1, "\"work\":10") "}",
	    TOTAL(10, 1));
}

static void an_absence_elsewhere_blocks_no_pay(void **state)
{
	join_remparts(*state);
	work(*state, "V01", "2026-11-02", "am", 210);
	office_fixture_hours(
	    *state, "REMPARTS", "V01", "2026-11-02", "am", "sick", 0, "", "");
	office_fixture_hours(
	    *state, "REMPARTS", "V01", "2026-11-02", "pm", "work", 100, "", "");
	expect(*state, "structure",
	    "{\"structure\":\"REMPARTS\"," SUMS(100, 0,
		"\"work\":100,\"sick\":0") "},"
					   "{\"structure\":\"RIVES\"," SUMS(
					       210, 0, "\"work\":210") "}",
	    TOTAL(310, 0));
}

static void what_is_no_report_is_refused(void **state)
{
	struct office_fixture *fixture = *state;
	struct report *report = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(report_month(&fixture->office, "2026-11", "weather",
			     NULL, &report, &err),
	    E_USAGE);
	assert_int_equal(report_month(&fixture->office, "2026-13", "worker",
			     NULL, &report, &err),
	    E_INVALID);
	assert_int_equal(report_month(&fixture->office, "2026-11", "worker",
			     "NULLE", &report, &err),
	    E_NOT_FOUND);
	assert_null(report);
	report_free(NULL);
}

static void people_read_names_and_hours(void **state)
{
	struct report *report;
	struct table *table = NULL;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;

	lang_set("fr");
	work(*state, "V01", "2026-11-02", "am", 210);
	office_fixture_hours(
	    *state, "RIVES", "V02", "2026-11-02", "am", "sick", 0, "", "");
	office_fixture_hours(
	    *state, "RIVES", "V02", "2026-11-02", "pm", "telework", 60, "", "");
	office_fixture_set(*state, "RIVES", "newcomer", "newcomer/" NEWCOMER,
	    "{\"first\":\"Noor\",\"initial\":\"B\",\"crew\":\"VERTS\"}");
	work(*state, NEWCOMER, "2026-11-02", "am", 60);
	report = report_of(*state, "worker", NULL);
	assert_int_equal(report_table(report, REPORT_COLUMNS, &table, &err), 0);
	out_csv_fr(&text, table);
	assert_string_equal(buf_text(&text),
	    "\xEF\xBB\xBF"
	    "\"Salarié\";\"Code\";\"Heures payables\";"
	    "\"Créneaux contestés\";\"travail\";\"maladie\";\"telework\"\r\n"
	    "\"Fatou Diallo\";\"V01\";3,50;0;3,50;\"\";\"\"\r\n"
	    "\"Fatou Diop\";\"V02\";0,00;0;\"\";0,00;1,00\r\n"
	    "\"Noor B.\";\"" NEWCOMER "\";1,00;0;1,00;\"\";\"\"\r\n"
	    "\"Total\";\"\";4,50;0;4,50;0,00;1,00\r\n");
	buf_reset(&text);
	out_terminal(&text, table);
	assert_non_null(strstr(buf_text(&text), "3h30"));
	buf_free(&text);
	table_free(table);
	report_free(report);
}

static void places_have_names_and_nowhere_too(void **state)
{
	struct report *report;
	struct table *table = NULL;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;

	office_fixture_hours(
	    *state, "RIVES", "V01", "2026-11-02", "am", "work", 60, "", "");
	report = report_of(*state, "activity", NULL);
	assert_int_equal(report_table(report, REPORT_COLUMNS, &table, &err), 0);
	out_csv_rfc4180(&text, table);
	assert_non_null(strstr(buf_text(&text), "(no activity),1.00,0,1.00"));
	table_free(table);
	report_free(report);
	buf_reset(&text);
	report = report_of(*state, "site", NULL);
	assert_int_equal(report_table(report, REPORT_COLUMNS, &table, &err), 0);
	out_csv_rfc4180(&text, table);
	assert_non_null(strstr(
	    buf_text(&text), "Berges de la Saulnette,SAULNETTE,1.00,0,1.00"));
	table_free(table);
	report_free(report);
	buf_free(&text);
}

#define RULE(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    RULE(an_empty_month_has_no_rows),
	    RULE(a_month_goes_from_its_first_to_its_last_day),
	    RULE(rows_come_in_the_order_of_their_keys),
	    RULE(unpaid_kinds_are_told_and_not_paid),
	    RULE(a_kind_nobody_knows_is_told_and_not_paid),
	    RULE(a_contested_slot_is_counted_apart),
	    RULE(a_row_may_be_contested_alone),
	    RULE(the_same_value_from_two_hands_counts_once),
	    RULE(a_slot_without_a_site_is_at_its_crews),
	    RULE(a_crew_is_the_one_of_that_day),
	    RULE(who_worked_before_a_contract_is_in_the_first_crew),
	    RULE(a_voided_slot_counts_nowhere),
	    RULE(people_on_no_list_are_only_told),
	    RULE(a_newcomer_has_a_row_until_matched),
	    RULE(one_slot_under_two_structures_pays_neither),
	    RULE(an_absence_elsewhere_blocks_no_pay),
	    RULE(what_is_no_report_is_refused),
	    RULE(people_read_names_and_hours),
	    RULE(places_have_names_and_nowhere_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
