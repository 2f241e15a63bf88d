#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/out.h"

typedef void writer(struct buf *out, const struct table *table);

static struct table *new_table(void)
{
	struct table *table = NULL;

	assert_int_equal(table_new(&table, NULL), 0);
	return table;
}

static void assert_shown(
    writer *write, const struct table *table, const char *expected)
{
	struct buf out = BUF_INIT;

	write(&out, table);
	assert_int_equal(buf_check(&out, NULL), 0);
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

/* The one cell of a table of one text column, as ${write} shows it. */
static void assert_cell(
    writer *write, const char *before, const char *text, const char *expected)
{
	struct table *table = new_table();
	struct buf whole = BUF_INIT;

	table_column(table, "t", OUT_TEXT);
	table_row(table);
	table_text(table, text);
	buf_printf(&whole, "%s%s\r\n", before, expected);
	assert_shown(write, table, buf_text(&whole));
	buf_free(&whole);
	table_free(table);
}

static void assert_fr(const char *text, const char *expected)
{
	assert_cell(out_csv_fr, "\xef\xbb\xbf\"t\"\r\n", text, expected);
}

static void assert_rfc(const char *text, const char *expected)
{
	assert_cell(out_csv_rfc4180, "t\r\n", text, expected);
}

static struct table *hours_table(void)
{
	struct table *table = new_table();

	table_column(table, "Salarié", OUT_TEXT);
	table_column(table, "Jours", OUT_INT);
	table_column(table, "Heures", OUT_MINUTES);
	table_column(table, "Note", OUT_TEXT);
	table_row(table);
	table_text(table, "Léa");
	table_int(table, 5);
	table_int(table, 2100);
	table_text(table, "");
	table_row(table);
	table_text(table, "Zoé-Ange");
	table_int(table, 12);
	table_int(table, 210);
	table_text(table, "reprise");
	return table;
}

static void terminal_aligns_by_columns_not_bytes(void **state)
{
	struct table *table = hours_table();

	(void)state;
	assert_int_equal(table_check(table, NULL), 0);
	assert_int_equal(table_rows(table), 2);
	assert_shown(out_terminal, table,
	    "Salarié   Jours  Heures  Note\n"
	    "--------  -----  ------  -------\n"
	    "Léa           5     35h\n"
	    "Zoé-Ange     12    3h30  reprise\n");
	table_free(table);
}

static void combining_accents_take_no_column(void **state)
{
	struct table *table = new_table();

	(void)state;
	table_column(table, "a", OUT_TEXT);
	table_column(table, "b", OUT_TEXT);
	table_row(table);
	table_text(table, "e\xcc\x81te\xcc\x81");
	table_text(table, "x");
	table_row(table);
	table_text(table, "été");
	table_text(table, "y");
	assert_shown(out_terminal, table,
	    "a    b\n"
	    "---  -\n"
	    "e\xcc\x81te\xcc\x81  x\n"
	    "été  y\n");
	table_free(table);
}

static void terminal_obeys_no_text(void **state)
{
	static const struct {
		const char *text;
		const char *shown;
	} cases[] = {
	    {"a\x1b[31mb", "a?[31mb"},
	    {"a\nb\tc\rd", "a?b?c?d"},
	    {"a\x7f", "a?"},
	    {"a\xc2\x9b"
	     "2J",
		"a?2J"}, /* C1: CSI */
	    {"a\xc2\x80z", "a?z"},
	    {"a\xc2\xa0z", "a\xc2\xa0z"},
	    {"a\xe2\x80\xae"
	     "b",
		"a?b"}, /* right-to-left override */
	    {"a\xe2\x81\xa6"
	     "b",
		"a?b"},
	    {"a\xe2\x80\xa8"
	     "b",
		"a?b"},
	    /* The first and the last of each row of controls, and beside. */
	    {"\u200d\u200e\u200f\u2010", "\u200d??\u2010"},
	    {"\u2027\u2028\u202e\u202f", "\u2027??\u202f"},
	    {"\u2065\u2066\u2069\u206a", "\u2065??\u206a"},
	    {"10 \xe2\x82\xac", "10 \xe2\x82\xac"},
	    {"\xf0\x9f\x8c\xb3x", "\xf0\x9f\x8c\xb3x"},
	    {"a\xff\x9b"
	     "b",
		"a??b"}, /* not UTF-8 */
	    {"\x1f\x7f\xff", "???"},
	    {"\xc3", "?"},
	    {"\xe2\x80", "??"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table *table = new_table();
		struct buf out = BUF_INIT;
		const char *line;

		table_column(table, "", OUT_TEXT);
		table_row(table);
		table_text(table, cases[i].text);
		out_terminal(&out, table);
		line = strchr(strchr(buf_text(&out), '\n') + 1, '\n') + 1;
		if (strncmp(line, cases[i].shown, strlen(cases[i].shown)) !=
			0 ||
		    strcmp(line + strlen(cases[i].shown), "\n") != 0)
			fail_msg("case %d: %s", (int)i, line);
		buf_free(&out);
		table_free(table);
	}
}

static void titles_are_made_harmless_too(void **state)
{
	struct table *table = new_table();

	(void)state;
	table_column(table, "=a\x1b", OUT_TEXT);
	assert_shown(out_terminal, table, "=a?\n---\n");
	assert_shown(out_csv_fr, table, "\xef\xbb\xbf\"'=a\x1b\"\r\n");
	assert_shown(out_csv_rfc4180, table, "=a\x1b\r\n");
	table_free(table);
}

static void rows_that_end_early_read_as_blank(void **state)
{
	struct table *table = new_table();

	(void)state;
	table_column(table, "a", OUT_INT);
	table_column(table, "b", OUT_MINUTES);
	table_column(table, "c", OUT_TEXT);
	table_row(table);
	table_row(table);
	table_int(table, 1);
	table_row(table);
	table_text(table, "-");
	table_int(table, 60);
	assert_int_equal(table_rows(table), 3);
	assert_shown(out_terminal, table,
	    "a   b  c\n"
	    "-  --  -\n"
	    "\n"
	    "1\n"
	    "-  1h\n");
	assert_shown(out_csv_fr, table,
	    "\xef\xbb\xbf\"a\";\"b\";\"c\"\r\n;;\r\n1;;\r\n\"'-\";1,00;\r\n");
	assert_shown(
	    out_csv_rfc4180, table, "a,b,c\r\n,,\r\n1,,\r\n-,1.00,\r\n");
	table_free(table);
}

static void table_without_rows_is_its_header(void **state)
{
	struct table *table = new_table();

	(void)state;
	assert_shown(out_terminal, table, "\n\n");
	table_column(table, "a", OUT_TEXT);
	assert_shown(out_terminal, table, "a\n-\n");
	assert_shown(out_csv_fr, table, "\xef\xbb\xbf\"a\"\r\n");
	assert_shown(out_csv_rfc4180, table, "a\r\n");
	assert_int_equal(table_rows(table), 0);
	table_free(table);
	table_free(NULL);
}

static void french_csv_has_mark_semicolons_and_decimal_commas(void **state)
{
	struct table *table = hours_table();

	(void)state;
	assert_shown(out_csv_fr, table,
	    "\xef\xbb\xbf\"Salarié\";\"Jours\";\"Heures\";\"Note\"\r\n"
	    "\"Léa\";5;35,00;\"\"\r\n"
	    "\"Zoé-Ange\";12;3,50;\"reprise\"\r\n");
	table_free(table);
}

static void rfc4180_csv_has_neither_mark_nor_guard(void **state)
{
	struct table *table = hours_table();

	(void)state;
	assert_shown(out_csv_rfc4180, table,
	    "Salarié,Jours,Heures,Note\r\n"
	    "Léa,5,35.00,\r\n"
	    "Zoé-Ange,12,3.50,reprise\r\n");
	table_free(table);
	assert_rfc("=1+1", "=1+1");
	assert_rfc("a,b", "\"a,b\"");
	assert_rfc("a;b", "a;b");
	assert_rfc("a\"b", "\"a\"\"b\"");
	assert_rfc("a\nb", "\"a\nb\"");
	assert_rfc("\r", "\"\r\"");
	assert_rfc("\"", "\"\"\"\"");
}

static void minutes_become_hundredths_of_hours(void **state)
{
	static const struct {
		int64_t minutes;
		const char *fr;
	} cases[] = {
	    {0, "0,00"},
	    {1, "0,02"},
	    {20, "0,33"},
	    {40, "0,67"},
	    {59, "0,98"},
	    {60, "1,00"},
	    {-1, "-0,02"},
	    {-90, "-1,50"},
	    {INT64_MAX, "153722867280912930,12"},
	    {INT64_MIN, "-153722867280912930,13"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct table *table = new_table();
		struct buf expected = BUF_INIT;

		table_column(table, "h", OUT_MINUTES);
		table_row(table);
		table_int(table, cases[i].minutes);
		buf_printf(
		    &expected, "\xef\xbb\xbf\"h\"\r\n%s\r\n", cases[i].fr);
		assert_shown(out_csv_fr, table, buf_text(&expected));
		buf_free(&expected);
		table_free(table);
	}
}

static void terminal_shows_negative_and_absurd_minutes(void **state)
{
	struct table *table = new_table();

	(void)state;
	table_column(table, "h", OUT_MINUTES);
	table_row(table);
	table_int(table, -90);
	table_row(table);
	table_int(table, 0);
	table_row(table);
	table_int(table, INT64_MIN);
	table_row(table);
	table_int(table, INT64_MAX);
	assert_shown(out_terminal, table,
	    "                       h\n"
	    "------------------------\n"
	    "                   -1h30\n"
	    "                      0h\n"
	    "-9223372036854775808 min\n"
	    " 9223372036854775807 min\n");
	table_free(table);
}

static void numbers_keep_their_sign_and_text_its_guard(void **state)
{
	struct table *table = new_table();

	(void)state;
	table_column(table, "n", OUT_INT);
	table_row(table);
	table_int(table, INT64_MIN);
	table_row(table);
	table_text(table, "-5");
	assert_shown(out_csv_fr, table,
	    "\xef\xbb\xbf\"n\"\r\n-9223372036854775808\r\n\"'-5\"\r\n");
	table_free(table);
}

static void every_trigger_is_guarded(void **state)
{
	(void)state;
	assert_fr("=1+1", "\"'=1+1\"");
	assert_fr("+33 6", "\"'+33 6\"");
	assert_fr("-2", "\"'-2\"");
	assert_fr("@SUM(A1)", "\"'@SUM(A1)\"");
	assert_fr("\t=1", "\"'\t=1\"");
	assert_fr("\tx", "\"'\tx\"");
	assert_fr("\rx", "\"'\rx\"");
	assert_fr("=", "\"'=\"");
	assert_fr("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"");
	assert_fr("=HYPERLINK(\"http://x\";\"y\")",
	    "\"'=HYPERLINK(\"\"http://x\"\";\"\"y\"\")\"");
	assert_fr("\xef\xbc\x9d"
		  "1",
	    "\"'\xef\xbc\x9d"
	    "1\"");
	assert_fr("\xef\xbc\x8b"
		  "1",
	    "\"'\xef\xbc\x8b"
	    "1\"");
	assert_fr("\xef\xbc\x8d"
		  "1",
	    "\"'\xef\xbc\x8d"
	    "1\"");
	assert_fr("\xef\xbc\xa0"
		  "1",
	    "\"'\xef\xbc\xa0"
	    "1\"");
}

static void trigger_behind_anything_unseen_is_guarded(void **state)
{
	static const char *const unseen[] = {" ", "   ", "\xc2\xa0",
	    "\xe2\x80\xaf", "\xe2\x80\x80", "\xe2\x80\x8b", "\xe2\x80\x8f",
	    "\xe3\x80\x80", "\xef\xbb\xbf", "\xe2\x80\xa8", "\xe2\x81\x9f",
	    "\xe2\x81\xa0", "\xe1\x9a\x80", "\x01", "\x0b", "\x0c", "\x1f",
	    "\x7f", "\xc2\x85", "\xc2\xad", " \xc2\xa0 \xe2\x80\xaf"};

	(void)state;
	for (size_t i = 0; i < sizeof(unseen) / sizeof(unseen[0]); i++) {
		struct buf text = BUF_INIT, expected = BUF_INIT;

		buf_printf(&text, "%s=1", unseen[i]);
		buf_printf(&expected, "\"'%s=1\"", unseen[i]);
		assert_fr(buf_text(&text), buf_text(&expected));
		buf_free(&text);
		buf_free(&expected);
	}
	assert_fr(" \t", "\"' \t\"");
}

static void every_inner_line_is_guarded(void **state)
{
	(void)state;
	assert_fr("a\n=1", "\"a\n'=1\"");
	assert_fr("a\r=1", "\"a\r'=1\"");
	assert_fr("a\r\n=1", "\"a\r\n'=1\"");
	assert_fr("a\n \xc2\xa0=1", "\"a\n' \xc2\xa0=1\"");
	assert_fr("a\n\n-1\nb\n@c", "\"a\n\n'-1\nb\n'@c\"");
	assert_fr("\n=1", "\"\n'=1\"");
	assert_fr("=1\n=2", "\"'=1\n'=2\"");
	assert_fr("a\n\rb", "\"a\n'\rb\"");
	assert_fr("a\n\tb", "\"a\n'\tb\"");
	assert_fr("a\"\n=b", "\"a\"\"\n'=b\"");
	assert_fr("a\";\n=b", "\"a\"\";\n'=b\"");
}

static void ordinary_text_is_left_alone(void **state)
{
	static const char *const plain[] = {"", "Léa", "Jean-Pierre", "1+1",
	    "a=b", "lea@site.fr", " x", "\xc2\xa0", "7h30", "'=1", "été\nhiver",
	    "a\n", "a\r\nb", "100 %", "\xe2\x80\x93 tiret", "\xe2\x82\xac 5"};

	(void)state;
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		struct buf expected = BUF_INIT;

		buf_printf(&expected, "\"%s\"", plain[i]);
		assert_fr(plain[i], buf_text(&expected));
		buf_free(&expected);
	}
	assert_fr("a;\"b\"", "\"a;\"\"b\"\"\"");
}

static void text_cut_within_a_character_is_not_read_past(void **state)
{
	static const char *const cut[] = {"\xc2", "\xe2", "\xe2\x80", " \xc2"};
	struct table *table = new_table();
	struct buf expected = BUF_INIT;

	(void)state;
	table_column(table, "a", OUT_TEXT);
	table_column(table, "b", OUT_TEXT);
	buf_add_text(&expected, "\xef\xbb\xbf\"a\";\"b\"\r\n");
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++) {
		table_row(table);
		table_text(table, cut[i]);
		table_text(table, "=1");
		buf_printf(&expected, "\"%s\";\"'=1\"\r\n", cut[i]);
	}
	assert_shown(out_csv_fr, table, buf_text(&expected));
	buf_free(&expected);
	table_free(table);
}

static void table_keeps_its_own_copies(void **state)
{
	struct table *table = new_table();
	char text[32] = "one";

	(void)state;
	table_column(table, text, OUT_TEXT);
	strcpy(text, "two");
	for (int i = 0; i < 2000; i++) {
		table_row(table);
		table_text(table, text);
	}
	strcpy(text, "three");
	table_row(table);
	table_text(table, text);
	assert_int_equal(table_rows(table), 2001);
	{
		struct buf out = BUF_INIT;

		out_csv_rfc4180(&out, table);
		assert_int_equal(
		    strncmp(buf_text(&out), "one\r\ntwo\r\n", 10), 0);
		assert_int_equal(out.len, 5 + 2000 * 5 + 7);
		assert_string_equal(buf_text(&out) + out.len - 7, "three\r\n");
		buf_free(&out);
	}
	table_free(table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(terminal_aligns_by_columns_not_bytes),
	    cmocka_unit_test(combining_accents_take_no_column),
	    cmocka_unit_test(terminal_obeys_no_text),
	    cmocka_unit_test(titles_are_made_harmless_too),
	    cmocka_unit_test(rows_that_end_early_read_as_blank),
	    cmocka_unit_test(table_without_rows_is_its_header),
	    cmocka_unit_test(french_csv_has_mark_semicolons_and_decimal_commas),
	    cmocka_unit_test(rfc4180_csv_has_neither_mark_nor_guard),
	    cmocka_unit_test(minutes_become_hundredths_of_hours),
	    cmocka_unit_test(terminal_shows_negative_and_absurd_minutes),
	    cmocka_unit_test(numbers_keep_their_sign_and_text_its_guard),
	    cmocka_unit_test(every_trigger_is_guarded),
	    cmocka_unit_test(trigger_behind_anything_unseen_is_guarded),
	    cmocka_unit_test(every_inner_line_is_guarded),
	    cmocka_unit_test(ordinary_text_is_left_alone),
	    cmocka_unit_test(text_cut_within_a_character_is_not_read_past),
	    cmocka_unit_test(table_keeps_its_own_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
