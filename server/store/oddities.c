#include "server/store/oddities.h"
#include "shared/ledger_fold.h"

static const struct db_statement branches = {"oddity.branches",
    "SELECT structure, device, '' AS what, COUNT(*) AS n,"
    " MIN(time_s) AS first_s, MAX(time_s) AS last_s FROM changeset"
    " WHERE place > 0 GROUP BY structure, device, prev"
    " HAVING COUNT(*) > 1 ORDER BY structure, device, last_s"};

static const struct db_statement holes = {"oddity.holes",
    "SELECT structure, device, session AS what,"
    " MAX(seq) - COUNT(*) AS n, MIN(time_s) AS first_s,"
    " MAX(time_s) AS last_s FROM changeset WHERE place > 0"
    " GROUP BY structure, device, session HAVING MAX(seq) <> COUNT(*)"
    " ORDER BY structure, device, last_s"};

static const struct db_statement forks = {"oddity.forks",
    "SELECT structure, device, '' AS what, COUNT(*) AS n,"
    " MIN(time_s) AS first_s, MAX(time_s) AS last_s FROM evidence"
    " GROUP BY structure, device ORDER BY structure, device"};

static const struct db_statement missed = {"oddity.missed",
    "SELECT count FROM evidence_missed WHERE structure = $structure"
    " AND device = $device"};

static const struct db_statement quarantined = {"oddity.quarantined",
    "SELECT structure, device, fault AS what, COUNT(*) AS n,"
    " 0 AS first_s, 0 AS last_s FROM entry WHERE fault <> ''"
    " GROUP BY structure, device, fault ORDER BY structure, device, fault"};

static const struct db_statement record_time = {"oddity.record_time",
    "SELECT MIN(c.time_s) FROM entry e CROSS JOIN changeset c"
    " WHERE e.structure = $structure AND e.moment = $moment"
    " AND e.record = $record AND (c.id = e.changeset"
    " OR c.id IN (SELECT s.changeset FROM changeset_entry s"
    " WHERE s.entry = e.id AND s.entry > 0)) AND c.place > 0"};

/* 'x1' sorts after 'am' and 'pm'. Each half has an index of its own. */
static const struct db_statement accidents = {"oddity.accidents",
    "SELECT structure, record, subject, day, slot FROM record"
    " WHERE family = 'hours' AND kind = 'accident'"
    " AND state <> 'matched' AND state <> 'void' UNION"
    " SELECT structure, record, subject, day, slot FROM record"
    " WHERE family = 'hours' AND state = 'contested'"
    " ORDER BY structure, subject, day, slot DESC"};

struct each {
	oddity_each *call;
	void *context;
};

static int give(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	const struct oddity oddity = {
	    .structure = db_row_text(row, "structure"),
	    .device = db_row_text(row, "device"),
	    .what = db_row_text(row, "what"),
	    .count = db_row_int(row, "n"),
	    .first_s = db_row_int(row, "first_s"),
	    .last_s = db_row_int(row, "last_s"),
	};

	return each->call(each->context, &oddity, err);
}

static int ask(struct db *db, const struct db_statement *statement,
    oddity_each *call, void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, statement, DB_NO_PARAMS, give, &each, err);
}

int oddities_branches(
    struct db *db, oddity_each *each, void *context, struct err *err)
{
	return ask(db, &branches, each, context, err);
}

int oddities_holes(
    struct db *db, oddity_each *each, void *context, struct err *err)
{
	return ask(db, &holes, each, context, err);
}

int oddities_forks(
    struct db *db, oddity_each *each, void *context, struct err *err)
{
	return ask(db, &forks, each, context, err);
}

int oddities_missed(struct db *db, const char *structure, const char *device,
    int64_t *out, struct err *err)
{
	*out = 0;
	return db_query_int(db, &missed,
	    DB_PARAMS(
		DB_TEXT("structure", structure), DB_TEXT("device", device)),
	    out, NULL, err);
}

int oddities_quarantined(
    struct db *db, oddity_each *each, void *context, struct err *err)
{
	return ask(db, &quarantined, each, context, err);
}

struct each_slot {
	int (*call)(
	    void *context, const struct oddity_slot *slot, struct err *err);
	void *context;
};

static int give_slot(void *context, const struct db_row *row, struct err *err)
{
	const struct each_slot *each = context;
	const struct oddity_slot slot = {
	    .structure = db_row_text(row, "structure"),
	    .record = db_row_text(row, "record"),
	    .worker = db_row_text(row, "subject"),
	    .day = db_row_text(row, "day"),
	    .slot = db_row_text(row, "slot"),
	};

	return each->call(each->context, &slot, err);
}

int oddities_accidents(struct db *db,
    int (*call)(void *context, const struct oddity_slot *slot, struct err *err),
    void *context, struct err *err)
{
	struct each_slot each = {call, context};

	return db_query(db, &accidents, DB_NO_PARAMS, give_slot, &each, err);
}

int oddities_record_time(struct db *db, const char *structure,
    const char *record, int64_t *out, struct err *err)
{
	struct record_key key;

	*out = 0;
	if (record_key_parse(&key, record, NULL) < 0)
		return 0;
	return db_query_int(db, &record_time,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("moment", ledger_moment(&key)),
		DB_TEXT("record", record)),
	    out, NULL, err);
}
