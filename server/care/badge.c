#include <stdio.h>
#include <string.h>

#include "server/care/badge.h"
#include "server/care/path.h"
#include "server/import/reference.h"
#include "shared/catalogue.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/ledger.h"

#define CONTEXT_VC "https://www.w3.org/ns/credentials/v2"
#define CONTEXT_BADGES                                                         \
	"https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"

/* What one badge says. Texts are borrowed. */
struct badge {
	struct office *office;
	const struct key *key;
	const struct care_worker *worker;
	const json_t *skill; /* of path_skills */
	int64_t level;
	const char *day;
	char structure_name[TEXT_NAME_MAX + 1];
	struct buf issuer; /* did:jwk:… */
	char subject[64];  /* urn:uuid:… */
	char id[64];
};

int badge_jwk(const struct key *key, struct buf *out, struct err *err)
{
	buf_add_text(out, "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"");
	enc_base64url(out, key->pub, KEY_LEN);
	buf_add_text(out, "\"}");
	return buf_check(out, err);
}

/* ---- which observation ---- */

static const json_t *find_skill(const json_t *skills, const char *code)
{
	for (size_t i = 0; i < json_array_size(skills); i++) {
		const json_t *skill = json_array_get(skills, i);

		if (strcmp(json_text(skill, "skill"), code) == 0)
			return skill;
	}
	return NULL;
}

/* Observations are by day: the last assessed one tells, unless another of
 * its day tells otherwise. */
static int take_level(struct badge *badge, struct err *err)
{
	const json_t *list = json_object_get(badge->skill, "observations");

	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *one = json_array_get(list, i);
		int64_t level = json_int(one, "level", 0);
		const char *day = json_text(one, "day");

		if (level == 0)
			continue;
		if (badge->level != 0 && strcmp(day, badge->day) == 0 &&
		    level != badge->level)
			badge->level = -1;
		else
			badge->level = level;
		badge->day = day;
	}
	if (badge->level > 0)
		return 0;
	if (badge->level < 0)
		return err_set(err, E_CONFLICT,
		    L("deux observations du %s ne disent pas le même niveau : "
		      "notez-en une nouvelle, ou corrigez l'une d'elles",
			"two observations of %s do not tell the same level: "
			"note a new one, or correct one of them"),
		    badge->day);
	return err_set(err, E_NOT_FOUND,
	    L("cette compétence n'a jamais été évaluée : un badge dit un "
	      "niveau observé",
		"this skill was never assessed: a badge tells an observed "
		"level"));
}

/* ---- names ---- */

/* A name in the form of a UUID (version 8, RFC 9562: its bytes are ours), of
 * what the server's key alone can make: nobody finds the worker by trying. */
static void name_of(const struct badge *badge, const char *what, char out[64])
{
	struct buf text = BUF_INIT;
	uint8_t seed[SEED_LEN], mac[32];
	char hex[33];

	key_seed(badge->key, seed);
	buf_printf(&text, "pointeau badge %s\n%s\n%s\n", what,
	    badge->worker->structure, badge->worker->worker);
	if (strcmp(what, "subject") != 0)
		buf_printf(&text, "%s\n%s\n%d\n",
		    json_text(badge->skill, "skill"), badge->day,
		    (int)badge->level);
	crypto_mac(mac, seed, buf_text(&text), text.len);
	crypto_wipe(seed, sizeof(seed));
	mac[6] = (uint8_t)((mac[6] & 0x0f) | 0x80);
	mac[8] = (uint8_t)((mac[8] & 0x3f) | 0x80);
	enc_hex(mac, 16, hex);
	(void)snprintf(out, 64, "urn:uuid:%.8s-%.4s-%.4s-%.4s-%.12s", hex,
	    hex + 8, hex + 12, hex + 16, hex + 20);
	buf_free(&text);
}

static int read_structure(struct badge *badge, struct err *err)
{
	const char *structure = badge->worker->structure;
	char record[RECORD_KEY_MAX];
	json_t *value = NULL;
	const char *name;
	int rc;

	record_key_make(record, "structure", structure, NULL);
	if ((rc = ledger_value(
		 badge->office->db, structure, record, &value, err)) < 0)
		return rc;
	name = json_text(value, "name");
	text_copy(badge->structure_name, sizeof(badge->structure_name),
	    name[0] != '\0' ? name : structure);
	json_decref(value);
	return 0;
}

static int make_issuer(struct badge *badge, struct err *err)
{
	struct buf jwk = BUF_INIT;
	int rc = badge_jwk(badge->key, &jwk, err);

	if (rc == 0) {
		buf_add_text(&badge->issuer, "did:jwk:");
		enc_base64url(&badge->issuer, jwk.data, jwk.len);
		rc = buf_check(&badge->issuer, err);
	}
	buf_free(&jwk);
	return rc;
}

/* ---- the credential ---- */

/* The identity of what is achieved, and of the scale it is told on. */
static void add_id(struct buf *out, const struct badge *badge, const char *end)
{
	const char *code = json_text(badge->skill, "skill");

	buf_printf(out, "%s#skill-", buf_text(&badge->issuer));
	enc_base64url(out, code, strlen(code));
	buf_add_text(out, end);
}

static json_t *achievement(const struct badge *badge)
{
	struct buf id = BUF_INIT, text = BUF_INIT, criteria = BUF_INIT;
	struct buf scale = BUF_INIT;
	const char *code = json_text(badge->skill, "skill");
	const char *label = json_text(badge->skill, "label");
	json_t *out;

	add_id(&id, badge, "");
	add_id(&scale, badge, "-level");
	buf_printf(
	    &text, "%s (%s)", label, json_text(badge->skill, "catalogue"));
	buf_printf(&criteria,
	    "Observé en situation de travail par l'encadrement, niveau « %s » "
	    "(échelle : %s). Observed at work by the supervisors.",
	    catalogue_level_text((int)badge->level),
	    json_text(badge->skill, "scale"));
	out = json_pack(
	    "{s:s, s:[s], s:s, s:s, s:s, s:s, s:{s:s}, s:[{s:s, s:[s], s:s, "
	    "s:s}]}",
	    "id", buf_text(&id), "type", "Achievement", "achievementType",
	    "Competency", "name", label, "description", buf_text(&text),
	    "humanCode", code, "criteria", "narrative", buf_text(&criteria),
	    "resultDescription", "id", buf_text(&scale), "type",
	    "ResultDescription", "name", json_text(badge->skill, "scale"),
	    "resultType", "PerformanceLevel");
	buf_free(&id);
	buf_free(&scale);
	buf_free(&text);
	buf_free(&criteria);
	return out;
}

static json_t *subject(const struct badge *badge)
{
	struct buf scale = BUF_INIT;
	json_t *out;

	add_id(&scale, badge, "-level");
	out = json_pack("{s:s, s:[s], s:o, s:[{s:[s], s:s, s:s}]}", "id",
	    badge->subject, "type", "AchievementSubject", "achievement",
	    achievement(badge), "result", "type", "Result", "resultDescription",
	    buf_text(&scale), "value", catalogue_level_text((int)badge->level));
	buf_free(&scale);
	return out;
}

static json_t *credential(const struct badge *badge, const char *awarded)
{
	struct date day = {1970, 1, 1};
	char stamp[STAMP_TEXT];
	int64_t seconds;

	(void)date_parse(&day, badge->day, NULL);
	seconds = date_days(&day) * 86400;
	stamp_format(seconds, stamp);
	return json_pack(
	    "{s:[s,s], s:s, s:[s,s], s:{s:s, s:[s], s:s}, s:s, s:s, s:s, "
	    "s:o, s:s, s:s, s:s, s:I}",
	    "@context", CONTEXT_VC, CONTEXT_BADGES, "id", badge->id, "type",
	    "VerifiableCredential", "OpenBadgeCredential", "issuer", "id",
	    buf_text(&badge->issuer), "type", "Profile", "name",
	    badge->structure_name, "name", json_text(badge->skill, "label"),
	    "validFrom", stamp, "awardedDate", awarded, "credentialSubject",
	    subject(badge), "iss", buf_text(&badge->issuer), "jti", badge->id,
	    "sub", badge->subject, "nbf", (json_int_t)seconds);
}

static int add_part(struct buf *token, json_t *json, struct err *err)
{
	struct buf text = BUF_INIT;
	int rc;

	if (json == NULL)
		return err_nomem(err);
	json_write(&text, json);
	json_decref(json);
	if ((rc = buf_check(&text, err)) == 0)
		enc_base64url(token, text.data, text.len);
	buf_free(&text);
	return rc;
}

static int write_token(
    const struct badge *badge, struct buf *out, struct err *err)
{
	struct buf token = BUF_INIT, kid = BUF_INIT;
	uint8_t signature[SIG_LEN];
	char awarded[STAMP_TEXT];
	int rc;

	stamp_format(os_now_s(badge->office->os), awarded);
	buf_printf(&kid, "%s#0", buf_text(&badge->issuer));
	if ((rc = add_part(&token,
		 json_pack("{s:s, s:s, s:s}", "alg", "EdDSA", "kid",
		     buf_text(&kid), "typ", "JWT"),
		 err)) < 0)
		goto out;
	buf_add_char(&token, '.');
	if ((rc = add_part(&token, credential(badge, awarded), err)) < 0 ||
	    (rc = buf_check(&token, err)) < 0)
		goto out;
	key_sign(signature, badge->key, token.data, token.len);
	buf_add_char(&token, '.');
	enc_base64url(&token, signature, sizeof(signature));
	buf_add_text(out, buf_text(&token));
	rc = buf_check(out, err);
out:
	buf_free(&token);
	buf_free(&kid);
	return rc;
}

int badge_make(struct office *office, const struct key *key,
    const struct care_worker *worker, const char *skill, struct buf *out,
    struct err *err)
{
	struct badge badge = {
	    .office = office, .key = key, .worker = worker, .day = ""};
	json_t *page = json_object();
	char name[64];
	int rc;

	if (page == NULL)
		return err_nomem(err);
	if ((rc = path_skills(office, worker, NULL, page, err)) < 0)
		goto out;
	badge.skill = find_skill(json_object_get(page, "skills"), skill);
	if ((rc = take_level(&badge, err)) < 0 ||
	    (rc = read_structure(&badge, err)) < 0 ||
	    (rc = make_issuer(&badge, err)) < 0)
		goto out;
	name_of(&badge, "subject", name);
	text_copy(badge.subject, sizeof(badge.subject), name);
	name_of(&badge, "credential", badge.id);
	rc = write_token(&badge, out, err);
out:
	buf_free(&badge.issuer);
	json_decref(page);
	return rc;
}
