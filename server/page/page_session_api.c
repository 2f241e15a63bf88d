/* The calls of the session that change nothing but who is there. */
#include <stdio.h>
#include <string.h>

#include "server/account/totp.h"
#include "server/page/page_parts.h"
#include "shared/date.h"
#include "shared/lang.h"
#include "shared/qr.h"

#define DELETED_COOKIE                                                         \
	DOOR_COOKIE "=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0"

static json_t *rights_json(const struct visitor *visitor)
{
	json_t *rights = json_array();

	for (int right = RIGHT_ANY + 1; right < RIGHT_COUNT; right++) {
		if (!visitor->known ||
		    !role_has(visitor->row.role, (enum right)right))
			continue;
		if (rights == NULL ||
		    json_array_append_new(rights,
			json_string(right_name((enum right)right))) < 0) {
			json_decref(rights);
			return NULL;
		}
	}
	return rights;
}

static json_t *stamp_json(int64_t at_s)
{
	char text[STAMP_TEXT];

	stamp_format(at_s, text);
	return json_string(text);
}

/* Is there any account at all? */
static int count_accounts(struct door *door, int64_t *count, struct err *err)
{
	int rc;

	(void)pthread_mutex_lock(&door->looking);
	rc = account_row_count(door->accounts.office.db, count, err);
	(void)pthread_mutex_unlock(&door->looking);
	return rc;
}

static json_t *until_json(
    const struct asking *asking, const struct visitor *visitor, int64_t now_s)
{
	int64_t left_ms = visitor->session.start_ms + SESSION_LIFE_MS -
	                  asking->door->now_ms();

	return visitor->known ? stamp_json(now_s + left_ms / 1000)
	                      : json_null();
}

void door_tell_session(struct asking *asking, const struct visitor *visitor)
{
	struct door *door = asking->door;
	int64_t now_s = os_now_s(door->service->office->os), count = 0;
	char now[STAMP_TEXT], today[DATE_TEXT];
	struct date date;
	struct err err = ERR_INIT;

	if (!visitor->known && count_accounts(door, &count, &err) < 0) {
		door_fail(asking->reply, &err);
		return;
	}
	stamp_format(now_s, now);
	date_local(now_s, &date);
	date_format(&date, today);
	door_give(asking->reply,
	    json_pack("{s:i,s:o,s:s,s:s,s:o,s:o,s:b,s:i,s:o,s:s,s:s,s:s}",
		"schema", 1, "login",
		visitor->known ? json_string(visitor->row.login) : json_null(),
		"name", visitor->row.name, "role", visitor->row.role,
		"structures", account_structures_json(visitor->row.structures),
		"rights", rights_json(visitor), "setup",
		!visitor->known && count == 0, "idle_s",
		(int)(SESSION_IDLE_MS / 1000), "until",
		until_json(asking, visitor, now_s), "today", today, "now", now,
		"version", POINTEAU_VERSION));
}

void door_session_get(struct asking *asking)
{
	door_tell_session(asking, asking->visitor);
}

void door_session_logout(struct asking *asking)
{
	struct visitor *visitor = asking->visitor;

	if (visitor->cookie[0] != '\0')
		session_end(asking->door->sessions, visitor->cookie);
	crypto_wipe(visitor, sizeof(*visitor));
	door_tell_session(asking, visitor);
	text_copy(asking->reply->set_cookie, sizeof(asking->reply->set_cookie),
	    DELETED_COOKIE);
}

/* ---- an invitation ---- */

static int look_up(struct door *door, const char *link,
    struct account_invitation *out, char host[CONFIG_VALUE_MAX],
    struct err *err)
{
	struct service *service = door->service;
	int rc;

	(void)pthread_mutex_lock(&service->lock);
	config_host(&service->office->config, host, CONFIG_VALUE_MAX);
	rc = account_invitation(service->office, link, out, err);
	(void)pthread_mutex_unlock(&service->lock);
	return rc;
}

/* {"size","path"} of the QR code of ${text}. */
static int qr_json(const char *text, json_t **out, struct err *err)
{
	struct buf path = BUF_INIT;
	int size = 0;
	int rc = qr_path(&path, &size, text, err);

	*out = NULL;
	if (rc == 0 && (*out = json_pack("{s:i,s:s}", "size", size, "path",
			    buf_text(&path))) == NULL)
		rc = err_nomem(err);
	if (path.data != NULL)
		crypto_wipe(path.data, path.len);
	buf_free(&path);
	return rc;
}

/* ${login}: of the first account, what its person has typed so far. */
static int invitation_json(const struct account_invitation *invitation,
    const char *login, const char *host, json_t **out, struct err *err)
{
	const struct account_row *row = &invitation->row;
	const char *shown = row->found ? row->login : login;
	struct buf uri = BUF_INIT, secret = BUF_INIT;
	json_t *qr = NULL;
	int rc;

	*out = NULL;
	totp_secret_text(&secret, invitation->totp, sizeof(invitation->totp));
	if ((rc = totp_uri(&uri, host, shown, invitation->totp,
		 sizeof(invitation->totp), err)) < 0 ||
	    (rc = buf_check(&secret, err)) < 0 ||
	    (rc = qr_json(buf_text(&uri), &qr, err)) < 0)
		goto out;
	*out = json_pack("{s:i,s:b,s:s,s:s,s:s,s:o,s:s,s:s,s:o,s:o}", "schema",
	    1, "first", !row->found, "login", row->login, "name", row->name,
	    "role", row->found ? row->role : "direction", "structures",
	    account_structures_json(row->found ? row->structures : SIGNER_ALL),
	    "otpauth", buf_text(&uri), "secret", buf_text(&secret), "qr", qr,
	    "until", stamp_json(invitation->expires_s));
	if (*out == NULL)
		rc = err_nomem(err);
out:
	if (secret.data != NULL)
		crypto_wipe(secret.data, secret.len);
	if (uri.data != NULL)
		crypto_wipe(uri.data, uri.len);
	buf_free(&secret);
	buf_free(&uri);
	return rc;
}

void door_session_invitation(struct asking *asking)
{
	struct account_invitation invitation;
	char host[CONFIG_VALUE_MAX];
	struct err err = ERR_INIT;
	json_t *json = NULL;
	int rc;

	if (door_must_wait(asking, ""))
		return;
	rc = look_up(asking->door, json_text(asking->params, "link"),
	    &invitation, host, &err);
	if (rc == E_NOT_FOUND)
		door_wrong(asking, "");
	if (rc == 0)
		rc = invitation_json(&invitation,
		    json_text(asking->params, "login"), host, &json, &err);
	if (rc < 0)
		door_fail(asking->reply, &err);
	else
		door_give(asking->reply, json);
	crypto_wipe(&invitation, sizeof(invitation));
}
