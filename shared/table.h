/*
 * The inside of struct table (shared/out.h), for the writers that show one:
 * out.c, out_csv.c and server/document/.
 */
#ifndef POINTEAU_SHARED_TABLE_H
#define POINTEAU_SHARED_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/out.h"

enum table_value {
	TABLE_BLANK, /* the row ended before this column */
	TABLE_TEXT,
	TABLE_INT,
};

struct table_cell {
	enum table_value value;
	const char *text; /* of TABLE_TEXT; borrowed from the table */
	int64_t integer;  /* of TABLE_INT */
};

size_t table_columns(const struct table *);
const char *table_title(const struct table *, size_t column);
enum out_type table_type(const struct table *, size_t column);
struct table_cell table_cell(const struct table *, size_t row, size_t column);

#endif
