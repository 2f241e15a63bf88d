/*
 * The inside of server/import/xlsx.h: what the workbook says beside its first
 * sheet (xlsx_book.c), values as text (xlsx_value.c), the sheet (xlsx_sheet.c).
 */
#ifndef POINTEAU_SERVER_XLSX_PART_H
#define POINTEAU_SERVER_XLSX_PART_H

#include <stdbool.h>
#include <stdint.h>

#include "server/import/archive.h"
#include "server/import/xlsx.h"
#include "server/import/xml.h"

#define XLSX_NAME_MAX 256

/* How a number of a cell is meant. */
enum xlsx_format {
	XLSX_NUMBER,
	XLSX_DAY,
	XLSX_TIME, /* of the day, or a duration: hours and minutes */
};

struct xlsx_book {
	struct archive *archive;        /* borrowed */
	char sheet[XLSX_NAME_MAX];      /* of the first visible one, inside */
	char sheet_link[XLSX_NAME_MAX]; /* its relation, while it is looked for
	                                 */
	bool from_1904;
	uint8_t *formats; /* owned: enum xlsx_format of each style */
	size_t format_count;
	size_t format_room;
	struct buf strings; /* shared texts, each ended by NUL */
	size_t *string_at;  /* owned */
	size_t string_count;
	size_t string_room;
};

/* Read all but the sheet. Clear it in both cases. */
int xlsx_book_read(
    struct xlsx_book *out, struct archive *archive, struct err *err);
void xlsx_book_clear(struct xlsx_book *book);

/* Read a file of the archive as XML. ${required}: E_NOT_FOUND when it is not
 * there, else nothing happens. */
int xlsx_xml(struct archive *archive, const char *name, bool required,
    const struct xml_events *events, void *context, struct err *err);

/* What a format with this number and code ("" when it is built in) means. */
enum xlsx_format xlsx_format_of(long number, const char *code);

/* Append the number ${text} of a cell as people write it. */
void xlsx_number(
    struct buf *out, const char *text, enum xlsx_format format, bool from_1904);

/* Append the sheet as CSV. */
int xlsx_sheet(struct buf *out, struct xlsx_book *book, struct err *err);

#endif
