#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/acts_hours.h"
#include "agent/enrol.h"
#include "agent/roster.h"
#include "agent/save.h"
#include "server/act.h"
#include "server/enrolment.h"
#include "shared/json.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/lib/bridge.h"
#include "tests/lib/heal_stage.h"

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

static const struct row {
	const char *kind, *record, *set;
} rows[] = {
    {"site", "site/S1", "{\"name\":\"S1\",\"sector\":\"espaces_verts\"}"},
    {"crew", "crew/VERTS", "{\"name\":\"Verts\",\"site\":\"S1\"}"},
    {"supervisor", "supervisor/ENC",
	"{\"first\":\"Maëlle\",\"crew\":\"VERTS\"}"},
    {"worker", "worker/V01",
	"{\"first\":\"Fatou\",\"initial\":\"D\",\"crews\":"
	"[{\"crew\":\"VERTS\",\"from\":\"2024-01-01\"}]}"},
    {"worker", "worker/V02",
	"{\"first\":\"Omar\",\"initial\":\"D\",\"crews\":"
	"[{\"crew\":\"VERTS\",\"from\":\"2024-01-01\"}]}"},
};

static void office_path_of(const struct heal *heal, char out[2 * KIT_PATH])
{
	(void)snprintf(out, 2 * KIT_PATH, "%s/office", heal->root);
}

static void start_office(struct heal *heal)
{
	char path[2 * KIT_PATH];
	struct err err = ERR_INIT;

	office_path_of(heal, path);
	must(
	    office_open(&heal->office, path, &heal->desk.os, true, &err), &err);
	must(service_init(&heal->service, &heal->office, &err), &err);
}

static void stop_office(struct heal *heal)
{
	service_clear(&heal->service);
	office_close(&heal->office);
}

static void write_lists(struct heal *heal)
{
	struct err err = ERR_INIT;
	struct act act;

	must(act_begin(&act, &heal->office, &err), &err);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *value = NULL;

		must(json_read(&value, rows[i].set, strlen(rows[i].set), &err),
		    &err);
		must(act_set(&act, HEAL_STRUCTURE, rows[i].kind, rows[i].record,
			 value, NULL, &err),
		    &err);
		json_decref(value);
	}
	must(act_commit(&act, &err), &err);
}

void heal_open(struct heal *heal)
{
	struct buf recovery = BUF_INIT;
	char path[2 * KIT_PATH];
	struct err err = ERR_INIT;
	struct config config;

	memset(heal, 0, sizeof(*heal));
	kit_directory(heal->root);
	kit_machine_init(&heal->desk, 99);
	office_path_of(heal, path);
	must(config_from_url(&config, "https://localhost:8443", &err), &err);
	must(office_create(path, &config, &heal->desk.os, &recovery, &err),
	    &err);
	buf_free(&recovery);
	start_office(heal);
	write_lists(heal);
}

static void stop_laptop(struct heal_laptop *laptop)
{
	if (laptop->open)
		agent_close(&laptop->agent);
	laptop->open = false;
}

static void start_laptop(struct heal_laptop *laptop)
{
	struct err err = ERR_INIT;

	must(agent_open(&laptop->agent, laptop->path, &laptop->machine.os,
		 false, &err),
	    &err);
	laptop->open = true;
}

void heal_close(struct heal *heal)
{
	for (size_t i = 0; i < HEAL_LAPTOPS; i++)
		stop_laptop(&heal->laptops[i]);
	stop_office(heal);
	kit_directory_remove(heal->root);
}

void heal_enrol(struct heal *heal, size_t i)
{
	struct heal_laptop *laptop = &heal->laptops[i];
	struct exchange_reply reply = {0};
	struct buf text = BUF_INIT;
	struct enrol *enrol = NULL;
	struct exchange request;
	struct enrolcode code;
	struct err err = ERR_INIT;
	char name[16], root[KIT_PATH];

	memcpy(root, heal->root, sizeof(root));
	(void)snprintf(laptop->path, sizeof(laptop->path), "%s/l%zu", root, i);
	(void)snprintf(name, sizeof(name), "Portable %zu", i);
	kit_machine_init(&laptop->machine, i + 1);
	(void)snprintf(laptop->machine.machine, sizeof(laptop->machine.machine),
	    "machine-%zu", i);
	must(enrolment_code(&heal->office, "VERTS", &text, &err), &err);
	must(enrolcode_read(&code, buf_text(&text), &err), &err);
	must(agent_open(
		 &laptop->agent, laptop->path, &laptop->machine.os, true, &err),
	    &err);
	laptop->open = true;
	must(enrol_new(&enrol, &laptop->agent, &code, name, &err), &err);
	while (enrol_next(enrol, &request, &err) == SYNC_REQUEST) {
		bridge_answer(&heal->service, &request, &reply);
		must(enrol_take(enrol, &reply, &err), &err);
	}
	exchange_reply_clear(&reply);
	enrol_free(enrol);
	buf_free(&text);
	(void)heal_sync_well(heal, i);
}

void heal_reopen(struct heal *heal, size_t laptop)
{
	stop_laptop(&heal->laptops[laptop]);
	start_laptop(&heal->laptops[laptop]);
}

void heal_save(struct heal *heal, size_t laptop, const char *day, int minutes)
{
	struct agent *agent = &heal->laptops[laptop].agent;
	struct acts_wish wish = ACTS_WISH_INIT;
	struct acts_done done = {0};
	struct acts_place place;
	struct roster roster;
	struct err err = ERR_INIT;
	struct save save;

	memset(&place, 0, sizeof(place));
	place.structure = "";
	place.worker = "V01";
	strcpy(place.slot, "am");
	text_copy(place.day, sizeof(place.day), day);
	wish.minutes = minutes;
	must(roster_load(&roster, agent->db, &err), &err);
	const struct acts_call call = {&save, &roster, NULL, NULL, NULL, false};

	must(save_begin(&save, agent, &err), &err);
	must(acts_hours_add(&call, &place, &wish, &done, &err), &err);
	must(save_commit(&save, &err), &err);
	save_end(&save);
	acts_hours_clear(&done);
	roster_clear(&roster);
}

int heal_sync(struct heal *heal, size_t laptop, struct sync_summary *summary,
    struct err *err)
{
	struct exchange_reply reply = {0};
	struct sync *sync = NULL;
	struct exchange request;
	int rc;

	if ((rc = sync_new(&sync, &heal->laptops[laptop].agent, err)) < 0)
		return rc;
	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		bridge_answer(&heal->service, &request, &reply);
		if ((rc = sync_take(sync, &reply, err)) < 0)
			break;
	}
	*summary = *sync_summary(sync);
	exchange_reply_clear(&reply);
	sync_free(sync);
	return rc;
}

struct sync_summary heal_sync_well(struct heal *heal, size_t laptop)
{
	struct sync_summary summary;
	struct err err = ERR_INIT;

	must(heal_sync(heal, laptop, &summary, &err), &err);
	return summary;
}

void heal_backup(struct heal *heal, const char *name)
{
	stop_office(heal);
	assert_int_equal(kit_run("rm -rf %s/%s && cp -a %s/office %s/%s",
			     heal->root, name, heal->root, heal->root, name),
	    0);
	start_office(heal);
}

void heal_restore(struct heal *heal, const char *name)
{
	stop_office(heal);
	assert_int_equal(kit_run("rm -rf %s/office && cp -a %s/%s %s/office",
			     heal->root, heal->root, name, heal->root),
	    0);
	start_office(heal);
}

void heal_backup_laptop(struct heal *heal, size_t laptop, const char *name)
{
	stop_laptop(&heal->laptops[laptop]);
	assert_int_equal(
	    kit_run("rm -rf %s/%s && cp -a %s %s/%s", heal->root, name,
		heal->laptops[laptop].path, heal->root, name),
	    0);
	start_laptop(&heal->laptops[laptop]);
}

void heal_restore_laptop(struct heal *heal, size_t laptop, const char *name)
{
	stop_laptop(&heal->laptops[laptop]);
	assert_int_equal(
	    kit_run("rm -rf %s && cp -a %s/%s %s", heal->laptops[laptop].path,
		heal->root, name, heal->laptops[laptop].path),
	    0);
	start_laptop(&heal->laptops[laptop]);
}

static int add_minutes(
    void *context, const struct record_row *row, struct err *err)
{
	(void)err;
	if (strcmp(row->state, RECORD_MERGED) == 0)
		*(int64_t *)context += row->minutes;
	return 0;
}

int64_t heal_minutes(struct heal *heal)
{
	struct err err = ERR_INIT;
	int64_t total = 0;

	must(ledger_days(heal->office.db, NULL, "hours", "2000-01-01",
		 "2099-12-31", add_minutes, &total, &err),
	    &err);
	return total;
}

int64_t heal_epoch(struct heal *heal)
{
	struct err err = ERR_INIT;
	struct log_point head;

	must(ledger_head(heal->office.db, HEAL_STRUCTURE, &head, NULL, &err),
	    &err);
	return head.epoch;
}
