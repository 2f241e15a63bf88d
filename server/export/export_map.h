/*
 * The columns of a payroll file, as a house's own software wants them: a small
 * text, a line a column, in their order.
 *
 *	# A comment.
 *	Matricule = worker
 *	Rubrique = code
 *	Société = "0042"            the same text in every row
 *	code.work = 1000            what the field code is for a kind
 *	code.paid_leave = 2100
 */
#ifndef POINTEAU_SERVER_EXPORT_EXPORT_MAP_H
#define POINTEAU_SERVER_EXPORT_EXPORT_MAP_H

#include <stddef.h>

#include "shared/err.h"
#include "shared/json.h"
#include "shared/out.h"

#define EXPORT_MAP_BYTES_MAX   ((size_t)64 * 1024)
#define EXPORT_MAP_COLUMNS_MAX 60

/* What a column can hold. */
struct export_field {
	const char *name; /* "hours" */
	enum out_type type;
	const char *fr, *en; /* its title, where no map gives one */
};

/* Ended by a NULL name. */
extern const struct export_field export_payroll_fields[];

struct export_column {
	char *title;                      /* owned */
	char *constant;                   /* owned; NULL: the field's */
	const struct export_field *field; /* NULL: the constant */
};

struct export_map {
	struct export_column *columns; /* owned */
	size_t count;
	json_t *codes; /* owned: kind to code */
};

/* Read a map; "" gives every field under its own title. E_INVALID lists every
 * fault with its line. Clear it in both cases. */
int export_map_read(
    struct export_map *out, const char *text, size_t len, struct err *err);
void export_map_clear(struct export_map *map);

#endif
