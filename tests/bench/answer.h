/*
 * Is an answer of the server what it must be, and what does whoever asked then
 * know?
 */
#ifndef POINTEAU_TESTS_BENCH_ANSWER_H
#define POINTEAU_TESTS_BENCH_ANSWER_H

#include "tests/bench/plan.h"

/* What a laptop asks for in its turn. */
enum ask {
	ASK_PUSH,
	ASK_HEADS,
	ASK_PULL,
};

struct answer_wish {
	const uint8_t *server; /* its key */
	const struct plan_laptop *laptop;
	enum ask ask;
	const struct plan_push *push; /* of a push */
	const char *state;            /* of every set; NULL: either */
	bool verify;                  /* the receipts' signatures too */
	FILE *acks;                   /* where they are noted; NULL */
	struct log_point *seen;       /* as the laptop verified it: it moves */
	/* Out: there is more to ask for. Of a push: the heads; of the heads
	 * or a pull: a pull. */
	bool more;
};

/* NULL when it is; else what is wrong with it, in a word. */
const char *answer_check(struct answer_wish *wish, struct bytes body);

#endif
