/*
 * What a laptop writes in its turn.
 */
#ifndef POINTEAU_TESTS_BENCH_REQUEST_H
#define POINTEAU_TESTS_BENCH_REQUEST_H

#include "shared/buf.h"
#include "tests/bench/answer.h"

struct request_wish {
	const char *host;
	const struct plan_laptop *laptop;
	enum ask ask;
	const struct plan_push *push; /* of a push */
	bool packed;                  /* in wire 2, told what it has seen */
	const struct log_point *seen;
};

/* Put it into ${out}, emptied before. */
void request_write(struct buf *out, const struct request_wish *wish);

#endif
