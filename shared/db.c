#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/db.h"
#include "shared/db_driver.h"
#include "shared/lang.h"

struct db {
	const struct db_driver *driver;
	struct db_connection *connection;
	enum db_mode mode;
	bool began;     /* db_begin without its db_commit or db_rollback */
	void *attached; /* owned; NULL */
	void (*release)(void *attached);
};

struct db_row {
	const struct db_param *columns;
	size_t count;
	size_t *next;         /* where a name is looked for first */
	const char **misread; /* receives a column read as another type */
};

static const struct db_driver *const drivers[] = {
    &db_sqlite_driver,
};

struct db_param db_param_text(const char *name, const char *text)
{
	if (text == NULL)
		return DB_NULL(name);
	return (struct db_param){name, DB_TYPE_TEXT, 0, text, strlen(text)};
}

/* The driver of ${dsn}; ${*location} is what follows "scheme:". */
static const struct db_driver *driver_of(const char *dsn, const char **location)
{
	for (size_t i = 0; i < sizeof(drivers) / sizeof(drivers[0]); i++) {
		size_t len = strlen(drivers[i]->scheme);

		if (strncmp(dsn, drivers[i]->scheme, len) == 0 &&
		    dsn[len] == ':') {
			*location = dsn + len + 1;
			return drivers[i];
		}
	}
	return NULL;
}

static bool reads(const struct db *db)
{
	return db->mode == DB_READER || db->mode == DB_STILL;
}

int db_open(struct db **out, const char *dsn, enum db_mode mode, bool create,
    struct err *err)
{
	const struct db_driver *driver;
	const char *location;
	struct db *db;
	int rc;

	assert(out != NULL && dsn != NULL);
	assert(!create || (mode != DB_READER && mode != DB_STILL));
	*out = NULL;
	/* Only the scheme is shown: the rest may hold a password. */
	if ((driver = driver_of(dsn, &location)) == NULL)
		return err_set(err, E_INVALID,
		    L("base de données « %.*s » : sorte inconnue ; écrivez "
		      "par exemple %s",
			"database \"%.*s\": unknown kind; write for example "
			"%s"),
		    (int)strcspn(dsn, ":/"), dsn, drivers[0]->example);
	if ((db = calloc(1, sizeof(*db))) == NULL)
		return err_nomem(err);
	db->driver = driver;
	db->mode = mode;
	rc = driver->open(&db->connection, location, mode, create, err);
	if (rc < 0) {
		free(db);
		return rc;
	}
	*out = db;
	return 0;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_rollback(db);
	db_attach(db, NULL, NULL);
	db->driver->close(db->connection);
	free(db);
}

void db_attach(struct db *db, void *thing, void (*release)(void *))
{
	if (db->attached != NULL)
		db->release(db->attached);
	db->attached = thing;
	db->release = release;
}

void *db_attached(const struct db *db)
{
	return db->attached;
}

/*
 * After some failures (disk full, say) a database undoes the transaction by
 * itself. What follows would then be committed alone, half of a whole: it is
 * refused until the caller has called db_rollback.
 */
static int still_in_transaction(const struct db *db, struct err *err)
{
	if (!db->began || db->driver->in_transaction(db->connection))
		return 0;
	return err_set(err, E_IO,
	    L("un échec a annulé l'enregistrement en cours : rien n'en a été "
	      "gardé ; recommencez-le entièrement",
		"a failure undid the transaction: nothing of it was kept; "
		"start it over"));
}

static int start(struct db_cursor **out, struct db *db,
    const struct db_statement *statement, const struct db_param *params,
    size_t param_count, struct err *err)
{
	int rc;

	assert(db != NULL && statement != NULL);
	assert(params != NULL || param_count == 0);
	if ((rc = still_in_transaction(db, err)) < 0)
		return rc;
	/* What a rollback that failed left would be read as if it counted. */
	if (!db->began && db->driver->in_transaction(db->connection) &&
	    (rc = db->driver->script(db->connection, "ROLLBACK", err)) < 0)
		return rc;
	return db->driver->start(
	    out, db->connection, statement, params, param_count, err);
}

/* Finish the cursor whose last result was ${rc}: the first failure counts. */
static int finish(
    struct db *db, struct db_cursor *cursor, int rc, struct err *err)
{
	int finished = db->driver->finish(cursor, rc < 0 ? NULL : err);

	if (rc < 0)
		return rc;
	return finished < 0 ? finished : 0;
}

int db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t param_count, int64_t *changed,
    struct err *err)
{
	const struct db_param *columns;
	struct db_cursor *cursor;
	size_t count;
	int rc;

	rc = start(&cursor, db, statement, params, param_count, err);
	if (rc < 0)
		return rc;
	do {
		rc = db->driver->step(cursor, &columns, &count, err);
	} while (rc > 0);
	if (rc == 0 && changed != NULL)
		*changed = db->driver->changed(cursor);
	return finish(db, cursor, rc, err);
}

int db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t param_count, db_each *each,
    void *context, struct err *err)
{
	const char *misread = NULL;
	size_t next = 0;
	struct db_row row = {NULL, 0, &next, &misread};
	struct db_cursor *cursor;
	int rc;

	assert(each != NULL);
	rc = start(&cursor, db, statement, params, param_count, err);
	if (rc < 0)
		return rc;
	do {
		rc = db->driver->step(cursor, &row.columns, &row.count, err);
		if (rc <= 0)
			break;
		rc = each(context, &row, err);
		if (misread != NULL)
			rc = db_fail_bug(statement->name, err,
			    L("colonne « %s » lue comme une autre sorte de "
			      "valeur",
				"column \"%s\" read as another type"),
			    misread);
	} while (rc == 0);
	return finish(db, cursor, rc, err);
}

static const struct db_param *column_of(
    const struct db_row *row, const char *column)
{
	size_t at = *row->next;

	/* Mostly they are read in their order. */
	for (size_t i = 0; i < row->count; i++, at++) {
		if (at >= row->count)
			at = 0;
		if (strcmp(row->columns[at].name, column) == 0) {
			*row->next = at + 1;
			return &row->columns[at];
		}
	}
	(void)fprintf(stderr, "db_row: no column \"%s\"\n", column);
	abort();
}

/* The column when it holds a value of ${type}; NULL when it is SQL NULL or
 * holds another type, which db_query then tells. */
static const struct db_param *value_of(
    const struct db_row *row, const char *column, enum db_type type)
{
	const struct db_param *value = column_of(row, column);

	if (value->type == DB_TYPE_NULL)
		return NULL;
	if (value->type != type) {
		*row->misread = value->name;
		return NULL;
	}
	return value;
}

int64_t db_row_int(const struct db_row *row, const char *column)
{
	const struct db_param *value = value_of(row, column, DB_TYPE_INT);

	return value != NULL ? value->integer : 0;
}

const char *db_row_text(const struct db_row *row, const char *column)
{
	const struct db_param *value = value_of(row, column, DB_TYPE_TEXT);

	if (value == NULL)
		return "";
	/* A NUL inside would silently shorten what people wrote. */
	if (memchr(value->data, '\0', value->len) != NULL) {
		*row->misread = value->name;
		return "";
	}
	return value->data;
}

struct bytes db_row_blob(const struct db_row *row, const char *column)
{
	const struct db_param *value = value_of(row, column, DB_TYPE_BLOB);

	if (value == NULL)
		return (struct bytes){"", 0};
	return (struct bytes){value->data, value->len};
}

bool db_row_is_null(const struct db_row *row, const char *column)
{
	return column_of(row, column)->type == DB_TYPE_NULL;
}

struct first_int {
	int64_t value;
	bool found;
};

static int first_int_read(
    void *context, const struct db_row *row, struct err *err)
{
	struct first_int *first = context;

	(void)err;
	first->found = row->columns[0].type != DB_TYPE_NULL;
	if (row->columns[0].type == DB_TYPE_INT)
		first->value = row->columns[0].integer;
	else if (first->found)
		*row->misread = row->columns[0].name;
	return 1;
}

int db_query_int(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t param_count, int64_t *out,
    bool *found, struct err *err)
{
	struct first_int first = {0, false};
	int rc;

	rc = db_query(
	    db, statement, params, param_count, first_int_read, &first, err);
	if (rc < 0)
		return rc;
	*out = first.value;
	if (found != NULL)
		*found = first.found;
	return 0;
}

int db_begin(struct db *db, struct err *err)
{
	const char *sql =
	    reads(db) ? db->driver->begin_read : db->driver->begin_write;
	int rc;

	if (db->began)
		return db_fail_bug("begin", err,
		    L("transaction dans une transaction",
			"a transaction within a transaction"));
	/* What db_rollback had no memory to undo. */
	if (db->driver->in_transaction(db->connection) &&
	    (rc = db->driver->script(db->connection, "ROLLBACK", err)) < 0)
		return rc;
	if ((rc = db->driver->script(db->connection, sql, err)) < 0)
		return rc;
	db->began = true;
	return 0;
}

int db_commit(struct db *db, struct err *err)
{
	int rc;

	if (!db->began)
		return db_fail_bug("commit", err,
		    L("aucune transaction en cours", "no transaction is open"));
	if ((rc = still_in_transaction(db, err)) < 0)
		return rc;
	if ((rc = db->driver->script(db->connection, "COMMIT", err)) < 0)
		return rc;
	db->began = false;
	return 0;
}

void db_rollback(struct db *db)
{
	/* A rollback that fails is done by the next db_begin, or by the
	 * recovery of every opening; there is nothing for the caller to
	 * decide. */
	if (db->began && db->driver->in_transaction(db->connection))
		(void)db->driver->script(db->connection, "ROLLBACK", NULL);
	db->began = false;
}

/* ---- parts of a transaction ---- */

static const struct db_statement part_save = {"part.save", "SAVEPOINT part"};
static const struct db_statement part_keep = {
    "part.keep", "RELEASE SAVEPOINT part"};
static const struct db_statement part_undo = {
    "part.undo", "ROLLBACK TO SAVEPOINT part"};

int db_save(struct db *db, struct err *err)
{
	if (!db->began)
		return db_fail_bug("save", err,
		    L("aucune transaction en cours", "no transaction is open"));
	return db_exec(db, &part_save, DB_NO_PARAMS, NULL, err);
}

int db_keep(struct db *db, struct err *err)
{
	return db_exec(db, &part_keep, DB_NO_PARAMS, NULL, err);
}

int db_undo(struct db *db, struct err *err)
{
	int rc = db_exec(db, &part_undo, DB_NO_PARAMS, NULL, err);

	return rc < 0 ? rc : db_keep(db, err);
}

bool db_in_transaction(const struct db *db)
{
	return db->began;
}

int db_version(struct db *db, int64_t *out, struct err *err)
{
	int rc = still_in_transaction(db, err);

	*out = 0;
	return rc < 0 ? rc : db->driver->version(db->connection, out, err);
}

int db_script(struct db *db, const char *sql, struct err *err)
{
	int rc;

	if ((rc = still_in_transaction(db, err)) < 0)
		return rc;
	return db->driver->script(db->connection, sql, err);
}

int db_settle(struct db *db, struct err *err)
{
	assert(!reads(db) && !db->began);
	return db->driver->settle(db->connection, err);
}

int db_copy(struct db *db, const char *path, db_copy_step *step, void *context,
    struct err *err)
{
	return db->driver->copy(db->connection, path, step, context, err);
}

int db_check(struct db *db, struct err *err)
{
	return db->driver->check(db->connection, err);
}
