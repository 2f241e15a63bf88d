#include <string.h>

#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_judge.h"
#include "shared/ledger_purge.h"
#include "shared/ledger_release.h"

#define FOUND                                                                  \
	"SELECT id, changeset, pos, fault, record FROM entry"                  \
	" WHERE structure = $structure AND hash = $hash"

static const struct db_statement entry_find = {
    "entry.find", FOUND " AND moment = $moment AND record = $record"};

static const struct db_statement entry_find_hash = {"entry.find_hash", FOUND};

static const struct db_statement entry_again = {"entry.again",
    "UPDATE entry SET kind = $kind, moment = $moment, record = $record,"
    " family = $family, subject = $subject, day = $day, device = $device,"
    " person = $person, fault = $fault WHERE id = $id"};

static const struct db_statement entry_delete = {
    "entry.delete", "DELETE FROM entry WHERE id = $id"};

static const struct db_statement entry_lost = {"set.entry_lost",
    "INSERT INTO changeset_entry (changeset, pos, structure, hash, entry)"
    " VALUES ($changeset, $pos, $structure, $hash, $entry)"};

static const struct db_statement entry_lost_again = {"set.entry_lost_again",
    "UPDATE changeset_entry SET entry = $absent WHERE entry = $entry"
    " AND entry > 0"};

/* ---- judging ---- */

int ledger_judge(struct db *db, const struct ledger_author *author,
    const struct entry *entry, bool parsed, struct record_key *key,
    const char **fault, struct err *err)
{
	bool released = false;
	int rc = 0;

	memset(key, 0, sizeof(*key));
	*fault = ENTRY_FAULT_MALFORMED;
	if (!parsed)
		return 0;
	*fault =
	    entry_fault_key(entry, author->header, author->writer, key, NULL);
	if (*fault == NULL && author->revoked) {
		if (ledger_may_release(entry->kind))
			rc = ledger_is_released(db, author->header->structure,
			    &entry->hash, &released, err);
		*fault = released ? NULL : ENTRY_FAULT_REVOKED;
	}
	return rc;
}

bool ledger_acts(const struct entry *entry)
{
	return strcmp(entry->kind, PURGE_KIND) == 0 ||
	       strcmp(entry->kind, RELEASE_FAMILY) == 0;
}

int ledger_act_upon(struct db *db, const char *structure,
    const struct entry *entry, struct err *err)
{
	int rc = ledger_purge_act(db, structure, entry, err);

	return rc < 0 ? rc : ledger_release_act(db, structure, entry, err);
}

/* An entry that an earlier version did not know how to read may be kept under
 * no record. */
static int find_kept(struct db *db, const char *structure, const char *record,
    const struct hash *hash, struct ledger_found *out, struct err *err)
{
	int rc = ledger_find(db, structure, record, hash, out, err);

	if (rc == 0 && !out->found)
		rc = ledger_find(db, structure, NULL, hash, out, err);
	if (rc == 0 && !out->found)
		rc = err_set(err, E_NOT_FOUND,
		    L("écriture absente d'ici", "entry absent from here"));
	return rc;
}

static int write_again(struct db *db, int64_t id, const struct entry *entry,
    bool parsed, const struct record_key *key, const char *code,
    struct err *err)
{
	const char *day =
	    date_is_iso(key->part) ? key->part : entry_text(entry, "day");

	return db_exec(db, &entry_again,
	    DB_PARAMS(DB_INT("id", id),
		DB_TEXT("kind", parsed ? entry->kind : ""),
		DB_TEXT("moment", ledger_moment(key)),
		DB_TEXT("record", key->family[0] ? entry->record : ""),
		DB_TEXT("family", key->family),
		DB_TEXT("subject", key->subject),
		DB_TEXT("day", date_is_iso(day) ? day : ""),
		DB_TEXT("device", parsed ? entry->device : ""),
		DB_TEXT("person", parsed ? entry->person : ""),
		DB_TEXT("fault", code != NULL ? code : "")),
	    NULL, err);
}

int ledger_judge_again(struct db *db, const struct ledger_author *author,
    struct bytes body, struct err *err)
{
	const char *structure = author->header->structure, *code;
	struct ledger_found found;
	struct record_key key;
	struct entry entry;
	bool parsed;
	int rc = entry_scan(&entry, body, NULL, &parsed, err);

	if (rc < 0 ||
	    (rc = ledger_judge(db, author, &entry, parsed, &key, &code, err)) <
		0 ||
	    (rc = find_kept(db, structure, key.family[0] ? entry.record : "",
		 &entry.hash, &found, err)) < 0 ||
	    (rc = write_again(db, found.id, &entry, parsed, &key, code, err)) <
		0)
		goto out;
	if (key.family[0] != '\0')
		rc = ledger_refold(db, structure, entry.record, err);
	if (rc == 0 && code == NULL)
		rc = ledger_act_upon(db, structure, &entry, err);
out:
	entry_clear(&entry);
	return rc;
}

/* ---- finding and dropping ---- */

static int note_found(void *context, const struct db_row *row, struct err *err)
{
	struct ledger_found *found = context;

	(void)err;
	found->found = true;
	found->id = db_row_int(row, "id");
	found->changeset = db_row_int(row, "changeset");
	found->pos = db_row_int(row, "pos");
	text_copy(
	    found->fault, sizeof(found->fault), db_row_text(row, "fault"));
	text_copy(
	    found->record, sizeof(found->record), db_row_text(row, "record"));
	return 1;
}

int ledger_find(struct db *db, const char *structure, const char *record,
    const struct hash *hash, struct ledger_found *out, struct err *err)
{
	struct record_key key;

	memset(out, 0, sizeof(*out));
	if (record == NULL)
		return db_query(db, &entry_find_hash,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_BLOB("hash", hash->bytes, HASH_LEN)),
		    note_found, out, err);
	if (record_key_parse(&key, record, NULL) < 0)
		memset(&key, 0, sizeof(key));
	return db_query(db, &entry_find,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN),
		DB_TEXT("moment", ledger_moment(&key)),
		DB_TEXT("record", record)),
	    note_found, out, err);
}

/* The sets that carried it keep its hash. */
static int tell_sets(struct db *db, const char *structure,
    const struct hash *hash, const struct ledger_found *found, int64_t absent,
    struct err *err)
{
	int rc = db_exec(db, &entry_lost_again,
	    DB_PARAMS(DB_INT("entry", found->id), DB_INT("absent", absent)),
	    NULL, err);

	if (rc == 0 && found->changeset > 0)
		rc = db_exec(db, &entry_lost,
		    DB_PARAMS(DB_INT("changeset", found->changeset),
			DB_INT("pos", found->pos),
			DB_TEXT("structure", structure),
			DB_BLOB("hash", hash->bytes, HASH_LEN),
			DB_INT("entry", absent)),
		    NULL, err);
	return rc;
}

int ledger_drop_found(struct db *db, const char *structure,
    const struct hash *hash, const struct ledger_found *found, int64_t absent,
    struct err *err)
{
	int rc;

	if ((rc = tell_sets(db, structure, hash, found, absent, err)) < 0 ||
	    (rc = db_exec(db, &entry_delete, DB_PARAMS(DB_INT("id", found->id)),
		 NULL, err)) < 0)
		return rc;
	/* A malformed entry belongs to no record. */
	return found->record[0] == '\0'
	           ? 0
	           : ledger_refold(db, structure, found->record, err);
}

int ledger_drop(struct db *db, const char *structure, const struct hash *hash,
    struct err *err)
{
	struct ledger_found found;
	int rc = ledger_find(db, structure, NULL, hash, &found, err);

	return rc < 0 || !found.found ? rc
	                              : ledger_drop_found(db, structure, hash,
					    &found, ENTRY_ABSENT, err);
}
