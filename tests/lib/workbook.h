/*
 * Workbooks for tests, made of parts given as text: what a spreadsheet writes,
 * and what it never would.
 */
#ifndef POINTEAU_TESTS_WORKBOOK_H
#define POINTEAU_TESTS_WORKBOOK_H

#include <stdbool.h>

#include "shared/buf.h"

struct workbook {
	const char *sheet;   /* what is inside <sheetData>; NULL: no sheet */
	const char *strings; /* … inside <sst>; NULL: no such file */
	const char *styles;  /* … inside <styleSheet>; NULL: no such file */
	const char *prefix;  /* before the sheet's root element, or NULL */
	bool from_1904;
};

/* Append the ZIP; aborts when it cannot. */
void workbook_make(struct buf *out, const struct workbook *workbook);

/* A ZIP of these files: name, text, name, text, NULL. */
void workbook_zip(struct buf *out, const char *const *files);

#endif
