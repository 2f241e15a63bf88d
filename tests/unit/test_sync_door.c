/* The sync engine at the door: logins, revocation, portals, busy servers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "agent/journal.h"
#include "agent/sync_parts.h"
#include "tests/lib/play.h"

static void an_expired_bearer_costs_one_login(void **state)
{
	struct play *play = *state;

	play_sync(&play->paul, &play->office);
	strcpy(play->office.bearer, "other");
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads challenge login heads push pull");
	play_same(&play->paul, &play->office);
}

static void a_bearer_that_expires_on_the_way_costs_one_login(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/pull", 401,
	    "{\"error\":\"auth\",\"message\":\"expiré\"}", 0, 1};
	struct err err = ERR_INIT;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    0);
	play_asked(&play->office, "heads push pull challenge login pull");
	play_same(&play->paul, &play->office);
}

static void a_second_refusal_of_the_bearer_ends_the_sync(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/heads", 401,
	    "{\"error\":\"auth\",\"message\":\"qui ?\"}", 0, 9};
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    E_AUTH);
	play_asked(&play->office, "challenge login heads");
	assert_non_null(strstr(err.text, "qui ?"));
	play_setting(&play->paul, SETTING_BEARER, "");
}

/* Once it is sure that the server still has the key we know. */
static void a_refused_login_ends_the_sync(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/login", 401,
	    "{\"error\":\"auth\",\"message\":\"poste inconnu\"}", 0, 9};
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    E_AUTH);
	play_asked(&play->office, "challenge login hello");
}

static void a_revoked_laptop_knows_it_until_it_is_let_in_again(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	struct hash hash;

	fake_laptop_record(&play->paul, "lea", DAY, 210, &hash);
	play->office.revoked = true;
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err),
	    E_REVOKED);
	play_setting(&play->paul, SETTING_REVOKED, "1");
	/* It went all the same, for the office to set aside; this one gave
	 * no receipt. */
	assert_int_equal(play_way(&play->paul, &hash), WAY_SENT);
	play->office.revoked = false;
	play_sync(&play->paul, &play->office);
	play_setting(&play->paul, SETTING_REVOKED, "");
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
}

static void a_challenge_or_bearer_that_is_no_word_is_refused(void **state)
{
	static const struct instead lies[] = {
	    {"/v1/challenge", 200, "{\"challenge\":\"\"}", 0, 1},
	    {"/v1/challenge", 200, "{}", 0, 1},
	    {"/v1/challenge", 200, "{\"challenge\":\"ab\\n# server 00\"}", 0,
		1},
	    {"/v1/challenge", 200, "{\"challenge\":\"ABCD\"}", 0, 1},
	    {"/v1/challenge", 200, "{\"challenge\":12}", 0, 1},
	    {"/v1/login", 200, "{\"bearer\":\"\"}", 0, 1},
	    {"/v1/login", 200, "{\"bearer\":\"a\\r\\nX: y\"}", 0, 1},
	    {"/v1/login", 200, "{\"bearer\":\"a b\"}", 0, 1},
	    {"/v1/login", 200, "{\"bearer\":\"é\"}", 0, 1},
	    {"/v1/login", 200, "{}", 0, 1},
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct instead lie = lies[i];
		struct err err = ERR_INIT;

		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &lie, &err),
		    E_INVALID);
		play_setting(&play->paul, SETTING_BEARER, "");
	}
}

static void a_portal_is_being_offline(void **state)
{
	static const struct instead portals[] = {
	    {"/v1/heads", 200, "<html>Bienvenue", 0, 1},
	    {"/v1/heads", 200, "", 0, 1},
	    {"/v1/heads", 200, "[]", 0, 1},
	    {"/v1/heads", 302, "", 0, 1},
	    {"/v1/heads", 302, "{}", 0, 1},
	    {"/v1/heads", 401, "<html>mot de passe", 0, 1},
	    {"/v1/heads", 403, "Forbidden", 0, 1},
	    {"/v1/heads", 407, "proxy", 0, 1},
	    {"/v1/heads", 511, "<html>", 0, 1},
	    {"/v1/push", 200, "<html>", 0, 1},
	    {"/v1/push", 409, "<html>", 0, 1},
	    {"/v1/pull", 200, "<html>", 0, 1},
	    {"/v1/pull", 502, "<html>", 0, 1},
	};
	struct play *play = *state;

	play_sync(&play->paul, &play->office);
	for (size_t i = 0; i < sizeof(portals) / sizeof(portals[0]); i++) {
		struct instead portal = portals[i];
		struct err err = ERR_INIT;

		fake_laptop_record(&play->paul, "lea", DAY, 60, NULL);
		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &portal, &err),
		    E_OFFLINE);
		assert_non_null(strstr(err.text, "portail"));
		assert_non_null(strstr(err.text, "rien n'est perdu"));
		assert_int_equal(portal.times, 0);
	}
	play_sync(&play->paul, &play->office);
	play_same(&play->paul, &play->office);
}

static int retry_after_of(struct play *play, struct instead *instead)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	int seconds;

	assert_int_equal(sync_new(&sync, &play->paul.agent, NULL), 0);
	assert_int_equal(sync_next(sync, &request, NULL), SYNC_REQUEST);
	fake_office_answer(&play->office, &request, &reply);
	play_instead(instead, &request, &reply);
	assert_int_equal(sync_take(sync, &reply, NULL), E_BUSY);
	seconds = sync_retry_after(sync);
	exchange_reply_clear(&reply);
	sync_free(sync);
	return seconds;
}

static void a_busy_server_says_when_to_come_back(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/challenge", 503,
	    "{\"error\":\"busy\",\"message\":\"occupé\"}", 17, 1};

	assert_int_equal(retry_after_of(play, &instead), 17);
	instead = (struct instead){"/v1/challenge", 429,
	    "{\"error\":\"busy\",\"message\":\"occupé\"}", 0, 1};
	assert_int_equal(retry_after_of(play, &instead), 0);
}

static void the_server_says_why_it_refuses(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/heads", 421,
	    "{\"error\":\"invalid\",\"message\":\"hôte non servi\"}", 0, 1};
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    E_INVALID);
	assert_non_null(strstr(err.text, "hôte non servi"));
	instead = (struct instead){"/v1/heads", 500,
	    "{\"error\":\"not_init\",\"message\":\"\\u001b[2J\"}", 0, 1};
	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    E_IO);
	assert_null(strchr(err.text, '\033'));
}

static void heads_that_make_no_sense_are_refused(void **state)
{
	static const char *const lies[] = {
	    "{}",
	    "{\"structures\":{}}",
	    "{\"structures\":[1]}",
	    "{\"structures\":[{}]}",
	    "{\"structures\":[{\"structure\":\"a/b\",\"epoch\":1,\"n\":0,"
	    "\"head\":\"0000000000000000000000000000000000000000000000000000"
	    "000000000000\",\"scope\":\"\"}]}",
	    "{\"structures\":[{\"structure\":\"s\",\"epoch\":1,\"n\":-1,"
	    "\"head\":\"0000000000000000000000000000000000000000000000000000"
	    "000000000000\",\"scope\":\"\"}]}",
	    "{\"structures\":[{\"structure\":\"s\",\"epoch\":1,\"n\":0,"
	    "\"head\":\"00\",\"scope\":\"\"}]}",
	    "{\"structures\":[{\"structure\":\"s\",\"epoch\":1,\"n\":0,"
	    "\"head\":\"0000000000000000000000000000000000000000000000000000"
	    "000000000000\"},{\"structure\":\"s\",\"epoch\":1,\"n\":0,"
	    "\"head\":\"0000000000000000000000000000000000000000000000000000"
	    "000000000000\"}]}",
	};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct instead lie = {"/v1/heads", 200, lies[i], 0, 1};
		struct err err = ERR_INIT;

		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &lie, &err),
		    E_INVALID);
		assert_int_equal(play_cursor(&play->paul), 0);
	}
}

/* Heads of ${count} structures without a log, the last of them ${name}. */
static int sync_with_heads(
    struct play *play, int count, const char *name, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	buf_add_text(&text, "{\"structures\":[");
	for (int i = 1; i <= count; i++) {
		buf_add_text(
		    &text, i > 1 ? ",{\"structure\":\"" : "{\"structure\":\"");
		if (i < count)
			buf_printf(&text, "s%d", i);
		else
			buf_add_text(&text, name);
		buf_printf(&text,
		    "\",\"epoch\":1,\"n\":0,\"head\":\"%064d\",\"scope\":\"\"}",
		    0);
	}
	buf_add_text(&text, "]}");
	struct instead heads = {"/v1/heads", 200, buf_text(&text), 0, 1};

	rc = fake_laptop_sync(
	    &play->paul, &play->office, play_instead, &heads, err);
	buf_free(&text);
	return rc;
}

static void a_laptop_follows_so_many_structures(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;

	assert_int_equal(
	    sync_with_heads(play, SYNC_TARGETS_MAX + 1, OFFICE_STRUCTURE, &err),
	    E_INVALID);
	assert_int_equal(
	    sync_with_heads(play, SYNC_TARGETS_MAX, OFFICE_STRUCTURE, &err), 0);
	/* One that it follows and the server names no more counts too. */
	assert_int_equal(
	    sync_with_heads(play, SYNC_TARGETS_MAX, "other", &err), E_LIMIT);
	assert_int_equal(
	    sync_with_heads(play, SYNC_TARGETS_MAX, OFFICE_STRUCTURE, &err), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(an_expired_bearer_costs_one_login),
	    PLAY(a_bearer_that_expires_on_the_way_costs_one_login),
	    PLAY(a_second_refusal_of_the_bearer_ends_the_sync),
	    PLAY(a_refused_login_ends_the_sync),
	    PLAY(a_revoked_laptop_knows_it_until_it_is_let_in_again),
	    PLAY(a_challenge_or_bearer_that_is_no_word_is_refused),
	    PLAY(a_portal_is_being_offline),
	    PLAY(a_busy_server_says_when_to_come_back),
	    PLAY(the_server_says_why_it_refuses),
	    PLAY(heads_that_make_no_sense_are_refused),
	    PLAY(a_laptop_follows_so_many_structures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
