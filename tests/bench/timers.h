/*
 * What is to happen when: the soonest first.
 */
#ifndef POINTEAU_TESTS_BENCH_TIMERS_H
#define POINTEAU_TESTS_BENCH_TIMERS_H

#include <stdbool.h>
#include <stddef.h>

struct timer {
	double at_s;
	void *whose;
};

/* All zero is an empty one. */
struct timers {
	struct timer *heap;
	size_t count;
	size_t room;
};

void timers_add(struct timers *timers, double at_s, void *whose);
/* When the first of them is due, ${otherwise} at the latest. */
double timers_next(const struct timers *timers, double otherwise);
/* Take one that is due; false when none is. */
bool timers_take(
    struct timers *timers, double now_s, void **whose, double *at_s);

#endif
