#include <stdlib.h>
#include <string.h>

#include "agent/live.h"
#include "shared/ledger.h"

static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct live *live = context;
	struct live_entry *entry;

	if (!row->live || row->entry == NULL)
		return 0;
	if (live->count == live->room) {
		size_t room = live->room == 0 ? 4 : 2 * live->room;
		struct live_entry *entries =
		    realloc(live->entries, room * sizeof(*entries));

		if (entries == NULL)
			return err_nomem(err);
		live->entries = entries;
		live->room = room;
	}
	entry = &live->entries[live->count++];
	entry->hash = row->hash;
	entry->root = json_incref(row->entry->root);
	entry->device = row->entry->device;
	entry->person = row->entry->person;
	entry->note = row->entry->note;
	entry->value =
	    json_is_object(row->entry->value) ? row->entry->value : NULL;
	return 0;
}

int live_load(struct live *out, struct db *db, const char *structure,
    const char *record, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return ledger_history(db, structure, record, take_entry, out, err);
}

void live_clear(struct live *live)
{
	for (size_t i = 0; i < live->count; i++)
		json_decref(live->entries[i].root);
	free(live->entries);
	memset(live, 0, sizeof(*live));
}

const struct live_entry *live_first(const struct live *live, const char *device)
{
	for (size_t i = 0; i < live->count; i++) {
		if (strcmp(live->entries[i].device, device) == 0)
			return &live->entries[i];
	}
	return live->count > 0 ? &live->entries[0] : NULL;
}
