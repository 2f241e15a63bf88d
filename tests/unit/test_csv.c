#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/csv.h"
#include "shared/lang.h"
#include "shared/text.h"

enum { WORKER, DAY, TIME, NOTE };

static const struct csv_column columns[] = {
    {"worker", true, "salarié;matricule"},
    {"day", true, NULL},
    {"time", false, NULL},
    {"note", false, "remarque"},
    {NULL, false, NULL},
};

static struct csv *parse_bytes(const void *data, size_t len)
{
	struct csv *csv = NULL;
	struct err err = ERR_INIT;

	if (csv_parse(&csv, data, len, columns, &err) != 0)
		fail_msg("%s", err.text);
	assert_non_null(csv);
	return csv;
}

static struct csv *parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

static void refuse_bytes(
    const void *data, size_t len, int code, const char *reason)
{
	struct csv *csv = NULL;
	struct err err = ERR_INIT;

	assert_int_equal(csv_parse(&csv, data, len, columns, &err), code);
	assert_null(csv);
	assert_int_equal(err.code, code);
	if (strstr(err.text, reason) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, reason);
	assert_int_equal(csv_parse(&csv, data, len, columns, NULL), code);
}

static void refuse(const char *text, const char *reason)
{
	refuse_bytes(text, strlen(text), E_INVALID, reason);
}

static void assert_row(const struct csv *csv, size_t row, const char *worker,
    const char *day, const char *time, const char *note)
{
	assert_string_equal(csv_field(csv, row, WORKER), worker);
	assert_string_equal(csv_field(csv, row, DAY), day);
	assert_string_equal(csv_field(csv, row, TIME), time);
	assert_string_equal(csv_field(csv, row, NOTE), note);
}

static void columns_may_stand_in_any_order(void **state)
{
	struct csv *csv =
	    parse("note;time;worker;day\nn;3h;V01;d\nm;4h;V02;e\n");

	(void)state;
	assert_int_equal(csv_rows(csv), 2);
	assert_row(csv, 0, "V01", "d", "3h", "n");
	assert_row(csv, 1, "V02", "e", "4h", "m");
	assert_string_equal(csv_unknown(csv), "");
	assert_int_equal(csv_verdict(csv, NULL), 0);
	csv_free(csv);
}

static void header_names_compare_as_people_do(void **state)
{
	struct csv *csv = parse(" WORKER ;\"Day\";Tîme;_note_\na;b;c;d");

	(void)state;
	assert_row(csv, 0, "a", "b", "c", "d");
	csv_free(csv);
}

static void optional_columns_may_be_missing(void **state)
{
	struct csv *csv = parse("worker;day\nV01;d\n");

	(void)state;
	assert_true(csv_has(csv, WORKER));
	assert_false(csv_has(csv, TIME));
	assert_row(csv, 0, "V01", "d", "", "");
	csv_free(csv);
}

static void every_missing_column_is_named(void **state)
{
	(void)state;
	refuse(
	    "time;note\n1;2\n", "ligne 1 : colonnes manquantes : worker, day");
	refuse("\n\nworker;x\n", "ligne 3 : colonnes manquantes : day ;");
}

static void unknown_columns_are_told(void **state)
{
	struct csv *csv = parse("x\x1By;worker;Prénom;;day\n1;V01;2;3;d\n");

	(void)state;
	assert_string_equal(csv_unknown(csv), "x?y, Prénom");
	assert_row(csv, 0, "V01", "d", "", "");
	csv_free(csv);
}

static void a_column_may_not_stand_twice(void **state)
{
	(void)state;
	refuse("worker;day;Worker\n", "« Worker » est là deux fois");
	refuse("worker;day;été;ETE\n", "« ETE » est là deux fois");
}

/* French, or what payroll software calls it. */
static void a_column_goes_by_several_names(void **state)
{
	struct csv *csv = parse("SALARIE;day;Remarque\nV01;d;n\nV02;e;m;x\n");

	(void)state;
	assert_row(csv, 0, "V01", "d", "", "n");
	assert_string_equal(csv_unknown(csv), "");
	assert_string_equal(csv_column_name(csv, WORKER), "SALARIE");
	assert_string_equal(csv_column_name(csv, DAY), "day");
	csv_fault_add(csv, 0, WORKER, "no");
	assert_non_null(strstr(csv_faults(csv), "colonne SALARIE : V01"));
	csv_free(csv);
	refuse("worker;day;matricule\n", "« worker » et « matricule » disent");
	refuse("salarié;day;matricule\n", "« salarié » et « matricule »");
	refuse("salarié;day;SALARIE\n", "« SALARIE » est là deux fois");
	refuse("salaries;day\n", "worker");
}

static void a_long_reason_ends_after_a_word(void **state)
{
	struct csv *csv = parse("worker;day\nV01;d\n");
	struct buf why = BUF_INIT;
	struct csv_fault fault;

	(void)state;
	for (int i = 0; i < 60; i++)
		buf_printf(&why, "salarié%03d ", i);
	csv_fault_add(csv, 0, WORKER, buf_text(&why));
	assert_true(csv_fault_at(csv, 0, &fault));
	/* 27 words of eleven letters and spaces make 297. */
	assert_non_null(strstr(fault.why, " salarié026…"));
	assert_null(strstr(fault.why, "salarié027"));
	assert_non_null(strstr(csv_faults(csv), " salarié026…"));
	buf_free(&why);
	csv_free(csv);
}

static void nameless_columns_are_ignored(void **state)
{
	struct csv *csv = parse("worker;day;; ;\nV01;d;x;y;z\n");

	(void)state;
	assert_row(csv, 0, "V01", "d", "", "");
	assert_int_equal(csv_fault_count(csv), 0);
	csv_free(csv);
}

static void the_delimiter_is_told_from_the_header(void **state)
{
	static const char *const texts[] = {
	    "worker;day;note\nV01;a,b,c,d,e;n\n",
	    "worker,day,note\nV01,\"a,b,c,d,e\",n\n",
	    "worker\tday\tnote\nV01\ta,b,c,d,e\tn\n",
	    "worker,\"day\",note,\"x;;;;;\"\nV01,\"a,b,c,d,e\",n,\n",
	    "\n  \nworker;day;note;\"a\"\"b,,,,,,,\"\nV01;a,b,c,d,e;n;x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct csv *csv = parse(texts[i]);
		size_t last = csv_rows(csv) - 1;

		assert_row(csv, last, "V01", "a,b,c,d,e", "", "n");
		csv_free(csv);
	}
}

static void all_three_line_breaks_end_a_row(void **state)
{
	struct csv *csv =
	    parse("worker;day\r\nV01;a\rV02;b\nV03;c\r\n\r\nV04;d");

	(void)state;
	assert_int_equal(csv_rows(csv), 4);
	assert_row(csv, 0, "V01", "a", "", "");
	assert_row(csv, 3, "V04", "d", "", "");
	assert_int_equal(csv_line(csv, 0), 2);
	assert_int_equal(csv_line(csv, 1), 3);
	assert_int_equal(csv_line(csv, 2), 4);
	assert_int_equal(csv_line(csv, 3), 6);
	csv_free(csv);
}

static void blank_lines_are_skipped(void **state)
{
	struct csv *csv = parse("\n \n;;\nworker;day\n\n  \n;\n \u00A0;\"\"\n"
				";;;;;;\nV01;d\n\n");

	(void)state;
	assert_int_equal(csv_rows(csv), 1);
	assert_int_equal(csv_line(csv, 0), 10);
	assert_row(csv, 0, "V01", "d", "", "");
	assert_int_equal(csv_fault_count(csv), 0);
	csv_free(csv);
}

static void quotes_hold_delimiters_breaks_and_quotes(void **state)
{
	struct csv *csv =
	    parse("worker;day;note\r\n"
		  "\"V;01\";\"a \"\"b\"\"\";\"un\r\ndeux\rtrois\"\r\n"
		  "V02;\"\";\"\"\"\"\r\n");

	(void)state;
	assert_int_equal(csv_rows(csv), 2);
	assert_row(csv, 0, "V;01", "a \"b\"", "", "un\ndeux\ntrois");
	assert_row(csv, 1, "V02", "", "", "\"");
	assert_int_equal(csv_line(csv, 0), 2);
	assert_int_equal(csv_line(csv, 1), 5);
	csv_free(csv);
}

static void quotes_inside_a_bare_field_are_plain(void **state)
{
	struct csv *csv =
	    parse("worker;day;note\n5\" x;  \"a;b\" ;\"c\"d\"e\n");

	(void)state;
	assert_row(csv, 0, "5\" x", "a;b", "", "cd\"e");
	csv_free(csv);
}

static void a_quote_that_never_closes_names_its_line(void **state)
{
	(void)state;
	refuse("worker;day\nV01;d\nV02;\"e\nV03;f\n", "ligne 3 : un guillemet");
	refuse("worker;\"day\nV01;d\n", "ligne 1 : un guillemet");
	refuse("worker;day\n\"a\nb\";\"\"\"\n", "ligne 3 : un guillemet");
	refuse("worker;day\nV01;\"", "ligne 2 : un guillemet");
}

static void fields_are_trimmed(void **state)
{
	struct csv *csv =
	    parse("worker;day;time;note\n"
		  "  V01 ;\u00A0d\u202F;\t3h \u00A0; a  b\u00A0c\n"
		  "\" V02 \n\";\u202F\u202Fé\u00A0;\u00A0;à\n");

	(void)state;
	assert_row(csv, 0, "V01", "d", "3h", "a  b\u00A0c");
	assert_row(csv, 1, "V02", "é", "", "à");
	csv_free(csv);
}

static void missing_trailing_fields_are_empty(void **state)
{
	struct csv *csv = parse("worker;day;time;note\nV01\nV02;d\nV03;;;n");

	(void)state;
	assert_row(csv, 0, "V01", "", "", "");
	assert_row(csv, 1, "V02", "d", "", "");
	assert_row(csv, 2, "V03", "", "", "n");
	assert_int_equal(csv_fault_count(csv), 0);
	csv_free(csv);
}

static void a_field_too_many_is_a_row_fault(void **state)
{
	struct csv *csv = parse("worker;day\nV01;d\nV02;e;3h;x\nV03;f\n");
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(csv_rows(csv), 3);
	assert_row(csv, 1, "V02", "e", "", "");
	assert_row(csv, 2, "V03", "f", "", "");
	assert_int_equal(csv_fault_count(csv), 1);
	assert_string_equal(csv_faults(csv),
	    "ligne 3 : 4 champs pour 2 colonnes : il y a un séparateur de "
	    "trop");
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_non_null(strstr(err.text, "\nligne 3 : 4 champs"));
	csv_free(csv);
}

static void a_mark_and_utf8_and_windows_1252_read_the_same(void **state)
{
	static const char *const texts[] = {
	    "\xEF\xBB\xBFworker;day\nMaëlle;œuvre – 5 €\n",
	    "worker;day\nMaëlle;œuvre – 5 €\n",
	    "worker;day\nMa\xEBlle;\x9Cuvre \x96 5 \x80\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct csv *csv = parse(texts[i]);

		assert_row(csv, 0, "Maëlle", "œuvre – 5 €", "", "");
		csv_free(csv);
	}
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	refuse_bytes("worker;day\nV01;\0\n", 17, E_INVALID,
	    "ligne 2 : ce n'est pas un fichier de texte");
	refuse_bytes("\xFF\xFEw\0o\0", 6, E_INVALID, "ligne 1 :");
	refuse_bytes("PK\x03\x04\r\n\r\r\n\0", 10, E_INVALID, "ligne 4 :");
	refuse("\xEF\xBB\xBFworker;day\nMa\xEBlle;d\n", "s'annonce en UTF-8");
}

static void a_file_without_header_is_refused(void **state)
{
	(void)state;
	refuse_bytes(NULL, 0, E_INVALID, "le fichier est vide");
	refuse("", "le fichier est vide");
	refuse("\xEF\xBB\xBF", "le fichier est vide");
	refuse("\r\n\n  \n;;;\n\"\"", "le fichier est vide");
}

static void a_header_alone_has_no_rows(void **state)
{
	struct csv *csv = parse("worker;day");

	(void)state;
	assert_int_equal(csv_rows(csv), 0);
	assert_int_equal(csv_verdict(csv, NULL), 0);
	assert_string_equal(csv_faults(csv), "");
	csv_free(csv);
	csv = parse("worker;day\r");
	assert_int_equal(csv_rows(csv), 0);
	csv_free(csv);
	csv_free(NULL);
}

static void a_header_has_at_most_64_columns(void **state)
{
	struct buf text = BUF_INIT;
	struct csv *csv;

	(void)state;
	buf_add_text(&text, "worker;day");
	for (int i = 2; i < CSV_COLUMN_MAX; i++)
		buf_printf(&text, ";c%d", i);
	csv = parse(buf_text(&text));
	assert_int_equal(strncmp(csv_unknown(csv), "c2, c3, ", 8), 0);
	csv_free(csv);
	buf_add_text(&text, ";");
	refuse(buf_text(&text), "65 colonnes, 64 au plus");
	buf_free(&text);
}

static void the_64th_column_is_read(void **state)
{
	struct buf text = BUF_INIT;
	struct csv *csv;

	(void)state;
	buf_add_text(&text, "worker");
	for (int i = 1; i < CSV_COLUMN_MAX - 1; i++)
		buf_printf(&text, ",c%d", i);
	buf_add_text(&text, ",day\nV01");
	for (int i = 1; i < CSV_COLUMN_MAX - 1; i++)
		buf_printf(&text, ",%d", i);
	buf_add_text(&text, ",d,too,many");
	csv = parse(buf_text(&text));
	assert_row(csv, 0, "V01", "d", "", "");
	assert_non_null(strstr(csv_faults(csv), "66 champs pour 64 colonnes"));
	csv_free(csv);
	buf_free(&text);
}

static void a_field_has_at_most_8_kib(void **state)
{
	struct buf text = BUF_INIT;
	struct csv *csv;

	(void)state;
	buf_add_text(&text, "day;worker\nd;\"");
	for (size_t i = 0; i < CSV_FIELD_MAX; i++)
		buf_add_char(&text, 'x');
	csv = parse_bytes("worker;day", 10);
	csv_free(csv);
	buf_add_text(&text, "\"\n");
	csv = parse(buf_text(&text));
	assert_int_equal(strlen(csv_field(csv, 0, WORKER)), CSV_FIELD_MAX);
	csv_free(csv);
	text.data[text.len - 2] = 'x';
	buf_add_text(&text, "\"\n");
	refuse(buf_text(&text), "ligne 2 : un champ dépasse 8192 octets");
	buf_free(&text);
}

static void a_file_over_64_mib_is_refused_unread(void **state)
{
	(void)state;
	refuse_bytes("x", CSV_FILE_MAX + 1, E_LIMIT, "plus de 64 Mo");
}

static void a_fault_names_line_column_value_and_reason(void **state)
{
	struct csv *csv =
	    parse("worker;day;time\nV01;d;25h\nV02;e;\nV03;f;a\x1B[2Jb\n");
	struct err err = ERR_INIT;

	(void)state;
	csv_fault_add(csv, 0, TIME, "un jour n'a que 24 h");
	csv_fault_add(csv, 1, TIME, "durée vide");
	csv_fault_add(csv, 2, TIME, "ce n'est pas une durée");
	csv_fault_add(csv, 2, NOTE, "note manquante");
	csv_fault_add(csv, 2, CSV_WHOLE_ROW, "déjà là");
	assert_int_equal(csv_fault_count(csv), 5);
	assert_string_equal(csv_faults(csv),
	    "ligne 2, colonne time : 25h : un jour n'a que 24 h\n"
	    "ligne 3, colonne time : durée vide\n"
	    "ligne 4, colonne time : a?[2Jb : ce n'est pas une durée\n"
	    "ligne 4, colonne note : note manquante\n"
	    "ligne 4 : déjà là");
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_ptr_equal(
	    strstr(err.text, "3 lignes sont fautives : rien n'a été importé"),
	    err.text);
	assert_non_null(strstr(err.text, csv_faults(csv)));
	assert_null(strstr(err.text, "autre"));
	csv_free(csv);
}

static void one_faulty_row_is_singular(void **state)
{
	struct csv *csv = parse("worker;day\nV01;d\n");
	struct err err = ERR_INIT;

	(void)state;
	csv_fault_add(csv, 0, WORKER, "inconnu");
	csv_fault_add(csv, 0, DAY, "ce n'est pas une date");
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_ptr_equal(strstr(err.text, "1 ligne est fautive"), err.text);
	lang_set("en");
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	csv_fault_add(csv, 0, DAY, "not a date");
	lang_set("fr");
	assert_ptr_equal(
	    strstr(err.text, "1 row is faulty: nothing was"), err.text);
	assert_non_null(
	    strstr(csv_faults(csv), "\nline 2, column day: d: not a date"));
	csv_free(csv);
}

static void a_long_value_is_cut_to_60_code_points(void **state)
{
	struct buf text = BUF_INIT, expected = BUF_INIT;
	struct csv *csv;

	(void)state;
	buf_add_text(&text, "worker;day\n");
	buf_add_text(&expected, "ligne 2, colonne worker : ");
	for (int i = 0; i < 61; i++) {
		buf_add_text(&text, "é");
		buf_add_text(&expected, i < 60 ? "é" : "… : inconnu");
	}
	csv = parse(buf_text(&text));
	csv_fault_add(csv, 0, WORKER, "inconnu");
	assert_string_equal(csv_faults(csv), buf_text(&expected));
	csv_free(csv);
	buf_free(&text);
	buf_free(&expected);
}

static size_t count_text(const char *text, const char *part)
{
	size_t count = 0;

	while ((text = strstr(text, part)) != NULL) {
		text += strlen(part);
		count++;
	}
	return count;
}

static struct csv *parse_many(size_t rows)
{
	struct buf text = BUF_INIT;
	struct csv *csv;

	buf_add_text(&text, "worker;day\n");
	for (size_t i = 0; i < rows; i++)
		buf_add_text(&text, "V;d\n");
	csv = parse(buf_text(&text));
	assert_int_equal(csv_rows(csv), rows);
	buf_free(&text);
	return csv;
}

static void fifty_faults_are_kept_and_the_rest_counted(void **state)
{
	struct csv *csv = parse_many(62);
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 62; i++)
		csv_fault_add(csv, i, CSV_WHOLE_ROW, "non");
	assert_int_equal(csv_fault_count(csv), 62);
	assert_int_equal(count_text(csv_faults(csv), "ligne "), 50);
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_int_equal(count_text(err.text, "\nligne "), 50);
	assert_non_null(strstr(err.text, "62 lignes sont fautives"));
	assert_string_equal(err.text + strlen(err.text) -
				strlen("… et 12 "
				       "autres"),
	    "… et 12 autres");
	csv_free(csv);
}

static void the_51st_fault_is_one_other(void **state)
{
	struct csv *csv = parse_many(51);
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < 51; i++)
		csv_fault_add(csv, i, CSV_WHOLE_ROW, "non");
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_non_null(strstr(err.text, "… et 1 autre"));
	assert_null(strstr(err.text, "autres"));
	csv_free(csv);
}

/* For who shows them in a table of its own. */
static void faults_are_had_one_by_one(void **state)
{
	struct csv *csv = parse("worker;day;time\nV01;d;25h\n\nV02;e;\n");
	struct csv_fault fault;

	(void)state;
	assert_false(csv_fault_at(csv, 0, &fault));
	csv_fault_add(csv, 0, TIME, "un jour n'a que 24 h");
	csv_fault_add(csv, 1, CSV_WHOLE_ROW, "déjà là");
	csv_fault_add(csv, 1, NOTE, "note manquante");
	assert_true(csv_fault_at(csv, 0, &fault));
	assert_int_equal(fault.line, 2);
	assert_string_equal(fault.column, "time");
	assert_string_equal(fault.value, "25h");
	assert_string_equal(fault.why, "un jour n'a que 24 h");
	assert_true(csv_fault_at(csv, 1, &fault));
	assert_int_equal(fault.line, 4);
	assert_string_equal(fault.column, "");
	assert_string_equal(fault.value, "");
	assert_string_equal(fault.why, "déjà là");
	/* A column that the file has not. */
	assert_true(csv_fault_at(csv, 2, &fault));
	assert_string_equal(fault.column, "note");
	assert_string_equal(fault.value, "");
	assert_false(csv_fault_at(csv, 3, &fault));
	csv_free(csv);
}

static void the_columns_of_the_table_have_their_names(void **state)
{
	struct csv *csv = parse("day;worker\n");

	(void)state;
	assert_string_equal(csv_column_name(csv, WORKER), "worker");
	assert_string_equal(csv_column_name(csv, NOTE), "note");
	assert_null(csv_column_name(csv, NOTE + 1));
	csv_free(csv);
}

static void a_thousand_faults_are_had_and_the_rest_counted(void **state)
{
	struct csv *csv = parse_many(CSV_FAULT_LIST + 1);
	struct csv_fault fault;
	struct err err = ERR_INIT;
	char why[16];

	(void)state;
	for (size_t i = 0; i <= CSV_FAULT_LIST; i++) {
		(void)snprintf(why, sizeof(why), "non %zu", i);
		csv_fault_add(csv, i, CSV_WHOLE_ROW, why);
	}
	assert_true(csv_fault_at(csv, CSV_FAULT_LIST - 1, &fault));
	assert_int_equal(fault.line, csv_line(csv, CSV_FAULT_LIST - 1));
	assert_string_equal(fault.why, "non 999");
	assert_false(csv_fault_at(csv, CSV_FAULT_LIST, &fault));
	assert_int_equal(csv_fault_count(csv), CSV_FAULT_LIST + 1);
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_non_null(strstr(err.text, "1001 lignes sont fautives"));
	csv_free(csv);
}

static void a_verdict_fits_by_listing_fewer(void **state)
{
	struct csv *csv = parse_many(50);
	struct err err = ERR_INIT;
	char why[2 * 1000 + 1] = "";
	size_t listed;

	(void)state;
	for (size_t i = 0; i < 1000; i++)
		memcpy(why + 2 * i, "é", 2);
	for (size_t i = 0; i < 50; i++)
		csv_fault_add(csv, i, WORKER, why);
	assert_int_equal(csv_verdict(csv, &err), E_INVALID);
	assert_true(text_is_utf8(err.text, strlen(err.text)));
	listed = count_text(err.text, "\nligne ");
	assert_in_range(listed, 1, 49);
	/* Nothing was cut: the count of the others ends the message. */
	assert_int_equal(
	    strtoul(strstr(err.text, "… et ") + strlen("… et "), NULL, 10),
	    50 - listed);
	assert_string_equal(err.text + strlen(err.text) - 6, "autres");
	assert_int_equal(count_text(csv_faults(csv), "ligne "), 50);
	csv_free(csv);
}

/* Cheap, seeded bytes that lean to what the parser looks at. */
static size_t noise(char *out, size_t max, uint32_t *seed)
{
	static const char likely[] =
	    ";,\t\"\"\"\n\r  ab\xC2\xA0\xE2\x80\xAF\xEF"
	    "\xBB\xBF\xE9\x81\x7F\x01";
	size_t len;

	*seed = *seed * 1664525 + 1013904223;
	len = (*seed >> 8) % max;
	for (size_t i = 0; i < len; i++) {
		*seed = *seed * 1664525 + 1013904223;
		out[i] = likely[(*seed >> 8) % (sizeof(likely) - 1)];
	}
	return len;
}

static void check_all_fields(struct csv *csv)
{
	for (size_t row = 0; row < csv_rows(csv); row++) {
		for (size_t column = 0; column <= NOTE; column++) {
			const char *field = csv_field(csv, row, column);

			assert_true(text_is_utf8(field, strlen(field)));
			csv_fault_add(csv, row, column, "x");
		}
		assert_true(csv_line(csv, row) >
			    (row > 0 ? csv_line(csv, row - 1) : 0));
	}
	assert_true(text_is_utf8(csv_faults(csv), strlen(csv_faults(csv))));
	assert_true(text_is_utf8(csv_unknown(csv), strlen(csv_unknown(csv))));
}

static void any_bytes_parse_or_are_refused(void **state)
{
	static const char *const heads[] = {"", "worker;day;note\n",
	    "\xEF\xBB\xBFworker,day\r", "worker\tday\t"};
	uint32_t seed = 20261120;
	size_t parsed = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *head = heads[i % 4];
		size_t len = strlen(head);
		struct csv *csv = NULL;
		char text[256], *exact;

		memcpy(text, head, len);
		len += noise(text + len, sizeof(text) - len, &seed);
		/* Half of it in ASCII, so that much of it is a file. */
		for (size_t k = strlen(head); (i / 4) % 2 == 0 && k < len;
		     k++) {
			text[k] = (char)(text[k] & 0x7f);
			if (text[k] == '\0')
				text[k] = ';';
		}
		/* A copy of the exact size shows any read beyond it. */
		exact = malloc(len + 1);
		assert_non_null(exact);
		memcpy(exact + 1, text, len);
		if (csv_parse(&csv, exact + 1, len, columns, NULL) == 0) {
			check_all_fields(csv);
			parsed++;
		}
		csv_free(csv);
		free(exact);
	}
	assert_true(parsed > 1000);
}

static void broken_utf8_is_told_from_windows_1252(void **state)
{
	static const char *const broken[] = {
	    "worker;day;note\nV01;2026-11-02;caf\xC3\xA9 \xFF\n",
	    "worker;day;note\nV01;2026-11-02;caf\xE9 \x81\n",
	    "worker;day;note\nV01;2026-11-02;\xC3\xA9t\xC3\n",
	};
	static const char latin[] =
	    "worker;day;note\nV01;2026-11-02;caf\xE9, \xE0 c\xF4t\xE9 \x9C\n";
	struct csv *csv = NULL;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++) {
		assert_int_equal(csv_parse(&csv, broken[i], strlen(broken[i]),
				     columns, &err),
		    E_INVALID);
		assert_non_null(strstr(err.text, "ligne 2"));
	}
	assert_int_equal(
	    csv_parse(&csv, latin, strlen(latin), columns, &err), 0);
	csv_free(csv);
}

static void a_hundred_thousand_rows_keep_their_lines(void **state)
{
	struct buf text = BUF_INIT;
	struct csv *csv;

	(void)state;
	buf_add_text(&text, "worker;day;note\n");
	for (int i = 0; i < 100000; i++)
		buf_printf(&text, "V%d;2026-11-20;\"é\n%d\"\n", i, i);
	csv = parse(buf_text(&text));
	assert_int_equal(csv_rows(csv), 100000);
	assert_int_equal(csv_line(csv, 99999), 2 + 2 * 99999);
	assert_string_equal(csv_field(csv, 99999, WORKER), "V99999");
	assert_string_equal(csv_field(csv, 99999, NOTE), "é\n99999");
	csv_free(csv);
	buf_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(columns_may_stand_in_any_order),
	    cmocka_unit_test(header_names_compare_as_people_do),
	    cmocka_unit_test(optional_columns_may_be_missing),
	    cmocka_unit_test(every_missing_column_is_named),
	    cmocka_unit_test(unknown_columns_are_told),
	    cmocka_unit_test(a_column_may_not_stand_twice),
	    cmocka_unit_test(a_column_goes_by_several_names),
	    cmocka_unit_test(a_long_reason_ends_after_a_word),
	    cmocka_unit_test(nameless_columns_are_ignored),
	    cmocka_unit_test(the_delimiter_is_told_from_the_header),
	    cmocka_unit_test(all_three_line_breaks_end_a_row),
	    cmocka_unit_test(blank_lines_are_skipped),
	    cmocka_unit_test(quotes_hold_delimiters_breaks_and_quotes),
	    cmocka_unit_test(quotes_inside_a_bare_field_are_plain),
	    cmocka_unit_test(a_quote_that_never_closes_names_its_line),
	    cmocka_unit_test(fields_are_trimmed),
	    cmocka_unit_test(missing_trailing_fields_are_empty),
	    cmocka_unit_test(a_field_too_many_is_a_row_fault),
	    cmocka_unit_test(a_mark_and_utf8_and_windows_1252_read_the_same),
	    cmocka_unit_test(what_is_no_text_is_refused),
	    cmocka_unit_test(a_file_without_header_is_refused),
	    cmocka_unit_test(a_header_alone_has_no_rows),
	    cmocka_unit_test(a_header_has_at_most_64_columns),
	    cmocka_unit_test(the_64th_column_is_read),
	    cmocka_unit_test(a_field_has_at_most_8_kib),
	    cmocka_unit_test(a_file_over_64_mib_is_refused_unread),
	    cmocka_unit_test(a_fault_names_line_column_value_and_reason),
	    cmocka_unit_test(one_faulty_row_is_singular),
	    cmocka_unit_test(a_long_value_is_cut_to_60_code_points),
	    cmocka_unit_test(fifty_faults_are_kept_and_the_rest_counted),
	    cmocka_unit_test(the_51st_fault_is_one_other),
	    cmocka_unit_test(faults_are_had_one_by_one),
	    cmocka_unit_test(the_columns_of_the_table_have_their_names),
	    cmocka_unit_test(a_thousand_faults_are_had_and_the_rest_counted),
	    cmocka_unit_test(a_verdict_fits_by_listing_fewer),
	    cmocka_unit_test(any_bytes_parse_or_are_refused),
	    cmocka_unit_test(broken_utf8_is_told_from_windows_1252),
	    cmocka_unit_test(a_hundred_thousand_rows_keep_their_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
