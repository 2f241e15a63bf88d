/*
 * A pull's reply as it comes to a laptop, from a server that may be hostile:
 * the bytes of a zlib stream (0x78 first), or what is inside one.
 */
#include <string.h>

#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/fuzz/made.h"

static void inside(struct buf *out, const struct buf *wire)
{
	FUZZ_CHECK(zip_inflate(out, buf_text(wire), wire->len,
		       WIRE_INFLATED_MAX, NULL) == 0);
}

/* A set's name is what its manifest says, never what was sent. */
static void check_items(const struct pull *pull)
{
	FUZZ_CHECK(pull->count <= WIRE_ITEMS_MAX);
	FUZZ_CHECK(text_check_id(pull->structure, NULL) == 0);
	for (size_t i = 0; i < pull->count; i++) {
		const struct pull_item *item = &pull->items[i];
		struct hash hash;

		FUZZ_CHECK(item->type <= PULL_SET);
		if (item->type != PULL_SET)
			continue;
		FUZZ_CHECK(changeset_hash(&hash, &item->set, NULL) == 0);
		FUZZ_CHECK(hash_equal(&hash, &item->manifest));
	}
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

static void check_again(const struct pull *pull, const struct buf *wire)
{
	struct buf again = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	struct pull second;

	FUZZ_CHECK(wire_pull_encode(&again, pull, NULL) == 0);
	inside(&before, wire);
	inside(&after, &again);
	FUZZ_CHECK(fuzz_same(&before, buf_text(&after), after.len));
	FUZZ_CHECK(
	    wire_pull_decode(&second, buf_text(&again), again.len, NULL) == 0);
	check_same(pull, &second);
	wire_pull_clear(&second);
	buf_free(&again);
	buf_free(&before);
	buf_free(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf wire = BUF_INIT;
	struct err err = ERR_INIT;
	struct pull pull;
	int rc;

	if (size > 0 && data[0] == 0x78)
		buf_add(&wire, data, size);
	else
		FUZZ_CHECK(zip_deflate(&wire, data, size, NULL) == 0);
	rc = wire_pull_decode(&pull, buf_text(&wire), wire.len, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		check_items(&pull);
		check_again(&pull, &wire);
	}
	wire_pull_clear(&pull);
	buf_free(&wire);
	return 0;
}
