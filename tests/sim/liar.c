/*
 * A server, or somebody in between, that lies during one sync: the laptop
 * must notice and lose nothing. It lies about what the laptop can know.
 */
#include <assert.h>
#include <string.h>

#include "shared/date.h"
#include "shared/enc.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/wire.h"
#include "tests/sim/sim.h"

static void put_json(struct exchange_reply *reply, json_t *json)
{
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
}

static json_t *reply_json_of(const struct exchange_reply *reply)
{
	return json_loadb(buf_text(&reply->body), reply->body.len, 0, NULL);
}

/* ---- receipts by another key ---- */

static bool lie_receipts(struct sim *sim, struct exchange_reply *reply)
{
	json_t *json = reply_json_of(reply);
	json_t *one = json_array_get(json_object_get(json, "sets"), 0);
	const char *state = json_text(one, "state");
	struct buf sig = BUF_INIT;
	uint8_t raw[SIG_LEN];
	bool lied = strcmp(state, "stored") == 0 || strcmp(state, "known") == 0;

	for (size_t i = 0; i < sizeof(raw); i++)
		raw[i] = (uint8_t)sim_random(sim);
	if (lied) {
		enc_base64(&sig, raw, sizeof(raw));
		(void)json_put_text(one, "sig", buf_text(&sig));
		put_json(reply, json);
	} else {
		json_decref(json);
	}
	buf_free(&sig);
	return lied;
}

/* ---- another place of the log than the receipt's signature covers ---- */

static bool lie_place(struct exchange_reply *reply)
{
	json_t *json = reply_json_of(reply);
	json_t *one = json_array_get(json_object_get(json, "sets"), 0);
	int64_t n = json_int(one, "n", 0);

	if (n == 0) {
		json_decref(json);
		return false;
	}
	(void)json_put_int(one, "n", n + 1);
	put_json(reply, json);
	return true;
}

/* ---- another head at a place that the laptop has verified ---- */

static bool lie_heads(
    struct sim *sim, struct sim_laptop *laptop, struct exchange_reply *reply)
{
	json_t *json = reply_json_of(reply), *one;
	size_t i;
	bool lied = false;

	json_array_foreach(json_object_get(json, "structures"), i, one)
	{
		struct log_point seen;
		char hex[HASH_TEXT];

		if (lied ||
		    ledger_head(laptop->agent.db, json_text(one, "structure"),
			&seen, NULL, NULL) < 0 ||
		    seen.n == 0 || seen.n != json_int(one, "n", -1) ||
		    seen.epoch != json_int(one, "epoch", -1) ||
		    sim->rollbacks > 0)
			continue;
		seen.head.bytes[5] ^= 1;
		hash_hex(&seen.head, hex);
		lied = json_put_text(one, "head", hex);
	}
	if (lied)
		put_json(reply, json);
	else
		json_decref(json);
	return lied;
}

/* ---- a log told otherwise ---- */

static bool lie_pull(struct sim *sim, struct exchange_reply *reply)
{
	struct pull pull;
	bool lied = false;

	if (wire_pull_decode(
		&pull, buf_text(&reply->body), reply->body.len, NULL) < 0)
		return false;
	if (pull.count > 0) {
		struct pull_item *item = &pull.items[sim_pick(sim, pull.count)];

		if (item->type == PULL_SET && sim_percent(sim, 50))
			item->set.header.at_s ^= 1;
		else
			item->time_s++;
		lied = true;
		buf_reset(&reply->body);
		lied = wire_pull_encode(&reply->body, &pull, NULL) == 0;
	}
	wire_pull_clear(&pull);
	return lied;
}

/* … and told again when the laptop shows what it has seen. */
static bool lie_witness(struct sim *sim, struct exchange_reply *reply)
{
	json_t *json = reply_json_of(reply);
	struct hash head;
	char hex[HASH_TEXT];

	for (size_t i = 0; i < HASH_LEN; i++)
		head.bytes[i] = (uint8_t)sim_random(sim);
	hash_hex(&head, hex);
	(void)json_put_text(json, "head", hex);
	(void)json_put_int(json, "common", 0);
	put_json(reply, json);
	return true;
}

void sim_liar_change(struct sim *sim, struct sim_laptop *laptop,
    const struct exchange *request, struct exchange_reply *reply)
{
	const char *path = request->path;
	bool lied = false;

	/* A page or the heads may be asked for twice: told the same way. */
	if (sim->lie == LIE_NOTHING || reply->status != 200 ||
	    (sim->lied && sim->lie != LIE_PULL && sim->lie != LIE_HEADS))
		return;
	if (sim->lie == LIE_RECEIPT && strcmp(path, "/v1/push") == 0)
		lied = lie_receipts(sim, reply);
	else if (sim->lie == LIE_PLACE && strcmp(path, "/v1/push") == 0)
		lied = lie_place(reply);
	else if (sim->lie == LIE_HEADS && strncmp(path, "/v1/heads", 9) == 0)
		lied = lie_heads(sim, laptop, reply);
	else if (sim->lie == LIE_HEADS && sim->lied &&
		 strcmp(path, "/v1/witness") == 0)
		lied = lie_witness(sim, reply);
	else if (sim->lie == LIE_PULL && strncmp(path, "/v1/pull", 8) == 0)
		lied = lie_pull(sim, reply);
	sim->lied = sim->lied || lied;
}

void sim_liar_sync(struct sim *sim, struct sim_laptop *laptop)
{
	struct err err = ERR_INIT;
	int rc;

	sim->lie = (enum sim_lie)(1 + sim_pick(sim, LIES - 1));
	sim->lied = false;
	rc = sim_laptop_sync(sim, laptop, &err);
	if (sim->lied) {
		sim->figures.lies++;
		sim_log(sim, "lie %d: %d", (int)sim->lie, rc);
		if (rc != E_SIGNATURE)
			sim_fail(sim, "I4", "laptop %u believed lie %d: %d %s",
			    sim_laptop_bit(sim, laptop), (int)sim->lie, rc,
			    err.text);
	}
	sim->lie = LIE_NOTHING;
	if (sim_laptop_open(sim, laptop))
		sim_laptop_look_back(sim, laptop);
	sim_laptop_close(laptop);
}
