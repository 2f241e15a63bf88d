#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/certificate.h"
#include "agent/journal.h"
#include "agent/rotate.h"
#include "agent/sync.h"
#include "shared/enc.h"
#include "shared/json.h"
#include "shared/lang.h"
#include "shared/ledger_set.h"
#include "shared/sshsig.h"

#define PATH_ROTATE "/v1/rotate"

struct rotate {
	struct agent *agent;
	struct key next;
	uint8_t server[KEY_LEN];
	bool done;
	struct buf body;
};

int rotate_want(struct agent *agent, struct err *err)
{
	return agent_next_key_make(agent, err);
}

int rotate_wanted(struct agent *agent, bool *out, struct err *err)
{
	struct key next;
	int rc = agent_next_key(agent, &next, out, err);

	key_clear(&next);
	return rc;
}

/* What the old key signed must have left under it: nobody takes it from the
 * new one. */
static int check_sent(struct agent *agent, struct err *err)
{
	struct ledger_counts counts;
	int rc = ledger_count(agent->db, agent->device, &counts, err);

	if (rc < 0 || counts.kept + counts.sent == 0)
		return rc;
	return err_set(err, E_BUSY,
	    L("des saisies attendent encore leur preuve de réception : la clé "
	      "sera changée à la prochaine synchronisation",
		"some entries still await their receipt: the key will be "
		"changed at the next sync"));
}

int rotate_new(struct rotate **out, struct agent *agent, struct err *err)
{
	struct rotate *rotate = calloc(1, sizeof(*rotate));
	bool found = false;
	int rc;

	*out = NULL;
	if (rotate == NULL)
		return err_nomem(err);
	rotate->agent = agent;
	if ((rc = rotate_settle(agent, err)) < 0 ||
	    (rc = journal_server_key(agent->db, rotate->server, err)) < 0 ||
	    (rc = agent_next_key(agent, &rotate->next, &found, err)) < 0)
		goto out;
	rc = found ? check_sent(agent, err)
	           : err_set(err, E_NOT_FOUND,
			 L("aucun changement de clé n'est en cours",
			     "no change of key is under way"));
out:
	if (rc < 0)
		rotate_free(rotate);
	else
		*out = rotate;
	return rc;
}

void rotate_free(struct rotate *rotate)
{
	if (rotate == NULL)
		return;
	key_clear(&rotate->next);
	buf_free(&rotate->body);
	free(rotate);
}

/* ---- asking ---- */

static int add_sig(struct buf *out, const struct key *key,
    const struct buf *text, struct err *err)
{
	uint8_t sig[SIG_LEN];
	int rc =
	    sshsig_sign(sig, key, SSHSIG_ROTATE, text->data, text->len, err);

	if (rc < 0)
		return rc;
	enc_base64(out, sig, sizeof(sig));
	return buf_check(out, err);
}

/* Both keys say the same: whoever holds one alone changes nothing. */
static int write_body(struct rotate *rotate, struct err *err)
{
	struct buf text = BUF_INIT, proof = BUF_INIT, sig = BUF_INIT;
	const struct agent *agent = rotate->agent;
	char server[HASH_TEXT], key[HASH_TEXT];
	int rc;

	enc_hex(rotate->server, KEY_LEN, server);
	enc_hex(rotate->next.pub, KEY_LEN, key);
	buf_printf(&text,
	    "# pointeau rotate 1\n"
	    "# server %s\n"
	    "# device %s\n"
	    "# key %s\n",
	    server, agent->device, key);
	if ((rc = buf_check(&text, err)) < 0 ||
	    (rc = add_sig(&proof, &rotate->next, &text, err)) < 0 ||
	    (rc = add_sig(&sig, &agent->key, &text, err)) < 0)
		goto out;
	buf_reset(&rotate->body);
	rc = json_print(&rotate->body,
	    json_pack("{s:s,s:s,s:s,s:s}", "device", agent->device, "key", key,
		"proof", buf_text(&proof), "sig", buf_text(&sig)),
	    err);
out:
	buf_free(&text);
	buf_free(&proof);
	buf_free(&sig);
	return rc;
}

int rotate_next(
    struct rotate *rotate, struct exchange *request, struct err *err)
{
	int rc;

	if (rotate->done)
		return SYNC_DONE;
	if ((rc = write_body(rotate, err)) < 0)
		return rc;
	*request = (struct exchange){"POST", PATH_ROTATE, "",
	    "application/json", buf_bytes(&rotate->body)};
	return SYNC_REQUEST;
}

/* ---- switching ---- */

struct setting {
	const char *name;
	const char *value;
};

static int put_all(struct db *db, const struct setting *settings, size_t count,
    struct err *err)
{
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = journal_put(db, settings[i].name, settings[i].value, err);
	return rc;
}

/* What belongs to the new key takes the old one's place. */
static int promote(struct agent *agent, const char *certificate,
    const char *sig, struct err *err)
{
	const struct setting settings[] = {
	    {SETTING_CERTIFICATE, certificate},
	    {SETTING_CERT_SIG, sig},
	    {SETTING_NEXT_CERT, ""},
	    {SETTING_NEXT_CERT_SIG, ""},
	    {SETTING_BEARER, ""},
	    {SETTING_REVOKED, ""},
	};

	return put_all(
	    agent->db, settings, sizeof(settings) / sizeof(settings[0]), err);
}

static bool is_for(const char *certificate, const char *device)
{
	char line[DEVICE_TEXT + 16];

	(void)snprintf(line, sizeof(line), "\n# device %s\n", device);
	return strstr(certificate, line) != NULL;
}

/* The certificate that waits for its key, if there is one for ours. */
static int settle(struct agent *agent, struct err *err)
{
	struct buf certificate = BUF_INIT, sig = BUF_INIT;
	int rc;

	if ((rc = journal_get(
		 agent->db, SETTING_NEXT_CERT, &certificate, err)) < 0 ||
	    (rc = journal_get(agent->db, SETTING_NEXT_CERT_SIG, &sig, err)) < 0)
		goto out;
	if (is_for(buf_text(&certificate), agent->device))
		rc =
		    promote(agent, buf_text(&certificate), buf_text(&sig), err);
out:
	buf_free(&certificate);
	buf_free(&sig);
	return rc;
}

int rotate_settle(struct agent *agent, struct err *err)
{
	struct buf certificate = BUF_INIT;
	int rc;

	if ((rc = agent_key_again(agent, err)) < 0 ||
	    (rc = journal_get(
		 agent->db, SETTING_NEXT_CERT, &certificate, err)) < 0 ||
	    !is_for(buf_text(&certificate), agent->device))
		goto out;
	if ((rc = db_begin(agent->db, err)) < 0)
		goto out;
	if ((rc = settle(agent, err)) == 0)
		rc = db_commit(agent->db, err);
	if (rc < 0)
		db_rollback(agent->db);
out:
	buf_free(&certificate);
	return rc;
}

/*
 * With the write lock nothing can be recorded under the old key any more. The
 * key goes first and the settings after it: what is cut in between is ended
 * by rotate_settle, from what keep_answer has written before.
 */
static int switch_keys(struct agent *agent, struct err *err)
{
	struct db *db = agent->db;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = check_sent(agent, err)) < 0 ||
	    (rc = agent_next_key_take(agent, err)) < 0 ||
	    (rc = settle(agent, err)) < 0)
		goto out;
	rc = db_commit(db, err);
out:
	if (rc < 0)
		db_rollback(db);
	return rc;
}

static int keep_answer(const struct rotate *rotate, const char *certificate,
    const char *sig, struct err *err)
{
	const struct setting settings[] = {
	    {SETTING_NEXT_CERT, certificate},
	    {SETTING_NEXT_CERT_SIG, sig},
	    {SETTING_REPLACES, rotate->agent->device},
	};
	struct db *db = rotate->agent->db;
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = put_all(db, settings, sizeof(settings) / sizeof(settings[0]),
		 err)) == 0)
		rc = db_commit(db, err);
	if (rc < 0)
		db_rollback(db);
	return rc;
}

static int take(struct rotate *rotate, const json_t *json, struct err *err)
{
	const char *certificate = json_text(json, "certificate");
	const char *sig = json_text(json, "sig");
	const struct certificate_of of = {
	    rotate->server, rotate->next.pub, rotate->agent->device};
	int rc;

	if ((rc = certificate_read(&of, certificate, sig, NULL, NULL, err)) <
		0 ||
	    (rc = keep_answer(rotate, certificate, sig, err)) < 0 ||
	    (rc = switch_keys(rotate->agent, err)) < 0)
		return rc;
	rotate->done = true;
	return 0;
}

int rotate_take(
    struct rotate *rotate, const struct exchange_reply *reply, struct err *err)
{
	struct err ignored = ERR_INIT;
	json_t *json = NULL;
	int rc;

	assert(!rotate->done);
	if ((rc = answer_json(reply, &json, err)) == 0)
		rc = take(rotate, json, err);
	else if (rc == E_CONFLICT)
		(void)agent_next_key_drop(rotate->agent, &ignored);
	json_decref(json);
	return rc;
}
