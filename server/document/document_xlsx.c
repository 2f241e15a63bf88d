#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "server/document/document.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/os.h"
#include "shared/table.h"
#include "shared/text.h"

#define WIDTH_MAX     60 /* letters */
#define WIDTH_MIN     8
#define SHEET_MAX     31 /* letters of a worksheet's name (Excel) */
#define FILE_MAX      ((size_t)256 * 1024 * 1024)
#define PATH_SIZE     40
#define HEADER_POINTS 45
#define CELL_MAX      32767 /* letters of a cell (Excel) */
#define READABLE_MAX  190   /* letters across A4, as small as eyes take */
#define PRINT_SCALE   75    /* percent, of what is wider: on pages beside */

struct book {
	const struct document *document;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *header, *date, *duration, *decimal;
	lxw_format *total, *total_duration, *total_decimal;
	lxw_error failed;
};

static void check(struct book *book, lxw_error error)
{
	if (book->failed == LXW_NO_ERROR)
		book->failed = error;
}

static lxw_format *make_format(
    struct book *book, const char *numbers, bool bold)
{
	lxw_format *format = workbook_add_format(book->workbook);

	if (format == NULL) {
		check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return NULL;
	}
	if (numbers != NULL)
		format_set_num_format(format, numbers);
	if (bold)
		format_set_bold(format);
	return format;
}

static void make_formats(struct book *book)
{
	book->header = make_format(book, NULL, true);
	book->date = make_format(book, "dd/mm/yyyy", false);
	book->duration = make_format(book, "[h]:mm", false);
	book->decimal = make_format(book, "0.00", false);
	book->total = make_format(book, NULL, true);
	book->total_duration = make_format(book, "[h]:mm", true);
	book->total_decimal = make_format(book, "0.00", true);
	if (book->failed == LXW_NO_ERROR) {
		format_set_text_wrap(book->header);
		format_set_align(book->header, LXW_ALIGN_VERTICAL_TOP);
		format_set_bottom(book->header, LXW_BORDER_THIN);
	}
}

/* ---- cells ---- */

static void write_text(struct book *book, size_t row, lxw_col_t column,
    const char *text, lxw_format *format)
{
	char *kept = NULL;

	if (text_length(text) > CELL_MAX) {
		kept = strndup(text, text_prefix(text, CELL_MAX));
		text = kept != NULL ? kept : "";
	}
	check(book, worksheet_write_string(
			book->sheet, (lxw_row_t)row, column, text, format));
	free(kept);
}

static bool write_day(
    struct book *book, size_t row, lxw_col_t column, const char *text)
{
	lxw_datetime day = {0};

	if (!date_is_iso(text))
		return false;
	if (sscanf(text, "%4d-%2d-%2d", &day.year, &day.month, &day.day) != 3)
		return false;
	check(book, worksheet_write_datetime(
			book->sheet, (lxw_row_t)row, column, &day, book->date));
	return true;
}

static void write_minutes(struct book *book, size_t row, lxw_col_t column,
    int64_t minutes, bool total)
{
	if (minutes >= 0)
		check(book, worksheet_write_number(book->sheet, (lxw_row_t)row,
				column, (double)minutes / DURATION_DAY_MAX,
				total ? book->total_duration : book->duration));
	check(book, worksheet_write_number(book->sheet, (lxw_row_t)row,
			(lxw_col_t)(column + 1), (double)minutes / 60.0,
			total ? book->total_decimal : book->decimal));
}

static void write_cell(
    struct book *book, size_t row, size_t index, lxw_col_t column, bool total)
{
	const struct table *table = book->document->table;
	struct table_cell cell = table_cell(table, row, index);
	enum out_type type = table_type(table, index);

	if (cell.value == TABLE_BLANK ||
	    (cell.value == TABLE_TEXT && cell.text[0] == '\0'))
		return;
	if (cell.value == TABLE_TEXT) {
		if (type != OUT_DATE ||
		    !write_day(book, row + 1, column, cell.text))
			write_text(book, row + 1, column, cell.text,
			    total ? book->total : NULL);
		return;
	}
	if (type == OUT_MINUTES) {
		write_minutes(book, row + 1, column, cell.integer, total);
		return;
	}
	check(book,
	    worksheet_write_number(book->sheet, (lxw_row_t)(row + 1), column,
		(double)cell.integer, total ? book->total : NULL));
}

/* ---- columns ---- */

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters of the longest word. */
static size_t longest_word(const char *text)
{
	size_t longest = 0;

	while (*text != '\0') {
		size_t len = strcspn(text, " "), letters = 0;

		for (size_t i = 0; i < len; i++)
			letters += ((unsigned char)text[i] & 0xc0) != 0x80;
		longest = letters > longest ? letters : longest;
		text += len + strspn(text + len, " ");
	}
	return longest;
}

/* As wide as its longest text; a title takes several lines, but its words
 * stay whole, with room for the button of the filter. */
static double width_of(const struct table *table, size_t index)
{
	size_t width = longest_word(table_title(table, index)) + 4;

	for (size_t row = 0; row < table_rows(table); row++) {
		struct table_cell cell = table_cell(table, row, index);
		size_t own =
		    cell.value == TABLE_TEXT ? text_length(cell.text) + 2 : 10;

		if (own > width)
			width = own;
	}
	width = least(width, WIDTH_MAX);
	return (double)(width < WIDTH_MIN ? WIDTH_MIN : width);
}

static void write_title(
    struct book *book, size_t index, lxw_col_t column, bool decimal)
{
	struct buf title = BUF_INIT;

	buf_add_text(&title, table_title(book->document->table, index));
	if (decimal)
		buf_add_text(&title, L(" (décimal)", " (decimal)"));
	if (title.failed)
		check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
	else
		write_text(book, 0, column, buf_text(&title), book->header);
	buf_free(&title);
}

/* One column of the table: its title, its cells; how many it takes. */
static lxw_col_t write_column(
    struct book *book, size_t index, lxw_col_t column, double *across)
{
	const struct table *table = book->document->table;
	bool minutes = table_type(table, index) == OUT_MINUTES;
	size_t rows = table_rows(table);
	lxw_col_t wide = minutes ? 2 : 1;

	*across += wide * width_of(table, index);
	write_title(book, index, column, false);
	if (minutes)
		write_title(book, index, (lxw_col_t)(column + 1), true);
	check(book,
	    worksheet_set_column(book->sheet, column,
		(lxw_col_t)(column + wide - 1), width_of(table, index), NULL));
	for (size_t row = 0; row < rows; row++)
		write_cell(book, row, index, column,
		    book->document->total && row + 1 == rows);
	return wide;
}

/* One page wide as long as that can be read; beyond, pages stand beside each
 * other, each with the first column. */
static void set_paper(struct book *book, double across)
{
	worksheet_set_landscape(book->sheet);
	worksheet_set_paper(book->sheet, 9);                    /* A4 */
	worksheet_set_margins(book->sheet, 0.4, 0.4, 0.5, 0.5); /* inches */
	if (across <= READABLE_MAX) {
		worksheet_fit_to_pages(book->sheet, 1, 0);
	} else {
		worksheet_set_print_scale(book->sheet, PRINT_SCALE);
		worksheet_print_across(book->sheet);
		check(book, worksheet_repeat_columns(book->sheet, 0, 0));
	}
	check(book, worksheet_repeat_rows(book->sheet, 0, 0));
}

static void write_table(struct book *book)
{
	const struct table *table = book->document->table;
	size_t rows = table_rows(table);
	lxw_col_t column = 0;
	double across = 0;

	for (size_t i = 0; i < table_columns(table); i++)
		column = (lxw_col_t)(column +
				     write_column(book, i, column, &across));
	/* A title may take three lines, and nothing measures them later. */
	check(book, worksheet_set_row(book->sheet, 0, HEADER_POINTS, NULL));
	worksheet_freeze_panes(book->sheet, 1, 0);
	if (book->document->total && rows > 0)
		rows--;
	if (rows > 0 && column > 0)
		check(book, worksheet_autofilter(book->sheet, 0, 0,
				(lxw_row_t)rows, (lxw_col_t)(column - 1)));
	set_paper(book, across);
}

static void write_lines(struct book *book)
{
	const struct document *document = book->document;

	book->sheet =
	    workbook_add_worksheet(book->workbook, L("Lisez-moi", "Read me"));
	if (book->sheet == NULL) {
		check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
		return;
	}
	check(book, worksheet_set_column(book->sheet, 0, 0, WIDTH_MAX, NULL));
	write_text(book, 0, 0, document->title, book->header);
	for (size_t i = 0; i < document->line_count; i++)
		write_text(book, i + 1, 0, document->lines[i], NULL);
}

/* ---- the file ---- */

/* A worksheet's name without what Excel forbids in it. Own it. */
static char *sheet_name(const char *name)
{
	char *own = strndup(name, text_prefix(name, SHEET_MAX));

	for (char *at = own; at != NULL && *at != '\0'; at++) {
		if (strchr("[]:*?/\\'", *at) != NULL)
			*at = '-';
	}
	return own;
}

static void fill(struct book *book)
{
	lxw_doc_properties about = {0};
	char *name = sheet_name(book->document->sheet);

	/* The library copies them. */
	about.title = (char *)(uintptr_t)book->document->title;
	about.created = (time_t)book->document->created_s;
	check(book, workbook_set_properties(book->workbook, &about));
	make_formats(book);
	if (name != NULL)
		book->sheet = workbook_add_worksheet(book->workbook, name);
	free(name);
	if (book->sheet == NULL)
		check(book, LXW_ERROR_MEMORY_MALLOC_FAILED);
	if (book->failed == LXW_NO_ERROR)
		write_table(book);
	if (book->failed == LXW_NO_ERROR)
		write_lines(book);
}

static int refuse(lxw_error error, struct err *err)
{
	if (error == LXW_ERROR_MEMORY_MALLOC_FAILED)
		return err_nomem(err);
	return err_set(err, E_IO,
	    L("le classeur n'a pas pu être fait : %s",
		"the workbook could not be made: %s"),
	    lxw_strerror(error));
}

static int write_book(
    const char *path, const struct document *document, struct err *err)
{
	struct book book = {.document = document};
	lxw_error error;

	if ((book.workbook = workbook_new(path)) == NULL)
		return err_nomem(err);
	fill(&book);
	/* Closing writes the file, and frees it in every case. */
	error = workbook_close(book.workbook);
	check(&book, error);
	return book.failed == LXW_NO_ERROR ? 0 : refuse(book.failed, err);
}

/* The library writes files only: one in memory, which no disk sees. */
int document_xlsx(
    struct buf *out, const struct document *document, struct err *err)
{
	char path[PATH_SIZE];
	int fd = memfd_create("xlsx", MFD_CLOEXEC), rc;

	if (fd < 0)
		return err_errno(err, E_IO, "memfd_create");
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if ((rc = write_book(path, document, err)) == 0)
		rc = os_file_read(out, path, FILE_MAX, err);
	(void)close(fd);
	return rc;
}
