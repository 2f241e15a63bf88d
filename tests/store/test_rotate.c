/* A laptop changes its key: what the old one signed stands, whatever cuts
 * the change short. Real engines on both sides. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/journal.h"
#include "agent/rotate.h"
#include "server/audit/audit_export.h"
#include "server/audit/audit_verify.h"
#include "server/enrolment.h"
#include "server/rotate.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"
#include "tests/lib/bridge.h"
#include "tests/lib/heal_stage.h"

static struct heal heal;

static int start(void **state)
{
	(void)state;
	heal_open(&heal);
	heal_enrol(&heal, 0);
	heal_enrol(&heal, 1);
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	heal_close(&heal);
	return 0;
}

static struct agent *agent_of(size_t laptop)
{
	return &heal.laptops[laptop].agent;
}

/* The rotation that is under way, in one go. */
static int rotate(size_t laptop, struct err *err)
{
	struct exchange_reply reply = {0};
	struct rotate *rotate = NULL;
	struct exchange request;
	int rc;

	if ((rc = rotate_new(&rotate, agent_of(laptop), err)) < 0)
		return rc;
	while ((rc = rotate_next(rotate, &request, err)) == SYNC_REQUEST) {
		bridge_answer(&heal.service, &request, &reply);
		if ((rc = rotate_take(rotate, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	rotate_free(rotate);
	return rc;
}

static void rotate_well(size_t laptop)
{
	struct err err = ERR_INIT;

	assert_int_equal(rotate_want(agent_of(laptop), &err), 0);
	assert_int_equal(rotate(laptop, &err), 0);
}

static bool is_wanted(size_t laptop)
{
	bool wanted = false;

	assert_int_equal(rotate_wanted(agent_of(laptop), &wanted, NULL), 0);
	return wanted;
}

static struct device known(const char *device)
{
	struct device found;

	assert_int_equal(
	    enrolment_device(&heal.office, device, &found, NULL), 0);
	return found;
}

static int64_t quarantined(void)
{
	static const struct db_statement count = {"test.count_faults",
	    "SELECT COUNT(*) FROM entry WHERE fault <> ''"};
	int64_t n = -1;

	assert_int_equal(
	    db_query_int(heal.office.db, &count, DB_NO_PARAMS, &n, NULL, NULL),
	    0);
	return n;
}

/* Nothing waits, nothing was set aside, the log folds to the same. */
static void assert_whole(size_t laptop, int64_t minutes)
{
	struct agent *agent = agent_of(laptop);
	struct ledger_counts counts;
	struct hash before, after;

	(void)heal_sync_well(&heal, laptop);
	assert_int_equal(heal_sync_well(&heal, laptop).requests, 1);
	assert_int_equal(
	    ledger_count(agent->db, agent->device, &counts, NULL), 0);
	assert_int_equal(counts.kept + counts.sent + counts.quarantined, 0);
	assert_int_equal(heal_minutes(&heal), minutes);
	assert_int_equal(quarantined(), 0);
	assert_int_equal(ledger_rebuild(heal.office.db, HEAL_STRUCTURE,
			     heal.office.server.pub, &before, &after, NULL),
	    0);
	assert_true(hash_equal(&before, &after));
}

/* The change is over: the new key is known in the place of the old one. */
static void assert_replaced(size_t laptop, const char *old)
{
	struct agent *agent = agent_of(laptop);
	struct buf certificate = BUF_INIT, sig = BUF_INIT;
	char replaced[DEVICE_TEXT];
	struct device device;

	assert_false(is_wanted(laptop));
	assert_string_not_equal(agent->device, old);
	device = known(old);
	assert_true(device.found && device.revoked);
	device = known(agent->device);
	assert_true(device.found && !device.revoked);
	assert_memory_equal(device.pub, agent->key.pub, KEY_LEN);
	assert_int_equal(
	    rotate_replaced(&heal.office, agent->device, replaced, NULL), 0);
	assert_string_equal(replaced, old);
	assert_int_equal(
	    journal_get(agent->db, SETTING_CERTIFICATE, &certificate, NULL), 0);
	assert_non_null(strstr(buf_text(&certificate), agent->device));
	assert_int_equal(
	    journal_get(agent->db, SETTING_REPLACES, &sig, NULL), 0);
	assert_int_equal(sig.len, 0);
	buf_free(&certificate);
	buf_free(&sig);
}

static void a_new_key_goes_on_where_the_old_one_stopped(void **state)
{
	char old[DEVICE_TEXT], path[2 * KIT_PATH];
	struct buf summary = BUF_INIT, report = BUF_INIT;
	struct device device;
	struct err err = ERR_INIT;

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	rotate_well(0);
	/* Until the new one is heard, both are good. */
	device = known(old);
	assert_true(device.found && !device.revoked);
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	assert_replaced(0, old);
	/* The other one learns the same, and can correct it. */
	(void)heal_sync_well(&heal, 1);
	heal_save(&heal, 1, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 1);
	heal_reopen(&heal, 0);
	assert_whole(0, 123);
	assert_whole(1, 123);
	(void)snprintf(path, sizeof(path), "%s/export", heal.root);
	assert_int_equal(
	    audit_export(&heal.office, "2026-11", path, &summary, &err), 0);
	if (audit_verify(path, NULL, &report, &err) < 0)
		fail_msg("%s", buf_text(&report));
	buf_free(&summary);
	buf_free(&report);
}

static void a_key_can_be_changed_again(void **state)
{
	char first[DEVICE_TEXT], second[DEVICE_TEXT];

	(void)state;
	memcpy(first, agent_of(0)->device, DEVICE_TEXT);
	rotate_well(0);
	memcpy(second, agent_of(0)->device, DEVICE_TEXT);
	/* At once: the second never logs in. */
	rotate_well(0);
	(void)heal_sync_well(&heal, 0);
	assert_true(known(first).revoked);
	assert_replaced(0, second);
	assert_whole(0, 100);
}

static void what_waits_comes_first(void **state)
{
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	assert_int_equal(rotate(0, &err), E_NOT_FOUND);
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(rotate(0, &err), E_BUSY);
	assert_string_equal(agent_of(0)->device, old);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(rotate(0, &err), 0);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

/* ---- cut short ---- */

static void cut_before_it_is_asked(void **state)
{
	char old[DEVICE_TEXT];
	struct err err = ERR_INIT;
	struct key first, again;
	bool found;

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(agent_next_key(agent_of(0), &first, &found, &err), 0);
	heal_reopen(&heal, 0);
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	assert_string_equal(agent_of(0)->device, old);
	/* Wanting it again keeps the same key. */
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(agent_next_key(agent_of(0), &again, &found, &err), 0);
	assert_memory_equal(first.pub, again.pub, KEY_LEN);
	assert_int_equal(rotate(0, &err), 0);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

/* Ask, and do with the answer what ${then} says. */
static void ask(size_t laptop,
    int (*then)(struct rotate *rotate, const struct exchange_reply *reply))
{
	struct exchange_reply reply = {0};
	struct rotate *rotate = NULL;
	struct exchange request;
	struct err err = ERR_INIT;

	assert_int_equal(rotate_want(agent_of(laptop), &err), 0);
	assert_int_equal(rotate_new(&rotate, agent_of(laptop), &err), 0);
	assert_int_equal(rotate_next(rotate, &request, &err), SYNC_REQUEST);
	bridge_answer(&heal.service, &request, &reply);
	assert_int_equal(reply.status, 200);
	then(rotate, &reply);
	exchange_reply_clear(&reply);
	rotate_free(rotate);
}

static int lose(struct rotate *rotate, const struct exchange_reply *reply)
{
	(void)rotate;
	(void)reply;
	return 0;
}

static void cut_before_the_answer(void **state)
{
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	ask(0, lose);
	heal_reopen(&heal, 0);
	assert_string_equal(agent_of(0)->device, old);
	/* The old key is still in use, and good. */
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(rotate(0, &err), 0);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

static int record_meanwhile(
    struct rotate *rotate, const struct exchange_reply *reply)
{
	struct err err = ERR_INIT;

	heal_save(&heal, 0, "2026-11-03", 20);
	assert_int_equal(rotate_take(rotate, reply, &err), E_BUSY);
	return 0;
}

static void cut_before_the_switch(void **state)
{
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	ask(0, record_meanwhile);
	assert_true(is_wanted(0));
	heal_reopen(&heal, 0);
	assert_string_equal(agent_of(0)->device, old);
	/* A login meanwhile does not say that the old key is gone. */
	assert_int_equal(
	    journal_put(agent_of(0)->db, SETTING_BEARER, "", NULL), 0);
	(void)heal_sync_well(&heal, 0);
	assert_false(known(old).revoked);
	assert_int_equal(rotate(0, &err), 0);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

/* The database refuses what follows the key file. */
static int cut_in_between(
    struct rotate *rotate, const struct exchange_reply *reply)
{
	struct db *db = agent_of(0)->db;
	struct err err = ERR_INIT;

	assert_int_equal(db_script(db,
			     "CREATE TRIGGER cut BEFORE UPDATE ON setting"
			     " WHEN NEW.name = 'certificate'"
			     " BEGIN SELECT RAISE(ABORT, 'cut'); END",
			     NULL),
	    0);
	assert_true(rotate_take(rotate, reply, &err) < 0);
	assert_int_equal(db_script(db, "DROP TRIGGER cut", NULL), 0);
	return 0;
}

static void cut_within_the_switch(void **state)
{
	struct buf certificate = BUF_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	ask(0, cut_in_between);
	heal_reopen(&heal, 0);
	assert_string_not_equal(agent_of(0)->device, old);
	assert_int_equal(journal_get(agent_of(0)->db, SETTING_CERTIFICATE,
			     &certificate, NULL),
	    0);
	assert_non_null(strstr(buf_text(&certificate), old));
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_whole(0, 120);
	assert_replaced(0, old);
	buf_free(&certificate);
}

/* A copy of the directory from the midst of a change that went on elsewhere:
 * the key that waits in it is the one that is known now. */
static void a_copy_from_the_midst_finds_its_key(void **state)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	ask(0, lose);
	heal_backup_laptop(&heal, 0, "l1");
	assert_int_equal(rotate(0, &err), 0);
	(void)heal_sync_well(&heal, 0);
	assert_replaced(0, old);
	heal_restore_laptop(&heal, 0, "l1");
	strcpy(heal.laptops[0].machine.boot, "another-boot");
	assert_int_equal(heal_sync(&heal, 0, &summary, &err), E_REVOKED);
	assert_int_equal(rotate(0, &err), 0);
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

/* ---- a program that had opened before ---- */

static void who_opened_before_signs_with_the_new_key(void **state)
{
	struct heal_laptop *other = &heal.laptops[2];
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	kit_machine_init(&other->machine, 7);
	assert_int_equal(agent_open(&other->agent, heal.laptops[0].path,
			     &other->machine.os, false, NULL),
	    0);
	other->open = true;
	rotate_well(0);
	heal_save(&heal, 2, "2026-11-03", 20);
	assert_string_equal(other->agent.device, agent_of(0)->device);
	(void)heal_sync_well(&heal, 2);
	assert_whole(0, 120);
	assert_replaced(0, old);
}

/* ---- refused ---- */

static void the_old_key_is_refused_afterwards(void **state)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;

	(void)state;
	heal_backup_laptop(&heal, 0, "l1");
	rotate_well(0);
	(void)heal_sync_well(&heal, 0);
	heal_restore_laptop(&heal, 0, "l1");
	strcpy(heal.laptops[0].machine.boot, "another-boot");
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_int_equal(heal_sync(&heal, 0, &summary, &err), E_REVOKED);
	assert_int_equal(summary.quarantined, 1);
	assert_int_equal(quarantined(), 1);
	assert_int_equal(heal_minutes(&heal), 100);
	/* Nor does it get another key. */
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(rotate(0, &err), E_REVOKED);
}

/* Two copies of a laptop: the second to ask is told, and gives it up. */
static void another_key_is_refused(void **state)
{
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	ask(0, lose);
	assert_int_equal(agent_next_key_drop(agent_of(0), &err), 0);
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(rotate(0, &err), E_CONFLICT);
	assert_false(is_wanted(0));
	assert_string_equal(agent_of(0)->device, old);
	assert_whole(0, 100);
}

static void a_revoked_laptop_gets_no_new_key(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    enrolment_revoke(&heal.office, agent_of(0)->device, "volé", &err),
	    0);
	assert_int_equal(rotate_want(agent_of(0), &err), 0);
	assert_int_equal(rotate(0, &err), E_REVOKED);
}

/* A thief who changes the key does not outrun the revocation. */
static void revoking_follows_the_keys(void **state)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;
	char old[DEVICE_TEXT];

	(void)state;
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	rotate_well(0);
	rotate_well(0);
	assert_int_equal(enrolment_revoke(&heal.office, old, "volé", &err), 0);
	assert_int_equal(heal_sync(&heal, 0, &summary, &err), E_REVOKED);
	assert_true(known(agent_of(0)->device).revoked);
}

/* A request of which each signature, in turn, is not what it must be. */
static void sign(char out[128], const char *text, unsigned char seed)
{
	struct buf base64 = BUF_INIT;
	uint8_t sig[SIG_LEN];
	struct key key;

	kit_key(&key, seed);
	if (seed == 0)
		key = agent_of(0)->key;
	assert_int_equal(
	    sshsig_sign(sig, &key, SSHSIG_ROTATE, text, strlen(text), NULL), 0);
	enc_base64(&base64, sig, sizeof(sig));
	(void)snprintf(out, 128, "%s", buf_text(&base64));
	buf_free(&base64);
}

static void both_signatures_count(void **state)
{
	char server[HASH_TEXT], hex[HASH_TEXT], text[512];
	char by_new[128], by_old[128], by_other[128];
	const char *device = agent_of(0)->device;
	struct buf certificate = BUF_INIT;
	uint8_t sig[SIG_LEN];
	struct key next;

	(void)state;
	kit_key(&next, 77);
	enc_hex(heal.office.server.pub, KEY_LEN, server);
	enc_hex(next.pub, KEY_LEN, hex);
	(void)snprintf(text, sizeof(text),
	    "# pointeau rotate 1\n# server %s\n# device %s\n# key %s\n", server,
	    device, hex);
	sign(by_new, text, 77);
	sign(by_old, text, 0);
	sign(by_other, text, 78);
	const struct {
		struct rotate_request request;
		int rc;
	} cases[] = {
	    {{device, hex, by_new, by_other}, E_AUTH},
	    {{device, hex, by_other, by_old}, E_AUTH},
	    {{device, hex, by_old, by_new}, E_AUTH},
	    {{device, hex, "", by_old}, E_AUTH},
	    {{device, hex, by_new, "?"}, E_AUTH},
	    {{"0123456789abcdef", hex, by_new, by_old}, E_AUTH},
	    {{heal.office.console_device, hex, by_new, by_old}, E_AUTH},
	    {{heal.office.server_device, hex, by_new, by_old}, E_AUTH},
	    {{device, "12", by_new, by_old}, E_INVALID},
	    {{device, hex, by_new, by_old}, 0},
	    {{device, hex, by_new, by_old}, 0},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(rotate_accept(&heal.office, &cases[i].request,
				     &certificate, sig, &err),
		    cases[i].rc);
	}
	buf_free(&certificate);
}

/* Nobody logs another laptop out. */
static void a_login_retires_only_what_it_replaces(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(journal_put(agent_of(1)->db, SETTING_REPLACES,
			     agent_of(0)->device, &err),
	    0);
	assert_int_equal(
	    journal_put(agent_of(1)->db, SETTING_BEARER, "", &err), 0);
	assert_whole(1, 100);
	assert_false(known(agent_of(0)->device).revoked);
	assert_whole(0, 100);
}

/* ---- and a restored server ---- */

static void a_server_from_before_the_change_learns_it_I11(void **state)
{
	char old[DEVICE_TEXT];

	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	memcpy(old, agent_of(0)->device, DEVICE_TEXT);
	rotate_well(0);
	heal_save(&heal, 0, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	heal_save(&heal, 0, "2026-11-05", 4);
	(void)heal_sync_well(&heal, 0);
	assert_whole(0, 127);
	assert_replaced(0, old);
	(void)heal_sync_well(&heal, 1);
	assert_whole(1, 127);
}

/* The laptop that changed its key never comes: another one brings it all. */
static void another_laptop_brings_the_change_back_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	rotate_well(0);
	heal_save(&heal, 0, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	(void)heal_sync_well(&heal, 1);
	heal_restore(&heal, "b1");
	assert_whole(1, 123);
	/* It alone holds what it may see; it looks again once that is back. */
	(void)heal_sync_well(&heal, 0);
	assert_whole(0, 123);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
	    TEST(a_new_key_goes_on_where_the_old_one_stopped),
	    TEST(a_key_can_be_changed_again),
	    TEST(what_waits_comes_first),
	    TEST(cut_before_it_is_asked),
	    TEST(cut_before_the_answer),
	    TEST(cut_before_the_switch),
	    TEST(cut_within_the_switch),
	    TEST(a_copy_from_the_midst_finds_its_key),
	    TEST(who_opened_before_signs_with_the_new_key),
	    TEST(the_old_key_is_refused_afterwards),
	    TEST(another_key_is_refused),
	    TEST(a_revoked_laptop_gets_no_new_key),
	    TEST(revoking_follows_the_keys),
	    TEST(both_signatures_count),
	    TEST(a_login_retires_only_what_it_replaces),
	    TEST(a_server_from_before_the_change_learns_it_I11),
	    TEST(another_laptop_brings_the_change_back_I11),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
