/*
 * Neutral tables and how they are shown: aligned for a terminal, as CSV that
 * French Excel opens rightly, or as RFC 4180 CSV for machines. XLSX and PDF
 * are the office's (server/document/).
 */
#ifndef POINTEAU_SHARED_OUT_H
#define POINTEAU_SHARED_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

enum out_type {
	OUT_TEXT,
	OUT_INT,
	OUT_MINUTES, /* terminal: 3h30; CSV: hours in decimal, 3,50 */
	OUT_DATE,    /* a text yyyy-mm-dd or other; French CSV: dd/mm/yyyy */
};

struct table; /* opaque: columns and rows, all text copied */

int table_new(struct table **out, struct err *err);
void table_free(struct table *);

/* Columns first, then rows; a failed allocation is remembered and told by
 * table_check. ${title} is what people read. */
void table_column(struct table *, const char *title, enum out_type type);
void table_row(struct table *); /* begin a row */
void table_text(struct table *, const char *text);
/* What ${text} holds, and whether it failed. */
void table_buf(struct table *, const struct buf *text);
void table_int(struct table *, int64_t value);
int table_check(const struct table *, struct err *err);
size_t table_rows(const struct table *);

/* Aligned columns (numbers to the right), a header underlined, columns two
 * spaces apart; control characters shown as '?'. */
void out_terminal(struct buf *out, const struct table *table);

/*
 * CSV for French Excel: byte order mark, ';', CRLF, decimal comma, every
 * text quoted. A text that a spreadsheet would run as a formula (= + - @ TAB
 * CR first, also after spaces or no-break spaces, and at the start of each
 * inner line) gets an apostrophe before it.
 */
void out_csv_fr(struct buf *out, const struct table *table);

/* RFC 4180: ',', CRLF, decimal point, no guard, no mark. */
void out_csv_rfc4180(struct buf *out, const struct table *table);

#endif
