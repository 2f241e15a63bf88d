/*
 * The reasons for leaving that the authority gives a structure (columns code,
 * label, category): its table of numbers is not public.
 */
#include <string.h>

#include "server/care/care_word.h"
#include "server/import/import_part.h"
#include "shared/lang.h"

enum column { CODE, LABEL, CATEGORY };

#define LABEL_MAX 400

static const struct csv_column columns[] = {
    {"code", true, "identifiant"},
    {"label", true, "libellé;motif"},
    {"category", false, "catégorie"},
    {NULL, false, NULL},
};

static const struct care_word *category_of(
    const struct csv *csv, size_t row, struct err *err)
{
	const struct care_word *word = NULL;
	const char *text = csv_field(csv, row, CATEGORY);

	if (text[0] != '\0')
		(void)care_word_find(&word, CARE_CATEGORIES,
		    L("catégorie", "category"), text, err);
	return word;
}

static int load(struct import *import, void **out, struct err *err)
{
	(void)import;
	(void)err;
	*out = NULL;
	return 0;
}

static void unload(void *state)
{
	(void)state;
}

static void check(struct import *import, void *state, size_t row)
{
	struct err why = ERR_INIT;

	(void)state;
	if (import_row_id(import, row, CODE))
		(void)import_row_once(
		    import, row, CODE, csv_field(import->csv, row, CODE));
	(void)import_row_name(import, row, LABEL, LABEL_MAX, true);
	if (csv_field(import->csv, row, CATEGORY)[0] != '\0' &&
	    category_of(import->csv, row, &why) == NULL)
		import_row_fault(import, row, CATEGORY, why.text);
}

static json_t *members(const struct csv *csv, size_t row)
{
	const struct care_word *word = category_of(csv, row, NULL);
	json_t *out = json_object();

	if (import_put(out, "label", csv_field(csv, row, LABEL)) &&
	    import_put(out, "category", word != NULL ? word->slug : ""))
		return out;
	json_decref(out);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	struct import_change change;
	int rc = 0;

	(void)state;
	for (size_t row = 0; rc == 0 && row < csv_rows(import->csv); row++) {
		rc = import_merge(import, STRUCTURE_OFFICE, "exit_code",
		    csv_field(import->csv, row, CODE), NULL,
		    members(import->csv, row), &change, err);
		if (rc == 0)
			import_count(import, row, &change);
	}
	return rc;
}

const struct import_part import_exit_codes = {
    .what = "exit-codes",
    .columns = columns,
    .load = load,
    .check = check,
    .apply = apply,
    .unload = unload,
};
