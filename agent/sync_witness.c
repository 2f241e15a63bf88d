#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/receipt_json.h"

/* ---- does the server's log extend what we saw? ---- */

int sync_witness_doubt(
    const struct sync *sync, struct sync_target *target, struct err *err)
{
	const struct log_point *told = &target->told;
	struct receipt seen;
	bool found;
	int rc = ledger_witness(
	    sync->agent->db, target->follow.structure, &seen, &found, err);

	target->doubt =
	    rc == 0 && found &&
	    (told->epoch != seen.epoch || told->n < seen.n ||
		/* What pulls nothing cannot see whether it is one story. */
		(told->n > seen.n && !target->listed) ||
		(told->n == seen.n && !hash_equal(&told->head, &seen.head)));
	return rc;
}

/* ---- asking ---- */

/* Places of ours, the last one first, ever further apart: enough for the
 * server to tell where our stories part, to within a factor of two. */
struct points {
	struct sync_point *items;
	size_t count;
	int64_t gap;
};

static void add_point(struct points *points, int64_t epoch, int64_t n,
    const struct hash *head, int64_t time_s)
{
	struct sync_point *point = &points->items[points->count++];

	point->at = (struct log_point){epoch, n, *head};
	point->time_s = time_s;
}

static int note_point(void *context, const struct set_row *row, struct err *err)
{
	struct points *points = context;
	int64_t last = points->items[points->count - 1].at.n;

	(void)err;
	/* What came after the receipt shown may be of the other story. */
	if (last - row->place < points->gap)
		return 0;
	points->gap *= 2;
	add_point(points, row->epoch, row->place, &row->head, row->time_s);
	return points->count == SYNC_POINTS_MAX - 1;
}

static int load_points(struct sync *sync, const struct sync_target *target,
    const struct receipt *seen, struct err *err)
{
	const char *structure = target->follow.structure;
	struct db *db = sync->agent->db;
	struct points points = {sync->points, 0, 1};
	struct log_point head;
	int64_t time_s;
	int rc;

	add_point(&points, seen->epoch, seen->n, &seen->head, seen->time_s);
	if ((rc = ledger_places(db, structure, note_point, &points, err)) < 0 ||
	    (rc = ledger_head(db, structure, &head, &time_s, err)) < 0)
		return rc;
	/* It may be of a set that is none of ours to keep. */
	if (head.n > 0 && head.n < seen->n)
		add_point(&points, head.epoch, head.n, &head.head, time_s);
	sync->point_count = points.count;
	return 0;
}

static json_t *points_json(const struct sync *sync)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < sync->point_count; i++) {
		char head[HASH_TEXT];

		hash_hex(&sync->points[i].at.head, head);
		if (json_array_append_new(list,
			json_pack("[I,s]", (json_int_t)sync->points[i].at.n,
			    head)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *witness_json(const struct sync *sync, const struct receipt *seen)
{
	json_t *json = json_object();

	if (json_put_text(json, "structure", seen->structure) &&
	    receipt_json_put_whole(json, seen) &&
	    json_put(json, "points", points_json(sync)))
		return json;
	json_decref(json);
	return NULL;
}

int sync_witness_prepare(
    struct sync *sync, const struct sync_target *target, struct err *err)
{
	struct receipt *seen = &sync->witness;
	json_t *json;
	bool found;
	int rc;

	rc = target->contradicted > 0
	         ? ledger_witness_of(sync->agent->db, target->follow.structure,
		       target->contradicted, seen, &found, err)
	         : ledger_witness(sync->agent->db, target->follow.structure,
		       seen, &found, err);
	if (rc < 0 || (rc = load_points(sync, target, seen, err)) < 0)
		return rc;
	if ((json = witness_json(sync, seen)) == NULL)
		return err_nomem(err);
	buf_reset(&sync->body);
	json_write(&sync->body, json);
	json_decref(json);
	return buf_check(&sync->body, err);
}

/* ---- the answer ---- */

/* Keep what the server once signed, and go back to where we agree: what came
 * after awaits a place in the log again, ours and others'. */
static int go_back(struct sync *sync, struct sync_target *target,
    const struct sync_point *common, struct err *err)
{
	struct agent *agent = sync->agent;
	struct follow follow = target->follow;
	struct db *db = agent->db;
	int rc;

	if (follow.cursor > common->at.n) {
		follow.cursor = common->at.n;
		follow.cursor_head = common->at.head;
	}
	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = journal_lost_put(
		 db, &sync->witness, os_now_s(agent->os), err)) < 0 ||
	    (rc = ledger_go_back(
		 db, follow.structure, &common->at, common->time_s, err)) < 0 ||
	    (rc = journal_follow_put(db, &follow, err)) < 0 ||
	    (rc = db_commit(db, err)) < 0) {
		db_rollback(db);
		return rc;
	}
	target->follow = follow;
	target->supplied = 0;
	target->pushed = target->pulled = target->own = false;
	sync->summary.epoch = target->told.epoch;
	return 0;
}

/* The point that the server names; NULL when it is none of ours. */
static const struct sync_point *find_point(const struct sync *sync,
    const char *structure, int64_t n, struct sync_point *zero)
{
	for (size_t i = 0; i < sync->point_count; i++) {
		if (sync->points[i].at.n == n)
			return &sync->points[i];
	}
	if (n != 0)
		return NULL;
	zero->at = (struct log_point){.epoch = 1};
	log_first(&zero->at.head, structure);
	zero->time_s = 0;
	return zero;
}

static int take(struct sync *sync, struct sync_target *target,
    const json_t *json, struct err *err)
{
	const struct receipt *seen = &sync->witness;
	const struct sync_point *common;
	struct log_point told = {
	    .epoch = json_int(json, "epoch", 0), .n = json_int(json, "n", -1)};
	struct sync_point zero;

	common = find_point(sync, target->follow.structure,
	    json_int(json, "common", -1), &zero);
	if (common == NULL || told.epoch < 1 || told.n < common->at.n ||
	    hash_parse(&told.head, json_text(json, "head"), NULL) < 0)
		return answer_strange(SYNC_PATH_WITNESS, err);
	target->told = told;
	/* It agrees; what it sent does not: there is no explanation. */
	if (common->at.n == seen->n) {
		target->alarm = target->contradicted > 0;
		return 0;
	}
	/* It may be our receipt of a later place that explains it. */
	if (told.epoch <= seen->epoch && !target->listed &&
	    target->contradicted == 0) {
		target->contradicted = common->at.n + 1;
		target->doubt = true;
		return 0;
	}
	/* Back, and no epoch to say why. */
	if (told.epoch <= seen->epoch) {
		target->alarm = true;
		return 0;
	}
	return go_back(sync, target, common, err);
}

int sync_witness_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL;
	int rc;

	target->doubt = false;
	target->doubts++;
	rc = answer_json(reply, &json, err);
	/* A server that does not explain itself, or denies its signature:
	 * what waits goes all the same, then the alarm. One that did not
	 * understand is asked again by the next sync. */
	if (rc == E_NOT_FOUND || rc == E_METHOD || rc == E_SIGNATURE) {
		target->alarm = true;
		return 0;
	}
	if (rc == E_INVALID) {
		target->unclear = true;
		return 0;
	}
	if (rc == 0)
		rc = take(sync, target, json, err);
	json_decref(json);
	return rc;
}
