#include <string.h>

#include "agent/journal_entries.h"

/* Of the sets that carry an entry the furthest counts, as in ledger_way. */
#define OF_SETS(column)                                                        \
	"(SELECT COALESCE(MAX(c." column "), 0) FROM changeset c"              \
	" WHERE c.id = e.changeset OR c.id IN (SELECT s.changeset"             \
	" FROM changeset_entry s WHERE s.entry = e.id AND s.entry > 0))"       \
	" AS " column

static const struct db_statement entry_own = {"entry.own",
    "SELECT id, hash, kind, family, record, fault, bytes, place, sent FROM"
    " (SELECT e.id AS id, e.hash AS hash, e.kind AS kind,"
    " e.family AS family, e.record AS record, e.fault AS fault,"
    " e.bytes AS bytes, " OF_SETS("place") ", " OF_SETS(
	"sent") " FROM entry e WHERE e.structure = $structure AND e.device = "
		"$device)"
		" own WHERE $state = '' OR ($state = 'quarantined' AND fault "
		"<> '')"
		" OR ($state = 'received' AND place > 0)"
		" OR ($state = 'sent' AND place = 0 AND sent > 0)"
		" OR ($state = 'kept' AND place = 0 AND sent = 0)"
		" ORDER BY id DESC LIMIT $limit"};

static const struct db_statement own_structures = {"entry.own_structures",
    "SELECT DISTINCT structure FROM entry WHERE device = $device"
    " ORDER BY structure"};

struct each {
	int (*call)(
	    void *context, const struct own_entry *entry, struct err *err);
	void *context;
	const char *structure;
};

static int give(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	struct bytes hash = db_row_blob(row, "hash");
	struct own_entry entry = {
	    .structure = each->structure,
	    .id = db_row_int(row, "id"),
	    .kind = db_row_text(row, "kind"),
	    .family = db_row_text(row, "family"),
	    .record = db_row_text(row, "record"),
	    .fault = db_row_text(row, "fault"),
	    .receipt = db_row_int(row, "place"),
	    .bytes = db_row_blob(row, "bytes"),
	};

	if (hash.len == HASH_LEN)
		memcpy(entry.hash.bytes, hash.data, HASH_LEN);
	entry.way = entry.receipt > 0             ? WAY_RECEIVED
	            : db_row_int(row, "sent") > 0 ? WAY_SENT
	                                          : WAY_KEPT;
	return each->call(each->context, &entry, err);
}

int journal_entries(struct db *db, const char *structure, const char *device,
    const char *state, int64_t limit,
    int (*call)(void *context, const struct own_entry *entry, struct err *err),
    void *context, struct err *err)
{
	struct each each = {call, context, structure};

	return db_query(db, &entry_own,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("device", device), DB_TEXT("state", state),
		DB_INT("limit", limit)),
	    give, &each, err);
}

struct names {
	int (*call)(void *context, const char *structure, struct err *err);
	void *context;
};

static int give_name(void *context, const struct db_row *row, struct err *err)
{
	const struct names *names = context;

	return names->call(names->context, db_row_text(row, "structure"), err);
}

int journal_entry_structures(struct db *db, const char *device,
    int (*call)(void *context, const char *structure, struct err *err),
    void *context, struct err *err)
{
	struct names names = {call, context};

	return db_query(db, &own_structures,
	    DB_PARAMS(DB_TEXT("device", device)), give_name, &names, err);
}
