/*
 * A worker's month and its sign-off, read from the ledger.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "shared/signoff.h"

void signoff_sheet_clear(struct signoff_sheet *sheet)
{
	free(sheet->rows);
	free(sheet->heads);
	memset(sheet, 0, sizeof(*sheet));
}

/* ---- the rows ---- */

static struct signoff_row *grow_rows(struct signoff_sheet *sheet)
{
	if (sheet->count == sheet->room) {
		size_t room = sheet->room == 0 ? 64 : 2 * sheet->room;
		struct signoff_row *rows =
		    realloc(sheet->rows, room * sizeof(*rows));

		if (rows == NULL)
			return NULL;
		sheet->rows = rows;
		sheet->room = room;
	}
	return memset(
	    &sheet->rows[sheet->count++], 0, sizeof(struct signoff_row));
}

/* What counts for an unknown worker would be merged if he were known: the
 * sum depends on entries of hours alone. */
static const char *state_of(const struct record_row *record)
{
	if (strcmp(record->state, RECORD_CONTESTED) == 0)
		return "contested";
	if (strcmp(record->state, RECORD_VOID) == 0)
		return "void";
	return record->value[0] == '{' ? "merged" : "aside";
}

static int take_record(
    void *context, const struct record_row *record, struct err *err)
{
	struct signoff_sheet *sheet = context;
	struct signoff_row *row;

	if (strncmp(record->day, sheet->month, MONTH_TEXT - 1) != 0 ||
	    strcmp(record->state, RECORD_MATCHED) == 0)
		return 0;
	if ((row = grow_rows(sheet)) == NULL)
		return err_nomem(err);
	text_copy(row->day, sizeof(row->day), record->day);
	text_copy(row->slot, sizeof(row->slot), record->slot);
	row->state = state_of(record);
	if (strcmp(row->state, "merged") != 0)
		return 0;
	text_copy(row->kind, sizeof(row->kind), record->kind);
	text_copy(row->site, sizeof(row->site), record->site);
	text_copy(row->activity, sizeof(row->activity), record->activity);
	row->minutes = record->minutes;
	return 0;
}

/* ---- their heads ---- */

struct heads {
	struct signoff_sheet *sheet;
	struct signoff_row *row;
};

static int take_entry(
    void *context, const struct entry_row *entry, struct err *err)
{
	struct heads *heads = context;
	struct signoff_sheet *sheet = heads->sheet;

	if (entry->fault[0] != '\0')
		heads->row->aside++;
	if (!entry->live)
		return 0;
	if (sheet->head_count == sheet->head_room) {
		size_t room = sheet->head_room == 0 ? 64 : 2 * sheet->head_room;
		struct hash *grown =
		    realloc(sheet->heads, room * sizeof(*grown));

		if (grown == NULL)
			return err_nomem(err);
		sheet->heads = grown;
		sheet->head_room = room;
	}
	sheet->heads[sheet->head_count++] = entry->hash;
	heads->row->head_count++;
	return 0;
}

static int compare_heads(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct hash));
}

/* The order of arrival is not the same everywhere: that of hashes is. */
static int load_heads(struct signoff_sheet *sheet, struct signoff_row *row,
    struct db *db, struct err *err)
{
	struct heads heads = {sheet, row};
	char record[RECORD_KEY_MAX];
	int rc;

	row->head = sheet->head_count;
	record_key_hours(record, sheet->worker, row->day, row->slot);
	rc = ledger_history(
	    db, sheet->structure, record, take_entry, &heads, err);
	if (rc == 0 && row->head_count > 1)
		qsort(sheet->heads + row->head, row->head_count,
		    sizeof(struct hash), compare_heads);
	return rc;
}

int signoff_sheet_load(struct signoff_sheet *out, struct db *db,
    const char *structure, const char *worker, const char *month,
    struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	text_copy(out->structure, sizeof(out->structure), structure);
	text_copy(out->worker, sizeof(out->worker), worker);
	text_copy(out->month, sizeof(out->month), month);
	rc = ledger_subject(
	    db, structure, "hours", worker, take_record, out, err);
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		rc = load_heads(out, &out->rows[i], db, err);
	return rc < 0 ? rc : signoff_sheet_sum(out, err);
}

/* ---- the sign-off ---- */

struct choosing {
	const struct signoff_sheet *sheet;
	struct signoff *chosen;
	json_t *covers; /* the sheet's, as they are now */
};

/* Smaller comes first (signoff_read). */
static int rank(const struct signoff *signoff)
{
	return (signoff->state == SIGNOFF_IS_STALE ? 2 : 0) +
	       (signoff->disagreed ? 0 : 1);
}

static bool comes_first(const struct signoff *a, const struct signoff *b)
{
	if (b->state == SIGNOFF_IS_NONE)
		return true;
	if (rank(a) != rank(b))
		return rank(a) < rank(b);
	return memcmp(&a->hash, &b->hash, sizeof(a->hash)) < 0;
}

/* A line that another program wrote may be longer, and cut within a letter. */
static void copy(char *out, size_t size, const char *text)
{
	text_copy(out, size, text);
	text_tidy(out);
}

static int take_signoff(
    void *context, const struct entry_row *row, struct err *err)
{
	struct choosing *choosing = context;
	struct signoff found = {0};
	const json_t *value;

	(void)err;
	if (!row->live || row->entry == NULL ||
	    !json_is_object(row->entry->value))
		return 0;
	value = row->entry->value;
	found.hash = row->hash;
	found.disagreed =
	    strcmp(json_text(value, "answer"), SIGNOFF_DISAGREE) == 0;
	if (!json_equal(json_object_get(value, "covers"), choosing->covers))
		found.state = SIGNOFF_IS_STALE;
	else
		found.state =
		    found.disagreed ? SIGNOFF_IS_DISAGREED : SIGNOFF_IS_AGREED;
	copy(found.at, sizeof(found.at), row->entry->at);
	copy(found.how, sizeof(found.how), json_text(value, "how"));
	copy(found.sum, sizeof(found.sum), json_text(value, "sum"));
	copy(found.device, sizeof(found.device), row->entry->device);
	copy(found.reason, sizeof(found.reason), row->entry->reason);
	if (comes_first(&found, choosing->chosen))
		*choosing->chosen = found;
	return 0;
}

int signoff_read(struct signoff *out, struct db *db,
    const struct signoff_sheet *sheet, struct err *err)
{
	struct choosing choosing = {sheet, out, signoff_covers(sheet)};
	char record[RECORD_KEY_MAX];
	int rc = choosing.covers != NULL ? 0 : err_nomem(err);

	memset(out, 0, sizeof(*out));
	record_key_make(record, SIGNOFF_FAMILY, sheet->worker, sheet->month);
	if (rc == 0)
		rc = ledger_history(
		    db, sheet->structure, record, take_signoff, &choosing, err);
	json_decref(choosing.covers);
	return rc;
}
