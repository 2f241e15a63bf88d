/*
 * What follows from records, kept beside them in the same transaction where
 * somebody asked for it: month totals of hours (table month_total) and the
 * version of each structure's lists (lists_version, ledger_lists.h). The
 * office asks for it on its writing connection; a laptop has neither table.
 */
#ifndef POINTEAU_SHARED_LEDGER_MONTH_H
#define POINTEAU_SHARED_LEDGER_MONTH_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

/* Keep both on this connection until it is closed. */
int ledger_month_keep(struct db *db, struct err *err);
bool ledger_month_kept(const struct db *db);

/* Of a record of hours, what totals are made of. Texts are borrowed. */
struct month_slot {
	const char *structure;
	const char *worker;
	const char *day;
	const char *state;
	const char *kind;
	int64_t minutes;
};

/* A record of hours was ${before} and is ${after}; NULL where it is not. */
int ledger_month_changed(struct db *db, const struct month_slot *before,
    const struct month_slot *after, struct err *err);

/*
 * Between these, changes are gathered and written at the end, once for each
 * worker's month, so that nothing is gathered where a transaction or a
 * savepoint may end. ${rc} is how what lies between went: after a failure
 * what was gathered is forgotten. Returns ${rc}, or its own failure. They
 * nest.
 */
void ledger_month_begin(struct db *db);
int ledger_month_end(struct db *db, int rc, struct err *err);

/* A structure's records are all forgotten, so are its totals. */
int ledger_month_forget(struct db *db, const char *structure, struct err *err);

/* One worker's month of one kind. Texts are borrowed during the call. */
struct month_total {
	const char *structure;
	const char *worker;
	const char *kind;
	int64_t minutes;
	int64_t slots; /* merged, of any number of minutes */
	int64_t contested;
	int64_t unknown;
};

typedef int month_each_total(
    void *context, const struct month_total *total, struct err *err);

/* The totals of ${month} ("2026-11") by structure, worker, kind; of the one
 * ${structure}, or of all when it is NULL. */
int ledger_month_totals(struct db *db, const char *month, const char *structure,
    month_each_total *each, void *context, struct err *err);

/* Whoever has merged or contested hours in ${month} under two structures or
 * more, by identifier. */
int ledger_month_shared(struct db *db, const char *month,
    int (*each)(void *context, const char *worker, struct err *err),
    void *context, struct err *err);

/* Are a structure's totals what its records add up to? */
int ledger_month_check(
    struct db *db, const char *structure, bool *same, struct err *err);

#endif
