#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/account/right.h"
#include "server/account/session.h"

#define MINUTE ((int64_t)60 * 1000)
#define HOUR   (60 * MINUTE)

static struct key key_of(uint8_t byte)
{
	uint8_t seed[SEED_LEN];
	struct key key;

	memset(seed, byte, sizeof(seed));
	key_from_seed(&key, seed);
	return key;
}

static int make(void **state)
{
	struct sessions *sessions;

	assert_int_equal(crypto_init(NULL), 0);
	assert_int_equal(sessions_new(&sessions, NULL), 0);
	*state = sessions;
	return 0;
}

static int end(void **state)
{
	sessions_free(*state);
	return 0;
}

static void begin(struct sessions *sessions, const char *login, int64_t now,
    char name[SESSION_NAME])
{
	struct key key = key_of(1);

	session_begin(sessions, &os_system, login, &key, now, name);
}

static bool is_there(
    struct sessions *sessions, const char *name, bool touch, int64_t now)
{
	struct session session;

	return session_find(sessions, name, touch, now, &session);
}

static void it_holds_the_key_of_who_logged_in(void **state)
{
	struct sessions *sessions = *state;
	struct key key = key_of(7);
	char name[SESSION_NAME], device[DEVICE_TEXT];
	struct session session;

	session_begin(sessions, &os_system, "anne", &key, 5, name);
	assert_int_equal(strlen(name), SESSION_NAME - 1);
	assert_true(session_find(sessions, name, true, 6, &session));
	assert_string_equal(session.login, "anne");
	assert_memory_equal(session.key.secret, key.secret, 64);
	key_device(key.pub, device);
	assert_string_equal(session.device, device);
	name[0] = name[0] == 'a' ? 'b' : 'a';
	assert_false(session_find(sessions, name, true, 6, &session));
	assert_string_equal(session.login, "");
	assert_false(is_there(sessions, "", true, 6));
}

static void half_an_hour_without_anybody_ends_it(void **state)
{
	struct sessions *sessions = *state;
	char name[SESSION_NAME];

	begin(sessions, "anne", 0, name);
	assert_true(is_there(sessions, name, true, 29 * MINUTE));
	assert_true(is_there(sessions, name, false, 58 * MINUTE));
	/* A look without anybody there does not make it last. */
	assert_false(is_there(sessions, name, true, 59 * MINUTE));
	assert_false(is_there(sessions, name, true, 1));
}

static void twelve_hours_end_it_whoever_is_there(void **state)
{
	struct sessions *sessions = *state;
	char name[SESSION_NAME];
	int64_t now = 0;

	begin(sessions, "anne", 0, name);
	while ((now += 20 * MINUTE) < 12 * HOUR)
		assert_true(is_there(sessions, name, true, now));
	assert_false(is_there(sessions, name, true, 12 * HOUR));
}

static void each_login_has_a_name_of_its_own(void **state)
{
	struct sessions *sessions = *state;
	char first[SESSION_NAME], second[SESSION_NAME];

	begin(sessions, "anne", 0, first);
	begin(sessions, "anne", 0, second);
	assert_string_not_equal(first, second);
	session_end(sessions, first);
	assert_false(is_there(sessions, first, true, 1));
	assert_true(is_there(sessions, second, true, 1));
	session_end(sessions, first);
}

static void all_of_an_account_can_be_ended(void **state)
{
	struct sessions *sessions = *state;
	char anne[SESSION_NAME], again[SESSION_NAME], bruno[SESSION_NAME];

	begin(sessions, "anne", 0, anne);
	begin(sessions, "anne", 0, again);
	begin(sessions, "bruno", 0, bruno);
	session_end_all(sessions, "anne", again);
	assert_false(is_there(sessions, anne, true, 1));
	assert_true(is_there(sessions, again, true, 1));
	session_end_all(sessions, "anne", NULL);
	assert_false(is_there(sessions, again, true, 1));
	assert_true(is_there(sessions, bruno, true, 1));
}

static void one_account_cannot_take_all_the_room(void **state)
{
	struct sessions *sessions = *state;
	char bruno[SESSION_NAME], names[2 * SESSIONS_OF_ONE][SESSION_NAME];
	size_t there = 0;

	begin(sessions, "bruno", 0, bruno);
	for (size_t i = 0; i < 2 * SESSIONS_OF_ONE; i++)
		begin(sessions, "anne", (int64_t)i, names[i]);
	for (size_t i = 0; i < 2 * SESSIONS_OF_ONE; i++)
		there += is_there(sessions, names[i], false, 100);
	assert_int_equal(there, SESSIONS_OF_ONE);
	assert_true(
	    is_there(sessions, names[2 * SESSIONS_OF_ONE - 1], false, 100));
	assert_true(is_there(sessions, bruno, false, 100));
}

static void when_it_is_full_the_idlest_goes(void **state)
{
	struct sessions *sessions = *state;
	char first[SESSION_NAME], name[SESSION_NAME], login[16];

	begin(sessions, "anne", 0, first);
	for (int i = 1; i < SESSIONS_MAX; i++) {
		(void)snprintf(login, sizeof(login), "u%d", i);
		begin(sessions, login, i, name);
	}
	assert_true(is_there(sessions, first, true, SESSIONS_MAX));
	begin(sessions, "last", SESSIONS_MAX, name);
	assert_true(is_there(sessions, first, true, SESSIONS_MAX));
	assert_true(is_there(sessions, name, true, SESSIONS_MAX));
}

/* ---- waiting ---- */

static void five_wrong_ones_cost_nothing_then_each_twice_as_much(void **state)
{
	struct sessions *sessions = *state;
	int64_t now = 0, wait, want = 1;

	for (int i = 0; i < SESSION_ACCOUNT_TRIES - 1; i++) {
		session_wrong(sessions, 'a', "anne", now);
		assert_int_equal(session_wait_s(sessions, 'a', "anne", now), 0);
	}
	for (int i = 0; i < 20; i++) {
		session_wrong(sessions, 'a', "anne", now);
		wait = session_wait_s(sessions, 'a', "anne", now);
		assert_int_equal(wait, want);
		assert_int_equal(
		    session_wait_s(sessions, 'a', "anne", now + wait * 1000),
		    0);
		now += wait * 1000;
		want = 2 * want < SESSION_WAIT_MAX_S ? 2 * want
		                                     : SESSION_WAIT_MAX_S;
	}
	/* Nobody else waits: not another account, not an address. */
	assert_int_equal(session_wait_s(sessions, 'a', "bruno", now - 1), 0);
	assert_int_equal(session_wait_s(sessions, 'r', "anne", now - 1), 0);
}

static void what_was_right_and_an_hour_of_peace_begin_anew(void **state)
{
	struct sessions *sessions = *state;

	for (int i = 0; i < 7; i++)
		session_wrong(sessions, 'a', "anne", 0);
	assert_int_equal(session_wait_s(sessions, 'a', "anne", 0), 4);
	session_right(sessions, 'a', "anne");
	assert_int_equal(session_wait_s(sessions, 'a', "anne", 0), 0);
	session_wrong(sessions, 'a', "anne", 0);
	assert_int_equal(session_wait_s(sessions, 'a', "anne", 0), 0);
	for (int i = 0; i < SESSION_ADDRESS_TRIES + 2; i++)
		session_wrong(sessions, 'r', "::1", 0);
	assert_int_equal(session_wait_s(sessions, 'r', "::1", 0), 4);
	session_wrong(sessions, 'r', "::1", 2 * HOUR);
	assert_int_equal(session_wait_s(sessions, 'r', "::1", 2 * HOUR), 0);
}

/* A stranger who invents names pushes nobody's wait out while there is one
 * that is over. */
static void many_names_do_not_free_the_one_who_waits(void **state)
{
	struct sessions *sessions = *state;
	char name[24];

	for (int i = 0; i < 20; i++)
		session_wrong(sessions, 'a', "anne", 0);
	for (int i = 0; i < 3 * SESSION_NAMES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "n%d", i);
		session_wrong(sessions, 'a', name, 1);
	}
	assert_true(session_wait_s(sessions, 'a', "anne", 1) > 0);
}

/* ---- rights ---- */

/* The table of docs/office.md, word for word. */
static void roles_have_the_rights_that_are_documented(void **state)
{
	size_t count;
	const struct role_row *roles = role_all(&count);

	(void)state;
	assert_int_equal(count, 6);
	for (size_t i = 0; i < count; i++)
		assert_true(role_has(roles[i].role, RIGHT_ANY));
	for (int right = 0; right < RIGHT_COUNT; right++) {
		assert_true(role_has("direction", (enum right)right));
		assert_false(role_has("nobody", (enum right)right));
		assert_int_equal(role_has("devices", (enum right)right),
		    right == RIGHT_ANY || right == RIGHT_DEVICES);
		if (right != RIGHT_ANY)
			assert_non_null(right_name((enum right)right));
	}
	assert_false(role_has("auditor", RIGHT_HEALTH_READ));
	assert_false(role_has("cip", RIGHT_HEALTH_READ));
	assert_false(role_has("devices", RIGHT_HEALTH_READ));
	assert_true(role_has("paie", RIGHT_HEALTH_READ));
	assert_false(role_has("rh", RIGHT_ACCOUNTS));
	assert_false(role_has("", RIGHT_ANY));
}

/* Who only reads may change nothing. */
static void readers_write_nothing(void **state)
{
	static const enum right writing[] = {RIGHT_HOURS_WRITE, RIGHT_SETTLE,
	    RIGHT_CLOSE, RIGHT_REOPEN, RIGHT_DECLARE, RIGHT_IMPORT,
	    RIGHT_DEVICES, RIGHT_RGPD, RIGHT_RULES_ACK, RIGHT_ACCOUNTS,
	    RIGHT_ACCOMPANY};

	(void)state;
	for (size_t i = 0; i < sizeof(writing) / sizeof(writing[0]); i++) {
		assert_false(role_has("paie", writing[i]));
		assert_false(role_has("auditor", writing[i]));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(it_holds_the_key_of_who_logged_in),
	    TEST(half_an_hour_without_anybody_ends_it),
	    TEST(twelve_hours_end_it_whoever_is_there),
	    TEST(each_login_has_a_name_of_its_own),
	    TEST(all_of_an_account_can_be_ended),
	    TEST(one_account_cannot_take_all_the_room),
	    TEST(when_it_is_full_the_idlest_goes),
	    TEST(five_wrong_ones_cost_nothing_then_each_twice_as_much),
	    TEST(what_was_right_and_an_hour_of_peace_begin_anew),
	    TEST(many_names_do_not_free_the_one_who_waits),
	    cmocka_unit_test(roles_have_the_rights_that_are_documented),
	    cmocka_unit_test(readers_write_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
