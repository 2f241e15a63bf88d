/*
 * Accompaniment: what counsellors note of a worker's path, each a signed
 * record of the office's own (meeting, training, immersion, leaving, and how
 * somebody stands six months later). A correction is a new revision with its
 * reason; withdrawing is one too.
 */
#ifndef POINTEAU_SERVER_CARE_CARE_H
#define POINTEAU_SERVER_CARE_CARE_H

#include <stdbool.h>

#include "server/office.h"
#include "shared/buf.h"
#include "shared/date.h"
#include "shared/err.h"
#include "shared/json.h"
#include "shared/record.h"

enum care_family {
	CARE_MEETING,
	CARE_TRAINING,
	CARE_PMSMP,
	CARE_EXIT,
	CARE_FOLLOWUP,
	CARE_FAMILIES,
};

/* "meeting", "training", "pmsmp", "exit", "followup": family and kind of the
 * records. Static. */
const char *care_family_name(enum care_family family);

/* Somebody who is accompanied. */
struct care_worker {
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
};

/*
 * Find a worker of the list, by identifier. ${structure} may be NULL.
 * E_NOT_FOUND says whose identifier is nearest; E_CONFLICT when two
 * structures have it.
 */
int care_worker_find(struct care_worker *out, struct db *db,
    const char *structure, const char *worker, struct err *err);

/* A note that exists. */
struct care_note {
	enum care_family family;
	struct care_worker of;
	char id[TEXT_ID_MAX + 1];
	char record[RECORD_KEY_MAX];
	json_t *value; /* owned; provisional when two revisions stand side by
	                  side (a restored server) */
};

/* Find it by its identity; E_NOT_FOUND, also when it was withdrawn. Clear it
 * in every case. */
int care_note_find(
    struct care_note *out, struct db *db, const char *id, struct err *err);
void care_note_clear(struct care_note *note);

/* Who does something and why. Everything is borrowed. */
struct care_by {
	const char *person; /* NULL: the account that acts, or nobody said */
	const char *reason; /* of a correction; else NULL */
	const char *seen;   /* hash of the revision that was on the screen, or
	                       NULL: E_CONFLICT when it is another by now */
};

/*
 * Note ${value} (borrowed) about somebody. ${id} receives its identity (may
 * be NULL). What is odd about it but kept all the same is added to ${notes},
 * one line each, with its source. E_INVALID, E_CONFLICT (immersions that
 * overlap).
 */
int care_add(struct office *office, enum care_family family,
    const struct care_worker *worker, const json_t *value,
    const struct care_by *by, char id[TEXT_ID_MAX + 1], struct buf *notes,
    struct err *err);

/* Set members of a note: null ones are taken out, the others stay. Nothing
 * happens when it says so already. */
int care_set(struct office *office, const char *id, const json_t *members,
    const struct care_by *by, struct buf *notes, struct err *err);

/* Withdraw a note. Its history stays. */
int care_void(struct office *office, const char *id, const struct care_by *by,
    struct err *err);

/* Which notes; NULL is whatever. */
struct care_filter {
	const char *structure;
	const char *worker;
	const char *since; /* ISO, by the note's own first day */
	const char *until;
	bool bare; /* without hash, at, person, revisions and late: cheaper */
};

/*
 * Notes of a family, by worker and day, own it: [{"family","id","structure",
 * "worker",<the value's members>,"hash","at","person","revisions":n,
 * "contested":b, …}]; at and person are of the revision that stands. Beside
 * these, a pmsmp has "days", an exit "late" (entered over a month after) and
 * "followup" (the id of what was noted six months later, or null) with
 * "followup_due".
 */
int care_list(struct office *office, enum care_family family,
    const struct care_filter *filter, json_t **out, struct err *err);

/* Every revision of a note, withdrawn or not, own it: [{"hash","at","person",
 * "device","reason","void":b,"value":{…}|null}], the oldest first. ${of}
 * receives whom it is about. */
int care_history(struct office *office, const char *id, struct care_worker *of,
    json_t **out, struct err *err);

/* How many months after leaving somebody is asked again, and how late
 * leaving may be entered (the service control of FSE+). */
#define CARE_FOLLOWUP_MONTHS 6
#define CARE_EXIT_MONTHS     1
#define CARE_FSE_SOURCE      "FSE+, contrôle de service fait"

/* ---- inside server/care/ ---- */

/* Check a value beyond its fields, against what else is known of the worker.
 * ${self} is the note it corrects, NULL for a new one. */
int care_check(struct office *office, enum care_family family,
    const struct care_worker *worker, const json_t *value,
    const struct care_note *self, struct buf *notes, struct err *err);

/* The day by which notes of a family are told apart and ordered: "day" or
 * "start". Borrowed from ${value}. */
const char *care_day(enum care_family family, const json_t *value);

/* Today's date here, ISO. */
void care_today(const struct office *office, char out[DATE_TEXT]);
/* Days since 1970 of an ISO day; 0 when it is none. */
int64_t care_days(const char *day);
/* An ISO day some months later. */
void care_months_later(const char *day, int months, char out[DATE_TEXT]);

#endif
