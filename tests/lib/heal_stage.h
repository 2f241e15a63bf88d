/*
 * A stage for tests of healing: an office and laptops in directories of their
 * own, real engines on both sides, and backups of the office's directory.
 */
#ifndef POINTEAU_TESTS_LIB_HEAL_STAGE_H
#define POINTEAU_TESTS_LIB_HEAL_STAGE_H

#include "agent/agent.h"
#include "agent/sync.h"
#include "server/office.h"
#include "server/service.h"
#include "tests/lib/kit.h"

#define HEAL_LAPTOPS   3
#define HEAL_STRUCTURE "RIVES"

struct heal_laptop {
	struct kit_machine machine;
	struct agent agent;
	char path[KIT_PATH + 8];
	bool open;
};

struct heal {
	char root[KIT_PATH];
	struct kit_machine desk;
	struct office office;
	struct service service;
	struct heal_laptop laptops[HEAL_LAPTOPS];
};

/* An office with two workers in the crew VERTS; no laptop yet. */
void heal_open(struct heal *heal);
void heal_close(struct heal *heal);

void heal_enrol(struct heal *heal, size_t laptop);
/* Leave the program and start it again; with the same boot. */
void heal_reopen(struct heal *heal, size_t laptop);
/* Save one half-day of V01; fails the test when it is refused. */
void heal_save(struct heal *heal, size_t laptop, const char *day, int minutes);
/* One whole sync; its summary. */
int heal_sync(struct heal *heal, size_t laptop, struct sync_summary *summary,
    struct err *err);
/* … which must succeed. */
struct sync_summary heal_sync_well(struct heal *heal, size_t laptop);

/* Keep a copy of the office's (or a laptop's) directory as ${name}; put it
 * in the place of what is there. Programs are left and started again. */
void heal_backup(struct heal *heal, const char *name);
void heal_restore(struct heal *heal, const char *name);
void heal_backup_laptop(struct heal *heal, size_t laptop, const char *name);
void heal_restore_laptop(struct heal *heal, size_t laptop, const char *name);

/* Uncontested minutes, as the office counts them. */
int64_t heal_minutes(struct heal *heal);
int64_t heal_epoch(struct heal *heal);

#endif
