/*
 * The statement interface: the few things the engine asks of any SQL
 * database. Statements are portable SQL (docs/sql.md), parameters are bound
 * by name, columns are read by name. One driver a file; the DSN chooses.
 * A struct db belongs to one thread at a time.
 */
#ifndef POINTEAU_SHARED_DB_H
#define POINTEAU_SHARED_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/err.h"

struct db;     /* opaque: one connection */
struct db_row; /* opaque: the current row, inside db_query's callback */

/* A statement is data: static, so that a test can prepare them all, and so
 * that it and the literals in it are found again by their addresses. */
struct db_statement {
	const char *name; /* "entry.put", unique: the cache's key */
	const char *sql;  /* parameters are $name */
};

enum db_type { DB_TYPE_NULL, DB_TYPE_INT, DB_TYPE_TEXT, DB_TYPE_BLOB };

/* One parameter. The bytes stay the caller's and are read during the call. */
struct db_param {
	const char *name; /* without the '$'; a literal, known by its address */
	enum db_type type;
	int64_t integer;
	const void *data;
	size_t len;
};

#define DB_INT(n, v)     ((struct db_param){(n), DB_TYPE_INT, (v), NULL, 0})
#define DB_TEXT(n, v)    db_param_text((n), (v)) /* NULL text is SQL NULL */
#define DB_BLOB(n, v, l) ((struct db_param){(n), DB_TYPE_BLOB, 0, (v), (l)})
#define DB_NULL(n)       ((struct db_param){(n), DB_TYPE_NULL, 0, NULL, 0})

struct db_param db_param_text(const char *name, const char *text);

enum db_mode {
	DB_AGENT,  /* read and write; TRUNCATE journal, synchronous EXTRA */
	DB_SERVER, /* the one writer, which also checkpoints; WAL, FULL */
	DB_READER, /* read only beside a writer; never checkpoints */
	DB_STILL,  /* read only where nobody writes: nothing comes to be beside
	              it. What a log or journal beside it holds is not seen. */
};

/*
 * Open ${dsn}: "sqlite:/path/file.db", with "?vfs=name" for tests. Nothing
 * is created unless ${create}. E_NOT_INIT when the file is not there,
 * E_CORRUPT when it is no database, E_IO. Close with db_close.
 */
int db_open(struct db **out, const char *dsn, enum db_mode mode, bool create,
    struct err *err);
void db_close(struct db *);

/* One thing that its owner keeps beside a connection (ledger_month.c):
 * ${release} ends it when the connection closes, or another takes its place.
 * NULL until then. */
void db_attach(struct db *, void *thing, void (*release)(void *));
void *db_attached(const struct db *);

/* This program's data has no backups (a laptop's): what is said of a damaged
 * database advises none. Before any other thread is born. */
void db_without_backups(void);

/*
 * Run a statement for its effect. ${changed} (may be NULL) receives the
 * number of rows. Write
 *
 *	db_exec(db, &put, DB_PARAMS(DB_TEXT("id", id), DB_INT("n", n)),
 *	    NULL, err)
 *
 * E_BUSY when another process holds the database too long, E_IO (disk full,
 * read-only: said in the message), E_CONFLICT when a uniqueness rule refused
 * it, E_INVALID when another rule of the schema did, E_LIMIT (a value over
 * 8 MiB), E_CORRUPT. A parameter the statement lacks, or one missing, is a
 * bug: E_CORRUPT naming the statement and parameter.
 */
#define DB_PARAMS(...)                                                         \
	(const struct db_param[]){__VA_ARGS__},                                \
	    sizeof((const struct db_param[]){__VA_ARGS__}) /                   \
		sizeof(struct db_param)
#define DB_NO_PARAMS NULL, 0
int db_exec(struct db *, const struct db_statement *,
    const struct db_param *params, size_t param_count, int64_t *changed,
    struct err *err);

/*
 * Run a query; ${each} sees every row in turn. It returns 0 to go on, 1 to
 * stop early (db_query returns 0), or a negative code, which db_query passes
 * on. ${each} may run other statements, never the same one.
 */
typedef int db_each(void *context, const struct db_row *row, struct err *err);
int db_query(struct db *, const struct db_statement *,
    const struct db_param *params, size_t param_count, db_each *each,
    void *context, struct err *err);

/* Columns by name; an unknown name is a bug and aborts. NULL reads as 0 or
 * "" or no bytes (never a NULL pointer). A value of another type reads as
 * NULL does, and db_query then fails with E_CORRUPT. Borrowed until ${each}
 * returns. */
int64_t db_row_int(const struct db_row *, const char *column);
const char *db_row_text(const struct db_row *, const char *column);
struct bytes db_row_blob(const struct db_row *, const char *column);
bool db_row_is_null(const struct db_row *, const char *column);

/* The first row's first column as an integer; ${*found} tells whether there
 * was one and it was not NULL (may be NULL itself; then 0 stands for none). */
int db_query_int(struct db *, const struct db_statement *,
    const struct db_param *params, size_t param_count, int64_t *out,
    bool *found, struct err *err);

/*
 * Transactions: db_begin takes the write lock at once (readers: a
 * consistent view). They do not nest. db_rollback after a failed commit is
 * fine and after none is a no-op; one that fails itself is done by the next
 * db_begin. When a failure (a full disk) made the
 * database undo the transaction by itself, everything but db_rollback is
 * refused until db_rollback.
 */
int db_begin(struct db *, struct err *err);
int db_commit(struct db *, struct err *err);
void db_rollback(struct db *);
bool db_in_transaction(const struct db *);

/*
 * A part of a transaction: what follows db_save is undone alone by db_undo,
 * or stays with the rest by db_keep. Parts do not nest; db_commit and
 * db_rollback end one that is open. When db_undo fails the whole is to be
 * rolled back.
 */
int db_save(struct db *, struct err *err);
int db_keep(struct db *, struct err *err);
int db_undo(struct db *, struct err *err);

/* A number that moves when another connection has changed the database, in
 * whichever program; not by what this one does. Exact within a transaction. */
int db_version(struct db *, int64_t *out, struct err *err);

/* Several statements of DDL, separated by ';'. For migrate.c and tests. */
int db_script(struct db *, const char *sql, struct err *err);

/*
 * Leave no trace of what was deleted: until then pages that were split, and a
 * write-ahead log, hold copies. Writes the whole database anew, in memory
 * first, then into its file, and empties the log: for rare and grave acts.
 * The writer's, outside a transaction. On failure nothing is lost and traces
 * may be left; it may be asked again. E_BUSY when a reader still looks at an
 * older state, E_IO.
 */
int db_settle(struct db *, struct err *err);

/*
 * Copy the database as it stands to a new file ${path} of its own (0600), in
 * a rollback journal's form, durable when it returns. Beside a writer: within
 * the caller's db_begin of a DB_READER, so that it is one moment's. ${step}
 * (may be NULL) sees pages done and in all, and ends it with a negative code.
 * E_CONFLICT when ${path} exists, E_IO; what was begun is then taken away.
 */
typedef int db_copy_step(
    void *context, int64_t done, int64_t total, struct err *err);
int db_copy(struct db *, const char *path, db_copy_step *step, void *context,
    struct err *err);

/* quick_check of the whole file; E_CORRUPT names the first fault. */
int db_check(struct db *, struct err *err);

#endif
