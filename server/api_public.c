#include <string.h>

#include "server/enrolment.h"
#include "server/rotate.h"
#include "server/service.h"
#include "shared/changeset.h"
#include "shared/date.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_succession.h"
#include "shared/wire.h"

#define PROTOCOL 1

static json_t *limits_json(void)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}", "entries",
	    (json_int_t)CHANGESET_ENTRIES_MAX, "set_bytes",
	    (json_int_t)CHANGESET_BYTES_MAX, "push_sets",
	    (json_int_t)WIRE_SETS_MAX, "push_bytes", (json_int_t)HTTP_BODY_MAX,
	    "inflated_bytes", (json_int_t)WIRE_INFLATED_MAX);
}

int api_hello(struct asked *asked, struct reply *reply, struct err *err)
{
	char server[2 * KEY_LEN + 1], now[STAMP_TEXT];
	struct successions all;
	int rc;

	if ((rc = ledger_successions(asked->office->db, &all, err)) < 0)
		return rc;
	enc_hex(asked->office->server.pub, KEY_LEN, server);
	stamp_format(os_now_s(asked->office->os), now);
	return reply_json(reply,
	    json_pack("{s:i, s:i, s:s, s:s, s:s, s:o, s:o}", "schema", 1,
		"protocol", PROTOCOL, "version", POINTEAU_VERSION, "time", now,
		"server", server, "limits", limits_json(), "succession",
		succession_to_json(&all)),
	    err);
}

/* The lines of ${text} as an array. */
static json_t *lines_json(const char *text)
{
	json_t *list = json_array();

	for (const char *at = text; list != NULL && *at != '\0';) {
		size_t len = strcspn(at, "\n");

		if (json_array_append_new(list, json_stringn(at, len)) < 0) {
			json_decref(list);
			return NULL;
		}
		at += len + 1;
	}
	return list;
}

int api_enrol(struct asked *asked, struct reply *reply, struct err *err)
{
	struct buf certificate = BUF_INIT, structures = BUF_INIT;
	struct buf sig_text = BUF_INIT;
	uint8_t sig[SIG_LEN];
	json_t *json = NULL;
	int rc;

	if ((rc = asked_json(asked, &json, err)) < 0)
		return rc;
	const struct enrolment_request request = {
	    .code = json_text(json, "code"),
	    .key = json_text(json, "key"),
	    .name = json_text(json, "name"),
	    .proof = json_text(json, "proof"),
	};

	if ((rc = enrolment_accept(asked->office, &request, &certificate, sig,
		 &structures, err)) < 0)
		goto out;
	enc_base64(&sig_text, sig, SIG_LEN);
	if ((rc = buf_check(&sig_text, err)) < 0)
		goto out;
	rc = reply_json(reply,
	    json_pack("{s:i, s:s, s:s, s:o}", "schema", 1, "certificate",
		buf_text(&certificate), "sig", buf_text(&sig_text),
		"structures", lines_json(buf_text(&structures))),
	    err);
out:
	json_decref(json);
	buf_free(&certificate);
	buf_free(&structures);
	buf_free(&sig_text);
	return rc;
}

int api_rotate(struct asked *asked, struct reply *reply, struct err *err)
{
	struct buf certificate = BUF_INIT, sig_text = BUF_INIT;
	uint8_t sig[SIG_LEN];
	json_t *json = NULL;
	int rc;

	if ((rc = asked_json(asked, &json, err)) < 0)
		return rc;
	const struct rotate_request request = {
	    .device = json_text(json, "device"),
	    .key = json_text(json, "key"),
	    .proof = json_text(json, "proof"),
	    .sig = json_text(json, "sig"),
	};

	if ((rc = rotate_accept(
		 asked->office, &request, &certificate, sig, err)) < 0)
		goto out;
	enc_base64(&sig_text, sig, SIG_LEN);
	if ((rc = buf_check(&sig_text, err)) < 0)
		goto out;
	rc = reply_json(reply,
	    json_pack("{s:i, s:s, s:s}", "schema", 1, "certificate",
		buf_text(&certificate), "sig", buf_text(&sig_text)),
	    err);
out:
	json_decref(json);
	buf_free(&certificate);
	buf_free(&sig_text);
	return rc;
}

int api_challenge(struct asked *asked, struct reply *reply, struct err *err)
{
	char challenge[CHALLENGE_TEXT];
	json_t *json = NULL;
	int rc;

	if ((rc = asked_json(asked, &json, err)) < 0)
		return rc;
	if (strlen(json_text(json, "device")) != DEVICE_TEXT - 1) {
		rc = err_set(err, E_INVALID, "device: %d hex", DEVICE_TEXT - 1);
	} else {
		/* The same answer for unknown devices: nobody learns here
		 * which ones exist. */
		enrolment_challenge(asked->service->challenge_secret,
		    json_text(json, "device"), asked->office->os, challenge);
		rc = reply_json(reply,
		    json_pack(
			"{s:i, s:s}", "schema", 1, "challenge", challenge),
		    err);
	}
	json_decref(json);
	return rc;
}

/* A laptop logs in once a day. Counted for each address, so that nobody else
 * can use up what is a laptop's. */
static int check_logins(
    struct asked *asked, const char *device, struct err *err)
{
	struct buf name = BUF_INIT;
	int rc;

	if (asked->request->remote == NULL || strlen(device) != DEVICE_TEXT - 1)
		return 0;
	buf_printf(&name, "%s %s", device, asked->request->remote);
	if ((rc = buf_check(&name, err)) == 0)
		rc = asked_rate(asked, RATE_LOGINS, name.data, 1, err);
	buf_free(&name);
	return rc;
}

int api_login(struct asked *asked, struct reply *reply, struct err *err)
{
	char bearer[BEARER_TEXT], expires[STAMP_TEXT];
	json_t *json = NULL;
	int64_t expires_s;
	int rc;

	if ((rc = asked_json(asked, &json, err)) < 0)
		return rc;
	const struct login_request request = {
	    .device = json_text(json, "device"),
	    .challenge = json_text(json, "challenge"),
	    .sig = json_text(json, "sig"),
	    .version = json_text(json, "version"),
	    .replaces = json_text(json, "replaces"),
	    .recall = {json_text(json, "certificate"),
		json_text(json, "certificate_sig"), json_text(json, "name")},
	};

	if ((rc = check_logins(asked, request.device, err)) < 0)
		goto out;
	if ((rc = enrolment_login(asked->office,
		 asked->service->challenge_secret, &request, bearer, &expires_s,
		 err)) < 0)
		goto out;
	stamp_format(expires_s, expires);
	rc = reply_json(reply,
	    json_pack("{s:i, s:s, s:s}", "schema", 1, "bearer", bearer,
		"expires", expires),
	    err);
out:
	json_decref(json);
	return rc;
}
