/*
 * What leaves the office as files. An export is read and made in memory,
 * written in the log, and only then given to whoever asked: no log, no
 * export. Zero rows are refused.
 *
 *	export_prepare	reads: the rows, and a key and a digest of each
 *	export_render	makes the files
 *	export_log	writes the entry export/ID in the log of every structure
 *
 * The entries say who, when, what, with which filter, how many rows and the
 * SHA-256 of the files; and of each row its key and digest, so that what
 * changed since can be told (export_changed.c).
 */
#ifndef POINTEAU_SERVER_EXPORT_EXPORT_H
#define POINTEAU_SERVER_EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/out.h"

#define EXPORT_ID     18 /* "20261123-1a2b3c4d" and NUL */
#define EXPORT_DIGEST 13 /* the first digits of a SHA-256, and NUL */
#define EXPORT_FAMILY "export"

/* What is asked. Texts are borrowed, "" where nothing is asked. */
struct export_ask {
	const char *what;  /* "report", "payroll", "sheets", "asp", "fse" */
	const char *month; /* "2026-11" */
	const char *structure;
	const char *by;      /* report: worker…; sheets: worker, crew */
	const char *worker;  /* sheets */
	const char *project; /* fse */
	const char *format;  /* one alone; "": those the kind usually has */
	const char *map;     /* payroll: the text of a map (export_map.h) */
	bool each;           /* sheets: a file a person */
};

struct export_file {
	char *name; /* owned: a plain file name */
	struct buf data;
};

struct export
{
	struct office *office; /* where it reads: what who acts may see */
	struct export_ask ask;
	const struct export_kind *kind;
	char first[11], last[11]; /* of the month */
	json_t *structures;       /* owned: reference_load's */
	json_t *keys;        /* owned: structure to {key: [digest, minutes]} */
	struct table *table; /* owned: its rows, as a spreadsheet has them */
	int64_t rows;
	bool total;                /* the table ends by its sum */
	bool provisional;          /* a month that is not closed is in it */
	struct buf title;          /* what people read on it */
	struct buf lines;          /* what they have to know, one a line */
	struct buf why;            /* there is no row, when there is none */
	struct buf missing;        /* letters that a PDF could not print */
	struct buf unprintable;    /* the texts that have them: whose names */
	void *state;               /* the kind's own */
	struct export_file *files; /* owned */
	size_t count;
};

/* One kind of export. */
struct export_kind {
	const char *what;
	const char *fr, *en; /* what people call it */
	const char *file;    /* how its files begin, in French; English: what */
	const char *formats; /* "csv,xlsx": which there are */
	const char *usual;   /* those made when none is asked */
	int (*prepare)(struct export *ex, struct err *err);
	/* Make the file of ${format}; NULL: of the table alone. */
	int (*render)(struct export *ex, const char *format, struct err *err);
	void (*clear)(struct export *ex); /* the state; may be NULL */
};

extern const struct export_kind export_report;
extern const struct export_kind export_payroll;
extern const struct export_kind export_sheets;
extern const struct export_kind export_asp;
extern const struct export_kind export_fse;

/* The kind called so; E_USAGE. And all of them. */
int export_kind_find(
    const struct export_kind **out, const char *what, struct err *err);
const struct export_kind *const *export_kinds(size_t *count);

/*
 * Read what it would have. E_USAGE, E_INVALID for what is asked wrongly,
 * E_NOT_FOUND for zero rows, with the reason. Clear it in both cases;
 * ${ask}'s texts stay the caller's.
 */
int export_prepare(struct export *out, struct office *office,
    const struct export_ask *ask, struct err *err);
int export_render(struct export *ex, struct err *err);
void export_clear(struct export *ex);

/* Write it in the log of ${office}, which writes, in one act; ${id} is its
 * name from now on. */
int export_log(struct export *ex, struct office *office, char id[EXPORT_ID],
    struct err *err);

/* An auditor's directory (server/audit/), or the one file of it. Borrowed. */
struct export_audit {
	const char *month;
	const char *structure;  /* as asked: "" for all */
	const char *structures; /* those in it: one a line, or by commas */
	const char *sum;        /* SHA-256 of its SHA256SUMS */
	int64_t entries;
	const char *zip; /* the file's name; NULL: the directory itself */
	const char *zip_sum;
	int64_t zip_bytes;
};

/* The same of such a one. */
int export_log_audit(struct office *office, const struct export_audit *audit,
    char id[EXPORT_ID], struct err *err);

/* ---- for the kinds ---- */

/* May who acts now have this structure, and was it asked? */
bool export_wants(const struct export *ex, const char *structure);

/* Call ${each} for every structure wanted, in order. */
int export_each_structure(struct export *ex,
    int (*each)(struct export *ex, const char *structure, struct err *err),
    struct err *err);

/* A structure's name. Borrowed from the export. */
const char *export_structure_name(
    const struct export *ex, const char *structure);

/* The structure is in the export, whatever its rows. */
int export_cover(struct export *ex, const char *structure, struct err *err);

/* The table has one row more: remember it as ${key} of ${structure}. ${said}
 * is what it says, in words of no language and no layout: its digest tells
 * later whether the row has changed. */
int export_row(struct export *ex, const char *structure, const char *key,
    int64_t minutes, const char *said, struct err *err);

/* A file of this name, to be filled; NULL when out of memory. */
struct buf *export_file(struct export *ex, const char *name);

/* The table as csv, rfc4180, xlsx or pdf: what a kind without files of its
 * own is given as. */
int export_render_table(struct export *ex, const char *format, struct err *err);

/* Append "paie-MONTH[-STRUCTURE].EXTENSION". */
void export_name(
    struct buf *out, const struct export *ex, const char *extension);

/* A line of ${ex->lines}. */
void export_line(struct export *ex, const char *text);

/* The date that its documents have: the month's last day, noon, UTC. */
int64_t export_date(const struct export *ex);

/* Is the health of people not to be read in what who acts now exports? */
bool export_hides_health(const struct export *ex);
/* The kind of hours as it may be told: health is an absence like others. */
const char *export_kind_slug(const struct export *ex, const char *slug);
const char *export_kind_label(const char *slug);

#endif
