/*
 * Leaving: somebody's exit, the reasons that the authority lists, and the
 * follow-up six months later.
 */
#ifndef POINTEAU_SERVER_CARE_LEAVE_H
#define POINTEAU_SERVER_CARE_LEAVE_H

#include "server/care/care.h"

/*
 * The leaving that counts now: the last one that no contract's start has
 * followed. ${*found} tells. Clear ${out} in every case.
 */
int leave_current(struct care_note *out, struct office *office,
    const struct care_worker *worker, bool *found, struct err *err);

/*
 * Note that somebody left, or correct it when it is noted already (then a
 * reason is due); ${again}: they came back and left once more. ${id} receives
 * its identity.
 */
int leave_set(struct office *office, const struct care_worker *worker,
    const json_t *value, bool again, const struct care_by *by,
    char id[TEXT_ID_MAX + 1], struct buf *notes, struct err *err);

/* Note how somebody stands six months after leaving (${value} without
 * "exit"), or correct it. E_NOT_FOUND when no leaving is noted. */
int leave_follow_up(struct office *office, const struct care_worker *worker,
    const json_t *value, const struct care_by *by, char id[TEXT_ID_MAX + 1],
    struct buf *notes, struct err *err);

/* The imported reasons, own it: [{"code","label","category"}]. */
int leave_codes(struct office *office, json_t **out, struct err *err);

#endif
