#include <stdatomic.h>
#include <string.h>

#include "shared/ledger_lists.h"
#include "shared/ledger_month.h"

static const struct db_statement version_get = {"lists.version",
    "SELECT version FROM lists_version WHERE structure = $structure"};

static const struct db_statement version_put = {"lists.put",
    "INSERT INTO lists_version (structure, version)"
    " VALUES ($structure, $version) ON CONFLICT (structure)"
    " DO UPDATE SET version = excluded.version"};

static const struct db_statement stamp_get = {"lists.stamp",
    "SELECT CAST(COALESCE(SUM(version), 0) AS BIGINT) AS version,"
    " CAST(COALESCE(SUM(completed), 0) AS BIGINT) AS completed FROM"
    " (SELECT version, 0 AS completed FROM lists_version"
    " WHERE structure = $structure UNION ALL SELECT 0 AS version, completed"
    " FROM head WHERE structure = $structure) both"};

/* The furthest version that this program ever wrote. A transaction that is
 * rolled back takes its version with it: what comes after has another one. */
static atomic_int_fast64_t furthest;

int ledger_lists_changed(struct db *db, const char *structure, struct err *err)
{
	int64_t version = 0, before;
	int rc;

	if (!ledger_month_kept(db))
		return 0;
	if ((rc = db_query_int(db, &version_get,
		 DB_PARAMS(DB_TEXT("structure", structure)), &version, NULL,
		 err)) < 0)
		return rc;
	before = atomic_load(&furthest);
	do {
		version = version > before ? version : before;
	} while (
	    !atomic_compare_exchange_weak(&furthest, &before, version + 1));
	return db_exec(db, &version_put,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_INT("version", version + 1)),
	    NULL, err);
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
