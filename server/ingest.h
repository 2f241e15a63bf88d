/*
 * Taking change sets in: signatures first, then sequence, then the log, each
 * push as a whole or not at all. A well-formed, signed, in-sequence set is
 * always stored; a fault of the domain quarantines the entry alone.
 */
#ifndef POINTEAU_SERVER_INGEST_H
#define POINTEAU_SERVER_INGEST_H

#include <stdbool.h>
#include <stdint.h>

#include "server/hints.h"
#include "server/office.h"
#include "shared/err.h"
#include "shared/receipt.h"
#include "shared/wire.h"

enum ingest_state {
	INGEST_STORED,
	INGEST_KNOWN, /* taken before: the same receipt */
	INGEST_GAP,   /* earlier sets of its session are missing here */
	INGEST_FORK,  /* the log knows another story of this session */
	INGEST_ASIDE, /* another's, brought by a laptop: not to be taken in */
};

struct ingest_fault {
	size_t index;
	const char *code; /* static */
};

struct ingest_result {
	enum ingest_state state;
	struct receipt receipt; /* stored or known */
	int64_t seq;            /* gap or fork: last known of the session */
	struct hash last;       /* … and its manifest; zero when none */
	struct ingest_fault faults[CHANGESET_ENTRIES_MAX];
	size_t fault_count;
	bool revoked;    /* its own, and it is revoked: all quarantined */
	const char *why; /* of INGEST_ASIDE: "unknown" (signer) or "fork" */
};

/* What may be known of a set without the database: its name, and by whose
 * key its signature is right. ${signed_by} is asked again with the office in
 * hand, so that a key which is out of date costs time alone. */
struct ingest_look {
	struct hash hash;
	bool is_signed;
	uint8_t signed_by[KEY_LEN];
};

/*
 * Look at the sets of ${push} without the office: their hashes, and, of those
 * of ${hint}'s device (NULL: nothing is likely) that did not come lately, the
 * signatures. ${looks} has room for all.
 */
int ingest_look(struct ingest_look *looks, const struct push *push,
    const struct hint *hint, struct hints *hints, struct err *err);

/*
 * Take the sets of ${push}, which ${device} brings, in order, up to the first
 * gap or fork of its own. ${results} has room for all; *count receives how
 * many were looked at. E_SIGNATURE when a signature is wrong, E_AUTH when
 * ${device} is not enrolled where it signs; then, as on any other failure, the
 * caller undoes it all: it is within a transaction of the caller's.
 *
 * What it brings of others (to a server that lost it) needs no order: a set
 * may come before the ones it follows and fill the hole later, and one that
 * cannot be taken holds up nothing.
 *
 * A set that the log has already, all of whose entries are here and count,
 * costs its look alone: nothing of it is parsed or written again.
 */
int ingest_take(struct office *office, const char *device,
    const struct push *push, const struct ingest_look *looks,
    struct ingest_result *results, size_t *count, struct err *err);

/* Both, in a transaction of its own: nothing at all is stored on failure. */
int ingest_push(struct office *office, const char *device,
    const struct push *push, struct ingest_result *results, size_t *count,
    struct err *err);

#endif
