/*
 * Every failure of enrolment and of a whole sync, on the laptop and, apart,
 * on the server. They talk by function calls.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/save.h"
#include "agent/sync.h"
#include "server/enrolment.h"
#include "server/import/import.h"
#include "server/service.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "tests/failure/trial.h"

#define STRUCTURE "RIVES"
#define CODES     3 /* made in advance: one a laptop */
#define PATH      512

enum side { LAPTOP, SERVER };

/* A laptop and a server at work, one of which meets faults. */
struct party {
	enum side side;
	struct office office;
	struct service service;
};

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

/* ---- the server ---- */

static void server_open(
    struct party *party, struct stage *stage, const char *folder)
{
	struct err err = ERR_INIT;
	char path[PATH];

	(void)snprintf(path, sizeof(path), "%s/office", folder);
	must(office_open(&party->office, path, &stage->machine.os, true, &err),
	    &err);
	must(service_init(&party->service, &party->office, &err), &err);
}

static void server_close(struct party *party)
{
	service_clear(&party->service);
	office_close(&party->office);
}

/* As shared/http/http_request.c does it. */
static void answer(struct party *party, const struct exchange *asked,
    struct exchange_reply *out)
{
	size_t len = strcspn(asked->path, "?");
	char path[HTTP_PATH_MAX];
	const struct request request = {
	    .method = asked->method,
	    .path = path,
	    .query = asked->path + len + (asked->path[len] == '?'),
	    .bearer = asked->bearer,
	    .content_type = asked->content_type,
	    .body = asked->body,
	};
	struct reply reply = {0};

	(void)snprintf(path, sizeof(path), "%.*s", (int)len, asked->path);
	if (party->side == SERVER)
		faults_resume();
	service_answer(&party->service, &request, &reply);
	faults_pause();
	exchange_reply_clear(out);
	out->status = reply.body.failed ? 500 : reply.status;
	out->retry_after_seconds = reply.retry_after_seconds;
	if (!reply.body.failed)
		buf_add(&out->body, buf_text(&reply.body), reply.body.len);
	buf_free(&reply.body);
	if (party->side == LAPTOP)
		faults_resume();
}

/* ---- the laptop ---- */

static int sync_once(struct party *party, struct agent *agent, struct err *err)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	int rc;

	if ((rc = sync_new(&sync, agent, err)) < 0)
		return rc;
	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		answer(party, &request, &reply);
		if ((rc = sync_take(sync, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	sync_free(sync);
	return rc;
}

static int enrol_once(struct party *party, struct agent *agent,
    const struct enrolcode *code, struct err *err)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct enrol *enrol = NULL;
	int rc;

	if ((rc = enrol_new(&enrol, agent, code, "Portable", err)) < 0)
		return rc;
	while ((rc = enrol_next(enrol, &request, err)) == SYNC_REQUEST) {
		answer(party, &request, &reply);
		if ((rc = enrol_take(enrol, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	enrol_free(enrol);
	return rc;
}

static int laptop_open(struct agent *out, struct stage *stage,
    const char *folder, const char *name, struct err *err)
{
	char path[PATH];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return agent_open(out, path, &stage->machine.os, true, err);
}

/* ---- before ---- */

static void import(struct party *party, const char *what)
{
	struct import_summary summary = IMPORT_SUMMARY_INIT;
	struct import_input input = {what, {"", 0}};
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char path[512];

	(void)snprintf(path, sizeof(path), DEMO "/%s.csv", what);
	must(os_file_read(&text, path, 1 << 20, &err), &err);
	input.data = buf_bytes(&text);
	must(import_run(&party->office, what, &input, 1, NULL, &summary, &err),
	    &err);
	import_summary_free(&summary);
	buf_free(&text);
}

static void read_code(struct enrolcode *out, const char *folder, int number)
{
	struct buf text = BUF_INIT;
	struct err err = ERR_INIT;
	char name[16];

	(void)snprintf(name, sizeof(name), "code%d", number);
	kit_read(&text, folder, name);
	must(enrolcode_read(out, buf_text(&text), &err), &err);
	buf_free(&text);
}

/* An office with its lists and codes. */
static void prepare_office(struct stage *stage)
{
	struct party party = {.side = LAPTOP};
	struct buf recovery = BUF_INIT;
	struct err err = ERR_INIT;
	struct config config;
	char path[PATH];

	must(os_directory_make(stage->base, &err), &err);
	(void)snprintf(path, sizeof(path), "%s/office", stage->base);
	must(config_from_url(&config, "https://localhost:8443", &err), &err);
	must(office_create(path, &config, &stage->machine.os, &recovery, &err),
	    &err);
	buf_free(&recovery);
	server_open(&party, stage, stage->base);
	import(&party, "structures");
	import(&party, "sites");
	import(&party, "crews");
	import(&party, "workers");
	for (int i = 0; i < CODES; i++) {
		struct buf code = BUF_INIT;
		char name[16];

		(void)snprintf(name, sizeof(name), "code%d", i);
		must(enrolment_code(&party.office, "VERTS", &code, &err), &err);
		kit_write(stage->base, name, code.data, code.len);
		buf_free(&code);
	}
	server_close(&party);
}

static void record(struct agent *agent, const char *record)
{
	struct entry_draft draft = {.kind = "hours",
	    .structure = STRUCTURE,
	    .record = record,
	    .person = "ENC-01"};
	struct save save;
	struct err err = ERR_INIT;
	json_t *value = json_pack("{s:i, s:s}", "minutes", 210, "kind", "work");

	draft.value = value;
	must(save_begin(&save, agent, &err), &err);
	must(save_add(&save, &draft, NULL, &err), &err);
	must(save_commit(&save, &err), &err);
	save_end(&save);
	json_decref(value);
}

/* And two laptops: the other has sent, this one has not. */
static void prepare_laptops(struct stage *stage)
{
	struct party party = {.side = LAPTOP};
	struct err err = ERR_INIT;
	struct agent mine, other;
	struct enrolcode code;

	prepare_office(stage);
	server_open(&party, stage, stage->base);
	must(laptop_open(&mine, stage, stage->base, "laptop", &err), &err);
	must(laptop_open(&other, stage, stage->base, "other", &err), &err);
	read_code(&code, stage->base, 1);
	must(enrol_once(&party, &mine, &code, &err), &err);
	must(sync_once(&party, &mine, &err), &err);
	read_code(&code, stage->base, 2);
	must(enrol_once(&party, &other, &code, &err), &err);
	must(sync_once(&party, &other, &err), &err);
	record(&other, "hours/V03/2026-11-20/am");
	must(sync_once(&party, &other, &err), &err);
	record(&mine, "hours/V01/2026-11-20/am");
	record(&mine, "hours/V02/2026-11-20/am");
	record(&mine, "hours/V02/2026-11-20/pm");
	agent_close(&mine);
	agent_close(&other);
	server_close(&party);
}

/* The laptop must log in before it speaks. */
static void prepare_strangers(struct stage *stage)
{
	struct err err = ERR_INIT;
	struct agent mine;

	prepare_laptops(stage);
	must(laptop_open(&mine, stage, stage->base, "laptop", &err), &err);
	must(db_begin(mine.db, &err), &err);
	must(journal_put(mine.db, SETTING_BEARER, "", &err), &err);
	must(db_commit(mine.db, &err), &err);
	agent_close(&mine);
}

static void copy_office(
    const struct stage *stage, const char *from, const char *to)
{
	assert_int_equal(
	    kit_run("rm -rf '%s/%s' && cp -r '%s/%s' '%s/%s'", stage->base, to,
		stage->base, from, stage->base, to),
	    0);
}

/* The laptop has sent, and the office was then restored from before. */
static void prepare_restored(struct stage *stage)
{
	struct party party = {.side = LAPTOP};
	struct err err = ERR_INIT;
	struct agent mine;

	prepare_laptops(stage);
	copy_office(stage, "office", "backup");
	server_open(&party, stage, stage->base);
	must(laptop_open(&mine, stage, stage->base, "laptop", &err), &err);
	must(sync_once(&party, &mine, &err), &err);
	record(&mine, "hours/V01/2026-11-20/pm");
	agent_close(&mine);
	server_close(&party);
	copy_office(stage, "backup", "office");
}

/* … before it was enrolled. */
static void prepare_forgotten(struct stage *stage)
{
	struct party party = {.side = LAPTOP};
	struct err err = ERR_INIT;
	struct enrolcode code;
	struct agent mine;

	prepare_office(stage);
	copy_office(stage, "office", "backup");
	server_open(&party, stage, stage->base);
	must(laptop_open(&mine, stage, stage->base, "laptop", &err), &err);
	read_code(&code, stage->base, 1);
	must(enrol_once(&party, &mine, &code, &err), &err);
	record(&mine, "hours/V01/2026-11-20/am");
	must(sync_once(&party, &mine, &err), &err);
	agent_close(&mine);
	server_close(&party);
	copy_office(stage, "backup", "office");
}

/* ---- what is done ---- */

typedef int party_function(struct party *party, struct stage *stage,
    struct agent *agent, struct err *err);

static int run(
    struct stage *stage, enum side side, party_function *act, struct err *err)
{
	struct party party = {.side = side};
	struct agent agent = {0};
	int rc;

	faults_pause();
	server_open(&party, stage, stage->work);
	if (side == LAPTOP)
		faults_resume();
	if ((rc = laptop_open(&agent, stage, stage->work, "laptop", err)) == 0)
		rc = act(&party, stage, &agent, err);
	agent_close(&agent);
	faults_pause();
	server_close(&party);
	faults_resume();
	return rc;
}

static int act_sync(struct party *party, struct stage *stage,
    struct agent *agent, struct err *err)
{
	(void)stage;
	return sync_once(party, agent, err);
}

static int act_enrol(struct party *party, struct stage *stage,
    struct agent *agent, struct err *err)
{
	struct enrolcode code;

	faults_pause();
	read_code(&code, stage->work, 0);
	if (party->side == LAPTOP)
		faults_resume();
	return enrol_once(party, agent, &code, err);
}

static int run_sync(struct stage *stage, struct err *err)
{
	return run(stage, LAPTOP, act_sync, err);
}

static int run_serve(struct stage *stage, struct err *err)
{
	return run(stage, SERVER, act_sync, err);
}

static int run_enrol(struct stage *stage, struct err *err)
{
	return run(stage, LAPTOP, act_enrol, err);
}

static int run_accept(struct stage *stage, struct err *err)
{
	return run(stage, SERVER, act_enrol, err);
}

/* ---- what counts ---- */

struct telling {
	struct db *db;
	struct buf *out;
};

static int tell_structure(void *context, const char *structure, struct err *err)
{
	struct telling *telling = context;
	struct log_point head;
	char hex[HASH_TEXT];
	struct hash digest;

	must(ledger_digest(telling->db, structure, &digest, err), err);
	must(ledger_head(telling->db, structure, &head, NULL, err), err);
	hash_hex(&digest, hex);
	buf_printf(telling->out, "%s %s %" PRId64 "\n", structure, hex, head.n);
	return 0;
}

static void tell_db(struct buf *out, const char *folder, const char *name)
{
	static const struct db_statement tables = {
	    "tables", "SELECT COUNT(*) FROM sqlite_master"};
	int64_t count = 0;
	struct telling telling = {NULL, out};
	struct err err = ERR_INIT;
	char dsn[PATH + 16], path[PATH];
	int rc;

	(void)snprintf(path, sizeof(path), "%s/%s/pointeau.db", folder, name);
	if (!os_file_exists(path))
		return;
	(void)snprintf(dsn, sizeof(dsn), "sqlite:%s", path);
	rc = db_open(&telling.db, dsn,
	    strcmp(name, "office") == 0 ? DB_SERVER : DB_AGENT, false, &err);
	/* Cut short right after its creation, it does not count. */
	if (rc == E_NOT_INIT)
		return;
	must(rc, &err);
	must(db_check(telling.db, &err), &err);
	must(
	    db_query_int(telling.db, &tables, DB_NO_PARAMS, &count, NULL, &err),
	    &err);
	/* Nor without tables. */
	if (count > 0) {
		buf_printf(out, "%s\n", name);
		must(ledger_structures(
			 telling.db, tell_structure, &telling, &err),
		    &err);
	}
	db_close(telling.db);
}

static void tell_own(struct buf *out, struct stage *stage, const char *folder)
{
	struct ledger_counts counts;
	struct err err = ERR_INIT;
	char path[PATH];
	struct agent agent;
	int rc;

	(void)snprintf(path, sizeof(path), "%s/laptop", folder);
	rc = agent_open(&agent, path, &stage->machine.os, false, &err);
	/* Not enrolled yet. */
	if (rc == E_NOT_INIT)
		return;
	must(rc, &err);
	must(ledger_count(agent.db, agent.device, &counts, &err), &err);
	buf_printf(out, "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 "\n",
	    counts.kept, counts.sent, counts.received, counts.quarantined);
	agent_close(&agent);
}

/* Records of every structure, lengths of the logs. Sessions and salts are
 * chance's, and so is what is between two requests. */
static void tell(const struct stage *stage, const char *folder, struct buf *out)
{
	struct stage copy = *stage;

	kit_machine_init(&copy.machine, 3);
	tell_db(out, folder, "office");
	tell_db(out, folder, "laptop");
	tell_own(out, &copy, folder);
}

static const struct flow flows[] = {
    {"sync", prepare_laptops, run_sync, 0, FLOW_STEPS, FLOW_LOCAL, NULL, tell},
    {"serve", prepare_laptops, run_serve, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
    {"login", prepare_strangers, run_sync, 0, FLOW_STEPS | FLOW_REDRAWS,
	FLOW_LOCAL, NULL, tell},
    {"admit", prepare_strangers, run_serve, 0, FLOW_STEPS | FLOW_REDRAWS,
	FLOW_LOCAL, NULL, tell},
    {"witness", prepare_restored, run_sync, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
    {"epoch", prepare_restored, run_serve, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
    {"recalled", prepare_forgotten, run_sync, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
    {"recall", prepare_forgotten, run_serve, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
    {"enrol", prepare_office, run_enrol, 0, FLOW_STEPS, FLOW_LOCAL, NULL, tell},
    {"accept", prepare_office, run_accept, 0, FLOW_STEPS, FLOW_LOCAL, NULL,
	tell},
};

int main(int argc, char **argv)
{
	return trial_main(argc, argv, flows, sizeof(flows) / sizeof(flows[0]));
}
