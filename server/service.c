#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/enrolment.h"
#include "server/metrics.h"
#include "server/page/page.h"
#include "server/rate.h"
#include "server/route.h"
#include "server/service.h"
#include "server/store/access.h"
#include "server/suspension.h"
#include "shared/enc.h"
#include "shared/lang.h"
#include "shared/log.h"
#include "shared/record.h"
#include "shared/text.h"

#define LOG_DEVICE 12 /* digits of a device that the log tells */

int service_init(
    struct service *service, struct office *office, struct err *err)
{
	int rc;

	service->office = office;
	service->rate = NULL;
	service->trouble = NULL;
	service->door = NULL;
	service->health = NULL;
	service->metrics = NULL;
	service->http = NULL;
	atomic_init(&service->present, 0);
	os_random(office->os, service->challenge_secret,
	    sizeof(service->challenge_secret));
	if ((rc = hints_new(&service->hints, err)) < 0)
		return rc;
	if (pthread_mutex_init(&service->lock, NULL) != 0) {
		rc = err_set(
		    err, E_IO, L("verrou impossible", "cannot make a lock"));
		goto out;
	}
	if ((rc = commits_init(
		 &service->commits, &service->lock, office->db, err)) == 0) {
		service->commits.digests = office->digests;
		return 0;
	}
	(void)pthread_mutex_destroy(&service->lock);
out:
	hints_free(service->hints);
	return rc;
}

int service_limit(struct service *service, struct err *err)
{
	return rate_new(&service->rate, err);
}

void service_clear(struct service *service)
{
	rate_free(service->rate);
	commits_clear(&service->commits);
	hints_free(service->hints);
	(void)pthread_mutex_destroy(&service->lock);
	crypto_wipe(
	    service->challenge_secret, sizeof(service->challenge_secret));
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
	                              : -1;
}

static bool percent_decode(const char *text, size_t len, struct buf *out)
{
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (text[i] != '%') {
			buf_add_char(out, text[i] == '+' ? ' ' : text[i]);
			continue;
		}
		if (len - i < 3)
			return false;
		high = hex_digit(text[i + 1]);
		low = hex_digit(text[i + 2]);
		if (high < 0 || low < 0)
			return false;
		buf_add_char(out, (char)(high * 16 + low));
		i += 2;
	}
	return text_is_utf8(buf_text(out), out->len);
}

bool asked_query(const struct asked *asked, const char *name, struct buf *out)
{
	const char *at = asked->request->query;
	size_t name_len = strlen(name);

	while (*at != '\0') {
		size_t len = strcspn(at, "&");

		if (len > name_len && at[name_len] == '=' &&
		    strncmp(at, name, name_len) == 0)
			return percent_decode(
			    at + name_len + 1, len - name_len - 1, out);
		at += len + (at[len] == '&');
	}
	return false;
}

int asked_structure(
    const struct asked *asked, const char *structure, struct err *err)
{
	const char *at = buf_text(&asked->structures);
	size_t len = strlen(structure);

	if (strcmp(structure, STRUCTURE_OFFICE) == 0)
		return 0;
	for (; *at != '\0'; at += strcspn(at, "\n") + 1) {
		if (strncmp(at, structure, len) == 0 && at[len] == '\n')
			return 0;
	}
	return err_set(err, E_NOT_FOUND,
	    L("structure inconnue de ce poste",
		"structure unknown to this device"));
}

int asked_json(const struct asked *asked, json_t **out, struct err *err)
{
	if (asked->request->body.len > SERVICE_JSON_MAX) {
		*out = NULL;
		return err_set(err, E_LIMIT,
		    L("demande de plus de %zu octets",
			"request over %zu bytes"),
		    SERVICE_JSON_MAX);
	}
	return json_read(
	    out, asked->request->body.data, asked->request->body.len, err);
}

int reply_json(struct reply *reply, json_t *json, struct err *err)
{
	if (json == NULL)
		return err_nomem(err);
	buf_reset(&reply->body);
	json_write(&reply->body, json);
	json_decref(json);
	reply->status = 200;
	reply->content_type = HTTP_JSON_TYPE;
	return buf_check(&reply->body, err);
}

int reply_revoked(
    struct reply *reply, const char *name, json_t *list, struct err *err)
{
	int rc = reply_json(reply,
	    json_pack("{s:i, s:s, s:s, s:s, s:o}", "schema", 1, "error",
		err_slug(E_REVOKED), "message",
		L("poste révoqué : ses écritures sont mises à part",
		    "device revoked: its entries are set aside"),
		"id", log_request(), name, list),
	    err);

	reply->status = err_http_status(E_REVOKED);
	return rc;
}

/* What is wrong with the server itself is for its operator, who is told where
 * it runs; a laptop can do nothing about our files. */
static bool is_ours_to_mend(int code)
{
	return code == E_IO || code == E_CORRUPT || code == E_NOMEM;
}

static const char *message_for_others(const struct err *err)
{
	if (!is_ours_to_mend(err->code))
		return err->text;
	return L("le serveur du bureau a un ennui : rien n'a été changé, "
		 "prévenez le bureau",
	    "the office's server is in trouble: nothing was changed, tell the "
	    "office");
}

void reply_error(struct reply *reply, const struct err *err)
{
	json_t *json = json_object();

	reply->status = err_http_status(err->code);
	reply->content_type = HTTP_JSON_TYPE;
	if (reply->status == 503)
		reply->retry_after_seconds = SERVICE_RETRY_S;
	buf_reset(&reply->body);
	if (json != NULL && json_put_text(json, "error", err_slug(err->code)) &&
	    json_put_text(json, "message", message_for_others(err)) &&
	    (log_request()[0] == '\0' ||
		json_put_text(json, "id", log_request())))
		json_write(&reply->body, json);
	json_decref(json);
}

/* It is told to wait; that it asked is noted all the same. */
static int refuse_suspended(struct asked *asked, struct err *err)
{
	struct office *office = asked->office;
	struct err why = ERR_INIT;
	int rc = suspension_refuse(
	    office, buf_text(&asked->structures), asked->device, &why);

	if (rc == E_SUSPENDED && access_contact_touch(office->db, asked->device,
				     os_now_s(office->os), err) < 0)
		return err->code;
	return rc < 0 ? err_set(err, rc, "%s", why.text) : 0;
}

/* Whoever asks with a new bearer will push with it: have its key at hand. */
static int note_hint(struct asked *asked, struct err *err)
{
	const char *bearer = asked->request->bearer;
	struct device device;
	struct hint hint, known;
	int rc;

	hash_of(&hint.bearer, bearer, strlen(bearer));
	if (hints_find(asked->service->hints, &hint.bearer, &known))
		return 0;
	if ((rc = enrolment_device(
		 asked->office, asked->device, &device, err)) < 0 ||
	    !device.found)
		return rc;
	memcpy(hint.device, asked->device, sizeof(hint.device));
	memcpy(hint.pub, device.pub, KEY_LEN);
	hints_put(asked->service->hints, &hint);
	return 0;
}

/* Who asks, and whether that is enough for the role. */
static int admit(struct asked *asked, enum role role, struct err *err)
{
	bool revoked;
	int rc;

	if (role == ROLE_PUBLIC)
		return 0;
	buf_reset(&asked->structures);
	if ((rc = enrolment_bearer(asked->office, asked->request->bearer,
		 asked->device, err)) < 0 ||
	    (rc = enrolment_structures(asked->office, asked->device,
		 &asked->structures, &revoked, err)) < 0)
		return rc;
	asked->revoked = revoked;
	if (!revoked && (rc = refuse_suspended(asked, err)) < 0)
		return rc;
	if (revoked && role == ROLE_DEVICE) {
		return err_set(err, E_REVOKED,
		    L("poste révoqué par le bureau",
			"device revoked by the office"));
	}
	return note_hint(asked, err);
}

int asked_admit(struct asked *asked, struct err *err)
{
	return admit(asked, ROLE_PUSH, err);
}

int asked_admit_alone(struct asked *asked, struct err *err)
{
	int rc;

	(void)pthread_mutex_lock(&asked->service->lock);
	rc = asked_admit(asked, err);
	(void)pthread_mutex_unlock(&asked->service->lock);
	return rc;
}

int asked_rate(struct asked *asked, enum rate_kind kind, const char *name,
    int64_t amount, struct err *err)
{
	int64_t wait_s;

	if (asked->service->rate == NULL || name[0] == '\0')
		return 0;
	wait_s = rate_take(
	    asked->service->rate, kind, name, amount, os_monotonic_ms());
	if (wait_s == 0)
		return 0;
	asked->wait_s =
	    wait_s < SERVICE_WAIT_MAX_S ? (int)wait_s : SERVICE_WAIT_MAX_S;
	return err_set(err, E_BUSY,
	    L("trop de demandes : réessayez plus tard",
		"too many requests: try again later"));
}

/* How often strangers ask, before they cost anything… */
static int check_stranger(
    struct asked *asked, const struct route *route, struct err *err)
{
	const char *remote = asked->request->remote;

	if (route->role != ROLE_PUBLIC || asked->request->body.len == 0 ||
	    remote == NULL)
		return 0;
	return asked_rate(asked, RATE_STRANGER, remote, 1, err);
}

/* … and how often and how much a device does. */
int asked_device_rate(struct asked *asked, struct err *err)
{
	int64_t kib = (int64_t)((asked->request->body.len + 1023) / 1024);
	int rc = asked_rate(asked, RATE_REQUESTS, asked->device, 1, err);

	return rc < 0 || kib == 0
	           ? rc
	           : asked_rate(asked, RATE_BYTES, asked->device, kib, err);
}

static int answer(struct asked *asked, const struct route *route,
    struct reply *reply, struct err *err)
{
	struct service *service = asked->service;
	int rc;

	if (route->role == ROLE_WATCH)
		return route->handler(asked, reply, err);
	if ((rc = check_stranger(asked, route, err)) < 0)
		return rc;
	if (atomic_fetch_add(&service->present, 1) >= SERVICE_PRESENT_MAX) {
		rc = err_set(err, E_BUSY,
		    L("le serveur est débordé : réessayez plus tard",
			"the server is overloaded: try again later"));
		goto out;
	}
	if (route->role == ROLE_PUSH) {
		rc = route->handler(asked, reply, err);
		goto out;
	}
	(void)pthread_mutex_lock(&service->lock);
	if ((rc = admit(asked, route->role, err)) == 0 &&
	    (rc = asked_device_rate(asked, err)) == 0)
		rc = route->handler(asked, reply, err);
	(void)pthread_mutex_unlock(&service->lock);
out:
	(void)atomic_fetch_sub(&service->present, 1);
	return rc;
}

/* Those refused at the same moment must not return at the same moment. */
static void spread(const struct asked *asked, struct reply *reply)
{
	if (asked->wait_s > 0) {
		reply->status = 429;
		reply->retry_after_seconds = asked->wait_s;
	}
	if (reply->retry_after_seconds > 0)
		reply->retry_after_seconds = http_retry_after(
		    asked->office->os, reply->retry_after_seconds);
}

/* What laptops and watchers call; the rest is the office's pages. */
static bool is_no_page(const char *path)
{
	return strncmp(path, "/v1/", 4) == 0 || strcmp(path, "/healthz") == 0 ||
	       strcmp(path, "/readyz") == 0 || strcmp(path, "/metrics") == 0;
}

const char *service_prefix(const char *route)
{
	return route[0] == '/' || strcmp(route, "-") == 0 ||
	               strcmp(route, "other") == 0
	           ? ""
	           : "/api/";
}

/* What asks for itself all day long, and the page's own files, are no news
 * unless they fail. */
static enum log_level level_of(const struct http_done *done)
{
	static const char *const quiet[] = {
	    "/", "/healthz", "/readyz", "/metrics"};

	if (done->status >= 500)
		return LOG_WARN;
	for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++) {
		if (done->status < 400 && strcmp(quiet[i], done->route) == 0)
			return LOG_DEBUG;
	}
	return LOG_INFO;
}

void service_done(void *context, const struct http_done *done)
{
	struct service *service = context;
	char route[HTTP_PATH_MAX], device[LOG_DEVICE + 1];
	struct log_line line;

	if (service->metrics != NULL)
		metrics_count(service->metrics, done);
	log_begin(&line, level_of(done), "request");
	if (!line.wanted)
		return;
	(void)snprintf(route, sizeof(route), "%s%s",
	    service_prefix(done->route), done->route);
	log_text(&line, "method", done->method);
	log_text(&line, "route", route);
	log_number(&line, "status", done->status);
	log_number(&line, "ms", done->ms);
	log_number(&line, "in", (int64_t)done->in);
	log_number(&line, "out", (int64_t)done->out);
	if (done->device[0] != '\0') {
		(void)snprintf(
		    device, sizeof(device), "%.*s", LOG_DEVICE, done->device);
		log_text(&line, "device", device);
	}
	if (log_addresses())
		log_text(&line, "address", done->remote);
	log_end(&line);
}

void service_answer(
    void *context, const struct request *request, struct reply *reply)
{
	struct service *service = context;
	struct asked asked = {
	    service, service->office, request, "", BUF_INIT, false, 0};
	const struct route *route;
	struct err err = ERR_INIT;

	if (service->door != NULL && !is_no_page(request->path)) {
		door_answer(service->door, request, reply);
		return;
	}
	route = route_find(request->method, request->path, &err);
	if (route != NULL)
		reply->route = route->path;
	if (route == NULL || answer(&asked, route, reply, &err) < 0)
		reply_error(reply, &err);
	text_copy(reply->device, sizeof(reply->device), asked.device);
	/* A laptop can only come back later: who runs the server must know. */
	if (is_ours_to_mend(err.code) && service->trouble != NULL)
		notice_tell(service->trouble, err.text);
	spread(&asked, reply);
	buf_free(&asked.structures);
}
