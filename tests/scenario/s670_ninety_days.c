/*
 * Ninety days without the office, through the real code on a simulated clock:
 * a crew of twelve recorded each half-day, "Terminer" each time, nights asleep,
 * a month without any network, one on a network from which the office cannot
 * be reached, one without again. What it costs stays bounded: attempts, the
 * disk, memory. Then the network is back, and all is received.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "agent/acts_hours.h"
#include "agent/auto_sync.h"
#include "agent/journal.h"
#include "agent/roster.h"
#include "agent/save.h"
#include "server/act.h"
#include "shared/date.h"
#include "shared/json.h"
#include "shared/ledger_set.h"
#include "shared/os_net.h"
#include "tests/lib/heal_stage.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define DAYS    90
#define WORKERS 12
#define MINUTES 210
#define MORNING 8 /* o'clock: the laptop is opened */
#define EVENING 18
#define HOUR_S  3600
#define DAY_S   (24 * HOUR_S)

/* Bounds of the promise (docs/operations.md). */
#define ATTEMPTS_A_DAY_MAX       25 /* without a network */
#define ATTEMPTS_A_DAY_ALONE_MAX 60 /* on one that leads nowhere */
#define DISK_MAX                 (INT64_C(4) * 1024 * 1024)
#define GROWTH_MAX               (INT64_C(4) * 1024 * 1024)

/* The machine's clock that never jumps; asleep it stands still. */
static struct world {
	struct heal heal;
	struct auto_sync *sync;
	int64_t started_s;
	int64_t asleep_s;
	uint64_t network;
	int attempts;
} world;

static struct heal_laptop *laptop(void)
{
	return &world.heal.laptops[0];
}

static int64_t ticks_ms(void *context)
{
	const struct kit_machine *machine = context;

	return (machine->now_s - world.started_s - world.asleep_s) * 1000;
}

static uint64_t network(void *context)
{
	(void)context;
	return world.network;
}

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- the crew ---- */

static void worker_name(int number, char out[8])
{
	(void)snprintf(out, 8, "V%02d", number);
}

/* The stage has two of them. */
static void hire(void)
{
	struct err err = ERR_INIT;
	struct act act;

	must(act_begin(&act, &world.heal.office, &err), &err);
	for (int i = 3; i <= WORKERS; i++) {
		char record[16], name[8];
		json_t *value = json_pack("{s:s,s:s,s:[{s:s,s:s}]}", "first",
		    "Fatou", "initial", "D", "crews", "crew", "VERTS", "from",
		    "2024-01-01");

		worker_name(i, name);
		(void)snprintf(record, sizeof(record), "worker/%s", name);
		must(act_set(&act, HEAL_STRUCTURE, "worker", record, value,
			 NULL, &err),
		    &err);
		json_decref(value);
	}
	must(act_commit(&act, &err), &err);
}

static void save_one(
    const struct acts_call *call, int worker, const char *day, const char *slot)
{
	struct acts_wish wish = ACTS_WISH_INIT;
	struct acts_done done = {0};
	struct acts_place place;
	struct err err = ERR_INIT;
	char name[8];

	memset(&place, 0, sizeof(place));
	worker_name(worker, name);
	place.structure = "";
	place.worker = name;
	strcpy(place.slot, slot);
	strcpy(place.day, day);
	wish.minutes = MINUTES;
	must(acts_hours_add(call, &place, &wish, &done, &err), &err);
	acts_hours_clear(&done);
}

/* Twelve taps, then "Terminer". */
static void save_half(const char *slot)
{
	struct agent *agent = &laptop()->agent;
	char day[DATE_TEXT];
	struct roster roster;
	struct err err = ERR_INIT;
	struct save save;
	struct date date;

	date_local(laptop()->machine.now_s, &date);
	date_format(&date, day);
	must(roster_load(&roster, agent->db, &err), &err);
	const struct acts_call call = {&save, &roster, NULL, NULL, NULL, false};

	for (int i = 1; i <= WORKERS; i++) {
		must(save_begin(&save, agent, &err), &err);
		save_one(&call, i, day, slot);
		must(save_commit(&save, &err), &err);
		save_end(&save);
		auto_sync_kick(world.sync, AUTO_SYNC_SOON);
	}
	auto_sync_kick(world.sync, AUTO_SYNC_NOW);
	roster_clear(&roster);
}

/* ---- time ---- */

/* Until ${until_s}, awake: whatever is due happens when it is. */
static void live(int64_t until_s)
{
	struct kit_machine *machine = &laptop()->machine;

	for (;;) {
		int64_t due_ms = auto_sync_due(world.sync) - ticks_ms(machine);
		int64_t due_s = machine->now_s + (due_ms + 999) / 1000;

		if (due_s > until_s)
			break;
		if (due_s > machine->now_s)
			machine->now_s = due_s;
		auto_sync_turn(world.sync);
		world.attempts++;
	}
	machine->now_s = until_s;
}

static void sleep_until(int64_t until_s)
{
	struct kit_machine *machine = &laptop()->machine;

	world.asleep_s += until_s - machine->now_s;
	machine->now_s = until_s;
	auto_sync_happened(world.sync, OS_WATCH_WAKE);
}

static void live_a_day(int64_t midnight_s)
{
	sleep_until(midnight_s + MORNING * HOUR_S);
	live(midnight_s + 12 * HOUR_S);
	save_half("am");
	live(midnight_s + 17 * HOUR_S);
	save_half("pm");
	live(midnight_s + EVENING * HOUR_S);
}

/* ---- what it costs ---- */

static int64_t disk_bytes(void)
{
	struct buf out = BUF_INIT;
	int64_t bytes;

	assert_int_equal(kit_run("du -sb --apparent-size %s/l0 | cut -f1 "
				 ">%s/size",
			     world.heal.root, world.heal.root),
	    0);
	kit_read(&out, world.heal.root, "size");
	bytes = strtoll(buf_text(&out), NULL, 10);
	buf_free(&out);
	return bytes;
}

static int64_t memory_bytes(void)
{
	FILE *file = fopen("/proc/self/statm", "re");
	long long pages = 0;

	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*s %lld", &pages), 1);
	(void)fclose(file);
	return (int64_t)pages * sysconf(_SC_PAGESIZE);
}

static void live_days(int from, int to, uint64_t on, int attempts_max)
{
	int64_t first_s = (KIT_NOW_S / DAY_S + 1) * DAY_S;
	int before = world.attempts;

	world.network = on;
	for (int day = from; day < to; day++)
		live_a_day(first_s + (int64_t)day * DAY_S);
	print_message("days %d to %d, %s: %.1f attempts a day, %lld bytes on "
		      "disk, %lld of memory\n",
	    from + 1, to, on != 0 ? "a network to nowhere" : "no network",
	    (double)(world.attempts - before) / (to - from),
	    (long long)disk_bytes(), (long long)memory_bytes());
	assert_true(world.attempts - before <= (to - from) * attempts_max);
	/* It did try, each day. */
	assert_true(world.attempts - before >= to - from);
}

static int64_t count_waiting(void)
{
	struct ledger_counts counts = {0};
	struct err err = ERR_INIT;

	must(ledger_count(
		 laptop()->agent.db, laptop()->agent.device, &counts, &err),
	    &err);
	return counts.kept + counts.sent;
}

static void ninety_days_away(void **state)
{
	const struct auto_sync_metered metered = {false, NULL};
	struct kit_machine *machine;
	struct err err = ERR_INIT;
	int64_t warm, syncs = 0;

	(void)state;
	heal_open(&world.heal);
	hire();
	heal_enrol(&world.heal, 0);
	machine = &laptop()->machine;
	machine->os.ticks_ms = ticks_ms;
	machine->os.network = network;
	world.started_s = machine->now_s;
	/* Nobody listens there: refused at once, as fast as a test wants. */
	must(journal_put(
		 laptop()->agent.db, SETTING_URL, "https://127.0.0.1:1", &err),
	    &err);
	must(auto_sync_make(
		 &world.sync, laptop()->path, &machine->os, &metered, &err),
	    &err);
	live_days(0, 10, 0, ATTEMPTS_A_DAY_MAX);
	warm = memory_bytes();
	live_days(10, 30, 0, ATTEMPTS_A_DAY_MAX);
	live_days(30, 60, 7, ATTEMPTS_A_DAY_ALONE_MAX);
	live_days(60, DAYS, 0, ATTEMPTS_A_DAY_MAX);
	assert_int_equal(count_waiting(), DAYS * 2 * WORKERS);
	assert_true(disk_bytes() <= DISK_MAX);
	/* A sanitizer keeps what is freed, to watch it. */
	if (!SANITIZED)
		assert_true(memory_bytes() - warm <= GROWTH_MAX);
	auto_sync_free(world.sync);
	/* The office is there again, by its real handlers. */
	world.heal.desk.now_s = machine->now_s;
	do {
		(void)heal_sync_well(&world.heal, 0);
	} while (count_waiting() > 0 && ++syncs < 5);
	assert_int_equal(count_waiting(), 0);
	assert_int_equal(
	    heal_minutes(&world.heal), (int64_t)DAYS * 2 * WORKERS * MINUTES);
	print_message("all %d received by %lld sync(s)\n", DAYS * 2 * WORKERS,
	    (long long)syncs + 1);
	heal_close(&world.heal);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(ninety_days_away),
	};

	(void)setenv("TZ", "UTC", 1);
	/* What is tried over the network stays on this machine. */
	(void)setenv("no_proxy", "*", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
