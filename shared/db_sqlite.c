#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/db_driver.h"
#include "shared/lang.h"
#include "shared/os.h"

#define BUSY_TIMEOUT_MS 5000
#define VALUE_MAX       (8 * 1024 * 1024)
#define BUCKETS         64
#define RECENT          256
#define PRAGMA_TEXT_MAX 512
#define DETAIL_MAX      512
#define COPY_PAGES      256 /* between two looks at the caller */

struct db_connection {
	sqlite3 *handle;
	char *path;
	struct db_cursor *cursors[BUCKETS]; /* by name, chained */
	/* The last of each place, by the address of its struct db_statement:
	 * the same call again finds it without looking at any text. */
	struct db_cursor *recent[RECENT];
};

/* What a caller called a parameter, and the parameter's number. */
struct place {
	const char *name;
	int index;
};

/* A prepared statement, kept until the connection closes. */
struct db_cursor {
	struct db_cursor *next;
	struct db_connection *connection;
	sqlite3_stmt *stmt;
	bool running;
	int64_t changes_before;
	struct db_param *columns; /* their names stand until it is prepared
	                             anew, which SQLite counts */
	int column_count;
	int column_room;
	int prepared; /* that count, 1 added; 0: no names yet */
	/* The parameters as last given and checked, known by the addresses of
	 * their names, which are literals. */
	struct place *places;
	int place_count; /* -1: none was checked yet */
	const struct db_statement *statement;
	const char *sql;
	char name[];
};

/* SQLite's own advice for hostile data, widened to what we store. */
static const struct limit {
	int id;
	int value;
} limits[] = {
    {SQLITE_LIMIT_LENGTH, VALUE_MAX},
    {SQLITE_LIMIT_SQL_LENGTH, 256 * 1024},
    {SQLITE_LIMIT_COLUMN, 100},
    {SQLITE_LIMIT_EXPR_DEPTH, 64},
    {SQLITE_LIMIT_COMPOUND_SELECT, 16},
    {SQLITE_LIMIT_VDBE_OP, 25000},
    {SQLITE_LIMIT_FUNCTION_ARG, 16},
    {SQLITE_LIMIT_ATTACHED, 1}, /* VACUUM INTO needs it */
    {SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 256},
    {SQLITE_LIMIT_VARIABLE_NUMBER, 64},
    {SQLITE_LIMIT_TRIGGER_DEPTH, 10},
    {SQLITE_LIMIT_WORKER_THREADS, 0},
};

static const struct switch_setting {
	int id;
	int on;
} switches[] = {
    {SQLITE_DBCONFIG_DEFENSIVE, 1},
    {SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0},
    {SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0},
    {SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, 0},
    {SQLITE_DBCONFIG_DQS_DML, 0},
    {SQLITE_DBCONFIG_DQS_DDL, 0},
    {SQLITE_DBCONFIG_ENABLE_FKEY, 1},
    /* A plan does not depend on what is bound: else SQLite prepares some
     * statements anew at each use. */
    {SQLITE_DBCONFIG_ENABLE_QPSG, 1},
};

/* synchronous comes before journal_mode, so that the very first transaction
 * is as durable as the others. A server's pages come from everywhere in the
 * ledger: 2 MB, SQLite's own bound, would have each push read some again. */
static const struct mode_setting {
	const char *pragmas;
	const char *journal; /* NULL: as the writer chose */
} modes[] = {
    [DB_AGENT] = {"PRAGMA synchronous=EXTRA", "truncate"},
    [DB_SERVER] = {"PRAGMA synchronous=FULL; PRAGMA cache_size=-16384;"
		   "PRAGMA wal_autocheckpoint=4000",
	"wal"},
    [DB_READER] = {"PRAGMA query_only=1", NULL},
    [DB_STILL] = {"PRAGMA query_only=1", NULL},
};

/* Nobody asks how much memory SQLite holds; to know it, every allocation of
 * every thread would pass one lock. Before main, since SQLite takes it only
 * before it starts; where a test has started it, it merely counts. */
__attribute__((constructor)) static void count_no_memory(void)
{
	(void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

/* What SQLite's results mean to people; an extended code comes before the
 * primary one that it refines. Any other is a bug. */
static const struct meaning {
	int code;
	enum db_fault fault;
} meanings[] = {
    {SQLITE_IOERR_NOMEM, DB_FAULT_MEMORY},
    {SQLITE_READONLY_ROLLBACK, DB_FAULT_CRASHED},
    {SQLITE_READONLY_RECOVERY, DB_FAULT_CRASHED},
    {SQLITE_READONLY_CANTINIT, DB_FAULT_CRASHED},
    {SQLITE_CONSTRAINT_UNIQUE, DB_FAULT_UNIQUE},
    {SQLITE_CONSTRAINT_PRIMARYKEY, DB_FAULT_UNIQUE},
    {SQLITE_CONSTRAINT_ROWID, DB_FAULT_UNIQUE},
    {SQLITE_NOMEM, DB_FAULT_MEMORY},
    {SQLITE_BUSY, DB_FAULT_BUSY},
    {SQLITE_PROTOCOL, DB_FAULT_BUSY},
    {SQLITE_FULL, DB_FAULT_FULL},
    {SQLITE_READONLY, DB_FAULT_READONLY},
    {SQLITE_CANTOPEN, DB_FAULT_ACCESS},
    {SQLITE_PERM, DB_FAULT_ACCESS},
    {SQLITE_IOERR, DB_FAULT_DISK},
    {SQLITE_NOTADB, DB_FAULT_FOREIGN},
    {SQLITE_CORRUPT, DB_FAULT_DAMAGED},
    {SQLITE_CONSTRAINT, DB_FAULT_RULE},
    {SQLITE_TOOBIG, DB_FAULT_SIZE},
    {SQLITE_INTERRUPT, DB_FAULT_INTERRUPTED},
};

/* Say the connection's last failure, met by the statement ${name}. */
static int fail(
    const struct db_connection *connection, const char *name, struct err *err)
{
	int code = sqlite3_extended_errcode(connection->handle);
	const char *message = sqlite3_errmsg(connection->handle);
	char detail[DETAIL_MAX];

	for (size_t i = 0; i < sizeof(meanings) / sizeof(meanings[0]); i++) {
		if (meanings[i].code != code &&
		    meanings[i].code != (code & 0xff))
			continue;
		(void)snprintf(
		    detail, sizeof(detail), "%s, %d: %s", name, code, message);
		return db_fail(
		    meanings[i].fault, connection->path, detail, err);
	}
	return db_fail_bug(name, err, "%s", message);
}

/* What a schema says in comments that other databases pass over, in SQLite's
 * own words (docs/sql.md). Never longer than what they replace. */
static const struct dialect {
	const char *mark;
	const char *words;
} dialect[] = {
    {"/* clustered */", "WITHOUT ROWID"},
    {"BIGINT /* rowid */", "INTEGER"},
};

static void speak(char *sql, const struct dialect *word)
{
	size_t mark = strlen(word->mark), len = strlen(word->words);

	for (char *at = sql; (at = strstr(at, word->mark)) != NULL;
	     at += mark) {
		memcpy(at, word->words, len);
		memset(at + len, ' ', mark - len);
	}
}

static int sqlite_script(
    struct db_connection *connection, const char *sql, struct err *err)
{
	char *own = strdup(sql);
	int rc = 0;

	if (own == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < sizeof(dialect) / sizeof(dialect[0]); i++)
		speak(own, &dialect[i]);
	if (sqlite3_exec(connection->handle, own, NULL, NULL, NULL) !=
	    SQLITE_OK)
		rc = fail(connection, "script", err);
	free(own);
	return rc;
}

/* Run ${sql} and copy its first row's first column. */
static int pragma_text(struct db_connection *connection, const char *sql,
    char out[PRAGMA_TEXT_MAX], struct err *err)
{
	sqlite3_stmt *stmt = NULL;
	const unsigned char *text;
	int rc = 0;

	out[0] = '\0';
	if (sqlite3_prepare_v2(connection->handle, sql, -1, &stmt, NULL) !=
	    SQLITE_OK)
		return fail(connection, sql, err);
	switch (sqlite3_step(stmt)) {
	case SQLITE_ROW:
		if ((text = sqlite3_column_text(stmt, 0)) == NULL)
			rc = err_nomem(err);
		else
			(void)snprintf(
			    out, PRAGMA_TEXT_MAX, "%s", (const char *)text);
		break;
	case SQLITE_DONE:
		break;
	default:
		rc = fail(connection, sql, err);
	}
	(void)sqlite3_finalize(stmt);
	return rc;
}

/* SQLite answers with the mode it could take: another one is a promise of
 * durability we could not keep. */
static int set_journal(
    struct db_connection *connection, const char *journal, struct err *err)
{
	char sql[PRAGMA_TEXT_MAX], got[PRAGMA_TEXT_MAX];
	int rc;

	(void)snprintf(sql, sizeof(sql), "PRAGMA journal_mode=%s", journal);
	if ((rc = pragma_text(connection, sql, got, err)) < 0)
		return rc;
	if (strcmp(got, journal) == 0)
		return 0;
	return err_set(err, E_IO,
	    L("base « %s » : ce disque ne permet pas un journal « %s » "
	      "(obtenu : « %s ») ; mettez-la sur un disque local",
		"database \"%s\": this disk does not allow a \"%s\" journal "
		"(got \"%s\"); put it on a local disk"),
	    connection->path, journal, got);
}

static int set_switches(struct db_connection *connection, struct err *err)
{
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(
		    connection->handle, limits[i].id, limits[i].value);
	for (size_t i = 0; i < sizeof(switches) / sizeof(switches[0]); i++) {
		int now = -1;

		if (sqlite3_db_config(connection->handle, switches[i].id,
			switches[i].on, &now) != SQLITE_OK ||
		    now != switches[i].on)
			return db_fail_bug("open", err,
			    L("réglage %d refusé par SQLite",
				"setting %d refused by SQLite"),
			    switches[i].id);
	}
	return 0;
}

static int configure(
    struct db_connection *connection, enum db_mode mode, struct err *err)
{
	char text[PRAGMA_TEXT_MAX];
	int rc;

	if ((rc = set_switches(connection, err)) < 0)
		return rc;
	(void)sqlite3_busy_timeout(connection->handle, BUSY_TIMEOUT_MS);
	rc = sqlite_script(connection,
	    "PRAGMA cell_size_check=1;"
	    "PRAGMA mmap_size=0;"
	    "PRAGMA temp_store=MEMORY;"
	    "PRAGMA secure_delete=1;"
	    "PRAGMA locking_mode=NORMAL;",
	    err);
	if (rc < 0)
		return rc;
	if ((rc = sqlite_script(connection, modes[mode].pragmas, err)) < 0)
		return rc;
	if (mode == DB_READER || mode == DB_STILL) {
		(void)sqlite3_wal_autocheckpoint(connection->handle, 0);
		(void)sqlite3_db_config(connection->handle,
		    SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
		/* A first read, to tell at once what is no database. */
		return pragma_text(
		    connection, "PRAGMA schema_version", text, err);
	}
	if (sqlite3_db_readonly(connection->handle, "main") == 1)
		return db_fail(
		    DB_FAULT_READONLY, connection->path, "open", err);
	return set_journal(connection, modes[mode].journal, err);
}

/* Cut "?vfs=name" from ${path}; ${*vfs} is the name or NULL. */
static int split_location(char *path, const char **vfs, struct err *err)
{
	static const char option[] = "?vfs=";
	char *question = strchr(path, '?');

	*vfs = NULL;
	if (question != NULL) {
		if (strncmp(question, option, sizeof(option) - 1) != 0 ||
		    question[sizeof(option) - 1] == '\0')
			return err_set(err, E_INVALID,
			    L("base « %s » : option inconnue ; un chemin ne "
			      "contient pas de « ? »",
				"database \"%s\": unknown option; a path has "
				"no '?'"),
			    path);
		*vfs = question + sizeof(option) - 1;
		*question = '\0';
	}
	/* SQLite gives these a meaning of its own: a base without a file. */
	if (path[0] == '\0' || path[0] == ':' || strncmp(path, "file:", 5) == 0)
		return err_set(err, E_INVALID,
		    L("base « %s » : ce n'est pas un chemin de fichier ; "
		      "écrivez par exemple %s",
			"database \"%s\": not the path of a file; write for "
			"example %s"),
		    path, db_sqlite_driver.example);
	return 0;
}

/* Asked of the VFS, since a test's file is not always on the disk. An empty
 * file, left by a crash right after its creation, counts as none. */
static int check_exists(sqlite3_vfs *vfs, const char *path, struct err *err)
{
	char *full = malloc((size_t)vfs->mxPathname + 1);
	int exists = 0, rc = SQLITE_OK;

	if (full == NULL)
		return err_nomem(err);
	if ((vfs->xFullPathname(vfs, path, vfs->mxPathname + 1, full) & 0xff) ==
	    SQLITE_OK)
		rc = vfs->xAccess(vfs, full, SQLITE_ACCESS_EXISTS, &exists);
	free(full);
	/* A disk that fails does not say that there is nothing. */
	if (rc != SQLITE_OK)
		return db_fail(DB_FAULT_DISK, path, NULL, err);
	return exists ? 0 : db_fail(DB_FAULT_MISSING, path, NULL, err);
}

/* SQLite would create the file with the umask's rights: create it private,
 * and SQLite gives its journals the same rights. */
static int create_private(const char *path, struct err *err)
{
	int rc = os_file_create(path, "", 0, 0600, err);

	return rc == E_CONFLICT ? 0 : rc;
}

/* As an address, which alone can say that nobody writes. */
static int open_still(
    struct db_connection *connection, int flags, const char *vfs_name)
{
	struct buf address = BUF_INIT;
	int rc;

	buf_add_text(&address, "file:");
	for (const char *at = connection->path; *at != '\0'; at++) {
		if (*at == '%' || *at == '?' || *at == '#')
			buf_printf(&address, "%%%02X", (unsigned)*at);
		else
			buf_add_char(&address, *at);
	}
	buf_add_text(&address, "?immutable=1");
	rc = address.failed ? SQLITE_NOMEM
	                    : sqlite3_open_v2(address.data, &connection->handle,
				  flags | SQLITE_OPEN_URI, vfs_name);
	buf_free(&address);
	return rc;
}

static int open_handle(struct db_connection *connection, const char *vfs_name,
    enum db_mode mode, bool create, struct err *err)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(vfs_name);
	int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
	int rc;

	if (vfs == NULL)
		return err_set(err, E_INVALID,
		    L("base « %s » : vfs « %s » inconnu",
			"database \"%s\": unknown vfs \"%s\""),
		    connection->path, vfs_name != NULL ? vfs_name : "");
	if (create && vfs_name == NULL)
		rc = create_private(connection->path, err);
	else
		rc = create ? 0 : check_exists(vfs, connection->path, err);
	if (rc < 0)
		return rc;
	flags |= mode == DB_READER || mode == DB_STILL ? SQLITE_OPEN_READONLY
	                                               : SQLITE_OPEN_READWRITE;
	if (create && vfs_name != NULL)
		flags |= SQLITE_OPEN_CREATE;
	rc = mode == DB_STILL ? open_still(connection, flags, vfs_name)
	                      : sqlite3_open_v2(connection->path,
				    &connection->handle, flags, vfs_name);
	if (rc != SQLITE_OK)
		return connection->handle == NULL
		           ? err_nomem(err)
		           : fail(connection, "open", err);
	return 0;
}

static void sqlite_close(struct db_connection *connection)
{
	if (connection == NULL)
		return;
	for (size_t i = 0; i < BUCKETS; i++) {
		struct db_cursor *cursor = connection->cursors[i];

		while (cursor != NULL) {
			struct db_cursor *next = cursor->next;

			(void)sqlite3_finalize(cursor->stmt);
			free(cursor->columns);
			free(cursor->places);
			free(cursor);
			cursor = next;
		}
	}
	(void)sqlite3_close(connection->handle);
	free(connection->path);
	free(connection);
}

static int sqlite_open(struct db_connection **out, const char *location,
    enum db_mode mode, bool create, struct err *err)
{
	struct db_connection *connection = calloc(1, sizeof(*connection));
	const char *vfs_name;
	int rc;

	if (connection == NULL ||
	    (connection->path = strdup(location)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = split_location(connection->path, &vfs_name, err)) < 0)
		goto out;
	if ((rc = open_handle(connection, vfs_name, mode, create, err)) < 0)
		goto out;
	rc = configure(connection, mode, err);
out:
	if (rc < 0) {
		sqlite_close(connection);
		return rc;
	}
	*out = connection;
	return 0;
}

/* FNV-1a */
static size_t bucket_of(const char *name)
{
	uint32_t hash = 2166136261u;

	for (const char *c = name; *c != '\0'; c++)
		hash = (hash ^ (uint8_t)*c) * 16777619u;
	return hash % BUCKETS;
}

static bool is_blank_sql(const char *sql)
{
	while (*sql == ';' || isspace((unsigned char)*sql))
		sql++;
	return *sql == '\0';
}

static int make_places(struct db_cursor *cursor, struct err *err)
{
	int count = sqlite3_bind_parameter_count(cursor->stmt);

	cursor->place_count = -1;
	cursor->places = calloc((size_t)count + 1, sizeof(*cursor->places));
	return cursor->places != NULL ? 0 : err_nomem(err);
}

/* Prepare into the cache. */
static int prepare(struct db_cursor **out, struct db_connection *connection,
    const struct db_statement *statement, struct err *err)
{
	size_t bucket = bucket_of(statement->name);
	size_t size = strlen(statement->name) + 1;
	struct db_cursor *cursor;
	const char *tail;
	int rc;

	if ((cursor = calloc(1, sizeof(*cursor) + size)) == NULL)
		return err_nomem(err);
	memcpy(cursor->name, statement->name, size);
	cursor->connection = connection;
	if (sqlite3_prepare_v3(connection->handle, statement->sql, -1,
		SQLITE_PREPARE_PERSISTENT, &cursor->stmt, &tail) != SQLITE_OK)
		rc = fail(connection, statement->name, err);
	else if (cursor->stmt == NULL || !is_blank_sql(tail))
		rc = db_fail_bug(statement->name, err,
		    L("il faut une instruction SQL et une seule",
			"exactly one SQL statement is needed"));
	else
		rc = make_places(cursor, err);
	if (rc < 0) {
		(void)sqlite3_finalize(cursor->stmt);
		free(cursor);
		return rc;
	}
	cursor->next = connection->cursors[bucket];
	connection->cursors[bucket] = cursor;
	*out = cursor;
	return 0;
}

/* By name; two statements of one name are a bug. */
static int find_by_name(struct db_cursor **out,
    struct db_connection *connection, const struct db_statement *statement,
    struct err *err)
{
	struct db_cursor *cursor =
	    connection->cursors[bucket_of(statement->name)];
	size_t known_len;

	while (cursor != NULL && strcmp(cursor->name, statement->name) != 0)
		cursor = cursor->next;
	if (cursor == NULL)
		return prepare(out, connection, statement, err);
	known_len = strlen(sqlite3_sql(cursor->stmt));
	if (strncmp(statement->sql, sqlite3_sql(cursor->stmt), known_len) !=
		0 ||
	    !is_blank_sql(statement->sql + known_len))
		return db_fail_bug(statement->name, err,
		    L("deux requêtes portent ce nom",
			"two statements have this name"));
	*out = cursor;
	return 0;
}

static int find_or_prepare(struct db_cursor **out,
    struct db_connection *connection, const struct db_statement *statement,
    struct err *err)
{
	struct db_cursor **recent =
	    &connection->recent[((uintptr_t)statement >> 4) % RECENT];
	struct db_cursor *cursor = *recent;
	int rc;

	/* A test may put another statement in the same place. */
	if (cursor == NULL || cursor->statement != statement ||
	    cursor->sql != statement->sql ||
	    strcmp(cursor->name, statement->name) != 0) {
		rc = find_by_name(&cursor, connection, statement, err);
		if (rc < 0)
			return rc;
		cursor->statement = statement;
		cursor->sql = statement->sql;
		*recent = cursor;
	}
	if (cursor->running)
		return db_fail_bug(statement->name, err,
		    L("relancée pendant qu'elle tourne encore",
			"run again while it is still running"));
	*out = cursor;
	return 0;
}

static int bind_value(
    sqlite3_stmt *stmt, int index, const struct db_param *param)
{
	const void *data = param->data != NULL ? param->data : "";

	switch (param->type) {
	case DB_TYPE_NULL:
		return sqlite3_bind_null(stmt, index);
	case DB_TYPE_INT:
		return sqlite3_bind_int64(stmt, index, param->integer);
	case DB_TYPE_TEXT:
		return sqlite3_bind_text64(
		    stmt, index, data, param->len, SQLITE_STATIC, SQLITE_UTF8);
	case DB_TYPE_BLOB:
		return sqlite3_bind_blob64(
		    stmt, index, data, param->len, SQLITE_STATIC);
	}
	return SQLITE_MISUSE;
}

static const struct db_param *param_of(
    const char *sql_name, const struct db_param *params, size_t param_count)
{
	for (size_t i = 0; i < param_count; i++) {
		if (strcmp(params[i].name, sql_name + 1) == 0)
			return &params[i];
	}
	return NULL;
}

/* Name the parameter that the statement lacks, or that is given twice. */
static int fail_surplus(struct db_cursor *cursor, const struct db_param *params,
    size_t param_count, struct err *err)
{
	int count = sqlite3_bind_parameter_count(cursor->stmt);

	for (size_t i = 0; i < param_count; i++) {
		bool known = false;

		for (int j = 1; j <= count && !known; j++)
			known = strcmp(sqlite3_bind_parameter_name(
					   cursor->stmt, j) +
					   1,
				    params[i].name) == 0;
		for (size_t j = 0; j < i && known; j++)
			known = strcmp(params[j].name, params[i].name) != 0;
		if (!known)
			return db_fail_bug(cursor->name, err,
			    L("paramètre « %s » donné en trop",
				"parameter \"%s\" is one too many"),
			    params[i].name);
	}
	return 0;
}

/* Each parameter of the statement finds its value; as many values as
 * parameters, none twice, so each value has found its parameter. */
static int find_places(struct db_cursor *cursor, const struct db_param *params,
    size_t param_count, struct err *err)
{
	int count = sqlite3_bind_parameter_count(cursor->stmt);

	cursor->place_count = -1;
	for (int i = 1; i <= count; i++) {
		const char *name = sqlite3_bind_parameter_name(cursor->stmt, i);
		const struct db_param *param;

		if (name == NULL || name[0] != '$')
			return db_fail_bug(cursor->name, err,
			    L("paramètre sans nom en $", "parameter without a "
							 "$name"));
		param = param_of(name, params, param_count);
		if (param == NULL)
			return db_fail_bug(cursor->name, err,
			    L("paramètre « %s » manquant",
				"parameter \"%s\" is missing"),
			    name + 1);
		if (param - params < count)
			cursor->places[param - params] =
			    (struct place){param->name, i};
	}
	if ((size_t)count != param_count)
		return fail_surplus(cursor, params, param_count, err);
	cursor->place_count = count;
	return 0;
}

static bool are_placed(const struct db_cursor *cursor,
    const struct db_param *params, size_t param_count)
{
	if (cursor->place_count < 0 ||
	    param_count != (size_t)cursor->place_count)
		return false;
	for (size_t i = 0; i < param_count; i++) {
		if (params[i].name != cursor->places[i].name)
			return false;
	}
	return true;
}

static int bind(struct db_cursor *cursor, const struct db_param *params,
    size_t param_count, struct err *err)
{
	int rc;

	if (!are_placed(cursor, params, param_count) &&
	    (rc = find_places(cursor, params, param_count, err)) < 0)
		return rc;
	for (size_t i = 0; i < param_count; i++) {
		if (bind_value(cursor->stmt, cursor->places[i].index,
			&params[i]) != SQLITE_OK)
			return fail(cursor->connection, cursor->name, err);
	}
	return 0;
}

static int sqlite_finish(struct db_cursor *cursor, struct err *err)
{
	int code = sqlite3_reset(cursor->stmt);
	int rc = 0;

	/* Left before its end, a statement completes here, and may fail. */
	if (code != SQLITE_OK)
		rc = fail(cursor->connection, cursor->name, err);
	(void)sqlite3_clear_bindings(cursor->stmt);
	cursor->running = false;
	return rc;
}

static int sqlite_start(struct db_cursor **out,
    struct db_connection *connection, const struct db_statement *statement,
    const struct db_param *params, size_t param_count, struct err *err)
{
	struct db_cursor *cursor = NULL;
	int rc;

	if ((rc = find_or_prepare(&cursor, connection, statement, err)) < 0)
		return rc;
	assert(cursor != NULL);
	if ((rc = bind(cursor, params, param_count, err)) < 0) {
		(void)sqlite_finish(cursor, NULL);
		return rc;
	}
	cursor->running = true;
	cursor->changes_before = sqlite3_total_changes64(connection->handle);
	*out = cursor;
	return 0;
}

/* How often SQLite prepared it anew, since a table was altered, say. */
static int times_prepared(const struct db_cursor *cursor)
{
	return sqlite3_stmt_status(
	    cursor->stmt, SQLITE_STMTSTATUS_REPREPARE, 0);
}

/* Then the number of columns may change, and their names do. */
static int name_columns(struct db_cursor *cursor, struct err *err)
{
	int count = sqlite3_column_count(cursor->stmt);
	struct db_param *columns;

	cursor->prepared = 0;
	if (count > cursor->column_room) {
		columns =
		    realloc(cursor->columns, (size_t)count * sizeof(*columns));
		if (columns == NULL)
			return err_nomem(err);
		cursor->columns = columns;
		cursor->column_room = count;
	}
	for (int i = 0; i < count; i++) {
		cursor->columns[i].name = sqlite3_column_name(cursor->stmt, i);
		if (cursor->columns[i].name == NULL)
			return err_nomem(err);
	}
	cursor->column_count = count;
	cursor->prepared = times_prepared(cursor) + 1;
	return 0;
}

static int read_bytes(struct db_cursor *cursor, int index,
    struct db_param *column, struct err *err)
{
	sqlite3_stmt *stmt = cursor->stmt;

	if (column->type == DB_TYPE_TEXT)
		column->data = sqlite3_column_text(stmt, index);
	else
		column->data = sqlite3_column_blob(stmt, index);
	if (column->data == NULL &&
	    sqlite3_errcode(cursor->connection->handle) == SQLITE_NOMEM)
		return err_nomem(err);
	column->len = (size_t)sqlite3_column_bytes(stmt, index);
	if (column->data == NULL)
		column->data = "";
	return 0;
}

static int read_column(struct db_cursor *cursor, int index, struct err *err)
{
	struct db_param *column = &cursor->columns[index];

	*column = DB_NULL(column->name);
	switch (sqlite3_column_type(cursor->stmt, index)) {
	case SQLITE_NULL:
		return 0;
	case SQLITE_INTEGER:
		column->type = DB_TYPE_INT;
		column->integer = sqlite3_column_int64(cursor->stmt, index);
		return 0;
	case SQLITE_TEXT:
		column->type = DB_TYPE_TEXT;
		return read_bytes(cursor, index, column, err);
	case SQLITE_BLOB:
		column->type = DB_TYPE_BLOB;
		return read_bytes(cursor, index, column, err);
	default:
		return db_fail_bug(cursor->name, err,
		    L("colonne « %s » à virgule : il faut un CAST",
			"column \"%s\" is a real: it needs a CAST"),
		    column->name);
	}
}

static int sqlite_step(struct db_cursor *cursor,
    const struct db_param **columns, size_t *column_count, struct err *err)
{
	int code = sqlite3_step(cursor->stmt);
	int rc;

	if (code == SQLITE_DONE)
		return 0;
	if (code != SQLITE_ROW)
		return fail(cursor->connection, cursor->name, err);
	if (cursor->prepared != times_prepared(cursor) + 1 &&
	    (rc = name_columns(cursor, err)) < 0)
		return rc;
	for (int i = 0; i < cursor->column_count; i++) {
		if ((rc = read_column(cursor, i, err)) < 0)
			return rc;
	}
	*column_count = (size_t)cursor->column_count;
	*columns = cursor->columns;
	return 1;
}

/* sqlite3_changes keeps the count of an older statement when this one does
 * not change rows at all. */
static int64_t sqlite_changed(const struct db_cursor *cursor)
{
	sqlite3 *handle = cursor->connection->handle;

	if (sqlite3_total_changes64(handle) == cursor->changes_before)
		return 0;
	return sqlite3_changes64(handle);
}

static bool sqlite_in_transaction(const struct db_connection *connection)
{
	return sqlite3_get_autocommit(connection->handle) == 0;
}

/* secure_delete overwrites a row where it stands, but a page that was split
 * may keep a copy of it from before: only a file written anew has none. The
 * checkpoint says whether a reader was in the way as a row, not an error. */
static int sqlite_settle(struct db_connection *connection, struct err *err)
{
	static const char sql[] = "PRAGMA wal_checkpoint(TRUNCATE)";
	char busy[PRAGMA_TEXT_MAX];
	int rc;

	if ((rc = sqlite_script(connection, "VACUUM", err)) < 0 ||
	    (rc = pragma_text(connection, sql, busy, err)) < 0)
		return rc;
	if (strcmp(busy, "0") != 0)
		return db_fail(DB_FAULT_BUSY, connection->path, sql, err);
	return 0;
}

/* The copy needs no journal: whoever finds half of one throws it away. Its
 * header still says WAL then, which asks for files beside it: the last
 * statement makes it a file that can be read alone. */
static int finish_copy(struct db_connection *copy, struct err *err)
{
	char mode[PRAGMA_TEXT_MAX];

	return pragma_text(copy, "PRAGMA journal_mode=DELETE", mode, err);
}

static int copy_pages(struct db_connection *copy,
    struct db_connection *connection, db_copy_step *step, void *context,
    struct err *err)
{
	sqlite3_backup *backup = sqlite3_backup_init(
	    copy->handle, "main", connection->handle, "main");
	int code, rc = 0;

	if (backup == NULL)
		return fail(copy, "copy", err);
	do {
		code = sqlite3_backup_step(backup, COPY_PAGES);
		if (step != NULL && (code == SQLITE_OK || code == SQLITE_DONE))
			rc = step(context,
			    sqlite3_backup_pagecount(backup) -
				sqlite3_backup_remaining(backup),
			    sqlite3_backup_pagecount(backup), err);
	} while (rc == 0 && code == SQLITE_OK);
	if (sqlite3_backup_finish(backup) != SQLITE_OK && rc == 0)
		rc = fail(copy, "copy", err);
	return rc;
}

/* What a copy of this name that was cut short left beside itself would be
 * played into the new one. */
static int make_room(const char *path, struct err *err)
{
	static const char *const ends[] = {"-journal", "-wal", "-shm"};
	char beside[PATH_MAX];
	int rc = os_file_create(path, "", 0, 0600, err);

	for (size_t i = 0; rc == 0 && i < sizeof(ends) / sizeof(ends[0]); i++) {
		(void)snprintf(beside, sizeof(beside), "%s%s", path, ends[i]);
		if (os_file_exists(beside))
			rc = os_file_remove(beside, err);
	}
	return rc;
}

static int sqlite_copy(struct db_connection *connection, const char *path,
    db_copy_step *step, void *context, struct err *err)
{
	struct db_connection copy = {.path = (char *)(uintptr_t)path};
	int rc;

	if ((rc = make_room(path, err)) < 0)
		return rc;
	if (sqlite3_open_v2(path, &copy.handle,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    SQLITE_OPEN_EXRESCODE,
		NULL) != SQLITE_OK) {
		rc = copy.handle == NULL ? err_nomem(err)
		                         : fail(&copy, "copy", err);
		goto out;
	}
	if ((rc = sqlite_script(&copy,
		 "PRAGMA synchronous=FULL; PRAGMA journal_mode=OFF;"
		 "PRAGMA temp_store=MEMORY",
		 err)) < 0 ||
	    (rc = copy_pages(&copy, connection, step, context, err)) < 0)
		goto out;
	rc = finish_copy(&copy, err);
out:
	(void)sqlite3_close(copy.handle);
	if (rc < 0)
		(void)os_file_remove(path, NULL);
	return rc;
}

static int sqlite_check(struct db_connection *connection, struct err *err)
{
	char text[PRAGMA_TEXT_MAX];
	int rc;

	rc = pragma_text(connection, "PRAGMA quick_check(1)", text, err);
	if (rc < 0)
		return rc;
	if (strcmp(text, "ok") != 0)
		return db_fail(DB_FAULT_DAMAGED, connection->path, text, err);
	return 0;
}

static int sqlite_version(
    struct db_connection *connection, int64_t *out, struct err *err)
{
	static const struct db_statement look = {
	    "db.version", "PRAGMA data_version"};
	const struct db_param *columns;
	struct db_cursor *cursor;
	size_t count;
	int finished, rc;

	if ((rc = sqlite_start(&cursor, connection, &look, NULL, 0, err)) < 0)
		return rc;
	if ((rc = sqlite_step(cursor, &columns, &count, err)) > 0)
		*out = columns[0].integer;
	else if (rc == 0)
		rc = db_fail_bug(look.name, err, "%s", look.sql);
	finished = sqlite_finish(cursor, rc < 0 ? NULL : err);
	return rc < 0 ? rc : finished;
}

const struct db_driver db_sqlite_driver = {
    .scheme = "sqlite",
    .example = "sqlite:/var/lib/pointeau/pointeau.db",
    .begin_write = "BEGIN IMMEDIATE",
    .begin_read = "BEGIN",
    .open = sqlite_open,
    .close = sqlite_close,
    .start = sqlite_start,
    .step = sqlite_step,
    .changed = sqlite_changed,
    .finish = sqlite_finish,
    .in_transaction = sqlite_in_transaction,
    .version = sqlite_version,
    .script = sqlite_script,
    .settle = sqlite_settle,
    .copy = sqlite_copy,
    .check = sqlite_check,
};
