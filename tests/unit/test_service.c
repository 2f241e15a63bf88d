/* The service under load: what waits, what is refused, what always answers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "server/service.h"
#include "tests/lib/office_fixture.h"

struct desk {
	struct office_fixture fixture;
	struct service service;
};

static int desk_open(void **state)
{
	struct desk *desk = calloc(1, sizeof(*desk));
	struct err err = ERR_INIT;

	if (desk == NULL)
		return -1;
	office_fixture_open(&desk->fixture);
	*state = desk;
	return service_init(&desk->service, &desk->fixture.office, &err) < 0 ||
	               service_limit(&desk->service, &err) < 0
	           ? -1
	           : 0;
}

static int desk_close(void **state)
{
	struct desk *desk = *state;

	service_clear(&desk->service);
	office_fixture_close(&desk->fixture);
	free(desk);
	return 0;
}

/* Ask; the status, and Retry-After in ${*wait_s}. */
static int ask(struct desk *desk, const char *path, const char *body,
    const char *remote, int *wait_s)
{
	const struct request request = {
	    .method = body != NULL ? "POST" : "GET",
	    .path = path,
	    .query = "",
	    .bearer = "",
	    .content_type = "",
	    .remote = remote,
	    .body = {body, body != NULL ? strlen(body) : 0},
	};
	struct reply reply = {.body = BUF_INIT};

	service_answer(&desk->service, &request, &reply);
	*wait_s = reply.retry_after_seconds;
	buf_free(&reply.body);
	return reply.status;
}

static void *ask_hello(void *context)
{
	int wait_s;

	return ask(context, "/v1/hello", NULL, NULL, &wait_s) == 200 ? context
	                                                             : NULL;
}

static void so_many_wait_and_one_more_is_told_when_to_return(void **state)
{
	struct desk *desk = *state;
	pthread_t threads[SERVICE_PRESENT_MAX];
	int wait_s, least = INT32_MAX, most = 0;
	void *found;

	(void)pthread_mutex_lock(&desk->service.lock);
	for (size_t i = 0; i < SERVICE_PRESENT_MAX; i++)
		assert_int_equal(
		    pthread_create(&threads[i], NULL, ask_hello, desk), 0);
	while (atomic_load(&desk->service.present) < SERVICE_PRESENT_MAX)
		(void)sched_yield();
	for (int i = 0; i < 50; i++) {
		assert_int_equal(
		    ask(desk, "/v1/hello", NULL, NULL, &wait_s), 503);
		least = wait_s < least ? wait_s : least;
		most = wait_s > most ? wait_s : most;
	}
	assert_true(least >= SERVICE_RETRY_S && most <= 2 * SERVICE_RETRY_S);
	assert_true(most > least);
	/* Whoever watches over us learns that we live. */
	assert_int_equal(ask(desk, "/healthz", NULL, NULL, &wait_s), 200);
	(void)pthread_mutex_unlock(&desk->service.lock);
	for (size_t i = 0; i < SERVICE_PRESENT_MAX; i++) {
		assert_int_equal(pthread_join(threads[i], &found), 0);
		assert_ptr_equal(found, desk);
	}
	assert_int_equal(atomic_load(&desk->service.present), 0);
	assert_int_equal(ask(desk, "/v1/hello", NULL, NULL, &wait_s), 200);
	assert_int_equal(wait_s, 0);
}

static void strangers_of_one_address_are_slowed_others_not(void **state)
{
	const int64_t burst = rate_limits[RATE_STRANGER].burst;
	struct desk *desk = *state;
	int wait_s, slowed = 0;

	for (int64_t i = 0; i < burst; i++)
		assert_int_equal(
		    ask(desk, "/v1/enrol", "{}", "192.0.2.1", &wait_s), 400);
	/* The bucket fills meanwhile, but not as fast as we ask. */
	for (int64_t i = 0; i < burst && slowed == 0; i++)
		slowed =
		    ask(desk, "/v1/enrol", "{}", "192.0.2.1", &wait_s) == 429
			? wait_s
			: 0;
	assert_in_range(slowed, 1, SERVICE_WAIT_MAX_S);
	assert_int_equal(
	    ask(desk, "/v1/enrol", "{}", "192.0.2.2", &wait_s), 400);
	assert_int_equal(
	    ask(desk, "/v1/hello", NULL, "192.0.2.1", &wait_s), 200);
}

/* A laptop's logins from another address are not used up. */
static void logins_are_counted_for_a_device_at_an_address(void **state)
{
	static const char body[] =
	    "{\"device\":\"0123456789abcdef\",\"challenge\":\"00\","
	    "\"sig\":\"\",\"version\":\"\"}";
	const int64_t burst = rate_limits[RATE_LOGINS].burst;
	struct desk *desk = *state;
	int wait_s;

	for (int64_t i = 0; i < burst; i++)
		assert_int_equal(
		    ask(desk, "/v1/login", body, "192.0.2.1", &wait_s), 401);
	assert_int_equal(
	    ask(desk, "/v1/login", body, "192.0.2.1", &wait_s), 429);
	assert_in_range(wait_s, 1, 2 * SERVICE_WAIT_MAX_S);
	assert_int_equal(
	    ask(desk, "/v1/login", body, "192.0.2.2", &wait_s), 401);
}

static void a_json_body_is_bounded(void **state)
{
	struct desk *desk = *state;
	char *body = malloc(SERVICE_JSON_MAX + 2);
	int wait_s;

	assert_non_null(body);
	memset(body, ' ', SERVICE_JSON_MAX + 1);
	body[SERVICE_JSON_MAX + 1] = '\0';
	assert_int_equal(ask(desk, "/v1/enrol", body, NULL, &wait_s), 413);
	body[SERVICE_JSON_MAX] = '\0';
	assert_int_equal(ask(desk, "/v1/enrol", body, NULL, &wait_s), 400);
	free(body);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, desk_open, desk_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
	    TEST(so_many_wait_and_one_more_is_told_when_to_return),
	    TEST(strangers_of_one_address_are_slowed_others_not),
	    TEST(logins_are_counted_for_a_device_at_an_address),
	    TEST(a_json_body_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
