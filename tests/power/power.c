/* The program: batches of cuts, one line of figures, and how to repeat. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/lang.h"
#include "shared/os.h"
#include "tests/power/power.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SLOW true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
#define IS_SLOW true
#endif
#endif
#ifndef IS_SLOW
#define IS_SLOW false
#endif

static const struct lane {
	const char *name;
	void (*batch)(struct power *power, uint64_t cuts);
	uint64_t batch_cuts;
	uint64_t short_cuts, full_cuts;
} lanes[] = {
    [POWER_SAVE] = {"save", power_save_batch, 50, 5000, 100000},
    [POWER_SYNC] = {"sync", power_sync_batch, 40, 200, 5000},
    [POWER_FIRST] = {"first", power_first_batch, 40, 300, 5000},
};
#define LANE_COUNT (sizeof(lanes) / sizeof(lanes[0]))

static const char *const weaknesses[] = {
    [POWER_SOUND] = "sound",
    [POWER_LIE] = "lie",
    [POWER_OFF] = "off",
    [POWER_NORMAL] = "normal",
};
#define WEAKNESS_COUNT (sizeof(weaknesses) / sizeof(weaknesses[0]))

struct options {
	const struct lane *lane;
	enum power_weakness weakness;
	uint64_t seed;
	uint64_t cuts; /* 0: as the environment says */
	bool twice;
};

static int usage(void)
{
	(void)fprintf(stderr,
	    "power save|sync|first [--cuts N] [--seed S] "
	    "[--weaken lie|off|normal] [--twice]\n"
	    "Cuts the power N times under real saves or syncs, and looks for "
	    "what was lost.\n"
	    "--weaken  makes the disk or SQLite less careful: the run fails "
	    "unless that is noticed\n"
	    "--twice   does it all twice: the run fails unless the figures "
	    "are the same\n");
	return 2;
}

static bool read_number(uint64_t *out, const char *text)
{
	char *end = NULL;

	if (text == NULL || text[0] < '0' || text[0] > '9')
		return false;
	*out = strtoull(text, &end, 10);
	return *end == '\0';
}

static bool read_weakness(enum power_weakness *out, const char *text)
{
	for (size_t i = 0; text != NULL && i < WEAKNESS_COUNT; i++) {
		if (strcmp(weaknesses[i], text) == 0) {
			*out = (enum power_weakness)i;
			return true;
		}
	}
	return false;
}

static bool read_options(struct options *out, char **argv)
{
	for (size_t i = 0; argv[1] != NULL && i < LANE_COUNT; i++) {
		if (strcmp(argv[1], lanes[i].name) == 0)
			out->lane = &lanes[i];
	}
	if (out->lane == NULL)
		return false;
	for (argv += 2; *argv != NULL; argv++) {
		bool known = true;

		if (strcmp(*argv, "--twice") == 0)
			out->twice = true;
		else if (strcmp(*argv, "--cuts") == 0)
			known = read_number(&out->cuts, *++argv);
		else if (strcmp(*argv, "--seed") == 0)
			known = read_number(&out->seed, *++argv);
		else if (strcmp(*argv, "--weaken") == 0)
			known = read_weakness(&out->weakness, *++argv);
		else
			known = false;
		if (!known)
			return false;
	}
	return true;
}

static uint64_t cuts_wanted(const struct options *options)
{
	const char *full = getenv("POINTEAU_FULL");

	if (options->cuts > 0)
		return options->cuts;
	if (full == NULL || strcmp(full, "1") != 0 || IS_SLOW)
		return options->lane->short_cuts;
	return options->lane->full_cuts;
}

/* What was found in this batch; how to see it again. */
static void report(
    const struct options *options, const struct power *power, uint64_t seed)
{
	printf("seed %" PRIu64 ": %s\n", seed, power->trouble);
	printf("again: power %s --cuts %" PRIu64 " --seed %" PRIu64
	       " --weaken %s\n",
	    options->lane->name, options->lane->batch_cuts, seed,
	    weaknesses[options->weakness]);
}

static void mix(struct power *power)
{
	uint64_t state = power->figures.trace ^ power->chance ^
	                 power->laptop.chance ^ power->desk.chance;

	power->figures.operations = cut_disk_operations(power->laptop_disk) +
	                            cut_disk_operations(power->office_disk);
	for (size_t i = 0; i < power->save_count; i++) {
		uint64_t part;

		memcpy(&part, power->saves[i].bytes, sizeof(part));
		state ^= part;
	}
	power->figures.trace = kit_random(&state);
}

/* A sound run ends with its first trouble. */
static struct power_figures run(const struct options *options)
{
	struct power *power = calloc(1, sizeof(*power));
	const struct lane *lane = options->lane;
	uint64_t wanted = cuts_wanted(options);
	uint64_t seed = options->seed;
	struct power_figures figures;

	if (power == NULL)
		abort();
	power->lane = (enum power_lane)(lane - lanes);
	power_open(power);
	power->weakness = options->weakness;
	for (; power->figures.cuts < wanted; seed++) {
		uint64_t left = wanted - power->figures.cuts;

		power_start_over(power, seed);
		lane->batch(
		    power, left < lane->batch_cuts ? left : lane->batch_cuts);
		mix(power);
		if (power_is_well(power))
			continue;
		power->figures.lost += power->damage ? 0 : 1;
		power->figures.damaged += power->damage ? 1 : 0;
		if (options->weakness != POWER_SOUND)
			continue;
		report(options, power, seed);
		break;
	}
	figures = power->figures;
	power_close(power);
	free(power);
	return figures;
}

static void summary(const struct options *options,
    const struct power_figures *figures, int64_t time_ms)
{
	uint64_t rate =
	    figures->cuts * 1000 / (uint64_t)(time_ms > 0 ? time_ms : 1);

	printf("power %s%s%s: %" PRIu64 " cuts in %" PRIu64
	       " operations, %" PRIu64 " saves acknowledged, %" PRIu64
	       " cut saves kept whole and %" PRIu64 " absent",
	    options->lane->name,
	    options->weakness != POWER_SOUND ? " weakened by " : "",
	    options->weakness != POWER_SOUND ? weaknesses[options->weakness]
					     : "",
	    figures->cuts, figures->operations, figures->saves, figures->whole,
	    figures->absent);
	if (options->lane == &lanes[POWER_SYNC])
		printf(", %" PRIu64 " receipts, %" PRIu64 " repeated, %" PRIu64
		       " whole syncs",
		    figures->receipts, figures->replays, figures->syncs);
	printf("; %" PRIu64 " lost, %" PRIu64 " damaged; %" PRIu64
	       " cuts/s (seed %" PRIu64 ")\n",
	    figures->lost, figures->damaged, rate, options->seed);
}

int main(int argc, char **argv)
{
	struct options options = {.seed = 1};
	struct power_figures figures, again;
	int64_t from_ms;
	uint64_t found;

	(void)argc;
	if (!read_options(&options, argv))
		return usage();
	(void)setenv("TZ", "UTC", 1);
	lang_set("en");
	from_ms = os_monotonic_ms();
	figures = run(&options);
	summary(&options, &figures, os_monotonic_ms() - from_ms);
	if (options.twice) {
		again = run(&options);
		if (memcmp(&figures, &again, sizeof(figures)) != 0) {
			printf("the same seed gives other figures\n");
			return 1;
		}
		printf("the same again\n");
	}
	found = figures.lost + figures.damaged;
	return (found > 0) == (options.weakness != POWER_SOUND) ? 0 : 1;
}
