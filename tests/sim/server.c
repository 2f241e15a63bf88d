/*
 * The office: the real server behind our network, on a disk whose power can
 * be cut, and what people do there.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/config.h"
#include "server/conflicts.h"
#include "server/enrolment.h"
#include "server/newcomer.h"
#include "server/purge.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/wire.h"
#include "tests/lib/packed_reply.h"
#include "tests/sim/sim.h"

#define PART_MAX 256

/* ---- on and off ---- */

static void office_directory(const struct sim *sim, char out[SIM_PATH])
{
	(void)snprintf(out, SIM_PATH, "%.100s/office", sim->root);
}

static void open_office(struct sim *sim)
{
	char directory[SIM_PATH];
	struct err err = ERR_INIT;

	office_directory(sim, directory);
	if (office_open(&sim->office, directory, &sim->office_machine.os, true,
		&err) < 0 ||
	    service_init(&sim->service, &sim->office, &err) < 0) {
		sim_fail(sim, "I1", "the server does not open: %s", err.text);
		return;
	}
	sim->office_open = true;
}

void sim_office_start(struct sim *sim)
{
	struct config config;
	struct buf recovery = BUF_INIT;
	char directory[SIM_PATH];
	struct err err = ERR_INIT;

	(void)snprintf(
	    sim->office_disk.vfs, sizeof(sim->office_disk.vfs), "sim-office");
	sim->office_disk.disk =
	    cut_disk_new(sim->office_disk.vfs, sim_random(sim));
	cut_disk_lie(sim->office_disk.disk, sim->broken == BREAK_OFFICE);
	sim_machine_init(sim, &sim->office_machine, sim->office_disk.vfs);
	office_directory(sim, directory);
	if (config_from_url(&config, "https://127.0.0.1:8443", &err) < 0 ||
	    office_create(directory, &config, &sim->office_machine.os,
		&recovery, &err) < 0)
		sim_fail(sim, "I1", "no server: %s", err.text);
	buf_free(&recovery);
	open_office(sim);
	memcpy(sim->structures[0], STRUCTURE_OFFICE, 2);
	sim->structure_count = 1;
}

void sim_office_stop(struct sim *sim)
{
	if (!sim->office_open)
		return;
	service_clear(&sim->service);
	office_close(&sim->office);
	sim->office_open = false;
}

/* What the server said that it has, it has still: looked at in part after
 * each cut, in whole at the end. */
static void look_back(struct sim *sim)
{
	size_t first = sim->entry_count > 64 ? sim->entry_count - 64 : 0;

	for (size_t i = first; i < sim->entry_count; i++) {
		const struct sim_entry *entry = &sim->entries[i];
		struct buf bytes = BUF_INIT;

		if (entry->office && !entry->purged &&
		    ledger_bytes(sim->office.db,
			sim->structures[entry->structure], &entry->hash, &bytes,
			NULL) < 0)
			sim_fail(sim, "I2",
			    "an entry with a receipt is gone after a cut "
			    "(saved at step %d)",
			    entry->step);
		buf_free(&bytes);
	}
}

static void end(struct sim *sim, bool killed)
{
	struct cut_disk *disk = sim->office_disk.disk;
	struct err err = ERR_INIT;

	sim_office_stop(sim);
	if (killed) {
		sim_log(sim, "the server was killed");
		cut_disk_survive(disk);
		sim->figures.crashes++;
	} else {
		sim_log(sim, "the server's power was cut");
		cut_disk_restart(disk);
		sim_machine_boot(&sim->office_machine);
		sim->figures.cuts++;
	}
	open_office(sim);
	if (!sim->office_open)
		return;
	if (db_check(sim->office.db, &err) < 0)
		sim_fail(sim, "I1", "the server's database: %s", err.text);
	/* First what it did last: a purge leaves less to look for. */
	sim_office_scan(sim);
	look_back(sim);
}

void sim_office_revive(struct sim *sim)
{
	struct cut_disk *disk = sim->office_disk.disk;

	cut_disk_fail(disk, CUT_FAULT_NONE, 0, false);
	if (cut_disk_is_cut(disk))
		end(sim, sim_percent(sim, 30));
	else
		cut_disk_cut(disk, 0);
}

void sim_office_blackout(struct sim *sim)
{
	end(sim, false);
}

/* Something happens within the next operations of its disk. */
void sim_office_arm(struct sim *sim)
{
	struct cut_disk *disk = sim->office_disk.disk;
	uint64_t after = (uint64_t)sim_between(sim, 1, 60);
	size_t what = sim_pick(sim, 10);

	if (!sim->faulty)
		return;
	if (what < 7)
		cut_disk_cut(disk, after);
	else
		cut_disk_fail(disk, what == 7 ? CUT_FAULT_IO : CUT_FAULT_FULL,
		    after, sim_percent(sim, 50));
}

/* ---- the office's entries ---- */

static const struct db_statement entries_after = {"sim.entries_after",
    "SELECT id, hash, bytes FROM entry WHERE structure = $structure"
    " AND id > $after AND device IN ($console, $server) ORDER BY id"};

struct scan {
	struct sim *sim;
	size_t structure;
	bool found; /* something new */
};

static int take_entry(void *context, const struct db_row *row, struct err *err)
{
	struct scan *scan = context;
	struct sim *sim = scan->sim;
	struct hash hash;
	struct sim_entry *entry;

	(void)err;
	memcpy(hash.bytes, db_row_blob(row, "hash").data, HASH_LEN);
	sim->office_scanned[scan->structure] = db_row_int(row, "id");
	scan->found = true;
	entry = sim_entry_find(sim, &hash);
	if (entry != NULL) {
		entry->office = true; /* it has come back */
		return 0;
	}
	entry = sim_entry_add(sim, scan->structure, &hash, "");
	entry->office = true;
	sim_books_read(sim, scan->structure, db_row_blob(row, "bytes"));
	return 0;
}

void sim_office_scan(struct sim *sim)
{
	struct err err = ERR_INIT;
	bool found = false;

	for (size_t i = 0; sim->office_open && i < sim->structure_count; i++) {
		struct scan scan = {sim, i, false};

		if (db_query(sim->office.db, &entries_after,
			DB_PARAMS(DB_TEXT("structure", sim->structures[i]),
			    DB_INT("after", sim->office_scanned[i]),
			    DB_TEXT("console", sim->office.console_device),
			    DB_TEXT("server", sim->office.server_device)),
			take_entry, &scan, &err) < 0)
			sim_fail(sim, "I1", "the server: %s", err.text);
		found = found || scan.found;
	}
	if (found && (sim->rollbacks > 0 || sim->purged))
		sim_books_rebuild(sim);
}

/* ---- an old copy put back ---- */

void sim_office_backup(struct sim *sim)
{
	cut_disk_copy(sim->office_disk.disk, sim->root, "/backup");
	sim->backup = true;
	sim_log(sim, "the server is backed up");
}

static bool has_entry(
    struct sim *sim, struct db *db, const struct sim_entry *entry)
{
	struct buf bytes = BUF_INIT;
	int rc = ledger_bytes(
	    db, sim->structures[entry->structure], &entry->hash, &bytes, NULL);

	buf_free(&bytes);
	return rc == 0;
}

/* Who holds what the server has lost? */
static void find_holders(struct sim *sim)
{
	for (size_t i = 0; i < sim->entry_count; i++) {
		struct sim_entry *entry = &sim->entries[i];

		if (!entry->office || has_entry(sim, sim->office.db, entry))
			continue;
		entry->office = false;
		entry->returning = true;
		entry->holders = 0;
	}
	for (size_t k = 0; k < sim->laptop_count; k++) {
		struct sim_laptop *laptop = sim->laptops[k];

		if (laptop->hostile || !laptop->enrolled ||
		    !sim_laptop_open(sim, laptop))
			continue;
		for (size_t i = 0; i < sim->entry_count; i++) {
			struct sim_entry *entry = &sim->entries[i];

			if (entry->returning && !entry->office &&
			    has_entry(sim, laptop->agent.db, entry))
				entry->holders |= 1ull << k;
		}
		sim_laptop_close(laptop);
	}
	for (size_t i = 0; i < sim->entry_count; i++) {
		struct sim_entry *entry = &sim->entries[i];

		entry->gone =
		    entry->gone ||
		    (entry->returning && !entry->office && entry->holders == 0);
	}
}

void sim_office_rollback(struct sim *sim)
{
	sim_office_stop(sim);
	cut_disk_copy(sim->office_disk.disk, "/backup", sim->root);
	open_office(sim);
	if (!sim->office_open)
		return;
	sim->rollbacks++;
	sim->figures.rollbacks++;
	sim->receipt_count = 0;
	memset(sim->office_scanned, 0, sizeof(sim->office_scanned));
	for (size_t i = 0; i < sim->laptop_count; i++) {
		memset(
		    sim->laptops[i]->chain, 0, sizeof(sim->laptops[i]->chain));
		sim->laptops[i]->hostile_login = false;
	}
	sim_closings_doubt(sim);
	find_holders(sim);
	sim_office_scan(sim);
	sim_books_rebuild(sim);
	sim_log(sim, "the server goes back to its backup");
}

/* ---- what leaves the server ---- */

static void note_receipt(
    struct sim *sim, const struct changeset *set, const json_t *json)
{
	struct receipt receipt = {.n = json_int(json, "n", 0)};
	const char *sig = json_text(json, "sig");
	struct buf raw = BUF_INIT;

	text_copy(receipt.structure, sizeof(receipt.structure),
	    set->header.structure);
	receipt.epoch = json_int(json, "epoch", 0);
	if (changeset_hash(&receipt.manifest, set, NULL) < 0 ||
	    stamp_parse(&receipt.time_s, json_text(json, "time"), NULL) < 0 ||
	    hash_parse(&receipt.head, json_text(json, "head"), NULL) < 0 ||
	    enc_unbase64(&raw, sig, strlen(sig), NULL) < 0 ||
	    raw.len != SIG_LEN) {
		sim_fail(sim, "I2", "an unreadable receipt");
		goto out;
	}
	memcpy(receipt.sig, raw.data, SIG_LEN);
	if (receipt_verify(&receipt, sim->office.server.pub, NULL) < 0)
		sim_fail(sim, "I2", "a receipt that nobody can verify");
	sim_receipt_add(sim, &receipt);
	for (size_t i = 0; i < set->count; i++) {
		struct sim_entry *entry =
		    sim_entry_find(sim, &set->entries[i].hash);

		if (entry != NULL && set->entries[i].body.data != NULL)
			entry->office = true;
	}
out:
	buf_free(&raw);
}

static void note_push(
    struct sim *sim, const struct request *request, const struct reply *reply)
{
	struct push *push = calloc(1, sizeof(*push));
	json_t *json = NULL;

	assert(push != NULL);
	if (wire_push_decode(
		push, request->body.data, request->body.len, NULL) == 0 &&
	    (json = packed_reply_json(
		 sim->office.db, push, buf_bytes(&reply->body))) != NULL) {
		const json_t *sets = json_object_get(json, "sets");

		for (size_t i = 0; i < json_array_size(sets); i++) {
			const json_t *one = json_array_get(sets, i);
			const char *state = json_text(one, "state");

			if (strcmp(state, "stored") == 0 ||
			    strcmp(state, "known") == 0)
				note_receipt(sim, &push->sets[i], one);
		}
	}
	wire_push_clear(push);
	free(push);
	json_decref(json);
}

/* No body out of scope ever leaves. */
static void watch_set(struct sim *sim, size_t device, size_t structure,
    const struct changeset *set)
{
	for (size_t i = 0; i < set->count; i++) {
		json_t *json = sim_entry_json(set->entries[i].body);
		const char *record = json_text(json, "record");

		if (json != NULL && record[0] != '\0' &&
		    !sim_sees(sim, device, structure, record,
			json_object_get(json, "set")))
			sim_fail(sim, "I17",
			    "%s of %s left for %s, who may not see it", record,
			    sim->structures[structure],
			    sim->devices[device].id);
		json_decref(json);
	}
}

static void watch_pull(
    struct sim *sim, size_t device, const struct reply *reply)
{
	struct pull pull;

	if (reply->status == 200 &&
	    wire_pull_decode(
		&pull, buf_text(&reply->body), reply->body.len, NULL) == 0) {
		size_t structure = sim_structure_find(sim, pull.structure);

		for (size_t i = 0; i < pull.count; i++) {
			if (pull.items[i].type == PULL_SET)
				watch_set(
				    sim, device, structure, &pull.items[i].set);
		}
		wire_pull_clear(&pull);
	}
}

/* A server that keeps nothing of what it acknowledges. */
static void answer(
    struct sim *sim, const struct request *request, struct reply *reply)
{
	bool undo = sim->broken == BREAK_ACK && sim->step > 60 &&
	            strcmp(request->path, "/v1/push") == 0;

	if (undo)
		cut_disk_copy(sim->office_disk.disk, sim->root, "/kept");
	service_answer(&sim->service, request, reply);
	if (undo && reply->status == 200) {
		sim_office_stop(sim);
		cut_disk_copy(sim->office_disk.disk, "/kept", sim->root);
		open_office(sim);
	}
}

/* A laptop's clock and network are slow: a moment passes. */
bool sim_office_answer(struct sim *sim, size_t device,
    const struct exchange *exchange, struct exchange_reply *out)
{
	char path[PART_MAX], *query;
	struct request request = {.method = exchange->method,
	    .path = path,
	    .query = "",
	    .bearer = exchange->bearer,
	    .content_type = exchange->content_type,
	    .body = exchange->body};
	struct reply reply = {.status = 0};
	bool alive;

	sim->now_s += (int64_t)sim_pick(sim, 3);
	text_copy(path, sizeof(path), exchange->path);
	if ((query = strchr(path, '?')) != NULL) {
		*query = '\0';
		request.query = query + 1;
	}
	if (!sim->office_open)
		return false;
	answer(sim, &request, &reply);
	sim->figures.requests++;
	if (strcmp(path, "/v1/push") == 0)
		note_push(sim, &request, &reply);
	else if (strcmp(path, "/v1/pull") == 0)
		watch_pull(sim, device, &reply);
	sim_log(sim, "  %s %s: %d %.*s", request.method, exchange->path,
	    reply.status,
	    reply.status == 409 || reply.status == 403 ||
		    strcmp(path, "/v1/witness") == 0
		? 400
		: 0,
	    buf_text(&reply.body));
	alive = !cut_disk_is_cut(sim->office_disk.disk);
	exchange_reply_clear(out);
	out->status = reply.status;
	out->retry_after_seconds = reply.retry_after_seconds;
	out->body = reply.body;
	sim_office_revive(sim);
	sim_office_scan(sim);
	return alive;
}

/* ---- what people do at the office ---- */

static bool set_record(struct act *act, const char *structure, const char *kind,
    const char *record, json_t *value, struct err *err)
{
	int rc = act_set(act, structure, kind, record, value, NULL, err);

	json_decref(value);
	return rc == 0;
}

static json_t *stay_json(
    const struct sim *sim, size_t crew, const char *from, const char *to)
{
	json_t *json =
	    json_pack("{s:s,s:s}", "crew", sim->crews[crew].id, "from", from);

	if (to[0] != '\0')
		(void)json_put_text(json, "to", to);
	return json;
}

static bool set_worker(struct act *act, struct sim *sim,
    const struct sim_worker *worker, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *crews = json_array();

	for (size_t i = 0; i < worker->stay_count; i++)
		(void)json_array_append_new(
		    crews, stay_json(sim, worker->stays[i].crew,
			       worker->stays[i].from, worker->stays[i].to));
	record_key_make(record, "worker", worker->id, NULL);
	return set_record(act, sim->structures[worker->structure], "worker",
	    record,
	    json_pack("{s:s,s:s,s:o}", "first", "Lou", "initial", worker->id,
		"crews", crews),
	    err);
}

static bool write_structure(
    struct act *act, struct sim *sim, size_t i, struct err *err)
{
	const char *name = sim->structures[i];
	char record[RECORD_KEY_MAX];
	bool fine;

	record_key_make(record, "structure", name, NULL);
	fine = set_record(act, name, "structure", record,
	    json_pack("{s:s,s:s,s:s}", "name", name, "kind", "ACI", "siret",
		"04120768900013"),
	    err);
	for (size_t k = 0; fine && k < sim->crew_count; k++) {
		const struct sim_crew *crew = &sim->crews[k];

		if (crew->structure != i)
			continue;
		record_key_make(record, "site", crew->site, NULL);
		fine = set_record(act, name, "site", record,
		    json_pack("{s:s,s:s}", "name", crew->site, "sector", "v"),
		    err);
		record_key_make(record, "crew", crew->id, NULL);
		fine = fine && set_record(act, name, "crew", record,
				   json_pack("{s:s,s:s,s:s,s:s}", "name",
				       crew->id, "site", crew->site, "am",
				       "08:00-11:30", "pm", "13:00-16:30"),
				   err);
	}
	return fine;
}

static void draw_places(struct sim *sim)
{
	size_t structures = 2 + sim_pick(sim, 2);
	size_t crews = 3 + sim_pick(sim, 4);

	for (size_t i = 0; i < structures; i++)
		(void)snprintf(sim->structures[sim->structure_count++],
		    TEXT_ID_MAX + 1, "S%zu", i + 1);
	for (size_t i = 0; i < crews; i++) {
		struct sim_crew *crew = &sim->crews[sim->crew_count++];

		(void)snprintf(crew->id, sizeof(crew->id), "C%zu", i + 1);
		(void)snprintf(crew->site, sizeof(crew->site), "T%zu", i + 1);
		crew->structure = 1 + i % structures;
	}
}

/* Somebody in a crew since September; one in ten in two structures. */
static struct sim_worker draw_worker(struct sim *sim, size_t number)
{
	size_t crew = sim_pick(sim, sim->crew_count);
	struct sim_worker worker = {
	    .structure = sim->crews[crew].structure, .stay_count = 1};

	(void)snprintf(worker.id, sizeof(worker.id), "W%02zu", number);
	worker.stays[0].crew = crew;
	memcpy(worker.stays[0].from, "2026-09-01", DATE_TEXT);
	return worker;
}

void sim_office_lists(struct sim *sim)
{
	struct err err = ERR_INIT;
	struct act act;
	bool fine;
	size_t workers = 6 + sim_pick(sim, 14);

	draw_places(sim);
	if (act_begin(&act, &sim->office, &err) < 0)
		goto failed;
	fine = true;
	for (size_t i = 1; fine && i < sim->structure_count; i++)
		fine = write_structure(&act, sim, i, &err);
	for (size_t i = 0; fine && i < workers; i++) {
		/* Some are known by the same name in two structures. */
		const struct sim_worker worker =
		    draw_worker(sim, i % 8 == 7 ? 0 : i);

		fine = set_worker(&act, sim, &worker, &err);
	}
	if (fine && act_commit(&act, &err) == 0) {
		sim_office_scan(sim);
		return;
	}
	act_abort(&act);
failed:
	sim_fail(sim, "I1", "no lists: %s", err.text);
}

static int settle_contest(struct sim *sim, struct err *err)
{
	struct resolution resolution = {
	    .minutes = -1, .reason = "vu avec les deux encadrants"};
	json_t *list = NULL, *one;
	int rc = conflicts_json(&sim->office, &list, err);

	if (rc < 0 || json_array_size(list) == 0)
		goto out;
	one = json_array_get(list, sim_pick(sim, json_array_size(list)));
	switch (sim_pick(sim, 3)) {
	case 0:
		resolution.both = true;
		break;
	case 1:
		resolution.minutes = 195;
		break;
	default:
		resolution.keep = json_text(
		    json_array_get(json_object_get(one, "values"), 0), "hash");
		break;
	}
	rc = conflict_resolve(
	    &sim->office, json_text(one, "id"), &resolution, NULL, err);
	/* A void of both hands has no third value. */
	if (rc == E_NOMEM || rc == E_CONFLICT)
		rc = 0;
out:
	json_decref(list);
	return rc;
}

static int match_newcomer(struct sim *sim, struct err *err)
{
	json_t *list = NULL;
	int rc = newcomer_json(&sim->office, &list, err);

	if (rc == 0 && json_array_size(list) > 0) {
		const json_t *one =
		    json_array_get(list, sim_pick(sim, json_array_size(list)));
		size_t structure =
		    sim_structure_find(sim, json_text(one, "structure"));
		const struct sim_worker *worker =
		    &sim->workers[sim_pick(sim, sim->worker_count)];

		if (worker->structure == structure && !worker->newcomer &&
		    worker->stay_count > 0)
			rc = newcomer_match(&sim->office,
			    json_text(one, "newcomer"), worker->id,
			    "vu sur place", err);
	}
	json_decref(list);
	return rc;
}

static const struct sim_device *some_device(struct sim *sim)
{
	const struct sim_device *device =
	    &sim->devices[sim_pick(sim, sim->device_count)];

	for (size_t i = 1; i < sim->structure_count; i++) {
		if (device->enrolled[i] && !device->revoked[i])
			return device;
	}
	return NULL;
}

static int change_scope(struct sim *sim, struct err *err)
{
	const struct sim_device *device = some_device(sim);
	char crews[64] = "";
	size_t first = sim_pick(sim, sim->crew_count);

	if (device == NULL)
		return 0;
	for (size_t i = 0; i < sim->crew_count; i++) {
		const struct sim_crew *crew =
		    &sim->crews[(first + i) % sim->crew_count];
		size_t len = strlen(crews);

		/* Another structure takes another code. */
		if (device->enrolled[crew->structure] &&
		    (len == 0 || sim_percent(sim, 30)))
			(void)snprintf(crews + len, sizeof(crews) - len, "%s%s",
			    len > 0 ? "," : "", crew->id);
	}
	sim_log(sim, "  %s sees %s", device->id, crews);
	return enrolment_scope(&sim->office, device->id, crews, err);
}

static int revoke(struct sim *sim, struct err *err)
{
	const struct sim_device *device = some_device(sim);

	if (device == NULL || sim_percent(sim, 60))
		return 0;
	sim_log(sim, "  %s is revoked", device->id);
	return enrolment_revoke(&sim->office, device->id, "perdu", err);
}

/* Somebody comes, leaves a crew, or changes crews. */
static int change_worker(struct sim *sim, struct err *err)
{
	struct sim_worker worker =
	    sim->workers[sim_pick(sim, sim->worker_count)];
	struct act act;
	char today[DATE_TEXT];
	int rc;

	sim_day(sim, sim_between(sim, -3, 3), today);
	if (worker.newcomer || sim_percent(sim, 30)) {
		if (sim->worker_count > SIM_WORKERS_MAX - 16)
			return 0;
		worker = draw_worker(sim, 20 + sim->worker_count);
	} else if (worker.stay_count == 0) {
		return 0; /* lost by the server; laptops may know of them */
	} else if (worker.stay_count < SIM_STAYS_MAX) {
		struct sim_stay *last = &worker.stays[worker.stay_count - 1];
		size_t crew = sim_pick(sim, sim->crew_count);

		if (strcmp(last->from, today) >= 0)
			return 0;
		memcpy(last->to, today, DATE_TEXT);
		if (sim->crews[crew].structure == worker.structure) {
			worker.stays[worker.stay_count++] =
			    (struct sim_stay){.crew = crew};
			memcpy(worker.stays[worker.stay_count - 1].from, today,
			    DATE_TEXT);
		}
	}
	sim_log(sim, "  worker %s has %zu stays", worker.id, worker.stay_count);
	if ((rc = act_begin(&act, &sim->office, err)) < 0)
		return rc;
	if (set_worker(&act, sim, &worker, err))
		return act_commit(&act, err);
	act_abort(&act);
	return err->code;
}

/* Hours by the office's own hand, and what laptops never see. */
static int write_more(struct sim *sim, struct err *err)
{
	const struct sim_worker *worker =
	    &sim->workers[sim_pick(sim, sim->worker_count)];
	const char *structure = sim->structures[worker->structure];
	char record[RECORD_KEY_MAX], day[DATE_TEXT];
	struct act act;
	bool fine;
	int rc;

	sim_day(sim, -2, day);
	if ((rc = act_begin(&act, &sim->office, err)) < 0)
		return rc;
	if (sim_percent(sim, 50)) {
		record_key_make(record, "identity", worker->id, NULL);
		fine = set_record(&act, structure, "identity", record,
		    json_pack("{s:s,s:i}", "last", "Durand", "n", sim->step),
		    err);
	} else {
		record_key_hours(record, worker->id, day, "pm");
		fine = set_record(&act, structure, "hours", record,
		    json_pack("{s:i,s:s}", "minutes", 210, "kind", "work"),
		    err);
	}
	if (fine)
		return act_commit(&act, err);
	act_abort(&act);
	return err->code;
}

/* Somebody is to be forgotten. */
static int purge(struct sim *sim, struct err *err)
{
	const struct sim_worker *worker =
	    &sim->workers[sim_pick(sim, sim->worker_count)];
	int64_t count;
	int rc = purge_worker(&sim->office, worker->id, "départ", &count, err);

	sim_log(sim, "  %s is forgotten: %d entries", worker->id,
	    rc == 0 ? (int)count : rc);
	/* Nothing may be known of them any more. */
	return rc == E_NOT_FOUND ? 0 : rc;
}

void sim_office_act(struct sim *sim)
{
	static const struct {
		const char *name;
		int (*act)(struct sim *sim, struct err *err);
		unsigned weight;
	} acts[] = {
	    {"settle", settle_contest, 40},
	    {"match", match_newcomer, 20},
	    {"scope", change_scope, 8},
	    {"revoke", revoke, 2},
	    {"worker", change_worker, 15},
	    {"write", write_more, 15},
	    {"close", sim_closing_act, 12},
	    {"purge", purge, 2},
	};
	size_t at = sim_pick(sim, 114), which = 0;
	struct err err = ERR_INIT;
	int rc;

	while (at >= acts[which].weight)
		at -= acts[which++].weight;
	if (sim_percent(sim, 10) && !sim->nested)
		sim_office_arm(sim);
	if (!sim->office_open)
		return;
	rc = acts[which].act(sim, &err);
	sim_log(sim, "office: %s: %d", acts[which].name, rc);
	sim->figures.acts++;
	if (rc < 0 && rc != E_IO && rc != E_REVOKED)
		sim_fail(sim, "I9", "the office cannot %s: %s",
		    acts[which].name, err.text);
	if (!cut_disk_is_cut(sim->office_disk.disk)) {
		if (db_in_transaction(sim->office.db))
			sim_fail(sim, "I1", "an act left a transaction open");
		cut_disk_fail(sim->office_disk.disk, CUT_FAULT_NONE, 0, false);
		sim_office_scan(sim);
	}
	sim_office_revive(sim);
}
