#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "server/page/page_parts.h"
#include "server/page/web_files.h"
#include "server/store/account.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/zip.h"

/* ---- answering ---- */

void door_give(struct reply *reply, json_t *stolen)
{
	struct err err = ERR_INIT;

	if (stolen == NULL) {
		(void)err_nomem(&err);
		door_fail(reply, &err);
		return;
	}
	buf_reset(&reply->body);
	reply->status = 200;
	reply->content_type = HTTP_JSON_TYPE;
	json_write(&reply->body, stolen);
	json_decref(stolen);
}

void door_refuse(
    struct reply *reply, int status, const char *slug, const char *text)
{
	json_t *json = json_pack("{s:s,s:s}", "error", slug, "message", text);

	/* The page shows it, and whoever runs the server finds its line. */
	if (json != NULL && log_request()[0] != '\0')
		(void)json_put_text(json, "id", log_request());

	buf_reset(&reply->body);
	reply->content_type = HTTP_JSON_TYPE;
	reply->status = status;
	reply->file[0] = '\0';
	if (json != NULL)
		json_write(&reply->body, json);
	json_decref(json);
}

void door_fail(struct reply *reply, const struct err *err)
{
	door_refuse(
	    reply, err_http_status(err->code), err_slug(err->code), err->text);
	if (reply->status == 503)
		reply->retry_after_seconds =
		    http_retry_after(&os_system, SERVICE_RETRY_S);
}

/* ---- who asks ---- */

/* The value of our cookie among those of the header; false when it is not
 * there, or there twice: somebody else may have put one of them. */
static bool find_cookie(const char *header, char out[SESSION_NAME])
{
	const size_t name_len = strlen(DOOR_COOKIE);
	bool found = false;

	out[0] = '\0';
	while (header != NULL && *header != '\0') {
		size_t len = strcspn(header, ";");

		if (len > name_len && header[name_len] == '=' &&
		    strncmp(header, DOOR_COOKIE, name_len) == 0) {
			if (found || len - name_len - 1 != SESSION_NAME - 1) {
				out[0] = '\0';
				return false;
			}
			memcpy(out, header + name_len + 1, SESSION_NAME - 1);
			out[SESSION_NAME - 1] = '\0';
			found = true;
		}
		header += len + (header[len] == ';');
		header += strspn(header, " ");
	}
	return found;
}

static void fill_signer(struct visitor *visitor)
{
	struct signer *signer = &visitor->signer;

	signer->key = visitor->session.key;
	text_copy(
	    signer->device, sizeof(signer->device), visitor->session.device);
	text_copy(signer->person, sizeof(signer->person), visitor->row.login);
	text_copy(signer->name, sizeof(signer->name), visitor->row.name);
	signer->structures = visitor->row.structures;
	signer->hides_health = !role_has(visitor->row.role, RIGHT_HEALTH_READ);
}

/* The row is asked each time, so that whoever is disabled, has another role
 * or another key feels it at once. */
int door_visitor(struct door *door, const char *cookie, bool touch,
    struct visitor *out, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	if (cookie[0] == '\0' || !session_find(door->sessions, cookie, touch,
				     door->now_ms(), &out->session))
		return 0;
	text_copy(out->cookie, sizeof(out->cookie), cookie);
	(void)pthread_mutex_lock(&door->looking);
	rc = account_row_get(
	    door->accounts.office.db, out->session.login, &out->row, err);
	(void)pthread_mutex_unlock(&door->looking);
	if (rc < 0)
		return rc;
	if (!out->row.found || !out->row.enabled ||
	    strcmp(out->row.device, out->session.device) != 0) {
		session_end(door->sessions, cookie);
		return 0;
	}
	fill_signer(out);
	out->known = true;
	return 0;
}

static void clear_visitor(struct visitor *visitor)
{
	crypto_wipe(visitor, sizeof(*visitor));
}

/* ---- from where ---- */

static bool is_our_origin(const struct door *door, const char *origin)
{
	static const char scheme[] = "https://";

	if (strncmp(origin, scheme, strlen(scheme)) != 0)
		return false;
	for (const char *const *host = door->hosts; *host != NULL; host++) {
		if (strcmp(*host, origin + strlen(scheme)) == 0)
			return true;
	}
	return false;
}

/* Not asked by another site's page in the browser of somebody logged in here:
 * Host was checked before. A script of one's own says Origin too. */
static bool is_from_us(const struct door *door, const struct request *request)
{
	bool acts = strcmp(request->method, "GET") != 0;

	if (request->origin == NULL ? acts
				    : !is_our_origin(door, request->origin))
		return false;
	return request->fetch_site == NULL ||
	       strcmp(request->fetch_site, "same-origin") == 0;
}

/* ---- the door ---- */

/* "deflate" is the zlib form of RFC 1950 (RFC 9110, 8.4.1.2). Without memory
 * for it the answer goes as it is. */
static void shrink(const struct request *request, struct reply *reply)
{
	struct buf small = BUF_INIT;

	if (reply->status != 200 || reply->body.len < DOOR_SHRINK_MIN ||
	    reply->encoding != NULL || reply->content_type == NULL ||
	    strcmp(reply->content_type, HTTP_JSON_TYPE) != 0 ||
	    request->accept_encoding == NULL ||
	    strstr(request->accept_encoding, "deflate") == NULL)
		return;
	if (zip_deflate(&small, reply->body.data, reply->body.len, NULL) < 0) {
		buf_free(&small);
		return;
	}
	buf_free(&reply->body);
	reply->body = small;
	reply->encoding = "deflate";
}

static void answer_api(
    struct door *door, const struct request *request, struct reply *reply)
{
	struct visitor *visitor = calloc(1, sizeof(*visitor));
	struct asking asking = {door, request, reply, visitor, NULL};
	char cookie[SESSION_NAME];
	struct err err = ERR_INIT;

	(void)find_cookie(request->cookie, cookie);
	if (visitor == NULL) {
		(void)err_nomem(&err);
		door_fail(reply, &err);
		return;
	}
	if (door_visitor(door, cookie,
		strcmp(request->path, "/api/session") != 0, visitor, &err) < 0)
		door_fail(reply, &err);
	else
		door_api(&asking);
	shrink(request, reply);
	json_decref(asking.params);
	clear_visitor(visitor);
	free(visitor);
}

static void admit(
    struct door *door, const struct request *request, struct reply *reply)
{
	struct err err = ERR_INIT;

	if (!is_from_us(door, request)) {
		door_refuse(reply, 403, err_slug(E_FORBIDDEN),
		    L("demande venue d'un autre site : refusée, rien n'est "
		      "changé",
			"request from another site: refused, nothing is "
			"changed"));
		return;
	}
	if (atomic_fetch_add(&door->present, 1) >= DOOR_PRESENT_MAX) {
		(void)err_set(&err, E_BUSY,
		    L("le serveur est débordé : réessayez dans un instant",
			"the server is overloaded: try again in a moment"));
		door_fail(reply, &err);
	} else {
		answer_api(door, request, reply);
	}
	(void)atomic_fetch_sub(&door->present, 1);
}

void door_answer(
    struct door *door, const struct request *request, struct reply *reply)
{
	if (strncmp(request->path, "/api/", 5) == 0) {
		admit(door, request, reply);
	} else {
		reply->route = "/";
		web_file_answer(&server_web, door->web_dir, request, reply);
	}
	assert(reply->status != 0);
}

int door_open(struct door *out, struct service *service,
    const char *const *hosts, const char *web_dir, struct err *err)
{
	int rc;

	memset(out, 0, sizeof(*out));
	out->service = service;
	out->hosts = hosts;
	out->web_dir = web_dir;
	out->now_ms = os_boot_ms;
	atomic_init(&out->hashers, 0);
	atomic_init(&out->present, 0);
	(void)pthread_mutex_init(&out->reading, NULL);
	(void)pthread_mutex_init(&out->apart, NULL);
	(void)pthread_mutex_init(&out->looking, NULL);
	(void)pthread_mutex_init(&out->hashing, NULL);
	if ((rc = sessions_new(&out->sessions, err)) < 0 ||
	    (rc = view_open(&out->accounts, service->office, err)) < 0)
		return rc;
	return view_open(&out->view, service->office, err);
}

void door_close(struct door *door)
{
	if (door->service == NULL)
		return;
	view_close(&door->view);
	view_close(&door->accounts);
	sessions_free(door->sessions);
	(void)pthread_mutex_destroy(&door->reading);
	(void)pthread_mutex_destroy(&door->apart);
	(void)pthread_mutex_destroy(&door->looking);
	(void)pthread_mutex_destroy(&door->hashing);
	memset(door, 0, sizeof(*door));
}
