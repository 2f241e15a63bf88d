#include <string.h>

#include "server/store/account.h"

#define COLUMNS                                                                \
	"login, name, role, structures, enabled, device, salt, sealed, step,"  \
	" made_s, seen_s"

static const struct db_statement row_get = {
    "account.get", "SELECT " COLUMNS " FROM account WHERE login = $login"};

static const struct db_statement row_all = {
    "account.all", "SELECT " COLUMNS " FROM account ORDER BY login"};

static const struct db_statement row_count = {
    "account.count", "SELECT COUNT(*) AS count FROM account"};

static const struct db_statement row_put = {"account.put",
    "INSERT INTO account (" COLUMNS ") VALUES ($login, $name, $role,"
    " $structures, $enabled, $device, $salt, $sealed, $step, $made_s,"
    " $seen_s) ON CONFLICT (login) DO UPDATE SET name = excluded.name,"
    " role = excluded.role, structures = excluded.structures,"
    " enabled = excluded.enabled, device = excluded.device,"
    " salt = excluded.salt, sealed = excluded.sealed,"
    " step = excluded.step, made_s = excluded.made_s,"
    " seen_s = excluded.seen_s"};

static const struct db_statement row_seen = {"account.seen",
    "UPDATE account SET step = $step, seen_s = $now_s WHERE login = $login"
    " AND step < $step"};

static const struct db_statement link_put = {"invitation.put",
    "INSERT INTO invitation (hash, login, expires_s)"
    " VALUES ($hash, $login, $expires_s)"};

static const struct db_statement link_get = {"invitation.get",
    "SELECT login, expires_s FROM invitation WHERE hash = $hash"};

static const struct db_statement link_void = {
    "invitation.void", "DELETE FROM invitation WHERE login = $login"};

/* Bytes of exactly that length, or zeros: a row not set up yet has none. */
static void take_bytes(
    void *out, size_t len, const struct db_row *row, const char *column)
{
	struct bytes bytes = db_row_blob(row, column);

	memset(out, 0, len);
	if (bytes.len == len)
		memcpy(out, bytes.data, len);
}

static void read_row(struct account_row *out, const struct db_row *row)
{
	memset(out, 0, sizeof(*out));
	out->found = true;
	text_copy(out->login, sizeof(out->login), db_row_text(row, "login"));
	text_copy(out->name, sizeof(out->name), db_row_text(row, "name"));
	text_copy(out->role, sizeof(out->role), db_row_text(row, "role"));
	text_copy(out->structures, sizeof(out->structures),
	    db_row_text(row, "structures"));
	text_copy(out->device, sizeof(out->device), db_row_text(row, "device"));
	out->enabled = db_row_int(row, "enabled") != 0;
	take_bytes(out->salt, sizeof(out->salt), row, "salt");
	take_bytes(out->sealed, sizeof(out->sealed), row, "sealed");
	out->step = db_row_int(row, "step");
	out->made_s = db_row_int(row, "made_s");
	out->seen_s = db_row_int(row, "seen_s");
}

static int take_row(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	read_row(context, row);
	return 0;
}

int account_row_get(
    struct db *db, const char *login, struct account_row *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	return db_query(db, &row_get, DB_PARAMS(DB_TEXT("login", login)),
	    take_row, out, err);
}

int account_row_put(
    struct db *db, const struct account_row *row, struct err *err)
{
	bool set_up = row->device[0] != '\0';

	return db_exec(db, &row_put,
	    DB_PARAMS(DB_TEXT("login", row->login), DB_TEXT("name", row->name),
		DB_TEXT("role", row->role),
		DB_TEXT("structures", row->structures),
		DB_INT("enabled", row->enabled), DB_TEXT("device", row->device),
		DB_BLOB("salt", row->salt, set_up ? sizeof(row->salt) : 0),
		DB_BLOB(
		    "sealed", row->sealed, set_up ? sizeof(row->sealed) : 0),
		DB_INT("step", row->step), DB_INT("made_s", row->made_s),
		DB_INT("seen_s", row->seen_s)),
	    NULL, err);
}

int account_row_seen(struct db *db, const char *login, int64_t step,
    int64_t now_s, bool *used, struct err *err)
{
	int64_t changed = 0;
	int rc = db_exec(db, &row_seen,
	    DB_PARAMS(DB_TEXT("login", login), DB_INT("step", step),
		DB_INT("now_s", now_s)),
	    &changed, err);

	*used = changed == 0;
	return rc;
}

struct all {
	int (*each)(
	    void *context, const struct account_row *row, struct err *err);
	void *context;
};

static int give_row(void *context, const struct db_row *row, struct err *err)
{
	const struct all *all = context;
	struct account_row account;

	read_row(&account, row);
	return all->each(all->context, &account, err);
}

int account_row_all(struct db *db,
    int (*each)(void *context, const struct account_row *row, struct err *err),
    void *context, struct err *err)
{
	struct all all = {each, context};

	return db_query(db, &row_all, DB_NO_PARAMS, give_row, &all, err);
}

int account_row_count(struct db *db, int64_t *count, struct err *err)
{
	return db_query_int(db, &row_count, DB_NO_PARAMS, count, NULL, err);
}

int account_link_put(struct db *db, const struct hash *link, const char *login,
    int64_t expires_s, struct err *err)
{
	char hex[HASH_TEXT];
	int rc = account_link_void(db, login, err);

	hash_hex(link, hex);
	return rc < 0 ? rc
	              : db_exec(db, &link_put,
			    DB_PARAMS(DB_TEXT("hash", hex),
				DB_TEXT("login", login),
				DB_INT("expires_s", expires_s)),
			    NULL, err);
}

struct link {
	char *login;
	int64_t *expires_s;
};

static int take_link(void *context, const struct db_row *row, struct err *err)
{
	const struct link *link = context;

	(void)err;
	text_copy(link->login, TEXT_ID_MAX + 1, db_row_text(row, "login"));
	*link->expires_s = db_row_int(row, "expires_s");
	return 0;
}

int account_link_get(struct db *db, const struct hash *link, char *login,
    int64_t *expires_s, struct err *err)
{
	struct link found = {login, expires_s};
	char hex[HASH_TEXT];

	hash_hex(link, hex);
	login[0] = '\0';
	*expires_s = 0;
	return db_query(db, &link_get, DB_PARAMS(DB_TEXT("hash", hex)),
	    take_link, &found, err);
}

int account_link_void(struct db *db, const char *login, struct err *err)
{
	return db_exec(
	    db, &link_void, DB_PARAMS(DB_TEXT("login", login)), NULL, err);
}
