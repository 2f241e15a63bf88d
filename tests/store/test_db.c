#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "shared/db.h"
#include "shared/lang.h"
#include "tests/lib/kit.h"

/* A VFS over the system's own, whose writes fail on demand, and whose sleep
 * takes no time, so that waiting for a lock ends at once. */
static sqlite3_vfs faulty_vfs;
static sqlite3_vfs *real_vfs;
/* Of the database itself, and of the files beside it, which lock nothing. */
static sqlite3_io_methods main_methods, side_methods;
static const sqlite3_io_methods *real_methods;
static int write_result = SQLITE_OK; /* what xWrite answers */
static int read_result = SQLITE_OK;
static int sync_result = SQLITE_OK;
static bool media_is_readonly;

static int faulty_write(
    sqlite3_file *file, const void *data, int len, sqlite3_int64 at)
{
	if (write_result != SQLITE_OK)
		return write_result;
	return real_methods->xWrite(file, data, len, at);
}

static int faulty_read(
    sqlite3_file *file, void *data, int len, sqlite3_int64 at)
{
	if (read_result != SQLITE_OK)
		return read_result;
	return real_methods->xRead(file, data, len, at);
}

static int faulty_sync(sqlite3_file *file, int flags)
{
	if (sync_result != SQLITE_OK)
		return sync_result;
	return real_methods->xSync(file, flags);
}

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
    int flags, int *out_flags)
{
	sqlite3_io_methods *methods;
	int rc;

	(void)vfs;
	if (media_is_readonly && (flags & SQLITE_OPEN_READWRITE) != 0) {
		flags &= ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
		flags |= SQLITE_OPEN_READONLY;
	}
	rc = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
	if (rc != SQLITE_OK)
		return rc;
	methods =
	    (flags & SQLITE_OPEN_MAIN_DB) != 0 ? &main_methods : &side_methods;
	real_methods = file->pMethods;
	*methods = *real_methods;
	methods->xRead = faulty_read;
	methods->xWrite = faulty_write;
	methods->xSync = faulty_sync;
	file->pMethods = methods;
	return SQLITE_OK;
}

static int no_sleep(sqlite3_vfs *vfs, int microseconds)
{
	(void)vfs;
	return microseconds;
}

static int register_faulty(void **state)
{
	(void)state;
	real_vfs = sqlite3_vfs_find(NULL);
	faulty_vfs = *real_vfs;
	faulty_vfs.zName = "faulty";
	faulty_vfs.pNext = NULL;
	faulty_vfs.xOpen = faulty_open;
	faulty_vfs.xSleep = no_sleep;
	return sqlite3_vfs_register(&faulty_vfs, 0);
}

/* A directory of its own for each test. */
struct place {
	char directory[64];
	char path[128];
	char dsn[160];
	char faulty[192];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	write_result = SQLITE_OK;
	read_result = SQLITE_OK;
	sync_result = SQLITE_OK;
	media_is_readonly = false;
	lang_set("en");
	strcpy(place->directory, "/tmp/test_db.XXXXXX");
	if (mkdtemp(place->directory) == NULL)
		return -1;
	(void)snprintf(
	    place->path, sizeof(place->path), "%s/a.db", place->directory);
	(void)snprintf(
	    place->dsn, sizeof(place->dsn), "sqlite:%s", place->path);
	(void)snprintf(
	    place->faulty, sizeof(place->faulty), "%s?vfs=faulty", place->dsn);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	static const char *const names[] = {
	    "a.db", "a.db-journal", "a.db-wal", "a.db-shm", "b.db"};
	struct place *place = *state;
	char path[160];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(
		    path, sizeof(path), "%s/%s", place->directory, names[i]);
		(void)unlink(path);
	}
	/* A file that nobody expected would stay, and be told here. */
	assert_int_equal(rmdir(place->directory), 0);
	free(place);
	return 0;
}

static const struct db_statement put = {
    "thing.put", "INSERT INTO thing (id, n, t, b) VALUES ($id, $n, $t, $b)"};
static const struct db_statement all = {
    "thing.all", "SELECT id, n, t, b FROM thing ORDER BY id"};
static const struct db_statement count = {
    "thing.count", "SELECT count(*) AS n FROM thing"};

static const char thing_sql[] =
    "CREATE TABLE thing (id BIGINT NOT NULL PRIMARY KEY, n BIGINT,"
    " t TEXT UNIQUE, b BLOB, CHECK (n IS NULL OR n < 1000000));"
    "CREATE TABLE part (id BIGINT PRIMARY KEY,"
    " thing BIGINT REFERENCES thing (id));";

static struct db *open_db(const char *dsn, enum db_mode mode, bool create)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	if (db_open(&db, dsn, mode, create, &err) < 0)
		fail_msg("%s", err.text);
	return db;
}

static struct db *open_things(const char *dsn, enum db_mode mode)
{
	struct db *db = open_db(dsn, mode, true);

	assert_int_equal(db_script(db, thing_sql, NULL), 0);
	return db;
}

static int put_thing(
    struct db *db, int64_t id, const char *text, struct err *err)
{
	return db_exec(db, &put,
	    DB_PARAMS(DB_INT("id", id), DB_INT("n", id * 10),
		DB_TEXT("t", text), DB_BLOB("b", "\0\1", 2)),
	    NULL, err);
}

static int64_t count_things(struct db *db)
{
	int64_t n = -1;
	bool found = false;

	assert_int_equal(
	    db_query_int(db, &count, DB_NO_PARAMS, &n, &found, NULL), 0);
	assert_true(found);
	return n;
}

static int copy_text(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	(void)snprintf(context, 64, "%s", db_row_text(row, "value"));
	return 1;
}

/* A pragma of the very connection, through the interface itself. */
static void assert_pragma(struct db *db, const char *name, int64_t expected)
{
	char sql[64];
	struct db_statement pragma = {sql, sql};
	int64_t value = -1;

	(void)snprintf(sql, sizeof(sql), "PRAGMA %s", name);
	assert_int_equal(
	    db_query_int(db, &pragma, DB_NO_PARAMS, &value, NULL, NULL), 0);
	if (value != expected)
		fail_msg("%s: %lld, not %lld", sql, (long long)value,
		    (long long)expected);
}

static void assert_journal(struct db *db, const char *expected)
{
	static const struct db_statement pragma = {
	    "journal", "SELECT journal_mode AS value FROM pragma_journal_mode"};
	char text[64] = "";
	struct err err = ERR_INIT;

	if (db_query(db, &pragma, DB_NO_PARAMS, copy_text, text, &err) < 0)
		fail_msg("%s", err.text);
	assert_string_equal(text, expected);
}

static void assert_same_everywhere(struct db *db)
{
	assert_pragma(db, "foreign_keys", 1);
	assert_pragma(db, "trusted_schema", 0);
	assert_pragma(db, "cell_size_check", 1);
	assert_pragma(db, "mmap_size", 0);
	assert_pragma(db, "temp_store", 2);
	assert_pragma(db, "secure_delete", 1);
	assert_pragma(db, "busy_timeout", 5000);
}

static void agent_commits_are_as_durable_as_can_be(void **state)
{
	struct place *place = *state;
	struct db *db = open_db(place->dsn, DB_AGENT, true);

	assert_pragma(db, "synchronous", 3);
	assert_journal(db, "truncate");
	assert_pragma(db, "query_only", 0);
	assert_same_everywhere(db);
	db_close(db);
}

static void server_writes_a_full_wal_and_checkpoints(void **state)
{
	struct place *place = *state;
	struct db *db = open_db(place->dsn, DB_SERVER, true);

	assert_pragma(db, "synchronous", 2);
	assert_journal(db, "wal");
	assert_pragma(db, "wal_autocheckpoint", 4000);
	assert_pragma(db, "cache_size", -16384);
	assert_same_everywhere(db);
	db_close(db);
}

static void reader_neither_writes_nor_checkpoints(void **state)
{
	struct place *place = *state;
	struct db *writer = open_things(place->dsn, DB_SERVER);
	struct db *reader = open_db(place->dsn, DB_READER, false);
	struct err err = ERR_INIT;

	assert_pragma(reader, "query_only", 1);
	assert_pragma(reader, "wal_autocheckpoint", 0);
	assert_same_everywhere(reader);
	assert_int_equal(put_thing(reader, 1, "a", &err), E_IO);
	assert_non_null(strstr(err.text, "writing is not allowed"));
	assert_int_equal(put_thing(writer, 1, "a", &err), 0);
	assert_int_equal(count_things(reader), 1);
	db_close(reader);
	db_close(writer);
}

/* Where the last writer has closed, whoever only looks leaves no file. */
static void still_reader_leaves_nothing_beside(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_SERVER);
	struct err err = ERR_INIT;
	char beside[160];

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	db_close(db);
	db = open_db(place->dsn, DB_STILL, false);
	assert_pragma(db, "query_only", 1);
	assert_int_equal(db_check(db, NULL), 0);
	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(count_things(db), 1);
	assert_int_equal(db_commit(db, NULL), 0);
	assert_int_equal(put_thing(db, 2, "b", &err), E_IO);
	(void)snprintf(beside, sizeof(beside), "%s-wal", place->path);
	assert_int_equal(access(beside, F_OK), -1);
	(void)snprintf(beside, sizeof(beside), "%s-shm", place->path);
	assert_int_equal(access(beside, F_OK), -1);
	db_close(db);
}

static void reader_s_transaction_is_one_view(void **state)
{
	struct place *place = *state;
	struct db *writer = open_things(place->dsn, DB_SERVER);
	struct db *reader = open_db(place->dsn, DB_READER, false);

	assert_int_equal(db_begin(reader, NULL), 0);
	assert_int_equal(count_things(reader), 0);
	assert_int_equal(put_thing(writer, 1, "a", NULL), 0);
	assert_int_equal(count_things(reader), 0);
	assert_int_equal(db_commit(reader, NULL), 0);
	assert_int_equal(count_things(reader), 1);
	db_close(reader);
	db_close(writer);
}

static void closing_the_last_reader_leaves_the_wal(void **state)
{
	struct place *place = *state;
	struct stat before, after;
	struct db *reader;
	char wal[160];
	pid_t child;
	int status;

	/* A writer that dies leaves its log behind. */
	if ((child = fork()) == 0) {
		struct db *writer = open_things(place->dsn, DB_SERVER);

		(void)put_thing(writer, 1, "a", NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	(void)snprintf(wal, sizeof(wal), "%s-wal", place->path);
	assert_int_equal(stat(wal, &before), 0);
	assert_true(before.st_size > 0);
	reader = open_db(place->dsn, DB_READER, false);
	assert_int_equal(count_things(reader), 1);
	db_close(reader);
	assert_int_equal(stat(wal, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
}

/* ---- what was deleted is gone ---- */

static const struct db_statement name_put = {"test.name_put",
    "INSERT INTO person (id, name) VALUES ($id, $name)"
    " ON CONFLICT (id) DO UPDATE SET name = excluded.name"};

static const struct db_statement name_forget = {
    "test.name_forget", "DELETE FROM person WHERE id LIKE 'gone/%'"};

/* Rows that grow and shrink, so that pages are split and joined, which may
 * leave copies of a row where it once stood; then half of them go. */
static void crowd_and_forget(struct db *db, uint64_t *chance)
{
	char id[32], name[1024];

	assert_int_equal(db_begin(db, NULL), 0);
	for (size_t i = 0; i < 1000; i++) {
		size_t person = kit_pick(chance, 100);
		bool goes = person % 2 == 0;

		memset(name, 'x', sizeof(name));
		memcpy(name, goes ? "Canarine" : "Restante", 8);
		name[8 + kit_pick(chance, 900)] = '\0';
		(void)snprintf(
		    id, sizeof(id), "%s/%zu", goes ? "gone" : "here", person);
		assert_int_equal(
		    db_exec(db, &name_put,
			DB_PARAMS(DB_TEXT("id", id), DB_TEXT("name", name)),
			NULL, NULL),
		    0);
	}
	assert_int_equal(db_commit(db, NULL), 0);
	assert_int_equal(
	    db_exec(db, &name_forget, DB_NO_PARAMS, NULL, NULL), 0);
}

static bool is_on_disk(const struct place *place, const char *word)
{
	return kit_run("grep -qa '%s' '%s'/*", word, place->directory) == 0;
}

static void settling_leaves_no_byte_of_what_was_deleted(void **state)
{
	static const enum db_mode modes[] = {DB_AGENT, DB_SERVER};
	struct place *place = *state;
	uint64_t chance = 7;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct db *db = open_db(place->dsn, modes[i], true);

		assert_int_equal(
		    db_script(db,
			"CREATE TABLE IF NOT EXISTS person"
			" (id TEXT PRIMARY KEY, name TEXT NOT NULL)",
			NULL),
		    0);
		for (int round = 0; round < 20; round++) {
			crowd_and_forget(db, &chance);
			assert_int_equal(db_settle(db, NULL), 0);
			assert_false(is_on_disk(place, "Canarine"));
			assert_true(is_on_disk(place, "Restante"));
		}
		assert_int_equal(db_check(db, NULL), 0);
		db_close(db);
	}
}

static void settling_says_who_reads_an_older_state(void **state)
{
	struct place *place = *state;
	struct db *writer = open_things(place->faulty, DB_SERVER);
	struct db *reader = open_db(place->faulty, DB_READER, false);
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(writer, 1, "a", NULL), 0);
	assert_int_equal(db_begin(reader, NULL), 0);
	assert_int_equal(count_things(reader), 1);
	assert_int_equal(put_thing(writer, 2, "b", NULL), 0);
	assert_int_equal(db_settle(writer, &err), E_BUSY);
	assert_int_equal(db_commit(reader, NULL), 0);
	assert_int_equal(db_settle(writer, &err), 0);
	assert_int_equal(count_things(reader), 2);
	db_close(reader);
	db_close(writer);
}

static void nothing_is_created_unless_asked(void **state)
{
	static const enum db_mode modes[] = {
	    DB_AGENT, DB_SERVER, DB_READER, DB_STILL};
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = NULL;

	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(
		    db_open(&db, place->dsn, modes[i], false, &err),
		    E_NOT_INIT);
		assert_null(db);
		assert_non_null(strstr(err.text, place->path));
		assert_int_equal(access(place->path, F_OK), -1);
		assert_int_equal(
		    db_open(&db, place->faulty, modes[i], false, &err),
		    E_NOT_INIT);
	}
}

static void file_and_journal_are_private_whatever_the_umask(void **state)
{
	struct place *place = *state;
	mode_t before = umask(0);
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct stat status;
	char journal[160];

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	(void)umask(before);
	assert_int_equal(stat(place->path, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	(void)snprintf(journal, sizeof(journal), "%s-journal", place->path);
	assert_int_equal(stat(journal, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
	db_close(db);
}

static void creating_what_exists_opens_it(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	db_close(db);
	db = open_db(place->dsn, DB_AGENT, true);
	assert_int_equal(count_things(db), 1);
	db_close(db);
}

static void dsn_that_is_no_file_is_refused(void **state)
{
	static const char *const wrong[] = {"", "a.db", "/tmp/a.db",
	    "postgres://u:secret@h/d", "sqlite", "SQLITE:/tmp/a",
	    "sqlite:", "sqlite::memory:", "sqlite:file:/tmp/a",
	    "sqlite:file:/tmp/a?mode=memory", "sqlite:?vfs=unix",
	    "sqlite:/tmp/a?vfs=", "sqlite:/tmp/a?mode=ro",
	    "sqlite:/tmp/a?vfs=none-such"};
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int rc = db_open(&db, wrong[i], DB_AGENT, true, &err);

		if (rc != E_INVALID)
			fail_msg("%s: %d", wrong[i], rc);
		assert_null(db);
		assert_null(strstr(err.text, "secret"));
	}
	assert_int_equal(access("/tmp/a", F_OK), -1);
}

static void directory_that_is_missing_is_said(void **state)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	(void)state;
	assert_int_equal(
	    db_open(&db, "sqlite:/nonexistent/x/a.db", DB_AGENT, true, &err),
	    E_IO);
	assert_non_null(strstr(err.text, "/nonexistent/x"));
	assert_int_equal(db_open(&db, "sqlite:/nonexistent/x/a.db?vfs=faulty",
			     DB_AGENT, true, &err),
	    E_IO);
	assert_non_null(strstr(err.text, "cannot be opened"));
}

static void file_that_is_no_database_is_corrupt(void **state)
{
	static const enum db_mode modes[] = {DB_AGENT, DB_SERVER, DB_READER};
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	FILE *file = fopen(place->path, "w");

	for (int i = 0; i < 4096; i++)
		(void)fputs("hello ", file);
	(void)fclose(file);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		assert_int_equal(
		    db_open(&db, place->dsn, modes[i], false, &err), E_CORRUPT);
		assert_null(db);
		assert_non_null(strstr(err.text, "no database"));
	}
}

static void writer_on_read_only_media_says_so_at_once(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = open_things(place->dsn, DB_AGENT);

	db_close(db);
	media_is_readonly = true;
	assert_int_equal(
	    db_open(&db, place->faulty, DB_AGENT, false, &err), E_IO);
	assert_non_null(strstr(err.text, "read-only"));
}

static void disk_without_shared_memory_cannot_have_a_wal(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = NULL;
	char dsn[192];

	/* unix-dotfile locks with files and has no shared memory. */
	(void)snprintf(dsn, sizeof(dsn), "%s?vfs=unix-dotfile", place->dsn);
	assert_int_equal(db_open(&db, dsn, DB_SERVER, true, &err), E_IO);
	assert_non_null(strstr(err.text, "local disk"));
}

static void damage_is_found_by_the_check(void **state)
{
	static const char junk[4096] = {0x5a};
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = open_things(place->dsn, DB_AGENT);
	int fd;

	assert_int_equal(db_check(db, &err), 0);
	for (int64_t i = 0; i < 2000; i++) {
		char text[32];

		(void)snprintf(text, sizeof(text), "thing %d", (int)i);
		if (i == 0)
			assert_int_equal(db_begin(db, NULL), 0);
		assert_int_equal(put_thing(db, i, text, NULL), 0);
	}
	assert_int_equal(db_commit(db, NULL), 0);
	db_close(db);
	fd = open(place->path, O_WRONLY);
	for (off_t page = 2; page < 12; page++)
		assert_int_equal(
		    pwrite(fd, junk, sizeof(junk), page * 4096), sizeof(junk));
	(void)close(fd);
	db = open_db(place->dsn, DB_AGENT, false);
	assert_int_equal(db_check(db, &err), E_CORRUPT);
	assert_non_null(strstr(err.text, "damaged"));
	assert_non_null(strstr(err.text, "restore"));
	db_close(db);
}

/* A disk that does not answer is no damage. */
static void check_on_a_failing_disk_is_no_verdict(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct db *db = open_things(place->faulty, DB_AGENT);

	read_result = SQLITE_IOERR_READ;
	assert_int_equal(db_check(db, &err), E_IO);
	assert_non_null(strstr(err.text, "disk failed"));
	read_result = SQLITE_OK;
	assert_int_equal(db_check(db, &err), 0);
	db_close(db);
}

/* ---- SQLite's own refusals, on demand ---- */

/* What shared/db_sqlite.c asks of SQLite is redirected here (see
 * tests/CMakeLists.txt): the next call of this name fails. */
static const char *sick;

static bool falls_ill(const char *call)
{
	if (sick == NULL || strcmp(sick, call) != 0)
		return false;
	sick = NULL;
	return true;
}

int __real_sqlite3_db_config(sqlite3 *handle, int id, ...);
int __wrap_sqlite3_db_config(sqlite3 *handle, int id, int on, int *now);
const char *__real_sqlite3_column_name(sqlite3_stmt *stmt, int index);
const char *__wrap_sqlite3_column_name(sqlite3_stmt *stmt, int index);
const unsigned char *__real_sqlite3_column_text(sqlite3_stmt *stmt, int index);
const unsigned char *__wrap_sqlite3_column_text(sqlite3_stmt *stmt, int index);
int __real_sqlite3_exec(sqlite3 *handle, const char *sql,
    int (*row)(void *, int, char **, char **), void *context, char **text);
int __wrap_sqlite3_exec(sqlite3 *handle, const char *sql,
    int (*row)(void *, int, char **, char **), void *context, char **text);
int __real_sqlite3_errcode(sqlite3 *handle);
int __wrap_sqlite3_errcode(sqlite3 *handle);

/* All the switches that are set take these two arguments. */
int __wrap_sqlite3_db_config(sqlite3 *handle, int id, int on, int *now)
{
	if (falls_ill("refused"))
		return SQLITE_ERROR;
	if (falls_ill("ignored")) {
		*now = !on;
		return SQLITE_OK;
	}
	return __real_sqlite3_db_config(handle, id, on, now);
}

const char *__wrap_sqlite3_column_name(sqlite3_stmt *stmt, int index)
{
	return falls_ill("name") ? NULL
	                         : __real_sqlite3_column_name(stmt, index);
}

int __wrap_sqlite3_exec(sqlite3 *handle, const char *sql,
    int (*row)(void *, int, char **, char **), void *context, char **text)
{
	return falls_ill(sql)
	           ? SQLITE_NOMEM
	           : __real_sqlite3_exec(handle, sql, row, context, text);
}

static bool text_failed;

const unsigned char *__wrap_sqlite3_column_text(sqlite3_stmt *stmt, int index)
{
	text_failed = falls_ill("text");
	return text_failed ? NULL : __real_sqlite3_column_text(stmt, index);
}

int __wrap_sqlite3_errcode(sqlite3 *handle)
{
	return text_failed ? SQLITE_NOMEM : __real_sqlite3_errcode(handle);
}

static void a_switch_that_sqlite_lacks_is_told(void **state)
{
	static const char *const ways[] = {"refused", "ignored"};
	struct place *place = *state;
	struct db *db = NULL;

	for (size_t i = 0; i < 2; i++) {
		struct err err = ERR_INIT;

		sick = ways[i];
		assert_true(db_open(&db, place->dsn, DB_AGENT, true, &err) < 0);
		assert_null(sick);
		assert_null(db);
		assert_non_null(strstr(err.text, "setting"));
	}
	db_close(open_things(place->dsn, DB_AGENT));
}

static void memory_that_sqlite_lacks_is_told(void **state)
{
	static const struct db_statement text = {
	    "thing.text", "SELECT 'abc' AS value"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;
	char out[64] = "";

	sick = "name";
	assert_int_equal(
	    db_query(db, &text, DB_NO_PARAMS, copy_text, out, &err), E_NOMEM);
	sick = "text";
	assert_int_equal(
	    db_query(db, &text, DB_NO_PARAMS, copy_text, out, &err), E_NOMEM);
	assert_string_equal(out, "");
	sick = "text";
	assert_int_equal(db_check(db, &err), E_NOMEM);
	assert_int_equal(db_check(db, &err), 0);
	assert_int_equal(
	    db_query(db, &text, DB_NO_PARAMS, copy_text, out, &err), 0);
	assert_string_equal(out, "abc");
	db_close(db);
}

/* What could not be undone for want of memory is undone before the next
 * transaction, which is no damage. */
static void a_rollback_that_fails_is_done_by_the_next_begin(void **state)
{
	static const struct db_statement seven = {
	    "thing.seven", "INSERT INTO thing (id, n) VALUES (7, $n)"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;
	int64_t before = count_things(db);

	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(
	    db_exec(db, &seven, DB_PARAMS(DB_INT("n", 7)), NULL, &err), 0);
	sick = "ROLLBACK";
	db_rollback(db);
	assert_null(sick);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(count_things(db), before);
	assert_int_equal(db_commit(db, &err), 0);
	assert_int_equal(count_things(db), before);
	db_close(db);
}

/* Settling is asked again after a failure of either half. */
static void settling_that_fails_is_told(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->faulty, DB_SERVER);
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	write_result = SQLITE_FULL;
	assert_int_equal(db_settle(db, &err), E_IO);
	write_result = SQLITE_OK;
	sick = "text";
	assert_int_equal(db_settle(db, &err), E_NOMEM);
	assert_null(sick);
	assert_int_equal(db_settle(db, &err), 0);
	assert_int_equal(count_things(db), 1);
	db_close(db);
}

/* SQLite takes a path of 512 bytes; the system takes longer ones. */
static void path_too_long_for_sqlite_is_refused(void **state)
{
	struct place *place = *state;
	char dsn[2000], way[1500];
	struct err err = ERR_INIT;
	struct db *db = NULL;

	for (size_t i = 0; i + 1 < sizeof(way); i += 2)
		memcpy(way + i, "d/", 2);
	way[sizeof(way) - 2] = '\0';
	(void)snprintf(
	    dsn, sizeof(dsn), "sqlite:%s/%sa.db", place->directory, way);
	assert_int_equal(db_open(&db, dsn, DB_AGENT, false, &err), E_NOT_INIT);
	assert_null(db);
	assert_true(err.text[0] != '\0');
}

struct seen {
	int rows;
	int stop_after;
	int64_t n[8];
	char text[8][32];
	bool null_text[8];
	size_t blob_len[8];
	struct db *db;
	int nested;
};

static int see(void *context, const struct db_row *row, struct err *err)
{
	struct seen *seen = context;
	int i = seen->rows++;

	(void)err;
	seen->n[i] = db_row_int(row, "n");
	(void)snprintf(
	    seen->text[i], sizeof(seen->text[i]), "%s", db_row_text(row, "t"));
	seen->null_text[i] = db_row_is_null(row, "t");
	seen->blob_len[i] = db_row_blob(row, "b").len;
	assert_non_null(db_row_blob(row, "b").data);
	return seen->stop_after == seen->rows ? 1 : 0;
}

static void values_come_back_as_they_went(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {0};

	assert_int_equal(db_exec(db, &put,
			     DB_PARAMS(DB_BLOB("b", NULL, 0), DB_TEXT("t", ""),
				 DB_INT("n", INT64_MIN), DB_INT("id", 1)),
			     NULL, NULL),
	    0);
	assert_int_equal(db_exec(db, &put,
			     DB_PARAMS(DB_INT("id", 2), DB_NULL("n"),
				 DB_TEXT("t", NULL), DB_NULL("b")),
			     NULL, NULL),
	    0);
	assert_int_equal(
	    db_exec(db, &put,
		DB_PARAMS(DB_INT("id", 3), DB_INT("n", 7),
		    DB_TEXT("t", "été ; 'x'"), DB_BLOB("b", "a\0b", 3)),
		NULL, NULL),
	    0);
	assert_int_equal(db_query(db, &all, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(seen.rows, 3);
	assert_true(seen.n[0] == INT64_MIN);
	assert_false(seen.null_text[0]);
	assert_int_equal(seen.blob_len[0], 0);
	assert_int_equal(seen.n[1], 0);
	assert_true(seen.null_text[1]);
	assert_string_equal(seen.text[1], "");
	assert_string_equal(seen.text[2], "été ; 'x'");
	assert_int_equal(seen.blob_len[2], 3);
	db_close(db);
}

static void empty_bytes_are_not_null(void **state)
{
	static const struct db_statement nulls = {"thing.nulls",
	    "SELECT count(*) AS n FROM thing WHERE b IS NULL OR t IS NULL"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	int64_t n = -1;

	assert_int_equal(db_exec(db, &put,
			     DB_PARAMS(DB_BLOB("b", NULL, 0), DB_TEXT("t", ""),
				 DB_INT("n", 0), DB_INT("id", 1)),
			     NULL, NULL),
	    0);
	assert_int_equal(
	    db_query_int(db, &nulls, DB_NO_PARAMS, &n, NULL, NULL), 0);
	assert_int_equal(n, 0);
	db_close(db);
}

static void parameters_are_bound_by_name_not_by_place(void **state)
{
	static const struct db_statement swap = {
	    "thing.swap", "UPDATE thing SET n = $n WHERE id = $id AND $n > 0"};
	static const struct db_statement numbered = {
	    "thing.numbered", "UPDATE thing SET n = $2 WHERE id = $1"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {0};
	int64_t changed = -1;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	assert_int_equal(
	    db_exec(db, &swap, DB_PARAMS(DB_INT("id", 1), DB_INT("n", 55)),
		&changed, NULL),
	    0);
	assert_int_equal(changed, 1);
	assert_int_equal(
	    db_exec(db, &numbered, DB_PARAMS(DB_INT("1", 1), DB_INT("2", 66)),
		NULL, NULL),
	    0);
	assert_int_equal(db_query(db, &all, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(seen.n[0], 66);
	db_close(db);
}

static void wrong_parameters_are_a_named_bug(void **state)
{
	static const struct db_statement one = {
	    "thing.one", "SELECT n FROM thing WHERE id = $id AND n = $n"};
	static const struct db_statement bare = {
	    "thing.bare", "SELECT n FROM thing WHERE id = ?"};
	static const struct db_statement colon = {
	    "thing.colon", "SELECT n FROM thing WHERE id = :id"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(
	    db_exec(db, &one, DB_PARAMS(DB_INT("id", 1)), NULL, &err),
	    E_CORRUPT);
	assert_non_null(strstr(err.text, "\"n\" is missing"));
	assert_non_null(strstr(err.text, "thing.one"));
	assert_int_equal(
	    db_exec(db, &one, DB_NO_PARAMS, NULL, &err), E_CORRUPT);
	assert_int_equal(
	    db_exec(db, &one,
		DB_PARAMS(DB_INT("id", 1), DB_INT("n", 1), DB_INT("m", 1)),
		NULL, &err),
	    E_CORRUPT);
	assert_non_null(strstr(err.text, "\"m\" is one too many"));
	assert_int_equal(
	    db_exec(db, &one,
		DB_PARAMS(DB_INT("id", 1), DB_INT("n", 1), DB_INT("id", 2)),
		NULL, &err),
	    E_CORRUPT);
	assert_non_null(strstr(err.text, "\"id\" is one too many"));
	assert_int_equal(
	    db_exec(db, &one, DB_PARAMS(DB_INT("id", 1), DB_INT("id", 2)), NULL,
		&err),
	    E_CORRUPT);
	assert_int_equal(
	    db_exec(db, &bare, DB_PARAMS(DB_INT("id", 1)), NULL, &err),
	    E_CORRUPT);
	assert_int_equal(
	    db_exec(db, &colon, DB_PARAMS(DB_INT("id", 1)), NULL, &err),
	    E_CORRUPT);
	assert_int_equal(
	    db_exec(db, &one, DB_PARAMS(DB_INT("id", 1), DB_INT("n", 1)), NULL,
		&err),
	    0);
	db_close(db);
}

/* A call that was right is remembered: one of another shape is looked at as
 * the first was. */
static void a_right_call_excuses_no_wrong_one(void **state)
{
	static const struct db_statement less = {
	    "thing.less", "SELECT $a - $b AS n"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	for (int i = 0; i < 3; i++) {
		int64_t n = -1;

		assert_int_equal(db_query_int(db, &less,
				     DB_PARAMS(DB_INT("a", 7), DB_INT("b", i)),
				     &n, NULL, NULL),
		    0);
		assert_int_equal(n, 7 - i);
		assert_int_equal(db_query_int(db, &less,
				     DB_PARAMS(DB_INT("b", i), DB_INT("a", 9)),
				     &n, NULL, NULL),
		    0);
		assert_int_equal(n, 9 - i);
		assert_int_equal(db_query_int(db, &less,
				     DB_PARAMS(DB_INT("b", i), DB_INT("c", 9)),
				     &n, NULL, &err),
		    E_CORRUPT);
		assert_non_null(strstr(err.text, "\"a\" is missing"));
		assert_int_equal(db_query_int(db, &less,
				     DB_PARAMS(DB_INT("b", i)), &n, NULL, &err),
		    E_CORRUPT);
		assert_int_equal(db_query_int(db, &less,
				     DB_PARAMS(DB_INT("b", i), DB_INT("a", 9),
					 DB_INT("c", 1)),
				     &n, NULL, &err),
		    E_CORRUPT);
		assert_non_null(strstr(err.text, "\"c\" is one too many"));
	}
	db_close(db);
}

static int see_renamed(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = db_row_int(row, "number");
	return 0;
}

static void columns_are_named_anew_after_a_change_of_schema(void **state)
{
	static const struct db_statement star = {
	    "thing.star", "SELECT * FROM thing"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {0};
	int64_t number = -1;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	assert_int_equal(
	    db_query(db, &star, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(
	    db_script(db, "ALTER TABLE thing RENAME COLUMN n TO number", NULL),
	    0);
	assert_int_equal(
	    db_query(db, &star, DB_NO_PARAMS, see_renamed, &number, NULL), 0);
	assert_int_equal(number, seen.n[0]);
	db_close(db);
}

static void statement_that_is_not_one_is_a_bug(void **state)
{
	static const struct db_statement wrong[] = {
	    {"w.two", "SELECT 1; SELECT 2"},
	    {"w.none", " ; "},
	    {"w.empty", ""},
	    {"w.syntax", "SELEC 1"},
	    {"w.table", "SELECT n FROM nowhere"},
	    {"w.quotes", "SELECT \"abc\" AS n"},
	    {"w.ext", "SELECT load_extension('x')"},
	};
	static const struct db_statement fine = {"w.fine", "SELECT 1 AS n;\n"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		int rc = db_exec(db, &wrong[i], DB_NO_PARAMS, NULL, &err);

		if (rc != E_CORRUPT)
			fail_msg("%s: %d", wrong[i].name, rc);
		assert_non_null(strstr(err.text, wrong[i].name));
	}
	assert_int_equal(db_exec(db, &fine, DB_NO_PARAMS, NULL, &err), 0);
	db_close(db);
}

static void two_statements_with_one_name_are_a_bug(void **state)
{
	static const struct db_statement first = {"same", "SELECT 1 AS n"};
	static const struct db_statement second = {"same", "SELECT 12 AS n"};
	static const struct db_statement longer = {"same", "SELECT 1 AS n, 2"};
	static const struct db_statement again = {"same", "SELECT 1 AS n;"};
	struct place *place = *state;
	struct db *db = open_db(place->dsn, DB_AGENT, true);
	struct err err = ERR_INIT;

	assert_int_equal(db_exec(db, &first, DB_NO_PARAMS, NULL, &err), 0);
	assert_int_equal(
	    db_exec(db, &second, DB_NO_PARAMS, NULL, &err), E_CORRUPT);
	assert_non_null(strstr(err.text, "two statements"));
	assert_int_equal(
	    db_exec(db, &longer, DB_NO_PARAMS, NULL, &err), E_CORRUPT);
	assert_int_equal(db_exec(db, &again, DB_NO_PARAMS, NULL, &err), 0);
	db_close(db);
}

static void schema_cannot_be_edited_behind_the_engine(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_true(db_script(db,
			"PRAGMA writable_schema=1;"
			"UPDATE sqlite_schema SET sql = 'x';",
			&err) < 0);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	db_close(db);
}

static void value_over_the_limit_is_refused(void **state)
{
	size_t len = 8 * 1024 * 1024 + 1;
	char *big = calloc(1, len);
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(db_exec(db, &put,
			     DB_PARAMS(DB_INT("id", 1), DB_NULL("n"),
				 DB_NULL("t"), DB_BLOB("b", big, len)),
			     NULL, &err),
	    E_LIMIT);
	assert_int_equal(
	    db_exec(db, &put,
		DB_PARAMS(DB_INT("id", 1), DB_NULL("n"), DB_NULL("t"),
		    DB_BLOB("b", big, 4 * 1024 * 1024)),
		NULL, &err),
	    0);
	assert_int_equal(count_things(db), 1);
	db_close(db);
	free(big);
}

static void broken_rules_have_their_codes(void **state)
{
	static const struct db_statement orphan = {
	    "part.orphan", "INSERT INTO part (id, thing) VALUES (1, 99)"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	assert_int_equal(put_thing(db, 1, "b", &err), E_CONFLICT);
	assert_non_null(strstr(err.text, "already there"));
	assert_int_equal(put_thing(db, 2, "a", &err), E_CONFLICT);
	assert_non_null(strstr(err.text, "thing.put"));
	assert_int_equal(put_thing(db, 1000000, "c", &err), E_INVALID);
	assert_int_equal(
	    db_exec(db, &orphan, DB_NO_PARAMS, NULL, &err), E_INVALID);
	assert_int_equal(count_things(db), 1);
	db_close(db);
}

static void changed_counts_this_statement_s_rows_alone(void **state)
{
	static const struct db_statement raise = {
	    "thing.raise", "UPDATE thing SET n = n + 1 WHERE id > $id"};
	static const struct db_statement make = {
	    "make", "CREATE TABLE other (a BIGINT)"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	int64_t changed = -1;

	for (int64_t id = 1; id <= 3; id++) {
		char text[8];

		(void)snprintf(text, sizeof(text), "%d", (int)id);
		assert_int_equal(put_thing(db, id, text, NULL), 0);
	}
	assert_int_equal(
	    db_exec(db, &raise, DB_PARAMS(DB_INT("id", 1)), &changed, NULL), 0);
	assert_int_equal(changed, 2);
	assert_int_equal(
	    db_exec(db, &raise, DB_PARAMS(DB_INT("id", 9)), &changed, NULL), 0);
	assert_int_equal(changed, 0);
	changed = -1;
	assert_int_equal(db_exec(db, &make, DB_NO_PARAMS, &changed, NULL), 0);
	assert_int_equal(changed, 0);
	changed = -1;
	assert_int_equal(db_exec(db, &all, DB_NO_PARAMS, &changed, NULL), 0);
	assert_int_equal(changed, 0);
	db_close(db);
}

static void query_stops_when_told(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {.stop_after = 1};

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	assert_int_equal(put_thing(db, 2, "b", NULL), 0);
	assert_int_equal(db_query(db, &all, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(seen.rows, 1);
	/* Stopped, it can start again, from the first row. */
	seen = (struct seen){0};
	assert_int_equal(db_query(db, &all, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(seen.rows, 2);
	db_close(db);
}

static int refuse(void *context, const struct db_row *row, struct err *err)
{
	(void)row;
	++*(int *)context;
	return err_set(err, E_LIMIT, "enough");
}

static void callback_s_failure_is_passed_on(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;
	int calls = 0;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	assert_int_equal(put_thing(db, 2, "b", NULL), 0);
	assert_int_equal(
	    db_query(db, &all, DB_NO_PARAMS, refuse, &calls, &err), E_LIMIT);
	assert_string_equal(err.text, "enough");
	assert_int_equal(calls, 1);
	db_close(db);
}

static void write_of_a_query_stopped_early_is_kept(void **state)
{
	static const struct db_statement returning = {"thing.returning",
	    "INSERT INTO thing (id, n) VALUES (1, 10), (2, 20)"
	    " RETURNING id AS n, t, b"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {.stop_after = 1};

	assert_int_equal(
	    db_query(db, &returning, DB_NO_PARAMS, see, &seen, NULL), 0);
	assert_int_equal(seen.rows, 1);
	db_close(db);
	db = open_db(place->dsn, DB_AGENT, false);
	assert_int_equal(count_things(db), 2);
	db_close(db);
}

static int write_inside(
    void *context, const struct db_row *row, struct err *err)
{
	static const struct db_statement mark = {
	    "part.put", "INSERT INTO part (id, thing) VALUES ($id, $id)"};
	struct seen *seen = context;
	int rc;

	rc = db_exec(seen->db, &mark, DB_PARAMS(DB_INT("id", seen->rows + 1)),
	    NULL, err);
	return rc < 0 ? rc : see(context, row, err);
}

static int query_same(void *context, const struct db_row *row, struct err *err)
{
	struct seen *seen = context;

	(void)row;
	seen->nested =
	    db_query(seen->db, &all, DB_NO_PARAMS, see, context, err);
	return seen->nested;
}

static void callback_may_run_another_statement_not_the_same(void **state)
{
	static const struct db_statement parts = {
	    "part.count", "SELECT count(*) AS n FROM part"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {.db = db};
	struct err err = ERR_INIT;
	int64_t n = 0;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	assert_int_equal(put_thing(db, 2, "b", NULL), 0);
	assert_int_equal(
	    db_query(db, &all, DB_NO_PARAMS, write_inside, &seen, &err), 0);
	assert_int_equal(seen.rows, 2);
	assert_int_equal(
	    db_query_int(db, &parts, DB_NO_PARAMS, &n, NULL, NULL), 0);
	assert_int_equal(n, 2);
	assert_int_equal(
	    db_query(db, &all, DB_NO_PARAMS, query_same, &seen, &err),
	    E_CORRUPT);
	assert_int_equal(seen.nested, E_CORRUPT);
	assert_non_null(strstr(err.text, "still running"));
	assert_non_null(strstr(err.text, "thing.all"));
	/* And it is usable afterwards. */
	seen = (struct seen){0};
	assert_int_equal(db_query(db, &all, DB_NO_PARAMS, see, &seen, &err), 0);
	db_close(db);
}

static int read_text_as_int(
    void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = db_row_int(row, "t");
	return 0;
}

static int read_int_as_text(
    void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	(void)snprintf(context, 64, "%s", db_row_text(row, "n"));
	return 1;
}

static void value_of_another_type_is_told_not_converted(void **state)
{
	static const struct db_statement real = {
	    "thing.real", "SELECT avg(n) AS value FROM thing"};
	static const struct db_statement zero = {
	    "thing.zero", "SELECT CAST(x'610062' AS TEXT) AS value"};
	static const struct db_statement text = {
	    "thing.text", "SELECT 'abc' AS value"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;
	char out[64] = "";
	int64_t n = -1;

	assert_int_equal(put_thing(db, 1, "12", NULL), 0);
	assert_int_equal(
	    db_query(db, &all, DB_NO_PARAMS, read_text_as_int, &n, &err),
	    E_CORRUPT);
	assert_int_equal(n, 0);
	assert_non_null(strstr(err.text, "\"t\""));
	assert_int_equal(
	    db_query(db, &all, DB_NO_PARAMS, read_int_as_text, out, &err),
	    E_CORRUPT);
	assert_string_equal(out, "");
	assert_int_equal(
	    db_query(db, &real, DB_NO_PARAMS, copy_text, out, &err), E_CORRUPT);
	assert_non_null(strstr(err.text, "CAST"));
	assert_int_equal(
	    db_query(db, &zero, DB_NO_PARAMS, copy_text, out, &err), E_CORRUPT);
	assert_int_equal(
	    db_query_int(db, &text, DB_NO_PARAMS, &n, NULL, &err), E_CORRUPT);
	db_close(db);
}

static int read_unknown(
    void *context, const struct db_row *row, struct err *err)
{
	(void)context;
	(void)err;
	return (int)db_row_int(row, "nowhere");
}

static void unknown_column_aborts(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	pid_t child;
	int status;

	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	db_close(db);
	if ((child = fork()) == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		(void)close(STDERR_FILENO);
		db = open_db(place->dsn, DB_AGENT, false);
		(void)db_query(
		    db, &all, DB_NO_PARAMS, read_unknown, NULL, NULL);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void integer_query_tells_nothing_and_null_apart_from_zero(void **state)
{
	static const struct db_statement max = {
	    "thing.max", "SELECT max(n) AS n FROM thing"};
	static const struct db_statement first = {
	    "thing.first", "SELECT n FROM thing WHERE id = $id"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	bool found = true;
	int64_t n = -1;

	assert_int_equal(
	    db_query_int(db, &max, DB_NO_PARAMS, &n, &found, NULL), 0);
	assert_false(found);
	assert_int_equal(n, 0);
	found = true;
	assert_int_equal(db_query_int(db, &first, DB_PARAMS(DB_INT("id", 0)),
			     &n, &found, NULL),
	    0);
	assert_false(found);
	assert_int_equal(put_thing(db, 0, "a", NULL), 0);
	assert_int_equal(db_query_int(db, &first, DB_PARAMS(DB_INT("id", 0)),
			     &n, &found, NULL),
	    0);
	assert_true(found);
	assert_int_equal(n, 0);
	db_close(db);
}

static void transaction_is_all_or_nothing(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_false(db_in_transaction(db));
	db_rollback(db);
	assert_int_equal(db_begin(db, &err), 0);
	assert_true(db_in_transaction(db));
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	/* A refused statement undoes itself, not the transaction. */
	assert_int_equal(put_thing(db, 1, "a", &err), E_CONFLICT);
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(count_things(db), 0);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	assert_false(db_in_transaction(db));
	db_rollback(db);
	assert_int_equal(count_things(db), 1);
	db_close(db);
}

static void closing_undoes_what_was_not_committed(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_SERVER);

	assert_int_equal(db_begin(db, NULL), 0);
	assert_int_equal(put_thing(db, 1, "a", NULL), 0);
	db_close(db);
	db_close(NULL);
	db = open_db(place->dsn, DB_SERVER, false);
	assert_int_equal(count_things(db), 0);
	db_close(db);
}

static void misplaced_begin_or_commit_is_a_bug(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(db_commit(db, &err), E_CORRUPT);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(db_begin(db, &err), E_CORRUPT);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	assert_int_equal(count_things(db), 1);
	db_close(db);
}

static void begin_takes_the_write_lock_at_once(void **state)
{
	struct place *place = *state;
	struct db *first = open_things(place->faulty, DB_AGENT);
	struct db *second = open_db(place->faulty, DB_AGENT, false);
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(first, &err), 0);
	assert_int_equal(db_begin(second, &err), E_BUSY);
	assert_false(db_in_transaction(second));
	assert_non_null(strstr(err.text, "another program"));
	assert_int_equal(put_thing(second, 1, "a", &err), E_BUSY);
	/* Reading goes on meanwhile. */
	assert_int_equal(count_things(second), 0);
	db_rollback(first);
	assert_int_equal(put_thing(second, 1, "a", &err), 0);
	db_close(second);
	db_close(first);
}

static void commit_that_waits_for_a_reader_can_be_tried_again(void **state)
{
	struct place *place = *state;
	struct db *writer = open_things(place->faulty, DB_AGENT);
	struct db *reader = open_db(place->faulty, DB_READER, false);
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(reader, &err), 0);
	assert_int_equal(count_things(reader), 0);
	assert_int_equal(db_begin(writer, &err), 0);
	assert_int_equal(put_thing(writer, 1, "a", &err), 0);
	assert_int_equal(db_commit(writer, &err), E_BUSY);
	assert_true(db_in_transaction(writer));
	assert_int_equal(db_commit(reader, &err), 0);
	assert_int_equal(db_commit(writer, &err), 0);
	assert_int_equal(count_things(reader), 1);
	db_close(reader);
	db_close(writer);
}

static void assert_write_fails(struct db *db, int code, const char *words)
{
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(db, 1, "a", &err), code);
	if (strstr(err.text, words) == NULL)
		fail_msg("\"%s\" lacks \"%s\"", err.text, words);
}

static void full_or_failing_disk_is_told_and_loses_nothing(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->faulty, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(db, 7, "kept", &err), 0);
	write_result = SQLITE_FULL;
	assert_write_fails(db, E_IO, "disk full");
	write_result = SQLITE_IOERR_WRITE;
	assert_write_fails(db, E_IO, "disk failed");
	write_result = SQLITE_IOERR_NOMEM;
	assert_write_fails(db, E_NOMEM, "memory");
	write_result = SQLITE_READONLY;
	assert_write_fails(db, E_IO, "not allowed");
	write_result = SQLITE_OK;
	sync_result = SQLITE_IOERR_FSYNC;
	assert_write_fails(db, E_IO, "disk failed");
	sync_result = SQLITE_OK;
	assert_int_equal(count_things(db), 1);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	db_close(db);
	db = open_db(place->dsn, DB_AGENT, false);
	assert_int_equal(count_things(db), 2);
	assert_int_equal(db_check(db, &err), 0);
	db_close(db);
}

/* Half of a transaction must not be committed by the statements that follow
 * the failure which undid its first half. */
static void transaction_undone_by_a_failure_stays_undone(void **state)
{
	static const struct db_statement fill = {"thing.fill",
	    "WITH RECURSIVE c (i) AS (SELECT 100 UNION ALL"
	    " SELECT i + 1 FROM c WHERE i < 100000)"
	    " INSERT INTO thing (id, n) SELECT i, 1 FROM c"};
	struct place *place = *state;
	struct db *db = open_things(place->faulty, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(
	    db_script(db, "PRAGMA cache_size=10; PRAGMA cache_spill=1", &err),
	    0);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put_thing(db, 1, "first half", &err), 0);
	write_result = SQLITE_IOERR_WRITE;
	assert_int_equal(db_exec(db, &fill, DB_NO_PARAMS, NULL, &err), E_IO);
	write_result = SQLITE_OK;
	assert_true(db_in_transaction(db));
	assert_int_equal(put_thing(db, 2, "second half", &err), E_IO);
	assert_non_null(strstr(err.text, "start it over"));
	assert_int_equal(db_script(db, "DELETE FROM thing", &err), E_IO);
	assert_int_equal(db_commit(db, &err), E_IO);
	db_rollback(db);
	assert_int_equal(count_things(db), 0);
	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	assert_int_equal(db_commit(db, &err), 0);
	db_close(db);
}

static void rollback_after_a_failed_commit_is_fine(void **state)
{
	struct place *place = *state;
	struct db *db = open_things(place->faulty, DB_AGENT);
	struct err err = ERR_INIT;

	assert_int_equal(db_begin(db, &err), 0);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	sync_result = SQLITE_IOERR_FSYNC;
	assert_int_equal(db_commit(db, &err), E_IO);
	sync_result = SQLITE_OK;
	db_rollback(db);
	assert_false(db_in_transaction(db));
	assert_int_equal(count_things(db), 0);
	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	db_close(db);
}

static void statements_survive_a_change_of_schema(void **state)
{
	static const struct db_statement star = {
	    "thing.star", "SELECT * FROM thing"};
	struct place *place = *state;
	struct db *db = open_things(place->dsn, DB_AGENT);
	struct seen seen = {0};
	struct err err = ERR_INIT;

	assert_int_equal(put_thing(db, 1, "a", &err), 0);
	assert_int_equal(
	    db_query(db, &star, DB_NO_PARAMS, see, &seen, &err), 0);
	assert_int_equal(
	    db_script(db, "ALTER TABLE thing ADD COLUMN late TEXT", &err), 0);
	assert_int_equal(
	    db_query(db, &star, DB_NO_PARAMS, see, &seen, &err), 0);
	assert_int_equal(seen.rows, 2);
	assert_int_equal(put_thing(db, 2, "b", &err), 0);
	db_close(db);
}

static void many_statements_share_the_cache(void **state)
{
	struct place *place = *state;
	struct db *db = open_db(place->dsn, DB_AGENT, true);

	for (int i = 0; i < 1000; i++) {
		char name[32], sql[64];
		struct db_statement statement = {name, sql};
		int64_t n = -1;

		(void)snprintf(name, sizeof(name), "s%d", i % 300);
		(void)snprintf(sql, sizeof(sql), "SELECT %d AS n", i % 300);
		assert_int_equal(
		    db_query_int(db, &statement, DB_NO_PARAMS, &n, NULL, NULL),
		    0);
		assert_int_equal(n, i % 300);
	}
	db_close(db);
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(agent_commits_are_as_durable_as_can_be),
	    IN_PLACE(server_writes_a_full_wal_and_checkpoints),
	    IN_PLACE(reader_neither_writes_nor_checkpoints),
	    IN_PLACE(still_reader_leaves_nothing_beside),
	    IN_PLACE(reader_s_transaction_is_one_view),
	    IN_PLACE(closing_the_last_reader_leaves_the_wal),
	    IN_PLACE(settling_leaves_no_byte_of_what_was_deleted),
	    IN_PLACE(settling_says_who_reads_an_older_state),
	    IN_PLACE(nothing_is_created_unless_asked),
	    IN_PLACE(file_and_journal_are_private_whatever_the_umask),
	    IN_PLACE(creating_what_exists_opens_it),
	    IN_PLACE(dsn_that_is_no_file_is_refused),
	    IN_PLACE(directory_that_is_missing_is_said),
	    IN_PLACE(file_that_is_no_database_is_corrupt),
	    IN_PLACE(writer_on_read_only_media_says_so_at_once),
	    IN_PLACE(disk_without_shared_memory_cannot_have_a_wal),
	    IN_PLACE(damage_is_found_by_the_check),
	    IN_PLACE(check_on_a_failing_disk_is_no_verdict),
	    IN_PLACE(a_switch_that_sqlite_lacks_is_told),
	    IN_PLACE(memory_that_sqlite_lacks_is_told),
	    IN_PLACE(a_rollback_that_fails_is_done_by_the_next_begin),
	    IN_PLACE(settling_that_fails_is_told),
	    IN_PLACE(path_too_long_for_sqlite_is_refused),
	    IN_PLACE(values_come_back_as_they_went),
	    IN_PLACE(empty_bytes_are_not_null),
	    IN_PLACE(parameters_are_bound_by_name_not_by_place),
	    IN_PLACE(wrong_parameters_are_a_named_bug),
	    IN_PLACE(a_right_call_excuses_no_wrong_one),
	    IN_PLACE(columns_are_named_anew_after_a_change_of_schema),
	    IN_PLACE(statement_that_is_not_one_is_a_bug),
	    IN_PLACE(two_statements_with_one_name_are_a_bug),
	    IN_PLACE(schema_cannot_be_edited_behind_the_engine),
	    IN_PLACE(value_over_the_limit_is_refused),
	    IN_PLACE(broken_rules_have_their_codes),
	    IN_PLACE(changed_counts_this_statement_s_rows_alone),
	    IN_PLACE(query_stops_when_told),
	    IN_PLACE(callback_s_failure_is_passed_on),
	    IN_PLACE(write_of_a_query_stopped_early_is_kept),
	    IN_PLACE(callback_may_run_another_statement_not_the_same),
	    IN_PLACE(value_of_another_type_is_told_not_converted),
	    IN_PLACE(unknown_column_aborts),
	    IN_PLACE(integer_query_tells_nothing_and_null_apart_from_zero),
	    IN_PLACE(transaction_is_all_or_nothing),
	    IN_PLACE(closing_undoes_what_was_not_committed),
	    IN_PLACE(misplaced_begin_or_commit_is_a_bug),
	    IN_PLACE(begin_takes_the_write_lock_at_once),
	    IN_PLACE(commit_that_waits_for_a_reader_can_be_tried_again),
	    IN_PLACE(full_or_failing_disk_is_told_and_loses_nothing),
	    IN_PLACE(transaction_undone_by_a_failure_stays_undone),
	    IN_PLACE(rollback_after_a_failed_commit_is_fine),
	    IN_PLACE(statements_survive_a_change_of_schema),
	    IN_PLACE(many_statements_share_the_cache),
	};

	return cmocka_run_group_tests(tests, register_faulty, NULL);
}
