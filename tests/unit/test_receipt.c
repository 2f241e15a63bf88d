#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>

#include "shared/receipt.h"
#include "shared/receipt_json.h"
#include "shared/sshsig.h"
#include "tests/lib/kit.h"

static char directory[KIT_PATH];

static int start(void **state)
{
	(void)state;
	kit_directory(directory);
	return crypto_init(NULL);
}

static int stop(void **state)
{
	(void)state;
	kit_directory_remove(directory);
	return 0;
}

/* sha256sum's answer about ${text}. */
static void by_sha256sum(struct hash *out, const char *text)
{
	struct buf sum = BUF_INIT;

	kit_write(directory, "line", text, strlen(text));
	assert_int_equal(
	    kit_run("cd %s && sha256sum <line | cut -c1-64 | tr -d '\\n' >sum",
		directory),
	    0);
	kit_read(&sum, directory, "sum");
	assert_int_equal(hash_parse(out, buf_text(&sum), NULL), 0);
	buf_free(&sum);
}

static void the_first_head_is_what_sha256sum_says(void **state)
{
	struct hash ours, theirs;

	(void)state;
	log_first(&ours, "remparts");
	by_sha256sum(&theirs, "# pointeau log 1\n# structure remparts\n");
	assert_true(hash_equal(&ours, &theirs));
	log_first(&theirs, "berges");
	assert_false(hash_equal(&ours, &theirs));
}

static void every_head_is_what_sha256sum_says_I14(void **state)
{
	struct hash head, manifest;
	int64_t time_s = KIT_NOW_S;

	(void)state;
	log_first(&head, "remparts");
	for (int n = 1; n <= 5; n++) {
		char before[HASH_TEXT], hex[HASH_TEXT];
		struct buf line = BUF_INIT;
		struct hash theirs;

		hash_of(&manifest, &n, sizeof(n));
		hash_hex(&head, before);
		hash_hex(&manifest, hex);
		buf_printf(&line, "%s 2026-11-20T16:31:%02dZ %s\n", before,
		    2 + n, hex);
		log_next(&head, &head, time_s + n, &manifest);
		by_sha256sum(&theirs, buf_text(&line));
		assert_true(hash_equal(&head, &theirs));
		buf_free(&line);
	}
}

static void make_receipt(struct receipt *receipt)
{
	memset(receipt, 0, sizeof(*receipt));
	strcpy(receipt->structure, "remparts");
	receipt->epoch = 1;
	receipt->n = 7;
	memset(receipt->manifest.bytes, 0xaa, HASH_LEN);
	memset(receipt->head.bytes, 0xbb, HASH_LEN);
	receipt->time_s = KIT_NOW_S;
}

#define AA16 "aaaaaaaaaaaaaaaa"
#define BB16 "bbbbbbbbbbbbbbbb"

static void a_receipt_is_this_text_byte_for_byte(void **state)
{
	struct receipt receipt;
	struct buf out = BUF_INIT;

	(void)state;
	make_receipt(&receipt);
	receipt_text(&out, &receipt);
	assert_string_equal(buf_text(&out),
	    "# pointeau receipt 1\n"
	    "# structure remparts\n"
	    "# epoch 1\n"
	    "# n 7\n"
	    "# manifest " AA16 AA16 AA16 AA16 "\n"
	    "# head " BB16 BB16 BB16 BB16 "\n"
	    "# time 2026-11-20T16:31:02Z\n");
	buf_free(&out);
}

static void every_member_of_a_receipt_is_signed(void **state)
{
	struct receipt receipt, changed;
	struct key server, other;

	(void)state;
	kit_key(&server, 9);
	kit_key(&other, 8);
	make_receipt(&receipt);
	assert_int_equal(receipt_sign(&receipt, &server, NULL), 0);
	assert_int_equal(receipt_verify(&receipt, server.pub, NULL), 0);
	assert_int_equal(
	    receipt_verify(&receipt, other.pub, NULL), E_SIGNATURE);
	for (int member = 0; member < 7; member++) {
		changed = receipt;
		switch (member) {
		case 0:
			changed.structure[0] = 'R';
			break;
		case 1:
			changed.epoch++;
			break;
		case 2:
			changed.n++;
			break;
		case 3:
			changed.manifest.bytes[0] ^= 1;
			break;
		case 4:
			changed.head.bytes[31] ^= 1;
			break;
		case 5:
			changed.time_s++;
			break;
		default:
			changed.sig[0] ^= 1;
			break;
		}
		assert_int_equal(
		    receipt_verify(&changed, server.pub, NULL), E_SIGNATURE);
	}
}

/* A set's signature by the same key is no receipt, whatever its text. */
static void a_receipt_is_signed_as_a_receipt_alone(void **state)
{
	struct receipt receipt;
	struct buf text = BUF_INIT;
	struct key server;

	(void)state;
	kit_key(&server, 9);
	make_receipt(&receipt);
	receipt_text(&text, &receipt);
	assert_int_equal(sshsig_sign(receipt.sig, &server, SSHSIG_CHANGESET,
			     text.data, text.len, NULL),
	    0);
	assert_int_equal(
	    receipt_verify(&receipt, server.pub, NULL), E_SIGNATURE);
	buf_free(&text);
}

static void a_receipt_as_json_comes_back_or_is_refused(void **state)
{
	static const char *const spoilt[][2] = {{"epoch", "0"},
	    {"epoch", "2147483647"}, {"n", "0"}, {"n", "\"7\""},
	    {"manifest", "\"aa\""}, {"head", "null"}, {"time", "\"hier\""},
	    {"sig", "\"AAAA\""}, {"sig", "\"*\""}};
	struct receipt receipt, back;
	json_t *json = json_object();

	(void)state;
	make_receipt(&receipt);
	memset(receipt.sig, 0xcc, SIG_LEN);
	assert_true(receipt_json_put_whole(json, &receipt));
	assert_int_equal(receipt_json_read_whole(&back, json, NULL), 0);
	strcpy(back.structure, receipt.structure);
	assert_memory_equal(&back, &receipt, sizeof(back));
	for (size_t i = 0; i < sizeof(spoilt) / sizeof(spoilt[0]); i++) {
		json_t *copy = json_clone(json);

		json_put(copy, spoilt[i][0],
		    json_loads(spoilt[i][1], JSON_DECODE_ANY, NULL));
		assert_int_equal(
		    receipt_json_read_whole(&back, copy, NULL), E_INVALID);
		json_decref(copy);
	}
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_first_head_is_what_sha256sum_says),
	    cmocka_unit_test(every_head_is_what_sha256sum_says_I14),
	    cmocka_unit_test(a_receipt_is_this_text_byte_for_byte),
	    cmocka_unit_test(a_receipt_as_json_comes_back_or_is_refused),
	    cmocka_unit_test(every_member_of_a_receipt_is_signed),
	    cmocka_unit_test(a_receipt_is_signed_as_a_receipt_alone),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
