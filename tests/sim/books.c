/*
 * The world's own books: what was promised to whom, and who may see what.
 * Written from the acts as they happen, never from what the product folded.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/text.h"
#include "tests/sim/sim.h"

static void *grow(void *items, size_t *room, size_t size)
{
	*room = *room == 0 ? 256 : 2 * *room;
	items = realloc(items, *room * size);
	assert(items != NULL);
	return items;
}

/* ---- entries, by hash ---- */

static size_t *slot_of(const struct sim *sim, const struct hash *hash)
{
	size_t at;

	memcpy(&at, hash->bytes, sizeof(at));
	at %= sim->index_room;
	while (sim->entry_index[at] != 0 &&
	       !hash_equal(&sim->entries[sim->entry_index[at] - 1].hash, hash))
		at = (at + 1) % sim->index_room;
	return &sim->entry_index[at];
}

static void index_grow(struct sim *sim)
{
	free(sim->entry_index);
	sim->index_room = sim->index_room == 0 ? 1024 : 2 * sim->index_room;
	sim->entry_index = calloc(sim->index_room, sizeof(*sim->entry_index));
	assert(sim->entry_index != NULL);
	for (size_t i = 0; i < sim->entry_count; i++)
		*slot_of(sim, &sim->entries[i].hash) = i + 1;
}

struct sim_entry *sim_entry_find(struct sim *sim, const struct hash *hash)
{
	size_t at = sim->index_room == 0 ? 0 : *slot_of(sim, hash);

	return at == 0 ? NULL : &sim->entries[at - 1];
}

struct sim_entry *sim_entry_add(struct sim *sim, size_t structure,
    const struct hash *hash, const char *fault)
{
	struct sim_entry *entry = sim_entry_find(sim, hash);

	if (entry != NULL)
		return entry;
	if (sim->entry_count == sim->entry_room)
		sim->entries =
		    grow(sim->entries, &sim->entry_room, sizeof(*sim->entries));
	entry = &sim->entries[sim->entry_count++];
	*entry = (struct sim_entry){.hash = *hash,
	    .structure = structure,
	    .fault = fault,
	    .step = sim->step};
	if (2 * sim->entry_count >= sim->index_room)
		index_grow(sim);
	else
		*slot_of(sim, hash) = sim->entry_count;
	return entry;
}

/* ---- receipts ---- */

/* Within an epoch a set has one receipt, the same bytes for ever. */
void sim_receipt_add(struct sim *sim, const struct receipt *receipt)
{
	for (size_t i = sim->receipt_count; i-- > 0;) {
		const struct receipt *known = &sim->receipts[i].receipt;

		if (!hash_equal(&known->manifest, &receipt->manifest) ||
		    known->epoch != receipt->epoch)
			continue;
		if (known->n != receipt->n ||
		    !hash_equal(&known->head, &receipt->head) ||
		    known->time_s != receipt->time_s ||
		    memcmp(known->sig, receipt->sig, SIG_LEN) != 0)
			sim_fail(sim, "I2",
			    "two receipts of one set: %s no. %d and no. %d",
			    receipt->structure, (int)known->n, (int)receipt->n);
		return;
	}
	if (sim->receipt_count == sim->receipt_room)
		sim->receipts = grow(
		    sim->receipts, &sim->receipt_room, sizeof(*sim->receipts));
	sim->receipts[sim->receipt_count++] =
	    (struct sim_receipt){*receipt, sim->step};
}

/* ---- names ---- */

size_t sim_structure_find(const struct sim *sim, const char *structure)
{
	for (size_t i = 0; i < sim->structure_count; i++) {
		if (strcmp(sim->structures[i], structure) == 0)
			return i;
	}
	return SIZE_MAX;
}

size_t sim_crew_find(const struct sim *sim, const char *crew)
{
	for (size_t i = 0; i < sim->crew_count; i++) {
		if (strcmp(sim->crews[i].id, crew) == 0)
			return i;
	}
	return SIZE_MAX;
}

size_t sim_device_find(const struct sim *sim, const char *device)
{
	for (size_t i = 0; i < sim->device_count; i++) {
		if (strcmp(sim->devices[i].id, device) == 0)
			return i;
	}
	return SIZE_MAX;
}

struct sim_worker *sim_worker_find(
    struct sim *sim, size_t structure, const char *worker)
{
	for (size_t i = 0; i < sim->worker_count; i++) {
		struct sim_worker *item = &sim->workers[i];

		if (item->structure == structure &&
		    strcmp(item->id, worker) == 0)
			return item;
	}
	return NULL;
}

/* ---- what the office's entries change ---- */

json_t *sim_entry_json(struct bytes body)
{
	const char *line;

	if (body.data == NULL)
		return NULL;
	line = memchr(body.data, '\n', body.len);
	if (line == NULL)
		return NULL;
	line++;
	return json_loadb(
	    line, body.len - (size_t)(line - (const char *)body.data), 0, NULL);
}

static struct sim_worker *worker_of(
    struct sim *sim, size_t structure, const char *id)
{
	struct sim_worker *worker = sim_worker_find(sim, structure, id);

	if (worker != NULL)
		return worker;
	assert(sim->worker_count < SIM_WORKERS_MAX);
	worker = &sim->workers[sim->worker_count++];
	memset(worker, 0, sizeof(*worker));
	text_copy(worker->id, sizeof(worker->id), id);
	worker->structure = structure;
	return worker;
}

static void read_worker(
    struct sim *sim, size_t structure, const char *id, const json_t *value)
{
	const json_t *list = json_object_get(value, "crews");
	struct sim_worker *worker = worker_of(sim, structure, id);

	worker->stay_count = 0;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *json = json_array_get(list, i);
		struct sim_stay *stay = &worker->stays[worker->stay_count++];

		assert(worker->stay_count <= SIM_STAYS_MAX);
		stay->crew = sim_crew_find(sim, json_text(json, "crew"));
		text_copy(stay->from, DATE_TEXT, json_text(json, "from"));
		text_copy(stay->to, DATE_TEXT, json_text(json, "to"));
	}
}

static void read_newcomer(
    struct sim *sim, size_t structure, const char *id, const json_t *value)
{
	struct sim_worker *worker = worker_of(sim, structure, id);

	worker->newcomer = true;
	worker->stay_count = 1;
	worker->stays[0] = (struct sim_stay){
	    .crew = sim_crew_find(sim, json_text(value, "crew"))};
	text_copy(
	    worker->match, sizeof(worker->match), json_text(value, "worker"));
}

static void read_device(struct sim *sim, size_t structure, const char *kind,
    const char *id, const json_t *value)
{
	size_t at = sim_device_find(sim, id);
	struct sim_device *device;
	const json_t *crews = json_object_get(value, "crews");

	if (at == SIZE_MAX)
		return; /* the console */
	device = &sim->devices[at];
	if (strcmp(kind, "enrolment") == 0)
		device->enrolled[structure] = true;
	if (strcmp(kind, "revocation") == 0)
		device->revoked[structure] = true;
	if (strcmp(kind, "scope") != 0)
		return;
	device->crews[structure] = 0;
	for (size_t i = 0; i < json_array_size(crews); i++) {
		size_t crew = sim_crew_find(
		    sim, json_string_value(json_array_get(crews, i)));

		if (crew != SIZE_MAX)
			device->crews[structure] |= 1u << crew;
	}
}

static void read_purge(struct sim *sim, const json_t *value)
{
	const json_t *list = json_object_get(value, "entries");

	sim->purged = true;
	for (size_t i = 0; i < json_array_size(list); i++) {
		struct sim_entry *entry = NULL;
		struct hash hash;

		if (hash_parse(&hash,
			json_string_value(json_array_get(list, i)), NULL) == 0)
			entry = sim_entry_find(sim, &hash);
		if (entry != NULL)
			entry->purged = true;
	}
}

void sim_books_read(struct sim *sim, size_t structure, struct bytes body)
{
	json_t *json = sim_entry_json(body);
	const char *kind = json_text(json, "kind");
	const char *record = json_text(json, "record");
	const char *slash = strchr(record, '/');
	const json_t *value = json_object_get(json, "set");

	if (slash == NULL)
		goto out;
	if (strcmp(kind, "worker") == 0)
		read_worker(sim, structure, slash + 1, value);
	else if (strcmp(kind, "newcomer") == 0)
		read_newcomer(sim, structure, slash + 1, value);
	else if (strcmp(kind, "purge") == 0)
		read_purge(sim, value);
	else
		read_device(sim, structure, kind, slash + 1, value);
out:
	json_decref(json);
}

bool sim_is_revoked(const struct sim *sim, size_t device)
{
	const struct sim_device *who = &sim->devices[device];
	bool enrolled = false;

	for (size_t i = 0; i < sim->structure_count; i++) {
		if (who->enrolled[i] && !who->revoked[i])
			return false;
		enrolled = enrolled || who->enrolled[i];
	}
	return enrolled;
}

/* ---- after a rollback: versions of a record may stand side by side ---- */

static const struct db_statement office_entries = {"sim.office_entries",
    "SELECT record, hash, bytes FROM entry WHERE structure = $structure"
    " AND fault = '' AND family IN ('worker', 'newcomer', 'scope',"
    " 'enrolment', 'revocation', 'purge') ORDER BY record, hash"};

#define VERSIONS_MAX 64

/* The versions of one record, in order of hash. */
struct versions {
	struct sim *sim;
	size_t structure;
	char record[RECORD_KEY_MAX];
	struct buf bodies[VERSIONS_MAX];
	struct hash hashes[VERSIONS_MAX];
	json_t *json[VERSIONS_MAX];
	bool gone[VERSIONS_MAX];
	size_t count;
};

static bool names_parent(const json_t *json, const struct hash *hash)
{
	const json_t *parents = json_object_get(json, "parents");
	char hex[HASH_TEXT];

	hash_hex(hash, hex);
	for (size_t i = 0; i < json_array_size(parents); i++) {
		if (strcmp(json_string_value(json_array_get(parents, i)),
			hex) == 0)
			return true;
	}
	return false;
}

static void supersede(struct versions *all, size_t from)
{
	for (size_t i = 0; i < all->count; i++) {
		if (!all->gone[i] &&
		    names_parent(all->json[from], &all->hashes[i])) {
			all->gone[i] = true;
			supersede(all, i);
		}
	}
}

/* The live one of the smallest hash stands meanwhile; but a contested scope
 * shows nothing, and a contested match is none. */
static void settle_versions(struct versions *all)
{
	size_t chosen = SIZE_MAX;
	bool contested = false;

	for (size_t i = 0; i < all->count; i++)
		supersede(all, i);
	for (size_t i = 0; i < all->count; i++) {
		if (all->gone[i])
			continue;
		if (chosen == SIZE_MAX)
			chosen = i;
		contested = contested ||
		            !json_equal(json_object_get(all->json[i], "set"),
				json_object_get(all->json[chosen], "set"));
	}
	if (chosen == SIZE_MAX ||
	    (contested && strncmp(all->record, "scope/", 6) == 0))
		goto out;
	sim_books_read(
	    all->sim, all->structure, buf_bytes(&all->bodies[chosen]));
	if (contested && strncmp(all->record, "newcomer/", 9) == 0)
		sim_worker_find(all->sim, all->structure, all->record + 9)
		    ->match[0] = '\0';
out:
	for (size_t i = 0; i < all->count; i++) {
		buf_free(&all->bodies[i]);
		json_decref(all->json[i]);
		all->gone[i] = false;
	}
	all->count = 0;
}

static int take_version(
    void *context, const struct db_row *row, struct err *err)
{
	struct versions *all = context;
	struct bytes body = db_row_blob(row, "bytes");

	(void)err;
	if (strcmp(all->record, db_row_text(row, "record")) != 0)
		settle_versions(all);
	assert(all->count < VERSIONS_MAX);
	text_copy(all->record, sizeof(all->record), db_row_text(row, "record"));
	memcpy(all->hashes[all->count].bytes, db_row_blob(row, "hash").data,
	    HASH_LEN);
	all->bodies[all->count] = (struct buf)BUF_INIT;
	buf_add(&all->bodies[all->count], body.data, body.len);
	all->json[all->count++] = sim_entry_json(body);
	return 0;
}

void sim_books_rebuild(struct sim *sim)
{
	struct versions *all = calloc(1, sizeof(*all));
	struct err err = ERR_INIT;

	assert(all != NULL);
	for (size_t i = 0; i < sim->device_count; i++) {
		struct sim_device *device = &sim->devices[i];

		memset(device->crews, 0, sizeof(device->crews));
		memset(device->enrolled, 0, sizeof(device->enrolled));
		memset(device->revoked, 0, sizeof(device->revoked));
	}
	for (size_t i = 0; i < sim->worker_count; i++) {
		/* Newcomers are known as soon as a laptop says so. */
		if (!sim->workers[i].newcomer)
			sim->workers[i].stay_count = 0;
		sim->workers[i].match[0] = '\0';
	}
	for (size_t i = 0; i < sim->entry_count; i++)
		sim->entries[i].purged = false;
	all->sim = sim;
	for (size_t i = 0; sim->office_open && i < sim->structure_count; i++) {
		all->structure = i;
		if (db_query(sim->office.db, &office_entries,
			DB_PARAMS(DB_TEXT("structure", sim->structures[i])),
			take_version, all, &err) < 0)
			sim_fail(sim, "I1", "the server: %s", err.text);
		settle_versions(all);
		all->record[0] = '\0';
	}
	free(all);
}

/* ---- who may see what (docs/protocol.md, design §5) ---- */

static bool sees_worker(const struct sim *sim, unsigned crews, size_t structure,
    const char *id, const char *day)
{
	const struct sim_worker *worker =
	    sim_worker_find((struct sim *)(uintptr_t)sim, structure, id);

	for (size_t i = 0; worker != NULL && i < worker->stay_count; i++) {
		const struct sim_stay *stay = &worker->stays[i];

		if (stay->crew == SIZE_MAX || (crews & (1u << stay->crew)) == 0)
			continue;
		if (day[0] == '\0' ||
		    (strcmp(stay->from, day) <= 0 &&
			(stay->to[0] == '\0' || strcmp(day, stay->to) <= 0)))
			return true;
	}
	return false;
}

bool sim_sees(const struct sim *sim, size_t device, size_t structure,
    const char *record, const json_t *value)
{
	static const char *const open[] = {"structure", "site", "catalogue",
	    "enrolment", "revocation", "purge", "epoch", "closed"};
	const struct sim_device *who = &sim->devices[device];
	unsigned crews = who->crews[structure];
	const char *part[4] = {"", "", "", ""}, *day;
	char text[RECORD_KEY_MAX], *at, *save;
	size_t count = 0;

	text_copy(text, sizeof(text), record);
	for (at = strtok_r(text, "/", &save); at != NULL && count < 4;
	     at = strtok_r(NULL, "/", &save))
		part[count++] = at;
	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++) {
		if (strcmp(part[0], open[i]) == 0)
			return true;
	}
	if (strcmp(part[0], "scope") == 0)
		return strcmp(part[1], who->id) == 0;
	if (strcmp(part[0], "crew") == 0) {
		size_t crew = sim_crew_find(sim, part[1]);

		return crew != SIZE_MAX && (crews & (1u << crew)) != 0;
	}
	if (strcmp(part[0], "supervisor") == 0) {
		size_t crew = sim_crew_find(sim, json_text(value, "crew"));

		return crew != SIZE_MAX && (crews & (1u << crew)) != 0;
	}
	if (strcmp(part[0], "identity") == 0 ||
	    strcmp(part[0], "contract") == 0 || strcmp(part[0], "annex") == 0)
		return false;
	day = date_is_iso(part[2]) ? part[2] : json_text(value, "day");
	if (!date_is_iso(day))
		day = "";
	if (sim->broken == BREAK_SCOPE && strcmp(part[0], "hours") == 0)
		return false;
	return sees_worker(sim, crews, structure, part[1], day);
}
