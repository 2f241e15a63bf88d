/* The sync engine step by step: what goes out and comes in, stops, gaps. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "tests/lib/play.h"

/* Change one member of a push's first receipt. */
struct receipt_lie {
	const char *member;
	const char *text; /* NULL: the number */
	int64_t number;
};

static void lie_in_receipt(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	const struct receipt_lie *lie = context;
	json_t *json = NULL, *set;

	if (strcmp(request->path, "/v1/push") != 0)
		return;
	assert_int_equal(
	    json_read(&json, reply->body.data, reply->body.len, NULL), 0);
	set = json_array_get(json_object_get(json, "sets"), 0);
	assert_non_null(json_object_get(set, lie->member));
	if (lie->text != NULL)
		json_put_text(set, lie->member, lie->text);
	else
		json_put_int(set, lie->member, lie->number);
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
}
/* ---- the ordinary ---- */

static void the_first_sync_logs_in_and_brings_what_the_office_wrote(
    void **state)
{
	struct play *play = *state;

	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "challenge login heads pull");
	play_record(&play->paul, "worker/lea", "merged {");
	play_same(&play->paul, &play->office);
	assert_int_equal(play_head(&play->paul), 5);
	assert_int_equal(play_cursor(&play->paul), 5);
	assert_int_equal(play->paul.summary.sets_received, 5);
	assert_int_equal(play->paul.summary.requests, 4);
	assert_int_equal(play->paul.summary.last_receipt, 0);
}

static void nothing_to_say_is_one_request(void **state)
{
	struct play *play = *state;

	play_sync(&play->paul, &play->office);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads");
	assert_int_equal(play->paul.summary.sets_received, 0);
}

static void what_is_recorded_goes_out_and_reaches_the_others(void **state)
{
	struct play *play = *state;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, &hash);
	fake_laptop_record(&play->paul, "tom", DAY, 180, NULL);
	assert_int_equal(play_way(&play->paul, &hash), WAY_KEPT);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push pull");
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
	assert_int_equal(play->paul.summary.sets_sent, 1);
	assert_int_equal(play->paul.summary.entries_sent, 2);
	assert_int_equal(play->paul.summary.last_receipt, 6);
	assert_string_equal(
	    play->paul.summary.last_structure, OFFICE_STRUCTURE);
	assert_int_equal(play_head(&play->paul), 6);
	play_sync(&play->nora, &play->office);
	play_same(&play->paul, &play->office);
	play_same(&play->nora, &play->office);
	play_record(&play->nora, "hours/lea/" DAY "/am", "merged {");
}

struct receipts {
	struct fake_office *office;
	int verified;
};

static int verify_own(void *context, const struct set_row *row, struct err *err)
{
	struct receipts *receipts = context;
	struct receipt receipt = {.structure = OFFICE_STRUCTURE};

	receipt.epoch = row->epoch;
	receipt.n = row->place;
	receipt.manifest = row->hash;
	receipt.head = row->head;
	receipt.time_s = row->time_s;
	memcpy(receipt.sig, row->receipt, SIG_LEN);
	receipts->verified +=
	    receipt_verify(&receipt, receipts->office->server.pub, err) == 0;
	return 0;
}

static void receipts_stay_after_the_log_is_pulled_again(void **state)
{
	struct play *play = *state;
	struct receipts receipts = {&play->office, 0};

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "tom", DAY, 60, NULL);
	play_sync(&play->paul, &play->office);
	fake_office_write(&play->office, "worker", "worker/zoe",
	    "{\"first\":\"Zoé\",\"crews\":[]}", NULL);
	play->office.hide = "tom"; /* own sets then come as sets */
	play->office.scope = "77";
	play_sync(&play->paul, &play->office);
	assert_int_equal(play_cursor(&play->paul), 8);
	assert_int_equal(ledger_log(play->paul.agent.db, OFFICE_STRUCTURE, 0,
			     verify_own, &receipts, NULL),
	    0);
	/* Ours at 6 and 7, and the ends of three pulls: 5, 7 (ours), 8. */
	assert_int_equal(receipts.verified, 4);
}

static void a_log_comes_in_as_many_pulls_as_it_takes(void **state)
{
	struct play *play = *state;

	play->office.page = 2;
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "challenge login heads pull pull pull");
	play_same(&play->paul, &play->office);
}

static void a_pull_cut_in_the_middle_goes_on_where_it_was(void **state)
{
	struct play *play = *state;
	struct instead instead = {"/v1/pull?structure=remparts&after=2", 502,
	    "<html>bad gateway", 0, 1};
	struct err err = ERR_INIT;

	play->office.page = 2;
	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     play_instead, &instead, &err),
	    E_OFFLINE);
	assert_int_equal(play_cursor(&play->paul), 2);
	assert_int_equal(play_head(&play->paul), 2);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads pull pull");
	play_same(&play->paul, &play->office);
}

static void many_sets_leave_in_bounded_pushes(void **state)
{
	struct play *play = *state;
	char day[DATE_TEXT];

	play_sync(&play->paul, &play->office);
	/* Each seal makes one set: as many interrupted syncs leave behind. */
	for (int i = 1; i <= WIRE_SETS_MAX + 3; i++) {
		(void)snprintf(day, sizeof(day), "2026-10-%02d", i);
		fake_laptop_record(&play->paul, "lea", day, 60, NULL);
		assert_int_equal(db_begin(play->paul.agent.db, NULL), 0);
		assert_int_equal(
		    ledger_seal(play->paul.agent.db, &play->paul.machine.os,
			&play->paul.agent.key, OFFICE_STRUCTURE, NULL),
		    0);
		assert_int_equal(db_commit(play->paul.agent.db, NULL), 0);
	}
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push push pull");
	assert_int_equal(play->paul.summary.sets_sent, WIRE_SETS_MAX + 3);
	play_same(&play->paul, &play->office);
}

static void record_long(struct fake_laptop *laptop, const char *day)
{
	struct agent *agent = &laptop->agent;
	struct set_header header = {.structure = OFFICE_STRUCTURE};
	struct ledger_author author = {&header, WRITER_LAPTOP, false};
	char record[RECORD_KEY_MAX], *note = calloc(1, 200001);
	struct entry_draft draft = {.kind = "hours", .record = record};
	struct buf body = BUF_INIT;
	int64_t id;

	memset(note, 'x', 200000);
	draft.note = note;
	draft.device = agent->device;
	strcpy(header.device, agent->device);
	record_key_hours(record, "lea", day, "am");
	kit_entry(&body, &draft, "{\"minutes\":60,\"kind\":\"work\"}",
	    &laptop->machine);
	assert_int_equal(db_begin(agent->db, NULL), 0);
	assert_int_equal(
	    ledger_add(agent->db, &author, buf_bytes(&body), &id, NULL, NULL),
	    0);
	assert_int_equal(
	    ledger_outbox_add(agent->db, OFFICE_STRUCTURE, id, NULL), 0);
	assert_int_equal(db_commit(agent->db, NULL), 0);
	buf_free(&body);
	free(note);
}

static void heavy_sets_leave_in_bounded_pushes(void **state)
{
	struct play *play = *state;
	char day[DATE_TEXT];

	play_sync(&play->paul, &play->office);
	for (int i = 1; i <= 20; i++) {
		(void)snprintf(day, sizeof(day), "2026-10-%02d", i);
		record_long(&play->paul, day);
	}
	/* 4 MB: sets of 5 entries, three a push. */
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push push pull");
	assert_int_equal(play->paul.summary.entries_sent, 20);
	assert_int_equal(play_pending(&play->paul), 0);
	play_same(&play->paul, &play->office);
}

static void quarantined_entries_are_counted(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	char record[RECORD_KEY_MAX];

	play_sync(&play->paul, &play->office);
	record_key_make(record, "revocation", play->paul.agent.device, NULL);
	fake_office_write(&play->office, "revocation", record, "{}", "perdu");
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	fake_laptop_record(&play->paul, "tom", DAY, 210, NULL);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err), 0);
	assert_int_equal(play->paul.summary.quarantined, 2);
}

/* ---- receipts ---- */

static void a_receipt_that_the_server_did_not_sign_places_nothing(void **state)
{
	static const struct receipt_lie lies[] = {
	    {"n", NULL, 7},
	    {"epoch", NULL, 2},
	    {"time", "2026-11-20T16:00:00Z", 0},
	    {"head",
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789a"
		"bcdef",
		0},
	    {"sig",
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
		"AAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
		0},
	};
	struct play *play = *state;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, &hash);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct receipt_lie lie = lies[i];
		struct err err = ERR_INIT;

		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     lie_in_receipt, &lie, &err),
		    E_SIGNATURE);
		assert_int_equal(play_way(&play->paul, &hash), WAY_SENT);
	}
	play_sync(&play->paul, &play->office);
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
}

static void an_answer_to_a_push_that_makes_no_sense_is_refused(void **state)
{
	static const char *const lies[] = {
	    "{}",
	    "{\"sets\":[]}",
	    "{\"sets\":[{}]}",
	    "{\"sets\":[{\"state\":\"perhaps\"}]}",
	    "{\"sets\":[{\"state\":\"stored\"}]}",
	    ("{\"sets\":[{\"state\":\"stored\",\"n\":1,\"epoch\":1,"
	     "\"time\":\"x\",\"head\":\"x\",\"sig\":\"x\"}]}"),
	    "{\"sets\":[{\"state\":\"gap\",\"manifest\":\"xyz\"}]}",
	    "{\"state\":\"perhaps\"}",
	};
	struct play *play = *state;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		struct instead lie = {"/v1/push", 200, lies[i], 0, 1};
		struct err err = ERR_INIT;

		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &lie, &err),
		    E_INVALID);
		assert_int_equal(play_pending(&play->paul), 1);
	}
}

static void more_receipts_than_sets_are_refused(void **state)
{
	struct play *play = *state;
	struct buf twice = BUF_INIT;
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	json_t *json = NULL, *sets;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	assert_int_equal(sync_new(&sync, &play->paul.agent, NULL), 0);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(sync_next(sync, &request, NULL), SYNC_REQUEST);
		fake_office_answer(&play->office, &request, &reply);
		if (i == 0)
			assert_int_equal(sync_take(sync, &reply, NULL), 0);
	}
	assert_int_equal(
	    json_read(&json, reply.body.data, reply.body.len, NULL), 0);
	sets = json_object_get(json, "sets");
	json_array_append(sets, json_array_get(sets, 0));
	json_write(&twice, json);
	fake_reply(&reply, 200, buf_text(&twice));
	assert_int_equal(sync_take(sync, &reply, NULL), E_INVALID);
	assert_int_equal(play_pending(&play->paul), 1);
	json_decref(json);
	buf_free(&twice);
	exchange_reply_clear(&reply);
	sync_free(sync);
}

static void a_lost_answer_is_asked_again_and_ends_the_same(void **state)
{
	struct play *play = *state;
	struct hash hash, before;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 210, &hash);
	assert_int_equal(
	    play_cut(&play->paul, &play->office, "/v1/push"), SYNC_REQUEST);
	assert_int_equal(play_way(&play->paul, &hash), WAY_SENT);
	assert_int_equal(fake_office_length(&play->office), 6);
	before = play_digest(play->office.db);
	fake_laptop_restart(&play->paul);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push pull");
	assert_int_equal(fake_office_length(&play->office), 6);
	assert_memory_equal(
	    before.bytes, play_digest(play->office.db).bytes, HASH_LEN);
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
	assert_int_equal(play->paul.summary.last_receipt, 6);
	play_same(&play->paul, &play->office);
}

static void a_sync_may_stop_before_any_answer(void **state)
{
	static const char *const paths[] = {
	    "/v1/challenge", "/v1/login", "/v1/heads", "/v1/push", "/v1/pull"};
	struct play *play = *state;

	fake_laptop_record(&play->paul, "lea", DAY, 210, NULL);
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		assert_int_equal(play_cut(&play->paul, &play->office, paths[i]),
		    SYNC_REQUEST);
		fake_laptop_restart(&play->paul);
	}
	play_sync(&play->paul, &play->office);
	play_same(&play->paul, &play->office);
	assert_int_equal(fake_office_length(&play->office), 6);
}

/* ---- gaps and forks ---- */

static void a_gap_is_filled_again(void **state)
{
	struct play *play = *state;
	struct hash hash[3];
	struct instead no_pull = {
	    "/v1/pull", 503, "{\"error\":\"busy\",\"message\":\"\"}", 0, 9};
	struct err err = ERR_INIT;

	play_sync(&play->paul, &play->office);
	for (int i = 0; i < 3; i++) {
		fake_laptop_record(&play->paul, "lea", DAY, 60 + i, &hash[i]);
		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &no_pull, &err),
		    E_BUSY);
		assert_int_equal(play_way(&play->paul, &hash[i]), WAY_RECEIVED);
	}
	/* Restored from a backup that has the first of the three. */
	fake_office_forget(&play->office, 6);
	play->office.explains = true;
	fake_laptop_record(&play->paul, "tom", DAY, 90, NULL);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads witness push pull");
	/* One more than it lacks: places are compared ever further apart. */
	assert_int_equal(play->paul.summary.sets_sent, 4);
	assert_int_equal(fake_office_length(&play->office), 9);
	play_same(&play->paul, &play->office);
}

static void a_server_that_knows_nothing_of_us_gets_everything(void **state)
{
	struct play *play = *state;
	struct instead no_pull = {
	    "/v1/pull", 503, "{\"error\":\"busy\",\"message\":\"\"}", 0, 9};
	struct err err = ERR_INIT;

	play_sync(&play->paul, &play->office);
	for (int i = 0; i < 2; i++) {
		fake_laptop_record(&play->paul, "lea", DAY, 60 + i, NULL);
		(void)fake_laptop_sync(
		    &play->paul, &play->office, play_instead, &no_pull, &err);
	}
	fake_office_forget(&play->office, 5);
	play->office.explains = true;
	fake_laptop_record(&play->paul, "lea", DAY, 70, NULL);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads witness push pull");
	assert_int_equal(fake_office_length(&play->office), 8);
	play_same(&play->paul, &play->office);
}

static void a_server_gone_back_is_denounced_until_it_says_why(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;
	struct hash first, second;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &first);
	play_sync(&play->paul, &play->office);
	strcpy(play->paul.machine.boot, "second-boot");
	fake_laptop_record(&play->paul, "tom", DAY, 61, &second);
	play_sync(&play->paul, &play->office);
	fake_office_forget(&play->office, 5);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     NULL, NULL, &err),
		    E_SIGNATURE);
		assert_non_null(strstr(err.text, "ne prolonge pas"));
		play_asked(&play->office, "heads witness");
	}
	/* It says why at last. */
	play->office.explains = true;
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads witness push pull");
	assert_int_equal(fake_office_length(&play->office), 7);
	assert_true(play_has(play->office.db, &first));
	assert_true(play_has(play->office.db, &second));
	assert_int_equal(play_pending(&play->paul), 0);
	assert_int_equal(play_head(&play->paul), 7);
}

static void copy_laptop(struct fake_laptop *to, struct fake_laptop *from)
{
	struct err err = ERR_INIT;

	agent_close(&to->agent);
	agent_close(&from->agent);
	assert_int_equal(
	    kit_run("cp -a '%s'/. '%s'", from->folder, to->folder), 0);
	assert_int_equal(
	    agent_open(&to->agent, to->folder, &to->machine.os, false, &err),
	    0);
	assert_int_equal(agent_open(&from->agent, from->folder,
			     &from->machine.os, false, &err),
	    0);
}

static void a_copied_laptop_forks_and_loses_nothing(void **state)
{
	struct play *play = *state;
	struct hash here, there;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, NULL);
	play_sync(&play->paul, &play->office);
	copy_laptop(&play->nora, &play->paul);
	fake_laptop_record(&play->paul, "tom", DAY, 61, &here);
	fake_laptop_record(&play->nora, "tom", "2026-11-19", 62, &there);
	play_sync(&play->paul, &play->office);
	play_sync(&play->nora, &play->office);
	/* The office knows another set of this number: a new session. */
	play_asked(&play->office, "heads push push pull pull");
	assert_true(play_has(play->office.db, &here));
	assert_true(play_has(play->office.db, &there));
	assert_int_equal(play_way(&play->nora, &there), WAY_RECEIVED);
	assert_int_equal(play->nora.summary.entries_sent, 1);
	assert_int_equal(fake_office_length(&play->office), 8);
	play_sync(&play->nora, &play->office);
	play_asked(&play->office, "heads");
}

/* Two copies of one laptop, and a server that lost what came before both. */
static void a_gap_after_a_set_of_the_other_copy_is_filled_whole(void **state)
{
	struct play *play = *state;
	struct instead no_pull = {
	    "/v1/pull", 503, "{\"error\":\"busy\",\"message\":\"\"}", 0, 9};
	struct hash first, here;
	struct err err = ERR_INIT;

	play_sync(&play->paul, &play->office);
	copy_laptop(&play->nora, &play->paul);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &first);
	(void)fake_laptop_sync(
	    &play->paul, &play->office, play_instead, &no_pull, &err);
	fake_office_forget(&play->office, 5);
	play->office.explains = true;
	strcpy(play->nora.machine.boot, "second-boot");
	fake_laptop_record(&play->nora, "tom", DAY, 61, NULL);
	play_sync(&play->nora, &play->office);
	fake_laptop_record(&play->paul, "lea", "2026-11-19", 62, &here);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads witness push pull pull");
	assert_true(play_has(play->office.db, &first));
	assert_true(play_has(play->office.db, &here));
	assert_int_equal(fake_office_length(&play->office), 8);
}

static void a_stubborn_server_ends_in_a_conflict(void **state)
{
	static const char *const stops[] = {
	    "{\"sets\":[{\"state\":\"fork\"}]}",
	    "{\"sets\":[{\"state\":\"gap\",\"session\":\"\",\"seq\":0,"
	    "\"manifest\":\"\"}]}",
	    "{\"sets\":[{\"state\":\"gap\",\"session\":\"1234567812345678\","
	    "\"seq\":4,\"manifest\":\"00000000000000000000000000000000000000"
	    "00000000000000000000000001\"}]}",
	    "{\"state\":\"gap\",\"session\":\"\",\"seq\":0}",
	};
	struct play *play = *state;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &hash);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]); i++) {
		struct instead stop = {"/v1/push", 409, stops[i], 0, 99};
		struct err err = ERR_INIT;

		play->office.asked_count = 0;
		fake_office_forget(&play->office, 5);
		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     play_instead, &stop, &err),
		    E_CONFLICT);
		play_asked(&play->office, "heads push push push push");
		assert_true(play_has(play->paul.agent.db, &hash));
	}
	fake_office_forget(&play->office, 5);
	play_sync(&play->paul, &play->office);
	play_same(&play->paul, &play->office);
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
}

static void a_run_that_fails_is_told_in_the_settings(void **state)
{
	struct play *play = *state;
	struct sync_summary summary;
	struct err err = ERR_INIT;

	/* Port 1 of this machine: nobody listens there. */
	assert_int_equal(
	    sync_run(&play->paul.agent, &summary, &err), E_OFFLINE);
	assert_non_null(strstr(err.text, "hors connexion"));
	assert_non_null(strstr(err.text, "rien n'est perdu"));
	play_setting(&play->paul, SETTING_LAST_ERROR, err.text);
	play_setting(&play->paul, SETTING_LAST_SUCCESS, "");
	play_setting(&play->paul, SETTING_LAST_ATTEMPT, "1795192262");
	assert_int_equal(summary.requests, 0);
}

static void two_runs_at_once_are_one_too_many(void **state)
{
	struct play *play = *state;
	struct sync_summary summary;
	struct err err = ERR_INIT;
	char path[KIT_PATH + 16];
	int lock = -1;

	(void)snprintf(path, sizeof(path), "%s/sync.lock", play->paul.folder);
	assert_int_equal(os_lock(&lock, path, &err), 0);
	assert_int_equal(sync_run(&play->paul.agent, &summary, &err), E_LOCKED);
	play_setting(&play->paul, SETTING_LAST_ATTEMPT, "");
	os_unlock(lock);
	assert_int_equal(
	    sync_run(&play->paul.agent, &summary, &err), E_OFFLINE);
}

#define TEST(name)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(the_first_sync_logs_in_and_brings_what_the_office_wrote),
	    PLAY(nothing_to_say_is_one_request),
	    PLAY(what_is_recorded_goes_out_and_reaches_the_others),
	    PLAY(receipts_stay_after_the_log_is_pulled_again),
	    PLAY(a_log_comes_in_as_many_pulls_as_it_takes),
	    PLAY(a_pull_cut_in_the_middle_goes_on_where_it_was),
	    PLAY(many_sets_leave_in_bounded_pushes),
	    PLAY(heavy_sets_leave_in_bounded_pushes),
	    PLAY(quarantined_entries_are_counted),
	    PLAY(a_receipt_that_the_server_did_not_sign_places_nothing),
	    PLAY(an_answer_to_a_push_that_makes_no_sense_is_refused),
	    PLAY(more_receipts_than_sets_are_refused),
	    PLAY(a_lost_answer_is_asked_again_and_ends_the_same),
	    PLAY(a_sync_may_stop_before_any_answer),
	    PLAY(a_gap_is_filled_again),
	    PLAY(a_server_that_knows_nothing_of_us_gets_everything),
	    PLAY(a_server_gone_back_is_denounced_until_it_says_why),
	    PLAY(a_copied_laptop_forks_and_loses_nothing),
	    PLAY(a_gap_after_a_set_of_the_other_copy_is_filled_whole),
	    PLAY(a_stubborn_server_ends_in_a_conflict),
	    PLAY(a_run_that_fails_is_told_in_the_settings),
	    PLAY(two_runs_at_once_are_one_too_many),
	};

	/* What is tried over the network stays on this machine. */
	(void)setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
