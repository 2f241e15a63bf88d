/*
 * The inside of struct report (server/report.h): report.c fills it,
 * report_show.c tells it.
 */
#ifndef POINTEAU_SERVER_REPORT_PART_H
#define POINTEAU_SERVER_REPORT_PART_H

#include <stddef.h>
#include <stdint.h>

#include "server/import/people.h"
#include "server/report.h"
#include "shared/date.h"
#include "shared/json.h"

enum dimension { BY_WORKER, BY_SITE, BY_CREW, BY_ACTIVITY, BY_STRUCTURE };

struct report_dimension {
	const char *name;
	const char *fr, *en;           /* the column's title */
	const char *none_fr, *none_en; /* what the row of key "" is called */
};

/* By enum dimension. */
extern const struct report_dimension report_dimensions[];

struct report_row {
	char *key;  /* owned */
	char *name; /* owned: what people read */
	int64_t minutes;
	int64_t contested;
	json_t *kinds; /* owned: slug to minutes */
};

struct report {
	char month[MONTH_TEXT];
	enum dimension by;
	struct report_row *rows; /* owned */
	size_t count;
	size_t room;
	int64_t minutes;
	int64_t contested;
	int64_t unknown;
};

/* What a slot's row needs, its texts borrowed. */
struct report_slot {
	const char *structure;
	const char *worker;
	const char *day;
	const char *slot;
	const char *kind;
	const char *site;
	const char *activity;
	int64_t minutes;
};

/* While the month is read. */
struct report_reading {
	struct report *report;
	const char *structure;       /* the only one to count, or NULL */
	const struct signer *signer; /* counts its own structures; or NULL */
	struct people *people;
	json_t *crews;
	json_t *sites;
	json_t *structures;
	json_t *places; /* key to its row's index */

	/* The payable slot last read waits until the next worker, day or
	 * slot: a second structure may have it too. */
	json_t *texts; /* what its texts are borrowed from */
	struct report_slot waiting;
	bool is_waiting;
	bool doubled;

	/* Who has hours under two structures in the month: read slot by slot,
	 * the others are left to totals. */
	json_t *shared;
	bool passing; /* whoever is in there is passed by for now */
};

/* The row that a slot counts in, made when new (report.c). */
int report_row_find(struct report_reading *reading,
    const struct report_slot *slot, struct report_row **out, struct err *err);

/* Add up the days first..last, a month (report_read.c). */
int report_read(struct report_reading *reading, struct db *db,
    const char *first, const char *last, struct err *err);

#endif
