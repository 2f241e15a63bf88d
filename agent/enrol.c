#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "agent/answer.h"
#include "agent/certificate.h"
#include "agent/enrol.h"
#include "agent/journal.h"
#include "agent/sync.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger_succession.h"
#include "shared/receipt.h"
#include "shared/sshsig.h"
#include "shared/text.h"
#include "shared/words.h"

#define PATH_HELLO "/v1/hello"
#define PATH_ENROL "/v1/enrol"
#define WORD_BYTES 6

enum enrol_step { STEP_HELLO, STEP_ENROL, STEP_DONE };

struct enrol {
	struct agent *agent;
	struct enrolcode code;
	enum enrol_step step;
	char *name; /* owned */
	uint8_t server[KEY_LEN];
	char server_hex[HASH_TEXT];
	char key_hex[HASH_TEXT];
	struct successions successions; /* the keys that it had before */
	struct buf body;
};

/* Is a server's key the one that the code speaks of? */
static bool is_of_code(
    const uint8_t server[KEY_LEN], const struct enrolcode *code)
{
	struct hash hash;

	hash_of(&hash, server, KEY_LEN);
	return memcmp(hash.bytes, code->server, ENROLCODE_SERVER_LEN) == 0;
}

/* The same server again is fine: it may have another scope for us. */
static int check_free(
    struct agent *agent, const struct enrolcode *code, struct err *err)
{
	struct buf certificate = BUF_INIT;
	uint8_t server[KEY_LEN];
	int rc;

	if ((rc = journal_get(
		 agent->db, SETTING_CERTIFICATE, &certificate, err)) < 0 ||
	    certificate.len == 0 ||
	    (rc = journal_server_key(agent->db, server, err)) < 0)
		goto out;
	if (!is_of_code(server, code)) {
		rc = err_set(err, E_CONFLICT,
		    L("ce poste est déjà enrôlé auprès d'un autre serveur : "
		      "choisissez un autre dossier avec --data DOSSIER",
			"this laptop is already enrolled with another server: "
			"choose another directory with --data DIR"));
	}
out:
	buf_free(&certificate);
	return rc;
}

int enrol_new(struct enrol **out, struct agent *agent,
    const struct enrolcode *code, const char *name, struct err *err)
{
	struct enrol *enrol;
	int rc;

	*out = NULL;
	if ((rc = text_check_name(L("nom du poste", "laptop's name"), name,
		 TEXT_NAME_MAX, err)) < 0 ||
	    (rc = check_free(agent, code, err)) < 0)
		return rc;
	if ((enrol = calloc(1, sizeof(*enrol))) == NULL)
		return err_nomem(err);
	enrol->agent = agent;
	enrol->code = *code;
	enc_hex(agent->key.pub, KEY_LEN, enrol->key_hex);
	if ((enrol->name = strdup(name)) == NULL) {
		enrol_free(enrol);
		return err_nomem(err);
	}
	*out = enrol;
	return 0;
}

void enrol_free(struct enrol *enrol)
{
	if (enrol == NULL)
		return;
	crypto_wipe(&enrol->code, sizeof(enrol->code));
	if (enrol->body.data != NULL)
		crypto_wipe(enrol->body.data, enrol->body.len);
	buf_free(&enrol->body);
	free(enrol->name);
	free(enrol);
}

/* ---- asking ---- */

/* Append the proof, base64: whoever holds the key asks, for this server and
 * this code alone. */
static int add_proof(
    const struct enrol *enrol, struct buf *out, struct err *err)
{
	struct buf text = BUF_INIT;
	char code_hex[HASH_TEXT];
	uint8_t sig[SIG_LEN];
	struct hash code;
	int rc;

	hash_of(&code, enrol->code.secret, ENROLCODE_SECRET_LEN);
	hash_hex(&code, code_hex);
	buf_printf(&text,
	    "# pointeau enrol 1\n"
	    "# code %s\n"
	    "# server %s\n"
	    "# key %s\n",
	    code_hex, enrol->server_hex, enrol->key_hex);
	if ((rc = buf_check(&text, err)) == 0)
		rc = sshsig_sign(sig, &enrol->agent->key, SSHSIG_ENROL,
		    text.data, text.len, err);
	if (rc == 0) {
		enc_base64(out, sig, sizeof(sig));
		rc = buf_check(out, err);
	}
	buf_free(&text);
	return rc;
}

static int write_enrol(struct enrol *enrol, struct err *err)
{
	char secret[2 * ENROLCODE_SECRET_LEN + 1];
	struct buf proof = BUF_INIT;
	json_t *json = json_object();
	int rc;

	enc_hex(enrol->code.secret, ENROLCODE_SECRET_LEN, secret);
	if ((rc = add_proof(enrol, &proof, err)) < 0)
		goto out;
	if (!json_put_text(json, "code", secret) ||
	    !json_put_text(json, "key", enrol->key_hex) ||
	    !json_put_text(json, "name", enrol->name) ||
	    !json_put_text(json, "proof", buf_text(&proof))) {
		rc = err_nomem(err);
		goto out;
	}
	buf_reset(&enrol->body);
	json_write(&enrol->body, json);
	rc = buf_check(&enrol->body, err);
out:
	crypto_wipe(secret, sizeof(secret));
	buf_free(&proof);
	json_decref(json);
	return rc;
}

int enrol_next(struct enrol *enrol, struct exchange *request, struct err *err)
{
	int rc;

	*request = (struct exchange){"GET", PATH_HELLO, "", "", {"", 0}};
	switch (enrol->step) {
	case STEP_HELLO:
		return SYNC_REQUEST;
	case STEP_ENROL:
		if ((rc = write_enrol(enrol, err)) < 0)
			return rc;
		*request = (struct exchange){"POST", PATH_ENROL, "",
		    "application/json", buf_bytes(&enrol->body)};
		return SYNC_REQUEST;
	case STEP_DONE:
		break;
	}
	return SYNC_DONE;
}

/* ---- hello ---- */

static int read_hello(struct enrol *enrol, const json_t *json, struct err *err)
{
	const char *server = json_text(json, "server");
	int64_t protocol = json_int(json, "protocol", 0);
	struct hash key;
	int rc;

	if (protocol != ENROL_PROTOCOL && protocol > 0) {
		return err_set(err, E_CONFLICT,
		    L("ce serveur parle une autre version que ce programme "
		      "(protocole %d) : mettez le plus ancien des deux à jour",
			"this server speaks another version than this program "
			"(protocol %d): upgrade the older of the two"),
		    ENROL_PROTOCOL);
	}
	if (protocol != ENROL_PROTOCOL || hash_parse(&key, server, NULL) < 0)
		return answer_strange(PATH_HELLO, err);
	if (!is_of_code(key.bytes, &enrol->code)) {
		return err_set(err, E_AUTH,
		    L("ce serveur n'est pas celui du code : rien ne lui a été "
		      "dit ; demandez un autre code au bureau",
			"this server is not the one of the code: nothing was "
			"told to it; ask the office for another code"));
	}
	if ((rc = succession_from_json(&enrol->successions,
		 json_object_get(json, "succession"), key.bytes, err)) < 0)
		return rc;
	memcpy(enrol->server, key.bytes, KEY_LEN);
	hash_hex(&key, enrol->server_hex);
	enrol->step = STEP_ENROL;
	return 0;
}

static int take_hello(
    struct enrol *enrol, const struct exchange_reply *reply, struct err *err)
{
	json_t *json = NULL;
	int rc;

	if ((rc = answer_json(reply, &json, err)) == 0)
		rc = read_hello(enrol, json, err);
	json_decref(json);
	return rc;
}

/* ---- the certificate ---- */

/* Follow a structure from the start of its log; one followed stays where it
 * is. */
static int follow(void *context, const char *structure, struct err *err)
{
	struct db *db = context;
	struct follow follow;
	bool found;
	int rc;

	if ((rc = journal_follow_get(db, structure, &follow, &found, err)) <
		0 ||
	    found)
		return rc;
	text_copy(follow.structure, sizeof(follow.structure), structure);
	log_first(&follow.cursor_head, structure);
	return journal_follow_put(db, &follow, err);
}

static int put_settings(const struct enrol *enrol, const char *certificate,
    const char *sig, struct err *err)
{
	char pin[2 * ENROLCODE_PIN_LEN + 1] = "";
	const struct {
		const char *name;
		const char *value;
	} settings[] = {
	    {SETTING_URL, enrol->code.url},
	    {SETTING_SERVER_KEY, enrol->server_hex},
	    {SETTING_PIN, pin},
	    {SETTING_NAME, enrol->name},
	    {SETTING_CERTIFICATE, certificate},
	    {SETTING_CERT_SIG, sig},
	    {SETTING_BEARER, ""},
	    {SETTING_REVOKED, ""},
	};
	int rc = 0;

	if (enrol->code.has_pin)
		enc_hex(enrol->code.pin, ENROLCODE_PIN_LEN, pin);
	for (size_t i = 0;
	     rc == 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		rc = journal_put(
		    enrol->agent->db, settings[i].name, settings[i].value, err);
	return rc;
}

static int keep(const struct enrol *enrol, const char *certificate,
    const char *sig, struct err *err)
{
	struct db *db = enrol->agent->db;
	const struct certificate_of who = {
	    enrol->server, enrol->agent->key.pub, ""};
	int rc;

	if ((rc = db_begin(db, err)) < 0)
		return rc;
	if ((rc = certificate_read(&who, certificate, sig, follow, db, err)) <
		0 ||
	    (rc = ledger_successions_put(db, &enrol->successions, err)) < 0 ||
	    (rc = put_settings(enrol, certificate, sig, err)) < 0)
		goto out;
	rc = db_commit(db, err);
out:
	if (rc < 0)
		db_rollback(db);
	return rc;
}

static int take_enrol(
    struct enrol *enrol, const struct exchange_reply *reply, struct err *err)
{
	const char *certificate, *sig;
	json_t *json = NULL;
	int rc;

	if ((rc = answer_json(reply, &json, err)) < 0)
		return rc;
	certificate = json_text(json, "certificate");
	sig = json_text(json, "sig");
	if ((rc = keep(enrol, certificate, sig, err)) == 0)
		enrol->step = STEP_DONE;
	json_decref(json);
	return rc;
}

int enrol_take(
    struct enrol *enrol, const struct exchange_reply *reply, struct err *err)
{
	assert(enrol->step != STEP_DONE);
	return enrol->step == STEP_HELLO ? take_hello(enrol, reply, err)
	                                 : take_enrol(enrol, reply, err);
}

int enrol_words(struct agent *agent, struct buf *out, struct err *err)
{
	char server_hex[HASH_TEXT], key_hex[HASH_TEXT];
	struct buf text = BUF_INIT;
	uint8_t server[KEY_LEN];
	struct hash hash;
	int rc;

	if ((rc = journal_server_key(agent->db, server, err)) < 0)
		return rc;
	enc_hex(server, KEY_LEN, server_hex);
	enc_hex(agent->key.pub, KEY_LEN, key_hex);
	buf_printf(&text, "%s %s\n", server_hex, key_hex);
	if ((rc = buf_check(&text, err)) == 0) {
		hash_of(&hash, text.data, text.len);
		words_add(out, hash.bytes, WORD_BYTES);
		rc = buf_check(out, err);
	}
	buf_free(&text);
	return rc;
}

int enrol_run(struct agent *agent, const struct enrolcode *code,
    const char *name, struct err *err)
{
	struct exchange_reply reply = {0};
	struct enrol *enrol = NULL;
	struct https *https = NULL;
	struct exchange request;
	int rc;

	if ((rc = enrol_new(&enrol, agent, code, name, err)) < 0 ||
	    (rc = https_open(
		 &https, code->url, code->has_pin ? code->pin : NULL, err)) < 0)
		goto out;
	while ((rc = enrol_next(enrol, &request, err)) == SYNC_REQUEST) {
		if ((rc = https_exchange(https, &request, &reply, err)) < 0 ||
		    (rc = enrol_take(enrol, &reply, err)) < 0)
			break;
	}
out:
	exchange_reply_clear(&reply);
	https_close(https);
	enrol_free(enrol);
	return rc;
}
