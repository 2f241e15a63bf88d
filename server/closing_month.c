#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "server/plan.h"
#include "server/report.h"
#include "shared/kind.h"
#include "shared/ledger.h"

/* While the month's records are read. */
struct scan {
	struct closing_month *month;
	json_t *filled; /* "worker/day/slot": a value is there */
	/* The payable slot last read: another structure may have it too. */
	char place[RECORD_KEY_MAX];
	bool own;
	bool told;
};

void closing_month_clear(struct closing_month *month)
{
	json_decref(month->workers);
	json_decref(month->blockers);
	memset(month, 0, sizeof(*month));
}

/* The worker's member of month->workers, made when new; NULL when out of
 * memory. */
static json_t *worker_of(struct closing_month *month, const char *worker)
{
	json_t *found = json_object_get(month->workers, worker);

	if (found != NULL)
		return found;
	found =
	    json_pack("{s:{}, s:i, s:[]}", "kinds", "minutes", 0, "records");
	return json_put(month->workers, worker, found) ? found : NULL;
}

static int block(struct closing_month *month, const char *why,
    const char *worker, const char *day, const char *slot, struct err *err)
{
	if (worker_of(month, worker) != NULL &&
	    json_array_append_new(month->blockers,
		json_pack("{s:s, s:s, s:s, s:s}", "why", why, "worker", worker,
		    "day", day, "slot", slot)) == 0)
		return 0;
	return err_nomem(err);
}

/* ---- minutes, as the month's report counts them ---- */

static int take_report(
    struct closing_month *month, const json_t *rows, struct err *err)
{
	for (size_t i = 0; i < json_array_size(rows); i++) {
		json_t *row = json_array_get(rows, i);
		json_t *worker = worker_of(month, json_text(row, "worker"));

		if (worker == NULL ||
		    !json_put(worker, "kinds",
			json_incref(json_object_get(row, "kinds"))) ||
		    !json_put_int(
			worker, "minutes", json_int(row, "minutes", 0)))
			return err_nomem(err);
	}
	return 0;
}

static int count_minutes(
    struct closing_month *month, struct office *office, struct err *err)
{
	struct report *report = NULL;
	json_t *json = NULL;
	int rc;

	if ((rc = report_month(office, month->month, "worker", month->structure,
		 &report, err)) < 0 ||
	    (rc = report_json(report, &json, err)) < 0)
		goto out;
	rc = take_report(month, json_object_get(json, "rows"), err);
out:
	json_decref(json);
	report_free(report);
	return rc;
}

/* ---- what stands in the way ---- */

/* The report leaves out of payment what is payable under two structures;
 * here these slots are named. Rows of one slot follow one another. */
static int note_payable(struct scan *scan, const struct record_row *row,
    const char *place, bool own, struct err *err)
{
	const struct kind *kind = kind_by_slug(row->kind);

	if (strcmp(row->state, RECORD_MERGED) != 0 || kind == NULL ||
	    !kind->paid || row->minutes == 0)
		return 0;
	if (strcmp(scan->place, place) != 0) {
		text_copy(scan->place, sizeof(scan->place), place);
		scan->own = own;
		scan->told = false;
		return 0;
	}
	scan->own = scan->own || own;
	if (!scan->own || scan->told)
		return 0;
	scan->told = true;
	return block(
	    scan->month, "doubled", row->subject, row->day, row->slot, err);
}

static int note_own(struct scan *scan, const struct record_row *row,
    const char *place, struct err *err)
{
	json_t *worker = worker_of(scan->month, row->subject);

	if (worker == NULL ||
	    json_array_append_new(json_object_get(worker, "records"),
		json_string(row->record)) < 0)
		return err_nomem(err);
	if (strcmp(row->state, RECORD_VOID) == 0)
		return 0;
	if (!json_put(scan->filled, place, json_true()))
		return err_nomem(err);
	if (strcmp(row->state, RECORD_CONTESTED) == 0)
		return block(scan->month, "contested", row->subject, row->day,
		    row->slot, err);
	if (strcmp(row->state, RECORD_UNKNOWN) == 0)
		return block(scan->month, "unknown", row->subject, row->day,
		    row->slot, err);
	return 0;
}

static int note_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct scan *scan = context;
	bool own = strcmp(row->structure, scan->month->structure) == 0;
	char place[RECORD_KEY_MAX];
	int rc = 0;

	if (strcmp(row->state, RECORD_MATCHED) == 0 ||
	    strcmp(row->state, RECORD_EMPTY) == 0)
		return 0;
	(void)snprintf(place, sizeof(place), "%s/%s/%s", row->subject, row->day,
	    row->slot);
	if (own)
		rc = note_own(scan, row, place, err);
	return rc < 0 ? rc : note_payable(scan, row, place, own, err);
}

static int check_half(struct scan *scan, const char *worker, const char *day,
    const char *slot, struct err *err)
{
	char place[RECORD_KEY_MAX];

	(void)snprintf(place, sizeof(place), "%s/%s/%s", worker, day, slot);
	if (json_object_get(scan->filled, place) != NULL)
		return 0;
	return block(scan->month, "missing", worker, day, slot, err);
}

static int check_person(struct scan *scan, const struct plan *plan,
    const struct person *person, struct err *err)
{
	struct date first, last;
	int rc;

	if ((rc = date_parse(&first, scan->month->first, err)) < 0 ||
	    (rc = date_parse(&last, scan->month->last, err)) < 0)
		return rc;
	for (int64_t n = date_days(&first); rc == 0 && n <= date_days(&last);
	     n++) {
		struct date date = date_from_days(n);
		unsigned halves = plan_day(plan, person, &date);
		char day[DATE_TEXT];

		date_format(&date, day);
		if ((halves & PLAN_AM) != 0)
			rc = check_half(scan, person->id, day, "am", err);
		if (rc == 0 && (halves & PLAN_PM) != 0)
			rc = check_half(scan, person->id, day, "pm", err);
	}
	return rc;
}

static int find_missing(struct scan *scan, struct err *err)
{
	struct plan *plan = NULL;
	const struct people *people;
	int rc = plan_load(&plan, scan->month->db, scan->month->structure, err);

	if (rc < 0)
		return rc;
	people = plan_people(plan);
	for (size_t i = 0; rc == 0 && i < people_count(people); i++)
		rc = check_person(scan, plan, people_at(people, i), err);
	plan_free(plan);
	return rc;
}

static int compare_blockers(const void *a, const void *b)
{
	static const char *const keys[] = {"worker", "day", "slot", "why"};
	const json_t *one = *(json_t *const *)a, *other = *(json_t *const *)b;
	int order = 0;

	for (size_t i = 0; order == 0 && i < sizeof(keys) / sizeof(keys[0]);
	     i++)
		order =
		    strcmp(json_text(one, keys[i]), json_text(other, keys[i]));
	return order;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(json_string_value(*(json_t *const *)a),
	    json_string_value(*(json_t *const *)b));
}

/* The same items in order; own it, NULL when out of memory. */
static json_t *sorted(
    const json_t *list, int (*compare)(const void *, const void *))
{
	size_t count = json_array_size(list);
	json_t **items = calloc(count + 1, sizeof(*items));
	json_t *out = json_array();
	bool done = items != NULL && out != NULL;

	for (size_t i = 0; done && i < count; i++)
		items[i] = json_array_get(list, i);
	if (done)
		qsort(items, count, sizeof(*items), compare);
	for (size_t i = 0; done && i < count; i++)
		done = json_array_append(out, items[i]) == 0;
	free(items);
	if (done)
		return out;
	json_decref(out);
	return NULL;
}

/* By worker, day, slot: what was found in three passes reads as one. */
static int sort_blockers(struct closing_month *month, struct err *err)
{
	json_t *list = sorted(month->blockers, compare_blockers);

	if (list == NULL)
		return err_nomem(err);
	json_decref(month->blockers);
	month->blockers = list;
	return 0;
}

json_t *closing_keys(const json_t *object)
{
	json_t *keys = json_array(), *list = NULL;
	bool done = keys != NULL;
	const char *key;
	json_t *unused;

	json_object_foreach((json_t *)(uintptr_t)object, key, unused)
	{
		done =
		    done && json_array_append_new(keys, json_string(key)) == 0;
	}
	if (done)
		list = sorted(keys, compare_texts);
	json_decref(keys);
	return list;
}

int closing_month_read(struct closing_month *out, struct office *office,
    const char *structure, const char *month, struct err *err)
{
	struct scan scan = {.month = out};
	int rc;

	memset(out, 0, sizeof(*out));
	out->db = office->db;
	text_copy(out->structure, sizeof(out->structure), structure);
	out->workers = json_object();
	out->blockers = json_array();
	scan.filled = json_object();
	if (out->workers == NULL || out->blockers == NULL ||
	    scan.filled == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = date_parse_month(month, out->first, out->last, err)) < 0)
		goto out;
	text_copy(out->month, sizeof(out->month), out->first);
	if ((rc = count_minutes(out, office, err)) < 0 ||
	    (rc = ledger_days(out->db, NULL, "hours", out->first, out->last,
		 note_slot, &scan, err)) < 0 ||
	    (rc = find_missing(&scan, err)) < 0)
		goto out;
	rc = sort_blockers(out, err);
out:
	json_decref(scan.filled);
	return rc;
}

json_t *closing_count(const json_t *blockers)
{
	json_t *counts = json_pack("{s:i, s:i, s:i, s:i}", "contested", 0,
	    "doubled", 0, "missing", 0, "unknown", 0);

	for (size_t i = 0; i < json_array_size(blockers); i++) {
		const char *why = json_text(json_array_get(blockers, i), "why");

		if (!json_put_int(counts, why, json_int(counts, why, 0) + 1)) {
			json_decref(counts);
			return NULL;
		}
	}
	return counts;
}

bool closing_add_kinds(json_t *sums, const json_t *kinds)
{
	const char *kind;
	json_t *minutes;

	json_object_foreach((json_t *)(uintptr_t)kinds, kind, minutes)
	{
		if (!json_put_int(sums, kind,
			json_int(sums, kind, 0) + json_integer_value(minutes)))
			return false;
	}
	return true;
}
