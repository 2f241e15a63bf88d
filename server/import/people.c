#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/import/reference.h"
#include "server/import/people.h"
#include "shared/ledger.h"
#include "shared/record.h"

/* A person and what its texts are borrowed from. */
struct item {
	struct person person;
	char structure[TEXT_ID_MAX + 1];
	char id[TEXT_ID_MAX + 1];
	json_t *value;    /* owned */
	json_t *identity; /* owned; NULL when there is none */
};

struct people {
	struct item **items; /* owned, each owned */
	size_t count;
	size_t room;
};

static void item_free(struct item *item)
{
	if (item == NULL)
		return;
	json_decref(item->value);
	json_decref(item->identity);
	free(item);
}

void people_free(struct people *people)
{
	if (people == NULL)
		return;
	for (size_t i = 0; i < people->count; i++)
		item_free(people->items[i]);
	free(people->items);
	free(people);
}

static int grow(struct people *people, struct err *err)
{
	size_t room = people->room == 0 ? 64 : 2 * people->room;
	struct item **items;

	if (people->count < people->room)
		return 0;
	items = reallocarray(people->items, room, sizeof(*items));
	if (items == NULL)
		return err_nomem(err);
	people->items = items;
	people->room = room;
	return 0;
}

static int note_person(
    void *context, const struct record_row *row, struct err *err)
{
	struct people *people = context;
	struct item *item;
	json_t *value;
	int rc;

	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	item = calloc(1, sizeof(*item));
	if (item == NULL || (rc = grow(people, err)) < 0) {
		json_decref(value);
		free(item);
		return item == NULL ? err_nomem(err) : rc;
	}
	text_copy(item->structure, sizeof(item->structure), row->structure);
	text_copy(item->id, sizeof(item->id), row->subject);
	item->value = value;
	item->person = (struct person){
	    .structure = item->structure,
	    .id = item->id,
	    .first = json_text(value, "first"),
	    .initial = json_text(value, "initial"),
	    .last = "",
	    .pass_end = "",
	    .value = value,
	    .newcomer = strcmp(row->family, "newcomer") == 0,
	};
	people->items[people->count++] = item;
	return 0;
}

static int compare_key(
    const char *structure, const char *id, const struct item *item)
{
	int order = strcmp(structure, item->structure);

	return order != 0 ? order : strcmp(id, item->id);
}

static int compare(const void *a, const void *b)
{
	const struct item *one = *(struct item *const *)a;

	return compare_key(one->structure, one->id, *(struct item *const *)b);
}

static struct item *find(
    const struct people *people, const char *structure, const char *id)
{
	size_t low = 0, high = people->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_key(structure, id, people->items[middle]);

		if (order == 0)
			return people->items[middle];
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return NULL;
}

static int note_identity(
    void *context, const struct record_row *row, struct err *err)
{
	struct item *item = find(context, row->structure, row->subject);
	int rc;

	if (item == NULL)
		return 0;
	if ((rc = reference_value(&item->identity, row, err)) < 0)
		return rc;
	item->person.last = json_text(item->identity, "last");
	item->person.pass_end = json_text(item->identity, "pass_end");
	return 0;
}

int people_load(
    struct people **out, struct db *db, const char *structure, struct err *err)
{
	struct people *people = calloc(1, sizeof(*people));
	int rc;

	*out = NULL;
	if (people == NULL)
		return err_nomem(err);
	if ((rc = ledger_family(
		 db, structure, "worker", note_person, people, err)) < 0 ||
	    (rc = ledger_family(
		 db, structure, "newcomer", note_person, people, err)) < 0)
		goto out;
	if (people->count > 0)
		qsort(people->items, people->count, sizeof(*people->items),
		    compare);
	rc = ledger_family(
	    db, structure, "identity", note_identity, people, err);
out:
	if (rc < 0)
		people_free(people);
	else
		*out = people;
	return rc;
}

size_t people_count(const struct people *people)
{
	return people->count;
}

const struct person *people_at(const struct people *people, size_t index)
{
	assert(index < people->count);
	return &people->items[index]->person;
}

const struct person *people_find(
    const struct people *people, const char *structure, const char *id)
{
	const struct item *item = find(people, structure, id);

	return item != NULL ? &item->person : NULL;
}

const char *people_crew(const struct person *person, const char *day)
{
	const json_t *stays = json_object_get(person->value, "crews");
	const char *crew = "", *since = "";

	if (person->newcomer)
		return json_text(person->value, "crew");
	for (size_t i = 0; i < json_array_size(stays); i++) {
		const json_t *stay = json_array_get(stays, i);
		const char *from = json_text(stay, "from");
		const char *to = json_text(stay, "to");

		if (strcmp(from, day) > 0 || strcmp(from, since) < 0 ||
		    (to[0] != '\0' && strcmp(to, day) < 0))
			continue;
		crew = json_text(stay, "crew");
		since = from;
	}
	return crew;
}

void people_name(struct buf *out, const struct person *person)
{
	buf_add_text(out, person->first);
	if (person->last[0] != '\0')
		buf_printf(out, " %s", person->last);
	else if (person->initial[0] != '\0')
		buf_printf(out, " %s.", person->initial);
}
