#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "server/document/document.h"
#include "server/document/font.h"
#include "server/document/pdf.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/table.h"

#define SIZE    8.0 /* points */
#define LEADING 3.6 /* mm from line to line */
#define PAD     1.2 /* mm around a cell's text */
#define SLACK   0.4 /* what rounding may take */
#define NARROW  9   /* columns: beyond, letters shrink */
#define SMALL   6.0
#define LACKS   40 /* texts told one by one */

struct layout {
	struct pdf *pdf;
	const struct document *document;
	double *widths; /* owned: of each column, mm */
	double size;
	double y;
};

static void cell_text(
    struct buf *out, const struct table *table, size_t row, size_t column)
{
	struct table_cell cell = table_cell(table, row, column);
	char duration[DURATION_TEXT];

	buf_reset(out);
	if (cell.value == TABLE_TEXT) {
		if (table_type(table, column) == OUT_DATE &&
		    date_is_iso(cell.text))
			buf_printf(out, "%.2s/%.2s/%.4s", cell.text + 8,
			    cell.text + 5, cell.text);
		else
			buf_add_text(out, cell.text);
	} else if (cell.value == TABLE_INT) {
		if (table_type(table, column) != OUT_MINUTES) {
			buf_printf(out, "%" PRId64, cell.integer);
			return;
		}
		duration_format(
		    cell.integer < 0 ? -cell.integer : cell.integer, duration);
		buf_printf(out, "%s%s", cell.integer < 0 ? "-" : "", duration);
	}
}

/* Narrow columns have what they want, wide ones the rest in equal parts. */
static void share_out(double *widths, size_t count, double room)
{
	double part = room / (double)count;
	size_t wide;

	for (size_t pass = 0; pass < count; pass++) {
		double left = room;

		wide = 0;
		for (size_t c = 0; c < count; c++) {
			if (widths[c] > part)
				wide++;
			else
				left -= widths[c];
		}
		if (wide == 0 || left / (double)wide <= part)
			break;
		part = left / (double)wide;
	}
	for (size_t c = 0; c < count; c++)
		widths[c] = widths[c] > part ? part : widths[c];
}

/* What each column wants, then shared out over the page. */
static int measure(struct layout *layout, struct err *err)
{
	const struct table *table = layout->document->table;
	size_t count = table_columns(table);
	double room = pdf_width(layout->pdf) - 2 * PDF_MARGIN, sum = 0;
	struct buf text = BUF_INIT;
	int rc;

	layout->widths = calloc(count + 1, sizeof(*layout->widths));
	if (layout->widths == NULL)
		return err_nomem(err);
	for (size_t c = 0; c < count; c++) {
		double most = pdf_text_width(
		    layout->pdf, layout->size, PDF_BOLD, table_title(table, c));

		/* A title may take two lines. */
		most = most > 24 ? most / 2 + 6 : most;
		for (size_t r = 0; r < table_rows(table); r++) {
			double own;

			cell_text(&text, table, r, c);
			own = pdf_text_width(layout->pdf, layout->size,
			    PDF_BOLD, buf_text(&text));
			most = own > most ? own : most;
		}
		layout->widths[c] = most + 2 * PAD + SLACK;
		sum += layout->widths[c];
	}
	if (sum > room)
		share_out(layout->widths, count, room);
	rc = buf_check(&text, err);
	buf_free(&text);
	return rc;
}

/* Draw one text in its column, or only see how low it goes. */
static double put_cell(struct layout *layout, double x, size_t column,
    const char *text, unsigned style, bool dry)
{
	double width = layout->widths[column];
	double base = layout->y + LEADING;

	if (table_type(layout->document->table, column) != OUT_TEXT) {
		if (!dry)
			pdf_text(layout->pdf, x + width - PAD, base,
			    layout->size, style | PDF_RIGHT, text);
		return base + PAD;
	}
	return pdf_paragraph(layout->pdf, x + PAD, base, width - 2 * PAD,
		   layout->size, LEADING, style, text, dry) -
	       LEADING + PAD;
}

static void put_titles(struct layout *layout)
{
	const struct table *table = layout->document->table;
	double low = layout->y + LEADING + PAD, x = PDF_MARGIN;

	for (int pass = 0; pass < 2; pass++) {
		x = PDF_MARGIN;
		for (size_t c = 0; c < table_columns(table); c++) {
			double end = pdf_paragraph(layout->pdf, x + PAD,
			    layout->y + LEADING, layout->widths[c] - 2 * PAD,
			    layout->size, LEADING, PDF_BOLD,
			    table_title(table, c), pass == 0);

			low = end - LEADING + PAD > low ? end - LEADING + PAD
			                                : low;
			x += layout->widths[c];
		}
	}
	layout->y = low;
	pdf_line(layout->pdf, PDF_MARGIN, layout->y, x, layout->y, 0.4);
}

static void begin_page(struct layout *layout)
{
	pdf_page(layout->pdf, PDF_LANDSCAPE, layout->document->title, 1);
	layout->y = PDF_MARGIN;
}

static void put_row(struct layout *layout, size_t row, struct buf *text)
{
	const struct table *table = layout->document->table;
	bool total = layout->document->total && row + 1 == table_rows(table);
	unsigned style = total ? PDF_BOLD : PDF_PLAIN;
	double low = layout->y, x = PDF_MARGIN;
	bool moved = false;

	for (int pass = 0; pass < 2; pass++) {
		x = PDF_MARGIN;
		for (size_t c = 0; c < table_columns(table); c++) {
			double end;

			cell_text(text, table, row, c);
			end = put_cell(
			    layout, x, c, buf_text(text), style, pass == 0);
			low = end > low ? end : low;
			x += layout->widths[c];
		}
		if (pass == 0 && !moved && low > pdf_bottom(layout->pdf)) {
			moved = true;
			begin_page(layout);
			put_titles(layout);
			low = layout->y;
			pass = -1;
		}
	}
	layout->y = low;
	pdf_line(layout->pdf, PDF_MARGIN, layout->y, x, layout->y, 0.1);
}

static void put_head(struct layout *layout)
{
	const struct document *document = layout->document;
	double width = pdf_width(layout->pdf) - 2 * PDF_MARGIN;

	layout->y += 5;
	pdf_text(
	    layout->pdf, PDF_MARGIN, layout->y, 14, PDF_BOLD, document->title);
	layout->y += 5;
	for (size_t i = 0; i < document->line_count; i++)
		layout->y = pdf_paragraph(layout->pdf, PDF_MARGIN, layout->y,
		    width, SIZE, 4, PDF_SOFT, document->lines[i], false);
}

int document_pdf(struct buf *out, const struct document *document,
    struct buf *missing, struct err *err)
{
	struct layout layout = {.document = document, .size = SIZE};
	struct buf text = BUF_INIT;
	int rc;

	if (table_columns(document->table) > NARROW)
		layout.size = SMALL;
	if ((rc = pdf_new(
		 &layout.pdf, document->title, document->created_s, err)) < 0)
		return rc;
	begin_page(&layout);
	put_head(&layout);
	if ((rc = measure(&layout, err)) < 0)
		goto out;
	put_titles(&layout);
	for (size_t r = 0; r < table_rows(document->table); r++)
		put_row(&layout, r, &text);
	buf_add_text(missing, pdf_missing(layout.pdf));
	if ((rc = buf_check(&text, err)) == 0)
		rc = pdf_save(layout.pdf, out, err);
out:
	pdf_free(layout.pdf);
	free(layout.widths);
	buf_free(&text);
	return rc;
}

static bool is_before(const struct table *table, size_t row, size_t column)
{
	const char *text = table_cell(table, row, column).text;

	for (size_t r = 0; r < row; r++) {
		struct table_cell cell = table_cell(table, r, column);

		if (cell.value == TABLE_TEXT && strcmp(cell.text, text) == 0)
			return true;
	}
	return false;
}

int document_pdf_lacks(
    struct buf *out, const struct table *table, struct err *err)
{
	struct buf path = BUF_INIT;
	struct font font = {0};
	size_t told = 0;
	int rc;

	if ((rc = font_path(&path, PDF_FONT, err)) < 0 ||
	    (rc = font_read(&font, path.data, err)) < 0)
		goto out;
	for (size_t r = 0; told < LACKS && r < table_rows(table); r++) {
		for (size_t c = 0; told < LACKS && c < table_columns(table);
		     c++) {
			struct table_cell cell = table_cell(table, r, c);

			if (cell.value != TABLE_TEXT ||
			    font_prints(&font, cell.text) ||
			    is_before(table, r, c))
				continue;
			buf_printf(
			    out, "%s%s", told > 0 ? ", " : "", cell.text);
			told++;
		}
	}
	if (told == LACKS)
		buf_add_text(out, ", …");
	rc = buf_check(out, err);
out:
	font_clear(&font);
	buf_free(&path);
	return rc;
}
