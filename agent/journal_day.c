#include "agent/journal_day.h"
#include "shared/text.h"

static const struct db_statement finish = {"finished.put",
    "INSERT INTO finished (structure, crew, day, slot, person, at_s)"
    " VALUES ($structure, $crew, $day, $slot, $person, $at_s)"
    " ON CONFLICT (structure, crew, day, slot) DO NOTHING"};

static const struct db_statement is_finished = {"finished.get",
    "SELECT COUNT(*) FROM finished WHERE structure = $structure"
    " AND crew = $crew AND day = $day AND slot = $slot"};

/* In the order of an index, so that one row is read. */
static const struct db_statement first_day = {"finished.first_day",
    "SELECT moment AS day FROM record WHERE structure = $structure"
    " AND family = 'hours' AND moment > '' ORDER BY moment LIMIT 1"};

static const struct db_statement of_day = {"record.of_day",
    "SELECT slot, value FROM record WHERE structure = $structure"
    " AND family = 'hours' AND subject = $subject AND day = $day"
    " ORDER BY slot"};

int journal_finish(struct db *db, const char *structure, const char *crew,
    const char *day, const char *slot, const char *person, int64_t now_s,
    struct err *err)
{
	return db_exec(db, &finish,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("crew", crew),
		DB_TEXT("day", day), DB_TEXT("slot", slot),
		DB_TEXT("person", person), DB_INT("at_s", now_s)),
	    NULL, err);
}

int journal_is_finished(struct db *db, const char *structure, const char *crew,
    const char *day, const char *slot, bool *out, struct err *err)
{
	int64_t count = 0;
	int rc = db_query_int(db, &is_finished,
	    DB_PARAMS(DB_TEXT("structure", structure), DB_TEXT("crew", crew),
		DB_TEXT("day", day), DB_TEXT("slot", slot)),
	    &count, NULL, err);

	*out = count > 0;
	return rc;
}

static int take_day(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	text_copy(context, DATE_TEXT, db_row_text(row, "day"));
	return 1;
}

int journal_first_day(
    struct db *db, const char *structure, char out[DATE_TEXT], struct err *err)
{
	out[0] = '\0';
	return db_query(db, &first_day,
	    DB_PARAMS(DB_TEXT("structure", structure)), take_day, out, err);
}

struct each {
	int (*call)(void *context, const char *slot, const char *value,
	    struct err *err);
	void *context;
};

static int give_slot(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;

	return each->call(each->context, db_row_text(row, "slot"),
	    db_row_text(row, "value"), err);
}

int journal_day(struct db *db, const char *structure, const char *subject,
    const char *day,
    int (*call)(
	void *context, const char *slot, const char *value, struct err *err),
    void *context, struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &of_day,
	    DB_PARAMS(DB_TEXT("structure", structure),
		DB_TEXT("subject", subject), DB_TEXT("day", day)),
	    give_slot, &each, err);
}
