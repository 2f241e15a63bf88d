/*
 * Acts of the office upon hours: record, correct, cancel and move one slot,
 * or give an absence to every half-day of a period. Each is one signed act;
 * what it replaces is named by it, and stays in the history.
 */
#ifndef POINTEAU_SERVER_HOURS_ACT_H
#define POINTEAU_SERVER_HOURS_ACT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/hours/slot.h"
#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/kind.h"

/* Where. structure may be NULL when one alone has the worker. */
struct hours_place {
	const char *structure;
	const char *worker;
	char day[DATE_TEXT];
	char slot[HOURS_SLOT_TEXT];
};

/* What. -1 and NULL: not said. */
struct hours_wish {
	int minutes;
	int start, end; /* minutes since midnight */
	int pause;
	const struct kind *kind;
	const char *site;     /* its identifier or its name; "" for none */
	const char *activity; /* "" for none */
};

#define HOURS_WISH_INIT                                                        \
	{                                                                      \
		-1, -1, -1, -1, NULL, NULL, NULL                               \
	}

/* The words around it, NULL when not said. */
struct hours_words {
	const char *reason; /* a correction takes one */
	const char *note;
	const char *seen; /* the version that its author saw (slot.h) */
	bool paper;       /* typed from a blank crew sheet */
};

struct hours_done {
	bool already;     /* so it was: nothing was written */
	bool late;        /* the month is closed: this is a late entry */
	struct slot slot; /* as it is now */
	json_t *conflict; /* of E_CONFLICT: slot_difference; may be NULL */
};

/* Clear with hours_done_clear, also after a failure. */
void hours_done_clear(struct hours_done *done);

/*
 * Record a blank slot. What is not said is a crew's usual: its site, and of
 * its own half-days the minutes, unless the kind is an unpaid absence.
 * E_CONFLICT when another value is there, or ${words->seen} is not what is
 * there; E_NOT_FOUND for an unknown worker or site; E_INVALID.
 */
int hours_add(struct office *office, const struct hours_place *place,
    const struct hours_wish *wish, const struct hours_words *words,
    struct hours_done *done, struct err *err);

/* Replace what is said of a slot's value. E_NOT_FOUND when it has none;
 * E_CONFLICT when it is contested, or not as seen. */
int hours_set(struct office *office, const struct hours_place *place,
    const struct hours_wish *wish, const struct hours_words *words,
    struct hours_done *done, struct err *err);

/* Cancel it. */
int hours_void(struct office *office, const struct hours_place *place,
    const struct hours_words *words, struct hours_done *done, struct err *err);

/* Cancel it and record the same at ${to}, whose NULL and empty members are as
 * in ${place}: done->slot is that one. */
int hours_move(struct office *office, const struct hours_place *place,
    const struct hours_place *to, const struct hours_words *words,
    struct hours_done *done, struct err *err);

struct hours_period {
	const char *structure; /* or NULL */
	const char *worker;
	char first[DATE_TEXT], last[DATE_TEXT];
	bool from_pm; /* the first day begins after noon */
	bool to_am;   /* the last one ends at noon */
	const struct kind *kind;
	int minutes;  /* of each half-day; -1: as in hours_add */
	bool replace; /* other values too, for words->reason */
};

#define HOURS_PERIOD_DAYS_MAX 400

/*
 * One act for every half-day planned in a period: blanks are filled, what
 * says the same stays. Nothing is written and E_CONFLICT lists them when
 * other values are there, unless period->replace; contested ones always are
 * in the way. E_INVALID when nothing is planned then.
 *
 * ${*out}: {"structure","worker","first","last","kind","written":n,
 * "replaced":n,"already":n,"late":b,"rows":[{"day","slot","outcome":
 * "written"|"replaced"|"already"}]}, own it; of E_CONFLICT, own it too:
 * {"structure","worker","taken":[{"day","slot","state","minutes","kind"}]}.
 */
int hours_period(struct office *office, const struct hours_period *period,
    const struct hours_words *words, json_t **out, struct err *err);

/*
 * Every entry of a slot, newest last, own it: {"structure","worker","name",
 * "day","slot","state","version","late","closed","rows":[slot_entry_json,
 * with "before":[its parents' values]]}.
 */
int hours_history(struct office *office, const struct hours_place *place,
    json_t **out, struct err *err);

#endif
