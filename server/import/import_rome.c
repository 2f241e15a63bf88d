#include <stdlib.h>
#include <string.h>

#include "server/import/import_catalogue.h"
#include "shared/lang.h"
#include "shared/text.h"

#define PREFIX        "unix_"
#define PREFIX_SKILLS "unix_referentiel_competence_"
#define PREFIX_LINKS  "unix_liens_rome_referentiels_"

#define NATURE     "Compétence" /* a macro-compétence is none */
#define BLOCK      "5"          /* of the links: what a trade calls for */
#define CODE_MAX   9            /* digits */
#define CHUNK_STEP 200          /* codes of one chunk */

/* Columns of the list of skills. */
enum skill_column { SKILL_CODE, SKILL_NATURE, SKILL_LABEL };

static const struct csv_column skill_columns[] = {
    {"code_ogr", true, NULL},
    {"nature", true, NULL},
    {"libelle_competence", true, NULL},
    {NULL, false, NULL},
};

/* Columns of the links between trades and skills. */
enum link_column { LINK_TRADE, LINK_BLOCK, LINK_CODE };

static const struct csv_column link_columns[] = {
    {"code_rome", true, NULL},
    {"code_compo_bloc", true, NULL},
    {"code_ogr", true, NULL},
    {NULL, false, NULL},
};

#define VERSION_MAX 4

struct rome {
	const struct import_input *skills;
	const struct import_input *links;
	char version[VERSION_MAX + 1]; /* "460": ROME 4, version 60 */
	char scheme[TEXT_ID_MAX + 1];
	char name[TEXT_NAME_MAX + 1];
	json_t *labels; /* owned: code to label */
	json_t *trades; /* owned: code to a list of trades */
};

bool import_rome_is(const char *name)
{
	return strncmp(name, PREFIX, strlen(PREFIX)) == 0;
}

/* ---- which files ---- */

static int take_input(const struct import_input **out,
    const struct import_input *input, const char *prefix, struct err *err)
{
	if (strncmp(input->name, prefix, strlen(prefix)) != 0)
		return 0;
	if (*out != NULL)
		return err_set(err, E_INVALID,
		    L("plusieurs fichiers %s… : gardez ceux d'une seule "
		      "version du ROME",
			"several files %s…: keep those of one version of the "
			"ROME"),
		    prefix);
	*out = input;
	return 0;
}

/* The digits of "…_v460_…"; "" without. */
static void read_version(char out[VERSION_MAX + 1], const char *name)
{
	const char *at = name;
	size_t len;

	out[0] = '\0';
	while ((at = strstr(at, "_v")) != NULL) {
		at += strlen("_v");
		len = strspn(at, "0123456789");
		if (len >= 2 && len <= VERSION_MAX) {
			memcpy(out, at, len);
			out[len] = '\0';
			return;
		}
	}
}

static int find_version(struct rome *rome, struct err *err)
{
	char other[VERSION_MAX + 1];

	read_version(rome->version, rome->skills->name);
	read_version(other, rome->links->name);
	if (rome->version[0] == '\0' || strcmp(rome->version, other) != 0)
		return err_set(err, E_INVALID,
		    L("ROME : les noms des fichiers doivent dire une même "
		      "version (…_v460_…) : gardez-les comme France Travail "
		      "les donne",
			"ROME: the files' names must tell one version "
			"(…_v460_…): keep them as France Travail gives them"));
	(void)snprintf(
	    rome->scheme, sizeof(rome->scheme), "rome-v%s", rome->version);
	(void)snprintf(rome->name, sizeof(rome->name),
	    "France Travail, ROME %c.0 v%s, Licence Ouverte 2.0",
	    rome->version[0], rome->version + 1);
	return 0;
}

static int find_inputs(
    const struct import *import, struct rome *rome, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < import->input_count; i++) {
		rc = take_input(
		    &rome->skills, &import->inputs[i], PREFIX_SKILLS, err);
		if (rc == 0)
			rc = take_input(&rome->links, &import->inputs[i],
			    PREFIX_LINKS, err);
	}
	if (rc < 0)
		return rc;
	if (rome->skills == NULL || rome->links == NULL)
		return err_set(err, E_INVALID,
		    L("ROME : il manque le fichier %s… : donnez le dossier "
		      "entier de l'archive de France Travail",
			"ROME: the file %s… is missing: give the whole "
			"directory of France Travail's archive"),
		    rome->skills == NULL ? PREFIX_SKILLS : PREFIX_LINKS);
	return find_version(rome, err);
}

/* ---- the skills ---- */

static bool check_code(struct import *import, size_t row)
{
	const char *code = csv_field(import->csv, row, SKILL_CODE);
	size_t len = strlen(code);

	if (len > 0 && len <= CODE_MAX && strspn(code, "0123456789") == len)
		return import_row_once(import, row, SKILL_CODE, code);
	import_row_fault(import, row, SKILL_CODE,
	    L("un code OGR est un nombre", "an OGR code is a number"));
	return false;
}

/* The label on one line. */
static int add_label(
    struct import *import, struct rome *rome, size_t row, struct err *err)
{
	struct buf label = BUF_INIT;
	struct err why = ERR_INIT;
	int rc;

	buf_add_text(&label, csv_field(import->csv, row, SKILL_LABEL));
	for (size_t i = 0; i < label.len; i++) {
		if (label.data[i] == '\n')
			label.data[i] = ' ';
	}
	if ((rc = buf_check(&label, err)) < 0)
		goto out;
	if (text_check_name(L("libellé", "label"), buf_text(&label),
		CATALOGUE_LABEL_MAX, &why) < 0)
		import_row_fault(import, row, SKILL_LABEL, why.text);
	else if (!json_put_text(rome->labels,
		     csv_field(import->csv, row, SKILL_CODE), buf_text(&label)))
		rc = err_nomem(err);
out:
	buf_free(&label);
	return rc;
}

static int read_skills(
    struct import *import, struct rome *rome, struct err *err)
{
	int rc = import_open(import, rome->skills, skill_columns, err);

	for (size_t row = 0; rc == 0 && row < csv_rows(import->csv); row++) {
		if (text_same(
			csv_field(import->csv, row, SKILL_NATURE), NATURE) &&
		    check_code(import, row))
			rc = add_label(import, rome, row, err);
	}
	if (rc == 0)
		rc = import_verdict(import, rome->skills, err);
	import_close(import);
	if (rc == 0 && json_object_size(rome->labels) == 0)
		rc = err_set(err, E_INVALID,
		    L("ROME : aucune compétence dans le fichier : est-il "
		      "entier ?",
			"ROME: no skill in the file: is it whole?"));
	return rc;
}

/* ---- their trades ---- */

static bool has_text(const json_t *list, const char *text)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_string_value(json_array_get(list, i)), text) ==
		    0)
			return true;
	}
	return false;
}

static int add_trade(
    struct rome *rome, const char *code, const char *trade, struct err *err)
{
	json_t *list = json_object_get(rome->trades, code);

	if (list == NULL) {
		list = json_array();
		if (!json_put(rome->trades, code, list))
			return err_nomem(err);
	}
	if (!has_text(list, trade) &&
	    json_array_append_new(list, json_string(trade)) < 0)
		return err_nomem(err);
	return 0;
}

static int read_links(struct import *import, struct rome *rome, struct err *err)
{
	int rc = import_open(import, rome->links, link_columns, err);

	for (size_t row = 0; rc == 0 && row < csv_rows(import->csv); row++) {
		const struct csv *csv = import->csv;
		const char *code = csv_field(csv, row, LINK_CODE);

		if (strcmp(csv_field(csv, row, LINK_BLOCK), BLOCK) != 0 ||
		    json_object_get(rome->labels, code) == NULL)
			continue;
		if (import_row_id(import, row, LINK_TRADE))
			rc = add_trade(
			    rome, code, csv_field(csv, row, LINK_TRADE), err);
	}
	if (rc == 0)
		rc = import_verdict(import, rome->links, err);
	import_close(import);
	return rc;
}

/* ---- the catalogue ---- */

static json_t *trades_of(const struct rome *rome, const char *code)
{
	json_t *list = json_object_get(rome->trades, code);

	return list != NULL ? json_incref(list) : json_array();
}

static int put_all(struct import *import, const struct rome *rome,
    struct import_catalogue *catalogue, struct err *err)
{
	struct import_change change;
	const char *code;
	json_t *label;
	int rc;

	json_object_foreach(rome->labels, code, label)
	{
		char chunk[TEXT_ID_MAX + 1];

		(void)snprintf(chunk, sizeof(chunk), "%ld",
		    strtol(code, NULL, 10) / CHUNK_STEP);
		if ((rc = import_catalogue_put(catalogue, chunk, code,
			 json_string_value(label), trades_of(rome, code),
			 &change, err)) < 0)
			return rc;
		import_count(import, IMPORT_NO_ROW, &change);
	}
	return import_catalogue_save(catalogue, import, err);
}

/* The files name more columns than are used here: that is no news. */
static void forget_unknown(struct import *import)
{
	buf_reset(&import->summary->unknown);
}

int import_rome(struct import *import, struct err *err)
{
	struct rome rome = {.labels = json_object(), .trades = json_object()};
	struct import_catalogue *catalogue = NULL;
	int rc;

	if (rome.labels == NULL || rome.trades == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = find_inputs(import, &rome, err)) < 0 ||
	    (rc = read_skills(import, &rome, err)) < 0 ||
	    (rc = read_links(import, &rome, err)) < 0 ||
	    (rc = import_catalogue_load(
		 &catalogue, import, rome.scheme, rome.name, err)) < 0)
		goto out;
	rc = put_all(import, &rome, catalogue, err);
out:
	forget_unknown(import);
	import_catalogue_free(catalogue);
	json_decref(rome.labels);
	json_decref(rome.trades);
	return rc;
}
