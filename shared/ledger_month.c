#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/ledger.h"
#include "shared/ledger_month.h"
#include "shared/text.h"

/* What the records of a structure add up to; the migration says the same. */
#define FOLDED                                                                 \
	"SELECT SUBSTR(day, 1, 7) AS month, structure, subject AS worker,"     \
	" kind, CAST(SUM(CASE WHEN state = 'merged' THEN minutes ELSE 0 END)"  \
	" AS BIGINT) AS minutes, CAST(SUM(CASE WHEN state = 'merged' THEN 1"   \
	" ELSE 0 END) AS BIGINT) AS slots, CAST(SUM(CASE WHEN state ="         \
	" 'contested' THEN 1 ELSE 0 END) AS BIGINT) AS contested,"             \
	" CAST(SUM(CASE WHEN state = 'unknown' THEN 1 ELSE 0 END) AS BIGINT)"  \
	" AS unknown FROM record WHERE structure = $structure"                 \
	" AND family = 'hours' AND day <> ''"                                  \
	" AND state IN ('merged', 'contested', 'unknown')"                     \
	" GROUP BY SUBSTR(day, 1, 7), structure, subject, kind"

static const struct db_statement total_add = {"month.add",
    "INSERT INTO month_total (month, structure, worker, kind, minutes,"
    " slots, contested, unknown) VALUES ($month, $structure, $worker, $kind,"
    " $minutes, $slots, $contested, $unknown)"
    " ON CONFLICT (month, structure, worker, kind) DO UPDATE SET"
    " minutes = month_total.minutes + excluded.minutes,"
    " slots = month_total.slots + excluded.slots,"
    " contested = month_total.contested + excluded.contested,"
    " unknown = month_total.unknown + excluded.unknown"};

static const struct db_statement total_drop = {"month.drop",
    "DELETE FROM month_total WHERE month = $month"
    " AND structure = $structure AND worker = $worker AND kind = $kind"
    " AND slots = 0 AND contested = 0 AND unknown = 0"};

static const struct db_statement month_next = {"month.next",
    "SELECT MIN(month) AS month FROM month_total"
    " WHERE month > $month"};

static const struct db_statement month_forget = {"month.forget",
    "DELETE FROM month_total WHERE month = $month"
    " AND structure = $structure"};

static const struct db_statement totals_of = {"month.totals",
    "SELECT structure, worker, kind, minutes, slots, contested, unknown"
    " FROM month_total WHERE month = $month AND structure = $structure"
    " ORDER BY worker, kind"};

static const struct db_statement totals_all = {"month.totals_all",
    "SELECT structure, worker, kind, minutes, slots, contested, unknown"
    " FROM month_total WHERE month = $month"
    " ORDER BY structure, worker, kind"};

static const struct db_statement shared_workers = {"month.shared",
    "SELECT worker FROM month_total WHERE month = $month"
    " AND slots + contested > 0"
    " GROUP BY worker HAVING MIN(structure) <> MAX(structure)"
    " ORDER BY worker"};

/* Rows that the one side has and the other has not. The months one by one
 * (a cross join keeps that order), for the key leads with them. */
static const struct db_statement odd_rows = {"month.odd",
    "SELECT COUNT(*) FROM (" FOLDED ") f LEFT JOIN month_total t"
    " ON t.month = f.month AND t.structure = f.structure"
    " AND t.worker = f.worker AND t.kind = f.kind"
    " AND t.minutes = f.minutes AND t.slots = f.slots"
    " AND t.contested = f.contested AND t.unknown = f.unknown"
    " WHERE t.month IS NULL"};

static const struct db_statement count_folded = {
    "month.count_folded", "SELECT COUNT(*) FROM (" FOLDED ") f"};

static const struct db_statement count_kept = {"month.count",
    "SELECT COUNT(*) FROM month_total WHERE month = $month"
    " AND structure = $structure"};

#define MONTH_LEN    8   /* "2026-11" and its end */
#define GATHERED_MAX 128 /* then they are written, for lookups stay short */

struct gathered {
	char month[MONTH_LEN];
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
	char kind[TEXT_ID_MAX + 1];
	int64_t minutes;
	int64_t slots;
	int64_t contested;
	int64_t unknown;
	bool less; /* something was taken away */
};

/* What is kept beside a connection. */
struct keeping {
	struct gathered rows[GATHERED_MAX];
	size_t count;
	int depth;
};

int ledger_month_keep(struct db *db, struct err *err)
{
	struct keeping *keeping = calloc(1, sizeof(*keeping));

	if (keeping == NULL)
		return err_nomem(err);
	db_attach(db, keeping, free);
	return 0;
}

bool ledger_month_kept(const struct db *db)
{
	return db_attached(db) != NULL;
}

/* ---- writing ---- */

static int write_one(struct db *db, const struct gathered *row, struct err *err)
{
	int rc;

	if (row->minutes == 0 && row->slots == 0 && row->contested == 0 &&
	    row->unknown == 0)
		return 0;
	rc = db_exec(db, &total_add,
	    DB_PARAMS(DB_TEXT("month", row->month),
		DB_TEXT("structure", row->structure),
		DB_TEXT("worker", row->worker), DB_TEXT("kind", row->kind),
		DB_INT("minutes", row->minutes), DB_INT("slots", row->slots),
		DB_INT("contested", row->contested),
		DB_INT("unknown", row->unknown)),
	    NULL, err);
	if (rc < 0 || !row->less)
		return rc;
	return db_exec(db, &total_drop,
	    DB_PARAMS(DB_TEXT("month", row->month),
		DB_TEXT("structure", row->structure),
		DB_TEXT("worker", row->worker), DB_TEXT("kind", row->kind)),
	    NULL, err);
}

static int write_all(struct db *db, struct keeping *keeping, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < keeping->count; i++)
		rc = write_one(db, &keeping->rows[i], err);
	keeping->count = 0;
	return rc;
}

static bool is_row(const struct gathered *row, const struct month_slot *slot)
{
	return strncmp(row->month, slot->day, MONTH_LEN - 1) == 0 &&
	       strcmp(row->worker, slot->worker) == 0 &&
	       strcmp(row->kind, slot->kind) == 0 &&
	       strcmp(row->structure, slot->structure) == 0;
}

/* A set is about few workers, one after the other: the last ones first. */
static struct gathered *row_of(
    struct keeping *keeping, const struct month_slot *slot)
{
	struct gathered *row;

	for (size_t i = keeping->count; i > 0; i--) {
		if (is_row(&keeping->rows[i - 1], slot))
			return &keeping->rows[i - 1];
	}
	row = &keeping->rows[keeping->count++];
	memset(row, 0, sizeof(*row));
	text_copy(row->month, sizeof(row->month), slot->day);
	text_copy(row->structure, sizeof(row->structure), slot->structure);
	text_copy(row->worker, sizeof(row->worker), slot->worker);
	text_copy(row->kind, sizeof(row->kind), slot->kind);
	return row;
}

static bool counts(const struct month_slot *slot)
{
	return slot != NULL && slot->day[0] != '\0' &&
	       (strcmp(slot->state, RECORD_MERGED) == 0 ||
		   strcmp(slot->state, RECORD_CONTESTED) == 0 ||
		   strcmp(slot->state, RECORD_UNKNOWN) == 0);
}

static int gather(struct db *db, struct keeping *keeping,
    const struct month_slot *slot, int sign, struct err *err)
{
	struct gathered *row;
	int rc = 0;

	if (!counts(slot))
		return 0;
	if (keeping->count == GATHERED_MAX)
		rc = write_all(db, keeping, err);
	row = row_of(keeping, slot);
	row->less = row->less || sign < 0;
	if (strcmp(slot->state, RECORD_MERGED) == 0) {
		row->slots += sign;
		row->minutes += sign * slot->minutes;
	} else if (strcmp(slot->state, RECORD_CONTESTED) == 0) {
		row->contested += sign;
	} else {
		row->unknown += sign;
	}
	return rc;
}

int ledger_month_changed(struct db *db, const struct month_slot *before,
    const struct month_slot *after, struct err *err)
{
	struct keeping *keeping = db_attached(db);
	int rc;

	if (keeping == NULL)
		return 0;
	ledger_month_begin(db);
	if ((rc = gather(db, keeping, before, -1, err)) == 0)
		rc = gather(db, keeping, after, 1, err);
	return ledger_month_end(db, rc, err);
}

void ledger_month_begin(struct db *db)
{
	struct keeping *keeping = db_attached(db);

	if (keeping != NULL)
		keeping->depth++;
}

int ledger_month_end(struct db *db, int rc, struct err *err)
{
	struct keeping *keeping = db_attached(db);

	if (keeping == NULL)
		return rc;
	keeping->depth--;
	if (rc < 0)
		keeping->count = 0;
	else if (keeping->depth == 0 && keeping->count > 0)
		rc = write_all(db, keeping, err);
	return rc;
}

/* ---- every month ---- */

static int take_month(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, MONTH_LEN, db_row_text(row, "month"));
	return 0;
}

/* The month after ${month}, "" after the last. */
static int next_month(struct db *db, char month[MONTH_LEN], struct err *err)
{
	char now[MONTH_LEN];

	memcpy(now, month, MONTH_LEN);
	month[0] = '\0';
	return db_query(db, &month_next, DB_PARAMS(DB_TEXT("month", now)),
	    take_month, month, err);
}

int ledger_month_forget(struct db *db, const char *structure, struct err *err)
{
	struct keeping *keeping = db_attached(db);
	char month[MONTH_LEN] = "";
	int rc;

	if (keeping == NULL)
		return 0;
	if ((rc = write_all(db, keeping, err)) < 0)
		return rc;
	while ((rc = next_month(db, month, err)) == 0 && month[0] != '\0') {
		rc = db_exec(db, &month_forget,
		    DB_PARAMS(DB_TEXT("month", month),
			DB_TEXT("structure", structure)),
		    NULL, err);
		if (rc < 0)
			break;
	}
	return rc;
}

/* ---- reading ---- */

struct each_total {
	month_each_total *call;
	void *context;
};

static int give_total(void *context, const struct db_row *row, struct err *err)
{
	const struct each_total *each = context;
	const struct month_total total = {
	    .structure = db_row_text(row, "structure"),
	    .worker = db_row_text(row, "worker"),
	    .kind = db_row_text(row, "kind"),
	    .minutes = db_row_int(row, "minutes"),
	    .slots = db_row_int(row, "slots"),
	    .contested = db_row_int(row, "contested"),
	    .unknown = db_row_int(row, "unknown"),
	};

	return each->call(each->context, &total, err);
}

int ledger_month_totals(struct db *db, const char *month, const char *structure,
    month_each_total *call, void *context, struct err *err)
{
	struct each_total each = {call, context};

	if (structure == NULL)
		return db_query(db, &totals_all,
		    DB_PARAMS(DB_TEXT("month", month)), give_total, &each, err);
	return db_query(db, &totals_of,
	    DB_PARAMS(DB_TEXT("month", month), DB_TEXT("structure", structure)),
	    give_total, &each, err);
}

struct each_worker {
	int (*call)(void *context, const char *worker, struct err *err);
	void *context;
};

static int give_worker(void *context, const struct db_row *row, struct err *err)
{
	const struct each_worker *each = context;

	return each->call(each->context, db_row_text(row, "worker"), err);
}

int ledger_month_shared(struct db *db, const char *month,
    int (*call)(void *context, const char *worker, struct err *err),
    void *context, struct err *err)
{
	struct each_worker each = {call, context};

	return db_query(db, &shared_workers, DB_PARAMS(DB_TEXT("month", month)),
	    give_worker, &each, err);
}

static int count_rows(
    struct db *db, const char *structure, int64_t *out, struct err *err)
{
	char month[MONTH_LEN] = "";
	int64_t count;
	int rc;

	*out = 0;
	while ((rc = next_month(db, month, err)) == 0 && month[0] != '\0') {
		rc = db_query_int(db, &count_kept,
		    DB_PARAMS(DB_TEXT("month", month),
			DB_TEXT("structure", structure)),
		    &count, NULL, err);
		if (rc < 0)
			break;
		*out += count;
	}
	return rc;
}

/* As many rows on both sides, and none of the records' that is not kept. */
int ledger_month_check(
    struct db *db, const char *structure, bool *same, struct err *err)
{
	int64_t odd, folded, kept;
	int rc;

	*same = false;
	if ((rc = db_query_int(db, &odd_rows,
		 DB_PARAMS(DB_TEXT("structure", structure)), &odd, NULL, err)) <
		0 ||
	    (rc = db_query_int(db, &count_folded,
		 DB_PARAMS(DB_TEXT("structure", structure)), &folded, NULL,
		 err)) < 0 ||
	    (rc = count_rows(db, structure, &kept, err)) < 0)
		return rc;
	*same = odd == 0 && folded == kept;
	return 0;
}
