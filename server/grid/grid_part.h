/*
 * The inside of server/grid: what is read of a structure's month
 * (grid_read.c), and how it is told (grid_show.c).
 */
#ifndef POINTEAU_SERVER_GRID_PART_H
#define POINTEAU_SERVER_GRID_PART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/closing_part.h"
#include "server/contracts.h"
#include "server/grid/grid.h"
#include "server/plan.h"
#include "shared/crypto.h"
#include "shared/date.h"

#define GRID_DAYS  31
#define GRID_SLOTS 11 /* am, pm, x1 to x9 */
#define GRID_NONE  (-1)

enum grid_flag {
	GRID_CORRECTED = 1,
	GRID_PAPER = 2,
	GRID_LATE = 4,
	GRID_DOUBLED = 8,
};

struct grid_cell {
	int value; /* in grid->values; GRID_NONE */
	int minutes;
	const struct kind *kind; /* NULL: none, or not known here */
	char state[12];          /* RECORD_MERGED … */
	unsigned flags;
	int entries; /* that were seen so far */
	struct hash head;
	char *version; /* owned; NULL: that of head alone */
};

struct grid_row {
	const struct person *person; /* NULL: on no list */
	char worker[TEXT_ID_MAX + 1];
	char crew[TEXT_ID_MAX + 1]; /* the last of the month */
	unsigned char planned[GRID_DAYS];
	int cells[GRID_DAYS][GRID_SLOTS]; /* in cells; GRID_NONE */
	bool aliased; /* a newcomer's hours are among these */
	bool in_crew, at_site, under_annex; /* on some day, by the papers */
	bool kept;                          /* the filter lets it pass */
};

/* One structure's month. */
struct grid {
	struct office *office;
	const struct grid_filter *filter;
	char structure[TEXT_ID_MAX + 1];
	char first[DATE_TEXT], last[DATE_TEXT], today[DATE_TEXT];
	int days;
	struct plan *plan;
	json_t *crews; /* owned: the structure's, by identifier */
	bool closed;
	struct closing_past past;
	struct grid_row *rows; /* owned */
	size_t row_count, row_room;
	struct grid_cell *cells; /* owned */
	size_t cell_count, cell_room;
	json_t *places; /* owned: worker to its row */
	json_t *values; /* borrowed: array of the answer */
	json_t *known;  /* borrowed: canonical text to its place there */
};

/* Fill ${grid}, whose office, filter, structure, days, values and known are
 * set; clear it with grid_clear in every case. */
int grid_fill(struct grid *grid, struct err *err);
void grid_clear(struct grid *grid);

/* "am" to 0, "pm" to 1, "x1" to 2 …, and back. */
int grid_slot_index(const char *slot);
void grid_slot_name(int index, char out[3]);

/* The ISO text of a day of the month, from 0. */
void grid_day(const struct grid *grid, int day, char out[DATE_TEXT]);

/* The value of the row's crew; NULL for none. */
const json_t *grid_crew(const struct grid *grid, const struct grid_row *row);

/* Append the structure's part to the answer. */
int grid_tell(struct grid *grid, json_t *out, struct err *err);

#endif
