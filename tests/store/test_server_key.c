/* The server changes its key: the laptops follow, what the old one signed
 * stands, and it says nothing any more. Real engines on both sides. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/journal.h"
#include "server/audit/audit_export.h"
#include "server/audit/audit_verify.h"
#include "server/enrolment.h"
#include "server/epoch.h"
#include "server/ingest.h"
#include "server/server_key.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
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
	(void)heal_sync_well(&heal, 1);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	heal_close(&heal);
	return 0;
}

static void rotate(void)
{
	struct err err = ERR_INIT;

	heal.desk.now_s += 60;
	if (server_key_rotate(&heal.office, &err) < 0)
		fail_msg("%s", err.text);
}

static void assert_pinned(size_t laptop)
{
	uint8_t pinned[KEY_LEN];

	assert_int_equal(
	    journal_server_key(heal.laptops[laptop].agent.db, pinned, NULL), 0);
	assert_memory_equal(pinned, heal.office.server.pub, KEY_LEN);
}

static void assert_whole(size_t laptop, int64_t minutes)
{
	struct agent *agent = &heal.laptops[laptop].agent;
	struct ledger_counts counts;
	struct hash before, after;

	(void)heal_sync_well(&heal, laptop);
	assert_int_equal(heal_sync_well(&heal, laptop).requests, 1);
	assert_int_equal(
	    ledger_count(agent->db, agent->device, &counts, NULL), 0);
	assert_int_equal(counts.kept + counts.sent + counts.quarantined, 0);
	assert_int_equal(heal_minutes(&heal), minutes);
	assert_int_equal(ledger_rebuild(heal.office.db, HEAL_STRUCTURE,
			     heal.office.server.pub, &before, &after, NULL),
	    0);
	assert_true(hash_equal(&before, &after));
	assert_pinned(laptop);
}

static void assert_export_verifies(void)
{
	struct buf summary = BUF_INIT, report = BUF_INIT;
	struct err err = ERR_INIT;
	char path[2 * KIT_PATH];

	(void)snprintf(path, sizeof(path), "%s/export", heal.root);
	assert_int_equal(
	    audit_export(&heal.office, "2026-11", path, &summary, &err), 0);
	if (audit_verify(path, NULL, &report, &err) < 0)
		fail_msg("%s", buf_text(&report));
	buf_free(&summary);
	buf_free(&report);
}

static void forget_bearer(size_t laptop)
{
	assert_int_equal(journal_put(heal.laptops[laptop].agent.db,
			     SETTING_BEARER, "", NULL),
	    0);
}

static void laptops_follow_the_new_key(void **state)
{
	(void)state;
	rotate();
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_whole(0, 120);
	/* One whose login still names the old key follows too. */
	forget_bearer(1);
	heal_save(&heal, 1, "2026-11-04", 3);
	assert_whole(1, 123);
	assert_whole(0, 123);
	assert_export_verifies();
}

static void two_changes_are_followed_at_once(void **state)
{
	(void)state;
	rotate();
	rotate();
	assert_whole(0, 100);
	rotate();
	forget_bearer(1);
	assert_whole(1, 100);
	assert_whole(0, 100);
	assert_export_verifies();
}

/* It has never known the key that signed the beginning of the log. */
static void a_new_laptop_learns_the_old_keys(void **state)
{
	(void)state;
	rotate();
	rotate();
	heal_enrol(&heal, 2);
	heal_save(&heal, 2, "2026-11-03", 20);
	assert_whole(2, 120);
	assert_int_equal(ledger_rebuild(heal.laptops[2].agent.db,
			     HEAL_STRUCTURE, heal.office.server.pub,
			     &(struct hash){{0}}, &(struct hash){{0}}, NULL),
	    0);
}

/* ---- what must not be believed ---- */

/* A sync with a server that answers ${path} with ${change} to it. */
static int lied_to(size_t laptop, const char *path,
    void (*change)(json_t *answer), struct err *err)
{
	struct exchange_reply reply = {0};
	struct sync *sync = NULL;
	struct exchange request;
	int rc;

	assert_int_equal(sync_new(&sync, &heal.laptops[laptop].agent, err), 0);
	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		json_t *json = NULL;

		bridge_answer(&heal.service, &request, &reply);
		if (strncmp(request.path, path, strlen(path)) == 0) {
			assert_int_equal(json_read(&json, reply.body.data,
					     reply.body.len, err),
			    0);
			change(json);
			buf_reset(&reply.body);
			json_write(&reply.body, json);
			json_decref(json);
		}
		if ((rc = sync_take(sync, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	sync_free(sync);
	return rc;
}

static void no_proof(json_t *hello)
{
	json_object_del(hello, "succession");
}

static void half_a_proof(json_t *hello)
{
	json_array_remove(json_object_get(hello, "succession"), 0);
}

static void forged_proof(json_t *hello)
{
	json_t *list = json_object_get(hello, "succession");
	struct successions all = {.count = 1};
	struct key thief;
	json_t *forged;

	/* A thief says that its key followed the one we know. */
	kit_key(&thief, 66);
	assert_int_equal(succession_sign(&all.items[0], &thief,
			     &heal.office.server, heal.desk.now_s, NULL),
	    0);
	memcpy(all.items[0].old, heal.office.console.pub, KEY_LEN);
	forged = succession_to_json(&all);
	json_array_set(
	    list, json_array_size(list) - 1, json_array_get(forged, 0));
	json_decref(forged);
}

static void another_key(json_t *heads)
{
	json_object_set_new(heads, "server",
	    json_string("00112233445566778899aabbccddeeff"
			"00112233445566778899aabbccddeeff"));
}

static void a_key_without_its_proof_is_an_alarm(void **state)
{
	static void (*const lies[])(json_t *) = {
	    no_proof, half_a_proof, forged_proof};
	uint8_t before[KEY_LEN], after[KEY_LEN];
	struct agent *agent = &heal.laptops[0].agent;

	(void)state;
	assert_int_equal(journal_server_key(agent->db, before, NULL), 0);
	rotate();
	heal_save(&heal, 0, "2026-11-03", 20);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct err err = ERR_INIT;

		assert_int_equal(
		    lied_to(0, "/v1/hello", lies[i], &err), E_SIGNATURE);
		assert_int_equal(journal_server_key(agent->db, after, NULL), 0);
		assert_memory_equal(before, after, KEY_LEN);
	}
	assert_whole(0, 120);
}

static void a_key_that_only_heads_name_is_refused(void **state)
{
	struct err err = ERR_INIT;

	(void)state;
	assert_true(lied_to(0, "/v1/heads", another_key, &err) < 0);
	assert_whole(0, 100);
}

/* The old key's holder signs a receipt after its time, or before it. */
static void the_old_key_gives_no_receipt_afterwards(void **state)
{
	struct key old = heal.office.server;
	struct receipt receipt = {.epoch = 1, .n = 99};
	int64_t common;
	struct err err = ERR_INIT;

	(void)state;
	rotate();
	(void)heal_sync_well(&heal, 0);
	strcpy(receipt.structure, HEAL_STRUCTURE);
	receipt.time_s = heal.desk.now_s + 1;
	assert_int_equal(receipt_sign(&receipt, &old, &err), 0);
	assert_int_equal(ledger_receipt_verify(heal.laptops[0].agent.db,
			     &receipt, heal.office.server.pub, &err),
	    E_SIGNATURE);
	assert_int_equal(
	    epoch_witness(&heal.office, &receipt, NULL, 0, &common, &err),
	    E_SIGNATURE);
	receipt.time_s = heal.desk.now_s;
	assert_int_equal(receipt_sign(&receipt, &old, &err), 0);
	assert_int_equal(ledger_receipt_verify(heal.laptops[0].agent.db,
			     &receipt, heal.office.server.pub, &err),
	    0);
}

/* … nor can a laptop bring what it signs: it would write as the server. */
static void nobody_brings_what_the_old_key_signs(void **state)
{
	struct key old = heal.office.server, thief;
	struct buf body = BUF_INIT;
	struct set_entry entry;
	struct entry_draft draft = {
	    .kind = "enrolment", .structure = HEAL_STRUCTURE};
	char device[DEVICE_TEXT], record[RECORD_KEY_MAX], value[256];
	char hex[HASH_TEXT];
	struct ingest_result result;
	static struct push push;
	struct changeset *set = &push.sets[0];
	struct device found;
	size_t count = 0;
	struct err err = ERR_INIT;

	(void)state;
	kit_key(&thief, 66);
	key_device(thief.pub, device);
	enc_hex(thief.pub, KEY_LEN, hex);
	record_key_make(record, "enrolment", device, NULL);
	(void)snprintf(value, sizeof(value),
	    "{\"key\":\"%s\",\"name\":\"x\",\"role\":\"office\"}", hex);
	draft.record = record;
	draft.device = heal.office.server_device;
	kit_entry(&body, &draft, value, &heal.desk);
	entry.body = (struct bytes){body.data, body.len};
	hash_of(&entry.hash, body.data, body.len);
	memset(&push, 0, sizeof(push));
	push.count = 1;
	set->entries = &entry;
	set->count = 1;
	strcpy(set->header.structure, HEAL_STRUCTURE);
	strcpy(set->header.device, heal.office.server_device);
	strcpy(set->header.session, "00112233aabbccdd");
	set->header.seq = 1;
	assert_int_equal(changeset_sign(set, &old, &err), 0);
	rotate();
	assert_int_equal(ingest_push(&heal.office, heal.laptops[0].agent.device,
			     &push, &result, &count, &err),
	    0);
	assert_int_equal(count, 1);
	assert_int_equal(result.state, INGEST_ASIDE);
	assert_int_equal(ledger_device(heal.office.db, HEAL_STRUCTURE, device,
			     heal.office.server.pub, &found, &err),
	    0);
	assert_false(found.found);
	buf_free(&body);
}

static void codes_of_before_are_void(void **state)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	int64_t alive = -1;
	static const struct db_statement count = {
	    "test.count_codes", "SELECT COUNT(*) FROM code"};

	(void)state;
	assert_int_equal(enrolment_code(&heal.office, "VERTS", &text, &err), 0);
	rotate();
	assert_int_equal(db_query_int(heal.office.db, &count, DB_NO_PARAMS,
			     &alive, NULL, NULL),
	    0);
	assert_int_equal(alive, 0);
	buf_free(&text);
}

/* ---- cut short, and restored ---- */

static void reopen(void)
{
	heal_backup(&heal, "aside");
}

static void cut_before_the_statement(void **state)
{
	uint8_t before[KEY_LEN];

	(void)state;
	memcpy(before, heal.office.server.pub, KEY_LEN);
	assert_int_equal(
	    office_key_make(&heal.office, OFFICE_NEXT_KEY, NULL), 0);
	reopen();
	assert_memory_equal(before, heal.office.server.pub, KEY_LEN);
	assert_whole(0, 100);
	rotate();
	assert_whole(0, 100);
}

/* The statement is written, the key is not in its place. */
static void cut_before_the_key(void **state)
{
	uint8_t before[KEY_LEN], after[KEY_LEN];

	(void)state;
	memcpy(before, heal.office.server.pub, KEY_LEN);
	heal_backup(&heal, "b1");
	rotate();
	memcpy(after, heal.office.server.pub, KEY_LEN);
	assert_int_equal(
	    kit_run("cp %s/office/server.key %s/b1/server.key.new &&"
		    " cp %s/office/server.succession %s/b1/",
		heal.root, heal.root, heal.root, heal.root),
	    0);
	heal_restore(&heal, "b1");
	assert_memory_equal(after, heal.office.server.pub, KEY_LEN);
	assert_int_equal(
	    kit_run("test ! -e %s/office/server.key.new", heal.root), 0);
	heal_save(&heal, 0, "2026-11-03", 20);
	assert_whole(0, 120);
	assert_whole(1, 120);
}

/* A backup from before is put back with today's key and its proof. */
static void an_old_backup_with_the_new_key_heals_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	rotate();
	heal_save(&heal, 0, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(
	    kit_run("cp %s/office/server.key %s/office/server.succession"
		    " %s/b1/",
		heal.root, heal.root, heal.root),
	    0);
	heal_restore(&heal, "b1");
	(void)heal_sync_well(&heal, 0);
	assert_whole(0, 123);
	(void)heal_sync_well(&heal, 1);
	assert_whole(1, 123);
	assert_int_equal(heal_epoch(&heal), 2);
	assert_export_verifies();
}

/* … and with the old key it is an alarm, not a way back. */
static void an_old_backup_with_the_old_key_is_an_alarm(void **state)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;

	(void)state;
	heal_backup(&heal, "b1");
	rotate();
	assert_whole(0, 100);
	heal_restore(&heal, "b1");
	assert_int_equal(heal_sync(&heal, 0, &summary, &err), E_SIGNATURE);
}

static void a_forgotten_laptop_is_known_by_its_old_certificate(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_enrol(&heal, 2);
	heal_save(&heal, 2, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 2);
	rotate();
	assert_int_equal(
	    kit_run("cp %s/office/server.key %s/office/server.succession"
		    " %s/b1/",
		heal.root, heal.root, heal.root),
	    0);
	heal_restore(&heal, "b1");
	(void)heal_sync_well(&heal, 2);
	(void)heal_sync_well(&heal, 0);
	assert_whole(2, 120);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)
	const struct CMUnitTest tests[] = {
	    TEST(laptops_follow_the_new_key),
	    TEST(two_changes_are_followed_at_once),
	    TEST(a_new_laptop_learns_the_old_keys),
	    TEST(a_key_without_its_proof_is_an_alarm),
	    TEST(a_key_that_only_heads_name_is_refused),
	    TEST(the_old_key_gives_no_receipt_afterwards),
	    TEST(nobody_brings_what_the_old_key_signs),
	    TEST(codes_of_before_are_void),
	    TEST(cut_before_the_statement),
	    TEST(cut_before_the_key),
	    TEST(an_old_backup_with_the_new_key_heals_I11),
	    TEST(an_old_backup_with_the_old_key_is_an_alarm),
	    TEST(a_forgotten_laptop_is_known_by_its_old_certificate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
