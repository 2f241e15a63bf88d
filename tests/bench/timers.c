#include <stdlib.h>

#include "tests/bench/plan.h"
#include "tests/bench/timers.h"

static void swap(struct timers *timers, size_t a, size_t b)
{
	struct timer kept = timers->heap[a];

	timers->heap[a] = timers->heap[b];
	timers->heap[b] = kept;
}

void timers_add(struct timers *timers, double at_s, void *whose)
{
	size_t i = timers->count++;

	if (timers->count > timers->room) {
		timers->room = timers->room == 0 ? 1024 : 2 * timers->room;
		timers->heap =
		    realloc(timers->heap, timers->room * sizeof(*timers->heap));
		if (timers->heap == NULL)
			plan_die("no memory");
	}
	timers->heap[i] = (struct timer){at_s, whose};
	for (; i > 0 && timers->heap[i].at_s < timers->heap[(i - 1) / 2].at_s;
	     i = (i - 1) / 2)
		swap(timers, i, (i - 1) / 2);
}

double timers_next(const struct timers *timers, double otherwise)
{
	if (timers->count == 0 || timers->heap[0].at_s > otherwise)
		return otherwise;
	return timers->heap[0].at_s;
}

bool timers_take(
    struct timers *timers, double now_s, void **whose, double *at_s)
{
	size_t i = 0;

	if (timers->count == 0 || timers->heap[0].at_s > now_s)
		return false;
	*whose = timers->heap[0].whose;
	*at_s = timers->heap[0].at_s;
	timers->heap[0] = timers->heap[--timers->count];
	for (;;) {
		size_t least = 2 * i + 1;

		if (least >= timers->count)
			return true;
		if (least + 1 < timers->count &&
		    timers->heap[least + 1].at_s < timers->heap[least].at_s)
			least++;
		if (timers->heap[i].at_s <= timers->heap[least].at_s)
			return true;
		swap(timers, i, least);
		i = least;
	}
}
