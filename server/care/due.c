#include <stdlib.h>
#include <string.h>

#include "server/care/care.h"
#include "server/care/due.h"
#include "server/contracts.h"
#include "server/import/people.h"
#include "server/import/reference.h"

struct gathering {
	const struct due_filter *filter;
	char today[DATE_TEXT];
	char until[DATE_TEXT];
	json_t *rows;  /* owned */
	json_t *exits; /* owned: worker's key to the day last left */
};

/* Something due on ${day}: kept when it is near or late. */
static int add(struct gathering *gathering, const char *what,
    const json_t *about, const char *day, const char *detail, struct err *err)
{
	if (strcmp(day, gathering->until) > 0)
		return 0;
	return json_array_append_new(gathering->rows,
		   json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s}", "what",
		       what, "day", day, "late",
		       strcmp(day, gathering->today) < 0, "structure",
		       json_text(about, "structure"), "worker",
		       json_text(about, "worker"), "id", json_text(about, "id"),
		       "detail", detail)) < 0
	           ? err_nomem(err)
	           : 0;
}

static int list(struct office *office, struct gathering *gathering,
    enum care_family family, json_t **out, struct err *err)
{
	const struct care_filter filter = {gathering->filter->structure,
	    gathering->filter->worker, NULL, NULL, true};

	return care_list(office, family, &filter, out, err);
}

static void key_of(char out[REFERENCE_KEY_MAX], const json_t *row)
{
	reference_key(
	    out, json_text(row, "structure"), json_text(row, "worker"));
}

static bool is_same_worker(const json_t *a, const json_t *b)
{
	return strcmp(json_text(a, "worker"), json_text(b, "worker")) == 0 &&
	       strcmp(json_text(a, "structure"), json_text(b, "structure")) ==
	           0;
}

/* ---- meetings ---- */

/* Rows are by worker and day: the last of each worker tells. A meeting noted
 * ahead of its day is itself what is to come. */
static int add_meetings(
    struct office *office, struct gathering *gathering, struct err *err)
{
	json_t *rows = NULL;
	int rc = list(office, gathering, CARE_MEETING, &rows, err);
	size_t count = json_array_size(rows);

	for (size_t i = 0; rc == 0 && i < count; i++) {
		const json_t *row = json_array_get(rows, i);
		const char *day = json_text(row, "day");
		const char *next = json_text(row, "next");

		if (strcmp(day, gathering->today) > 0)
			rc = add(gathering, "meeting", row, day,
			    json_text(row, "theme"), err);
		else if (next[0] != '\0' &&
			 (i + 1 == count ||
			     !is_same_worker(row, json_array_get(rows, i + 1))))
			rc = add(gathering, "meeting", row, next,
			    json_text(row, "theme"), err);
	}
	json_decref(rows);
	return rc;
}

static int add_pmsmp(
    struct office *office, struct gathering *gathering, struct err *err)
{
	json_t *rows = NULL;
	int rc = list(office, gathering, CARE_PMSMP, &rows, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *end = json_text(row, "end");

		if (strcmp(end, gathering->today) >= 0)
			rc = add(gathering, "pmsmp_end", row, end,
			    json_text(row, "host"), err);
	}
	json_decref(rows);
	return rc;
}

/* ---- leaving ---- */

static int add_exits(
    struct office *office, struct gathering *gathering, struct err *err)
{
	json_t *rows = NULL;
	int rc = list(office, gathering, CARE_EXIT, &rows, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *category = json_text(row, "category");
		char key[REFERENCE_KEY_MAX];

		key_of(key, row);
		/* By day: the last one stays. */
		if (!json_put_text(
			gathering->exits, key, json_text(row, "day")))
			rc = err_nomem(err);
		else if (json_is_null(json_object_get(row, "followup")) &&
			 strcmp(category, "withdrawn") != 0)
			rc = add(gathering, "followup", row,
			    json_text(row, "followup_due"), category, err);
	}
	json_decref(rows);
	return rc;
}

/* The last contract's end: near, or past without a leaving. */
static int add_contract(struct gathering *gathering,
    const struct person *person, const json_t *contract, struct err *err)
{
	const json_t *value = json_object_get(contract, "value");
	const char *end = contract_last(value), *left;
	char key[REFERENCE_KEY_MAX], late[DATE_TEXT];
	json_t *about;
	int rc;

	reference_key(key, person->structure, person->id);
	left = json_text(gathering->exits, key);
	if (end[0] == '\0' ||
	    (left[0] != '\0' && strcmp(left, json_text(value, "start")) >= 0))
		return 0;
	about = json_pack("{s:s, s:s, s:s}", "structure", person->structure,
	    "worker", person->id, "id", json_text(contract, "id"));
	if (about == NULL)
		return err_nomem(err);
	if (strcmp(end, gathering->today) >= 0) {
		rc = add(gathering, "contract_end", about, end,
		    json_text(value, "kind"), err);
	} else {
		care_months_later(end, CARE_EXIT_MONTHS, late);
		rc = add(gathering, "exit_missing", about, late,
		    json_text(value, "kind"), err);
	}
	json_decref(about);
	return rc;
}

/* The PASS IAE: without one no contract can be made or go on. Of whoever has
 * left it is of no matter any more. */
static int add_pass(
    struct gathering *gathering, const struct person *person, struct err *err)
{
	char key[REFERENCE_KEY_MAX];
	json_t *about;
	int rc;

	reference_key(key, person->structure, person->id);
	if (person->pass_end[0] == '\0' ||
	    json_object_get(gathering->exits, key) != NULL)
		return 0;
	about = json_pack("{s:s, s:s, s:s}", "structure", person->structure,
	    "worker", person->id, "id", "");
	if (about == NULL)
		return err_nomem(err);
	rc = add(gathering, "pass_end", about, person->pass_end, "", err);
	json_decref(about);
	return rc;
}

static int add_contracts(
    struct office *office, struct gathering *gathering, struct err *err)
{
	const struct due_filter *filter = gathering->filter;
	struct contracts *contracts = NULL;
	struct people *people = NULL;
	int rc;

	if ((rc = contracts_load(
		 &contracts, office->db, filter->structure, err)) < 0 ||
	    (rc = people_load(&people, office->db, filter->structure, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < people_count(people); i++) {
		const struct person *person = people_at(people, i);
		const json_t *list =
		    contracts_list(contracts, person->structure, person->id);
		size_t count = json_array_size(list);

		if (person->newcomer ||
		    (filter->worker != NULL &&
			strcmp(filter->worker, person->id) != 0))
			continue;
		rc = add_pass(gathering, person, err);
		if (rc == 0 && count > 0)
			rc = add_contract(gathering, person,
			    json_array_get(list, count - 1), err);
	}
out:
	people_free(people);
	contracts_free(contracts);
	return rc;
}

/* ---- by day ---- */

static int compare(const void *a, const void *b)
{
	static const char *const keys[] = {
	    "day", "structure", "worker", "what", "id"};
	const json_t *one = *(json_t *const *)a;
	const json_t *other = *(json_t *const *)b;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		int order =
		    strcmp(json_text(one, keys[i]), json_text(other, keys[i]));

		if (order != 0)
			return order;
	}
	return 0;
}

static int sort_by_day(const json_t *rows, json_t **out, struct err *err)
{
	size_t count = json_array_size(rows);
	json_t **items = calloc(count + 1, sizeof(*items));
	json_t *sorted = json_array();
	bool good = items != NULL && sorted != NULL;

	for (size_t i = 0; good && i < count; i++)
		items[i] = json_array_get(rows, i);
	if (good && count > 1)
		qsort(items, count, sizeof(*items), compare);
	for (size_t i = 0; good && i < count; i++)
		good = json_array_append(sorted, items[i]) == 0;
	free(items);
	if (!good) {
		json_decref(sorted);
		return err_nomem(err);
	}
	*out = sorted;
	return 0;
}

int due_json(struct office *office, const struct due_filter *filter,
    json_t **out, struct err *err)
{
	struct gathering gathering = {
	    .filter = filter, .rows = json_array(), .exits = json_object()};
	struct date until;
	int rc;

	*out = NULL;
	care_today(office, gathering.today);
	until = date_from_days(care_days(gathering.today) + filter->within);
	date_format(&until, gathering.until);
	if (gathering.rows == NULL || gathering.exits == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = add_meetings(office, &gathering, err)) < 0 ||
	    (rc = add_pmsmp(office, &gathering, err)) < 0 ||
	    (rc = add_exits(office, &gathering, err)) < 0 ||
	    (rc = add_contracts(office, &gathering, err)) < 0)
		goto out;
	rc = sort_by_day(gathering.rows, out, err);
out:
	json_decref(gathering.rows);
	json_decref(gathering.exits);
	return rc;
}
