#include <stdlib.h>
#include <string.h>

#include "server/grid/grid_part.h"
#include "server/hours/slot.h"
#include "server/import/reference.h"
#include "server/store/slots.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

void grid_clear(struct grid *grid)
{
	for (size_t i = 0; i < grid->cell_count; i++)
		free(grid->cells[i].version);
	free(grid->cells);
	free(grid->rows);
	json_decref(grid->places);
	plan_free(grid->plan);
	json_decref(grid->crews);
	closing_past_clear(&grid->past);
	grid->cells = NULL;
	grid->rows = NULL;
	grid->places = NULL;
	grid->plan = NULL;
	grid->crews = NULL;
	grid->cell_count = grid->cell_room = 0;
	grid->row_count = grid->row_room = 0;
}

/* ---- days and slots ---- */

int grid_slot_index(const char *slot)
{
	if (slot[0] == 'x')
		return slot[1] - '1' + 2;
	return slot[0] == 'a' ? 0 : 1;
}

void grid_slot_name(int index, char out[3])
{
	out[0] = "ap"[index > 0];
	out[1] = 'm';
	if (index > 1) {
		out[0] = 'x';
		out[1] = (char)('1' + index - 2);
	}
	out[2] = '\0';
}

void grid_day(const struct grid *grid, int day, char out[DATE_TEXT])
{
	memcpy(out, grid->first, DATE_TEXT);
	out[8] = (char)('0' + (day + 1) / 10);
	out[9] = (char)('0' + (day + 1) % 10);
}

/* Of a day's text in the month, from 0. */
static int day_index(const char *day)
{
	return (day[8] - '0') * 10 + (day[9] - '0') - 1;
}

/* ---- rows ---- */

static int add_row(struct grid *grid, const char *worker,
    const struct person *person, struct grid_row **out, struct err *err)
{
	struct grid_row *row;

	if (grid->row_count == grid->row_room) {
		size_t room = grid->row_room == 0 ? 64 : 2 * grid->row_room;

		row = reallocarray(grid->rows, room, sizeof(*row));
		if (row == NULL)
			return err_nomem(err);
		grid->rows = row;
		grid->row_room = room;
	}
	row = &grid->rows[grid->row_count];
	memset(row, 0, sizeof(*row));
	memset(row->cells, 0xff, sizeof(row->cells));
	row->person = person;
	text_copy(row->worker, sizeof(row->worker), worker);
	if (!json_put_int(grid->places, worker, (int64_t)grid->row_count))
		return err_nomem(err);
	grid->row_count++;
	*out = row;
	return 0;
}

static struct grid_row *find_row(const struct grid *grid, const char *worker)
{
	int64_t at = json_int(grid->places, worker, GRID_NONE);

	return at < 0 ? NULL : &grid->rows[at];
}

const json_t *grid_crew(const struct grid *grid, const struct grid_row *row)
{
	return json_object_get(grid->crews, row->crew);
}

static bool is_at_site(const struct grid *grid, const char *crew)
{
	return strcmp(grid->filter->site,
		   json_text(json_object_get(grid->crews, crew), "site")) == 0;
}

static bool is_under_annex(
    const struct grid *grid, const json_t *contract, const char *day)
{
	return strcmp(grid->filter->annex,
		   contracts_annex(plan_contracts(grid->plan), grid->structure,
		       json_object_get(contract, "value"), day)) == 0;
}

/* What the papers say of a day: the crew, what is planned, and whether the
 * filter meets it. Who has left is in no crew any more. */
static void take_day(struct grid *grid, struct grid_row *row, int day)
{
	const struct grid_filter *filter = grid->filter;
	const struct contracts *contracts = plan_contracts(grid->plan);
	const json_t *contract;
	char text[DATE_TEXT];
	struct date date;
	const char *crew;

	grid_day(grid, day, text);
	if (date_parse(&date, text, NULL) < 0)
		return;
	crew = people_crew(row->person, text);
	contract = contracts_on(contracts, grid->structure, row->worker, text);
	if (crew[0] == '\0' ||
	    (contract == NULL &&
		contracts_any(contracts, grid->structure, row->worker)))
		return;
	text_copy(row->crew, sizeof(row->crew), crew);
	row->planned[day] =
	    (unsigned char)plan_day(grid->plan, row->person, &date);
	if (filter->crew == NULL || strcmp(filter->crew, crew) == 0)
		row->in_crew = true;
	if (filter->site != NULL && is_at_site(grid, crew))
		row->at_site = true;
	if (filter->annex != NULL && contract != NULL &&
	    is_under_annex(grid, contract, text))
		row->under_annex = true;
}

static int take_person(
    struct grid *grid, const struct person *person, struct err *err)
{
	const char *match =
	    person->newcomer ? json_text(person->value, "worker") : "";
	struct grid_row *row;
	int rc;

	/* Who a newcomer is known to be has the hours. */
	if (match[0] != '\0') {
		if ((row = find_row(grid, match)) != NULL)
			row->aliased = true;
		return 0;
	}
	if ((rc = add_row(grid, person->id, person, &row, err)) < 0)
		return rc;
	for (int day = 0; day < grid->days; day++)
		take_day(grid, row, day);
	return 0;
}

/* Newcomers last: whom they are matched to is known by then. */
static int take_people(struct grid *grid, struct err *err)
{
	const struct people *people = plan_people(grid->plan);
	int rc = 0;

	for (int newcomers = 0; newcomers < 2; newcomers++) {
		for (size_t i = 0; rc == 0 && i < people_count(people); i++) {
			const struct person *person = people_at(people, i);

			if (person->newcomer == (newcomers == 1))
				rc = take_person(grid, person, err);
		}
	}
	return rc;
}

/* ---- what is recorded ---- */

/* The place of a value in the answer's list; each stands there once. */
static int place_value(
    struct grid *grid, const char *text, int *out, struct err *err)
{
	int64_t at = json_int(grid->known, text, GRID_NONE);
	json_t *value = NULL;
	int rc;

	if (at < 0) {
		if ((rc = json_read(&value, text, strlen(text), err)) < 0)
			return rc;
		at = (int64_t)json_array_size(grid->values);
		if (json_array_append_new(grid->values, value) < 0 ||
		    !json_put_int(grid->known, text, at))
			return err_nomem(err);
	}
	*out = (int)at;
	return 0;
}

static int add_cell(struct grid *grid, struct grid_row *row, int day, int slot,
    struct grid_cell **out, struct err *err)
{
	if (grid->cell_count == grid->cell_room) {
		size_t room = grid->cell_room == 0 ? 1024 : 2 * grid->cell_room;
		struct grid_cell *cells =
		    reallocarray(grid->cells, room, sizeof(*cells));

		if (cells == NULL)
			return err_nomem(err);
		grid->cells = cells;
		grid->cell_room = room;
	}
	row->cells[day][slot] = (int)grid->cell_count;
	*out = memset(&grid->cells[grid->cell_count++], 0, sizeof(**out));
	return 0;
}

static int take_record(
    void *context, const struct record_row *record, struct err *err)
{
	struct grid *grid = context;
	struct grid_row *row = find_row(grid, record->subject);
	struct grid_cell *cell;
	int rc;

	if (strcmp(record->state, RECORD_MATCHED) == 0 ||
	    strcmp(record->state, RECORD_EMPTY) == 0)
		return 0;
	if (row == NULL &&
	    (rc = add_row(grid, record->subject, NULL, &row, err)) < 0)
		return rc;
	if ((rc = add_cell(grid, row, day_index(record->day),
		 grid_slot_index(record->slot), &cell, err)) < 0)
		return rc;
	text_copy(cell->state, sizeof(cell->state), record->state);
	cell->value = GRID_NONE;
	if (record->value[0] != '{')
		return 0;
	cell->minutes = (int)record->minutes;
	cell->kind = kind_by_slug(record->kind);
	return place_value(grid, record->value, &cell->value, err);
}

static struct grid_cell *find_cell(const struct grid *grid, const char *worker,
    const char *day, const char *slot)
{
	const struct grid_row *row = find_row(grid, worker);
	int at;

	if (row == NULL)
		return NULL;
	at = row->cells[day_index(day)][grid_slot_index(slot)];
	return at == GRID_NONE ? NULL : &grid->cells[at];
}

/* A late head is one that the closing and its adjustments do not cover: it
 * cannot be an ancestor of theirs, or it would be live no more. */
static bool is_late(const struct grid *grid, const struct hash *head)
{
	char hex[HASH_TEXT];

	if (!grid->closed)
		return false;
	hash_hex(head, hex);
	return json_object_get(grid->past.covered, hex) == NULL;
}

static bool has(struct bytes bytes, const char *text)
{
	return memmem(bytes.data, bytes.len, text, strlen(text)) != NULL;
}

/* One plain entry is the head by itself; else the slot is looked at below. */
static int take_entry(
    void *context, const struct slots_entry *entry, struct err *err)
{
	struct grid *grid = context;
	struct grid_cell *cell =
	    find_cell(grid, entry->worker, entry->day, entry->slot);
	bool plain = entry->fault[0] == '\0' &&
	             !has(entry->bytes, SLOT_PAPER) &&
	             !has(entry->bytes, "\"reason\":\"");

	(void)err;
	if (cell == NULL)
		return 0;
	cell->entries += plain ? 1 : 2;
	cell->head = entry->hash;
	if (is_late(grid, &entry->hash))
		cell->flags |= GRID_LATE;
	return 0;
}

static int look_closely(struct grid *grid, const struct grid_row *row, int day,
    int index, struct err *err)
{
	struct grid_cell *cell = &grid->cells[row->cells[day][index]];
	char text[DATE_TEXT], name[HOURS_SLOT_TEXT];
	struct buf version = BUF_INIT;
	struct slot slot;
	int rc;

	grid_day(grid, day, text);
	grid_slot_name(index, name);
	if ((rc = slot_load(&slot, grid->office->db, grid->structure,
		 row->worker, text, name, err)) < 0)
		goto out;
	slot_version(&version, &slot);
	cell->version = buf_take(&version);
	cell->flags = (slot_is_corrected(&slot) ? GRID_CORRECTED : 0U) |
	              (slot_is_paper(&slot) ? GRID_PAPER : 0U);
	for (size_t i = 0; i < slot.head_count; i++) {
		if (is_late(grid, &slot.heads[i]))
			cell->flags |= GRID_LATE;
	}
	if (cell->version == NULL)
		rc = err_nomem(err);
out:
	slot_clear(&slot);
	return rc;
}

static int look_at_row(
    struct grid *grid, const struct grid_row *row, struct err *err)
{
	int rc = 0;

	for (int day = 0; rc == 0 && day < grid->days; day++) {
		for (int i = 0; rc == 0 && i < GRID_SLOTS; i++) {
			int at = row->cells[day][i];

			if (at != GRID_NONE &&
			    (row->aliased || grid->cells[at].entries != 1))
				rc = look_closely(grid, row, day, i, err);
		}
	}
	return rc;
}

static int take_double(
    void *context, const struct slots_double *slot, struct err *err)
{
	const struct kind *kind = kind_by_slug(slot->kind);
	const struct kind *other = kind_by_slug(slot->other_kind);
	struct grid_cell *cell =
	    find_cell(context, slot->worker, slot->day, slot->slot);

	(void)err;
	if (cell != NULL && kind != NULL && kind->paid && slot->minutes > 0 &&
	    other != NULL && other->paid && slot->other_minutes > 0)
		cell->flags |= GRID_DOUBLED;
	return 0;
}

/* ---- which rows ---- */

static bool has_hours_at(
    const struct grid *grid, const struct grid_row *row, const char *site)
{
	for (int day = 0; day < grid->days; day++) {
		for (int i = 0; i < GRID_SLOTS; i++) {
			int at = row->cells[day][i];
			int value =
			    at == GRID_NONE ? GRID_NONE : grid->cells[at].value;

			if (value != GRID_NONE &&
			    strcmp(json_text(json_array_get(
						 grid->values, (size_t)value),
				       "site"),
				site) == 0)
				return true;
		}
	}
	return false;
}

static bool has_hours(const struct grid *grid, const struct grid_row *row)
{
	for (int day = 0; day < grid->days; day++) {
		for (int i = 0; i < GRID_SLOTS; i++) {
			if (row->cells[day][i] != GRID_NONE)
				return true;
		}
	}
	return false;
}

/* Hours say that somebody belongs there, whatever the papers say. */
static bool is_kept(const struct grid *grid, const struct grid_row *row)
{
	const struct grid_filter *filter = grid->filter;

	if (filter->worker != NULL && strcmp(filter->worker, row->worker) != 0)
		return false;
	if (!row->in_crew && (filter->crew != NULL || !has_hours(grid, row)))
		return false;
	if (filter->annex != NULL && !row->under_annex)
		return false;
	return filter->site == NULL || row->at_site ||
	       has_hours_at(grid, row, filter->site);
}

/* ---- a structure ---- */

static int note_crew(
    void *context, const struct record_row *row, struct err *err)
{
	json_t *value;
	int rc = reference_value(&value, row, err);

	if (rc < 0 || value == NULL)
		return rc;
	return json_put(context, row->subject, value) ? 0 : err_nomem(err);
}

static int load(struct grid *grid, struct err *err)
{
	struct db *db = grid->office->db;
	char month[MONTH_TEXT];
	int rc;

	text_copy(month, sizeof(month), grid->first);
	grid->places = json_object();
	grid->crews = json_object();
	if (grid->places == NULL || grid->crews == NULL)
		return err_nomem(err);
	if ((rc = plan_load(&grid->plan, db, grid->structure, err)) < 0 ||
	    (rc = ledger_family(db, grid->structure, "crew", note_crew,
		 grid->crews, err)) < 0 ||
	    (rc = closing_is_made(
		 db, grid->structure, month, &grid->closed, err)) < 0)
		return rc;
	return grid->closed ? closing_past_read(
				  &grid->past, db, grid->structure, month, err)
	                    : 0;
}

int grid_fill(struct grid *grid, struct err *err)
{
	struct db *db = grid->office->db;
	int rc;

	if ((rc = load(grid, err)) < 0 || (rc = take_people(grid, err)) < 0 ||
	    (rc = ledger_days(db, grid->structure, "hours", grid->first,
		 grid->last, take_record, grid, err)) < 0)
		return rc;
	for (size_t i = 0; i < grid->row_count; i++)
		grid->rows[i].kept = is_kept(grid, &grid->rows[i]);
	if ((rc = slots_entries(db, grid->structure, grid->first, grid->last,
		 take_entry, grid, err)) < 0 ||
	    (rc = slots_doubles(db, grid->structure, grid->first, grid->last,
		 take_double, grid, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < grid->row_count; i++) {
		if (grid->rows[i].kept)
			rc = look_at_row(grid, &grid->rows[i], err);
	}
	return rc;
}
