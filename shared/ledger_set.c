#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_month.h"
#include "shared/ledger_set.h"
#include "shared/ledger_set_row.h"

static const struct db_statement set_find = {
    "set.find", SET_COLUMNS "AND hash = $hash"};

static const struct db_statement set_before = {"set.before",
    SET_COLUMNS "AND device = $device AND session = $session"
		" AND seq < $before ORDER BY seq DESC LIMIT 1"};

static const struct db_statement set_at = {"set.at",
    SET_COLUMNS "AND device = $device AND session = $session"
		" AND seq = $seq ORDER BY id"};

static const struct db_statement set_log = {
    "set.log", SET_COLUMNS "AND place > $after ORDER BY place"};

static const struct db_statement set_next = {"set.next",
    "SELECT COALESCE(MAX(id), 0) + 1 FROM changeset"
    " WHERE structure = $structure"};

static const struct db_statement set_put = {"set.put",
    "INSERT INTO changeset (structure, id, hash, device, session, seq,"
    " prev, header, sig, sent, place, epoch, time_s) VALUES ($structure,"
    " $id, $hash, $device, $session, $seq, $prev, $header, $sig, 0, 0, 0,"
    " 0)"};

static const struct db_statement set_entry_put = {"set.entry_put",
    "INSERT INTO changeset_entry (structure, changeset, pos, hash)"
    " VALUES ($structure, $changeset, $pos, $hash)"};

static const struct db_statement set_place = {"set.place",
    "UPDATE changeset SET place = $place, epoch = $epoch,"
    " time_s = $time_s, head = $head, receipt = $receipt"
    " WHERE structure = $structure AND hash = $hash"};

static const struct db_statement set_header = {"set.header",
    "SELECT header, sig FROM changeset WHERE structure = $structure"
    " AND id = $id"};

static const struct db_statement set_entries = {"set.entries",
    "SELECT s.hash AS hash, e.bytes AS bytes FROM changeset_entry s"
    " LEFT JOIN entry e ON e.structure = s.structure AND e.hash = s.hash"
    " WHERE s.structure = $structure AND s.changeset = $id ORDER BY s.pos"};

static const struct db_statement set_parts = {"set.parts",
    "SELECT s.hash AS hash, e.family AS family, e.subject AS subject,"
    " e.day AS day FROM changeset_entry s LEFT JOIN entry e"
    " ON e.structure = s.structure AND e.hash = s.hash"
    " WHERE s.structure = $structure AND s.changeset = $id ORDER BY s.pos"};

static const struct db_statement head_complete = {"head.complete",
    "UPDATE head SET completed = completed + 1"
    " WHERE structure = $structure"};

static const struct db_statement entry_last = {
    "set.entry_last", "SELECT MAX(id) FROM entry WHERE structure = $structure"};

void set_row_hash(struct hash *out, struct bytes bytes)
{
	memset(out, 0, sizeof(*out));
	if (bytes.len == HASH_LEN)
		memcpy(out->bytes, bytes.data, HASH_LEN);
}

int set_row_give(void *context, const struct db_row *row, struct err *err)
{
	static const uint8_t none[SIG_LEN];
	struct set_each *each = context;
	struct bytes receipt = db_row_blob(row, "receipt");
	struct set_row set = {
	    .id = db_row_int(row, "id"),
	    .device = db_row_text(row, "device"),
	    .session = db_row_text(row, "session"),
	    .seq = db_row_int(row, "seq"),
	    .sent = db_row_int(row, "sent"),
	    .place = db_row_int(row, "place"),
	    .epoch = db_row_int(row, "epoch"),
	    .time_s = db_row_int(row, "time_s"),
	};

	set_row_hash(&set.hash, db_row_blob(row, "hash"));
	set_row_hash(&set.prev, db_row_blob(row, "prev"));
	set_row_hash(&set.head, db_row_blob(row, "head"));
	if (receipt.len == SIG_LEN)
		memcpy(set.receipt, receipt.data, SIG_LEN);
	/* A place in a chain that a later receipt signs is kept as zeros. */
	set.has_receipt = memcmp(set.receipt, none, SIG_LEN) != 0;
	each->found = true;
	return each->call(each->context, &set, err);
}

int ledger_set_find(struct db *db, const char *structure,
    const struct hash *hash, ledger_each_set *call, void *context, bool *found,
    struct err *err)
{
	struct set_each each = {call, context, false};
	int rc = db_query(db, &set_find,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    set_row_give, &each, err);

	*found = each.found;
	return rc;
}

int set_row_receipt(void *context, const struct set_row *row, struct err *err)
{
	struct receipt *out = context;

	(void)err;
	out->epoch = row->epoch;
	out->n = row->place;
	out->manifest = row->hash;
	out->head = row->head;
	out->time_s = row->time_s;
	memcpy(out->sig, row->receipt, SIG_LEN);
	return 0;
}

int ledger_set_receipt(struct db *db, const char *structure,
    const struct hash *hash, struct receipt *out, bool *found, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure), structure);
	rc = ledger_set_find(
	    db, structure, hash, set_row_receipt, out, found, err);
	*found = *found && out->n > 0;
	return rc;
}

struct last {
	int64_t *seq;
	struct hash *hash;
};

static int take_last(void *context, const struct set_row *row, struct err *err)
{
	struct last *last = context;

	(void)err;
	*last->seq = row->seq;
	*last->hash = row->hash;
	return 0;
}

int ledger_set_before(struct db *db, const char *structure, const char *device,
    const char *session, int64_t before, int64_t *seq, struct hash *hash,
    bool *found, struct err *err)
{
	struct last last = {seq, hash};
	struct set_each each = {take_last, &last, false};
	int rc;

	*seq = 0;
	memset(hash, 0, sizeof(*hash));
	rc = db_query(db, &set_before,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("device", device), DB_TEXT("session", session),
		DB_INT("before", before)),
	    set_row_give, &each, err);
	*found = each.found;
	return rc;
}

int ledger_set_last(struct db *db, const char *structure, const char *device,
    const char *session, int64_t *seq, struct hash *hash, bool *found,
    struct err *err)
{
	return ledger_set_before(
	    db, structure, device, session, INT64_MAX, seq, hash, found, err);
}

int ledger_set_at(struct db *db, const char *structure, const char *device,
    const char *session, int64_t seq, ledger_each_set *call, void *context,
    bool *found, struct err *err)
{
	struct set_each each = {call, context, false};
	int rc = db_query(db, &set_at,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("device", device), DB_TEXT("session", session),
		DB_INT("seq", seq)),
	    set_row_give, &each, err);

	*found = each.found;
	return rc;
}

int ledger_log(struct db *db, const char *structure, int64_t after,
    ledger_each_set *call, void *context, struct err *err)
{
	struct set_each each = {call, context, false};

	return db_query(db, &set_log,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_INT("after", after)),
	    set_row_give, &each, err);
}

struct kept {
	int64_t id;
	int64_t place;
};

static int note_kept(void *context, const struct set_row *row, struct err *err)
{
	struct kept *kept = context;

	(void)err;
	kept->id = row->id;
	kept->place = row->place;
	return 0;
}

/* The row and the list of hashes of a set not kept before. */
static int insert(struct db *db, const struct changeset *set,
    const struct hash *hash, int64_t *id, struct err *err)
{
	const struct set_header *header = &set->header;
	struct buf text = BUF_INIT;
	int rc;

	changeset_header(&text, header);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = db_query_int(db, &set_next,
		 DB_PARAMS(DB_TEXT("structure", header->structure)), id, NULL,
		 err)) < 0 ||
	    (rc = db_exec(db, &set_put,
		 DB_PARAMS(DB_TEXT("structure", header->structure),
		     DB_INT("id", *id), DB_BLOB("hash", hash->bytes, HASH_LEN),
		     DB_TEXT("device", header->device),
		     DB_TEXT("session", header->session),
		     DB_INT("seq", header->seq),
		     DB_BLOB("prev", header->prev.bytes, HASH_LEN),
		     DB_BLOB("header", text.data, text.len),
		     DB_BLOB("sig", set->sig, SIG_LEN)),
		 NULL, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		rc = db_exec(db, &set_entry_put,
		    DB_PARAMS(DB_TEXT("structure", header->structure),
			DB_INT("changeset", *id), DB_INT("pos", (int64_t)i + 1),
			DB_BLOB("hash", set->entries[i].hash.bytes, HASH_LEN)),
		    NULL, err);
	}
out:
	buf_free(&text);
	return rc;
}

/* The records that a set's entries are about, each once. */
struct touched {
	char (*records)[RECORD_KEY_MAX]; /* owned */
	size_t count;
};

static void touch(struct touched *touched, const char *record)
{
	if (record[0] == '\0')
		return;
	for (size_t i = 0; i < touched->count; i++) {
		if (strcmp(touched->records[i], record) == 0)
			return;
	}
	text_copy(touched->records[touched->count++], RECORD_KEY_MAX, record);
}

static int add_entries(struct db *db, const struct changeset *set,
    const struct ledger_author *author, struct touched *touched,
    ledger_fault *fault, void *context, struct err *err)
{
	char record[RECORD_KEY_MAX];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const char *code = NULL;
		int64_t id;

		if (set->entries[i].body.data == NULL)
			continue;
		rc = ledger_add_unfolded(
		    db, author, set->entries[i].body, &id, &code, record, err);
		touch(touched, record);
		if (rc == 0 && code != NULL && fault != NULL)
			fault(context, i, code);
	}
	return rc;
}

/* The entries first, then the folds: a set of one record alone would take
 * the time of its entries by those that are there, with the office held. */
static int put_entries(struct db *db, const struct changeset *set,
    const struct ledger_author *author, ledger_fault *fault, void *context,
    struct err *err)
{
	struct touched touched = {
	    calloc(set->count + 1, sizeof(*touched.records)), 0};
	int rc;

	if (touched.records == NULL)
		return err_nomem(err);
	/* A crew's set is about some workers' month, each of several slots. */
	ledger_month_begin(db);
	rc = add_entries(db, set, author, &touched, fault, context, err);
	for (size_t i = 0; rc == 0 && i < touched.count; i++)
		rc = ledger_refold(
		    db, set->header.structure, touched.records[i], err);
	rc = ledger_month_end(db, rc, err);
	free(touched.records);
	return rc;
}

int ledger_place(struct db *db, const struct receipt *receipt, struct err *err)
{
	return db_exec(db, &set_place,
	    DB_PARAMS(DB_TEXT("structure", receipt->structure),
		DB_BLOB("hash", receipt->manifest.bytes, HASH_LEN),
		DB_INT("place", receipt->n), DB_INT("epoch", receipt->epoch),
		DB_INT("time_s", receipt->time_s),
		DB_BLOB("head", receipt->head.bytes, HASH_LEN),
		DB_BLOB("receipt", receipt->sig, SIG_LEN)),
	    NULL, err);
}

static int last_entry(
    struct db *db, const char *structure, int64_t *out, struct err *err)
{
	*out = 0;
	return db_query_int(db, &entry_last,
	    DB_PARAMS(DB_TEXT("structure", structure)), out, NULL, err);
}

/* Keep the entries of a set that the log had already. */
static int complete(struct db *db, const struct changeset *set,
    const struct ledger_author *author, ledger_fault *fault, void *context,
    struct err *err)
{
	const char *structure = set->header.structure;
	int64_t before, after;
	int rc;

	if ((rc = last_entry(db, structure, &before, err)) < 0 ||
	    (rc = put_entries(db, set, author, fault, context, err)) < 0 ||
	    (rc = last_entry(db, structure, &after, err)) < 0 ||
	    before == after)
		return rc;
	return db_exec(db, &head_complete,
	    DB_PARAMS(DB_TEXT("structure", structure)), NULL, err);
}

int ledger_set_put(struct db *db, const struct changeset *set,
    const struct ledger_author *author, const struct receipt *receipt,
    ledger_fault *fault, void *context, struct err *err)
{
	const char *structure = set->header.structure;
	struct kept kept = {0};
	struct hash hash;
	bool found;
	int rc;

	if ((rc = changeset_hash(&hash, set, err)) < 0 ||
	    (rc = ledger_set_find(
		 db, structure, &hash, note_kept, &kept, &found, err)) < 0)
		return rc;
	if (!found && (rc = insert(db, set, &hash, &kept.id, err)) < 0)
		return rc;
	if (receipt != NULL && (rc = ledger_place(db, receipt, err)) < 0)
		return rc;
	if (kept.place > 0)
		return complete(db, set, author, fault, context, err);
	return put_entries(db, set, author, fault, context, err);
}

/* ---- loading ---- */

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
	if ((rc = db_query(db, &set_header,
		 DB_PARAMS(DB_TEXT("structure", structure), DB_INT("id", id)),
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
