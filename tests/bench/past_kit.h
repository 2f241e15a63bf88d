/*
 * What the programs of the benchmarks share: options, and an end with a word
 * of why. They play alone; nobody's data is at stake.
 */
#ifndef POINTEAU_TESTS_BENCH_PAST_KIT_H
#define POINTEAU_TESTS_BENCH_PAST_KIT_H

#include <stddef.h>
#include <stdint.h>

#include "shared/err.h"

/* "bench: why", and status 1. */
_Noreturn void kit_die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* The same unless ${rc} is 0. */
void kit_check(int rc, const struct err *err);
/* Zeroed memory, which is never lacking. */
void *kit_alloc(size_t count, size_t size);

/* The value of the ${nth} (0 …) option ${name}; ${otherwise} without one. */
const char *kit_text(
    char **argv, const char *name, size_t nth, const char *otherwise);
int64_t kit_number(char **argv, const char *name, int64_t otherwise);

/* Nanoseconds of processor time of this process, and of the clock. */
int64_t kit_cpu_ns(void);
int64_t kit_wall_ns(void);

#endif
