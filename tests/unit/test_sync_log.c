/* What the sync engine believes of a log that it pulls. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/lib/play.h"

static void change_pulls(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	play_change *const *change = context;

	play_pull(request, reply, *change);
}

/* ---- a log that lies ---- */

static void change_time(struct pull *pull)
{
	pull->items[0].time_s--;
}

static void change_body(struct pull *pull)
{
	static const char other[] = "00000000000000000000\n{}\n";
	struct pull_item *item = &pull->items[pull->count - 1];

	item->set.entries[0].body = (struct bytes){other, sizeof(other) - 1};
}

static void drop_first(struct pull *pull)
{
	changeset_clear(&pull->items[0].set);
	memmove(
	    pull->items, pull->items + 1, --pull->count * sizeof(*pull->items));
}

static void swap_two(struct pull *pull)
{
	struct pull_item kept = pull->items[0];

	pull->items[0] = pull->items[1];
	pull->items[1] = kept;
}

static void change_sig(struct pull *pull)
{
	pull->sig[3] ^= 1;
}

static void change_epoch(struct pull *pull)
{
	pull->epoch++;
}

static void hide_set(struct pull *pull)
{
	/* Same manifest, so the chain holds; only the bodies go. */
	pull->items[0].type = PULL_OUTSIDE;
}

static void a_log_that_was_tampered_with_is_refused_whole(void **state)
{
	static play_change *const changes[] = {change_time, change_body,
	    drop_first, swap_two, change_sig, change_epoch};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		play_change *change = changes[i];
		struct err err = ERR_INIT;
		int rc = fake_laptop_sync(
		    &play->paul, &play->office, change_pulls, &change, &err);

		if (rc != E_SIGNATURE)
			fail_msg("change %zu: %d %s", i, rc, err.text);
		assert_int_equal(play_cursor(&play->paul), 0);
		assert_int_equal(play_head(&play->paul), 0);
		play_record(&play->paul, "worker/lea", "none");
	}
	play_sync(&play->paul, &play->office);
}

static void change_structure(struct pull *pull)
{
	strcpy(pull->structure, "berges");
}

static void change_set_structure(struct pull *pull)
{
	strcpy(pull->items[0].set.header.structure, "berges");
}

static void change_first(struct pull *pull)
{
	pull->first++;
}

static void empty(struct pull *pull)
{
	for (size_t i = 0; i < pull->count; i++)
		changeset_clear(&pull->items[i].set);
	pull->count = 0;
}

static void a_pull_that_answers_something_else_is_refused(void **state)
{
	static play_change *const changes[] = {
	    change_structure, change_set_structure, change_first, empty};
	struct play *play = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		play_change *change = changes[i];
		struct err err = ERR_INIT;

		assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
				     change_pulls, &change, &err),
		    E_INVALID);
		assert_int_equal(play_cursor(&play->paul), 0);
	}
}

static void without_the_office_enrolment_nothing_is_believed(void **state)
{
	struct play *play = *state;
	play_change *change = hide_set;
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     change_pulls, &change, &err),
	    E_SIGNATURE);
	assert_non_null(strstr(err.text, "inconnu"));
	assert_int_equal(play_cursor(&play->paul), 0);
	play_record(&play->paul, "enrolment/x", "none");
}

static void place_forged(
    struct fake_office *office, const char *device, const struct key *key)
{
	play_forge(office, device, key, NULL);
}

static void a_set_of_an_unknown_author_refuses_its_whole_pull(void **state)
{
	struct play *play = *state;
	char stranger[DEVICE_TEXT];
	struct err err = ERR_INIT;
	struct key key;

	kit_key(&key, 99);
	key_device(key.pub, stranger);
	play_sync(&play->paul, &play->office);
	fake_office_write(&play->office, "worker", "worker/zoe",
	    "{\"first\":\"Zoé\",\"crews\":[]}", NULL);
	place_forged(&play->office, stranger, &key);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err),
	    E_SIGNATURE);
	assert_non_null(strstr(err.text, stranger));
	assert_int_equal(play_cursor(&play->paul), 5);
	play_record(&play->paul, "worker/zoe", "none");
	play_record(&play->paul, "worker/eve", "none");
}

static void a_set_that_its_author_did_not_sign_is_refused(void **state)
{
	struct play *play = *state;
	char console[DEVICE_TEXT];
	struct err err = ERR_INIT;
	struct key key;

	kit_key(&key, 99);
	key_device(play->office.console.pub, console);
	play_sync(&play->paul, &play->office);
	place_forged(&play->office, console, &key);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err),
	    E_SIGNATURE);
	play_record(&play->paul, "worker/eve", "none");
	/* And again in the name of a laptop, ours. */
	fake_office_forget(&play->office, 5);
	place_forged(&play->office, play->paul.agent.device, &key);
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err),
	    E_SIGNATURE); /* asked for whole, since it never wrote it */
	play_record(&play->paul, "worker/eve", "none");
}

static void a_pull_cut_or_damaged_anywhere_changes_nothing(void **state)
{
	struct play *play = *state;
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	struct buf whole = BUF_INIT;

	assert_int_equal(sync_new(&sync, &play->paul.agent, NULL), 0);
	for (int i = 0; i < 4; i++) {
		assert_int_equal(sync_next(sync, &request, NULL), SYNC_REQUEST);
		fake_office_answer(&play->office, &request, &reply);
		if (i < 3)
			assert_int_equal(sync_take(sync, &reply, NULL), 0);
	}
	buf_add(&whole, reply.body.data, reply.body.len);
	for (size_t i = 0; i < whole.len; i++) {
		struct err err = ERR_INIT;

		buf_reset(&reply.body);
		buf_add(&reply.body, whole.data, i);
		assert_true(sync_take(sync, &reply, &err) < 0);
		/* The stream's last byte before its check sum has unused
		 * bits: changing one is no damage. */
		if (i == whole.len - 5)
			continue;
		buf_reset(&reply.body);
		buf_add(&reply.body, whole.data, whole.len);
		reply.body.data[i] = (char)(reply.body.data[i] ^ 0x10);
		assert_true(sync_take(sync, &reply, &err) < 0);
		assert_int_equal(play_cursor(&play->paul), 0);
		play_record(&play->paul, "worker/lea", "none");
	}
	buf_free(&whole);
	exchange_reply_clear(&reply);
	sync_free(sync);
}

/* ---- alarms ---- */

/* Another log under the same keys, ${extra} sets longer than the first. */
static void open_double(struct fake_office *twin, struct fake_office *office,
    struct fake_laptop *laptop, int extra)
{
	fake_office_open(twin, 4);
	fake_laptop_join(laptop, twin);
	fake_office_write(twin, "worker", "worker/ana",
	    "{\"first\":\"Ana\",\"crews\":[]}", NULL);
	for (int i = 0; i < extra; i++)
		fake_office_write(twin, "worker", "worker/zoe",
		    "{\"first\":\"Zoé\",\"crews\":[]}", NULL);
	strcpy(twin->bearer, office->bearer);
	strcpy(twin->who, laptop->agent.device);
}

static void expect_alarm(struct play *play, struct fake_office *twin)
{
	struct err err = ERR_INIT;

	assert_int_equal(
	    fake_laptop_sync(&play->paul, twin, NULL, NULL, &err), E_SIGNATURE);
	assert_non_null(strstr(err.text, "ALERTE"));
	assert_non_null(strstr(err.text, OFFICE_STRUCTURE));
	assert_int_equal(play_head(&play->paul), 5);
	play_record(&play->paul, "worker/ana", "none");
}

static void another_head_at_the_same_place_is_an_alarm_after_the_push(
    void **state)
{
	struct play *play = *state;
	struct fake_office twin;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	open_double(&twin, &play->office, &play->paul, 0);
	assert_int_equal(fake_office_length(&twin), 5);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &hash);
	expect_alarm(play, &twin);
	assert_true(play_has(twin.db, &hash));
	assert_int_equal(play_pending(&play->paul), 0);
	fake_office_close(&twin);
}

static void another_head_at_the_same_place_is_seen_without_a_pull(void **state)
{
	struct play *play = *state;
	struct fake_office twin;

	play_sync(&play->paul, &play->office);
	open_double(&twin, &play->office, &play->paul, 0);
	expect_alarm(play, &twin);
	play_asked(&twin, "challenge login heads witness");
	fake_office_close(&twin);
}

static void a_log_whose_time_goes_back_is_an_alarm(void **state)
{
	struct play *play = *state;
	struct err err = ERR_INIT;

	play_sync(&play->nora, &play->office);
	play->office.machine.now_s -= 100;
	fake_office_write(&play->office, "worker", "worker/ana",
	    "{\"first\":\"Ana\",\"crews\":[]}", NULL);
	/* Within one pull, and between two. */
	assert_int_equal(
	    fake_laptop_sync(&play->paul, &play->office, NULL, NULL, &err),
	    E_SIGNATURE);
	assert_int_equal(play_head(&play->paul), 0);
	assert_int_equal(
	    fake_laptop_sync(&play->nora, &play->office, NULL, NULL, &err),
	    E_SIGNATURE);
	assert_int_equal(play_head(&play->nora), 5);
}

static void a_longer_log_that_does_not_extend_ours_is_an_alarm(void **state)
{
	struct play *play = *state;
	struct fake_office twin;

	play_sync(&play->paul, &play->office);
	open_double(&twin, &play->office, &play->paul, 2);
	expect_alarm(play, &twin);
	assert_int_equal(play_cursor(&play->paul), 5);
	fake_office_close(&twin);
}

static void a_change_of_scope_does_not_let_another_log_in(void **state)
{
	struct play *play = *state;
	struct fake_office twin;

	play_sync(&play->paul, &play->office);
	open_double(&twin, &play->office, &play->paul, 2);
	twin.scope = "another";
	expect_alarm(play, &twin);
	assert_int_equal(play_cursor(&play->paul), 0);
	/* Pulled in small pages, the contradiction comes later: at 5. */
	twin.page = 3;
	twin.hide = "ana";
	(void)fake_laptop_sync(&play->paul, &twin, NULL, NULL, NULL);
	assert_int_equal(play_head(&play->paul), 5);
	play_record(&play->paul, "worker/ana", "none");
	fake_office_close(&twin);
}

/* ---- scope ---- */

static int note_fault(
    void *context, const struct entry_row *row, struct err *err)
{
	(void)err;
	(void)snprintf(context, 16, "%s", row->fault);
	return 0;
}

static void expect_fault(
    struct fake_laptop *laptop, const char *record, const char *code)
{
	char fault[16] = "none";

	assert_int_equal(ledger_history(laptop->agent.db, OFFICE_STRUCTURE,
			     record, note_fault, fault, NULL),
	    0);
	assert_string_equal(fault, code);
}

static void a_revoked_author_counts_up_to_its_revocation(void **state)
{
	struct play *play = *state;
	char record[RECORD_KEY_MAX];

	play_sync(&play->nora, &play->office);
	fake_laptop_record(&play->nora, "lea", DAY, 60, NULL);
	play_sync(&play->nora, &play->office);
	record_key_make(record, "revocation", play->nora.agent.device, NULL);
	fake_office_write(&play->office, "revocation", record, "{}", "volé");
	fake_laptop_record(&play->nora, "tom", DAY, 61, NULL);
	play_sync(&play->nora, &play->office);
	play->office.hide = "lea";
	play_sync(&play->paul, &play->office);
	expect_fault(&play->paul, "hours/tom/" DAY "/am", "revoked");
	/* What enters the scope later is judged by its place in the log. */
	play->office.hide = NULL;
	play->office.scope = "with lea";
	play_sync(&play->paul, &play->office);
	expect_fault(&play->paul, "hours/lea/" DAY "/am", "");
	expect_fault(&play->paul, "hours/tom/" DAY "/am", "revoked");
	play_same(&play->paul, &play->office);
}

/* ---- over HTTPS ---- */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(a_log_that_was_tampered_with_is_refused_whole),
	    PLAY(a_pull_that_answers_something_else_is_refused),
	    PLAY(without_the_office_enrolment_nothing_is_believed),
	    PLAY(a_set_of_an_unknown_author_refuses_its_whole_pull),
	    PLAY(a_set_that_its_author_did_not_sign_is_refused),
	    PLAY(a_pull_cut_or_damaged_anywhere_changes_nothing),
	    PLAY(another_head_at_the_same_place_is_an_alarm_after_the_push),
	    PLAY(another_head_at_the_same_place_is_seen_without_a_pull),
	    PLAY(a_log_whose_time_goes_back_is_an_alarm),
	    PLAY(a_longer_log_that_does_not_extend_ours_is_an_alarm),
	    PLAY(a_change_of_scope_does_not_let_another_log_in),
	    PLAY(a_revoked_author_counts_up_to_its_revocation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
