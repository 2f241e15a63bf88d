/* The calls by which somebody comes in: login, first password, another one. */
#include <stdio.h>
#include <string.h>

#include "server/account/totp.h"
#include "server/page/page_parts.h"
#include "shared/lang.h"

/* ---- one Argon2id at a time ---- */

int door_hashing(struct door *door, struct err *err)
{
	if (atomic_fetch_add(&door->hashers, 1) >= DOOR_HASHING_MAX) {
		(void)atomic_fetch_sub(&door->hashers, 1);
		return err_set(err, E_BUSY,
		    L("trop de connexions à la fois : réessayez dans un "
		      "instant",
			"too many logins at once: try again in a moment"));
	}
	(void)pthread_mutex_lock(&door->hashing);
	return 0;
}

void door_hashed(struct door *door)
{
	(void)pthread_mutex_unlock(&door->hashing);
	(void)atomic_fetch_sub(&door->hashers, 1);
}

static int open_account(struct door *door, const struct account_row *row,
    const char *password, struct account_secret *out, bool *right,
    struct err *err)
{
	int rc = door_hashing(door, err);

	if (rc < 0)
		return rc;
	rc = account_open(row, password, out, right, err);
	door_hashed(door);
	return rc;
}

static int seal_account(struct door *door, struct account_row *row,
    const struct account_secret *secret, const char *password, struct err *err)
{
	int rc = door_hashing(door, err);

	if (rc < 0)
		return rc;
	rc = account_seal(row, secret, password, err);
	door_hashed(door);
	return rc;
}

/* ---- waiting ---- */

static const char *address_of(const struct asking *asking)
{
	const char *remote = asking->request->remote;

	return remote != NULL ? remote : "";
}

bool door_must_wait(struct asking *asking, const char *login)
{
	struct door *door = asking->door;
	int64_t now_ms = door->now_ms();
	int64_t wait_s =
	    session_wait_s(door->sessions, SESSION_ACCOUNT, login, now_ms);
	int64_t other_s = session_wait_s(
	    door->sessions, SESSION_ADDRESS, address_of(asking), now_ms);
	char text[ERR_TEXT_MAX / 4];

	if (other_s > wait_s)
		wait_s = other_s;
	if (wait_s == 0)
		return false;
	(void)snprintf(text, sizeof(text),
	    L("trop d'essais : attendez %d %s, puis recommencez ; oublié ? "
	      "demandez un nouveau lien",
		"too many tries: wait %d %s, then try again; forgotten? ask "
		"for a new link"),
	    (int)(wait_s >= 60 ? (wait_s + 59) / 60 : wait_s),
	    wait_s >= 60 ? "min" : "s");
	door_refuse(asking->reply, 429, DOOR_TOO_MANY, text);
	asking->reply->retry_after_seconds = (int)wait_s;
	return true;
}

void door_wrong(struct asking *asking, const char *login)
{
	struct door *door = asking->door;
	int64_t now_ms = door->now_ms();

	if (login[0] != '\0')
		session_wrong(door->sessions, SESSION_ACCOUNT, login, now_ms);
	session_wrong(
	    door->sessions, SESSION_ADDRESS, address_of(asking), now_ms);
}

void door_right(struct asking *asking, const char *login)
{
	session_right(asking->door->sessions, SESSION_ACCOUNT, login);
	session_right(
	    asking->door->sessions, SESSION_ADDRESS, address_of(asking));
}

static void wrong_login(struct asking *asking, const char *login)
{
	door_wrong(asking, login);
	door_refuse(asking->reply, 403, DOOR_WRONG_LOGIN,
	    L("identifiant, mot de passe ou code faux : vérifiez les trois",
		"wrong login, password or code: check all three"));
}

/* ---- login ---- */

static int find_row(struct door *door, const char *login,
    struct account_row *out, struct err *err)
{
	int rc;

	(void)pthread_mutex_lock(&door->looking);
	rc = account_row_get(door->accounts.office.db, login, out, err);
	(void)pthread_mutex_unlock(&door->looking);
	return rc;
}

/* Each code is good once, whichever of two comes first. */
static int use_step(struct door *door, const char *login, int64_t step,
    bool *used, struct err *err)
{
	struct service *service = door->service;
	struct office *office = service->office;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	rc = account_row_seen(
	    office->db, login, step, os_now_s(office->os), used, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

/* *right: password and code are both right. */
static int prove(struct asking *asking, const struct account_row *row,
    const char *password, struct account_secret *secret, bool *right,
    struct err *err)
{
	struct door *door = asking->door;
	const char *code = json_text(asking->params, "totp");
	int64_t now_s = os_now_s(door->service->office->os);
	int64_t step = 0;
	bool used = false;
	int rc;

	*right = false;
	if ((rc = open_account(door, row, password, secret, right, err)) < 0 ||
	    !*right)
		return rc;
	rc = totp_find(secret->totp, sizeof(secret->totp), code, now_s,
	    row->step, &step, err);
	if (rc == 0 && step > 0)
		rc = use_step(door, row->login, step, &used, err);
	*right = rc == 0 && step > 0 && !used;
	return rc;
}

void door_begin_session(
    struct asking *asking, const char *login, const struct key *key)
{
	struct door *door = asking->door;
	struct reply *reply = asking->reply;
	char name[SESSION_NAME];
	struct visitor visitor;
	struct err err = ERR_INIT;

	session_begin(door->sessions, door->service->office->os, login, key,
	    door->now_ms(), name);
	if (door_visitor(door, name, false, &visitor, &err) < 0) {
		door_fail(reply, &err);
	} else {
		door_tell_session(asking, &visitor);
		(void)snprintf(reply->set_cookie, sizeof(reply->set_cookie),
		    DOOR_COOKIE
		    "=%s; Path=/; Secure; HttpOnly; SameSite=Strict",
		    name);
	}
	crypto_wipe(&visitor, sizeof(visitor));
	crypto_wipe(name, sizeof(name));
}

/* Another name at each login: what was put into the browser before is worth
 * nothing afterwards. */
static void enter(struct asking *asking, const char *login,
    const struct account_secret *secret)
{
	struct key key;

	if (asking->visitor->cookie[0] != '\0')
		session_end(asking->door->sessions, asking->visitor->cookie);
	key_from_seed(&key, secret->seed);
	door_begin_session(asking, login, &key);
	key_clear(&key);
}

void door_session_login(struct asking *asking)
{
	const char *login = json_text(asking->params, "login");
	const char *password = json_text(asking->params, "password");
	struct account_secret secret = {{0}, {0}};
	struct account_row row;
	struct err err = ERR_INIT;
	bool right = false;
	int rc;

	if (door_must_wait(asking, login))
		return;
	if (login[0] == '\0' || strlen(login) > TEXT_ID_MAX ||
	    strlen(password) > ACCOUNT_PASSWORD_MAX) {
		wrong_login(asking, "");
		return;
	}
	if ((rc = find_row(asking->door, login, &row, &err)) == 0)
		rc = prove(asking, &row, password, &secret, &right, &err);
	if (rc < 0) {
		door_fail(asking->reply, &err);
	} else if (!right) {
		wrong_login(asking, login);
	} else {
		door_right(asking, login);
		enter(asking, login, &secret);
	}
	crypto_wipe(&secret, sizeof(secret));
	crypto_wipe(&row, sizeof(row));
}

/* ---- the first password, by a link ---- */

static int look_up(struct door *door, const char *link,
    struct account_invitation *out, struct err *err)
{
	struct service *service = door->service;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	rc = account_invitation(service->office, link, out, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

static int claim(struct door *door, const char *link,
    const struct account_row *row, struct err *err)
{
	struct service *service = door->service;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	rc = account_claim(service->office, link, row, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

/* Of the very first account, its person says who he or she is. */
static int name_first(struct account_row *row, const json_t *params,
    int64_t now_s, struct err *err)
{
	const char *login = json_text(params, "login");
	const char *name = json_text(params, "name");
	int rc;

	if (row->found)
		return 0;
	if ((rc = text_check_id(login, err)) < 0 ||
	    (rc = text_check_name(L("nom", "name"), name, TEXT_NAME_MAX, err)) <
		0)
		return rc;
	text_copy(row->login, sizeof(row->login), login);
	text_copy(row->name, sizeof(row->name), name);
	text_copy(row->role, sizeof(row->role), "direction");
	text_copy(row->structures, sizeof(row->structures), SIGNER_ALL);
	row->enabled = true;
	row->made_s = now_s;
	return 0;
}

static void wrong_totp(struct asking *asking)
{
	door_wrong(asking, "");
	door_refuse(asking->reply, 403, DOOR_WRONG_TOTP,
	    L("ce n'est pas le code que votre téléphone montre maintenant : "
	      "réessayez avec le suivant ; vérifiez que son heure est juste",
		"this is not the code that your telephone shows now: try the "
		"next one; check that its time is right"));
}

/* Seal a new key and the codes' secret, and use up the link. */
static int set_up(struct asking *asking, struct account_invitation *invitation,
    struct account_secret *secret, bool *right, struct err *err)
{
	struct door *door = asking->door;
	const json_t *params = asking->params;
	struct account_row *row = &invitation->row;
	const struct os *os = door->service->office->os;
	int64_t now_s = os_now_s(os), step = 0;
	int rc;

	*right = false;
	if ((rc = name_first(row, params, now_s, err)) < 0 ||
	    (rc = account_check_password(
		 row, json_text(params, "password"), err)) < 0 ||
	    (rc = totp_find(invitation->totp, sizeof(invitation->totp),
		 json_text(params, "totp"), now_s, 0, &step, err)) < 0)
		return rc;
	if (step == 0)
		return 0;
	*right = true;
	os_random(os, secret->seed, sizeof(secret->seed));
	memcpy(secret->totp, invitation->totp, sizeof(secret->totp));
	row->step = step;
	row->seen_s = now_s;
	rc =
	    seal_account(door, row, secret, json_text(params, "password"), err);
	return rc < 0 ? rc : claim(door, json_text(params, "link"), row, err);
}

void door_session_setup(struct asking *asking)
{
	struct account_invitation invitation;
	struct account_secret secret = {{0}, {0}};
	struct err err = ERR_INIT;
	bool right = false;
	int rc;

	if (door_must_wait(asking, ""))
		return;
	rc = look_up(
	    asking->door, json_text(asking->params, "link"), &invitation, &err);
	if (rc == E_NOT_FOUND)
		door_wrong(asking, "");
	if (rc == 0)
		rc = set_up(asking, &invitation, &secret, &right, &err);
	if (rc < 0) {
		door_fail(asking->reply, &err);
	} else if (!right) {
		wrong_totp(asking);
	} else {
		session_end_all(
		    asking->door->sessions, invitation.row.login, NULL);
		door_right(asking, invitation.row.login);
		enter(asking, invitation.row.login, &secret);
	}
	crypto_wipe(&secret, sizeof(secret));
	crypto_wipe(&invitation, sizeof(invitation));
}

/* ---- another password ---- */

static int reseal(struct asking *asking, struct account_row *row,
    const struct account_secret *secret, struct err *err)
{
	struct door *door = asking->door;
	struct service *service = door->service;
	int rc = seal_account(
	    door, row, secret, json_text(asking->params, "password"), err);

	if (rc < 0)
		return rc;
	(void)pthread_mutex_lock(&service->lock);
	rc = account_reseal(service->office, row, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

void door_session_password(struct asking *asking)
{
	struct account_row *row = &asking->visitor->row;
	const char *old = json_text(asking->params, "old");
	struct account_secret secret = {{0}, {0}};
	struct err err = ERR_INIT;
	bool right = false;
	int rc;

	if (door_must_wait(asking, row->login))
		return;
	if ((rc = account_check_password(
		 row, json_text(asking->params, "password"), &err)) == 0)
		rc = prove(asking, row, old, &secret, &right, &err);
	if (rc == 0 && right)
		rc = reseal(asking, row, &secret, &err);
	if (rc < 0) {
		door_fail(asking->reply, &err);
	} else if (!right) {
		wrong_login(asking, row->login);
	} else {
		session_end_all(asking->door->sessions, row->login, NULL);
		door_right(asking, row->login);
		enter(asking, row->login, &secret);
	}
	crypto_wipe(&secret, sizeof(secret));
}
