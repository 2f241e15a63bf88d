/* What an office keeps for devices: at each limit and one past it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/alert.h"
#include "server/enrolment.h"
#include "server/store/access.h"
#include "shared/enc.h"
#include "shared/enrolcode.h"
#include "shared/sshsig.h"
#include "tests/lib/office_fixture.h"

static int office_open_one(void **state)
{
	struct office_fixture *fixture = calloc(1, sizeof(*fixture));

	if (fixture == NULL)
		return -1;
	office_fixture_open(fixture);
	*state = fixture;
	return 0;
}

static int office_close_one(void **state)
{
	office_fixture_close(*state);
	free(*state);
	return 0;
}

static struct hash number_hash(int64_t number)
{
	struct hash hash;

	hash_of(&hash, &number, sizeof(number));
	return hash;
}

static int64_t count(
    struct office_fixture *fixture, const struct db_statement *statement)
{
	struct err err = ERR_INIT;
	int64_t found = 0;

	if (db_query_int(fixture->office.db, statement, DB_NO_PARAMS, &found,
		NULL, &err) < 0)
		fail_msg("%s", err.text);
	return found;
}

static int put_code(
    struct office_fixture *fixture, int64_t number, int64_t expires_s)
{
	const struct hash hash = number_hash(number);
	struct err err = ERR_INIT;
	int rc = access_code_room(fixture->office.db, fixture->now_s, &err);

	assert_true(rc == 0 || err.text[0] != '\0');
	return rc < 0 ? rc
	              : access_code_put(fixture->office.db, &hash, "VERTS\n",
			    expires_s, &err);
}

static void codes_that_wait_are_bounded(void **state)
{
	struct office_fixture *fixture = *state;
	const int64_t end_s = fixture->now_s + ENROLCODE_LIFE_S;
	const struct hash first = number_hash(0);
	struct err err = ERR_INIT;

	for (int64_t i = 0; i < ACCESS_CODES_MAX; i++)
		assert_int_equal(put_code(fixture, i, end_s), 0);
	assert_int_equal(put_code(fixture, ACCESS_CODES_MAX, end_s), E_LIMIT);
	/* One that is used waits no more. */
	assert_int_equal(access_code_use(fixture->office.db, &first,
			     "0123456789abcdef", &err),
	    0);
	assert_int_equal(put_code(fixture, ACCESS_CODES_MAX, end_s), 0);
	assert_int_equal(
	    put_code(fixture, ACCESS_CODES_MAX + 1, end_s), E_LIMIT);
	/* Nor do those that have expired. */
	fixture->now_s = end_s;
	assert_int_equal(put_code(fixture, ACCESS_CODES_MAX + 1, end_s), 0);
}

static bool bearer_is_good(
    struct office_fixture *fixture, int64_t number, const char *device)
{
	const struct hash hash = number_hash(number);
	char found[DEVICE_TEXT];
	struct err err = ERR_INIT;

	assert_int_equal(access_bearer_get(fixture->office.db, &hash,
			     fixture->now_s, found, &err),
	    0);
	return strcmp(found, device) == 0;
}

static void put_bearer(struct office_fixture *fixture, int64_t number,
    const char *device, int64_t expires_s)
{
	const struct hash hash = number_hash(number);
	struct err err = ERR_INIT;

	assert_int_equal(access_bearer_put(fixture->office.db, &hash, device,
			     expires_s, &err),
	    0);
}

static void a_device_has_so_many_bearers(void **state)
{
	struct office_fixture *fixture = *state;
	const char *a = "aaaaaaaaaaaaaaaa", *b = "bbbbbbbbbbbbbbbb";
	const int64_t end_s = fixture->now_s + BEARER_LIFE_S;

	put_bearer(fixture, 100, b, end_s);
	for (int64_t i = 0; i < ACCESS_BEARERS_MAX; i++)
		put_bearer(fixture, i, a, end_s + i);
	for (int64_t i = 0; i < ACCESS_BEARERS_MAX; i++)
		assert_true(bearer_is_good(fixture, i, a));
	put_bearer(fixture, ACCESS_BEARERS_MAX, a, end_s);
	assert_false(bearer_is_good(fixture, 0, a));
	for (int64_t i = 1; i <= ACCESS_BEARERS_MAX; i++)
		assert_true(bearer_is_good(fixture, i, a));
	assert_true(bearer_is_good(fixture, 100, b));
}

static void the_last_bearer_is_good_whatever_the_clock(void **state)
{
	static const struct db_statement bearers = {
	    "test.bearers", "SELECT COUNT(*) AS count FROM bearer"};
	struct office_fixture *fixture = *state;
	const char *a = "aaaaaaaaaaaaaaaa";
	const int64_t end_s = fixture->now_s + BEARER_LIFE_S;

	for (int64_t i = 0; i < 20; i++) {
		put_bearer(fixture, i, a, end_s - i);
		assert_true(bearer_is_good(fixture, i, a));
		assert_true(count(fixture, &bearers) <= ACCESS_BEARERS_MAX);
	}
}

static void put_evidence(struct office_fixture *fixture, const char *structure,
    const char *device, int64_t number)
{
	const struct bytes bytes = {"fork", 4};
	const struct hash hash = number_hash(number);
	struct err err = ERR_INIT;

	assert_int_equal(
	    access_evidence_put(fixture->office.db, structure, &hash, device,
		"fork", fixture->now_s, bytes, &err),
	    0);
}

static void evidence_is_bounded_and_the_rest_is_counted(void **state)
{
	static const struct db_statement kept = {
	    "test.kept", "SELECT COUNT(*) AS count FROM evidence"};
	static const struct db_statement missed = {"test.missed",
	    "SELECT COALESCE(SUM(count), 0) AS count FROM evidence_missed"};
	struct office_fixture *fixture = *state;
	const char *a = "aaaaaaaaaaaaaaaa", *b = "bbbbbbbbbbbbbbbb";

	for (int64_t i = 0; i < ACCESS_EVIDENCE_MAX; i++)
		put_evidence(fixture, "RIVES", a, i);
	assert_int_equal(count(fixture, &kept), ACCESS_EVIDENCE_MAX);
	assert_int_equal(count(fixture, &missed), 0);
	/* What is kept already is no more. */
	put_evidence(fixture, "RIVES", a, 3);
	assert_int_equal(count(fixture, &missed), 0);
	put_evidence(fixture, "RIVES", a, ACCESS_EVIDENCE_MAX);
	put_evidence(fixture, "RIVES", a, ACCESS_EVIDENCE_MAX + 1);
	assert_int_equal(count(fixture, &kept), ACCESS_EVIDENCE_MAX);
	assert_int_equal(count(fixture, &missed), 2);
	/* Its flood takes nothing from others. */
	put_evidence(fixture, "RIVES", b, 1000);
	put_evidence(fixture, "REMPARTS", a, 1001);
	assert_int_equal(count(fixture, &kept), ACCESS_EVIDENCE_MAX + 2);
	assert_int_equal(count(fixture, &missed), 2);
}

static void the_alert_of_a_fork_tells_what_was_not_kept(void **state)
{
	struct office_fixture *fixture = *state;
	const char *a = "aaaaaaaaaaaaaaaa", *b = "bbbbbbbbbbbbbbbb";
	struct err err = ERR_INIT;
	json_t *rows = NULL;
	const char *text;

	for (int64_t i = 0; i < ACCESS_EVIDENCE_MAX + 7; i++)
		put_evidence(fixture, "RIVES", a, i);
	put_evidence(fixture, "RIVES", b, 1000);
	put_evidence(fixture, "REMPARTS", a, 1001);
	assert_int_equal(alerts_json(&fixture->office, &rows, &err), 0);
	assert_int_equal(json_array_size(rows), 3);
	for (size_t i = 0; i < 3; i++) {
		const json_t *row = json_array_get(rows, i);
		bool flood = strcmp(json_text(row, "device"), a) == 0 &&
		             strcmp(json_text(row, "structure"), "RIVES") == 0;

		assert_string_equal(json_text(row, "alert"), ALERT_FORK);
		assert_int_equal(
		    json_int(row, "count", 0), flood ? ACCESS_EVIDENCE_MAX : 1);
		text = strstr(json_text(row, "text"), " 7 ");
		assert_int_equal(text != NULL, flood);
	}
	json_decref(rows);
}

/* ---- enrolling ---- */

/* Enrol the device whose key grows from ${seed} with a code for ${crews}. */
static int enrol(
    struct office_fixture *fixture, uint8_t seed, const char *crews)
{
	const uint8_t seed_bytes[SEED_LEN] = {seed};
	uint8_t secret[ENROLCODE_SECRET_LEN], sig[SIG_LEN];
	char secret_hex[2 * sizeof(secret) + 1], key_hex[2 * KEY_LEN + 1];
	char hash_text[HASH_TEXT], server[2 * KEY_LEN + 1];
	struct buf text = BUF_INIT, proof = BUF_INIT, structures = BUF_INIT;
	struct buf certificate = BUF_INIT;
	struct err err = ERR_INIT;
	struct hash hash;
	struct key key;
	int rc;

	key_from_seed(&key, seed_bytes);
	os_random(&fixture->os, secret, sizeof(secret));
	hash_of(&hash, secret, sizeof(secret));
	assert_int_equal(access_code_put(fixture->office.db, &hash, crews,
			     fixture->now_s + ENROLCODE_LIFE_S, &err),
	    0);
	enc_hex(secret, sizeof(secret), secret_hex);
	enc_hex(key.pub, KEY_LEN, key_hex);
	enc_hex(fixture->office.server.pub, KEY_LEN, server);
	hash_hex(&hash, hash_text);
	buf_printf(&text,
	    "# pointeau enrol 1\n# code %s\n# server %s\n# key %s\n", hash_text,
	    server, key_hex);
	assert_int_equal(
	    sshsig_sign(sig, &key, SSHSIG_ENROL, text.data, text.len, &err), 0);
	enc_base64(&proof, sig, SIG_LEN);
	const struct enrolment_request request = {
	    secret_hex, key_hex, "Berges", buf_text(&proof)};

	rc = enrolment_accept(
	    &fixture->office, &request, &certificate, sig, &structures, &err);
	assert_int_equal(rc < 0, err.text[0] != '\0');
	buf_free(&text);
	buf_free(&proof);
	buf_free(&structures);
	buf_free(&certificate);
	return rc;
}

/* As many devices as leave room for ${room}: their rows alone. */
static void fill_devices(struct office_fixture *fixture, int64_t room)
{
	static const struct db_statement put = {"test.device",
	    "INSERT INTO record (structure, family, moment, record, subject,"
	    " day, slot, state, value, live, minutes, kind, site, activity)"
	    " VALUES ('RIVES', 'enrolment', '', $record, $record, '', '',"
	    " 'merged', '{}', 1, 0, '', '', '')"};
	struct db *db = fixture->office.db;
	struct err err = ERR_INIT;
	int64_t devices = 0;
	char name[32];

	assert_int_equal(access_device_count(db, &devices, &err), 0);
	assert_int_equal(db_begin(db, &err), 0);
	for (; devices < ENROLMENT_DEVICES_MAX - room; devices++) {
		(void)snprintf(name, sizeof(name), "d%d", (int)devices);
		assert_int_equal(
		    db_exec(db, &put, DB_PARAMS(DB_TEXT("record", name)), NULL,
			&err),
		    0);
	}
	assert_int_equal(db_commit(db, &err), 0);
}

static void an_office_has_so_many_devices(void **state)
{
	struct office_fixture *fixture = *state;
	struct hash before, after;

	office_fixture_places(fixture);
	fill_devices(fixture, 1);
	assert_int_equal(enrol(fixture, 1, "VERTS\n"), 0);
	before = office_fixture_digest(fixture);
	assert_int_equal(enrol(fixture, 2, "VERTS\n"), E_LIMIT);
	after = office_fixture_digest(fixture);
	assert_true(hash_equal(&before, &after));
	/* One that is there may enrol again. */
	assert_int_equal(enrol(fixture, 1, "BAT\n"), 0);
}

/* A number that passes: the last digit makes the sum a multiple of ten. */
static void siret_make(char out[15], int number)
{
	int sum = 0;

	(void)snprintf(out, 15, "0412076890%03d0", number);
	for (int i = 0; i < 13; i++) {
		int digit = (out[i] - '0') * (i % 2 == 0 ? 2 : 1);

		sum += digit > 9 ? digit - 9 : digit;
	}
	out[13] = (char)('0' + (10 - sum % 10) % 10);
}

/* Structures S0… with a crew C0… each. */
static void many_structures(struct office_fixture *fixture, int total)
{
	struct buf structures = BUF_INIT, sites = BUF_INIT, crews = BUF_INIT;
	char siret[15];

	buf_add_text(&structures, "structure;name;kind;siret\n");
	buf_add_text(&sites, "site;structure;name;sector\n");
	buf_add_text(&crews, "crew;structure;name;site\n");
	for (int i = 0; i < total; i++) {
		siret_make(siret, i);
		buf_printf(&structures, "S%d;S %d;ACI;%s\n", i, i, siret);
		buf_printf(&sites, "P%d;S%d;P %d;batiment\n", i, i, i);
		buf_printf(&crews, "C%d;S%d;C %d;P%d\n", i, i, i, i);
	}
	office_fixture_import(fixture, "structures", buf_text(&structures));
	office_fixture_import(fixture, "sites", buf_text(&sites));
	office_fixture_import(fixture, "crews", buf_text(&crews));
	buf_free(&structures);
	buf_free(&sites);
	buf_free(&crews);
}

static int enrol_crews(struct office_fixture *fixture, int from, int until)
{
	struct buf names = BUF_INIT;
	int rc;

	for (int i = from; i < until; i++)
		buf_printf(&names, "C%d\n", i);
	rc = enrol(fixture, 1, buf_text(&names));
	buf_free(&names);
	return rc;
}

static void a_device_has_so_many_structures(void **state)
{
	struct office_fixture *fixture = *state;
	const int half = ENROLMENT_CREWS_MAX;

	_Static_assert(ENROLMENT_STRUCTURES_MAX == 2 * ENROLMENT_CREWS_MAX,
	    "the test fills them with two codes");
	many_structures(fixture, ENROLMENT_STRUCTURES_MAX + 1);
	assert_int_equal(enrol_crews(fixture, 0, half + 1), E_LIMIT);
	assert_int_equal(enrol_crews(fixture, 0, half), 0);
	assert_int_equal(enrol_crews(fixture, half, 2 * half), 0);
	assert_int_equal(enrol_crews(fixture, 2 * half, 2 * half + 1), E_LIMIT);
	/* Those that it has may be named again. */
	assert_int_equal(enrol_crews(fixture, 5, half), 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, office_open_one, office_close_one)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(codes_that_wait_are_bounded),
	    TEST(a_device_has_so_many_bearers),
	    TEST(the_last_bearer_is_good_whatever_the_clock),
	    TEST(evidence_is_bounded_and_the_rest_is_counted),
	    TEST(the_alert_of_a_fork_tells_what_was_not_kept),
	    TEST(an_office_has_so_many_devices),
	    TEST(a_device_has_so_many_structures),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
