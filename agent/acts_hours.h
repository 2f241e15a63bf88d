/*
 * What a supervisor does with hours: record, correct, cancel, move. The
 * rules stand here, for the command line and the import alike. Every act
 * runs between save_begin and save_commit and reads within the same
 * transaction, so that two programs cannot both fill one slot.
 */
#ifndef POINTEAU_AGENT_ACTS_HOURS_H
#define POINTEAU_AGENT_ACTS_HOURS_H

#include <stdbool.h>

#include "agent/acts.h"
#include "agent/roster.h"
#include "agent/save.h"
#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/hours.h"

/* Which slot of whom: ${worker} as people typed it. */
struct acts_place {
	const char *structure; /* "" unless given, to tell homonyms apart */
	const char *worker;
	char day[DATE_TEXT];
	char slot[ACTS_SLOT_TEXT];
};

/* A value as given: what was not given takes a default, or stays. */
struct acts_wish {
	int minutes; /* -1: not given; so for start, end, pause */
	int start;
	int end;
	int pause;
	const struct kind *kind; /* NULL: not given */
	const char *site;        /* NULL: not given; "" clears */
	const char *activity;    /* likewise */
	const struct hash *from; /* of an add: what it was split from */
	size_t from_count;
};

#define ACTS_WISH_INIT                                                         \
	{                                                                      \
		-1, -1, -1, -1, NULL, NULL, NULL, NULL, 0                      \
	}

struct acts_call {
	struct save *save;
	const struct roster *roster;
	const char *person; /* --as, or NULL: the crew's supervisor */
	const char *note;   /* or NULL */
	const char *reason; /* or NULL */
	bool is_list;       /* of an import: no duration is guessed */
};

enum acts_outcome {
	ACTS_WRITTEN,
	ACTS_ALREADY,      /* this person had recorded just that */
	ACTS_CORROBORATED, /* another person had; both now have */
};

/* What was done. Clear it with acts_hours_clear, also after a failure. */
struct acts_done {
	enum acts_outcome outcome;
	const struct roster_item *worker; /* the roster's; a move's target */
	char person[TEXT_NAME_MAX + 1];
	char day[DATE_TEXT];
	char slot[ACTS_SLOT_TEXT];
	json_t *value;       /* what the slot now holds; NULL: cancelled */
	struct hash hash;    /* of the entry written last */
	struct buf warnings; /* one a line; nothing was refused for them */
	bool late;           /* in a month that the office has closed */
};

void acts_hours_clear(struct acts_done *done);

/* The roster's item for the worker that ${place} names; among homonyms of
 * several structures, the supervisor's own. */
int acts_hours_worker(const struct acts_call *call,
    const struct acts_place *place, const struct roster_item **out,
    struct err *err);

/*
 * Fill an empty or cancelled slot. E_CONFLICT when it holds another value
 * or is contested; E_USAGE when no duration is given nor usual.
 */
int acts_hours_add(const struct acts_call *call, const struct acts_place *place,
    const struct acts_wish *wish, struct acts_done *done, struct err *err);

/*
 * Correct a slot; ${call->reason} says why. What ${wish} does not give
 * stays, but for times that a new duration makes false. In a contested slot
 * only this laptop's own value is corrected. E_NOT_FOUND when it is empty.
 */
int acts_hours_set(const struct acts_call *call, const struct acts_place *place,
    const struct acts_wish *wish, struct acts_done *done, struct err *err);

/* Cancel what the slot holds; in a contested one, this laptop's own value
 * alone. E_NOT_FOUND when it is empty, E_CONFLICT when others contest it. */
int acts_hours_void(const struct acts_call *call,
    const struct acts_place *place, struct acts_done *done, struct err *err);

/* Cancel here and record there, linked. Empty members of ${to} (worker
 * NULL) are those of ${place}. E_CONFLICT when that slot is taken, or this
 * one contested. */
int acts_hours_move(const struct acts_call *call,
    const struct acts_place *place, const struct acts_place *to,
    struct acts_done *done, struct err *err);

#endif
