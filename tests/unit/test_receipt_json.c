#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/receipt_json.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"

static struct receipt receipt;

static int start(void **state)
{
	struct key server;

	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_key(&server, 9);
	strcpy(receipt.structure, KIT_STRUCTURE);
	receipt.epoch = 2;
	receipt.n = 7;
	memset(receipt.manifest.bytes, 0xaa, HASH_LEN);
	memset(receipt.head.bytes, 0xbb, HASH_LEN);
	receipt.time_s = KIT_NOW_S;
	return receipt_sign(&receipt, &server, NULL);
}

static json_t *whole(void)
{
	json_t *object = json_object();

	assert_true(receipt_json_put_whole(object, &receipt));
	return object;
}

static void a_receipt_reads_back(void **state)
{
	json_t *object = whole();
	struct receipt again;

	(void)state;
	assert_int_equal(receipt_json_read_whole(&again, object, NULL), 0);
	strcpy(again.structure, KIT_STRUCTURE);
	assert_memory_equal(&again, &receipt, sizeof(again));
	/* A place is the same but for the manifest. */
	json_object_clear(object);
	assert_true(receipt_json_put_place(object, &receipt));
	assert_null(json_object_get(object, "manifest"));
	assert_int_equal(receipt_json_read_place(&again, object, NULL), 0);
	assert_int_equal(again.n, 7);
	assert_memory_equal(again.sig, receipt.sig, SIG_LEN);
	assert_int_equal(
	    receipt_json_read_whole(&again, object, NULL), E_INVALID);
	json_decref(object);
}

/* ${member} of a receipt is ${value}, which the reader owns. */
static int read_with(const char *member, json_t *value)
{
	json_t *object = whole();
	struct receipt again;
	int rc;

	assert_int_equal(json_object_set_new(object, member, value), 0);
	rc = receipt_json_read_whole(&again, object, NULL);
	json_decref(object);
	return rc;
}

static void every_member_has_its_form(void **state)
{
	static const char *const members[] = {
	    "epoch", "n", "manifest", "head", "time", "sig"};

	(void)state;
	for (size_t i = 0; i < sizeof(members) / sizeof(members[0]); i++) {
		assert_int_equal(read_with(members[i], json_null()), E_INVALID);
		assert_int_equal(
		    read_with(members[i], json_string("?")), E_INVALID);
		assert_int_equal(
		    read_with(members[i], json_integer(0)), E_INVALID);
	}
	/* Base64 of another length. */
	assert_int_equal(read_with("sig", json_string("QUJD")), E_INVALID);
	assert_int_equal(read_with("epoch", json_integer(1)), 0);
	assert_int_equal(read_with("n", json_integer(1)), 0);
	assert_int_equal(read_with("epoch", json_integer(INT32_MAX - 1)), 0);
	assert_int_equal(
	    read_with("epoch", json_integer(INT32_MAX)), E_INVALID);
}

static void a_lack_of_memory_is_told_as_such(void **state)
{
	struct receipt again;
	bool failed = true;
	size_t at;

	(void)state;
	for (at = 1; failed; at++) {
		json_t *object = json_object(), *place = json_object();
		struct err err = ERR_INIT;
		bool put;
		int rc = 0;

		scarce_start(at, false);
		put = receipt_json_put_whole(object, &receipt) &&
		      receipt_json_put_place(place, &receipt);
		if (put)
			rc = receipt_json_read_whole(&again, object, &err);
		failed = scarce_stop();
		assert_int_equal(!put || rc < 0, failed);
		assert_true(rc == 0 || rc == E_NOMEM);
		json_decref(object);
		json_decref(place);
	}
	assert_true(at > 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_receipt_reads_back),
	    cmocka_unit_test(every_member_has_its_form),
	    cmocka_unit_test(a_lack_of_memory_is_told_as_such),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
