#include <string.h>

#include "shared/db_slim.h"
#include "shared/lang.h"

static const struct db_statement list_indexes = {"slim.list",
    "SELECT name, sql FROM sqlite_master WHERE type = 'index'"
    " AND sql IS NOT NULL ORDER BY name"};

struct slimming {
	struct buf *indexes;
	struct buf drops;
};

static int note_index(void *context, const struct db_row *row, struct err *err)
{
	struct slimming *slimming = context;
	const char *name = db_row_text(row, "name");

	/* It becomes part of a statement. */
	if (strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_") !=
	    strlen(name))
		return err_set(err, E_CORRUPT,
		    L("index « %s » : pas un nom de ce programme",
			"index \"%s\": no name of this program's"),
		    name);
	buf_printf(&slimming->drops, "DROP INDEX %s;\n", name);
	buf_printf(slimming->indexes, "%s;\n", db_row_text(row, "sql"));
	return buf_check(slimming->indexes, err);
}

static int run(struct db *db, const char *script, struct err *err)
{
	int rc = db_begin(db, err);

	if (rc < 0)
		return rc;
	if ((rc = db_script(db, script, err)) == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	return rc;
}

int db_slim(struct db *db, struct buf *indexes, struct err *err)
{
	struct slimming slimming = {indexes, BUF_INIT};
	int rc = db_query(
	    db, &list_indexes, DB_NO_PARAMS, note_index, &slimming, err);

	if (rc == 0 && (rc = buf_check(&slimming.drops, err)) == 0 &&
	    slimming.drops.len > 0)
		rc = run(db, slimming.drops.data, err);
	buf_free(&slimming.drops);
	return rc;
}

int db_fatten(struct db *db, const char *indexes, struct err *err)
{
	return indexes[0] == '\0' ? 0 : run(db, indexes, err);
}
