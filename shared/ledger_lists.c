#include <string.h>

#include "shared/ledger_lists.h"
#include "shared/ledger_month.h"

static const struct db_statement version_move = {"lists.move",
    "INSERT INTO lists_version (structure, version) VALUES ($structure, 1)"
    " ON CONFLICT (structure)"
    " DO UPDATE SET version = lists_version.version + 1"};

static const struct db_statement stamp_get = {"lists.stamp",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS version,"
    " CAST(COALESCE(SUM(completed), 0) AS BIGINT) AS completed FROM"
    " (SELECT version, 0 AS completed FROM lists_version"
    " WHERE structure = $structure UNION ALL SELECT 0 AS version, completed"
    " FROM head WHERE structure = $structure) both"};

int ledger_lists_changed(struct db *db, const char *structure, struct err *err)
{
	if (!ledger_month_kept(db))
		return 0;
	return db_exec(db, &version_move,
	    DB_PARAMS(DB_TEXT("structure", structure)), NULL, err);
}

static int take(void *context, const struct db_row *row, struct err *err)
{
	struct lists_stamp *out = context;

	(void)err;
	out->version = db_row_int(row, "version");
	out->completed = db_row_int(row, "completed");
	return 0;
}

int ledger_lists_stamp(struct db *db, const char *structure,
    struct lists_stamp *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return db_query(db, &stamp_get,
	    DB_PARAMS(DB_TEXT("structure", structure)), take, out, err);
}
