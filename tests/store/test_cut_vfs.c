/* The disk of tests/lib/cut_vfs.h behaves as a bad disk does, no worse. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/db.h"
#include "tests/lib/cut_vfs.h"

#define VFS     "bad"
#define PAGE    4096
#define SECTOR  512
#define FLAGS   (SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
#define MAIN    (FLAGS | SQLITE_OPEN_MAIN_DB)
#define JOURNAL (FLAGS | SQLITE_OPEN_MAIN_JOURNAL)
#define ROUNDS  400

/* ---- files, without SQLite's own work ---- */

static sqlite3_file *open_file(const char *path, int flags)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(VFS);
	sqlite3_file *file = calloc(1, (size_t)vfs->szOsFile);

	if (vfs->xOpen(vfs, path, file, flags, NULL) == SQLITE_OK)
		return file;
	free(file);
	return NULL;
}

static void close_file(sqlite3_file *file)
{
	assert_int_equal(file->pMethods->xClose(file), SQLITE_OK);
	free(file);
}

static int fill(sqlite3_file *file, int page, char c)
{
	char bytes[PAGE];

	memset(bytes, c, sizeof(bytes));
	return file->pMethods->xWrite(
	    file, bytes, PAGE, (sqlite3_int64)page * PAGE);
}

static int sync_file(sqlite3_file *file)
{
	return file->pMethods->xSync(file, SQLITE_SYNC_FULL);
}

/* How many bytes of the page are ${c}. */
static int count(sqlite3_file *file, int page, char c)
{
	char bytes[PAGE];
	int rc, sum = 0;

	rc = file->pMethods->xRead(
	    file, bytes, PAGE, (sqlite3_int64)page * PAGE);
	assert_true(rc == SQLITE_OK || rc == SQLITE_IOERR_SHORT_READ);
	for (int i = 0; i < PAGE; i++)
		sum += bytes[i] == c ? 1 : 0;
	return sum;
}

static bool exists(const char *path)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(VFS);
	int out = 0;

	assert_int_equal(
	    vfs->xAccess(vfs, path, SQLITE_ACCESS_EXISTS, &out), SQLITE_OK);
	return out != 0;
}

/* A file with two pages of 'a', synced, its name durable. */
static void place(const char *path)
{
	sqlite3_file *file = open_file(path, JOURNAL);

	assert_int_equal(fill(file, 0, 'a'), SQLITE_OK);
	assert_int_equal(fill(file, 1, 'a'), SQLITE_OK);
	assert_int_equal(sync_file(file), SQLITE_OK);
	close_file(file);
}

static void test_synced_stays(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 1);
	sqlite3_file *file;

	(void)state;
	place("/d/f");
	for (int i = 0; i < ROUNDS; i++) {
		cut_disk_restart(disk);
		file = open_file("/d/f", MAIN);
		assert_int_equal(count(file, 0, 'a'), PAGE);
		assert_int_equal(count(file, 1, 'a'), PAGE);
		close_file(file);
	}
	cut_disk_free(disk);
}

struct tally {
	int whole, none, torn, garbled, reordered;
};

/* Two pages written over, not synced: what each cut left. */
static struct tally overwrite(uint64_t seed)
{
	struct cut_disk *disk = cut_disk_new(VFS, seed);
	struct tally tally = {0, 0, 0, 0, 0};

	for (int i = 0; i < ROUNDS; i++) {
		sqlite3_file *file;
		int old[2], fresh[2];

		place("/d/f");
		file = open_file("/d/f", MAIN);
		assert_int_equal(fill(file, 0, 'b'), SQLITE_OK);
		assert_int_equal(fill(file, 1, 'b'), SQLITE_OK);
		assert_int_equal(count(file, 1, 'b'), PAGE);
		close_file(file);
		cut_disk_restart(disk);
		file = open_file("/d/f", MAIN);
		for (int j = 0; j < 2; j++) {
			old[j] = count(file, j, 'a');
			fresh[j] = count(file, j, 'b');
			tally.whole += fresh[j] == PAGE ? 1 : 0;
			tally.none += old[j] == PAGE ? 1 : 0;
			tally.torn += old[j] >= SECTOR && fresh[j] >= SECTOR;
			tally.garbled += old[j] + fresh[j] < PAGE ? 1 : 0;
		}
		tally.reordered += old[0] == PAGE && fresh[1] == PAGE;
		close_file(file);
	}
	cut_disk_free(disk);
	return tally;
}

static void test_unsynced_may_go(void **state)
{
	struct tally tally = overwrite(2);

	(void)state;
	assert_true(tally.whole > ROUNDS / 10);
	assert_true(tally.none > ROUNDS / 10);
	assert_true(tally.torn > ROUNDS / 20);
	assert_true(tally.garbled > ROUNDS / 40);
	assert_true(tally.reordered > ROUNDS / 40);
}

static void test_same_seed(void **state)
{
	struct tally first = overwrite(3), again = overwrite(3);
	struct tally other = overwrite(4);

	(void)state;
	assert_memory_equal(&first, &again, sizeof(first));
	assert_memory_not_equal(&first, &other, sizeof(first));
}

/* A small write in the middle of a page: how many cuts harmed its neighbours
 * within the sector, and beyond. */
static void harm(bool promise, int *beside, int *beyond)
{
	struct cut_disk *disk = cut_disk_new(VFS, 14);

	*beside = *beyond = 0;
	cut_disk_promise(disk, promise);
	for (int i = 0; i < ROUNDS; i++) {
		char bytes[PAGE];
		sqlite3_file *file;
		bool near = false, far = false;

		place("/d/f");
		file = open_file("/d/f", MAIN);
		memset(bytes, 'b', sizeof(bytes));
		assert_int_equal(
		    file->pMethods->xWrite(file, bytes, 100, 200), SQLITE_OK);
		close_file(file);
		cut_disk_restart(disk);
		file = open_file("/d/f", MAIN);
		assert_int_equal(
		    file->pMethods->xRead(file, bytes, PAGE, 0), SQLITE_OK);
		close_file(file);
		for (int j = 0; j < PAGE; j++) {
			bool own = j >= 200 && j < 300;

			near = near || (!own && j < SECTOR && bytes[j] != 'a');
			far = far || (j >= SECTOR && bytes[j] != 'a');
		}
		*beside += near ? 1 : 0;
		*beyond += far ? 1 : 0;
	}
	cut_disk_free(disk);
}

static void test_promise(void **state)
{
	int beside, beyond;

	(void)state;
	harm(false, &beside, &beyond);
	assert_true(beside > 0);
	assert_int_equal(beyond, 0);
	harm(true, &beside, &beyond);
	assert_int_equal(beside, 0);
	assert_int_equal(beyond, 0);
}

/* A truncation is a change as any other. */
static void test_truncation(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 5);
	int gone = 0;

	(void)state;
	for (int i = 0; i < ROUNDS; i++) {
		sqlite3_file *file;

		place("/d/f");
		file = open_file("/d/f", MAIN);
		assert_int_equal(file->pMethods->xTruncate(file, 0), SQLITE_OK);
		close_file(file);
		cut_disk_restart(disk);
		gone += exists("/d/f") ? 0 : 1;
	}
	assert_true(gone > ROUNDS / 10 && gone < ROUNDS - ROUNDS / 10);
	cut_disk_free(disk);
}

/* How often a name created or deleted is there after a cut. */
static int count_names(bool deletes, int sync_directory, int flags)
{
	struct cut_disk *disk = cut_disk_new(VFS, 6);
	sqlite3_vfs *vfs = sqlite3_vfs_find(VFS);
	int there = 0;

	for (int i = 0; i < ROUNDS; i++) {
		sqlite3_file *file;

		if (deletes) {
			place("/d/f");
			assert_int_equal(
			    vfs->xDelete(vfs, "/d/f", sync_directory),
			    SQLITE_OK);
		} else {
			file = open_file("/d/f", flags);
			assert_int_equal(fill(file, 0, 'a'), SQLITE_OK);
			assert_int_equal(sync_file(file), SQLITE_OK);
			close_file(file);
		}
		cut_disk_restart(disk);
		there += exists("/d/f") ? 1 : 0;
		cut_disk_remove(disk, "/d/");
		assert_false(exists("/d/f"));
	}
	cut_disk_free(disk);
	return there;
}

static void test_names(void **state)
{
	int created = count_names(false, 0, MAIN);
	int deleted = count_names(true, 0, 0);

	(void)state;
	/* As on Unix, only a journal's first sync syncs its directory. */
	assert_true(created > ROUNDS / 4 && created < ROUNDS - ROUNDS / 4);
	assert_int_equal(count_names(false, 0, JOURNAL), ROUNDS);
	assert_true(deleted > ROUNDS / 4 && deleted < ROUNDS - ROUNDS / 4);
	assert_int_equal(count_names(true, 1, 0), 0);
}

/* From the cut on nothing works; a killed program leaves what it wrote. */
static void test_cut(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 7);
	sqlite3_file *file;

	(void)state;
	place("/d/f");
	file = open_file("/d/f", MAIN);
	assert_int_equal(cut_disk_operations(disk), 4);
	cut_disk_cut(disk, 2);
	assert_int_equal(fill(file, 0, 'b'), SQLITE_OK);
	assert_false(cut_disk_is_cut(disk));
	assert_int_equal(fill(file, 1, 'b'), SQLITE_IOERR_WRITE);
	assert_true(cut_disk_is_cut(disk));
	assert_int_equal(sync_file(file), SQLITE_IOERR_FSYNC);
	assert_null(open_file("/d/f", MAIN));
	assert_int_equal(cut_disk_operations(disk), 6);
	close_file(file);
	cut_disk_survive(disk);
	file = open_file("/d/f", MAIN);
	assert_int_equal(count(file, 0, 'b'), PAGE);
	assert_int_equal(sync_file(file), SQLITE_OK);
	close_file(file);
	cut_disk_free(disk);
}

static void test_faults(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 8);
	sqlite3_file *file;

	(void)state;
	place("/d/f");
	file = open_file("/d/f", MAIN);
	cut_disk_fail(disk, CUT_FAULT_IO, 2, false);
	assert_int_equal(count(file, 0, 'a'), PAGE);
	assert_int_equal(sync_file(file), SQLITE_IOERR_FSYNC);
	assert_int_equal(sync_file(file), SQLITE_OK);
	cut_disk_fail(disk, CUT_FAULT_FULL, 1, true);
	assert_int_equal(count(file, 0, 'a'), PAGE);
	assert_int_equal(fill(file, 0, 'b'), SQLITE_FULL);
	assert_int_equal(fill(file, 0, 'b'), SQLITE_FULL);
	assert_int_equal(sync_file(file), SQLITE_OK);
	cut_disk_fail(disk, CUT_FAULT_NONE, 0, false);
	assert_int_equal(count(file, 0, 'a'), PAGE);
	assert_int_equal(fill(file, 0, 'b'), SQLITE_OK);
	close_file(file);
	cut_disk_free(disk);
}

static void test_lie(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 9);
	int lost = 0;

	(void)state;
	cut_disk_lie(disk, true);
	for (int i = 0; i < ROUNDS; i++) {
		place("/d/f");
		cut_disk_restart(disk);
		lost += exists("/d/f") ? 0 : 1;
		cut_disk_remove(disk, "/d/");
	}
	assert_true(lost > ROUNDS / 10);
	cut_disk_free(disk);
}

/* ---- with SQLite ---- */

static const struct db_statement put = {
    "put", "INSERT INTO t (n, x) VALUES ($n, $x)"};
static const struct db_statement total = {"total", "SELECT COUNT(*) FROM t"};

static struct db *open_db(const char *dsn, enum db_mode mode, bool create)
{
	struct err err = ERR_INIT;
	struct db *db = NULL;

	if (db_open(&db, dsn, mode, create, &err) < 0)
		fail_msg("%s: %s", dsn, err.text);
	if (create)
		assert_int_equal(
		    db_script(db, "CREATE TABLE t (n INT, x TEXT)", &err), 0);
	return db;
}

static int add(struct db *db, int n)
{
	static const char text[] = "some words that take a little room";

	return db_exec(db, &put, DB_PARAMS(DB_INT("n", n), DB_TEXT("x", text)),
	    NULL, NULL);
}

static int rows(struct db *db)
{
	int64_t out = -1;

	assert_int_equal(
	    db_query_int(db, &total, DB_NO_PARAMS, &out, NULL, NULL), 0);
	return (int)out;
}

static void test_copy(void **state)
{
	struct cut_disk *disk = cut_disk_new(VFS, 10);
	struct db *db;

	(void)state;
	db = open_db("sqlite:/d/x.db?vfs=" VFS, DB_SERVER, true);
	assert_int_equal(add(db, 1), 0);
	cut_disk_copy(disk, "/d/", "/e/");
	assert_int_equal(add(db, 2), 0);
	db_close(db);
	db = open_db("sqlite:/e/x.db?vfs=" VFS, DB_SERVER, false);
	assert_int_equal(rows(db), 1);
	db_close(db);
	cut_disk_copy(disk, "/d/", "/e/");
	cut_disk_remove(disk, "/d/");
	db = open_db("sqlite:/e/x.db?vfs=" VFS, DB_SERVER, false);
	assert_int_equal(rows(db), 2);
	db_close(db);
	cut_disk_free(disk);
}

/* A writer with a write-ahead log and a reader beside it, who sees a still
 * picture; then the memory they shared is lost and made again. */
static void test_wal(void **state)
{
	static const char dsn[] = "sqlite:/d/x.db?vfs=" VFS;
	struct cut_disk *disk = cut_disk_new(VFS, 11);
	struct db *writer, *reader, *other;

	(void)state;
	writer = open_db(dsn, DB_SERVER, true);
	reader = open_db(dsn, DB_READER, false);
	other = open_db(dsn, DB_SERVER, false);
	assert_int_equal(add(writer, 1), 0);
	assert_int_equal(db_begin(reader, NULL), 0);
	assert_int_equal(rows(reader), 1);
	assert_int_equal(db_begin(writer, NULL), 0);
	assert_int_equal(db_begin(other, NULL), E_BUSY);
	assert_int_equal(add(writer, 2), 0);
	assert_int_equal(db_commit(writer, NULL), 0);
	assert_int_equal(rows(reader), 1);
	assert_int_equal(db_commit(reader, NULL), 0);
	assert_int_equal(rows(reader), 2);
	assert_int_equal(add(other, 3), 0);
	assert_int_equal(rows(writer), 3);
	/* The cut comes before anybody can put the log away. */
	cut_disk_cut(disk, 1);
	assert_int_equal(add(writer, 4), E_IO);
	db_close(other);
	db_close(reader);
	db_close(writer);
	cut_disk_restart(disk);
	writer = open_db(dsn, DB_SERVER, false);
	assert_in_range(rows(writer), 3, 4);
	assert_int_equal(db_check(writer, NULL), 0);
	db_close(writer);
	cut_disk_free(disk);
}

/* Two connections with a rollback journal exclude each other. */
static void test_locks(void **state)
{
	static const char dsn[] = "sqlite:/d/x.db?vfs=" VFS;
	struct cut_disk *disk = cut_disk_new(VFS, 12);
	struct db *one, *two;

	(void)state;
	one = open_db(dsn, DB_AGENT, true);
	two = open_db(dsn, DB_AGENT, false);
	assert_int_equal(db_begin(one, NULL), 0);
	assert_int_equal(add(one, 1), 0);
	assert_int_equal(db_begin(two, NULL), E_BUSY);
	assert_int_equal(rows(two), 0);
	assert_int_equal(db_commit(one, NULL), 0);
	assert_int_equal(db_begin(two, NULL), 0);
	assert_int_equal(add(two, 2), 0);
	assert_int_equal(db_commit(two, NULL), 0);
	assert_int_equal(rows(one), 2);
	db_close(one);
	db_close(two);
	cut_disk_free(disk);
}

/* "Nothing is there, create it" would be the wrong advice. */
static void test_failing_is_not_missing(void **state)
{
	static const char dsn[] = "sqlite:/d/x.db?vfs=" VFS;
	struct cut_disk *disk = cut_disk_new(VFS, 13);
	struct db *db = open_db(dsn, DB_AGENT, true);

	(void)state;
	assert_int_equal(add(db, 1), 0);
	db_close(db);
	cut_disk_fail(disk, CUT_FAULT_IO, 1, false);
	assert_int_equal(db_open(&db, dsn, DB_AGENT, false, NULL), E_IO);
	db = open_db(dsn, DB_AGENT, false);
	assert_int_equal(rows(db), 1);
	db_close(db);
	cut_disk_free(disk);
}

static const struct weakness {
	enum db_mode mode;
	const char *script;
	bool loses;
} weaknesses[] = {
    {DB_AGENT, "", false},
    {DB_SERVER, "", false},
    {DB_AGENT, "PRAGMA journal_mode=DELETE", false},
    {DB_AGENT, "PRAGMA synchronous=OFF", true},
    {DB_SERVER, "PRAGMA synchronous=NORMAL", true},
};

/* Cuts while rows are added: how many came out wrong. */
static int losses(const struct weakness *weakness)
{
	static const char dsn[] = "sqlite:/d/x.db?vfs=" VFS;
	struct cut_disk *disk = cut_disk_new(VFS, 13);
	int wrong = 0;

	for (int i = 0; i < ROUNDS; i++) {
		struct db *db = open_db(dsn, weakness->mode, true);
		int added = 0;

		assert_int_equal(db_script(db, weakness->script, NULL), 0);
		cut_disk_cut(disk, 1 + (uint64_t)i % 30);
		while (add(db, added) == 0)
			added++;
		db_close(db);
		cut_disk_restart(disk);
		if (db_open(&db, dsn, weakness->mode, false, NULL) < 0) {
			wrong++;
		} else {
			int64_t now = -1;

			(void)db_query_int(
			    db, &total, DB_NO_PARAMS, &now, NULL, NULL);
			wrong += db_check(db, NULL) < 0 || now < added ||
			                 now > added + 1
			             ? 1
			             : 0;
		}
		db_close(db);
		cut_disk_remove(disk, "/d/");
	}
	cut_disk_free(disk);
	return wrong;
}

static void test_sqlite_keeps_its_word(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(weaknesses) / sizeof(*weaknesses); i++) {
		int wrong = losses(&weaknesses[i]);

		if ((wrong > 0) != weaknesses[i].loses)
			fail_msg("mode %d, \"%s\": %d", weaknesses[i].mode,
			    weaknesses[i].script, wrong);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_synced_stays),
	    cmocka_unit_test(test_unsynced_may_go),
	    cmocka_unit_test(test_same_seed),
	    cmocka_unit_test(test_promise),
	    cmocka_unit_test(test_truncation),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_faults),
	    cmocka_unit_test(test_lie),
	    cmocka_unit_test(test_copy),
	    cmocka_unit_test(test_wal),
	    cmocka_unit_test(test_locks),
	    cmocka_unit_test(test_failing_is_not_missing),
	    cmocka_unit_test(test_sqlite_keeps_its_word),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
