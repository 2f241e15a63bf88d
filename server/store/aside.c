#include <string.h>

#include "server/store/aside.h"

/* The set that brought an entry first: of those that carry it. */
#define FIRST                                                                  \
	" FROM changeset c WHERE c.place > 0 AND (c.id = e.changeset"          \
	" OR c.id IN (SELECT s.changeset FROM changeset_entry s"               \
	" WHERE s.entry = e.id AND s.entry > 0)) ORDER BY c.place LIMIT 1)"

#define ASIDE                                                                  \
	"SELECT e.structure AS structure, e.hash AS hash, e.person AS person," \
	" e.kind AS kind, e.record AS record, e.subject AS subject,"           \
	" e.fault AS fault, e.bytes AS bytes,"                                 \
	" (SELECT c.device" FIRST " AS device,"                                \
	" (SELECT c.time_s" FIRST " AS time_s FROM entry e"

static const struct db_statement list = {"aside.list",
    ASIDE " WHERE e.fault <> '' AND ($structure = ''"
	  " OR e.structure = $structure)"
	  " ORDER BY e.structure, e.id DESC LIMIT $limit"};

static const struct db_statement count = {"aside.count",
    "SELECT COUNT(*) FROM entry WHERE fault <> '' AND ($structure = ''"
    " OR structure = $structure)"};

static const struct db_statement find = {"aside.find",
    ASIDE " WHERE e.structure IN (SELECT structure FROM head)"
	  " AND e.hash = $hash AND e.fault <> '' ORDER BY e.structure"};

/* One that counts: in every structure its entries are looked through. */
static const struct db_statement find_counting = {"aside.find_counting",
    ASIDE " WHERE e.structure IN (SELECT structure FROM head)"
	  " AND e.hash = $hash ORDER BY e.structure"};

struct each {
	aside_each *call;
	void *context;
};

struct finding {
	struct each each;
	bool found;
};

static int give(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	struct bytes hash = db_row_blob(row, "hash");
	struct aside_row aside = {
	    .structure = db_row_text(row, "structure"),
	    .device = db_row_text(row, "device"),
	    .person = db_row_text(row, "person"),
	    .kind = db_row_text(row, "kind"),
	    .record = db_row_text(row, "record"),
	    .subject = db_row_text(row, "subject"),
	    .fault = db_row_text(row, "fault"),
	    .time_s = db_row_int(row, "time_s"),
	    .body = db_row_blob(row, "bytes"),
	};

	if (hash.len == HASH_LEN)
		memcpy(aside.hash.bytes, hash.data, HASH_LEN);
	return each->call(each->context, &aside, err);
}

int aside_list(struct db *db, const char *structure, int64_t limit,
    aside_each *call, void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &list,
	    DB_PARAMS(DB_TEXT("structure", structure != NULL ? structure : ""),
		DB_INT("limit", limit)),
	    give, &each, err);
}

int aside_count(
    struct db *db, const char *structure, int64_t *out, struct err *err)
{
	*out = 0;
	return db_query_int(db, &count,
	    DB_PARAMS(DB_TEXT("structure", structure != NULL ? structure : "")),
	    out, NULL, err);
}

static int give_found(void *context, const struct db_row *row, struct err *err)
{
	struct finding *finding = context;

	finding->found = true;
	return give(&finding->each, row, err);
}

int aside_find(struct db *db, const struct hash *hash, aside_each *call,
    void *context, struct err *err)
{
	struct finding finding = {{call, context}, false};
	int rc = db_query(db, &find,
	    DB_PARAMS(DB_BLOB("hash", hash->bytes, HASH_LEN)), give_found,
	    &finding, err);

	return rc < 0 || finding.found
	           ? rc
	           : db_query(db, &find_counting,
			 DB_PARAMS(DB_BLOB("hash", hash->bytes, HASH_LEN)),
			 give, &finding.each, err);
}
