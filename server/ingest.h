/*
 * Taking change sets in: signatures first, then sequence, then the log, all
 * in one transaction. A well-formed, signed, in-sequence set is always
 * stored; a fault of the domain quarantines the entry alone.
 */
#ifndef POINTEAU_SERVER_INGEST_H
#define POINTEAU_SERVER_INGEST_H

#include <stdbool.h>
#include <stdint.h>

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

/*
 * Take the sets of ${push}, which ${device} brings, in order, up to the first
 * gap or fork of its own. ${results} has room for all; *count receives how
 * many were looked at. Nothing at all is stored when a signature is wrong or
 * ${device} is not enrolled where it signs (E_SIGNATURE, E_AUTH), or on any
 * other failure.
 *
 * What it brings of others (to a server that lost it) needs no order: a set
 * may come before the ones it follows and fill the hole later, and one that
 * cannot be taken holds up nothing.
 */
int ingest_push(struct office *office, const char *device,
    const struct push *push, struct ingest_result *results, size_t *count,
    struct err *err);

#endif
