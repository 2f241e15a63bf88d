#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/enc.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_set.h"
#include "shared/text.h"

static const struct db_statement outbox_put = {"outbox.put",
    "INSERT INTO outbox (structure, entry) VALUES ($structure, $entry)"};

static const struct db_statement outbox_list = {"outbox.list",
    "SELECT o.entry AS entry, e.hash AS hash, e.bytes AS bytes"
    " FROM outbox o JOIN entry e ON e.id = o.entry"
    " AND e.structure = o.structure WHERE o.structure = $structure ORDER BY "
    "o.entry"};

static const struct db_statement outbox_cut = {"outbox.cut",
    "DELETE FROM outbox WHERE structure = $structure"
    " AND entry <= $entry"};

static const struct db_statement author_get = {"author.get",
    "SELECT session, seq, last, boot, machine FROM author"
    " WHERE structure = $structure AND device = $device"};

static const struct db_statement author_put = {"author.put",
    "INSERT INTO author (structure, device, session, seq, last, boot,"
    " machine) VALUES ($structure, $device, $session, $seq, $last, $boot,"
    " $machine) ON CONFLICT (structure, device) DO UPDATE SET session = "
    "excluded.session,"
    " seq = excluded.seq, last = excluded.last, boot = excluded.boot,"
    " machine = excluded.machine"};

static const struct db_statement set_pending = {"set.pending",
    "SELECT c.id AS id, c.hash AS hash, c.device AS device,"
    " c.session AS session, c.seq AS seq, c.sent AS sent FROM changeset c"
    " WHERE c.structure = $structure AND c.place = 0 ORDER BY c.id"};

static const struct db_statement set_sent = {"set.sent",
    "UPDATE changeset SET sent = sent + 1 WHERE structure = $structure"
    " AND hash = $hash"};

/* Own sets without a place, few at any time. */
#define RESEALED                                                               \
	"(SELECT c.id FROM changeset c WHERE c.structure = $structure"         \
	" AND c.device = $device AND c.place = 0)"

static const struct db_statement set_not_sent = {"set.not_sent",
    "UPDATE changeset SET sent = sent - 1 WHERE structure = $structure"
    " AND hash = $hash AND sent > 0"};

static const struct db_statement reseal_entries = {"reseal.entries",
    "INSERT INTO outbox (structure, entry) SELECT e.structure, e.id"
    " FROM changeset c CROSS JOIN entry e WHERE c.structure = $structure"
    " AND c.device = $device AND c.place = 0"
    " AND e.id BETWEEN c.first AND c.last AND e.changeset = c.id"
    " ON CONFLICT (structure, entry) DO NOTHING"};

static const struct db_statement reseal_others = {"reseal.others",
    "INSERT INTO outbox (structure, entry) SELECT s.structure, s.entry"
    " FROM changeset_entry s WHERE s.changeset IN " RESEALED
    " AND s.structure = $structure AND s.entry > 0"
    " ON CONFLICT (structure, entry) DO NOTHING"};

static const struct db_statement reseal_free = {"reseal.free",
    "UPDATE entry SET changeset = 0, pos = 0 WHERE id IN"
    " (SELECT o.entry FROM outbox o WHERE o.structure = $structure)"
    " AND changeset IN " RESEALED};

static const struct db_statement reseal_list = {"reseal.list",
    "DELETE FROM changeset_entry WHERE structure = $structure"
    " AND changeset IN " RESEALED};

static const struct db_statement reseal_sets = {"reseal.sets",
    "DELETE FROM changeset WHERE structure = $structure"
    " AND device = $device AND place = 0"};

static const struct db_statement last_placed = {"set.last_placed",
    "SELECT hash FROM changeset WHERE structure = $structure"
    " AND device = $device AND +place > 0 ORDER BY id DESC LIMIT 1"};

static const struct db_statement set_resend = {"set.resend",
    "UPDATE changeset SET place = 0 WHERE structure = $structure"
    " AND device = $device AND id > $after"};

/* The sets that carry an entry: which brought it, and the others. */
#define CARRIERS                                                               \
	" FROM (SELECT e.changeset AS id FROM entry e WHERE e.id = $entry"     \
	" UNION ALL SELECT s.changeset AS id FROM changeset_entry s"           \
	" WHERE s.entry = $entry AND s.entry > 0) l"                           \
	" CROSS JOIN changeset c WHERE c.id = l.id"

static const struct db_statement entry_way = {
    "entry.way", "SELECT MAX(c.place) AS place, MAX(c.sent) AS sent" CARRIERS};

/* Of an entry whose body is not here. */
static const struct db_statement absent_way = {"entry.absent_way",
    "SELECT MAX(c.place) AS place, MAX(c.sent) AS sent FROM"
    " (SELECT s.changeset AS id FROM changeset_entry s"
    " WHERE s.structure = $structure AND s.hash = $hash AND s.entry = 0"
    " UNION ALL SELECT s.changeset AS id FROM changeset_entry s"
    " WHERE s.structure = $structure AND s.hash = $hash AND s.entry < 0) l"
    " CROSS JOIN changeset c WHERE c.id = l.id"};

static const struct db_statement entry_first = {"entry.first",
    "SELECT COALESCE(MIN(c.place), 0) AS place" CARRIERS
    " AND c.device = $device AND c.place > 0"};

static const struct db_statement count_own = {
    "entry.count_own", "SELECT COUNT(*) FROM entry WHERE device = $device"};

static const struct db_statement count_faults = {"entry.count_faults",
    "SELECT COUNT(*) FROM entry WHERE device = $device AND fault <> ''"};

static const struct db_statement count_outbox = {
    "outbox.count", "SELECT COUNT(*) FROM outbox"};

static const struct db_statement count_pending = {"entry.count_pending",
    "SELECT (SELECT COUNT(*) FROM changeset c CROSS JOIN entry e"
    " WHERE c.device = $device AND c.place = 0"
    " AND (c.sent > 0) = ($sent > 0)"
    " AND e.id BETWEEN c.first AND c.last AND e.changeset = c.id)"
    " + (SELECT COUNT(*) FROM changeset c CROSS JOIN changeset_entry s"
    " WHERE c.device = $device AND c.place = 0"
    " AND (c.sent > 0) = ($sent > 0) AND s.changeset = c.id)"};

/* Of the structures that the device has sealed sets in, one after the other
 * (a cross join keeps that order): an index finds what has no place there. */
int ledger_outbox_add(
    struct db *db, const char *structure, int64_t entry, struct err *err)
{
	return db_exec(db, &outbox_put,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_INT("entry", entry)),
	    NULL, err);
}

/* ---- sealing ---- */

struct session {
	char id[DEVICE_TEXT];
	int64_t seq;
	struct hash last;
	char boot[64];
	char machine[64];
	bool found;
};

static int take_session(
    void *context, const struct db_row *row, struct err *err)
{
	struct session *session = context;
	struct bytes last = db_row_blob(row, "last");

	(void)err;
	session->found = true;
	text_copy(
	    session->id, sizeof(session->id), db_row_text(row, "session"));
	session->seq = db_row_int(row, "seq");
	if (last.len == HASH_LEN)
		memcpy(session->last.bytes, last.data, HASH_LEN);
	text_copy(
	    session->boot, sizeof(session->boot), db_row_text(row, "boot"));
	text_copy(session->machine, sizeof(session->machine),
	    db_row_text(row, "machine"));
	return 0;
}

/* What a session lasts as long as. */
static void read_boot(const struct os *os, char out[64])
{
	char boot[64];

	os->boot_id(os->context, boot);
	(void)snprintf(out, 64, "%.40s%s%.20s", boot,
	    os->incarnation != NULL ? "/" : "",
	    os->incarnation != NULL ? os->incarnation : "");
}

static void open_session(struct session *session, const struct os *os)
{
	uint8_t id[DEVICE_LEN];

	os_random(os, id, sizeof(id));
	enc_hex(id, sizeof(id), session->id);
	session->seq = 0;
	read_boot(os, session->boot);
	os->machine_id(os->context, session->machine);
}

/* Another boot, or another machine, may hold a copy of this directory: a
 * new session lets both go on without telling two stories under one name. */
static int session_load(struct db *db, const struct os *os,
    const char *structure, const char *device, struct session *session,
    struct err *err)
{
	char boot[64], machine[64];
	int rc;

	memset(session, 0, sizeof(*session));
	if ((rc = db_query(db, &author_get,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_TEXT("device", device)),
		 take_session, session, err)) < 0)
		return rc;
	read_boot(os, boot);
	os->machine_id(os->context, machine);
	if (!session->found || strcmp(boot, session->boot) != 0 ||
	    strcmp(machine, session->machine) != 0)
		open_session(session, os);
	return 0;
}

static int session_save(struct db *db, const char *structure,
    const char *device, const struct session *session, struct err *err)
{
	return db_exec(db, &author_put,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("device", device), DB_TEXT("session", session->id),
		DB_INT("seq", session->seq),
		DB_BLOB("last", session->last.bytes, HASH_LEN),
		DB_TEXT("boot", session->boot),
		DB_TEXT("machine", session->machine)),
	    NULL, err);
}

/* The queued entries that fit one set: hashes only, the bodies are kept. */
struct batch {
	struct set_entry *entries; /* CHANGESET_ENTRIES_MAX of them */
	int64_t *ids;              /* as many */
	size_t count;
	size_t bytes;
	int64_t last; /* id of the last entry taken */
};

static int take_queued(void *context, const struct db_row *row, struct err *err)
{
	struct batch *batch = context;
	size_t len = db_row_blob(row, "bytes").len;

	(void)err;
	if (batch->count == CHANGESET_ENTRIES_MAX ||
	    batch->bytes + len > CHANGESET_BYTES_MAX)
		return 1;
	batch->last = db_row_int(row, "entry");
	batch->ids[batch->count] = batch->last;
	memcpy(batch->entries[batch->count++].hash.bytes,
	    db_row_blob(row, "hash").data, HASH_LEN);
	batch->bytes += len;
	return 0;
}

static int seal_batch(struct db *db, const struct os *os, const struct key *key,
    const char *structure, struct batch *batch, struct err *err)
{
	struct changeset set = {
	    .entries = batch->entries, .count = batch->count};
	struct session session;
	int rc;

	key_device(key->pub, set.header.device);
	if ((rc = session_load(
		 db, os, structure, set.header.device, &session, err)) < 0)
		return rc;
	text_copy(
	    set.header.structure, sizeof(set.header.structure), structure);
	text_copy(set.header.session, sizeof(set.header.session), session.id);
	set.header.seq = ++session.seq;
	set.header.prev = session.last;
	set.header.at_s = os_now_s(os);
	if ((rc = ledger_head(db, structure, &set.header.seen, NULL, err)) <
		0 ||
	    (rc = changeset_sign(&set, key, err)) < 0 ||
	    (rc = changeset_hash(&session.last, &set, err)) < 0 ||
	    (rc = ledger_set_seal(db, &set, batch->ids, err)) < 0 ||
	    (rc = session_save(
		 db, structure, set.header.device, &session, err)) < 0)
		return rc;
	return db_exec(db, &outbox_cut,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_INT("entry", batch->last)),
	    NULL, err);
}

int ledger_seal(struct db *db, const struct os *os, const struct key *key,
    const char *structure, struct err *err)
{
	struct batch batch = {
	    .entries = calloc(CHANGESET_ENTRIES_MAX, sizeof(*batch.entries)),
	    .ids = calloc(CHANGESET_ENTRIES_MAX, sizeof(*batch.ids))};
	int rc;

	if (batch.entries == NULL || batch.ids == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	do {
		batch.count = batch.bytes = 0;
		rc = db_query(db, &outbox_list,
		    DB_PARAMS(DB_TEXT("structure", structure)), take_queued,
		    &batch, err);
		if (rc == 0 && batch.count > 0)
			rc = seal_batch(db, os, key, structure, &batch, err);
	} while (rc == 0 && batch.count > 0);
out:
	free(batch.entries);
	free(batch.ids);
	return rc;
}

/* ---- on the way ---- */

struct each {
	ledger_each_set *call;
	void *context;
};

static int give_pending(
    void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	struct set_row set = {
	    .id = db_row_int(row, "id"),
	    .device = db_row_text(row, "device"),
	    .session = db_row_text(row, "session"),
	    .seq = db_row_int(row, "seq"),
	    .sent = db_row_int(row, "sent"),
	};

	memcpy(set.hash.bytes, db_row_blob(row, "hash").data, HASH_LEN);
	return each->call(each->context, &set, err);
}

int ledger_pending(struct db *db, const char *structure, ledger_each_set *call,
    void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &set_pending,
	    DB_PARAMS(DB_TEXT("structure", structure)), give_pending, &each,
	    err);
}

int ledger_sent(struct db *db, const char *structure, const struct hash *hash,
    struct err *err)
{
	return db_exec(db, &set_sent,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    NULL, err);
}

int ledger_not_sent(struct db *db, const char *structure,
    const struct hash *hash, struct err *err)
{
	return db_exec(db, &set_not_sent,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    NULL, err);
}

static int take_hash(void *context, const struct db_row *row, struct err *err)
{
	struct hash *out = context;

	(void)err;
	memcpy(out->bytes, db_row_blob(row, "hash").data, HASH_LEN);
	return 0;
}

int ledger_reseal(struct db *db, const struct os *os, const char *structure,
    const char *device, struct err *err)
{
	static const struct db_statement *const undo[] = {&reseal_entries,
	    &reseal_others, &reseal_free, &reseal_list, &reseal_sets};
	struct session session;
	int rc;

	if ((rc = session_load(db, os, structure, device, &session, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < sizeof(undo) / sizeof(undo[0]); i++)
		rc = db_exec(db, undo[i],
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("device", device)),
		    NULL, err);
	if (rc < 0)
		return rc;
	open_session(&session, os);
	memset(&session.last, 0, sizeof(session.last));
	if ((rc = db_query(db, &last_placed,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_TEXT("device", device)),
		 take_hash, &session.last, err)) < 0)
		return rc;
	return session_save(db, structure, device, &session, err);
}

int ledger_resend(struct db *db, const char *structure, const char *device,
    int64_t after, struct err *err)
{
	return db_exec(db, &set_resend,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("device", device), DB_INT("after", after)),
	    NULL, err);
}

struct way {
	enum entry_way way;
	int64_t place;
};

static int take_way(void *context, const struct db_row *row, struct err *err)
{
	struct way *way = context;

	(void)err;
	way->place = db_row_int(row, "place");
	way->way = way->place > 0                ? WAY_RECEIVED
	           : db_row_int(row, "sent") > 0 ? WAY_SENT
	                                         : WAY_KEPT;
	return 0;
}

int ledger_way_of(struct db *db, const char *structure, const char *record,
    const struct hash *hash, enum entry_way *out, int64_t *place,
    struct err *err)
{
	struct way way = {WAY_KEPT, 0};
	struct ledger_found found;
	int rc = ledger_find(db, structure, record, hash, &found, err);

	if (rc == 0 && found.found)
		rc = db_query(db, &entry_way,
		    DB_PARAMS(DB_INT("entry", found.id)), take_way, &way, err);
	else if (rc == 0)
		rc = db_query(db, &absent_way,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_BLOB("hash", hash->bytes, HASH_LEN)),
		    take_way, &way, err);
	*out = way.way;
	if (place != NULL)
		*place = way.place;
	return rc;
}

int ledger_way(struct db *db, const char *structure, const struct hash *hash,
    enum entry_way *out, int64_t *place, struct err *err)
{
	return ledger_way_of(db, structure, NULL, hash, out, place, err);
}

int ledger_first_place(struct db *db, const char *structure, const char *device,
    const char *record, const struct hash *hash, int64_t *out, struct err *err)
{
	struct ledger_found found;
	int rc = ledger_find(db, structure, record, hash, &found, err);

	*out = 0;
	if (rc < 0 || !found.found)
		return rc;
	return db_query_int(db, &entry_first,
	    DB_PARAMS(DB_INT("entry", found.id), DB_TEXT("device", device)),
	    out, NULL, err);
}

int ledger_count(struct db *db, const char *device, struct ledger_counts *out,
    struct err *err)
{
	int64_t own, queued, sealed;
	int rc;

	if ((rc = db_query_int(db, &count_own,
		 DB_PARAMS(DB_TEXT("device", device)), &own, NULL, err)) < 0 ||
	    (rc = db_query_int(db, &count_faults,
		 DB_PARAMS(DB_TEXT("device", device)), &out->quarantined, NULL,
		 err)) < 0 ||
	    (rc = db_query_int(
		 db, &count_outbox, DB_NO_PARAMS, &queued, NULL, err)) < 0 ||
	    (rc = db_query_int(db, &count_pending,
		 DB_PARAMS(DB_TEXT("device", device), DB_INT("sent", 0)),
		 &sealed, NULL, err)) < 0 ||
	    (rc = db_query_int(db, &count_pending,
		 DB_PARAMS(DB_TEXT("device", device), DB_INT("sent", 1)),
		 &out->sent, NULL, err)) < 0)
		return rc;
	out->kept = queued + sealed;
	out->received = own - out->kept - out->sent;
	return 0;
}

int ledger_unsent(
    struct db *db, const char *device, int64_t *out, struct err *err)
{
	int64_t sealed;
	int rc = db_query_int(db, &count_outbox, DB_NO_PARAMS, out, NULL, err);

	for (int sent = 0; rc == 0 && sent < 2; sent++) {
		rc = db_query_int(db, &count_pending,
		    DB_PARAMS(DB_TEXT("device", device), DB_INT("sent", sent)),
		    &sealed, NULL, err);
		*out += rc == 0 ? sealed : 0;
	}
	return rc;
}
