/*
 * The inside of struct report (server/report.h): report.c fills it,
 * report_show.c tells it.
 */
#ifndef POINTEAU_SERVER_REPORT_PART_H
#define POINTEAU_SERVER_REPORT_PART_H

#include <stddef.h>
#include <stdint.h>

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

#endif
