/*
 * What the load driver is to play: enrolled laptops, each with its pushes
 * signed beforehand, in one file that bench_office writes and bench_driver
 * reads. And the rows of the same entries, in another, for bench_raw. A
 * program of the benchmarks that cannot go on says why and ends.
 */
#ifndef POINTEAU_TESTS_BENCH_PLAN_H
#define POINTEAU_TESTS_BENCH_PLAN_H

#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>

#include "shared/changeset.h"
#include "shared/err.h"
#include "shared/text.h"
#include "shared/wire.h"

#define PLAN_BEARER_TEXT 65

/* "bench_x: why", and status 1. */
_Noreturn void plan_die(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
/* The same unless ${rc} is 0. */
void plan_check(int rc, const struct err *err);
/* Zeroed memory, which is never lacking. */
void *plan_alloc(size_t count, size_t size);

/* ---- options: "--name value", all of them optional ---- */

const char *plan_text(
    int argc, char **argv, const char *name, const char *otherwise);
int64_t plan_number(int argc, char **argv, const char *name, int64_t otherwise);

/* ---- the plan ---- */

/* One request, of some sets. */
struct plan_push {
	char *body; /* as wire_push_encode makes it */
	size_t len;
	struct hash *sets; /* what each is called */
	size_t set_count;
	size_t entries;
};

struct plan_laptop {
	char device[DEVICE_TEXT];
	char bearer[PLAN_BEARER_TEXT];
	char structure[TEXT_ID_MAX + 1];
	struct log_point seen;         /* what it verified of the log */
	uint8_t known[WIRE_KNOWN_LEN]; /* the heads, as it last heard them */
	struct plan_push *pushes;
	size_t push_count;
};

struct plan {
	uint8_t server[KEY_LEN];
	struct plan_laptop *laptops;
	size_t count;
	size_t depth; /* the most pushes that a laptop has */
};

/* Read the whole of ${path}; it is never freed. */
void plan_read(struct plan *out, const char *path);

/* Write: once the head, then each laptop before its pushes. */
void plan_write_head(FILE *file, const uint8_t server[KEY_LEN]);
void plan_write_laptop(FILE *file, const struct plan_laptop *laptop);
void plan_write_push(FILE *file, const struct plan_push *push);

/* ---- rows ---- */

/* An entry as a table of one's own would keep it. Those of each turn (the
 * first push of every laptop, the second …) have a file of their own. */
struct plan_row {
	char structure[TEXT_ID_MAX + 1];
	char worker[TEXT_ID_MAX + 1];
	char day[11];
	char slot[4]; /* "-" of what has none */
	char kind[24];
	char device[DEVICE_TEXT];
	int64_t minutes;
	void *bytes;
	size_t len;
};

/* The file of a turn: "${prefix}.0" …; never NULL. */
FILE *plan_rows_open(const char *prefix, size_t turn, const char *mode);
void plan_write_row(FILE *file, const struct plan_row *row);
/* The next one, its bytes to own; false at the end. */
bool plan_read_row(FILE *file, struct plan_row *out);

#endif
