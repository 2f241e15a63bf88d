/* What the server reads and gives out: at each limit and one past it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/audit/audit_format.h"
#include "server/audit/audit_tree.h"
#include "server/config.h"
#include "server/enrolment.h"
#include "server/pull.h"
#include "shared/sshsig.h"
#include "shared/enc.h"
#include "tests/lib/office_fixture.h"

static int open_one(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return -1;
	office_fixture_open(fixture);
	*state = fixture;
	return 0;
}

static int close_one(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

/* ---- challenges ---- */

static void enrol(struct office_fixture *fixture, const struct key *key,
    char device[DEVICE_TEXT])
{
	char record[RECORD_KEY_MAX], hex[HASH_TEXT], value[256];

	key_device(key->pub, device);
	enc_hex(key->pub, KEY_LEN, hex);
	record_key_make(record, "enrolment", device, NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"PC\",\"role\":\"laptop\"}", hex);
	office_fixture_set(fixture, "RIVES", "enrolment", record, value);
}

static int login(struct office_fixture *fixture, const struct key *key,
    const char *device, const char *challenge)
{
	const uint8_t secret[32] = {7};
	char server[2 * KEY_LEN + 1], bearer[BEARER_TEXT];
	struct buf text = BUF_INIT, answer = BUF_INIT;
	struct err err = ERR_INIT;
	uint8_t sig[SIG_LEN];
	int64_t expires_s;
	int rc;

	enc_hex(fixture->office.server.pub, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau login 1\n# server %s\n# device %s\n# challenge %s\n",
	    server, device, challenge);
	assert_int_equal(
	    sshsig_sign(sig, key, SSHSIG_LOGIN, text.data, text.len, &err), 0);
	enc_base64(&answer, sig, SIG_LEN);
	const struct login_request request = {
	    .device = device,
	    .challenge = challenge,
	    .sig = buf_text(&answer),
	    .version = "",
	    .replaces = "",
	    .recall = {"", "", ""},
	};

	rc = enrolment_login(
	    &fixture->office, secret, &request, bearer, &expires_s, &err);
	buf_free(&text);
	buf_free(&answer);
	return rc;
}

static void a_challenge_lives_so_long(void **state)
{
	const uint8_t secret[32] = {7}, seed[SEED_LEN] = {9};
	struct office_fixture *fixture = *state;
	char challenge[CHALLENGE_TEXT], device[DEVICE_TEXT];
	const int64_t made_s = fixture->now_s;
	struct key key;

	key_from_seed(&key, seed);
	office_fixture_places(fixture);
	enrol(fixture, &key, device);
	enrolment_challenge(secret, device, &fixture->os, challenge);
	assert_int_equal(login(fixture, &key, device, challenge), 0);
	fixture->now_s = made_s + CHALLENGE_LIFE_S;
	assert_int_equal(login(fixture, &key, device, challenge), 0);
	fixture->now_s = made_s + CHALLENGE_LIFE_S + 1;
	assert_int_equal(login(fixture, &key, device, challenge), E_AUTH);
	/* Nor is one of the future any good: the clock went back. */
	fixture->now_s = made_s - 1;
	assert_int_equal(login(fixture, &key, device, challenge), E_AUTH);
}

/* ---- the log as lines ---- */

static int count_lines(
    struct office_fixture *fixture, int64_t after, long long *last)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	int lines = 0;

	assert_int_equal(
	    pull_lines(&fixture->office, "RIVES", after, &text, &err), 0);
	for (const char *at = buf_text(&text); *at != '\0';
	     at = strchr(at, '\n') + 1) {
		assert_int_equal(sscanf(at, "%lld ", last), 1);
		lines++;
	}
	buf_free(&text);
	return lines;
}

static void a_log_is_given_in_so_many_lines(void **state)
{
	struct office_fixture *fixture = *state;
	long long last = 0, before;
	char record[64];

	office_fixture_places(fixture);
	assert_in_range(count_lines(fixture, 0, &before), 1, 100);
	for (long long n = before; n < PULL_LINES_MAX + 2; n++) {
		(void)snprintf(record, sizeof(record), "site/N%lld", n);
		office_fixture_set(fixture, "RIVES", "site", record,
		    "{\"name\":\"N\",\"sector\":\"x\"}");
	}
	assert_int_equal(count_lines(fixture, 0, &last), PULL_LINES_MAX);
	assert_int_equal(last, PULL_LINES_MAX);
	assert_int_equal(count_lines(fixture, 2, &last), PULL_LINES_MAX);
	assert_int_equal(last, PULL_LINES_MAX + 2);
	assert_int_equal(count_lines(fixture, 3, &last), PULL_LINES_MAX - 1);
	assert_int_equal(count_lines(fixture, PULL_LINES_MAX, &last), 2);
}

/* ---- settings ---- */

static int parse(size_t value_len)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;
	int rc;

	buf_add_text(
	    &text, "url = https://localhost:8443\nlisten = 8443\nhosts = ");
	for (size_t i = 0; i < value_len; i++)
		buf_add_char(
		    &text, i % 64 == 63 && i + 1 < value_len ? ',' : 'h');
	buf_add_char(&text, '\n');
	rc = config_parse(&config, buf_text(&text), &err);
	if (rc == 0)
		assert_int_equal(strlen(config.hosts), value_len);
	buf_free(&text);
	return rc;
}

static void a_setting_has_so_many_bytes(void **state)
{
	(void)state;
	assert_int_equal(parse(CONFIG_VALUE_MAX - 1), 0);
	assert_int_equal(parse(CONFIG_VALUE_MAX), E_INVALID);
}

/* An office opened with so many bytes of settings, most of them a comment. */
static int open_with(
    const struct office_fixture *fixture, const char *folder, size_t size)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	struct office office;
	char path[128];
	int rc;

	buf_add_text(&text, "url = https://localhost:8443\nlisten = 8443\n#");
	while (text.len < size)
		buf_add_char(&text, 'x');
	(void)snprintf(path, sizeof(path), "%s/%s", folder, OFFICE_CONFIG);
	assert_int_equal(
	    os_file_write(path, text.data, text.len, 0600, &err), 0);
	buf_free(&text);
	if ((rc = office_open(&office, folder, &fixture->os, true, &err)) == 0)
		office_close(&office);
	return rc;
}

static void settings_have_so_many_bytes(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;
	char folder[96];

	(void)snprintf(folder, sizeof(folder), "%s/office", fixture->directory);
	assert_int_equal(
	    config_from_url(&config, "https://localhost:8443", &err), 0);
	assert_int_equal(
	    office_create(folder, &config, &fixture->os, &recovery, &err), 0);
	buf_free(&recovery);
	assert_int_equal(open_with(fixture, folder, CONFIG_FILE_MAX), 0);
	assert_int_equal(
	    open_with(fixture, folder, CONFIG_FILE_MAX + 1), E_LIMIT);
	assert_int_equal(open_with(fixture, folder, 100), 0);
}

/* ---- files of an export ---- */

static void a_file_of_an_export_has_so_many_bytes(void **state)
{
	struct office_fixture *fixture = *state;
	struct buf content = BUF_INIT;
	struct err err = ERR_INIT;
	char path[128];

	(void)snprintf(path, sizeof(path), "%s/big", fixture->directory);
	assert_int_equal(os_file_write(path, "", 0, 0600, &err), 0);
	/* Holes: no disk is spent. */
	assert_int_equal(truncate(path, (off_t)AUDIT_FILE_MAX), 0);
	assert_int_equal(
	    audit_tree_read(&content, fixture->directory, "big", &err), 0);
	assert_int_equal(content.len, AUDIT_FILE_MAX);
	buf_free(&content);
	assert_int_equal(truncate(path, (off_t)AUDIT_FILE_MAX + 1), 0);
	assert_int_equal(
	    audit_tree_read(&content, fixture->directory, "big", &err),
	    E_LIMIT);
	buf_free(&content);
	assert_int_equal(unlink(path), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_one, close_one)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(a_challenge_lives_so_long),
	    TEST(a_log_is_given_in_so_many_lines),
	    TEST(a_setting_has_so_many_bytes),
	    TEST(settings_have_so_many_bytes),
	    TEST(a_file_of_an_export_has_so_many_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
