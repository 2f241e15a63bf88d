#include <string.h>

#include "agent/journal.h"
#include "shared/lang.h"
#include "shared/text.h"

static const struct db_statement setting_get = {
    "setting.get", "SELECT value FROM setting WHERE name = $name"};

static const struct db_statement setting_put = {"setting.put",
    "INSERT INTO setting (name, value) VALUES ($name, $value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"};

static const struct db_statement follow_get = {"follow.get",
    "SELECT structure, scope, cursor, cursor_head FROM follow"
    " WHERE structure = $structure"};

static const struct db_statement follow_put = {"follow.put",
    "INSERT INTO follow (structure, scope, cursor, cursor_head)"
    " VALUES ($structure, $scope, $cursor, $cursor_head)"
    " ON CONFLICT (structure) DO UPDATE SET scope = excluded.scope,"
    " cursor = excluded.cursor, cursor_head = excluded.cursor_head"};

static const struct db_statement follow_all = {"follow.all",
    "SELECT structure, scope, cursor, cursor_head FROM follow"
    " ORDER BY structure"};

static const struct db_statement lost_put = {"lost.put",
    "INSERT INTO lost_receipt (structure, epoch, n, manifest, head, time_s,"
    " receipt, noted_s) VALUES ($structure, $epoch, $n, $manifest, $head,"
    " $time_s, $receipt, $noted_s)"
    " ON CONFLICT (structure, epoch, n, head) DO NOTHING"};

static const struct db_statement last_receipt = {
    "receipt.last", "SELECT COALESCE(MAX(time_s), 0) FROM head"};

static int take_value(void *context, const struct db_row *row, struct err *err)
{
	buf_add_text(context, db_row_text(row, "value"));
	return buf_check(context, err);
}

int journal_get(
    struct db *db, const char *name, struct buf *out, struct err *err)
{
	return db_query(db, &setting_get, DB_PARAMS(DB_TEXT("name", name)),
	    take_value, out, err);
}

int journal_put(
    struct db *db, const char *name, const char *value, struct err *err)
{
	return db_exec(db, &setting_put,
	    DB_PARAMS(DB_TEXT("name", name), DB_TEXT("value", value)), NULL,
	    err);
}

int journal_server_key(struct db *db, uint8_t out[KEY_LEN], struct err *err)
{
	struct buf text = BUF_INIT;
	struct hash key;
	int rc;

	if ((rc = journal_get(db, SETTING_SERVER_KEY, &text, err)) < 0)
		goto out;
	if (text.len == 0) {
		rc = err_set(err, E_NOT_INIT,
		    L("ce poste n'est pas enrôlé : demandez un code au bureau, "
		      "puis lancez « pointeau enrol CODE »",
			"this laptop is not enrolled: ask the office for a "
			"code, then run \"pointeau enrol CODE\""));
		goto out;
	}
	if (hash_parse(&key, buf_text(&text), NULL) < 0) {
		rc = err_set(err, E_CORRUPT,
		    L("réglage « %s » abîmé : enrôlez ce poste à nouveau",
			"setting \"%s\" damaged: enrol this laptop again"),
		    SETTING_SERVER_KEY);
		goto out;
	}
	memcpy(out, key.bytes, KEY_LEN);
out:
	buf_free(&text);
	return rc;
}

/* ---- structures followed ---- */

static void read_follow(const struct db_row *row, struct follow *out)
{
	struct bytes head = db_row_blob(row, "cursor_head");

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure),
	    db_row_text(row, "structure"));
	text_copy(out->scope, sizeof(out->scope), db_row_text(row, "scope"));
	out->cursor = db_row_int(row, "cursor");
	if (head.len == HASH_LEN)
		memcpy(out->cursor_head.bytes, head.data, HASH_LEN);
}

struct wanted {
	struct follow *out;
	bool *found;
};

static int take_follow(void *context, const struct db_row *row, struct err *err)
{
	const struct wanted *wanted = context;

	(void)err;
	read_follow(row, wanted->out);
	*wanted->found = true;
	return 1;
}

int journal_follow_get(struct db *db, const char *structure, struct follow *out,
    bool *found, struct err *err)
{
	struct wanted wanted = {out, found};

	memset(out, 0, sizeof(*out));
	*found = false;
	return db_query(db, &follow_get,
	    DB_PARAMS(DB_TEXT("structure", structure)), take_follow, &wanted,
	    err);
}

int journal_follow_put(
    struct db *db, const struct follow *follow, struct err *err)
{
	return db_exec(db, &follow_put,
	    DB_PARAMS(DB_TEXT("structure", follow->structure),
		DB_TEXT("scope", follow->scope),
		DB_INT("cursor", follow->cursor),
		DB_BLOB("cursor_head", follow->cursor_head.bytes, HASH_LEN)),
	    NULL, err);
}

int journal_lost_put(struct db *db, const struct receipt *receipt,
    int64_t now_s, struct err *err)
{
	return db_exec(db, &lost_put,
	    DB_PARAMS(DB_TEXT("structure", receipt->structure),
		DB_INT("epoch", receipt->epoch), DB_INT("n", receipt->n),
		DB_BLOB("manifest", receipt->manifest.bytes, HASH_LEN),
		DB_BLOB("head", receipt->head.bytes, HASH_LEN),
		DB_INT("time_s", receipt->time_s),
		DB_BLOB("receipt", receipt->sig, SIG_LEN),
		DB_INT("noted_s", now_s)),
	    NULL, err);
}

struct each {
	int (*call)(
	    void *context, const struct follow *follow, struct err *err);
	void *context;
};

static int give_follow(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	struct follow follow;

	read_follow(row, &follow);
	return each->call(each->context, &follow, err);
}

int journal_follow_all(struct db *db,
    int (*call)(void *context, const struct follow *follow, struct err *err),
    void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &follow_all, DB_NO_PARAMS, give_follow, &each, err);
}

int journal_last_receipt(struct db *db, int64_t *out, struct err *err)
{
	*out = 0;
	return db_query_int(db, &last_receipt, DB_NO_PARAMS, out, NULL, err);
}
