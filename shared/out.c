#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/table.h"
#include "shared/text.h"

/* Spaces between two columns. */
#define GAP 2

/* More is no time anyone worked; minutes then stay minutes. */
#define MINUTES_SHOWN_MAX INT32_MAX

/*
 * Bytes of the code point at ${text}, and whether a terminal would obey it
 * rather than show it: C0 and C1 controls, and the marks that turn or break
 * a line (U+200E U+200F, U+2028–U+202E, U+2066–U+2069).
 */
static size_t measure(const char *text, bool *obeyed)
{
	const unsigned char *c = (const unsigned char *)text;

	if (c[0] < 0x80) {
		*obeyed = c[0] < 0x20 || c[0] == 0x7f;
		return 1;
	}
	if (c[0] < 0xe0) {
		*obeyed = c[0] == 0xc2 && c[1] < 0xa0;
		return 2;
	}
	*obeyed = c[0] == 0xe2 &&
	          ((c[1] == 0x80 && (c[2] == 0x8e || c[2] == 0x8f ||
					(c[2] >= 0xa8 && c[2] <= 0xae))) ||
		      (c[1] == 0x81 && c[2] >= 0xa6 && c[2] <= 0xa9));
	return c[0] < 0xf0 ? 3 : 4;
}

static void add_harmless(struct buf *out, const char *text)
{
	if (!text_is_utf8(text, strlen(text))) {
		for (; *text != '\0'; text++) {
			bool ascii = *text >= ' ' && *text < 0x7f;

			buf_add_char(out, ascii ? *text : '?');
		}
		return;
	}
	while (*text != '\0') {
		bool obeyed;
		size_t len = measure(text, &obeyed);

		if (obeyed)
			buf_add_char(out, '?');
		else
			buf_add(out, text, len);
		text += len;
	}
}

static void add_minutes(struct buf *out, int64_t minutes)
{
	char duration[DURATION_TEXT];

	if (minutes < -MINUTES_SHOWN_MAX || minutes > MINUTES_SHOWN_MAX) {
		buf_printf(out, "%" PRId64 " min", minutes);
		return;
	}
	duration_format(minutes < 0 ? -minutes : minutes, duration);
	buf_printf(out, "%s%s", minutes < 0 ? "-" : "", duration);
}

/* Empty ${out}, but remember that memory lacked. */
static void empty(struct buf *out)
{
	bool failed = out->failed;

	buf_reset(out);
	out->failed = failed;
}

/* Write into ${out}, emptied first, what one sees of a cell. */
static void show_cell(
    struct buf *out, const struct table *table, size_t row, size_t column)
{
	struct table_cell cell = table_cell(table, row, column);

	empty(out);
	if (cell.value == TABLE_TEXT)
		add_harmless(out, cell.text);
	else if (cell.value == TABLE_BLANK)
		return;
	else if (table_type(table, column) == OUT_MINUTES)
		add_minutes(out, cell.integer);
	else
		buf_printf(out, "%" PRId64, cell.integer);
}

static void show_title(
    struct buf *out, const struct table *table, size_t column)
{
	empty(out);
	add_harmless(out, table_title(table, column));
}

/* Spaces wait until something follows them, so that no line ends in any. */
struct line {
	struct buf *out;
	size_t spaces;
};

static void line_text(struct line *line, const char *text)
{
	if (text[0] == '\0')
		return;
	for (; line->spaces > 0; line->spaces--)
		buf_add_char(line->out, ' ');
	buf_add_text(line->out, text);
}

static void line_end(struct line *line)
{
	line->spaces = 0;
	buf_add_char(line->out, '\n');
}

/* One text in its column: numbers and their titles to the right. */
static void line_column(
    struct line *line, const char *text, size_t width, enum out_type type)
{
	size_t pad = width - text_columns(text);

	if (type == OUT_TEXT) {
		line_text(line, text);
		line->spaces += pad;
	} else {
		line->spaces += pad;
		line_text(line, text);
	}
	line->spaces += GAP;
}

/* How wide each column must be. */
static void measure_columns(
    size_t *widths, const struct table *table, struct buf *shown)
{
	for (size_t c = 0; c < table_columns(table); c++) {
		show_title(shown, table, c);
		widths[c] = text_columns(buf_text(shown));
		for (size_t r = 0; r < table_rows(table); r++) {
			size_t width;

			show_cell(shown, table, r, c);
			width = text_columns(buf_text(shown));
			if (width > widths[c])
				widths[c] = width;
		}
	}
}

static void add_header(struct line *line, const struct table *table,
    const size_t *widths, struct buf *shown)
{
	for (size_t c = 0; c < table_columns(table); c++) {
		show_title(shown, table, c);
		line_column(
		    line, buf_text(shown), widths[c], table_type(table, c));
	}
	line_end(line);
	for (size_t c = 0; c < table_columns(table); c++) {
		for (size_t i = 0; i < widths[c]; i++)
			line_text(line, "-");
		line->spaces += GAP;
	}
	line_end(line);
}

void out_terminal(struct buf *out, const struct table *table)
{
	struct line line = {out, 0};
	struct buf shown = BUF_INIT;
	size_t *widths = calloc(table_columns(table) + 1, sizeof(*widths));

	if (widths == NULL) {
		out->failed = true;
		return;
	}
	measure_columns(widths, table, &shown);
	add_header(&line, table, widths, &shown);
	for (size_t r = 0; r < table_rows(table); r++) {
		for (size_t c = 0; c < table_columns(table); c++) {
			show_cell(&shown, table, r, c);
			line_column(&line, buf_text(&shown), widths[c],
			    table_type(table, c));
		}
		line_end(&line);
	}
	if (shown.failed)
		out->failed = true;
	buf_free(&shown);
	free(widths);
}
