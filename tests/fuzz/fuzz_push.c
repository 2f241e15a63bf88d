/*
 * A push as it comes: the bytes of a zlib stream (0x78 first), or what is
 * inside one. There is one spelling of every push, so that what is decoded
 * and encoded again is the same inside.
 */
#include "shared/wire.h"
#include "shared/zip.h"
#include "tests/fuzz/made.h"

/* The message inside ${wire}. */
static void inside(struct buf *out, const struct buf *wire)
{
	FUZZ_CHECK(zip_inflate(out, buf_text(wire), wire->len,
		       WIRE_INFLATED_MAX, NULL) == 0);
}

static void check_bounds(const struct push *push)
{
	FUZZ_CHECK(push->count >= 1 && push->count <= WIRE_SETS_MAX);
	for (size_t i = 0; i < push->count; i++) {
		const struct changeset *set = &push->sets[i];
		size_t total = 0;

		FUZZ_CHECK(
		    set->count >= 1 && set->count <= CHANGESET_ENTRIES_MAX);
		for (size_t e = 0; e < set->count; e++)
			total += set->entries[e].body.len;
		FUZZ_CHECK(total <= CHANGESET_BYTES_MAX);
		FUZZ_CHECK(text_check_id(set->header.structure, NULL) == 0);
		FUZZ_CHECK(set->header.seq >= 1);
	}
}

static void check_again(const struct push *push, const struct buf *wire)
{
	struct buf again = BUF_INIT, before = BUF_INIT, after = BUF_INIT;
	struct push second;

	FUZZ_CHECK(
	    wire_push_encode(&again, push->sets, push->count, NULL) == 0);
	inside(&before, wire);
	inside(&after, &again);
	FUZZ_CHECK(fuzz_same(&before, buf_text(&after), after.len));
	FUZZ_CHECK(
	    wire_push_decode(&second, buf_text(&again), again.len, NULL) == 0);
	FUZZ_CHECK(second.count == push->count);
	for (size_t i = 0; i < push->count; i++)
		FUZZ_CHECK(made_same_set(&push->sets[i], &second.sets[i]));
	wire_push_clear(&second);
	buf_free(&again);
	buf_free(&before);
	buf_free(&after);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf wire = BUF_INIT;
	struct err err = ERR_INIT;
	struct push push;
	int rc;

	if (size > 0 && data[0] == 0x78)
		buf_add(&wire, data, size);
	else
		FUZZ_CHECK(zip_deflate(&wire, data, size, NULL) == 0);
	rc = wire_push_decode(&push, buf_text(&wire), wire.len, &err);
	fuzz_check_err(rc, &err);
	if (rc == 0) {
		check_bounds(&push);
		check_again(&push, &wire);
	}
	wire_push_clear(&push);
	buf_free(&wire);
	return 0;
}
