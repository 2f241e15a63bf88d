#include <string.h>

#include "server/closing_part.h"
#include "shared/hours.h"
#include "shared/ledger.h"

void closing_gap_clear(struct closing_gap *gap)
{
	closing_month_clear(&gap->now);
	closing_past_clear(&gap->past);
	json_decref(gap->entries);
	json_decref(gap->proposals);
	memset(gap, 0, sizeof(*gap));
}

/* ---- which entries are covered ---- */

struct ancestors {
	json_t *covered;
	bool grew;
};

static int cover_parents(
    void *context, const struct entry_row *row, struct err *err)
{
	struct ancestors *ancestors = context;
	char hex[HASH_TEXT];

	(void)err;
	hash_hex(&row->hash, hex);
	if (row->entry == NULL ||
	    json_object_get(ancestors->covered, hex) == NULL)
		return 0;
	for (size_t i = 0; i < row->entry->parent_count; i++) {
		hash_hex(&row->entry->parents[i], hex);
		if (json_object_get(ancestors->covered, hex) != NULL)
			continue;
		ancestors->grew = true;
		if (!json_put(ancestors->covered, hex, json_true()))
			return err_nomem(err);
	}
	return 0;
}

/* What a covered entry superseded is covered, also when it comes later. */
static int cover_ancestors(
    struct closing_gap *gap, const char *record, struct err *err)
{
	struct ancestors ancestors = {.covered = gap->past.covered};
	int rc;

	do {
		ancestors.grew = false;
		rc = ledger_history(gap->now.db, gap->now.structure, record,
		    cover_parents, &ancestors, err);
	} while (rc == 0 && ancestors.grew);
	return rc;
}

/* ---- the entries that are not ---- */

struct uncovered {
	struct closing_gap *gap;
	struct record_key key;
	json_t *heads; /* borrowed: of the worker's proposal */
};

static json_t *entry_json(const struct uncovered *uncovered,
    const struct entry_row *row, const char *hex)
{
	bool is_void = strcmp(row->value, ENTRY_VOID) == 0;
	struct hours hours;

	hours_read(&hours, is_void ? NULL : row->entry->value);
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:i, s:s, s:s, s:s, s:s}",
	    "hash", hex, "worker", uncovered->key.subject, "day",
	    uncovered->key.part, "slot", uncovered->key.slot, "void", is_void,
	    "minutes", is_void ? 0 : hours.minutes, "kind",
	    is_void ? "" : hours.kind, "device", row->entry->device, "person",
	    row->entry->person, "at", row->entry->at);
}

static int note_uncovered(
    void *context, const struct entry_row *row, struct err *err)
{
	struct uncovered *uncovered = context;
	struct closing_gap *gap = uncovered->gap;
	char hex[HASH_TEXT];

	hash_hex(&row->hash, hex);
	if (row->entry == NULL || row->value == NULL || row->fault[0] != '\0' ||
	    json_object_get(gap->past.covered, hex) != NULL)
		return 0;
	if (json_array_append_new(
		gap->entries, entry_json(uncovered, row, hex)) < 0)
		return err_nomem(err);
	if (!row->live)
		return 0;
	if (json_array_append_new(uncovered->heads, json_string(hex)) < 0)
		return err_nomem(err);
	return 0;
}

static int note_contested(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	*(bool *)context = strcmp(row->state, RECORD_CONTESTED) == 0;
	return 0;
}

/* Add the record's uncovered heads to ${heads}; set ${*undecided} when there
 * are some and they are contested. */
static int read_record(struct closing_gap *gap, const char *record,
    json_t *heads, bool *undecided, struct err *err)
{
	struct uncovered uncovered = {.gap = gap, .heads = heads};
	size_t before = json_array_size(heads);
	bool contested = false;
	int rc;

	if ((rc = record_key_parse(&uncovered.key, record, err)) < 0 ||
	    (rc = cover_ancestors(gap, record, err)) < 0 ||
	    (rc = ledger_history(gap->now.db, gap->now.structure, record,
		 note_uncovered, &uncovered, err)) < 0 ||
	    (rc = ledger_record(gap->now.db, gap->now.structure, record,
		 note_contested, &contested, NULL, err)) < 0)
		return rc;
	if (contested && json_array_size(heads) > before)
		*undecided = true;
	return 0;
}

/* ---- proposals ---- */

/* Append {"kind","before","after"} for each kind whose minutes differ. */
static bool differ(json_t *list, const json_t *before, const json_t *after)
{
	json_t *all = json_object(), *order = NULL;
	bool done = closing_add_kinds(all, before) &&
	            closing_add_kinds(all, after) &&
	            (order = closing_keys(all)) != NULL;

	for (size_t i = 0; done && i < json_array_size(order); i++) {
		const char *kind = json_string_value(json_array_get(order, i));
		json_int_t was = json_int(before, kind, 0);
		json_int_t is = json_int(after, kind, 0);

		if (was != is)
			done = json_array_append_new(list,
				   json_pack("{s:s, s:I, s:I}", "kind", kind,
				       "before", was, "after", is)) == 0;
	}
	json_decref(order);
	json_decref(all);
	return done;
}

static bool differ_share(
    json_t *list, const json_t *before, const json_t *after)
{
	const json_t *some = after != NULL ? after : before;
	json_t *kinds = json_array();
	bool done =
	    kinds != NULL && differ(kinds, json_object_get(before, "kinds"),
				 json_object_get(after, "kinds"));

	if (done && json_array_size(kinds) > 0)
		done =
		    json_array_append_new(list,
			json_pack("{s:s, s:s, s:O, s:I, s:I}", "contract",
			    json_text(some, "contract"), "annex",
			    json_text(some, "annex"), "kinds", kinds, "before",
			    (json_int_t)json_int(before, "asp", 0), "after",
			    (json_int_t)json_int(after, "asp", 0))) == 0;
	json_decref(kinds);
	return done;
}

/* What changes under each contract and annex. Own it; NULL: no memory. */
static json_t *differ_shares(const struct closing_gap *gap, const char *worker,
    const json_t *was, const json_t *is)
{
	json_t *before = closing_settle(plan_contracts(gap->now.plan),
	    gap->now.structure, worker, json_object_get(was, "shares"),
	    gap->now.first, gap->now.last);
	const json_t *after = json_object_get(is, "shares");
	json_t *all = json_object(), *order = NULL, *list = json_array();
	bool done = list != NULL && before != NULL &&
	            json_object_update(all, before) == 0 &&
	            (after == NULL || json_object_update(all,
					  (json_t *)(uintptr_t)after) == 0) &&
	            (order = closing_keys(all)) != NULL;

	for (size_t i = 0; done && i < json_array_size(order); i++) {
		const char *key = json_string_value(json_array_get(order, i));

		done = differ_share(list, json_object_get(before, key),
		    json_object_get(after, key));
	}
	json_decref(before);
	json_decref(all);
	json_decref(order);
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static int propose(struct closing_gap *gap, const char *worker,
    const json_t *reported, json_t *heads, bool undecided, struct err *err)
{
	const json_t *was = json_object_get(reported, worker);
	const json_t *is = json_object_get(gap->now.workers, worker);
	int64_t before = json_int(was, "minutes", 0);
	int64_t after = json_int(is, "minutes", 0);
	json_t *kinds = json_array(), *shares = NULL;
	int rc = 0;

	if (kinds == NULL ||
	    !differ(kinds, json_object_get(was, "kinds"),
		json_object_get(is, "kinds")) ||
	    (shares = differ_shares(gap, worker, was, is)) == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	/* The first rules told no contracts: that is no change. */
	if (json_array_size(kinds) == 0 &&
	    json_int(gap->past.entry.value, "rules", 1) < 2)
		(void)json_array_clear(shares);
	if (json_array_size(kinds) == 0 && json_array_size(heads) == 0 &&
	    json_array_size(shares) == 0 && before == after)
		goto out;
	if (json_array_append_new(gap->proposals,
		json_pack("{s:s, s:O, s:I, s:I, s:O, s:O, s:b}", "worker",
		    worker, "kinds", kinds, "before", (json_int_t)before,
		    "after", (json_int_t)after, "shares", shares, "heads",
		    heads, "undecided", undecided)) < 0)
		rc = err_nomem(err);
out:
	json_decref(kinds);
	json_decref(shares);
	return rc;
}

static int compare_worker(struct closing_gap *gap, const char *worker,
    const json_t *reported, struct err *err)
{
	const json_t *records = json_object_get(
	    json_object_get(gap->now.workers, worker), "records");
	json_t *heads = json_array();
	bool undecided = false;
	int rc = heads == NULL ? err_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(records); i++)
		rc = read_record(gap,
		    json_string_value(json_array_get(records, i)), heads,
		    &undecided, err);
	if (rc == 0)
		rc = propose(gap, worker, reported, heads, undecided, err);
	json_decref(heads);
	return rc;
}

/* Everybody of the closing and of now, in order. */
static int compare_all(struct closing_gap *gap, struct err *err)
{
	json_t *reported = closing_figures(
	    &gap->past, CLOSING_CLOSED | CLOSING_ADJUSTED, gap->now.kind);
	json_t *names = json_object(), *order = NULL;
	int rc = 0;

	if (reported == NULL || names == NULL ||
	    json_object_update(names, reported) < 0 ||
	    json_object_update(names, gap->now.workers) < 0 ||
	    (order = closing_keys(names)) == NULL)
		rc = err_nomem(err);
	for (size_t i = 0; rc == 0 && i < json_array_size(order); i++)
		rc = compare_worker(gap,
		    json_string_value(json_array_get(order, i)), reported, err);
	json_decref(order);
	json_decref(names);
	json_decref(reported);
	return rc;
}

int closing_gap_read(struct closing_gap *gap, struct office *office,
    const char *structure, const char *month, enum closing_gap_depth depth,
    struct err *err)
{
	int rc;

	memset(gap, 0, sizeof(*gap));
	gap->entries = json_array();
	gap->proposals = json_array();
	if (gap->entries == NULL || gap->proposals == NULL)
		return err_nomem(err);
	rc = closing_month_read(&gap->now, office, structure, month, err);
	if (rc < 0 || depth == CLOSING_GAP_OPEN)
		return rc;
	if ((rc = closing_past_read(
		 &gap->past, office->db, structure, month, err)) < 0)
		return rc;
	if (depth == CLOSING_GAP_CHANGED &&
	    closing_is_current(&gap->past, &gap->now))
		return 0;
	return compare_all(gap, err);
}

int closing_late(struct office *office, const char *structure,
    const char *month, json_t **out, struct err *err)
{
	char seen[CLOSING_SEEN_TEXT];
	struct closing_gap gap;
	int rc = closing_gap_read(
	    &gap, office, structure, month, CLOSING_GAP_ALL, err);

	*out = NULL;
	if (rc == 0 && !closing_gap_seen(&gap, seen))
		rc = err_nomem(err);
	if (rc == 0) {
		*out = json_pack("{s:s, s:s, s:I, s:s, s:s, s:O, s:O}",
		    "structure", structure, "month", month, "version",
		    (json_int_t)json_int(gap.past.entry.value, "version", 0),
		    "closing", gap.past.hex, "seen", seen, "entries",
		    gap.entries, "proposals", gap.proposals);
		if (*out == NULL)
			rc = err_nomem(err);
	}
	closing_gap_clear(&gap);
	return rc;
}
