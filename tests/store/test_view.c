#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/store/view.h"
#include "shared/ledger.h"
#include "tests/lib/office_fixture.h"

/* An office of two structures, and a reader of its database beside it. */
struct stage {
	struct office_fixture fixture;
	struct db *reader;
	struct buf tables; /* those with a column "structure", one a line */
};

#define WORKERS                                                                \
	"worker;structure;crew;first_name;last_name\n"                         \
	"V01;RIVES;VERTS;Fatou;Diallo\nB01;REMPARTS;BAT;Jean;Martin\n"

static int note_table(void *context, const struct db_row *row, struct err *err)
{
	struct buf *tables = context;

	(void)err;
	buf_printf(tables, "%s\n", db_row_text(row, "name"));
	return 0;
}

static void run(struct db *db, const char *sql)
{
	struct err err = ERR_INIT;

	if (db_script(db, sql, &err) < 0)
		fail_msg("%s: %s", sql, err.text);
}

/* A row of each structure in every table that acts do not fill by
 * themselves. */
static void fill_rest(struct db *db)
{
	static const char *const names[] = {"RIVES", "REMPARTS"};

	for (size_t i = 0; i < 2; i++) {
		char sql[1024];

		(void)snprintf(sql, sizeof(sql),
		    "INSERT INTO outbox VALUES ('%s', 999);"
		    "INSERT INTO purged VALUES ('%s', x'00');"
		    "INSERT INTO alias VALUES ('%s', 'n', 'w');"
		    "INSERT INTO evidence VALUES ('%s', 'h', 'd', 'w', 1, "
		    "x'00');"
		    "INSERT INTO evidence_missed VALUES ('%s', 'd', 1);"
		    "INSERT INTO changeset_entry VALUES (%zu, 1, '%s', x'00',"
		    " 0);",
		    names[i], names[i], names[i], names[i], names[i], i + 900,
		    names[i]);
		run(db, sql);
	}
}

static int open_all(void **state)
{
	static const struct db_statement list = {"test.tables",
	    "SELECT m.name AS name FROM sqlite_schema m,"
	    " pragma_table_info(m.name) c WHERE m.type = 'table'"
	    " AND c.name = 'structure' ORDER BY m.name"};
	struct stage *stage = calloc(1, sizeof(*stage));
	struct office_fixture *fixture = &stage->fixture;
	char dsn[128];

	office_fixture_open(fixture);
	office_fixture_places(fixture);
	(void)office_fixture_import(fixture, "workers", WORKERS);
	office_fixture_hours(
	    fixture, "RIVES", "V01", "2026-11-16", "am", "work", 210, "", "");
	office_fixture_hours(fixture, "REMPARTS", "B01", "2026-11-16", "am",
	    "work", 200, "", "");
	fill_rest(fixture->office.db);
	(void)snprintf(
	    dsn, sizeof(dsn), "sqlite:%s/%s", fixture->directory, OFFICE_DB);
	assert_int_equal(
	    db_open(&stage->reader, dsn, DB_READER, false, NULL), 0);
	assert_int_equal(db_query(fixture->office.db, &list, DB_NO_PARAMS,
			     note_table, &stage->tables, NULL),
	    0);
	*state = stage;
	return 0;
}

static int close_all(void **state)
{
	struct stage *stage = *state;

	db_close(stage->reader);
	buf_free(&stage->tables);
	office_fixture_close(&stage->fixture);
	free(stage);
	return 0;
}

static void look(struct stage *stage, const char *structures)
{
	struct err err = ERR_INIT;

	if (view_set(stage->reader, structures, &err) < 0)
		fail_msg("%s", err.text);
}

static int64_t count(struct db *db, const char *table, const char *where)
{
	char name[160], sql[256];
	struct db_statement statement = {name, sql};
	int64_t found = -1;

	(void)snprintf(
	    sql, sizeof(sql), "SELECT COUNT(*) FROM %s WHERE %s", table, where);
	(void)snprintf(name, sizeof(name), "test.%s.%s", table, where);
	assert_int_equal(
	    db_query_int(db, &statement, DB_NO_PARAMS, &found, NULL, NULL), 0);
	return found;
}

#define OTHERS "structure NOT IN ('RIVES', '_')"

static void every_table_shows_the_allowed_structures_alone(void **state)
{
	struct stage *stage = *state;
	char *at, *save = NULL, *names = strdup(buf_text(&stage->tables));
	int tables = 0;

	look(stage, "RIVES");
	for (at = strtok_r(names, "\n", &save); at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		struct db *all = stage->fixture.office.db;

		tables++;
		assert_int_equal(count(stage->reader, at, OTHERS), 0);
		assert_int_equal(
		    count(stage->reader, at, "structure = 'RIVES'"),
		    count(all, at, "structure = 'RIVES'"));
	}
	/* Those of 0001_ledger.sql and 0001_office.sql at least, and of each
	 * of them the other structure had something to hide. */
	assert_true(tables >= 11);
	assert_true(count(stage->fixture.office.db, "entry", OTHERS) > 0);
	free(names);
}

static void nothing_was_empty_from_the_start(void **state)
{
	static const char *const names[] = {"head", "author", "outbox",
	    "changeset", "changeset_entry", "entry", "purged", "record",
	    "alias", "evidence", "evidence_missed"};
	struct stage *stage = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct db *all = stage->fixture.office.db;

		assert_true(count(all, names[i], OTHERS) > 0);
		assert_true(count(all, names[i], "structure = 'RIVES'") > 0);
	}
}

static int note_structure(void *context, const char *structure, struct err *err)
{
	(void)err;
	buf_printf(context, "%s ", structure);
	return 0;
}

static int note_record(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%s ", row->record);
	return 0;
}

/* The ledger's own queries, which know of no scope. */
static void the_engine_sees_no_more(void **state)
{
	struct stage *stage = *state;
	struct buf seen = BUF_INIT;
	json_t *value = NULL;

	look(stage, "RIVES");
	assert_int_equal(
	    ledger_structures(stage->reader, note_structure, &seen, NULL), 0);
	assert_string_equal(buf_text(&seen), "RIVES ");
	buf_reset(&seen);
	assert_int_equal(ledger_days(stage->reader, NULL, "hours", "2026-11-01",
			     "2026-11-30", note_record, &seen, NULL),
	    0);
	assert_string_equal(buf_text(&seen), "hours/V01/2026-11-16/am ");
	buf_reset(&seen);
	assert_int_equal(ledger_subject(stage->reader, NULL, "worker", "B01",
			     note_record, &seen, NULL),
	    0);
	assert_string_equal(buf_text(&seen), "");
	assert_int_equal(
	    ledger_value(stage->reader, "REMPARTS", "worker/B01", &value, NULL),
	    0);
	assert_null(value);
	buf_free(&seen);
}

static void another_scope_is_another_view(void **state)
{
	struct stage *stage = *state;

	look(stage, "RIVES");
	look(stage, "REMPARTS");
	assert_int_equal(
	    count(stage->reader, "entry", "structure = 'RIVES'"), 0);
	assert_true(
	    count(stage->reader, "entry", "structure = 'REMPARTS'") > 0);
	look(stage, "RIVES\nREMPARTS");
	assert_int_equal(count(stage->reader, "entry", "1 = 1"),
	    count(stage->fixture.office.db, "entry", "1 = 1"));
	look(stage, "NOBODY'S\" ; --");
	assert_int_equal(count(stage->reader, "entry", "structure <> '_'"), 0);
	look(stage, "");
	assert_int_equal(count(stage->reader, "record", "structure <> '_'"), 0);
	look(stage, "*");
	assert_int_equal(count(stage->reader, "entry", "1 = 1"),
	    count(stage->fixture.office.db, "entry", "1 = 1"));
	look(stage, "RIVES");
	assert_int_equal(count(stage->reader, "entry", OTHERS), 0);
}

static void what_is_written_meanwhile_is_filtered_too(void **state)
{
	struct stage *stage = *state;
	int64_t before;

	look(stage, "RIVES");
	before = count(stage->reader, "entry", "1 = 1");
	office_fixture_hours(&stage->fixture, "REMPARTS", "B01", "2026-11-17",
	    "am", "work", 60, "", "");
	assert_int_equal(count(stage->reader, "entry", "1 = 1"), before);
	office_fixture_hours(&stage->fixture, "RIVES", "V01", "2026-11-17",
	    "am", "work", 60, "", "");
	assert_int_equal(count(stage->reader, "entry", "1 = 1"), before + 1);
}

static void a_reader_still_writes_nothing(void **state)
{
	struct stage *stage = *state;

	look(stage, "RIVES");
	assert_true(
	    db_script(stage->reader, "DELETE FROM main.entry", NULL) < 0);
	assert_true(
	    db_script(stage->reader, "DELETE FROM temp.allowed", NULL) < 0);
	assert_true(
	    db_script(stage->reader,
		"INSERT INTO temp.allowed VALUES ('REMPARTS')", NULL) < 0);
}

static int note_plan(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%s; ", db_row_text(row, "detail"));
	return 0;
}

/* As the engine asks: by index, behind the view as before it. */
static void indexes_are_still_used(void **state)
{
	static const struct {
		const char *sql;
		const char *index;
	} rows[] = {
	    {"EXPLAIN QUERY PLAN SELECT id FROM entry WHERE structure = 'R'"
	     " AND moment = 'd' AND record = 'r' ORDER BY id",
		"entry_record (structure=? AND moment=? AND record=?)"},
	    {"EXPLAIN QUERY PLAN SELECT id FROM entry WHERE structure = 'R'"
	     " AND moment = 'd' AND record = 'r' AND hash = x'00'",
		"entry_record (structure=? AND moment=? AND record=? AND "
		"hash=?)"},
	    {"EXPLAIN QUERY PLAN SELECT subject FROM record WHERE"
	     " structure = 'R' AND family = 'hours' AND moment >= 'a'"
	     " AND moment <= 'b'",
		"PRIMARY KEY (structure=? AND family=? AND moment>?"},
	    {"EXPLAIN QUERY PLAN SELECT value FROM record WHERE"
	     " structure = 'R' AND family = 'f' AND moment = ''"
	     " AND record = 'x'",
		"(structure=? AND family=? AND moment=? AND record=?)"},
	    {"EXPLAIN QUERY PLAN SELECT structure FROM record WHERE"
	     " family = 'worker' AND subject = 'w'"
	     " AND family <> 'hours' AND family <> 'skill'"
	     " AND family <> 'signoff'",
		"record_subject (family=? AND subject=?"},
	    {"EXPLAIN QUERY PLAN SELECT hash FROM changeset WHERE"
	     " structure = 'R' AND place > 3 AND place > 0"
	     " ORDER BY place",
		"changeset_place (structure=? AND place>?"},
	};
	struct stage *stage = *state;

	look(stage, "RIVES");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct db_statement statement = {rows[i].sql, rows[i].sql};
		struct buf plan = BUF_INIT;

		assert_int_equal(db_query(stage->reader, &statement,
				     DB_NO_PARAMS, note_plan, &plan, NULL),
		    0);
		if (strstr(buf_text(&plan), rows[i].index) == NULL)
			fail_msg("%s: %s", rows[i].sql, buf_text(&plan));
		buf_free(&plan);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(every_table_shows_the_allowed_structures_alone),
	    TEST(nothing_was_empty_from_the_start),
	    TEST(the_engine_sees_no_more),
	    TEST(another_scope_is_another_view),
	    TEST(what_is_written_meanwhile_is_filtered_too),
	    TEST(a_reader_still_writes_nothing),
	    TEST(indexes_are_still_used),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
