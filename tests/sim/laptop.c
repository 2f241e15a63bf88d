/*
 * Laptops: the real agent on a disk whose power can be cut, opened for each
 * thing it does, as the command line is.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "server/enrolment.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/sim/sim.h"

static struct sim_disk *disk_new(struct sim *sim)
{
	struct sim_disk *disk = calloc(1, sizeof(*disk));

	assert(disk != NULL);
	(void)snprintf(
	    disk->vfs, sizeof(disk->vfs), "sim-%zu", sim->disk_count);
	disk->disk = cut_disk_new(disk->vfs, sim_random(sim));
	cut_disk_lie(disk->disk, sim->broken == BREAK_DISK);
	sim->disks[sim->disk_count++] = disk;
	return disk;
}

struct sim_laptop *sim_laptop_new(struct sim *sim, bool hostile)
{
	struct sim_laptop *laptop = calloc(1, sizeof(*laptop));

	assert(laptop != NULL && sim->laptop_count < SIM_LAPTOPS_MAX);
	laptop->disk = disk_new(sim);
	laptop->hostile = hostile;
	sim_machine_init(sim, &laptop->machine, laptop->disk->vfs);
	(void)snprintf(laptop->directory, SIM_PATH, "%.100s/l%zu", sim->root,
	    sim->laptop_count);
	laptop->device = sim->device_count++;
	sim->devices[laptop->device].hostile = hostile;
	sim->laptops[sim->laptop_count++] = laptop;
	return laptop;
}

void sim_laptop_free(struct sim_laptop *laptop)
{
	sim_laptop_close(laptop);
	free(laptop);
}

unsigned sim_laptop_bit(const struct sim *sim, const struct sim_laptop *laptop)
{
	for (unsigned i = 0; i < sim->laptop_count; i++) {
		if (sim->laptops[i] == laptop)
			return i;
	}
	return 0;
}

void sim_laptop_close(struct sim_laptop *laptop)
{
	if (laptop->open)
		agent_close(&laptop->agent);
	laptop->open = false;
}

static void note_device(struct sim *sim, const struct sim_laptop *laptop)
{
	struct sim_device *device = &sim->devices[laptop->device];

	memcpy(device->id, laptop->agent.device, DEVICE_TEXT);
	memcpy(device->pub, laptop->agent.key.pub, KEY_LEN);
}

bool sim_laptop_open(struct sim *sim, struct sim_laptop *laptop)
{
	struct err err = ERR_INIT;
	int rc;

	if (laptop->open)
		return true;
	rc = agent_open(&laptop->agent, laptop->directory, &laptop->machine.os,
	    !laptop->enrolled, &err);
	if (rc < 0) {
		if (!cut_disk_is_cut(laptop->disk->disk) && rc != E_IO)
			sim_fail(sim, "I1", "laptop %u does not open: %s",
			    sim_laptop_bit(sim, laptop), err.text);
		return false;
	}
	laptop->open = true;
	note_device(sim, laptop);
	return true;
}

/* ---- its power ---- */

/* One time in four something happens within the next ${most} operations. */
void sim_laptop_arm(struct sim *sim, struct sim_laptop *laptop, int64_t most)
{
	struct cut_disk *disk = laptop->disk->disk;
	uint64_t after = (uint64_t)sim_between(sim, 1, most);
	size_t what = sim_pick(sim, 100);

	if (!sim->faulty || sim->nested || sim->lie || laptop->hostile)
		return;
	if (what < 17)
		cut_disk_cut(disk, after);
	else if (what < 20)
		cut_disk_fail(disk, CUT_FAULT_IO, after, sim_percent(sim, 50));
	else if (what < 23)
		cut_disk_fail(
		    disk, CUT_FAULT_FULL, after, sim_percent(sim, 50));
}

void sim_laptop_look_back(struct sim *sim, struct sim_laptop *laptop)
{
	uint64_t bit = 1ull << sim_laptop_bit(sim, laptop);
	struct err err = ERR_INIT;

	if (db_check(laptop->agent.db, &err) < 0)
		sim_fail(sim, "I1", "a laptop's database: %s", err.text);
	for (size_t i = 0; i < sim->entry_count; i++) {
		const struct sim_entry *entry = &sim->entries[i];
		struct buf bytes = BUF_INIT;

		if ((entry->holders & bit) == 0 || entry->office ||
		    entry->gone || entry->purged)
			continue;
		if (ledger_bytes(laptop->agent.db,
			sim->structures[entry->structure], &entry->hash, &bytes,
			NULL) < 0)
			sim_fail(sim, "I1",
			    "laptop %u lost what it saved at step %d",
			    sim_laptop_bit(sim, laptop), entry->step);
		buf_free(&bytes);
	}
}

static void close_disk(struct sim *sim, const struct sim_disk *disk)
{
	for (size_t i = 0; i < sim->laptop_count; i++) {
		if (sim->laptops[i]->disk == disk)
			sim_laptop_close(sim->laptops[i]);
	}
}

/* Its program was killed, or its power cut, and it is started again. */
static void end(struct sim *sim, struct sim_laptop *laptop, bool killed)
{
	struct cut_disk *disk = laptop->disk->disk;

	close_disk(sim, laptop->disk);
	if (killed) {
		sim_log(
		    sim, "laptop %u was killed", sim_laptop_bit(sim, laptop));
		cut_disk_survive(disk);
		sim->figures.crashes++;
	} else {
		sim_log(sim, "laptop %u's power was cut",
		    sim_laptop_bit(sim, laptop));
		cut_disk_restart(disk);
		sim_machine_boot(&laptop->machine);
		sim->figures.cuts++;
	}
	laptop->ambiguous = true;
	if (!sim_laptop_open(sim, laptop))
		return;
	sim_laptop_look_back(sim, laptop);
	sim_laptop_scan(sim, laptop);
}

void sim_laptop_revive(struct sim *sim, struct sim_laptop *laptop)
{
	struct cut_disk *disk = laptop->disk->disk;

	cut_disk_fail(disk, CUT_FAULT_NONE, 0, false);
	if (!cut_disk_is_cut(disk)) {
		cut_disk_cut(disk, 0);
		return;
	}
	end(sim, laptop, sim_percent(sim, 40));
}

/* In the middle of nothing. */
void sim_laptop_blackout(struct sim *sim, struct sim_laptop *laptop)
{
	end(sim, laptop, false);
	sim_laptop_close(laptop);
}

/* ---- what it has saved ---- */

static const struct db_statement entries_after = {"sim.own_after",
    "SELECT id, hash, kind, bytes FROM entry WHERE structure = $structure"
    " AND id > $after AND device = $device ORDER BY id"};

struct scan {
	struct sim *sim;
	struct sim_laptop *laptop;
	size_t structure;
	uint64_t bit;
	bool fresh; /* new ones may appear */
};

static int take_entry(void *context, const struct db_row *row, struct err *err)
{
	struct scan *scan = context;
	struct sim *sim = scan->sim;
	struct sim_entry *entry;
	struct hash hash;
	int64_t skew = scan->laptop->machine.skew_s;

	(void)err;
	memcpy(hash.bytes, db_row_blob(row, "hash").data, HASH_LEN);
	scan->laptop->scanned[scan->structure] = db_row_int(row, "id");
	if ((entry = sim_entry_find(sim, &hash)) == NULL) {
		entry = sim_entry_add(sim, scan->structure, &hash, "");
		entry->skewed = skew > 31536000 || skew < -31536000;
		if (strcmp(db_row_text(row, "kind"), "newcomer") == 0)
			sim_books_read(
			    sim, scan->structure, db_row_blob(row, "bytes"));
	}
	entry->holders |= scan->bit;
	return 0;
}

void sim_laptop_scan(struct sim *sim, struct sim_laptop *laptop)
{
	struct err err = ERR_INIT;

	for (size_t i = 1; i < sim->structure_count; i++) {
		struct scan scan = {sim, laptop, i,
		    1ull << sim_laptop_bit(sim, laptop), laptop->ambiguous};

		if (db_query(laptop->agent.db, &entries_after,
			DB_PARAMS(DB_TEXT("structure", sim->structures[i]),
			    DB_INT("after", laptop->scanned[i]),
			    DB_TEXT("device", laptop->agent.device)),
			take_entry, &scan, &err) < 0)
			sim_fail(sim, "I1", "a laptop: %s", err.text);
	}
	laptop->ambiguous = false;
}

/* ---- enrolment ---- */

static void some_crews(struct sim *sim, struct buf *out)
{
	size_t first = sim_pick(sim, sim->crew_count);
	size_t count = sim_percent(sim, 60) ? 1 : 2;

	for (size_t i = 0; i < count && i < sim->crew_count; i++)
		buf_printf(out, "%s%s", i > 0 ? "," : "",
		    sim->crews[(first + i) % sim->crew_count].id);
}

static int enrol(struct sim *sim, struct sim_laptop *laptop,
    const struct enrolcode *code, struct err *err)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct enrol *enrol = NULL;
	char name[32];
	int rc;

	(void)snprintf(
	    name, sizeof(name), "Portable %u", sim_laptop_bit(sim, laptop));
	if ((rc = enrol_new(&enrol, &laptop->agent, code, name, err)) < 0)
		return rc;
	while ((rc = enrol_next(enrol, &request, err)) == SYNC_REQUEST) {
		if ((rc = sim_exchange(sim, laptop, &request, &reply, err)) <
			0 ||
		    (rc = enrol_take(enrol, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	enrol_free(enrol);
	return rc;
}

void sim_laptop_join(struct sim *sim, struct sim_laptop *laptop)
{
	struct buf crews = BUF_INIT, text = BUF_INIT;
	struct enrolcode code;
	struct err err = ERR_INIT;
	int rc;

	some_crews(sim, &crews);
	if (!sim->office_open ||
	    (rc = enrolment_code(&sim->office, buf_text(&crews), &text, &err)) <
		0 ||
	    (rc = enrolcode_read(&code, buf_text(&text), &err)) < 0) {
		sim_fail(sim, "I19", "no code: %s", err.text);
		goto out;
	}
	sim_laptop_arm(sim, laptop, 120);
	if (sim_laptop_open(sim, laptop)) {
		rc = enrol(sim, laptop, &code, &err);
		laptop->enrolled = laptop->enrolled || rc == 0;
		sim_log(sim, "%s laptop %u enrols for %s: %d",
		    laptop->hostile ? "hostile" : "honest",
		    sim_laptop_bit(sim, laptop), buf_text(&crews), rc);
	}
	/* Cut in the very middle, it is enrolled or not: ask it. */
	sim_laptop_revive(sim, laptop);
	sim_laptop_close(laptop);
out:
	buf_free(&crews);
	buf_free(&text);
}

/* ---- syncs ---- */

static int exchange_all(struct sim *sim, struct sim_laptop *laptop,
    struct sync *sync, struct err *err)
{
	bool faulty = sim->faulty && !sim->lie;
	size_t cut =
	    faulty && sim_percent(sim, 15) ? 1 + sim_pick(sim, 6) : SIZE_MAX;
	struct exchange_reply reply = {0};
	struct exchange request;
	int rc;

	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		if (--cut == 0) {
			rc = err_set(err, E_INTERRUPTED, "stopped");
			break;
		}
		sim_pieces_sent(sim, laptop, &request);
		if ((rc = sim_exchange(sim, laptop, &request, &reply, err)) <
			0 ||
		    (rc = sync_take(sync, &reply, err)) < 0)
			break;
		sim_pieces_taken(sim, laptop, &request, &reply);
		if (faulty && !sim->nested && sim_percent(sim, 6))
			sim_plan_nested(sim, laptop);
	}
	exchange_reply_clear(&reply);
	return rc;
}

static void check_quiet(struct sim *sim, struct sim_laptop *laptop)
{
	if (laptop->open && db_in_transaction(laptop->agent.db) &&
	    !cut_disk_is_cut(laptop->disk->disk))
		sim_fail(sim, "I1", "a sync left a transaction open");
}

/* An empty queue that was never sent: what --break later does. */
static void forget_queue(struct sim *sim, struct sim_laptop *laptop)
{
	if (sim->broken == BREAK_LATER && sim->step > 60 &&
	    sim_percent(sim, 20))
		(void)db_script(laptop->agent.db, "DELETE FROM outbox", NULL);
}

static const struct db_statement own_sets = {"sim.own_sets",
    "SELECT structure, id, hash, session, seq, prev, place, sent FROM changeset"
    " WHERE device = $device ORDER BY structure, id"};

static int tell_set(void *context, const struct db_row *row, struct err *err)
{
	char hash[HASH_TEXT], prev[HASH_TEXT];

	(void)err;
	enc_hex(db_row_blob(row, "hash").data, HASH_LEN, hash);
	enc_hex(db_row_blob(row, "prev").data, HASH_LEN, prev);
	sim_log(context, "  %s row %d: %.8s %.8s no. %d after %.8s, place %d",
	    db_row_text(row, "structure"), (int)db_row_int(row, "id"), hash,
	    db_row_text(row, "session"), (int)db_row_int(row, "seq"), prev,
	    (int)db_row_int(row, "place"));
	return 0;
}

/* For whoever looks into a failure. */
static void tell_sets(struct sim *sim, struct db *db, const char *device)
{
	(void)db_query(db, &own_sets, DB_PARAMS(DB_TEXT("device", device)),
	    tell_set, sim, NULL);
}

int sim_laptop_sync(struct sim *sim, struct sim_laptop *laptop, struct err *err)
{
	struct sync *sync = NULL;
	int rc = E_OFFLINE;
	int requests = 0;

	sim_laptop_arm(sim, laptop, 150);
	sim->garbled = sim->garbled && sim->nested;
	laptop->disk->busy = true;
	if (sim_laptop_open(sim, laptop)) {
		forget_queue(sim, laptop);
		if ((rc = sync_new(&sync, &laptop->agent, err)) == 0) {
			rc = exchange_all(sim, laptop, sync, err);
			requests = (int)sync_summary(sync)->requests;
		}
		sync_free(sync);
		check_quiet(sim, laptop);
	}
	sim_laptop_revive(sim, laptop);
	laptop->disk->busy = false;
	/* Bodies that left its scope free their numbers. */
	memset(laptop->scanned, 0, sizeof(laptop->scanned));
	sim->figures.syncs++;
	sim_log(sim, "laptop %u syncs: %d after %d requests",
	    sim_laptop_bit(sim, laptop), rc, requests);
	if (sim->verbose && rc < 0)
		printf("      (%s)\n", err->text);
	if (rc == E_CONFLICT && laptop->open) {
		tell_sets(sim, laptop->agent.db, laptop->agent.device);
		sim_log(sim, "  the office:");
		tell_sets(sim, sim->office.db, laptop->agent.device);
	}
	sim_laptop_close(laptop);
	/* None of our networks forges what the server signs. */
	if (!sim->lie && !sim->garbled &&
	    (rc == E_SIGNATURE || rc == E_CONFLICT || rc == E_CORRUPT))
		sim_fail(sim, "I19", "laptop %u cannot sync: %s",
		    sim_laptop_bit(sim, laptop), err->text);
	return rc;
}
