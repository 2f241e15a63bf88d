/*
 * Whatever may be sent arrives: messages made from choices, encoded and
 * decoded, are what they were; cut short or longer, they are refused.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/wire.h"
#include "tests/fuzz/made.h"

#define MADE_SETS  3
#define MADE_ITEMS 5

static void check_push(struct fuzz *in)
{
	struct changeset sets[MADE_SETS];
	size_t count = 1 + fuzz_pick(in, MADE_SETS), cut;
	struct buf wire = BUF_INIT;
	struct push push;

	for (size_t i = 0; i < count; i++)
		made_set(in, &sets[i]);
	FUZZ_CHECK(wire_push_encode(&wire, sets, count, NULL) == 0);
	FUZZ_CHECK(
	    wire_push_decode(&push, buf_text(&wire), wire.len, NULL) == 0);
	FUZZ_CHECK(push.count == count);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(made_same_set(&sets[i], &push.sets[i]));
	wire_push_clear(&push);
	cut = 1 + (size_t)fuzz_int(in) % wire.len;
	FUZZ_CHECK(
	    wire_push_decode(&push, buf_text(&wire), wire.len - cut, NULL) < 0);
	wire_push_clear(&push);
	buf_add_char(&wire, (char)fuzz_byte(in));
	FUZZ_CHECK(
	    wire_push_decode(&push, buf_text(&wire), wire.len, NULL) < 0);
	wire_push_clear(&push);
	for (size_t i = 0; i < count; i++)
		changeset_clear(&sets[i]);
	buf_free(&wire);
}

/* The same in wire 2, which has one structure for all. */
static void check_packed(struct fuzz *in)
{
	struct push_told told = {.asked = fuzz_pick(in, 2) == 1};
	struct changeset sets[MADE_SETS];
	size_t count = 1 + fuzz_pick(in, MADE_SETS), cut;
	struct buf wire = BUF_INIT;
	struct push push;

	for (size_t i = 0; i < count; i++) {
		made_set(in, &sets[i]);
		memcpy(sets[i].header.structure, sets[0].header.structure,
		    sizeof(sets[0].header.structure));
	}
	FUZZ_CHECK(
	    wire_packed_push_encode(&wire, sets, count, &told, NULL) == 0);
	FUZZ_CHECK(
	    wire_push_decode(&push, buf_text(&wire), wire.len, NULL) == 0);
	FUZZ_CHECK(push.count == count && push.told.asked == told.asked);
	for (size_t i = 0; i < count; i++)
		FUZZ_CHECK(made_same_set(&sets[i], &push.sets[i]));
	wire_push_clear(&push);
	cut = 1 + (size_t)fuzz_int(in) % wire.len;
	FUZZ_CHECK(
	    wire_push_decode(&push, buf_text(&wire), wire.len - cut, NULL) < 0);
	wire_push_clear(&push);
	for (size_t i = 0; i < count; i++)
		changeset_clear(&sets[i]);
	buf_free(&wire);
}

static void made_item(struct fuzz *in, struct pull_item *out)
{
	out->type = (enum pull_type)fuzz_pick(in, PULL_SET + 1);
	out->time_s = fuzz_int(in) % 7258118400;
	if (out->type != PULL_SET) {
		fuzz_fill(in, out->manifest.bytes, HASH_LEN);
		return;
	}
	made_set(in, &out->set);
	FUZZ_CHECK(changeset_hash(&out->manifest, &out->set, NULL) == 0);
}

static void check_same(const struct pull *a, const struct pull *b)
{
	FUZZ_CHECK(strcmp(a->structure, b->structure) == 0);
	FUZZ_CHECK(a->epoch == b->epoch && a->first == b->first);
	FUZZ_CHECK(a->more == b->more && a->count == b->count);
	FUZZ_CHECK(memcmp(a->sig, b->sig, SIG_LEN) == 0);
	for (size_t i = 0; i < a->count; i++) {
		const struct pull_item *x = &a->items[i], *y = &b->items[i];

		FUZZ_CHECK(x->type == y->type && x->time_s == y->time_s);
		FUZZ_CHECK(hash_equal(&x->manifest, &y->manifest));
		FUZZ_CHECK(
		    x->type != PULL_SET || made_same_set(&x->set, &y->set));
	}
}

static void check_pull(struct fuzz *in)
{
	struct pull_item items[MADE_ITEMS] = {0};
	struct pull pull = {.items = items}, again;
	struct buf wire = BUF_INIT;

	fuzz_id(in, pull.structure, sizeof(pull.structure));
	pull.epoch = fuzz_int(in);
	pull.first = fuzz_int(in);
	pull.more = fuzz_pick(in, 2) == 1;
	fuzz_fill(in, pull.sig, SIG_LEN);
	pull.count = fuzz_pick(in, MADE_ITEMS + 1);
	for (size_t i = 0; i < pull.count; i++)
		made_item(in, &items[i]);
	FUZZ_CHECK(wire_pull_encode(&wire, &pull, NULL) == 0);
	FUZZ_CHECK(
	    wire_pull_decode(&again, buf_text(&wire), wire.len, NULL) == 0);
	check_same(&pull, &again);
	wire_pull_clear(&again);
	for (size_t i = 0; i < pull.count; i++)
		changeset_clear(&items[i].set);
	buf_free(&wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);

	if (size == 0)
		return 0;
	if (fuzz_pick(&in, 2) == 0) {
		check_push(&in);
		check_packed(&in);
	} else {
		check_pull(&in);
	}
	return 0;
}
