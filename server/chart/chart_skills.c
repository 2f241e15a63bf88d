#include <string.h>

#include "server/chart/chart.h"
#include "server/import/people.h"
#include "server/import/reference.h"
#include "shared/catalogue.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define MONTHS 12
#define LEVELS 5

struct skills {
	const char *worker; /* NULL: everybody */
	json_t *seen;       /* "worker skill" to [{"day","level","label"}] */
	char months[MONTHS][MONTH_TEXT];
	int64_t counts[MONTHS][LEVELS];
	int64_t people[MONTHS];
};

/* Observations come by worker, not by day: each finds its place. */
static bool insert(json_t *list, json_t *point)
{
	size_t at = json_array_size(list);

	while (at > 0 && strcmp(json_text(json_array_get(list, at - 1), "day"),
			     json_text(point, "day")) > 0)
		at--;
	return json_array_insert_new(list, at, point) == 0;
}

static int note(void *context, const struct record_row *row, struct err *err)
{
	struct skills *skills = context;
	struct buf key = BUF_INIT;
	json_t *value = NULL, *list;
	bool done;
	int rc;

	if (strcmp(row->state, RECORD_MERGED) != 0 ||
	    (skills->worker != NULL &&
		strcmp(skills->worker, row->subject) != 0))
		return 0;
	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	buf_printf(&key, "%s %s", row->subject, json_text(value, "skill"));
	if ((rc = buf_check(&key, err)) < 0)
		goto out;
	list = json_object_get(skills->seen, buf_text(&key));
	done = list != NULL;
	if (!done) {
		list = json_array();
		done = json_put(skills->seen, buf_text(&key), list);
	}
	if (!done || !insert(list, json_pack("{s:s,s:I,s:s,s:s}", "day",
				       json_text(value, "day"), "level",
				       (json_int_t)json_int(value, "level", 0),
				       "skill", json_text(value, "skill"),
				       "label", json_text(value, "label"))))
		rc = err_nomem(err);
out:
	json_decref(value);
	buf_free(&key);
	return rc;
}

/* The last level by the end of ${month}; -1 when nothing was seen by then. */
static int64_t level_at(const json_t *list, const char *month)
{
	int64_t level = -1;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *point = json_array_get(list, i);

		if (strncmp(json_text(point, "day"), month, MONTH_TEXT - 1) <=
		    0)
			level = json_int(point, "level", 0);
	}
	return level;
}

static int add_up(struct skills *skills, struct err *err)
{
	for (size_t i = 0; i < MONTHS; i++) {
		json_t *people = json_object(), *list;
		bool done = people != NULL;
		const char *key;

		json_object_foreach(skills->seen, key, list)
		{
			int64_t level = level_at(list, skills->months[i]);
			const char *end = strchr(key, ' ');

			if (level < 0 || level >= LEVELS)
				continue;
			skills->counts[i][level]++;
			done =
			    done && json_object_setn_new(people, key,
					(size_t)(end - key), json_true()) == 0;
		}
		skills->people[i] = (int64_t)json_object_size(people);
		json_decref(people);
		if (!done)
			return err_nomem(err);
	}
	return 0;
}

static bool is_hidden(const struct skills *skills, size_t month)
{
	return skills->worker == NULL && skills->people[month] > 0 &&
	       skills->people[month] < CHART_GROUP;
}

static json_t *number(bool hidden, int64_t value)
{
	return hidden ? json_null() : json_integer(value);
}

/* Own them; a member is missing when out of memory, which the caller's
 * json_pack tells. */
static json_t *levels_json(const struct skills *skills)
{
	json_t *levels = json_array();

	for (size_t level = 0; level < LEVELS; level++) {
		json_t *counts = json_array();

		for (size_t i = 0; i < MONTHS; i++) {
			if (json_array_append_new(
				counts, number(is_hidden(skills, i),
					    skills->counts[i][level])) < 0)
				goto failed;
		}
		if (json_array_append_new(
			levels, json_pack("{s:i,s:s,s:o}", "level", (int)level,
				    "label", catalogue_level_text((int)level),
				    "counts", counts)) == 0)
			continue;
		counts = NULL;
	failed:
		json_decref(counts);
		json_decref(levels);
		return NULL;
	}
	return levels;
}

static bool add_months(
    const struct skills *skills, json_t *months, json_t *people, bool *hidden)
{
	for (size_t i = 0; i < MONTHS; i++) {
		bool hide = is_hidden(skills, i);

		*hidden = *hidden || hide;
		if (json_array_append_new(
			months, json_string(skills->months[i])) < 0 ||
		    json_array_append_new(
			people, number(hide, skills->people[i])) < 0)
			return false;
	}
	return true;
}

/* One worker's own skills. */
static json_t *lines_json(const struct skills *skills)
{
	json_t *lines = json_array(), *list;
	const char *key;

	json_object_foreach(skills->seen, key, list)
	{
		const json_t *last =
		    json_array_get(list, json_array_size(list) - 1);

		if (json_array_append_new(lines,
			json_pack("{s:s,s:s,s:O}", "skill",
			    json_text(last, "skill"), "label",
			    json_text(last, "label"), "points", list)) < 0) {
			json_decref(lines);
			return NULL;
		}
	}
	return lines;
}

static int put_worker(const struct skills *skills, struct office *office,
    const char *structure, json_t *out, struct err *err)
{
	struct people *people = NULL;
	const struct person *found = NULL;
	struct buf name = BUF_INIT;
	int rc = people_load(&people, office->db, structure, err);

	for (size_t i = 0; rc == 0 && i < people_count(people); i++) {
		if (strcmp(people_at(people, i)->id, skills->worker) == 0)
			found = people_at(people, i);
	}
	if (rc == 0 && found == NULL)
		rc = err_set(err, E_NOT_FOUND,
		    L("salarié « %.60s » inconnu : vérifiez l'identifiant",
			"unknown worker \"%.60s\": check the identifier"),
		    skills->worker);
	if (rc == 0) {
		people_name(&name, found);
		if (!json_put_text(out, "worker", skills->worker) ||
		    !json_put_text(out, "name", buf_text(&name)) ||
		    !json_put(out, "skills", lines_json(skills)))
			rc = err_nomem(err);
	}
	buf_free(&name);
	people_free(people);
	return rc;
}

static int read_months(
    struct skills *skills, const char *month, struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	int rc = date_parse_month(month, first, last, err);

	for (int i = 0; rc == 0 && i < MONTHS; i++) {
		text_copy(skills->months[i], MONTH_TEXT, first);
		chart_month_step(skills->months[i], i - MONTHS + 1);
	}
	return rc;
}

int chart_skills(struct office *office, const char *month,
    const char *structure, const char *worker, json_t **out, struct err *err)
{
	struct skills skills = {.worker = worker, .seen = json_object()};
	json_t *structures = NULL, *months = json_array();
	json_t *people = json_array();
	bool hidden = false;
	int rc;

	*out = NULL;
	if ((rc = read_months(&skills, month, err)) < 0 ||
	    (rc = reference_load(&structures, office->db, "structure", err)) <
		0 ||
	    (rc = chart_check_structure(structures, structure, err)) < 0 ||
	    (rc = ledger_family(
		 office->db, structure, "skill", note, &skills, err)) < 0 ||
	    (rc = add_up(&skills, err)) < 0)
		goto out;
	if (!add_months(&skills, months, people, &hidden) ||
	    (*out = json_pack("{s:i,s:s,s:O,s:o,s:O,s:b}", "schema", 1,
		 "structure", structure != NULL ? structure : "", "months",
		 months, "levels", levels_json(&skills), "people", people,
		 "hidden", hidden)) == NULL)
		rc = err_nomem(err);
	if (rc == 0 && worker != NULL)
		rc = put_worker(&skills, office, structure, *out, err);
out:
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	json_decref(structures);
	json_decref(months);
	json_decref(people);
	json_decref(skills.seen);
	return rc;
}
