#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/import_part.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/siret.h"

enum column { STRUCTURE, NAME, KIND, SIRET };

static const struct csv_column columns[] = {
    {"structure", true, "identifiant;établissement"},
    {"name", true, "nom;raison sociale"},
    {"kind", true, "type"},
    {"siret", true, "numéro siret"},
    {NULL, false, NULL},
};

#define KIND_TEXT  8
#define PLACE_TEXT (SIRET_TEXT + KIND_TEXT)

struct state {
	json_t *known;  /* structures we have, by reference_key */
	json_t *given;  /* identifiers in this file */
	json_t *places; /* "<siret> <kind>" to the structure that has it */
};

static void unload(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	json_decref(state->known);
	json_decref(state->given);
	json_decref(state->places);
	free(state);
}

static void place_key(char out[PLACE_TEXT], const char *siret, const char *kind)
{
	(void)snprintf(out, PLACE_TEXT, "%s %s", siret, kind);
}

/* Places that this file leaves as they are. */
static int load_places(struct state *state, struct err *err)
{
	const char *key;
	json_t *value;

	json_object_foreach(state->known, key, value)
	{
		const char *id = strchr(key, '/') + 1;
		char place[PLACE_TEXT];

		if (json_object_get(state->given, id) != NULL)
			continue;
		place_key(
		    place, json_text(value, "siret"), json_text(value, "kind"));
		if (!json_put_text(state->places, place, id))
			return err_nomem(err);
	}
	return 0;
}

static int load(struct import *import, void **out, struct err *err)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if ((*out = state) == NULL)
		return err_nomem(err);
	state->given = json_object();
	state->places = json_object();
	if (state->given == NULL || state->places == NULL)
		return err_nomem(err);
	for (size_t row = 0; row < csv_rows(import->csv); row++) {
		if (!json_put_int(state->given,
			csv_field(import->csv, row, STRUCTURE), 1))
			return err_nomem(err);
	}
	if ((rc = reference_load(
		 &state->known, import->office->db, "structure", err)) < 0)
		return rc;
	return load_places(state, err);
}

/* The kind in capitals, "" when there is none of that name. */
static void read_kind(char out[KIND_TEXT], const char *text)
{
	size_t len = strlen(text);

	out[0] = '\0';
	if (len >= KIND_TEXT || structure_kind_find(text) == 0)
		return;
	for (size_t i = 0; i <= len; i++)
		out[i] = (char)toupper((unsigned char)text[i]);
}

static bool check_identity(struct import *import, size_t row)
{
	const char *id = csv_field(import->csv, row, STRUCTURE);

	if (!import_row_id(import, row, STRUCTURE))
		return false;
	if (strcmp(id, STRUCTURE_OFFICE) == 0) {
		import_row_fault(import, row, STRUCTURE,
		    L("réservé au bureau : choisissez un autre identifiant",
			"reserved for the office: choose another "
			"identifier"));
		return false;
	}
	return import_row_once(import, row, STRUCTURE, id);
}

static bool check_kind(struct import *import, size_t row, char out[KIND_TEXT])
{
	read_kind(out, csv_field(import->csv, row, KIND));
	if (out[0] != '\0')
		return true;
	import_row_fault(import, row, KIND,
	    L("type de structure inconnu : ACI, EI, AI, ETTI, EITI ou GEIQ",
		"unknown kind of structure: ACI, EI, AI, ETTI, EITI or GEIQ"));
	return false;
}

static bool check_siret(struct import *import, size_t row, char out[SIRET_TEXT])
{
	struct err err = ERR_INIT;

	if (siret_parse(out, csv_field(import->csv, row, SIRET), &err) == 0)
		return true;
	import_row_fault(import, row, SIRET, err.text);
	return false;
}

/* An establishment may carry several kinds, each once. */
static void check_place(struct import *import, struct state *state, size_t row,
    const char *siret, const char *kind)
{
	const char *id = csv_field(import->csv, row, STRUCTURE), *other;
	struct buf why = BUF_INIT;
	char place[PLACE_TEXT];

	place_key(place, siret, kind);
	other = json_text(state->places, place);
	if (other[0] == '\0') {
		if (!json_put_text(state->places, place, id))
			import->failed = true;
		return;
	}
	buf_printf(&why,
	    L("la structure « %s » a déjà ce SIRET et ce type (%s) : "
	      "corrigez l'une des deux",
		"structure \"%s\" already has this SIRET and this kind "
		"(%s): correct one of them"),
	    other, kind);
	import_row_fault(import, row, SIRET, buf_text(&why));
	buf_free(&why);
}

static void check(struct import *import, void *state, size_t row)
{
	char kind[KIND_TEXT], siret[SIRET_TEXT];
	bool once = check_identity(import, row);
	bool good = true;

	(void)import_row_name(import, row, NAME, TEXT_NAME_MAX, true);
	good &= check_kind(import, row, kind);
	good &= check_siret(import, row, siret);
	if (once && good)
		check_place(import, state, row, siret, kind);
}

static json_t *members(const struct csv *csv, size_t row)
{
	char kind[KIND_TEXT], siret[SIRET_TEXT];
	json_t *value = json_object();

	read_kind(kind, csv_field(csv, row, KIND));
	if (siret_parse(siret, csv_field(csv, row, SIRET), NULL) == 0 &&
	    json_put_text(value, "name", csv_field(csv, row, NAME)) &&
	    json_put_text(value, "kind", kind) &&
	    json_put_text(value, "siret", siret))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	(void)state;
	return import_apply(
	    import, "structure", STRUCTURE, STRUCTURE, members, err);
}

const struct import_part import_structures = {
    "structures", columns, load, check, apply, unload};
