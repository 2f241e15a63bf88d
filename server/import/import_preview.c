#include <string.h>

#include "server/import/import_part.h"

/* Own it; NULL without memory. */
static json_t *columns_of(const struct csv *csv)
{
	json_t *out = json_array();

	for (size_t i = 0; csv_column_name(csv, i) != NULL; i++) {
		if (csv_has(csv, i) &&
		    json_array_append_new(
			out, json_string(csv_column_name(csv, i))) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

static json_t *faults_of(const struct csv *csv)
{
	json_t *out = json_array();
	struct csv_fault fault;

	for (size_t i = 0; csv_fault_at(csv, i, &fault); i++) {
		if (json_array_append_new(
			out, json_pack("{s:I,s:s,s:s,s:s}", "line",
				 (json_int_t)fault.line, "column", fault.column,
				 "value", fault.value, "why", fault.why)) < 0) {
			json_decref(out);
			return NULL;
		}
	}
	return out;
}

int import_preview(struct import *import, struct err *err)
{
	json_t *columns = columns_of(import->csv);
	json_t *faults = faults_of(import->csv);

	if (columns != NULL && faults != NULL)
		import->summary->preview = json_pack("{s:O,s:[],s:O,s:I}",
		    "columns", columns, "rows", "faults", faults, "fault_count",
		    (json_int_t)csv_fault_count(import->csv));
	json_decref(columns);
	json_decref(faults);
	return import->summary->preview != NULL ? 0 : err_nomem(err);
}

void import_preview_row(struct import *import, size_t row, const char *state)
{
	json_t *rows = json_object_get(import->summary->preview, "rows");
	const struct csv *csv = import->csv;
	json_t *cells;

	if (csv == NULL || json_array_size(rows) >= IMPORT_PREVIEW_MAX)
		return;
	cells = json_array();
	for (size_t i = 0; csv_column_name(csv, i) != NULL; i++) {
		if (csv_has(csv, i) &&
		    json_array_append_new(
			cells, json_string(csv_field(csv, row, i))) < 0)
			import->failed = true;
	}
	if (json_array_append_new(rows, json_pack("{s:I,s:s,s:o}", "line",
					    (json_int_t)csv_line(csv, row),
					    "state", state, "cells", cells)) <
	    0)
		import->failed = true;
}
