/*
 * Workbooks as spreadsheets write them, and as nobody should: what is read of
 * them, what is refused, and that a list imports alike from CSV and XLSX.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "server/import/import_help.h"
#include "server/import/xlsx.h"
#include "shared/lang.h"
#include "tests/lib/office_fixture.h"
#include "tests/lib/workbook.h"

static void expect_text(const struct workbook *workbook, const char *wanted)
{
	struct buf file = BUF_INIT, text = BUF_INIT;
	struct err err = ERR_INIT;

	workbook_make(&file, workbook);
	assert_true(xlsx_is(file.data, file.len));
	if (xlsx_to_csv(&text, file.data, file.len, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(buf_text(&text), wanted);
	buf_free(&file);
	buf_free(&text);
}

static void expect_bytes_refused(
    const struct buf *file, int code, const char *word)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(xlsx_to_csv(&text, file->data, file->len, &err), code);
	if (strstr(err.text, word) == NULL)
		fail_msg("no \"%s\" in: %s", word, err.text);
	buf_free(&text);
}

static void expect_refused(
    const struct workbook *workbook, int code, const char *word)
{
	struct buf file = BUF_INIT;

	workbook_make(&file, workbook);
	expect_bytes_refused(&file, code, word);
	buf_free(&file);
}

/* ---- what is read ---- */

static void texts_come_from_three_places(void **state)
{
	const struct workbook workbook = {
	    .sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>1</v></c>"
		     "<c r=\"B1\" t=\"inlineStr\"><is><t>à la "
		     "volée</t></is></c><c r=\"C1\" t=\"str\"><f>A1</f><v>"
		     "calculé</v></c></row>",
	    .strings = "<si><t>zéro</t></si><si><r><t>Mar</t></r><r><t>ie "
		       "\"M\"</t></r><rPh><t>x</t></rPh></si>",
	};

	(void)state;
	expect_text(
	    &workbook, "\"Marie \"\"M\"\"\";\"à la volée\";\"calculé\"");
}

static void rows_keep_their_numbers(void **state)
{
	const struct workbook workbook = {
	    .sheet = "<row r=\"2\"><c r=\"A2\"><v>1</v></c></row>"
		     "<row r=\"5\"><c r=\"C5\" t=\"inlineStr\"><is><t>deux\n"
		     "lignes</t></is></c></row>"
		     "<row><c><v>7</v></c><c/><c><v>8</v></c></row>",
	};

	(void)state;
	expect_text(&workbook, "\n\"1\"\n\n\n;;\"deux lignes\"\n\"7\";;\"8\"");
}

static void numbers_are_as_people_write_them(void **state)
{
	const struct workbook workbook = {
	    .sheet = "<row><c><v>41207689000130</v></c><c><v>3.5</v></c>"
		     "<c><v>3.5000000000000004</v></c><c><v>-2</v></c>"
		     "<c><v>1E3</v></c><c t=\"b\"><v>1</v></c>"
		     "<c t=\"e\"><v>#REF!</v></c><c><v>12x</v></c></row>",
	};

	(void)state;
	expect_text(&workbook,
	    "\"41207689000130\";\"3.5\";\"3.5\";\"-2\";\"1000\";\"1\";"
	    "\"#REF!\";\"12x\"");
}

#define STYLES                                                                 \
	"<numFmts><numFmt numFmtId=\"164\" "                                   \
	"formatCode=\"dd/mm/yyyy\"/><numFmt numFmtId=\"165\" "                 \
	"formatCode=\"[h]:mm\"/><numFmt numFmtId=\"166\" "                     \
	"formatCode=\"0.00&quot; jours&quot;\"/><numFmt numFmtId=\"167\" "     \
	"formatCode=\"[Red]0\"/></numFmts><cellStyleXfs><xf "                  \
	"numFmtId=\"14\"/></cellStyleXfs><cellXfs><xf numFmtId=\"0\"/><xf "    \
	"numFmtId=\"14\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf "    \
	"numFmtId=\"20\"/><xf numFmtId=\"166\"/><xf "                          \
	"numFmtId=\"167\"/></cellXfs>"

static void dates_and_times_are_known_by_their_format(void **state)
{
	const struct workbook workbook = {
	    .sheet = "<row><c s=\"1\"><v>46346</v></c><c s=\"2\"><v>46346.75"
		     "</v></c><c s=\"3\"><v>1.0833333333333333</v></c>"
		     "<c s=\"4\"><v>0.33333333333333331</v></c>"
		     "<c s=\"5\"><v>46346</v></c><c s=\"6\"><v>12</v></c>"
		     "<c s=\"0\"><v>46346</v></c><c s=\"99\"><v>1</v></c>"
		     "<c t=\"d\"><v>2026-11-20T00:00:00</v></c></row>",
	    .styles = STYLES,
	};

	(void)state;
	expect_text(&workbook,
	    "\"2026-11-20\";\"2026-11-20\";\"26h00\";\"8h00\";\"46346\";"
	    "\"12\";\"46346\";\"1\";\"2026-11-20\"");
}

/* Excel counts a 29 February 1900 that never was. */
static void both_calendars_begin_where_they_do(void **state)
{
	const struct workbook old = {
	    .sheet = "<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c>"
		     "<c s=\"1\"><v>60</v></c><c s=\"1\"><v>61</v></c>"
		     "<c s=\"1\"><v>0</v></c></row>",
	    .styles = STYLES,
	};
	const struct workbook mac = {
	    .sheet = "<row><c s=\"1\"><v>44884</v></c></row>",
	    .styles = STYLES,
	    .from_1904 = true,
	};

	(void)state;
	expect_text(&old, "\"1900-01-01\";\"1900-02-28\";\"1900-02-29\";"
			  "\"1900-03-01\";\"0\"");
	expect_text(&mac, "\"2026-11-20\"");
}

/* ---- what is refused ---- */

static void a_document_type_is_refused(void **state)
{
	const struct workbook bomb = {
	    .prefix = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b "
		      "\"&a;&a;&a;&a;&a;&a;&a;&a;\">]>",
	    .sheet = "<row><c t=\"inlineStr\"><is><t>&b;</t></is></c></row>",
	};

	(void)state;
	expect_refused(&bomb, E_INVALID, "not made like one");
}

static void what_grows_without_end_is_refused(void **state)
{
	struct buf zeros = BUF_INIT, file = BUF_INIT;
	const char *files[] = {"xl/workbook.xml", NULL, NULL};

	(void)state;
	/* A ZIP bomb: little as it comes, more than any sheet inside. */
	for (size_t i = 0; i < (XLSX_PART_MAX >> 16) + 1; i++) {
		for (size_t j = 0; j < 1024; j++)
			buf_add(&zeros,
			    "                                "
			    "                                ",
			    64);
	}
	files[1] = buf_text(&zeros);
	workbook_zip(&file, files);
	assert_true(file.len < 1024 * 1024);
	expect_bytes_refused(&file, E_LIMIT, "64 MB");
	buf_free(&zeros);
	buf_free(&file);
}

static void depth_places_and_references_are_bounded(void **state)
{
	struct buf deep = BUF_INIT;
	struct workbook workbook = {0};

	(void)state;
	for (int i = 0; i < 100; i++)
		buf_add_text(&deep, "<row>");
	workbook.sheet = buf_text(&deep);
	expect_refused(&workbook, E_INVALID, "not made like one");
	buf_free(&deep);
	workbook.sheet = "<row r=\"2\"/><row r=\"1\"/>";
	expect_refused(&workbook, E_INVALID, "damaged");
	workbook.sheet = "<row r=\"99999999\"/>";
	expect_refused(&workbook, E_INVALID, "damaged");
	workbook.sheet = "<row><c r=\"B1\"/><c r=\"A1\"/></row>";
	expect_refused(&workbook, E_INVALID, "damaged");
	workbook.sheet = "<row><c r=\"XFD1\"><v>1</v></c></row>";
	expect_refused(&workbook, E_LIMIT, "columns");
	workbook.sheet = "<row><c t=\"s\"><v>3</v></c></row>";
	expect_refused(&workbook, E_INVALID, "damaged");
	workbook.sheet = "<row><c t=\"s\"><v>-1</v></c></row>";
	expect_refused(&workbook, E_INVALID, "damaged");
}

static void a_cell_is_no_longer_than_a_field(void **state)
{
	struct buf sheet = BUF_INIT;
	struct workbook workbook = {0};

	(void)state;
	buf_add_text(&sheet, "<row r=\"3\"><c t=\"inlineStr\"><is><t>");
	for (int i = 0; i < 9000; i++)
		buf_add_char(&sheet, 'x');
	buf_add_text(&sheet, "</t></is></c></row>");
	workbook.sheet = buf_text(&sheet);
	expect_refused(&workbook, E_INVALID, "line 3");
	buf_free(&sheet);
}

static void what_is_no_workbook_says_how_to_save_it(void **state)
{
	static const char old[] = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 and more";
	const char *const other[] = {"content.xml", "<office/>", NULL};
	const struct workbook none = {.sheet = NULL};
	struct buf file = BUF_INIT;

	(void)state;
	buf_add(&file, old, sizeof(old));
	assert_true(xlsx_is(file.data, file.len));
	expect_bytes_refused(&file, E_INVALID, "password");
	buf_reset(&file);
	workbook_zip(&file, other);
	expect_bytes_refused(&file, E_INVALID, ".xlsx");
	file.len /= 2;
	expect_bytes_refused(&file, E_INVALID, "damaged");
	buf_free(&file);
	expect_refused(&none, E_INVALID, "sheet1.xml");
	assert_false(xlsx_is("worker;day\n", 11));
	assert_false(xlsx_is("PK", 2));
}

/* ---- an import ---- */

#define CELL(text) "<c t=\"inlineStr\"><is><t>" text "</t></is></c>"

static const char csv_list[] =
    "worker;structure;crew;first_name;last_name;weekly;contract_start\n"
    "V01;RIVES;VERTS;Fatou;Diallo;26h;20/11/2026\n"
    "V02;RIVES;VERTS;Łucja;Nowicka;30h;02/03/2026\n";

static void import_bytes(
    struct office_fixture *fixture, const char *name, struct bytes data)
{
	const struct import_input file = {name, data};
	struct import_summary summary;
	struct err err = ERR_INIT;

	if (import_run(&fixture->office, "workers", &file, 1, NULL, &summary,
		&err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(summary.added, 2);
	import_summary_free(&summary);
}

/* By its content: it is called .csv here. */
static void csv_and_xlsx_import_alike(void **state)
{
	const struct workbook workbook = {
	    .sheet = "<row>" CELL("worker") CELL("structure") CELL("crew")
		CELL("first_name") CELL("last_name") CELL("weekly") CELL(
		    "contract_start") "</row><row>" CELL("V01") CELL("RIVES")
		    CELL("VERTS") CELL("Fatou") CELL(
			"Diallo") "<c s=\"3\"><v>1.0833333333333333"
				  "</v></c><c s=\"1\"><v>46346</v>"
				  "</c></row><row>" CELL("V02") CELL("RIVES")
				      CELL("VERTS") CELL("Łucja")
					  CELL("Nowicka") CELL("30h")
					      CELL("02/03/2026") "</row>",
	    .styles = STYLES,
	};
	struct office_fixture csv, xlsx;
	struct buf file = BUF_INIT;
	struct hash one, other;

	(void)state;
	office_fixture_open(&csv);
	office_fixture_places(&csv);
	import_bytes(&csv, "salaries.xlsx",
	    (struct bytes){csv_list, sizeof(csv_list) - 1});
	one = office_fixture_digest(&csv);
	office_fixture_close(&csv);
	workbook_make(&file, &workbook);
	office_fixture_open(&xlsx);
	office_fixture_places(&xlsx);
	import_bytes(&xlsx, "salaries.csv", buf_bytes(&file));
	other = office_fixture_digest(&xlsx);
	office_fixture_close(&xlsx);
	buf_free(&file);
	assert_true(hash_equal(&one, &other));
}

/* ---- a dry run ---- */

static json_t *preview_of(
    struct office_fixture *fixture, const char *text, int64_t *faults)
{
	const struct import_input file = {"essai.csv", {text, strlen(text)}};
	const struct import_options options = {.dry = true};
	struct hash before = office_fixture_digest(fixture), after;
	struct import_summary summary;
	struct err err = ERR_INIT;
	json_t *preview;

	if (import_run(&fixture->office, "workers", &file, 1, &options,
		&summary, &err) < 0)
		fail_msg("%s", err.text);
	after = office_fixture_digest(fixture);
	assert_true(hash_equal(&before, &after));
	assert_non_null(summary.preview);
	preview = json_incref(summary.preview);
	*faults = json_int(preview, "fault_count", -1);
	import_summary_free(&summary);
	return preview;
}

static void a_dry_run_tells_rows_and_faults(void **state)
{
	struct office_fixture fixture;
	const json_t *fault, *row;
	json_t *preview;
	int64_t faults;

	(void)state;
	office_fixture_open(&fixture);
	office_fixture_places(&fixture);
	preview = preview_of(&fixture, csv_list, &faults);
	assert_int_equal(faults, 0);
	assert_int_equal(json_array_size(json_object_get(preview, "rows")), 2);
	row = json_array_get(json_object_get(preview, "rows"), 1);
	assert_int_equal(json_int(row, "line", 0), 3);
	assert_string_equal(json_text(row, "state"), "added");
	assert_string_equal(
	    json_string_value(json_array_get(json_object_get(row, "cells"), 3)),
	    "Łucja");
	json_decref(preview);
	preview = preview_of(&fixture,
	    "worker;structure;crew;first_name;last_name\n"
	    "V01;RIVES;VERTS;Fatou;Diallo\nV02;RIVES;NOWHERE;Jean;Petit\n"
	    "V03;RIVES;VERTS;;Noir\n",
	    &faults);
	assert_int_equal(faults, 2);
	fault = json_array_get(json_object_get(preview, "faults"), 0);
	assert_int_equal(json_int(fault, "line", 0), 3);
	assert_string_equal(json_text(fault, "column"), "crew");
	assert_string_equal(json_text(fault, "value"), "NOWHERE");
	assert_true(strlen(json_text(fault, "why")) > 0);
	json_decref(preview);
	office_fixture_close(&fixture);
}

/* ---- what people are told of it ---- */

static void expect_template(const json_t *kind)
{
	const char *what = json_text(kind, "what");
	const json_t *columns = json_object_get(kind, "columns");
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	assert_int_equal(import_template(&text, what, &err), 0);
	for (size_t i = 0; i < json_array_size(columns); i++) {
		const json_t *column = json_array_get(columns, i);

		if (strstr(buf_text(&text), json_text(column, "name")) == NULL)
			fail_msg("%s: no %s", what, json_text(column, "name"));
		if (json_text(column, "help")[0] == '\0')
			fail_msg("%s: %s is not explained", what,
			    json_text(column, "name"));
	}
	buf_free(&text);
}

static void every_kind_and_column_is_explained(void **state)
{
	struct err err = ERR_INIT;
	json_t *kinds = NULL;

	(void)state;
	assert_int_equal(import_kinds_json(&kinds, &err), 0);
	assert_true(json_array_size(kinds) >= 8);
	for (size_t i = 0; i < json_array_size(kinds); i++) {
		const json_t *kind = json_array_get(kinds, i);

		assert_string_not_equal(
		    json_text(kind, "label"), json_text(kind, "what"));
		assert_true(json_text(kind, "help")[0] != '\0');
		expect_template(kind);
	}
	json_decref(kinds);
	assert_int_equal(import_template(NULL, "dragons", &err), E_USAGE);
}

/* The example of the structures' own file goes through. */
static void a_template_can_be_imported(void **state)
{
	struct office_fixture fixture;
	struct import_summary summary;
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	office_fixture_open(&fixture);
	assert_int_equal(import_template(&text, "structures", &err), 0);
	summary =
	    office_fixture_import(&fixture, "structures", buf_text(&text));
	assert_int_equal(summary.added, 1);
	import_summary_free(&summary);
	buf_free(&text);
	office_fixture_close(&fixture);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(texts_come_from_three_places),
	    cmocka_unit_test(rows_keep_their_numbers),
	    cmocka_unit_test(numbers_are_as_people_write_them),
	    cmocka_unit_test(dates_and_times_are_known_by_their_format),
	    cmocka_unit_test(both_calendars_begin_where_they_do),
	    cmocka_unit_test(a_document_type_is_refused),
	    cmocka_unit_test(what_grows_without_end_is_refused),
	    cmocka_unit_test(depth_places_and_references_are_bounded),
	    cmocka_unit_test(a_cell_is_no_longer_than_a_field),
	    cmocka_unit_test(what_is_no_workbook_says_how_to_save_it),
	    cmocka_unit_test(csv_and_xlsx_import_alike),
	    cmocka_unit_test(a_dry_run_tells_rows_and_faults),
	    cmocka_unit_test(every_kind_and_column_is_explained),
	    cmocka_unit_test(a_template_can_be_imported),
	};

	lang_set("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
