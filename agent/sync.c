#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/backoff.h"
#include "agent/clock.h"
#include "agent/rotate.h"
#include "agent/sync_parts.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/progress.h"

#define LOCK_NAME  "sync.lock"
#define TYPE_JSON  "application/json"
#define TYPE_BYTES "" /* nobody reads one */

#define ROTATE_TRIES 3 /* of a rotation, when people record meanwhile */

/* Own sets first, where the server is known to tell the rest with their
 * receipts. */
static int first_step(struct sync *sync, struct err *err)
{
	struct buf wire = BUF_INIT, tries = BUF_INIT;
	struct db *db = sync->agent->db;
	int rc;

	sync->resume = STEP_HEADS;
	if ((rc = journal_get(db, SETTING_WIRE, &wire, err)) == 0)
		rc = journal_get(db, SETTING_TRIES, &tries, err);
	sync->packed = strcmp(buf_text(&wire), "2") == 0;
	/* Where the last attempt failed the server is asked before anything
	 * is sealed: a day without a network becomes few sets. */
	if (rc < 0 || !sync->packed || sync->was_revoked ||
	    (tries.len > 0 && strcmp(tries.data, "0") != 0))
		goto out;
	sync->resume = STEP_FIRST;
	rc = sync_first_start(sync, err);
out:
	buf_free(&wire);
	buf_free(&tries);
	return rc;
}

int sync_new(struct sync **out, struct agent *agent, struct err *err)
{
	struct sync *sync = calloc(1, sizeof(*sync));
	struct buf revoked = BUF_INIT;
	int rc;

	*out = NULL;
	if (sync == NULL)
		return err_nomem(err);
	sync->agent = agent;
	if ((rc = rotate_settle(agent, err)) < 0 ||
	    (rc = journal_server_key(agent->db, sync->server, err)) < 0 ||
	    (rc = journal_get(agent->db, SETTING_BEARER, &sync->bearer, err)) <
		0) {
		sync_free(sync);
		return rc;
	}
	rc = journal_get(agent->db, SETTING_REVOKED, &revoked, err);
	sync->was_revoked = revoked.len > 0;
	buf_free(&revoked);
	if (rc < 0 || (rc = first_step(sync, err)) < 0) {
		sync_free(sync);
		return rc;
	}
	sync->step = sync->bearer.len > 0 ? sync->resume : STEP_CHALLENGE;
	*out = sync;
	return 0;
}

void sync_free(struct sync *sync)
{
	if (sync == NULL)
		return;
	if (sync->bearer.data != NULL)
		crypto_wipe(sync->bearer.data, sync->bearer.len);
	free(sync->targets);
	buf_free(&sync->bearer);
	buf_free(&sync->path);
	buf_free(&sync->body);
	free(sync);
}

const struct sync_summary *sync_summary(const struct sync *sync)
{
	return &sync->summary;
}

int sync_retry_after(const struct sync *sync)
{
	return sync->retry_after;
}

/* ---- what to ask next ---- */

static bool has_bearer(const struct sync *sync)
{
	return sync->step != STEP_CHALLENGE && sync->step != STEP_LOGIN &&
	       sync->step != STEP_HELLO;
}

static int ask(const struct sync *sync, struct exchange *request,
    const char *path, const char *type)
{
	bool login = !has_bearer(sync);

	*request = (struct exchange){
	    .method = type != NULL ? "POST" : "GET",
	    .path = path,
	    .bearer = login ? "" : buf_text(&sync->bearer),
	    .content_type = type != NULL ? type : "",
	    .body = {"", 0},
	};
	if (type != NULL)
		request->body = buf_bytes(&sync->body);
	return SYNC_REQUEST;
}

static int next_first(
    struct sync *sync, struct exchange *request, struct err *err)
{
	bool sent = sync->summary.sets_sent > 0, any;
	int rc = sync_first_prepare(sync, &any, err);

	if (rc < 0)
		return rc;
	if (any)
		return ask(sync, request, SYNC_PATH_PUSH, TYPE_BYTES);
	sync->step = sent && sync->same ? STEP_DONE : STEP_HEADS;
	return 0;
}

/* Sets of the listed structures first; what awaits one that we left must
 * hold nobody else up. */
static int next_push(
    struct sync *sync, struct exchange *request, struct err *err)
{
	bool listed = sync->step == STEP_PUSH;
	bool any;
	int rc;

	for (; sync->at < sync->count; sync->at++) {
		struct sync_target *target = &sync->targets[sync->at];

		if (target->listed != listed)
			continue;
		if ((rc = sync_push_prepare(sync, target, NULL, &any, err)) < 0)
			return rc;
		if (any)
			return ask(sync, request, SYNC_PATH_PUSH, TYPE_BYTES);
	}
	sync->at = 0;
	sync->step = listed ? STEP_PULL : STEP_DONE;
	/* Whatever the server's log has become, our sets have left. */
	return listed ? sync_heads_check(sync, err) : 0;
}

/* Show a server that forgot what it signed what it signed. */
static int next_witness(
    struct sync *sync, struct exchange *request, struct err *err)
{
	int rc;

	for (; sync->at < sync->count; sync->at++) {
		const struct sync_target *target = &sync->targets[sync->at];

		if (!target->doubt)
			continue;
		if ((rc = sync_witness_prepare(sync, target, err)) < 0)
			return rc;
		return ask(sync, request, SYNC_PATH_WITNESS, TYPE_JSON);
	}
	sync->at = 0;
	sync->step = sync->revoked ? STEP_REST : STEP_PUSH;
	return 0;
}

static int next_pull(
    struct sync *sync, struct exchange *request, struct err *err)
{
	int rc;

	for (; sync->at < sync->count; sync->at++) {
		const struct sync_target *target = &sync->targets[sync->at];

		if (!sync_pull_wanted(target))
			continue;
		if ((rc = sync_pull_prepare(sync, target, err)) < 0)
			return rc;
		return ask(sync, request, buf_text(&sync->path), NULL);
	}
	sync->at = 0;
	sync->step = STEP_REST;
	return 0;
}

/* The server answers us: it has not revoked this laptop, or no longer. */
static int forget_revoked(struct sync *sync, struct err *err)
{
	struct buf revoked = BUF_INIT;
	int rc = journal_get(sync->agent->db, SETTING_REVOKED, &revoked, err);

	if (rc == 0 && revoked.len > 0)
		rc = journal_put(sync->agent->db, SETTING_REVOKED, "", err);
	buf_free(&revoked);
	return rc;
}

/* SYNC_REQUEST, 0 when the step is over, or negative. */
static int next(struct sync *sync, struct exchange *request, struct err *err)
{
	int rc;

	switch (sync->step) {
	case STEP_FIRST:
		return next_first(sync, request, err);
	case STEP_CHALLENGE:
		rc = sync_login_challenge(sync, err);
		return rc < 0
		           ? rc
		           : ask(sync, request, SYNC_PATH_CHALLENGE, TYPE_JSON);
	case STEP_LOGIN:
		rc = sync_login_answer(sync, err);
		return rc < 0 ? rc
		              : ask(sync, request, SYNC_PATH_LOGIN, TYPE_JSON);
	case STEP_HELLO:
		return ask(sync, request, SYNC_PATH_HELLO, NULL);
	case STEP_HEADS:
		rc = sync_heads_prepare(sync, err);
		return rc < 0 ? rc
		              : ask(sync, request, buf_text(&sync->path), NULL);
	case STEP_WITNESS:
		return next_witness(sync, request, err);
	case STEP_PUSH:
	case STEP_REST:
		return next_push(sync, request, err);
	case STEP_PULL:
		return next_pull(sync, request, err);
	case STEP_DONE:
		break;
	}
	return 0;
}

int sync_next(struct sync *sync, struct exchange *request, struct err *err)
{
	int rc = 0;

	while (rc == 0 && sync->step != STEP_DONE)
		rc = next(sync, request, err);
	if (rc == 0 && sync->revoked)
		return err_set(err, E_REVOKED,
		    L("ce poste est révoqué : le bureau met à part ce qu'il "
		      "envoie encore ; appelez le bureau",
			"this laptop is revoked: the office sets aside what it "
			"still sends; call the office"));
	return rc != 0 ? rc : forget_revoked(sync, err);
}

/* ---- what came back ---- */

/* A log that contradicts what we verified: its server is asked why before
 * the alarm. */
static int doubt(struct sync *sync, struct sync_target *target, int rc)
{
	target->contradicted = sync->contradicted;
	sync->contradicted = 0;
	if (target->alarm || target->doubts == SYNC_DOUBTS_MAX)
		return rc;
	target->doubt = true;
	sync->at = 0;
	sync->step = STEP_WITNESS;
	return 0;
}

static int take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	struct sync_target *target =
	    sync->at < sync->count ? &sync->targets[sync->at] : NULL;
	int rc;

	switch (sync->step) {
	case STEP_FIRST:
		assert(target != NULL);
		return sync_first_take(sync, target, reply, err);
	case STEP_CHALLENGE:
		rc = sync_login_challenge_take(sync, reply, err);
		sync->step = STEP_LOGIN;
		return rc;
	case STEP_LOGIN:
		rc = sync_login_answer_take(sync, reply, err);
		sync->logged_in = true;
		sync->step = sync->resume;
		return rc;
	case STEP_HELLO:
		rc = sync_succession_take(sync, reply, err);
		sync->step = sync->bearer.len > 0 ? STEP_HEADS : STEP_CHALLENGE;
		return rc;
	case STEP_HEADS:
		rc = sync_heads_take(sync, reply, err);
		sync->step = rc == SYNC_REQUEST ? STEP_HELLO : STEP_WITNESS;
		return rc;
	case STEP_WITNESS:
		assert(target != NULL);
		return sync_witness_take(sync, target, reply, err);
	case STEP_PUSH:
	case STEP_REST:
		assert(target != NULL);
		return sync_push_take(sync, target, reply, err);
	case STEP_PULL:
		assert(target != NULL);
		rc = sync_pull_take(sync, target, reply, err);
		return sync->contradicted > 0 ? doubt(sync, target, rc) : rc;
	case STEP_DONE:
		break;
	}
	return 0;
}

/* The bearer is over, or the laptop is. */
static int refused(struct sync *sync, const struct exchange_reply *reply,
    int code, struct err *err)
{
	struct db *db = sync->agent->db;
	int rc;

	if (code == E_REVOKED &&
	    (rc = journal_put(db, SETTING_REVOKED, "1", err)) < 0)
		return rc;
	if (code == E_REVOKED && sync->step == STEP_HEADS) {
		sync->revoked = true;
		sync->step = STEP_WITNESS;
		return sync_heads_revoked(sync, reply, err);
	}
	/* It may have another key now than the one that our login names. */
	if (code == E_AUTH && sync->step == STEP_LOGIN && !sync->met) {
		sync->met = true;
		(void)err_set(
		    &sync->refused, code, "%s", err != NULL ? err->text : "");
		sync->step = STEP_HELLO;
		return 0;
	}
	if (code != E_AUTH || !has_bearer(sync))
		return code;
	if ((rc = journal_put(db, SETTING_BEARER, "", err)) < 0)
		return rc;
	buf_reset(&sync->bearer);
	if (sync->logged_in)
		return code;
	sync->resume = sync->step;
	sync->step = STEP_CHALLENGE;
	return 0;
}

/* Revoked in one structure of several (a restored server forgot the others):
 * its sets are taken, aside, and receipts come with the refusal as ever. */
static int note_revoked(struct sync *sync, struct err *err)
{
	sync->revoked = true;
	return journal_put(sync->agent->db, SETTING_REVOKED, "1", err);
}

int sync_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	int rc;

	sync->summary.requests++;
	sync->retry_after = reply->retry_after_seconds;
	/* The heads tell a revoked laptop more. */
	if (reply->status == 403 && sync->step == STEP_FIRST) {
		sync->step = STEP_HEADS;
		sync->at = 0;
		return 0;
	}
	if (reply->status == 403 && !sync->revoked &&
	    (sync->step == STEP_PUSH || sync->step == STEP_REST) &&
	    (rc = note_revoked(sync, err)) < 0)
		return rc;
	if (reply->status == 401 || (reply->status == 403 && !sync->revoked))
		return refused(sync, reply, answer_refused(reply, err), err);
	rc = take(sync, reply, err);
	return rc < 0 ? rc : 0;
}

/* ---- over HTTPS ---- */

/* Of an enrolment too, whose code is used up by then. */
static const struct progress_work syncing = {"sync", "sets", "Lots échangés",
    "Sets exchanged", "« pointeau sync » reprend où il en était",
    "\"pointeau sync\" goes on where it was"};

/* What the office's logs still have for us, and has come. */
struct coming {
	int64_t left;
	int64_t most;
};

/* The heads tell how far the logs go; another login asks for them again. What
 * is to be sent is not counted before: it is little. */
static int tell_progress(
    struct coming *coming, const struct sync *sync, struct err *err)
{
	int64_t sent = sync_summary(sync)->sets_sent, left = 0;

	for (size_t i = 0; i < sync->count; i++) {
		const struct sync_target *target = &sync->targets[i];

		if (target->listed && target->told.n > target->follow.cursor)
			left += target->told.n - target->follow.cursor;
	}
	if (left > coming->left)
		coming->most += left - coming->left;
	coming->left = left;
	progress_total(sent + coming->most);
	return progress_step(sent + coming->most - left, err);
}

/* People are told what is kept here and what has left: a first request that
 * reached nobody took nothing away. What it failed with is what matters. */
static int exchange(struct sync *sync, struct https *https,
    const struct exchange *request, struct exchange_reply *reply,
    struct err *err)
{
	int rc = https_exchange(https, request, reply, err);

	if (rc < 0 && sync->step == STEP_FIRST && https_said_nothing(https))
		(void)sync_push_unsent(sync, NULL);
	return rc;
}

static int exchange_all(struct sync *sync, struct https *https, struct err *err)
{
	struct exchange_reply reply = {0};
	struct coming coming = {0, 0};
	struct exchange request;
	int rc;

	progress_begin(&syncing, 0);
	while ((rc = sync_next(sync, &request, err)) == SYNC_REQUEST) {
		if ((rc = exchange(sync, https, &request, &reply, err)) < 0 ||
		    (rc = sync_take(sync, &reply, err)) < 0 ||
		    (rc = tell_progress(&coming, sync, err)) < 0)
			break;
	}
	progress_end();
	exchange_reply_clear(&reply);
	return rc;
}

static int open_https(struct https **out, struct agent *agent, struct err *err)
{
	struct buf url = BUF_INIT, pin_hex = BUF_INIT;
	uint8_t pin[32];
	int rc;

	if ((rc = journal_get(agent->db, SETTING_URL, &url, err)) < 0 ||
	    (rc = journal_get(agent->db, SETTING_PIN, &pin_hex, err)) < 0)
		goto out;
	if (pin_hex.len > 0 &&
	    enc_unhex(pin, sizeof(pin), pin_hex.data, pin_hex.len, NULL) < 0) {
		rc = err_set(err, E_CORRUPT,
		    L("réglage « %s » abîmé : enrôlez ce poste à nouveau",
			"setting \"%s\" damaged: enrol this laptop again"),
		    SETTING_PIN);
		goto out;
	}
	rc = https_open(out, buf_text(&url), pin_hex.len > 0 ? pin : NULL, err);
	if (rc == 0 && agent->give_up_ms != NULL)
		https_give_up(*out, agent->give_up_ms);
out:
	buf_free(&url);
	buf_free(&pin_hex);
	return rc;
}

/* What two syncs did, as one. */
static void add_summary(
    struct sync_summary *total, const struct sync_summary *more)
{
	total->sets_sent += more->sets_sent;
	total->entries_sent += more->entries_sent;
	total->sets_received += more->sets_received;
	total->quarantined += more->quarantined;
	total->sets_supplied += more->sets_supplied;
	total->requests += more->requests;
	if (more->epoch > 0)
		total->epoch = more->epoch;
	if (more->last_receipt == 0)
		return;
	total->last_receipt = more->last_receipt;
	text_copy(total->last_structure, sizeof(total->last_structure),
	    more->last_structure);
}

static int sync_once(struct agent *agent, struct https *https,
    struct sync_summary *summary, int *retry_after, struct err *err)
{
	struct sync *sync = NULL;
	int rc;

	if ((rc = sync_new(&sync, agent, err)) < 0)
		return rc;
	rc = exchange_all(sync, https, err);
	add_summary(summary, sync_summary(sync));
	*retry_after = sync_retry_after(sync);
	sync_free(sync);
	return rc;
}

static int rotate_once(
    struct agent *agent, struct https *https, struct err *err)
{
	struct exchange_reply reply = {0};
	struct rotate *rotate = NULL;
	struct exchange request;
	int rc;

	if ((rc = rotate_new(&rotate, agent, err)) < 0)
		return rc;
	while ((rc = rotate_next(rotate, &request, err)) == SYNC_REQUEST) {
		if ((rc = https_exchange(https, &request, &reply, err)) < 0 ||
		    (rc = rotate_take(rotate, &reply, err)) < 0)
			break;
	}
	exchange_reply_clear(&reply);
	rotate_free(rotate);
	return rc;
}

/*
 * A sync, and the rotation that is under way, after which the new key syncs
 * too. What hinders the rotation does not hinder the sync. A key that the
 * office knows as replaced is answered "revoked": its successor, when it is
 * here, may still be put in its place.
 */
static int run(struct agent *agent, struct sync_summary *summary,
    int *retry_after, struct err *err)
{
	struct https *https = NULL;
	bool wanted = false;
	int rc, rotated = E_BUSY;

	if ((rc = open_https(&https, agent, err)) < 0)
		return rc;
	for (int i = 0; i < ROTATE_TRIES && rotated == E_BUSY; i++) {
		rc = sync_once(agent, https, summary, retry_after, err);
		if ((rc < 0 && rc != E_REVOKED) ||
		    rotate_wanted(agent, &wanted, &summary->rotation) < 0 ||
		    !wanted)
			break;
		summary->rotation = (struct err)ERR_INIT;
		rotated = rotate_once(agent, https, &summary->rotation);
	}
	if (wanted && rotated == 0) {
		summary->rotated = true;
		rc = sync_once(agent, https, summary, retry_after, err);
	}
	https_close(https);
	return rc;
}

static int put_number(
    struct db *db, const char *setting, int64_t value, struct err *err)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, value);
	return journal_put(db, setting, text, err);
}

/* One more than the setting says, ${again} from the beginning; kept. */
static int count_up(struct db *db, const char *setting, bool again,
    int64_t *out, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc = journal_get(db, setting, &text, err);

	*out = again ? 0 : strtoll(buf_text(&text), NULL, 10);
	buf_free(&text);
	*out = *out < 0 || *out == INT64_MAX ? 1 : *out + 1;
	return rc < 0 ? rc : put_number(db, setting, *out, err);
}

static int note_no_wait(struct db *db, struct err *err)
{
	int rc;

	if ((rc = put_number(db, SETTING_FAILURES, 0, err)) < 0 ||
	    (rc = put_number(db, SETTING_TRIES, 0, err)) < 0)
		return rc;
	return journal_put(db, SETTING_NEXT_ATTEMPT, "", err);
}

/* For those who try by themselves: one who asks by hand never waits. */
static int note_next_attempt(
    struct agent *agent, int code, int retry_after, struct err *err)
{
	struct db *db = agent->db;
	int64_t failures, tries, wait_s;
	uint32_t random;
	int rc;

	if (code == 0)
		return note_no_wait(db, err);
	if ((rc = count_up(db, SETTING_FAILURES, false, &failures, err)) < 0 ||
	    (rc = count_up(db, SETTING_TRIES, agent->new_road, &tries, err)) <
		0)
		return rc;
	os_random(agent->os, &random, sizeof(random));
	/* What a portal asks for in the office's place is not looked at. */
	wait_s = code == E_OFFLINE
	             ? backoff_offline_seconds(
			   tries, os_network_seen(agent->os) != 0, random)
	             : backoff_seconds(failures, retry_after, random);
	return put_number(
	    db, SETTING_NEXT_ATTEMPT, os_now_s(agent->os) + wait_s, err);
}

/* A failed attempt is told as well as a success: people must not believe
 * that they synced when they did not. */
static int note_attempt(struct agent *agent, const struct err *failure,
    int retry_after, struct err *err)
{
	const bool failed = failure->code < 0;
	struct db *db = agent->db;
	char now[24];
	int rc;

	(void)snprintf(now, sizeof(now), "%" PRId64, os_now_s(agent->os));
	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = journal_put(db, SETTING_LAST_ATTEMPT, now, err)) < 0 ||
	    (rc = journal_put(db, SETTING_LAST_ERROR,
		 failed ? failure->text : "", err)) < 0 ||
	    (rc = journal_put(db, SETTING_TROUBLE,
		 failed ? err_slug(failure->code) : "", err)) < 0 ||
	    (rc = journal_put(db, SETTING_CAUSE,
		 failed && failure->cause != NULL ? failure->cause : "", err)) <
		0 ||
	    (rc = note_next_attempt(agent, failure->code, retry_after, err)) <
		0 ||
	    (rc = clock_note(agent, !failed, err)) < 0 ||
	    (!failed &&
		(rc = journal_put(db, SETTING_LAST_SUCCESS, now, err)) < 0))
		goto out;
	rc = db_commit(db, err);
out:
	if (rc < 0)
		db_rollback(db);
	return rc;
}

int sync_run(struct agent *agent, struct sync_summary *summary, struct err *err)
{
	struct err failure = ERR_INIT;
	struct buf path = BUF_INIT;
	int lock = -1, retry_after = 0, rc, noted;

	memset(summary, 0, sizeof(*summary));
	buf_printf(&path, "%s/%s", agent->directory, LOCK_NAME);
	if ((rc = buf_check(&path, err)) < 0 ||
	    (rc = os_lock(&lock, path.data, err)) < 0)
		goto out;
	rc = run(agent, summary, &retry_after, &failure);
	if (rc < 0)
		(void)err_cause(
		    err, err_set(err, rc, "%s", failure.text), failure.cause);
	/* Whatever its text was cut to, the code is the failure. */
	failure.code = rc;
	if (rc < 0 && rc != E_OFFLINE)
		summary->hold_s = retry_after;
	noted = note_attempt(agent, &failure, retry_after, rc < 0 ? NULL : err);
	if (rc == 0)
		rc = noted;
out:
	os_unlock(lock);
	buf_free(&path);
	return rc;
}
