#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/entry.h"
#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/lib/kit.h"

static struct key author;
static char device[DEVICE_TEXT];
static struct kit_machine machine;

/* ---- making ---- */

/* A set in the making, and where its bodies live. */
struct made {
	struct changeset set;
	struct buf bodies[CHANGESET_ENTRIES_MAX];
};

static struct made *made_new(const char *session, int64_t seq)
{
	struct made *made = calloc(1, sizeof(*made));

	assert_non_null(made);
	strcpy(made->set.header.structure, KIT_STRUCTURE);
	strcpy(made->set.header.device, device);
	strcpy(made->set.header.session, session);
	made->set.header.seq = seq;
	made->set.header.seen.epoch = 1;
	made->set.header.seen.n = 300;
	hash_of(&made->set.header.seen.head, "head", 4);
	made->set.header.at_s = KIT_NOW_S;
	made->set.entries =
	    calloc(CHANGESET_ENTRIES_MAX, sizeof(*made->set.entries));
	assert_non_null(made->set.entries);
	return made;
}

static void made_free(struct made *made)
{
	for (size_t i = 0; i < CHANGESET_ENTRIES_MAX; i++)
		buf_free(&made->bodies[i]);
	changeset_clear(&made->set);
	free(made);
}

/* Keep what lies in the next body's buffer as an entry. */
static void keep(struct made *made)
{
	struct set_entry *entry = &made->set.entries[made->set.count];
	struct buf *body = &made->bodies[made->set.count++];

	entry->body = body->len > 0 ? buf_bytes(body) : (struct bytes){"", 0};
	hash_of(&entry->hash, entry->body.data, entry->body.len);
}

static void add_text(struct made *made, const char *text, size_t len)
{
	buf_add(&made->bodies[made->set.count], text, len);
	keep(made);
}

/* An entry as this program writes them. */
static const struct hash *add_draft(
    struct made *made, const struct entry_draft *draft)
{
	struct entry_draft whole = *draft;

	whole.structure = KIT_STRUCTURE;
	whole.device = device;
	whole.person = "ENC-01";
	whole.at_s = KIT_NOW_S - 60;
	assert_int_equal(entry_build(&made->bodies[made->set.count], &whole,
			     &machine.os, NULL),
	    0);
	keep(made);
	return &made->set.entries[made->set.count - 1].hash;
}

static const struct hash *add_hours(struct made *made, const char *record,
    int minutes, const struct hash *parent)
{
	json_t *value = json_pack("{s:i, s:s, s:s}", "minutes", minutes, "kind",
	    "work", "site", "SAULNETTE");
	const struct hash *hash =
	    add_draft(made, &(struct entry_draft){.kind = "hours",
				.record = record,
				.value = value,
				.parents = parent,
				.parent_count = parent != NULL});

	json_decref(value);
	return hash;
}

static void add_skill(struct made *made, int worker, uint64_t *seed)
{
	char record[80];
	json_t *value = json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:s}",
	    "skill", "EV-03", "label", "Tailler une haie", "catalogue",
	    "espaces_verts", "scale",
	    "1 découvre, 2 avec aide, 3 seul, 4 montre aux autres", "level",
	    2 + worker % 2, "day", "2026-11-20", "site", "SAULNETTE");

	(void)snprintf(record, sizeof(record), "skill/V%02d/o-%016llx", worker,
	    (unsigned long long)kit_random(seed));
	add_draft(made, &(struct entry_draft){
			    .kind = "skill", .record = record, .value = value});
	json_decref(value);
}

/* A supervisor's day: 12 workers, two slots each, three skills seen. */
static struct made *a_day(uint64_t seed)
{
	static const char *const slots[] = {"am", "pm"};
	struct made *made = made_new("00ff00ff00ff00ff", 7);

	for (int i = 0; i < 24; i++) {
		char record[80];

		(void)snprintf(record, sizeof(record),
		    "hours/V%02d/2026-11-20/%s", 1 + i % 12, slots[i / 12]);
		add_hours(made, record, i == 5 ? 180 : 210, NULL);
	}
	for (int i = 0; i < 3; i++)
		add_skill(made, 3 + i, &seed);
	return made;
}

/* ---- comparing ---- */

static void assert_same(const struct changeset *a, const struct changeset *b)
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

static const struct push_told told = {.asked = true,
    .cursor = 299,
    .at_s = KIT_NOW_S + 5,
    .unsent = 27,
    .known = "abcdefg"};

/* Its length packed. */
static size_t round_trip(const struct changeset *sets, size_t count)
{
	struct buf packed = BUF_INIT;
	struct push push;
	size_t len;

	assert_int_equal(
	    wire_packed_push_encode(&packed, sets, count, &told, NULL), 0);
	len = packed.len;
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), 0);
	assert_int_equal(push.count, count);
	for (size_t i = 0; i < count; i++)
		assert_same(&push.sets[i], &sets[i]);
	assert_memory_equal(push.told.known, told.known, WIRE_KNOWN_LEN);
	assert_int_equal(push.told.cursor, told.cursor);
	assert_int_equal(push.told.at_s, told.at_s);
	assert_int_equal(push.told.unsent, told.unsent);
	wire_push_clear(&push);
	/* Cut anywhere, or with one byte more, it is refused. */
	for (size_t cut = 0; cut < packed.len; cut += 1 + packed.len / 40) {
		assert_true(
		    wire_push_decode(&push, packed.data, cut, NULL) < 0);
		wire_push_clear(&push);
	}
	buf_add_char(&packed, 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), E_INVALID);
	wire_push_clear(&push);
	buf_free(&packed);
	return len;
}

/* ---- tests ---- */

static void test_a_day_is_small(void **state)
{
	struct made *made = a_day(1);
	size_t len;

	(void)state;
	hash_of(&made->set.header.prev, "prev", 4);
	assert_int_equal(changeset_sign(&made->set, &author, NULL), 0);
	len = round_trip(&made->set, 1);
	print_message("a day: %zu bytes\n", len);
	/* Of these 270 of salts, 40 of identities, 64 of the signature, 64 of
	 * what came before. */
	assert_true(len < 680);
	made_free(made);
}

/* Pieces that look like what has a mark, or nearly. */
static const char *const pieces[] = {"{", "}", "[", "]", ",", ":", "\"", "\\",
    "\\\"", "{\"v\":1,", "\"kind\":", "\"hours\"",
    "\"record\":", "\"hours/V01/2026-11-20/am\"",
    "\"skill/V01/o-00112233445566ff\"", "\"a//b/\"", "\"/\"", "\"2026-02-30\"",
    "\"2026-02-28\"", "\"1899-12-31\"", "\"2026-11-20T16:31:02Z\"",
    "\"1965-11-20T16:31:02Z\"", "\"2199-12-31T23:59:59Z\"", "0", "-0", "00",
    "-1", "999999999999999", "1000000000000000", "1.5", "1e3", "-", "true",
    "null", "\"\"", "\"\xc3\xa9t\xc3\xa9\"", "\xff", "\x7f",
    "\"00112233445566\"", "\"001122334455667\"", "\"o-0011223344\"", "\"work\"",
    "\"SAULNETTE\"", " ", "\t",
    "\"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\"",
    "\"E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855\""};

/* A body of any kind: of pieces, with a salt or not, of bytes of chance. */
static void add_any(struct made *made, uint64_t *seed)
{
	struct buf *body = &made->bodies[made->set.count];
	size_t way = kit_pick(seed, 8), count = kit_pick(seed, 40);

	if (way > 0)
		buf_printf(body, "%016llx%04x\n",
		    (unsigned long long)kit_random(seed),
		    (unsigned)kit_random(seed) & 0xffffU);
	for (size_t i = 0; i < count; i++) {
		size_t pick = kit_pick(
		    seed, sizeof(pieces) / sizeof(pieces[0]) + (way == 1));

		if (pick < sizeof(pieces) / sizeof(pieces[0]))
			buf_add_text(body, pieces[pick]);
		else
			buf_add_char(body, (char)kit_random(seed));
	}
	if (way != 2)
		buf_add_char(body, '\n');
	keep(made);
}

static void add_spelt(struct made *made, const struct hash *before)
{
	struct buf *body = &made->bodies[made->set.count];
	char hex[HASH_TEXT];

	hash_hex(before, hex);
	buf_printf(body,
	    "00112233445566778899\n{\"v\":1,\"kind\":\"hours\","
	    "\"structure\":\"" KIT_STRUCTURE "\",\"record\":\"hours/V1/"
	    "2026-11-20/am\",\"parents\":[\"%s\"],\"by\":{\"device\":\"%s\"}}"
	    "\n",
	    hex, device);
	keep(made);
}

static struct made *made_any(int64_t seq, uint64_t *seed)
{
	struct made *made = made_new(
	    kit_pick(seed, 2) ? "00ff00ff00ff00ff" : "ff00ff00ff00ff01", seq);
	size_t count = 1 + kit_pick(seed, 40);

	while (made->set.count < count) {
		size_t at = made->set.count;

		switch (kit_pick(seed, 4)) {
		case 0:
			add_hours(made, "hours/V1/2026-11-20/am",
			    (int)kit_pick(seed, 1441),
			    at > 0 ? &made->set.entries[kit_pick(seed, at)].hash
				   : NULL);
			break;
		case 1:
			if (at > 0)
				add_spelt(made, &made->set.entries[0].hash);
			break;
		default:
			add_any(made, seed);
		}
		if (made->set.count > at && kit_pick(seed, 9) == 0)
			made->set.entries[at].body = (struct bytes){NULL, 0};
	}
	made->set.header.at_s += (int64_t)kit_pick(seed, 100) - 50;
	return made;
}

static void test_any_bytes_come_back(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 300; seed++) {
		uint64_t chance = seed;
		struct changeset sets[4];
		struct made *made[4];
		size_t count = 1 + kit_pick(&chance, 4);

		for (size_t i = 0; i < count; i++) {
			made[i] = made_any((int64_t)i + 2, &chance);
			if (i > 0 && kit_pick(&chance, 2) == 0)
				assert_int_equal(
				    changeset_hash(&made[i]->set.header.prev,
					&made[i - 1]->set, NULL),
				    0);
			assert_int_equal(
			    changeset_sign(&made[i]->set, &author, NULL), 0);
			sets[i] = made[i]->set;
		}
		round_trip(sets, count);
		for (size_t i = 0; i < count; i++)
			made_free(made[i]);
	}
}

static void test_only_one_structure(void **state)
{
	struct made *one = a_day(3), *two = a_day(4);
	struct changeset sets[2];
	struct buf packed = BUF_INIT;

	(void)state;
	strcpy(two->set.header.structure, "other");
	sets[0] = one->set;
	sets[1] = two->set;
	assert_int_equal(
	    wire_packed_push_encode(&packed, sets, 2, &told, NULL), E_INVALID);
	buf_free(&packed);
	made_free(one);
	made_free(two);
}

/* A log of ${count} places: own ones named, sets, some outside. */
static void make_pull(
    struct pull *pull, struct made **made, size_t count, int64_t first)
{
	uint64_t chance = (uint64_t)first;
	struct hash head;

	memset(pull, 0, sizeof(*pull));
	strcpy(pull->structure, KIT_STRUCTURE);
	pull->epoch = 1;
	pull->first = first;
	pull->count = count;
	pull->items = calloc(count, sizeof(*pull->items));
	assert_non_null(pull->items);
	log_first(&head, KIT_STRUCTURE);
	pull->based = first > 1;
	pull->base = head;
	for (size_t i = 0; i < count; i++) {
		struct pull_item *item = &pull->items[i];

		made[i] = made_any((int64_t)i + 1, &chance);
		made[i]->set.header.seen.n = first + (int64_t)i - 1;
		made[i]->set.header.seen.head = head;
		item->type = (enum pull_type)(kit_pick(&chance, 5) % 3);
		item->time_s = KIT_NOW_S + (int64_t)i;
		assert_int_equal(
		    changeset_hash(&item->manifest, &made[i]->set, NULL), 0);
		if (item->type == PULL_SET)
			item->set = made[i]->set;
		log_next(&head, &head, item->time_s, &item->manifest);
	}
}

static void pull_round_trip(const struct pull *pull)
{
	struct buf packed = BUF_INIT;
	struct pull out;

	assert_int_equal(wire_packed_pull_encode(&packed, pull, NULL), 0);
	assert_int_equal(
	    wire_pull_decode(&out, packed.data, packed.len, NULL), 0);
	assert_int_equal(out.count, pull->count);
	assert_int_equal(out.first, pull->first);
	assert_int_equal(out.epoch, pull->epoch);
	assert_int_equal(out.more, pull->more);
	for (size_t i = 0; i < pull->count; i++) {
		assert_int_equal(out.items[i].type, pull->items[i].type);
		assert_int_equal(out.items[i].time_s, pull->items[i].time_s);
		assert_true(hash_equal(
		    &out.items[i].manifest, &pull->items[i].manifest));
		if (out.items[i].type == PULL_SET)
			assert_same(&out.items[i].set, &pull->items[i].set);
	}
	wire_pull_clear(&out);
	buf_free(&packed);
}

static void test_a_log_comes_back(void **state)
{
	static const int64_t firsts[] = {1, 2, 77};

	(void)state;
	for (size_t i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++) {
		struct made *made[40];
		struct pull pull;

		make_pull(&pull, made, 40, firsts[i]);
		pull_round_trip(&pull);
		pull.based = false;
		pull_round_trip(&pull);
		free(pull.items);
		for (size_t j = 0; j < 40; j++)
			made_free(made[j]);
	}
	pull_round_trip(
	    &(struct pull){.structure = KIT_STRUCTURE, .first = 9, .more = 1});
}

/* What a message promises is bounded, whatever it would make of it. */
static void test_a_small_message_stays_small(void **state)
{
	struct made *made = made_new("00ff00ff00ff00ff", 1);
	struct buf packed = BUF_INIT;
	struct changeset sets[5];
	struct push push;
	size_t half = 200 * (size_t)1024;
	char *text = malloc(half);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', half);
	memcpy(text, "00112233445566778899\n\"", 22);
	memcpy(text + half - 2, "\"\n", 2);
	for (int i = 0; i < 5; i++)
		add_text(made, text, half);
	for (int i = 0; i < 5; i++)
		sets[i] = made->set;
	/* Five times a megabyte, said in some hundred bytes. */
	assert_int_equal(
	    wire_packed_push_encode(&packed, sets, 5, &told, NULL), 0);
	assert_true(packed.len < 4096);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), E_LIMIT);
	wire_push_clear(&push);
	buf_reset(&packed);
	assert_int_equal(
	    wire_packed_push_encode(&packed, sets, 4, &told, NULL), 0);
	assert_int_equal(
	    wire_push_decode(&push, packed.data, packed.len, NULL), 0);
	wire_push_clear(&push);
	buf_free(&packed);
	free(text);
	made_free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_a_day_is_small),
	    cmocka_unit_test(test_any_bytes_come_back),
	    cmocka_unit_test(test_only_one_structure),
	    cmocka_unit_test(test_a_log_comes_back),
	    cmocka_unit_test(test_a_small_message_stays_small),
	};
	uint8_t seed[SEED_LEN] = {7};

	if (crypto_init(NULL) < 0)
		return 1;
	kit_machine_init(&machine, 5);
	key_from_seed(&author, seed);
	key_device(author.pub, device);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
