#include <stdlib.h>
#include <string.h>

#include "shared/fold.h"

/* The entries in order of hash, so that parents are found by bisection. */
struct graph {
	const struct fold_entry *entries;
	const struct fold_entry **sorted;
	size_t count;
	bool *superseded; /* by position in entries */
	size_t *todo;     /* entries whose parents are yet to be marked */
	size_t todo_count;
};

static int compare_hash(const void *a, const void *b)
{
	const struct fold_entry *const *x = a, *const *y = b;

	return memcmp((*x)->hash.bytes, (*y)->hash.bytes, HASH_LEN);
}

static int compare_key(const void *key, const void *element)
{
	const struct hash *hash = key;
	const struct fold_entry *const *entry = element;

	return memcmp(hash->bytes, (*entry)->hash.bytes, HASH_LEN);
}

/* Mark the parents of entry ${i}; those newly marked are to be followed. */
static void mark_parents(struct graph *graph, size_t i)
{
	const struct fold_entry *entry = &graph->entries[i];

	for (size_t p = 0; p < entry->parent_count; p++) {
		const struct fold_entry **found =
		    bsearch(&entry->parents[p], graph->sorted, graph->count,
			sizeof(*graph->sorted), compare_key);
		size_t at;

		if (found == NULL)
			continue;
		at = (size_t)(*found - graph->entries);
		if (!graph->superseded[at]) {
			graph->superseded[at] = true;
			graph->todo[graph->todo_count++] = at;
		}
	}
}

/* Each entry enters ${todo} at most once: when it is first marked. */
static void mark_all(struct graph *graph)
{
	for (size_t i = 0; i < graph->count; i++) {
		if (graph->sorted[i]->value != NULL) {
			mark_parents(
			    graph, (size_t)(graph->sorted[i] - graph->entries));
		}
	}
	while (graph->todo_count > 0)
		mark_parents(graph, graph->todo[--graph->todo_count]);
}

static int compare_text(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

/* How many different texts are among ${values}, which get sorted. */
static size_t count_distinct(const char **values, size_t count)
{
	size_t distinct = 0;

	qsort(values, count, sizeof(*values), compare_text);
	for (size_t i = 0; i < count; i++)
		distinct += i == 0 || strcmp(values[i - 1], values[i]) != 0;
	return distinct;
}

static void settle(
    struct fold_result *out, const struct graph *graph, const char **values)
{
	size_t live = 0;

	for (size_t i = 0; i < graph->count; i++) {
		size_t at = (size_t)(graph->sorted[i] - graph->entries);

		if (graph->entries[at].value == NULL || graph->superseded[at])
			continue;
		out->live[at] = true;
		if (live == 0)
			out->chosen = at;
		values[live++] = graph->entries[at].value;
	}
	out->distinct = count_distinct(values, live);
	out->state = out->distinct == 0   ? FOLD_EMPTY
	             : out->distinct == 1 ? FOLD_MERGED
	                                  : FOLD_CONTESTED;
}

/* Sort by hash and keep one of each: one hash counts once. */
static void sort_unique(struct graph *graph, size_t given)
{
	for (size_t i = 0; i < given; i++)
		graph->sorted[i] = &graph->entries[i];
	qsort(graph->sorted, given, sizeof(*graph->sorted), compare_hash);
	for (size_t i = 0; i < given; i++) {
		if (graph->count == 0 ||
		    !hash_equal(&graph->sorted[graph->count - 1]->hash,
			&graph->sorted[i]->hash))
			graph->sorted[graph->count++] = graph->sorted[i];
	}
}

/* Most records have one entry. */
static int fold_one(
    struct fold_result *out, const struct fold_entry *entry, struct err *err)
{
	if ((out->live = calloc(1, sizeof(*out->live))) == NULL)
		return err_nomem(err);
	if (entry->value == NULL)
		return 0;
	for (size_t i = 0; i < entry->parent_count; i++) {
		/* No body has a hash that it holds, but whoever asks may. */
		if (hash_equal(&entry->parents[i], &entry->hash))
			return 0;
	}
	out->live[0] = true;
	out->distinct = 1;
	out->state = FOLD_MERGED;
	return 0;
}

int fold_entries(struct fold_result *out, const struct fold_entry *entries,
    size_t count, struct err *err)
{
	struct graph graph = {.entries = entries};
	const char **values;
	int rc = 0;

	memset(out, 0, sizeof(*out));
	if (count == 0)
		return 0;
	if (count == 1)
		return fold_one(out, entries, err);
	values = calloc(count, sizeof(*values));
	out->live = calloc(count, sizeof(*out->live));
	graph.sorted = calloc(count, sizeof(*graph.sorted));
	graph.superseded = calloc(count, sizeof(*graph.superseded));
	graph.todo = calloc(count, sizeof(*graph.todo));
	if (out->live == NULL || graph.sorted == NULL ||
	    graph.superseded == NULL || graph.todo == NULL || values == NULL) {
		fold_clear(out);
		rc = err_nomem(err);
		goto out;
	}
	sort_unique(&graph, count);
	mark_all(&graph);
	settle(out, &graph, values);
out:
	free(graph.sorted);
	free(graph.superseded);
	free(graph.todo);
	free(values);
	return rc;
}

void fold_clear(struct fold_result *result)
{
	free(result->live);
	result->live = NULL;
}
