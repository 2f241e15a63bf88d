#include <string.h>

#include "server/closing_part.h"
#include "server/declare/declare.h"
#include "server/import/reference.h"
#include "server/month.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/signoff.h"

/* One structure's month while its line is made. */
struct line {
	struct office *office;
	const char *structure;
	const json_t *place; /* the structure's value */
	bool closed;
	struct closing_gap gap; /* past only once closed */
	json_t *checked;        /* owned: as month_entry; NULL */
	json_t *reopening;      /* likewise, of this closing */
	json_t *signoffs;       /* owned */
	json_t *waiting;        /* owned: whose sign-off is none of agreement */
	json_t *versions;       /* owned */
	json_t *declared;       /* owned; null or an object */
	bool is_checked;
	bool is_signed;
	bool is_declared;
};

static void line_clear(struct line *line)
{
	closing_gap_clear(&line->gap);
	json_decref(line->checked);
	json_decref(line->reopening);
	json_decref(line->signoffs);
	json_decref(line->waiting);
	json_decref(line->versions);
	json_decref(line->declared);
}

/* ---- sign-offs ---- */

struct counts {
	int64_t total, done, disagree, stale, none;
};

static int note_signed(
    void *context, const struct record_row *row, struct err *err)
{
	(void)context;
	(void)row;
	(void)err;
	return 0;
}

/* Most have not signed: what they did not is not worth their month. */
static int has_signed(
    struct line *line, const char *worker, bool *out, struct err *err)
{
	char record[RECORD_KEY_MAX];

	record_key_make(record, SIGNOFF_FAMILY, worker, line->gap.now.month);
	return ledger_record(line->office->db, line->structure, record,
	    note_signed, NULL, out, err);
}

static int note_waiting(struct line *line, const char *worker,
    enum signoff_state state, struct err *err)
{
	if (state == SIGNOFF_IS_AGREED ||
	    json_array_append_new(
		line->waiting, json_pack("{s:s, s:s}", "worker", worker,
				   "state", signoff_state_word(state))) == 0)
		return 0;
	return err_nomem(err);
}

/* Only who has signed is worth reading his or her month again. */
static int count_worker(struct line *line, const char *worker,
    struct counts *counts, struct err *err)
{
	struct signoff_sheet sheet;
	struct signoff signoff;
	int rc = signoff_sheet_load(&sheet, line->office->db, line->structure,
	    worker, line->gap.now.month, err);

	if (rc == 0)
		rc = signoff_read(&signoff, line->office->db, &sheet, err);
	signoff_sheet_clear(&sheet);
	if (rc < 0)
		return rc;
	counts->none += signoff.state == SIGNOFF_IS_NONE;
	counts->stale += signoff.state == SIGNOFF_IS_STALE;
	counts->disagree += signoff.state == SIGNOFF_IS_DISAGREED;
	counts->done += signoff.state == SIGNOFF_IS_AGREED ||
	                signoff.state == SIGNOFF_IS_DISAGREED;
	return note_waiting(line, worker, signoff.state, err);
}

/* Everybody with hours: no month is signed by who has none. */
static int count_all(struct line *line, struct counts *counts, struct err *err)
{
	json_t *order = closing_keys(line->gap.now.workers);
	int rc = order == NULL ? err_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(order); i++) {
		const char *worker =
		    json_string_value(json_array_get(order, i));
		bool signed_it;

		if (json_array_size(json_object_get(
			json_object_get(line->gap.now.workers, worker),
			"records")) == 0)
			continue;
		counts->total++;
		rc = has_signed(line, worker, &signed_it, err);
		if (rc == 0 && signed_it) {
			rc = count_worker(line, worker, counts, err);
		} else if (rc == 0) {
			counts->none++;
			rc = note_waiting(line, worker, SIGNOFF_IS_NONE, err);
		}
	}
	json_decref(order);
	return rc;
}

static int count_signoffs(struct line *line, struct err *err)
{
	struct counts counts = {0};
	int rc;

	if ((line->waiting = json_array()) == NULL)
		return err_nomem(err);
	if ((rc = count_all(line, &counts, err)) < 0)
		return rc;
	line->signoffs = json_pack("{s:I, s:I, s:I, s:I, s:I}", "total",
	    (json_int_t)counts.total, "done", (json_int_t)counts.done,
	    "disagree", (json_int_t)counts.disagree, "stale",
	    (json_int_t)counts.stale, "none", (json_int_t)counts.none);
	line->is_signed = counts.total > 0 && counts.done == counts.total;
	return line->signoffs != NULL ? 0 : err_nomem(err);
}

/* ---- versions ---- */

static int note_version(
    void *context, const struct entry_row *row, struct err *err)
{
	const struct entry *entry = row->entry;
	char hex[HASH_TEXT];

	if (entry == NULL || strcmp(entry->kind, CLOSING_FAMILY) != 0 ||
	    row->fault[0] != '\0')
		return 0;
	hash_hex(&row->hash, hex);
	return json_array_append_new(context,
		   json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s,"
			     " s:I}",
		       "version",
		       (json_int_t)json_int(entry->value, "version", 0), "hash",
		       hex, "at", entry->at, "person", entry->person, "device",
		       entry->device, "reason", entry->reason, "exception",
		       json_text(entry->value, "exception"), "first",
		       json_text(entry->value, "first"), "second",
		       json_text(entry->value, "second"), "minutes",
		       (json_int_t)json_int(entry->value, "minutes", 0))) < 0
	           ? err_nomem(err)
	           : 0;
}

static int read_versions(struct line *line, struct err *err)
{
	char record[RECORD_KEY_MAX];

	if ((line->versions = json_array()) == NULL)
		return err_nomem(err);
	record_key_make(record, CLOSING_FAMILY, line->gap.now.month, NULL);
	return ledger_history(line->office->db, line->structure, record,
	    note_version, line->versions, err);
}

/* ---- the entries about the month ---- */

static int read_checked(struct line *line, struct err *err)
{
	char record[RECORD_KEY_MAX], sum[HASH_TEXT];
	int rc;

	record_key_make(record, "checked", line->gap.now.month, NULL);
	if ((rc = month_entry(&line->checked, line->office->db, line->structure,
		 record, err)) < 0)
		return rc;
	if (!closing_month_sum(&line->gap.now, sum))
		return err_nomem(err);
	line->is_checked =
	    line->checked != NULL &&
	    strcmp(json_text(json_object_get(line->checked, "value"), "sum"),
		sum) == 0;
	return 0;
}

static int read_reopening(struct line *line, struct err *err)
{
	char record[RECORD_KEY_MAX];
	const char *closing;
	int rc;

	record_key_make(record, "reopening", line->gap.now.month, NULL);
	if ((rc = month_entry(&line->reopening, line->office->db,
		 line->structure, record, err)) < 0)
		return rc;
	closing =
	    json_text(json_object_get(line->reopening, "value"), "closing");
	if (strcmp(closing, line->gap.past.hex) != 0) {
		json_decref(line->reopening);
		line->reopening = NULL;
	}
	return 0;
}

static int read_declared(struct line *line, struct err *err)
{
	json_t *rows = NULL;
	int rc = declare_rows(
	    line->office, line->structure, line->gap.now.month, &rows, err);

	if (rc < 0)
		return rc;
	line->declared = json_incref(json_object_get(rows, "declared"));
	line->is_declared =
	    json_is_true(json_object_get(line->declared, "current"));
	json_decref(rows);
	return 0;
}

static int read_line(struct line *line, const char *month, struct err *err)
{
	struct closing_gap *gap = &line->gap;
	struct db *db = line->office->db;
	int rc;

	if ((rc = closing_is_made(
		 db, line->structure, month, &line->closed, err)) < 0 ||
	    (rc = closing_gap_read(gap, line->office, line->structure, month,
		 line->closed ? CLOSING_GAP_CHANGED : CLOSING_GAP_OPEN, err)) <
		0 ||
	    (rc = read_checked(line, err)) < 0 ||
	    (rc = count_signoffs(line, err)) < 0 ||
	    (rc = read_versions(line, err)) < 0)
		return rc;
	if (!line->closed)
		return 0;
	if ((rc = read_reopening(line, err)) < 0)
		return rc;
	return read_declared(line, err);
}

/* ---- the line ---- */

static const char *state_word(const struct line *line)
{
	if (line->closed)
		return line->is_declared ? "declared" : "closed";
	if (!line->is_checked)
		return "open";
	return line->is_signed ? "signed" : "checked";
}

/* Who and when, of month_entry; null for none. */
static json_t *who_json(const json_t *told)
{
	if (told == NULL)
		return json_null();
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "at",
	    json_text(told, "at"), "person", json_text(told, "person"),
	    "device", json_text(told, "device"), "reason",
	    json_text(told, "reason"), "hash", json_text(told, "hash"));
}

static json_t *checked_json(const struct line *line)
{
	json_t *out = who_json(line->checked);

	if (json_is_object(out) &&
	    !json_put(out, "stale", json_boolean(!line->is_checked))) {
		json_decref(out);
		return NULL;
	}
	return out;
}

static json_t *late_json(const struct closing_gap *gap)
{
	int undecided = 0;

	for (size_t i = 0; i < json_array_size(gap->proposals); i++)
		undecided += json_is_true(json_object_get(
		    json_array_get(gap->proposals, i), "undecided"));
	return json_pack("{s:I, s:I, s:i}", "entries",
	    (json_int_t)json_array_size(gap->entries), "proposals",
	    (json_int_t)json_array_size(gap->proposals), "undecided",
	    undecided);
}

static json_t *line_json(struct line *line)
{
	const struct closing_gap *gap = &line->gap;
	size_t blocked = json_array_size(gap->now.blockers);
	bool empty = json_object_size(gap->now.workers) == 0;
	json_t *declared =
	    line->declared != NULL ? json_incref(line->declared) : json_null();
	char seen[CLOSING_SEEN_TEXT];

	if (!closing_month_seen(
		&gap->now, line->closed ? gap->past.hex : "", seen)) {
		json_decref(declared);
		return NULL;
	}
	return json_pack("{s:s, s:s, s:s, s:s, s:I, s:I, s:s, s:b, s:b, s:o,"
			 " s:o, s:O, s:O, s:I, s:s, s:b, s:O, s:o, s:o, s:o}",
	    "structure", line->structure, "name",
	    json_text(line->place, "name"), "kind",
	    json_text(line->place, "kind"), "state", state_word(line),
	    "workers", (json_int_t)json_object_size(gap->now.workers),
	    "minutes", (json_int_t)closing_month_minutes(&gap->now), "seen",
	    seen, "empty", empty, "ready",
	    !line->closed && blocked == 0 && !empty, "blockers",
	    closing_count(gap->now.blockers), "checked", checked_json(line),
	    "signoffs", line->signoffs, "waiting", line->waiting, "version",
	    (json_int_t)(line->closed
			     ? json_int(gap->past.entry.value, "version", 0)
			     : 0),
	    "closing", line->closed ? gap->past.hex : "", "contested",
	    line->closed && gap->past.contested, "versions", line->versions,
	    "late", late_json(gap), "declared", declared, "reopening",
	    who_json(line->reopening));
}

static int add_line(json_t *out, struct office *office, const char *structure,
    const json_t *place, const char *month, struct err *err)
{
	struct line line = {
	    .office = office,
	    .structure = structure,
	    .place = place,
	};
	int rc = read_line(&line, month, err);

	if (rc == 0 && json_array_append_new(out, line_json(&line)) < 0)
		rc = err_nomem(err);
	line_clear(&line);
	return rc;
}

int month_status(struct office *office, const char *month,
    const char *structure, json_t **out, struct err *err)
{
	json_t *places = NULL, *list = json_array();
	const char *key;
	json_t *place;
	int rc = list == NULL
	             ? err_nomem(err)
	             : reference_load(&places, office->db, "structure", err);

	*out = NULL;
	json_object_foreach(places, key, place)
	{
		const char *id = strchr(key, '/') + 1;

		if (rc == 0 &&
		    (structure == NULL || strcmp(id, structure) == 0))
			rc = add_line(list, office, id, place, month, err);
	}
	if (rc == 0 && structure != NULL && json_array_size(list) == 0)
		rc = err_set(err, E_NOT_FOUND,
		    L("structure « %.60s » inconnue : vérifiez l'identifiant",
			"unknown structure \"%.60s\": check the identifier"),
		    structure);
	if (rc == 0)
		*out = json_incref(list);
	json_decref(list);
	json_decref(places);
	return rc;
}
