/*
 * The sync engine: a step function. It says which request comes next and
 * takes the reply; it never touches the network, so the same code runs
 * behind curl and in the simulator. Every step leaves the database complete:
 * stop anywhere, start again, the result is the same.
 *
 *	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
 *		… exchange …
 *		rc = sync_take(sync, &reply, err);
 *	}
 */
#ifndef POINTEAU_AGENT_SYNC_H
#define POINTEAU_AGENT_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/https.h"
#include "shared/err.h"

#define SYNC_DONE    0
#define SYNC_REQUEST 1

struct sync; /* opaque */

/* What one sync did. */
struct sync_summary {
	int64_t sets_sent;
	int64_t entries_sent;
	int64_t sets_received;   /* from the office and other laptops */
	int64_t quarantined;     /* own entries the office set aside */
	int64_t sets_supplied;   /* of others, to a server that lost them */
	int64_t epoch;           /* opened by a restored server; 0 none */
	int64_t last_receipt;    /* number of the last receipt; 0 none */
	char last_structure[65]; /* … and its structure */
	int64_t requests;
	int hold_s;          /* it failed, and asked (Retry-After) to wait */
	bool rotated;        /* a new key took the old one's place */
	struct err rotation; /* why one under way did not end; code 0: none */
};

/* Begin one sync of ${agent}, which outlives it. */
int sync_new(struct sync **out, struct agent *agent, struct err *err);
void sync_free(struct sync *sync);

/*
 * SYNC_REQUEST: ${request} is filled, borrowed until the next call.
 * SYNC_DONE: everything is exchanged. Negative: the sync failed.
 */
int sync_next(struct sync *sync, struct exchange *request, struct err *err);

/*
 * Take the reply to the last request. Negative ends the sync: E_REVOKED,
 * E_AUTH, E_SIGNATURE (the server's words do not match what it signed, or
 * its log does not extend the one we saw: an alarm), E_BUSY (Retry-After),
 * E_INVALID…; nothing is lost.
 */
int sync_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err);

const struct sync_summary *sync_summary(const struct sync *sync);

/* Seconds the server asked to wait (Retry-After), 0 if it did not. */
int sync_retry_after(const struct sync *sync);

/* Run a whole sync over HTTPS and note the attempt in the settings; end a
 * rotation of the key that is under way (rotate.h). */
int sync_run(
    struct agent *agent, struct sync_summary *summary, struct err *err);

#endif
