/*
 * Power cuts under the real programs: a laptop that saves hours and an
 * office that it syncs with, on disks that forget what was not synced. After
 * each cut everything that anybody was told is kept must be there.
 *
 * The work goes in batches. Batch number i of seed S starts from the same
 * world with seed S+i, so that "--seed S+i" repeats it from its beginning.
 */
#ifndef POINTEAU_TESTS_POWER_H
#define POINTEAU_TESTS_POWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "agent/agent.h"
#include "agent/roster.h"
#include "server/office.h"
#include "server/service.h"
#include "shared/crypto.h"
#include "shared/receipt.h"
#include "tests/lib/cut_vfs.h"
#include "tests/lib/kit.h"

#define POWER_SAVES_MAX    8192 /* of one batch */
#define POWER_RECEIPTS_MAX 2048
#define POWER_TOGETHER_MAX 5 /* acts of one save */
#define POWER_TEXT         800

enum power_lane { POWER_SAVE, POWER_SYNC, POWER_FIRST };

/* What is weakened on purpose, to see that it is noticed. */
enum power_weakness {
	POWER_SOUND,
	POWER_LIE,    /* the disk ignores syncs */
	POWER_OFF,    /* PRAGMA synchronous=OFF */
	POWER_NORMAL, /* PRAGMA synchronous=NORMAL */
};

/* What came of it all; the same seed gives the same. */
struct power_figures {
	uint64_t cuts;
	uint64_t saves;    /* acknowledged */
	uint64_t receipts; /* sent by the office */
	uint64_t replays;  /* sent once more, for the same set */
	uint64_t syncs;    /* complete */
	uint64_t operations;
	uint64_t whole;   /* saves cut before they were acknowledged, kept */
	uint64_t absent;  /* … and not kept */
	uint64_t lost;    /* batches that ended with a loss */
	uint64_t damaged; /* … with a file that cannot be read */
	uint64_t trace;
};

/* What the office has said of a place of a log. ${receipt.manifest} is empty
 * for its own acts, whose head alone is known. */
struct power_place {
	struct receipt receipt;
	bool own;
};

struct power {
	enum power_lane lane;
	enum power_weakness weakness;
	struct power_figures figures;
	uint64_t chance;
	/* The two machines. */
	char root[KIT_PATH];
	char laptop_path[KIT_PATH + 8], office_path[KIT_PATH + 8];
	struct kit_machine laptop, desk;
	struct cut_disk *laptop_disk, *office_disk;
	struct agent agent;
	struct office office;
	struct service service;
	bool agent_open, office_open;
	struct roster roster;
	/* The books of a batch. */
	struct hash saves[POWER_SAVES_MAX];
	size_t save_count, checked_count;
	struct hash together[POWER_TOGETHER_MAX]; /* of the save under way */
	size_t together_count;
	bool committing;
	size_t slot; /* the next that nobody used */
	struct power_place places[POWER_RECEIPTS_MAX];
	size_t place_count;
	char trouble[POWER_TEXT]; /* "" while all is well */
	bool damage;
};

/* power_world.c: one world, made once, started over for each batch. */
void power_open(struct power *power);
void power_close(struct power *power);
void power_start_over(struct power *power, uint64_t seed);
size_t power_pick(struct power *power, size_t count);

/* Note the first thing that went wrong in this batch. */
void power_trouble(struct power *power, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static inline bool power_is_well(const struct power *power)
{
	return power->trouble[0] == '\0';
}

/* Start the programs; negative is trouble unless the power was cut. */
int power_agent_open(struct power *power);
/* Make a connection as careless as this run wants it. */
int power_weaken(const struct power *power, struct db *db, struct err *err);
void power_agent_close(struct power *power);
int power_office_open(struct power *power);
void power_office_close(struct power *power);
/* Power again on ${disk} after a cut; false when it had none. Its programs
 * are closed. */
bool power_restart(struct power *power, struct cut_disk *disk);

/* power_save.c */
void power_save_batch(struct power *power, uint64_t cuts);
/* Save some hours as people do. Negative when the power was cut. */
int power_save_hours(struct power *power);
/* Is all that was acknowledged there? Settles the save that was cut. */
void power_check_saves(struct power *power, bool all);

/* power_first.c */
void power_first_batch(struct power *power, uint64_t cuts);

/* power_sync.c */
void power_sync_batch(struct power *power, uint64_t cuts);

#endif
