#include <stdlib.h>
#include <string.h>

#include "server/ingest.h"
#include "server/pull.h"
#include "server/push_words.h"
#include "server/scope.h"
#include "server/service.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/ledger_set.h"
#include "shared/receipt_json.h"
#include "shared/record.h"

/* A refusal that tells all the same what a revoked laptop needs to hand over
 * what it has: how far the logs go, the receipts of its sets. ${list} is
 * consumed. */
static int reply_revoked(
    struct reply *reply, const char *name, json_t *list, struct err *err)
{
	int rc = reply_json(reply,
	    json_pack("{s:i, s:s, s:s, s:s, s:o}", "schema", 1, "error",
		err_slug(E_REVOKED), "message",
		L("poste révoqué : ses écritures sont mises à part",
		    "device revoked: its entries are set aside"),
		"id", log_request(), name, list),
	    err);

	reply->status = err_http_status(E_REVOKED);
	return rc;
}

/* ---- heads ---- */

static int add_head(
    struct asked *asked, json_t *list, const char *structure, struct err *err)
{
	char head[HASH_TEXT], digest[SCOPE_DIGEST_TEXT];
	struct scope *scope = NULL;
	struct log_point point;
	int rc;

	if ((rc = ledger_head(
		 asked->office->db, structure, &point, NULL, err)) < 0 ||
	    (rc = scope_load(&scope, asked->office->db, structure,
		 asked->device, err)) < 0 ||
	    (rc = scope_digest(scope, digest, err)) < 0)
		goto out;
	if (point.n == 0)
		goto out;
	hash_hex(&point.head, head);
	if (json_array_append_new(list,
		json_pack("{s:s, s:I, s:I, s:s, s:s}", "structure", structure,
		    "epoch", (json_int_t)point.epoch, "n", (json_int_t)point.n,
		    "head", head, "scope", digest)) < 0)
		rc = err_nomem(err);
out:
	scope_free(scope);
	return rc;
}

/* What it tells of itself, for people: what cannot be read is not told. */
static int note_told(struct asked *asked, struct err *err)
{
	struct buf at = BUF_INIT, unsent = BUF_INIT;
	int64_t now_s = os_now_s(asked->office->os), at_s;
	int rc = 0;

	if (asked_query(asked, "at", &at) &&
	    asked_query(asked, "unsent", &unsent) && unsent.len > 0 &&
	    unsent.len < 10 &&
	    strspn(unsent.data, "0123456789") == unsent.len &&
	    stamp_parse(&at_s, buf_text(&at), NULL) == 0)
		rc = contact_tell(asked->office->db, asked->device, now_s,
		    strtoll(unsent.data, NULL, 10), at_s - now_s, err);
	buf_free(&at);
	buf_free(&unsent);
	return rc;
}

int api_heads(struct asked *asked, struct reply *reply, struct err *err)
{
	char now[STAMP_TEXT], server[2 * KEY_LEN + 1], *at, *save = NULL;
	json_t *list = json_array();
	int rc;

	if (list == NULL)
		return err_nomem(err);
	rc = access_contact_touch(
	    asked->office->db, asked->device, os_now_s(asked->office->os), err);
	if (rc == 0)
		rc = note_told(asked, err);
	if (rc == 0)
		rc = add_head(asked, list, STRUCTURE_OFFICE, err);
	for (at = strtok_r(asked->structures.data, "\n", &save);
	     rc == 0 && at != NULL; at = strtok_r(NULL, "\n", &save))
		rc = add_head(asked, list, at, err);
	if (rc < 0) {
		json_decref(list);
		return rc;
	}
	stamp_format(os_now_s(asked->office->os), now);
	if (asked->revoked)
		return reply_revoked(reply, "structures", list, err);
	enc_hex(asked->office->server.pub, KEY_LEN, server);
	return reply_json(reply,
	    json_pack("{s:i, s:i, s:s, s:s, s:o}", "schema", 1, "wire",
		WIRE_PACKED, "time", now, "server", server, "structures", list),
	    err);
}

/* ---- push ---- */

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

static int reply_push(struct reply *reply, const struct push *push,
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

/* Its own entries that are here now are no longer unsent. */
static int note_received(struct asked *asked, const struct push *push,
    const struct ingest_result *results, size_t count, struct err *err)
{
	int64_t entries = 0;

	for (size_t i = 0; i < count; i++) {
		if (strcmp(push->sets[i].header.device, asked->device) == 0 &&
		    (results[i].state == INGEST_STORED ||
			results[i].state == INGEST_KNOWN))
			entries += (int64_t)push->sets[i].count;
	}
	return entries == 0 ? 0
	                    : contact_received(asked->office->db, asked->device,
				  entries, err);
}

int api_push(struct asked *asked, struct reply *reply, struct err *err)
{
	struct push *push = calloc(1, sizeof(*push));
	struct ingest_result *results = NULL;
	bool same = false, done = false;
	size_t count = 0;
	int rc;

	if (push == NULL)
		return err_nomem(err);
	if ((rc = wire_push_decode(push, asked->request->body.data,
		 asked->request->body.len, err)) < 0)
		goto out;
	results = calloc(push->count, sizeof(*results));
	if (results == NULL) {
		rc = err_nomem(err);
		goto out;
	}
	if ((rc = push_words_check(asked, push, err)) < 0 ||
	    (rc = ingest_push(asked->office, asked->device, push, results,
		 &count, err)) < 0 ||
	    (rc = note_received(asked, push, results, count, err)) < 0 ||
	    (rc = push_words_note(asked, push, results, count, &same, err)) <
		0 ||
	    (rc = push_words_answer(
		 &reply->body, push, results, count, same, &done, err)) < 0)
		goto out;
	if (!done) {
		rc = reply_push(reply, push, results, count, err);
		goto out;
	}
	reply->status = 200;
	reply->content_type = HTTP_BINARY_TYPE;
out:
	free(results);
	wire_push_clear(push);
	free(push);
	return rc;
}

/* ---- pull and log ---- */

static int read_place(const struct asked *asked, struct buf *structure,
    int64_t *after, struct err *err)
{
	struct buf number = BUF_INIT;
	bool found = asked_query(asked, "structure", structure) &&
	             asked_query(asked, "after", &number);
	int rc = 0;

	if (structure->failed || number.failed) {
		rc = err_nomem(err);
	} else if (!found || structure->len == 0 || number.len == 0 ||
		   number.len > 18 ||
		   strspn(number.data, "0123456789") != number.len) {
		rc = err_set(err, E_INVALID,
		    L("structure=… et after=N attendus",
			"structure=… and after=N expected"));
	} else {
		*after = strtoll(number.data, NULL, 10);
		rc = asked_structure(asked, structure->data, err);
	}
	buf_free(&number);
	return rc;
}

int api_pull(struct asked *asked, struct reply *reply, struct err *err)
{
	struct buf structure = BUF_INIT, own = BUF_INIT, wire = BUF_INIT;
	struct pull_how how = {.own = asked_query(asked, "own", &own)};
	int64_t after;
	int rc;

	how.packed = asked_query(asked, "wire", &wire) &&
	             strcmp(buf_text(&wire), "2") == 0;
	if ((rc = read_place(asked, &structure, &after, err)) == 0)
		rc = pull_log(asked->office, structure.data, asked->device,
		    after, how, &reply->body, err);
	reply->status = 200;
	reply->content_type = HTTP_BINARY_TYPE;
	buf_free(&structure);
	buf_free(&own);
	buf_free(&wire);
	return rc;
}

int api_log(struct asked *asked, struct reply *reply, struct err *err)
{
	struct buf structure = BUF_INIT;
	int64_t after;
	int rc;

	if ((rc = read_place(asked, &structure, &after, err)) == 0)
		rc = pull_lines(
		    asked->office, structure.data, after, &reply->body, err);
	reply->status = 200;
	reply->content_type = HTTP_TEXT_TYPE;
	buf_free(&structure);
	return rc;
}
