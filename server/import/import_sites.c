#include <string.h>

#include "server/import/import_part.h"
#include "shared/lang.h"
#include "shared/sector.h"
#include "shared/text.h"

enum column { SITE, STRUCTURE, NAME, SECTOR };

static const struct csv_column columns[] = {
    {"site", true, "chantier;identifiant"},
    {"structure", true, "établissement"},
    {"name", true, "nom"},
    {"sector", true, "secteur"},
    {NULL, false, NULL},
};

static int load(struct import *import, void **structures, struct err *err)
{
	json_t *known;
	int rc = reference_load(&known, import->office->db, "structure", err);

	*structures = known;
	return rc;
}

static void unload(void *structures)
{
	json_decref(structures);
}

static void check_sector(struct import *import, size_t row)
{
	if (sector_find(csv_field(import->csv, row, SECTOR)) != NULL)
		return;
	import_row_fault(import, row, SECTOR,
	    L("secteur inconnu : batiment, nettoyage, espaces_verts, dechets, "
	      "services_personne, restauration ou autre",
		"unknown sector: batiment, nettoyage, espaces_verts, dechets, "
		"services_personne, restauration or autre"));
}

static void check(struct import *import, void *structures, size_t row)
{
	bool place = import_row_structure(import, row, STRUCTURE, structures);
	char key[REFERENCE_KEY_MAX];

	if (import_row_id(import, row, SITE) && place) {
		reference_key(key, csv_field(import->csv, row, STRUCTURE),
		    csv_field(import->csv, row, SITE));
		(void)import_row_once(import, row, SITE, key);
	}
	(void)import_row_name(import, row, NAME, TEXT_NAME_MAX, true);
	check_sector(import, row);
}

static json_t *members(const struct csv *csv, size_t row)
{
	const struct sector *sector = sector_find(csv_field(csv, row, SECTOR));
	json_t *value = json_object();

	if (json_put_text(value, "name", csv_field(csv, row, NAME)) &&
	    json_put_text(value, "sector", sector->slug))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	(void)state;
	return import_apply(import, "site", STRUCTURE, SITE, members, err);
}

const struct import_part import_sites = {
    "sites", columns, load, check, apply, unload};
