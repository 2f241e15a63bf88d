/* The first start: a laptop's directory being made, under cuts. */
#include <string.h>

#include "agent/journal.h"
#include "tests/power/power.h"

#define CUT_WITHIN 140 /* operations: making it, and a little more */
#define WORD       "Portable 3"

static int open_or_make(struct power *power, struct err *err)
{
	int rc = agent_open(
	    &power->agent, power->laptop_path, &power->laptop.os, true, err);

	power->agent_open = rc == 0;
	return rc;
}

/* True when all was done before the cut. */
static bool start_until_cut(struct power *power)
{
	struct err err = ERR_INIT;
	int rc;

	cut_disk_remove(power->laptop_disk, power->laptop_path);
	cut_disk_cut(power->laptop_disk, 1 + power_pick(power, CUT_WITHIN));
	rc = open_or_make(power, &err);
	if (rc == 0)
		rc = power_weaken(power, power->agent.db, &err);
	if (rc == 0)
		rc = journal_put(power->agent.db, SETTING_NAME, WORD, &err);
	if (rc < 0 && !cut_disk_is_cut(power->laptop_disk))
		power_trouble(power, "the first start fails: %s", err.text);
	power_agent_close(power);
	/* Done early: the power goes when all is quiet. */
	if (!cut_disk_is_cut(power->laptop_disk)) {
		cut_disk_restart(power->laptop_disk);
		power->figures.cuts++;
	}
	(void)power_restart(power, power->laptop_disk);
	return rc == 0;
}

/* The next start goes on from whatever is there. */
static void start_again(struct power *power, bool acknowledged)
{
	struct buf name = BUF_INIT;
	struct err err = ERR_INIT;

	if (open_or_make(power, &err) < 0 ||
	    db_check(power->agent.db, &err) < 0 ||
	    journal_get(power->agent.db, SETTING_NAME, &name, &err) < 0) {
		power->damage = true;
		power_trouble(power, "the next start fails: %s", err.text);
	} else if (acknowledged && strcmp(buf_text(&name), WORD) != 0) {
		power_trouble(power, "a setting that was kept is lost");
	} else if (!acknowledged &&
		   journal_put(power->agent.db, SETTING_NAME, WORD, &err) < 0) {
		power_trouble(power, "the next start fails: %s", err.text);
	}
	power->figures.saves += acknowledged ? 1 : 0;
	power_agent_close(power);
	buf_free(&name);
}

void power_first_batch(struct power *power, uint64_t cuts)
{
	uint64_t end = power->figures.cuts + cuts;

	while (power_is_well(power) && power->figures.cuts < end) {
		bool acknowledged = start_until_cut(power);

		if (power_is_well(power))
			start_again(power, acknowledged);
	}
}
