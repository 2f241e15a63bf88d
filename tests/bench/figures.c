#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>

#include "tests/bench/figures.h"
#include "tests/bench/plan.h"

void figures_trouble(struct play_figures *figures, const char *kind)
{
	for (size_t i = 0; i < figures->trouble_count; i++) {
		if (strcmp(figures->troubles[i].kind, kind) == 0) {
			figures->troubles[i].count++;
			return;
		}
	}
	if (figures->trouble_count < PLAY_KINDS_MAX)
		figures->troubles[figures->trouble_count++] =
		    (struct play_trouble){kind, 1};
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

void figures_sort(struct play_figures *figures)
{
	qsort(figures->latencies_ms, figures->latency_count, sizeof(double),
	    by_size);
}

double figures_latency_ms(const struct play_figures *figures, double part)
{
	size_t i = (size_t)(part * (double)figures->latency_count);

	if (figures->latency_count == 0)
		return 0;
	if (i >= figures->latency_count)
		i = figures->latency_count - 1;
	return figures->latencies_ms[i];
}

double figures_cpu_of(int64_t pid)
{
	struct timespec t;
	clockid_t clock;

	if (pid == 0)
		return 0;
	if (clock_getcpuclockid((pid_t)pid, &clock) != 0 ||
	    clock_gettime(clock, &t) < 0)
		plan_die("no process %d", (int)pid);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}
