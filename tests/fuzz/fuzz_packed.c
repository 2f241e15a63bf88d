/*
 * Wire 2. The first byte chooses: a push or a pull; as it comes, or made of
 * its packed part (two bytes of length before it) and the rest, so that what
 * is found does not stop at deflate. What is decoded stays within bounds and,
 * packed again, comes back the same.
 */
#include <string.h>

#include "shared/wire.h"
#include "shared/wire_answer.h"
#include "shared/wire_words.h"
#include "shared/zip.h"
#include "tests/fuzz/made.h"

static void check_set(const struct changeset *set)
{
	size_t total = 0;

	FUZZ_CHECK(set->count >= 1 && set->count <= CHANGESET_ENTRIES_MAX);
	for (size_t i = 0; i < set->count; i++)
		total += set->entries[i].body.len;
	FUZZ_CHECK(total <= CHANGESET_BYTES_MAX);
	FUZZ_CHECK(set->header.seq >= 1);
}

static void check_push(const struct buf *wire)
{
	struct buf again = BUF_INIT;
	struct err err = ERR_INIT;
	struct push push, second;
	int rc = wire_push_decode(&push, buf_text(wire), wire->len, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0) {
		wire_push_clear(&push);
		return;
	}
	FUZZ_CHECK(push.count >= 1 && push.count <= WIRE_SETS_MAX);
	FUZZ_CHECK(wire_packed_push_encode(
		       &again, push.sets, push.count, &push.told, NULL) == 0);
	FUZZ_CHECK(
	    wire_push_decode(&second, buf_text(&again), again.len, NULL) == 0);
	FUZZ_CHECK(second.count == push.count);
	FUZZ_CHECK(second.told.cursor == push.told.cursor &&
		   second.told.at_s == push.told.at_s);
	for (size_t i = 0; i < push.count; i++) {
		check_set(&push.sets[i]);
		FUZZ_CHECK(made_same_set(&push.sets[i], &second.sets[i]));
	}
	wire_push_clear(&second);
	wire_push_clear(&push);
	buf_free(&again);
}

static void check_pull(const struct buf *wire)
{
	struct buf again = BUF_INIT;
	struct err err = ERR_INIT;
	struct pull pull, second;
	int rc = wire_pull_decode(&pull, buf_text(wire), wire->len, &err);

	fuzz_check_err(rc, &err);
	if (rc < 0) {
		wire_pull_clear(&pull);
		return;
	}
	FUZZ_CHECK(wire_packed_pull_encode(&again, &pull, NULL) == 0);
	FUZZ_CHECK(
	    wire_pull_decode(&second, buf_text(&again), again.len, NULL) == 0);
	FUZZ_CHECK(second.count == pull.count);
	for (size_t i = 0; i < pull.count; i++) {
		const struct pull_item *a = &pull.items[i];
		const struct pull_item *b = &second.items[i];

		FUZZ_CHECK(a->type == b->type && a->time_s == b->time_s);
		FUZZ_CHECK(hash_equal(&a->manifest, &b->manifest));
		if (a->type != PULL_SET)
			continue;
		check_set(&a->set);
		FUZZ_CHECK(made_same_set(&a->set, &b->set));
	}
	wire_pull_clear(&second);
	wire_pull_clear(&pull);
	buf_free(&again);
}

static void check_answer(const uint8_t *data, size_t size)
{
	struct wire_answer answer;
	struct err err = ERR_INIT;
	int rc = wire_answer_read(&answer, data, size, &err);

	fuzz_check_err(rc, &err);
	if (rc == 0)
		FUZZ_CHECK(answer.count >= 1 && answer.count <= WIRE_SETS_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf wire = BUF_INIT;
	size_t len;

	if (size < 3)
		return 0;
	if (data[0] == 4) {
		check_answer(data + 1, size - 1);
		return 0;
	}
	buf_add_char(&wire, WIRE_PACKED);
	if ((data[0] & 1) == 0) {
		buf_add(&wire, data + 1, size - 1);
	} else {
		len = (size_t)data[1] << 8 | data[2];
		len = len < size - 3 ? len : size - 3;
		FUZZ_CHECK(zip_pack(&wire, wire_dictionary(), data + 3, len,
			       NULL) == 0);
		buf_add(&wire, data + 3 + len, size - 3 - len);
	}
	if ((data[0] & 2) == 0)
		check_push(&wire);
	else
		check_pull(&wire);
	buf_free(&wire);
	return 0;
}
