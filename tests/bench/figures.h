/*
 * What came of a play.
 */
#ifndef POINTEAU_TESTS_BENCH_FIGURES_H
#define POINTEAU_TESTS_BENCH_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#define PLAY_KINDS_MAX 24

/* How often what went wrong. */
struct play_trouble {
	const char *kind;
	size_t count;
};

struct play_figures {
	double seconds;
	double server_cpu; /* seconds of it meanwhile */
	double driver_cpu; /* our own: near ${seconds}, we are the limit */
	size_t requests;   /* answered as they must be */
	size_t sets;
	size_t entries;
	size_t verified;
	size_t resumed; /* connections */
	size_t opened;  /* in the time that counts */
	size_t slow_ended;
	size_t behind; /* pushes whose answer left more to ask for */
	size_t unanswered;
	uint64_t bytes_in;
	uint64_t bytes_out;
	double *latencies_ms; /* ascending; of who is not slow */
	size_t latency_count;
	struct play_trouble troubles[PLAY_KINDS_MAX];
	size_t trouble_count;
};

/* One more of ${kind}, a static text. */
void figures_trouble(struct play_figures *figures, const char *kind);
/* Once all latencies are there. */
void figures_sort(struct play_figures *figures);
/* 0.99: what all but one in a hundred stay below. */
double figures_latency_ms(const struct play_figures *figures, double part);

/* CPU seconds of a process so far, its ended threads' too; 0 of no. 0. */
double figures_cpu_of(int64_t pid);

#endif
