#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/lang.h"
#include "shared/ledger_succession.h"
#include "shared/ledger_device.h"
#include "shared/ledger_purge.h"
#include "shared/ledger_set.h"

/* ---- asking ---- */

bool sync_pull_wanted(const struct sync_target *target)
{
	return target->listed && !target->pulled &&
	       (target->pushed || target->told.n > target->follow.cursor);
}

/* Identifiers may hold any letter; an address may not. */
static void add_escaped(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		unsigned char c = (unsigned char)*text;

		if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || strchr("-._~", c) != NULL)
			buf_add_char(out, *text);
		else
			buf_printf(out, "%%%02X", c);
	}
}

int sync_pull_prepare(
    struct sync *sync, const struct sync_target *target, struct err *err)
{
	buf_reset(&sync->path);
	buf_add_text(&sync->path, SYNC_PATH_PULL "?structure=");
	add_escaped(&sync->path, target->follow.structure);
	buf_printf(&sync->path, "&after=%" PRId64, target->follow.cursor);
	if (target->own)
		buf_add_text(&sync->path, "&own=1");
	if (sync->packed)
		buf_add_text(&sync->path, "&wire=2");
	return buf_check(&sync->path, err);
}

/* ---- verifying the chain, before anything is kept ---- */

/* Walk the places of a reply from the cursor on. */
struct walk {
	struct sync *sync;
	const struct pull *pull;
	struct log_point seen; /* verified by an earlier sync */
	int64_t seen_time_s;
	struct log_point at; /* the place in hand */
	int64_t time_s;
};

static int walk_start(struct walk *walk, struct sync *sync,
    const struct sync_target *target, const struct pull *pull, struct err *err)
{
	*walk = (struct walk){.sync = sync, .pull = pull};
	walk->at.epoch = pull->epoch;
	walk->at.n = target->follow.cursor;
	walk->at.head = target->follow.cursor_head;
	return ledger_head(sync->agent->db, pull->structure, &walk->seen,
	    &walk->seen_time_s, err);
}

static void walk_step(struct walk *walk, const struct pull_item *item)
{
	walk->at.n++;
	log_next(&walk->at.head, &walk->at.head, item->time_s, &item->manifest);
	walk->time_s = item->time_s;
}

/* An alarm, unless there is an explanation: what we verified of place ${n}
 * may be of a log that was lost since. */
static int contradiction(const struct walk *walk, int64_t n, struct err *err)
{
	struct receipt seen;
	bool found;
	int rc = ledger_witness_of(walk->sync->agent->db, walk->pull->structure,
	    n, &seen, &found, err);

	if (rc < 0)
		return rc;
	walk->sync->contradicted = found && n > 0 ? n : 0;
	return sync_heads_alarm(walk->pull->structure, walk->at.n, err);
}

/* Does a place contradict what an earlier sync has verified? */
static bool contradicts(const struct walk *walk, int64_t time_before_s)
{
	const struct log_point *at = &walk->at, *seen = &walk->seen;

	if (walk->time_s < time_before_s)
		return true;
	if (at->n == seen->n)
		return !hash_equal(&at->head, &seen->head);
	return at->n > seen->n &&
	       (walk->time_s < walk->seen_time_s || at->epoch < seen->epoch);
}

static int check_chain(struct walk walk, struct err *err)
{
	const struct pull *pull = walk.pull;
	struct receipt last = {.epoch = pull->epoch};
	int rc;

	for (size_t i = 0; i < pull->count; i++) {
		int64_t before_s = walk.time_s;

		walk_step(&walk, &pull->items[i]);
		if (contradicts(&walk, before_s))
			return contradiction(&walk,
			    walk.at.n < walk.seen.n ? walk.at.n : walk.seen.n,
			    err);
		last.manifest = pull->items[i].manifest;
	}
	memcpy(last.structure, pull->structure, sizeof(last.structure));
	memcpy(last.sig, pull->sig, SIG_LEN);
	last.n = walk.at.n;
	last.head = walk.at.head;
	last.time_s = walk.time_s;
	/* A receipt over another head: its log is not the one we follow. */
	rc = ledger_receipt_verify(
	    walk.sync->agent->db, &last, walk.sync->server, err);
	return rc == E_SIGNATURE ? contradiction(&walk, pull->first - 1, err)
	                         : rc;
}

static int check_reply(
    const struct sync_target *target, const struct pull *pull, struct err *err)
{
	bool ours = strcmp(pull->structure, target->follow.structure) == 0 &&
	            pull->first == target->follow.cursor + 1 && pull->count > 0;

	for (size_t i = 0; ours && i < pull->count; i++) {
		ours = pull->items[i].type != PULL_SET ||
		       strcmp(pull->items[i].set.header.structure,
			   pull->structure) == 0;
	}
	return ours ? 0 : answer_strange(SYNC_PATH_PULL, err);
}

/* ---- authors ---- */

static int unknown_author(
    const struct walk *walk, const char *device, struct err *err)
{
	return err_set(err, E_SIGNATURE,
	    L("ALERTE : le n° %" PRId64 " du journal de %s est d'un poste "
	      "inconnu (%s) ; rien n'en a été gardé, prévenez le bureau",
		"ALARM: no. %" PRId64 " of the log of %s is of an unknown "
		"device (%s); nothing of it was kept, tell the office"),
	    walk->at.n, walk->pull->structure, device);
}

static int check_author(const struct walk *walk, const struct changeset *set,
    struct ledger_author *out, struct err *err)
{
	struct db *db = walk->sync->agent->db;
	const char *structure = walk->pull->structure;
	const char *name = set->header.device;
	int64_t revoked = 0;
	struct device device;
	int rc;

	if ((rc = ledger_device(
		 db, structure, name, walk->sync->server, &device, err)) < 0)
		return rc;
	/* A key that the server has replaced says nothing afterwards. */
	if (!device.found || (device.past && walk->time_s > device.until_s))
		return unknown_author(walk, name, err);
	if ((rc = changeset_verify(set, device.pub, err)) < 0)
		return err_context(err,
		    L("n° %" PRId64 " du journal de %s",
			"no. %" PRId64 " of the log of %s"),
		    walk->at.n, structure);
	/* A log pulled again is judged as it was the first time. */
	if (device.revoked &&
	    (rc = ledger_revoked_at(db, structure, name, &revoked, err)) < 0)
		return rc;
	*out = (struct ledger_author){
	    &set->header, device.writer, revoked > 0 && revoked < walk->at.n};
	return 0;
}

/* ---- applying ---- */

/* What we have of an item already. */
struct held {
	const char *device; /* ours */
	bool found;
	bool own;
	int64_t id;
	int64_t place;
	struct hash head;
	bool has_receipt;
};

static int note_held(void *context, const struct set_row *row, struct err *err)
{
	struct held *held = context;

	(void)err;
	held->id = row->id;
	held->own = strcmp(row->device, held->device) == 0;
	held->place = row->place;
	held->head = row->head;
	held->has_receipt = row->has_receipt;
	return 0;
}

/* Remove the bodies of a set, or those that it withholds alone. An entry of
 * ours that has no receipt yet stays, whatever another set says of it. */
static int drop_bodies(struct db *db, const char *structure,
    const struct changeset *set, bool withheld_only, struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < set->count; i++) {
		const struct set_entry *entry = &set->entries[i];
		enum entry_way way;

		if (withheld_only && entry->body.data != NULL)
			continue;
		rc = ledger_way(db, structure, &entry->hash, &way, NULL, err);
		if (rc == 0 && way == WAY_RECEIVED)
			rc = ledger_drop(db, structure, &entry->hash, err);
	}
	return rc;
}

/* Only the last item's receipt comes with its signature; the others are
 * places in a chain that it signs. */
static void make_receipt(struct receipt *out, const struct walk *walk,
    const struct pull_item *item, bool last)
{
	memset(out, 0, sizeof(*out));
	memcpy(out->structure, walk->pull->structure, sizeof(out->structure));
	out->epoch = walk->at.epoch;
	out->n = walk->at.n;
	out->manifest = item->manifest;
	out->head = walk->at.head;
	out->time_s = walk->time_s;
	if (last)
		memcpy(out->sig, walk->pull->sig, SIG_LEN);
}

static int apply_outside(const struct walk *walk, const struct pull_item *item,
    const struct held *held, bool last, struct err *err)
{
	struct db *db = walk->sync->agent->db;
	struct receipt receipt;
	const char *structure = walk->pull->structure;
	struct buf storage = BUF_INIT;
	struct changeset set;
	int rc;

	if (!held->found)
		return 0;
	make_receipt(&receipt, walk, item, last);
	if (held->place == 0 && (rc = ledger_place(db, &receipt, err)) < 0)
		return rc;
	if ((rc = ledger_set_load(
		 db, structure, held->id, &set, &storage, err)) == 0) {
		rc = drop_bodies(db, structure, &set, false, err);
		changeset_clear(&set);
	}
	buf_free(&storage);
	return rc;
}

static int apply_set(const struct walk *walk, const struct pull_item *item,
    const struct held *held, bool last, struct err *err)
{
	struct db *db = walk->sync->agent->db;
	struct ledger_author author;
	struct receipt receipt;
	bool place = held->place == 0 || (last && !held->has_receipt);
	int rc;

	if ((rc = check_author(walk, &item->set, &author, err)) < 0)
		return rc;
	make_receipt(&receipt, walk, item, last);
	/* Before the set is kept: it would pass for the entry's receipt. */
	if ((rc = drop_bodies(
		 db, walk->pull->structure, &item->set, true, err)) < 0 ||
	    (rc = ledger_set_put(db, &item->set, &author,
		 place ? &receipt : NULL, NULL, NULL, err)) < 0 ||
	    (author.revoked &&
		(rc = ledger_judge_by_place(db, &item->set, err)) < 0))
		return rc;
	if (!held->own && held->place == 0)
		walk->sync->summary.sets_received++;
	return 0;
}

/* What we keep in a place of the log, verified by its receipt. */
struct kept_place {
	struct log_point at;
	bool other; /* not what the log says now */
};

static int note_same_place(
    void *context, const struct set_row *row, struct err *err)
{
	struct kept_place *kept = context;

	(void)err;
	kept->other =
	    row->place == kept->at.n && !hash_equal(&row->head, &kept->at.head);
	return 1;
}

static int check_place(
    const struct walk *walk, const struct held *held, struct err *err)
{
	struct db *db = walk->sync->agent->db;
	struct kept_place kept = {.at = walk->at};
	int rc = 0;

	if (held->found && held->place > 0 &&
	    (held->place != walk->at.n ||
		!hash_equal(&held->head, &walk->at.head)))
		kept.other = true;
	else
		rc = ledger_log(db, walk->pull->structure, walk->at.n - 1,
		    note_same_place, &kept, err);
	/* Once its query is over: it asks the log too. */
	return rc == 0 && kept.other ? contradiction(walk, walk->at.n, err)
	                             : rc;
}

static int apply_item(const struct walk *walk, const struct pull_item *item,
    bool last, struct err *err)
{
	const struct agent *agent = walk->sync->agent;
	struct held held = {.device = agent->device};
	int rc;

	if ((rc = ledger_set_find(agent->db, walk->pull->structure,
		 &item->manifest, note_held, &held, &held.found, err)) < 0)
		return rc;
	/* Own and without a receipt: the next push brings the receipt, and
	 * nothing without one is ever let go. */
	if (held.found && held.place == 0 && held.own)
		return 0;
	/* A receipt told another place than the log does, or another set of
	 * this place. */
	if ((rc = check_place(walk, &held, err)) < 0)
		return rc;
	switch (item->type) {
	case PULL_OUTSIDE:
		return apply_outside(walk, item, &held, last, err);
	case PULL_KNOWN:
		return 0;
	case PULL_SET:
		held.own = strcmp(item->set.header.device, agent->device) == 0;
		return apply_set(walk, item, &held, last, err);
	}
	return 0;
}

static int apply_all(struct walk *walk, struct follow *follow, struct err *err)
{
	struct db *db = walk->sync->agent->db;
	const struct pull *pull = walk->pull;
	int rc;

	for (size_t i = 0; i < pull->count; i++) {
		walk_step(walk, &pull->items[i]);
		if ((rc = apply_item(
			 walk, &pull->items[i], i == pull->count - 1, err)) < 0)
			return rc;
	}
	if (walk->at.n > walk->seen.n) {
		struct receipt last;

		make_receipt(&last, walk, &pull->items[pull->count - 1], true);
		if ((rc = ledger_head_put(db, &last, err)) < 0)
			return rc;
	}
	follow->cursor = walk->at.n;
	follow->cursor_head = walk->at.head;
	return journal_follow_put(db, follow, err);
}

/* One reply is one transaction: all of it, or as if it never came. */
static int apply(struct sync *sync, struct sync_target *target,
    const struct pull *pull, struct err *err)
{
	struct follow follow = target->follow;
	int64_t received = sync->summary.sets_received;
	int64_t purged_before = 0, purged = 0;
	struct db *db = sync->agent->db;
	struct walk walk;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = walk_start(&walk, sync, target, pull, err)) < 0 ||
	    (rc = check_chain(walk, err)) < 0 ||
	    (rc = ledger_purged(db, &purged_before, err)) < 0 ||
	    (rc = apply_all(&walk, &follow, err)) < 0 ||
	    (rc = ledger_purged(db, &purged, err)) < 0)
		goto out;
	rc = db_commit(db, err);
out:
	if (rc < 0) {
		db_rollback(db);
		sync->summary.sets_received = received;
	} else {
		target->follow = follow;
		target->pulled = !pull->more;
		/* The bodies are gone; copies may be left, should it fail. */
		if (purged > purged_before)
			(void)db_settle(db, NULL);
	}
	return rc;
}

/* ---- own sets that this directory has lost ---- */

/* Do we lack a set, or a body of it? */
static int lacks(struct db *db, const char *structure,
    const struct hash *manifest, bool *out, struct err *err)
{
	struct buf storage = BUF_INIT;
	struct held held = {.device = ""};
	struct changeset set = {.count = 0};
	int rc;

	*out = true;
	if ((rc = ledger_set_find(db, structure, manifest, note_held, &held,
		 &held.found, err)) < 0 ||
	    !held.found ||
	    (rc = ledger_set_load(
		 db, structure, held.id, &set, &storage, err)) < 0)
		goto out;
	*out = false;
	for (size_t i = 0; i < set.count; i++)
		*out = *out || set.entries[i].body.data == NULL;
out:
	changeset_clear(&set);
	buf_free(&storage);
	return rc;
}

/* Restored from an old copy, or back in a scope it had left, a laptop does
 * not have all that it once wrote: then the page is asked for again, whole. */
static int find_lost(struct sync *sync, struct sync_target *target,
    const struct pull *pull, bool *lost, struct err *err)
{
	int rc = 0;

	*lost = false;
	for (size_t i = 0; rc == 0 && !*lost && i < pull->count; i++) {
		if (pull->items[i].type == PULL_KNOWN)
			rc = lacks(sync->agent->db, pull->structure,
			    &pull->items[i].manifest, lost, err);
	}
	/* Asked once: a server that keeps naming them has no more to give. */
	*lost = *lost && !target->own;
	target->own = target->own || *lost;
	return rc;
}

int sync_pull_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err)
{
	struct pull pull;
	bool lost = false;
	int rc;

	if (reply->status != 200)
		return answer_refused(reply, err);
	/* No compressed stream begins so: a page of some portal. */
	if (buf_text(&reply->body)[0] == '<')
		return answer_foreign(err);
	if ((rc = wire_pull_decode(
		 &pull, buf_text(&reply->body), reply->body.len, err)) == 0 &&
	    (rc = check_reply(target, &pull, err)) == 0 &&
	    (rc = find_lost(sync, target, &pull, &lost, err)) == 0 && !lost)
		rc = apply(sync, target, &pull, err);
	wire_pull_clear(&pull);
	return rc;
}
