#include <string.h>

#include "server/import/import_part.h"
#include "shared/lang.h"
#include "shared/text.h"

enum column { SITE, STRUCTURE, NAME, SECTOR };

static const struct csv_column columns[] = {
    {"site", true},
    {"structure", true},
    {"name", true},
    {"sector", true},
    {NULL, false},
};

/* What a site does. People write it with accents, spaces and capitals, which
 * text_same sees through. */
static const struct {
	const char *slug;
	const char *alias;
} sectors[] = {
    {"batiment", "BTP"},
    {"nettoyage", "propreté"},
    {"espaces_verts", "espace vert"},
    {"dechets", "tri des déchets"},
    {"services_personne", "services à la personne"},
    {"restauration", "cuisine"},
    {"autre", "autres"},
};

/* The sector that reads like ${text}, or NULL. */
static const char *find_sector(const char *text)
{
	for (size_t i = 0; i < sizeof(sectors) / sizeof(sectors[0]); i++) {
		if (text_same(text, sectors[i].slug) ||
		    text_same(text, sectors[i].alias))
			return sectors[i].slug;
	}
	return NULL;
}

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
	if (find_sector(csv_field(import->csv, row, SECTOR)) != NULL)
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
	const char *sector = find_sector(csv_field(csv, row, SECTOR));
	json_t *value = json_object();

	if (json_put_text(value, "name", csv_field(csv, row, NAME)) &&
	    json_put_text(value, "sector", sector))
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
