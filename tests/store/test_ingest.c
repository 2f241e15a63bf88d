/* Taking sets in, on a real office: what is stored, what is refused, whom it
 * holds up, and that a failure leaves nothing behind. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/ingest.h"
#include "server/log.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/lib/kit.h"
#include "tests/lib/office_fixture.h"
#include "tests/lib/scarce.h"

#define RIVES     "RIVES"
#define OWN       0 /* laptops: the one that brings … */
#define OTHER     1 /* … and one that it brings sets of */
#define STRANGER  2 /* nobody enrolled it */
#define LAPTOPS   3
#define ONE       "aaaaaaaaaaaaaaaa" /* sessions */
#define TWO       "bbbbbbbbbbbbbbbb"
#define BODIES    64
#define GARBAGE   "no entry at all\n"
#define WORK      "{\"minutes\":210,\"kind\":\"work\"}"
#define EVIDENCES 4

static struct {
	struct office_fixture fixture;
	struct kit_machine machine;
	struct key keys[LAPTOPS];
	char devices[LAPTOPS][DEVICE_TEXT];
	struct push push;
	struct ingest_result results[WIRE_SETS_MAX];
	size_t count;
	struct buf bodies[BODIES];
	size_t body_count;
} stage;

/* ---- a database that fails on demand: see tests/CMakeLists.txt ---- */

static struct {
	size_t at; /* 0: never */
	size_t calls;
} sick;

int __real_db_begin(struct db *db, struct err *err);
int __wrap_db_begin(struct db *db, struct err *err);
int __real_db_commit(struct db *db, struct err *err);
int __wrap_db_commit(struct db *db, struct err *err);
int __real_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __real_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);
int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);

static bool fails(void)
{
	return sick.at > 0 && ++sick.calls == sick.at;
}

int __wrap_db_begin(struct db *db, struct err *err)
{
	return fails() ? err_set(err, E_IO, "sick") : __real_db_begin(db, err);
}

int __wrap_db_commit(struct db *db, struct err *err)
{
	return fails() ? err_set(err, E_IO, "sick") : __real_db_commit(db, err);
}

int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err)
{
	return fails()
	           ? err_set(err, E_IO, "sick")
	           : __real_db_exec(db, statement, params, count, changed, err);
}

int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err)
{
	return fails() ? err_set(err, E_IO, "sick")
	               : __real_db_query(
			     db, statement, params, count, each, context, err);
}

/* ---- the stage ---- */

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

static void enrol(size_t laptop)
{
	char hex[HASH_TEXT], value[256], record[RECORD_KEY_MAX];
	struct hash pub;

	memcpy(pub.bytes, stage.keys[laptop].pub, KEY_LEN);
	hash_hex(&pub, hex);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"Portable\",\"role\":\"laptop\"}", hex);
	record_key_make(record, "enrolment", stage.devices[laptop], NULL);
	office_fixture_set(&stage.fixture, RIVES, "enrolment", record, value);
}

static int start(void **state)
{
	(void)state;
	memset(&stage, 0, sizeof(stage));
	/* What is not written is seen. */
	memset(stage.results, 0xff, sizeof(stage.results));
	stage.count = 99;
	office_fixture_open(&stage.fixture);
	kit_machine_init(&stage.machine, 1);
	for (size_t i = 0; i < LAPTOPS; i++) {
		kit_key(&stage.keys[i], (unsigned char)(i + 1));
		key_device(stage.keys[i].pub, stage.devices[i]);
	}
	office_fixture_set(&stage.fixture, RIVES, "worker", "worker/V01",
	    "{\"first\":\"Fatou\",\"initial\":\"D\",\"crews\":[]}");
	enrol(OWN);
	enrol(OTHER);
	return 0;
}

static void forget_push(void)
{
	for (size_t i = 0; i < stage.push.count; i++)
		changeset_clear(&stage.push.sets[i]);
	stage.push.count = 0;
}

static int stop(void **state)
{
	(void)state;
	forget_push();
	for (size_t i = 0; i < stage.body_count; i++)
		buf_free(&stage.bodies[i]);
	office_fixture_close(&stage.fixture);
	return 0;
}

static void put_body(struct set_entry *entry, struct buf *body)
{
	entry->body = buf_bytes(body);
	hash_of(&entry->hash, body->data, body->len);
}

static struct buf *new_body(void)
{
	assert_true(stage.body_count < BODIES);
	return &stage.bodies[stage.body_count++];
}

/* Add a set to the push, unsigned: one half-day of V01 for each of ${days},
 * "!" standing for bytes that are no entry. */
static struct changeset *draft(size_t laptop, const char *session, int64_t seq,
    const struct hash *prev, const char *days)
{
	struct changeset *set = &stage.push.sets[stage.push.count++];
	char record[RECORD_KEY_MAX], day[DATE_TEXT];
	const struct entry_draft entry = {.kind = "hours",
	    .structure = RIVES,
	    .record = record,
	    .device = stage.devices[laptop]};

	assert_true(stage.push.count <= WIRE_SETS_MAX);
	memset(set, 0, sizeof(*set));
	strcpy(set->header.structure, RIVES);
	strcpy(set->header.device, stage.devices[laptop]);
	strcpy(set->header.session, session);
	set->header.seq = seq;
	set->header.at_s = KIT_NOW_S;
	if (prev != NULL)
		set->header.prev = *prev;
	set->entries = calloc(strlen(days), sizeof(*set->entries));
	assert_non_null(set->entries);
	for (; days[set->count] != '\0'; set->count++) {
		struct buf *body = new_body();

		(void)snprintf(
		    day, sizeof(day), "2026-11-0%c", days[set->count]);
		record_key_hours(record, "V01", day, "am");
		if (days[set->count] == '!')
			buf_add_text(body, GARBAGE);
		else
			kit_entry(body, &entry, WORK, &stage.machine);
		put_body(&set->entries[set->count], body);
	}
	return set;
}

static struct hash seal(struct changeset *set, size_t laptop)
{
	struct err err = ERR_INIT;
	struct hash hash;

	must(changeset_sign(set, &stage.keys[laptop], &err), &err);
	must(changeset_hash(&hash, set, &err), &err);
	return hash;
}

/* Add a set to the push; its name. */
static struct hash add(size_t laptop, const char *session, int64_t seq,
    const struct hash *prev, const char *days)
{
	return seal(draft(laptop, session, seq, prev, days), laptop);
}

static int push(struct err *err)
{
	return ingest_push(&stage.fixture.office, stage.devices[OWN],
	    &stage.push, stage.results, &stage.count, err);
}

/* The push is taken, ${looked} sets of it, and another one may begin. */
static void push_well(size_t looked)
{
	struct err err = ERR_INIT;

	must(push(&err), &err);
	assert_int_equal(stage.count, looked);
	assert_false(db_in_transaction(stage.fixture.office.db));
	forget_push();
}

static struct log_point head(void)
{
	struct log_point point;
	struct err err = ERR_INIT;

	must(ledger_head(stage.fixture.office.db, RIVES, &point, NULL, &err),
	    &err);
	return point;
}

static int note_merged(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	*(bool *)context = strcmp(row->state, RECORD_MERGED) == 0;
	return 0;
}

/* Does the half-day count? */
static bool has_day(char day)
{
	char record[RECORD_KEY_MAX], text[DATE_TEXT];
	struct err err = ERR_INIT;
	bool merged = false;

	(void)snprintf(text, sizeof(text), "2026-11-0%c", day);
	record_key_hours(record, "V01", text, "am");
	must(ledger_record(stage.fixture.office.db, RIVES, record, note_merged,
		 &merged, NULL, &err),
	    &err);
	return merged;
}

static void assert_state(size_t i, enum ingest_state state)
{
	assert_int_equal(stage.results[i].state, state);
}

/* What a session is said to end with. */
static void assert_last(size_t i, int64_t seq, const struct hash *hash)
{
	static const struct hash zero;

	assert_int_equal(stage.results[i].seq, seq);
	assert_true(
	    hash_equal(&stage.results[i].last, hash != NULL ? hash : &zero));
}

static void assert_same(const struct hash *before)
{
	struct hash now = office_fixture_digest(&stage.fixture);

	assert_true(hash_equal(before, &now));
}

/* ---- evidence ---- */

struct evidence {
	size_t count;
	struct buf bytes[EVIDENCES];
};

static int note_evidence(
    void *context, const struct db_row *row, struct err *err)
{
	struct evidence *all = context;
	struct bytes bytes = db_row_blob(row, "bytes");

	(void)err;
	assert_true(all->count < EVIDENCES);
	assert_string_equal(db_row_text(row, "structure"), RIVES);
	assert_string_equal(db_row_text(row, "why"), "fork");
	assert_int_equal(db_row_int(row, "time_s"), stage.fixture.now_s);
	buf_add(&all->bytes[all->count++], bytes.data, bytes.len);
	return 0;
}

/* Of ${laptop}: these bytes are kept, and no others. */
static void assert_evidence(
    size_t laptop, const struct hash *hashes, size_t count)
{
	static const struct db_statement every = {"test.evidence",
	    "SELECT structure, why, time_s, bytes FROM evidence"
	    " WHERE device = $device ORDER BY time_s"};
	struct evidence all = {0};
	struct err err = ERR_INIT;

	must(db_query(stage.fixture.office.db, &every,
		 DB_PARAMS(DB_TEXT("device", stage.devices[laptop])),
		 note_evidence, &all, &err),
	    &err);
	assert_int_equal(all.count, count);
	for (size_t i = 0; i < count; i++) {
		struct hash hash;
		struct push kept;

		must(wire_push_decode(&kept, buf_text(&all.bytes[i]),
			 all.bytes[i].len, &err),
		    &err);
		assert_int_equal(kept.count, 1);
		must(changeset_hash(&hash, &kept.sets[0], &err), &err);
		assert_true(hash_equal(&hash, &hashes[i]));
		wire_push_clear(&kept);
		buf_free(&all.bytes[i]);
	}
}

/* ---- stored ---- */

static void assert_receipt(const struct receipt *receipt,
    const struct log_point *before, const struct hash *manifest)
{
	const struct office *office = &stage.fixture.office;
	struct log_point now = head();
	struct receipt kept;
	struct hash expected;
	bool found;

	assert_string_equal(receipt->structure, RIVES);
	assert_int_equal(receipt->epoch, before->epoch);
	assert_int_equal(receipt->n, before->n + 1);
	assert_true(hash_equal(&receipt->manifest, manifest));
	log_next(&expected, &before->head, receipt->time_s, manifest);
	assert_true(hash_equal(&receipt->head, &expected));
	assert_int_equal(receipt_verify(receipt, office->server.pub, NULL), 0);
	assert_int_equal(now.n, receipt->n);
	assert_true(hash_equal(&now.head, &expected));
	assert_int_equal(ledger_set_receipt(
			     office->db, RIVES, manifest, &kept, &found, NULL),
	    0);
	assert_true(found);
	assert_memory_equal(kept.sig, receipt->sig, SIG_LEN);
}

static void a_set_is_stored_and_gets_the_next_place_I2(void **state)
{
	const struct ingest_result *result = &stage.results[0];
	struct log_point before = head();
	struct hash hash = add(OWN, ONE, 1, NULL, "23");

	(void)state;
	push_well(1);
	assert_state(0, INGEST_STORED);
	assert_receipt(&result->receipt, &before, &hash);
	assert_int_equal(result->receipt.time_s, stage.fixture.now_s);
	assert_last(0, 0, NULL);
	assert_int_equal(result->fault_count, 0);
	assert_false(result->revoked);
	assert_null(result->why);
	assert_true(has_day('2') && has_day('3') && !has_day('4'));
	assert_evidence(OWN, NULL, 0);
}

static void an_empty_push_does_nothing(void **state)
{
	struct hash before = office_fixture_digest(&stage.fixture);

	(void)state;
	push_well(0);
	assert_same(&before);
}

static void sets_follow_one_another_I3(void **state)
{
	struct log_point before = head();
	struct hash one = add(OWN, ONE, 1, NULL, "2");
	struct hash two = add(OWN, ONE, 2, &one, "3");
	struct hash three;

	(void)state;
	push_well(2);
	assert_state(1, INGEST_STORED);
	assert_last(1, 1, &one);
	assert_int_equal(stage.results[0].receipt.n, before.n + 1);
	before.n++;
	before.head = stage.results[0].receipt.head;
	assert_receipt(&stage.results[1].receipt, &before, &two);
	/* The next session goes on from the last set of the one before. */
	before = head();
	three = add(OWN, TWO, 1, &two, "4");
	push_well(1);
	assert_state(0, INGEST_STORED);
	assert_last(0, 0, NULL);
	assert_receipt(&stage.results[0].receipt, &before, &three);
}

static void server_time_never_goes_back(void **state)
{
	int64_t noon = stage.fixture.now_s;
	struct hash hash = add(OWN, ONE, 1, NULL, "2");

	(void)state;
	stage.fixture.now_s = noon + 60;
	push_well(1);
	assert_int_equal(stage.results[0].receipt.time_s, noon + 60);
	stage.fixture.now_s = noon;
	hash = add(OWN, ONE, 2, &hash, "3");
	push_well(1);
	assert_int_equal(stage.results[0].receipt.time_s, noon + 60);
	stage.fixture.now_s = noon + 61;
	(void)add(OWN, ONE, 3, &hash, "4");
	push_well(1);
	assert_int_equal(stage.results[0].receipt.time_s, noon + 61);
}

static void the_epoch_never_goes_back_I11(void **state)
{
	static const struct {
		int64_t given, taken;
	} cases[] = {{0, 0}, {5, 5}, {0, 5}, {3, 5}, {6, 6}};
	struct office *office = &stage.fixture.office;
	struct log_point before = head();
	int64_t first = before.epoch;
	struct err err = ERR_INIT;
	struct receipt receipt;
	struct hash hash;

	(void)state;
	hash_of(&hash, "x", 1);
	must(db_begin(office->db, &err), &err);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(&receipt, 0xff, sizeof(receipt));
		must(log_next_receipt(
			 office, RIVES, cases[i].given, &hash, &receipt, &err),
		    &err);
		assert_int_equal(receipt.epoch,
		    cases[i].taken > first ? cases[i].taken : first);
		assert_int_equal(receipt.n, before.n + 1 + (int64_t)i);
		assert_int_equal(head().epoch, receipt.epoch);
		assert_int_equal(
		    receipt_verify(&receipt, office->server.pub, NULL), 0);
	}
	db_rollback(office->db);
}

static void what_is_known_gets_the_same_receipt_I2(void **state)
{
	struct receipt first;
	struct hash digest;

	(void)state;
	for (int again = 0; again < 3; again++) {
		/* The bytes of an entry are drawn: the same draw. */
		kit_machine_init(&stage.machine, 1);
		(void)add(OWN, ONE, 1, NULL, "2");
		if (again > 0)
			stage.fixture.now_s += 60;
		push_well(1);
		assert_int_equal(stage.results[0].fault_count, 0);
		if (again == 0) {
			assert_state(0, INGEST_STORED);
			first = stage.results[0].receipt;
			digest = office_fixture_digest(&stage.fixture);
			continue;
		}
		assert_state(0, INGEST_KNOWN);
		assert_last(0, 0, NULL);
		assert_int_equal(stage.results[0].receipt.n, first.n);
		assert_int_equal(stage.results[0].receipt.time_s, first.time_s);
		assert_memory_equal(
		    stage.results[0].receipt.sig, first.sig, SIG_LEN);
		assert_same(&digest);
	}
}

static void a_known_set_brings_the_bodies_that_were_withheld_I6(void **state)
{
	struct changeset *set = draft(OTHER, ONE, 1, NULL, "23");

	(void)state;
	(void)seal(set, OTHER);
	set->entries[1].body = (struct bytes){NULL, 0};
	push_well(1);
	assert_state(0, INGEST_STORED);
	assert_true(has_day('2') && !has_day('3'));
	kit_machine_init(&stage.machine, 1);
	(void)add(OTHER, ONE, 1, NULL, "23");
	/* It holds up nothing. */
	(void)add(OWN, ONE, 1, NULL, "4");
	push_well(2);
	assert_state(0, INGEST_KNOWN);
	assert_state(1, INGEST_STORED);
	assert_true(has_day('3') && has_day('4'));
}

/* ---- gaps ---- */

static void a_gap_stops_the_push_there_I3(void **state)
{
	struct hash one = add(OWN, ONE, 1, NULL, "2"), lost, digest;

	(void)state;
	hash_of(&lost, "lost", 4);
	(void)add(OWN, ONE, 3, &lost, "3");
	(void)add(OWN, TWO, 1, NULL, "4");
	push_well(2);
	assert_state(0, INGEST_STORED);
	assert_state(1, INGEST_GAP);
	assert_last(1, 1, &one);
	assert_null(stage.results[1].why);
	assert_true(has_day('2') && !has_day('3') && !has_day('4'));
	digest = office_fixture_digest(&stage.fixture);
	/* Its second set without its first. */
	(void)add(OWN, TWO, 2, &lost, "5");
	push_well(1);
	assert_state(0, INGEST_GAP);
	assert_last(0, 0, NULL);
	assert_same(&digest);
	assert_evidence(OWN, NULL, 0);
}

/* The names of a session's sets 1 to 5; only ${brought} are in the push. */
static void chain(size_t laptop, const char *brought, struct hash hashes[6])
{
	char days[] = "?";

	memset(hashes, 0, 6 * sizeof(*hashes));
	for (int64_t seq = 1; seq <= 5; seq++) {
		days[0] = (char)('0' + seq);
		hashes[seq] = add(laptop, ONE, seq, &hashes[seq - 1], days);
		if (strchr(brought, days[0]) == NULL)
			changeset_clear(&stage.push.sets[--stage.push.count]);
	}
}

/* As laptop ${bringer} does. */
static void push_as(size_t bringer, size_t looked)
{
	struct err err = ERR_INIT;

	must(ingest_push(&stage.fixture.office, stage.devices[bringer],
		 &stage.push, stage.results, &stage.count, &err),
	    &err);
	assert_int_equal(stage.count, looked);
	forget_push();
}

static void after_a_hole_what_to_send_again_begins_at_the_hole_I11(void **state)
{
	struct hash hashes[6];

	(void)state;
	/* Another laptop brought back what it had: 1 and 5. */
	chain(OWN, "15", hashes);
	push_as(OTHER, 2);
	assert_state(0, INGEST_STORED);
	assert_state(1, INGEST_STORED);
	kit_machine_init(&stage.machine, 1);
	chain(OWN, "3", hashes);
	push_well(1);
	assert_state(0, INGEST_GAP);
	assert_last(0, 1, &hashes[1]);
	/* From there on the hole fills. */
	kit_machine_init(&stage.machine, 1);
	chain(OWN, "2345", hashes);
	push_well(4);
	for (size_t i = 0; i < 3; i++) {
		assert_state(i, INGEST_STORED);
		assert_last(i, 5, &hashes[5]);
	}
	assert_state(3, INGEST_KNOWN);
	for (char day = '1'; day <= '5'; day++)
		assert_true(has_day(day));
	assert_evidence(OWN, NULL, 0);
}

/* Nothing can follow the last number there is, nor is it looked for. */
static void the_last_number_has_no_next(void **state)
{
	struct hash before, fork;

	(void)state;
	(void)add(OWN, ONE, INT64_MAX, NULL, "2");
	push_well(1);
	assert_state(0, INGEST_GAP);
	assert_last(0, 0, NULL);
	before = add(OTHER, ONE, INT64_MAX - 1, NULL, "3");
	(void)add(OTHER, ONE, INT64_MAX, &before, "4");
	fork = add(OTHER, TWO, INT64_MAX - 1, NULL, "5");
	(void)add(OTHER, TWO, INT64_MAX, NULL, "6");
	push_well(4);
	assert_state(0, INGEST_STORED);
	assert_state(1, INGEST_STORED);
	assert_last(1, INT64_MAX - 1, &before);
	assert_state(3, INGEST_ASIDE);
	assert_string_equal(stage.results[3].why, "fork");
	assert_last(3, INT64_MAX - 1, &fork);
	assert_true(has_day('3') && has_day('4') && !has_day('6'));
}

/* ---- forks ---- */

static void another_set_under_a_taken_number_is_a_fork_I12(void **state)
{
	struct hash hashes[6], fork, digest;

	(void)state;
	chain(OWN, "123", hashes);
	push_well(3);
	digest = office_fixture_digest(&stage.fixture);
	for (int again = 0; again < 2; again++) {
		struct kit_machine kept = stage.machine;

		fork = add(OWN, ONE, 2, &hashes[1], "8");
		(void)add(OWN, TWO, 1, NULL, "9");
		push_well(1);
		assert_state(0, INGEST_FORK);
		assert_last(0, 3, &hashes[3]);
		assert_null(stage.results[0].why);
		assert_same(&digest);
		assert_evidence(OWN, &fork, 1);
		stage.machine.chance = kept.chance;
	}
	assert_false(has_day('8') || has_day('9'));
}

static void a_set_that_follows_another_story_is_a_fork_I12(void **state)
{
	struct hash hashes[6], fork;

	(void)state;
	chain(OWN, "1", hashes);
	/* What comes before it in the push is kept. */
	hash_of(&fork, "another", 7);
	fork = add(OWN, ONE, 2, &fork, "8");
	(void)add(OWN, ONE, 3, &fork, "9");
	push_well(2);
	assert_state(0, INGEST_STORED);
	assert_state(1, INGEST_FORK);
	assert_last(1, 1, &hashes[1]);
	assert_evidence(OWN, &fork, 1);
	assert_true(has_day('1') && !has_day('8') && !has_day('9'));
}

/* It fits what is before the hole, not what is after. */
static void a_wrong_set_in_a_hole_is_a_fork_I12(void **state)
{
	struct hash hashes[6], fork;

	(void)state;
	chain(OWN, "13", hashes);
	push_as(OTHER, 2);
	fork = add(OWN, ONE, 2, &hashes[1], "8");
	push_well(1);
	assert_state(0, INGEST_FORK);
	assert_last(0, 3, &hashes[3]);
	assert_evidence(OWN, &fork, 1);
	assert_false(has_day('8'));
}

/* ---- what it brings of others ---- */

static void of_others_no_order_is_asked_I11(void **state)
{
	struct hash hashes[6];

	(void)state;
	chain(OTHER, "35", hashes);
	push_well(2);
	assert_state(0, INGEST_STORED);
	assert_last(0, 0, NULL);
	assert_state(1, INGEST_STORED);
	assert_last(1, 3, &hashes[3]);
	kit_machine_init(&stage.machine, 1);
	chain(OTHER, "124", hashes);
	push_well(3);
	for (size_t i = 0; i < 3; i++) {
		assert_state(i, INGEST_STORED);
		assert_null(stage.results[i].why);
		assert_false(stage.results[i].revoked);
	}
	for (char day = '1'; day <= '5'; day++)
		assert_true(has_day(day));
}

static void of_others_a_fork_or_a_stranger_holds_up_nothing_I12(void **state)
{
	struct hash hashes[6], fork;

	(void)state;
	chain(OTHER, "12", hashes);
	push_well(2);
	fork = add(OTHER, ONE, 2, &hashes[1], "8");
	(void)add(STRANGER, ONE, 1, NULL, "9");
	(void)add(OWN, ONE, 1, NULL, "7");
	push_well(3);
	assert_state(0, INGEST_ASIDE);
	assert_string_equal(stage.results[0].why, "fork");
	assert_state(1, INGEST_ASIDE);
	assert_string_equal(stage.results[1].why, "unknown");
	assert_state(2, INGEST_STORED);
	assert_true(has_day('7') && !has_day('8') && !has_day('9'));
	assert_evidence(OTHER, &fork, 1);
	assert_evidence(STRANGER, NULL, 0);
	assert_evidence(OWN, NULL, 0);
}

/* ---- who may ---- */

/* Nothing of the push is kept. */
static void assert_refused(int code)
{
	struct hash before = office_fixture_digest(&stage.fixture);
	struct err err = ERR_INIT;

	assert_int_equal(push(&err), code);
	assert_int_equal(err.code, code);
	assert_false(db_in_transaction(stage.fixture.office.db));
	assert_same(&before);
	forget_push();
}

static void a_wrong_signature_takes_back_all_I4(void **state)
{
	static const size_t signers[] = {OWN, OTHER};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct changeset *set;

		(void)add(OWN, ONE, 1, NULL, "2");
		(void)add(OTHER, ONE, 1, NULL, "3");
		set = draft(signers[i], TWO, 1, NULL, "4");
		/* The other's key, not its own. */
		(void)seal(set, signers[1 - i]);
		assert_refused(E_SIGNATURE);
	}
	(void)add(OWN, ONE, 1, NULL, "2");
	stage.push.sets[0].header.at_s++;
	assert_refused(E_SIGNATURE);
}

static void a_stranger_is_told_to_enrol(void **state)
{
	struct hash before = office_fixture_digest(&stage.fixture);
	struct err err = ERR_INIT;

	(void)state;
	(void)add(OWN, ONE, 1, NULL, "2");
	(void)add(STRANGER, ONE, 1, NULL, "3");
	assert_int_equal(
	    ingest_push(&stage.fixture.office, stage.devices[STRANGER],
		&stage.push, stage.results, &stage.count, &err),
	    E_AUTH);
	assert_non_null(strstr(err.text, stage.devices[STRANGER]));
	assert_same(&before);
}

static void a_revoked_laptop_is_quarantined_whole_I15(void **state)
{
	struct ingest_result *result = &stage.results[0];
	struct err err = ERR_INIT;

	(void)state;
	must(enrolment_revoke(
		 &stage.fixture.office, stage.devices[OWN], "volé", &err),
	    &err);
	for (int again = 0; again < 2; again++) {
		kit_machine_init(&stage.machine, 1);
		(void)add(OWN, ONE, 1, NULL, "23");
		push_well(1);
		assert_state(0, again ? INGEST_KNOWN : INGEST_STORED);
		assert_true(result->revoked);
		if (again)
			continue;
		assert_int_equal(result->fault_count, 2);
		for (size_t i = 0; i < 2; i++) {
			assert_int_equal(result->faults[i].index, i);
			assert_string_equal(
			    result->faults[i].code, ENTRY_FAULT_REVOKED);
		}
	}
	assert_false(has_day('2') || has_day('3'));
	/* Who brings another's is not told that the other is revoked. */
	must(enrolment_revoke(
		 &stage.fixture.office, stage.devices[OTHER], "volé", &err),
	    &err);
	(void)add(OTHER, ONE, 1, NULL, "4");
	push_well(1);
	assert_state(0, INGEST_STORED);
	assert_false(result->revoked);
	assert_int_equal(result->fault_count, 1);
	assert_false(has_day('4'));
}

static void a_fault_quarantines_the_entry_alone_I9(void **state)
{
	struct ingest_result *result = &stage.results[0];

	(void)state;
	(void)add(OWN, ONE, 1, NULL, "2!4!");
	push_well(1);
	assert_state(0, INGEST_STORED);
	assert_int_equal(result->fault_count, 2);
	assert_int_equal(result->faults[0].index, 1);
	assert_int_equal(result->faults[1].index, 3);
	assert_string_equal(result->faults[0].code, ENTRY_FAULT_MALFORMED);
	assert_string_equal(result->faults[1].code, ENTRY_FAULT_MALFORMED);
	assert_true(has_day('2') && has_day('4'));
}

/* ---- failures ---- */

/* A push in which everything happens: of others one of use, a stranger and a
 * fork; then known, stored, and a gap or a fork of its own. */
static void draft_everything(enum ingest_state last)
{
	struct hash hashes[6], none;

	hash_of(&none, "none", 4);
	chain(OWN, "15", hashes);
	push_as(OTHER, 2);
	(void)add(OTHER, ONE, 1, NULL, "6");
	push_as(OTHER, 1);
	(void)add(OTHER, TWO, 1, NULL, "7");
	(void)add(STRANGER, ONE, 1, NULL, "8");
	(void)add(OTHER, ONE, 1, NULL, "8");
	kit_machine_init(&stage.machine, 1);
	chain(OWN, last == INGEST_GAP ? "124" : "12", hashes);
	if (last == INGEST_FORK)
		(void)add(OWN, ONE, 4, &none, "8");
}

static void assert_everything(enum ingest_state last)
{
	assert_int_equal(stage.count, 6);
	assert_state(0, INGEST_STORED);
	assert_state(1, INGEST_ASIDE);
	assert_state(2, INGEST_ASIDE);
	assert_state(3, INGEST_KNOWN);
	assert_state(4, INGEST_STORED);
	assert_state(5, last);
	assert_true(has_day('2') && has_day('7') && !has_day('8'));
}

/* Do what ${fail_at} arms with each of its calls failing: nothing is left of
 * the push, and the last round, in which none fails, takes it all. */
static void every_failure(
    void (*fail_at)(size_t at), bool (*failed)(void), int code, size_t least)
{
	struct hash before = office_fixture_digest(&stage.fixture);
	bool again = true;
	size_t at;

	for (at = 1; again; at++) {
		struct err err = ERR_INIT;
		int rc;

		stage.count = 99;
		fail_at(at);
		rc = push(&err);
		again = failed();
		assert_int_equal(rc, again ? code : 0);
		assert_int_equal(rc, err.code);
		assert_false(db_in_transaction(stage.fixture.office.db));
		assert_true(stage.count <= 6);
		if (again) {
			assert_same(&before);
			assert_evidence(OTHER, NULL, 0);
			assert_evidence(OWN, NULL, 0);
		}
	}
	assert_true(at > least);
}

static void make_sick(size_t at)
{
	sick.at = at;
	sick.calls = 0;
}

static bool was_sick(void)
{
	bool failed = sick.calls >= sick.at;

	sick.at = 0;
	return failed;
}

static void a_failing_database_leaves_nothing(void **state)
{
	(void)state;
	draft_everything(INGEST_GAP);
	every_failure(make_sick, was_sick, E_IO, 30);
	assert_everything(INGEST_GAP);
	assert_int_equal(stage.results[5].seq, 2);
}

static void a_failing_database_keeps_no_evidence(void **state)
{
	(void)state;
	draft_everything(INGEST_FORK);
	every_failure(make_sick, was_sick, E_IO, 30);
	assert_everything(INGEST_FORK);
	assert_int_equal(stage.results[5].seq, 5);
}

static void make_scarce(size_t at)
{
	scarce_start(at, false);
}

static void without_memory_nothing_is_left(void **state)
{
	(void)state;
	draft_everything(INGEST_FORK);
	every_failure(make_scarce, scarce_stop, E_NOMEM, 10);
	assert_everything(INGEST_FORK);
}

/* The log named it before the revocation; its body comes after. */
static void what_came_before_a_revocation_counts_I15(void **state)
{
	struct changeset *set = draft(OTHER, ONE, 1, NULL, "23");
	struct err err = ERR_INIT;

	(void)state;
	(void)seal(set, OTHER);
	set->entries[1].body = (struct bytes){NULL, 0};
	push_well(1);
	must(enrolment_revoke(
		 &stage.fixture.office, stage.devices[OTHER], "volé", &err),
	    &err);
	assert_true(has_day('2') && !has_day('3'));
	kit_machine_init(&stage.machine, 1);
	(void)add(OTHER, ONE, 1, NULL, "23");
	every_failure(make_sick, was_sick, E_IO, 10);
	assert_state(0, INGEST_KNOWN);
	assert_true(has_day('2') && has_day('3'));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
	    TEST(a_set_is_stored_and_gets_the_next_place_I2),
	    TEST(an_empty_push_does_nothing),
	    TEST(sets_follow_one_another_I3),
	    TEST(server_time_never_goes_back),
	    TEST(the_epoch_never_goes_back_I11),
	    TEST(what_is_known_gets_the_same_receipt_I2),
	    TEST(a_known_set_brings_the_bodies_that_were_withheld_I6),
	    TEST(a_gap_stops_the_push_there_I3),
	    TEST(after_a_hole_what_to_send_again_begins_at_the_hole_I11),
	    TEST(the_last_number_has_no_next),
	    TEST(another_set_under_a_taken_number_is_a_fork_I12),
	    TEST(a_set_that_follows_another_story_is_a_fork_I12),
	    TEST(a_wrong_set_in_a_hole_is_a_fork_I12),
	    TEST(of_others_no_order_is_asked_I11),
	    TEST(of_others_a_fork_or_a_stranger_holds_up_nothing_I12),
	    TEST(a_wrong_signature_takes_back_all_I4),
	    TEST(a_stranger_is_told_to_enrol),
	    TEST(a_revoked_laptop_is_quarantined_whole_I15),
	    TEST(a_fault_quarantines_the_entry_alone_I9),
	    TEST(a_failing_database_leaves_nothing),
	    TEST(a_failing_database_keeps_no_evidence),
	    TEST(without_memory_nothing_is_left),
	    TEST(what_came_before_a_revocation_counts_I15),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
