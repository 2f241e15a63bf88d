/*
 * Lists of notes: what stands, who said it when, and what follows from it.
 */
#include <stdlib.h>
#include <string.h>

#include "server/care/care.h"
#include "server/care/pmsmp.h"
#include "server/import/reference.h"
#include "shared/ledger.h"

struct listing {
	enum care_family family;
	const struct care_filter *filter;
	json_t *rows;
};

static bool is_wanted(const struct care_filter *filter, const char *day)
{
	return (filter->since == NULL || strcmp(day, filter->since) >= 0) &&
	       (filter->until == NULL || strcmp(day, filter->until) <= 0);
}

static int take_row(
    void *context, const struct record_row *row, struct err *err)
{
	struct listing *listing = context;
	struct record_key key;
	json_t *value = NULL;
	int rc;

	if ((rc = reference_value(&value, row, err)) < 0 || value == NULL)
		return rc;
	if ((rc = record_key_parse(&key, row->record, err)) < 0 ||
	    !is_wanted(listing->filter, care_day(listing->family, value))) {
		json_decref(value);
		return rc;
	}
	if (!json_put_text(
		value, "family", care_family_name(listing->family)) ||
	    !json_put_text(value, "id", key.part) ||
	    !json_put_text(value, "structure", row->structure) ||
	    !json_put_text(value, "worker", row->subject) ||
	    !json_put(value, "contested",
		json_boolean(strcmp(row->state, RECORD_CONTESTED) == 0))) {
		json_decref(value);
		return err_nomem(err);
	}
	return json_array_append_new(listing->rows, value) < 0 ? err_nomem(err)
	                                                       : 0;
}

/* ---- which revision stands ---- */

struct standing {
	json_t *row;
	int64_t revisions;
	char first[STAMP_TEXT];
	bool good;
};

static int note_revision(
    void *context, const struct entry_row *row, struct err *err)
{
	struct standing *standing = context;
	char hex[HASH_TEXT];

	(void)err;
	if (row->entry == NULL || row->fault[0] != '\0')
		return 0;
	if (standing->revisions++ == 0)
		text_copy(
		    standing->first, sizeof(standing->first), row->entry->at);
	if (!row->live)
		return 0;
	hash_hex(&row->hash, hex);
	standing->good =
	    json_put_text(standing->row, "hash", hex) &&
	    json_put_text(standing->row, "at", row->entry->at) &&
	    json_put_text(standing->row, "person", row->entry->person) &&
	    standing->good;
	return 0;
}

static int add_standing(struct db *db, enum care_family family, json_t *row,
    char first[STAMP_TEXT], struct err *err)
{
	struct standing standing = {.row = row, .good = true};
	char record[RECORD_KEY_MAX];
	int rc;

	record_key_make(record, care_family_name(family),
	    json_text(row, "worker"), json_text(row, "id"));
	if ((rc = ledger_history(db, json_text(row, "structure"), record,
		 note_revision, &standing, err)) < 0)
		return rc;
	memcpy(first, standing.first, STAMP_TEXT);
	if (standing.good && json_put_int(row, "revisions", standing.revisions))
		return 0;
	return err_nomem(err);
}

/* ---- what follows ---- */

static bool add_exit(json_t *row, const json_t *followups)
{
	json_t *done = json_object_get(followups, json_text(row, "id"));
	char due[DATE_TEXT];

	care_months_later(json_text(row, "day"), CARE_FOLLOWUP_MONTHS, due);
	return json_put_text(row, "followup_due", due) &&
	       json_put(row, "followup",
		   done != NULL ? json_incref(done) : json_null());
}

/* The stamp's own day: an hour or two either side of midnight weigh nothing
 * against a month. */
static bool add_late(json_t *row, const char *first)
{
	char limit[DATE_TEXT], entered[DATE_TEXT];

	text_copy(entered, sizeof(entered), first);
	care_months_later(json_text(row, "day"), CARE_EXIT_MONTHS, limit);
	return json_put(row, "late", json_boolean(strcmp(entered, limit) > 0));
}

static bool add_pmsmp(json_t *row)
{
	const struct pmsmp_stay stay = {care_days(json_text(row, "start")),
	    care_days(json_text(row, "end"))};

	return json_put_int(row, "days", pmsmp_days(&stay));
}

static int complete(struct office *office, const struct listing *listing,
    json_t *row, const json_t *followups, struct err *err)
{
	enum care_family family = listing->family;
	char first[STAMP_TEXT];
	int rc = 0;

	if (!listing->filter->bare)
		rc = add_standing(office->db, family, row, first, err);
	if (rc < 0)
		return rc;
	if ((family == CARE_EXIT && !add_exit(row, followups)) ||
	    (family == CARE_EXIT && !listing->filter->bare &&
		!add_late(row, first)) ||
	    (family == CARE_PMSMP && !add_pmsmp(row)))
		return err_nomem(err);
	return 0;
}

/* ---- in order ---- */

static int compare(const void *a, const void *b)
{
	const json_t *one = *(json_t *const *)a;
	const json_t *other = *(json_t *const *)b;
	static const char *const keys[] = {
	    "structure", "worker", "day", "start", "at", "id"};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		int order =
		    strcmp(json_text(one, keys[i]), json_text(other, keys[i]));

		if (order != 0)
			return order;
	}
	return 0;
}

static int sort_rows(json_t **rows, struct err *err)
{
	size_t count = json_array_size(*rows);
	json_t **items = calloc(count + 1, sizeof(*items));
	json_t *sorted = json_array();
	bool good = items != NULL && sorted != NULL;

	for (size_t i = 0; good && i < count; i++)
		items[i] = json_array_get(*rows, i);
	if (good && count > 1)
		qsort(items, count, sizeof(*items), compare);
	for (size_t i = 0; good && i < count; i++)
		good = json_array_append(sorted, items[i]) == 0;
	free(items);
	if (!good) {
		json_decref(sorted);
		return err_nomem(err);
	}
	json_decref(*rows);
	*rows = sorted;
	return 0;
}

static int collect(
    struct office *office, struct listing *listing, struct err *err)
{
	const struct care_filter *filter = listing->filter;
	const char *family = care_family_name(listing->family);

	if ((listing->rows = json_array()) == NULL)
		return err_nomem(err);
	if (filter->worker == NULL)
		return ledger_family(office->db, filter->structure, family,
		    take_row, listing, err);
	return ledger_subject(office->db, filter->structure, family,
	    filter->worker, take_row, listing, err);
}

/* What was noted six months later: exit to identity. */
static int read_followups(struct office *office,
    const struct care_filter *filter, json_t *out, struct err *err)
{
	const struct care_filter all = {
	    filter->structure, filter->worker, NULL, NULL, true};
	struct listing listing = {CARE_FOLLOWUP, &all, NULL};
	int rc = collect(office, &listing, err);

	for (size_t i = 0; rc == 0 && i < json_array_size(listing.rows); i++) {
		const json_t *row = json_array_get(listing.rows, i);

		if (!json_put_text(
			out, json_text(row, "exit"), json_text(row, "id")))
			rc = err_nomem(err);
	}
	json_decref(listing.rows);
	return rc;
}

int care_list(struct office *office, enum care_family family,
    const struct care_filter *filter, json_t **out, struct err *err)
{
	struct listing listing = {family, filter, NULL};
	json_t *followups = json_object();
	int rc;

	*out = NULL;
	if (followups == NULL)
		return err_nomem(err);
	if ((rc = collect(office, &listing, err)) < 0 ||
	    (family == CARE_EXIT &&
		(rc = read_followups(office, filter, followups, err)) < 0))
		goto out;
	for (size_t i = 0; rc == 0 && i < json_array_size(listing.rows); i++)
		rc = complete(office, &listing, json_array_get(listing.rows, i),
		    followups, err);
	if (rc == 0)
		rc = sort_rows(&listing.rows, err);
	if (rc == 0)
		*out = json_incref(listing.rows);
out:
	json_decref(listing.rows);
	json_decref(followups);
	return rc;
}
