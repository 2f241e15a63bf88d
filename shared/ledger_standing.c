#include <string.h>

#include "shared/ledger_set.h"
#include "shared/ledger_set_row.h"

/* One look for the common case, a set that nobody has seen: no row. */
static const struct db_statement set_standing = {"set.standing",
    "SELECT c.place AS place, c.epoch AS epoch, c.time_s AS time_s,"
    " c.head AS head, c.receipt AS receipt, c.sig AS sig,"
    " (SELECT COUNT(*) FROM entry e WHERE e.id BETWEEN c.first AND c.last"
    " AND e.changeset = c.id AND e.fault = '')"
    " + (SELECT COUNT(*) FROM changeset_entry s CROSS JOIN entry e"
    " WHERE s.changeset = c.id AND e.id = s.entry AND e.fault = '')"
    " AS counting FROM changeset c WHERE c.structure = $structure"
    " AND c.device = $device AND c.session = $session AND c.seq = $seq"
    " AND c.hash = $hash AND +c.place > 0"};

struct knowing {
	struct set_standing *out;
	bool found;
};

static void copy_sig(uint8_t out[SIG_LEN], struct bytes bytes)
{
	if (bytes.len == SIG_LEN)
		memcpy(out, bytes.data, SIG_LEN);
}

static int take(void *context, const struct db_row *row, struct err *err)
{
	struct knowing *knowing = context;
	struct set_standing *out = knowing->out;

	(void)err;
	knowing->found = true;
	out->receipt.epoch = db_row_int(row, "epoch");
	out->receipt.n = db_row_int(row, "place");
	out->receipt.time_s = db_row_int(row, "time_s");
	set_row_hash(&out->receipt.head, db_row_blob(row, "head"));
	copy_sig(out->receipt.sig, db_row_blob(row, "receipt"));
	copy_sig(out->sig, db_row_blob(row, "sig"));
	out->counting = (size_t)db_row_int(row, "counting");
	return 1;
}

int ledger_set_standing(struct db *db, const struct set_header *header,
    const struct hash *hash, struct set_standing *out, bool *found,
    struct err *err)
{
	struct knowing knowing = {out, false};
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->receipt.structure, sizeof(out->receipt.structure),
	    header->structure);
	out->receipt.manifest = *hash;
	rc = db_query(db, &set_standing,
	    DB_PARAMS(DB_TEXT("structure", header->structure),
		DB_TEXT("device", header->device),
		DB_TEXT("session", header->session), DB_INT("seq", header->seq),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    take, &knowing, err);
	*found = knowing.found;
	return rc;
}
