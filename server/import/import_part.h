/*
 * The inside of import.h, for the files that each bring in one kind of
 * thing. A part checks every row, noting faults, before it sets any record.
 */
#ifndef POINTEAU_SERVER_IMPORT_PART_H
#define POINTEAU_SERVER_IMPORT_PART_H

#include <stdbool.h>
#include <stddef.h>

#include "server/act.h"
#include "server/import/import.h"
#include "server/import/reference.h"
#include "shared/csv.h"
#include "shared/json.h"
#include "shared/record.h"

struct import {
	struct office *office;
	struct act act;
	const struct import_input *inputs;
	size_t input_count;
	const char *scheme; /* of skills */
	bool dry;           /* nothing is to remain */
	struct import_summary *summary;
	struct csv *csv; /* the file at hand */
	struct buf text; /* … as text, when it is a workbook */
	json_t *seen;    /* keys of its rows so far, with their lines */
	bool failed;     /* no memory while checking a row */
	int64_t merged;  /* records so far, for who watches (progress.h) */
};

/* One kind of file, its rows alike. */
struct import_part {
	const char *what;
	const struct csv_column *columns;
	int (*load)(struct import *, void **state, struct err *);
	void (*check)(struct import *, void *state, size_t row);
	int (*apply)(struct import *, void *state, struct err *);
	void (*unload)(void *state); /* accepts NULL */
};

/* Ended by NULL, in the order in which a new office needs them. */
extern const struct import_part *const import_parts[];
/* NULL when there is none of that name. */
const struct import_part *import_part_find(const char *what);
/* E_USAGE: ${what} is no kind; the message names them. */
int import_refuse_what(struct err *err, const char *what);

extern const struct import_part import_structures;
extern const struct import_part import_sites;
extern const struct import_part import_crews;
extern const struct import_part import_supervisors;
extern const struct import_part import_workers;
extern const struct import_part import_projects;
extern const struct import_part import_skills;
extern const struct import_part import_exit_codes;
extern const struct import_part import_annexes;
extern const struct import_part import_contracts;

/* The official files of the ROME, all of a call at once. */
int import_rome(struct import *import, struct err *err);
bool import_rome_is(const char *name);

/* Open ${input} as ${import->csv}; messages then name the file. */
int import_open(struct import *import, const struct import_input *input,
    const struct csv_column *columns, struct err *err);
/* Refuse the open file if any row is faulty. */
int import_verdict(
    struct import *import, const struct import_input *input, struct err *err);
/* Close it; unknown columns and faults pass into the summary. */
void import_close(struct import *import);

/* What became of a record, or of all records of a row. */
struct import_change {
	bool existed;
	bool changed;
};

/*
 * Set members of a reference record, keeping the others it has: ${members}
 * is taken (NULL: out of memory); a null member is removed. Nothing happens
 * when an absent record would be set to nothing. ${part} may be NULL.
 */
int import_merge(struct import *import, const char *structure,
    const char *family, const char *id, const char *part, json_t *members,
    struct import_change *change, struct err *err);
/* Count what became of ${row}; IMPORT_NO_ROW for what no row of the file tells
 * by itself. */
#define IMPORT_NO_ROW ((size_t)-1)
void import_count(
    struct import *import, size_t row, const struct import_change *change);

/* Of a dry run: what the file is, and its faults; then what becomes of a row,
 * as long as there is room. */
int import_preview(struct import *import, struct err *err);
void import_preview_row(struct import *import, size_t row, const char *state);

/* Set the record of every row: its structure and identifier are in these
 * columns, ${members} makes what it sets (NULL: out of memory). */
typedef json_t *import_members(const struct csv *csv, size_t row);
int import_apply(struct import *import, const char *family, size_t structure,
    size_t id, import_members *members, struct err *err);

/* The field's text as a member of a value: null when empty. */
bool import_put(json_t *members, const char *key, const char *text);

/* A field of weekdays as the member "days", when the file has the column. */
bool import_put_days(
    json_t *members, const struct csv *csv, size_t row, size_t column);

/* ---- checks of one field; false when a fault was noted (import_row.c) ---- */

void import_row_fault(
    struct import *import, size_t row, size_t column, const char *why);
bool import_row_id(struct import *import, size_t row, size_t column);
bool import_row_name(struct import *import, size_t row, size_t column,
    size_t max, bool required);
/* Weekdays (weekdays.h), or nothing. */
bool import_row_days(struct import *import, size_t row, size_t column);
/* Is it the file's first row of this key? */
bool import_row_once(
    struct import *import, size_t row, size_t column, const char *key);
/* Is the field an identifier that ${known} (reference_load) has under
 * ${structure}? ${missing} says what to do when not. */
bool import_row_known(struct import *import, size_t row, size_t column,
    const json_t *known, const char *structure, const char *missing);
/* The same for the column that names the structure. */
bool import_row_structure(
    struct import *import, size_t row, size_t column, const json_t *structures);

#endif
