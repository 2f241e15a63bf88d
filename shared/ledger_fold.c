#include <stdlib.h>
#include <string.h>

#include "shared/fold.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_fold.h"
#include "shared/ledger_lists.h"
#include "shared/ledger_month.h"

static const struct db_statement entry_of_record = {"entry.of_record",
    "SELECT id, fault, bytes FROM entry WHERE structure = $structure"
    " AND moment = $moment AND record = $record ORDER BY id"};

static const struct db_statement entry_count = {"entry.count",
    "SELECT COUNT(*) FROM entry WHERE structure = $structure"
    " AND moment = $moment AND record = $record"};

#define RECORD_INSERT                                                          \
	"INSERT INTO record (structure, family, moment, record, subject, day," \
	" slot, state, value, live, minutes, kind, site, activity) VALUES"     \
	" ($structure, $family, $moment, $record, $subject, $day, $slot,"      \
	" $state, $value, $live, $minutes, $kind, $site, $activity)"           \
	" ON CONFLICT (structure, family, moment, record) DO "

static const struct db_statement record_put = {"record.put",
    RECORD_INSERT "UPDATE SET day = excluded.day,"
		  " state = excluded.state, value = excluded.value,"
		  " live = excluded.live, minutes = excluded.minutes,"
		  " kind = excluded.kind, site = excluded.site,"
		  " activity = excluded.activity"};

static const struct db_statement record_first = {
    "record.first", RECORD_INSERT "NOTHING"};

static const struct db_statement record_before = {"record.before",
    "SELECT subject, day, state, kind, minutes FROM record"
    " WHERE structure = $structure AND family = $family"
    " AND moment = $moment AND record = $record"};

static const struct db_statement record_delete = {"record.delete",
    "DELETE FROM record WHERE structure = $structure"
    " AND family = $family AND moment = $moment AND record = $record"};

static const struct db_statement record_state = {"record.state",
    "SELECT state FROM record WHERE structure = $structure"
    " AND family = $family AND moment = '' AND record = $record"};

static const struct db_statement alias_get = {"alias.get",
    "SELECT worker FROM alias WHERE structure = $structure"
    " AND newcomer = $newcomer"};

static const struct db_statement alias_of = {"alias.of",
    "SELECT newcomer FROM alias WHERE structure = $structure"
    " AND worker = $worker ORDER BY newcomer"};

static const struct db_statement alias_put = {"alias.put",
    "INSERT INTO alias (structure, newcomer, worker)"
    " VALUES ($structure, $newcomer, $worker)"
    " ON CONFLICT (structure, newcomer) DO UPDATE"
    " SET worker = excluded.worker"};

static const struct db_statement alias_delete = {"alias.delete",
    "DELETE FROM alias WHERE structure = $structure"
    " AND newcomer = $newcomer"};

static const struct db_statement alias_clear = {
    "alias.clear", "DELETE FROM alias WHERE structure = $structure"};

static const struct db_statement record_clear = {
    "record.clear", "DELETE FROM record WHERE structure = $structure"};

static const struct db_statement entry_records = {"entry.records",
    "SELECT DISTINCT moment, record FROM entry"
    " WHERE structure = $structure AND record <> ''"
    " ORDER BY moment, record"};

const char *ledger_moment(const struct record_key *key)
{
	return date_is_iso(key->part) ? key->part : "";
}

/* ---- a record's entries, loaded and folded ---- */

struct loaded {
	int64_t id;
	struct entry entry;
	bool parsed;
	struct buf value;
	bool has_value;
	char fault[16];
};

struct history {
	struct loaded **items; /* owned, each owned */
	size_t count;
	size_t room;
	bool full; /* whoever looks at the entries may want their trees */
	struct fold_result fold;
};

static void history_clear(struct history *history)
{
	for (size_t i = 0; i < history->count; i++) {
		entry_clear(&history->items[i]->entry);
		buf_free(&history->items[i]->value);
		free(history->items[i]);
	}
	free(history->items);
	fold_clear(&history->fold);
	memset(history, 0, sizeof(*history));
}

static struct loaded *history_grow(struct history *history)
{
	if (history->count == history->room) {
		size_t room = history->room == 0 ? 4 : 2 * history->room;
		struct loaded **items =
		    realloc(history->items, room * sizeof(struct loaded *));

		if (items == NULL)
			return NULL;
		history->items = items;
		history->room = room;
	}
	history->items[history->count] = calloc(1, sizeof(struct loaded));
	if (history->items[history->count] == NULL)
		return NULL;
	return history->items[history->count++];
}

static int load_one(void *context, const struct db_row *row, struct err *err)
{
	struct history *history = context;
	struct loaded *item = history_grow(history);
	struct bytes body = db_row_blob(row, "bytes");
	int rc;

	if (item == NULL)
		return err_nomem(err);
	item->id = db_row_int(row, "id");
	text_copy(item->fault, sizeof(item->fault), db_row_text(row, "fault"));
	if (history->full)
		rc = entry_try(&item->entry, body, &item->parsed, err);
	else
		rc = entry_scan(&item->entry, body, NULL, &item->parsed, err);
	if (rc < 0)
		return rc;
	if (item->parsed && item->fault[0] == '\0')
		item->has_value = entry_value(&item->value, &item->entry);
	return buf_check(&item->value, err);
}

/* "hours/<old>/…" with another worker. */
static void with_subject(
    char out[RECORD_KEY_MAX], const struct record_key *key, const char *subject)
{
	if (key->slot[0] != '\0')
		record_key_hours(out, subject, key->part, key->slot);
	else
		record_key_make(out, key->family, subject, key->part);
}

static int load_record(struct db *db, const char *structure, const char *record,
    const struct record_key *key, struct history *history, struct err *err)
{
	return db_query(db, &entry_of_record,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("moment", ledger_moment(key)),
		DB_TEXT("record", record)),
	    load_one, history, err);
}

static int add_line(void *context, const struct db_row *row, struct err *err)
{
	struct buf *lines = context;

	buf_add_text(lines, db_row_text(row, "newcomer"));
	buf_add_char(lines, '\n');
	return buf_check(lines, err);
}

#define WORKER_FAMILIES 3
static const char *const worker_families[WORKER_FAMILIES] = {
    "hours", "signoff", "skill"};

static bool belongs_to_worker(const char *family)
{
	for (size_t i = 0; i < WORKER_FAMILIES; i++) {
		if (strcmp(family, worker_families[i]) == 0)
			return true;
	}
	return false;
}

/* What newcomers matched to this worker have on the same record. */
static int load_aliases(struct db *db, const char *structure,
    const struct record_key *key, struct history *history, struct err *err)
{
	struct buf newcomers = BUF_INIT;
	char record[RECORD_KEY_MAX], *at, *save = NULL;
	int rc;

	rc = db_query(db, &alias_of,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("worker", key->subject)),
	    add_line, &newcomers, err);
	if (rc < 0 || newcomers.len == 0)
		goto out;
	for (at = strtok_r(newcomers.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		with_subject(record, key, at);
		rc = load_record(db, structure, record, key, history, err);
	}
out:
	buf_free(&newcomers);
	return rc;
}

/* Most records have an entry, or a few: they need no memory. */
#define FEW 4

static int history_fold(struct history *history, struct err *err)
{
	struct fold_entry few[FEW], *entries = few;
	int rc;

	if (history->count > FEW &&
	    (entries = calloc(history->count, sizeof(*entries))) == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < history->count; i++) {
		const struct loaded *item = history->items[i];

		entries[i].hash = item->entry.hash;
		entries[i].parents = item->entry.parents;
		entries[i].parent_count = item->entry.parent_count;
		entries[i].value =
		    item->has_value ? buf_text(&item->value) : NULL;
	}
	rc = fold_entries(&history->fold, entries, history->count, err);
	if (entries != few)
		free(entries);
	return rc;
}

static int history_load(struct db *db, const char *structure,
    const char *record, const struct record_key *key, struct history *history,
    struct err *err)
{
	int rc = load_record(db, structure, record, key, history, err);

	if (rc == 0 && belongs_to_worker(key->family))
		rc = load_aliases(db, structure, key, history, err);
	return rc < 0 ? rc : history_fold(history, err);
}

/* ---- records ---- */

static int note_listed(void *context, const struct db_row *row, struct err *err)
{
	const char *state = db_row_text(row, "state");

	(void)err;
	*(bool *)context = strcmp(state, RECORD_MERGED) == 0 ||
	                   strcmp(state, RECORD_CONTESTED) == 0;
	return 1;
}

int ledger_is_known(struct db *db, const char *structure, const char *subject,
    bool *known, struct err *err)
{
	static const char *const lists[] = {"worker", "newcomer"};
	char record[RECORD_KEY_MAX];
	int rc = 0;

	*known = false;
	for (size_t i = 0; rc == 0 && !*known && i < 2; i++) {
		record_key_make(record, lists[i], subject, NULL);
		rc = db_query(db, &record_state,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("family", lists[i]), DB_TEXT("record", record)),
		    note_listed, known, err);
	}
	return rc;
}

/* One row to write: its texts are borrowed from the history. */
struct folded {
	const char *state;
	const char *value;
	int64_t live;
	const struct entry
	    *only;             /* whose value it is, scanned; NULL: ${read} */
	struct json_kept read; /* the value */
};

static const char *folded_text(const struct folded *folded, const char *name)
{
	return folded->only != NULL ? entry_text(folded->only, name)
	                            : json_kept_text(&folded->read, name);
}

static int64_t folded_int(const struct folded *folded, const char *name)
{
	return folded->only != NULL ? entry_int(folded->only, name, 0)
	                            : json_kept_int(&folded->read, name, 0);
}

/* A record of hours as it was counted so far: its texts are its own. */
struct counted {
	struct month_slot slot;
	char worker[TEXT_ID_MAX + 1];
	char day[DATE_TEXT];
	char state[16];
	char kind[TEXT_ID_MAX + 1];
	bool found;
};

static int note_counted(
    void *context, const struct db_row *row, struct err *err)
{
	struct counted *out = context;

	(void)err;
	text_copy(
	    out->worker, sizeof(out->worker), db_row_text(row, "subject"));
	text_copy(out->day, sizeof(out->day), db_row_text(row, "day"));
	text_copy(out->state, sizeof(out->state), db_row_text(row, "state"));
	text_copy(out->kind, sizeof(out->kind), db_row_text(row, "kind"));
	out->slot.minutes = db_row_int(row, "minutes");
	out->found = true;
	return 0;
}

static int find_counted(struct counted *out, struct db *db,
    const char *structure, const char *record, const struct record_key *key,
    struct err *err)
{
	memset(out, 0, sizeof(*out));
	out->slot.structure = structure;
	out->slot.worker = out->worker;
	out->slot.day = out->day;
	out->slot.state = out->state;
	out->slot.kind = out->kind;
	return db_query(db, &record_before,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", key->family),
		DB_TEXT("moment", ledger_moment(key)),
		DB_TEXT("record", record)),
	    note_counted, out, err);
}

static bool is_counted(const struct db *db, const struct record_key *key)
{
	return strcmp(key->family, "hours") == 0 && ledger_month_kept(db);
}

/* What a written or removed row means for what is kept beside the records. */
static int note_change(struct db *db, const char *structure,
    const struct record_key *key, const struct counted *before,
    const struct month_slot *after, struct err *err)
{
	if (is_counted(db, key))
		return ledger_month_changed(
		    db, before->found ? &before->slot : NULL, after, err);
	return belongs_to_worker(key->family)
	           ? 0
	           : ledger_lists_changed(db, structure, err);
}

/* ${first} (may be NULL): write only where there is no row; it tells. Nothing
 * was counted then, and there is nothing to look at. */
static int record_write(struct db *db, const char *structure,
    const char *record, const struct record_key *key,
    const struct folded *folded, bool *first, struct err *err)
{
	bool hours = strcmp(key->family, "hours") == 0;
	const char *moment = ledger_moment(key);
	const struct month_slot slot = {
	    .structure = structure,
	    .worker = key->subject,
	    .day = moment[0] ? moment : folded_text(folded, "day"),
	    .state = folded->state,
	    .kind = hours ? folded_text(folded, "kind") : "",
	    .minutes = hours ? folded_int(folded, "minutes") : 0,
	};
	struct counted before = {.found = false};
	int64_t changed = 0;
	int rc = 0;

	if (first == NULL && is_counted(db, key))
		rc = find_counted(&before, db, structure, record, key, err);
	if (rc < 0)
		return rc;
	rc = db_exec(db, first != NULL ? &record_first : &record_put,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("family", key->family), DB_TEXT("moment", moment),
		DB_TEXT("record", record), DB_TEXT("subject", key->subject),
		DB_TEXT("day", slot.day), DB_TEXT("slot", key->slot),
		DB_TEXT("state", folded->state),
		DB_TEXT("value", folded->value), DB_INT("live", folded->live),
		DB_INT("minutes", slot.minutes), DB_TEXT("kind", slot.kind),
		DB_TEXT("site", folded_text(folded, "site")),
		DB_TEXT("activity", folded_text(folded, "activity"))),
	    &changed, err);
	if (first != NULL)
		*first = changed > 0;
	return rc < 0 || changed == 0
	           ? rc
	           : note_change(db, structure, key, &before, &slot, err);
}

static int record_remove(struct db *db, const char *structure,
    const char *record, const struct record_key *key, struct err *err)
{
	struct counted before = {.found = false};
	int rc = 0;

	if (is_counted(db, key))
		rc = find_counted(&before, db, structure, record, key, err);
	if (rc < 0 || (rc = db_exec(db, &record_delete,
			   DB_PARAMS(DB_TEXT("structure", structure),
			       DB_TEXT("family", key->family),
			       DB_TEXT("moment", ledger_moment(key)),
			       DB_TEXT("record", record)),
			   NULL, err)) < 0)
		return rc;
	return note_change(db, structure, key, &before, NULL, err);
}

static int read_value(struct folded *folded, struct err *err)
{
	if (folded->value[0] != '{')
		return 0;
	return json_kept_read(
	    &folded->read, folded->value, strlen(folded->value), err);
}

/* State and value from the fold of a record's own entries. */
static int fold_into(struct folded *out, const struct history *history,
    bool known, struct err *err)
{
	const struct fold_result *fold = &history->fold;

	out->state = RECORD_EMPTY;
	out->value = "";
	out->live = (int64_t)fold->distinct;
	if (fold->state == FOLD_EMPTY)
		return 0;
	out->value = buf_text(&history->items[fold->chosen]->value);
	if (fold->state == FOLD_CONTESTED)
		out->state = RECORD_CONTESTED;
	else if (strcmp(out->value, ENTRY_VOID) == 0)
		out->state = RECORD_VOID;
	else
		out->state = known ? RECORD_MERGED : RECORD_UNKNOWN;
	return read_value(out, err);
}

static int add_record_line(
    void *context, const struct record_row *row, struct err *err)
{
	buf_add_text(context, row->record);
	buf_add_char(context, '\n');
	return buf_check(context, err);
}

static int collect_records(
    void *context, const struct db_row *row, struct err *err)
{
	buf_add_text(context, db_row_text(row, "record"));
	buf_add_char(context, '\n');
	return buf_check(context, err);
}

/* Fold everything about a worker or newcomer again, and, where the record
 * moves with a match, its place under ${also} (may be ""). */
static int refold_subject(struct db *db, const char *structure,
    const char *subject, const char *also, struct err *err)
{
	struct buf lines = BUF_INIT;
	char *at, *save = NULL, other[RECORD_KEY_MAX];
	struct record_key key;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < WORKER_FAMILIES; i++)
		rc = ledger_subject(db, structure, worker_families[i], subject,
		    add_record_line, &lines, err);
	if (rc < 0 || lines.len == 0)
		goto out;
	for (at = strtok_r(lines.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		rc = ledger_refold(db, structure, at, err);
		if (rc == 0 && also[0] != '\0' &&
		    record_key_parse(&key, at, err) == 0) {
			with_subject(other, &key, also);
			rc = ledger_refold(db, structure, other, err);
		}
	}
out:
	buf_free(&lines);
	return rc;
}

/* A newcomer's record changed: follow the match, or its end. */
static int settle_newcomer(struct db *db, const char *structure,
    const char *newcomer, const struct folded *folded, struct err *err)
{
	char before[TEXT_ID_MAX + 1];
	const char *after = strcmp(folded->state, RECORD_MERGED) == 0
	                        ? json_kept_text(&folded->read, "worker")
	                        : "";
	int rc;

	/* Another newcomer is no worker: what counts for one stays there. */
	if (record_is_newcomer(after))
		after = "";
	if ((rc = ledger_alias(db, structure, newcomer, before, err)) < 0)
		return rc;
	if (strcmp(before, after) == 0)
		return refold_subject(db, structure, newcomer, "", err);
	if (after[0] != '\0') {
		rc = db_exec(db, &alias_put,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("newcomer", newcomer),
			DB_TEXT("worker", after)),
		    NULL, err);
	} else {
		rc = db_exec(db, &alias_delete,
		    DB_PARAMS(DB_TEXT("structure", structure),
			DB_TEXT("newcomer", newcomer)),
		    NULL, err);
	}
	return rc < 0 ? rc
	              : refold_subject(db, structure, newcomer, before, err);
}

/* What a record's change means for others. */
static int settle_others(struct db *db, const char *structure,
    const struct record_key *key, const struct folded *folded, bool was_known,
    struct err *err)
{
	bool known;
	int rc;

	if (strcmp(key->family, "newcomer") == 0)
		return settle_newcomer(
		    db, structure, key->subject, folded, err);
	if (strcmp(key->family, "worker") != 0)
		return 0;
	if ((rc = ledger_is_known(db, structure, key->subject, &known, err)) <
	    0)
		return rc;
	return known == was_known
	           ? 0
	           : refold_subject(db, structure, key->subject, "", err);
}

/* A record that counts elsewhere: leave a mark, fold it there. */
static int refold_matched(struct db *db, const char *structure,
    const char *record, const struct record_key *key, const char *worker,
    struct err *err)
{
	const struct folded moved = {.state = RECORD_MATCHED, .value = ""};
	char target[RECORD_KEY_MAX];
	int64_t entries = 0;
	int rc;

	if ((rc = db_query_int(db, &entry_count,
		 DB_PARAMS(DB_TEXT("structure", structure),
		     DB_TEXT("moment", ledger_moment(key)),
		     DB_TEXT("record", record)),
		 &entries, NULL, err)) < 0)
		return rc;
	/* The last entry may just have been dropped. */
	rc = entries > 0
	         ? record_write(db, structure, record, key, &moved, NULL, err)
	         : record_remove(db, structure, record, key, err);
	if (rc < 0)
		return rc;
	with_subject(target, key, worker);
	return ledger_refold(db, structure, target, err);
}

static int refold_here(struct db *db, const char *structure, const char *record,
    const struct record_key *key, struct err *err)
{
	struct history history = {0};
	struct folded folded;
	bool known = true;
	int rc;

	folded.only = NULL;
	json_kept_init(&folded.read);
	if (belongs_to_worker(key->family) ||
	    strcmp(key->family, "worker") == 0)
		rc = ledger_is_known(db, structure, key->subject, &known, err);
	else
		rc = 0;
	if (rc < 0 ||
	    (rc = history_load(db, structure, record, key, &history, err)) < 0)
		goto out;
	if ((rc = fold_into(&folded, &history,
		 known || !belongs_to_worker(key->family), err)) < 0)
		goto out;
	rc = history.count > 0
	         ? record_write(db, structure, record, key, &folded, NULL, err)
	         : record_remove(db, structure, record, key, err);
	if (rc < 0)
		goto out;
	rc = settle_others(db, structure, key, &folded, known, err);
out:
	json_kept_clear(&folded.read);
	history_clear(&history);
	return rc;
}

/*
 * A match leads to a worker, and no worker's record leads to a newcomer, so
 * the calls below one another end.
 */
int ledger_refold(
    struct db *db, const char *structure, const char *record, struct err *err)
{
	char worker[TEXT_ID_MAX + 1] = "";
	struct record_key key;
	int rc;

	if ((rc = record_key_parse(&key, record, err)) < 0)
		return rc;
	if (belongs_to_worker(key.family) && record_is_newcomer(key.subject) &&
	    (rc = ledger_alias(db, structure, key.subject, worker, err)) < 0)
		return rc;
	if (worker[0] != '\0')
		return refold_matched(db, structure, record, &key, worker, err);
	return refold_here(db, structure, record, &key, err);
}

/* ---- a record's first entry ---- */

bool ledger_fold_asks_known(const struct record_key *key)
{
	return belongs_to_worker(key->family);
}

/* A worker's or a newcomer's record means something for others, a newcomer's
 * hours may count elsewhere; and what has parents is seldom the first. */
bool ledger_fold_is_plain(
    const struct entry *entry, const struct record_key *key)
{
	if (entry->parent_count > 0 || strcmp(key->family, "worker") == 0 ||
	    strcmp(key->family, "newcomer") == 0)
		return false;
	return !belongs_to_worker(key->family) ||
	       !record_is_newcomer(key->subject);
}

/*
 * Where there is no row there is no other entry: a record has one as long as
 * it has entries, own ones or those of newcomers matched to its worker.
 */
int ledger_fold_first(struct db *db, const char *structure,
    const struct entry *entry, const struct record_key *key, bool counts,
    bool known, bool *done, struct err *err)
{
	struct folded folded;
	struct buf value = BUF_INIT;
	int rc = 0;

	json_kept_init(&folded.read);
	folded.only = NULL;
	folded.state = RECORD_EMPTY;
	folded.value = "";
	folded.live = 0;
	if (counts && entry_value(&value, entry)) {
		folded.value = buf_text(&value);
		folded.live = 1;
		folded.state = known ? RECORD_MERGED : RECORD_UNKNOWN;
		if (strcmp(folded.value, ENTRY_VOID) == 0)
			folded.state = RECORD_VOID;
		else if (entry->held != NULL && entry->sets)
			folded.only = entry;
	}
	if ((rc = buf_check(&value, err)) == 0 &&
	    (folded.only != NULL || (rc = read_value(&folded, err)) == 0))
		rc = record_write(
		    db, structure, entry->record, key, &folded, done, err);
	json_kept_clear(&folded.read);
	buf_free(&value);
	return rc;
}

/* ---- reading and forgetting ---- */

int ledger_forget_records(struct db *db, const char *structure, struct err *err)
{
	int rc = db_exec(db, &record_clear,
	    DB_PARAMS(DB_TEXT("structure", structure)), NULL, err);

	if (rc < 0 || (rc = ledger_month_forget(db, structure, err)) < 0 ||
	    (rc = ledger_lists_changed(db, structure, err)) < 0)
		return rc;
	return db_exec(db, &alias_clear,
	    DB_PARAMS(DB_TEXT("structure", structure)), NULL, err);
}

int ledger_history(struct db *db, const char *structure, const char *record,
    ledger_each_entry *each, void *context, struct err *err)
{
	struct history history = {.full = true};
	struct record_key key;
	int rc;

	if ((rc = record_key_parse(&key, record, err)) < 0 ||
	    (rc = history_load(db, structure, record, &key, &history, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < history.count; i++) {
		const struct loaded *item = history.items[i];
		const struct entry_row row = {
		    .id = item->id,
		    .hash = item->entry.hash,
		    .fault = item->fault,
		    .live = history.fold.live[i],
		    .entry = item->parsed ? &item->entry : NULL,
		    .value = item->has_value ? buf_text(&item->value) : NULL,
		};

		rc = each(context, &row, err);
	}
out:
	history_clear(&history);
	return rc < 0 ? rc : 0;
}

struct heads {
	struct hash *out;
	size_t max;
	size_t count;
};

static int take_head(
    void *context, const struct entry_row *row, struct err *err)
{
	struct heads *heads = context;

	if (!row->live)
		return 0;
	if (heads->count == heads->max) {
		return err_set(err, E_LIMIT,
		    L("trop de valeurs concurrentes (plus de %zu)",
			"too many concurrent values (over %zu)"),
		    heads->max);
	}
	heads->out[heads->count++] = row->hash;
	return 0;
}

int ledger_heads(struct db *db, const char *structure, const char *record,
    struct hash *out, size_t max, size_t *count, struct err *err)
{
	struct heads heads = {out, max, 0};
	int rc = ledger_history(db, structure, record, take_head, &heads, err);

	*count = heads.count;
	return rc;
}

static int copy_worker(void *context, const struct db_row *row, struct err *err)
{
	char *out = context;

	(void)err;
	text_copy(out, TEXT_ID_MAX + 1, db_row_text(row, "worker"));
	return 1;
}

int ledger_alias(struct db *db, const char *structure, const char *newcomer,
    char *out, struct err *err)
{
	out[0] = '\0';
	return db_query(db, &alias_get,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_TEXT("newcomer", newcomer)),
	    copy_worker, out, err);
}

int ledger_refold_all(struct db *db, const char *structure, struct err *err)
{
	struct buf lines = BUF_INIT;
	char *at, *save = NULL;
	int rc;

	ledger_month_begin(db);
	if ((rc = ledger_forget_records(db, structure, err)) < 0 ||
	    (rc = db_query(db, &entry_records,
		 DB_PARAMS(DB_TEXT("structure", structure)), collect_records,
		 &lines, err)) < 0 ||
	    lines.len == 0)
		goto out;
	for (at = strtok_r(lines.data, "\n", &save); rc == 0 && at != NULL;
	     at = strtok_r(NULL, "\n", &save))
		rc = ledger_refold(db, structure, at, err);
out:
	rc = ledger_month_end(db, rc, err);
	buf_free(&lines);
	return rc;
}
