#include <string.h>

#include "shared/ledger.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_release.h"

static const struct db_statement release_count = {"release.count",
    "SELECT COUNT(*) FROM entry WHERE structure = $structure"
    " AND moment = '' AND record = $record AND kind = 'release'"
    " AND fault = ''"};

static const struct db_statement release_target = {"release.target",
    "SELECT id, kind, record FROM entry WHERE structure = $structure"
    " AND hash = $hash AND fault = 'revoked' AND fault <> ''"};

static const struct db_statement release_do = {
    "release.do", "UPDATE entry SET fault = '' WHERE id = $id"};

/* "release/" comes before "release0". */
static const struct db_statement release_forget = {"release.forget",
    "UPDATE entry SET fault = 'malformed' WHERE structure = $structure"
    " AND moment = '' AND record > 'release/' AND record < 'release0'"
    " AND kind = 'release' AND fault = ''"};

bool ledger_may_release(const char *kind)
{
	const struct record_kind *row = record_kind_find(kind);

	return row != NULL && (row->writers & WRITER_LAPTOP) != 0;
}

int ledger_is_released(struct db *db, const char *structure,
    const struct hash *hash, bool *out, struct err *err)
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT];
	int64_t count = 0;
	int rc;

	hash_hex(hash, hex);
	record_key_make(record, RELEASE_FAMILY, hex, NULL);
	rc = db_query_int(db, &release_count,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_TEXT("record", record)),
	    &count, NULL, err);
	*out = count > 0;
	return rc;
}

struct target {
	bool found;
	int64_t id;
	char record[RECORD_KEY_MAX];
};

static int note_target(void *context, const struct db_row *row, struct err *err)
{
	struct target *target = context;

	(void)err;
	target->id = db_row_int(row, "id");
	target->found = ledger_may_release(db_row_text(row, "kind"));
	text_copy(
	    target->record, sizeof(target->record), db_row_text(row, "record"));
	return 0;
}

/* "revoked" is the last of the codes: whatever has it breaks no other rule,
 * and has a record. */
int ledger_release_act(struct db *db, const char *structure,
    const struct entry *entry, struct err *err)
{
	struct target target = {false, 0, ""};
	struct record_key key;
	struct hash hash;
	int rc;

	if (strcmp(entry->kind, RELEASE_FAMILY) != 0 ||
	    record_key_parse(&key, entry->record, NULL) < 0 ||
	    hash_parse(&hash, key.subject, NULL) < 0)
		return 0;
	rc = db_query(db, &release_target,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash.bytes, HASH_LEN)),
	    note_target, &target, err);
	if (rc < 0 || !target.found)
		return rc;
	rc = db_exec(
	    db, &release_do, DB_PARAMS(DB_INT("id", target.id)), NULL, err);
	return rc < 0 ? rc : ledger_refold(db, structure, target.record, err);
}

int ledger_release_forget(struct db *db, const char *structure, struct err *err)
{
	return db_exec(db, &release_forget,
	    DB_PARAMS(DB_TEXT("structure", structure)), NULL, err);
}
