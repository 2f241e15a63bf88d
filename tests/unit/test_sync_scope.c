/* What enters and leaves a laptop as its scope changes. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/lib/play.h"

static int note_id(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = row->id;
	return 0;
}

static void place_naming(struct fake_office *office, const struct hash *other)
{
	char console[DEVICE_TEXT];

	key_device(office->console.pub, console);
	play_forge(office, console, &office->console, other);
}

static void what_leaves_the_scope_leaves_the_laptop(void **state)
{
	struct play *play = *state;
	struct hash lea, tom;

	play_sync(&play->paul, &play->office);
	play_sync(&play->nora, &play->office);
	fake_laptop_record(&play->nora, "lea", DAY, 60, &lea);
	fake_laptop_record(&play->nora, "tom", DAY, 61, &tom);
	play_sync(&play->nora, &play->office);
	play_sync(&play->paul, &play->office);
	assert_true(play_has(play->paul.agent.db, &lea));
	play->office.hide = "lea";
	play->office.scope = "without lea";
	play_sync(&play->paul, &play->office);
	assert_false(play_has(play->paul.agent.db, &lea));
	assert_true(play_has(play->paul.agent.db, &tom));
	play_record(&play->paul, "worker/lea", "none");
	play_record(&play->paul, "hours/lea/" DAY "/am", "none");
	play_record(&play->paul, "hours/tom/" DAY "/am", "merged {");
	assert_int_equal(play_head(&play->paul), 6);
	assert_int_equal(play->paul.summary.sets_received, 0);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads");
	play->office.hide = NULL;
	play->office.scope = "with lea";
	play_sync(&play->paul, &play->office);
	assert_true(play_has(play->paul.agent.db, &lea));
	play_same(&play->paul, &play->office);
}

static void own_entries_leave_with_the_scope_once_received(void **state)
{
	struct play *play = *state;
	struct hash lea, tom;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &lea);
	fake_laptop_record(&play->paul, "tom", DAY, 61, &tom);
	play->office.hide = "lea";
	play->office.scope = "without lea";
	play_sync(&play->paul, &play->office);
	assert_true(play_has(play->office.db, &lea));
	assert_false(play_has(play->paul.agent.db, &lea));
	assert_true(play_has(play->paul.agent.db, &tom));
	assert_int_equal(play_way(&play->paul, &lea), WAY_RECEIVED);
}

static void a_long_digest_of_scope_is_told_from_another(void **state)
{
	struct play *play = *state;

	play->office.scope =
	    "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	play_sync(&play->paul, &play->office);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads");
	play->office.scope =
	    "10112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads pull");
}

/* Every set without a body changes nothing that waits here. */
static void hide_all(struct pull *pull)
{
	for (size_t i = 0; i < pull->count; i++) {
		if (pull->items[i].type == PULL_KNOWN)
			pull->items[i].type = PULL_OUTSIDE;
	}
}

struct record_on_the_way {
	struct play *play;
	struct hash hash;
	bool done;
};

/* Something is recorded while the sync is at its pulls. */
static void record_late(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	struct record_on_the_way *late = context;

	play_pull(request, reply, hide_all);
	if (late->done || strncmp(request->path, "/v1/pull", 8) != 0)
		return;
	late->done = true;
	fake_laptop_record(&late->play->paul, "tom", DAY, 33, &late->hash);
}

static void what_has_no_receipt_is_never_let_go(void **state)
{
	struct play *play = *state;
	struct record_on_the_way late = {play, {{0}}, false};
	struct err err = ERR_INIT;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &hash);
	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     record_late, &late, &err),
	    0);
	assert_false(play_has(play->paul.agent.db, &hash));
	assert_true(late.done);
	assert_true(play_has(play->paul.agent.db, &late.hash));
	assert_int_equal(play_way(&play->paul, &late.hash), WAY_KEPT);
	play_sync(&play->paul, &play->office);
	assert_true(play_has(play->office.db, &late.hash));
}

/* ${office} places what ${laptop} has sealed, without a push. */
static void place_behind(struct fake_laptop *laptop, struct fake_office *office)
{
	struct changeset set;
	struct ledger_author author = {&set.header, WRITER_LAPTOP, false};
	struct buf storage = BUF_INIT;
	struct agent *agent = &laptop->agent;
	int64_t id = 0;

	assert_int_equal(db_begin(agent->db, NULL), 0);
	assert_int_equal(ledger_seal(agent->db, &laptop->machine.os,
			     &agent->key, OFFICE_STRUCTURE, NULL),
	    0);
	assert_int_equal(db_commit(agent->db, NULL), 0);
	assert_int_equal(
	    ledger_pending(agent->db, OFFICE_STRUCTURE, note_id, &id, NULL), 0);
	assert_int_equal(ledger_set_load(agent->db, OFFICE_STRUCTURE, id, &set,
			     &storage, NULL),
	    0);
	fake_office_place(office, &set, &author);
	changeset_clear(&set);
	buf_free(&storage);
}

/* The log tells of a set of ours before any receipt did. */
static void place_late(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	struct record_on_the_way *late = context;
	struct play *play = late->play;

	if (late->done || strncmp(request->path, "/v1/pull", 8) != 0)
		return;
	late->done = true;
	fake_laptop_record(&play->paul, "tom", DAY, 33, &late->hash);
	place_behind(&play->paul, &play->office);
	fake_office_answer(&play->office, request, reply);
}

static void only_a_receipt_places_an_own_set(void **state)
{
	struct play *play = *state;
	struct record_on_the_way late = {play, {{0}}, false};
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office,
			     place_late, &late, &err),
	    0);
	assert_int_equal(play_pending(&play->paul), 1);
	assert_int_equal(play_head(&play->paul), 6);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push");
	assert_int_equal(play_pending(&play->paul), 0);
	assert_int_equal(play_way(&play->paul, &late.hash), WAY_RECEIVED);
	assert_int_equal(fake_office_length(&play->office), 6);
	play_same(&play->paul, &play->office);
}

/* Another's set names an entry that waits here, without its body. */
static void name_late(
    void *context, const struct exchange *request, struct exchange_reply *reply)
{
	struct record_on_the_way *late = context;
	struct play *play = late->play;

	if (late->done || strncmp(request->path, "/v1/pull", 8) != 0)
		return;
	late->done = true;
	fake_laptop_record(&play->paul, "tom", DAY, 33, &late->hash);
	place_naming(&play->office, &late->hash);
	fake_office_answer(&play->office, request, reply);
}

static void another_set_cannot_take_away_what_waits_here(void **state)
{
	struct play *play = *state;
	struct record_on_the_way late = {play, {{0}}, false};
	struct err err = ERR_INIT;

	assert_int_equal(fake_laptop_sync(&play->paul, &play->office, name_late,
			     &late, &err),
	    0);
	play_record(&play->paul, "worker/eve", "merged {");
	assert_true(play_has(play->paul.agent.db, &late.hash));
	play_sync(&play->paul, &play->office);
	assert_true(play_has(play->office.db, &late.hash));
}

static void a_structure_left_still_takes_what_awaits_it(void **state)
{
	struct play *play = *state;
	struct hash hash;

	play_sync(&play->paul, &play->office);
	fake_laptop_record(&play->paul, "lea", DAY, 60, &hash);
	play->office.listed = false;
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads push");
	assert_int_equal(play_way(&play->paul, &hash), WAY_RECEIVED);
	play_sync(&play->paul, &play->office);
	play_asked(&play->office, "heads");
}

/* ---- revocation ---- */

int main(void)
{
	const struct CMUnitTest tests[] = {
	    PLAY(what_leaves_the_scope_leaves_the_laptop),
	    PLAY(own_entries_leave_with_the_scope_once_received),
	    PLAY(a_long_digest_of_scope_is_told_from_another),
	    PLAY(what_has_no_receipt_is_never_let_go),
	    PLAY(only_a_receipt_places_an_own_set),
	    PLAY(another_set_cannot_take_away_what_waits_here),
	    PLAY(a_structure_left_still_takes_what_awaits_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
