/*
 * Many laptops at once, in one thread: whose turn it is, what each asks, and
 * whether the answer is what it must be.
 */
#ifndef POINTEAU_TESTS_BENCH_PLAY_H
#define POINTEAU_TESTS_BENCH_PLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "tests/bench/figures.h"
#include "tests/bench/plan.h"

enum play_tls {
	PLAY_KEPT,    /* one connection for all that a player asks */
	PLAY_RESUMED, /* one each time, the TLS session resumed */
	PLAY_NEW,     /* one each time, the whole handshake */
};

struct play_options {
	const char *host; /* "127.0.0.1:8443" */
	enum play_tls tls;
	bool heads;           /* ask for the heads, push nothing */
	bool visit;           /* a whole sync: what a laptop asks in it */
	int wire;             /* 1; 2: as laptops do */
	const char *expected; /* state of each set: "stored" or "known" */
	size_t connections;   /* at once; of a herd: one a laptop */
	size_t from;          /* the first push of each laptop */
	size_t turns;         /* how many of them */
	size_t laptops;       /* 0: all */
	double herd_s;        /* > 0: they arrive within so many seconds */
	double slow;          /* of a herd: so many of 1 send a byte a second */
	double limit_s;       /* then those left are counted as lost */
	size_t verify_every;  /* receipts whose signature is verified: 1 of n */
	FILE *acks;           /* what was acknowledged; NULL */
	int64_t server_pid;   /* whose CPU time is counted; 0 */
	const char *at_start; /* shell commands around what counts; or NULL */
	const char *at_end;
	uint64_t seed;
};

void play(struct play_figures *out, const struct plan *plan,
    const struct play_options *options);

#endif
