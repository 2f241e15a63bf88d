/* Pushes of many laptops at once, to a real office: the same database as one
 * by one, each author's own fault, what is met again, and power cuts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "server/suspension.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/ledger.h"
#include "shared/ledger_rebuild.h"
#include "shared/ledger_set.h"
#include "tests/lib/cut_vfs.h"
#include "tests/lib/push_stage.h"

#define SEEDS  6
#define ROUNDS 5 /* pushes of each laptop */
#define CUTS   24
#define WITHIN 120 /* operations of the disk */

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- what the database is asked: see tests/CMakeLists.txt ---- */

static struct {
	size_t writes, reads;
	bool parsed; /* anything was asked of single entries */
} asked;

int __real_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err);
int __real_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);
int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err);

int __wrap_db_exec(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, int64_t *changed,
    struct err *err)
{
	int64_t rows = 0;
	int rc = __real_db_exec(db, statement, params, count, &rows, err);

	asked.writes += rows > 0;
	asked.parsed |= strncmp(statement->name, "entry.", 6) == 0;
	if (changed != NULL)
		*changed = rows;
	return rc;
}

int __wrap_db_query(struct db *db, const struct db_statement *statement,
    const struct db_param *params, size_t count, db_each *each, void *context,
    struct err *err)
{
	asked.reads++;
	asked.parsed |= strncmp(statement->name, "entry.", 6) == 0;
	return __real_db_query(
	    db, statement, params, count, each, context, err);
}

/* ---- many at once ---- */

/* A laptop and its pushes, in order. */
struct pusher {
	struct push_stage *stage;
	size_t laptop;
	struct push_made *pushes;
	size_t count;
	int status[ROUNDS];
	struct buf replies[ROUNDS];
	pthread_t thread;
};

static void *push_all(void *context)
{
	struct pusher *pusher = context;

	for (size_t i = 0; i < pusher->count; i++)
		pusher->status[i] = push_stage_send(pusher->stage,
		    pusher->laptop, &pusher->pushes[i], &pusher->replies[i]);
	return NULL;
}

static size_t waiting(struct commits *commits)
{
	size_t count = 0;

	(void)pthread_mutex_lock(&commits->lock);
	for (struct commit *one = commits->first; one != NULL; one = one->next)
		count++;
	(void)pthread_mutex_unlock(&commits->lock);
	return count;
}

static void start_all(struct pusher *pushers)
{
	for (size_t i = 0; i < PUSH_LAPTOPS; i++)
		assert_int_equal(pthread_create(&pushers[i].thread, NULL,
				     push_all, &pushers[i]),
		    0);
}

static void join_all(struct pusher *pushers)
{
	for (size_t i = 0; i < PUSH_LAPTOPS; i++)
		assert_int_equal(pthread_join(pushers[i].thread, NULL), 0);
}

/* The first push of all of them goes in one group: they are known, and the
 * office is busy until all wait. */
static void push_together(struct push_stage *stage, struct pusher *pushers)
{
	(void)pthread_mutex_lock(&stage->service.lock);
	start_all(pushers);
	while (waiting(&stage->service.commits) < PUSH_LAPTOPS)
		(void)poll(NULL, 0, 1);
	(void)pthread_mutex_unlock(&stage->service.lock);
	join_all(pushers);
}

/* As their syncs begin: the office hears who they are. */
static void say_hello(struct push_stage *stage)
{
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		const struct request request = {.method = "GET",
		    .path = "/v1/heads",
		    .query = "",
		    .bearer = stage->laptops[i].bearer,
		    .content_type = ""};
		struct reply reply = {.body = BUF_INIT};

		service_answer(&stage->service, &request, &reply);
		buf_free(&reply.body);
	}
}

static void pushers_open(struct pusher *pushers, struct push_stage *stage,
    struct push_made made[PUSH_LAPTOPS][ROUNDS], size_t count)
{
	memset(pushers, 0, PUSH_LAPTOPS * sizeof(*pushers));
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		pushers[i] = (struct pusher){
		    .stage = stage, .laptop = i, .pushes = made[i]};
		pushers[i].count = count;
	}
}

static void pushers_clear(struct pusher *pushers)
{
	for (size_t i = 0; i < PUSH_LAPTOPS; i++)
		for (size_t round = 0; round < ROUNDS; round++)
			buf_free(&pushers[i].replies[round]);
}

static void make_all(struct push_stage *stage,
    struct push_made made[PUSH_LAPTOPS][ROUNDS], size_t count)
{
	memset(made, 0, PUSH_LAPTOPS * sizeof(*made));
	for (size_t i = 0; i < PUSH_LAPTOPS; i++)
		for (size_t round = 0; round < count; round++)
			push_stage_make(stage, i, &made[i][round]);
}

static void clear_all(struct push_made made[PUSH_LAPTOPS][ROUNDS])
{
	for (size_t i = 0; i < PUSH_LAPTOPS; i++)
		for (size_t round = 0; round < ROUNDS; round++)
			push_made_clear(&made[i][round]);
}

/* ---- what the office has ---- */

static bool find_set(
    struct push_stage *stage, const struct hash *hash, struct receipt *receipt)
{
	struct err err = ERR_INIT;
	bool found;

	must(ledger_set_receipt(
		 stage->office.db, PUSH_STRUCTURE, hash, receipt, &found, &err),
	    &err);
	return found;
}

/* What a push was answered is what is stored, signed by the office. */
static void check_reply(struct push_stage *stage, const struct push_made *made,
    const struct buf *reply, const char *state)
{
	struct err err = ERR_INIT;
	json_t *json = NULL, *sets;

	must(json_read(&json, buf_text(reply), reply->len, &err), &err);
	sets = json_object_get(json, "sets");
	assert_int_equal(json_array_size(sets), made->set_count);
	for (size_t i = 0; i < made->set_count; i++) {
		const json_t *set = json_array_get(sets, i);
		struct receipt receipt;
		struct buf sig = BUF_INIT;

		assert_string_equal(json_text(set, "state"), state);
		assert_true(find_set(stage, &made->sets[i], &receipt));
		assert_int_equal(json_int(set, "n", 0), receipt.n);
		enc_base64(&sig, receipt.sig, SIG_LEN);
		assert_string_equal(json_text(set, "sig"), buf_text(&sig));
		must(receipt_verify(&receipt, stage->office.server.pub, &err),
		    &err);
		buf_free(&sig);
	}
	json_decref(json);
}

static struct hash digest(struct push_stage *stage)
{
	struct err err = ERR_INIT;
	struct hash hash;

	must(
	    ledger_digest(stage->office.db, PUSH_STRUCTURE, &hash, &err), &err);
	return hash;
}

static void rebuilds_as_it_is(struct push_stage *stage)
{
	struct hash before, after;
	struct err err = ERR_INIT;

	must(db_begin(stage->office.db, &err), &err);
	must(ledger_rebuild(stage->office.db, PUSH_STRUCTURE,
		 stage->office.server.pub, &before, &after, &err),
	    &err);
	db_rollback(stage->office.db);
	assert_true(hash_equal(&before, &after));
}

static int64_t places(struct push_stage *stage)
{
	struct err err = ERR_INIT;
	struct log_point point;

	must(ledger_head(stage->office.db, PUSH_STRUCTURE, &point, NULL, &err),
	    &err);
	return point.n;
}

/* ---- tests ---- */

static void play_seed(uint64_t seed)
{
	static struct push_made made[PUSH_LAPTOPS][ROUNDS],
	    again[PUSH_LAPTOPS][ROUNDS];
	static struct pusher pushers[PUSH_LAPTOPS];
	struct push_stage together, alone;
	struct hash here, there;

	push_stage_open(&together, NULL, seed);
	make_all(&together, made, ROUNDS);
	pushers_open(pushers, &together, made, ROUNDS);
	say_hello(&together);
	push_together(&together, pushers);
	assert_true(atomic_load(&together.service.commits.groups) <
		    (uint64_t)PUSH_LAPTOPS * ROUNDS);
	assert_int_equal(atomic_load(&together.service.commits.pushes),
	    PUSH_LAPTOPS * ROUNDS);
	push_stage_open(&alone, NULL, seed);
	make_all(&alone, again, ROUNDS);
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		for (size_t round = 0; round < ROUNDS; round++) {
			assert_int_equal(pushers[i].status[round], 200);
			check_reply(&together, &made[i][round],
			    &pushers[i].replies[round], "stored");
			assert_int_equal(
			    push_stage_send(&alone, i, &again[i][round], NULL),
			    200);
		}
	}
	here = digest(&together);
	there = digest(&alone);
	assert_true(hash_equal(&here, &there));
	assert_int_equal(places(&together), places(&alone));
	rebuilds_as_it_is(&together);
	pushers_clear(pushers);
	clear_all(made);
	clear_all(again);
	push_stage_close(&together);
	push_stage_close(&alone);
}

static void together_is_the_same_as_one_by_one(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		play_seed(seed);
}

static void each_is_told_its_own_fault(void **state)
{
	static struct push_made made[PUSH_LAPTOPS][ROUNDS];
	static struct pusher pushers[PUSH_LAPTOPS];
	struct push_stage stage;
	struct receipt receipt;
	struct err err = ERR_INIT;

	(void)state;
	push_stage_open(&stage, NULL, 77);
	make_all(&stage, made, 1);
	say_hello(&stage);
	/* All were let in a moment ago; then: another key, bytes that are no
	 * push, a bearer that is over, one revoked, one suspended. */
	push_made_clear(&made[1][0]);
	key_clear(&stage.laptops[1].key);
	kit_key(&stage.laptops[1].key, 99);
	push_stage_make(&stage, 1, &made[1][0]);
	made[2][0].bytes.data[made[2][0].bytes.len / 2] ^= 0x55;
	must(access_expire(stage.office.db, INT64_MAX, &err), &err);
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		struct hash bearer;

		hash_of(&bearer, stage.laptops[i].bearer,
		    strlen(stage.laptops[i].bearer));
		if (i != 3)
			must(access_bearer_put(stage.office.db, &bearer,
				 stage.laptops[i].device, INT64_MAX, &err),
			    &err);
	}
	must(enrolment_revoke(
		 &stage.office, stage.laptops[4].device, "volé", &err),
	    &err);
	must(suspension_set(
		 &stage.office, stage.laptops[5].device, true, "perdu", &err),
	    &err);
	pushers_open(pushers, &stage, made, 1);
	start_all(pushers);
	join_all(pushers);
	assert_int_equal(pushers[1].status[0], err_http_status(E_SIGNATURE));
	assert_int_equal(pushers[2].status[0], err_http_status(E_INVALID));
	assert_int_equal(pushers[3].status[0], err_http_status(E_AUTH));
	assert_int_equal(pushers[4].status[0], err_http_status(E_REVOKED));
	assert_int_equal(pushers[5].status[0], err_http_status(E_SUSPENDED));
	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		bool well = i < 1 || i > 5;

		if (well)
			assert_int_equal(pushers[i].status[0], 200);
		/* What the revoked one has is kept, set aside. */
		for (size_t set = 0; set < made[i][0].set_count; set++)
			assert_int_equal(
			    find_set(&stage, &made[i][0].sets[set], &receipt),
			    well || i == 4);
	}
	rebuilds_as_it_is(&stage);
	pushers_clear(pushers);
	clear_all(made);
	push_stage_close(&stage);
}

/* Its receipt was lost on the way: the same, without a word written. */
static void what_is_sent_again_costs_a_look(void **state)
{
	struct push_stage stage;
	struct push_made made;
	struct buf first = BUF_INIT, reply = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	push_stage_open(&stage, NULL, 5);
	do {
		push_stage_make(&stage, 0, &made);
		buf_reset(&first);
		memset(&asked, 0, sizeof(asked));
		assert_int_equal(
		    push_stage_send(&stage, 0, &made, &first), 200);
		if (strstr(buf_text(&first), "malformed") == NULL)
			break;
		push_made_clear(&made);
	} while (true);
	assert_true(asked.writes > 0 && asked.parsed);
	for (int i = 0; i < 2; i++) {
		buf_reset(&reply);
		memset(&asked, 0, sizeof(asked));
		assert_int_equal(
		    push_stage_send(&stage, 0, &made, &reply), 200);
		assert_int_equal(asked.writes, 0);
		assert_false(asked.parsed);
		/* Who it is, again without hints; for each set its signer and
		 * what is known of it. */
		assert_true(
		    asked.reads <= (i == 0 ? 5 : 15) + 3 * made.set_count);
		check_reply(&stage, &made, &reply, "known");
		/* A restarted server has no hints, and answers the same. */
		push_stage_leave(&stage);
		must(push_stage_enter(&stage, &err), &err);
	}
	push_made_clear(&made);
	buf_free(&first);
	buf_free(&reply);
	push_stage_close(&stage);
}

/* Entries that were set aside are judged again each time. */
static void what_was_set_aside_is_told_again(void **state)
{
	struct push_stage stage;
	struct push_made made;
	struct buf first = BUF_INIT, reply = BUF_INIT;
	json_t *a = NULL, *b = NULL;

	(void)state;
	push_stage_open(&stage, NULL, 6);
	do {
		push_stage_make(&stage, 0, &made);
		buf_reset(&first);
		assert_int_equal(
		    push_stage_send(&stage, 0, &made, &first), 200);
		if (strstr(buf_text(&first), "malformed") != NULL)
			break;
		push_made_clear(&made);
	} while (true);
	assert_int_equal(push_stage_send(&stage, 0, &made, &reply), 200);
	assert_int_equal(json_read(&a, buf_text(&first), first.len, NULL), 0);
	assert_int_equal(json_read(&b, buf_text(&reply), reply.len, NULL), 0);
	for (size_t i = 0; i < made.set_count; i++)
		assert_true(json_equal(
		    json_object_get(
			json_array_get(json_object_get(a, "sets"), i),
			"quarantined"),
		    json_object_get(
			json_array_get(json_object_get(b, "sets"), i),
			"quarantined")));
	json_decref(a);
	json_decref(b);
	push_made_clear(&made);
	buf_free(&first);
	buf_free(&reply);
	push_stage_close(&stage);
}

/* ---- power cuts, under a whole group ---- */

static void restart(struct push_stage *stage, struct cut_disk *disk)
{
	struct err err = ERR_INIT;

	push_stage_leave(stage);
	if (cut_disk_is_cut(disk))
		cut_disk_restart(disk);
	else
		cut_disk_cut(disk, 0);
	must(push_stage_enter(stage, &err), &err);
	must(db_check(stage->office.db, &err), &err);
}

/* Answered: all of it is there, as it was said. Not answered: the group is
 * there or it is not, never a part of a push. */
static size_t check_after(
    struct push_stage *stage, const struct pusher *pushers)
{
	size_t answered = 0;

	for (size_t i = 0; i < PUSH_LAPTOPS; i++) {
		const struct push_made *made = &pushers[i].pushes[0];
		struct receipt receipt;
		size_t found = 0;

		for (size_t set = 0; set < made->set_count; set++)
			found += find_set(stage, &made->sets[set], &receipt);
		assert_true(found == 0 || found == made->set_count);
		if (pushers[i].status[0] != 200) {
			assert_int_equal(pushers[i].status[0], 503);
			continue;
		}
		answered++;
		assert_int_equal(found, made->set_count);
		check_reply(stage, made, &pushers[i].replies[0], "stored");
	}
	return answered;
}

static void a_receipt_outlives_a_power_cut(void **state)
{
	static struct push_made made[PUSH_LAPTOPS][ROUNDS];
	static struct pusher pushers[PUSH_LAPTOPS];
	struct cut_disk *disk = cut_disk_new("pushes", 1);
	struct push_stage stage;
	uint64_t chance = 42;
	size_t answered = 0, cuts = 0;

	(void)state;
	push_stage_open(&stage, "pushes", 9);
	for (int i = 0; i < CUTS; i++) {
		make_all(&stage, made, 1);
		pushers_open(pushers, &stage, made, 1);
		say_hello(&stage);
		cut_disk_cut(disk, 1 + kit_pick(&chance, WITHIN));
		push_together(&stage, pushers);
		cuts += cut_disk_is_cut(disk);
		restart(&stage, disk);
		answered += check_after(&stage, pushers);
		pushers_clear(pushers);
		/* Who was not answered sends again; all have it then. */
		for (size_t laptop = 0; laptop < PUSH_LAPTOPS; laptop++)
			assert_int_equal(push_stage_send(&stage, laptop,
					     &made[laptop][0], NULL),
			    200);
		clear_all(made);
	}
	rebuilds_as_it_is(&stage);
	/* Both were seen. */
	assert_true(cuts > CUTS / 4 && answered > 0);
	push_stage_close(&stage);
	cut_disk_free(disk);
}

/* A disk that is full or fails in the middle: nobody has a receipt. */
static void nobody_has_a_receipt_of_a_failing_disk(void **state)
{
	static struct push_made made[PUSH_LAPTOPS][ROUNDS];
	static struct pusher pushers[PUSH_LAPTOPS];
	struct cut_disk *disk = cut_disk_new("failing", 1);
	struct push_stage stage;
	uint64_t chance = 43;
	size_t failed = 0;

	(void)state;
	push_stage_open(&stage, "failing", 10);
	for (int i = 0; i < CUTS; i++) {
		make_all(&stage, made, 1);
		pushers_open(pushers, &stage, made, 1);
		say_hello(&stage);
		cut_disk_fail(disk, i % 2 == 0 ? CUT_FAULT_IO : CUT_FAULT_FULL,
		    1 + kit_pick(&chance, WITHIN), i % 3 == 0);
		push_together(&stage, pushers);
		cut_disk_fail(disk, CUT_FAULT_NONE, 0, false);
		failed += PUSH_LAPTOPS - check_after(&stage, pushers);
		pushers_clear(pushers);
		for (size_t laptop = 0; laptop < PUSH_LAPTOPS; laptop++)
			assert_int_equal(push_stage_send(&stage, laptop,
					     &made[laptop][0], NULL),
			    200);
		clear_all(made);
	}
	assert_true(failed > 0);
	rebuilds_as_it_is(&stage);
	push_stage_close(&stage);
	cut_disk_free(disk);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(together_is_the_same_as_one_by_one),
	    cmocka_unit_test(each_is_told_its_own_fault),
	    cmocka_unit_test(what_is_sent_again_costs_a_look),
	    cmocka_unit_test(what_was_set_aside_is_told_again),
	    cmocka_unit_test(a_receipt_outlives_a_power_cut),
	    cmocka_unit_test(nobody_has_a_receipt_of_a_failing_disk),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
