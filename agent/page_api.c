/*
 * What is open to the page: one row a call. A row with words is a command of
 * agent/main.c; the page's members are its options (docs/page.md).
 */
#include <string.h>

#include "agent/page_parts.h"
#include "shared/http/http_query.h"
#include "shared/lang.h"

enum page_flag {
	OPEN = 1, /* also while the page is locked */
	ROAD = 2, /* waits for the office or a stick: others need not */
	SAVE = 4, /* wakes the sync once it is quiet */
	DONE = 8, /* … at once */
};

struct route {
	const char *method;
	const char *path;  /* after "/api/" */
	const char *words; /* of the command; NULL: a call of the session */
	const char *args;  /* members that are its arguments, in order */
	page_session_call *session;
	unsigned flags;
};

/* clang-format off */
static const struct route routes[] = {
    {"GET",  "session",          NULL, "", page_session_get,   OPEN},
    {"POST", "session/enrol",    NULL, "", page_session_enrol, OPEN | ROAD | DONE},
    {"POST", "session/who",      NULL, "", page_session_who,   OPEN},
    {"POST", "session/pin",      NULL, "", page_session_pin,   OPEN},
    {"POST", "session/lock",     NULL, "", page_session_leave, OPEN},
    {"POST", "session/touch",    NULL, "", page_session_stay,  OPEN},
    {"GET",  "status",           "status",           "", NULL, OPEN},
    {"GET",  "crew",             "crew",             "", NULL, 0},
    {"POST", "hours/add",        "hours add",        "", NULL, SAVE},
    {"POST", "hours/set",        "hours set",        "", NULL, SAVE},
    {"POST", "hours/void",       "hours void",       "", NULL, SAVE},
    {"POST", "hours/move",       "hours move",       "", NULL, SAVE},
    {"POST", "hours/fill",       "hours fill",       "", NULL, SAVE},
    {"POST", "hours/split",      "hours split",      "", NULL, SAVE},
    {"POST", "hours/weather",    "hours weather",    "", NULL, SAVE},
    {"POST", "hours/accident",   "hours accident",   "", NULL, DONE},
    {"POST", "hours/undo",       "hours undo",       "", NULL, SAVE},
    {"GET",  "hours/history",    "hours history",    "", NULL, 0},
    {"GET",  "hours/missing",    "hours missing",    "", NULL, 0},
    {"POST", "day/finish",       "day finish",       "", NULL, DONE},
    {"GET",  "skills/list",      "skills list",      "", NULL, 0},
    {"POST", "skills/add",       "skills add",       "", NULL, SAVE},
    {"GET",  "skills/catalogue", "skills catalogue", "", NULL, 0},
    {"POST", "newcomer/add",     "newcomer add",     "", NULL, SAVE},
    {"GET",  "newcomer/list",    "newcomer list",    "", NULL, 0},
    {"GET",  "conflicts",        "conflicts",        "", NULL, 0},
    {"GET",  "entries",          "entries list",     "", NULL, 0},
    {"POST", "sync",             "sync",             "", NULL, OPEN | ROAD},
    {"GET",  "usb/places",       "usb places",       "", NULL, 0},
    {"POST", "usb/export",       "export usb",       "dir", NULL, ROAD},
    {"GET",  "month",            "month show",       "", NULL, 0},
    {"GET",  "signoff",          "signoff show",     "", NULL, 0},
    {"POST", "signoff",          "signoff add",      "", NULL, SAVE},
    {"GET",  "qr",               "qr",               "text", NULL, 0},
};
/* clang-format on */

#define ROUTE_COUNT (sizeof(routes) / sizeof(routes[0]))

/* ---- what is asked ---- */

static int find(const struct page *page, const struct request *request,
    const struct route **out, struct err *err)
{
	const char *path = request->path + strlen("/api/");
	bool there = false;

	for (size_t i = 0; i < ROUTE_COUNT; i++) {
		const struct route *route = &routes[i];

		if (strcmp(route->path, path) != 0 ||
		    (route->words != NULL &&
			page_find_command(page, route->words) == NULL))
			continue;
		there = true;
		if (strcmp(route->method, request->method) == 0) {
			*out = route;
			return 0;
		}
	}
	if (there)
		return err_set(err, E_METHOD,
		    L("%.100s : avec l'autre méthode (GET pour lire, POST "
		      "pour agir)",
			"%.100s: with the other method (GET reads, POST "
			"acts)"),
		    request->path);
	return err_set(err, E_NOT_FOUND,
	    L("%.100s : la page n'a rien de tel (docs/page.md)",
		"%.100s: the page has no such call (docs/page.md)"),
	    request->path);
}

/* The body of a POST: an object; nothing at all is an empty one. */
static int read_body(
    const struct request *request, json_t **out, struct err *err)
{
	int rc;

	if (request->body.len == 0) {
		*out = json_object();
		return *out != NULL ? 0 : err_nomem(err);
	}
	if (strncmp(request->content_type, HTTP_JSON_TYPE,
		strlen(HTTP_JSON_TYPE)) != 0)
		return err_set(err, E_INVALID,
		    L("le corps doit être du JSON (Content-Type: "
		      "application/json)",
			"the body must be JSON (Content-Type: "
			"application/json)"));
	if ((rc = json_read(out, request->body.data, request->body.len, err)) <
	    0)
		return rc;
	if (json_is_object(*out))
		return 0;
	return err_set(err, E_INVALID,
	    L("le corps doit être un objet JSON : {\"membre\":\"valeur\"}",
		"the body must be a JSON object: {\"member\":\"value\"}"));
}

static int read_params(
    const struct request *request, json_t **out, struct err *err)
{
	if (strcmp(request->method, "GET") != 0)
		return read_body(request, out, err);
	if ((*out = json_object()) == NULL)
		return err_nomem(err);
	return http_query_members(*out, request->query, err);
}

/* ---- answering ---- */

static void run(struct page *page, const struct route *route,
    const json_t *params, struct reply *reply)
{
	char structure[TEXT_ID_MAX + 1], who[TEXT_ID_MAX + 1] = "";
	struct buf note = BUF_INIT;
	struct err err = ERR_INIT;
	int rc;

	if (!page_is_locked(page))
		page_who(page, structure, who);
	/* What waits for the office goes beside the acts, on its own. */
	rc = page_command(page,
	    (route->flags & ROAD) != 0 ? NULL : &page->resident, route->words,
	    route->args, params, who, &reply->body, &note, &err);
	if (rc == 0)
		rc = page_add_notes(&reply->body, &note, &err);
	if (rc < 0) {
		page_fail(reply, &err);
	} else {
		reply->status = 200;
		reply->content_type = HTTP_JSON_TYPE;
	}
	buf_free(&note);
}

/* An act shows that somebody is there. False: locked, and not for all. */
static bool may_ask(struct page *page, const struct route *route)
{
	bool locked;

	(void)pthread_mutex_lock(&page->state);
	locked = page_session_is_locked(&page->session, page->now_ms());
	if (!locked && strcmp(route->method, "POST") == 0)
		page_session_touch(&page->session, page->now_ms());
	(void)pthread_mutex_unlock(&page->state);
	return !locked || (route->flags & OPEN) != 0;
}

static void answer(struct page *page, const struct route *route,
    const json_t *params, struct reply *reply)
{
	pthread_mutex_t *turn =
	    (route->flags & ROAD) != 0 ? &page->road : &page->acts;

	(void)pthread_mutex_lock(turn);
	if (route->session != NULL)
		route->session(page, params, reply);
	else
		run(page, route, params, reply);
	(void)pthread_mutex_unlock(turn);
	if (reply->status == 200 && (route->flags & (SAVE | DONE)) != 0)
		auto_sync_kick(page->sync, (route->flags & DONE) != 0
					       ? AUTO_SYNC_NOW
					       : AUTO_SYNC_SOON);
}

void page_api(
    struct page *page, const struct request *request, struct reply *reply)
{
	const struct route *route = NULL;
	struct err err = ERR_INIT;
	json_t *params = NULL;

	if (find(page, request, &route, &err) < 0)
		page_fail(reply, &err);
	else if (!may_ask(page, route))
		page_refuse(reply, 423, PAGE_LOCKED,
		    L("la page est verrouillée : dites qui vous êtes et "
		      "donnez votre code PIN",
			"the page is locked: say who you are and give your "
			"PIN"));
	else if (read_params(request, &params, &err) < 0)
		page_fail(reply, &err);
	else
		answer(page, route, params, reply);
	json_decref(params);
}
