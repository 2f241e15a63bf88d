#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/xlsx_part.h"
#include "shared/csv.h"
#include "shared/lang.h"
#include "shared/text.h"

enum cell_type { CELL_NUMBER, CELL_SHARED, CELL_TEXT, CELL_DAY };

/* While the sheet is read: where we are, and the cell at hand. */
struct sheet {
	struct xlsx_book *book;
	struct buf *out;
	long row;     /* the last one begun, 1-based */
	long column;  /* of the cell at hand, 0-based */
	long written; /* fields of this row that are in ${out} */
	enum cell_type type;
	size_t style;
	bool inside; /* in the element that has the cell's value */
	int phonetic;
	struct buf text;
};

static int too_wide(struct err *err)
{
	return err_set(err, E_LIMIT,
	    L("la feuille est trop grande : %d colonnes au plus ; gardez-y "
	      "les seules colonnes utiles",
		"the sheet is too large: at most %d columns; keep those that "
		"matter"),
	    XLSX_COLUMNS_MAX);
}

static int disordered(struct err *err)
{
	return err_set(err, E_INVALID,
	    L("la feuille est abîmée : enregistrez le classeur de nouveau",
		"the sheet is damaged: save the workbook again"));
}

/* ---- places ---- */

/* The row that ${attributes} names, else the next one: as many line feeds. */
static int begin_row(
    struct sheet *sheet, const char **attributes, struct err *err)
{
	const char *named = xml_attribute(attributes, "r");
	long row = named != NULL ? strtol(named, NULL, 10) : sheet->row + 1;

	if (row <= sheet->row || row > XLSX_ROWS_MAX)
		return disordered(err);
	for (; sheet->row < row; sheet->row++) {
		if (sheet->row > 0)
			buf_add_char(sheet->out, '\n');
	}
	sheet->column = -1;
	sheet->written = 0;
	return buf_check(sheet->out, err);
}

/* 0 for "A7", 27 for "AB7"; -1 when it is none. */
static long column_of(const char *place)
{
	long column = 0;

	if (!isupper((unsigned char)*place))
		return -1;
	for (; isupper((unsigned char)*place) && column < 100000; place++)
		column = column * 26 + (*place - 'A' + 1);
	return column - 1;
}

static enum cell_type type_of(const char *text)
{
	if (text == NULL || strcmp(text, "n") == 0)
		return CELL_NUMBER;
	if (strcmp(text, "s") == 0)
		return CELL_SHARED;
	return strcmp(text, "d") == 0 ? CELL_DAY : CELL_TEXT;
}

static int begin_cell(
    struct sheet *sheet, const char **attributes, struct err *err)
{
	const char *place = xml_attribute(attributes, "r");
	const char *style = xml_attribute(attributes, "s");
	long column = place != NULL ? column_of(place) : sheet->column + 1;

	if (sheet->row == 0 || column <= sheet->column)
		return disordered(err);
	sheet->column = column;
	sheet->type = type_of(xml_attribute(attributes, "t"));
	sheet->style = style != NULL ? strtoul(style, NULL, 10) : 0;
	buf_reset(&sheet->text);
	return 0;
}

/* ---- values ---- */

static enum xlsx_format format_of(const struct sheet *sheet)
{
	const struct xlsx_book *book = sheet->book;

	return sheet->style < book->format_count
	           ? (enum xlsx_format)book->formats[sheet->style]
	           : XLSX_NUMBER;
}

/* What the cell says, in ${sheet->text}. */
static int settle(struct sheet *sheet, struct err *err)
{
	const struct xlsx_book *book = sheet->book;
	struct buf told = BUF_INIT;
	size_t index;
	char *end;

	if (sheet->type == CELL_TEXT || sheet->text.len == 0)
		return 0;
	if (sheet->type == CELL_NUMBER) {
		xlsx_number(&told, buf_text(&sheet->text), format_of(sheet),
		    book->from_1904);
	} else if (sheet->type == CELL_DAY) {
		/* 2026-11-20T00:00:00 */
		buf_add(&told, sheet->text.data,
		    sheet->text.len < 10 ? sheet->text.len : 10);
	} else {
		index = strtoul(buf_text(&sheet->text), &end, 10);
		if (*end != '\0' || index >= book->string_count)
			return disordered(err);
		buf_add_text(
		    &told, book->strings.data + book->string_at[index]);
	}
	buf_free(&sheet->text);
	sheet->text = told;
	return buf_check(&sheet->text, err);
}

/* A field between quotes, line breaks as spaces: a row stays a line. */
static void add_field(struct buf *out, const struct buf *text)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < text->len; i++) {
		char c = text->data[i];

		if (c == '"')
			buf_add_char(out, '"');
		buf_add_char(out, c == '\n' || c == '\r' ? ' ' : c);
	}
	buf_add_char(out, '"');
}

static int end_cell(struct sheet *sheet, struct err *err)
{
	int rc = settle(sheet, err);

	if (rc < 0 || sheet->text.len == 0)
		return rc;
	if (sheet->column >= XLSX_COLUMNS_MAX)
		return too_wide(err);
	for (; sheet->written <= sheet->column; sheet->written++) {
		if (sheet->written > 0)
			buf_add_char(sheet->out, ';');
	}
	add_field(sheet->out, &sheet->text);
	if (sheet->out->len > CSV_FILE_MAX)
		return err_set(err, E_LIMIT,
		    L("la feuille contient plus de %zu Mo : coupez-la en "
		      "plusieurs",
			"the sheet holds more than %zu MB: split it"),
		    CSV_FILE_MAX >> 20);
	return buf_check(sheet->out, err);
}

/* ---- events ---- */

static int begin(
    void *context, const char *name, const char **attributes, struct err *err)
{
	struct sheet *sheet = context;

	if (strcmp(name, "row") == 0)
		return begin_row(sheet, attributes, err);
	if (strcmp(name, "c") == 0)
		return begin_cell(sheet, attributes, err);
	if (strcmp(name, "rPh") == 0)
		sheet->phonetic++;
	sheet->inside = strcmp(name, "v") == 0 ||
	                (strcmp(name, "t") == 0 && sheet->phonetic == 0);
	return 0;
}

static int end(void *context, const char *name, struct err *err)
{
	struct sheet *sheet = context;

	sheet->inside = false;
	if (strcmp(name, "rPh") == 0)
		sheet->phonetic--;
	return strcmp(name, "c") == 0 ? end_cell(sheet, err) : 0;
}

static int text(void *context, const char *text, size_t len, struct err *err)
{
	struct sheet *sheet = context;

	if (!sheet->inside)
		return 0;
	if (sheet->text.len + len > CSV_FIELD_MAX)
		return err_set(err, E_INVALID,
		    L("ligne %ld : une case dépasse %zu octets : "
		      "raccourcissez-la",
			"line %ld: a cell is over %zu bytes: shorten it"),
		    sheet->row, CSV_FIELD_MAX);
	buf_add(&sheet->text, text, len);
	return buf_check(&sheet->text, err);
}

int xlsx_sheet(struct buf *out, struct xlsx_book *book, struct err *err)
{
	static const struct xml_events events = {begin, end, text};
	struct sheet sheet = {.book = book, .out = out};
	int rc =
	    xlsx_xml(book->archive, book->sheet, true, &events, &sheet, err);

	buf_free(&sheet.text);
	return rc;
}
