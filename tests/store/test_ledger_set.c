#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/ledger_device.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "tests/lib/kit.h"

#define SETS_MAX 16
#define WORK     "{\"minutes\":210,\"kind\":\"work\"}"

static char directory[KIT_PATH];
static struct kit_machine machine;
static struct key laptop, office, server;
static char device[DEVICE_TEXT];
static struct db *db;

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_key(&laptop, 1);
	kit_key(&office, 2);
	kit_key(&server, 3);
	key_device(laptop.pub, device);
	kit_directory(directory);
	db = kit_ledger(directory);
	return db_commit(db, NULL);
}

static int stop(void **state)
{
	(void)state;
	db_close(db);
	kit_directory_remove(directory);
	return 0;
}

static int begin(void **state)
{
	(void)state;
	kit_machine_init(&machine, 1);
	return db_begin(db, NULL);
}

static int forget(void **state)
{
	(void)state;
	db_rollback(db);
	return 0;
}

static void check(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

static int put_head(
    const char *structure, const struct log_point *point, int64_t time_s)
{
	struct receipt receipt = {
	    .epoch = point->epoch,
	    .n = point->n,
	    .head = point->head,
	    .time_s = time_s,
	};

	text_copy(receipt.structure, sizeof(receipt.structure), structure);
	return ledger_head_put(db, &receipt, NULL);
}

/* ---- as a laptop ---- */

/* Save one entry as a laptop does: entry and outbox in one; its hash. */
static struct hash save_note(const char *record, const char *note)
{
	const struct entry_draft draft = {
	    .kind = "hours", .record = record, .device = device, .note = note};
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {&header, WRITER_LAPTOP, false};
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	struct hash hash;
	int64_t id;

	memcpy(header.device, device, sizeof(device));
	kit_entry(&body, &draft, WORK, &machine);
	hash_of(&hash, body.data, body.len);
	check(ledger_add(db, &author, buf_bytes(&body), &id, NULL, &err), &err);
	check(ledger_outbox_add(db, KIT_STRUCTURE, id, &err), &err);
	buf_free(&body);
	return hash;
}

static struct hash save(void)
{
	return save_note("hours/W1/2026-11-20/am", NULL);
}

static void seal(void)
{
	struct err err = ERR_INIT;

	check(ledger_seal(db, &machine.os, &laptop, KIT_STRUCTURE, &err), &err);
}

struct pending {
	int64_t ids[SETS_MAX];
	struct hash hashes[SETS_MAX];
	size_t count;
};

static int note_set(void *context, const struct set_row *row, struct err *err)
{
	struct pending *pending = context;

	(void)err;
	assert_true(pending->count < SETS_MAX);
	pending->ids[pending->count] = row->id;
	pending->hashes[pending->count++] = row->hash;
	return 0;
}

static void list_pending(struct pending *out)
{
	out->count = 0;
	assert_int_equal(
	    ledger_pending(db, KIT_STRUCTURE, note_set, out, NULL), 0);
}

static void load(int64_t id, struct changeset *set, struct buf *storage)
{
	struct err err = ERR_INIT;

	check(ledger_set_load(db, KIT_STRUCTURE, id, set, storage, &err), &err);
}

/* Every pending set is signed, and each names the one before it. */
static void assert_chain(const size_t *counts, size_t count)
{
	struct hash before = {{0}};
	struct pending pending;

	list_pending(&pending);
	assert_int_equal(pending.count, count);
	for (size_t i = 0; i < count; i++) {
		struct buf storage = BUF_INIT;
		struct changeset set;

		load(pending.ids[i], &set, &storage);
		assert_int_equal(changeset_verify(&set, laptop.pub, NULL), 0);
		assert_int_equal(set.count, counts[i]);
		assert_int_equal(set.header.seq, i + 1);
		assert_true(hash_equal(&set.header.prev, &before));
		assert_string_equal(set.header.device, device);
		before = pending.hashes[i];
		changeset_clear(&set);
		buf_free(&storage);
	}
}

static void sealing_is_contiguous_and_chained_I3(void **state)
{
	static const size_t counts[] = {3, 1, 2};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t j = 0; j < counts[i]; j++)
			(void)save();
		seal();
	}
	assert_chain(counts, 3);
}

static void sealing_nothing_makes_nothing(void **state)
{
	struct pending pending;

	(void)state;
	seal();
	(void)save();
	seal();
	seal();
	list_pending(&pending);
	assert_int_equal(pending.count, 1);
}

static void a_set_holds_256_entries_and_the_next_the_rest(void **state)
{
	static const size_t counts[] = {256, 256, 1};

	(void)state;
	for (int i = 0; i < 513; i++)
		(void)save();
	seal();
	assert_chain(counts, 3);
}

static void a_set_holds_a_mebibyte_of_bodies(void **state)
{
	static const size_t counts[] = {4, 1};
	char *note = calloc(1, ENTRY_BYTES_MAX);

	(void)state;
	assert_non_null(note);
	memset(note, 'x', ENTRY_BYTES_MAX - 500);
	for (int i = 0; i < 5; i++)
		(void)save_note("hours/W1/2026-11-20/am", note);
	free(note);
	seal();
	assert_chain(counts, 2);
}

static void a_set_tells_the_head_and_the_clock_of_its_author(void **state)
{
	struct log_point point = {.epoch = 3, .n = 41};
	struct changeset set;
	struct buf storage = BUF_INIT;
	struct pending pending;
	struct hash first;

	(void)state;
	(void)save();
	seal();
	hash_of(&point.head, "head", 4);
	assert_int_equal(put_head(KIT_STRUCTURE, &point, 7), 0);
	machine.now_s += 60;
	(void)save();
	seal();
	list_pending(&pending);
	load(pending.ids[0], &set, &storage);
	log_first(&first, KIT_STRUCTURE);
	assert_int_equal(set.header.seen.epoch, 1);
	assert_int_equal(set.header.seen.n, 0);
	assert_true(hash_equal(&set.header.seen.head, &first));
	assert_int_equal(set.header.at_s, KIT_NOW_S);
	changeset_clear(&set);
	load(pending.ids[1], &set, &storage);
	assert_int_equal(set.header.seen.epoch, 3);
	assert_int_equal(set.header.seen.n, 41);
	assert_true(hash_equal(&set.header.seen.head, &point.head));
	assert_int_equal(set.header.at_s, KIT_NOW_S + 60);
	changeset_clear(&set);
	buf_free(&storage);
}

/* Seal one more entry and read the header of its set. */
static void seal_one(struct set_header *out)
{
	struct buf storage = BUF_INIT;
	struct pending pending;
	struct changeset set;

	(void)save();
	seal();
	list_pending(&pending);
	load(pending.ids[pending.count - 1], &set, &storage);
	*out = set.header;
	changeset_clear(&set);
	buf_free(&storage);
}

static void another_boot_or_machine_opens_a_session_I3_I12(void **state)
{
	struct set_header first, same, boot, moved, after;
	struct pending pending;

	(void)state;
	seal_one(&first);
	seal_one(&same);
	assert_string_equal(same.session, first.session);
	assert_int_equal(same.seq, 2);
	strcpy(machine.boot, "second-boot");
	seal_one(&boot);
	assert_string_not_equal(boot.session, first.session);
	assert_int_equal(boot.seq, 1);
	strcpy(machine.machine, "a-copy-elsewhere");
	seal_one(&moved);
	assert_string_not_equal(moved.session, boot.session);
	assert_int_equal(moved.seq, 1);
	seal_one(&after);
	assert_string_equal(after.session, moved.session);
	assert_int_equal(after.seq, 2);
	/* A tree: a session's first set names the last of the one before. */
	list_pending(&pending);
	assert_true(hash_equal(&boot.prev, &pending.hashes[1]));
	assert_true(hash_equal(&moved.prev, &pending.hashes[2]));
	assert_true(hash_equal(&after.prev, &pending.hashes[3]));
}

/* ---- keeping and loading ---- */

/* A set of the given bodies, signed; clear it with changeset_clear. */
static void make_set(struct changeset *set, const struct key *key,
    const struct bytes *bodies, size_t count)
{
	memset(set, 0, sizeof(*set));
	strcpy(set->header.structure, KIT_STRUCTURE);
	key_device(key->pub, set->header.device);
	strcpy(set->header.session, "0123456789abcdef");
	set->header.seq = 1;
	set->header.seen.epoch = 1;
	log_first(&set->header.seen.head, KIT_STRUCTURE);
	set->header.at_s = machine.now_s;
	set->entries = calloc(count, sizeof(*set->entries));
	assert_non_null(set->entries);
	set->count = count;
	for (size_t i = 0; i < count; i++) {
		set->entries[i].body = bodies[i];
		hash_of(&set->entries[i].hash, bodies[i].data, bodies[i].len);
	}
	assert_int_equal(changeset_sign(set, key, NULL), 0);
}

struct faults {
	struct buf text;
};

static void note_fault(void *context, size_t index, const char *code)
{
	buf_printf(context, "%zu:%s ", index, code);
}

static void put(const struct changeset *set, const struct receipt *receipt,
    struct buf *faults)
{
	const struct ledger_author author = {
	    &set->header, WRITER_LAPTOP, false};
	struct err err = ERR_INIT;

	check(ledger_set_put(db, set, &author, receipt,
		  faults != NULL ? note_fault : NULL, faults, &err),
	    &err);
}

static int64_t id_of(const struct changeset *set)
{
	struct pending found = {.count = 0};
	struct hash hash;
	bool is_there;

	assert_int_equal(changeset_hash(&hash, set, NULL), 0);
	assert_int_equal(ledger_set_find(db, KIT_STRUCTURE, &hash, note_set,
			     &found, &is_there, NULL),
	    0);
	assert_true(is_there);
	return found.ids[0];
}

/* The set loaded again is the one given, but for bodies not ${held}. */
static void assert_loads(const struct changeset *set, const bool *held)
{
	struct buf storage = BUF_INIT, one = BUF_INIT, two = BUF_INIT;
	struct changeset again;

	load(id_of(set), &again, &storage);
	changeset_manifest(&one, set);
	changeset_manifest(&two, &again);
	assert_string_equal(buf_text(&one), buf_text(&two));
	assert_memory_equal(set->sig, again.sig, SIG_LEN);
	for (size_t i = 0; i < set->count; i++) {
		const struct bytes *body = &again.entries[i].body;

		assert_int_equal(body->data != NULL, held[i]);
		if (!held[i])
			continue;
		assert_int_equal(body->len, set->entries[i].body.len);
		assert_memory_equal(
		    body->data, set->entries[i].body.data, body->len);
	}
	changeset_clear(&again);
	buf_free(&storage);
	buf_free(&one);
	buf_free(&two);
}

static const struct bytes strange_bodies[] = {
    {"no entry", 8}, {"", 0}, {"\0\xff\n", 3}, {"no entry", 8}};

static void a_loaded_set_is_the_very_set_I4(void **state)
{
	static const bool all[] = {true, true, true, true};
	struct buf faults = BUF_INIT;
	struct changeset set;

	(void)state;
	make_set(&set, &laptop, strange_bodies, 4);
	put(&set, NULL, &faults);
	assert_string_equal(buf_text(&faults),
	    "0:malformed 1:malformed 2:malformed 3:malformed ");
	assert_loads(&set, all);
	put(&set, NULL, NULL);
	assert_loads(&set, all);
	changeset_clear(&set);
	buf_free(&faults);
}

static void an_empty_body_alone_is_held_I4(void **state)
{
	static const bool all[] = {true};
	struct changeset set;

	(void)state;
	make_set(&set, &laptop, &strange_bodies[1], 1);
	put(&set, NULL, NULL);
	assert_loads(&set, all);
	changeset_clear(&set);
}

static int64_t rows_changed(void)
{
	static const struct db_statement total = {
	    "test.total", "SELECT total_changes()"};
	struct err err = ERR_INIT;
	int64_t found = 0;

	check(db_query_int(db, &total, DB_NO_PARAMS, &found, NULL, &err), &err);
	return found;
}

/* Else a laptop that writes one record on and on holds up the office. */
static void a_set_folds_each_of_its_records_once(void **state)
{
	const struct entry_draft drafts[] = {
	    {.kind = "hours",
		.record = "hours/W1/2026-11-20/am",
		.device = device},
	    {.kind = "hours",
		.record = "hours/W1/2026-11-20/pm",
		.device = device},
	};
	struct bytes bodies[CHANGESET_ENTRIES_MAX];
	struct buf texts[CHANGESET_ENTRIES_MAX] = {BUF_INIT};
	struct changeset set;
	int64_t before;

	(void)state;
	for (size_t i = 0; i < CHANGESET_ENTRIES_MAX; i++) {
		kit_entry(&texts[i], &drafts[i % 2], WORK, &machine);
		bodies[i] = buf_bytes(&texts[i]);
	}
	make_set(&set, &laptop, bodies, CHANGESET_ENTRIES_MAX);
	before = rows_changed();
	put(&set, NULL, NULL);
	/* The set, its entries, two records: from their first entries, then
	 * once more from all. */
	assert_int_equal(
	    rows_changed() - before, 1 + CHANGESET_ENTRIES_MAX + 2 * 2);
	changeset_clear(&set);
	for (size_t i = 0; i < CHANGESET_ENTRIES_MAX; i++)
		buf_free(&texts[i]);
}

static void withheld_bodies_come_later_or_go(void **state)
{
	static const bool part[] = {true, false, true, true};
	static const bool all[] = {true, true, true, true};
	struct changeset set;

	(void)state;
	make_set(&set, &laptop, strange_bodies, 4);
	set.entries[1].body = (struct bytes){NULL, 0};
	put(&set, NULL, NULL);
	assert_loads(&set, part);
	set.entries[1].body = strange_bodies[1];
	put(&set, NULL, NULL);
	assert_loads(&set, all);
	assert_int_equal(
	    ledger_drop(db, KIT_STRUCTURE, &set.entries[1].hash, NULL), 0);
	assert_loads(&set, part);
	changeset_clear(&set);
}

/* An entry that one set brought is there for another that withholds it, and
 * for one that awaited it. */
static void a_body_is_there_for_every_set_that_names_it(void **state)
{
	static const bool all[] = {true, true, true, true};
	struct changeset first, second, third;

	(void)state;
	make_set(&third, &laptop, strange_bodies, 4);
	third.header.seq = 3;
	assert_int_equal(changeset_sign(&third, &laptop, NULL), 0);
	third.entries[2].body = (struct bytes){NULL, 0};
	put(&third, NULL, NULL);
	make_set(&first, &laptop, strange_bodies, 4);
	put(&first, NULL, NULL);
	make_set(&second, &laptop, strange_bodies, 4);
	second.header.seq = 2;
	assert_int_equal(changeset_sign(&second, &laptop, NULL), 0);
	second.entries[1].body = (struct bytes){NULL, 0};
	put(&second, NULL, NULL);
	second.entries[1].body = strange_bodies[1];
	third.entries[2].body = strange_bodies[2];
	assert_loads(&first, all);
	assert_loads(&second, all);
	assert_loads(&third, all);
	changeset_clear(&first);
	changeset_clear(&second);
	changeset_clear(&third);
}

static void many_sets_load_into_one_storage(void **state)
{
	struct changeset set, again[2];
	struct buf storage = BUF_INIT;

	(void)state;
	make_set(&set, &laptop, strange_bodies, 3);
	put(&set, NULL, NULL);
	/* Room enough, so that the second load moves nothing. */
	for (int i = 0; i < 1000; i++)
		buf_add_char(&storage, 'x');
	storage.len = 7;
	load(id_of(&set), &again[0], &storage);
	load(id_of(&set), &again[1], &storage);
	for (size_t i = 0; i < 2; i++) {
		assert_memory_equal(
		    again[i].entries[0].body.data, "no entry", 8);
		assert_memory_equal(
		    again[i].entries[2].body.data, "\0\xff\n", 3);
		changeset_clear(&again[i]);
	}
	assert_memory_equal(storage.data, "xxxxxxx", 7);
	changeset_clear(&set);
	buf_free(&storage);
}

static void an_absent_or_damaged_set_is_told(void **state)
{
	struct buf storage = BUF_INIT;
	struct changeset set, again;
	struct err err = ERR_INIT;
	int64_t id;

	(void)state;
	assert_int_equal(
	    ledger_set_load(db, KIT_STRUCTURE, 1, &again, &storage, &err),
	    E_NOT_FOUND);
	make_set(&set, &laptop, strange_bodies, 3);
	put(&set, NULL, NULL);
	id = id_of(&set);
	assert_int_equal(
	    db_script(db, "UPDATE changeset SET sig = x'00'", &err), 0);
	assert_int_equal(
	    ledger_set_load(db, KIT_STRUCTURE, id, &again, &storage, &err),
	    E_CORRUPT);
	changeset_clear(&set);
	buf_free(&storage);
}

static int note_part(
    void *context, const struct set_part *part, struct err *err)
{
	buf_printf(
	    context, "%s|%s|%s ", part->family, part->subject, part->day);
	return buf_check(context, err);
}

static void the_parts_of_a_set_tell_whom_they_are_about(void **state)
{
	struct buf parts = BUF_INIT;
	struct pending pending;
	struct hash hidden;

	(void)state;
	(void)save();
	hidden = save_note("hours/W2/2026-11-21/pm", NULL);
	(void)save_note("hours/W3", NULL);
	seal();
	list_pending(&pending);
	assert_int_equal(ledger_drop(db, KIT_STRUCTURE, &hidden, NULL), 0);
	assert_int_equal(ledger_set_parts(db, KIT_STRUCTURE, pending.ids[0],
			     note_part, &parts, NULL),
	    0);
	assert_string_equal(
	    buf_text(&parts), "hours|W1|2026-11-20 || hours|W3| ");
	buf_free(&parts);
}

/* ---- the log ---- */

struct log {
	struct hash head;
	int64_t n;
};

/* The server's receipt for ${manifest} at the log's next place. */
static void next_receipt(
    struct log *log, const struct hash *manifest, struct receipt *out)
{
	memset(out, 0, sizeof(*out));
	strcpy(out->structure, KIT_STRUCTURE);
	if (log->n == 0)
		log_first(&log->head, KIT_STRUCTURE);
	out->epoch = 1;
	out->n = ++log->n;
	out->manifest = *manifest;
	out->time_s = KIT_NOW_S + out->n;
	log_next(&log->head, &log->head, out->time_s, manifest);
	out->head = log->head;
	assert_int_equal(receipt_sign(out, &server, NULL), 0);
}

static void a_placed_set_gives_its_receipt_back_I2(void **state)
{
	struct receipt receipt, again;
	struct log log = {.n = 0};
	struct pending pending;
	bool found;

	(void)state;
	(void)save();
	seal();
	list_pending(&pending);
	assert_int_equal(ledger_set_receipt(db, KIT_STRUCTURE,
			     &pending.hashes[0], &again, &found, NULL),
	    0);
	assert_false(found);
	next_receipt(&log, &pending.hashes[0], &receipt);
	assert_int_equal(ledger_place(db, &receipt, NULL), 0);
	for (int times = 0; times < 2; times++) {
		assert_int_equal(ledger_set_receipt(db, KIT_STRUCTURE,
				     &pending.hashes[0], &again, &found, NULL),
		    0);
		assert_true(found);
		assert_memory_equal(&again, &receipt, sizeof(receipt));
		assert_int_equal(receipt_verify(&again, server.pub, NULL), 0);
	}
	list_pending(&pending);
	assert_int_equal(pending.count, 0);
	assert_int_equal(ledger_set_receipt(db, KIT_STRUCTURE, &receipt.head,
			     &again, &found, NULL),
	    0);
	assert_false(found);
}

static int note_place(void *context, const struct set_row *row, struct err *err)
{
	buf_printf(context, "%d/%d ", (int)row->place, (int)row->epoch);
	(void)err;
	return row->place == 4 ? 1 : 0;
}

static void the_log_is_read_in_order_of_places(void **state)
{
	struct buf seen = BUF_INIT;
	struct log log = {.n = 0};
	struct pending pending;
	struct receipt receipts[5];

	(void)state;
	for (int i = 0; i < 6; i++) {
		(void)save();
		seal();
	}
	list_pending(&pending);
	for (size_t i = 0; i < 5; i++)
		next_receipt(&log, &pending.hashes[4 - i], &receipts[i]);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(
		    ledger_place(db, &receipts[(i * 3) % 5], NULL), 0);
	assert_int_equal(
	    ledger_log(db, KIT_STRUCTURE, 1, note_place, &seen, NULL), 0);
	assert_string_equal(buf_text(&seen), "2/1 3/1 4/1 ");
	buf_reset(&seen);
	assert_int_equal(
	    ledger_log(db, KIT_STRUCTURE, 5, note_place, &seen, NULL), 0);
	assert_string_equal(buf_text(&seen), "");
	buf_free(&seen);
}

static void the_last_set_of_a_session_is_found(void **state)
{
	struct set_header header;
	struct pending pending;
	struct hash hash;
	int64_t seq;
	bool found;

	(void)state;
	for (int i = 0; i < 11; i++)
		seal_one(&header);
	list_pending(&pending);
	assert_int_equal(ledger_set_last(db, KIT_STRUCTURE, device,
			     header.session, &seq, &hash, &found, NULL),
	    0);
	assert_true(found);
	assert_int_equal(seq, 11);
	assert_true(hash_equal(&hash, &pending.hashes[10]));
	assert_int_equal(ledger_set_last(db, KIT_STRUCTURE, device,
			     "ffffffffffffffff", &seq, &hash, &found, NULL),
	    0);
	assert_false(found);
	assert_int_equal(seq, 0);
	assert_true(hash_is_zero(&hash));
}

static int note_name(void *context, const char *structure, struct err *err)
{
	buf_printf(context, "%s ", structure);
	return buf_check(context, err);
}

static void heads_are_kept_by_structure(void **state)
{
	struct log_point point = {.epoch = 2, .n = 9}, again;
	struct buf names = BUF_INIT;
	struct hash first;
	int64_t time_s = -1;

	(void)state;
	assert_int_equal(ledger_head(db, "berges", &again, &time_s, NULL), 0);
	log_first(&first, "berges");
	assert_int_equal(again.epoch, 1);
	assert_int_equal(again.n, 0);
	assert_int_equal(time_s, 0);
	assert_true(hash_equal(&again.head, &first));
	hash_of(&point.head, "x", 1);
	assert_int_equal(put_head("remparts", &point, 55), 0);
	assert_int_equal(put_head("berges", &point, 5), 0);
	point.n = 10;
	assert_int_equal(put_head("berges", &point, 6), 0);
	assert_int_equal(ledger_head(db, "berges", &again, &time_s, NULL), 0);
	assert_int_equal(again.n, 10);
	assert_int_equal(again.epoch, 2);
	assert_int_equal(time_s, 6);
	assert_true(hash_equal(&again.head, &point.head));
	assert_int_equal(ledger_logs(db, note_name, &names, NULL), 0);
	assert_string_equal(buf_text(&names), "berges remparts ");
	buf_free(&names);
}

/* ---- starting over ---- */

/* The entries of the pending sets, in order. */
static size_t list_entries(struct hash *out, size_t max)
{
	struct pending pending;
	size_t count = 0;

	list_pending(&pending);
	for (size_t i = 0; i < pending.count; i++) {
		struct buf storage = BUF_INIT;
		struct changeset set;

		load(pending.ids[i], &set, &storage);
		for (size_t j = 0; j < set.count; j++) {
			assert_true(count < max);
			out[count++] = set.entries[j].hash;
		}
		changeset_clear(&set);
		buf_free(&storage);
	}
	return count;
}

static void resealing_keeps_every_hash_and_opens_a_session_I12(void **state)
{
	struct set_header first, again;
	struct receipt receipt;
	struct pending pending;
	struct log log = {.n = 0};
	struct hash before[SETS_MAX], after[SETS_MAX], placed;

	(void)state;
	seal_one(&first);
	list_pending(&pending);
	placed = pending.hashes[0];
	next_receipt(&log, &placed, &receipt);
	assert_int_equal(ledger_place(db, &receipt, NULL), 0);
	(void)save();
	(void)save();
	seal();
	(void)save();
	seal();
	assert_int_equal(list_entries(before, SETS_MAX), 3);
	assert_int_equal(
	    ledger_reseal(db, &machine.os, KIT_STRUCTURE, device, NULL), 0);
	assert_int_equal(list_entries(after, SETS_MAX), 0);
	seal_one(&again);
	assert_int_equal(list_entries(after, SETS_MAX), 4);
	assert_memory_equal(before, after, 3 * sizeof(before[0]));
	assert_string_not_equal(again.session, first.session);
	assert_int_equal(again.seq, 1);
	assert_true(hash_equal(&again.prev, &placed));
}

static void resealing_when_nothing_waits_changes_nothing(void **state)
{
	struct set_header first, second;
	struct receipt receipt;
	struct pending pending;
	struct log log = {.n = 0};

	(void)state;
	seal_one(&first);
	list_pending(&pending);
	next_receipt(&log, &pending.hashes[0], &receipt);
	assert_int_equal(ledger_place(db, &receipt, NULL), 0);
	assert_int_equal(
	    ledger_reseal(db, &machine.os, KIT_STRUCTURE, device, NULL), 0);
	seal_one(&second);
	assert_true(hash_equal(&second.prev, &receipt.manifest));
}

/* A server restored from a backup forgot the last sets: they wait again. */
static void what_a_server_forgot_waits_again_I11(void **state)
{
	struct receipt receipt;
	struct log log = {.n = 0};
	struct pending all, left;

	(void)state;
	for (int i = 0; i < 3; i++) {
		(void)save();
		seal();
	}
	list_pending(&all);
	for (size_t i = 0; i < 3; i++) {
		next_receipt(&log, &all.hashes[i], &receipt);
		assert_int_equal(ledger_place(db, &receipt, NULL), 0);
	}
	assert_int_equal(
	    ledger_resend(db, KIT_STRUCTURE, "another-device00", 0, NULL), 0);
	list_pending(&left);
	assert_int_equal(left.count, 0);
	assert_int_equal(
	    ledger_resend(db, KIT_STRUCTURE, device, all.ids[0], NULL), 0);
	list_pending(&left);
	assert_int_equal(left.count, 2);
	assert_true(hash_equal(&left.hashes[0], &all.hashes[1]));
	assert_true(hash_equal(&left.hashes[1], &all.hashes[2]));
}

/* ---- on the way ---- */

static void assert_way(const struct hash *entry, enum entry_way expected)
{
	enum entry_way way;
	int64_t place;

	assert_int_equal(
	    ledger_way(db, KIT_STRUCTURE, entry, &way, &place, NULL), 0);
	assert_int_equal(way, expected);
	assert_int_equal(place > 0, expected == WAY_RECEIVED);
}

static void assert_counts(int kept, int sent, int received, int quarantined)
{
	struct ledger_counts counts;
	int64_t unsent;

	assert_int_equal(ledger_count(db, device, &counts, NULL), 0);
	assert_int_equal(ledger_unsent(db, device, &unsent, NULL), 0);
	assert_int_equal(unsent, counts.kept + counts.sent);
	assert_int_equal(counts.kept, kept);
	assert_int_equal(counts.sent, sent);
	assert_int_equal(counts.received, received);
	assert_int_equal(counts.quarantined, quarantined);
}

static void an_entry_is_kept_then_sent_then_received(void **state)
{
	struct receipt receipt;
	struct log log = {.n = 0};
	struct pending pending;
	struct hash entry;

	(void)state;
	assert_counts(0, 0, 0, 0);
	entry = save();
	(void)save_note("hours/W3", NULL);
	assert_way(&entry, WAY_KEPT);
	assert_counts(2, 0, 0, 1);
	seal();
	assert_way(&entry, WAY_KEPT);
	assert_counts(2, 0, 0, 1);
	list_pending(&pending);
	assert_int_equal(
	    ledger_sent(db, KIT_STRUCTURE, &pending.hashes[0], NULL), 0);
	assert_way(&entry, WAY_SENT);
	assert_counts(0, 2, 0, 1);
	next_receipt(&log, &pending.hashes[0], &receipt);
	assert_int_equal(ledger_place(db, &receipt, NULL), 0);
	assert_way(&entry, WAY_RECEIVED);
	assert_counts(0, 0, 2, 1);
	(void)save();
	assert_counts(1, 0, 2, 1);
}

/* ---- a whole log, rebuilt ---- */

struct author {
	const struct key *key;
	enum writer writer;
	bool revoked;
};

/* Put one signed set of ${count} entries at the log's next place. */
static void log_bodies(struct log *log, const struct author *author,
    const struct bytes *bodies, size_t count)
{
	struct ledger_author ledger_author;
	struct err err = ERR_INIT;
	struct changeset set;
	struct receipt receipt;
	struct hash hash;

	make_set(&set, author->key, bodies, count);
	set.header.seq = log->n + 1;
	assert_int_equal(changeset_sign(&set, author->key, NULL), 0);
	assert_int_equal(changeset_hash(&hash, &set, NULL), 0);
	next_receipt(log, &hash, &receipt);
	ledger_author = (struct ledger_author){
	    &set.header, author->writer, author->revoked};
	check(ledger_set_put(
		  db, &set, &ledger_author, &receipt, NULL, NULL, &err),
	    &err);
	changeset_clear(&set);
}

/* The bytes of an entry of ${author}'s, in ${out}. */
static struct bytes write_entry(struct buf *out, const struct author *author,
    const char *kind, const char *record, const char *set)
{
	char id[DEVICE_TEXT];
	const struct entry_draft draft = {
	    .kind = kind, .record = record, .device = id, .reason = "r"};

	key_device(author->key->pub, id);
	kit_entry(out, &draft, set, &machine);
	return buf_bytes(out);
}

static void log_entry(struct log *log, const struct author *author,
    const char *kind, const char *record, const char *set)
{
	struct buf body = BUF_INIT;
	const struct bytes bytes =
	    write_entry(&body, author, kind, record, set);

	log_bodies(log, author, &bytes, 1);
	buf_free(&body);
}

static void enrol(struct log *log, const struct author *by,
    const struct key *key, const char *role)
{
	char record[RECORD_KEY_MAX], id[DEVICE_TEXT], hex[HASH_TEXT];
	struct buf value = BUF_INIT;
	struct hash pub;

	key_device(key->pub, id);
	record_key_make(record, "enrolment", id, NULL);
	memcpy(pub.bytes, key->pub, KEY_LEN);
	hash_hex(&pub, hex);
	buf_printf(&value, "{\"key\":\"%s\",\"name\":\"%s\",\"role\":\"%s\"}",
	    hex, role, role);
	log_entry(log, by, "enrolment", record, buf_text(&value));
	buf_free(&value);
}

#define H_AM "hours/W1/2026-11-20/am"
#define H_PM "hours/W1/2026-11-20/pm"

/*
 * A small office's log: the server enrols the office, the office two laptops;
 * hours, a copy of another's entry before and after its author sends it, a
 * revocation, and what the revoked laptop sends besides.
 */
static void make_log(struct log *log)
{
	static struct key other_key;
	const struct author root = {&server, WRITER_SERVER, false};
	const struct author desk = {&office, WRITER_OFFICE, false};
	const struct author first = {&laptop, WRITER_LAPTOP, false};
	const struct author other = {&other_key, WRITER_LAPTOP, false};
	const struct author late = {&laptop, WRITER_LAPTOP, true};
	struct buf own = BUF_INIT, again = BUF_INIT;
	char record[RECORD_KEY_MAX];

	kit_key(&other_key, 4);
	enrol(log, &root, &office, ROLE_OFFICE);
	enrol(log, &desk, &laptop, ROLE_LAPTOP);
	enrol(log, &desk, &other_key, ROLE_LAPTOP);
	log_entry(log, &desk, "worker", "worker/W1",
	    "{\"first\":\"Ali\",\"crews\":[]}");
	log_entry(log, &first, "hours", H_AM, WORK);
	log_entry(log, &first, "worker", "worker/W1",
	    "{\"first\":\"Eve\",\"crews\":[]}");
	(void)write_entry(&own, &first, "hours", H_PM, WORK);
	(void)write_entry(
	    &again, &first, "hours", "hours/W1/2026-11-21/am", WORK);
	log_bodies(log, &other, &(struct bytes){own.data, own.len}, 1);
	log_bodies(log, &first, &(struct bytes){own.data, own.len}, 1);
	log_bodies(log, &first, &(struct bytes){again.data, again.len}, 1);
	log_bodies(log, &other, &(struct bytes){again.data, again.len}, 1);
	record_key_make(record, "revocation", device, NULL);
	log_entry(log, &desk, "revocation", record, NULL);
	log_entry(log, &late, "hours", "hours/W1/2026-11-22/am", WORK);
	log_bodies(log, &late, &(struct bytes){own.data, own.len}, 1);
	buf_free(&own);
	buf_free(&again);
}

static int add_minutes(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->state, RECORD_MERGED) == 0)
		*(int64_t *)context += row->minutes;
	return 0;
}

static void assert_minutes(int64_t expected)
{
	int64_t minutes = 0;

	assert_int_equal(ledger_family(db, KIT_STRUCTURE, "hours", add_minutes,
			     &minutes, NULL),
	    0);
	assert_int_equal(minutes, expected);
}

static void a_rebuilt_ledger_is_the_live_one_I15_I18(void **state)
{
	struct hash before, after, healed;
	struct log log = {.n = 0};
	struct err err = ERR_INIT;

	(void)state;
	make_log(&log);
	/* The revoked laptop's last hours count nothing, all before do. */
	assert_minutes(3 * 210);
	check(ledger_rebuild(
		  db, KIT_STRUCTURE, server.pub, &before, &after, &err),
	    &err);
	assert_true(hash_equal(&before, &after));
	assert_minutes(3 * 210);
	assert_int_equal(
	    db_script(db,
		"UPDATE record SET state = 'void', minutes = 1;"
		"DELETE FROM record WHERE family = 'worker';"
		"UPDATE entry SET fault = 'value' WHERE kind = 'hours'",
		&err),
	    0);
	check(ledger_rebuild(
		  db, KIT_STRUCTURE, server.pub, &before, &healed, &err),
	    &err);
	assert_false(hash_equal(&before, &after));
	assert_true(hash_equal(&healed, &after));
	assert_minutes(3 * 210);
}

static void devices_are_whom_the_log_says(void **state)
{
	struct log log = {.n = 0};
	struct device found;
	char id[DEVICE_TEXT];

	(void)state;
	assert_int_equal(
	    ledger_device(db, KIT_STRUCTURE, device, server.pub, &found, NULL),
	    0);
	assert_false(found.found);
	make_log(&log);
	assert_int_equal(
	    ledger_device(db, KIT_STRUCTURE, device, server.pub, &found, NULL),
	    0);
	assert_true(found.found);
	assert_true(found.revoked);
	assert_int_equal(found.writer, WRITER_LAPTOP);
	assert_memory_equal(found.pub, laptop.pub, KEY_LEN);
	assert_string_equal(found.name, ROLE_LAPTOP);
	key_device(office.pub, id);
	assert_int_equal(
	    ledger_device(db, KIT_STRUCTURE, id, server.pub, &found, NULL), 0);
	assert_true(found.found);
	assert_false(found.revoked);
	assert_int_equal(found.writer, WRITER_OFFICE);
	key_device(server.pub, id);
	assert_int_equal(
	    ledger_device(db, "berges", id, server.pub, &found, NULL), 0);
	assert_true(found.found);
	assert_int_equal(found.writer, WRITER_SERVER);
	assert_int_equal(
	    ledger_device(db, "berges", device, server.pub, &found, NULL), 0);
	assert_false(found.found);
}

#define test(name) cmocka_unit_test_setup_teardown(name, begin, forget)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    test(sealing_is_contiguous_and_chained_I3),
	    test(sealing_nothing_makes_nothing),
	    test(a_set_holds_256_entries_and_the_next_the_rest),
	    test(a_set_holds_a_mebibyte_of_bodies),
	    test(a_set_tells_the_head_and_the_clock_of_its_author),
	    test(another_boot_or_machine_opens_a_session_I3_I12),
	    test(a_loaded_set_is_the_very_set_I4),
	    test(an_empty_body_alone_is_held_I4),
	    test(a_set_folds_each_of_its_records_once),
	    test(withheld_bodies_come_later_or_go),
	    test(a_body_is_there_for_every_set_that_names_it),
	    test(many_sets_load_into_one_storage),
	    test(an_absent_or_damaged_set_is_told),
	    test(the_parts_of_a_set_tell_whom_they_are_about),
	    test(a_placed_set_gives_its_receipt_back_I2),
	    test(the_log_is_read_in_order_of_places),
	    test(the_last_set_of_a_session_is_found),
	    test(heads_are_kept_by_structure),
	    test(resealing_keeps_every_hash_and_opens_a_session_I12),
	    test(resealing_when_nothing_waits_changes_nothing),
	    test(what_a_server_forgot_waits_again_I11),
	    test(an_entry_is_kept_then_sent_then_received),
	    test(a_rebuilt_ledger_is_the_live_one_I15_I18),
	    test(devices_are_whom_the_log_says),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
