/* Healing: a server restored from a backup gets back what any laptop holds,
 * laptops restored or cloned lose nothing. Real engines on both sides. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/journal.h"
#include "server/act.h"
#include "server/alert.h"
#include "server/enrolment.h"
#include "server/purge.h"
#include "shared/ledger.h"
#include "shared/ledger_device.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "tests/lib/heal_stage.h"

static struct heal heal;

static int start(void **state)
{
	(void)state;
	heal_open(&heal);
	heal_enrol(&heal, 0);
	heal_enrol(&heal, 1);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	heal_close(&heal);
	return 0;
}

static int note_epoch(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->structure, HEAL_STRUCTURE) == 0)
		strcpy(context, row->subject);
	return 0;
}

/* The last epoch that a ledger's records name. */
static void assert_epoch_shown(struct db *db, const char *expected)
{
	char shown[65] = "";

	assert_int_equal(
	    ledger_family(db, NULL, "epoch", note_epoch, shown, NULL), 0);
	assert_string_equal(shown, expected);
}

/* All is in sync: one request says so. */
static void assert_steady(size_t laptop)
{
	struct ledger_counts counts;
	struct agent *agent = &heal.laptops[laptop].agent;

	(void)heal_sync_well(&heal, laptop);
	assert_int_equal(heal_sync_well(&heal, laptop).requests, 1);
	assert_int_equal(
	    ledger_count(agent->db, agent->device, &counts, NULL), 0);
	assert_int_equal(counts.kept + counts.sent, 0);
}

static void assert_rebuild_is_equal(void)
{
	struct hash before, after;

	assert_int_equal(ledger_rebuild(heal.office.db, HEAL_STRUCTURE,
			     heal.office.server.pub, &before, &after, NULL),
	    0);
	assert_true(hash_equal(&before, &after));
}

static void a_restored_server_gets_everything_back_I11(void **state)
{
	struct sync_summary summary;

	(void)state;
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-03", 200);
	(void)heal_sync_well(&heal, 0);
	heal_save(&heal, 1, "2026-11-04", 30);
	(void)heal_sync_well(&heal, 1);
	heal_save(&heal, 0, "2026-11-05", 7);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 337);
	heal_restore(&heal, "b1");
	assert_int_equal(heal_minutes(&heal), 100);

	summary = heal_sync_well(&heal, 1);
	assert_int_equal(summary.epoch, 2);
	assert_int_equal(heal_epoch(&heal), 2);
	/* It brings what it has of the other one too. */
	assert_true(heal_minutes(&heal) >= 330);
	summary = heal_sync_well(&heal, 0);
	assert_int_equal(summary.epoch, 2);
	assert_int_equal(heal_minutes(&heal), 337);
	assert_int_equal(heal_epoch(&heal), 2);
	(void)heal_sync_well(&heal, 1);
	assert_epoch_shown(heal.office.db, "2");
	assert_epoch_shown(heal.laptops[0].agent.db, "2");
	assert_epoch_shown(heal.laptops[1].agent.db, "2");
	assert_steady(0);
	assert_steady(1);
	assert_rebuild_is_equal();
}

static void what_only_another_laptop_holds_comes_back_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_enrol(&heal, 2);
	heal_save(&heal, 2, "2026-11-03", 200);
	(void)heal_sync_well(&heal, 2);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	/* Laptop 2 is at the bottom of a river, and the server has never
	 * heard of it. */
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 200);
	assert_steady(0);
	assert_rebuild_is_equal();
}

static void a_forgotten_laptop_presents_its_certificate_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_enrol(&heal, 2);
	heal_save(&heal, 2, "2026-11-03", 200);
	(void)heal_sync_well(&heal, 2);
	heal_restore(&heal, "b1");
	heal_save(&heal, 2, "2026-11-04", 20);
	(void)heal_sync_well(&heal, 2);
	assert_int_equal(heal_minutes(&heal), 220);
	assert_steady(2);
	(void)heal_sync_well(&heal, 0);
	assert_steady(0);
	assert_rebuild_is_equal();
}

static void a_forgotten_revocation_is_remembered_I11(void **state)
{
	char revoked[DEVICE_TEXT];
	struct sync_summary summary;
	struct err err = ERR_INIT;
	struct device device;

	(void)state;
	heal_enrol(&heal, 2);
	memcpy(revoked, heal.laptops[2].agent.device, DEVICE_TEXT);
	heal_save(&heal, 2, "2026-11-03", 200);
	(void)heal_sync_well(&heal, 2);
	heal_backup(&heal, "b1");
	assert_int_equal(
	    enrolment_revoke(&heal.office, revoked, "volé", &err), 0);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(ledger_device(heal.office.db, HEAL_STRUCTURE, revoked,
			     heal.office.server.pub, &device, &err),
	    0);
	assert_true(device.found && device.revoked);
	heal_save(&heal, 2, "2026-11-04", 20);
	assert_int_equal(heal_sync(&heal, 2, &summary, &err), E_REVOKED);
	assert_int_equal(heal_minutes(&heal), 200);
	assert_rebuild_is_equal();
}

static int64_t entries_of(struct db *db)
{
	static const struct db_statement count = {"test.count_v01",
	    "SELECT COUNT(*) FROM entry WHERE subject = 'V01'"};
	int64_t n = -1;

	assert_int_equal(
	    db_query_int(db, &count, DB_NO_PARAMS, &n, NULL, NULL), 0);
	return n;
}

/* It pulls nothing, and so cannot see that a longer log is another one. */
static void a_revoked_laptop_hands_over_to_a_log_that_grew_I11(void **state)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;

	(void)state;
	heal_enrol(&heal, 2);
	(void)heal_sync_well(&heal, 2);
	(void)heal_sync_well(&heal, 1);
	heal_backup(&heal, "b1");
	heal_save(&heal, 2, "2026-11-03", 200);
	(void)heal_sync_well(&heal, 2);
	heal_restore(&heal, "b1");
	assert_int_equal(enrolment_revoke(&heal.office,
			     heal.laptops[2].agent.device, "volé", &err),
	    0);
	heal_save(&heal, 1, "2026-11-04", 30);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(entries_of(heal.office.db), 2);
	assert_int_equal(heal_sync(&heal, 2, &summary, &err), E_REVOKED);
	assert_int_equal(entries_of(heal.office.db), 3);
	assert_int_equal(heal_minutes(&heal), 30);
	assert_int_equal(heal_epoch(&heal), 2);
	assert_rebuild_is_equal();
}

static void a_forgotten_purge_is_remembered_I11(void **state)
{
	struct err err = ERR_INIT;
	int64_t count;

	(void)state;
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	(void)heal_sync_well(&heal, 1);
	heal_backup(&heal, "b1");
	assert_int_equal(purge_worker(&heal.office, "V01",
			     "fin de conservation", &count, &err),
	    0);
	assert_int_equal(count, 2);
	assert_int_equal(entries_of(heal.office.db), 0);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(entries_of(heal.laptops[1].agent.db), 0);
	heal_restore(&heal, "b1");
	assert_int_equal(entries_of(heal.office.db), 2);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(entries_of(heal.office.db), 0);
	assert_int_equal(heal_minutes(&heal), 0);
	/* Laptop 0 still has them, and cannot bring them back. */
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(entries_of(heal.office.db), 0);
	assert_int_equal(entries_of(heal.laptops[0].agent.db), 0);
	assert_steady(0);
	assert_steady(1);
	assert_rebuild_is_equal();
}

/* How often ${word} stands in the files of the database ${name} below
 * ${directory}: what a forensic reader of the disk would find. */
static size_t count_on_disk(
    const char *directory, const char *name, const char *word)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	size_t count = 0;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		char file[KIT_PATH];
		struct buf bytes = BUF_INIT;
		const char *at, *end;

		(void)snprintf(file, sizeof(file), "%s%s", name, ends[i]);
		if (kit_run("test -e '%s/%s'", directory, file) != 0)
			continue;
		kit_read(&bytes, directory, file);
		at = buf_text(&bytes);
		end = at + bytes.len;
		while (at != NULL && (at = memmem(at, (size_t)(end - at), word,
					  strlen(word))) != NULL) {
			at += strlen(word);
			count++;
		}
		buf_free(&bytes);
	}
	return count;
}

static size_t left_at_office(const char *word)
{
	char path[2 * KIT_PATH];

	(void)snprintf(path, sizeof(path), "%s/office", heal.root);
	return count_on_disk(path, OFFICE_DB, word);
}

static size_t left_on_laptop(size_t laptop, const char *word)
{
	return count_on_disk(heal.laptops[laptop].path, AGENT_DB_NAME, word);
}

/* Names of every length, so that pages are filled, split and joined. */
static void rename_worker(const char *worker, const char *name, unsigned round)
{
	char record[64], text[600], filler[400];
	struct err err = ERR_INIT;
	struct act act;
	json_t *value;

	memset(filler, 'x', sizeof(filler));
	filler[round * 37 % 48] = '\0';
	(void)snprintf(record, sizeof(record), "worker/%s", worker);
	(void)snprintf(text, sizeof(text), "%s%s", name, filler);
	value = json_pack("{s:s, s:s, s:[{s:s, s:s}]}", "first", text,
	    "initial", "D", "crews", "crew", "VERTS", "from", "2024-01-01");
	assert_non_null(value);
	assert_int_equal(act_begin(&act, &heal.office, &err), 0);
	if (act_set(&act, HEAL_STRUCTURE, "worker", record, value, NULL, &err) <
		0 ||
	    act_commit(&act, &err) < 0)
		fail_msg("%s", err.text);
	json_decref(value);
}

static void a_purge_leaves_no_byte_on_any_disk(void **state)
{
	char others[12];
	struct err err = ERR_INIT;
	int64_t count;

	(void)state;
	for (unsigned round = 0; round < 300; round++) {
		(void)snprintf(
		    others, sizeof(others), "W%03u", round * 7 % 100);
		rename_worker(others, "Autre", round);
		if (round % 3 == 0)
			rename_worker("V01", "Canarine", round / 3);
		if (round % 60 == 0)
			(void)heal_sync_well(&heal, 0);
	}
	(void)heal_sync_well(&heal, 0);
	assert_true(left_at_office("Canarine") > 0);
	assert_true(left_on_laptop(0, "Canarine") > 0);
	assert_int_equal(purge_worker(&heal.office, "V01",
			     "fin de conservation", &count, &err),
	    0);
	assert_int_equal(left_at_office("Canarine"), 0);
	assert_true(left_at_office("Autre") > 0);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(left_on_laptop(0, "Canarine"), 0);
	assert_true(left_on_laptop(0, "Autre") > 0);
}

/* The restored log has grown past what was lost before any laptop came. */
static void a_log_that_grew_another_way_is_told_apart_I11(void **state)
{
	struct buf code = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	heal_enrol(&heal, 2);
	heal_save(&heal, 2, "2026-11-03", 30);
	(void)heal_sync_well(&heal, 2);
	assert_int_equal(heal_epoch(&heal), 1);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_epoch(&heal), 2);
	assert_int_equal(heal_minutes(&heal), 130);
	(void)heal_sync_well(&heal, 2);
	assert_steady(0);
	assert_steady(2);
	assert_rebuild_is_equal();
	assert_int_equal(enrolment_code(&heal.office, "VERTS", &code, &err), 0);
	buf_free(&code);
}

static void a_backup_restored_twice_opens_two_epochs_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	(void)heal_sync_well(&heal, 1);
	heal_restore(&heal, "b1");
	(void)heal_sync_well(&heal, 0);
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	/* Laptop 1 knows of the first epoch alone, and opens a second 2. */
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(heal_epoch(&heal), 2);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_epoch(&heal), 3);
	assert_int_equal(heal_minutes(&heal), 120);
	(void)heal_sync_well(&heal, 1);
	assert_steady(0);
	assert_steady(1);
	assert_rebuild_is_equal();
}

/* A receipt whose set the laptop has not seen in the log yet is proof too. */
static void a_lost_set_that_was_never_pulled_goes_again_I11(void **state)
{
	struct agent *agent = &heal.laptops[0].agent;
	struct receipt receipt;
	bool found;

	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	/* As if the sync had stopped after the push. */
	assert_int_equal(db_script(agent->db,
			     "UPDATE head SET n = n - 1 WHERE structure = "
			     "'" HEAL_STRUCTURE "';"
			     "UPDATE head SET receipt = NULL;"
			     "UPDATE head SET head = (SELECT head FROM "
			     "changeset WHERE place = head.n AND structure = "
			     "head.structure) WHERE structure = "
			     "'" HEAL_STRUCTURE "';"
			     "UPDATE follow SET cursor = cursor - 1, "
			     "cursor_head = (SELECT head FROM head WHERE "
			     "structure = follow.structure) WHERE structure = "
			     "'" HEAL_STRUCTURE "'",
			     NULL),
	    0);
	assert_int_equal(
	    ledger_witness(agent->db, HEAL_STRUCTURE, &receipt, &found, NULL),
	    0);
	assert_true(found);
	heal_restore(&heal, "b1");
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 100);
	assert_int_equal(heal_epoch(&heal), 2);
	assert_steady(0);
}

/* ---- laptops ---- */

static size_t count_alerts(const char *alert, const char *device)
{
	json_t *rows = NULL;
	struct err err = ERR_INIT;
	size_t count = 0;

	assert_int_equal(alerts_json(&heal.office, &rows, &err), 0);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);

		count += strcmp(json_text(row, "alert"), alert) == 0 &&
		         strcmp(json_text(row, "device"), device) == 0 &&
		         json_text(row, "text")[0] != '\0' &&
		         json_text(row, "todo")[0] != '\0';
	}
	json_decref(rows);
	return count;
}

static void an_epoch_is_an_alert_I11(void **state)
{
	(void)state;
	heal_backup(&heal, "b1");
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_restore(&heal, "b1");
	assert_int_equal(count_alerts(ALERT_EPOCH, ""), 0);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(count_alerts(ALERT_EPOCH, ""), 1);
	assert_int_equal(
	    count_alerts(ALERT_BRANCH, heal.laptops[0].agent.device), 0);
}

static void a_restored_laptop_loses_nothing_and_is_told_of_I12(void **state)
{
	const char *device = heal.laptops[0].agent.device;

	(void)state;
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_backup_laptop(&heal, 0, "l1");
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(count_alerts(ALERT_BRANCH, device), 0);
	heal_restore_laptop(&heal, 0, "l1");
	strcpy(heal.laptops[0].machine.boot, "another-boot");
	heal_save(&heal, 0, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 123);
	assert_int_equal(count_alerts(ALERT_BRANCH, device), 1);
	assert_steady(0);
}

/* On the same boot the copy tells another story under the same number. */
static void a_fork_is_kept_told_of_and_loses_nothing_I12_I9(void **state)
{
	const char *device = heal.laptops[0].agent.device;

	(void)state;
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_backup_laptop(&heal, 0, "l1");
	heal_save(&heal, 0, "2026-11-03", 20);
	(void)heal_sync_well(&heal, 0);
	heal_restore_laptop(&heal, 0, "l1");
	heal_save(&heal, 0, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 123);
	assert_int_equal(count_alerts(ALERT_FORK, device), 1);
	assert_int_equal(count_alerts(ALERT_BRANCH, device), 1);
	assert_steady(0);
}

static void a_clone_goes_on_beside_its_original_I12(void **state)
{
	struct heal_laptop *clone = &heal.laptops[2];
	const char *device = heal.laptops[0].agent.device;
	struct err err = ERR_INIT;

	(void)state;
	heal_save(&heal, 0, "2026-11-02", 100);
	(void)heal_sync_well(&heal, 0);
	heal_backup_laptop(&heal, 0, "l2");
	kit_machine_init(&clone->machine, 3);
	strcpy(clone->machine.machine, "another-machine");
	(void)snprintf(clone->path, sizeof(clone->path), "%s/l2", heal.root);
	assert_int_equal(agent_open(&clone->agent, clone->path,
			     &clone->machine.os, false, &err),
	    0);
	clone->open = true;
	heal_save(&heal, 0, "2026-11-03", 20);
	heal_save(&heal, 2, "2026-11-04", 3);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(count_alerts(ALERT_BRANCH, device), 0);
	(void)heal_sync_well(&heal, 2);
	assert_int_equal(count_alerts(ALERT_BRANCH, device), 1);
	assert_int_equal(heal_minutes(&heal), 123);
	heal_save(&heal, 0, "2026-11-05", 1);
	heal_save(&heal, 2, "2026-11-06", 1);
	(void)heal_sync_well(&heal, 0);
	(void)heal_sync_well(&heal, 2);
	assert_int_equal(heal_minutes(&heal), 125);
	assert_steady(0);
	assert_steady(2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(
		a_restored_server_gets_everything_back_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		what_only_another_laptop_holds_comes_back_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_forgotten_laptop_presents_its_certificate_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_forgotten_revocation_is_remembered_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_revoked_laptop_hands_over_to_a_log_that_grew_I11, start,
		stop),
	    cmocka_unit_test_setup_teardown(
		a_forgotten_purge_is_remembered_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_purge_leaves_no_byte_on_any_disk, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_log_that_grew_another_way_is_told_apart_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_backup_restored_twice_opens_two_epochs_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_lost_set_that_was_never_pulled_goes_again_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		an_epoch_is_an_alert_I11, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_restored_laptop_loses_nothing_and_is_told_of_I12, start,
		stop),
	    cmocka_unit_test_setup_teardown(
		a_fork_is_kept_told_of_and_loses_nothing_I12_I9, start, stop),
	    cmocka_unit_test_setup_teardown(
		a_clone_goes_on_beside_its_original_I12, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
