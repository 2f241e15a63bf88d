#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/ledger_set.h"
#include "shared/wire.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"

/*
 * How often our own code asks for memory on the way of a set from the wire
 * into the ledger: a bound for each entry, one for each set. (SQLite, libsodium
 * and zlib are not counted.)
 */
#define ENTRIES       25
#define SETS          4 /* the first makes the statements ready */
#define PER_SET_WIRE  8
#define PER_SET_CHECK 12
#define PER_SET_PUT   24
#define PER_ENTRY_PUT 6

static char directory[KIT_PATH];
static struct kit_machine machine;
static struct key laptop;
static char device[DEVICE_TEXT];
static struct db *db;

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_machine_init(&machine, 1);
	kit_key(&laptop, 1);
	key_device(laptop.pub, device);
	kit_directory(directory);
	db = kit_ledger(directory);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	db_rollback(db);
	db_close(db);
	kit_directory_remove(directory);
	return 0;
}

/* A supervisor's day: hours, and a few skills. */
static void write_entry(struct buf *out, size_t day, size_t i)
{
	const bool skill = i % 9 == 8;
	char record[RECORD_KEY_MAX], set[512];
	const struct entry_draft draft = {.kind = skill ? "skill" : "hours",
	    .record = record,
	    .device = device,
	    .person = "Nadia"};

	if (skill) {
		(void)snprintf(
		    record, sizeof(record), "skill/W%02zu/o%zu-%zu", i, day, i);
		(void)snprintf(set, sizeof(set),
		    "{\"skill\":\"100008\",\"label\":\"Pr\xc3\xa9parer\","
		    "\"catalogue\":\"rome\",\"scale\":\"1-4\",\"level\":3,"
		    "\"day\":\"2026-11-%02zu\",\"site\":\"SAULNETTE\"}",
		    day);
	} else {
		(void)snprintf(record, sizeof(record),
		    "hours/W%02zu/2026-11-%02zu/%s", i / 2, day,
		    i % 2 == 0 ? "am" : "pm");
		(void)snprintf(set, sizeof(set),
		    "{\"minutes\":210,\"kind\":\"work\",\"site\":"
		    "\"SAULNETTE\",\"activity\":\"taille de haies\","
		    "\"start\":\"08:00\",\"end\":\"11:30\"}");
	}
	kit_entry(out, &draft, set, &machine);
}

static void push_day(struct buf *out, size_t day)
{
	struct buf bodies[ENTRIES] = {0};
	struct set_entry entries[ENTRIES] = {0};
	struct changeset set = {.header = {.structure = KIT_STRUCTURE,
				    .session = "0011223344556677",
				    .seq = (int64_t)day,
				    .at_s = KIT_NOW_S},
	    .entries = entries,
	    .count = ENTRIES};

	memcpy(set.header.device, device, sizeof(device));
	for (size_t i = 0; i < ENTRIES; i++) {
		write_entry(&bodies[i], day, i);
		entries[i].body = buf_bytes(&bodies[i]);
		hash_of(&entries[i].hash, bodies[i].data, bodies[i].len);
	}
	assert_int_equal(changeset_sign(&set, &laptop, NULL), 0);
	assert_int_equal(wire_push_encode(out, &set, 1, NULL), 0);
	for (size_t i = 0; i < ENTRIES; i++)
		buf_free(&bodies[i]);
}

static void within(const char *what, size_t day, size_t most)
{
	const size_t calls = scarce_calls();

	(void)scarce_stop();
	if (calls > most && day > 1)
		fail_msg("%s: %zu allocations, at most %zu", what, calls, most);
}

static void take_day(const struct buf *message, size_t day)
{
	struct ledger_author author = {NULL, WRITER_LAPTOP, false};
	struct err err = ERR_INIT;
	struct push push;
	struct hash hash;

	scarce_start(SIZE_MAX, false);
	assert_int_equal(
	    wire_push_decode(&push, message->data, message->len, &err), 0);
	within("wire_push_decode", day, PER_SET_WIRE);
	scarce_start(SIZE_MAX, false);
	assert_int_equal(
	    changeset_check(&push.sets[0], laptop.pub, &hash, &err), 0);
	within("changeset_check", day, PER_SET_CHECK);
	author.header = &push.sets[0].header;
	scarce_start(SIZE_MAX, false);
	if (ledger_set_put(db, &push.sets[0], &author, NULL, NULL, NULL, &err) <
	    0)
		fail_msg("%s", err.text);
	within("ledger_set_put", day, PER_SET_PUT + PER_ENTRY_PUT * ENTRIES);
	wire_push_clear(&push);
}

static void a_set_takes_few_allocations(void **state)
{
	(void)state;
	for (size_t day = 1; day <= SETS; day++) {
		struct buf message = BUF_INIT;

		push_day(&message, day);
		take_day(&message, day);
		buf_free(&message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_set_takes_few_allocations),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
