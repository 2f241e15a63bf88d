#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_fold.h"

#define FIELDS                                                                 \
	" structure, record, family, subject, day, slot, state, value, live,"  \
	" minutes, kind, site, activity "
#define COLUMNS "SELECT" FIELDS "FROM record "

/* Whom the lists name, in an index of its own (record_subject). */
#define LISTED                                                                 \
	" AND family <> 'hours' AND family <> 'skill' AND family <> 'signoff'"

static const struct db_statement record_one = {"record.one",
    COLUMNS "WHERE structure = $structure AND family = $family"
	    " AND moment = $moment AND record = $record"};

static const struct db_statement record_family = {"record.family",
    COLUMNS "WHERE structure = $structure AND family = $family"
	    " ORDER BY subject, record"};

/* The structures that have a record, one leap after the other. */
#define PLACES                                                                 \
	"WITH RECURSIVE places (place) AS (SELECT MIN(structure) FROM record"  \
	" UNION ALL SELECT (SELECT MIN(r.structure) FROM record r"             \
	" WHERE r.structure > places.place) FROM places"                       \
	" WHERE places.place IS NOT NULL) "

static const struct db_statement record_family_all = {"record.family_all",
    PLACES "SELECT" FIELDS "FROM places CROSS JOIN record"
	   " WHERE structure = place AND family = $family"
	   " ORDER BY structure, subject, record"};

/* The day that the key names, and, in an index of its own, another one. */
#define KEY_DAY                                                                \
	" AND family = $family AND moment BETWEEN $first AND $last"            \
	" AND day = moment"
#define OTHER_DAY                                                              \
	" AND family = $family AND day BETWEEN $first AND $last"               \
	" AND day <> moment"

static const struct db_statement record_days = {"record.days",
    COLUMNS "WHERE structure = $structure" KEY_DAY " UNION ALL " COLUMNS
	    "WHERE structure = $structure" OTHER_DAY
	    " ORDER BY subject, day, slot, record"};

/* One structure after the other (a cross join keeps that order). */
#define LOGS                                                                   \
	"SELECT" FIELDS "FROM (SELECT structure AS place FROM head) logs"      \
	" CROSS JOIN record WHERE structure = place"

static const struct db_statement record_days_all = {"record.days_all",
    LOGS KEY_DAY " UNION ALL " LOGS OTHER_DAY
		 " ORDER BY subject, day, slot, structure, record"};

static const struct db_statement record_last_moment = {"record.last_moment",
    "SELECT COALESCE(MAX(moment), '') AS day FROM record"
    " WHERE structure = $structure AND family = $family"
    " AND moment < $before"};

static const struct db_statement record_last_day = {"record.last_day",
    "SELECT COALESCE(MAX(day), '') AS day FROM record"
    " WHERE structure = $structure AND family = $family"
    " AND day < $before AND day <> moment"};

/* An empty one is what is left of entries that were all set aside. */
static const struct db_statement record_first_day = {"record.first_day",
    "SELECT moment AS day FROM record WHERE structure = $structure"
    " AND family = $family AND moment BETWEEN $first AND $last"
    " AND state <> 'empty' ORDER BY moment LIMIT 1"};

/* A worker's rows lie among those of each day: one leap a day. */
static const struct db_statement record_subject = {"record.subject",
    "WITH RECURSIVE days (at) AS (SELECT MIN(moment) FROM record"
    " WHERE structure = $structure AND family = $family"
    " UNION ALL SELECT (SELECT MIN(r.moment) FROM record r"
    " WHERE r.structure = $structure AND r.family = $family"
    " AND r.moment > days.at) FROM days WHERE days.at IS NOT NULL)"
    " SELECT" FIELDS "FROM days CROSS JOIN record"
    " WHERE structure = $structure AND family = $family AND moment = at"
    " AND record >= $low AND record < $high AND subject = $subject"
    " ORDER BY record"};

static const struct db_statement record_subject_all = {"record.subject_all",
    COLUMNS "WHERE family = $family" LISTED " AND subject = $subject"
	    " ORDER BY structure, record"};

/* The month's totals tell under which structures (a cross join keeps that
 * order). */
static const struct db_statement record_worker_days = {"record.worker_days",
    "SELECT" FIELDS "FROM (SELECT DISTINCT structure AS place"
    " FROM month_total WHERE month = $month AND worker = $worker) v"
    " CROSS JOIN record WHERE structure = place AND family = 'hours'"
    " AND moment BETWEEN $first AND $last AND subject = $worker"
    " ORDER BY day, slot, structure, record"};

static const struct db_statement record_structures = {"record.structures",
    PLACES "SELECT place AS structure FROM places WHERE place IS NOT NULL"
	   " ORDER BY place"};

static const struct db_statement record_all = {"record.all",
    COLUMNS "WHERE structure = $structure ORDER BY family, moment, record"};

#define BYTES                                                                  \
	"SELECT bytes FROM entry WHERE structure = $structure"                 \
	" AND hash = $hash"

static const struct db_statement entry_bytes = {"entry.bytes",
    BYTES " AND moment = $moment AND record >= $low"
	  " AND record < $high"};

static const struct db_statement entry_bytes_hash = {"entry.bytes_hash", BYTES};

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
	struct record_key key;
	int rc = 0;

	/* What is no key names no record. */
	if (record_key_parse(&key, record, NULL) == 0)
		rc = db_query(db, &record_one,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("family", key.family),
			DB_TEXT("moment", ledger_moment(&key)),
			DB_TEXT("record", record)),
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
	const char *day = db_row_text(row, "day");
	char *last = context;

	(void)err;
	if (strcmp(day, last) > 0)
		text_copy(last, DATE_TEXT, day);
	return 0;
}

int ledger_last_day(struct db *db, const char *structure, const char *family,
    const char *before, char out[DATE_TEXT], struct err *err)
{
	static const struct db_statement *const both[] = {
	    &record_last_moment, &record_last_day};
	int rc = 0;

	out[0] = '\0';
	for (size_t i = 0; rc == 0 && i < 2; i++)
		rc = db_query(db, both[i],
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("family", family), DB_TEXT("before", before)),
		    take_day, out, err);
	return rc;
}

static int subject_of(struct db *db, const char *structure, const char *family,
    const char *subject, struct each *each, struct err *err)
{
	char low[RECORD_KEY_MAX], high[RECORD_KEY_MAX + 1];

	/* "hours/V1" and "hours/V1/…": '0' comes after '/'. */
	record_key_make(low, family, subject, NULL);
	(void)snprintf(high, sizeof(high), "%s0", low);
	return db_query(db, &record_subject,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", family), DB_TEXT("subject", subject),
		DB_TEXT("low", low), DB_TEXT("high", high)),
	    give_record, each, err);
}

static int add_line(void *context, const char *structure, struct err *err)
{
	buf_printf(context, "%s\n", structure);
	return buf_check(context, err);
}

/* Whom no list need name: each structure is asked. */
static int subject_everywhere(struct db *db, const char *family,
    const char *subject, struct each *each, struct err *err)
{
	struct buf structures = BUF_INIT;
	char *at, *save = NULL;
	int rc = ledger_structures(db, add_line, &structures, err);

	if (rc < 0 || structures.len == 0)
		goto out;
	for (at = strtok_r(structures.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = subject_of(db, at, family, subject, each, err);
out:
	buf_free(&structures);
	return rc;
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

	if (structure != NULL)
		return subject_of(db, structure, family, subject, &each, err);
	if (strcmp(family, "hours") == 0 || strcmp(family, "skill") == 0 ||
	    strcmp(family, "signoff") == 0)
		return subject_everywhere(db, family, subject, &each, err);
	return db_query(db, &record_subject_all,
	    DB_PARAMS(DB_TEXT("family", family), DB_TEXT("subject", subject)),
	    give_record, &each, err);
}

int ledger_worker_month(struct db *db, const char *worker, const char *month,
    ledger_each_record *call, void *context, struct err *err)
{
	struct each each = {call, context, false};
	char first[DATE_TEXT], last[DATE_TEXT];

	(void)snprintf(first, sizeof(first), "%s-01", month);
	(void)snprintf(last, sizeof(last), "%s-31", month);
	return db_query(db, &record_worker_days,
	    DB_PARAMS(DB_TEXT("worker", worker), DB_TEXT("month", month),
		DB_TEXT("first", first), DB_TEXT("last", last)),
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
	int rc = db_query(db, &entry_bytes_hash,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_BLOB("hash", hash->bytes, HASH_LEN)),
	    take_bytes, &reading, err);

	if (rc == 0 && !reading.found) {
		rc = err_set(err, E_NOT_FOUND,
		    L("écriture absente d'ici", "entry absent from here"));
	}
	return rc;
}

/* What a newcomer's record has counts for the worker's who it is: when it is
 * not where it should be it may be elsewhere. */
int ledger_bytes_of(struct db *db, const char *structure, const char *record,
    const struct hash *hash, struct buf *out, struct err *err)
{
	struct reading reading = {out, false};
	char high[RECORD_KEY_MAX + 1];
	struct record_key key;
	int rc;

	(void)snprintf(high, sizeof(high), "%s0", record);
	if ((rc = record_key_parse(&key, record, err)) < 0 ||
	    (rc = db_query(db, &entry_bytes,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_BLOB("hash", hash->bytes, HASH_LEN),
		     DB_TEXT("moment", ledger_moment(&key)),
		     DB_TEXT("low", record), DB_TEXT("high", high)),
		 take_bytes, &reading, err)) < 0 ||
	    reading.found)
		return rc;
	if (!ledger_fold_asks_known(&key))
		return err_set(err, E_NOT_FOUND,
		    L("écriture absente d'ici", "entry absent from here"));
	return ledger_bytes(db, structure, hash, out, err);
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
