#include <stdio.h>
#include <string.h>

#include "server/document/month_sheet.h"
#include "shared/date.h"
#include "shared/lang.h"

#define NAME_W   44.0 /* mm */
#define SUM_W    15.0
#define SIGN_W   24.0
#define ROW_H    8.0
#define SIZE     7.0 /* points */
#define TINY     5.5
#define QR_SIDE  26.0
#define DAYS_MAX 31

struct drawing {
	struct pdf *pdf;
	const struct month_proof *proof;
	const char *crew;
	const char *footer;
	int64_t group;
	int days;
	bool weekend[DAYS_MAX];
	double day_w;
	double y;
};

static double day_x(const struct drawing *drawing, int day)
{
	return PDF_MARGIN + NAME_W + drawing->day_w * day;
}

static double right_of(const struct drawing *drawing)
{
	return pdf_width(drawing->pdf) - PDF_MARGIN;
}

static void measure_month(struct drawing *drawing)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	struct date day;

	if (date_parse_month(drawing->proof->month, first, last, NULL) < 0 ||
	    date_parse(&day, last, NULL) < 0)
		return;
	drawing->days = day.day;
	for (int i = 0; i < drawing->days; i++) {
		day.day = i + 1;
		drawing->weekend[i] = date_weekday(&day) > 5;
	}
}

static void draw_titles(struct drawing *drawing)
{
	double low = drawing->y + 5;
	char number[12];

	pdf_text(drawing->pdf, PDF_MARGIN, low - 1.4, SIZE, PDF_BOLD,
	    L("Salarié", "Worker"));
	for (int i = 0; i < drawing->days; i++) {
		(void)snprintf(number, sizeof(number), "%d", i + 1);
		pdf_text(drawing->pdf, day_x(drawing, i) + drawing->day_w / 2,
		    low - 1.4, SIZE, PDF_BOLD | PDF_CENTRE, number);
	}
	pdf_text(drawing->pdf, right_of(drawing) - SIGN_W - 1, low - 1.4, SIZE,
	    PDF_BOLD | PDF_RIGHT, L("À payer", "Payable"));
	pdf_text(drawing->pdf, right_of(drawing) - SIGN_W + 1, low - 1.4, SIZE,
	    PDF_BOLD, L("Réponse", "Answer"));
	drawing->y = low;
	pdf_line(drawing->pdf, PDF_MARGIN, low, right_of(drawing), low, 0.4);
}

static void begin_page(struct drawing *drawing, bool first)
{
	struct buf line = BUF_INIT;

	pdf_page(drawing->pdf, PDF_LANDSCAPE, drawing->footer, drawing->group);
	drawing->day_w = (pdf_width(drawing->pdf) - 2 * PDF_MARGIN - NAME_W -
			     SUM_W - SIGN_W) /
	                 (drawing->days > 0 ? drawing->days : 1);
	drawing->y = PDF_MARGIN;
	if (first) {
		drawing->y += 6;
		pdf_text(drawing->pdf, PDF_MARGIN, drawing->y, 14, PDF_BOLD,
		    drawing->crew[0] != '\0' ? drawing->crew
					     : L("Sans équipe", "No crew"));
		month_words(&line, drawing->proof->month);
		pdf_text(drawing->pdf, right_of(drawing), drawing->y, 12,
		    PDF_BOLD | PDF_RIGHT, buf_text(&line));
		drawing->y += 5;
		pdf_text(drawing->pdf, PDF_MARGIN, drawing->y, 9, PDF_PLAIN,
		    drawing->proof->name);
		pdf_text(drawing->pdf, right_of(drawing), drawing->y, 9,
		    PDF_RIGHT | PDF_BOLD,
		    drawing->proof->version > 0
			? L("mois clos", "month closed")
			: L("PROVISOIRE", "PROVISIONAL"));
		drawing->y += 2;
	}
	draw_titles(drawing);
	buf_free(&line);
}

/* ---- a worker's line ---- */

struct cell {
	int64_t minutes;
	struct buf letters;
	bool odd; /* contested */
};

static void fill_cells(const struct drawing *drawing,
    const struct signoff_sheet *rows, struct cell cells[DAYS_MAX])
{
	for (size_t i = 0; i < rows->count; i++) {
		const struct signoff_row *row = &rows->rows[i];
		struct date day;
		struct cell *cell;
		const char *letters;

		if (!signoff_row_is_shown(row) ||
		    date_parse(&day, row->day, NULL) < 0)
			continue;
		cell = &cells[day.day - 1];
		if (strcmp(row->state, "contested") == 0)
			cell->odd = true;
		if (strcmp(row->state, "merged") != 0)
			continue;
		letters = month_letters(drawing->proof, row->kind);
		cell->minutes += row->minutes;
		if (strstr(buf_text(&cell->letters), letters) == NULL)
			buf_printf(&cell->letters, "%s%s",
			    cell->letters.len > 0 ? " " : "", letters);
	}
}

static void draw_cell(struct drawing *drawing, int day, const struct cell *cell)
{
	double x = day_x(drawing, day) + drawing->day_w / 2;
	char duration[DURATION_TEXT];

	if (drawing->weekend[day])
		pdf_box(drawing->pdf, day_x(drawing, day), drawing->y + 0.2,
		    drawing->day_w, ROW_H - 0.4, 0.93);
	if (cell->minutes > 0) {
		duration_format(cell->minutes, duration);
		pdf_text(drawing->pdf, x, drawing->y + 3.4, TINY, PDF_CENTRE,
		    duration);
	}
	if (cell->odd || cell->letters.len > 0)
		pdf_text(drawing->pdf, x, drawing->y + 6.6, TINY,
		    PDF_CENTRE | PDF_BOLD,
		    cell->odd ? "?" : buf_text(&cell->letters));
}

static void draw_answer(
    struct drawing *drawing, const struct month_sheet *sheet)
{
	double x = right_of(drawing) - SIGN_W + 1;
	const char *word = L("pas signé", "not signed");

	if (sheet->signoff->state == SIGNOFF_IS_AGREED)
		word = L("d'accord", "agreed");
	else if (sheet->signoff->state == SIGNOFF_IS_DISAGREED)
		word = L("pas d'accord", "disagreed");
	else if (sheet->signoff->state == SIGNOFF_IS_STALE)
		word = L("à re-signer", "sign again");
	pdf_text(drawing->pdf, x, drawing->y + 2.8, TINY, PDF_PLAIN, word);
	if (month_is_signed(sheet->signoff))
		month_stroke(drawing->pdf, x, drawing->y + 3.4, SIGN_W - 3, 4,
		    sheet->stroke);
}

/* A name too long for its column is cut: the identifier is below it. */
static void draw_name(struct drawing *drawing, const char *name)
{
	size_t fits =
	    pdf_text_fit(drawing->pdf, NAME_W - 4, SIZE, PDF_BOLD, name);
	struct buf shown = BUF_INIT;

	buf_add(&shown, name, fits);
	if (fits < strlen(name))
		buf_add_text(&shown, "…");
	pdf_text(drawing->pdf, PDF_MARGIN, drawing->y + 3.4, SIZE, PDF_BOLD,
	    buf_text(&shown));
	buf_free(&shown);
}

static void draw_worker(
    struct drawing *drawing, const struct month_sheet *sheet)
{
	struct cell cells[DAYS_MAX] = {{0}};
	char duration[DURATION_TEXT];

	if (drawing->y + ROW_H > pdf_bottom(drawing->pdf))
		begin_page(drawing, false);
	fill_cells(drawing, sheet->rows, cells);
	for (int i = 0; i < drawing->days; i++) {
		draw_cell(drawing, i, &cells[i]);
		buf_free(&cells[i].letters);
	}
	draw_name(drawing, sheet->name);
	pdf_text(drawing->pdf, PDF_MARGIN, drawing->y + 7, TINY, PDF_SOFT,
	    sheet->rows->worker);
	duration_format(sheet->rows->payable, duration);
	pdf_text(drawing->pdf, right_of(drawing) - SIGN_W - 1, drawing->y + 3.4,
	    SIZE, PDF_BOLD | PDF_RIGHT, duration);
	draw_answer(drawing, sheet);
	drawing->y += ROW_H;
	pdf_line(drawing->pdf, PDF_MARGIN, drawing->y, right_of(drawing),
	    drawing->y, 0.1);
}

/* ---- below ---- */

static const char *const with_letters[] = {"training", "afest", "counselling",
    "immersion", "travel", "medical", "paid_leave", "public_holiday", "sick",
    "accident", "absence_authorised", "absence_unjustified", "bad_weather",
    "suspension"};

static void draw_legend(struct drawing *drawing)
{
	struct buf line = BUF_INIT;

	for (size_t i = 0; i < sizeof(with_letters) / sizeof(with_letters[0]);
	     i++) {
		const char *letters =
		    month_letters(drawing->proof, with_letters[i]);

		/* Health, hidden, has one letter: told once. */
		if (strcmp(letters, "A") == 0 &&
		    strstr(buf_text(&line), "A absence") != NULL)
			continue;
		buf_printf(&line, "%s%s %s", i > 0 ? "  ·  " : "", letters,
		    month_label(drawing->proof, with_letters[i]));
	}
	buf_add_text(&line, L("  ·  ? contesté", "  ·  ? contested"));
	drawing->y = pdf_paragraph(drawing->pdf, PDF_MARGIN, drawing->y + 5,
	    right_of(drawing) - PDF_MARGIN, 6.5, 3.2, PDF_SOFT, buf_text(&line),
	    false);
	buf_free(&line);
}

static int draw_proof(struct drawing *drawing, struct err *err)
{
	const struct month_proof *proof = drawing->proof;
	double top = drawing->y, x = PDF_MARGIN + QR_SIDE + 4;
	struct buf text = BUF_INIT;
	char hex[HASH_TEXT];
	int rc;

	hash_hex(&proof->head.head, hex);
	buf_printf(&text, "pointeau-log:%s:%lld:%lld:%s", proof->structure,
	    (long long)proof->head.epoch, (long long)proof->head.n, hex);
	if ((rc = buf_check(&text, err)) == 0)
		rc = month_qr(drawing->pdf, PDF_MARGIN, top, QR_SIDE,
		    buf_text(&text), err);
	buf_free(&text);
	if (rc < 0)
		return rc;
	(void)month_proof_draw(
	    drawing->pdf, proof, x, top + 5, right_of(drawing) - x);
	pdf_text(drawing->pdf, x, top + 20, 8, PDF_PLAIN,
	    L("Date et signature de l'encadrant :",
		"Date and the supervisor's signature:"));
	pdf_text(drawing->pdf, x + 110, top + 20, 8, PDF_PLAIN,
	    L("Date et signature du bureau :",
		"Date and the office's signature:"));
	return 0;
}

int month_crew_draw(struct pdf *pdf, const struct month_proof *proof,
    const char *crew, const struct month_sheet *sheets, size_t count,
    int64_t group, struct err *err)
{
	struct drawing drawing = {
	    .pdf = pdf, .proof = proof, .crew = crew, .group = group};
	struct buf footer = BUF_INIT;
	int rc;

	buf_printf(&footer, "Pointeau %s · %s · %s", POINTEAU_VERSION, crew,
	    proof->month);
	if ((rc = buf_check(&footer, err)) < 0)
		goto out;
	drawing.footer = footer.data;
	measure_month(&drawing);
	begin_page(&drawing, true);
	for (size_t i = 0; i < count; i++)
		draw_worker(&drawing, &sheets[i]);
	if (drawing.y + 41 > pdf_bottom(pdf))
		begin_page(&drawing, false);
	draw_legend(&drawing);
	rc = draw_proof(&drawing, err);
out:
	buf_free(&footer);
	return rc;
}
