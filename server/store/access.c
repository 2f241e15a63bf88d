#include <string.h>

#include "server/store/access.h"
#include "shared/lang.h"
#include "shared/text.h"

static const struct db_statement code_put = {"code.put",
    "INSERT INTO code (hash, crews, expires_s, device)"
    " VALUES ($hash, $crews, $expires_s, '')"};

static const struct db_statement code_count = {"code.count",
    "SELECT COUNT(*) AS count FROM code WHERE device = ''"
    " AND expires_s > $now_s"};

static const struct db_statement code_get = {
    "code.get", "SELECT crews, expires_s, device FROM code WHERE hash = $hash"};

static const struct db_statement code_use = {
    "code.use", "UPDATE code SET device = $device WHERE hash = $hash"};

static const struct db_statement code_expire = {
    "code.expire", "DELETE FROM code WHERE expires_s < $before"};

static const struct db_statement codes_void = {
    "code.void", "DELETE FROM code WHERE hash <> ''"};

static const struct db_statement bearer_put = {"bearer.put",
    "INSERT INTO bearer (hash, device, expires_s)"
    " VALUES ($hash, $device, $expires_s)"};

/* The newest stay. */
static const struct db_statement bearer_trim = {"bearer.trim",
    "DELETE FROM bearer WHERE device = $device AND hash NOT IN"
    " (SELECT hash FROM bearer WHERE device = $device"
    " ORDER BY expires_s DESC, hash LIMIT $keep)"};

static const struct db_statement bearer_get = {"bearer.get",
    "SELECT device FROM bearer WHERE hash = $hash"
    " AND expires_s > $now_s"};

static const struct db_statement bearer_expire = {
    "bearer.expire", "DELETE FROM bearer WHERE expires_s < $before"};

static const struct db_statement device_count = {"device.count",
    "SELECT COUNT(DISTINCT subject) AS count FROM record"
    " WHERE family = 'enrolment'"
    " AND family <> 'hours' AND family <> 'skill' AND family <> 'signoff'"};

static const struct db_statement contact_put = {"contact.put",
    "INSERT INTO contact (device, time_s, version)"
    " VALUES ($device, $time_s, $version)"
    " ON CONFLICT (device) DO UPDATE SET time_s = excluded.time_s,"
    " version = excluded.version"};

static const struct db_statement contact_touch = {"contact.touch",
    "UPDATE contact SET time_s = $now_s WHERE device = $device"
    " AND time_s < $before"};

static const struct db_statement contact_get = {
    "contact.get", "SELECT time_s FROM contact WHERE device = $device"};

static const struct db_statement evidence_put = {"evidence.put",
    "INSERT INTO evidence (structure, hash, device, why, time_s, bytes)"
    " VALUES ($structure, $hash, $device, $why, $time_s, $bytes)"
    " ON CONFLICT (structure, hash) DO NOTHING"};

static const struct db_statement evidence_count = {"evidence.count",
    "SELECT COUNT(*) AS count FROM evidence WHERE structure = $structure"
    " AND device = $device"};

static const struct db_statement evidence_known = {"evidence.known",
    "SELECT COUNT(*) AS count FROM evidence WHERE structure = $structure"
    " AND hash = $hash"};

static const struct db_statement evidence_miss = {"evidence.miss",
    "INSERT INTO evidence_missed (structure, device, count)"
    " VALUES ($structure, $device, 1) ON CONFLICT (structure, device)"
    " DO UPDATE SET count = evidence_missed.count + 1"};

/* Used codes are kept a day beyond their end, so that a second use can be
 * told from a code that never was. */
#define CODE_MEMORY_S 86400

int access_code_room(struct db *db, int64_t now_s, struct err *err)
{
	int64_t count = 0;
	int rc = db_query_int(db, &code_count,
	    DB_PARAMS(DB_INT("now_s", now_s)), &count, NULL, err);

	if (rc < 0 || count < ACCESS_CODES_MAX)
		return rc;
	return err_set(err, E_LIMIT,
	    L("%d codes attendent déjà : utilisez-les, ou attendez qu'ils "
	      "périment (15 minutes)",
		"%d codes are waiting already: use them, or wait until they "
		"expire (15 minutes)"),
	    ACCESS_CODES_MAX);
}

int access_code_put(struct db *db, const struct hash *secret, const char *crews,
    int64_t expires_s, struct err *err)
{
	char hex[HASH_TEXT];

	hash_hex(secret, hex);
	return db_exec(db, &code_put,
	    DB_PARAMS(DB_TEXT("hash", hex), DB_TEXT("crews", crews),
		DB_INT("expires_s", expires_s)),
	    NULL, err);
}

static int take_code(void *context, const struct db_row *row, struct err *err)
{
	struct access_code *out = context;

	(void)err;
	out->found = true;
	text_copy(out->crews, sizeof(out->crews), db_row_text(row, "crews"));
	out->expires_s = db_row_int(row, "expires_s");
	text_copy(out->device, sizeof(out->device), db_row_text(row, "device"));
	return 0;
}

int access_code_get(struct db *db, const struct hash *secret,
    struct access_code *out, struct err *err)
{
	char hex[HASH_TEXT];

	memset(out, 0, sizeof(*out));
	hash_hex(secret, hex);
	return db_query(db, &code_get, DB_PARAMS(DB_TEXT("hash", hex)),
	    take_code, out, err);
}

int access_code_use(struct db *db, const struct hash *secret,
    const char *device, struct err *err)
{
	char hex[HASH_TEXT];

	hash_hex(secret, hex);
	return db_exec(db, &code_use,
	    DB_PARAMS(DB_TEXT("hash", hex), DB_TEXT("device", device)), NULL,
	    err);
}

int access_codes_void(struct db *db, struct err *err)
{
	return db_exec(db, &codes_void, DB_NO_PARAMS, NULL, err);
}

int access_bearer_put(struct db *db, const struct hash *bearer,
    const char *device, int64_t expires_s, struct err *err)
{
	char hex[HASH_TEXT];
	int rc;

	/* Before it, so that it is never the one to go. */
	if ((rc = db_exec(db, &bearer_trim,
		 DB_PARAMS(DB_TEXT("device", device),
		     DB_INT("keep", ACCESS_BEARERS_MAX - 1)),
		 NULL, err)) < 0)
		return rc;
	hash_hex(bearer, hex);
	return db_exec(db, &bearer_put,
	    DB_PARAMS(DB_TEXT("hash", hex), DB_TEXT("device", device),
		DB_INT("expires_s", expires_s)),
	    NULL, err);
}

static int take_device(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, DEVICE_TEXT, db_row_text(row, "device"));
	return 0;
}

int access_bearer_get(struct db *db, const struct hash *bearer, int64_t now_s,
    char device[DEVICE_TEXT], struct err *err)
{
	char hex[HASH_TEXT];

	device[0] = '\0';
	hash_hex(bearer, hex);
	return db_query(db, &bearer_get,
	    DB_PARAMS(DB_TEXT("hash", hex), DB_INT("now_s", now_s)),
	    take_device, device, err);
}

int access_expire(struct db *db, int64_t now_s, struct err *err)
{
	int rc = db_exec(
	    db, &bearer_expire, DB_PARAMS(DB_INT("before", now_s)), NULL, err);

	if (rc < 0)
		return rc;
	return db_exec(db, &code_expire,
	    DB_PARAMS(DB_INT("before", now_s - CODE_MEMORY_S)), NULL, err);
}

int access_device_count(struct db *db, int64_t *count, struct err *err)
{
	return db_query_int(db, &device_count, DB_NO_PARAMS, count, NULL, err);
}

int access_contact_put(struct db *db, const char *device, int64_t now_s,
    const char *version, struct err *err)
{
	return db_exec(db, &contact_put,
	    DB_PARAMS(DB_TEXT("device", device), DB_INT("time_s", now_s),
		DB_TEXT("version", version)),
	    NULL, err);
}

int access_contact_touch(
    struct db *db, const char *device, int64_t now_s, struct err *err)
{
	return db_exec(db, &contact_touch,
	    DB_PARAMS(DB_TEXT("device", device), DB_INT("now_s", now_s),
		DB_INT("before", now_s - ACCESS_CONTACT_S)),
	    NULL, err);
}

int access_contact_get(
    struct db *db, const char *device, int64_t *time_s, struct err *err)
{
	*time_s = 0;
	return db_query_int(db, &contact_get,
	    DB_PARAMS(DB_TEXT("device", device)), time_s, NULL, err);
}

/* A device that forks on and on must not fill the disk. */
static int evidence_room(struct db *db, const char *structure, const char *hex,
    const char *device, bool *room, struct err *err)
{
	int64_t known = 0, count = 0;
	int rc;

	if ((rc = db_query_int(db, &evidence_known,
		 DB_PARAMS(
		     DB_TEXT("structure", structure), DB_TEXT("hash", hex)),
		 &known, NULL, err)) < 0 ||
	    (rc = db_query_int(db, &evidence_count,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_TEXT("device", device)),
		 &count, NULL, err)) < 0)
		return rc;
	*room = known > 0 || count < ACCESS_EVIDENCE_MAX;
	return 0;
}

int access_evidence_put(struct db *db, const char *structure,
    const struct hash *hash, const char *device, const char *why, int64_t now_s,
    struct bytes bytes, struct err *err)
{
	char hex[HASH_TEXT];
	bool room;
	int rc;

	hash_hex(hash, hex);
	if ((rc = evidence_room(db, structure, hex, device, &room, err)) < 0)
		return rc;
	if (!room)
		return db_exec(db, &evidence_miss,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("device", device)),
		    NULL, err);
	return db_exec(db, &evidence_put,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("hash", hex),
		DB_TEXT("device", device), DB_TEXT("why", why),
		DB_INT("time_s", now_s),
		DB_BLOB("bytes", bytes.data, bytes.len)),
	    NULL, err);
}
