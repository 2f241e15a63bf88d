/* The save path: what "pointeau hours add" does, under cuts. */
#include <stdio.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/save.h"
#include "shared/date.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/power/power.h"

#define CUT_WITHIN      120   /* operations: one save or two */
#define RECOVERY_WITHIN 8     /* operations: what opening after a cut does */
#define FIRST_DAY       20000 /* days since 1970: 2024-10-04 */

static const char *const workers[] = {"V01", "V02", "B01"};
#define WORKER_COUNT (sizeof(workers) / sizeof(workers[0]))

/* ---- saving ---- */

/* Slot number ${i} of the world. */
static void place_of(size_t i, struct acts_place *out)
{
	struct date date;

	memset(out, 0, sizeof(*out));
	out->structure = "";
	out->worker = workers[i % WORKER_COUNT];
	i /= WORKER_COUNT;
	strcpy(out->slot, i % 2 == 0 ? "am" : "pm");
	date = date_from_days(FIRST_DAY + (int64_t)(i / 2) % 700);
	date_format(&date, out->day);
}

static int act(struct power *power, struct save *save, struct err *err)
{
	struct acts_call call = {save, &power->roster, NULL, NULL, NULL, false};
	struct acts_wish wish = ACTS_WISH_INIT;
	struct acts_done done = {0};
	struct acts_place place;
	int rc;

	place_of(power->slot, &place);
	wish.minutes = 30 + 15 * (int)power_pick(power, 12);
	if (power_pick(power, 3) == 0)
		wish.activity = "débroussaillage des berges";
	if (power_pick(power, 4) == 0)
		call.note = "pluie l'après-midi, équipe réduite";
	power->slot++;
	rc = acts_hours_add(&call, &place, &wish, &done, err);
	if (rc == 0)
		power->together[power->together_count++] = done.hash;
	acts_hours_clear(&done);
	return rc;
}

static int save_some(struct power *power, size_t count, struct err *err)
{
	struct save save;
	int rc;

	if ((rc = save_begin(&save, &power->agent, err)) < 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = act(power, &save, err);
	if (rc == 0) {
		power->committing = true;
		rc = save_commit(&save, err);
	}
	save_end(&save);
	return rc;
}

static void acknowledge(struct power *power)
{
	for (size_t i = 0; i < power->together_count; i++) {
		if (power->save_count == POWER_SAVES_MAX) {
			power_trouble(power, "the books are full");
			break;
		}
		power->saves[power->save_count++] = power->together[i];
	}
	power->together_count = 0;
	power->committing = false;
}

int power_save_hours(struct power *power)
{
	size_t count = power_pick(power, 4) > 0
	                   ? 1
	                   : 1 + power_pick(power, POWER_TOGETHER_MAX);
	struct err err = ERR_INIT;
	int rc;

	power->laptop.now_s += 7;
	power->together_count = 0;
	power->committing = false;
	if ((rc = save_some(power, count, &err)) == 0) {
		acknowledge(power);
		power->figures.saves++;
	} else if (!cut_disk_is_cut(power->laptop_disk)) {
		power_trouble(power, "a save fails: %s", err.text);
	}
	return rc;
}

/* ---- checking ---- */

/* There, and byte for byte: an entry's name is the hash of its bytes. */
static bool is_kept(struct power *power, const struct hash *hash)
{
	struct buf body = BUF_INIT;
	struct hash again;
	bool kept;

	kept =
	    ledger_bytes(power->agent.db, "RIVES", hash, &body, NULL) == 0 ||
	    ledger_bytes(power->agent.db, "REMPARTS", hash, &body, NULL) == 0;
	if (kept)
		hash_of(&again, body.data, body.len);
	kept = kept && memcmp(again.bytes, hash->bytes, HASH_LEN) == 0;
	buf_free(&body);
	return kept;
}

/* What was cut before anybody was told is there as a whole or not at all. */
static void settle(struct power *power)
{
	size_t kept = 0;

	for (size_t i = 0; i < power->together_count; i++)
		kept += is_kept(power, &power->together[i]) ? 1 : 0;
	if (kept == 0) {
		power->figures.absent += power->together_count > 0 ? 1 : 0;
		power->together_count = 0;
		return;
	}
	if (!power->committing || kept < power->together_count)
		power_trouble(power, "%zu of %zu entries of a save are kept",
		    kept, power->together_count);
	power->figures.whole++;
	acknowledge(power);
}

void power_check_saves(struct power *power, bool all)
{
	struct ledger_counts counts = {0};
	struct err err = ERR_INIT;
	int64_t total;

	if (db_check(power->agent.db, &err) < 0) {
		power->damage = true;
		power_trouble(power, "laptop: %s", err.text);
		return;
	}
	settle(power);
	for (size_t i = all ? 0 : power->checked_count; i < power->save_count;
	     i++) {
		if (!is_kept(power, &power->saves[i]))
			power_trouble(power,
			    "acknowledged entry %zu of %zu is not there", i + 1,
			    power->save_count);
	}
	power->checked_count = power->save_count;
	if (ledger_count(power->agent.db, power->agent.device, &counts, &err) <
	    0)
		power_trouble(power, "%s", err.text);
	total = counts.kept + counts.sent + counts.received;
	if (total != (int64_t)power->save_count)
		power_trouble(power, "%lld entries, not %zu", (long long)total,
		    power->save_count);
}

/* ---- a batch ---- */

/* Opening after a cut may be cut as well. */
static void cut_recovery(struct power *power)
{
	while (power_is_well(power) && power_pick(power, 8) == 0) {
		cut_disk_cut(
		    power->laptop_disk, 1 + power_pick(power, RECOVERY_WITHIN));
		(void)power_agent_open(power);
		power_agent_close(power);
		(void)power_restart(power, power->laptop_disk);
	}
}

static void save_until_cut(struct power *power)
{
	int rc = 0;

	cut_disk_cut(power->laptop_disk, 1 + power_pick(power, CUT_WITHIN));
	while (rc == 0 && power_is_well(power) &&
	       !cut_disk_is_cut(power->laptop_disk)) {
		if (power_pick(power, 8) == 0)
			power_agent_close(power);
		if ((rc = power_agent_open(power)) == 0)
			rc = power_save_hours(power);
	}
	power_agent_close(power);
	(void)power_restart(power, power->laptop_disk);
}

void power_save_batch(struct power *power, uint64_t cuts)
{
	uint64_t end = power->figures.cuts + cuts;

	while (power_is_well(power) && power->figures.cuts < end) {
		bool last;

		save_until_cut(power);
		cut_recovery(power);
		last = power->figures.cuts >= end;
		if (power_is_well(power) && power_agent_open(power) == 0)
			power_check_saves(power, last);
	}
}
