/*
 * CSV files as people have them, read as the import of hours does; the rows
 * that were read, written by both of our writers, are read the same again.
 */
#include <string.h>

#include "shared/csv.h"
#include "shared/out.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

static const struct csv_column columns[] = {
    {"worker", true, NULL},
    {"day", false, NULL},
    {"time", false, NULL},
    {"note", false, NULL},
    {NULL, false, NULL},
};

#define COLUMN_COUNT (sizeof(columns) / sizeof(columns[0]) - 1)

static void check_fields(const struct csv *csv, const uint8_t *data, size_t len)
{
	size_t breaks = 1, before = 0;

	for (size_t i = 0; i < len; i++)
		breaks += data[i] == '\n' || data[i] == '\r';
	for (size_t row = 0; row < csv_rows(csv); row++) {
		FUZZ_CHECK(csv_line(csv, row) > before);
		before = csv_line(csv, row);
		for (size_t c = 0; c < COLUMN_COUNT; c++) {
			const char *text = csv_field(csv, row, c);
			size_t end = strlen(text);

			FUZZ_CHECK(text_is_utf8(text, end));
			FUZZ_CHECK(end <= CSV_FIELD_MAX);
			FUZZ_CHECK(csv_has(csv, c) || end == 0);
			FUZZ_CHECK(end == 0 ||
				   (text[0] != ' ' && text[end - 1] != ' ' &&
				       text[end - 1] != '\n'));
		}
	}
	FUZZ_CHECK(before <= breaks);
	FUZZ_CHECK(text_is_utf8(csv_unknown(csv), strlen(csv_unknown(csv))));
}

static void check_faults(struct csv *csv)
{
	struct err err = ERR_INIT;
	int rc = csv_verdict(csv, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK((rc == 0) == (csv_fault_count(csv) == 0));
	for (size_t row = 0; row < csv_rows(csv); row++)
		csv_fault_add(csv, row, row % COLUMN_COUNT, "faux");
	FUZZ_CHECK(csv_rows(csv) == 0 || csv_verdict(csv, &err) == E_INVALID);
	FUZZ_CHECK(text_is_utf8(err.text, strlen(err.text)));
	FUZZ_CHECK(text_is_utf8(csv_faults(csv), strlen(csv_faults(csv))));
}

/* Is there anything in the known columns of this row? */
static bool has_content(const struct csv *csv, size_t row)
{
	for (size_t c = 0; c < COLUMN_COUNT; c++) {
		if (csv_field(csv, row, c)[0] != '\0')
			return true;
	}
	return false;
}

static void fill(struct table *table, const struct csv *csv)
{
	for (size_t c = 0; c < COLUMN_COUNT; c++)
		table_column(table, columns[c].name, OUT_TEXT);
	for (size_t row = 0; row < csv_rows(csv); row++) {
		if (!has_content(csv, row))
			continue;
		table_row(table);
		for (size_t c = 0; c < COLUMN_COUNT; c++)
			table_text(table, csv_field(csv, row, c));
	}
	FUZZ_CHECK(table_check(table, NULL) == 0);
}

/* For spreadsheets an apostrophe may stand before a line. */
static bool reads_same(const char *was, const char *is, bool guarded)
{
	bool line_start = true;

	for (; *is != '\0' || *was != '\0'; is++, was++) {
		if (guarded && line_start && *is == '\'' && *was != '\'')
			is++;
		if (*is != *was)
			return false;
		line_start = *was == '\n';
	}
	return true;
}

static void check_read_again(
    const struct csv *csv, const struct buf *text, bool guarded)
{
	struct csv *again = NULL;
	size_t at = 0;

	FUZZ_CHECK(
	    csv_parse(&again, buf_text(text), text->len, columns, NULL) == 0);
	for (size_t row = 0; row < csv_rows(csv); row++) {
		if (!has_content(csv, row))
			continue;
		FUZZ_CHECK(at < csv_rows(again));
		for (size_t c = 0; c < COLUMN_COUNT; c++)
			FUZZ_CHECK(reads_same(csv_field(csv, row, c),
			    csv_field(again, at, c), guarded));
		at++;
	}
	FUZZ_CHECK(at == csv_rows(again));
	FUZZ_CHECK(csv_fault_count(again) == 0);
	csv_free(again);
}

static void check_written(const struct csv *csv)
{
	struct buf text = BUF_INIT;
	struct table *table = NULL;

	FUZZ_CHECK(table_new(&table, NULL) == 0);
	fill(table, csv);
	out_csv_rfc4180(&text, table);
	check_read_again(csv, &text, false);
	buf_reset(&text);
	out_csv_fr(&text, table);
	check_read_again(csv, &text, true);
	buf_free(&text);
	table_free(table);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = ERR_INIT;
	struct csv *csv = NULL;
	int rc = csv_parse(&csv, data, size, columns, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK((rc == 0) == (csv != NULL));
	if (rc == 0) {
		check_fields(csv, data, size);
		check_written(csv);
		check_faults(csv);
	}
	csv_free(csv);
	return 0;
}
