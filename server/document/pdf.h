/*
 * PDF pages, by libharu: this is its one home. A4, millimetres from the upper
 * left corner, DejaVu Sans embedded as the letters used. The same calls give
 * the same bytes: nothing in it comes from a clock.
 *
 * What libharu cannot do, documents say: no tags for screen readers, no
 * shaping of joined scripts. The accessible document is the page's print view.
 */
#ifndef POINTEAU_SERVER_DOCUMENT_PDF_H
#define POINTEAU_SERVER_DOCUMENT_PDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

#define PDF_MARGIN 14.0 /* mm, on every side */
#define PDF_FONT   "DejaVuSans.ttf"

enum pdf_shape { PDF_PORTRAIT, PDF_LANDSCAPE };

enum pdf_style {
	PDF_PLAIN = 0,
	PDF_BOLD = 1,
	PDF_SOFT = 2,   /* grey */
	PDF_RIGHT = 4,  /* x is where it ends */
	PDF_CENTRE = 8, /* x is its middle */
};

struct pdf; /* opaque */

/* ${created_s}: the document's date, of the data, not of the clock.
 * E_NOT_FOUND without the fonts. Free with pdf_free. */
int pdf_new(
    struct pdf **out, const char *title, int64_t created_s, struct err *err);
void pdf_free(struct pdf *pdf);

/* A new page. ${footer} stands below it, with "page 1/2": pages that follow
 * each other with the same ${group} count together. Failures are remembered
 * and told by pdf_save. */
void pdf_page(
    struct pdf *pdf, enum pdf_shape shape, const char *footer, int64_t group);
/* Of the present page, in mm; where writing must end, above the footer. */
double pdf_width(const struct pdf *pdf);
double pdf_bottom(const struct pdf *pdf);

/* One line; ${y} is its base line, ${size} in points. */
void pdf_text(struct pdf *pdf, double x, double y, double size, unsigned style,
    const char *text);
/* How wide it is, mm. */
double pdf_text_width(
    struct pdf *pdf, double size, unsigned style, const char *text);
/* Bytes of ${text} that fit in ${width} mm, up to a space where there is one;
 * all of it when it fits, at least one letter. */
size_t pdf_text_fit(struct pdf *pdf, double width, double size, unsigned style,
    const char *text);
/* Lines of at most ${width}, ${leading} mm apart, from ${y} on; the base line
 * after the last. With ${dry} nothing is drawn. */
double pdf_paragraph(struct pdf *pdf, double x, double y, double width,
    double size, double leading, unsigned style, const char *text, bool dry);

void pdf_line(
    struct pdf *pdf, double x1, double y1, double x2, double y2, double thick);
/* ${grey}: 0 black to 1 white. */
void pdf_box(
    struct pdf *pdf, double x, double y, double w, double h, double grey);
void pdf_frame(struct pdf *pdf, double x, double y, double w, double h);

/*
 * A path of SVG with whole numbers: M, L, h, v, z (shared/qr.h) or M and L
 * alone (a stroke, shared/signoff.h). Its unit is ${scale} mm, its origin at
 * ${x}, ${y}. Filled, or drawn with a pen.
 */
void pdf_path(struct pdf *pdf, double x, double y, double scale,
    const char *path, bool filled);

/* The emblem of the European Union, ${high} mm high and one and a half times
 * as wide: twelve stars on a circle of a third of its height (Regulation (EU)
 * 2021/1060, annex IX). */
void pdf_emblem(struct pdf *pdf, double x, double y, double high);

/* The letters that could not be printed, "U+0631 U+0639", "" when all could:
 * each is U+FFFD on paper. Borrowed. */
const char *pdf_missing(const struct pdf *pdf);

/* Append the file; E_IO with the library's own number, E_NOMEM. */
int pdf_save(struct pdf *pdf, struct buf *out, struct err *err);

#endif
