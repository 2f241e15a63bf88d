/* What sets cost, and that the short way of keeping them is the long one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/lib/kit.h"
#include "tests/lib/sick_db.h"

#define OFFICE "0ff1ce0ff1ce0ff1"
#define LAPTOP "bbbbbbbbbbbbbbbb"
#define DAY    25 /* entries of a supervisor's day */

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

static void check(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

/* ---- sets ---- */

/* A set that grows, entry by entry. */
struct made {
	struct changeset set;
	struct buf bodies[CHANGESET_ENTRIES_MAX];
};

static struct made *made_new(const char *device, int64_t seq)
{
	struct made *made = calloc(1, sizeof(*made));

	assert_non_null(made);
	made->set.entries =
	    calloc(CHANGESET_ENTRIES_MAX, sizeof(*made->set.entries));
	assert_non_null(made->set.entries);
	strcpy(made->set.header.structure, KIT_STRUCTURE);
	strcpy(made->set.header.device, device);
	strcpy(made->set.header.session, "0123456789abcdef");
	made->set.header.seq = seq;
	return made;
}

static void made_free(struct made *made)
{
	for (size_t i = 0; i < made->set.count; i++)
		buf_free(&made->bodies[i]);
	changeset_clear(&made->set);
	free(made);
}

static void made_add(struct made *made, const char *kind, const char *record,
    const struct hash *parents, size_t parent_count, const char *value)
{
	const struct entry_draft draft = {.kind = kind,
	    .record = record,
	    .parents = parents,
	    .parent_count = parent_count,
	    .device = made->set.header.device,
	    .reason = "r"};
	struct buf *body = &made->bodies[made->set.count];
	struct set_entry *entry = &made->set.entries[made->set.count++];

	kit_entry(body, &draft, value, &machine);
	entry->body = buf_bytes(body);
	hash_of(&entry->hash, body->data, body->len);
}

static void made_put(const struct made *made, int64_t n)
{
	const struct ledger_author author = {&made->set.header,
	    strcmp(made->set.header.device, OFFICE) == 0 ? WRITER_OFFICE
							 : WRITER_LAPTOP,
	    false};
	struct receipt receipt = {
	    .structure = KIT_STRUCTURE, .epoch = 1, .n = n, .time_s = n};
	struct err err = ERR_INIT;

	check(changeset_hash(&receipt.manifest, &made->set, &err), &err);
	check(
	    ledger_set_put(db, &made->set, &author, &receipt, NULL, NULL, &err),
	    &err);
}

/* ---- the short way is the long way ---- */

/* One entry of chance: few workers, days and slots, so that records meet. */
static void add_any(struct made *made, uint64_t *chance)
{
	static const char *const subjects[] = {
	    "W1", "W2", "W3", "n-0123456789", "n-abcdef0123"};
	static const char *const values[] = {
	    "{\"minutes\":180,\"kind\":\"work\"}",
	    "{\"minutes\":240,\"kind\":\"work\",\"site\":\"S\"}",
	    "{\"minutes\":180,\"kind\":\"work\",\"site\":\"\"}",
	    "{\"minutes\":-1,\"kind\":\"work\"}", "[]"};
	const char *subject = subjects[kit_pick(chance, 5)];
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX], day[32];
	bool office = strcmp(made->set.header.device, OFFICE) == 0;
	size_t count = 0, what = kit_pick(chance, 16);

	if (what == 0 && office && subject[0] == 'W') {
		record_key_make(record, "worker", subject, NULL);
		made_add(made, "worker", record, NULL, 0,
		    "{\"first\":\"Ali\",\"crews\":[]}");
		return;
	}
	if (what == 1 && subject[0] == 'n') {
		record_key_make(record, "newcomer", subject, NULL);
		made_add(made, "newcomer", record, NULL, 0,
		    office ? "{\"first\":\"Lea\",\"crew\":\"C\",\"worker\":"
			     "\"W1\"}"
			   : "{\"first\":\"Lea\",\"crew\":\"C\"}");
		return;
	}
	(void)snprintf(
	    day, sizeof(day), "2026-11-%02d", (int)kit_pick(chance, 9) + 1);
	record_key_hours(
	    record, subject, day, kit_pick(chance, 2) == 0 ? "am" : "pm");
	if (what == 2)
		record_key_make(record, "hours", subject, "no day");
	if (kit_pick(chance, 3) == 0)
		(void)ledger_heads(db, KIT_STRUCTURE, record, heads,
		    ENTRY_PARENTS_MAX, &count, NULL);
	made_add(made, what == 3 ? "void" : "hours", record, heads, count,
	    what == 3 ? NULL : values[kit_pick(chance, 5)]);
}

static void a_record_is_what_all_its_entries_make_it_I15_I18(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 40; seed++) {
		uint64_t chance = seed;
		struct made *last = NULL;

		for (int64_t n = 1; n <= 6; n++) {
			struct made *made = made_new(
			    kit_pick(&chance, 3) == 0 ? OFFICE : LAPTOP,
			    (int64_t)seed * 10 + n);
			struct hash live, folded;
			struct err err = ERR_INIT;
			size_t count = 1 + kit_pick(&chance, 12);

			for (size_t i = 0; i < count; i++)
				add_any(made, &chance);
			/* Of another set, or twice in the same. */
			if (last != NULL && kit_pick(&chance, 2) == 0) {
				buf_add(&made->bodies[count],
				    last->bodies[0].data, last->bodies[0].len);
				made->set.entries[count] = last->set.entries[0];
				made->set.entries[count].body =
				    buf_bytes(&made->bodies[count]);
				made->set.count++;
			}
			made_put(made, (int64_t)seed * 10 + n);
			check(ledger_digest(db, KIT_STRUCTURE, &live, &err),
			    &err);
			check(ledger_refold_all(db, KIT_STRUCTURE, &err), &err);
			check(ledger_digest(db, KIT_STRUCTURE, &folded, &err),
			    &err);
			if (!hash_equal(&live, &folded))
				fail_msg("seed %d, set %d", (int)seed, (int)n);
			if (last != NULL)
				made_free(last);
			last = made;
		}
		made_free(last);
	}
}

/* ---- what it costs ---- */

static int64_t number(const char *sql)
{
	const struct db_statement statement = {sql, sql};
	struct err err = ERR_INIT;
	int64_t out = 0;

	check(
	    db_query_int(db, &statement, DB_NO_PARAMS, &out, NULL, &err), &err);
	return out;
}

static void add_day(struct made *made)
{
	static const char date[] = "2026-10-01";
	char record[RECORD_KEY_MAX], worker[16];

	for (int i = 0; i < DAY; i++) {
		(void)snprintf(worker, sizeof(worker), "W%d", i / 2);
		record_key_hours(
		    record, worker, date, i % 2 == 0 ? "am" : "pm");
		made_add(made, "hours", record, NULL, 0,
		    "{\"minutes\":210,\"kind\":\"work\"}");
	}
}

static void a_day_takes_few_statements_and_rows(void **state)
{
	struct made *made = made_new(LAPTOP, 1);
	struct made *again = made_new(OFFICE, 1);
	int64_t rows;
	size_t ran;

	(void)state;
	for (int i = 0; i <= DAY / 2; i++) {
		char record[RECORD_KEY_MAX], worker[16];

		(void)snprintf(worker, sizeof(worker), "W%d", i);
		record_key_make(record, "worker", worker, NULL);
		made_add(again, "worker", record, NULL, 0,
		    "{\"first\":\"Ali\",\"crews\":[]}");
	}
	made_put(again, 1);
	add_day(made);
	rows = number("SELECT total_changes()");
	sick_db_start(SIZE_MAX);
	made_put(made, 2);
	ran = sick_db_count();
	(void)sick_db_stop();
	/* The set; each entry and its record, and no more of the hours. */
	assert_int_equal(number("SELECT total_changes()") - rows, 1 + 2 * DAY);
	/* Each entry, its record; each worker; what a set asks once. */
	assert_true(ran <= 2 * DAY + (DAY + 1) / 2 + 8);
	made_free(made);
	made_free(again);
}

/* The trees of the office's tables that an entry of hours is written to. */
static void an_entry_of_hours_is_in_three_trees(void **state)
{
	(void)state;
	/* A table with a rowid is a tree, and each of its indexes. */
	assert_int_equal(number("SELECT COUNT(*) FROM sqlite_schema WHERE"
				" tbl_name = 'entry' AND (type = 'table' OR"
				" sql IS NULL OR sql NOT LIKE '%WHERE%')"
				" AND name NOT IN ('entry_hash',"
				" 'entry_device')"),
	    2);
	assert_int_equal(number("SELECT COUNT(*) FROM sqlite_schema WHERE"
				" tbl_name = 'record' AND sql NOT LIKE"
				" '%WHERE%'"),
	    1);
	assert_int_equal(number("SELECT COUNT(*) FROM sqlite_schema WHERE"
				" name = 'record' AND sql LIKE"
				" '%WITHOUT ROWID%'"),
	    1);
	assert_int_equal(number("SELECT COUNT(*) FROM sqlite_schema WHERE"
				" name = 'sqlite_autoindex_entry_1'"),
	    0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_record_is_what_all_its_entries_make_it_I15_I18),
	    TEST(a_day_takes_few_statements_and_rows),
	    TEST(an_entry_of_hours_is_in_three_trees),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
