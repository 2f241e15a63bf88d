#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/slots.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"

#define DAY_FIRST "0000-01-01"
#define DAY_LAST  "9999-12-31"

/* ---- loading ---- */

static void slot_clear(struct slot *slot)
{
	free(slot->structure);
	free(slot->record);
	free(slot->subject);
	free(slot->day);
	free(slot->slot);
	free(slot->state);
	free(slot->kind);
	free(slot->site);
	free(slot->activity);
}

void slots_clear(struct slots *slots)
{
	for (size_t i = 0; i < slots->count; i++)
		slot_clear(&slots->items[i]);
	free(slots->items);
	memset(slots, 0, sizeof(*slots));
}

static struct slot *slots_grow(struct slots *slots)
{
	if (slots->count == slots->room) {
		size_t room = slots->room == 0 ? 64 : 2 * slots->room;
		struct slot *items =
		    realloc(slots->items, room * sizeof(*items));

		if (items == NULL)
			return NULL;
		slots->items = items;
		slots->room = room;
	}
	return memset(&slots->items[slots->count++], 0, sizeof(struct slot));
}

static int copy(struct slot *out, const struct record_row *row, struct err *err)
{
	out->structure = strdup(row->structure);
	out->record = strdup(row->record);
	out->subject = strdup(row->subject);
	out->day = strdup(row->day);
	out->slot = strdup(row->slot);
	out->state = strdup(row->state);
	out->kind = strdup(row->kind);
	out->site = strdup(row->site);
	out->activity = strdup(row->activity);
	out->minutes = row->minutes;
	return out->structure != NULL && out->record != NULL &&
	               out->subject != NULL && out->day != NULL &&
	               out->slot != NULL && out->state != NULL &&
	               out->kind != NULL && out->site != NULL &&
	               out->activity != NULL
	           ? 0
	           : err_nomem(err);
}

/* Which slots to keep, and where. */
struct loader {
	struct slots *slots;
	bool contested;        /* these alone */
	struct buf structures; /* one a line */
};

static int take_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct loader *loader = context;
	struct slot *slot;

	if (strcmp(row->state, RECORD_MATCHED) == 0 ||
	    strcmp(row->state, RECORD_EMPTY) == 0 ||
	    (loader->contested && strcmp(row->state, RECORD_CONTESTED) != 0))
		return 0;
	if ((slot = slots_grow(loader->slots)) == NULL)
		return err_nomem(err);
	return copy(slot, row, err);
}

static int take_structure(void *context, const char *structure, struct err *err)
{
	struct loader *loader = context;

	buf_printf(&loader->structures, "%s\n", structure);
	return buf_check(&loader->structures, err);
}

static int load(struct loader *loader, struct db *db, const char *first,
    const char *last, struct err *err)
{
	char *at, *save = NULL;
	int rc;

	memset(loader->slots, 0, sizeof(*loader->slots));
	rc = ledger_structures(db, take_structure, loader, err);
	if (rc == 0 && loader->structures.len > 0) {
		for (at = strtok_r(loader->structures.data, "\n", &save);
		     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save))
			rc = ledger_days(db, at, "hours", first, last,
			    take_slot, loader, err);
	}
	buf_free(&loader->structures);
	return rc;
}

int slots_load(struct slots *out, struct db *db, const char *first,
    const char *last, struct err *err)
{
	struct loader loader = {.slots = out};

	return load(&loader, db, first, last, err);
}

int slots_load_contested(struct slots *out, struct db *db, struct err *err)
{
	struct loader loader = {.slots = out, .contested = true};

	return load(&loader, db, DAY_FIRST, DAY_LAST, err);
}

/* ---- reading ---- */

const struct slot *slots_find(const struct slots *slots, const char *structure,
    const char *subject, const char *day, const char *slot)
{
	for (size_t i = 0; i < slots->count; i++) {
		const struct slot *item = &slots->items[i];

		if (strcmp(item->slot, slot) == 0 &&
		    strcmp(item->subject, subject) == 0 &&
		    strcmp(item->day, day) == 0 &&
		    strcmp(item->structure, structure) == 0)
			return item;
	}
	return NULL;
}

bool slots_is_contested(const struct slot *slot)
{
	return strcmp(slot->state, RECORD_CONTESTED) == 0;
}

void slots_name(const struct slot *slot, const struct roster *roster,
    char out[ROSTER_NAME_TEXT])
{
	const struct roster_item *person =
	    roster_person(roster, slot->structure, slot->subject);

	if (person != NULL)
		roster_name(person, out);
	else
		text_copy(out, ROSTER_NAME_TEXT, slot->subject);
}

const char *slots_kind(const struct slot *slot)
{
	const struct kind *kind = kind_by_slug(slot->kind);

	if (strcmp(slot->state, RECORD_VOID) == 0)
		return L("annulé", "cancelled");
	return kind != NULL ? kind_label(kind) : slot->kind;
}

void slots_add_state(struct buf *out, const struct slot *slot)
{
	if (slots_is_contested(slot))
		buf_add_text(out, L("contesté, ", "contested, "));
	else if (strcmp(slot->state, RECORD_UNKNOWN) == 0)
		buf_add_text(out, L("personne inconnue, ", "unknown person, "));
}

static int value_json(json_t **out, const struct live_entry *entry,
    const char *device_name, struct err *err)
{
	char hash[HASH_TEXT];

	hash_hex(&entry->hash, hash);
	*out = json_pack("{s:s,s:I,s:s,s:s,s:s,s:s,s:s,s:s}", "hash", hash,
	    "minutes", (json_int_t)json_int(entry->value, "minutes", 0), "kind",
	    entry->value != NULL ? json_text(entry->value, "kind") : "void",
	    "site", json_text(entry->value, "site"), "activity",
	    json_text(entry->value, "activity"), "person", entry->person,
	    "device", entry->device, "device_name", device_name);
	return *out != NULL ? 0 : err_nomem(err);
}

int slots_values(json_t **out, const struct live *live, struct agent *agent,
    const char *structure, struct err *err)
{
	uint8_t server[KEY_LEN];
	int rc = journal_server_key(agent->db, server, err);

	if (rc < 0)
		return rc;
	if ((*out = json_array()) == NULL)
		return err_nomem(err);
	for (size_t i = 0; rc == 0 && i < live->count; i++) {
		struct device device;
		json_t *value = NULL;

		if ((rc = ledger_device(agent->db, structure,
			 live->entries[i].device, server, &device, err)) == 0 &&
		    (rc = value_json(
			 &value, &live->entries[i], device.name, err)) == 0 &&
		    json_array_append_new(*out, value) < 0)
			rc = err_nomem(err);
	}
	if (rc < 0) {
		json_decref(*out);
		*out = NULL;
	}
	return rc;
}
