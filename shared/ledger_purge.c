#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_purge.h"
#include "shared/text.h"

static const struct db_statement purged_get = {"purged.get",
    "SELECT COUNT(*) FROM purged WHERE structure = $structure"
    " AND hash = $hash"};

static const struct db_statement purged_count = {
    "purged.count", "SELECT COUNT(*) FROM purged"};

static const struct db_statement purged_put = {"purged.put",
    "INSERT INTO purged (structure, hash) VALUES ($structure, $hash)"
    " ON CONFLICT (structure, hash) DO NOTHING"};

/* A purge says hashes alone: one look through the structure's index for all
 * that it names. */
static const struct db_statement purged_here = {"purged.here",
    "SELECT e.hash, e.id, e.changeset, e.pos, e.record FROM entry e"
    " WHERE e.structure = $structure AND e.hash IN (SELECT p.hash"
    " FROM purged p WHERE p.structure = $structure) ORDER BY e.id"};

/* Sets that lack the body need not wait for it any longer. */
static const struct db_statement purged_absent = {"purged.absent",
    "UPDATE changeset_entry SET entry = -1 WHERE structure = $structure"
    " AND hash = $hash AND entry = 0"};

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

struct doomed {
	struct ledger_found found;
	struct hash hash;
};

struct doom {
	struct doomed *items; /* owned */
	size_t count;
	size_t room;
};

static int note_doomed(void *context, const struct db_row *row, struct err *err)
{
	struct bytes hash = db_row_blob(row, "hash");
	struct doom *doom = context;
	struct doomed *doomed;

	if (doom->count == doom->room) {
		size_t room = doom->room == 0 ? 16 : 2 * doom->room;
		struct doomed *items =
		    realloc(doom->items, room * sizeof(*items));

		if (items == NULL)
			return err_nomem(err);
		doom->items = items;
		doom->room = room;
	}
	doomed = &doom->items[doom->count++];
	memset(doomed, 0, sizeof(*doomed));
	doomed->found.found = true;
	doomed->found.id = db_row_int(row, "id");
	doomed->found.changeset = db_row_int(row, "changeset");
	doomed->found.pos = db_row_int(row, "pos");
	text_copy(doomed->found.record, sizeof(doomed->found.record),
	    db_row_text(row, "record"));
	if (hash.len == HASH_LEN)
		memcpy(doomed->hash.bytes, hash.data, HASH_LEN);
	return 0;
}

static int destroy(struct db *db, const char *structure, struct err *err)
{
	struct doom doom = {NULL, 0, 0};
	int rc = db_query(db, &purged_here,
	    DB_PARAMS(DB_TEXT("structure", structure)), note_doomed, &doom,
	    err);

	for (size_t i = 0; rc == 0 && i < doom.count; i++)
		rc = ledger_drop_found(db, structure, &doom.items[i].hash,
		    &doom.items[i].found, ENTRY_GONE, err);
	free(doom.items);
	return rc;
}

static int purge(struct db *db, const char *structure, const struct hash *hash,
    struct err *err)
{
	int rc = db_exec(db, &purged_put,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    NULL, err);

	if (rc == 0)
		rc = db_exec(db, &purged_absent,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_BLOB("hash", hash->bytes, HASH_LEN)),
		    NULL, err);
	return rc;
}

int ledger_purge_act(struct db *db, const char *structure,
    const struct entry *entry, struct err *err)
{
	const json_t *list = json_object_get(entry->value, "entries");
	int rc = 0;

	if (strcmp(entry->kind, PURGE_KIND) != 0)
		return 0;
	for (size_t i = 0; rc == 0 && i < json_array_size(list); i++) {
		const char *hex = json_string_value(json_array_get(list, i));
		struct hash hash;

		/* A purge does not destroy purges, itself least of all. */
		if (hex != NULL && hash_parse(&hash, hex, NULL) == 0 &&
		    !hash_equal(&hash, &entry->hash))
			rc = purge(db, structure, &hash, err);
	}
	return rc < 0 ? rc : destroy(db, structure, err);
}
