/*
 * The answer to a push in wire 2 whose sets continue the log where the asker
 * had verified it: what cannot be computed from the sets themselves.
 *
 *	answer = int 2, int same (0 or 1), int epoch, int count,
 *	         count × (int time, int faults, faults × (int index, text
 *code)), raw 64 signature of the last one's receipt
 */
#ifndef POINTEAU_SHARED_WIRE_ANSWER_H
#define POINTEAU_SHARED_WIRE_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/buf.h"
#include "shared/crypto.h"
#include "shared/err.h"
#include "shared/wire.h"

/* One structure as the heads tell it, for wire_known: the digest by which a
 * laptop says what it knows. Of the structure that sets are pushed of, n is
 * -1: only its scope counts, what came before shows in the receipts. */
struct wire_head_known {
	const char *structure;
	int64_t n;
	const struct hash *head;
	const char *scope;
};
/* In any order; they are sorted. */
int wire_known(uint8_t out[WIRE_KNOWN_LEN], struct wire_head_known *heads,
    size_t count, struct err *err);

struct wire_answer {
	bool same; /* all else is as the asker knows: nothing to pull */
	int64_t epoch;
	size_t count;
	int64_t time_s[WIRE_SETS_MAX];
	size_t faults[WIRE_SETS_MAX]; /* entries set aside, of each set */
	uint8_t sig[SIG_LEN];
};

/* Writing: the parts in turn, ${code} of each fault. */
void wire_answer_begin(struct buf *out, bool same, int64_t epoch, size_t count);
void wire_answer_set(
    struct buf *out, int64_t time_s, int64_t before_s, size_t faults);
void wire_answer_fault(struct buf *out, size_t index, const char *code);
void wire_answer_end(struct buf *out, const uint8_t sig[SIG_LEN]);

bool wire_is_answer(const void *data, size_t len);
/* E_INVALID when it is none. */
int wire_answer_read(
    struct wire_answer *out, const void *data, size_t len, struct err *err);

#endif
