#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/changeset.h"
#include "tests/lib/kit.h"

#define FILL  0x7f
#define ZEROS "0000000000000000000000000000000000000000000000000000000000000000"
#define X8    0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11
#define ONES  "1111111111111111111111111111111111111111111111111111111111111111"

static const struct set_header header = {
    .structure = "remparts",
    .device = "0123456789abcdef",
    .session = "fedcba9876543210",
    .seq = 12,
    .seen = {2, 345, {{X8, X8, X8, X8}}},
    .at_s = KIT_NOW_S,
};

static const char golden_header[] = "# pointeau change set 1\n"
				    "# structure remparts\n"
				    "# device 0123456789abcdef\n"
				    "# session fedcba9876543210\n"
				    "# seq 12\n"
				    "# prev " ZEROS "\n"
				    "# seen 2 345 " ONES "\n"
				    "# at 2026-11-20T16:31:02Z\n";

/* A set of two bodies, "abc" and "". */
static void make_set(struct changeset *set)
{
	static const char *const bodies[] = {"abc", ""};

	memset(set, 0, sizeof(*set));
	set->header = header;
	set->count = 2;
	set->entries = calloc(2, sizeof(*set->entries));
	assert_non_null(set->entries);
	for (size_t i = 0; i < 2; i++) {
		struct set_entry *entry = &set->entries[i];

		entry->body = (struct bytes){bodies[i], strlen(bodies[i])};
		hash_of(&entry->hash, bodies[i], strlen(bodies[i]));
	}
}

static void the_manifest_is_this_text_byte_for_byte(void **state)
{
	struct changeset set;
	struct buf out = BUF_INIT;
	struct hash hash, of_text;

	(void)state;
	make_set(&set);
	changeset_manifest(&out, &set);
	assert_int_equal(
	    strncmp(buf_text(&out), golden_header, strlen(golden_header)), 0);
	assert_string_equal(buf_text(&out) + strlen(golden_header),
	    "ba7816bf8f01cfea414140de5dae2223"
	    "b00361a396177a9cb410ff61f20015ad  e/0001\n"
	    "e3b0c44298fc1c149afbf4c8996fb924"
	    "27ae41e4649b934ca495991b7852b855  e/0002\n");
	assert_int_equal(changeset_hash(&hash, &set, NULL), 0);
	hash_of(&of_text, out.data, out.len);
	assert_true(hash_equal(&hash, &of_text));
	buf_free(&out);
	changeset_clear(&set);
}

static void sha256sum_checks_a_manifest_I14(void **state)
{
	char directory[KIT_PATH];
	struct changeset set;
	struct buf out = BUF_INIT;

	(void)state;
	make_set(&set);
	changeset_manifest(&out, &set);
	kit_directory(directory);
	assert_int_equal(kit_run("mkdir %s/e", directory), 0);
	kit_write(directory, "manifest", out.data, out.len);
	kit_write(directory, "e/0001", "abc", 3);
	kit_write(directory, "e/0002", "", 0);
	assert_int_equal(
	    kit_run("cd %s && sha256sum --status -c manifest", directory), 0);
	kit_write(directory, "e/0001", "abd", 3);
	assert_int_equal(
	    kit_run("cd %s && sha256sum --status -c manifest", directory), 1);
	kit_directory_remove(directory);
	buf_free(&out);
	changeset_clear(&set);
}

static int parse(const char *text, size_t len, struct set_header *out)
{
	struct err err = ERR_INIT;
	char *copy = malloc(len > 0 ? len : 1);
	int rc;

	assert_non_null(copy);
	memcpy(copy, text, len);
	memset(out, FILL, sizeof(*out));
	rc = changeset_header_parse(out, copy, len, &err);
	free(copy);
	assert_int_equal(rc, err.code);
	return rc;
}

static void a_header_reads_back_to_the_same(void **state)
{
	struct set_header again;

	(void)state;
	assert_int_equal(
	    parse(golden_header, strlen(golden_header), &again), 0);
	assert_string_equal(again.structure, header.structure);
	assert_string_equal(again.device, header.device);
	assert_string_equal(again.session, header.session);
	assert_int_equal(again.seq, header.seq);
	assert_true(hash_is_zero(&again.prev));
	assert_int_equal(again.seen.epoch, 2);
	assert_int_equal(again.seen.n, 345);
	assert_true(hash_equal(&again.seen.head, &header.seen.head));
	assert_int_equal(again.at_s, header.at_s);
}

static void the_longest_header_reads_back(void **state)
{
	struct set_header longest = header, again;
	struct buf out = BUF_INIT;

	(void)state;
	memset(longest.structure, 'x', TEXT_ID_MAX);
	longest.structure[TEXT_ID_MAX] = '\0';
	longest.seq = longest.seen.epoch = longest.seen.n = INT64_MAX;
	changeset_header(&out, &longest);
	assert_int_equal(parse(out.data, out.len, &again), 0);
	assert_string_equal(again.structure, longest.structure);
	assert_int_equal(again.seq, INT64_MAX);
	assert_int_equal(again.seen.n, INT64_MAX);
	buf_free(&out);
}

static void a_cut_header_is_refused(void **state)
{
	struct set_header out;

	(void)state;
	for (size_t len = 0; len < strlen(golden_header); len++)
		assert_int_equal(parse(golden_header, len, &out), E_INVALID);
}

/* Whatever single byte changes, the header is refused or reads as another
 * header whose only spelling it is. */
static void a_header_has_one_spelling(void **state)
{
	char text[sizeof(golden_header)];
	size_t len = strlen(golden_header);

	(void)state;
	for (size_t at = 0; at < len; at++) {
		for (int c = 0; c < 256; c++) {
			struct set_header out;
			struct buf again = BUF_INIT;

			memcpy(text, golden_header, sizeof(text));
			text[at] = (char)c;
			if (parse(text, len, &out) < 0)
				continue;
			changeset_header(&again, &out);
			assert_int_equal(again.len, len);
			assert_memory_equal(again.data, text, len);
			buf_free(&again);
		}
	}
}

/* What is read into is not clean. No date is written as these numbers are;
 * what stood in its place before is not taken for it. */
static void what_cannot_be_read_is_not_made_up(void **state)
{
	static const int fills[] = {FILL, 1};

	(void)state;
	for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
		struct set_header never = header, out;
		struct buf text = BUF_INIT;

		memset(&never.at_s, fills[i], sizeof(never.at_s));
		changeset_header(&text, &never);
		assert_int_equal(parse(text.data, text.len, &out), E_INVALID);
		buf_free(&text);
	}
}

static void other_spellings_are_refused(void **state)
{
	static const struct {
		const char *from, *to;
	} cases[] = {
	    {"seq 12", "seq 012"},
	    {"seq 12", "seq +12"},
	    {"seq 12", "seq 12 "},
	    {"seq 12", "seq 99999999999999999999"},
	    {"seen 2 345", "seen 2  345"},
	    {"seen 2 345", "seen 02 345"},
	    {"change set 1", "change set 2"},
	    {"# device", "#device"},
	    {"# seq 12\n", ""},
	    {"# seq 12\n", "# seq 12\n# seq 12\n"},
	    {"# seq 12\n", "# seq 12\r\n"},
	    {"2026-11-20T", "2026-11-31T"},
	    {"2026-11-20T16:31:02Z\n", "2026-11-20T16:31:02Z\n# more\n"},
	    {"remparts", "r234567890123456789012345678901234567890123456789"
			 "0123456789012345"},
	    {"0123456789abcdef", "0123456789abcdef0"},
	    {"fedcba9876543210", "fedcba98765432100"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *at = strstr(golden_header, cases[i].from);
		struct set_header out;
		struct buf text = BUF_INIT;

		assert_non_null(at);
		buf_add(&text, golden_header, (size_t)(at - golden_header));
		buf_add_text(&text, cases[i].to);
		buf_add_text(&text, at + strlen(cases[i].from));
		if (parse(text.data, text.len, &out) != E_INVALID)
			fail_msg("accepted: %s", cases[i].to);
		buf_free(&text);
	}
}

static void a_signature_covers_every_byte_of_the_manifest_I4(void **state)
{
	struct changeset set;
	struct key key, other;

	(void)state;
	make_set(&set);
	kit_key(&key, 1);
	kit_key(&other, 2);
	assert_int_equal(changeset_sign(&set, &key, NULL), 0);
	assert_int_equal(changeset_verify(&set, key.pub, NULL), 0);
	assert_int_equal(changeset_verify(&set, other.pub, NULL), E_SIGNATURE);
	set.header.seq++;
	assert_int_equal(changeset_verify(&set, key.pub, NULL), E_SIGNATURE);
	set.header.seq--;
	set.header.prev.bytes[31] ^= 1;
	assert_int_equal(changeset_verify(&set, key.pub, NULL), E_SIGNATURE);
	set.header.prev.bytes[31] ^= 1;
	set.entries[1].hash.bytes[0] ^= 1;
	assert_int_equal(changeset_verify(&set, key.pub, NULL), E_SIGNATURE);
	set.entries[1].hash.bytes[0] ^= 1;
	set.count--;
	assert_int_equal(changeset_verify(&set, key.pub, NULL), E_SIGNATURE);
	set.count++;
	assert_int_equal(changeset_verify(&set, key.pub, NULL), 0);
	changeset_clear(&set);
}

/* Scope, redaction and purge take bodies away, never the signature. */
static void withholding_a_body_leaves_the_signature_whole_I14(void **state)
{
	struct changeset set;
	struct key key;

	(void)state;
	make_set(&set);
	kit_key(&key, 1);
	assert_int_equal(changeset_sign(&set, &key, NULL), 0);
	set.entries[0].body = (struct bytes){NULL, 0};
	assert_int_equal(changeset_verify(&set, key.pub, NULL), 0);
	changeset_clear(&set);
	assert_null(set.entries);
	assert_int_equal(set.count, 0);
	changeset_clear(&set);
}

static void the_256th_entry_has_a_four_digit_name(void **state)
{
	struct changeset set = {.header = header, .count = 256};
	struct buf out = BUF_INIT;

	(void)state;
	set.entries = calloc(256, sizeof(*set.entries));
	assert_non_null(set.entries);
	changeset_manifest(&out, &set);
	assert_int_equal(out.len, strlen(golden_header) + 256 * (64 + 9));
	assert_string_equal(
	    buf_text(&out) + out.len - (64 + 9), ZEROS "  e/0256\n");
	buf_free(&out);
	changeset_clear(&set);
}

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(the_manifest_is_this_text_byte_for_byte),
	    cmocka_unit_test(sha256sum_checks_a_manifest_I14),
	    cmocka_unit_test(a_header_reads_back_to_the_same),
	    cmocka_unit_test(the_longest_header_reads_back),
	    cmocka_unit_test(a_cut_header_is_refused),
	    cmocka_unit_test(a_header_has_one_spelling),
	    cmocka_unit_test(what_cannot_be_read_is_not_made_up),
	    cmocka_unit_test(other_spellings_are_refused),
	    cmocka_unit_test(a_signature_covers_every_byte_of_the_manifest_I4),
	    cmocka_unit_test(withholding_a_body_leaves_the_signature_whole_I14),
	    cmocka_unit_test(the_256th_entry_has_a_four_digit_name),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
