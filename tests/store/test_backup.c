/*
 * Encrypted backups: what is put back is what was there, whatever is damaged
 * is found and named, and only what is old goes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/backup/backup.h"
#include "server/server_key.h"
#include "shared/date.h"
#include "shared/lang.h"

#define DAY_S 86400

struct world {
	char home[64];
	char data[96];    /* the server's directory */
	char backups[96]; /* and its backups' */
	char target[96];
	struct os os;
	int64_t now_s;
	struct recovery recovery;
};

static int64_t now_s(void *context)
{
	return *(int64_t *)context;
}

static void check_at(int rc, const struct err *err, int line)
{
	if (rc < 0)
		fail_msg("line %d: %s", line, err->text);
}
#define check(call) check_at((call), &err, __LINE__)

static int remove_one(
    const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

static void remove_tree(const char *path)
{
	(void)nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int make_world(void **state)
{
	struct world *world = calloc(1, sizeof(*world));
	struct buf shown = BUF_INIT;
	struct config config;
	struct err err = ERR_INIT;
	struct date date;

	setenv("TZ", "UTC", 1);
	lang_set("en");
	check(crypto_init(&err));
	strcpy(world->home, "/tmp/test_backup.XXXXXX");
	assert_non_null(mkdtemp(world->home));
	(void)snprintf(
	    world->data, sizeof(world->data), "%s/data", world->home);
	(void)snprintf(
	    world->backups, sizeof(world->backups), "%s/backups", world->home);
	(void)snprintf(
	    world->target, sizeof(world->target), "%s/target", world->home);
	check(date_parse(&date, "2026-11-20", &err));
	world->now_s = date_days(&date) * DAY_S + DAY_S / 2;
	world->os = os_system;
	world->os.context = &world->now_s;
	world->os.now_s = now_s;
	check(config_from_url(&config, "https://127.0.0.1:8443", &err));
	check(office_create(world->data, &config, &world->os, &shown, &err));
	check(recovery_parse(&world->recovery, buf_text(&shown), &err));
	buf_free(&shown);
	*state = world;
	return 0;
}

static int end_world(void **state)
{
	struct world *world = *state;

	remove_tree(world->home);
	free(world);
	return 0;
}

static struct backup_made back_up(struct world *world)
{
	struct backup_made made;
	struct office office;
	struct err err = ERR_INIT;

	check(office_open(&office, world->data, &world->os, false, &err));
	check(backup_make(&office, world->backups, &made, &err));
	office_close(&office);
	return made;
}

/* The faults that a look finds, "file: why" a line. */
static char *faults(struct world *world, bool with_key)
{
	struct backup_check look = {
	    .recovery = with_key ? &world->recovery : NULL};
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	check(backup_check(world->backups, &look, &err));
	for (size_t i = 0; i < json_array_size(look.faults); i++) {
		const json_t *row = json_array_get(look.faults, i);

		buf_printf(&text, "%s: %s\n", json_text(row, "file"),
		    json_text(row, "why"));
	}
	json_decref(look.faults);
	buf_add_text(&text, "");
	return text.data != NULL ? buf_take(&text) : strdup("");
}

static void assert_faults(struct world *world, bool with_key, const char *text)
{
	char *found = faults(world, with_key);

	assert_string_equal(found, text);
	free(found);
}

static int restore(struct world *world, const struct recovery *recovery,
    const char *target, struct err *err)
{
	struct backup_restored restored;
	int rc = backup_restore(
	    world->backups, NULL, recovery, target, &world->os, &restored, err);

	json_decref(restored.logs);
	return rc;
}

/* ---- what the database is, as text ---- */

static int list_schema(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%s %s\n", db_row_text(row, "name"),
	    db_row_text(row, "sql"));
	return 0;
}

static int list_file(void *context, const struct db_row *row, struct err *err)
{
	(void)err;
	buf_printf(context, "%s %s %d\n", db_row_text(row, "name"),
	    db_row_text(row, "sha256"), (int)db_row_int(row, "place"));
	return 0;
}

static char *database_of(const char *directory)
{
	static const struct db_statement schema = {"test.schema",
	    "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
	    " ORDER BY type, name"};
	static const struct db_statement files = {"test.files",
	    "SELECT name, sha256, place FROM schema_migration ORDER BY place"};
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char dsn[160];
	struct db *db;

	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s/" OFFICE_DB, directory);
	check(db_open(&db, dsn, DB_READER, false, &err));
	check(db_query(db, &schema, DB_NO_PARAMS, list_schema, &text, &err));
	check(db_query(db, &files, DB_NO_PARAMS, list_file, &text, &err));
	check(db_check(db, &err));
	db_close(db);
	return buf_take(&text);
}

/* ---- tests ---- */

static void what_is_put_back_is_what_was_there(void **state)
{
	static const char *const names[] = {OFFICE_CONFIG, OFFICE_SERVER_KEY,
	    OFFICE_CONSOLE_KEY, OFFICE_RECOVERY, OFFICE_TLS};
	struct world *world = *state;
	struct err err = ERR_INIT;
	char *before, *after, path[160];

	(void)back_up(world);
	check(restore(world, &world->recovery, world->target, &err));
	before = database_of(world->data);
	after = database_of(world->target);
	assert_non_null(strstr(before, "CREATE UNIQUE INDEX"));
	assert_string_equal(before, after);
	free(before);
	free(after);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct buf one = BUF_INIT, other = BUF_INIT;

		(void)snprintf(
		    path, sizeof(path), "%s/%s", world->data, names[i]);
		check(os_file_read(&one, path, 1 << 20, &err));
		(void)snprintf(
		    path, sizeof(path), "%s/%s", world->target, names[i]);
		check(os_file_read(&other, path, 1 << 20, &err));
		assert_int_equal(one.len, other.len);
		assert_memory_equal(one.data, other.data, one.len);
		buf_free(&one);
		buf_free(&other);
	}
	assert_int_equal(
	    restore(world, &world->recovery, world->target, &err), E_CONFLICT);
}

static void a_second_backup_writes_its_manifest_alone(void **state)
{
	struct world *world = *state;
	struct backup_made first = back_up(world), second = back_up(world);
	int64_t made_s;
	struct err err = ERR_INIT;

	assert_string_not_equal(first.name, second.name);
	assert_int_equal(first.pieces, second.pieces);
	assert_true(second.written < 8192);
	assert_true(first.written > second.written);
	check(backup_last(world->data, &made_s, &err));
	assert_int_equal(made_s, world->now_s + 1);
	assert_faults(world, true, "");
	assert_faults(world, false, "");
}

struct files {
	struct buf names;
	size_t count;
};

static int note_file(void *context, const char *relative, struct err *err)
{
	struct files *files = context;

	(void)err;
	if (strcmp(relative, "lock") == 0)
		return 0;
	buf_printf(&files->names, "%s\n", relative);
	files->count++;
	return 0;
}

static void flip(const char *path, long at)
{
	FILE *file = fopen(path, "r+b");
	int byte;

	assert_non_null(file);
	assert_int_equal(fseek(file, at, at < 0 ? SEEK_END : SEEK_SET), 0);
	byte = fgetc(file);
	assert_int_not_equal(byte, EOF);
	assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
	assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
	assert_int_equal(fclose(file), 0);
}

static void one_byte_changed_in_any_file_is_found_and_named(void **state)
{
	static const long places[] = {0, 25, 70, -1, -60};
	struct world *world = *state;
	struct files files = {BUF_INIT, 0};
	struct err err = ERR_INIT;
	char *at, *save = NULL, path[256];

	(void)back_up(world);
	check(os_directory_walk(world->backups, note_file, &files, &err));
	assert_true(files.count > 8);
	for (at = strtok_r(files.names.data, "\n", &save); at != NULL;
	     at = strtok_r(NULL, "\n", &save)) {
		(void)snprintf(path, sizeof(path), "%s/%s", world->backups, at);
		for (size_t i = 0; i < sizeof(places) / sizeof(places[0]);
		     i++) {
			char *found;

			/* Every piece has so many bytes: its nonce's, its
			 * seal's and some content's. */
			flip(path, places[i]);
			found = faults(world, i % 2 == 0);
			if (strncmp(found, at, strlen(at)) != 0)
				fail_msg("%s, byte %ld: \"%s\"", at, places[i],
				    found);
			free(found);
			flip(path, places[i]);
		}
	}
	assert_faults(world, true, "");
	buf_free(&files.names);
}

static int first_piece(void *context, const char *relative, struct err *err)
{
	(void)err;
	if (*(char *)context == '\0')
		strcpy(context, relative);
	return 0;
}

static void a_spoilt_backup_is_not_put_back(void **state)
{
	struct world *world = *state;
	struct err err = ERR_INIT;
	char pieces[128], piece[128] = "", path[300], kept[304];

	(void)back_up(world);
	(void)snprintf(pieces, sizeof(pieces), "%s/p", world->backups);
	check(os_directory_walk(pieces, first_piece, piece, &err));
	(void)snprintf(path, sizeof(path), "%s/%s", pieces, piece);
	(void)snprintf(kept, sizeof(kept), "%s.x", path);
	flip(path, 50);
	assert_int_equal(
	    restore(world, &world->recovery, world->target, &err), E_CORRUPT);
	assert_non_null(strstr(err.text, piece));
	assert_true(os_directory_is_empty(world->target));
	assert_int_equal(rename(path, kept), 0);
	assert_int_equal(
	    restore(world, &world->recovery, world->target, &err), E_NOT_FOUND);
	assert_non_null(strstr(err.text, piece));
	assert_true(os_directory_is_empty(world->target));
	/* The next backup puts it right, for the one before too. */
	(void)back_up(world);
	assert_faults(world, true, "");
	check(restore(world, &world->recovery, world->target, &err));
}

/* ---- what is on the disk when ---- */

static struct {
	int calls;
	bool fails;
	int64_t pieces;    /* there when the disk was settled */
	int64_t manifests; /* the same */
} settled;

static int count_one(void *context, const char *relative, struct err *err)
{
	(void)relative;
	(void)err;
	++*(int64_t *)context;
	return 0;
}

static int64_t files_below(const char *backups, const char *name)
{
	struct err err = ERR_INIT;
	char path[300];
	int64_t count = 0;

	(void)snprintf(path, sizeof(path), "%s/%s", backups, name);
	check(os_directory_walk(path, count_one, &count, &err));
	return count;
}

int __real_os_disk_settle(const char *path, struct err *err);
int __wrap_os_disk_settle(const char *path, struct err *err);

int __wrap_os_disk_settle(const char *path, struct err *err)
{
	settled.calls++;
	settled.pieces = files_below(path, "p");
	settled.manifests = files_below(path, "m");
	return settled.fails ? err_set(err, E_IO, "%s", "the disk is ill")
	                     : __real_os_disk_settle(path, err);
}

/* A manifest names no piece that a power cut could still take. */
static void pieces_are_on_the_disk_before_their_manifest(void **state)
{
	struct world *world = *state;
	struct backup_made made;
	struct office office;
	struct err err = ERR_INIT;

	memset(&settled, 0, sizeof(settled));
	settled.fails = true;
	check(office_open(&office, world->data, &world->os, false, &err));
	assert_int_equal(
	    backup_make(&office, world->backups, &made, &err), E_IO);
	office_close(&office);
	assert_non_null(strstr(err.text, "the disk is ill"));
	assert_true(settled.pieces > 0);
	assert_int_equal(files_below(world->backups, "m"), 0);

	settled.fails = false;
	(void)back_up(world);
	assert_int_equal(settled.calls, 2);
	assert_int_equal(settled.manifests, 0);
	assert_int_equal(settled.pieces, files_below(world->backups, "p"));
	assert_int_equal(files_below(world->backups, "m"), 1);
}

/* A backup that was cut short with the power: names without their bytes. */
static void a_piece_that_never_reached_the_disk_is_written_again(void **state)
{
	struct world *world = *state;
	struct err err = ERR_INIT;
	char pieces[128], piece[128] = "", path[300];
	struct backup_made made;

	made = back_up(world);
	(void)snprintf(
	    pieces, sizeof(pieces), "%s/m/%s", world->backups, made.name);
	assert_int_equal(unlink(pieces), 0);
	(void)snprintf(pieces, sizeof(pieces), "%s/p", world->backups);
	check(os_directory_walk(pieces, first_piece, piece, &err));
	(void)snprintf(path, sizeof(path), "%s/%s", pieces, piece);
	assert_int_equal(truncate(path, 0), 0);
	made = back_up(world);
	assert_true(made.written > 0);
	assert_faults(world, true, "");
	check(restore(world, &world->recovery, world->target, &err));
}

static void another_key_opens_nothing(void **state)
{
	struct world *world = *state;
	struct recovery other;
	struct err err = ERR_INIT;
	char name[RECOVERY_NAME];

	(void)back_up(world);
	recovery_make(&other);
	assert_int_equal(restore(world, &other, world->target, &err), E_AUTH);
	recovery_name(name, world->recovery.pub);
	assert_non_null(strstr(err.text, name));
	recovery_name(name, other.pub);
	assert_non_null(strstr(err.text, name));
	/* From a new key on, what is written is for it alone. */
	check(recovery_public_put(world->data, other.pub, &err));
	(void)back_up(world);
	check(restore(world, &other, world->target, &err));
}

static void a_restore_that_was_cut_begins_anew(void **state)
{
	struct world *world = *state;
	struct err err = ERR_INIT;
	char path[160];

	(void)back_up(world);
	(void)snprintf(path, sizeof(path), "%s/restoring", world->target);
	check(os_directory_make(path, &err));
	(void)snprintf(
	    path, sizeof(path), "%s/restoring/" OFFICE_DB, world->target);
	check(os_file_write(path, "half", 4, 0600, &err));
	(void)snprintf(
	    path, sizeof(path), "%s/" OFFICE_SERVER_KEY, world->target);
	check(os_file_write(path, "half", 4, 0600, &err));
	check(restore(world, &world->recovery, world->target, &err));
	/* What is not a restore's stays, and is in the way. */
	remove_tree(world->target);
	(void)snprintf(path, sizeof(path), "%s/restoring", world->target);
	check(os_directory_make(path, &err));
	(void)snprintf(path, sizeof(path), "%s/letter", world->target);
	check(os_file_write(path, "mine", 4, 0600, &err));
	assert_int_equal(
	    restore(world, &world->recovery, world->target, &err), E_CONFLICT);
	assert_true(os_file_exists(path));
}

static int note_backup(void *context, const char *name, struct err *err)
{
	(void)err;
	buf_printf(context, "%.10s ", name);
	return 0;
}

static void days_weeks_and_months_are_kept(void **state)
{
	struct world *world = *state;
	struct backup_kept kept;
	struct buf names = BUF_INIT;
	struct err err = ERR_INIT;
	struct date date;

	/* The first of the month for 15 months, every third day of the last
	 * 45, and twice on the last. */
	for (int month = 0; month < 15; month++) {
		struct date first = {2025, 9, 1};

		date = date_add_months(&first, month);
		world->now_s = date_days(&date) * DAY_S + 3600;
		(void)back_up(world);
	}
	for (int day = 45; day >= 0; day -= 3) {
		check(date_parse(&date, "2026-12-20", &err));
		world->now_s = (date_days(&date) - day) * DAY_S + 7200;
		(void)back_up(world);
	}
	world->now_s += 3600;
	(void)back_up(world);
	check(backup_keep(world->data, world->backups, true, &kept, &err));
	json_decref(kept.dropped);
	check(backup_keep(world->data, world->backups, false, &kept, &err));
	check(manifest_each(world->backups, note_backup, &names, &err));
	assert_string_equal(buf_text(&names),
	    "2026-01-01 2026-02-01 2026-03-01 2026-04-01 2026-05-01 "
	    "2026-06-01 2026-07-01 2026-08-01 2026-09-01 2026-10-01 "
	    "2026-11-20 2026-11-29 2026-12-02 2026-12-05 2026-12-08 "
	    "2026-12-11 2026-12-14 2026-12-17 2026-12-20 ");
	assert_int_equal(kept.kept, 19);
	assert_faults(world, true, "");
	json_decref(kept.dropped);
	check(restore(world, &world->recovery, world->target, &err));
	buf_free(&names);
}

/* The last by name is the one that "restore" puts back. */
static void a_later_backup_has_the_later_name(void **state)
{
	struct world *world = *state;
	struct backup_made first = back_up(world), second = back_up(world),
			   third;
	struct backup_kept kept;
	struct err err = ERR_INIT;

	check(backup_keep(world->data, world->backups, false, &kept, &err));
	json_decref(kept.dropped);
	assert_int_equal(kept.kept, 1);
	third = back_up(world);
	assert_true(strcmp(first.name, second.name) < 0);
	assert_true(strcmp(second.name, third.name) < 0);
	/* A clock that was wrong for a day does not push all others. */
	world->now_s -= 24 * 3600;
	first = back_up(world);
	assert_true(strcmp(first.name, second.name) < 0);
}

static void nothing_is_dropped_beside_a_spoilt_manifest(void **state)
{
	struct world *world = *state;
	struct backup_made old = back_up(world), made;
	struct backup_kept kept;
	struct err err = ERR_INIT;
	char path[160];

	world->now_s += 3600;
	made = back_up(world);
	(void)snprintf(
	    path, sizeof(path), "%s/m/%s", world->backups, made.name);
	flip(path, 400);
	assert_int_equal(
	    backup_keep(world->data, world->backups, false, &kept, &err),
	    E_CORRUPT);
	json_decref(kept.dropped);
	assert_non_null(strstr(err.text, made.name));
	(void)snprintf(path, sizeof(path), "%s/m/%s", world->backups, old.name);
	assert_true(os_file_exists(path));
}

/* Another server, of the same people: its directory and its backups'. */
static struct world make_other(const struct world *world)
{
	struct world other = *world;
	struct buf shown = BUF_INIT;
	struct config config;
	struct err err = ERR_INIT;

	(void)snprintf(other.data, sizeof(other.data), "%s/other", world->home);
	(void)snprintf(
	    other.backups, sizeof(other.backups), "%s/aside", world->home);
	check(config_from_url(&config, "https://127.0.0.1:8444", &err));
	check(office_create(other.data, &config, &world->os, &shown, &err));
	buf_free(&shown);
	return other;
}

static void copy_into(struct world *from, const char *to)
{
	char command[400];

	(void)snprintf(command, sizeof(command), "cp -rn %s/m %s/p %s",
	    from->backups, from->backups, to);
	assert_int_equal(system(command), 0); /* NOLINT: a test's own */
}

static void another_servers_backups_are_left_alone(void **state)
{
	struct world *world = *state, other = make_other(world);
	struct backup_made made;
	struct backup_kept kept;
	struct office office;
	struct err err = ERR_INIT;
	struct buf names = BUF_INIT;

	(void)back_up(world);
	/* It may not be made there, … */
	check(office_open(&office, other.data, &other.os, false, &err));
	assert_int_equal(
	    backup_make(&office, world->backups, &made, &err), E_CONFLICT);
	assert_non_null(strstr(err.text, "give another directory"));
	office_close(&office);
	/* … nor dropped when both are there, as before that was refused. */
	world->now_s += 60;
	(void)back_up(&other);
	other.now_s = world->now_s += 60;
	(void)back_up(&other);
	world->now_s += 60;
	(void)back_up(world);
	copy_into(&other, world->backups);
	check(backup_keep(other.data, world->backups, false, &kept, &err));
	json_decref(kept.dropped);
	assert_int_equal(kept.kept, 1);
	assert_int_equal(kept.others, 2);
	check(backup_keep(world->data, world->backups, false, &kept, &err));
	json_decref(kept.dropped);
	assert_int_equal(kept.kept, 1);
	assert_int_equal(kept.others, 1);
	check(manifest_each(world->backups, note_backup, &names, &err));
	assert_string_equal(buf_text(&names), "2026-11-20 2026-11-20 ");
	buf_free(&names);
	/* All pieces of both are there. */
	assert_faults(world, false, "");
	assert_int_equal(
	    backup_keep(other.data, world->home, false, &kept, &err),
	    E_NOT_FOUND);
	json_decref(kept.dropped);
}

static void a_server_with_a_new_key_is_the_same(void **state)
{
	struct world *world = *state;
	struct backup_kept kept;
	struct office office;
	struct err err = ERR_INIT;

	(void)back_up(world);
	check(office_open(&office, world->data, &world->os, true, &err));
	check(server_key_rotate(&office, &err));
	office_close(&office);
	world->now_s += 60;
	(void)back_up(world);
	check(backup_keep(world->data, world->backups, false, &kept, &err));
	assert_int_equal(json_array_size(kept.dropped), 1);
	assert_int_equal(kept.kept, 1);
	assert_int_equal(kept.others, 0);
	json_decref(kept.dropped);
}

/* Whoever has the former recovery key alone can still put one back. */
static void so_many_are_kept_for_each_recovery_key(void **state)
{
	struct world *world = *state;
	struct recovery other;
	struct backup_kept kept;
	struct err err = ERR_INIT;

	(void)back_up(world);
	(void)back_up(world);
	recovery_make(&other);
	check(recovery_public_put(world->data, other.pub, &err));
	(void)back_up(world);
	(void)back_up(world);
	check(backup_keep(world->data, world->backups, false, &kept, &err));
	assert_int_equal(json_array_size(kept.dropped), 2);
	assert_int_equal(kept.kept, 2);
	json_decref(kept.dropped);
	check(restore(world, &other, world->target, &err));
	remove_tree(world->target);
	assert_int_equal(
	    restore(world, &world->recovery, world->target, &err), E_AUTH);
	assert_non_null(strstr(err.text, "mistyped"));
}

static void a_server_holds_no_backups_of_its_own(void **state)
{
	struct world *world = *state;
	struct backup_made made;
	struct office office;
	struct err err = ERR_INIT;
	char within[128];

	(void)snprintf(within, sizeof(within), "%s/a/b", world->data);
	check(office_open(&office, world->data, &world->os, false, &err));
	assert_int_equal(backup_make(&office, within, &made, &err), E_USAGE);
	check(os_directory_make(within, &err));
	assert_int_equal(backup_make(&office, within, &made, &err), E_USAGE);
	assert_true(os_directory_is_empty(within));
	office_close(&office);
}

static void a_key_is_read_as_people_write_it(void **state)
{
	struct recovery one, other;
	struct buf shown = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	recovery_make(&one);
	recovery_show(&shown, &one);
	for (size_t i = 0; i < shown.len; i++) {
		char *c = &shown.data[i];

		*c = *c == '-'                ? ' '
		     : *c == 'O'              ? '0'
		     : *c == 'I'              ? '1'
		     : *c == 'B'              ? '8'
		     : *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a')
		                              : *c;
	}
	check(recovery_parse(&other, buf_text(&shown), &err));
	assert_memory_equal(&one, &other, sizeof(one));
	shown.data[shown.len - 3] = '\0';
	assert_int_equal(recovery_parse(&other, shown.data, &err), E_INVALID);
	assert_int_equal(recovery_parse(&other, "", &err), E_INVALID);
	assert_non_null(strstr(err.text, "mistyped"));
	buf_free(&shown);
}

#define IN_WORLD(f) cmocka_unit_test_setup_teardown(f, make_world, end_world)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    IN_WORLD(what_is_put_back_is_what_was_there),
	    IN_WORLD(a_second_backup_writes_its_manifest_alone),
	    IN_WORLD(a_later_backup_has_the_later_name),
	    IN_WORLD(one_byte_changed_in_any_file_is_found_and_named),
	    IN_WORLD(a_spoilt_backup_is_not_put_back),
	    IN_WORLD(pieces_are_on_the_disk_before_their_manifest),
	    IN_WORLD(a_piece_that_never_reached_the_disk_is_written_again),
	    IN_WORLD(another_key_opens_nothing),
	    IN_WORLD(a_restore_that_was_cut_begins_anew),
	    IN_WORLD(days_weeks_and_months_are_kept),
	    IN_WORLD(nothing_is_dropped_beside_a_spoilt_manifest),
	    IN_WORLD(another_servers_backups_are_left_alone),
	    IN_WORLD(a_server_with_a_new_key_is_the_same),
	    IN_WORLD(so_many_are_kept_for_each_recovery_key),
	    IN_WORLD(a_server_holds_no_backups_of_its_own),
	    IN_WORLD(a_key_is_read_as_people_write_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
