#include <stdlib.h>
#include <string.h>

#include "server/import/import_people.h"
#include "server/import/namesake.h"
#include "server/import/people.h"
#include "server/import/stay.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/text.h"

enum column { WEEKLY = PEOPLE_MORE, START, END, DAYS, BIRTH, PASS, PASS_END };

/* Younger or older is a slip of the pen (les emplois de l'inclusion). */
#define AGE_MIN 16
#define AGE_MAX 100

/* The number of a PASS IAE: capitals and digits (les emplois, ApprovalNumber:
 * "99999" and seven digits since 2021, letters before). */
#define PASS_LEN 12

static const struct csv_column columns[] = {
    {"worker", true, "salarié;identifiant;matricule"},
    {"structure", true, "établissement"},
    {"crew", true, "équipe"},
    {"first_name", true, "prénom"},
    {"last_name", true, "nom;nom de famille"},
    {"weekly", false, "hebdomadaire;durée hebdomadaire"},
    {"contract_start", false, "début du contrat;début de contrat"},
    {"contract_end", false, "fin du contrat;fin de contrat"},
    {"days", false, "jours"},
    {"birth", false, "naissance;date de naissance"},
    {"pass", false, "PASS IAE;numéro de PASS IAE"},
    {"pass_end", false, "fin du PASS;fin du PASS IAE"},
    {NULL, false, NULL},
};

#define CONTRACT "1" /* the part of the one contract this file tells */

/* One worker to write: a row of the file, or somebody known whose initial
 * may have to grow. */
struct worker {
	const struct person *known; /* NULL: new */
	size_t row;                 /* NO_ROW: not in the file */
	char *crew;                 /* owned: the group of namesakes */
};

#define NO_ROW ((size_t)-1)

struct state {
	struct import_people_lists lists;
	struct people *people;
	json_t *rows; /* owned: worker to the file's first row of it */
	int warned;
	struct date today;
	struct worker *workers; /* owned */
	struct namesake *names; /* owned; of the same indexes */
	size_t count;
};

static void unload(void *context)
{
	struct state *state = context;

	if (state == NULL)
		return;
	import_people_unload(&state->lists);
	people_free(state->people);
	json_decref(state->rows);
	for (size_t i = 0; i < state->count; i++)
		free(state->workers[i].crew);
	free(state->workers);
	free(state->names);
	free(state);
}

static int load(struct import *import, void **out, struct err *err)
{
	struct state *state = calloc(1, sizeof(*state));
	int rc;

	if ((*out = state) == NULL)
		return err_nomem(err);
	date_local(os_now_s(import->office->os), &state->today);
	if ((state->rows = json_object()) == NULL)
		return err_nomem(err);
	if ((rc = import_people_load(import, &state->lists, err)) < 0)
		return rc;
	return people_load(&state->people, import->office->db, NULL, err);
}

/* ---- checks ---- */

static bool check_date(
    struct import *import, size_t row, size_t column, struct date *out)
{
	const char *text = csv_field(import->csv, row, column);
	struct err err = ERR_INIT;

	if (text[0] == '\0')
		return false;
	if (date_parse(out, text, &err) == 0)
		return true;
	import_row_fault(import, row, column, err.text);
	return false;
}

static void check_contract(struct import *import, size_t row)
{
	const char *weekly = csv_field(import->csv, row, WEEKLY);
	struct err err = ERR_INIT;
	struct date start, end;
	bool begins = check_date(import, row, START, &start);
	bool ends = check_date(import, row, END, &end);
	int minutes;

	if (begins && ends && date_days(&end) < date_days(&start))
		import_row_fault(import, row, END,
		    L("le contrat finit avant de commencer",
			"the contract ends before it starts"));
	if (weekly[0] != '\0' &&
	    duration_parse(&minutes, weekly, true, DURATION_WEEK_MAX, &err) < 0)
		import_row_fault(import, row, WEEKLY, err.text);
	(void)import_row_days(import, row, DAYS);
}

/* Years from ${birth} to ${today}, birthdays counted. */
static int age_on(const struct date *birth, const struct date *today)
{
	bool before = today->month < birth->month ||
	              (today->month == birth->month && today->day < birth->day);

	return today->year - birth->year - (before ? 1 : 0);
}

static void check_birth(
    struct import *import, const struct state *state, size_t row)
{
	struct date birth;
	int age;

	if (!check_date(import, row, BIRTH, &birth))
		return;
	age = age_on(&birth, &state->today);
	if (age < AGE_MIN || age > AGE_MAX)
		import_row_fault(import, row, BIRTH,
		    L("date de naissance : de 16 à 100 ans",
			"birth date: 16 to 100 years old"));
}

static void check_pass(struct import *import, size_t row)
{
	const char *pass = csv_field(import->csv, row, PASS);
	struct date end;

	(void)check_date(import, row, PASS_END, &end);
	if (pass[0] != '\0' &&
	    (strlen(pass) != PASS_LEN ||
		strspn(pass, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") !=
		    PASS_LEN))
		import_row_fault(import, row, PASS,
		    L("numéro de PASS IAE : douze chiffres ou capitales",
			"number of a PASS IAE: twelve digits or capitals"));
}

/* ---- one identifier, two people ---- */

static bool is_named(
    const struct csv *csv, size_t row, const char *first, const char *last)
{
	return text_same(csv_field(csv, row, PEOPLE_FIRST), first) &&
	       (last[0] == '\0' ||
		   text_same(csv_field(csv, row, PEOPLE_LAST), last));
}

/* Somebody else has this identifier in another structure: the rules would add
 * up what the two worked (one identity, as the law counts). */
static void warn_other(struct import *import, struct state *state, size_t row,
    const char *structure, const char *first, const char *last)
{
	const struct csv *csv = import->csv;
	struct buf *out = &import->summary->warnings;

	if (state->warned++ >= CSV_FAULT_MAX)
		return;
	buf_printf(
	    out, L("ligne %zu : « ", "line %zu: \""), csv_line(csv, row));
	text_quote(out, csv_field(csv, row, PEOPLE_ID));
	buf_add_text(out, L(" » est aussi ", "\" is also "));
	text_quote(out, first);
	buf_add_text(out, last[0] != '\0' ? " " : "");
	text_quote(out, last);
	buf_add_text(out, L(", dans la structure « ", ", in structure \""));
	text_quote(out, structure);
	buf_add_text(out,
	    L(" » : leurs heures s'ajoutent pour les règles du travail ; si "
	      "ce sont deux personnes, donnez-leur deux identifiants\n",
		"\": their hours add up for the rules of labour law; if they "
		"are two people, give them two identifiers\n"));
}

/* The file's first row of this worker under another structure and name. */
static void check_twin_row(
    struct import *import, struct state *state, size_t row)
{
	const struct csv *csv = import->csv;
	const char *id = csv_field(csv, row, PEOPLE_ID);
	const json_t *known = json_object_get(state->rows, id);
	size_t other = (size_t)json_integer_value(known);

	if (known == NULL) {
		if (!json_put_int(state->rows, id, (int64_t)row))
			import->failed = true;
		return;
	}
	if (strcmp(csv_field(csv, other, PEOPLE_STRUCTURE),
		csv_field(csv, row, PEOPLE_STRUCTURE)) != 0 &&
	    !is_named(csv, row, csv_field(csv, other, PEOPLE_FIRST),
		csv_field(csv, other, PEOPLE_LAST)))
		warn_other(import, state, row,
		    csv_field(csv, other, PEOPLE_STRUCTURE),
		    csv_field(csv, other, PEOPLE_FIRST),
		    csv_field(csv, other, PEOPLE_LAST));
}

/* Is that person told anew by the file? Then check_twin_row compares. */
static bool is_in_file(const struct import *import, const struct person *person)
{
	const struct csv *csv = import->csv;

	for (size_t row = 0; row < csv_rows(csv); row++) {
		if (strcmp(csv_field(csv, row, PEOPLE_ID), person->id) == 0 &&
		    strcmp(csv_field(csv, row, PEOPLE_STRUCTURE),
			person->structure) == 0)
			return true;
	}
	return false;
}

static void check_twins(struct import *import, struct state *state, size_t row)
{
	const struct csv *csv = import->csv;
	const char *id = csv_field(csv, row, PEOPLE_ID);
	const char *structure = csv_field(csv, row, PEOPLE_STRUCTURE);

	check_twin_row(import, state, row);
	for (size_t i = 0; i < people_count(state->people); i++) {
		const struct person *person = people_at(state->people, i);

		/* Who may not see a structure is not told who is there. */
		if (strcmp(person->id, id) != 0 || person->newcomer ||
		    strcmp(person->structure, structure) == 0 ||
		    (import->office->signer != NULL &&
			!signer_may(
			    import->office->signer, person->structure)) ||
		    is_named(csv, row, person->first, person->last) ||
		    is_in_file(import, person))
			continue;
		warn_other(import, state, row, person->structure, person->first,
		    person->last);
	}
}

static void check(struct import *import, void *context, size_t row)
{
	struct state *state = context;

	check_twins(import, state, row);
	import_people_check(import, &state->lists, row, true);
	if (record_is_newcomer(csv_field(import->csv, row, PEOPLE_ID)))
		import_row_fault(import, row, PEOPLE_ID,
		    L("cet identifiant est celui d'un arrivant saisi sur un "
		      "poste : donnez-lui en un autre, puis rapprochez-les",
			"this identifier is that of a newcomer entered on a "
			"laptop: give another one, then match them"));
	check_contract(import, row);
	check_birth(import, state, row);
	check_pass(import, row);
}

/* ---- initials ---- */

static int add_worker(struct state *state, struct worker worker,
    const char *structure, const char *crew, struct namesake name,
    struct err *err)
{
	struct buf group = BUF_INIT;

	buf_printf(&group, "%s/%s", structure, crew);
	if ((worker.crew = buf_take(&group)) == NULL)
		return err_nomem(err);
	name.crew = worker.crew;
	state->workers[state->count] = worker;
	state->names[state->count++] = name;
	return 0;
}

/* An initial only grows: people have learnt the one they see. */
static size_t letters_of(const struct person *known, const char *last)
{
	size_t len = known != NULL ? strlen(known->initial) : 0;

	if (len == 0 || strncmp(last, known->initial, len) != 0)
		return 1;
	return text_length(known->initial);
}

static int add_rows(struct import *import, struct state *state, struct err *err)
{
	const struct csv *csv = import->csv;
	int rc = 0;

	for (size_t row = 0; rc == 0 && row < csv_rows(csv); row++) {
		const char *structure = csv_field(csv, row, PEOPLE_STRUCTURE);
		const char *last = csv_field(csv, row, PEOPLE_LAST);
		const struct person *known = people_find(
		    state->people, structure, csv_field(csv, row, PEOPLE_ID));
		const struct namesake name = {
		    .first = csv_field(csv, row, PEOPLE_FIRST),
		    .last = last,
		    .letters = letters_of(known, last),
		};

		rc = add_worker(state, (struct worker){known, row, NULL},
		    structure, csv_field(csv, row, PEOPLE_CREW), name, err);
	}
	return rc;
}

/* Those who are in a crew and not in the file. */
static int add_others(
    struct import *import, struct state *state, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < people_count(state->people); i++) {
		const struct person *known = people_at(state->people, i);
		const char *crew = stay_crew(known->value, &state->today);
		const struct namesake name = {
		    .first = known->first,
		    .last = known->last,
		    .letters = letters_of(known, known->last),
		};
		char key[REFERENCE_KEY_MAX];

		reference_key(key, known->structure, known->id);
		if (known->newcomer || known->last[0] == '\0' ||
		    crew[0] == '\0' ||
		    json_object_get(import->seen, key) != NULL)
			continue;
		rc = add_worker(state, (struct worker){known, NO_ROW, NULL},
		    known->structure, crew, name, err);
	}
	return rc;
}

static int gather(struct import *import, struct state *state, struct err *err)
{
	size_t room = csv_rows(import->csv) + people_count(state->people) + 1;
	int rc;

	state->workers = calloc(room, sizeof(*state->workers));
	state->names = calloc(room, sizeof(*state->names));
	if (state->workers == NULL || state->names == NULL)
		return err_nomem(err);
	if ((rc = add_rows(import, state, err)) < 0 ||
	    (rc = add_others(import, state, err)) < 0)
		return rc;
	return namesake_choose(state->names, state->count, err);
}

/* ---- records ---- */

static bool put_initial(json_t *members, const struct namesake *name)
{
	return json_put(members, "initial",
	    json_stringn(name->last, text_prefix(name->last, name->letters)));
}

/* ISO text of a field that was checked; "" when it is empty. */
static void iso_date(
    char out[DATE_TEXT], const struct csv *csv, size_t row, size_t column)
{
	struct date date;

	out[0] = '\0';
	if (date_parse(&date, csv_field(csv, row, column), NULL) == 0)
		date_format(&date, out);
}

static json_t *worker_members(const struct csv *csv, const struct state *state,
    const struct worker *worker, const struct namesake *name)
{
	const json_t *before =
	    worker->known != NULL ? worker->known->value : NULL;
	json_t *value = json_object();

	if (json_put_text(value, "first", name->first) &&
	    put_initial(value, name) &&
	    json_put(value, "crews",
		stay_enter(before, csv_field(csv, worker->row, PEOPLE_CREW),
		    &state->today)))
		return value;
	json_decref(value);
	return NULL;
}

static bool put_date(json_t *value, const char *key, const struct csv *csv,
    size_t row, size_t column)
{
	char iso[DATE_TEXT];

	if (!csv_has(csv, column))
		return true;
	iso_date(iso, csv, row, column);
	return import_put(value, key, iso);
}

static json_t *identity_members(
    const struct csv *csv, size_t row, const char *last)
{
	json_t *value = json_object();

	if (json_put_text(value, "last", last) &&
	    put_date(value, "birth", csv, row, BIRTH) &&
	    (!csv_has(csv, PASS) ||
		import_put(value, "pass", csv_field(csv, row, PASS))) &&
	    put_date(value, "pass_end", csv, row, PASS_END))
		return value;
	json_decref(value);
	return NULL;
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

static json_t *contract_members(const struct csv *csv, size_t row)
{
	json_t *value = json_object();

	if (value != NULL && put_weekly(value, csv, row) &&
	    put_date(value, "start", csv, row, START) &&
	    put_date(value, "end", csv, row, END) &&
	    import_put_days(value, csv, row, DAYS))
		return value;
	json_decref(value);
	return NULL;
}

static int write_row(struct import *import, const struct state *state,
    size_t index, struct err *err)
{
	const struct csv *csv = import->csv;
	const struct worker *worker = &state->workers[index];
	const struct namesake *name = &state->names[index];
	const char *structure = csv_field(csv, worker->row, PEOPLE_STRUCTURE);
	const char *id = csv_field(csv, worker->row, PEOPLE_ID);
	struct import_change change, other[2];
	int rc;

	if ((rc = import_merge(import, structure, "worker", id, NULL,
		 worker_members(csv, state, worker, name), &change, err)) < 0 ||
	    (rc = import_merge(import, structure, "identity", id, NULL,
		 identity_members(csv, worker->row, name->last), &other[0],
		 err)) < 0 ||
	    (rc = import_merge(import, structure, "contract", id, CONTRACT,
		 contract_members(csv, worker->row), &other[1], err)) < 0)
		return rc;
	change.changed |= other[0].changed || other[1].changed;
	import_count(import, worker->row, &change);
	return 0;
}

/* Somebody who is not in the file counts when the initial grew. */
static int write_other(struct import *import, const struct state *state,
    size_t index, struct err *err)
{
	const struct person *known = state->workers[index].known;
	struct import_change change;
	json_t *members = json_object();
	int rc;

	if (members == NULL || !put_initial(members, &state->names[index])) {
		json_decref(members);
		return err_nomem(err);
	}
	rc = import_merge(import, known->structure, "worker", known->id, NULL,
	    members, &change, err);
	if (rc == 0 && change.changed)
		import_count(import, IMPORT_NO_ROW, &change);
	return rc;
}

static int apply(struct import *import, void *context, struct err *err)
{
	struct state *state = context;
	int rc = gather(import, state, err);

	for (size_t i = 0; rc == 0 && i < state->count; i++) {
		rc = state->workers[i].row == NO_ROW
		         ? write_other(import, state, i, err)
		         : write_row(import, state, i, err);
	}
	return rc;
}

const struct import_part import_workers = {
    "workers", columns, load, check, apply, unload};
