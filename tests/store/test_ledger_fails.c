/* Each statement and each allocation of what the ledger does fails in turn:
 * the failure is passed on, and undone nothing has changed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/catalogue.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_release.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/signoff.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"
#include "tests/lib/sick_db.h"

#define N1     "n-0000000001"
#define W1_AM  "hours/W1/2026-11-20/am"
#define N1_AM  "hours/" N1 "/2026-11-20/am"
#define N1_PM  "hours/" N1 "/2026-11-20/pm"
#define WORK   "{\"minutes\":210,\"kind\":\"work\"}"
#define WORKER "{\"first\":\"Ali\",\"crews\":[]}"
#define MATCH  "{\"first\":\"Ali\",\"crew\":\"c1\",\"worker\":\"W1\"}"

#define SIGNED                                                                 \
	"{\"month\":\"2026-11\",\"answer\":\"agree\",\"how\":\"paper\","       \
	"\"text\":1,\"sum\":\"" ZERO "\",\"covers\":[],\"payable\":0,"         \
	"\"days\":0}"
#define ZERO "0000000000000000000000000000000000000000000000000000000000000000"

#define SKILLS                                                                 \
	"{\"name\":\"Jardin\",\"rows\":[[\"TAILLE\",\"Taille\",[\"A1203\"]]]}"

/* Of a catalogue: more than a list of jansson's first has room for. */
#define CHUNKS 9

#define BODIES 32

static struct {
	char directory[KIT_PATH];
	struct kit_machine machine;
	struct key laptop, office, server, past;
	char laptop_device[DEVICE_TEXT], office_device[DEVICE_TEXT];
	struct db *db;
	struct buf bodies[BODIES];
	size_t body_count;
	struct buf before, after; /* states */
	/* What tasks work with. */
	struct bytes fresh, odd, match, worker, purge, bad;
	struct bytes late, later, release;
	struct hash dropped_match, placed;
	struct receipt receipt;
	struct changeset set;
	struct buf storage;
	struct successions past_keys;
	int64_t n;
	struct hash head;
} world;

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- the world before ---- */

/* The bytes of an entry; they live until the end. */
static struct bytes write_entry(
    const char *device, const char *kind, const char *record, const char *set)
{
	const struct entry_draft draft = {
	    .kind = kind, .record = record, .device = device, .reason = "r"};
	struct buf *out = &world.bodies[world.body_count++];

	assert_true(world.body_count <= BODIES);
	kit_entry(out, &draft, set, &world.machine);
	return buf_bytes(out);
}

static int add(struct bytes body, const char *device, enum writer writer,
    bool revoked, struct err *err)
{
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {&header, writer, revoked};
	int64_t id;

	(void)snprintf(header.device, sizeof(header.device), "%s", device);
	return ledger_add(world.db, &author, body, &id, NULL, err);
}

static int add_office(struct bytes body, struct err *err)
{
	return add(body, world.office_device, WRITER_OFFICE, false, err);
}

static struct bytes put(const char *kind, const char *record, const char *set)
{
	struct bytes body = write_entry(world.office_device, kind, record, set);
	struct err err = ERR_INIT;

	must(add_office(body, &err), &err);
	return body;
}

/* An own entry, queued as a laptop does. */
static void save(const char *record)
{
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {&header, WRITER_LAPTOP, false};
	struct bytes body =
	    write_entry(world.laptop_device, "hours", record, WORK);
	struct err err = ERR_INIT;
	int64_t id;

	strcpy(header.device, world.laptop_device);
	must(ledger_add(world.db, &author, body, &id, NULL, &err), &err);
	must(ledger_outbox_add(world.db, KIT_STRUCTURE, id, &err), &err);
}

static int seal(struct err *err)
{
	return ledger_seal(
	    world.db, &world.machine.os, &world.laptop, KIT_STRUCTURE, err);
}

static int note_set(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(struct set_row *)context = *row;
	return 1;
}

/* Give the set that waits the next place of the log. */
static void place_pending(void)
{
	struct err err = ERR_INIT;
	struct set_row row = {0};
	struct receipt *receipt = &world.receipt;

	must(ledger_pending(world.db, KIT_STRUCTURE, note_set, &row, &err),
	    &err);
	assert_true(row.id > 0);
	memset(receipt, 0, sizeof(*receipt));
	strcpy(receipt->structure, KIT_STRUCTURE);
	if (world.n == 0)
		log_first(&world.head, KIT_STRUCTURE);
	receipt->epoch = 1;
	receipt->n = ++world.n;
	receipt->manifest = row.hash;
	receipt->time_s = KIT_NOW_S;
	log_next(&world.head, &world.head, receipt->time_s, &row.hash);
	receipt->head = world.head;
	assert_int_equal(receipt_sign(receipt, &world.past, NULL), 0);
	must(ledger_place(world.db, receipt, &err), &err);
	must(ledger_head_put(world.db, receipt, &err), &err);
	must(ledger_set_load(world.db, KIT_STRUCTURE, row.id, &world.set,
		 &world.storage, &err),
	    &err);
}

static void enrol(const char *device, const struct key *key, const char *role)
{
	char record[RECORD_KEY_MAX], value[256], hex[HASH_TEXT];
	struct hash pub;

	memcpy(pub.bytes, key->pub, KEY_LEN);
	hash_hex(&pub, hex);
	record_key_make(record, "enrolment", device, NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"x\",\"role\":\"%s\"}", hex, role);
	(void)put("enrolment", record, value);
}

/* What came after the laptop's revocation, what lets it count, and more of
 * the same. */
static void write_late(void)
{
	char hex[HASH_TEXT], record[RECORD_KEY_MAX];
	struct err err = ERR_INIT;
	struct hash hash;

	world.late = write_entry(
	    world.laptop_device, "hours", "hours/W1/2026-11-17/am", WORK);
	must(add(world.late, world.laptop_device, WRITER_LAPTOP, true, &err),
	    &err);
	hash_of(&hash, world.late.data, world.late.len);
	hash_hex(&hash, hex);
	record_key_make(record, RELEASE_FAMILY, hex, NULL);
	world.release =
	    write_entry(world.office_device, "release", record, NULL);
	world.later = write_entry(
	    world.laptop_device, "hours", "hours/W1/2026-11-17/pm", WORK);
}

static void know_skills(void)
{
	char record[RECORD_KEY_MAX];

	for (int i = 0; i < CHUNKS; i++) {
		(void)snprintf(
		    record, sizeof(record), "catalogue/local/A%d", i);
		(void)put("catalogue", record, SKILLS);
	}
}

/* Hours of a newcomer, matched and not, a purge, what waits and what has a
 * place, a server that changed its key. */
static void populate(void)
{
	struct err err = ERR_INIT;
	char hex[HASH_TEXT], value[128], record[RECORD_KEY_MAX];
	struct bytes body;

	enrol(world.laptop_device, &world.laptop, ROLE_LAPTOP);
	save("hours/W1/2026-11-19/am");
	must(seal(&err), &err);
	place_pending();
	save("hours/W1/2026-11-19/pm");
	save(W1_AM);
	must(seal(&err), &err);
	save(N1_AM);
	save(N1_PM);
	world.match = put("newcomer", "newcomer/" N1, MATCH);
	hash_of(&world.dropped_match, world.match.data, world.match.len);
	record_key_make(record, "revocation", world.laptop_device, NULL);
	(void)put("revocation", record, NULL);
	/* Its author may not: quarantined, until the office brings it. */
	world.odd =
	    write_entry(world.office_device, "worker", "worker/W2", WORKER);
	must(add(world.odd, world.laptop_device, WRITER_LAPTOP, false, &err),
	    &err);
	world.bad = (struct bytes){"no entry", 8};
	must(add_office(world.bad, &err), &err);
	world.fresh = write_entry(world.office_device, "hours", W1_AM, WORK);
	world.worker =
	    write_entry(world.office_device, "worker", "worker/W1", WORKER);
	body = put("hours", "hours/W1/2026-11-18/am", WORK);
	hash_of(&world.placed, body.data, body.len);
	hash_hex(&world.placed, hex);
	(void)snprintf(value, sizeof(value), "{\"entries\":[\"%s\"]}", hex);
	world.purge =
	    write_entry(world.office_device, "purge", "purge/p1", value);
	write_late();
	know_skills();
	(void)put("signoff", "signoff/W1/2026-11", SIGNED);
	world.past_keys.count = 1;
	must(succession_sign(&world.past_keys.items[0], &world.past,
		 &world.server, KIT_NOW_S, &err),
	    &err);
	must(ledger_successions_put(world.db, &world.past_keys, &err), &err);
}

static int start(void **state)
{
	(void)state;
	memset(&world, 0, sizeof(world));
	assert_int_equal(crypto_init(NULL), 0);
	kit_machine_init(&world.machine, 1);
	kit_key(&world.laptop, 1);
	kit_key(&world.office, 2);
	kit_key(&world.server, 3);
	kit_key(&world.past, 4);
	key_device(world.laptop.pub, world.laptop_device);
	key_device(world.office.pub, world.office_device);
	kit_directory(world.directory);
	world.db = kit_ledger(world.directory);
	populate();
	return db_commit(world.db, NULL);
}

static int stop(void **state)
{
	(void)state;
	db_close(world.db);
	for (size_t i = 0; i < world.body_count; i++)
		buf_free(&world.bodies[i]);
	changeset_clear(&world.set);
	buf_free(&world.storage);
	buf_free(&world.before);
	buf_free(&world.after);
	kit_directory_remove(world.directory);
	return 0;
}

/* ---- what fails ---- */

static int tell_table(void *context, const struct db_row *row, struct err *err)
{
	buf_printf(context, "%s=%s\n", db_row_text(row, "name"),
	    db_row_text(row, "rows"));
	return buf_check(context, err);
}

/* Every record's digest, and what else the tasks write. */
static void tell_state(struct buf *out)
{
	static const struct db_statement counts = {"test.counts",
	    "SELECT 'entry' AS name, GROUP_CONCAT(id || fault || record) AS"
	    " rows FROM entry UNION ALL SELECT 'set', GROUP_CONCAT(id ||"
	    " hex(hash) || sent || place) FROM changeset UNION ALL SELECT"
	    " 'outbox', GROUP_CONCAT(entry) FROM outbox UNION ALL SELECT"
	    " 'author', GROUP_CONCAT(session || seq || hex(last)) FROM author"
	    " UNION ALL SELECT 'purged', GROUP_CONCAT(hex(hash)) FROM purged"
	    " UNION ALL SELECT 'alias', GROUP_CONCAT(newcomer || worker) FROM"
	    " alias UNION ALL SELECT 'succession', GROUP_CONCAT(statement)"
	    " FROM succession"};
	struct hash digest;
	struct err err = ERR_INIT;
	char hex[HASH_TEXT];

	buf_reset(out);
	must(ledger_digest(world.db, KIT_STRUCTURE, &digest, &err), &err);
	hash_hex(&digest, hex);
	buf_add_text(out, hex);
	must(db_query(world.db, &counts, DB_NO_PARAMS, tell_table, out, &err),
	    &err);
}

enum way { STATEMENTS, MEMORY };

/* ${task} with its ${at}-th call failing; did one fail? */
static bool try(int (*task)(struct err *err), enum way way, size_t at)
{
	struct err err = ERR_INIT;
	bool failed;
	int rc;

	/* The same chance each time: what is drawn is the same. */
	world.machine.chance = 9;
	assert_int_equal(db_begin(world.db, NULL), 0);
	if (way == STATEMENTS)
		sick_db_start(at);
	else
		scarce_start(at, false);
	rc = task(&err);
	failed = way == STATEMENTS ? sick_db_stop() : scarce_stop();
	assert_int_equal(rc, !failed ? 0 : way == STATEMENTS ? E_IO : E_NOMEM);
	assert_int_equal(err.code, rc);
	db_rollback(world.db);
	tell_state(&world.after);
	assert_string_equal(buf_text(&world.before), buf_text(&world.after));
	return failed;
}

static void every(int (*task)(struct err *err), enum way way, size_t least)
{
	size_t at = 1;

	tell_state(&world.before);
	while (try(task, way, at))
		at++;
	if (at <= least)
		fail_msg("only %zu calls failed", at - 1);
}

static void every_call(int (*task)(struct err *err), size_t least)
{
	every(task, STATEMENTS, least);
	every(task, MEMORY, 1);
}

/* ---- the tasks ---- */

static int add_fresh(struct err *err)
{
	return add_office(world.fresh, err);
}

static int add_worker(struct err *err)
{
	return add_office(world.worker, err);
}

static int add_odd_again(struct err *err)
{
	return add_office(world.odd, err);
}

static int add_purge(struct err *err)
{
	return add_office(world.purge, err);
}

static int add_release(struct err *err)
{
	return add_office(world.release, err);
}

static int add_revoked(struct err *err)
{
	return add(world.later, world.laptop_device, WRITER_LAPTOP, true, err);
}

static int add_stranger(struct err *err)
{
	return add_office((struct bytes){"nor this", 8}, err);
}

static int drop_match(struct err *err)
{
	return ledger_drop(world.db, KIT_STRUCTURE, &world.dropped_match, err);
}

static int refold_all(struct err *err)
{
	return ledger_refold_all(world.db, KIT_STRUCTURE, err);
}

static void entries_and_records(void **state)
{
	(void)state;
	every_call(add_fresh, 4);
	every_call(add_worker, 8);
	every_call(add_odd_again, 4);
	every_call(add_purge, 6);
	every_call(add_release, 8);
	every_call(add_revoked, 4);
	every(add_stranger, STATEMENTS, 3);
	every_call(drop_match, 6);
	every_call(refold_all, 20);
}

static int each_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	(void)context;
	(void)row;
	(void)err;
	return 0;
}

static int read_history(struct err *err)
{
	return ledger_history(
	    world.db, KIT_STRUCTURE, W1_AM, each_entry, NULL, err);
}

static int read_value(struct err *err)
{
	json_t *value = NULL;
	int rc =
	    ledger_value(world.db, KIT_STRUCTURE, "newcomer/" N1, &value, err);

	json_decref(value);
	return rc;
}

static int read_digest(struct err *err)
{
	struct hash digest;

	return ledger_digest(world.db, KIT_STRUCTURE, &digest, err);
}

static int read_counts(struct err *err)
{
	struct ledger_counts counts;

	return ledger_count(world.db, world.laptop_device, &counts, err);
}

static int read_catalogue(struct err *err)
{
	struct catalogue catalogue;
	int rc = catalogue_load(&catalogue, world.db, err);

	if (rc == 0)
		assert_int_equal(catalogue.count, CHUNKS);
	catalogue_clear(&catalogue);
	return rc;
}

/* A month and its sign-off. */
static int read_month(struct err *err)
{
	struct signoff_sheet sheet;
	struct signoff signoff;
	int rc = signoff_sheet_load(
	    &sheet, world.db, KIT_STRUCTURE, "W1", "2026-11", err);

	if (rc == 0)
		rc = signoff_read(&signoff, world.db, &sheet, err);
	if (rc == 0) {
		assert_int_equal(signoff.state, SIGNOFF_IS_STALE);
		assert_true(sheet.count >= 4);
	}
	signoff_sheet_clear(&sheet);
	return rc;
}

static void reading(void **state)
{
	(void)state;
	every_call(read_history, 2);
	every_call(read_value, 1);
	every_call(read_digest, 1);
	every_call(read_month, 4);
	every_call(read_catalogue, 1);
	every(read_counts, STATEMENTS, 2);
}

static int reseal(struct err *err)
{
	return ledger_reseal(world.db, &world.machine.os, KIT_STRUCTURE,
	    world.laptop_device, err);
}

static int reseal_and_seal(struct err *err)
{
	int rc = reseal(err);

	return rc < 0 ? rc : seal(err);
}

static int load_set(struct err *err)
{
	struct changeset set = {.count = 0};
	struct buf storage = BUF_INIT;
	int rc =
	    ledger_set_load(world.db, KIT_STRUCTURE, 1, &set, &storage, err);

	if (rc == 0)
		changeset_clear(&set);
	buf_free(&storage);
	return rc;
}

static int put_set(struct err *err)
{
	const struct ledger_author author = {
	    &world.set.header, WRITER_LAPTOP, false};
	const struct db_statement forget = {
	    "test.forget", "DELETE FROM changeset WHERE id = 1"};
	const struct db_statement forget_list = {"test.forget_list",
	    "DELETE FROM changeset_entry WHERE "
	    "changeset = 1"};
	int rc;

	if ((rc = db_exec(world.db, &forget_list, DB_NO_PARAMS, NULL, err)) <
		0 ||
	    (rc = db_exec(world.db, &forget, DB_NO_PARAMS, NULL, err)) < 0)
		return rc;
	return ledger_set_put(
	    world.db, &world.set, &author, &world.receipt, NULL, NULL, err);
}

/* The log had the set already: what it lacked of it is put. */
static int complete_set(struct err *err)
{
	const struct ledger_author author = {
	    &world.set.header, WRITER_LAPTOP, false};

	return ledger_set_put(
	    world.db, &world.set, &author, NULL, NULL, NULL, err);
}

static int go_back(struct err *err)
{
	const struct log_point nothing = {.epoch = 2};

	return ledger_go_back(
	    world.db, KIT_STRUCTURE, &nothing, KIT_NOW_S, err);
}

static int find_witness(struct err *err)
{
	struct receipt receipt;
	bool found;
	int rc = ledger_witness(world.db, KIT_STRUCTURE, &receipt, &found, err);

	return rc < 0 ? rc
	              : ledger_witness_of(
			    world.db, KIT_STRUCTURE, 2, &receipt, &found, err);
}

static void sets_and_logs(void **state)
{
	(void)state;
	every_call(reseal_and_seal, 12);
	every_call(load_set, 2);
	every_call(put_set, 8);
	every_call(complete_set, 3);
	every(go_back, STATEMENTS, 2);
	every(find_witness, STATEMENTS, 2);
}

static int rebuild(struct err *err)
{
	struct hash before, after;

	return ledger_rebuild(
	    world.db, KIT_STRUCTURE, world.server.pub, &before, &after, err);
}

static int judge(struct err *err)
{
	return ledger_judge_by_place(world.db, &world.set, err);
}

static int find_device(struct err *err)
{
	struct device device;

	return ledger_device(world.db, KIT_STRUCTURE, world.laptop_device,
	    world.server.pub, &device, err);
}

static int find_past_server(struct err *err)
{
	char device[DEVICE_TEXT];
	struct device found;
	int rc;

	key_device(world.past.pub, device);
	rc = ledger_device(
	    world.db, KIT_STRUCTURE, device, world.server.pub, &found, err);
	if (rc == 0)
		assert_true(found.found && found.past);
	return rc;
}

static int put_succession(struct err *err)
{
	return ledger_successions_put(world.db, &world.past_keys, err);
}

static int verify_receipt(struct err *err)
{
	struct err wrong = ERR_INIT;
	int rc = ledger_receipt_verify(
	    world.db, &world.receipt, world.server.pub, &wrong);

	/* It began by refusing today's key. */
	if (rc < 0)
		*err = wrong;
	return rc;
}

static void devices_and_keys(void **state)
{
	(void)state;
	every_call(rebuild, 10);
	every_call(judge, 6);
	/* It needs no memory of its own. */
	every(find_device, STATEMENTS, 2);
	every_call(find_past_server, 2);
	every_call(put_succession, 2);
	every_call(verify_receipt, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(entries_and_records),
	    cmocka_unit_test(reading),
	    cmocka_unit_test(sets_and_logs),
	    cmocka_unit_test(devices_and_keys),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
