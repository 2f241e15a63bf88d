#include <stdlib.h>
#include <string.h>

#include "server/contracts.h"
#include "server/import/import_part.h"
#include "server/import/people.h"
#include "shared/date.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/text.h"

enum column { CONTRACT, WORKER, ANNEX, KIND, START, END, WEEKLY, STRUCTURE };

/* A worker's structure is known by the worker; the column is for those who
 * work in several. */
static const struct csv_column columns[] = {
    {"contract", true, "contrat;numéro de contrat"},
    {"worker", true, "salarié;matricule"},
    {"annex", false, "annexe;annexe financière"},
    {"kind", true, "type;type de contrat"},
    {"start", true, "début;date de début"},
    {"end", false, "fin;date de fin"},
    {"weekly", false, "hebdomadaire;durée hebdomadaire"},
    {"structure", false, "établissement"},
    {NULL, false, NULL},
};

#define KIND_MAX 40

/* What an employment contract of these structures is (L5132-5, L5132-11-1,
 * L5132-15-1, L5134-24, L1251-1, L1242-2 du code du travail), with what people
 * write for it; "autre" is for what is none of them. */
static const char *const kinds[] = {
    "CDDI",
    "CDI inclusion",
    "CDI",
    "CDD",
    "CUI",
    "CUI CAE",
    "PEC",
    "CAE",
    "mission",
    "contrat de mission",
    "intérim",
    "CTT",
    "usage",
    "CDD d'usage",
    "CDDU",
    "tremplin",
    "CDD tremplin",
    "professionnalisation",
    "contrat de professionnalisation",
    "apprentissage",
    "contrat d'apprentissage",
    "autre",
};

struct state {
	struct people *people;
	struct contracts *contracts;
	json_t *structures;
	json_t *homes; /* worker to [structure] */
	json_t *spans; /* "<structure>/<worker>" to the file's contracts:
	                  [{"id","value":{"start","end"}}] */
};

static void unload(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	people_free(state->people);
	contracts_free(state->contracts);
	json_decref(state->structures);
	json_decref(state->homes);
	json_decref(state->spans);
	free(state);
}

static int load_homes(struct state *state, struct err *err)
{
	for (size_t i = 0; i < people_count(state->people); i++) {
		const struct person *person = people_at(state->people, i);
		json_t *list;

		if (person->newcomer)
			continue;
		list = json_object_get(state->homes, person->id);
		if (list == NULL) {
			list = json_array();
			if (!json_put(state->homes, person->id, list))
				return err_nomem(err);
		}
		if (json_array_append_new(
			list, json_string(person->structure)) < 0)
			return err_nomem(err);
	}
	return 0;
}

static int load_lists(
    struct import *import, struct state *state, struct err *err)
{
	struct db *db = import->office->db;
	int rc;

	state->homes = json_object();
	state->spans = json_object();
	if (state->homes == NULL || state->spans == NULL)
		return err_nomem(err);
	if ((rc = people_load(&state->people, db, NULL, err)) < 0 ||
	    (rc = contracts_load(&state->contracts, db, NULL, err)) < 0 ||
	    (rc = reference_load(&state->structures, db, "structure", err)) < 0)
		return rc;
	return load_homes(state, err);
}

/* ISO text of a field; "" when it is empty or no date. */
static void iso_date(
    char out[DATE_TEXT], const struct csv *csv, size_t row, size_t column)
{
	struct date date;

	out[0] = '\0';
	if (date_parse(&date, csv_field(csv, row, column), NULL) == 0)
		date_format(&date, out);
}

/* Annexes are known by number, whose letters and spaces people vary. */
static void read_annex(
    char out[TEXT_ID_MAX + 1], const struct csv *csv, size_t row)
{
	const char *text = csv_field(csv, row, ANNEX);
	size_t len = 0;

	for (; *text != '\0' && len < TEXT_ID_MAX; text++) {
		if (*text != ' ')
			out[len++] = (char)(*text >= 'a' && *text <= 'z'
						? *text - 'a' + 'A'
						: *text);
	}
	out[len] = '\0';
}

/* The structure of a row: the one it names, its annex's, its worker's only
 * one. "" when it cannot be told. */
static const char *structure_of(
    const struct state *state, const struct csv *csv, size_t row)
{
	const char *given = csv_field(csv, row, STRUCTURE);
	const json_t *homes =
	    json_object_get(state->homes, csv_field(csv, row, WORKER));
	char annex[TEXT_ID_MAX + 1];

	if (given[0] != '\0')
		return given;
	if (json_array_size(homes) == 1)
		return json_string_value(json_array_get(homes, 0));
	read_annex(annex, csv, row);
	for (size_t i = 0; annex[0] != '\0' && i < json_array_size(homes);
	     i++) {
		const char *home = json_string_value(json_array_get(homes, i));

		if (reference_get(contracts_annexes(state->contracts), home,
			annex) != NULL)
			return home;
	}
	return "";
}

static bool add_span(struct state *state, const struct csv *csv, size_t row)
{
	const char *structure = structure_of(state, csv, row);
	char key[REFERENCE_KEY_MAX], start[DATE_TEXT], end[DATE_TEXT];
	json_t *list;

	if (structure[0] == '\0')
		return true;
	reference_key(key, structure, csv_field(csv, row, WORKER));
	iso_date(start, csv, row, START);
	iso_date(end, csv, row, END);
	list = json_object_get(state->spans, key);
	if (list == NULL) {
		list = json_array();
		if (!json_put(state->spans, key, list))
			return false;
	}
	return json_array_append_new(
		   list, json_pack("{s:s, s:{s:s, s:s}}", "id",
			     csv_field(csv, row, CONTRACT), "value", "start",
			     start, "end", end)) == 0;
}

static int load(struct import *import, void **out, struct err *err)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if ((*out = state) == NULL)
		return err_nomem(err);
	if ((rc = load_lists(import, state, err)) < 0)
		return rc;
	for (size_t row = 0; row < csv_rows(import->csv); row++) {
		if (strlen(csv_field(import->csv, row, WORKER)) <=
			TEXT_ID_MAX &&
		    strlen(csv_field(import->csv, row, STRUCTURE)) <=
			TEXT_ID_MAX &&
		    !add_span(state, import->csv, row))
			return err_nomem(err);
	}
	return 0;
}

/* ---- checks ---- */

/* The row's structure, "" after a fault. */
static const char *check_worker(
    struct import *import, const struct state *state, size_t row)
{
	const struct csv *csv = import->csv;
	const char *worker = csv_field(csv, row, WORKER);
	const char *structure;

	if (!import_row_id(import, row, WORKER))
		return "";
	if (csv_field(csv, row, STRUCTURE)[0] != '\0' &&
	    !import_row_structure(import, row, STRUCTURE, state->structures))
		return "";
	structure = structure_of(state, csv, row);
	if (structure[0] == '\0' &&
	    json_object_get(state->homes, worker) != NULL) {
		import_row_fault(import, row, WORKER,
		    L("ce salarié est dans plusieurs structures : ajoutez une "
		      "colonne « structure »",
			"this worker is in several structures: add a column "
			"\"structure\""));
		return "";
	}
	if (structure[0] != '\0' &&
	    people_find(state->people, structure, worker) != NULL &&
	    !record_is_newcomer(worker))
		return structure;
	import_row_fault(import, row, WORKER,
	    L("salarié inconnu : importez d'abord les salariés, ou "
	      "corrigez l'identifiant",
		"unknown worker: import the workers first, or correct the "
		"identifier"));
	return "";
}

static void check_annex(struct import *import, const struct state *state,
    size_t row, const char *structure)
{
	char annex[TEXT_ID_MAX + 1];

	read_annex(annex, import->csv, row);
	if (annex[0] == '\0' ||
	    reference_get(
		contracts_annexes(state->contracts), structure, annex) != NULL)
		return;
	import_row_fault(import, row, ANNEX,
	    L("cette structure n'a pas cette annexe : importez-la d'abord "
	      "(« import annexes »), ou laissez la case vide et rattachez-la "
	      "plus tard",
		"this structure has no such annex: import it first (\"import "
		"annexes\"), or leave the cell empty and attach it later"));
}

static bool check_date(
    struct import *import, size_t row, size_t column, bool required)
{
	const char *text = csv_field(import->csv, row, column);
	struct err err = ERR_INIT;
	struct date date;

	if (text[0] == '\0') {
		if (required)
			import_row_fault(import, row, column,
			    L("case vide : remplissez-la",
				"empty cell: fill it in"));
		return false;
	}
	if (date_parse(&date, text, &err) == 0)
		return true;
	import_row_fault(import, row, column, err.text);
	return false;
}

static void refuse_overlap(
    struct import *import, size_t row, const json_t *other)
{
	const json_t *value = json_object_get(other, "value");
	struct buf why = BUF_INIT;

	buf_printf(&why,
	    L("ce contrat et le contrat « %s » (%s – %s) du même salarié se "
	      "chevauchent : ses heures ne sauraient pas duquel elles sont. "
	      "Corrigez l'une des dates",
		"this contract and contract \"%s\" (%s – %s) of the same "
		"worker overlap: hours could not tell whose they are. Correct "
		"one of the dates"),
	    json_text(other, "id"), json_text(value, "start"),
	    contract_last(value)[0] != '\0' ? contract_last(value) : "…");
	import_row_fault(import, row, START, buf_text(&why));
	buf_free(&why);
}

/* Is it told anew by the file? */
static bool is_in(const json_t *list, const char *id)
{
	for (size_t i = 0; i < json_array_size(list); i++) {
		if (strcmp(json_text(json_array_get(list, i), "id"), id) == 0)
			return true;
	}
	return false;
}

/* The first of ${list} that meets the row's contract and is another; those
 * that ${except} tells anew, and what `import workers` told, are none. */
static const json_t *find_overlap(const struct csv *csv, size_t row,
    const json_t *list, const json_t *except, bool of_file)
{
	char start[DATE_TEXT], end[DATE_TEXT];

	iso_date(start, csv, row, START);
	iso_date(end, csv, row, END);
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);
		const json_t *value = json_object_get(item, "value");
		const char *id = json_text(item, "id");

		if (strcmp(id, csv_field(csv, row, CONTRACT)) != 0 &&
		    !is_in(except, id) &&
		    (of_file || json_text(value, "kind")[0] != '\0') &&
		    json_text(value, "start")[0] != '\0' &&
		    contract_meets(start, end, json_text(value, "start"),
			contract_last(value)))
			return item;
	}
	return NULL;
}

/* Missions of an AI or an ETTI may run side by side. */
static void check_overlap(struct import *import, const struct state *state,
    size_t row, const char *structure)
{
	const char *worker = csv_field(import->csv, row, WORKER);
	int kind = structure_kind_find(json_text(
	    reference_get(state->structures, structure, structure), "kind"));
	const json_t *file, *other;
	char key[REFERENCE_KEY_MAX];

	if (kind == STRUCTURE_AI || kind == STRUCTURE_ETTI)
		return;
	reference_key(key, structure, worker);
	file = json_object_get(state->spans, key);
	other = find_overlap(import->csv, row, file, NULL, true);
	if (other == NULL)
		other = find_overlap(import->csv, row,
		    contracts_list(state->contracts, structure, worker), file,
		    false);
	if (other != NULL)
		refuse_overlap(import, row, other);
}

static bool check_dates(struct import *import, size_t row)
{
	bool begins = check_date(import, row, START, true);
	bool ends = check_date(import, row, END, false);
	char start[DATE_TEXT], end[DATE_TEXT];

	if (!begins || !ends)
		return begins && csv_field(import->csv, row, END)[0] == '\0';
	iso_date(start, import->csv, row, START);
	iso_date(end, import->csv, row, END);
	if (strcmp(start, end) <= 0)
		return true;
	import_row_fault(import, row, END,
	    L("le contrat finit avant de commencer",
		"the contract ends before it starts"));
	return false;
}

static void check_kind(struct import *import, size_t row)
{
	const char *kind = csv_field(import->csv, row, KIND);

	if (!import_row_name(import, row, KIND, KIND_MAX, true))
		return;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (text_same(kind, kinds[i]))
			return;
	}
	import_row_fault(import, row, KIND,
	    L("type de contrat inconnu ; il y a CDDI, CDI inclusion, CDI, CDD, "
	      "CUI, PEC, mission (ou intérim, CTT), usage, tremplin, "
	      "professionnalisation, apprentissage ou autre",
		"unknown kind of contract; there are CDDI, CDI inclusion, CDI, "
		"CDD, CUI, PEC, mission (or intérim, CTT), usage, tremplin, "
		"professionnalisation, apprentissage or autre"));
}

static void check(struct import *import, void *context, size_t row)
{
	const struct state *state = context;
	const struct csv *csv = import->csv;
	const char *weekly = csv_field(csv, row, WEEKLY);
	const char *structure = check_worker(import, state, row);
	struct err err = ERR_INIT;
	char key[RECORD_KEY_MAX];
	bool dated, named;
	int minutes;

	named = import_row_id(import, row, CONTRACT);
	check_kind(import, row);
	dated = check_dates(import, row);
	if (weekly[0] != '\0' &&
	    duration_parse(&minutes, weekly, true, DURATION_WEEK_MAX, &err) < 0)
		import_row_fault(import, row, WEEKLY, err.text);
	if (structure[0] == '\0')
		return;
	check_annex(import, state, row, structure);
	if (!named)
		return;
	(void)snprintf(key, sizeof(key), "%s/%s/%s", structure,
	    csv_field(csv, row, WORKER), csv_field(csv, row, CONTRACT));
	if (import_row_once(import, row, CONTRACT, key) && dated)
		check_overlap(import, state, row, structure);
}

/* ---- records ---- */

static bool put_date(json_t *value, const char *key, const struct csv *csv,
    size_t row, size_t column)
{
	char iso[DATE_TEXT];

	if (!csv_has(csv, column))
		return true;
	iso_date(iso, csv, row, column);
	return import_put(value, key, iso);
}

static bool put_weekly(json_t *value, const struct csv *csv, size_t row)
{
	int minutes;

	if (!csv_has(csv, WEEKLY))
		return true;
	if (duration_parse(&minutes, csv_field(csv, row, WEEKLY), true,
		DURATION_WEEK_MAX, NULL) < 0)
		return json_put(value, "weekly", json_null());
	return json_put_int(value, "weekly", minutes);
}

static const json_t *known_contract(const struct state *state,
    const char *structure, const struct csv *csv, size_t row)
{
	const json_t *list = contracts_list(
	    state->contracts, structure, csv_field(csv, row, WORKER));

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *item = json_array_get(list, i);

		if (strcmp(json_text(item, "id"),
			csv_field(csv, row, CONTRACT)) == 0)
			return json_object_get(item, "value");
	}
	return NULL;
}

/* An empty cell is an annex not known yet: one attached meanwhile stays. */
static bool put_annex(json_t *value, const struct state *state,
    const char *structure, const struct csv *csv, size_t row)
{
	const json_t *known = known_contract(state, structure, csv, row);
	const json_t *before = json_object_get(known, "before");
	char annex[TEXT_ID_MAX + 1];
	bool done = true;

	read_annex(annex, csv, row);
	if (annex[0] == '\0')
		return true;
	if (json_text(known, "annex")[0] != '\0')
		done = json_put_text(value, "annex", json_text(known, "annex"));
	if (done && before != NULL)
		done = json_put(value, "before", json_clone(before));
	if (!done || !contract_attach(value,
			 contracts_annexes(state->contracts), structure, annex))
		return false;
	return json_object_get(value, "before") != NULL || before == NULL ||
	       json_put(value, "before", json_null());
}

static json_t *members(const struct state *state, const char *structure,
    const struct csv *csv, size_t row)
{
	json_t *value = json_object();

	if (json_put_text(value, "kind", csv_field(csv, row, KIND)) &&
	    put_annex(value, state, structure, csv, row) &&
	    put_date(value, "start", csv, row, START) &&
	    put_date(value, "end", csv, row, END) &&
	    put_weekly(value, csv, row))
		return value;
	json_decref(value);
	return NULL;
}

static int apply(struct import *import, void *context, struct err *err)
{
	const struct state *state = context;
	const struct csv *csv = import->csv;
	int rc = 0;

	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		const char *structure = structure_of(state, csv, row);
		struct import_change change;

		rc = import_merge(import, structure, "contract",
		    csv_field(csv, row, WORKER), csv_field(csv, row, CONTRACT),
		    members(state, structure, csv, row), &change, err);
		if (rc == 0)
			import_count(import, row, &change);
	}
	return rc;
}

const struct import_part import_contracts = {
    "contracts", columns, load, check, apply, unload};
