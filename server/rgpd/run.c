#include <stdlib.h>
#include <string.h>

#include "server/names.h"
#include "server/purge.h"
#include "server/rgpd/due.h"
#include "server/rgpd/retention.h"
#include "server/rgpd/run.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

void run_name(const struct office *office, char id[RUN_ID])
{
	uint8_t random[(RUN_ID - 1) / 2];

	os_random(office->os, random, sizeof(random));
	enc_hex(random, sizeof(random), id);
}

int run_write(struct act *act, const char *structure, const char *id,
    const struct run_sum *sum, const char *reason, struct err *err)
{
	char record[RECORD_KEY_MAX];
	json_t *value =
	    json_pack("{s:I,s:I,s:O}", "entries", (json_int_t)sum->entries,
		"held", (json_int_t)sum->held, "classes", sum->classes);
	const struct entry_draft draft = {
	    .kind = RUN_FAMILY,
	    .structure = structure,
	    .record = record,
	    .value = value,
	    .reason = reason,
	};
	int rc;

	if (value == NULL)
		return err_nomem(err);
	record_key_make(record, RUN_FAMILY, id, NULL);
	rc = act_add(act, &draft, err);
	json_decref(value);
	return rc;
}

/* ---- a run over what is due ---- */

struct running {
	struct act act;
	const struct due_ask *ask;
	const json_t *due;
	const char *reason;
	struct due_run *out;
	struct buf structures; /* to be looked at, one a line */
};

static int note_structure(void *context, const char *structure, struct err *err)
{
	struct running *run = context;

	if (strcmp(structure, STRUCTURE_OFFICE) == 0 ||
	    (run->ask->structure[0] != '\0' &&
		strcmp(run->ask->structure, structure) != 0) ||
	    act_check_scope(run->act.office, structure, NULL) < 0)
		return 0;
	buf_printf(&run->structures, "%s\n", structure);
	return buf_check(&run->structures, err);
}

static int add_class(json_t *classes, const char *class, int64_t entries)
{
	json_t *row = NULL;

	for (size_t i = 0; i < json_array_size(classes); i++) {
		json_t *at = json_array_get(classes, i);

		if (strcmp(json_text(at, "class"), class) == 0)
			row = at;
	}
	if (row == NULL) {
		row = json_pack(
		    "{s:s,s:i,s:i}", "class", class, "people", 0, "entries", 0);
		if (row == NULL || json_array_append_new(classes, row) < 0)
			return -1;
	}
	return json_put_int(row, "people", json_int(row, "people", 0) + 1) &&
	               json_put_int(row, "entries",
			   json_int(row, "entries", 0) + entries)
	           ? 0
	           : -1;
}

/* One person's records of one class. */
static int purge_group(struct running *run, const json_t *group,
    struct run_sum *sum, struct err *err)
{
	const char *structure = json_text(group, "structure");
	const json_t *keys = json_object_get(group, "keys");
	struct buf lines = BUF_INIT;
	int64_t count = 0;
	int rc;

	for (size_t i = 0; i < json_array_size(keys); i++)
		buf_printf(&lines, "%s\t%s\n", structure,
		    json_string_value(json_array_get(keys, i)));
	if ((rc = buf_check(&lines, err)) == 0)
		rc = purge_records(&run->act, &lines, run->reason, &count, err);
	if (rc == 0 &&
	    add_class(sum->classes, json_text(group, "class"), count) < 0)
		rc = err_nomem(err);
	sum->entries += count;
	run->out->entries += count;
	run->out->people++;
	buf_free(&lines);
	return rc;
}

static int purge_structure(
    struct running *run, const char *structure, struct err *err)
{
	struct run_sum sum = {json_array(), 0, 0};
	int rc = sum.classes == NULL ? err_nomem(err) : 0;

	for (size_t i = 0; rc == 0 && i < json_array_size(run->due); i++) {
		const json_t *group = json_array_get(run->due, i);

		if (strcmp(json_text(group, "structure"), structure) != 0)
			continue;
		if (json_text(group, "hold")[0] != '\0') {
			sum.held++;
			run->out->held++;
		} else {
			rc = purge_group(run, group, &sum, err);
		}
	}
	if (rc == 0)
		rc = run_write(
		    &run->act, structure, run->out->id, &sum, run->reason, err);
	json_decref(sum.classes);
	return rc;
}

int due_purge(struct office *office, const struct due_ask *ask,
    const json_t *due, const char *reason, struct due_run *out, struct err *err)
{
	struct running run = {
	    .ask = ask, .due = due, .reason = reason, .out = out};
	char *at, *save = NULL;
	int rc;

	memset(out, 0, sizeof(*out));
	run_name(office, out->id);
	if ((rc = act_begin(&run.act, office, err)) < 0)
		return rc;
	rc = ledger_logs(office->db, note_structure, &run, err);
	if (rc == 0 && run.structures.len == 0)
		rc = err_set(err, E_NOT_FOUND,
		    L("structure inconnue", "unknown structure"));
	for (at = rc == 0 ? strtok_r(run.structures.data, "\n", &save) : NULL;
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save))
		rc = purge_structure(&run, at, err);
	if (rc < 0)
		act_abort(&run.act);
	else if ((rc = act_commit(&run.act, err)) == 0 && out->entries > 0)
		rc = purge_settle(office, err);
	buf_free(&run.structures);
	return rc;
}

/* ---- the runs that were ---- */

struct listing {
	struct office *office;
	json_t *rows;
	const char *structure;
	json_t *row;
};

static int note_entry(
    void *context, const struct entry_row *entry, struct err *err)
{
	struct listing *listing = context;
	struct buf by = BUF_INIT;
	json_t *classes;
	int rc;

	if (entry->entry == NULL || entry->fault[0] != '\0')
		return 0;
	if (entry->entry->person[0] != '\0')
		rc = names_person(listing->office, listing->structure,
		    entry->entry->person, &by, err);
	else
		rc = names_device(listing->office, listing->structure,
		    entry->entry->device, &by, err);
	classes = json_clone(json_object_get(entry->entry->value, "classes"));
	for (size_t i = 0; i < json_array_size(classes); i++) {
		json_t *class = json_array_get(classes, i);
		const struct retention_class *row =
		    retention_find(json_text(class, "class"));

		(void)json_put_text(class, "label",
		    row != NULL ? retention_label(row)
				: L("tout, sur demande", "all, on request"));
	}
	if (rc == 0 &&
	    (!json_put_text(listing->row, "at", entry->entry->at) ||
		!json_put_text(listing->row, "by", buf_text(&by)) ||
		!json_put_text(listing->row, "reason", entry->entry->reason) ||
		!json_put_int(listing->row, "entries",
		    json_int(entry->entry->value, "entries", 0)) ||
		!json_put_int(listing->row, "held",
		    json_int(entry->entry->value, "held", 0)) ||
		!json_put(listing->row, "classes", json_incref(classes))))
		rc = err_nomem(err);
	json_decref(classes);
	buf_free(&by);
	return rc;
}

static int note_run(
    void *context, const struct record_row *record, struct err *err)
{
	struct listing *listing = context;

	listing->structure = record->structure;
	listing->row = json_pack(
	    "{s:s,s:s}", "id", record->subject, "structure", record->structure);
	if (listing->row == NULL ||
	    json_array_append_new(listing->rows, listing->row) < 0)
		return err_nomem(err);
	return ledger_history(listing->office->db, record->structure,
	    record->record, note_entry, listing, err);
}

static int newest_first(const void *a, const void *b)
{
	return strcmp(json_text(*(json_t *const *)b, "at"),
	    json_text(*(json_t *const *)a, "at"));
}

int due_runs(struct office *office, json_t **out, struct err *err)
{
	struct listing listing = {.office = office, .rows = json_array()};
	json_t **items = NULL, *rows = json_array();
	size_t count;
	int rc;

	*out = NULL;
	if (listing.rows == NULL || rows == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = ledger_family(
		 office->db, NULL, RUN_FAMILY, note_run, &listing, err)) < 0)
		goto out;
	count = json_array_size(listing.rows);
	items = calloc(count + 1, sizeof(*items));
	if (items == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		items[i] = json_array_get(listing.rows, i);
	qsort(items, count, sizeof(*items), newest_first);
	for (size_t i = 0; rc == 0 && i < count; i++) {
		if (json_array_append(rows, items[i]) < 0)
			rc = err_nomem(err);
	}
	if (rc == 0)
		*out = json_incref(rows);
out:
	free(items);
	json_decref(listing.rows);
	json_decref(rows);
	return rc;
}
