/*
 * A push that asks for its answer in wire 2 (docs/protocol.md §7): one round
 * trip for a laptop that has something to say and nothing to hear.
 */
#ifndef POINTEAU_SERVER_PUSH_WORDS_H
#define POINTEAU_SERVER_PUSH_WORDS_H

#include <stdbool.h>

#include "server/ingest.h"
#include "server/service.h"
#include "shared/err.h"
#include "shared/wire.h"

/*
 * Before anything is taken, with the office in hand: does our log hold what
 * the author has verified? A server that was restored must be told first
 * what it lost, and a revoked device that it is (E_CONFLICT, nothing is
 * changed: the author asks for the heads). 0 as well for a push that does not
 * ask.
 */
int push_words_check(
    struct asked *asked, const struct push *push, struct err *err);

/*
 * After it, likewise: note what the laptop tells of itself, and find out
 * whether ${*same}: all of the sets is within its scope, and the rest of the
 * heads is as it knows them.
 */
int push_words_note(struct asked *asked, const struct push *push,
    const struct ingest_result *results, size_t count, bool *same,
    struct err *err);

/* Append the answer, when the sets were taken and continue the log from where
 * the asker was; *done is false when only the usual answer tells what became
 * of them. */
int push_words_answer(struct buf *out, const struct push *push,
    const struct ingest_result *results, size_t count, bool same, bool *done,
    struct err *err);

#endif
