#include "server/store/access_log.h"

static const struct db_statement same = {"access_log.same",
    "SELECT COUNT(*) FROM access_log WHERE subject = $subject"
    " AND time_s > $since_s AND who = $who AND what = $what"};

static const struct db_statement put = {"access_log.put",
    "INSERT INTO access_log (id, time_s, who, what, subject)"
    " SELECT COALESCE(MAX(id), 0) + 1, $time_s, $who, $what, $subject"
    " FROM access_log"};

static const struct db_statement forget = {
    "access_log.forget", "DELETE FROM access_log WHERE time_s < $before_s"};

/* `record` is what the reader may see. */
static const struct db_statement list = {"access_log.list",
    "SELECT time_s, who, what, subject FROM access_log"
    " WHERE time_s >= $from_s AND ($who = '' OR who = $who)"
    " AND ($subject = '' OR subject = $subject)"
    " AND (EXISTS (SELECT 1 FROM record r"
    " WHERE r.family IN ('worker', 'newcomer', 'identity')"
    " AND r.family <> 'hours' AND r.family <> 'skill'"
    " AND r.family <> 'signoff'"
    " AND r.subject = access_log.subject)"
    /* Whom no list names any more; asked for last. */
    " OR subject IN (SELECT subject FROM record WHERE family = 'hours'))"
    " ORDER BY time_s DESC, id DESC LIMIT $limit"};

int access_log_put(struct db *db, int64_t now_s, const char *who,
    const char *what, const char *subject, struct err *err)
{
	int64_t count = 0;
	int rc = db_query_int(db, &same,
	    DB_PARAMS(DB_TEXT("subject", subject),
		DB_INT("since_s", now_s - ACCESS_LOG_SAME_S),
		DB_TEXT("who", who), DB_TEXT("what", what)),
	    &count, NULL, err);

	if (rc < 0 || count > 0)
		return rc;
	return db_exec(db, &put,
	    DB_PARAMS(DB_INT("time_s", now_s), DB_TEXT("who", who),
		DB_TEXT("what", what), DB_TEXT("subject", subject)),
	    NULL, err);
}

int access_log_forget(
    struct db *db, int64_t before_s, int64_t *count, struct err *err)
{
	return db_exec(
	    db, &forget, DB_PARAMS(DB_INT("before_s", before_s)), count, err);
}

struct each {
	access_log_each *call;
	void *context;
};

static int give(void *context, const struct db_row *row, struct err *err)
{
	const struct each *each = context;
	const struct access_log_row out = {
	    .time_s = db_row_int(row, "time_s"),
	    .who = db_row_text(row, "who"),
	    .what = db_row_text(row, "what"),
	    .subject = db_row_text(row, "subject"),
	};

	return each->call(each->context, &out, err);
}

int access_log_list(struct db *db, const char *who, const char *subject,
    int64_t from_s, int64_t limit, access_log_each *call, void *context,
    struct err *err)
{
	struct each each = {call, context};

	return db_query(db, &list,
	    DB_PARAMS(DB_INT("from_s", from_s), DB_TEXT("who", who),
		DB_TEXT("subject", subject), DB_INT("limit", limit)),
	    give, &each, err);
}
