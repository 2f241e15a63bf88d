/*
 * Histories made from choices, folded: the result is what a slow and plain
 * reading of the rule says, in every order, with some entries given twice.
 */
#include <stdlib.h>
#include <string.h>

#include "shared/fold.h"
#include "tests/fuzz/fuzz.h"

#define ENTRIES_MAX 24
#define PARENTS_MAX 4

struct history {
	struct fold_entry entries[ENTRIES_MAX];
	struct hash parents[ENTRIES_MAX][PARENTS_MAX];
	size_t count;
};

static const char *const values[] = {
    NULL, "{\"minutes\":60}", "{\"minutes\":90}", "void"};

/* Hashes in no order, all different. */
static void name_hash(struct hash *out, size_t n)
{
	memset(out->bytes, 0, HASH_LEN);
	out->bytes[0] = (uint8_t)(n * 37);
	out->bytes[HASH_LEN - 1] = (uint8_t)n;
}

/* Parents are earlier entries, or entries that are not there. */
static void make(struct history *out, struct fuzz *in)
{
	memset(out, 0, sizeof(*out));
	out->count = fuzz_pick(in, ENTRIES_MAX + 1);
	for (size_t i = 0; i < out->count; i++) {
		struct fold_entry *entry = &out->entries[i];

		name_hash(&entry->hash, i);
		entry->value = values[fuzz_pick(in, 4)];
		entry->parent_count = fuzz_pick(in, PARENTS_MAX + 1);
		entry->parents = out->parents[i];
		for (size_t p = 0; p < entry->parent_count; p++) {
			size_t n = fuzz_pick(in, i + 2);

			name_hash(&out->parents[i][p], n < i ? n : 200 + n);
		}
	}
}

/* ---- the rule, plainly ---- */

static void mark_above(const struct history *history, size_t i, bool *marked)
{
	const struct fold_entry *entry = &history->entries[i];

	for (size_t p = 0; p < entry->parent_count; p++) {
		for (size_t j = 0; j < history->count; j++) {
			if (marked[j] || !hash_equal(&entry->parents[p],
					     &history->entries[j].hash))
				continue;
			marked[j] = true;
			mark_above(history, j, marked);
		}
	}
}

static void expect(
    const struct history *history, const struct fold_result *result)
{
	bool superseded[ENTRIES_MAX] = {false};
	const char *seen[ENTRIES_MAX];
	size_t distinct = 0;

	for (size_t i = 0; i < history->count; i++) {
		if (history->entries[i].value != NULL)
			mark_above(history, i, superseded);
	}
	for (size_t i = 0; i < history->count; i++) {
		const char *value = history->entries[i].value;
		bool live = value != NULL && !superseded[i];
		size_t s = 0;

		FUZZ_CHECK(result->live[i] == live);
		while (s < distinct && live && strcmp(seen[s], value) != 0)
			s++;
		if (live && s == distinct)
			seen[distinct++] = value;
		if (live)
			FUZZ_CHECK(
			    memcmp(history->entries[result->chosen].hash.bytes,
				history->entries[i].hash.bytes, HASH_LEN) <= 0);
	}
	FUZZ_CHECK(result->distinct == distinct);
	FUZZ_CHECK(result->state == (distinct == 0      ? FOLD_EMPTY
					: distinct == 1 ? FOLD_MERGED
							: FOLD_CONTESTED));
	FUZZ_CHECK(distinct == 0 || result->live[result->chosen]);
}

/* ---- any order, some twice ---- */

static void check_shuffled(const struct history *history,
    const struct fold_result *result, struct fuzz *in)
{
	struct fold_entry again[ENTRIES_MAX + 4];
	size_t count = history->count;
	struct fold_result other;

	memcpy(again, history->entries, count * sizeof(again[0]));
	for (size_t i = count; i > 1; i--) {
		size_t j = fuzz_pick(in, i);
		struct fold_entry moved = again[i - 1];

		again[i - 1] = again[j];
		again[j] = moved;
	}
	for (size_t i = fuzz_pick(in, 5); i > 0 && history->count > 0; i--)
		again[count++] =
		    history->entries[fuzz_pick(in, history->count)];
	FUZZ_CHECK(fold_entries(&other, again, count, NULL) == 0);
	FUZZ_CHECK(other.state == result->state);
	FUZZ_CHECK(other.distinct == result->distinct);
	FUZZ_CHECK(result->state == FOLD_EMPTY ||
		   hash_equal(&again[other.chosen].hash,
		       &history->entries[result->chosen].hash));
	fold_clear(&other);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz in = FUZZ(data, size);
	struct fold_result result;
	struct history history;

	make(&history, &in);
	FUZZ_CHECK(
	    fold_entries(&result, history.entries, history.count, NULL) == 0);
	expect(&history, &result);
	check_shuffled(&history, &result, &in);
	fold_clear(&result);
	return 0;
}
