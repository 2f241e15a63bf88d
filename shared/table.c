#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/table.h"

/* Texts lie end to end in one buffer, each with its NUL, and are known by
 * where they start: the buffer moves as it grows. */
struct column {
	size_t title;
	enum out_type type;
};

struct cell {
	enum table_value value;
	size_t text;
	int64_t integer;
};

struct table {
	struct buf columns; /* of struct column */
	struct buf cells;   /* of struct cell: whole rows, the last may lack */
	struct buf text;
	size_t column_count;
	size_t row_count;
	size_t filled; /* cells of the last row */
};

int table_new(struct table **out, struct err *err)
{
	*out = calloc(1, sizeof(**out));
	return *out != NULL ? 0 : err_nomem(err);
}

void table_free(struct table *table)
{
	if (table == NULL)
		return;
	buf_free(&table->columns);
	buf_free(&table->cells);
	buf_free(&table->text);
	free(table);
}

static size_t keep_text(struct table *table, const char *text)
{
	size_t start = table->text.len;

	buf_add(&table->text, text, strlen(text) + 1);
	return start;
}

void table_column(struct table *table, const char *title, enum out_type type)
{
	struct column column = {keep_text(table, title), type};

	assert(table->row_count == 0);
	buf_add(&table->columns, &column, sizeof(column));
	table->column_count++;
}

static void add_cell(struct table *table, struct cell cell)
{
	assert(table->row_count > 0);
	assert(table->filled < table->column_count);
	buf_add(&table->cells, &cell, sizeof(cell));
	table->filled++;
}

void table_row(struct table *table)
{
	while (table->row_count > 0 && table->filled < table->column_count)
		add_cell(table, (struct cell){TABLE_BLANK, 0, 0});
	table->row_count++;
	table->filled = 0;
}

void table_text(struct table *table, const char *text)
{
	add_cell(table, (struct cell){TABLE_TEXT, keep_text(table, text), 0});
}

void table_buf(struct table *table, const struct buf *text)
{
	table_text(table, buf_text(text));
	table->text.failed = table->text.failed || text->failed;
}

void table_int(struct table *table, int64_t value)
{
	add_cell(table, (struct cell){TABLE_INT, 0, value});
}

int table_check(const struct table *table, struct err *err)
{
	if (table->columns.failed || table->cells.failed || table->text.failed)
		return err_nomem(err);
	return 0;
}

size_t table_rows(const struct table *table)
{
	return table->row_count;
}

size_t table_columns(const struct table *table)
{
	return table->column_count;
}

static struct column column_at(const struct table *table, size_t index)
{
	struct column column;

	assert(index < table->column_count);
	memcpy(&column, table->columns.data + index * sizeof(column),
	    sizeof(column));
	return column;
}

const char *table_title(const struct table *table, size_t column)
{
	return table->text.data + column_at(table, column).title;
}

enum out_type table_type(const struct table *table, size_t column)
{
	return column_at(table, column).type;
}

struct table_cell table_cell(
    const struct table *table, size_t row, size_t column)
{
	size_t at = (row * table->column_count + column) * sizeof(struct cell);
	struct cell cell;

	assert(row < table->row_count && column < table->column_count);
	if (at >= table->cells.len)
		return (struct table_cell){TABLE_BLANK, "", 0};
	memcpy(&cell, table->cells.data + at, sizeof(cell));
	if (cell.value != TABLE_TEXT)
		return (struct table_cell){cell.value, "", cell.integer};
	return (struct table_cell){TABLE_TEXT, table->text.data + cell.text, 0};
}
