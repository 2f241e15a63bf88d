/*
 * Every failure of a flow, tried: a flow is what a person does in one go
 * (open, act, close). For each failing call it must end in success or in a
 * clear error, leave what was there before or what would be there after, leak
 * nothing, and succeed when done again.
 */
#ifndef POINTEAU_TESTS_FAILURE_TRIAL_H
#define POINTEAU_TESTS_FAILURE_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "shared/buf.h"
#include "shared/err.h"
#include "tests/failure/faults.h"
#include "tests/lib/kit.h"

/* Where flows play. */
struct stage {
	char root[KIT_PATH];
	char base[KIT_PATH + 8];    /* as it is before a flow */
	char work[KIT_PATH + 8];    /* a copy of base: the flow works here */
	struct kit_machine machine; /* the same at the start of each run */
	struct buf out;             /* what the flow tells people */
};

enum flow_flag {
	/* Several transactions: what is between them is a fine state too. */
	FLOW_STEPS = 1,
	/* What a failure left and could not remove makes it refuse: with the
	 * code of doing it once more. */
	FLOW_REFUSES = 2,
	/* OpenSSL 3.0 itself forgets a few blocks when it lacks memory. */
	FLOW_OPENSSL = 4,
	/* Done again, it is one act more: what it then leaves is not told. */
	FLOW_REPEATS = 8,
	/* Done again, chance draws anew, since nobody may draw one thing twice.
	 * Not where a state tells what was drawn. */
	FLOW_REDRAWS = 16,
	/* Done, it may tell a warning more. */
	FLOW_WARNS = 32,
	/* Done on a disk that fails, its list may have rows more, at the end:
	 * about the disk. */
	FLOW_ADDS = 64,
};

struct flow {
	const char *name;
	/* Fill stage->base, once. NULL: it stays empty. */
	void (*prepare)(struct stage *stage);
	/* Do it in stage->work. 0 or a negative code. */
	int (*run)(struct stage *stage, struct err *err);
	/* The code of doing it once more when it is done. */
	int again;
	unsigned flags;
	/* Classes of faults that are tried, as bits 1 << class. */
	unsigned classes;
	/* Files whose bytes are random, ended by NULL; may be NULL. */
	const char *const *random;
	/* Append what counts of a state, NULL: every row of every table. */
	void (*tell)(
	    const struct stage *stage, const char *folder, struct buf *out);
};

#define FLOW_LOCAL (1U << FAULT_MEMORY | 1U << FAULT_DISK | 1U << FAULT_FULL)

/* Run the flows that the command line names, or all. main's result. */
int trial_main(int argc, char **argv, const struct flow *flows, size_t count);

#endif
