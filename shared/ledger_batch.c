#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ledger_batch.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_judge.h"
#include "shared/ledger_purge.h"

static const struct db_statement entry_next = {
    "entry.next", "SELECT COALESCE(MAX(id), 0) + 1 FROM entry"};

static const struct db_statement any_purged = {"purged.any",
    "SELECT COUNT(*) FROM (SELECT 1 FROM purged"
    " WHERE structure = $structure LIMIT 1) one"};

static const struct db_statement any_absent = {"set.any_absent",
    "SELECT COUNT(*) FROM (SELECT 1 FROM changeset_entry"
    " WHERE structure = $structure AND entry = 0 LIMIT 1) one"};

static const struct db_statement entry_put = {"entry.put",
    "INSERT INTO entry (id, structure, moment, record, hash, kind, family,"
    " subject, day, device, person, fault, changeset, pos, bytes) VALUES"
    " ($id, $structure, $moment, $record, $hash, $kind, $family, $subject,"
    " $day, $device, $person, $fault, $changeset, $pos, $bytes)"
    " ON CONFLICT (structure, moment, record, hash) DO NOTHING"};

static const struct db_statement entry_arrived = {"set.entry_arrived",
    "UPDATE changeset_entry SET entry = $id WHERE structure = $structure"
    " AND hash = $hash AND entry = 0"};

/* At the office one look through the structure's index for all of them; a
 * laptop, which is told of many without their bodies, has an index. */
static const struct db_statement set_here = {"set.here",
    "SELECT e.hash, e.id FROM entry e WHERE e.structure = $structure"
    " AND e.hash IN (SELECT s.hash FROM changeset_entry s"
    " WHERE s.changeset = $changeset AND s.entry = 0)"};

static int ask(struct db *db, const struct db_statement *statement,
    const char *structure, bool *out, struct err *err)
{
	int64_t count = 0;
	int rc = db_query_int(db, statement,
	    DB_PARAMS(DB_TEXT("structure", structure)), &count, NULL, err);

	*out = count > 0;
	return rc;
}

int ledger_batch_begin(struct ledger_batch *out, struct db *db,
    const struct ledger_author *author, struct err *err)
{
	const char *structure = author->header->structure;
	int rc;

	memset(out, 0, sizeof(*out));
	out->db = db;
	out->author = author;
	if ((rc = db_query_int(
		 db, &entry_next, DB_NO_PARAMS, &out->next, NULL, err)) < 0 ||
	    (rc = ask(db, &any_purged, structure, &out->purges, err)) < 0)
		return rc;
	return ask(db, &any_absent, structure, &out->awaits, err);
}

void ledger_batch_clear(struct ledger_batch *batch)
{
	free(batch->records);
	batch->records = NULL;
}

/* ---- folds ---- */

static int touch(
    struct ledger_batch *batch, const char *record, struct err *err)
{
	for (size_t i = 0; i < batch->count; i++) {
		if (strcmp(batch->records[i], record) == 0)
			return 0;
	}
	if (batch->count == batch->room) {
		size_t room = batch->room == 0 ? 8 : 2 * batch->room;
		char(*records)[RECORD_KEY_MAX] =
		    realloc(batch->records, room * sizeof(*records));

		if (records == NULL)
			return err_nomem(err);
		batch->records = records;
		batch->room = room;
	}
	text_copy(batch->records[batch->count++], RECORD_KEY_MAX, record);
	return 0;
}

static int is_known(struct ledger_batch *batch, const struct record_key *key,
    bool *known, struct err *err)
{
	int rc;

	*known = true;
	if (!ledger_fold_asks_known(key))
		return 0;
	for (size_t i = 0; i < batch->known_count; i++) {
		if (strcmp(batch->known[i].subject, key->subject) != 0)
			continue;
		*known = batch->known[i].known;
		return 0;
	}
	rc = ledger_is_known(batch->db, batch->author->header->structure,
	    key->subject, known, err);
	if (rc == 0 && batch->known_count < LEDGER_KNOWN_MAX) {
		text_copy(batch->known[batch->known_count].subject,
		    sizeof(batch->known[0].subject), key->subject);
		batch->known[batch->known_count++].known = *known;
	}
	return rc;
}

/* A record's first entry is folded at once, without a look. The others'
 * records wait for the last: a set of one record alone would take the time of
 * its entries by those that are there, with the office held. */
static int fold(struct ledger_batch *batch, const struct entry *entry,
    const struct record_key *key, bool counts, struct err *err)
{
	bool done = false, known;
	int rc;

	if (key->family[0] == '\0')
		return 0;
	if (ledger_fold_is_plain(entry, key) &&
	    ((rc = is_known(batch, key, &known, err)) < 0 ||
		(rc = ledger_fold_first(batch->db,
		     batch->author->header->structure, entry, key, counts,
		     known, &done, err)) < 0))
		return rc;
	return done ? 0 : touch(batch, entry->record, err);
}

int ledger_batch_end(struct ledger_batch *batch, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < batch->count; i++)
		rc = ledger_refold(batch->db, batch->author->header->structure,
		    batch->records[i], err);
	return rc;
}

/* ---- entries ---- */

static int insert(struct ledger_batch *batch, const struct entry *entry,
    const struct record_key *key, const char *fault, struct bytes body,
    int64_t pos, bool *inserted, struct err *err)
{
	const char *day =
	    date_is_iso(key->part) ? key->part : entry_text(entry, "day");
	int64_t changed = 0;
	int rc = db_exec(batch->db, &entry_put,
	    DB_PARAMS(DB_INT("id", batch->next),
		DB_TEXT("structure", batch->author->header->structure),
		DB_TEXT("moment", ledger_moment(key)),
		DB_TEXT("record", key->family[0] ? entry->record : ""),
		DB_BLOB("hash", entry->hash.bytes, HASH_LEN),
		DB_TEXT("kind", entry->kind), DB_TEXT("family", key->family),
		DB_TEXT("subject", key->subject),
		DB_TEXT("day", date_is_iso(day) ? day : ""),
		DB_TEXT("device", entry->device),
		DB_TEXT("person", entry->person),
		DB_TEXT("fault", fault != NULL ? fault : ""),
		DB_INT("changeset", batch->changeset),
		DB_INT("pos", batch->changeset > 0 ? pos : 0),
		DB_BLOB("bytes", body.data, body.len)),
	    &changed, err);

	*inserted = changed > 0;
	return rc;
}

/* Sets that await the body of an entry which is here now. */
static int arrive(struct ledger_batch *batch, const struct hash *hash,
    int64_t id, int64_t *changed, struct err *err)
{
	*changed = 0;
	if (!batch->awaits)
		return 0;
	return db_exec(batch->db, &entry_arrived,
	    DB_PARAMS(DB_INT("id", id),
		DB_TEXT("structure", batch->author->header->structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    changed, err);
}

static int note_here(void *context, const struct db_row *row, struct err *err)
{
	struct bytes bytes = db_row_blob(row, "hash");
	struct hash hash;
	int64_t changed;

	if (bytes.len != HASH_LEN)
		return 0;
	memcpy(hash.bytes, bytes.data, HASH_LEN);
	return arrive(context, &hash, db_row_int(row, "id"), &changed, err);
}

int ledger_batch_link(struct ledger_batch *batch, struct err *err)
{
	return db_query(batch->db, &set_here,
	    DB_PARAMS(DB_TEXT("structure", batch->author->header->structure),
		DB_INT("changeset", batch->changeset)),
	    note_here, batch, err);
}

/* Each set that carries an entry may make it count, so that it does not
 * matter which of them came first. */
static int add_again(struct ledger_batch *batch, struct bytes body,
    const struct entry *entry, const struct record_key *key, int64_t pos,
    int64_t *id, bool *in_set, const char **fault, struct err *err)
{
	const char *structure = batch->author->header->structure;
	struct ledger_found found;
	int64_t changed;
	int rc;

	/* A set may have been listed without a body that another one had
	 * brought. */
	if ((rc = ledger_find(batch->db, structure,
		 key->family[0] ? entry->record : "", &entry->hash, &found,
		 err)) < 0 ||
	    (rc = arrive(batch, &entry->hash, found.id, &changed, err)) < 0)
		return rc;
	batch->added += changed > 0;
	*id = found.id;
	*in_set = batch->changeset > 0 && found.changeset == batch->changeset &&
	          found.pos == pos;
	if (found.fault[0] == '\0')
		*fault = NULL;
	else if (strcmp(*fault != NULL ? *fault : "", found.fault) != 0)
		rc = ledger_judge_again(batch->db, batch->author, body, err);
	batch->known_count = 0;
	return rc;
}

/* What a new entry does to what is there. */
static int settle(struct ledger_batch *batch, const struct entry *entry,
    const struct record_key *key, int64_t id, const char *fault,
    struct err *err)
{
	const char *structure = batch->author->header->structure;
	int64_t changed;
	int rc = arrive(batch, &entry->hash, id, &changed, err);

	if (rc == 0)
		rc = fold(batch, entry, key, fault == NULL, err);
	if (rc < 0 || fault != NULL || !ledger_acts(entry))
		return rc;
	batch->purges = true;
	batch->known_count = 0;
	return ledger_act_upon(batch->db, structure, entry, err);
}

int ledger_batch_add(struct ledger_batch *batch, struct bytes body,
    const struct hash *hash, int64_t pos, int64_t *id, bool *in_set,
    const char **fault, struct err *err)
{
	const char *structure = batch->author->header->structure;
	bool parsed, purged = false, inserted, ignored;
	const char *code = NULL;
	struct record_key key;
	struct entry entry;
	int rc;

	assert(body.data != NULL);
	in_set = in_set != NULL ? in_set : &ignored;
	*id = 0;
	*in_set = false;
	if ((rc = entry_scan(&entry, body, hash, &parsed, err)) < 0)
		goto out;
	if (batch->purges && ((rc = ledger_is_purged(batch->db, structure,
				   &entry.hash, &purged, err)) < 0 ||
				 purged))
		goto out;
	if ((rc = ledger_judge(batch->db, batch->author, &entry, parsed, &key,
		 &code, err)) < 0 ||
	    (rc = insert(
		 batch, &entry, &key, code, body, pos, &inserted, err)) < 0)
		goto out;
	if (!inserted) {
		rc = add_again(
		    batch, body, &entry, &key, pos, id, in_set, &code, err);
		goto out;
	}
	*id = batch->next++;
	*in_set = batch->changeset > 0;
	batch->added++;
	rc = settle(batch, &entry, &key, *id, code, err);
out:
	if (fault != NULL)
		*fault = code;
	entry_clear(&entry);
	return rc;
}

int ledger_add(struct db *db, const struct ledger_author *author,
    struct bytes body, int64_t *id, const char **fault, struct err *err)
{
	struct ledger_batch batch;
	int rc;

	*id = 0;
	if (fault != NULL)
		*fault = NULL;
	if ((rc = ledger_batch_begin(&batch, db, author, err)) == 0 &&
	    (rc = ledger_batch_add(
		 &batch, body, NULL, 0, id, NULL, fault, err)) == 0)
		rc = ledger_batch_end(&batch, err);
	ledger_batch_clear(&batch);
	return rc;
}
