/*
 * The golden files of tests/vectors/v1 against today's code. They are the
 * promise made to every laptop, export and other program in use: a failure
 * here is a break of compatibility, not a file to make again.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enrolcode.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/lib/kit.h"

#define SETS          8
#define MANIFEST_LINE (64 + 2 + 6 + 1) /* "<hash>  e/0001\n" */
#define SEED_LAPTOP   1
#define SEED_OFFICE   2
#define SEED_SERVER   3

/* One golden set, from its files. */
struct golden {
	struct changeset set;
	struct buf manifest;
	struct buf storage; /* the bodies, one after another */
	struct hash hash;
	struct key key; /* its author's */
	struct receipt receipt;
};

static struct golden goldens[SETS];
static struct key server;

static const char *in_set(size_t i, const char *name)
{
	static char path[64];

	(void)snprintf(path, sizeof(path), "%02zu/%s", i + 1, name);
	return path;
}

static void read_vector(struct buf *out, const char *name)
{
	kit_read(out, VECTORS_DIRECTORY, name);
}

static bool is_there(const char *name)
{
	struct buf path = BUF_INIT;
	bool there;

	buf_printf(&path, VECTORS_DIRECTORY "/%s", name);
	there = os_file_exists(buf_text(&path));
	buf_free(&path);
	return there;
}

/* The armoured signature "name.sig" of ${text}, checked. */
static void read_signature(const char *name, const struct buf *text,
    const uint8_t pub[KEY_LEN], const char *namespace, uint8_t sig[SIG_LEN])
{
	struct buf armor = BUF_INIT, again = BUF_INIT;
	uint8_t named[KEY_LEN];

	read_vector(&armor, name);
	assert_int_equal(
	    sshsig_dearmor(named, sig, namespace, armor.data, armor.len, NULL),
	    0);
	assert_memory_equal(named, pub, KEY_LEN);
	assert_int_equal(
	    sshsig_verify(pub, sig, namespace, text->data, text->len, NULL), 0);
	sshsig_armor(&again, pub, sig, namespace);
	assert_string_equal(buf_text(&again), buf_text(&armor));
	buf_free(&armor);
	buf_free(&again);
}

/* The lines after the header name the entries; read those bodies that are
 * there. */
static void read_entries(struct golden *golden, size_t index, size_t at)
{
	const struct buf *manifest = &golden->manifest;
	struct changeset *set = &golden->set;

	set->count = (manifest->len - at) / MANIFEST_LINE;
	assert_int_equal(manifest->len, at + set->count * MANIFEST_LINE);
	set->entries = calloc(set->count, sizeof(*set->entries));
	assert_non_null(set->entries);
	/* Room at once: the bodies are pointed into. */
	for (size_t i = 0; i < 65536; i++)
		buf_add_char(&golden->storage, '\0');
	buf_reset(&golden->storage);
	for (size_t i = 0; i < set->count; i++) {
		const char *line = manifest->data + at + i * MANIFEST_LINE;
		char hex[HASH_TEXT], name[32];
		size_t start = golden->storage.len;

		memcpy(hex, line, HASH_TEXT - 1);
		hex[HASH_TEXT - 1] = '\0';
		assert_int_equal(
		    hash_parse(&set->entries[i].hash, hex, NULL), 0);
		(void)snprintf(name, sizeof(name), "e/%04zu", i + 1);
		if (!is_there(in_set(index, name)))
			continue;
		read_vector(&golden->storage, in_set(index, name));
		assert_in_range(golden->storage.len, start + 1, 65536);
		set->entries[i].body = (struct bytes){
		    golden->storage.data + start, golden->storage.len - start};
	}
}

static void read_set(struct golden *golden, size_t index)
{
	static const unsigned char seeds[SETS] = {SEED_SERVER, SEED_OFFICE,
	    SEED_LAPTOP, SEED_LAPTOP, SEED_LAPTOP, SEED_LAPTOP, SEED_LAPTOP,
	    SEED_OFFICE};
	const char *body;
	size_t at;

	kit_key(&golden->key, seeds[index]);
	read_vector(&golden->manifest, in_set(index, "manifest"));
	body = strstr(buf_text(&golden->manifest), "\n# at ");
	assert_non_null(body);
	body = strchr(body + 1, '\n');
	assert_non_null(body);
	at = (size_t)(body + 1 - golden->manifest.data);
	assert_int_equal(changeset_header_parse(&golden->set.header,
			     golden->manifest.data, at, NULL),
	    0);
	read_entries(golden, index, at);
	read_signature(in_set(index, "manifest.sig"), &golden->manifest,
	    golden->key.pub, SSHSIG_CHANGESET, golden->set.sig);
	hash_of(&golden->hash, golden->manifest.data, golden->manifest.len);
}

/* The receipts that the server gave, without their signatures. */
static void make_receipts(void)
{
	struct hash head;

	log_first(&head, KIT_STRUCTURE);
	for (size_t i = 0; i < SETS; i++) {
		struct receipt *receipt = &goldens[i].receipt;

		strcpy(receipt->structure, KIT_STRUCTURE);
		receipt->epoch = 1;
		receipt->n = (int64_t)i + 1;
		receipt->manifest = goldens[i].hash;
		receipt->time_s = KIT_NOW_S + 10 * receipt->n;
		log_next(&head, &head, receipt->time_s, &goldens[i].hash);
		receipt->head = head;
	}
}

static int start(void **state)
{
	(void)state;
	assert_int_equal(crypto_init(NULL), 0);
	kit_key(&server, SEED_SERVER);
	for (size_t i = 0; i < SETS; i++)
		read_set(&goldens[i], i);
	make_receipts();
	return 0;
}

static int stop(void **state)
{
	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		changeset_clear(&goldens[i].set);
		buf_free(&goldens[i].manifest);
		buf_free(&goldens[i].storage);
	}
	return 0;
}

/* ---- sets ---- */

static void manifests_are_written_to_the_same_bytes_I4(void **state)
{
	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		struct buf again = BUF_INIT;
		struct hash hash;

		changeset_manifest(&again, &goldens[i].set);
		assert_string_equal(
		    buf_text(&again), buf_text(&goldens[i].manifest));
		assert_int_equal(
		    changeset_hash(&hash, &goldens[i].set, NULL), 0);
		assert_true(hash_equal(&hash, &goldens[i].hash));
		buf_free(&again);
	}
}

static void signatures_verify_and_are_made_again_I14(void **state)
{
	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		uint8_t sig[SIG_LEN];
		char device[DEVICE_TEXT];

		assert_int_equal(
		    changeset_verify(&goldens[i].set, goldens[i].key.pub, NULL),
		    0);
		key_device(goldens[i].key.pub, device);
		assert_string_equal(goldens[i].set.header.device, device);
		memcpy(sig, goldens[i].set.sig, SIG_LEN);
		assert_int_equal(
		    changeset_sign(&goldens[i].set, &goldens[i].key, NULL), 0);
		assert_memory_equal(sig, goldens[i].set.sig, SIG_LEN);
	}
}

static void bodies_have_the_hashes_that_manifests_name(void **state)
{
	size_t held = 0, withheld = 0;

	(void)state;
	for (size_t i = 0; i < SETS; i++) {
		for (size_t j = 0; j < goldens[i].set.count; j++) {
			const struct set_entry *entry =
			    &goldens[i].set.entries[j];
			struct hash hash;

			if (entry->body.data == NULL) {
				withheld++;
				continue;
			}
			held++;
			hash_of(&hash, entry->body.data, entry->body.len);
			assert_true(hash_equal(&hash, &entry->hash));
		}
	}
	assert_int_equal(held, 25);
	assert_int_equal(withheld, 2);
}

static enum writer writer_of(size_t set)
{
	return set == 0               ? WRITER_SERVER
	       : set == 1 || set == 7 ? WRITER_OFFICE
	                              : WRITER_LAPTOP;
}

/* Each line of "verdicts": a body, then its fault, its value, or "-". */
static void entries_mean_what_they_meant_I5_I10(void **state)
{
	struct buf golden = BUF_INIT, today = BUF_INIT;

	(void)state;
	read_vector(&golden, "verdicts");
	for (size_t i = 0; i < SETS; i++) {
		const struct changeset *set = &goldens[i].set;

		for (size_t j = 0; j < set->count; j++) {
			const struct bytes *body = &set->entries[j].body;
			const char *fault = ENTRY_FAULT_MALFORMED;
			struct entry entry;

			if (body->data == NULL)
				continue;
			buf_printf(&today, "%02zu/e/%04zu ", i + 1, j + 1);
			if (entry_parse(&entry, body->data, body->len, NULL) ==
			    0)
				fault = entry_fault(
				    &entry, &set->header, writer_of(i), NULL);
			if (fault != NULL)
				buf_printf(&today, "! %s", fault);
			else if (!entry_value(&today, &entry))
				buf_add_text(&today, "-");
			buf_add_char(&today, '\n');
			entry_clear(&entry);
		}
	}
	assert_string_equal(buf_text(&today), buf_text(&golden));
	buf_free(&golden);
	buf_free(&today);
}

/* ---- the log ---- */

static void receipts_and_log_are_made_again_I2_I14(void **state)
{
	struct buf golden = BUF_INIT, today = BUF_INIT;

	(void)state;
	read_vector(&golden, "log");
	for (size_t i = 0; i < SETS; i++) {
		char manifest[HASH_TEXT], head[HASH_TEXT], at[STAMP_TEXT];
		struct receipt receipt = goldens[i].receipt;
		struct buf text = BUF_INIT, again = BUF_INIT;
		uint8_t sig[SIG_LEN];

		read_vector(&text, in_set(i, "receipt"));
		receipt_text(&again, &receipt);
		assert_string_equal(buf_text(&again), buf_text(&text));
		read_signature(in_set(i, "receipt.sig"), &text, server.pub,
		    SSHSIG_RECEIPT, sig);
		assert_int_equal(receipt_sign(&receipt, &server, NULL), 0);
		assert_memory_equal(receipt.sig, sig, SIG_LEN);
		hash_hex(&goldens[i].hash, manifest);
		hash_hex(&receipt.head, head);
		stamp_format(receipt.time_s, at);
		buf_printf(&today, "%" PRId64 " 1 %s %s %s\n", receipt.n, at,
		    manifest, head);
		buf_free(&text);
		buf_free(&again);
	}
	assert_string_equal(buf_text(&today), buf_text(&golden));
	buf_free(&golden);
	buf_free(&today);
}

/* ---- the wire ---- */

static void inflate(struct buf *out, const struct buf *packed)
{
	assert_int_equal(zip_inflate(out, packed->data, packed->len,
			     WIRE_INFLATED_MAX, NULL),
	    0);
}

static void assert_same_set(const struct changeset *set, size_t golden)
{
	const struct changeset *other = &goldens[golden].set;
	struct buf manifest = BUF_INIT;

	changeset_manifest(&manifest, set);
	assert_string_equal(
	    buf_text(&manifest), buf_text(&goldens[golden].manifest));
	assert_memory_equal(set->sig, other->sig, SIG_LEN);
	for (size_t i = 0; i < set->count; i++) {
		const struct bytes *a = &set->entries[i].body;
		const struct bytes *b = &other->entries[i].body;

		assert_int_equal(a->data == NULL, b->data == NULL);
		assert_int_equal(a->len, b->len);
		if (a->data != NULL)
			assert_memory_equal(a->data, b->data, a->len);
	}
	buf_free(&manifest);
}

/* The same inflated bytes: what zlib makes of them may change. */
static void assert_same_plain(const struct buf *golden, const struct buf *today)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	inflate(&one, golden);
	inflate(&two, today);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	buf_free(&one);
	buf_free(&two);
}

static void the_push_reads_and_writes_as_it_did(void **state)
{
	struct buf golden = BUF_INIT, today = BUF_INIT;
	struct push push;

	(void)state;
	read_vector(&golden, "push.bin");
	assert_int_equal(
	    wire_push_decode(&push, golden.data, golden.len, NULL), 0);
	assert_int_equal(push.count, SETS);
	for (size_t i = 0; i < SETS; i++)
		assert_same_set(&push.sets[i], i);
	assert_int_equal(
	    wire_push_encode(&today, push.sets, push.count, NULL), 0);
	assert_same_plain(&golden, &today);
	wire_push_clear(&push);
	buf_free(&golden);
	buf_free(&today);
}

static void the_pull_reads_and_writes_as_it_did(void **state)
{
	static const enum pull_type types[SETS - 1] = {PULL_OUTSIDE, PULL_KNOWN,
	    PULL_KNOWN, PULL_KNOWN, PULL_SET, PULL_SET, PULL_SET};
	struct buf golden = BUF_INIT, today = BUF_INIT;
	struct receipt last;
	struct pull pull;

	(void)state;
	read_vector(&golden, "pull.bin");
	assert_int_equal(
	    wire_pull_decode(&pull, golden.data, golden.len, NULL), 0);
	assert_string_equal(pull.structure, KIT_STRUCTURE);
	assert_int_equal(pull.epoch, 1);
	assert_int_equal(pull.first, 2);
	assert_true(pull.more);
	assert_int_equal(pull.count, SETS - 1);
	for (size_t i = 0; i < pull.count; i++) {
		const struct pull_item *item = &pull.items[i];

		assert_int_equal(item->type, types[i]);
		assert_int_equal(item->time_s, KIT_NOW_S + 10 * ((int)i + 2));
		assert_true(hash_equal(&item->manifest, &goldens[i + 1].hash));
		if (item->type == PULL_SET)
			assert_same_set(&item->set, i + 1);
	}
	last = goldens[SETS - 1].receipt;
	memcpy(last.sig, pull.sig, SIG_LEN);
	assert_int_equal(receipt_verify(&last, server.pub, NULL), 0);
	assert_int_equal(wire_pull_encode(&today, &pull, NULL), 0);
	assert_same_plain(&golden, &today);
	wire_pull_clear(&pull);
	buf_free(&golden);
	buf_free(&today);
}

/* ---- enrolment codes ---- */

static void enrolment_codes_read_and_write_as_they_did(void **state)
{
	struct buf golden = BUF_INIT, today = BUF_INIT;
	char *line, *save = NULL;

	(void)state;
	read_vector(&golden, "enrolcodes");
	line = strtok_r(golden.data, "\n", &save);
	for (int pin = 0; pin < 2; pin++) {
		struct enrolcode code;

		assert_non_null(line);
		assert_int_equal(enrolcode_read(&code, line, NULL), 0);
		assert_string_equal(code.url, "https://bureau.example:8443");
		assert_int_equal(code.has_pin, pin);
		assert_int_equal(code.secret[15], 0x51);
		assert_int_equal(code.server[15], 0x52);
		assert_int_equal(code.pin[31], pin ? 0x53 : 0);
		buf_reset(&today);
		assert_int_equal(enrolcode_write(&today, &code, NULL), 0);
		assert_string_equal(buf_text(&today), line);
		line = strtok_r(NULL, "\n", &save);
	}
	assert_null(line);
	buf_free(&golden);
	buf_free(&today);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(manifests_are_written_to_the_same_bytes_I4),
	    cmocka_unit_test(signatures_verify_and_are_made_again_I14),
	    cmocka_unit_test(bodies_have_the_hashes_that_manifests_name),
	    cmocka_unit_test(entries_mean_what_they_meant_I5_I10),
	    cmocka_unit_test(receipts_and_log_are_made_again_I2_I14),
	    cmocka_unit_test(the_push_reads_and_writes_as_it_did),
	    cmocka_unit_test(the_pull_reads_and_writes_as_it_did),
	    cmocka_unit_test(enrolment_codes_read_and_write_as_they_did),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
