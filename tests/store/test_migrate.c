#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared/lang.h"
#include "shared/migrate.h"

#define LEDGER_1                                                               \
	{                                                                      \
		"ledger/0001_a.sql", "aa", "CREATE TABLE a (n BIGINT);"        \
	}
#define LEDGER_2                                                               \
	{                                                                      \
		"ledger/0002_b.sql", "bb",                                     \
		    "ALTER TABLE a ADD COLUMN t TEXT; CREATE TABLE b (n "      \
		    "BIGINT)"                                                  \
	}
#define AGENT_1                                                                \
	{                                                                      \
		"agent/0001_c.sql", "cc",                                      \
		    "CREATE TABLE c (n BIGINT);\nINSERT INTO c (n) VALUES "    \
		    "(42);\n"                                                  \
	}
#define AGENT_2                                                                \
	{                                                                      \
		"agent/0002_d.sql", "dd", "CREATE TABLE d (n BIGINT)"          \
	}
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL                                               \
	}

static const struct migration first_release[] = {LEDGER_1, AGENT_1, END};
static const struct migration second_release[] = {
    LEDGER_1, LEDGER_2, AGENT_1, AGENT_2, END};

struct place {
	char directory[64];
	char path[128];
	char dsn[160];
	struct db *db;
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	lang_set("en");
	strcpy(place->directory, "/tmp/test_migrate.XXXXXX");
	if (mkdtemp(place->directory) == NULL)
		return -1;
	(void)snprintf(
	    place->path, sizeof(place->path), "%s/a.db", place->directory);
	(void)snprintf(
	    place->dsn, sizeof(place->dsn), "sqlite:%s", place->path);
	if (db_open(&place->db, place->dsn, DB_AGENT, true, NULL) < 0)
		return -1;
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	char path[160];

	db_close(place->db);
	(void)snprintf(path, sizeof(path), "%s-journal", place->path);
	(void)unlink(path);
	(void)unlink(place->path);
	assert_int_equal(rmdir(place->directory), 0);
	free(place);
	return 0;
}

static void assert_applies(struct db *db, const struct migration *list)
{
	struct err err = ERR_INIT;

	if (migrate_apply(db, list, &err) < 0)
		fail_msg("%s", err.text);
	assert_false(db_in_transaction(db));
}

static void assert_refused(
    struct db *db, const struct migration *list, int code, const char *words)
{
	struct err err = ERR_INIT;

	assert_int_equal(migrate_apply(db, list, &err), code);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, words);
	assert_false(db_in_transaction(db));
}

static bool has_table(struct db *db, const char *table)
{
	char sql[64];
	struct db_statement statement = {sql, sql};

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM %s", table);
	return db_exec(db, &statement, DB_NO_PARAMS, NULL, NULL) == 0;
}

static int list_name(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%d %s %s\n", (int)db_row_int(row, "place"),
	    db_row_text(row, "name"), db_row_text(row, "sha256"));
	return 0;
}

static void assert_history(struct db *db, const char *expected)
{
	static const struct db_statement list = {"test.list",
	    "SELECT place, name, sha256 FROM schema_migration ORDER BY place"};
	struct buf text = BUF_INIT;

	assert_int_equal(
	    db_query(db, &list, DB_NO_PARAMS, list_name, &text, NULL), 0);
	assert_string_equal(buf_text(&text), expected);
	buf_free(&text);
}

static void each_file_is_applied_once_in_order(void **state)
{
	struct place *place = *state;

	assert_applies(place->db, second_release);
	assert_history(place->db,
	    "1 ledger/0001_a.sql aa\n2 ledger/0002_b.sql bb\n"
	    "3 agent/0001_c.sql cc\n4 agent/0002_d.sql dd\n");
	assert_true(has_table(place->db, "d"));
}

static void newer_release_adds_what_is_missing(void **state)
{
	struct place *place = *state;

	assert_applies(place->db, first_release);
	assert_false(has_table(place->db, "b"));
	assert_applies(place->db, second_release);
	assert_true(has_table(place->db, "b"));
	assert_true(has_table(place->db, "d"));
	/* A shared file that came later follows our own older one. */
	assert_history(place->db,
	    "1 ledger/0001_a.sql aa\n2 agent/0001_c.sql cc\n"
	    "3 ledger/0002_b.sql bb\n4 agent/0002_d.sql dd\n");
	assert_applies(place->db, second_release);
}

static void up_to_date_database_is_not_written_to(void **state)
{
	struct place *place = *state;
	struct stat before, after;
	struct db *reader = NULL;

	assert_applies(place->db, first_release);
	db_close(place->db);
	place->db = NULL;
	assert_int_equal(stat(place->path, &before), 0);
	/* One that cannot write is content with it. */
	assert_int_equal(
	    db_open(&reader, place->dsn, DB_READER, false, NULL), 0);
	assert_applies(reader, first_release);
	assert_refused(reader, second_release, E_IO, "not allowed");
	db_close(reader);
	assert_int_equal(
	    db_open(&place->db, place->dsn, DB_AGENT, false, NULL), 0);
	assert_applies(place->db, first_release);
	assert_int_equal(stat(place->path, &after), 0);
	assert_int_equal(before.st_mtim.tv_sec, after.st_mtim.tv_sec);
	assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
	assert_int_equal(before.st_size, after.st_size);
}

static void edited_history_is_refused(void **state)
{
	static const struct migration edited[] = {
	    LEDGER_1,
	    {"agent/0001_c.sql", "c0", "CREATE TABLE c (n BIGINT, m BIGINT);"},
	    AGENT_2,
	    END,
	};
	struct place *place = *state;

	assert_applies(place->db, first_release);
	assert_refused(place->db, edited, E_CORRUPT, "agent/0001_c.sql");
	assert_false(has_table(place->db, "d"));
	assert_applies(place->db, first_release);
}

static void database_of_a_newer_version_is_refused(void **state)
{
	static const struct migration nothing[] = {END};
	struct place *place = *state;

	assert_applies(place->db, second_release);
	assert_refused(
	    place->db, first_release, E_CONFLICT, "ledger/0002_b.sql");
	assert_refused(place->db, first_release, E_CONFLICT, "upgrade");
	assert_refused(place->db, nothing, E_CONFLICT, "newer");
	assert_applies(place->db, second_release);
}

static void file_slipped_in_before_another_is_refused(void **state)
{
	static const struct migration without_first[] = {AGENT_2, END};
	static const struct migration with_first[] = {AGENT_1, AGENT_2, END};
	struct place *place = *state;

	assert_applies(place->db, without_first);
	assert_refused(place->db, with_first, E_CORRUPT, "agent/0001_c.sql");
	assert_false(has_table(place->db, "c"));
}

/* Each folder, and what is in none, has an order of its own. */
static void another_folder_may_come_later(void **state)
{
	static const struct migration other = {
	    "other/0001_o.sql", "5", "CREATE TABLE o (id BIGINT)"};
	static const struct migration bare = {
	    "0001_bare.sql", "6", "CREATE TABLE bare (id BIGINT)"};
	const struct migration late[] = {other, bare, END};
	const struct migration all[] = {AGENT_1, other, bare, END};
	struct place *place = *state;

	assert_applies(place->db, late);
	assert_applies(place->db, all);
	assert_true(has_table(place->db, "c"));
}

static void failing_file_leaves_nothing_behind(void **state)
{
	static const struct migration broken[] = {
	    LEDGER_1,
	    {"agent/0001_c.sql", "cc",
		"CREATE TABLE c (n BIGINT); CREATE TABL d (n BIGINT);"},
	    END,
	};
	struct place *place = *state;

	assert_refused(place->db, broken, E_CORRUPT, "agent/0001_c.sql");
	assert_false(has_table(place->db, "a"));
	assert_false(has_table(place->db, "c"));
	assert_false(has_table(place->db, "schema_migration"));
	assert_applies(place->db, first_release);
	assert_true(has_table(place->db, "c"));
}

static void file_that_ends_the_transaction_is_refused(void **state)
{
	static const struct migration committing[] = {
	    {"agent/0001_c.sql", "cc", "CREATE TABLE c (n BIGINT); COMMIT;"},
	    AGENT_2,
	    END,
	};
	struct place *place = *state;

	assert_refused(place->db, committing, E_IO, "agent/0001_c.sql");
	assert_false(has_table(place->db, "d"));
}

static void empty_list_is_fine(void **state)
{
	static const struct migration nothing[] = {END};
	struct place *place = *state;

	assert_applies(place->db, nothing);
	assert_history(place->db, "");
	assert_applies(place->db, first_release);
}

/* What a doctor asks, of one that only reads. */
static void a_look_tells_what_is_to_be_applied(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *still = NULL;
	bool pending = false;

	assert_applies(place->db, first_release);
	assert_int_equal(db_open(&still, place->dsn, DB_STILL, false, NULL), 0);
	assert_int_equal(
	    migrate_look(still, second_release, &pending, NULL), 0);
	assert_true(pending);
	assert_int_equal(migrate_look(still, first_release, &pending, NULL), 0);
	assert_false(pending);
	db_close(still);
	assert_false(has_table(place->db, "b"));
	assert_applies(place->db, second_release);
	assert_int_equal(db_open(&still, place->dsn, DB_STILL, false, NULL), 0);
	assert_int_equal(
	    migrate_look(still, first_release, &pending, &err), E_CONFLICT);
	assert_non_null(strstr(err.text, "newer version"));
	db_close(still);
}

/* ---- the ledger's own tables ---- */

static int64_t number(struct db *db, const char *sql)
{
	const struct db_statement statement = {sql, sql};
	int64_t out = -1;

	assert_int_equal(
	    db_query_int(db, &statement, DB_NO_PARAMS, &out, NULL, NULL), 0);
	return out;
}

/* Two structures whose numbers are the same; a body that another set brought
 * too, one that was purged, one that waits; what is no entry. */
static const char old_rows[] =
    "INSERT INTO changeset VALUES"
    " ('A', 1, x'01', 'd', 's', 1, x'', x'', x'', 0, 1, 1, 9, NULL, NULL),"
    " ('A', 2, x'02', 'd', 's', 2, x'', x'', x'', 1, 0, 0, 0, NULL, NULL),"
    " ('B', 1, x'03', 'e', 's', 1, x'', x'', x'', 0, 1, 1, 9, NULL, NULL);"
    "INSERT INTO changeset_entry VALUES ('A', 1, 1, x'11'),"
    " ('A', 1, 2, x'12'), ('A', 2, 1, x'11'), ('A', 2, 2, x'13'),"
    " ('B', 1, 1, x'11'), ('B', 1, 2, x'14');"
    "INSERT INTO entry VALUES"
    " ('A', 1, x'11', 'hours', 'hours/W/2026-11-20/am', 'hours', 'W',"
    " '2026-11-20', 'd', '', '', x'aa'),"
    " ('A', 4, x'15', 'skill', 'skill/W/o1', 'skill', 'W', '2026-11-20',"
    " 'd', '', 'value', x'bb'),"
    " ('B', 1, x'11', '', '', '', '', '', '', '', 'malformed', x'cc'),"
    " ('B', 2, x'14', 'hours', 'hours/W/2026-11-21/pm', 'hours', 'W',"
    " '2026-11-21', 'e', '', '', x'dd');"
    /* More in a row than B's numbers are shifted by. */
    "INSERT INTO outbox VALUES ('A', 4), ('B', 2), ('B', 3), ('B', 4),"
    " ('B', 5), ('B', 6), ('B', 7);"
    "INSERT INTO purged VALUES ('A', x'12');"
    "INSERT INTO record VALUES ('A', 'hours/W/2026-11-20/am', 'hours', 'W',"
    " '2026-11-20', 'am', 'merged', '{}', 1, 60, 'work', '', ''),"
    " ('A', 'skill/W/o1', 'skill', 'W', '2026-11-20', '', 'empty', '', 0, 0,"
    " '', '', '');";

static void the_ledger_moves_into_the_order_of_time(void **state)
{
	const struct migration before[] = {migrations_agent[0], END};
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db;

	assert_string_equal(before[0].name, "ledger/0001_ledger.sql");
	db = place->db;
	assert_int_equal(migrate_apply(db, before, &err), 0);
	assert_int_equal(db_script(db, old_rows, &err), 0);
	if (migrate_apply(db, migrations_agent, &err) < 0)
		fail_msg("%s", err.text);
	/* B's numbers are beyond A's last ones, 4 and 2. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM entry"), 4);
	assert_int_equal(number(db, "SELECT id FROM entry WHERE bytes = x'dd'"
				    " AND structure = 'B' AND moment ="
				    " '2026-11-21'"),
	    6);
	assert_int_equal(
	    number(db, "SELECT MIN(entry) FROM outbox WHERE structure = 'B'"),
	    6);
	assert_int_equal(number(db, "SELECT SUM(entry) FROM outbox"
				    " WHERE structure = 'B'"),
	    6 + 7 + 8 + 9 + 10 + 11);
	assert_int_equal(
	    number(db, "SELECT entry FROM outbox WHERE structure = 'A'"), 4);
	assert_int_equal(number(db, "SELECT id FROM changeset"
				    " WHERE hash = x'03'"),
	    3);
	/* The day is not in a skill's key; what is no entry has none. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM entry WHERE moment ="
				    " '' AND id IN (4, 5)"),
	    2);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM record WHERE"
				    " moment = day AND family = 'hours'"),
	    1);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM record WHERE"
				    " moment = '' AND family = 'skill'"),
	    1);
	/* Each line of each set, and what became of it. */
	assert_int_equal(number(db, "SELECT COUNT(*) FROM changeset_entry"), 6);
	assert_int_equal(number(db, "SELECT COUNT(*) FROM changeset_entry"
				    " WHERE entry = 1 AND hash = x'11' AND"
				    " structure = 'A'"),
	    2);
	assert_int_equal(number(db, "SELECT entry FROM changeset_entry"
				    " WHERE changeset = 1 AND pos = 2"),
	    -1);
	assert_int_equal(number(db, "SELECT entry FROM changeset_entry"
				    " WHERE changeset = 2 AND pos = 2"),
	    0);
	assert_int_equal(number(db, "SELECT entry FROM changeset_entry"
				    " WHERE changeset = 3 AND pos = 2"),
	    6);
}

/* Comments elsewhere. */
static void a_script_speaks_the_dialect(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	assert_int_equal(
	    db_script(place->db,
		"CREATE TABLE a (n BIGINT NOT NULL PRIMARY KEY) /* clustered "
		"*/; CREATE TABLE b (id BIGINT /* rowid */ PRIMARY KEY);"
		"CREATE TABLE c (id BIGINT /* row id */ PRIMARY KEY)",
		&err),
	    0);
	/* A key of its own would be an index of its own. */
	assert_int_equal(number(place->db, "SELECT COUNT(*) FROM sqlite_schema"
					   " WHERE type = 'index'"),
	    1);
	assert_int_equal(number(place->db, "SELECT COUNT(*) FROM sqlite_schema"
					   " WHERE type = 'index' AND"
					   " tbl_name = 'b'"),
	    0);
	assert_int_equal(
	    number(place->db, "SELECT COUNT(*) FROM sqlite_schema WHERE"
			      " sql LIKE '%WITHOUT ROWID%'"),
	    1);
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(the_ledger_moves_into_the_order_of_time),
	    IN_PLACE(a_script_speaks_the_dialect),
	    IN_PLACE(a_look_tells_what_is_to_be_applied),
	    IN_PLACE(each_file_is_applied_once_in_order),
	    IN_PLACE(newer_release_adds_what_is_missing),
	    IN_PLACE(up_to_date_database_is_not_written_to),
	    IN_PLACE(edited_history_is_refused),
	    IN_PLACE(database_of_a_newer_version_is_refused),
	    IN_PLACE(file_slipped_in_before_another_is_refused),
	    IN_PLACE(another_folder_may_come_later),
	    IN_PLACE(failing_file_leaves_nothing_behind),
	    IN_PLACE(file_that_ends_the_transaction_is_refused),
	    IN_PLACE(empty_list_is_fine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
