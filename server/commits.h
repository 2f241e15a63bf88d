/*
 * Group commit: pushes that wait for the office are stored together. Whoever
 * finds nobody leading leads: takes the office, opens one transaction, runs
 * each waiting push in a part of its own, commits once; then each goes on
 * with its own answer. So a disk's sync is paid once by all that came
 * meanwhile, and nobody is told of anything before it is durable.
 *
 * What needs no office (inflating, hashing, signatures) is done before, by as
 * many as there is memory for: commits_enter, commits_hold, commits_leave.
 */
#ifndef POINTEAU_SERVER_COMMITS_H
#define POINTEAU_SERVER_COMMITS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "shared/db.h"
#include "shared/err.h"
#include "shared/lang.h"

/* Of one transaction: pushes, and entries, which the others wait for. */
#define COMMITS_GROUP_MAX  64
#define COMMITS_WEIGHT_MAX 4096
/* Pushes that are inflated and verified at once; bytes of inflated ones in
 * memory, beyond which no other is begun. */
#define COMMITS_LOOKS_MAX 4
#define COMMITS_HELD_MAX  ((size_t)8 * 1024 * 1024)

/* One push that waits. The caller's, on its stack, until commits_do is over. */
struct commit {
	/* Within the transaction, with the office in hand, perhaps on another
	 * thread, in the caller's language. Negative: it is undone alone. */
	int (*run)(void *context, struct err *err);
	void *context;
	size_t weight; /* entries */
	/* The inside of commits.c. */
	enum lang lang;
	bool done;
	int rc;
	struct err err;
	pthread_cond_t woken;
	struct commit *next;
};

struct digests; /* digests.h */

struct commits {
	pthread_mutex_t *office; /* around every use of the office */
	struct db *db;
	struct digests *digests; /* of the office; NULL */
	pthread_mutex_t lock;    /* of what follows */
	struct commit *first, *last;
	bool leading;
	pthread_cond_t room;
	size_t looking;
	size_t held;
	/* For metrics: transactions that stored something, and pushes. */
	atomic_uint_fast64_t groups, pushes;
};

int commits_init(struct commits *commits, pthread_mutex_t *office,
    struct db *db, struct err *err);
void commits_clear(struct commits *commits);

/*
 * Have ${commit} run and wait until what it did is durable, or undone. Its
 * own failure, or the whole transaction's: then nothing of it is stored.
 * In the order of arrival. The caller does not have the office.
 */
int commits_do(struct commits *commits, struct commit *commit, struct err *err);

/* Wait for a place to inflate and verify a push. */
void commits_enter(struct commits *commits);
/* That is done: give the place back, and keep ${bytes} in memory. */
void commits_hold(struct commits *commits, size_t bytes);
/* They are freed. */
void commits_leave(struct commits *commits, size_t bytes);

#endif
