/* Opening a laptop's directory, and what its journal keeps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "agent/agent.h"
#include "agent/journal.h"
#include "tests/lib/kit.h"

#define SERVER_HEX                                                             \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

struct place {
	char folder[KIT_PATH];
	char path[KIT_PATH + 32]; /* a directory that is not there yet */
	struct kit_machine machine;
	struct agent agent;
};

static int place_make(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	kit_directory(place->folder);
	kit_machine_init(&place->machine, 5);
	(void)snprintf(
	    place->path, sizeof(place->path), "%s/a/b", place->folder);
	*state = place;
	return 0;
}

static int place_remove(void **state)
{
	struct place *place = *state;

	agent_close(&place->agent);
	kit_directory_remove(place->folder);
	free(place);
	return 0;
}

static int open_place(struct place *place, bool create, struct err *err)
{
	return agent_open(
	    &place->agent, place->path, &place->machine.os, create, err);
}

/* As an enrolment leaves it. */
static void settle(struct place *place)
{
	struct err err = ERR_INIT;

	if (open_place(place, true, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(
	    journal_put(place->agent.db, SETTING_SERVER_KEY, SERVER_HEX, &err),
	    0);
	agent_close(&place->agent);
}

static unsigned mode_of(const char *folder, const char *name)
{
	char path[128];
	struct stat st;

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	assert_int_equal(stat(path, &st), 0);
	return (unsigned)st.st_mode & 07777u;
}

static void nothing_there_is_not_initialised(void **state)
{
	struct place *place = *state;
	struct err err = ERR_INIT;

	assert_int_equal(open_place(place, false, &err), E_NOT_INIT);
	assert_non_null(strstr(err.text, "pointeau enrol CODE"));
	assert_false(os_file_exists(place->path));
	/* Made, but never enrolled. */
	assert_int_equal(open_place(place, true, &err), 0);
	agent_close(&place->agent);
	assert_int_equal(open_place(place, false, &err), E_NOT_INIT);
	assert_non_null(strstr(err.text, "pointeau enrol CODE"));
}

static void a_new_directory_belongs_to_its_owner_alone(void **state)
{
	struct place *place = *state;
	struct buf text = BUF_INIT;
	char device[DEVICE_TEXT];

	settle(place);
	assert_int_equal(mode_of(place->path, "."), 0700);
	assert_int_equal(mode_of(place->path, AGENT_KEY_NAME), 0600);
	kit_read(&text, place->path, AGENT_KEY_NAME);
	assert_int_equal(text.len, 65);
	assert_int_equal(text.data[64], '\n');
	buf_free(&text);
	assert_int_equal(open_place(place, false, NULL), 0);
	key_device(place->agent.key.pub, device);
	assert_string_equal(place->agent.device, device);
	assert_string_equal(place->agent.directory, place->path);
}

static void a_key_is_made_once(void **state)
{
	struct place *place = *state;
	char device[DEVICE_TEXT];

	settle(place);
	assert_int_equal(open_place(place, false, NULL), 0);
	strcpy(device, place->agent.device);
	agent_close(&place->agent);
	assert_int_equal(open_place(place, true, NULL), 0);
	assert_string_equal(place->agent.device, device);
}

static void a_key_that_others_can_read_is_refused(void **state)
{
	static const char *const modes[] = {"640", "604", "660", "601"};
	struct place *place = *state;

	settle(place);
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(kit_run("chmod %s '%s/" AGENT_KEY_NAME "'",
				     modes[i], place->path),
		    0);
		assert_int_equal(open_place(place, false, &err), E_IO);
		assert_non_null(strstr(err.text, "chmod 600"));
		assert_non_null(strstr(err.text, place->path));
		assert_null(place->agent.db);
	}
	assert_int_equal(
	    kit_run("chmod 600 '%s/" AGENT_KEY_NAME "'", place->path), 0);
	assert_int_equal(open_place(place, false, NULL), 0);
}

static void a_damaged_or_missing_key_is_told(void **state)
{
	static const char *const texts[] = {"", "00\n", SERVER_HEX,
	    SERVER_HEX "0", SERVER_HEX "\n\n",
	    ("x123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	     "\n")};
	struct place *place = *state;
	struct err err = ERR_INIT;

	settle(place);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		kit_write(
		    place->path, AGENT_KEY_NAME, texts[i], strlen(texts[i]));
		err = (struct err)ERR_INIT;
		assert_true(open_place(place, false, &err) < 0);
		assert_non_null(strstr(err.text, AGENT_KEY_NAME));
	}
	assert_int_equal(kit_run("rm '%s/" AGENT_KEY_NAME "'", place->path), 0);
	assert_int_equal(open_place(place, false, &err), E_CORRUPT);
	assert_non_null(strstr(err.text, "manque"));
	/* A new enrolment makes a new one. */
	assert_int_equal(open_place(place, true, &err), 0);
}

static void a_file_that_is_no_database_is_told(void **state)
{
	static const char text[] = "ceci n'est pas une base de données, non\n";
	struct place *place = *state;
	struct err err = ERR_INIT;

	settle(place);
	kit_write(place->path, AGENT_DB_NAME, text, sizeof(text) - 1);
	assert_int_equal(open_place(place, false, &err), E_CORRUPT);
	assert_null(place->agent.db);
	assert_null(place->agent.directory);
}

static void closing_nothing_is_fine(void **state)
{
	struct agent agent = {0};

	(void)state;
	agent_close(NULL);
	agent_close(&agent);
}

/* ---- journal ---- */

static void a_setting_is_what_was_put_last(void **state)
{
	struct place *place = *state;
	struct buf text = BUF_INIT;
	struct db *db;

	settle(place);
	assert_int_equal(open_place(place, false, NULL), 0);
	db = place->agent.db;
	assert_int_equal(journal_get(db, SETTING_NAME, &text, NULL), 0);
	assert_int_equal(text.len, 0);
	assert_int_equal(journal_put(db, SETTING_NAME, "un", NULL), 0);
	assert_int_equal(journal_put(db, SETTING_NAME, "Été « 2 »", NULL), 0);
	buf_add_text(&text, "> ");
	assert_int_equal(journal_get(db, SETTING_NAME, &text, NULL), 0);
	assert_string_equal(buf_text(&text), "> Été « 2 »");
	buf_free(&text);
}

static void a_damaged_server_key_is_told(void **state)
{
	struct place *place = *state;
	uint8_t key[KEY_LEN];
	struct err err = ERR_INIT;

	settle(place);
	assert_int_equal(open_place(place, false, NULL), 0);
	assert_int_equal(journal_server_key(place->agent.db, key, &err), 0);
	assert_int_equal(key[0], 0x01);
	assert_int_equal(key[31], 0xef);
	assert_int_equal(
	    journal_put(place->agent.db, SETTING_SERVER_KEY, "0123", NULL), 0);
	assert_int_equal(
	    journal_server_key(place->agent.db, key, &err), E_CORRUPT);
}

static int add_name(void *context, const struct follow *follow, struct err *err)
{
	buf_printf(context, "%s:%d:%s ", follow->structure, (int)follow->cursor,
	    follow->scope);
	return buf_check(context, err);
}

static int stop_at_once(
    void *context, const struct follow *follow, struct err *err)
{
	(void)follow;
	++*(int *)context;
	return err_set(err, E_INTERRUPTED, "stop");
}

static void structures_are_followed_in_order(void **state)
{
	struct follow follow = {.structure = "remparts",
	    .scope = "ab",
	    .cursor = 7,
	    .cursor_head = {{9}}};
	struct place *place = *state;
	struct buf names = BUF_INIT;
	struct follow again;
	int calls = 0;
	bool found = true;
	struct db *db;

	settle(place);
	assert_int_equal(open_place(place, false, NULL), 0);
	db = place->agent.db;
	assert_int_equal(
	    journal_follow_get(db, "remparts", &again, &found, NULL), 0);
	assert_false(found);
	assert_int_equal(journal_follow_put(db, &follow, NULL), 0);
	follow.cursor = 8;
	assert_int_equal(journal_follow_put(db, &follow, NULL), 0);
	assert_int_equal(
	    journal_follow_get(db, "remparts", &again, &found, NULL), 0);
	assert_true(found);
	assert_int_equal(again.cursor, 8);
	assert_string_equal(again.scope, "ab");
	assert_memory_equal(
	    again.cursor_head.bytes, follow.cursor_head.bytes, HASH_LEN);
	strcpy(follow.structure, "_");
	assert_int_equal(journal_follow_put(db, &follow, NULL), 0);
	assert_int_equal(journal_follow_all(db, add_name, &names, NULL), 0);
	assert_string_equal(buf_text(&names), "_:8:ab remparts:8:ab ");
	assert_int_equal(
	    journal_follow_all(db, stop_at_once, &calls, NULL), E_INTERRUPTED);
	assert_int_equal(calls, 1);
	buf_free(&names);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, place_make, place_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(nothing_there_is_not_initialised),
	    TEST(a_new_directory_belongs_to_its_owner_alone),
	    TEST(a_key_is_made_once),
	    TEST(a_key_that_others_can_read_is_refused),
	    TEST(a_damaged_or_missing_key_is_told),
	    TEST(a_file_that_is_no_database_is_told),
	    TEST(closing_nothing_is_fine),
	    TEST(a_setting_is_what_was_put_last),
	    TEST(a_damaged_server_key_is_told),
	    TEST(structures_are_followed_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
