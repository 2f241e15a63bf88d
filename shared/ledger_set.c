#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger_batch.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_month.h"
#include "shared/ledger_purge.h"
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

static const struct db_statement set_numbered = {"set.numbered",
    SET_COLUMNS "AND device = $device AND session = $session"
		" AND seq = $seq AND hash = $hash"};

static const struct db_statement set_log = {
    "set.log", SET_COLUMNS "AND place > $after AND place > 0 ORDER BY place"};

static const struct db_statement set_next = {
    "set.next", "SELECT COALESCE(MAX(id), 0) + 1 FROM changeset"};

static const struct db_statement set_put = {"set.put",
    "INSERT INTO changeset (id, structure, hash, device, session, seq,"
    " prev, header, sig, sent, place, epoch, time_s, head, receipt, first,"
    " last) VALUES ($id, $structure, $hash, $device, $session, $seq, $prev,"
    " $header, $sig, 0, $place, $epoch, $time_s, $head, $receipt, $first,"
    " $last)"};

static const struct db_statement set_entry_put = {"set.entry_put",
    "INSERT INTO changeset_entry (changeset, pos, structure, hash, entry)"
    " VALUES ($changeset, $pos, $structure, $hash, $entry)"};

static const struct db_statement set_entry_seal = {"set.entry_seal",
    "UPDATE entry SET changeset = $changeset, pos = $pos"
    " WHERE id = $id AND changeset = 0"};

#define PLACE                                                                  \
	"UPDATE changeset SET place = $place, epoch = $epoch,"                 \
	" time_s = $time_s, head = $head, receipt = $receipt WHERE "

static const struct db_statement set_place_id = {
    "set.place_id", PLACE "id = $id"};

/* Mostly it is one of the few that wait for it. */
static const struct db_statement set_place_waiting = {"set.place_waiting",
    PLACE "structure = $structure AND hash = $hash AND place = 0"};

static const struct db_statement set_place_hash = {
    "set.place_hash", PLACE "structure = $structure AND hash = $hash"};

static const struct db_statement head_complete = {"head.complete",
    "UPDATE head SET completed = completed + 1"
    " WHERE structure = $structure"};

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

int ledger_set_known(struct db *db, const struct set_header *header,
    const struct hash *hash, ledger_each_set *call, void *context, bool *found,
    struct err *err)
{
	struct set_each each = {call, context, false};
	int rc = db_query(db, &set_numbered,
	    DB_PARAMS(DB_TEXT("structure", header->structure),
		DB_TEXT("device", header->device),
		DB_TEXT("session", header->session), DB_INT("seq", header->seq),
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

/* The row of a set not kept before; ${receipt} may be NULL. */
static int insert(struct db *db, const struct changeset *set,
    const struct hash *hash, const struct receipt *receipt, int64_t first,
    int64_t last, int64_t *id, struct err *err)
{
	static const struct receipt none;
	const struct set_header *header = &set->header;
	const struct receipt *at = receipt != NULL ? receipt : &none;
	struct buf text = BUF_INIT;
	int rc;

	changeset_header(&text, header);
	if ((rc = buf_check(&text, err)) == 0 &&
	    (rc = db_query_int(db, &set_next, DB_NO_PARAMS, id, NULL, err)) ==
		0)
		rc = db_exec(db, &set_put,
		    DB_PARAMS(DB_INT("id", *id),
			DB_TEXT("structure", header->structure),
			DB_BLOB("hash", hash->bytes, HASH_LEN),
			DB_TEXT("device", header->device),
			DB_TEXT("session", header->session),
			DB_INT("seq", header->seq),
			DB_BLOB("prev", header->prev.bytes, HASH_LEN),
			DB_BLOB("header", text.data, text.len),
			DB_BLOB("sig", set->sig, SIG_LEN),
			DB_INT("place", at->n), DB_INT("epoch", at->epoch),
			DB_INT("time_s", at->time_s),
			receipt != NULL
			    ? DB_BLOB("head", at->head.bytes, HASH_LEN)
			    : DB_NULL("head"),
			receipt != NULL ? DB_BLOB("receipt", at->sig, SIG_LEN)
					: DB_NULL("receipt"),
			DB_INT("first", first), DB_INT("last", last)),
		    NULL, err);
	buf_free(&text);
	return rc;
}

static int list_entry(struct db *db, const struct changeset *set, int64_t id,
    size_t index, int64_t entry, struct err *err)
{
	return db_exec(db, &set_entry_put,
	    DB_PARAMS(DB_INT("changeset", id),
		DB_INT("pos", (int64_t)index + 1),
		DB_TEXT("structure", set->header.structure),
		DB_BLOB("hash", set->entries[index].hash.bytes, HASH_LEN),
		DB_INT("entry", entry)),
	    NULL, err);
}

/* Keep one entry of a set. Of a set that was not kept before the list tells
 * of it, where the entry itself does not. */
static int put_entry(struct ledger_batch *batch, const struct changeset *set,
    int64_t list, size_t index, bool *absent, const char **code,
    struct err *err)
{
	const struct bytes body = set->entries[index].body;
	int64_t entry = ENTRY_ABSENT;
	bool in_set = false, purged = false;
	int rc = 0;

	if (body.data != NULL)
		rc = ledger_batch_add(batch, body, &set->entries[index].hash,
		    (int64_t)index + 1, &entry, &in_set, code, err);
	if (rc < 0 || list == 0 || in_set)
		return rc;
	if (entry == ENTRY_ABSENT && batch->purges)
		rc = ledger_is_purged(batch->db, set->header.structure,
		    &set->entries[index].hash, &purged, err);
	if (rc < 0)
		return rc;
	*absent = *absent || (entry == ENTRY_ABSENT && !purged);
	batch->awaits = batch->awaits || *absent;
	return list_entry(
	    batch->db, set, list, index, purged ? ENTRY_GONE : entry, err);
}

static int put_entries(struct ledger_batch *batch, const struct changeset *set,
    int64_t list, ledger_fault *fault, void *context, struct err *err)
{
	bool absent = false;
	int rc = 0;

	/* A crew's set is about some workers' month, each of several slots. */
	ledger_month_begin(batch->db);
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const char *code = NULL;

		rc = put_entry(batch, set, list, i, &absent, &code, err);
		if (rc == 0 && code != NULL && fault != NULL)
			fault(context, i, code);
	}
	if (rc == 0 && absent)
		rc = ledger_batch_link(batch, err);
	if (rc == 0)
		rc = ledger_batch_end(batch, err);
	return ledger_month_end(batch->db, rc, err);
}

static int place(struct db *db, const struct db_statement *statement,
    const struct receipt *receipt, int64_t *changed, struct err *err)
{
	return db_exec(db, statement,
	    DB_PARAMS(DB_TEXT("structure", receipt->structure),
		DB_BLOB("hash", receipt->manifest.bytes, HASH_LEN),
		DB_INT("place", receipt->n), DB_INT("epoch", receipt->epoch),
		DB_INT("time_s", receipt->time_s),
		DB_BLOB("head", receipt->head.bytes, HASH_LEN),
		DB_BLOB("receipt", receipt->sig, SIG_LEN)),
	    changed, err);
}

int ledger_place(struct db *db, const struct receipt *receipt, struct err *err)
{
	int64_t changed = 0;
	int rc = place(db, &set_place_waiting, receipt, &changed, err);

	return rc < 0 || changed > 0
	           ? rc
	           : place(db, &set_place_hash, receipt, NULL, err);
}

static int place_id(
    struct db *db, int64_t id, const struct receipt *receipt, struct err *err)
{
	return db_exec(db, &set_place_id,
	    DB_PARAMS(DB_INT("id", id), DB_INT("place", receipt->n),
		DB_INT("epoch", receipt->epoch),
		DB_INT("time_s", receipt->time_s),
		DB_BLOB("head", receipt->head.bytes, HASH_LEN),
		DB_BLOB("receipt", receipt->sig, SIG_LEN)),
	    NULL, err);
}

/* Keep what a set kept before lacked: its place, bodies. */
static int complete(struct ledger_batch *batch, const struct changeset *set,
    const struct kept *kept, const struct receipt *receipt, ledger_fault *fault,
    void *context, struct err *err)
{
	int rc = 0;

	if (receipt != NULL)
		rc = place_id(batch->db, kept->id, receipt, err);
	if (rc < 0 ||
	    (rc = put_entries(batch, set, 0, fault, context, err)) < 0 ||
	    kept->place == 0 || batch->added == 0)
		return rc;
	return db_exec(batch->db, &head_complete,
	    DB_PARAMS(DB_TEXT("structure", set->header.structure)), NULL, err);
}

int ledger_set_put(struct db *db, const struct changeset *set,
    const struct ledger_author *author, const struct receipt *receipt,
    ledger_fault *fault, void *context, struct err *err)
{
	struct ledger_author as = *author;
	struct ledger_batch batch;
	struct kept kept = {0};
	struct hash hash;
	bool found;
	int rc;

	as.header = &set->header;
	if ((rc = ledger_batch_begin(&batch, db, &as, err)) < 0)
		goto out;
	/* Whoever places a set has named it already. */
	if (receipt != NULL)
		hash = receipt->manifest;
	else if ((rc = changeset_hash(&hash, set, err)) < 0)
		goto out;
	if ((rc = ledger_set_known(
		 db, &set->header, &hash, note_kept, &kept, &found, err)) < 0)
		goto out;
	if (found) {
		rc = complete(&batch, set, &kept, receipt, fault, context, err);
		goto out;
	}
	if ((rc = insert(db, set, &hash, receipt, batch.next,
		 batch.next + (int64_t)set->count - 1, &kept.id, err)) < 0)
		goto out;
	batch.changeset = kept.id;
	rc = put_entries(&batch, set, kept.id, fault, context, err);
out:
	ledger_batch_clear(&batch);
	return rc;
}

int ledger_set_seal(struct db *db, const struct changeset *set,
    const int64_t *entries, struct err *err)
{
	struct hash hash;
	int64_t id, changed;
	int rc;

	if ((rc = changeset_hash(&hash, set, err)) < 0 ||
	    (rc = insert(db, set, &hash, NULL, entries[0],
		 entries[set->count - 1], &id, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		rc = db_exec(db, &set_entry_seal,
		    DB_PARAMS(DB_INT("changeset", id),
			DB_INT("pos", (int64_t)i + 1),
			DB_INT("id", entries[i])),
		    &changed, err);
		/* Another set brought it: a copy of this directory's. */
		if (rc == 0 && changed == 0)
			rc = list_entry(db, set, id, i, entries[i], err);
	}
	return rc;
}
