#include <stdio.h>
#include <string.h>

#include "server/document/month_sheet.h"
#include "shared/date.h"
#include "shared/lang.h"

#define PAD     1.0
#define QR_SIDE 30.0
#define PROOF   31.0 /* mm that it takes, at most */
#define BY_HAND 21.0
#define STROKE  19.0
#define GAP     1.5
#define SIZE    8.0 /* points, of what is below the days */
#define SMALL   6.5
#define LEADING 3.4 /* mm from line to line */

/* Day, morning, afternoon, more, sum: mm. */
enum { DAY, AM, PM, MORE, SUM, COLUMNS };

/* How close the days stand: points, and mm. */
struct density {
	double size, small;
	double leading, small_leading, row, low;
};

/* A month is one page wherever it can be: the second is for those that would
 * end on another with nothing but the signature. */
static const struct density densities[] = {
    {SIZE, SMALL, LEADING, 2.9, 5.0, 1.6},
    {7.5, 6.0, 3.1, 2.5, 4.4, 1.2},
    {7.0, 6.0, 2.9, 2.4, 4.2, 0.9},
};

struct drawing {
	struct pdf *pdf;
	const struct density *density;
	double widths[COLUMNS];
	const struct month_proof *proof;
	const struct month_sheet *sheet;
	const char *footer;
	int64_t group;
	double y;
};

static void begin_page(struct drawing *drawing)
{
	pdf_page(drawing->pdf, PDF_PORTRAIT, drawing->footer, drawing->group);
	drawing->y = PDF_MARGIN;
}

/* Room for ${height}, on the next page when there is none here. */
static bool make_room(struct drawing *drawing, double height)
{
	if (drawing->y + height <= pdf_bottom(drawing->pdf))
		return false;
	begin_page(drawing);
	return true;
}

/* ---- the head ---- */

static void draw_head(struct drawing *drawing)
{
	const struct month_proof *proof = drawing->proof;
	struct pdf *pdf = drawing->pdf;
	double right = pdf_width(pdf) - PDF_MARGIN;
	struct buf line = BUF_INIT;

	month_words(&line, proof->month);
	drawing->y += 6;
	pdf_text(
	    pdf, PDF_MARGIN, drawing->y, 15, PDF_BOLD, drawing->sheet->name);
	pdf_text(
	    pdf, right, drawing->y, 13, PDF_BOLD | PDF_RIGHT, buf_text(&line));
	buf_reset(&line);
	buf_printf(&line, "%s · %s%s%s", drawing->sheet->rows->worker,
	    proof->name, drawing->sheet->crew[0] != '\0' ? " · " : "",
	    drawing->sheet->crew);
	drawing->y += 5;
	pdf_text(pdf, PDF_MARGIN, drawing->y, 9, PDF_PLAIN, buf_text(&line));
	pdf_text(pdf, right, drawing->y, 9, PDF_RIGHT | PDF_BOLD,
	    proof->version > 0 ? L("mois clos", "month closed")
			       : L("PROVISOIRE", "PROVISIONAL"));
	drawing->y += 4;
	buf_free(&line);
}

static void draw_titles(struct drawing *drawing)
{
	const char *const titles[COLUMNS] = {L("Jour", "Day"),
	    L("Matin", "Morning"), L("Après-midi", "Afternoon"),
	    L("En plus", "More"), L("Total", "Total")};
	double x = PDF_MARGIN;

	for (int c = 0; c < COLUMNS; c++) {
		bool sum = c == SUM;

		if (drawing->widths[c] > 0)
			pdf_text(drawing->pdf,
			    sum ? x + drawing->widths[c] - PAD : x + PAD,
			    drawing->y + LEADING, SIZE,
			    PDF_BOLD | (sum ? (unsigned)PDF_RIGHT : 0),
			    titles[c]);
		x += drawing->widths[c];
	}
	drawing->y += LEADING + 2 * PAD;
	pdf_line(drawing->pdf, PDF_MARGIN, drawing->y, x, drawing->y, 0.4);
}

/* ---- a day ---- */

/* A slot in words. */
struct words {
	struct buf what, activity, site;
};

static void words_free(struct words *words)
{
	buf_free(&words->what);
	buf_free(&words->activity);
	buf_free(&words->site);
}

static void add_site(const struct drawing *drawing,
    const struct signoff_row *row, struct buf *out)
{
	char key[2 * TEXT_ID_MAX + 2];
	const char *name;

	if (row->site[0] == '\0')
		return;
	(void)snprintf(
	    key, sizeof(key), "%s/%s", drawing->proof->structure, row->site);
	name = json_text(json_object_get(drawing->proof->sites, key), "name");
	buf_add_text(out, name[0] != '\0' ? name : row->site);
}

static void say_slot(const struct drawing *drawing,
    const struct signoff_row *row, struct words *words)
{
	char duration[DURATION_TEXT];

	if (strcmp(row->state, "contested") == 0) {
		buf_add_text(&words->what, L("contesté", "contested"));
		buf_add_text(
		    &words->site, L("le bureau décide", "the office decides"));
		return;
	}
	if (strcmp(row->state, "void") == 0) {
		buf_add_text(&words->what, L("annulé", "cancelled"));
		return;
	}
	if (strcmp(row->kind, "work") != 0)
		buf_add_text(
		    &words->what, month_label(drawing->proof, row->kind));
	if (row->minutes > 0) {
		duration_format(row->minutes, duration);
		buf_printf(&words->what, "%s%s", words->what.len > 0 ? " " : "",
		    duration);
	}
	add_site(drawing, row, &words->site);
	buf_add_text(&words->activity, row->activity);
}

/* How far the last line of a paragraph goes. */
static double last_line(
    struct drawing *drawing, double width, double size, const char *text)
{
	for (;;) {
		size_t fits =
		    pdf_text_fit(drawing->pdf, width, size, PDF_SOFT, text);

		if (text[fits] == '\0')
			return pdf_text_width(
			    drawing->pdf, size, PDF_SOFT, text);
		text += fits;
		text += strspn(text, " ");
	}
}

/* ${text} after what is on the line already, when it fits; else below. */
static double put_beside(struct drawing *drawing, double x, double y,
    double width, double *used, const char *text, bool dry)
{
	const double small = drawing->density->small;
	const double leading = drawing->density->small_leading;
	double own;

	if (text[0] == '\0')
		return y;
	own = pdf_text_width(drawing->pdf, small, PDF_SOFT, text);
	if (*used + GAP + own <= width) {
		if (!dry)
			pdf_text(drawing->pdf, x + *used + GAP, y, small,
			    PDF_SOFT, text);
		*used += GAP + own;
		return y;
	}
	*used = last_line(drawing, width, small, text);
	return pdf_paragraph(drawing->pdf, x, y + leading, width, small,
		   leading, PDF_SOFT, text, dry) -
	       leading;
}

/* One slot in its column; the base line after its last. */
static double draw_slot(struct drawing *drawing, double x, double y,
    double width, const struct signoff_row *row, bool dry)
{
	struct words words = {BUF_INIT, BUF_INIT, BUF_INIT};
	const double size = drawing->density->size;
	const double leading = drawing->density->leading;
	double used;

	say_slot(drawing, row, &words);
	used =
	    pdf_text_width(drawing->pdf, size, PDF_BOLD, buf_text(&words.what));
	y = pdf_paragraph(drawing->pdf, x, y, width, size, leading, PDF_BOLD,
		buf_text(&words.what), dry) -
	    leading;
	y = put_beside(
	    drawing, x, y, width, &used, buf_text(&words.activity), dry);
	y = put_beside(drawing, x, y, width, &used, buf_text(&words.site), dry);
	words_free(&words);
	return y + leading;
}

static int column_of(const struct signoff_row *row)
{
	if (strcmp(row->slot, "am") == 0)
		return AM;
	return strcmp(row->slot, "pm") == 0 ? PM : MORE;
}

/* The rows first..end of one day; where they end, below. */
static double draw_slots(
    struct drawing *drawing, size_t first, size_t end, bool dry)
{
	const struct density *density = drawing->density;
	double lows[COLUMNS], low = drawing->y + density->row;

	for (int c = 0; c < COLUMNS; c++)
		lows[c] = drawing->y + density->leading + 0.3;
	for (size_t i = first; i < end; i++) {
		const struct signoff_row *row = &drawing->sheet->rows->rows[i];
		int column = column_of(row);
		double x = PDF_MARGIN + PAD;

		if (!signoff_row_is_shown(row))
			continue;
		for (int c = 0; c < column; c++)
			x += drawing->widths[c];
		lows[column] = draw_slot(drawing, x, lows[column],
		    drawing->widths[column] - 2 * PAD, row, dry);
		if (lows[column] - density->leading + density->low > low)
			low = lows[column] - density->leading + density->low;
	}
	return low;
}

static void day_words(struct buf *out, const char *day)
{
	static const char *const fr[] = {
	    "lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."};
	static const char *const en[] = {
	    "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
	struct date date;

	if (date_parse(&date, day, NULL) < 0) {
		buf_add_text(out, day);
		return;
	}
	buf_printf(out, "%s %.2s/%.2s",
	    L(fr[date_weekday(&date) - 1], en[date_weekday(&date) - 1]),
	    day + 8, day + 5);
}

static void draw_day(struct drawing *drawing, size_t first, size_t end)
{
	const struct signoff_row *rows = drawing->sheet->rows->rows;
	double low = draw_slots(drawing, first, end, true);
	char duration[DURATION_TEXT];
	const struct density *density = drawing->density;
	struct buf day = BUF_INIT;
	int64_t minutes = 0;

	if (make_room(drawing, low - drawing->y)) {
		draw_titles(drawing);
		low = draw_slots(drawing, first, end, true);
	}
	for (size_t i = first; i < end; i++)
		minutes +=
		    strcmp(rows[i].state, "merged") == 0 ? rows[i].minutes : 0;
	day_words(&day, rows[first].day);
	duration_format(minutes, duration);
	pdf_text(drawing->pdf, PDF_MARGIN + PAD,
	    drawing->y + density->leading + 0.3, density->size, PDF_PLAIN,
	    buf_text(&day));
	pdf_text(drawing->pdf, pdf_width(drawing->pdf) - PDF_MARGIN - PAD,
	    drawing->y + density->leading + 0.3, density->size, PDF_RIGHT,
	    duration);
	(void)draw_slots(drawing, first, end, false);
	drawing->y = low;
	pdf_line(drawing->pdf, PDF_MARGIN, low,
	    pdf_width(drawing->pdf) - PDF_MARGIN, low, 0.1);
	buf_free(&day);
}

/* The end of the day that begins at ${first}; is anything of it shown? */
static size_t day_end(
    const struct signoff_sheet *sheet, size_t first, bool *shown)
{
	size_t end = first;

	*shown = false;
	for (; end < sheet->count &&
	       strcmp(sheet->rows[end].day, sheet->rows[first].day) == 0;
	     end++)
		*shown = *shown || signoff_row_is_shown(&sheet->rows[end]);
	return end;
}

static void draw_days(struct drawing *drawing)
{
	const struct signoff_sheet *sheet = drawing->sheet->rows;
	size_t first = 0, end;
	bool shown;

	draw_titles(drawing);
	for (; first < sheet->count; first = end) {
		end = day_end(sheet, first, &shown);
		if (shown)
			draw_day(drawing, first, end);
	}
}

/* What the days take, their titles included. */
static double days_height(struct drawing *drawing)
{
	const struct signoff_sheet *sheet = drawing->sheet->rows;
	double height = LEADING + 2 * PAD;
	size_t first = 0, end;
	bool shown;

	for (; first < sheet->count; first = end) {
		end = day_end(sheet, first, &shown);
		if (shown)
			height +=
			    draw_slots(drawing, first, end, true) - drawing->y;
	}
	return height;
}

/* The third column is for those who need it: without, names of sites have the
 * room to stand on one line. */
static void share_out(struct drawing *drawing)
{
	static const double three[COLUMNS] = {24, 47, 47, 44, 20};
	static const double two[COLUMNS] = {24, 69, 69, 0, 20};
	const struct signoff_sheet *sheet = drawing->sheet->rows;
	bool more = false;

	for (size_t i = 0; i < sheet->count; i++)
		more = more || (signoff_row_is_shown(&sheet->rows[i]) &&
				   column_of(&sheet->rows[i]) == MORE);
	memcpy(drawing->widths, more ? three : two, sizeof(drawing->widths));
}

/* ---- sums ---- */

static json_t *sum_kinds(const struct drawing *drawing)
{
	const struct signoff_sheet *sheet = drawing->sheet->rows;
	json_t *sums = json_object();

	for (size_t i = 0; i < sheet->count; i++) {
		const struct signoff_row *row = &sheet->rows[i];
		const char *label = month_label(drawing->proof, row->kind);

		if (strcmp(row->state, "merged") == 0)
			(void)json_put_int(sums, label,
			    json_int(sums, label, 0) + row->minutes);
	}
	return sums;
}

static void totals_words(const struct drawing *drawing, struct buf *out)
{
	json_t *sums = sum_kinds(drawing), *minutes;
	char duration[DURATION_TEXT];
	const char *label;

	json_object_foreach(sums, label, minutes)
	{
		duration_format(json_integer_value(minutes), duration);
		buf_printf(out, "%s%s : %s", out->len > 0 ? "   ·   " : "",
		    label, duration);
	}
	buf_printf(out,
	    L("   ·   jours travaillés : %lld", "   ·   days worked: %lld"),
	    (long long)drawing->sheet->rows->days);
	json_decref(sums);
}

/* Draw the kinds' sums, or only see how much they take. */
static double put_totals(struct drawing *drawing, double y, bool dry)
{
	struct buf line = BUF_INIT;

	totals_words(drawing, &line);
	y = pdf_paragraph(drawing->pdf, PDF_MARGIN + PAD, y + 5, 130, SIZE, 4,
	    PDF_PLAIN, buf_text(&line), dry);
	buf_free(&line);
	return y + 1;
}

static int draw_totals(struct drawing *drawing, struct err *err)
{
	double right = pdf_width(drawing->pdf) - PDF_MARGIN - PAD;
	char duration[DURATION_TEXT];
	struct buf line = BUF_INIT;
	int rc;

	(void)make_room(drawing, put_totals(drawing, 0, true));
	drawing->y = put_totals(drawing, drawing->y, false);
	duration_format(drawing->sheet->rows->payable, duration);
	buf_printf(&line, L("À payer : %s", "Payable: %s"), duration);
	pdf_text(drawing->pdf, right, drawing->y - 5, 11, PDF_BOLD | PDF_RIGHT,
	    buf_text(&line));
	rc = buf_check(&line, err);
	buf_free(&line);
	return rc;
}

/* ---- the answer and the proof ---- */

/* Still to be signed by hand: both answers, and room to write. */
static void draw_by_hand(struct drawing *drawing)
{
	double y = drawing->y;

	pdf_frame(drawing->pdf, PDF_MARGIN, y, 3, 3);
	pdf_text(drawing->pdf, PDF_MARGIN + 5, y + 2.6, SIZE, PDF_PLAIN,
	    L("D'accord", "I agree"));
	pdf_frame(drawing->pdf, PDF_MARGIN + 32, y, 3, 3);
	pdf_text(drawing->pdf, PDF_MARGIN + 37, y + 2.6, SIZE, PDF_PLAIN,
	    L("Pas d'accord, parce que :", "I disagree, because:"));
	pdf_line(
	    drawing->pdf, PDF_MARGIN + 78, y + 3, PDF_MARGIN + 182, y + 3, 0.1);
	pdf_text(drawing->pdf, PDF_MARGIN, y + 9, SIZE, PDF_PLAIN,
	    L("Date et signature du salarié :",
		"Date and the worker's signature:"));
	pdf_text(drawing->pdf, PDF_MARGIN + 95, y + 9, SIZE, PDF_PLAIN,
	    L("Signature de l'encadrant :", "The supervisor's signature:"));
	drawing->y = y + BY_HAND;
}

static bool is_by_hand(const struct signoff *signoff)
{
	return !month_is_signed(signoff) || strcmp(signoff->how, "paper") == 0;
}

static const char *answer_note(void)
{
	return L("La réponse est signée par la clé du poste et couvre "
		 "exactement ces lignes. Ce n'est pas une signature "
		 "électronique qualifiée.",
	    "The answer is signed by the laptop's key and covers exactly these "
	    "rows. It is not a qualified electronic signature.");
}

/* What draw_answer takes. */
static double answer_height(struct drawing *drawing)
{
	const struct signoff *signoff = drawing->sheet->signoff;
	struct buf line = BUF_INIT;
	double y = 4;

	month_answer(&line, signoff);
	y = pdf_paragraph(drawing->pdf, 0, y + 5, 182, 9, 4, PDF_PLAIN,
	    buf_text(&line), true);
	buf_free(&line);
	if (month_is_signed(signoff)) {
		y += drawing->sheet->stroke[0] != '\0' ? STROKE : 0;
		y = pdf_paragraph(drawing->pdf, 0, y, 182, SMALL, 3, PDF_SOFT,
		    answer_note(), true);
	}
	return is_by_hand(signoff) ? y + BY_HAND : y;
}

static void draw_answer(struct drawing *drawing)
{
	const struct signoff *signoff = drawing->sheet->signoff;
	struct buf line = BUF_INIT;

	(void)make_room(drawing, answer_height(drawing) + PROOF);
	drawing->y += 4;
	buf_printf(
	    &line, L("Réponse de %s", "Answer of %s"), drawing->sheet->name);
	pdf_text(drawing->pdf, PDF_MARGIN, drawing->y, 10, PDF_BOLD,
	    buf_text(&line));
	buf_reset(&line);
	month_answer(&line, signoff);
	drawing->y = pdf_paragraph(drawing->pdf, PDF_MARGIN, drawing->y + 5,
	    182, 9, 4, PDF_PLAIN, buf_text(&line), false);
	if (month_is_signed(signoff)) {
		if (drawing->sheet->stroke[0] != '\0') {
			month_stroke(drawing->pdf, PDF_MARGIN, drawing->y, 60,
			    16, drawing->sheet->stroke);
			drawing->y += STROKE;
		}
		drawing->y = pdf_paragraph(drawing->pdf, PDF_MARGIN, drawing->y,
		    182, SMALL, 3, PDF_SOFT, answer_note(), false);
	}
	if (is_by_hand(signoff))
		draw_by_hand(drawing);
	buf_free(&line);
}

static void hash_line(
    struct drawing *drawing, const char *name, const char *hex, double x)
{
	struct buf line = BUF_INIT;

	buf_add_text(&line, name);
	for (size_t i = 0; hex[i] != '\0'; i++) {
		if (i % 8 == 0)
			buf_add_char(&line, ' ');
		buf_add_char(&line, hex[i]);
	}
	drawing->y = pdf_paragraph(drawing->pdf, x, drawing->y,
	    pdf_width(drawing->pdf) - PDF_MARGIN - x, 7, LEADING, PDF_SOFT,
	    buf_text(&line), false);
	buf_free(&line);
}

static int draw_proof(struct drawing *drawing, struct err *err)
{
	const struct signoff_sheet *sheet = drawing->sheet->rows;
	double top, x = PDF_MARGIN + QR_SIDE + 4;
	struct buf text = BUF_INIT;
	char hex[HASH_TEXT];
	int rc;

	(void)make_room(drawing, PROOF);
	top = drawing->y;
	hash_hex(&sheet->sum, hex);
	buf_printf(&text, "pointeau-signoff:%s/%s/%s:%s", sheet->structure,
	    sheet->worker, sheet->month, hex);
	if ((rc = buf_check(&text, err)) == 0)
		rc = month_qr(drawing->pdf, PDF_MARGIN, top, QR_SIDE,
		    buf_text(&text), err);
	buf_free(&text);
	if (rc < 0)
		return rc;
	drawing->y = top + 5;
	hash_line(
	    drawing, L("Empreinte des lignes :", "Hash of the rows:"), hex, x);
	if (drawing->sheet->signoff->state != SIGNOFF_IS_NONE) {
		hash_hex(&drawing->sheet->signoff->hash, hex);
		hash_line(drawing,
		    L("Preuve de la réponse :", "Proof of the answer:"), hex,
		    x);
	}
	drawing->y = month_proof_draw(drawing->pdf, drawing->proof, x,
	    drawing->y, pdf_width(drawing->pdf) - PDF_MARGIN - x);
	return 0;
}

/* As airy as one page allows; what no page can hold is airy on several. */
static void choose_density(struct drawing *drawing)
{
	double rest = put_totals(drawing, drawing->y, true) +
	              answer_height(drawing) + PROOF;
	size_t count = sizeof(densities) / sizeof(densities[0]);

	for (size_t i = 0; i < count; i++) {
		drawing->density = &densities[i];
		if (rest + days_height(drawing) <= pdf_bottom(drawing->pdf))
			return;
	}
	drawing->density = &densities[0];
}

int month_sheet_draw(struct pdf *pdf, const struct month_proof *proof,
    const struct month_sheet *sheet, int64_t group, struct err *err)
{
	struct buf footer = BUF_INIT;
	struct drawing drawing = {.pdf = pdf,
	    .density = densities,
	    .proof = proof,
	    .sheet = sheet,
	    .footer = "",
	    .group = group};
	int rc;

	buf_printf(&footer, "Pointeau %s · %s (%s) · %s", POINTEAU_VERSION,
	    sheet->name, sheet->rows->worker, proof->month);
	if ((rc = buf_check(&footer, err)) < 0)
		goto out;
	drawing.footer = footer.data;
	begin_page(&drawing);
	draw_head(&drawing);
	share_out(&drawing);
	choose_density(&drawing);
	draw_days(&drawing);
	if ((rc = draw_totals(&drawing, err)) < 0)
		goto out;
	draw_answer(&drawing);
	rc = draw_proof(&drawing, err);
out:
	buf_free(&footer);
	return rc;
}
