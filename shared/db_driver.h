/*
 * What a database driver gives db.c: the table below, one a driver. The
 * driver knows its library and nothing of transactions' rules, column names
 * or the DSN's scheme; it escapes nothing, rewrites nothing.
 */
#ifndef POINTEAU_SHARED_DB_DRIVER_H
#define POINTEAU_SHARED_DB_DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

struct db_connection; /* the driver's own */
struct db_cursor;     /* the driver's own: a statement being run */

struct db_driver {
	const char *scheme;  /* of the DSN: "sqlite" */
	const char *example; /* a whole DSN, for messages */
	const char *begin_write;
	const char *begin_read;

	/* ${location} is the DSN after "scheme:". */
	int (*open)(struct db_connection **out, const char *location,
	    enum db_mode mode, bool create, struct err *err);
	void (*close)(struct db_connection *connection);

	/*
	 * Prepare (or find prepared) and bind. Parameters and statement must
	 * name each other exactly. ${params} are read until finish. After
	 * success the cursor must be finished.
	 */
	int (*start)(struct db_cursor **out, struct db_connection *connection,
	    const struct db_statement *statement, const struct db_param *params,
	    size_t param_count, struct err *err);
	/* 1 and the columns of the next row, borrowed until the next step or
	 * finish; 0 at the end. NULL data never comes: it is "". */
	int (*step)(struct db_cursor *cursor, const struct db_param **columns,
	    size_t *column_count, struct err *err);
	/* Rows changed, once step has returned 0. */
	int64_t (*changed)(const struct db_cursor *cursor);
	/* Fails when a statement left unread could not be completed. */
	int (*finish)(struct db_cursor *cursor, struct err *err);

	/* What the database itself thinks: it may undo one on a failure. */
	bool (*in_transaction)(const struct db_connection *connection);
	int (*version)(
	    struct db_connection *connection, int64_t *out, struct err *err);
	int (*script)(
	    struct db_connection *connection, const char *sql, struct err *err);
	int (*settle)(struct db_connection *connection, struct err *err);
	int (*copy)(struct db_connection *connection, const char *path,
	    db_copy_step *step, void *context, struct err *err);
	int (*check)(struct db_connection *connection, struct err *err);
};

extern const struct db_driver db_sqlite_driver;

/* Why a database did not do what it was told. */
enum db_fault {
	DB_FAULT_MEMORY,
	DB_FAULT_MISSING, /* nothing at that place */
	DB_FAULT_ACCESS,  /* something there, which cannot be opened */
	DB_FAULT_FOREIGN, /* no database of this kind */
	DB_FAULT_DAMAGED,
	DB_FAULT_CRASHED, /* a writer must repair it before readers */
	DB_FAULT_BUSY,
	DB_FAULT_FULL,
	DB_FAULT_READONLY,
	DB_FAULT_DISK,
	DB_FAULT_UNIQUE, /* a uniqueness rule */
	DB_FAULT_RULE,   /* any other rule of the schema */
	DB_FAULT_SIZE,
	DB_FAULT_INTERRUPTED,
};

/*
 * Say ${fault} of the database at ${place}, what to do, and in brackets
 * ${detail} (NULL for none), which is for developers. Returns its code.
 */
int db_fail(enum db_fault fault, const char *place, const char *detail,
    struct err *err);

/* E_CORRUPT: the statement ${name} is wrong, or wrongly used. */
int db_fail_bug(const char *name, struct err *err, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
