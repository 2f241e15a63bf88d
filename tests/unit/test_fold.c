#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/fold.h"
#include "tests/lib/kit.h"

#define NODES_MAX   24
#define PARENTS_MAX 6

/* One entry of a history: its name is its index, its hash that of it. */
struct node {
	struct hash hash;
	struct hash parents[PARENTS_MAX];
	size_t parent_count;
	const char *value;
};

struct history {
	struct node nodes[NODES_MAX];
	size_t count;
	unsigned seed; /* changes every hash, so that no order is special */
};

/* Add an entry; ${parents} are names, "ac" those of the 1st and 3rd. */
static void add(struct history *history, const char *value, const char *parents)
{
	struct node *node = &history->nodes[history->count];
	char name[32];

	assert_true(history->count < NODES_MAX);
	memset(node, 0, sizeof(*node));
	(void)snprintf(
	    name, sizeof(name), "%u %zu", history->seed, history->count);
	hash_of(&node->hash, name, strlen(name));
	for (; *parents != '\0'; parents++) {
		assert_true(node->parent_count < PARENTS_MAX);
		node->parents[node->parent_count++] =
		    history->nodes[*parents - 'a'].hash;
	}
	node->value = value;
	history->count++;
}

/* What a fold says, without reference to the order of what was given. */
struct verdict {
	enum fold_state state;
	size_t distinct;
	bool live[NODES_MAX];
	size_t chosen; /* by name; 0 when empty */
};

static void fold_order(struct verdict *out, const struct history *history,
    const size_t *order, size_t count)
{
	struct fold_entry entries[2 * NODES_MAX];
	struct fold_result result;

	memset(out, 0, sizeof(*out));
	memset(entries, 0, sizeof(entries));
	for (size_t i = 0; i < count; i++) {
		const struct node *node = &history->nodes[order[i]];

		entries[i] = (struct fold_entry){
		    node->hash, node->parents, node->parent_count, node->value};
	}
	assert_int_equal(fold_entries(&result, entries, count, NULL), 0);
	out->state = result.state;
	out->distinct = result.distinct;
	for (size_t i = 0; i < count; i++)
		out->live[order[i]] |= result.live[i];
	if (result.state != FOLD_EMPTY)
		out->chosen = order[result.chosen];
	fold_clear(&result);
}

static void fold_all(struct verdict *out, const struct history *history)
{
	size_t order[NODES_MAX];

	for (size_t i = 0; i < history->count; i++)
		order[i] = i;
	fold_order(out, history, order, history->count);
}

/* Step to the next permutation; false after the last. */
static bool next_order(size_t *order, size_t count)
{
	size_t i = count - 1, j = count - 1, kept;

	while (i > 0 && order[i - 1] >= order[i])
		i--;
	if (i == 0)
		return false;
	while (order[j] <= order[i - 1])
		j--;
	kept = order[i - 1];
	order[i - 1] = order[j];
	order[j] = kept;
	for (j = count - 1; i < j; i++, j--) {
		kept = order[i];
		order[i] = order[j];
		order[j] = kept;
	}
	return true;
}

/*
 * The verdict on ${history} is ${state} with these live entries ("bd"), in
 * every order of arrival, whatever the hashes.
 */
static void assert_folds(
    struct history *history, enum fold_state state, const char *live)
{
	size_t order[NODES_MAX], orders = 0;
	struct verdict first, verdict;

	fold_all(&first, history);
	assert_int_equal(first.state, state);
	for (size_t i = 0; i < history->count; i++)
		assert_int_equal(
		    first.live[i], strchr(live, (int)('a' + i)) != NULL);
	if (state != FOLD_EMPTY)
		assert_true(first.live[first.chosen]);
	for (size_t i = 0; i < history->count; i++)
		order[i] = i;
	do {
		fold_order(&verdict, history, order, history->count);
		assert_memory_equal(&verdict, &first, sizeof(first));
		orders++;
	} while (history->count > 0 && next_order(order, history->count));
	if (history->count == 4)
		assert_int_equal(orders, 24);
}

static void nothing_folds_to_empty(void **state)
{
	struct fold_result result;

	(void)state;
	memset(&result, 0xff, sizeof(result));
	assert_int_equal(fold_entries(&result, NULL, 0, NULL), 0);
	assert_null(result.live);
	assert_int_equal(result.state, FOLD_EMPTY);
	assert_int_equal(result.distinct, 0);
	fold_clear(&result);
	fold_clear(&result);
}

static void one_value_stands(void **state)
{
	struct history h = {.seed = 1};

	(void)state;
	add(&h, "3h", "");
	assert_folds(&h, FOLD_MERGED, "a");
}

static void a_correction_supersedes_what_it_saw(void **state)
{
	struct history h = {.seed = 2};

	(void)state;
	add(&h, "3h", "");
	add(&h, "4h", "a");
	assert_folds(&h, FOLD_MERGED, "b");
	/* Back to the first value: a correction like any other. */
	add(&h, "3h", "b");
	assert_folds(&h, FOLD_MERGED, "c");
}

static void different_values_side_by_side_are_contested(void **state)
{
	struct history h = {.seed = 3};
	struct verdict verdict;

	(void)state;
	add(&h, "3h", "");
	add(&h, "4h", "");
	assert_folds(&h, FOLD_CONTESTED, "ab");
	add(&h, "5h", "a");
	assert_folds(&h, FOLD_CONTESTED, "bc");
	fold_all(&verdict, &h);
	assert_int_equal(verdict.distinct, 2);
}

static void equal_values_corroborate_and_count_once_I7(void **state)
{
	struct history h = {.seed = 4};
	struct verdict verdict;

	(void)state;
	add(&h, "3h", "");
	add(&h, "3h", "");
	assert_folds(&h, FOLD_MERGED, "ab");
	fold_all(&verdict, &h);
	assert_int_equal(verdict.distinct, 1);
	add(&h, "4h", "");
	assert_folds(&h, FOLD_CONTESTED, "abc");
	fold_all(&verdict, &h);
	assert_int_equal(verdict.distinct, 2);
}

/* Two people correct the same value, each without the other. */
static void concurrent_corrections_are_contested(void **state)
{
	struct history h = {.seed = 5};

	(void)state;
	add(&h, "3h", "");
	add(&h, "4h", "a");
	add(&h, "5h", "a");
	assert_folds(&h, FOLD_CONTESTED, "bc");
	/* Or agree. */
	add(&h, "4h", "c");
	assert_folds(&h, FOLD_MERGED, "bd");
}

static void a_resolution_naming_every_head_settles(void **state)
{
	struct history h = {.seed = 6};

	(void)state;
	add(&h, "3h", "");
	add(&h, "4h", "");
	add(&h, "5h", "");
	add(&h, "4h", "abc");
	assert_folds(&h, FOLD_MERGED, "d");
}

static void a_resolution_that_missed_a_head_does_not(void **state)
{
	struct history h = {.seed = 7};

	(void)state;
	add(&h, "3h", "");
	add(&h, "4h", "");
	add(&h, "4h", "ab");
	add(&h, "5h", "a");
	assert_folds(&h, FOLD_CONTESTED, "cd");
}

static void a_void_never_beats_what_it_has_not_seen(void **state)
{
	struct history h = {.seed = 8};

	(void)state;
	add(&h, "3h", "");
	add(&h, "void", "a");
	assert_folds(&h, FOLD_MERGED, "b");
	add(&h, "4h", "a");
	assert_folds(&h, FOLD_CONTESTED, "bc");
	add(&h, "void", "bc");
	assert_folds(&h, FOLD_MERGED, "d");
}

static void a_void_of_nothing_contests(void **state)
{
	struct history h = {.seed = 9};

	(void)state;
	add(&h, "3h", "");
	add(&h, "void", "");
	assert_folds(&h, FOLD_CONTESTED, "ab");
}

static void a_quarantined_entry_supersedes_nothing(void **state)
{
	struct history h = {.seed = 10};

	(void)state;
	add(&h, "3h", "");
	add(&h, NULL, "a");
	assert_folds(&h, FOLD_MERGED, "a");
}

/* a <- b (quarantined) <- c: who wrote c had seen a. */
static void a_quarantined_entry_carries_links(void **state)
{
	struct history h = {.seed = 11};

	(void)state;
	add(&h, "3h", "");
	add(&h, NULL, "a");
	add(&h, NULL, "b");
	add(&h, "4h", "c");
	assert_folds(&h, FOLD_MERGED, "d");
}

static void only_quarantined_entries_fold_to_empty(void **state)
{
	struct history h = {.seed = 12};

	(void)state;
	add(&h, NULL, "");
	add(&h, NULL, "a");
	assert_folds(&h, FOLD_EMPTY, "");
}

static void superseding_passes_through_generations(void **state)
{
	struct history h = {.seed = 13};

	(void)state;
	add(&h, "1h", "");
	add(&h, "2h", "a");
	add(&h, "3h", "b");
	add(&h, "4h", "c");
	assert_folds(&h, FOLD_MERGED, "d");
}

static void a_diamond_folds_to_its_end(void **state)
{
	struct history h = {.seed = 14};

	(void)state;
	add(&h, "1h", "");
	add(&h, "2h", "a");
	add(&h, "3h", "a");
	add(&h, "4h", "bc");
	assert_folds(&h, FOLD_MERGED, "d");
}

static void parents_that_never_came_are_passed_over(void **state)
{
	struct history h = {.seed = 15};

	(void)state;
	add(&h, "1h", "");
	add(&h, "2h", "a");
	h.nodes[1].parents[0].bytes[0] ^= 1;
	assert_folds(&h, FOLD_CONTESTED, "ab");
}

static void the_same_parent_twice_is_one(void **state)
{
	struct history h = {.seed = 16};

	(void)state;
	add(&h, "1h", "");
	add(&h, "2h", "aa");
	assert_folds(&h, FOLD_MERGED, "b");
}

/* While contested, the value shown is that of the smallest live hash. */
static void the_value_shown_meanwhile_is_the_same_everywhere_I5(void **state)
{
	(void)state;
	for (unsigned seed = 0; seed < 200; seed++) {
		struct history h = {.seed = seed};
		struct verdict verdict;

		add(&h, "1h", "");
		add(&h, "2h", "");
		add(&h, "3h", "");
		fold_all(&verdict, &h);
		for (size_t i = 0; i < 3; i++)
			assert_true(memcmp(h.nodes[verdict.chosen].hash.bytes,
					h.nodes[i].hash.bytes, HASH_LEN) <= 0);
	}
}

static void a_long_chain_folds(void **state)
{
	static const size_t count = 20000;
	struct fold_entry *entries = calloc(count, sizeof(*entries));
	struct hash *hashes = calloc(count, sizeof(*hashes));
	struct fold_result result;

	(void)state;
	assert_non_null(entries);
	assert_non_null(hashes);
	for (size_t i = 0; i < count; i++) {
		hash_of(&hashes[i], &i, sizeof(i));
		entries[i].hash = hashes[i];
		entries[i].parents = i > 0 ? &hashes[i - 1] : NULL;
		entries[i].parent_count = i > 0;
		entries[i].value = i % 2 == 0 ? "1h" : "2h";
	}
	assert_int_equal(fold_entries(&result, entries, count, NULL), 0);
	assert_int_equal(result.state, FOLD_MERGED);
	assert_int_equal(result.chosen, count - 1);
	fold_clear(&result);
	free(entries);
	free(hashes);
}

/* ---- three replicas at random ---- */

#define REPLICAS 3

/* What a slow reading of the rule says, to hold the fold against. */
static void fold_by_the_book(struct verdict *out, const struct history *history)
{
	bool above[NODES_MAX][NODES_MAX] = {{false}};
	const char *seen[NODES_MAX];

	memset(out, 0, sizeof(*out));
	/* Parents come before their children, so that one pass suffices. */
	for (size_t i = 0; i < history->count; i++) {
		const struct node *node = &history->nodes[i];

		for (size_t p = 0; p < node->parent_count; p++) {
			for (size_t j = 0; j < i; j++) {
				if (!hash_equal(&node->parents[p],
					&history->nodes[j].hash))
					continue;
				above[i][j] = true;
				for (size_t k = 0; k < j; k++)
					above[i][k] |= above[j][k];
			}
		}
	}
	for (size_t j = 0; j < history->count; j++) {
		bool known = false;

		out->live[j] = history->nodes[j].value != NULL;
		for (size_t i = 0; i < history->count; i++) {
			if (above[i][j] && history->nodes[i].value != NULL)
				out->live[j] = false;
		}
		if (!out->live[j])
			continue;
		for (size_t k = 0; k < out->distinct; k++)
			known |= strcmp(seen[k], history->nodes[j].value) == 0;
		if (!known)
			seen[out->distinct++] = history->nodes[j].value;
	}
	out->state = out->distinct == 0   ? FOLD_EMPTY
	             : out->distinct == 1 ? FOLD_MERGED
	                                  : FOLD_CONTESTED;
}

/* A replica writes one entry on top of the heads it holds, or of some. */
static void write_entry(struct history *h, const bool *held, uint64_t *chance)
{
	static const char *const values[] = {"1h", "2h", "3h", "void", NULL};
	size_t order[NODES_MAX], held_count = 0;
	char parents[PARENTS_MAX + 1] = "";
	struct verdict verdict;
	size_t used = 0;

	for (size_t i = 0; i < h->count; i++) {
		if (held[i])
			order[held_count++] = i;
	}
	fold_order(&verdict, h, order, held_count);
	for (size_t i = 0; i < h->count && used < PARENTS_MAX; i++) {
		if (held[i] && (verdict.live[i] ? kit_pick(chance, 8) > 0
						: kit_pick(chance, 12) == 0))
			parents[used++] = (char)('a' + i);
	}
	parents[used] = '\0';
	add(h, values[kit_pick(chance, 5)], parents);
}

/* Three replicas write and now and then hand each other what they hold. */
static void live_apart(struct history *h, size_t count, uint64_t *chance)
{
	bool held[REPLICAS][NODES_MAX] = {{false}};

	while (h->count < count) {
		size_t r = kit_pick(chance, REPLICAS);

		if (kit_pick(chance, 3) > 0) {
			write_entry(h, held[r], chance);
			held[r][h->count - 1] = true;
			continue;
		}
		for (size_t i = 0, from = kit_pick(chance, REPLICAS);
		     i < h->count; i++)
			held[r][i] |= held[from][i] && kit_pick(chance, 5) > 0;
	}
}

/* Everything at least once, some twice, in any order. */
static size_t deliver(size_t *order, size_t count, uint64_t *chance)
{
	size_t shuffled[2 * NODES_MAX], total = count;

	total += kit_pick(chance, count + 1);
	kit_shuffle(shuffled, total, chance);
	for (size_t i = 0; i < total; i++)
		order[i] =
		    shuffled[i] < count ? shuffled[i] : kit_pick(chance, count);
	return total;
}

static void random_histories_fold_alike_in_any_order_I5(void **state)
{
	uint64_t chance = 2026;
	size_t states[3] = {0};

	(void)state;
	for (unsigned round = 0; round < 20000; round++) {
		struct history h = {.seed = round};
		struct verdict first, verdict, book;
		size_t order[2 * NODES_MAX];

		live_apart(&h, 1 + kit_pick(&chance, NODES_MAX), &chance);
		fold_all(&first, &h);
		fold_by_the_book(&book, &h);
		book.chosen = first.chosen;
		assert_memory_equal(&first, &book, sizeof(first));
		for (int replica = 0; replica < REPLICAS; replica++) {
			size_t count = deliver(order, h.count, &chance);

			fold_order(&verdict, &h, order, count);
			assert_memory_equal(&verdict, &first, sizeof(first));
		}
		states[first.state]++;
	}
	for (size_t i = 0; i < 3; i++)
		assert_in_range(states[i], 100, 19000);
}

static int start(void **state)
{
	(void)state;
	return crypto_init(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(nothing_folds_to_empty),
	    cmocka_unit_test(one_value_stands),
	    cmocka_unit_test(a_correction_supersedes_what_it_saw),
	    cmocka_unit_test(different_values_side_by_side_are_contested),
	    cmocka_unit_test(equal_values_corroborate_and_count_once_I7),
	    cmocka_unit_test(concurrent_corrections_are_contested),
	    cmocka_unit_test(a_resolution_naming_every_head_settles),
	    cmocka_unit_test(a_resolution_that_missed_a_head_does_not),
	    cmocka_unit_test(a_void_never_beats_what_it_has_not_seen),
	    cmocka_unit_test(a_void_of_nothing_contests),
	    cmocka_unit_test(a_quarantined_entry_supersedes_nothing),
	    cmocka_unit_test(a_quarantined_entry_carries_links),
	    cmocka_unit_test(only_quarantined_entries_fold_to_empty),
	    cmocka_unit_test(superseding_passes_through_generations),
	    cmocka_unit_test(a_diamond_folds_to_its_end),
	    cmocka_unit_test(parents_that_never_came_are_passed_over),
	    cmocka_unit_test(the_same_parent_twice_is_one),
	    cmocka_unit_test(
		the_value_shown_meanwhile_is_the_same_everywhere_I5),
	    cmocka_unit_test(a_long_chain_folds),
	    cmocka_unit_test(random_histories_fold_alike_in_any_order_I5),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
