/*
 * Workbooks that somebody made up: as a ZIP, or as the parts of one (the first
 * byte says which). What is read is text that the reader of CSV can take.
 */
#include <stdlib.h>

#include "server/import/xlsx.h"
#include "shared/csv.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"
#include "tests/lib/workbook.h"

#define PART_MAX 65536

static const struct csv_column columns[] = {
    {"worker", false, NULL}, {NULL, false, NULL}};

static void check_text(const struct buf *text)
{
	struct err err = ERR_INIT;
	struct csv *csv = NULL;
	int rc;

	FUZZ_CHECK(text_is_utf8(buf_text(text), text->len));
	FUZZ_CHECK(text->len <= CSV_FILE_MAX + XLSX_COLUMNS_MAX * 3);
	rc = csv_parse(&csv, buf_text(text), text->len, columns, &err);
	fuzz_check_err(rc, &err);
	csv_free(csv);
}

static void check(const void *data, size_t len)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	int rc = xlsx_to_csv(&text, data, len, &err);

	fuzz_check_err(rc, &err);
	FUZZ_CHECK(rc == 0 || rc == E_INVALID || rc == E_LIMIT);
	if (rc == 0)
		check_text(&text);
	buf_free(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct buf file = BUF_INIT;
	char *sheet, *strings, *styles;
	uint8_t how = fuzz_byte(&in);

	if (how % 2 == 0) {
		check(in.at, in.left);
		return 0;
	}
	sheet = fuzz_text(&in, PART_MAX);
	strings = fuzz_text(&in, PART_MAX);
	styles = fuzz_text(&in, PART_MAX);
	workbook_make(&file, &(struct workbook){.sheet = sheet,
				 .strings = strings,
				 .styles = styles,
				 .from_1904 = how % 4 == 3});
	check(file.data, file.len);
	buf_free(&file);
	free(sheet);
	free(strings);
	free(styles);
	return 0;
}
