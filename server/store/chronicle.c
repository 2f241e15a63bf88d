#include <string.h>

#include "server/store/chronicle.h"

#define COLUMNS(line)                                                          \
	"SELECT c.time_s AS time_s, c.structure AS structure,"                 \
	" c.place AS place, " line ".pos AS pos, " line ".hash AS hash,"       \
	" c.device AS signer, COALESCE(e.kind, '') AS kind,"                   \
	" COALESCE(e.record, '') AS record, COALESCE(e.family, '') AS family," \
	" COALESCE(e.subject, '') AS subject,"                                 \
	" COALESCE(e.person, '') AS person, COALESCE(e.fault, '') AS fault,"   \
	" e.bytes AS bytes FROM changeset c "

#define BEFORE(line)                                                           \
	" AND c.place > 0 AND c.time_s >= $from_s AND c.time_s <= $time_s"     \
	" AND ($structure = '' OR c.structure = $structure)"                   \
	" AND (c.time_s < $time_s OR c.structure < $at OR (c.structure = $at"  \
	" AND (c.place < $place OR (c.place = $place AND " line                \
	".pos < $pos))))"

/* No set before names it: one that has a row of it, or that brought it. */
#define NO_ROW(which)                                                          \
	" AND NOT EXISTS (SELECT 1 FROM changeset_entry t"                     \
	" CROSS JOIN changeset d WHERE " which                                 \
	" AND d.id = t.changeset AND d.place > 0 AND d.place < c.place)"
#define NOT_BROUGHT                                                            \
	" AND NOT EXISTS (SELECT 1 FROM changeset d WHERE d.id = e.changeset"  \
	" AND d.place > 0 AND d.place < c.place)"
#define SAME_ENTRY  "t.entry = e.id AND t.entry > 0"
#define SAME_ABSENT "t.structure = s.structure AND t.hash = s.hash AND t.entry"

/* The entries that name the set; those of which it has a row; absent ones. */
static const struct db_statement all = {"chronicle.all",
    COLUMNS("e") "CROSS JOIN entry e WHERE e.id BETWEEN c.first AND c.last"
		 " AND e.changeset = c.id" BEFORE("e")
		     NO_ROW(SAME_ENTRY) " UNION ALL " COLUMNS(
			 "s") "CROSS JOIN changeset_entry s"
			      " CROSS JOIN entry e WHERE s.changeset = c.id "
			      "AND s.entry > 0"
			      " AND e.id = s.entry" BEFORE("s")
				  NO_ROW(SAME_ENTRY) NOT_BROUGHT
    " UNION ALL " COLUMNS(
	"s") "CROSS JOIN changeset_entry s"
	     " LEFT JOIN entry e ON e.id = s.entry WHERE s.changeset = c.id"
	     " AND s.entry <= 0" BEFORE("s") NO_ROW(SAME_ABSENT " = 0")
		 NO_ROW(SAME_ABSENT " < 0") " ORDER BY time_s DESC, structure "
					    "DESC, place DESC, pos DESC"};

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
