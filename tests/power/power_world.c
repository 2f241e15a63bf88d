#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/enrol.h"
#include "agent/sync.h"
#include "server/act.h"
#include "server/enrolment.h"
#include "shared/json.h"
#include "tests/lib/bridge.h"
#include "tests/power/power.h"

#define LAPTOP_VFS "power-laptop"
#define OFFICE_VFS "power-office"
#define KEPT       "/kept/"

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

size_t power_pick(struct power *power, size_t count)
{
	return kit_pick(&power->chance, count);
}

void power_trouble(struct power *power, const char *format, ...)
{
	va_list args;

	if (!power_is_well(power))
		return;
	va_start(args, format);
	(void)vsnprintf(power->trouble, sizeof(power->trouble), format, args);
	va_end(args);
}

/* ---- the programs ---- */

int power_weaken(const struct power *power, struct db *db, struct err *err)
{
	if (power->weakness == POWER_SOUND || power->weakness == POWER_LIE)
		return 0;
	return db_script(db,
	    power->weakness == POWER_OFF ? "PRAGMA synchronous=OFF"
					 : "PRAGMA synchronous=NORMAL",
	    err);
}

/* A file that cannot be used is damage; other trouble is a loss. */
static int opened(struct power *power, const struct cut_disk *disk,
    const char *who, int rc, const struct err *err)
{
	if (rc < 0 && !cut_disk_is_cut(disk)) {
		power_trouble(power, "%s does not open: %s", who, err->text);
		power->damage = true;
	}
	return rc;
}

int power_agent_open(struct power *power)
{
	struct err err = ERR_INIT;
	int rc;

	if (power->agent_open)
		return 0;
	rc = agent_open(
	    &power->agent, power->laptop_path, &power->laptop.os, false, &err);
	power->agent_open = rc == 0;
	if (rc == 0 && power->lane == POWER_SAVE)
		rc = power_weaken(power, power->agent.db, &err);
	return opened(power, power->laptop_disk, "the laptop", rc, &err);
}

void power_agent_close(struct power *power)
{
	if (power->agent_open)
		agent_close(&power->agent);
	power->agent_open = false;
}

int power_office_open(struct power *power)
{
	struct err err = ERR_INIT;
	int rc;

	if (power->office_open)
		return 0;
	rc = office_open(
	    &power->office, power->office_path, &power->desk.os, true, &err);
	if (rc == 0) {
		power->office_open = true;
		must(service_init(&power->service, &power->office, &err), &err);
		if (power->lane == POWER_SYNC)
			rc = power_weaken(power, power->office.db, &err);
	}
	/* A log put away often is cut while it is put away. */
	if (rc == 0 && power_pick(power, 2) == 0)
		rc = db_script(
		    power->office.db, "PRAGMA wal_autocheckpoint=8", &err);
	return opened(power, power->office_disk, "the office", rc, &err);
}

void power_office_close(struct power *power)
{
	if (!power->office_open)
		return;
	service_clear(&power->service);
	office_close(&power->office);
	power->office_open = false;
}

bool power_restart(struct power *power, struct cut_disk *disk)
{
	if (!cut_disk_is_cut(disk)) {
		cut_disk_cut(disk, 0);
		return false;
	}
	cut_disk_restart(disk);
	power->figures.cuts++;
	return true;
}

/* ---- the world ---- */

static const struct row {
	const char *structure, *kind, *record, *set;
} rows[] = {
    {"RIVES", "site", "site/SAULNETTE",
	"{\"name\":\"Berges\",\"sector\":\"espaces_verts\"}"},
    {"RIVES", "crew", "crew/VERTS",
	"{\"name\":\"Verts\",\"site\":\"SAULNETTE\","
	"\"am\":\"08:00-11:30\",\"pm\":\"13:00-16:30\"}"},
    {"RIVES", "supervisor", "supervisor/ENC-01",
	"{\"first\":\"Maëlle\",\"crew\":\"VERTS\"}"},
    {"RIVES", "worker", "worker/V01",
	"{\"first\":\"Fatou\",\"initial\":\"D\",\"crews\":"
	"[{\"crew\":\"VERTS\",\"from\":\"2024-01-01\"}]}"},
    {"RIVES", "worker", "worker/V02",
	"{\"first\":\"Omar\",\"initial\":\"D\",\"crews\":"
	"[{\"crew\":\"VERTS\",\"from\":\"2024-01-01\"}]}"},
    {"REMPARTS", "site", "site/NOYERS",
	"{\"name\":\"Les Noyers\",\"sector\":\"batiment\"}"},
    {"REMPARTS", "crew", "crew/BAT",
	"{\"name\":\"Bâtiment\",\"site\":\"NOYERS\","
	"\"am\":\"08:00-11:30\",\"pm\":\"13:00-16:30\"}"},
    {"REMPARTS", "supervisor", "supervisor/ENC-02",
	"{\"first\":\"Saïd\",\"crew\":\"BAT\"}"},
    {"REMPARTS", "worker", "worker/B01",
	"{\"first\":\"Inês\",\"initial\":\"F\",\"crews\":"
	"[{\"crew\":\"BAT\",\"from\":\"2024-01-01\"}]}"},
};

static void write_lists(struct power *power)
{
	struct err err = ERR_INIT;
	struct act act;

	must(act_begin(&act, &power->office, &err), &err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *value = NULL;

		must(json_read(&value, rows[i].set, strlen(rows[i].set), &err),
		    &err);
		must(act_set(&act, rows[i].structure, rows[i].kind,
			 rows[i].record, value, NULL, &err),
		    &err);
		json_decref(value);
	}
	must(act_commit(&act, &err), &err);
}

static void make_office(struct power *power)
{
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;

	must(config_from_url(&config, "https://localhost:8443", &err), &err);
	must(office_create(
		 power->office_path, &config, &power->desk.os, &recovery, &err),
	    &err);
	buf_free(&recovery);
	if (power_office_open(power) < 0)
		fail_msg("%s", power->trouble);
	write_lists(power);
}

static void enrol_laptop(struct power *power)
{
	struct exchange_reply reply = {0};
	struct buf text = BUF_INIT;
	struct enrol *enrol = NULL;
	struct exchange request;
	struct enrolcode code;
	struct err err = ERR_INIT;

	must(enrolment_code(&power->office, "VERTS,BAT", &text, &err), &err);
	must(enrolcode_read(&code, buf_text(&text), &err), &err);
	must(agent_open(&power->agent, power->laptop_path, &power->laptop.os,
		 true, &err),
	    &err);
	power->agent_open = true;
	must(enrol_new(&enrol, &power->agent, &code, "Portable 3", &err), &err);
	while (enrol_next(enrol, &request, &err) == SYNC_REQUEST) {
		bridge_answer(&power->service, &request, &reply);
		must(enrol_take(enrol, &reply, &err), &err);
	}
	exchange_reply_clear(&reply);
	enrol_free(enrol);
	buf_free(&text);
}

static void fetch_lists(struct power *power)
{
	struct exchange_reply reply = {0};
	struct sync *sync = NULL;
	struct exchange request;
	struct err err = ERR_INIT;
	int rc;

	must(sync_new(&sync, &power->agent, &err), &err);
	while ((rc = sync_next(sync, &request, &err)) == SYNC_REQUEST) {
		bridge_answer(&power->service, &request, &reply);
		must(sync_take(sync, &reply, &err), &err);
	}
	must(rc, &err);
	exchange_reply_clear(&reply);
	sync_free(sync);
	must(roster_load(&power->roster, power->agent.db, &err), &err);
}

void power_open(struct power *power)
{
	kit_directory(power->root);
	(void)snprintf(power->laptop_path, sizeof(power->laptop_path),
	    "%s/laptop", power->root);
	(void)snprintf(power->office_path, sizeof(power->office_path),
	    "%s/office", power->root);
	power->laptop_disk = cut_disk_new(LAPTOP_VFS, 1);
	power->office_disk = cut_disk_new(OFFICE_VFS, 2);
	kit_machine_init(&power->laptop, 1);
	kit_machine_init(&power->desk, 2);
	power->laptop.os.vfs = LAPTOP_VFS;
	power->desk.os.vfs = OFFICE_VFS;
	make_office(power);
	enrol_laptop(power);
	fetch_lists(power);
	power_agent_close(power);
	power_office_close(power);
	cut_disk_copy(power->laptop_disk, power->laptop_path, KEPT);
	cut_disk_copy(power->office_disk, power->office_path, KEPT);
}

void power_close(struct power *power)
{
	power_agent_close(power);
	power_office_close(power);
	roster_clear(&power->roster);
	cut_disk_free(power->laptop_disk);
	cut_disk_free(power->office_disk);
	kit_directory_remove(power->root);
}

void power_start_over(struct power *power, uint64_t seed)
{
	power_agent_close(power);
	power_office_close(power);
	(void)power_restart(power, power->laptop_disk);
	(void)power_restart(power, power->office_disk);
	cut_disk_copy(power->laptop_disk, KEPT, power->laptop_path);
	cut_disk_copy(power->office_disk, KEPT, power->office_path);
	cut_disk_seed(power->laptop_disk, seed);
	cut_disk_seed(power->office_disk, ~seed);
	power->chance = seed;
	power->laptop.chance = seed;
	power->desk.chance = ~seed;
	power->laptop.now_s = power->desk.now_s = KIT_NOW_S;
	power->save_count = power->checked_count = power->together_count = 0;
	power->slot = power->place_count = 0;
	power->committing = power->damage = false;
	power->trouble[0] = '\0';
	/* Unix promises it; batches without ask more of the programs. */
	cut_disk_promise(power->laptop_disk, seed % 2 == 0);
	cut_disk_promise(power->office_disk, seed % 2 == 0);
	cut_disk_lie(
	    power->lane == POWER_SYNC ? power->office_disk : power->laptop_disk,
	    power->weakness == POWER_LIE);
}
