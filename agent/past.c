#include <stdlib.h>
#include <string.h>

#include "agent/acts.h"
#include "agent/past.h"
#include "shared/lang.h"
#include "shared/ledger.h"

static struct past_entry *grow(struct past *past)
{
	if (past->count == past->room) {
		size_t room = past->room == 0 ? 4 : 2 * past->room;
		struct past_entry *items =
		    realloc(past->items, room * sizeof(*items));

		if (items == NULL)
			return NULL;
		past->items = items;
		past->room = room;
	}
	return memset(
	    &past->items[past->count++], 0, sizeof(struct past_entry));
}

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct past_entry *item;

	if (row->entry == NULL)
		return 0;
	if ((item = grow(context)) == NULL)
		return err_nomem(err);
	item->hash = row->hash;
	item->entry = *row->entry;
	json_incref(item->entry.root);
	item->live = row->live;
	text_copy(item->fault, sizeof(item->fault), row->fault);
	if (row->value == NULL)
		return 0;
	if ((item->value = strdup(row->value)) == NULL)
		return err_nomem(err);
	return row->value[0] == '{'
	           ? json_read(&item->json, row->value, strlen(row->value), err)
	           : 0;
}

int past_load(struct past *out, struct db *db, const char *structure,
    const char *record, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return ledger_history(db, structure, record, take_entry, out, err);
}

void past_clear(struct past *past)
{
	for (size_t i = 0; i < past->count; i++) {
		entry_clear(&past->items[i].entry);
		json_decref(past->items[i].json);
		free(past->items[i].value);
	}
	free(past->items);
	memset(past, 0, sizeof(*past));
}

const struct past_entry *past_find(
    const struct past *past, const struct hash *hash)
{
	for (size_t i = 0; i < past->count; i++) {
		if (memcmp(&past->items[i].hash, hash, sizeof(*hash)) == 0)
			return &past->items[i];
	}
	return NULL;
}

/* Does an earlier parent set the same? */
static bool is_repeated(
    const struct past *past, const struct past_entry *at, size_t parent)
{
	const struct past_entry *one =
	    past_find(past, &at->entry.parents[parent]);

	for (size_t i = 0; i < parent; i++) {
		const struct past_entry *other =
		    past_find(past, &at->entry.parents[i]);

		if (other != NULL && other->value != NULL &&
		    strcmp(other->value, one->value) == 0)
			return true;
	}
	return false;
}

void past_before(const struct past *past, const struct past_entry *at,
    struct past_before *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < at->entry.parent_count; i++) {
		const struct past_entry *parent =
		    past_find(past, &at->entry.parents[i]);

		if (parent == NULL) {
			out->unknown++;
		} else if (parent->value != NULL && !is_repeated(past, at, i)) {
			if (out->first == NULL)
				out->first = parent;
			out->distinct++;
		}
	}
}

static bool is_undo(const struct past_entry *at)
{
	return strcmp(at->entry.reason, PAST_UNDO_REASON) == 0;
}

static bool is_undone(const struct past *past, const struct past_entry *at)
{
	for (size_t i = 0; i < past->count; i++) {
		const struct past_entry *later = &past->items[i];

		for (size_t p = 0;
		     is_undo(later) && p < later->entry.parent_count; p++) {
			if (memcmp(&later->entry.parents[p], &at->hash,
				sizeof(at->hash)) == 0)
				return true;
		}
	}
	return false;
}

bool past_is_corrected(const struct past *past)
{
	for (size_t i = 0; i < past->count; i++) {
		const struct past_entry *at = &past->items[i];

		if (at->value != NULL && at->entry.reason[0] != '\0' &&
		    !is_undo(at) && !is_undone(past, at))
			return true;
	}
	return false;
}

void past_add_value(struct buf *out, const struct past_entry *at)
{
	if (at->json != NULL)
		acts_add_value(out, at->json);
	else if (at->value != NULL)
		buf_add_text(out, L("annulé", "cancelled"));
	else
		buf_add_text(
		    out, L("rien (mis à part)", "nothing (set aside)"));
}
