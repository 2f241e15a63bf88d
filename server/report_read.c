#include <string.h>

#include "server/report_part.h"
#include "shared/kind.h"
#include "shared/ledger.h"
#include "shared/ledger_month.h"

/* ---- a slot ---- */

static bool is_payable(const struct report_slot *slot)
{
	const struct kind *kind = kind_by_slug(slot->kind);

	return kind != NULL && kind->paid && slot->minutes > 0;
}

static bool is_counted(
    const struct report_reading *reading, const char *structure)
{
	if (reading->signer != NULL && !signer_may(reading->signer, structure))
		return false;
	return reading->structure == NULL ||
	       strcmp(reading->structure, structure) == 0;
}

static int count(struct report_reading *reading, const struct report_slot *slot,
    bool contested, struct err *err)
{
	struct report *report = reading->report;
	struct report_row *row;
	int rc;

	if (!is_counted(reading, slot->structure))
		return 0;
	if ((rc = report_row_find(reading, slot, &row, err)) < 0)
		return rc;
	if (contested) {
		row->contested++;
		report->contested++;
		return 0;
	}
	if (!json_put_int(row->kinds, slot->kind,
		json_int(row->kinds, slot->kind, 0) + slot->minutes))
		return err_nomem(err);
	if (is_payable(slot)) {
		row->minutes += slot->minutes;
		report->minutes += slot->minutes;
	}
	return 0;
}

/* ---- the same slot under two structures ---- */

static int settle(struct report_reading *reading, struct err *err)
{
	int rc = 0;

	if (reading->is_waiting)
		rc = count(reading, &reading->waiting, reading->doubled, err);
	reading->is_waiting = false;
	reading->doubled = false;
	return rc;
}

static bool is_same_slot(
    const struct report_slot *a, const struct report_slot *b)
{
	return strcmp(a->worker, b->worker) == 0 &&
	       strcmp(a->day, b->day) == 0 && strcmp(a->slot, b->slot) == 0;
}

static bool keep_text(
    struct report_reading *reading, const char *key, const char **text)
{
	if (!json_put_text(reading->texts, key, *text))
		return false;
	*text = json_text(reading->texts, key);
	return true;
}

static int hold(struct report_reading *reading, const struct report_slot *slot,
    struct err *err)
{
	struct report_slot *waiting = &reading->waiting;

	*waiting = *slot;
	if (!keep_text(reading, "structure", &waiting->structure) ||
	    !keep_text(reading, "worker", &waiting->worker) ||
	    !keep_text(reading, "day", &waiting->day) ||
	    !keep_text(reading, "slot", &waiting->slot) ||
	    !keep_text(reading, "kind", &waiting->kind) ||
	    !keep_text(reading, "site", &waiting->site) ||
	    !keep_text(reading, "activity", &waiting->activity))
		return err_nomem(err);
	reading->is_waiting = true;
	return 0;
}

static int take_merged(struct report_reading *reading,
    const struct report_slot *slot, struct err *err)
{
	int rc;

	if (!is_payable(slot))
		return count(reading, slot, false, err);
	if (reading->is_waiting && is_same_slot(&reading->waiting, slot)) {
		reading->doubled = true;
		return count(reading, slot, true, err);
	}
	rc = settle(reading, err);
	return rc < 0 ? rc : hold(reading, slot, err);
}

static int take(void *context, const struct record_row *row, struct err *err)
{
	struct report_reading *reading = context;
	const struct report_slot slot = {
	    .structure = row->structure,
	    .worker = row->subject,
	    .day = row->day,
	    .slot = row->slot,
	    .kind = row->kind,
	    .site = row->site,
	    .activity = row->activity,
	    .minutes = row->minutes,
	};
	bool known =
	    people_find(reading->people, row->structure, row->subject) != NULL;
	bool contested = strcmp(row->state, RECORD_CONTESTED) == 0;

	if (reading->passing &&
	    json_object_get(reading->shared, row->subject) != NULL)
		return 0;
	if (strcmp(row->state, RECORD_UNKNOWN) == 0 || (contested && !known)) {
		if (is_counted(reading, row->structure))
			reading->report->unknown++;
		return 0;
	}
	if (contested)
		return count(reading, &slot, true, err);
	if (strcmp(row->state, RECORD_MERGED) == 0)
		return take_merged(reading, &slot, err);
	return 0;
}

/* ---- who works under two structures ---- */

static int note_shared(void *context, const char *worker, struct err *err)
{
	struct report_reading *reading = context;

	return json_put(reading->shared, worker, json_true()) ? 0
	                                                      : err_nomem(err);
}

static int note_elsewhere(
    void *context, const struct record_row *row, struct err *err)
{
	struct report_reading *reading = context;

	return strcmp(row->structure, reading->structure) == 0
	           ? 0
	           : note_shared(reading, row->subject, err);
}

static int note_worker(
    void *context, const struct month_total *total, struct err *err)
{
	(void)err;
	return json_put(context, total->worker, json_true()) ? 0
	                                                     : err_nomem(err);
}

/* Of one structure: which of its workers are on another's lists too. */
static int find_elsewhere(struct report_reading *reading, struct db *db,
    const char *month, struct err *err)
{
	json_t *workers = json_object(), *unused;
	const char *worker;
	int rc = workers == NULL
	             ? err_nomem(err)
	             : ledger_month_totals(db, month, reading->structure,
			   note_worker, workers, err);

	json_object_foreach(workers, worker, unused)
	{
		const char *family =
		    record_is_newcomer(worker) ? "newcomer" : "worker";

		if (rc == 0)
			rc = ledger_subject(db, NULL, family, worker,
			    note_elsewhere, reading, err);
	}
	json_decref(workers);
	return rc;
}

static int find_shared(struct report_reading *reading, struct db *db,
    const char *month, struct err *err)
{
	if (reading->structure != NULL)
		return find_elsewhere(reading, db, month, err);
	return ledger_month_shared(db, month, note_shared, reading, err);
}

/* Slot by slot, structure beside structure. */
static int read_shared(struct report_reading *reading, struct db *db,
    const char *month, struct err *err)
{
	const char *worker;
	json_t *unused;
	int rc = 0;

	reading->passing = false;
	json_object_foreach(reading->shared, worker, unused)
	{
		if (rc == 0)
			rc = ledger_worker_month(
			    db, worker, month, take, reading, err);
	}
	return rc < 0 ? rc : settle(reading, err);
}

/* ---- everybody else ---- */

/* One kind of one worker's month. */
static int take_total(
    void *context, const struct month_total *total, struct err *err)
{
	struct report_reading *reading = context;
	struct report *report = reading->report;
	const struct report_slot slot = {.structure = total->structure,
	    .worker = total->worker,
	    .day = "",
	    .slot = "",
	    .kind = total->kind,
	    .site = "",
	    .activity = "",
	    .minutes = total->minutes};
	bool known = people_find(reading->people, total->structure,
			 total->worker) != NULL;
	struct report_row *row;
	int rc;

	if (!is_counted(reading, total->structure) ||
	    json_object_get(reading->shared, total->worker) != NULL)
		return 0;
	report->unknown += total->unknown + (known ? 0 : total->contested);
	if (total->slots > 0 && (rc = count(reading, &slot, false, err)) < 0)
		return rc;
	if (!known || total->contested == 0)
		return 0;
	if ((rc = report_row_find(reading, &slot, &row, err)) < 0)
		return rc;
	row->contested += total->contested;
	report->contested += total->contested;
	return 0;
}

/* Where sites, crews or activities tell slots apart, each is read. */
static int read_slots(struct report_reading *reading, struct db *db,
    const char *first, const char *last, struct err *err)
{
	int rc;

	reading->passing = true;
	rc = ledger_days(
	    db, reading->structure, "hours", first, last, take, reading, err);
	return rc < 0 ? rc : settle(reading, err);
}

int report_read(struct report_reading *reading, struct db *db,
    const char *first, const char *last, struct err *err)
{
	enum dimension by = reading->report->by;
	const char *month = reading->report->month;
	int rc = find_shared(reading, db, month, err);

	if (rc < 0)
		return rc;
	if (by == BY_WORKER || by == BY_STRUCTURE)
		rc = ledger_month_totals(
		    db, month, reading->structure, take_total, reading, err);
	else
		rc = read_slots(reading, db, first, last, err);
	return rc < 0 ? rc : read_shared(reading, db, month, err);
}
