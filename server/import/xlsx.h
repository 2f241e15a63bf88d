/*
 * The first sheet of a workbook (ECMA-376, Office Open XML: what Excel,
 * LibreOffice and Google write as .xlsx), as the text of a CSV file. Known by
 * its content, whatever its name.
 *
 * A row of the sheet is a line of the text, so that faults are told by the
 * number that people see at its side. Days come as 2026-11-20, times and
 * durations of a cell with such a format as 26h30, numbers as they are, a
 * formula as the value that it had when the file was saved.
 */
#ifndef POINTEAU_SERVER_XLSX_H
#define POINTEAU_SERVER_XLSX_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

#define XLSX_PART_MAX    ((size_t)64 * 1024 * 1024) /* of a file inside */
#define XLSX_STRINGS_MAX ((size_t)32 * 1024 * 1024) /* of shared texts */
#define XLSX_TEXTS_MAX   2000000
#define XLSX_COLUMNS_MAX 1024
#define XLSX_ROWS_MAX    1048576 /* of any spreadsheet */

/* Is it a workbook, or one in an old or locked form that xlsx_to_csv says how
 * to save? */
bool xlsx_is(const void *data, size_t len);

/*
 * Append the sheet's text to ${out}. E_INVALID for what is no workbook or is
 * broken, saying what to do; E_LIMIT for what is too large once unpacked.
 */
int xlsx_to_csv(struct buf *out, const void *data, size_t len, struct err *err);

#endif
