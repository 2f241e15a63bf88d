#include <inttypes.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger.h"

#define FIELDS                                                                 \
	"SELECT structure, record, family, subject, day, slot, state, value,"  \
	" live, minutes, kind, site, activity FROM "
#define COLUMNS FIELDS "record "

static const struct db_statement record_one = {
    "record.one", COLUMNS "WHERE structure = $structure AND record = $record"};

static const struct db_statement record_family = {"record.family",
    COLUMNS "WHERE structure = $structure AND family = $family"
	    " ORDER BY subject, record"};

static const struct db_statement record_family_all = {"record.family_all",
    COLUMNS "WHERE family = $family ORDER BY structure, subject, record"};

static const struct db_statement record_days = {"record.days",
    COLUMNS "WHERE structure = $structure AND family = $family"
	    " AND day BETWEEN $first AND $last"
	    " ORDER BY subject, day, slot, record"};

/* One structure after the other (a cross join keeps that order), so that an
 * index finds the days of each. */
static const struct db_statement record_days_all = {"record.days_all",
    FIELDS "(SELECT structure AS place FROM head) logs CROSS JOIN record"
	   " WHERE structure = place AND family = $family"
	   " AND day BETWEEN $first AND $last"
	   " ORDER BY subject, day, slot, structure, record"};

static const struct db_statement record_last_day = {"record.last_day",
    "SELECT COALESCE(MAX(day), '') AS day FROM record"
    " WHERE structure = $structure AND family = $family"
    " AND day < $before"};

/* An empty one is what is left of entries that were all set aside. */
static const struct db_statement record_first_day = {"record.first_day",
    "SELECT day FROM record WHERE structure = $structure"
    " AND family = $family AND day BETWEEN $first AND $last"
    " AND state <> 'empty' ORDER BY day LIMIT 1"};

static const struct db_statement record_subject = {"record.subject",
    COLUMNS "WHERE structure = $structure AND family = $family"
	    " AND subject = $subject ORDER BY record"};

static const struct db_statement record_subject_all = {"record.subject_all",
    COLUMNS "WHERE family = $family AND subject = $subject"
	    " ORDER BY structure, record"};

static const struct db_statement record_worker_days = {"record.worker_days",
    COLUMNS "WHERE family = 'hours' AND subject = $worker"
	    " AND day BETWEEN $first AND $last"
	    " ORDER BY day, slot, structure, record"};

static const struct db_statement record_structures = {"record.structures",
    "SELECT DISTINCT structure FROM record ORDER BY structure"};

static const struct db_statement record_all = {
    "record.all", COLUMNS "WHERE structure = $structure ORDER BY record"};

static const struct db_statement entry_bytes = {"entry.bytes",
    "SELECT bytes FROM entry WHERE structure = $structure"
    " AND hash = $hash"};

struct each {
	ledger_each_record *call;
	void *context;
	bool found;
};

static int give_record(void *context, const struct db_row *row, struct err *err)
{
	struct each *each = context;
	const struct record_row record = {
	    .structure = db_row_text(row, "structure"),
	    .record = db_row_text(row, "record"),
	    .family = db_row_text(row, "family"),
	    .subject = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	    .slot = db_row_text(row, "slot"),
	    .state = db_row_text(row, "state"),
	    .value = db_row_text(row, "value"),
	    .kind = db_row_text(row, "kind"),
	    .site = db_row_text(row, "site"),
	    .activity = db_row_text(row, "activity"),
	    .live = db_row_int(row, "live"),
	    .minutes = db_row_int(row, "minutes"),
	};

	each->found = true;
	return each->call(each->context, &record, err);
}

int ledger_record(struct db *db, const char *structure, const char *record,
    ledger_each_record *call, void *context, bool *found, struct err *err)
{
	struct each each = {call, context, false};
	int rc = db_query(db, &record_one,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_TEXT("record", record)),
	    give_record, &each, err);

	if (found != NULL)
		*found = each.found;
	return rc;
}

static int take_value(
    void *context, const struct record_row *row, struct err *err)
{
	if (strcmp(row->state, RECORD_MERGED) != 0 || row->value[0] != '{')
		return 0;
	return json_read(context, row->value, strlen(row->value), err);
}

int ledger_value(struct db *db, const char *structure, const char *record,
    json_t **out, struct err *err)
{
	*out = NULL;
	return ledger_record(db, structure, record, take_value, out, NULL, err);
}

int ledger_family(struct db *db, const char *structure, const char *family,
    ledger_each_record *call, void *context, struct err *err)
{
	struct each each = {call, context, false};

	if (structure == NULL) {
		return db_query(db, &record_family_all,
		    DB_PARAMS(DB_TEXT("family", family)), give_record, &each,
		    err);
	}
	return db_query(db, &record_family,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_TEXT("family", family)),
	    give_record, &each, err);
}

int ledger_days(struct db *db, const char *structure, const char *family,
    const char *first, const char *last, ledger_each_record *call,
    void *context, struct err *err)
{
	struct each each = {call, context, false};

	if (structure == NULL) {
		return db_query(db, &record_days_all,
		    DB_PARAMS(DB_TEXT("family", family),
			DB_TEXT("first", first), DB_TEXT("last", last)),
		    give_record, &each, err);
	}
	return db_query(db, &record_days,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", family), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    give_record, &each, err);
}

static int take_day(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, DATE_TEXT, db_row_text(row, "day"));
	return 0;
}

int ledger_last_day(struct db *db, const char *structure, const char *family,
    const char *before, char out[DATE_TEXT], struct err *err)
{
	out[0] = '\0';
	return db_query(db, &record_last_day,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", family), DB_TEXT("before", before)),
	    take_day, out, err);
}

int ledger_first_day(struct db *db, const char *structure, const char *family,
    const char *first, const char *last, char out[DATE_TEXT], struct err *err)
{
	out[0] = '\0';
	return db_query(db, &record_first_day,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", family), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    take_day, out, err);
}

int ledger_subject(struct db *db, const char *structure, const char *family,
    const char *subject, ledger_each_record *call, void *context,
    struct err *err)
{
	struct each each = {call, context, false};

	if (structure == NULL) {
		return db_query(db, &record_subject_all,
		    DB_PARAMS(
			DB_TEXT("family", family), DB_TEXT("subject", subject)),
		    give_record, &each, err);
	}
	return db_query(db, &record_subject,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", family), DB_TEXT("subject", subject)),
	    give_record, &each, err);
}

int ledger_worker_days(struct db *db, const char *worker, const char *first,
    const char *last, ledger_each_record *call, void *context, struct err *err)
{
	struct each each = {call, context, false};

	return db_query(db, &record_worker_days,
	    DB_PARAMS(DB_TEXT("worker", worker), DB_TEXT("first", first),
		DB_TEXT("last", last)),
	    give_record, &each, err);
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

int ledger_structures(struct db *db,
    int (*each)(void *context, const char *structure, struct err *err),
    void *context, struct err *err)
{
	struct names names = {each, context};

	return db_query(
	    db, &record_structures, DB_NO_PARAMS, give_name, &names, err);
}

struct reading {
	struct buf *out;
	bool found;
};

static int take_bytes(void *context, const struct db_row *row, struct err *err)
{
	struct reading *reading = context;
	struct bytes bytes = db_row_blob(row, "bytes");

	reading->found = true;
	buf_add(reading->out, bytes.data, bytes.len);
	return buf_check(reading->out, err);
}

int ledger_bytes(struct db *db, const char *structure, const struct hash *hash,
    struct buf *out, struct err *err)
{
	struct reading reading = {out, false};
	int rc = db_query(db, &entry_bytes,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    take_bytes, &reading, err);

	if (rc == 0 && !reading.found) {
		rc = err_set(err, E_NOT_FOUND,
		    L("écriture absente d'ici", "entry absent from here"));
	}
	return rc;
}

/* Each record becomes one line; the digest chains them, so that memory does
 * not grow with the history. */
static int digest_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct hash *digest = context;
	struct buf line = BUF_INIT;
	int rc;

	buf_add(&line, digest->bytes, HASH_LEN);
	buf_printf(&line,
	    "%s\n%s\n%s\n%s\n%s\n%" PRId64 " %" PRId64 "\n%s\n%s\n%s\n",
	    row->record, row->state, row->value, row->day, row->slot, row->live,
	    row->minutes, row->kind, row->site, row->activity);
	if ((rc = buf_check(&line, err)) == 0)
		hash_of(digest, line.data, line.len);
	buf_free(&line);
	return rc;
}

int ledger_digest(
    struct db *db, const char *structure, struct hash *out, struct err *err)
{
	struct each each = {digest_record, out, false};

	memset(out, 0, sizeof(*out));
	return db_query(db, &record_all,
	    DB_PARAMS(DB_TEXT("structure", structure)), give_record, &each,
	    err);
}
