/*
 * The list of workers, to look somebody up: by any word of name, identifier
 * or crew, whatever the accents.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/due.h"
#include "server/care/path.h"
#include "server/contracts.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "shared/text.h"

struct roll {
	struct office *office;
	const char *search;
	char today[DATE_TEXT];
	struct people *people;
	struct contracts *contracts;
	json_t *crews; /* owned */
	json_t *exits; /* owned: reference_key to the day last left */
	json_t *due;   /* owned: reference_key to {"due","late"} */
	json_t *rows;  /* owned */
};

/* Every word of ${search} in ${text}? */
static bool speaks_of(const char *text, const char *search)
{
	struct buf where = BUF_INIT, what = BUF_INIT;
	char *at, *save = NULL;
	bool all = true;

	text_fold(&where, text);
	text_fold(&what, search);
	if (what.len > 0) {
		for (at = strtok_r(what.data, " ", &save); all && at != NULL;
		     at = strtok_r(NULL, " ", &save))
			all = strstr(buf_text(&where), at) != NULL;
	}
	buf_free(&where);
	buf_free(&what);
	return all;
}

static int read_exits(struct roll *roll, const char *structure, struct err *err)
{
	const struct care_filter filter = {structure, NULL, NULL, NULL, true};
	json_t *rows = NULL;
	int rc = care_list(roll->office, CARE_EXIT, &filter, &rows, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		char key[REFERENCE_KEY_MAX];

		reference_key(
		    key, json_text(row, "structure"), json_text(row, "worker"));
		if (!json_put_text(roll->exits, key, json_text(row, "day")))
			rc = err_nomem(err);
	}
	json_decref(rows);
	return rc;
}

static int read_due(struct roll *roll, const char *structure, struct err *err)
{
	const struct due_filter filter = {structure, NULL, DUE_WITHIN_DAYS};
	json_t *rows = NULL;
	int rc = due_json(roll->office, &filter, &rows, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		bool late = json_is_true(json_object_get(row, "late"));
		char key[REFERENCE_KEY_MAX];
		json_t *sum;

		reference_key(
		    key, json_text(row, "structure"), json_text(row, "worker"));
		sum = json_object_get(roll->due, key);
		if (sum == NULL) {
			sum = json_object();
			if (!json_put(roll->due, key, sum))
				rc = err_nomem(err);
		}
		if (rc == 0 &&
		    (!json_put_int(sum, "due", json_int(sum, "due", 0) + 1) ||
			!json_put_int(
			    sum, "late", json_int(sum, "late", 0) + late)))
			rc = err_nomem(err);
	}
	json_decref(rows);
	return rc;
}

/* Somebody who came back after leaving has not left. */
static const char *left_on(
    const struct roll *roll, const char *key, const json_t *contract)
{
	const char *left = json_text(roll->exits, key);

	if (strcmp(json_text(contract, "start"), left) > 0)
		return "";
	return left;
}

static int add_person(
    struct roll *roll, const struct person *person, struct err *err)
{
	const json_t *list =
	    contracts_list(roll->contracts, person->structure, person->id);
	const json_t *last = json_object_get(
	    json_array_get(list, json_array_size(list) - 1), "value");
	const char *crew = people_crew(person, roll->today);
	const char *crew_name = json_text(
	    reference_get(roll->crews, person->structure, crew), "name");
	struct buf name = BUF_INIT, all = BUF_INIT;
	char key[REFERENCE_KEY_MAX];
	const json_t *due;
	int rc;

	people_name(&name, person);
	buf_printf(
	    &all, "%s %s %s %s", buf_text(&name), person->id, crew_name, crew);
	if ((rc = buf_check(&name, err)) < 0 || (rc = buf_check(&all, err)) < 0)
		goto out;
	if (roll->search != NULL && !speaks_of(buf_text(&all), roll->search))
		goto out;
	reference_key(key, person->structure, person->id);
	due = json_object_get(roll->due, key);
	if (json_array_append_new(roll->rows,
		json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:I, s:I}",
		    "worker", person->id, "structure", person->structure,
		    "name", buf_text(&name), "crew", crew, "crew_name",
		    crew_name[0] != '\0' ? crew_name : crew, "contract_end",
		    contract_last(last), "left", left_on(roll, key, last),
		    "due", (json_int_t)json_int(due, "due", 0), "late",
		    (json_int_t)json_int(due, "late", 0))) < 0)
		rc = err_nomem(err);
out:
	buf_free(&name);
	buf_free(&all);
	return rc;
}

static int fill(struct roll *roll, const char *structure, struct err *err)
{
	struct db *db = roll->office->db;
	int rc;

	if ((rc = people_load(&roll->people, db, structure, err)) < 0 ||
	    (rc = contracts_load(&roll->contracts, db, structure, err)) < 0 ||
	    (rc = reference_load(&roll->crews, db, "crew", err)) < 0 ||
	    (rc = read_exits(roll, structure, err)) < 0 ||
	    (rc = read_due(roll, structure, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < people_count(roll->people); i++) {
		const struct person *person = people_at(roll->people, i);

		if (!person->newcomer)
			rc = add_person(roll, person, err);
	}
	return rc;
}

int path_list(struct office *office, const char *structure, const char *search,
    json_t **out, struct err *err)
{
	struct roll roll = {.office = office,
	    .search = search,
	    .exits = json_object(),
	    .due = json_object(),
	    .rows = json_array()};
	int rc;

	*out = NULL;
	care_today(office, roll.today);
	if (roll.exits == NULL || roll.due == NULL || roll.rows == NULL)
		rc = err_nomem(err);
	else
		rc = fill(&roll, structure, err);
	if (rc == 0)
		*out = json_incref(roll.rows);
	people_free(roll.people);
	contracts_free(roll.contracts);
	json_decref(roll.crews);
	json_decref(roll.exits);
	json_decref(roll.due);
	json_decref(roll.rows);
	return rc;
}
