/*
 * A table as an office document: a workbook that spreadsheets open, or pages
 * to print. The same document gives the same bytes, whenever it is made: its
 * date is of the data.
 */
#ifndef POINTEAU_SERVER_DOCUMENT_DOCUMENT_H
#define POINTEAU_SERVER_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "shared/out.h"

/* Everything is borrowed. */
struct document {
	const char *title; /* "Heures de novembre 2026 par salarié" */
	const char *sheet; /* the worksheet's name, at most 31 letters */
	/* Lines that belong to it: the filter, what is provisional. */
	const char *const *lines;
	size_t line_count;
	const struct table *table;
	bool total; /* the last row is the sum of the others */
	int64_t created_s;
};

/*
 * Append an XLSX file (libxlsxwriter). Texts are written as texts, so that
 * none is a formula; minutes as a duration [h]:mm and, in a column of its
 * own, as decimal hours; days as dates; the header stays in sight. The lines
 * are on a second worksheet. A negative duration, which spreadsheets cannot
 * show, is left to its decimal column.
 */
int document_xlsx(
    struct buf *out, const struct document *document, struct err *err);

/* Append a PDF, the header again on every page. ${missing} receives the
 * letters that could not be printed (pdf.h), nothing when all could. */
int document_pdf(struct buf *out, const struct document *document,
    struct buf *missing, struct err *err);

/* Append the table's texts of which pages cannot print a letter, each once,
 * ", " between them: those whose names come out as boxes. */
int document_pdf_lacks(
    struct buf *out, const struct table *table, struct err *err);

#endif
