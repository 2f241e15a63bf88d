/*
 * A database brought up to date: a copy from before is made first, and only
 * then; what a newer program left is refused by its name.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "shared/upgrade.h"

#define STEP(n)                                                                \
	{                                                                      \
		"server/000" #n "_s.sql", #n #n,                               \
		    "CREATE TABLE t" #n " (n BIGINT)"                          \
	}
#define END                                                                    \
	{                                                                      \
		NULL, NULL, NULL                                               \
	}

/* As each release knew them. */
static const struct migration releases[][6] = {
    {STEP(1), END},
    {STEP(1), STEP(2), END},
    {STEP(1), STEP(2), STEP(3), END},
    {STEP(1), STEP(2), STEP(3), STEP(4), END},
};

struct place {
	char directory[64];
	char dsn[96];
	struct db *db;
};

static void open_place(struct place *place)
{
	struct err err = ERR_INIT;

	if (db_open(&place->db, place->dsn, DB_SERVER, true, &err) < 0)
		fail_msg("%s", err.text);
}

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	lang_set("en");
	strcpy(place->directory, "/tmp/test_upgrade.XXXXXX");
	if (mkdtemp(place->directory) == NULL)
		return -1;
	(void)snprintf(
	    place->dsn, sizeof(place->dsn), "sqlite:%s/a.db", place->directory);
	open_place(place);
	*state = place;
	return 0;
}

static int remove_one(
    const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static int remove_place(void **state)
{
	struct place *place = *state;

	db_close(place->db);
	(void)nftw(place->directory, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	free(place);
	return 0;
}

static void upgrade(struct place *place, int release)
{
	struct err err = ERR_INIT;

	if (upgrade_apply(
		place->db, place->directory, releases[release], &err) < 0)
		fail_msg("%s", err.text);
}

static int note_copy(void *context, const char *relative, struct err *err)
{
	(void)err;
	if (strncmp(relative, UPGRADE_COPY, strlen(UPGRADE_COPY)) == 0)
		buf_printf(context, "%s ", relative);
	return 0;
}

static void assert_copies(struct place *place, const char *names)
{
	struct buf found = BUF_INIT;

	assert_int_equal(
	    os_directory_walk(place->directory, note_copy, &found, NULL), 0);
	assert_string_equal(buf_text(&found), names);
	buf_free(&found);
}

static bool has_table(struct db *db, const char *table)
{
	char sql[64];
	struct db_statement statement = {sql, sql};

	(void)snprintf(sql, sizeof(sql), "SELECT count(*) AS n FROM %s", table);
	return db_exec(db, &statement, DB_NO_PARAMS, NULL, NULL) == 0;
}

/* So that the next copy is a younger file. */
static void age(struct place *place, const char *name, time_t seconds)
{
	const struct utimbuf then = {seconds, seconds};
	char path[160];

	(void)snprintf(path, sizeof(path), "%s/%s", place->directory, name);
	assert_int_equal(utime(path, &then), 0);
}

static void a_copy_is_made_before_and_only_then(void **state)
{
	struct place *place = *state;
	char path[160], dsn[176];
	struct stat st;
	struct db *copy;

	upgrade(place, 0);
	assert_copies(place, "");
	upgrade(place, 0);
	assert_copies(place, "");
	assert_int_equal(
	    db_script(place->db, "INSERT INTO t1 VALUES (42)", NULL), 0);
	upgrade(place, 1);
	assert_copies(place, "backup-before-server-0002_s ");
	assert_true(has_table(place->db, "t2"));
	(void)snprintf(path, sizeof(path), "%s/backup-before-server-0002_s",
	    place->directory);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s", path);
	assert_int_equal(db_open(&copy, dsn, DB_READER, false, NULL), 0);
	assert_true(has_table(copy, "t1"));
	assert_false(has_table(copy, "t2"));
	db_close(copy);
}

static void two_copies_are_kept(void **state)
{
	struct place *place = *state;

	upgrade(place, 0);
	upgrade(place, 1);
	age(place, "backup-before-server-0002_s", 1000);
	upgrade(place, 2);
	age(place, "backup-before-server-0003_s", 2000);
	assert_copies(
	    place, "backup-before-server-0002_s backup-before-server-0003_s ");
	upgrade(place, 3);
	assert_copies(
	    place, "backup-before-server-0003_s backup-before-server-0004_s ");
}

static void without_room_for_the_copy_nothing_is_changed(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	struct rlimit before, small;
	int rc;

	upgrade(place, 0);
	(void)signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 2048;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	rc = upgrade_apply(place->db, place->directory, releases[1], &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, E_IO);
	assert_non_null(strstr(err.text, "nothing was changed"));
	assert_false(has_table(place->db, "t2"));
	assert_copies(place, "");
	upgrade(place, 1);
	assert_copies(place, "backup-before-server-0002_s ");
}

static void two_programs_at_once_make_one_copy(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;
	char path[160];
	int lock;

	upgrade(place, 0);
	(void)snprintf(path, sizeof(path), "%s/upgrade.lock", place->directory);
	assert_int_equal(os_lock(&lock, path, NULL), 0);
	assert_int_equal(
	    upgrade_apply(place->db, place->directory, releases[1], &err),
	    E_LOCKED);
	assert_false(has_table(place->db, "t2"));
	os_unlock(lock);
	upgrade(place, 1);
}

static void a_newer_program_is_named(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	upgrade(place, 1);
	assert_int_equal(
	    db_script(
		place->db, "UPDATE schema_program SET version = '7.8.9'", NULL),
	    0);
	assert_int_equal(
	    upgrade_apply(place->db, place->directory, releases[0], &err),
	    E_CONFLICT);
	assert_non_null(strstr(err.text, "7.8.9"));
	assert_non_null(strstr(err.text, POINTEAU_VERSION));
	assert_copies(place, "");
}

/* As programs did before they wrote down who they were. */
static void a_database_that_names_no_program_is_taken_over(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	upgrade(place, 1);
	assert_int_equal(
	    db_script(place->db, "DROP TABLE schema_program", NULL), 0);
	assert_int_equal(
	    upgrade_apply(place->db, place->directory, releases[0], &err),
	    E_CONFLICT);
	assert_non_null(strstr(err.text, "newer version"));
	upgrade(place, 2);
	assert_copies(place, "backup-before-server-0003_s ");
}

#define IN_PLACE(f) cmocka_unit_test_setup_teardown(f, make_place, remove_place)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_PLACE(a_copy_is_made_before_and_only_then),
	    IN_PLACE(two_copies_are_kept),
	    IN_PLACE(without_room_for_the_copy_nothing_is_changed),
	    IN_PLACE(two_programs_at_once_make_one_copy),
	    IN_PLACE(a_newer_program_is_named),
	    IN_PLACE(a_database_that_names_no_program_is_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
