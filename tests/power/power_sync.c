/* The sync path: laptop and office, either of them cut at any moment. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/sync.h"
#include "server/act.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/ledger.h"
#include "shared/ledger_set.h"
#include "shared/wire.h"
#include "tests/lib/bridge.h"
#include "tests/lib/packed_reply.h"
#include "tests/power/power.h"

#define LAPTOP_WITHIN 300 /* operations */
#define OFFICE_WITHIN 300
#define ROUNDS_MAX    12 /* without a cut coming */
#define SITE_NAME     "Berges"

static const char *const structures[] = {"RIVES", "REMPARTS"};
#define STRUCTURE_COUNT (sizeof(structures) / sizeof(structures[0]))

/* ---- what the office says ---- */

static struct power_place *place_of(
    struct power *power, const struct hash *manifest)
{
	for (size_t i = 0; i < power->place_count; i++) {
		struct power_place *place = &power->places[i];

		if (!place->own && memcmp(place->receipt.manifest.bytes,
				       manifest->bytes, HASH_LEN) == 0)
			return place;
	}
	return NULL;
}

static void note_place(
    struct power *power, const struct receipt *receipt, bool own)
{
	if (power->place_count == POWER_RECEIPTS_MAX)
		power_trouble(power, "the books are full");
	else
		power->places[power->place_count++] =
		    (struct power_place){*receipt, own};
}

static bool is_same(const struct receipt *a, const struct receipt *b)
{
	return strcmp(a->structure, b->structure) == 0 &&
	       a->epoch == b->epoch && a->n == b->n && a->time_s == b->time_s &&
	       memcmp(a->manifest.bytes, b->manifest.bytes, HASH_LEN) == 0 &&
	       memcmp(a->head.bytes, b->head.bytes, HASH_LEN) == 0 &&
	       memcmp(a->sig, b->sig, SIG_LEN) == 0;
}

/* A receipt leaves the office: signed, and the same as any before. */
static void note_receipt(struct power *power, const struct receipt *receipt)
{
	const struct power_place *before = place_of(power, &receipt->manifest);

	if (receipt_verify(receipt, power->office.server.pub, NULL) < 0)
		power_trouble(
		    power, "receipt %" PRId64 ": wrong signature", receipt->n);
	if (before == NULL) {
		note_place(power, receipt, false);
		power->figures.receipts++;
		return;
	}
	power->figures.replays++;
	if (!is_same(&before->receipt, receipt)) {
		power_trouble(power,
		    "receipts %" PRId64 " and %" PRId64 " for one set",
		    before->receipt.n, receipt->n);
	}
}

/* One set's answer to a push. */
static void read_receipt(
    struct power *power, const struct changeset *set, const json_t *json)
{
	const char *state = json_text(json, "state");
	const char *sig = json_text(json, "sig");
	struct receipt receipt = {
	    .epoch = json_int(json, "epoch", 0), .n = json_int(json, "n", 0)};
	struct buf raw = BUF_INIT;

	if (strcmp(state, "stored") != 0 && strcmp(state, "known") != 0) {
		power_trouble(power, "the office answers \"%s\"", state);
		return;
	}
	strcpy(receipt.structure, set->header.structure);
	if (changeset_hash(&receipt.manifest, set, NULL) < 0 ||
	    stamp_parse(&receipt.time_s, json_text(json, "time"), NULL) < 0 ||
	    hash_parse(&receipt.head, json_text(json, "head"), NULL) < 0 ||
	    enc_unbase64(&raw, sig, strlen(sig), NULL) < 0 ||
	    raw.len != SIG_LEN) {
		power_trouble(power, "a receipt cannot be read");
	} else {
		memcpy(receipt.sig, raw.data, SIG_LEN);
		note_receipt(power, &receipt);
	}
	buf_free(&raw);
}

static void note_push(struct power *power, const struct exchange *request,
    const struct exchange_reply *reply)
{
	struct push push = {.count = 0};
	json_t *json = NULL;
	const json_t *sets;

	if (wire_push_decode(
		&push, request->body.data, request->body.len, NULL) < 0 ||
	    (json = packed_reply_json(
		 power->office.db, &push, buf_bytes(&reply->body))) == NULL) {
		power_trouble(power, "a push cannot be read");
		goto out;
	}
	sets = json_object_get(json, "sets");
	for (size_t i = 0; i < push.count && i < json_array_size(sets); i++)
		read_receipt(power, &push.sets[i], json_array_get(sets, i));
out:
	json_decref(json);
	wire_push_clear(&push);
}

/* ---- what people do ---- */

static void note_own(struct power *power, const char *structure)
{
	struct receipt receipt = {.epoch = 0};
	struct log_point head;

	if (ledger_head(power->office.db, structure, &head, NULL, NULL) < 0)
		return;
	strcpy(receipt.structure, structure);
	receipt.n = head.n;
	receipt.head = head.head;
	note_place(power, &receipt, true);
}

/* The office gives a site another name; the laptop will hear of it. */
static int office_act(struct power *power)
{
	json_t *value = json_object();
	struct err err = ERR_INIT;
	struct act act = {0};
	char name[64];
	int rc;

	(void)snprintf(name, sizeof(name), SITE_NAME " %zu", power->slot++);
	if (!json_put_text(value, "name", name) ||
	    !json_put_text(value, "sector", "espaces_verts"))
		power_trouble(power, "out of memory");
	if ((rc = act_begin(&act, &power->office, &err)) == 0) {
		rc = act_set(&act, structures[0], "site", "site/SAULNETTE",
		    value, NULL, &err);
		if (rc == 0)
			rc = act_commit(&act, &err);
		if (rc < 0)
			act_abort(&act);
	}
	if (rc == 0)
		note_own(power, structures[0]);
	else if (!cut_disk_is_cut(power->office_disk))
		power_trouble(power, "the office's act fails: %s", err.text);
	json_decref(value);
	return rc;
}

/* One request and its reply; false when the power was cut on the way. */
static bool exchange(struct power *power, struct sync *sync,
    const struct exchange *request, struct exchange_reply *reply, int *rc,
    struct err *err)
{
	bool push = strncmp(request->path, "/v1/push", 8) == 0;

	bridge_answer(&power->service, request, reply);
	if (cut_disk_is_cut(power->office_disk))
		return false;
	if (push && reply->status == 200)
		note_push(power, request, reply);
	*rc = sync_take(sync, reply, err);
	return !cut_disk_is_cut(power->laptop_disk);
}

static void sync_once(struct power *power)
{
	struct exchange_reply reply = {0};
	struct exchange request;
	struct sync *sync = NULL;
	struct err err = ERR_INIT;
	int rc;

	if ((rc = sync_new(&sync, &power->agent, &err)) == 0) {
		while ((rc = sync_next(sync, &request, &err)) == SYNC_REQUEST) {
			if (!exchange(
				power, sync, &request, &reply, &rc, &err) ||
			    rc < 0)
				break;
		}
	}
	if (!cut_disk_is_cut(power->laptop_disk) &&
	    !cut_disk_is_cut(power->office_disk)) {
		if (rc < 0)
			power_trouble(power, "a sync fails: %s", err.text);
		else
			power->figures.syncs++;
	}
	exchange_reply_clear(&reply);
	sync_free(sync);
}

/* ---- checking ---- */

struct finding {
	struct power *power;
	const char *structure;
	const struct receipt *wanted;
	bool found;
};

static int match_head(void *context, const struct set_row *row, struct err *err)
{
	struct finding *finding = context;

	(void)err;
	finding->found =
	    row->place == finding->wanted->n &&
	    memcmp(row->head.bytes, finding->wanted->head.bytes, HASH_LEN) == 0;
	return 1;
}

static void check_place(struct power *power, const struct power_place *place)
{
	const struct receipt *wanted = &place->receipt;
	struct finding finding = {power, wanted->structure, wanted, false};
	struct receipt now;

	if (place->own)
		(void)ledger_log(power->office.db, wanted->structure,
		    wanted->n - 1, match_head, &finding, NULL);
	else if (ledger_set_receipt(power->office.db, wanted->structure,
		     &wanted->manifest, &now, &finding.found, NULL) < 0 ||
		 (finding.found && !is_same(&now, wanted)))
		finding.found = false;
	if (!finding.found)
		power_trouble(power,
		    "%s %" PRId64 " of %s is not at the office any more",
		    place->own ? "act" : "receipt", wanted->n,
		    wanted->structure);
}

/* A receipt that the laptop has is one the office has. */
static int check_row(void *context, const struct set_row *row, struct err *err)
{
	struct finding *finding = context;
	struct power *power = finding->power;
	struct receipt here, there;
	bool have_here, have_there;

	(void)err;
	if (strcmp(row->device, power->agent.device) != 0)
		return 0;
	if (ledger_set_receipt(power->agent.db, finding->structure, &row->hash,
		&here, &have_here, NULL) < 0 ||
	    ledger_set_receipt(power->office.db, finding->structure, &row->hash,
		&there, &have_there, NULL) < 0 ||
	    !have_here || !have_there || here.n != there.n ||
	    memcmp(here.head.bytes, there.head.bytes, HASH_LEN) != 0)
		power_trouble(power,
		    "the laptop's receipt %" PRId64
		    " of %s is not the office's",
		    row->place, finding->structure);
	return 0;
}

static void check_office(struct power *power)
{
	struct err err = ERR_INIT;

	if (db_check(power->office.db, &err) < 0) {
		power->damage = true;
		power_trouble(power, "office: %s", err.text);
		return;
	}
	for (size_t i = 0; i < power->place_count; i++)
		check_place(power, &power->places[i]);
	for (size_t i = 0; i < STRUCTURE_COUNT; i++) {
		struct finding finding = {power, structures[i], NULL, false};

		if (ledger_log(power->agent.db, structures[i], 0, check_row,
			&finding, &err) < 0)
			power_trouble(power, "laptop: %s", err.text);
	}
}

/* After a sync without a cut both have the same, and every save arrived. */
static void check_together(struct power *power)
{
	struct ledger_counts counts;
	struct err err = ERR_INIT;

	sync_once(power);
	for (size_t i = 0; i < STRUCTURE_COUNT && power_is_well(power); i++) {
		struct hash here, there;

		if (ledger_digest(power->agent.db, structures[i], &here, &err) <
			0 ||
		    ledger_digest(
			power->office.db, structures[i], &there, &err) < 0 ||
		    memcmp(here.bytes, there.bytes, HASH_LEN) != 0)
			power_trouble(power, "%s is not the same on both sides",
			    structures[i]);
	}
	if (ledger_count(power->agent.db, power->agent.device, &counts, &err) <
		0 ||
	    counts.received != (int64_t)power->save_count)
		power_trouble(power, "%zu saves, %" PRId64 " received",
		    power->save_count, counts.received);
	for (size_t i = 0; i < power->save_count && power_is_well(power); i++) {
		struct buf body = BUF_INIT;

		if (ledger_bytes(power->office.db, structures[0],
			&power->saves[i], &body, NULL) < 0 &&
		    ledger_bytes(power->office.db, structures[1],
			&power->saves[i], &body, NULL) < 0)
			power_trouble(power,
			    "entry %zu was received and is not at the office",
			    i + 1);
		buf_free(&body);
	}
}

/* ---- a batch ---- */

static bool is_any_cut(const struct power *power)
{
	return cut_disk_is_cut(power->laptop_disk) ||
	       cut_disk_is_cut(power->office_disk);
}

static bool open_both(struct power *power)
{
	return power_agent_open(power) == 0 && power_office_open(power) == 0;
}

static void one_round(struct power *power)
{
	size_t saves = power_pick(power, 3);

	power->laptop.now_s += 60;
	power->desk.now_s = power->laptop.now_s;
	if (!open_both(power))
		return;
	while (saves-- > 0) {
		if (power_save_hours(power) < 0)
			return;
	}
	if (power_pick(power, 3) == 0 && office_act(power) < 0)
		return;
	sync_once(power);
	if (power_pick(power, 3) == 0)
		power_agent_close(power);
	if (power_pick(power, 3) == 0)
		power_office_close(power);
}

static void sync_until_cut(struct power *power)
{
	size_t which = 1 + power_pick(power, 3);

	if ((which & 1) != 0)
		cut_disk_cut(
		    power->laptop_disk, 1 + power_pick(power, LAPTOP_WITHIN));
	if ((which & 2) != 0)
		cut_disk_cut(
		    power->office_disk, 1 + power_pick(power, OFFICE_WITHIN));
	for (int i = 0;
	     i < ROUNDS_MAX && power_is_well(power) && !is_any_cut(power); i++)
		one_round(power);
	/* Where there is no cut the program was killed or goes on. */
	if (cut_disk_is_cut(power->laptop_disk))
		power_agent_close(power);
	if (cut_disk_is_cut(power->office_disk))
		power_office_close(power);
	(void)power_restart(power, power->laptop_disk);
	(void)power_restart(power, power->office_disk);
}

void power_sync_batch(struct power *power, uint64_t cuts)
{
	uint64_t end = power->figures.cuts + cuts;

	while (power_is_well(power) && power->figures.cuts < end) {
		sync_until_cut(power);
		if (!power_is_well(power) || !open_both(power))
			break;
		power_check_saves(power, power->figures.cuts >= end);
		if (power_is_well(power))
			check_office(power);
		if (power_is_well(power) &&
		    (power->figures.cuts >= end || power_pick(power, 6) == 0))
			check_together(power);
	}
}
