#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "agent/enrol.h"
#include "shared/ledger.h"
#include "tests/lib/fake_office.h"

static void must(int rc, const struct err *err)
{
	if (rc < 0)
		fail_msg("%d: %s", rc, err->text);
}

void fake_laptop_open(struct fake_laptop *laptop, uint64_t seed)
{
	struct err err = ERR_INIT;

	memset(laptop, 0, sizeof(*laptop));
	kit_directory(laptop->folder);
	kit_machine_init(&laptop->machine, seed);
	must(agent_open(&laptop->agent, laptop->folder, &laptop->machine.os,
		 true, &err),
	    &err);
}

void fake_laptop_join(struct fake_laptop *laptop, struct fake_office *office)
{
	struct err err = ERR_INIT;

	must(fake_laptop_enrol(laptop, office, &office->code, NULL, NULL, &err),
	    &err);
}

void fake_laptop_close(struct fake_laptop *laptop)
{
	agent_close(&laptop->agent);
	kit_directory_remove(laptop->folder);
}

void fake_laptop_restart(struct fake_laptop *laptop)
{
	struct err err = ERR_INIT;

	agent_close(&laptop->agent);
	must(agent_open(&laptop->agent, laptop->folder, &laptop->machine.os,
		 false, &err),
	    &err);
}

int fake_laptop_enrol(struct fake_laptop *laptop, struct fake_office *office,
    const struct enrolcode *code, fake_tamper *tamper, void *context,
    struct err *err)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct enrol *enrol = NULL;
	int rc;

	if ((rc = enrol_new(&enrol, &laptop->agent, code, "Portable 3", err)) <
	    0)
		return rc;
	while ((rc = enrol_next(enrol, &request, err)) == SYNC_REQUEST) {
		fake_office_answer(office, &request, &reply);
		if (tamper != NULL)
			tamper(context, &request, &reply);
		if ((rc = enrol_take(enrol, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	enrol_free(enrol);
	return rc;
}

int fake_laptop_sync(struct fake_laptop *laptop, struct fake_office *office,
    fake_tamper *tamper, void *context, struct err *err)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	int rc;

	office->asked_count = 0;
	if ((rc = sync_new(&sync, &laptop->agent, err)) < 0)
		return rc;
	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		fake_office_answer(office, &request, &reply);
		if (tamper != NULL)
			tamper(context, &request, &reply);
		if ((rc = sync_take(sync, &reply, err)) < 0)
			break;
	}
	assert_false(db_in_transaction(laptop->agent.db));
	laptop->summary = *sync_summary(sync);
	exchange_reply_clear(&reply);
	sync_free(sync);
	return rc;
}

void fake_laptop_record(struct fake_laptop *laptop, const char *worker,
    const char *day, int minutes, struct hash *hash)
{
	struct agent *agent = &laptop->agent;
	struct set_header header = {.structure = OFFICE_STRUCTURE};
	struct ledger_author author = {&header, WRITER_LAPTOP, false};
	char record[RECORD_KEY_MAX], set[64];
	struct entry_draft draft = {.kind = "hours",
	    .record = record,
	    .device = agent->device,
	    .person = "paul"};
	struct buf body = BUF_INIT;
	struct err err = ERR_INIT;
	const char *fault;
	int64_t id;

	strcpy(header.device, agent->device);
	record_key_hours(record, worker, day, "am");
	(void)snprintf(
	    set, sizeof(set), "{\"minutes\":%d,\"kind\":\"work\"}", minutes);
	kit_entry(&body, &draft, set, &laptop->machine);
	must(db_begin(agent->db, &err), &err);
	must(
	    ledger_add(agent->db, &author, buf_bytes(&body), &id, &fault, &err),
	    &err);
	assert_null(fault);
	must(ledger_outbox_add(agent->db, OFFICE_STRUCTURE, id, &err), &err);
	must(db_commit(agent->db, &err), &err);
	if (hash != NULL)
		hash_of(hash, body.data, body.len);
	buf_free(&body);
}
