/*
 * Is an answer of the server what it must be?
 */
#ifndef POINTEAU_TESTS_BENCH_ANSWER_H
#define POINTEAU_TESTS_BENCH_ANSWER_H

#include "tests/bench/plan.h"

struct answer_wish {
	const uint8_t *server; /* its key */
	const struct plan_laptop *laptop;
	const struct plan_push *push; /* NULL: the heads were asked */
	const char *state;            /* of every set */
	bool verify;                  /* the receipts' signatures too */
	FILE *acks;                   /* where they are noted; NULL */
};

/* NULL when it is; else what is wrong with it, in a word. */
const char *answer_check(const struct answer_wish *wish, struct bytes body);

#endif
