/* The writers of documents: workbooks, PDF, the ASP's file, payroll's map. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/document/asp.h"
#include "server/document/document.h"
#include "server/document/font.h"
#include "server/document/month_sheet.h"
#include "server/document/pdf.h"
#include "server/export/export_map.h"
#include "shared/lang.h"
#include "shared/out.h"

#define CREATED 1795192262

static struct table *hostile_table(void)
{
	struct table *table = NULL;

	assert_int_equal(table_new(&table, NULL), 0);
	table_column(table, "Name", OUT_TEXT);
	table_column(table, "Day", OUT_DATE);
	table_column(table, "Hours", OUT_MINUTES);
	table_row(table);
	table_text(table, "=1+1");
	table_text(table, "2026-11-20");
	table_int(table, 210);
	table_row(table);
	table_text(table, "@SUM(A1)\x01 <b>&amp;");
	table_text(table, "no day");
	table_int(table, -90);
	table_row(table);
	table_text(table, "\xc5\x81ucja \xc5\x9e");
	table_row(table);
	table_text(table, "Total");
	table_text(table, "");
	table_int(table, 120);
	return table;
}

static struct document document_of(const struct table *table)
{
	static const char *const lines[] = {"first line", "second line"};

	return (struct document){"Title", "[Sheet]/:*?\\ far too long a name",
	    lines, 2, table, true, CREATED};
}

/* Is ${text} among these bytes? */
static bool has(const struct buf *out, const char *text)
{
	return memmem(out->data, out->len, text, strlen(text)) != NULL;
}

static void days_are_french_in_csv(void **state)
{
	struct table *table = hostile_table();
	struct buf out = BUF_INIT;

	(void)state;
	out_csv_fr(&out, table);
	assert_true(has(&out, "\"'=1+1\";20/11/2026;3,50\r\n"));
	assert_true(has(&out, ";\"no day\";-1,50\r\n"));
	buf_free(&out);
	out_csv_rfc4180(&out, table);
	assert_true(has(&out, "=1+1,2026-11-20,3.50\r\n"));
	buf_free(&out);
	table_free(table);
}

static void a_workbook_is_the_same_twice(void **state)
{
	struct table *table = hostile_table();
	struct document document = document_of(table);
	struct buf first = BUF_INIT, second = BUF_INIT;

	(void)state;
	assert_int_equal(document_xlsx(&first, &document, NULL), 0);
	assert_int_equal(document_xlsx(&second, &document, NULL), 0);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	assert_memory_equal(first.data, "PK", 2);
	document.created_s += 86400;
	buf_reset(&second);
	assert_int_equal(document_xlsx(&second, &document, NULL), 0);
	assert_true(first.len != second.len ||
		    memcmp(first.data, second.data, first.len) != 0);
	buf_free(&first);
	buf_free(&second);
	table_free(table);
}

static void a_pdf_is_the_same_twice(void **state)
{
	struct table *table = hostile_table();
	struct document document = document_of(table);
	struct buf first = BUF_INIT, second = BUF_INIT, missing = BUF_INIT;

	(void)state;
	assert_int_equal(document_pdf(&first, &document, &missing, NULL), 0);
	assert_int_equal(document_pdf(&second, &document, &missing, NULL), 0);
	assert_int_equal(first.len, second.len);
	assert_memory_equal(first.data, second.data, first.len);
	assert_memory_equal(first.data, "%PDF-", 5);
	assert_string_equal(buf_text(&missing), "");
	buf_free(&first);
	buf_free(&second);
	buf_free(&missing);
	table_free(table);
}

/* A row that no page can hold, and more rows than a page has. */
static void a_long_table_takes_pages(void **state)
{
	struct table *table = NULL;
	struct document document;
	struct buf out = BUF_INIT, missing = BUF_INIT, text = BUF_INIT;

	(void)state;
	for (int i = 0; i < 6000; i++)
		buf_add_text(&text, "word ");
	assert_int_equal(table_new(&table, NULL), 0);
	table_column(table, "Name", OUT_TEXT);
	table_row(table);
	table_buf(table, &text);
	for (int i = 0; i < 100; i++) {
		table_row(table);
		table_text(table, "a name without any space in it at all");
	}
	document = document_of(table);
	assert_int_equal(document_pdf(&out, &document, &missing, NULL), 0);
	assert_true(has(&out, "/Count "));
	buf_free(&out);
	buf_free(&missing);
	buf_free(&text);
	table_free(table);
}

static void what_cannot_be_printed_is_told(void **state)
{
	struct pdf *pdf = NULL;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(pdf_new(&pdf, "t", CREATED, NULL), 0);
	pdf_page(pdf, PDF_PORTRAIT, "foot", 1);
	pdf_text(pdf, 20, 20, 9, PDF_PLAIN, "\xc5\x81 \xc5\x9f \xce\xa9");
	assert_string_equal(pdf_missing(pdf), "");
	/* Arabic is in the font, but would come out in the wrong order; a
	 * Chinese letter is not in it; nor is a stray byte. */
	pdf_text(pdf, 20, 30, 9, PDF_PLAIN,
	    "\xd9\x85 \xe4\xb8\xad \xd9\x85 \xf0\x9f\x98\x80");
	assert_string_equal(pdf_missing(pdf), "U+0645 U+4E2D U+1F600");
	pdf_text(pdf, 20, 40, 9, PDF_PLAIN, "\xff");
	pdf_path(pdf, 20, 50, 0.1, "M1 1L20 30h4v4z", true);
	pdf_path(pdf, 20, 50, 0.1, "not a path", false);
	pdf_path(pdf, 20, 50, 0.1, "Mxx", false);
	assert_int_equal(pdf_save(pdf, &out, NULL), 0);
	pdf_free(pdf);
	buf_free(&out);
}

/* Readers take a title for UTF-16 when it has its mark, and only then. */
static void a_title_keeps_its_accents(void **state)
{
	struct pdf *pdf = NULL;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(
	    pdf_new(&pdf, "\xc3\x89t\xc3\xa9 \xe2\x80\x93", CREATED, NULL), 0);
	pdf_page(pdf, PDF_PORTRAIT, "", 1);
	assert_int_equal(pdf_save(pdf, &out, NULL), 0);
	assert_true(has(&out, "<FEFF00C9007400E900202013>"));
	pdf_free(pdf);
	buf_free(&out);
}

static void whose_names_cannot_be_printed_is_told(void **state)
{
	struct table *table = NULL;
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(table_new(&table, NULL), 0);
	table_column(table, "Name", OUT_TEXT);
	table_column(table, "Other", OUT_TEXT);
	table_row(table);
	table_text(table, "\xd9\x85 Luc");
	table_text(table, "Fatou");
	table_row(table);
	table_text(table, "\xd9\x85 Luc");
	table_int(table, 5);
	table_row(table);
	table_text(table, "\xc5\x81ucja");
	table_text(table, "\xd7\xa9");
	assert_int_equal(document_pdf_lacks(&out, table, NULL), 0);
	assert_string_equal(out.data, "\xd9\x85 Luc, \xd7\xa9");
	buf_free(&out);
	table_free(table);
}

/* ---- a worker's month on paper ---- */

#define WORKDAYS 23

/* Every weekday of a month of twenty-three, morning and afternoon; how many
 * pages its sheet takes. */
static size_t pages_of(
    const char *activity, const char *site, enum signoff_state answer)
{
	struct signoff_row rows[2 * WORKDAYS] = {0};
	struct signoff_sheet sheet = {.structure = "RIVES",
	    .worker = "V01",
	    .month = "2026-10",
	    .rows = rows,
	    .count = 2 * WORKDAYS};
	struct signoff signoff = {
	    .state = answer, .at = "2026-10-30T15:31:02Z", .how = "paper"};
	const struct month_proof proof = {.month = "2026-10",
	    .structure = "RIVES",
	    .name = "Rives",
	    .version = 1,
	    .closing = "0123456789abcdef0123456789abcdef"
		       "0123456789abcdef0123456789abcdef",
	    .key = "SHA256:0123456789abcdef0123456789abcdef0123456789a"};
	const struct month_sheet month = {
	    "Fatou Diallo", "Verts", &sheet, &signoff, ""};
	struct buf out = BUF_INIT;
	struct pdf *pdf = NULL;
	size_t pages = 0;

	for (size_t i = 0; i < 2 * WORKDAYS; i++) {
		(void)snprintf(rows[i].day, sizeof(rows[i].day),
		    "2026-10-%02zu", 1 + i / 2);
		(void)snprintf(rows[i].slot, sizeof(rows[i].slot), "%s",
		    i % 2 == 0 ? "am" : "pm");
		rows[i].state = "merged";
		rows[i].head_count = 1;
		(void)snprintf(rows[i].kind, sizeof(rows[i].kind), "training");
		(void)snprintf(
		    rows[i].activity, sizeof(rows[i].activity), "%s", activity);
		(void)snprintf(rows[i].site, sizeof(rows[i].site), "%s", site);
		rows[i].minutes = 210;
	}
	assert_int_equal(pdf_new(&pdf, "t", CREATED, NULL), 0);
	assert_int_equal(month_sheet_draw(pdf, &proof, &month, 1, NULL), 0);
	assert_int_equal(pdf_save(pdf, &out, NULL), 0);
	for (size_t at = 0; at + 12 < out.len; at++)
		pages += memcmp(out.data + at, "/Type /Page\n", 12) == 0;
	pdf_free(pdf);
	buf_free(&out);
	return pages;
}

static void an_ordinary_month_is_one_page(void **state)
{
	static const char site[] = "Parc de la Lou\xc3\xab, chemin de halage "
				   "des Grandes Iles";

	(void)state;
	assert_int_equal(pages_of("", "", SIGNOFF_IS_NONE), 1);
	assert_int_equal(pages_of("taille haie", site, SIGNOFF_IS_NONE), 1);
	assert_int_equal(pages_of("taille haie", site, SIGNOFF_IS_AGREED), 1);
	assert_int_equal(pages_of("taille haie", site, SIGNOFF_IS_STALE), 1);
}

static void an_answer_has_the_offices_time(void **state)
{
	const struct signoff signoff = {.state = SIGNOFF_IS_AGREED,
	    .at = "2026-10-30T23:31:02Z",
	    .how = "paper"};
	struct buf out = BUF_INIT;

	(void)state;
	assert_int_equal(setenv("TZ", "Europe/Paris", 1), 0);
	tzset();
	month_answer(&out, &signoff);
	assert_string_equal(
	    out.data, "Agreed, on 31/10/2026 at 00:31 (on paper).");
	assert_int_equal(unsetenv("TZ"), 0);
	tzset();
	buf_free(&out);
}

static void a_text_is_cut_where_it_may_be(void **state)
{
	struct pdf *pdf = NULL;
	const char *text = "\xc3\xa9t\xc3\xa9 chaud";

	(void)state;
	assert_int_equal(pdf_new(&pdf, "t", CREATED, NULL), 0);
	pdf_page(pdf, PDF_PORTRAIT, "", 1);
	assert_int_equal(
	    pdf_text_fit(pdf, 100, 9, PDF_PLAIN, text), strlen(text));
	assert_int_equal(pdf_text_fit(pdf, 9, 9, PDF_PLAIN, text), 5);
	/* At least a whole letter, so that it ends. */
	assert_int_equal(pdf_text_fit(pdf, 0.1, 9, PDF_PLAIN, text), 2);
	assert_true(
	    pdf_paragraph(pdf, 10, 10, 0.1, 9, 4, PDF_PLAIN, text, true) > 40);
	pdf_free(pdf);
}

static void a_font_knows_its_letters(void **state)
{
	struct buf path = BUF_INIT;
	struct err err = ERR_INIT;
	struct font font;

	(void)state;
	assert_int_equal(font_path(&path, "DejaVuSans.ttf", NULL), 0);
	assert_int_equal(font_read(&font, path.data, NULL), 0);
	assert_true(font_has(&font, 'a'));
	assert_true(font_has(&font, 0x141));
	assert_false(font_has(&font, 0x4e2d));
	assert_false(font_has(&font, 0x10ffff));
	/* Cut anywhere, it is read without harm. */
	for (size_t len = font.file.len; len > 16; len /= 2) {
		font.file.len = len;
		(void)font_has(&font, 0x141);
		(void)font_has(&font, 0x1f600);
	}
	font_clear(&font);
	buf_free(&path);
	assert_int_equal(font_path(&path, "None.ttf", &err), E_NOT_FOUND);
	assert_true(strstr(err.text, "fonts-dejavu-core") != NULL);
	assert_int_equal(font_read(&font, "/dev/null", &err), E_INVALID);
	font_clear(&font);
	buf_free(&path);
}

/* ---- the ASP's file ---- */

static void asp_text(struct buf *out, const char *hours, const char *person)
{
	const char *fields[ASP_FIELDS] = {person, "C1", "ACI01", "11", "2026",
	    "1", "VALIDE", "02/12/2026", hours, "", "", "", "", "0.11", "", ""};

	asp_begin(out, "2026-11", false);
	asp_row(out, fields);
	asp_end(out, 1, 17);
}

static void an_asp_file_is_read_back(void **state)
{
	struct asp_summary summary;
	struct buf out = BUF_INIT;

	(void)state;
	/* What would break its lines does not. */
	asp_text(&out, "17", "V|0\r\n1");
	assert_int_equal(asp_check(&summary, out.data, out.len, NULL), 0);
	assert_int_equal(summary.rows, 1);
	assert_int_equal(summary.hours, 17);
	assert_false(summary.provisional);
	assert_true(has(&out, "\r\nV 0  1|C1|ACI01|11|2026|1|VALIDE|"));
	buf_free(&out);
}

static void refuses_asp(const char *before, const char *after, const char *why)
{
	struct buf out = BUF_INIT, changed = BUF_INIT;
	struct asp_summary summary;
	struct err err = ERR_INIT;
	const char *at;

	asp_text(&out, "17", "V01");
	at = strstr(out.data, before);
	assert_non_null(at);
	buf_add(&changed, out.data, (size_t)(at - out.data));
	buf_add_text(&changed, after);
	buf_add_text(&changed, at + strlen(before));
	assert_int_equal(
	    asp_check(&summary, changed.data, changed.len, &err), E_INVALID);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s instead of %s", err.text, why);
	buf_free(&out);
	buf_free(&changed);
}

static void a_broken_asp_file_is_refused(void **state)
{
	(void)state;
	refuses_asp("DEB|", "FOO|", "line 1");
	refuses_asp("|1|2026-11|", "|2|2026-11|", "version");
	refuses_asp("2026-11|CLOS", "2026-13|CLOS", "month");
	refuses_asp("|CLOS", "|PEUT-ETRE", "CLOS");
	refuses_asp("emi_ctr_id", "emi_contrat", "emi_ctr_id");
	refuses_asp("V01|C1", "V01|C1|C2", "16 fields");
	refuses_asp("V01|", "|", "emi_pph_id");
	refuses_asp("|11|2026|", "|12|2026|", "another month");
	refuses_asp("VALIDE", "VALID", "BROUILLON");
	refuses_asp("02/12/2026", "31/02/2026", "emi_date_validation");
	refuses_asp("|17|", "|17,5|", "emi_nb_heures_travail");
	refuses_asp("|17|", "|745|", "emi_nb_heures_travail");
	refuses_asp("|17|", "|18|", "last line");
	refuses_asp("\r\nFIN|", "\nFIN|", "CRLF");
	refuses_asp("FIN|pointeau-asp|1|1|17\r\n", "", "end is missing");
	refuses_asp("|1|1|17\r\n", "|1|1|17\r\nmore\r\n", "after the end");
	refuses_asp("FIN|", "V01|C1|ACI01|11|2026|1|SAISI||1|||||||\r\nFIN|",
	    "seen before");
}

/* ---- payroll's columns ---- */

static void a_map_names_columns(void **state)
{
	static const char text[] = "\xef\xbb\xbf# all\r\nA = worker\r\n"
				   "B=\"x = y\"\n\ncode.work = 1000\n"
				   "code.sick = \"M 1\"\n";
	struct export_map map;

	(void)state;
	assert_int_equal(export_map_read(&map, text, strlen(text), NULL), 0);
	assert_int_equal(map.count, 2);
	assert_string_equal(map.columns[0].field->name, "worker");
	assert_string_equal(map.columns[1].constant, "x = y");
	assert_string_equal(json_text(map.codes, "work"), "1000");
	assert_string_equal(json_text(map.codes, "sick"), "M 1");
	export_map_clear(&map);
	assert_int_equal(export_map_read(&map, "", 0, NULL), 0);
	assert_true(map.count > 20);
	export_map_clear(&map);
}

static void refuses_map(const char *text, const char *why)
{
	struct export_map map;
	struct err err = ERR_INIT;

	assert_int_equal(
	    export_map_read(&map, text, strlen(text), &err), E_INVALID);
	if (strstr(err.text, why) == NULL)
		fail_msg("%s instead of %s", err.text, why);
	export_map_clear(&map);
}

static void a_wrong_map_is_told_by_line(void **state)
{
	struct buf many = BUF_INIT;

	(void)state;
	refuses_map("A = worker\nA = last\n", "line 2");
	refuses_map("A = worker\n\nB = colour\n", "line 3: unknown field");
	refuses_map("A worker\n", "line 1");
	refuses_map(" = worker\n", "name is missing");
	refuses_map("A = worker\ncode.holiday = 1\n", "line 2: no kind");
	refuses_map("# nothing\n", "names none");
	refuses_map("A = \xff\n", "UTF-8");
	for (int i = 0; i < EXPORT_MAP_COLUMNS_MAX + 1; i++)
		buf_printf(&many, "C%d = worker\n", i);
	refuses_map(buf_text(&many), "line 61");
	buf_free(&many);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(days_are_french_in_csv),
	    cmocka_unit_test(a_workbook_is_the_same_twice),
	    cmocka_unit_test(a_pdf_is_the_same_twice),
	    cmocka_unit_test(a_long_table_takes_pages),
	    cmocka_unit_test(what_cannot_be_printed_is_told),
	    cmocka_unit_test(a_title_keeps_its_accents),
	    cmocka_unit_test(whose_names_cannot_be_printed_is_told),
	    cmocka_unit_test(an_ordinary_month_is_one_page),
	    cmocka_unit_test(an_answer_has_the_offices_time),
	    cmocka_unit_test(a_text_is_cut_where_it_may_be),
	    cmocka_unit_test(a_font_knows_its_letters),
	    cmocka_unit_test(an_asp_file_is_read_back),
	    cmocka_unit_test(a_broken_asp_file_is_refused),
	    cmocka_unit_test(a_map_names_columns),
	    cmocka_unit_test(a_wrong_map_is_told_by_line),
	};

	lang_set("en");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
