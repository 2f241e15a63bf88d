#include <string.h>

#include "server/closing_part.h"
#include "server/hours/hours_part.h"

/* A record being told. */
struct story {
	struct office *office;
	struct hours_who who;
	struct slot slot;
	struct closing_past past; /* of a closed month */
	bool closed;
	bool late;
	struct buf name;
	struct buf version;
	json_t *rows; /* owned */
};

/* The values that an entry was put over, each once. */
static json_t *before(const struct slot *slot, const struct slot_entry *at)
{
	json_t *list = json_array();
	bool done = list != NULL;

	for (size_t i = 0; done && i < at->entry.parent_count; i++) {
		const struct slot_entry *parent =
		    slot_find(slot, &at->entry.parents[i]);
		bool again = false;
		json_t *value;

		if (parent == NULL || parent->text == NULL)
			continue;
		value = parent->value != NULL ? json_clone(parent->value)
		                              : json_pack("{s:b}", "void", 1);
		for (size_t k = 0; k < json_array_size(list); k++)
			again =
			    again || json_equal(json_array_get(list, k), value);
		if (again)
			json_decref(value);
		else
			done = json_array_append_new(list, value) == 0;
	}
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static int add_row(
    struct story *story, const struct slot_entry *at, struct err *err)
{
	char hex[HASH_TEXT];
	json_t *row = NULL;
	bool late;
	int rc;

	hash_hex(&at->hash, hex);
	late = story->closed && at->live &&
	       json_object_get(story->past.covered, hex) == NULL;
	story->late = story->late || late;
	rc = slot_entry_json(&row, story->office, &story->slot, at, err);
	if (rc == 0 && (!json_put(row, "before", before(&story->slot, at)) ||
			   !json_put(row, "late", json_boolean(late)) ||
			   json_array_append(story->rows, row) < 0))
		rc = err_nomem(err);
	json_decref(row);
	return rc;
}

static int read_closing(struct story *story, struct err *err)
{
	char month[MONTH_TEXT];
	int rc;

	text_copy(month, sizeof(month), story->slot.day);
	rc = closing_is_made(story->office->db, story->slot.structure, month,
	    &story->closed, err);
	return rc < 0 || !story->closed
	           ? rc
	           : closing_past_read(&story->past, story->office->db,
			 story->slot.structure, month, err);
}

static int tell(struct story *story, json_t **out, struct err *err)
{
	const struct slot *slot = &story->slot;

	slot_version(&story->version, slot);
	*out = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:O}",
	    "structure", slot->structure, "worker", slot->worker, "name",
	    buf_text(&story->name), "day", slot->day, "slot", slot->slot,
	    "state", slot_state_word(slot->state), "version",
	    buf_text(&story->version), "late", story->late, "closed",
	    story->closed, "rows", story->rows);
	return *out != NULL ? buf_check(&story->version, err) : err_nomem(err);
}

int hours_history(struct office *office, const struct hours_place *place,
    json_t **out, struct err *err)
{
	struct story story = {.office = office, .rows = json_array()};
	int rc = story.rows != NULL ? 0 : err_nomem(err);

	*out = NULL;
	if (rc < 0 ||
	    (rc = hours_who_recorded(&story.who, office, place->structure,
		 place->worker, err)) < 0 ||
	    (rc = hours_who_name(&story.name, office, &story.who, err)) < 0 ||
	    (rc = slot_load(&story.slot, office->db, story.who.structure,
		 story.who.worker, place->day, place->slot, err)) < 0 ||
	    (rc = read_closing(&story, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < story.slot.count; i++)
		rc = add_row(&story, &story.slot.entries[i], err);
	if (rc == 0)
		rc = tell(&story, out, err);
out:
	closing_past_clear(&story.past);
	slot_clear(&story.slot);
	hours_who_clear(&story.who);
	buf_free(&story.name);
	buf_free(&story.version);
	json_decref(story.rows);
	return rc;
}
