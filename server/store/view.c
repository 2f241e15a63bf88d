#include <string.h>

#include "server/store/view.h"
#include "shared/buf.h"
#include "shared/record.h"
#include "shared/text.h"

/* SQLite's own way to ask what tables there are; another database has its
 * information_schema. */
static const struct db_statement table_list = {"view.tables",
    "SELECT m.name AS name FROM main.sqlite_schema m"
    " WHERE m.type = 'table' AND EXISTS (SELECT 1"
    " FROM pragma_table_info(m.name) c WHERE c.name = 'structure')"
    " ORDER BY m.name"};

/* They stay from one scope to the next, for the statements prepared on them
 * to stay good. */
static const struct db_statement view_count = {"view.count",
    "SELECT COUNT(*) AS count FROM sqlite_temp_schema WHERE type = 'view'"};

static const struct db_statement allowed_add = {"view.allow",
    "INSERT INTO temp.allowed (structure) VALUES ($structure)"
    " ON CONFLICT (structure) DO NOTHING"};

static int add_show(void *context, const struct db_row *row, struct err *err)
{
	struct buf *script = context;

	/* The names are our own schema's. */
	buf_printf(script, "DROP VIEW IF EXISTS temp.\"%s\";",
	    db_row_text(row, "name"));
	return buf_check(script, err);
}

static int add_hide(void *context, const struct db_row *row, struct err *err)
{
	const char *name = db_row_text(row, "name");
	struct buf *script = context;

	buf_printf(script,
	    "CREATE TEMP VIEW \"%s\" AS SELECT * FROM main.\"%s\""
	    " WHERE structure IN (SELECT structure FROM temp.allowed);",
	    name, name);
	return buf_check(script, err);
}

/* A reader may write nothing, its own temporary tables included, but here. */
#define OPEN  "PRAGMA query_only=0;"
#define CLOSE "PRAGMA query_only=1;"

static int run(struct db *db, const struct buf *script, struct err *err)
{
	int rc = db_script(db, OPEN, err);

	if (rc == 0)
		rc = db_script(db, buf_text(script), err);
	return db_script(db, CLOSE, rc < 0 ? NULL : err) < 0 && rc == 0 ? E_IO
	                                                                : rc;
}

static int allow(struct db *db, const char *structures, struct err *err)
{
	int rc = db_exec(db, &allowed_add,
	    DB_PARAMS(DB_TEXT("structure", STRUCTURE_OFFICE)), NULL, err);

	while (rc == 0 && *structures != '\0') {
		char name[TEXT_ID_MAX + 1] = "";
		size_t len = strcspn(structures, "\n");

		memcpy(name, structures,
		    len < sizeof(name) ? len : sizeof(name) - 1);
		rc = db_exec(db, &allowed_add,
		    DB_PARAMS(DB_TEXT("structure", name)), NULL, err);
		structures += len + (structures[len] == '\n');
	}
	return rc;
}

static int hide(struct db *db, const char *structures, struct err *err)
{
	struct buf script = BUF_INIT;
	int64_t there = 0;
	int rc = db_query_int(db, &view_count, DB_NO_PARAMS, &there, NULL, err);

	buf_add_text(&script,
	    "CREATE TEMP TABLE IF NOT EXISTS allowed"
	    " (structure TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID;"
	    "DELETE FROM temp.allowed;");
	if (rc == 0 && there == 0)
		rc = db_query(
		    db, &table_list, DB_NO_PARAMS, add_hide, &script, err);
	if (rc == 0 && (rc = run(db, &script, err)) == 0 &&
	    (rc = db_script(db, OPEN, err)) == 0) {
		rc = allow(db, structures, err);
		if (db_script(db, CLOSE, NULL) < 0)
			rc = E_IO;
	}
	buf_free(&script);
	return rc;
}

static int show(struct db *db, struct err *err)
{
	struct buf script = BUF_INIT;
	int rc;

	if ((rc = db_query(
		 db, &table_list, DB_NO_PARAMS, add_show, &script, err)) == 0)
		rc = run(db, &script, err);
	buf_free(&script);
	return rc;
}

int view_set(struct db *db, const char *structures, struct err *err)
{
	return strcmp(structures, "*") == 0 ? show(db, err)
	                                    : hide(db, structures, err);
}
