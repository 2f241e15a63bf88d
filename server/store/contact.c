#include <string.h>

#include "server/store/contact.h"

static const struct db_statement contact_one = {"contact.one",
    "SELECT c.time_s AS time_s, c.version AS version,"
    " COALESCE(s.unsent, -1) AS unsent, COALESCE(s.skew_s, 0) AS skew_s,"
    " COALESCE(s.told_s, 0) AS told_s FROM contact c"
    " LEFT JOIN contact_state s ON s.device = c.device"
    " WHERE c.device = $device"};

static const struct db_statement state_put = {"contact_state.put",
    "INSERT INTO contact_state (device, unsent, skew_s, told_s)"
    " VALUES ($device, $unsent, $skew_s, $told_s)"
    " ON CONFLICT (device) DO UPDATE SET unsent = excluded.unsent,"
    " skew_s = excluded.skew_s, told_s = excluded.told_s"};

static const struct db_statement state_less = {"contact_state.less",
    "UPDATE contact_state SET unsent = CASE WHEN unsent > $count"
    " THEN unsent - $count ELSE 0 END"
    " WHERE device = $device AND unsent > 0"};

/* Codes die by themselves; what they replaced dies with them. */
static const struct db_statement replaces_trim = {"code_replaces.trim",
    "DELETE FROM code_replaces WHERE hash NOT IN (SELECT hash FROM code)"};

static const struct db_statement replaces_put = {"code_replaces.put",
    "INSERT INTO code_replaces (hash, device, reason)"
    " VALUES ($hash, $device, $reason)"};

static const struct db_statement replaces_get = {"code_replaces.get",
    "SELECT device, reason FROM code_replaces WHERE hash = $hash"};

static int take(void *context, const struct db_row *row, struct err *err)
{
	struct contact *out = context;

	(void)err;
	out->seen_s = db_row_int(row, "time_s");
	text_copy(
	    out->version, sizeof(out->version), db_row_text(row, "version"));
	out->unsent = db_row_int(row, "unsent");
	out->skew_s = db_row_int(row, "skew_s");
	out->told_s = db_row_int(row, "told_s");
	return 0;
}

int contact_get(
    struct db *db, const char *device, struct contact *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	out->unsent = CONTACT_UNTOLD;
	return db_query(db, &contact_one, DB_PARAMS(DB_TEXT("device", device)),
	    take, out, err);
}

static bool near(int64_t a, int64_t b)
{
	return a - b < CONTACT_SAME_S && b - a < CONTACT_SAME_S;
}

int contact_tell(struct db *db, const char *device, int64_t now_s,
    int64_t unsent, int64_t skew_s, struct err *err)
{
	struct contact known;
	int rc = contact_get(db, device, &known, err);

	if (rc < 0 ||
	    (known.told_s > 0 && known.unsent == unsent &&
		near(known.skew_s, skew_s) && near(known.told_s, now_s)))
		return rc;
	return db_exec(db, &state_put,
	    DB_PARAMS(DB_TEXT("device", device), DB_INT("unsent", unsent),
		DB_INT("skew_s", skew_s), DB_INT("told_s", now_s)),
	    NULL, err);
}

int contact_received(
    struct db *db, const char *device, int64_t count, struct err *err)
{
	return db_exec(db, &state_less,
	    DB_PARAMS(DB_TEXT("device", device), DB_INT("count", count)), NULL,
	    err);
}

int contact_replaces_put(struct db *db, const struct hash *code,
    const char *device, const char *reason, struct err *err)
{
	char hex[HASH_TEXT];
	int rc = db_exec(db, &replaces_trim, DB_NO_PARAMS, NULL, err);

	if (rc < 0)
		return rc;
	hash_hex(code, hex);
	return db_exec(db, &replaces_put,
	    DB_PARAMS(DB_TEXT("hash", hex), DB_TEXT("device", device),
		DB_TEXT("reason", reason)),
	    NULL, err);
}

static int take_replaces(
    void *context, const struct db_row *row, struct err *err)
{
	struct contact_replaces *out = context;

	(void)err;
	text_copy(out->device, sizeof(out->device), db_row_text(row, "device"));
	text_copy(out->reason, sizeof(out->reason), db_row_text(row, "reason"));
	return 0;
}

int contact_replaces_get(struct db *db, const struct hash *code,
    struct contact_replaces *out, struct err *err)
{
	char hex[HASH_TEXT];

	memset(out, 0, sizeof(*out));
	hash_hex(code, hex);
	return db_query(db, &replaces_get, DB_PARAMS(DB_TEXT("hash", hex)),
	    take_replaces, out, err);
}
