/* When the sync that runs by itself leaves an attempt out, and what one that
 * failed says to wait: agent/attempt.h. Nobody listens where it calls. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/attempt.h"
#include "agent/backoff.h"
#include "agent/cadence.h"
#include "agent/journal.h"
#include "tests/lib/play.h"

static uint64_t network_now;

static uint64_t network(void *context)
{
	(void)context;
	return network_now;
}

static struct attempt of(struct play *play)
{
	play->paul.machine.os.network = network;
	return (struct attempt){
	    .directory = play->paul.folder,
	    .os = &play->paul.machine.os,
	};
}

static void put(struct play *play, const char *setting, int64_t value)
{
	struct err err = ERR_INIT;
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, value);
	assert_int_equal(
	    journal_put(play->paul.agent.db, setting, text, &err), 0);
}

static int64_t get(struct play *play, const char *setting)
{
	struct buf text = BUF_INIT;
	int64_t value;

	assert_int_equal(
	    journal_get(play->paul.agent.db, setting, &text, NULL), 0);
	value = strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	return value;
}

/* Was the office called? */
static bool tries(struct play *play, const struct attempt *attempt)
{
	struct attempt_outcome out;

	put(play, SETTING_LAST_ATTEMPT, 0);
	attempt_make(attempt, &out);
	assert_int_equal(out.end, get(play, SETTING_LAST_ATTEMPT) > 0
				      ? ATTEMPT_FAILED
				      : ATTEMPT_DONE);
	return out.end == ATTEMPT_FAILED;
}

static void what_somebody_else_just_did_is_left_out(void **state)
{
	struct play *play = *state;
	struct attempt attempt = of(play);

	play_sync(&play->paul, &play->office);
	put(play, SETTING_LAST_SUCCESS, KIT_NOW_S - 100);
	assert_true(tries(play, &attempt));
	attempt.fresh_s = 101;
	assert_false(tries(play, &attempt));
	attempt.fresh_s = 100;
	assert_true(tries(play, &attempt));
	/* A success that is to come is a clock that was set back. */
	put(play, SETTING_LAST_SUCCESS, KIT_NOW_S + 5);
	attempt.fresh_s = 100;
	assert_true(tries(play, &attempt));
	/* What is unsent leaves all the same … */
	put(play, SETTING_LAST_SUCCESS, KIT_NOW_S);
	fake_laptop_record(&play->paul, "lea", DAY, 60, NULL);
	assert_true(tries(play, &attempt));
	/* … but where the network is to be spared. */
	attempt.sparing = true;
	assert_false(tries(play, &attempt));
	put(play, SETTING_LAST_SUCCESS, KIT_NOW_S - 100);
	assert_true(tries(play, &attempt));
}

static void the_last_one_is_for_what_is_unsent(void **state)
{
	struct play *play = *state;
	struct attempt attempt = of(play);

	attempt.only_unsent = true;
	play_sync(&play->paul, &play->office);
	assert_false(tries(play, &attempt));
	fake_laptop_record(&play->paul, "lea", DAY, 60, NULL);
	assert_true(tries(play, &attempt));
}

static void another_network_begins_anew(void **state)
{
	struct play *play = *state;
	struct attempt attempt = of(play);
	struct attempt_outcome out;

	network_now = 7;
	put(play, SETTING_FAILURES, 400);
	put(play, SETTING_TRIES, 400);
	attempt_make(&attempt, &out);
	assert_int_equal(out.end, ATTEMPT_FAILED);
	assert_in_range(out.wait_ms, BACKOFF_MAX_S * 500, BACKOFF_MAX_S * 1500);
	assert_int_equal(get(play, SETTING_TRIES), 401);
	attempt.new_road = true;
	attempt_make(&attempt, &out);
	assert_in_range(out.wait_ms, 15 * 1000, 45 * 1000);
	assert_int_equal(get(play, SETTING_TRIES), 1);
	assert_int_equal(get(play, SETTING_FAILURES), 402);
	/* Without any network nothing is eager. */
	attempt.new_road = false;
	network_now = 0;
	put(play, SETTING_TRIES, 7);
	attempt_make(&attempt, &out);
	assert_in_range(out.wait_ms, BACKOFF_MAX_S * 500, BACKOFF_MAX_S * 1500);
	/* Nobody asked for anything. */
	assert_int_equal(out.hold_ms, 0);
}

static void another_sync_under_way_is_left_to_itself(void **state)
{
	struct play *play = *state;
	struct attempt attempt = of(play);
	struct attempt_outcome out;
	char path[KIT_PATH + 16];
	int lock = -1;

	(void)snprintf(path, sizeof(path), "%s/sync.lock", play->paul.folder);
	assert_int_equal(os_lock(&lock, path, NULL), 0);
	attempt_make(&attempt, &out);
	os_unlock(lock);
	assert_int_equal(out.end, ATTEMPT_FAILED);
	assert_int_equal(out.wait_ms, CADENCE_SPARE_MS);
	play_setting(&play->paul, SETTING_LAST_ATTEMPT, "");
}

static void without_an_enrolment_nothing_is_tried(void **state)
{
	struct kit_machine machine;
	struct attempt_outcome out;
	char folder[KIT_PATH];

	(void)state;
	kit_machine_init(&machine, 1);
	kit_directory(folder);
	const struct attempt attempt = {.directory = folder, .os = &machine.os};

	attempt_make(&attempt, &out);
	kit_directory_remove(folder);
	assert_int_equal(out.end, ATTEMPT_NOBODY);
	assert_int_equal(out.wait_ms, ATTEMPT_ENROL_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(what_somebody_else_just_did_is_left_out),
	    PLAY(the_last_one_is_for_what_is_unsent),
	    PLAY(another_network_begins_anew),
	    PLAY(another_sync_under_way_is_left_to_itself),
	    PLAY(without_an_enrolment_nothing_is_tried),
	};

	/* What is tried over the network stays on this machine. */
	(void)setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
