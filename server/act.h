/*
 * Acts of the office: entries signed by who acts (office->signer, else the
 * console's key), sealed into change sets and placed in the log at once, in
 * one transaction.
 *
 *	struct act act;
 *
 *	if ((rc = act_begin(&act, office, err)) < 0)
 *		return rc;
 *	… act_add(&act, &draft, err) …
 *	rc = act_commit(&act, err);	(or act_abort(&act))
 */
#ifndef POINTEAU_SERVER_ACT_H
#define POINTEAU_SERVER_ACT_H

#include <stdint.h>

#include "server/office.h"
#include "shared/entry.h"
#include "shared/err.h"
#include "shared/json.h"

struct act {
	struct office *office;
	int64_t entries; /* added so far */
};

int act_begin(struct act *act, struct office *office, struct err *err);

/*
 * Add an entry: ${draft}'s device and time are filled in here, and the
 * account's person when it has none. A structure without a log gets one (its
 * first set enrols the console), and the signer an enrolment there. The entry
 * must obey entry_fault, else E_INVALID; act_unseen outside the signer's
 * structures: this is the one filter of writing. What is common to the office
 * (STRUCTURE_OFFICE), but accounts, is for who has all structures:
 * E_FORBIDDEN.
 */
int act_add(struct act *act, const struct entry_draft *draft, struct err *err);

/* May who acts now write in ${structure}? act_unseen. For what is written
 * without an entry (a code); act_add asks by itself. */
int act_check_scope(
    const struct office *office, const char *structure, struct err *err);

/* E_NOT_FOUND, in words that do not tell whether it is there, out of who
 * acts' structures, or nowhere. */
int act_unseen(struct err *err);

/*
 * Add an entry of the server's own key, in a set of its own, at once: before
 * any act_add in the same structure. ${epoch} is 0, or the epoch that this
 * set opens.
 */
int act_server(struct act *act, const struct entry_draft *draft, int64_t epoch,
    struct err *err);

/*
 * Set a reference record ("worker", "site"…) to ${value} (borrowed): adds an
 * entry whose parents are the record's heads, unless it already has exactly
 * this value. ${*changed} (may be NULL) tells.
 */
int act_set(struct act *act, const char *structure, const char *kind,
    const char *record, const json_t *value, bool *changed, struct err *err);

/* Set the record of ${kind} about ${subject} to ${value}, which is consumed;
 * NULL stands for a failed allocation. */
int act_set_subject(struct act *act, const char *structure, const char *kind,
    const char *subject, json_t *value, struct err *err);

/* Seal, sign, place in the log, commit. Nothing remains after a failure. */
int act_commit(struct act *act, struct err *err);
/* Undo everything since act_begin; fine after a failed act_commit. */
void act_abort(struct act *act);

#endif
