#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tests/lib/kit.h"
#include "tests/sim/sim.h"

#define FILES_MAX 16
#define START_S   1793606400 /* 2026-11-02T08:00:00Z, a Monday */

uint64_t sim_random(struct sim *sim)
{
	return kit_random(&sim->chance);
}

size_t sim_pick(struct sim *sim, size_t count)
{
	return kit_pick(&sim->chance, count);
}

int64_t sim_between(struct sim *sim, int64_t low, int64_t high)
{
	return low + (int64_t)sim_pick(sim, (size_t)(high - low + 1));
}

bool sim_percent(struct sim *sim, unsigned percent)
{
	return sim_pick(sim, 100) < percent;
}

/* FNV-1a over all that is told: two runs of one seed must tell the same. */
static void trace(struct sim *sim, const char *text)
{
	for (; *text != '\0'; text++)
		sim->trace = (sim->trace ^ (uint8_t)*text) * 1099511628211u;
}

void sim_log(struct sim *sim, const char *format, ...)
{
	char text[SIM_TEXT];
	va_list args;

	va_start(args, format);
	(void)vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	trace(sim, text);
	if (sim->verbose)
		printf(
		    "%5d %s%s\n", sim->step, sim->nested ? "    " : "", text);
}

void sim_fail(struct sim *sim, const char *invariant, const char *format, ...)
{
	va_list args;

	if (sim_has_failed(sim))
		return;
	va_start(args, format);
	(void)vsnprintf(sim->why, sizeof(sim->why), format, args);
	va_end(args);
	(void)snprintf(sim->failed, sizeof(sim->failed), "%s", invariant);
	sim->failed_step = sim->step;
	sim_log(sim, "BROKEN %s", invariant);
}

bool sim_has_failed(const struct sim *sim)
{
	return sim->failed[0] != '\0';
}

/* ---- machines ---- */

static int64_t now_s(void *context)
{
	const struct sim_machine *machine = context;

	return machine->sim->now_s + machine->skew_s;
}

static void draw(void *context, void *out, size_t len)
{
	struct sim_machine *machine = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < len; i++)
		bytes[i] = (uint8_t)(kit_random(&machine->chance) >> 24);
}

static void boot_id(void *context, char out[64])
{
	const struct sim_machine *machine = context;

	(void)snprintf(out, 64, "%s boot %d", machine->machine, machine->boots);
}

static void machine_id(void *context, char out[64])
{
	const struct sim_machine *machine = context;

	(void)snprintf(out, 64, "%s", machine->machine);
}

void sim_machine_init(
    struct sim *sim, struct sim_machine *machine, const char *vfs)
{
	*machine = (struct sim_machine){.sim = sim, .chance = sim_random(sim)};
	machine->os =
	    (struct os){machine, now_s, draw, boot_id, machine_id, .vfs = vfs};
	sim_machine_other(sim, machine);
}

void sim_machine_other(struct sim *sim, struct sim_machine *machine)
{
	(void)snprintf(machine->machine, sizeof(machine->machine),
	    "%016" PRIx64, sim_random(sim));
}

void sim_machine_boot(struct sim_machine *machine)
{
	machine->boots++;
}

/* ---- the world ---- */

static int remove_one(
    const char *path, const struct stat *info, int type, struct FTW *walk)
{
	(void)info;
	(void)type;
	(void)walk;
	return remove(path);
}

/* Keys and settings are real files: in memory where the system has that. */
static void make_root(struct sim *sim)
{
	struct stat info;

	(void)snprintf(sim->root, sizeof(sim->root), "%s/pointeau-sim.XXXXXX",
	    stat("/dev/shm", &info) == 0 ? "/dev/shm" : "/tmp");
	if (mkdtemp(sim->root) == NULL) {
		perror(sim->root);
		exit(2);
	}
}

void sim_world_open(struct sim *sim)
{
	uint64_t seed = sim->seed;

	make_root(sim);
	sim->trace = 14695981039346656037u;
	sim->faulty = true;
	sim->start_s = sim->now_s = START_S;
	/* Mixed: neighbouring seeds would live one sequence, a step apart. */
	sim->chance = kit_random(&seed);
	sim_office_start(sim);
}

void sim_world_close(struct sim *sim)
{
	for (size_t i = 0; i < sim->laptop_count; i++)
		sim_laptop_free(sim->laptops[i]);
	sim_office_stop(sim);
	cut_disk_free(sim->office_disk.disk);
	for (size_t i = 0; i < sim->disk_count; i++) {
		cut_disk_free(sim->disks[i]->disk);
		free(sim->disks[i]);
	}
	sim_net_clear(sim);
	free(sim->entries);
	free(sim->entry_index);
	free(sim->receipts);
	free(sim->pieces);
	sim_closings_free(sim);
	(void)nftw(sim->root, remove_one, FILES_MAX, FTW_DEPTH | FTW_PHYS);
}

void sim_day(const struct sim *sim, int64_t days, char out[DATE_TEXT])
{
	struct date date = date_from_days(sim->now_s / 86400 + days);

	date_format(&date, out);
}

bool sim_run(struct sim *sim, uint64_t seed, const struct sim_options *options,
    struct sim_figures *figures)
{
	memset(sim, 0, sizeof(*sim));
	sim->seed = seed;
	sim->broken = options->broken;
	sim->verbose = options->verbose;
	sim->restores_office = options->rollbacks;
	sim_world_open(sim);
	sim_plan_run(sim);
	if (!sim_has_failed(sim))
		sim_plan_settle(sim);
	if (!sim_has_failed(sim))
		sim_check(sim);
	sim->figures.seeds = 1;
	sim->figures.steps = sim->step;
	sim->figures.site_days =
	    (sim->now_s - sim->start_s) / 86400 * (int64_t)sim->laptop_count;
	if (figures != NULL) {
		int64_t *sum = (int64_t *)figures;
		const int64_t *more = (const int64_t *)&sim->figures;

		for (size_t i = 0; i < sizeof(*figures) / sizeof(*sum); i++)
			sum[i] += more[i];
	}
	sim_world_close(sim);
	return !sim_has_failed(sim);
}
