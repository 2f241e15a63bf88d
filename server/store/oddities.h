/*
 * What the stored sets tell that a person should look at: branches and holes
 * in the sessions of a device, sets that contradict the log, entries set
 * aside. Nothing is noted beside the facts: each is asked of them anew.
 */
#ifndef POINTEAU_SERVER_STORE_ODDITIES_H
#define POINTEAU_SERVER_STORE_ODDITIES_H

#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

/* One of them. Texts are borrowed during the call. */
struct oddity {
	const char *structure;
	const char *device;
	const char *what; /* of quarantine: the code; of a hole: the session */
	int64_t count;
	int64_t first_s; /* server times, 0 when there is none */
	int64_t last_s;
};

typedef int oddity_each(
    void *context, const struct oddity *oddity, struct err *err);

/* Two sets of a device that follow the same one: it was copied, or put back
 * from an older copy. */
int oddities_branches(
    struct db *db, oddity_each *each, void *context, struct err *err);

/* Sets of a session that never came although later ones did. */
int oddities_holes(
    struct db *db, oddity_each *each, void *context, struct err *err);

/* Sets kept as evidence, because the log has another of their number. */
int oddities_forks(
    struct db *db, oddity_each *each, void *context, struct err *err);

/* … and how many of a device more had no room (access.h): each time that one
 * came, the same one again too. */
int oddities_missed(struct db *db, const char *structure, const char *device,
    int64_t *out, struct err *err);

/* Entries in quarantine, by device and code. */
int oddities_quarantined(
    struct db *db, oddity_each *each, void *context, struct err *err);

/*
 * Slots that hold an accident at work, or may, because they are contested; by
 * structure, worker and day, an accident noted by itself (an x slot) before
 * the absences of that day. Texts are borrowed during the call.
 */
struct oddity_slot {
	const char *structure;
	const char *record;
	const char *worker;
	const char *day;
	const char *slot;
};
int oddities_accidents(struct db *db,
    int (*each)(void *context, const struct oddity_slot *slot, struct err *err),
    void *context, struct err *err);

/* When the first set that holds an entry of ${record} came; 0 unknown. */
int oddities_record_time(struct db *db, const char *structure,
    const char *record, int64_t *out, struct err *err);

#endif
