/* Month totals are at every moment what the records add up to, and scope
 * digests what they would be afresh, whatever happens to the records. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/digests.h"
#include "server/import/people.h"
#include "server/purge.h"
#include "server/report.h"
#include "shared/ledger.h"
#include "shared/ledger_month.h"
#include "shared/ledger_rebuild.h"
#include "tests/lib/office_fixture.h"

#define STEPS 700
#define SEED  0x20261124U

static const char *const structures[] = {"REMPARTS", "RIVES"};
static const char *const workers[] = {
    "V01", "V02", "V03", "V04", "n-0000000001", "n-0000000002"};
static const char *const days[] = {
    "2026-10-31", "2026-11-01", "2026-11-02", "2026-11-30", "2026-12-01"};
static const char *const slots[] = {"am", "pm"};
static const char *const kinds[] = {"work", "training", "sickness", "later"};
static const char *const devices[] = {"00000000000000d1", "00000000000000d2"};
static const char *const crews[] = {"VERTS", "BLEUS"};

#define PICK(world, list)                                                      \
	((list)[pick(world, sizeof(list) / sizeof((list)[0]))])

struct world {
	struct office_fixture fixture;
	uint64_t chance;
};

static size_t pick(struct world *world, size_t count)
{
	world->chance =
	    world->chance * 6364136223846793005U + 1442695040888963407U;
	return (size_t)(world->chance >> 33) % count;
}

static void check(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%s", err->text);
}

static int open_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));

	office_fixture_open(&world->fixture);
	office_fixture_places(&world->fixture);
	world->chance = SEED;
	*state = world;
	return 0;
}

static int close_world(void **state)
{
	struct world *world = *state;

	office_fixture_close(&world->fixture);
	free(world);
	return 0;
}

/* ---- a fresh fold, beside the code under test ---- */

static void count_in(
    json_t *sums, const char *key, const char *member, int64_t add)
{
	json_t *row = json_object_get(sums, key);

	if (row == NULL) {
		row = json_pack("{s:i, s:i, s:i, s:i}", "minutes", 0, "slots",
		    0, "contested", 0, "unknown", 0);
		assert_true(json_put(sums, key, row));
	}
	assert_true(json_put_int(row, member, json_int(row, member, 0) + add));
}

static int fold_one(
    void *context, const struct record_row *row, struct err *err)
{
	char key[256];

	(void)err;
	(void)snprintf(key, sizeof(key), "%.7s %s %s %s", row->day,
	    row->structure, row->subject, row->kind);
	if (strcmp(row->state, RECORD_MERGED) == 0) {
		count_in(context, key, "slots", 1);
		count_in(context, key, "minutes", row->minutes);
	} else if (strcmp(row->state, RECORD_CONTESTED) == 0) {
		count_in(context, key, "contested", 1);
	} else if (strcmp(row->state, RECORD_UNKNOWN) == 0) {
		count_in(context, key, "unknown", 1);
	}
	return 0;
}

struct telling {
	json_t *sums;
	const char *month;
};

static int tell_one(
    void *context, const struct month_total *total, struct err *err)
{
	const struct telling *telling = context;
	char key[256];

	(void)err;
	(void)snprintf(key, sizeof(key), "%s %s %s %s", telling->month,
	    total->structure, total->worker, total->kind);
	count_in(telling->sums, key, "minutes", total->minutes);
	count_in(telling->sums, key, "slots", total->slots);
	count_in(telling->sums, key, "contested", total->contested);
	count_in(telling->sums, key, "unknown", total->unknown);
	return 0;
}

static void expect_exact(struct world *world, size_t step)
{
	static const char *const months[] = {"2026-10", "2026-11", "2026-12"};
	struct db *db = world->fixture.office.db;
	struct buf expected = BUF_INIT, found = BUF_INIT;
	json_t *folded = json_object(), *told = json_object();
	struct err err = ERR_INIT;
	bool same;

	check(ledger_family(db, NULL, "hours", fold_one, folded, &err), &err);
	for (size_t i = 0; i < sizeof(months) / sizeof(months[0]); i++) {
		struct telling telling = {told, months[i]};

		check(ledger_month_totals(
			  db, months[i], NULL, tell_one, &telling, &err),
		    &err);
	}
	json_write_sorted(&expected, folded);
	json_write_sorted(&found, told);
	if (strcmp(buf_text(&expected), buf_text(&found)) != 0)
		fail_msg("step %zu: %s\nnot %s", step, buf_text(&found),
		    buf_text(&expected));
	for (size_t i = 0; i < 2; i++) {
		check(ledger_month_check(db, structures[i], &same, &err), &err);
		assert_true(same);
	}
	buf_free(&expected);
	buf_free(&found);
	json_decref(folded);
	json_decref(told);
}

/* What every device is told, twice, and what it should be. */
static void expect_digests(struct world *world)
{
	struct office *office = &world->fixture.office;
	char told[SCOPE_DIGEST_TEXT], fresh[SCOPE_DIGEST_TEXT];
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 4; i++) {
		struct scope *scope = NULL;
		int64_t made;

		check(scope_load(&scope, office->db, structures[i / 2],
			  devices[i % 2], &err),
		    &err);
		check(scope_digest(scope, fresh, &err), &err);
		scope_free(scope);
		check(digests_scope(office, structures[i / 2], devices[i % 2],
			  told, &err),
		    &err);
		assert_string_equal(told, fresh);
		made = digests_made(office->digests);
		check(digests_take(office, structures[i / 2], devices[i % 2],
			  &scope, &err),
		    &err);
		check(scope_digest(scope, told, &err), &err);
		scope_free(scope);
		assert_string_equal(told, fresh);
		check(digests_scope(office, structures[i / 2], devices[i % 2],
			  told, &err),
		    &err);
		assert_string_equal(told, fresh);
		assert_int_equal(digests_made(office->digests), made);
	}
}

/* ---- a report, counted slot by slot ---- */

struct paper {
	const char *structure; /* NULL: all */
	const char *by;
	struct people *people;
	json_t *paid; /* "worker day slot": under how many structures */
	json_t *rows;
	json_t *total;
};

static bool is_november(const struct record_row *row)
{
	return strncmp(row->day, "2026-11", 7) == 0;
}

static bool is_paid(const struct record_row *row)
{
	return strcmp(row->state, RECORD_MERGED) == 0 &&
	       strcmp(row->kind, "later") != 0 &&
	       strcmp(row->kind, "sickness") != 0;
}

static void place_of(const struct record_row *row, char out[256])
{
	(void)snprintf(out, 256, "%s %s %s", row->subject, row->day, row->slot);
}

static int note_paid(
    void *context, const struct record_row *row, struct err *err)
{
	struct paper *paper = context;
	char place[256];

	(void)err;
	place_of(row, place);
	if (is_november(row) && is_paid(row))
		assert_true(json_put_int(
		    paper->paid, place, json_int(paper->paid, place, 0) + 1));
	return 0;
}

static void add_to(json_t *object, const char *member, int64_t add)
{
	assert_true(
	    json_put_int(object, member, json_int(object, member, 0) + add));
}

static json_t *paper_row(struct paper *paper, const struct record_row *slot)
{
	const char *key =
	    strcmp(paper->by, "worker") == 0 ? slot->subject : slot->structure;
	json_t *row = json_object_get(paper->rows, key);

	if (row == NULL) {
		row = json_pack("{s:s, s:i, s:i, s:{}}", paper->by, key,
		    "minutes", 0, "contested", 0, "kinds");
		assert_true(json_put(paper->rows, key, row));
	}
	return row;
}

static int write_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct paper *paper = context;
	bool known =
	    people_find(paper->people, row->structure, row->subject) != NULL;
	bool contested = strcmp(row->state, RECORD_CONTESTED) == 0;
	bool merged = strcmp(row->state, RECORD_MERGED) == 0;
	char place[256];
	json_t *own;

	(void)err;
	if (!is_november(row) ||
	    (paper->structure != NULL &&
		strcmp(paper->structure, row->structure) != 0))
		return 0;
	if (strcmp(row->state, RECORD_UNKNOWN) == 0 || (contested && !known)) {
		add_to(paper->total, "unknown", 1);
		return 0;
	}
	if (!merged && !contested)
		return 0;
	own = paper_row(paper, row);
	place_of(row, place);
	if (contested ||
	    (is_paid(row) && json_int(paper->paid, place, 0) > 1)) {
		add_to(own, "contested", 1);
		add_to(paper->total, "contested", 1);
		return 0;
	}
	add_to(json_object_get(own, "kinds"), row->kind, row->minutes);
	if (is_paid(row)) {
		add_to(own, "minutes", row->minutes);
		add_to(paper->total, "minutes", row->minutes);
	}
	return 0;
}

static void expect_one_report(
    struct world *world, const char *by, const char *structure)
{
	struct office *office = &world->fixture.office;
	struct paper paper = {structure, by, NULL, json_object(), json_object(),
	    json_pack("{s:i, s:i}", "minutes", 0, "contested", 0)};
	struct buf expected = BUF_INIT, found = BUF_INIT;
	json_t *json = NULL, *list = json_object(), *row;
	struct report *report = NULL;
	struct err err = ERR_INIT;
	size_t i;

	check(people_load(&paper.people, office->db, NULL, &err), &err);
	check(ledger_family(office->db, NULL, "hours", note_paid, &paper, &err),
	    &err);
	check(
	    ledger_family(office->db, NULL, "hours", write_slot, &paper, &err),
	    &err);
	check(report_month(office, "2026-11", by, structure, &report, &err),
	    &err);
	check(report_json(report, &json, &err), &err);
	json_array_foreach(json_object_get(json, "rows"), i, row)
	{
		assert_true(
		    json_put(list, json_text(row, by), json_incref(row)));
	}
	json_write_sorted(&expected, paper.rows);
	json_write_sorted(&expected, paper.total);
	json_write_sorted(&found, list);
	json_write_sorted(&found, json_object_get(json, "total"));
	assert_string_equal(buf_text(&found), buf_text(&expected));
	people_free(paper.people);
	json_decref(paper.paid);
	json_decref(paper.rows);
	json_decref(paper.total);
	json_decref(json);
	json_decref(list);
	report_free(report);
	buf_free(&expected);
	buf_free(&found);
}

static void expect_reports(struct world *world)
{
	const char *const by[] = {"worker", "structure"};

	for (size_t i = 0; i < 2; i++) {
		expect_one_report(world, by[i], NULL);
		expect_one_report(world, by[i], structures[0]);
		expect_one_report(world, by[i], structures[1]);
	}
}

/* ---- what happens ---- */

static void record_hours(struct world *world)
{
	const char *structure = PICK(world, structures);
	const char *worker = PICK(world, workers);
	const char *day = PICK(world, days), *slot = PICK(world, slots);
	const char *kind = PICK(world, kinds);
	char record[RECORD_KEY_MAX], value[128];
	int minutes = 60 + (int)pick(world, 4) * 30;

	if (pick(world, 3) == 0) {
		office_fixture_hours(&world->fixture, structure, worker, day,
		    slot, kind, minutes, "", "");
		return;
	}
	record_key_hours(record, worker, day, slot);
	(void)snprintf(value, sizeof(value), "{\"minutes\":%d,\"kind\":\"%s\"}",
	    minutes, kind);
	office_fixture_set(&world->fixture, structure, "hours", record, value);
}

static void void_hours(struct world *world)
{
	char record[RECORD_KEY_MAX];

	record_key_hours(record, PICK(world, workers), PICK(world, days),
	    PICK(world, slots));
	office_fixture_void(
	    &world->fixture, PICK(world, structures), record, "a mistake");
}

/* Known from now on, or in another crew, or no more. */
static void list_worker(struct world *world)
{
	const char *structure = PICK(world, structures);
	char record[RECORD_KEY_MAX], value[256];

	record_key_make(record, "worker", workers[pick(world, 4)], NULL);
	if (pick(world, 4) == 0) {
		office_fixture_void(
		    &world->fixture, structure, record, "never came");
		return;
	}
	(void)snprintf(value, sizeof(value),
	    "{\"first\":\"Ada\",\"crews\":[{\"crew\":\"%s\",\"from\":"
	    "\"2026-0%zu-01\",\"to\":\"\"}]}",
	    PICK(world, crews), 1 + pick(world, 8));
	office_fixture_set(&world->fixture, structure, "worker", record, value);
}

static void list_newcomer(struct world *world)
{
	const char *const matches[] = {"", "V01", "V02"};
	const char *worker = PICK(world, matches);
	char record[RECORD_KEY_MAX], value[256];

	record_key_make(record, "newcomer", workers[4 + pick(world, 2)], NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"first\":\"Io\",\"crew\":\"%s\"%s%s%s}", PICK(world, crews),
	    worker[0] != '\0' ? ",\"worker\":\"" : "", worker,
	    worker[0] != '\0' ? "\"" : "");
	office_fixture_set(&world->fixture, PICK(world, structures), "newcomer",
	    record, value);
}

static void list_other(struct world *world)
{
	const char *structure = PICK(world, structures);
	char record[RECORD_KEY_MAX], value[128];

	if (pick(world, 2) == 0) {
		record_key_make(record, "scope", PICK(world, devices), NULL);
		(void)snprintf(value, sizeof(value), "{\"crews\":[\"%s\"]}",
		    PICK(world, crews));
		office_fixture_set(
		    &world->fixture, structure, "scope", record, value);
		return;
	}
	record_key_make(record, "supervisor", "nora", NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"first\":\"Nora\",\"crew\":\"%s\"}", PICK(world, crews));
	office_fixture_set(
	    &world->fixture, structure, "supervisor", record, value);
}

static void purge(struct world *world)
{
	struct err err = ERR_INIT;
	int64_t count;
	int rc = purge_worker(
	    &world->fixture.office, PICK(world, workers), "over", &count, &err);

	if (rc != E_NOT_FOUND)
		check(rc, &err);
}

/* A body leaves, as on a laptop whose scope it left. */
static void drop(struct world *world)
{
	struct db *db = world->fixture.office.db;
	const char *structure = PICK(world, structures);
	struct hash heads[ENTRY_PARENTS_MAX];
	char record[RECORD_KEY_MAX];
	struct err err = ERR_INIT;
	size_t count = 0;

	record_key_hours(record, PICK(world, workers), PICK(world, days),
	    PICK(world, slots));
	check(ledger_heads(db, structure, record, heads, ENTRY_PARENTS_MAX,
		  &count, &err),
	    &err);
	check(db_begin(db, &err), &err);
	if (count > 0)
		check(ledger_drop(db, structure, &heads[0], &err), &err);
	check(db_commit(db, &err), &err);
}

/* Everything is undone, also what a digest was worked out from. */
static void undo(struct world *world)
{
	char record[RECORD_KEY_MAX], told[SCOPE_DIGEST_TEXT];
	struct office *office = &world->fixture.office;
	const char *structure = PICK(world, structures);
	json_t *hours = json_pack("{s:i, s:s}", "minutes", 7, "kind", "work");
	json_t *scope = json_pack("{s:[s]}", "crews", PICK(world, crews));
	const char *device = PICK(world, devices);
	struct err err = ERR_INIT;
	struct act act;

	check(act_begin(&act, office, &err), &err);
	record_key_hours(record, PICK(world, workers), PICK(world, days), "am");
	check(
	    act_set(&act, structure, "hours", record, hours, NULL, &err), &err);
	record_key_make(record, "scope", device, NULL);
	check(
	    act_set(&act, structure, "scope", record, scope, NULL, &err), &err);
	check(digests_scope(office, structure, device, told, &err), &err);
	act_abort(&act);
	json_decref(hours);
	json_decref(scope);
}

static void rebuild(struct world *world)
{
	struct office *office = &world->fixture.office;
	struct hash before, after;
	struct err err = ERR_INIT;

	check(db_begin(office->db, &err), &err);
	check(ledger_rebuild(office->db, PICK(world, structures),
		  office->server.pub, &before, &after, &err),
	    &err);
	check(db_commit(office->db, &err), &err);
}

static void refold(struct world *world)
{
	struct db *db = world->fixture.office.db;
	struct err err = ERR_INIT;

	check(db_begin(db, &err), &err);
	check(ledger_refold_all(db, PICK(world, structures), &err), &err);
	check(db_commit(db, &err), &err);
}

static void step(struct world *world)
{
	static const struct {
		size_t weight;
		void (*happen)(struct world *world);
	} events[] = {{60, record_hours}, {6, void_hours}, {12, list_worker},
	    {8, list_newcomer}, {8, list_other}, {1, purge}, {4, drop},
	    {4, undo}, {1, rebuild}, {1, refold}};
	size_t chance = pick(world, 105), i = 0;

	while (chance >= events[i].weight)
		chance -= events[i++].weight;
	events[i].happen(world);
}

static void totals_and_digests_follow_the_records(void **state)
{
	struct world *world = *state;

	for (size_t i = 0; i < STEPS; i++) {
		step(world);
		expect_exact(world, i);
		expect_digests(world);
		if (i % 5 == 0)
			expect_reports(world);
	}
}

static void a_change_of_crew_changes_the_digest(void **state)
{
	struct world *world = *state;
	struct office *office = &world->fixture.office;
	char before[SCOPE_DIGEST_TEXT], after[SCOPE_DIGEST_TEXT];
	struct err err = ERR_INIT;

	office_fixture_set(&world->fixture, "RIVES", "scope",
	    "scope/00000000000000d1", "{\"crews\":[\"VERTS\"]}");
	check(digests_scope(office, "RIVES", devices[0], before, &err), &err);
	office_fixture_set(&world->fixture, "RIVES", "worker", "worker/V01",
	    "{\"first\":\"Ada\",\"crews\":[{\"crew\":\"VERTS\","
	    "\"from\":\"2026-01-01\",\"to\":\"\"}]}");
	check(digests_scope(office, "RIVES", devices[0], after, &err), &err);
	assert_string_not_equal(before, after);
	/* Membership ends on a day: the digest says which. */
	office_fixture_set(&world->fixture, "RIVES", "worker", "worker/V01",
	    "{\"first\":\"Ada\",\"crews\":[{\"crew\":\"VERTS\","
	    "\"from\":\"2026-01-01\",\"to\":\"2026-11-20\"}]}");
	check(digests_scope(office, "RIVES", devices[0], before, &err), &err);
	assert_string_not_equal(before, after);
}

/* What was worked out in a transaction that was undone holds for nothing that
 * comes after. */
static void an_undone_digest_is_never_told_again(void **state)
{
	struct world *world = *state;
	struct office *office = &world->fixture.office;
	const char *record = "scope/00000000000000d1";
	json_t *undone = json_pack("{s:[s]}", "crews", "BLEUS");
	char told[SCOPE_DIGEST_TEXT], after[SCOPE_DIGEST_TEXT];
	struct err err = ERR_INIT;
	struct act act;

	office_fixture_set(&world->fixture, "RIVES", "scope", record,
	    "{\"crews\":[\"VERTS\",\"BLEUS\"]}");
	check(act_begin(&act, office, &err), &err);
	check(
	    act_set(&act, "RIVES", "scope", record, undone, NULL, &err), &err);
	check(digests_scope(office, "RIVES", devices[0], told, &err), &err);
	act_abort(&act);
	json_decref(undone);
	office_fixture_set(&world->fixture, "RIVES", "scope", record,
	    "{\"crews\":[\"VERTS\"]}");
	check(digests_scope(office, "RIVES", devices[0], after, &err), &err);
	assert_string_not_equal(told, after);
	expect_digests(world);
}

/* In a group what is made is kept, but no more than what it was made of. */
static void a_part_of_a_group_that_is_undone_leaves_no_digest(void **state)
{
	struct world *world = *state;
	struct office *office = &world->fixture.office;
	const char *record = "scope/00000000000000d1";
	json_t *undone = json_pack("{s:[s]}", "crews", "BLEUS");
	json_t *done = json_pack("{s:[s]}", "crews", "VERTS");
	char told[SCOPE_DIGEST_TEXT], after[SCOPE_DIGEST_TEXT];
	struct err err = ERR_INIT;
	struct act act;
	int64_t made;

	check(act_begin(&act, office, &err), &err);
	digests_begin(office->digests);
	check(db_save(office->db, &err), &err);
	check(
	    act_set(&act, "RIVES", "scope", record, undone, NULL, &err), &err);
	check(digests_scope(office, "RIVES", devices[0], told, &err), &err);
	made = digests_made(office->digests);
	check(digests_scope(office, "RIVES", devices[0], told, &err), &err);
	assert_int_equal(digests_made(office->digests), made);
	check(db_undo(office->db, &err), &err);
	digests_undone(office->digests);
	act_abort(&act);
	digests_end(office->digests, false);
	/* The same version of the lists, for others. */
	check(act_begin(&act, office, &err), &err);
	digests_begin(office->digests);
	check(act_set(&act, "RIVES", "scope", record, done, NULL, &err), &err);
	check(digests_scope(office, "RIVES", devices[0], after, &err), &err);
	assert_string_not_equal(told, after);
	check(act_commit(&act, &err), &err);
	digests_end(office->digests, true);
	made = digests_made(office->digests);
	check(digests_scope(office, "RIVES", devices[0], told, &err), &err);
	assert_string_equal(told, after);
	assert_int_equal(digests_made(office->digests), made);
	/* A whole group undone. */
	check(act_begin(&act, office, &err), &err);
	digests_begin(office->digests);
	check(
	    act_set(&act, "RIVES", "scope", record, undone, NULL, &err), &err);
	check(digests_scope(office, "RIVES", devices[0], told, &err), &err);
	act_abort(&act);
	digests_end(office->digests, false);
	json_decref(undone);
	json_decref(done);
	expect_digests(world);
}

static const struct db_statement tamper = {"test.tamper",
    "UPDATE month_total SET minutes = minutes + 1"
    " WHERE structure = $structure"};

static const struct db_statement tamper_more = {"test.tamper_more",
    "INSERT INTO month_total (month, structure, worker, kind, minutes, slots,"
    " contested, unknown) VALUES ('2020-01', $structure, 'V09', 'work', 1, 1,"
    " 0, 0)"};

static const struct db_statement tamper_less = {
    "test.tamper_less", "DELETE FROM month_total WHERE structure = $structure"};

static void totals_that_differ_are_told_and_rebuilt(void **state)
{
	static const struct db_statement *const ways[] = {
	    &tamper, &tamper_more, &tamper_less};
	struct world *world = *state;
	struct office *office = &world->fixture.office;
	struct hash before, after;
	struct err err = ERR_INIT;
	bool same;

	list_worker(world);
	office_fixture_hours(&world->fixture, "RIVES", "V01", "2026-11-02",
	    "am", "work", 60, "", "");
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		check(db_exec(office->db, ways[i],
			  DB_PARAMS(DB_TEXT("structure", "RIVES")), NULL, &err),
		    &err);
		check(
		    ledger_month_check(office->db, "RIVES", &same, &err), &err);
		assert_false(same);
		check(db_begin(office->db, &err), &err);
		check(ledger_rebuild(office->db, "RIVES", office->server.pub,
			  &before, &after, &err),
		    &err);
		check(db_commit(office->db, &err), &err);
		expect_exact(world, i);
	}
}

static int take_name(void *context, const char *worker, struct err *err)
{
	(void)err;
	buf_printf(context, "%s ", worker);
	return 0;
}

static void who_works_in_two_structures_is_told(void **state)
{
	struct world *world = *state;
	struct buf names = BUF_INIT;
	struct err err = ERR_INIT;

	for (size_t i = 0; i < 3; i++) {
		char record[RECORD_KEY_MAX];

		record_key_make(record, "worker", workers[i], NULL);
		for (size_t j = 0; j < 2; j++)
			office_fixture_set(&world->fixture, structures[j],
			    "worker", record,
			    "{\"first\":\"Ada\",\"crews\":[]}");
	}
	for (size_t j = 0; j < 2; j++) {
		office_fixture_hours(&world->fixture, structures[j], "V02",
		    "2026-11-02", "am", "work", 60, "", "");
		office_fixture_hours(&world->fixture, structures[j], "V01",
		    j == 0 ? "2026-11-02" : "2026-12-01", "am", "work", 60, "",
		    "");
	}
	check(ledger_month_shared(
		  world->fixture.office.db, "2026-11", take_name, &names, &err),
	    &err);
	assert_string_equal(buf_text(&names), "V02 ");
	buf_free(&names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		totals_and_digests_follow_the_records, open_world, close_world),
	    cmocka_unit_test_setup_teardown(
		a_change_of_crew_changes_the_digest, open_world, close_world),
	    cmocka_unit_test_setup_teardown(
		an_undone_digest_is_never_told_again, open_world, close_world),
	    cmocka_unit_test_setup_teardown(
		a_part_of_a_group_that_is_undone_leaves_no_digest, open_world,
		close_world),
	    cmocka_unit_test_setup_teardown(
		totals_that_differ_are_told_and_rebuilt, open_world,
		close_world),
	    cmocka_unit_test_setup_teardown(
		who_works_in_two_structures_is_told, open_world, close_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
