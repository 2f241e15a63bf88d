#include <stdlib.h>
#include <string.h>

#include "server/import/import_part.h"
#include "shared/date.h"
#include "shared/lang.h"

enum column { CREW, STRUCTURE, NAME, SITE, AM, PM, DAYS };

static const struct csv_column columns[] = {
    {"crew", true, "équipe;identifiant"},
    {"structure", true, "établissement"},
    {"name", true, "nom"},
    {"site", true, "chantier"},
    {"am", false, "matin"},
    {"pm", false, "après-midi"},
    {"days", false, "jours"},
    {NULL, false, NULL},
};

#define STRETCH_TEXT (2 * CLOCK_TEXT)

struct state {
	json_t *structures;
	json_t *sites;
	json_t *homes; /* crew to the structure it belongs to */
};

static void unload(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	json_decref(state->structures);
	json_decref(state->sites);
	json_decref(state->homes);
	free(state);
}

/* From "<structure>/<crew>" to homes. */
static int load_homes(
    struct import *import, struct state *state, struct err *err)
{
	const char *key;
	json_t *crews, *value;
	int rc = reference_load(&crews, import->office->db, "crew", err);

	if (rc < 0)
		return rc;
	if ((state->homes = json_object()) == NULL)
		rc = err_nomem(err);
	json_object_foreach(crews, key, value)
	{
		const char *crew = strchr(key, '/') + 1;

		if (rc == 0 && !json_put(state->homes, crew,
				   json_stringn(key, (size_t)(crew - key) - 1)))
			rc = err_nomem(err);
	}
	json_decref(crews);
	return rc;
}

static int load(struct import *import, void **out, struct err *err)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if ((*out = state) == NULL)
		return err_nomem(err);
	if ((rc = reference_load(&state->structures, import->office->db,
		 "structure", err)) < 0 ||
	    (rc = reference_load(
		 &state->sites, import->office->db, "site", err)) < 0)
		return rc;
	return load_homes(import, state, err);
}

/* A crew is known by its identifier alone: laptops' codes name no
 * structure. */
static void check_home(
    struct import *import, const struct state *state, size_t row)
{
	const char *home =
	    json_text(state->homes, csv_field(import->csv, row, CREW));
	struct buf why = BUF_INIT;

	if (home[0] == '\0' ||
	    strcmp(home, csv_field(import->csv, row, STRUCTURE)) == 0)
		return;
	buf_printf(&why,
	    L("cette équipe est déjà celle de la structure « %s » : "
	      "choisissez un autre identifiant",
		"this crew is already one of structure \"%s\": choose "
		"another identifier"),
	    home);
	import_row_fault(import, row, CREW, buf_text(&why));
	buf_free(&why);
}

/* "" stays "", "8h-11h30" becomes "08:00-11:30". */
static int read_stretch(
    char out[STRETCH_TEXT], const char *text, struct err *err)
{
	int start, end, rc;

	out[0] = '\0';
	if (text[0] == '\0')
		return 0;
	if ((rc = clock_parse_stretch(&start, &end, text, err)) < 0)
		return rc;
	clock_format(start, out);
	out[CLOCK_TEXT - 1] = '-';
	clock_format(end, out + CLOCK_TEXT);
	return 0;
}

static void check_times(struct import *import, size_t row)
{
	char stretch[STRETCH_TEXT];
	struct err err = ERR_INIT;

	for (size_t column = AM; column <= PM; column++) {
		if (read_stretch(
			stretch, csv_field(import->csv, row, column), &err) < 0)
			import_row_fault(import, row, column, err.text);
	}
	(void)import_row_days(import, row, DAYS);
}

static void check(struct import *import, void *context, size_t row)
{
	const struct state *state = context;

	if (import_row_id(import, row, CREW) &&
	    import_row_once(
		import, row, CREW, csv_field(import->csv, row, CREW)))
		check_home(import, state, row);
	if (import_row_structure(import, row, STRUCTURE, state->structures))
		(void)import_row_known(import, row, SITE, state->sites,
		    csv_field(import->csv, row, STRUCTURE),
		    L("chantier inconnu de cette structure : importez-le "
		      "d'abord, ou corrigez l'identifiant",
			"site unknown to this structure: import it first, or "
			"correct the identifier"));
	(void)import_row_name(import, row, NAME, TEXT_NAME_MAX, true);
	check_times(import, row);
}

static bool put_stretch(
    json_t *value, const char *key, const struct csv *csv, size_t row, size_t c)
{
	char stretch[STRETCH_TEXT];

	if (!csv_has(csv, c))
		return true;
	(void)read_stretch(stretch, csv_field(csv, row, c), NULL);
	return import_put(value, key, stretch);
}

static json_t *members(const struct csv *csv, size_t row)
{
	json_t *value = json_object();

	if (json_put_text(value, "name", csv_field(csv, row, NAME)) &&
	    json_put_text(value, "site", csv_field(csv, row, SITE)) &&
	    put_stretch(value, "am", csv, row, AM) &&
	    put_stretch(value, "pm", csv, row, PM) &&
	    import_put_days(value, csv, row, DAYS))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *state, struct err *err)
{
	(void)state;
	return import_apply(import, "crew", STRUCTURE, CREW, members, err);
}

const struct import_part import_crews = {
    "crews", columns, load, check, apply, unload};
