/* Whom the log says a device is, what a revocation and a purge do, and what
 * the ledger makes of odd and damaged rows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_purge.h"
#include "shared/ledger_set.h"
#include "tests/lib/kit.h"

#define AM     "hours/W1/2026-11-20/am"
#define PM     "hours/W1/2026-11-20/pm"
#define WORK   "{\"minutes\":210,\"kind\":\"work\"}"
#define BODIES 16

enum who { LAPTOP, OTHER, OFFICE, SERVER, KEYS };

static struct {
	char directory[KIT_PATH];
	struct kit_machine machine;
	struct key keys[KEYS];
	char devices[KEYS][DEVICE_TEXT];
	struct db *db;
	struct buf bodies[BODIES];
	size_t body_count;
	struct hash head;
	int64_t n;
} stage;

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	for (size_t i = 0; i < KEYS; i++) {
		kit_key(&stage.keys[i], (unsigned char)(i + 1));
		key_device(stage.keys[i].pub, stage.devices[i]);
	}
	kit_directory(stage.directory);
	stage.db = kit_ledger(stage.directory);
	return db_commit(stage.db, NULL);
}

static int stop(void **state)
{
	(void)state;
	db_close(stage.db);
	kit_directory_remove(stage.directory);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	kit_machine_init(&stage.machine, 1);
	stage.n = 0;
	log_first(&stage.head, KIT_STRUCTURE);
	return db_begin(stage.db, NULL);
}

static int forget(void **state)
{
	(void)state;
	while (stage.body_count > 0)
		buf_free(&stage.bodies[--stage.body_count]);
	db_rollback(stage.db);
	return 0;
}

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

static enum writer writer_of(enum who who)
{
	return who == SERVER   ? WRITER_SERVER
	       : who == OFFICE ? WRITER_OFFICE
	                       : WRITER_LAPTOP;
}

/* ---- sets of a log ---- */

/* What a set holds: an entry's hash, and its body or none. */
static struct set_entry write_draft(
    const struct entry_draft *draft, const char *value)
{
	struct buf *body = &stage.bodies[stage.body_count++];
	struct set_entry entry;

	assert_true(stage.body_count <= BODIES);
	kit_entry(body, draft, value, &stage.machine);
	entry.body = buf_bytes(body);
	hash_of(&entry.hash, entry.body.data, entry.body.len);
	return entry;
}

static struct set_entry write_entry(
    enum who who, const char *kind, const char *record, const char *value)
{
	const struct entry_draft draft = {.kind = kind,
	    .record = record,
	    .device = stage.devices[who],
	    .reason = "r"};

	return write_draft(&draft, value);
}

static struct set_entry without_body(struct set_entry entry)
{
	entry.body = (struct bytes){NULL, 0};
	return entry;
}

static void make_set(struct changeset *set, enum who who,
    struct set_entry *entries, size_t count)
{
	static int64_t seq;

	memset(set, 0, sizeof(*set));
	strcpy(set->header.structure, KIT_STRUCTURE);
	strcpy(set->header.device, stage.devices[who]);
	strcpy(set->header.session, "0123456789abcdef");
	set->header.seq = ++seq;
	set->header.seen.epoch = 1;
	log_first(&set->header.seen.head, KIT_STRUCTURE);
	set->header.at_s = stage.machine.now_s;
	set->entries = entries;
	set->count = count;
	assert_int_equal(changeset_sign(set, &stage.keys[who], NULL), 0);
}

/* The next place of the log. */
static void next_place(const struct changeset *set, struct receipt *out)
{
	memset(out, 0, sizeof(*out));
	strcpy(out->structure, KIT_STRUCTURE);
	out->epoch = 1;
	out->n = ++stage.n;
	assert_int_equal(changeset_hash(&out->manifest, set, NULL), 0);
	out->time_s = KIT_NOW_S + out->n;
	log_next(&stage.head, &stage.head, out->time_s, &out->manifest);
	out->head = stage.head;
	assert_int_equal(receipt_sign(out, &stage.keys[SERVER], NULL), 0);
}

/* Put a set of ${who}'s, at the log's next place or at none. */
static void put_set(enum who who, bool revoked, bool placed,
    struct set_entry *entries, size_t count)
{
	struct ledger_author author = {NULL, writer_of(who), revoked};
	struct err err = ERR_INIT;
	struct receipt receipt;
	struct changeset set;

	make_set(&set, who, entries, count);
	author.header = &set.header;
	if (placed)
		next_place(&set, &receipt);
	must(ledger_set_put(stage.db, &set, &author, placed ? &receipt : NULL,
		 NULL, NULL, &err),
	    &err);
	if (revoked)
		must(ledger_judge_by_place(stage.db, &set, &err), &err);
}

static void log_one(enum who who, struct set_entry entry)
{
	put_set(who, false, true, &entry, 1);
}

static void enrol(enum who who, const uint8_t key[KEY_LEN])
{
	char record[RECORD_KEY_MAX], value[256], hex[HASH_TEXT];
	struct hash pub;

	memcpy(pub.bytes, key, KEY_LEN);
	hash_hex(&pub, hex);
	record_key_make(record, "enrolment", stage.devices[who], NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"x\",\"role\":\"laptop\"}", hex);
	log_one(OFFICE, write_entry(OFFICE, "enrolment", record, value));
}

static struct set_entry write_revocation(const char *value)
{
	char record[RECORD_KEY_MAX];

	record_key_make(record, "revocation", stage.devices[LAPTOP], NULL);
	return write_entry(OFFICE, "revocation", record, value);
}

static struct device known(enum who who)
{
	struct err err = ERR_INIT;
	struct device found;

	must(ledger_device(stage.db, KIT_STRUCTURE, stage.devices[who],
		 stage.keys[SERVER].pub, &found, &err),
	    &err);
	return found;
}

/* ---- who a device is ---- */

static void a_key_speaks_for_its_own_device_alone(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	enrol(OTHER, stage.keys[OTHER].pub);
	assert_true(known(OTHER).found);
	/* The office, or who took its place, names another key for it. */
	enrol(LAPTOP, stage.keys[OTHER].pub);
	assert_false(known(LAPTOP).found);
	/* What the disk made of a key is none. */
	must(db_script(stage.db,
		 "UPDATE record SET value = '{\"key\":\"12\"}'"
		 " WHERE family = 'enrolment'",
		 &err),
	    &err);
	assert_false(known(OTHER).found);
}

static void a_revocation_stands_until_it_is_void(void **state)
{
	struct set_entry first = write_revocation(NULL);
	struct set_entry other = write_revocation("{\"why\":\"lost\"}");
	char record[RECORD_KEY_MAX];
	struct hash both[] = {first.hash, other.hash};
	struct entry_draft end = {.kind = "void",
	    .record = record,
	    .device = stage.devices[OFFICE],
	    .parents = both,
	    .parent_count = 2,
	    .reason = "r"};

	(void)state;
	record_key_make(record, "revocation", stage.devices[LAPTOP], NULL);
	enrol(LAPTOP, stage.keys[LAPTOP].pub);
	assert_false(known(LAPTOP).revoked);
	log_one(OFFICE, first);
	assert_true(known(LAPTOP).revoked);
	/* Two that differ: that it is revoked is not in doubt. */
	log_one(OFFICE, other);
	assert_true(known(LAPTOP).revoked);
	log_one(OFFICE, write_draft(&end, NULL));
	assert_true(known(LAPTOP).found);
	assert_false(known(LAPTOP).revoked);
}

/* ---- since when ---- */

static int64_t revoked_at(void)
{
	struct err err = ERR_INIT;
	int64_t place = -1;

	must(ledger_revoked_at(
		 stage.db, KIT_STRUCTURE, stage.devices[LAPTOP], &place, &err),
	    &err);
	return place;
}

/* Of two that do not know of each other the first counts, whichever of them
 * is listed first. */
static void the_first_revocation_counts_I15(void **state)
{
	struct set_entry one = write_revocation(NULL);
	struct set_entry two = write_revocation(NULL);
	struct set_entry three = write_revocation(NULL);

	(void)state;
	assert_int_equal(revoked_at(), 0);
	/* One without a place yet revokes nothing that has one. */
	put_set(OFFICE, false, false, &one, 1);
	assert_int_equal(revoked_at(), 0);
	enrol(LAPTOP, stage.keys[LAPTOP].pub);
	log_one(OFFICE, two);
	assert_int_equal(revoked_at(), 2);
	log_one(OFFICE, three);
	assert_int_equal(revoked_at(), 2);
	/* The oldest entry comes last into the log. */
	log_one(OFFICE, one);
	assert_int_equal(revoked_at(), 2);
}

static int note_first(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, 16, db_row_text(row, "fault"));
	return 1;
}

/* Why an entry does not count; "" when it does, "none" when it is not here. */
static void assert_fault(const struct set_entry *entry, const char *expected)
{
	static const struct db_statement query = {
	    "test.fault", "SELECT fault FROM entry WHERE hash = $hash"};
	char fault[16] = "none";

	assert_int_equal(
	    db_query(stage.db, &query,
		DB_PARAMS(DB_BLOB("hash", entry->hash.bytes, HASH_LEN)),
		note_first, fault, NULL),
	    0);
	assert_string_equal(fault, expected);
}

/* ---- before and after ---- */

enum { EARLY, LATE_BODY, NEW, COPY, GARBAGE, PURGED, HELD_BACK, COUNT };

static void write_entries(struct set_entry out[COUNT])
{
	static const char garbage[] = "no entry";

	out[EARLY] = write_entry(LAPTOP, "hours", AM, WORK);
	out[LATE_BODY] = write_entry(LAPTOP, "hours", PM, WORK);
	out[NEW] = write_entry(LAPTOP, "hours", AM, WORK);
	out[COPY] = write_entry(OTHER, "hours", PM, WORK);
	out[PURGED] = write_entry(LAPTOP, "hours", AM, WORK);
	out[HELD_BACK] = without_body(write_entry(LAPTOP, "hours", AM, WORK));
	out[GARBAGE].body = (struct bytes){garbage, sizeof(garbage) - 1};
	hash_of(&out[GARBAGE].hash, garbage, sizeof(garbage) - 1);
}

static void log_purge(const struct hash *hash)
{
	char hex[HASH_TEXT], value[128];

	hash_hex(hash, hex);
	(void)snprintf(value, sizeof(value), "{\"entries\":[\"%s\"]}", hex);
	log_one(OFFICE, write_entry(OFFICE, "purge", "purge/p1", value));
}

/* A revoked laptop hands over what a restored server had without bodies. */
static void what_came_before_the_revocation_counts_I15(void **state)
{
	struct set_entry all[COUNT], held;

	(void)state;
	write_entries(all);
	enrol(LAPTOP, stage.keys[LAPTOP].pub);
	log_one(LAPTOP, all[EARLY]);
	held = without_body(all[LATE_BODY]);
	log_one(LAPTOP, held);
	log_one(OFFICE, write_revocation(NULL));
	log_one(OTHER, all[COPY]);
	log_purge(&all[PURGED].hash);
	put_set(LAPTOP, true, true, all, COUNT);
	assert_fault(&all[EARLY], "");
	assert_fault(&all[LATE_BODY], "");
	assert_fault(&all[NEW], ENTRY_FAULT_REVOKED);
	/* Not its own: judged by its author's set. */
	assert_fault(&all[COPY], "");
	assert_fault(&all[GARBAGE], ENTRY_FAULT_MALFORMED);
	assert_fault(&all[PURGED], "none");
	assert_fault(&all[HELD_BACK], "none");
}

static void what_has_no_place_comes_after_it_I15(void **state)
{
	struct set_entry entry = write_entry(LAPTOP, "hours", AM, WORK);

	(void)state;
	enrol(LAPTOP, stage.keys[LAPTOP].pub);
	log_one(OFFICE, write_revocation(NULL));
	put_set(LAPTOP, true, false, &entry, 1);
	assert_fault(&entry, ENTRY_FAULT_REVOKED);
}

/* ---- purges ---- */

/* Act on a purge of ${list}, which may name the purge itself. */
static void purge(const char *list, const struct hash *own)
{
	struct entry entry = {.kind = "purge"};
	struct err err = ERR_INIT;
	json_t *value = NULL;

	must(json_read(&value, list, strlen(list), &err), &err);
	entry.value = value;
	entry.hash = *own;
	must(ledger_purge_act(stage.db, KIT_STRUCTURE, &entry, &err), &err);
	json_decref(value);
}

static bool is_purged(const struct hash *hash)
{
	bool purged = false;

	assert_int_equal(
	    ledger_is_purged(stage.db, KIT_STRUCTURE, hash, &purged, NULL), 0);
	return purged;
}

static void a_purge_takes_what_it_names_and_not_itself(void **state)
{
	struct set_entry kept = write_entry(OFFICE, "hours", AM, WORK);
	struct set_entry gone = write_entry(OFFICE, "hours", AM, WORK);
	char one[HASH_TEXT], own[HASH_TEXT], list[512];

	(void)state;
	log_one(OFFICE, kept);
	log_one(OFFICE, gone);
	hash_hex(&gone.hash, one);
	hash_hex(&kept.hash, own);
	/* What is no hash does not save what comes after it. */
	(void)snprintf(list, sizeof(list),
	    "{\"entries\":[7,\"12\",\"%s\",\"%s\"]}", own, one);
	purge(list, &kept.hash);
	assert_false(is_purged(&kept.hash));
	assert_fault(&kept, "");
	assert_true(is_purged(&gone.hash));
	assert_fault(&gone, "none");
}

/* ---- odd and damaged rows ---- */

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	text_copy(context, 16, row->state);
	return 0;
}

static void assert_state(const char *record, const char *expected)
{
	char found[16] = "none";
	bool is_there;

	assert_int_equal(ledger_record(stage.db, KIT_STRUCTURE, record,
			     note_state, found, &is_there, NULL),
	    0);
	assert_string_equal(found, expected);
}

static void an_entry_of_another_structure_is_in_no_record(void **state)
{
	const struct entry_draft draft = {.kind = "hours",
	    .structure = "berges",
	    .record = AM,
	    .device = stage.devices[LAPTOP]};
	struct set_entry entry = write_draft(&draft, WORK);

	(void)state;
	log_one(LAPTOP, entry);
	assert_fault(&entry, "structure");
	assert_state(AM, "none");
}

static void judged_again_garbage_stays_garbage(void **state)
{
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {&header, WRITER_OFFICE, false};
	struct set_entry all[COUNT];
	struct err err = ERR_INIT;

	(void)state;
	write_entries(all);
	assert_int_equal(
	    ledger_judge_again(stage.db, &author, all[GARBAGE].body, &err),
	    E_NOT_FOUND);
	log_one(OFFICE, all[GARBAGE]);
	must(ledger_judge_again(stage.db, &author, all[GARBAGE].body, &err),
	    &err);
	assert_fault(&all[GARBAGE], ENTRY_FAULT_MALFORMED);
}

static void only_a_record_can_be_folded(void **state)
{
	(void)state;
	assert_int_equal(
	    ledger_refold(stage.db, KIT_STRUCTURE, "hours", NULL), E_INVALID);
	/* Of nothing there is nothing to fold. */
	assert_int_equal(ledger_refold_all(stage.db, "berges", NULL), 0);
}

static int note_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%s%s%s ", row->entry != NULL ? "entry" : "none",
	    row->value != NULL ? "+value" : "", row->live ? "+live" : "");
	return 0;
}

static void a_damaged_body_counts_nothing_and_is_told(void **state)
{
	struct buf seen = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	log_one(OFFICE, write_entry(OFFICE, "hours", AM, WORK));
	assert_int_equal(ledger_history(stage.db, KIT_STRUCTURE, AM, note_entry,
			     &seen, NULL),
	    0);
	assert_string_equal(buf_text(&seen), "entry+value+live ");
	must(db_script(stage.db, "UPDATE entry SET bytes = x'00ff'", &err),
	    &err);
	buf_reset(&seen);
	assert_int_equal(ledger_history(stage.db, KIT_STRUCTURE, AM, note_entry,
			     &seen, NULL),
	    0);
	assert_string_equal(buf_text(&seen), "none ");
	buf_free(&seen);
}

static void a_damaged_value_is_none(void **state)
{
	struct err err = ERR_INIT;
	json_t *value = NULL;

	(void)state;
	log_one(OFFICE, write_entry(OFFICE, "worker", "worker/W1",
			    "{\"first\":\"Ali\",\"crews\":[]}"));
	assert_int_equal(
	    ledger_value(stage.db, KIT_STRUCTURE, "worker/W1", &value, NULL),
	    0);
	assert_non_null(value);
	json_decref(value);
	must(db_script(stage.db, "UPDATE record SET value = '7'", &err), &err);
	assert_int_equal(
	    ledger_value(stage.db, KIT_STRUCTURE, "worker/W1", &value, NULL),
	    0);
	assert_null(value);
}

/* ---- what a log's signatures bear witness to ---- */

/* The receipt of place 1 or later, and the furthest; 0 for none. */
static void assert_witnesses(int64_t first, int64_t furthest)
{
	struct receipt receipt;
	bool found;

	assert_int_equal(ledger_witness_of(stage.db, KIT_STRUCTURE, 1, &receipt,
			     &found, NULL),
	    0);
	assert_int_equal(found ? receipt.n : 0, first);
	assert_int_equal(
	    ledger_witness(stage.db, KIT_STRUCTURE, &receipt, &found, NULL), 0);
	assert_int_equal(found ? receipt.n : 0, furthest);
}

static void a_place_without_its_signature_is_no_witness(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	for (int i = 0; i < 3; i++)
		log_one(OFFICE, write_entry(OFFICE, "hours", AM, WORK));
	assert_witnesses(1, 3);
	must(db_script(stage.db,
		 "UPDATE changeset SET receipt = zeroblob(64) WHERE place < 3",
		 &err),
	    &err);
	assert_witnesses(3, 3);
	must(db_script(
		 stage.db, "UPDATE changeset SET receipt = zeroblob(64)", &err),
	    &err);
	assert_witnesses(0, 0);
}

/* A place of an epoch that is over is not further than any of the next. */
static void the_last_epoch_bears_witness_I11(void **state)
{
	struct receipt head = {.structure = KIT_STRUCTURE, .epoch = 2, .n = 1};
	struct receipt receipt;
	bool found;

	(void)state;
	for (int i = 0; i < 3; i++)
		log_one(OFFICE, write_entry(OFFICE, "hours", AM, WORK));
	hash_of(&head.head, "another story", 13);
	assert_int_equal(receipt_sign(&head, &stage.keys[SERVER], NULL), 0);
	assert_int_equal(ledger_head_put(stage.db, &head, NULL), 0);
	assert_int_equal(
	    ledger_witness(stage.db, KIT_STRUCTURE, &receipt, &found, NULL), 0);
	assert_true(found);
	assert_int_equal(receipt.epoch, 2);
	assert_int_equal(receipt.n, 1);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(a_key_speaks_for_its_own_device_alone),
	    test(a_revocation_stands_until_it_is_void),
	    test(the_first_revocation_counts_I15),
	    test(what_came_before_the_revocation_counts_I15),
	    test(what_has_no_place_comes_after_it_I15),
	    test(a_purge_takes_what_it_names_and_not_itself),
	    test(an_entry_of_another_structure_is_in_no_record),
	    test(judged_again_garbage_stays_garbage),
	    test(only_a_record_can_be_folded),
	    test(a_damaged_body_counts_nothing_and_is_told),
	    test(a_damaged_value_is_none),
	    test(a_place_without_its_signature_is_no_witness),
	    test(the_last_epoch_bears_witness_I11),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
