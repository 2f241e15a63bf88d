/*
 * After faults have ceased: does every invariant of the design hold? One
 * function each, named by its number.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/sync.h"
#include "server/alert.h"
#include "shared/ledger.h"
#include "shared/ledger_month.h"
#include "shared/ledger_rebuild.h"
#include "shared/migrate.h"
#include "tests/lib/kit.h"
#include "tests/sim/log.h"

#define REPLICA "/replica/ledger.db"

static const char *name_of(const struct sim *sim, const struct log *log)
{
	return sim->structures[log->structure];
}

/* ---- I1: what was acknowledged is there, and nothing else is ---- */

static void check_I1(struct sim *sim, const struct log *logs)
{
	for (size_t i = 0; i < sim->entry_count; i++) {
		const struct sim_entry *entry = &sim->entries[i];
		const struct log *log = &logs[entry->structure];
		const struct log_entry *there =
		    log_entry_find(log, &entry->hash);

		if (entry->purged) {
			if (there != NULL && there->body.data != NULL)
				sim_fail(sim, "I6",
				    "%s was purged and is back in the log",
				    there->record);
			continue;
		}
		if (!entry->gone && (entry->office || entry->holders != 0) &&
		    (there == NULL || there->body.data == NULL))
			sim_fail(sim, entry->returning ? "I11" : "I1",
			    "what was saved at step %d is not in the log of "
			    "%s (holders %llx, %s)",
			    entry->step, name_of(sim, log),
			    (unsigned long long)entry->holders,
			    there == NULL ? "not named" : "without its body");
	}
	for (size_t i = 0; i < sim->structure_count; i++) {
		for (size_t k = 0; k < logs[i].entry_count; k++) {
			if (sim_entry_find(sim, &logs[i].entries[k].hash) ==
			    NULL)
				sim_fail(sim, "I1",
				    "an entry that nobody wrote is in the log "
				    "of %s: %s",
				    sim->structures[i],
				    logs[i].entries[k].record);
		}
	}
}

/* ---- I2: every receipt stands for a place of the log ---- */

static void check_I2(struct sim *sim, const struct log *logs)
{
	for (size_t i = 0; i < sim->receipt_count; i++) {
		const struct receipt *receipt = &sim->receipts[i].receipt;
		const struct log *log =
		    &logs[sim_structure_find(sim, receipt->structure)];
		bool found = false;

		for (size_t k = 0; !found && k < log->set_count; k++) {
			const struct log_set *set = &log->sets[k];

			found = hash_equal(&set->hash, &receipt->manifest) &&
			        set->place == receipt->n &&
			        set->epoch == receipt->epoch &&
			        memcmp(set->sig, receipt->sig, SIG_LEN) == 0;
		}
		if (!found)
			sim_fail(sim, "I2",
			    "the receipt no. %d of %s, given at step %d, is "
			    "not in the log",
			    (int)receipt->n, receipt->structure,
			    sim->receipts[i].step);
	}
}

/* ---- I3: sequences are contiguous, sessions a tree ---- */

static const struct log_set *set_named(const struct log *log, size_t before,
    const struct hash *hash, const char *device)
{
	for (size_t i = 0; i < before; i++) {
		const struct log_set *set = &log->sets[i];

		if (hash_equal(&set->hash, hash) &&
		    strcmp(set->set.header.device, device) == 0)
			return set;
	}
	return NULL;
}

static size_t count_of(const struct log *log, const struct set_header *header,
    int64_t seq, size_t *at)
{
	size_t count = 0;

	for (size_t i = 0; i < log->set_count; i++) {
		const struct set_header *other = &log->sets[i].set.header;

		if (other->seq == seq &&
		    strcmp(other->device, header->device) == 0 &&
		    strcmp(other->session, header->session) == 0) {
			*at = i;
			count++;
		}
	}
	return count;
}

/* Sets that came back to a restored server came in any order, and those that
 * nobody held left holes. */
static void check_I3(struct sim *sim, const struct log *log)
{
	bool whole = sim->rollbacks == 0;

	for (size_t i = 0; i < log->set_count; i++) {
		const struct set_header *header = &log->sets[i].set.header;
		size_t at = 0, device = log->sets[i].device;
		/* The office's own keys are no device of the books. */
		bool hostile =
		    device < sim->device_count && sim->devices[device].hostile;
		bool fine = count_of(log, header, header->seq, &at) == 1;

		if (count_of(log, header, header->seq - 1, &at) > 0)
			fine = fine && (at < i || !whole) &&
			       hash_equal(&header->prev, &log->sets[at].hash);
		else if (whole)
			fine = fine && header->seq == 1 &&
			       (hash_is_zero(&header->prev) || hostile ||
				   set_named(log, i, &header->prev,
				       header->device) != NULL);
		if (!fine)
			sim_fail(sim, "I3",
			    "no. %d of %s breaks the sequence of %s",
			    (int)log->sets[i].place, name_of(sim, log),
			    header->device);
	}
}

/* ---- I4: stored bytes are the signed bytes, and the log is one chain ---- */

static const uint8_t *key_of(const struct sim *sim, const struct log_set *set)
{
	const char *device = set->set.header.device;

	if (strcmp(device, sim->office.console_device) == 0)
		return sim->office.console.pub;
	if (strcmp(device, sim->office.server_device) == 0)
		return sim->office.server.pub;
	return set->device != SIZE_MAX ? sim->devices[set->device].pub : NULL;
}

static bool is_purged(struct sim *sim, const struct hash *hash)
{
	const struct sim_entry *entry = sim_entry_find(sim, hash);

	return entry != NULL && entry->purged;
}

static bool bodies_are_whole(struct sim *sim, const struct log_set *set)
{
	for (size_t i = 0; i < set->set.count; i++) {
		const struct set_entry *entry = &set->set.entries[i];
		struct hash hash;

		if (entry->body.data == NULL && is_purged(sim, &entry->hash))
			continue;
		/* What came back without it: nobody had it any more. */
		if (entry->body.data == NULL && sim->rollbacks > 0)
			continue;
		if (entry->body.data == NULL)
			return false;
		hash_of(&hash, entry->body.data, entry->body.len);
		if (!hash_equal(&hash, &entry->hash))
			return false;
	}
	return true;
}

static bool receipt_stands(
    const struct sim *sim, const struct log *log, const struct log_set *set)
{
	struct receipt receipt = {.epoch = set->epoch,
	    .n = set->place,
	    .manifest = set->hash,
	    .head = set->head,
	    .time_s = set->time_s};

	text_copy(
	    receipt.structure, sizeof(receipt.structure), name_of(sim, log));
	memcpy(receipt.sig, set->sig, SIG_LEN);
	return receipt_verify(&receipt, sim->office.server.pub, NULL) == 0;
}

static void check_I4(struct sim *sim, const struct log *log)
{
	int64_t time_s = 0;
	struct hash head;

	log_first(&head, name_of(sim, log));
	for (size_t i = 0; i < log->set_count; i++) {
		const struct log_set *set = &log->sets[i];
		const uint8_t *key = key_of(sim, set);
		struct hash hash;

		log_next(&head, &head, set->time_s, &set->hash);
		if (key == NULL || changeset_verify(&set->set, key, NULL) < 0 ||
		    changeset_hash(&hash, &set->set, NULL) < 0 ||
		    !hash_equal(&hash, &set->hash) ||
		    !bodies_are_whole(sim, set))
			sim_fail(sim, "I4", "no. %d of %s is not as signed",
			    (int)set->place, name_of(sim, log));
		if (set->place != (int64_t)i + 1 || set->time_s < time_s ||
		    !hash_equal(&head, &set->head) ||
		    !receipt_stands(sim, log, set))
			sim_fail(sim, "I4", "the chain of %s breaks at no. %d",
			    name_of(sim, log), (int)set->place);
		time_s = set->time_s;
	}
}

/* ---- I5: any order gives the same projection ---- */

static struct db *open_replica(struct sim *sim)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char dsn[128];

	cut_disk_remove(sim->office_disk.disk, "/replica/");
	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s?vfs=%s", REPLICA,
	    sim->office_disk.vfs);
	if (db_open(&db, dsn, DB_AGENT, true, &err) < 0 ||
	    migrate_apply(db, migrations_agent, &err) < 0 ||
	    db_begin(db, &err) < 0)
		sim_fail(sim, "I5", "no replica: %s", err.text);
	return db;
}

/* Keep a set, as a whole or one body at a time, some of it twice. */
static int put_set(
    struct sim *sim, struct db *db, const struct log_set *set, struct err *err)
{
	const struct ledger_author author = {&set->set.header,
	    !set->console ? WRITER_LAPTOP
	    : strcmp(set->set.header.device, sim->office.server_device) == 0
		? WRITER_SERVER
		: WRITER_OFFICE,
	    set->revoked};
	struct changeset part = set->set;
	int rc = 0;

	if (sim_percent(sim, 70))
		return ledger_set_put(
		    db, &set->set, &author, NULL, NULL, NULL, err);
	part.entries = calloc(part.count, sizeof(*part.entries));
	assert(part.entries != NULL);
	for (size_t i = 0; rc == 0 && i < part.count; i++) {
		memcpy(part.entries, set->set.entries,
		    part.count * sizeof(*part.entries));
		for (size_t k = 0; k < part.count; k++) {
			if (k != i)
				part.entries[k].body = (struct bytes){NULL, 0};
		}
		rc = ledger_set_put(db, &part, &author, NULL, NULL, NULL, err);
	}
	free(part.entries);
	return rc;
}

static const struct db_statement entry_fault_of = {"sim.fault",
    "SELECT fault FROM entry WHERE structure = $structure"
    " AND hash = $hash"};

static int take_fault(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, 16, db_row_text(row, "fault"));
	return 0;
}

static void fault_in(struct sim *sim, const struct log *log, struct db *db,
    const struct log_entry *entry, char fault[16])
{
	struct err err = ERR_INIT;

	memcpy(fault, "?", 2);
	(void)db_query(db, &entry_fault_of,
	    DB_PARAMS(DB_TEXT("structure", name_of(sim, log)),
		DB_BLOB("hash", entry->hash.bytes, HASH_LEN)),
	    take_fault, fault, &err);
}

/* For whoever looks into a failure. */
static void tell_faults(struct sim *sim, const struct log *log, struct db *db)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		const struct log_entry *entry = &log->entries[i];
		char here[16], there[16];

		fault_in(sim, log, sim->office.db, entry, here);
		fault_in(sim, log, db, entry, there);
		if (strcmp(here, there) != 0)
			sim_log(sim, "  %s: \"%s\", not \"%s\"", entry->record,
			    here, there);
	}
}

static void check_I5(struct sim *sim, const struct log *log)
{
	size_t *order = calloc(log->set_count + 1, sizeof(*order));
	struct db *db = open_replica(sim);
	struct hash there, here;
	struct err err = ERR_INIT;
	int rc = 0;

	assert(order != NULL);
	kit_shuffle(order, log->set_count, &sim->chance);
	for (size_t i = 0; db != NULL && rc == 0 && i < log->set_count; i++) {
		rc = put_set(sim, db, &log->sets[order[i]], &err);
		if (rc == 0 && sim_percent(sim, 10))
			rc = put_set(sim, db,
			    &log->sets[order[sim_pick(sim, i + 1)]], &err);
	}
	if (rc < 0 || ledger_digest(db, name_of(sim, log), &there, &err) < 0 ||
	    ledger_digest(sim->office.db, name_of(sim, log), &here, &err) < 0)
		sim_fail(sim, "I5", "no digest: %s", err.text);
	else if (!hash_equal(&there, &here)) {
		tell_faults(sim, log, db);
		sim_fail(sim, "I5",
		    "the sets of %s in another order give another result",
		    name_of(sim, log));
	}
	db_rollback(db);
	db_close(db);
	free(order);
}

/* ---- I6: no accepted value is unreachable ---- */

struct reach {
	const struct hash *hash;
	bool found;
	bool live;
};

static int reach_one(
    void *context, const struct entry_row *row, struct err *err)
{
	struct reach *reach = context;

	(void)err;
	if (!hash_equal(&row->hash, reach->hash))
		return 0;
	reach->found = true;
	reach->live = row->live;
	return 1;
}

static void check_I6(struct sim *sim, const struct log *log)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		const struct log_entry *entry = &log->entries[i];
		struct reach reach = {&entry->hash, false, false};
		struct buf bytes = BUF_INIT;

		if (entry->body.data == NULL)
			continue;
		if (ledger_bytes(sim->office.db, name_of(sim, log),
			&entry->hash, &bytes, NULL) < 0 ||
		    bytes.len != entry->body.len ||
		    memcmp(bytes.data, entry->body.data, bytes.len) != 0)
			sim_fail(sim, "I6", "bytes of %s cannot be read",
			    entry->record);
		buf_free(&bytes);
		if (entry->fault[0] != '\0' || entry->record[0] == '\0')
			continue;
		if (ledger_history(sim->office.db, name_of(sim, log),
			entry->record, reach_one, &reach, NULL) < 0 ||
		    !reach.found)
			sim_fail(sim, "I6", "the history of %s lacks an entry",
			    entry->record);
	}
}

/* ---- I8, I9, I10, I15: what counts, and why the rest does not ---- */

static const char *invariant_of(struct sim *sim, const struct log_entry *entry)
{
	const struct sim_entry *known = sim_entry_find(sim, &entry->hash);

	if (strcmp(entry->fault, "revoked") == 0)
		return "I15";
	if (known != NULL && known->skewed)
		return "I8";
	return known != NULL && known->strange ? "I10" : "I9";
}

static void check_I8_I9_I10_I15(struct sim *sim, const struct log *log)
{
	for (size_t i = 0; i < log->entry_count; i++) {
		const struct log_entry *entry = &log->entries[i];
		char fault[16];

		if (entry->body.data == NULL)
			continue;
		fault_in(sim, log, sim->office.db, entry, fault);
		if (strcmp(fault, entry->fault) != 0)
			sim_fail(sim, invariant_of(sim, entry),
			    "%s of %s: quarantined as \"%s\", expected \"%s\"",
			    entry->kind, entry->record, fault, entry->fault);
	}
}

/* ---- I11: a new epoch for each rollback at most, never without ---- */

static void check_I11(struct sim *sim, const struct log *log)
{
	int64_t epochs =
	    log->set_count == 0 ? 1 : log->sets[log->set_count - 1].epoch;

	if (epochs > 1 + sim->rollbacks)
		sim_fail(sim, sim->rollbacks == 0 ? "I2" : "I11",
		    "%s is in epoch %d after %d rollbacks", name_of(sim, log),
		    (int)epochs, sim->rollbacks);
}

/* ---- I12: what was restored or copied is told of ---- */

static bool has_alert(const json_t *alerts, const char *alert,
    const char *structure, const char *device)
{
	for (size_t i = 0; i < json_array_size(alerts); i++) {
		const json_t *one = json_array_get(alerts, i);

		if (strcmp(json_text(one, "alert"), alert) == 0 &&
		    strcmp(json_text(one, "structure"), structure) == 0 &&
		    strcmp(json_text(one, "device"), device) == 0)
			return true;
	}
	return false;
}

/* Sets of ${device} that none of its others follows: ends of its stories. */
static size_t count_ends(const struct log *log, const char *device)
{
	size_t count = 0;

	for (size_t i = 0; i < log->set_count; i++) {
		const struct log_set *set = &log->sets[i];
		bool last = strcmp(set->set.header.device, device) == 0;

		for (size_t k = 0; last && k < log->set_count; k++)
			last = strcmp(log->sets[k].set.header.device, device) !=
			           0 ||
			       !hash_equal(
				   &log->sets[k].set.header.prev, &set->hash);
		count += last;
	}
	return count;
}

static void check_stories(struct sim *sim, const struct log *log,
    const struct sim_laptop *laptop, const json_t *alerts)
{
	const char *device = sim->devices[laptop->device].id;
	bool told =
	    has_alert(alerts, ALERT_BRANCH, name_of(sim, log), device) ||
	    has_alert(alerts, ALERT_FORK, name_of(sim, log), device);

	if (count_ends(log, device) > 1 && !told)
		sim_fail(sim, "I12", "%s wrote two stories in %s, untold",
		    device, name_of(sim, log));
	if (told && !laptop->clone && !laptop->restored)
		sim_fail(sim, "I12", "%s is told of in %s, for nothing", device,
		    name_of(sim, log));
}

static void check_I12_alerts(struct sim *sim, const struct log *log)
{
	bool later =
	    log->set_count > 0 && log->sets[log->set_count - 1].epoch > 1;
	json_t *alerts = NULL;
	struct err err = ERR_INIT;

	if (alerts_json(&sim->office, &alerts, &err) < 0) {
		sim_fail(sim, "I12", "no alerts: %s", err.text);
		return;
	}
	if (has_alert(alerts, ALERT_EPOCH, name_of(sim, log), "") != later)
		sim_fail(sim, "I11", "%s is in epoch %s, its alerts %s",
		    name_of(sim, log), later ? "2 or more" : "1",
		    later ? "do not say so" : "say another");
	/* After a rollback the sets between two others may be lost. */
	for (size_t i = 0; sim->rollbacks == 0 && i < sim->laptop_count; i++) {
		const struct sim_laptop *laptop = sim->laptops[i];

		if (!laptop->hostile)
			check_stories(sim, log, laptop, alerts);
	}
	json_decref(alerts);
}

/* ---- I18: rebuilt projections are the live ones ---- */

static void check_I18(struct sim *sim, const struct log *log)
{
	struct hash before, after;
	struct err err = ERR_INIT;
	bool same = false;

	if (ledger_month_check(sim->office.db, name_of(sim, log), &same, &err) <
		0 ||
	    !same)
		sim_fail(sim, "I18", "%s has other month totals than records",
		    name_of(sim, log));
	if (db_begin(sim->office.db, &err) < 0 ||
	    ledger_rebuild(sim->office.db, name_of(sim, log),
		sim->office.server.pub, &before, &after, &err) < 0)
		sim_fail(sim, "I18", "no rebuild: %s", err.text);
	else if (!hash_equal(&before, &after))
		sim_fail(sim, "I18", "%s rebuilt is not what it was",
		    name_of(sim, log));
	db_rollback(sim->office.db);
}

/* ---- laptops ---- */

struct comparing {
	struct sim *sim;
	struct sim_laptop *laptop;
	size_t structure;
};

struct seen_record {
	char state[16];
	char value[2048];
	int64_t live, minutes;
};

static int take_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct seen_record *seen = context;

	(void)err;
	text_copy(seen->state, sizeof(seen->state), row->state);
	text_copy(seen->value, sizeof(seen->value), row->value);
	seen->live = row->live;
	seen->minutes = row->minutes;
	return 0;
}

/* A newcomer whom the laptop does not see counts for a worker it sees. */
static bool is_partial(struct sim *sim, const struct comparing *comparing,
    const struct record_row *row)
{
	for (size_t i = 0; i < sim->worker_count; i++) {
		const struct sim_worker *worker = &sim->workers[i];
		char record[RECORD_KEY_MAX];

		if (worker->structure != comparing->structure ||
		    strcmp(worker->match, row->subject) != 0)
			continue;
		record_key_make(record, "skill", worker->id, "x");
		if (!sim_sees(sim, comparing->laptop->device, worker->structure,
			record, NULL))
			return true;
	}
	return false;
}

/* For whoever looks into a failure. */
static int tell_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct sim *sim = context;
	char hex[HASH_TEXT];

	(void)err;
	hash_hex(&row->hash, hex);
	sim_log(sim, "    %.12s %s by %s, %s%s", hex,
	    row->entry != NULL ? row->entry->kind : "",
	    row->entry != NULL ? row->entry->device : "?", row->fault,
	    row->live ? " live" : "");
	return 0;
}

static void tell_histories(
    struct sim *sim, struct sim_laptop *laptop, const struct record_row *row)
{
	sim_log(sim, "  the office of %s:", row->record);
	(void)ledger_history(
	    sim->office.db, row->structure, row->record, tell_entry, sim, NULL);
	sim_log(sim, "  laptop %u:", sim_laptop_bit(sim, laptop));
	(void)ledger_history(laptop->agent.db, row->structure, row->record,
	    tell_entry, sim, NULL);
}

static int compare_record(
    void *context, const struct record_row *row, struct err *err)
{
	const struct comparing *comparing = context;
	struct sim *sim = comparing->sim;
	struct seen_record here = {0}, there = {0};
	json_t *value = json_loads(row->value, 0, NULL);
	bool sees = sim_sees(sim, comparing->laptop->device,
	    comparing->structure, row->record, value);
	bool found;
	int rc;

	json_decref(value);
	/* The day of an observation is in its value alone. */
	if (!sees || is_partial(sim, comparing, row) ||
	    (row->value[0] == '\0' && strcmp(row->family, "skill") == 0))
		return 0;
	(void)take_record(&here, row, err);
	rc = ledger_record(comparing->laptop->agent.db, row->structure,
	    row->record, take_record, &there, &found, err);
	if (rc < 0)
		return rc;
	if (!found || strcmp(here.state, there.state) != 0 ||
	    strcmp(here.value, there.value) != 0 || here.live != there.live ||
	    here.minutes != there.minutes) {
		tell_histories(sim, comparing->laptop, row);
		sim_fail(sim, "I5",
		    "laptop %u sees %s as %s %s, the office as %s %s",
		    sim_laptop_bit(sim, comparing->laptop), row->record,
		    found ? there.state : "nothing", there.value, here.state,
		    here.value);
	}
	return 0;
}

/* What is in a laptop's scope, it sees as the office does. */
static void check_I5_view(struct sim *sim, struct sim_laptop *laptop)
{
	static const char *const families[] = {
	    "hours", "skill", "newcomer", "worker", "signoff", "drone"};
	struct err err = ERR_INIT;

	for (size_t s = 1; s < sim->structure_count; s++) {
		struct comparing comparing = {sim, laptop, s};

		if (!sim->devices[laptop->device].enrolled[s])
			continue;
		for (size_t i = 0; i < sizeof(families) / sizeof(families[0]);
		     i++) {
			if (ledger_family(sim->office.db, sim->structures[s],
				families[i], compare_record, &comparing,
				&err) < 0)
				sim_fail(sim, "I5", "%s", err.text);
		}
	}
}

static const struct db_statement all_bytes = {
    "sim.all_bytes", "SELECT structure, bytes FROM entry"};

static int check_in_scope(
    void *context, const struct db_row *row, struct err *err)
{
	const struct comparing *comparing = context;
	struct sim *sim = comparing->sim;
	size_t structure =
	    sim_structure_find(sim, db_row_text(row, "structure"));
	json_t *json = sim_entry_json(db_row_blob(row, "bytes"));
	const char *record = json_text(json, "record");

	(void)err;
	if (record[0] != '\0' &&
	    !sim_sees(sim, comparing->laptop->device, structure, record,
		json_object_get(json, "set")))
		sim_fail(sim, "I17", "laptop %u keeps %s, out of its scope",
		    sim_laptop_bit(sim, comparing->laptop), record);
	json_decref(json);
	return 0;
}

/* What left a laptop's scope is no longer on it. */
static void check_I17(struct sim *sim, struct sim_laptop *laptop)
{
	struct comparing comparing = {sim, laptop, 0};
	struct err err = ERR_INIT;

	if (db_query(laptop->agent.db, &all_bytes, DB_NO_PARAMS, check_in_scope,
		&comparing, &err) < 0)
		sim_fail(sim, "I17", "%s", err.text);
}

/* What the office destroyed is destroyed here too. */
static void check_purges(struct sim *sim, struct sim_laptop *laptop)
{
	for (size_t i = 0; i < sim->entry_count; i++) {
		const struct sim_entry *entry = &sim->entries[i];
		struct buf bytes = BUF_INIT;

		if (entry->purged &&
		    sim->devices[laptop->device].enrolled[entry->structure] &&
		    ledger_bytes(laptop->agent.db,
			sim->structures[entry->structure], &entry->hash, &bytes,
			NULL) == 0)
			sim_fail(sim, "I6",
			    "laptop %u has what was purged (saved at step %d)",
			    sim_laptop_bit(sim, laptop), entry->step);
		buf_free(&bytes);
	}
}

/* Nothing waits on any laptop, and there is nothing to say. */
static void check_I9_I19(struct sim *sim, struct sim_laptop *laptop)
{
	struct ledger_counts counts;
	struct err err = ERR_INIT;

	if (ledger_count(
		laptop->agent.db, laptop->agent.device, &counts, &err) < 0)
		sim_fail(sim, "I9", "%s", err.text);
	else if (counts.kept != 0 || counts.sent != 0)
		sim_fail(sim, "I9",
		    "laptop %u still has %d entries kept, %d sent",
		    sim_laptop_bit(sim, laptop), (int)counts.kept,
		    (int)counts.sent);
	if (db_check(laptop->agent.db, &err) < 0)
		sim_fail(sim, "I1", "laptop %u: %s",
		    sim_laptop_bit(sim, laptop), err.text);
}

/* Every entry that a laptop, a clone or a restored one holds is in the log:
 * I1 has looked at them by holder. Here: none of them is bricked. */
static void check_I12(struct sim *sim, struct sim_laptop *laptop)
{
	if (!sim_laptop_open(sim, laptop))
		sim_fail(sim, "I12", "laptop %u does not open",
		    sim_laptop_bit(sim, laptop));
}

static void check_laptops(struct sim *sim)
{
	for (size_t i = 0; i < sim->laptop_count; i++) {
		struct sim_laptop *laptop = sim->laptops[i];

		if (laptop->hostile || !laptop->enrolled)
			continue;
		check_I12(sim, laptop);
		if (!laptop->open)
			continue;
		check_I9_I19(sim, laptop);
		if (!sim_is_revoked(sim, laptop->device)) {
			check_I5_view(sim, laptop);
			check_I17(sim, laptop);
			check_purges(sim, laptop);
		}
		sim_laptop_close(laptop);
	}
}

/* A newcomer whom the log does not know, or by a quarantined entry alone, is
 * in no crew. */
static void forget_newcomers(struct sim *sim, const struct log *logs)
{
	for (size_t i = 0; i < sim->worker_count; i++) {
		struct sim_worker *worker = &sim->workers[i];
		const struct log *log = &logs[worker->structure];
		char record[RECORD_KEY_MAX];
		bool known = !worker->newcomer;

		record_key_make(record, "newcomer", worker->id, NULL);
		for (size_t k = 0; !known && k < log->entry_count; k++)
			known = strcmp(log->entries[k].record, record) == 0 &&
			        log->entries[k].fault[0] == '\0';
		if (!known)
			worker->stay_count = 0;
	}
}

void sim_check(struct sim *sim)
{
	struct log logs[SIM_STRUCTURES_MAX];
	bool fine = true;

	if (!sim->office_open)
		return;
	for (size_t i = 0; i < sim->structure_count; i++)
		fine = log_read(sim, i, &logs[i]) && fine;
	if (fine) {
		forget_newcomers(sim, logs);
		check_I1(sim, logs);
		check_I2(sim, logs);
		for (size_t i = 0; i < sim->structure_count; i++) {
			check_I3(sim, &logs[i]);
			check_I4(sim, &logs[i]);
			check_I5(sim, &logs[i]);
			check_I6(sim, &logs[i]);
			check_I8_I9_I10_I15(sim, &logs[i]);
			check_I11(sim, &logs[i]);
			check_I12_alerts(sim, &logs[i]);
			sim_check_I13(sim, &logs[i]);
			check_I18(sim, &logs[i]);
		}
		model_check_totals(sim, logs, sim->structure_count);
		check_laptops(sim);
	}
	for (size_t i = 0; i < sim->structure_count; i++)
		log_clear(&logs[i]);
}
