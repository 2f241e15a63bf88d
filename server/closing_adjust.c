#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/act.h"
#include "server/closing_part.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* The first month after ${gap}'s that is not closed. */
static int find_open(
    const struct closing_gap *gap, char out[MONTH_TEXT], struct err *err)
{
	char first[DATE_TEXT], last[DATE_TEXT];
	bool made = true;
	int rc = 0;

	text_copy(last, sizeof(last), gap->now.last);
	while (rc == 0 && made) {
		struct date date;

		if ((rc = date_parse(&date, last, err)) < 0)
			return rc;
		date = date_from_days(date_days(&date) + 1);
		date_format(&date, first);
		text_copy(out, MONTH_TEXT, first);
		if ((rc = date_parse_month(out, first, last, err)) == 0)
			rc = closing_is_made(
			    gap->now.db, gap->now.structure, out, &made, err);
	}
	return rc;
}

struct counting {
	const char *worker;
	int64_t highest;
};

static int note_number(
    void *context, const struct record_row *row, struct err *err)
{
	struct counting *counting = context;
	struct record_key key;
	int64_t number;

	if (record_key_parse(&key, row->record, err) < 0 ||
	    strcmp(key.part, counting->worker) != 0)
		return 0;
	number = strtoll(key.slot, NULL, 10);
	if (number > counting->highest)
		counting->highest = number;
	return 0;
}

/* "adjust/<month>/<worker>/<n>", n being free. */
static int new_record(const struct closing_gap *gap, const char *worker,
    char record[RECORD_KEY_MAX], struct err *err)
{
	struct counting counting = {worker, 0};
	int rc = ledger_subject(gap->now.db, gap->now.structure, ADJUST_FAMILY,
	    gap->now.month, note_number, &counting, err);

	(void)snprintf(record, RECORD_KEY_MAX, "%s/%s/%s/%lld", ADJUST_FAMILY,
	    gap->now.month, worker, (long long)counting.highest + 1);
	return rc;
}

/* What the approval settles; "" while something is undecided. False: out of
 * memory. */
static bool settled_sum(const struct closing_gap *gap, char out[HASH_TEXT])
{
	if (!closing_month_sum(&gap->now, out))
		return false;
	for (size_t i = 0; i < json_array_size(gap->proposals); i++) {
		const json_t *item = json_array_get(gap->proposals, i);

		if (json_is_true(json_object_get(item, "undecided")))
			out[0] = '\0';
	}
	return true;
}

static int approve(struct act *act, const struct closing_gap *gap,
    const json_t *proposal, const char *open, const char *reason,
    struct err *err)
{
	char sum[HASH_TEXT];
	char record[RECORD_KEY_MAX];
	struct entry_draft draft = {
	    .kind = ADJUST_FAMILY,
	    .structure = gap->now.structure,
	    .record = record,
	    .reason = reason,
	};
	json_t *value = json_clone(proposal);
	int rc;

	if (value == NULL || !settled_sum(gap, sum) ||
	    json_object_del(value, "undecided") < 0 ||
	    !json_put_text(value, "month", gap->now.month) ||
	    !json_put_text(value, "closing", gap->past.hex) ||
	    !json_put_text(value, "open", open) ||
	    (sum[0] != '\0' && !json_put_text(value, "sum", sum))) {
		rc = err_nomem(err);
		goto out;
	}
	draft.value = value;
	if ((rc = new_record(
		 gap, json_text(proposal, "worker"), record, err)) == 0)
		rc = act_add(act, &draft, err);
out:
	json_decref(value);
	return rc;
}

static int approve_all(struct act *act, const struct closing_gap *gap,
    const char *reason, struct err *err)
{
	char open[MONTH_TEXT];
	int rc;

	if (gap->past.contested) {
		return err_set(err, E_CONFLICT,
		    L("deux clôtures du mois %s se font face : rouvrez-le "
		      "(« month reopen »)",
			"two closings of month %s stand side by side: reopen "
			"it (\"month reopen\")"),
		    gap->now.month);
	}
	if ((rc = find_open(gap, open, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < json_array_size(gap->proposals);
	     i++) {
		const json_t *proposal = json_array_get(gap->proposals, i);

		if (!json_is_true(json_object_get(proposal, "undecided")))
			rc = approve(act, gap, proposal, open, reason, err);
	}
	return rc;
}

static int check_seen(
    const struct closing_gap *gap, const char *seen, struct err *err)
{
	char now[CLOSING_SEEN_TEXT];

	if (!closing_gap_seen(gap, now))
		return err_nomem(err);
	return closing_seen_check(
	    seen, now, gap->now.structure, gap->now.month, err);
}

int closing_adjust(struct office *office, const char *structure,
    const char *month, const char *reason, const char *seen, int64_t *written,
    struct err *err)
{
	struct closing_gap gap = {0};
	struct act act;
	int rc;

	if (written != NULL)
		*written = 0;
	if ((rc = text_check_name(
		 L("motif", "reason"), reason, TEXT_NOTE_MAX, err)) < 0 ||
	    (rc = act_begin(&act, office, err)) < 0)
		return rc;
	if ((rc = closing_gap_read(
		 &gap, office, structure, month, CLOSING_GAP_ALL, err)) == 0 &&
	    (rc = check_seen(&gap, seen, err)) == 0)
		rc = approve_all(&act, &gap, reason, err);
	if (rc == 0)
		rc = act_commit(&act, err);
	else
		act_abort(&act);
	if (rc == 0 && written != NULL)
		*written = act.entries;
	closing_gap_clear(&gap);
	return rc;
}
