#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shared/date.h"
#include "shared/table.h"

/* One way of writing CSV. */
struct dialect {
	char separator;
	char decimal;
	bool for_spreadsheet; /* every text quoted and guarded */
};

static const struct dialect fr = {';', ',', true};
static const struct dialect rfc4180 = {',', '.', false};

/*
 * What spreadsheets skip before a formula: controls but those which trigger,
 * spaces of every width, marks of no width. Each is an UTF-8 text.
 */
static const char *const skipped[] = {
    "\xc2\xa0",     /* no-break space */
    "\xc2\xad",     /* soft hyphen */
    "\xe1\x9a\x80", /* Ogham space */
    "\xe1\xa0\x8e", /* Mongolian vowel separator */
    "\xe2\x80\xa8", /* line separator */
    "\xe2\x80\xa9", /* paragraph separator */
    "\xe2\x80\xaf", /* narrow no-break space */
    "\xe2\x81\x9f", /* mathematical space */
    "\xe2\x81\xa0", /* word joiner */
    "\xe3\x80\x80", /* ideographic space */
    "\xef\xbb\xbf", /* zero width no-break space */
};

/* Their full-width forms count as = + - @ in some. */
static const char *const triggers[] = {
    "=",
    "+",
    "-",
    "@",
    "\t",
    "\r",
    "\xef\xbc\x9d",
    "\xef\xbc\x8b",
    "\xef\xbc\x8d",
    "\xef\xbc\xa0",
};

/* Length of what ${text} starts with among ${list}, or 0. */
static size_t starts_with(
    const char *text, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t len = strlen(list[i]);

		if (strncmp(text, list[i], len) == 0)
			return len;
	}
	return 0;
}

static size_t skipped_len(const char *text)
{
	unsigned char c = (unsigned char)text[0];
	unsigned char next = c >= 0x80 ? (unsigned char)text[1] : 0;
	unsigned char last = 0;

	if (c == '\0' || c == '\t' || c == '\r' || c == '\n')
		return 0;
	if (c <= ' ' || c == 0x7f)
		return 1;
	/* U+0080–U+009F, then U+2000–U+200F. */
	if (c == 0xc2 && next >= 0x80 && next < 0xa0)
		return 2;
	if (c == 0xe2 && next == 0x80)
		last = (unsigned char)text[2];
	if (last >= 0x80 && last <= 0x8f)
		return 3;
	return starts_with(text, skipped, sizeof(skipped) / sizeof(skipped[0]));
}

/* Would a spreadsheet run the line that starts at ${text}? */
static bool is_formula(const char *text)
{
	size_t len;

	while ((len = skipped_len(text)) > 0)
		text += len;
	return starts_with(
		   text, triggers, sizeof(triggers) / sizeof(triggers[0])) > 0;
}

static void add_quoted(struct buf *out, const char *text, bool guarded)
{
	bool line_start = true;

	buf_add_char(out, '"');
	for (; *text != '\0'; text++) {
		/* The LF of a CR LF starts nothing. */
		if (guarded && line_start && is_formula(text))
			buf_add_char(out, '\'');
		line_start = *text == '\n' || *text == '\r';
		if (*text == '"')
			buf_add_char(out, '"');
		buf_add_char(out, *text);
	}
	buf_add_char(out, '"');
}

static void add_text(
    struct buf *out, const char *text, const struct dialect *dialect)
{
	if (dialect->for_spreadsheet || strpbrk(text, ",\"\r\n") != NULL)
		add_quoted(out, text, dialect->for_spreadsheet);
	else
		buf_add_text(out, text);
}

/* Hours with two decimals, half a hundredth away from zero. */
static void add_hours(struct buf *out, int64_t minutes, char decimal)
{
	bool negative = minutes < 0;
	uint64_t magnitude =
	    negative ? 0 - (uint64_t)minutes : (uint64_t)minutes;

	buf_printf(out, "%s%" PRIu64 "%c%02" PRIu64, negative ? "-" : "",
	    magnitude / 60, decimal, (magnitude % 60 * 100 + 30) / 60);
}

/* A day as French people write it; a spreadsheet takes it for a date only
 * without quotes. */
static bool add_day(struct buf *out, const char *text)
{
	if (!date_is_iso(text))
		return false;
	buf_printf(out, "%.2s/%.2s/%.4s", text + 8, text + 5, text);
	return true;
}

static void add_cell(struct buf *out, const struct table *table, size_t row,
    size_t column, const struct dialect *dialect)
{
	struct table_cell cell = table_cell(table, row, column);

	switch (cell.value) {
	case TABLE_BLANK:
		return;
	case TABLE_TEXT:
		if (dialect->for_spreadsheet &&
		    table_type(table, column) == OUT_DATE &&
		    add_day(out, cell.text))
			return;
		add_text(out, cell.text, dialect);
		return;
	case TABLE_INT:
		if (table_type(table, column) == OUT_MINUTES)
			add_hours(out, cell.integer, dialect->decimal);
		else
			buf_printf(out, "%" PRId64, cell.integer);
	}
}

static void add_table(
    struct buf *out, const struct table *table, const struct dialect *dialect)
{
	for (size_t c = 0; c < table_columns(table); c++) {
		if (c > 0)
			buf_add_char(out, dialect->separator);
		add_text(out, table_title(table, c), dialect);
	}
	buf_add_text(out, "\r\n");
	for (size_t r = 0; r < table_rows(table); r++) {
		for (size_t c = 0; c < table_columns(table); c++) {
			if (c > 0)
				buf_add_char(out, dialect->separator);
			add_cell(out, table, r, c, dialect);
		}
		buf_add_text(out, "\r\n");
	}
}

void out_csv_fr(struct buf *out, const struct table *table)
{
	buf_add_text(out, "\xef\xbb\xbf");
	add_table(out, table, &fr);
}

void out_csv_rfc4180(struct buf *out, const struct table *table)
{
	add_table(out, table, &rfc4180);
}
