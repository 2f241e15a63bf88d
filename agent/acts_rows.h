/*
 * What an act upon several slots did, slot by slot.
 */
#ifndef POINTEAU_AGENT_ACTS_ROWS_H
#define POINTEAU_AGENT_ACTS_ROWS_H

#include <stddef.h>

#include "agent/acts_hours.h"
#include "shared/err.h"

struct acts_rows {
	struct acts_done *items; /* owned */
	size_t count;
	size_t room;
	size_t skipped;      /* people whose slot was left alone */
	struct buf warnings; /* about the act as a whole, one a line */
};

#define ACTS_ROWS_INIT                                                         \
	{                                                                      \
		NULL, 0, 0, 0, BUF_INIT                                        \
	}

/* One more row, to be filled by an act at once; NULL when out of memory. */
struct acts_done *acts_rows_add(struct acts_rows *rows);
void acts_rows_clear(struct acts_rows *rows);

/* The first slot of x1 to x9 that a worker has free that day, one never used
 * before one that was cancelled. E_LIMIT when there is none. */
int acts_rows_free(char out[ACTS_SLOT_TEXT], struct agent *agent,
    const struct roster_item *worker, const char *day, struct err *err);

#endif
