#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "agent/page_parts.h"
#include "shared/enc.h"
#include "shared/lang.h"

/* ---- answering ---- */

void page_give(struct reply *reply, json_t *stolen)
{
	struct err err = ERR_INIT;

	if (stolen == NULL) {
		(void)err_nomem(&err);
		page_fail(reply, &err);
		return;
	}
	reply->status = 200;
	reply->content_type = HTTP_JSON_TYPE;
	json_write(&reply->body, stolen);
	json_decref(stolen);
}

void page_refuse(
    struct reply *reply, int status, const char *slug, const char *text)
{
	json_t *json = json_pack("{s:s,s:s}", "error", slug, "message", text);

	buf_reset(&reply->body);
	reply->content_type = HTTP_JSON_TYPE;
	reply->status = status;
	if (json != NULL)
		json_write(&reply->body, json);
	json_decref(json);
}

void page_fail(struct reply *reply, const struct err *err)
{
	page_refuse(
	    reply, err_http_status(err->code), err_slug(err->code), err->text);
}

/* ---- the session, between threads ---- */

bool page_is_locked(struct page *page)
{
	bool locked;

	(void)pthread_mutex_lock(&page->state);
	locked = page_session_is_locked(&page->session, page->now_ms());
	(void)pthread_mutex_unlock(&page->state);
	return locked;
}

void page_who(struct page *page, char structure[TEXT_ID_MAX + 1],
    char who[TEXT_ID_MAX + 1])
{
	(void)pthread_mutex_lock(&page->state);
	text_copy(structure, TEXT_ID_MAX + 1, page->session.structure);
	text_copy(who, TEXT_ID_MAX + 1, page->session.who);
	(void)pthread_mutex_unlock(&page->state);
}

/* ---- who may ask ---- */

static void forbid(struct reply *reply, const char *text)
{
	page_refuse(reply, 403, PAGE_FORBIDDEN, text);
}

/* In a time that tells nothing of the token. */
static bool has_token(const struct page *page, const char *bearer)
{
	char given[PAGE_TOKEN_TEXT] = "";
	bool fits = strlen(bearer) == PAGE_TOKEN_TEXT - 1;

	if (fits)
		memcpy(given, bearer, sizeof(given));
	return crypto_same(given, page->token, sizeof(given)) && fits;
}

/* Not asked by another site's page, in this browser or by a name that leads
 * here: Host was checked before. */
static bool is_from_page(const struct page *page, const struct request *request)
{
	bool acts = strcmp(request->method, "GET") != 0;

	if (request->origin == NULL
		? acts
		: strcmp(request->origin, page->origin) != 0)
		return false;
	return request->fetch_site == NULL ||
	       strcmp(request->fetch_site, "same-origin") == 0;
}

static bool peer_is_self(const struct page *page, const struct request *request)
{
	return request->remote != NULL && os_peer_is_self(request->remote,
					      request->remote_port, page->port);
}

void page_answer(
    void *context, const struct request *request, struct reply *reply)
{
	struct page *page = context;

	if (!page->is_self(page, request)) {
		forbid(reply,
		    L("cette page est à un autre utilisateur de ce poste : "
		      "ouvrez votre propre session, puis lancez "
		      "« pointeau run »",
			"this page belongs to another user of this laptop: "
			"open your own session, then run \"pointeau run\""));
	} else if (strncmp(request->path, "/api/", 5) != 0) {
		page_file(page, request, reply);
	} else if (!has_token(page, request->bearer)) {
		forbid(reply,
		    L("cette page date d'un autre lancement, ou n'a pas été "
		      "ouverte par Pointeau : relancez « pointeau run » et "
		      "prenez la page qu'il ouvre",
			"this page is of another launch, or was not opened by "
			"Pointeau: run \"pointeau run\" again and take the "
			"page that it opens"));
	} else if (!is_from_page(page, request)) {
		forbid(reply,
		    L("demande venue d'un autre site : refusée, rien n'est "
		      "changé",
			"request from another site: refused, nothing is "
			"changed"));
	} else {
		page_api(page, request, reply);
	}
	assert(reply->status != 0);
}

void page_init(struct page *out, const struct program *program,
    const char *directory, int port)
{
	uint8_t token[PAGE_TOKEN_BYTES];

	memset(out, 0, sizeof(*out));
	out->program = program;
	out->directory = directory;
	out->port = port;
	out->now_ms = os_monotonic_ms;
	out->is_self = peer_is_self;
	(void)snprintf(
	    out->origin, sizeof(out->origin), "http://127.0.0.1:%d", port);
	os_random(program->os, token, sizeof(token));
	enc_hex(token, sizeof(token), out->token);
	crypto_wipe(token, sizeof(token));
	page_session_init(&out->session, out->now_ms());
	(void)pthread_mutex_init(&out->state, NULL);
	(void)pthread_mutex_init(&out->acts, NULL);
	(void)pthread_mutex_init(&out->road, NULL);
}

void page_clear(struct page *page)
{
	resident_drop(&page->resident);
	(void)pthread_mutex_destroy(&page->state);
	(void)pthread_mutex_destroy(&page->acts);
	(void)pthread_mutex_destroy(&page->road);
	crypto_wipe(page->token, sizeof(page->token));
}
