#include <inttypes.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/receipt_json.h"

/* ---- out ---- */

/* The next sets to send, whole. */
struct load {
	const struct sync *sync;
	const struct sync_target *target;
	int64_t ids[WIRE_SETS_MAX];
	struct hash hashes[WIRE_SETS_MAX];
	bool own[WIRE_SETS_MAX];
	size_t found;
	struct changeset sets[WIRE_SETS_MAX];
	struct buf storage[WIRE_SETS_MAX]; /* where each set's bodies live */
	size_t count;
};

static int note_pending(
    void *context, const struct set_row *row, struct err *err)
{
	struct load *load = context;
	bool own = strcmp(row->device, load->sync->agent->device) == 0;

	(void)err;
	/* Others' sets, for a server that lost them: each once a sync, and
	 * not for ever when it cannot take them. */
	if (!own &&
	    (row->id <= load->target->supplied || row->sent >= SYNC_SUPPLY_MAX))
		return 0;
	load->own[load->found] = own;
	load->ids[load->found] = row->id;
	load->hashes[load->found] = row->hash;
	return ++load->found == WIRE_SETS_MAX;
}

static void load_clear(struct load *load)
{
	for (size_t i = 0; i < WIRE_SETS_MAX; i++) {
		changeset_clear(&load->sets[i]);
		buf_free(&load->storage[i]);
	}
}

/* Load what fits one push, at least one set; the rest waits its turn. */
static int load_sets(
    struct db *db, const char *structure, struct load *load, struct err *err)
{
	size_t total = 0;
	int rc;

	if ((rc = ledger_pending(db, structure, note_pending, load, err)) < 0)
		return rc;
	for (size_t i = 0; i < load->found; i++) {
		if ((rc = ledger_set_load(db, structure, load->ids[i],
			 &load->sets[i], &load->storage[i], err)) < 0)
			return rc;
		total += load->storage[i].len;
		if (i > 0 && total > SYNC_PUSH_BYTES)
			break;
		load->count++;
	}
	return 0;
}

/* A set is marked before it leaves: once the request is out, nobody knows
 * whether it arrived. */
static int mark_sent(struct sync *sync, const char *structure,
    const struct load *load, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < load->count; i++) {
		sync->sent[i].manifest = load->hashes[i];
		sync->sent[i].entries = load->sets[i].count;
		sync->sent[i].own = load->own[i];
		rc = ledger_sent(
		    sync->agent->db, structure, &load->hashes[i], err);
	}
	sync->sent_count = load->count;
	return rc;
}

static bool all_own(const struct load *load)
{
	for (size_t i = 0; i < load->count; i++) {
		if (!load->own[i])
			return false;
	}
	return true;
}

/* ${first}: before the heads, when nobody has told that others' sets are
 * needed: then they do not leave, and are not told as sent. */
static int prepare(struct sync *sync, const char *structure, struct load *load,
    bool first, struct err *err)
{
	const struct agent *agent = sync->agent;
	int rc;

	if ((rc = db_begin(agent->db, err)) < 0)
		return rc;
	if ((rc = ledger_seal(
		 agent->db, agent->os, &agent->key, structure, err)) < 0 ||
	    (rc = load_sets(agent->db, structure, load, err)) < 0)
		goto out;
	if ((!first || all_own(load)) &&
	    (rc = mark_sent(sync, structure, load, err)) < 0)
		goto out;
	rc = db_commit(agent->db, err);
out:
	if (rc < 0)
		db_rollback(agent->db);
	return rc;
}

/* In wire 2, when ${told}: what waits with it is none of its entries. */
static int encode(struct sync *sync, const struct load *load,
    struct push_told *told, struct err *err)
{
	const struct agent *agent = sync->agent;
	struct ledger_counts counts;
	int rc;

	if (told == NULL)
		return wire_push_encode(
		    &sync->body, load->sets, load->count, err);
	if ((rc = ledger_count(agent->db, agent->device, &counts, err)) < 0)
		return rc;
	told->unsent = counts.kept + counts.sent;
	for (size_t i = 0; i < load->count; i++)
		told->unsent -= (int64_t)load->sets[i].count;
	if (told->unsent < 0)
		told->unsent = 0;
	return wire_packed_push_encode(
	    &sync->body, load->sets, load->count, told, err);
}

int sync_push_prepare(struct sync *sync, struct sync_target *target,
    struct push_told *told, bool *any, struct err *err)
{
	struct load load = {.sync = sync, .target = target};
	int rc;

	if ((rc = prepare(
		 sync, target->follow.structure, &load, told != NULL, err)) < 0)
		goto out;
	*any = load.count > 0;
	/* What a server lost is brought once the heads are known. */
	if (told != NULL && !all_own(&load)) {
		sync->same = *any = false;
		goto out;
	}
	for (size_t i = 0; i < load.count; i++) {
		if (!load.own[i] && load.ids[i] > target->supplied)
			target->supplied = load.ids[i];
	}
	buf_reset(&sync->body);
	if (*any)
		rc = encode(sync, &load, told, err);
out:
	load_clear(&load);
	return rc;
}

int sync_push_unsent(struct sync *sync, struct err *err)
{
	const char *structure = sync->targets[sync->at].follow.structure;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < sync->sent_count; i++)
		rc = ledger_not_sent(
		    sync->agent->db, structure, &sync->sent[i].manifest, err);
	return rc;
}

/* ---- in ---- */

/* Read one receipt of an answer: the server signs what we hash ourselves. */
static int read_receipt(struct receipt *out, const struct sync *sync,
    const char *structure, const struct hash *manifest, const json_t *json,
    struct err *err)
{
	int rc = receipt_json_read_place(out, json, err);

	if (rc < 0)
		return rc == E_NOMEM ? rc : answer_strange(SYNC_PATH_PUSH, err);
	text_copy(out->structure, sizeof(out->structure), structure);
	out->manifest = *manifest;
	if ((rc = ledger_receipt_verify(
		 sync->agent->db, out, sync->server, err)) < 0)
		rc = err_context(err,
		    L("reçu n° %" PRId64 " du serveur",
			"the server's receipt no. %" PRId64),
		    out->n);
	return rc;
}

/* The answer to a push: receipts, then perhaps why it stopped. */
struct push_answer {
	struct receipt receipts[WIRE_SETS_MAX]; /* n is 0: set aside */
	size_t count;
	int64_t quarantined;
	bool aside;         /* with a refusal: we are revoked */
	const json_t *stop; /* "gap" or "fork"; borrowed, NULL for none */
};

static int read_set(struct push_answer *answer, const struct sync *sync,
    const char *structure, const json_t *json, struct err *err)
{
	const char *state = json_text(json, "state");
	size_t i = answer->count;
	int rc;

	if (strcmp(state, "gap") == 0 || strcmp(state, "fork") == 0) {
		answer->stop = json;
		return 0;
	}
	/* Another's, which the server cannot take. */
	if (i < sync->sent_count && !sync->sent[i].own &&
	    strcmp(state, "aside") == 0) {
		answer->count++;
		return 0;
	}
	if (i == sync->sent_count ||
	    (strcmp(state, "stored") != 0 && strcmp(state, "known") != 0))
		return answer_strange(SYNC_PATH_PUSH, err);
	if ((rc = read_receipt(&answer->receipts[i], sync, structure,
		 &sync->sent[i].manifest, json, err)) < 0)
		return rc;
	if (sync->sent[i].own)
		answer->quarantined += (int64_t)json_array_size(
		    json_object_get(json, "quarantined"));
	answer->count++;
	return 0;
}

static int read_answer(struct push_answer *answer, const struct sync *sync,
    const char *structure, const json_t *json, struct err *err)
{
	const json_t *sets = json_object_get(json, "sets");
	int rc = 0;

	if (json_object_get(json, "state") != NULL)
		return read_set(answer, sync, structure, json, err);
	for (size_t i = 0;
	     rc == 0 && answer->stop == NULL && i < json_array_size(sets); i++)
		rc = read_set(
		    answer, sync, structure, json_array_get(sets, i), err);
	/* An answer that moves nothing would be asked for for ever. */
	if (rc == 0 && answer->count == 0 && answer->stop == NULL)
		rc = answer_strange(SYNC_PATH_PUSH, err);
	return rc;
}

/* ---- repairs ---- */

static int note_id(void *context, const struct set_row *row, struct err *err)
{
	(void)err;
	*(int64_t *)context = row->id;
	return 0;
}

/*
 * A gap: the server's log ends, for us, at a set of ours. What follows it
 * goes again, also what it had given a receipt for: it was restored from a
 * backup. When it names none that we have, everything goes again, and what
 * it knows it says so. A fork: another story under the same number; what has
 * no receipt is told in a new session. So is what follows a set that neither
 * the server nor we have any more: both were put back from old copies.
 */
static int repair(struct sync *sync, const char *structure, const json_t *stop,
    struct err *err)
{
	struct agent *agent = sync->agent;
	const char *hex = json_text(stop, "manifest");
	struct hash last = {{0}};
	bool found = false;
	int64_t id = 0;
	int rc;

	if (strcmp(json_text(stop, "state"), "fork") == 0 ||
	    sync->repairs == SYNC_REPAIRS_MAX - 1)
		return ledger_reseal(
		    agent->db, agent->os, structure, agent->device, err);
	if (hex[0] != '\0' && hash_parse(&last, hex, NULL) < 0)
		return answer_strange(SYNC_PATH_PUSH, err);
	if ((rc = ledger_set_find(
		 agent->db, structure, &last, note_id, &id, &found, err)) < 0)
		return rc;
	return ledger_resend(agent->db, structure, agent->device, id, err);
}

static int no_agreement(const char *structure, struct err *err)
{
	return err_set(err, E_CONFLICT,
	    L("le serveur et ce poste ne s'accordent pas sur la suite des "
	      "envois (structure %s, %d essais) : rien n'est perdu, prévenez "
	      "le bureau",
		"the server and this laptop do not agree on the order of what "
		"was sent (structure %s, %d attempts): nothing is lost, tell "
		"the office"),
	    structure, SYNC_REPAIRS_MAX);
}

/* What the office set aside because we are revoked counts no more here
 * either, and again once it has taken it as ours (a restored server may have
 * forgotten); every other fault of an entry we would have found ourselves. */
static int judge_again(struct db *db, const char *structure, bool aside,
    const struct hash *manifest, struct err *err)
{
	struct buf storage = BUF_INIT;
	struct changeset set = {.count = 0};
	struct ledger_author author = {&set.header, WRITER_LAPTOP, aside};
	int64_t id = 0;
	bool found;
	int rc;

	if ((rc = ledger_set_find(
		 db, structure, manifest, note_id, &id, &found, err)) < 0 ||
	    !found ||
	    (rc = ledger_set_load(db, structure, id, &set, &storage, err)) < 0)
		goto out;
	for (size_t i = 0; rc == 0 && i < set.count; i++) {
		if (set.entries[i].body.data != NULL)
			rc = ledger_judge_again(
			    db, &author, set.entries[i].body, err);
	}
out:
	changeset_clear(&set);
	buf_free(&storage);
	return rc;
}

static int apply_all(struct sync *sync, const char *structure,
    const struct push_answer *answer, struct err *err)
{
	struct db *db = sync->agent->db;
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < answer->count; i++) {
		if (answer->receipts[i].n == 0)
			continue;
		rc = ledger_place(db, &answer->receipts[i], err);
		if (rc == 0 && (answer->aside || sync->was_revoked) &&
		    sync->sent[i].own)
			rc = judge_again(db, structure, answer->aside,
			    &answer->receipts[i].manifest, err);
	}
	if (rc == 0 && answer->stop != NULL && sync->repairs < SYNC_REPAIRS_MAX)
		rc = repair(sync, structure, answer->stop, err);
	return rc;
}

/* All that one answer changes, or nothing of it. */
static int apply(struct sync *sync, const char *structure,
    const struct push_answer *answer, struct err *err)
{
	struct db *db = sync->agent->db;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = apply_all(sync, structure, answer, err)) == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	return rc;
}

static void count_answer(
    struct sync *sync, const char *structure, const struct push_answer *answer)
{
	struct sync_summary *summary = &sync->summary;

	for (size_t i = 0; i < answer->count; i++) {
		if (!sync->sent[i].own) {
			summary->sets_supplied += answer->receipts[i].n > 0;
			continue;
		}
		summary->sets_sent++;
		summary->entries_sent += (int64_t)sync->sent[i].entries;
		summary->last_receipt = answer->receipts[i].n;
		text_copy(summary->last_structure,
		    sizeof(summary->last_structure), structure);
	}
	summary->quarantined += answer->quarantined;
}

void sync_push_count(struct sync *sync, const char *structure, int64_t last,
    const struct wire_answer *answer)
{
	struct sync_summary *summary = &sync->summary;

	for (size_t i = 0; i < answer->count; i++) {
		summary->sets_sent++;
		summary->entries_sent += (int64_t)sync->sent[i].entries;
		summary->quarantined += (int64_t)answer->faults[i];
	}
	summary->last_receipt = last;
	text_copy(summary->last_structure, sizeof(summary->last_structure),
	    structure);
}

static int take(struct sync *sync, struct sync_target *target,
    const json_t *json, bool aside, struct err *err)
{
	const char *structure = target->follow.structure;
	struct push_answer answer = {.aside = aside};
	int rc;

	if ((rc = read_answer(&answer, sync, structure, json, err)) < 0 ||
	    (rc = apply(sync, structure, &answer, err)) < 0)
		return rc;
	count_answer(sync, structure, &answer);
	for (size_t i = 0; i < answer.count; i++) {
		target->pushed = target->pushed ||
		                 answer.receipts[i].n > target->follow.cursor;
	}
	if (answer.stop != NULL && sync->repairs++ == SYNC_REPAIRS_MAX)
		return no_agreement(structure, err);
	return 0;
}

int sync_push_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL;
	int rc;

	/* A revoked laptop gets its receipts with the refusal. */
	if (reply->status != 200 && reply->status != 409 &&
	    !(reply->status == 403 && sync->revoked))
		return answer_refused(reply, err);
	if ((rc = answer_object(reply, &json, err)) < 0)
		return rc;
	if (json_object_get(json, "error") != NULL &&
	    json_object_get(json, "sets") == NULL)
		rc = answer_refused(reply, err);
	else
		rc = take(sync, target, json, reply->status == 403, err);
	json_decref(json);
	return rc;
}
