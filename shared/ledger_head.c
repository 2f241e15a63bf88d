#include <string.h>

#include "shared/ledger_set.h"
#include "shared/ledger_set_row.h"

static const struct db_statement head_get = {"head.get",
    "SELECT epoch, n, head, time_s, manifest, receipt FROM head"
    " WHERE structure = $structure"};

static const struct db_statement head_put = {"head.put",
    "INSERT INTO head (structure, epoch, n, head, time_s, manifest,"
    " receipt, completed) VALUES ($structure, $epoch, $n, $head, $time_s,"
    " $manifest, $receipt, 0)"
    " ON CONFLICT (structure) DO UPDATE SET epoch = excluded.epoch,"
    " n = excluded.n, head = excluded.head, time_s = excluded.time_s,"
    " manifest = excluded.manifest, receipt = excluded.receipt"};

static const struct db_statement head_back = {"head.back",
    "UPDATE head SET epoch = $epoch, n = $n, head = $head,"
    " time_s = $time_s, manifest = NULL, receipt = NULL"
    " WHERE structure = $structure"};

static const struct db_statement head_completed = {"head.completed",
    "SELECT completed FROM head WHERE structure = $structure"};

static const struct db_statement set_back = {"set.back",
    "UPDATE changeset SET place = 0, sent = 0 WHERE structure = $structure"
    " AND place > $after AND place > 0"};

static const struct db_statement set_places = {
    "set.places", SET_COLUMNS "AND place > 0 ORDER BY place DESC"};

static const struct db_statement set_furthest = {"set.furthest",
    SET_COLUMNS "AND place > 0 AND receipt IS NOT NULL"
		" ORDER BY place DESC LIMIT 1"};

static const struct db_statement head_all = {
    "head.all", "SELECT structure FROM head ORDER BY structure"};

struct head {
	struct log_point *point;
	int64_t *time_s;
};

static int take_head(void *context, const struct db_row *row, struct err *err)
{
	struct head *head = context;

	(void)err;
	head->point->epoch = db_row_int(row, "epoch");
	head->point->n = db_row_int(row, "n");
	set_row_hash(&head->point->head, db_row_blob(row, "head"));
	*head->time_s = db_row_int(row, "time_s");
	return 0;
}

int ledger_head(struct db *db, const char *structure, struct log_point *out,
    int64_t *time_s, struct err *err)
{
	int64_t ignored;
	struct head head = {out, time_s != NULL ? time_s : &ignored};

	out->epoch = 1;
	out->n = 0;
	log_first(&out->head, structure);
	*head.time_s = 0;
	return db_query(db, &head_get,
	    DB_PARAMS(DB_TEXT("structure", structure)), take_head, &head, err);
}

int ledger_head_put(
    struct db *db, const struct receipt *receipt, struct err *err)
{
	return db_exec(db, &head_put,
	    DB_PARAMS(DB_TEXT("structure", receipt->structure),
		DB_INT("epoch", receipt->epoch), DB_INT("n", receipt->n),
		DB_BLOB("head", receipt->head.bytes, HASH_LEN),
		DB_INT("time_s", receipt->time_s),
		DB_BLOB("manifest", receipt->manifest.bytes, HASH_LEN),
		DB_BLOB("receipt", receipt->sig, SIG_LEN)),
	    NULL, err);
}

int ledger_completed(
    struct db *db, const char *structure, int64_t *out, struct err *err)
{
	*out = 0;
	return db_query_int(db, &head_completed,
	    DB_PARAMS(DB_TEXT("structure", structure)), out, NULL, err);
}

/* ---- a log that went back ---- */

static int take_head_receipt(
    void *context, const struct db_row *row, struct err *err)
{
	struct receipt *out = context;
	struct bytes sig = db_row_blob(row, "receipt");

	(void)err;
	if (sig.len != SIG_LEN)
		return 0;
	out->epoch = db_row_int(row, "epoch");
	out->n = db_row_int(row, "n");
	set_row_hash(&out->head, db_row_blob(row, "head"));
	set_row_hash(&out->manifest, db_row_blob(row, "manifest"));
	out->time_s = db_row_int(row, "time_s");
	memcpy(out->sig, sig.data, SIG_LEN);
	return 0;
}

static int take_further(
    void *context, const struct set_row *row, struct err *err)
{
	struct receipt *out = context;

	if (!row->has_receipt || row->epoch < out->epoch ||
	    (row->epoch == out->epoch && row->place <= out->n))
		return 0;
	return set_row_receipt(out, row, err);
}

int ledger_witness(struct db *db, const char *structure, struct receipt *out,
    bool *found, struct err *err)
{
	struct set_each each = {take_further, out, false};
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure), structure);
	if ((rc = db_query(db, &head_get,
		 DB_PARAMS(DB_TEXT("structure", structure)), take_head_receipt,
		 out, err)) == 0)
		rc = db_query(db, &set_furthest,
		    DB_PARAMS(DB_TEXT("structure", structure)), set_row_give,
		    &each, err);
	*found = out->n > 0;
	return rc;
}

/* The first row from there on that came with its own signature. */
static int take_signed(
    void *context, const struct set_row *row, struct err *err)
{
	int rc;

	if (!row->has_receipt)
		return 0;
	rc = set_row_receipt(context, row, err);
	return rc < 0 ? rc : 1;
}

int ledger_witness_of(struct db *db, const char *structure, int64_t n,
    struct receipt *out, bool *found, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure), structure);
	rc = db_query(db, &head_get, DB_PARAMS(DB_TEXT("structure", structure)),
	    take_head_receipt, out, err);
	if (rc == 0 && out->n < n) {
		out->n = 0;
		rc = ledger_log(db, structure, n - 1, take_signed, out, err);
	}
	*found = out->n > 0;
	return rc;
}

int ledger_places(struct db *db, const char *structure, ledger_each_set *call,
    void *context, struct err *err)
{
	struct set_each each = {call, context, false};

	return db_query(db, &set_places,
	    DB_PARAMS(DB_TEXT("structure", structure)), set_row_give, &each,
	    err);
}

int ledger_go_back(struct db *db, const char *structure,
    const struct log_point *common, int64_t time_s, struct err *err)
{
	int rc = db_exec(db, &set_back,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_INT("after", common->n)),
	    NULL, err);

	if (rc < 0)
		return rc;
	return db_exec(db, &head_back,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_INT("epoch", common->epoch), DB_INT("n", common->n),
		DB_BLOB("head", common->head.bytes, HASH_LEN),
		DB_INT("time_s", time_s)),
	    NULL, err);
}

struct names {
	int (*call)(void *context, const char *structure, struct err *err);
	void *context;
};

static int give_name(void *context, const struct db_row *row, struct err *err)
{
	const struct names *names = context;

	return names->call(names->context, db_row_text(row, "structure"), err);
}

int ledger_logs(struct db *db,
    int (*each)(void *context, const char *structure, struct err *err),
    void *context, struct err *err)
{
	struct names names = {each, context};

	return db_query(db, &head_all, DB_NO_PARAMS, give_name, &names, err);
}
