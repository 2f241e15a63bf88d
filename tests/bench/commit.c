#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "tests/bench/commit.h"

#define PATH_TEXT  4096
#define ENTRY_SIZE 240 /* bytes: hours without a note */

static int fail(struct commit *commit)
{
	(void)fprintf(stderr, "%s\n", sqlite3_errmsg(commit->base));
	return -1;
}

int commit_open(struct commit *out, const char *directory)
{
	char path[PATH_TEXT];

	memset(out, 0, sizeof(*out));
	(void)snprintf(path, sizeof(path), "%s/bare-commit.db", directory);
	(void)remove(path);
	if (sqlite3_open(path, &out->base) != SQLITE_OK ||
	    sqlite3_exec(out->base,
		"PRAGMA synchronous=EXTRA; PRAGMA journal_mode=TRUNCATE;"
		"CREATE TABLE row (id INTEGER PRIMARY KEY, bytes BLOB)",
		NULL, NULL, NULL) != SQLITE_OK ||
	    sqlite3_prepare_v2(out->base, "INSERT INTO row VALUES (NULL, ?)",
		-1, &out->insert, NULL) != SQLITE_OK)
		return fail(out);
	return 0;
}

void commit_close(struct commit *commit)
{
	(void)sqlite3_finalize(commit->insert);
	(void)sqlite3_close(commit->base);
}

int commit_one(struct commit *commit, int n)
{
	char bytes[ENTRY_SIZE];

	memset(bytes, n, sizeof(bytes));
	if (sqlite3_bind_blob(commit->insert, 1, bytes, sizeof(bytes),
		SQLITE_STATIC) != SQLITE_OK ||
	    sqlite3_step(commit->insert) != SQLITE_DONE ||
	    sqlite3_reset(commit->insert) != SQLITE_OK)
		return fail(commit);
	return 0;
}
