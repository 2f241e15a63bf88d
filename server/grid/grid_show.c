#include <string.h>

#include "server/grid/grid_part.h"
#include "server/hours/hours_part.h"
#include "server/hours/slot.h"
#include "shared/kind.h"
#include "shared/lang.h"
#include "shared/ledger.h"

/* ---- a slot ---- */

static bool add_word(json_t *list, const char *word)
{
	return json_array_append_new(list, json_string(word)) == 0;
}

static bool add_flags(json_t *list, unsigned flags)
{
	static const char *const words[] = {
	    "corrected", "paper", "late", "doubled"};
	bool done = true;

	for (size_t i = 0; done && i < 4; i++) {
		if ((flags & (1U << i)) != 0)
			done = add_word(list, words[i]);
	}
	return done;
}

static json_t *cell_json(const struct grid_cell *cell, int day, int index)
{
	bool plain =
	    cell->flags == 0 && strcmp(cell->state, RECORD_MERGED) == 0;
	char slot[HOURS_SLOT_TEXT], hex[HASH_TEXT];
	json_t *list = json_array();

	grid_slot_name(index, slot);
	hash_hex(&cell->head, hex);
	hex[SLOT_SEEN_DIGITS] = '\0';
	if (list != NULL &&
	    json_array_append_new(list, json_integer(day + 1)) == 0 &&
	    add_word(list, slot) &&
	    json_array_append_new(list, cell->value != GRID_NONE
					    ? json_integer(cell->value)
					    : json_null()) == 0 &&
	    add_word(list, cell->version != NULL ? cell->version : hex) &&
	    (plain ||
		(add_word(list, cell->state) && add_flags(list, cell->flags))))
		return list;
	json_decref(list);
	return NULL;
}

/* ---- a row's totals, as server/report.h counts ---- */

struct totals {
	json_t *kinds; /* owned */
	json_int_t payable;
	json_int_t contested;
	json_int_t missing;
};

static bool count_cell(struct totals *totals, const struct grid_cell *cell)
{
	const char *kind = cell->kind != NULL ? cell->kind->slug : NULL;
	bool paid = kind != NULL && cell->kind->paid && cell->minutes > 0;

	if (strcmp(cell->state, RECORD_CONTESTED) == 0 ||
	    (cell->flags & GRID_DOUBLED) != 0) {
		totals->contested++;
		return true;
	}
	if (strcmp(cell->state, RECORD_MERGED) != 0 || kind == NULL)
		return true;
	if (paid)
		totals->payable += cell->minutes;
	return json_put_int(totals->kinds, kind,
	    json_int(totals->kinds, kind, 0) + cell->minutes);
}

static bool is_blank(
    const struct grid *grid, const struct grid_row *row, int day, int index)
{
	int at = row->cells[day][index];

	return at == GRID_NONE ||
	       strcmp(grid->cells[at].state, RECORD_VOID) == 0;
}

static void count_missing(
    struct totals *totals, const struct grid *grid, const struct grid_row *row)
{
	char text[DATE_TEXT];

	for (int day = 0; day < grid->days; day++) {
		grid_day(grid, day, text);
		if (strcmp(text, grid->today) >= 0)
			return;
		for (int i = 0; i < 2; i++) {
			if ((row->planned[day] & (1U << i)) != 0 &&
			    is_blank(grid, row, day, i))
				totals->missing++;
		}
	}
}

/* ---- a row ---- */

static json_t *annexes_json(const struct grid *grid, const struct grid_row *row)
{
	const struct contracts *contracts = plan_contracts(grid->plan);
	json_t *list = json_array();
	const char *last = "";
	bool done = list != NULL;

	for (int day = 0; done && day < grid->days; day++) {
		const json_t *contract;
		const char *annex;
		char text[DATE_TEXT];

		grid_day(grid, day, text);
		contract =
		    contracts_on(contracts, grid->structure, row->worker, text);
		annex = contract != NULL
		            ? contracts_annex(contracts, grid->structure,
				  json_object_get(contract, "value"), text)
		            : "";
		if (annex[0] != '\0' && strcmp(annex, last) != 0)
			done = add_word(list, annex);
		if (annex[0] != '\0')
			last = annex;
	}
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *usual_json(const json_t *crew)
{
	int minutes[2] = {0, 0}, start, end;

	for (int i = 0; i < 2; i++) {
		if (hours_usual(crew, i == 0 ? "am" : "pm", &start, &end))
			minutes[i] = end - start;
	}
	return json_pack("[i, i]", minutes[0], minutes[1]);
}

/* Slots in their order; what they come to. */
static json_t *slots_json(
    const struct grid *grid, const struct grid_row *row, struct totals *totals)
{
	json_t *list = json_array();
	bool done = list != NULL;

	for (int day = 0; done && day < grid->days; day++) {
		for (int i = 0; done && i < GRID_SLOTS; i++) {
			int at = row->cells[day][i];

			if (at == GRID_NONE)
				continue;
			done = json_array_append_new(list,
				   cell_json(&grid->cells[at], day, i)) == 0;
			/* Who is on no list has no hours to pay. */
			if (done && row->person != NULL)
				done = count_cell(totals, &grid->cells[at]);
		}
	}
	count_missing(totals, grid, row);
	if (done)
		return list;
	json_decref(list);
	return NULL;
}

static json_t *row_json(const struct grid *grid, const struct grid_row *row)
{
	struct totals totals = {.kinds = json_object()};
	const json_t *crew = grid_crew(grid, row);
	char planned[GRID_DAYS + 1] = "";
	struct buf name = BUF_INIT;
	json_t *slots, *json = NULL;

	for (int day = 0; day < grid->days; day++)
		planned[day] = (char)('0' + row->planned[day]);
	if (row->person != NULL)
		people_name(&name, row->person);
	if (totals.kinds == NULL ||
	    (slots = slots_json(grid, row, &totals)) == NULL)
		goto out;
	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:b, s:b, s:s, "
			 "s:o, s:I, s:I, s:I, s:O, s:o}",
	    "worker", row->worker, "name",
	    name.len > 0 ? buf_text(&name) : row->worker, "structure",
	    grid->structure, "crew", row->crew, "site", json_text(crew, "site"),
	    "annexes", annexes_json(grid, row), "newcomer",
	    row->person != NULL && row->person->newcomer, "unknown",
	    row->person == NULL, "closed", grid->closed, "planned", planned,
	    "usual", usual_json(crew), "payable", totals.payable, "contested",
	    totals.contested, "missing", totals.missing, "kinds", totals.kinds,
	    "slots", slots);
out:
	json_decref(totals.kinds);
	buf_free(&name);
	return json;
}

int grid_tell(struct grid *grid, json_t *out, struct err *err)
{
	json_t *rows = json_object_get(out, "rows");

	if (grid->closed &&
	    json_array_append_new(json_object_get(out, "closed"),
		json_pack("{s:s, s:I}", "structure", grid->structure, "version",
		    (json_int_t)json_int(
			grid->past.entry.value, "version", 0))) < 0)
		return err_nomem(err);
	for (size_t i = 0; i < grid->row_count; i++) {
		if (!grid->rows[i].kept)
			continue;
		if (json_array_size(rows) == GRID_ROWS_MAX)
			return err_set(err, E_LIMIT,
			    L("plus de %d lignes : choisissez une structure "
			      "ou une équipe",
				"over %d rows: choose a structure or a crew"),
			    GRID_ROWS_MAX);
		if (json_array_append_new(
			rows, row_json(grid, &grid->rows[i])) < 0)
			return err_nomem(err);
	}
	return 0;
}

/* ---- for a terminal ---- */

#define DAY_TEXT 32

/* What a day comes to: its minutes, or a mark. */
struct day {
	int64_t minutes;
	const char *absence; /* a kind's label */
	bool contested;
	unsigned filled; /* enum plan_slot bits */
};

static void take_slot(struct day *days, const json_t *grid, const json_t *slot)
{
	const json_t *value = json_array_get(json_object_get(grid, "values"),
	    (size_t)json_integer_value(json_array_get(slot, 2)));
	const char *name = json_string_value(json_array_get(slot, 1));
	const char *state = json_string_value(json_array_get(slot, 4));
	struct day *day =
	    &days[json_integer_value(json_array_get(slot, 0)) - 1];
	const struct kind *kind = kind_by_slug(json_text(value, "kind"));

	if (state != NULL && strcmp(state, RECORD_VOID) == 0)
		return;
	if (name[0] != 'x')
		day->filled |= name[0] == 'a' ? PLAN_AM : PLAN_PM;
	if (state != NULL && strcmp(state, RECORD_CONTESTED) == 0) {
		day->contested = true;
		return;
	}
	day->minutes += json_int(value, "minutes", 0);
	if (kind != NULL && kind->absence)
		day->absence = kind_label(kind);
}

/* "7h", "3h30!", "mal", "?": the fewest columns that tell it. */
static void day_text(
    char out[DAY_TEXT], const struct day *day, char planned, bool past)
{
	char time[DURATION_TEXT] = "";
	bool missing = past && ((unsigned)(planned - '0') & ~day->filled) != 0;

	if (day->minutes > 0)
		duration_format(day->minutes, time);
	else if (day->absence != NULL)
		(void)snprintf(time, sizeof(time), "%.*s",
		    (int)text_prefix(day->absence, 3), day->absence);
	else if (day->filled == 0 && !missing)
		(void)snprintf(
		    time, sizeof(time), "%s", planned == '0' ? "" : "·");
	(void)snprintf(out, DAY_TEXT, "%s%s%s", time, day->contested ? "!" : "",
	    missing ? "?" : "");
}

static void table_line(
    struct table *table, const json_t *grid, const json_t *row)
{
	const json_t *slots = json_object_get(row, "slots");
	const char *planned = json_text(row, "planned");
	int64_t count = json_int(grid, "days", 0);
	struct day days[GRID_DAYS] = {{0}};
	char text[DAY_TEXT], day[DATE_TEXT + 4];

	for (size_t i = 0; i < json_array_size(slots); i++)
		take_slot(days, grid, json_array_get(slots, i));
	table_row(table);
	table_text(table, json_text(row, "name"));
	for (int64_t i = 0; i < count; i++) {
		(void)snprintf(day, sizeof(day), "%.8s%02d",
		    json_text(grid, "first"), (int)(i + 1) % 100);
		day_text(text, &days[i], planned[i],
		    strcmp(day, json_text(grid, "today")) < 0);
		table_text(table, text);
	}
	duration_format(json_int(row, "payable", 0), text);
	table_text(table, text);
}

void grid_table(struct table *table, const json_t *grid)
{
	const json_t *rows = json_object_get(grid, "rows");
	int64_t days = json_int(grid, "days", 0);
	char text[4];

	table_column(table, L("Salarié", "Worker"), OUT_TEXT);
	for (int64_t i = 1; i <= days; i++) {
		(void)snprintf(text, sizeof(text), "%d", (int)i % 100);
		table_column(table, text, OUT_TEXT);
	}
	table_column(table, L("Payable", "Payable"), OUT_TEXT);
	for (size_t i = 0; i < json_array_size(rows); i++)
		table_line(table, grid, json_array_get(rows, i));
}
