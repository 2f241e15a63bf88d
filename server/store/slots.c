#include <string.h>

#include "server/store/slots.h"
#include "shared/ledger_fold.h"

static const struct db_statement entries = {"slots.entries",
    "SELECT r.subject, r.day, r.slot, e.fault, e.hash, e.bytes"
    " FROM record r CROSS JOIN entry e WHERE r.structure = $structure"
    " AND r.family = 'hours' AND r.moment BETWEEN $first AND $last"
    " AND r.state <> 'matched' AND e.structure = r.structure"
    " AND e.moment = r.moment AND e.record = r.record"};

/* The structures that have somebody on their lists who is on ours too, first
 * (a cross join keeps that order): few have, and the others' slots need not
 * be compared. */
#define SHARED                                                                 \
	"(SELECT DISTINCT o.structure AS place FROM record w"                  \
	" CROSS JOIN record o WHERE w.structure = $structure"                  \
	" AND w.family = 'worker' AND o.family = 'worker'"                     \
	" AND o.family <> 'hours' AND o.family <> 'skill'"                     \
	" AND o.family <> 'signoff'"                                           \
	" AND o.subject = w.subject AND o.structure <> w.structure) v"

static const struct db_statement doubles = {"slots.doubles",
    "SELECT a.subject, a.day, a.slot, a.kind, a.minutes,"
    " b.kind AS other_kind, b.minutes AS other_minutes,"
    " b.structure AS other_structure"
    " FROM " SHARED " CROSS JOIN record b CROSS JOIN record a"
    " WHERE b.structure = v.place AND b.family = 'hours'"
    " AND b.moment BETWEEN $first AND $last"
    " AND b.subject IN (SELECT w.subject FROM record w"
    " WHERE w.structure = $structure AND w.family = 'worker')"
    " AND EXISTS (SELECT 1 FROM record w WHERE w.structure = b.structure"
    " AND w.family = 'worker' AND w.moment = ''"
    " AND w.record = 'worker/' || b.subject)"
    " AND b.state = 'merged' AND a.structure = $structure"
    " AND a.family = 'hours' AND a.moment = b.moment"
    " AND a.record = b.record AND a.state = 'merged'"};

static const struct db_statement elsewhere = {"slots.elsewhere",
    "SELECT b.structure, b.record, b.subject, b.day, b.slot, b.state, b.value,"
    " b.kind, b.minutes FROM " SHARED " CROSS JOIN record b"
    " WHERE b.structure = v.place AND b.family = 'hours'"
    " AND b.moment BETWEEN $first AND $last"
    " AND b.subject IN (SELECT w.subject FROM record w"
    " WHERE w.structure = $structure AND w.family = 'worker')"
    " AND EXISTS (SELECT 1 FROM record w WHERE w.structure = b.structure"
    " AND w.family = 'worker' AND w.moment = ''"
    " AND w.record = 'worker/' || b.subject)"
    " AND b.state = 'merged'"
    " ORDER BY b.subject, b.day, b.structure, b.slot"};

/* Of all families, so that the index of what is contested serves. */
static const struct db_statement contested = {"slots.contested",
    "SELECT structure, record, family FROM record WHERE state = 'contested'"
    " AND structure = $structure ORDER BY structure, record"};

static const struct db_statement contested_all = {"slots.contested_all",
    "SELECT structure, record, family FROM record WHERE state = 'contested'"
    " ORDER BY structure, record"};

static const struct db_statement received = {"slots.received",
    "SELECT MIN(c.time_s) FROM entry e CROSS JOIN changeset c"
    " WHERE e.structure = $structure AND e.moment = $moment"
    " AND e.record = $record AND e.hash = $hash AND (c.id = e.changeset"
    " OR c.id IN (SELECT s.changeset FROM changeset_entry s"
    " WHERE s.entry = e.id AND s.entry > 0)) AND c.place > 0"};

struct each_entry {
	slots_each_entry *call;
	void *context;
};

static int give_entry(void *context, const struct db_row *row, struct err *err)
{
	const struct each_entry *each = context;
	struct bytes hash = db_row_blob(row, "hash");
	struct slots_entry entry = {
	    .worker = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	    .slot = db_row_text(row, "slot"),
	    .fault = db_row_text(row, "fault"),
	    .bytes = db_row_blob(row, "bytes"),
	};

	if (hash.len == HASH_LEN)
		memcpy(entry.hash.bytes, hash.data, HASH_LEN);
	return each->call(each->context, &entry, err);
}

int slots_entries(struct db *db, const char *structure, const char *first,
    const char *last, slots_each_entry *call, void *context, struct err *err)
{
	struct each_entry each = {call, context};

	return db_query(db, &entries,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    give_entry, &each, err);
}

struct each_double {
	int (*call)(
	    void *context, const struct slots_double *slot, struct err *err);
	void *context;
};

static int give_double(void *context, const struct db_row *row, struct err *err)
{
	const struct each_double *each = context;
	const struct slots_double slot = {
	    .worker = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	    .slot = db_row_text(row, "slot"),
	    .kind = db_row_text(row, "kind"),
	    .other_kind = db_row_text(row, "other_kind"),
	    .other_structure = db_row_text(row, "other_structure"),
	    .minutes = db_row_int(row, "minutes"),
	    .other_minutes = db_row_int(row, "other_minutes"),
	};

	return each->call(each->context, &slot, err);
}

int slots_doubles(struct db *db, const char *structure, const char *first,
    const char *last,
    int (*call)(
	void *context, const struct slots_double *slot, struct err *err),
    void *context, struct err *err)
{
	struct each_double each = {call, context};

	return db_query(db, &doubles,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    give_double, &each, err);
}

struct each_elsewhere {
	ledger_each_record *call;
	void *context;
};

static int give_elsewhere(
    void *context, const struct db_row *row, struct err *err)
{
	const struct each_elsewhere *each = context;
	const struct record_row slot = {
	    .structure = db_row_text(row, "structure"),
	    .record = db_row_text(row, "record"),
	    .family = "hours",
	    .subject = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	    .slot = db_row_text(row, "slot"),
	    .state = db_row_text(row, "state"),
	    .value = db_row_text(row, "value"),
	    .kind = db_row_text(row, "kind"),
	    .site = "",
	    .activity = "",
	    .live = 1,
	    .minutes = db_row_int(row, "minutes"),
	};

	return each->call(each->context, &slot, err);
}

int slots_elsewhere(struct db *db, const char *structure, const char *first,
    const char *last, ledger_each_record *call, void *context, struct err *err)
{
	struct each_elsewhere each = {call, context};

	return db_query(db, &elsewhere,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    give_elsewhere, &each, err);
}

struct each_record {
	int (*call)(void *context, const char *structure, const char *record,
	    struct err *err);
	void *context;
};

static int give_record(void *context, const struct db_row *row, struct err *err)
{
	const struct each_record *each = context;

	if (strcmp(db_row_text(row, "family"), "hours") != 0)
		return 0;
	return each->call(each->context, db_row_text(row, "structure"),
	    db_row_text(row, "record"), err);
}

int slots_contested(struct db *db, const char *structure,
    int (*call)(void *context, const char *structure, const char *record,
	struct err *err),
    void *context, struct err *err)
{
	struct each_record each = {call, context};

	if (structure == NULL)
		return db_query(
		    db, &contested_all, DB_NO_PARAMS, give_record, &each, err);
	return db_query(db, &contested,
	    DB_PARAMS(DB_TEXT("structure", structure)), give_record, &each,
	    err);
}

int slots_received(struct db *db, const char *structure, const char *record,
    const struct hash *hash, int64_t *out, struct err *err)
{
	struct record_key key;

	*out = 0;
	if (record_key_parse(&key, record, NULL) < 0)
		return 0;
	return db_query_int(db, &received,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("moment", ledger_moment(&key)),
		DB_TEXT("record", record),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    out, NULL, err);
}
