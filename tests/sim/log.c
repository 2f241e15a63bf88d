#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim/log.h"

static void *grow(void *items, size_t *room, size_t size)
{
	*room = *room == 0 ? 64 : 2 * *room;
	items = realloc(items, *room * size);
	assert(items != NULL);
	return items;
}

static int note_set(void *context, const struct set_row *row, struct err *err)
{
	struct log *log = context;
	struct log_set *set;

	(void)err;
	if (log->set_count == log->set_room)
		log->sets = grow(log->sets, &log->set_room, sizeof(*log->sets));
	set = &log->sets[log->set_count++];
	*set = (struct log_set){.hash = row->hash,
	    .place = row->place,
	    .epoch = row->epoch,
	    .time_s = row->time_s,
	    .head = row->head};
	memcpy(set->sig, row->receipt, SIG_LEN);
	/* The row's number, until its set is loaded. */
	set->set.count = (size_t)row->id;
	return 0;
}

static bool load_set(struct sim *sim, struct log *log, struct log_set *set)
{
	int64_t id = (int64_t)set->set.count;
	const char *device;
	struct err err = ERR_INIT;

	set->set.count = 0;
	if (ledger_set_load(sim->office.db, sim->structures[log->structure], id,
		&set->set, &set->storage, &err) < 0) {
		sim_fail(sim, "I4", "no. %d of %s does not load: %s",
		    (int)set->place, sim->structures[log->structure], err.text);
		return false;
	}
	device = set->set.header.device;
	set->device = sim_device_find(sim, device);
	set->console = strcmp(device, sim->office.console_device) == 0 ||
	               strcmp(device, sim->office.server_device) == 0;
	return true;
}

/* ---- entries ---- */

static json_t *without_blanks(const json_t *value)
{
	json_t *copy = json_copy((json_t *)(uintptr_t)value), *member;
	const char *name;
	void *next;

	json_object_foreach_safe(copy, next, name, member)
	{
		if (json_is_null(member) ||
		    (json_is_string(member) && json_string_length(member) == 0))
			(void)json_object_del(copy, name);
	}
	return copy;
}

const struct log_entry *log_entry_find(
    const struct log *log, const struct hash *hash)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		if (hash_equal(&log->entries[i].hash, hash))
			return &log->entries[i];
	}
	return NULL;
}

/* What the books expect of it, but for what a revocation does. */
static const char *own_fault(struct sim *sim, const struct hash *hash)
{
	const struct sim_entry *entry = sim_entry_find(sim, hash);

	return entry != NULL ? entry->fault : "";
}

static void read_body(struct log_entry *entry, struct bytes body)
{
	json_decref(entry->json);
	json_decref(entry->clean);
	entry->body = body;
	entry->json = strcmp(entry->fault, "malformed") != 0
	                  ? sim_entry_json(body)
	                  : NULL;
	entry->kind = json_text(entry->json, "kind");
	entry->record = json_text(entry->json, "record");
	entry->clean = without_blanks(json_object_get(entry->json, "set"));
	entry->value = entry->clean;
}

static void add_entry(struct sim *sim, struct log *log,
    const struct log_set *set, const struct set_entry *one)
{
	struct log_entry *entry =
	    (struct log_entry *)(uintptr_t)log_entry_find(log, &one->hash);
	const char *fault = own_fault(sim, &one->hash);

	if (fault[0] == '\0' && set->revoked)
		fault = "revoked";
	if (entry != NULL) {
		/* Each set that carries it may make it count. */
		if (fault[0] == '\0')
			entry->fault = fault;
		if (entry->body.data == NULL && one->body.data != NULL)
			read_body(entry, one->body);
		return;
	}
	if (log->entry_count == log->entry_room)
		log->entries =
		    grow(log->entries, &log->entry_room, sizeof(*log->entries));
	entry = &log->entries[log->entry_count++];
	*entry = (struct log_entry){
	    .hash = one->hash, .fault = fault, .by_office = set->console};
	read_body(entry, one->body);
}

static void note_revocations(struct log *log, const struct log_set *set,
    const struct sim *sim, bool revoked[SIM_LAPTOPS_MAX])
{
	for (size_t i = 0; set->console && i < set->set.count; i++) {
		json_t *json = sim_entry_json(set->set.entries[i].body);
		const char *record = json_text(json, "record");

		if (strcmp(json_text(json, "kind"), "revocation") == 0 &&
		    strncmp(record, "revocation/", 11) == 0) {
			size_t device = sim_device_find(sim, record + 11);

			if (device != SIZE_MAX)
				revoked[device] = true;
		}
		json_decref(json);
	}
	(void)log;
}

bool log_read(struct sim *sim, size_t structure, struct log *out)
{
	bool revoked[SIM_LAPTOPS_MAX] = {false};
	struct err err = ERR_INIT;

	*out = (struct log){.structure = structure};
	if (ledger_log(sim->office.db, sim->structures[structure], 0, note_set,
		out, &err) < 0) {
		sim_fail(sim, "I4", "no log: %s", err.text);
		out->set_count = 0;
		return false;
	}
	for (size_t i = 0; i < out->set_count; i++) {
		struct log_set *set = &out->sets[i];

		if (!load_set(sim, out, set)) {
			out->set_count = i;
			return false;
		}
		set->revoked = set->device != SIZE_MAX && revoked[set->device];
		note_revocations(out, set, sim, revoked);
		for (size_t k = 0; k < set->set.count; k++)
			add_entry(sim, out, set, &set->set.entries[k]);
	}
	sim->figures.sets += (int64_t)out->set_count;
	sim->figures.entries += (int64_t)out->entry_count;
	return true;
}

void log_clear(struct log *log)
{
	for (size_t i = 0; i < log->set_count; i++) {
		changeset_clear(&log->sets[i].set);
		buf_free(&log->sets[i].storage);
	}
	for (size_t i = 0; i < log->entry_count; i++) {
		json_decref(log->entries[i].json);
		json_decref(log->entries[i].clean);
	}
	free(log->sets);
	free(log->entries);
}
