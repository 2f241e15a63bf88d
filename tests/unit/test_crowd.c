/* Who stays and who goes, at each limit and one past it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "shared/http/crowd.h"

/* A crowd and its connections: key i has pairs[i][0], its client [1]. */
struct hall {
	struct crowd crowd;
	int pairs[CROWD_SLOTS][2];
};

static void come(struct hall *hall, size_t i, int64_t now_ms)
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM, 0, hall->pairs[i]), 0);
	crowd_enter(&hall->crowd, i + 1, hall->pairs[i][0], now_ms);
}

static void go(struct hall *hall, size_t i)
{
	crowd_leave(&hall->crowd, i + 1);
	(void)close(hall->pairs[i][0]);
	(void)close(hall->pairs[i][1]);
	hall->pairs[i][0] = -1;
}

/* Has the server's side been shut? */
static bool is_shut(const struct hall *hall, size_t i)
{
	char byte;

	return recv(hall->pairs[i][1], &byte, 1, MSG_DONTWAIT) == 0;
}

static size_t count_shut(const struct hall *hall)
{
	size_t count = 0;

	for (size_t i = 0; i < CROWD_SLOTS; i++)
		count += hall->pairs[i][0] >= 0 && is_shut(hall, i);
	return count;
}

static int hall_open(void **state)
{
	struct hall *hall = calloc(1, sizeof(*hall));

	if (hall == NULL || crowd_init(&hall->crowd) < 0)
		return -1;
	for (size_t i = 0; i < CROWD_SLOTS; i++)
		hall->pairs[i][0] = -1;
	*state = hall;
	return 0;
}

static int hall_close(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_SLOTS; i++) {
		if (hall->pairs[i][0] >= 0)
			go(hall, i);
	}
	assert_int_equal(hall->crowd.count, 0);
	assert_int_equal(hall->crowd.large_count, 0);
	crowd_clear(&hall->crowd);
	free(hall);
	return 0;
}

static void the_limit_is_served_whole(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_MAX; i++)
		come(hall, i, (int64_t)i);
	assert_int_equal(count_shut(hall), 0);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
}

static void one_more_shuts_the_stillest(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_MAX; i++)
		come(hall, i, (int64_t)i);
	/* The first moves on: it is the second that stands stillest. */
	crowd_move(&hall->crowd, 1, CROWD_WAITING, 5000);
	come(hall, CROWD_MAX, 6000);
	assert_true(is_shut(hall, 1));
	assert_int_equal(count_shut(hall), 1);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
	/* It may not come back to life, and leaves once. */
	crowd_move(&hall->crowd, 2, CROWD_ANSWERING, 7000);
	go(hall, 1);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
	come(hall, CROWD_MAX + 1, 8000);
	assert_true(is_shut(hall, 2));
	assert_int_equal(count_shut(hall), 1);
}

static void what_is_being_answered_stays(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_MAX; i++)
		come(hall, i, (int64_t)i);
	for (size_t i = 0; i < CROWD_MAX - 1; i++)
		crowd_move(&hall->crowd, i + 1, CROWD_ANSWERING, (int64_t)i);
	come(hall, CROWD_MAX, 1000);
	assert_true(is_shut(hall, CROWD_MAX - 1));
	assert_int_equal(count_shut(hall), 1);
	/* Nobody can go: the newcomer is let in beyond the limit. */
	crowd_move(&hall->crowd, CROWD_MAX + 1, CROWD_ANSWERING, 1000);
	come(hall, CROWD_MAX + 1, 1001);
	assert_int_equal(count_shut(hall), 1);
}

static void a_flood_leaves_the_limit_and_the_newest(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_SLOTS; i++)
		come(hall, i, (int64_t)i);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
	assert_int_equal(count_shut(hall), CROWD_SLOTS - CROWD_MAX);
	for (size_t i = 0; i < CROWD_SLOTS; i++)
		assert_int_equal(is_shut(hall, i), i < CROWD_SLOTS - CROWD_MAX);
}

static bool tries(struct hall *hall, size_t i, int64_t now_ms)
{
	assert_int_equal(
	    socketpair(AF_UNIX, SOCK_STREAM, 0, hall->pairs[i]), 0);
	if (crowd_try_enter(&hall->crowd, i + 1, hall->pairs[i][0], now_ms))
		return true;
	go(hall, i);
	return false;
}

static void a_newcomer_waits_for_one_that_stands_still(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_MAX; i++)
		assert_true(tries(hall, i, (int64_t)i));
	crowd_move(&hall->crowd, 1, CROWD_ANSWERING, 0);
	/* The second came at 1: it is still for long enough one later. */
	assert_false(tries(hall, CROWD_MAX, CROWD_STILL_MS));
	assert_int_equal(count_shut(hall), 0);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
	assert_true(tries(hall, CROWD_MAX, CROWD_STILL_MS + 1));
	assert_true(is_shut(hall, 1));
	assert_int_equal(count_shut(hall), 1);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
}

static void who_waits_for_us_stays(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < CROWD_MAX; i++)
		come(hall, i, (int64_t)i);
	/* All but the last have sent what nobody has read. */
	for (size_t i = 0; i < CROWD_MAX - 1; i++)
		assert_int_equal(write(hall->pairs[i][1], "x", 1), 1);
	assert_true(tries(hall, CROWD_MAX, 10000));
	assert_true(is_shut(hall, CROWD_MAX - 1));
	assert_int_equal(count_shut(hall), 1);
	assert_int_equal(write(hall->pairs[CROWD_MAX][1], "x", 1), 1);
	assert_false(tries(hall, CROWD_MAX + 1, 20000));
	/* When it must be, somebody goes all the same. */
	come(hall, CROWD_MAX + 1, 20000);
	assert_int_equal(count_shut(hall), 2);
	assert_int_equal(hall->crowd.count, CROWD_MAX);
}

static void beyond_all_slots_the_newcomer_is_shut(void **state)
{
	struct hall *hall = *state;
	int pair[2];
	char byte;

	for (size_t i = 0; i < CROWD_SLOTS; i++)
		come(hall, i, (int64_t)i);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	crowd_enter(&hall->crowd, CROWD_SLOTS + 1, pair[0], 10000);
	assert_int_equal(recv(pair[1], &byte, 1, MSG_DONTWAIT), 0);
	(void)close(pair[0]);
	(void)close(pair[1]);
}

static void another_handshake_is_no_other_connection(void **state)
{
	struct hall *hall = *state;

	come(hall, 0, 0);
	crowd_enter(&hall->crowd, 1, hall->pairs[0][0], 1);
	assert_int_equal(hall->crowd.count, 1);
}

static void large_things_have_so_many_places(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i <= CROWD_LARGE_MAX; i++)
		come(hall, i, 0);
	for (size_t i = 0; i < CROWD_LARGE_MAX; i++) {
		assert_true(crowd_claim(&hall->crowd, i + 1, 0));
		/* Its answer may be large too: the same place. */
		assert_true(crowd_claim(&hall->crowd, i + 1, 0));
	}
	assert_false(crowd_claim(&hall->crowd, CROWD_LARGE_MAX + 1, 0));
	assert_int_equal(count_shut(hall), 0);
	crowd_release(&hall->crowd, 3);
	crowd_release(&hall->crowd, 3);
	assert_true(crowd_claim(&hall->crowd, CROWD_LARGE_MAX + 1, 0));
	assert_false(crowd_claim(&hall->crowd, 3, 0));
	/* One who leaves gives its place back. */
	go(hall, 0);
	assert_true(crowd_claim(&hall->crowd, 3, 0));
}

static void a_slow_one_loses_its_place_to_the_next(void **state)
{
	struct hall *hall = *state;
	const uintptr_t late = CROWD_LARGE_MAX + 1;

	for (size_t i = 0; i <= CROWD_LARGE_MAX; i++)
		come(hall, i, (int64_t)i);
	for (size_t i = 0; i < CROWD_LARGE_MAX; i++)
		assert_true(crowd_claim(&hall->crowd, i + 1, (int64_t)i));
	/* The first is being answered: the second is the slow one. */
	crowd_move(&hall->crowd, 1, CROWD_ANSWERING, 0);
	assert_false(crowd_claim(&hall->crowd, late, CROWD_PATIENCE_MS));
	assert_int_equal(count_shut(hall), 0);
	assert_false(crowd_claim(&hall->crowd, late, CROWD_PATIENCE_MS + 1));
	assert_true(is_shut(hall, 1));
	assert_int_equal(count_shut(hall), 1);
	go(hall, 1);
	assert_true(crowd_claim(&hall->crowd, late, CROWD_PATIENCE_MS + 2));
}

static void at_the_end_all_but_the_answered_go(void **state)
{
	struct hall *hall = *state;

	for (size_t i = 0; i < 5; i++)
		come(hall, i, 0);
	crowd_move(&hall->crowd, 3, CROWD_ANSWERING, 0);
	crowd_shut_all(&hall->crowd);
	for (size_t i = 0; i < 5; i++)
		assert_int_equal(is_shut(hall, i), i != 2);
	assert_int_equal(hall->crowd.count, 1);
}

static void room_is_made_by_the_stillest_one_at_a_time(void **state)
{
	struct hall *hall = *state;

	assert_false(crowd_make_room(&hall->crowd));
	for (size_t i = 0; i < 3; i++)
		come(hall, i, (int64_t)(10 - i));
	crowd_move(&hall->crowd, 3, CROWD_ANSWERING, 20);
	assert_true(crowd_make_room(&hall->crowd));
	assert_true(is_shut(hall, 1));
	assert_int_equal(count_shut(hall), 1);
	assert_int_equal(hall->crowd.count, 2);
	/* The shut one has not left yet: another has to go. */
	assert_true(crowd_make_room(&hall->crowd));
	assert_int_equal(count_shut(hall), 2);
	assert_false(crowd_make_room(&hall->crowd));
	assert_false(is_shut(hall, 2));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, hall_open, hall_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(the_limit_is_served_whole),
	    TEST(one_more_shuts_the_stillest),
	    TEST(what_is_being_answered_stays),
	    TEST(a_flood_leaves_the_limit_and_the_newest),
	    TEST(a_newcomer_waits_for_one_that_stands_still),
	    TEST(who_waits_for_us_stays),
	    TEST(beyond_all_slots_the_newcomer_is_shut),
	    TEST(another_handshake_is_no_other_connection),
	    TEST(large_things_have_so_many_places),
	    TEST(a_slow_one_loses_its_place_to_the_next),
	    TEST(room_is_made_by_the_stillest_one_at_a_time),
	    TEST(at_the_end_all_but_the_answered_go),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
