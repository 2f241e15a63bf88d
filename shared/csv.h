/*
 * CSV as people have it. One whole file in memory: UTF-8 with or without a
 * byte order mark, or Windows-1252; ';' ',' or tab (told from the header
 * line, quotes respected); LF, CRLF or CR; RFC 4180 quotes with line breaks
 * inside. The header names the columns, in any order and by any of their
 * names; names compare as text_same. Blank lines are skipped, and lines whose
 * fields are all empty.
 */
#ifndef POINTEAU_SHARED_CSV_H
#define POINTEAU_SHARED_CSV_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"

#define CSV_FILE_MAX   ((size_t)64 * 1024 * 1024)
#define CSV_FIELD_MAX  ((size_t)8 * 1024)
#define CSV_COLUMN_MAX 64
#define CSV_FAULT_MAX  50   /* faults kept as text; the rest are counted */
#define CSV_FAULT_LIST 1000 /* faults kept one by one (csv_fault_at) */

/* A column the caller knows. The table of them ends with a NULL name. */
struct csv_column {
	const char *name;
	bool required;     /* the header must have it */
	const char *names; /* what else people call it, ';' between; or NULL */
};

struct csv; /* opaque: the parsed file */

/*
 * Parse ${data}. ${columns} stays the caller's and must outlive the result.
 * Fails with E_INVALID when the file is no text (NUL bytes), has no header,
 * lacks required columns (all are named), has a column twice, under one name
 * or two, a quote that
 * never closes (its line named), too many columns or a field over
 * CSV_FIELD_MAX; E_LIMIT over CSV_FILE_MAX. A row with more fields than the
 * header is a row fault (csv_fault_add is called for it), missing trailing
 * fields read as "". Free ${*out} with csv_free.
 */
int csv_parse(struct csv **out, const void *data, size_t len,
    const struct csv_column *columns, struct err *err);
void csv_free(struct csv *);

size_t csv_rows(const struct csv *);

/* The line in the file where row ${row} (0-based) starts; the header is
 * usually line 1. */
size_t csv_line(const struct csv *, size_t row);

/*
 * The field of ${row} under column ${column} (index into the caller's
 * table), trimmed of spaces (also U+00A0 and U+202F) at both ends; "" when
 * the file has no such column. Always valid UTF-8 without NUL. Borrowed
 * until csv_free.
 */
const char *csv_field(const struct csv *, size_t row, size_t column);

/* Does the file have that column at all? */
bool csv_has(const struct csv *, size_t column);

/* Header names nobody knows, joined with ", "; "" when there are none.
 * Borrowed until csv_free. */
const char *csv_unknown(const struct csv *);

/*
 * Note that a row is faulty: "ligne 7, colonne time : 25h : un jour n'a que
 * 24 h". ${why} is the reason alone; the message gets the line, the column's
 * name and the offending value, cut to 60 code points; the reason is cut
 * after a word, at 300. ${column} may be
 * CSV_WHOLE_ROW.
 */
#define CSV_WHOLE_ROW ((size_t)-1)
void csv_fault_add(struct csv *, size_t row, size_t column, const char *why);
size_t csv_fault_count(const struct csv *);

/* One fault, for who shows a list of them. Texts are borrowed until
 * csv_free. */
struct csv_fault {
	size_t line;
	const char *column; /* "" for the whole row */
	const char *value;  /* the whole field */
	const char *why;
};
/* The ${i}th of the first CSV_FAULT_LIST ones; false beyond, and of all when
 * memory lacked for one of them, as csv_verdict tells. */
bool csv_fault_at(const struct csv *, size_t i, struct csv_fault *out);

/* What column ${column} is called: as in the caller's table, or, where the
 * file has it by another of its names, as in the file's header. NULL beyond
 * the table. Borrowed until csv_free. Faults use it too. */
const char *csv_column_name(const struct csv *, size_t column);

/*
 * 0 when no row is faulty. Otherwise E_INVALID with one message: how many
 * rows are faulty, that nothing was imported, then one line a fault (the
 * first CSV_FAULT_MAX, then "… et 12 autres").  The message fits ERR_TEXT_MAX
 * by listing fewer; the full list is csv_faults.
 */
int csv_verdict(const struct csv *, struct err *err);

/* Every kept fault, one a line; borrowed until csv_free. */
const char *csv_faults(const struct csv *);

#endif
