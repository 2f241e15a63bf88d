/*
 * One bare durable commit, as cheap as SQLite makes it with what a laptop
 * uses: TRUNCATE and EXTRA, one row of an entry's size, its statement and its
 * connection held.
 */
#ifndef POINTEAU_TESTS_BENCH_COMMIT_H
#define POINTEAU_TESTS_BENCH_COMMIT_H

struct sqlite3;
struct sqlite3_stmt;

struct commit {
	struct sqlite3 *base;
	struct sqlite3_stmt *insert;
};

/* In a database of its own in ${directory}. 0, or -1 with a line on stderr. */
int commit_open(struct commit *out, const char *directory);
void commit_close(struct commit *commit);

int commit_one(struct commit *commit, int n);

#endif
