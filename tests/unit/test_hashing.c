/* SHA-256 by OpenSSL gives what libsodium's gives, whatever is hashed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <string.h>

#include "server/hashing.h"
#include "shared/crypto.h"
#include "tests/lib/kit.h"

#define TIMES   2000
#define LEN_MAX 4096
#define THREADS 4

static uint8_t bytes[TIMES + LEN_MAX];
static struct hash wanted[TIMES];

static size_t len_of(size_t number)
{
	return number < 200 ? number : (number * 7919) % LEN_MAX;
}

static size_t hash_all(struct hash *out)
{
	size_t wrong = 0;

	for (size_t i = 0; i < TIMES; i++) {
		struct hash hash;

		hash_of(&hash, bytes + i, len_of(i));
		if (out != NULL)
			out[i] = hash;
		else
			wrong += !hash_equal(&hash, &wanted[i]);
	}
	return wrong;
}

static void *hash_on_a_thread(void *context)
{
	*(size_t *)context = hash_all(NULL);
	return NULL;
}

static void both_give_the_same(void **state)
{
	pthread_t threads[THREADS];
	size_t wrong[THREADS];
	uint64_t chance = 1;

	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)kit_random(&chance);
	assert_int_equal(hash_all(wanted), 0);
	assert_int_equal(hashing_start(NULL), 0);
	assert_int_equal(hash_all(NULL), 0);
	for (size_t i = 0; i < THREADS; i++)
		assert_int_equal(pthread_create(&threads[i], NULL,
				     hash_on_a_thread, &wrong[i]),
		    0);
	for (size_t i = 0; i < THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(wrong[i], 0);
	}
	hashing_stop();
	assert_int_equal(hash_all(NULL), 0);
}

static size_t called;

static bool refuse(uint8_t out[HASH_LEN], const void *data, size_t len)
{
	(void)out;
	(void)data;
	(void)len;
	called++;
	return false;
}

static void one_that_cannot_is_done_without(void **state)
{
	(void)state;
	hash_by(refuse);
	assert_int_equal(hash_all(NULL), 0);
	assert_int_equal(called, TIMES);
	hash_by(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(both_give_the_same),
	    cmocka_unit_test(one_that_cannot_is_done_without),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
