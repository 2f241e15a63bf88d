#include <stdlib.h>
#include <string.h>

#include "server/import/import_catalogue.h"
#include "shared/ledger.h"

struct import_catalogue {
	const char *scheme;
	const char *name;
	json_t *chunks;  /* chunk to an object: code to row, in order */
	json_t *places;  /* code to chunk */
	json_t *changed; /* the chunks that did */
};

void import_catalogue_free(struct import_catalogue *catalogue)
{
	if (catalogue == NULL)
		return;
	json_decref(catalogue->chunks);
	json_decref(catalogue->places);
	json_decref(catalogue->changed);
	free(catalogue);
}

/* Keep ${row} (taken) under its code. */
static int keep(struct import_catalogue *catalogue, const char *chunk,
    const char *code, json_t *row, struct err *err)
{
	json_t *rows = json_object_get(catalogue->chunks, chunk);

	if (rows == NULL) {
		rows = json_object();
		if (!json_put(catalogue->chunks, chunk, rows)) {
			json_decref(row);
			return err_nomem(err);
		}
	}
	if (!json_put(rows, code, row) ||
	    !json_put_text(catalogue->places, code, chunk))
		return err_nomem(err);
	return 0;
}

static int note_chunk(
    void *context, const struct record_row *row, struct err *err)
{
	struct import_catalogue *catalogue = context;
	struct record_key key;
	json_t *value, *rows;
	int rc;

	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    (rc = reference_value(&value, row, err)) < 0)
		return rc;
	rows = json_object_get(value, "rows");
	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		json_t *each = json_array_get(rows, i);
		const char *code = json_string_value(json_array_get(each, 0));

		if (code != NULL)
			rc = keep(
			    catalogue, key.part, code, json_incref(each), err);
	}
	json_decref(value);
	return rc;
}

int import_catalogue_load(struct import_catalogue **out, struct import *import,
    const char *scheme, const char *name, struct err *err)
{
	struct import_catalogue *catalogue = calloc(1, sizeof(*catalogue));

	if ((*out = catalogue) == NULL)
		return err_nomem(err);
	catalogue->scheme = scheme;
	catalogue->name = name;
	catalogue->chunks = json_object();
	catalogue->places = json_object();
	catalogue->changed = json_object();
	if (catalogue->chunks == NULL || catalogue->places == NULL ||
	    catalogue->changed == NULL)
		return err_nomem(err);
	return ledger_subject(import->office->db, STRUCTURE_OFFICE, "catalogue",
	    scheme, note_chunk, catalogue, err);
}

size_t import_catalogue_size(
    const struct import_catalogue *catalogue, const char *chunk)
{
	return json_object_size(json_object_get(catalogue->chunks, chunk));
}

const char *import_catalogue_where(
    const struct import_catalogue *catalogue, const char *code)
{
	return json_string_value(json_object_get(catalogue->places, code));
}

static json_t *make_row(const char *code, const char *label, json_t *trades)
{
	json_t *row = json_array();

	if (json_array_append_new(row, json_string(code)) == 0 &&
	    json_array_append_new(row, json_string(label)) == 0 &&
	    json_array_append(row, trades) == 0)
		return row;
	json_decref(row);
	return NULL;
}

int import_catalogue_put(struct import_catalogue *catalogue, const char *chunk,
    const char *code, const char *label, json_t *trades,
    struct import_change *change, struct err *err)
{
	const char *where = import_catalogue_where(catalogue, code);
	json_t *row = make_row(code, label, trades), *before;

	json_decref(trades);
	if (row == NULL)
		return err_nomem(err);
	if (where != NULL)
		chunk = where;
	before =
	    json_object_get(json_object_get(catalogue->chunks, chunk), code);
	change->existed = before != NULL;
	change->changed = before == NULL || !json_equal(before, row);
	if (!change->changed) {
		json_decref(row);
		return 0;
	}
	if (!json_put_int(catalogue->changed, chunk, 1)) {
		json_decref(row);
		return err_nomem(err);
	}
	/* keep() may free where ${where} stands: not needed after it. */
	return keep(catalogue, chunk, code, row, err);
}

static json_t *chunk_members(
    const struct import_catalogue *catalogue, const char *chunk)
{
	json_t *value = json_object(), *list = json_array(), *row;
	json_t *rows = json_object_get(catalogue->chunks, chunk);
	const char *code;
	bool good = json_put_text(value, "name", catalogue->name);

	json_object_foreach(rows, code, row)
	{
		good = good && json_array_append(list, row) == 0;
	}
	if (json_put(value, "rows", list) && good)
		return value;
	json_decref(value);
	return NULL;
}

int import_catalogue_save(
    struct import_catalogue *catalogue, struct import *import, struct err *err)
{
	struct import_change change;
	const char *chunk;
	json_t *mark;
	int rc = 0;

	json_object_foreach(catalogue->changed, chunk, mark)
	{
		rc = import_merge(import, STRUCTURE_OFFICE, "catalogue",
		    catalogue->scheme, chunk, chunk_members(catalogue, chunk),
		    &change, err);
		if (rc < 0)
			break;
	}
	return rc;
}
