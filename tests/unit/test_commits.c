/* Group commit: who goes with whom, whose failure is whose, and that nobody
 * is told of what is not durable. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/commits.h"
#include "shared/lang.h"
#include "tests/lib/kit.h"

#define MANY (2 * COMMITS_GROUP_MAX + 3)

static const struct db_statement put = {"test.put",
    "INSERT INTO kept (place, n) VALUES ((SELECT COALESCE("
    "MAX(place), 0) + 1 FROM kept), $n)"};
static const struct db_statement all = {
    "test.all", "SELECT n FROM kept ORDER BY place"};

static struct {
	char directory[KIT_PATH];
	struct db *db;
	pthread_mutex_t office;
	struct commits commits;
	int commits_to_fail, begins_to_fail;
	int64_t rows[MANY];
	size_t row_count;
} stage;

/* ---- a database whose commits fail on demand: tests/CMakeLists.txt ---- */

int __real_db_begin(struct db *db, struct err *err);
int __wrap_db_begin(struct db *db, struct err *err);
int __real_db_commit(struct db *db, struct err *err);
int __wrap_db_commit(struct db *db, struct err *err);

int __wrap_db_begin(struct db *db, struct err *err)
{
	return stage.begins_to_fail > 0 && stage.begins_to_fail-- > 0
	           ? err_set(err, E_BUSY, "no begin")
	           : __real_db_begin(db, err);
}

int __wrap_db_commit(struct db *db, struct err *err)
{
	return stage.commits_to_fail > 0 && stage.commits_to_fail-- > 0
	           ? err_set(err, E_IO, "no commit")
	           : __real_db_commit(db, err);
}

/* ---- the stage ---- */

static int start(void **state)
{
	char dsn[KIT_PATH + 32];

	(void)state;
	memset(&stage, 0, sizeof(stage));
	kit_directory(stage.directory);
	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s/t.db", stage.directory);
	assert_int_equal(db_open(&stage.db, dsn, DB_SERVER, true, NULL), 0);
	assert_int_equal(
	    db_script(stage.db,
		"CREATE TABLE kept (place BIGINT NOT NULL PRIMARY KEY,"
		" n BIGINT NOT NULL)",
		NULL),
	    0);
	assert_int_equal(pthread_mutex_init(&stage.office, NULL), 0);
	assert_int_equal(
	    commits_init(&stage.commits, &stage.office, stage.db, NULL), 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	commits_clear(&stage.commits);
	(void)pthread_mutex_destroy(&stage.office);
	db_close(stage.db);
	kit_directory_remove(stage.directory);
	return 0;
}

/* ---- pushes ---- */

/* What one does in its turn; its number is at once what it stores. */
struct push {
	pthread_t thread;
	int64_t number;
	size_t weight;
	int fails;      /* with this code, once it has written */
	bool rolls_all; /* as a database that undoes all by itself */
	bool english;
	int rc;
	struct err err;
};

static int run(void *context, struct err *err)
{
	const struct push *push = context;

	int rc = db_exec(
	    stage.db, &put, DB_PARAMS(DB_INT("n", push->number)), NULL, err);

	if (rc < 0)
		return rc;
	if (push->rolls_all)
		(void)db_script(stage.db, "ROLLBACK", NULL);
	return push->fails == 0
	           ? 0
	           : err_set(err, push->fails, L("numéro %d", "number %d"),
			 (int)push->number);
}

static void *be_pushed(void *context)
{
	struct push *push = context;
	struct commit commit = {
	    .run = run, .context = push, .weight = push->weight};

	lang_set(push->english ? "en" : "fr");
	push->rc = commits_do(&stage.commits, &commit, &push->err);
	return NULL;
}

static size_t waiting(void)
{
	size_t count = 0;

	(void)pthread_mutex_lock(&stage.commits.lock);
	for (const struct commit *one = stage.commits.first; one != NULL;
	     one = one->next)
		count++;
	(void)pthread_mutex_unlock(&stage.commits.lock);
	return count;
}

/* All of them come in order while the office is busy; then it is not. */
static void push_together(struct push *pushes, size_t count)
{
	(void)pthread_mutex_lock(&stage.office);
	for (size_t i = 0; i < count; i++) {
		pushes[i].number = (int64_t)i + 1;
		assert_int_equal(pthread_create(&pushes[i].thread, NULL,
				     be_pushed, &pushes[i]),
		    0);
		while (waiting() < i + 1)
			(void)sched_yield();
	}
	(void)pthread_mutex_unlock(&stage.office);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(pthread_join(pushes[i].thread, NULL), 0);
}

static int note_row(void *context, const struct db_row *row, struct err *err)
{
	(void)context;
	(void)err;
	assert_true(stage.row_count < MANY);
	stage.rows[stage.row_count++] = db_row_int(row, "n");
	return 0;
}

static void read_rows(void)
{
	stage.row_count = 0;
	assert_int_equal(
	    db_query(stage.db, &all, DB_NO_PARAMS, note_row, NULL, NULL), 0);
}

static void counted(uint64_t groups, uint64_t pushes)
{
	assert_int_equal(atomic_load(&stage.commits.groups), groups);
	assert_int_equal(atomic_load(&stage.commits.pushes), pushes);
}

/* ---- tests ---- */

static void those_who_wait_are_stored_together_in_order(void **state)
{
	struct push pushes[9] = {{0}};

	(void)state;
	push_together(pushes, 9);
	read_rows();
	assert_int_equal(stage.row_count, 9);
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(pushes[i].rc, 0);
		assert_int_equal(stage.rows[i], i + 1);
	}
	counted(1, 9);
}

static void so_many_go_together_and_the_next_follow(void **state)
{
	static struct push pushes[MANY];

	(void)state;
	memset(pushes, 0, sizeof(pushes));
	push_together(pushes, MANY);
	read_rows();
	assert_int_equal(stage.row_count, MANY);
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(stage.rows[i], i + 1);
	counted(3, MANY);
}

static void so_many_entries_go_together(void **state)
{
	struct push pushes[] = {
	    {.weight = COMMITS_WEIGHT_MAX - 1},
	    {.weight = 1}, /* with the first, at the limit */
	    {.weight = 1},
	    {.weight = COMMITS_WEIGHT_MAX}, /* one past it: alone */
	    {.weight = 3 * COMMITS_WEIGHT_MAX},
	};

	(void)state;
	push_together(pushes, 5);
	read_rows();
	assert_int_equal(stage.row_count, 5);
	counted(4, 5);
}

static void one_that_fails_is_undone_alone(void **state)
{
	struct push pushes[5] = {{0}};

	(void)state;
	pushes[1].fails = E_SIGNATURE;
	pushes[3].fails = E_AUTH;
	pushes[3].english = true;
	push_together(pushes, 5);
	read_rows();
	assert_int_equal(stage.row_count, 3);
	assert_int_equal(stage.rows[0], 1);
	assert_int_equal(stage.rows[1], 3);
	assert_int_equal(stage.rows[2], 5);
	assert_int_equal(pushes[1].rc, E_SIGNATURE);
	assert_int_equal(pushes[3].rc, E_AUTH);
	/* Each in its author's language, whoever led. */
	assert_string_equal(pushes[1].err.text, "numéro 2");
	assert_string_equal(pushes[3].err.text, "number 4");
	for (size_t i = 0; i < 5; i += 2)
		assert_int_equal(pushes[i].rc, 0);
	counted(1, 3);
}

static void nobody_is_told_of_what_was_not_committed(void **state)
{
	struct push pushes[4] = {{0}}, again[4] = {{0}};

	(void)state;
	stage.commits_to_fail = 1;
	pushes[2].fails = E_SIGNATURE;
	push_together(pushes, 4);
	read_rows();
	assert_int_equal(stage.row_count, 0);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(pushes[i].rc, E_IO);
	counted(0, 0);
	stage.begins_to_fail = 1;
	push_together(again, 4);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(again[i].rc, E_BUSY);
	/* And then it goes on. */
	push_together(again, 4);
	read_rows();
	assert_int_equal(stage.row_count, 4);
	counted(1, 4);
}

/* As SQLite does on a full disk: what follows must not be stored alone. */
static void a_database_that_undid_all_fails_all(void **state)
{
	struct push pushes[5] = {{0}};

	(void)state;
	pushes[2].rolls_all = true;
	push_together(pushes, 5);
	read_rows();
	assert_int_equal(stage.row_count, 0);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(pushes[i].rc, E_IO);
	counted(0, 0);
}

static void a_group_of_failures_alone_counts_as_none(void **state)
{
	struct push pushes[2] = {{.fails = E_LIMIT}, {.fails = E_INVALID}};

	(void)state;
	push_together(pushes, 2);
	read_rows();
	assert_int_equal(stage.row_count, 0);
	assert_int_equal(pushes[0].rc, E_LIMIT);
	assert_int_equal(pushes[1].rc, E_INVALID);
	counted(0, 0);
}

/* Without waiting for one another: every one stored once, none lost. */
static void many_at_once_are_each_stored_once(void **state)
{
	static struct push pushes[MANY];
	bool seen[MANY + 1] = {false};

	(void)state;
	memset(pushes, 0, sizeof(pushes));
	for (size_t i = 0; i < MANY; i++) {
		pushes[i].number = (int64_t)i + 1;
		pushes[i].fails = i % 7 == 3 ? E_INVALID : 0;
		assert_int_equal(pthread_create(&pushes[i].thread, NULL,
				     be_pushed, &pushes[i]),
		    0);
	}
	for (size_t i = 0; i < MANY; i++)
		assert_int_equal(pthread_join(pushes[i].thread, NULL), 0);
	read_rows();
	for (size_t i = 0; i < stage.row_count; i++) {
		assert_false(seen[stage.rows[i]]);
		seen[stage.rows[i]] = true;
	}
	for (size_t i = 0; i < MANY; i++) {
		assert_int_equal(pushes[i].rc, pushes[i].fails);
		assert_int_equal(seen[i + 1], pushes[i].rc == 0);
	}
}

static atomic_int entered;

static void *enter(void *context)
{
	commits_enter(&stage.commits);
	(void)atomic_fetch_add(&entered, 1);
	return context;
}

static void wait_entered(int count)
{
	while (atomic_load(&entered) < count)
		(void)sched_yield();
}

/* Nobody else comes in: give whoever might the time to. */
static void stays(int count)
{
	for (int i = 0; i < 200; i++)
		(void)sched_yield();
	assert_int_equal(atomic_load(&entered), count);
}

static void so_many_are_looked_at_and_held(void **state)
{
	pthread_t threads[COMMITS_LOOKS_MAX + 2];

	(void)state;
	atomic_store(&entered, 0);
	for (size_t i = 0; i < COMMITS_LOOKS_MAX + 2; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, enter, NULL), 0);
	wait_entered(COMMITS_LOOKS_MAX);
	stays(COMMITS_LOOKS_MAX);
	/* At the bound one more comes in, one past it none. */
	commits_hold(&stage.commits, COMMITS_HELD_MAX);
	wait_entered(COMMITS_LOOKS_MAX + 1);
	commits_hold(&stage.commits, 1);
	stays(COMMITS_LOOKS_MAX + 1);
	commits_leave(&stage.commits, 1);
	wait_entered(COMMITS_LOOKS_MAX + 2);
	commits_leave(&stage.commits, COMMITS_HELD_MAX);
	for (size_t i = 0; i < COMMITS_LOOKS_MAX; i++)
		commits_hold(&stage.commits, 0);
	for (size_t i = 0; i < COMMITS_LOOKS_MAX + 2; i++)
		assert_int_equal(pthread_join(threads[i], NULL), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(those_who_wait_are_stored_together_in_order),
	    TEST(so_many_go_together_and_the_next_follow),
	    TEST(so_many_entries_go_together),
	    TEST(one_that_fails_is_undone_alone),
	    TEST(nobody_is_told_of_what_was_not_committed),
	    TEST(a_database_that_undid_all_fails_all),
	    TEST(a_group_of_failures_alone_counts_as_none),
	    TEST(many_at_once_are_each_stored_once),
	    TEST(so_many_are_looked_at_and_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
