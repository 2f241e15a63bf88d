#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/closing_part.h"
#include "server/import/reference.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* While the month's records are read. */
struct scan {
	struct closing_month *month;
	json_t *filled;  /* "worker/day/slot": a value is there */
	json_t *doubled; /* "worker/day/slot": payable elsewhere too */
	/* While a worker's hours elsewhere are looked for. */
	const char *worker;
	bool elsewhere;
};

void closing_month_clear(struct closing_month *month)
{
	json_decref(month->workers);
	json_decref(month->blockers);
	plan_free(month->plan);
	memset(month, 0, sizeof(*month));
}

/* The worker's member of month->workers, made when new; NULL when out of
 * memory. */
static json_t *worker_of(struct closing_month *month, const char *worker)
{
	json_t *found = json_object_get(month->workers, worker);

	if (found != NULL)
		return found;
	found = json_pack("{s:{}, s:i, s:[], s:{}}", "kinds", "minutes", 0,
	    "records", "shares");
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

static bool is_payable(const struct record_row *row)
{
	const struct kind *kind = kind_by_slug(row->kind);

	return strcmp(row->state, RECORD_MERGED) == 0 && kind != NULL &&
	       kind->paid && row->minutes > 0;
}

static void place_key(char out[RECORD_KEY_MAX], const char *worker,
    const char *day, const char *slot)
{
	(void)snprintf(out, RECORD_KEY_MAX, "%s/%s/%s", worker, day, slot);
}

/* ---- paid by another structure too ---- */

static int note_home(
    void *context, const struct record_row *row, struct err *err)
{
	struct scan *scan = context;

	(void)err;
	if (strcmp(row->structure, scan->month->structure) != 0)
		scan->elsewhere = true;
	return 0;
}

static int note_elsewhere(
    void *context, const struct record_row *row, struct err *err)
{
	struct scan *scan = context;
	char place[RECORD_KEY_MAX];

	if (strcmp(row->structure, scan->month->structure) == 0 ||
	    !is_payable(row))
		return 0;
	place_key(place, row->subject, row->day, row->slot);
	return json_put(scan->doubled, place, json_true()) ? 0 : err_nomem(err);
}

/* Few workers are in two structures: only their hours elsewhere are read. */
static int find_doubles(struct scan *scan, struct err *err)
{
	struct db *db = scan->month->db;
	const struct people *people = plan_people(scan->month->plan);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < people_count(people); i++) {
		const char *id = people_at(people, i)->id;

		scan->elsewhere = false;
		rc = ledger_subject(
		    db, NULL, "worker", id, note_home, scan, err);
		if (rc == 0 && scan->elsewhere)
			rc = ledger_worker_month(db, id, scan->month->month,
			    note_elsewhere, scan, err);
	}
	return rc;
}

/* ---- the month's own records ---- */

/* The part of a worker's month under one contract and annex. */
static json_t *share_of(const struct closing_month *month, json_t *worker,
    const struct record_row *row)
{
	const struct contracts *contracts = plan_contracts(month->plan);
	const json_t *contract =
	    contracts_on(contracts, month->structure, row->subject, row->day);

	return closing_share(json_object_get(worker, "shares"),
	    json_text(contract, "id"),
	    contracts_annex(contracts, month->structure,
		json_object_get(contract, "value"), row->day));
}

static int count_slot(struct closing_month *month, json_t *worker,
    const struct record_row *row, struct err *err)
{
	json_t *share = share_of(month, worker, row);
	json_t *kinds = json_object_get(worker, "kinds");
	json_t *parts = json_object_get(share, "kinds");
	const struct kind *kind = kind_by_slug(row->kind);
	bool asp = kind != NULL && (kind->asp & (unsigned)month->kind) != 0;

	if (share == NULL ||
	    !json_put_int(kinds, row->kind,
		json_int(kinds, row->kind, 0) + row->minutes) ||
	    !json_put_int(parts, row->kind,
		json_int(parts, row->kind, 0) + row->minutes) ||
	    (asp && !json_put_int(share, "asp",
			json_int(share, "asp", 0) + row->minutes)) ||
	    (is_payable(row) &&
		!json_put_int(worker, "minutes",
		    json_int(worker, "minutes", 0) + row->minutes)))
		return err_nomem(err);
	return 0;
}

static int note_value(struct scan *scan, json_t *worker, const char *place,
    const struct record_row *row, struct err *err)
{
	struct closing_month *month = scan->month;

	if (!json_put(scan->filled, place, json_true()))
		return err_nomem(err);
	if (strcmp(row->state, RECORD_CONTESTED) == 0)
		return block(
		    month, "contested", row->subject, row->day, row->slot, err);
	if (strcmp(row->state, RECORD_UNKNOWN) == 0)
		return block(
		    month, "unknown", row->subject, row->day, row->slot, err);
	if (strcmp(row->state, RECORD_MERGED) != 0)
		return 0;
	if (is_payable(row) && json_object_get(scan->doubled, place) != NULL)
		return block(
		    month, "doubled", row->subject, row->day, row->slot, err);
	return count_slot(month, worker, row, err);
}

/* Each record becomes one line; the hash chains them. */
static bool chain(struct hash *hash, const struct record_row *row)
{
	struct buf line = BUF_INIT;
	bool done;

	buf_add(&line, hash->bytes, HASH_LEN);
	buf_printf(&line, "%s\n%s\n%s\n%" PRId64 "\n", row->record, row->state,
	    row->value, row->live);
	done = !line.failed;
	if (done)
		hash_of(hash, line.data, line.len);
	buf_free(&line);
	return done;
}

static int note_slot(
    void *context, const struct record_row *row, struct err *err)
{
	struct scan *scan = context;
	char place[RECORD_KEY_MAX];
	json_t *worker;

	if (strcmp(row->state, RECORD_MATCHED) == 0 ||
	    strcmp(row->state, RECORD_EMPTY) == 0)
		return 0;
	worker = worker_of(scan->month, row->subject);
	if (worker == NULL || !chain(&scan->month->records, row) ||
	    json_array_append_new(json_object_get(worker, "records"),
		json_string(row->record)) < 0)
		return err_nomem(err);
	if (strcmp(row->state, RECORD_VOID) == 0)
		return 0;
	place_key(place, row->subject, row->day, row->slot);
	return note_value(scan, worker, place, row, err);
}

static int check_half(struct scan *scan, const char *worker, const char *day,
    const char *slot, struct err *err)
{
	char place[RECORD_KEY_MAX];

	place_key(place, worker, day, slot);
	if (json_object_get(scan->filled, place) != NULL)
		return 0;
	return block(scan->month, "missing", worker, day, slot, err);
}

static int check_person(
    struct scan *scan, const struct person *person, struct err *err)
{
	struct date first, last;
	int rc;

	if ((rc = date_parse(&first, scan->month->first, err)) < 0 ||
	    (rc = date_parse(&last, scan->month->last, err)) < 0)
		return rc;
	for (int64_t n = date_days(&first); rc == 0 && n <= date_days(&last);
	     n++) {
		struct date date = date_from_days(n);
		unsigned halves = plan_day(scan->month->plan, person, &date);
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
	const struct people *people = plan_people(scan->month->plan);
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < people_count(people); i++)
		rc = check_person(scan, people_at(people, i), err);
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

static int take_kind(
    void *context, const struct record_row *row, struct err *err)
{
	int *kind = context;
	json_t *value;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	*kind = structure_kind_find(json_text(value, "kind"));
	json_decref(value);
	return 0;
}

/* Its kind, 0 when it is none of ours. */
static int find_structure(struct closing_month *out, struct err *err)
{
	char record[RECORD_KEY_MAX];
	bool found;
	int rc;

	record_key_make(record, "structure", out->structure, NULL);
	rc = ledger_record(out->db, out->structure, record, take_kind,
	    &out->kind, &found, err);
	if (rc < 0 || found)
		return rc;
	return err_set(err, E_NOT_FOUND,
	    L("structure « %.60s » inconnue : vérifiez l'identifiant",
		"unknown structure \"%.60s\": check the identifier"),
	    out->structure);
}

static int read_month(struct scan *scan, struct err *err)
{
	struct closing_month *out = scan->month;
	int rc;

	if ((rc = plan_load(&out->plan, out->db, out->structure, err)) < 0 ||
	    (rc = find_doubles(scan, err)) < 0 ||
	    (rc = ledger_days(out->db, out->structure, "hours", out->first,
		 out->last, note_slot, scan, err)) < 0 ||
	    (rc = find_missing(scan, err)) < 0)
		return rc;
	return sort_blockers(out, err);
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
	scan.doubled = json_object();
	if (out->workers == NULL || out->blockers == NULL ||
	    scan.filled == NULL || scan.doubled == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = date_parse_month(month, out->first, out->last, err)) < 0)
		goto out;
	text_copy(out->month, sizeof(out->month), out->first);
	if ((rc = find_structure(out, err)) == 0)
		rc = read_month(&scan, err);
out:
	json_decref(scan.filled);
	json_decref(scan.doubled);
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

json_t *closing_share(json_t *shares, const char *contract, const char *annex)
{
	char key[2 * TEXT_ID_MAX + 2];
	json_t *found;

	(void)snprintf(key, sizeof(key), "%s/%s", contract, annex);
	if ((found = json_object_get(shares, key)) != NULL)
		return found;
	found = json_pack("{s:s, s:s, s:{}, s:i}", "contract", contract,
	    "annex", annex, "kinds", "asp", 0);
	return json_put(shares, key, found) ? found : NULL;
}

json_t *closing_shares_list(const json_t *shares)
{
	json_t *order = closing_keys(shares), *list = json_array();
	bool done = order != NULL && list != NULL;

	for (size_t i = 0; done && i < json_array_size(order); i++)
		done =
		    json_array_append(list,
			json_object_get(shares,
			    json_string_value(json_array_get(order, i)))) == 0;
	json_decref(order);
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

bool closing_month_sum(const struct closing_month *month, char out[HASH_TEXT])
{
	struct buf text = BUF_INIT;
	struct hash hash;
	bool done;

	buf_add(&text, month->records.bytes, HASH_LEN);
	json_write_sorted(&text, month->workers);
	json_write_sorted(&text, month->blockers);
	done = !text.failed;
	if (done) {
		hash_of(&hash, text.data, text.len);
		hash_hex(&hash, out);
	}
	buf_free(&text);
	return done;
}

int64_t closing_asp_minutes(const json_t *kinds, unsigned structure_kind)
{
	int64_t minutes = 0;
	const char *slug;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)kinds, slug, value)
	{
		const struct kind *kind = kind_by_slug(slug);

		if (kind != NULL && (kind->asp & structure_kind) != 0)
			minutes += json_integer_value(value);
	}
	return minutes;
}
