/*
 * Tables of any texts, as they are shown: a terminal obeys nothing in them,
 * a spreadsheet runs nothing in them, and RFC 4180 loses nothing.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/out.h"
#include "shared/table.h"
#include "shared/text.h"
#include "tests/fuzz/fuzz.h"

#define COLUMNS_MAX 4
#define ROWS_MAX    6
#define TEXT_MAX    60

static struct table *made_table(struct fuzz *in)
{
	size_t columns = 1 + fuzz_pick(in, COLUMNS_MAX);
	struct table *table = NULL;

	FUZZ_CHECK(table_new(&table, NULL) == 0);
	for (size_t c = 0; c < columns; c++) {
		enum out_type type = (enum out_type)fuzz_pick(in, 3);
		char *title = fuzz_text(in, TEXT_MAX);

		table_column(table, title, type);
		free(title);
	}
	for (size_t r = fuzz_pick(in, ROWS_MAX + 1); r > 0; r--) {
		table_row(table);
		for (size_t c = 0; c < columns; c++) {
			char *text = fuzz_text(in, TEXT_MAX);

			if (table_type(table, c) == OUT_TEXT)
				table_text(table, text);
			else
				table_int(table, fuzz_pick(in, 2) == 0
						     ? fuzz_int(in)
						     : -fuzz_int(in));
			free(text);
		}
	}
	FUZZ_CHECK(table_check(table, NULL) == 0);
	return table;
}

static void check_terminal(const struct table *table)
{
	struct buf out = BUF_INIT;
	size_t lines = 0;

	out_terminal(&out, table);
	FUZZ_CHECK(!out.failed);
	FUZZ_CHECK(text_is_utf8(buf_text(&out), out.len));
	for (size_t i = 0; i < out.len; i++) {
		unsigned char c = (unsigned char)out.data[i];

		lines += c == '\n';
		FUZZ_CHECK(c == '\n' || (c >= ' ' && c != 0x7f));
		/* C1 controls. */
		FUZZ_CHECK(c != 0xc2 || (unsigned char)out.data[i + 1] >= 0xa0);
	}
	FUZZ_CHECK(lines == table_rows(table) + 2);
	buf_free(&out);
}

/*
 * Read one CSV field at ${*at}, quoted or not, into ${out}: a reader of RFC
 * 4180 that knows nothing of ours. True when it was the last of its line.
 */
static bool take_field(const char **at, char separator, struct buf *out)
{
	buf_reset(out);
	if (**at == '"') {
		for ((*at)++; **at != '\0'; (*at)++) {
			if (**at == '"' && *++(*at) != '"')
				break;
			buf_add_char(out, **at);
		}
	} else {
		while (**at != separator && **at != '\r' && **at != '\0')
			buf_add_char(out, *(*at)++);
	}
	if (**at == separator) {
		(*at)++;
		return false;
	}
	FUZZ_CHECK(strncmp(*at, "\r\n", 2) == 0);
	*at += 2;
	return true;
}

/* Does any line of ${text} start as a formula does? */
static bool runs(const char *text)
{
	bool line_start = true;

	for (; *text != '\0'; text++) {
		if (line_start && *text == ' ')
			continue;
		if (line_start && strchr("=+-@\t", *text) != NULL)
			return true;
		line_start = *text == '\n' || *text == '\r';
	}
	return false;
}

static void check_csv(const struct table *table, bool french)
{
	struct buf out = BUF_INIT, field = BUF_INIT;
	const char *at;

	if (french)
		out_csv_fr(&out, table);
	else
		out_csv_rfc4180(&out, table);
	FUZZ_CHECK(!out.failed);
	at = buf_text(&out) + (french ? 3 : 0);
	for (size_t r = 0; r <= table_rows(table); r++) {
		for (size_t c = 0; c < table_columns(table); c++) {
			bool last = take_field(&at, french ? ';' : ',', &field);
			bool text = r == 0 || table_type(table, c) == OUT_TEXT;
			const char *was = r == 0 ? table_title(table, c)
			                  : text
			                      ? table_cell(table, r - 1, c).text
			                      : NULL;

			FUZZ_CHECK(last == (c + 1 == table_columns(table)));
			FUZZ_CHECK(!french || !text || !runs(buf_text(&field)));
			FUZZ_CHECK(french || !text ||
				   strcmp(was, buf_text(&field)) == 0);
		}
	}
	FUZZ_CHECK(*at == '\0');
	buf_free(&out);
	buf_free(&field);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct table *table = made_table(&in);

	check_terminal(table);
	check_csv(table, true);
	check_csv(table, false);
	table_free(table);
	return 0;
}
