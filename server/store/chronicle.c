#include <string.h>

#include "server/store/chronicle.h"

static const struct db_statement all = {"chronicle.all",
    "SELECT c.time_s AS time_s, c.structure AS structure, c.place AS place,"
    " s.pos AS pos, s.hash AS hash, c.device AS signer,"
    " COALESCE(e.kind, '') AS kind, COALESCE(e.record, '') AS record,"
    " COALESCE(e.family, '') AS family, COALESCE(e.subject, '') AS subject,"
    " COALESCE(e.person, '') AS person, COALESCE(e.fault, '') AS fault,"
    " e.bytes AS bytes FROM changeset c JOIN changeset_entry s"
    " ON s.structure = c.structure AND s.changeset = c.id"
    " LEFT JOIN entry e ON e.structure = s.structure AND e.hash = s.hash"
    " WHERE c.place > 0 AND c.time_s >= $from_s AND c.time_s <= $time_s"
    " AND ($structure = '' OR c.structure = $structure)"
    " AND (c.time_s < $time_s OR c.structure < $at OR (c.structure = $at"
    " AND (c.place < $place OR (c.place = $place AND s.pos < $pos))))"
    /* The cross join begins with the few sets that name the entry. */
    " AND c.place = (SELECT MIN(d.place) FROM changeset_entry t"
    " CROSS JOIN changeset d WHERE t.structure = s.structure"
    " AND t.hash = s.hash AND d.structure = t.structure"
    " AND d.id = t.changeset AND d.place > 0)"
    " ORDER BY c.time_s DESC, c.structure DESC, c.place DESC, s.pos DESC"};

struct each {
	chronicle_each *call;
	void *context;
};

static int give(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	struct bytes hash = db_row_blob(row, "hash");
	struct chronicle_row out = {
	    .time_s = db_row_int(row, "time_s"),
	    .structure = db_row_text(row, "structure"),
	    .place = db_row_int(row, "place"),
	    .pos = db_row_int(row, "pos"),
	    .signer = db_row_text(row, "signer"),
	    .kind = db_row_text(row, "kind"),
	    .record = db_row_text(row, "record"),
	    .family = db_row_text(row, "family"),
	    .subject = db_row_text(row, "subject"),
	    .person = db_row_text(row, "person"),
	    .fault = db_row_text(row, "fault"),
	};

	if (!db_row_is_null(row, "bytes"))
		out.body = db_row_blob(row, "bytes");
	if (hash.len == HASH_LEN)
		memcpy(out.hash.bytes, hash.data, HASH_LEN);
	return each->call(each->context, &out, err);
}

int chronicle(struct db *db, const struct chronicle_at *before, int64_t from_s,
    const char *structure, chronicle_each *call, void *context, struct err *err)
{
	/* No structure is called so. */
	static const struct chronicle_at end = {
	    INT64_MAX, "\x7f", INT64_MAX, INT64_MAX};
	struct each each = {call, context};

	if (before == NULL)
		before = &end;
	return db_query(db, &all,
	    DB_PARAMS(DB_INT("from_s", from_s),
		DB_INT("time_s", before->time_s),
		DB_TEXT("structure", structure),
		DB_TEXT("at", before->structure),
		DB_INT("place", before->place), DB_INT("pos", before->pos)),
	    give, &each, err);
}
