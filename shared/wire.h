/*
 * The compact wire form of change sets. Nothing the receiver can recompute
 * is sent: the header's fields, the raw signature, the bodies. Integers are
 * LEB128 varints, texts and bodies are preceded by their length; the whole
 * is compressed with zlib and bounded before it is inflated.
 */
#ifndef POINTEAU_SHARED_WIRE_H
#define POINTEAU_SHARED_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/changeset.h"
#include "shared/err.h"
#include "shared/receipt.h"

#define WIRE_VERSION      1
#define WIRE_SETS_MAX     16
#define WIRE_INFLATED_MAX ((size_t)4 * 1024 * 1024)
#define WIRE_PULL_TARGET  ((size_t)1024 * 1024) /* a pull reply's size */
#define WIRE_ITEMS_MAX    4096
#define WIRE_KNOWN_LEN    8

/* ---- push: laptop to server ---- */

/* What a push in wire 2 tells beside its sets. */
struct push_told {
	bool asked;     /* for an answer in wire 2, by what follows */
	int64_t cursor; /* the last place of the log that we verified */
	int64_t at_s;   /* our clock */
	int64_t unsent; /* entries without a receipt */
	uint8_t known[WIRE_KNOWN_LEN]; /* of the heads as we know them */
};

/* A decoded push; the bodies point into ${storage}. */
struct push {
	struct push_told told; /* nothing in wire 1 */
	struct changeset sets[WIRE_SETS_MAX];
	size_t count;
	struct buf storage;
};

/* Append the compressed push of ${count} sets (1..WIRE_SETS_MAX). */
int wire_push_encode(struct buf *out, const struct changeset *sets,
    size_t count, struct err *err);

/*
 * Decode a push of either wire: inflation bounded by WIRE_INFLATED_MAX, every
 * length checked, no body looked into. E_INVALID, E_LIMIT. Free with
 * wire_push_clear, also after a failure.
 */
int wire_push_decode(
    struct push *out, const void *data, size_t len, struct err *err);
void wire_push_clear(struct push *push);

/* ---- pull: server to laptop ---- */

enum pull_type {
	PULL_OUTSIDE = 0, /* a set wholly out of the device's scope */
	PULL_KNOWN = 1,   /* the device's own set, all in its scope */
	PULL_SET = 2,     /* a set, bodies out of scope withheld */
};

/* One place of the log. */
struct pull_item {
	enum pull_type type;
	int64_t time_s;
	struct hash manifest; /* PULL_SET: recomputed by the receiver */
	struct changeset set; /* PULL_SET only */
};

struct pull {
	char structure[TEXT_ID_MAX + 1];
	int64_t epoch;
	int64_t first;           /* place of the first item */
	bool more;               /* ask again after the last item */
	uint8_t sig[SIG_LEN];    /* of the receipt of the last item */
	struct pull_item *items; /* owned */
	size_t count;
	struct buf storage; /* where decoded bodies live */
	bool based;         /* to write in wire 2: ${base} is known, */
	struct hash base;   /* … H of the place before the first */
};

int wire_pull_encode(struct buf *out, const struct pull *pull, struct err *err);
int wire_pull_decode(
    struct pull *out, const void *data, size_t len, struct err *err);
void wire_pull_clear(struct pull *pull);

/*
 * ---- wire 2: the same sets, packed ----
 *
 * Another spelling, from which the receiver rebuilds the exact bytes and then
 * verifies as ever. The first byte is WIRE_PACKED; no zlib stream begins so.
 */
#define WIRE_PACKED        2
#define WIRE_PACKED_TARGET ((size_t)2 * 1024 * 1024) /* of bodies, a pull */

/* Append a push in wire 2, of sets of one structure; E_INVALID for others. */
int wire_packed_push_encode(struct buf *out, const struct changeset *sets,
    size_t count, const struct push_told *told, struct err *err);

int wire_packed_pull_encode(
    struct buf *out, const struct pull *pull, struct err *err);

#endif
