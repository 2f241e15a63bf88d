#include <stdlib.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/ledger_set.h"
#include "shared/ledger_succession.h"
#include "shared/wire_answer.h"

/* ---- may we? ---- */

static int add_follow(
    void *context, const struct follow *follow, struct err *err)
{
	struct sync *sync = context;
	struct sync_target *target;

	(void)err;
	if (sync->count == SYNC_TARGETS_MAX)
		return 1;
	target = &sync->targets[sync->count++];
	target->listed = true;
	target->follow = *follow;
	return 0;
}

int sync_first_start(struct sync *sync, struct err *err)
{
	sync->same = true;
	sync->targets = calloc(SYNC_TARGETS_MAX, sizeof(*sync->targets));
	if (sync->targets == NULL)
		return err_nomem(err);
	return journal_follow_all(sync->agent->db, add_follow, sync, err);
}

/* Is the log pulled up to what we verified of it, so that what follows can be
 * verified without asking? */
static int is_level(const struct sync *sync, const struct sync_target *target,
    struct log_point *seen, int64_t *time_s, bool *out, struct err *err)
{
	const struct follow *follow = &target->follow;
	int rc =
	    ledger_head(sync->agent->db, follow->structure, seen, time_s, err);

	*out = rc == 0 && seen->n > 0 && seen->n == follow->cursor &&
	       hash_equal(&seen->head, &follow->cursor_head);
	return rc;
}

/* ---- asking ---- */

static int tell(const struct sync *sync, const struct sync_target *pushed,
    struct push_told *told, struct err *err)
{
	struct wire_head_known *heads = calloc(sync->count, sizeof(*heads));
	int rc;

	if (heads == NULL)
		return err_nomem(err);
	for (size_t i = 0; i < sync->count; i++) {
		const struct follow *follow = &sync->targets[i].follow;

		heads[i] = (struct wire_head_known){follow->structure,
		    &sync->targets[i] == pushed ? -1 : follow->cursor,
		    &follow->cursor_head, follow->scope};
	}
	told->asked = true;
	told->cursor = pushed->follow.cursor;
	told->at_s = os_now_s(sync->agent->os);
	rc = wire_known(told->known, heads, sync->count, err);
	free(heads);
	return rc;
}

int sync_first_prepare(struct sync *sync, bool *any, struct err *err)
{
	int rc;

	*any = false;
	for (; sync->at < sync->count; sync->at++) {
		struct sync_target *target = &sync->targets[sync->at];
		struct push_told told = {.asked = false};
		struct log_point seen;
		int64_t time_s;
		bool level;

		if ((rc = is_level(sync, target, &seen, &time_s, &level, err)) <
		    0)
			return rc;
		if (!level) {
			sync->same = false;
			continue;
		}
		if ((rc = tell(sync, target, &told, err)) < 0 ||
		    (rc = sync_push_prepare(sync, target, &told, any, err)) < 0)
			return rc;
		if (*any)
			return 0;
	}
	sync->at = 0;
	return 0;
}

/* ---- the answer ---- */

/* The receipts of the sets sent, as the answer and our chain make them; the
 * last one alone is signed, and speaks for all. */
static int make_receipts(const struct sync *sync,
    const struct sync_target *target, const struct wire_answer *answer,
    struct receipt receipts[WIRE_SETS_MAX], struct err *err)
{
	const struct follow *follow = &target->follow;
	struct hash head = follow->cursor_head;
	struct receipt *last = &receipts[answer->count - 1];

	for (size_t i = 0; i < answer->count; i++) {
		struct receipt *receipt = &receipts[i];

		memset(receipt, 0, sizeof(*receipt));
		text_copy(receipt->structure, sizeof(receipt->structure),
		    follow->structure);
		receipt->epoch = answer->epoch;
		receipt->n = follow->cursor + 1 + (int64_t)i;
		receipt->time_s = answer->time_s[i];
		receipt->manifest = sync->sent[i].manifest;
		log_next(&head, &head, receipt->time_s, &receipt->manifest);
		receipt->head = head;
	}
	memcpy(last->sig, answer->sig, SIG_LEN);
	return ledger_receipt_verify(sync->agent->db, last, sync->server, err);
}

/* ${same}: there is nothing to pull of these places either. Otherwise the
 * pull passes over them, and may take bodies out of our scope back. */
static int apply_all(struct sync *sync, struct follow *follow,
    const struct receipt *receipts, size_t count, bool same, struct err *err)
{
	struct db *db = sync->agent->db;
	const struct receipt *last = &receipts[count - 1];
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = ledger_place(db, &receipts[i], err);
	if (!same)
		return rc;
	follow->cursor = last->n;
	follow->cursor_head = last->head;
	if (rc < 0 || (rc = ledger_head_put(db, last, err)) < 0)
		return rc;
	return journal_follow_put(db, follow, err);
}

/* The places of our own sets, all of them or none. */
static int apply(struct sync *sync, struct sync_target *target,
    const struct receipt *receipts, size_t count, bool same, struct err *err)
{
	struct follow follow = target->follow;
	struct db *db = sync->agent->db;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = apply_all(sync, &follow, receipts, count, same, err)) < 0 ||
	    (rc = db_commit(db, err)) < 0) {
		db_rollback(db);
		return rc;
	}
	target->follow = follow;
	return 0;
}

/* What does not fit is for the usual way to judge: nothing is changed. What
 * fits, but is not all there is to hear, goes on the usual way. */
static int take_places(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, bool *fits, struct err *err)
{
	struct receipt receipts[WIRE_SETS_MAX];
	struct wire_answer answer;
	struct log_point seen;
	int64_t time_s;
	bool level;
	int rc;

	*fits = wire_answer_read(&answer, buf_text(&reply->body),
		    reply->body.len, NULL) == 0 &&
	        answer.count == sync->sent_count;
	if (!*fits)
		return 0;
	if ((rc = is_level(sync, target, &seen, &time_s, &level, err)) < 0)
		return rc;
	rc = make_receipts(sync, target, &answer, receipts, err);
	*fits = rc == 0 && level && answer.epoch == seen.epoch &&
	        answer.time_s[0] >= time_s;
	if (rc == E_NOMEM)
		return rc;
	if (!*fits)
		return 0;
	if ((rc = apply(
		 sync, target, receipts, answer.count, answer.same, err)) < 0)
		return rc;
	sync_push_count(sync, target->follow.structure,
	    receipts[answer.count - 1].n, &answer);
	*fits = answer.same;
	return 0;
}

int sync_first_take(struct sync *sync, struct sync_target *target,
    const struct exchange_reply *reply, struct err *err)
{
	bool fits = false;
	int rc = 0;

	if (reply->status == 429 || reply->status >= 500)
		return answer_refused(reply, err);
	if (reply->status == 200 &&
	    wire_is_answer(buf_text(&reply->body), reply->body.len)) {
		rc = take_places(sync, target, reply, &fits, err);
	} else if (reply->status == 200) {
		/* Others came in between, or it is not as we thought. */
		rc = sync_push_take(sync, target, reply, err);
	}
	/* No heads came before it that would have told another key. */
	if (rc == E_SIGNATURE) {
		(void)err_set(
		    &sync->refused, rc, "%s", err != NULL ? err->text : "");
		sync->at = 0;
		sync->step = STEP_HELLO;
		return 0;
	}
	if (rc < 0 || fits)
		return rc;
	sync->at = 0;
	sync->step = STEP_HEADS;
	return 0;
}
