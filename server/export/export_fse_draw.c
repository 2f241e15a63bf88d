#include <stdio.h>
#include <string.h>

#include "server/document/month_sheet.h"
#include "server/document/pdf.h"
#include "server/export/export_fse.h"
#include "shared/lang.h"

#define SIZE  8.0 /* points */
#define ROW   4.4 /* mm */
#define RIGHT (pdf_width(drawing->pdf) - PDF_MARGIN)

struct drawing {
	struct export *ex;
	struct pdf *pdf;
	const char *footer;
	int64_t group;
	double y;
};

/* Date, slot, activity, minutes, origin, who: where they begin, mm. */
static const double columns[] = {0, 20, 36, 116, 120, 156};

const char *fse_mention(void)
{
	return L("Cofinancé par l'Union européenne",
	    "Co-funded by the European Union");
}

static void begin_page(struct drawing *drawing, const char *title)
{
	pdf_page(drawing->pdf, PDF_PORTRAIT, drawing->footer, drawing->group);
	pdf_emblem(drawing->pdf, RIGHT - 15, PDF_MARGIN, 10);
	pdf_text(drawing->pdf, RIGHT - 17, PDF_MARGIN + 5, SIZE, PDF_RIGHT,
	    fse_mention());
	drawing->y = PDF_MARGIN + 5;
	pdf_text(drawing->pdf, PDF_MARGIN, drawing->y, 13, PDF_BOLD, title);
	drawing->y += 9;
}

static void put_at(
    struct drawing *drawing, int column, unsigned style, const char *text)
{
	pdf_text(drawing->pdf, PDF_MARGIN + columns[column], drawing->y, SIZE,
	    style, text);
}

static void put_titles(struct drawing *drawing)
{
	const char *const titles[] = {L("Date", "Date"), L("Créneau", "Slot"),
	    L("Activité", "Activity"), L("Minutes", "Minutes"),
	    L("Origine", "Origin"), L("Noté par", "Noted by")};

	drawing->y += 3;
	for (int c = 0; c < 6; c++)
		put_at(drawing, c,
		    PDF_BOLD | (c == 3 ? (unsigned)PDF_RIGHT : 0), titles[c]);
	pdf_line(drawing->pdf, PDF_MARGIN, drawing->y + 1.4, RIGHT,
	    drawing->y + 1.4, 0.3);
	drawing->y += ROW + 1;
}

static void put_row(
    struct drawing *drawing, const json_t *row, const char *title)
{
	const char *day = json_text(row, "day");
	char text[24];
	double y;

	if (drawing->y + 2 * ROW > pdf_bottom(drawing->pdf)) {
		begin_page(drawing, title);
		put_titles(drawing);
	}
	(void)snprintf(
	    text, sizeof(text), "%.2s/%.2s/%.4s", day + 8, day + 5, day);
	put_at(drawing, 0, PDF_PLAIN, text);
	put_at(drawing, 1, PDF_PLAIN, json_text(row, "slot"));
	(void)snprintf(
	    text, sizeof(text), "%lld", (long long)json_int(row, "minutes", 0));
	put_at(drawing, 3, PDF_RIGHT, text);
	put_at(drawing, 4, PDF_PLAIN, json_text(row, "origin"));
	put_at(drawing, 5, PDF_PLAIN, json_text(row, "by"));
	y = pdf_paragraph(drawing->pdf, PDF_MARGIN + columns[2], drawing->y,
	    columns[3] - columns[2] - 14, SIZE, 3.4, PDF_PLAIN,
	    json_text(row, "what"), false);
	drawing->y = y - 3.4 > drawing->y ? y + ROW - 3.4 : drawing->y + ROW;
}

/* "Nom, le 30/11/2026" or that it is missing. */
static void signature(
    struct buf *out, const char *what, const char *who, const char *at)
{
	struct date day = {0};
	int64_t seconds;

	buf_printf(out, "%s : ", what);
	if (who[0] == '\0') {
		buf_add_text(out, L("MANQUE", "MISSING"));
		return;
	}
	if (stamp_parse(&seconds, at, NULL) == 0)
		date_local(seconds, &day);
	buf_printf(out, L("%s, le %02d/%02d/%04d", "%s, on %02d/%02d/%04d"),
	    who, day.day, day.month, day.year);
}

static void put_line(struct drawing *drawing, unsigned style, struct buf *line)
{
	drawing->y = pdf_paragraph(drawing->pdf, PDF_MARGIN, drawing->y,
	    RIGHT - PDF_MARGIN, SIZE, ROW, style, buf_text(line), false);
	buf_reset(line);
}

static void put_signatures(
    struct drawing *drawing, const struct fse_person *person)
{
	struct buf line = BUF_INIT;

	drawing->y += 3;
	signature(&line,
	    L("1. Présence et activité (salarié, poste de l'encadrant)",
		"1. Presence and activity (worker, supervisor's laptop)"),
	    person->first_signer, person->signed_at);
	put_line(drawing, PDF_PLAIN, &line);
	signature(&line, L("2. Contrôle (bureau)", "2. Check (office)"),
	    person->second_signer, person->closed_at);
	put_line(drawing, PDF_PLAIN, &line);
	buf_add_text(&line,
	    fse_two_signers(person)
		? L("Deux personnes différentes ont signé. Une réouverture "
		    "annule les deux signatures.",
		      "Two different people have signed. A reopening cancels "
		      "both signatures.")
		: L("INCOMPLET : il faut deux signataires différents.",
		      "INCOMPLETE: it takes two different signers."));
	put_line(drawing,
	    fse_two_signers(person) ? PDF_SOFT : (unsigned)PDF_BOLD, &line);
	buf_free(&line);
}

static void put_head(struct drawing *drawing, const struct fse_person *person)
{
	struct buf line = BUF_INIT;

	buf_printf(
	    &line, "%s", export_structure_name(drawing->ex, person->structure));
	for (size_t i = 0; i < json_array_size(person->links); i++)
		buf_printf(&line, L(" · projet %s", " · project %s"),
		    json_text(json_array_get(person->links, i), "project"));
	buf_printf(&line, " · %s", fse_role(person->role));
	if (person->quota > 0)
		buf_printf(&line,
		    L(" · quotité %lld,%02lld %%", " · share %lld.%02lld %%"),
		    (long long)person->quota / 100,
		    (long long)person->quota % 100);
	put_line(drawing, PDF_PLAIN, &line);
	month_words(&line, drawing->ex->ask.month);
	put_line(drawing, PDF_PLAIN, &line);
	buf_free(&line);
}

static void draw_person(
    struct drawing *drawing, const struct fse_person *person)
{
	struct buf title = BUF_INIT, line = BUF_INIT;

	drawing->group++;
	buf_printf(&title, L("Temps passé – %s", "Time – %s"), person->id);
	begin_page(drawing, buf_text(&title));
	put_head(drawing, person);
	put_titles(drawing);
	for (size_t i = 0; i < json_array_size(person->rows); i++)
		put_row(
		    drawing, json_array_get(person->rows, i), buf_text(&title));
	if (json_array_size(person->rows) == 0)
		buf_add_text(&line,
		    L("Aucune heure travaillée n'a été notée ce mois-ci : non "
		      "renseigné, ce qui n'est pas zéro heure.",
			"No hour worked was noted this month: not given, "
			"which is not no hours."));
	else
		buf_printf(&line,
		    L("Total : %lld minutes (%lld h %02lld)",
			"Total: %lld minutes (%lld h %02lld)"),
		    (long long)person->minutes, (long long)person->minutes / 60,
		    (long long)person->minutes % 60);
	if (drawing->y + 30 > pdf_bottom(drawing->pdf))
		begin_page(drawing, buf_text(&title));
	put_line(drawing, PDF_BOLD, &line);
	put_signatures(drawing, person);
	buf_free(&title);
	buf_free(&line);
}

/* Sums over all, groups of fewer than five people hidden. */
static void draw_sums(struct drawing *drawing)
{
	const struct fse *fse = drawing->ex->state;
	struct buf line = BUF_INIT;
	const char *what;
	json_t *minutes;

	drawing->group++;
	begin_page(drawing, L("Récapitulatif", "Summary"));
	json_object_foreach(fse->sums, what, minutes)
	{
		size_t heads =
		    json_object_size(json_object_get(fse->heads, what));

		if (heads < FSE_HEADS_MIN)
			buf_printf(&line,
			    L("%s : masqué (moins de 5 personnes)",
				"%s: hidden (fewer than 5 people)"),
			    what);
		else
			buf_printf(&line,
			    L("%s : %lld minutes, %zu personnes",
				"%s: %lld minutes, %zu people"),
			    what, (long long)json_integer_value(minutes),
			    heads);
		put_line(drawing, PDF_PLAIN, &line);
	}
	drawing->y += 2;
	buf_add_text(&line, L("Les saisies officielles font foi.",
				"The official entries are what counts."));
	put_line(drawing, PDF_SOFT, &line);
	buf_free(&line);
}

int fse_draw(struct export *ex, struct buf *out, struct err *err)
{
	const struct fse *fse = ex->state;
	struct drawing drawing = {ex, NULL, "", 0, 0};
	struct buf footer = BUF_INIT;
	int rc;

	buf_printf(&footer, "Pointeau %s · %s", POINTEAU_VERSION,
	    buf_text(&ex->title));
	drawing.footer = buf_text(&footer);
	if ((rc = pdf_new(
		 &drawing.pdf, buf_text(&ex->title), export_date(ex), err)) < 0)
		goto out;
	for (size_t i = 0; i < fse->count; i++)
		draw_person(&drawing, &fse->people[i]);
	draw_sums(&drawing);
	buf_add_text(&ex->missing, pdf_missing(drawing.pdf));
	rc = pdf_save(drawing.pdf, out, err);
out:
	pdf_free(drawing.pdf);
	buf_free(&footer);
	return rc;
}
