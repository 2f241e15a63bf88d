/*
 * I16: a transfer cut at any byte resumes without resending completed pieces.
 * A piece is a set whose receipt the laptop took, a place of the log that it
 * pulled. The road is cut again and again, and what it asks is watched.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "shared/ledger.h"
#include "tests/lib/play.h"

#define OWN    (2 * WIRE_SETS_MAX + 3) /* sets to push: three pushes */
#define OTHERS 9                       /* sets to pull, beside the office's */
#define RUNS   400                     /* more than it may take */

enum cut {
	CUT_REQUEST, /* it never reaches the office */
	CUT_REPLY,   /* the office acts, the laptop hears nothing */
	CUT_SHORT,   /* the laptop hears some bytes of the reply */
	CUTS,
};

/* What is complete, as the laptop has heard it. */
struct watch {
	struct play *play;
	struct hash received[OWN];
	size_t received_count;
	int64_t pulled;
	size_t pushed; /* sets on the road, again ones too */
	uint64_t random;
};

static bool is_received(const struct watch *watch, const struct hash *hash)
{
	for (size_t i = 0; i < watch->received_count; i++) {
		if (hash_equal(&watch->received[i], hash))
			return true;
	}
	return false;
}

static bool is_for(const struct exchange *request, const char *path)
{
	return strncmp(request->path, path, strlen(path)) == 0;
}

static void see_push(struct watch *watch, const struct exchange *request,
    const struct exchange_reply *reply)
{
	struct push push;
	struct hash hash;

	assert_int_equal(wire_push_decode(&push, request->body.data,
			     request->body.len, NULL),
	    0);
	for (size_t i = 0; i < push.count; i++) {
		assert_int_equal(changeset_hash(&hash, &push.sets[i], NULL), 0);
		assert_false(is_received(watch, &hash));
		if (reply == NULL) {
			watch->pushed++;
			continue;
		}
		assert_in_range(watch->received_count, 0, OWN - 1);
		watch->received[watch->received_count++] = hash;
	}
	wire_push_clear(&push);
}

/* Called with NULL when it is asked, with the reply when it was taken. */
static void see_pull(struct watch *watch, const struct exchange *request,
    const struct exchange_reply *reply)
{
	long long after;
	struct pull pull;

	assert_int_equal(
	    sscanf(strstr(request->path, "after="), "after=%lld", &after), 1);
	if (reply == NULL) {
		assert_int_equal(after, watch->pulled);
		return;
	}
	assert_int_equal(
	    wire_pull_decode(&pull, reply->body.data, reply->body.len, NULL),
	    0);
	watch->pulled = pull.first + (int64_t)pull.count - 1;
	wire_pull_clear(&pull);
}

static void see(struct watch *watch, const struct exchange *request,
    const struct exchange_reply *reply)
{
	if (is_for(request, "/v1/push"))
		see_push(watch, request, reply);
	else if (is_for(request, "/v1/pull"))
		see_pull(watch, request, reply);
}

static void cut_at(struct watch *watch, struct sync *sync,
    const struct exchange *request, enum cut cut)
{
	struct exchange_reply reply = {0};

	if (cut != CUT_REQUEST)
		fake_office_answer(&watch->play->office, request, &reply);
	if (cut == CUT_SHORT && reply.body.len > 0) {
		reply.body.len =
		    (size_t)(kit_random(&watch->random) % reply.body.len);
		reply.body.data[reply.body.len] = '\0';
		assert_int_not_equal(sync_take(sync, &reply, NULL), 0);
	}
	exchange_reply_clear(&reply);
}

/* A sync whose request number ${count} (from 0) is cut. SYNC_DONE when it
 * ended before. */
static int run(struct watch *watch, int count, enum cut cut)
{
	struct fake_laptop *paul = &watch->play->paul;
	struct sync *sync = NULL;
	struct exchange request;
	int rc;

	watch->play->office.asked_count = 0;
	assert_int_equal(sync_new(&sync, &paul->agent, NULL), 0);
	while ((rc = sync_next(sync, &request, NULL)) == SYNC_REQUEST) {
		struct exchange_reply reply = {0};

		see(watch, &request, NULL);
		if (count-- == 0) {
			cut_at(watch, sync, &request, cut);
			break;
		}
		fake_office_answer(&watch->play->office, &request, &reply);
		see(watch, &request, &reply);
		assert_int_equal(sync_take(sync, &reply, NULL), 0);
		exchange_reply_clear(&reply);
	}
	sync_free(sync);
	fake_laptop_restart(paul);
	return rc;
}

static void record_sets(struct play *play)
{
	char day[DATE_TEXT];

	for (int i = 0; i < OWN; i++) {
		struct agent *agent = &play->paul.agent;

		(void)snprintf(
		    day, sizeof(day), "2026-%02d-%02d", 8 + i / 28, 1 + i % 28);
		fake_laptop_record(&play->paul, "lea", day, 60, NULL);
		assert_int_equal(db_begin(agent->db, NULL), 0);
		assert_int_equal(ledger_seal(agent->db, &play->paul.machine.os,
				     &agent->key, OFFICE_STRUCTURE, NULL),
		    0);
		assert_int_equal(db_commit(agent->db, NULL), 0);
	}
	for (int i = 0; i < OTHERS; i++) {
		(void)snprintf(day, sizeof(day), "2026-10-%02d", 1 + i);
		fake_laptop_record(&play->nora, "tom", day, 60, NULL);
		play_sync(&play->nora, &play->office);
	}
	play->office.page = 2;
}

/* Each run goes through ${whole} requests and is cut in the next. */
static void cut_all_along(struct play *play, int whole, enum cut cut)
{
	struct watch watch = {.play = play, .random = 1 + (uint64_t)cut};
	int runs = 0;

	record_sets(play);
	while (run(&watch, whole, cut) != SYNC_DONE)
		assert_in_range(++runs, 1, RUNS);
	assert_in_range(runs, 3, RUNS);
	assert_int_equal(watch.received_count, OWN);
	/* Only the push that was cut leaves once more. */
	assert_in_range(watch.pushed, OWN, OWN + runs * WIRE_SETS_MAX);
	assert_int_equal(watch.pulled, fake_office_length(&play->office));
	assert_int_equal(play_pending(&play->paul), 0);
	play_same(&play->paul, &play->office);
}

/* With one request more in each run: the cut falls elsewhere. 4: the login,
 * the heads, one piece. */
static void i16_a_cut_transfer_resends_no_completed_piece(void **state)
{
	(void)state;
	for (enum cut cut = CUT_REQUEST; cut < CUTS; cut++) {
		for (int whole = 4; whole <= 6; whole++) {
			void *play;

			play_open(&play);
			cut_all_along(play, whole, cut);
			play_close(&play);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(i16_a_cut_transfer_resends_no_completed_piece),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
