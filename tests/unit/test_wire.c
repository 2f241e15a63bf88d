#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/lib/kit.h"

static struct key author;

/* ---- making ---- */

/* A signed set of ${count} bodies of ${len} bytes of chance, kept in
 * ${storage}. */
static void make_set(struct changeset *set, size_t count, size_t len,
    char *storage, uint64_t seed)
{
	memset(set, 0, sizeof(*set));
	strcpy(set->header.structure, KIT_STRUCTURE);
	key_device(author.pub, set->header.device);
	strcpy(set->header.session, "00ff00ff00ff00ff");
	set->header.seq = (int64_t)seed;
	set->header.seen.epoch = 1;
	set->header.seen.n = 300;
	hash_of(&set->header.seen.head, "head", 4);
	hash_of(&set->header.prev, "prev", 4);
	set->header.at_s = KIT_NOW_S;
	set->entries = calloc(count, sizeof(*set->entries));
	assert_non_null(set->entries);
	set->count = count;
	for (size_t i = 0; i < count; i++) {
		char *body = storage + i * len;

		for (size_t j = 0; j < len; j++)
			body[j] = (char)kit_random(&seed);
		set->entries[i].body = (struct bytes){body, len};
		hash_of(&set->entries[i].hash, body, len);
	}
	assert_int_equal(changeset_sign(set, &author, NULL), 0);
}

static void assert_same_set(
    const struct changeset *a, const struct changeset *b)
{
	struct buf one = BUF_INIT, two = BUF_INIT;

	changeset_manifest(&one, a);
	changeset_manifest(&two, b);
	assert_string_equal(buf_text(&one), buf_text(&two));
	assert_memory_equal(a->sig, b->sig, SIG_LEN);
	for (size_t i = 0; i < a->count; i++) {
		const struct bytes *x = &a->entries[i].body;
		const struct bytes *y = &b->entries[i].body;

		assert_int_equal(x->data == NULL, y->data == NULL);
		assert_int_equal(x->len, y->len);
		if (x->len > 0)
			assert_memory_equal(x->data, y->data, x->len);
	}
	buf_free(&one);
	buf_free(&two);
}

static void inflate(struct buf *plain, const struct buf *packed)
{
	assert_int_equal(zip_inflate(plain, packed->data, packed->len,
			     WIRE_INFLATED_MAX, NULL),
	    0);
}

static int decode_push(struct push *push, const void *plain, size_t len)
{
	struct buf packed = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	assert_int_equal(zip_deflate(&packed, plain, len, NULL), 0);
	rc = wire_push_decode(push, packed.data, packed.len, &err);
	assert_int_equal(rc, err.code);
	buf_free(&packed);
	return rc;
}

static int decode_pull(struct pull *pull, const void *plain, size_t len)
{
	struct buf packed = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	assert_int_equal(zip_deflate(&packed, plain, len, NULL), 0);
	rc = wire_pull_decode(pull, packed.data, packed.len, &err);
	assert_int_equal(rc, err.code);
	buf_free(&packed);
	return rc;
}

/* The plain bytes of a push of two sets, one body of them withheld. */
static void make_plain_push(struct buf *plain)
{
	struct buf packed = BUF_INIT;
	struct changeset sets[2];
	char storage[2][3 * 40];

	make_set(&sets[0], 3, 40, storage[0], 1);
	make_set(&sets[1], 2, 33, storage[1], 2);
	sets[1].entries[0].body = (struct bytes){NULL, 0};
	assert_int_equal(wire_push_encode(&packed, sets, 2, NULL), 0);
	inflate(plain, &packed);
	changeset_clear(&sets[0]);
	changeset_clear(&sets[1]);
	buf_free(&packed);
}

/* One item of each type. */
static void make_pull(struct pull *pull, char storage[80])
{
	memset(pull, 0, sizeof(*pull));
	strcpy(pull->structure, KIT_STRUCTURE);
	pull->epoch = 2;
	pull->first = 129;
	pull->more = true;
	memset(pull->sig, 0x5a, SIG_LEN);
	pull->count = 3;
	pull->items = calloc(3, sizeof(*pull->items));
	assert_non_null(pull->items);
	for (size_t i = 0; i < 3; i++) {
		pull->items[i].type = (enum pull_type)i;
		pull->items[i].time_s = KIT_NOW_S + (int64_t)i;
		hash_of(&pull->items[i].manifest, &i, sizeof(i));
	}
	make_set(&pull->items[2].set, 2, 40, storage, 3);
	assert_int_equal(
	    changeset_hash(&pull->items[2].manifest, &pull->items[2].set, NULL),
	    0);
}

static void make_plain_pull(struct buf *plain)
{
	struct buf packed = BUF_INIT;
	struct pull pull;
	char storage[80];

	make_pull(&pull, storage);
	assert_int_equal(wire_pull_encode(&packed, &pull, NULL), 0);
	inflate(plain, &packed);
	wire_pull_clear(&pull);
	buf_free(&packed);
}

/* ---- what is written reads back ---- */

static void a_push_reads_back_to_the_same(void **state)
{
	struct changeset sets[WIRE_SETS_MAX];
	char storage[WIRE_SETS_MAX][64];
	struct buf packed = BUF_INIT;
	struct push push;

	(void)state;
	for (size_t i = 0; i < WIRE_SETS_MAX; i++)
		make_set(&sets[i], 1 + i % 4, i, storage[i], 100 + i);
	assert_int_equal(
	    wire_push_encode(&packed, sets, WIRE_SETS_MAX, NULL), 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), 0);
	assert_int_equal(push.count, WIRE_SETS_MAX);
	for (size_t i = 0; i < WIRE_SETS_MAX; i++) {
		assert_same_set(&sets[i], &push.sets[i]);
		assert_int_equal(
		    changeset_verify(&push.sets[i], author.pub, NULL), 0);
		changeset_clear(&sets[i]);
	}
	wire_push_clear(&push);
	assert_int_equal(push.count, 0);
	buf_free(&packed);
}

static void a_pull_reads_back_to_the_same(void **state)
{
	struct buf packed = BUF_INIT;
	struct pull pull, again;
	char storage[80];

	(void)state;
	make_pull(&pull, storage);
	assert_int_equal(wire_pull_encode(&packed, &pull, NULL), 0);
	assert_int_equal(
	    wire_pull_decode(&again, packed.data, packed.len, NULL), 0);
	assert_string_equal(again.structure, pull.structure);
	assert_int_equal(again.epoch, 2);
	assert_int_equal(again.first, 129);
	assert_true(again.more);
	assert_memory_equal(again.sig, pull.sig, SIG_LEN);
	assert_int_equal(again.count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(again.items[i].type, i);
		assert_int_equal(again.items[i].time_s, KIT_NOW_S + (int)i);
		assert_true(hash_equal(
		    &again.items[i].manifest, &pull.items[i].manifest));
	}
	assert_same_set(&again.items[2].set, &pull.items[2].set);
	wire_pull_clear(&pull);
	wire_pull_clear(&again);
	buf_free(&packed);
}

static void an_empty_pull_reads_back(void **state)
{
	struct pull pull = {.epoch = 1, .first = 1}, again;
	struct buf packed = BUF_INIT;

	(void)state;
	strcpy(pull.structure, "_");
	assert_int_equal(wire_pull_encode(&packed, &pull, NULL), 0);
	assert_int_equal(
	    wire_pull_decode(&again, packed.data, packed.len, NULL), 0);
	assert_int_equal(again.count, 0);
	assert_false(again.more);
	wire_pull_clear(&again);
	buf_free(&packed);
}

static void a_withheld_body_leaves_its_hash_and_the_signature(void **state)
{
	struct changeset set;
	struct buf packed = BUF_INIT;
	struct push push;
	char storage[120];

	(void)state;
	make_set(&set, 3, 40, storage, 5);
	set.entries[1].body = (struct bytes){NULL, 0};
	assert_int_equal(wire_push_encode(&packed, &set, 1, NULL), 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), 0);
	assert_same_set(&set, &push.sets[0]);
	assert_null(push.sets[0].entries[1].body.data);
	assert_int_equal(changeset_verify(&push.sets[0], author.pub, NULL), 0);
	wire_push_clear(&push);
	changeset_clear(&set);
	buf_free(&packed);
}

/* A body of no bytes is there; a withheld one is not. */
static void an_empty_body_is_not_a_withheld_one_I4(void **state)
{
	struct changeset set;
	struct buf packed = BUF_INIT;
	struct push push;
	char storage[1];

	(void)state;
	make_set(&set, 1, 0, storage, 6);
	assert_int_equal(wire_push_encode(&packed, &set, 1, NULL), 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), 0);
	assert_non_null(push.sets[0].entries[0].body.data);
	assert_int_equal(push.sets[0].entries[0].body.len, 0);
	wire_push_clear(&push);
	changeset_clear(&set);
	buf_free(&packed);
}

/* ---- what is not whole is refused ---- */

static void a_push_cut_anywhere_is_refused(void **state)
{
	struct buf plain = BUF_INIT, packed = BUF_INIT;
	struct push push;

	(void)state;
	make_plain_push(&plain);
	for (size_t len = 0; len < plain.len; len++) {
		assert_int_equal(
		    decode_push(&push, plain.data, len), E_INVALID);
		wire_push_clear(&push);
	}
	assert_int_equal(zip_deflate(&packed, plain.data, plain.len, NULL), 0);
	for (size_t len = 0; len < packed.len; len++) {
		assert_int_equal(
		    wire_push_decode(&push, packed.data, len, NULL), E_INVALID);
		wire_push_clear(&push);
	}
	buf_free(&plain);
	buf_free(&packed);
}

static void a_pull_cut_anywhere_is_refused(void **state)
{
	struct buf plain = BUF_INIT;
	struct pull pull;

	(void)state;
	make_plain_pull(&plain);
	for (size_t len = 0; len < plain.len; len++) {
		assert_int_equal(
		    decode_pull(&pull, plain.data, len), E_INVALID);
		wire_pull_clear(&pull);
	}
	buf_free(&plain);
}

static void trailing_bytes_are_refused(void **state)
{
	struct buf plain = BUF_INIT;
	struct push push;
	struct pull pull;

	(void)state;
	make_plain_push(&plain);
	buf_add_char(&plain, '\0');
	assert_int_equal(decode_push(&push, plain.data, plain.len), E_INVALID);
	wire_push_clear(&push);
	buf_reset(&plain);
	make_plain_pull(&plain);
	buf_add_char(&plain, '\0');
	assert_int_equal(decode_pull(&pull, plain.data, plain.len), E_INVALID);
	wire_pull_clear(&pull);
	buf_free(&plain);
}

/* What is decoded can always be said as a manifest, and read back from one:
 * else a set could be stored and never loaded again. */
static void assert_sayable(const struct changeset *set)
{
	struct set_header again;
	struct buf header = BUF_INIT;

	changeset_header(&header, &set->header);
	assert_int_equal(
	    changeset_header_parse(&again, header.data, header.len, NULL), 0);
	assert_int_equal(again.at_s, set->header.at_s);
	buf_free(&header);
}

static bool is_one_of_ours(const struct changeset *set)
{
	return changeset_verify(set, author.pub, NULL) == 0;
}

/* Any bits may come from the network: a changed push is refused, or its
 * sets fail their signature, or nothing of them was changed. */
static void flipped_bytes_never_pass_the_signature_I4(void **state)
{
	struct buf plain = BUF_INIT, copy = BUF_INIT, packed = BUF_INIT;
	uint64_t chance = 4;
	size_t decoded = 0;

	(void)state;
	make_plain_push(&plain);
	for (int round = 0; round < 20000; round++) {
		size_t flips = 1 + kit_pick(&chance, 3);
		struct push push;

		buf_reset(&copy);
		buf_add(&copy, plain.data, plain.len);
		while (flips-- > 0)
			copy.data[kit_pick(&chance, copy.len)] ^=
			    (char)(1 + kit_pick(&chance, 255));
		if (decode_push(&push, copy.data, copy.len) == 0) {
			size_t ours = 0;

			decoded++;
			for (size_t i = 0; i < push.count; i++) {
				assert_sayable(&push.sets[i]);
				ours += is_one_of_ours(&push.sets[i]);
			}
			buf_reset(&packed);
			assert_int_equal(wire_push_encode(&packed, push.sets,
					     push.count, NULL),
			    0);
			buf_reset(&copy);
			inflate(&copy, &packed);
			if (ours == push.count && push.count == 2) {
				assert_int_equal(copy.len, plain.len);
				assert_memory_equal(
				    copy.data, plain.data, plain.len);
			}
		}
		wire_push_clear(&push);
	}
	assert_in_range(decoded, 1000, 20000);
	buf_free(&plain);
	buf_free(&copy);
	buf_free(&packed);
}

static void flipped_pulls_never_crash(void **state)
{
	struct buf plain = BUF_INIT, copy = BUF_INIT;
	uint64_t chance = 5;
	size_t decoded = 0;

	(void)state;
	make_plain_pull(&plain);
	for (int round = 0; round < 10000; round++) {
		struct pull pull;

		buf_reset(&copy);
		buf_add(&copy, plain.data, plain.len);
		for (size_t flips = 1 + kit_pick(&chance, 3); flips > 0;
		     flips--)
			copy.data[kit_pick(&chance, copy.len)] ^=
			    (char)(1 + kit_pick(&chance, 255));
		if (decode_pull(&pull, copy.data, copy.len) == 0) {
			decoded++;
			for (size_t i = 0; i < pull.count; i++) {
				if (pull.items[i].type == PULL_SET)
					assert_sayable(&pull.items[i].set);
			}
		}
		wire_pull_clear(&pull);
	}
	assert_in_range(decoded, 500, 10000);
	buf_free(&plain);
	buf_free(&copy);
}

static void noise_never_crashes(void **state)
{
	uint64_t chance = 6;

	(void)state;
	for (int round = 0; round < 5000; round++) {
		size_t len = kit_pick(&chance, 300);
		char noise[300];
		struct push push;
		struct pull pull;

		for (size_t i = 0; i < len; i++)
			noise[i] = (char)kit_random(&chance);
		if (len > 1 && round % 2 == 0) {
			noise[0] = 1;
			noise[1] = (char)(1 + kit_pick(&chance, 3));
		}
		assert_true(decode_push(&push, noise, len) < 0);
		wire_push_clear(&push);
		assert_true(decode_pull(&pull, noise, len) < 0);
		wire_pull_clear(&pull);
		assert_true(wire_push_decode(&push, noise, len, NULL) < 0);
		wire_push_clear(&push);
	}
}

/* ---- limits ---- */

static void put_int(struct buf *out, uint64_t value)
{
	for (; value >= 0x80; value >>= 7)
		buf_add_char(out, (char)(value | 0x80));
	buf_add_char(out, (char)value);
}

static void put_zeros(struct buf *out, size_t len)
{
	static const char zeros[4096];

	for (; len > sizeof(zeros); len -= sizeof(zeros))
		buf_add(out, zeros, sizeof(zeros));
	buf_add(out, zeros, len);
}

/* Everything of a set before its entries. */
static void put_head(
    struct buf *out, const char *structure, uint64_t at_s, uint64_t count)
{
	put_int(out, strlen(structure));
	buf_add_text(out, structure);
	put_zeros(out, 16);
	put_int(out, 1);
	put_zeros(out, 32);
	put_int(out, 1);
	put_int(out, 0);
	put_zeros(out, 32);
	put_int(out, at_s);
	put_zeros(out, 64);
	put_int(out, count);
}

static int decode_built(const struct buf *plain)
{
	struct push push;
	int rc = decode_push(&push, plain->data, plain->len);

	wire_push_clear(&push);
	return rc;
}

static int decode_head(const char *structure, uint64_t at_s)
{
	struct buf plain = BUF_INIT;
	int rc;

	put_int(&plain, 1);
	put_int(&plain, 1);
	put_head(&plain, structure, at_s, 1);
	put_int(&plain, 1);
	rc = decode_built(&plain);
	buf_free(&plain);
	return rc;
}

static int decode_bodies(size_t count, size_t len)
{
	struct buf plain = BUF_INIT;
	int rc;

	put_int(&plain, 1);
	put_int(&plain, 1);
	put_head(&plain, "s", 0, count);
	for (size_t i = 0; i < count; i++) {
		put_int(&plain, len + 1);
		put_zeros(&plain, len);
	}
	rc = decode_built(&plain);
	buf_free(&plain);
	return rc;
}

static void the_limits_of_a_set_are_exact(void **state)
{
	(void)state;
	assert_int_equal(decode_bodies(0, 1), E_INVALID);
	assert_int_equal(decode_bodies(CHANGESET_ENTRIES_MAX, 1), 0);
	assert_int_equal(decode_bodies(CHANGESET_ENTRIES_MAX + 1, 1), E_LIMIT);
	assert_int_equal(decode_bodies(1, ENTRY_BYTES_MAX), 0);
	/* Too long for an entry, yet its fault alone: it is quarantined. */
	assert_int_equal(decode_bodies(1, ENTRY_BYTES_MAX + 1), 0);
	assert_int_equal(decode_bodies(1, CHANGESET_BYTES_MAX), 0);
	assert_int_equal(decode_bodies(1, CHANGESET_BYTES_MAX + 1), E_LIMIT);
	assert_int_equal(decode_bodies(4, ENTRY_BYTES_MAX), 0);
	assert_int_equal(decode_bodies(5, ENTRY_BYTES_MAX), E_LIMIT);
	assert_int_equal(decode_bodies(17, ENTRY_BYTES_MAX), E_LIMIT);
}

static void a_push_has_one_to_sixteen_sets(void **state)
{
	(void)state;
	for (size_t count = 0; count <= WIRE_SETS_MAX + 1; count++) {
		struct buf plain = BUF_INIT;

		put_int(&plain, 1);
		put_int(&plain, count);
		for (size_t i = 0; i < count; i++) {
			put_head(&plain, "s", 0, 1);
			put_int(&plain, 1);
		}
		assert_int_equal(decode_built(&plain), count == 0 ? E_INVALID
						       : count <= WIRE_SETS_MAX
							   ? 0
							   : E_LIMIT);
		buf_free(&plain);
	}
}

static void the_items_of_a_pull_are_bounded(void **state)
{
	static const size_t counts[] = {WIRE_ITEMS_MAX, WIRE_ITEMS_MAX + 1};

	(void)state;
	for (size_t c = 0; c < 2; c++) {
		struct buf plain = BUF_INIT;
		struct pull pull;

		put_int(&plain, 1);
		put_int(&plain, 1);
		buf_add_text(&plain, "s");
		put_int(&plain, 1);
		put_int(&plain, 1);
		put_int(&plain, 0);
		put_zeros(&plain, SIG_LEN);
		put_int(&plain, counts[c]);
		for (size_t i = 0; i < counts[c]; i++) {
			put_int(&plain, i % 2);
			put_int(&plain, i);
			put_zeros(&plain, HASH_LEN);
		}
		assert_int_equal(decode_pull(&pull, plain.data, plain.len),
		    c == 0 ? 0 : E_INVALID);
		wire_pull_clear(&pull);
		buf_free(&plain);
	}
}

static void a_structure_is_a_plain_identifier(void **state)
{
	static const char *const bad[] = {
	    "", "a/b", "../x", "a\nb", " a", "a\xff", "-a", "a\"b"};
	char longest[TEXT_ID_MAX + 2];

	(void)state;
	assert_int_equal(decode_head("s", 0), 0);
	assert_int_equal(decode_head("_", 0), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(decode_head(bad[i], 0), E_INVALID);
	memset(longest, 'x', sizeof(longest));
	longest[TEXT_ID_MAX] = '\0';
	assert_int_equal(decode_head(longest, 0), 0);
	longest[TEXT_ID_MAX] = 'x';
	longest[TEXT_ID_MAX + 1] = '\0';
	assert_int_equal(decode_head(longest, 0), E_INVALID);
}

/* A manifest says years up to 2199: a later time would be another text. */
static void times_are_those_a_manifest_can_say_I4(void **state)
{
	(void)state;
	assert_int_equal(decode_head("s", 7258118399), 0);
	assert_int_equal(decode_head("s", 7258118400), E_INVALID);
	assert_int_equal(decode_head("s", INT64_MAX), E_INVALID);
	assert_int_equal(decode_head("s", (uint64_t)INT64_MAX + 1), E_INVALID);
	assert_int_equal(decode_head("s", UINT64_MAX), E_INVALID);
}

static void numbers_have_one_spelling(void **state)
{
	static const char *const numbers[] = {"\x81\x00", "\x81\x80\x00",
	    "\x80\x00", "\x81\x80\x80\x80\x80\x80\x80\x80\x80\x00"};
	static const size_t lengths[] = {2, 3, 2, 10};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct buf plain = BUF_INIT;

		buf_add(&plain, numbers[i], lengths[i]);
		put_int(&plain, 1);
		put_head(&plain, "s", 0, 1);
		put_int(&plain, 1);
		assert_int_equal(decode_built(&plain), E_INVALID);
		buf_free(&plain);
	}
}

static void another_version_is_refused(void **state)
{
	struct buf plain = BUF_INIT;
	struct push push;

	(void)state;
	make_plain_push(&plain);
	plain.data[0] = 2;
	assert_int_equal(decode_push(&push, plain.data, plain.len), E_INVALID);
	wire_push_clear(&push);
	plain.data[0] = 0;
	assert_int_equal(decode_push(&push, plain.data, plain.len), E_INVALID);
	wire_push_clear(&push);
	buf_free(&plain);
}

static void a_bomb_is_refused_before_it_is_read(void **state)
{
	struct buf zeros = BUF_INIT, packed = BUF_INIT;
	struct push push;
	struct pull pull;

	(void)state;
	put_zeros(&zeros, WIRE_INFLATED_MAX + 1);
	assert_int_equal(zip_deflate(&packed, zeros.data, zeros.len, NULL), 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), E_LIMIT);
	wire_push_clear(&push);
	assert_int_equal(
	    wire_pull_decode(&pull, packed.data, packed.len, NULL), E_LIMIT);
	wire_pull_clear(&pull);
	buf_free(&zeros);
	buf_free(&packed);
}

static int start(void **state)
{
	(void)state;
	if (crypto_init(NULL) < 0)
		return -1;
	kit_key(&author, 1);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(a_push_reads_back_to_the_same),
	    cmocka_unit_test(a_pull_reads_back_to_the_same),
	    cmocka_unit_test(an_empty_pull_reads_back),
	    cmocka_unit_test(a_withheld_body_leaves_its_hash_and_the_signature),
	    cmocka_unit_test(an_empty_body_is_not_a_withheld_one_I4),
	    cmocka_unit_test(a_push_cut_anywhere_is_refused),
	    cmocka_unit_test(a_pull_cut_anywhere_is_refused),
	    cmocka_unit_test(trailing_bytes_are_refused),
	    cmocka_unit_test(flipped_bytes_never_pass_the_signature_I4),
	    cmocka_unit_test(flipped_pulls_never_crash),
	    cmocka_unit_test(noise_never_crashes),
	    cmocka_unit_test(the_limits_of_a_set_are_exact),
	    cmocka_unit_test(a_push_has_one_to_sixteen_sets),
	    cmocka_unit_test(the_items_of_a_pull_are_bounded),
	    cmocka_unit_test(a_structure_is_a_plain_identifier),
	    cmocka_unit_test(times_are_those_a_manifest_can_say_I4),
	    cmocka_unit_test(numbers_have_one_spelling),
	    cmocka_unit_test(another_version_is_refused),
	    cmocka_unit_test(a_bomb_is_refused_before_it_is_read),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
