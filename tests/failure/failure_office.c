/*
 * Every failure of what the office does at its command line.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "server/act.h"
#include "server/cmd.h"
#include "server/conflicts.h"
#include "server/store/access.h"
#include "shared/enc.h"
#include "tests/failure/trial.h"
#include "tests/lib/audit_kit.h"

#define WORDS_MAX 16
#define LAPTOP    11
#define STRUCTURE "RIVES"
#define SLOT      "hours/V01/2026-11-18/am"

/* Run a command line, its words separated by '|'; "@/" is the stage's work
 * folder, or ${folder}. */
static int command(
    struct stage *stage, const char *folder, const char *line, struct err *err)
{
	char words[WORDS_MAX][512];
	char data[128], *argv[WORDS_MAX + 1];
	int argc = 0;
	struct buf note = BUF_INIT;
	int rc;

	for (const char *at = line; *at != '\0' && argc < WORDS_MAX;) {
		size_t len = strcspn(at, "|");
		bool in = strncmp(at, "@/", 2) == 0;

		(void)snprintf(words[argc], sizeof(words[argc]), "%s%.*s",
		    in ? folder : "", (int)(len - in), at + in);
		argv[argc] = words[argc];
		argc++;
		at += len + (at[len] == '|');
	}
	(void)snprintf(data, sizeof(data), "--data=%s/office", folder);
	argv[argc++] = data;
	rc = cmd_main(argc, argv, &stage->machine.os, &stage->out, &note, err);
	buf_free(&note);
	return rc;
}

static void must(struct stage *stage, const char *line)
{
	struct err err = ERR_INIT;

	if (command(stage, stage->base, line, &err) < 0)
		fail_msg("%s: %s", line, err.text);
	buf_free(&stage->out);
}

static void must_code(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- offices ---- */

#define PROGRAM "pointeau-server|"

static void prepare_empty(struct stage *stage)
{
	must_code(os_directory_make(stage->base, NULL), NULL);
	must(stage, PROGRAM "init|--url|https://localhost:8443");
}

static void prepare_places(struct stage *stage)
{
	prepare_empty(stage);
	must(stage, PROGRAM "import|structures|" DEMO "/structures.csv");
	must(stage, PROGRAM "import|sites|" DEMO "/sites.csv");
	must(stage, PROGRAM "import|crews|" DEMO "/crews.csv");
}

static void add_entry(struct office *office, const char *kind,
    const char *record, const char *set)
{
	struct entry_draft draft = {
	    .kind = kind, .structure = STRUCTURE, .record = record};
	struct err err = ERR_INIT;
	json_t *value = NULL;
	struct act act;

	must_code(json_read(&value, set, strlen(set), &err), &err);
	draft.value = value;
	must_code(act_begin(&act, office, &err), &err);
	must_code(act_add(&act, &draft, &err), &err);
	must_code(act_commit(&act, &err), &err);
	json_decref(value);
}

static void enrol(struct office *office)
{
	char device[DEVICE_TEXT], hex[HASH_TEXT], record[64], set[256];
	struct key key;

	kit_key(&key, LAPTOP);
	key_device(key.pub, device);
	enc_hex(key.pub, KEY_LEN, hex);
	(void)snprintf(record, sizeof(record), "enrolment/%s", device);
	(void)snprintf(set, sizeof(set),
	    "{\"key\":\"%s\",\"name\":\"PC\",\"role\":\"laptop\"}", hex);
	add_entry(office, "enrolment", record, set);
}

/* People, hours, a contested slot, a laptop. */
static void prepare_month(struct stage *stage)
{
	struct office office;
	struct err err = ERR_INIT;
	char path[128];

	prepare_places(stage);
	must(stage, PROGRAM "import|supervisors|" DEMO "/supervisors.csv");
	must(stage, PROGRAM "import|workers|" DEMO "/workers.csv");
	(void)snprintf(path, sizeof(path), "%s/office", stage->base);
	must_code(
	    office_open(&office, path, &stage->machine.os, true, &err), &err);
	add_entry(&office, "hours", "hours/V02/2026-11-18/am",
	    "{\"minutes\":210,\"kind\":\"work\"}");
	add_entry(
	    &office, "hours", SLOT, "{\"minutes\":210,\"kind\":\"work\"}");
	add_entry(
	    &office, "hours", SLOT, "{\"minutes\":180,\"kind\":\"work\"}");
	enrol(&office);
	office_close(&office);
}

#define MONTH "2026-11|--structure|" STRUCTURE

/* The month closed, and hours that come late. */
static void prepare_closed(struct stage *stage)
{
	struct office office;
	struct err err = ERR_INIT;
	char path[128];

	prepare_month(stage);
	must(stage, PROGRAM "month|close|" MONTH "|--exception|asked");
	(void)snprintf(path, sizeof(path), "%s/office", stage->base);
	must_code(
	    office_open(&office, path, &stage->machine.os, true, &err), &err);
	add_entry(&office, "hours", "hours/V02/2026-11-19/am",
	    "{\"minutes\":180,\"kind\":\"work\"}");
	office_close(&office);
}

/* A laptop that forks more often than is kept. */
static void prepare_alerts(struct stage *stage)
{
	const struct bytes bytes = {"fork", 4};
	struct office office;
	struct err err = ERR_INIT;
	char path[128];
	struct hash hash;

	prepare_month(stage);
	(void)snprintf(path, sizeof(path), "%s/office", stage->base);
	must_code(
	    office_open(&office, path, &stage->machine.os, true, &err), &err);
	for (int i = 0; i < ACCESS_EVIDENCE_MAX + 2; i++) {
		hash_of(&hash, &i, sizeof(i));
		must_code(access_evidence_put(office.db, STRUCTURE, &hash,
			      office.console_device, "fork", 1795000000 + i,
			      bytes, &err),
		    &err);
	}
	office_close(&office);
}

static void copy_kit(struct stage *stage, const struct audit_kit *kit)
{
	(void)kit_run("mkdir -p '%s' && cp -r '%s/office' '%s/office'",
	    stage->base, kit->directory, stage->base);
}

static void prepare_audit(struct stage *stage)
{
	struct audit_kit kit;

	audit_kit_open(&kit);
	audit_kit_fill(&kit);
	office_close(&kit.office);
	copy_kit(stage, &kit);
	audit_kit_close(&kit);
}

static void prepare_exported(struct stage *stage)
{
	prepare_month(stage);
	must(stage, PROGRAM "export|payroll|2026-11");
}

static void prepare_export(struct stage *stage)
{
	prepare_audit(stage);
	must(stage, PROGRAM "export|audit|2026-11|--out|@/audit");
}

/* ---- what is done ---- */

#define RUN(name, line)                                                        \
	static int name(struct stage *stage, struct err *err)                  \
	{                                                                      \
		return command(stage, stage->work, PROGRAM line, err);         \
	}

RUN(run_init, "init|--url|https://localhost:8443")
RUN(run_check, "config|check")
RUN(run_crews, "import|crews|" DEMO "/crews.csv")
RUN(run_workers, "import|workers|" DEMO "/workers.csv")
RUN(run_code, "device|code|--crew|VERTS")
RUN(run_list, "device|list")
RUN(run_conflicts, "conflicts|list")
RUN(run_report, "report|month|2026-11|--by|worker")
RUN(run_report_json, "report|month|2026-11|--by|site|--json")
RUN(run_report_csv, "report|month|2026-11|--by|worker|--format|csv")
RUN(run_payroll, "export|payroll|2026-11|--out|-")
RUN(run_changed, "export|changed|--since|last|--json")
RUN(run_export, "export|audit|2026-11|--out|@/audit")
RUN(run_verify, "audit|verify|@/audit")
RUN(run_rebuild, "rebuild")
RUN(run_close, "month|close|" MONTH "|--exception|asked")
RUN(run_check_month, "month|status|" MONTH "|--json")
RUN(run_show, "month|show|" MONTH)
RUN(run_late, "month|late|" MONTH "|--json")
RUN(run_adjust, "month|adjust|" MONTH "|--reason|late")
RUN(run_reopen, "month|reopen|" MONTH
		"|--reason|asked by the ASP|--second|Ines|--exception|asked")
RUN(run_alerts, "alerts|--json")
RUN(run_purge, "purge|V02|--reason|old")

static int run_resolve(struct stage *stage, struct err *err)
{
	return command(stage, stage->work,
	    PROGRAM "conflicts|resolve|" STRUCTURE "/" SLOT
		    "|--time|3h20|--reason|seen",
	    err);
}

static const char *const made_by_chance[] = {"tls.pem", "recovery.pub", NULL};

static int run_revoke(struct stage *stage, struct err *err)
{
	char device[DEVICE_TEXT], line[128];
	struct key key;

	kit_key(&key, LAPTOP);
	key_device(key.pub, device);
	(void)snprintf(line, sizeof(line), PROGRAM "device|revoke|%s", device);
	return command(stage, stage->work, line, err);
}

static const struct flow flows[] = {
    {"init", NULL, run_init, E_CONFLICT, FLOW_REFUSES | FLOW_OPENSSL,
	FLOW_LOCAL, made_by_chance, NULL},
    {"config_check", prepare_empty, run_check, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"import_crews", prepare_places, run_crews, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"import_workers", prepare_places, run_workers, 0, 0, FLOW_LOCAL, NULL,
	NULL},
    {"code", prepare_month, run_code, E_CONFLICT, FLOW_OPENSSL, FLOW_LOCAL,
	NULL, NULL},
    {"device_list", prepare_month, run_list, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"revoke", prepare_month, run_revoke, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"conflicts", prepare_month, run_conflicts, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"resolve", prepare_month, run_resolve, E_CONFLICT, 0, FLOW_LOCAL, NULL,
	NULL},
    {"report", prepare_month, run_report, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"report_json", prepare_month, run_report_json, 0, 0, FLOW_LOCAL, NULL,
	NULL},
    /* A file is written in the log each time. */
    {"report_csv", prepare_month, run_report_csv, 0, FLOW_REPEATS, FLOW_LOCAL,
	NULL, NULL},
    {"payroll", prepare_month, run_payroll, 0, FLOW_REPEATS, FLOW_LOCAL, NULL,
	NULL},
    /* No workbook and no PDF here: without memory libxlsxwriter 1.1.4 itself
     * dies, and libharu 2.3.0 forgets a few blocks. */
    {"changed", prepare_exported, run_changed, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"export", prepare_audit, run_export, E_CONFLICT, FLOW_STEPS | FLOW_REPEATS,
	FLOW_LOCAL, NULL, NULL},
    {"verify", prepare_export, run_verify, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"rebuild", prepare_audit, run_rebuild, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"close", prepare_month, run_close, E_CONFLICT, 0, FLOW_LOCAL, NULL, NULL},
    {"close_check", prepare_month, run_check_month, 0, 0, FLOW_LOCAL, NULL,
	NULL},
    {"close_show", prepare_closed, run_show, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"close_late", prepare_closed, run_late, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"close_adjust", prepare_closed, run_adjust, 0, 0, FLOW_LOCAL, NULL, NULL},
    {"close_reopen", prepare_closed, run_reopen, 0, FLOW_REPEATS, FLOW_LOCAL,
	NULL, NULL},
    {"alerts", prepare_alerts, run_alerts, 0, FLOW_ADDS, FLOW_LOCAL, NULL,
	NULL},
    {"purge", prepare_month, run_purge, E_NOT_FOUND, FLOW_WARNS, FLOW_LOCAL,
	NULL, NULL},
};

int main(int argc, char **argv)
{
	return trial_main(argc, argv, flows, sizeof(flows) / sizeof(flows[0]));
}
