/*
 * What happens in a world: steps drawn by weight from its seed.
 */
#include "tests/sim/sim.h"

#define YEAR_S ((int64_t)365 * 86400)

static struct sim_laptop *some_laptop(struct sim *sim)
{
	return sim->laptops[sim_pick(sim, sim->laptop_count)];
}

/* One that people record on; NULL when the draw fell on another. */
static struct sim_laptop *some_worker(struct sim *sim)
{
	struct sim_laptop *laptop = some_laptop(sim);

	return laptop->enrolled && !laptop->hostile && !laptop->disk->busy
	           ? laptop
	           : NULL;
}

static void do_record(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (laptop != NULL)
		sim_laptop_record(sim, laptop);
}

static void do_sync(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);
	struct err err = ERR_INIT;

	if (laptop == NULL)
		return;
	if (!sim->nested && sim_percent(sim, 6))
		sim_office_arm(sim);
	(void)sim_laptop_sync(sim, laptop, &err);
	sim_office_revive(sim);
}

static void do_office(struct sim *sim)
{
	sim_office_act(sim);
}

static void do_clock(struct sim *sim)
{
	struct sim_laptop *laptop = some_laptop(sim);

	switch (sim_pick(sim, 4)) {
	case 0:
		laptop->machine.skew_s = 0;
		break;
	case 1:
		laptop->machine.skew_s = sim_between(sim, -86400, 86400);
		break;
	default:
		laptop->machine.skew_s =
		    sim_between(sim, -10 * YEAR_S, 10 * YEAR_S);
		break;
	}
	/* The server's own clock is set back an hour now and then. */
	if (sim_percent(sim, 10))
		sim->office_machine.skew_s = -sim_between(sim, 0, 3600);
	sim_log(sim, "laptop %u's clock is wrong by %d days",
	    sim_laptop_bit(sim, laptop), (int)(laptop->machine.skew_s / 86400));
}

static void do_boot(struct sim *sim)
{
	sim_machine_boot(&some_laptop(sim)->machine);
}

static void do_blackout(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (sim_percent(sim, 20))
		sim_office_blackout(sim);
	else if (laptop != NULL)
		sim_laptop_blackout(sim, laptop);
}

static void do_backup(struct sim *sim)
{
	if (!sim->restores_office)
		return;
	if (!sim->backup || sim_percent(sim, 60))
		sim_office_backup(sim);
	else if (sim->rollbacks < 2)
		sim_office_rollback(sim);
}

static void do_away(struct sim *sim)
{
	struct sim_laptop *laptop = some_laptop(sim);

	laptop->away_until = sim->step + (int)sim_between(sim, 5, 60);
}

static void do_snapshot(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (laptop != NULL)
		sim_laptop_snapshot(sim, laptop);
}

static void do_restore(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (laptop != NULL)
		sim_laptop_restore(sim, laptop);
}

static void do_clone(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (laptop != NULL && sim->figures.clones < 3)
		sim_laptop_clone(sim, laptop);
}

static void do_stale(struct sim *sim)
{
	sim_net_stale(sim);
}

static void do_hostile(struct sim *sim)
{
	size_t first = sim_pick(sim, sim->laptop_count);

	for (size_t i = 0; i < sim->laptop_count; i++) {
		struct sim_laptop *laptop =
		    sim->laptops[(first + i) % sim->laptop_count];

		if (laptop->hostile && laptop->enrolled &&
		    !laptop->disk->busy) {
			sim_hostile_push(sim, laptop);
			return;
		}
	}
}

static void do_liar(struct sim *sim)
{
	struct sim_laptop *laptop = some_worker(sim);

	if (laptop != NULL)
		sim_liar_sync(sim, laptop);
}

static void do_join(struct sim *sim)
{
	struct sim_laptop *laptop = some_laptop(sim);

	if (!laptop->enrolled)
		sim_laptop_join(sim, laptop);
}

static const struct {
	void (*step)(struct sim *sim);
	unsigned weight;
	bool nested; /* may happen within a laptop's sync */
} steps[] = {
    {do_record, 300, true},
    {do_sync, 260, true},
    {do_office, 110, true},
    {do_clock, 30, true},
    {do_boot, 20, false},
    {do_blackout, 25, false},
    {do_away, 15, false},
    {do_snapshot, 20, false},
    {do_restore, 12, false},
    {do_clone, 6, false},
    {do_stale, 30, true},
    {do_hostile, 60, true},
    {do_liar, 15, false},
    {do_join, 20, false},
    {do_backup, 14, false},
};

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static void draw(struct sim *sim)
{
	unsigned sum = 0;
	size_t at;

	for (size_t i = 0; i < STEPS; i++)
		sum += sim->nested && !steps[i].nested ? 0 : steps[i].weight;
	at = sim_pick(sim, sum);
	for (size_t i = 0; i < STEPS; i++) {
		if (sim->nested && !steps[i].nested)
			continue;
		if (at < steps[i].weight) {
			steps[i].step(sim);
			return;
		}
		at -= steps[i].weight;
	}
}

void sim_plan_nested(struct sim *sim, const struct sim_laptop *busy)
{
	(void)busy; /* its disk says so */
	sim->nested = true;
	draw(sim);
	sim->nested = false;
}

/* Mostly few laptops, now and then a fleet. */
static size_t draw_laptops(struct sim *sim)
{
	size_t at = sim_pick(sim, 100);

	if (at < 70)
		return 2 + sim_pick(sim, 3);
	if (at < 96)
		return 5 + sim_pick(sim, 4);
	return at < 99 ? 12 : 40;
}

void sim_plan_run(struct sim *sim)
{
	size_t laptops = draw_laptops(sim);
	/* Many short lives find more than few long ones. */
	int count = (int)(sim_percent(sim, 25) ? sim_between(sim, 150, 250)
					       : sim_between(sim, 60, 140)) +
	            (int)laptops * 2;

	sim_office_lists(sim);
	for (size_t i = 0; i < laptops && !sim_has_failed(sim); i++)
		sim_laptop_join(
		    sim, sim_laptop_new(
			     sim, i + 1 == laptops && sim_percent(sim, 40)));
	while (sim->step < count && !sim_has_failed(sim)) {
		sim->step++;
		sim->now_s += sim_percent(sim, 90)
		                  ? sim_between(sim, 1, 3600)
		                  : sim_between(sim, 3600, 86400);
		draw(sim);
	}
}

/* Revoked before it ever heard that it was enrolled, a laptop is nothing. */
static bool takes_part(const struct sim *sim, const struct sim_laptop *laptop)
{
	return !laptop->hostile &&
	       (laptop->enrolled || !sim_is_revoked(sim, laptop->device));
}

/* Faults cease: every laptop syncs, in any order, three times at most. */
void sim_plan_settle(struct sim *sim)
{
	int last[SIM_LAPTOPS_MAX] = {0};

	sim_log(sim, "faults cease");
	sim->faulty = false;
	sim_net_clear(sim);
	sim->office_machine.skew_s = 0;
	for (size_t i = 0; i < sim->laptop_count; i++) {
		if (!takes_part(sim, sim->laptops[i]))
			continue;
		if (!sim->laptops[i]->enrolled)
			sim_laptop_join(sim, sim->laptops[i]);
		if (!sim->laptops[i]->enrolled)
			sim_fail(sim, "I19", "laptop %zu cannot enrol", i);
	}
	for (int round = 0; round < 3; round++) {
		size_t first = sim_pick(sim, sim->laptop_count);

		sim->step++;
		sim->now_s += 600;
		for (size_t i = 0; i < sim->laptop_count; i++) {
			size_t at = (first + i) % sim->laptop_count;
			struct err err = ERR_INIT;

			if (takes_part(sim, sim->laptops[at]) &&
			    !sim_has_failed(sim))
				last[at] = sim_laptop_sync(
				    sim, sim->laptops[at], &err);
		}
	}
	for (size_t i = 0; i < sim->laptop_count; i++) {
		bool revoked = sim_is_revoked(sim, sim->laptops[i]->device);

		if (takes_part(sim, sim->laptops[i]) &&
		    last[i] != (revoked ? E_REVOKED : 0))
			sim_fail(sim, "I19",
			    "laptop %zu does not sync after three periods: %d",
			    i, last[i]);
	}
}
