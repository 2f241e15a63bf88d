/*
 * Directories that are copied: an old copy put back, a clone that goes on
 * beside the original with the same key.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shared/ledger.h"
#include "tests/sim/sim.h"

static void copy_path(
    const struct sim *sim, const struct sim_laptop *laptop, char out[SIM_PATH])
{
	(void)snprintf(out, SIM_PATH, "%.60s/old%u/", sim->root,
	    sim_laptop_bit(sim, laptop));
}

static void directory_path(
    const struct sim_laptop *laptop, char out[SIM_PATH + 1])
{
	(void)snprintf(out, SIM_PATH + 1, "%s/", laptop->directory);
}

void sim_laptop_snapshot(struct sim *sim, struct sim_laptop *laptop)
{
	uint64_t bit = 1ull << sim_laptop_bit(sim, laptop);
	char from[SIM_PATH + 1], to[SIM_PATH];

	directory_path(laptop, from);
	copy_path(sim, laptop, to);
	sim_laptop_close(laptop);
	cut_disk_copy(laptop->disk->disk, from, to);
	laptop->snapshot = true;
	if (!sim_laptop_open(sim, laptop))
		return;
	for (size_t i = 0; i < sim->entry_count; i++) {
		struct sim_entry *entry = &sim->entries[i];
		struct buf bytes = BUF_INIT;

		/* What it has received a receipt for may have left it. */
		entry->copies &= ~bit;
		if ((entry->holders & bit) != 0 &&
		    ledger_bytes(laptop->agent.db,
			sim->structures[entry->structure], &entry->hash, &bytes,
			NULL) == 0)
			entry->copies |= bit;
		buf_free(&bytes);
	}
	sim_laptop_close(laptop);
	sim_log(sim, "laptop %u is copied away", sim_laptop_bit(sim, laptop));
}

/* What nobody has any more is lost by the person who put the old copy back,
 * unless the office has it without anybody knowing. */
static void forget(struct sim *sim, struct sim_entry *entry)
{
	struct buf bytes = BUF_INIT;

	if (entry->holders != 0 || entry->office)
		return;
	if (sim->office_open &&
	    ledger_bytes(sim->office.db, sim->structures[entry->structure],
		&entry->hash, &bytes, NULL) == 0)
		entry->office = true;
	else
		entry->gone = true;
	buf_free(&bytes);
}

void sim_laptop_restore(struct sim *sim, struct sim_laptop *laptop)
{
	uint64_t bit = 1ull << sim_laptop_bit(sim, laptop);
	char from[SIM_PATH], to[SIM_PATH + 1];

	if (!laptop->snapshot)
		return;
	copy_path(sim, laptop, from);
	directory_path(laptop, to);
	sim_laptop_close(laptop);
	cut_disk_copy(laptop->disk->disk, from, to);
	memset(laptop->scanned, 0, sizeof(laptop->scanned));
	for (size_t i = 0; i < sim->entry_count; i++) {
		struct sim_entry *entry = &sim->entries[i];
		bool held = (entry->holders & bit) != 0;

		entry->holders &= ~bit;
		if ((entry->copies & bit) != 0)
			entry->holders |= bit;
		else if (held)
			forget(sim, entry);
	}
	/* Put back after a reboot, or while the machine ran. */
	if (sim_percent(sim, 50))
		sim_machine_boot(&laptop->machine);
	laptop->restored = true;
	sim->figures.restores++;
	sim_log(sim, "laptop %u goes back to its old copy",
	    sim_laptop_bit(sim, laptop));
}

static void copy_files(
    const struct sim_laptop *from, const struct sim_laptop *to)
{
	char one[SIM_PATH + 20], other[SIM_PATH + 20];
	struct buf key = BUF_INIT;
	struct err err = ERR_INIT;

	(void)snprintf(
	    one, sizeof(one), "%s/%s", from->directory, AGENT_KEY_NAME);
	(void)snprintf(
	    other, sizeof(other), "%s/%s", to->directory, AGENT_KEY_NAME);
	if (os_directory_make(to->directory, &err) < 0 ||
	    os_file_read(&key, one, 4096, &err) < 0 ||
	    os_file_write(other, key.data, key.len, 0600, &err) < 0) {
		fprintf(stderr, "%s\n", err.text);
		abort();
	}
	buf_free(&key);
}

void sim_laptop_clone(struct sim *sim, struct sim_laptop *laptop)
{
	uint64_t bit = 1ull << sim_laptop_bit(sim, laptop), other;
	char from[SIM_PATH + 1], to[SIM_PATH + 1];
	struct sim_laptop *clone;

	if (sim->laptop_count == SIM_LAPTOPS_MAX)
		return;
	clone = calloc(1, sizeof(*clone));
	assert(clone != NULL);
	*clone = (struct sim_laptop){.disk = laptop->disk,
	    .device = laptop->device,
	    .enrolled = laptop->enrolled,
	    .clone = true};
	laptop->clone = true;
	clone->machine = laptop->machine;
	clone->machine.os.context = &clone->machine;
	clone->machine.chance = sim_random(sim);
	/* On another machine, or in another directory of the same. */
	if (sim_percent(sim, 60))
		sim_machine_other(sim, &clone->machine);
	(void)snprintf(clone->directory, SIM_PATH, "%.100s/l%zu", sim->root,
	    sim->laptop_count);
	sim->laptops[sim->laptop_count++] = clone;
	other = 1ull << sim_laptop_bit(sim, clone);
	directory_path(laptop, from);
	directory_path(clone, to);
	sim_laptop_close(laptop);
	cut_disk_copy(laptop->disk->disk, from, to);
	copy_files(laptop, clone);
	for (size_t i = 0; i < sim->entry_count; i++) {
		if ((sim->entries[i].holders & bit) != 0)
			sim->entries[i].holders |= other;
	}
	sim->figures.clones++;
	sim_log(sim, "laptop %u is cloned as %u", sim_laptop_bit(sim, laptop),
	    sim_laptop_bit(sim, clone));
}
