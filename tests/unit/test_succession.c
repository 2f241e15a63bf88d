/* The keys that were the server's: how they are told, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/enc.h"
#include "shared/succession.h"
#include "tests/lib/kit.h"
#include "tests/lib/scarce.h"

#define CHANGES 3

/* Key i was followed by key i + 1, an hour later each time. */
static struct {
	struct key keys[CHANGES + 1];
	struct successions all;
	const uint8_t *server;
} past;

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	for (unsigned char i = 0; i <= CHANGES; i++)
		kit_key(&past.keys[i], (unsigned char)(i + 1));
	past.all.count = CHANGES;
	for (size_t i = 0; i < CHANGES; i++)
		assert_int_equal(
		    succession_sign(&past.all.items[i], &past.keys[i],
			&past.keys[i + 1], KIT_NOW_S + 3600 * (int64_t)i, NULL),
		    0);
	past.server = past.keys[CHANGES].pub;
	return 0;
}

static int verify(const struct successions *all)
{
	return succession_verify(all, past.server, NULL);
}

static void keys_that_follow_one_another_are_believed(void **state)
{
	struct successions none = {.count = 0};

	(void)state;
	assert_int_equal(verify(&past.all), 0);
	assert_int_equal(verify(&none), 0);
	assert_int_equal(
	    succession_verify(&past.all, past.keys[0].pub, NULL), E_SIGNATURE);
}

static void any_other_story_is_refused(void **state)
{
	struct successions all;

	(void)state;
	/* One is missing in the midst, or at the end. */
	all = past.all;
	all.items[1] = all.items[2];
	all.count = 2;
	assert_int_equal(verify(&all), E_SIGNATURE);
	all = past.all;
	all.count = 2;
	assert_int_equal(verify(&all), E_SIGNATURE);
	/* The second change came before the first. */
	all = past.all;
	assert_int_equal(succession_sign(&all.items[1], &past.keys[1],
			     &past.keys[2], KIT_NOW_S - 1, NULL),
	    0);
	assert_int_equal(verify(&all), E_SIGNATURE);
	/* … at the same second they may. */
	assert_int_equal(succession_sign(&all.items[1], &past.keys[1],
			     &past.keys[2], KIT_NOW_S, NULL),
	    0);
	assert_int_equal(verify(&all), 0);
	/* Both keys sign, and the time. */
	for (size_t i = 0; i < CHANGES; i++) {
		all = past.all;
		all.items[i].sig_old[0] ^= 1;
		assert_int_equal(verify(&all), E_SIGNATURE);
		all = past.all;
		all.items[i].sig_new[0] ^= 1;
		assert_int_equal(verify(&all), E_SIGNATURE);
	}
	all = past.all;
	all.items[2].at_s++;
	assert_int_equal(verify(&all), E_SIGNATURE);
}

/* ---- lines ---- */

static void tell(struct buf *out, const struct successions *all)
{
	for (size_t i = 0; i < all->count; i++)
		succession_line(out, &all->items[i]);
	assert_false(out->failed);
}

static void lines_are_read_as_they_were_written(void **state)
{
	struct successions again = {.count = 0};
	struct buf text = BUF_INIT;

	(void)state;
	tell(&text, &past.all);
	assert_int_equal(succession_read(&again, text.data, text.len, NULL), 0);
	assert_int_equal(again.count, CHANGES);
	assert_memory_equal(
	    again.items, past.all.items, CHANGES * sizeof(struct succession));
	/* What is read comes after what is there. */
	again.count = 1;
	assert_int_equal(succession_read(&again, text.data, text.len, NULL), 0);
	assert_int_equal(again.count, 1 + CHANGES);
	buf_free(&text);
}

/* Where the fields of a line begin, and how long a line is. */
enum { OLD = 0, NEW = 65, AT = 130, SIG_OLD = 151, SIG_NEW = 240, LINE = 329 };

static int read_changed(const char *line, size_t len)
{
	struct successions all = {.count = 0};
	int rc = succession_read(&all, line, len, NULL);

	assert_int_equal(all.count, rc == 0);
	return rc;
}

static void a_line_has_one_spelling(void **state)
{
	/* A character put in the place of another. */
	static const struct {
		size_t at;
		char c;
	} changes[] = {
	    {OLD, 'x'},
	    {NEW, 'x'},
	    {NEW - 1, '\t'},
	    {NEW - 1, '0'},
	    {AT + 4, '/'},
	    {SIG_OLD, '?'},
	    {SIG_NEW, '?'},
	    {SIG_NEW - 1, '\n'},
	    {LINE - 1, ' '},
	};
	struct buf text = BUF_INIT;
	char line[LINE];

	(void)state;
	succession_line(&text, &past.all.items[0]);
	assert_int_equal(text.len, LINE);
	memcpy(line, text.data, LINE);
	assert_int_equal(read_changed(line, LINE), 0);
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		memcpy(line, text.data, LINE);
		line[changes[i].at] = changes[i].c;
		assert_int_equal(read_changed(line, LINE), E_INVALID);
	}
	/* Any other length, its end included. */
	for (size_t len = 1; len < LINE; len++)
		assert_int_equal(read_changed(text.data, len), E_INVALID);
	buf_free(&text);
}

static void more_than_a_line_is_refused(void **state)
{
	struct buf text = BUF_INIT;
	char blank[1024];

	(void)state;
	succession_line(&text, &past.all.items[0]);
	/* A space more somewhere, and the same five words. */
	text.data[LINE - 1] = ' ';
	buf_add_char(&text, '\n');
	assert_int_equal(read_changed(text.data, text.len), E_INVALID);
	memset(blank, ' ', sizeof(blank));
	memcpy(blank, text.data, LINE);
	for (size_t len = 500; len < 520; len++)
		assert_int_equal(read_changed(blank, len), E_INVALID);
	buf_free(&text);
}

/* Base64 of the same length, of bytes that are one too many. */
static void a_longer_signature_is_refused(void **state)
{
	struct buf text = BUF_INIT, sig = BUF_INIT;
	uint8_t bytes[SIG_LEN + 1] = {0};

	(void)state;
	succession_line(&text, &past.all.items[0]);
	memcpy(bytes, past.all.items[0].sig_old, SIG_LEN);
	enc_base64(&sig, bytes, sizeof(bytes));
	assert_int_equal(sig.len, SIG_NEW - 1 - SIG_OLD);
	memcpy(text.data + SIG_OLD, sig.data, sig.len);
	assert_int_equal(read_changed(text.data, text.len), E_INVALID);
	buf_free(&text);
	buf_free(&sig);
}

static void so_many_changes_and_no_more(void **state)
{
	struct successions all = {.count = 0};
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < SUCCESSION_MAX; i++)
		succession_line(&text, &past.all.items[0]);
	assert_int_equal(succession_read(&all, text.data, text.len, &err), 0);
	assert_int_equal(all.count, SUCCESSION_MAX);
	succession_line(&text, &past.all.items[0]);
	all.count = 0;
	assert_int_equal(
	    succession_read(&all, text.data, text.len, &err), E_LIMIT);
	assert_int_equal(err.code, E_LIMIT);
	buf_free(&text);
}

/* ---- JSON ---- */

static void json_is_read_and_verified(void **state)
{
	json_t *list = succession_to_json(&past.all);
	struct successions again;

	(void)state;
	assert_non_null(list);
	assert_int_equal(
	    succession_from_json(&again, list, past.server, NULL), 0);
	assert_int_equal(again.count, CHANGES);
	assert_int_equal(
	    succession_from_json(&again, list, past.keys[0].pub, NULL),
	    E_SIGNATURE);
	/* Nothing is no change; no text is no line. */
	assert_int_equal(
	    succession_from_json(&again, NULL, past.server, NULL), 0);
	assert_int_equal(again.count, 0);
	assert_int_equal(json_array_append_new(list, json_integer(7)), 0);
	assert_int_equal(
	    succession_from_json(&again, list, past.server, NULL), E_INVALID);
	json_decref(list);
}

/* ---- who signed ---- */

static void a_receipt_is_by_the_key_of_its_time(void **state)
{
	struct receipt receipt = {.structure = KIT_STRUCTURE, .epoch = 1};
	const uint8_t *signer;

	(void)state;
	for (size_t i = 0; i <= CHANGES; i++) {
		/* Until its end each is good, the last one for ever. */
		receipt.time_s = KIT_NOW_S + 3600 * (int64_t)i;
		assert_int_equal(
		    receipt_sign(&receipt, &past.keys[i], NULL), 0);
		assert_int_equal(succession_receipt(&past.all, &receipt,
				     past.server, &signer, NULL),
		    0);
		assert_memory_equal(signer, past.keys[i].pub, KEY_LEN);
		receipt.time_s++;
		assert_int_equal(
		    receipt_sign(&receipt, &past.keys[i], NULL), 0);
		assert_int_equal(succession_receipt(&past.all, &receipt,
				     past.server, &signer, NULL),
		    i == CHANGES ? 0 : E_SIGNATURE);
	}
}

static void a_device_that_was_the_server_is_found(void **state)
{
	char device[DEVICE_TEXT];

	(void)state;
	for (size_t i = 0; i < CHANGES; i++) {
		key_device(past.keys[i].pub, device);
		assert_ptr_equal(
		    succession_of(&past.all, device), &past.all.items[i]);
	}
	/* The last one still is. */
	key_device(past.server, device);
	assert_null(succession_of(&past.all, device));
}

/* ---- without memory ---- */

static int sign_one(struct err *err)
{
	struct succession one;

	return succession_sign(
	    &one, &past.keys[0], &past.keys[1], KIT_NOW_S, err);
}

static int verify_all(struct err *err)
{
	return succession_verify(&past.all, past.server, err);
}

static int there_and_back(struct err *err)
{
	json_t *list = succession_to_json(&past.all);
	struct successions again;
	int rc = list != NULL
	             ? succession_from_json(&again, list, past.server, err)
	             : err_nomem(err);

	json_decref(list);
	return rc;
}

static void a_lack_of_memory_is_told_as_such(void **state)
{
	static int (*const tasks[])(struct err *) = {
	    sign_one, verify_all, there_and_back};

	(void)state;
	for (size_t i = 0; i < sizeof(tasks) / sizeof(tasks[0]); i++) {
		bool failed = true;
		size_t at;

		for (at = 1; failed; at++) {
			struct err err = ERR_INIT;
			int rc;

			scarce_start(at, false);
			rc = tasks[i](&err);
			failed = scarce_stop();
			assert_int_equal(rc, failed ? E_NOMEM : 0);
			assert_int_equal(err.code, rc);
		}
		assert_true(at > 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(keys_that_follow_one_another_are_believed),
	    cmocka_unit_test(any_other_story_is_refused),
	    cmocka_unit_test(lines_are_read_as_they_were_written),
	    cmocka_unit_test(a_line_has_one_spelling),
	    cmocka_unit_test(more_than_a_line_is_refused),
	    cmocka_unit_test(a_longer_signature_is_refused),
	    cmocka_unit_test(so_many_changes_and_no_more),
	    cmocka_unit_test(json_is_read_and_verified),
	    cmocka_unit_test(a_receipt_is_by_the_key_of_its_time),
	    cmocka_unit_test(a_device_that_was_the_server_is_found),
	    cmocka_unit_test(a_lack_of_memory_is_told_as_such),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
