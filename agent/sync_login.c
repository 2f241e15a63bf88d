#include <string.h>

#include "agent/answer.h"
#include "agent/sync_parts.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/sshsig.h"

/* Write ${json} (taken over, may be NULL) as the body of a request. */
static int write_body(
    struct sync *sync, json_t *json, bool complete, struct err *err)
{
	int rc;

	buf_reset(&sync->body);
	if (json == NULL || !complete) {
		rc = err_nomem(err);
	} else {
		json_write(&sync->body, json);
		rc = buf_check(&sync->body, err);
	}
	json_decref(json);
	return rc;
}

int sync_login_challenge(struct sync *sync, struct err *err)
{
	json_t *json = json_object();

	return write_body(sync, json,
	    json_put_text(json, "device", sync->agent->device), err);
}

int sync_login_challenge_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	const char *challenge;
	json_t *json = NULL;
	size_t len;
	int rc;

	if ((rc = answer_json(reply, &json, err)) < 0)
		return rc;
	challenge = json_text(json, "challenge");
	len = strlen(challenge);
	/* Digits alone: it becomes a line of a text that we sign. */
	if (len == 0 || len > SYNC_CHALLENGE_MAX ||
	    strspn(challenge, "0123456789abcdef") != len)
		rc = answer_strange(SYNC_PATH_CHALLENGE, err);
	else
		memcpy(sync->challenge, challenge, len + 1);
	json_decref(json);
	return rc;
}

static int sign(struct sync *sync, struct buf *base64, struct err *err)
{
	struct buf text = BUF_INIT;
	char server[2 * KEY_LEN + 1];
	uint8_t sig[SIG_LEN];
	int rc;

	enc_hex(sync->server, KEY_LEN, server);
	buf_printf(&text,
	    "# pointeau login 1\n"
	    "# server %s\n"
	    "# device %s\n"
	    "# challenge %s\n",
	    server, sync->agent->device, sync->challenge);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = sshsig_sign(sig, &sync->agent->key, SSHSIG_LOGIN, text.data,
		 text.len, err)) < 0)
		goto out;
	enc_base64(base64, sig, sizeof(sig));
	rc = buf_check(base64, err);
out:
	buf_free(&text);
	return rc;
}

int sync_login_answer(struct sync *sync, struct err *err)
{
	struct buf sig = BUF_INIT, name = BUF_INIT, replaces = BUF_INIT;
	struct buf certificate = BUF_INIT, certificate_sig = BUF_INIT;
	struct db *db = sync->agent->db;
	json_t *json = NULL;
	int rc;

	if ((rc = sign(sync, &sig, err)) < 0 ||
	    (rc = journal_get(db, SETTING_NAME, &name, err)) < 0 ||
	    (rc = journal_get(db, SETTING_CERTIFICATE, &certificate, err)) <
		0 ||
	    (rc = journal_get(db, SETTING_CERT_SIG, &certificate_sig, err)) <
		0 ||
	    (rc = journal_get(db, SETTING_REPLACES, &replaces, err)) < 0)
		goto out;
	/* The key that is to be replaced is in use: it is not gone yet. */
	if (strcmp(buf_text(&replaces), sync->agent->device) == 0)
		buf_reset(&replaces);
	json = json_object();
	rc = write_body(sync, json,
	    json_put_text(json, "device", sync->agent->device) &&
		json_put_text(json, "challenge", sync->challenge) &&
		json_put_text(json, "sig", buf_text(&sig)) &&
		json_put_text(json, "version", POINTEAU_VERSION) &&
		/* For a server restored from before our enrolment. */
		json_put_text(json, "name", buf_text(&name)) &&
		json_put_text(json, "replaces", buf_text(&replaces)) &&
		json_put_text(json, "certificate", buf_text(&certificate)) &&
		json_put_text(
		    json, "certificate_sig", buf_text(&certificate_sig)),
	    err);
out:
	buf_free(&name);
	buf_free(&replaces);
	buf_free(&certificate);
	buf_free(&certificate_sig);
	buf_free(&sig);
	return rc;
}

/* It becomes part of a header: nothing that could end the line. */
static bool is_bearer(const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || len > SYNC_BEARER_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	}
	return true;
}

/* The server heard that the old key is gone. */
static int forget_replaced(struct sync *sync, struct err *err)
{
	struct db *db = sync->agent->db;
	struct buf replaces = BUF_INIT;
	int rc = journal_get(db, SETTING_REPLACES, &replaces, err);

	if (rc == 0 && replaces.len > 0 &&
	    strcmp(replaces.data, sync->agent->device) != 0)
		rc = journal_put(db, SETTING_REPLACES, "", err);
	buf_free(&replaces);
	return rc;
}

int sync_login_answer_take(
    struct sync *sync, const struct exchange_reply *reply, struct err *err)
{
	const char *bearer;
	json_t *json = NULL;
	int rc;

	if ((rc = answer_json(reply, &json, err)) < 0)
		return rc;
	bearer = json_text(json, "bearer");
	if (!is_bearer(bearer)) {
		rc = answer_strange(SYNC_PATH_LOGIN, err);
		goto out;
	}
	buf_reset(&sync->bearer);
	buf_add_text(&sync->bearer, bearer);
	if ((rc = buf_check(&sync->bearer, err)) == 0)
		rc = journal_put(sync->agent->db, SETTING_BEARER, bearer, err);
	if (rc == 0)
		rc = forget_replaced(sync, err);
out:
	json_decref(json);
	return rc;
}
