#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/ledger_set_row.h"

static const struct db_statement set_header = {
    "set.header", "SELECT header, sig FROM changeset WHERE id = $id"};

/* The entries that name the set, which came with it, and those of which it
 * has a row: absent ones, and such as another set brought. */
#define OWN_ENTRIES                                                            \
	" FROM changeset c CROSS JOIN entry e WHERE c.id = $id"                \
	" AND c.structure = $structure AND e.id BETWEEN c.first AND c.last"    \
	" AND e.changeset = c.id"
#define OTHER_ENTRIES                                                          \
	" FROM changeset_entry s LEFT JOIN entry e ON e.id = s.entry"          \
	" WHERE s.changeset = $id AND s.structure = $structure"

static const struct db_statement set_entries = {"set.entries",
    "SELECT e.pos AS pos, e.hash AS hash, e.bytes AS bytes" OWN_ENTRIES
    " UNION ALL SELECT s.pos AS pos, s.hash AS hash,"
    " e.bytes AS bytes" OTHER_ENTRIES " ORDER BY pos"};

static const struct db_statement set_parts = {"set.parts",
    "SELECT e.pos AS pos, e.hash AS hash, e.family AS family,"
    " e.subject AS subject, e.day AS day" OWN_ENTRIES
    " UNION ALL SELECT s.pos AS pos, s.hash AS hash, e.family AS family,"
    " e.subject AS subject, e.day AS day" OTHER_ENTRIES " ORDER BY pos"};

struct loading {
	struct changeset *set;
	struct buf *storage;
	size_t room;
	bool found;
};

static int load_header(void *context, const struct db_row *row, struct err *err)
{
	struct loading *loading = context;
	struct bytes header = db_row_blob(row, "header");
	struct bytes sig = db_row_blob(row, "sig");

	loading->found = true;
	if (sig.len != SIG_LEN) {
		return err_set(err, E_CORRUPT,
		    L("signature stockée abîmée", "stored signature damaged"));
	}
	memcpy(loading->set->sig, sig.data, SIG_LEN);
	return changeset_header_parse(
	    &loading->set->header, header.data, header.len, err);
}

/* While the storage grows its address changes, so that offsets are kept
 * until all is loaded: 1 + offset in place of the pointer. */
static int load_entry(void *context, const struct db_row *row, struct err *err)
{
	struct loading *loading = context;
	struct changeset *set = loading->set;
	struct bytes body = db_row_blob(row, "bytes");
	struct set_entry *entry;

	if (set->count == loading->room) {
		size_t room = loading->room == 0 ? 16 : 2 * loading->room;
		struct set_entry *entries =
		    realloc(set->entries, room * sizeof(*entries));

		if (entries == NULL)
			return err_nomem(err);
		set->entries = entries;
		loading->room = room;
	}
	entry = &set->entries[set->count++];
	memset(entry, 0, sizeof(*entry));
	set_row_hash(&entry->hash, db_row_blob(row, "hash"));
	if (!db_row_is_null(row, "bytes")) {
		entry->body.len = body.len;
		buf_add(loading->storage, body.data, body.len);
	} else {
		entry->body.len = SIZE_MAX;
	}
	return buf_check(loading->storage, err);
}

/* Bodies follow one another in ${storage} from ${at} on. */
static void point_bodies(
    struct changeset *set, const struct buf *storage, size_t at)
{
	for (size_t i = 0; i < set->count; i++) {
		struct bytes *body = &set->entries[i].body;

		if (body->len == SIZE_MAX) {
			*body = (struct bytes){NULL, 0};
		} else {
			body->data = storage->data + at;
			at += body->len;
		}
	}
}

int ledger_set_load(struct db *db, const char *structure, int64_t id,
    struct changeset *out, struct buf *storage, struct err *err)
{
	struct loading loading = {out, storage, 0, false};
	size_t start = storage->len;
	int rc;

	memset(out, 0, sizeof(*out));
	if ((rc = db_query(db, &set_header, DB_PARAMS(DB_INT("id", id)),
		 load_header, &loading, err)) < 0)
		return rc;
	if (!loading.found) {
		return err_set(
		    err, E_NOT_FOUND, L("lot absent", "no such change set"));
	}
	if ((rc = db_query(db, &set_entries,
		 DB_PARAMS(DB_TEXT("structure", structure), DB_INT("id", id)),
		 load_entry, &loading, err)) < 0) {
		changeset_clear(out);
		return rc;
	}
	point_bodies(out, storage, start);
	return 0;
}

struct parts {
	int (*call)(
	    void *context, const struct set_part *part, struct err *err);
	void *context;
};

static int give_part(void *context, const struct db_row *row, struct err *err)
{
	const struct parts *parts = context;
	struct set_part part = {
	    .family = db_row_text(row, "family"),
	    .subject = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	};

	set_row_hash(&part.hash, db_row_blob(row, "hash"));
	return parts->call(parts->context, &part, err);
}

int ledger_set_parts(struct db *db, const char *structure, int64_t id,
    int (*each)(void *context, const struct set_part *part, struct err *err),
    void *context, struct err *err)
{
	struct parts parts = {each, context};

	return db_query(db, &set_parts,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_INT("id", id)),
	    give_part, &parts, err);
}
