#include <assert.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_purge.h"
#include "shared/ledger_release.h"

static const struct db_statement entry_find = {"entry.find",
    "SELECT id, fault FROM entry WHERE structure = $structure"
    " AND hash = $hash"};

static const struct db_statement entry_next = {"entry.next",
    "SELECT COALESCE(MAX(id), 0) + 1 FROM entry"
    " WHERE structure = $structure"};

static const struct db_statement entry_put = {"entry.put",
    "INSERT INTO entry (structure, id, hash, kind, record, family, subject,"
    " day, device, person, fault, bytes) VALUES ($structure, $id, $hash,"
    " $kind, $record, $family, $subject, $day, $device, $person, $fault,"
    " $bytes)"};

static const struct db_statement entry_again = {"entry.again",
    "UPDATE entry SET kind = $kind, record = $record, family = $family,"
    " subject = $subject, day = $day, device = $device, person = $person,"
    " fault = $fault WHERE structure = $structure AND hash = $hash"};

static const struct db_statement entry_record = {"entry.record",
    "SELECT record FROM entry WHERE structure = $structure"
    " AND hash = $hash"};

static const struct db_statement entry_delete = {"entry.delete",
    "DELETE FROM entry WHERE structure = $structure AND hash = $hash"};

struct found {
	int64_t id;
	bool found;
	char fault[16];
};

static int note_found(void *context, const struct db_row *row, struct err *err)
{
	struct found *found = context;

	(void)err;
	found->found = true;
	found->id = db_row_int(row, "id");
	text_copy(
	    found->fault, sizeof(found->fault), db_row_text(row, "fault"));
	return 1;
}

/* Codes are few and fixed; give the static text of a stored one. */
static const char *static_fault(const char *code)
{
	static const char *const codes[] = {ENTRY_FAULT_MALFORMED,
	    ENTRY_FAULT_REVOKED, "structure", "author", "authority", "record",
	    "reason", "value"};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strcmp(codes[i], code) == 0)
			return codes[i];
	}
	return NULL;
}

static int insert(struct db *db, const char *structure, int64_t id,
    const struct entry *entry, const struct record_key *key, const char *day,
    const char *fault, struct bytes body, struct err *err)
{
	return db_exec(db, &entry_put,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_INT("id", id),
		DB_BLOB("hash", entry->hash.bytes, HASH_LEN),
		DB_TEXT("kind", entry->kind),
		DB_TEXT("record", key->family[0] ? entry->record : ""),
		DB_TEXT("family", key->family),
		DB_TEXT("subject", key->subject), DB_TEXT("day", day),
		DB_TEXT("device", entry->device),
		DB_TEXT("person", entry->person),
		DB_TEXT("fault", fault != NULL ? fault : ""),
		DB_BLOB("bytes", body.data, body.len)),
	    NULL, err);
}

/* Why an entry is quarantined (NULL: it is not), and where it belongs. A
 * malformed one, or one of another structure, belongs nowhere. */
static int judge(struct db *db, const struct ledger_author *author,
    const struct entry *entry, bool parsed, struct record_key *key,
    const char **fault, struct err *err)
{
	bool released = false;
	int rc = 0;

	memset(key, 0, sizeof(*key));
	*fault = ENTRY_FAULT_MALFORMED;
	if (!parsed)
		return 0;
	*fault = entry_fault(entry, author->header, author->writer, NULL);
	if (*fault == NULL && author->revoked) {
		if (ledger_may_release(entry->kind))
			rc = ledger_is_released(db, author->header->structure,
			    &entry->hash, &released, err);
		*fault = released ? NULL : ENTRY_FAULT_REVOKED;
	}
	if ((*fault != NULL && strcmp(*fault, "structure") == 0) ||
	    record_key_parse(key, entry->record, NULL) < 0)
		memset(key, 0, sizeof(*key));
	return rc;
}

/* Some entries act, once they count, on what is kept of others. */
static int act_upon(struct db *db, const char *structure,
    const struct entry *entry, struct err *err)
{
	int rc = ledger_purge_act(db, structure, entry, err);

	return rc < 0 ? rc : ledger_release_act(db, structure, entry, err);
}

/* Each set that carries an entry may make it count, so that it does not
 * matter which of them came first. */
static int add_again(struct db *db, const struct ledger_author *author,
    struct bytes body, const char *before, const char **fault, struct err *err)
{
	const char *code = static_fault(before);
	struct record_key key;
	struct entry entry;
	bool parsed;
	int rc = 0;

	if (code != NULL) {
		if ((rc = entry_scan(&entry, body, NULL, &parsed, err)) == 0)
			rc =
			    judge(db, author, &entry, parsed, &key, &code, err);
		entry_clear(&entry);
	}
	if (rc == 0 && strcmp(code != NULL ? code : "", before) != 0)
		rc = ledger_judge_again(db, author, body, err);
	if (fault != NULL)
		*fault = code;
	return rc;
}

int ledger_add_unfolded(struct db *db, const struct ledger_author *author,
    struct bytes body, int64_t *id, const char **fault,
    char record[RECORD_KEY_MAX], struct err *err)
{
	const char *structure = author->header->structure, *code;
	struct found found = {0};
	struct entry entry;
	struct record_key key;
	const char *day;
	bool parsed, purged = false;
	int rc;

	assert(body.data != NULL);
	*id = 0;
	record[0] = '\0';
	if (fault != NULL)
		*fault = NULL;
	if ((rc = entry_scan(&entry, body, NULL, &parsed, err)) < 0)
		goto out;
	rc = db_query(db, &entry_find,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", entry.hash.bytes, HASH_LEN)),
	    note_found, &found, err);
	if (rc < 0)
		goto out;
	if (found.found) {
		*id = found.id;
		rc = add_again(db, author, body, found.fault, fault, err);
		goto out;
	}
	if ((rc = ledger_is_purged(db, structure, &entry.hash, &purged, err)) <
		0 ||
	    purged)
		goto out;
	if ((rc = judge(db, author, &entry, parsed, &key, &code, err)) < 0)
		goto out;
	day = date_is_iso(key.part) ? key.part : entry_text(&entry, "day");
	if ((rc = db_query_int(db, &entry_next,
		 DB_PARAMS(DB_TEXT("structure", structure)), id, NULL, err)) <
		0 ||
	    (rc = insert(db, structure, *id, &entry, &key,
		 date_is_iso(day) ? day : "", code, body, err)) < 0)
		goto out;
	if (key.family[0] != '\0')
		text_copy(record, RECORD_KEY_MAX, entry.record);
	if (code == NULL)
		rc = act_upon(db, structure, &entry, err);
	if (fault != NULL)
		*fault = code;
out:
	entry_clear(&entry);
	return rc;
}

int ledger_add(struct db *db, const struct ledger_author *author,
    struct bytes body, int64_t *id, const char **fault, struct err *err)
{
	char record[RECORD_KEY_MAX];
	int rc = ledger_add_unfolded(db, author, body, id, fault, record, err);

	return rc < 0 || record[0] == '\0'
	           ? rc
	           : ledger_refold(db, author->header->structure, record, err);
}

int ledger_judge_again(struct db *db, const struct ledger_author *author,
    struct bytes body, struct err *err)
{
	const char *structure = author->header->structure, *code, *day;
	struct entry entry;
	struct record_key key;
	bool parsed;
	int64_t changed = 0;
	int rc = entry_scan(&entry, body, NULL, &parsed, err);

	if (rc < 0 ||
	    (rc = judge(db, author, &entry, parsed, &key, &code, err)) < 0)
		goto out;
	day = date_is_iso(key.part) ? key.part : entry_text(&entry, "day");
	rc = db_exec(db, &entry_again,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", entry.hash.bytes, HASH_LEN),
		DB_TEXT("kind", parsed ? entry.kind : ""),
		DB_TEXT("record", key.family[0] ? entry.record : ""),
		DB_TEXT("family", key.family), DB_TEXT("subject", key.subject),
		DB_TEXT("day", date_is_iso(day) ? day : ""),
		DB_TEXT("device", parsed ? entry.device : ""),
		DB_TEXT("person", parsed ? entry.person : ""),
		DB_TEXT("fault", code != NULL ? code : "")),
	    &changed, err);
	if (rc == 0 && changed == 0) {
		rc = err_set(err, E_NOT_FOUND,
		    L("écriture absente d'ici", "entry absent from here"));
	}
	if (rc == 0 && key.family[0] != '\0')
		rc = ledger_refold(db, structure, entry.record, err);
	if (rc == 0 && code == NULL)
		rc = act_upon(db, structure, &entry, err);
out:
	entry_clear(&entry);
	return rc;
}

struct dropped {
	bool found;
	char record[RECORD_KEY_MAX];
};

static int note_dropped(
    void *context, const struct db_row *row, struct err *err)
{
	struct dropped *dropped = context;

	(void)err;
	dropped->found = true;
	text_copy(dropped->record, sizeof(dropped->record),
	    db_row_text(row, "record"));
	return 0;
}

int ledger_drop(struct db *db, const char *structure, const struct hash *hash,
    struct err *err)
{
	struct dropped dropped = {false, ""};
	int rc;

	rc = db_query(db, &entry_record,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    note_dropped, &dropped, err);
	if (rc < 0 || !dropped.found)
		return rc;
	rc = db_exec(db, &entry_delete,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    NULL, err);
	/* A malformed entry belongs to no record. */
	return rc < 0 || dropped.record[0] == '\0'
	           ? rc
	           : ledger_refold(db, structure, dropped.record, err);
}
