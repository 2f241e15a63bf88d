/* The log of exports: written first, one entry a structure, compared later,
 * and nothing given when it cannot be written. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/export/export.h"
#include "server/export/export_log.h"
#include "tests/lib/office_fixture.h"
#include "tests/lib/sick_db.h"

static int setup(void **state)
{
	static struct office_fixture fixture;

	office_fixture_open(&fixture);
	office_fixture_places(&fixture);
	(void)office_fixture_import(&fixture, "workers",
	    "worker,structure,crew,first_name,last_name\n"
	    "V01,RIVES,VERTS,Fatou,Diallo\n"
	    "V02,RIVES,VERTS,Fatou,Diop\n"
	    "B01,REMPARTS,BAT,Yann,Le Bris\n");
	office_fixture_hours(
	    &fixture, "RIVES", "V01", "2026-11-16", "am", "work", 210, "", "");
	office_fixture_hours(
	    &fixture, "RIVES", "V01", "2026-11-16", "pm", "sick", 0, "", "");
	office_fixture_hours(
	    &fixture, "RIVES", "V02", "2026-11-16", "am", "work", 180, "", "");
	office_fixture_hours(&fixture, "REMPARTS", "B01", "2026-11-17", "am",
	    "work", 120, "", "");
	*state = &fixture;
	return 0;
}

static int teardown(void **state)
{
	office_fixture_close(*state);
	return 0;
}

static struct export_ask ask_of(const char *what)
{
	return (struct export_ask){
	    what, "2026-11", "", "", "", "", "", "", false};
}

/* Make one; its identifier. */
static void make(
    struct office *office, const struct export_ask *ask, char id[EXPORT_ID])
{
	struct export ex;

	assert_int_equal(export_prepare(&ex, office, ask, NULL), 0);
	assert_int_equal(export_render(&ex, NULL), 0);
	assert_int_equal(export_log(&ex, office, id, NULL), 0);
	export_clear(&ex);
}

static size_t count_exports(struct office *office)
{
	json_t *rows = NULL;
	size_t count;

	assert_int_equal(export_log_list(office, "", "", &rows, NULL), 0);
	count = json_array_size(rows);
	json_decref(rows);
	return count;
}

static void every_structure_has_its_own_rows(void **state)
{
	struct office_fixture *fixture = *state;
	const struct export_ask ask = ask_of("payroll");
	char id[EXPORT_ID], record[64];
	json_t *value, *rows = NULL;

	make(&fixture->office, &ask, id);
	(void)snprintf(record, sizeof(record), "export/%s", id);
	value = office_fixture_value(fixture, "RIVES", record);
	assert_int_equal(json_int(value, "rows", 0), 3);
	assert_int_equal(json_int(value, "all", 0), 4);
	assert_non_null(
	    json_object_get(json_object_get(value, "keys"), "V01/sick"));
	json_decref(value);
	value = office_fixture_value(fixture, "REMPARTS", record);
	assert_int_equal(json_int(value, "rows", 0), 1);
	json_decref(value);
	assert_int_equal(
	    export_log_list(&fixture->office, "", "", &rows, NULL), 0);
	assert_int_equal(json_array_size(rows), 1);
	assert_int_equal(json_int(json_array_get(rows, 0), "rows", 0), 4);
	assert_string_equal(
	    json_text(json_array_get(rows, 0), "by"), "console");
	json_decref(rows);
	assert_int_equal(
	    export_log_list(&fixture->office, "asp", "", &rows, NULL), 0);
	assert_int_equal(json_array_size(rows), 0);
	json_decref(rows);
}

static int64_t count_of(const json_t *told, const char *what)
{
	return json_int(told, what, -1);
}

static void what_changed_since_is_told(void **state)
{
	struct office_fixture *fixture = *state;
	const struct export_ask ask = ask_of("payroll");
	char first[EXPORT_ID], second[EXPORT_ID];
	struct err err = ERR_INIT;
	json_t *told = NULL;

	make(&fixture->office, &ask, first);
	assert_int_equal(export_log_changed(&fixture->office, "last", NULL,
			     "payroll", "2026-11", &told, NULL),
	    0);
	assert_int_equal(count_of(told, "same"), 4);
	json_decref(told);
	office_fixture_void(
	    fixture, "RIVES", "hours/V02/2026-11-16/am", "gone");
	office_fixture_hours(
	    fixture, "REMPARTS", "B01", "2026-11-17", "pm", "work", 60, "", "");
	office_fixture_hours(fixture, "RIVES", "V01", "2026-11-18", "am",
	    "training", 90, "", "");
	make(&fixture->office, &ask, second);
	assert_int_equal(export_log_changed(&fixture->office, first, NULL, "",
			     "", &told, NULL),
	    0);
	assert_int_equal(count_of(told, "added"), 1);
	assert_int_equal(count_of(told, "changed"), 1);
	assert_int_equal(count_of(told, "removed"), 1);
	assert_int_equal(count_of(told, "same"), 2);
	json_decref(told);
	/* Two that left, one beside the other; the later one is "last". */
	assert_int_equal(export_log_changed(&fixture->office, first, "last", "",
			     "", &told, NULL),
	    0);
	assert_string_equal(json_text(told, "until"), second);
	json_decref(told);
	assert_int_equal(export_log_changed(&fixture->office, "nowhere", NULL,
			     "", "", &told, &err),
	    E_NOT_FOUND);
}

static void other_columns_and_languages_are_no_change(void **state)
{
	struct office_fixture *fixture = *state;
	struct export_ask ask = ask_of("payroll");
	char id[EXPORT_ID];
	json_t *told = NULL;

	ask.map = "A = worker\n";
	make(&fixture->office, &ask, id);
	assert_int_equal(
	    export_log_changed(&fixture->office, id, NULL, "", "", &told, NULL),
	    0);
	assert_int_equal(count_of(told, "same"), 4);
	json_decref(told);
}

static void different_kinds_are_not_compared(void **state)
{
	struct office_fixture *fixture = *state;
	struct export_ask payroll = ask_of("payroll"), asp = ask_of("asp");
	char first[EXPORT_ID], second[EXPORT_ID];
	struct err err = ERR_INIT;
	json_t *told = NULL;

	make(&fixture->office, &payroll, first);
	make(&fixture->office, &asp, second);
	assert_int_equal(export_log_changed(&fixture->office, first, second, "",
			     "", &told, &err),
	    E_INVALID);
}

/* Whichever statement fails, what was prepared is not logged by half. */
static void without_the_log_there_is_no_export(void **state)
{
	struct office_fixture *fixture = *state;
	const struct export_ask ask = ask_of("payroll");
	size_t failures = 0;
	int rc = -1;

	for (size_t at = 1; rc < 0; at++) {
		struct err err = ERR_INIT;
		char id[EXPORT_ID];
		struct export ex;

		assert_int_equal(
		    export_prepare(&ex, &fixture->office, &ask, NULL), 0);
		sick_db_start(at);
		rc = export_log(&ex, &fixture->office, id, &err);
		(void)sick_db_stop();
		export_clear(&ex);
		if (rc < 0) {
			failures++;
			assert_int_equal(count_exports(&fixture->office), 0);
			assert_true(
			    strstr(err.text, "not written in the log") != NULL);
		}
	}
	assert_true(failures > 10);
	assert_int_equal(count_exports(&fixture->office), 1);
}

static void who_may_see_one_structure_exports_it_alone(void **state)
{
	struct office_fixture *fixture = *state;
	struct office *office = &fixture->office;
	struct signer signer = {.structures = "RIVES\n", .hides_health = true};
	struct export_ask ask = ask_of("payroll");
	struct export ex;

	signer.key = office->console;
	office->signer = &signer;
	assert_int_equal(export_prepare(&ex, office, &ask, NULL), 0);
	assert_int_equal(ex.rows, 3);
	assert_int_equal(json_object_size(ex.keys), 1);
	assert_non_null(
	    json_object_get(json_object_get(ex.keys, "RIVES"), "V01/absence"));
	export_clear(&ex);
	ask.what = "report";
	assert_int_equal(export_prepare(&ex, office, &ask, NULL), 0);
	assert_int_equal(ex.rows, 2);
	export_clear(&ex);
	ask.structure = "REMPARTS";
	assert_int_equal(export_prepare(&ex, office, &ask, NULL), E_NOT_FOUND);
	export_clear(&ex);
	office->signer = NULL;
}

static void nothing_is_no_file(void **state)
{
	struct office_fixture *fixture = *state;
	size_t count;
	const struct export_kind *const *kinds = export_kinds(&count);

	for (size_t i = 0; i < count; i++) {
		struct export_ask ask = ask_of(kinds[i]->what);
		struct err err = ERR_INIT;
		struct export ex;

		ask.month = "2020-01";
		assert_int_equal(
		    export_prepare(&ex, &fixture->office, &ask, &err),
		    E_NOT_FOUND);
		assert_true(strstr(err.text, "nothing to export") != NULL);
		export_clear(&ex);
	}
}

/* Two contracts follow each other, with a day between that is under none. */
static void payroll_has_a_line_a_contract(void **state)
{
	struct office_fixture *fixture = *state;
	struct export_ask ask = ask_of("payroll");
	struct export ex;

	(void)office_fixture_import(fixture, "contracts",
	    "contract,worker,kind,start,end,weekly\n"
	    "Z1,V01,CDDI,2026-03-02,2026-11-16,26h\n"
	    "C2,V01,CDDI,2026-11-19,2027-01-31,30h\n");
	office_fixture_hours(
	    fixture, "RIVES", "V01", "2026-11-18", "am", "work", 60, "", "");
	office_fixture_hours(
	    fixture, "RIVES", "V01", "2026-11-19", "am", "work", 100, "", "");
	office_fixture_hours(
	    fixture, "RIVES", "V01", "2026-11-20", "am", "work", 100, "", "");
	ask.structure = "RIVES";
	ask.format = "rfc4180";
	ask.map = "A = worker\nB = contract\nC = contract_end\nD = weekly\n"
		  "E = kind\nF = minutes\nG = half_days\n";
	assert_int_equal(export_prepare(&ex, &fixture->office, &ask, NULL), 0);
	assert_int_equal(export_render(&ex, NULL), 0);
	assert_string_equal(ex.files[0].data.data,
	    "A,B,C,D,E,F,G\r\n"
	    "V01,Z1,2026-11-16,26.00,work,210,1\r\n"
	    "V01,Z1,2026-11-16,26.00,sick,0,1\r\n"
	    "V01,C2,2027-01-31,30.00,work,200,2\r\n"
	    "V01,,,,work,60,1\r\n"
	    "V02,,,,work,180,1\r\n");
	assert_non_null(
	    json_object_get(json_object_get(ex.keys, "RIVES"), "V01/C2/work"));
	assert_non_null(
	    json_object_get(json_object_get(ex.keys, "RIVES"), "V01/work"));
	export_clear(&ex);
}

/* Time spent is time worked, by people of a project alone: no absence, and
 * nothing that tells of health. */
static void fse_has_hours_worked_of_linked_people_alone(void **state)
{
	struct office_fixture *fixture = *state;
	struct export_ask ask = ask_of("fse");
	struct err err = ERR_INIT;
	struct export ex;

	office_fixture_hours(
	    fixture, "RIVES", "V01", "2026-11-17", "am", "sick", 210, "", "");
	office_fixture_hours(fixture, "RIVES", "V01", "2026-11-17", "pm",
	    "paid_leave", 210, "", "");
	assert_int_equal(
	    export_prepare(&ex, &fixture->office, &ask, &err), E_NOT_FOUND);
	assert_true(strstr(err.text, "nobody is linked") != NULL);
	export_clear(&ex);
	(void)office_fixture_import(fixture, "projects",
	    "project,structure,name,fund,start,end,person,role,quota\n"
	    "P1,RIVES,Paths,FSE+,2026-01-01,2026-12-31,V01,beneficiary,\n"
	    "P2,RIVES,Walls,FSE+,2026-01-01,2026-12-31,V01,beneficiary,\n");
	ask.format = "rfc4180";
	assert_int_equal(export_prepare(&ex, &fixture->office, &ask, NULL), 0);
	assert_int_equal(export_render(&ex, NULL), 0);
	assert_int_equal(ex.rows, 1); /* once, of two projects */
	assert_true(
	    strstr(ex.files[0].data.data, "2026-11-16,am,work,210") != NULL);
	assert_null(strstr(ex.files[0].data.data, "sick"));
	assert_null(strstr(ex.files[0].data.data, "leave"));
	assert_null(strstr(ex.files[0].data.data, "V02"));
	export_clear(&ex);
	office_fixture_void(
	    fixture, "RIVES", "hours/V01/2026-11-16/am", "gone");
	assert_int_equal(
	    export_prepare(&ex, &fixture->office, &ask, &err), E_NOT_FOUND);
	assert_true(strstr(err.text, "no hour worked") != NULL);
	export_clear(&ex);
}

#define EXPORT_TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    EXPORT_TEST(every_structure_has_its_own_rows),
	    EXPORT_TEST(what_changed_since_is_told),
	    EXPORT_TEST(other_columns_and_languages_are_no_change),
	    EXPORT_TEST(different_kinds_are_not_compared),
	    EXPORT_TEST(without_the_log_there_is_no_export),
	    EXPORT_TEST(who_may_see_one_structure_exports_it_alone),
	    EXPORT_TEST(nothing_is_no_file),
	    EXPORT_TEST(payroll_has_a_line_a_contract),
	    EXPORT_TEST(fse_has_hours_worked_of_linked_people_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
