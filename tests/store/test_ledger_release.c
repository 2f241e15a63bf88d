#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_release.h"
#include "tests/lib/kit.h"

/* A laptop that was revoked, another one, the office. */
#define LOST   "aaaaaaaaaaaaaaaa"
#define OTHER  "bbbbbbbbbbbbbbbb"
#define OFFICE "0ff1ce0ff1ce0ff1"

#define AM     "hours/W1/2026-11-20/am"
#define H3     "{\"minutes\":180,\"kind\":\"work\"}"
#define H4     "{\"minutes\":240,\"kind\":\"work\"}"
#define WORKER "{\"first\":\"Ali\",\"crews\":[]}"

static char directory[KIT_PATH];
static struct kit_machine machine;
static struct db *db;

static int set_up(void **state)
{
	(void)state;
	kit_machine_init(&machine, 7);
	kit_directory(directory);
	db = kit_ledger(directory);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	db_rollback(db);
	db_close(db);
	kit_directory_remove(directory);
	return 0;
}

struct item {
	struct buf body;
	struct hash hash;
	const char *device;
	const char *record;
};

static void make(struct item *item, const char *device, const char *kind,
    const char *record, const char *set)
{
	const struct entry_draft draft = {
	    .kind = kind, .record = record, .device = device, .reason = "r"};

	memset(item, 0, sizeof(*item));
	kit_entry(&item->body, &draft, set, &machine);
	hash_of(&item->hash, item->body.data, item->body.len);
	item->device = device;
	item->record = record;
}

/* The record that releases ${item}. */
static const char *release_of(const struct item *item)
{
	static char record[RECORD_KEY_MAX];
	char hex[HASH_TEXT];

	hash_hex(&item->hash, hex);
	record_key_make(record, RELEASE_FAMILY, hex, NULL);
	return record;
}

/* Add it; the fault's code, "" when it counts. */
static const char *add(const struct item *item)
{
	struct set_header header = {.structure = KIT_STRUCTURE};
	const struct ledger_author author = {&header,
	    strcmp(item->device, OFFICE) == 0 ? WRITER_OFFICE : WRITER_LAPTOP,
	    strcmp(item->device, LOST) == 0};
	const char *fault = "never set";
	struct err err = ERR_INIT;
	int64_t id;

	(void)snprintf(
	    header.device, sizeof(header.device), "%s", item->device);
	if (ledger_add(db, &author, buf_bytes(&item->body), &id, &fault, &err) <
	    0)
		fail_msg("%s", err.text);
	return fault != NULL ? fault : "";
}

static int note_state(
    void *context, const struct record_row *row, struct err *err)
{
	buf_printf(context, "%s %s", row->state, row->value);
	return buf_check(context, err);
}

static void assert_record(const char *record, const char *expected)
{
	struct buf out = BUF_INIT;
	bool found;

	assert_int_equal(ledger_record(db, KIT_STRUCTURE, record, note_state,
			     &out, &found, NULL),
	    0);
	if (!found)
		buf_add_text(&out, "none");
	assert_string_equal(buf_text(&out), expected);
	buf_free(&out);
}

#define C3 "{\"kind\":\"work\",\"minutes\":180}"

static void know_worker(void)
{
	struct item worker;

	make(&worker, OFFICE, "worker", "worker/W1", WORKER);
	assert_string_equal(add(&worker), "");
	buf_free(&worker.body);
}

static void what_is_released_counts(void **state)
{
	struct item hours, release;

	(void)state;
	know_worker();
	make(&hours, LOST, "hours", AM, H3);
	assert_string_equal(add(&hours), "revoked");
	assert_record(AM, "empty ");
	make(&release, OFFICE, "release", release_of(&hours), NULL);
	assert_string_equal(add(&release), "");
	assert_record(AM, "merged " C3);
	/* Said again, judged again: it stays so. */
	assert_string_equal(add(&hours), "");
	assert_record(AM, "merged " C3);
	buf_free(&hours.body);
	buf_free(&release.body);
}

/* I5: whatever comes first, the same records. */
static void the_order_does_not_matter(void **state)
{
	enum { COUNT = 5 };
	struct item items[COUNT];
	struct hash first = {{0}}, digest;
	uint64_t chance = 5;
	size_t order[COUNT];

	(void)state;
	make(&items[0], OFFICE, "worker", "worker/W1", WORKER);
	make(&items[1], LOST, "hours", AM, H3);
	make(&items[2], OTHER, "hours", AM, H4);
	make(&items[3], OFFICE, "release", release_of(&items[1]), NULL);
	make(&items[4], LOST, "hours", "hours/W1/2026-11-20/pm", H3);
	for (size_t round = 0; round < 120; round++) {
		tear_down(NULL);
		kit_directory(directory);
		db = kit_ledger(directory);
		kit_shuffle(order, COUNT, &chance);
		for (size_t i = 0; i < COUNT; i++)
			(void)add(&items[order[i]]);
		assert_int_equal(
		    ledger_digest(db, KIT_STRUCTURE, &digest, NULL), 0);
		if (round == 0)
			first = digest;
		assert_memory_equal(&first, &digest, sizeof(first));
		assert_record("hours/W1/2026-11-20/pm", "empty ");
	}
	for (size_t i = 0; i < COUNT; i++)
		buf_free(&items[i].body);
}

static void nobody_but_the_office_releases(void **state)
{
	struct item hours, release;

	(void)state;
	know_worker();
	make(&hours, LOST, "hours", AM, H3);
	(void)add(&hours);
	make(&release, OTHER, "release", release_of(&hours), NULL);
	assert_string_equal(add(&release), "authority");
	assert_record(AM, "empty ");
	buf_free(&hours.body);
	buf_free(&release.body);
}

static void what_breaks_a_rule_stays_aside(void **state)
{
	struct item long_day, site, release, other;

	(void)state;
	know_worker();
	make(&long_day, LOST, "hours", AM,
	    "{\"minutes\":2000,\"kind\":\"work\"}");
	make(&site, LOST, "site", "site/S1",
	    "{\"name\":\"S\",\"sector\":\"x\"}");
	assert_string_equal(add(&long_day), "value");
	assert_string_equal(add(&site), "authority");
	make(&release, OFFICE, "release", release_of(&long_day), NULL);
	make(&other, OFFICE, "release", release_of(&site), NULL);
	assert_string_equal(add(&release), "");
	assert_string_equal(add(&other), "");
	assert_string_equal(add(&long_day), "value");
	assert_string_equal(add(&site), "authority");
	assert_record(AM, "empty ");
	assert_record("site/S1", "empty ");
	buf_free(&long_day.body);
	buf_free(&site.body);
	buf_free(&release.body);
	buf_free(&other.body);
}

/* An office key that was revoked may not purge by way of a release. */
static void only_what_laptops_write_is_released(void **state)
{
	(void)state;
	assert_true(ledger_may_release("hours"));
	assert_true(ledger_may_release("void"));
	assert_true(ledger_may_release("signoff"));
	assert_false(ledger_may_release("purge"));
	assert_false(ledger_may_release("release"));
	assert_false(ledger_may_release("close"));
	assert_false(ledger_may_release("of tomorrow"));
}

/* Nobody's hash, and no hash at all. */
static void a_release_of_nothing_changes_nothing(void **state)
{
	static const char *const records[] = {RELEASE_FAMILY
	    "/"
	    "0000000000000000000000000000000000000000000000000000000000000000",
	    RELEASE_FAMILY "/W1"};
	struct item hours, release;

	(void)state;
	know_worker();
	make(&hours, LOST, "hours", AM, H3);
	assert_string_equal(add(&hours), "revoked");
	for (size_t i = 0; i < sizeof(records) / sizeof(records[0]); i++) {
		make(&release, OFFICE, "release", records[i], NULL);
		assert_string_equal(add(&release), "");
		assert_string_equal(add(&hours), "revoked");
		assert_record(AM, "empty ");
		buf_free(&release.body);
	}
	buf_free(&hours.body);
}

static void a_release_that_is_forgotten_waits(void **state)
{
	struct item hours, release;

	(void)state;
	know_worker();
	make(&hours, LOST, "hours", AM, H3);
	make(&release, OFFICE, "release", release_of(&hours), NULL);
	(void)add(&release);
	assert_int_equal(ledger_release_forget(db, KIT_STRUCTURE, NULL), 0);
	assert_string_equal(add(&hours), "revoked");
	/* Judged again, it acts again. */
	assert_string_equal(add(&release), "");
	assert_record(AM, "merged " C3);
	buf_free(&hours.body);
	buf_free(&release.body);
}

#define PLAY(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(what_is_released_counts),
	    PLAY(the_order_does_not_matter),
	    PLAY(nobody_but_the_office_releases),
	    PLAY(what_breaks_a_rule_stays_aside),
	    PLAY(only_what_laptops_write_is_released),
	    PLAY(a_release_of_nothing_changes_nothing),
	    PLAY(a_release_that_is_forgotten_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
