#include "server/journal/access_note.h"
#include "server/store/access_log.h"
#include "shared/date.h"
#include "shared/text.h"

/* The first second of the same day a year before. */
static int64_t year_before(int64_t now_s)
{
	struct date date = date_from_days(now_s / 86400);

	date = date_add_months(&date, -ACCESS_LOG_MONTHS);
	return date_days(&date) * 86400;
}

int access_note(struct office *office, const char *who, const char *what,
    const char *subject, struct err *err)
{
	int64_t now_s = os_now_s(office->os);
	int rc;

	if (text_check_id(subject, NULL) < 0)
		return 0;
	if ((rc = db_begin(office->db, err)) < 0)
		return rc;
	if ((rc = access_log_forget(
		 office->db, year_before(now_s), NULL, err)) < 0 ||
	    (rc = access_log_put(office->db, now_s, who, what, subject, err)) <
		0 ||
	    (rc = db_commit(office->db, err)) < 0)
		db_rollback(office->db);
	return rc;
}

static int add_row(
    void *context, const struct access_log_row *row, struct err *err)
{
	char at[STAMP_TEXT];

	stamp_format(row->time_s, at);
	return json_array_append_new(context,
		   json_pack("{s:s,s:s,s:s,s:s}", "at", at, "who", row->who,
		       "what", row->what, "worker", row->subject)) < 0
	           ? err_nomem(err)
	           : 0;
}

int access_json(struct office *office, const char *who, const char *worker,
    int64_t limit, json_t **out, struct err *err)
{
	json_t *rows = json_array();
	int rc;

	if (rows == NULL)
		return err_nomem(err);
	/* What is over is not shown either, though nobody has read since. */
	if ((rc = access_log_list(office->db, who, worker,
		 year_before(os_now_s(office->os)), limit, add_row, rows,
		 err)) < 0)
		json_decref(rows);
	else
		*out = rows;
	return rc;
}
