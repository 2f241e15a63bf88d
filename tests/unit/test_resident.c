/*
 * What a page keeps open between its commands, and all that makes it let go:
 * others who write, files put in its place, failures, memory that lacks.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/resident.h"
#include "agent/save.h"
#include "shared/ledger_set.h"
#include "tests/lib/crew_fixture.h"
#include "tests/lib/scarce.h"

#define TURNS_MAX 4000

struct stage {
	struct crew_fixture *crew; /* another program, on the same directory */
	struct resident resident;
	struct agent agent;
	struct roster roster;
	struct err err;
};

static struct stage stage;

static int start(void **state)
{
	char key[HASH_TEXT];
	struct hash hash;

	assert_int_equal(crew_setup(state), 0);
	memset(&stage, 0, sizeof(stage));
	stage.crew = *state;
	hash_of(&hash, "server", 6);
	hash_hex(&hash, key);
	assert_int_equal(
	    journal_put(stage.crew->agent.db, SETTING_SERVER_KEY, key, NULL),
	    0);
	return 0;
}

static int end(void **state)
{
	resident_drop(&stage.resident);
	return crew_teardown(state);
}

/* ---- a command ---- */

static int enter(void)
{
	return resident_open(&stage.resident, &stage.agent,
	    stage.crew->directory, &stage.crew->machine.os, &stage.err);
}

static int look(void)
{
	return resident_roster(
	    &stage.resident, &stage.agent, &stage.roster, &stage.err);
}

static void leave(int rc)
{
	roster_clear(&stage.roster);
	agent_close(&stage.agent);
	resident_rest(&stage.resident, rc);
}

/* Is the worker on the roster that a command sees now? */
static bool knows(const char *worker)
{
	bool found;

	assert_int_equal(enter(), 0);
	assert_int_equal(look(), 0);
	found = roster_person(&stage.roster, "RIVES", worker) != NULL;
	leave(0);
	return found;
}

/* The allocation of the next commands that fails; 0: none does. */
static size_t lacks_at;

/* Record something by a command. */
static int record(const char *kind, const char *name, const char *set)
{
	struct entry_draft draft = {.kind = kind,
	    .structure = "RIVES",
	    .record = name,
	    .person = "ENC-01"};
	struct save save = {0};
	json_t *value = NULL;
	int rc;

	assert_int_equal(json_read(&value, set, strlen(set), NULL), 0);
	draft.value = value;
	if (lacks_at > 0)
		scarce_start(lacks_at, false);
	if ((rc = enter()) == 0) {
		if ((rc = save_begin(&save, &stage.agent, &stage.err)) == 0 &&
		    (rc = look()) == 0 &&
		    (rc = save_add(&save, &draft, NULL, &stage.err)) == 0)
			rc = save_commit(&save, &stage.err);
		save_end(&save);
	}
	leave(rc);
	json_decref(value);
	return rc;
}

static int record_hours(const char *day)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "hours/V01/%s/am", day);
	return record("hours", name,
	    "{\"kind\":\"work\",\"minutes\":210,\"site\":\"GARE\"}");
}

/* Entries of ours that a command finds. */
static int64_t count(void)
{
	struct ledger_counts counts = {0};
	int rc;

	assert_int_equal(enter(), 0);
	rc = ledger_count(
	    stage.agent.db, stage.agent.device, &counts, &stage.err);
	leave(rc);
	assert_int_equal(rc, 0);
	return counts.kept;
}

static void hire(const char *worker)
{
	char name[64];

	(void)snprintf(name, sizeof(name), "worker/%s", worker);
	crew_office(stage.crew, "RIVES", "worker", name,
	    "{\"first\":\"Aya\",\"crews\":"
	    "[{\"crew\":\"VERTS\",\"from\":\"2026-03-02\"}]}");
}

static const struct db *kept(void)
{
	return stage.resident.agent.db;
}

/* ---- what is kept ---- */

static void what_nobody_else_touched_is_kept(void **state)
{
	const struct roster_item *workers;
	const struct db *db;

	(void)state;
	assert_null(kept());
	assert_int_equal(record_hours("2026-11-16"), 0);
	assert_non_null(db = kept());
	workers = stage.resident.roster.workers.items;
	assert_non_null(workers);
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_int_equal(record_hours("2026-11-18"), 0);
	assert_ptr_equal(kept(), db);
	assert_ptr_equal(stage.resident.roster.workers.items, workers);
	assert_int_equal(count(), 3);
}

static void nothing_is_locked_in_between(void **state)
{
	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	/* The others' commit waits for nobody who reads or writes. */
	hire("V08");
	assert_int_equal(db_begin(stage.crew->agent.db, &stage.err), 0);
	db_rollback(stage.crew->agent.db);
}

static void a_second_command_within_one_has_its_own(void **state)
{
	struct agent other;

	(void)state;
	assert_int_equal(enter(), 0);
	assert_int_equal(
	    resident_open(&stage.resident, &other, stage.crew->directory,
		&stage.crew->machine.os, &stage.err),
	    0);
	assert_ptr_not_equal(other.db, stage.agent.db);
	agent_close(&other);
	assert_int_equal(look(), 0);
	leave(0);
}

static void a_transaction_left_open_is_undone(void **state)
{
	(void)state;
	assert_int_equal(enter(), 0);
	assert_int_equal(db_begin(stage.agent.db, &stage.err), 0);
	assert_int_equal(journal_put(stage.agent.db, "a", "b", &stage.err), 0);
	leave(0);
	assert_non_null(kept());
	hire("V08"); /* no lock is left */
	assert_int_equal(count(), 0);
}

/* ---- others write ---- */

static void what_another_program_wrote_is_seen(void **state)
{
	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	assert_false(knows("V08"));
	hire("V08");
	assert_true(knows("V08"));
	assert_int_equal(
	    journal_put(stage.crew->agent.db, SETTING_REVOKED, "1", &stage.err),
	    0);
	assert_int_equal(record_hours("2026-11-17"), E_REVOKED);
	assert_null(kept());
}

/* The same instant: only the database tells it. */
static void what_the_marks_do_not_show_is_seen(void **state)
{
	char path[KIT_PATH + 16];

	(void)state;
	assert_false(knows("V08"));
	hire("V08");
	(void)snprintf(
	    path, sizeof(path), "%s/" AGENT_DB_NAME, stage.crew->directory);
	assert_int_equal(
	    os_file_mark(path, &stage.resident.base, &stage.err), 0);
	assert_true(knows("V08"));
}

static void the_roster_is_that_of_the_transaction(void **state)
{
	(void)state;
	assert_false(knows("V08"));
	assert_int_equal(enter(), 0);
	hire("V08"); /* after the directory was opened, before the lock */
	assert_int_equal(db_begin(stage.agent.db, &stage.err), 0);
	assert_int_equal(look(), 0);
	assert_non_null(roster_person(&stage.roster, "RIVES", "V08"));
	leave(0);
	assert_true(knows("V08"));
}

static void our_own_newcomer_is_seen(void **state)
{
	const struct db *db;

	(void)state;
	assert_false(knows("n-0123456789"));
	db = kept();
	assert_int_equal(record("newcomer", "newcomer/n-0123456789",
			     "{\"first\":\"Aya\",\"crew\":\"VERTS\"}"),
	    0);
	assert_true(knows("n-0123456789"));
	assert_ptr_equal(kept(), db);
}

/* ---- files are put in its place ---- */

static void keep_copy(void)
{
	assert_int_equal(kit_run("cp -r '%s' '%s.copy'", stage.crew->directory,
			     stage.crew->directory),
	    0);
}

static void drop_copy(void)
{
	assert_int_equal(kit_run("rm -r '%s.copy'", stage.crew->directory), 0);
}

static void a_restored_file_is_read(void **state)
{
	const char *at = stage.crew->directory;

	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	keep_copy();
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_int_equal(count(), 2);
	assert_int_equal(
	    kit_run("mv '%s.copy/pointeau.db' '%s/pointeau.db'", at, at), 0);
	assert_int_equal(count(), 1);
	drop_copy();
}

static void one_restored_in_place_is_read(void **state)
{
	const char *at = stage.crew->directory;

	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	keep_copy();
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_int_equal(
	    kit_run("cat '%s.copy/pointeau.db' > '%s/pointeau.db'", at, at), 0);
	assert_int_equal(count(), 1);
	assert_int_equal(record_hours("2026-11-18"), 0);
	assert_int_equal(count(), 2);
	drop_copy();
}

static void a_new_key_is_taken(void **state)
{
	char device[DEVICE_TEXT];
	const char *at = stage.crew->directory;

	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	(void)snprintf(
	    device, sizeof(device), "%s", stage.resident.agent.device);
	assert_int_equal(kit_run("umask 077; { printf '%%064d' 7; echo; } "
				 "> '%s/device.new' && "
				 "mv '%s/device.new' '%s/device.key'",
			     at, at, at),
	    0);
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_string_not_equal(stage.resident.agent.device, device);
	assert_int_equal(kit_run("rm '%s/device.key'", at), 0);
	assert_int_equal(record_hours("2026-11-18"), E_CORRUPT);
	assert_null(kept());
}

static void a_damaged_file_is_let_go(void **state)
{
	const char *at = stage.crew->directory;

	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	keep_copy();
	assert_int_equal(kit_run("printf %%08192d 0 | dd of='%s/pointeau.db' "
				 "conv=notrunc status=none",
			     at),
	    0);
	assert_int_equal(record_hours("2026-11-17"), E_CORRUPT);
	assert_null(kept());
	assert_int_equal(
	    kit_run("mv '%s.copy/pointeau.db' '%s/pointeau.db'", at, at), 0);
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_int_equal(count(), 2);
	drop_copy();
}

/* ---- failures ---- */

static void a_failure_keeps_nothing(void **state)
{
	(void)state;
	assert_int_equal(record_hours("2026-11-16"), 0);
	assert_non_null(kept());
	assert_int_equal(
	    record("hours", "hours/V01/2026-11-17/am", "{}"), E_INVALID);
	assert_null(kept());
	assert_int_equal(record_hours("2026-11-17"), 0);
	assert_int_equal(count(), 2);
}

/* What is said was kept is there, and what is said was not is not; ${warm}:
 * with something kept before. */
static void survive(bool warm)
{
	int64_t before = count();
	bool failed = true;
	size_t at;

	for (at = 1; failed && at < TURNS_MAX; at++) {
		char name[64];
		int rc;

		(void)snprintf(name, sizeof(name),
		    "hours/V02/20%02d-%02d-%02d/am", 20 + (int)(at / 336),
		    (int)(at / 28 % 12) + 1, (int)(at % 28) + 1);
		if (!warm)
			resident_drop(&stage.resident);
		lacks_at = at;
		rc = record("hours", name,
		    "{\"kind\":\"work\",\"minutes\":210,\"site\":\"GARE\"}");
		failed = scarce_stop();
		lacks_at = 0;
		if (rc == 0)
			before++;
		else
			assert_null(kept());
		assert_true(failed || rc == 0);
		assert_int_equal(count(), before);
		assert_true(knows("V02"));
	}
	assert_true(at > 20 && at < TURNS_MAX);
}

static void memory_that_lacks_loses_nothing(void **state)
{
	(void)state;
	survive(true);
}

static void nor_while_all_is_opened(void **state)
{
	(void)state;
	survive(false);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(what_nobody_else_touched_is_kept),
	    TEST(nothing_is_locked_in_between),
	    TEST(a_second_command_within_one_has_its_own),
	    TEST(a_transaction_left_open_is_undone),
	    TEST(what_another_program_wrote_is_seen),
	    TEST(what_the_marks_do_not_show_is_seen),
	    TEST(the_roster_is_that_of_the_transaction),
	    TEST(our_own_newcomer_is_seen),
	    TEST(a_restored_file_is_read),
	    TEST(one_restored_in_place_is_read),
	    TEST(a_new_key_is_taken),
	    TEST(a_damaged_file_is_let_go),
	    TEST(a_failure_keeps_nothing),
	    TEST(memory_that_lacks_loses_nothing),
	    TEST(nor_while_all_is_opened),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
