/*
 * The laptops that bench_office invents, and what they have to send: days of
 * work of a crew, two slots a worker and one skill observed for every eight of
 * them, as supervisors record them (W1 of docs/performance.md).
 */
#ifndef POINTEAU_TESTS_BENCH_OFFICE_SETS_H
#define POINTEAU_TESTS_BENCH_OFFICE_SETS_H

#include "server/office.h"
#include "shared/wire.h"
#include "tests/bench/plan.h"

struct bench_sizes {
	size_t laptops;
	size_t per_structure; /* laptops */
	size_t workers;       /* of a laptop's crew */
	size_t entries;       /* of a set */
	size_t pushes;        /* of a laptop */
	size_t sets;          /* of a push */
	const char *first_day;
};

struct bench_laptop {
	size_t number;
	struct key key;
	char device[DEVICE_TEXT];
	char bearer[PLAN_BEARER_TEXT];
	char structure[TEXT_ID_MAX + 1];
	char crew[TEXT_ID_MAX + 1];
	char site[TEXT_ID_MAX + 1];
};

/* The same number, the same laptop. */
void bench_laptop_make(
    struct bench_laptop *out, const struct bench_sizes *sizes, size_t number);
/* The identifier of the ${i}th of its crew. */
void bench_worker(
    char id[TEXT_ID_MAX + 1], const struct bench_laptop *laptop, size_t i);

struct bench_files {
	FILE *plan;
	FILE **rows; /* one for each turn; NULL: nobody wants them */
	const struct os *os;
};

/* Write the laptop and all its pushes. */
void bench_sets_write(struct bench_files *files, struct office *office,
    const struct bench_sizes *sizes, size_t number);

#endif
