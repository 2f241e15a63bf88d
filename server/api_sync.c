#include <stdlib.h>
#include <string.h>

#include "server/digests.h"
#include "server/pull.h"
#include "server/service.h"
#include "server/store/access.h"
#include "server/store/contact.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/ledger_set.h"
#include "shared/record.h"
#include "shared/wire.h"

/* ---- heads ---- */

static int add_head(
    struct asked *asked, json_t *list, const char *structure, struct err *err)
{
	char head[HASH_TEXT], digest[SCOPE_DIGEST_TEXT];
	struct log_point point;
	int rc;

	if ((rc = ledger_head(
		 asked->office->db, structure, &point, NULL, err)) < 0 ||
	    point.n == 0 ||
	    (rc = digests_scope(
		 asked->office, structure, asked->device, digest, err)) < 0)
		return rc;
	hash_hex(&point.head, head);
	if (json_array_append_new(list,
		json_pack("{s:s, s:I, s:I, s:s, s:s}", "structure", structure,
		    "epoch", (json_int_t)point.epoch, "n", (json_int_t)point.n,
		    "head", head, "scope", digest)) < 0)
		return err_nomem(err);
	return 0;
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
