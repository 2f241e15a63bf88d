#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/closing.h"
#include "server/contracts.h"
#include "server/declare/annex.h"
#include "server/declare/declare.h"
#include "server/month.h"
#include "tests/lib/office_fixture.h"

#define MONTH "2026-11"
#define A25   "ACI051250013A0M1"
#define A26   "ACI051260013A0M1"
#define B26   "ACI051260014A0M1"

#define ANNEXES   "annex;structure;measure;start;end;etp_posts;hours_per_etp\n"
#define CONTRACTS "contract;worker;annex;kind;start;end;weekly\n"

static int open_all(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	office_fixture_open(fixture);
	office_fixture_places(fixture);
	office_fixture_import(fixture, "workers",
	    "worker;structure;crew;first_name;last_name;days\n"
	    "V01;RIVES;VERTS;Fatou;Diallo;5\n"
	    "V02;RIVES;VERTS;Fatou;Diop;\n"
	    "B01;REMPARTS;BAT;Jean;Martin;\n");
	office_fixture_import(fixture, "annexes",
	    ANNEXES A26 ";RIVES;ACI_DC;2026-01-01;2026-12-31;1,5;1820\n" B26
			";RIVES;ACI_DC;2026-01-01;2026-12-31;2;1600\n" A25
			";RIVES;ACI_DC;2025-01-01;2026-11-15;1;1820\n");
	*state = fixture;
	return 0;
}

static int close_all(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

static void hours(struct office_fixture *fixture, const char *worker,
    const char *day, const char *slot, const char *kind, int minutes)
{
	office_fixture_hours(
	    fixture, "RIVES", worker, day, slot, kind, minutes, "", "");
}

static json_t *declared(struct office_fixture *fixture, const char *structure)
{
	struct err err = ERR_INIT;
	json_t *out = NULL;

	if (declare_rows(&fixture->office, structure, MONTH, &out, &err) < 0)
		fail_msg("%s", err.text);
	return out;
}

/* Every row as "worker contract annex minutes hours remainder state v". */
static void expect_rows(struct office_fixture *fixture, const char *expected)
{
	json_t *json = declared(fixture, "RIVES");
	const json_t *rows = json_object_get(json, "rows");
	struct buf text = BUF_INIT;

	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		buf_printf(&text, "%s %s %s %d %d %d %s %d\n",
		    json_text(row, "worker"), json_text(row, "contract"),
		    json_text(row, "annex"), (int)json_int(row, "minutes", -1),
		    (int)json_int(row, "hours", -1),
		    (int)json_int(row, "remainder", -99),
		    json_text(row, "state"), (int)json_int(row, "version", -1));
	}
	assert_string_equal(buf_text(&text), expected);
	buf_free(&text);
	json_decref(json);
}

static void make(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;

	if (closing_make(&fixture->office, "RIVES", MONTH, "test", NULL, &err) <
	    0)
		fail_msg("%s", err.text);
}

static void adjust(struct office_fixture *fixture, int64_t wanted)
{
	struct err err = ERR_INIT;
	int64_t written;

	if (closing_adjust(&fixture->office, "RIVES", MONTH, "seen", NULL,
		&written, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(written, wanted);
}

static void declare(struct office_fixture *fixture)
{
	struct err err = ERR_INIT;
	bool changed;

	if (declare_make(&fixture->office, "RIVES", MONTH, NULL, NULL, &changed,
		&err) < 0)
		fail_msg("%s", err.text);
}

/* ---- rounding ---- */

static void half_an_hour_goes_up_once(void **state)
{
	static const struct {
		int64_t minutes, hours, remainder;
	} cases[] = {{0, 0, 0}, {1, 0, 1}, {29, 0, 29}, {30, 1, -30},
	    {31, 1, -29}, {59, 1, -1}, {60, 1, 0}, {89, 1, 29}, {90, 2, -30},
	    {9089, 151, 29}, {9090, 152, -30}, {-29, 0, -29}, {-30, 0, -30},
	    {-31, -1, 29}, {-90, -1, -30}, {-91, -2, 29}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t remainder;

		assert_int_equal(declare_hours(cases[i].minutes, &remainder),
		    cases[i].hours);
		assert_int_equal(remainder, cases[i].remainder);
		assert_int_equal(
		    60 * cases[i].hours + remainder, cases[i].minutes);
	}
	assert_int_equal(declare_hours(30, NULL), 1);
}

static void an_etp_is_by_the_annex_s_own_hours(void **state)
{
	(void)state;
	/* 152 h of an ACI: 152 × 12 ÷ 1820 = 1.0022; of an EI 1.2119. */
	assert_int_equal(declare_etp(152, 1820, 1), 100);
	assert_int_equal(declare_etp(152, 1505, 1), 121);
	/* A year's 1820 hours are one ETP, spread over 12 months. */
	assert_int_equal(declare_etp(1820, 1820, 12), 100);
	assert_int_equal(declare_etp(1820, 1820, 6), 200);
	/* 0.125 goes up. */
	assert_int_equal(declare_etp(25, 2400, 1), 13);
	assert_int_equal(declare_etp(0, 1820, 1), 0);
	assert_int_equal(declare_etp(10, 0, 1), 0);
	assert_int_equal(declare_etp(10, 1820, 0), 0);
}

/* ---- contracts and annexes ---- */

static void a_contract_that_ends_mid_month_makes_two_rows(void **state)
{
	office_fixture_import(*state, "contracts",
	    CONTRACTS "C1;V01;" A26 ";CDDI;2026-05-01;2026-11-12;26h\n"
		      "C2;V01;" B26 ";CDDI;2026-11-13;2027-05-12;30h\n");
	hours(*state, "V01", "2026-11-12", "am", "work", 209);
	hours(*state, "V01", "2026-11-13", "am", "work", 210);
	hours(*state, "V01", "2026-11-16", "pm", "paid_leave", 90);
	hours(*state, "V01", "2026-11-17", "am", "sick", 0);
	expect_rows(*state, "V01 C1 " A26 " 209 3 29 BROUILLON 0\n"
			    "V01 C2 " B26 " 300 5 0 BROUILLON 0\n");
}

static void a_contract_over_two_years_is_under_two_annexes(void **state)
{
	struct office_fixture *fixture = *state;
	const struct annex_target target = {"V01", "C1"};
	struct err err = ERR_INIT;
	size_t written;

	office_fixture_import(fixture, "contracts",
	    CONTRACTS "C1;V01;" A25 ";CDDI;2026-05-01;2027-05-12;26h\n");
	hours(fixture, "V01", "2026-11-13", "am", "work", 120);
	hours(fixture, "V01", "2026-11-16", "am", "work", 180);
	/* The first annex is over on the 15th. */
	expect_rows(fixture, "V01 C1  180 3 0 BROUILLON 0\n"
			     "V01 C1 " A25 " 120 2 0 BROUILLON 0\n");
	/* The next one overlaps it, here: it takes its place. */
	assert_int_equal(
	    annex_attach(&fixture->office, NULL, A26, &target, &written, &err),
	    0);
	assert_int_equal(written, 1);
	expect_rows(fixture, "V01 C1 " A26 " 300 5 0 BROUILLON 0\n");
	/* One of another year stays beside. */
	office_fixture_import(fixture, "annexes",
	    ANNEXES "ACI051270013A0M1;RIVES;ACI_DC;2027-01-01;2027-12-31;1;"
		    "1820\n");
	assert_int_equal(annex_attach(&fixture->office, NULL,
			     "ACI051270013A0M1", &target, &written, &err),
	    0);
	expect_rows(fixture, "V01 C1 " A26 " 300 5 0 BROUILLON 0\n");
}

/* The contract that `import workers` told is under no annex any more: it is
 * neither counted nor attached. */
static void a_replaced_contract_is_not_attached(void **state)
{
	struct office_fixture *fixture = *state;
	const struct annex_target all = {NULL, NULL}, old = {"V01", "1"};
	struct err err = ERR_INIT;
	size_t written = 0;
	json_t *list;

	office_fixture_import(fixture, "workers",
	    "worker;structure;crew;first_name;last_name;contract_start\n"
	    "V01;RIVES;VERTS;Fatou;Diallo;2026-05-01\n");
	office_fixture_import(fixture, "contracts",
	    CONTRACTS "C1;V01;;CDDI;2026-05-01;2026-12-31;26h\n");
	assert_int_equal(annex_list(&fixture->office, "RIVES", &list, &err), 0);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *row = json_array_get(list, i);

		if (strcmp(json_text(row, "annex"), A26) == 0)
			assert_int_equal(json_int(row, "without", -1), 1);
	}
	json_decref(list);
	assert_int_equal(
	    annex_attach(&fixture->office, NULL, A26, &old, &written, &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    annex_attach(&fixture->office, NULL, A26, &all, &written, &err), 0);
	assert_int_equal(written, 1);
}

static void hours_without_contract_or_annex_are_kept_and_told(void **state)
{
	json_t *json;

	office_fixture_import(*state, "contracts",
	    CONTRACTS "C1;V01;;CDDI;2026-11-16;2026-11-20;26h\n");
	hours(*state, "V01", "2026-11-13", "am", "work", 120);
	hours(*state, "V01", "2026-11-16", "am", "work", 180);
	expect_rows(*state, "V01   120 2 0 BROUILLON 0\n"
			    "V01 C1  180 3 0 BROUILLON 0\n");
	json = declared(*state, "RIVES");
	assert_int_equal(
	    json_int(json_object_get(json, "total"), "no_contract", -1), 1);
	assert_int_equal(
	    json_int(json_object_get(json, "total"), "no_annex", -1), 1);
	json_decref(json);
}

/* What `import workers` said gives way, but for the worker's days. */
static void successive_contracts_say_when_one_is_expected(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	struct buf text = BUF_INIT;
	json_t *list = NULL;

	office_fixture_import(fixture, "contracts",
	    CONTRACTS "C1;V01;;CDDI;2026-10-01;2026-11-06;26h\n"
		      "C2;V01;;CDDI;2026-11-18;2026-11-27;26h\n"
		      "C1;V02;;CDDI;2026-10-01;2026-10-31;26h\n");
	assert_int_equal(
	    closing_blockers(&fixture->office, "RIVES", MONTH, &list, &err), 0);
	for (size_t i = 0; i < json_array_size(list); i++)
		buf_printf(&text, "%s %s\n",
		    json_text(json_array_get(list, i), "worker"),
		    json_text(json_array_get(list, i), "day"));
	/* Fridays: the 6th, and after the gap the 20th and 27th. */
	assert_string_equal(buf_text(&text),
	    "V01 2026-11-06\nV01 2026-11-06\nV01 2026-11-20\n"
	    "V01 2026-11-20\nV01 2026-11-27\nV01 2026-11-27\n");
	buf_free(&text);
	json_decref(list);
	/* Who left earlier than agreed is expected no more. */
	office_fixture_set(fixture, "RIVES", "contract", "contract/V01/C2",
	    "{\"kind\":\"CDDI\",\"start\":\"2026-11-18\","
	    "\"end\":\"2026-11-27\",\"real_end\":\"2026-11-20\"}");
	assert_int_equal(
	    closing_blockers(&fixture->office, "RIVES", MONTH, &list, &err), 0);
	assert_int_equal(json_array_size(list), 4);
	json_decref(list);
}

static void an_ei_declares_worked_hours_alone(void **state)
{
	struct office_fixture *fixture = *state;
	const json_t *row;
	json_t *json;

	office_fixture_hours(fixture, "REMPARTS", "B01", "2026-11-16", "am",
	    "work", 210, "", "");
	office_fixture_hours(fixture, "REMPARTS", "B01", "2026-11-16", "pm",
	    "paid_leave", 210, "", "");
	json = declared(fixture, "REMPARTS");
	row = json_array_get(json_object_get(json, "rows"), 0);
	assert_int_equal(json_int(row, "minutes", -1), 210);
	assert_int_equal(
	    json_int(json_object_get(row, "kinds"), "paid_leave", -1), 210);
	json_decref(json);
}

/* ---- closed ---- */

static void a_closed_month_is_what_was_closed(void **state)
{
	struct office_fixture *fixture = *state;
	const struct annex_target target = {"V01", NULL};
	struct err err = ERR_INIT;
	size_t written;

	office_fixture_import(fixture, "contracts",
	    CONTRACTS "C1;V01;;CDDI;2026-11-16;2026-11-20;26h\n"
		      "C1;V02;" A26 ";CDDI;2026-11-16;2026-11-20;26h\n");
	hours(fixture, "V01", "2026-11-16", "am", "work", 180);
	hours(fixture, "V02", "2026-11-16", "am", "work", 150);
	make(fixture);
	expect_rows(fixture, "V01 C1  180 3 0 SAISI 1\n"
			     "V02 C1 " A26 " 150 3 -30 SAISI 1\n");
	/* Not paid anew, not moved to another annex or contract. */
	hours(fixture, "V01", "2026-11-17", "am", "work", 60);
	assert_int_equal(
	    annex_attach(&fixture->office, NULL, B26,
		&(struct annex_target){"V02", "C1"}, &written, &err),
	    0);
	expect_rows(fixture, "V01 C1  180 3 0 SAISI 1\n"
			     "V02 C1 " A26 " 150 3 -30 SAISI 1\n");
	/* But one that was missing is taken. */
	assert_int_equal(
	    annex_attach(&fixture->office, NULL, A26, &target, &written, &err),
	    0);
	expect_rows(fixture, "V01 C1 " A26 " 180 3 0 SAISI 1\n"
			     "V02 C1 " A26 " 150 3 -30 SAISI 1\n");
	declare(fixture);
	/* What moves does so by an approval, like what was late. */
	adjust(fixture, 2);
	expect_rows(fixture, "V01 C1 " A26 " 240 4 0 DEBLOQUE 1\n"
			     "V02 C1 " A26 " 0 0 0 DEBLOQUE 1\n"
			     "V02 C1 " B26 " 150 3 -30 DEBLOQUE 1\n");
	adjust(fixture, 0);
	declare(fixture);
	expect_rows(fixture, "V01 C1 " A26 " 240 4 0 VALIDE 1\n"
			     "V02 C1 " A26 " 0 0 0 VALIDE 1\n"
			     "V02 C1 " B26 " 150 3 -30 VALIDE 1\n");
}

static void a_late_void_takes_hours_away(void **state)
{
	hours(*state, "V01", "2026-11-16", "am", "work", 180);
	hours(*state, "V01", "2026-11-16", "pm", "work", 45);
	make(*state);
	office_fixture_void(
	    *state, "RIVES", "hours/V01/2026-11-16/am", "not there");
	expect_rows(*state, "V01 1  225 4 -15 SAISI 1\n");
	adjust(*state, 1);
	expect_rows(*state, "V01 1  45 1 -15 SAISI 1\n");
	adjust(*state, 0);
}

static void a_reopening_is_a_new_version(void **state)
{
	struct office_fixture *fixture = *state;
	const struct closing_reopening reopening = {
	    .reason = "the ASP asked for it",
	    .second = "Saïd",
	    .exception = "test",
	};
	struct err err = ERR_INIT;

	hours(fixture, "V01", "2026-11-16", "am", "work", 180);
	make(fixture);
	declare(fixture);
	hours(fixture, "V01", "2026-11-17", "am", "work", 60);
	assert_int_equal(
	    closing_reopen(&fixture->office, "RIVES", MONTH, &reopening, &err),
	    0);
	expect_rows(fixture, "V01 1  240 4 0 DEBLOQUE 2\n");
	declare(fixture);
	expect_rows(fixture, "V01 1  240 4 0 VALIDE 2\n");
}

static void an_open_month_is_not_declared(void **state)
{
	struct office_fixture *fixture = *state;
	struct hash before = office_fixture_digest(fixture), after;
	struct err err = ERR_INIT;
	bool changed;

	assert_int_equal(declare_make(&fixture->office, "RIVES", MONTH, NULL,
			     NULL, &changed, &err),
	    E_CONFLICT);
	assert_int_equal(declare_make(&fixture->office, "RIVES", MONTH, "zz",
			     NULL, &changed, &err),
	    E_INVALID);
	assert_int_equal(declare_make(&fixture->office, "NOWHERE", MONTH, NULL,
			     NULL, &changed, &err),
	    E_NOT_FOUND);
	after = office_fixture_digest(fixture);
	assert_memory_equal(&before, &after, sizeof(after));
}

static void etp_adds_up_over_the_annex_s_months(void **state)
{
	struct office_fixture *fixture = *state;
	struct err err = ERR_INIT;
	const json_t *annex, *period;
	json_t *list = NULL;

	office_fixture_import(fixture, "contracts",
	    CONTRACTS "C1;V01;" A26 ";CDDI;2026-01-01;2026-12-31;26h\n");
	hours(fixture, "V01", "2026-10-05", "am", "work", 600);
	hours(fixture, "V01", "2026-11-16", "am", "work", 630);
	assert_int_equal(
	    declare_annexes(&fixture->office, "RIVES", MONTH, &list, &err), 0);
	assert_int_equal(json_array_size(list), 3);
	annex = json_array_get(list, 1);
	assert_string_equal(json_text(annex, "annex"), A26);
	assert_int_equal(
	    json_int(json_object_get(annex, "month"), "hours", -1), 11);
	period = json_object_get(annex, "period");
	assert_int_equal(json_int(period, "hours", -1), 21);
	assert_int_equal(json_int(period, "months", -1), 11);
	/* 1.5 posts × 1820 h × 11 ÷ 12 = 2502.5. */
	assert_int_equal(json_int(period, "agreed", -1), 2503);
	json_decref(list);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(half_an_hour_goes_up_once),
	    cmocka_unit_test(an_etp_is_by_the_annex_s_own_hours),
	    TEST(a_contract_that_ends_mid_month_makes_two_rows),
	    TEST(a_contract_over_two_years_is_under_two_annexes),
	    TEST(a_replaced_contract_is_not_attached),
	    TEST(hours_without_contract_or_annex_are_kept_and_told),
	    TEST(successive_contracts_say_when_one_is_expected),
	    TEST(an_ei_declares_worked_hours_alone),
	    TEST(a_closed_month_is_what_was_closed),
	    TEST(a_late_void_takes_hours_away),
	    TEST(a_reopening_is_a_new_version),
	    TEST(an_open_month_is_not_declared),
	    TEST(etp_adds_up_over_the_annex_s_months),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
