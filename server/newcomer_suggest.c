#include <stdlib.h>
#include <string.h>

#include "server/import/people.h"
#include "server/newcomer.h"
#include "shared/nearest.h"
#include "shared/text.h"

#define SUGGESTED_MAX 5

/* The best so far, the likeliest first. */
struct likely {
	const struct person *person;
	size_t distance;
	bool same_crew;
};

static bool is_before(const struct likely *a, const struct likely *b)
{
	if (a->distance != b->distance)
		return a->distance < b->distance;
	return a->same_crew && !b->same_crew;
}

static void keep(struct likely *best, size_t *count, struct likely one)
{
	size_t at = *count;

	while (at > 0 && is_before(&one, &best[at - 1]))
		at--;
	if (at == SUGGESTED_MAX)
		return;
	if (*count < SUGGESTED_MAX)
		(*count)++;
	memmove(&best[at + 1], &best[at], (*count - 1 - at) * sizeof(best[0]));
	best[at] = one;
}

/* How far apart the first names are, a different initial counting as one
 * letter more. */
static size_t distance(const json_t *newcomer, const struct person *person)
{
	const char *initial = json_text(newcomer, "initial");
	const char *last =
	    person->last[0] != '\0' ? person->last : person->initial;
	size_t apart =
	    nearest_distance(json_text(newcomer, "first"), person->first);
	char begin[8];

	if (initial[0] == '\0' || last[0] == '\0')
		return apart;
	(void)snprintf(begin, sizeof(begin), "%.*s",
	    (int)text_prefix(last, text_length(initial)), last);
	return apart + (text_same(begin, initial) ? 0 : 1);
}

static bool is_in_crew(const struct person *person, const char *crew)
{
	const json_t *stays = json_object_get(person->value, "crews");

	for (size_t i = 0; i < json_array_size(stays); i++) {
		if (strcmp(json_text(json_array_get(stays, i), "crew"), crew) ==
		    0)
			return true;
	}
	return false;
}

static json_t *likely_json(const struct likely *best, size_t count)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < count; i++) {
		struct buf name = BUF_INIT;
		int rc;

		people_name(&name, best[i].person);
		rc = json_array_append_new(
		    list, json_pack("{s:s, s:s}", "worker", best[i].person->id,
			      "name", buf_text(&name)));
		buf_free(&name);
		if (rc < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static int suggest(
    json_t *newcomer, const struct people *people, struct err *err)
{
	const char *first = json_text(newcomer, "first");
	const char *crew = json_text(newcomer, "crew");
	struct likely best[SUGGESTED_MAX + 1];
	size_t count = 0;

	for (size_t i = 0; i < people_count(people); i++) {
		const struct person *person = people_at(people, i);
		struct likely one = {person, 0, false};

		if (person->newcomer)
			continue;
		one.distance = distance(newcomer, person);
		one.same_crew = is_in_crew(person, crew);
		if (one.distance <= nearest_reach(first) + 1)
			keep(best, &count, one);
	}
	return json_put(newcomer, "suggest", likely_json(best, count))
	           ? 0
	           : err_nomem(err);
}

int newcomer_suggest(struct db *db, json_t *list, struct err *err)
{
	struct people *people = NULL;
	const char *loaded = "";
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		json_t *newcomer = json_array_get(list, i);
		const char *structure = json_text(newcomer, "structure");

		if (json_text(newcomer, "worker")[0] != '\0')
			continue;
		if (people == NULL || strcmp(loaded, structure) != 0) {
			people_free(people);
			people = NULL;
			loaded = structure;
			rc = people_load(&people, db, structure, err);
		}
		if (rc == 0)
			rc = suggest(newcomer, people, err);
	}
	people_free(people);
	return rc;
}
