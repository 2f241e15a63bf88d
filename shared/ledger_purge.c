#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_purge.h"

static const struct db_statement purged_get = {"purged.get",
    "SELECT COUNT(*) FROM purged WHERE structure = $structure"
    " AND hash = $hash"};

static const struct db_statement purged_count = {
    "purged.count", "SELECT COUNT(*) FROM purged"};

static const struct db_statement purged_put = {"purged.put",
    "INSERT INTO purged (structure, hash) VALUES ($structure, $hash)"
    " ON CONFLICT (structure, hash) DO NOTHING"};

int ledger_is_purged(struct db *db, const char *structure,
    const struct hash *hash, bool *out, struct err *err)
{
	int64_t count = 0;
	int rc = db_query_int(db, &purged_get,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    &count, NULL, err);

	*out = count > 0;
	return rc;
}

int ledger_purged(struct db *db, int64_t *out, struct err *err)
{
	return db_query_int(db, &purged_count, DB_NO_PARAMS, out, NULL, err);
}

static int purge(struct db *db, const char *structure, const struct hash *hash,
    struct err *err)
{
	int rc = db_exec(db, &purged_put,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    NULL, err);

	return rc < 0 ? rc : ledger_drop(db, structure, hash, err);
}

int ledger_purge_act(struct db *db, const char *structure,
    const struct entry *entry, struct err *err)
{
	const json_t *list = json_object_get(entry->value, "entries");
	int rc = 0;

	if (strcmp(entry->kind, "purge") != 0)
		return 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		const char *hex = json_string_value(json_array_get(list, i));
		struct hash hash;

		/* A purge does not destroy purges, itself least of all. */
		if (hex != NULL && hash_parse(&hash, hex, NULL) == 0 &&
		    !hash_equal(&hash, &entry->hash))
			rc = purge(db, structure, &hash, err);
	}
	return rc;
}
