/*
 * What the laptop alone notes about a crew's half-days.
 */
#ifndef POINTEAU_AGENT_JOURNAL_DAY_H
#define POINTEAU_AGENT_JOURNAL_DAY_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/date.h"
#include "shared/db.h"
#include "shared/err.h"

/* Note that ${person} called a crew's half-day finished; again is fine. */
int journal_finish(struct db *db, const char *structure, const char *crew,
    const char *day, const char *slot, const char *person, int64_t now_s,
    struct err *err);

int journal_is_finished(struct db *db, const char *structure, const char *crew,
    const char *day, const char *slot, bool *out, struct err *err);

/* The first day of which hours are known here; "" when none are. */
int journal_first_day(
    struct db *db, const char *structure, char out[DATE_TEXT], struct err *err);

/* What somebody's day holds, by slot: the value's text, "" or without '{' for
 * none. */
int journal_day(struct db *db, const char *structure, const char *subject,
    const char *day,
    int (*each)(
	void *context, const char *slot, const char *value, struct err *err),
    void *context, struct err *err);

#endif
