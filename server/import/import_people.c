#include <stdlib.h>

#include "server/import/import_people.h"
#include "shared/lang.h"

int import_people_load(
    struct import *import, struct import_people_lists *out, struct err *err)
{
	int rc = reference_load(
	    &out->structures, import->office->db, "structure", err);

	return rc < 0 ? rc
	              : reference_load(
			    &out->crews, import->office->db, "crew", err);
}

void import_people_unload(struct import_people_lists *lists)
{
	json_decref(lists->structures);
	json_decref(lists->crews);
}

void import_people_check(struct import *import,
    const struct import_people_lists *lists, size_t row, bool last_required)
{
	const char *structure = csv_field(import->csv, row, PEOPLE_STRUCTURE);
	bool place = import_row_structure(
	    import, row, PEOPLE_STRUCTURE, lists->structures);
	char key[REFERENCE_KEY_MAX];

	if (import_row_id(import, row, PEOPLE_ID) && place) {
		reference_key(
		    key, structure, csv_field(import->csv, row, PEOPLE_ID));
		(void)import_row_once(import, row, PEOPLE_ID, key);
	}
	if (place)
		(void)import_row_known(import, row, PEOPLE_CREW, lists->crews,
		    structure,
		    L("équipe inconnue de cette structure : importez-la "
		      "d'abord, ou corrigez l'identifiant",
			"crew unknown to this structure: import it first, or "
			"correct the identifier"));
	(void)import_row_name(import, row, PEOPLE_FIRST, TEXT_NAME_MAX, true);
	(void)import_row_name(
	    import, row, PEOPLE_LAST, TEXT_NAME_MAX, last_required);
}

/* ---- supervisors ---- */

static const struct csv_column columns[] = {
    {"supervisor", true, "encadrant;identifiant;matricule"},
    {"structure", true, "établissement"},
    {"crew", true, "équipe"},
    {"first_name", true, "prénom"},
    {"last_name", false, "nom;nom de famille"},
    {NULL, false, NULL},
};

static int load(struct import *import, void **out, struct err *err)
{
	struct import_people_lists *lists = calloc(1, sizeof(*lists));

	if ((*out = lists) == NULL)
		return err_nomem(err);
	return import_people_load(import, lists, err);
}

static void unload(void *lists)
{
	if (lists != NULL)
		import_people_unload(lists);
	free(lists);
}

static void check(struct import *import, void *lists, size_t row)
{
	import_people_check(import, lists, row, false);
}

static json_t *members(const struct csv *csv, size_t row)
{
	json_t *value = json_object();

	if (json_put_text(value, "first", csv_field(csv, row, PEOPLE_FIRST)) &&
	    json_put_text(value, "crew", csv_field(csv, row, PEOPLE_CREW)) &&
	    (!csv_has(csv, PEOPLE_LAST) ||
		import_put(value, "last", csv_field(csv, row, PEOPLE_LAST))))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *lists, struct err *err)
{
	(void)lists;
	return import_apply(
	    import, "supervisor", PEOPLE_STRUCTURE, PEOPLE_ID, members, err);
}

const struct import_part import_supervisors = {
    "supervisors", columns, load, check, apply, unload};
