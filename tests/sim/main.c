/*
 * Live seeds, one world each, and say what broke.
 *
 *	sim [--from SEED] [--count N] [--verbose] [--twice]
 *	    [--no-rollbacks] [--break NAME]
 *
 * Without --break, status 1 when an invariant broke. With it, something is
 * weakened on purpose and status 0 says that the checker saw it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "shared/lang.h"
#include "tests/sim/sim.h"

struct options {
	uint64_t from;
	uint64_t count;
	bool twice; /* each seed again: the same to the last bit? */
	struct sim_options world;
};

static const char *const breaks[] = {
    "ack", "disk", "office", "scope", "total", "later"};

enum sim_break sim_break_find(const char *name)
{
	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		if (strcmp(breaks[i], name) == 0)
			return (enum sim_break)(i + 1);
	}
	return BREAK_NOTHING;
}

const char *sim_break_name(size_t i)
{
	return i < sizeof(breaks) / sizeof(breaks[0]) ? breaks[i] : NULL;
}

static int usage(void)
{
	fprintf(stderr, "usage: sim [--from SEED] [--count N] [--verbose]"
			" [--twice] [--no-rollbacks] [--break NAME]"
			"\n  NAME:");
	for (size_t i = 0; sim_break_name(i) != NULL; i++)
		fprintf(stderr, " %s", sim_break_name(i));
	fprintf(stderr, "\n");
	return 2;
}

static bool read_options(int argc, char **argv, struct options *out)
{
	*out = (struct options){
	    .from = 1, .count = 20, .world = {.rollbacks = true}};
	for (int i = 1; i < argc; i++) {
		const char *value = i + 1 < argc ? argv[i + 1] : NULL;

		if (strcmp(argv[i], "--verbose") == 0) {
			out->world.verbose = true;
		} else if (strcmp(argv[i], "--twice") == 0) {
			out->twice = true;
		} else if (strcmp(argv[i], "--no-rollbacks") == 0) {
			out->world.rollbacks = false;
		} else if (value == NULL) {
			return false;
		} else if (strcmp(argv[i], "--from") == 0) {
			out->from = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--count") == 0) {
			out->count = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--break") == 0) {
			out->world.broken = sim_break_find(argv[++i]);
			if (out->world.broken == BREAK_NOTHING)
				return false;
		} else {
			return false;
		}
	}
	return true;
}

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void tell_figures(const struct sim_figures *f, double seconds)
{
	printf("seeds %" PRId64 ", steps %" PRId64 ", saves %" PRId64
	       ", office acts %" PRId64 ", syncs %" PRId64 ", requests %" PRId64
	       ", network faults %" PRId64 ", power cuts %" PRId64
	       ", kills %" PRId64 ", clones %" PRId64 ", restores %" PRId64
	       ", server rollbacks %" PRId64 ", forgeries %" PRId64
	       ", lies %" PRId64 ", sets %" PRId64 ", entries %" PRId64
	       ", site-days %" PRId64 ", %.1f seeds/s\n",
	    f->seeds, f->steps, f->saves, f->acts, f->syncs, f->requests,
	    f->faults, f->cuts, f->crashes, f->clones, f->restores,
	    f->rollbacks, f->forgeries, f->lies, f->sets, f->entries,
	    f->site_days, (double)f->seeds / (seconds > 0 ? seconds : 1));
}

static void tell_failure(const struct sim *sim, const struct options *options)
{
	printf("BROKEN %s in seed %" PRIu64 " at step %d: %s\n"
	       "  again: tools/sim --from %" PRIu64 " --count 1 --verbose%s",
	    sim->failed, sim->seed, sim->failed_step, sim->why, sim->seed,
	    options->world.rollbacks ? "" : " --no-rollbacks");
	for (size_t i = 0; sim_break_name(i) != NULL; i++) {
		if (sim_break_find(sim_break_name(i)) == options->world.broken)
			printf(" --break %s", sim_break_name(i));
	}
	printf("\n");
}

static bool is_same_twice(struct sim *sim, const struct options *options)
{
	struct sim_options quiet = options->world;
	uint64_t trace = sim->trace;

	quiet.verbose = false;
	(void)sim_run(sim, sim->seed, &quiet, NULL);
	if (sim->trace == trace)
		return true;
	printf("NOT THE SAME TWICE: seed %" PRIu64 "\n", sim->seed);
	return false;
}

int main(int argc, char **argv)
{
	struct options options;
	struct sim_figures figures = {0};
	struct sim *sim = calloc(1, sizeof(*sim));
	uint64_t broken = 0;
	double start = now();

	if (sim == NULL || !read_options(argc, argv, &options))
		return usage();
	(void)setenv("TZ", "UTC", 1);
	tzset();
	lang_set("en");
	if (crypto_init(NULL) < 0)
		return 2;
	for (uint64_t i = 0; i < options.count; i++) {
		bool fine =
		    sim_run(sim, options.from + i, &options.world, &figures);

		if (!fine) {
			tell_failure(sim, &options);
			broken++;
		}
		if (options.world.verbose)
			printf("trace %016" PRIx64 "\n", sim->trace);
		if (options.twice && !is_same_twice(sim, &options))
			broken++;
		if (broken > 0 && options.world.broken != BREAK_NOTHING)
			break;
		(void)fflush(stdout);
	}
	tell_figures(&figures, now() - start);
	free(sim);
	return (broken > 0) != (options.world.broken != BREAK_NOTHING);
}
