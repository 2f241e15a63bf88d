/*
 * One page per worker: contracts, crews, the curve of hours, absences,
 * skills, accompaniment, sign-offs. Nobody is ranked, nothing is averaged.
 */
#ifndef POINTEAU_SERVER_CARE_PATH_H
#define POINTEAU_SERVER_CARE_PATH_H

#include <stdbool.h>

#include "server/care/care.h"
#include "server/office.h"
#include "shared/err.h"
#include "shared/json.h"

/* Weeks under fifteen hours are marked, means are not shown: the activity
 * asked of who receives the RSA is counted by the week (law 2023-1196 of 18
 * December 2023, articles 1 to 3). */
#define PATH_WEEK_MINUTES (15 * 60)
#define PATH_WEEKS        53

/* Everybody of the list, by structure and identifier, own it: [{"worker",
 * "structure","name","crew","crew_name","contract_end","left","due":n,
 * "late":n}]. ${search}: these words, whatever their accents; NULL: all.
 * ${structure} may be NULL. "left": the day somebody left, or "". */
int path_list(struct office *office, const char *structure, const char *search,
    json_t **out, struct err *err);

/* The page of one worker, own it; members as docs/office.md tells. Unless
 * ${whole}, skills and accompaniment are left out. ${job} is a trade's code
 * to tell gaps to, or NULL. */
int path_show(struct office *office, const struct care_worker *worker,
    const char *job, bool whole, json_t **out, struct err *err);

/* ---- its parts, each adds members to ${page} ---- */

/* "weeks": [{"week","monday","minutes","contested","expected":b,"under":b}],
 * "week_minutes", "absences": {kind: {"label","slots","minutes"}} of the same
 * weeks (members, so that the page's door can join those that it masks). */
int path_hours(struct office *office, const struct care_worker *worker,
    json_t *page, struct err *err);

/* "skills": [{"skill","label","catalogue","scale","trades":[…],
 * "observations":[{"id","day","level":n|null,"by","site","phase",
 * "remark","hash","at"}]}], by trade and label; observations by day. With
 * ${job}, "gaps": {"job","observed":n,"total":n,"skills":[{"skill","label",
 * "catalogue","state","level","day"}]}, state being "observed", "unassessed"
 * or "never". */
int path_skills(struct office *office, const struct care_worker *worker,
    const char *job, json_t *page, struct err *err);

/* "signoffs": [{"month","state","disagreed":b,"at"}] of the last twelve
 * months that have hours. */
int path_signoffs(struct office *office, const struct care_worker *worker,
    json_t *page, struct err *err);

#endif
