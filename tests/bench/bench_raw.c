/*
 * The reference of ingest: the same entries into one SQLite table by bare
 * prepared statements, as fast as the library can and as durable as the
 * server: nobody's signature is checked, nothing is parsed, folded or
 * answered. Two indexes, both in the order in which rows come.
 *
 *	bench_raw --rows PREFIX --database FILE [--from 0] [--turns 1]
 *	    [--batch 50]
 *
 * stores the rows of these turns and prints
 *{"entries","seconds","cpu","commits"}. The database grows from one call to the
 *next, as the server's does.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "tests/bench/plan.h"

static const char schema[] =
    "PRAGMA synchronous=FULL; PRAGMA journal_mode=wal;"
    "PRAGMA cache_size=-16384; PRAGMA wal_autocheckpoint=4000;"
    "CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY,"
    " place INTEGER NOT NULL, pos INTEGER NOT NULL, structure TEXT NOT NULL,"
    " worker TEXT NOT NULL, day TEXT NOT NULL, slot TEXT NOT NULL,"
    " kind TEXT NOT NULL, minutes INTEGER NOT NULL, device TEXT NOT NULL,"
    " bytes BLOB NOT NULL);"
    "CREATE INDEX IF NOT EXISTS raw_place ON raw (place, pos);"
    "CREATE INDEX IF NOT EXISTS raw_day ON raw (day, worker)";

static const char insert[] =
    "INSERT INTO raw (place, pos, structure, worker, day, slot, kind,"
    " minutes, device, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

struct rows {
	struct plan_row *items;
	size_t count;
	size_t room;
};

/* In the order in which the server gets them. */
static void read_rows(struct rows *out, const char *prefix, size_t turn)
{
	FILE *file = plan_rows_open(prefix, turn, "rb");
	struct plan_row row;

	while (plan_read_row(file, &row)) {
		if (out->count == out->room) {
			out->room = out->room == 0 ? 4096 : 2 * out->room;
			out->items = realloc(
			    out->items, out->room * sizeof(*out->items));
			if (out->items == NULL)
				plan_die("no memory");
		}
		out->items[out->count++] = row;
	}
	(void)fclose(file);
}

static void must(sqlite3 *db, int found, int wanted)
{
	if (found != wanted)
		plan_die("sqlite: %s", sqlite3_errmsg(db));
}

static void put(sqlite3 *db, sqlite3_stmt *stmt, const struct plan_row *row,
    int64_t place, int64_t pos)
{
	const char *const texts[] = {
	    row->structure, row->worker, row->day, row->slot, row->kind};

	sqlite3_bind_int64(stmt, 1, place);
	sqlite3_bind_int64(stmt, 2, pos);
	for (int i = 0; i < 5; i++)
		sqlite3_bind_text(stmt, 3 + i, texts[i], -1, SQLITE_STATIC);
	sqlite3_bind_int64(stmt, 8, row->minutes);
	sqlite3_bind_text(stmt, 9, row->device, -1, SQLITE_STATIC);
	sqlite3_bind_blob(stmt, 10, row->bytes, (int)row->len, SQLITE_STATIC);
	must(db, sqlite3_step(stmt), SQLITE_DONE);
	must(db, sqlite3_reset(stmt), SQLITE_OK);
}

static int64_t last_place(sqlite3 *db)
{
	sqlite3_stmt *stmt;
	int64_t place;

	must(db,
	    sqlite3_prepare_v2(
		db, "SELECT COALESCE(MAX(place), 0) FROM raw", -1, &stmt, NULL),
	    SQLITE_OK);
	must(db, sqlite3_step(stmt), SQLITE_ROW);
	place = sqlite3_column_int64(stmt, 0);
	must(db, sqlite3_finalize(stmt), SQLITE_OK);
	return place;
}

static void store(sqlite3 *db, const struct rows *rows, size_t batch)
{
	sqlite3_stmt *put_row, *begin, *commit;
	int64_t place = last_place(db);

	must(db, sqlite3_prepare_v2(db, insert, -1, &put_row, NULL), SQLITE_OK);
	must(db, sqlite3_prepare_v2(db, "BEGIN IMMEDIATE", -1, &begin, NULL),
	    SQLITE_OK);
	must(
	    db, sqlite3_prepare_v2(db, "COMMIT", -1, &commit, NULL), SQLITE_OK);
	for (size_t i = 0; i < rows->count; i++) {
		if (i % batch == 0) {
			must(db, sqlite3_step(begin), SQLITE_DONE);
			must(db, sqlite3_reset(begin), SQLITE_OK);
			place++;
		}
		put(db, put_row, &rows->items[i], place, (int64_t)(i % batch));
		if (i % batch == batch - 1 || i + 1 == rows->count) {
			must(db, sqlite3_step(commit), SQLITE_DONE);
			must(db, sqlite3_reset(commit), SQLITE_OK);
		}
	}
	(void)sqlite3_finalize(put_row);
	(void)sqlite3_finalize(begin);
	(void)sqlite3_finalize(commit);
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double cpu(void)
{
	struct rusage usage;

	(void)getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

int main(int argc, char **argv)
{
	const char *path = plan_text(argc, argv, "rows", NULL);
	const char *database = plan_text(argc, argv, "database", NULL);
	size_t batch = (size_t)plan_number(argc, argv, "batch", 50);
	size_t from = (size_t)plan_number(argc, argv, "from", 0);
	size_t turns = (size_t)plan_number(argc, argv, "turns", 1);
	struct rows rows = {NULL, 0, 0};
	double seconds, spent;
	sqlite3 *db;

	if (path == NULL || database == NULL || batch == 0)
		plan_die("--rows and --database are needed");
	for (size_t i = 0; i < turns; i++)
		read_rows(&rows, path, from + i);
	must(NULL, sqlite3_open(database, &db), SQLITE_OK);
	must(db, sqlite3_exec(db, schema, NULL, NULL, NULL), SQLITE_OK);
	spent = cpu();
	seconds = now();
	store(db, &rows, batch);
	seconds = now() - seconds;
	spent = cpu() - spent;
	must(db, sqlite3_close(db), SQLITE_OK);
	printf("{\"entries\":%zu,\"seconds\":%.6f,\"cpu\":%.6f,"
	       "\"commits\":%zu}\n",
	    rows.count, seconds, spent, (rows.count + batch - 1) / batch);
	return 0;
}
