/*
 * A supervisor's PIN: it locks the page, not the laptop, so that somebody who
 * passes by records nothing in another's name. Whoever has the laptop's own
 * shell needs none, and may make it forgotten.
 */
#ifndef POINTEAU_AGENT_PIN_H
#define POINTEAU_AGENT_PIN_H

#include <stdbool.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"

#define PIN_MIN        4
#define PIN_MAX        8
#define PIN_FREE       5 /* wrong ones before one has to wait */
#define PIN_WAIT_S     30
#define PIN_WAIT_MAX_S 3600

/* 4 to 8 digits: E_INVALID says so. */
int pin_check(const char *pin, struct err *err);

/* Has the supervisor one? ${wrong} (may be NULL): how many wrong ones were
 * given since the last right one. */
int pin_look(struct db *db, const char *structure, const char *supervisor,
    bool *set, int64_t *wrong, struct err *err);

/* Give one, in the place of any other. */
int pin_set(struct db *db, const char *structure, const char *supervisor,
    const char *pin, struct err *err);

/*
 * Is it the one? The answer is counted, durably, before it is known, so that
 * pulling the plug gives no try for nothing. E_NOT_FOUND when none is set.
 */
int pin_try(struct db *db, const char *structure, const char *supervisor,
    const char *pin, bool *right, struct err *err);

/* ${*gone}: was there one? */
int pin_forget(struct db *db, const char *structure, const char *supervisor,
    bool *gone, struct err *err);

/* After ${wrong} wrong ones: seconds until the next may be tried. 0 for the
 * first few, then PIN_WAIT_S, doubled each time, at most PIN_WAIT_MAX_S. */
int64_t pin_wait_s(int64_t wrong);

#endif
