#include <stdlib.h>
#include <string.h>

#include "server/ingest.h"
#include "server/push_words.h"
#include "server/service.h"
#include "server/store/contact.h"
#include "shared/receipt_json.h"

/* ---- the answer ---- */

static json_t *faults_json(const struct ingest_result *result)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < result->fault_count; i++) {
		if (json_array_append_new(list,
			json_pack("[I, s]", (json_int_t)result->faults[i].index,
			    result->faults[i].code)) < 0) {
			json_decref(list);
			return NULL;
		}
	}
	return list;
}

static json_t *taken_json(const struct ingest_result *result)
{
	const char *state = result->state == INGEST_STORED ? "stored" : "known";
	json_t *json = json_object();

	if (json_put_text(json, "state", state) &&
	    receipt_json_put_place(json, &result->receipt) &&
	    json_put(json, "quarantined", faults_json(result)))
		return json;
	json_decref(json);
	return NULL;
}

static json_t *result_json(
    const struct ingest_result *result, const struct changeset *set)
{
	char last[HASH_TEXT];

	if (result->state == INGEST_STORED || result->state == INGEST_KNOWN)
		return taken_json(result);
	if (result->state == INGEST_ASIDE)
		return json_pack(
		    "{s:s, s:s}", "state", "aside", "why", result->why);
	hash_hex(&result->last, last);
	return json_pack("{s:s, s:s, s:I, s:s}", "state",
	    result->state == INGEST_GAP ? "gap" : "fork", "session",
	    set->header.session, "seq", (json_int_t)result->seq, "manifest",
	    last);
}

static int reply_words(struct reply *reply, const struct push *push,
    const struct ingest_result *results, size_t count, struct err *err)
{
	json_t *list = json_array();
	bool conflict = false, revoked = false;
	int rc;

	for (size_t i = 0; list != NULL && i < count; i++) {
		conflict = conflict || results[i].state == INGEST_GAP ||
		           results[i].state == INGEST_FORK;
		revoked = revoked || results[i].revoked;
		if (json_array_append_new(
			list, result_json(&results[i], &push->sets[i])) < 0) {
			json_decref(list);
			return err_nomem(err);
		}
	}
	if (revoked)
		return reply_revoked(reply, "sets", list, err);
	rc = reply_json(
	    reply, json_pack("{s:i, s:o}", "schema", 1, "sets", list), err);
	if (rc == 0 && conflict)
		reply->status = 409;
	return rc;
}

/* ---- the turn with the office ---- */

/* A push on its way. */
struct pushing {
	struct asked *asked;
	struct push push;
	struct ingest_look looks[WIRE_SETS_MAX];
	struct ingest_result *results; /* owned: one for each set */
	size_t count;
	bool same; /* nothing beside them is news to who brings them */
};

/* Its own entries that are here now are no longer unsent. */
static int note_received(const struct pushing *pushing, struct err *err)
{
	const struct asked *asked = pushing->asked;
	int64_t entries = 0;

	for (size_t i = 0; i < pushing->count; i++) {
		const struct changeset *set = &pushing->push.sets[i];
		enum ingest_state state = pushing->results[i].state;

		if (strcmp(set->header.device, asked->device) == 0 &&
		    (state == INGEST_STORED || state == INGEST_KNOWN))
			entries += (int64_t)set->count;
	}
	return entries == 0 ? 0
	                    : contact_received(asked->office->db, asked->device,
				  entries, err);
}

/* What was looked at before may have changed since: who it is and whether it
 * may is asked here. */
static int take_turn(void *context, struct err *err)
{
	struct pushing *pushing = context;
	struct asked *asked = pushing->asked;
	int rc;

	if ((rc = asked_admit(asked, err)) < 0 ||
	    (rc = push_words_check(asked, &pushing->push, err)) < 0 ||
	    (rc = ingest_take(asked->office, asked->device, &pushing->push,
		 pushing->looks, pushing->results, &pushing->count, err)) < 0 ||
	    (rc = note_received(pushing, err)) < 0)
		return rc;
	return push_words_note(asked, &pushing->push, pushing->results,
	    pushing->count, &pushing->same, err);
}

/* That it asked is undone with the turn, and is noted all the same. */
static int refused(struct asked *asked, int rc, struct err *err)
{
	struct err again = ERR_INIT;

	if (rc == E_SUSPENDED && asked_admit_alone(asked, &again) < 0) {
		*err = again;
		rc = again.code;
	}
	return rc;
}

static int store(struct pushing *pushing, struct err *err)
{
	struct asked *asked = pushing->asked;
	struct commit commit = {.run = take_turn, .context = pushing};
	int rc;

	for (size_t i = 0; i < pushing->push.count; i++)
		commit.weight += pushing->push.sets[i].count;
	rc = commits_do(&asked->service->commits, &commit, err);
	if (rc < 0)
		return refused(asked, rc, err);
	for (size_t i = 0; i < pushing->count; i++) {
		if (pushing->results[i].state == INGEST_STORED)
			hints_put_set(
			    asked->service->hints, &pushing->looks[i].hash);
	}
	return 0;
}

/* ---- before and after ---- */

static int look(
    struct pushing *pushing, const struct hint *hint, struct err *err)
{
	const struct asked *asked = pushing->asked;
	const struct bytes *body = &asked->request->body;
	int rc;

	if ((rc = wire_push_decode(
		 &pushing->push, body->data, body->len, err)) < 0 ||
	    (rc = ingest_look(pushing->looks, &pushing->push, hint,
		 asked->service->hints, err)) < 0)
		return rc;
	pushing->results =
	    calloc(pushing->push.count, sizeof(*pushing->results));
	return pushing->results != NULL ? 0 : err_nomem(err);
}

static size_t size_of(const struct pushing *pushing)
{
	return pushing->push.storage.cap +
	       pushing->push.count * sizeof(*pushing->results);
}

static int answer(
    const struct pushing *pushing, struct reply *reply, struct err *err)
{
	bool done = false;
	int rc = push_words_answer(&reply->body, &pushing->push,
	    pushing->results, pushing->count, pushing->same, &done, err);

	if (rc < 0)
		return rc;
	if (!done)
		return reply_words(reply, &pushing->push, pushing->results,
		    pushing->count, err);
	reply->status = 200;
	reply->content_type = HTTP_BINARY_TYPE;
	return 0;
}

/* Look at it, have it stored, answer. Until its turn it is known by ${hint}
 * alone, so that what is wrong with it is told to whom it concerns. */
static int push_by(struct pushing *pushing, const struct hint *hint,
    struct reply *reply, struct err *err)
{
	struct asked *asked = pushing->asked;
	struct commits *commits = &asked->service->commits;
	struct err wrong = ERR_INIT;
	size_t held;
	int rc;

	commits_enter(commits);
	rc = look(pushing, hint, &wrong);
	held = size_of(pushing);
	commits_hold(commits, held);
	if (rc == 0)
		rc = store(pushing, err);
	else if ((rc = asked_admit_alone(asked, err)) == 0)
		rc = err_set(err, wrong.code, "%s", wrong.text);
	if (rc == 0)
		rc = answer(pushing, reply, err);
	free(pushing->results);
	wire_push_clear(&pushing->push);
	commits_leave(commits, held);
	return rc;
}

/* Nobody has anything inflated who was not let in lately. */
static int find_hint(struct asked *asked, struct hint *out, struct err *err)
{
	const char *bearer = asked->request->bearer;
	struct hash hash;
	int rc;

	hash_of(&hash, bearer, strlen(bearer));
	if (hints_find(asked->service->hints, &hash, out)) {
		text_copy(asked->device, sizeof(asked->device), out->device);
		return 0;
	}
	memset(out, 0, sizeof(*out));
	if ((rc = asked_admit_alone(asked, err)) == 0)
		(void)hints_find(asked->service->hints, &hash, out);
	return rc;
}

int api_push(struct asked *asked, struct reply *reply, struct err *err)
{
	struct pushing *pushing = NULL;
	struct hint hint;
	int rc;

	if ((rc = find_hint(asked, &hint, err)) < 0 ||
	    (rc = asked_device_rate(asked, err)) < 0)
		return rc;
	if ((pushing = calloc(1, sizeof(*pushing))) == NULL)
		return err_nomem(err);
	pushing->asked = asked;
	rc = push_by(pushing, &hint, reply, err);
	free(pushing);
	return rc;
}
