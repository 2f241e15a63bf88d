/* What a revoked laptop sent and the office released: the office, the other
 * laptops, a rebuild and a restored server all come to the same. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/quarantine.h"
#include "server/suspension.h"
#include "shared/ledger.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "tests/lib/heal_stage.h"

#define DAY "2026-11-19"

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

static int note_record(
    void *context, const struct record_row *row, struct err *err)
{
	buf_printf(context, "%s %s %s\n", row->record, row->state, row->value);
	return buf_check(context, err);
}

/* Every record of hours, as one text to own. */
static char *hours_of(struct db *db)
{
	struct buf text = BUF_INIT;

	assert_int_equal(ledger_days(db, HEAL_STRUCTURE, "hours", "2000-01-01",
			     "2099-12-31", note_record, &text, NULL),
	    0);
	return buf_take(&text);
}

static void assert_same_hours(size_t laptop)
{
	char *office = hours_of(heal.office.db);
	char *other = hours_of(heal.laptops[laptop].agent.db);

	assert_string_equal(office, other);
	free(office);
	free(other);
}

static void assert_rebuilds(void)
{
	struct hash before, after;

	assert_int_equal(db_begin(heal.office.db, NULL), 0);
	assert_int_equal(ledger_rebuild(heal.office.db, HEAL_STRUCTURE,
			     heal.office.server.pub, &before, &after, NULL),
	    0);
	assert_int_equal(db_commit(heal.office.db, NULL), 0);
	assert_memory_equal(&before, &after, sizeof(before));
}

/* Laptop 0 is revoked, then sends a half-day; its hash. */
static void send_revoked(char out[HASH_TEXT])
{
	struct sync_summary summary;
	struct err err = ERR_INIT;
	json_t *rows = NULL;
	int64_t total;

	heal_save(&heal, 0, DAY, 210);
	assert_int_equal(enrolment_revoke(&heal.office,
			     heal.laptops[0].agent.device, "lost", &err),
	    0);
	assert_int_equal(heal_sync(&heal, 0, &summary, &err), E_REVOKED);
	assert_int_equal(heal_minutes(&heal), 0);
	assert_int_equal(
	    quarantine_list(&heal.office, NULL, 10, &rows, &total, &err), 0);
	assert_int_equal(total, 1);
	memcpy(out, json_text(json_array_get(rows, 0), "hash"), HASH_TEXT);
	json_decref(rows);
}

static int release(const char *hash, struct err *err)
{
	json_t *out = NULL;
	int rc = quarantine_release(&heal.office, hash, "seen", &out, err);

	json_decref(out);
	return rc;
}

static void every_replica_agrees_I5_I18(void **state)
{
	struct err err = ERR_INIT;
	char hash[HASH_TEXT];

	(void)state;
	send_revoked(hash);
	(void)heal_sync_well(&heal, 1);
	assert_same_hours(1);
	assert_int_equal(release(hash, &err), 0);
	assert_int_equal(heal_minutes(&heal), 210);
	/* What contradicts it is contested, like anything else. */
	heal_save(&heal, 1, DAY, 180);
	(void)heal_sync_well(&heal, 1);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(heal_minutes(&heal), 0);
	assert_same_hours(1);
	assert_rebuilds();
	/* A laptop that comes later pulls both at once. */
	heal_enrol(&heal, 2);
	(void)heal_sync_well(&heal, 2);
	assert_same_hours(2);
}

static void a_rebuild_mends_what_was_damaged_I18(void **state)
{
	struct err err = ERR_INIT;
	char hash[HASH_TEXT];

	(void)state;
	send_revoked(hash);
	assert_int_equal(release(hash, &err), 0);
	/* The release that was not; the entry that counts by itself. */
	assert_int_equal(db_script(heal.office.db,
			     "UPDATE entry SET fault = 'revoked' WHERE"
			     " family = 'hours'",
			     &err),
	    0);
	assert_int_equal(db_begin(heal.office.db, NULL), 0);
	assert_int_equal(
	    ledger_refold_all(heal.office.db, HEAL_STRUCTURE, &err), 0);
	assert_int_equal(db_commit(heal.office.db, NULL), 0);
	assert_int_equal(heal_minutes(&heal), 0);
	{
		struct hash before, after;

		assert_int_equal(db_begin(heal.office.db, NULL), 0);
		assert_int_equal(
		    ledger_rebuild(heal.office.db, HEAL_STRUCTURE,
			heal.office.server.pub, &before, &after, &err),
		    0);
		assert_int_equal(db_commit(heal.office.db, NULL), 0);
	}
	assert_int_equal(heal_minutes(&heal), 210);
	assert_rebuilds();
}

static void a_restored_server_learns_it_again_I11(void **state)
{
	struct err err = ERR_INIT;
	char hash[HASH_TEXT];

	(void)state;
	send_revoked(hash);
	heal_backup(&heal, "b1");
	assert_int_equal(release(hash, &err), 0);
	(void)heal_sync_well(&heal, 1);
	assert_same_hours(1);
	heal_restore(&heal, "b1");
	assert_int_equal(heal_minutes(&heal), 0);
	(void)heal_sync_well(&heal, 1);
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(heal_minutes(&heal), 210);
	assert_same_hours(1);
	assert_rebuilds();
}

static void what_counts_is_not_released_again(void **state)
{
	struct err err = ERR_INIT;
	char hash[HASH_TEXT];

	(void)state;
	send_revoked(hash);
	assert_int_equal(release("00000000", &err), E_NOT_FOUND);
	assert_int_equal(release("Z", &err), E_NOT_FOUND);
	assert_int_equal(release("", &err), E_NOT_FOUND);
	/* The beginning of a hash is enough. */
	hash[12] = '\0';
	assert_int_equal(release(hash, &err), 0);
	assert_int_equal(release(hash, &err), E_NOT_FOUND);
}

/* Its sets wait: nothing is lost, nothing is set aside. */
static void a_suspended_laptop_loses_nothing_I9(void **state)
{
	const char *device = heal.laptops[0].agent.device;
	struct sync_summary summary;
	struct ledger_counts counts;
	struct err err = ERR_INIT;

	(void)state;
	assert_int_equal(
	    suspension_set(&heal.office, device, true, "away", &err), 0);
	heal_save(&heal, 0, DAY, 210);
	for (int i = 0; i < 3; i++)
		assert_int_equal(
		    heal_sync(&heal, 0, &summary, &err), E_SUSPENDED);
	assert_int_equal(heal_minutes(&heal), 0);
	assert_int_equal(
	    suspension_set(&heal.office, device, true, "again", &err),
	    E_CONFLICT);
	/* Others go on. */
	(void)heal_sync_well(&heal, 1);
	assert_int_equal(
	    suspension_set(&heal.office, device, false, "back", &err), 0);
	(void)heal_sync_well(&heal, 0);
	assert_int_equal(heal_minutes(&heal), 210);
	assert_int_equal(
	    ledger_count(heal.laptops[0].agent.db, device, &counts, &err), 0);
	assert_int_equal(counts.quarantined + counts.kept + counts.sent, 0);
	(void)heal_sync_well(&heal, 1);
	assert_same_hours(1);
	assert_int_equal(suspension_set(&heal.office, "0123456789abcdef", true,
			     "who?", &err),
	    E_NOT_FOUND);
	assert_int_equal(
	    enrolment_revoke(&heal.office, device, "lost", &err), 0);
	assert_int_equal(
	    suspension_set(&heal.office, device, true, "too late", &err),
	    E_REVOKED);
}

#define PLAY(test) cmocka_unit_test_setup_teardown(test, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(every_replica_agrees_I5_I18),
	    PLAY(a_rebuild_mends_what_was_damaged_I18),
	    PLAY(a_restored_server_learns_it_again_I11),
	    PLAY(what_counts_is_not_released_again),
	    PLAY(a_suspended_laptop_loses_nothing_I9),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
