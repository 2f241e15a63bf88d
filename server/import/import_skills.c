#include <stdlib.h>
#include <string.h>

#include "server/import/import_catalogue.h"
#include "shared/lang.h"
#include "shared/text.h"

enum column { CODE, LABEL, TRADE };

static const struct csv_column columns[] = {
    {"code", true, "identifiant"},
    {"label", true, "libellé;compétence"},
    {"trade", false, "métier"},
    {NULL, false, NULL},
};

/* Rows of one chunk: so few that the largest remain one entry. */
#define CHUNK_ROWS_MAX 200
/* Where skills without a trade are. */
#define CHUNK_NO_TRADE "_"
/* Room for ".999999" after the trade in a chunk's name. */
#define TRADE_MAX (TEXT_ID_MAX - 7)

static const char *scheme_of(const struct import *import)
{
	return import->scheme != NULL ? import->scheme : IMPORT_SCHEME_LOCAL;
}

static const char *name_of(const char *scheme)
{
	if (strcmp(scheme, IMPORT_SCHEME_STARTER) == 0)
		return "Pointeau, catalogue de départ";
	if (strcmp(scheme, IMPORT_SCHEME_LOCAL) == 0)
		return "Catalogue local";
	return scheme;
}

static int load(struct import *import, void **out, struct err *err)
{
	struct import_catalogue *catalogue = NULL;
	const char *scheme = scheme_of(import);
	int rc;

	if ((rc = text_check_id(scheme, err)) < 0)
		return rc;
	rc = import_catalogue_load(
	    &catalogue, import, scheme, name_of(scheme), err);
	*out = catalogue;
	return rc;
}

static void unload(void *catalogue)
{
	import_catalogue_free(catalogue);
}

static void check_trade(struct import *import, size_t row)
{
	const char *trade = csv_field(import->csv, row, TRADE);

	if (trade[0] == '\0' || !import_row_id(import, row, TRADE))
		return;
	if (strlen(trade) > TRADE_MAX)
		import_row_fault(import, row, TRADE,
		    L("code de métier trop long : raccourcissez-le",
			"trade code too long: shorten it"));
}

static void check(struct import *import, void *catalogue, size_t row)
{
	(void)catalogue;
	if (import_row_id(import, row, CODE))
		(void)import_row_once(
		    import, row, CODE, csv_field(import->csv, row, CODE));
	(void)import_row_name(import, row, LABEL, CATALOGUE_LABEL_MAX, true);
	check_trade(import, row);
}

/* The trade's first chunk with room: "A1203", "A1203.2"… */
static void choose_chunk(char out[TEXT_ID_MAX + 1],
    const struct import_catalogue *catalogue, const char *trade)
{
	const char *stem = trade[0] != '\0' ? trade : CHUNK_NO_TRADE;

	(void)snprintf(out, TEXT_ID_MAX + 1, "%s", stem);
	for (unsigned number = 2;
	     import_catalogue_size(catalogue, out) >= CHUNK_ROWS_MAX; number++)
		(void)snprintf(out, TEXT_ID_MAX + 1, "%s.%u", stem, number);
}

static json_t *trade_list(const char *trade)
{
	json_t *list = json_array();

	if (trade[0] != '\0' &&
	    json_array_append_new(list, json_string(trade)) < 0) {
		json_decref(list);
		return NULL;
	}
	return list;
}

static int apply(struct import *import, void *catalogue, struct err *err)
{
	const struct csv *csv = import->csv;
	struct import_change change;
	int rc = 0;

	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		const char *trade = csv_field(csv, row, TRADE);
		char chunk[TEXT_ID_MAX + 1];

		choose_chunk(chunk, catalogue, trade);
		rc = import_catalogue_put(catalogue, chunk,
		    csv_field(csv, row, CODE), csv_field(csv, row, LABEL),
		    trade_list(trade), &change, err);
		if (rc == 0)
			import_count(import, row, &change);
	}
	return rc < 0 ? rc : import_catalogue_save(catalogue, import, err);
}

const struct import_part import_skills = {
    "skills", columns, load, check, apply, unload};
