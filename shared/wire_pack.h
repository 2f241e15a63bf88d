/*
 * Inside wire 2: what writing and reading sets have in common. For
 * shared/wire_pack.c and shared/wire_unpack.c alone.
 */
#ifndef POINTEAU_SHARED_WIRE_PACK_H
#define POINTEAU_SHARED_WIRE_PACK_H

#include "shared/wire.h"
#include "shared/wire_parts.h"

/* How a set's prev is told, and the head that it has seen. */
enum wire_prev {
	PREV_LAST, /* the set before it, of its session, here */
	PREV_RAW,
	PREV_NONE, /* zeros */
	PREV_PAIR, /* + i: the last set here of the session i */
};
enum wire_head {
	HEAD_FIRST, /* H_0 */
	HEAD_RAW,
	HEAD_AGAIN, /* as the set before it here */
	HEAD_CHAIN, /* of a place of this pull, or the one before it */
};
enum wire_pair {
	PAIR_RAW,
	PAIR_KNOWN, /* + i: the session i of those met here */
};

/* A session of a device. */
struct wire_session {
	char device[DEVICE_TEXT];
	char session[DEVICE_TEXT];
	int64_t seq;
	struct hash last;
};

/* Where writing or reading the sets of a message has come. */
struct wire_sets {
	struct wire_session *sessions; /* owned */
	size_t session_count;
	size_t session_max;
	struct hash *chain; /* owned; H of the place before the first, and on */
	size_t chain_count; /* 0: not known */
	int64_t first;      /* place of the second of them */
	struct log_point seen; /* the set before's */
	int64_t at_s;          /* from which the set's is told */
	int64_t n;             /* from which its seen.n is told */
};

/* Compute the chain from there on, when ${base} (H before it) is known. */
bool wire_sets_chain(struct wire_sets *sets, int64_t first, size_t count,
    const char *structure, const struct hash *base);
void wire_sets_clear(struct wire_sets *sets);
/* Room for one more session, or NULL. */
struct wire_session *wire_session_add(struct wire_sets *sets);
void wire_sets_step(
    struct wire_sets *sets, int64_t time_s, const struct hash *manifest);
/* H of place ${n}, or NULL. */
const struct hash *wire_sets_head(const struct wire_sets *sets, int64_t n);

/* wire_push_decode and wire_pull_decode of a message of theirs. */
int wire_packed_push_decode(
    struct push *out, const void *data, size_t len, struct err *err);
int wire_packed_pull_decode(
    struct pull *out, const void *data, size_t len, struct err *err);

#endif
