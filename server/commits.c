#include <assert.h>

#include "server/commits.h"
#include "server/digests.h"

int commits_init(struct commits *commits, pthread_mutex_t *office,
    struct db *db, struct err *err)
{
	*commits = (struct commits){.office = office, .db = db};
	atomic_init(&commits->groups, 0);
	atomic_init(&commits->pushes, 0);
	if (pthread_mutex_init(&commits->lock, NULL) != 0)
		return err_set(
		    err, E_IO, L("verrou impossible", "cannot make a lock"));
	(void)pthread_cond_init(&commits->room, NULL);
	return 0;
}

void commits_clear(struct commits *commits)
{
	assert(commits->first == NULL && commits->held == 0);
	(void)pthread_cond_destroy(&commits->room);
	(void)pthread_mutex_destroy(&commits->lock);
}

/* ---- one transaction ---- */

/* One push, in a part of its own. Negative: the whole cannot go on. */
static int run_one(
    struct db *db, struct digests *digests, struct commit *one, struct err *err)
{
	int rc;

	if ((rc = db_save(db, err)) < 0)
		return rc;
	lang_current = one->lang;
	one->err = (struct err)ERR_INIT;
	one->rc = one->run(one->context, &one->err);
	if (one->rc >= 0)
		return db_keep(db, err);
	digests_undone(digests);
	/* The database has undone more than this push: then what it met is
	 * what everyone is told. */
	if ((rc = db_undo(db, err)) < 0 &&
	    (one->rc == E_IO || one->rc == E_NOMEM || one->rc == E_CORRUPT)) {
		rc = one->rc;
		if (err != NULL)
			*err = one->err;
	}
	return rc;
}

static int run_group(
    struct commits *commits, struct commit *first, struct err *err)
{
	struct digests *digests = commits->digests;
	struct db *db = commits->db;
	int rc = db_begin(db, err);

	digests_begin(digests);

	for (struct commit *one = first; rc == 0 && one != NULL;
	     one = one->next)
		rc = run_one(db, digests, one, err);
	if (rc == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	digests_end(digests, rc == 0);
	return rc;
}

/* What the transaction as a whole met is everyone's. */
static void fail_all(struct commit *first, int rc, const struct err *err)
{
	for (struct commit *one = first; one != NULL; one = one->next) {
		one->rc = rc;
		one->err = *err;
	}
}

static void count(struct commits *commits, const struct commit *first)
{
	uint_fast64_t pushes = 0;

	for (; first != NULL; first = first->next)
		pushes += first->rc == 0;
	if (pushes == 0)
		return;
	(void)atomic_fetch_add(&commits->groups, 1);
	(void)atomic_fetch_add(&commits->pushes, pushes);
}

/* ---- who leads, who follows ---- */

/* The first ones in the queue, as many as go together; at least one. */
static struct commit *take_group(struct commits *commits)
{
	struct commit *first, *last;
	size_t pushes = 1, weight;

	(void)pthread_mutex_lock(&commits->lock);
	first = last = commits->first;
	assert(first != NULL);
	weight = first->weight;
	while (last->next != NULL && pushes < COMMITS_GROUP_MAX &&
	       weight + last->next->weight <= COMMITS_WEIGHT_MAX) {
		last = last->next;
		pushes++;
		weight += last->weight;
	}
	commits->first = last->next;
	if (commits->first == NULL)
		commits->last = NULL;
	last->next = NULL;
	(void)pthread_mutex_unlock(&commits->lock);
	return first;
}

/* A commit is gone as soon as its thread sees that it is done, which is not
 * before the lock is free. */
static void finish(struct commits *commits, struct commit *one)
{
	struct commit *next;

	(void)pthread_mutex_lock(&commits->lock);
	commits->leading = false;
	for (; one != NULL; one = next) {
		next = one->next;
		one->done = true;
		(void)pthread_cond_signal(&one->woken);
	}
	if (commits->first != NULL)
		(void)pthread_cond_signal(&commits->first->woken);
	(void)pthread_mutex_unlock(&commits->lock);
}

static void lead(struct commits *commits)
{
	enum lang lang = lang_current;
	struct err err = ERR_INIT;
	struct commit *first;
	int rc;

	(void)pthread_mutex_lock(commits->office);
	first = take_group(commits);
	if ((rc = run_group(commits, first, &err)) < 0)
		fail_all(first, rc, &err);
	(void)pthread_mutex_unlock(commits->office);
	lang_current = lang;
	count(commits, first);
	finish(commits, first);
}

int commits_do(struct commits *commits, struct commit *commit, struct err *err)
{
	commit->lang = lang_current;
	commit->done = false;
	commit->next = NULL;
	(void)pthread_cond_init(&commit->woken, NULL);
	(void)pthread_mutex_lock(&commits->lock);
	if (commits->last != NULL)
		commits->last->next = commit;
	else
		commits->first = commit;
	commits->last = commit;
	while (!commit->done) {
		if (commits->leading) {
			(void)pthread_cond_wait(&commit->woken, &commits->lock);
			continue;
		}
		commits->leading = true;
		(void)pthread_mutex_unlock(&commits->lock);
		lead(commits);
		(void)pthread_mutex_lock(&commits->lock);
	}
	(void)pthread_mutex_unlock(&commits->lock);
	(void)pthread_cond_destroy(&commit->woken);
	if (commit->rc < 0 && err != NULL)
		*err = commit->err;
	return commit->rc;
}

/* ---- what is done before ---- */

void commits_enter(struct commits *commits)
{
	(void)pthread_mutex_lock(&commits->lock);
	while (commits->looking >= COMMITS_LOOKS_MAX ||
	       commits->held > COMMITS_HELD_MAX)
		(void)pthread_cond_wait(&commits->room, &commits->lock);
	commits->looking++;
	(void)pthread_mutex_unlock(&commits->lock);
}

void commits_hold(struct commits *commits, size_t bytes)
{
	(void)pthread_mutex_lock(&commits->lock);
	assert(commits->looking > 0);
	commits->looking--;
	commits->held += bytes;
	(void)pthread_cond_signal(&commits->room);
	(void)pthread_mutex_unlock(&commits->lock);
}

void commits_leave(struct commits *commits, size_t bytes)
{
	(void)pthread_mutex_lock(&commits->lock);
	assert(commits->held >= bytes);
	commits->held -= bytes;
	(void)pthread_cond_broadcast(&commits->room);
	(void)pthread_mutex_unlock(&commits->lock);
}
