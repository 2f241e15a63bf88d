#include <hpdf.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/document/font.h"
#include "server/document/pdf.h"
#include "shared/lang.h"
#include "shared/text.h"

#define POINTS_PER_MM (72.0 / 25.4)
#define PAGE_SHORT    210.0
#define PAGE_LONG     297.0
#define FOOTER_MM     10.0 /* above the lower margin: writing ends there */
#define FOOTER_SIZE   7.0
#define INK_SOFT      0.35
#define PEN_MM        0.5
#define MISSING_MAX   24 /* told one by one */
#define REPLACEMENT   "\xef\xbf\xbd"

enum { PLAIN, BOLD, FONTS };

static const char *const font_files[FONTS] = {
    PDF_FONT,
    "DejaVuSans-Bold.ttf",
};

struct sheet {
	HPDF_Page page;
	char *footer; /* owned */
	int64_t group;
};

struct pdf {
	HPDF_Doc doc;
	HPDF_STATUS failed; /* the library's first complaint */
	HPDF_Font fonts[FONTS];
	struct font maps[FONTS];
	struct sheet *sheets; /* owned */
	size_t count;
	size_t room;
	double width, height; /* of the present page, mm */
	uint32_t missing[MISSING_MAX];
	size_t missing_count;
	bool more_missing;
	struct buf told;
	struct buf clean; /* a text as it can be printed */
	bool no_memory;
};

static void complain(HPDF_STATUS number, HPDF_STATUS detail, void *data)
{
	struct pdf *pdf = data;

	(void)detail;
	if (pdf->failed == 0)
		pdf->failed = number;
}

static HPDF_Page page_of(const struct pdf *pdf)
{
	return pdf->sheets[pdf->count - 1].page;
}

static bool is_able(const struct pdf *pdf)
{
	return pdf->failed == 0 && !pdf->no_memory && pdf->count > 0;
}

static HPDF_REAL points(double mm)
{
	return (HPDF_REAL)(mm * POINTS_PER_MM);
}

/* Its y goes up, ours down. */
static HPDF_REAL from_top(const struct pdf *pdf, double y)
{
	return points(pdf->height - y);
}

/* ---- beginning and end ---- */

static int refuse(const struct pdf *pdf, struct err *err)
{
	if (pdf->no_memory || pdf->failed == HPDF_FAILD_TO_ALLOC_MEM)
		return err_nomem(err);
	return err_set(err, E_IO,
	    L("le PDF n'a pas pu être fait (libharu, %04lX)",
		"the PDF could not be made (libharu, %04lX)"),
	    (unsigned long)pdf->failed);
}

static int load_font(struct pdf *pdf, size_t which, struct err *err)
{
	struct buf path = BUF_INIT;
	const char *name = NULL;
	int rc;

	if ((rc = font_path(&path, font_files[which], err)) == 0 &&
	    (rc = font_read(&pdf->maps[which], path.data, err)) == 0)
		name = HPDF_LoadTTFontFromFile(pdf->doc, path.data, HPDF_TRUE);
	if (name != NULL)
		pdf->fonts[which] = HPDF_GetFont(pdf->doc, name, "UTF-8");
	if (rc == 0 && pdf->fonts[which] == NULL)
		rc = refuse(pdf, err);
	buf_free(&path);
	return rc;
}

static void set_date(struct pdf *pdf, int64_t created_s)
{
	const time_t time = (time_t)created_s;
	HPDF_Date date = {0};
	struct tm tm;

	if (gmtime_r(&time, &tm) == NULL)
		return;
	date.year = tm.tm_year + 1900;
	date.month = tm.tm_mon + 1;
	date.day = tm.tm_mday;
	date.hour = tm.tm_hour;
	date.minutes = tm.tm_min;
	date.seconds = tm.tm_sec;
	date.ind = 'Z';
	(void)HPDF_SetInfoDateAttr(pdf->doc, HPDF_INFO_CREATION_DATE, date);
}

int pdf_new(
    struct pdf **out, const char *title, int64_t created_s, struct err *err)
{
	struct pdf *pdf = calloc(1, sizeof(*pdf));
	int rc = 0;

	*out = NULL;
	if (pdf == NULL)
		return err_nomem(err);
	if ((pdf->doc = HPDF_New(complain, pdf)) == NULL) {
		pdf_free(pdf);
		return err_nomem(err);
	}
	(void)HPDF_UseUTFEncodings(pdf->doc);
	(void)HPDF_SetCompressionMode(pdf->doc, HPDF_COMP_ALL);
	for (size_t i = 0; rc == 0 && i < FONTS; i++)
		rc = load_font(pdf, i, err);
	if (rc < 0) {
		pdf_free(pdf);
		return rc;
	}
	set_date(pdf, created_s);
	(void)HPDF_SetInfoAttr(pdf->doc, HPDF_INFO_PRODUCER, "Pointeau");
	/* With an encoder, it is written in UTF-16BE behind its mark; without,
	 * as bytes that readers take for another encoding. */
	(void)HPDF_SetCurrentEncoder(pdf->doc, "UTF-8");
	(void)HPDF_SetInfoAttr(pdf->doc, HPDF_INFO_TITLE, title);
	*out = pdf;
	return 0;
}

void pdf_free(struct pdf *pdf)
{
	if (pdf == NULL)
		return;
	if (pdf->doc != NULL)
		HPDF_Free(pdf->doc);
	for (size_t i = 0; i < FONTS; i++)
		font_clear(&pdf->maps[i]);
	for (size_t i = 0; i < pdf->count; i++)
		free(pdf->sheets[i].footer);
	free(pdf->sheets);
	buf_free(&pdf->told);
	buf_free(&pdf->clean);
	free(pdf);
}

static bool make_room(struct pdf *pdf)
{
	size_t room = pdf->room == 0 ? 16 : 2 * pdf->room;
	struct sheet *sheets;

	if (pdf->count < pdf->room)
		return true;
	sheets = reallocarray(pdf->sheets, room, sizeof(*sheets));
	if (sheets == NULL)
		return false;
	pdf->sheets = sheets;
	pdf->room = room;
	return true;
}

void pdf_page(
    struct pdf *pdf, enum pdf_shape shape, const char *footer, int64_t group)
{
	struct sheet *sheet;

	if (!make_room(pdf)) {
		pdf->no_memory = true;
		return;
	}
	sheet = &pdf->sheets[pdf->count];
	sheet->page = HPDF_AddPage(pdf->doc);
	sheet->footer = strdup(footer);
	sheet->group = group;
	if (sheet->page == NULL || sheet->footer == NULL) {
		free(sheet->footer);
		pdf->no_memory = true;
		return;
	}
	pdf->count++;
	pdf->width = shape == PDF_PORTRAIT ? PAGE_SHORT : PAGE_LONG;
	pdf->height = shape == PDF_PORTRAIT ? PAGE_LONG : PAGE_SHORT;
	(void)HPDF_Page_SetWidth(sheet->page, points(pdf->width));
	(void)HPDF_Page_SetHeight(sheet->page, points(pdf->height));
}

double pdf_width(const struct pdf *pdf)
{
	return pdf->width;
}

double pdf_bottom(const struct pdf *pdf)
{
	return pdf->height - PDF_MARGIN - FOOTER_MM;
}

/* ---- texts ---- */

static void note_missing(struct pdf *pdf, uint32_t point)
{
	for (size_t i = 0; i < pdf->missing_count; i++) {
		if (pdf->missing[i] == point)
			return;
	}
	if (pdf->missing_count == MISSING_MAX) {
		if (!pdf->more_missing)
			buf_add_text(&pdf->told, " …");
		pdf->more_missing = true;
		return;
	}
	pdf->missing[pdf->missing_count++] = point;
	buf_printf(&pdf->told, "%sU+%04X", pdf->told.len > 0 ? " " : "",
	    (unsigned)point);
}

/* ${len} bytes of ${text} as the font can print them; borrowed. */
static const char *printable(
    struct pdf *pdf, unsigned style, const char *text, size_t len)
{
	const struct font *font =
	    &pdf->maps[(style & PDF_BOLD) != 0 ? BOLD : PLAIN];
	const char *end = text + len;

	buf_reset(&pdf->clean);
	if (!text_is_utf8(text, len)) {
		for (; text < end; text++)
			buf_add_char(&pdf->clean,
			    *text >= ' ' && *text < 0x7f ? *text : '?');
		return buf_text(&pdf->clean);
	}
	while (text < end) {
		size_t bytes;
		uint32_t point = font_point(text, &bytes);

		if (point < ' ') {
			buf_add_char(&pdf->clean, ' ');
		} else if (point <= 0xffff && font_is_plain(point) &&
			   font_has(font, point)) {
			buf_add(&pdf->clean, text, bytes);
		} else {
			note_missing(pdf, point);
			buf_add_text(&pdf->clean, REPLACEMENT);
		}
		text += bytes;
	}
	pdf->no_memory = pdf->no_memory || pdf->clean.failed;
	return buf_text(&pdf->clean);
}

static void set_font(struct pdf *pdf, double size, unsigned style)
{
	(void)HPDF_Page_SetFontAndSize(page_of(pdf),
	    pdf->fonts[(style & PDF_BOLD) != 0 ? BOLD : PLAIN],
	    (HPDF_REAL)size);
}

static double width_of(
    struct pdf *pdf, double size, unsigned style, const char *text, size_t len)
{
	const char *clean = printable(pdf, style, text, len);

	if (!is_able(pdf))
		return 0;
	set_font(pdf, size, style);
	return (double)HPDF_Page_TextWidth(page_of(pdf), clean) / POINTS_PER_MM;
}

double pdf_text_width(
    struct pdf *pdf, double size, unsigned style, const char *text)
{
	return width_of(pdf, size, style, text, strlen(text));
}

static void draw_text(struct pdf *pdf, double x, double y, double size,
    unsigned style, const char *text, size_t len)
{
	HPDF_REAL ink = (style & PDF_SOFT) != 0 ? (HPDF_REAL)INK_SOFT : 0;
	const char *clean;

	if (len == 0 || !is_able(pdf))
		return;
	if ((style & PDF_RIGHT) != 0)
		x -= width_of(pdf, size, style, text, len);
	else if ((style & PDF_CENTRE) != 0)
		x -= width_of(pdf, size, style, text, len) / 2;
	clean = printable(pdf, style, text, len);
	set_font(pdf, size, style);
	(void)HPDF_Page_SetGrayFill(page_of(pdf), ink);
	(void)HPDF_Page_BeginText(page_of(pdf));
	(void)HPDF_Page_TextOut(
	    page_of(pdf), points(x), from_top(pdf, y), clean);
	(void)HPDF_Page_EndText(page_of(pdf));
}

void pdf_text(struct pdf *pdf, double x, double y, double size, unsigned style,
    const char *text)
{
	draw_text(pdf, x, y, size, style, text, strlen(text));
}

/* The end of the letter after ${at}: UTF-8's later bytes begin with 10. */
static size_t letter_end(const char *text, size_t at)
{
	do
		at++;
	while (((unsigned char)text[at] & 0xc0) == 0x80);
	return at;
}

size_t pdf_text_fit(struct pdf *pdf, double width, double size, unsigned style,
    const char *text)
{
	size_t len = strlen(text), fits = 0, space = 0;

	if (len == 0 || width_of(pdf, size, style, text, len) <= width)
		return len;
	for (size_t at = 0; at < len; at = letter_end(text, at)) {
		size_t end = letter_end(text, at);

		if (fits > 0 && width_of(pdf, size, style, text, end) > width)
			break;
		fits = end;
		if (text[at] == ' ')
			space = at;
	}
	return space > 0 && text[fits] != ' ' ? space : fits;
}

double pdf_paragraph(struct pdf *pdf, double x, double y, double width,
    double size, double leading, unsigned style, const char *text, bool dry)
{
	while (*text != '\0') {
		size_t fits = pdf_text_fit(pdf, width, size, style, text);

		if (!dry)
			draw_text(pdf, x, y, size, style, text, fits);
		text += fits;
		while (*text == ' ')
			text++;
		y += leading;
	}
	return y;
}

/* ---- lines and paths ---- */

void pdf_line(
    struct pdf *pdf, double x1, double y1, double x2, double y2, double thick)
{
	if (!is_able(pdf))
		return;
	(void)HPDF_Page_SetLineWidth(page_of(pdf), points(thick));
	(void)HPDF_Page_SetGrayStroke(page_of(pdf), (HPDF_REAL)INK_SOFT);
	(void)HPDF_Page_MoveTo(page_of(pdf), points(x1), from_top(pdf, y1));
	(void)HPDF_Page_LineTo(page_of(pdf), points(x2), from_top(pdf, y2));
	(void)HPDF_Page_Stroke(page_of(pdf));
}

static void rectangle(struct pdf *pdf, double x, double y, double w, double h)
{
	(void)HPDF_Page_Rectangle(page_of(pdf), points(x), from_top(pdf, y + h),
	    points(w), points(h));
}

void pdf_box(
    struct pdf *pdf, double x, double y, double w, double h, double grey)
{
	if (!is_able(pdf))
		return;
	(void)HPDF_Page_SetGrayFill(page_of(pdf), (HPDF_REAL)grey);
	rectangle(pdf, x, y, w, h);
	(void)HPDF_Page_Fill(page_of(pdf));
}

void pdf_frame(struct pdf *pdf, double x, double y, double w, double h)
{
	if (!is_able(pdf))
		return;
	(void)HPDF_Page_SetLineWidth(page_of(pdf), points(0.2));
	(void)HPDF_Page_SetGrayStroke(page_of(pdf), (HPDF_REAL)INK_SOFT);
	rectangle(pdf, x, y, w, h);
	(void)HPDF_Page_Stroke(page_of(pdf));
}

/* One whole number of a path, and what follows it. */
static double take_number(const char **at)
{
	char *end;
	long value;

	while (**at == ' ' || **at == ',')
		(*at)++;
	value = strtol(*at, &end, 10);
	if (end == *at)
		end += **at != '\0'; /* not for ever */
	*at = end;
	return (double)value;
}

struct pen {
	double x, y;             /* where it is, in the path's units */
	double left, top, scale; /* where that is on the page */
};

static void move_pen(struct pdf *pdf, const struct pen *pen, bool drawing)
{
	HPDF_REAL x = points(pen->left + pen->x * pen->scale);
	HPDF_REAL y = from_top(pdf, pen->top + pen->y * pen->scale);

	if (drawing)
		(void)HPDF_Page_LineTo(page_of(pdf), x, y);
	else
		(void)HPDF_Page_MoveTo(page_of(pdf), x, y);
}

static void trace(struct pdf *pdf, struct pen *pen, const char *path)
{
	while (*path != '\0') {
		char command = *path++;

		switch (command) {
		case 'M':
		case 'L':
			pen->x = take_number(&path);
			pen->y = take_number(&path);
			move_pen(pdf, pen, command == 'L');
			break;
		case 'h':
			pen->x += take_number(&path);
			move_pen(pdf, pen, true);
			break;
		case 'v':
			pen->y += take_number(&path);
			move_pen(pdf, pen, true);
			break;
		case 'z':
			(void)HPDF_Page_ClosePath(page_of(pdf));
			break;
		default:
			break;
		}
	}
}

void pdf_path(struct pdf *pdf, double x, double y, double scale,
    const char *path, bool filled)
{
	struct pen pen = {0, 0, x, y, scale};

	/* The library wants a path to begin by a move. */
	if (!is_able(pdf) || path[0] != 'M')
		return;
	(void)HPDF_Page_SetGrayFill(page_of(pdf), 0);
	(void)HPDF_Page_SetGrayStroke(page_of(pdf), 0);
	(void)HPDF_Page_SetLineWidth(page_of(pdf), points(PEN_MM));
	(void)HPDF_Page_SetLineCap(page_of(pdf), HPDF_ROUND_END);
	(void)HPDF_Page_SetLineJoin(page_of(pdf), HPDF_ROUND_JOIN);
	trace(pdf, &pen, path);
	if (filled)
		(void)HPDF_Page_Fill(page_of(pdf));
	else
		(void)HPDF_Page_Stroke(page_of(pdf));
	(void)HPDF_Page_SetLineCap(page_of(pdf), HPDF_BUTT_END);
	(void)HPDF_Page_SetLineJoin(page_of(pdf), HPDF_MITER_JOIN);
}

/* ---- the emblem of the Union ---- */

#define STARS  12
#define POINTS 10 /* of a star: five out, five in */

/* Sines of 36 degrees times n; a cosine is a sine a quarter turn on. Written
 * out, so that no library's rounding changes a byte. */
static double sine_36(int n)
{
	static const double of[] = {0, 0.587785, 0.951057, 0.951057, 0.587785,
	    0, -0.587785, -0.951057, -0.951057, -0.587785};

	return of[((n % POINTS) + POINTS) % POINTS];
}

static double cosine_36(int n)
{
	static const double of[] = {1, 0.809017, 0.309017, -0.309017, -0.809017,
	    -1, -0.809017, -0.309017, 0.309017, 0.809017};

	return of[((n % POINTS) + POINTS) % POINTS];
}

static void add_star(struct pdf *pdf, double x, double y, double radius)
{
	for (int i = 0; i < POINTS; i++) {
		double r = i % 2 == 0 ? radius : radius * 0.381966;
		HPDF_REAL px = points(x + r * sine_36(i));
		HPDF_REAL py = from_top(pdf, y - r * cosine_36(i));

		if (i == 0)
			(void)HPDF_Page_MoveTo(page_of(pdf), px, py);
		else
			(void)HPDF_Page_LineTo(page_of(pdf), px, py);
	}
	(void)HPDF_Page_ClosePath(page_of(pdf));
}

void pdf_emblem(struct pdf *pdf, double x, double y, double high)
{
	/* The hours of a clock, from twelve on: x, y of a circle of 1. */
	static const double hours[STARS][2] = {{0, -1}, {0.5, -0.866025},
	    {0.866025, -0.5}, {1, 0}, {0.866025, 0.5}, {0.5, 0.866025}, {0, 1},
	    {-0.5, 0.866025}, {-0.866025, 0.5}, {-1, 0}, {-0.866025, -0.5},
	    {-0.5, -0.866025}};

	if (!is_able(pdf))
		return;
	(void)HPDF_Page_SetRGBFill(page_of(pdf), 0, 0.2F, 0.6F);
	rectangle(pdf, x, y, high * 1.5, high);
	(void)HPDF_Page_Fill(page_of(pdf));
	(void)HPDF_Page_SetRGBFill(page_of(pdf), 1, 0.8F, 0);
	for (int i = 0; i < STARS; i++)
		add_star(pdf, x + high * 0.75 + hours[i][0] * high / 3,
		    y + high / 2 + hours[i][1] * high / 3, high / 18);
	(void)HPDF_Page_Fill(page_of(pdf));
}

const char *pdf_missing(const struct pdf *pdf)
{
	return buf_text(&pdf->told);
}

/* ---- saving ---- */

static void add_footer(
    struct pdf *pdf, size_t index, size_t number, size_t total)
{
	struct sheet last = pdf->sheets[pdf->count - 1];
	double width = pdf->width, height = pdf->height, y;
	struct buf text = BUF_INIT;

	/* Writing goes to the last page: this one is it for a moment. */
	pdf->sheets[pdf->count - 1].page = pdf->sheets[index].page;
	pdf->width = (double)HPDF_Page_GetWidth(page_of(pdf)) / POINTS_PER_MM;
	pdf->height = (double)HPDF_Page_GetHeight(page_of(pdf)) / POINTS_PER_MM;
	y = pdf->height - PDF_MARGIN;
	buf_printf(&text, L("page %zu/%zu", "page %zu/%zu"), number, total);
	pdf_line(pdf, PDF_MARGIN, y - 4, pdf->width - PDF_MARGIN, y - 4, 0.1);
	pdf_text(pdf, PDF_MARGIN, y, FOOTER_SIZE, PDF_SOFT,
	    index == pdf->count - 1 ? last.footer : pdf->sheets[index].footer);
	pdf_text(pdf, pdf->width - PDF_MARGIN, y, FOOTER_SIZE,
	    PDF_SOFT | PDF_RIGHT, buf_text(&text));
	pdf->sheets[pdf->count - 1].page = last.page;
	pdf->width = width;
	pdf->height = height;
	buf_free(&text);
}

static void add_footers(struct pdf *pdf)
{
	size_t first = 0, end;

	while (is_able(pdf) && first < pdf->count) {
		for (end = first + 1;
		     end < pdf->count &&
		     pdf->sheets[end].group == pdf->sheets[first].group;
		     end++) {
		}
		for (size_t i = first; i < end; i++)
			add_footer(pdf, i, i - first + 1, end - first);
		first = end;
	}
}

int pdf_save(struct pdf *pdf, struct buf *out, struct err *err)
{
	unsigned char piece[4096];
	HPDF_UINT32 len;

	add_footers(pdf);
	if (pdf->count == 0 || !is_able(pdf) ||
	    HPDF_SaveToStream(pdf->doc) != HPDF_OK)
		return refuse(pdf, err);
	(void)HPDF_ResetStream(pdf->doc);
	do {
		len = sizeof(piece);
		(void)HPDF_ReadFromStream(pdf->doc, piece, &len);
		buf_add(out, piece, len);
	} while (len > 0);
	return buf_check(out, err);
}
