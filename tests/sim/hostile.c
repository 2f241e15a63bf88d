/*
 * A laptop in bad hands: its key is enrolled, its program is not ours. What
 * it sends is refused, or kept and set aside; nobody else suffers.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/journal.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/wire.h"
#include "tests/sim/sim.h"

#define BIG ((size_t)257 * 1024)

/* What becomes of a forged set. */
enum fate { FATE_KEPT, FATE_REFUSED, FATE_CONFLICT };

struct forgery {
	const char *name;
	enum fate fate;
	const char *fault; /* of its entry, when it is kept */
	const char *text;  /* of the entry, after "structure"; NULL: below */
};

enum {
	FORGE_GOOD,
	FORGE_GAP,
	FORGE_AGAIN,
	FORGE_PREV,
	FORGE_SIGNATURE,
	FORGE_NAME,
	FORGE_NOISE,
	FORGE_BIG,
	FORGE_AUTHOR,
	FORGE_STRUCTURE,
	FORGE_RESOLVE,
	FORGE_REVOKE,
	FORGE_WORKER,
	FORGE_CLOSE,
	FORGE_VALUE,
	FORGE_VOID,
	FORGE_CARRY,
	FORGE_STRANGER,
	FORGERIES
};

#define HOURS "\"kind\":\"hours\",\"record\":\"hours/%s/%s/am\","

static const struct forgery forgeries[FORGERIES] = {
    [FORGE_GOOD] = {"good", FATE_KEPT, "",
	HOURS "\"set\":{\"minutes\":240,\"kind\":\"work\"}"},
    [FORGE_GAP] = {"gap", FATE_CONFLICT, "",
	HOURS "\"set\":{\"minutes\":1,\"kind\":\"work\"}"},
    [FORGE_AGAIN] = {"again", FATE_CONFLICT, "",
	HOURS "\"set\":{\"minutes\":2,\"kind\":\"work\"}"},
    [FORGE_PREV] = {"prev", FATE_CONFLICT, "",
	HOURS "\"set\":{\"minutes\":3,\"kind\":\"work\"}"},
    [FORGE_SIGNATURE] = {"signature", FATE_REFUSED, "",
	HOURS "\"set\":{\"minutes\":4,\"kind\":\"work\"}"},
    [FORGE_NAME] = {"name", FATE_REFUSED, "",
	HOURS "\"set\":{\"minutes\":5,\"kind\":\"work\"}"},
    [FORGE_NOISE] = {"noise", FATE_KEPT, "malformed", NULL},
    [FORGE_BIG] = {"big", FATE_KEPT, "malformed", NULL},
    [FORGE_AUTHOR] = {"author", FATE_KEPT, "author",
	HOURS "\"set\":{\"minutes\":240,\"kind\":\"work\"}"},
    [FORGE_STRUCTURE] = {"structure", FATE_KEPT, "structure",
	HOURS "\"set\":{\"minutes\":240,\"kind\":\"work\"}"},
    [FORGE_RESOLVE] = {"resolve", FATE_KEPT, "authority",
	"\"kind\":\"resolve\",\"record\":\"hours/%s/%s/am\","
	"\"reason\":\"je décide\",\"set\":{\"minutes\":1440,"
	"\"kind\":\"work\"}"},
    [FORGE_REVOKE] = {"revoke", FATE_KEPT, "authority",
	"\"kind\":\"revocation\",\"record\":\"revocation/%s%s\","
	"\"reason\":\"x\",\"set\":{}"},
    [FORGE_WORKER] = {"worker", FATE_KEPT, "authority",
	"\"kind\":\"worker\",\"record\":\"worker/%s%s\","
	"\"set\":{\"first\":\"X\",\"crews\":[]}"},
    [FORGE_CLOSE] = {"close", FATE_KEPT, "authority",
	"\"kind\":\"close\",\"record\":\"close/%s/%s\",\"set\":{}"},
    [FORGE_VALUE] = {"value", FATE_KEPT, "value",
	HOURS "\"set\":{\"minutes\":-210,\"kind\":\"work\"}"},
    [FORGE_VOID] = {"void", FATE_KEPT, "",
	"\"kind\":\"void\",\"record\":\"hours/%s/%s/am\","
	"\"reason\":\"par malice\""},
    [FORGE_CARRY] = {"carry", FATE_KEPT, "", NULL},
    [FORGE_STRANGER] = {"stranger", FATE_REFUSED, "",
	HOURS "\"set\":{\"minutes\":6,\"kind\":\"work\"}"},
};

/* One push being forged. */
struct forging {
	struct sim *sim;
	struct sim_laptop *laptop;
	struct sim_chain *chain;
	size_t which;
	size_t structure;
	struct buf body;
	struct set_entry entry;
	struct changeset set;
};

/* ---- entries ---- */

static void add_parents(struct forging *forging, const char *record)
{
	struct sim *sim = forging->sim;
	struct hash heads[ENTRY_PARENTS_MAX];
	size_t count = 0;

	if (ledger_heads(sim->office.db, sim->structures[forging->structure],
		record, heads, ENTRY_PARENTS_MAX, &count, NULL) < 0)
		return;
	buf_add_text(&forging->body, "\"parents\":[");
	for (size_t i = 0; i < count; i++) {
		char hex[HASH_TEXT];

		hash_hex(&heads[i], hex);
		buf_printf(&forging->body, "%s\"%s\"", i > 0 ? "," : "", hex);
	}
	buf_add_text(&forging->body, "],");
}

static void write_json(struct forging *forging)
{
	struct sim *sim = forging->sim;
	const struct sim_worker *worker =
	    &sim->workers[sim_pick(sim, sim->worker_count)];
	size_t structure = forging->which == FORGE_STRUCTURE
	                       ? 1 + forging->structure % 2
	                       : forging->structure;
	char day[DATE_TEXT], hex[21], record[RECORD_KEY_MAX];
	const char *by = forging->which == FORGE_AUTHOR
	                     ? sim->office.console_device
	                     : forging->laptop->agent.device;
	uint8_t salt[10];

	if (forging->which == FORGE_STRUCTURE &&
	    structure == forging->structure)
		structure = 0;
	sim_day(sim, -(int64_t)sim_pick(sim, 3), day);
	os_random(&forging->laptop->machine.os, salt, sizeof(salt));
	enc_hex(salt, sizeof(salt), hex);
	buf_printf(&forging->body, "%s\n{\"v\":1,\"structure\":\"%s\",", hex,
	    sim->structures[structure]);
	record_key_hours(record, worker->id, day, "am");
	if (forging->which == FORGE_VOID)
		add_parents(forging, record);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	buf_printf(
	    &forging->body, forgeries[forging->which].text, worker->id, day);
#pragma GCC diagnostic pop
	buf_printf(&forging->body,
	    ",\"by\":{\"device\":\"%s\"},\"at\":\"2026-11-20T08:00:00Z\"}\n",
	    by);
}

/* Somebody else's entry, as the log has it: it counts already. */
static bool carry(struct forging *forging)
{
	struct sim *sim = forging->sim;

	for (size_t i = 0; i < 20; i++) {
		const struct sim_entry *entry =
		    &sim->entries[sim_pick(sim, sim->entry_count)];

		if (entry->structure == forging->structure && entry->office &&
		    entry->fault[0] == '\0' &&
		    ledger_bytes(sim->office.db,
			sim->structures[forging->structure], &entry->hash,
			&forging->body, NULL) == 0)
			return true;
	}
	return false;
}

static bool write_entry(struct forging *forging)
{
	struct buf *body = &forging->body;

	switch (forging->which) {
	case FORGE_NOISE:
		for (size_t i = 0; i < 40; i++)
			buf_add_char(body, (char)sim_random(forging->sim));
		break;
	case FORGE_BIG:
		while (body->len < BIG)
			buf_printf(
			    body, "%zu", (size_t)sim_random(forging->sim));
		break;
	case FORGE_CARRY:
		if (!carry(forging))
			return false;
		break;
	default:
		write_json(forging);
		break;
	}
	forging->entry.body = buf_bytes(body);
	hash_of(&forging->entry.hash, body->data, body->len);
	return true;
}

/* ---- sets ---- */

static bool write_set(struct forging *forging)
{
	struct sim *sim = forging->sim;
	struct sim_chain *chain = forging->chain;
	struct set_header *header = &forging->set.header;
	uint8_t bytes[8];

	if (chain->session[0] == '\0') {
		os_random(&forging->laptop->machine.os, bytes, sizeof(bytes));
		enc_hex(bytes, sizeof(bytes), chain->session);
	}
	if ((forging->which == FORGE_AGAIN || forging->which == FORGE_PREV) &&
	    chain->seq == 0)
		return false;
	forging->set.entries = &forging->entry;
	forging->set.count = 1;
	text_copy(header->structure, sizeof(header->structure),
	    sim->structures[forging->structure]);
	memcpy(header->device,
	    forging->which == FORGE_NAME ? sim->office.console_device
					 : forging->laptop->agent.device,
	    DEVICE_TEXT);
	memcpy(header->session, chain->session, DEVICE_TEXT);
	header->seq = chain->seq + 1;
	header->prev = chain->prev;
	header->at_s = sim->now_s;
	header->seen.epoch = 1;
	log_first(&header->seen.head, header->structure);
	if (forging->which == FORGE_GAP)
		header->seq += 3;
	if (forging->which == FORGE_AGAIN)
		header->seq = 1;
	if (forging->which == FORGE_PREV)
		header->prev.bytes[3] ^= 1;
	if (changeset_sign(&forging->set, &forging->laptop->agent.key, NULL) <
	    0)
		return false;
	if (forging->which == FORGE_SIGNATURE)
		forging->set.sig[sim_pick(sim, SIG_LEN)] ^= 1;
	return true;
}

/* ---- sending ---- */

static int send(struct forging *forging, struct exchange_reply *reply)
{
	struct sim *sim = forging->sim;
	struct buf wire = BUF_INIT, bearer = BUF_INIT;
	bool alive = false;

	if (journal_get(forging->laptop->agent.db, SETTING_BEARER, &bearer,
		NULL) == 0 &&
	    wire_push_encode(&wire, &forging->set, 1, NULL) == 0) {
		const struct exchange request = {.method = "POST",
		    .path = "/v1/push",
		    .bearer = buf_text(&bearer),
		    .content_type = "",
		    .body = buf_bytes(&wire)};

		alive = sim_office_answer(
		    sim, forging->laptop->device, &request, reply);
	}
	buf_free(&wire);
	buf_free(&bearer);
	return alive ? reply->status : 0;
}

static bool status_fits(const struct forging *forging, int status)
{
	bool revoked = forging->sim->devices[forging->laptop->device]
	                   .revoked[forging->structure];

	switch (forgeries[forging->which].fate) {
	case FATE_KEPT:
		return status == (revoked ? 403 : 200);
	case FATE_REFUSED:
		return status == 400 || status == 401;
	case FATE_CONFLICT:
		return status == (revoked ? 403 : 409) || status == 409;
	}
	return false;
}

static void judge(struct forging *forging, const struct log_point *before,
    const struct exchange_reply *reply)
{
	const struct forgery *forgery = &forgeries[forging->which];
	struct sim *sim = forging->sim;
	struct log_point after;

	if (!status_fits(forging, reply->status))
		sim_fail(sim, "I9", "a forged set (%s) is answered %d: %s",
		    forgery->name, reply->status, buf_text(&reply->body));
	if (ledger_head(sim->office.db, sim->structures[forging->structure],
		&after, NULL, NULL) < 0)
		return;
	if (after.n != before->n + (forgery->fate == FATE_KEPT))
		sim_fail(sim, "I9", "a forged set (%s) moved the log by %d",
		    forgery->name, (int)(after.n - before->n));
	if (forgery->fate == FATE_KEPT) {
		forging->chain->seq++;
		(void)changeset_hash(
		    &forging->chain->prev, &forging->set, NULL);
	}
}

static void push(struct forging *forging)
{
	struct sim *sim = forging->sim;
	struct exchange_reply reply = {0};
	struct log_point before;
	int status;

	if (!write_entry(forging) || !write_set(forging) ||
	    ledger_head(sim->office.db, sim->structures[forging->structure],
		&before, NULL, NULL) < 0)
		return;
	if (forging->which != FORGE_CARRY)
		(void)sim_entry_add(sim, forging->structure,
		    &forging->entry.hash, forgeries[forging->which].fault);
	status = send(forging, &reply);
	sim_log(sim, "laptop %u forges (%s): %d",
	    sim_laptop_bit(sim, forging->laptop),
	    forgeries[forging->which].name, status);
	sim->figures.forgeries++;
	/* Its bearer is over: nothing was said. */
	if (status == 401 && forgeries[forging->which].fate != FATE_REFUSED)
		forging->laptop->hostile_login = false;
	else if (status != 0)
		judge(forging, &before, &reply);
	exchange_reply_clear(&reply);
}

static bool is_enrolled(const struct forging *forging)
{
	return forging->sim->devices[forging->laptop->device]
	    .enrolled[forging->structure];
}

void sim_hostile_push(struct sim *sim, struct sim_laptop *laptop)
{
	struct forging forging = {.sim = sim, .laptop = laptop};
	struct err err = ERR_INIT;

	/* As an honest one it gets its bearer. */
	if (!laptop->hostile_login)
		laptop->hostile_login =
		    sim_laptop_sync(sim, laptop, &err) != E_OFFLINE;
	if (!laptop->hostile_login)
		return;
	forging.which = sim_pick(sim, FORGERIES);
	forging.structure = 1 + sim_pick(sim, sim->structure_count - 1);
	if (is_enrolled(&forging) != (forging.which != FORGE_STRANGER))
		forging.structure =
		    1 + forging.structure % (sim->structure_count - 1);
	forging.chain = &laptop->chain[forging.structure];
	if (is_enrolled(&forging) != (forging.which != FORGE_STRANGER) ||
	    !sim->office_open || !sim_laptop_open(sim, laptop))
		return;
	push(&forging);
	buf_free(&forging.body);
	sim_laptop_close(laptop);
}
