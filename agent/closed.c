#include <stdlib.h>
#include <string.h>

#include "agent/closed.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"

#define FAMILY "closed"

void closed_clear(struct closed *closed)
{
	free(closed->items);
	memset(closed, 0, sizeof(*closed));
}

/* Also one that is contested: of two closings side by side (a server
 * restored from a backup) either closes the month. */
static int take_record(
    void *context, const struct record_row *row, struct err *err)
{
	struct closed *closed = context;
	struct closed_month *month;

	if (row->value[0] != '{' || strlen(row->subject) != MONTH_TEXT - 1)
		return 0;
	if (closed->count == closed->room) {
		size_t room = closed->room == 0 ? 16 : 2 * closed->room;
		struct closed_month *items =
		    realloc(closed->items, room * sizeof(*items));

		if (items == NULL)
			return err_nomem(err);
		closed->items = items;
		closed->room = room;
	}
	month = &closed->items[closed->count++];
	memset(month, 0, sizeof(*month));
	text_copy(month->structure, sizeof(month->structure), row->structure);
	text_copy(month->month, sizeof(month->month), row->subject);
	return 0;
}

struct reading {
	struct closed_month *month;
	struct db *db;
};

/* Of several live ones the latest: what came before it is covered. */
static int take_entry(
    void *context, const struct entry_row *row, struct err *err)
{
	struct reading *reading = context;
	struct closed_month *month = reading->month;
	enum entry_way way;
	int64_t place;
	int rc;

	if (!row->live || row->entry == NULL || row->entry->value == NULL)
		return 0;
	if ((rc = ledger_way(reading->db, month->structure, &row->hash, &way,
		 &place, err)) < 0)
		return rc;
	if (month->version > 0 && place <= month->place)
		return 0;
	month->place = place;
	month->version = json_int(row->entry->value, "version", 1);
	text_copy(month->at, sizeof(month->at), row->entry->at);
	text_tidy(month->at);
	return 0;
}

static int read_month(
    struct closed_month *month, struct db *db, struct err *err)
{
	struct reading reading = {month, db};
	char record[RECORD_KEY_MAX];

	record_key_make(record, FAMILY, month->month, NULL);
	return ledger_history(
	    db, month->structure, record, take_entry, &reading, err);
}

int closed_load(struct closed *out, struct db *db, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	rc = ledger_family(db, NULL, FAMILY, take_record, out, err);
	for (size_t i = 0; rc == 0 && i < out->count; i++)
		rc = read_month(&out->items[i], db, err);
	return rc;
}

const struct closed_month *closed_month(
    const struct closed *closed, const char *structure, const char *day)
{
	for (size_t i = 0; i < closed->count; i++) {
		const struct closed_month *month = &closed->items[i];

		if (strncmp(month->month, day, MONTH_TEXT - 1) == 0 &&
		    strcmp(month->structure, structure) == 0)
			return month;
	}
	return NULL;
}

int closed_is_late(const struct closed_month *month, struct db *db,
    const struct hash *entry, bool *late, struct err *err)
{
	enum entry_way way = WAY_KEPT;
	int64_t place = 0;
	int rc = 0;

	*late = false;
	if (month == NULL)
		return 0;
	rc = ledger_way(db, month->structure, entry, &way, &place, err);
	*late = rc == 0 && (way != WAY_RECEIVED || place > month->place);
	return rc;
}

json_t *closed_json(const struct closed *closed)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < closed->count; i++) {
		const struct closed_month *month = &closed->items[i];

		if (json_array_append_new(list,
			json_pack("{s:s,s:s,s:I,s:s}", "structure",
			    month->structure, "month", month->month, "version",
			    (json_int_t)month->version, "at", month->at)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}
